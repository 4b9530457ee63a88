//! A VM made again from a backup, in place of what it has: what comes back and what does not, what is refused before
//! anything is touched, and what is left of one that fails.

use crate::acts;
use crate::backups::{listed, made, own, sold};
use crate::by_hand;
use crate::crash::has_the_larger_package;
use crate::support::{World, cluster_options, code, two_nodes};
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use pvesim::{Fault, FaultKind, StorageSpec, Volume};
use serde_json::{Value, json};

type Done = Result<Value, Error>;

fn asked(world: &World, name: &str) -> Value {
    let mut order = world.with_extra(7, "backup", json!(name));
    order["typed"] = world.service(7)["name"].clone();
    order
}

pub fn restore(world: &World, name: &str) -> Done {
    acts::backup_restore(&world.core, &asked(world, name))
}

/// The same by the customer.
fn by_client(world: &World, name: &str) -> Done {
    let mut order = asked(world, name);
    order["actor"] = json!("client");
    acts::backup_restore(&world.core, &order)
}

/// A finished VM, a backup of it, and what was done since: a larger package, a snapshot, other tags.
pub fn begun(world: &mut World) {
    begun_on(world, "local");
}

fn begun_on(world: &mut World, storage: &str) {
    sold(world, "");
    world.option(23, storage);
    world.ready(7);
    world.sim().set_config(100, "tags", Some("then"));
    made(world, "then");
    world.option(6, "4").option(7, "3").option(8, "9");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    world.sim().set_config(100, "tags", Some("now"));
    world.sim().add_snapshot(100, "since");
    by_hand::blocks(world);
}

fn ready() -> World {
    let mut world = World::new();
    begun(&mut world);
    world.sim().log.clear();
    world
}

/// The same with its backups on a Proxmox Backup Server.
fn ready_on_pbs() -> World {
    let mut options = cluster_options();
    options.storages.push(StorageSpec::pbs("pbs"));
    let mut world = World::with(options);
    begun_on(&mut world, "pbs");
    world.sim().log.clear();
    world
}

fn the_backup(world: &World, change: impl FnOnce(&mut Volume)) {
    let mut sim = world.sim();
    change(sim.volumes.iter_mut().find(|one| one.content == "backup").unwrap());
}

/// Its config as it is in the backup.
fn then(world: &World, key: &str, value: &str) {
    the_backup(world, |backup| {
        let vm = backup.backup_of.as_mut().unwrap();
        vm.conf.insert(key.to_owned(), value.to_owned());
    });
}

fn fails(world: &World, times: u32, text: &str) {
    world.sim().add_fault(Fault {
        times,
        ..Fault::once("POST", "/qemu$", FaultKind::VolumeError(text.to_owned()))
    });
}

fn restores(world: &World) -> usize {
    let writes = world.writes();
    writes.iter().filter(|write| write.ends_with("/qemu")).count()
}

fn disks(world: &World) -> usize {
    let sim = world.sim();
    let own = sim
        .volumes
        .iter()
        .filter(|one| one.vmid == Some(100) && one.content == "images");
    own.count()
}

/// As the backup has it, with the package and the identity of today.
pub fn is_restored(world: &World) {
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(world.config(100, "tags"), "then");
    has_the_larger_package(world);
    assert!(world.sim().is_running(100));
    assert!(world.sim().vm(100).unwrap().snapshots.is_empty());
    by_hand::is_blocked(world);
    assert!(world.config(100, "description").contains("proxmoxkvm-owner:"));
    assert_eq!(world.service(7)["error"], Value::Null);
    let known = world
        .core
        .store
        .service(proxmoxkvm::words::ids::ServiceId(7))
        .unwrap()
        .0;
    assert_eq!(known.body.guest.restoring(), None, "nothing is believed any more");
    let uuid = world.config(100, "smbios1").replace("uuid=", "");
    assert_eq!(known.body.guest.uuid(), Some(uuid.as_str()));
}

/// As it was before.
fn is_as_before(world: &World, disks_before: usize) {
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(world.config(100, "tags"), "now");
    assert!(world.sim().is_running(100));
    assert_eq!(world.sim().vm(100).unwrap().snapshots.len(), 1);
    assert_eq!(disks(world), disks_before);
}

