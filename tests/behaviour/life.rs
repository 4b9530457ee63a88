//! The life after creation: suspend, unsuspend, change, reinstall, remove, terminate; and what happens behind our back.

use crate::acts;
use crate::support::{Death, World, cluster_options, code, guard, two_nodes};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind, Guest, NodeSpec, Options, StorageSpec};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

type Verb = fn(&Core, &Value) -> Result<Value, Error>;

#[test]
fn a_suspended_guest_is_stopped_and_stays_so() {
    let world = World::new();
    let vmid = world.ready(7);
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(vmid));
    assert_ne!(world.config(vmid, "onboot"), "1");
    assert_eq!(code(acts::start(&world.core, &world.order(7))), "suspended");
    // the customer's friend with console access starts it
    world.sim().set_power(vmid, true);
    world.clock_forward(400.0);
    world.cron();
    assert!(!world.sim().is_running(vmid), "the cron stops it again");
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().is_running(vmid));
    assert_eq!(world.config(vmid, "onboot"), "1");
    world.clock_forward(400.0);
    world.sim().log.clear();
    world.cron();
    assert!(world.sim().log.is_empty(), "a ready service costs the cron nothing");
    world.check_invariants();
}

#[test]
fn suspend_and_unsuspend_may_be_repeated() {
    let world = World::new();
    let vmid = world.ready(7);
    world.sim().set_config(vmid, "onboot", None);
    for _ in 0..2 {
        api::suspend(&world.core, &world.order(7)).unwrap();
    }
    for _ in 0..2 {
        api::unsuspend(&world.core, &world.order(7)).unwrap();
    }
    assert!(world.sim().is_running(vmid));
    assert_eq!(
        world.config(vmid, "onboot").trim_matches('0'),
        "",
        "as it was before the suspension"
    );
}

fn ignore_shutdowns(world: &World, vmid: u32) {
    let guest = Guest {
        ignores_shutdown: true,
        ..Guest::default()
    };
    world.sim().set_guest(vmid, guest);
}

#[test]
fn a_guest_that_ignores_the_shutdown_is_switched_off_by_the_cron() {
    let world = World::new();
    let vmid = world.ready(7);
    ignore_shutdowns(&world, vmid);
    api::suspend(&world.core, &world.order(7)).expect("the shutdown was accepted: the rest is the cron's work");
    for _ in 0..3 {
        world.clock_forward(60.0);
        world.cron();
    }
    assert!(!world.sim().is_running(vmid));
    world.check_invariants();
}

#[test]
fn a_service_suspended_while_a_step_is_queued_is_stopped_before_the_step_is_done() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(24, "live_change = on").option(15, "50");
    for (status, queue) in [
        ("set_dns_records", acts::set_dns_records as Verb),
        ("change_package", api::change_package),
    ] {
        queue(&world.core, &world.order(7)).unwrap();
        assert_eq!(world.status(7), status);
        api::suspend(&world.core, &world.order(7)).unwrap();
        assert!(!world.sim().is_running(vmid), "{status}");
        assert_eq!(world.status(7), status, "the step is still to come");
        world.cron();
        assert_eq!(
            (world.status(7).as_str(), world.sim().is_running(vmid)),
            ("ready", false),
            "{status}"
        );
        api::unsuspend(&world.core, &world.order(7)).unwrap();
        // and the other way round
        api::suspend(&world.core, &world.order(7)).unwrap();
        queue(&world.core, &world.order(7)).unwrap();
        api::unsuspend(&world.core, &world.order(7)).unwrap();
        assert!(world.sim().is_running(vmid), "{status}");
        assert_eq!(world.status(7), status, "the step is still to come");
        world.cron();
        assert_eq!(
            (world.status(7).as_str(), world.sim().is_running(vmid)),
            ("ready", true),
            "{status}"
        );
        assert_eq!(world.config(vmid, "onboot"), "1");
    }
}

/// A service whose change of package can never be done: the product got a smaller disk after it was queued.
fn stuck_change() -> (World, u32) {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.option(8, "4");
    world.cron();
    assert!(world.service(7)["error"].to_string().contains("disk_shrink"));
    (world, vmid)
}

#[test]
fn a_service_whose_change_of_package_cannot_be_done_is_suspended_all_the_same() {
    let (world, vmid) = stuck_change();
    api::suspend(&world.core, &world.order(7)).unwrap();
    let is_off = || !world.sim().is_running(vmid) && world.config(vmid, "onboot") != "1";
    assert!(is_off());
    let error = world.service(7)["error"].to_string();
    assert!(error.contains("disk_shrink"), "it still needs attention: {error}");
    world.sim().set_power(vmid, true);
    world.clock_forward(1000.0);
    world.cron();
    assert!(is_off(), "started behind our back");
    assert_eq!(world.status(7), "ready", "refused for good: the old status");
    let events = acts::history(&world.core, 7).to_string();
    assert_eq!(events.matches("cannot be made smaller").count(), 1, "{events}");
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().is_running(vmid));
    assert_eq!(world.config(vmid, "onboot"), "1");
}

