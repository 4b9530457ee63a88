//! Faults between us and PVE: every kind, at every request of every operation, and what the admin sees of it.
//!
//! The matrix walks the operations by itself: each is run once without a fault, and then once for each of its requests and
//! each fault. A usual run plays every third of them, `make walks` all. It is written to `target/faults.md`.

use crate::crash::{OPERATIONS, Operation, is_played, played_of, walked};
use crate::refused::status;
use crate::support::{World, guard};
use crate::time;
use proxmoxkvm::words::limits;
use pvesim::{Cluster, Fault, FaultKind, Guest};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

/// A fault of one request, by the name that the table has for it.
fn faults() -> Vec<(&'static str, FaultKind)> {
    let bad_parameter = r#"{"data":null,"message":"Parameter verification failed.\n","errors":{"memory":"value does not look like a valid memory"}}"#;
    vec![
        ("connection dropped before the effect", FaultKind::DropBeforeEffect),
        ("connection dropped after the effect", FaultKind::DropAfterEffect),
        ("504 of a proxy, after the effect", FaultKind::ProxyAfterEffect(504)),
        ("answer after 45 s", FaultKind::Hang(45.0)),
        ("595 node offline", status(595, "No route to host")),
        ("596", status(596, "Connection timed out")),
        ("no quorum", FaultKind::QuorumLost),
        (
            "config lock",
            status(
                500,
                "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout",
            ),
        ),
        ("backup lock", status(500, "VM is locked (backup)")),
        ("500 got timeout", status(500, "got timeout")),
        (
            "500 pmxcfs restarts",
            status(
                500,
                "RPCEnvironment init request failed: Unable to load access control list: Connection refused",
            ),
        ),
        ("401", status(401, "permission denied - invalid PVE ticket")),
        ("403", status(403, "Permission check failed (/vms/100, VM.Config.CPU)")),
        (
            "400 with errors",
            FaultKind::Status(400, "Parameter verification failed.".into(), bad_parameter.into()),
        ),
        (
            "200 without JSON",
            FaultKind::Status(200, "OK".into(), "<html>a proxy's page".into()),
        ),
        ("200 without a body", FaultKind::Status(200, "OK".into(), String::new())),
        (
            "TASK ERROR: storage full",
            FaultKind::TaskError("unable to create image: No space left on device".into()),
        ),
        ("WARNINGS: 2", FaultKind::TaskWarnings(2)),
        ("unexpected status", FaultKind::TaskUnexpected),
        ("unknown UPID", FaultKind::UnknownUpid),
    ]
}

/// Does the fault concern such a request at all?
fn concerns(kind: &FaultKind, operation: &str, method: &str, path: &str) -> bool {
    let starts_task = method == "DELETE" && !path.contains("/firewall")
        || path.ends_with("/clone")
        || path.contains("/status/") && method == "POST"
        || path.ends_with("/resize")
        || path.ends_with("/config") && method == "POST";
    // what a worker that dies leaves of these only the node's operator takes away: crash.rs walks that
    let keeps = method == "POST"
        && ["/snapshot", "/rollback", "/vzdump"]
            .iter()
            .any(|end| path.ends_with(end));
    match kind {
        // a worker of PVE that dies while it deletes leaves what it leaves
        FaultKind::TaskUnexpected => starts_task && method != "DELETE",
        FaultKind::TaskError(_) | FaultKind::TaskWarnings(_) | FaultKind::UnknownUpid => {
            // an attach writes the marker, which is its own test: identity.rs
            (starts_task || keeps) && (operation != "attach" || !matches!(kind, FaultKind::TaskError(_)))
        }
        _ => true,
    }
}

/// What lasts for as long as the page and the cron run after it.
struct Weather {
    name: &'static str,
    comes: fn(&mut Cluster),
    goes: fn(&mut Cluster),
}

const WEATHERS: &[Weather] = &[
    Weather {
        name: "node offline for minutes",
        comes: |cluster| cluster.set_node_down("pve1", Some("No route to host")),
        goes: |cluster| cluster.set_node_down("pve1", None),
    },
    Weather {
        name: "no quorum for minutes",
        comes: |cluster| cluster.no_quorum = true,
        goes: |cluster| cluster.no_quorum = false,
    },
    Weather {
        name: "no statistics for minutes",
        comes: |cluster| cluster.set_statistics("pve1", false),
        goes: |cluster| cluster.set_statistics("pve1", true),
    },
    Weather {
        name: "storage full",
        comes: |cluster| fill(cluster, true),
        goes: |cluster| fill(cluster, false),
    },
    Weather {
        name: "guest ignores shutdown",
        comes: |cluster| shutdowns(cluster, true),
        goes: |cluster| shutdowns(cluster, false),
    },
    Weather {
        name: "managed by HA",
        comes: |cluster| {
            let running = cluster.is_running(100);
            if cluster.vm(100).is_some() {
                cluster.add_ha(100, if running { "started" } else { "stopped" });
            }
        },
        goes: |cluster| drop(cluster.ha.remove(&100)),
    },
    Weather {
        name: "backup lock for minutes",
        comes: |cluster| cluster.set_lock(100, Some("backup")),
        goes: |cluster| cluster.set_lock(100, None),
    },
];

