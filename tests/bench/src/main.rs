//! `make bench`: prints a table and writes `target/bench.json`. Every figure stands beside its peer or its limit,
//! measured in the same run. `QUICK=1` runs fewer rounds.
//!
//! Points that wait for Proxmox VE run on a scaled clock: PVE's task times and our waits are shortened alike, requests
//! and our own work are not, so the scale can only make our figures worse.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod console;
mod console_child;
mod console_node;
mod create;
mod drain;
mod figure;
mod growth;
mod home;
mod idle;
mod native;
mod pages;
mod peers;
mod rate;
mod responder;
mod scale;
mod world;

use figure::Figure;
use home::Kind;
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

/// One point of the list.
enum Point {
    Once(fn(Effort) -> Vec<Figure>),
    OnEachStore(fn(Effort, Kind) -> Vec<Figure>),
}

impl Point {
    /// Its figures, and the same ones on MariaDB.
    fn measure(&self, effort: Effort) -> (Vec<Figure>, Vec<Figure>) {
        match self {
            Point::Once(measure) => (measure(effort), Vec::new()),
            Point::OnEachStore(measure) => {
                let others = Kind::MariaDb.is_here().then(|| measure(effort, Kind::MariaDb));
                (measure(effort, Kind::Sqlite), others.unwrap_or_default())
            }
        }
    }
}

fn main() {
    let effort = Effort {
        quick: std::env::var("QUICK").is_ok_and(|value| value == "1"),
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, what, argument] = arguments.as_slice()
        && first == scale::CHILD
    {
        scale::child_main(what, argument);
        return;
    }
    if let [first, what, argument] = arguments.as_slice()
        && first == console_child::CHILD
    {
        console_child::main(what, &serde_json::from_str(argument).expect("JSON"));
        return;
    }
    let only = arguments.first().cloned().unwrap_or_default();
    let before = before();
    let points = [
        ("rate", Point::Once(rate::measure)),
        ("native", Point::Once(native::measure)),
        ("idle", Point::OnEachStore(idle::measure)),
        ("pages", Point::Once(pages::measure)),
        ("growth", Point::OnEachStore(growth::measure)),
        ("scale", Point::OnEachStore(scale::measure)),
        ("cluster", Point::Once(scale::measure_cluster)),
        ("console", Point::Once(console::measure)),
        ("create", Point::Once(create::measure)),
        ("drain", Point::OnEachStore(drain::measure)),
    ];
    let (mut all, mut on_mariadb) = (Map::new(), Map::new());
    println!("{}", figure::head());
    for (_, point) in points.iter().filter(|(name, _)| only.is_empty() || *name == only) {
        let (figures, others) = point.measure(effort);
        for (index, figure) in figures.iter().enumerate() {
            let other = others.get(index);
            println!("{}{}", figure.row(other), beside(&before, figure.key));
            all.insert(figure.key.to_owned(), figure.to_json());
            on_mariadb.extend(other.map(|other| (other.key.to_owned(), other.to_json())));
        }
    }
    all.insert("mariadb".to_owned(), Value::Object(on_mariadb));
    all.insert("machine".to_owned(), Value::String(machine()));
    all.insert("quick".to_owned(), json!(effort.quick));
    std::fs::write("target/bench.json", format!("{:#}\n", Value::Object(all))).expect("target/ is writable");
    println!("\n{}", machine());
}

/// What the tree before wrote, where `BEFORE` names its file.
fn before() -> Value {
    let text = std::env::var("BEFORE")
        .ok()
        .and_then(|path| std::fs::read_to_string(path).ok());
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// The median of the tree before, on both stores.
fn beside(before: &Value, key: &str) -> String {
    let median = |figures: &Value| figures[key]["median"].as_f64().map(|median| format!("{median:.1}"));
    match (median(before), median(&before["mariadb"])) {
        (None, _) => String::new(),
        (Some(file), None) => format!(" before: {file} |"),
        (Some(file), Some(server)) => format!(" before: {file}, MariaDB {server} |"),
    }
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
