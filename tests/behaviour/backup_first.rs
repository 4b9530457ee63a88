//! The backup that is made before a VM is reinstalled: without it nothing is deleted, and it ends by itself.

use crate::acts;
use crate::backups::{listed, own, passes, protect, slowly, sold, stored};
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::guest::Made;
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

/// What keeps a backup from being made.
type Breaks = fn(&World);

pub const SAFE: &str = "client_reinstall = on\nreinstall_backup = on\n";

pub fn world() -> World {
    let mut world = World::new();
    sold(&mut world, SAFE);
    world.ready(7);
    world.clock_forward(3600.0);
    world.cron_until_idle();
    world
}

pub fn rebuild(world: &World) -> Result<Value, Error> {
    let mut order = world.with_extra(7, "actor", json!("client"));
    order["typed"] = world.service(7)["name"].clone();
    acts::reinstall(&world.core, &order)
}

fn clones(world: &World) -> usize {
    world.writes().iter().filter(|write| write.ends_with("/clone")).count()
}

/// Ready, and the guest that it was.
fn is_untouched(world: &World, uuid: &str) {
    assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
    assert_eq!(world.config(100, "smbios1"), uuid);
}

#[test]
fn a_rebuild_waits_for_its_backup_which_stays_beside_those_that_are_sold_and_ends_by_itself() {
    let world = world();
    slowly(&world);
    let before = (clones(&world), world.config(100, "smbios1"));
    rebuild(&world).unwrap();
    assert_eq!(
        (world.status(7).as_str(), world.sim().is_running(100)),
        ("reinstall", true),
        "it runs on meanwhile"
    );
    passes(&world, 601.0);
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), clones(&world)), ("ready", before.0 + 1));
    assert_ne!(world.config(100, "smbios1"), before.1, "another guest");
    let name = own(&world).remove(0);
    assert_eq!(Made::of(&name), Made::BeforeReinstall);
    let page = listed(&world, "client");
    let row = &page["backups"][0];
    assert_eq!(
        (&page["have"], &page["bytes"], &page["protected"]),
        (&json!(0), &json!(0), &json!(0))
    );
    assert_eq!(
        (&row["before_reinstall"], &row["protected"]),
        (&json!(true), &json!(true))
    );
    let ends = row["ends_at"].as_f64().unwrap();
    assert!((ends - world.now() - limits::BACKUP_KEPT).abs() < 3600.0, "{ends}");
    for sold in 0..3 {
        let made = acts::backup_make(&world.core, &world.with_extra(7, "note", json!("")));
        made.unwrap();
        passes(&world, 601.0);
        world.cron_until_idle();
        assert_eq!(own(&world).len(), sold + 2, "beside it");
    }
    world.clock_forward(ends - world.now() - 60.0);
    world.cron();
    assert_eq!(stored(&world), 4, "until its time");
    world.clock_forward(61.0);
    world.cron_until_idle();
    assert_eq!(
        (stored(&world), own(&world).contains(&name)),
        (3, false),
        "released, and gone"
    );
    let due = api::due(&world.core, &json!({})).unwrap();
    assert_eq!(due["services"], json!([]));
    world.check_invariants();
}

#[test]
fn without_a_backup_nothing_is_deleted_and_that_is_what_is_said() {
    let failing = |world: &World| {
        let words = vec!["ERROR: Backup of VM 100 failed - vma_queue_write: write error - Broken pipe".into()];
        let fault = FaultKind::TaskErrorLog(words, "job errors".into());
        world.sim().add_fault(Fault::always("POST", "/vzdump$", fault));
    };
    let refused = |world: &World| {
        let fault = FaultKind::Status(
            403,
            "Permission check failed (/vms/100, VM.Backup)".into(),
            String::new(),
        );
        world.sim().add_fault(Fault::always("POST", "/vzdump$", fault));
    };
    let cases: [(Breaks, &str); 2] = [(failing, "Broken pipe"), (refused, "VM.Backup")];
    for (break_it, words) in cases {
        let world = world();
        let uuid = world.config(100, "smbios1");
        break_it(&world);
        let _ = rebuild(&world);
        world.cron_until_idle();
        is_untouched(&world, &uuid);
        assert_eq!(own(&world).len(), 0);
        let error = world.service(7)["error"].clone();
        assert!(error["message"].as_str().unwrap().contains(words), "{error}");
        assert_eq!(error["attention"], true);
        assert!(world.told_of(7).contains(&"mail_failed".to_owned()));
        let deleted = world.writes().iter().any(|write| write.starts_with("DELETE"));
        assert!(!deleted, "{:?}", world.writes());
        world.sim().faults.clear();
        for volume in &mut world.sim().volumes {
            volume.protected = false;
        }
        rebuild(&world).unwrap();
        world.cron_until_idle();
        assert_eq!((world.status(7).as_str(), own(&world).len()), ("ready", 1), "{words}");
        assert_ne!(world.config(100, "smbios1"), uuid);
    }
}

#[test]
fn what_shows_before_is_refused_before_anything_is_queued() {
    let mut world = world();
    let uuid = world.config(100, "smbios1");
    world.sim().storages.get_mut("local").unwrap().retention = Some("keep-last=3".to_owned());
    assert_eq!(code(rebuild(&world)), "backup_retention");
    world.sim().storages.get_mut("local").unwrap().retention = None;
    world.option(23, "");
    assert_eq!(code(rebuild(&world)), "backup_storage_wrong");
    world.option(23, "local");
    world.sim().fill_storage("local", 5 << 30);
    assert_eq!(code(rebuild(&world)), "backup_space");
    is_untouched(&world, &uuid);
    assert_eq!(stored(&world), 0);
}

#[test]
fn its_customer_may_keep_it_no_longer_and_delete_it_sooner() {
    let world = world();
    rebuild(&world).unwrap();
    world.cron_until_idle();
    let name = own(&world).remove(0);
    protect(&world, &name, false).unwrap();
    protect(&world, &name, true).unwrap();
    protect(&world, &name, false).unwrap();
    crate::backups::delete(&world, &name).unwrap();
    world.cron_until_idle();
    assert_eq!(stored(&world), 0);
    // its time finds nothing to do
    world.clock_forward(limits::BACKUP_KEPT);
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), &world.service(7)["error"]),
        ("ready", &Value::Null)
    );
    assert_eq!(api::due(&world.core, &json!({})).unwrap()["services"], json!([]));
}
