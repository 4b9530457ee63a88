//! Whether a packet would pass a guest's firewall, and what decides about it.
//!
//! It follows the chains that pve-firewall makes of the guest's rules (PVE/Firewall.pm: `compile_iptables_filter`,
//! `ruleset_create_vm_chain`, `ruleset_generate_vm_rules`, `ruleset_add_chain_policy`, and the chains `PVEFW-Drop`,
//! `PVEFW-Reject` and `PVEFW-reject`). What cannot be seen from here (groups and aliases of the datacenter, IP sets) is
//! not guessed: where it could change the answer, the answer is that nobody knows, and because of which rule.
//!
//! A node's own switch (`enable` of `/nodes/{node}/firewall/options`) is about the node's own traffic: guests are
//! filtered without it.

mod addresses;
mod chain;
mod rule;

use super::config::Config;
use super::firewall::{EXCEPT, FirewallSeen};
use super::property::PropertyString;
use crate::package::firewall_rules::Direction;
pub use rule::Line;
use std::net::IpAddr;

/// The first packet of a connection, or one of those that belong to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet {
    /// To the guest, or from it.
    pub direction: Direction,
    /// Where it comes from.
    pub source: IpAddr,
    /// Where it goes, of the same family.
    pub dest: IpAddr,
    /// What it is.
    pub what: Protocol,
    /// What the kernel knows of its connection.
    pub state: State,
    /// From a guest: whether it carries the MAC of the NIC.
    pub own_mac: bool,
}

impl Packet {
    /// The first of its kind to the guest.
    pub fn begins(source: IpAddr, dest: IpAddr, what: Protocol) -> Packet {
        Packet {
            direction: Direction::In,
            source,
            dest,
            what,
            state: State::New,
            own_mac: true,
        }
    }
}

/// A packet's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// TCP, with SYN.
    Tcp {
        /// The port that it comes from.
        source_port: u16,
        /// The port that it goes to.
        port: u16,
    },
    /// UDP.
    Udp {
        /// The port that it comes from.
        source_port: u16,
        /// The port that it goes to.
        port: u16,
    },
    /// ICMP, or ICMPv6 between addresses of IPv6.
    Icmp {
        /// The message's type.
        kind: u8,
        /// The message's code.
        code: u8,
    },
    /// Any other, by its number.
    Other(u8),
}

/// A port from which programs connect.
const SOURCE_PORT: u16 = 50_000;

impl Protocol {
    /// What connects to a port by TCP.
    pub fn tcp(port: u16) -> Protocol {
        Protocol::Tcp {
            source_port: SOURCE_PORT,
            port,
        }
    }

    /// What is sent to a port by UDP.
    pub fn udp(port: u16) -> Protocol {
        Protocol::Udp {
            source_port: SOURCE_PORT,
            port,
        }
    }

    /// What `ping` sends.
    pub fn ping(v6: bool) -> Protocol {
        Protocol::Icmp {
            kind: if v6 { 128 } else { 8 },
            code: 0,
        }
    }

    fn number(self, v6: bool) -> u8 {
        match self {
            Protocol::Tcp { .. } => 6,
            Protocol::Udp { .. } => 17,
            Protocol::Icmp { .. } if v6 => 58,
            Protocol::Icmp { .. } => 1,
            Protocol::Other(number) => number,
        }
    }

    fn may_be_unnamed(self) -> Match {
        match self {
            Protocol::Other(_) => Match::Maybe,
            _ => Match::No,
        }
    }
}

/// What the kernel knows of a packet's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing: it begins one.
    New,
    /// It belongs to one that was let through.
    Established,
    /// It belongs to none, and can begin none.
    Invalid,
}

/// What happens to a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It passes.
    Accept,
    /// It is thrown away without an answer.
    Drop,
    /// It is refused with an answer.
    Reject,
    /// What decides cannot be seen from here.
    Unknown,
}

/// What decides about a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The datacenter's firewall is off: no guest is filtered.
    DatacenterOff,
    /// Whether the datacenter's firewall is on could not be read.
    DatacenterUnread,
    /// The guest's firewall is off.
    GuestOff,
    /// The NIC is not under the firewall.
    NicOff,
    /// It belongs to a connection that was let through.
    Established,
    /// It belongs to no connection, and can begin none.
    Invalid,
    /// The datacenter's set `blacklist`.
    Blacklist,
    /// It says to come from an address that nobody has.
    Smurf,
    /// Its flags are not possible.
    TcpFlags,
    /// The guest may speak DHCP.
    Dhcp,
    /// The guest must keep its MAC.
    MacFilter,
    /// The guest must not say that it is a router.
    RouterAdvertisement,
    /// The guest may send from its own addresses only.
    IpFilter,
    /// The guest may look for its neighbours.
    NeighborDiscovery,
    /// The rule at this place in PVE's list, from 0.
    Rule(usize),
    /// What every guest with such a policy lets through, drops or refuses before it (`PVEFW-Drop`, `PVEFW-Reject`).
    BeforePolicy,
    /// The policy.
    Policy,
}

