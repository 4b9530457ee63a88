//! Eight real processes on one store and one cluster: creates, terminates and buttons on the same services, at once.
//!
//! RACES says how many operations each process makes: a few here, 200 in `make races`.

use crate::acts;
use crate::home::Home;
use crate::network;
use crate::ssh_keys::{LAPTOP, fingerprint};
use crate::support::cluster_options;
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::cron;
use proxmoxkvm::problems::Error;
use proxmoxkvm::store::Location;
use pvesim::Sim;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::Arc;

const PROCESSES: u64 = 8;
const SERVICES: u64 = 24;

fn operations() -> u64 {
    std::env::var("RACES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(12)
}

/// Of a product with two systems.
fn order(service: u64, server: &Value) -> Value {
    let mut order = network::order(service, server);
    order["package"]["options"][23] = json!("os_choices = 9000:Debian; 9001:Ubuntu");
    order
}

/// By staff, with another system and a key.
fn rebuild(core: &Core, mut order: Value, template: &str) -> Result<Value, Error> {
    (order["label"], order["key"]) = (json!(""), json!(LAPTOP));
    acts::ssh_key_add(core, &order)?;
    let _ = acts::stop(core, &order);
    (order["template"], order["ssh_keys"]) = (json!(template), json!(["none", fingerprint(LAPTOP)]));
    acts::reinstall(core, &order)
}

fn run_cron(core: &Core, server: &Value) -> Result<Value, Error> {
    let due = api::due(core, &json!({}))?;
    let due = due["services"].as_array().into_iter().flatten();
    let orders: Vec<Value> = due.filter_map(|due| Some(order(due["id"].as_u64()?, server))).collect();
    cron(core, &json!({"orders": orders, "budget_s": 20, "workers": 4}))
}

/// One of the processes: this test's own executable, started again with a job.
#[test]
#[ignore = "a part of the next test, in a process of its own"]
fn one_of_many() {
    let Ok(job) = std::env::var("RACES_JOB") else { return };
    let job: Value = serde_json::from_str(&job).unwrap();
    let core = Core::shared(Location::parse(job["store"].as_str().unwrap()).unwrap()).unwrap();
    let mut dice = job["number"].as_u64().unwrap() * 7919 + 1;
    for _ in 0..job["operations"].as_u64().unwrap() {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let service = 1 + (dice >> 33) % SERVICES;
        let order = order(service, &job["server"]);
        let result = match (dice >> 20) % 15 {
            0..4 => api::create(&core, &order),
            4 => api::terminate(&core, &order),
            5 => api::suspend(&core, &order),
            6 => api::unsuspend(&core, &order),
            7 => acts::stop(&core, &order),
            8 => acts::start(&core, &order),
            9 => acts::shutdown(&core, &order),
            10 => acts::protect(&core, &order),
            11 => rebuild(&core, order, "9000"),
            12 => rebuild(&core, order, "9001"),
            13 => acts::ssh_keys_write(&core, &order),
            _ => run_cron(&core, &job["server"]),
        };
        if let Err(error) = result {
            // somebody else is at work on it, or the state forbids it; never a fault of the store or a stuck step
            let codes = [
                "store",
                "internal",
                "unsettled",
                "not_ours",
                "pve_refused",
                "no_free_vmid",
                "no_free_address",
            ];
            assert!(!codes.contains(&error.code()), "{}: {error}", error.code());
        }
    }
}

#[test]
fn eight_processes_on_one_store_share_nothing_and_lose_nothing() {
    let sim = Sim::start(cluster_options().scale(0.005));
    {
        let mut cluster = sim.cluster();
        cluster.add_template(9001, "ubuntu", "pve1", "local", 2 << 30);
        for template in [9000, 9001] {
            cluster.set_config(template, "tags", Some(&format!("t{template}")));
        }
    }
    let home = Home::new();
    let store = home.location();
    let (user, secret) = sim.token();
    let server = json!({
        "id": 1, "hostname": "127.0.0.1", "port": sim.port().to_string(), "secure": true,
        "username": user, "password": secret, "access_hash": format!("fingerprint={}", sim.fingerprint()),
        "assigned_ips": "vmbr0|10|192.0.2.10-192.0.2.60|24|192.0.2.1|192.0.2.53",
    });
    let children: Vec<_> = (0..PROCESSES)
        .map(|number| {
            let job = json!({"number": number, "store": store, "server": server, "operations": operations()});
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "races::one_of_many", "--ignored", "--nocapture"])
                .env("RACES_JOB", job.to_string())
                .output_in_background()
        })
        .collect();
    for child in children {
        let output = child.join().unwrap();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
    let core = Core::shared(Location::parse(&store).unwrap()).unwrap();
    settle(&core, &server);
    check(&core, &sim);
    println!("{PROCESSES} processes × {} operations", operations());
}

