//! A store that is damaged, full, read-only, somebody else's, or older than what it tells of: one clear sentence, and nothing
//! destroyed.

use crate::acts;
use crate::commits;
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::api::cron;
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::ids::ServiceId;
use serde_json::{Value, json};
use std::path::PathBuf;

fn file(world: &World) -> PathBuf {
    world.home.file()
}

/// Three services with guests, and everything in one file: no log beside it.
fn three_services() -> World {
    let world = World::in_a_file();
    for service in 7..10 {
        world.ready(service);
    }
    without_log(&world);
    world.sim().log.clear();
    world
}

/// The sentence of a store that is not as it should be.
fn sentence(error: &Error) -> String {
    let text = error.to_string();
    let expected = [
        "store_damaged",
        "store_not_usable",
        "store_full",
        "store_record",
        "store",
        "unknown_service",
    ];
    assert!(expected.contains(&error.code()), "{}: {text}", error.code());
    assert!(
        text.len() > 30 && text.len() < 500 && !text.contains("Error {"),
        "{text}"
    );
    text
}

/// All that WHMCS may ask while the store is broken. Answers the codes of the refusals.
fn everything_is_asked(world: &mut World) -> Vec<&'static str> {
    let mut codes = Vec::new();
    if let Err(error) = world.try_restart() {
        sentence(&error.into());
        return vec!["closed"];
    }
    type Verb = fn(&proxmoxkvm::api::core::Core, &Value) -> Result<Value, Error>;
    let verbs: [Verb; 8] = [
        api::create,
        api::suspend,
        acts::stop,
        acts::reinstall,
        acts::vm_remove,
        api::change_package,
        api::unsuspend,
        api::terminate,
    ];
    for verb in verbs {
        for service in [7, 8, 9, 20] {
            let order = if service == 9 {
                Value::Null
            } else {
                world.order(service)
            };
            if let Err(error) = verb(&world.core, &order)
                && service != 9
                && error.code().starts_with("store")
            {
                sentence(&error);
                codes.push(error.code());
            }
        }
    }
    let orders = json!({"orders": [world.order(7), world.order(8)], "budget_s": 5, "workers": 1});
    if let Err(error) = cron(&world.core, &orders) {
        sentence(&error);
    }
    codes
}

#[test]
fn a_damaged_file_is_named_and_nothing_is_done_to_guests_that_nobody_named() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 5] = [
        ("header", |bytes| bytes[..100].fill(0)),
        ("half of it is missing", |bytes| bytes.truncate(bytes.len() / 2)),
        ("all but the first page is missing", |bytes| bytes.truncate(4096)),
        ("pages in the middle", |bytes| {
            let middle = bytes.len() / 8192 * 4096;
            // of one alone it depends on the schema whether anybody reads it
            bytes[middle / 8192 * 4096..middle].fill(0xAA);
        }),
        ("everything behind the header", |bytes| bytes[100..].fill(0x55)),
    ];
    let mut told = 0;
    for (name, damage) in damages {
        let mut world = three_services();
        let mut bytes = std::fs::read(file(&world)).unwrap();
        damage(&mut bytes);
        world.close();
        std::fs::write(file(&world), &bytes).unwrap();
        told += everything_is_asked(&mut world).len();
        // service 9 was asked for by nobody who named it
        assert!(world.sim().is_running(102), "{name}: the third guest is as it was");
        world.check_invariants();
    }
    assert!(told >= 5, "only {told} refusals");
}

/// Damages the one page of the index that finds the history of a service: nothing else reads it.
fn damage_history(world: &mut World) {
    let connection = rusqlite::Connection::open(file(world)).unwrap();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'events_service'";
    let page: usize = connection.query_row(root, [], |row| row.get::<_, i64>(0)).unwrap() as usize - 1;
    drop(connection);
    let mut bytes = std::fs::read(file(world)).unwrap();
    bytes[page * 4096..][..4096].fill(0xAA);
    world.close();
    std::fs::write(file(world), &bytes).unwrap();
}

