//! A console as it is asked for: who gets one, what is told where there is none, what ends it, and what is written down.

use crate::acts;
use crate::network::order;
use crate::support::{cluster_options, code, guard};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::cron;
use proxmoxkvm::api::verbs::{Entry, find};
use proxmoxkvm::console::places::{self, Owner};
use proxmoxkvm::console::{self, Turned};
use proxmoxkvm::problems::Error;
use proxmoxkvm::pve::{Https, Wire};
use proxmoxkvm::server::ServerEntry;
use proxmoxkvm::store::Store;
use proxmoxkvm::words::clock::{Clock, SystemClock};
use proxmoxkvm::words::ids::ServiceId;
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind, Options, Sim};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const KEY: &str = "0123456789abcdef0123456789abcdef";
const IP: &str = "198.51.100.7";

/// The system's, and what a test adds.
struct Later(Mutex<f64>);

impl Clock for Later {
    fn now(&self) -> f64 {
        SystemClock.now() + *guard(&self.0)
    }

    fn sleep(&self, seconds: f64) {
        SystemClock.sleep(seconds);
    }
}

/// Service 7 with its VM, which runs.
pub struct Net {
    pub sim: Sim,
    pub core: Core,
    clock: Arc<Later>,
    pub server: Value,
    pub folder: tempfile::TempDir,
}

impl Net {
    pub fn new() -> Net {
        Net::on(cluster_options())
    }

    pub fn on(options: Options) -> Net {
        let sim = Sim::start(options.scale(0.01));
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Later(Mutex::new(0.0)));
        let wire = |entry: &ServerEntry| Ok(Box::new(Https::new(entry)?) as Box<dyn Wire>);
        let store = Store::open(&folder.path().join("store.db")).unwrap();
        let core = Core::new(store, clock.clone(), Box::new(wire));
        let (user, secret) = sim.token();
        let server = json!({
            "id": 1, "hostname": "127.0.0.1", "port": sim.port().to_string(), "secure": true,
            "username": user, "password": secret, "access_hash": format!("fingerprint={}", sim.fingerprint()),
            "assigned_ips": "vmbr0|10|192.0.2.10-192.0.2.40|24|192.0.2.1|192.0.2.53",
        });
        let net = Net {
            sim,
            core,
            clock,
            server,
            folder,
        };
        let order = net.order();
        api::create(&net.core, &order).unwrap();
        for _ in 0..50 {
            cron(&net.core, &json!({"orders": [order], "budget_s": 5})).unwrap();
            if net.shown()["service"]["status"] == "ready" {
                return net;
            }
            *guard(&net.clock.0) += 5.0;
        }
        panic!("{}", net.shown());
    }

    /// Some seconds later.
    pub fn later(&self, seconds: f64) {
        *guard(&self.clock.0) += seconds;
    }

    /// Another process, on the same store.
    pub fn other(&self) -> Core {
        let wire = |entry: &ServerEntry| Ok(Box::new(Https::new(entry)?) as Box<dyn Wire>);
        let store = Store::open(&self.folder.path().join("store.db")).unwrap();
        Core::new(store, self.clock.clone(), Box::new(wire))
    }

    pub fn order(&self) -> Value {
        order(7, &self.server)
    }

    pub fn shown(&self) -> Value {
        api::show(&self.core, &json!({"service": 7})).unwrap()
    }

    fn folder(&self) -> PathBuf {
        self.folder.path().join("consoles")
    }

    /// What a page asks with.
    fn asked(&self, more: Value) -> Value {
        let mut asked = self.order();
        let own = json!({
            "folder": self.folder(), "socket": KEY, "host": "billing.example.com", "session": "ab",
            "by": {"id": 3, "ip": IP},
        });
        for part in [own, more] {
            part.as_object()
                .unwrap()
                .iter()
                .for_each(|(key, value)| asked[key] = value.clone());
        }
        asked
    }

    pub fn open(&self, more: Value) -> Result<Value, Error> {
        Ok(find(Entry::Act, "console")
            .unwrap()
            .run(&self.core, &self.asked(more))?
            .value())
    }

    fn opened(&self, more: Value) -> u64 {
        self.open(more).unwrap()["console"].as_u64().unwrap()
    }

    fn end(&self, console: u64) -> Value {
        let found = find(Entry::Act, "console_end").unwrap();
        found.run(&self.core, &json!({"console": console})).unwrap().value()["end"].clone()
    }

    pub fn vmid(&self) -> u32 {
        self.shown()["service"]["vmid"].as_u64().unwrap().try_into().unwrap()
    }

    fn sockets(&self) -> usize {
        let files = std::fs::read_dir(self.folder()).unwrap();
        files
            .filter(|file| {
                file.as_ref()
                    .unwrap()
                    .path()
                    .extension()
                    .is_some_and(|end| end == "sock")
            })
            .count()
    }
}

