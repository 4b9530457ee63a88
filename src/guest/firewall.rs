//! A guest's firewall.

use super::config::Config;
use serde_json::Value;

/// The guest's firewall as listed under `…/firewall`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FirewallSeen {
    /// `GET …/firewall/options`.
    pub options: Config,
    /// `GET …/firewall/rules`, as listed.
    pub rules: Vec<Value>,
    /// `GET …/firewall/ipset/ipfilter-net0`: `None` where there is no such set.
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
