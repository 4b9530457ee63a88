//! A VMID is not an identity: our number in somebody else's hands.

use crate::acts;
use crate::refusal;
use crate::support::{Death, World, cluster_options, code, guard};
use proxmoxkvm::api;
use proxmoxkvm::pipeline::PIPELINE;
use pvesim::{Fault, FaultKind};
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Somebody deletes our guest and makes another machine under its number.
fn reused(world: &World, vmid: u32) {
    let mut sim = world.sim();
    sim.delete_vm(vmid);
    sim.add_vm(vmid, "the-accountants-server", "pve1", "local", 2 << 30);
    sim.set_power(vmid, true);
    sim.log.clear();
}

#[test]
fn no_operation_touches_the_machine_that_got_our_number() {
    type Verb =
        fn(&proxmoxkvm::api::core::Core, &serde_json::Value) -> Result<serde_json::Value, proxmoxkvm::problems::Error>;
    let verbs: &[(&str, Verb)] = &[
        ("suspend", api::suspend),
        ("terminate", api::terminate),
        ("stop", acts::stop),
        ("start", acts::start),
        ("reboot", acts::reboot),
        ("shutdown", acts::shutdown),
        ("reset", acts::reset),
        ("reinstall", acts::reinstall),
        ("vm_remove", acts::vm_remove),
        ("change_password", api::change_password),
    ];
    for (name, verb) in verbs {
        for power in [true, false] {
            let world = World::new();
            let vmid = world.ready(7);
            reused(&world, vmid);
            world.sim().set_power(vmid, power);
            let error = verb(&world.core, &world.order(7)).expect_err(name);
            assert_eq!(error.code(), "not_ours", "{name}: {error}");
            assert!(error.to_string().contains(&format!("VM {vmid}")), "{name}: {error}");
            world.cron_until_idle();
            assert_eq!(world.writes(), Vec::<String>::new(), "{name}");
            assert_eq!(world.sim().is_running(vmid), power, "{name}");
            assert_eq!(
                world.service(7)["addresses"].as_array().unwrap().len(),
                1,
                "{name}: the address stays leased"
            );
        }
    }
}

