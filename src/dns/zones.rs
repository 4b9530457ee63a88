//! Zones, and where in them something belongs: forward by the longest suffix, reverse by octets, nibbles, or the
//! range of a classless delegation (RFC 2317).

use super::records::{Kind, Record, Wanted, name};
use crate::words::ids::{harmless, quoted};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The row of a zone in the addon module; what is remembered names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneId(pub u64);

/// A zone at one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its row.
    pub id: ZoneId,
    /// Its name in normal form.
    pub name: String,
    /// How long records written here may be kept (seconds).
    pub ttl: u32,
    span: Span,
}

/// What a zone holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    /// Names.
    Forward,
    /// IPv4 addresses that begin with these octets.
    Octets { prefix: [u8; 4], count: usize },
    /// IPv6 addresses that begin with these nibbles (the high bits).
    Nibbles { prefix: u128, count: usize },
    /// A part of a /24, first and last address: the zone's owner names are the last octets.
    Classless { first: u32, last: u32 },
}

impl Zone {
    /// Reads a zone's name. `addresses`, when not empty, says which part of a /24 a classless zone stands for:
    /// `192.0.2.0/25`, or `192.0.2.1-192.0.2.30`; without it the name says so (`0/25.…`, `0-127.…`, `0-25.…`).
    pub fn parse(id: ZoneId, typed: &str, ttl: u32, addresses: &str) -> Result<Zone, String> {
        let lower = typed.trim().to_lowercase();
        let bare = lower.strip_suffix('.').unwrap_or(&lower);
        let is_zone_name = |b: u8| b.is_ascii_alphanumeric() || b"-_./".contains(&b);
        let (name, span) = match addresses.trim() {
            "" if bare.ends_with(".arpa") => (bare.to_owned(), reverse(bare)?),
            "" => (
                name(bare).map_err(|error| format!("it is no zone: {}", error.why))?,
                Span::Forward,
            ),
            _ if bare.is_empty() || !bare.bytes().all(is_zone_name) => {
                return Err("it is no zone: enter one such as 0-127.2.0.192.in-addr.arpa".to_owned());
            }
            range => (bare.to_owned(), part_of_24(range)?),
        };
        Ok(Zone { id, name, ttl, span })
    }

    /// Whether it holds PTR records.
    pub fn is_reverse(&self) -> bool {
        self.span != Span::Forward
    }

    /// The record that puts something into this zone, when it belongs here at all.
    pub fn record(&self, wanted: &Wanted) -> Option<Record> {
        let (name, kind, value) = match wanted {
            Wanted::Forward { name, ip } if self.span == Span::Forward && is_within(name, &self.name) => {
                let kind = if ip.is_ipv4() { Kind::A } else { Kind::Aaaa };
                (name.clone(), kind, ip.to_string())
            }
            Wanted::Reverse { ip, name } => (self.owner(*ip)?, Kind::Ptr, name.clone()),
            Wanted::Forward { .. } => return None,
        };
        Some(Record {
            name,
            kind,
            ttl: self.ttl,
            value,
        })
    }

    /// Its name as domains are written that lie in it: in the letters of the internet, and in those of people.
    pub fn names(&self) -> Vec<String> {
        let (shown, _) = idna::domain_to_unicode(&self.name);
        let mut names = vec![self.name.clone(), shown.to_lowercase()];
        names.dedup();
        names
    }

    /// Whether it is a reverse zone of this address.
    pub fn holds(&self, ip: IpAddr) -> bool {
        self.owner(ip).is_some()
    }

    /// The texts between which those of its addresses stand, and perhaps others.
    pub fn address_texts(&self) -> (String, String) {
        let octets = |octets: &[u8]| {
            let begin: Vec<String> = octets.iter().take(3).map(ToString::to_string).collect();
            // the slash comes after the point
            (format!("{}.", begin.join(".")), format!("{}/", begin.join(".")))
        };
        match self.span {
            Span::Octets { prefix, count } => octets(&prefix[..count]),
            Span::Classless { first, .. } => octets(&first.to_be_bytes()),
            // whatever begins with a digit, a letter or a colon
            Span::Nibbles { .. } | Span::Forward => ("0".to_owned(), "g".to_owned()),
        }
    }

