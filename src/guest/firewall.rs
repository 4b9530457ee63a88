//! A guest's firewall.

use super::config::Config;
use crate::package::firewall_rules::Rule;
use serde_json::{Map, Value};

/// What an entry of a set begins with that is an exception.
pub const EXCEPT: char = '!';

/// The guest's firewall as listed under `…/firewall`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FirewallSeen {
    /// `GET …/firewall/options`.
    pub options: Config,
    /// `GET …/firewall/rules`, as listed.
    pub rules: Vec<Value>,
    /// `GET …/firewall/ipset/ipfilter-net0`, an exception (`nomatch`) behind [`EXCEPT`], as in PVE's own file: `None` where there
    /// is no such set.
    pub ipfilter: Option<Vec<String>>,
}

impl FirewallSeen {
    /// Nothing of it.
    pub const EMPTY: FirewallSeen = FirewallSeen {
        options: Config::EMPTY,
        rules: Vec::new(),
        ipfilter: None,
    };
}

/// A rule as Proxmox VE lists it once it has it.
pub fn listed_rule(rule: &Rule) -> Value {
    let listed = rule
        .params()
        .into_iter()
        .map(|(key, value)| (key.to_owned(), Value::String(value)));
    Value::Object(listed.collect::<Map<_, _>>())
}

/// Whether two listings show the same rules in the same order.
pub fn are_same_rules(one: &[Value], other: &[Value]) -> bool {
    let same = |(one, other): (&Value, &Value)| match (Rule::listed(one), Rule::listed(other)) {
        (Some(one), Some(other)) => one.is_like(&other),
        (None, None) => true,
        _ => false,
    };
    one.len() == other.len() && one.iter().zip(other).all(same)
}
