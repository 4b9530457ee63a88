//! Tasks that fail, hang, or are in the way of a button: what is tried again, what is told, and to whom.

use crate::support::World;
use proxmoxkvm::ops;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

/// The results of one kind of event of service 7, oldest first.
pub fn results(world: &World, what: &str) -> Vec<String> {
    let events = ops::show(&world.core, &json!({"service": 7})).unwrap()["events"].clone();
    let events = events.as_array().unwrap().iter().filter(|event| event["what"] == what);
    events
        .map(|event| event["result"].as_str().unwrap().to_owned())
        .collect()
}

/// What is in the way of each service that needs somebody.
pub fn attention(world: &World) -> Vec<Value> {
    let due = ops::due(&world.core, &json!({})).unwrap();
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
