//! Options, anti-spoofing and rules of the firewall.

use crate::guest::ConfigChange;
use crate::package::{Addressing, Firewall};
use crate::pipeline::call::{Call, Plan, settled, want};
use crate::pipeline::view::View;

/// `set_firewall`: options, anti-spoofing and rules. Removes no old rule, adds none twice.
///
/// Without anti-spoofing no IP filter of this module stays: it would drop what comes from the addresses of today. One
/// that came with the template, or by hand, is a hoster's own, and stays.
pub(crate) fn firewall(view: &View<'_>) -> Plan {
    let package = view.package;
    let mode = package.effective_firewall();
    if mode == Firewall::Off {
        // the NIC's own switch, set with the network, is off: nothing is filtered
        return settled();
    }
    let seen = view.firewall;
    let mut options = ConfigChange::default();
    want(&mut options, &seen.options, "enable", "1");
    for (key, policy) in [
        ("policy_in", package.more.firewall_policy_in),
        ("policy_out", package.more.firewall_policy_out),
    ] {
        if let Some(policy) = policy {
            want(&mut options, &seen.options, key, policy.as_str());
        }
    }
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
    let missing = package
        .rules
        .iter()
        .filter(|rule| !seen.rules.iter().any(|listed| rule.same_as(listed)));
    calls.extend(missing.rev().cloned().map(Call::AddRule));
    if !options.is_empty() {
        // switched on last: a rule that should let the customer in is there by then
        calls.push(Call::FirewallOptions(options));
    }
    if mode == Firewall::On && view.ip_filtered && seen.ipfilter.is_some() {
        // the set alone makes PVE filter (PVE::Firewall, generate_tap_rules_direction); without it, but with the option
        // still on, every IPv4 packet would be dropped
        calls.push(Call::DeleteIpFilter);
    }
    Ok(calls)
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
    calls.extend(wanted.iter().filter(|ip| !listed(ip)).cloned().map(Call::AddToIpFilter));
    let stale = seen
        .unwrap_or_default()
        .iter()
        .filter(|entry| !wanted.iter().any(|ip| entry.split('/').next() == Some(ip)));
    calls.extend(stale.cloned().map(Call::RemoveFromIpFilter));
    calls
}
