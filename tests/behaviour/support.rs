//! A whole installation in virtual time: store on disk, core, and a simulated cluster behind a wire without sockets.

use crate::commits;
use crate::home::Home;
use crate::outage::Outages;
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::cron;
use proxmoxkvm::dns;
use proxmoxkvm::pve::{Answer, Exchange, Silence, Wire};
use proxmoxkvm::server::Endpoint;
use proxmoxkvm::store::Store;
use proxmoxkvm::words::clock::Clock;
use pvesim::{Cluster, NodeSpec, Options, Request, Transport, Vm};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub const START: f64 = 1_795_359_845.0;
pub const PASSWORD: &str = "Ab3dE5gH1j";

thread_local! {
    /// What this thread read last.
    static READ: Cell<f64> = const { Cell::new(0.0) };
}

/// Whether a text is, line by line, what is kept of it; `UPDATE_GOLDEN` keeps this one from now on.
pub fn is_golden(file: &str, now: &str) {
    let path = format!("{}/tests/behaviour/golden/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, now).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (is, should_be)) in now.lines().zip(golden.lines()).enumerate() {
        assert_eq!(is, should_be, "line {} of {path}", number + 1);
    }
    assert_eq!(now.lines().count(), golden.lines().count());
}

/// Jumps where others sleep.
pub struct VirtualClock(Mutex<f64>);

impl Clock for VirtualClock {
    fn now(&self) -> f64 {
        let now = *guard(&self.0);
        READ.set(now);
        now
    }

    fn sleep(&self, seconds: f64) {
        *guard(&self.0) += seconds.max(0.0);
    }
}

impl VirtualClock {
    /// The time by which this thread has reckoned; meanwhile another may have slept.
    pub fn read_last(&self) -> f64 {
        READ.get()
    }

    /// For what goes on side by side: it is over at the same time.
    pub fn sleep_until(&self, at: f64) {
        let mut now = guard(&self.0);
        *now = now.max(at);
    }
}

pub fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// When the process dies: at which request or commit, and on which side of its effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Death {
    Before(u64),
    After(u64),
    BeforeCommit(u64),
    AfterCommit(u64),
}

/// What a process has done so far, and where it dies. Once dead, it sends nothing and commits nothing any more.
#[derive(Default)]
pub struct Mortality {
    pub requests: AtomicU64,
    pub commits: AtomicU64,
    pub death: Mutex<Option<Death>>,
    pub dead: AtomicBool,
    /// The commit at which its connection to a database is lost, and how; the process lives.
    pub blip: Mutex<Option<(u64, mariadb::Fate)>>,
    pub meeting: Meeting,
    pub outages: Outages,
    /// How often two guests of one service ran with a network at once.
    pub breaches: AtomicU64,
}

/// Requests that must be on their way at the same moment: each waits until so many in all have come (at most 10 s of
/// real time).
#[derive(Default)]
pub struct Meeting {
    pub expected: AtomicU64,
    so_far: Mutex<u64>,
    arrived: Condvar,
}

impl Meeting {
    pub fn so_far(&self) -> u64 {
        *guard(&self.so_far)
    }

    fn wait(&self) -> bool {
        *guard(&self.so_far) += 1;
        self.arrived.notify_all();
        let waiting = guard(&self.so_far);
        let patience = Duration::from_secs(10);
        let late = self
            .arrived
            .wait_timeout_while(waiting, patience, |there| *there < self.expected.load(Ordering::SeqCst))
            .unwrap_or_else(PoisonError::into_inner)
            .1;
        !late.timed_out()
    }
}

impl Mortality {
    /// Whether a commit that is about to happen may.
    pub fn commits(&self) -> bool {
        if self.dead.load(Ordering::SeqCst) {
            return false;
        }
        let number = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
        let death = *guard(&self.death);
        let before = death == Some(Death::BeforeCommit(number));
        if before || death == Some(Death::AfterCommit(number)) {
            self.dead.store(true, Ordering::SeqCst);
        }
        !before
    }

