//! What is about sockets: the real client over HTTPS on loopback. Trust, login, fail-over, kept and lost connections.

use crate::acts;
use crate::support::{PASSWORD, cluster_options, code, guard};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::cron;
use proxmoxkvm::problems::Error;
use proxmoxkvm::pve::{Https, Kind, Meter, Method, Request, Wire};
use proxmoxkvm::server::ServerEntry;
use proxmoxkvm::store::Store;
use proxmoxkvm::words::clock::{Clock, SystemClock};
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind, Logged, Sim};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// An installation over real sockets, in real time, against a server that is a hundred times as fast as PVE.
struct Net {
    sim: Sim,
    core: Arc<Core>,
    server: Value,
    folder: tempfile::TempDir,
}

impl Net {
    fn new() -> Net {
        let sim = Sim::start(cluster_options().scale(0.01));
        let folder = tempfile::tempdir().unwrap();
        let core = Core::shared(&folder.path().join("store.db")).unwrap();
        let (user, secret) = sim.token();
        let server = json!({
            "id": 1, "hostname": "127.0.0.1", "port": sim.port().to_string(), "secure": true,
            "username": user, "password": secret, "access_hash": format!("fingerprint={}", sim.fingerprint()),
            "assigned_ips": "vmbr0|10|192.0.2.10-192.0.2.40|24|192.0.2.1|192.0.2.53",
        });
        Net {
            sim,
            core,
            server,
            folder,
        }
    }

    /// The product's clock runs as fast as the server: waits that are long in real time are short.
    fn hurried() -> Net {
        let mut net = Net::new();
        let clock = Hurried(SystemClock.now());
        let store = Store::open(&net.folder.path().join("hurried.db")).unwrap();
        net.core = Arc::new(Core::new(store, Arc::new(clock), Box::new(https)));
        net
    }

    /// Logs in as root with a password instead of a token.
    fn with_password(mut self) -> Net {
        self.set("username", "root@pam").set("password", "root-password");
        self
    }

    fn set(&mut self, field: &str, value: &str) -> &mut Net {
        self.server[field] = json!(value);
        self
    }

    fn test_connection(&self) -> Result<Value, Error> {
        api::test_connection(&self.core, &json!({"server": self.server}))
    }

    fn order(&self, service: u64) -> Value {
        order(service, &self.server)
    }

    fn create(&self, service: u64) -> Result<Value, Error> {
        api::create(&self.core, &self.order(service))
    }

    fn cron(&self, workers: u64) -> Value {
        let due = api::due(&self.core, &json!({})).unwrap();
        let due = due["services"].as_array().unwrap();
        let orders: Vec<Value> = due.iter().map(|due| self.order(due["id"].as_u64().unwrap())).collect();
        cron(
            &self.core,
            &json!({"orders": orders, "budget_s": 50, "workers": workers}),
        )
        .unwrap()
    }

    /// Cron runs until the service is ready: what failed is due again some (hurried) seconds later.
    fn cron_until_ready(&self, service: u64) {
        for _ in 0..100 {
            self.cron(1);
            if self.service(service)["status"] == "ready" {
                return;
            }
            self.core.clock.sleep(5.0);
        }
        panic!("not ready: {}", self.service(service));
    }

    fn service(&self, service: u64) -> Value {
        api::show(&self.core, &json!({"service": service})).unwrap()["service"].clone()
    }

    fn logged(&self, method: &str, path: &str) -> Vec<Logged> {
        let requests = self.sim.requests();
        requests
            .into_iter()
            .filter(|one| one.method == method && one.path.contains(path))
            .collect()
    }

    fn guests(&self) -> usize {
        self.sim
            .cluster()
            .vms
            .values()
            .filter(|vm| vm.get("description").is_some())
            .count()
    }

    fn fault(&self, fault: Fault) {
        self.sim.cluster().add_fault(fault);
    }
}

