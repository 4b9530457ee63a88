//! A backup restored beside the VM: without a network, looked at, swapped in and back, deleted by itself; and the VM that the
//! service has, which is as it was whatever becomes of that.

use crate::acts;
use crate::backups::{listed, own};
use crate::by_hand;
use crate::crash::has_the_larger_package_of;
use crate::firewall;
use crate::restore;
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use proxmoxkvm::service::Service;
use proxmoxkvm::words::ids::ServiceId;
use proxmoxkvm::words::status::Status;
use pvesim::{Fault, FaultKind, Logged, StorageSpec};
use serde_json::{Value, json};

type Done = Result<Value, Error>;

const HOUR: f64 = 3600.0;

pub fn asked(world: &World) -> Value {
    let mut order = world.with_extra(7, "backup", json!(own(world)[0]));
    order["typed"] = world.service(7)["name"].clone();
    order["sure"] = json!("1");
    order
}

fn by_client(world: &World) -> Value {
    let mut order = asked(world);
    order["actor"] = json!("client");
    order
}

pub fn beside(world: &World) -> Done {
    acts::backup_restore_beside(&world.core, &asked(world))
}

pub fn swap(world: &World) -> Done {
    acts::beside_swap(&world.core, &asked(world))
}

pub fn discard(world: &World) -> Done {
    acts::beside_discard(&world.core, &asked(world))
}

/// A finished VM, a backup of it, and what was done since.
fn ready() -> World {
    let mut world = World::new();
    restore::begun(&mut world);
    world.sim().log.clear();
    world
}

/// The same with the backup restored beside it.
pub fn begun(world: &mut World) {
    restore::begun(world);
    beside(world).unwrap();
    world.cron_until_idle();
    assert_eq!(numbers(world), [100, 101], "{}", world.service(7));
    world.clock_forward(60.0);
}

/// The same once it is swapped in.
pub fn swapped(world: &mut World) {
    begun(world);
    swap(world).unwrap();
    world.cron_until_idle();
    is_swapped(world);
    world.clock_forward(60.0);
}

fn ready_beside() -> World {
    let mut world = World::new();
    begun(&mut world);
    world.sim().log.clear();
    world
}

fn ready_swapped() -> World {
    let mut world = World::new();
    swapped(&mut world);
    world.sim().log.clear();
    world
}

pub fn stored(world: &World) -> Service {
    world.core.store.service(ServiceId(7)).unwrap().0
}

/// The VMs that there are, but for templates.
fn numbers(world: &World) -> Vec<u32> {
    let sim = world.sim();
    let guests = sim.vms.iter().filter(|(_, vm)| !vm.is_template());
    guests.map(|(vmid, _)| *vmid).collect()
}

fn disks(world: &World, vmid: u32) -> usize {
    let sim = world.sim();
    let own = sim.volumes.iter();
    own.filter(|one| one.vmid == Some(vmid) && one.content == "images")
        .count()
}

/// It has no network, and is not started by its node.
fn is_cut_off(world: &World, vmid: u32) {
    is_cut_off_card(world, vmid);
    assert_ne!(world.config(vmid, "onboot"), "1", "{vmid}");
}

fn is_cut_off_card(world: &World, vmid: u32) {
    assert!(world.config(vmid, "net0").contains("link_down=1"), "{vmid}");
}

fn is_connected(world: &World, vmid: u32) {
    assert!(!world.config(vmid, "net0").contains("link_down"), "{vmid}");
}

/// The service's own VM as it was before anything was asked for.
fn own_is_as_before(world: &World) {
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!((world.vmid(7), world.config(100, "tags")), (100, "now".to_owned()));
    assert!(world.sim().is_running(100));
    assert_eq!(world.sim().vm(100).unwrap().snapshots.len(), 1);
    assert!(disks(world, 100) > 0);
    is_connected(world, 100);
}

/// Nothing is left of a second VM.
pub fn is_alone(world: &World) {
    own_is_as_before(world);
    assert_eq!((numbers(world), disks(world, 101)), (vec![100], 0));
    let service = stored(world);
    assert_eq!((service.body.beside, service.body.beside_ends_at), (None, None));
}

/// The backup is beside the VM, which is as it was.
pub fn is_beside(world: &World) {
    own_is_as_before(world);
    assert_eq!(numbers(world), [100, 101]);
    assert_eq!(world.config(101, "tags"), "then");
    let sold = ["cores", "memory"].map(|key| world.config(101, key));
    assert_eq!(sold, ["4".to_owned(), "3072".to_owned()], "no more than is sold");
    is_cut_off(world, 101);
    assert_eq!(listed(world, "client")["beside"]["stage"], "restored");
}