    /// The name that an address has inside this zone.
    fn owner(&self, ip: IpAddr) -> Option<String> {
        match (self.span, ip) {
            (Span::Octets { prefix, count }, IpAddr::V4(ip)) => {
                (ip.octets()[..count] == prefix[..count]).then(|| octet_name(ip))
            }
            (Span::Nibbles { prefix, count }, IpAddr::V6(ip)) => {
                let shift = 128 - 4 * u32::try_from(count).ok()?;
                let same = shift == 128 || u128::from(ip) >> shift == prefix >> shift;
                same.then(|| nibble_name(ip))
            }
            (Span::Classless { first, last }, IpAddr::V4(ip)) => (first..=last)
                .contains(&u32::from(ip))
                .then(|| format!("{}.{}", ip.octets()[3], self.name)),
            _ => None,
        }
    }

    fn is_classless(&self) -> bool {
        matches!(self.span, Span::Classless { .. })
    }
}

/// Which zones something belongs into, with its record in each: the forward zones, or the octet or nibble zones,
/// with the longest name, as often as they are configured; and every classless zone.
pub fn placed<'z>(zones: impl Iterator<Item = &'z Zone>, wanted: &Wanted) -> Vec<(&'z Zone, Record)> {
    let all: Vec<_> = zones.filter_map(|zone| Some((zone, zone.record(wanted)?))).collect();
    let lengths = all.iter().filter(|(zone, _)| !zone.is_classless());
    let longest = lengths.map(|(zone, _)| zone.name.len()).max();
    all.into_iter()
        .filter(|(zone, _)| zone.is_classless() || Some(zone.name.len()) == longest)
        .collect()
}

/// The names under which a list of wanted things is found: a CNAME to one of them is a delegation, not a conflict.
pub(super) fn names_of(zones: &[&Zone], wanted: &[Wanted]) -> BTreeSet<String> {
    let of_one = |wanted| placed(zones.iter().copied(), wanted).into_iter();
    wanted.iter().flat_map(of_one).map(|(_, record)| record.name).collect()
}

/// Whether a name is the zone's own, or below it.
pub(super) fn is_within(name: &str, zone: &str) -> bool {
    name == zone || name.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'))
}

/// The name under which DNS keeps the names of an address.
pub fn reverse_name(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => octet_name(ip),
        IpAddr::V6(ip) => nibble_name(ip),
    }
}

/// `192.0.2.4` → `4.2.0.192.in-addr.arpa`
fn octet_name(ip: Ipv4Addr) -> String {
    let [a, b, c, d] = ip.octets();
    format!("{d}.{c}.{b}.{a}.in-addr.arpa")
}

/// All 32 nibbles, from the bytes: the text of an address leaves zeros out.
fn nibble_name(ip: Ipv6Addr) -> String {
    let nibbles = ip.octets().into_iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
    let labels: String = nibbles.map(|nibble| format!("{nibble:x}.")).collect();
    format!("{labels}ip6.arpa")
}

