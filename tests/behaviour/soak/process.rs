//! A process of the simulation: a core of its own on the shared store, with a clock that may be wrong and a death.

use super::schedule::Schedule;
use crate::home::Home;
use crate::support::{Death, Mortality, guard};
use mariadb::Cutter;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::pve::{Answer, Exchange, Silence, Wire};
use proxmoxkvm::server::{Endpoint, ServerEntry};
use proxmoxkvm::words::clock::Clock;
use pvesim::{Cluster, Request, Transport};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

/// What all processes of a run share.
#[derive(Clone)]
pub struct Machine {
    pub home: Arc<Home>,
    pub schedule: Arc<Schedule>,
    pub cluster: Arc<Mutex<Cluster>>,
    pub trace: Arc<Mutex<Vec<String>>>,
}

impl Machine {
    pub fn say(&self, line: String) {
        let now = self.schedule.now();
        guard(&self.trace).push(format!("{now:.3} {line}"));
    }
}

/// What fate has for a process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fate {
    pub death: Option<Death>,
    /// After which answer it stands still, and for how long (seconds): a virtual machine that was paused.
    pub freeze: Option<(u64, f64)>,
    /// How far its clock is ahead (seconds).
    pub ahead: f64,
}

#[derive(Clone)]
struct Process {
    number: u32,
    machine: Machine,
    mortality: Arc<Mortality>,
    fate: Fate,
}

/// A process that has opened the store.
pub struct Begun {
    /// Absent if it died while it opened the store.
    pub core: Option<Core>,
    pub mortality: Arc<Mortality>,
    /// Its way to a database, gone last.
    _way: Option<Cutter>,
}

/// Begins a process.
pub fn begin(machine: &Machine, number: u32, fate: Fate) -> Begun {
    let mortality = Arc::new(Mortality::default());
    *guard(&mortality.death) = fate.death;
    let process = Process {
        number,
        machine: machine.clone(),
        mortality: mortality.clone(),
        fate,
    };
    let (opened, way) = machine.home.open_beside_others(&mortality);
    let clock = Arc::new(process.clone());
    let make_wire = Box::new(move |_: &ServerEntry| Ok(Box::new(process.clone()) as Box<dyn Wire>));
    Begun {
        core: opened.ok().map(|store| Core::new(store, clock, make_wire)),
        mortality,
        _way: way,
    }
}

impl Clock for Process {
    fn now(&self) -> f64 {
        self.machine.schedule.now() + self.fate.ahead
    }

    fn sleep(&self, seconds: f64) {
        self.mortality.live_or(None);
        self.machine.schedule.wait(self.number, seconds);
    }
}

impl Wire for Process {
    fn send(&self, _endpoint: &Endpoint, exchange: &Exchange) -> Result<Answer, Silence> {
        let number = self.mortality.requests.fetch_add(1, Ordering::SeqCst) + 1;
        // 1 to 30 ms on the way, each way its own: that is what lets processes overtake one another
        let way = |salt: u64| (1 + (u64::from(self.number) * 31 + number * 17 + salt) % 30) as f64 / 1000.0;
        self.sleep(way(0));
        self.mortality.live_or(Some(Death::Before(number)));
        let mut request = Request::new(exchange.method.as_str(), &exchange.target);
        for (name, value) in &exchange.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &exchange.body {
            request = request.header("content-type", &body.kind);
            request.body = body.bytes.clone();
        }
        let reply = guard(&self.machine.cluster).handle(&request, self.machine.schedule.now());
        let path = exchange.target.split('?').next().unwrap_or_default();
        self.machine.say(format!(
            "p{} {} {path} {} {}",
            self.number,
            exchange.method.as_str(),
            reply.status,
            reply.reason
        ));
        self.mortality.live_or(Some(Death::After(number)));
        let patience = exchange.timeout.as_secs_f64();
        self.sleep(way(7) + reply.delay_s.min(patience));
        if let Some((_, seconds)) = self.fate.freeze.filter(|(after, _)| *after == number) {
            self.machine
                .say(format!("p{} stands still for {seconds:.0} s", self.number));
            self.sleep(seconds);
        }
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
