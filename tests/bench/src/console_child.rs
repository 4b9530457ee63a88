//! The relay in a process of its own, so that its memory can be seen: as the one that serves websockets, and as the worker of
//! php-fpm that holds a console, with a pipe in the place of its answer.

use proxmoxkvm::api::core::Core;
use proxmoxkvm::console::door::Door;
use proxmoxkvm::console::entrance::Guest;
use proxmoxkvm::console::places::{self, Owner};
use proxmoxkvm::console::serve::{Entered, Granted, Server, UNREACHED};
use proxmoxkvm::console::{End, Opening, Screen, Session, Turned, Way, screen};
use proxmoxkvm::pve::{Client, GuestPath, Https, Shown};
use proxmoxkvm::words::clock::{Clock, SystemClock};
use proxmoxkvm::words::ids::{NodeName, ServiceId};
use proxmoxkvm::words::limits;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub const CHILD: &str = "console-of";
/// What the browser of a bench says of itself.
pub const HOST: &str = "bench";
/// SHA-256 of its cookie, `x`.
pub const SESSION: &str = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
pub const DOOR: &str = "door";
/// PHP reads so much at once.
const READ: usize = 256 << 10;

/// Ends with its standard input.
pub fn main(what: &str, asked: &Value) {
    let client = client(asked);
    let place = asked["place"].as_str().expect("a place").to_owned();
    if what == "socket" {
        serve(client, &place)
    } else {
        hold(&client, &place)
    }
}

fn client(asked: &Value) -> Client {
    let port = asked["port"]
        .as_u64()
        .and_then(|port| u16::try_from(port).ok())
        .expect("a port");
    let fingerprint = asked["fingerprint"].as_str().expect("a fingerprint");
    let server = crate::world::server(
        port,
        "bench@pve!bench",
        "11111111-2222-3333-4444-555555555555",
        fingerprint,
    );
    let entry = proxmoxkvm::api::request::server_of(&json!({ "server": server })).expect("a server entry");
    let wire = Box::new(Https::new(&entry).expect("a wire"));
    Client::new(&entry, wire, Arc::new(SystemClock), Box::new(()))
}

fn screen_of(client: &Client) -> Option<Screen> {
    let deadline = SystemClock.now() + limits::CONSOLE_OPEN_SECONDS;
    let path = GuestPath {
        node: NodeName::try_from("pve1".to_owned()).ok()?,
        vmid: 100.try_into().ok()?,
    };
    let client = client.for_call(Arc::default(), deadline);
    screen(&client, &path, Shown::Screen, &SystemClock, deadline).ok()
}

fn serve(client: Client, place: &str) {
    let keeper = move |sealed: &str| {
        let number = sealed.parse().ok()?;
        let client = client.clone();
        Some(Granted {
            mark: sealed.to_owned(),
            until: SystemClock.now() + 60.0,
            owner: Owner {
                service: ServiceId(number),
                client: number,
            },
            opener: String::new(),
            host: HOST.to_owned(),
            session: SESSION.to_owned(),
            may_act: true,
            enter: Box::new(move || {
                Ok(Entered {
                    screen: screen_of(&client).ok_or(UNREACHED)?,
                    watch: Box::new(|| None),
                    tell: Box::new(|_| ()),
                })
            }),
        })
    };
    let address = format!("unix:{place}");
    let server = Server::start(
        &address,
        limits::CONSOLE_SOCKETS,
        Arc::new(SystemClock),
        Box::new(keeper),
    );
    let server = server.expect("a socket");
    std::thread::spawn(move || {
        loop {
            server.look();
            Core::end_of_call();
            std::thread::sleep(Duration::from_secs(1));
        }
    });
    println!("ready");
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn hold(client: &Client, place: &str) {
    let owner = Owner {
        service: ServiceId(1),
        client: 1,
    };
    let place = places::take(Path::new(place), owner, DOOR, 1).expect("a place");
    let guest = Guest {
        host: HOST.to_owned(),
        session: SESSION.to_owned(),
    };
    let mut session = Session::open(Opening {
        screen: screen_of(client).expect("a screen"),
        browser: Door::open(place.listener, guest),
        held: Some(place.held),
        may_act: true,
        way: Way::Stream,
        clock: Arc::new(SystemClock),
        watch: Box::new(|| None),
    });
    let mut out = std::io::stdout();
    let mut into = vec![0; READ];
    loop {
        match session.turn(&mut into, Duration::from_millis(500)) {
            Turned::Bytes(size) if out.write_all(&into[..size]).and_then(|()| out.flush()).is_ok() => {}
            Turned::Takes => {}
            Turned::Bytes(_) | Turned::Over => break,
        }
    }
    session.close(End::Left);
}
