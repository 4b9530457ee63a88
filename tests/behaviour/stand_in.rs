//! A whole create against `fakepve`, a stand-in for Proxmox VE by somebody else: what our own simulator assumes, it does not know.
//!
//! Its executable is named by the environment variable FAKEPVE, or lies in `target/fakepve/bin`. Its resize and its
//! new volumes change nothing, so the order has no disk to grow and none to add.

use crate::acts;
use crate::support::{PASSWORD, code};
use proxmoxkvm::api::core::{Core, WireMaker};
use proxmoxkvm::api::{self, request};
use proxmoxkvm::pve::{Kind, Meter, Method, Request};
use proxmoxkvm::store::Store;
use proxmoxkvm::words::clock::Clock;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

pub struct StandIn {
    pub process: Child,
    pub core: Arc<Core>,
    server: Value,
    folder: tempfile::TempDir,
}

/// The switches of its faults: each line that it is told throws one, each line that comes back says so.
pub struct Switchboard {
    input: ChildStdin,
    told: Receiver<String>,
}

impl Switchboard {
    fn say(&mut self, line: &Value) {
        writeln!(self.input, "{line}").unwrap();
    }

    /// Answers whether it could be thrown: a guest that is not there cannot be locked.
    pub fn throw(&mut self, switch: &Value) -> bool {
        self.say(switch);
        let answer = self.told.recv_timeout(Duration::from_secs(60));
        answer.expect("it says whether it was thrown") == "ok"
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn executable() -> Option<PathBuf> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fakepve/bin/fakepve");
    let path = std::env::var_os("FAKEPVE").map_or(installed, PathBuf::from);
    path.is_file().then_some(path)
}

fn template() -> Value {
    json!({"vmid": 9000, "name": "tmpl", "status": "stopped", "template": true, "config": {
        "scsi0": "local-lvm:base-9000-disk-0,size=2G",
        "ide2": "local-lvm:vm-9000-cloudinit,media=cdrom",
        "net0": "virtio=BC:24:11:F0:D1:06,bridge=vmbr0,firewall=1",
        "boot": "order=scsi0",
        "scsihw": "virtio-scsi-pci",
        "memory": "512",
        "cores": 1,
        "ostype": "l26",
        "agent": "1",
        "smbios1": "uuid=6cfd5eaa-5174-4083-b947-ba029629e2f3",
    }})
}

impl StandIn {
    /// Starts one on a free port; `None` when there is none on this machine.
    pub fn start() -> Option<StandIn> {
        let Some(executable) = executable() else {
            println!("fakepve is not installed: skipped");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let guests = folder.path().join("guests.json");
        std::fs::write(&guests, json!({"guests": [template()]}).to_string()).unwrap();
        let mut command = Command::new(executable);
        command
            .arg(guests)
            .args(["--host", "127.0.0.1", "--port", "0", "--time-scale", "0.05"]);
        command.args(["--user", "root@pam", "--password", "secret"]);
        let (stand_in, _) = StandIn::of(command, folder);
        Some(stand_in)
    }

    /// One whose faults are at hand.
    pub fn with_switches() -> Option<(StandIn, Switchboard)> {
        let python = executable()?.with_file_name("python");
        let mut command = Command::new(python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/stand_in.py"));
        let (mut stand_in, told) = StandIn::of(command, tempfile::tempdir().unwrap());
        let input = stand_in.process.stdin.take().unwrap();
        let mut switches = Switchboard { input, told };
        switches.say(&json!({"guests": [template()]}));
        stand_in.listen(&switches.told);
        Some((stand_in, switches))
    }

    /// The same, driven by another core: with a clock of its own, and somebody who sees each request.
    pub fn driven_by(&mut self, clock: Arc<dyn Clock>, make_wire: WireMaker) {
        let store = Store::open(&self.folder.path().join("driven.db")).unwrap();
        self.core = Arc::new(Core::new(store, clock, make_wire));
    }

    /// Starts it; what it prints comes line by line.
    fn of(mut command: Command, folder: tempfile::TempDir) -> (StandIn, Receiver<String>) {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let switchable = command.get_args().count() == 1;
        let mut process = command.spawn().unwrap();
        let core = Core::shared(&folder.path().join("store.db")).unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // whatever it prints later must not fill the pipe
                let _ = tell.send(line);
            }
        });
        let mut stand_in = StandIn {
            process,
            core,
            server: Value::Null,
            folder,
        };
        if !switchable {
            stand_in.listen(&told);
        }
        (stand_in, told)
    }

    fn listen(&mut self, told: &Receiver<String>) {
        let line = told
            .recv_timeout(Duration::from_secs(60))
            .expect("it says where it listens");
        let port = line.trim_end().rsplit(':').next().unwrap().to_owned();
        assert!(port.parse::<u16>().is_ok(), "it says where it listens: {line:?}");
        self.server = json!({
            "id": 1, "hostname": "127.0.0.1", "port": port, "secure": true,
            "username": "root@pam", "password": "secret", "access_hash": "insecure=1",
            "assigned_ips": "vmbr0|10|192.0.2.10-192.0.2.40|24|192.0.2.1|192.0.2.53",
        });
    }

    pub fn order(&self, service: u64) -> Value {
        let mut options = vec![""; 24];
        let set = [
            (2, "9000"),
            (6, "2"),
            (7, "1.5"),
            (8, "0"),
            (10, "0"),
            (15, "12.5"),
            (18, "on with anti-spoofing"),
            (19, "IN ACCEPT -p tcp -dport 22\nOUT REJECT -p tcp -dport 25"),
            (20, "admin"),
            (22, "example.net"),
        ];
        for (position, value) in set {
            options[position - 1] = value;
        }
        json!({
            "service": {"id": service, "client_id": 3, "password": PASSWORD},
            "server": self.server,
            "package": {"options": options, "config_options": {}},
            "actor": "admin",
        })
    }

