//! The addresses for guests: *Assigned IP Addresses*, one line each,
//! `<bridge>|<vlan>|<address>|<prefix length>|<gateway>|<dns1>,<dns2>`.
//!
//! Every line is read on its own. An address belongs to the first line that holds it, and [`Pool::candidates`] gives
//! each address at most once.

mod line;
mod usage;

pub use usage::Usage;

use crate::model::Bridge;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The most lines that are read.
pub(super) const MAX_LINES: usize = 10_000;
/// The most addresses of one range.
pub(super) const MAX_RANGE: u128 = 65_536;

/// IPv4 or IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    pub fn of(ip: IpAddr) -> Family {
        if ip.is_ipv4() { Family::V4 } else { Family::V6 }
    }

    /// How long an address is, in bits.
    fn bits(self) -> u8 {
        match self {
            Family::V4 => 32,
            Family::V6 => 128,
        }
    }
}

/// One line that can be used: an address, or a range of addresses of one network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressLine {
    /// The number of the line, from 1.
    pub line: usize,
    /// The bridge of the network.
    pub bridge: Bridge,
    /// The VLAN, 1 to 4094; 0 = untagged.
    pub vlan: u16,
    /// The only or the first address.
    pub first: IpAddr,
    /// The last address of the range, itself included; [`AddressLine::first`] for a single address.
    pub last: IpAddr,
    /// Prefix length of the network.
    pub prefix: u8,
    /// The gateway; none in a network without a way out.
    pub gateway: Option<IpAddr>,
    /// One resolver or two.
    pub dns: Vec<IpAddr>,
}

impl AddressLine {
    /// The family of the line's addresses.
    pub fn family(&self) -> Family {
        Family::of(self.first)
    }

    /// Whether the address is the line's, leasable or not.
    pub fn contains(&self, ip: IpAddr) -> bool {
        // the order of IpAddr puts all of IPv4 before all of IPv6
        self.first <= ip && ip <= self.last
    }

    /// The addresses that may be leased: not the gateway, not the resolvers, not the network's and not the broadcast
    /// address.
    pub fn candidates(&self) -> impl Iterator<Item = IpAddr> + use<'_> {
        self.candidates_from(self.first)
    }

    fn candidates_from(&self, start: IpAddr) -> impl Iterator<Item = IpAddr> + use<'_> {
        let family = self.family();
        (to_bits(start.max(self.first))..=to_bits(self.last))
            .map(move |bits| from_bits(family, bits))
            .filter(|ip| self.unusable(*ip).is_none() && (self.first == self.last || !self.dns.contains(ip)))
    }

    /// Why the address can never be leased on this line.
    fn unusable(&self, ip: IpAddr) -> Option<&'static str> {
        let host_bits = self.family().bits() - self.prefix;
        let mask = host_mask(host_bits);
        let host = to_bits(ip) & mask;
        if self.gateway == Some(ip) {
            Some("is the gateway")
        } else if host_bits > 1 && host == 0 {
            // in IPv6 every router of the network answers to it
            Some("is the network's own address")
        } else if host_bits > 1 && host == mask && self.family() == Family::V4 {
            Some("is the broadcast address")
        } else {
            None
        }
    }
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong with it, in one sentence.
    pub reason: String,
}

/// All addresses of a server entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pool {
    /// The lines that can be used, in their order.
    pub lines: Vec<AddressLine>,
    /// The lines that cannot.
    pub bad: Vec<BadLine>,
}

impl Pool {
    /// Reads the lines; empty ones and those that begin with `#` are skipped.
    pub fn parse(text: &str) -> Pool {
        let mut pool = Pool::default();
        for (index, raw) in text.lines().enumerate() {
            let raw = raw.trim();
            if raw.is_empty() || raw.starts_with('#') {
                continue;
            }
            if index >= MAX_LINES {
                let reason = format!("only the first {MAX_LINES} lines are read");
                pool.bad.push(BadLine {
                    line: index + 1,
                    reason,
                });
                break;
            }
            match line::parse(index + 1, raw) {
                Ok(line) => pool.lines.push(line),
                Err(reason) => pool.bad.push(BadLine {
                    line: index + 1,
                    reason,
                }),
            }
        }
        pool.drop_taken();
        pool
    }

