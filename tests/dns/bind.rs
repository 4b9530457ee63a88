//! BIND for real, with a TSIG key.

use super::fake::FakeClock;
use super::lifecycle::{self, ZONES};
use super::servers::{Process, Server, budget, free_port, have, start};
use super::verbs;
use proxmoxkvm::dns::{Budget, Error, Refusal, ZoneConfig, open};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const SERVER: &str = "/usr/sbin/named";
const KEY: &str = "whmcs.example.net";
const SECRET: &str = "c2VjcmV0LW9mLXRoaXMtdGVzdC1hbmQtb2Ytbm8tb3RoZXI=";
const OTHER_SECRET: &str = "YW5vdGhlci1zZWNyZXQtdGhhdC1pcy1ub3QtdGhlLXNhbWU=";

struct Bind {
    folder: TempDir,
    port: u16,
    _process: Process,
}

fn there() -> bool {
    have(&[
        (SERVER, "bind9"),
        ("/usr/bin/dig", "bind9-dnsutils"),
        ("/usr/bin/nsupdate", "bind9-dnsutils"),
    ])
}

fn zone_file(zone: &str) -> String {
    let mut text =
        "$TTL 300\n@ SOA ns1.example.net. admin.example.net. 1 3600 600 86400 60\n@ NS ns1.example.net.\n".to_owned();
    for (_, owner, target) in lifecycle::DELEGATIONS.iter().filter(|(parent, ..)| *parent == zone) {
        writeln!(text, "{owner} CNAME {target}").unwrap();
    }
    text
}

fn configuration(folder: &TempDir, port: u16, algorithm: &str, zones: &[&str]) -> String {
    let at = folder.path().display();
    let mut text = format!(
        "options {{ directory \"{at}\"; pid-file none; session-keyfile none; lock-file none; recursion no; notify no;\n\
         listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; dnssec-validation no; }};\ncontrols {{ }};\n\
         key \"{KEY}\" {{ algorithm {algorithm}; secret \"{SECRET}\"; }};\n\
         key \"reader\" {{ algorithm {algorithm}; secret \"{SECRET}\"; }};\n"
    );
    for zone in zones {
        let file = format!("{}.zone", zone.replace('/', "_"));
        std::fs::write(folder.path().join(&file), zone_file(zone)).unwrap();
        writeln!(
            text,
            "zone \"{zone}\" {{ type primary; file \"{file}\"; allow-update {{ key \"{KEY}\"; }}; }};"
        )
        .unwrap();
    }
    text
}

impl Bind {
    fn start(zones: &[&str]) -> Bind {
        Self::with_algorithm("hmac-sha256", zones)
    }

    fn with_algorithm(algorithm: &str, zones: &[&str]) -> Bind {
        for _ in 0..5 {
            let folder = TempDir::new().unwrap();
            let port = free_port();
            std::fs::write(
                folder.path().join("named.conf"),
                configuration(&folder, port, algorithm, zones),
            )
            .unwrap();
            // Debian's AppArmor profile confines /usr/sbin/named to the system's own files, not a copy of it
            std::fs::copy(SERVER, folder.path().join("named")).unwrap();
            let mut command = Command::new(folder.path().join("named"));
            command
                .args(["-g", "-n", "1", "-c"])
                .arg(folder.path().join("named.conf"));
            if let Some(process) = start(&mut command, &folder.path().join("log"), &[port]) {
                return Bind {
                    folder,
                    port,
                    _process: process,
                };
            }
            println!("{}", std::fs::read_to_string(folder.path().join("log")).unwrap());
        }
        panic!("BIND did not start");
    }

    fn with(&self, zone: &str, key: &str, algorithm: &str, secret: &str) -> Result<(), Error> {
        let (mut fields, _) = self.config(1, zone);
        fields["key_name"] = json!(key);
        fields["algorithm"] = json!(algorithm);
        open(&ZoneConfig::parse(&fields, secret.into()).unwrap()).test(&budget())
    }
}

impl Server for Bind {
    fn config(&self, id: u64, zone: &str) -> (Value, String) {
        let endpoint = format!("127.0.0.1:{}", self.port);
        let fields =
            json!({"id": id, "provider": "rfc2136", "zone": zone, "endpoint": endpoint, "key_name": KEY, "ttl": 300});
        (fields, SECRET.to_owned())
    }

