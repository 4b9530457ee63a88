//! Pages that ask at the same time: one live look per page of a service, few per client, and nobody waits for another's.

use crate::acts;
use crate::support::{Death, World, code};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::store::MayLook;
use proxmoxkvm::words::ids::ServiceId;
use proxmoxkvm::words::limits;
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const CLIENT: u64 = 3;

/// The refresh of a client's page.
fn refresh(world: &World, core: &Core, service: u64, client: u64) -> Value {
    let order = json!({"client_id": client, "order_id": service, "status": "Active"});
    let request = json!({"service": service, "server": world.server, "order": order});
    api::show(core, &request).unwrap()
}

fn graphs(world: &World, core: &Core, service: u64, timeframe: &str, actor: &str) -> String {
    let order = world.order(service);
    let request = json!({
        "service": service, "server": order["server"], "package": order["package"], "timeframe": timeframe,
        "actor": actor, "order": {"client_id": CLIENT, "order_id": service, "status": "Active"},
    });
    code(api::usage(core, &request))
}

fn requests(world: &World) -> u64 {
    world.mortality.requests.load(Ordering::SeqCst)
}

/// Does something while refreshes of these services are on their way, each in a process of its own; says what they saw.
fn during<T>(world: &World, services: &[u64], work: impl FnOnce() -> T) -> (T, Vec<Value>) {
    let before = requests(world);
    let on_their_way = before + services.len() as u64;
    // whoever asks is answered when one more has come
    let expected = &world.mortality.meeting.expected;
    expected.store(
        world.mortality.meeting.so_far() + services.len() as u64 + 1,
        Ordering::SeqCst,
    );
    let processes: Vec<Core> = services.iter().map(|_| world.other_process()).collect();
    std::thread::scope(|scope| {
        let begun: Vec<_> = services
            .iter()
            .zip(&processes)
            .map(|(service, core)| {
                let handle = scope.spawn(|| refresh(world, core, *service, CLIENT));
                let arrived = before + 1 + handles_before(services, *service);
                await_requests(world, arrived);
                handle
            })
            .collect();
        assert_eq!(requests(world), on_their_way);
        let done = work();
        api::list(&world.core, &json!({"server": world.server, "what": "nodes"})).unwrap();
        expected.store(0, Ordering::SeqCst);
        (done, begun.into_iter().map(|handle| handle.join().unwrap()).collect())
    })
}

fn handles_before(services: &[u64], service: u64) -> u64 {
    services.iter().take_while(|other| **other != service).count() as u64
}

fn await_requests(world: &World, count: u64) {
    let patience = Instant::now() + Duration::from_secs(8);
    while requests(world) < count {
        assert!(Instant::now() < patience, "the refresh asks");
        std::thread::yield_now();
    }
}

fn world_of(services: &[u64]) -> World {
    let mut world = World::new();
    world.option(8, "2").option(10, "0");
    for service in services {
        world.ready(*service);
    }
    world
}

#[test]
fn ten_refreshes_at_once_are_one_look_and_none_waits() {
    let world = world_of(&[7]);
    let (shown, first) = during(&world, &[7], || {
        let (begun, asked) = (world.now(), requests(&world));
        let shown: Vec<Value> = (0..9)
            .map(|number| match number % 2 {
                0 => refresh(&world, &world.core, 7, CLIENT),
                _ => refresh(&world, &world.other_process(), 7, CLIENT),
            })
            .collect();
        assert_eq!(
            (world.now(), requests(&world)),
            (begun, asked),
            "nobody waits, nobody asks"
        );
        shown
    });
    assert_eq!(first[0]["live"]["status"], "running");
    for shown in shown {
        assert_eq!((&shown["live"], &shown["live_error"]), (&Value::Null, &Value::Null));
        assert_eq!(shown["looked_at"], true);
        assert_eq!(shown["service"]["status"], "ready", "from the store");
    }
    let after = refresh(&world, &world.core, 7, CLIENT);
    assert_eq!(
        (&after["live"]["status"], &after["looked_at"]),
        (&json!("running"), &Value::Null)
    );
}

