//! Walks chains of iptables, given as lines, with one packet: what a kernel would do, without one.

use proxmoxkvm::guest::verdict::{Outcome, Packet, Protocol, State};
use proxmoxkvm::package::firewall_rules::Direction;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Chains by name, each rule as its words, and the sets.
pub struct Table {
    chains: BTreeMap<String, Vec<Vec<String>>>,
    sets: Vec<(String, Vec<(String, bool)>)>,
}

impl Table {
    /// Reads lines that begin with `-A` and a chain.
    pub fn read(lines: &[String], sets: Vec<(String, Vec<(String, bool)>)>) -> Table {
        let mut chains: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for line in lines {
            let mut words = line.split_whitespace().skip(1).map(str::to_owned);
            chains.entry(words.next().unwrap()).or_default().push(words.collect());
        }
        Table { chains, sets }
    }
}

/// What becomes of a packet that goes through `PVEFW-FORWARD`, from or to another device of the bridge.
pub fn walk(table: &Table, packet: &Packet, mac: &str, device: &'static str) -> Outcome {
    let mut walk = Walk {
        table,
        packet,
        mac,
        device,
        mark: 0,
    };
    // what no chain decides about passes
    walk.chain("PVEFW-FORWARD").unwrap_or(Outcome::Accept)
}

struct Walk<'a> {
    table: &'a Table,
    packet: &'a Packet,
    mac: &'a str,
    device: &'static str,
    mark: u32,
}

impl Walk<'_> {
    fn chain(&mut self, name: &str) -> Option<Outcome> {
        let table = self.table;
        for line in table.chains.get(name).into_iter().flatten() {
            let words: Vec<&str> = line.iter().map(String::as_str).collect();
            let at = words.iter().position(|word| ["-j", "-g"].contains(word)).unwrap();
            if !self.matches(&words[..at]) {
                continue;
            }
            match words[at + 1] {
                "ACCEPT" => return Some(Outcome::Accept),
                "DROP" => return Some(Outcome::Drop),
                "REJECT" => return Some(Outcome::Reject),
                "RETURN" => return None,
                "CONNMARK" => {}
                "MARK" => {
                    let (value, mask) = words[at + 3].split_once('/').unwrap();
                    let hex = |text: &str| u32::from_str_radix(&text[2..], 16).unwrap();
                    self.mark = (self.mark & !hex(mask)) | hex(value);
                }
                // who goes does not come back
                chain if words[at] == "-g" => return self.chain(chain),
                chain => {
                    if let Some(outcome) = self.chain(chain) {
                        return Some(outcome);
                    }
                }
            }
        }
        None
    }

    fn matches(&self, words: &[&str]) -> bool {
        let mut words = words.iter().copied();
        let mut not = false;
        while let Some(word) = words.next() {
            if word == "!" {
                not = true;
                continue;
            }
            let found = match word {
                "--physdev-is-bridged" => true,
                "-m" | "--match" => words.next().is_some(),
                "--match-set" => {
                    let (name, _src) = (words.next().unwrap(), words.next().unwrap());
                    self.in_set(name)
                }
                "--tcp-flags" => {
                    let (mask, wanted) = (words.next().unwrap(), words.next().unwrap());
                    self.flags(mask, wanted)
                }
                option => self.option(option, words.next().unwrap()),
            };
            if found == not {
                return false;
            }
            not = false;
        }
        true
    }

    fn option(&self, option: &str, value: &str) -> bool {
        let packet = self.packet;
        let (from, to) = match packet.direction {
            Direction::In => (self.device, "tap100i0"),
            Direction::Out => ("tap100i0", self.device),
        };
        let device = |name: &str| match value.strip_suffix('+') {
            Some(begin) => name.starts_with(begin),
            None => name == value,
        };
        match option {
            "--physdev-in" => device(from),
            "--physdev-out" => device(to),
            "-p" => self.is_protocol(value),
            "-s" => value.split(',').any(|cidr| is_within(cidr, packet.source)),
            "-d" => value.split(',').any(|cidr| is_within(cidr, packet.dest)),
            "--src-range" => is_between(value, packet.source),
            "--dst-range" => is_between(value, packet.dest),
            "--sport" | "--sports" => self.ports().is_some_and(|(from, _)| has_port(value, from)),
            "--dport" | "--dports" => self.ports().is_some_and(|(_, to)| has_port(value, to)),
            "--icmp-type" | "--icmpv6-type" => self.is_message(value),
            "--ctstate" => value.split(',').any(|state| match packet.state {
                State::New => state == "NEW",
                State::Established => state == "ESTABLISHED",
                State::Invalid => state == "INVALID",
            }),
            "--mac-source" => (value == self.mac) == packet.own_mac,
            "--dst-type" => address_type(packet.dest) == value,
            "--src-type" => address_type(packet.source) == value,
            other => panic!("{other} is not known to the model"),
        }
    }

    fn is_protocol(&self, name: &str) -> bool {
        let v6 = self.packet.source.is_ipv6();
        match self.packet.what {
            Protocol::Tcp { .. } => ["tcp", "6"].contains(&name),
            Protocol::Udp { .. } => ["udp", "17"].contains(&name),
            Protocol::Icmp { .. } if v6 => ["icmpv6", "ipv6-icmp", "58"].contains(&name),
            Protocol::Icmp { .. } => ["icmp", "1"].contains(&name),
            Protocol::Other(47) => ["gre", "47"].contains(&name),
            Protocol::Other(number) => number.to_string() == name,
        }
    }

    fn ports(&self) -> Option<(u16, u16)> {
        match self.packet.what {
            Protocol::Tcp { source_port, port } | Protocol::Udp { source_port, port } => Some((source_port, port)),
            _ => None,
        }
    }

    fn is_message(&self, name: &str) -> bool {
        let Protocol::Icmp { kind, code } = self.packet.what else {
            return false;
        };
        let v6 = self.packet.source.is_ipv6();
        match (name, v6) {
            ("any", false) => true,
            ("echo-reply", false) => kind == 0,
            ("fragmentation-needed", false) => (kind, code) == (3, 4),
            ("port-unreachable", false) => (kind, code) == (3, 3),
            ("echo-request", false) => kind == 8,
            ("time-exceeded", false) => kind == 11,
            ("destination-unreachable", true) => kind == 1,
            ("port-unreachable", true) => (kind, code) == (1, 4),
            ("packet-too-big", true) => kind == 2,
            ("time-exceeded", true) => kind == 3,
            ("echo-request", true) => kind == 128,
            ("echo-reply", true) => kind == 129,
            ("router-solicitation", true) => kind == 133,
            ("router-advertisement", true) => kind == 134,
            ("neighbor-solicitation", true) => kind == 135,
            ("neighbor-advertisement", true) => kind == 136,
            other => panic!("{other:?} is not known to the model"),
        }
    }

    fn flags(&self, mask: &str, wanted: &str) -> bool {
        let has = match self.packet.state {
            State::New => "SYN",
            State::Established | State::Invalid => "ACK",
        };
        let is_tcp = matches!(self.packet.what, Protocol::Tcp { .. });
        let mut seen = mask.split(',').filter(|flag| *flag == has);
        let wanted: Vec<&str> = wanted.split(',').filter(|flag| *flag != "NONE").collect();
        let first = seen.next();
        is_tcp && first.into_iter().collect::<Vec<_>>() == wanted
    }

    fn in_set(&self, name: &str) -> bool {
        let (_, entries) = self.table.sets.iter().find(|(known, _)| known == name).unwrap();
        let mut hit: Vec<(u8, bool)> = Vec::new();
        for (cidr, except) in entries {
            if is_within(cidr, self.packet.source) {
                let prefix = cidr.split_once('/').map_or(255, |(_, prefix)| prefix.parse().unwrap());
                hit.push((prefix, *except));
            }
        }
        hit.sort_unstable();
        hit.last().is_some_and(|(_, except)| !except)
    }
}

