//! The server around the core: TLS, keep-alive, reason phrases, plain HTTP, control requests.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use pvesim::{Fault, FaultKind, Options, Sim};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

type Tls = StreamOwned<ClientConnection, TcpStream>;

fn connect(sim: &Sim, port: u16) -> Tls {
    let mut roots = RootCertStore::empty();
    let cert = CertificateDer::from_pem_slice(sim.ca_pem().as_bytes()).expect("PEM");
    roots.add(cert).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").expect("a name");
    let conn = ClientConnection::new(Arc::new(config), name).expect("a client");
    StreamOwned::new(conn, TcpStream::connect(("127.0.0.1", port)).expect("a connection"))
}

fn ask(tls: &mut Tls, method: &str, path: &str, headers: &str) -> String {
    let length = if method == "GET" { "" } else { "Content-Length: 0\r\n" };
    let text = format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{length}{headers}\r\n");
    tls.write_all(text.as_bytes()).expect("written");
    let mut got = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let n = tls.read(&mut chunk).unwrap_or(0);
        got.extend_from_slice(&chunk[..n]);
        let text = String::from_utf8_lossy(&got).into_owned();
        let body = text.split_once("\r\n\r\n").map(|(h, b)| (h.to_owned(), b.len()));
        let length = |h: &str| {
            h.lines()
                .find_map(|l| l.strip_prefix("Content-Length: ")?.parse::<usize>().ok())
                .unwrap_or(0)
        };
        if n == 0 || body.is_some_and(|(h, b)| b >= length(&h)) {
            return text;
        }
    }
}

fn token(sim: &Sim) -> String {
    let (id, secret) = sim.token();
    format!("Authorization: PVEAPIToken={id}={secret}\r\n")
}

#[test]
fn two_requests_on_one_connection() {
    let sim = Sim::start(Options::default().scale(0.01));
    let mut tls = connect(&sim, sim.port());
    for _ in 0..2 {
        let got = ask(&mut tls, "GET", "/api2/json/version", &token(&sim));
        assert!(got.starts_with("HTTP/1.1 200 OK\r\n"), "{got}");
    }
    let got = ask(&mut tls, "GET", "/api2/json/nodes/pve1/qemu/777/config", &token(&sim));
    assert!(got.starts_with("HTTP/1.1 500 Configuration file 'nodes/pve1/qemu-server/777.conf' does not exist\r\n"));
    assert_eq!((sim.connections(), sim.handshakes(), sim.requests().len()), (1, 1, 3));
    let mut tls = connect(&sim, sim.port());
    let got = ask(&mut tls, "GET", "/_sim/requests", "");
    assert!(got.contains("/nodes/pve1/qemu/777/config"));
    assert_eq!(sim.fingerprint().len(), 95);
}

/// `PVE::APIServer::AnyEvent::response` and `keep_alive` of pveproxy.
#[test]
fn a_connection_ends_with_a_failure_and_with_its_hundredth_request() {
    let sim = Sim::start(Options::default().scale(0.01));
    for (path, headers, answered) in [
        (
            "/api2/json/nodes/pve1/qemu/777/config",
            token(&sim),
            "500 Configuration",
        ),
        ("/api2/json/version?unknown=1", token(&sim), "400 Parameter"),
        ("/api2/json/version", String::new(), "401 "),
    ] {
        let mut tls = connect(&sim, sim.port());
        let got = ask(&mut tls, "GET", path, &headers);
        assert!(got.starts_with(&format!("HTTP/1.1 {answered}")), "{got}");
        assert!(got.contains("\r\nConnection: close\r\n"), "{got}");
        assert_eq!(ask(&mut tls, "GET", "/api2/json/version", &token(&sim)), "");
    }
    let mut tls = connect(&sim, sim.port());
    for number in 1..=100 {
        let got = ask(&mut tls, "GET", "/api2/json/version", &token(&sim));
        assert!(got.starts_with("HTTP/1.1 200 OK\r\n"), "{number}: {got}");
        assert_eq!(
            got.contains("\r\nConnection: close\r\n"),
            number == 100,
            "{number}: {got}"
        );
    }
    assert_eq!(ask(&mut tls, "GET", "/api2/json/version", &token(&sim)), "");
}

#[test]
fn chunked_bodies_and_plain_http_are_refused() {
    let sim = Sim::start(Options::default().scale(0.0));
    let mut tls = connect(&sim, sim.port());
    let got = ask(
        &mut tls,
        "POST",
        "/api2/json/nodes/pve1/qemu/9000/clone",
        "Transfer-Encoding: chunked\r\n",
    );
    assert!(
        got.starts_with("HTTP/1.1 501 chunked transfer encoding not supported\r\n"),
        "{got}"
    );
    let mut plain = TcpStream::connect(("127.0.0.1", sim.port())).expect("a connection");
    plain
        .write_all(b"GET /api2/json/version HTTP/1.1\r\nHost: pve1:8006\r\n\r\n")
        .expect("written");
    let mut got = String::new();
    plain.read_to_string(&mut got).expect("an answer");
    assert!(got.starts_with("HTTP/1.1 301 Moved Permanently\r\n"));
    assert!(got.contains("Location: https://pve1:8006/api2/json/version"));
}

#[test]
fn a_dropped_connection_gives_nothing() {
    let sim = Sim::start(Options::default().scale(0.01));
    sim.cluster()
        .add_fault(Fault::once("GET", "/version", FaultKind::DropAfterEffect));
    let mut tls = connect(&sim, sim.port());
    assert_eq!(ask(&mut tls, "GET", "/api2/json/version", &token(&sim)), "");
    let mut tls = connect(&sim, sim.port());
    assert!(ask(&mut tls, "GET", "/api2/json/version", &token(&sim)).contains("200 OK"));
}

#[test]
fn a_second_endpoint_shows_the_same_cluster() {
    let sim = Sim::start(Options::nodes(&["pve1", "pve2"]).scale(0.01));
    let other = sim.add_endpoint();
    let mut tls = connect(&sim, other.port());
    assert!(ask(&mut tls, "GET", "/api2/json/nodes", &token(&sim)).contains("pve2"));
    drop(other);
    let mut tls = connect(&sim, sim.port());
    assert!(ask(&mut tls, "GET", "/api2/json/nodes", &token(&sim)).contains("pve2"));
}

#[test]
fn dropping_the_simulator_ends_a_hanging_request() {
    let sim = Sim::start(Options::default());
    sim.cluster()
        .add_fault(Fault::once("GET", "/version", FaultKind::Hang(600.0)));
    let mut tls = connect(&sim, sim.port());
    let text = format!("GET /api2/json/version HTTP/1.1\r\nHost: x\r\n{}\r\n", token(&sim));
    tls.write_all(text.as_bytes()).expect("written");
    drop(sim);
}
