//! A store moves to another place: everything, or nothing that anybody could use.

use crate::support::START;
use proxmoxkvm::guest::traffic::Sample;
use proxmoxkvm::server::Pool;
use proxmoxkvm::server::address::Address;
use proxmoxkvm::service::Service;
use proxmoxkvm::store::{Built, Error, Event, Location, Moved, Requested, Store, move_part};
use proxmoxkvm::words::ids::{Actor, By, ServerId, ServiceId};
use proxmoxkvm::words::limits;
use proxmoxkvm::words::ssh_key::{NamedKey, SshKey};
use rusqlite::types::Value;
use std::path::{Path, PathBuf};

const SERVICES: u64 = 1234;
const TABLES: [&str; 12] = [
    "services",
    "addresses",
    "events",
    "operations",
    "dns",
    "outbox",
    "facts",
    "traffic",
    "samples",
    "sampled",
    "builds",
    "ssh_keys",
];
/// After every lease has ended.
const LATER: f64 = START + 2.0 * limits::LEASE_SECONDS;

struct Places {
    folder: tempfile::TempDir,
}

impl Places {
    /// A store with something in every table, and a place to move it to.
    fn new() -> Places {
        let places = Places {
            folder: tempfile::tempdir().unwrap(),
        };
        fill(&Store::open(&places.old()).unwrap());
        places
    }

    fn old(&self) -> PathBuf {
        self.folder.path().join("old.db")
    }

    fn new_place(&self) -> PathBuf {
        self.folder.path().join("new.db")
    }

    fn part(&self, now: f64) -> Result<Moved, Error> {
        move_part(&Location::from(&self.old()), &Location::from(&self.new_place()), now)
    }

    /// The run ends after the services; its process is gone, and the old store is used again.
    fn interrupted(&self) -> Store {
        while self.part(LATER).unwrap().table == "services" {}
        let text = "UPDATE meta SET value = json_set(value, '$.by', 'another process') WHERE key = 'moving'";
        let new = rusqlite::Connection::open(self.new_place()).unwrap();
        assert_eq!(new.execute(text, []).unwrap(), 1);
        Store::open(&self.old()).unwrap()
    }

    fn to_the_end(&self) -> Moved {
        let all = std::iter::repeat_with(|| self.part(LATER).unwrap());
        all.take(1000).find(|moved| moved.done).expect("it comes to an end")
    }
}

fn fill(store: &Store) {
    let pool = Pool::parse("vmbr0|0|10.0.0.1-10.0.255.254|16|10.0.255.254|192.0.2.53");
    let line = &pool.lines[0];
    let mut ips = line.candidates();
    for id in 1..=SERVICES {
        let mut service = Service::new(ServiceId(id), ServerId(1 + id % 3), START);
        service.body.name = Some(format!("gäst-{id}"));
        store.begin(&service, START).unwrap();
        if id % 100 == 0 {
            let requested = Requested {
                action: "change_package",
                arguments: serde_json::json!({"step": "set_network"}),
                by: By {
                    actor: Actor::Client,
                    id: Some(3),
                    ip: "2001:db8::7".parse().ok(),
                },
                nonce: Some(format!("n{id}")),
            };
            let mut lease = store.lease_for(service.id, Some(&requested), START).unwrap();
            let address = Address::of_line(ips.next().unwrap(), line);
            store.adopt_addresses(&mut lease, &[address], START).unwrap();
            lease.service.vmid = Some((100 + id as u32).try_into().unwrap());
            lease.service.body.dns_wanted = 1;
            lease.built = Some(Built {
                kind: "1 9000 full".to_owned(),
                at: START,
                seconds: [1.0, 60.5, 9.0, 5.0],
            });
            lease.service.owe_write_back();
            let event = Event {
                at: START,
                actor: Actor::Admin,
                what: "create".to_owned(),
                result: "it is \"ready\"; 100 %".to_owned(),
                took_ms: id,
            };
            store.release(&mut lease, START, &[event]).unwrap();
        }
    }
    let measured = |id: u64| proxmoxkvm::store::Measured {
        service: ServiceId(id),
        since: Some(START - 60.0),
        sample: Sample {
            at: START,
            late_by: 0.0,
            uptime: 10,
            bytes_in: id,
            bytes_out: 2 * id,
        },
        memory: (1, 2),
        disk: Some(3),
    };
    store.add_samples("2026-11", &[measured(1), measured(2)]).unwrap();
    store.set_sampled(ServerId(1), START).unwrap();
    let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGRBNRe77vuVolYCnc3+lxH5H6cm3PHVEQt04cxerDPQ gäst";
    let named = NamedKey::new("", SshKey::parse(line).unwrap()).unwrap();
    assert!(store.add_ssh_key(3, &named, START).unwrap());
    store
        .set_facts(ServerId(1), &proxmoxkvm::pve::ClusterFacts::default())
        .unwrap();
}

