//! Many servers in one cron run: those that do not answer keep none of the others waiting.

use crate::acts;
use crate::common_time::CommonTime;
use crate::support::{START, World, cluster_options, guard};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::cron;
use proxmoxkvm::pve::{Answer, Exchange, Silence, Wire};
use proxmoxkvm::server::{Endpoint, ServerEntry};
use proxmoxkvm::service::Service;
use proxmoxkvm::words::clock::Clock;
use proxmoxkvm::words::ids::{ServerId, ServiceId};
use proxmoxkvm::words::limits;
use pvesim::{Cluster, Request};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const BUDGET: f64 = 50.0;

/// What a server does from a moment on.
#[derive(Clone, Copy, PartialEq)]
enum Answers {
    Yes,
    /// TLS is accepted, and nothing is said.
    NeverFrom(f64),
}

struct Server {
    cluster: Arc<Mutex<Cluster>>,
    answers: Arc<Mutex<Answers>>,
}

struct ServerWire {
    clock: CommonTime,
    cluster: Arc<Mutex<Cluster>>,
    answers: Arc<Mutex<Answers>>,
}

impl Wire for ServerWire {
    fn send(&self, _: &Endpoint, exchange: &Exchange) -> Result<Answer, Silence> {
        let answers = *guard(&self.answers);
        let limit = exchange.timeout.as_secs_f64();
        match answers {
            Answers::NeverFrom(at) if self.clock.now() >= at => {
                self.clock.sleep(limit);
                return Err(Silence::Late);
            }
            _ => {}
        }
        let mut request = Request::new(exchange.method.as_str(), &exchange.target);
        for (name, value) in &exchange.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &exchange.body {
            request = request.header("content-type", &body.kind);
            request.body = body.bytes.clone();
        }
        let reply = guard(&self.cluster).handle(&request, self.clock.now());
        // many wait for the list of tasks, one asks for it
        if !exchange.target.contains("/tasks") {
            self.clock.sleep(0.02 + reply.delay_s.min(limit));
        }
        Ok(Answer {
            status: reply.status,
            reason: reply.reason,
            body: reply.body,
        })
    }
}

/// An installation with many server entries, each a cluster of its own.
struct Many {
    template: World,
    clock: CommonTime,
    servers: BTreeMap<u64, Server>,
    core: Core,
}

impl Many {
    fn new(servers: u64) -> Many {
        // the common time does not see a worker wait for a database
        let mut template = World::in_a_file();
        template
            .option(24, "clone_slots_per_storage = 20")
            .option(8, "2")
            .option(10, "0");
        let clock = CommonTime::new(START);
        let server = |id: u64| {
            let mut options = cluster_options();
            options.clone_seconds = 6.0;
            let cluster = Arc::new(Mutex::new(Cluster::new(options, START)));
            let answers = Arc::new(Mutex::new(Answers::Yes));
            (id, Server { cluster, answers })
        };
        let servers: BTreeMap<u64, Server> = (1..=servers).map(server).collect();
        let wires: BTreeMap<u64, _> = servers
            .iter()
            .map(|(id, server)| (*id, (server.cluster.clone(), server.answers.clone())))
            .collect();
        let wire_clock = clock.clone();
        let make_wire = Box::new(move |entry: &ServerEntry| {
            let (cluster, answers) = wires[&entry.id.0].clone();
            let clock = wire_clock.clone();
            Ok(Box::new(ServerWire {
                clock,
                cluster,
                answers,
            }) as Box<dyn Wire>)
        });
        let core = Core::new(template.home.open().unwrap(), Arc::new(clock.clone()), make_wire);
        Many {
            template,
            clock,
            servers,
            core,
        }
    }

    fn entry(&self, server: u64) -> Value {
        let mut entry = self.template.server.clone();
        entry["id"] = json!(server);
        entry["hostname"] = json!(format!("pve{server}.example.net"));
        entry
    }

    fn order(&self, server: u64, service: u64) -> Value {
        let mut order = self.template.order(service);
        order["server"] = self.entry(server);
        order
    }

    fn set(&self, server: u64, answers: Answers) {
        *guard(&self.servers[&server].answers) = answers;
    }

    /// An order whose Create died with its process: it is due, and nothing is known of its server.
    fn ordered(&self, server: u64, service: u64) {
        let now = self.clock.now();
        let mut new = Service::new(ServiceId(service), ServerId(server), now);
        new.due_at = Some(now);
        self.core.store.begin(&new, now).unwrap();
    }

    /// One run over everything that is due, and over the usage of these servers; how long it took (seconds).
    fn run(&self, samples: &[u64]) -> (Value, f64) {
        let due = api::due(&self.core, &json!({})).unwrap();
        let due = due["services"].as_array().unwrap().iter();
        let orders: Vec<Value> = due
            .map(|due| self.order(due["server_id"].as_u64().unwrap(), due["id"].as_u64().unwrap()))
            .collect();
        let samples: Vec<Value> = samples.iter().map(|server| self.entry(*server)).collect();
        self.clock.expect(limits::WORKERS.min(orders.len() + samples.len()));
        let begun = self.clock.now();
        let request = json!({"orders": orders, "samples": samples, "budget_s": BUDGET});
        let reply = cron(&self.core, &request).unwrap();
        (reply, self.clock.now() - begun)
    }

