//! Which firewall rules PVE takes (`verify_rule` of `PVE::Firewall`; golden *firewall*).

use std::collections::BTreeMap;

use crate::cluster::Cluster;
use crate::firewall::Rule;
use crate::formats::parse_cidr;
use crate::types::Fail;

const PROTOCOLS: &str = " tcp udp icmp icmpv6 ipv6-icmp gre esp ah sctp igmp ospf vrrp l2tp ipip ipv6 ipencap pim udplite dccp \
    all ";
/// Names of `/etc/services`.
const SERVICES: &str = " ftp-data ftp ssh telnet smtp domain bootps bootpc tftp http kerberos sunrpc ntp snmp \
    bgp ldap https submissions syslog submission ldaps rsync imaps openvpn ms-sql-s mysql postgresql http-alt ";
/// `icmp_type_names`.
const ICMP: &str = " any echo-reply destination-unreachable network-unreachable host-unreachable \
    protocol-unreachable port-unreachable fragmentation-needed source-route-failed network-unknown \
    host-unknown network-prohibited host-prohibited TOS-network-unreachable TOS-host-unreachable \
    communication-prohibited host-precedence-violation precedence-cutoff source-quench redirect \
    network-redirect host-redirect TOS-network-redirect TOS-host-redirect echo-request router-advertisement \
    router-solicitation time-exceeded ttl-zero-during-transit ttl-zero-during-reassembly parameter-problem \
    ip-header-bad required-option-missing timestamp-request timestamp-reply address-mask-request \
    address-mask-reply ";
/// `icmpv6_type_names`.
const ICMPV6: &str = " destination-unreachable no-route communication-prohibited beyond-scope \
    address-unreachable port-unreachable failed-policy reject-route packet-too-big time-exceeded \
    ttl-zero-during-transit ttl-zero-during-reassembly parameter-problem bad-header unknown-header-type \
    unknown-option echo-request echo-reply router-solicitation router-advertisement neighbor-solicitation \
    neighbour-solicitation neighbor-advertisement neighbour-advertisement redirect ";
const MACROS: &str = " Amanda Auth BGP BitTorrent BitTorrent32 CVS Ceph Citrix DAAP DCC DHCPfwd DHCPv6 DNS Distcc FTP Finger \
    GNUnet GRE Git HKP HTTP HTTPS ICPV2 ICQ IMAP IMAPS IPIP IPsec IPsecah IPsecnat IRC Jetdirect L2TP LDAP LDAPS MDNS MSNP \
    MSSQL Mail MailServer Munin MySQL NNTP NNTPS NTP NeighborDiscovery OSPF OpenVPN PBS PCA PMG POP3 POP3S PPtP Ping \
    PostgreSQL Printer RDP RIP RNDC Razor Rdate Rsync SANE SMB SMBBI SMBswat SMTP SMTPS SNMP SPAMD SPICEproxy SSH SVN SixXS \
    Squid Submission Syslog TFTP Telnet Telnets Time Trcrt VNC VNCL Web Webcache Webmin Whois ";

fn named(list: &str, word: &str) -> bool {
    list.contains(&format!(" {word} "))
}

fn is_reference(text: &str) -> bool {
    text.starts_with('+') || (text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.contains(':'))
}

/// `source` and `dest`.
pub(crate) fn check_addr_spec(value: &str) -> Result<(), String> {
    if is_reference(value) {
        return Ok(());
    }
    for item in value.split(',') {
        for ip in item.split('-') {
            if parse_cidr(ip).is_some() {
                continue;
            }
            let bad = ip
                .split('/')
                .next()
                .unwrap_or(ip)
                .split('.')
                .find(|q| q.parse::<u8>().is_err());
            return Err(match bad {
                Some(q) if ip.contains('.') => format!("invalid IP address: Invalid quad in IP address {ip} - {q}"),
                _ => format!("invalid IP address: {ip}"),
            });
        }
    }
    Ok(())
}

/// `dport` and `sport`.
pub(crate) fn check_port_spec(value: &str) -> Result<(), String> {
    for item in value.split(',') {
        for port in item.split(':') {
            let number = port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
            if !number && !named(SERVICES, port) {
                return Err(format!("invalid port '{port}'"));
            }
        }
    }
    Ok(())
}

/// `proto`.
pub(crate) fn check_protocol(value: &str) -> Result<(), String> {
    if value.parse::<u8>().is_ok() || named(PROTOCOLS, value) {
        Ok(())
    } else {
        Err(format!("unknown protocol '{value}'"))
    }
}

/// `PROTOCOLS_WITH_PORTS`.
const WITH_PORTS: &str = " udp 17 udplite 136 tcp 6 dccp 33 sctp 132 ";

type Errors = BTreeMap<String, String>;

/// Checks a whole rule and sets its `ipversion`.
pub(crate) fn verify(c: &Cluster, key: &str, rule: &mut Rule) -> Result<(), Errors> {
    let mut e = Errors::new();
    let get = |k: &str| rule.get(k).cloned();
    if get("type").as_deref() == Some("group") {
        return Ok(());
    }
    let action = get("action").unwrap_or_default();
    if !["ACCEPT", "DROP", "REJECT"].contains(&action.as_str()) {
        e.insert("action".into(), format!("unknown action '{action}'"));
    }
    if let Some(iface) = get("iface").filter(|_| key != "cluster") {
        let ok = iface
            .strip_prefix("net")
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if !ok {
            e.insert(
                "iface".into(),
                "value does not match the regex pattern 'net\\d+'".into(),
            );
        }
    }
    if let Some(m) = get("macro")
        && !named(MACROS, &m)
    {
        e.insert("macro".into(), format!("unknown macro '{m}'"));
    }
    for port in ["dport", "sport"] {
        if rule.contains_key(port) && !rule.contains_key("proto") && !rule.contains_key("macro") {
            e.insert(
                "proto".into(),
                format!("missing property - '{port}' requires this property"),
            );
        }
    }
    ports(rule, &mut e);
    message(rule, &mut e);
    let version = families(c, key, rule, &mut e);
    if e.is_empty() {
        if let Some(v) = version {
            rule.insert("ipversion".into(), v.to_string());
        }
        Ok(())
    } else {
        Err(e)
    }
}

