use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn bridge(text: &str) -> Bridge {
    text.parse().unwrap()
}

/// Reads lines that are all good.
fn pool(text: &str) -> Pool {
    let pool = Pool::parse(text);
    assert_eq!(pool.bad, [], "{text}");
    pool
}

fn leasable(pool: &Pool, family: Family) -> Vec<String> {
    pool.candidates(family, None, None)
        .map(|(ip, line)| format!("{ip}@{}", line.line))
        .collect()
}

#[test]
fn a_line_is_read() {
    let pool = pool("# lab\n\n vmbr0 | 10 | 192.0.2.10 | 24 | 192.0.2.1 | 192.0.2.53 , 2001:db8::53 \r\n");
    let expected = AddressLine {
        line: 3,
        bridge: bridge("vmbr0"),
        vlan: 10,
        first: ip("192.0.2.10"),
        last: ip("192.0.2.10"),
        prefix: 24,
        gateway: Some(ip("192.0.2.1")),
        dns: vec![ip("192.0.2.53"), ip("2001:db8::53")],
    };
    assert_eq!(pool.lines, [expected]);
    assert_eq!(leasable(&pool, Family::V4), ["192.0.2.10@3"]);
    assert_eq!(leasable(&pool, Family::V6), [] as [String; 0]);
}

#[test]
fn gateway_network_and_broadcast_are_never_leased() {
    let cases: &[(&str, &[&str])] = &[
        (
            "v|0|192.0.2.0-192.0.2.7|29|192.0.2.1|192.0.2.1",
            &["2", "3", "4", "5", "6"],
        ),
        ("v|0|192.0.2.0-192.0.2.7|29||9.9.9.9", &["1", "2", "3", "4", "5", "6"]),
        (
            "v|0|192.0.2.0-192.0.2.7|28|192.0.2.1|9.9.9.9",
            &["2", "3", "4", "5", "6", "7"],
        ),
        ("v|0|192.0.2.2-192.0.2.5|29|192.0.2.1|192.0.2.3", &["2", "4", "5"]),
        ("v|0|192.0.2.2-192.0.2.3|31|192.0.2.3|9.9.9.9", &["2"]),
        ("v|0|192.0.2.9|32|198.51.100.1|9.9.9.9", &["9"]),
        ("v|0|192.0.2.6|29|192.0.2.1|192.0.2.6", &["6"]),
    ];
    for (line, last) in cases {
        let expected: Vec<String> = last.iter().map(|last| format!("192.0.2.{last}@1")).collect();
        assert_eq!(leasable(&pool(line), Family::V4), expected, "{line}");
    }
    let v6 = pool("v|0|2001:DB8:0::0-2001:db8::3|64|fe80::1|2001:db8::53\nv|0|2001:db8::ffff:ffff:ffff:ffff|64||::5");
    assert_eq!(
        leasable(&v6, Family::V6),
        [
            "2001:db8::1@1",
            "2001:db8::2@1",
            "2001:db8::3@1",
            "2001:db8::ffff:ffff:ffff:ffff@2"
        ]
    );
}