/// An order of the smallest package that uses every step.
pub fn order(service: u64, server: &Value) -> Value {
    let mut options = vec![""; 24];
    let set = [
        (2, "9000"),
        (6, "2"),
        (7, "1"),
        (8, "8"),
        (9, "100/80/1000/800"),
        (10, "3"),
        (11, "50/40/0/400"),
        (15, "12.5"),
    ];
    for (position, value) in set
        .into_iter()
        .chain([(18, "on with anti-spoofing"), (19, "IN ACCEPT -p tcp -dport 22")])
    {
        options[position - 1] = value;
    }
    options[19] = "admin";
    json!({
        "service": {"id": service, "client_id": 3, "password": PASSWORD},
        "server": server,
        "package": {"options": options, "config_options": {}},
        "actor": "admin",
    })
}

fn https(entry: &ServerEntry) -> Result<Box<dyn Wire>, String> {
    Ok(Box::new(Https::new(entry)?))
}

/// Begins now and goes a hundred times as fast.
struct Hurried(f64);

impl Clock for Hurried {
    fn now(&self) -> f64 {
        self.0 + (SystemClock.now() - self.0) * 100.0
    }

    fn sleep(&self, seconds: f64) {
        SystemClock.sleep(seconds / 100.0);
    }
}

/// A port on which nobody listens, and nobody will: a connection of our own has it.
struct ClosedPort {
    ours: TcpStream,
    _listener: TcpListener,
}

impl ClosedPort {
    fn new() -> ClosedPort {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        ClosedPort {
            ours,
            _listener: listener,
        }
    }

    fn port(&self) -> u16 {
        self.ours.local_addr().unwrap().port()
    }
}

pub fn sentence(result: Result<Value, Error>) -> (String, String) {
    let error = result.expect_err("it fails");
    let text = error.to_string();
    assert!(
        !text.contains('\n') && text.chars().count() < 800,
        "one sentence: {text}"
    );
    (error.code().to_owned(), text)
}

#[test]
fn a_trusted_fingerprint_connects() {
    let net = Net::new();
    let reply = net.test_connection().unwrap();
    assert_eq!(reply["warnings"], json!([]));
    assert_eq!(reply["login"], "root@pam!sim");
    assert_eq!(reply["nodes"][0]["name"], "pve1");
    assert_eq!(net.sim.handshakes(), 1);
}

#[test]
fn the_test_tells_which_endpoints_answer() {
    let mut net = Net::new();
    let closed = ClosedPort::new();
    let hash = format!(
        "endpoints=127.0.0.1:{}\nfingerprint={}",
        closed.port(),
        net.sim.fingerprint()
    );
    net.set("access_hash", &hash);
    let reply = net.test_connection().unwrap();
    assert_eq!(reply["trust"], "fingerprint");
    let endpoints = reply["endpoints"].as_array().unwrap();
    assert_eq!(endpoints.len(), 2);
    assert_eq!(endpoints[0]["error"], Value::Null);
    let why = endpoints[1]["error"].as_str().unwrap();
    assert!(why.contains("refused"), "{why}");
    // the other way round: what stands in for the first one does not hide that it is down
    net.set("port", &closed.port().to_string());
    let hash = format!(
        "endpoints=127.0.0.1:{}\nfingerprint={}",
        net.sim.port(),
        net.sim.fingerprint()
    );
    net.set("access_hash", &hash);
    let endpoints = net.test_connection().unwrap()["endpoints"].clone();
    assert_eq!(endpoints[0]["address"], format!("127.0.0.1:{}", closed.port()));
    assert_eq!(
        [&endpoints[0]["error"].is_string(), &endpoints[1]["error"].is_null()],
        [&true, &true]
    );
}

