//! Many services re-synchronised: what that costs grows with the services and their changes, not with the zone.

use super::powerdns::{self, PowerDns};
use super::servers::Server;
use proxmoxkvm::dns::{Pass, Provider, Remembered, SyncJob, Wanted, sync_service, wanted};
use proxmoxkvm::words::clock::{Clock, SystemClock};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ZONE: &str = "example.com";

/// The records of others.
fn fill(server: &PowerDns, records: usize) {
    let mut database = rusqlite::Connection::open(server.folder.path().join("zones.sqlite")).unwrap();
    let transaction = database.transaction().unwrap();
    for number in 0..records {
        let (name, value) = (
            format!("other{number}.{ZONE}"),
            format!("203.0.{}.{}", number / 250, number % 250),
        );
        let sql = "INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled, auth)
                   VALUES (1, ?1, 'A', ?2, 300, 0, 0, 1)";
        transaction.execute(sql, [name, value]).unwrap();
    }
    transaction.commit().unwrap();
}

/// How many requests the API has answered, by its log. A line is written after its answer: the last ones are waited for.
fn requests(server: &PowerDns) -> usize {
    let count = || {
        let log = std::fs::read_to_string(server.folder.path().join("log")).unwrap();
        log.lines().filter(|line| line.contains("HTTP/1.1\" 20")).count()
    };
    loop {
        let now = count();
        std::thread::sleep(Duration::from_millis(50));
        if count() == now {
            return now;
        }
    }
}

/// The services, each with an address; `moved` of them with another one than before.
fn services(count: usize, moved: usize) -> Vec<Vec<Wanted>> {
    let one = |number: usize| {
        let part = if number < moved { 100 } else { 0 };
        let ip = format!("10.{part}.{}.{}", number / 250, number % 250).parse().unwrap();
        wanted(&format!("vm{number}.{ZONE}"), &[ip], &BTreeMap::new()).unwrap()
    };
    (0..count).map(one).collect()
}

/// One run over all of them, as the cron makes it: (sets that were changed, requests).
fn run(
    server: &PowerDns,
    provider: &Arc<dyn Provider>,
    moved: usize,
    memory: &mut [Vec<Remembered>],
) -> (usize, usize) {
    let (before, begun, mut changed) = (requests(server), Instant::now(), 0);
    let services_of_run = memory.len();
    let pass = Pass::over(vec![provider.clone()]);
    for (wanted, remembered) in services(memory.len(), moved).iter().zip(memory) {
        let turns = pass.turns();
        let providers: Vec<&dyn Provider> = turns.iter().map(|turn| turn as &dyn Provider).collect();
        let job = SyncJob {
            providers: &providers,
            wanted,
            remembered,
            deadline: SystemClock.now() + 60.0,
            clock: &SystemClock,
        };
        let outcome = sync_service(&job, &mut |_| Ok(()));
        assert_eq!(outcome.failures, vec![]);
        changed += outcome.changed;
        *remembered = outcome.remembered;
    }
    let asked = requests(server) - before;
    println!(
        "{services_of_run} services, {changed} changes: {asked} requests in {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    (changed, asked)
}

/// The same requests, however large the zone: a look for each service, and three for each change (a look, what is
/// switched off, the write).
fn in_zones_with(others: [usize; 2], services: usize) {
    if !powerdns::there() {
        return;
    }
    for others in others {
        let server = PowerDns::start(&[ZONE]);
        fill(&server, others);
        println!("a zone with {} records:", others + services);
        let provider: Arc<dyn Provider> = server.provider(1, ZONE).into();
        let mut memory = vec![Vec::new(); services];
        let moves = [
            (0, services),
            (0, 0),
            (10, 10),
            (services, services - 10),
            (services, 0),
        ];
        for (moved, changes) in moves {
            let (changed, asked) = run(&server, &provider, moved, &mut memory);
            assert_eq!((changed, asked), (changes, services + 3 * changes), "{others} others");
        }
    }
}

#[test]
fn requests_grow_with_the_changes_not_with_the_zone() {
    in_zones_with([10, 2000], 20);
}

#[test]
#[ignore = "minutes: make dns-bench"]
fn a_thousand_services_in_a_zone_with_ten_thousand_records() {
    in_zones_with([100, 9000], 1000);
}