/// What was beside is the service's own, with the package, the addresses and the MAC of today; the former one is off.
pub fn is_swapped(world: &World) {
    assert_eq!(
        (world.status(7).as_str(), world.vmid(7)),
        ("ready", 101),
        "{}",
        world.service(7)
    );
    assert_eq!(world.config(101, "tags"), "then");
    has_the_larger_package_of(world, 101);
    assert!(world.sim().is_running(101));
    is_connected(world, 101);
    assert_eq!(world.config(101, "onboot"), "1");
    assert!(world.config(101, "ipconfig0").contains("192.0.2.10"));
    assert!(world.sim().may_send_from(101, "192.0.2.10"));
    by_hand::is_blocked(world);
    assert_eq!(world.service(7)["error"], Value::Null);
    assert!(!world.sim().is_running(100));
    is_cut_off(world, 100);
    assert_eq!(world.config(100, "tags"), "now");
    assert_eq!(
        world.sim().vm(100).unwrap().snapshots.len(),
        1,
        "its snapshots wait with it"
    );
    assert_eq!(listed(world, "client")["beside"]["stage"], "former");
}

/// As it was before the swap; what was swapped in waits.
pub fn is_back(world: &World) {
    own_is_as_before(world);
    assert_eq!(world.config(100, "onboot"), "1");
    assert!(!world.sim().is_running(101));
    is_cut_off(world, 101);
    assert!(world.sim().may_send_from(100, "192.0.2.10"));
    assert_eq!(listed(world, "client")["beside"]["stage"], "former");
}

/// So much time passes that what is kept for a day is over.
pub fn a_day_passes(world: &World) {
    for _ in 0..26 {
        world.clock_forward(HOUR);
        world.cron_until_idle();
    }
}

/// One that is not in the backup.
fn a_third_disk(world: &World) {
    let volume = world.sim().add_disk("pve1", "local", 100, 1 << 30);
    let disk = format!("{volume},size=1G");
    world.sim().set_config(100, "scsi2", Some(&disk));
}

fn fails(world: &World, kind: FaultKind) {
    world.sim().add_fault(Fault::once("POST", "/qemu$", kind));
}

#[test]
fn a_backup_is_restored_beside_the_vm_which_stays_as_it_is() {
    let world = ready();
    acts::backup_restore_beside(&world.core, &by_client(&world)).unwrap();
    world.cron_until_idle();
    is_beside(&world);
    assert_eq!(disks(&world, 101), disks(&world, 100));
    assert!(!world.sim().is_running(101));
    let (one, other) = (world.config(100, "net0"), world.config(101, "net0"));
    assert_eq!(other, format!("{one},link_down=1"), "its MAC is that of today");
    let page = listed(&world, "client");
    let shown = &page["beside"];
    assert_eq!(
        (&shown["runs"], &shown["vmid"]),
        (&json!(false), &Value::Null),
        "{shown}"
    );
    assert_eq!(shown["backup_at"], page["backups"][0]["at"]);
    assert_eq!(listed(&world, "admin")["beside"]["vmid"], 101);
    assert_eq!(page["have"], 1, "the backup stays");
    // another one has to wait, and so does whatever else would make a third
    assert_eq!(code(beside(&world)), "beside_there");
    assert_eq!(
        code(acts::attach(&world.core, &world.with_extra(7, "vmid", json!(101)))),
        "beside_there"
    );
    assert_eq!(
        code(acts::attach(&world.core, &world.with_extra(8, "vmid", json!(101)))),
        "address_taken",
        "it is nobody else's"
    );
    world.check_invariants();
}

#[test]
fn it_is_deleted_when_somebody_says_so_and_after_a_day() {
    let world = ready_beside();
    discard(&world).unwrap();
    world.cron_until_idle();
    is_alone(&world);
    assert_eq!(code(discard(&world)), "no_beside");
    let world = ready_beside();
    world.clock_forward(23.0 * HOUR);
    world.cron_until_idle();
    is_beside(&world);
    a_day_passes(&world);
    is_alone(&world);
    // also while it runs, and while the service is suspended
    let world = ready_beside();
    acts::beside_start(&world.core, &asked(&world)).unwrap();
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(101), "a suspended service runs nothing");
    a_day_passes(&world);
    assert_eq!(numbers(&world), [100]);
    world.check_invariants();
}

