//! Points 1 and 2: one VM, its time beyond PVE's own tasks, and its requests by kind. Beside it: the same where the
//! clone's log cannot be read, so that it is waited for by the time that has passed alone.

use crate::figure::Figure;
use crate::home::{Home, Kind};
use crate::{Effort, peers, world};
use proxmoxkvm::api;
use proxmoxkvm::api::cron;
use proxmoxkvm::words::clock::Clock;
use pvesim::{Fault, FaultKind, NodeSpec, Options, Sim};
use serde_json::{Value, json};
use std::time::Duration;

const CLONE_SECONDS: f64 = 26.0;
/// PVE's own pace.
const SCALE: f64 = 1.0;

fn simulator(scale: f64) -> Sim {
    let mut node = NodeSpec::new("pve1");
    node.cpus = 8;
    Sim::start(Options {
        nodes: vec![node],
        clone_seconds: CLONE_SECONDS,
        scale,
        latency_s: 0.005 * scale,
        ..Options::default()
    })
}

/// PVE's own time for the tasks so far, in its seconds.
fn task_seconds(sim: &Sim, scale: f64) -> f64 {
    let cluster = sim.cluster();
    let own = |task: &pvesim::Task| task.end.unwrap_or(task.start) - task.start;
    cluster.tasks().iter().map(own).sum::<f64>() / scale
}

/// Whether the end of a clone can be foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Log {
    Read,
    Forbidden,
}

/// What one create took: seconds beyond the tasks, seconds from the last task's end to *ready*, and the requests of the
/// two calls.
struct Took {
    beyond: f64,
    after_last: f64,
    requests: Vec<Value>,
}

impl Took {
    fn count(&self, key: &str) -> f64 {
        self.requests.iter().filter_map(|reply| reply[key].as_f64()).sum()
    }
}

fn ours(scale: f64, log: Log) -> Took {
    let sim = simulator(scale);
    if log == Log::Forbidden {
        let forbidden = FaultKind::Status(403, "Permission check failed".to_owned(), String::new());
        sim.cluster().add_fault(Fault::always("GET", "/log", forbidden));
    }
    let home = Home::new(Kind::Sqlite);
    let clock = world::ScaledClock::new(scale);
    let core = world::core(&home, clock.clone());
    let (user, secret) = sim.token();
    let server = world::server(sim.port(), &user, &secret, &sim.fingerprint());
    // what an admin has done before the first order: it fills what the server rarely changes
    api::test_connection(&core, &json!({ "server": server })).expect("a connection");
    let order = world::order(7, &server, 9000);
    let start = clock.now();
    let created = api::create(&core, &order).expect("a create");
    let reply = cron(&core, &json!({"orders": [order], "budget_s": 600})).expect("a cron run");
    let ready = clock.now();
    assert_eq!(reply["services"][0]["status"], "ready", "{reply}");
    let ends = sim
        .cluster()
        .tasks()
        .iter()
        .filter_map(|task| task.end)
        .fold(0.0, f64::max);
    Took {
        beyond: ready - start - task_seconds(&sim, scale),
        after_last: (ready - ends) / scale,
        requests: vec![created["requests"].clone(), reply["requests"].clone()],
    }
}

/// The straightforward client: one step after the other, a look at a task each second.
fn sequential(scale: f64) -> Option<(f64, f64)> {
    let sim = simulator(scale);
    let (user, secret) = sim.token();
    let request = json!({"port": sim.port(), "token": user, "secret": secret, "poll_s": scale});
    let reply = peers::python("create.py", &request)?;
    let took = reply["seconds"].as_f64()? / scale;
    let requests = sim.requests().len() as f64;
    Some((took - task_seconds(&sim, scale), requests))
}

/// Its rounds: they only wait, so they run side by side, each with a simulator and a store of its own.
fn rounds<T: Send>(count: u64, first: Duration, round: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..count)
            .map(|number| {
                let apart = first + Duration::from_millis(1700 * number);
                let round = &round;
                scope.spawn(move || {
                    std::thread::sleep(apart);
                    round()
                })
            })
            .collect();
        started.into_iter().filter_map(|round| round.join().ok()).collect()
    })
}

pub fn measure(effort: Effort) -> Vec<Figure> {
    let count = effort.of(5, 3);
    let apart = |place: u64| Duration::from_millis(570 * place);
    let (own, by_time, peer) = std::thread::scope(|scope| {
        let own = scope.spawn(move || rounds(count, apart(0), || ours(SCALE, Log::Read)));
        let by_time = scope.spawn(move || rounds(count, apart(1), || ours(SCALE, Log::Forbidden)));
        let peer = scope.spawn(move || rounds(count, apart(2), || sequential(SCALE)));
        (own.join(), by_time.join(), peer.join())
    });
    let (own, by_time) = (own.unwrap_or_default(), by_time.unwrap_or_default());
    let (beyond_peer, requests_peer): (Vec<f64>, Vec<f64>) = peer.into_iter().flatten().flatten().unzip();
    let all = |of: fn(&Took) -> f64, those: &[Took]| those.iter().map(of).collect::<Vec<f64>>();
    let polls = |took: &Took| took.count("polls");
    let fixed = |took: &Took| took.count("total") - took.count("polls") - took.count("rules");
    let kinds = own.iter().flat_map(|took| &took.requests);
    let kinds: Vec<Value> = kinds.map(|reply| reply["by_kind"].clone()).collect();
    const BY_TIME: &str = "without the clone's log";
    vec![
        Figure::new(
            "overhead_s",
            format!("One VM, {CLONE_SECONDS} s clone: time to ready beyond PVE's own tasks"),
            "s",
            all(|took| took.beyond, &own),
        )
        .target("≤ 0.3")
        .beside(BY_TIME, all(|took| took.beyond, &by_time))
        .beside("sequential client, polls every second", beyond_peer),
        Figure::new(
            "after_last_task_s",
            "The same: from the end of PVE's last task to ready",
            "s",
            all(|took| took.after_last, &own),
        )
        .target("≤ 0.3")
        .beside(BY_TIME, all(|took| took.after_last, &by_time)),
        Figure::new("polls_per_create", "The same: polls", "", all(polls, &own))
            .target("≤ 40")
            .beside(BY_TIME, all(polls, &by_time)),
        Figure::new(
            "requests_per_create",
            "Requests for one create, without its 3 rules and polls",
            "",
            all(fixed, &own),
        )
        .target("≤ 13")
        .beside("sequential client, all requests", requests_peer)
        .detail(Value::Array(kinds)),
    ]
}
