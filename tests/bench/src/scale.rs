//! Point 9: every page and list at 100,000 services on 500 server entries, and a cluster of tens of thousands of guests.
//! `BEFORE=path/to/bench.json` puts the figures of another tree beside these.

use crate::figure::Figure;
use crate::growth::fill;
use crate::home::{Home, Kind};
use crate::{Effort, world};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::package::Package;
use proxmoxkvm::pve::{Answer, Client, Exchange, Silence, Wire};
use proxmoxkvm::server::{Endpoint, Pool, ServerEntry};
use proxmoxkvm::service::Service;
use proxmoxkvm::store::Reservation;
use proxmoxkvm::words::clock::SystemClock;
use proxmoxkvm::words::ids::{ServerId, ServiceId, Vmid};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

const ENTRIES: u64 = 500;
const LINES: u64 = 10_000;
/// What a page may cost.
const PAGE: &str = "≤ 100 ms";
const MEMORY: &str = "≤ 64 MiB";
/// The first words of a child of this process, which measures its own memory.
pub const CHILD: &str = "memory-of";

/// Services on 500 entries: a hundredth has an error that nobody retries, a hundredth is being cloned, a two-hundredth has bad
/// DNS records.
fn world_of(kind: Kind, services: u64) -> (Home, Core) {
    let home = Home::in_memory(kind);
    fill(&home, services, 0);
    let text = |number: &str| match kind {
        Kind::Sqlite => format!("'\"vm' || {number} || '.example.net\"'"),
        Kind::MariaDb => format!("CONCAT('\"vm', {number}, '.example.net\"')"),
    };
    let trouble = "\"trouble\":{\"code\":\"storage_full\",\"message\":\"no room\",\"retry\":false,\"at\":1.0}";
    home.execute([
        format!(
            "UPDATE @services SET server = 1 + id % {ENTRIES}, due_at = CASE WHEN id <= 1000 THEN 1 END,
             body = REPLACE(body, '\"3-7.example.net\"', {})",
            text("id")
        ),
        format!("UPDATE @services SET body = REPLACE(body, '\"trouble\":null', '{trouble}') WHERE id % 100 = 0"),
        format!("UPDATE @addresses SET server = 1 + service % {ENTRIES}"),
        "UPDATE @services SET status = 'clone' WHERE id % 100 = 50".to_owned(),
        "INSERT INTO @dns (service, wanted, asked, body) SELECT id, 1, 1, '{}' FROM @services".to_owned(),
        "UPDATE @dns SET attention = 1 WHERE service % 200 = 1".to_owned(),
        "INSERT INTO @operations (service, action, arguments, actor, nonce, state, place, code, result, created_at)
             SELECT id, 'create', '{}', 'whmcs', 'n', 'queued', id, '', '', 2000.0 - id FROM @services WHERE id <= 1000"
            .to_owned(),
    ]);
    let core = world::core(&home, Arc::new(SystemClock));
    (home, core)
}

fn ms(rounds: usize, mut work: impl FnMut()) -> Vec<f64> {
    // the first one only warms up
    let mut times = (0..=rounds).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e3
    });
    times.next();
    times.collect()
}

/// One line for each of the first leased addresses.
fn pool_of_lines() -> String {
    let line = |number: u64| {
        let ip = Ipv4Addr::from_bits(0x0a00_000a + number as u32);
        format!("vmbr0|0|{ip}|12|10.0.0.1|192.0.2.53")
    };
    (0..LINES).map(line).collect::<Vec<_>>().join("\n")
}

/// A part of the leased addresses for each server entry.
fn pools_of_entries() -> Vec<Value> {
    let entry = |id: u64| {
        let first = Ipv4Addr::from_bits(0x0a00_000a + 200 * id as u32);
        let last = Ipv4Addr::from_bits(0x0a00_000a + 200 * id as u32 + 199);
        json!({"id": id, "assigned_ips": format!("vmbr0|0|{first}-{last}|12|10.0.0.1|192.0.2.53")})
    };
    (1..=ENTRIES).map(entry).collect()
}

fn entry(lines: &str) -> Value {
    let mut entry = world::server(8006, "root@pam!t", "secret", &"ab".repeat(32));
    entry["assigned_ips"] = json!(lines);
    entry
}

