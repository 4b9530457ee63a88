//! The durable store: SQLite in WAL mode, every write in an IMMEDIATE transaction, nothing else inside it.
//!
//! Invariants: an address and a VMID belong to one service, because an index says so. A service is changed
//! only under its lease; a save that finds another generation changes nothing and says [`Error::LeaseLost`].
//! No secret is ever written here.

mod addresses;
mod dns;
mod due;
mod events;
mod overview;
mod owner;
mod schema;
mod services;
mod slots;
mod traffic;

pub use addresses::Reservation;
pub use dns::{DnsLease, DnsMemory};
pub use due::Due;
pub use events::Event;
pub use overview::{Filter, Leased, Overview};
pub use owner::Owner;
pub use services::{Lease, WriteBack};
pub use traffic::{Measured, Used};

use crate::limits;
use crate::model::{ServerId, ServiceId};
use crate::pve::Facts;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or its folder cannot be used by this user.
    #[error(
        "the store {path} cannot be used by user id {user}: {why}; give its folder to the user of the web server and run WHMCS's cron as the same user"
    )]
    NotUsable {
        /// The store's file.
        path: String,
        /// Effective user id.
        user: u32,
        /// The system's words.
        why: String,
    },
    /// A newer version of the module has written this file.
    #[error(
        "the store was written by a newer version of this module (schema {found}, this one knows {known}): install the newer version again"
    )]
    Newer {
        /// `user_version` of the file.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// The file has to be brought up to date, and the copy that is made first cannot be written.
    #[error(
        "the store has to be brought up to date and its copy {path} cannot be written first ({why}): make room or mend the folder's permissions; nothing was changed"
    )]
    Backup {
        /// The copy's file.
        path: String,
        /// The system's words.
        why: String,
    },
    /// Somebody else advances this service right now.
    #[error("service {0} is being worked on at this moment: try again in a minute")]
    Busy(ServiceId),
    /// Another worker has taken the service over: whatever this one knows is out of date.
    #[error("the work on service {0} was taken over by another worker")]
    LeaseLost(ServiceId),
    /// No such service here.
    #[error("service {0} is not known to this module: run Create first")]
    Unknown(ServiceId),
    /// Every address that the package may have is taken.
    #[error(
        "no free {family} address is left for this package: {free_of} on server {server} are leased; add address lines to the server entry"
    )]
    NoAddress {
        /// `IPv4` or `IPv6`.
        family: &'static str,
        /// `all 12 candidates`.
        free_of: String,
        /// The server entry.
        server: ServerId,
    },
    /// An address that a guest has is another service's.
    #[error("the address {address} of this VM is leased to service {other}: it cannot be attached")]
    AddressTaken {
        /// The address.
        address: std::net::IpAddr,
        /// Who has it.
        other: ServiceId,
    },
    /// No VMID is free between the package's first one and the end of the range.
    #[error(
        "no free VMID is left from {first} to {last}: lower First VM ID in the package or widen the next-id range of the datacenter"
    )]
    NoVmid {
        /// Where the search began.
        first: u32,
        /// Where it ended.
        last: u32,
    },
    /// The file is no longer what was written.
    #[error(
        "the store {path} is damaged ({why}), and no VM was touched: check the disk of this machine, then put the store's last backup in its place"
    )]
    Damaged {
        /// The store's file.
        path: String,
        /// SQLite's words.
        why: String,
    },
    /// Nothing can be written down, so nothing is done.
    #[error("the store {path} cannot grow ({why}), and nothing is done without it: make room on its disk")]
    Full {
        /// The store's file.
        path: String,
        /// SQLite's words.
        why: String,
    },
    /// SQLite says no.
    #[error("the store {path} failed: {source}")]
    Sqlite {
        /// The store's file.
        path: String,
        /// SQLite's words.
        source: rusqlite::Error,
    },
    /// A row holds what this version does not understand.
    #[error("the record of service {service} cannot be read: {why}")]
    Corrupt {
        /// Whose row.
        service: ServiceId,
        /// What is wrong.
        why: String,
    },
}

