//! One rule as Proxmox VE lists it: whether it is carried out at all, and whether a packet is one of its.

use super::addresses::Named;
use super::{Match, Packet, Protocol};
use crate::guest::number;
use crate::package::firewall_rules::names::{self, macro_parts};
use crate::package::firewall_rules::{Direction, Verdict};
use serde_json::Value;

/// The protocols that have ports, as PVE counts them.
const WITH_PORTS: [&str; 10] = ["udp", "17", "udplite", "136", "tcp", "6", "dccp", "33", "sctp", "132"];
/// The names of ICMP.
const ICMP: [&str; 3] = ["icmp", "icmpv6", "ipv6-icmp"];

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// Decides about traffic in one direction.
    Traffic(Direction, Verdict),
    /// Asks a group of the datacenter, which is not seen from here.
    Group,
}

/// One rule of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its place in PVE's list, from 0.
    pub pos: usize,
    /// Whether it is switched on, and PVE found nothing wrong with it.
    pub carried_out: bool,
    pub(super) action: Option<Action>,
    iface: Option<String>,
    macro_name: Option<String>,
    proto: Option<String>,
    dport: Option<String>,
    sport: Option<String>,
    icmp_type: Option<String>,
    source: Option<Named>,
    dest: Option<Named>,
}

/// What one rule of the kernel looks at: a macro is several.
struct Part<'a> {
    proto: Option<&'a str>,
    dport: Option<&'a str>,
    sport: Option<&'a str>,
}

impl Line {
    /// Reads an entry of `GET …/firewall/rules`.
    pub fn listed(entry: &Value, place: usize) -> Line {
        let text = |key: &str| match &entry[key] {
            // PVE asks Perl whether there is a value, and to Perl 0 is none
            Value::String(text) if !text.is_empty() && text != "0" => Some(text.clone()),
            Value::Number(number) if number.as_u64() != Some(0) => Some(number.to_string()),
            _ => None,
        };
        let verdict = match entry["action"].as_str() {
            Some("ACCEPT") => Some(Verdict::Accept),
            Some("DROP") => Some(Verdict::Drop),
            Some("REJECT") => Some(Verdict::Reject),
            _ => None,
        };
        let action = match entry["type"].as_str() {
            Some("in") => verdict.map(|verdict| Action::Traffic(Direction::In, verdict)),
            Some("out") => verdict.map(|verdict| Action::Traffic(Direction::Out, verdict)),
            Some("group") => Some(Action::Group),
            _ => None,
        };
        let has_errors = entry.get("errors").is_some_and(|errors| !errors.is_null());
        Line {
            pos: number(&entry["pos"])
                .and_then(|pos| pos.try_into().ok())
                .unwrap_or(place),
            carried_out: number(&entry["enable"]).unwrap_or_default() > 0 && !has_errors,
            action,
            iface: text("iface"),
            macro_name: text("macro"),
            proto: text("proto"),
            dport: text("dport"),
            sport: text("sport"),
            icmp_type: text("icmp-type"),
            source: text("source").map(|text| Named::parse(&text)),
            dest: text("dest").map(|text| Named::parse(&text)),
        }
    }

    /// Whether a NIC and a direction are its matter.
    pub(super) fn is_about(&self, nic: &str, direction: Direction) -> bool {
        let here = self.iface.as_deref().is_none_or(|iface| iface == nic);
        let way = match &self.action {
            Some(Action::Traffic(way, _)) => *way == direction,
            Some(Action::Group) => true,
            None => false,
        };
        self.carried_out && here && way
    }

    /// Whether a packet is one of its. What PVE would leave out, because it cannot be, is never one.
    pub(super) fn matches(&self, packet: &Packet) -> Match {
        let v6 = packet.source.is_ipv6();
        if self.family_is_not(v6) {
            return Match::No;
        }
        let Some(parts) = self.parts(v6) else {
            return Match::No;
        };
        let found = parts.iter().map(|part| self.part_matches(part, packet));
        let ports = found.max().unwrap_or(Match::No);
        let named = |named: &Option<Named>, ip| named.as_ref().map_or(Match::Yes, |named| named.holds(ip));
        ports
            .min(named(&self.source, packet.source))
            .min(named(&self.dest, packet.dest))
    }

    /// Whether the rule is for the other kind of addresses, or for both at once, which PVE takes for wrong.
    fn family_is_not(&self, v6: bool) -> bool {
        let by_proto = match self.proto.as_deref() {
            Some("icmp") => Some(false),
            Some("icmpv6" | "ipv6-icmp") => Some(true),
            _ => None,
        };
        let of = |named: &Option<Named>| named.as_ref().and_then(Named::is_v6);
        let families = [by_proto, of(&self.source), of(&self.dest)];
        let is_wrong = [&self.source, &self.dest].contains(&&Some(Named::Wrong));
        is_wrong || families.into_iter().flatten().any(|family| family != v6)
    }