#[test]
fn it_is_looked_at_without_a_network_and_by_nobody_who_is_suspended() {
    let world = ready_beside();
    acts::beside_start(&world.core, &by_client(&world)).unwrap();
    assert!(world.sim().is_running(101) && world.sim().is_running(100));
    is_beside(&world);
    assert_eq!(listed(&world, "client")["beside"]["runs"], true);
    acts::beside_stop(&world.core, &by_client(&world)).unwrap();
    assert!(!world.sim().is_running(101) && world.sim().is_running(100));
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert_eq!(code(acts::beside_start(&world.core, &asked(&world))), "suspended");
    let world = ready();
    for none in [
        acts::beside_start,
        acts::beside_stop,
        acts::beside_swap,
        acts::beside_discard,
    ] {
        assert_eq!(code(none(&world.core, &asked(&world))), "no_beside");
    }
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn a_swap_gives_it_the_addresses_and_undo_gives_them_back() {
    let world = ready_beside();
    let mac = world.config(100, "net0");
    acts::beside_swap(&world.core, &by_client(&world)).unwrap();
    world.cron_until_idle();
    is_swapped(&world);
    assert_eq!(world.config(101, "net0"), mac);
    assert_eq!(world.service(7)["addresses"], json!(["192.0.2.10"]));
    assert!(world.told_of(7).contains(&"mail_restored".to_owned()));
    // its backups are still its own, under the number of then
    assert_eq!(listed(&world, "client")["have"], 1);
    crate::backups::made(&world, "since");
    assert_eq!(listed(&world, "client")["have"], 2);
    world.check_invariants();
    acts::beside_swap(&world.core, &by_client(&world)).unwrap();
    world.cron_until_idle();
    is_back(&world);
    assert_eq!(
        (world.config(100, "net0"), listed(&world, "client")["have"].clone()),
        (mac, json!(2))
    );
    has_the_larger_package_of(&world, 100);
    world.check_invariants();
    // and once more, as often as somebody likes
    swap(&world).unwrap();
    world.cron_until_idle();
    is_swapped(&world);
}

#[test]
fn the_former_vm_is_deleted_after_a_day_and_its_backups_stay() {
    let world = ready_swapped();
    a_day_passes(&world);
    assert_eq!(
        (numbers(&world), disks(&world, 100)),
        (vec![101], 0),
        "{}",
        world.service(7)
    );
    assert_eq!(stored(&world).body.beside, None);
    assert!(world.sim().is_running(101));
    assert_eq!(code(swap(&world)), "no_beside");
    // restored from a backup of the former number: over the VM, and beside it
    assert_eq!(listed(&world, "client")["have"], 1);
    world.sim().set_config(101, "tags", Some("later"));
    restore::restore(&world, &own(&world)[0]).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.config(101, "tags")),
        ("ready", "then".to_owned())
    );
    beside(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(
        numbers(&world),
        [101, 102],
        "as long as it has backups of the former number"
    );
    assert_eq!(listed(&world, "client")["have"], 1);
    discard(&world).unwrap();
    world.cron_until_idle();
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(crate::backups::stored(&world), 0, "none is left under either number");
    world.check_invariants();
}

#[test]
fn terminate_deletes_both() {
    for world in [ready_beside(), ready_swapped()] {
        api::terminate(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert_eq!((world.status(7).as_str(), numbers(&world)), ("removed", vec![]));
        let sim = world.sim();
        assert!(
            sim.volumes.iter().all(|one| one.vmid.is_none_or(|vmid| vmid >= 9000)),
            "{:?}",
            sim.volumes
        );
    }
    // also while it is being restored
    let world = ready();
    world.sim().opts.clone_seconds = 600.0;
    beside(&world).unwrap();
    let _ = api::terminate(&world.core, &world.order(7));
    world.clock_forward(700.0);
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), numbers(&world)), ("removed", vec![]));
}

#[test]
fn what_can_be_told_beforehand_is_refused_and_nothing_is_made() {
    type Given = fn(&World);
    let cases: [(&str, Given); 8] = [
        ("beside_space", |world| world.sim().fill_storage("local", 4 << 30)),
        ("beside_loses", |world| {
            a_third_disk(world);
        }),
        ("beside_loses", |world| {
            let volume = world.sim().add_disk("pve1", "local", 100, 1 << 30);
            world.sim().set_config(100, "unused0", Some(&volume));
        }),
        ("protected", |world| {
            world.sim().set_config(100, "protection", Some("1"))
        }),
        ("ha_managed", |world| world.sim().add_ha(100, "started")),
        ("bound", |world| {
            let job = json!({"id": "100-0", "guest": 100});
            world
                .sim()
                .replication
                .insert("100-0".to_owned(), job.as_object().unwrap().clone());
        }),
        ("locked", |world| world.sim().set_config(100, "lock", Some("backup"))),
        ("backup_unreadable", |world| {
            let mut sim = world.sim();
            let backup = sim.volumes.iter_mut().find(|one| one.content == "backup").unwrap();
            backup.backup_of = None;
        }),
    ];
    for (refused, given) in cases {
        let world = ready();
        given(&world);
        let answer = beside(&world);
        let says = answer.as_ref().err().map(ToString::to_string);
        assert_eq!(code(answer), refused, "{says:?}");
        assert_eq!((world.writes(), numbers(&world)), (vec![], vec![100]), "{refused}");
        assert_eq!(stored(&world).body.beside, None);
    }
}

