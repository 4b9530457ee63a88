//! The network card, its bridge, its speed, and the addresses that the guest has set.

use super::{AgentSeen, Facts, Finding};
use crate::guest::Config;

pub(super) fn findings(facts: &Facts<'_>, config: &Config) -> Vec<Finding> {
    let Some(nic) = config.net0() else {
        return vec![Finding::bad("nic_missing")];
    };
    let mut all = vec![match nic.get("link_down") {
        Some("1") => Finding::bad("link_down"),
        _ => Finding::good("link_up"),
    }];
    let bridge = nic.get("bridge").unwrap_or_default();
    all.push(match &facts.bridges {
        _ if bridge.is_empty() => Finding::bad("bridge_none"),
        None => Finding {
            why: Some(format!(
                "the node shows no bridge {bridge}, and the login has no SDN.Use on it, without which Proxmox VE leaves it out; or it did not answer"
            )),
            ..Finding::unknown("bridge_unread")
        },
        Some(seen) if seen.iter().any(|one| one == bridge) => Finding::good("bridge_there"),
        Some(_) => Finding {
            why: Some(format!(
                "the node has no bridge {bridge} any more"
            )),
            ..Finding::bad("bridge_gone")
        },
    });
    let rate: Option<f64> = nic.get("rate").and_then(|rate| rate.parse().ok());
    if let Some(rate) = rate.filter(|rate| *rate > 0.0 && facts.rate.is_none_or(|sold| *rate < sold)) {
        all.push(Finding::note("rate_slowed").with("rate", (rate * 8.0 * 100.0).round() / 100.0));
    }
    if facts.way.to.is_none() {
        all.push(Finding::bad("address_none"));
    }
    all
}

/// What the agent says of the address.
pub(super) fn of_agent(facts: &Facts<'_>) -> Option<Finding> {
    let to = facts.way.to?;
    Some(match &facts.agent {
        AgentSeen::None => Finding::unknown("agent_none").with("address", to),
        AgentSeen::Silent => Finding::unknown("agent_silent").with("address", to),
        AgentSeen::Forbidden => Finding {
            why: Some("the login has no VM.GuestAgent.Audit (Proxmox VE 8: VM.Monitor)".to_owned()),
            ..Finding::unknown("agent_forbidden").with("address", to)
        },
        AgentSeen::Has(has) if has.contains(&to) => Finding::good("agent_has").with("address", to),
        AgentSeen::Has(has) => {
            let global = has.iter().filter(|ip| match ip {
                std::net::IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_link_local(),
                std::net::IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unicast_link_local(),
            });
            let others: Vec<String> = global.map(ToString::to_string).collect();
            if others.is_empty() {
                Finding::bad("agent_nothing").with("address", to)
            } else {
                Finding::bad("agent_other")
                    .with("address", to)
                    .with("others", others.join(", "))
            }
        }
    })
}
