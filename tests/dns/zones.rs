//! Zones: what they hold, and which of them is meant.

use proxmoxkvm::dns::{Kind, Wanted, Zone, ZoneConfig, ZoneId, placed};
use serde_json::json;

fn zone(id: u64, name: &str) -> Zone {
    Zone::parse(ZoneId(id), name, 300, "").unwrap()
}

fn ptr(zone: &Zone, address: &str) -> Option<String> {
    let wanted = Wanted::Reverse {
        ip: address.parse().unwrap(),
        name: "vm.example.com".to_owned(),
    };
    zone.record(&wanted).map(|record| {
        assert_eq!(
            (record.kind, record.value.as_str(), record.ttl),
            (Kind::Ptr, "vm.example.com", 300)
        );
        record.name
    })
}

#[test]
fn reverse_zones_of_every_style_know_their_addresses() {
    let last = "f.e.d.c.b.a.9.8.7.6.5.4.3.2.1.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    let one = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    for (name, address, owner) in [
        // octets
        ("2.0.192.in-addr.arpa", "192.0.2.4", Some("4.2.0.192.in-addr.arpa")),
        ("2.0.192.IN-ADDR.ARPA.", "192.0.2.4", Some("4.2.0.192.in-addr.arpa")),
        ("0.192.in-addr.arpa", "192.0.2.4", Some("4.2.0.192.in-addr.arpa")),
        ("10.in-addr.arpa", "10.1.2.3", Some("3.2.1.10.in-addr.arpa")),
        ("4.2.0.192.in-addr.arpa", "192.0.2.4", Some("4.2.0.192.in-addr.arpa")),
        ("2.0.192.in-addr.arpa", "192.0.20.4", None),
        ("2.0.192.in-addr.arpa", "2001:db8::1", None),
        // nibbles: from the bytes, with all their zeros
        ("8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8::1", Some(one)),
        ("8.B.D.0.1.0.0.2.ip6.arpa.", "2001:db8::1", Some(one)),
        ("8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8::123:4567:89ab:cdef", Some(last)),
        ("2.ip6.arpa", "2001:db8::1", Some(one)),
        (one, "2001:db8::1", Some(one)),
        ("8.b.d.0.1.0.0.2.ip6.arpa", "2001:db9::1", None),
        ("8.b.d.0.1.0.0.2.ip6.arpa", "192.0.2.4", None),
        // classless: first and prefix length
        (
            "0/25.2.0.192.in-addr.arpa",
            "192.0.2.0",
            Some("0.0/25.2.0.192.in-addr.arpa"),
        ),
        (
            "0/25.2.0.192.in-addr.arpa",
            "192.0.2.127",
            Some("127.0/25.2.0.192.in-addr.arpa"),
        ),
        ("0/25.2.0.192.in-addr.arpa", "192.0.2.128", None),
        (
            "128/26.2.0.192.in-addr.arpa.",
            "192.0.2.191",
            Some("191.128/26.2.0.192.in-addr.arpa"),
        ),
        ("128/26.2.0.192.in-addr.arpa", "192.0.2.192", None),
        ("0/25.2.0.192.in-addr.arpa", "192.0.3.5", None),
        // classless: first and last
        (
            "0-127.2.0.192.in-addr.arpa",
            "192.0.2.127",
            Some("127.0-127.2.0.192.in-addr.arpa"),
        ),
        ("0-127.2.0.192.in-addr.arpa", "192.0.2.128", None),
        (
            "10-20.2.0.192.in-addr.arpa",
            "192.0.2.20",
            Some("20.10-20.2.0.192.in-addr.arpa"),
        ),
        ("10-20.2.0.192.in-addr.arpa", "192.0.2.9", None),
        (
            "0-31.2.0.192.in-addr.arpa",
            "192.0.2.31",
            Some("31.0-31.2.0.192.in-addr.arpa"),
        ),
        (
            "28-31.2.0.192.in-addr.arpa",
            "192.0.2.28",
            Some("28.28-31.2.0.192.in-addr.arpa"),
        ),
        // classless: first and prefix length with a hyphen
        (
            "0-25.2.0.192.in-addr.arpa",
            "192.0.2.127",
            Some("127.0-25.2.0.192.in-addr.arpa"),
        ),
        (
            "128-25.2.0.192.in-addr.arpa",
            "192.0.2.255",
            Some("255.128-25.2.0.192.in-addr.arpa"),
        ),
        ("64-26.2.0.192.in-addr.arpa", "192.0.2.128", None),
        (
            "16-28.2.0.192.in-addr.arpa",
            "192.0.2.31",
            Some("31.16-28.2.0.192.in-addr.arpa"),
        ),
        (
            "1-30.2.0.192.in-addr.arpa",
            "192.0.2.30",
            Some("30.1-30.2.0.192.in-addr.arpa"),
        ),
    ] {
        assert_eq!(ptr(&zone(1, name), address).as_deref(), owner, "{name} {address}");
    }
}

