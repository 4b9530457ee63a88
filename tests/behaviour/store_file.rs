//! The store's file: older schemas and the copies before they are brought up to date, and files that are no store.

use proxmoxkvm::store::{Filter, Store};
use proxmoxkvm::words::ids::ServiceId;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

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
    assert_eq!(
        (service.status.as_str(), service.vmid),
        ("ready", Some(100.try_into().unwrap()))
    );
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
    let old = Store::open(&path).unwrap();
    old.must_be_current().unwrap();
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    // a process that had it open
    assert_eq!(old.must_be_current().unwrap_err().problem().code, "store_newer");
    let Err(error) = Store::open(&path) else {
        panic!("it should be refused")
    };
    assert_eq!(error.problem().code, "store_newer");
    assert!(error.to_string().contains("install the newer version again"), "{error}");
}

#[test]
fn a_file_that_was_replaced_while_it_is_open_is_used_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let [path, backup] = ["store.db", "backup.db"].map(|name| folder.path().join(name));
    let store = Store::open(&path).unwrap();
    drop(Store::open(&backup).unwrap());
    std::fs::rename(&backup, &path).unwrap();
    let error = store.must_be_current().unwrap_err();
    assert_eq!(error.problem().code, "store_replaced");
    assert!(error.to_string().contains("restart php-fpm"), "{error}");
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
    assert_eq!(error.problem().code, "store_backup");
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
