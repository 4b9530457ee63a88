use super::*;
use serde_json::json;

fn one(line: &str) -> Rule {
    line.parse().unwrap_or_else(|why| panic!("{line}: {why}"))
}

fn params(line: &str) -> Vec<String> {
    one(line)
        .params()
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

#[test]
fn a_rule_becomes_the_parameters_of_pve() {
    let cases: &[(&str, &[&str])] = &[
        (
            "IN ACCEPT -p tcp -dport 22 -source 10.0.0.0/8 -log nolog # the office",
            &[
                "type=in",
                "action=ACCEPT",
                "proto=tcp",
                "dport=22",
                "source=10.0.0.0/8",
                "log=nolog",
                "comment=the office",
                "enable=1",
            ],
        ),
        (
            "|IN DROP -p udp --sport 53,80:90",
            &["type=in", "action=DROP", "proto=udp", "sport=53,80:90", "enable=0"],
        ),
        ("| out reject", &["type=out", "action=REJECT", "enable=0"]),
        ("OUT DROP", &["type=out", "action=DROP", "enable=1"]),
        (
            "IN Ping(ACCEPT)",
            &["type=in", "action=ACCEPT", "macro=Ping", "enable=1"],
        ),
        (
            "IN SSH(ACCEPT) -source +dc/office -iface net1",
            &[
                "type=in",
                "action=ACCEPT",
                "macro=SSH",
                "source=+dc/office",
                "iface=net1",
                "enable=1",
            ],
        ),
        (
            "GROUP web -i net0",
            &["type=group", "action=web", "iface=net0", "enable=1"],
        ),
        (
            "IN ACCEPT --proto ICMP --icmp-type echo-request #",
            &[
                "type=in",
                "action=ACCEPT",
                "proto=icmp",
                "icmp-type=echo-request",
                "enable=1",
            ],
        ),
        (
            "IN ACCEPT -dest 10.0.0.1-10.0.0.9 -source 192.0.2.1,192.0.2.0/28",
            &[
                "type=in",
                "action=ACCEPT",
                "source=192.0.2.1,192.0.2.0/28",
                "dest=10.0.0.1-10.0.0.9",
                "enable=1",
            ],
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(params(line), *expected, "{line}");
    }
}

#[test]
fn a_rule_is_stored_as_its_line_and_comes_back_the_same() {
    for line in [
        "IN ACCEPT -p tcp -dport 22 # ssh # really",
        "|OUT SSH(DROP) -dest 2001:db8::/32 -i net0",
        "GROUP web-servers",
        "IN ACCEPT -p icmpv6 -log info -icmp-type packet-too-big",
    ] {
        let stored = serde_json::to_value(one(line)).unwrap();
        assert_eq!(stored, json!(line));
        assert_eq!(serde_json::from_value::<Rule>(stored).unwrap(), one(line));
    }
    assert!(serde_json::from_value::<Rule>(json!("IN MAYBE")).is_err());
}

#[test]
fn a_text_is_read_line_by_line() {
    let text = "\n# web\r\nIN HTTP(ACCEPT)\r\n\n  OUT ACCEPT  \n";
    assert_eq!(parse(text), Ok(vec![one("IN HTTP(ACCEPT)"), one("OUT ACCEPT")]));
    assert_eq!(parse(""), Ok(vec![]));
    assert_eq!(
        parse("IN ACCEPT\n\nIN ALLOW\nX").unwrap_err().to_string(),
        "line 3: the action is ACCEPT, DROP, REJECT or a macro such as SSH(ACCEPT), not \"ALLOW\""
    );
    let many = "IN ACCEPT\n".repeat(MAX_RULES + 1);
    assert_eq!(
        parse(&many).unwrap_err().to_string(),
        "line 201: a package may have at most 200 rules"
    );
}

/// Lines that are no rules, and why; `<words>` and `<group>` stand for the longer parts.
const BAD_LINES: &[(&str, &str)] = &[
    ("ACCEPT tcp", "a rule begins with IN, OUT or GROUP, not \"ACCEPT\""),
    ("|", "a rule begins with IN, OUT or GROUP, not \"\""),
    (
        "FORWARD ACCEPT",
        "FORWARD rules exist for hosts and vnets only, a guest has IN, OUT and GROUP",
    ),
    (
        "IN",
        "after IN comes ACCEPT, DROP, REJECT or a macro such as SSH(ACCEPT)",
    ),
    (
        "IN SSH",
        "the action is ACCEPT, DROP, REJECT or a macro such as SSH(ACCEPT), not \"SSH\"",
    ),
    ("IN S-H(ACCEPT)", "\"S-H\" is no name of a macro, such as SSH or Ping"),
    ("GROUP", "<group>"),
    ("GROUP 1web", "<group>"),
    ("GROUP abcdefghijklmnopqrs", "<group>"),
    ("GROUP web -p tcp", "a GROUP rule takes no option but -i"),
    ("IN ACCEPT -port 22", "\"-port\" is not known: <words>"),
    ("IN ACCEPT -p tcp -dport 80, 443", "\"443\" is not known: <words>"),
    ("IN ACCEPT -p", "-p needs a value"),
    ("IN ACCEPT -p -dport 22", "-p needs a value"),
    ("IN ACCEPT -p tcp --proto udp", "--proto is there twice"),
    (
        "IN ACCEPT -p t/p",
        "-p is a protocol such as tcp, udp or icmp, not \"t/p\"",
    ),
    ("IN ACCEPT -dport 22", "-dport needs a protocol: add -p tcp or -p udp"),
    ("IN ACCEPT -sport 22", "-sport needs a protocol: add -p tcp or -p udp"),
    (
        "IN ACCEPT -p gre -dport 22",
        "the protocol gre has no ports, so -dport is not possible",
    ),
    (
        "IN ACCEPT -p tcp -dport 70000",
        "-dport: \"70000\" is no port, such as 22, 80:90 or https",
    ),
    (
        "IN ACCEPT -p tcp -dport h!",
        "-dport: \"h!\" is no port, such as 22 or 80:90, and no name that each node knows for this protocol: write the number",
    ),
    (
        "IN ACCEPT -p tcp -dport 22,,23",
        "-dport: \"22,,23\" has a comma too many",
    ),
    (
        "IN ACCEPT -p tcp -dport 90:80",
        "-dport: the range 90:80 runs backwards",
    ),
    (
        "IN ACCEPT -p tcp -dport 80-90",
        "-dport: a range of ports is written 80:90",
    ),
    (
        "IN ACCEPT -p tcp -sport 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15,16",
        "-sport has more than 15 numbers, where a range counts as two",
    ),
    (
        "IN ACCEPT -p tcp -icmp-type any",
        "-icmp-type needs -p icmp or -p icmpv6",
    ),
    (
        "IN ACCEPT -p icmp -dport any -icmp-type any",
        "-icmp-type and -dport exclude each other",
    ),
    (
        "IN ACCEPT -p icmp -icmp-type a/b",
        "-icmp-type is one of the names that PVE has for icmp, such as echo-request, not \"a/b\"",
    ),
    (
        "IN ACCEPT -p icmp -icmp-type 8",
        "-icmp-type is one of the names that PVE has for icmp, such as echo-request, not \"8\"",
    ),
    (
        "IN ACCEPT -p icmpv6 -icmp-type host-unreachable",
        "-icmp-type is one of the names that PVE has for icmpv6, such as echo-request, not \"host-unreachable\"",
    ),
    (
        "IN ACCEPT -p udp -dport 53,http",
        "-dport: \"http\" is no port, such as 22 or 80:90, and no name that each node knows for this protocol: write the number",
    ),
    (
        "IN ACCEPT -p tcp -dport minecraft",
        "-dport: \"minecraft\" is no port, such as 22 or 80:90, and no name that each node knows for this protocol: write the number",
    ),
    (
        "IN ACCEPT -i eth0",
        "-i names a NIC of the guest, net0 and so on, not \"eth0\"",
    ),
    (
        "IN ACCEPT -log loud",
        "-log is one of emerg, alert, crit, err, warning, notice, info, debug, nolog, not \"loud\"",
    ),
    (
        "IN ACCEPT -source 300.1.1.1",
        "-source: \"300.1.1.1\" is no address, network or range, no +ipset and no alias",
    ),
    (
        "IN ACCEPT -source 10.0.0.0/33",
        "-source: \"10.0.0.0/33\" is no address, network or range, no +ipset and no alias",
    ),
    (
        "IN ACCEPT -dest 10.0.0.5/8",
        "-dest: 10.0.0.5/8 is no network, it would be 10.0.0.0/8",
    ),
    (
        "IN ACCEPT -dest 10.0.0.5/0",
        "-dest: 10.0.0.5/0 is no network, it would be 0.0.0.0/0",
    ),
    (
        "IN ACCEPT -dest 2001:db8::1/64",
        "-dest: 2001:db8::1/64 is no network, it would be 2001:db8::/64",
    ),
    (
        "IN ACCEPT -dest 10.0.0.9-10.0.0.1",
        "-dest: \"10.0.0.9-10.0.0.1\" is no range of addresses",
    ),
    (
        "IN ACCEPT -dest 10.0.0.1-10.0.0.2,10.0.0.9",
        "-dest: a range cannot be part of a list",
    ),
    (
        "IN ACCEPT -source 10.0.0.1,::1",
        "-source mixes IPv4 and IPv6: write one rule for each",
    ),
    (
        "IN ACCEPT -source 10.0.0.1 -dest ::1",
        "the rule mixes IPv4 and IPv6: write one rule for each",
    ),
    (
        "IN ACCEPT -p icmp -dest ::1",
        "the rule mixes IPv4 and IPv6: write one rule for each",
    ),
    ("IN ACCEPT -source +1", "-source: \"+1\" is no name of an ipset"),
];

#[test]
fn a_line_that_is_no_rule_says_why() {
    let words = "the words are -p, -dport, -sport, -source, -dest, -i, -log and -icmp-type, \
                 and lists are written without blanks";
    let group =
        "after GROUP comes the name of a security group: a letter, then letters, digits, - and _, 2 to 18 in all";
    for (line, why) in BAD_LINES {
        let why = why.replace("<words>", words).replace("<group>", group);
        assert_eq!(
            parse(line).unwrap_err(),
            Error {
                line: 1,
                reason: (*why).to_owned()
            },
            "{line}"
        );
    }
    let long = format!("IN ACCEPT -source 10.0.0.1{}", ",10.0.0.1".repeat(60));
    assert!(parse(&long).unwrap_err().reason.contains("512 characters"));
}

#[test]
fn a_listed_rule_is_recognised() {
    let ssh = one("IN ACCEPT -p tcp -dport 22 # ssh");
    let same = [
        json!({"type": "in", "action": "ACCEPT", "proto": "tcp", "dport": "22", "enable": 1, "pos": 3}),
        json!({"type": "in", "action": "ACCEPT", "proto": "tcp", "dport": 22, "enable": "0", "comment": "other"}),
        json!({"type": "in", "action": "ACCEPT", "proto": "tcp", "dport": "22", "source": null, "log": "nolog",
               "sport": "", "ipversion": 4, "digest": "c8421ee7"}),
    ];
    for listed in same {
        assert!(ssh.same_as(&listed), "{listed}");
    }
    let other = [
        json!({"type": "out", "action": "ACCEPT", "proto": "tcp", "dport": "22"}),
        json!({"type": "in", "action": "DROP", "proto": "tcp", "dport": "22"}),
        json!({"type": "in", "action": "ACCEPT", "proto": "udp", "dport": "22"}),
        json!({"type": "in", "action": "ACCEPT", "proto": "tcp", "dport": "22", "source": "10.0.0.0/8"}),
        json!({"type": "in", "action": "ACCEPT", "proto": "tcp", "dport": "22", "log": "info"}),
        json!({"type": "in", "action": "ACCEPT"}),
        json!({}),
        json!(null),
    ];
    for listed in other {
        assert!(!ssh.same_as(&listed), "{listed}");
    }
}

#[test]
fn two_spellings_of_one_rule_are_the_same() {
    let cases = [
        (
            "IN ping(ACCEPT)",
            json!({"type": "in", "action": "ACCEPT", "macro": "Ping"}),
        ),
        (
            "IN DROP -source 2001:DB8:0::/64",
            json!({"type": "in", "action": "DROP", "source": "2001:db8::/64"}),
        ),
        (
            "IN DROP -source 192.0.2.1/32",
            json!({"type": "in", "action": "DROP", "source": "192.0.2.1"}),
        ),
        (
            "IN DROP -p 6 -log nolog",
            json!({"type": "in", "action": "DROP", "proto": 6}),
        ),
        ("GROUP web", json!({"type": "group", "action": "web", "enable": 0})),
    ];
    for (line, listed) in cases {
        assert!(one(line).same_as(&listed), "{line}");
    }
    assert!(!one("GROUP web").same_as(&json!({"type": "group", "action": "Web"})));
}

#[test]
fn a_rule_of_the_provider_does_not_bear_the_mark_of_the_customers() {
    let why = parse("IN SSH(ACCEPT)\nIN DROP # [customer] x").unwrap_err();
    assert_eq!(why.line, 2);
    assert!(why.reason.contains("[customer]"), "{why}");
    assert!(parse("IN DROP # [customers] x\nIN DROP # for [customer]").is_ok());
}
