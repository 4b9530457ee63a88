//! Consoles by websocket: who comes in by a grant, what comes through, and what ends it.

use crate::console_verb::Net;
use crate::support::two_nodes;
use data_encoding::HEXLOWER;
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::verbs::{Entry, find};
use proxmoxkvm::words::clock::{Clock, SystemClock};
use proxmoxkvm::words::limits;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;
use tungstenite::handshake::client::generate_key;
use tungstenite::http::Request;
use tungstenite::{Message, WebSocket};

const HOST: &str = "billing.example.com";
const COOKIE: &str = "secret-session";
const KEY_A: [u8; 16] = [4, 1, 0, 0, 0, 0, 0, 0x61, 4, 0, 0, 0, 0, 0, 0, 0x61];

/// A process that serves consoles, and the web requests that send browsers there.
struct Served {
    net: Net,
    path: PathBuf,
}

/// What a browser says of itself.
#[derive(Clone, Copy)]
struct Says<'a> {
    host: &'a str,
    origin: &'a str,
    cookie: &'a str,
    protocols: &'a str,
}

const SAYS: Says<'static> = Says {
    host: HOST,
    origin: "https://billing.example.com",
    cookie: COOKIE,
    protocols: "binary, pk.",
};

impl Served {
    fn new() -> Served {
        Served::of(Net::new())
    }

    fn of(net: Net) -> Served {
        let path = net.folder.path().join("ws.sock");
        let served = Served { net, path };
        served.serve(json!({"servers": [served.net.server]}));
        served
    }

    fn serve(&self, more: Value) -> Value {
        self.serve_by(&self.net.core, more)
    }

    fn serve_by(&self, core: &Core, more: Value) -> Value {
        let mut asked = json!({"listen": format!("unix:{}", self.path.display()), "seconds": 0});
        more.as_object()
            .unwrap()
            .iter()
            .for_each(|(key, value)| asked[key] = value.clone());
        find(Entry::Act, "console_serve")
            .unwrap()
            .run(core, &asked)
            .unwrap()
            .value()
    }

    fn grant(&self) -> String {
        let session = HEXLOWER.encode(&Sha256::digest(COOKIE.as_bytes()));
        let asked = json!({"by_socket": true, "session": session, "actor": "client", "opener": "user:5",
            "order": {"client_id": 3, "order_id": 1, "status": "Active"}});
        self.net.open(asked).unwrap()["grant"].as_str().unwrap().to_owned()
    }