fn is_as_before_and_says(world: &World, disks_before: usize, code: &str) {
    is_as_before(world, disks_before);
    let service = world.service(7);
    assert_eq!(service["error"]["code"], code, "{service}");
}

/// What was done to the VM is undone by hand, and it runs.
fn service_is_stuck(world: &World) {
    assert_eq!(world.status(7), "restore");
    let service = world.service(7);
    assert_eq!(service["error"]["code"], "restore_torn", "{service}");
    assert_eq!((world.config(100, "memory").as_str(), disks(world)), ("128", 0));
}

#[test]
fn the_disks_of_then_come_back_with_the_package_and_the_addresses_of_today() {
    for world in [ready(), ready_on_pbs()] {
        let (mac, disks_before) = (world.config(100, "net0"), disks(&world));
        let today = world.config(100, "ipconfig0");
        // the addresses that it had when the backup was made
        then(&world, "ipconfig0", "ip=192.0.2.99/24,gw=192.0.2.1");
        then(&world, "smbios1", "uuid=00000000-0000-4000-8000-000000000009");
        the_backup(&world, |backup| {
            let filter = backup
                .firewall_of
                .as_mut()
                .unwrap()
                .sets
                .get_mut("ipfilter-net0")
                .unwrap();
            filter.entries[0].cidr = "192.0.2.99".to_owned();
        });
        by_client(&world, &own(&world)[0]).unwrap();
        world.cron_until_idle();
        is_restored(&world);
        assert_eq!(
            (world.config(100, "net0"), world.config(100, "ipconfig0")),
            (mac, today)
        );
        assert_eq!(world.config(100, "onboot"), "1");
        assert!(!world.sim().may_send_from(100, "192.0.2.99"), "an address of then");
        assert!(world.sim().may_send_from(100, "192.0.2.10"));
        assert_eq!((restores(&world), disks(&world)), (1, disks_before));
        let told = world.told_of(7);
        assert_eq!(
            told.iter().filter(|kind| *kind == "mail_restored").count(),
            1,
            "{told:?}"
        );
        assert!(!told.contains(&"mail_failed".to_owned()), "{told:?}");
        assert_eq!(listed(&world, "client")["have"], 1, "the backup stays");
        // whose it is, is known by the uuid of then
        acts::stop(&world.core, &world.order(7)).unwrap();
        restore(&world, &own(&world)[0]).unwrap();
        world.cron_until_idle();
        assert_eq!(
            (world.status(7).as_str(), world.sim().is_running(100)),
            ("ready", false)
        );
        world.check_invariants();
    }
}

/// Of what a job of the provider has made only the config says whose it is.
#[test]
fn what_the_providers_jobs_made_is_restored_where_the_product_says_so_and_it_has_the_marker() {
    let mut world = ready();
    let at = world.now() as i64;
    world.sim().set_config(100, "tags", Some("then"));
    world.sim().add_backup("local", 100, at, false);
    world.sim().set_config(100, "tags", Some("now"));
    let kept = |world: &World, actor: &str| {
        let page = listed(world, actor);
        let rows = page["backups"].as_array().unwrap().clone();
        let found = rows.into_iter().find(|row| row["name"].is_null());
        found.map(|row| row["restore"].as_str().unwrap().to_owned())
    };
    let name = kept(&world, "admin").unwrap();
    assert_eq!(kept(&world, "client"), None);
    assert_eq!(
        code(by_client(&world, &name)),
        "no_backup",
        "the product does not show them"
    );
    world.option(24, "backups = 3\nbackup_show_foreign = on");
    assert_eq!(kept(&world, "client"), Some(name.clone()));
    let description = world.config(100, "description");
    let the_kept = |world: &World, text: &str| {
        let mut sim = world.sim();
        let volume = sim.volumes.iter_mut().rfind(|one| one.content == "backup").unwrap();
        let conf = &mut volume.backup_of.as_mut().unwrap().conf;
        conf.insert("description".to_owned(), text.to_owned());
    };
    for other in ["", "x\n\nproxmoxkvm-owner: another/7"] {
        the_kept(&world, other);
        world.sim().log.clear();
        assert_eq!(code(by_client(&world, &name)), "backup_foreign");
        assert_eq!(restores(&world), 0);
    }
    the_kept(&world, &description);
    by_client(&world, &name).unwrap();
    world.cron_until_idle();
    is_restored(&world);
    assert_eq!(kept(&world, "client"), Some(name), "it stays");
    world.check_invariants();
}

