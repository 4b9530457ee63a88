//! Waiting for PVE: how many requests a clone costs meanwhile, and how soon after PVE's own tasks a service is ready.

use crate::support::World;
use proxmoxkvm::api;
use proxmoxkvm::api::cron;
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind, Pace};
use serde_json::{Value, json};

/// Of one order: requests while its clone ran, and how late its end was seen; the same for all that came until *ready*.
#[derive(Debug)]
struct Waited {
    clone_polls: usize,
    clone_late: f64,
    polls: u64,
    last_late: f64,
    beyond: f64,
}

fn run(world: &World, budget: f64) -> Value {
    let request = json!({"orders": [world.order(7)], "budget_s": budget, "workers": 1});
    cron(&world.core, &request).unwrap()
}

fn create(world: &World, seconds: f64, pace: Pace) -> Waited {
    world.sim().set_clone_seconds(9000, seconds);
    world.sim().set_pace(9000, pace);
    api::test_connection(&world.core, &json!({"server": world.server})).unwrap();
    world.sim().log.clear();
    let start = world.now();
    let created = world.create(7).unwrap();
    let mut polls = created["requests"]["polls"].as_u64().unwrap();
    for _ in 0..10 {
        if world.status(7) != "ready" {
            polls += run(world, 3600.0)["requests"]["polls"].as_u64().unwrap();
        }
    }
    let ready = world.now();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    world.check_invariants();
    let sim = world.sim();
    let clone = sim.tasks().iter().find(|task| task.kind == "qmclone").unwrap();
    let own: f64 = sim.tasks().iter().map(|task| task.end.unwrap() - task.start).sum();
    let (waiting, rest): (Vec<_>, Vec<_>) = sim.log.iter().partition(|logged| logged.path.contains(":qmclone:"));
    let after = rest.iter().find(|logged| logged.at >= clone.end.unwrap()).unwrap();
    Waited {
        clone_polls: waiting.len(),
        clone_late: after.at - clone.end.unwrap(),
        polls,
        last_late: ready - sim.tasks().iter().filter_map(|task| task.end).fold(start, f64::max),
        beyond: ready - start - own,
    }
}

fn even() -> Pace {
    Pace::default()
}

fn of(points: &[(f64, f64)]) -> Pace {
    Pace {
        points: points.to_vec(),
        ..Pace::default()
    }
}

#[test]
fn a_create_with_a_clone_of_26_seconds_costs_40_polls_and_is_ready_as_soon_as_pve_is() {
    let mut beyond = Vec::new();
    for tenths in 0..8 {
        let seconds = 25.0 + 0.3 * f64::from(tenths);
        let waited = create(&World::new(), seconds, even());
        assert!(waited.polls <= 40, "{seconds} s: {waited:?}");
        assert!(waited.clone_polls <= 30, "{seconds} s: {waited:?}");
        assert!(waited.clone_late <= 0.15, "{seconds} s: {waited:?}");
        assert!(waited.last_late <= 0.3, "{seconds} s: {waited:?}");
        assert!(waited.beyond <= 0.4, "{seconds} s: {waited:?}");
        beyond.push(waited.beyond);
    }
    let mean = beyond.iter().sum::<f64>() / beyond.len() as f64;
    assert!(mean <= 0.3, "{mean} s beyond PVE's tasks: {beyond:?}");
}

#[test]
fn whatever_the_log_of_a_clone_says_its_end_is_seen_soon_and_with_few_requests() {
    let junk = Pace {
        junk: vec![
            "TASK OK but only nearly".into(),
            "transferred nothing of it (NaN%)".into(),
            "  Logical volume \"x\" created. (50.00%)".into(),
            "\u{1b}[31mtransferred 1.0 GiB of 1.0 GiB (100.00%)".into(),
            String::new(),
        ],
        ..Pace::default()
    };
    let quiet = Pace {
        quiet: true,
        ..Pace::default()
    };
    let stalls = of(&[(0.0, 0.0), (0.2, 40.0), (0.7, 40.0), (1.0, 100.0)]);
    let flushes = of(&[(0.0, 0.0), (0.6, 100.0), (1.0, 100.0)]);
    let leaps = of(&[(0.0, 0.0), (1.0, 20.0)]);
    let back = of(&[(0.0, 0.0), (0.5, 90.0), (0.5, 10.0), (1.0, 100.0)]);
    for (name, pace, late) in [
        ("even", even(), 0.3),
        ("junk", junk, 0.3),
        ("back", back, 0.6),
        ("stalls", stalls, 3.0),
        ("flushes", flushes, 2.1),
        ("leaps", leaps, 5.1),
        ("quiet", quiet, 2.1),
    ] {
        for seconds in [1.0, 5.0, 26.0, 300.0, 7200.0] {
            let waited = create(&World::new(), seconds, pace.clone());
            let most = if name == "even" || name == "junk" {
                30.0 + seconds / 3.0
            } else {
                40.0 + 2.5 * seconds
            };
            assert!(
                waited.clone_polls as f64 <= most && waited.clone_late <= late,
                "{name}, {seconds} s: {waited:?}"
            );
        }
    }
}