#[test]
fn a_suspension_that_could_not_be_done_at_once_is_done_by_the_cron_before_a_change_that_fails() {
    let (world, vmid) = stuck_change();
    world.sim().set_lock(vmid, Some("backup"));
    assert_eq!(code(api::suspend(&world.core, &world.order(7))), "locked");
    world.sim().set_lock(vmid, None);
    world.clock_forward(1000.0);
    world.cron();
    assert!(!world.sim().is_running(vmid));
    assert_ne!(world.config(vmid, "onboot"), "1");
}

#[test]
fn a_guest_whose_reinstallation_is_held_up_is_suspended_all_the_same() {
    let world = World::new();
    let vmid = world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    world.sim().set_config(vmid, "protection", Some("1"));
    acts::reinstall(&world.core, &world.order(7)).unwrap_err();
    // its node has restarted
    world.sim().set_power(vmid, true);
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(vmid));
    assert_ne!(world.config(vmid, "onboot"), "1");
}

#[test]
fn onboot_is_as_before_also_if_suspend_met_no_node() {
    for before in ["1", "0"] {
        let world = World::new();
        let vmid = world.ready(7);
        world.sim().set_config(vmid, "onboot", Some(before));
        world.sim().set_node_down("pve1", Some("No route to host"));
        api::suspend(&world.core, &world.order(7)).unwrap_err();
        world.sim().set_node_down("pve1", None);
        world.clock_forward(1000.0);
        world.cron();
        assert!(!world.sim().is_running(vmid));
        assert_eq!(world.config(vmid, "onboot"), "0");
        api::suspend(&world.core, &world.order(7)).unwrap();
        api::unsuspend(&world.core, &world.order(7)).unwrap();
        assert!(world.sim().is_running(vmid));
        assert_eq!(world.config(vmid, "onboot"), before);
    }
}

#[test]
fn a_guest_that_was_suspended_while_it_was_built_has_the_packages_onboot_afterwards() {
    for (clone_seconds, switch, onboot) in [(300.0, "", "1"), (1.0, "", "1"), (300.0, "onboot = off", "0")] {
        let mut world = World::new();
        world.option(24, switch);
        world.sim().set_clone_seconds(9000, clone_seconds);
        world.create(7).unwrap();
        world.clock_forward(20.0);
        api::suspend(&world.core, &world.order(7)).unwrap();
        world.clock_forward(400.0);
        for _ in 0..10 {
            world.cron();
            world.clock_forward(60.0);
        }
        let vmid = world.vmid(7);
        assert_eq!(
            (world.status(7).as_str(), world.sim().is_running(vmid)),
            ("ready", false)
        );
        assert_ne!(world.config(vmid, "onboot"), "1");
        api::unsuspend(&world.core, &world.order(7)).unwrap();
        assert!(world.sim().is_running(vmid));
        let after = world.config(vmid, "onboot");
        assert_eq!(after == "1", onboot == "1", "{clone_seconds} {switch}: {after}");
    }
}

#[test]
fn an_unsuspended_guest_runs_or_the_verb_says_that_it_does_not() {
    let world = World::new();
    let vmid = world.ready(7);
    ignore_shutdowns(&world, vmid);
    let suspend = || api::suspend(&world.core, &world.order(7)).unwrap();
    let unsuspend = || api::unsuspend(&world.core, &world.order(7));
    suspend();
    // its shutdown takes longer than both requests
    assert_eq!(code(unsuspend()), "task_running");
    assert_eq!(world.service(7)["suspended"], true);
    world.clock_forward(120.0);
    unsuspend().unwrap();
    assert!(world.sim().is_running(vmid));
}

#[test]
fn terminate_deletes_backups_snapshots_and_guest_and_frees_the_address_last() {
    let world = World::new();
    let vmid = world.ready(7);
    {
        let mut sim = world.sim();
        let now = sim.now() as u64 as f64;
        for storage in ["local", "local", "local2"] {
            sim.add_backup(storage, vmid, (now + 60.0) as i64 as _, false);
        }
        sim.add_snapshot(vmid, "first");
        sim.add_snapshot(vmid, "second");
        sim.add_ha(vmid, "started");
        sim.set_guest(
            vmid,
            Guest {
                ignores_shutdown: true,
                ..Guest::default()
            },
        );
    }
    let mut reply = api::terminate(&world.core, &world.order(7));
    if reply.is_err() {
        world.cron_until_idle();
        reply = api::terminate(&world.core, &world.order(7));
    }
    let note = reply.unwrap()["note"].as_str().unwrap().to_owned();
    for words in ["2026-11-22", &format!("VM {vmid}"), "pve1", "192.0.2.10"] {
        assert!(note.contains(words), "{note:?} names {words}");
    }
    assert_eq!(world.status(7), "removed");
    let sim = world.sim();
    assert!(sim.vm(vmid).is_none());
    let left: Vec<String> = sim
        .volumes
        .iter()
        .map(|volume| format!("{volume:?}"))
        .filter(|text| text.contains(&vmid.to_string()))
        .collect();
    assert!(left.is_empty(), "nothing is left: {left:?}");
    assert!(sim.ha.is_empty(), "no HA resource is left");
    drop(sim);
    assert_eq!(world.service(7)["addresses"], json!([]));
    world.ready(8);
    assert_eq!(
        world.service(8)["addresses"],
        json!(["192.0.2.10"]),
        "the address is free again"
    );
    world.check_invariants();
}

