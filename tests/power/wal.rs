//! Two connections with the file open for life, one of which stands still in its checkpoint.

use crate::{alone, disk, folder};
use rusqlite::Connection;
use std::path::Path;
use std::sync::mpsc::channel;

fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    connection
}

fn checkpoint(connection: &Connection) {
    connection
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        .unwrap();
}

/// Each row is some pages, as long as it is the only one of its transaction.
fn insert(connection: &Connection, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let insert = "INSERT INTO held (number, text) VALUES (?1, ?2)";
        connection.execute(insert, (number, "x".repeat(3000))).unwrap();
    }
}

/// One has read how long the log is, and stands still; the other one, whose log is copied to its end, begins it anew.
/// SQLite up to 3.51.2 then took the new log for copied as far as the old one was long, and dropped what was in it.
#[test]
fn a_checkpoint_that_stands_still_while_the_log_begins_anew_loses_nothing() {
    let _alone = alone();
    let folder = folder();
    let path = folder.path().join("store.db");
    let (stands, has_stopped) = channel();
    let (go_on, is_to_go_on) = channel::<()>();
    // the recorder has to be there before the first file is opened
    disk::at_checkpoint(|| {});
    let one = open(&path);
    one.execute_batch("CREATE TABLE held (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
        .unwrap();
    insert(&one, 0..100);
    std::thread::scope(|scope| {
        let path = &path;
        let (ready, is_ready) = channel();
        let (begin, is_to_begin) = channel::<()>();
        let other = scope.spawn(move || {
            let other = open(path);
            let count: u32 = other
                .query_row("SELECT COUNT(*) FROM held", [], |row| row.get(0))
                .unwrap();
            ready.send(count).unwrap();
            is_to_begin.recv().unwrap();
            disk::at_checkpoint(move || {
                stands.send(()).unwrap();
                is_to_go_on.recv().unwrap();
            });
            checkpoint(&other);
            other
        });
        assert_eq!(is_ready.recv().unwrap(), 100);
        insert(&one, 100..200);
        checkpoint(&one);
        begin.send(()).unwrap();
        has_stopped.recv().unwrap();
        // the log begins anew
        insert(&one, 200..210);
        go_on.send(()).unwrap();
        let other = other.join().unwrap();
        insert(&one, 210..220);
        checkpoint(&one);
        drop(other);
        drop(one);
    });
    let after = open(&path);
    let look: String = after.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    let count: u32 = after
        .query_row("SELECT COUNT(*) FROM held", [], |row| row.get(0))
        .unwrap();
    assert_eq!((look.as_str(), count), ("ok", 220));
}
