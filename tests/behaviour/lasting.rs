//! Refusals that last: every request that changes something, of every operation, is refused for more than ten minutes.
//! A usual run plays every third of them, `make walks` all.
//!
//! What has to hold then is said in [`refused`](crate::refused). Where PVE lets nothing be started, or holds a lock, what
//! ran runs by itself once that is over.

use crate::crash::{Operation, has_the_larger_package, is_played, walked};
use crate::faults::without_numbers;
use crate::refused::{CRON_EVERY, Refused, Scene, Stored, guests, refusals, stored};
use crate::support::{World, guard};
use proxmoxkvm::api;
use pvesim::{Cluster, Fault, Logged};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard};

/// An operation in a world where nothing else happens.
struct Alone<'a> {
    world: World,
    operation: &'a Operation,
}

impl Scene for Alone<'_> {
    fn pass(&mut self, cron_runs: u32) {
        for _ in 0..cron_runs {
            self.world.cron_until_idle();
            self.world.clock_forward(CRON_EVERY);
        }
    }

    fn stored(&self) -> BTreeMap<u64, Stored> {
        stored(&self.world.home)
    }

    fn cluster(&self) -> MutexGuard<'_, Cluster> {
        self.world.sim()
    }

    fn holds(&self) -> bool {
        catch_unwind(AssertUnwindSafe(|| (self.operation.after)(&self.world))).is_ok()
    }
}

fn wrong(start: &World, operation: &Operation, fault: Fault) -> Option<String> {
    let world = start.copy();
    let refused = Refused {
        operation: operation.name,
        kind: fault.kind.clone(),
        path: fault.path.clone(),
        before: guests(&start.sim()),
        services: vec![7, 8],
        own: stored(&world.home).values().filter_map(|stored| stored.vmid).collect(),
    };
    world.sim().add_fault(fault);
    let answer = (operation.verb)(&world);
    refused.wrong(&mut Alone { world, operation }, answer.is_ok())
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
    for (step, (method, path)) in (0..).zip(steps) {
        for (kind, (name, refusal)) in (0..).zip(refusals()) {
            if !is_played(operation.name, step + kind) {
                continue;
            }
            tried += 1;
            let fault = Fault::always(method, &format!("{path}$"), refusal);
            if let Some(wrong) = wrong(&start, operation, fault) {
                let step = without_numbers(path);
                found.push(format!("{} {method} {step}: {name}: {wrong}", operation.name));
            }
        }
    }
    (tried, found)
}

/// A guest that is off and stays off shows nothing else of a change than what was written.
const SUSPENDED: Operation = Operation {
    name: "change_package",
    before: |world| {
        world.ready(7);
        api::suspend(&world.core, &world.order(7)).unwrap();
        world.option(6, "4").option(7, "3").option(8, "9");
    },
    verb: |world| api::change_package(&world.core, &world.order(7)),
    after: |world| {
        has_the_larger_package(world);
        assert!(!world.sim().is_running(100));
    },
};

#[test]
fn a_refusal_that_lasts_leaves_what_ran_running_writes_nothing_else_and_is_told() {
    let found = Mutex::new((0, Vec::new()));
    std::thread::scope(|scope| {
        for operation in walked().chain([&SUSPENDED]) {
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
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
