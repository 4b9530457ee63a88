//! A store of version 0.1.0 is brought up to date, and everything that was under way in it is finished: a service in every
//! status, with records, mails and write-backs that nobody has heard of yet.

use crate::acts;
use crate::dns::Dns;
use crate::home::Home;
use crate::support::World;
use proxmoxkvm::api;
use proxmoxkvm::service::Service;
use proxmoxkvm::store::{OperationState, Reader};
use proxmoxkvm::words::ids::{ServerId, ServiceId};
use proxmoxkvm::words::status::Status;
use serde_json::{Value, json};

/// The columns of a table that one could write in 0.1.0.
const TABLES: [(&str, &str); 6] = [
    ("meta", "key, value"),
    (
        "services",
        "id, server, status, vmid, due_at, write_back, written_back, mailed, body, lease_owner, lease_until, generation, \
         created_at, updated_at",
    ),
    ("addresses", "address, service, server, position, body, leased_at"),
    ("events", "id, service, at, actor, what, result, took_ms"),
    (
        "dns",
        "service, wanted, asked, due_at, attention, body, lease_owner, lease_until, generation",
    ),
    ("facts", "server, body, seen_at"),
];

/// What 0.1.0 knows nothing of, in its place in a database.
const LATER_IN_A_DATABASE: [&str; 4] = [
    "DROP TABLE @builds",
    "DROP TABLE @operations",
    "ALTER TABLE @events DROP COLUMN operation",
    "UPDATE @meta SET value = '6' WHERE `key` = 'schema'",
];

/// The store as version 0.1.0 would have it.
fn as_of_0_1_0(home: &Home) {
    let Home::File(_) = home else {
        LATER_IN_A_DATABASE.iter().for_each(|sql| home.tell(sql));
        return;
    };
    let old = home.file().with_extension("old");
    let file = rusqlite::Connection::open(&old).unwrap();
    file.execute_batch(include_str!("golden/store-0.1.0.sql")).unwrap();
    file.execute("ATTACH ? AS today", [home.file().to_str().unwrap()])
        .unwrap();
    for (table, columns) in TABLES {
        let copy = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}");
        file.execute_batch(&copy).unwrap();
    }
    drop(file);
    for rest in ["db-wal", "db-shm"] {
        let _ = std::fs::remove_file(home.file().with_extension(rest));
    }
    std::fs::rename(old, home.file()).unwrap();
}

/// A service for every status, its number the place of the status among all.
fn in_every_status(world: &World) -> Vec<(u64, Status)> {
    let services: Vec<(u64, Status)> = (1..).zip(Status::ALL.iter().copied()).collect();
    let no_guest_yet = [Status::Creation, Status::SetIp, Status::Clone];
    for (id, _) in services.iter().filter(|(_, status)| !no_guest_yet.contains(status)) {
        world.create(*id).unwrap();
    }
    world.cron_until_idle();
    for (id, status) in services.iter().copied() {
        match status {
            Status::Creation => {
                let new = Service::new(ServiceId(id), ServerId(1), world.now());
                world.core.store.begin(&new, world.now()).unwrap();
            }
            Status::SetIp => {
                let new = Service::new(ServiceId(id), ServerId(1), world.now());
                world.core.store.begin(&new, world.now()).unwrap();
                acts::run_step(&world.core, &world.with_extra(id, "step", json!("set_ip"))).unwrap();
            }
            Status::Clone => drop(world.create(id).unwrap()),
            Status::Ready => {}
            Status::ChangePackage => drop(api::change_package(&world.core, &world.order(id)).unwrap()),
            Status::Removed => drop(api::terminate(&world.core, &world.order(id)).unwrap()),
            // as whoever died there has left it
            status => world.home.tell(&format!(
                "UPDATE @services SET status = '{status}', due_at = {}, write_back = write_back + 1 WHERE id = {id}",
                world.now()
            )),
        }
    }
    services
}

#[test]
fn all_that_was_under_way_in_a_store_of_0_1_0_is_finished() {
    let mut dns = Dns::new();
    let zones = std::mem::take(&mut dns.world.zones);
    // nobody speaks of zones yet: the records are still to be written
    let services = in_every_status(&dns.world);
    for (id, status) in &services {
        assert_eq!(dns.world.status(*id), status.as_str());
    }
    let before = api::due(&dns.world.core, &json!({})).unwrap();
    let owed = |what: &str| before[what].as_array().unwrap().len();
    assert!(
        owed("mails") > 0 && owed("write_backs") > 0 && before["dns"].as_u64() > Some(0),
        "{before}"
    );
    dns.world.close();
    as_of_0_1_0(&dns.world.home);
    dns.world.restart();
    dns.install();
    dns.world.zones = zones;
    // what is owed to WHMCS and its customers is still owed
    let after = api::due(&dns.world.core, &json!({})).unwrap();
    for what in ["mails", "write_backs", "dns"] {
        assert_eq!(before[what], after[what], "{what}");
    }
    if let Home::File(_) = dns.world.home {
        let copy = dns.world.home.file().with_extension("db.backup-v13");
        let copy = rusqlite::Connection::open(copy).unwrap();
        let version: i64 = copy.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, 13);
    }
    // what was queued is an operation from now on, and ends like one
    let unfinished = |world: &World, id: u64| {
        let all = world
            .core
            .store
            .operations(ServiceId(id), Reader::Staff, None, 10)
            .unwrap();
        all.into_iter().filter(|one| one.ended_at.is_none()).count()
    };
    for (id, status) in &services {
        let is_queued = ![Status::Ready, Status::Removed].contains(status);
        assert_eq!(unfinished(&dns.world, *id), usize::from(is_queued), "{status}");
    }
    dns.world.cron_until_idle();
    for (id, status) in &services {
        let gone = [Status::Removed, Status::Terminate].contains(status);
        let service = dns.world.service(*id);
        assert_eq!(
            service["status"],
            if gone { "removed" } else { "ready" },
            "{status}: {service}"
        );
        assert_eq!(service["error"], Value::Null, "{status}");
        assert_eq!(dns.world.sim().vms.len(), 1 + services.len() - 2);
        let all = dns
            .world
            .core
            .store
            .operations(ServiceId(*id), Reader::Staff, None, 10)
            .unwrap();
        assert!(
            all.iter().all(|one| one.state == OperationState::Done),
            "{status}: {all:?}"
        );
        let name = service["domain"].as_str().unwrap_or_default();
        let has_record = dns
            .shown()
            .iter()
            .any(|record| record.starts_with(&format!("{name} A ")));
        assert_eq!(has_record, !gone, "{status}: {name}");
    }
    let last = api::due(&dns.world.core, &json!({})).unwrap();
    assert_eq!(
        (&last["write_backs"], &last["dns"], &last["attention"]),
        (&json!([]), &json!(0), &json!([]))
    );
    let mails: Vec<_> = last["mails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mail| mail["service"].as_u64())
        .collect();
    for (id, status) in &services {
        let gone = [Status::Removed, Status::Terminate].contains(status);
        assert_eq!(mails.contains(&Some(*id)), !gone, "{status}");
    }
    dns.world.check_invariants();
}
