//! Consoles: what a key and a picture take beyond a websocket straight to the node, and what an idle one holds. The relay alone;
//! `tests/bench/console.php` has nginx and php-fpm before it.

use crate::Effort;
use crate::console_child::{CHILD, DOOR, HOST, SESSION};
use crate::console_node::{self, KEY, MIB, Node};
use crate::figure::{Figure, median};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::json;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tungstenite::handshake::client::generate_key;
use tungstenite::http::Request;
use tungstenite::{Message, WebSocket};

/// Idle consoles of one process.
const IDLE: u64 = 200;

struct Relay(Child);

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Relay {
    fn start(node: &Node, what: &str, place: &Path) -> Relay {
        let asked = json!({"port": node.port, "fingerprint": node.fingerprint, "place": place});
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        let command = command.args([CHILD, what, &asked.to_string()]);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        Relay(child.expect("this program"))
    }

    /// Memory that is in use, KiB.
    fn kib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
            .unwrap_or(f64::NAN)
    }
}

/// How a viewer speaks with its screen.
trait Link {
    fn say(&mut self, bytes: &[u8]);
    fn hear(&mut self) -> Vec<u8>;
}

impl<S: Read + Write> Link for WebSocket<S> {
    fn say(&mut self, bytes: &[u8]) {
        self.send(Message::Binary(bytes.to_vec().into())).expect("it is open");
    }

    fn hear(&mut self) -> Vec<u8> {
        loop {
            if let Message::Binary(bytes) = self.read().expect("it is open") {
                return bytes.into();
            }
        }
    }
}

/// The answer of the request that holds a console, and small ones.
struct Tunnel {
    relay: Relay,
    door: std::path::PathBuf,
    chunk: Vec<u8>,
}

impl Link for Tunnel {
    fn say(&mut self, bytes: &[u8]) {
        let mut visit = UnixStream::connect(&self.door).expect("its door");
        let line = format!("keys {HOST} {SESSION} {}\n", bytes.len());
        visit.write_all(&[line.as_bytes(), bytes].concat()).expect("it listens");
        let mut answer = String::new();
        visit.read_to_string(&mut answer).expect("an answer");
        assert_eq!(answer, "204\n");
    }

    fn hear(&mut self) -> Vec<u8> {
        let out = self.relay.0.stdout.as_mut().expect("its answer");
        let size = out.read(&mut self.chunk).expect("it is open");
        self.chunk[..size].to_vec()
    }
}

struct Viewer {
    link: Box<dyn Link>,
    seen: usize,
}

impl Viewer {
    fn of(link: Box<dyn Link>) -> Viewer {
        let mut viewer = Viewer { link, seen: 0 };
        viewer.wait(12);
        viewer.link.say(b"RFB 003.008\n");
        viewer.wait(2);
        viewer.link.say(&[1]);
        viewer.wait(4);
        viewer.link.say(&[1]);
        viewer.wait(25);
        viewer
    }

    fn wait(&mut self, size: usize) {
        while self.seen < size {
            self.seen += self.link.hear().len();
        }
        self.seen -= size;
    }

    /// A key until it is back, ms.
    fn key(&mut self) -> f64 {
        let start = Instant::now();
        self.link.say(&[4, 1, 0, 0, 0, 0, 0, 0x61]);
        self.wait(KEY);
        start.elapsed().as_secs_f64() * 1e3
    }

    /// MB a second.
    fn rate(&mut self, mib: u8) -> f64 {
        let start = Instant::now();
        self.link.say(&[3, 0, 0, 0, 0, 0, 0, mib, 0, 1]);
        self.wait(usize::from(mib) * MIB);
        f64::from(mib) * MIB as f64 / 1e6 / start.elapsed().as_secs_f64()
    }
}

fn request(scheme: &str, number: u64) -> Request<()> {
    let request = Request::builder()
        .uri(format!("{scheme}://localhost/ws"))
        .header("Host", HOST);
    let request = request.header("Connection", "Upgrade").header("Upgrade", "websocket");
    let request = request
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", generate_key());
    let request = request.header("Sec-WebSocket-Protocol", format!("binary, pk.{number}"));
    let request = request
        .header("Origin", format!("https://{HOST}"))
        .header("Cookie", "WHMCS=x");
    request.body(()).expect("a request")
}

fn direct(node: &Node) -> Viewer {
    let mut roots = RootCertStore::empty();
    roots.add(node.certificate.clone()).expect("its certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tls = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").expect("a name"));
    let stream = TcpStream::connect(("127.0.0.1", node.port)).expect("the node");
    stream.set_nodelay(true).expect("a socket");
    let tls = StreamOwned::new(tls.expect("TLS"), stream);
    let mut request = request("wss", 0);
    request
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", "binary".parse().expect("a word"));
    let (socket, _) = tungstenite::client(request, tls)
        .map_err(|_| "no websocket")
        .expect("the node");
    Viewer::of(Box::new(socket))
}