#[test]
fn one_that_breaks_off_leaves_the_vm_as_it_was_and_nothing_else() {
    let full = || FaultKind::VolumeError("vma extract: No space left on device".into());
    for kind in [
        full(),
        FaultKind::TaskError("got timeout reading VMA header - corrupted?".into()),
        FaultKind::Status(500, "volume 'local:backup/x' does not exist".into(), String::new()),
        FaultKind::Status(403, "Permission check failed".into(), String::new()),
    ] {
        let world = ready();
        fails(&world, kind);
        let _ = beside(&world);
        world.cron_until_idle();
        own_is_as_before(&world);
        world.clock_forward(HOUR);
        world.cron_until_idle();
        is_alone(&world);
        beside(&world).unwrap();
        world.cron_until_idle();
        is_beside(&world);
        world.check_invariants();
    }
    let world = ready();
    fails(&world, full());
    let _ = beside(&world);
    world.cron_until_idle();
    let history = acts::history(&world.core, 7).to_string();
    assert!(history.contains("No space left on device"), "{history}");
}

#[test]
fn an_answer_that_is_lost_makes_no_second_one() {
    for kind in [FaultKind::DropAfterEffect, FaultKind::UnknownUpid] {
        let world = ready();
        fails(&world, kind);
        let _ = beside(&world);
        world.cron_until_idle();
        is_beside(&world);
        world.check_invariants();
    }
}

#[test]
fn a_number_that_somebody_takes_meanwhile_is_left_to_him() {
    let world = ready();
    // in no list that this login sees
    let hidden = FaultKind::Status(
        500,
        "unable to restore VM 101 - VM 101 already exists on node 'pve1'".into(),
        String::new(),
    );
    fails(&world, hidden);
    beside(&world).unwrap();
    world.cron_until_idle();
    own_is_as_before(&world);
    assert_eq!(stored(&world).body.beside.unwrap().vmid.get(), 102);
    assert!(numbers(&world).contains(&102));
}

#[test]
fn a_stranger_under_its_number_is_never_touched() {
    let world = ready_beside();
    world.sim().delete_vm(101);
    world.sim().add_vm(101, "stranger", "pve1", "local", 2 << 30);
    world.sim().log.clear();
    assert_eq!(code(swap(&world)), "no_beside");
    discard(&world).unwrap();
    world.cron_until_idle();
    assert_eq!((world.writes(), stored(&world).body.beside), (vec![], None));
    assert_eq!(world.config(101, "name"), "stranger");
    // one that has lost its word may be ours: it is neither touched nor forgotten
    let world = ready_beside();
    let marker = world.config(100, "description");
    world.sim().set_config(101, "description", Some(&marker));
    world.sim().log.clear();
    let _ = discard(&world);
    world.cron_until_idle();
    assert_eq!((world.writes(), numbers(&world)), (vec![], vec![100, 101]));
    assert!(stored(&world).body.beside.is_some());
}

#[test]
fn the_vm_can_be_used_and_changed_while_it_is_restored() {
    let world = ready();
    world.sim().opts.clone_seconds = 600.0;
    beside(&world).unwrap();
    assert_eq!(world.status(7), "beside");
    let mut order = by_client(&world);
    acts::stop(&world.core, &order).unwrap();
    assert!(!world.sim().is_running(100));
    acts::start(&world.core, &order).unwrap();
    assert!(world.sim().is_running(100));
    order["backup"] = json!(own(&world)[0]);
    assert_eq!(code(acts::backup_delete(&world.core, &order)), "wrong_status");
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(100));
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    world.clock_forward(700.0);
    world.cron_until_idle();
    is_beside(&world);
    world.check_invariants();
}

#[test]
fn a_swap_that_is_refused_leaves_the_own_vm_connected_and_running() {
    for (method, path) in [
        ("PUT", "/qemu/101/config$"),
        ("POST", "/qemu/100/status/shutdown$"),
        ("PUT", "/qemu/100/config$"),
    ] {
        let world = ready_beside();
        let refused = FaultKind::Status(403, "Permission check failed".into(), String::new());
        world.sim().add_fault(Fault::once(method, path, refused));
        let _ = swap(&world);
        world.cron_until_idle();
        own_is_as_before(&world);
        assert_eq!(world.config(100, "onboot"), "1");
        assert_eq!(listed(&world, "client")["beside"]["stage"], "restored");
        assert_ne!(world.service(7)["error"], Value::Null);
        swap(&world).unwrap();
        world.cron_until_idle();
        is_swapped(&world);
    }
    // its disks would be lost with it
    let world = ready_beside();
    a_third_disk(&world);
    world.sim().log.clear();
    assert_eq!(
        (code(swap(&world)), world.writes()),
        ("beside_loses".to_owned(), vec![])
    );
    // it was deleted by hand
    let world = ready_beside();
    world.sim().delete_vm(101);
    world.sim().log.clear();
    assert_eq!((code(swap(&world)), world.writes()), ("no_beside".to_owned(), vec![]));
    own_is_as_before(&world);
}

