//! SQLite's schema and its migrations: an ordered list, and `user_version`.

use crate::words::clock::{Clock, SystemClock};
use crate::words::limits;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Every schema change ever made, in order. Append only: files of every older version are opened.
const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE meta (
    key    TEXT PRIMARY KEY,
    value  TEXT NOT NULL
) STRICT;

CREATE TABLE services (
    id           INTEGER PRIMARY KEY,
    server       INTEGER NOT NULL,
    status       TEXT NOT NULL,
    vmid         INTEGER,
    due_at       REAL,
    write_back   INTEGER NOT NULL DEFAULT 0,
    written_back INTEGER NOT NULL DEFAULT 0,
    body         TEXT NOT NULL,
    lease_owner  TEXT,
    lease_until  REAL NOT NULL DEFAULT 0,
    generation   INTEGER NOT NULL DEFAULT 0,
    created_at   REAL NOT NULL,
    updated_at   REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX services_vmid ON services (server, vmid) WHERE vmid IS NOT NULL;
CREATE INDEX services_any_vmid ON services (vmid) WHERE vmid IS NOT NULL;
CREATE INDEX services_due ON services (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX services_attention ON services (id)
    WHERE json_extract(body, '$.trouble.retry') = 0 OR json_extract(body, '$.attempts') >= 5;
CREATE INDEX services_write_back ON services (id) WHERE write_back > written_back;

CREATE TABLE addresses (
    address   TEXT PRIMARY KEY,
    service   INTEGER NOT NULL REFERENCES services (id),
    server    INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    body      TEXT NOT NULL,
    leased_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_service ON addresses (service, position);

CREATE TABLE events (
    id      INTEGER PRIMARY KEY,
    service INTEGER NOT NULL,
    at      REAL NOT NULL,
    actor   TEXT NOT NULL,
    what    TEXT NOT NULL,
    result  TEXT NOT NULL,
    took_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX events_service ON events (service, id);

CREATE TABLE facts (
    server  INTEGER PRIMARY KEY,
    body    TEXT NOT NULL,
    seen_at REAL NOT NULL
) STRICT;
",
    "
CREATE TABLE dns (
    service     INTEGER PRIMARY KEY,
    wanted      INTEGER NOT NULL,
    asked       INTEGER NOT NULL,
    due_at      REAL,
    attention   INTEGER NOT NULL DEFAULT 0,
    body        TEXT NOT NULL,
    lease_owner TEXT,
    lease_until REAL NOT NULL DEFAULT 0,
    generation  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX dns_due ON dns (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX dns_attention ON dns (service) WHERE attention = 1;
",
    "
CREATE INDEX services_status ON services (status);
CREATE INDEX services_node ON services (json_extract(body, '$.node'));
",
    "
CREATE TABLE traffic (
    service   INTEGER NOT NULL,
    month     TEXT NOT NULL,
    bytes_in  INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    PRIMARY KEY (service, month)
) STRICT, WITHOUT ROWID;
CREATE TABLE samples (
    service    INTEGER PRIMARY KEY,
    at         REAL NOT NULL,
    uptime_s   INTEGER NOT NULL,
    bytes_in   INTEGER NOT NULL,
    bytes_out  INTEGER NOT NULL,
    memory     INTEGER NOT NULL,
    memory_max INTEGER NOT NULL,
    disk       INTEGER NOT NULL
) STRICT;
CREATE TABLE sampled (
    server INTEGER PRIMARY KEY,
    at     REAL NOT NULL
) STRICT;
",
    "
ALTER TABLE services ADD COLUMN mailed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX services_mail ON services (id) WHERE json_extract(body, '$.mail.number') > mailed;
",
    "
-- what the limit of parallel clones counts
CREATE INDEX services_slot ON services (json_extract(body, '$.slot.key'))
    WHERE json_extract(body, '$.slot.key') IS NOT NULL;
-- due by server, those whose guest is begun before those whose is not: Store::due
DROP INDEX services_due;
CREATE INDEX services_due ON services
    (server, (json_extract(body, '$.cloned') IS NOT 1 AND json_extract(body, '$.slot.key') IS NULL), due_at)
    WHERE due_at IS NOT NULL;
-- how far the search for a free address has come: see addresses.rs
CREATE TABLE reached (
    line    BLOB PRIMARY KEY,
    address BLOB NOT NULL
) STRICT, WITHOUT ROWID;
",
    "
-- the column stands first: SQLite turns the comparison round before it looks whether a partial index fits
DROP INDEX services_mail;
CREATE INDEX services_untold ON services (id) WHERE mailed < json_extract(body, '$.mail.number');
",
    "
-- what lists are made of has a name in every database; a row that is not in a list has NULL there, and the index of
-- the list does not know it
ALTER TABLE services ADD COLUMN name TEXT AS (json_extract(body, '$.name'));
ALTER TABLE services ADD COLUMN domain TEXT AS (json_extract(body, '$.domain'));
ALTER TABLE services ADD COLUMN trouble TEXT AS (json_extract(body, '$.trouble.code'));
ALTER TABLE services ADD COLUMN node TEXT AS (json_extract(body, '$.node'));
ALTER TABLE services ADD COLUMN slot_key TEXT AS (json_extract(body, '$.slot.key'));
ALTER TABLE services ADD COLUMN slot_since REAL AS (json_extract(body, '$.slot.since'));
ALTER TABLE services ADD COLUMN begun INTEGER
    AS (json_extract(body, '$.cloned') IS 1 OR json_extract(body, '$.slot.key') IS NOT NULL);
ALTER TABLE services ADD COLUMN due_server INTEGER AS (CASE WHEN due_at IS NOT NULL THEN server END);
ALTER TABLE services ADD COLUMN guest_server INTEGER AS (CASE WHEN vmid IS NOT NULL THEN server END);
ALTER TABLE services ADD COLUMN attention INTEGER
    AS (CASE WHEN json_extract(body, '$.trouble.retry') = 0 OR json_extract(body, '$.attempts') >= 5 THEN 1 END);
ALTER TABLE services ADD COLUMN unwritten INTEGER AS (CASE WHEN write_back > written_back THEN 1 END);
ALTER TABLE services ADD COLUMN untold INTEGER
    AS (CASE WHEN mailed < json_extract(body, '$.mail.number') AND status = 'ready'
        AND json_extract(body, '$.suspended') = 0 THEN 1 END);
DROP INDEX services_vmid;
CREATE UNIQUE INDEX services_vmid ON services (guest_server, vmid) WHERE guest_server IS NOT NULL;
DROP INDEX services_due;
CREATE INDEX services_due ON services (due_server, begun, due_at) WHERE due_server IS NOT NULL;
DROP INDEX services_attention;
CREATE INDEX services_attention ON services (attention, id) WHERE attention IS NOT NULL;
DROP INDEX services_write_back;
CREATE INDEX services_write_back ON services (unwritten, id) WHERE unwritten IS NOT NULL;
DROP INDEX services_untold;
CREATE INDEX services_untold ON services (untold, id) WHERE untold IS NOT NULL;
DROP INDEX services_slot;
CREATE INDEX services_slot ON services (slot_key) WHERE slot_key IS NOT NULL;
DROP INDEX services_node;
CREATE INDEX services_node ON services (node) WHERE node IS NOT NULL;
",
    "
-- all that pages narrow services by, without the services: a page that has to look at every service reads this index
ALTER TABLE services ADD COLUMN troubled INTEGER
    AS (CASE WHEN json_extract(body, '$.trouble.code') IS NOT NULL THEN 1 END);
ALTER TABLE services ADD COLUMN search TEXT
    AS (lower(coalesce(json_extract(body, '$.name'), '') || char(10) || coalesce(json_extract(body, '$.domain'), '')));
CREATE INDEX services_list ON services (id, status, server, node, troubled, search);
CREATE INDEX addresses_server ON addresses (server);
",
    "
CREATE TABLE silent (
    server       INTEGER PRIMARY KEY,
    endpoints    TEXT NOT NULL,
    silent_until REAL NOT NULL,
    tries        INTEGER NOT NULL
) STRICT;
",
    "
-- who asks PVE for a page at this moment: a row for each page of a service, and for each place that a client has
CREATE TABLE looks (
    place      TEXT PRIMARY KEY,
    holder     TEXT NOT NULL,
    held_until REAL NOT NULL,
    generation INTEGER,
    seen_at    REAL NOT NULL DEFAULT 0,
    seen       TEXT
) STRICT;
CREATE INDEX looks_until ON looks (held_until);
",
    "
-- the same as the list of all services, for pages of one server entry
CREATE INDEX services_entry ON services (server, id, status, node, troubled, search);
",
    "
CREATE TABLE presses (
    service INTEGER NOT NULL,
    what    TEXT NOT NULL,
    times   TEXT NOT NULL,
    PRIMARY KEY (service, what)
) STRICT, WITHOUT ROWID;
",
    "
CREATE TABLE operations (
    id         INTEGER PRIMARY KEY,
    service    INTEGER NOT NULL,
    action     TEXT NOT NULL,
    arguments  TEXT NOT NULL,
    actor      TEXT NOT NULL,
    actor_id   INTEGER,
    ip         TEXT,
    nonce      TEXT NOT NULL,
    state      TEXT NOT NULL,
    -- the service, while it holds that one's only place for changes
    place      INTEGER,
    upid       TEXT,
    progress   INTEGER,
    code       TEXT NOT NULL,
    result     TEXT NOT NULL,
    created_at REAL NOT NULL,
    started_at REAL,
    ended_at   REAL
) STRICT;
CREATE UNIQUE INDEX operations_nonce ON operations (service, nonce);
CREATE UNIQUE INDEX operations_place ON operations (place) WHERE place IS NOT NULL;
CREATE INDEX operations_unfinished ON operations (service, ended_at, id);
CREATE INDEX operations_actor ON operations (service, actor, id);
ALTER TABLE events ADD COLUMN operation INTEGER;
-- what the cron was about to do is unfinished
INSERT INTO operations (service, action, arguments, actor, nonce, state, place, code, result, created_at)
    SELECT id, CASE WHEN status IN ('reinstall', 'change_package', 'set_dns_records', 'terminate') THEN status
            WHEN json_extract(body, '$.reinstalled') = 1 THEN 'reinstall' ELSE 'create' END,
        '{}', 'whmcs', 'before operations', 'queued', id, '', '', updated_at
    FROM services WHERE due_at IS NOT NULL AND status NOT IN ('ready', 'removed');
",
    "
-- the list of all services once more, by name
CREATE INDEX services_named ON services (search, id, status, server, node, troubled);
",
    "
-- how long the last build of each service took, of each kind that it was built as
CREATE TABLE builds (
    kind    TEXT NOT NULL,
    service INTEGER NOT NULL,
    at      REAL NOT NULL,
    seconds TEXT NOT NULL,
    PRIMARY KEY (kind, service)
) STRICT, WITHOUT ROWID;
CREATE INDEX builds_at ON builds (kind, at);
",
    "
-- what must reach somebody else at least once; an acknowledged number is never given again
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    service    INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    body       TEXT NOT NULL,
    created    REAL NOT NULL,
    -- none: nobody takes it by himself
    due        REAL,
    attempts   INTEGER NOT NULL,
    state      TEXT NOT NULL,
    taken_by   TEXT,
    last_error TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (due) WHERE due IS NOT NULL;
CREATE INDEX outbox_service ON outbox (service, kind, id);
CREATE INDEX outbox_attempts ON outbox (attempts);
-- what WHMCS and customers have not heard of yet
INSERT INTO outbox (service, kind, body, created, due, attempts, state, last_error)
    SELECT id, 'write_back', '{}', updated_at, updated_at, 0, 'waiting', '' FROM services WHERE unwritten = 1;
INSERT INTO outbox (service, kind, body, created, due, attempts, state, last_error)
    SELECT id, 'mail_' || json_extract(body, '$.mail.kind'), '{}', updated_at,
        CASE WHEN untold = 1 THEN updated_at END, 0, CASE WHEN untold = 1 THEN 'waiting' ELSE 'held' END, ''
    FROM services WHERE mailed < json_extract(body, '$.mail.number') AND status <> 'removed';
DROP INDEX services_write_back;
DROP INDEX services_untold;
ALTER TABLE services DROP COLUMN unwritten;
ALTER TABLE services DROP COLUMN untold;
ALTER TABLE services DROP COLUMN write_back;
ALTER TABLE services DROP COLUMN written_back;
ALTER TABLE services DROP COLUMN mailed;
",
    "
-- what workers are at: the cron looks whether they live
ALTER TABLE operations ADD COLUMN running INTEGER AS (CASE WHEN state = 'running' THEN 1 END);
CREATE INDEX operations_running ON operations (running, service) WHERE running IS NOT NULL;
",
    "
-- the SSH keys of clients, of all their services
CREATE TABLE ssh_keys (
    client      INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    line        TEXT NOT NULL,
    name        TEXT NOT NULL,
    added_at    REAL NOT NULL,
    PRIMARY KEY (client, fingerprint)
) STRICT, WITHOUT ROWID;
",
    "
-- 1: a finished service that only time asks for something, which may be in weeks: Service::only_time_asks. Those that are
-- due are read from the index, and none that is not
ALTER TABLE services ADD COLUMN timed INTEGER NOT NULL DEFAULT 0;
DROP INDEX services_due;
ALTER TABLE services DROP COLUMN due_server;
CREATE INDEX services_due ON services (timed, due_at, server, begun) WHERE due_at IS NOT NULL;
",
];

pub(super) enum Failure {
    Newer { found: i64, known: i64 },
    Foreign,
    Backup { path: String, why: String },
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

/// Durability over speed: a commit is on the disk before a call goes out.
pub(super) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    // the busy timeout does not cover this switch, and several processes may open a new file at once
    let mut tries = 0;
    while let Err(error) = connection.pragma_update(None, "journal_mode", "WAL") {
        tries += 1;
        if tries > limits::STORE_OPEN_TRIES || error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) {
            return Err(error);
        }
        SystemClock.sleep(limits::STORE_OPEN_PAUSE);
    }
    // a plan depends on no value, so no statement is parsed again for another one
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings the file to the newest schema, after a copy of it was laid beside it; a file from the future is left as it
/// is.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Failure> {
    let known = MIGRATIONS.len() as i64;
    let found = known_version(connection)?;
    if found == known {
        return Ok(());
    }
    if (1..known).contains(&found) {
        back_up(connection, path, found)?;
    }
    // read again under the write lock: another process may have migrated meanwhile
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = known_version(&transaction)?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if found == 0 && tables > 0 {
        // a store of ours has its version from its first moment on
        return Err(Failure::Foreign);
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// The version of a file, unless a newer module has brought it up to date.
pub(super) fn known_version(connection: &Connection) -> Result<i64, Failure> {
    let known = MIGRATIONS.len() as i64;
    match version(connection)? {
        found if found > known => Err(Failure::Newer { found, known }),
        found => Ok(found),
    }
}

/// What the name of a copy ends with, before the version of its schema.
const BACKUP: &str = ".backup-v";

/// Copies the file, as it is before a migration, to `<store>.backup-v<version>` (0600); the last few copies are kept.
fn back_up(connection: &Connection, path: &Path, found: i64) -> Result<(), Failure> {
    let named = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let copy = named(&format!("{BACKUP}{found}"));
    let unfinished = named(&format!("{BACKUP}{found}.{}", std::process::id()));
    let made = write_copy(connection, &unfinished, found).and_then(|is_of_found| match is_of_found {
        true => fs::rename(&unfinished, &copy).map_err(|error| error.to_string()),
        // another process has migrated meanwhile, and made the copy
        false => Ok(()),
    });
    // where it was renamed, there is none
    let _ = fs::remove_file(&unfinished);
    made.map_err(|why| Failure::Backup {
        path: copy.display().to_string(),
        why,
    })?;
    forget_oldest(path);
    Ok(())
}

/// Whether the copy is of the schema that was found.
fn write_copy(connection: &Connection, copy: &Path, found: i64) -> Result<bool, String> {
    // left by a process of the same number that was killed
    let _ = fs::remove_file(copy);
    let mut options = fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(copy);
    let file = file.map_err(|error| error.to_string())?;
    let path = copy.to_str().ok_or("its path is not UTF-8")?;
    let copied = connection.execute("VACUUM INTO ?1", [path]);
    copied.map_err(|error| error.to_string())?;
    file.sync_all()
        .and_then(|()| super::owner::give(copy))
        .map_err(|error| error.to_string())?;
    let version = Connection::open(copy).and_then(|copy| version(&copy));
    Ok(version.map_err(|error| error.to_string())? == found)
}

/// A copy too many is no reason to stop.
fn forget_oldest(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return;
    };
    let begin = format!("{name}{BACKUP}");
    let number = |entry: &fs::DirEntry| entry.file_name().to_str()?.strip_prefix(&begin)?.parse::<i64>().ok();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut copies: Vec<(i64, PathBuf)> = entries
        .filter_map(|entry| Some((number(&entry)?, entry.path())))
        .collect();
    copies.sort();
    let superfluous = copies.len().saturating_sub(limits::STORE_BACKUPS);
    for (_, copy) in copies.iter().take(superfluous) {
        let _ = fs::remove_file(copy);
    }
}
