//! One address line: its fields, and what they must be to each other.

use super::{AddressLine, Family, MAX_RANGE, host_mask, to_bits};
use crate::words::ids::{Bridge, harmless};
use std::net::IpAddr;

const SHAPE: &str = "a line is <bridge>|<vlan>|<address>|<prefix length>|<gateway>|<dns1>,<dns2>";

/// Reads one line; the error is one sentence.
pub(super) fn parse(number: usize, text: &str) -> Result<AddressLine, String> {
    let fields: Vec<&str> = text.split('|').map(str::trim).collect();
    let &[bridge, vlan, address, prefix, gateway, dns] = fields.as_slice() else {
        return Err(format!("{SHAPE}, with 6 fields, not {}", fields.len()));
    };
    let (first, last) = addresses(address, MAX_RANGE)?;
    let line = AddressLine {
        line: number,
        bridge: bridge
            .parse::<Bridge>()
            .map_err(|_| "the first field is no name of a bridge, such as vmbr0")?,
        vlan: vlan_id(vlan)?,
        first,
        last,
        prefix: prefix_length(prefix, Family::of(first))?,
        gateway: if gateway.is_empty() {
            None
        } else {
            Some(ip("the gateway", gateway)?)
        },
        dns: resolvers(dns)?,
    };
    check(&line)?;
    Ok(line)
}

fn ip(what: &str, text: &str) -> Result<IpAddr, String> {
    text.parse()
        .map_err(|_| format!("{what}{} is no IP address", harmless(" ", text)))
}

/// An address or a range, which has so many at most.
pub(super) fn addresses(text: &str, most: u128) -> Result<(IpAddr, IpAddr), String> {
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (
            ip("the first address", first.trim())?,
            ip("the last address", last.trim())?,
        ),
        None => {
            let single = ip("the address", text)?;
            (single, single)
        }
    };
    if Family::of(first) != Family::of(last) {
        return Err(format!("the range {text} mixes IPv4 and IPv6"));
    }
    if first > last {
        return Err(format!("the range {text} runs backwards"));
    }
    if to_bits(last) - to_bits(first) >= most {
        return Err(format!(
            "the range {text} has more than {most} addresses: name a smaller part of it"
        ));
    }
    for ip in [first, last] {
        let mapped = matches!(ip, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
        if ip.is_unspecified() || ip.is_loopback() || ip.is_multicast() || mapped || is_link_local(ip) {
            return Err(format!("{ip} is no address for a guest"));
        }
    }
    Ok((first, last))
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

fn vlan_id(text: &str) -> Result<u16, String> {
    text.parse().ok().filter(|vlan| *vlan <= 4094).ok_or_else(|| {
        format!(
            "the VLAN is a number from 0 (untagged) to 4094{}",
            harmless(", not ", text)
        )
    })
}

fn prefix_length(text: &str, family: Family) -> Result<u8, String> {
    let longest = family.bits();
    text.trim_start_matches('/')
        .parse()
        .ok()
        .filter(|prefix| (1..=longest).contains(prefix))
        .ok_or_else(|| {
            format!(
                "the prefix length is a number from 1 to {longest}{}",
                harmless(", not ", text)
            )
        })
}

fn resolvers(text: &str) -> Result<Vec<IpAddr>, String> {
    let resolvers: Vec<IpAddr> = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| ip("the resolver", item))
        .collect::<Result<_, _>>()?;
    if (1..=2).contains(&resolvers.len()) {
        Ok(resolvers)
    } else {
        Err(format!("a line names one resolver or two, not {}", resolvers.len()))
    }
}

/// What the fields must be to each other.
fn check(line: &AddressLine) -> Result<(), String> {
    let host_bits = line.family().bits() - line.prefix;
    let network = |ip: IpAddr| to_bits(ip) & !host_mask(host_bits);
    let (first, prefix) = (line.first, line.prefix);
    if network(first) != network(line.last) {
        return Err(format!(
            "{first} and {} are not in one network with the prefix length {prefix}",
            line.last
        ));
    }
    if let Some(gateway) = line.gateway {
        if Family::of(gateway) != line.family() {
            return Err(format!(
                "the gateway {gateway} and the address {first} are not of one family"
            ));
        }
        // a network of one address has its gateway outside, as providers of single addresses do it
        let reachable = network(gateway) == network(first)
            || host_bits == 0
            || (line.family() == Family::V6 && is_link_local(gateway));
        if !reachable || gateway.is_unspecified() {
            let single = line.family().bits();
            return Err(format!(
                "the gateway {gateway} is not in the network {first}/{prefix}: for an address whose gateway is \
                 outside its network write the prefix length {single} (/{single}), each address on a line of its own"
            ));
        }
    }
    if line.candidates().next().is_some() {
        return Ok(());
    }
    match line.unusable(first) {
        Some(why) if first == line.last => Err(format!("{first} {why}")),
        _ => Err("no address of the range can be leased".to_owned()),
    }
}
