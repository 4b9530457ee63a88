//! The process dies at every request, before and after its effect; another one goes on.

use crate::support::{Death, World, guard};
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

#[test]
fn a_create_that_dies_at_any_request_is_finished_by_the_cron() {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut tried = 0;
    let mut problems = Vec::new();
    for number in 1.. {
        let mut reached = false;
        for death in [Death::Before(number), Death::After(number)] {
            match catch_unwind(AssertUnwindSafe(|| order_with(death))) {
                Ok(was_reached) => reached |= was_reached,
                Err(panic) => {
                    reached = true;
                    let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                    problems.push(format!("{death:?}: {text}"));
                }
            }
        }
        if !reached {
            break;
        }
        tried += 2;
    }
    std::panic::set_hook(quiet);
    assert!(
        problems.is_empty(),
        "{} of {tried} deaths were not recovered:\n{}",
        problems.len(),
        problems.join("\n")
    );
    assert!(tried > 40, "only {tried} deaths");
}
