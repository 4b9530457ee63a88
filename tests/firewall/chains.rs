//! The chains that pve-firewall writes for one guest, followed line by line from its source (src/PVE/Firewall.pm), and
//! nothing of the evaluator's: `verify_rule`, `$apply_macro`, `ipt_rule_to_cmds`, `ruleset_create_vm_chain`,
//! `compile_iptables_filter`.

use super::lists::{LINK_LOCAL, List};
use serde_json::{Map, Value};

type Rule = Map<String, Value>;

/// The macros that the lists hold: in IPv4, and where it differs in IPv6.
const MACROS: [(&str, &str, &str); 13] = [
    ("SSH", "tcp/22", ""),
    ("Web", "tcp/80 tcp/443", ""),
    ("DNS", "udp/53 tcp/53", ""),
    ("Ping", "icmp/echo-request", "icmpv6/echo-request"),
    (
        "Trcrt",
        "udp/33434:33524 icmp/echo-request",
        "udp/33434:33524 icmpv6/echo-request",
    ),
    ("SMB", "udp/135,445 udp/137:139 udp/1024:65535/137 tcp/135,139,445", ""),
    ("GRE", "47", ""),
    (
        "NeighborDiscovery",
        "none",
        "icmpv6/router-solicitation icmpv6/router-advertisement icmpv6/neighbor-solicitation icmpv6/neighbor-advertisement",
    ),
    ("DHCPv6", "none", "udp/546:547/546:547"),
    ("IPsec", "udp/500/500 50", ""),
    ("SixXS", "tcp/3874 udp/3740 41 udp/5072,8374", ""),
    ("Mail", "tcp/25 tcp/465 tcp/587", ""),
    ("HTTP", "tcp/80", ""),
];
const WITH_PORTS: &str = " udp 17 udplite 136 tcp 6 dccp 33 sctp 132 ";
const ICMP: &str = " any echo-reply echo-request time-exceeded port-unreachable ";
const ICMPV6: &str = " echo-reply echo-request time-exceeded port-unreachable neighbor-solicitation router-solicitation \
                      router-advertisement neighbor-advertisement ";

fn is_in(list: &str, word: &str) -> bool {
    list.contains(&format!(" {word} "))
}

fn get<'a>(rule: &'a Rule, key: &str) -> Option<&'a str> {
    rule.get(key).and_then(Value::as_str)
}

/// `verify_rule`: the family that the rule is for, or what is wrong with it.
fn verify(rule: &Rule) -> Result<Option<u8>, &'static str> {
    let mut version = None;
    let mut set_version = |found: u8| match version.replace(found) {
        Some(before) if before != found => Err("mixed"),
        _ => Ok(()),
    };
    let mut is_icmp = false;
    if let Some(proto) = get(rule, "proto") {
        is_icmp = is_in(" icmp icmpv6 ipv6-icmp ", proto);
        match proto {
            "icmp" => set_version(4)?,
            "icmpv6" | "ipv6-icmp" => set_version(6)?,
            _ => {}
        }
    }
    let has_ports = get(rule, "proto").is_some_and(|proto| is_in(WITH_PORTS, proto));
    if get(rule, "dport").is_some() && !has_ports && !is_icmp {
        return Err("dport");
    }
    if let Some(dport) = get(rule, "dport") {
        let is_message = is_in(ICMP, dport) || is_in(ICMPV6, dport);
        if is_message && !is_icmp {
            return Err("dport");
        }
    }
    if let Some(message) = get(rule, "icmp-type") {
        let names = if get(rule, "proto") == Some("icmp") {
            ICMP
        } else {
            ICMPV6
        };
        if !is_icmp || get(rule, "dport").is_some() || !is_in(names, message) {
            return Err("icmp-type");
        }
    }
    if get(rule, "sport").is_some() && !has_ports {
        return Err("sport");
    }
    for key in ["source", "dest"] {
        match get(rule, key) {
            Some("10.0.0.5/8" | "10.0.0.1,fd00::1") => return Err("address"),
            Some(address) => set_version(if address.contains(':') { 6 } else { 4 })?,
            None => {}
        }
    }
    if get(rule, "macro").is_some() {
        apply_macro(rule, version == Some(6))?;
    }
    Ok(version)
}

