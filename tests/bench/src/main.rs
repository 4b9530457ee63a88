//! `make bench`: prints a table and writes `target/bench.json`. Every figure stands beside its peer or its limit,
//! measured in the same run. `QUICK=1` runs fewer rounds.
//!
//! Points that wait for Proxmox VE run on a scaled clock: PVE's task times and our waits are shortened alike, requests
//! and our own work are not, so the scale can only make our figures worse.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod create;
mod drain;
mod figure;
mod growth;
mod idle;
mod native;
mod pages;
mod peers;
mod rate;
mod responder;
mod world;

use figure::Figure;
use serde_json::{Map, Value, json};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Few rounds, for a look at the tool itself.
    pub quick: bool,
}

impl Effort {
    /// One of two numbers.
    pub fn of<T>(self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }
}

fn main() {
    let effort = Effort {
        quick: std::env::var("QUICK").is_ok_and(|value| value == "1"),
    };
    let only = std::env::args().nth(1).unwrap_or_default();
    type Point = (&'static str, fn(Effort) -> Vec<Figure>);
    let points: &[Point] = &[
        ("rate", rate::measure),
        ("native", native::measure),
        ("idle", idle::measure),
        ("pages", pages::measure),
        ("growth", growth::measure),
        ("create", create::measure),
        ("drain", drain::measure),
    ];
    let mut all = Map::new();
    println!("{}", figure::head());
    for (_, measure) in points.iter().filter(|(name, _)| only.is_empty() || *name == only) {
        for figure in measure(effort) {
            println!("{}", figure.row());
            all.insert(figure.key.to_owned(), figure.to_json());
        }
    }
    all.insert("machine".to_owned(), Value::String(machine()));
    all.insert("quick".to_owned(), json!(effort.quick));
    std::fs::write("target/bench.json", format!("{:#}\n", Value::Object(all))).expect("target/ is writable");
    println!("\n{}", machine());
}

fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    format!("{cores} cores, {model}, Linux {}, load {load}", kernel.trim())
}
