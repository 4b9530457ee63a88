//! Point 3: many pending services on four nodes. The limit is what clone slots and PVE's task times allow.

use crate::figure::Figure;
use crate::home::{Home, Kind};
use crate::{Effort, world};
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::cron;
use proxmoxkvm::pve::{Answer, Exchange, Silence, Wire};
use proxmoxkvm::server::{Endpoint, ServerEntry};
use proxmoxkvm::service::Service;
use proxmoxkvm::words::clock::Clock;
use proxmoxkvm::words::ids::{ServerId, ServiceId};
use pvesim::{Cluster, NodeSpec, Options, Request, StorageSpec, Task};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const NODES: [&str; 4] = ["pve1", "pve2", "pve3", "pve4"];
const SLOTS: f64 = 3.0;
const CLONE_SECONDS: f64 = 22.0;
const LATENCY_S: f64 = 0.005;
const TICK_S: f64 = proxmoxkvm::words::limits::POLL_TICK;

/// The simulator without sockets: its own work must not be what is measured.
struct InProcess {
    cluster: Arc<Mutex<Cluster>>,
    clock: Arc<world::ScaledClock>,
}

impl Wire for InProcess {
    fn send(&self, _: &Endpoint, exchange: &Exchange) -> Result<Answer, Silence> {
        let mut request = Request::new(exchange.method.as_str(), &exchange.target);
        for (name, value) in &exchange.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &exchange.body {
            request = request.header("content-type", &body.kind);
            request.body = body.bytes.clone();
        }
        let reply = {
            let mut cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner);
            cluster.handle(&request, self.clock.now())
        };
        // really 5 ms, not scaled
        std::thread::sleep(Duration::from_secs_f64(LATENCY_S));
        Ok(Answer {
            status: reply.status,
            reason: reply.reason,
            body: reply.body,
        })
    }
}

fn cluster(now: f64) -> Cluster {
    let node = |name: &&str| {
        let mut node = NodeSpec::new(name);
        node.cpus = 8;
        node.memory = 1 << 43;
        node
    };
    let mut local = StorageSpec::dir("local", "/var/lib/vz");
    local.total = 1 << 50;
    let mut cluster = Cluster::new(
        Options {
            nodes: NODES.iter().map(node).collect(),
            storages: vec![local],
            clone_seconds: CLONE_SECONDS,
            template: None,
            schema: false,
            ..Options::default()
        },
        now,
    );
    for (index, node) in NODES.iter().enumerate() {
        cluster.add_template(9001 + index as u32, "template", node, "local", 2 << 30);
    }
    cluster
}

