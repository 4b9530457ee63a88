//! What a service goes through, the same at every real server, asked with `dig`.

use super::servers::{Server, budget};
use proxmoxkvm::dns::{Change, Error, Key, Kind, Outcome, Provider, Remembered, SyncJob, sync_service, wanted};
use proxmoxkvm::words::clock::{Clock, SystemClock};
use std::collections::BTreeMap;

/// The zones of a server here: forward, octets, a delegation's parent and its classless zone, nibbles.
pub const ZONES: &[&str] = &[
    "example.com",
    "2.0.192.in-addr.arpa",
    "100.51.198.in-addr.arpa",
    "0/25.100.51.198.in-addr.arpa",
    "8.b.d.0.1.0.0.2.ip6.arpa",
];

/// The classless delegation (RFC 2317): zone, owner, target.
pub const DELEGATIONS: &[(&str, &str, &str)] = &[
    ("100.51.198.in-addr.arpa", "7", "7.0/25.100.51.198.in-addr.arpa."),
    ("100.51.198.in-addr.arpa", "8", "8.0/25.100.51.198.in-addr.arpa."),
];

/// A service with what is remembered of it.
pub struct Service {
    pub providers: Vec<Box<dyn Provider>>,
    pub remembered: Vec<Remembered>,
}

impl Service {
    pub fn new(server: &dyn Server, zones: &[&str]) -> Service {
        let provider = |(index, zone): (usize, &&str)| server.provider(index as u64 + 1, zone);
        Service {
            providers: zones.iter().enumerate().map(provider).collect(),
            remembered: Vec::new(),
        }
    }

    pub fn try_sync(&mut self, domain: &str, addresses: &[&str], ptr: &[(&str, &str)]) -> Outcome {
        self.sync_by(&SystemClock, domain, addresses, ptr)
    }

    /// The same with another clock.
    pub fn sync_by(&mut self, clock: &dyn Clock, domain: &str, addresses: &[&str], ptr: &[(&str, &str)]) -> Outcome {
        let addresses: Vec<_> = addresses.iter().map(|ip| ip.parse().unwrap()).collect();
        let ptr: BTreeMap<_, _> = ptr
            .iter()
            .map(|(ip, name)| (ip.parse().unwrap(), (*name).to_owned()))
            .collect();
        let wanted = wanted(domain, &addresses, &ptr).unwrap();
        let providers: Vec<&dyn Provider> = self.providers.iter().map(AsRef::as_ref).collect();
        let job = SyncJob {
            providers: &providers,
            wanted: &wanted,
            remembered: &self.remembered,
            deadline: clock.now() + 60.0,
            clock,
        };
        let mut kept = Vec::new();
        let outcome = sync_service(&job, &mut |memory| {
            kept.push(memory.to_vec());
            Ok(())
        });
        assert!(kept.len() >= outcome.changed, "stored before every write");
        self.remembered = outcome.remembered.clone();
        outcome
    }

    /// Synchronises without a failure: how many sets were changed.
    pub fn sync(&mut self, domain: &str, addresses: &[&str], ptr: &[(&str, &str)]) -> usize {
        let outcome = self.try_sync(domain, addresses, ptr);
        assert_eq!(outcome.failures, vec![]);
        assert!(outcome.done);
        outcome.changed
    }
}

const NONE: [&str; 0] = [];

/// Create, look again, change, new reverse names, terminate: forward and reverse, IPv4 and IPv6, RFC 2317, IDN.
pub fn of_a_service(server: &dyn Server) {
    let mut service = Service::new(server, ZONES);
    for provider in &service.providers {
        provider.test(&budget()).unwrap();
    }
    let addresses = ["192.0.2.10", "2001:db8::a:10", "198.51.100.7"];
    let name = "Köln.Example.COM.";
    assert_eq!(service.sync(name, &addresses, &[]), 5);
    assert_eq!(server.dig(&["xn--kln-sna.example.com", "A"]), ["192.0.2.10"]);
    assert_eq!(server.dig(&["xn--kln-sna.example.com", "AAAA"]), ["2001:db8::a:10"]);
    // dig makes the reverse names by itself
    assert_eq!(server.dig(&["-x", "192.0.2.10"]), ["xn--kln-sna.example.com."]);
    assert_eq!(server.dig(&["-x", "2001:db8::a:10"]), ["xn--kln-sna.example.com."]);
    // the parent zone delegates (what it leads to is shown by some servers only), the classless zone answers
    let delegated = server.dig(&["-x", "198.51.100.7"]);
    assert_eq!(delegated[0], "7.0/25.100.51.198.in-addr.arpa.");
    assert_eq!(server.dig(&[&delegated[0], "PTR"]), ["xn--kln-sna.example.com."]);
    assert_eq!(service.remembered.len(), 5);

    assert_eq!(service.sync(name, &addresses, &[]), 0, "looking again changes nothing");

    // another address, another name, a reverse name of the client's
    let addresses = ["192.0.2.11", "2001:db8::a:10", "198.51.100.8"];
    service.sync(
        "vm2.example.com",
        &addresses,
        &[("2001:db8::a:10", "MAIL.example.net.")],
    );
    for gone in [
        &["xn--kln-sna.example.com", "A"],
        &["xn--kln-sna.example.com", "AAAA"],
        &["-x", "192.0.2.10"],
    ] {
        assert_eq!(server.dig(gone), NONE, "{gone:?}");
    }
    assert_eq!(server.dig(&["7.0/25.100.51.198.in-addr.arpa", "PTR"]), NONE);
    assert_eq!(server.dig(&["vm2.example.com", "A"]), ["192.0.2.11"]);
    assert_eq!(server.dig(&["vm2.example.com", "AAAA"]), ["2001:db8::a:10"]);
    assert_eq!(server.dig(&["-x", "192.0.2.11"]), ["vm2.example.com."]);
    assert_eq!(server.dig(&["-x", "2001:db8::a:10"]), ["mail.example.net."]);
    assert_eq!(
        server.dig(&["8.0/25.100.51.198.in-addr.arpa", "PTR"]),
        ["vm2.example.com."]
    );

    assert_eq!(service.sync("", &[], &[]), 5, "terminated");
    assert_eq!(service.remembered, vec![]);
    for gone in [
        &["vm2.example.com", "A"],
        &["vm2.example.com", "AAAA"],
        &["-x", "192.0.2.11"],
        &["-x", "2001:db8::a:10"],
    ] {
        assert_eq!(server.dig(gone), NONE, "{gone:?}");
    }
    assert_eq!(server.dig(&["8.0/25.100.51.198.in-addr.arpa", "PTR"]), NONE);
    let delegated = server.dig(&["-x", "198.51.100.8"]);
    assert_eq!(delegated, ["8.0/25.100.51.198.in-addr.arpa."], "the delegation stays");
}

