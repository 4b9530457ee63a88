//! Rescue mode: into it and out of it in every way, with what was there before; seeds that come and go; what is refused.

use crate::acts;
use crate::backup_first;
use crate::backups;
use crate::beside;
use crate::restore;
use crate::support::{World, code, two_nodes};
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::ids::ServiceId;
use pvesim::{Fault, FaultKind, StorageSpec};
use serde_json::{Value, json};

pub const MORE: &str = "rescue_iso = local:iso/rescue.iso\nrescue_seed = local\nrescue_hours = 2";

/// A world whose product has a rescue system.
pub fn sold(world: &mut World, more: &str) {
    world.option(24, more);
    world.sim().add_iso("pve1", "local", "rescue.iso");
}

pub fn ready(more: &str) -> World {
    let mut world = World::new();
    sold(&mut world, more);
    world.ready(7);
    world
}

fn order(world: &World) -> Value {
    world.with_extra(7, "sure", json!("1"))
}

pub fn start(world: &World) -> Result<Value, Error> {
    acts::rescue_start(&world.core, &order(world))
}

pub fn leave(world: &World) -> Result<Value, Error> {
    acts::rescue_leave(&world.core, &order(world))
}

/// The seeds on every storage.
pub fn seeds(world: &World) -> Vec<String> {
    let sim = world.sim();
    let volumes = sim.volumes.iter().map(|volume| volume.volid());
    volumes.filter(|volume| volume.contains("pk-seed-")).collect()
}

