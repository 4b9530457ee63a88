//! The process dies at every request, before and after its effect; another one goes on.

use crate::support::{Death, World, guard};
use proxmoxkvm::ops;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

/// Runs the whole life of an order, dying once; answers whether there was a request to die at.
fn order_with(death: Death) -> bool {
    let mut world = World::new();
    *guard(&world.mortality.death) = Some(death);
    let died = catch_unwind(AssertUnwindSafe(|| {
        let _ = world.create(7);
    }))
    .is_err();
    if !died {
        // workers are threads: one that dies there takes its service's lease with it
        world.cron();
    }
    let (Death::Before(number) | Death::After(number)) = death;
    let reached = world.mortality.requests.load(Ordering::SeqCst) >= number;
    world.restart();
    if world.core.store.service(proxmoxkvm::model::ServiceId(7)).is_err() {
        world.create(7).unwrap();
    }
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{death:?}: {}", world.service(7));
    let guests: Vec<u32> = world.sim().vms.keys().copied().filter(|vmid| *vmid != 9000).collect();
    assert_eq!(guests, [world.vmid(7)], "{death:?}: one guest");
    assert_eq!(
        world.service(7)["addresses"].as_array().unwrap().len(),
        1,
        "{death:?}: one address"
    );
    let rules = world
        .writes()
        .iter()
        .filter(|write| write.ends_with("/firewall/rules"))
        .count();
    assert_eq!(rules, 3, "{death:?}: each rule was added once");
    let clones = world.writes().iter().filter(|write| write.ends_with("/clone")).count();
    assert_eq!(clones, 1, "{death:?}: cloned once");
    world.check_invariants();
    reached
}

/// So many requests no operation makes: a failure that comes back at every number ends here.
const MOST_REQUESTS: u64 = 100;

/// Dies at every request, before and after its effect, until there is none left; all is to be recovered.
fn every_death<'a>(operations: impl Iterator<Item = (&'a str, Box<dyn Fn(u64, bool) -> bool + 'a>)>) -> u32 {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut tried = 0;
    let mut problems = Vec::new();
    for (name, dies_at) in operations {
        for number in 1.. {
            let mut reached = false;
            for after in [false, true] {
                reached |= catch_unwind(AssertUnwindSafe(|| dies_at(number, after))).unwrap_or_else(|panic| {
                    let text = panic.downcast_ref::<String>().cloned();
                    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                    problems.push(format!(
                        "{name} at {number} after={after}: {}",
                        text.unwrap_or_default()
                    ));
                    number < MOST_REQUESTS
                });
            }
            if !reached {
                break;
            }
            tried += 2;
        }
    }
    std::panic::set_hook(quiet);
    let list = problems.join("\n");
    assert!(
        problems.is_empty(),
        "{} of {tried} deaths were not recovered:\n{list}",
        problems.len()
    );
    tried
}

fn death(number: u64, after: bool) -> Death {
    if after {
        Death::After(number)
    } else {
        Death::Before(number)
    }
}

#[test]
fn a_create_that_dies_at_any_request_is_finished_by_the_cron() {
    let dies_at: Box<dyn Fn(u64, bool) -> bool> = Box::new(|number, after| order_with(death(number, after)));
    let tried = every_death(std::iter::once(("create", dies_at)));
    assert!(tried > 40, "only {tried} deaths");
}

/// A verb, what it starts from, and how the world must look in the end.
struct Operation {
    name: &'static str,
    before: fn(&World),
    verb: fn(&World) -> Result<serde_json::Value, proxmoxkvm::error::Error>,
    after: fn(&World),
}

fn guests(world: &World) -> usize {
    world.sim().vms.values().filter(|vm| !vm.is_template()).count()
}