#[test]
fn a_package_that_is_refused_after_a_swap_starts_the_vm_with_todays_addresses_alone() {
    let world = ready_beside();
    let of_then = "ip=192.0.2.99/24,gw=192.0.2.1";
    world.sim().set_config(101, "ipconfig0", Some(of_then));
    // the first write only tries
    let refused = FaultKind::Status(403, "Permission check failed".into(), String::new());
    world
        .sim()
        .add_fault(Fault::nth("PUT", "/qemu/101/config$", 2, refused));
    let _ = swap(&world);
    for _ in 0..12 {
        world.clock_forward(HOUR / 2.0);
        world.cron_until_idle();
    }
    assert_eq!(
        (world.status(7).as_str(), world.vmid(7)),
        ("ready", 101),
        "{}",
        world.service(7)
    );
    assert!(!world.service(7)["error"].to_string().contains("does not settle"));
    assert!(world.sim().is_running(101) && !world.sim().is_running(100));
    is_connected(&world, 101);
    is_cut_off(&world, 100);
    assert!(world.config(101, "ipconfig0").contains("192.0.2.10"));
    assert!(world.sim().may_send_from(101, "192.0.2.10") && !world.sim().may_send_from(101, "192.0.2.99"));
}

fn forbidden() -> FaultKind {
    FaultKind::Status(403, "Permission check failed (/vms/101)".into(), String::new())
}

#[test]
fn where_the_other_vm_may_not_be_written_nothing_is_stopped() {
    let world = ready_beside();
    world
        .sim()
        .add_fault(Fault::always("PUT", "/qemu/101/config$", forbidden()));
    world.sim().log.clear();
    let _ = swap(&world);
    world.cron_until_idle();
    own_is_as_before(&world);
    assert_eq!(world.writes(), ["PUT /nodes/pve1/qemu/101/config"]);
    assert!(
        world.service(7)["error"]
            .to_string()
            .contains("Permission check failed")
    );
}

#[test]
fn a_swap_whose_writes_are_refused_for_good_afterwards_leaves_the_vm_from_before_running() {
    for (begins, own) in [(ready_beside as fn() -> World, 100), (ready_swapped, 101)] {
        let world = begins();
        let other = 201 - own;
        let before = world.config(own, "description");
        let stage = listed(&world, "client")["beside"]["stage"].clone();
        let writes = format!("/qemu/{other}/config$");
        let mut refused = Fault::always("PUT", &writes, forbidden());
        refused.skip = 1;
        world.sim().add_fault(refused);
        let _ = swap(&world);
        for _ in 0..6 {
            world.clock_forward(HOUR / 2.0);
            world.cron_until_idle();
        }
        let said = world.service(7)["error"].to_string();
        assert!(
            said.contains("Permission check failed") && said.contains("from before the swap"),
            "{said}"
        );
        assert_eq!((world.status(7).as_str(), world.vmid(7)), ("ready", own), "{said}");
        assert!(world.sim().is_running(own) && !world.sim().is_running(other));
        is_connected(&world, own);
        is_cut_off(&world, other);
        assert_eq!(world.config(own, "onboot"), "1");
        assert_eq!(world.config(own, "description"), before);
        assert_eq!(listed(&world, "client")["beside"]["stage"], stage);
        world.check_invariants();
        // mended, it is swapped as if nothing had been
        world.sim().faults.clear();
        swap(&world).unwrap();
        world.cron_until_idle();
        if own == 100 {
            is_swapped(&world);
        } else {
            is_back(&world);
        }
    }
}

#[test]
fn staff_hear_of_a_second_vm_that_is_not_deleted_until_it_is() {
    let told = |world: &World| world.service(7)["error"]["message"].to_string();
    let attention = |world: &World| {
        let listed = world.cron()["attention"].to_string();
        listed.contains("beside the service's own")
    };
    let world = ready_beside();
    world
        .sim()
        .add_fault(Fault::always("DELETE", "/qemu/101$", forbidden()));
    let _ = discard(&world);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    assert!(told(&world).contains("VM 101") && attention(&world), "{}", told(&world));
    // whatever else is done
    acts::stop(&world.core, &asked(&world)).unwrap();
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert!(attention(&world), "{}", told(&world));
    world.sim().faults.clear();
    discard(&world).unwrap();
    world.cron_until_idle();
    is_alone(&world);
    assert_eq!(
        (world.service(7)["error"].clone(), attention(&world)),
        (Value::Null, false)
    );
}