    /// Ends this thread here if the process is dead, or dies by `death`.
    pub fn live_or(&self, death: Option<Death>) {
        if death.is_some() && *guard(&self.death) == death {
            self.dead.store(true, Ordering::SeqCst);
        }
        if self.dead.load(Ordering::SeqCst) {
            std::panic::resume_unwind(Box::new("killed"));
        }
    }

    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// How often it came to the kind of moment that a death names.
    pub fn count(&self, death: Death) -> u64 {
        match death {
            Death::Before(_) | Death::After(_) => self.requests.load(Ordering::SeqCst),
            Death::BeforeCommit(_) | Death::AfterCommit(_) => self.commits.load(Ordering::SeqCst),
        }
    }
}

/// The kinds of death, each at its n-th moment.
pub const DEATHS: [fn(u64) -> Death; 4] = [Death::Before, Death::After, Death::BeforeCommit, Death::AfterCommit];

impl Death {
    pub fn number(self) -> u64 {
        let (Death::Before(number) | Death::After(number) | Death::BeforeCommit(number) | Death::AfterCommit(number)) =
            self;
        number
    }

    /// The same, but so many moments later.
    pub fn plus(self, base: u64) -> Death {
        match self {
            Death::Before(number) => Death::Before(base + number),
            Death::After(number) => Death::After(base + number),
            Death::BeforeCommit(number) => Death::BeforeCommit(base + number),
            Death::AfterCommit(number) => Death::AfterCommit(base + number),
        }
    }
}

struct SimWire {
    cluster: Arc<Mutex<Cluster>>,
    clock: Arc<VirtualClock>,
    mortality: Arc<Mortality>,
}

impl Wire for SimWire {
    fn send(&self, endpoint: &Endpoint, exchange: &Exchange) -> Result<Answer, Silence> {
        let outages = &self.mortality.outages;
        outages.meet(&endpoint.to_string(), exchange, &self.clock)?;
        let number = self.mortality.requests.fetch_add(1, Ordering::SeqCst) + 1;
        self.mortality.live_or(Some(Death::Before(number)));
        if !self.mortality.meeting.wait() {
            return Err(Silence::NoAnswer("nobody else came".to_owned()));
        }
        let mut request = Request::new(exchange.method.as_str(), &exchange.target);
        for (name, value) in &exchange.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &exchange.body {
            request = request.header("content-type", &body.kind);
            request.body = body.bytes.clone();
        }
        let reply = {
            let mut cluster = guard(&self.cluster);
            let reply = cluster.handle(&request, self.clock.now());
            // where there are many it would only take time
            if cluster.vms.len() < 8 && with_network(&cluster, |vm| vm.run.is_some()) {
                self.mortality.breaches.fetch_add(1, Ordering::SeqCst);
            }
            reply
        };
        self.mortality.live_or(Some(Death::After(number)));
        // 5 ms on the way, and the time PVE takes over it
        let patience = exchange.timeout.as_secs_f64();
        self.clock.sleep(0.005 + reply.delay_s.min(patience));
        if reply.transport == Transport::Closed {
            return Err(Silence::NoAnswer("connection closed".to_owned()));
        }
        if reply.delay_s > patience {
            return Err(Silence::Late);
        }
        Ok(Answer {
            status: reply.status,
            reason: reply.reason,
            body: reply.body,
        })
    }
}

pub struct World {
    pub cluster: Arc<Mutex<Cluster>>,
    pub clock: Arc<VirtualClock>,
    pub core: Core,
    pub mortality: Arc<Mortality>,
    pub home: Home,
    pub server: Value,
    pub options: BTreeMap<usize, String>,
    pub config_options: Value,
    /// The DNS zones that PHP sends; null: none are spoken of.
    pub zones: Value,
    /// The key by which user data is sealed.
    pub seal_key: &'static str,
    /// The password that WHMCS has for its services.
    pub password: String,
    /// What was delivered so far.
    pub told: Mutex<Vec<Value>>,
}

/// A cluster like the recorded one: node pve1 with 8 processors, template 9000 with 2 GB.
pub fn cluster_options() -> Options {
    let mut node = NodeSpec::new("pve1");
    node.cpus = 8;
    Options {
        nodes: vec![node],
        ..Options::default()
    }
}

/// The same with a second node.
pub fn two_nodes() -> Options {
    let mut options = cluster_options();
    options.nodes.push(NodeSpec {
        name: "pve2".to_owned(),
        ..options.nodes[0].clone()
    });
    options
}

impl World {
    pub fn new() -> World {
        World::with(cluster_options())
    }