/// What has no ports, and lists that are too long (`parse_port_name_number_or_range`: a range is two of them).
fn ports(rule: &Rule, e: &mut Errors) {
    let Some(proto) = rule.get("proto") else { return };
    let is_icmp = ["icmp", "icmpv6", "ipv6-icmp"].contains(&proto.as_str());
    for name in ["dport", "sport"] {
        let Some(value) = rule.get(name) else { continue };
        let has = named(WITH_PORTS, proto) || is_icmp && name == "dport";
        if !has {
            e.insert(name.into(), format!("protocol '{proto}' does not support ports"));
        }
        if value.split([',', ':']).count() > 15 {
            e.insert(name.into(), "too many entries in port list (> 15 numbers)".into());
        }
    }
}

/// `icmp-type`: a name of the rule's own family.
fn message(rule: &Rule, e: &mut Errors) {
    let Some(value) = rule.get("icmp-type").filter(|value| !value.is_empty()) else {
        return;
    };
    let known = match rule.get("proto").map(String::as_str) {
        Some("icmp") => ICMP,
        Some("icmpv6" | "ipv6-icmp") => ICMPV6,
        _ => {
            e.insert(
                "proto".into(),
                "missing property - 'icmp-type' requires this property".into(),
            );
            return;
        }
    };
    if !named(known, value) {
        e.insert("icmp-type".into(), format!("invalid icmp-type value '{value}'"));
    }
}

fn families(c: &Cluster, key: &str, rule: &Rule, e: &mut Errors) -> Option<u8> {
    let mut version = match rule.get("proto").map(String::as_str) {
        Some("icmp") => Some(4),
        Some("icmpv6" | "ipv6-icmp") => Some(6),
        _ => None,
    };
    for field in ["source", "dest"] {
        let Some(value) = rule.get(field) else { continue };
        if is_reference(value) {
            if let Err(text) = reference(c, key, value) {
                e.insert(field.into(), text);
            } else if let Some(v) = alias_version(c, key, value) {
                version = version.or(Some(v));
            }
            continue;
        }
        for item in value.split([',', '-']) {
            let Some((v, _, _)) = parse_cidr(item) else { continue };
            match version {
                Some(old) if old != v => {
                    e.insert(field.into(), "detected mixed ipv4/ipv6 addresses in rule".into());
                }
                _ => version = Some(v),
            }
        }
    }
    version
}

fn scopes<'a>(key: &'a str, name: &'a str) -> (Vec<&'a str>, &'a str) {
    if let Some(n) = name.strip_prefix("dc/") {
        (vec!["cluster"], n)
    } else if let Some(n) = name.strip_prefix("guest/") {
        (vec![key], n)
    } else {
        (vec![key, "cluster"], name)
    }
}

fn reference(c: &Cluster, key: &str, value: &str) -> Result<(), String> {
    if let Some(set) = value.strip_prefix('+') {
        let (files, name) = scopes(key, set);
        let found = files
            .iter()
            .any(|f| c.firewall.get(*f).is_some_and(|fw| fw.sets.contains_key(name)));
        return if found {
            Ok(())
        } else {
            Err(format!("no such ipset '{name}'"))
        };
    }
    let (files, name) = scopes(key, value);
    let found = files.iter().any(|f| {
        c.firewall
            .get(*f)
            .is_some_and(|fw| fw.aliases.contains_key(&name.to_lowercase()))
    });
    if found {
        Ok(())
    } else {
        Err(format!("no such alias '{name}'"))
    }
}

fn alias_version(c: &Cluster, key: &str, value: &str) -> Option<u8> {
    let (files, name) = scopes(key, value);
    let cidr = files.iter().find_map(|f| {
        c.firewall
            .get(*f)?
            .aliases
            .get(&name.to_lowercase())
            .map(|a| a.0.clone())
    })?;
    parse_cidr(&cidr).map(|(v, _, _)| v)
}

/// An address or network as PVE writes it: host bits cleared, single addresses without prefix, IPv6 in lower case.
pub(crate) fn normalise(value: &str) -> Result<String, Fail> {
    if is_reference(value) && parse_cidr(value).is_none() {
        return Ok(value.to_owned());
    }
    let bad = || {
        Fail::param(
            "cidr",
            "invalid format - value does not look like a valid IP address or CIDR network\n",
        )
    };
    let (version, bits, len) = parse_cidr(value).ok_or_else(bad)?;
    if len == 0 {
        return Err(Fail::param("cidr", "a zero prefix is not allowed in ipset entries"));
    }
    if version == 4 {
        let mask = u32::MAX << (32 - u32::from(len));
        let ip = std::net::Ipv4Addr::from((bits as u32) & mask);
        return Ok(if len == 32 {
            ip.to_string()
        } else {
            format!("{ip}/{len}")
        });
    }
    let mask = u128::MAX << (128 - u32::from(len));
    let ip = std::net::Ipv6Addr::from(bits & mask);
    Ok(if len == 128 {
        ip.to_string()
    } else {
        format!("{ip}/{len}")
    })
}