#[test]
fn what_can_be_told_beforehand_is_refused_before_the_vm_is_touched() {
    type Given = fn(&mut World);
    let cases: [(&str, Given); 11] = [
        ("backup_unreadable", |world| {
            the_backup(world, |backup| backup.verified = Some("failed".to_owned()));
        }),
        ("restore_space", |world| world.sim().fill_storage("local", 1 << 30)),
        ("backup_foreign", |world| {
            then(world, "description", "x\n\nproxmoxkvm-owner: another/7");
        }),
        ("backup_larger", |world| {
            then(world, "scsi0", "local:100/vm-100-disk-0.qcow2,size=80G")
        }),
        ("restore_space", |world| {
            world.sim().add_storage(&StorageSpec::dir("tank", "/tank"));
            world.sim().fill_storage("tank", 1 << 30);
            then(world, "scsi0", "tank:100/vm-100-disk-0.qcow2,size=3G");
        }),
        ("backup_elsewhere", |world| {
            then(world, "scsi0", "gone:100/vm-100-disk-0.qcow2,size=3G");
        }),
        ("protected", |world| {
            world.sim().set_config(100, "protection", Some("1"))
        }),
        ("hibernated", |world| {
            world.sim().set_config(100, "lock", Some("suspended"))
        }),
        ("locked", |world| world.sim().set_config(100, "lock", Some("backup"))),
        ("backup_unreadable", |world| {
            the_backup(world, |backup| backup.backup_of = None);
        }),
        ("backup_unreadable", |world| {
            for drive in ["scsi0", "scsi1", "ide2"] {
                the_backup(world, |backup| {
                    backup.backup_of.as_mut().unwrap().conf.remove(drive);
                });
            }
        }),
    ];
    for (refused, given) in cases {
        let mut world = ready();
        given(&mut world);
        let name = own(&world)[0].clone();
        let answer = restore(&world, &name);
        let says = answer.as_ref().err().map(ToString::to_string);
        assert_eq!(code(answer), refused, "{says:?}");
        assert_eq!(world.writes(), [""; 0], "{refused}");
        assert_eq!(world.config(100, "tags"), "now");
        world.cron_until_idle();
        assert_eq!(
            (world.status(7).as_str(), world.sim().is_running(100)),
            ("ready", true),
            "{refused}"
        );
        assert_eq!(world.service(7)["error"], Value::Null, "{refused}");
    }
}

#[test]
fn a_backup_that_stayed_on_another_node_than_the_vm_is_refused() {
    let mut world = World::with(two_nodes());
    begun(&mut world);
    world.sim().move_vm(100, "pve2");
    world.sim().log.clear();
    let name = own(&world)[0].clone();
    assert_eq!(code(restore(&world, &name)), "backup_elsewhere");
    assert_eq!(world.writes(), [""; 0]);
    world.sim().move_vm(100, "pve1");
    restore(&world, &name).unwrap();
    world.cron_until_idle();
    is_restored(&world);
}

#[test]
fn what_is_encrypted_without_its_key_is_refused_and_with_it_restored() {
    let world = ready_on_pbs();
    the_backup(&world, |backup| backup.encrypted = Some("ab:cd".to_owned()));
    world.sim().storages.get_mut("pbs").unwrap().has_key = false;
    let name = own(&world)[0].clone();
    let refused = restore(&world, &name).unwrap_err();
    assert_eq!(refused.code(), "backup_encrypted");
    assert!(refused.to_string().contains("missing key"), "{refused}");
    assert_eq!(world.writes(), [""; 0]);
    world.sim().storages.get_mut("pbs").unwrap().has_key = true;
    restore(&world, &name).unwrap();
    world.cron_until_idle();
    is_restored(&world);
}

