//! What time asks for: snapshots by a schedule, and the end of those that the product keeps only for a while.

use crate::acts;
use crate::snapshots::{delete, listed, own, ready, take};
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::guest::Made;
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

const DAY: f64 = 86_400.0;
const HOUR: f64 = 3600.0;
const DAILY: &str = "mon,tue,wed,thu,fri,sat,sun";

fn schedule(world: &World, days: Value, hour: Value) -> Result<Value, Error> {
    let mut order = world.with_extra(7, "days", days);
    order["hour"] = hour;
    acts::snapshot_schedule(&world.core, &order)
}

/// When the cron looks at the service again.
fn due_at(world: &World) -> Option<f64> {
    world
        .core
        .store
        .service(proxmoxkvm::words::ids::ServiceId(7))
        .unwrap()
        .0
        .due_at
}

/// Until that time; then what the cron does.
fn at_its_time(world: &World) -> f64 {
    let at = due_at(world).expect("nothing is scheduled");
    world.clock_forward((at - world.now()).max(0.0));
    world.cron_until_idle();
    at
}

fn scheduled(world: &World) -> usize {
    own(world)
        .iter()
        .filter(|name| Made::of(name) == Made::Scheduled)
        .count()
}

/// The history's lines of snapshots, the newest first.
fn told(world: &World) -> Vec<String> {
    let log = api::activity(&world.core, &json!({"service": 7, "actor": "admin"})).unwrap();
    let events = log["entries"].as_array().unwrap().iter();
    events
        .map(ToString::to_string)
        .filter(|event| event.contains("snapshot_take"))
        .collect()
}

#[test]
fn a_snapshot_is_taken_on_each_day_and_the_oldest_of_them_makes_room() {
    let world = ready("");
    take(&world, "by hand").unwrap();
    let by_hand = own(&world)[0].clone();
    schedule(&world, json!(DAILY), json!(4)).unwrap();
    for day in 1..=5 {
        let at = at_its_time(&world);
        let into = at.rem_euclid(DAY) / HOUR;
        assert!((4.0..8.0).contains(&into), "day {day}: {into}");
        assert_eq!(scheduled(&world), day.min(2), "day {day}: {:?}", own(&world));
        assert!(own(&world).contains(&by_hand), "what was taken by hand stays");
        assert_eq!(world.status(7), "ready");
        assert!(world.sim().is_running(100));
    }
    world.check_invariants();
}

#[test]
fn nothing_is_asked_of_proxmox_ve_before_its_time() {
    let world = ready("");
    schedule(&world, json!(["sun"]), json!("0")).unwrap();
    world.sim().log.clear();
    let before = due_at(&world).unwrap();
    let work = world
        .core
        .store
        .service(proxmoxkvm::words::ids::ServiceId(7))
        .unwrap()
        .0;
    while world.now() < before - HOUR {
        let due = api::due(&world.core, &json!({})).unwrap();
        assert_eq!(due["services"], json!([]), "nobody takes it up before its time");
        world.cron();
        world.clock_forward(HOUR / 2.0);
    }
    assert_eq!(
        world
            .core
            .store
            .service(proxmoxkvm::words::ids::ServiceId(7))
            .unwrap()
            .0,
        work
    );
    assert_eq!(world.sim().log.len(), 0);
    assert_eq!(due_at(&world), Some(before));
}

#[test]
fn a_cron_that_was_away_makes_up_for_it_once() {
    let world = ready("");
    schedule(&world, json!(DAILY), json!(4)).unwrap();
    world.clock_forward(3.0 * DAY);
    world.cron_until_idle();
    assert_eq!(scheduled(&world), 1);
    let next = due_at(&world).unwrap();
    assert!(next > world.now() && next < world.now() + 2.0 * DAY);
}

#[test]
fn what_cannot_be_done_is_tried_again_while_the_window_lasts_and_then_told() {
    let world = ready("");
    schedule(&world, json!(DAILY), json!(4)).unwrap();
    let at = due_at(&world).unwrap();
    world.clock_forward(at - world.now());
    world
        .sim()
        .vms
        .get_mut(&100)
        .unwrap()
        .conf
        .insert("lock".into(), "backup".into());
    for _ in 0..4 {
        world.cron();
        assert!(
            told(&world).iter().all(|line| !line.contains("locked")),
            "{:?}",
            told(&world)
        );
        let again = due_at(&world).unwrap();
        assert!((again - world.now() - limits::SCHEDULE_AGAIN).abs() < 5.0, "{again}");
        world.clock_forward(limits::SCHEDULE_AGAIN);
    }
    world.sim().vms.get_mut(&100).unwrap().conf.remove("lock");
    world.cron_until_idle();
    assert_eq!(scheduled(&world), 1, "in the same window");
    // and a whole window long
    world.clock_forward(due_at(&world).unwrap() - world.now());
    world
        .sim()
        .vms
        .get_mut(&100)
        .unwrap()
        .conf
        .insert("lock".into(), "backup".into());
    for _ in 0..26 {
        world.cron();
        world.clock_forward(limits::SCHEDULE_AGAIN);
    }
    world.cron();
    assert!(told(&world)[0].contains("locked"), "{:?}", told(&world));
    assert!(due_at(&world).unwrap() > world.now() + 10.0 * HOUR, "tomorrow again");
    assert_eq!(world.status(7), "ready");
}