trait InBackground {
    fn output_in_background(&mut self) -> std::thread::JoinHandle<std::process::Output>;
}

impl InBackground for Command {
    fn output_in_background(&mut self) -> std::thread::JoinHandle<std::process::Output> {
        let child = self
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::spawn(move || child.wait_with_output().unwrap())
    }
}

/// Staff presses Create and Unsuspend, or Terminate, for every service until nothing is left to do.
fn settle(core: &Arc<Core>, server: &Value) {
    for _ in 0..6 {
        for service in 1..=SERVICES {
            let order = order(service, server);
            if service % 3 == 0 {
                let _ = api::terminate(core, &order);
            } else {
                let _ = api::create(core, &order);
                let _ = api::unsuspend(core, &order);
            }
        }
        run_cron(core, server).unwrap();
    }
}

fn check(core: &Core, sim: &Sim) {
    let (mut vmids, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    let mut rebuilt = 0;
    for service in 1..=SERVICES {
        let Ok(shown) = api::show(core, &json!({"service": service})) else {
            assert_eq!(service % 3, 0, "{service} was ordered");
            continue;
        };
        let shown = &shown["service"];
        if service % 3 == 0 {
            assert_eq!(
                (&shown["status"], &shown["addresses"]),
                (&json!("removed"), &json!([])),
                "{shown}"
            );
            continue;
        }
        assert_eq!(shown["status"], "ready", "{shown}");
        assert!(
            vmids.insert(shown["vmid"].as_u64().unwrap()),
            "a number on two services: {shown}"
        );
        assert!(
            addresses.insert(shown["addresses"].to_string()),
            "an address on two services: {shown}"
        );
        let vmid = shown["vmid"].as_u64().unwrap() as u32;
        let chosen = shown["choices"]["system"]["template"].as_u64().unwrap_or(9000);
        rebuilt += u32::from(chosen != 9000);
        let cluster = sim.cluster();
        let mark = cluster.vm(vmid).and_then(|vm| vm.get("tags")).unwrap_or_default();
        assert_eq!(mark, format!("t{chosen}"), "another system than was chosen: {shown}");
    }
    assert!(rebuilt > 0 || operations() < 50, "somebody has chosen another system");
    let cluster = sim.cluster();
    let guests: BTreeSet<u64> = cluster
        .vms
        .iter()
        .filter(|(_, vm)| !vm.is_template())
        .map(|(vmid, _)| u64::from(*vmid))
        .collect();
    assert_eq!(guests, vmids, "one guest for each service, and no other");
    assert!(vmids.iter().all(|vmid| cluster.is_running(*vmid as u32)));
    let counters = cluster.counters;
    assert_eq!(
        (counters.refused_locked, counters.writes_during_task),
        (0, 0),
        "{counters:?}"
    );
    let orphan = cluster
        .volumes
        .iter()
        .find(|volume| volume.vmid.is_some_and(|vmid| !cluster.vms.contains_key(&vmid)));
    assert!(orphan.is_none(), "{orphan:?}");
}