    fn status(&self, service: u64) -> String {
        let shown = api::show(&self.core, &json!({"service": service})).unwrap();
        shown["service"]["status"].as_str().unwrap().to_owned()
    }

    fn unsampled(&self) -> Value {
        api::due(&self.core, &json!({})).unwrap()["usage_due"].clone()
    }
}

/// What a run says of a service.
fn lines_of(reply: &Value, service: u64) -> Vec<String> {
    let lines = reply["lines"].as_array().unwrap().iter();
    let lines = lines.map(|line| line.as_str().unwrap().to_owned());
    lines
        .filter(|line| line.contains(&format!("service {service}")))
        .collect()
}

#[test]
fn an_order_is_ready_beside_many_servers_that_never_answer() {
    const SILENT: u64 = 50;
    let many = Many::new(SILENT + 1);
    let last = SILENT + 1;
    for server in 1..=SILENT {
        many.ordered(server, server * 10);
        many.ordered(server, server * 10 + 1);
    }
    many.ordered(last, 7);
    many.clock.sleep(600.0);
    for server in 1..=SILENT {
        many.set(server, Answers::NeverFrom(0.0));
    }
    let every: Vec<u64> = (1..=last).collect();
    let (reply, took) = many.run(&every);
    assert_eq!(many.status(7), "ready", "{:?}", lines_of(&reply, 7));
    assert!(took <= BUDGET, "{took}");
    // from then on they cost a moment
    many.clock.sleep(300.0);
    many.ordered(last, 8);
    many.clock.sleep(100.0);
    let (_, took) = many.run(&[]);
    assert_eq!(many.status(8), "ready");
    assert!(took <= BUDGET, "{took}");
}

#[test]
fn usage_is_looked_at_beside_servers_that_never_answer_and_within_the_budget() {
    const SILENT: u64 = 30;
    let many = Many::new(SILENT + 2);
    let healthy = [SILENT + 1, SILENT + 2];
    for server in healthy {
        many.ordered(server, server);
    }
    many.clock.sleep(100.0);
    many.run(&[]);
    let machine = |server: u64| {
        let shown = api::show(&many.core, &json!({"service": server})).unwrap();
        shown["service"]["vmid"].as_u64().unwrap() as u32
    };
    for server in healthy {
        assert_eq!(many.status(server), "ready");
        guard(&many.servers[&server].cluster).add_traffic(machine(server), 1000, 2000);
    }
    assert_eq!(many.unsampled(), json!(healthy));
    many.clock.sleep(600.0);
    for server in 1..=SILENT {
        many.set(server, Answers::NeverFrom(0.0));
    }
    let every: Vec<u64> = (1..=SILENT + 2).collect();
    let (reply, took) = many.run(&every);
    assert!(took <= BUDGET, "{took}: {}", reply["lines"]);
    let lines = reply["lines"].to_string();
    assert!(lines.contains("usage on server 1: "), "{lines}");
    // what was not begun is due as before; nothing of it is asked before the others
    let (_, took) = many.run(&healthy);
    assert!(took <= 1.0, "{took}");
    assert_eq!(many.unsampled(), json!([]));
    for server in healthy {
        let asked = json!({"server": many.entry(server), "max_age_s": 3600});
        let used = api::usage_update(&many.core, &asked).unwrap();
        assert_eq!(used["services"][0]["bytes_in"], 1000, "{used}");
    }
}

#[test]
fn a_server_that_dies_in_the_middle_holds_no_other_one() {
    let many = Many::new(2);
    for service in 10..30 {
        many.ordered(1, service);
    }
    many.clock.sleep(100.0);
    many.ordered(2, 7);
    // all of them wait for their clones when it dies
    many.set(1, Answers::NeverFrom(many.clock.now() + 4.0));
    let begun = many.clock.now();
    let (reply, took) = many.run(&[]);
    assert!(took <= BUDGET, "{took}");
    assert_eq!(many.status(7), "ready", "{:?}", lines_of(&reply, 7));
    let events = acts::history(&many.core, 7);
    let events = events.as_array().unwrap();
    let ready_at = events
        .iter()
        .filter_map(|event| event["at"].as_f64())
        .fold(0.0, f64::max)
        - begun;
    assert!(
        ready_at < 20.0,
        "ready after {ready_at} s, while the others wait: {}",
        reply["lines"]
    );
}

#[test]
fn orders_without_an_end_do_not_keep_usage_away() {
    let many = Many::new(1);
    for service in 10..30 {
        many.ordered(1, service);
    }
    many.clock.sleep(100.0);
    let log = |many: &Many| -> Vec<String> {
        let cluster = guard(&many.servers[&1].cluster);
        cluster
            .log
            .iter()
            .map(|logged| format!("{} {}", logged.method, logged.path))
            .collect()
    };
    many.run(&[1]);
    let asked = log(&many);
    let clones = asked.iter().filter(|line| line.contains("/clone")).count();
    assert!(clones > 10, "{asked:?}");
    many.clock.sleep(1.0);
    assert_eq!(many.unsampled(), json!([]));
}