#[test]
fn what_ends_by_time_alone_is_tried_again_soon_and_what_a_customer_asks_in_vain_is_told() {
    let world = ready_beside();
    world.clock_forward(25.0 * HOUR);
    world
        .sim()
        .add_fault(Fault::once("DELETE", "/qemu/101", FaultKind::QuorumLost));
    world.cron_until_idle();
    world.clock_forward(600.0);
    world.cron_until_idle();
    is_alone(&world);
    let world = ready_beside();
    let start = "/qemu/101/status/start$";
    world.sim().add_fault(Fault::always("POST", start, forbidden()));
    for times in 1..=5 {
        acts::beside_start(&world.core, &by_client(&world)).unwrap_err();
        // something else succeeds
        acts::stop(&world.core, &asked(&world)).unwrap();
        acts::start(&world.core, &asked(&world)).unwrap();
        let needs = stored(&world).body.beside.unwrap().fails_for_long(world.now());
        assert_eq!(needs, times == 5, "{times}");
        world.clock_forward(100.0);
    }
    acts::beside_start(&world.core, &by_client(&world)).unwrap_err();
    assert_ne!(world.cron()["attention"], json!([]), "{}", world.service(7));
    world.sim().faults.clear();
    acts::beside_start(&world.core, &by_client(&world)).unwrap();
    assert_eq!(world.cron()["attention"], json!([]));
}

#[test]
fn the_customers_firewall_is_that_of_whichever_vm_the_service_has() {
    let mut world = ready_beside();
    world.option(18, "on").option(24, "backups = 3\nclient_firewall = on");
    let adds = |world: &World, ports: &str| {
        firewall::adds(world, "client", ports, "ACCEPT").unwrap();
        world.cron_until_idle();
    };
    let swaps = |world: &World| {
        swap(world).unwrap();
        world.cron_until_idle();
        assert_eq!(world.service(7)["error"], Value::Null);
    };
    adds(&world, "22");
    swaps(&world);
    assert_eq!(
        (world.vmid(7), firewall::own(&world)),
        (101, vec!["ACCEPT 22".to_owned()])
    );
    adds(&world, "443");
    swaps(&world);
    assert_eq!(world.vmid(7), 100);
    assert_eq!(firewall::own(&world), ["ACCEPT 22", "ACCEPT 443"]);
    assert_eq!(world.sim().firewall_of("100").options["enable"], "1");
    world.check_invariants();
}

#[test]
fn a_boot_order_for_one_start_waits_with_its_vm_and_seeds_are_not_forgotten() {
    let world = ready_beside();
    let mut lease = world.core.store.lease(ServiceId(7), world.now()).unwrap();
    let media = &mut lease.service.body.media;
    world.sim().set_config(100, "sata5", Some("none,media=cdrom"));
    world.sim().set_config(100, "boot", Some("order=sata5;scsi0"));
    let later = world.now() as u64 + 590;
    let once = json!({"slot": "sata5", "before": "order=scsi0", "since": 1, "look_at": later});
    media.boots_once = serde_json::from_value(once).unwrap();
    let seed = json!([{"node": "pve1", "storage": "local", "file": "pk-seed-x-7-1.iso", "delete_at": later}]);
    media.seeds = serde_json::from_value(seed).unwrap();
    world.core.store.release(&mut lease, world.now(), &[]).unwrap();
    swap(&world).unwrap();
    world.cron_until_idle();
    let media = stored(&world).body.media;
    assert_eq!((world.vmid(7), media.boots_once), (101, None));
    let is_seed = |one: &Logged| one.method == "DELETE" && one.path.ends_with("pk-seed-x-7-1.iso");
    assert!(world.sim().log.iter().any(is_seed), "it goes in its time");
    swap(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(world.vmid(7), 100);
    let last = world.writes().pop();
    assert_eq!(
        last.as_deref(),
        Some("POST /nodes/pve1/qemu/100/config"),
        "its order is put back"
    );
}

#[test]
fn a_number_with_volumes_of_somebody_who_was_is_left_alone() {
    let world = ready();
    // on whatever storage: Proxmox VE looks through all of them
    world.sim().add_storage(&StorageSpec::dir("other", "/other"));
    world.sim().add_disk("pve1", "other", 102, 1 << 30);
    let volume = world.sim().add_disk("pve1", "local", 101, 1 << 30);
    beside(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(numbers(&world), [100, 103]);
    assert_eq!(world.config(103, "unused0"), "");
    discard(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(numbers(&world), [100]);
    assert!(
        world
            .sim()
            .volumes
            .iter()
            .any(|one| format!("{}:{}", one.storage, one.name) == volume)
    );
}

#[test]
fn a_second_vm_that_stays_locked_keeps_nobody_from_using_the_own_one() {
    let world = ready_beside();
    world.sim().set_config(101, "lock", Some("create"));
    let _ = discard(&world);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    acts::stop(&world.core, &asked(&world)).unwrap();
    assert_eq!(numbers(&world), [100, 101]);
    world.sim().set_config(101, "lock", None);
    discard(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(numbers(&world), [100]);
}

#[test]
fn what_staff_have_cut_off_no_swap_connects() {
    let world = ready_beside();
    let off = format!("{},link_down=1", world.config(100, "net0"));
    world.sim().set_config(100, "net0", Some(&off));
    swap(&world).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.vmid(7)), ("ready", 101));
    is_cut_off_card(&world, 101);
    swap(&world).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.vmid(7)), ("ready", 100));
    is_cut_off_card(&world, 100);
}

