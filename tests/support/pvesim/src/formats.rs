//! Named formats of parameters, with PVE's words (`PVE::JSONSchema`, `PVE::Firewall`; golden *config*, *firewall*).

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::props;
use crate::text::split_list;

type Check = Result<(), String>;

fn fail(text: impl Into<String>) -> Check {
    Err(text.into())
}

/// Checks `value` against the named format. Unknown formats pass.
pub fn check(format: &str, name: &str, value: &str) -> Check {
    match format {
        "pve-vmid" => match value.parse::<i64>() {
            Ok(100..=999_999_999) => Ok(()),
            _ => fail("value does not look like a valid VM ID"),
        },
        "pve-configid" => config_id(value),
        "pve-configid-list" => split_list(value).iter().try_for_each(|v| config_id(v)),
        "dns-name" if !is_dns_name(value) => fail("value does not look like a valid DNS name"),
        "pve-node" if !is_node(value) => fail("value does not look like a valid node name"),
        "pve-storage-id" if !is_storage_id(value) => fail(format!("storage ID '{value}' contains illegal characters")),
        "pve-poolid" if !is_pool(value) => fail("value does not look like a valid pool name"),
        "urlencoded" if !is_urlencoded(value) => fail(format!("invalid urlencoded string: {value}")),
        "pve-tag-list" => split_list(value).iter().try_for_each(|t| tag(t)),
        "pve-vmid-list" => split_list(value).iter().try_for_each(|v| check("pve-vmid", name, v)),
        "address-list" => split_list(value).iter().try_for_each(|a| address(a)),
        "mac-addr" if !is_unicast_mac(value) => fail("value does not look like a valid unicast MAC address"),
        "IPorCIDR" | "IPorCIDRorAlias" => ip_or_cidr(format, value),
        "pve-fw-addr-spec" => crate::fwrules::check_addr_spec(value),
        "pve-fw-dport-spec" | "pve-fw-sport-spec" => crate::fwrules::check_port_spec(value),
        "pve-fw-protocol-spec" => crate::fwrules::check_protocol(value),
        "pve-vm-cpu-conf" => cpu(value),
        "pve-qm-ipconfig" => props::check(name, value),
        _ => Ok(()),
    }
}

/// Checks the property strings of a VM by the option's name (`net0`, `scsi1`, `memory`, …).
pub fn check_option(name: &str, value: &str) -> Check {
    props::check(name, value)
}

fn config_id(value: &str) -> Check {
    let mut chars = value.chars();
    let ok = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && value.len() >= 2
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if ok {
        Ok(())
    } else {
        fail(format!("invalid configuration ID '{value}'"))
    }
}

/// A DNS name, labels of 1 to 63.
pub fn is_dns_name(value: &str) -> bool {
    !value.is_empty()
        && value.split('.').all(|l| {
            !l.is_empty()
                && l.len() <= 63
                && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !l.starts_with('-')
                && !l.ends_with('-')
        })
}

fn is_node(value: &str) -> bool {
    is_dns_name(value) && !value.contains('.')
}

fn is_storage_id(value: &str) -> bool {
    let v = value.as_bytes();
    v.len() >= 2
        && v[0].is_ascii_alphabetic()
        && v[v.len() - 1].is_ascii_alphanumeric()
        && v.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}

fn is_pool(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b))
}

fn is_urlencoded(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'%' => {
                if !(bytes.len() > i + 2 && bytes[i + 1].is_ascii_hexdigit() && bytes[i + 2].is_ascii_hexdigit()) {
                    return false;
                }
                i += 3;
            }
            b if b.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&b) => i += 1,
            _ => return false,
        }
    }
    true
}

fn tag(value: &str) -> Check {
    let t = value.as_bytes();
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let ok = !t.is_empty() && word(&t[0]) && t.iter().all(|b| word(b) || b"-+.".contains(b));
    if ok { Ok(()) } else { fail("invalid characters in tag") }
}

fn address(value: &str) -> Check {
    if value.parse::<Ipv4Addr>().is_ok() || value.parse::<Ipv6Addr>().is_ok() || is_dns_name(value) {
        Ok(())
    } else {
        fail("value does not look like a valid address")
    }
}

fn ip_or_cidr(format: &str, value: &str) -> Check {
    let alias = format == "IPorCIDRorAlias"
        && value
            .rsplit('/')
            .next()
            .is_some_and(|v| v.starts_with(|c: char| c.is_ascii_alphabetic()))
        && !value.contains(':');
    if alias || parse_cidr(value).is_some() {
        Ok(())
    } else {
        fail("value does not look like a valid IP address or CIDR network")
    }
}

/// An address, or address/prefix: family, host bits, prefix.
pub fn parse_cidr(value: &str) -> Option<(u8, u128, u8)> {
    let (ip, len) = match value.split_once('/') {
        Some((ip, len)) => (ip, Some(len.parse::<u8>().ok()?)),
        None => (value, None),
    };
    if let Ok(v4) = ip.parse::<Ipv4Addr>() {
        let len = len.unwrap_or(32);
        return (len <= 32).then_some((4, u128::from(u32::from(v4)), len));
    }
    let v6: Ipv6Addr = ip.parse().ok()?;
    let len = len.unwrap_or(128);
    (len <= 128).then_some((6, u128::from(v6), len))
}

/// Unicast MAC: six octets, lowest bit of the first clear.
pub fn is_unicast_mac(value: &str) -> bool {
    let parts: Vec<&str> = value.split(':').collect();
    parts.len() == 6
        && parts
            .iter()
            .all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit()))
        && u8::from_str_radix(parts[0], 16).is_ok_and(|b| b & 1 == 0)
}

/// `10.0.0.5/24`
pub fn is_cidr4(value: &str) -> bool {
    value.contains('/') && matches!(parse_cidr(value), Some((4, _, 1..)))
}

/// `2001:db8::5/64`
pub fn is_cidr6(value: &str) -> bool {
    value.contains('/') && matches!(parse_cidr(value), Some((6, _, 1..)))
}

fn cpu(value: &str) -> Check {
    let kind = value.split(',').next().unwrap_or_default();
    let kind = kind.strip_prefix("cputype=").unwrap_or(kind);
    let lower = [
        "host", "max", "kvm32", "kvm64", "qemu32", "qemu64", "athlon", "phenom", "coreduo", "core2duo",
    ];
    let known = lower.contains(&kind)
        || kind.starts_with("x86-64-v")
        || kind.starts_with("custom-")
        || kind.starts_with("pentium")
        || kind == "486"
        || kind.starts_with(|c: char| c.is_ascii_uppercase());
    if known || value.contains('=') && !value.starts_with("cputype=") && kind.contains('=') {
        Ok(())
    } else {
        fail(format!(
            "Built-in cputype '{kind}' is not defined (missing 'custom-' prefix?)"
        ))
    }
}
