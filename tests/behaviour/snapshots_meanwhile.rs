//! What happens between the press and the end of what was wanted of snapshots: another package, another wish, a lock, a
//! worker that dies.

use crate::acts;
use crate::crash::has_the_larger_package;
use crate::snapshots::{asked, delete, named, on, own, ready, roll_back, sold, take};
use crate::support::{World, cluster_options, code, guard};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind, StorageSpec};
use serde_json::{Value, json};

/// A world in which each deletion of a snapshot takes longer than a request: a chain of volumes under a VM that runs.
fn slow() -> World {
    let mut options = cluster_options();
    options.clone_seconds = 120.0;
    options.storages.push(StorageSpec {
        chain: true,
        ..StorageSpec::dir("chained", "/mnt/chained")
    });
    let mut world = World::with(options);
    world.option(4, "chained").option(12, "chained");
    sold(&mut world, "");
    world.ready(7);
    world
}

/// A rollback whose request gets no answer at first; and its snapshot's name.
fn rollback_under_way(world: &World) -> String {
    take(world, "one").unwrap();
    let one = named(world, "one");
    world
        .sim()
        .add_fault(Fault::always("POST", "/rollback$", FaultKind::DropBeforeEffect));
    let _ = roll_back(world, &one);
    assert_eq!(world.status(7), "rollback");
    world.sim().faults.clear();
    one
}

fn larger(world: &mut World) -> &mut World {
    world.option(6, "4").option(7, "3").option(8, "9")
}

/// Each operation of the service with how it stands, the newest first.
fn operations(world: &World) -> Vec<String> {
    let log = api::activity(&world.core, &json!({"service": 7, "actor": "admin", "limit": 20})).unwrap();
    let entries = log["entries"].as_array().unwrap().iter();
    let one = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", text("action"), text("state"), text("code"))
    };
    entries.map(one).collect()
}

fn stops(world: &World) -> usize {
    let writes = world.writes();
    writes.iter().filter(|write| write.contains("/status/stop")).count()
}

#[test]
fn a_package_that_is_changed_as_a_snapshot_is_under_way_is_changed_after_it() {
    let mut world = slow();
    take(&world, "one").unwrap();
    delete(&world, &named(&world, "one")).unwrap();
    assert_eq!(world.status(7), "snapshot");
    world.sim().set_config(100, "sshkeys", Some("ssh-ed25519%20own"));
    world.sim().log.clear();
    guard(&world.told).clear();
    larger(&mut world);
    api::change_package(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.status(7), "snapshot", "its wish is not lost");
    world.cron_until_idle();
    has_the_larger_package(&world);
    assert_eq!(own(&world), [""; 0]);
    assert_eq!(stops(&world), 0, "no plug is pulled");
    assert_eq!(
        world.config(100, "sshkeys"),
        "ssh-ed25519%20own",
        "it is not built anew"
    );
    assert_eq!(world.told_of(7), ["mail_package"]);
    assert!(world.sim().is_running(100));
    let told = operations(&world);
    assert!(
        told[0].starts_with("change_package done") && told[1].starts_with("snapshot_delete done"),
        "{told:?}"
    );
}

#[test]
fn a_package_that_is_changed_as_a_rollback_is_under_way_is_the_one_after_it() {
    let mut world = ready("");
    let one = rollback_under_way(&world);
    world.sim().log.clear();
    guard(&world.told).clear();
    larger(&mut world);
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    has_the_larger_package(&world);
    assert_eq!((world.config(100, "parent"), own(&world)), (one.clone(), vec![one]));
    assert_eq!(world.told_of(7), ["mail_package"]);
    assert!(world.sim().is_running(100));
    let told = operations(&world);
    assert!(
        told[0].starts_with("change_package done") && told[1].starts_with("snapshot_rollback done"),
        "{told:?}"
    );
}

#[test]
fn a_package_is_changed_though_the_wish_before_it_is_refused() {
    let mut world = ready("");
    rollback_under_way(&world);
    let words = "can't rollback, not most recent";
    world
        .sim()
        .add_fault(Fault::once("POST", "/rollback$", FaultKind::TaskError(words.into())));
    guard(&world.told).clear();
    larger(&mut world);
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    has_the_larger_package(&world);
    assert_eq!(world.told_of(7), ["mail_package"]);
    let told = operations(&world);
    assert!(
        told[0].starts_with("change_package done") && told[1].starts_with("snapshot_rollback failed task_failed"),
        "{told:?}"
    );
}

#[test]
fn a_reinstallation_that_is_refused_leaves_nothing_of_a_rollback_that_waits() {
    let mut world = ready("");
    rollback_under_way(&world);
    larger(&mut world);
    let forbidden = FaultKind::Status(403, "Permission check failed".into(), "{\"data\":null}".into());
    world.sim().add_fault(Fault::always("DELETE", "/qemu/100$", forbidden));
    acts::stop(&world.core, &world.order(7)).unwrap();
    guard(&world.told).clear();
    let _ = acts::reinstall(&world.core, &world.order(7));
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(world.told_of(7), ["mail_failed"]);
    assert_eq!(own(&world).len(), 1);
}