impl Error {
    /// The fine code that replies carry.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NotUsable { .. } => "store_not_usable",
            Error::Newer { .. } => "store_newer",
            Error::Backup { .. } => "store_backup",
            Error::Busy(_) => "busy",
            Error::LeaseLost(_) => "lease_lost",
            Error::Unknown(_) => "unknown_service",
            Error::NoAddress { .. } => "no_free_address",
            Error::AddressTaken { .. } => "address_taken",
            Error::NoVmid { .. } => "no_free_vmid",
            Error::Damaged { .. } => "store_damaged",
            Error::Full { .. } => "store_full",
            Error::Sqlite { .. } => "store",
            Error::Corrupt { .. } => "store_record",
        }
    }

    /// Whether trying again later may help without anybody's doing.
    pub fn retry(&self) -> bool {
        matches!(
            self,
            Error::Busy(_) | Error::LeaseLost(_) | Error::Full { .. } | Error::Sqlite { .. } | Error::NoAddress { .. }
        )
    }
}

/// Why a transaction is rolled back.
enum Abort {
    Sqlite(rusqlite::Error),
    Refused(Error),
}

impl From<rusqlite::Error> for Abort {
    fn from(error: rusqlite::Error) -> Self {
        Abort::Sqlite(error)
    }
}

impl From<Error> for Abort {
    fn from(error: Error) -> Self {
        Abort::Refused(error)
    }
}

/// The store of one WHMCS installation.
pub struct Store {
    path: PathBuf,
    connection: Mutex<Connection>,
    owner: Owner,
    installation: String,
}

impl Store {
    /// Opens the store, makes it where it is missing (0600 in a 0700 folder), and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Store, Error> {
        prepare_file(path).map_err(|error| not_usable(path, error.to_string()))?;
        let sqlite = |source| failure(path, source);
        let mut connection = Connection::open(path).map_err(|error| not_usable(path, error.to_string()))?;
        connection.busy_timeout(limits::STORE_BUSY).map_err(sqlite)?;
        connection.set_prepared_statement_cache_capacity(64);
        schema::configure(&connection).map_err(|error| match failure(path, error) {
            Error::Sqlite { source, .. } => not_usable(path, source.to_string()),
            known => known,
        })?;
        schema::migrate(&mut connection, path).map_err(|error| match error {
            schema::Failure::Newer { found, known } => Error::Newer { found, known },
            schema::Failure::Foreign => not_usable(path, "it is the database of another program".to_owned()),
            schema::Failure::Backup { path, why } => Error::Backup { path, why },
            schema::Failure::Sqlite(source) => sqlite(source),
        })?;
        let installation = installation(&mut connection).map_err(sqlite)?;
        Ok(Store {
            path: path.to_owned(),
            connection: Mutex::new(connection),
            owner: Owner::of_this_process(),
            installation,
        })
    }

    /// The id of this installation: part of the marker that its guests carry.
    pub fn installation(&self) -> &str {
        &self.installation
    }

    /// What is known of a server, however old.
    pub fn facts(&self, server: ServerId) -> Result<Facts, Error> {
        let connection = self.lock();
        let row: Option<String> = connection
            .prepare_cached("SELECT body FROM facts WHERE server = ?1")
            .and_then(|mut statement| statement.query_row([server.0], |row| row.get(0)).optional())
            .map_err(|source| self.sqlite(source))?;
        Ok(row
            .and_then(|body| serde_json::from_str(&body).ok())
            .unwrap_or_default())
    }

    /// Keeps what was seen of a server.
    pub fn set_facts(&self, server: ServerId, facts: &Facts) -> Result<(), Error> {
        let body = serde_json::to_string(facts).unwrap_or_default();
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO facts (server, body, seen_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (server) DO UPDATE SET body = excluded.body, seen_at = excluded.seen_at",
                params![server.0, body, facts.seen_at],
            )?;
            Ok(())
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One write transaction, IMMEDIATE: a transaction that reads first and writes later would lose the
    /// race for the write lock in spite of the busy timeout.
    ///
    /// An error of either kind rolls everything back.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Abort>) -> Result<T, Error> {
        let mut connection = self.lock();
        let run = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        run().map_err(|abort| match abort {
            Abort::Sqlite(source) => self.sqlite(source),
            Abort::Refused(error) => error,
        })
    }

    fn sqlite(&self, source: rusqlite::Error) -> Error {
        failure(&self.path, source)
    }
}