#[test]
fn a_classless_zone_of_any_name_stands_for_the_addresses_that_are_written() {
    let named = |name, range| Zone::parse(ZoneId(1), name, 300, range);
    let owner = |name, range, address| ptr(&named(name, range).unwrap(), address);
    let blue = "blue.2.0.192.in-addr.arpa";
    assert_eq!(owner(blue, "192.0.2.32/27", "192.0.2.63"), Some(format!("63.{blue}")));
    assert_eq!(owner(blue, "192.0.2.32/27", "192.0.2.64"), None);
    assert_eq!(
        owner("rev.example.com.", "192.0.2.1-192.0.2.9", "192.0.2.9"),
        Some("9.rev.example.com".to_owned())
    );
    for range in [
        "192.0.2.1/27",
        "192.0.2.0/23",
        "192.0.2.9-192.0.2.1",
        "192.0.2.0-192.0.3.0",
        "all",
        "192.0.2.1",
    ] {
        assert!(named(blue, range).is_err(), "{range}");
    }
    assert!(named(blue, "").is_err(), "the name alone does not say it");
}

#[test]
fn what_is_no_zone_is_refused() {
    for name in [
        "",
        "com",
        "in-addr.arpa",
        "x.in-addr.arpa",
        "256.in-addr.arpa",
        "1.2.3.4.5.in-addr.arpa",
        "2.0.192.arpa",
        "0/24.2.0.192.in-addr.arpa",
        "1/25.2.0.192.in-addr.arpa",
        "0/33.2.0.192.in-addr.arpa",
        "9-3.2.0.192.in-addr.arpa",
        "10.b.ip6.arpa",
        "g.ip6.arpa",
        ".ip6.arpa",
        "8..b.ip6.arpa",
        "0/25.0.192.in-addr.arpa",
        "exa mple.com",
    ] {
        assert!(Zone::parse(ZoneId(1), name, 300, "").is_err(), "{name}");
    }
    let too_long = format!("{}ip6.arpa", "0.".repeat(33));
    assert!(Zone::parse(ZoneId(1), &too_long, 300, "").is_err());
}

fn ids(zones: &[Zone], wanted: &Wanted) -> Vec<u64> {
    placed(zones.iter(), wanted).iter().map(|(zone, _)| zone.id.0).collect()
}

#[test]
fn the_longest_zone_is_meant_as_often_as_it_is_configured() {
    let zones = [
        zone(1, "example.com"),
        zone(2, "VMs.Example.com."),
        zone(3, "vms.example.com"),
        zone(4, "ms.example.com"),
        zone(5, "例え.テスト"),
        zone(6, "2.0.192.in-addr.arpa"),
        zone(7, "0.192.in-addr.arpa"),
        zone(8, "0/25.2.0.192.in-addr.arpa"),
        zone(9, "0-127.2.0.192.in-addr.arpa"),
    ];
    let forward = |name: &str| Wanted::Forward {
        name: name.to_owned(),
        ip: "192.0.2.1".parse().unwrap(),
    };
    assert_eq!(ids(&zones, &forward("a.vms.example.com")), [2, 3]);
    assert_eq!(
        ids(&zones, &forward("vms.example.com")),
        [2, 3],
        "the top of the zone itself"
    );
    assert_eq!(ids(&zones, &forward("xvms.example.com")), [1], "a label is not cut");
    assert_eq!(ids(&zones, &forward("example.com")), [1]);
    assert_eq!(ids(&zones, &forward("vm.xn--r8jz45g.xn--zckzah")), [5]);
    assert_eq!(ids(&zones, &forward("example.org")), [0_u64; 0]);
    let reverse = |address: &str| Wanted::Reverse {
        ip: address.parse().unwrap(),
        name: "vm.example.com".to_owned(),
    };
    assert_eq!(
        ids(&zones, &reverse("192.0.2.1")),
        [6, 8, 9],
        "every classless zone, and the longest of octets"
    );
    assert_eq!(ids(&zones, &reverse("192.0.2.200")), [6]);
    assert_eq!(ids(&zones, &reverse("192.0.3.1")), [7]);
    assert_eq!(ids(&zones, &reverse("2001:db8::1")), [0_u64; 0]);
}