#[test]
fn a_customer_restores_own_backups_where_that_is_sold_meant_and_not_protected() {
    let mut world = ready();
    let name = own(&world)[0].clone();
    for gone in ["", "nope", "pkx-1", "local:backup/vzdump-qemu-100-x.vma.zst"] {
        assert_eq!(code(by_client(&world, gone)), "no_backup", "{gone}");
    }
    let mut untyped = asked(&world, &name);
    (untyped["actor"], untyped["typed"]) = (json!("client"), json!("another"));
    assert_eq!(code(acts::backup_restore(&world.core, &untyped)), "not_meant");
    acts::protect(&world.core, &world.with_extra(7, "version", json!(0))).unwrap();
    assert_eq!(code(by_client(&world, &name)), "protected_by_client");
    acts::unprotect(&world.core, &world.with_extra(7, "version", json!(1))).unwrap();
    world.option(24, "backups = 3\nclient_restore = off");
    assert_eq!(code(by_client(&world, &name)), "not_for_clients");
    assert_eq!(world.writes(), [""; 0]);
    world.option(24, "backups = 3");
    for _ in 0..3 {
        world.clock_forward(121.0);
        by_client(&world, &name).unwrap();
        world.cron_until_idle();
    }
    world.clock_forward(121.0);
    assert_eq!(code(by_client(&world, &name)), "too_often");
    is_restored(&world);
}

#[test]
fn one_that_breaks_off_is_repeated_once() {
    for world in [ready(), ready_on_pbs()] {
        let mac = world.config(100, "net0");
        fails(&world, 1, "vma extract: No space left on device");
        let _ = restore(&world, &own(&world)[0]);
        world.cron_until_idle();
        is_restored(&world);
        assert_eq!((restores(&world), world.config(100, "net0")), (2, mac));
        let history = acts::history(&world.core, 7).to_string();
        assert!(history.contains("No space left on device"), "{history}");
        assert!(!world.told_of(7).contains(&"mail_failed".to_owned()));
        world.check_invariants();
    }
}

#[test]
fn one_that_breaks_off_twice_says_so_and_leaves_the_list_and_the_rebuild() {
    let lost = || {
        let world = ready();
        fails(&world, u32::MAX, "vma extract: No space left on device");
        let _ = by_client(&world, &own(&world)[0]);
        world.cron_until_idle();
        world.clock_forward(7200.0);
        world.cron_until_idle();
        service_is_stuck(&world);
        assert_eq!(restores(&world), 2, "and no more");
        let service = world.service(7);
        let says = service["error"]["message"].as_str().unwrap().to_owned();
        assert!(
            says.contains("No space left on device") && says.contains("no disks any more"),
            "{says}"
        );
        let told = world.told_of(7);
        assert_eq!(
            told.iter().filter(|kind| *kind == "mail_restore_failed").count(),
            1,
            "{told:?}"
        );
        assert!(!told.contains(&"mail_restored".to_owned()), "{told:?}");
        world.sim().faults.clear();
        world.clock_forward(3600.0);
        world
    };
    // the list is there, and another one is restored, by the customer too
    let world = lost();
    assert_eq!(listed(&world, "client")["have"], 1);
    assert_eq!(code(acts::start(&world.core, &world.order(7))), "wrong_status");
    by_client(&world, &own(&world)[0]).unwrap();
    world.cron_until_idle();
    is_restored(&world);
    assert_eq!(
        world.told_of(7).iter().filter(|kind| *kind == "mail_restored").count(),
        1
    );
    world.check_invariants();
    // or it is made anew, with its MAC
    let world = lost();
    let mac = world
        .core
        .store
        .service(proxmoxkvm::words::ids::ServiceId(7))
        .unwrap()
        .0
        .body
        .mac;
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
    assert!(world.config(100, "net0").contains(&mac.unwrap()));
    assert_eq!(own(&world).len(), 1, "its backups stay");
    // or it was to be made anew, with another password, and cannot be: then a backup is restored in place of that
    let world = lost();
    let refuses = FaultKind::Status(500, "storage 'local' is not online".into(), String::new());
    world.sim().add_fault(Fault {
        times: u32::MAX,
        ..Fault::once("DELETE", "/qemu/100$", refuses)
    });
    let mut order = world.with_extra(7, "new_password", json!("1"));
    order["renewal"] = json!("ab12");
    let _ = acts::reinstall(&world.core, &order);
    days_pass(&world);
    let service = world.service(7);
    assert_eq!(world.status(7), "reinstall", "{service}");
    assert_eq!(
        (&service["error"]["attention"], &service["renewal"]["word"]),
        (&json!(true), &json!("ab12"))
    );
    let shown = api::show(&world.core, &world.shown_to("client")).unwrap();
    let is_offered = |name: &str| {
        let mut actions = shown["actions"].as_array().unwrap().iter();
        actions.any(|action| action["name"] == name && action["allowed"] == true)
    };
    assert_eq!(shown["state"], "lost", "{shown}");
    assert!(is_offered("backup_restore") && !is_offered("start") && !is_offered("backup_make"));
    let told = world.told_of(7);
    by_client(&world, &own(&world)[0]).unwrap();
    world.cron_until_idle();
    is_restored(&world);
    assert_eq!(
        world.service(7)["renewal"],
        Value::Null,
        "nothing is built with that password"
    );
    let told_since = world.told_of(7).split_off(told.len());
    assert!(told_since.contains(&"mail_restored".to_owned()), "{told_since:?}");
    assert!(!told_since.contains(&"mail_reinstalled".to_owned()), "{told_since:?}");
    world.sim().faults.clear();
    days_pass(&world);
    is_restored(&world);
    world.check_invariants();
    // or terminated
    let world = lost();
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), disks(&world)), ("removed", 0));
    assert!(world.sim().vm(100).is_none());
    // and while another one is asked for that is gone, it stays lost and the next one may be asked for
    let world = lost();
    let name = own(&world)[0].clone();
    let gone = Fault::once(
        "POST",
        "/qemu$",
        FaultKind::Status(500, "volume 'x' does not exist".into(), String::new()),
    );
    world.sim().add_fault(gone);
    let _ = restore(&world, &name);
    assert_eq!(world.status(7), "restore");
    world.cron_until_idle();
    is_restored(&world);
}