#[test]
fn neither_does_a_change_of_package_nor_a_forced_step() {
    let mut world = World::new();
    let vmid = world.ready(7);
    reused(&world, vmid);
    world.option(6, "4");
    for row in PIPELINE.iter().filter(|row| row.label.is_some()).skip(2) {
        assert_eq!(
            code(acts::run_step(&world.core, &world.with_extra(7, "step", json!(row.to)))),
            "not_ours",
            "{}",
            row.to
        );
    }
    assert_eq!(code(api::change_package(&world.core, &world.order(7))), "not_ours");
    world.cron_until_idle();
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn a_guest_with_our_marker_but_another_uuid_is_not_ours() {
    let world = World::new();
    let vmid = world.ready(7);
    world
        .sim()
        .set_config(vmid, "smbios1", Some("uuid=00000000-1111-2222-3333-444444444444"));
    assert_eq!(code(acts::stop(&world.core, &world.order(7))), "not_ours");
    assert!(world.sim().is_running(vmid));
}

#[test]
fn a_guest_whose_marker_was_removed_is_not_ours_until_it_is_attached_again() {
    let world = World::new();
    let vmid = world.ready(7);
    world
        .sim()
        .set_config(vmid, "description", Some("notes of a colleague"));
    assert_eq!(code(acts::stop(&world.core, &world.order(7))), "not_ours");
    acts::attach(&world.core, &world.with_extra(7, "vmid", json!(vmid))).unwrap();
    assert!(world.config(vmid, "description").starts_with("notes of a colleague"));
    acts::stop(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(vmid));
}

#[test]
fn a_guest_of_another_service_cannot_be_attached() {
    let world = World::new();
    let vmid = world.ready(7);
    assert_eq!(
        code(acts::attach(&world.core, &world.with_extra(8, "vmid", json!(vmid)))),
        "taken"
    );
    // also when only its marker tells
    world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
    world
        .sim()
        .set_config(300, "description", Some("proxmoxkvm-owner: another-installation/7"));
    assert_eq!(
        code(acts::attach(&world.core, &world.with_extra(8, "vmid", json!(300)))),
        "owned"
    );
    assert_eq!(world.service(8)["vmid"], json!(null));
    assert_eq!(
        code(acts::attach(&world.core, &world.with_extra(8, "vmid", json!(9000)))),
        "is_template"
    );
}

#[test]
fn attach_binds_an_existing_guest_with_the_addresses_it_has() {
    let world = World::new();
    world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
    world
        .sim()
        .set_config(300, "ipconfig0", Some("ip=192.0.2.20/24,gw=192.0.2.1"));
    world.sim().set_power(300, true);
    acts::attach(&world.core, &world.with_extra(8, "vmid", json!(300))).unwrap();
    let service = world.service(8);
    assert_eq!(
        (service["status"].clone(), service["vmid"].clone()),
        (json!("ready"), json!(300))
    );
    assert_eq!(service["addresses"], json!(["192.0.2.20"]));
    assert!(world.sim().is_running(300), "attaching changes nothing but the marker");
    // the address is taken from now on
    let mut tight = World::new();
    tight.server["assigned_ips"] = json!("vmbr0|10|192.0.2.20|24|192.0.2.1|192.0.2.53");
    world.ready(7);
    assert_ne!(world.service(7)["addresses"], json!(["192.0.2.20"]));
    let mut other = world.order(9);
    other["server"]["assigned_ips"] = tight.server["assigned_ips"].clone();
    assert_eq!(code(api::create(&world.core, &other)), "no_free_address");
    api::terminate(&world.core, &world.order(8)).unwrap();
    assert!(world.sim().vm(300).is_none());
}

#[test]
fn a_clone_never_lands_on_a_number_that_is_taken() {
    let world = World::new();
    world.sim().add_vm(100, "theirs", "pve1", "local", 1 << 30);
    assert_eq!(world.ready(7), 101);
    assert_eq!(world.sim().counters.clone_onto_existing, 0);
}

#[test]
fn a_number_that_a_stranger_took_while_the_clone_was_interrupted_is_given_up() {
    let mut world = World::new();
    // the process dies after it has written down that it clones, before the request leaves
    *guard(&world.mortality.death) = Some(Death::Before(5));
    let died = catch_unwind(AssertUnwindSafe(|| world.create(7).is_ok())).is_err();

    assert!(died && world.vmid(7) == 100, "{}", world.service(7));
    world.restart();
    world.sim().add_vm(100, "theirs", "pve1", "local", 1 << 30);
    world.cron_until_idle();
    assert_eq!(
        (world.status(7), world.vmid(7)),
        ("ready".to_owned(), 101),
        "{}",
        world.service(7)
    );
    assert_eq!(
        world.service(7)["addresses"],
        json!(["192.0.2.10"]),
        "the address is still the first"
    );
    assert!(
        world.sim().vm(100).unwrap().get("description").is_none(),
        "the stranger is as it was"
    );
    world.check_invariants();
}

#[test]
fn a_guest_that_was_suspended_elsewhere_is_attached_as_it_is_and_counts_as_suspended() {
    let world = World::new();
    world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
    world.sim().set_config(300, "onboot", Some("1"));
    let mut request = world.with_extra(8, "vmid", json!(300));
    request["suspended"] = json!(true);
    // an address that no line has could be given to somebody else later
    request["addresses"] = json!(["203.0.113.9"]);
    let refused = acts::attach(&world.core, &request).unwrap_err().to_string();
    assert!(
        refused.contains("no address line of the server entry has 203.0.113.9"),
        "{refused}"
    );
    assert_eq!(world.config(300, "description"), "");
    request["addresses"] = json!(["192.0.2.21"]);
    acts::attach(&world.core, &request).unwrap();
    assert_eq!(world.service(8)["suspended"], true);
    assert_eq!(world.service(8)["addresses"], json!(["192.0.2.21"]));
    let onboot = || world.config(300, "onboot");
    assert_eq!(onboot(), "1", "attaching changes nothing but the marker");
    // started behind our back: as after Suspend
    world.sim().set_power(300, true);
    for _ in 0..20 {
        world.cron();
        world.clock_forward(60.0);
    }
    assert!(!world.sim().is_running(300));
    api::unsuspend(&world.core, &world.order(8)).unwrap();
    assert!(world.sim().is_running(300));
    assert_eq!(onboot(), "1");
}

#[test]
fn a_guest_that_is_attached_in_the_place_of_a_deleted_one_keeps_its_own_mac() {
    for reinstalled in [false, true] {
        let world = World::new();
        let vmid = world.ready(7);
        acts::stop(&world.core, &world.order(7)).unwrap();
        if reinstalled {
            let broken = FaultKind::Status(500, "broken".into(), String::new());
            world.sim().add_fault(Fault::always("POST", "/clone", broken));
            acts::reinstall(&world.core, &world.order(7)).unwrap_err();
            world.sim().faults.clear();
        } else {
            acts::vm_remove(&world.core, &world.order(7)).unwrap();
        }
        assert!(world.sim().vm(vmid).is_none());
        world.sim().add_vm(300, "legacy", "pve1", "local", 8 << 30);
        let net0 = "virtio=BC:24:11:AA:BB:CC,bridge=vmbr0";
        world.sim().set_config(300, "net0", Some(net0));
        acts::attach(&world.core, &world.with_extra(7, "vmid", json!(300))).unwrap();
        acts::run_step(&world.core, &world.with_extra(7, "step", json!("set_network"))).unwrap();
        let written = world.config(300, "net0");
        assert!(written.starts_with("virtio=BC:24:11:AA:BB:CC,"), "{written}");
        assert_ne!(written, net0, "the rest is the package's");
    }
}

#[test]
fn a_suspended_service_that_is_attached_again_is_still_kept_stopped() {
    for told in [json!(null), json!(true)] {
        let world = World::new();
        let vmid = world.ready(7);
        api::suspend(&world.core, &world.order(7)).unwrap();
        world.sim().set_config(vmid, "description", None);
        let mut request = world.with_extra(7, "vmid", json!(vmid));
        request["suspended"] = told.clone();
        acts::attach(&world.core, &request).unwrap();
        assert_eq!(world.service(7)["suspended"], true);
        world.sim().set_power(vmid, true);
        world.clock_forward(400.0);
        world.cron();
        assert!(
            !world.sim().is_running(vmid),
            "started behind our back, attached with {told}"
        );
        api::unsuspend(&world.core, &world.order(7)).unwrap();
        assert_eq!(world.config(vmid, "onboot"), "1", "as before Suspend");
    }
}

#[test]
fn what_was_under_way_goes_on_after_its_guest_was_attached_again() {
    let mut world = World::new();
    let vmid = world.ready(7);
    let since = world.now() + 5.0;
    world.sim().add_backup("local", vmid, since as i64, false);
    world.clock_forward(3600.0);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.sim().set_config(vmid, "description", None);
    world.cron();
    assert_eq!(world.service(7)["error"]["code"], "not_ours");
    acts::attach(&world.core, &world.with_extra(7, "vmid", json!(vmid))).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7), world.config(vmid, "cores")),
        ("ready".to_owned(), "4".to_owned())
    );
    api::terminate(&world.core, &world.order(7)).unwrap();
    let volumes = world
        .sim()
        .volumes
        .iter()
        .filter(|volume| volume.vmid == Some(vmid))
        .count();
    assert_eq!(volumes, 0, "its backups from before are its own");
}

