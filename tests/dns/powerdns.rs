//! PowerDNS for real, with its SQLite backend.

use super::lifecycle::{self, ZONES};
use super::servers::{Process, Server, budget, free_port, have, run, start};
use super::verbs;
use proxmoxkvm::dns::{Error, Refusal, ZoneConfig, open};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

const SERVER: &str = "/usr/sbin/pdns_server";
const TOOL: &str = "/usr/bin/pdnsutil";
const SCHEMA: &str = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql";
const KEY: &str = "a-key-of-this-test";

pub struct PowerDns {
    pub folder: TempDir,
    port: u16,
    api: u16,
    _process: Process,
}

pub fn there() -> bool {
    have(&[
        (SERVER, "pdns-server"),
        (TOOL, "pdns-server"),
        (SCHEMA, "pdns-backend-sqlite3"),
        ("/usr/bin/dig", "bind9-dnsutils"),
    ])
}

fn tool(folder: &TempDir, arguments: &[&str]) {
    run(Command::new(TOOL)
        .arg(format!("--config-dir={}", folder.path().display()))
        .args(arguments));
}

impl PowerDns {
    pub fn start(zones: &[&str]) -> PowerDns {
        for _ in 0..5 {
            let folder = TempDir::new().unwrap();
            let (port, api) = (free_port(), free_port());
            let at = folder.path().display();
            let config = format!(
                "launch=gsqlite3\ngsqlite3-database={at}/zones.sqlite\nlocal-address=127.0.0.1\nlocal-port={port}\n\
                 api=yes\napi-key={KEY}\nwebserver=yes\nwebserver-address=127.0.0.1\nwebserver-port={api}\n\
                 webserver-allow-from=127.0.0.1\nwebserver-loglevel=normal\nloglevel=5\n\
                 gsqlite3-pragma-synchronous=0\nsocket-dir={at}\ndaemon=no\nguardian=no\ncache-ttl=0\n\
                 query-cache-ttl=0\nnegquery-cache-ttl=0\nzone-cache-refresh-interval=0\nsecurity-poll-suffix=\n"
            );
            std::fs::write(folder.path().join("pdns.conf"), config).unwrap();
            let database = rusqlite::Connection::open(folder.path().join("zones.sqlite")).unwrap();
            database
                .execute_batch(&std::fs::read_to_string(SCHEMA).unwrap())
                .unwrap();
            drop(database);
            for zone in zones {
                tool(&folder, &["create-zone", zone, "ns1.example.net"]);
            }
            for (zone, owner, target) in lifecycle::DELEGATIONS {
                if zones.contains(zone) {
                    tool(&folder, &["add-record", zone, owner, "CNAME", target]);
                }
            }
            let mut command = Command::new(SERVER);
            command.arg(format!("--config-dir={at}"));
            if let Some(process) = start(&mut command, &folder.path().join("log"), &[port, api]) {
                return PowerDns {
                    folder,
                    port,
                    api,
                    _process: process,
                };
            }
            println!("{}", std::fs::read_to_string(folder.path().join("log")).unwrap());
        }
        panic!("PowerDNS did not start");
    }

    fn secondary(&self, zone: &str) {
        tool(&self.folder, &["create-secondary-zone", zone, "192.0.2.53"]);
    }
}

impl Server for PowerDns {
    fn config(&self, id: u64, zone: &str) -> (Value, String) {
        let endpoint = format!("http://127.0.0.1:{}", self.api);
        (
            json!({"id": id, "provider": "powerdns", "zone": zone, "endpoint": endpoint, "ttl": 300}),
            KEY.to_owned(),
        )
    }

    fn foreign(&self, zone: &str, name: &str, kind: &str, value: &str) {
        let owner = name.strip_suffix(zone).unwrap().trim_end_matches('.');
        tool(
            &self.folder,
            &[
                "add-record",
                zone,
                if owner.is_empty() { "@" } else { owner },
                kind,
                value,
            ],
        );
    }

    fn port(&self) -> u16 {
        self.port
    }
}

#[test]
fn a_service_lives_at_powerdns() {
    if there() {
        lifecycle::of_a_service(&PowerDns::start(ZONES));
    }
}

#[test]
fn the_verbs_write_to_powerdns() {
    if there() {
        verbs::of_a_service(&PowerDns::start(ZONES));
    }
}

#[test]
fn foreign_records_stay_at_powerdns() {
    if there() {
        lifecycle::beside_foreign_records(&PowerDns::start(ZONES));
    }
}

#[test]
fn a_set_that_changed_meanwhile_is_left_at_powerdns() {
    if there() {
        lifecycle::of_a_set_that_changed_meanwhile(&PowerDns::start(ZONES));
    }
}

#[test]
fn the_test_of_powerdns_says_exactly_what_is_wrong() {
    if !there() {
        return;
    }
    let server = PowerDns::start(&["example.com"]);
    server.secondary("example.org");
    server.provider(1, "example.com").test(&budget()).unwrap();
    let refused = |result: Result<(), Error>| match result {
        Err(Error::Refused { about, why }) => (about, why),
        other => panic!("{other:?}"),
    };
    let at = format!("PowerDNS at http://127.0.0.1:{}", server.api);

    let missing = refused(server.provider(1, "example.net").test(&budget()));
    assert_eq!(
        missing,
        (Refusal::ZoneMissing, format!("{at} does not have the zone example.net"))
    );

    let (fields, _) = server.config(1, "example.com");
    let wrong = open(&ZoneConfig::parse(&fields, "another-key".into()).unwrap());
    assert_eq!(
        refused(wrong.test(&budget())),
        (Refusal::Key, format!("{at} does not accept the API key"))
    );

    let (about, why) = refused(server.provider(1, "example.org").test(&budget()));
    assert_eq!(about, Refusal::Rights);
    assert!(why.contains("its records are written at its primary"), "{why}");
}

#[test]
fn a_record_that_is_switched_off_stays_in_its_set() {
    if !there() {
        return;
    }
    let server = PowerDns::start(&["example.com"]);
    server.foreign("example.com", "vm.example.com", "A", "192.0.2.99");
    let file: PathBuf = server.folder.path().join("zones.sqlite");
    let off = |database: &rusqlite::Connection| {
        let sql = "SELECT count(*) FROM records WHERE name = 'vm.example.com' AND type = 'A' AND disabled = 1";
        database.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap()
    };
    let database = rusqlite::Connection::open(file).unwrap();
    database
        .execute("UPDATE records SET disabled = 1 WHERE content = '192.0.2.99'", [])
        .unwrap();
    assert_eq!(off(&database), 1);
    let mut service = lifecycle::Service::new(&server, &["example.com"]);
    service.sync("vm.example.com", &["192.0.2.1"], &[]);
    assert_eq!(server.dig(&["vm.example.com", "A"]), ["192.0.2.1"]);
    assert_eq!(off(&database), 1);
    service.sync("", &[], &[]);
    assert_eq!(server.dig(&["vm.example.com", "A"]), [""; 0]);
    assert_eq!(off(&database), 1);
}
