//! What a guest does right now.

use super::number::{decimal, number};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The remote status, from `GET …/status/current`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Power {
    /// QEMU runs (a paused guest counts: it holds its memory).
    Running,
    /// No QEMU.
    Stopped,
    /// Text this module does not know: kept, and treated as "not known".
    Other(String),
}

impl Power {
    /// The word PVE uses.
    pub fn as_str(&self) -> &str {
        match self {
            Power::Running => "running",
            Power::Stopped => "stopped",
            Power::Other(text) => text,
        }
    }
}

/// What `status/current` tells beyond the config: what the guest runs with right now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Current {
    /// The remote status.
    pub power: Power,
    /// Virtual processors of the running guest; pending changes are not in it.
    pub cpus: Option<u64>,
    /// Memory of the running guest in bytes; pending changes are not in it.
    pub max_memory: Option<u64>,
    /// Whether it is paused: it runs, and its processors stand still. It hears of no shutdown.
    #[serde(default)]
    pub paused: bool,
    /// Whether the HA manager starts and stops this guest.
    pub ha_managed: bool,
    /// The remote lock.
    pub lock: Option<String>,
    /// The guest's name.
    pub name: Option<String>,
    /// Seconds since it was started.
    pub uptime: Option<u64>,
    /// Share of its processors in use, 0 to 1.
    pub cpu: Option<f64>,
    /// Memory in use, bytes.
    pub memory: Option<u64>,
    /// What the guest has received and sent since its network cards were plugged in: bytes; 0 at every start.
    pub traffic: Option<(u64, u64)>,
}

impl Current {
    /// What is known of a guest whose clone has just ended well: it has never been started.
    pub const FRESH_CLONE: Current = Current {
        power: Power::Stopped,
        cpus: None,
        max_memory: None,
        paused: false,
        ha_managed: false,
        lock: None,
        name: None,
        uptime: None,
        cpu: None,
        memory: None,
        traffic: None,
    };

    /// Reads an answer's `data`, tolerant of texts for numbers and of missing fields.
    pub fn from_json(data: &Value) -> Self {
        let power = match data["status"].as_str().unwrap_or("unknown") {
            "running" => Power::Running,
            "stopped" => Power::Stopped,
            other => Power::Other(other.to_owned()),
        };
        Current {
            power,
            cpus: number(&data["cpus"]),
            max_memory: number(&data["maxmem"]),
            paused: data["qmpstatus"].as_str() == Some("paused"),
            ha_managed: number(&data["ha"]["managed"]) == Some(1),
            lock: data["lock"].as_str().filter(|lock| !lock.is_empty()).map(str::to_owned),
            name: data["name"].as_str().map(str::to_owned),
            uptime: number(&data["uptime"]),
            cpu: decimal(&data["cpu"]),
            memory: number(&data["mem"]),
            traffic: number(&data["netin"]).zip(number(&data["netout"])),
        }
    }
}
