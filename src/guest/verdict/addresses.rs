//! Whether an address is one of those that a rule or a set names.

use super::Match;
use std::net::IpAddr;

/// A network, such as `192.0.2.0/24`; an address alone is one of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    base: u128,
    prefix: u8,
    v6: bool,
}

fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

impl Network {
    /// Reads one; `None`: it is none.
    pub(super) fn parse(text: &str) -> Option<Network> {
        let (ip, prefix) = text.split_once('/').map_or((text, None), |(ip, p)| (ip, Some(p)));
        let ip: IpAddr = ip.parse().ok()?;
        let whole = if ip.is_ipv6() { 128 } else { 32 };
        let prefix = prefix.map_or(Some(whole), |p| p.parse().ok())?;
        (prefix <= whole).then_some(Network {
            base: bits(ip),
            prefix,
            v6: ip.is_ipv6(),
        })
    }

    /// Whether it is one of IPv6.
    pub(super) fn is_v6(self) -> bool {
        self.v6
    }

    /// How many of its bits it fixes.
    pub(super) fn prefix(self) -> u8 {
        self.prefix
    }

    /// Whether the address is in it.
    pub(super) fn contains(self, ip: IpAddr) -> bool {
        let width: u32 = if self.v6 { 128 } else { 32 };
        let free = width - u32::from(self.prefix);
        let cut = |bits: u128| bits.checked_shr(free).unwrap_or(0);
        self.v6 == ip.is_ipv6() && cut(self.base) == cut(bits(ip))
    }

    /// Whether bits behind the prefix are set: PVE takes no such network (Net::IP).
    pub(super) fn has_host_bits(self) -> bool {
        let width: u32 = if self.v6 { 128 } else { 32 };
        let free = width - u32::from(self.prefix);
        let mask = 1_u128.checked_shl(free).map_or(u128::MAX, |bit| bit - 1);
        self.base & mask != 0
    }
}

/// What a rule's `source` or `dest` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// Addresses and networks.
    List(Vec<Network>),
    /// From one address to another.
    Range(IpAddr, IpAddr),
    /// A set or an alias, which is not seen from here.
    Unseen,
    /// PVE takes it for wrong, and leaves out the rule.
    Wrong,
}

impl Named {
    pub(super) fn parse(text: &str) -> Named {
        let alias = text
            .strip_prefix("dc/")
            .or_else(|| text.strip_prefix("guest/"))
            .unwrap_or(text);
        let is_name = |name: &str| {
            let mut bytes = name.bytes();
            bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
                && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if text.starts_with('+') || is_name(alias) {
            return Named::Unseen;
        }
        if let Some((first, last)) = text.split_once('-') {
            return match (first.parse::<IpAddr>(), last.parse::<IpAddr>()) {
                (Ok(first), Ok(last)) if first.is_ipv4() == last.is_ipv4() && first <= last => {
                    Named::Range(first, last)
                }
                _ => Named::Wrong,
            };
        }
        let networks: Option<Vec<Network>> = text.split(',').map(Network::parse).collect();
        match networks {
            Some(list) if !list.iter().any(|n| n.has_host_bits() || n.v6 != list[0].v6) => Named::List(list),
            _ => Named::Wrong,
        }
    }

    /// Whether it is of IPv6, where it shows.
    pub(super) fn is_v6(&self) -> Option<bool> {
        match self {
            Named::List(list) => list.first().map(|network| network.is_v6()),
            Named::Range(first, _) => Some(first.is_ipv6()),
            Named::Unseen | Named::Wrong => None,
        }
    }

    pub(super) fn holds(&self, ip: IpAddr) -> Match {
        match self {
            Named::List(list) => Match::of(list.iter().any(|network| network.contains(ip))),
            Named::Range(first, last) => Match::of(first.is_ipv4() == ip.is_ipv4() && (*first..=*last).contains(&ip)),
            Named::Unseen => Match::Maybe,
            Named::Wrong => Match::No,
        }
    }
}

/// Whether an address is in a set of PVE (`hash:net`): the entry with the longest prefix decides, and one that excepts
/// (`nomatch`) says no. An entry that is an alias is not seen.
pub(super) fn in_set(entries: &[(String, bool)], ip: IpAddr) -> Match {
    let networks = entries
        .iter()
        .filter_map(|(text, except)| Some((Network::parse(text)?, *except)));
    let nearest = networks
        .filter(|(network, _)| network.contains(ip))
        .max_by_key(|(network, except)| (network.prefix(), *except));
    let unseen = entries.iter().any(|(text, _)| Network::parse(text).is_none());
    match nearest {
        _ if unseen => Match::Maybe,
        Some((_, except)) => Match::of(!except),
        None => Match::No,
    }
}
