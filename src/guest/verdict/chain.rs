//! PVE's chains for one NIC of a guest, in their order.

use super::addresses::in_set;
use super::rule::Action;
use super::{Answer, By, Filter, Match, Outcome, Packet, Protocol, State};
use crate::package::firewall_rules::{Direction, Verdict};
use std::net::{IpAddr, Ipv4Addr};

/// One place where it may be decided: whether it is, how, and by what.
type Stage = (Match, Outcome, By);

const ROUTER_SOLICITATION: u8 = 133;
const ROUTER_ADVERTISEMENT: u8 = 134;
const NEIGHBOR_SOLICITATION: u8 = 135;
const NEIGHBOR_ADVERTISEMENT: u8 = 136;

impl Filter {
    /// The first place that surely decides, unless one before it may decide otherwise.
    pub(super) fn chain(&self, packet: &Packet) -> Answer {
        let mut doubts: Vec<Answer> = Vec::new();
        for (found, outcome, by) in self.stages(packet) {
            let answer = Answer { outcome, by };
            match found {
                Match::No => {}
                Match::Maybe => doubts.push(answer),
                Match::Yes => {
                    let doubt = doubts.into_iter().find(|doubt| doubt.passes() != answer.passes());
                    return doubt.map_or(answer, |doubt| Answer {
                        outcome: Outcome::Unknown,
                        by: doubt.by,
                    });
                }
            }
        }
        // the policy decides about all that is left
        Answer {
            outcome: Outcome::Unknown,
            by: By::Policy,
        }
    }

    fn stages(&self, packet: &Packet) -> Vec<Stage> {
        let on = self.options.number("enable").unwrap_or_default() > 0;
        let mut stages = self.forward(packet);
        // without it the NIC has no bridge of its own, on which all the rest is looked at
        stages.push((Match::of(!self.nic.is_filtered), Outcome::Accept, By::NicOff));
        if packet.direction == Direction::In {
            stages.extend(self.to_any_guest(packet));
        }
        stages.push((Match::of(!on), Outcome::Accept, By::GuestOff));
        stages.extend(match packet.direction {
            Direction::In => self.input(packet),
            Direction::Out => self.output(packet),
        });
        stages.extend(self.rules(packet));
        stages.extend(self.policy(packet));
        stages
    }

    /// `PVEFW-FORWARD`: what all guests of a node share.
    fn forward(&self, packet: &Packet) -> Vec<Stage> {
        let invalid = packet.state == State::Invalid && !self.node.allows_invalid;
        let established = packet.state == State::Established;
        vec![
            (Match::of(invalid), Outcome::Drop, By::Invalid),
            (Match::of(established), Outcome::Accept, By::Established),
        ]
    }

    /// `PVEFW-FWBR-IN`: what goes to a guest, also where the guest's own firewall is off.
    fn to_any_guest(&self, packet: &Packet) -> Vec<Stage> {
        let never = match packet.source {
            IpAddr::V4(source) => source.is_broadcast() || source.is_multicast(),
            IpAddr::V6(_) => false,
        };
        let flags = matches!(packet.what, Protocol::Tcp { source_port: 0, .. });
        vec![
            (in_set(&self.blacklist, packet.source), Outcome::Drop, By::Blacklist),
            (Match::of(self.node.smurfs && never), Outcome::Drop, By::Smurf),
            (Match::of(self.node.tcp_flags && flags), Outcome::Drop, By::TcpFlags),
        ]
    }

    /// The beginning of the chain `tap…-IN`.
    fn input(&self, packet: &Packet) -> Vec<Stage> {
        vec![
            (self.dhcp(packet), Outcome::Accept, By::Dhcp),
            (self.neighbors(packet), Outcome::Accept, By::NeighborDiscovery),
        ]
    }

