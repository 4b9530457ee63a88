//! Backups that are not what they seem: without the disk, of another cluster's VM, or not to be deleted.

use crate::acts;
use crate::backups::{make, own, sold, stored};
use crate::restore::{begun, restore};
use crate::support::{World, cluster_options, code};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind, StorageSpec};
use serde_json::{Value, json};

fn leaves_out(world: &World, vmid: u32, slot: &str) {
    let drive = format!("{},backup=0", world.config(vmid, slot));
    world.sim().set_config(vmid, slot, Some(&drive));
}

#[test]
fn a_template_that_is_kept_out_of_backups_makes_vms_that_are_not() {
    let world = World::new();
    leaves_out(&world, 9000, "scsi0");
    world.ready(7);
    assert!(
        !world.config(100, "scsi0").contains("backup"),
        "{}",
        world.config(100, "scsi0")
    );
    // what its owner, or staff, have chosen since is theirs
    leaves_out(&world, 100, "scsi0");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert!(world.config(100, "scsi0").contains("backup=0"));
}

#[test]
fn no_backup_is_made_that_would_be_without_a_disk_that_is_sold() {
    for slot in ["scsi0", "scsi1"] {
        let mut world = World::new();
        sold(&mut world, "reinstall_backup = on");
        world.ready(7);
        leaves_out(&world, 100, slot);
        let refused = make(&world, "").unwrap_err();
        assert_eq!(refused.code(), "backup_left_out");
        assert!(refused.to_string().contains(&format!("{slot} of VM 100")), "{refused}");
        // nor is it made anew without one
        let mut order = world.order(7);
        order["typed"] = world.service(7)["name"].clone();
        order["actor"] = json!("admin");
        acts::stop(&world.core, &world.order(7)).unwrap();
        assert_eq!(code(acts::reinstall(&world.core, &order)), "backup_left_out");
        world.cron_until_idle();
        assert_eq!((world.status(7).as_str(), stored(&world)), ("ready", 0));
        assert!(world.config(100, slot).contains("backup=0"), "nothing was touched");
    }
}

#[test]
fn a_backup_without_the_system_disk_is_not_restored() {
    let mut world = World::new();
    begun(&mut world);
    for volume in &mut world.sim().volumes {
        if let Some(disk) = volume.backup_of.as_mut().and_then(|vm| vm.conf.get_mut("scsi0")) {
            disk.push_str(",backup=0");
        }
    }
    let before = world.config(100, "scsi0");
    assert_eq!(code(restore(&world, &own(&world)[0])), "backup_unreadable");
    assert_eq!(
        (world.config(100, "scsi0"), world.status(7)),
        (before, "ready".to_owned())
    );
    assert!(world.sim().is_running(100));
}

/// A Proxmox Backup Server where two clusters store in one place.
#[test]
fn backups_of_another_clusters_vm_of_that_number_stay_and_are_named() {
    let mut options = cluster_options();
    options.storages.push(StorageSpec::pbs("pbs"));
    let world = World::with(options);
    world.ready(7);
    let at = world.now() as i64 + 60;
    let ours = world.sim().add_backup("pbs", 100, at, false);
    let theirs = world.sim().add_backup("pbs", 100, at + 1, false);
    let unreadable = world.sim().add_backup("pbs", 100, at + 2, false);
    for volume in &mut world.sim().volumes {
        if volume.volid() == theirs {
            let vm = volume.backup_of.as_mut().unwrap();
            vm.conf
                .insert("description".to_owned(), "proxmoxkvm-owner: another/7".to_owned());
        }
        if volume.volid() == unreadable {
            volume.backup_of = None;
        }
    }
    let note = api::terminate(&world.core, &world.order(7)).unwrap()["note"].to_string();
    assert_eq!(world.status(7), "removed", "{}", world.service(7));
    let left: Vec<String> = world.sim().volumes.iter().map(|volume| volume.volid()).collect();
    assert!(
        left.contains(&theirs) && left.contains(&unreadable) && !left.contains(&ours),
        "{left:?}"
    );
    assert!(
        note.contains(&theirs) && note.contains(&unreadable) && !note.contains(&ours),
        "{note}"
    );
    world.check_invariants();
}

fn is_off_and_keeps_its_place(world: &World, says: &[&str]) {
    for _ in 0..3 {
        world.cron();
        world.clock_forward(901.0);
    }
    assert_eq!(world.status(7), "terminate");
    assert!(!world.sim().is_running(100), "a customer who is gone uses nothing");
    assert_eq!(world.config(100, "onboot"), "0");
    let service = world.service(7);
    assert_eq!(service["error"]["code"], "backups_stay", "{service}");
    for words in says {
        assert!(service["error"]["message"].to_string().contains(words), "{service}");
    }
    assert_eq!(service["addresses"].as_array().unwrap().len(), 1);
}

#[test]
fn a_vm_is_switched_off_although_a_storage_of_backups_says_nothing() {
    let mut options = cluster_options();
    options.storages.push(StorageSpec::pbs("oldnas"));
    let world = World::with(options);
    world.ready(7);
    world.sim().storages.get_mut("oldnas").unwrap().offline = true;
    let first = api::terminate(&world.core, &world.order(7)).unwrap_err();
    assert_eq!(first.code(), "backups_stay");
    assert!(!world.sim().is_running(100), "before anybody is told");
    is_off_and_keeps_its_place(
        &world,
        &["oldnas", "pve1", "is not online", "pvesm set oldnas --disable 1"],
    );
    world.sim().storages.get_mut("oldnas").unwrap().offline = false;
    world.clock_forward(3600.0);
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), &world.service(7)["error"]),
        ("removed", &Value::Null)
    );
    world.check_invariants();
}

#[test]
fn a_vm_is_switched_off_although_its_backup_cannot_be_deleted() {
    let world = World::new();
    world.ready(7);
    let volume = world.sim().add_backup("local", 100, world.now() as i64 + 60, false);
    let words =
        "proxmox-backup-client failed: Error: permission check failed - missing Datastore.Modify|Datastore.Prune";
    let denied = FaultKind::TaskError(words.to_owned());
    world.sim().add_fault(Fault::always("DELETE", "/content/", denied));
    let first = api::terminate(&world.core, &world.order(7)).unwrap_err();
    assert_eq!(first.code(), "backups_stay");
    assert!(!world.sim().is_running(100), "before anybody is told");
    is_off_and_keeps_its_place(&world, &[&volume, "permission check failed", "DatastorePowerUser"]);
    world.sim().faults.clear();
    world.clock_forward(3600.0);
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), stored(&world)), ("removed", 0));
}

/// Protection is staff's word that nothing is to be done to it.
#[test]
fn a_protected_vm_is_left_as_it_is() {
    let world = World::new();
    world.ready(7);
    world.sim().set_config(100, "protection", Some("1"));
    world.sim().storages.get_mut("local").unwrap().offline = true;
    api::terminate(&world.core, &world.order(7)).unwrap_err();
    assert!(world.sim().is_running(100));
    assert_eq!(world.config(100, "onboot"), "1");
}
