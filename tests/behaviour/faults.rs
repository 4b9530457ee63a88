//! Faults between us and PVE: every kind, at every request of a create that changes something or waits.

use crate::support::World;
use pvesim::{Fault, FaultKind};

/// Every request of a create, once each: method, part of the path.
const REQUESTS: &[(&str, &str)] = &[
    ("GET", "/cluster/resources"),
    ("GET", "/cluster/options"),
    ("GET", "/network"),
    ("POST", "/clone"),
    ("GET", "qmclone"),
    ("GET", "/qemu/100/config"),
    ("POST", "/qemu/100/config"),
    ("GET", "qmconfig"),
    ("PUT", "/qemu/100/resize"),
    ("GET", "resize"),
    ("GET", "/firewall/options"),
    ("POST", "/firewall/ipset"),
    ("POST", "/firewall/ipset/ipfilter-net0"),
    ("POST", "/firewall/rules"),
    ("PUT", "/firewall/options"),
    ("POST", "/status/start"),
    ("GET", "qmstart"),
    ("GET", "/status/current"),
];

fn settles(fault: &FaultKind, method: &str, path: &str, nth: u32) {
    let name = format!("{fault:?} at {method} {path} (the {nth}.)");
    let world = World::new();
    world.sim().add_fault(Fault::nth(method, path, nth, fault.clone()));
    // WHMCS's staff presses Retry when a create was refused
    for _ in 0..4 {
        if world.create(7).is_ok() {
            break;
        }
        world.clock_forward(30.0);
    }
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{name}: {}", world.service(7));
    let guests: Vec<u32> = world.sim().vms.keys().copied().filter(|vmid| *vmid != 9000).collect();
    assert_eq!(guests, [world.vmid(7)], "{name}: one guest");
    assert!(world.sim().is_running(world.vmid(7)), "{name}");
    let rules = world
        .writes()
        .iter()
        .filter(|write| write.ends_with("/firewall/rules"))
        .count();
    assert!(rules <= 4, "{name}: {rules} rules were sent for a package of three");
    world.check_invariants();
}

#[test]
fn a_lost_connection_at_any_request_loses_nothing() {
    for (method, path) in REQUESTS {
        for fault in [FaultKind::DropBeforeEffect, FaultKind::DropAfterEffect] {
            // a read is repeated once by the client: only the second loss shows
            for nth in 1..=2 {
                settles(&fault, method, path, nth);
            }
        }
    }
}

#[test]
fn an_unclear_or_refusing_answer_at_any_request_is_looked_into() {
    let body = |text: &str| format!("{{\"data\":null,\"message\":\"{text}\\n\"}}");
    let faults = [
        FaultKind::Hang(45.0),
        FaultKind::NodeDown("pve1".into()),
        FaultKind::Status(596, "Connection timed out".into(), String::new()),
        FaultKind::Status(599, "Too many redirections".into(), String::new()),
        FaultKind::QuorumLost,
        FaultKind::Status(
            500,
            "RPCEnvironment init request failed: Unable to load access control list: Connection refused".into(),
            String::new(),
        ),
        FaultKind::Status(500, "got timeout".into(), body("got timeout")),
        FaultKind::Status(200, "OK".into(), "<html>not json".into()),
        FaultKind::Status(200, "OK".into(), String::new()),
    ];
    for (method, path) in REQUESTS {
        for fault in &faults {
            settles(fault, method, path, 1);
        }
    }
}

#[test]
fn a_task_that_fails_warns_dies_or_is_never_known_is_read_as_what_it_is() {
    for (method, path) in [
        ("POST", "/clone"),
        ("POST", "/qemu/100/config"),
        ("PUT", "/resize"),
        ("POST", "/status/start"),
    ] {
        for fault in [
            FaultKind::TaskError("storage 'local' is not online".into()),
            FaultKind::TaskWarnings(2),
            FaultKind::UnknownUpid,
        ] {
            settles(&fault, method, path, 1);
        }
    }
    for (method, path) in [
        ("POST", "/qemu/100/config"),
        ("PUT", "/resize"),
        ("POST", "/status/start"),
    ] {
        settles(&FaultKind::TaskUnexpected, method, path, 1);
    }
}

#[test]
fn a_clone_whose_worker_was_killed_is_reported_with_what_to_do() {
    let world = World::new();
    world
        .sim()
        .add_fault(Fault::once("POST", "/clone", FaultKind::TaskUnexpected));
    world.create(7).unwrap();
    world.cron();
    let error = world.service(7)["error"].clone();
    assert_eq!(error["code"], "left_locked", "{}", world.service(7));
    assert!(error["message"].as_str().unwrap().contains("qm unlock 100"), "{error}");
    // the operator does as told: the guest is deleted, and the service goes on by itself
    world.sim().set_lock(100, None);
    world.sim().delete_vm(100);
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
}

#[test]
fn a_backup_lock_is_waited_for_and_nothing_is_written_meanwhile() {
    let world = World::new();
    world.create(7).unwrap();
    world.clock_forward(5.0);
    world.sim().set_lock(100, Some("backup"));
    world.sim().log.clear();
    world.cron();
    assert_eq!(
        world.writes(),
        Vec::<String>::new(),
        "while PVE holds the guest, nothing is written"
    );
    assert_eq!(world.status(7), "clone");
    world.clock_forward(3600.0);
    world.sim().set_lock(100, None);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    world.check_invariants();
}

#[test]
fn one_bad_service_never_stops_another() {
    let world = World::new();
    world.create(7).unwrap();
    world.create(8).unwrap();
    world.sim().add_fault(Fault::always(
        "",
        "/qemu/100/",
        FaultKind::Status(500, "broken".into(), String::new()),
    ));
    world.cron();
    assert_eq!(world.status(8), "ready");
    assert_ne!(world.status(7), "ready");
    assert_eq!(world.service(7)["error"]["code"], "pve_refused");
}