/// Time over the limit, polls a node and tick, seconds it took (PVE's).
fn run(services: u64, scale: f64, kind: Kind) -> (f64, f64, Value) {
    let clock = world::ScaledClock::new(scale);
    let cluster = Arc::new(Mutex::new(cluster(clock.now())));
    let options = Options::default();
    let (user, secret) = (options.token_id(), options.token.1);
    let server = world::server(8006, &user, &secret, &"00:".repeat(32)[..95]);
    let (for_wire, wire_clock) = (cluster.clone(), clock.clone());
    let make_wire = Box::new(move |_: &ServerEntry| {
        let wire = InProcess {
            cluster: for_wire.clone(),
            clock: wire_clock.clone(),
        };
        Ok(Box::new(wire) as Box<dyn Wire>)
    });
    let home = Home::new(kind);
    let core = Core::new(home.open(), clock.clone(), make_wire);
    for id in 1..=services {
        let service = Service::new(ServiceId(id), ServerId(1), clock.now());
        core.store.begin(&service, clock.now()).expect("a row");
    }
    let template = |id: u64| 9001 + (id % NODES.len() as u64) as u32;
    let orders: Vec<Value> = (1..=services)
        .map(|id| world::order(id, &server, template(id)))
        .collect();
    let start = clock.now();
    let mut ready = 0;
    // as many runs as it takes; PHP would start them
    while ready < services {
        let request = json!({"orders": orders, "budget_s": 3600, "workers": 8});
        let reply = cron(&core, &request).expect("a cron run");
        let now_ready = reply["ready"].as_array().map_or(0, Vec::len) as u64;
        assert!(now_ready > 0, "it does not get on: {}", reply["lines"]);
        ready += now_ready;
    }
    let took = clock.now() - start;
    let cluster = cluster.lock().unwrap_or_else(PoisonError::into_inner);
    let of = |kind: &str| {
        let tasks = cluster.tasks().iter().filter(|task| task.kind == kind);
        let took: Vec<f64> = tasks.map(|task| task.end.unwrap_or(task.start) - task.start).collect();
        (took.iter().sum::<f64>(), took.len() as f64)
    };
    let all: f64 = cluster
        .tasks()
        .iter()
        .map(|task| task.end.unwrap_or(task.start) - task.start)
        .sum();
    let (clones, count) = of("qmclone");
    let rounds = (services as f64 / (SLOTS * NODES.len() as f64)).ceil();
    // the slots one after the other, then the last VM's other tasks
    let limit = rounds * clones / count + (all - clones) / services as f64;
    let lists = cluster
        .log
        .iter()
        .filter(|logged| logged.path.ends_with("/tasks"))
        .count() as f64;
    let ends = cluster
        .log
        .iter()
        .filter(|logged| logged.path.contains("/tasks/"))
        .count() as f64;
    let tasks = cluster.tasks().len() as f64;
    // every task's end is asked for once; more than that is polling too
    let polls = lists + (ends - tasks).max(0.0);
    let per_tick = polls / (took / TICK_S) / NODES.len() as f64;
    let requests = cluster.log.len() as f64 / services as f64;
    (
        took / limit,
        per_tick,
        json!({"seconds": took, "limit_seconds": limit, "lists": lists, "task_status_requests": ends, "tasks": tasks,
            "requests_per_service": requests, "clones_at_once": clones_at_once(cluster.tasks())}),
    )
}

/// The most clones that a node had at one time.
fn clones_at_once(tasks: &[Task]) -> usize {
    let clones: Vec<&Task> = tasks.iter().filter(|task| task.kind == "qmclone").collect();
    let beside = |one: &Task| {
        let overlaps = |other: &&&Task| {
            other.node == one.node && other.start <= one.start && other.end.is_none_or(|end| end > one.start)
        };
        clones.iter().filter(overlaps).count()
    };
    clones.iter().map(|clone| beside(clone)).max().unwrap_or_default()
}

pub fn measure(effort: Effort, kind: Kind) -> Vec<Figure> {
    let services = effort.of(1000, 120);
    // on a busy machine our own work takes longer, and a clock so fast makes the most of that: CLOCK=5 is calmer
    let faster = std::env::var("CLOCK").ok().and_then(|times| times.parse().ok());
    let scale = 1.0 / faster.unwrap_or(20.0);
    let (mut ratios, mut per_tick, mut details) = (vec![], vec![], vec![]);
    for _ in 0..effort.of(3, 1) {
        let (ratio, polls, detail) = run(services, scale, kind);
        ratios.push(ratio);
        per_tick.push(polls);
        details.push(detail);
    }
    let limit: Vec<f64> = details
        .iter()
        .filter_map(|detail| detail["limit_seconds"].as_f64())
        .collect();
    let took: Vec<f64> = details.iter().filter_map(|detail| detail["seconds"].as_f64()).collect();
    vec![
        Figure::new(
            "drain_ratio",
            format!(
                "{services} pending services, 4 nodes, 3 clone slots each: time ÷ limit (clock × {})",
                1.0 / scale
            ),
            "",
            ratios,
        )
        .target("≤ 1.15")
        .beside("took, s", took)
        .beside("limit of slots and tasks, s", limit)
        .detail(Value::Array(details)),
        Figure::new(
            "polls_per_node_tick",
            format!("Polls per node and tick of {TICK_S} s, meanwhile"),
            "",
            per_tick,
        )
        .target("≤ 1"),
    ]
}
