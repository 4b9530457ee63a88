//! Many services at once: clone slots, shared waiting, fairness, and nothing asked where nothing is to be done.

use crate::support::{World, cluster_options, guard};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::cron;
use proxmoxkvm::words::ids::ServiceId;
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind, Logged};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Clones that take their time.
fn slow_world() -> World {
    let mut options = cluster_options();
    options.clone_seconds = 22.0;
    let mut world = World::with(options);
    // as many as there are clones of 2 GB in a storage of 230: room is not the subject here
    world.option(8, "2").option(10, "0");
    world
}

/// How many clones ran at the same time, at most.
fn most_clones(world: &World) -> usize {
    let sim = world.sim();
    let clones: Vec<_> = sim.tasks().iter().filter(|task| task.kind == "qmclone").collect();
    let running = |at: f64| {
        let covers = clones
            .iter()
            .filter(|c| c.start <= at && c.end.is_none_or(|end| end > at));
        covers.count()
    };
    clones
        .iter()
        .map(|clone| running(clone.start))
        .max()
        .unwrap_or_default()
}

/// A cron run of one process, for services that are due.
fn run(world: &World, core: &Core, workers: usize, budget: f64) -> Value {
    let due = api::due(core, &json!({})).unwrap();
    let ids = due["services"].as_array().unwrap().iter();
    let orders: Vec<Value> = ids.map(|s| world.order(s["id"].as_u64().unwrap())).collect();
    let request = json!({"orders": orders, "budget_s": budget, "workers": workers});
    cron(core, &request).unwrap()
}

fn ready(world: &World, ids: impl IntoIterator<Item = u64>) -> usize {
    ids.into_iter().filter(|id| world.status(*id) == "ready").count()
}

#[test]
fn a_create_that_finds_no_slot_succeeds_and_is_in_line() {
    let world = slow_world();
    for id in 1..=5 {
        let reply = world.create(id).unwrap();
        let status = if id <= 3 { "clone" } else { "set_ip" };
        assert_eq!(reply["service"]["status"], status, "service {id}");
        assert_eq!(reply["service"]["addresses"].as_array().unwrap().len(), 1);
        assert_eq!(reply["service"]["error"], Value::Null);
    }
    assert_eq!(world.sim().tasks().len(), 3, "nothing else was started");
    world.cron_until_idle();
    assert_eq!((ready(&world, 1..=5), most_clones(&world)), (5, 3));
    world.check_invariants();
}

#[test]
fn two_processes_with_eight_workers_each_never_run_more_clones_than_there_are_slots() {
    let world = slow_world();
    let other = world.other_process();
    for id in 1..=14 {
        let core = if id % 2 == 0 { &other } else { &world.core };
        api::create(core, &world.order(id)).unwrap();
    }
    for _ in 0..40 {
        std::thread::scope(|scope| {
            for core in [&world.core, &other] {
                let world = &world;
                scope.spawn(move || run(world, core, 8, 50.0));
            }
        });
        if ready(&world, 1..=14) == 14 {
            break;
        }
        world.clock_forward(5.0);
    }
    assert_eq!(ready(&world, 1..=14), 14);
    assert_eq!(most_clones(&world), 3);
    world.check_invariants();
}

#[test]
fn the_slots_are_the_package_s_and_count_for_each_place() {
    let mut world = slow_world();
    world.option(24, "clone_slots_per_storage = 1");
    world.create(9).unwrap();
    world.cron_until_idle();
    for id in 1..=2 {
        world.create(id).unwrap();
    }
    assert_eq!((world.status(1), world.status(2)), ("clone".into(), "set_ip".into()));
    world.option(4, "local2");
    world.create(3).unwrap();
    assert_eq!(world.status(3), "clone", "another storage has slots of its own");
}

#[test]
fn clones_of_a_template_that_is_new_count_together_with_those_whose_storage_is_known() {
    let world = slow_world();
    // each is in line before the one at its head has shown where the template's clones land, or after it
    for id in 1..=5 {
        world.create(id).unwrap();
    }
    world.clock_forward(21.0);
    run(&world, &world.core, 1, 3.0);
    for id in 6..=12 {
        world.create(id).unwrap();
    }
    world.cron_until_idle();
    assert_eq!((ready(&world, 1..=12), most_clones(&world)), (12, 3));
    world.check_invariants();
}