    /// The beginning of the chain `tap…-OUT`.
    fn output(&self, packet: &Packet) -> Vec<Stage> {
        let mac = !packet.own_mac && self.option("macfilter", true);
        let advertises = !self.option("radv", false) && message(packet) == Some(ROUTER_ADVERTISEMENT);
        vec![
            (self.dhcp(packet), Outcome::Accept, By::Dhcp),
            (Match::of(mac), Outcome::Drop, By::MacFilter),
            (Match::of(advertises), Outcome::Drop, By::RouterAdvertisement),
            (self.ip_filter(packet.source), Outcome::Drop, By::IpFilter),
            (self.neighbors(packet), Outcome::Accept, By::NeighborDiscovery),
        ]
    }

    fn option(&self, key: &str, by_default: bool) -> bool {
        self.options.number(key).map_or(by_default, |value| value > 0)
    }

    /// Whether it is DHCP of the guest. The API calls that off by default, and the chains have it on.
    fn dhcp(&self, packet: &Packet) -> Match {
        let (client, server) = if packet.source.is_ipv6() { (546, 547) } else { (68, 67) };
        let (from, to) = match packet.direction {
            Direction::In => (server, client),
            Direction::Out => (client, server),
        };
        let is_it = packet.what
            == Protocol::Udp {
                source_port: from,
                port: to,
            };
        Match::of(is_it && self.option("dhcp", true))
    }

    fn neighbors(&self, packet: &Packet) -> Match {
        let may = match message(packet) {
            Some(ROUTER_SOLICITATION | NEIGHBOR_SOLICITATION | NEIGHBOR_ADVERTISEMENT) => true,
            Some(ROUTER_ADVERTISEMENT) => packet.direction == Direction::In || self.option("radv", false),
            _ => false,
        };
        Match::of(may && self.option("ndp", true))
    }

    /// Whether an address is none of those that the guest may send from. The set always holds the address that the MAC
    /// gives the link, and no other of its kind (`compile_ipsets`).
    fn ip_filter(&self, source: IpAddr) -> Match {
        if self.ip_filter.is_none() && !self.option("ipfilter", false) {
            return Match::No;
        }
        let mut entries = self.ip_filter.clone().unwrap_or_default();
        entries.push(("fe80::/10".to_owned(), true));
        match self.nic.mac.as_deref().and_then(link_local) {
            Some(own) => entries.push((own.to_string(), false)),
            None if source.is_ipv6() => return Match::Maybe,
            None => {}
        }
        in_set(&entries, source).not()
    }

    /// Whether the IP filter keeps a guest from telling its neighbours where an address of it is, so that nobody reaches it:
    /// by ARP, which is let through for the addresses of the set alone where it has some of IPv4 (`generate_tap_layer2filter`),
    /// and by the messages of IPv6, which come from the address itself. `None`: that hangs on an alias.
    pub fn holds_back(&self, own: IpAddr) -> Option<bool> {
        let found = match own {
            IpAddr::V6(_) => self.ip_filter(own),
            IpAddr::V4(_) => {
                let entries = self.ip_filter.clone().unwrap_or_default();
                let has_some = entries.iter().any(|(entry, _)| !entry.contains(':'));
                let listed: Vec<_> = entries.into_iter().map(|(entry, _)| (entry, false)).collect();
                Match::of(has_some).min(in_set(&listed, own).not())
            }
        };
        match found {
            Match::Yes => Some(true),
            Match::No => Some(false),
            Match::Maybe => None,
        }
    }

    fn rules(&self, packet: &Packet) -> Vec<Stage> {
        let mine = self
            .rules
            .iter()
            .filter(|rule| rule.is_about(&self.nic.key, packet.direction));
        mine.map(|rule| {
            let outcome = match &rule.action {
                Some(Action::Traffic(_, verdict)) => outcome(*verdict, packet),
                Some(Action::Group) | None => Outcome::Unknown,
            };
            let found = match &rule.action {
                Some(Action::Group) => Match::Maybe,
                _ => rule.matches(packet),
            };
            (found, outcome, By::Rule(rule.pos))
        })
        .collect()
    }