#[test]
fn a_backup_that_cannot_be_deleted_keeps_the_lease_and_says_so() {
    let world = World::new();
    let vmid = world.ready(7);
    let now = world.now() + 60.0;
    world.sim().add_backup("local", vmid, now as i64 as _, true);
    let error = api::terminate(&world.core, &world.order(7)).unwrap_err();
    assert!(error.to_string().contains("protected"), "{error}");
    assert_eq!(world.status(7), "terminate");
    assert!(world.sim().vm(vmid).is_some());
    assert_eq!(world.service(7)["addresses"].as_array().unwrap().len(), 1);
}

#[test]
fn backups_of_a_guest_that_was_not_configured_yet_are_its_own() {
    for is_built in [true, false] {
        let world = World::new();
        world.create(7).unwrap();
        let vmid = world.vmid(7);
        // a backup job comes before the cron does
        world.clock_forward(30.0);
        let at = world.now();
        world.sim().add_backup("local", vmid, at as i64, false);
        world.clock_forward(3600.0);
        if is_built {
            world.cron_until_idle();
        }
        api::terminate(&world.core, &world.order(7)).unwrap();
        let left = world
            .sim()
            .volumes
            .iter()
            .filter(|volume| volume.vmid == Some(vmid))
            .count();
        assert_eq!(left, 0, "built: {is_built}");
    }
}

#[test]
fn backups_of_the_machine_that_had_the_number_before_stay() {
    let world = World::new();
    let before = world.now() - 90_000.0;
    world.sim().add_backup("local", 100, before as i64 as _, false);
    assert_eq!(world.ready(7), 100);
    api::terminate(&world.core, &world.order(7)).unwrap();
    let left = world
        .sim()
        .volumes
        .iter()
        .filter(|volume| format!("{volume:?}").contains("vzdump"))
        .count();
    assert_eq!(left, 1, "it was never this service's");
}

#[test]
fn protection_is_reported_and_never_cleared() {
    let world = World::new();
    let vmid = world.ready(7);
    world.sim().set_config(vmid, "protection", Some("1"));
    world.sim().log.clear();
    assert_eq!(code(api::terminate(&world.core, &world.order(7))), "protected");
    assert_eq!(world.writes(), Vec::<String>::new());
    world.sim().set_config(vmid, "protection", None);
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "removed", "once it is cleared, the cron goes on");
}

#[test]
fn terminate_works_from_every_moment_of_the_creation() {
    for seconds in [0.0, 0.5, 1.5, 3.0, 60.0] {
        let world = World::new();
        world.create(7).unwrap();
        world.clock_forward(seconds);
        let _ = api::terminate(&world.core, &world.order(7));
        world.cron_until_idle();
        assert_eq!(world.status(7), "removed", "after {seconds} s");
        assert_eq!(world.sim().vms.len(), 1, "only the template is left after {seconds} s");
        world.check_invariants();
    }
    let world = World::new();
    api::terminate(&world.core, &world.order(7)).expect("a service that never was has nothing to delete");
}

#[test]
fn a_change_of_package_runs_in_the_cron_and_ends_started() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world
        .option(6, "4")
        .option(7, "4")
        .option(8, "16")
        .option(9, "0/0/0/0")
        .option(15, "100");
    world.config_options = json!({"IPv4 Addresses": 2});
    api::change_package(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.status(7), "change_package");
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(
        (
            world.config(vmid, "cores").as_str(),
            world.config(vmid, "memory").as_str()
        ),
        ("4", "4096")
    );
    let disk = world.config(vmid, "scsi0");
    assert!(disk.contains("size=16G") && !disk.contains("mbps"), "{disk}");
    assert!(world.config(vmid, "net0").contains("rate=100"));
    assert_eq!(world.service(7)["addresses"].as_array().unwrap().len(), 2);
    assert!(world.sim().is_running(vmid));
    world.check_invariants();
}

#[test]
fn fewer_addresses_go_back_to_the_pool() {
    let mut world = World::new();
    world.config_options = json!({"IPv4 Addresses": 3});
    world.ready(7);
    world.config_options = json!({"IPv4 Addresses": 1});
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.service(7)["addresses"], json!(["192.0.2.10"]));
    world.ready(8);
    assert_eq!(world.service(8)["addresses"], json!(["192.0.2.11"]));
}