/// `$apply_macro`: the rules that a macro stands for.
fn apply_macro(rule: &Rule, v6: bool) -> Result<Vec<Rule>, &'static str> {
    let Some(name) = get(rule, "macro") else {
        return Ok(vec![rule.clone()]);
    };
    let row = MACROS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
    let (_, four, six) = row.ok_or("unknown macro")?;
    let parts = if v6 && !six.is_empty() { six } else { four };
    let mut rules = Vec::new();
    for part in parts.split(' ').filter(|part| *part != "none") {
        let mut made = rule.clone();
        made.remove("macro");
        for (key, value) in ["proto", "dport", "sport"].into_iter().zip(part.split('/')) {
            if get(rule, key).is_some_and(|own| own != value) {
                return Err("already defined in macro");
            }
            made.insert(key.to_owned(), value.into());
        }
        rules.push(made);
    }
    Ok(rules)
}

/// `ipt_rule_to_cmds`
fn command(rule: &Rule, action: &str, v6: bool) -> Result<String, &'static str> {
    let mut words: Vec<String> = Vec::new();
    for (key, letter, srcdst) in [("source", "s", "src"), ("dest", "d", "dst")] {
        if let Some(address) = get(rule, key) {
            words.push(if address.contains('-') {
                format!("-m iprange --{srcdst}-range {address}")
            } else {
                format!("-{letter} {address}")
            });
        }
    }
    if let Some(proto) = get(rule, "proto") {
        words.push(format!("-p {proto}"));
        let multi = |key: &str| get(rule, key).is_some_and(|list| list.contains(','));
        if let Some(message) = get(rule, "icmp-type") {
            let option = if proto == "icmp" { "icmp-type" } else { "icmpv6-type" };
            words.push(format!("-m {proto} --{option} {message}"));
        }
        let sport = get(rule, "sport").map(|list| match multi("sport") {
            true => format!("--match multiport --sports {list}"),
            false => format!("--sport {list}"),
        });
        let dport = match get(rule, "dport") {
            None => None,
            Some(message) if proto == "icmp" => match is_in(ICMP, message) {
                true => Some(format!("-m icmp --icmp-type {message}")),
                false => return Err("unknown icmp-type"),
            },
            Some(message) if proto == "icmpv6" => match is_in(ICMPV6, message) && v6 {
                true => Some(format!("-m icmpv6 --icmpv6-type {message}")),
                false => return Err("unknown icmp-type"),
            },
            Some(_) if !is_in(WITH_PORTS, proto) => return Err("no ports"),
            Some(list) if multi("dport") => Some(format!("--match multiport --dports {list}")),
            Some(list) => Some(format!("--dport {list}")),
        };
        // single port before multiport
        let both = if multi("sport") { [dport, sport] } else { [sport, dport] };
        words.extend(both.into_iter().flatten());
    }
    let jump = if action == "PVEFW-SET-ACCEPT-MARK" { "-g" } else { "-j" };
    words.push(format!("{jump} {action}"));
    Ok(words.join(" "))
}

/// `ruleset_generate_vm_rules`: all or nothing of each rule.
fn rules(list: &List, direction: &str, v6: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for rule in list.rules.iter().filter_map(Value::as_object) {
        let other = get(rule, "iface").is_some_and(|iface| iface != "net0");
        let Ok(version) = verify(rule) else { continue };
        if other || rule["enable"] == 0 || version.is_some_and(|version| (version == 6) != v6) {
            continue;
        }
        if !rule["type"].as_str().unwrap().eq_ignore_ascii_case(direction) {
            continue;
        }
        let action = match (rule["action"].as_str().unwrap(), direction) {
            ("ACCEPT", "OUT") => "PVEFW-SET-ACCEPT-MARK",
            ("REJECT", _) => "PVEFW-reject",
            (action, _) => action,
        };
        let made = apply_macro(rule, v6).and_then(|parts| {
            parts
                .iter()
                .map(|part| command(part, action, v6))
                .collect::<Result<Vec<_>, _>>()
        });
        lines.extend(made.unwrap_or_default());
    }
    lines
}