fn fill(cluster: &mut Cluster, full: bool) {
    for storage in cluster.storages.values_mut() {
        storage.used = if full { storage.total } else { 0 };
    }
}

fn shutdowns(cluster: &mut Cluster, ignored: bool) {
    let guest = Guest {
        ignores_shutdown: ignored,
        ..Guest::default()
    };
    cluster.set_guest(100, guest);
}

/// One cell of the table.
struct Cell {
    operation: &'static str,
    step: String,
    fault: String,
    seen: String,
    recovers: &'static str,
}

/// Whatever the other side does, nobody waits longer.
fn within<T>(limit: f64, world: &World, run: impl FnOnce() -> T) -> T {
    let begun = world.now();
    let done = run();
    let took = world.now() - begun;
    assert!(took <= limit, "{took:.1} s instead of {limit}");
    done
}

/// The words of a failure: of the page, or else what the service shows after the cron run.
fn play(world: &World, operation: &Operation) -> String {
    let page = within(time::WEB, world, || (operation.verb)(world));
    let page = page.err().map(|error| error.to_string());
    // its budget, and the exchange in which that ends
    let cron = within(time::CRON + limits::REQUEST_TIMEOUT.as_secs_f64(), world, || {
        world.cron()
    });
    let lines = cron["lines"].as_array().into_iter().flatten();
    let line = lines
        .filter_map(|line| line.as_str())
        .find(|line| line.contains(": ") && !line.contains(" → "));
    let service = if operation.name == "attach" { 8 } else { 7 };
    let known = world
        .core
        .store
        .service(proxmoxkvm::words::ids::ServiceId(service))
        .is_ok();
    let shown = known.then(|| world.service(service)["error"]["message"].as_str().map(str::to_owned));
    page.or(shown.flatten()).or(line.map(str::to_owned)).unwrap_or_default()
}

fn recovers(world: &World, operation: &Operation) -> Option<&'static str> {
    let holds = |world: &World| catch_unwind(AssertUnwindSafe(|| (operation.after)(world))).is_ok();
    if holds(world) {
        return Some("at once");
    }
    for _ in 0..2 {
        world.cron_until_idle();
        if holds(world) {
            return Some("by the cron");
        }
        world.clock_forward(1000.0);
    }
    for _ in 0..4 {
        let _ = (operation.verb)(world);
        world.cron_until_idle();
        if holds(world) {
            return Some("by pressing the button again");
        }
        world.clock_forward(1000.0);
    }
    // what only the node's operator can do, as the sentence says: qm unlock, and delete what a dead worker left
    let left = world.sim().vm(100).is_some_and(|vm| vm.lock() == Some("clone"));
    if left {
        world.sim().set_lock(100, None);
        world.sim().delete_vm(100);
        for _ in 0..3 {
            let _ = (operation.verb)(world);
            world.cron_until_idle();
            world.clock_forward(1000.0);
        }
    }
    (left && holds(world)).then_some("by the operator, as told")
}

fn cells_of(operation: &'static Operation) -> Vec<Cell> {
    let mut start = World::new();
    (operation.before)(&mut start);
    start.sim().log.clear();
    start.sim().faults.clear();
    let healthy = start.copy();
    play(&healthy, operation);
    let requests: Vec<(String, String)> = healthy
        .sim()
        .log
        .iter()
        .map(|one| (one.method.clone(), one.path.clone()))
        .collect();
    let mut cells = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, (method, path)) in requests.iter().enumerate() {
        let step = format!("{method} {}", without_numbers(path));
        // a poll that is repeated is the same step
        if !seen.insert(step.clone()) {
            continue;
        }
        let all = faults();
        let concerning = all
            .into_iter()
            .filter(|(_, kind)| concerns(kind, operation.name, method, path));
        for (fault, (name, kind)) in (seen.len() as u64..).zip(concerning) {
            let is_wanted = match std::env::var("ONLY") {
                Ok(only) => name.contains(&only),
                Err(_) => is_played(operation.name, fault),
            };
            if !is_wanted {
                continue;
            }
            let world = start.copy();
            world.sim().add_fault(Fault::nth("", "", number as u32 + 1, kind));
            cells.push(cell(&world, operation, step.clone(), name.to_owned(), |_| {}));
        }
    }
    for weather in WEATHERS {
        let world = start.copy();
        (weather.comes)(&mut world.sim());
        cells.push(cell(
            &world,
            operation,
            "all".to_owned(),
            weather.name.to_owned(),
            weather.goes,
        ));
    }
    cells
}

