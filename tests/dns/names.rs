//! Names in one form, and what a service wants.

use proxmoxkvm::dns::{Kind, Record, Wanted, name, wanted};
use std::collections::BTreeMap;
use std::net::IpAddr;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn names_have_one_form() {
    for (typed, normal) in [
        ("vm1.example.com", "vm1.example.com"),
        (" VM1.Example.COM. ", "vm1.example.com"),
        ("köln.example", "xn--kln-sna.example"),
        ("KÖLN.example.", "xn--kln-sna.example"),
        ("xn--kln-sna.example", "xn--kln-sna.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("a。example．com", "a.example.com"),
        ("_acme.a-b.example.com", "_acme.a-b.example.com"),
        ("straße.example", "xn--strae-oqa.example"),
    ] {
        assert_eq!(name(typed).as_deref(), Ok(normal), "{typed}");
    }
}

#[test]
fn what_is_no_name_is_refused_with_a_reason() {
    let long = format!("{}.example.com", "a".repeat(64));
    let longer = vec!["abcdefghi"; 26].join(".");
    for (typed, why) in [
        ("", "empty"),
        (".", "empty"),
        ("vm1", "no domain"),
        ("a..b", "1 to 63"),
        ("a.b..", "1 to 63"),
        (".a.b", "1 to 63"),
        ("-a.example.com", "hyphen"),
        ("a b.example.com", "hyphens"),
        ("*.example.com", "hyphens"),
        ("a/b.example.com", "hyphens"),
        ("xn--a.example", "broken punycode"),
        ("192.0.2.1", "number"),
        (&long, "1 to 63"),
        (&longer, "at most 253"),
    ] {
        let error = name(typed).expect_err(typed).to_string();
        assert!(error.contains(why), "{typed}: {error}");
        let begins: String = typed.chars().take(60).collect();
        assert!(
            error.starts_with(format!("{begins:?}").trim_end_matches('"')),
            "{error}"
        );
    }
}

#[test]
fn values_of_providers_are_brought_into_the_same_form() {
    let seen = |kind, value| Record::seen("VM.Example.com.", kind, 60, value).value;
    assert_eq!(
        Record::seen("VM.Example.com.", Kind::A, 60, "192.0.2.1").name,
        "vm.example.com"
    );
    assert_eq!(seen(Kind::Aaaa, "2001:0DB8:0:0:0:0:0:1"), "2001:db8::1");
    assert_eq!(seen(Kind::Ptr, "VM1.example.com."), "vm1.example.com");
    assert_eq!(
        seen(Kind::Cname, "7.0/25.2.0.192.in-addr.arpa."),
        "7.0/25.2.0.192.in-addr.arpa"
    );
    // what cannot be read is somebody's, and is kept as it is
    assert_eq!(seen(Kind::A, "not an address"), "not an address");
}

#[test]
fn a_service_wants_the_first_of_each_family_and_a_ptr_for_every_address() {
    let addresses = [ip("192.0.2.10"), ip("2001:db8::1"), ip("192.0.2.11"), ip("2001:db8::2")];
    let ptr = BTreeMap::from([
        (ip("192.0.2.11"), "Mail.Example.com.".to_owned()),
        (ip("2001:db8::2"), " ".to_owned()),
    ]);
    let forward = |address: &str| Wanted::Forward {
        name: "vm.example.com".to_owned(),
        ip: ip(address),
    };
    let reverse = |address: &str, name: &str| Wanted::Reverse {
        ip: ip(address),
        name: name.to_owned(),
    };
    assert_eq!(
        wanted("VM.example.com.", &addresses, &ptr),
        Ok(vec![
            forward("192.0.2.10"),
            forward("2001:db8::1"),
            reverse("192.0.2.10", "vm.example.com"),
            reverse("2001:db8::1", "vm.example.com"),
            reverse("192.0.2.11", "mail.example.com"),
            reverse("2001:db8::2", "vm.example.com"),
        ])
    );
    // without a domain only what was given; a slip of the pen is an error, not a reason to remove
    assert_eq!(
        wanted(" ", &addresses, &ptr),
        Ok(vec![reverse("192.0.2.11", "mail.example.com")])
    );
    assert!(wanted("vm", &addresses, &ptr).is_err());
    let broken = BTreeMap::from([(ip("192.0.2.10"), "no name".to_owned())]);
    assert!(wanted("vm.example.com", &addresses, &broken).is_err());
    assert_eq!(wanted("vm.example.com", &[], &BTreeMap::new()), Ok(vec![]));
}