/// `generate_tap_rules_direction`
fn tap(list: &List, direction: &str, v6: bool) -> Vec<String> {
    let off = |key: &str| list.options.get(key).is_some_and(|value| value == 0);
    let on = |key: &str| list.options.get(key).is_some_and(|value| value == 1);
    let out = direction == "OUT";
    let accept = if out { "-g PVEFW-SET-ACCEPT-MARK" } else { "-j ACCEPT" };
    let mut lines = vec!["-j CONNMARK --set-mark 100".to_owned()];
    if !off("dhcp") {
        let (client, server) = if v6 { (546, 547) } else { (68, 67) };
        let (from, to) = if out { (client, server) } else { (server, client) };
        lines.push(format!("-p udp --sport {from} --dport {to} {accept}"));
    }
    if out {
        if !off("macfilter") {
            lines.push(format!("-m mac ! --mac-source {} -j DROP", list.mac));
        }
        if v6 && !on("radv") {
            lines.push("-p icmpv6 --icmpv6-type router-advertisement -j DROP".to_owned());
        }
        if list.ip_filter.is_some() || on("ipfilter") {
            lines.push(format!("-m set ! --match-set {} src -j DROP", set_name("ipfilter", v6)));
        }
        lines.push("-j MARK --set-mark 0x00000000/0x80000000".to_owned());
    }
    if v6 && !off("ndp") {
        let line = |message: &str| format!("-p icmpv6 --icmpv6-type {message} {accept}");
        lines.push(line("router-solicitation"));
        if !out || on("radv") {
            lines.push(line("router-advertisement"));
        }
        lines.extend([line("neighbor-solicitation"), line("neighbor-advertisement")]);
    }
    lines.extend(rules(list, direction, v6));
    let (key, default) = if out {
        ("policy_out", "ACCEPT")
    } else {
        ("policy_in", "DROP")
    };
    match list.options.get(key).and_then(Value::as_str).unwrap_or(default) {
        "ACCEPT" => lines.push(accept.to_owned()),
        "DROP" => lines.extend(["-j PVEFW-Drop".to_owned(), "-j DROP".to_owned()]),
        _ => lines.extend(["-j PVEFW-Reject".to_owned(), "-g PVEFW-reject".to_owned()]),
    }
    lines
}

