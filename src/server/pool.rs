//! The addresses for guests: *Assigned IP Addresses*, one line each,
//! `<bridge>|<vlan>|<address>|<prefix length>|<gateway>|<dns1>,<dns2>`; and beside them `reserve <address> <note>` and
//! `warn <free addresses>`.
//!
//! Every line is read on its own. An address belongs to the first line that holds it, and [`Pool::candidates`] gives
//! each address at most once.

mod edit;
mod line;
mod reserved;
mod reverse;
mod usage;

pub use edit::{Edit, edited};
pub use reserved::Reserved;
pub use usage::Usage;

use crate::words::ids::Bridge;
use reserved::Word;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The most lines that are read.
pub(super) const MAX_LINES: usize = 10_000;
/// The most addresses of one range.
pub(super) const MAX_RANGE: u128 = 65_536;

/// IPv4 or IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

    /// Whether it is of this bridge and this VLAN; none: of whatever one.
    pub fn suits(&self, bridge: Option<&Bridge>, vlan: Option<u16>) -> bool {
        bridge.is_none_or(|bridge| self.bridge == *bridge) && vlan.is_none_or(|vlan| self.vlan == vlan)
    }

    /// Whether the address is the line's, leasable or not.
    pub fn contains(&self, ip: IpAddr) -> bool {
        // the order of IpAddr puts all of IPv4 before all of IPv6
        self.first <= ip && ip <= self.last
    }

    /// The addresses that may be leased: not the gateway, not the resolvers, not the network's and not the broadcast
    /// address.
    pub fn candidates(&self) -> impl Iterator<Item = IpAddr> + use<'_> {
        self.candidates_of(self.first, self.last)
    }

    /// Those of a part of the line.
    fn candidates_of(&self, first: IpAddr, last: IpAddr) -> impl Iterator<Item = IpAddr> + use<'_> {
        let family = self.family();
        (to_bits(first)..=to_bits(last))
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    /// Addresses that nobody gets, in the order of the lines.
    pub reserved: Vec<Reserved>,
    /// Staff are warned when fewer addresses of a family are free; `None`: when less than a tenth is.
    pub warn: Option<u64>,
    /// Each reserved address.
    kept_back: BTreeSet<IpAddr>,
    /// Of each line the parts that no line before it has.
    own: Vec<Vec<Part>>,
    /// The same parts by their first address: the last one, and the line's place in the list.
    owners: BTreeMap<IpAddr, (IpAddr, usize)>,
}

