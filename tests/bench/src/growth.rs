//! Point 8: what 100 to 100,000 services in the store do to selection, lease and page.

use crate::figure::{Figure, median};
use crate::{Effort, world};
use proxmoxkvm::clock::SystemClock;
use proxmoxkvm::model::{ServerId, ServiceId, Vmid};
use proxmoxkvm::ops;
use proxmoxkvm::package::Package;
use proxmoxkvm::server::Pool;
use proxmoxkvm::service::{Body, Service};
use proxmoxkvm::store::{Reservation, Store};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const DUE: u64 = 20;

/// So many ready services on a hundred servers, with an address each, twenty of them due.
pub fn fill(path: &Path, services: u64, due: u64) {
    drop(Store::open(path).expect("a store"));
    let mut connection = rusqlite::Connection::open(path).expect("the store");
    let transaction = connection.transaction().expect("a transaction");
    let body = Body {
        package: Some(Package::with_defaults(vmid(9000))),
        node: "pve1".parse().ok(),
        template_node: "pve1".parse().ok(),
        place: Some("pve1/local".to_owned()),
        name: Some("3-7".to_owned()),
        domain: Some("3-7.example.net".to_owned()),
        uuid: Some("0b6b4dc2-1a57-4f2d-9b83-7b2a4dca81b5".to_owned()),
        cloned: true,
        password_written: true,
        firewall_touched: true,
        guest_since: Some(1_795_359_845.0),
        ..Body::default()
    };
    let body = serde_json::to_string(&body).expect("JSON");
    for id in 1..=services {
        let due_at = (id <= due).then_some(1.0);
        transaction
            .prepare_cached(
                "INSERT INTO services (id, server, status, vmid, due_at, write_back, written_back, body, created_at, updated_at)
                 VALUES (?1, ?2, 'ready', ?3, ?4, 1, 1, ?5, 0, 0)",
            )
            .and_then(|mut insert| insert.execute(rusqlite::params![id, 1 + id % 100, 99 + id, due_at, body]))
            .expect("a row");
        let ip = std::net::Ipv4Addr::from_bits(0x0a00_0000 + 9 + id as u32);
        let address = json!({"ip": ip, "bridge": "vmbr0", "vlan": 0, "prefix": 12, "gateway": "10.0.0.1",
            "dns": ["192.0.2.53"]});
        transaction
            .prepare_cached(
                "INSERT INTO addresses (address, service, server, position, body, leased_at) VALUES (?1, ?2, ?3, 0, ?4, 0)",
            )
            .and_then(|mut insert| {
                insert.execute(rusqlite::params![ip.to_string(), id, 1 + id % 100, address.to_string()])
            })
            .expect("a row");
    }
    transaction.commit().expect("a commit");
}

fn vmid(number: u32) -> Vmid {
    number.try_into().expect("a VMID")
}

/// Lines of 65,536 addresses each, one after the other.
fn pool(services: u64) -> Pool {
    let end = |bits: u64| std::net::Ipv4Addr::from_bits(0x0a00_0000 + bits as u32);
    let lines = (0..=(services + 1000) / 65_536).map(|line| {
        let first = (line * 65_536).max(10);
        let last = line * 65_536 + 65_535;
        format!("vmbr0|0|{}-{}|12|10.0.0.1|192.0.2.53", end(first), end(last))
    });
    Pool::parse(&lines.collect::<Vec<_>>().join("\n"))
}

fn micro(rounds: u32, mut work: impl FnMut()) -> f64 {
    let times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    median(&times)
}

/// Selection, lease, page: microseconds.
fn at(services: u64, rounds: u32) -> [f64; 3] {
    // in memory: the disk's fsync would hide everything else
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    let folder = folder.expect("a folder");
    fill(&folder.path().join("store.db"), services, DUE);
    let core = world::core(folder.path(), Arc::new(SystemClock));
    let selection = micro(rounds, || {
        drop(ops::due(&core, &json!({"limit": 1000})).expect("a list"))
    });
    let page = micro(rounds, || {
        drop(ops::show(&core, &json!({"service": 7})).expect("a service"))
    });
    let package = Package {
        ipv4_count: 1,
        ..Package::with_defaults(vmid(9000))
    };
    let (pool, taken) = (pool(services), BTreeSet::new());
    let mut next = 1_000_000;
    let lease = micro(rounds, || {
        next += 1;
        let service = Service::new(ServiceId(next), ServerId(1), 0.0);
        core.store.begin(&service, 0.0).expect("a row");
        let mut lease = core.store.lease(ServiceId(next), 0.0).expect("a lease");
        let wanted = Reservation {
            package: &package,
            pool: &pool,
            vmids: (Vmid::MIN, Vmid::MAX),
            taken: &taken,
        };
        core.store.reserve(&mut lease, &wanted, 0.0).expect("an address");
        core.store.release(&lease, 0.0, &[]).expect("given back");
    });
    [selection, lease, page]
}

pub fn measure(effort: Effort) -> Vec<Figure> {
    let sizes: &[u64] = effort.of(&[100, 1000, 10_000, 100_000][..], &[100, 10_000][..]);
    let measured: Vec<[f64; 3]> = sizes.iter().map(|size| at(*size, effort.of(41, 11))).collect();
    let column = |index: usize| -> Value {
        let pairs = sizes.iter().zip(&measured);
        pairs
            .map(|(size, times)| (size.to_string(), json!(times[index])))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let growth = |index: usize| measured[measured.len() - 1][index] / measured[0][index];
    let worst = (0..3).map(growth).fold(0.0, f64::max);
    let mut figure = Figure::new(
        "growth",
        format!(
            "{} services instead of {}: the slowest of selection, lease and page grows by",
            sizes[sizes.len() - 1],
            sizes[0]
        ),
        "×",
        vec![worst],
    )
    .target("flat (logarithmic)")
    .detail(json!({"selection_us": column(0), "lease_us": column(1), "page_us": column(2)}));
    for (index, name) in ["selection, µs at each size", "lease", "page"].into_iter().enumerate() {
        figure = figure.beside(name, measured.iter().map(|times| times[index]).collect());
    }
    vec![figure]
}
