//! Point 4: a cron run over ready services, in a PHP process of its own.

use crate::figure::{Figure, median};
use crate::home::{Home, Kind};
use crate::{Effort, growth, peers, world};
use proxmoxkvm::api;
use proxmoxkvm::words::clock::{Clock, SystemClock};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

const SERVICES: u64 = 10_000;

type Runs = BTreeMap<&'static str, Vec<f64>>;

fn run(home: &Home, runs: &mut Runs) {
    let mut request = peers::native();
    request["store"] = home.location.clone().into();
    let Some(reply) = peers::php("idle.php", &request) else {
        return;
    };
    for key in ["ms", "requests", "rss_mib", "bare_rss_mib", "own_mib", "pdo_ms"] {
        runs.entry(key).or_default().extend(reply[key].as_f64());
    }
}

/// Each has a schedule of snapshots, and nothing is due before its time.
fn scheduled(kind: Kind) -> Home {
    let home = Home::new(kind);
    growth::fill(&home, SERVICES, 0);
    let schedule = json!({"days": ["mon", "thu"], "hour": 4, "utc_offset_s": 0, "through": 20_000});
    let choices = "\"choices\":{\"version\":0,\"protect\":false";
    let tomorrow = SystemClock.now() + 86_400.0;
    home.execute([format!(
        "UPDATE @services SET due_at = {tomorrow} + id * 60, timed = 1,
             body = REPLACE(body, '{choices}', '{choices},\"snapshots\":{schedule}')"
    )]);
    let core = world::core(&home, Arc::new(SystemClock));
    let shown = api::show(&core, &json!({"service": 7})).expect("a service");
    assert_eq!(shown["service"]["choices"]["snapshots"]["hour"], 4);
    home
}

pub fn measure(effort: Effort, kind: Kind) -> Vec<Figure> {
    let home = Home::new(kind);
    growth::fill(&home, SERVICES, 0);
    let scheduled = scheduled(kind);
    let (mut of, mut with) = (Runs::new(), Runs::new());
    for _ in 0..effort.of(15, 5) {
        // in turn, so that a busy moment makes neither of them look slow
        run(&home, &mut of);
        run(&scheduled, &mut with);
    }
    let ratio = median(&with["ms"]) / median(&of["ms"]);
    let mut take = |key: &str| of.remove(key).unwrap_or_default();
    let what = format!("Cron with {SERVICES} ready services");
    vec![
        Figure::new("idle_ms", format!("{what}: load, open, select, end"), "ms", take("ms"))
            .target("≤ 20")
            .beside("PHP's own PDO: open and one select", take("pdo_ms")),
        Figure::new("idle_requests", format!("{what}: requests"), "", take("requests")).target("0"),
        Figure::new(
            "idle_rss_mib",
            format!("{what}: peak memory of the process"),
            "MiB",
            take("rss_mib"),
        )
        .target("≤ 32")
        .beside("PHP before it loads the library", take("bare_rss_mib"))
        .beside("more than that which no other process shares", take("own_mib")),
        Figure::new(
            "idle_scheduled",
            "The same, each with a schedule of snapshots that is not due ÷ without: time",
            "×",
            vec![ratio],
        )
        .target("≤ 1.2")
        .beside("time, ms", with.remove("ms").unwrap_or_default()),
        Figure::new(
            "idle_scheduled_requests",
            "The same: requests",
            "",
            with.remove("requests").unwrap_or_default(),
        )
        .target("0"),
    ]
}
