//! Point 5: sequential requests a second, one kept connection each.

use crate::figure::{Figure, median};
use crate::home::{Home, Kind};
use crate::responder::Responder;
use crate::{Effort, peers, world};
use proxmoxkvm::words::clock::SystemClock;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn ours(server: &Value, count: u64) -> f64 {
    let home = Home::new(Kind::Sqlite);
    let core = world::core(&home, Arc::new(SystemClock));
    let entry = proxmoxkvm::api::request::server_of(&json!({ "server": server })).expect("a server entry");
    let client = core.client(&entry, &Arc::default(), f64::INFINITY).expect("a client");
    let ask = || client.version().expect("an answer");
    (0..200).for_each(|_| drop(ask()));
    let start = Instant::now();
    (0..count).for_each(|_| drop(ask()));
    count as f64 / start.elapsed().as_secs_f64()
}

/// Rounds in turn, so that a busy moment of the machine hits all alike.
fn round(needs: Duration, count: u64, rounds: u32) -> [Vec<f64>; 4] {
    let responder = Responder::start(needs);
    let token = "bench@pve!bench";
    let server = world::server(
        responder.port,
        token,
        "11111111-2222-3333-4444-555555555555",
        &responder.fingerprint,
    );
    let url = format!("https://127.0.0.1:{}/api2/json/version", responder.port);
    let request = json!({"url": url, "port": responder.port, "count": count, "token": token,
        "secret": "11111111-2222-3333-4444-555555555555"});
    let mut rates: [Vec<f64>; 4] = Default::default();
    let rate = |reply: Option<Value>| reply.and_then(|reply| reply["rate"].as_f64());
    for _ in 0..rounds {
        rates[0].push(ours(&server, count));
        rates[1].extend(rate(peers::php("rate.php", &request)));
        rates[2].extend(rate(peers::python("rate.py", &request)));
        rates[3].extend(rate(peers::node("rate.mjs", &request)));
    }
    rates
}

pub fn measure(effort: Effort) -> Vec<Figure> {
    let rounds = effort.of(5, 2);
    let figure = |key, what: &str, target, rates: [Vec<f64>; 4]| {
        let [ours, curl, proxmoxer, npm] = rates;
        let per_curl: Vec<f64> = ours.iter().zip(&curl).map(|(a, b)| a / b).collect();
        let detail = json!({"ours_per_s": median(&ours), "php_curl_per_s": median(&curl)});
        Figure::new(key, what, "× PHP curl", per_curl)
            .target(target)
            .beside("ours, requests/s", ours)
            .beside("bare PHP curl", curl)
            .beside("proxmoxer", proxmoxer)
            .beside("npm proxmox-api", npm)
            .detail(detail)
    };
    let instant = round(Duration::ZERO, effort.of(5000, 1500), rounds);
    let genuine = round(Duration::from_millis(1), effort.of(1500, 400), rounds);
    vec![
        figure(
            "rps_vs_php_curl",
            "Requests a second, one after the other, instant server",
            "≥ 0.8",
            instant,
        ),
        figure(
            "rps_vs_php_curl_1ms",
            "The same, server that needs 1 ms",
            "≥ 1.0",
            genuine,
        ),
    ]
}
