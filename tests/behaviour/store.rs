//! The store: opened by many at once, leases that exclude, and files that are not as they should be.

use crate::support::{START, World};
use proxmoxkvm::limits;
use proxmoxkvm::model::{ServerId, ServiceId};
use proxmoxkvm::package::Package;
use proxmoxkvm::server::Pool;
use proxmoxkvm::service::Service;
use proxmoxkvm::store::{Error, Filter, Reservation, Store};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

fn vmid(number: u32) -> proxmoxkvm::model::Vmid {
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
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/store.db");
        let ids: Vec<String> = std::thread::scope(|scope| {
            let open = || Store::open(&path).map(|store| store.installation().to_owned()).unwrap();
            let handles: Vec<_> = (0..16).map(|_| scope.spawn(open)).collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "one installation: {ids:?}");
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
    }
}

#[test]
fn parallel_reservations_never_share_an_address_or_a_vmid() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let pool = Pool::parse("vmbr0|0|192.0.2.10-192.0.2.74|24|192.0.2.1|192.0.2.53");
    let package = Package::with_defaults(vmid(9000));
    let taken = BTreeSet::from([vmid(103)]);
    std::thread::scope(|scope| {
        for worker in 0..8_u64 {
            let (path, pool, package, taken) = (&path, &pool, &package, &taken);
            scope.spawn(move || {
                // a connection of its own, as a process has
                let store = Store::open(path).unwrap();
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
                    store.release(&lease, START, &[]).unwrap();
                }
            });
        }
    });
    let store = Store::open(&path).unwrap();
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
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
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
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
    let id = begun(&store, 1);
    let mut first = store.lease(id, START).unwrap();
    assert!(matches!(
        store.lease(id, START + limits::LEASE_SECONDS - 1.0),
        Err(Error::Busy(_))
    ));
    let second = store.lease(id, START + limits::LEASE_SECONDS + 1.0).unwrap();
    first.service.body.name = Some("too-late".to_owned());
    assert!(matches!(
        store.save(&first, START + 100.0, &[]),
        Err(Error::LeaseLost(_))
    ));
    assert!(matches!(store.renew(&first, START + 100.0), Err(Error::LeaseLost(_))));
    assert!(matches!(
        store.release(&first, START + 100.0, &[]),
        Err(Error::LeaseLost(_))
    ));
    store.save(&second, START + 101.0, &[]).unwrap();
    assert_eq!(store.service(id).unwrap().0.body.name, None);
}

/// A store of the first schema, in which service 7 is.
fn of_the_first_version() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("golden/store-1.sql")).unwrap();
    (folder, path)
}

#[test]
fn a_file_of_the_first_version_is_brought_up_to_date() {
    let (folder, path) = of_the_first_version();
    let store = Store::open(&path).unwrap();
    let (service, _) = store.service(ServiceId(7)).unwrap();
    assert_eq!((service.status.as_str(), service.vmid), ("ready", Some(vmid(100))));
    // what only a newer schema has
    assert_eq!(store.overview(&Filter::default()).unwrap().nodes, ["pve1"]);
    let schema = |path| {
        let file = rusqlite::Connection::open(path).unwrap();
        let names = "SELECT type || ' ' || name FROM sqlite_schema ORDER BY 1";
        let mut statement = file.prepare(names).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.collect::<Result<Vec<_>, _>>().unwrap()
    };
    let fresh = folder.path().join("fresh.db");
    drop(Store::open(&fresh).unwrap());
    assert_eq!(schema(path), schema(fresh));
}

#[test]
fn a_file_from_the_future_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(Store::open(&path).unwrap());
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let Err(error) = Store::open(&path) else {
        panic!("it should be refused")
    };
    assert_eq!(error.code(), "store_newer");
    assert!(error.to_string().contains("install the newer version again"), "{error}");
}

#[test]
fn before_a_store_is_brought_up_to_date_a_copy_of_it_is_laid_beside_it() {
    let (folder, path) = of_the_first_version();
    let copies = || {
        let mut names: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("backup"))
            .collect();
        names.sort();
        names
    };
    // of the copies the newest three stay
    for old in ["-3", "-2", "-1", "0"] {
        std::fs::write(folder.path().join(format!("store.db.backup-v{old}")), "").unwrap();
    }
    assert!(Store::open(&path).unwrap().service(ServiceId(7)).is_ok());
    let kept = ["-1", "0", "1"].map(|version| format!("store.db.backup-v{version}"));
    assert_eq!(copies(), kept);
    let copy = folder.path().join("store.db.backup-v1");
    let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let copied = rusqlite::Connection::open(&copy).unwrap();
    let number = |sql: &str| copied.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(
        (number("PRAGMA user_version"), number("SELECT id FROM services")),
        (1, 7)
    );
    // up to date: nothing more is copied
    std::fs::remove_file(&copy).unwrap();
    drop(Store::open(&path).unwrap());
    assert!(!copy.exists());
    // and a new store has nothing to copy
    drop(Store::open(&folder.path().join("fresh.db")).unwrap());
    assert!(!copies().iter().any(|name| name.starts_with("fresh")), "{:?}", copies());
}

#[test]
fn a_store_that_cannot_be_copied_is_not_migrated() {
    let (folder, path) = of_the_first_version();
    // a folder that is not empty is where the copy should be
    std::fs::create_dir_all(folder.path().join("store.db.backup-v1/occupied")).unwrap();
    let Err(error) = Store::open(&path) else {
        panic!("it should be refused")
    };
    assert_eq!(error.code(), "store_backup");
    assert!(error.to_string().contains("nothing was changed"), "{error}");
    let other = rusqlite::Connection::open(&path).unwrap();
    let version: i64 = other.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 1);
}

#[test]
fn a_file_that_is_no_store_says_so_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    std::fs::write(&path, "this is somebody's shopping list, and no database at all").unwrap();
    assert!(Store::open(&path).is_err());
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .starts_with("this is somebody's")
    );
    // a folder where the file should be
    assert!(Store::open(folder.path()).is_err());
}

#[test]
fn one_unreadable_record_does_not_hide_the_others() {
    let world = World::new();
    world.create(7).unwrap();
    world.create(8).unwrap();
    let path = world.folder.path().join("store/store.db");
    let other = rusqlite::Connection::open(path).unwrap();
    other
        .execute("UPDATE services SET body = '[]', status = 'nonsense' WHERE id = 7", [])
        .unwrap();
    let reply = world.cron();
    assert_eq!(world.status(8), "ready", "{reply}");
}

#[test]
fn the_lowest_free_address_is_leased_however_the_search_was_shortened() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
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
        store.release(&lease, START, &[]).unwrap();
        reserved.map(|()| lease.addresses[0].ip.to_string())
    };
    let free = |number: u64| {
        let mut lease = store.lease(ServiceId(number), START).unwrap();
        store.free_addresses(&mut lease).unwrap();
        store.release(&lease, START, &[]).unwrap();
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
    let connection = rusqlite::Connection::open(folder.path().join("store.db")).unwrap();
    connection
        .execute("UPDATE reached SET address = X'04FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'", [])
        .unwrap();
    assert_eq!(lease_one(10).unwrap(), "192.0.2.10");
}
