//! Point 8: what 100 to 100,000 services in the store do to selection, lease and page.

use crate::figure::{Figure, median};
use crate::home::{Home, Kind};
use crate::{Effort, world};
use proxmoxkvm::api;
use proxmoxkvm::package::Package;
use proxmoxkvm::server::Pool;
use proxmoxkvm::service::guest_life::{Guest, GuestLife, OurFirewall};
use proxmoxkvm::service::{Body, Service};
use proxmoxkvm::store::Reservation;
use proxmoxkvm::words::clock::SystemClock;
use proxmoxkvm::words::ids::{ServerId, ServiceId, Vmid};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Instant;

const DUE: u64 = 20;

/// Rows of one INSERT: few enough for the packet that a MariaDB takes.
const ROWS: usize = 500;

/// So many ready services on a hundred servers, with an address each; the first `due` of them are due.
pub fn fill(home: &Home, services: u64, due: u64) {
    drop(home.open());
    let body = Body {
        package: Some(Package::with_defaults(vmid(9000))),
        node: "pve1".parse().ok(),
        template_node: "pve1".parse().ok(),
        place: Some("pve1/local".to_owned()),
        name: Some("3-7".to_owned()),
        domain: Some("3-7.example.net".to_owned()),
        guest: GuestLife::Ours(Guest {
            since: Some(1_795_359_845.0),
            uuid: Some("0b6b4dc2-1a57-4f2d-9b83-7b2a4dca81b5".to_owned()),
            password_written: true,
            cipassword_old: false,
            cipassword_at: None,
            agent_keys: None,
            firewall: OurFirewall::Begun,
            restoring: None,
        }),
        ..Body::default()
    };
    let body = serde_json::to_string(&body).expect("JSON");
    let service = |id: &u64| {
        let due_at = if *id <= due { "1" } else { "NULL" };
        format!(
            "({id}, {}, 'ready', {}, {due_at}, '{body}', 0, 0)",
            1 + id % 100,
            99 + id
        )
    };
    let address = |id: &u64| {
        let ip = Ipv4Addr::from_bits(0x0a00_0000 + 9 + *id as u32);
        let body = json!({"ip": ip, "bridge": "vmbr0", "vlan": 0, "prefix": 12, "gateway": "10.0.0.1",
            "dns": ["192.0.2.53"]});
        format!("('{ip}', {id}, {}, 0, '{body}', 0)", 1 + id % 100)
    };
    let ids: Vec<u64> = (1..=services).collect();
    home.execute(ids.chunks(ROWS).flat_map(|ids| {
        [
            insert(
                "@services (id, server, status, vmid, due_at, body, created_at, updated_at)",
                ids.iter().map(service),
            ),
            insert(
                "@addresses (address, service, server, position, body, leased_at)",
                ids.iter().map(address),
            ),
        ]
    }));
}

fn insert(into: &str, rows: impl Iterator<Item = String>) -> String {
    format!("INSERT INTO {into} VALUES {}", rows.collect::<Vec<_>>().join(", "))
}

fn vmid(number: u32) -> Vmid {
    number.try_into().expect("a VMID")
}

/// Lines of 65,536 addresses each, one after the other.
fn pool(services: u64) -> Pool {
    let end = |bits: u64| Ipv4Addr::from_bits(0x0a00_0000 + bits as u32);
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
fn at(services: u64, rounds: u32, kind: Kind) -> [f64; 3] {
    let home = Home::in_memory(kind);
    fill(&home, services, DUE);
    let core = world::core(&home, Arc::new(SystemClock));
    let selection = micro(rounds, || {
        drop(api::said::due(&core, &json!({"limit": 1000})).expect("a list"))
    });
    let page = micro(rounds, || {
        drop(api::said::show(&core, &json!({"service": 7})).expect("a service"))
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
        core.store.release(&mut lease, 0.0, &[]).expect("given back");
    });
    [selection, lease, page]
}

pub fn measure(effort: Effort, kind: Kind) -> Vec<Figure> {
    let sizes: &[u64] = effort.of(&[100, 1000, 10_000, 100_000][..], &[100, 10_000][..]);
    let rounds = effort.of(41, 11);
    let measured: Vec<[f64; 3]> = sizes.iter().map(|size| at(*size, rounds, kind)).collect();
    let column = |index: usize| -> Vec<f64> { measured.iter().map(|times| times[index]).collect() };
    let by_size = |index: usize| -> Value {
        let pairs = sizes.iter().map(u64::to_string).zip(column(index));
        pairs
            .map(|(size, time)| (size, json!(time)))
            .collect::<Map<_, _>>()
            .into()
    };
    let growth = |index: usize| measured[measured.len() - 1][index] / measured[0][index];
    let worst = (0..3).map(growth).fold(0.0, f64::max);
    let (first, last) = (sizes[0], sizes[sizes.len() - 1]);
    let what = format!("{last} services instead of {first}: the slowest of selection, page and lease grows by");
    let names = ["selection", "lease", "page"];
    let figure = Figure::new("growth", what, "×", vec![worst])
        .target("flat (logarithmic)")
        .detail(json!({"selection_us": by_size(0), "lease_us": by_size(1), "page_us": by_size(2)}));
    let note = |index: usize| {
        let times: Vec<String> = column(index).iter().map(|time| format!("{time:.0}")).collect();
        format!("{} {} µs", names[index], times.join(" → "))
    };
    vec![(0..3).fold(figure, |figure, index| figure.note(note(index)))]
}
