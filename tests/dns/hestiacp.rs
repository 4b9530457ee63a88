//! HestiaCP, against a stand-in written from its documentation and commands (`v-*-dns-record`, `web/api`): return
//! codes in a header, `Error: …` texts, relative names. A real panel was not asked.

use super::fake::FakeClock;
use super::http::{HttpServer, Request, Response};
use super::lifecycle::Service;
use super::servers::budget;
use proxmoxkvm::dns::{Error, Provider, Refusal, ZoneConfig, open};
use proxmoxkvm::words::clock::Clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const SECRET: &str = "secret-of-this-test";

#[derive(Default)]
struct State {
    /// Number → name, kind, value.
    records: BTreeMap<u32, (String, String, String)>,
    /// Commands that the key may use; none: all.
    only: Vec<&'static str>,
    /// The number of the write that finds the panel busy.
    busy: Option<u32>,
    /// What adding a record takes (seconds), on this clock.
    slow: Option<(Arc<FakeClock>, f64)>,
    writes: u32,
}

struct Panel {
    state: Arc<Mutex<State>>,
    server: HttpServer,
}

fn failed(code: u32, words: &str) -> Response {
    let status = match code {
        2 => 422,
        9 | 10 | 21 => 401,
        _ => 400,
    };
    Response::new(status, format!("Error: {words}")).with("Hestia-Exit-Code", code)
}

fn done(output: String) -> Response {
    let status = if output.is_empty() { 204 } else { 200 };
    Response::new(status, output).with("Hestia-Exit-Code", 0)
}

fn answer(state: &mut State, request: &Request) -> Response {
    assert_eq!((request.verb.as_str(), request.path.as_str()), ("POST", "/api/"));
    let form = request.form();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if (field("access_key"), field("secret_key")) != ("accesskey", SECRET) {
        return failed(9, "Invalid secret key for key accesskey");
    }
    let command = field("cmd");
    if !state.only.is_empty() && !state.only.contains(&command) {
        return failed(
            10,
            &format!("Key accesskey don't have permission to run the command {command}"),
        );
    }
    if field("arg1") != "bob" {
        return failed(10, "Key accesskey - the \"user\" argument doesn't match the key's user");
    }
    if field("arg2") != "example.com" {
        return failed(3, &format!("DOMAIN {} doesn't exist", field("arg2")));
    }
    match command {
        "v-list-dns-records" => {
            let one = |(id, (name, kind, value)): (&u32, &(String, String, String))| {
                let record = json!({"RECORD": name, "TYPE": kind, "PRIORITY": "", "VALUE": value, "ID": id.to_string(),
                    "SUSPENDED": "no", "TIME": "12:00:00", "DATE": "2026-01-01"});
                (id.to_string(), record)
            };
            let all: serde_json::Map<String, Value> = state.records.iter().map(one).collect();
            done(Value::Object(all).to_string())
        }
        "v-add-dns-record" => add(state, [field("arg3"), field("arg4"), field("arg5"), field("arg9")]),
        "v-delete-dns-record" => delete(state, field("arg3")),
        other => panic!("{other}"),
    }
}

fn is_busy(state: &mut State) -> bool {
    state.writes += 1;
    state.busy == Some(state.writes)
}

fn add(state: &mut State, [name, kind, value, ttl]: [&str; 4]) -> Response {
    if !["A", "AAAA", "TXT", "PTR", "CNAME"].contains(&kind) {
        return failed(2, &format!("invalid dns record type format :: {kind}"));
    }
    if is_busy(state) {
        return failed(14, "Server is to busy");
    }
    if let Some((clock, seconds)) = &state.slow {
        clock.sleep(*seconds);
    }
    assert_eq!(ttl, "3600");
    let id = state.records.keys().last().map_or(1, |last| last + 1);
    // the panel keeps names in the letters of their language
    let name = if name == "xn--kln-sna" { "köln" } else { name };
    let dot = if kind == "PTR" { "." } else { "" };
    state
        .records
        .insert(id, (name.to_owned(), kind.to_owned(), format!("{value}{dot}")));
    done(String::new())
}

fn delete(state: &mut State, id: &str) -> Response {
    let number: u32 = id.parse().unwrap();
    if !state.records.contains_key(&number) {
        return failed(3, &format!("ID {id} doesn't exist"));
    }
    if is_busy(state) {
        return failed(14, "Server is to busy");
    }
    state.records.remove(&number);
    done(String::new())
}

impl Panel {
    fn start() -> Panel {
        let records = [
            ("@", "A", "203.0.113.1"),
            ("vm", "A", "203.0.113.9"),
            ("vm", "TXT", "somebody's"),
        ];
        let records = records.map(|(name, kind, value)| (name.to_owned(), kind.to_owned(), value.to_owned()));
        let state = Arc::new(Mutex::new(State {
            records: (1..).zip(records).collect(),
            ..State::default()
        }));
        let shared = state.clone();
        let server = HttpServer::start(move |request| Some(answer(&mut shared.lock().unwrap(), request)));
        Panel { state, server }
    }

    fn provider(&self, zone: &str, user: &str, secret: &str) -> Box<dyn Provider> {
        let endpoint = format!("http://{}", self.server.address);
        let fields = json!({"id": 1, "provider": "hestiacp", "zone": zone, "endpoint": endpoint, "key_name": "accesskey", "user": user});
        open(&ZoneConfig::parse(&fields, secret.into()).unwrap())
    }

    fn service(&self) -> Service {
        Service {
            providers: vec![self.provider("example.com", "bob", SECRET)],
            remembered: Vec::new(),
        }
    }