#[test]
fn a_smaller_disk_is_refused_before_anything_is_touched() {
    let mut world = World::new();
    world.ready(7);
    world.sim().log.clear();
    world.option(8, "4").option(6, "4");
    let error = api::change_package(&world.core, &world.order(7)).unwrap_err();
    assert!(
        error.to_string().contains("8 GB") && error.to_string().contains("4 GB"),
        "{error}"
    );
    assert_eq!(world.status(7), "ready");
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn what_fits_no_node_is_refused_before_anything_is_touched() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.sim().log.clear();
    for (option, value, words) in [
        (7, "4096", "4096 GB of memory fit no node"),
        (6, "9", "9 CPU cores fit no node (most: 8)"),
        (8, "40960", "40960 GB"),
        (10, "40960", "40960 GB"),
    ] {
        let before = world.options.clone();
        world.option(option, value);
        let error = api::change_package(&world.core, &world.order(7)).unwrap_err();
        assert_eq!(error.code(), "fits_no_node", "{error}");
        assert!(error.to_string().contains(words), "{error}");
        world.options = before;
    }
    assert_eq!(world.status(7), "ready");
    assert_eq!(world.writes(), Vec::<String>::new());
    assert!(world.sim().vm(vmid).unwrap().run.is_some(), "it runs");
}

#[test]
fn what_can_be_changed_live_is_changed_live_when_the_package_says_so() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(24, "live_change = on").option(8, "12").option(15, "50");
    let started = world.sim().vm(vmid).unwrap().run.as_ref().map(|run| format!("{run:?}"));
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    assert!(world.config(vmid, "scsi0").contains("size=12G"));
    let power_calls = world
        .writes()
        .iter()
        .filter(|write| write.contains("/status/") && !write.ends_with("/start"))
        .count();
    assert_eq!(power_calls, 0, "never stopped: {started:?}");
}

#[test]
fn a_change_of_a_suspended_service_leaves_it_stopped() {
    let mut world = World::new();
    let vmid = world.ready(7);
    api::suspend(&world.core, &world.order(7)).unwrap();
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.config(vmid, "cores"), "4");
    assert!(!world.sim().is_running(vmid));
}

#[test]
fn a_reinstalled_guest_keeps_number_address_mac_and_backups_and_takes_the_new_template() {
    let mut world = World::new();
    let vmid = world.ready(7);
    let mac = |text: String| text.split(',').next().unwrap_or_default().to_owned();
    let mac_before = mac(world.config(vmid, "net0"));
    let uuid_before = world.config(vmid, "smbios1");
    world.sim().add_template(9001, "other", "pve1", "local", 3 << 30);
    let backup_at = world.now() + 5.0;
    world.sim().add_backup("local", vmid, backup_at as i64 as _, false);
    assert_eq!(
        code(acts::reinstall(&world.core, &world.order(7))),
        "running",
        "** needs a stopped VM"
    );
    acts::stop(&world.core, &world.order(7)).unwrap();
    world.config_options = json!({"Operating System": "9001|Other"});
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(world.vmid(7), vmid);
    assert_eq!(world.service(7)["addresses"], json!(["192.0.2.10"]));
    assert_eq!(mac(world.config(vmid, "net0")), mac_before);
    assert_ne!(world.config(vmid, "smbios1"), uuid_before, "it is a new guest");
    let clones = world
        .writes()
        .iter()
        .filter(|write| write.contains("/9001/clone"))
        .count();
    assert_eq!(clones, 1);
    assert!(
        world
            .sim()
            .volumes
            .iter()
            .any(|volume| format!("{volume:?}").contains("vzdump")),
        "backups stay"
    );
    world.check_invariants();
}

#[test]
fn a_guest_that_could_not_be_built_anew_is_not_destroyed_for_it() {
    let mut world = World::new();
    let vmid = world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    world.sim().add_template(9001, "windows", "pve1", "local", 40 << 30);
    world.sim().log.clear();
    // an image larger than the disk that the package allows, and none at all
    for template in ["9001", "9002"] {
        world.option(2, template);
        acts::reinstall(&world.core, &world.order(7)).unwrap_err();
        assert_eq!(world.writes(), [] as [&str; 0]);
        assert_eq!(world.status(7), "ready");
        assert!(world.sim().vm(vmid).is_some());
    }
}

#[test]
fn backups_are_deleted_with_a_service_whose_reinstallation_is_between_two_guests() {
    let world = World::new();
    let vmid = world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    let made = world.now() as i64;
    let backup = world.sim().add_backup("local", vmid, made, false);
    let refused = FaultKind::Status(500, "storage 'local' is not online".into(), String::new());
    world.sim().add_fault(Fault::always("POST", "/clone", refused));
    acts::reinstall(&world.core, &world.order(7)).unwrap_err();
    assert!(world.sim().vm(vmid).is_none());
    api::terminate(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().find_volume("pve1", &backup).is_none());
}

#[test]
fn a_create_that_fails_takes_no_reinstallation_from_the_cron() {
    let world = World::new();
    let vmid = world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    let refused = Fault {
        times: 2,
        ..Fault::once(
            "DELETE",
            &format!("/qemu/{vmid}"),
            FaultKind::Status(500, "got timeout".into(), String::new()),
        )
    };
    world.sim().add_fault(refused);
    acts::reinstall(&world.core, &world.order(7)).unwrap_err();
    world.create(7).unwrap_err();
    assert_eq!(world.status(7), "reinstall");
    world.cron_until_idle();
    assert_eq!((world.status(7), world.vmid(7)), ("ready".to_owned(), vmid));
}

