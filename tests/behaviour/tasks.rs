//! Tasks that fail, hang, or are in the way of a button: what is tried again, what is told, and to whom.

use crate::acts;
use crate::buttons::{buttons, press};
use crate::support::{World, code};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind, Guest};
use serde_json::{Value, json};

/// The results of one kind of event of service 7, oldest first.
pub fn results(world: &World, what: &str) -> Vec<String> {
    let events = acts::history(&world.core, 7);
    let events = events.as_array().unwrap().iter().filter(|event| event["what"] == what);
    events
        .map(|event| event["result"].as_str().unwrap().to_owned())
        .collect()
}

/// What is in the way of each service that needs somebody.
pub fn attention(world: &World) -> Vec<Value> {
    let due = api::due(&world.core, &json!({})).unwrap();
    due["attention"].as_array().unwrap().clone()
}

fn clones(world: &World) -> usize {
    world.writes().iter().filter(|write| write.ends_with("/clone")).count()
}

/// Cron runs a minute apart, as long as `go_on` says.
fn run_for(world: &World, seconds: f64, mut between: impl FnMut(&World)) {
    let end = world.now() + seconds;
    while world.now() < end {
        let next = world.now() + 60.0;
        world.cron();
        between(world);
        world.clock_forward((next - world.now()).max(0.0));
    }
}

#[test]
fn a_clone_that_fails_as_a_task_is_tried_less_and_less_often_and_told_to_staff() {
    let world = World::new();
    // room for a beginning, not for the copy
    world.sim().fill_storage("local", 100 << 20);
    world.create(7).unwrap();
    run_for(&world, 600.0, |_| {});
    assert!(
        (3..=9).contains(&clones(&world)),
        "{} clones in ten minutes",
        clones(&world)
    );
    let told = attention(&world);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["code"], "task_failed");
    assert_eq!(world.service(7)["error"]["attention"], true, "{}", world.service(7));
    let events = results(&world, "clone");
    assert!(!events.iter().any(|result| result == "ok"), "{events:?}");
    assert!(events.len() <= 3, "told once, not at every try: {events:?}");
    world.sim().fill_storage("local", 100 << 30);
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    assert_eq!(attention(&world), Vec::<Value>::new());
    assert_eq!(world.service(7)["error"], Value::Null);
    let events = results(&world, "clone");
    assert_eq!(events.iter().filter(|result| *result == "ok").count(), 1, "{events:?}");
    world.check_invariants();
}

#[test]
fn what_succeeds_in_between_does_not_keep_staff_from_hearing_of_what_fails() {
    // the answer of the clone itself: its place is reserved anew each time
    let world = World::new();
    let refused = FaultKind::Status(500, "storage 'local' is not online".into(), String::new());
    world.sim().add_fault(Fault::always("POST", "/clone", refused));
    world.create(7).unwrap_err();
    world.create(7).unwrap_err();
    for _ in 0..5 {
        world.clock_forward(300.0);
        let _ = world.create(7);
    }
    assert_eq!(attention(&world).len(), 1, "{}", world.service(7));

    // a guest that is gone after each clone, which itself ends well
    let world = World::new();
    let broken = FaultKind::Status(500, "broken".into(), String::new());
    world.sim().add_fault(Fault::always("POST", "/qemu/100/config", broken));
    world.create(7).unwrap();
    run_for(&world, 660.0, |world| {
        world.sim().delete_vm(100);
    });
    assert!(clones(&world) > 1, "{:?}", world.writes());
    assert_eq!(attention(&world).len(), 1, "{}", world.service(7));
}

#[test]
fn a_slow_clone_that_fails_is_told_after_ten_minutes_however_few_tries_that_were() {
    let world = World::new();
    world.sim().set_clone_seconds(9000, 500.0);
    world.sim().fill_storage("local", 100 << 20);
    world.create(7).unwrap();
    run_for(&world, 540.0, |_| {});
    assert_eq!(world.service(7)["error"]["attention"], false, "{}", world.service(7));
    run_for(&world, 660.0, |_| {});
    assert!(clones(&world) < 4);
    assert_eq!(attention(&world).len(), 1, "{}", world.service(7));
}

