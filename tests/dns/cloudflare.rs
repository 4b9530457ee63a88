//! Cloudflare, against a stand-in written from <https://developers.cloudflare.com/api/>: envelope, error codes,
//! paging, rate limit. Cloudflare itself was not asked.

use super::http::{HttpServer, Request, Response};
use super::lifecycle::Service;
use super::servers::budget;
use proxmoxkvm::dns::{Error, Provider, Refusal, ZoneConfig, open};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const TOKEN: &str = "token-of-this-test";
const ZONE: &str = "0123456789abcdef0123456789abcdef";

#[derive(Default)]
struct State {
    records: Vec<Value>,
    next: u32,
    read_only: bool,
    /// Page size at most, as if the set were long.
    page: usize,
    /// The number of the write that fails, and how.
    fails: Option<(u32, Fails)>,
    writes: u32,
}

#[derive(Clone, Copy)]
enum Fails {
    Limited,
    /// Done, but the answer is lost.
    Lost,
    Broken,
    /// Done, and then somebody is faster to remove the last record of all.
    Removed,
}

struct Cloudflare {
    state: Arc<Mutex<State>>,
    server: HttpServer,
}

fn fine(result: Value) -> Response {
    Response::new(
        200,
        json!({"success": true, "errors": [], "messages": [], "result": result}).to_string(),
    )
}

fn fault(status: u16, code: u32, message: &str) -> Response {
    let errors = json!([{"code": code, "message": message}]);
    Response::new(
        status,
        json!({"success": false, "errors": errors, "messages": [], "result": null}).to_string(),
    )
}

fn answer(state: &mut State, request: &Request) -> Option<Response> {
    if request.headers.get("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return Some(fault(403, 9109, "Invalid access token"));
    }
    let path: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match (request.verb.as_str(), path.as_slice()) {
        ("GET", ["zones"]) => {
            let found = request.query["name"] == "example.com";
            let zones = if found {
                json!([{"id": ZONE, "name": "example.com", "status": "active"}])
            } else {
                json!([])
            };
            Some(fine(zones))
        }
        ("GET", ["zones", ZONE, "dns_records"]) => Some(list(state, request)),
        (_, ["zones", ZONE, "dns_records", ..]) => write(state, request, path.get(3).copied()),
        _ => Some(fault(
            404,
            7003,
            "Could not route to that, perhaps your object identifier is invalid?",
        )),
    }
}

fn list(state: &State, request: &Request) -> Response {
    let wanted = &request.query["name.exact"];
    let all: Vec<&Value> = state
        .records
        .iter()
        .filter(|record| record["name"].as_str() == Some(wanted))
        .collect();
    let size = request.query["per_page"].parse::<usize>().unwrap().min(state.page);
    let page: usize = request.query["page"].parse().unwrap();
    let shown: Vec<&Value> = all.iter().skip((page - 1) * size).take(size).copied().collect();
    let pages = json!({"page": page, "per_page": size, "count": shown.len(), "total_count": all.len(), "total_pages": all.len().div_ceil(size)});
    Response::new(
        200,
        json!({"success": true, "errors": [], "messages": [], "result": shown, "result_info": pages}).to_string(),
    )
}

fn write(state: &mut State, request: &Request, id: Option<&str>) -> Option<Response> {
    if state.read_only {
        return Some(fault(403, 10_000, "Authentication error"));
    }
    state.writes += 1;
    let fails = state
        .fails
        .filter(|(number, _)| *number == state.writes)
        .map(|(_, how)| how);
    match fails {
        Some(Fails::Limited) => return Some(fault(429, 971, "Please wait").with("Retry-After", 17)),
        Some(Fails::Broken) => return Some(Response::new(500, "<html>oops</html>")),
        Some(Fails::Lost | Fails::Removed) | None => {}
    }
    let position = state.records.iter().position(|record| record["id"].as_str() == id);
    let response = match (request.verb.as_str(), position) {
        ("POST", _) => add(state, request.json()),
        ("PATCH", Some(position)) => {
            for (field, value) in request.json().as_object().unwrap() {
                state.records[position][field] = value.clone();
            }
            fine(state.records[position].clone())
        }
        ("DELETE", Some(position)) => fine(json!({"id": state.records.remove(position)["id"]})),
        _ => fault(404, 81_044, "Record does not exist."),
    };
    match fails {
        Some(Fails::Lost) => return None,
        Some(Fails::Removed) => drop(state.records.pop()),
        _ => {}
    }
    Some(response)
}

fn add(state: &mut State, mut record: Value) -> Response {
    let same = |other: &&Value| {
        ["name", "type", "content"]
            .iter()
            .all(|field| other[field] == record[field])
    };
    if state.records.iter().any(|other| same(&other)) {
        return fault(400, 81_058, "An identical record already exists.");
    }
    state.next += 1;
    record["id"] = json!(format!("{:032x}", state.next));
    state.records.push(record.clone());
    fine(record)
}

