//! Two web servers, each with its own node of a Galera cluster, and a network between the nodes that is cut and mended.
//! In real time, on two real nodes: what is committed is certified by both, and a node without the majority refuses.
//! A program of its own: beside the other tests, the nodes would be too busy to hear each other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

use mariadb::{Galera, wait_until};
use mysql::prelude::Queryable;
use proxmoxkvm::package::Package;
use proxmoxkvm::server::Pool;
use proxmoxkvm::service::Service;
use proxmoxkvm::store::{Error, Location, Reservation, Store};
use proxmoxkvm::words::clock::{Clock, SystemClock};
use proxmoxkvm::words::ids::{ServerId, ServiceId, Vmid};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

const WORKERS: u64 = 3;
/// Services that the workers of both nodes fight over.
const SHARED: u64 = 4;

const START: f64 = 1_795_359_845.0;

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn vmid(number: u32) -> Vmid {
    number.try_into().unwrap()
}

/// What all workers of both nodes have been promised, by committed answers.
#[derive(Default)]
struct Promised {
    vmids: Mutex<BTreeMap<ServiceId, Vmid>>,
    addresses: Mutex<BTreeMap<IpAddr, ServiceId>>,
    /// Who works on a shared service right now.
    held: Mutex<BTreeSet<u64>>,
    /// How often each node has done something.
    done: [AtomicU64; 2],
    refusals: Mutex<Vec<String>>,
}

/// A worker of one node: orders of its own, and the lease of a service that others want too, until the test ends.
fn worker(node: usize, number: u64, store: &Store, promised: &Promised, ended: &AtomicBool) {
    let package = Package::with_defaults(vmid(9000));
    let pool = Pool::parse("vmbr0|0|10.0.0.10-10.0.255.250|16|10.0.0.1|192.0.2.53");
    let wanted = Reservation {
        package: &package,
        pool: &pool,
        vmids: (vmid(100), vmid(99_999)),
        taken: &BTreeSet::new(),
    };
    for round in 1.. {
        if ended.load(Ordering::SeqCst) {
            return;
        }
        let own = ServiceId(1_000_000 * (1 + node as u64) + 10_000 * number + round);
        let results = [
            order(store, own, &wanted, promised),
            fight(store, 1 + round % SHARED, promised),
        ];
        for result in results {
            match result {
                Ok(()) => drop(promised.done[node].fetch_add(1, Ordering::SeqCst)),
                // somebody else has the lease
                Err(Error::Busy(_) | Error::LeaseLost(_)) => {}
                Err(error) => {
                    let codes = ["store_unreachable", "store"];
                    assert!(
                        codes.contains(&error.problem().code) && error.problem().retry,
                        "{}: {error}",
                        error.problem().code
                    );
                    guard(&promised.refusals).push(format!("{node} {error}"));
                }
            }
        }
    }
}

/// A new service gets an address and a number. What is promised to it is nobody else's, then and in the end.
fn order(store: &Store, id: ServiceId, wanted: &Reservation<'_>, promised: &Promised) -> Result<(), Error> {
    store.begin(&Service::new(id, ServerId(1), START), now())?;
    let mut lease = store.lease(id, now())?;
    store.reserve(&mut lease, wanted, now())?;
    let vmid = lease.service.vmid.unwrap();
    let before = guard(&promised.vmids).insert(id, vmid);
    assert!(before.is_none_or(|before| before == vmid), "{id} has had {before:?}");
    for address in &lease.addresses {
        let holder = guard(&promised.addresses).insert(address.ip, id);
        assert_eq!(holder, None, "{} is leased twice: to {id} too", address.ip);
    }
    store.release(&mut lease, now(), &[])
}

/// Works on a service that others want too: whoever was given its lease is alone with it.
fn fight(store: &Store, id: u64, promised: &Promised) -> Result<(), Error> {
    let mut lease = store.lease(ServiceId(id), now())?;
    assert!(guard(&promised.held).insert(id), "two have the lease of service {id}");
    lease.service.owe_write_back();
    let saved = store.save(&mut lease, now(), &[]);
    // before it may be given to another
    guard(&promised.held).remove(&id);
    saved.and_then(|()| store.release(&mut lease, now(), &[]))
}

fn now() -> f64 {
    SystemClock.now()
}

#[test]
fn a_partition_of_the_cluster_gives_nothing_twice_and_work_goes_on_when_it_heals() {
    let pair = Galera::pair();
    pair.database("whmcs");
    let locations = pair.nodes().map(|node| Location::parse(&node.url("whmcs")).unwrap());
    // both make the tables at once
    let stores = std::thread::scope(|scope| {
        let opens = locations
            .each_ref()
            .map(|location| scope.spawn(move || Store::open(location).unwrap()));
        opens.map(|opens| opens.join().unwrap())
    });
    assert_eq!(stores[0].installation(), stores[1].installation());
    for id in 1..=SHARED {
        stores[0]
            .begin(&Service::new(ServiceId(id), ServerId(1), START), now())
            .unwrap();
    }
    let (promised, ended) = (Promised::default(), AtomicBool::new(false));
    let done = |node: usize| promised.done[node].load(Ordering::SeqCst);
    let goes_on = |node: usize| {
        let before = done(node);
        wait_until("a node to go on", || done(node) > before + 20);
    };
    std::thread::scope(|scope| {
        // whatever fails here, the workers end
        let _ends = Ends(&ended);
        for (node, store) in stores.iter().enumerate() {
            for number in 0..WORKERS {
                let (promised, ended) = (&promised, &ended);
                scope.spawn(move || worker(node, number, store, promised, ended));
            }
        }
        goes_on(0);
        goes_on(1);
        pair.isolate_second();
        let at_the_cut = done(1);
        goes_on(0);
        wait_until("the second node to say that it cannot", || {
            let sentence = |said: &String| said.starts_with("1 ") && said.contains("cannot be used");
            guard(&promised.refusals).iter().any(sentence)
        });
        // what was on its way at the cut may have been counted after it
        assert!(
            done(1) <= at_the_cut + 2 * WORKERS,
            "the second node goes on without the majority"
        );
        pair.heal();
        goes_on(1);
        goes_on(0);
    });
    for said in guard(&promised.refusals).iter() {
        assert!(said.starts_with("1 "), "the node with the majority refused: {said}");
    }
    check(&pair, &promised);
}

/// Both nodes hold every promise that was committed.
fn check(pair: &Galera, promised: &Promised) {
    for node in pair.nodes() {
        node.root().query_drop("SET GLOBAL wsrep_sync_wait = 1").unwrap();
        let store = Store::open(Location::parse(&node.url("whmcs")).unwrap()).unwrap();
        for (id, vmid) in guard(&promised.vmids).iter() {
            assert_eq!(store.service(*id).unwrap().0.vmid, Some(*vmid), "{id}");
        }
        for (ip, id) in guard(&promised.addresses).iter() {
            let (_, held) = store.service(*id).unwrap();
            assert!(held.iter().any(|address| address.ip == *ip), "{ip} of {id}");
        }
    }
    let (vmids, addresses) = (guard(&promised.vmids), guard(&promised.addresses));
    let numbers: BTreeSet<&Vmid> = vmids.values().collect();
    assert_eq!(numbers.len(), vmids.len(), "no number was given twice");
    println!("{} orders, {} addresses", vmids.len(), addresses.len());
}

/// Says that the test is over, however it is.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