#[test]
fn another_certificate_is_refused_and_its_fingerprint_named() {
    let mut net = Net::new();
    net.set("access_hash", &format!("fingerprint={}", "ab".repeat(32)));
    let (code, text) = sentence(net.test_connection());
    assert_eq!(code, "pve_not_trusted");
    assert!(
        text.contains(&format!("fingerprint={}", net.sim.fingerprint())),
        "what to write: {text}"
    );
    assert!(
        text.contains(&format!("and fingerprint= is AB:AB:{}", "AB:".repeat(29) + "AB")),
        "{text}"
    );
    assert!(!text.contains("Failure"), "{text}");
    assert!(
        net.sim.requests().is_empty(),
        "nothing was sent, the login least of all"
    );
    // the sentence is right: with what it says, it works
    let line = text
        .split("write ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_owned();
    net.set("access_hash", &line);
    net.test_connection().unwrap();
}

#[test]
fn a_ca_file_is_trusted_for_the_names_in_the_certificate() {
    let mut net = Net::new();
    let ca = net.folder.path().join("ca.pem");
    std::fs::write(&ca, net.sim.ca_pem()).unwrap();
    net.set("access_hash", &format!("ca={}", ca.display()));
    assert_eq!(net.test_connection().unwrap()["warnings"], json!([]));
    net.set("hostname", "localhost");
    net.test_connection().unwrap();
    // loopback too, but not a name of the certificate
    net.set("hostname", "[::ffff:127.0.0.1]");
    assert_eq!(code(net.test_connection()), "pve_not_trusted");
}

#[test]
fn a_ca_file_of_another_authority_is_refused() {
    let mut net = Net::new();
    let ca = net.folder.path().join("ca.pem");
    std::fs::write(&ca, Sim::start(cluster_options()).ca_pem()).unwrap();
    net.set("access_hash", &format!("ca={}", ca.display()));
    let (code, text) = sentence(net.test_connection());
    assert_eq!(code, "pve_not_trusted");
    assert!(text.contains(&net.sim.fingerprint()), "{text}");
}

#[test]
fn a_ca_file_that_is_none_is_named() {
    let mut net = Net::new();
    let ca = net.folder.path().join("ca.pem");
    net.set("access_hash", &format!("ca={}", ca.display()));
    for content in [
        None,
        Some(""),
        Some("no certificate"),
        Some("-----BEGIN CERTIFICATE-----\nxx\n"),
    ] {
        if let Some(content) = content {
            std::fs::write(&ca, content).unwrap();
        }
        let (code, text) = sentence(net.test_connection());
        assert_eq!(code, "pve_not_trusted", "{content:?}");
        assert!(text.contains(&ca.display().to_string()), "{text}");
    }
    std::fs::write(&ca, net.sim.ca_pem()).unwrap();
    net.test_connection().expect("a failure is not remembered");
}

#[test]
fn the_authorities_of_the_system_do_not_know_it() {
    let mut net = Net::new();
    net.set("access_hash", "");
    let (code, text) = sentence(net.test_connection());
    assert_eq!(code, "pve_not_trusted");
    assert!(text.contains("fingerprint="), "what to write: {text}");
    assert!(net.sim.requests().is_empty());
}

#[test]
fn insecure_works_and_warns() {
    let mut net = Net::new();
    net.set("access_hash", "insecure=1");
    let warnings = net.test_connection().unwrap()["warnings"].to_string();
    assert!(warnings.contains("certificates are not checked"), "{warnings}");
}

#[test]
fn a_wrong_secret_is_a_login_that_failed() {
    let mut token = Net::new();
    token.set("password", "00000000-secret-secret-secret-000000000000");
    let mut ticket = Net::new().with_password();
    ticket.set("password", "wrong-secret-password");
    for net in [token, ticket] {
        let (code, text) = sentence(net.test_connection());
        assert_eq!(code, "pve_login");
        assert!(!text.contains("-secret-"), "{text}");
        let sent = net.sim.requests().len();
        assert_eq!(sent, 1, "asked once: a second try could lock the user out");
    }
}

#[test]
fn a_password_becomes_a_ticket_and_writes_carry_its_token() {
    let net = Net::new().with_password();
    let seen: Arc<Mutex<Vec<pvesim::Request>>> = Arc::default();
    let hook = seen.clone();
    net.sim.on_request(move |request| guard(&hook).push(request.clone()));
    net.create(7).unwrap();
    net.cron(2);
    assert_eq!(net.service(7)["status"], "ready", "{}", net.service(7));
    assert_eq!(
        net.logged("POST", "/access/ticket").len(),
        1,
        "one login for everything"
    );
    let seen = guard(&seen);
    for request in seen.iter().filter(|request| !request.path.contains("/access/ticket")) {
        let cookie = request.get_header("cookie").unwrap_or_default();
        assert!(
            cookie.starts_with("PVEAuthCookie="),
            "{} {}",
            request.method,
            request.path
        );
        let writes = request.method != "GET";
        assert_eq!(
            request.get_header("csrfpreventiontoken").is_some(),
            writes,
            "{} {}",
            request.method,
            request.path
        );
        assert_eq!(request.get_header("authorization"), None);
    }
    assert!(
        seen.iter().any(|request| request.method == "PUT"),
        "writes were among them"
    );
}

#[test]
fn no_secret_is_part_of_an_address() {
    for net in [Net::new(), Net::new().with_password()] {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let hook = seen.clone();
        net.sim
            .on_request(move |request| guard(&hook).push(request.path.clone()));
        net.create(7).unwrap();
        net.cron(1);
        assert_eq!(net.service(7)["status"], "ready");
        let secrets = [PASSWORD, net.server["password"].as_str().unwrap()];
        for path in guard(&seen).iter() {
            assert!(
                !secrets.iter().any(|secret| path.contains(secret)),
                "servers log addresses: {path}"
            );
        }
    }
}

#[test]
fn a_ticket_that_expired_is_renewed_once() {
    let net = Net::new().with_password();
    net.test_connection().unwrap();
    let expired = || FaultKind::Status(401, "permission denied - invalid PVE ticket".to_owned(), String::new());
    net.fault(Fault::once("GET", "^/version$", expired()));
    net.test_connection().unwrap();
    assert_eq!(
        net.logged("POST", "/access/ticket").len(),
        2,
        "a new ticket, and the request again"
    );

    net.fault(Fault::always("GET", "^/version$", expired()));
    let before = net.logged("GET", "/version").len();
    assert_eq!(code(net.test_connection()), "pve_login");
    assert_eq!(net.logged("POST", "/access/ticket").len(), 3, "once, not for ever");
    assert_eq!(net.logged("GET", "/version").len(), before + 2);
}

#[test]
fn a_write_that_meets_an_expired_ticket_is_done_once() {
    let net = Net::new().with_password();
    let expired = FaultKind::Status(401, "permission denied - invalid PVE ticket".to_owned(), String::new());
    net.fault(Fault::once("POST", "/clone", expired));
    net.create(7).unwrap();
    net.cron(1);
    assert_eq!(net.service(7)["status"], "ready");
    assert_eq!(net.guests(), 1);
}

/// The machine's clock, some hours ahead.
#[derive(Default)]
pub struct Ahead(pub Mutex<f64>);

impl Clock for Ahead {
    fn now(&self) -> f64 {
        SystemClock.now() + *guard(&self.0)
    }

    fn sleep(&self, seconds: f64) {
        SystemClock.sleep(seconds);
    }
}

#[test]
fn a_ticket_is_renewed_before_its_two_hours_end() {
    let net = Net::new().with_password();
    let clock = Arc::new(Ahead(Mutex::new(0.0)));
    let store = Store::open(&net.folder.path().join("another.db")).unwrap();
    let core = Core::new(store, clock.clone(), Box::new(https));
    let logins_at = |minutes: f64| {
        *guard(&clock.0) = minutes * 60.0;
        api::test_connection(&core, &json!({"server": net.server})).unwrap();
        net.logged("POST", "/access/ticket").len()
    };
    assert_eq!(
        [logins_at(0.0), logins_at(60.0), logins_at(105.0), logins_at(119.0)],
        [1, 1, 1, 2]
    );
}

#[test]
fn a_closed_port_leads_to_the_next_endpoint() {
    let mut net = Net::new();
    let closed = ClosedPort::new();
    let hash = format!(
        "endpoints=127.0.0.1:{}\nfingerprint={}",
        net.sim.port(),
        net.sim.fingerprint()
    );
    net.set("port", &closed.port().to_string()).set("access_hash", &hash);
    net.test_connection().unwrap();
    net.create(7).unwrap();
    net.cron(1);
    assert_eq!(net.service(7)["status"], "ready", "{}", net.service(7));
}

#[test]
fn an_endpoint_that_closes_every_connection_is_passed_over() {
    let other = Sim::start(cluster_options().scale(0.01));
    other
        .cluster()
        .add_fault(Fault::always("", "", FaultKind::RefuseConnection));
    let mut net = Net::new();
    let hash = format!(
        "endpoints=127.0.0.1:{}\nfingerprint={}",
        net.sim.port(),
        net.sim.fingerprint()
    );
    net.set("port", &other.port().to_string()).set("access_hash", &hash);
    net.test_connection().unwrap();
}

#[test]
fn when_a_node_dies_the_others_go_on() {
    let mut net = Net::new();
    let first = net.sim.add_endpoint();
    let hash = format!(
        "endpoints=127.0.0.1:{}\nfingerprint={}",
        net.sim.port(),
        net.sim.fingerprint()
    );
    net.set("port", &first.port().to_string()).set("access_hash", &hash);
    net.create(7).unwrap();
    drop(first);
    net.cron(2);
    assert_eq!(net.service(7)["status"], "ready", "{}", net.service(7));
    assert_eq!(net.guests(), 1);
}

#[test]
fn when_no_endpoint_answers_all_are_named() {
    let mut net = Net::new();
    let (one, two) = (ClosedPort::new(), ClosedPort::new());
    net.set("port", &one.port().to_string());
    net.set(
        "access_hash",
        &format!("endpoints=127.0.0.1:{}\ninsecure=1", two.port()),
    );
    let (code, text) = sentence(net.test_connection());
    assert_eq!(code, "pve_unreachable");
    for port in [one.port(), two.port()] {
        assert!(text.contains(&format!("127.0.0.1:{port}")), "{text}");
    }
}

#[test]
fn a_create_without_any_endpoint_keeps_nothing_and_can_be_repeated() {
    let mut net = Net::new();
    let (port, closed) = (net.sim.port().to_string(), ClosedPort::new());
    net.set("port", &closed.port().to_string());
    assert_eq!(code(net.create(7)), "pve_unreachable");
    net.set("port", &port);
    net.create(7).unwrap();
    net.cron(1);
    assert_eq!(net.service(7)["status"], "ready");
}

#[test]
fn a_create_keeps_one_connection() {
    let net = Net::new();
    net.test_connection().unwrap();
    net.create(7).unwrap();
    net.cron(1);
    assert_eq!(net.service(7)["status"], "ready");
    assert!(net.sim.requests().len() > 15);
    assert_eq!(net.sim.handshakes(), 1);
}

#[test]
fn connections_that_the_server_closed_do_not_matter() {
    let net = Net::new();
    net.create(7).unwrap();
    net.sim.drop_connections();
    net.cron(1);
    assert_eq!(net.service(7)["status"], "ready");
    for verb in [acts::stop, acts::start, acts::reboot] {
        net.sim.drop_connections();
        verb(&net.core, &net.order(7)).unwrap();
    }
}

/// Proxmox VE ends a connection with its hundredth answer, and with every answer that is a failure: the next request
/// goes over another one, and none is lost or has to be sent twice for that.
#[test]
fn connections_that_end_with_their_answer_cost_no_request() {
    let net = Net::new();
    net.create(7).unwrap();
    net.cron(1);
    let entry = proxmoxkvm::api::request::server_of(&json!({"server": net.server})).unwrap();
    let meter = Arc::new(Meter::default());
    let client = net.core.client(&entry, &meter, f64::INFINITY).unwrap();
    let before = net.sim.requests().len();
    let guest = |vmid: u32, what: &str| format!("/nodes/pve1/qemu/{vmid}/{what}");
    for number in 1..=250 {
        let write = number % 2 == 0;
        // the first fifty fail now and then, as reads and as writes
        let fails = number <= 50 && number % 5 == 0;
        let request = if write {
            let to = guest(if fails { 777 } else { 100 }, "config");
            Request::new(Method::Put, to, Kind::Config).with("description", number.to_string())
        } else {
            Request::new(Method::Get, guest(if fails { 777 } else { 100 }, "config"), Kind::Look)
        };
        let answer = client.request(&request);
        match &answer {
            Ok(_) => assert!(!fails, "{number}"),
            Err(error) => assert!(fails && error.to_string().contains("777"), "{number}: {error}"),
        }
    }
    assert_eq!(meter.counted().total, 250, "none was sent twice");
    let mut connections: BTreeMap<u64, Vec<u16>> = BTreeMap::new();
    for logged in &net.sim.requests()[before..] {
        connections.entry(logged.connection).or_default().push(logged.status);
    }
    let lengths: Vec<usize> = connections.values().map(Vec::len).collect();
    // the first one was begun by the create; each failure ends one, and so does each hundredth request
    assert_eq!(lengths[1..], [5, 5, 5, 5, 5, 5, 5, 5, 5, 100, 100], "{lengths:?}");
}

#[test]
fn a_read_whose_answer_is_lost_is_repeated_once() {
    let net = Net::new();
    net.fault(Fault::once("GET", "^/version$", FaultKind::DropBeforeEffect));
    net.test_connection().unwrap();
    net.fault(Fault::always("GET", "^/version$", FaultKind::DropBeforeEffect));
    let before = net.logged("GET", "/version").len();
    assert_eq!(code(net.test_connection()), "pve_no_answer");
    assert_eq!(net.logged("GET", "/version").len(), before + 2);
}

#[test]
fn a_clone_whose_answer_is_lost_is_found_and_not_repeated() {
    let net = Net::hurried();
    net.fault(Fault::once("POST", "/clone", FaultKind::DropAfterEffect));
    let _ = net.create(7);
    net.cron_until_ready(7);
    assert_eq!(net.guests(), 1);
    assert_eq!(
        net.logged("POST", "/clone").len(),
        1,
        "the HTTP client does not repeat it by itself"
    );
}

#[test]
fn every_kind_of_write_may_lose_its_answer() {
    let net = Net::hurried();
    for (method, path) in [
        ("PUT", "/config"),
        ("POST", "/config"),
        ("PUT", "/resize"),
        ("POST", "/status/start"),
    ] {
        net.fault(Fault::once(method, path, FaultKind::DropAfterEffect));
    }
    net.fault(Fault::once("POST", "/firewall/rules", FaultKind::DropAfterEffect));
    net.create(7).unwrap();
    net.cron_until_ready(7);
    assert_eq!(net.guests(), 1);
    let rules = net.logged("POST", "/firewall/rules").len();
    assert_eq!(rules, 1, "one rule is one rule");
}

#[test]
fn orders_at_the_same_time_become_guests_of_their_own() {
    let net = Net::new();
    std::thread::scope(|scope| {
        for service in 1..=6 {
            let net = &net;
            scope.spawn(move || net.create(service).unwrap());
        }
    });
    let reply = net.cron(4);
    let services: Vec<Value> = (1..=6).map(|service| net.service(service)).collect();
    assert!(
        services.iter().all(|service| service["status"] == "ready"),
        "{}",
        reply["lines"]
    );
    assert_eq!(reply["ready"].as_array().unwrap().len(), 6);
    let of = |key: &str| {
        services
            .iter()
            .map(|service| service[key].to_string())
            .collect::<BTreeSet<_>>()
            .len()
    };
    assert_eq!((of("vmid"), of("addresses"), net.guests()), (6, 6, 6));
    // one for each thread; a client that waits for a free one may open a spare, which is then kept as well
    let (handshakes, requests) = (net.sim.handshakes(), net.sim.requests().len() as u64);
    assert!(
        handshakes <= 6 + 4 + 4 && handshakes * 5 < requests,
        "connections are kept from one request to the next: {handshakes} for {requests} requests"
    );
    let counters = net.sim.cluster().counters;
    assert_eq!(
        (
            counters.refused_locked,
            counters.writes_during_task,
            counters.bad_parameters
        ),
        (0, 0, 0)
    );
}

#[test]
fn words_in_the_reason_phrase_reach_the_admin() {
    let net = Net::new();
    let words = "storage 'local' is on fire";
    net.fault(Fault::once(
        "POST",
        "/clone",
        FaultKind::Status(500, words.to_owned(), String::new()),
    ));
    let (code, text) = sentence(net.create(7));
    assert_eq!(code, "pve_refused");
    assert!(text.contains(words), "{text}");
}

#[test]
fn an_answer_without_readable_words_still_says_its_status() {
    for reason in ["", "größer als gedacht"] {
        let net = Net::new();
        let silent = FaultKind::Status(500, reason.to_owned(), String::new());
        net.fault(Fault::once("POST", "/clone", silent));
        let (code, text) = sentence(net.create(7));
        assert_eq!(code, "pve_refused");
        assert!(text.contains("500"), "{text}");
    }
}

#[test]
fn words_and_bad_parameters_of_the_body_reach_the_admin() {
    let net = Net::new();
    let body = json!({"data": null, "errors": {"newid": "no such number"}}).to_string();
    net.fault(Fault::once(
        "POST",
        "/clone",
        FaultKind::Status(400, "Parameter verification failed.".to_owned(), body),
    ));
    let (_, text) = sentence(net.create(7));
    assert!(
        text.contains("Parameter verification failed. newid: no such number"),
        "{text}"
    );
}

#[test]
fn a_new_connection_goes_on_with_the_session_of_the_one_before() {
    let net = Net::new();
    net.test_connection().unwrap();
    net.sim.drop_connections();
    net.test_connection().unwrap();
    assert_eq!((net.sim.handshakes(), net.sim.resumed()), (2, 1));
}

#[test]
fn a_long_answer_comes_packed() {
    let net = Net::new();
    let asked_for = Arc::new(AtomicUsize::new(0));
    let seen = asked_for.clone();
    net.sim.on_request(move |request| {
        let packed = request.get_header("accept-encoding") == Some("gzip");
        seen.fetch_add(usize::from(packed), Ordering::SeqCst);
    });
    // longer than what Proxmox VE sends as it is
    let long = json!({"data": {"version": "9.1.8", "release": "x".repeat(5000)}}).to_string();
    net.fault(Fault::once(
        "GET",
        "^/version$",
        FaultKind::Status(200, "OK".to_owned(), long),
    ));
    assert_eq!(net.test_connection().unwrap()["version"], "9.1.8");
    assert_eq!(asked_for.load(Ordering::SeqCst), net.sim.requests().len());
}

#[test]
fn a_login_outlives_the_connections_that_make_room_for_others() {
    let mut net = Net::new().with_password();
    let hash = net.server["access_hash"].as_str().unwrap().to_owned();
    let entries = 2 * limits::HTTP_CLIENTS as u64;
    for _ in 0..3 {
        for number in 1..=entries {
            // another place for each, at whose end is the same server
            net.set("access_hash", &format!("{hash}\nendpoints=other{number}.invalid"));
            net.server["id"] = json!(number);
            api::list(&net.core, &json!({"server": net.server, "what": "nodes"})).unwrap();
        }
    }
    assert_eq!(net.logged("POST", "/access/ticket").len() as u64, entries);
}

#[test]
fn what_a_proxy_says_is_not_taken_for_proxmox_ve() {
    let page = "<html><h1>Attention Required!</h1></html>";
    let answers = [
        (
            (403, "Forbidden", page),
            "pve_unexpected",
            "in front of Proxmox VE answered with status 403",
        ),
        (
            (502, "Bad Gateway", ""),
            "pve_no_answer",
            "a proxy in front of Proxmox VE answered with status 502",
        ),
        (
            (524, "", page),
            "pve_no_answer",
            "a proxy in front of Proxmox VE answered with status 524",
        ),
        // that one is Proxmox VE's own: one of its nodes was sent from one to the other
        (
            (599, "Too many redirections", ""),
            "pve_no_answer",
            "599 Too many redirections",
        ),
    ];
    for ((status, reason, body), code, words) in answers {
        let net = Net::new();
        let said = FaultKind::Status(status, reason.to_owned(), body.to_owned());
        net.fault(Fault::always("", "", said));
        let error = net.test_connection().unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn behind_a_proxy_without_its_node_the_next_endpoint_is_asked() {
    let other = Sim::start(cluster_options().scale(0.01));
    let gone = FaultKind::Status(503, "Service Unavailable".to_owned(), "<html>".to_owned());
    other.cluster().add_fault(Fault::always("", "", gone));
    let mut net = Net::new();
    let hash = format!("endpoints=127.0.0.1:{}\ninsecure=1", net.sim.port());
    net.set("port", &other.port().to_string()).set("access_hash", &hash);
    net.test_connection().unwrap();
}