fn turn(console: u64) -> (Turned, Vec<u8>) {
    let mut into = vec![0; 4096];
    let turned = console::turn(console, &mut into, Duration::from_millis(1));
    if let Turned::Bytes(size) = turned {
        into.truncate(size);
    }
    (turned, into)
}

#[test]
fn it_is_opened_turned_and_ended_and_the_history_says_who_had_it() {
    let net = Net::new();
    let before = net.shown()["service"].clone();
    let console = net.opened(json!({}));
    assert_eq!(turn(console).1, b"RFB 003.008\n");
    assert_eq!(net.sockets(), 1);
    assert_eq!(net.end(console), "left");
    assert_eq!(turn(console).0, Turned::Over, "there is none of this number any more");
    assert_eq!(net.end(console), Value::Null);
    assert_eq!(net.sockets(), 0);
    assert_eq!(net.shown()["service"], before, "nothing of the service has changed");
    let log = api::activity(&net.core, &json!({"service": 7, "actor": "admin"})).unwrap();
    let entry = &log["entries"][0];
    assert_eq!(
        [&entry["action"], &entry["state"], &entry["ip"], &entry["actor_id"]],
        [&json!("console"), &json!("done"), &json!(IP), &json!(3)]
    );
    let line = entry["lines"][0]["result"].as_str().unwrap();
    assert!(line.starts_with("left, 12 bytes shown, 0 bytes typed"), "{line}");
    let told = log.to_string();
    assert!(!told.contains("PVEVNC") && !told.contains("5900"), "{told}");
}

#[test]
fn there_are_few_for_one_service_and_for_all() {
    let net = Net::new();
    let number = |n: u32| json!({"socket": format!("{n:032x}"), "most": "3"});
    let first = net.opened(number(1));
    let second = net.opened(number(2));
    assert_eq!(code(net.open(number(3))), "consoles_open");
    net.end(first);
    let third = net.opened(number(3));
    net.end(third);
    net.end(second);
    let mut one = number(4);
    one["most"] = json!("1");
    let only = net.opened(json!({"most": "1"}));
    assert_eq!(code(net.open(one)), "consoles_full");
    net.end(only);
    // two of the client's other services, while WHMCS runs on a small php-fpm
    let places = [5, 6].map(|service| {
        let owner = Owner {
            service: ServiceId(service),
            client: 3,
        };
        places::take(&net.folder(), owner, &format!("{service}.sock"), 4).unwrap()
    });
    let client = json!({"actor": "client", "order": {"client_id": 3, "order_id": 1, "status": "Active"}, "most": "4"});
    acts::confirm(&net.core, &net.asked(json!({"order": {"client_id": 3, "order_id": 1}}))).unwrap();
    assert_eq!(code(net.open(client.clone())), "consoles_open");
    // one is left for staff, where nothing else is asked for, and no more
    let staffs = net.opened(json!({"socket": "6".repeat(32)}));
    assert_eq!(code(net.open(json!({"socket": "7".repeat(32)}))), "consoles_full");
    net.end(staffs);
    drop(places);
    net.end(net.opened(client));
    assert_eq!(net.sim.cluster().open_consoles(), 0);
}

#[test]
fn where_there_is_none_it_is_said_why_and_no_socket_is_left() {
    let net = Net::new();
    let vmid = net.vmid();
    for (more, wanted) in [
        (json!({"socket": "../../etc/passwd"}), "bad_request"),
        (json!({"socket": ""}), "bad_request"),
        (json!({"folder": "consoles"}), "bad_request"),
        (json!({"folder": format!("/{}", "x".repeat(120))}), "console_folder"),
    ] {
        assert_eq!(code(net.open(more)), wanted);
    }
    net.sim.cluster().set_config(vmid, "vga", Some("none"));
    assert_eq!(code(net.open(json!({}))), "console_no_display");
    net.sim.cluster().set_config(vmid, "vga", None);
    // what is only to come is none yet: its QEMU runs with what is there
    net.sim.cluster().set_pending(vmid, "vga", "none");
    net.end(net.opened(json!({})));
    net.sim.cluster().set_config(vmid, "vga", Some("none"));
    net.sim.cluster().set_pending(vmid, "vga", "std");
    assert_eq!(code(net.open(json!({}))), "console_no_display");
    net.sim.cluster().set_config(vmid, "vga", None);
    net.sim.cluster().set_power(vmid, false);
    assert_eq!(code(net.open(json!({}))), "console_off");
    net.sim.cluster().set_power(vmid, true);
    let description = net.sim.cluster().vms[&vmid].get("description").map(str::to_owned);
    net.sim
        .cluster()
        .set_config(vmid, "description", Some("somebody else's"));
    assert_eq!(code(net.open(json!({}))), "not_ours");
    net.sim
        .cluster()
        .set_config(vmid, "description", description.as_deref());
    let kind = FaultKind::Status(
        403,
        "Permission check failed (/vms/100, VM.Console)".into(),
        String::new(),
    );
    net.sim.cluster().add_fault(Fault::once("POST", "vncproxy", kind));
    assert_eq!(code(net.open(json!({}))), "pve_permission");
    assert_eq!(net.sockets(), 0);
    net.end(net.opened(json!({})));
}