/// A reinstallation that waited when the proof was lost: whoever attaches the VM later has clicked on no Reinstall.
#[test]
fn a_reinstallation_of_a_guest_that_is_not_known_any_more_is_done_by_no_attach() {
    for is_seen in [true, false] {
        let (world, vmid) = refusal::a_reinstallation_that_waits();
        let uuid = world.config(vmid, "smbios1");
        world.sim().set_config(vmid, "description", None);
        if is_seen {
            world.clock_forward(60.0);
            world.cron();
            assert_eq!(world.status(7), "ready", "{}", world.service(7));
            assert_eq!(world.service(7)["error"]["code"], "not_ours");
            assert!(world.sim().is_running(vmid));
        }
        acts::attach(&world.core, &world.with_extra(7, "vmid", json!(vmid))).unwrap();
        world.clock_forward(60.0);
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready", "{}", world.service(7));
        assert_eq!(world.config(vmid, "smbios1"), uuid, "the guest from before");
        assert!(world.sim().is_running(vmid));
    }
}

#[test]
fn an_attach_whose_marker_was_written_but_not_seen_keeps_guest_and_addresses() {
    let world = World::new();
    world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
    world
        .sim()
        .set_config(300, "ipconfig0", Some("ip=192.0.2.20/24,gw=192.0.2.1"));
    // the looks after the write get no answer, for longer than a page waits
    let silent = Fault {
        skip: 2,
        times: 40,
        ..Fault::once("GET", "/qemu/300/config", FaultKind::DropBeforeEffect)
    };
    world.sim().add_fault(silent);
    let attach = || acts::attach(&world.core, &world.with_extra(8, "vmid", json!(300)));
    assert_eq!(code(attach()), "pve_no_answer");
    assert!(world.config(300, "description").contains("proxmoxkvm-owner:"));
    assert_eq!(world.vmid(8), 300);
    assert_eq!(world.service(8)["addresses"], json!(["192.0.2.20"]));
    world.sim().faults.clear();
    attach().unwrap();
    assert_eq!(world.service(8)["addresses"], json!(["192.0.2.20"]));
}