    /// Our records: those above the three that were there.
    fn shown(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        assert!(
            (1..=3).all(|id| state.records.contains_key(&id)),
            "foreign records are untouched"
        );
        let ours = state.records.range(4..);
        ours.map(|(_, (name, kind, value))| format!("{name} {kind} {value}"))
            .collect()
    }
}

#[test]
fn a_service_lives_at_hestiacp_beside_others() {
    let panel = Panel::start();
    let mut service = panel.service();
    service.providers[0].test(&budget()).unwrap();
    assert_eq!(panel.shown(), [""; 0], "the test changed nothing");
    assert_eq!(service.sync("vm.example.com", &["192.0.2.1", "2001:db8::1"], &[]), 2);
    assert_eq!(panel.shown(), ["vm A 192.0.2.1", "vm AAAA 2001:db8::1"]);
    assert_eq!(service.sync("vm.example.com", &["192.0.2.1", "2001:db8::1"], &[]), 0);
    assert_eq!(service.sync("Köln.example.com", &["192.0.2.2"], &[]), 3);
    assert_eq!(panel.shown(), ["köln A 192.0.2.2"]);
    assert_eq!(
        service.sync("Köln.example.com", &["192.0.2.2"], &[]),
        0,
        "its own letters are understood"
    );
    assert_eq!(service.sync("example.com", &["192.0.2.3"], &[]), 2);
    assert_eq!(panel.shown(), ["@ A 192.0.2.3"], "the zone's own name");
    assert_eq!(service.sync("", &[], &[]), 1);
    assert_eq!(panel.shown(), [""; 0]);
}

#[test]
fn the_test_of_hestiacp_says_exactly_what_is_wrong() {
    let panel = Panel::start();
    let at = format!("HestiaCP at http://{}", panel.server.address);
    let refused = |zone: &str, user: &str, secret: &str| match panel.provider(zone, user, secret).test(&budget()) {
        Err(Error::Refused { about, why }) => (about, why),
        other => panic!("{other:?}"),
    };
    let wrong = format!("{at} does not accept the access key accesskey: Invalid secret key for key accesskey");
    assert_eq!(refused("example.com", "bob", "wrong"), (Refusal::Key, wrong));
    let (about, why) = refused("example.org", "bob", SECRET);
    assert_eq!(about, Refusal::ZoneMissing);
    assert_eq!(
        why,
        format!("{at} does not have the zone example.org of the user bob: DOMAIN example.org doesn't exist")
    );
    let (about, why) = refused("example.com", "eve", SECRET);
    assert_eq!(about, Refusal::Rights);
    assert!(why.contains("argument doesn't match the key's user"), "{why}");
    panel.state.lock().unwrap().only = vec!["v-list-dns-records", "v-add-dns-record"];
    let (about, why) = refused("example.com", "bob", SECRET);
    assert_eq!(about, Refusal::Rights);
    assert!(
        why.contains("does not let the access key accesskey use v-delete-dns-record"),
        "{why}"
    );
    assert!(!why.contains(SECRET));
}

#[test]
fn a_half_finished_synchronisation_is_resumed() {
    // the writes of a change of address: add, delete; each may find the panel busy
    for busy in 1..=2 {
        let panel = Panel::start();
        let mut service = panel.service();
        service.sync("vm.example.com", &["192.0.2.1"], &[]);
        panel.state.lock().unwrap().writes = 0;
        panel.state.lock().unwrap().busy = Some(busy);
        let half = service.try_sync("vm.example.com", &["192.0.2.2"], &[]);
        assert!(!half.done);
        assert_eq!(
            (half.failures[0].problem.code, half.failures[0].problem.retry),
            ("dns_unexpected", true)
        );
        assert_eq!(half.remembered.len(), 2, "the old one and the new one");
        assert_eq!(service.sync("vm.example.com", &["192.0.2.2"], &[]), 1);
        assert_eq!(panel.shown(), ["vm A 192.0.2.2"]);
        service.sync("", &[], &[]);
        assert_eq!(panel.shown(), [""; 0]);
    }
}

#[test]
fn a_record_after_which_the_time_was_up_is_remembered() {
    let panel = Panel::start();
    let mut service = panel.service();
    service.sync("vm.example.com", &["192.0.2.1"], &[]);
    // the old one is not deleted any more
    let clock = Arc::new(FakeClock::default());
    panel.state.lock().unwrap().slow = Some((clock.clone(), 100.0));
    let half = service.sync_by(clock.as_ref(), "vm.example.com", &["192.0.2.2"], &[]);
    assert_eq!(half.failures[0].problem.code, "dns_out_of_time");
    assert_eq!(panel.shown(), ["vm A 192.0.2.1", "vm A 192.0.2.2"]);
    assert_eq!(half.remembered.len(), 2, "{:?}", half.remembered);
    service.sync("", &[], &[]);
    assert_eq!(panel.shown(), [""; 0]);
}

#[test]
fn an_old_panel_that_answers_errors_with_200_is_understood() {
    let server = HttpServer::start(|_| Some(Response::new(200, "Error: API has been disabled")));
    let fields = json!({"id": 1, "provider": "hestiacp", "zone": "example.com", "key_name": "a", "user": "bob",
        "endpoint": format!("http://{}", server.address)});
    let provider = open(&ZoneConfig::parse(&fields, SECRET.into()).unwrap());
    let error = provider.test(&budget()).unwrap_err();
    assert_eq!(error.problem().code, "dns_refused");
    assert!(error.to_string().contains("API has been disabled"), "{error}");
}