fn hang(world: &World, vmid: u32) {
    let guest = Guest {
        ignores_shutdown: true,
        ..Guest::default()
    };
    world.sim().set_guest(vmid, guest);
}

#[test]
fn while_a_restart_waits_for_a_guest_that_hangs_it_can_be_switched_off_and_nothing_else() {
    for button in buttons() {
        let world = World::new();
        let vmid = world.ready(7);
        hang(&world, vmid);
        acts::reboot(&world.core, &world.order(7)).unwrap();
        assert_eq!(results(&world, "reboot"), ["asked"]);
        world.clock_forward(5.0);
        world.sim().log.clear();
        let begun = world.now();
        let answer = code(press(&world, button));
        if button.name == "stop" {
            assert!(answer.starts_with("ok"), "{answer}");
            assert!(!world.sim().is_running(vmid));
            assert!(world.now() - begun < 20.0, "{} s", world.now() - begun);
            assert_eq!(results(&world, "reboot").len(), 2, "what became of the restart");
            world.clock_forward(300.0);
            world.cron_until_idle();
            assert!(!world.sim().is_running(vmid), "and it stays off");
            assert_eq!(attention(&world), Vec::<Value>::new());
        } else if button.name == "reset" {
            assert!(answer.starts_with("ok"), "{answer}");
            let path = "/nodes/pve1/qemu/100/status/reset";
            assert_eq!(world.writes().pop().as_deref(), Some(format!("POST {path}").as_str()));
            assert_eq!(results(&world, "reboot").len(), 2, "what became of the restart");
        } else if [
            "set_dns_records",
            "protect",
            "unprotect",
            "snapshot_schedule",
            "backup_schedule",
            "ssh_keys_choose",
            "firewall_rule",
            "firewall_change",
            "firewall_policy",
            "firewall_template",
            "firewall_confirm",
            "firewall_back",
        ]
        .contains(&button.name)
        {
            // the guest has no part in it
            let refused = ["unprotect", "firewall_change", "firewall_confirm", "firewall_back"].contains(&button.name);
            assert!(answer.starts_with("ok") != refused, "{answer}");
        } else {
            assert_eq!(answer, "task_running", "{}", button.name);
            assert_eq!(world.writes(), [] as [&str; 0], "{}", button.name);
        }
        world.check_invariants();
    }
}

#[test]
fn how_a_restart_has_failed_answers_no_other_button() {
    for by_cron in [true, false] {
        for button in buttons() {
            let world = World::new();
            let vmid = world.ready(7);
            let without = code(press(&world.copy(), button));
            hang(&world, vmid);
            acts::reboot(&world.core, &world.order(7)).unwrap();
            world.clock_forward(300.0);
            if by_cron {
                let lines = world.cron()["lines"].to_string();
                assert!(lines.contains("got timeout"), "{lines}");
                let told = attention(&world);
                assert_eq!(told.len(), 1, "{told:?}");
                assert!(
                    told[0]["message"].as_str().unwrap().contains("reboot VM 100"),
                    "{told:?}"
                );
                assert_eq!(world.service(7)["error"]["retry"], false, "nobody tries it again");
            }
            world.sim().set_guest(vmid, Guest::default());
            let with = code(press(&world, button));
            let same = |answer: &str| answer.split(':').next().unwrap_or_default().to_owned();
            assert_eq!(same(&with), same(&without), "{}: {with}", button.name);
            world.cron();
            let told = results(&world, "reboot");
            assert!(told.iter().any(|result| result.contains("got timeout")), "{told:?}");
            if button.name == "stop" {
                assert!(!world.sim().is_running(vmid), "the first Stop stops");
                assert_eq!(attention(&world), Vec::<Value>::new());
            }
        }
    }
}