/// An ISO in the drive as the snapshot is taken, and gone since.
fn with_an_iso_that_is_gone(world: &World) -> String {
    world.sim().add_iso("pve1", "local", "tools.iso");
    let drive = "local:iso/tools.iso,media=cdrom";
    world.sim().set_config(100, "ide0", Some(drive));
    take(world, "one").unwrap();
    world.sim().set_config(100, "ide0", None);
    for label in ["two", "three"] {
        world.clock_forward(10.0);
        take(world, label).unwrap();
    }
    let gone = |volume: &&mut pvesim::Volume| volume.volid() == "local:iso/tools.iso";
    let mut sim = world.sim();
    sim.volumes.retain_mut(|volume| !gone(&volume));
    drop(sim);
    named(world, "one")
}

#[test]
fn a_rollback_after_which_the_vm_would_not_start_is_refused_before_anything_is_deleted() {
    let world = on("zfspool", "");
    let one = with_an_iso_that_is_gone(&world);
    world.sim().log.clear();
    let mut order = asked(&world, &one);
    order["loses"] = json!(named(&world, "three"));
    let refused = acts::snapshot_rollback(&world.core, &order).unwrap_err();
    assert!(refused.to_string().contains("local:iso/tools.iso in ide0"), "{refused}");
    assert_eq!((world.writes().len(), own(&world).len()), (0, 3));
    assert_eq!(world.status(7), "ready");
    assert!(world.sim().is_running(100));
}

#[test]
fn a_rollback_that_waits_for_an_hour_is_not_done_any_more() {
    let world = ready("");
    rollback_under_way(&world);
    world.sim().set_config(100, "lock", Some("backup"));
    for _ in 0..8 {
        world.cron();
        world.clock_forward(900.0);
    }
    let writes = world.writes().len();
    world.sim().set_config(100, "lock", None);
    world.cron_until_idle();
    assert_eq!(world.writes().len(), writes, "{:?}", world.writes());
    assert_eq!(world.status(7), "ready");
    assert_eq!(world.service(7)["error"]["code"], "snapshot_late");
    assert!(operations(&world)[0].starts_with("snapshot_rollback failed snapshot_late"));
    assert!(world.sim().is_running(100));
}

#[test]
fn a_snapshot_that_came_meanwhile_is_not_lost_by_a_rollback() {
    let world = on("zfspool", "");
    for label in ["one", "two", "three"] {
        world.clock_forward(10.0);
        take(&world, label).unwrap();
    }
    let mut order = asked(&world, &named(&world, "one"));
    order["loses"] = json!(named(&world, "three"));
    world
        .sim()
        .add_fault(Fault::always("DELETE", "/snapshot/", FaultKind::DropBeforeEffect));
    let _ = acts::snapshot_rollback(&world.core, &order);
    world.sim().faults.clear();
    world.clock_forward(10.0);
    world.sim().add_snapshot(100, "nightly");
    world.cron_until_idle();
    assert_eq!((own(&world).len(), world.status(7).as_str()), (3, "ready"));
    assert_eq!(world.service(7)["error"]["code"], "snapshot_newer");
    assert_eq!(code(roll_back(&world, &named(&world, "one"))), "snapshot_foreign");
}

/// A task on a snapshot that ends half way leaves its lock: this is told at the next cron, with its own words.
fn is_told(world: &World, lock: &str, words: &str) {
    assert_eq!(world.config(100, "lock"), lock);
    world.cron();
    let error = world.service(7)["error"].clone();
    assert_eq!(error["code"], "left_locked", "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains(words) && message.contains("qm unlock 100"),
        "{message}"
    );
    // and is still so at the next visit
    world.clock_forward(901.0);
    world.cron();
    assert_eq!(world.service(7)["error"]["message"], message);
}

fn unlocked(world: &World) {
    world.sim().set_config(100, "lock", None);
    world.clock_forward(901.0);
    world.cron_until_idle();
}

/// A snapshot of a small VM that is larger today.
fn larger_since() -> (World, String) {
    let mut world = ready("");
    take(&world, "one").unwrap();
    larger(&mut world);
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    let one = named(&world, "one");
    (world, one)
}