#[test]
fn a_slot_outlives_its_process_and_ends_with_its_clone() {
    let mut world = slow_world();
    for id in 1..=3 {
        world.create(id).unwrap();
    }
    // all three clones run, and nobody is there to see their end
    world.restart();
    assert_eq!(world.create(4).unwrap()["service"]["status"], "set_ip");
    world.cron_until_idle();
    assert_eq!((ready(&world, 1..=4), most_clones(&world)), (4, 3));
    world.check_invariants();
}

#[test]
fn a_process_that_dies_while_it_starts_a_clone_leaves_no_slot_behind() {
    for death in [crate::support::Death::Before(5), crate::support::Death::After(5)] {
        let mut world = slow_world();
        world.option(24, "clone_slots_per_storage = 1");
        *guard(&world.mortality.death) = Some(death);
        let died = catch_unwind(AssertUnwindSafe(|| world.create(1).is_ok())).is_err();
        assert!(died && world.status(1) == "set_ip");
        world.restart();
        world.create(2).unwrap();
        assert_eq!(world.status(2), "set_ip", "a clone may be on its way: {death:?}");
        world.cron_until_idle();
        assert_eq!((ready(&world, 1..=2), most_clones(&world)), (2, 1), "{death:?}");
        world.check_invariants();
    }
}

#[test]
fn a_clone_that_fails_gives_its_slot_back() {
    let mut world = slow_world();
    world.option(24, "clone_slots_per_storage = 1");
    let kind = FaultKind::TaskError("clone failed: no space".to_owned());
    world.sim().add_fault(Fault::once("POST", "/clone", kind));
    world.create(1).unwrap();
    world.create(2).unwrap();
    world.clock_forward(60.0);
    world.cron();
    assert_eq!(world.status(2), "ready", "{}", world.service(2));
    world.cron_until_idle();
    assert_eq!((ready(&world, 1..=2), most_clones(&world)), (2, 1));
}

#[test]
fn the_slot_of_a_service_that_nobody_brings_any_more_ends_by_itself() {
    let mut world = slow_world();
    world.option(24, "clone_slots_per_storage = 1");
    world.create(1).unwrap();
    let key = "1 pve1/local";
    let has_slot = |at: f64| world.core.store.has_slot(key, 1, ServiceId(2), at).unwrap();
    assert!(!has_slot(world.now() + limits::SLOT_SECONDS - 60.0));
    assert!(has_slot(world.now() + limits::SLOT_SECONDS + 60.0));
}