impl Cloudflare {
    fn start() -> Cloudflare {
        let state = Arc::new(Mutex::new(State {
            page: 100,
            ..State::default()
        }));
        let shared = state.clone();
        let server = HttpServer::start(move |request| answer(&mut shared.lock().unwrap(), request));
        Cloudflare { state, server }
    }

    fn provider(&self, zone: &str, token: &str) -> Box<dyn Provider> {
        let endpoint = format!("http://{}", self.server.address);
        let fields = json!({"id": 1, "provider": "cloudflare", "zone": zone, "endpoint": endpoint, "ttl": 300});
        open(&ZoneConfig::parse(&fields, token.into()).unwrap())
    }

    fn service(&self) -> Service {
        Service {
            providers: vec![self.provider("example.com", TOKEN)],
            remembered: Vec::new(),
        }
    }

    fn put(&self, kind: &str, name: &str, content: &str, ttl: u32) {
        let record = json!({"type": kind, "name": name, "content": content, "ttl": ttl, "proxied": ttl == 1});
        assert_eq!(add(&mut self.state.lock().unwrap(), record).status, 200);
    }

    fn fail(&self, number: u32, how: Fails) {
        let mut state = self.state.lock().unwrap();
        state.writes = 0;
        state.fails = Some((number, how));
    }

    fn shown(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let text = |record: &Value| {
            let field = |name: &str| record[name].as_str().unwrap().to_owned();
            format!("{} {} {}", field("name"), field("type"), field("content"))
        };
        let mut all: Vec<String> = state.records.iter().map(text).collect();
        all.sort();
        all
    }
}

const V4: &str = "vm.example.com A 192.0.2.1";
const V6: &str = "vm.example.com AAAA 2001:db8::1";

#[test]
fn a_service_lives_at_cloudflare_beside_others() {
    let cloudflare = Cloudflare::start();
    cloudflare.put("A", "vm.example.com", "203.0.113.9", 900);
    cloudflare.put("TXT", "vm.example.com", "somebody's", 60);
    let mut service = cloudflare.service();
    service.providers[0].test(&budget()).unwrap();
    let foreign = ["vm.example.com A 203.0.113.9", "vm.example.com TXT somebody's"];
    assert_eq!(cloudflare.shown(), foreign, "the test changed nothing");

    assert_eq!(service.sync("vm.example.com", &["192.0.2.1", "2001:db8::1"], &[]), 2);
    assert_eq!(cloudflare.shown(), [V4, foreign[0], V6, foreign[1]]);
    assert_eq!(service.sync("vm.example.com", &["192.0.2.1", "2001:db8::1"], &[]), 0);
    cloudflare.server.taken();
    assert_eq!(service.sync("vm.example.com", &["192.0.2.2"], &[]), 2);
    assert_eq!(
        cloudflare.shown(),
        ["vm.example.com A 192.0.2.2", foreign[0], foreign[1]]
    );
    let taken = cloudflare.server.taken();
    assert_eq!(
        taken.iter().filter(|line| line.starts_with("PATCH")).count(),
        1,
        "replaced in place: {taken:?}"
    );
    assert!(
        taken.iter().all(|line| line != "GET /zones"),
        "the zone's id was known: {taken:?}"
    );
    assert_eq!(service.sync("", &[], &[]), 1);
    assert_eq!(cloudflare.shown(), foreign);
    assert_eq!(service.remembered, vec![]);
}

#[test]
fn what_is_proxied_stays_so() {
    let cloudflare = Cloudflare::start();
    let mut service = cloudflare.service();
    service.sync("vm.example.com", &["192.0.2.1"], &[]);
    for (field, value) in [("proxied", json!(true)), ("ttl", json!(1))] {
        cloudflare.state.lock().unwrap().records[0][field] = value;
    }
    assert_eq!(service.sync("vm.example.com", &["192.0.2.1"], &[]), 0);
    assert_eq!(service.sync("vm.example.com", &["192.0.2.2"], &[]), 1);
    let record = cloudflare.state.lock().unwrap().records[0].clone();
    assert_eq!(
        (&record["content"], &record["proxied"]),
        (&json!("192.0.2.2"), &json!(true))
    );
}

#[test]
fn long_lists_are_read_page_by_page() {
    let cloudflare = Cloudflare::start();
    cloudflare.state.lock().unwrap().page = 2;
    for last in 1..=5 {
        cloudflare.put("A", "vm.example.com", &format!("203.0.113.{last}"), 300);
    }
    let mut service = cloudflare.service();
    // ours is on the last page
    service.sync("vm.example.com", &["192.0.2.1"], &[]);
    assert_eq!(service.sync("vm.example.com", &["192.0.2.1"], &[]), 0);
    cloudflare.server.taken();
    service.sync("", &[], &[]);
    assert_eq!(cloudflare.shown().len(), 5);
    let reads = cloudflare
        .server
        .taken()
        .iter()
        .filter(|line| line.starts_with("GET"))
        .count();
    assert_eq!(reads, 6, "three pages, twice");
}