    fn foreign(&self, zone: &str, name: &str, kind: &str, value: &str) {
        let key = format!("hmac-sha256:{KEY}:{SECRET}");
        let mut nsupdate = Command::new("nsupdate")
            .args(["-v", "-y", &key])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let script = format!(
            "server 127.0.0.1 {}\nzone {zone}\nupdate add {name}. 300 {kind} {value}\nsend\n",
            self.port
        );
        nsupdate.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(nsupdate.wait().unwrap().success());
    }

    fn port(&self) -> u16 {
        self.port
    }
}

#[test]
fn a_service_lives_at_bind() {
    if there() {
        lifecycle::of_a_service(&Bind::start(ZONES));
    }
}

#[test]
fn the_verbs_write_to_bind() {
    if there() {
        verbs::of_a_service(&Bind::start(ZONES));
    }
}

#[test]
fn foreign_records_stay_at_bind() {
    if there() {
        lifecycle::beside_foreign_records(&Bind::start(ZONES));
    }
}

#[test]
fn a_set_that_changed_meanwhile_is_left_at_bind() {
    if there() {
        lifecycle::of_a_set_that_changed_meanwhile(&Bind::start(ZONES));
    }
}

#[test]
fn what_a_wildcard_answers_at_bind_is_nobodys_record() {
    if !there() {
        return;
    }
    let server = Bind::start(ZONES);
    let reverse = "2.0.192.in-addr.arpa";
    server.foreign("example.com", "*.example.com", "A", "203.0.113.1");
    server.foreign("example.com", "*.alias.example.com", "CNAME", "www.example.com.");
    server.foreign(reverse, "*.2.0.192.in-addr.arpa", "PTR", "unused.example.net.");
    assert_eq!(server.dig(&["-x", "192.0.2.10"]), ["unused.example.net."]);
    let mut service = lifecycle::Service::new(&server, ZONES);
    assert_eq!(service.sync("vm.example.com", &["192.0.2.10"], &[]), 2);
    assert_eq!(server.dig(&["vm.example.com", "A"]), ["192.0.2.10"]);
    assert_eq!(server.dig(&["-x", "192.0.2.10"]), ["vm.example.com."]);
    let serial = server.dig(&["example.com", "SOA"]);
    assert_eq!(service.sync("vm.example.com", &["192.0.2.10"], &[]), 0);
    assert_eq!(server.dig(&["example.com", "SOA"]), serial, "a look writes nothing");

    assert_eq!(service.sync("vm.alias.example.com", &["192.0.2.10"], &[]), 3);
    assert_eq!(server.dig(&["vm.alias.example.com", "A"]), ["192.0.2.10"]);
    assert_eq!(
        server.dig(&["vm.example.com", "A"]),
        ["203.0.113.1"],
        "the wildcard's again"
    );
    // what somebody wrote is foreign as ever, also with the wildcard's value
    server.foreign(reverse, "11.2.0.192.in-addr.arpa", "PTR", "unused.example.net.");
    server.foreign("example.com", "own.example.com", "A", "203.0.113.1");
    let outcome = service.try_sync("own.example.com", &["192.0.2.11"], &[]);
    assert_eq!(server.dig(&["own.example.com", "A"]), ["192.0.2.11", "203.0.113.1"]);
    let codes: Vec<_> = outcome.failures.iter().map(|failure| failure.problem.code).collect();
    assert_eq!(codes, ["dns_conflict"]);

    // below a DNAME every name is an alias, and what is written there is never answered
    server.foreign("example.com", "below.example.com", "DNAME", "elsewhere.example.net.");
    let outcome = service.try_sync("vm.below.example.com", &["192.0.2.10"], &[]);
    let codes: Vec<_> = outcome.failures.iter().map(|failure| failure.problem.code).collect();
    assert_eq!(codes, ["dns_conflict"]);

    service.sync("", &[], &[]);
    assert_eq!(service.remembered, vec![]);
    assert_eq!(server.dig(&["-x", "192.0.2.10"]), ["unused.example.net."]);
}

