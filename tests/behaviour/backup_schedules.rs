//! Backups by a schedule: one after the other on a node, what waits and is left out, and who hears of it.

use crate::acts;
use crate::backups::{listed, made, own, passes, protect, ready, slowly, stored};
use crate::support::World;
use proxmoxkvm::api;
use proxmoxkvm::guest::Made;
use proxmoxkvm::words::ids::ServiceId;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

/// On every day, in the window that begins at four.
fn daily(world: &World) {
    let mut order = world.with_extra(7, "days", json!("mon,tue,wed,thu,fri,sat,sun"));
    order["hour"] = json!(4);
    acts::backup_schedule(&world.core, &order).unwrap();
}

/// Until the cron has something to do for it, and then what the cron does.
fn at_its_time(world: &World) {
    let due = world.core.store.service(ServiceId(7)).unwrap().0.due_at;
    world.clock_forward((due.expect("nothing is scheduled") - world.now()).max(0.0));
    world.cron_until_idle();
}

#[test]
fn a_backup_is_made_on_each_day_and_the_oldest_that_is_not_protected_makes_room() {
    let world = ready("");
    let by_hand = made(&world, "by hand");
    let kept = made(&world, "kept");
    protect(&world, &kept, true).unwrap();
    daily(&world);
    for day in 1..=4 {
        let due = api::due(&world.core, &json!({})).unwrap();
        assert_eq!(due["services"], json!([]), "nobody takes it up before its time");
        at_its_time(&world);
        let names = own(&world);
        assert_eq!((names.len(), stored(&world)), (3, 3), "day {day}: {names:?}");
        assert_eq!(names.contains(&by_hand), day == 1);
        assert!(names.contains(&kept) && Made::of(&names[0]) == Made::Scheduled);
        assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
    }
    let page = listed(&world, "client");
    assert!(page["schedule"]["next_at"].as_f64().unwrap() > world.now());
    assert_eq!(page["backups"][0]["scheduled"], true);
    world.check_invariants();
}

#[test]
fn a_schedule_waits_for_its_turn_on_the_node_and_rests_while_suspended() {
    let world = ready("");
    world.ready(8);
    daily(&world);
    slowly(&world);
    let due = world.core.store.service(ServiceId(7)).unwrap().0.due_at.unwrap();
    world.clock_forward(due - world.now() - 60.0);
    let other = world.with_extra(8, "note", json!("eight"));
    acts::backup_make(&world.core, &other).unwrap();
    world.clock_forward(61.0);
    world.cron();
    assert_eq!(
        (own(&world).len(), world.status(7).as_str()),
        (0, "ready"),
        "the node is busy"
    );
    for _ in 0..6 {
        passes(&world, 600.0);
        world.cron_until_idle();
    }
    assert_eq!((own(&world).len(), stored(&world)), (1, 2), "in the same window");
    api::suspend(&world.core, &world.order(7)).unwrap();
    for _ in 0..12 {
        passes(&world, 6.0 * 3600.0);
        world.cron_until_idle();
    }
    assert_eq!(own(&world).len(), 1);
}

fn of(world: &World, service: u64, days: &str, hour: u8) {
    let mut order = world.with_extra(service, "days", json!(days));
    order["hour"] = json!(hour);
    acts::backup_schedule(&world.core, &order).unwrap();
}

const DAILY: &str = "mon,tue,wed,thu,fri,sat,sun";

/// So many tasks of vzdump run or wait on the node.
fn tasks(world: &World) -> usize {
    let sim = world.sim();
    let tasks = sim.tasks().iter();
    tasks.filter(|task| task.kind == "vzdump" && task.is_running()).count()
}