/// What happens to a packet, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What happens.
    pub outcome: Outcome,
    /// What decides. Where that is not known: the first of which nobody knows.
    pub by: By,
}

impl Answer {
    /// Whether it passes; `None`: nobody knows from here.
    pub fn passes(self) -> Option<bool> {
        match self.outcome {
            Outcome::Accept => Some(true),
            Outcome::Drop | Outcome::Reject => Some(false),
            Outcome::Unknown => None,
        }
    }
}

/// Whether something is so, where it may not be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    No,
    Maybe,
    Yes,
}

impl Match {
    fn of(yes: bool) -> Match {
        if yes { Match::Yes } else { Match::No }
    }

    fn not(self) -> Match {
        match self {
            Match::No => Match::Yes,
            Match::Maybe => Match::Maybe,
            Match::Yes => Match::No,
        }
    }
}

/// The network card that a packet comes to, or from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nic {
    /// Its key in the config, `net0`.
    pub key: String,
    /// Its MAC, where the config names it.
    pub mac: Option<String>,
    /// Whether it is under the firewall: `firewall=1`.
    pub is_filtered: bool,
}

impl Nic {
    /// A NIC of a config; `None`: there is no such.
    pub fn of(config: &Config, key: &str) -> Option<Nic> {
        let options = PropertyString::parse(config.get(key)?);
        Some(Nic {
            key: key.to_owned(),
            mac: options.first().map(|(_, mac)| mac.to_owned()),
            is_filtered: options.get("firewall") == Some("1"),
        })
    }
}

/// What a node's firewall adds for all guests on it: `GET /nodes/{node}/firewall/options`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeFilter {
    /// Packets from addresses that nobody has are dropped (`nosmurfs`, on by default).
    pub smurfs: bool,
    /// TCP with impossible flags is dropped (`tcpflags`).
    pub tcp_flags: bool,
    /// Packets of no connection pass on to the rules (`nf_conntrack_allow_invalid`).
    pub allows_invalid: bool,
}

impl Default for NodeFilter {
    fn default() -> Self {
        NodeFilter {
            smurfs: true,
            tcp_flags: false,
            allows_invalid: false,
        }
    }
}

/// All that decides about a guest's packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Whether the datacenter's firewall is on; `None`: it could not be read.
    pub datacenter: Option<bool>,
    /// The datacenter's set `blacklist`, of which nothing comes in: entries, and whether each is an exception.
    pub blacklist: Vec<(String, bool)>,
    /// The node's own.
    pub node: NodeFilter,
    /// The NIC.
    pub nic: Nic,
    /// `GET …/firewall/options`.
    pub options: Config,
    /// The rules, in PVE's order.
    pub rules: Vec<Line>,
    /// The set `ipfilter-` and the NIC's key, as the blacklist; `None`: there is none.
    pub ip_filter: Option<Vec<(String, bool)>>,
}

impl Filter {
    /// The filter of a guest as it was seen.
    pub fn of(seen: &FirewallSeen, nic: Nic, datacenter: Option<bool>) -> Filter {
        let entry = |entry: &String| match entry.strip_prefix(EXCEPT) {
            Some(entry) => (entry.to_owned(), true),
            None => (entry.clone(), false),
        };
        Filter {
            datacenter,
            blacklist: Vec::new(),
            node: NodeFilter::default(),
            nic,
            options: seen.options.clone(),
            rules: seen
                .rules
                .iter()
                .enumerate()
                .map(|(place, entry)| Line::listed(entry, place))
                .collect(),
            ip_filter: seen.ipfilter.as_ref().map(|list| list.iter().map(entry).collect()),
        }
    }

    /// The set `blacklist` of the datacenter is not seen: whatever comes in may be on it.
    pub fn sees_no_blacklist(&mut self) {
        // as an alias, of which nobody knows the address either
        self.blacklist = vec![("unseen".to_owned(), false)];
    }

    /// Whether anything is filtered, as far as that could be read.
    pub fn is_carried_out(&self) -> bool {
        let on = self.options.number("enable").unwrap_or_default() > 0;
        self.datacenter != Some(false) && self.nic.is_filtered && on
    }

    /// What happens to a packet, and what decides.
    pub fn verdict(&self, packet: &Packet) -> Answer {
        let accept = |by| Answer {
            outcome: Outcome::Accept,
            by,
        };
        if self.datacenter == Some(false) {
            return accept(By::DatacenterOff);
        }
        let answer = self.chain(packet);
        if self.datacenter.is_none() && answer.passes() != Some(true) {
            return Answer {
                outcome: Outcome::Unknown,
                by: By::DatacenterUnread,
            };
        }
        answer
    }
}
