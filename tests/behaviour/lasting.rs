//! Refusals that last: every request that changes something, of every operation, is refused for more than ten minutes.
//!
//! By then staff know of it, what ran before runs, and the config has no other value but what the operation is about.
//! Where PVE lets nothing be started, or holds a lock, it runs by itself once that is over.

use crate::crash::{OPERATIONS, Operation};
use crate::faults::{status, without_numbers};
use crate::support::{World, guard};
use proxmoxkvm::engine::is_kept_stopped;
use proxmoxkvm::model::ServiceId;
use proxmoxkvm::ops;
use pvesim::{Fault, FaultKind, Logged};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

fn refusals() -> Vec<(&'static str, FaultKind)> {
    vec![
        ("403", status(403, "Permission check failed (/vms/100, VM.Config.CPU)")),
        ("400", status(400, "Parameter verification failed.")),
        (
            "config lock",
            status(
                500,
                "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout",
            ),
        ),
        ("storage full", status(500, "no space left on device")),
        (
            "TASK ERROR: storage full",
            FaultKind::TaskError("unable to create image: No space left on device".into()),
        ),
    ]
}

/// The config keys that an operation is about. `None`: it makes or destroys the whole guest.
fn about(operation: &str) -> Option<&'static [&'static str]> {
    match operation {
        "suspend" | "unsuspend" => Some(&["onboot"]),
        // a disk that has grown stays so
        "change_package" => Some(&["scsi0"]),
        "change_password" => Some(&["cipassword"]),
        "attach" => Some(&["description"]),
        "stop and start" | "reboot" => Some(&[]),
        _ => None,
    }
}

/// Whether the guest is meant to run no more.
fn is_to_stop(operation: &str) -> bool {
    ["suspend", "stop and start", "terminate", "vm_remove", "reinstall"].contains(&operation)
}

type Configs = BTreeMap<u32, (bool, BTreeMap<String, String>)>;

fn guests(world: &World) -> Configs {
    let sim = world.sim();
    let running = |vmid| sim.is_running(vmid);
    let vms = sim.vms.iter().filter(|(_, vm)| !vm.is_template());
    vms.map(|(vmid, vm)| (*vmid, (running(*vmid), vm.conf.clone().into_iter().collect())))
        .collect()
}

/// Five attempts and ten minutes at the latest, at the pace of a cron that runs every five minutes.
fn half_an_hour(world: &World) {
    for _ in 0..6 {
        world.cron_until_idle();
        world.clock_forward(300.0);
    }
    world.cron_until_idle();
}

fn holds(world: &World, operation: &Operation) -> bool {
    catch_unwind(AssertUnwindSafe(|| (operation.after)(world))).is_ok()
}

/// Whether staff have to be told by the cron: who pressed the button of what is not tried again was told by the answer.
fn is_to_be_told(world: &World, answered: bool) -> bool {
    let services = [7, 8].map(|id| world.core.store.service(ServiceId(id)));
    let goes_on = services
        .into_iter()
        .flatten()
        // that a suspended guest is looked at every few minutes is nothing queued
        .any(|(service, _)| service.due_at.is_some() && !is_kept_stopped(&service));
    answered || goes_on
}

/// Guests that ran before and are off, though the operation does not mean it.
fn are_off(before: &Configs, world: &World, operation: &Operation) -> bool {
    let after = guests(world);
    let is_off = |vmid: &u32| after.get(vmid).is_none_or(|(runs, _)| !runs);
    !is_to_stop(operation.name) && before.iter().any(|(vmid, (ran, _))| *ran && is_off(vmid))
}

/// The keys that have other values than before and are not what the operation is about.
fn written(before: &Configs, world: &World, operation: &Operation) -> Vec<String> {
    let Some(keys) = about(operation.name) else {
        return Vec::new();
    };
    let after = guests(world);
    let mut written = BTreeSet::new();
    for (vmid, (_, config)) in before {
        let Some((_, now)) = after.get(vmid) else {
            written.insert(format!("all of {vmid}"));
            continue;
        };
        let others = config.keys().chain(now.keys());
        let others = others.filter(|key| config.get(*key) != now.get(*key) && !keys.contains(&key.as_str()));
        written.extend(others.cloned());
    }
    written.into_iter().collect()
}

/// What is wrong after the refusal of such requests has lasted, and after it is over.
fn wrong(start: &World, operation: &Operation, fault: Fault) -> Option<String> {
    let (world, before) = (start.copy(), guests(start));
    // nothing starts while PVE refuses a start; and a lock lets nobody write or start, and is waited for
    let waits = fault.path.contains("/status/start") || format!("{:?}", fault.kind).contains("lock");
    world.sim().add_fault(fault);
    let answer = (operation.verb)(&world);
    half_an_hour(&world);
    if answer.is_ok() && holds(&world, operation) {
        // it has come to its good end by another way
        return None;
    }
    let due = ops::due(&world.core, &json!({})).unwrap();
    if is_to_be_told(&world, answer.is_ok()) && due["attention"].as_array().unwrap().is_empty() {
        return Some("staff do not know".to_owned());
    }
    if waits && are_off(&before, &world, operation) {
        world.sim().faults.clear();
        half_an_hour(&world);
        if holds(&world, operation) {
            return None;
        }
    }
    if are_off(&before, &world, operation) {
        return Some("what ran is off".to_owned());
    }
    let written = written(&before, &world, operation);
    (!written.is_empty()).then(|| format!("{written:?} were written"))
}

fn walk(operation: &Operation) -> (usize, Vec<String>) {
    let mut start = World::new();
    (operation.before)(&mut start);
    start.sim().log.clear();
    start.sim().faults.clear();
    let healthy = start.copy();
    let _ = (operation.verb)(&healthy);
    healthy.cron_until_idle();
    let changes = |one: &&Logged| one.method != "GET" && !one.path.contains("/access/");
    let log = healthy.sim().log.clone();
    let steps: BTreeSet<_> = log.iter().filter(changes).map(|one| (&one.method, &one.path)).collect();
    let (mut tried, mut found) = (0, Vec::new());
    for (method, path) in steps {
        for (name, kind) in refusals() {
            tried += 1;
            let fault = Fault::always(method, &format!("{path}$"), kind);
            if let Some(wrong) = wrong(&start, operation, fault) {
                let step = without_numbers(path);
                found.push(format!("{} {method} {step}: {name}: {wrong}", operation.name));
            }
        }
    }
    (tried, found)
}

#[test]
fn a_refusal_that_lasts_leaves_what_ran_running_writes_nothing_else_and_is_told() {
    let found = Mutex::new((0, Vec::new()));
    std::thread::scope(|scope| {
        for operation in OPERATIONS {
            let found = &found;
            scope.spawn(move || {
                let (tried, mut all) = walk(operation);
                let mut found = guard(found);
                found.0 += tried;
                found.1.append(&mut all);
            });
        }
    });
    let (tried, wrong) = found.into_inner().unwrap();
    println!("{tried} refusals that lasted");
    assert!(tried > 100, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