#[test]
fn a_server_with_many_pending_services_does_not_starve_one_with_few() {
    let world = slow_world();
    let mut other = world.server.clone();
    other["id"] = json!(2);
    other["assigned_ips"] = json!("vmbr0|10|198.51.100.10-198.51.100.40|24|198.51.100.1|192.0.2.53");
    let order = |id: u64| {
        let mut order = world.order(id);
        if id >= 900 {
            order["server"] = other.clone();
        }
        order
    };
    // 30 first, 3 later
    for id in (1..=30).chain(901..=903) {
        let server = proxmoxkvm::words::ids::ServerId(if id >= 900 { 2 } else { 1 });
        let service = proxmoxkvm::service::Service::new(ServiceId(id), server, world.now());
        world.core.store.begin(&service, world.now()).unwrap();
        world.clock_forward(0.1);
    }
    let due = api::due(&world.core, &json!({"limit": 8})).unwrap();
    let ids: Vec<u64> = due["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["id"].as_u64().unwrap())
        .collect();
    assert_eq!(
        ids,
        [1, 901, 2, 902, 3, 903, 4, 5],
        "a short list has the few of the other server"
    );
    // PHP may bring them in any order
    let orders: Vec<Value> = (1..=30).chain(901..=903).map(order).collect();
    cron(&world.core, &json!({"orders": orders, "budget_s": 2, "workers": 1})).unwrap();
    let begun: BTreeSet<String> = (901..=903).map(|id| world.status(id)).collect();
    assert_eq!(begun, BTreeSet::from(["clone".to_owned()]));
}

#[test]
fn services_in_line_do_not_hide_the_clones_that_they_wait_for() {
    let world = slow_world();
    for id in 1..=9 {
        world.create(id).unwrap();
    }
    world.clock_forward(1.0);
    let due = world.core.store.agenda(world.now() + 30.0, 0.0, 6).unwrap().due;
    let ids: BTreeSet<u64> = due.iter().map(|due| due.service.0).collect();
    assert!(ids.is_superset(&BTreeSet::from([1, 2, 3])), "{ids:?}");
}

#[test]
fn what_a_run_does_not_reach_is_as_due_as_before() {
    let world = slow_world();
    for id in 1..=9 {
        world.create(id).unwrap();
    }
    run(&world, &world.core, 1, 5.0);
    for id in 4..=9 {
        assert_eq!(world.status(id), "set_ip");
        // no lease is left, and nobody has to wait for one
        let lease = world.core.store.lease(ServiceId(id), world.now()).unwrap();
        assert!(lease.service.due_at.unwrap() <= world.now() && lease.service.body.trouble.is_none());
    }
}

/// The polls in the log of one node: lists, and status requests by UPID.
fn polls(log: &[Logged]) -> (Vec<f64>, BTreeMap<String, usize>) {
    let lists = log
        .iter()
        .filter(|l| l.path.ends_with("/tasks"))
        .map(|l| l.at)
        .collect();
    let mut asked = BTreeMap::new();
    for logged in log
        .iter()
        .filter(|l| l.path.ends_with("/status") && l.path.contains("/tasks/"))
    {
        *asked.entry(logged.path.clone()).or_insert(0) += 1;
    }
    (lists, asked)
}

#[test]
fn however_many_wait_a_node_is_asked_once_a_tick() {
    let mut world = slow_world();
    world.option(24, "clone_slots_per_storage = 20");
    for id in 1..=20 {
        world.create(id).unwrap();
    }
    world.sim().log.clear();
    run(&world, &world.core, 1, 20.0);
    let (lists, asked) = polls(&world.sim().log);
    assert!(lists.len() > 20, "they were waited for: {}", lists.len());
    for pair in lists.windows(2) {
        assert!(pair[1] - pair[0] >= limits::POLL_TICK, "{pair:?}");
    }
    let singly: usize = asked.values().sum();
    assert!(
        singly <= 1,
        "while twenty clones run, only the first to be looked at was alone: {asked:?}"
    );

    world.sim().log.clear();
    world.cron_until_idle();
    assert_eq!(ready(&world, 1..=20), 20);
    let (_, asked) = polls(&world.sim().log);
    let tasks = asked.len();
    let singly: usize = asked.values().sum();
    assert!(singly <= 2 * tasks, "{singly} requests for the ends of {tasks} tasks");
}

#[test]
fn a_list_that_still_has_an_ended_task_is_not_believed_for_ever() {
    let world = slow_world();
    for id in 1..=3 {
        world.create(id).unwrap();
    }
    // a daemon that was restarted leaves its tasks in the list
    let upids: Vec<String> = world.sim().tasks().iter().map(|task| task.upid.clone()).collect();
    let listed: Vec<Value> = upids
        .iter()
        .map(|upid| json!({"upid": upid, "status": "RUNNING"}))
        .collect();
    let body = json!({ "data": listed }).to_string();
    let stale = FaultKind::Status(200, "OK".to_owned(), body);
    world.sim().add_fault(Fault::always("GET", "/nodes/pve1/tasks$", stale));
    world.cron();
    assert_eq!(ready(&world, 1..=3), 3, "within one run");
}

#[test]
fn ready_services_cost_no_request() {
    let world = World::new();
    for id in 1..=3 {
        world.create(id).unwrap();
    }
    world.cron_until_idle();
    world.sim().log.clear();
    let reply = run(&world, &world.core, 8, 50.0);
    assert_eq!(reply["requests"]["total"], 0);
    assert_eq!(world.sim().log.len(), 0);
}