/// The task has ended and the marker is not there: nothing writes it any more.
#[test]
fn an_attach_whose_marker_could_not_be_written_binds_nothing() {
    let world = World::new();
    world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
    let failure = FaultKind::TaskError("storage 'shared' is not online".into());
    world.sim().add_fault(Fault::once("POST", "/config", failure));
    let attach = || acts::attach(&world.core, &world.with_extra(8, "vmid", json!(300)));
    assert_eq!(code(attach()), "task_failed");
    assert_eq!(world.service(8)["vmid"], json!(null), "{}", world.service(8));
    api::terminate(&world.core, &world.order(8)).unwrap();
    assert!(world.sim().vm(300).is_some(), "it was never ours");
}

/// While the task that writes the marker may still run, the guest stays bound: it may be marked any moment.
#[test]
fn an_attach_that_cannot_wait_for_its_marker_stays_bound() {
    // a node on which the task takes longer than a page waits
    let world = World::with(cluster_options().scale(600.0));
    world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
    world
        .sim()
        .set_config(300, "ipconfig0", Some("ip=192.0.2.20/24,gw=192.0.2.1"));
    let attach = || acts::attach(&world.core, &world.with_extra(8, "vmid", json!(300)));
    assert_eq!(code(attach()), "task_running");
    assert!(!world.config(300, "description").contains("proxmoxkvm-owner:"));
    assert_eq!(world.vmid(8), 300);
    assert_eq!(world.service(8)["addresses"], json!(["192.0.2.20"]));
    world.clock_forward(600.0);
    attach().unwrap();
    world.check_invariants();
}

/// A machine of somebody else under a number, with what it has gathered.
fn add_stranger(world: &World, vmid: u32) {
    let made = world.now() as i64 + 90;
    let mut sim = world.sim();
    sim.add_vm(vmid, "the-accountants-server", "pve1", "local", 2 << 30);
    sim.set_power(vmid, true);
    sim.add_snapshot(vmid, "before-audit");
    sim.add_backup("local", vmid, made, false);
    sim.log.clear();
}

#[test]
fn what_the_next_guest_of_our_number_has_left_is_not_deleted_with_the_service() {
    let world = World::new();
    let vmid = world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::vm_remove(&world.core, &world.order(7)).unwrap();
    world.clock_forward(10.0);
    add_stranger(&world, vmid);
    world.clock_forward(200.0);
    api::terminate(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.status(7), "removed");
    assert_eq!(world.writes(), [] as [&str; 0]);
    assert!(world.sim().is_running(vmid));
}