    /// The parts that the kernel gets; `None`: PVE leaves the rule out (`verify_rule`, `ipt_rule_to_cmds`, `$apply_macro`).
    fn parts(&self, v6: bool) -> Option<Vec<Part<'_>>> {
        let proto = self.proto.as_deref();
        let is_icmp = proto.is_some_and(|proto| ICMP.contains(&proto));
        let has_ports = proto.is_some_and(|proto| WITH_PORTS.contains(&proto));
        let is_wrong = (self.dport.is_some() && !has_ports && !is_icmp)
            || (self.sport.is_some() && !has_ports)
            || (self.icmp_type.is_some() && (!is_icmp || self.dport.is_some()));
        if is_wrong {
            return None;
        }
        let own = Part {
            proto,
            dport: self.dport.as_deref(),
            sport: self.sport.as_deref(),
        };
        let parts = match self.macro_name.as_deref() {
            None => vec![own],
            Some(name) => {
                let of_macro = macro_parts(name, v6)?;
                of_macro.into_iter().map(|part| own.with(part)).collect::<Option<_>>()?
            }
        };
        let is_possible = parts.iter().all(|part| part.is_possible(v6));
        let message = self.icmp_type.as_deref();
        let is_message = message.is_none_or(|name| names::message(name, v6).is_some());
        (is_possible && is_message).then_some(parts)
    }

    fn part_matches(&self, part: &Part<'_>, packet: &Packet) -> Match {
        let Some(proto) = part.proto else {
            return Match::Yes;
        };
        let same = match names::protocol(proto) {
            // the kernel takes 0 for any
            Some(number) => Match::of(number == 0 || number == packet.what.number(packet.source.is_ipv6())),
            // a name that is not known here is one of a protocol that nobody asks about
            None => Match::of(false).max(packet.what.may_be_unnamed()),
        };
        let rest = match packet.what {
            Protocol::Tcp { source_port, port } | Protocol::Udp { source_port, port } => {
                let fits = |list: Option<&str>, port| list.map_or(Match::Yes, |list| port_in(list, port));
                fits(part.dport, port).min(fits(part.sport, source_port))
            }
            Protocol::Icmp { kind, code } => {
                let v6 = packet.source.is_ipv6();
                let wanted = part.dport.or(self.icmp_type.as_deref());
                wanted.map_or(Match::Yes, |name| {
                    let message = names::message(name, v6);
                    Match::of(message.is_some_and(|(wanted, wanted_code)| {
                        wanted.is_none_or(|wanted| wanted == kind) && wanted_code.is_none_or(|wanted| wanted == code)
                    }))
                })
            }
            Protocol::Other(_) if part.dport.is_some() || part.sport.is_some() => Match::Maybe,
            Protocol::Other(_) => Match::Yes,
        };
        same.min(rest)
    }
}

impl<'a> Part<'a> {
    /// A rule's own values together with a macro's; `None`: they contradict each other.
    fn with(&self, of_macro: names::Part) -> Option<Part<'a>> {
        let both = |own: Option<&'a str>, given: Option<&'static str>| match (own, given) {
            (Some(own), Some(given)) => (own == given).then_some(Some(own)),
            (own, given) => Some(own.or(given)),
        };
        Some(Part {
            proto: both(self.proto, Some(of_macro.proto))?,
            dport: both(self.dport, of_macro.dport)?,
            sport: both(self.sport, of_macro.sport)?,
        })
    }

    /// Whether PVE can make a rule of the kernel of it.
    fn is_possible(&self, v6: bool) -> bool {
        let Some(dport) = self.dport else {
            return true;
        };
        match self.proto {
            Some("icmp") => !v6 && names::message(dport, false).is_some(),
            Some("icmpv6") => v6 && names::message(dport, true).is_some(),
            Some(proto) => WITH_PORTS.contains(&proto),
            None => false,
        }
    }
}

/// Whether a port is in a list of numbers, ranges and names.
fn port_in(list: &str, port: u16) -> Match {
    let item = |item: &str| match item.split_once(':') {
        Some((first, last)) => match (first.parse::<u16>(), last.parse::<u16>()) {
            (Ok(first), Ok(last)) => Match::of((first..=last).contains(&port)),
            _ => Match::Maybe,
        },
        None => names::port(item).map_or(Match::Maybe, |named| Match::of(named == port)),
    };
    list.split(',').map(item).max().unwrap_or(Match::No)
}
