//! The tables in MariaDB and MySQL, and their migrations: an ordered list, and the row `schema` of the table `meta`.
//!
//! A change of tables is no part of a transaction there, and may be done by two Galera nodes at once. So each statement
//! may be done again: what is there already is no error.

use super::{Open, Server};
use crate::store::Error;
use crate::store::sql::{Abort, Refusal, Sql, values};

/// Every schema change ever made, in order, and in each the statements. Append only.
///
/// The columns mean what they mean in SQLite's schema; the computed ones have the same names there. There is no foreign
/// key: it would want a privilege that WHMCS does not ask for, and no service is ever deleted.
const MIGRATIONS: &[&[&str]] = &[
    &[
        "
CREATE TABLE @services (
    id           BIGINT NOT NULL PRIMARY KEY,
    server       BIGINT NOT NULL,
    status       VARCHAR(64) NOT NULL,
    vmid         BIGINT,
    due_at       DOUBLE,
    write_back   BIGINT NOT NULL DEFAULT 0,
    written_back BIGINT NOT NULL DEFAULT 0,
    mailed       BIGINT NOT NULL DEFAULT 0,
    body         LONGTEXT NOT NULL,
    lease_owner  VARCHAR(191),
    lease_until  DOUBLE NOT NULL DEFAULT 0,
    generation   BIGINT NOT NULL DEFAULT 0,
    created_at   DOUBLE NOT NULL,
    updated_at   DOUBLE NOT NULL,
    name         TEXT AS (JSON_VALUE(body, '$.name')) VIRTUAL,
    domain       TEXT AS (JSON_VALUE(body, '$.domain')) VIRTUAL,
    trouble      TEXT AS (JSON_VALUE(body, '$.trouble.code')) VIRTUAL,
    node         VARCHAR(191) AS (LEFT(JSON_VALUE(body, '$.node'), 191)) STORED,
    slot_key     VARCHAR(191) AS (LEFT(JSON_VALUE(body, '$.slot.key'), 191)) STORED,
    slot_since   DOUBLE AS (CAST(JSON_VALUE(body, '$.slot.since') AS DOUBLE)) VIRTUAL,
    begun        TINYINT AS (IF(JSON_VALUE(body, '$.cloned') IN ('1', 'true')
                     OR JSON_VALUE(body, '$.slot.key') IS NOT NULL, 1, 0)) STORED,
    due_server   BIGINT AS (IF(due_at IS NULL, NULL, server)) STORED,
    guest_server BIGINT AS (IF(vmid IS NULL, NULL, server)) STORED,
    attention    TINYINT AS (IF(JSON_VALUE(body, '$.trouble.retry') IN ('0', 'false')
                     OR CAST(JSON_VALUE(body, '$.attempts') AS UNSIGNED) >= 5, 1, NULL)) STORED,
    unwritten    TINYINT AS (IF(write_back > written_back, 1, NULL)) STORED,
    untold       TINYINT AS (IF(mailed < CAST(JSON_VALUE(body, '$.mail.number') AS UNSIGNED) AND status = 'ready'
                     AND JSON_VALUE(body, '$.suspended') IN ('0', 'false'), 1, NULL)) STORED,
    UNIQUE KEY services_vmid (guest_server, vmid),
    KEY services_any_vmid (vmid),
    KEY services_due (due_server, begun, due_at),
    KEY services_attention (attention),
    KEY services_write_back (unwritten),
    KEY services_untold (untold),
    KEY services_slot (slot_key),
    KEY services_status (status),
    KEY services_node (node)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "
CREATE TABLE @addresses (
    address   VARCHAR(45) NOT NULL PRIMARY KEY,
    service   BIGINT NOT NULL,
    server    BIGINT NOT NULL,
    position  BIGINT NOT NULL,
    body      TEXT NOT NULL,
    leased_at DOUBLE NOT NULL,
    KEY addresses_service (service, position)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "
CREATE TABLE @events (
    id      BIGINT NOT NULL PRIMARY KEY AUTO_INCREMENT,
    service BIGINT NOT NULL,
    at      DOUBLE NOT NULL,
    actor   VARCHAR(16) NOT NULL,
    what    TEXT NOT NULL,
    result  TEXT NOT NULL,
    took_ms BIGINT NOT NULL,
    KEY events_service (service, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "
CREATE TABLE @facts (
    server  BIGINT NOT NULL PRIMARY KEY,
    body    LONGTEXT NOT NULL,
    seen_at DOUBLE NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "
CREATE TABLE @dns (
    service     BIGINT NOT NULL PRIMARY KEY,
    wanted      BIGINT NOT NULL,
    asked       BIGINT NOT NULL,
    due_at      DOUBLE,
    attention   TINYINT NOT NULL DEFAULT 0,
    body        LONGTEXT NOT NULL,
    lease_owner VARCHAR(191),
    lease_until DOUBLE NOT NULL DEFAULT 0,
    generation  BIGINT NOT NULL DEFAULT 0,
    KEY dns_due (due_at),
    KEY dns_attention (attention)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "
CREATE TABLE @traffic (
    service   BIGINT NOT NULL,
    month     VARCHAR(7) NOT NULL,
    bytes_in  BIGINT NOT NULL,
    bytes_out BIGINT NOT NULL,
    PRIMARY KEY (service, month)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "
CREATE TABLE @samples (
    service    BIGINT NOT NULL PRIMARY KEY,
    at         DOUBLE NOT NULL,
    uptime_s   BIGINT NOT NULL,
    bytes_in   BIGINT NOT NULL,
    bytes_out  BIGINT NOT NULL,
    memory     BIGINT NOT NULL,
    memory_max BIGINT NOT NULL,
    disk       BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "
CREATE TABLE @sampled (
    server BIGINT NOT NULL PRIMARY KEY,
    at     DOUBLE NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "
CREATE TABLE @reached (
    line    VARBINARY(17) NOT NULL PRIMARY KEY,
    address VARBINARY(17) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    ],
    &[
        "
ALTER TABLE @services
    ADD COLUMN troubled TINYINT AS (IF(JSON_VALUE(body, '$.trouble.code') IS NULL, NULL, 1)) STORED,
    ADD COLUMN search VARCHAR(400) AS (LEFT(LOWER(CONCAT(COALESCE(JSON_VALUE(body, '$.name'), ''), '\n',
                     COALESCE(JSON_VALUE(body, '$.domain'), ''))), 400)) STORED,
    ADD KEY services_list (id, status, server, node, troubled, search)",
        "ALTER TABLE @addresses ADD KEY addresses_server (server)",
    ],
    &["
CREATE TABLE @silent (
    server       BIGINT NOT NULL PRIMARY KEY,
    endpoints    TEXT NOT NULL,
    silent_until DOUBLE NOT NULL,
    tries        BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"],
    &["
CREATE TABLE @looks (
    place      VARCHAR(64) NOT NULL PRIMARY KEY,
    holder     VARCHAR(255) NOT NULL,
    held_until DOUBLE NOT NULL,
    generation BIGINT,
    seen_at    DOUBLE NOT NULL DEFAULT 0,
    seen       TEXT,
    KEY looks_until (held_until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"],
    &["ALTER TABLE @services ADD KEY services_entry (server, id, status, node, troubled, search)"],
    &["
CREATE TABLE @presses (
    service BIGINT NOT NULL,
    what    VARCHAR(32) NOT NULL,
    times   TEXT NOT NULL,
    PRIMARY KEY (service, what)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"],
    &[
        "
CREATE TABLE @operations (
    id         BIGINT NOT NULL PRIMARY KEY AUTO_INCREMENT,
    service    BIGINT NOT NULL,
    action     VARCHAR(32) NOT NULL,
    arguments  TEXT NOT NULL,
    actor      VARCHAR(16) NOT NULL,
    actor_id   BIGINT,
    ip         VARCHAR(45),
    nonce      VARCHAR(64) NOT NULL,
    state      VARCHAR(16) NOT NULL,
    place      BIGINT,
    upid       TEXT,
    progress   BIGINT,
    code       VARCHAR(64) NOT NULL,
    result     TEXT NOT NULL,
    created_at DOUBLE NOT NULL,
    started_at DOUBLE,
    ended_at   DOUBLE,
    UNIQUE KEY operations_nonce (service, nonce),
    UNIQUE KEY operations_place (place),
    KEY operations_unfinished (service, ended_at, id),
    KEY operations_actor (service, actor, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "ALTER TABLE @events ADD COLUMN operation BIGINT",
        // done before: the nonce is there
        "
INSERT IGNORE INTO @operations (service, action, arguments, actor, nonce, state, place, code, result, created_at)
    SELECT id, CASE WHEN status IN ('reinstall', 'change_package', 'set_dns_records', 'terminate') THEN status
            WHEN JSON_VALUE(body, '$.reinstalled') IN ('1', 'true') THEN 'reinstall' ELSE 'create' END,
        '{}', 'whmcs', 'before operations', 'queued', id, '', '', updated_at
    FROM @services WHERE due_at IS NOT NULL AND status NOT IN ('ready', 'removed')",
    ],
    &["ALTER TABLE @services ADD KEY services_named (search, id, status, server, node, troubled)"],
    &["
CREATE TABLE @builds (
    kind    VARCHAR(64) NOT NULL,
    service BIGINT NOT NULL,
    at      DOUBLE NOT NULL,
    seconds TEXT NOT NULL,
    PRIMARY KEY (kind, service),
    KEY builds_at (kind, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"],
    &[
        "
CREATE TABLE @outbox (
    id         BIGINT NOT NULL PRIMARY KEY AUTO_INCREMENT,
    service    BIGINT NOT NULL,
    kind       VARCHAR(32) NOT NULL,
    body       TEXT NOT NULL,
    created    DOUBLE NOT NULL,
    due        DOUBLE,
    attempts   BIGINT NOT NULL,
    state      VARCHAR(16) NOT NULL,
    taken_by   VARCHAR(191),
    last_error TEXT NOT NULL,
    KEY outbox_due (due),
    KEY outbox_service (service, kind, id),
    KEY outbox_attempts (attempts)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        // done before: it is in the new table, or the column is gone
        "
INSERT INTO @outbox (service, kind, body, created, due, attempts, state, last_error)
    SELECT id, 'write_back', '{}', updated_at, updated_at, 0, 'waiting', '' FROM @services
    WHERE unwritten = 1 AND id NOT IN (SELECT service FROM @outbox WHERE kind = 'write_back')",
        "
INSERT INTO @outbox (service, kind, body, created, due, attempts, state, last_error)
    SELECT id, CONCAT('mail_', JSON_VALUE(body, '$.mail.kind')), '{}', updated_at,
        IF(untold = 1, updated_at, NULL), 0, IF(untold = 1, 'waiting', 'held'), ''
    FROM @services WHERE mailed < CAST(JSON_VALUE(body, '$.mail.number') AS UNSIGNED) AND status <> 'removed'
        AND id NOT IN (SELECT service FROM @outbox WHERE kind LIKE 'mail%')",
        "ALTER TABLE @services DROP KEY services_write_back",
        "ALTER TABLE @services DROP KEY services_untold",
        "ALTER TABLE @services DROP COLUMN unwritten",
        "ALTER TABLE @services DROP COLUMN untold",
        "ALTER TABLE @services DROP COLUMN write_back",
        "ALTER TABLE @services DROP COLUMN written_back",
        "ALTER TABLE @services DROP COLUMN mailed",
    ],
    &["
ALTER TABLE @operations
    ADD COLUMN running TINYINT AS (IF(state = 'running', 1, NULL)) STORED,
    ADD KEY operations_running (running, service)"],
    &["
CREATE TABLE @ssh_keys (
    client      BIGINT NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    line        TEXT NOT NULL,
    name        VARCHAR(191) NOT NULL,
    added_at    DOUBLE NOT NULL,
    PRIMARY KEY (client, fingerprint)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"],
    &[
        "ALTER TABLE @services ADD COLUMN timed TINYINT NOT NULL DEFAULT 0",
        "ALTER TABLE @services DROP KEY services_due, ADD KEY services_due (timed, due_at, server, begun)",
        "ALTER TABLE @services DROP COLUMN due_server",
    ],
];

/// The two tables that everything else begins with. The row of `turn` is what migrations wait for each other on.
const FIRST: &[&str] = &[
    "
CREATE TABLE IF NOT EXISTS @meta (
    `key` VARCHAR(64) NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    "
CREATE TABLE IF NOT EXISTS @turn (
    id    TINYINT NOT NULL PRIMARY KEY,
    taken BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    "INSERT IGNORE INTO @turn (id, taken) VALUES (1, 0)",
];

const VERSION: &str = "SELECT value FROM @meta WHERE `key` = 'schema'";

/// Brings the tables to the newest schema; tables from the future are left as they are.
pub(super) fn migrate(server: &Server) -> Result<(), Error> {
    match server.persistently(version)? {
        Some(version) if version == known() => return Ok(()),
        Some(found) if found > known() => return Err(newer(found)),
        Some(_) => {}
        None => server.persistently(|open| begin(server, open))?,
    }
    server.write_in_turn(|sql| {
        // read again: another web server may have migrated meanwhile
        let found: Option<String> = sql.value(VERSION, &[])?;
        let found = found.and_then(|found| found.parse().ok()).unwrap_or_default();
        if found > known() {
            return Err(newer(found).into());
        }
        if found < known() {
            // on another connection: this one would commit with the first statement, and lose its turn
            server.persistently(|other| change(other, found))?;
            let version = known().to_string();
            sql.execute(
                "REPLACE INTO @meta (`key`, value) VALUES ('schema', ?)",
                values![version],
            )?;
        }
        Ok(())
    })
}

/// Refuses tables that a newer version has brought up to date.
pub(super) fn must_be_known(server: &Server) -> Result<(), Error> {
    match server.persistently(version)? {
        Some(found) if found > known() => Err(newer(found)),
        _ => Ok(()),
    }
}

fn known() -> i64 {
    MIGRATIONS.len() as i64
}

fn newer(found: i64) -> Error {
    Error::Newer { found, known: known() }
}

/// None: there are no tables of ours, or not all of the first ones.
fn version(open: &mut Open<'_>) -> Result<Option<i64>, Abort> {
    const NO_SUCH_TABLE: u16 = 1146;
    let open: &mut dyn Sql = open;
    match open.value::<String>(VERSION, &[]) {
        Err(Refusal::Mysql(mysql::Error::MySqlError(error))) if error.code == NO_SUCH_TABLE => Ok(None),
        other => Ok(other?.map(|version| version.parse().unwrap_or_default())),
    }
}

/// Looks whether this is a place for a store, and makes its first tables.
fn begin(server: &Server, open: &mut Open<'_>) -> Result<(), Abort> {
    check_version(server, open)?;
    let sql: &mut dyn Sql = open;
    let like = |table: &str| format!("{}{table}", server.prefix);
    let there = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?";
    let is_there = |sql: &mut dyn Sql, table: &str| {
        let count: Option<i64> = sql.value(there, values![like(table)])?;
        Ok::<bool, Refusal>(count.unwrap_or_default() > 0)
    };
    // a store of ours has its `meta` from its first moment on
    if is_there(sql, "services")? && !is_there(sql, "meta")? {
        return Err(unusable(
            server,
            format!(
                "its table {} is another program's: choose another prefix",
                like("services")
            ),
        )
        .into());
    }
    for statement in FIRST {
        open.statement(statement)?;
    }
    Ok(())
}

fn check_version(server: &Server, open: &mut Open<'_>) -> Result<(), Abort> {
    let sql: &mut dyn Sql = open;
    let version: Option<String> = sql.value("SELECT VERSION()", &[])?;
    let version = version.unwrap_or_default();
    if is_too_old(&version) {
        let why = format!("it is version {version}, and MariaDB 10.6 or MySQL 8.0.21 is the oldest that is supported");
        return Err(unusable(server, why).into());
    }
    Ok(())
}

/// Reads `10.11.19-MariaDB-0+deb12u1` or `8.0.36`.
fn is_too_old(version: &str) -> bool {
    // a MariaDB before 11 may say 5.5.5 first, for old clients
    let version = version.strip_prefix("5.5.5-").unwrap_or(version);
    let numbers = version.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    // `JSON_VALUE` came with these
    let least = if version.contains("MariaDB") {
        [10, 6, 0]
    } else {
        [8, 0, 21]
    };
    numbers.take(3).collect::<Vec<u32>>() < least.to_vec()
}

fn unusable(server: &Server, why: String) -> Error {
    Error::Database {
        at: server.at.clone(),
        why,
    }
}

fn change(open: &mut Open<'_>, found: i64) -> Result<(), Abort> {
    // tables, columns and indices that are there already, or were dropped already, or are asked for and were dropped
    const DONE_BEFORE: [u16; 5] = [1050, 1054, 1060, 1061, 1091];
    for statement in MIGRATIONS
        .iter()
        .skip(usize::try_from(found).unwrap_or_default())
        .copied()
        .flatten()
    {
        match open.statement(statement) {
            Err(mysql::Error::MySqlError(error)) if DONE_BEFORE.contains(&error.code) => {}
            other => other?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_too_old;

    #[test]
    fn a_server_that_is_too_old_is_told_by_its_version() {
        for version in [
            "10.5.23-MariaDB",
            "5.5.68-MariaDB",
            "5.7.44-log",
            "8.0.20",
            "",
            "unknown",
        ] {
            assert!(is_too_old(version), "{version}");
        }
        for version in [
            "10.6.0-MariaDB",
            "10.11.19-MariaDB-0+deb12u1",
            "5.5.5-10.6.1-MariaDB",
            "11.4.2-MariaDB",
            "8.0.36",
            "8.4.0",
            "9.1.0",
        ] {
            assert!(!is_too_old(version), "{version}");
        }
    }
}