#[test]
fn the_backups_of_a_guest_that_was_removed_are_deleted_with_the_service() {
    let world = World::new();
    let vmid = world.ready(7);
    world.clock_forward(100.0);
    let made = world.now() as i64;
    let backup = world.sim().add_backup("local", vmid, made, false);
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::vm_remove(&world.core, &world.order(7)).unwrap();
    world.clock_forward(1000.0);
    api::terminate(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().find_volume("pve1", &backup).is_none());
}

#[test]
fn another_server_entry_is_not_asked_for_the_guest() {
    let world = World::new();
    let vmid = world.ready(7);
    let mut order = world.order(7);
    order["server"]["id"] = json!(2);
    let other = World::new().sim().clone();
    let ours = std::mem::replace(&mut *world.sim(), other);
    for verb in [
        api::terminate,
        api::suspend,
        api::create,
        api::change_package,
        acts::reinstall,
    ] {
        let error = verb(&world.core, &order).unwrap_err();
        assert_eq!(error.code(), "other_server");
        assert!(error.to_string().contains("server entry 1"), "{error}");
    }
    let _ = std::mem::replace(&mut *world.sim(), ours);
    assert_eq!(world.status(7), "ready");
    assert!(world.sim().is_running(vmid));
    // the guest has moved to the cluster of that entry, or the entry is another one for the same cluster
    let mut attach = order.clone();
    attach["vmid"] = json!(vmid);
    acts::attach(&world.core, &attach).unwrap();
    api::terminate(&world.core, &order).unwrap();
    assert_eq!(world.status(7), "removed");
}

#[test]
fn the_cron_does_not_ask_another_server_entry_either() {
    let mut world = World::new();
    world.ready(7);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.sim().log.clear();
    let mut order = world.order(7);
    order["server"]["id"] = json!(2);
    proxmoxkvm::api::cron(&world.core, &json!({"orders": [order], "budget_s": 50, "workers": 1})).unwrap();
    assert_eq!(world.service(7)["error"]["code"], "other_server");
    assert_eq!(world.sim().log.len(), 0, "nothing was asked");
}

const GONE: &str = "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist";

#[test]
fn a_guest_that_the_cluster_lists_on_its_node_is_not_gone() {
    let world = World::new();
    let vmid = world.ready(7);
    let late = FaultKind::Status(500, GONE.into(), String::new());
    // a node whose copy of /etc/pve is late
    world.sim().add_fault(Fault::always("GET", "/qemu/100/config", late));
    let error = api::terminate(&world.core, &world.order(7)).unwrap_err();
    assert_eq!(error.code(), "cluster_disagrees", "{error}");
    assert!(world.sim().is_running(vmid));
    assert_eq!(world.service(7)["addresses"].as_array().unwrap().len(), 1);
    world.sim().faults.clear();
    world.cron_until_idle();
    assert_eq!(world.status(7), "removed");
    assert!(world.sim().vm(vmid).is_none());
}

/// A clone as it is until its first disk is copied.
fn add_newborn(world: &World, vmid: u32) {
    let mut sim = world.sim();
    sim.add_vm(vmid, "x", "pve1", "local", 2 << 30);
    let config = &mut sim.vm_mut(vmid).unwrap().conf;
    config.clear();
    config.insert("lock".to_owned(), "clone".to_owned());
    config.insert("description".to_owned(), " qmclone temporary file".to_owned());
}

#[test]
fn a_clone_of_somebody_else_under_our_number_is_given_up_when_it_shows_whose_it_is() {
    let world = World::new();
    let refused = FaultKind::Status(500, "storage 'x' is not online".into(), String::new());
    world.sim().add_fault(Fault::once("POST", "/clone", refused));
    world.create(7).unwrap_err();
    let vmid = world.vmid(7);
    add_newborn(&world, vmid);
    // PVE refuses ours: there is a config already
    world.create(7).unwrap();
    assert_eq!(world.vmid(7), vmid, "nobody can tell yet");
    {
        let mut sim = world.sim();
        sim.delete_vm(vmid);
        sim.add_vm(vmid, "the-accountants-server", "pve1", "local", 2 << 30);
        sim.log.clear();
    }
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    assert_ne!(world.vmid(7), vmid);
    let theirs = format!("/qemu/{vmid}");
    assert!(
        world.writes().iter().all(|write| !write.contains(&theirs)),
        "{:?}",
        world.writes()
    );
    world.check_invariants();
}

