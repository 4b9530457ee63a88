//! The names that PVE's rules may hold: macros, protocols, messages of ICMP and services.

/// PVE's macros (pve-firewall, PVE/Firewall.pm, `$pve_fw_macros`): what each stands for, as protocol/port/source port.
const MACROS: [(&str, &str); 84] = [
    ("Amanda", "udp/10080 tcp/10080"),
    ("Auth", "tcp/113"),
    ("BGP", "tcp/179"),
    ("BitTorrent", "tcp/6881:6889 udp/6881"),
    ("BitTorrent32", "tcp/6881:6999 udp/6881"),
    ("CVS", "tcp/2401"),
    ("Ceph", "tcp/6789 tcp/3300 tcp/6800:7300"),
    ("Citrix", "tcp/1494 udp/1604 tcp/2598"),
    ("DAAP", "tcp/3689 udp/3689"),
    ("DCC", "tcp/6277"),
    ("DHCPfwd", "udp/67:68/67:68"),
    ("DNS", "udp/53 tcp/53"),
    ("Distcc", "tcp/3632"),
    ("FTP", "tcp/21"),
    ("Finger", "tcp/79"),
    ("GNUnet", "tcp/2086 udp/2086 tcp/1080 udp/1080"),
    ("GRE", "47"),
    ("Git", "tcp/9418"),
    ("HKP", "tcp/11371"),
    ("HTTP", "tcp/80"),
    ("HTTPS", "tcp/443"),
    ("ICPV2", "udp/3130"),
    ("ICQ", "tcp/5190"),
    ("IMAP", "tcp/143"),
    ("IMAPS", "tcp/993"),
    ("IPIP", "94"),
    ("IPsec", "udp/500/500 50"),
    ("IPsecah", "udp/500/500 51"),
    ("IPsecnat", "udp/500 udp/4500 50"),
    ("IRC", "tcp/6667"),
    ("Jetdirect", "tcp/9100"),
    ("L2TP", "udp/1701"),
    ("LDAP", "tcp/389"),
    ("LDAPS", "tcp/636"),
    ("MDNS", "udp/5353"),
    ("MSNP", "tcp/1863"),
    ("MSSQL", "tcp/1433"),
    ("Mail", "tcp/25 tcp/465 tcp/587"),
    ("Munin", "tcp/4949"),
    ("MySQL", "tcp/3306"),
    ("NNTP", "tcp/119"),
    ("NNTPS", "tcp/563"),
    ("NTP", "udp/123"),
    ("OSPF", "89"),
    ("OpenVPN", "udp/1194"),
    ("PCA", "udp/5632 tcp/5631"),
    ("PMG", "tcp/8006"),
    ("POP3", "tcp/110"),
    ("POP3S", "tcp/995"),
    ("PPtP", "47 tcp/1723"),
    ("Ping", "icmp/echo-request"),
    ("PostgreSQL", "tcp/5432"),
    ("Printer", "tcp/515"),
    ("RDP", "tcp/3389"),
    ("RIP", "udp/520"),
    ("RNDC", "tcp/953"),
    ("Razor", "tcp/2703"),
    ("Rdate", "tcp/37"),
    ("Rsync", "tcp/873"),
    ("SANE", "tcp/6566"),
    ("SMB", "udp/135,445 udp/137:139 udp/1024:65535/137 tcp/135,139,445"),
    ("SMBswat", "tcp/901"),
    ("SMTP", "tcp/25"),
    ("SMTPS", "tcp/465"),
    ("SNMP", "udp/161:162 tcp/161"),
    ("SPAMD", "tcp/783"),
    ("SPICEproxy", "tcp/3128"),
    ("SSH", "tcp/22"),
    ("SVN", "tcp/3690"),
    ("SixXS", "tcp/3874 udp/3740 41 udp/5072,8374"),
    ("Squid", "tcp/3128"),
    ("Submission", "tcp/587"),
    ("Syslog", "udp/514 tcp/514"),
    ("TFTP", "udp/69"),
    ("Telnet", "tcp/23"),
    ("Telnets", "tcp/992"),
    ("Time", "tcp/37"),
    ("Trcrt", "udp/33434:33524 icmp/echo-request"),
    ("VNC", "tcp/5900:5999"),
    ("VNCL", "tcp/5500"),
    ("Web", "tcp/80 tcp/443"),
    ("Webcache", "tcp/8080"),
    ("Webmin", "tcp/10000"),
    ("Whois", "tcp/43"),
];