#[test]
fn the_test_of_cloudflare_says_exactly_what_is_wrong() {
    let cloudflare = Cloudflare::start();
    let at = format!("Cloudflare at http://{}", cloudflare.server.address);
    let refused = |zone: &str, token: &str| match cloudflare.provider(zone, token).test(&budget()) {
        Err(Error::Refused { about, why }) => (about, why),
        other => panic!("{other:?}"),
    };
    let wrong = refused("example.com", "wrong-token");
    assert_eq!(
        wrong,
        (
            Refusal::Key,
            format!("{at} does not accept the token: Invalid access token (9109)")
        )
    );
    let (about, why) = refused("example.org", TOKEN);
    assert_eq!(about, Refusal::ZoneMissing);
    assert_eq!(
        why,
        format!("{at} does not have the zone example.org, or does not let the token see it (Zone:Read)")
    );
    cloudflare.state.lock().unwrap().read_only = true;
    let (about, why) = refused("example.com", TOKEN);
    assert_eq!(about, Refusal::Rights);
    assert!(
        why.contains("refused the right to change records: Authentication error (10000)"),
        "{why}"
    );
    assert!(!why.contains(TOKEN));
}

#[test]
fn a_half_finished_synchronisation_is_resumed() {
    let addresses = ["192.0.2.1", "2001:db8::1"];
    for (how, code, retry_after) in [
        (Fails::Limited, "dns_rate_limited", Some(17.0)),
        (Fails::Broken, "dns_unexpected", None),
        (Fails::Lost, "dns_no_answer", None),
    ] {
        let cloudflare = Cloudflare::start();
        let mut service = cloudflare.service();
        cloudflare.fail(2, how);
        let half = service.try_sync("vm.example.com", &addresses, &[]);
        assert_eq!((half.done, half.changed), (false, 1), "{code}");
        assert_eq!(half.failures.len(), 1, "{:?}", half.failures);
        let failure = &half.failures[0];
        assert_eq!(
            (failure.problem.code, failure.problem.retry, failure.retry_after),
            (code, true, retry_after)
        );
        // what was written before the failure, and what may have been, is remembered
        assert_eq!(half.remembered.len(), 2, "{code}");
        assert_eq!(cloudflare.shown()[0], V4);
        let rest = usize::from(!matches!(how, Fails::Lost));
        assert_eq!(service.sync("vm.example.com", &addresses, &[]), rest, "{code}");
        assert_eq!(cloudflare.shown(), [V4, V6]);
        service.sync("", &[], &[]);
        assert_eq!(cloudflare.shown(), [""; 0]);
    }
}

/// Three writes: the other records get the set's TTL, one by one, then comes the new address.
#[test]
fn somebody_who_is_faster_between_two_writes_makes_nothing_forgotten() {
    let cloudflare = Cloudflare::start();
    let mut service = cloudflare.service();
    service.sync("vm.example.com", &["192.0.2.1"], &[]);
    cloudflare.put("A", "vm.example.com", "203.0.113.8", 600);
    cloudflare.put("A", "vm.example.com", "203.0.113.9", 600);
    cloudflare.fail(1, Fails::Removed);
    let half = service.try_sync("vm.example.com", &["192.0.2.2"], &[]);
    assert_eq!(half.failures[0].problem.code, "dns_changed");
    let shown = cloudflare.shown();
    let ours: Vec<String> = half.remembered.iter().map(|known| known.record.to_string()).collect();
    assert!(ours.iter().all(|ours| shown.contains(ours)), "{ours:?} of {shown:?}");
    service.sync("", &[], &[]);
    assert_eq!(cloudflare.shown(), ["vm.example.com A 203.0.113.8"]);
}

/// 1,000 services in one zone: a service's requests are the same in a full zone as in an empty one, and what is
/// as wanted costs no write.
#[test]
fn requests_grow_with_the_changes_not_with_the_zone() {
    let cloudflare = Cloudflare::start();
    let address = |n: usize, change: usize| format!("10.{change}.{}.{}", n / 250, n % 250);
    let mut service = cloudflare.service();
    let mut remembered = vec![Vec::new(); 1000];
    let mut run = |n: usize, change: usize| {
        service.remembered = std::mem::take(&mut remembered[n]);
        service.sync(&format!("vm{n}.example.com"), &[&address(n, change)], &[]);
        remembered[n] = std::mem::take(&mut service.remembered);
        cloudflare.server.taken().len()
    };
    let first = run(0, 0);
    for n in 1..1000 {
        assert_eq!(run(n, 0), first - 1, "service {n}: the zone's id is known");
    }
    let again: usize = (0..1000).map(|n| run(n, 0)).sum();
    assert_eq!(again, 1000, "one look each");
    let ten: usize = (0..10).map(|n| run(n, 1)).sum();
    assert_eq!(ten, 30, "look, look again at the set, write");
    assert_eq!(cloudflare.shown().len(), 1000);
    println!("1000 services: {first} requests for the first, {again} for all of them unchanged, {ten} for ten changes");
}