#[test]
fn an_undo_that_is_refused_late_in_the_day_loses_nothing() {
    let world = ready_swapped();
    // what the restore may have brought keeps nobody from going back
    let volume = world.sim().add_disk("pve1", "local", 101, 1 << 30);
    world.sim().set_config(101, "unused0", Some(&volume));
    world.clock_forward(23.5 * HOUR);
    let refused = FaultKind::Status(403, "Permission check failed".into(), String::new());
    world
        .sim()
        .add_fault(Fault::once("POST", "/qemu/101/status/shutdown$", refused));
    let _ = swap(&world);
    for _ in 0..8 {
        world.clock_forward(HOUR);
        world.cron_until_idle();
    }
    assert_eq!(
        (world.status(7).as_str(), numbers(&world)),
        ("ready", vec![100, 101]),
        "{}",
        world.service(7)
    );
    swap(&world).unwrap();
    world.cron_until_idle();
    is_back(&world);
}

#[test]
fn where_the_own_vm_is_gone_the_other_one_is_swapped_in() {
    let world = ready_beside();
    world.sim().delete_vm(100);
    assert_eq!(listed(&world, "client")["beside"]["stage"], "restored");
    swap(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), numbers(&world)),
        ("ready", vec![101]),
        "{}",
        world.service(7)
    );
    is_connected(&world, 101);
    assert_eq!(stored(&world).body.beside, None);
    assert_eq!(listed(&world, "client")["have"], 1);
}

#[test]
fn it_has_todays_firewall_before_it_has_its_network() {
    let world = ready_beside();
    // what the backup was made with
    if let Some(set) = world
        .sim()
        .firewall
        .get_mut("101")
        .and_then(|fw| fw.sets.get_mut("ipfilter-net0"))
    {
        set.entries[0].cidr = "192.0.2.99".to_owned();
    }
    assert!(world.sim().may_send_from(101, "192.0.2.99"));
    swap(&world).unwrap();
    world.cron_until_idle();
    is_swapped(&world);
    assert!(!world.sim().may_send_from(101, "192.0.2.99"));
    let sim = world.sim();
    let last = |is_it: &dyn Fn(&pvesim::Logged) -> bool| sim.log.iter().rposition(is_it);
    let filtered = last(&|one| one.method != "GET" && one.path.contains("/qemu/101/firewall/"));
    let connects = |card: &String| !card.contains("link_down");
    let connected = sim.log.iter().position(|one| {
        one.method == "PUT" && one.path.ends_with("/qemu/101/config") && one.params.get("net0").is_some_and(connects)
    });
    let started = last(&|one| one.path.ends_with("/qemu/101/status/start"));
    assert!(
        filtered < connected && connected < started,
        "{filtered:?} {connected:?} {started:?}"
    );
}

#[test]
fn where_the_own_vm_is_gone_and_the_package_is_refused_no_address_of_then_is_let_out() {
    let world = ready_beside();
    world.sim().delete_vm(100);
    let of_then = "ip=192.0.2.99/24,gw=192.0.2.1";
    world.sim().set_config(101, "ipconfig0", Some(of_then));
    // the first write only tries
    let refused = FaultKind::Status(403, "Permission check failed".into(), String::new());
    world
        .sim()
        .add_fault(Fault::nth("PUT", "/qemu/101/config$", 2, refused));
    let _ = swap(&world);
    for _ in 0..12 {
        world.clock_forward(HOUR / 2.0);
        world.cron_until_idle();
    }
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(world.config(101, "ipconfig0").contains("192.0.2.10"));
    assert!(!world.service(7)["error"].to_string().contains("does not settle"));
    assert!(world.sim().may_send_from(101, "192.0.2.10") && !world.sim().may_send_from(101, "192.0.2.99"));
    is_connected(&world, 101);
}