/// Everything in the file's own pages, as a copy of the file needs it.
fn without_log(world: &World) {
    let connection = rusqlite::Connection::open(file(world)).unwrap();
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    connection.query_row(checkpoint, [], |_| Ok(())).unwrap();
}

#[test]
fn a_store_that_met_damage_once_is_used_no_more_until_another_lies_in_its_place() {
    let mut world = three_services();
    let backup = std::fs::read(file(&world)).unwrap();
    damage_history(&mut world);
    world.restart();
    // the history is where the damage is
    let asked = json!({"service": 7, "actor": "admin", "activity": 10});
    let show = |world: &World| api::show(&world.core, &asked);
    assert!(
        world.core.store.service(ServiceId(7)).is_ok(),
        "what is not damaged can be read"
    );
    let error = show(&world).unwrap_err();
    assert_eq!(error.code(), "store_damaged");
    let text = error.to_string();
    assert!(
        text.contains("store.db-wal and ") && text.contains("store.db-shm"),
        "{text}"
    );
    // this process, one that has it open, and one that opens it now
    assert_eq!(
        world.core.store.service(ServiceId(7)).unwrap_err().problem().code,
        "store_damaged"
    );
    assert_eq!(
        world.core.store.must_be_current().unwrap_err().problem().code,
        "store_damaged"
    );
    assert_eq!(
        world.core.store.must_be_current().unwrap_err().problem().code,
        "store_damaged"
    );
    assert_eq!(code(api::suspend(&world.core, &world.order(8))), "store_damaged");
    let opened = world.try_restart();
    assert_eq!(opened.unwrap_err().problem().code, "store_damaged");
    assert!(world.sim().is_running(100) && world.sim().is_running(101));
    // the backup takes its place
    for end in ["", "-wal", "-shm"] {
        let mut name = file(&world).into_os_string();
        name.push(end);
        let _ = std::fs::remove_file(name);
    }
    std::fs::write(file(&world), &backup).unwrap();
    world.restart();
    show(&world).unwrap();
    api::suspend(&world.core, &world.order(8)).unwrap();
    world.restart();
    world.check_invariants();
}

#[test]
fn the_doctor_and_the_first_process_after_a_start_of_the_machine_look_through_the_whole_file() {
    let mut world = three_services();
    let looked = api::look_through(&world.core, &json!({})).unwrap();
    assert_eq!(looked["whole"], true);
    damage_history(&mut world);
    // nothing has read the damaged page: the store opens
    world.restart();
    let error = api::look_through(&world.core, &json!({})).unwrap_err();
    assert_eq!(error.code(), "store_damaged");

    let mut world = three_services();
    let connection = rusqlite::Connection::open(file(&world)).unwrap();
    let changed = connection.execute(
        "UPDATE meta SET value = 'the boot before' WHERE key = 'looked_through'",
        [],
    );
    assert_eq!(changed.unwrap(), 1, "the first open has looked");
    drop(connection);
    without_log(&world);
    damage_history(&mut world);
    assert_eq!(world.try_restart().unwrap_err().problem().code, "store_damaged");
}

#[test]
fn a_look_that_cannot_be_written_down_keeps_nobody_from_the_store() {
    let mut world = three_services();
    world.close();
    let connection = rusqlite::Connection::open(file(&world)).unwrap();
    let full = "DELETE FROM meta WHERE key = 'looked_through';
        CREATE TRIGGER full BEFORE INSERT ON meta WHEN NEW.key = 'looked_through'
        BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END";
    connection.execute_batch(full).unwrap();
    drop(connection);
    world.try_restart().unwrap();
    assert_eq!(world.status(7), "ready");
}