    pub fn with(options: Options) -> World {
        World::beginning(START, options)
    }

    /// With a clock that begins at another time.
    pub fn beginning(start: f64, options: Options) -> World {
        let mortality = Arc::new(Mortality::default());
        let home = Home::of(&mortality);
        World::at(home, mortality, start, options)
    }

    /// With its store in a file, wherever the others have theirs.
    pub fn in_a_file() -> World {
        World::at(Home::in_a_file(), Arc::default(), START, cluster_options())
    }

    /// With its store in a database, wherever the others have theirs.
    pub fn in_a_database() -> World {
        let mortality = Arc::default();
        World::at(Home::in_a_database(&mortality), mortality, START, cluster_options())
    }

    /// With its store where a test has made one.
    pub fn at_home(home: Home) -> World {
        World::at(home, Arc::default(), START, cluster_options())
    }

    fn at(home: Home, mortality: Arc<Mortality>, start: f64, options: Options) -> World {
        let token = (options.token_id(), options.token.1.clone());
        let clock = Arc::new(VirtualClock(Mutex::new(start)));
        let cluster = Arc::new(Mutex::new(Cluster::new(options, start)));
        let core = open(&home, &cluster, &clock, &mortality);
        let server = json!({
            "id": 1, "hostname": "pve1.example.net", "port": "8006", "secure": true,
            "username": token.0, "password": token.1, "access_hash": "insecure=1",
            "assigned_ips": "vmbr0|10|192.0.2.10-192.0.2.40|24|192.0.2.1|192.0.2.53,198.51.100.53\nvmbr0|10|2001:db8::10-2001:db8::40|64|fe80::1|2001:db8::53",
        });
        let options = BTreeMap::from([
            (2, "9000"),
            (6, "2"),
            (7, "1.5"),
            (8, "8"),
            (9, "100/80/1000/800"),
            (10, "3"),
            (11, "50/40.5/0/400"),
            (15, "12.5"),
            (18, "on with anti-spoofing"),
            (
                19,
                "IN ACCEPT -p tcp -dport 22\nIN Ping(ACCEPT)\nOUT REJECT -p tcp -dport 25",
            ),
            (20, "admin"),
            (22, "example.net"),
        ]);
        let options = options
            .into_iter()
            .map(|(position, value)| (position, value.to_owned()))
            .collect();
        World {
            cluster,
            clock,
            core,
            mortality,
            home,
            server,
            options,
            config_options: json!({}),
            zones: Value::Null,
            seal_key: "",
            password: PASSWORD.to_owned(),
            told: Mutex::default(),
        }
    }

    /// Another world that is like this one up to now, and goes its own way from here.
    pub fn copy(&self) -> World {
        let cluster = Arc::new(Mutex::new(self.sim().clone()));
        let clock = Arc::new(VirtualClock(Mutex::new(self.now())));
        let mortality = Arc::new(Mortality::default());
        let home = self.home.copy(&mortality);
        World {
            core: open(&home, &cluster, &clock, &mortality),
            cluster,
            clock,
            mortality,
            home,
            server: self.server.clone(),
            options: self.options.clone(),
            config_options: self.config_options.clone(),
            zones: self.zones.clone(),
            seal_key: self.seal_key,
            password: self.password.clone(),
            told: Mutex::new(guard(&self.told).clone()),
        }
    }