#[test]
fn one_that_proxmox_refuses_before_it_deletes_leaves_the_vm_as_it_was() {
    for (text, kind) in [
        (
            "Content type 'images'",
            FaultKind::TaskError("Content type 'images' is not available on storage 'local'".into()),
        ),
        (
            "does not exist",
            FaultKind::Status(500, "volume 'local:backup/x' does not exist".into(), String::new()),
        ),
        (
            "got timeout",
            FaultKind::TaskError("got timeout reading VMA header - corrupted?".into()),
        ),
    ] {
        let world = ready();
        let before = disks(&world);
        world.sim().add_fault(Fault::once("POST", "/qemu$", kind));
        let _ = restore(&world, &own(&world)[0]);
        world.cron_until_idle();
        is_as_before(&world, before);
        let service = world.service(7);
        assert!(
            service["error"]["message"].as_str().unwrap().contains(text),
            "{service}"
        );
        assert_eq!(restores(&world), 1);
        assert!(!world.told_of(7).contains(&"mail_restored".to_owned()));
        let known = world
            .core
            .store
            .service(proxmoxkvm::words::ids::ServiceId(7))
            .unwrap()
            .0;
        assert_eq!(known.body.guest.restoring(), None);
        restore(&world, &own(&world)[0]).unwrap();
        world.cron_until_idle();
        is_restored(&world);
    }
}

#[test]
fn a_worker_that_is_killed_leaves_a_lock_and_what_it_has_done_is_found_out() {
    // before it has read the backup: nothing is lost
    let world = ready();
    let before = disks(&world);
    world.sim().opts.clone_seconds = 600.0;
    restore(&world, &own(&world)[0]).unwrap();
    assert_eq!(world.status(7), "restore");
    let upid = world
        .sim()
        .tasks()
        .iter()
        .rfind(|task| task.kind == "qmrestore")
        .unwrap()
        .upid
        .clone();
    world.sim().set_config(100, "lock", Some("create"));
    let whole = world.sim().vm(100).unwrap().clone();
    drop(whole);
    assert!(world.sim().kill_task(&upid));
    world.cron_until_idle();
    let service = world.service(7);
    assert_eq!(service["error"]["code"], "left_locked", "{service}");
    assert!(
        service["error"]["message"].as_str().unwrap().contains("qm unlock 100"),
        "{service}"
    );
    assert_eq!(restores(&world), 1, "{before}");
    world.sim().set_config(100, "lock", None);
    world.sim().opts.clone_seconds = 1.0;
    for _ in 0..4 {
        world.clock_forward(1000.0);
        world.cron_until_idle();
    }
    is_restored(&world);
    assert_eq!(restores(&world), 2);
}

