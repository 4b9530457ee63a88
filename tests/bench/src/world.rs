//! What all points share: a scaled clock, an order as PHP sends it, a core over a wire.

use crate::home::Home;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::pve::{Https, Wire};
use proxmoxkvm::server::ServerEntry;
use proxmoxkvm::words::clock::Clock;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// PVE's time: runs faster than ours by `1 / scale`.
pub struct ScaledClock {
    scale: f64,
    born: Instant,
    unix: f64,
}

impl ScaledClock {
    pub fn new(scale: f64) -> Arc<Self> {
        let unix = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("a date");
        Arc::new(ScaledClock {
            scale,
            born: Instant::now(),
            unix: unix.as_secs_f64(),
        })
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> f64 {
        self.unix + self.born.elapsed().as_secs_f64() / self.scale
    }

    fn sleep(&self, seconds: f64) {
        std::thread::sleep(Duration::from_secs_f64((seconds * self.scale).max(0.0)));
    }
}

/// A core over genuine HTTPS.
pub fn core(home: &Home, clock: Arc<dyn Clock>) -> Core {
    let wire = Box::new(|entry: &ServerEntry| Ok(Box::new(Https::new(entry)?) as Box<dyn Wire>));
    Core::new(home.open(), clock, wire)
}

pub fn server(port: u16, user: &str, secret: &str, fingerprint: &str) -> Value {
    json!({
        "id": 1, "hostname": "127.0.0.1", "port": port, "secure": true, "username": user, "password": secret,
        "access_hash": format!("fingerprint={fingerprint}"),
        "assigned_ips": "vmbr0|10|10.0.0.10-10.0.15.250|20|10.0.0.1|192.0.2.53",
    })
}

pub const RULES: [&str; 3] = [
    "IN ACCEPT -p tcp -dport 22",
    "IN Ping(ACCEPT)",
    "OUT REJECT -p tcp -dport 25",
];

/// A package with everything that a create can touch but a second disk.
pub fn order(service: u64, server: &Value, template: u32) -> Value {
    let rules = RULES.join("\n");
    let template = template.to_string();
    let options: Vec<&str> = (1..=24)
        .map(|position| match position {
            2 => template.as_str(),
            6 => "2",
            7 => "1",
            8 => "8",
            9 => "100/80/1000/800",
            15 => "12.5",
            18 => "on with anti-spoofing",
            19 => rules.as_str(),
            20 => "admin",
            22 => "example.net",
            _ => "",
        })
        .collect();
    json!({
        "service": {"id": service, "client_id": 3, "domain": "", "username": "", "password": "Ab3dE5gH1j"},
        "server": server,
        "package": {"options": options, "config_options": {}},
        "actor": "admin",
    })
}