/// Drives and boot order.
pub fn drives(world: &World) -> Vec<(String, String)> {
    let sim = world.sim();
    let vm = sim.vm(100).unwrap();
    let is_drive = |key: &str| {
        ["ide", "sata", "scsi", "virtio", "boot"]
            .iter()
            .any(|bus| key.starts_with(bus))
            && key != "scsihw"
    };
    let all = vm.conf.iter().filter(|(key, _)| is_drive(key));
    all.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn rescued(world: &World) -> bool {
    !world.service(7)["rescue"].is_null()
}

/// Runs from the rescue system, which knows what it has to.
fn is_rescued(world: &World, ends_at: f64) {
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(rescued(world) && world.sim().is_running(100));
    assert_eq!(world.service(7)["rescue"]["ends_at"].as_f64().unwrap(), ends_at.floor());
    let boot = world.config(100, "boot");
    assert!(boot.starts_with("order=sata5;scsi0"), "{boot}");
    assert!(
        world
            .config(100, "sata5")
            .starts_with("local:iso/rescue.iso,media=cdrom")
    );
    let seeds = seeds(world);
    assert_eq!(seeds.len(), 1, "{seeds:?}");
    assert!(
        world
            .config(100, "ide3")
            .starts_with(&format!("{},media=cdrom", seeds[0]))
    );
    assert!(world.config(100, "ide2").contains("cloudinit"), "never touched");
    assert!(world.sim().vm(100).unwrap().pending.is_empty());
}

/// In rescue mode, with one seed.
pub fn is_in(world: &World) {
    assert!(rescued(world) && world.sim().is_running(100), "{}", world.service(7));
    assert_eq!((seeds(world).len(), world.status(7)), (1, "ready".to_owned()));
}

/// Out of it, and it runs as it ran.
pub fn is_out(world: &World) {
    let left: Vec<_> = drives(world)
        .into_iter()
        .filter(|(key, value)| value.contains("iso/") || key == "sata5")
        .collect();
    assert_eq!((left, seeds(world)), (vec![], vec![]));
    assert!(!rescued(world) && world.sim().is_running(100), "{}", world.service(7));
    assert!(!world.config(100, "boot").contains("sata5"));
}

/// As before, and nothing is left of it.
pub fn is_as_before(world: &World, before: &[(String, String)]) {
    assert_eq!(drives(world), before);
    assert_eq!(seeds(world), Vec::<String>::new());
    assert!(!rescued(world), "{}", world.service(7));
}

#[test]
fn a_vm_goes_into_rescue_mode_and_comes_back_as_it_was() {
    for runs in [true, false] {
        let world = ready(MORE);
        if !runs {
            acts::stop(&world.core, &world.order(7)).unwrap();
        }
        let before = drives(&world);
        let asked_at = world.now();
        let reply = start(&world).unwrap();
        let password = reply["rescue_password"].as_str().unwrap().to_owned();
        assert_eq!(password.len(), 16);
        world.cron_until_idle();
        is_rescued(&world, asked_at + 7200.0);
        let image = world.sim().uploaded.values().next().unwrap().clone();
        let text = String::from_utf8_lossy(&image).into_owned();
        assert!(
            text.contains("$6$rounds=5000$") && text.contains("192.0.2.10/24"),
            "its hash, and its address"
        );
        assert!(!text.contains(&password), "and never the password");
        let again = code(start(&world));
        assert_eq!(again, "in_rescue");
        world.clock_forward(60.0);
        leave(&world).unwrap();
        world.cron_until_idle();
        is_as_before(&world, &before);
        assert_eq!(world.sim().is_running(100), runs, "it runs if it ran");
        assert_eq!(code(leave(&world)), "not_in_rescue");
        world.check_invariants();
    }
}

/// What the boot order was at each start that this has made.
fn starts(world: &World, does: impl Fn(&World) -> Result<Value, Error>) -> Vec<String> {
    let all = |world: &World| world.sim().vm(100).unwrap().started_with.clone();
    let before = all(world).len();
    does(world).unwrap();
    world.cron_until_idle();
    world.clock_forward(60.0);
    all(world)[before..].to_vec()
}

#[test]
fn it_is_started_once_and_from_the_rescue_system_in_whatever_order_proxmox_ve_writes_the_keys() {
    for more in [MORE, "rescue_iso = local:iso/rescue.iso"] {
        let world = ready(more);
        let before = drives(&world);
        for _ in 0..8 {
            let into = starts(&world, start);
            assert!(
                into.len() == 1 && into[0].starts_with("order=sata5;scsi0"),
                "once, and never from the customer's own disk: {into:?}"
            );
            assert_eq!(starts(&world, leave), ["order=scsi0"]);
            is_as_before(&world, &before);
        }
    }
}

/// A VM with UEFI, which boots in this order.
fn with_uefi(order: &str) -> World {
    let mut world = World::new();
    let efi = world.sim().add_disk("pve1", "local", 9000, 4 << 20);
    for (key, value) in [
        ("bios", "ovmf"),
        ("machine", "q35"),
        ("efidisk0", &format!("{efi},efitype=4m,pre-enrolled-keys=1,size=4M")),
    ] {
        world.sim().set_config(9000, key, Some(value));
    }
    sold(&mut world, &format!("{MORE}\n{}", crate::isos::SHOWN));
    world.sim().add_iso("pve1", "local", "public-debian-12.iso");
    world.ready(7);
    world.sim().set_config(100, "boot", Some(order));
    world
}

/// OVMF starts what the order says, and forgets for good how to boot from a disk that is not in it.
#[test]
fn a_vm_with_uefi_starts_from_the_cd_its_disk_stays_in_the_order_and_its_variables_are_not_touched() {
    // also where the order did not name the disk
    for order in ["order=scsi0", "order=net0"] {
        let world = with_uefi(order);
        let page = api::isos(&world.core, &world.shown_to("client")).unwrap();
        assert_eq!(page["uefi"], true);
        let (before, variables) = (drives(&world), world.config(100, "efidisk0"));
        assert!(variables.starts_with("local:100/"), "{variables}");
        let is_from_cd = |order: &str| order.starts_with("order=sata5;") && order.contains("scsi0");
        let into = starts(&world, start);
        assert!(into.len() == 1 && is_from_cd(&into[0]), "{into:?}");
        assert_eq!(starts(&world, leave), [order]);
        is_as_before(&world, &before);
        crate::isos::insert(&world, "iso_boot", crate::isos::ISO).unwrap();
        let restarts = |world: &World| {
            acts::stop(&world.core, &world.order(7))?;
            acts::start(&world.core, &world.order(7))
        };
        let once = starts(&world, restarts);
        assert!(is_from_cd(&once[0]), "{once:?}");
        world.clock_forward(200.0);
        world.cron_until_idle();
        assert!(starts(&world, restarts)[0].starts_with(order));
        assert_eq!(world.config(100, "efidisk0"), variables);
        world.check_invariants();
    }
}

#[test]
fn a_vm_without_a_boot_order_has_none_afterwards_and_is_started_once_for_it() {
    let world = ready(MORE);
    world.sim().set_config(100, "boot", None);
    let before = drives(&world);
    for _ in 0..4 {
        let into = starts(&world, start);
        assert!(into.len() == 1 && into[0].starts_with("order=sata5;scsi0"), "{into:?}");
        assert_eq!(starts(&world, leave), [""]);
        is_as_before(&world, &before);
    }
    start(&world).unwrap();
    world.cron_until_idle();
    api::suspend(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    is_as_before(&world, &before);
}

#[test]
fn what_a_boot_order_names_and_is_not_there_is_in_nobodys_way() {
    let world = ready(MORE);
    world.sim().set_config(100, "boot", Some("order=ide0;scsi0;scsi5"));
    let into = starts(&world, start);
    assert!(into.len() == 1 && into[0].starts_with("order=sata5;scsi0"), "{into:?}");
    assert!(rescued(&world));
    assert_eq!(starts(&world, leave), ["order=scsi0"]);
    // all that it names is gone: as without any
    world.sim().set_config(100, "boot", Some("order=scsi5"));
    assert_eq!(starts(&world, start).len(), 1);
    assert_eq!(starts(&world, leave), [""]);
    assert!(world.sim().is_running(100));
}

#[test]
fn with_keys_of_its_own_a_customer_needs_no_password() {
    let world = ready(MORE);
    let key = format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA{:A<42} ada", "a");
    crate::ssh_keys::add(&world, &key).unwrap();
    crate::ssh_keys::choose(&world, &[&key]).unwrap();
    let reply = start(&world).unwrap();
    assert!(reply["rescue_password"].is_null());
    let image = world.sim().uploaded.values().next().unwrap().clone();
    let text = String::from_utf8_lossy(&image).into_owned();
    assert!(text.contains(&key) && !text.contains("$6$"), "{text}");
}

#[test]
fn where_its_seed_would_not_be_found_nobody_is_told_a_password_that_is_none() {
    let mut world = World::new();
    let drive = world.config(9000, "ide2");
    world.sim().set_config(9000, "ide2", None);
    world.sim().set_config(9000, "ide3", Some(&drive));
    sold(&mut world, MORE);
    world.ready(7);
    let before = drives(&world);
    assert!(start(&world).unwrap()["rescue_password"].is_null());
    world.cron_until_idle();
    assert!(rescued(&world) && world.sim().is_running(100) && seeds(&world).is_empty());
    leave(&world).unwrap();
    world.cron_until_idle();
    is_as_before(&world, &before);
}

#[test]
fn without_a_storage_for_seeds_the_rescue_system_is_told_nothing() {
    let world = ready("rescue_iso = local:iso/rescue.iso");
    let before = drives(&world);
    assert!(start(&world).unwrap()["rescue_password"].is_null());
    world.cron_until_idle();
    assert!(rescued(&world) && world.sim().is_running(100));
    assert_eq!(world.config(100, "ide3"), "");
    leave(&world).unwrap();
    world.cron_until_idle();
    is_as_before(&world, &before);
}

#[test]
fn it_is_left_by_its_time_by_suspension_and_by_what_takes_the_place_of_the_vm() {
    let into = || {
        let world = ready(&format!("{MORE}\nbackups = 2\nsnapshots = 2"));
        world.cron_until_idle();
        let before = drives(&world);
        (world, before)
    };
    let (world, before) = into();
    start(&world).unwrap();
    world.cron_until_idle();
    world.clock_forward(7300.0);
    world.cron_until_idle();
    is_as_before(&world, &before);
    assert!(world.sim().is_running(100));

    let (world, before) = into();
    start(&world).unwrap();
    world.cron_until_idle();
    api::suspend(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    is_as_before(&world, &before);
    assert!(!world.sim().is_running(100));
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().is_running(100));
    is_as_before(&world, &before);

    let (mut world, before) = into();
    start(&world).unwrap();
    world.cron_until_idle();
    world.option(24, &format!("{MORE}\nclient_reinstall = on"));
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    is_as_before(&world, &before);

    let (world, before) = into();
    crate::snapshots::take(&world, "one").unwrap();
    world.cron_until_idle();
    let name = crate::snapshots::named(&world, "one");
    start(&world).unwrap();
    world.cron_until_idle();
    crate::snapshots::roll_back(&world, &name).unwrap();
    world.cron_until_idle();
    is_as_before(&world, &before);

    let (world, _) = into();
    start(&world).unwrap();
    world.cron_until_idle();
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!((seeds(&world), world.status(7)), (vec![], "removed".to_owned()));
}

#[test]
fn a_restore_and_a_rebuild_end_it_with_order_and_drives_as_before() {
    let into = || {
        let mut world = World::new();
        sold(&mut world, "");
        crate::backups::sold(&mut world, &format!("{MORE}\nclient_reinstall = on"));
        world.ready(7);
        crate::backups::made(&world, "then");
        let boot = world.config(100, "boot");
        start(&world).unwrap();
        world.cron_until_idle();
        is_in(&world);
        assert_ne!(world.config(100, "boot"), boot);
        (world, boot)
    };
    let (world, boot) = into();
    let name = crate::backups::own(&world)[0].clone();
    crate::restore::restore(&world, &name).unwrap();
    world.cron_until_idle();
    is_out(&world);
    assert_eq!(world.config(100, "boot"), boot);

    let (world, boot) = into();
    let mut order = world.order(7);
    order["typed"] = world.service(7)["name"].clone();
    acts::stop(&world.core, &order).unwrap();
    acts::reinstall(&world.core, &order).unwrap();
    world.cron_until_idle();
    is_out(&world);
    assert_eq!(world.config(100, "boot"), boot);
    world.check_invariants();
}

#[test]
fn in_rescue_mode_no_copy_is_made_of_it() {
    let world = ready(&format!("{MORE}\nbackups = 2\nsnapshots = 2"));
    start(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(code(crate::snapshots::take(&world, "x")), "in_rescue");
    let order = world.with_extra(7, "note", json!(""));
    assert_eq!(code(acts::backup_make(&world.core, &order)), "in_rescue");
}

#[test]
fn what_is_refused_has_touched_nothing() {
    let refused = |world: &World, wanted: &str| {
        let before = drives(world);
        assert_eq!(code(start(world)), wanted);
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready", "{}", world.service(7));
        assert!(world.sim().is_running(100), "{wanted}: it runs as before");
        is_as_before(world, &before);
    };
    let world = ready("rescue_iso = local:iso/other.iso");
    refused(&world, "rescue_gone");
    let mut world = ready("");
    world.option(24, "");
    refused(&world, "rescue_not_sold");

    let world = ready(MORE);
    for slot in [
        "ide0", "ide1", "ide3", "sata0", "sata1", "sata2", "sata3", "sata4", "sata5",
    ] {
        world
            .sim()
            .set_config(100, slot, Some("local:iso/rescue.iso,media=cdrom"));
    }
    refused(&world, "no_cd_slot");

    // the storage takes no ISOs; the login may not; the node is full; the task fails
    let world = ready(&MORE.replace("rescue_seed = local", "rescue_seed = backup"));
    refused(&world, "rescue_no_seed");
    for kind in [
        FaultKind::TaskError("import failed: cp: No space left on device".to_owned()),
        FaultKind::Status(403, "Permission check failed".to_owned(), String::new()),
    ] {
        let world = ready(MORE);
        world.sim().add_fault(Fault::once("POST", "/upload$", kind));
        refused(&world, "rescue_no_seed");
    }

    // its ISO cannot be read: it does not start
    let world = ready(MORE);
    world.sim().add_fault(Fault::once(
        "POST",
        "/status/start$",
        FaultKind::TaskError("start failed: QEMU exited with code 1".to_owned()),
    ));
    refused(&world, "task_failed");
}

#[test]
fn a_drive_that_is_there_is_used_and_one_with_a_cd_is_not() {
    let world = ready(MORE);
    world.sim().set_config(100, "ide0", Some("none,media=cdrom"));
    world
        .sim()
        .set_config(100, "sata5", Some("local:iso/rescue.iso,media=cdrom"));
    let before = drives(&world);
    start(&world).unwrap();
    world.cron_until_idle();
    assert!(world.config(100, "ide0").starts_with("local:iso/rescue.iso"));
    assert!(world.config(100, "boot").starts_with("order=ide0;"));
    leave(&world).unwrap();
    world.cron_until_idle();
    is_as_before(&world, &before);
}

#[test]
fn a_seed_that_cannot_be_deleted_is_deleted_later() {
    let world = ready(MORE);
    let before = drives(&world);
    start(&world).unwrap();
    world.cron_until_idle();
    world.sim().add_fault(Fault::once(
        "DELETE",
        "pk-seed",
        FaultKind::Status(403, "Permission check failed".to_owned(), String::new()),
    ));
    leave(&world).unwrap();
    assert_eq!(seeds(&world).len(), 1);
    assert!(!rescued(&world));
    world.clock_forward(700.0);
    world.cron_until_idle();
    is_as_before(&world, &before);
}

#[test]
fn of_a_seed_that_stays_staff_hear_and_no_more_once_it_is_gone() {
    let world = ready(MORE);
    start(&world).unwrap();
    world.cron_until_idle();
    let words = "Permission check failed (/storage/local, Datastore.Allocate)".to_owned();
    let refused = FaultKind::Status(403, words, String::new());
    world.sim().add_fault(Fault::always("DELETE", "pk-seed", refused));
    leave(&world).unwrap();
    let told = |world: &World| world.service(7)["error"].clone();
    assert_eq!(told(&world), Value::Null, "it may be over in a moment");
    world.clock_forward(700.0);
    world.cron_until_idle();
    let error = told(&world);
    assert_eq!(
        (&error["code"], &error["attention"]),
        (&json!("rescue_no_seed"), &json!(true))
    );
    assert!(error["message"].as_str().unwrap().contains("pk-seed-"), "{error}");
    world.sim().faults.clear();
    world.clock_forward(700.0);
    world.cron_until_idle();
    assert_eq!((told(&world), seeds(&world)), (Value::Null, vec![]));
}

/// A VM of two nodes, and its seed on the VM's, which goes away for ever once the VM is on the other one; whether every node sees
/// the storage of the seed.
fn node_goes(shared: bool) -> World {
    let mut world = World::with(two_nodes());
    sold(&mut world, &MORE.replace("rescue_seed = local", "rescue_seed = seeds"));
    world.sim().add_iso("pve2", "local", "rescue.iso");
    world.ready(7);
    let home = world.service(7)["node"].as_str().unwrap().to_owned();
    let away = if home == "pve1" { "pve2" } else { "pve1" };
    let spec = StorageSpec {
        shared,
        nodes: if shared { vec![] } else { vec![home.clone()] },
        ..StorageSpec::dir("seeds", "/mnt/seeds")
    };
    world.sim().add_storage(&spec);
    start(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(seeds(&world).len(), 1);
    let fault = FaultKind::Status(403, "Permission check failed".to_owned(), String::new());
    world.sim().add_fault(Fault::always("DELETE", "pk-seed", fault));
    leave(&world).unwrap();
    world.cron_until_idle();
    world.sim().faults.clear();
    world.sim().move_vm(100, away);
    world.sim().nodes.remove(&home);
    world.clock_forward(1300.0);
    world.cron_until_idle();
    world
}

#[test]
fn a_seed_whose_node_is_gone_is_deleted_through_another_or_forgotten_with_it() {
    for shared in [true, false] {
        let world = node_goes(shared);
        let service = world.core.store.service(ServiceId(7)).unwrap().0;
        assert_eq!(service.body.media.seeds, [], "shared {shared}: {}", world.service(7));
        assert_eq!(seeds(&world).is_empty(), shared);
        assert_eq!(world.service(7)["error"], Value::Null);
    }
}

/// Written by hand into the VM's config before its customer asks for anything.
fn with(world: &World, keys: &[(&str, Option<&str>)]) {
    for (key, value) in keys {
        world.sim().set_config(100, key, *value);
    }
}

#[test]
fn a_protected_vm_leaves_rescue_mode_and_keeps_an_empty_drive() {
    let emptied = |world: &World| {
        let config = |key| world.config(100, key);
        assert_eq!(
            (config("sata5").as_str(), config("ide3").as_str()),
            ("none,media=cdrom", "none,media=cdrom")
        );
        assert!(config("boot").starts_with("order=scsi0"));
        assert!(!rescued(world) && seeds(world).is_empty(), "{}", world.service(7));
        assert_eq!(
            (world.status(7), &world.service(7)["error"]),
            ("ready".to_owned(), &Value::Null)
        );
    };
    // protected before, and the drives that are there then are used again
    let world = ready(MORE);
    with(&world, &[("protection", Some("1"))]);
    for _ in 0..2 {
        let into = starts(&world, start);
        assert!(into.len() == 1 && into[0].starts_with("order=sata5;"), "{into:?}");
        assert!(
            world.config(100, "ide3").contains("pk-seed-"),
            "behind cloud-init's own, which is on ide2"
        );
        let out = starts(&world, leave);
        assert!(out.len() == 1 && out[0].starts_with("order=scsi0"), "{out:?}");
        emptied(&world);
    }
    // protected meanwhile: its time is over; it is suspended; it does not start
    let world = ready(MORE);
    assert_eq!(starts(&world, start).len(), 1);
    with(&world, &[("protection", Some("1"))]);
    world.clock_forward(7300.0);
    world.cron_until_idle();
    emptied(&world);
    assert_eq!(starts(&world, start).len(), 1);
    api::suspend(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert!(!world.sim().is_running(100));
    assert!(!rescued(&world) && world.config(100, "sata5") == "none,media=cdrom");
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    assert!(
        world
            .sim()
            .vm(100)
            .unwrap()
            .started_with
            .last()
            .unwrap()
            .starts_with("order=scsi0")
    );

    let world = ready(MORE);
    with(&world, &[("protection", Some("1"))]);
    does_not_start(&world);
    world.cron_until_idle();
    assert!(world.sim().is_running(100) && !rescued(&world) && seeds(&world).is_empty());
    let last = world.sim().vm(100).unwrap().started_with.last().unwrap().clone();
    assert!(last.starts_with("order=scsi0"), "{last}");
}

/// The rescue system is asked for, and Proxmox VE's start of it fails.
fn does_not_start(world: &World) {
    let words = "start failed: QEMU exited with code 1".to_owned();
    world
        .sim()
        .add_fault(Fault::once("POST", "/status/start$", FaultKind::TaskError(words)));
    assert_eq!(code(start(world)), "task_failed");
}

#[test]
fn the_older_bootdisk_is_there_again_after_everything_that_boots_otherwise() {
    let legacy: &[(&str, Option<&str>)] = &[("boot", Some("c")), ("bootdisk", Some("scsi0"))];
    let before = |world: &World| ["boot", "bootdisk"].map(|key| world.config(100, key));
    let is_back = |world: &World| assert_eq!(before(world), ["c", "scsi0"], "{}", world.service(7));
    let world = ready(MORE);
    with(&world, legacy);
    for _ in 0..4 {
        let into = starts(&world, start);
        assert!(into.len() == 1 && into[0].starts_with("order=sata5;scsi0"), "{into:?}");
        assert_eq!(before(&world)[1], "", "Proxmox VE takes it away");
        assert_eq!(starts(&world, leave), ["c"]);
        is_back(&world);
    }
    start(&world).unwrap();
    world.cron_until_idle();
    api::suspend(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    is_back(&world);

    // what was refused half way
    let world = ready(MORE);
    with(&world, legacy);
    does_not_start(&world);
    world.cron_until_idle();
    is_back(&world);
    assert_eq!(world.sim().vm(100).unwrap().started_with.last().unwrap(), "c");

    // an ISO that is booted from once
    let mut world = World::new();
    crate::isos::ready(&mut world);
    with(&world, legacy);
    crate::isos::insert(&world, "iso_boot", crate::isos::ISO).unwrap();
    let again = |world: &World| {
        acts::stop(&world.core, &world.order(7)).unwrap();
        acts::start(&world.core, &world.order(7)).unwrap();
    };
    again(&world);
    assert!(before(&world)[0].starts_with("order=sata5;scsi0"));
    world.clock_forward(200.0);
    world.cron_until_idle();
    again(&world);
    is_back(&world);
    assert_eq!(world.sim().vm(100).unwrap().started_with.last().unwrap(), "c");
}

/// A VM that was in rescue mode when its only backup was made, and is not any more: it was reinstalled.
fn backed_up_in_rescue() -> World {
    let mut world = World::new();
    sold(&mut world, &format!("{MORE}\nbackups = 3\n{}", backup_first::SAFE));
    world.option(23, "local");
    world.ready(7);
    start(&world).unwrap();
    world.cron_until_idle();
    is_in(&world);
    world.clock_forward(60.0);
    backup_first::rebuild(&world).unwrap();
    world.cron_until_idle();
    is_out(&world);
    assert_eq!(backups::own(&world).len(), 1);
    // the product has another rescue system since
    let more = MORE.replace("rescue.iso", "newer.iso");
    sold(&mut world, &format!("{more}\nbackups = 3"));
    world
}

fn has_nothing_of_rescue(world: &World, vmid: u32) {
    let boot = world.config(vmid, "boot");
    assert!(boot.is_empty() || boot.starts_with("order=scsi0"), "{boot}");
    let sim = world.sim();
    let left = sim
        .vm(vmid)
        .unwrap()
        .conf
        .iter()
        .find(|(_, value)| value.contains("iso/"));
    assert_eq!(left, None);
}

#[test]
fn a_backup_that_was_made_in_rescue_mode_brings_no_rescue_back() {
    let world = backed_up_in_rescue();
    restore::restore(&world, &backups::own(&world)[0]).unwrap();
    world.cron_until_idle();
    is_out(&world);
    has_nothing_of_rescue(&world, 100);
    let world = backed_up_in_rescue();
    beside::beside(&world).unwrap();
    world.cron_until_idle();
    has_nothing_of_rescue(&world, 101);
    beside::swap(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.vmid(7)),
        ("ready", 101),
        "{}",
        world.service(7)
    );
    assert!(world.sim().is_running(101));
    has_nothing_of_rescue(&world, 101);
}
