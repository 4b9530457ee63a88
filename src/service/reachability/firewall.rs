//! What the guest's firewall makes of the visitor, and of the guest's own address.

use super::{Facts, Finding};
use crate::guest::verdict::{By, Outcome, Packet, Protocol};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let Some(to) = facts.way.to else {
        return Vec::new();
    };
    let Some(filter) = &facts.filter else {
        return vec![told(Finding::unknown("firewall_unread"), facts)];
    };
    let mut all = vec![of_visitor(facts, to)];
    all.extend(of_ping(facts, to));
    let own = match filter.holds_back(to) {
        _ if !filter.is_carried_out() => None,
        Some(true) => Some(Finding::bad("ipfilter_stops")),
        Some(false) => Some(Finding::good("ipfilter_passes")),
        None => Some(Finding::unknown("ipfilter_unseen")),
    };
    all.extend(own.map(|finding| finding.with("address", to)));
    all
}

fn of_visitor(facts: &Facts<'_>, to: IpAddr) -> Finding {
    let (Some(filter), Some(from)) = (&facts.filter, facts.way.from) else {
        return told(Finding::unknown("firewall_nobody"), facts);
    };
    // an address of the other family comes by another way, of which nobody knows the address
    let (from, is_known) = match (from.is_ipv4(), to.is_ipv4()) {
        (a, b) if a == b => (from, true),
        (_, true) => (IpAddr::V4(Ipv4Addr::UNSPECIFIED), false),
        (_, false) => (IpAddr::V6(Ipv6Addr::UNSPECIFIED), false),
    };
    let port = facts.way.port;
    let what = if facts.way.udp {
        Protocol::udp(port)
    } else {
        Protocol::tcp(port)
    };
    let answer = filter.verdict(&Packet::begins(from, to, what));
    if !is_known && filter.is_carried_out() {
        return told(Finding::unknown("firewall_family"), facts).with("address", to);
    }
    let is_stale = facts.filter_runs == Some(false) && filter.is_carried_out();
    let finding = match (answer.outcome, answer.by) {
        (_, By::DatacenterOff | By::GuestOff | By::NicOff) => Finding::good("firewall_off"),
        _ if is_stale => Finding {
            why: Some("pve-firewall does not run on the node, so its rules may be older ones, or none".to_owned()),
            ..Finding::unknown("firewall_stale")
        },
        (Outcome::Accept, By::Rule(pos)) => rule(Finding::good("firewall_rule_passes"), facts, pos),
        (Outcome::Accept, _) => Finding::good("firewall_passes"),
        (Outcome::Unknown, By::Rule(pos)) => rule(Finding::unknown("firewall_unseen"), facts, pos),
        (Outcome::Unknown, _) => Finding {
            why: Some("the login has no Sys.Audit on /, so the datacenter's firewall is not seen".to_owned()),
            ..Finding::unknown("firewall_unread")
        },
        (_, By::Rule(pos)) => rule(Finding::bad("firewall_rule_stops"), facts, pos),
        (_, By::Policy) => Finding::bad("firewall_policy"),
        (_, By::Blacklist) => Finding::bad("firewall_blacklist"),
        _ => Finding::bad("firewall_always"),
    };
    told(finding, facts)
}

/// Whom it is about, and which port.
fn told(finding: Finding, facts: &Facts<'_>) -> Finding {
    let from = facts.way.from.map_or_else(|| "?".to_owned(), |ip| ip.to_string());
    finding.with("from", from).with("port", facts.way.door())
}

/// What people try first. That it is not answered says nothing about the port.
fn of_ping(facts: &Facts<'_>, to: IpAddr) -> Option<Finding> {
    let filter = facts.filter.as_ref()?;
    let from = facts.way.from.filter(|from| from.is_ipv4() == to.is_ipv4())?;
    if !filter.is_carried_out() || facts.filter_runs == Some(false) {
        return None;
    }
    let ping = Packet::begins(from, to, Protocol::ping(to.is_ipv6()));
    let finding = match filter.verdict(&ping).passes()? {
        true => Finding::good("ping_passes"),
        false => Finding::note("ping_stops"),
    };
    Some(told(finding, facts))
}

/// Which rule, as Proxmox VE counts, from 0.
fn rule(finding: Finding, facts: &Facts<'_>, pos: usize) -> Finding {
    let text = facts.rules.get(pos).cloned().unwrap_or_default();
    finding.with("number", pos).with("rule", text)
}