/// The pages and lists, each with its request.
fn pages(core: &Core, services: u64, rounds: usize) -> Vec<Figure> {
    type Ask = fn(&Core, &Value) -> Result<Value, proxmoxkvm::problems::Error>;
    let last = services - 50;
    let pools = entry(&pool_of_lines());
    let all: Vec<(&'static str, &str, Ask, Value)> = vec![
        ("scale_show", "a service's page", api::show, json!({"service": 7})),
        ("scale_due", "what is due (1,000 are)", api::due, json!({"limit": 1000})),
        (
            "scale_first",
            "overview, first page",
            api::overview,
            json!({"limit": 50}),
        ),
        (
            "scale_middle",
            "overview, a page in the middle",
            api::overview,
            json!({"limit": 50, "offset": last / 2}),
        ),
        (
            "scale_last",
            "overview, last page",
            api::overview,
            json!({"limit": 50, "offset": last}),
        ),
        (
            "scale_status",
            "overview, one status",
            api::overview,
            json!({"limit": 50, "status": "ready"}),
        ),
        (
            "scale_entry",
            "overview, one server entry and node",
            api::overview,
            json!({"limit": 50, "server": 7, "node": "pve1"}),
        ),
        (
            "scale_trouble",
            "overview, only errors",
            api::overview,
            json!({"limit": 50, "trouble": true}),
        ),
        (
            "scale_nothing",
            "search for a name that is not there",
            api::overview,
            json!({"limit": 50, "search": "no-such-name.test"}),
        ),
        (
            "scale_nowhere",
            "search for a part of an address that is not there",
            api::overview,
            json!({"limit": 50, "search": "203.0.113."}),
        ),
        (
            "scale_many",
            "search that finds all",
            api::overview,
            json!({"limit": 50, "search": "example"}),
        ),
        (
            "scale_one",
            "search for one domain",
            api::overview,
            json!({"limit": 50, "search": "vm77777.example"}),
        ),
        (
            "scale_attention",
            "attention",
            api::overview,
            json!({"limit": 50, "attention": true}),
        ),
        (
            "scale_product",
            "overview, one product (every second service)",
            api::overview,
            json!({"limit": 50, "only": (1..=services).step_by(2).collect::<Vec<_>>()}),
        ),
        (
            "scale_newest",
            "overview, newest first",
            api::overview,
            json!({"limit": 50, "sort": "newest"}),
        ),
        (
            "scale_named",
            "overview by name, a page in the middle",
            api::overview,
            json!({"limit": 50, "offset": last / 2, "sort": "name"}),
        ),
        (
            "scale_named_status",
            "overview by name, one status",
            api::overview,
            json!({"limit": 50, "status": "ready", "sort": "name"}),
        ),
        (
            "scale_waiting",
            "overview, longest waiting first (1,000 are)",
            api::overview,
            json!({"limit": 50, "sort": "waiting"}),
        ),
        (
            "scale_needs",
            "all that needs somebody, with a pool of 200 addresses for each entry",
            api::attention,
            json!({"limit": 50, "servers": pools_of_entries()}),
        ),
        (
            "scale_pools",
            "pools, 10,000 lines",
            api::pools,
            json!({"server": pools, "limit": 50, "lines_limit": 100}),
        ),
        (
            "scale_zone",
            "services of a zone (all)",
            api::zone_services,
            json!({"zone": {"zone": "example.net"}}),
        ),
        (
            "scale_reverse",
            "services of a reverse zone (65,526)",
            api::zone_services,
            json!({"zone": {"zone": "0.10.in-addr.arpa"}}),
        ),
    ];
    let figure = |(key, what, ask, request): (&'static str, &str, Ask, Value)| {
        let times = ms(rounds, || drop(ask(core, &request).expect("an answer")));
        Figure::new(
            key,
            format!("{services} services, {ENTRIES} entries: {what}"),
            "ms",
            times,
        )
        .target(PAGE)
    };
    all.into_iter().map(figure).collect()
}