#[test]
fn a_full_storage_costs_that_day_which_is_told_and_no_other() {
    let world = ready("");
    schedule(&world, json!(DAILY), json!(4)).unwrap();
    let before = world.sim().storages["local"].used;
    world.sim().fill_storage("local", 1 << 20);
    let at = due_at(&world).unwrap();
    while world.now() < at + 4.0 * HOUR {
        world.clock_forward((due_at(&world).unwrap() - world.now()).max(60.0));
        world.cron();
    }
    assert_eq!(scheduled(&world), 0);
    assert!(told(&world)[0].contains("snapshot_floor"), "{:?}", told(&world));
    world.sim().storages.get_mut("local").unwrap().used = before;
    at_its_time(&world);
    assert_eq!(scheduled(&world), 1);
}

#[test]
fn a_schedule_rests_while_the_service_is_suspended_and_when_it_is_not_sold_any_more() {
    let mut world = ready("");
    schedule(&world, json!(DAILY), json!(4)).unwrap();
    api::suspend(&world.core, &world.order(7)).unwrap();
    for _ in 0..4 {
        world.clock_forward(12.0 * HOUR);
        world.cron();
    }
    assert_eq!(scheduled(&world), 0);
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    at_its_time(&world);
    assert!(scheduled(&world) >= 1);
    let had = scheduled(&world);
    world.option(24, "snapshots = 3\nsnapshot_schedule = off");
    at_its_time(&world);
    assert_eq!(scheduled(&world), had);
    world.option(24, "");
    at_its_time(&world);
    assert_eq!(scheduled(&world), had);
    assert!(
        told(&world).iter().all(|line| !line.contains("snapshots_not_sold")),
        "nobody reads that every day"
    );
}

#[test]
fn it_goes_by_the_clocks_of_whmcs() {
    let world = ready("");
    let mut order = world.with_extra(7, "days", json!(DAILY));
    (order["hour"], order["utc_offset_s"]) = (json!(4), json!(2 * 3600));
    acts::snapshot_schedule(&world.core, &order).unwrap();
    let at = due_at(&world).unwrap();
    assert!((2.0..6.0).contains(&(at.rem_euclid(DAY) / HOUR)), "{at}");
}

#[test]
fn what_is_no_schedule_is_refused_and_none_ends_it() {
    let mut world = ready("");
    for (days, hour) in [
        (json!("mon"), json!(5)),
        (json!("mon"), json!("")),
        (json!("mon"), json!(24)),
        (json!("mon"), json!(-4.0)),
        (json!("monday"), json!(4)),
        (json!(["mon", 3]), json!(4)),
        (json!({"mon": 1}), json!(4)),
        (json!("<script>"), json!(4)),
    ] {
        let refused = schedule(&world, days.clone(), hour.clone());
        assert_eq!(code(refused), "snapshot_schedule_wrong", "{days} {hour}");
    }
    assert_eq!(due_at(&world), None);
    schedule(&world, json!(["mon", "thu"]), json!(8)).unwrap();
    let page = listed(&world, "client");
    assert_eq!(
        (&page["schedule"]["days"], &page["schedule"]["hour"]),
        (&json!(["mon", "thu"]), &json!(8))
    );
    assert_eq!(page["schedule"]["next_at"].as_f64(), due_at(&world));
    schedule(&world, json!(""), json!("")).unwrap();
    assert_eq!(
        (due_at(&world), &listed(&world, "client")["schedule"]["hour"]),
        (None, &Value::Null)
    );
    world.option(24, "");
    assert_eq!(code(schedule(&world, json!("mon"), json!(4))), "snapshots_not_sold");
}

