//! Points 1 and 2: one VM, its time beyond PVE's own tasks, and its requests by kind.

use crate::figure::Figure;
use crate::home::{Home, Kind};
use crate::{Effort, peers, world};
use proxmoxkvm::clock::Clock;
use proxmoxkvm::{cron, ops};
use pvesim::{NodeSpec, Options, Sim};
use serde_json::{Value, json};
use std::time::Duration;

const CLONE_SECONDS: f64 = 22.0;
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

/// Seconds beyond the tasks, and the requests of the two calls.
fn ours(scale: f64) -> (f64, Vec<Value>) {
    let sim = simulator(scale);
    let home = Home::new(Kind::Sqlite);
    let clock = world::ScaledClock::new(scale);
    let core = world::core(&home, clock.clone());
    let (user, secret) = sim.token();
    let server = world::server(sim.port(), &user, &secret, &sim.fingerprint());
    // what an admin has done before the first order: it fills what the server rarely changes
    ops::test_connection(&core, &json!({ "server": server })).expect("a connection");
    let order = world::order(7, &server, 9000);
    let start = clock.now();
    let created = ops::create(&core, &order).expect("a create");
    let reply = cron::cron(&core, &json!({"orders": [order], "budget_s": 600})).expect("a cron run");
    let took = clock.now() - start;
    assert_eq!(reply["services"][0]["status"], "ready", "{reply}");
    let requests = vec![created["requests"].clone(), reply["requests"].clone()];
    (took - task_seconds(&sim, scale), requests)
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

pub fn measure(effort: Effort) -> Vec<Figure> {
    let rounds = effort.of(5, 3);
    // PVE's own pace; the rounds only wait, so they run side by side, each with a simulator and a store of its own
    let (own, peer): (Vec<_>, Vec<_>) = std::thread::scope(|scope| {
        let started: Vec<_> = (0..rounds)
            .map(|round| {
                let apart = Duration::from_millis(1700 * round);
                let own = scope.spawn(move || {
                    std::thread::sleep(apart);
                    ours(SCALE)
                });
                let peer = scope.spawn(move || {
                    std::thread::sleep(apart + Duration::from_millis(850));
                    sequential(SCALE)
                });
                (own, peer)
            })
            .collect();
        let joined = started
            .into_iter()
            .map(|(own, peer)| (own.join().ok(), peer.join().ok().flatten()));
        joined.unzip()
    });
    let of = |requests: &[Value], key: &str| requests.iter().filter_map(|reply| reply[key].as_f64()).sum::<f64>();
    let own: Vec<(f64, Vec<Value>)> = own.into_iter().flatten().collect();
    let beyond = own.iter().map(|(seconds, _)| *seconds).collect();
    let polls = own.iter().map(|(_, requests)| of(requests, "polls")).collect();
    let fixed = own
        .iter()
        .map(|(_, requests)| of(requests, "total") - of(requests, "polls") - of(requests, "rules"));
    let kinds: Vec<Value> = own
        .iter()
        .flat_map(|(_, requests)| requests.iter().map(|reply| reply["by_kind"].clone()))
        .collect();
    let (beyond_peer, requests_peer): (Vec<f64>, Vec<f64>) = peer.into_iter().flatten().unzip();
    vec![
        Figure::new(
            "overhead_s",
            format!("One VM, {CLONE_SECONDS} s clone: time to ready beyond PVE's own tasks"),
            "s",
            beyond,
        )
        .target("≤ 0.5")
        .beside("sequential client, polls every second", beyond_peer),
        Figure::new(
            "requests_per_create",
            "Requests for one create, without its 3 rules and polls",
            "",
            fixed.collect(),
        )
        .target("≤ 12")
        .beside("polls of our own", polls)
        .beside("sequential client, all requests", requests_peer)
        .detail(Value::Array(kinds)),
    ]
}