#[test]
fn a_zone_that_was_renamed_at_bind_is_told_with_what_it_leaves() {
    if !there() {
        return;
    }
    let server = Bind::start(&["example.com", "example.org"]);
    let mut service = lifecycle::Service::new(&server, &["example.com"]);
    service.sync("vm.example.com", &["192.0.2.10"], &[]);
    let written = service.remembered.clone();
    service.providers = vec![server.provider(1, "example.org")];
    let outcome = service.try_sync("", &[], &[]);
    let codes: Vec<_> = outcome.failures.iter().map(|failure| failure.problem.code).collect();
    assert_eq!((codes, outcome.remembered), (vec!["dns_zone_gone"], written));
    assert_eq!(server.dig(&["vm.example.com", "A"]), ["192.0.2.10"]);
}

#[test]
fn the_test_of_bind_says_exactly_what_is_wrong() {
    if !there() {
        return;
    }
    let server = Bind::start(&["example.com", "2.0.192.in-addr.arpa"]);
    let sha256 = "hmac-sha256";
    assert_eq!(server.with("example.com", KEY, sha256, SECRET), Ok(()));
    assert_eq!(
        server.with("2.0.192.in-addr.arpa", "WHMCS.Example.NET.", "HMAC-SHA256", SECRET),
        Ok(())
    );
    assert_eq!(
        server.dig(&["proxmoxkvm-test.example.com", "ANY"]),
        [""; 0],
        "nothing was written"
    );
    let at = format!("the name server 127.0.0.1:{}", server.port);
    let cases = [
        (
            "example.com",
            KEY,
            sha256,
            OTHER_SECRET,
            Refusal::Key,
            format!("{at} knows the TSIG key {KEY} with another secret"),
        ),
        (
            "example.com",
            "nobody",
            sha256,
            SECRET,
            Refusal::Key,
            format!("{at} does not know the TSIG key nobody, or knows it with another algorithm"),
        ),
        (
            "example.com",
            KEY,
            "hmac-sha512",
            SECRET,
            Refusal::Key,
            format!("{at} does not know the TSIG key {KEY}, or knows it with another algorithm"),
        ),
        (
            "example.com",
            "reader",
            sha256,
            SECRET,
            Refusal::Rights,
            format!(
                "{at} refused an update: the key reader has no right to do this in example.com, or the zone is not there"
            ),
        ),
        (
            "example.org",
            KEY,
            sha256,
            SECRET,
            Refusal::ZoneMissing,
            format!("{at} does not have the zone example.org, or does not let the key {KEY} read it"),
        ),
        (
            "below.example.com",
            KEY,
            sha256,
            SECRET,
            Refusal::ZoneMissing,
            format!("{at} has no zone of the name below.example.com"),
        ),
    ];
    for (zone, key, algorithm, secret, about, why) in cases {
        assert_eq!(
            server.with(zone, key, algorithm, secret),
            Err(Error::Refused { about, why })
        );
    }
    // a machine whose clock stands at 1970
    let early = Budget {
        clock: &FakeClock::default(),
        until: 60.0,
    };
    let error = server.provider(1, "example.com").test(&early).unwrap_err();
    assert_eq!(error.problem().code, "dns_key");
    assert!(error.to_string().contains("check both clocks"), "{error}");
    let log = std::fs::read_to_string(server.folder.path().join("log")).unwrap();
    assert!(log.contains("request has invalid signature"), "{log}");
}

#[test]
fn longer_signatures_work_too() {
    if !there() {
        return;
    }
    for algorithm in ["hmac-sha384", "hmac-sha512"] {
        let server = Bind::with_algorithm(algorithm, &["example.com"]);
        assert_eq!(server.with("example.com", KEY, algorithm, SECRET), Ok(()));
    }
}

#[test]
fn a_server_that_is_not_there_or_silent_costs_its_time_limit_at_most() {
    let port = free_port();
    let provider = |port: u16| {
        let fields = json!({"id": 1, "provider": "rfc2136", "zone": "example.com", "endpoint": format!("127.0.0.1:{port}"), "key_name": KEY});
        open(&ZoneConfig::parse(&fields, SECRET.into()).unwrap())
    };
    let gone = provider(port).test(&budget()).unwrap_err();
    assert_eq!(gone.problem().code, "dns_unreachable", "{gone}");
    // the connection stands in the backlog and is never answered
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let begun = std::time::Instant::now();
    let mut short = budget();
    short.until -= 59.5;
    let hanging = provider(silent.local_addr().unwrap().port()).test(&short).unwrap_err();
    assert_eq!(hanging.problem().code, "dns_no_answer", "{hanging}");
    assert!(begun.elapsed().as_secs_f64() < 2.0);
}