#[test]
fn vm_remove_leaves_the_service_before_its_clone() {
    let world = World::new();
    let vmid = world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::vm_remove(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().vm(vmid).is_none());
    assert_eq!(world.status(7), "set_ip");
    // nor by what is asked for meanwhile, and does not ask for a guest
    api::suspend(&world.core, &world.order(7)).unwrap();
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    api::change_package(&world.core, &world.order(7)).unwrap();
    acts::run_step(&world.core, &world.with_extra(7, "step", json!("set_network"))).unwrap_err();
    world.clock_forward(3600.0);
    world.cron();
    assert!(world.sim().vm(vmid).is_none(), "it is not cloned again by itself");
    acts::run_step(&world.core, &world.with_extra(7, "step", json!("clone"))).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7), world.vmid(7)), ("ready".to_owned(), vmid));
}

#[test]
fn vm_remove_that_outlasts_its_page_is_seen_to_its_end_by_the_cron() {
    for suspended in [false, true] {
        let world = World::new();
        let vmid = world.ready(7);
        acts::stop(&world.core, &world.order(7)).unwrap();
        if suspended {
            api::suspend(&world.core, &world.order(7)).unwrap();
        }
        world.sim().opts.scale = 200.0;
        assert_eq!(code(acts::vm_remove(&world.core, &world.order(7))), "under_way");
        for _ in 0..10 {
            world.cron();
            world.clock_forward(60.0);
        }
        assert!(world.sim().vm(vmid).is_none());
        assert_eq!(world.status(7), "set_ip", "{}", world.service(7));
        assert!(world.service(7)["settled"] == true, "{}", world.service(7));
        assert!(world.service(7)["error"].is_null(), "{}", world.service(7));
    }
}

#[test]
fn a_guest_that_was_restored_after_vm_remove_is_not_deleted_again_by_the_cron() {
    for suspended in [false, true] {
        for runs in [false, true] {
            let world = World::new();
            let vmid = world.ready(7);
            acts::stop(&world.core, &world.order(7)).unwrap();
            if suspended {
                api::suspend(&world.core, &world.order(7)).unwrap();
            }
            let kept = world.sim().vm(vmid).unwrap().clone();
            world.sim().opts.scale = 200.0;
            assert_eq!(code(acts::vm_remove(&world.core, &world.order(7))), "under_way");
            // the cron stands still, and somebody brings the VM back under its number
            world.clock_forward(3600.0);
            assert!(world.sim().vm(vmid).is_none());
            world.sim().vms.insert(vmid, kept);
            world.sim().opts.scale = 1.0;
            world.sim().set_power(vmid, runs);
            world.sim().log.clear();
            for _ in 0..10 {
                world.cron();
                world.clock_forward(60.0);
            }
            let deleted = world.writes().iter().any(|write| write.starts_with("DELETE"));
            assert!(!deleted && world.sim().vm(vmid).is_some(), "{:?}", world.writes());
            assert_eq!((world.status(7), world.vmid(7)), ("ready".to_owned(), vmid));
            assert!(world.service(7)["error"].is_null(), "{}", world.service(7));
        }
    }
}

#[test]
fn a_new_password_reaches_the_drive_and_says_when_a_restart_is_needed() {
    let world = World::new();
    let vmid = world.ready(7);
    let mut order = world.order(7);
    order["service"]["password"] = json!("N3w-pass");
    let reply = api::change_password(&world.core, &order).unwrap();
    assert_eq!(reply["restart_needed"], json!(true));
    assert_eq!(world.sim().vm(vmid).unwrap().plain_password(), Some("N3w-pass"));
}

#[test]
fn a_guest_moved_to_another_node_is_found_again() {
    let world = World::with(two_nodes());
    let vmid = world.ready(7);
    world.sim().move_vm(vmid, "pve2");
    acts::stop(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(vmid));
    assert_eq!(world.service(7)["node"], "pve2");
    // and in the middle of a pipeline
    world.create(8).unwrap();
    world.clock_forward(5.0);
    let moved = world.vmid(8);
    world.sim().move_vm(moved, "pve2");
    world.cron_until_idle();
    assert_eq!(world.status(8), "ready", "{}", world.service(8));
    world.check_invariants();
}

#[test]
fn a_guest_deleted_by_hand_is_said_to_be_gone_and_terminates_cleanly() {
    let world = World::new();
    let vmid = world.ready(7);
    world.sim().delete_vm(vmid);
    assert_eq!(code(acts::start(&world.core, &world.order(7))), "no_guest");
    api::terminate(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.service(7)["addresses"], json!([]));
}

#[test]
fn a_guest_deleted_while_it_was_built_is_built_again() {
    let world = World::new();
    world.create(7).unwrap();
    world.clock_forward(5.0);
    world.sim().delete_vm(100);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
}