#[test]
fn attach_leaves_no_guest_of_the_service_behind() {
    type Change = fn(&mut World);
    let changes: [(&str, &str, Change); 3] = [
        ("its notes were edited", "has_guest", |world| {
            world.sim().set_config(100, "description", Some("notes of a colleague"));
        }),
        ("its uuid was edited", "has_guest", |world| {
            let other = "uuid=00000000-1111-2222-3333-444444444444";
            world.sim().set_config(100, "smbios1", Some(other));
        }),
        ("WHMCS names the entry of another cluster", "other_server", |world| {
            world.server["id"] = json!(2);
            world.sim().vms.remove(&100);
        }),
    ];
    for (what, refused, change) in changes {
        let mut world = World::new();
        assert_eq!(world.ready(7), 100);
        world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
        change(&mut world);
        world.sim().log.clear();
        let before = world.service(7);
        let attached = acts::attach(&world.core, &world.with_extra(7, "vmid", json!(300)));
        assert_eq!(code(attached), refused, "{what}");
        assert_eq!(world.writes(), Vec::<String>::new(), "{what}");
        let after = world.service(7);
        for key in ["vmid", "server", "node", "addresses", "status"] {
            assert_eq!(after[key], before[key], "{what}: {key}");
        }
    }
}

#[test]
fn a_server_entry_that_cannot_be_used_begins_no_order() {
    let world = World::new();
    let make_wire = Box::new(|_: &proxmoxkvm::server::ServerEntry| Err("the CA file cannot be read".to_owned()));
    let core = proxmoxkvm::api::core::Core::new(world.home.open().unwrap(), world.clock.clone(), make_wire);
    assert_eq!(code(api::create(&core, &world.order(7))), "pve_not_trusted");
    let attached = acts::attach(&core, &world.with_extra(7, "vmid", json!(300)));
    assert_eq!(code(attached), "pve_not_trusted");
    // a row would be leased to this process for a while, and whoever has put the entry right would find it busy
    let row = core.store.service(proxmoxkvm::words::ids::ServiceId(7));
    assert!(row.is_err(), "{row:?}");
}

#[test]
fn a_guest_that_was_moved_to_another_cluster_under_another_number_is_attached_there() {
    let mut world = World::new();
    assert_eq!(world.ready(7), 100);
    let moved = world.sim().vms.remove(&100).unwrap();
    world.sim().vms.insert(300, moved);
    world.server["id"] = json!(2);
    acts::attach(&world.core, &world.with_extra(7, "vmid", json!(300))).unwrap();
    let service = world.service(7);
    assert_eq!(
        (service["vmid"].clone(), service["server_id"].clone()),
        (json!(300), json!(2))
    );
    acts::stop(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(300));
}

#[test]
fn a_guest_of_another_entry_of_the_cluster_is_taken_although_its_marker_is_gone() {
    let mut world = World::new();
    world.server["id"] = json!(2);
    let vmid = world.ready(8);
    world
        .sim()
        .set_config(vmid, "description", Some("notes of a colleague"));
    // none of its addresses is on a line of the other entry either
    world.sim().set_config(vmid, "ipconfig0", Some("ip=dhcp"));
    world.server["id"] = json!(1);
    world.sim().log.clear();
    let attached = acts::attach(&world.core, &world.with_extra(7, "vmid", json!(vmid)));
    assert_eq!(code(attached), "taken");
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(world.service(7)["vmid"], json!(null));
    // the service itself may
    world.server["id"] = json!(2);
    acts::attach(&world.core, &world.with_extra(8, "vmid", json!(vmid))).unwrap();
}