#[test]
fn a_restart_is_done_when_it_has_ended() {
    let world = World::new();
    world.ready(7);
    acts::reboot(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(results(&world, "reboot"), ["asked", "ok"]);
}

#[test]
fn where_a_stop_cannot_overrule_a_shutdown_it_is_sent_without() {
    let world = World::new();
    let vmid = world.ready(7);
    let unknown = r#"{"data":null,"errors":{"overrule-shutdown":"property is not defined in schema and the schema does not allow additional properties"}}"#;
    world.sim().add_fault(Fault::once(
        "POST",
        "/status/stop",
        FaultKind::Status(400, "Parameter verification failed.".into(), unknown.into()),
    ));
    acts::stop(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(vmid));
}

#[test]
fn a_failed_task_is_told_with_what_its_log_says_of_the_cause() {
    let world = World::new();
    let log = [
        "generating cloud-init ISO",
        "no physical interface on bridge 'vmbr0'",
        "kvm: -netdev type=tap,id=net0: network script failed for Ab3dE5gH1j",
    ];
    let log = log.map(str::to_owned).to_vec();
    let fault = FaultKind::TaskErrorLog(log, "start failed: QEMU exited with code 1".into());
    world.sim().add_fault(Fault::always("POST", "/status/start", fault));
    world.create(7).unwrap();
    world.cron();
    let message = world.service(7)["error"]["message"].as_str().unwrap().to_owned();
    for words in [
        "QEMU exited with code 1",
        "no physical interface on bridge 'vmbr0'",
        "network script failed",
    ] {
        assert!(message.contains(words), "{message}");
    }
    for words in ["cloud-init ISO", "TASK ERROR", crate::support::PASSWORD] {
        assert!(!message.contains(words), "{message}");
    }
    let told = results(&world, "ready");
    assert!(told[0].contains("no physical interface"), "{told:?}");
    assert_eq!(told.len(), 1, "told once");

    let world = World::new();
    world.sim().fill_storage("local", 100 << 20);
    world.create(7).unwrap();
    world.cron();
    let message = world.service(7)["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("No space left on device"), "{message}");

    let world = World::new();
    world.ready(7);
    let is_read = |path: &str| path.ends_with("/log") && !path.contains(":qmclone:");
    let reads = world.sim().log.iter().filter(|one| is_read(&one.path)).count();
    assert_eq!(
        reads, 0,
        "a clone's log tells its progress; no other is read of a task that went well"
    );
}

#[test]
fn a_privilege_that_is_missing_in_a_task_is_told_as_one_and_not_tried_blindly() {
    let world = World::new();
    let forbidden = FaultKind::TaskError("403 Permission check failed (/vms/100, VM.Config.Disk)".into());
    world
        .sim()
        .add_fault(Fault::always("POST", "/qemu/100/config", forbidden));
    world.create(7).unwrap();
    run_for(&world, 600.0, |_| {});
    let error = world.service(7)["error"].clone();
    assert_eq!(
        (&error["code"], &error["retry"]),
        (&json!("pve_permission"), &json!(false)),
        "{error}"
    );
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("VM.Config.Disk") && message.contains("Test Connection"),
        "{message}"
    );
    let writes = world.writes().iter().filter(|write| write.ends_with("/config")).count();
    assert_eq!(writes, 1);
    assert_eq!(attention(&world).len(), 1);
    world.sim().faults.clear();
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
}

/// What no retry mends and what one may mend, in turn: it does not leave the list of staff and come back.
#[test]
fn what_staff_were_told_of_stays_on_their_list_until_something_ends_well() {
    let world = World::new();
    let refused = FaultKind::TaskError("403 Permission check failed (/vms/100, VM.Config.Disk)".into());
    let breaks = FaultKind::TaskError("unable to open file - Input/output error".into());
    world.create(7).unwrap();
    for (round, kind) in [&refused, &breaks, &refused, &breaks, &breaks].into_iter().enumerate() {
        world.sim().faults.clear();
        world
            .sim()
            .add_fault(Fault::always("POST", "/qemu/100/config", kind.clone()));
        world.clock_forward(1000.0);
        world.cron();
        world.cron();
        assert_eq!(world.service(7)["error"]["retry"], json!(*kind == breaks), "{round}");
        assert_eq!(attention(&world).len(), 1, "{round}: {}", world.service(7));
    }
    world.sim().faults.clear();
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), attention(&world).len()), ("ready", 0));
    // the next one is a matter of tries again
    world
        .sim()
        .add_fault(Fault::always("POST", "/status/stop", breaks.clone()));
    let _ = acts::stop(&world.core, &world.order(7));
    world.cron();
    assert_eq!(attention(&world).len(), 0, "{}", world.service(7));
}

