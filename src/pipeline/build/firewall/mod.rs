//! Options, anti-spoofing and rules of the firewall: the one place that says what a guest's rules should be. The provider's are
//! added and never taken away; the customer's, once there is a list, are exactly that.

mod by_hand;
mod edits;
#[cfg(test)]
mod tests;

use crate::guest::{ConfigChange, EXCEPT, listed_rule};
use crate::package::firewall_rules::Rule;
use crate::package::{Addressing, Firewall, Policy};
use crate::pipeline::call::{Call, Plan, want};
use crate::pipeline::view::View;
use crate::service::firewall::is_marked;
use edits::{Edits, Lists};

/// `set_firewall`: options, anti-spoofing and rules. Removes no old rule, adds none twice.
///
/// Without anti-spoofing no IP filter of this module stays: it would drop what comes from the addresses of today. One
/// that came with the template, or by hand, is a hoster's own, and stays.
pub(crate) fn firewall(view: &View<'_>) -> Plan {
    let package = view.package;
    let mode = package.effective_firewall();
    if mode == Firewall::Off {
        // the NIC's own switch, set with the network, is off, and nothing is filtered, unless staff have switched it on
        return Ok(by_hand::alone(view));
    }
    let seen = view.firewall;
    let mut options = ConfigChange::default();
    want(&mut options, &seen.options, "enable", "1");
    by_hand::options(view, &mut options);
    want_policies(view, &mut options);
    if package.addressing == Addressing::Dhcp {
        want(&mut options, &seen.options, "dhcp", "1");
    }
    let mut calls = Vec::new();
    if mode == Firewall::AntiSpoofing {
        want(&mut options, &seen.options, "macfilter", "1");
        want(&mut options, &seen.options, "ipfilter", "1");
        calls.extend(ip_filter(view));
    } else if view.ip_filtered && seen.options.number("ipfilter") == Some(1) {
        options.set("ipfilter", "0");
    }
    // PVE puts each new rule on top: sent last to first, they end in the package's order
    let mut added = by_hand::missing(view);
    added.extend(missing_rules(view));
    let edits = customers(view, &added);
    calls.extend(added.into_iter().rev().map(Call::AddRule));
    calls.extend(edits.before);
    if !options.is_empty() {
        // switched on last: a rule that should let the customer in is there by then
        calls.push(Call::FirewallOptions(options));
    }
    calls.extend(edits.after);
    if mode == Firewall::On && view.ip_filtered && seen.ipfilter.is_some() {
        // the set alone makes PVE filter (PVE::Firewall, generate_tap_rules_direction); without it, but with the option
        // still on, every IPv4 packet would be dropped
        calls.push(Call::DeleteIpFilter);
    }
    Ok(calls)
}

/// The customer's part of it, and what staff had put there by hand; nothing else.
pub(crate) fn customers_firewall(view: &View<'_>) -> Plan {
    if view.firewall_list.is_none() || view.package.effective_firewall() == Firewall::Off {
        return Ok(by_hand::alone(view));
    }
    let mut options = ConfigChange::default();
    by_hand::options(view, &mut options);
    want_policies(view, &mut options);
    let added = by_hand::missing(view);
    let edits = customers(view, &added);
    let mut calls: Vec<Call> = added.into_iter().rev().map(Call::AddRule).collect();
    calls.extend(edits.before);
    if !options.is_empty() {
        calls.push(Call::FirewallOptions(options));
    }
    calls.extend(edits.after);
    Ok(calls)
}

/// What the customer has chosen; else what the product says.
fn want_policies(view: &View<'_>, options: &mut ConfigChange) {
    let (list, more) = (view.firewall_list, &view.package.more);
    let policy_in = more.firewall_policy_in.or_else(|| only_spoofing_is_kept_out(view));
    for (key, chosen, sold) in [
        ("policy_in", list.map(|list| list.policy_in), policy_in),
        ("policy_out", list.map(|list| list.policy_out), more.firewall_policy_out),
    ] {
        if let Some(policy) = chosen.or(sold) {
            want(options, &view.firewall.options, key, policy.as_str());
        }
    }
}

/// Without a policy of the guest's own, PVE drops all that comes in (PVE/Firewall.pm, `policy_in` of a guest is DROP, whatever node
/// and datacenter have). Who sells protection against forged addresses, and not one rule, does not mean that.
fn only_spoofing_is_kept_out(view: &View<'_>) -> Option<Policy> {
    let package = view.package;
    let is_meant = package.effective_firewall() == Firewall::AntiSpoofing && package.rules.is_empty();
    let by_hand = view
        .by_hand
        .is_some_and(|by_hand| by_hand.options.contains_key("policy_in"));
    let has_own = by_hand || view.firewall.options.get("policy_in").is_some();
    (is_meant && !has_own).then_some(Policy::Accept)
}

fn policies_stay(view: &View<'_>) -> bool {
    let mut options = ConfigChange::default();
    want_policies(view, &mut options);
    options.is_empty()
}

/// The provider's rules that the guest does not have.
fn missing_rules(view: &View<'_>) -> Vec<Rule> {
    let is_there = |rule: &&Rule| {
        let mut seen = view.firewall.rules.iter().filter(|listed| !is_marked(listed));
        seen.any(|listed| rule.same_as(listed))
    };
    let missing = view.package.rules.iter().filter(|rule| !is_there(rule));
    missing.cloned().collect()
}

/// The writes for the customer's rules, where these are about to come on top of what is there.
fn customers(view: &View<'_>, added: &[Rule]) -> Edits {
    let Some(list) = view.firewall_list else {
        return Edits::default();
    };
    let on_top = added.iter().map(listed_rule);
    let seen: Vec<_> = on_top.chain(view.firewall.rules.iter().cloned()).collect();
    let lists = Lists {
        seen: &seen,
        provider: &view.package.rules,
        place: view.package.more.firewall_rules_place,
        customer: &list.rules,
        in_force: view.firewall.options.number("enable") == Some(1),
        policies_stay: policies_stay(view),
    };
    lists.edits()
}

/// The addresses that the guest may use, and no others.
pub(in crate::pipeline) fn ip_filter(view: &View<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    let seen = view.firewall.ipfilter.as_deref();
    if seen.is_none() {
        calls.push(Call::CreateIpFilter);
    }
    let listed = |ip: &str| {
        seen.unwrap_or_default()
            .iter()
            .any(|entry| entry.split('/').next() == Some(ip))
    };
    let wanted: Vec<String> = view.addresses.iter().map(|address| address.ip.to_string()).collect();
    let stale = seen
        .unwrap_or_default()
        .iter()
        .filter(|entry| !wanted.iter().any(|ip| entry.split('/').next() == Some(ip)));
    // an address that is an exception of the set is in it already, and has to go before it is added
    let (exceptions, stale): (Vec<_>, Vec<_>) = stale.cloned().partition(|entry| entry.starts_with(EXCEPT));
    calls.extend(exceptions.into_iter().map(Call::RemoveFromIpFilter));
    calls.extend(wanted.iter().filter(|ip| !listed(ip)).cloned().map(Call::AddToIpFilter));
    calls.extend(stale.into_iter().map(Call::RemoveFromIpFilter));
    calls
}
