//! The relay of consoles, over real sockets: to the simulator's VNC server, and from a browser's requests.

use crate::support::{cluster_options, guard};
use proxmoxkvm::console::door::Door;
use proxmoxkvm::console::entrance::Guest;
use proxmoxkvm::console::places::{self, Owner, Place};
use proxmoxkvm::console::{End, NoScreen, Opening, Session, Turned, Way, screen};
use proxmoxkvm::pve::{self, Client, GuestPath, Https, Meter, Shown, Silences, Silent};
use proxmoxkvm::server::{Secret, ServerEntry, ServerFields};
use proxmoxkvm::words::clock::{Clock, SystemClock};
use proxmoxkvm::words::ids::{ServerId, ServiceId};
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind, Options, Sim, UserSpec};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const SESSION: &str = "0123456789abcdef";
pub const HOST: &str = "billing.example.com";
const WAIT: Duration = Duration::from_millis(100);
const KEY_A: u32 = 0x61;

/// The system's, and what a test adds.
struct Set(Mutex<f64>);

impl Clock for Set {
    fn now(&self) -> f64 {
        SystemClock.now() + *guard(&self.0)
    }

    fn sleep(&self, seconds: f64) {
        *guard(&self.0) += seconds;
    }
}

struct NeverSilent;

impl Silences for NeverSilent {
    fn noted(&self) -> Option<Silent> {
        None
    }

    fn note(&self, _: Option<Silent>, _: Option<Silent>) -> bool {
        true
    }
}

/// A cluster with two guests that run, and a clock.
pub struct Net {
    pub sim: Sim,
    clock: Arc<Set>,
    folder: tempfile::TempDir,
}