#[test]
fn a_hibernated_guest_is_started_stopped_changed_suspended_and_terminated() {
    let hibernated = || {
        let world = World::new();
        let vmid = world.ready(7);
        world.sim().set_power(vmid, false);
        world.sim().set_lock(vmid, Some("suspended"));
        world.sim().log.clear();
        (world, vmid)
    };
    let (world, vmid) = hibernated();
    acts::start(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().is_running(vmid));

    let (world, _) = hibernated();
    assert_eq!(code(acts::stop(&world.core, &world.order(7))), "already_stopped");

    let (world, vmid) = hibernated();
    api::terminate(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().vm(vmid).is_none());
    assert_eq!(world.status(7), "removed");

    let (world, vmid) = hibernated();
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(vmid));
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().is_running(vmid));
    assert_eq!(world.config(vmid, "onboot"), "1");

    let (mut world, vmid) = hibernated();
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.config(vmid, "cores").as_str()),
        ("ready", "4")
    );
    assert!(world.sim().is_running(vmid));

    let (world, vmid) = hibernated();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    assert!(world.sim().is_running(vmid));

    // only what changes its config is refused, with what to do
    let (world, _) = hibernated();
    for step in ["set_cpu_ram", "set_network", "set_system_disk_size"] {
        let error = acts::run_step(&world.core, &world.with_extra(7, "step", json!(step))).unwrap_err();
        assert_eq!(error.code(), "hibernated");
        assert!(error.to_string().contains("start it first"), "{error}");
    }
    assert_eq!(world.writes(), [] as [&str; 0]);
    world.check_invariants();
}

#[test]
fn a_half_clone_is_made_anew_once_its_lock_is_taken_away() {
    let world = World::new();
    world
        .sim()
        .add_fault(Fault::once("POST", "/clone", FaultKind::TaskUnexpected));
    world.create(7).unwrap();
    world.cron();
    let error = world.service(7)["error"].clone();
    assert_eq!(error["code"], "left_locked");
    assert!(error["message"].as_str().unwrap().contains("qm unlock 100"), "{error}");
    world.sim().set_lock(100, None);
    assert_eq!(world.config(100, "scsi0"), "", "its disk was not copied");
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(world.config(100, "scsi0").contains("size=8G"));
    assert!(world.sim().is_running(100));
    world.check_invariants();
}

/// A template with a further volume, and a clone of it whose worker is killed in the midst of copying one of them.
fn killed_in_its_copy(slot: &str, after: f64) -> World {
    let mut world = World::new();
    {
        let mut sim = world.sim();
        let volume = sim.add_disk("pve1", "local", 9000, 8 << 30);
        sim.set_config(9000, slot, Some(&format!("{volume},size=8G")));
        sim.set_clone_seconds(9000, 600.0);
    }
    // the package has an additional disk, which may be the second one of the template
    world.option(10, "8");
    world.create(7).unwrap();
    world.clock_forward(after);
    let now = world.now();
    {
        let mut sim = world.sim();
        sim.advance(now);
        let upid = sim.tasks().last().unwrap().upid.clone();
        assert!(sim.kill_task(&upid), "{upid}");
        sim.set_clone_seconds(9000, 2.0);
    }
    world.cron();
    let error = world.service(7)["error"].clone();
    assert_eq!(error["code"], "left_locked", "{error}");
    assert!(error["message"].as_str().unwrap().contains("qm unlock 100"), "{error}");
    world.sim().set_lock(100, None);
    world
}