#[test]
fn snapshots_end_after_the_days_of_the_product_and_no_others_do() {
    let world = ready("snapshot_days = 3");
    world.sim().add_snapshot(100, "nightly");
    take(&world, "first").unwrap();
    world.clock_forward(DAY);
    take(&world, "second").unwrap();
    let due = api::due(&world.core, &json!({})).unwrap();
    assert_eq!(due["services"], json!([]), "the end of a snapshot is not due for days");
    let page = listed(&world, "client");
    let ends: Vec<_> = page["snapshots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["ends_at"].as_f64())
        .collect();
    assert!(ends[0].is_some() && ends[1].is_some() && ends[2].is_none(), "{page}");
    assert_eq!(own(&world).len(), 2);
    at_its_time(&world);
    assert_eq!(own(&world).len(), 1, "the first one's time is over");
    assert!(
        (due_at(&world).unwrap() - ends[0].unwrap()).abs() < 2.0,
        "the second one's is known"
    );
    at_its_time(&world);
    assert_eq!(own(&world), [""; 0]);
    assert_eq!(due_at(&world), None, "nothing is left to end");
    assert!(
        world.sim().vms[&100].snapshots.contains_key("nightly"),
        "the provider's stays"
    );
    assert_eq!(world.status(7), "ready");
    world.check_invariants();
}

#[test]
fn one_that_cannot_be_deleted_is_tried_again() {
    let world = ready("snapshot_days = 1");
    take(&world, "one").unwrap();
    world.sim().add_fault(Fault::always(
        "DELETE",
        "/snapshot/",
        FaultKind::TaskError("storage is gone".into()),
    ));
    at_its_time(&world);
    assert_eq!(own(&world).len(), 1);
    world.sim().faults.clear();
    world.clock_forward(DAY);
    world.cron_until_idle();
    assert_eq!(own(&world), [""; 0], "{}", world.service(7));
}

#[test]
fn what_somebody_deletes_by_hand_is_not_waited_for() {
    let world = ready("snapshot_days = 2");
    take(&world, "one").unwrap();
    delete(&world, &own(&world)[0].clone()).unwrap();
    at_its_time(&world);
    assert_eq!(due_at(&world), None);
}

#[test]
fn what_a_snapshot_was_promised_outlives_another_setting() {
    let mut world = ready("");
    take(&world, "stays").unwrap();
    world.option(24, "snapshots = 3\nsnapshot_days = 2");
    world.clock_forward(60.0);
    take(&world, "for two days").unwrap();
    let page = listed(&world, "client");
    let ends = |at: usize| page["snapshots"][at]["ends_at"].as_f64();
    assert_eq!(ends(1), None, "it had no end when it was taken");
    assert!((ends(0).unwrap() - world.now() - 2.0 * DAY).abs() < 60.0);
    world.option(24, "snapshots = 3");
    assert_eq!(listed(&world, "client")["snapshots"][0]["ends_at"].as_f64(), ends(0));
    at_its_time(&world);
    assert_eq!(labels_of(&world), ["stays"]);
    assert_eq!(due_at(&world), None);
}

fn labels_of(world: &World) -> Vec<String> {
    let page = listed(world, "client");
    let rows = page["snapshots"].as_array().unwrap().iter();
    rows.map(|one| one["label"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_missed_window_that_fails_leaves_the_day_its_own() {
    let world = ready("");
    schedule(&world, json!(DAILY), json!(20)).unwrap();
    let first = due_at(&world).unwrap();
    // the cron comes back three days later, twelve hours before that day's window
    world.clock_forward(first + 3.0 * DAY - 12.0 * HOUR - world.now());
    let words = "storage 'local' is not online";
    world
        .sim()
        .add_fault(Fault::once("POST", "/snapshot$", FaultKind::TaskError(words.into())));
    world.cron_until_idle();
    assert_eq!(scheduled(&world), 0);
    assert_eq!(due_at(&world), Some(first + 3.0 * DAY), "{:?}", told(&world));
    at_its_time(&world);
    assert_eq!(scheduled(&world), 1);
    assert_eq!(due_at(&world), Some(first + 4.0 * DAY));
}

/// WHMCS's database was restored, say: for a while the service was nobody's.
#[test]
fn a_service_that_was_gone_from_whmcs_for_a_moment_keeps_its_schedule() {
    let world = ready("");
    schedule(&world, json!(DAILY), json!(4)).unwrap();
    world.clock_forward(limits::NEW_TO_WHMCS_SECONDS);
    let orphans = |services: Value| api::orphans(&world.core, &json!({"services": services, "servers": [1]})).unwrap();
    assert_eq!(orphans(json!([]))["orphans"][0]["service"], 7);
    assert_eq!(due_at(&world), None, "it rests");
    orphans(json!([7]));
    world.cron_until_idle();
    at_its_time(&world);
    assert_eq!(scheduled(&world), 1);
    world.check_invariants();
}