impl Net {
    pub fn with(options: Options) -> Net {
        let sim = Sim::start(options.scale(0.01));
        for (vmid, name) in [(101, "one"), (102, "other")] {
            let mut cluster = sim.cluster();
            cluster.add_vm(vmid, name, "pve1", "local", 1 << 30);
            cluster.set_power(vmid, true);
        }
        Net {
            sim,
            clock: Arc::new(Set(Mutex::new(0.0))),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn new() -> Net {
        Net::with(cluster_options())
    }

    pub fn client_as(&self, user: &str, secret: &str, more: &str) -> Client {
        let entry = ServerEntry::parse(&ServerFields {
            id: ServerId(1),
            hostname: "127.0.0.1".to_owned(),
            ip: String::new(),
            port: self.sim.port().to_string(),
            secure: true,
            username: user.to_owned(),
            password: Secret::from(secret),
            access_hash: format!("fingerprint={}\n{more}", self.sim.fingerprint()),
            assigned_ips: String::new(),
        })
        .unwrap();
        let wire = Box::new(Https::new(&entry).unwrap());
        let deadline = self.clock.now() + limits::CONSOLE_OPEN_SECONDS;
        Client::new(&entry, wire, self.clock.clone(), Box::new(NeverSilent))
            .for_call(Arc::new(Meter::default()), deadline)
    }

    pub fn client(&self) -> Client {
        let (user, secret) = self.sim.token();
        self.client_as(&user, &secret, "")
    }

    fn screen_of(&self, vmid: u32) -> Result<proxmoxkvm::console::Screen, NoScreen> {
        self.shown_to(&self.client(), vmid, Shown::Screen)
    }

    pub fn shown_to(&self, client: &Client, vmid: u32, shown: Shown) -> Result<proxmoxkvm::console::Screen, NoScreen> {
        let deadline = self.clock.now() + limits::CONSOLE_OPEN_SECONDS;
        screen(client, &path(vmid), shown, self.clock.as_ref(), deadline)
    }

    fn open(&self, vmid: u32) -> Browser {
        self.open_as(vmid, true, Way::Stream, None)
    }

    fn open_as(&self, vmid: u32, may_act: bool, way: Way, end: Option<Arc<Mutex<Option<End>>>>) -> Browser {
        let screen = self.screen_of(vmid).unwrap_or_else(|why| panic!("{why:?}"));
        self.browser_of(screen, vmid, may_act, way, end)
    }

    pub fn browser_of(
        &self,
        screen: proxmoxkvm::console::Screen,
        vmid: u32,
        may_act: bool,
        way: Way,
        end: Option<Arc<Mutex<Option<End>>>>,
    ) -> Browser {
        let folder = self.folder.path().join("consoles");
        let name = format!("{vmid}.sock");
        let owner = Owner {
            service: ServiceId(vmid.into()),
            client: 3,
        };
        let place: Place = places::take(&folder, owner, &name, 4).unwrap();
        let guest = Guest {
            host: HOST.to_owned(),
            session: SESSION.to_owned(),
        };
        let session = Session::open(Opening {
            screen,
            browser: Door::open(place.listener, guest),
            held: Some(place.held),
            may_act,
            way,
            clock: self.clock.clone(),
            watch: Box::new(move || end.as_ref().and_then(|end| *guard(end))),
        });
        Browser {
            session,
            socket: folder.join(name),
            seen: Vec::new(),
        }
    }

    fn eventually(&self, what: &str, holds: impl Fn(&Sim) -> bool) {
        let begun = SystemClock.now();
        while !holds(&self.sim) {
            assert!(SystemClock.now() - begun < 20.0, "{what}");
            SystemClock.sleep(0.01);
        }
    }
}

fn path(vmid: u32) -> GuestPath {
    GuestPath {
        node: "pve1".to_owned().try_into().unwrap(),
        vmid: vmid.try_into().unwrap(),
    }
}

/// A browser with noVNC, as far as it matters: bytes come, and requests go.
pub struct Browser {
    session: Session,
    socket: std::path::PathBuf,
    seen: Vec<u8>,
}

impl Browser {
    /// Turns until so many bytes have come; `false`: it is over.
    pub fn wait_for(&mut self, size: usize) -> bool {
        let begun = SystemClock.now();
        let mut into = vec![0; 256 << 10];
        while self.seen.len() < size {
            assert!(SystemClock.now() - begun < 20.0, "{} of {size} bytes", self.seen.len());
            match self.session.turn(&mut into, WAIT) {
                Turned::Bytes(size) => self.seen.extend_from_slice(&into[..size]),
                Turned::Takes => {}
                Turned::Over => return false,
            }
        }
        true
    }

    pub fn read(&mut self, size: usize) -> Vec<u8> {
        assert!(self.wait_for(size), "it is over");
        self.seen.drain(..size).collect()
    }

    /// A visit as it is written, and the answer.
    pub fn visit(&mut self, line: &str, body: &[u8]) -> String {
        let mut stream = UnixStream::connect(&self.socket).unwrap();
        stream.write_all(&[line.as_bytes(), body].concat()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut into = vec![0; 256 << 10];
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let (mut answer, mut chunk) = (Vec::new(), [0; 4096]);
        let begun = SystemClock.now();
        loop {
            assert!(SystemClock.now() - begun < 20.0, "no answer");
            if let Turned::Bytes(size) = self.session.turn(&mut into, Duration::from_millis(1)) {
                self.seen.extend_from_slice(&into[..size]);
            }
            match stream.read(&mut chunk) {
                Ok(0) => return String::from_utf8_lossy(&answer).into_owned(),
                Ok(size) => answer.extend_from_slice(&chunk[..size]),
                Err(_) => {}
            }
        }
    }

    /// Somebody who says this and waits, once the console has seen him.
    fn comes(&mut self, says: &str) -> UnixStream {
        let mut stream = UnixStream::connect(&self.socket).unwrap();
        stream.write_all(says.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        self.session.turn(&mut [], Duration::ZERO);
        stream
    }

    pub fn keys(&mut self, bytes: &[u8]) -> String {
        self.visit(&format!("keys {HOST} {SESSION} {}\n", bytes.len()), bytes)
    }

    /// The greeting, up to the name of the screen.
    fn greet(&mut self) -> String {
        assert_eq!(self.read(12), b"RFB 003.008\n");
        assert_eq!(self.keys(b"RFB 003.008\n"), "204\n");
        assert_eq!(self.read(2), [1, 1], "nothing is asked of the browser");
        assert_eq!(self.keys(&[1]), "204\n");
        assert_eq!(self.read(4), [0; 4]);
        assert_eq!(self.keys(&[0]), "204\n");
        let init = self.read(24);
        let size = u32::from_be_bytes(init[20..].try_into().unwrap());
        String::from_utf8(self.read(size as usize)).unwrap()
    }

    /// Asks for the picture, and reads the rectangles: place and colour of the first pixel of each.
    fn picture(&mut self, only_changes: bool) -> Vec<((u16, u16), [u8; 3])> {
        let ask = [3, u8::from(only_changes), 0, 0, 0, 0, 1, 64, 0, 200];
        assert_eq!(self.keys(&ask), "204\n");
        let head = self.read(4);
        let number = |bytes: &[u8]| u16::from(bytes[0]) << 8 | u16::from(bytes[1]);
        let mut found = Vec::new();
        for _ in 0..number(&head[2..]) {
            let head = self.read(12);
            let (width, height) = (number(&head[4..]), number(&head[6..]));
            let pixels = self.read(usize::from(width) * usize::from(height) * 4);
            found.push(((number(&head), number(&head[2..])), [pixels[2], pixels[1], pixels[0]]));
        }
        found
    }
}

fn read_all(mut stream: UnixStream) -> String {
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    said
}

/// Pressed and released, with Shift held: QEMU presses none by itself.
fn capital(letter: char) -> Vec<u8> {
    let letter = key(u32::from(letter));
    let shift = |is_down: u8| [4, is_down, 0, 0, 0, 0, 0xff, 0xe1];
    [&shift(1)[..], &letter, &shift(0)].concat()
}

fn key(key: u32) -> Vec<u8> {
    [&[4, 1, 0, 0][..], &key.to_be_bytes(), &[4, 0, 0, 0], &key.to_be_bytes()].concat()
}

#[test]
fn what_is_typed_arrives_and_is_seen() {
    let net = Net::new();
    let mut browser = net.open(101);
    assert_eq!(browser.greet(), "QEMU (vm101)");
    assert_eq!(browser.picture(false), [((0, 0), [32, 101, 96])]);
    browser.keys(&key(KEY_A));
    assert_eq!(browser.picture(true), [((0, 0), [255, 0x61, 0])]);
    browser.keys(&capital('Q'));
    assert_eq!(browser.picture(true), [((8, 0), [255, 0x51, 0])]);
    assert_eq!(net.sim.cluster().screen(101).typed, [KEY_A, 0x51]);
    let story = browser.session.close(End::Left);
    assert_eq!(story.end, End::Left);
    assert!(story.shown > 256_000 && story.typed > 40, "{story:?}");
    assert!(!browser.socket.exists());
    net.eventually("its task ends", |sim| {
        let cluster = sim.cluster();
        let task = cluster.tasks().iter().find(|task| task.kind == "vncproxy").unwrap();
        task.exit.as_deref() == Some("OK")
    });
}

/// As noVNC does: it lists what it knows, and then sends the places of keys.
#[test]
fn what_a_viewer_says_that_it_knows_comes_through_both_ways() {
    let net = Net::new();
    let mut browser = net.open(101);
    browser.greet();
    let encodings = [2, 0, 0, 3, 0, 0, 0, 0, 0xff, 0xff, 0xfe, 0xfe, 0xff, 0xff, 0xfe, 0xfb];
    let with_16_bits = [0, 0, 0, 0, 16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0];
    browser.keys(&[&encodings[..], &with_16_bits].concat());
    let places = [0, 0, 0, 1, 0, 0, 0, 0, 1, 64, 0, 200, 0xff, 0xff, 0xfe, 0xfe];
    assert_eq!(browser.read(16), places);
    assert_eq!(browser.read(17).last(), Some(&0), "Caps Lock is off");
    let caps = |is_down: u8| [255, 0, 0, is_down, 0, 0, 0xff, 0xe5, 0, 0, 0, 0x3a];
    browser.keys(&[caps(1), caps(0)].concat());
    assert_eq!(browser.read(17).last(), Some(&4), "and the guest has switched it on");
    let a = |is_down: u8| [255, 0, 0, is_down, 0, 0, 0, 0x61, 0, 0, 0, 0x1e];
    browser.keys(&[a(1), a(0)].concat());
    assert_eq!(net.sim.cluster().screen(101).typed, [u32::from('A')]);
    browser.keys(&[3, 0, 0, 0, 0, 0, 1, 64, 0, 200]);
    browser.read(4);
    assert_eq!(browser.read(12 + 320 * 200 * 2).len(), 128_012, "two bytes a pixel");
}

#[test]
fn it_is_done_with_a_password_and_a_ticket_too_and_on_an_older_proxmox_ve() {
    for port_hole in [false, true] {
        let net = Net::with(Options {
            port_hole,
            ..cluster_options()
        });
        let client = net.client_as("root@pam", "root-password", "");
        let deadline = net.clock.now() + limits::CONSOLE_OPEN_SECONDS;
        let found = screen(&client, &path(101), Shown::Screen, net.clock.as_ref(), deadline);
        assert!(found.is_ok(), "{:?}", found.err());
    }
}

#[test]
fn who_may_only_look_types_nothing() {
    let net = Net::new();
    let mut browser = net.open_as(101, false, Way::Stream, None);
    browser.greet();
    let pointer = [5, 1, 0, 3, 0, 4];
    let cut = [6, 0, 0, 0, 0, 0, 0, 2, 104, 105];
    browser.keys(&[key(KEY_A), pointer.to_vec(), cut.to_vec()].concat());
    assert_eq!(browser.picture(false).len(), 1, "the picture comes all the same");
    let screen = net.sim.cluster().screen(101);
    assert_eq!((screen.keys.len(), screen.pointer, screen.cut.len()), (0, (0, 0, 0), 0));
}

#[test]
fn a_browser_whose_answers_are_kept_back_takes_the_picture_by_requests() {
    let net = Net::new();
    let mut browser = net.open_as(101, true, Way::Takes, None);
    let take = format!("take {HOST} {SESSION} 0\n");
    assert_eq!(browser.visit(&take, b""), "200 12\nRFB 003.008\n");
    assert_eq!(browser.keys(b"RFB 003.008\n"), "204\n");
    assert_eq!(browser.visit(&take, b""), "200 2\n\x01\x01");
    assert!(browser.seen.is_empty(), "nothing comes the other way");
    net.clock.sleep(limits::CONSOLE_TAKEN_SECONDS);
    assert!(!browser.wait_for(1), "who takes nothing any more is gone");
    assert_eq!(browser.session.close(End::Closed).end, End::Left);
}

/// The page has waited for the answer in vain, and asks: it gets what was kept back, from its beginning.
#[test]
fn an_answer_that_is_kept_back_is_begun_anew_by_requests() {
    let net = Net::new();
    let mut browser = net.open(101);
    assert!(browser.wait_for(12), "written, and seen by nobody");
    let take = format!("take {HOST} {SESSION} 0\n");
    assert_eq!(browser.visit(&take, b""), "200 12\nRFB 003.008\n");
    let mut into = [0; 64];
    assert_eq!(browser.session.turn(&mut into, WAIT), Turned::Takes);
    assert_eq!(browser.keys(b"RFB 003.008\n"), "204\n");
    assert_eq!(browser.visit(&take, b""), "200 2\n\x01\x01");
    assert_eq!(browser.visit(&format!("leave {HOST} {SESSION} 0\n"), b""), "204\n");
    assert_eq!(browser.session.turn(&mut into, WAIT), Turned::Over);
    assert_eq!(browser.session.close(End::Closed).end, End::Left, "the page was closed");
}

/// A lid is shut, a phone is out of reach: no connection is closed, and what is written goes nowhere.
#[test]
fn a_browser_that_says_nothing_any_more_is_gone() {
    let net = Net::new();
    let mut browser = net.open(101);
    browser.greet();
    for _ in 0..3 {
        net.clock.sleep(limits::CONSOLE_HERE_SECONDS - 1.0);
        assert_eq!(browser.keys(b""), "204\n", "a page that is there says so");
    }
    assert_eq!(browser.picture(false).len(), 1);
    net.clock.sleep(limits::CONSOLE_HERE_SECONDS);
    assert!(!browser.wait_for(1));
    assert_eq!(browser.session.close(End::Closed).end, End::Left);
    net.eventually("no task is left", |sim| sim.cluster().open_consoles() == 0);
}

/// But not where its browser has heard it: whoever asks holds no worker, however often.
#[test]
fn who_has_the_stream_keeps_it() {
    let net = Net::new();
    let mut browser = net.open(101);
    browser.greet();
    for _ in 0..=limits::CONSOLE_VISITS {
        assert_eq!(browser.visit(&format!("take {HOST} {SESSION} 0\n"), b""), "409\n");
    }
    assert_eq!(browser.picture(false).len(), 1);
}

/// Each that waits holds a worker of the web server.
#[test]
fn one_visit_waits_for_the_picture_and_a_newer_one_sends_it_away() {
    let net = Net::new();
    let mut browser = net.open_as(101, true, Way::Takes, None);
    let take = format!("take {HOST} {SESSION} 0\n");
    assert_eq!(browser.visit(&take, b""), "200 12\nRFB 003.008\n");
    let mut waiting: Vec<UnixStream> = (0..=limits::CONSOLE_VISITS).map(|_| browser.comes(&take)).collect();
    let newest = waiting.pop().unwrap();
    for older in waiting {
        assert_eq!(read_all(older), "200 0\n");
    }
    assert_eq!(browser.keys(b"RFB 003.008\n"), "204\n");
    assert_eq!(read_all(newest), "200 2\n\x01\x01");
}

#[test]
fn who_is_one_too_many_is_told_so_and_the_keys_go_on() {
    let net = Net::new();
    let mut browser = net.open(101);
    browser.greet();
    let silent: Vec<UnixStream> = (0..limits::CONSOLE_VISITS).map(|_| browser.comes("")).collect();
    assert_eq!(browser.keys(&key(KEY_A)), "503\n");
    drop(silent);
    browser.session.turn(&mut [], Duration::ZERO);
    assert_eq!(browser.keys(&key(KEY_A)), "204\n");
}

#[test]
fn nobody_else_comes_in() {
    let net = Net::new();
    let mut browser = net.open(101);
    browser.greet();
    let typed = key(KEY_A);
    for (line, answer) in [
        (format!("keys {HOST} {SESSION} 65537\n"), "413\n"),
        (format!("keys {HOST} fedcba 16\n"), "403\n"),
        (format!("keys evil.example.com {SESSION} 16\n"), "403\n"),
        (format!("keys {HOST} {SESSION} 17\n"), "400\n"),
        ("GET / HTTP/1.1\n".to_owned(), "400\n"),
        (String::new(), "400\n"),
    ] {
        let body = if line.is_empty() { &[][..] } else { &typed };
        assert_eq!(browser.visit(&line, body), answer, "{line}");
    }
    // who says nothing, and who says more than a line and its keys, keeps nobody waiting
    let silent: Vec<UnixStream> = (0..6).map(|_| UnixStream::connect(&browser.socket).unwrap()).collect();
    assert_eq!(browser.keys(&typed), "204\n");
    net.clock.sleep(limits::CONSOLE_VISIT_SECONDS + 1.0);
    assert_eq!(browser.keys(&typed), "204\n");
    drop(silent);
    browser.picture(false);
    assert_eq!(
        net.sim.cluster().screen(101).keys,
        [KEY_A; 2],
        "and nothing of theirs was typed"
    );
}

/// What happens to an open console.
type Happens = fn(&Net);

#[test]
fn every_console_ends() {
    let net = Net::new();
    let ends: [(&str, End, Happens); 4] = [
        ("the VM is stopped", End::Closed, |net| {
            net.sim.cluster().set_power(101, false)
        }),
        ("it is open for long", End::TooLong, |net| {
            net.clock.sleep(limits::CONSOLE_LONGEST_SECONDS)
        }),
        ("nobody types", End::Idle, |net| {
            net.clock.sleep(limits::CONSOLE_IDLE_SECONDS)
        }),
        ("the connection is lost", End::Closed, |net| net.sim.drop_connections()),
    ];
    for (what, end, happens) in ends {
        net.sim.cluster().set_power(101, true);
        let mut browser = net.open(101);
        browser.greet();
        happens(&net);
        assert!(!browser.wait_for(1), "{what}");
        assert_eq!(browser.session.close(End::Left).end, end, "{what}");
    }
    let end = Arc::new(Mutex::new(None));
    let mut browser = net.open_as(101, true, Way::Stream, Some(end.clone()));
    browser.greet();
    *guard(&end) = Some(End::Suspended);
    assert!(!browser.keys(&key(KEY_A)).is_empty(), "nobody has looked yet");
    net.clock.sleep(limits::CONSOLE_LOOK_SECONDS);
    assert!(!browser.wait_for(1 << 20), "the service may not have it any more");
    assert_eq!(browser.session.close(End::Left).end, End::Suspended);
    net.eventually("no task is left", |sim| sim.cluster().open_consoles() == 0);
}

/// Nothing is closed there, and nothing is said for hours where nothing happens on a screen.
#[test]
fn a_node_that_has_lost_its_power_is_told_apart_from_a_quiet_screen() {
    let net = Net::new();
    let mut browser = net.open(101);
    browser.greet();
    for _ in 0..4 {
        net.clock.sleep(limits::CONSOLE_PING_SECONDS + 1.0);
        // until the answer is there
        browser.session.turn(&mut [], Duration::from_secs(10));
    }
    assert!(!browser.keys(&key(KEY_A)).is_empty(), "it is still there");
    net.sim.cluster().silence_consoles(true);
    for _ in 0..2 {
        net.clock.sleep(limits::CONSOLE_PING_SECONDS + 1.0);
        browser.session.turn(&mut [], Duration::ZERO);
    }
    assert!(!browser.wait_for(1 << 20), "nobody answers");
    assert_eq!(browser.session.close(End::Left).end, End::Closed);
    net.sim.cluster().silence_consoles(false);
    net.eventually("no task is left", |sim| sim.cluster().open_consoles() == 0);
}

#[test]
fn a_browser_that_sends_what_is_no_message_is_left() {
    let net = Net::new();
    for bytes in [&b"\x4d"[..], &[6, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff], &[255, 1]] {
        let mut browser = net.open(101);
        browser.greet();
        browser.keys(bytes);
        assert!(!browser.wait_for(1), "{bytes:?}");
        assert_eq!(browser.session.close(End::Left).end, End::Unfit);
    }
}

#[test]
fn the_reason_why_there_is_no_screen_is_told() {
    let net = Net::new();
    net.sim.cluster().set_power(102, false);
    assert!(matches!(net.screen_of(102), Err(NoScreen::Dark)), "it does not run");
    net.sim.cluster().set_config(101, "vga", Some("none"));
    assert!(matches!(net.screen_of(101), Err(NoScreen::Dark)), "it has none");
    net.sim.cluster().set_config(101, "vga", None);
    let refused = |found: Result<_, NoScreen>| match found.err() {
        Some(NoScreen::Pve(error)) => error.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(refused(net.screen_of(777)).contains("does not exist"));
    let timeout = "Timeout while waiting for port '5900' to get ready!";
    let fault = FaultKind::Status(500, timeout.to_owned(), String::new());
    net.sim.cluster().add_fault(Fault::always("POST", "vncproxy", fault));
    assert!(refused(net.screen_of(101)).contains(timeout));
    net.sim.cluster().faults.clear();
    for status in [401, 500, 595] {
        let fault = FaultKind::Status(status, "no".to_owned(), String::new());
        net.sim.cluster().add_fault(Fault::always("GET", "vncwebsocket", fault));
        let why = refused(net.screen_of(101));
        assert!(!why.contains("PVEVNC") && !why.contains("5900"), "{status}: {why}");
        net.sim.cluster().faults.clear();
    }
}

#[test]
fn a_login_without_the_privilege_is_told_so() {
    let user = UserSpec {
        id: "whmcs@pve".to_owned(),
        password: String::new(),
        token: Some(("t".to_owned(), "0a1b2c3d-1111-4222-8333-944445555666".to_owned())),
        acl: vec![("/".to_owned(), vec!["VM.Audit".to_owned()])],
    };
    let net = Net::with(Options {
        users: vec![user],
        ..cluster_options()
    });
    let client = net.client_as("whmcs@pve!t", "0a1b2c3d-1111-4222-8333-944445555666", "");
    let deadline = net.clock.now() + limits::CONSOLE_OPEN_SECONDS;
    match screen(&client, &path(101), Shown::Screen, net.clock.as_ref(), deadline).err() {
        Some(NoScreen::Pve(pve::Error::Refused { status: 403, words, .. })) => {
            assert_eq!(words, "Permission check failed (/vms/101, VM.Console)");
        }
        other => panic!("{other:?}"),
    }
}

/// Both requests go to one endpoint: the port is open on that node alone.
#[test]
fn an_endpoint_that_is_down_is_passed_over_with_both_requests() {
    let net = Net::new();
    let other = net.sim.add_endpoint();
    let (user, secret) = net.sim.token();
    let more = format!("endpoints=127.0.0.1:{}", other.port());
    let client = net.client_as(&user, &secret, &more);
    let deadline = net.clock.now() + limits::CONSOLE_OPEN_SECONDS;
    assert!(screen(&client, &path(101), Shown::Screen, net.clock.as_ref(), deadline).is_ok());
    drop(other);
    assert!(screen(&client, &path(101), Shown::Screen, net.clock.as_ref(), deadline).is_ok());
}