    pub fn sim(&self) -> MutexGuard<'_, Cluster> {
        let mut cluster = guard(&self.cluster);
        cluster.advance(self.clock.now());
        cluster
    }

    pub fn option(&mut self, position: usize, value: &str) -> &mut Self {
        self.options.insert(position, value.to_owned());
        self
    }

    pub fn order(&self, service: u64) -> Value {
        let option = |position: usize| self.options.get(&position).cloned().unwrap_or_default();
        json!({
            "service": {"id": service, "client_id": 3, "domain": "", "username": "", "password": self.password},
            "server": self.server,
            "package": {"options": (1..=24).map(option).collect::<Vec<_>>(), "config_options": self.config_options},
            "actor": "admin",
            "zones": self.zones,
            "seal_key": self.seal_key,
        })
    }

    pub fn with_extra(&self, service: u64, key: &str, value: Value) -> Value {
        let mut order = self.order(service);
        order[key] = value;
        order
    }

    /// Service 7, as somebody's page with a look asks for it.
    pub fn shown_to(&self, actor: &str) -> Value {
        let order = self.order(7);
        json!({"service": 7, "server": order["server"], "package": order["package"], "actor": actor, "by": {"id": 3}})
    }

    pub fn create(&self, service: u64) -> Result<Value, proxmoxkvm::problems::Error> {
        api::create(&self.core, &self.order(service))
    }

    /// What PHP does in the cron: asks what is due, brings it, delivers what is handed over.
    pub fn cron(&self) -> Value {
        let reply = self.cron_without_delivery();
        self.deliver(&reply);
        reply
    }

    /// The same, and then PHP dies.
    pub fn cron_without_delivery(&self) -> Value {
        let due = api::due(&self.core, &json!({})).unwrap();
        let orders: Vec<Value> = due["services"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| self.with_extra(s["id"].as_u64().unwrap(), "generation", s["generation"].clone()))
            .collect();
        cron(
            &self.core,
            &json!({"orders": orders, "budget_s": 55, "workers": 1, "zones": self.zones, "seal_key": self.seal_key}),
        )
        .unwrap()
    }

    /// What PHP does with what a reply hands over: delivers it, and says that it arrived.
    pub fn deliver(&self, reply: &Value) {
        for entry in reply["outbox"].as_array().unwrap() {
            guard(&self.told).push(entry.clone());
            api::acknowledge(&self.core, &json!({"id": entry["id"]})).unwrap();
        }
    }

    /// The kinds of what was delivered of a service, in their order.
    pub fn told_of(&self, service: u64) -> Vec<String> {
        let told = guard(&self.told);
        let kind = |entry: &Value| entry["kind"].as_str().unwrap().to_owned();
        told.iter()
            .filter(|entry| entry["service"] == service)
            .map(kind)
            .collect()
    }

    /// Cron runs, a minute apart, until nothing is due for a quarter of an hour: the longest pause between two tries.
    pub fn cron_until_idle(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for _ in 0..60 {
            let reply = self.cron();
            lines.extend(
                reply["lines"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|line| line.as_str().unwrap().to_owned()),
            );
            let due_soon = self.core.store.agenda(self.clock.now() + 901.0, 0.0, 1000).unwrap().due;
            let waiting = due_soon
                .iter()
                .any(|due| !self.service(due.service.0)["suspended"].as_bool().unwrap());
            if !waiting {
                break;
            }
            self.clock.sleep(60.0);
        }
        lines
    }

    /// A service, from order to ready.
    pub fn ready(&self, service: u64) -> u32 {
        let reply = self.create(service).unwrap();
        self.deliver(&reply);
        self.cron_until_idle();
        assert_eq!(self.status(service), "ready", "{}", self.service(service));
        self.vmid(service)
    }

    pub fn clock_forward(&self, seconds: f64) {
        self.clock.sleep(seconds);
    }

    pub fn now(&self) -> f64 {
        self.clock.now()
    }

    pub fn service(&self, service: u64) -> Value {
        api::show(&self.core, &json!({"service": service})).unwrap()["service"].clone()
    }

    pub fn status(&self, service: u64) -> String {
        self.service(service)["status"].as_str().unwrap().to_owned()
    }

    pub fn vmid(&self, service: u64) -> u32 {
        self.service(service)["vmid"].as_u64().unwrap() as u32
    }

    pub fn config(&self, vmid: u32, key: &str) -> String {
        self.sim()
            .vm(vmid)
            .and_then(|vm| vm.get(key).map(str::to_owned))
            .unwrap_or_default()
    }

    /// A second process on the same store.
    pub fn other_process(&self) -> Core {
        open(&self.home, &self.cluster, &self.clock, &self.mortality)
    }

    /// The process is gone; another one opens the store. Its predecessor's leases have to end by themselves.
    pub fn restart(&mut self) {
        *guard(&self.mortality.death) = None;
        self.mortality.dead.store(false, Ordering::SeqCst);
        self.core = open(&self.home, &self.cluster, &self.clock, &self.mortality);
        self.clock.sleep(100.0);
    }

    /// The process is gone, and nobody has the store open.
    pub fn close(&mut self) {
        let nowhere = Home::in_a_file();
        self.core = open(&nowhere, &self.cluster, &self.clock, &self.mortality);
    }

    /// Another process opens a store that may be broken.
    pub fn try_restart(&mut self) -> Result<(), proxmoxkvm::store::Error> {
        self.core = core_of(self.home.open()?, &self.cluster, &self.clock, &self.mortality);
        Ok(())
    }

    /// Another process, whose connection hears some SQL first.
    pub fn restart_with(&mut self, sql: &str) {
        let store = commits::with_first_words(sql, || self.home.open().unwrap());
        self.core = core_of(store, &self.cluster, &self.clock, &self.mortality);
        self.clock.sleep(100.0);
    }

    /// Requests that change something, since the log was cleared.
    pub fn writes(&self) -> Vec<String> {
        let sim = self.sim();
        let writes = sim
            .log
            .iter()
            .filter(|l| l.method != "GET" && !l.path.contains("/access/ticket"));
        writes.map(|l| format!("{} {}", l.method, l.path)).collect()
    }

    /// What must never happen, whatever happens: the invariants of every test.
    pub fn check_invariants(&self) {
        self.check_invariants_but_for("");
    }

    /// The same after a fault that itself is an answer 400.
    pub fn check_invariants_but_for(&self, fault: &str) {
        let sim = self.sim();
        let counters = sim.counters;
        assert_eq!(counters.refused_locked, 0, "a write was refused as locked");
        assert_eq!(
            counters.writes_during_task, 0,
            "a write was sent while a task ran on the guest: {fault}"
        );
        // a task that is not listed yet is a 400 too
        let bad = sim
            .log
            .iter()
            .find(|logged| logged.status == 400 && !logged.path.contains("/tasks/") && !fault.starts_with("400"));
        assert!(
            bad.is_none(),
            "a request did not fit the API schema, or made something twice: {bad:?}"
        );
        assert_eq!(counters.not_simulated, 0, "a request of an unknown kind");
        assert!(
            !with_network(&sim, |_| true),
            "two guests of one service with a network"
        );
        let breaches = self.mortality.breaches.load(Ordering::SeqCst);
        assert_eq!(breaches, 0, "two guests of one service had a network at once");
    }
}