fn stop(world: &World) {
    ops::stop(&world.core, &world.order(7)).unwrap();
}

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "suspend",
        before: |_| {},
        verb: |world| ops::suspend(&world.core, &world.order(7)),
        after: |world| assert!(!world.sim().is_running(100) && world.config(100, "onboot") != "1"),
    },
    Operation {
        name: "unsuspend",
        before: |world| drop(ops::suspend(&world.core, &world.order(7)).unwrap()),
        verb: |world| ops::unsuspend(&world.core, &world.order(7)),
        after: |world| assert!(world.sim().is_running(100) && world.config(100, "onboot") == "1"),
    },
    Operation {
        name: "terminate",
        before: |world| {
            let at = world.now() as i64 + 5;
            world.sim().add_backup("local", 100, at as _, false);
            world.sim().add_snapshot(100, "before");
        },
        verb: |world| ops::terminate(&world.core, &world.order(7)),
        after: |world| {
            assert_eq!(guests(world), 0);
            assert_eq!(world.service(7)["addresses"], serde_json::json!([]));
            let left = world
                .sim()
                .volumes
                .iter()
                .filter(|volume| format!("{volume:?}").contains("100"))
                .count();
            assert_eq!(left, 0, "no orphan volume");
        },
    },
    Operation {
        name: "reinstall",
        before: stop,
        verb: |world| match world.status(7).as_str() {
            // the first one went far enough: the cron finishes it
            "ready" | "reinstall" => ops::reinstall(&world.core, &world.order(7)),
            _ => Ok(serde_json::Value::Null),
        },
        after: |world| {
            assert_eq!((guests(world), world.vmid(7)), (1, 100));
            assert_eq!(world.status(7), "ready");
            assert!(world.sim().is_running(100));
        },
    },
    Operation {
        name: "vm_remove",
        before: stop,
        verb: |world| match world.status(7).as_str() {
            "set_ip" => Ok(serde_json::Value::Null),
            _ => ops::vm_remove(&world.core, &world.order(7)),
        },
        after: |world| assert_eq!((guests(world), world.status(7).as_str()), (0, "set_ip")),
    },
    Operation {
        name: "attach",
        before: |world| {
            world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
            world
                .sim()
                .set_config(300, "ipconfig0", Some("ip=192.0.2.20/24,gw=192.0.2.1"));
        },
        verb: |world| ops::attach(&world.core, &world.with_extra(8, "vmid", serde_json::json!(300))),
        after: |world| {
            assert_eq!((world.vmid(8), world.status(8)), (300, "ready".to_owned()));
            assert_eq!(world.service(8)["addresses"], serde_json::json!(["192.0.2.20"]));
        },
    },
];

/// Runs one operation, dying once; then repeats it and lets the cron finish. Answers whether it got so far.
fn operation_with(operation: &Operation, number: u64, after_effect: bool) -> bool {
    let mut world = World::new();
    world.ready(7);
    (operation.before)(&world);
    let base = world.mortality.requests.load(Ordering::SeqCst);
    *guard(&world.mortality.death) = Some(death(base + number, after_effect));
    let died = catch_unwind(AssertUnwindSafe(|| drop((operation.verb)(&world)))).is_err();
    if !died {
        world.cron();
    }
    let reached = world.mortality.requests.load(Ordering::SeqCst) >= base + number;
    world.restart();
    // WHMCS's staff repeats what was interrupted; the cron finishes what takes longer
    for _ in 0..4 {
        let _ = (operation.verb)(&world);
        world.cron_until_idle();
        world.clock_forward(30.0);
    }
    (operation.after)(&world);
    world.check_invariants();
    reached
}

#[test]
fn every_operation_that_dies_at_any_request_is_finished_by_a_repetition() {
    let tried = every_death(OPERATIONS.iter().map(|operation| {
        let dies_at: Box<dyn Fn(u64, bool) -> bool> =
            Box::new(|number, after| operation_with(operation, number, after));
        (operation.name, dies_at)
    }));
    assert!(tried > 60, "only {tried} deaths");
}