/// What some of them stand for in IPv6, and those that IPv6 alone has (`$pve_ipv6fw_macros`).
const MACROS_V6: [(&str, &str); 4] = [
    ("DHCPv6", "udp/546:547/546:547"),
    (
        "NeighborDiscovery",
        "icmpv6/router-solicitation icmpv6/router-advertisement icmpv6/neighbor-solicitation \
         icmpv6/neighbor-advertisement",
    ),
    ("Ping", "icmpv6/echo-request"),
    ("Trcrt", "udp/33434:33524 icmpv6/echo-request"),
];

/// Protocols by the names of `/etc/protocols`, of which a rule that is asked about may hold one.
const PROTOCOLS: [(&str, u8); 20] = [
    ("ip", 0),
    ("hopopt", 0),
    ("icmp", 1),
    ("igmp", 2),
    ("ipencap", 4),
    ("tcp", 6),
    ("udp", 17),
    ("dccp", 33),
    ("ipv6", 41),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("ipv6-icmp", 58),
    ("icmpv6", 58),
    ("ospf", 89),
    ("ipip", 94),
    ("vrrp", 112),
    ("l2tp", 115),
    ("sctp", 132),
    ("udplite", 136),
];

/// Messages of ICMP as iptables names them: type, and the code where the name means one.
const ICMP: [(&str, u8, Option<u8>); 36] = [
    ("echo-reply", 0, None),
    ("destination-unreachable", 3, None),
    ("network-unreachable", 3, Some(0)),
    ("host-unreachable", 3, Some(1)),
    ("protocol-unreachable", 3, Some(2)),
    ("port-unreachable", 3, Some(3)),
    ("fragmentation-needed", 3, Some(4)),
    ("source-route-failed", 3, Some(5)),
    ("network-unknown", 3, Some(6)),
    ("host-unknown", 3, Some(7)),
    ("network-prohibited", 3, Some(9)),
    ("host-prohibited", 3, Some(10)),
    ("TOS-network-unreachable", 3, Some(11)),
    ("TOS-host-unreachable", 3, Some(12)),
    ("communication-prohibited", 3, Some(13)),
    ("host-precedence-violation", 3, Some(14)),
    ("precedence-cutoff", 3, Some(15)),
    ("source-quench", 4, None),
    ("redirect", 5, None),
    ("network-redirect", 5, Some(0)),
    ("host-redirect", 5, Some(1)),
    ("TOS-network-redirect", 5, Some(2)),
    ("TOS-host-redirect", 5, Some(3)),
    ("echo-request", 8, None),
    ("router-advertisement", 9, None),
    ("router-solicitation", 10, None),
    ("time-exceeded", 11, None),
    ("ttl-zero-during-transit", 11, Some(0)),
    ("ttl-zero-during-reassembly", 11, Some(1)),
    ("parameter-problem", 12, None),
    ("ip-header-bad", 12, Some(0)),
    ("required-option-missing", 12, Some(1)),
    ("timestamp-request", 13, None),
    ("timestamp-reply", 14, None),
    ("address-mask-request", 17, None),
    ("address-mask-reply", 18, None),
];

/// The same of ICMPv6.
const ICMPV6: [(&str, u8, Option<u8>); 25] = [
    ("destination-unreachable", 1, None),
    ("no-route", 1, Some(0)),
    ("communication-prohibited", 1, Some(1)),
    ("beyond-scope", 1, Some(2)),
    ("address-unreachable", 1, Some(3)),
    ("port-unreachable", 1, Some(4)),
    ("failed-policy", 1, Some(5)),
    ("reject-route", 1, Some(6)),
    ("packet-too-big", 2, None),
    ("time-exceeded", 3, None),
    ("ttl-zero-during-transit", 3, Some(0)),
    ("ttl-zero-during-reassembly", 3, Some(1)),
    ("parameter-problem", 4, None),
    ("bad-header", 4, Some(0)),
    ("unknown-header-type", 4, Some(1)),
    ("unknown-option", 4, Some(2)),
    ("echo-request", 128, None),
    ("echo-reply", 129, None),
    ("router-solicitation", 133, None),
    ("router-advertisement", 134, None),
    ("neighbor-solicitation", 135, None),
    ("neighbour-solicitation", 135, None),
    ("neighbor-advertisement", 136, None),
    ("neighbour-advertisement", 136, None),
    ("redirect", 137, None),
];