#[test]
fn while_one_looks_others_see_what_was_seen_a_moment_ago() {
    let world = world_of(&[7]);
    for (age, is_shown) in [(0.0, true), (1.9, true), (2.1, false), (500.0, false)] {
        let seen = refresh(&world, &world.core, 7, CLIENT);
        world.clock_forward(age - 0.005);
        let (other, _) = during(&world, &[7], || refresh(&world, &world.other_process(), 7, CLIENT));
        let expected = if is_shown { &seen["live"] } else { &Value::Null };
        assert_eq!(&other["live"], expected, "{age} s");
        assert_eq!(other["looked_at"], if is_shown { Value::Null } else { json!(true) });
        if is_shown {
            assert_eq!(other["actions"], seen["actions"]);
        }
    }
}

#[test]
fn what_was_seen_before_a_stop_is_shown_to_nobody_after_it() {
    let world = world_of(&[7]);
    assert_eq!(refresh(&world, &world.core, 7, CLIENT)["live"]["status"], "running");
    acts::stop(&world.core, &world.order(7)).unwrap();
    let (other, _) = during(&world, &[7], || refresh(&world, &world.other_process(), 7, CLIENT));
    assert_eq!(other["live"], Value::Null);
    // nor what a look saw that was on its way when the machine was stopped
    acts::start(&world.core, &world.order(7)).unwrap();
    let (_, before) = during(&world, &[7], || {
        world.mortality.meeting.expected.store(0, Ordering::SeqCst);
        acts::stop(&world.core, &world.order(7)).unwrap();
    });
    assert!(before[0]["live"].is_object());
    let (other, _) = during(&world, &[7], || refresh(&world, &world.other_process(), 7, CLIENT));
    assert_eq!(other["live"], Value::Null);
}

#[test]
fn a_client_has_few_looks_at_the_same_time_and_others_have_theirs() {
    let world = world_of(&[7, 8, 9, 10]);
    let held: Vec<u64> = (7..7 + limits::LOOKS_PER_CLIENT as u64).collect();
    let next = held.len() as u64 + 7;
    let (_, seen) = during(&world, &held, || {
        let asked = requests(&world);
        let shown = refresh(&world, &world.other_process(), next, CLIENT);
        assert_eq!(shown["looked_at"], true, "{shown}");
        assert_eq!(graphs(&world, &world.core, next, "hour", "client"), "busy");
        assert_eq!(requests(&world), asked, "nothing was asked");
        world.mortality.meeting.expected.store(0, Ordering::SeqCst);
        // staff are few, and wait for what they want to see
        let order = world.order(next);
        let page = json!({"service": next, "server": order["server"], "package": order["package"]});
        let shown = api::show(&world.core, &page).unwrap();
        assert_eq!(shown["live"]["status"], "running");
    });
    assert!(
        seen.iter().all(|shown| shown["live"]["status"] == "running"),
        "{seen:?}"
    );
    // each place is free again
    for service in held {
        assert_eq!(
            refresh(&world, &world.core, service, CLIENT)["live"]["status"],
            "running"
        );
    }
    assert!(graphs(&world, &world.core, next, "hour", "client").starts_with("ok"));
}

#[test]
fn another_client_is_not_held_up() {
    let world = world_of(&[7, 8]);
    let mut other = world.order(9);
    other["service"]["client_id"] = json!(4);
    other["order"] = json!({"client_id": 4, "order_id": 9, "status": "Active"});
    api::create(&world.core, &other).unwrap();
    let run = json!({"orders": [other], "budget_s": 50, "workers": 1});
    proxmoxkvm::api::cron(&world.core, &run).unwrap();
    let (shown, _) = during(&world, &[7, 8], || {
        world.mortality.meeting.expected.store(0, Ordering::SeqCst);
        refresh(&world, &world.other_process(), 9, 4)
    });
    assert_eq!(shown["live"]["status"], "running", "{shown}");
}

#[test]
fn a_look_whose_process_died_is_over_by_itself() {
    let world = world_of(&[7]);
    let other = world.other_process();
    let dies = Death::Before(requests(&world) + 1);
    *crate::support::guard(&world.mortality.death) = Some(dies);
    assert!(catch_unwind(AssertUnwindSafe(|| refresh(&world, &other, 7, CLIENT))).is_err());
    *crate::support::guard(&world.mortality.death) = None;
    world.mortality.dead.store(false, Ordering::SeqCst);
    assert_eq!(refresh(&world, &world.core, 7, CLIENT)["looked_at"], true);
    world.clock_forward(limits::LOOK_SECONDS + 0.1);
    let shown = refresh(&world, &world.core, 7, CLIENT);
    assert_eq!(shown["live"]["status"], "running");
}