#[test]
fn check_knows_both_and_a_bill_that_is_not_paid_stops_both() {
    for world in [ready_beside(), ready_swapped()] {
        let request = json!({"server": world.order(7)["server"], "services": [], "guests": []});
        let found = api::check(&world.core, &request).unwrap().to_string();
        assert!(!found.contains("forgotten"), "{found}");
        let own = world.vmid(7);
        api::suspend(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert!(!world.sim().is_running(100) && !world.sim().is_running(101));
        api::unsuspend(&world.core, &world.order(7)).unwrap();
        assert!(world.sim().is_running(own) && !world.sim().is_running(201 - own));
    }
    // suspended on its way, it stays off, and starts with its node again afterwards
    let world = ready_beside();
    world.sim().opts.clone_seconds = 1.0;
    let slow = FaultKind::Status(500, "got timeout".into(), String::new());
    world.sim().add_fault(Fault::nth("PUT", "/qemu/101/config$", 2, slow));
    let _ = swap(&world);
    api::suspend(&world.core, &world.order(7)).unwrap();
    for _ in 0..4 {
        world.clock_forward(700.0);
        world.cron_until_idle();
    }
    assert!(!world.sim().is_running(100) && !world.sim().is_running(101));
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    is_swapped(&world);
}

#[test]
fn what_a_restore_of_another_service_still_needs_is_not_free() {
    let world = ready();
    world.create(8).unwrap();
    world.cron_until_idle();
    let restores = |begun: u32| {
        let mut lease = world.core.store.lease(ServiceId(8), world.now()).unwrap();
        let wish = json!({"wish": "restore_beside", "backup": "x", "volume": "x", "nonce": "x", "begun": begun,
            "needs": {"local": 1_u64 << 50}});
        let queued = json!({"wish": wish, "waits_since": world.now() - 5.0});
        lease.service.status = Status::Beside;
        lease.service.body.queued = serde_json::from_value(queued).unwrap();
        world.core.store.release(&mut lease, world.now(), &[]).unwrap();
    };
    for begun in [0, 1] {
        restores(begun);
        assert_eq!(code(beside(&world)), "beside_space");
        assert_eq!(code(restore::restore(&world, &own(&world)[0])), "restore_space");
    }
    let mut lease = world.core.store.lease(ServiceId(8), world.now()).unwrap();
    (lease.service.status, lease.service.body.queued) = (Status::Ready, None);
    world.core.store.release(&mut lease, world.now(), &[]).unwrap();
    beside(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7), numbers(&world)),
        ("ready".to_owned(), vec![100, 101, 102])
    );
}

#[test]
fn on_a_bridge_that_learns_no_macs_the_second_one_is_swapped_in_and_never_started_beside() {
    let world = ready_beside();
    let writes = world.writes().len();
    let unlearning = |yes: bool| {
        let mut sim = world.sim();
        let node = sim.nodes.get_mut("pve1").unwrap();
        node.unlearning = if yes { node.bridges.clone() } else { Default::default() };
    };
    unlearning(true);
    for order in [asked(&world), by_client(&world)] {
        let refused = acts::beside_start(&world.core, &order).unwrap_err();
        assert_eq!(refused.code(), "beside_bridge", "{refused}");
        assert!(
            refused.to_string().contains("vmbr0 on node pve1 learns no MACs"),
            "{refused}"
        );
    }
    assert_eq!(world.writes().len(), writes);
    is_beside(&world);
    let warned = api::test_connection(&world.core, &json!({"server": world.server})).unwrap();
    let warnings = warned["warnings"].to_string();
    assert!(
        warnings.contains("vmbr0 of the address lines learns no MACs"),
        "{warnings}"
    );
    swap(&world).unwrap();
    world.cron_until_idle();
    is_swapped(&world);
    unlearning(false);
    acts::beside_start(&world.core, &asked(&world)).unwrap();
    assert!(world.sim().is_running(100));
}

#[test]
fn a_vnet_whose_zone_learns_no_macs_or_gives_addresses_has_no_second_one_that_runs() {
    let on_vnet = |world: &World, vmid: u32| {
        let card = world.config(vmid, "net0").replace("bridge=vmbr0", "bridge=customers");
        world.sim().set_config(vmid, "net0", Some(&card));
    };
    let zone = |world: &World, key: &str, value: &str| {
        let mut sim = world.sim();
        sim.vnets.insert("customers".to_owned(), "dmz".to_owned());
        sim.zones
            .insert("dmz".to_owned(), vec![(key.to_owned(), value.to_owned())]);
    };
    let world = ready_beside();
    on_vnet(&world, 101);
    zone(&world, "bridge-disable-mac-learning", "1");
    assert_eq!(code(acts::beside_start(&world.core, &asked(&world))), "beside_bridge");
    assert!(!world.sim().is_running(101));
    let world = ready();
    on_vnet(&world, 100);
    zone(&world, "dhcp", "dnsmasq");
    assert_eq!(code(beside(&world)), "beside_dhcp");
    assert_eq!(world.writes(), [""; 0]);
    is_alone(&world);
}