/// Services by the names that people write into rules, and for which protocols every node of Proxmox VE has them (`/etc/services` of
/// Debian's netbase). PVE takes each name of that file for any protocol, and iptables then refuses the node's whole table
/// where the name is not one of the rule's protocol.
const SERVICES: [(&str, u16, &[&str]); 31] = [
    ("ftp-data", 20, &["tcp"]),
    ("ftp", 21, &["tcp"]),
    ("ssh", 22, &["tcp"]),
    ("telnet", 23, &["tcp"]),
    ("smtp", 25, &["tcp"]),
    ("domain", 53, &["tcp", "udp"]),
    ("bootps", 67, &["udp"]),
    ("bootpc", 68, &["udp"]),
    ("tftp", 69, &["udp"]),
    ("http", 80, &["tcp"]),
    ("kerberos", 88, &["tcp", "udp"]),
    ("pop3", 110, &["tcp"]),
    ("sunrpc", 111, &["tcp", "udp"]),
    ("ntp", 123, &["udp"]),
    ("imap2", 143, &["tcp"]),
    ("snmp", 161, &["tcp", "udp"]),
    ("bgp", 179, &["tcp"]),
    ("ldap", 389, &["tcp", "udp"]),
    ("https", 443, &["tcp", "udp"]),
    ("submissions", 465, &["tcp"]),
    ("syslog", 514, &["udp"]),
    ("submission", 587, &["tcp"]),
    ("ldaps", 636, &["tcp", "udp"]),
    ("rsync", 873, &["tcp"]),
    ("imaps", 993, &["tcp"]),
    ("pop3s", 995, &["tcp"]),
    ("openvpn", 1194, &["tcp", "udp"]),
    ("ms-sql-s", 1433, &["tcp"]),
    ("mysql", 3306, &["tcp"]),
    ("postgresql", 5432, &["tcp"]),
    ("http-alt", 8080, &["tcp"]),
];

/// A part of a macro: protocol, ports and source ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) proto: &'static str,
    pub(crate) dport: Option<&'static str>,
    pub(crate) sport: Option<&'static str>,
}

/// What a macro stands for in IPv4 or IPv6; nothing where it is one of the other's. `None`: PVE has no such macro.
pub(crate) fn macro_parts(name: &str, v6: bool) -> Option<Vec<Part>> {
    let find = |table: &[(&str, &'static str)]| {
        let row = table.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        row.map(|(_, parts)| *parts)
    };
    let (four, six) = (find(&MACROS), find(&MACROS_V6));
    let parts = if v6 { six.or(four) } else { four.or(six.map(|_| "")) }?;
    let part = |text: &'static str| {
        let mut words = text.split('/');
        Part {
            proto: words.next().unwrap_or_default(),
            dport: words.next(),
            sport: words.next(),
        }
    };
    Some(parts.split_whitespace().map(part).collect())
}

/// The number of a protocol, by its name or as it is.
pub(crate) fn protocol(name: &str) -> Option<u8> {
    let row = PROTOCOLS.iter().find(|(known, _)| *known == name);
    row.map(|(_, number)| *number).or_else(|| name.parse().ok())
}

/// Whether PVE takes a name for the message of ICMP, or a number, and which one it is: type, and code where it means one.
/// The type is `None` for any.
pub(crate) fn message(name: &str, v6: bool) -> Option<(Option<u8>, Option<u8>)> {
    if name == "any" && !v6 {
        return Some((None, None));
    }
    let names: &[_] = if v6 { &ICMPV6 } else { &ICMP };
    let row = names.iter().find(|(known, ..)| *known == name);
    row.map(|(_, kind, code)| (Some(*kind), *code))
        .or_else(|| Some((Some(name.parse().ok()?), None)))
}

/// Whether PVE takes a name for the message of ICMP as `icmp-type`.
pub(crate) fn is_message(name: &str, v6: bool) -> bool {
    let names: &[_] = if v6 { &ICMPV6 } else { &ICMP };
    name == "any" && !v6 || names.iter().any(|(known, ..)| *known == name)
}

/// The port of a service, by its name or as it is.
pub(crate) fn port(name: &str) -> Option<u16> {
    let row = SERVICES.iter().find(|(known, ..)| *known == name);
    row.map(|(_, port, _)| *port).or_else(|| name.parse().ok())
}

/// Whether every node knows a service by this name for a protocol.
pub(crate) fn is_service(name: &str, proto: &str) -> bool {
    let row = SERVICES.iter().find(|(known, ..)| *known == name);
    row.is_some_and(|(.., protocols)| protocols.contains(&proto))
}