/// What a reverse zone's name stands for.
fn reverse(name: &str) -> Result<Span, String> {
    let bad = |why: &str| format!("{} is no reverse zone: {why}", quoted(name));
    if let Some(rest) = name.strip_suffix(".ip6.arpa") {
        return nibbles(rest)
            .ok_or_else(|| bad("before .ip6.arpa there are 1 to 32 hexadecimal digits, each a part of its own"));
    }
    let rest = name
        .strip_suffix(".in-addr.arpa")
        .ok_or_else(|| bad("it ends in .in-addr.arpa or .ip6.arpa"))?;
    let mut labels: Vec<&str> = rest.split('.').collect();
    labels.reverse();
    let octets: Vec<u8> = labels.iter().map_while(|label| octet(label)).collect();
    let mut prefix = [0; 4];
    for (slot, octet) in prefix.iter_mut().zip(&octets) {
        *slot = *octet;
    }
    match (labels.len(), octets.len()) {
        (all @ 1..=4, octets) if all == octets => Ok(Span::Octets { prefix, count: all }),
        (4, 3) => {
            let (low, high) = classless(labels[3]).ok_or_else(|| {
                bad("its first part is no range such as 0/25, 0-127 or 0-25; for other names fill in the addresses")
            })?;
            let base = u32::from(Ipv4Addr::from(prefix));
            Ok(Span::Classless {
                first: base + u32::from(low),
                last: base + u32::from(high),
            })
        }
        _ => Err(bad(
            "before .in-addr.arpa there are 1 to 4 numbers up to 255, of which the first may be a range",
        )),
    }
}

fn nibbles(labels: &str) -> Option<Span> {
    let labels: Vec<&str> = labels.split('.').rev().collect();
    let mut prefix = 0_u128;
    for (index, label) in labels.iter().enumerate().take(33) {
        let digit = label
            .chars()
            .next()
            .and_then(|c| c.to_digit(16))
            .filter(|_| label.len() == 1)?;
        prefix |= u128::from(digit).checked_shl(124_u32.checked_sub(4 * u32::try_from(index).ok()?)?)?;
    }
    Some(Span::Nibbles {
        prefix,
        count: labels.len(),
    })
}

fn octet(label: &str) -> Option<u8> {
    let digits = label.len() <= 3 && !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit());
    label.parse().ok().filter(|_| digits)
}

/// The last octets that a classless label stands for: `0/25` first and prefix length, `0-127` first and last,
/// `0-25` either. As first and last it is read when that is one whole block, or cannot be a prefix length.
fn classless(label: &str) -> Option<(u8, u8)> {
    let block = |first: u8, length: u8| {
        let size = (25..=32).contains(&length).then(|| 1_u16 << (32 - length))?;
        let last = u16::from(first) + size - 1;
        (u16::from(first) % size == 0).then(|| u8::try_from(last).ok().map(|last| (first, last)))?
    };
    if let Some((first, length)) = label.split_once('/') {
        return block(octet(first)?, octet(length)?);
    }
    let (first, second) = label.split_once('-')?;
    let (first, second) = (octet(first)?, octet(second)?);
    let range = (first <= second).then_some((first, second));
    let size = range.map(|_| u16::from(second - first) + 1);
    match size {
        Some(size) if size.is_power_of_two() && u16::from(first) % size == 0 => range,
        _ => block(first, second).or(range),
    }
}

/// `192.0.2.0/25` or `192.0.2.1-192.0.2.30`, inside one /24.
fn part_of_24(text: &str) -> Result<Span, String> {
    let bad = || {
        format!(
            "the addresses{} are no part of a /24: write 192.0.2.0/25 or 192.0.2.1-192.0.2.30",
            harmless(" ", text)
        )
    };
    let parse = |text: &str| text.trim().parse::<Ipv4Addr>().map_err(|_| bad());
    let (first, last) = match (text.split_once('/'), text.split_once('-')) {
        (Some((first, length)), _) => {
            let first = u32::from(parse(first)?);
            let length: u32 = length.trim().parse().map_err(|_| bad())?;
            let size = (24..=32)
                .contains(&length)
                .then(|| 1_u32 << (32 - length))
                .ok_or_else(bad)?;
            if first % size != 0 {
                return Err(bad());
            }
            (first, first + (size - 1))
        }
        (None, Some((first, last))) => (u32::from(parse(first)?), u32::from(parse(last)?)),
        (None, None) => return Err(bad()),
    };
    if first > last || first >> 8 != last >> 8 {
        return Err(bad());
    }
    Ok(Span::Classless { first, last })
}
