//! What staff had put by hand into the firewall of the guest whose place this one takes: it is there again before the guest has
//! its network.

use crate::guest::ConfigChange;
use crate::package::firewall_rules::Rule;
use crate::package::{Addressing, Firewall};
use crate::pipeline::call::{Call, want};
use crate::pipeline::view::View;
use crate::service::firewall::{common, is_marked};

/// The rules that come on top, in their order: all down to the last one that is missing, so that none of them meets a packet
/// before one that stood above it.
pub(super) fn missing(view: &View<'_>) -> Vec<Rule> {
    let Some(by_hand) = view.by_hand else {
        return Vec::new();
    };
    let seen = view.firewall.rules.iter().filter(|listed| !is_marked(listed));
    let seen: Vec<Rule> = seen.filter_map(Rule::listed).collect();
    let there = common(&by_hand.rules, &seen, Rule::is_like);
    let is_there = |at: &usize| there.iter().any(|(one, _)| one == at);
    let last = (0..by_hand.rules.len()).rev().find(|at| !is_there(at));
    last.map_or_else(Vec::new, |last| by_hand.rules[..=last].to_vec())
}

/// The options, but for what the customer or the product says.
pub(super) fn options(view: &View<'_>, change: &mut ConfigChange) {
    let (package, more) = (view.package, &view.package.more);
    let is_said = |key: &str| match key {
        "policy_in" => view.firewall_list.is_some() || more.firewall_policy_in.is_some(),
        "policy_out" => view.firewall_list.is_some() || more.firewall_policy_out.is_some(),
        "dhcp" => package.addressing == Addressing::Dhcp,
        "macfilter" => package.effective_firewall() == Firewall::AntiSpoofing,
        _ => false,
    };
    let options = view.by_hand.into_iter().flat_map(|by_hand| &by_hand.options);
    for (key, value) in options.filter(|(key, _)| !is_said(key)) {
        want(change, &view.firewall.options, key, value);
    }
}

/// Nothing but these.
pub(super) fn alone(view: &View<'_>) -> Vec<Call> {
    let mut change = ConfigChange::default();
    options(view, &mut change);
    let mut calls: Vec<Call> = missing(view).into_iter().rev().map(Call::AddRule).collect();
    if !change.is_empty() {
        calls.push(Call::FirewallOptions(change));
    }
    calls
}