#[test]
fn a_silent_server_holds_up_no_refresh() {
    let world = world_of(&[7]);
    world.clock_forward(600.0);
    world.mortality.outages.begin("pve", crate::outage::Kind::Silent, 0);
    let first = refresh(&world, &world.core, 7, CLIENT);
    assert!(first["live_error"].is_string());
    let begun = world.now();
    for _ in 0..9 {
        let shown = refresh(&world, &world.other_process(), 7, CLIENT);
        let why = shown["live_error"].as_str().unwrap();
        assert!(why.contains("does not answer"), "{why}");
    }
    assert_eq!(world.now(), begun, "the store has it at once");
}

/// A refresh each second, of several clients' pages on several web servers, while the node is dead: what the workers of
/// the web servers wait for it, all together.
#[test]
fn a_thousand_refreshes_against_a_dead_node_take_few_workers() {
    let services: Vec<u64> = (7..11).collect();
    let world = world_of(&services);
    let processes: Vec<Core> = (0..3).map(|_| world.other_process()).collect();
    world.clock_forward(600.0);
    world.mortality.outages.begin("pve", crate::outage::Kind::Silent, 0);
    let began = world.now();
    let (mut waited, mut longest) = (0.0, 0.0_f64);
    for number in 0..1000 {
        let (service, client) = (services[number % services.len()], CLIENT + number as u64 % 5);
        let asked = world.now();
        let shown = refresh(&world, &processes[number % processes.len()], service, client);
        assert!(shown["live_error"].is_string(), "{number}: {shown}");
        assert_eq!(shown["service"]["status"], "ready", "the page answers from the store");
        let took = world.now() - asked;
        (waited, longest) = (waited + took, longest.max(took));
        world.clock_forward(1.0);
    }
    println!("1,000 refreshes against a dead node: {waited:.1} worker-seconds, the longest {longest:.1} s");
    assert!(longest <= limits::PAGE_SECONDS + 0.1, "{longest}");
    // ever more seldom somebody tries whether it is back: the first few times, then once in a while
    let tries = 4.0 + (world.now() - began) / limits::SILENT_LONGEST;
    assert!(waited <= tries * limits::PAGE_SECONDS, "{waited}");
}

#[test]
fn of_many_that_begin_at_the_same_moment_as_many_look_as_may() {
    let services: Vec<u64> = (7..13).collect();
    let world = World::new();
    for service in &services {
        world.create(*service).unwrap();
    }
    let processes: Vec<Core> = (0..12).map(|_| world.other_process()).collect();
    let begin = |service: fn(usize) -> u64| -> usize {
        let barrier = std::sync::Barrier::new(processes.len());
        let may = &|(number, core): (usize, &Core)| {
            barrier.wait();
            let begin = || {
                let service = ServiceId(service(number));
                core.store.begin_look(service, "now", Some(CLIENT), world.now())
            };
            // on a busy machine the store may be written to by others for longer than a page waits
            let begun = (0..100).find_map(|_| begin().ok());
            matches!(begun.unwrap(), MayLook::Now(_))
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = processes
                .iter()
                .enumerate()
                .map(|each| scope.spawn(move || may(each)))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .filter(|may| *may)
                .count()
        })
    };
    assert_eq!(begin(|_| 7), 1, "of one page");
    world.clock_forward(600.0);
    assert_eq!(
        begin(|number| 7 + number as u64 % 6),
        limits::LOOKS_PER_CLIENT,
        "of one client"
    );
}

#[test]
fn a_store_that_another_process_writes_to_for_long_holds_up_no_refresh() {
    let world = World::in_a_file();
    world.ready(7);
    let other = rusqlite::Connection::open(world.home.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    let shown = refresh(&world, &world.core, 7, CLIENT);
    assert_eq!(shown["live"]["status"], "running", "{}", shown["live_error"]);
    assert!(begun.elapsed() < limits::STORE_BUSY, "{:?}", begun.elapsed());
    other.execute_batch("ROLLBACK").unwrap();
    // and what was left undone keeps nobody from looking
    assert_eq!(refresh(&world, &world.core, 7, CLIENT)["live"]["status"], "running");
}