/// Lines that cannot be used, and why; `<shape>` stands for the longer part.
const BAD_LINES: &[(&str, &str)] = &[
    ("v|0|192.0.2.10|24", "<shape> 4"),
    ("v|0|192.0.2.10|24|192.0.2.1|9.9.9.9|x", "<shape> 7"),
    (
        "|0|192.0.2.10|24|192.0.2.1|9.9.9.9",
        "the first field is no name of a bridge, such as vmbr0",
    ),
    (
        "v|x|192.0.2.10|24|192.0.2.1|9.9.9.9",
        "the VLAN is a number from 0 (untagged) to 4094",
    ),
    (
        "v|4095|192.0.2.10|24|192.0.2.1|9.9.9.9",
        "the VLAN is a number from 0 (untagged) to 4094, not \"4095\"",
    ),
    (
        "v|0|192.0.2.300|24|192.0.2.1|9.9.9.9",
        "the address \"192.0.2.300\" is no IP address",
    ),
    (
        "v|0|192.0.2.010|24|192.0.2.1|9.9.9.9",
        "the address \"192.0.2.010\" is no IP address",
    ),
    (
        "v|0|192.0.2.1-|24|192.0.2.1|9.9.9.9",
        "the last address \"\" is no IP address",
    ),
    (
        "v|0|x-192.0.2.1|24|192.0.2.1|9.9.9.9",
        "the first address is no IP address",
    ),
    (
        "v|0|192.0.2.1-2001:db8::1|24||9.9.9.9",
        "the range 192.0.2.1-2001:db8::1 mixes IPv4 and IPv6",
    ),
    (
        "v|0|192.0.2.9-192.0.2.2|24||9.9.9.9",
        "the range 192.0.2.9-192.0.2.2 runs backwards",
    ),
    (
        "v|0|10.0.0.0-10.1.0.0|8||9.9.9.9",
        "the range 10.0.0.0-10.1.0.0 has more than 65536 addresses: name a smaller part of it",
    ),
    (
        "v|0|2001:db8::-2001:db8::1:0|64||9.9.9.9",
        "the range 2001:db8::-2001:db8::1:0 has more than 65536 addresses: name a smaller part of it",
    ),
    ("v|0|127.0.0.1|8||9.9.9.9", "127.0.0.1 is no address for a guest"),
    ("v|0|224.0.0.1|8||9.9.9.9", "224.0.0.1 is no address for a guest"),
    ("v|0|fe80::1|64||9.9.9.9", "fe80::1 is no address for a guest"),
    (
        "v|0|::ffff:192.0.2.1|96||9.9.9.9",
        "::ffff:192.0.2.1 is no address for a guest",
    ),
    (
        "v|0|192.0.2.10|33|192.0.2.1|9.9.9.9",
        "the prefix length is a number from 1 to 32, not \"33\"",
    ),
    (
        "v|0|192.0.2.10||192.0.2.1|9.9.9.9",
        "the prefix length is a number from 1 to 32, not \"\"",
    ),
    (
        "v|0|2001:db8::1|129||9.9.9.9",
        "the prefix length is a number from 1 to 128, not \"129\"",
    ),
    ("v|0|192.0.2.10|24|x|9.9.9.9", "the gateway is no IP address"),
    (
        "v|0|192.0.2.10|24|2001:db8::1|9.9.9.9",
        "the gateway 2001:db8::1 and the address 192.0.2.10 are not of one family",
    ),
    (
        "v|0|192.0.2.10|24|192.0.3.1|9.9.9.9",
        "the gateway 192.0.3.1 is not in the network 192.0.2.10/24: for an address whose gateway is outside its network \
         write the prefix length 32 (/32), each address on a line of its own",
    ),
    (
        "v|0|2001:db8::5|64|2001:db9::1|9.9.9.9",
        "the gateway 2001:db9::1 is not in the network 2001:db8::5/64: for an address whose gateway is outside its network \
         write the prefix length 128 (/128), each address on a line of its own",
    ),
    (
        "v|0|192.0.2.10|24|192.0.2.1|",
        "a line names one resolver or two, not 0",
    ),
    (
        "v|0|192.0.2.10|24|192.0.2.1|9.9.9.9,8.8.8.8,1.1.1.1",
        "a line names one resolver or two, not 3",
    ),
    ("v|0|192.0.2.10|24|192.0.2.1|dns", "the resolver is no IP address"),
    (
        "v|0|192.0.2.250-192.0.3.5|24|192.0.2.1|9.9.9.9",
        "192.0.2.250 and 192.0.3.5 are not in one network with the prefix length 24",
    ),
    ("v|0|192.0.2.1|24|192.0.2.1|9.9.9.9", "192.0.2.1 is the gateway"),
    (
        "v|0|192.0.2.0|24|192.0.2.1|9.9.9.9",
        "192.0.2.0 is the network's own address",
    ),
    (
        "v|0|192.0.2.255|24|192.0.2.1|9.9.9.9",
        "192.0.2.255 is the broadcast address",
    ),
    (
        "v|0|2001:db8::|64|fe80::1|9.9.9.9",
        "2001:db8:: is the network's own address",
    ),
    (
        "v|0|192.0.2.0-192.0.2.1|24|192.0.2.1|9.9.9.9",
        "no address of the range can be leased",
    ),
];

#[test]
fn a_bad_line_says_why_and_the_others_work() {
    let shape = "a line is <bridge>|<vlan>|<address>|<prefix length>|<gateway>|<dns1>,<dns2>, with 6 fields, not";
    for (line, reason) in BAD_LINES {
        let reason = reason.replace("<shape>", shape);
        let pool = Pool::parse(&format!(
            "v|0|198.51.100.5|24||9.9.9.9\n{line}\nv|0|198.51.100.6|24||9.9.9.9"
        ));
        assert_eq!(
            pool.bad,
            [BadLine {
                line: 2,
                reason: reason.to_owned()
            }],
            "{line}"
        );
        assert_eq!(
            leasable(&pool, Family::V4),
            ["198.51.100.5@1", "198.51.100.6@3"],
            "{line}"
        );
    }
}