/// A create finds its only line full; and how long others wait meanwhile, each for an address of a free line.
fn full_pool(core: &Core, services: u64, rounds: usize) -> Vec<Figure> {
    let package = Package {
        ipv4_count: 1,
        ..Package::with_defaults(9000.try_into().expect("a VMID"))
    };
    let taken = BTreeSet::new();
    let last = Ipv4Addr::from_bits(0x0a00_0000 + (services as u32 + 9).min(65_535));
    let full = Pool::parse(&format!("vmbr0|0|10.0.0.10-{last}|12|10.0.0.1|192.0.2.53"));
    let free = Pool::parse("vmbr0|0|10.9.0.10-10.9.255.254|12|10.0.0.1|192.0.2.53");
    let reserve = |id: u64, pool: &Pool| {
        core.store
            .begin(&Service::new(ServiceId(id), ServerId(1), 0.0), 0.0)
            .expect("a row");
        let mut lease = core.store.lease(ServiceId(id), 0.0).expect("a lease");
        let wanted = Reservation {
            package: &package,
            pool,
            vmids: (Vmid::MIN, Vmid::MAX),
            taken: &taken,
        };
        let start = Instant::now();
        let reserved = core.store.reserve(&mut lease, &wanted, 0.0);
        let took = start.elapsed().as_secs_f64() * 1e3;
        core.store.release(&mut lease, 0.0, &[]).expect("given back");
        (took, reserved.is_ok())
    };
    let ended = AtomicBool::new(false);
    let (own, others) = std::thread::scope(|scope| {
        let others = scope.spawn(|| {
            let mut slowest: f64 = 0.0;
            let mut next = 3_000_000;
            while !ended.load(Ordering::SeqCst) {
                // who waits for too long is refused, and that is what is measured
                let (took, _) = reserve(next, &free);
                slowest = slowest.max(took);
                next += 1;
            }
            slowest
        });
        let own: Vec<f64> = (0..rounds as u64)
            .map(|round| {
                let (took, found) = reserve(2_000_000 + round, &full);
                assert!(!found, "the line is full");
                took
            })
            .collect();
        ended.store(true, Ordering::SeqCst);
        (own, others.join().expect("the others"))
    });
    vec![
        Figure::new(
            "scale_full",
            "A create whose only line is a full /16: until it is refused",
            "ms",
            own,
        )
        .target(PAGE),
        Figure::new(
            "scale_waits",
            "The same: the longest that another create waits for its address",
            "ms",
            vec![others],
        )
        .target(PAGE),
    ]
}

pub fn measure(effort: Effort, kind: Kind) -> Vec<Figure> {
    let services = effort.of(100_000, 20_000);
    let rounds = effort.of(9, 3);
    let (home, core) = world_of(kind, services);
    let mut figures = pages(&core, services, rounds);
    figures.extend(full_pool(&core, services, rounds));
    drop(core);
    for (key, what) in [
        ("scale_zone_mib", "services of a zone"),
        ("scale_pools_mib", "pools"),
        ("scale_last_mib", "overview, last page"),
    ] {
        let grown = child(&[what_of(key), &home.location]);
        let what = format!("{services} services: memory while a process asks for {what}");
        figures.push(Figure::new(key, what, "MiB", vec![grown[0]]).target(MEMORY));
    }
    figures
}

fn what_of(key: &str) -> &str {
    key.trim_start_matches("scale_").trim_end_matches("_mib")
}

/// The list of a cluster, read as every create does.
pub fn measure_cluster(effort: Effort) -> Vec<Figure> {
    let mut figures = Vec::new();
    let sizes = effort.of(
        &[("scale_cluster", 10_000_u64), ("scale_large", 44_800)][..],
        &[("scale_cluster", 10_000)][..],
    );
    for (key, guests) in sizes.iter().copied() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("resources.json");
        std::fs::write(&path, cluster(guests)).expect("a file");
        let [grown, kept, took] = child(&["cluster", &path.display().to_string()]);
        let keys = match key {
            "scale_cluster" => ["scale_cluster_ms", "scale_cluster_mib", "scale_cluster_kept"],
            _ => ["scale_large_ms", "scale_large_mib", "scale_large_kept"],
        };
        let of = |what: &str| format!("Cluster of {guests} guests: {what}");
        figures.push(Figure::new(keys[0], of("its list read"), "ms", vec![took]).target("–"));
        figures.push(Figure::new(keys[1], of("memory meanwhile"), "MiB", vec![grown]).target(MEMORY));
        figures.push(Figure::new(keys[2], of("memory kept by the worker"), "MiB", vec![kept]).target("≤ 4 MiB"));
    }
    figures
}

