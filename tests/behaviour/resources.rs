//! What a process holds for all the servers it has ever spoken to: threads, descriptors, memory. Of each, a few.

use crate::support::cluster_options;
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use pvesim::Sim;
use serde_json::{Value, json};
use std::process::Command;

const ENTRIES: u64 = 500;
const CREDENTIALS: u64 = 300;
const ZONES: u64 = 60;

/// Threads, descriptors and resident memory (KiB) of this process.
fn held() -> (usize, usize, u64) {
    let count = |place: &str| std::fs::read_dir(place).unwrap().count();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let memory = memory.trim().trim_end_matches(" kB").parse().unwrap();
    // the folder that is being read has a descriptor too
    (count("/proc/self/task"), count("/proc/self/fd") - 1, memory)
}

/// An entry that shares nothing with another one but the machine at its end.
fn entry(server: &Value, number: u64) -> Value {
    let mut entry = server.clone();
    let port = server["port"].as_str().unwrap();
    let trust = match number % 3 {
        0 => "insecure=1".to_owned(),
        _ => server["access_hash"].as_str().unwrap().to_owned(),
    };
    entry["id"] = json!(number);
    entry["hostname"] = json!(if number.is_multiple_of(2) {
        "localhost"
    } else {
        "127.0.0.1"
    });
    entry["access_hash"] = json!(format!("{trust}\nendpoints=127.0.0.1:{port},other{number}.invalid"));
    entry
}

fn test(core: &Core, server: &Value) -> Result<Value, proxmoxkvm::problems::Error> {
    api::list(core, &json!({"server": server, "what": "nodes"}))
}

/// A process of its own: no other test's threads are in it.
#[test]
#[ignore = "a part of the next test, in a process of its own"]
fn a_process_that_meets_many() {
    let Ok(job) = std::env::var("RESOURCES_JOB") else {
        return;
    };
    let job: Value = serde_json::from_str(&job).unwrap();
    let store = std::path::PathBuf::from(job["store"].as_str().unwrap());
    let core = Core::shared(&store).unwrap();
    let server = &job["server"];
    for number in 1..=20 {
        test(&core, &entry(server, number)).unwrap();
    }
    let (_, _, memory_of_few) = held();
    let mut most = (0, 0);
    for number in 1..=ENTRIES {
        test(&core, &entry(server, number)).unwrap();
        let (threads, descriptors, _) = held();
        most = (most.0.max(threads), most.1.max(descriptors));
    }
    for number in 0..CREDENTIALS {
        let mut changed = entry(server, 1 + number % 7);
        changed["password"] = json!(format!("secret-{number}"));
        // it is another one than the server's
        test(&core, &changed).unwrap_err();
    }
    let closed = job["closed"].as_str().unwrap();
    for number in 0..ZONES {
        let zone = json!({
            "id": 1, "provider": "powerdns", "zone": "example.net", "ttl": 60,
            "endpoint": format!("http://{closed}/{number}"), "secret": format!("key-{number}"),
        });
        let tested = api::zone_test(&core, &json!({"zone": zone}));
        assert!(tested.is_err(), "{tested:?}");
    }
    let (threads, descriptors, memory) = held();
    println!(
        "HELD {}",
        json!([threads.max(most.0), descriptors.max(most.1), memory - memory_of_few])
    );
    // what is used again is there again
    test(&core, &entry(server, 1)).unwrap();
}

#[test]
fn servers_and_logins_without_number_take_few_threads_and_descriptors() {
    let sim = Sim::start(cluster_options().scale(0.01));
    let folder = tempfile::tempdir().unwrap();
    let (user, secret) = sim.token();
    let server = json!({
        "id": 1, "hostname": "127.0.0.1", "port": sim.port().to_string(), "secure": true,
        "username": user, "password": secret, "access_hash": format!("fingerprint={}", sim.fingerprint()),
    });
    // nobody listens there any more
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let job = json!({
        "store": folder.path().join("store.db"), "server": server, "closed": closed.to_string(),
    });
    let output = Command::new("sh")
        .args(["-c", "ulimit -n 1024; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "resources::a_process_that_meets_many",
            "--ignored",
            "--nocapture",
        ])
        .env("RESOURCES_JOB", job.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    let held = said.lines().find_map(|line| line.strip_prefix("HELD ")).unwrap();
    println!("threads, descriptors, KiB: {held}");
    let held: Vec<u64> = serde_json::from_str(held).unwrap();
    assert!(held[0] <= 8, "threads: {held:?}");
    assert!(held[1] <= 64, "descriptors: {held:?}");
    assert!(held[2] <= 16 << 10, "KiB more than after 20 entries: {held:?}");
}