/// First and last address, both included.
pub type Part = (IpAddr, IpAddr);

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
            let read = match reserved::word(index + 1, raw) {
                Some(word) => word.map(|word| pool.heed(word)),
                None => line::parse(index + 1, raw).map(|line| pool.lines.push(line)),
            };
            if let Err(reason) = read {
                pool.bad.push(BadLine {
                    line: index + 1,
                    reason,
                });
            }
        }
        pool.drop_taken();
        pool
    }

    fn heed(&mut self, word: Word) {
        match word {
            Word::Warn(level) => self.warn = Some(level),
            Word::Reserve(reserved) => {
                let family = Family::of(reserved.first);
                let all = to_bits(reserved.first)..=to_bits(reserved.last);
                self.kept_back.extend(all.map(|bits| from_bits(family, bits)));
                self.reserved.push(reserved);
            }
        }
    }

    /// The same with some of the lines.
    pub fn only(&self, wanted: impl Fn(&AddressLine) -> bool) -> Pool {
        let mut pool = Pool {
            lines: self.lines.iter().filter(|line| wanted(line)).cloned().collect(),
            bad: self.bad.clone(),
            reserved: self.reserved.clone(),
            warn: self.warn,
            kept_back: self.kept_back.clone(),
            ..Pool::default()
        };
        pool.drop_taken();
        pool
    }

    /// Gives every address to the first line that has it, and makes single addresses bad that an earlier line has, or
    /// that are another line's gateway.
    fn drop_taken(&mut self) {
        let gateways = self.gateways();
        // what the lines have together, in as few parts as there are
        let mut covered: BTreeMap<IpAddr, IpAddr> = BTreeMap::new();
        let mut numbers: Vec<usize> = Vec::new();
        for line in std::mem::take(&mut self.lines) {
            let reason = match self.owner(line.first) {
                _ if line.first != line.last => None,
                Some(owner) => Some(format!("{} is already on line {}", line.first, numbers[owner])),
                None => (gateways.get(&line.first)).map(|n| format!("{} is the gateway of line {n}", line.first)),
            };
            if let Some(reason) = reason {
                self.bad.push(BadLine {
                    line: line.line,
                    reason,
                });
                continue;
            }
            let own = cover(&mut covered, line.first, line.last);
            for (first, last) in &own {
                self.owners.insert(*first, (*last, self.lines.len()));
            }
            self.own.push(own);
            numbers.push(line.line);
            self.lines.push(line);
        }
        self.bad.sort_by_key(|bad| bad.line);
    }

    /// The place in the list of the line whose address this is.
    fn owner(&self, ip: IpAddr) -> Option<usize> {
        let (_, (last, owner)) = self.owners.range(..=ip).next_back()?;
        (ip <= *last).then_some(*owner)
    }

    /// The parts of the address space that are the pool's, in order.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        self.owners.iter().map(|(first, (last, _))| (*first, *last))
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
    pub fn candidates_from<'a, S: Fn(&AddressLine) -> IpAddr>(
        &'a self,
        family: Family,
        bridge: Option<&Bridge>,
        vlan: Option<u16>,
        start: S,
    ) -> impl Iterator<Item = (IpAddr, &'a AddressLine)> + use<'a, S> {
        let gateways = self.gateways();
        let wanted: Vec<(&AddressLine, &Vec<Part>)> = (self.lines.iter().zip(&self.own))
            .filter(|(line, _)| line.family() == family && line.suits(bridge, vlan))
            .collect();
        wanted
            .into_iter()
            .flat_map(move |(line, own)| {
                let start = start(line);
                own.iter()
                    .flat_map(move |(first, last)| line.candidates_of(start.max(*first), *last))
                    .map(move |ip| (ip, line))
            })
            .filter(move |(ip, _)| !gateways.contains_key(ip) && !self.kept_back.contains(ip))
    }

    /// The line whose address this is: how a guest with this address is connected.
    pub fn line_of(&self, ip: IpAddr) -> Option<&AddressLine> {
        self.owner(ip).map(|owner| &self.lines[owner])
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

/// Adds a part to what is covered, and says which of it was not yet.
fn cover(covered: &mut BTreeMap<IpAddr, IpAddr>, first: IpAddr, last: IpAddr) -> Vec<Part> {
    let before = covered.range(..first).next_back().filter(|(_, end)| **end >= first);
    let begin = before.map_or(first, |(begin, _)| *begin);
    let met: Vec<Part> = covered.range(begin..=last).map(|(begin, end)| (*begin, *end)).collect();
    let (family, mut fresh, mut next) = (Family::of(first), Vec::new(), to_bits(first));
    for (begin, end) in &met {
        if to_bits(*begin) > next {
            fresh.push((from_bits(family, next), from_bits(family, to_bits(*begin) - 1)));
        }
        // no line ends with the last address there is: that is a broadcast or a multicast one
        next = next.max(to_bits(*end).saturating_add(1));
        covered.remove(begin);
    }
    if next <= to_bits(last) {
        fresh.push((from_bits(family, next), last));
    }
    let end = met.last().map_or(last, |(_, end)| last.max(*end));
    covered.insert(begin, end);
    fresh
}

/// So many ones, at the end.
fn host_mask(host_bits: u8) -> u128 {
    1_u128
        .checked_shl(u32::from(host_bits))
        .map_or(u128::MAX, |bit| bit - 1)
}

#[cfg(test)]
mod tests;