#[test]
fn the_end_of_the_last_of_several_disks_is_waited_for() {
    for last in [1 << 20, 1 << 30, 8 << 30] {
        let mut world = World::new();
        world.option(10, "8");
        let volume = world.sim().add_disk("pve1", "local", 9000, last);
        world
            .sim()
            .set_config(9000, "scsi2", Some(&format!("{volume},size={}M", last >> 20)));
        let waited = create(&world, 26.0, even());
        assert!(waited.clone_polls <= 34, "{last} B: {waited:?}");
        assert!(waited.clone_late <= 0.3, "{last} B: {waited:?}");
    }
}

#[test]
fn a_linked_clone_is_waited_for_without_its_log() {
    let mut world = World::new();
    world.option(3, "Linked clone");
    let waited = create(&world, 26.0, even());
    assert!(waited.clone_late <= 0.1, "{waited:?}");
    let sim = world.sim();
    assert!(!sim.log.iter().any(|logged| logged.path.ends_with("/log")));
}

#[test]
fn a_log_is_read_from_where_it_was_left_and_by_the_piece() {
    let world = World::new();
    create(&world, 26.0, even());
    let sim = world.sim();
    let reads: Vec<(u32, u32)> = sim
        .log
        .iter()
        .filter(|logged| logged.path.ends_with("/log"))
        .map(|logged| {
            let of = |key: &str| logged.params[key].parse().unwrap();
            (of("start"), of("limit"))
        })
        .collect();
    assert!(reads.len() > 5 && reads[0].0 == 0, "{reads:?}");
    assert!(reads.is_sorted(), "{reads:?}");
    assert!(
        reads.iter().all(|(_, limit)| *limit == limits::PROGRESS_LINES),
        "{reads:?}"
    );
}

#[test]
fn without_its_log_a_clone_is_waited_for_as_ever() {
    let gone = r#"{"data":[{"n":1,"t":"unable to open file - No such file or directory"}],"total":1}"#;
    for answer in [
        FaultKind::Status(403, "Permission check failed".into(), String::new()),
        FaultKind::Status(500, "no".into(), String::new()),
        FaultKind::Status(200, "OK".into(), gone.into()),
        FaultKind::Status(200, "OK".into(), r#"{"data":null}"#.into()),
        FaultKind::Status(200, "OK".into(), r#"{"data":[{"n":"x","t":7},8,null]}"#.into()),
    ] {
        let world = World::new();
        world.sim().add_fault(Fault::always("GET", "/log", answer.clone()));
        let waited = create(&world, 26.0, even());
        assert!(waited.clone_late <= 0.6, "{answer:?}: {waited:?}");
        assert!(waited.clone_polls <= 120, "{answer:?}: {waited:?}");
    }
}

#[test]
fn a_worker_that_is_killed_is_missed_although_its_log_only_stops() {
    let world = World::new();
    world.sim().set_clone_seconds(9000, 600.0);
    world.create(7).unwrap();
    run(&world, 20.0);
    let upid = world.sim().tasks()[0].upid.clone();
    assert!(world.sim().kill_task(&upid));
    let killed = world.now();
    run(&world, 50.0);
    let sim = world.sim();
    let asked = sim
        .log
        .iter()
        .find(|logged| logged.at > killed && logged.path.ends_with(":/status"));
    assert!(
        asked.is_some_and(|asked| asked.at - killed <= limits::POLL_CONFIRM + 5.1),
        "{:?}",
        asked
    );
}

#[test]
fn many_clones_on_a_node_share_its_list_and_read_no_logs() {
    let mut world = World::new();
    world.option(24, "clone_slots_per_storage = 20");
    world.sim().set_clone_seconds(9000, 22.0);
    for id in 1..=10 {
        world.create(id).unwrap();
    }
    world.sim().log.clear();
    let orders: Vec<Value> = (1..=10).map(|id| world.order(id)).collect();
    cron(&world.core, &json!({"orders": orders, "budget_s": 300, "workers": 1})).unwrap();
    assert!((1..=10).all(|id| world.status(id) == "ready"));
    let sim = world.sim();
    let logs = sim.log.iter().filter(|logged| logged.path.ends_with("/log")).count();
    assert!(logs <= 3 * limits::POLL_FORESEEN_CLONES, "{logs} logs");
}

/// Whoever replaces an expired token does it while something runs, too.
#[test]
fn a_task_that_another_login_began_keeps_no_service_waiting() {
    let world = World::new();
    let others = "Permission check failed (/nodes/pve1, Sys.Audit)".to_owned();
    let others = FaultKind::Status(403, others, String::new());
    world.sim().add_fault(Fault::always("GET", "qmclone", others));
    world.create(7).unwrap();
    // it may be so for a moment, while it runs
    world.cron();
    assert_ne!(world.status(7), "ready", "{}", world.service(7));
    let since = world.now();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(
        world.now() - since >= limits::ATTENTION_SECONDS - 60.0,
        "asked again for ten minutes"
    );
    world.check_invariants();
}