    /// `Err`: the status of HTTP.
    fn knock(&self, grant: &str, says: Says) -> Result<Browser, u16> {
        let stream = UnixStream::connect(&self.path).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let request = Request::builder()
            .uri(format!("ws://{HOST}/modules/servers/proxmoxkvm/ws"))
            .header("Host", says.host)
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", generate_key())
            .header("Sec-WebSocket-Protocol", format!("{}{grant}", says.protocols))
            .header("Origin", says.origin)
            .header("Cookie", format!("theme=six; WHMCSx={}", says.cookie));
        match tungstenite::client(request.body(()).unwrap(), stream) {
            Ok((socket, _)) => Ok(Browser { socket, seen: vec![] }),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                assert_eq!(response.headers()["X-Proxmoxkvm-Console"], "here");
                Err(response.status().as_u16())
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn open(&self) -> Browser {
        self.knock(&self.grant(), SAYS)
            .unwrap_or_else(|status| panic!("{status}"))
    }

    fn eventually(&self, what: &str, holds: impl Fn() -> bool) {
        let begun = SystemClock.now();
        while !holds() {
            assert!(SystemClock.now() - begun < 20.0, "{what}");
            SystemClock.sleep(0.01);
        }
    }

    fn is_empty(&self) -> bool {
        self.serve(json!({}))["open"] == json!([])
    }
}

struct Browser {
    socket: WebSocket<UnixStream>,
    seen: Vec<u8>,
}

impl Browser {
    fn read(&mut self, size: usize) -> Vec<u8> {
        while self.seen.len() < size {
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => self.seen.extend_from_slice(&bytes),
                Ok(Message::Ping(_)) => {}
                other => panic!("{other:?} after {} of {size} bytes", self.seen.len()),
            }
        }
        self.seen.drain(..size).collect()
    }

    fn say(&mut self, bytes: &[u8]) {
        self.socket.send(Message::Binary(bytes.to_vec().into())).unwrap();
    }

    fn greet(&mut self) {
        assert_eq!(self.read(12), b"RFB 003.008\n");
        self.say(b"RFB 003.008\n");
        assert_eq!(self.read(2), [1, 1], "nothing is asked of the browser");
        self.say(&[1]);
        assert_eq!(self.read(4), [0; 4]);
        self.say(&[0]);
        let init = self.read(24);
        self.read(u32::from_be_bytes(init[20..].try_into().unwrap()) as usize);
    }

    /// Places of the rectangles of an update.
    fn update(&mut self, only_changes: u8) -> Vec<[u8; 4]> {
        self.say(&[3, only_changes, 0, 0, 0, 0, 1, 64, 0, 200]);
        let count = self.read(4)[3];
        let rectangle = |browser: &mut Browser| {
            let head = browser.read(12);
            let number = |at: usize| usize::from(head[at]) << 8 | usize::from(head[at + 1]);
            browser.read(number(4) * number(6) * 4);
            [head[0], head[1], head[2], head[3]]
        };
        (0..count).map(|_| rectangle(self)).collect()
    }

    /// The word that it is over with; empty: none was said.
    fn end(mut self) -> String {
        loop {
            match self.socket.read() {
                Ok(Message::Close(frame)) => return frame.map(|frame| frame.reason.to_string()).unwrap_or_default(),
                Ok(_) => {}
                Err(_) => return String::new(),
            }
        }
    }
}

#[test]
fn what_is_typed_arrives_and_is_seen_and_the_history_says_who_had_it() {
    let served = Served::new();
    let mut browser = served.open();
    browser.greet();
    assert_eq!(browser.update(0).len(), 1);
    browser.say(&KEY_A);
    assert_eq!(browser.update(1), [[0; 4]]);
    assert_eq!(served.net.sim.cluster().screen(served.net.vmid()).typed, [0x61]);
    let open = json!([{"service": 7, "client": 3, "opener": "user:5"}]);
    assert_eq!(served.serve(json!({}))["open"], open);
    drop(browser);
    served.eventually("its seat is free", || served.is_empty());
    served.eventually("its task ends", || served.net.sim.cluster().open_consoles() == 0);
    let log = api::activity(&served.net.core, &json!({"service": 7, "actor": "admin"})).unwrap();
    let entry = &log["entries"][0];
    assert_eq!([&entry["action"], &entry["actor_id"]], [&json!("console"), &json!(3)]);
    served.eventually("the line of its end", || {
        let log = api::activity(&served.net.core, &json!({"service": 7, "actor": "admin"})).unwrap();
        log["entries"][0]["lines"].to_string().contains("left, 25")
    });
    assert!(!log.to_string().contains("PVEVNC"), "{log}");
}

#[test]
fn a_grant_is_for_one_browser_and_once_and_for_a_moment() {
    let served = Served::new();
    let grant = served.grant();
    let refused = |says: Says, status: u16| {
        let came = served.knock(&grant, says).map(drop);
        assert_eq!(came, Err(status), "{} {} {}", says.host, says.origin, says.protocols);
    };
    refused(
        Says {
            cookie: "other",
            ..SAYS
        },
        403,
    );
    refused(
        Says {
            origin: "https://evil.example.com",
            ..SAYS
        },
        403,
    );
    let evil = Says {
        host: "evil.example.com",
        origin: "https://evil.example.com",
        ..SAYS
    };
    refused(evil, 403);
    refused(
        Says {
            protocols: "pk.",
            ..SAYS
        },
        400,
    );
    refused(
        Says {
            protocols: "binary, pk.A",
            ..SAYS
        },
        403,
    );
    assert!(!grant.contains("5900") && served.is_empty(), "nobody has come in");
    // the same text again, while the first has the screen and when it has not; browsers bring some cookies as PHP has written them
    let written: String = COOKIE.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut first = served
        .knock(
            &grant,
            Says {
                cookie: &written,
                ..SAYS
            },
        )
        .unwrap();
    first.greet();
    assert_eq!(served.knock(&grant, SAYS).map(drop), Err(403));
    first.update(0);
    drop(first);
    served.eventually("its seat is free", || served.is_empty());
    assert_eq!(served.knock(&grant, SAYS).map(drop), Err(403));
    let late = served.grant();
    served.net.later(limits::CONSOLE_GRANT_SECONDS + 1.0);
    assert_eq!(served.knock(&late, SAYS).map(drop), Err(403), "it is too old");
    let grant = served.grant();
    served.serve(json!({"servers": []}));
    assert_eq!(
        served.knock(&grant, SAYS).map(drop),
        Err(403),
        "the server entry is gone"
    );
}

/// Each web server has its own process, and they share the store.
#[test]
fn a_grant_of_one_web_server_is_good_at_another() {
    let mut served = Served::new();
    let grant = served.grant();
    let other = served.net.other();
    served.path = served.net.folder.path().join("other.sock");
    served.serve_by(&other, json!({"servers": [served.net.server]}));
    served.knock(&grant, SAYS).unwrap().greet();
}

#[test]
fn a_service_that_lost_its_console_meanwhile_gets_none() {
    let served = Served::new();
    let grant = served.grant();
    let mut open = served.open();
    open.greet();
    api::suspend(&served.net.core, &served.net.order()).unwrap();
    assert_eq!(served.knock(&grant, SAYS).unwrap().end(), "suspended");
    served.net.later(limits::CONSOLE_LOOK_SECONDS);
    // the VM is stopped with it, and whichever is seen first
    assert!(["suspended", "closed"].contains(&open.end().as_str()));
    served.eventually("nobody is in", || served.is_empty());
}

#[test]
fn a_console_follows_its_vm_to_another_node_and_ends_with_it() {
    let served = Served::of(Net::on(two_nodes()));
    let vmid = served.net.vmid();
    let is_first = served.net.shown()["service"]["node"] == "pve1";
    let mut browser = served.open();
    browser.greet();
    served
        .net
        .sim
        .cluster()
        .move_vm(vmid, if is_first { "pve2" } else { "pve1" });
    // its page opens it again, and that asks where the VM is
    assert_eq!(browser.end(), "closed");
    served.eventually("its seat is free", || served.is_empty());
    let mut browser = served.open();
    browser.greet();
    browser.say(&KEY_A);
    assert_eq!(browser.update(1), [[0; 4]]);
    let grant = served.grant();
    api::terminate(&served.net.core, &served.net.order()).unwrap();
    assert_eq!(served.knock(&grant, SAYS).unwrap().end(), "gone", "a grant from before");
    served.net.later(limits::CONSOLE_LOOK_SECONDS);
    served.serve(json!({}));
    // the VM is stopped with it, and whichever is seen first
    assert!(["gone", "closed"].contains(&browser.end().as_str()));
    served.eventually("nobody is in", || served.is_empty());
    served.net.later(20.0);
    served.eventually("no task is left", || served.net.sim.cluster().open_consoles() == 0);
}

#[test]
fn where_the_store_does_not_say_whose_it_is_nobody_comes_in_and_nobody_stays() {
    let served = Served::new();
    let grant = served.grant();
    let mut open = served.open();
    open.greet();
    let store = rusqlite::Connection::open(served.net.folder.path().join("store.db")).unwrap();
    let damaged = store.execute("UPDATE services SET status = 'nonsense' WHERE id = 7", []);
    assert_eq!(damaged.unwrap(), 1);
    assert_eq!(served.knock(&grant, SAYS).unwrap().end(), "closed");
    open.update(0);
    served.net.later(limits::CONSOLE_LOOK_SECONDS);
    open.update(0);
    served.net.later(limits::CONSOLE_BLIND_SECONDS / 2.0);
    open.update(0);
    served.net.later(limits::CONSOLE_BLIND_SECONDS / 2.0);
    assert_eq!(open.end(), "closed");
    served.eventually("nobody is in", || served.is_empty());
}

#[test]
fn what_breaks_the_rules_of_websockets_ends_one_console_and_nothing_else() {
    let served = Served::new();
    let huge = [&[0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0][..], &[1, 2, 3, 4]].concat();
    let begun = [&[0x02, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], &[0; 65536]].concat();
    let pieces = [
        &begun[..],
        &[0x00, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0],
        &[0; 65537],
    ]
    .concat();
    for (what, bytes) in [
        ("a frame of 1 GB", huge),
        ("an unmasked frame", vec![0x82, 1, 7]),
        ("an opcode that is none", vec![0x83, 0x81, 0, 0, 0, 0, 7]),
        ("reserved bits", vec![0xc2, 0x81, 0, 0, 0, 0, 7]),
        ("text", vec![0x81, 0x81, 0, 0, 0, 0, b'x']),
        ("pieces that are too long together", pieces),
        ("a piece without its beginning", vec![0x80, 0x81, 0, 0, 0, 0, 7]),
    ] {
        let mut browser = served.open();
        browser.greet();
        // it may be closed before all of it is written
        let _ = browser.socket.get_mut().write_all(&bytes);
        assert!(["unfit", ""].contains(&browser.end().as_str()), "{what}");
        served.eventually(what, || served.is_empty());
    }
    let mut browser = served.open();
    browser.greet();
    // in pieces, as the protocol allows it
    let pieces: Vec<Vec<u8>> = KEY_A.chunks(7).map(<[u8]>::to_vec).collect();
    for (n, piece) in pieces.iter().enumerate() {
        let first = (u8::from(n == 0) * 2) | (u8::from(n + 1 == pieces.len()) << 7);
        let frame = [&[first, 0x80 | piece.len() as u8, 0, 0, 0, 0][..], piece].concat();
        browser.socket.get_mut().write_all(&frame).unwrap();
    }
    assert_eq!(browser.update(1), [[0; 4]]);
}

#[test]
fn who_is_gone_without_a_word_and_who_never_asks_keeps_nobody_out() {
    let served = Served::new();
    let silent: Vec<UnixStream> = (0..50).map(|_| UnixStream::connect(&served.path).unwrap()).collect();
    let mut first = served.open();
    first.greet();
    let mut second = served.open();
    second.greet();
    assert_eq!(served.open().end(), "consoles_open 2", "two of a service are open");
    served.net.later(limits::CONSOLE_SILENT_SECONDS);
    served.eventually("both are missed", || served.is_empty());
    drop(silent);
    served.open().greet();
}

#[test]
fn a_service_of_somebody_else_and_a_process_that_stops_end_consoles() {
    let served = Served::new();
    let mut browser = served.open();
    browser.greet();
    served.serve(
        json!({"not_theirs": [{"service": 7, "client": 4}, {"service": 8, "client": 3}, {"service": 7},
        {"service": 7, "client": 3, "opener": "user:6"}]}),
    );
    browser.update(0);
    served.serve(json!({"not_theirs": [{"service": 7, "client": 3}]}));
    assert_eq!(browser.end(), "other_owner");
    for (why, end) in [("not_allowed", "not_allowed"), ("no word of these", "other_owner")] {
        let mut browser = served.open();
        browser.greet();
        served.serve(json!({"not_theirs": [{"service": 7, "client": 3, "opener": "user:5", "why": why}]}));
        assert_eq!(browser.end(), end);
    }
    let mut browser = served.open();
    browser.greet();
    served.serve(json!({"stop": true}));
    assert_eq!(browser.end(), "closed");
    assert!(!served.path.exists(), "and no socket is left");
    served.eventually("no task is left", || served.net.sim.cluster().open_consoles() == 0);
}

/// A browser that never stops: pieces of one message, or pings, of no bytes.
#[test]
fn who_sends_for_ever_is_ended_as_everybody_else() {
    let served = Served::new();
    for (begun, piece) in [(0x02, 0x00), (0x8a, 0x89)] {
        let mut browser = served.open();
        browser.greet();
        let mut stream = browser.socket.get_mut().try_clone().unwrap();
        let sends = std::thread::spawn(move || {
            let pieces = [piece, 0x80, 0, 0, 0, 0].repeat(10_000);
            let _ = stream.write_all(&[begun, 0x80, 0, 0, 0, 0]);
            while stream.write_all(&pieces).is_ok() {}
        });
        served.serve(json!({"not_theirs": [{"service": 7, "client": 3}]}));
        served.eventually("its seat is free", || served.is_empty());
        sends.join().unwrap();
    }
}