#[test]
fn three_in_a_row_that_were_not_made_are_told_to_customer_and_staff_until_one_is() {
    let world = ready("");
    daily(&world);
    let failing = FaultKind::TaskErrorLog(
        vec!["ERROR: Backup of VM 100 failed - no space left on device".into()],
        "job errors".into(),
    );
    world.sim().add_fault(Fault::always("POST", "/vzdump$", failing));
    for day in 1..=4 {
        at_its_time(&world);
        let page = listed(&world, "client");
        assert_eq!(page["missed"]["in_a_row"], day);
        let told: Vec<String> = world
            .told_of(7)
            .into_iter()
            .filter(|kind| kind == "mail_failed")
            .collect();
        assert_eq!(told.len(), usize::from(day >= 3), "day {day}");
        let error = &world.service(7)["error"];
        assert_eq!(error["attention"] == true, day >= 3, "day {day}: {error}");
        assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
        let due = api::due(&world.core, &json!({})).unwrap();
        assert_eq!(
            due["services"],
            json!([]),
            "day {day}: nobody takes it up before its time"
        );
    }
    let error = world.service(7)["error"].clone();
    assert_eq!(error["code"], "backups_missed");
    assert!(error["message"].as_str().unwrap().contains("no space left"), "{error}");
    world.sim().faults.clear();
    at_its_time(&world);
    assert_eq!(
        (own(&world).len(), &listed(&world, "client")["missed"]),
        (1, &Value::Null)
    );
    assert_eq!(world.service(7)["error"], Value::Null);
    world.check_invariants();
}

#[test]
fn what_could_not_be_begun_is_told_with_its_reason_until_another_schedule_is_chosen() {
    let world = ready("");
    for note in ["one", "two", "three"] {
        made(&world, note);
    }
    for name in own(&world).iter().take(2) {
        protect(&world, name, true).unwrap();
    }
    daily(&world);
    let storage = |world: &World, retention: Option<&str>| {
        world.sim().storages.get_mut("local").unwrap().retention = retention.map(str::to_owned);
    };
    storage(&world, Some("keep-last=3"));
    for day in 1..=3 {
        at_its_time(&world);
        let missed = listed(&world, "client")["missed"].clone();
        assert_eq!(
            (&missed["code"], &missed["in_a_row"]),
            (&json!("backup_retention"), &json!(day))
        );
        assert_eq!(missed["client"], "client_backup_impossible");
    }
    assert_eq!(world.service(7)["error"]["attention"], true);
    // another schedule is another beginning
    of(&world, 7, DAILY, 8);
    assert_eq!(
        (&world.service(7)["error"], &listed(&world, "client")["missed"]),
        (&Value::Null, &Value::Null)
    );
    storage(&world, None);
    let mut world = world;
    world.option(24, "backups = 5");
    protect(&world, &own(&world)[2], true).unwrap();
    // none may go for a new one
    world.option(24, "backups = 2");
    for _ in 1..=3 {
        at_its_time(&world);
    }
    assert_eq!(listed(&world, "client")["missed"]["code"], "backup_quota");
    assert_eq!(world.service(7)["error"]["attention"], true);
    assert_eq!(stored(&world), 3);
}

#[test]
fn never_more_on_a_node_than_the_setting_however_many_are_due_and_all_are_done() {
    for slots in [1_usize, 2] {
        let mut world = ready("");
        for service in 8..=12 {
            world.ready(service);
        }
        world.option(24, &format!("backups = 3\nbackup_slots_per_node = {slots}"));
        for service in 7..=12 {
            of(&world, service, DAILY, 4);
        }
        // the cron was away for two days: all of them are due at once
        world.sim().opts.backup_seconds = 600.0;
        world.clock_forward(2.0 * 86_400.0);
        let mut most = 0;
        for _ in 0..200 {
            world.cron();
            most = most.max(tasks(&world));
            passes(&world, 60.0);
        }
        assert_eq!((most, stored(&world)), (slots, 6), "each got its turn, once");
        let runs = world.writes().iter().filter(|write| write.ends_with("/vzdump")).count();
        assert_eq!(runs, 6);
        world.check_invariants();
    }
}