fn by_socket(place: &Path, number: u64) -> Viewer {
    let stream = UnixStream::connect(place).expect("its socket");
    let (socket, _) = tungstenite::client(request("ws", number), stream)
        .map_err(|_| "no websocket")
        .expect("the relay");
    Viewer::of(Box::new(socket))
}

fn by_tunnel(node: &Node, folder: &Path) -> Viewer {
    let relay = Relay::start(node, "tunnel", folder);
    let door = folder.join(DOOR);
    while !door.exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    Viewer::of(Box::new(Tunnel {
        relay,
        door,
        chunk: vec![0; 1 << 18],
    }))
}

fn served(node: &Node, place: &Path) -> io::Result<Relay> {
    let mut relay = Relay::start(node, "socket", place);
    let out = relay.0.stdout.as_mut().expect("its output");
    BufReader::new(out).read_line(&mut String::new())?;
    Ok(relay)
}

fn p95(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() * 95 / 100).copied().unwrap_or(f64::NAN)
}

/// KiB each of so many consoles that have shown a picture and do nothing.
fn idle(node: &Node, folder: &Path) -> f64 {
    let place = folder.join("idle.sock");
    let relay = served(node, &place).expect("a relay");
    // what one console alone makes a process load is nobody's
    let mut first = by_socket(&place, 1);
    first.rate(4);
    let before = relay.kib();
    let open: Vec<Viewer> = (2..IDLE + 2)
        .map(|number| {
            let mut viewer = by_socket(&place, number);
            viewer.rate(4);
            viewer.key();
            viewer
        })
        .collect();
    // they rest once half a second has passed, and the process gives back what that has freed at the end of its next call
    let least = (0..30).map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        relay.kib()
    });
    let each = (least.fold(f64::INFINITY, f64::min) - before) / open.len() as f64;
    drop((first, open));
    each
}

pub fn measure(effort: Effort) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a folder");
    let node = console_node::start();
    let place = folder.path().join("ws.sock");
    let _relay = served(&node, &place).expect("a relay");
    let mut ways = [
        direct(&node),
        by_tunnel(&node, &folder.path().join("places")),
        by_socket(&place, 1),
    ];
    let (keys, mib) = (effort.of(200, 100), effort.of(200, 100));
    let (mut took, mut rates): ([Vec<f64>; 3], [Vec<f64>; 3]) = Default::default();
    for _ in 0..effort.of(10, 3) {
        // in turn, so that a busy moment makes none of them look slow
        for (n, way) in ways.iter_mut().enumerate() {
            took[n].extend((0..keys).map(|_| way.key()));
        }
        for (n, way) in ways.iter_mut().enumerate() {
            rates[n].push(way.rate(mib));
        }
    }
    drop(ways);
    let [direct, tunnel, socket] = &took;
    let beyond = |way: &[f64]| vec![median(way) - median(direct)];
    let beyond_p95 = |way: &[f64]| vec![p95(way) - p95(direct)];
    let key = |key, what: &str, values, target, way: &Vec<f64>| {
        Figure::new(key, what, "ms", values)
            .target(target)
            .beside("all of it", way.clone())
            .beside("straight", direct.clone())
    };
    let [straight, by_tunnel, by_socket] = rates;
    let rate = |key, what: &str, values| {
        Figure::new(key, what, "MB/s", values)
            .target("≥ 100")
            .beside("straight", straight.clone())
    };
    vec![
        key(
            "console_tunnel_ms",
            "Console, tunnel: key to echo beyond a websocket to the node, median",
            beyond(tunnel),
            "≤ 2",
            tunnel,
        ),
        key(
            "console_tunnel_p95_ms",
            "The same, 95 %",
            beyond_p95(tunnel),
            "≤ 10",
            tunnel,
        ),
        key(
            "console_socket_ms",
            "Console, websocket: the same, median",
            beyond(socket),
            "≤ 2",
            socket,
        ),
        key(
            "console_socket_p95_ms",
            "The same, 95 %",
            beyond_p95(socket),
            "≤ 10",
            socket,
        ),
        rate("console_tunnel_mbs", "Console, tunnel: picture", by_tunnel),
        rate("console_socket_mbs", "Console, websocket: picture", by_socket),
        Figure::new(
            "console_idle_kib",
            format!("Memory of each of {IDLE} idle consoles of one process"),
            "KiB",
            (0..effort.of(3, 1)).map(|_| idle(&node, folder.path())).collect(),
        )
        .target("≤ 64"),
    ]
}