#[test]
fn an_address_is_given_once() {
    let text = "v|0|192.0.2.12|24|192.0.2.1|9.9.9.9\n\
                v|0|192.0.2.10-192.0.2.14|24|192.0.2.1|9.9.9.9\n\
                v|0|192.0.2.13-192.0.2.16|24|192.0.2.1|9.9.9.9\n\
                v|0|192.0.2.12|24|192.0.2.1|9.9.9.9\n\
                v|0|192.0.2.14|24|192.0.2.1|9.9.9.9\n\
                w|0|192.0.2.20-192.0.2.22|24|192.0.2.21|9.9.9.9\n\
                v|0|192.0.2.20-192.0.2.23|24|192.0.2.1|9.9.9.9\n\
                v|0|192.0.2.21|24|192.0.2.1|9.9.9.9\n\
                v|0|192.0.2.31|24|192.0.2.30|9.9.9.9\n\
                v|0|192.0.2.30|24|192.0.2.1|9.9.9.9\n";
    let pool = Pool::parse(text);
    let bad: Vec<_> = pool.bad.iter().map(|bad| (bad.line, bad.reason.as_str())).collect();
    assert_eq!(
        bad,
        [
            (4, "192.0.2.12 is already on line 1"),
            (5, "192.0.2.14 is already on line 2"),
            (8, "192.0.2.21 is already on line 6"),
            (10, "192.0.2.30 is the gateway of line 9"),
        ]
    );
    let leased: Vec<String> = leasable(&pool, Family::V4)
        .iter()
        .map(|text| text.replace("192.0.2.", ""))
        .collect();
    assert_eq!(
        leased,
        [
            "12@1", "10@2", "11@2", "13@2", "14@2", "15@3", "16@3", "20@6", "22@6", "23@7", "31@9"
        ]
    );
    // an address has one owner, whatever the filter: line 7 does not give what line 6 has
    let on_v: Vec<_> = pool
        .candidates(Family::V4, Some(&bridge("v")), None)
        .filter(|(_, l)| l.line == 7)
        .collect();
    assert_eq!(
        on_v.iter().map(|(ip, _)| ip.to_string()).collect::<Vec<_>>(),
        ["192.0.2.23"]
    );
}

#[test]
fn another_lines_gateway_is_not_leased_from_a_range() {
    let pool = pool("v|0|192.0.2.2-192.0.2.5|24|192.0.2.1|9.9.9.9\nv|0|192.0.2.9|24|192.0.2.4|9.9.9.9");
    assert_eq!(
        leasable(&pool, Family::V4),
        ["192.0.2.2@1", "192.0.2.3@1", "192.0.2.5@1", "192.0.2.9@2"]
    );
}

#[test]
fn a_package_may_choose_bridge_and_vlan() {
    let pool = pool(
        "vmbr0|0|192.0.2.10|24||9.9.9.9\nvmbr0|10|192.0.2.11|24||9.9.9.9\nvmbr1|10|192.0.2.12|24||9.9.9.9\n\
         vmbr1|10|2001:db8::12|64||9.9.9.9",
    );
    let cases: &[(Option<&str>, Option<u16>, &[usize])] = &[
        (None, None, &[1, 2, 3]),
        (Some("vmbr0"), None, &[1, 2]),
        (Some("vmbr0"), Some(10), &[2]),
        (Some("vmbr0"), Some(0), &[1]),
        (Some("vmbr1"), Some(0), &[]),
        (None, Some(10), &[2, 3]),
    ];
    for (name, vlan, expected) in cases {
        let bridge = name.map(bridge);
        let found: Vec<usize> = pool
            .candidates(Family::V4, bridge.as_ref(), *vlan)
            .map(|(_, line)| line.line)
            .collect();
        assert_eq!(found, *expected, "{name:?} {vlan:?}");
    }
}