#[test]
fn a_rollback_that_ends_half_way_is_told_and_never_done_again_by_itself() {
    let words = "zfs error: cannot open 'tank/vm-100-disk-0'";
    for kind in [FaultKind::VolumeError(words.into()), FaultKind::TaskUnexpected] {
        let says = if kind == FaultKind::TaskUnexpected { "" } else { words };
        let (world, one) = larger_since();
        world.sim().log.clear();
        world.sim().add_fault(Fault::once("POST", "/rollback$", kind));
        let _ = roll_back(&world, &one);
        is_told(&world, "rollback", says);
        unlocked(&world);
        has_the_larger_package(&world);
        assert!(world.sim().is_running(100));
        assert_eq!(
            world.service(7)["error"]["code"],
            "snapshot_half_back",
            "staff look at it"
        );
        let asked = world.writes();
        assert_eq!(asked.iter().filter(|write| write.contains("/rollback")).count(), 1);
        assert!(operations(&world)[0].starts_with("snapshot_rollback failed"));
        // the next one that ends well is all there is to say
        roll_back(&world, &one).unwrap();
        world.cron_until_idle();
        has_the_larger_package(&world);
        assert_eq!(world.service(7)["error"], Value::Null);
    }
}

#[test]
fn a_deletion_that_ends_half_way_is_told_and_finished_once_it_is_unlocked() {
    let words = "rbd snap rm error: Device or resource busy";
    for kind in [FaultKind::VolumeError(words.into()), FaultKind::TaskUnexpected] {
        let says = if kind == FaultKind::TaskUnexpected { "" } else { words };
        let world = ready("");
        take(&world, "one").unwrap();
        world.sim().add_fault(Fault::once("DELETE", "/snapshot/", kind));
        let _ = delete(&world, &own(&world)[0]);
        is_told(&world, "snapshot-delete", says);
        unlocked(&world);
        // by force Proxmox VE would forget volumes that it could not delete
        let forced = |log: &pvesim::Logged| log.method == "DELETE" && log.params.contains_key("force");
        assert!(!world.sim().log.iter().any(forced));
        assert_eq!((own(&world).len(), world.status(7).as_str()), (0, "ready"));
        assert_eq!(world.service(7)["error"], Value::Null);
    }
}

#[test]
fn a_creation_whose_worker_is_killed_is_told_and_made_anew_once_it_is_unlocked() {
    let world = ready("");
    world
        .sim()
        .add_fault(Fault::once("POST", "/snapshot$", FaultKind::TaskUnexpected));
    let _ = take(&world, "one");
    is_told(&world, "snapshot", "");
    unlocked(&world);
    assert_eq!((own(&world).len(), world.status(7).as_str()), (1, "ready"));
    assert_eq!(world.service(7)["error"], Value::Null);
}

#[test]
fn a_rollback_whose_memory_is_not_loaded_ends_with_the_package_of_today() {
    let mut world = ready("snapshot_ram = on");
    larger(&mut world);
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    take(&world, "large").unwrap();
    world.option(6, "1").option(7, "1");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    let words = "start failed: error while loading state for instance 0x0 of device 'ram'";
    world
        .sim()
        .add_fault(Fault::once("POST", "/rollback$", FaultKind::StateError(words.into())));
    let refused = roll_back(&world, &named(&world, "large")).unwrap_err();
    assert!(refused.to_string().contains(words), "{refused}");
    world.cron_until_idle();
    let config = ["cores", "memory"].map(|key| world.config(100, key));
    assert_eq!((config[0].as_str(), config[1].as_str()), ("1", "1024"));
    assert!(world.sim().is_running(100));
    assert_eq!(world.status(7), "ready");
    let error = world.service(7)["error"].clone();
    assert!(
        error["message"].as_str().unwrap().contains("it may have been done"),
        "{error}"
    );
}

#[test]
fn the_lock_of_a_snapshot_that_somebody_takes_is_waited_for() {
    let world = slow();
    take(&world, "one").unwrap();
    delete(&world, &own(&world)[0]).unwrap();
    // its answer is lost, and the task goes on
    world.cron();
    assert_eq!(world.service(7)["error"], Value::Null);
    world.cron_until_idle();
    assert_eq!((own(&world).len(), world.status(7).as_str()), (0, "ready"));
}

#[test]
fn a_rollback_gives_the_vm_no_address_but_those_from_before_it() {
    for today in [
        "ip=192.0.2.77/24,gw=192.0.2.1,ip6=2001:db8::77/64,gw6=2001:db8::1",
        "ip6=2001:db8::77/64,gw6=2001:db8::1",
        "ip=dhcp",
    ] {
        let world = ready("");
        take(&world, "one").unwrap();
        // as after a change of addresses
        world.sim().set_config(100, "ipconfig0", Some(today));
        world.sim().set_config(100, "nameserver", None);
        roll_back(&world, &named(&world, "one")).unwrap();
        world.cron_until_idle();
        let now = ["ipconfig0", "nameserver"].map(|key| world.config(100, key));
        assert_eq!(now, [today.to_owned(), String::new()]);
        assert_eq!(world.status(7), "ready");
        assert!(world.sim().is_running(100));
    }
}