/// `$pve_std_chains_conf`
fn standard(v6: bool) -> Vec<(&'static str, Vec<&'static str>)> {
    const SYN: &str = "-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j DROP";
    const INVALID: &str = "-m conntrack --ctstate INVALID -j DROP";
    let begin: &[&str] = if v6 {
        &[
            "-p tcp --dport 43 -j PVEFW-reject",
            "-j PVEFW-DropBroadcast",
            "-p icmpv6 -m icmpv6 --icmpv6-type destination-unreachable -j ACCEPT",
            "-p icmpv6 -m icmpv6 --icmpv6-type time-exceeded -j ACCEPT",
            "-p icmpv6 -m icmpv6 --icmpv6-type packet-too-big -j ACCEPT",
        ]
    } else {
        &[
            "-j PVEFW-DropBroadcast",
            "-p icmp -m icmp --icmp-type fragmentation-needed -j ACCEPT",
            "-p icmp -m icmp --icmp-type time-exceeded -j ACCEPT",
        ]
    };
    let end = ["-p udp --dport 1900 -j DROP", SYN, "-p udp --sport 53 -j DROP"];
    let drop = [
        "-p udp --match multiport --dports 135,445 -j DROP",
        "-p udp --dport 137:139 -j DROP",
        "-p udp --sport 137 --dport 1024:65535 -j DROP",
        "-p tcp --match multiport --dports 135,139,445 -j DROP",
    ];
    let reject = [
        "-p udp --match multiport --dports 135,445 -j PVEFW-reject",
        "-p udp --dport 137:139 -j PVEFW-reject",
        "-p udp --sport 137 --dport 1024:65535 -j PVEFW-reject",
        "-p tcp --match multiport --dports 135,139,445 -j PVEFW-reject",
    ];
    let whole = |noise: &[&'static str]| [begin, &[INVALID], noise, &end].concat();
    let (broadcast, answer): (&[&str], &[&str]) = if v6 {
        (
            &["-d ff00::/8 -j DROP"],
            &[
                "-p icmpv6 -j DROP",
                "-p tcp -j REJECT --reject-with tcp-reset",
                "-p udp -j REJECT --reject-with icmp6-port-unreachable",
                "-j REJECT --reject-with icmp6-adm-prohibited",
            ],
        )
    } else {
        (
            &[
                "-m addrtype --dst-type BROADCAST -j DROP",
                "-m addrtype --dst-type MULTICAST -j DROP",
                "-m addrtype --dst-type ANYCAST -j DROP",
                "-d 224.0.0.0/4 -j DROP",
            ],
            &[
                "-m addrtype --dst-type BROADCAST -j DROP",
                "-s 224.0.0.0/4 -j DROP",
                "-p icmp -j DROP",
                "-p tcp -j REJECT --reject-with tcp-reset",
                "-p udp -j REJECT --reject-with icmp-port-unreachable",
                "-p icmp -j REJECT --reject-with icmp-host-unreachable",
                "-j REJECT --reject-with icmp-host-prohibited",
            ],
        )
    };
    let mut chains = vec![
        (
            "PVEFW-SET-ACCEPT-MARK",
            vec!["-j MARK --set-mark 0x80000000/0x80000000"],
        ),
        ("PVEFW-DropBroadcast", broadcast.to_vec()),
        ("PVEFW-reject", answer.to_vec()),
        ("PVEFW-Drop", whole(&drop)),
        ("PVEFW-Reject", whole(&reject)),
        (
            "PVEFW-tcpflags",
            vec![
                "-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG FIN,PSH,URG -g PVEFW-logflags",
                "-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -g PVEFW-logflags",
                "-p tcp -m tcp --tcp-flags SYN,RST SYN,RST -g PVEFW-logflags",
                "-p tcp -m tcp --tcp-flags FIN,SYN FIN,SYN -g PVEFW-logflags",
                "-p tcp -m tcp --sport 0 --tcp-flags FIN,SYN,RST,ACK SYN -g PVEFW-logflags",
            ],
        ),
        ("PVEFW-logflags", vec!["-j DROP"]),
    ];
    if !v6 {
        let smurfs = vec![
            "-s 0.0.0.0/32 -j RETURN",
            "-m addrtype --src-type BROADCAST -g PVEFW-smurflog",
            "-s 224.0.0.0/4 -g PVEFW-smurflog",
        ];
        chains.extend([("PVEFW-smurfs", smurfs), ("PVEFW-smurflog", vec!["-j DROP"])]);
    }
    chains
}

pub fn set_name(of: &str, v6: bool) -> String {
    format!("PVEFW-{of}-v{}", if v6 { 6 } else { 4 })
}

/// The IP sets, with what `compile_ipsets` adds.
pub fn sets(list: &List, v6: bool) -> Vec<(String, Vec<(String, bool)>)> {
    let mut own = list.ip_filter.clone().unwrap_or_default();
    own.extend([(LINK_LOCAL.to_owned(), false), ("fe80::/10".to_owned(), true)]);
    let black = list.blacklist.iter().map(|cidr| (cidr.clone(), false)).collect();
    let of_family = |entries: Vec<(String, bool)>| entries.into_iter().filter(|(cidr, _)| cidr.contains(':') == v6);
    [("ipfilter", own), ("blacklist", black)]
        .into_iter()
        .map(|(name, entries)| (set_name(name, v6), of_family(entries).collect()))
        .collect()
}

/// The whole table, one rule a line: `compile_iptables_filter`.
pub fn filter(list: &List, v6: bool) -> Vec<String> {
    let mut chains: Vec<(&str, Vec<String>)> = Vec::new();
    let mut forward = Vec::new();
    if !list.node.allows_invalid {
        forward.push("-m conntrack --ctstate INVALID -j DROP".to_owned());
    }
    forward.push("-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT".to_owned());
    forward.push("-m physdev --physdev-is-bridged --physdev-in fwln+ -j PVEFW-FWBR-IN".to_owned());
    forward.push("-m physdev --physdev-is-bridged --physdev-out fwln+ -j PVEFW-FWBR-OUT".to_owned());
    let (mut input, mut output) = (Vec::new(), Vec::new());
    if !list.blacklist.is_empty() {
        chains.push(("PVEFW-blacklist", vec!["-j DROP".to_owned()]));
        let set = set_name("blacklist", v6);
        input.push(format!("-m set --match-set {set} src -j PVEFW-blacklist"));
    }
    if list.node.smurfs && !v6 {
        input.push("-m conntrack --ctstate INVALID,NEW -j PVEFW-smurfs".to_owned());
    }
    if list.node.tcp_flags {
        input.push("-p tcp -j PVEFW-tcpflags".to_owned());
    }
    if list.options.get("enable").is_some_and(|value| value == 1) && list.is_filtered {
        input.push("-m physdev --physdev-is-bridged --physdev-out tap100i0 -j tap100i0-IN".to_owned());
        output.push("-m physdev --physdev-is-bridged --physdev-in tap100i0 -j tap100i0-OUT".to_owned());
        chains.push(("tap100i0-IN", tap(list, "IN", v6)));
        chains.push(("tap100i0-OUT", tap(list, "OUT", v6)));
    }
    chains.extend([
        ("PVEFW-FORWARD", forward),
        ("PVEFW-FWBR-IN", input),
        ("PVEFW-FWBR-OUT", output),
    ]);
    for (name, lines) in standard(v6) {
        chains.push((name, lines.into_iter().map(str::to_owned).collect()));
    }
    let mut text = Vec::new();
    for (name, lines) in chains {
        text.extend(lines.into_iter().map(|line| format!("-A {name} {line}")));
    }
    text
}