#[test]
fn a_customer_has_one_only_of_the_own_service_and_where_the_product_lets_him() {
    let net = Net::new();
    let client = |more: Value| {
        let mut asked = json!({"actor": "client", "order": {"client_id": 3, "order_id": 1, "status": "Active"}});
        for (key, value) in more.as_object().unwrap() {
            asked[key] = value.clone();
        }
        net.open(asked)
    };
    // the service learns whose it is by its first order that says so
    acts::confirm(&net.core, &net.asked(json!({"order": {"client_id": 3, "order_id": 1}}))).unwrap();
    net.end(client(json!({})).unwrap()["console"].as_u64().unwrap());
    let stranger = json!({"order": {"client_id": 4, "order_id": 2}});
    assert_eq!(code(client(stranger)), "other_order");
    let mut package = net.order()["package"].clone();
    package["options"][23] = json!("client_console = off");
    assert_eq!(code(client(json!({"package": package}))), "not_for_clients");
    let actions = |package: &Value| {
        let shown = json!({"service": 7, "actor": "client", "package": package});
        let shown = api::show(&net.core, &shown).unwrap();
        shown["actions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|action| action["name"] == "console")
    };
    assert!(actions(&net.order()["package"]) && !actions(&package));
}

#[test]
fn a_picture_of_the_screen_shows_what_is_on_it() {
    let net = Net::new();
    let console = net.opened(json!({}));
    let shot = || {
        let found = find(Entry::Act, "screenshot").unwrap();
        found.run(&net.core, &net.asked(json!({}))).map(|reply| reply.value())
    };
    let reply = shot().unwrap();
    let png = data_encoding::BASE64
        .decode(reply["png"].as_str().unwrap().as_bytes())
        .unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (320, 200));
    let vmid = u8::try_from(net.vmid()).unwrap();
    assert!(
        pixels.chunks_exact(3).all(|pixel| pixel == [32, vmid, 96]),
        "{:?}",
        &pixels[..3]
    );
    assert_eq!(turn(console).1, b"RFB 003.008\n", "whoever has it open keeps it");
    net.end(console);
    net.sim.cluster().set_power(net.vmid(), false);
    assert_eq!(code(shot()), "console_off");
    assert_eq!(net.sim.cluster().open_consoles(), 0);
    let log = api::activity(&net.core, &json!({"service": 7, "actor": "admin"})).unwrap();
    assert_eq!(log["entries"][0]["action"], "screenshot");
    let client = net.asked(json!({"actor": "client", "by": {"id": 3, "ip": IP}}));
    net.sim.cluster().set_power(net.vmid(), true);
    let run = || {
        let found = find(Entry::Act, "screenshot").unwrap();
        found.run(&net.core, &client).map(|reply| reply.value())
    };
    run().unwrap();
    assert_eq!(code(run()), "too_often", "once a minute");
}

#[test]
fn it_ends_with_what_it_was_opened_for() {
    type Happens = fn(&Net);
    let net = Net::new();
    let ends: [(&str, Happens); 3] = [
        ("other_owner", |net| {
            acts::confirm(&net.core, &net.asked(json!({"order": {"client_id": 4, "order_id": 2}}))).unwrap();
        }),
        // the guest goes off by it, and its node closes the connection
        ("suspended closed", |net| {
            drop(api::suspend(&net.core, &net.order()).unwrap())
        }),
        ("gone closed", |net| {
            api::terminate(&net.core, &net.order()).unwrap();
        }),
    ];
    acts::confirm(&net.core, &net.asked(json!({"order": {"client_id": 3, "order_id": 1}}))).unwrap();
    for (ended, happens) in ends {
        if ended.starts_with("gone") {
            api::unsuspend(&net.core, &net.order()).unwrap();
        }
        let console = net.opened(json!({}));
        turn(console);
        happens(&net);
        *guard(&net.clock.0) += limits::CONSOLE_LOOK_SECONDS;
        let begun = SystemClock.now();
        while turn(console).0 != Turned::Over {
            assert!(SystemClock.now() - begun < 20.0, "{ended}");
        }
        let end = net.end(console);
        assert!(ended.contains(end.as_str().unwrap()), "{ended}: {end}");
    }
}