    /// The policy, and what stands before it.
    fn policy(&self, packet: &Packet) -> Vec<Stage> {
        let (key, default) = match packet.direction {
            Direction::In => ("policy_in", Verdict::Drop),
            Direction::Out => ("policy_out", Verdict::Accept),
        };
        let policy = match self.options.get(key) {
            Some("ACCEPT") => Verdict::Accept,
            Some("DROP") => Verdict::Drop,
            Some("REJECT") => Verdict::Reject,
            _ => default,
        };
        let mut stages = match policy {
            Verdict::Accept => Vec::new(),
            Verdict::Drop | Verdict::Reject => before_policy(packet, policy),
        };
        stages.push((Match::Yes, outcome(policy, packet), By::Policy));
        stages
    }
}

/// `PVEFW-Drop` and `PVEFW-Reject`, which keep noise out of the log and let the critical messages of ICMP through.
fn before_policy(packet: &Packet, policy: Verdict) -> Vec<Stage> {
    let is_everybody = match packet.dest {
        IpAddr::V4(dest) => dest == Ipv4Addr::BROADCAST || dest.is_multicast(),
        IpAddr::V6(dest) => dest.is_multicast(),
    };
    let v6 = packet.source.is_ipv6();
    let is_critical = match packet.what {
        Protocol::Icmp { kind, code } if !v6 => (kind, code) == (3, 4) || kind == 11,
        Protocol::Icmp { kind, .. } => (1..=3).contains(&kind),
        _ => false,
    };
    let is_whois = v6 && matches!(packet.what, Protocol::Tcp { port: 43, .. });
    let is_smb = match packet.what {
        Protocol::Tcp { port, .. } => [135, 139, 445].contains(&port),
        Protocol::Udp { port, source_port } => {
            [135, 137, 138, 139, 445].contains(&port) || (source_port == 137 && port >= 1024)
        }
        _ => false,
    };
    let is_noise = match packet.what {
        Protocol::Udp { port, source_port } => port == 1900 || source_port == 53,
        _ => false,
    };
    let stage = |found, verdict| (Match::of(found), outcome(verdict, packet), By::BeforePolicy);
    vec![
        stage(is_whois, Verdict::Reject),
        stage(is_everybody, Verdict::Drop),
        stage(is_critical, Verdict::Accept),
        stage(packet.state == State::Invalid, Verdict::Drop),
        stage(is_smb, policy),
        stage(is_noise, Verdict::Drop),
    ]
}

/// What becomes of a verdict: `PVEFW-reject` answers neither ICMP nor what goes to everybody.
fn outcome(verdict: Verdict, packet: &Packet) -> Outcome {
    let is_silent = match (packet.source, packet.dest) {
        (IpAddr::V4(source), IpAddr::V4(dest)) => dest == Ipv4Addr::BROADCAST || source.is_multicast(),
        _ => false,
    };
    match verdict {
        Verdict::Accept => Outcome::Accept,
        Verdict::Drop => Outcome::Drop,
        Verdict::Reject if is_silent || matches!(packet.what, Protocol::Icmp { .. }) => Outcome::Drop,
        Verdict::Reject => Outcome::Reject,
    }
}

/// The type of a message of ICMPv6.
fn message(packet: &Packet) -> Option<u8> {
    match packet.what {
        Protocol::Icmp { kind, .. } if packet.source.is_ipv6() => Some(kind),
        _ => None,
    }
}

/// The address that a MAC gives to the link (RFC 4291): `mac_to_linklocal`.
fn link_local(mac: &str) -> Option<IpAddr> {
    let bytes: Vec<u8> = mac
        .split(':')
        .map(|part| u8::from_str_radix(part, 16).ok())
        .collect::<Option<_>>()?;
    let [a, b, c, d, e, f] = bytes.try_into().ok()?;
    let low = u64::from_be_bytes([a ^ 2, b, c, 0xff, 0xfe, d, e, f]);
    let bits = (0xfe80_u128 << 112) | u128::from(low);
    Some(IpAddr::V6(bits.into()))
}
