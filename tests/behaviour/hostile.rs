//! Servers in the place of Proxmox VE that mean harm: answers without end, drop by drop, to be unpacked, elsewhere, deep.
//! Each costs its time limit and a bounded memory at most, ends in one sentence, and learns nothing.

use crate::home::folder;
use crate::network::sentence;
use crate::support::cluster_options;
use flate2::{Compression, write::GzEncoder};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::request;
use proxmoxkvm::pve::{Exchange, Https, Method, Silence, Wire};
use pvesim::Sim;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConnection, StreamOwned};
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The connection of a client that has asked.
struct Asker {
    tls: StreamOwned<ServerConnection, TcpStream>,
    /// What all askers of a server have taken (bytes before TLS).
    taken: Arc<AtomicUsize>,
}

impl Asker {
    fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.tls.write_all(bytes)?;
        self.tls.flush()?;
        self.taken.fetch_add(bytes.len(), Ordering::SeqCst);
        Ok(())
    }

    /// The same for as long as anybody listens.
    fn say_for_ever(&mut self, bytes: &[u8]) -> io::Result<()> {
        loop {
            self.say(bytes)?;
        }
    }

    /// The same, a little of it now and then, for five seconds.
    fn drip(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.tls.sock.set_read_timeout(Some(Duration::from_millis(20)))?;
        for _ in 0..250 {
            self.say(bytes)?;
            // nothing comes any more but the end
            if matches!(self.tls.sock.read(&mut [0; 64]), Ok(0)) {
                break;
            }
        }
        Ok(())
    }
}

/// A server that answers every request in the same way.
struct Harmful {
    port: u16,
    asked: Arc<AtomicUsize>,
    taken: Arc<AtomicUsize>,
}

impl Harmful {
    /// It waits in accept until the process ends.
    fn new(answer: impl Fn(&mut Asker) -> io::Result<()> + Send + Sync + 'static) -> Harmful {
        let config = tls_config();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let harmful = Harmful {
            port: listener.local_addr().unwrap().port(),
            asked: Arc::default(),
            taken: Arc::default(),
        };
        let (answer, asked, taken) = (Arc::new(answer), harmful.asked.clone(), harmful.taken.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(config.clone()).unwrap();
                let tls = StreamOwned::new(connection, stream);
                let taken = taken.clone();
                let (answer, asked) = (answer.clone(), asked.clone());
                std::thread::spawn(move || {
                    let mut asker = Asker { tls, taken };
                    read_head(&mut asker.tls);
                    asked.fetch_add(1, Ordering::SeqCst);
                    let _ = answer(&mut asker);
                    asker.tls.conn.send_close_notify();
                    let _ = asker.tls.flush();
                });
            }
        });
        harmful
    }

    fn saying(bytes: impl Into<Vec<u8>>) -> Harmful {
        let bytes = bytes.into();
        Harmful::new(move |asker| asker.say(&bytes))
    }

    fn entry(&self) -> Value {
        json!({
            "id": 1, "hostname": "127.0.0.1", "port": self.port.to_string(), "secure": true,
            "username": "root@pam!shop", "password": "the-secret-of-this-token", "access_hash": "insecure=1",
            "assigned_ips": "",
        })
    }

    /// What TestConnection says of it.
    fn told(&self) -> (String, String) {
        let folder = folder();
        let core = Core::shared(&folder.path().join("store.db")).unwrap();
        let (code, text) = sentence(api::test_connection(&core, &json!({"server": self.entry()})));
        assert!(!text.contains("the-secret"), "{text}");
        (code, text)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// One request by the real client, which has so many milliseconds.
    fn ask(&self, method: Method, milliseconds: u64) -> Result<u16, Silence> {
        let entry = request::server_of(&json!({"server": self.entry()})).unwrap();
        let exchange = Exchange {
            method,
            target: "/version".to_owned(),
            body: None,
            headers: vec![("authorization", "PVEAPIToken=root@pam!shop=the-secret".to_owned())],
            timeout: Duration::from_millis(milliseconds),
        };
        let wire = Https::new(&entry).unwrap();
        wire.send(&entry.endpoints[0], &exchange).map(|answer| answer.status)
    }
}

fn read_head(stream: &mut impl Read) {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(length) if length > 0 => head.extend_from_slice(&chunk[..length]),
            _ => return,
        }
    }
}

fn tls_config() -> Arc<rustls::ServerConfig> {
    let folder = tempfile::tempdir().unwrap();
    let (key, certificate) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]);
    openssl
        .args(["-subj", "/CN=localhost", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate);
    let made = openssl.output().expect("openssl makes a certificate");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let chain = vec![CertificateDer::from_pem_file(&certificate).unwrap()];
    let key = PrivateKeyDer::from_pem_file(&key).unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const MIB: usize = 1 << 20;

/// A hundred megabytes as they come, without end, and to be unpacked.
fn too_long() -> Vec<(&'static str, Harmful)> {
    let a_mebibyte = || "a".repeat(MIB);
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..100 {
        packed.write_all(a_mebibyte().as_bytes()).unwrap();
    }
    let packed = packed.finish().unwrap();
    vec![
        (
            "100 MB",
            Harmful::new(move |asker| {
                asker.say(format!("{OK}Content-Length: 100000000\r\n\r\n{{\"data\":\"").as_bytes())?;
                asker.say_for_ever(a_mebibyte().as_bytes())
            }),
        ),
        (
            "chunks without end",
            Harmful::new(move |asker| {
                asker.say(format!("{OK}Transfer-Encoding: chunked\r\n\r\n").as_bytes())?;
                asker.say_for_ever(format!("{MIB:x}\r\n{}\r\n", a_mebibyte()).as_bytes())
            }),
        ),
        (
            "no length and no end",
            Harmful::new(move |asker| {
                asker.say(format!("{OK}\r\n").as_bytes())?;
                asker.say_for_ever(a_mebibyte().as_bytes())
            }),
        ),
        (
            "100 MB packed",
            Harmful::new(move |asker| {
                let length = packed.len();
                asker.say(format!("{OK}Content-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n").as_bytes())?;
                asker.say(&packed)
            }),
        ),
        (
            "31 MiB of small things",
            Harmful::new(move |asker| {
                let many = "{\"a\":1},".repeat(31 * MIB / 8);
                let length = many.len() + 12;
                asker.say(format!("{OK}Content-Length: {length}\r\n\r\n{{\"data\":[").as_bytes())?;
                asker.say(many.as_bytes())?;
                asker.say(b"1]}")
            }),
        ),
    ]
}

/// The most memory that this process ever had (KiB).
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .expect("Linux counts it")
}