fn not_usable(path: &Path, why: String) -> Error {
    Error::NotUsable {
        path: path.display().to_string(),
        user: owner::user(),
        why,
    }
}

/// What SQLite's refusal means for an admin.
fn failure(path: &Path, source: rusqlite::Error) -> Error {
    let why = source.to_string();
    let at = path.display().to_string();
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Damaged { path: at, why },
        Some(ErrorCode::DiskFull) => Error::Full { path: at, why },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => not_usable(path, why),
        _ => Error::Sqlite { path: at, source },
    }
}

/// Makes the folder (0700) and the file (0600) where they are missing.
fn prepare_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    std::fs::OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

fn installation(connection: &mut Connection) -> rusqlite::Result<String> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut random = [0_u8; 8];
    // without randomness the process id and time still tell installations apart
    if getrandom::fill(&mut random).is_err() {
        random = (u64::from(std::process::id()) << 32).to_be_bytes();
    }
    let fresh: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    transaction.execute(
        "INSERT OR IGNORE INTO meta (key, value) VALUES ('installation', ?1)",
        [fresh],
    )?;
    let id = transaction.query_row("SELECT value FROM meta WHERE key = 'installation'", [], |row| {
        row.get(0)
    })?;
    transaction.commit()?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_idle_cron_asks_is_answered_from_indices() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.db")).unwrap();
        let connection = store.lock();
        for (sql, index) in [
            (due::NEXT_SERVER, "COVERING INDEX services_due (server>?)"),
            (
                due::OF_SERVER,
                "COVERING INDEX services_due (server=? AND <expr>=? AND due_at<?)",
            ),
            (slots::TAKEN, "INDEX services_slot (<expr>=?)"),
            (&services::unwritten(), "INDEX services_write_back"),
            (&services::troubled(), "INDEX services_attention"),
            (&services::untold(), "INDEX services_untold"),
            (dns::DUE, "INDEX dns_due"),
            (dns::ATTENTION, "INDEX dns_attention"),
            (traffic::NEXT_WITH_GUESTS, "INDEX services_vmid"),
            (traffic::SAMPLED, "PRIMARY KEY"),
        ] {
            let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let anything = vec![rusqlite::types::Null; explain.parameter_count()];
            let rows = explain.query_map(rusqlite::params_from_iter(anything), |row| row.get(3));
            let plan: Vec<String> = rows.unwrap().map(Result::unwrap).collect();
            assert_eq!(plan.len(), 1, "no sorting, no second table: {plan:?}");
            assert!(plan[0].contains(index), "{sql}: {plan:?}");
        }
    }

    #[test]
    fn no_statement_is_parsed_again_because_its_parameters_changed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.db")).unwrap();
        let connection = store.lock();
        for sql in [
            due::NEXT_SERVER,
            due::OF_SERVER,
            slots::TAKEN,
            &services::unwritten(),
            &services::troubled(),
            &services::untold(),
            dns::DUE,
            dns::ATTENTION,
            traffic::NEXT_WITH_GUESTS,
            traffic::SAMPLED,
        ] {
            let mut statement = connection.prepare(sql).unwrap();
            for value in 1..4 {
                let values = vec![value; statement.parameter_count()];
                let mut rows = statement.query(rusqlite::params_from_iter(values)).unwrap();
                while rows.next().unwrap().is_some() {}
            }
            assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0, "{sql}");
        }
    }
}
