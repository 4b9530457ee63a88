//! Whether a file is still what was written.
//!
//! SQLite notices damage only where it reads. Therefore the file is looked through once after every start of the
//! machine (a lost power supply is what damages files; a killed process damages none), for two seconds at most, and for
//! twenty when the doctor asks. What
//! is found damaged once, wherever, is marked by a file beside the store, and no process uses it before a look through
//! all of it has found nothing.

use crate::words::clock::{Clock, SystemClock};
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What a look through a file has found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Health {
    Sound,
    /// SQLite's words.
    Damaged(String),
    /// The time was over first.
    Unknown,
}

/// How thoroughly: every page, or also whether each index tells the same as its table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Depth {
    Pages,
    Everything,
}

/// Looks through the file, for so many seconds at most.
pub(super) fn look_through(connection: &mut Connection, depth: Depth, seconds: f64) -> rusqlite::Result<Health> {
    /// Steps of SQLite's machine between two looks at the clock.
    const STEPS: i32 = 10_000;
    let end = SystemClock.now() + seconds;
    connection.progress_handler(STEPS, Some(move || SystemClock.now() > end))?;
    let sql = match depth {
        Depth::Pages => "PRAGMA quick_check(1)",
        Depth::Everything => "PRAGMA integrity_check(1)",
    };
    let words = connection.query_row(sql, [], |row| row.get::<_, String>(0));
    connection.progress_handler(0, None::<fn() -> bool>)?;
    match words {
        Ok(words) if words == "ok" => Ok(Health::Sound),
        Ok(words) => Ok(Health::Damaged(words.replace('\n', " "))),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Ok(Health::Unknown),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Ok(Health::Damaged(error.to_string())),
            _ => Err(error),
        },
    }
}

/// Whether nobody has looked through this file since the machine was started.
pub(super) fn is_new_here(connection: &Connection) -> rusqlite::Result<bool> {
    let known: Option<String> = connection
        .query_row("SELECT value FROM meta WHERE key = 'looked_through'", [], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(known.as_deref() != Some(boot().as_str()))
}

/// Remembers that the file was looked through.
pub(super) fn remember(connection: &Connection) -> rusqlite::Result<()> {
    let replace = "REPLACE INTO meta (key, value) VALUES ('looked_through', ?1)";
    connection.execute(replace, [boot()]).map(drop)
}

/// Which start of this machine it is.
fn boot() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    boot.trim().to_owned()
}

/// The file that says that a store is damaged.
fn mark_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".damaged");
    PathBuf::from(name)
}

/// Marks a store as damaged. On a disk that takes no more, this process alone remembers it.
pub(super) fn mark(path: &Path, why: &str) {
    let mut options = fs::OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(mark_of(path));
    let _ = file.and_then(|mut file| file.write_all(why.as_bytes()));
}

/// Why a store is marked as damaged.
pub(super) fn marked(path: &Path) -> Option<String> {
    match fs::read_to_string(mark_of(path)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        // another user has made it
        Err(_) => Some("it is marked as damaged".to_owned()),
        marked => marked.ok(),
    }
}

/// The right to look through a marked store for long. `None`: it is not marked, or somebody does so already.
pub(super) fn turn(path: &Path) -> Option<fs::File> {
    let file = fs::File::open(mark_of(path)).ok()?;
    file.try_lock().ok()?;
    Some(file)
}

/// The store is sound after all: another file was put in its place.
pub(super) fn unmark(path: &Path) {
    let _ = fs::remove_file(mark_of(path));
}
