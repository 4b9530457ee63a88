//! The values of a rule's options: names, addresses and ports. What PVE would refuse is refused here, in better words.

use crate::words::ids::quoted;
use std::net::IpAddr;

/// PVE takes at most so many numbers in one port list; a range counts twice.
pub const MAX_PORT_NUMBERS: usize = 15;

/// PVE's names of groups, ipsets and aliases: a letter, then at least one of letters, digits, `-`, `_`.
pub(super) fn is_name(text: &str) -> bool {
    text.len() >= 2
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Checks one `-source` or `-dest`; the answer is its family, where the text shows one.
pub(super) fn check_addresses(name: &str, list: &str) -> Result<Option<u8>, String> {
    if list.len() > 512 {
        return Err(format!("{name} is longer than the 512 characters that PVE takes"));
    }
    let bare = |prefixes: &[&str], text: &str| {
        is_name(prefixes.iter().find_map(|p| text.strip_prefix(p)).unwrap_or(text)) && text.len() <= 64
    };
    if let Some(set) = list.strip_prefix('+') {
        let fits = bare(&["guest/", "dc/", "sdn/"], set);
        return if fits {
            Ok(None)
        } else {
            Err(format!("{name}: {} is no name of an ipset", quoted(list)))
        };
    }
    if bare(&["guest/", "dc/"], list) {
        return Ok(None);
    }
    let mut family = None;
    for item in list.split(',') {
        let ip = match item.split_once('-') {
            Some(_) if list.contains(',') => return Err(format!("{name}: a range cannot be part of a list")),
            Some((first, last)) => {
                range(first, last).ok_or_else(|| format!("{name}: {} is no range of addresses", quoted(item)))?
            }
            None => {
                let (ip, prefix) = cidr(item).map_err(|why| format!("{name}: {why}, no +ipset and no alias"))?;
                let base = network(ip, prefix);
                if base != ip {
                    return Err(format!("{name}: {item} is no network, it would be {base}/{prefix}"));
                }
                ip
            }
        };
        let this = if ip.is_ipv4() { 4 } else { 6 };
        if family.replace(this).is_some_and(|before| before != this) {
            return Err(format!("{name} mixes IPv4 and IPv6: write one rule for each"));
        }
    }
    Ok(family)
}

fn range(first: &str, last: &str) -> Option<IpAddr> {
    let (first, last): (IpAddr, IpAddr) = (first.parse().ok()?, last.parse().ok()?);
    (first.is_ipv4() == last.is_ipv4() && first <= last).then_some(first)
}

/// Checks a list of ports; `is_known`: which names it may have.
pub(super) fn check_ports(name: &str, ports: &str, is_known: impl Fn(&str) -> bool) -> Result<(), String> {
    let mut count = 0;
    for item in ports.split(',') {
        let bad = || format!("{name}: {} is no port, such as 22, 80:90 or https", quoted(item));
        let port = |text: &str| text.parse::<u16>().map_err(|_| bad());
        if item.is_empty() {
            return Err(format!("{name}: {} has a comma too many", quoted(ports)));
        } else if let Some((first, last)) = item.split_once(':') {
            if port(first)? > port(last)? {
                return Err(format!("{name}: the range {item} runs backwards"));
            }
            count += 2;
        } else if item.bytes().all(|b| b.is_ascii_digit()) {
            port(item)?;
            count += 1;
        } else if let Some((first, last)) = item.split_once('-').filter(|(a, b)| port(a).is_ok() && port(b).is_ok()) {
            return Err(format!("{name}: a range of ports is written {first}:{last}"));
        } else if !is_known(item) {
            return Err(format!(
                "{name}: {} is no port, such as 22 or 80:90, and no name that each node knows for this protocol: write the number",
                quoted(item)
            ));
        }
    }
    if count > MAX_PORT_NUMBERS {
        return Err(format!(
            "{name} has more than {MAX_PORT_NUMBERS} numbers, where a range counts as two"
        ));
    }
    Ok(())
}

fn cidr(text: &str) -> Result<(IpAddr, u8), String> {
    let bad = || format!("{} is no address, network or range", quoted(text));
    let (ip, prefix) = text
        .split_once('/')
        .map_or((text, None), |(ip, prefix)| (ip, Some(prefix)));
    let ip: IpAddr = ip.parse().map_err(|_| bad())?;
    let prefix = prefix.map_or(Ok(full_prefix(ip)), |p| p.parse::<u8>().map_err(|_| bad()))?;
    if prefix > full_prefix(ip) {
        Err(bad())
    } else {
        Ok((ip, prefix))
    }
}

/// The address with the bits behind the prefix cleared.
fn network(ip: IpAddr, prefix: u8) -> IpAddr {
    match ip {
        IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)).into()),
        IpAddr::V6(v6) => {
            IpAddr::V6((v6.to_bits() & u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)).into())
        }
    }
}

fn full_prefix(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 32 } else { 128 }
}

/// A value in the one form in which two spellings of it are equal; `None` where it says nothing.
pub(super) fn comparable(name: &str, value: &str) -> Option<String> {
    match name {
        "source" | "dest" => Some(value.split(',').map(comparable_address).collect::<Vec<_>>().join(",")),
        "log" if value == "nolog" => None,
        // group names are the only actions that care for case, and PVE keeps them as they are
        "action" => Some(value.to_owned()),
        _ => Some(value.to_ascii_lowercase()),
    }
}

fn comparable_address(text: &str) -> String {
    match cidr(text) {
        Ok((ip, prefix)) if prefix == full_prefix(ip) => ip.to_string(),
        Ok((ip, prefix)) => format!("{ip}/{prefix}"),
        Err(_) => text.to_ascii_lowercase(),
    }
}