#[test]
fn a_configured_zone_is_read_or_says_which_field_is_wrong() {
    let whole = json!({"id": "7", "provider": "powerdns", "zone": "Example.com.", "endpoint": "http://[::1]:8081/", "ttl": "600"});
    let config = ZoneConfig::parse(&whole, " key ".into()).unwrap();
    assert_eq!(
        (config.zone.id.0, config.zone.name.as_str(), config.zone.ttl),
        (7, "example.com", 600)
    );
    assert!(
        !format!("{config:?}").contains("key"),
        "a secret prints as stars: {config:?}"
    );
    let bad = |change: serde_json::Value, secret: &str| {
        let mut fields = whole.clone();
        for (field, value) in change.as_object().unwrap() {
            fields[field] = value.clone();
        }
        ZoneConfig::parse(&fields, secret.into())
            .expect_err("refused")
            .to_string()
    };
    for (change, secret, sentence) in [
        (json!({"id": null}), "k", "id: it is missing"),
        (json!({"zone": "x"}), "k", "zone: "),
        (json!({"ttl": "x"}), "k", "ttl: it is no number"),
        (
            json!({"ttl": 0}),
            "k",
            "ttl: it is a number of seconds from 1 to 604800",
        ),
        (json!({}), "", "secret: the key is missing"),
        (json!({}), "a b", "secret: the key is missing, or holds"),
        (json!({"provider": "bind"}), "k", "provider: it is one of powerdns"),
        (json!({"endpoint": ""}), "k", "endpoint: enter the address"),
        (
            json!({"endpoint": "http://ns.example.net:8081"}),
            "k",
            "endpoint: it is no address of an API: the key would cross",
        ),
        (
            json!({"endpoint": "https://u:p@ns.example.net"}),
            "k",
            "leave out user, password",
        ),
        (
            json!({"endpoint": "ftp://ns.example.net"}),
            "k",
            "it begins with https://",
        ),
        (json!({"fingerprint": "AA:BB"}), "k", "fingerprint: "),
        (json!({"ca": "ca.pem"}), "k", "ca: it is the whole path"),
        (
            json!({"provider": "rfc2136", "endpoint": "ns1.example.net"}),
            "k",
            "endpoint: enter the IP address",
        ),
        (
            json!({"provider": "rfc2136", "endpoint": "192.0.2.53"}),
            "k",
            "key_name: enter the name of the TSIG key",
        ),
        (
            json!({"provider": "rfc2136", "endpoint": "192.0.2.53", "key_name": "k", "algorithm": "hmac-md5"}),
            "k",
            "algorithm: ",
        ),
        (
            json!({"provider": "cloudflare", "endpoint": "", "ttl": 30}),
            "k",
            "ttl: Cloudflare takes 60 to 86400",
        ),
        (
            json!({"provider": "hestiacp", "endpoint": "https://h", "key_name": "a"}),
            "k",
            "user: enter the panel's user",
        ),
    ] {
        let error = bad(change.clone(), secret);
        assert!(error.contains(sentence), "{change}: {error}");
    }
}

#[test]
fn a_secret_in_a_field_of_a_zone_is_refused_and_not_repeated() {
    let fields = |provider: &str, endpoint: &str, key_name: &str| json!({"id": 1, "provider": provider, "zone": "example.com", "endpoint": endpoint, "key_name": key_name, "user": "bob"});
    let api = "https://ns1.example.net:8081";
    for (whole, field, typed) in [
        (
            fields("powerdns", api, ""),
            "endpoint",
            "https://u:hunter2@ns1.example.net",
        ),
        (
            fields("powerdns", api, ""),
            "endpoint",
            "https://ns1.example.net/?key=hunter2",
        ),
        (
            fields("powerdns", api, ""),
            "endpoint",
            "https://ns1.example.net:hunter2/",
        ),
        (fields("powerdns", api, ""), "server", "localhost:hunter2"),
        (fields("powerdns", api, ""), "zone", "hunter2"),
        (fields("powerdns", api, ""), "zone", "example.com=hunter2"),
        (fields("powerdns", api, ""), "addresses", "hunter2"),
        (fields("powerdns", api, ""), "provider", "hunter2"),
        (fields("powerdns", api, ""), "ttl", "hunter2"),
        (fields("powerdns", api, ""), "ca", "hunter2"),
        (fields("powerdns", api, ""), "fingerprint", "hunter2"),
        (fields("rfc2136", "192.0.2.53", "k"), "endpoint", "hunter2"),
        (
            fields("rfc2136", "192.0.2.53", "k"),
            "key_name",
            "hmac-sha256:k:hunter2",
        ),
        (fields("rfc2136", "192.0.2.53", "k"), "key_name", "k hunter2"),
        (
            fields("rfc2136", "192.0.2.53", "k"),
            "key_name",
            "key \"k\" { secret \"hunter2\"; };",
        ),
        (fields("rfc2136", "192.0.2.53", "k"), "algorithm", "hunter2"),
        (fields("hestiacp", api, "k"), "key_name", "k:hunter2"),
        (fields("hestiacp", api, "k"), "user", "bob:hunter2"),
    ] {
        let mut fields = whole;
        fields[field] = typed.into();
        let error = ZoneConfig::parse(&fields, "key".into()).expect_err(typed).to_string();
        assert!(!error.contains("hunter2"), "{error}");
        assert!(error.contains(field), "{typed}: {error}");
    }
}