#[test]
fn the_line_of_an_address_is_found() {
    let pool = pool(
        "v|0|192.0.2.10-192.0.2.12|24||9.9.9.9\nv|0|2001:db8::5|64||9.9.9.9\nw|1|192.0.2.12-192.0.2.14|24||9.9.9.9",
    );
    for (address, line) in [
        ("192.0.2.11", Some(1)),
        ("192.0.2.12", Some(1)),
        ("192.0.2.13", Some(3)),
        ("2001:db8::5", Some(2)),
        ("::1", None),
    ] {
        assert_eq!(pool.line_of(ip(address)).map(|l| l.line), line, "{address}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "20,000 lines take it an hour, and each is like the other")]
fn the_number_of_lines_has_a_limit() {
    let pool = Pool::parse(&"#\n".repeat(MAX_LINES).replacen('#', "v|0|192.0.2.5|24||9.9.9.9", 1));
    assert_eq!((pool.lines.len(), pool.bad.len()), (1, 0));
    let pool = Pool::parse(&"x\n".repeat(MAX_LINES + 5));
    assert_eq!(
        (pool.bad.len(), pool.bad[MAX_LINES].reason.as_str()),
        (MAX_LINES + 1, "only the first 10000 lines are read")
    );
}

#[test]
fn a_whole_range_is_walked_lazily() {
    let (last, count) = if cfg!(miri) {
        ("10.0.0.255", 254)
    } else {
        ("10.0.255.255", 65_534)
    };
    let pool = pool(&format!("v|0|10.0.0.0-{last}|8|10.0.0.1|9.9.9.9"));
    assert_eq!(pool.candidates(Family::V4, None, None).count(), count);
    assert_eq!(
        pool.candidates(Family::V4, None, None)
            .next()
            .map(|(ip, _)| ip.to_string()),
        Some("10.0.0.2".to_owned())
    );
}

#[test]
fn usage_counts_what_the_candidates_are() {
    let last = if cfg!(miri) {
        "2001:db8::1:f"
    } else {
        "2001:db8::1:ffef"
    };
    let long = format!("v|0|2001:db8::fff0-{last}|64|2001:db8::ffff|2001:db8::53\nv|0|2001:db8::ffff:0|64||::1");
    let pools = [
        "v|0|192.0.2.10-192.0.2.20|24|192.0.2.1|192.0.2.15,9.9.9.9",
        "v|0|192.0.2.0-192.0.2.255|24|192.0.2.1|192.0.2.1\nv|7|192.0.2.7|24|192.0.2.9|9.9.9.9",
        "v|0|192.0.2.40-192.0.2.60|24|192.0.2.1|9.9.9.9\nv|0|192.0.2.10-192.0.2.50|24|192.0.2.1|9.9.9.9\n\
         v|0|192.0.2.45-192.0.2.70|24|192.0.2.1|9.9.9.9\nw|5|192.0.2.30-192.0.2.90|24|192.0.2.69|9.9.9.9\n\
         v|0|192.0.2.42-192.0.2.44|24|192.0.2.1|9.9.9.9\nv|0|198.51.100.3|32|192.0.2.35|9.9.9.9",
        "v|0|192.0.2.254-192.0.2.255|31||9.9.9.9\nv|0|2001:db8::-2001:db8::f|64|fe80::1|2001:db8::5",
        &long,
    ];
    let leased = [
        "192.0.2.1",
        "192.0.2.15",
        "192.0.2.45",
        "192.0.2.255",
        "2001:db8::1:0",
        "2001:db8::5",
        "10.0.0.1",
    ];
    let mut leased = leased.map(ip);
    leased.sort_unstable();
    for text in pools {
        let pool = Pool::parse(text);
        let usage = pool.usage(&leased);
        for (line, usage) in pool.lines.iter().zip(usage) {
            let all = pool.candidates(line.family(), None, None);
            let own: Vec<IpAddr> = all.filter(|(_, of)| of.line == line.line).map(|(ip, _)| ip).collect();
            let has = |ip: &&IpAddr| pool.line_of(**ip).is_some_and(|of| of.line == line.line);
            let expected = Usage {
                total: own.len() as u64,
                leased: leased.iter().filter(has).count() as u64,
                free: own.iter().filter(|ip| !leased.contains(ip)).count() as u64,
            };
            assert_eq!(usage, expected, "line {} of {text}", line.line);
        }
    }
}

#[test]
fn a_reserved_address_is_nobodys() {
    let pool = pool(
        "v|0|192.0.2.10-192.0.2.14|24|192.0.2.1|9.9.9.9\r\nreserve 192.0.2.11-192.0.2.12 the | office\r\n\
         reserve 2001:db8::10\nv|0|2001:db8::10-2001:db8::11|64|2001:db8::1|2001:db8::53\nwarn 3\n",
    );
    assert_eq!(
        leasable(&pool, Family::V4),
        ["192.0.2.10@1", "192.0.2.13@1", "192.0.2.14@1"]
    );
    assert_eq!(leasable(&pool, Family::V6), ["2001:db8::11@4"]);
    assert_eq!(pool.warn, Some(3));
    let notes: Vec<(usize, &str)> = pool.reserved.iter().map(|one| (one.line, one.note.as_str())).collect();
    assert_eq!(notes, [(2, "the | office"), (3, "")]);
    // who has one keeps it, and it counts for nobody else
    let usage = pool.usage(&[ip("192.0.2.11"), ip("192.0.2.13")]);
    assert_eq!((usage[0].total, usage[0].leased, usage[0].free), (3, 2, 2));
    assert_eq!(pool.only(|line| line.line == 1).warn, Some(3));
    assert_eq!(
        leasable(&pool.only(|line| line.line == 4), Family::V6),
        ["2001:db8::11@4"]
    );
    assert_eq!(
        pool.line_of(ip("192.0.2.11")).unwrap().line,
        1,
        "it is connected as before"
    );
}

#[test]
fn what_is_no_reservation_says_so() {
    for (line, reason) in [
        ("reserve", "is no IP address"),
        ("reserve printer", "is no IP address"),
        ("reserve 10.0.0.0-10.0.8.0", "more than 1024 addresses"),
        ("reserve 10.0.0.9-10.0.0.1", "runs backwards"),
        ("warn soon", "after warn stands a number"),
        ("warn -1", "after warn stands a number"),
    ] {
        let bad = Pool::parse(line).bad;
        assert!(bad[0].reason.contains(reason), "{line}: {}", bad[0].reason);
    }
    let long = format!("reserve 10.0.0.1 {}", "x".repeat(201));
    assert!(Pool::parse(&long).bad[0].reason.contains("at most 200"), "{long}");
    // a bridge may be called so
    assert_eq!(Pool::parse("reserve|0|192.0.2.9|24|192.0.2.1|9.9.9.9").lines.len(), 1);
}

const EDITED: &str = "# rack 4\r\n\r\n v|0|192.0.2.10-192.0.2.14|24|192.0.2.1|9.9.9.9 \r\nnonsense\r\nwarn 3\r\n";

fn changed(edit: Edit) -> Result<String, String> {
    edited(EDITED, &edit).map(|(text, _)| text.replace("\r\n", "/"))
}

#[test]
fn a_change_leaves_all_other_lines_as_they_are() {
    let line = "v|0|192.0.2.20|24|192.0.2.1|9.9.9.9";
    let kept = "# rack 4// v|0|192.0.2.10-192.0.2.14|24|192.0.2.1|9.9.9.9 /nonsense/warn 3";
    assert_eq!(
        changed(Edit::Add(format!(" {line} "))).unwrap(),
        format!("{kept}/{line}")
    );
    assert_eq!(edited(EDITED, &Edit::Add(line.to_owned())).unwrap().1, Some(6));
    assert_eq!(
        changed(Edit::Replace(3, line.to_owned())).unwrap(),
        format!("# rack 4//{line}/nonsense/warn 3")
    );
    assert_eq!(
        changed(Edit::Replace(4, line.to_owned())).unwrap(),
        kept.replace("nonsense", line),
        "a bad line can be mended"
    );
    assert_eq!(changed(Edit::Remove(4)).unwrap(), kept.replace("nonsense/", ""));
    let note = " the \n printer ".to_owned();
    let reserved = changed(Edit::Reserve("192.0.2.11 - 192.0.2.12".to_owned(), note)).unwrap();
    assert_eq!(reserved, format!("{kept}/reserve 192.0.2.11-192.0.2.12 the printer"));
    assert_eq!(
        edited(&reserved.replace('/', "\n"), &Edit::Release(6))
            .unwrap()
            .0
            .replace('\n', "/"),
        kept
    );
    assert_eq!(changed(Edit::Warn(Some(7))).unwrap(), kept.replace("warn 3", "warn 7"));
    assert_eq!(changed(Edit::Warn(None)).unwrap(), kept.replace("/warn 3", ""));
}

#[test]
fn a_change_that_makes_no_sense_is_refused() {
    let line = || "v|0|192.0.2.20|24|192.0.2.1|9.9.9.9".to_owned();
    for (edit, why) in [
        (Edit::Add("v|0|192.0.2.20".to_owned()), "with 6 fields"),
        (
            Edit::Add(format!("{}\nreserve 10.0.0.1", line())),
            "leave out the line break",
        ),
        (Edit::Replace(1, line()), "is no address line any more"),
        (Edit::Replace(5, line()), "is no address line any more"),
        (Edit::Replace(0, line()), "is no address line any more"),
        (Edit::Remove(99), "is no address line any more"),
        (Edit::Reserve("x".to_owned(), String::new()), "is no IP address"),
        (Edit::Release(3), "reserves nothing any more"),
    ] {
        let refused = changed(edit.clone()).unwrap_err();
        assert!(refused.contains(why), "{edit:?}: {refused}");
    }
}