/// Everything that others have at the same names is still there at the end.
pub fn beside_foreign_records(server: &dyn Server) {
    let reverse = "2.0.192.in-addr.arpa";
    server.foreign("example.com", "vm.example.com", "A", "203.0.113.9");
    server.foreign("example.com", "vm.example.com", "TXT", "\"somebody's\"");
    server.foreign("example.com", "alias.example.com", "CNAME", "elsewhere.example.net.");
    server.foreign(reverse, "66.2.0.192.in-addr.arpa", "PTR", "old.example.net.");
    let mut service = Service::new(server, ZONES);

    service.sync("vm.example.com", &["192.0.2.20"], &[]);
    assert_eq!(server.dig(&["vm.example.com", "A"]), ["192.0.2.20", "203.0.113.9"]);
    service.sync("vm.example.com", &["192.0.2.21"], &[]);
    assert_eq!(server.dig(&["vm.example.com", "A"]), ["192.0.2.21", "203.0.113.9"]);

    // somebody's PTR and CNAME are conflicts, named one by one; the rest is written
    let outcome = service.try_sync("alias.example.com", &["192.0.2.66"], &[]);
    assert!(!outcome.done);
    let sentences: Vec<&str> = outcome
        .failures
        .iter()
        .map(|failure| failure.sentence.as_str())
        .collect();
    assert!(
        sentences[0]
            .starts_with("alias.example.com A 192.0.2.66 was not written: there is CNAME elsewhere.example.net")
    );
    assert!(
        sentences[1]
            .starts_with("66.2.0.192.in-addr.arpa PTR alias.example.com was not written: there is PTR old.example.net")
    );
    assert!(
        outcome
            .failures
            .iter()
            .all(|failure| failure.problem.code == "dns_conflict" && !failure.problem.retry)
    );
    assert_eq!(service.remembered, vec![], "what was ours went with the old name");

    // somebody takes our record over: it is no longer ours
    service.sync("own.example.com", &["192.0.2.30"], &[]);
    server.foreign("example.com", "own.example.com", "A", "203.0.113.30");
    service.sync("", &[], &[]);
    assert_eq!(server.dig(&["own.example.com", "A"]), ["203.0.113.30"]);
    assert_eq!(server.dig(&["vm.example.com", "A"]), ["203.0.113.9"]);
    assert_eq!(server.dig(&["vm.example.com", "TXT"]), ["\"somebody's\""]);
    assert_eq!(server.dig(&["alias.example.com", "CNAME"]), ["elsewhere.example.net."]);
    assert_eq!(server.dig(&["-x", "192.0.2.66"]), ["old.example.net."]);
}

/// Between our look and our write somebody was faster: nothing is overwritten.
pub fn of_a_set_that_changed_meanwhile(server: &dyn Server) {
    let provider = server.provider(1, "example.com");
    let change = Change {
        key: Key {
            name: "vm.example.com".to_owned(),
            kind: Kind::A,
        },
        ttl: 300,
        before: Vec::new(),
        after: vec!["192.0.2.1".to_owned()],
    };
    server.foreign("example.com", "vm.example.com", "A", "203.0.113.9");
    let faster = provider.apply(&change, &budget()).unwrap_err();
    assert!(
        matches!(faster, Error::Changed { .. }) && faster.problem().retry,
        "{faster}"
    );
    assert_eq!(server.dig(&["vm.example.com", "A"]), ["203.0.113.9"]);
    // and what a change expects to be there, but is not, is not made up for
    let gone = Change {
        before: vec!["192.0.2.7".to_owned()],
        ..change
    };
    assert!(matches!(provider.apply(&gone, &budget()), Err(Error::Changed { .. })));
    assert_eq!(server.dig(&["vm.example.com", "A"]), ["203.0.113.9"]);
    // nor is anything put beside an alias
    server.foreign("example.com", "alias.example.com", "CNAME", "elsewhere.example.net.");
    let beside = Change {
        key: Key {
            name: "alias.example.com".to_owned(),
            kind: Kind::A,
        },
        before: Vec::new(),
        ..gone
    };
    assert!(matches!(provider.apply(&beside, &budget()), Err(Error::Changed { .. })));
    assert_eq!(server.dig(&["alias.example.com", "ANY"]), ["elsewhere.example.net."]);
}