#[test]
fn two_web_servers_that_both_see_a_free_node_begin_one() {
    let world = ready("");
    world.ready(8);
    let lease = |service: u64| world.core.store.lease(ServiceId(service), world.now()).unwrap();
    let (mut one, mut other) = (lease(7), lease(8));
    for lease in [&mut one, &mut other] {
        lease.service.status = proxmoxkvm::words::status::Status::Backup;
        assert!(
            world
                .core
                .store
                .has_backup_slot(&lease.service, 1, world.now())
                .unwrap()
        );
    }
    let save = |lease: &_| {
        let saved = world.core.store.save_with_backup_slot(lease, 1, world.now(), &[]);
        saved.unwrap()
    };
    assert_eq!((save(&one), save(&other)), (true, false));
    // one that staff are told of keeps nobody waiting
    one.service.body.trouble = Some(Default::default());
    assert!(save(&one) && save(&other));
}

#[test]
fn jobs_that_would_delete_customers_backups_are_named() {
    let world = ready("");
    let listed = |world: &World| {
        let mut request = world.order(7);
        request["what"] = json!("nodes_that_fit");
        api::list(&world.core, &request)
    };
    listed(&world).unwrap();
    let job = |job: Value| {
        let mut sim = world.sim();
        sim.backup_jobs.clear();
        let job = job.as_object().unwrap().clone();
        sim.backup_jobs.insert("nightly".to_owned(), job);
    };
    for harmless in [
        json!({"id": "nightly", "all": 1, "storage": "vault", "prune-backups": "keep-last=3"}),
        json!({"id": "nightly", "all": 1, "storage": "local", "prune-backups": {"keep-all": 1}}),
        json!({"id": "nightly", "all": 1, "storage": "local", "prune-backups": "keep-last=3", "enabled": 0}),
        json!({"id": "nightly", "vmid": "900", "storage": "local", "prune-backups": "keep-last=3"}),
    ] {
        job(harmless);
        listed(&world).unwrap();
    }
    job(json!({"id": "chosen", "vmid": "900,100", "storage": "local", "prune-backups": "keep-last=3"}));
    let refused = listed(&world).unwrap_err();
    assert!(
        refused.to_string().contains("chosen (keep-last=3)"),
        "one is a service's: {refused}"
    );
    job(json!({"id": "nightly", "all": 1, "storage": "local", "prune-backups": {"keep-last": "3"}}));
    let refused = listed(&world).unwrap_err();
    assert_eq!(refused.code(), "backup_pruned");
    assert!(refused.to_string().contains("nightly (keep-last=3)"), "{refused}");
    // Test Connection says the same, where a product keeps backups there
    let told = |packages: Value| {
        let request = json!({"server": world.server, "packages": packages});
        api::test_connection(&world.core, &request).unwrap()["retentions"].clone()
    };
    let package = world.order(7)["package"].clone();
    assert_eq!(told(json!([package.clone()])), json!([refused.to_string()]));
    world.sim().storages.get_mut("local").unwrap().retention = Some("keep-last=2".to_owned());
    assert_eq!(
        told(json!([package.clone(), package.clone()]))
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let mut none = package;
    none["options"][23] = json!("");
    assert_eq!((told(json!([none])), told(Value::Null)), (json!([]), json!([])));
}

#[test]
fn after_a_smaller_package_each_new_one_takes_the_place_of_one() {
    let mut world = ready("");
    for note in ["one", "two", "three"] {
        made(&world, note);
    }
    world.option(24, "backups = 1");
    daily(&world);
    for day in 1..=2 {
        at_its_time(&world);
        assert_eq!((own(&world).len(), stored(&world)), (3, 3), "day {day}");
        let new = own(&world)
            .iter()
            .filter(|name| Made::of(name) == Made::Scheduled)
            .count();
        assert_eq!(new, day, "the oldest went");
    }
}