#[test]
fn a_worker_that_is_killed_at_once_has_touched_nothing_and_is_not_begun_again() {
    let world = ready();
    let before = disks(&world);
    world
        .sim()
        .add_fault(Fault::once("POST", "/qemu$", FaultKind::UnknownUpid));
    // the task is not known to the node, and has in fact refused
    world.sim().set_config(100, "tags", Some("now"));
    the_backup(&world, |backup| backup.broken = None);
    let _ = restore(&world, &own(&world)[0]);
    world.cron_until_idle();
    is_restored(&world);
    assert_eq!((restores(&world), disks(&world)), (1, before), "the guest itself tells");
}

#[test]
fn an_answer_that_is_lost_is_no_second_restore() {
    // what a proxy says that has waited too long is no word of Proxmox VE either
    for lost in [FaultKind::DropAfterEffect, FaultKind::ProxyAfterEffect(504)] {
        let world = ready();
        world.sim().add_fault(Fault::once("POST", "/qemu$", lost));
        let _ = restore(&world, &own(&world)[0]);
        world.cron_until_idle();
        is_restored(&world);
        assert_eq!(restores(&world), 1);
        world.check_invariants();
    }
}

#[test]
fn a_stranger_under_the_number_is_not_taken_for_what_a_restore_leaves() {
    let world = ready();
    fails(&world, u32::MAX, "broken");
    let _ = restore(&world, &own(&world)[0]);
    world.cron_until_idle();
    world.sim().faults.clear();
    service_is_stuck(&world);
    world.sim().delete_vm(100);
    world.sim().add_vm(100, "stranger", "pve1", "local", 2 << 30);
    world.sim().log.clear();
    assert_eq!(code(restore(&world, &own(&world)[0])), "not_ours");
    assert!(api::terminate(&world.core, &world.order(7)).is_err());
    world.cron_until_idle();
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(world.config(100, "name"), "stranger");
}

#[test]
fn a_vm_that_has_its_disks_is_not_restored_in_place_of_a_rebuild() {
    let world = ready();
    let locked = FaultKind::Status(500, "VM is locked (backup)".into(), String::new());
    world.sim().add_fault(Fault {
        times: 20,
        ..Fault::once("DELETE", "/qemu/100$", locked)
    });
    acts::stop(&world.core, &world.order(7)).unwrap();
    let _ = acts::reinstall(&world.core, &world.order(7));
    assert_eq!(world.status(7), "reinstall", "{}", world.service(7));
    assert_eq!(code(restore(&world, &own(&world)[0])), "wrong_status");
    assert_eq!(restores(&world), 0);
}

#[test]
fn how_far_a_backup_and_a_restore_are_is_shown() {
    let world = ready();
    let percent = || {
        let shown = api::show(&world.core, &world.shown_to("client")).unwrap();
        let percent = shown["service"]["task"]["percent"].as_f64();
        assert!(
            percent.is_some_and(|percent| percent > 0.0 && percent < 100.0),
            "{shown}"
        );
    };
    world.sim().opts.backup_seconds = 120.0;
    crate::backups::make(&world, "now").unwrap();
    percent();
    world.cron_until_idle();
    world.sim().opts.clone_seconds = 120.0;
    restore(&world, &own(&world)[0]).unwrap();
    percent();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
}

#[test]
fn what_is_asked_for_meanwhile_waits_or_is_refused() {
    let mut world = ready();
    world.sim().opts.clone_seconds = 600.0;
    restore(&world, &own(&world)[0]).unwrap();
    assert_eq!(world.status(7), "restore");
    for refused in [
        restore(&world, &own(&world)[0]),
        acts::start(&world.core, &world.order(7)),
        acts::reinstall(&world.core, &world.order(7)),
        crate::backups::make(&world, "now"),
    ] {
        let code = code(refused);
        assert!(["task_running", "wrong_status"].contains(&code.as_str()), "{code}");
    }
    let shown = api::show(&world.core, &world.shown_to("client")).unwrap();
    assert_eq!(shown["state"], "changing", "{shown}");
    world.option(6, "3");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(
        (world.config(100, "tags").as_str(), world.config(100, "cores").as_str()),
        ("then", "3")
    );
    assert_eq!(restores(&world), 1);
    // suspended on its way, it stays off, and starts with its node again afterwards
    restore(&world, &own(&world)[0]).unwrap();
    api::suspend(&world.core, &world.order(7)).unwrap();
    world.clock_forward(700.0);
    world.cron_until_idle();
    world.clock_forward(700.0);
    world.cron_until_idle();
    assert!(!world.sim().is_running(100));
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
    assert_eq!(world.config(100, "onboot"), "1");
    world.check_invariants();
}