fn cell(world: &World, operation: &'static Operation, step: String, fault: String, goes: fn(&mut Cluster)) -> Cell {
    let seen = play(world, operation);
    goes(&mut world.sim());
    let recovers = recovers(world, operation);
    let recovers = recovers.unwrap_or_else(|| {
        panic!(
            "{} {step}: {fault}: {seen:?}, and nothing helps: {}",
            operation.name,
            world.service(7)
        )
    });
    world.check_invariants_but_for(&format!("{fault} at {step} of {}", operation.name));
    Cell {
        operation: operation.name,
        step,
        fault,
        seen,
        recovers,
    }
}

/// A UPID or a number in a path is no step of its own.
pub fn without_numbers(path: &str) -> String {
    let segment = |segment: &str| {
        if let Some(upid) = segment.strip_prefix("UPID:") {
            return format!("UPID:{}", upid.split(':').nth(4).unwrap_or_default());
        }
        segment.to_owned()
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn table(cells: &[Cell]) -> String {
    let mut text = String::from("| operation | step | fault | the admin sees | recovers |\n|---|---|---|---|---|\n");
    for cell in cells {
        let seen = if cell.seen.is_empty() { "nothing" } else { &cell.seen };
        let (operation, step, fault, recovers) = (cell.operation, &cell.step, &cell.fault, cell.recovers);
        let _ = writeln!(
            text,
            "| {operation} | `{step}` | {fault} | {} | {recovers} |",
            seen.replace('|', "\\|")
        );
    }
    text
}

#[test]
fn every_fault_at_every_request_of_every_operation_is_recovered_from() {
    let cells = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for operation in walked() {
            let cells = &cells;
            scope.spawn(move || guard(cells).append(&mut cells_of(operation)));
        }
    });
    let mut cells = cells.into_inner().unwrap();
    cells.sort_by(|a, b| (a.operation, &a.step, &a.fault).cmp(&(b.operation, &b.step, &b.fault)));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/faults.md");
    std::fs::write(path, table(&cells)).unwrap();
    let steps: BTreeSet<_> = cells.iter().map(|cell| (cell.operation, &cell.step)).collect();
    println!(
        "{} faults at {} steps of {} operations: target/faults.md",
        cells.len(),
        steps.len(),
        OPERATIONS.len()
    );
    assert!(
        std::env::var_os("OPERATION").is_some() || cells.len() as u64 > played_of(800),
        "{}",
        cells.len()
    );
    // a failure that an admin is told of is told in words of ours or of PVE, and never with a secret
    for cell in &cells {
        assert!(
            !cell.seen.contains(crate::support::PASSWORD) && cell.seen.len() < 700,
            "{}",
            cell.seen
        );
    }
}

#[test]
fn a_clone_whose_worker_was_killed_is_reported_with_what_to_do() {
    let world = World::new();
    world
        .sim()
        .add_fault(Fault::once("POST", "/clone", FaultKind::TaskUnexpected));
    world.create(7).unwrap();
    world.cron();
    let error = world.service(7)["error"].clone();
    assert_eq!(error["code"], "left_locked", "{}", world.service(7));
    assert!(error["message"].as_str().unwrap().contains("qm unlock 100"), "{error}");
    // the operator does as told: the guest is deleted, and the service goes on by itself
    world.sim().set_lock(100, None);
    world.sim().delete_vm(100);
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
}

#[test]
fn a_backup_lock_is_waited_for_and_nothing_is_written_meanwhile() {
    let world = World::new();
    world.create(7).unwrap();
    world.clock_forward(5.0);
    world.sim().set_lock(100, Some("backup"));
    world.sim().log.clear();
    world.cron();
    assert_eq!(
        world.writes(),
        Vec::<String>::new(),
        "while PVE holds the guest, nothing is written"
    );
    assert_eq!(world.status(7), "clone");
    world.clock_forward(3600.0);
    world.sim().set_lock(100, None);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    world.check_invariants();
}

#[test]
fn one_bad_service_never_stops_another() {
    let world = World::new();
    world.create(7).unwrap();
    world.create(8).unwrap();
    world.sim().add_fault(Fault::always(
        "",
        "/qemu/100/",
        FaultKind::Status(500, "broken".into(), String::new()),
    ));
    world.cron();
    assert_eq!(world.status(8), "ready");
    assert_ne!(world.status(7), "ready");
    assert_eq!(world.service(7)["error"]["code"], "pve_refused");
}