/// Proxmox VE writes the config after each volume: the second one is missing where its worker was killed meanwhile.
#[test]
fn a_clone_that_was_killed_at_its_second_volume_is_made_anew() {
    for slot in ["scsi1", "virtio0", "tpmstate0"] {
        let world = killed_in_its_copy(slot, 400.0);
        assert!(world.config(100, "scsi0").contains("size="), "{slot}");
        assert_eq!(world.config(100, slot), "", "its worker was killed before");
        let half = world.sim().volumes.iter().filter(|one| one.vmid == Some(100)).count();
        assert_eq!(half, 3, "{slot}: the disk, the cloud-init drive, and half of the other");
        world.clock_forward(1000.0);
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready", "{slot}: {}", world.service(7));
        assert!(world.config(100, slot).contains("size="), "the template's {slot}");
        assert!(world.sim().is_running(100));
        assert_eq!(clones(&world), 2, "{slot}");
        world.check_invariants();
    }
}

/// Until the first volume is there, its config is two lines that carry nobody's marker: another number is taken then.
#[test]
fn a_clone_that_was_killed_before_it_had_its_config_is_made_under_another_number() {
    let world = killed_in_its_copy("efidisk0", 200.0);
    assert_eq!(world.config(100, "scsi0"), "");
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(world.sim().is_running(101));
    assert!(world.config(101, "efidisk0").contains("size="));
    assert!(
        world.sim().vm(100).is_some(),
        "it carries no marker, so it is not deleted"
    );
    let events = acts::history(&world.core, 7).to_string();
    assert!(events.contains("remove VM 100 in Proxmox VE"), "{events}");
    world.check_invariants();
}

#[test]
fn a_template_without_a_disk_is_not_cloned_at_all() {
    let world = World::new();
    world.sim().set_config(9000, "scsi0", None);
    assert_eq!(code(world.create(7)), "no_disk");
    run_for(&world, 600.0, |_| {});
    assert_eq!(clones(&world), 0);
}

#[test]
fn a_lock_that_a_task_could_not_wait_for_is_waited_for() {
    for write in ["/status/start", "/qemu/100/config"] {
        let world = World::new();
        world.create(7).unwrap();
        let held = "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout";
        let fault = Fault {
            times: 6,
            ..Fault::once("POST", write, FaultKind::TaskError(held.into()))
        };
        world.sim().add_fault(fault);
        world.cron();
        assert_eq!(world.status(7), "ready", "{write}: {}", world.service(7));
        assert_eq!(world.service(7)["error"], Value::Null);
        let events = acts::history(&world.core, 7).to_string();
        assert!(!events.contains("lock file"), "{events}");
    }
    // one that never goes away is told
    let world = World::new();
    world.create(7).unwrap();
    let held = FaultKind::TaskError("can't lock file '/var/lock/x' - got timeout".into());
    world.sim().add_fault(Fault::always("POST", "/status/start", held));
    run_for(&world, 1500.0, |_| {});
    assert_eq!(attention(&world).len(), 1, "{}", world.service(7));
}

#[test]
fn a_guest_that_was_deleted_by_hand_is_named_with_what_to_do() {
    let world = World::new();
    let vmid = world.ready(7);
    world.sim().delete_vm(vmid);
    for verb in [acts::start, acts::stop, acts::reboot, api::unsuspend] {
        let error = verb(&world.core, &world.order(7)).unwrap_err();
        assert_eq!(error.code(), "no_guest");
        for words in ["VM 100", "pve1", "VMRemove", "Create", "Terminate"] {
            assert!(error.to_string().contains(words), "{error}");
        }
    }
    // and that works
    acts::vm_remove(&world.core, &world.order(7)).unwrap();
    world.create(7).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.vmid(7)), ("ready", 100));
    world.check_invariants();
}