#[test]
fn one_that_waits_for_an_hour_is_not_done_any_more() {
    let world = ready();
    let before = disks(&world);
    world.sim().add_fault(Fault {
        times: u32::MAX,
        ..Fault::once(
            "POST",
            "/qemu$",
            FaultKind::Status(500, "VM is locked (backup)".into(), String::new()),
        )
    });
    let _ = restore(&world, &own(&world)[0]);
    for _ in 0..12 {
        world.clock_forward(600.0);
        world.cron_until_idle();
    }
    world.sim().faults.clear();
    world.cron_until_idle();
    is_as_before_and_says(&world, before, "restore_late");
}

/// The addresses that it had when the backup was made are another customer's by now.
fn was_elsewhere_then(world: &World) {
    then(world, "ipconfig0", "ip=192.0.2.99/24,gw=192.0.2.1");
    the_backup(world, |backup| {
        let firewall = backup.firewall_of.as_mut().unwrap();
        firewall.sets.get_mut("ipfilter-net0").unwrap().entries[0].cidr = "192.0.2.99".to_owned();
    });
}

fn refuses(world: &World, method: &str, path: &str, times: u32) {
    let kind = FaultKind::Status(403, "Permission check failed".into(), String::new());
    world.sim().add_fault(Fault {
        times,
        ..Fault::once(method, path, kind)
    });
}

fn days_pass(world: &World) {
    for _ in 0..12 {
        world.clock_forward(3600.0);
        world.cron_until_idle();
    }
}

/// It runs, and is itself of today.
fn runs_with_todays_address(world: &World, today: &str) {
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(world.sim().is_running(100), "{}", world.service(7));
    assert_eq!(world.config(100, "ipconfig0"), today);
    assert!(!world.sim().may_send_from(100, "192.0.2.99"), "an address of then");
    assert!(world.sim().may_send_from(100, "192.0.2.10"));
}

#[test]
fn a_package_that_is_refused_after_it_never_starts_the_vm_with_an_address_of_then() {
    let no_start = || FaultKind::TaskError("unable to allocate memory".into());
    for is_start in [false, true] {
        let world = ready();
        let today = world.config(100, "ipconfig0");
        was_elsewhere_then(&world);
        if is_start {
            let fault = Fault::once("POST", "/status/start$", no_start());
            world.sim().add_fault(Fault {
                times: u32::MAX,
                ..fault
            });
        } else {
            refuses(&world, "PUT", "/qemu/100/config$", 1);
            refuses(&world, "POST", "/qemu/100/config$", 1);
        }
        let _ = restore(&world, &own(&world)[0]);
        days_pass(&world);
        world.sim().faults.clear();
        days_pass(&world);
        runs_with_todays_address(&world, &today);
        assert_ne!(world.service(7)["error"], Value::Null, "staff hear of it");
        world.check_invariants();
    }
}

#[test]
fn where_its_firewall_cannot_be_put_right_the_vm_stays_stopped_and_staff_hear_of_it() {
    let world = ready();
    let today = world.config(100, "ipconfig0");
    was_elsewhere_then(&world);
    for method in ["POST", "PUT", "DELETE"] {
        refuses(&world, method, "/qemu/100/firewall/", u32::MAX);
    }
    let _ = restore(&world, &own(&world)[0]);
    days_pass(&world);
    assert!(!world.sim().is_running(100), "{}", world.service(7));
    assert_ne!(world.status(7), "ready");
    assert_ne!(world.service(7)["error"], Value::Null);
    world.sim().faults.clear();
    days_pass(&world);
    runs_with_todays_address(&world, &today);
}

#[test]
fn a_bill_that_is_paid_meanwhile_starts_it_only_with_the_address_of_today() {
    let world = ready();
    let today = world.config(100, "ipconfig0");
    was_elsewhere_then(&world);
    world.sim().opts.clone_seconds = 600.0;
    restore(&world, &own(&world)[0]).unwrap();
    api::suspend(&world.core, &world.order(7)).unwrap();
    refuses(&world, "PUT", "/qemu/100/config$", u32::MAX);
    refuses(&world, "POST", "/qemu/100/config$", u32::MAX);
    world.clock_forward(700.0);
    world.cron_until_idle();
    assert!(
        world.config(100, "ipconfig0").contains("192.0.2.99"),
        "{}",
        world.service(7)
    );
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(100));
    world.sim().faults.clear();
    days_pass(&world);
    runs_with_todays_address(&world, &today);
    world.check_invariants();
}