fn number(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => u128::from(ip),
    }
}

fn is_within(cidr: &str, ip: IpAddr) -> bool {
    let (base, prefix) = cidr.split_once('/').unwrap_or((cidr, ""));
    let base: IpAddr = base.parse().unwrap();
    let width = if base.is_ipv6() { 128 } else { 32 };
    let prefix: u32 = prefix.parse().unwrap_or(width);
    let size = 1_u128.checked_shl(width - prefix).unwrap_or(0);
    let same = base.is_ipv6() == ip.is_ipv6();
    same && (size == 0 || number(base) / size == number(ip) / size)
}

fn is_between(range: &str, ip: IpAddr) -> bool {
    let (first, last) = range.split_once('-').unwrap();
    let (first, last): (IpAddr, IpAddr) = (first.parse().unwrap(), last.parse().unwrap());
    first.is_ipv6() == ip.is_ipv6() && number(first) <= number(ip) && number(ip) <= number(last)
}

fn has_port(list: &str, port: u16) -> bool {
    list.split(',').any(|item| match item.split_once(':') {
        Some((first, last)) => (first.parse().unwrap()..=last.parse().unwrap()).contains(&port),
        None if item == "ssh" => port == 22,
        None => item.parse::<u16>().unwrap() == port,
    })
}

fn address_type(ip: IpAddr) -> &'static str {
    match ip {
        IpAddr::V4(ip) if ip.is_broadcast() => "BROADCAST",
        IpAddr::V4(ip) if ip.is_multicast() => "MULTICAST",
        _ => "UNICAST",
    }
}
