//! The store's contract, wherever it is: opened by many at once, leases that exclude, addresses and numbers that are unique.

use crate::home::Home;
use crate::support::{START, World};
use proxmoxkvm::package::Package;
use proxmoxkvm::server::Pool;
use proxmoxkvm::server::address::Address;
use proxmoxkvm::service::Service;
use proxmoxkvm::store::{Error, Reservation, Store};
use proxmoxkvm::words::ids::{ServerId, ServiceId};
use proxmoxkvm::words::limits;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn vmid(number: u32) -> proxmoxkvm::words::ids::Vmid {
    number.try_into().unwrap()
}

fn begun(store: &Store, id: u64) -> ServiceId {
    let service = Service::new(ServiceId(id), ServerId(1), START);
    store.begin(&service, START).unwrap();
    service.id
}

#[test]
fn sixteen_may_open_a_new_store_at_once() {
    for _ in 0..8 {
        let home = Home::new();
        let ids: Vec<String> = std::thread::scope(|scope| {
            let open = || home.open().map(|store| store.installation().to_owned()).unwrap();
            let handles: Vec<_> = (0..16).map(|_| scope.spawn(open)).collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "one installation: {ids:?}");
        if let Home::File(_) = home {
            let path = home.file();
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
        }
    }
}

#[test]
fn parallel_reservations_never_share_an_address_or_a_vmid() {
    let home = Home::new();
    let pool = Pool::parse("vmbr0|0|192.0.2.10-192.0.2.74|24|192.0.2.1|192.0.2.53");
    let package = Package::with_defaults(vmid(9000));
    let taken = BTreeSet::from([vmid(103)]);
    std::thread::scope(|scope| {
        for worker in 0..8_u64 {
            let (home, pool, package, taken) = (&home, &pool, &package, &taken);
            scope.spawn(move || {
                // a connection of its own, as a process has
                let store = home.open().unwrap();
                for number in 0..8 {
                    let id = begun(&store, 1 + worker * 8 + number);
                    let mut lease = store.lease(id, START).unwrap();
                    let wanted = Reservation {
                        package,
                        pool,
                        vmids: (vmid(100), vmid(999)),
                        taken,
                    };
                    store.reserve(&mut lease, &wanted, START).unwrap();
                    store.release(&mut lease, START, &[]).unwrap();
                }
            });
        }
    });
    let store = home.open().unwrap();
    let mut addresses = BTreeSet::new();
    let mut vmids = BTreeSet::new();
    for id in 1..=64 {
        let (service, held) = store.service(ServiceId(id)).unwrap();
        vmids.insert(service.vmid.unwrap());
        addresses.extend(held.iter().map(|address| address.ip));
    }
    assert_eq!((addresses.len(), vmids.len()), (64, 64));
    assert!(!vmids.contains(&vmid(103)), "taken on the cluster");
}

#[test]
fn all_or_nothing_is_reserved() {
    let home = Home::new();
    let store = home.open().unwrap();
    let pool = Pool::parse("vmbr0|0|192.0.2.10|24|192.0.2.1|192.0.2.53");
    let two = Package {
        ipv4_count: 2,
        ..Package::with_defaults(vmid(9000))
    };
    let id = begun(&store, 1);
    let mut lease = store.lease(id, START).unwrap();
    let wanted = Reservation {
        package: &two,
        pool: &pool,
        vmids: (vmid(100), vmid(999)),
        taken: &BTreeSet::new(),
    };
    assert!(matches!(
        store.reserve(&mut lease, &wanted, START),
        Err(Error::NoAddress { .. })
    ));
    let (service, held) = store.service(id).unwrap();
    assert_eq!(
        (service.vmid, held.len()),
        (None, 0),
        "the one address that was free is not kept"
    );
}

#[test]
fn a_lease_excludes_others_until_it_ends_and_its_late_holder_changes_nothing() {
    let home = Home::new();
    let store = home.open().unwrap();
    let id = begun(&store, 1);
    let mut first = store.lease(id, START).unwrap();
    assert!(matches!(
        store.lease(id, START + limits::LEASE_SECONDS - 1.0),
        Err(Error::Busy(_))
    ));
    let mut second = store.lease(id, START + limits::LEASE_SECONDS + 1.0).unwrap();
    first.service.body.name = Some("too-late".to_owned());
    assert!(matches!(
        store.save(&mut first, START + 100.0, &[]),
        Err(Error::LeaseLost(_))
    ));
    assert!(matches!(store.renew(&first, START + 100.0), Err(Error::LeaseLost(_))));
    assert!(matches!(
        store.release(&mut first, START + 100.0, &[]),
        Err(Error::LeaseLost(_))
    ));
    store.save(&mut second, START + 101.0, &[]).unwrap();
    assert_eq!(store.service(id).unwrap().0.body.name, None);
}

#[test]
fn the_late_holder_of_a_lease_neither_takes_nor_gives_an_address() {
    let home = Home::new();
    let store = home.open().unwrap();
    let pool = Pool::parse("vmbr0|0|192.0.2.10-192.0.2.11|24|192.0.2.1|192.0.2.53");
    let package = Package::with_defaults(vmid(9000));
    let wanted = Reservation {
        package: &package,
        pool: &pool,
        vmids: (vmid(100), vmid(999)),
        taken: &BTreeSet::new(),
    };
    let id = begun(&store, 1);
    let mut late = store.lease(id, START).unwrap();
    let then = START + limits::LEASE_SECONDS + 1.0;
    let mut second = store.lease(id, then).unwrap();
    store.reserve(&mut second, &wanted, then).unwrap();
    late.addresses = second.addresses.clone();
    let other = pool.lines[0]
        .candidates()
        .nth(1)
        .map(|ip| Address::of_line(ip, &pool.lines[0]));
    for done in [
        store.free_addresses(&mut late, then),
        store.keep_addresses(&mut late, &[], then),
        store.adopt_addresses(&mut late, &[other.unwrap()], then),
        store.reserve(&mut late, &wanted, then),
    ] {
        assert!(matches!(done, Err(Error::LeaseLost(_))), "{done:?}");
    }
    let (service, addresses) = store.service(id).unwrap();
    assert_eq!((service.vmid, addresses), (Some(vmid(100)), second.addresses));
}

#[test]
fn one_unreadable_record_does_not_hide_the_others() {
    let world = World::new();
    world.create(7).unwrap();
    world.create(8).unwrap();
    world
        .home
        .tell("UPDATE @services SET body = '[]', status = 'nonsense' WHERE id = 7");
    let reply = world.cron();
    assert_eq!(world.status(8), "ready", "{reply}");
}

#[test]
fn the_lowest_free_address_is_leased_however_the_search_was_shortened() {
    let home = Home::new();
    let store = home.open().unwrap();
    let lines = "vmbr0|0|192.0.2.10-192.0.2.13|24|192.0.2.1|192.0.2.53\nvmbr0|0|2001:db8::10-2001:db8::13|64|fe80::1|2001:db8::53\nvmbr0|0|198.51.100.10-198.51.100.11|24|198.51.100.1|192.0.2.53";
    let pool = Pool::parse(lines);
    let package = Package {
        ipv4_count: 1,
        ipv6_count: 0,
        ..Package::with_defaults(vmid(9000))
    };
    let lease_one = |number: u64| {
        let mut lease = store.lease(begun(&store, number), START)?;
        let wanted = Reservation {
            package: &package,
            pool: &pool,
            vmids: (vmid(100), vmid(999)),
            taken: &BTreeSet::new(),
        };
        let reserved = store.reserve(&mut lease, &wanted, START);
        store.release(&mut lease, START, &[]).unwrap();
        reserved.map(|()| lease.addresses[0].ip.to_string())
    };
    let free = |number: u64| {
        let mut lease = store.lease(ServiceId(number), START).unwrap();
        store.free_addresses(&mut lease, START).unwrap();
        store.release(&mut lease, START, &[]).unwrap();
    };
    let all: Vec<String> = (1..=6).map(|number| lease_one(number).unwrap()).collect();
    let v4 = [
        "192.0.2.10",
        "192.0.2.11",
        "192.0.2.12",
        "192.0.2.13",
        "198.51.100.10",
        "198.51.100.11",
    ];
    assert_eq!(all, v4);
    assert!(matches!(lease_one(7), Err(Error::NoAddress { .. })));
    free(6);
    free(2);
    assert_eq!(lease_one(8).unwrap(), "192.0.2.11");
    assert_eq!(lease_one(9).unwrap(), "198.51.100.11");
    // a hint that is wrong is only a hint
    free(1);
    home.tell("UPDATE @reached SET address = X'04FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'");
    assert_eq!(lease_one(10).unwrap(), "192.0.2.10");
}