#[test]
fn ha_managed_guests_start_and_stop_in_their_own_time() {
    let world = World::with(cluster_options());
    let vmid = world.ready(7);
    world.sim().add_ha(vmid, "started");
    acts::stop(&world.core, &world.order(7)).unwrap();
    world.clock_forward(120.0);
    assert!(!world.sim().is_running(vmid));
    acts::start(&world.core, &world.order(7)).unwrap();
    world.clock_forward(120.0);
    assert!(world.sim().is_running(vmid));
    world.check_invariants();
}

/// No task of ours shows HA's own time: the cron is not said to wait for it.
#[test]
fn what_ha_takes_its_time_for_is_not_said_to_be_finished_by_the_cron() {
    let world = World::with(cluster_options());
    let vmid = world.ready(7);
    world.sim().add_ha(vmid, "started");
    world.sim().opts.scale = 20.0;
    let error = acts::stop(&world.core, &world.order(7)).unwrap_err();
    assert_eq!(error.code(), "under_way");
    let is_due = |due: Value| due["services"].as_array().unwrap().iter().any(|due| due["id"] == 7);
    world.clock_forward(1.0);
    let due = is_due(api::due(&world.core, &json!({})).unwrap());
    assert_eq!(error.to_string().contains("the cron"), due, "{error}");
    assert!(error.to_string().contains("the VM's new state"), "{error}");
    world.clock_forward(1000.0);
    assert!(!world.sim().is_running(vmid));
}

/// With `purge` PVE would do it, and take the guest out of its backup jobs without a word.
#[test]
fn a_guest_that_ha_manages_is_not_replaced_behind_its_back() {
    type Verb = fn(&Core, &Value) -> Result<Value, Error>;
    let verbs: [(Verb, &str); 2] = [(acts::reinstall, "ready"), (acts::vm_remove, "set_ip")];
    for (verb, then) in verbs {
        let world = World::new();
        let vmid = world.ready(7);
        acts::stop(&world.core, &world.order(7)).unwrap();
        world.sim().add_ha(vmid, "stopped");
        world.sim().log.clear();
        let refused = verb(&world.core, &world.order(7));
        let error = refused.unwrap_err();
        assert_eq!(error.code(), "ha_managed");
        assert!(error.to_string().contains("take it out of HA"), "{error}");
        world.cron_until_idle();
        assert_eq!(world.writes(), Vec::<String>::new(), "nothing is tried");
        world.sim().ha.remove(&vmid);
        world.clock_forward(1000.0);
        let _ = verb(&world.core, &world.order(7));
        world.cron_until_idle();
        assert_eq!(world.status(7), then, "{}", world.service(7));
        world.check_invariants();
    }
}

#[test]
fn an_error_is_never_taken_for_a_missing_guest() {
    for fault in [
        FaultKind::Status(500, "got timeout".into(), String::new()),
        FaultKind::Status(
            403,
            "Permission check failed (/vms/100, VM.Audit)".into(),
            String::new(),
        ),
        FaultKind::Status(404, "Not Found".into(), String::new()),
        FaultKind::NodeDown("pve1".into()),
        FaultKind::Status(200, "OK".into(), "{\"data\":null}".into()),
    ] {
        let world = World::new();
        let vmid = world.ready(7);
        world
            .sim()
            .add_fault(Fault::always("GET", &format!("/qemu/{vmid}/config"), fault.clone()));
        assert!(api::terminate(&world.core, &world.order(7)).is_err(), "{fault:?}");
        world.cron();
        assert_eq!(world.status(7), "terminate", "{fault:?}");
        assert_eq!(
            world.service(7)["addresses"].as_array().unwrap().len(),
            1,
            "{fault:?}: the address stays leased"
        );
        assert!(world.sim().vm(vmid).is_some());
    }
}

#[test]
fn a_removed_service_can_be_ordered_anew() {
    let mut world = World::with(Options {
        storages: vec![StorageSpec::dir("local", "/var/lib/vz")],
        ..cluster_options()
    });
    world.ready(7);
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.option(6, "3");
    let vmid = world.ready(7);
    assert_eq!(world.config(vmid, "cores"), "3");
}

#[test]
fn dns_records_are_queued_and_the_service_is_ready_again_after_the_cron() {
    let world = World::new();
    world.ready(7);
    acts::set_dns_records(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.status(7), "set_dns_records");
    world.cron();
    assert_eq!(world.status(7), "ready");
}

#[test]
fn the_history_says_who_did_what_and_has_a_limit() {
    let world = World::new();
    world.ready(7);
    for _ in 0..150 {
        let _ = acts::stop(&world.core, &world.order(7));
        let _ = acts::start(&world.core, &world.order(7));
    }
    let events = acts::history(&world.core, 7);
    let events = events.as_array().unwrap();
    let most = limits::EVENTS_PER_ACTOR as usize;
    assert!(events.len() <= 2 * most && events.len() > 50, "{}", events.len());
    assert!(
        events
            .iter()
            .all(|event| event["actor"] == "admin" || event["actor"] == "cron")
    );
    assert!(!format!("{events:?}").contains(crate::support::PASSWORD));
}