#[test]
fn a_full_disk_stops_everything_before_it_is_sent_and_room_lets_it_go_on() {
    let mut world = three_services();
    // no page more than there is: what needs one is refused
    world.restart_with("PRAGMA max_page_count = 1");
    let mut refused = 0;
    for service in 20..60 {
        if let Err(error) = world.create(service) {
            assert_eq!(error.code(), "store_full", "{error}");
            assert!(error.to_string().contains("make room"), "{error}");
            refused += 1;
        }
    }
    assert!(refused > 0, "the file was full at some time");
    let guests = world.sim().vms.len();
    assert!(guests < 44, "what could not be written down was not begun");
    world.restart();
    for service in 20..24 {
        world.create(service).unwrap();
    }
    world.cron_until_idle();
    for service in 20..24 {
        assert_eq!(world.status(service), "ready", "{}", world.service(service));
    }
    world.check_invariants();
}

#[test]
fn a_store_that_cannot_be_written_is_refused_when_it_opens() {
    let world = three_services();
    let opened = commits::with_first_words("PRAGMA query_only = 1", || {
        proxmoxkvm::store::Store::open(&file(&world))
    });
    let error = opened.err().expect("it is refused");
    assert_eq!(error.problem().code, "store_not_usable");
    assert!(
        error
            .to_string()
            .contains("give its folder to the user of the web server"),
        "{error}"
    );
}

#[test]
fn the_database_of_another_program_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let theirs = rusqlite::Connection::open(&path).unwrap();
    theirs.execute_batch("CREATE TABLE accounts (name TEXT)").unwrap();
    let error = proxmoxkvm::store::Store::open(&path).err().expect("it is refused");
    assert!(
        error.to_string().contains("it is the database of another program"),
        "{error}"
    );
    let tables: i64 = theirs
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_restored_backup_takes_no_number_and_destroys_no_guest_that_it_does_not_know() {
    let mut world = World::in_a_file();
    world.ready(7);
    let backup = world.copy();
    world.ready(8);
    world.ready(9);
    world.close();
    for file in std::fs::read_dir(file(&world).parent().unwrap()).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    rusqlite::Connection::open(file(&backup))
        .unwrap()
        .execute("VACUUM INTO ?1", [file(&world).to_str().unwrap()])
        .unwrap();
    world.restart();
    let before: Vec<String> = [101, 102].map(|vmid| world.sim().vm(vmid).unwrap().render()).to_vec();
    // WHMCS asks for what the store does not know
    let reply = api::terminate(&world.core, &world.order(8)).unwrap();
    assert_eq!(reply["note"], "", "nothing was deleted, and nothing else is said");
    for verb in [api::suspend, acts::stop, acts::reinstall, acts::vm_remove] {
        assert_eq!(code(verb(&world.core, &world.order(9))), "unknown_service");
    }
    assert_eq!(world.ready(10), 103, "numbers that are in use are passed over");
    let after: Vec<String> = [101, 102].map(|vmid| world.sim().vm(vmid).unwrap().render()).to_vec();
    assert_eq!(before, after);
    assert!(world.sim().is_running(101) && world.sim().is_running(102));
    // the guest of a service is found again by Attach, addresses and all
    acts::attach(&world.core, &world.with_extra(9, "vmid", json!(102))).unwrap();
    assert_eq!((world.vmid(9), world.status(9)), (102, "ready".to_owned()));
}

#[test]
fn a_backup_from_before_the_clone_finds_the_clone() {
    let mut world = World::in_a_file();
    world.create(7).unwrap();
    let connection = rusqlite::Connection::open(file(&world)).unwrap();
    world.cron_until_idle();
    // as it was right after the number was reserved
    let body = "UPDATE services SET status = 'set_ip', due_at = 0,
        body = json_set(body, '$.cloned', json('false'), '$.uuid', null, '$.task', null)";
    connection.execute(body, []).unwrap();
    drop(connection);
    world.restart();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7), world.vmid(7)),
        ("ready".to_owned(), 100),
        "{}",
        world.service(7)
    );
    assert_eq!(world.sim().vms.len(), 2, "the template and the one guest");
    world.check_invariants();
}