/// Whether two of some guests carry one service's marker and are connected to a network.
fn with_network(sim: &Cluster, is_meant: impl Fn(&Vm) -> bool) -> bool {
    let connected = sim.vms.values().filter(|vm| {
        let mut cards = vm.conf.iter().filter(|(key, _)| key.starts_with("net"));
        is_meant(vm) && cards.any(|(_, card)| !card.contains("link_down=1"))
    });
    let owners: Vec<String> = connected
        .filter_map(|vm| {
            vm.get("description")?
                .lines()
                .find(|line| line.starts_with("proxmoxkvm-owner:"))
                .map(str::to_owned)
        })
        .collect();
    let mut unique = owners.clone();
    unique.sort();
    unique.dedup();
    unique.len() < owners.len()
}

fn open(home: &Home, cluster: &Arc<Mutex<Cluster>>, clock: &Arc<VirtualClock>, mortality: &Arc<Mortality>) -> Core {
    core_of(home.open_for(mortality).unwrap(), cluster, clock, mortality)
}

fn core_of(store: Store, cluster: &Arc<Mutex<Cluster>>, clock: &Arc<VirtualClock>, mortality: &Arc<Mortality>) -> Core {
    let (cluster, wire_clock, mortality) = (cluster.clone(), clock.clone(), mortality.clone());
    let make_wire = Box::new(move |_: &proxmoxkvm::server::ServerEntry| {
        let wire = SimWire {
            cluster: cluster.clone(),
            clock: wire_clock.clone(),
            mortality: mortality.clone(),
        };
        Ok(Box::new(wire) as Box<dyn Wire>)
    });
    // no test asks the network beyond this machine
    Core::new(store, clock.clone(), make_wire)
        .with_knock(Box::new(|_| false))
        .with_resolver(Box::new(|_, _| Err(dns::Error::NoResolver)))
}

/// The fine code of a verb that was refused.
pub fn code(result: Result<Value, proxmoxkvm::problems::Error>) -> String {
    match result {
        Ok(reply) => format!("ok: {reply}"),
        Err(error) => error.code().to_owned(),
    }
}