#[test]
fn a_node_that_dies_while_it_works_does_not_hold_up_a_guest_that_ha_has_moved() {
    let mut world = World::with(two_nodes());
    let vmid = world.ready(7);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    // the process dies right after it has asked for the shutdown; then the node dies too
    let base = world.mortality.requests.load(Ordering::SeqCst);
    ignore_shutdowns(&world, vmid);
    *guard(&world.mortality.death) = Some(Death::After(base + 6));
    world.cron();
    world.restart();
    world.sim().set_node_down("pve1", Some("No route to host"));
    world.cron();
    assert_eq!(
        world.status(7),
        "change_package",
        "as long as the guest is on the dead node, it waits"
    );
    world.sim().move_vm(vmid, "pve2");
    world.sim().set_guest(vmid, Guest::default());
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(
        (world.service(7)["node"].as_str(), world.config(vmid, "cores").as_str()),
        (Some("pve2"), "4")
    );
}

#[test]
fn a_protected_template_does_not_make_its_clones_undeletable() {
    let world = World::new();
    world.sim().set_config(9000, "protection", Some("1"));
    let vmid = world.ready(7);
    api::terminate(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().vm(vmid).is_none());
}

#[test]
fn the_same_trouble_is_told_once() {
    let world = World::new();
    let vmid = world.ready(7);
    world.sim().set_config(vmid, "protection", Some("1"));
    for _ in 0..10 {
        let _ = api::terminate(&world.core, &world.order(7));
    }
    let events = acts::history(&world.core, 7).to_string();
    assert_eq!(events.matches("protection mode").count(), 1);
}

