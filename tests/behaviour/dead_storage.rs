//! A storage of the node that is enabled and does not answer: a NAS that is off, a volume group that is gone. Nothing of the
//! VM need be there.

use crate::acts;
use crate::backups::own;
use crate::restore::{begun, restore};
use crate::support::{World, cluster_options};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind, StorageSpec};

/// With a second storage of images, which the node does not reach.
fn beside_a_dead_storage(world: &World) {
    let mut sim = world.sim();
    sim.add_storage(&StorageSpec::block("oldnas", "lvmthin", false));
    sim.storages.get_mut("oldnas").unwrap().offline = true;
}

fn volume(world: &World, slot: &str) -> String {
    let drive = world.config(100, slot);
    drive.split(',').next().unwrap().to_owned()
}

#[test]
fn a_vm_is_made_anew_and_terminated_beside_a_storage_that_is_off() {
    let world = World::new();
    world.ready(7);
    beside_a_dead_storage(&world);
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(world.sim().is_running(100));
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "removed", "{}", world.service(7));
    let sim = world.sim();
    assert!(
        sim.volumes.iter().all(|volume| volume.vmid != Some(100)),
        "nothing is left"
    );
}

#[test]
fn a_half_clone_is_made_anew_beside_a_storage_that_is_off() {
    let world = World::new();
    let killed = Fault::once("POST", "/clone", FaultKind::TaskUnexpected);
    world.sim().add_fault(killed);
    world.create(7).unwrap();
    world.cron();
    beside_a_dead_storage(&world);
    world.sim().set_lock(100, None);
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
}

/// A storage that two clusters share: each has a VM of this number.
#[test]
fn disks_of_the_same_number_that_are_not_the_vms_stay() {
    let mut options = cluster_options();
    options.storages.push(StorageSpec::block("ceph", "rbd", true));
    let world = World::with(options);
    world.ready(7);
    let theirs = {
        let mut sim = world.sim();
        let mut theirs = sim.volumes.iter().find(|one| one.vmid == Some(100)).unwrap().clone();
        theirs.storage = "ceph".to_owned();
        theirs.node = None;
        theirs.name = "vm-100-disk-7".to_owned();
        sim.volumes.push(theirs.clone());
        theirs.volid()
    };
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "removed", "{}", world.service(7));
    let sim = world.sim();
    assert!(
        sim.volumes.iter().any(|volume| volume.volid() == theirs),
        "another cluster's"
    );
}

/// Its disks are gone by then: nothing is as it was before, and nobody is told so.
#[test]
fn a_reinstallation_whose_deletion_has_begun_goes_on_until_it_is_done() {
    let world = World::new();
    world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    let breaks_off = FaultKind::VolumeError("unable to open file '/etc/pve/…' - Input/output error".to_owned());
    world.sim().add_fault(Fault::always("DELETE", "/qemu/100$", breaks_off));
    world.sim().log.clear();
    let _ = acts::reinstall(&world.core, &world.order(7));
    for _ in 0..12 {
        world.cron();
        world.clock_forward(901.0);
    }
    assert_eq!(world.status(7), "reinstall", "{}", world.service(7));
    assert_eq!(world.service(7)["error"]["code"], "task_failed");
    assert!(
        !world.told_of(7).contains(&"mail_failed".to_owned()),
        "{:?}",
        world.told_of(7)
    );
    assert!(
        !world.writes().iter().any(|write| write.ends_with("/status/start")),
        "a VM without disks"
    );
    world.sim().faults.clear();
    world.clock_forward(3600.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(world.sim().is_running(100));
    world.check_invariants();
}

/// Proxmox VE looks for disks that are in no config on all storages, and says nothing where it cannot.
#[test]
fn a_disk_that_a_backup_lacks_is_attached_again_although_nobody_calls_it_unused() {
    let mut world = World::new();
    begun(&mut world);
    for volume in world.sim().volumes.iter_mut() {
        if let Some(vm) = &mut volume.backup_of {
            vm.conf.remove("scsi1");
        }
    }
    beside_a_dead_storage(&world);
    let (data, drive) = (volume(&world, "scsi1"), world.config(100, "scsi1"));
    restore(&world, &own(&world)[0]).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!((volume(&world, "scsi1"), world.config(100, "scsi1")), (data, drive));
    assert_eq!(world.config(100, "unused0"), "");
    let sim = world.sim();
    let images = sim
        .volumes
        .iter()
        .filter(|one| one.vmid == Some(100) && one.content == "images");
    let named = sim
        .vm(100)
        .unwrap()
        .conf
        .values()
        .filter(|value| value.contains("vm-100-"));
    assert_eq!(images.count(), named.count(), "none is nobody's");
}