    pub fn ready(&self, service: u64) -> u64 {
        api::create(&self.core, &self.order(service)).unwrap();
        let cron = json!({"orders": [self.order(service)], "budget_s": 50, "workers": 1});
        let reply = api::cron(&self.core, &cron).unwrap();
        let shown = self.service(service);
        assert_eq!(shown["status"], "ready", "{shown} {}", reply["lines"]);
        shown["vmid"].as_u64().unwrap()
    }

    pub fn service(&self, service: u64) -> Value {
        api::show(&self.core, &json!({"service": service})).unwrap()["service"].clone()
    }

    pub fn get(&self, path: String) -> Value {
        let entry = request::server_of(&json!({"server": self.server})).unwrap();
        let client = self
            .core
            .client(&entry, &Arc::new(Meter::default()), f64::INFINITY)
            .unwrap();
        client.request(&Request::new(Method::Get, path, Kind::Look)).unwrap()
    }

    pub fn guests(&self) -> Vec<u64> {
        let list = self.get("/nodes/pve1/qemu".to_owned());
        let mut guests: Vec<u64> = list
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|vm| vm["vmid"].as_u64())
            .collect();
        guests.sort_unstable();
        guests
    }

    pub fn power(&self, vmid: u64) -> String {
        self.get(format!("/nodes/pve1/qemu/{vmid}/status/current"))["status"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn an_order_becomes_a_guest_there_too() {
    let Some(stand_in) = StandIn::start() else { return };
    api::test_connection(&stand_in.core, &json!({"server": stand_in.server})).unwrap();
    let vmid = stand_in.ready(7);
    assert_eq!(stand_in.guests(), [vmid, 9000], "one guest beside the template");
    assert_eq!(stand_in.power(vmid), "running");

    let config = stand_in.get(format!("/nodes/pve1/qemu/{vmid}/config"));
    let expected = [
        ("name", "3-7"),
        ("cores", "2"),
        ("memory", "1536"),
        ("onboot", "1"),
        ("ciuser", "admin"),
        ("ipconfig0", "ip=192.0.2.10/24,gw=192.0.2.1"),
        ("nameserver", "192.0.2.53"),
        ("searchdomain", "example.net"),
    ];
    for (key, value) in expected {
        assert_eq!(text(&config[key]), value, "{key}: {config}");
    }
    let net0 = text(&config["net0"]);
    for part in ["bridge=vmbr0", "tag=10", "rate=12.5", "firewall=1"] {
        assert!(net0.split(',').any(|found| found == part), "{part}: {net0}");
    }
    assert!(!net0.contains("BC:24:11:F0:D1:06"), "a MAC of its own: {net0}");
    assert!(text(&config["description"]).contains("proxmoxkvm-owner:"), "{config}");
    // PVE shows stars here; the stand-in shows what it was given, and so that it was given
    assert_eq!(text(&config["cipassword"]), PASSWORD);

    let firewall = format!("/nodes/pve1/qemu/{vmid}/firewall");
    let options = stand_in.get(format!("{firewall}/options"));
    for key in ["enable", "macfilter", "ipfilter"] {
        assert_eq!(text(&options[key]), "1", "{key}: {options}");
    }
    let rules = stand_in.get(format!("{firewall}/rules"));
    let rules: Vec<String> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| text(&rule["dport"]))
        .collect();
    assert_eq!(rules, ["22", "25"], "in the package's order");
    assert_eq!(
        stand_in.get(format!("{firewall}/ipset/ipfilter-net0"))[0]["cidr"],
        "192.0.2.10"
    );
}

#[test]
fn a_repetition_changes_nothing_there() {
    let Some(stand_in) = StandIn::start() else { return };
    let vmid = stand_in.ready(7);
    let config = format!("/nodes/pve1/qemu/{vmid}/config");
    let before = stand_in.get(config.clone());
    let again = api::create(&stand_in.core, &stand_in.order(7)).unwrap();
    assert_eq!(again["changed"], json!(false));
    for step in ["set_network", "set_firewall"] {
        let mut order = stand_in.order(7);
        order["step"] = json!(step);
        assert_eq!(
            acts::run_step(&stand_in.core, &order).unwrap()["changed"],
            json!(false),
            "{step}"
        );
    }
    assert_eq!(stand_in.get(config), before);
    assert_eq!(stand_in.guests(), [vmid, 9000]);
}

#[test]
fn power_suspension_and_termination_work_there() {
    let Some(stand_in) = StandIn::start() else { return };
    let vmid = stand_in.ready(7);
    let order = stand_in.order(7);
    acts::stop(&stand_in.core, &order).unwrap();
    assert_eq!(stand_in.power(vmid), "stopped");
    acts::start(&stand_in.core, &order).unwrap();
    assert_eq!(stand_in.power(vmid), "running");
    assert_eq!(code(acts::start(&stand_in.core, &order)), "already_running");
    api::suspend(&stand_in.core, &order).unwrap();
    assert_eq!(stand_in.power(vmid), "stopped");
    assert_eq!(code(acts::start(&stand_in.core, &order)), "suspended");
    api::unsuspend(&stand_in.core, &order).unwrap();
    assert_eq!(stand_in.power(vmid), "running");
    let reply = api::terminate(&stand_in.core, &order).unwrap();
    assert!(
        reply["note"].as_str().unwrap().contains(&format!("VM {vmid}")),
        "{reply}"
    );
    assert_eq!(stand_in.guests(), [9000], "the template alone is left");
}