#[test]
fn what_no_retry_will_mend_is_listed_for_attention_until_it_is_mended() {
    let world = World::new();
    let vmid = world.ready(7);
    world.ready(8);
    world.sim().set_config(vmid, "protection", Some("1"));
    let _ = api::terminate(&world.core, &world.order(7));
    let lines = world.cron()["lines"].to_string();
    assert!(
        lines.contains("needs attention: service 7 (terminate)") && lines.contains("protection mode"),
        "{lines}"
    );
    let listed = api::due(&world.core, &json!({})).unwrap()["attention"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    world.sim().set_config(vmid, "protection", None);
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(api::due(&world.core, &json!({})).unwrap()["attention"], json!([]));
}

#[test]
fn a_suspended_guest_that_stays_stopped_makes_no_history() {
    let world = World::new();
    let vmid = world.ready(7);
    api::suspend(&world.core, &world.order(7)).unwrap();
    let suspensions = || {
        let events = acts::history(&world.core, 7).to_string();
        events.matches(r#""suspend""#).count()
    };
    for (started, lines) in [(false, 1), (true, 2)] {
        world.sim().set_power(vmid, started);
        for _ in 0..10 {
            world.clock_forward(400.0);
            world.cron();
        }
        assert_eq!(suspensions(), lines, "started behind our back: {started}");
    }
}

#[test]
fn the_history_names_the_verb_not_the_status() {
    let world = World::new();
    world.ready(7);
    api::suspend(&world.core, &world.order(7)).unwrap();
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    acts::reboot(&world.core, &world.order(7)).unwrap();
    let events = acts::history(&world.core, 7);
    let whats: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["what"].as_str().unwrap())
        .collect();
    assert_eq!(whats[whats.len() - 3..], ["suspend", "unsuspend", "reboot"]);
}

#[test]
fn a_page_shows_the_store_and_with_one_request_what_the_guest_does() {
    let world = World::new();
    let vmid = world.ready(7);
    let shown = |world: &World| api::show(&world.core, &json!({"service": 7, "server": world.server})).unwrap();
    world.sim().log.clear();
    assert_eq!(shown(&world)["live"]["status"], "running");
    assert_eq!(
        (
            shown(&world)["live"]["cpus"].clone(),
            shown(&world)["live"]["memory_mib"].clone()
        ),
        (json!(2), json!(1536))
    );
    assert_eq!(world.sim().log.len(), 3, "one request a page");
    world.sim().set_node_down("pve1", Some("No route to host"));
    let page = shown(&world);
    assert!(
        page["live_error"].as_str().unwrap().contains("No route to host"),
        "{page}"
    );
    assert_eq!(page["service"]["status"], "ready", "drawn from the store all the same");
    world.sim().set_node_down("pve1", None);
    world.sim().set_config(vmid, "name", Some("the-accountants-server"));
    assert!(shown(&world)["live"].is_null());
    assert!(
        shown(&world)["live_error"]
            .as_str()
            .unwrap()
            .contains("nothing was changed")
    );
}

#[test]
fn addresses_of_services_that_whmcs_calls_terminated_are_free_once_their_guest_is_gone() {
    let mut world = World::new();
    world.server["assigned_ips"] = json!("vmbr0|10|192.0.2.10-192.0.2.11|24|192.0.2.1|192.0.2.53");
    let gone = world.ready(7);
    world.ready(8);
    let order = world.with_extra(9, "terminated", json!([7, "8", 4711]));
    assert_eq!(
        code(api::create(&world.core, &order)),
        "no_free_address",
        "both VMs are there"
    );
    world.sim().delete_vm(gone);
    let reply = api::create(&world.core, &order).unwrap();
    assert_eq!(reply["service"]["addresses"], json!(["192.0.2.10"]));
    assert_eq!(world.status(7), "removed");
    assert_eq!(
        world.service(8)["addresses"],
        json!(["192.0.2.11"]),
        "its VM runs: it keeps what it has"
    );
    // an error is not "gone"
    world
        .sim()
        .add_fault(Fault::always("GET", "/qemu/", FaultKind::NodeDown("pve1".into())));
    let order = world.with_extra(10, "terminated", json!([8]));
    assert!(api::create(&world.core, &order).is_err());
    assert_eq!(world.service(8)["addresses"], json!(["192.0.2.11"]));
}

#[test]
fn a_guest_that_was_attached_and_removed_is_built_anew_from_a_template_on_another_node() {
    let mut shared = StorageSpec::dir("shared", "/mnt/shared");
    (shared.kind, shared.shared) = ("nfs".to_owned(), true);
    let mut nodes = vec![NodeSpec::new("pve1"), NodeSpec::new("pve2")];
    nodes.iter_mut().for_each(|node| node.cpus = 8);
    let world = World::with(Options {
        nodes,
        storages: vec![shared],
        template: None,
        ..Options::default()
    });
    world.sim().add_template(9000, "tmpl", "pve1", "shared", 2 << 30);
    world.sim().add_vm(300, "legacy", "pve2", "shared", 2 << 30);
    acts::attach(&world.core, &world.with_extra(7, "vmid", json!(300))).unwrap();
    acts::vm_remove(&world.core, &world.order(7)).unwrap();
    world.create(7).unwrap();
    world.cron_until_idle();
    let service = world.service(7);
    assert_eq!(
        (
            service["status"].clone(),
            service["vmid"].clone(),
            service["node"].clone()
        ),
        (json!("ready"), json!(300), json!("pve2")),
        "{service}"
    );
}

/// A guest whose building stands still right before its firewall is switched on.
fn half_built() -> World {
    let world = World::new();
    world.create(7).unwrap();
    let broken = FaultKind::Status(500, "broken".into(), String::new());
    world.sim().add_fault(Fault::always("PUT", "/firewall/options", broken));
    world.cron();
    assert_eq!(world.status(7), "set_network");
    world.sim().faults.clear();
    world.clock_forward(1000.0);
    world
}

#[test]
fn a_product_that_is_edited_while_a_guest_is_built_does_not_restart_it_again_and_again() {
    let mut world = half_built();
    world.option(6, "4");
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    let stops = world
        .writes()
        .iter()
        .filter(|write| write.ends_with("/status/stop"))
        .count();
    assert_eq!((stops, world.config(100, "cores").as_str()), (0, "2"));
}

#[test]
fn a_change_of_package_while_the_clone_runs_is_not_lost() {
    let mut world = World::new();
    world.sim().set_clone_seconds(9000, 300.0);
    world.create(7).unwrap();
    world.clock_forward(20.0);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(world.config(100, "cores"), "4");
    world.check_invariants();
}

#[test]
fn a_refused_clone_is_tried_anew_where_the_package_says_by_then() {
    let mut world = World::with(two_nodes());
    let refused = FaultKind::Status(500, "storage 'x' is not online".into(), String::new());
    world.sim().add_fault(Fault::once("POST", "/clone", refused));
    world.create(7).unwrap_err();
    let vmid = world.vmid(7);
    world.sim().add_template(9001, "new", "pve2", "local", 2 << 30);
    world.sim().delete_vm(9000);
    world.option(2, "9001").option(1, "pve2");
    world.create(7).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7), world.vmid(7)), ("ready".to_owned(), vmid));
    assert_eq!(world.service(7)["node"], "pve2");
    world.check_invariants();
}

#[test]
fn a_change_of_package_while_the_guest_is_built_is_not_lost() {
    let mut world = half_built();
    world.option(6, "4").option(8, "12");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(world.config(100, "cores"), "4");
    assert!(world.config(100, "scsi0").contains("size=12G"));
    world.check_invariants();
}

#[test]
fn a_lock_that_nobody_takes_away_is_told_in_the_end() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.sim().set_lock(vmid, Some("backup"));
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron();
    assert_eq!(world.service(7)["error"], Value::Null, "a backup takes its time");
    world.clock_forward(13.0 * 3600.0);
    world.cron();
    let error = &world.service(7)["error"];
    assert_eq!(error["code"], "left_locked", "{error}");
    let attention = &api::due(&world.core, &json!({})).unwrap()["attention"];
    assert_eq!(attention.as_array().unwrap().len(), 1);
    world.sim().set_lock(vmid, None);
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.config(vmid, "cores").as_str()),
        ("ready", "4")
    );
}

#[test]
fn a_guest_that_somebody_deleted_is_not_built_anew_by_a_change_of_package() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.sim().delete_vm(vmid);
    world.sim().log.clear();
    world.cron_until_idle();
    assert_eq!(world.writes(), [] as [&str; 0]);
    assert_eq!(world.service(7)["error"]["code"], "no_guest");
}