#[test]
#[ignore = "a part of the next test, in a process of its own: memory is counted by process"]
fn too_long_an_answer() {
    for (name, server) in too_long() {
        let before = most_memory();
        let (code, text) = server.told();
        let grown = (most_memory() - before) / 1024;
        println!("{name}: {grown} MiB, {text}");
        assert_eq!((code.as_str(), server.asked()), ("pve_unexpected", 1), "{name}: {text}");
        let why = ["longer than 32 MiB", "more than 1000000 values"];
        assert!(why.iter().any(|why| text.contains(why)), "{name}: {text}");
        assert!(server.taken() < 48 * MIB, "{name}: {}", server.taken());
        assert!(grown < 80, "{name}: {grown} MiB more");
    }
}

#[test]
fn an_answer_that_is_too_long_is_refused_in_bounded_memory() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "hostile::too_long_an_answer", "--ignored", "--nocapture"]);
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn who_answers_drop_by_drop_gets_no_more_time() {
    let all = [
        ("nothing", Harmful::new(|asker| asker.drip(b""))),
        (
            "headers",
            Harmful::new(|asker| {
                asker.say(OK.as_bytes())?;
                asker.drip(b"X-More: to come\r\n")
            }),
        ),
        (
            "a body",
            Harmful::new(|asker| {
                asker.say(format!("{OK}Content-Length: 1000000\r\n\r\n").as_bytes())?;
                asker.drip(b" ")
            }),
        ),
        (
            "chunks",
            Harmful::new(|asker| {
                asker.say(format!("{OK}Transfer-Encoding: chunked\r\n\r\n").as_bytes())?;
                asker.drip(b"1\r\n \r\n")
            }),
        ),
    ];
    for (name, server) in all {
        let begun = Instant::now();
        let silence = server.ask(Method::Get, 400).unwrap_err();
        assert_eq!(silence, Silence::Late, "{name}");
        assert!(
            begun.elapsed() < Duration::from_secs(4),
            "{name}: {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn headers_without_end_are_not_read_to_it() {
    let server = Harmful::new(|asker| {
        asker.say(OK.as_bytes())?;
        asker.say_for_ever("X-More: to come\r\n".repeat(1000).as_bytes())
    });
    let (code, text) = server.told();
    assert_eq!((code.as_str(), server.asked()), ("pve_no_answer", 2), "{text}");
    assert!(server.taken() < 16 * MIB, "{}", server.taken());
}

#[test]
fn a_redirection_is_not_followed() {
    let elsewhere = Sim::start(cluster_options());
    let location = format!("{}/api2/json/version", elsewhere.url());
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let server = Harmful::saying(format!(
            "HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ));
        let (code, text) = server.told();
        assert_eq!((code.as_str(), server.asked()), ("pve_unexpected", 1), "{text}");
        assert!(text.contains("redirect"), "{text}");
        for method in [Method::Get, Method::Post, Method::Put, Method::Delete] {
            let answered = server.ask(method, 5000).unwrap();
            assert_eq!(answered.to_string(), status[..3], "{method:?}");
        }
        assert_eq!(server.asked(), 5, "once for each request");
    }
    assert_eq!(elsewhere.connections(), 0, "the login is sent nowhere else");
}

/// The parser gives up at a depth of 128: no stack is too small for it.
#[test]
fn a_deep_answer_is_none() {
    for status in ["200 OK", "500 Too deep"] {
        for (open, close) in [("[", "]"), ("{\"data\":", "}")] {
            let depth = 1_000_000;
            let body = format!("{{\"data\":{}1{}}}", open.repeat(depth), close.repeat(depth));
            let length = body.len();
            let server = Harmful::saying(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}"));
            let (code, text) = server.told();
            let expected = if status.starts_with('2') {
                "pve_unexpected"
            } else {
                "pve_refused"
            };
            assert_eq!((code.as_str(), server.asked()), (expected, 1), "{text}");
        }
    }
}

#[test]
fn what_is_no_answer_of_pve_says_so() {
    let page = "<html><body>Welcome to the shop</body></html>";
    let length = page.len();
    let html = Harmful::saying(format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n{page}"
    ));
    let (code, text) = html.told();
    assert_eq!((code.as_str(), html.asked()), ("pve_unexpected", 1));
    assert!(!text.contains("shop"), "no body in the sentence: {text}");

    let truncated = Harmful::saying("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"data\":");
    let (code, _) = truncated.told();
    assert_eq!(
        (code.as_str(), truncated.asked()),
        ("pve_no_answer", 2),
        "a read may be repeated"
    );
    for bytes in ["SSH-2.0-OpenSSH_9.2\r\n\r\n", ""] {
        assert_eq!(Harmful::saying(bytes).told().0, "pve_no_answer");
    }
}
