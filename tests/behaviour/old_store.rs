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
use std::collections::BTreeSet;

/// The columns of a table that one could write in 0.1.0, where the tables of today have them too.
const TABLES: [(&str, &str); 6] = [
    ("meta", "key, value"),
    (
        "services",
        "id, server, status, vmid, due_at, body, lease_owner, lease_until, generation, created_at, updated_at",
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
const LATER_IN_A_DATABASE: [&str; 10] = [
    "ALTER TABLE @services ADD COLUMN write_back BIGINT NOT NULL DEFAULT 0,
         ADD COLUMN written_back BIGINT NOT NULL DEFAULT 0, ADD COLUMN mailed BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE @services
         ADD COLUMN unwritten TINYINT AS (IF(write_back > written_back, 1, NULL)) STORED,
         ADD COLUMN untold TINYINT AS (IF(mailed < CAST(JSON_VALUE(body, '$.mail.number') AS UNSIGNED)
             AND status = 'ready' AND JSON_VALUE(body, '$.suspended') IN ('0', 'false'), 1, NULL)) STORED,
         ADD KEY services_write_back (unwritten), ADD KEY services_untold (untold)",
    "UPDATE @services SET write_back = 1 WHERE id IN (SELECT service FROM @outbox WHERE kind = 'write_back')",
    "UPDATE @services SET body = JSON_SET(body, '$.mail', JSON_OBJECT('kind',
         (SELECT SUBSTR(MAX(kind), 6) FROM @outbox WHERE service = @services.id AND kind LIKE 'mail%'), 'number', 1))
     WHERE id IN (SELECT service FROM @outbox WHERE kind LIKE 'mail%')",
    "DROP TABLE @ssh_keys",
    "DROP TABLE @outbox",
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
    // what others had not heard of, as it was kept then
    file.execute_batch(
        "UPDATE main.services SET write_back = 1
             WHERE id IN (SELECT service FROM today.outbox WHERE kind = 'write_back');
         UPDATE main.services SET body = json_set(body, '$.mail', json_object('kind',
             (SELECT substr(max(kind), 6) FROM today.outbox WHERE service = main.services.id AND kind LIKE 'mail%'),
             'number', 1))
             WHERE id IN (SELECT service FROM today.outbox WHERE kind LIKE 'mail%');",
    )
    .unwrap();
    drop(file);
    for rest in ["db-wal", "db-shm"] {
        let _ = std::fs::remove_file(home.file().with_extension(rest));
    }
    std::fs::rename(old, home.file()).unwrap();
}

/// What a reply hands over and nobody delivers: of which service, and the kind.
fn undelivered(reply: &Value) -> impl Iterator<Item = (u64, String)> {
    let entries = reply["outbox"].as_array().unwrap().iter();
    entries.map(|entry| {
        let kind = entry["kind"].as_str().unwrap().to_owned();
        (entry["service"].as_u64().unwrap(), kind)
    })
}

/// Of which services somebody has to hear what.
type Owed = BTreeSet<(u64, String)>;

/// A service for every status that there was, its number the place of the status among all, and what nobody has heard of.
fn in_every_status(world: &World) -> (Vec<(u64, Status)>, Owed) {
    let mut owed = Owed::new();
    // a customer used no VM then that was not ready: a mail waits in that store for what has begun there already
    let statuses = Status::ALL.iter().copied().filter(|status| *status != Status::Beside);
    let services: Vec<(u64, Status)> = (1..).zip(statuses).collect();
    let no_guest_yet = [Status::Creation, Status::SetIp, Status::Clone];
    for (id, _) in services.iter().filter(|(_, status)| !no_guest_yet.contains(status)) {
        owed.extend(undelivered(&world.create(*id).unwrap()));
    }
    let of_guest = |(_, status): &&(u64, Status)| !no_guest_yet.contains(status);
    while services
        .iter()
        .filter(of_guest)
        .any(|(id, _)| world.status(*id) != "ready")
    {
        owed.extend(undelivered(&world.cron_without_delivery()));
        world.clock_forward(60.0);
    }
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
                "UPDATE @services SET status = '{status}', due_at = {} WHERE id = {id}",
                world.now()
            )),
        }
    }
    (services, owed)
}

#[test]
fn all_that_was_under_way_in_a_store_of_0_1_0_is_finished() {
    let mut dns = Dns::new();
    let zones = std::mem::take(&mut dns.world.zones);
    // nobody speaks of zones yet: the records are still to be written
    let (services, owed) = in_every_status(&dns.world);
    for (id, status) in &services {
        assert_eq!(dns.world.status(*id), status.as_str());
    }
    let before = api::due(&dns.world.core, &json!({})).unwrap();
    assert!(before["dns"].as_u64() > Some(0), "{before}");
    for kind in ["write_back", "mail_ready"] {
        assert!(owed.iter().filter(|(_, owed)| owed == kind).count() > 5, "{owed:?}");
    }
    dns.world.close();
    as_of_0_1_0(&dns.world.home);
    dns.world.restart();
    dns.install();
    dns.world.zones = zones;
    // what is owed to WHMCS and its customers is still owed
    let after = api::due(&dns.world.core, &json!({})).unwrap();
    assert_eq!(before["dns"], after["dns"]);
    assert!(after["outbox"].as_u64() > Some(0), "{after}");
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
        (&last["outbox"], &last["dns"], &last["attention"]),
        (&json!(0), &json!(0), &json!([]))
    );
    for (id, status) in &services {
        let gone = [Status::Removed, Status::Terminate].contains(status);
        let told = dns.world.told_of(*id);
        let is_removed = *status == Status::Terminate;
        assert_eq!(
            told.contains(&"mail_terminated".to_owned()),
            is_removed,
            "{status}: {told:?}"
        );
        let has_other = told
            .iter()
            .any(|kind| kind.starts_with("mail") && kind != "mail_terminated");
        assert_eq!(has_other, !gone, "{status}: {told:?}");
        let was_owed = owed
            .iter()
            .filter(|(service, kind)| service == id && (!gone || kind == "write_back"));
        for (_, kind) in was_owed {
            assert!(told.contains(kind), "{status}: {kind} in {told:?}");
        }
    }
    dns.world.check_invariants();
}