/// Every row of every table, without the computed columns, and the installation.
fn content(path: &Path) -> Vec<Vec<Value>> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut rows = Vec::new();
    let mut read = |sql: &str| {
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let found = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect());
        rows.extend(found.unwrap().map(|row: rusqlite::Result<Vec<Value>>| row.unwrap()));
    };
    for table in TABLES {
        read(&format!("SELECT '{table}', * FROM {table} ORDER BY 2, 3"));
    }
    read("SELECT * FROM meta WHERE key = 'installation'");
    rows
}

#[test]
fn every_row_is_there_afterwards_and_the_old_store_is_as_it_was() {
    let places = Places::new();
    let before = content(&places.old());
    for table in TABLES {
        let of_table = |row: &&Vec<Value>| row[0] == Value::Text(table.to_owned());
        assert!(before.iter().any(|row| of_table(&row)), "{table} has rows to move");
    }
    let moved = places.to_the_end();
    assert_eq!(content(&places.new_place()), before);
    assert_eq!(content(&places.old()), before, "only read");
    let rows = before.len() as u64 - 1;
    assert_eq!((moved.copied, moved.compared, moved.of), (rows, rows, rows));
    let (old, new) = (
        Store::open(&places.old()).unwrap(),
        Store::open(&places.new_place()).unwrap(),
    );
    assert_eq!(old.installation(), new.installation(), "the guests carry it");
}

#[test]
fn nobody_works_with_a_store_that_is_not_complete() {
    let places = Places::new();
    assert!(!places.part(LATER).unwrap().done);
    let refused = Store::open(&places.new_place()).err().unwrap();
    assert!(matches!(refused, Error::Unfinished { .. }), "{refused}");
    places.to_the_end();
    Store::open(&places.new_place()).unwrap();
}

#[test]
fn what_changes_between_two_runs_of_the_move_is_moved_too() {
    let places = Places::new();
    let old = places.interrupted();
    let mut lease = old.lease(ServiceId(3), LATER).unwrap();
    lease.service.body.name = Some("renamed".to_owned());
    old.release(&mut lease, LATER, &[]).unwrap();
    let mut lease = old.lease(ServiceId(100), LATER).unwrap();
    old.free_addresses(&mut lease, START).unwrap();
    old.release(&mut lease, LATER, &[]).unwrap();
    drop(old);
    let moved = places.to_the_end();
    assert_eq!(content(&places.new_place()), content(&places.old()));
    assert!(
        moved.copied < moved.of + 100,
        "what was there already was not written again: {moved:?}"
    );
}

#[test]
fn a_number_that_changed_hands_between_two_runs_is_moved_too() {
    let places = Places::new();
    let old = places.interrupted();
    // both on one server; the one with the lower number is written first
    let mut lease = old.lease(ServiceId(300), LATER).unwrap();
    let number = lease.service.vmid.take();
    old.release(&mut lease, LATER, &[]).unwrap();
    let mut lease = old.lease(ServiceId(3), LATER).unwrap();
    lease.service.vmid = number;
    old.release(&mut lease, LATER, &[]).unwrap();
    drop(old);
    places.to_the_end();
    assert_eq!(content(&places.new_place()), content(&places.old()));
}

#[test]
fn a_move_that_is_done_says_so_again_until_the_new_store_is_used() {
    let places = Places::new();
    places.to_the_end();
    let again = places.part(LATER).unwrap();
    assert!(
        again.done && again.compared == again.of && again.copied == 0,
        "{again:?}"
    );
    let new = Store::open(&places.new_place()).unwrap();
    let mut lease = new.lease(ServiceId(9), LATER).unwrap();
    new.release(&mut lease, LATER, &[]).unwrap();
    drop(new);
    let before = content(&places.new_place());
    assert!(matches!(places.part(LATER), Err(Error::NotEmpty { .. })));
    assert_eq!(content(&places.new_place()), before);
}

#[test]
fn a_place_with_services_of_its_own_is_left_alone() {
    let places = Places::new();
    let store = Store::open(&places.new_place()).unwrap();
    store
        .begin(&Service::new(ServiceId(5), ServerId(1), START), START)
        .unwrap();
    drop(store);
    let before = content(&places.new_place());
    assert!(matches!(places.part(LATER), Err(Error::NotEmpty { .. })));
    assert_eq!(content(&places.new_place()), before);
    let itself = Location::from(&places.old());
    assert!(matches!(
        move_part(&itself, &itself, LATER),
        Err(Error::NotEmpty { .. })
    ));
}

#[test]
fn a_store_that_is_being_worked_on_is_not_moved() {
    let places = Places::new();
    let old = Store::open(&places.old()).unwrap();
    let mut lease = old.lease(ServiceId(9), LATER).unwrap();
    assert!(matches!(places.part(LATER), Err(Error::InUse { .. })));
    old.release(&mut lease, LATER, &[]).unwrap();
    while !places.part(LATER).unwrap().table.is_empty() {}
    let mut lease = old.lease(ServiceId(9), LATER).unwrap();
    assert!(
        matches!(places.part(LATER), Err(Error::InUse { .. })),
        "at its end neither"
    );
    old.release(&mut lease, LATER, &[]).unwrap();
    places.to_the_end();
    assert_eq!(content(&places.new_place()), content(&places.old()));
}