    /// Makes single addresses bad that an earlier line has, or that are another line's gateway.
    fn drop_taken(&mut self) {
        let gateways = self.gateways();
        let mut singles: HashMap<IpAddr, usize> = HashMap::new();
        let mut ranges: Vec<(IpAddr, IpAddr, usize)> = Vec::new();
        let mut bad = Vec::new();
        self.lines.retain(|line| {
            if line.first != line.last {
                ranges.push((line.first, line.last, line.line));
                return true;
            }
            let in_range = ranges
                .iter()
                .find(|(first, last, _)| *first <= line.first && line.first <= *last);
            let reason = if let Some(n) = singles.get(&line.first).copied().or(in_range.map(|(_, _, n)| *n)) {
                format!("{} is already on line {n}", line.first)
            } else if let Some(n) = gateways.get(&line.first) {
                format!("{} is the gateway of line {n}", line.first)
            } else {
                singles.insert(line.first, line.line);
                return true;
            };
            bad.push(BadLine {
                line: line.line,
                reason,
            });
            false
        });
        self.bad.append(&mut bad);
        self.bad.sort_by_key(|bad| bad.line);
    }

    /// Every gateway, with the first line that names it.
    fn gateways(&self) -> HashMap<IpAddr, usize> {
        let mut gateways = HashMap::new();
        for line in &self.lines {
            if let Some(gateway) = line.gateway {
                gateways.entry(gateway).or_insert(line.line);
            }
        }
        gateways
    }

    /// The addresses of a family that may be leased, each once, in the order of the lines. With a bridge (and a VLAN)
    /// only those of its lines.
    pub fn candidates(
        &self,
        family: Family,
        bridge: Option<&Bridge>,
        vlan: Option<u16>,
    ) -> impl Iterator<Item = (IpAddr, &AddressLine)> {
        self.candidates_from(family, bridge, vlan, |line| line.first)
    }

    /// The same, each line from where `start` says; it is asked when the line is reached.
    pub fn candidates_from<'a>(
        &'a self,
        family: Family,
        bridge: Option<&Bridge>,
        vlan: Option<u16>,
        start: impl Fn(&AddressLine) -> IpAddr + 'a,
    ) -> impl Iterator<Item = (IpAddr, &'a AddressLine)> {
        let gateways = self.gateways();
        let wanted: Vec<(usize, &AddressLine)> = self
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| {
                line.family() == family
                    && bridge.is_none_or(|bridge| line.bridge == *bridge)
                    && vlan.is_none_or(|vlan| line.vlan == vlan)
            })
            .collect();
        wanted
            .into_iter()
            .flat_map(move |(index, line)| {
                let earlier = self.overlapping(index);
                line.candidates_from(start(line))
                    .filter(move |ip| !earlier.iter().any(|e| e.contains(*ip)))
                    .map(move |ip| (ip, line))
            })
            .filter(move |(ip, _)| !gateways.contains_key(ip))
    }

    /// The lines before this one that share addresses with it.
    fn overlapping(&self, index: usize) -> Vec<&AddressLine> {
        let line = &self.lines[index];
        if line.first == line.last {
            // single addresses were compared when they were read
            return Vec::new();
        }
        self.lines[..index]
            .iter()
            .filter(|e| e.first <= line.last && line.first <= e.last)
            .collect()
    }

    /// The line whose address this is: how a guest with this address is connected.
    pub fn line_of(&self, ip: IpAddr) -> Option<&AddressLine> {
        self.lines.iter().find(|line| line.contains(ip))
    }
}

fn to_bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn from_bits(family: Family, bits: u128) -> IpAddr {
    match (family, u32::try_from(bits)) {
        (Family::V4, Ok(bits)) => IpAddr::V4(Ipv4Addr::from_bits(bits)),
        _ => IpAddr::V6(Ipv6Addr::from_bits(bits)),
    }
}

/// So many ones, at the end.
fn host_mask(host_bits: u8) -> u128 {
    1_u128
        .checked_shl(u32::from(host_bits))
        .map_or(u128::MAX, |bit| bit - 1)
}

#[cfg(test)]
mod tests;