/// As `PVE/API2/Cluster.pm` gives it, with all that it says of a guest.
fn cluster(guests: u64) -> String {
    let guest = |number: u64| {
        let vmid = 100 + number;
        json!({
            "id": format!("qemu/{vmid}"), "vmid": vmid, "type": "qemu", "node": format!("pve{}", number % 32),
            "name": format!("customer-{number}.example.net"), "status": "running", "template": 0, "uptime": 86_400 + number,
            "cpu": 0.012_345_678, "maxcpu": 4, "mem": 2_147_483_648_u64, "maxmem": 4_294_967_296_u64, "disk": 0,
            "maxdisk": 34_359_738_368_u64, "diskread": 12_345_678_901_u64, "diskwrite": 98_765_432_109_u64,
            "netin": 123_456_789_012_u64, "netout": 210_987_654_321_u64, "memhost": 2_247_483_648_u64,
            "tags": "whmcs;production", "pool": "customers", "hastate": "started", "lock": null,
        })
    };
    json!({"data": (0..guests).map(guest).collect::<Vec<_>>()}).to_string()
}

/// Runs this program again, and reads what it says of its memory and time.
fn child(arguments: &[&str]) -> [f64; 3] {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .arg(CHILD)
        .args(arguments)
        .output()
        .expect("a child");
    let said = String::from_utf8_lossy(&output.stdout);
    let mut numbers = said.split_whitespace().map(|word| word.parse().unwrap_or(f64::NAN));
    std::array::from_fn(|_| numbers.next().unwrap_or(f64::NAN))
}

/// Says how much memory a call took at its highest, how much is left of it, and how long it took.
pub fn child_main(what: &str, argument: &str) {
    let (grown, kept, took) = if what == "cluster" {
        let fields = entry("");
        let entry = proxmoxkvm::api::request::server_of(&json!({ "server": fields })).expect("an entry");
        let client = Client::new(
            &entry,
            Box::new(FromFile(PathBuf::from(argument))),
            Arc::new(SystemClock),
            Box::new(()),
        )
        .for_call(Arc::default(), f64::INFINITY);
        grown_by(|| assert!(client.resources().expect("a list").vms.len() >= 10_000))
    } else {
        let location = proxmoxkvm::store::Location::parse(argument).expect("a location");
        let wire = Box::new(|_: &ServerEntry| Err("nobody is asked".to_owned()));
        let store = proxmoxkvm::store::Store::open(location).expect("a store");
        let core = Core::new(store, Arc::new(SystemClock), wire);
        grown_by(|| {
            let reply = match what {
                "zone" => api::zone_services(&core, &json!({"zone": {"zone": "example.net"}})),
                "pools" => api::pools(
                    &core,
                    &json!({"server": entry(&pool_of_lines()), "limit": 50, "lines_limit": 100}),
                ),
                _ => api::overview(&core, &json!({"limit": 50, "offset": 1_000_000})),
            };
            drop(reply.expect("an answer"));
        })
    };
    println!("{grown} {kept} {took}");
}

struct FromFile(PathBuf);

impl Wire for FromFile {
    fn send(&self, _: &Endpoint, _: &Exchange) -> Result<Answer, Silence> {
        Ok(Answer {
            status: 200,
            reason: "OK".to_owned(),
            body: std::fs::read(&self.0).expect("the answer"),
        })
    }
}

fn grown_by(work: impl FnOnce()) -> (f64, f64, f64) {
    let before = status("VmRSS");
    // the highest value is counted from here on
    std::fs::write(Path::new("/proc/self/clear_refs"), "5").expect("proc");
    let start = Instant::now();
    work();
    let took = start.elapsed().as_secs_f64() * 1e3;
    Core::end_of_call();
    (status("VmHWM") - before, status("VmRSS") - before, took)
}

/// A line of `/proc/self/status` in MiB.
fn status(key: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("proc");
    let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
    let kib = line
        .trim_matches([':', ' ', '\t'])
        .split(' ')
        .next()
        .unwrap_or_default();
    kib.parse::<f64>().unwrap_or(f64::NAN) / 1024.0
}