#[test]
fn space_that_is_gone_by_the_time_it_begins_leaves_the_vm_as_it_was() {
    let world = ready();
    let before = disks(&world);
    let locked = FaultKind::Status(500, "VM is locked (backup)".into(), String::new());
    world.sim().add_fault(Fault::once("POST", "/qemu$", locked));
    let _ = restore(&world, &own(&world)[0]);
    assert_eq!(world.status(7), "restore");
    world.sim().fill_storage("local", 1 << 20);
    world.sim().log.clear();
    world.clock_forward(600.0);
    world.cron_until_idle();
    is_as_before_and_says(&world, before, "restore_space");
    assert_eq!(restores(&world), 0);
}

/// A VM that has no disks any more, as its restore has failed twice.
fn lost(world: &World) {
    fails(world, u32::MAX, "vma extract: broken");
    let _ = by_client(world, &own(world)[0]);
    days_pass(world);
    service_is_stuck(world);
    world.sim().faults.clear();
}

#[test]
fn a_lost_vm_is_not_started_for_a_bill_and_is_rebuilt_without_a_backup_of_nothing() {
    let mut world = ready();
    lost(&world);
    api::suspend(&world.core, &world.order(7)).unwrap();
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert!(!world.sim().is_running(100), "there is no disk in it");
    world.option(24, "backups = 3\nreinstall_backup = on");
    let have = own(&world).len();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
    assert_eq!(own(&world).len(), have);
}

#[test]
fn whoever_mends_a_lost_vm_by_hand_has_it_back() {
    let world = ready();
    let (whole, volumes) = {
        let sim = world.sim();
        (sim.vm(100).unwrap().conf.clone(), sim.volumes.clone())
    };
    lost(&world);
    world.sim().volumes = volumes;
    for (key, value) in &whole {
        world.sim().set_config(100, key, Some(value));
    }
    days_pass(&world);
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(world.sim().is_running(100));
    assert_ne!(world.service(7)["error"]["code"], "restore_torn");
}

#[test]
fn a_lost_vm_is_restored_however_long_that_waits() {
    let world = ready();
    lost(&world);
    let off = FaultKind::Status(500, "storage 'local' is not online".into(), String::new());
    world.sim().add_fault(Fault {
        times: u32::MAX,
        ..Fault::once("POST", "/qemu$", off)
    });
    let _ = by_client(&world, &own(&world)[0]);
    days_pass(&world);
    assert_eq!(world.status(7), "restore");
    assert_ne!(world.service(7)["error"]["code"], "restore_late");
    world.sim().faults.clear();
    days_pass(&world);
    is_restored(&world);
}

#[test]
fn the_system_disk_of_today_does_not_come_back_beside_that_of_a_backup_with_another_slot() {
    let world = ready();
    the_backup(&world, |backup| {
        let conf = &mut backup.backup_of.as_mut().unwrap().conf;
        let disk = conf.remove("scsi0").unwrap();
        conf.insert("virtio0".to_owned(), disk);
        conf.insert("boot".to_owned(), "order=virtio0".to_owned());
    });
    restore(&world, &own(&world)[0]).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    let taken = world.config(100, "unused0");
    let sim = world.sim();
    let conf = &sim.vm(100).unwrap().conf;
    let attached = conf
        .iter()
        .filter(|(key, value)| !key.starts_with("unused") && value.starts_with(&taken));
    assert!(!taken.is_empty() && attached.count() == 0, "{conf:?}");
}

#[test]
fn the_providers_notes_survive_a_second_try() {
    let world = ready();
    let notes = format!("ask for Ada\n{}", world.config(100, "description"));
    world.sim().set_config(100, "description", Some(&notes));
    fails(&world, 1, "vma extract: No space left on device");
    let _ = restore(&world, &own(&world)[0]);
    world.cron_until_idle();
    is_restored(&world);
    assert_eq!(restores(&world), 2);
    let kept = world.config(100, "description");
    assert!(kept.contains("ask for Ada"), "{kept}");
}
