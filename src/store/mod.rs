//! The durable store: a file (SQLite), or tables in the hoster's database (MariaDB, MySQL). The statements are the same;
//! what a database does in its own way is in `sqlite` and `mariadb`.
//!
//! Invariants: an address and a VMID belong to one service, because an index says so. A service is changed
//! only under its lease; a save that finds another generation changes nothing and says [`Error::LeaseLost`].
//! Every write is one transaction with nothing else inside it, and may be done twice. No secret of Proxmox VE, of a
//! provider or of a customer is ever written here.

mod addresses;
mod builds;
mod concerned;
mod dns;
mod due;
mod events;
mod facts;
mod home;
mod lease;
mod left;
mod location;
mod looks;
mod mariadb;
mod moving;
mod operations;
mod operations_read;
mod outbox;
mod overview;
mod owner;
mod presses;
pub mod seal;
mod sealing;
mod search;
mod services;
mod silence;
mod slots;
mod sql;
mod sqlite;
mod ssh_keys;
mod tables;
mod traffic;

pub use addresses::Reservation;
pub use builds::Built;
pub use concerned::Concerned;
pub use dns::{DnsLease, DnsMemory};
pub use due::{Agenda, Due, News};
pub use events::Event;
pub use home::{AddressChange, Home};
pub use lease::Work;
pub use location::{Database, Location};
pub use looks::{Look, MayLook};
pub use moving::{Moved, move_part};
pub use operations::{Operation, OperationState, Operations, Reader, Requested};
pub use operations_read::Ran;
pub use outbox::{Delivery, Entry};
pub use overview::{Filter, Leased, Overview, Sort};
pub use owner::Owner;
pub use presses::Presses;
pub use services::{Lease, Shown};
pub use ssh_keys::ClientKey;
pub use traffic::{Measured, PowerSeen, Used};

use crate::words::ids::{ServerId, ServiceId};
use crate::words::limits;
use crate::words::problems::{self, Problem};
use sql::{Abort, Sql, values};
use std::sync::atomic::{AtomicU32, Ordering};

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
    /// Another file lies where the open one did.
    #[error(
        "the store {path} was replaced while it was in use, and nothing was done: restart php-fpm, and stop it with the cron before a store is restored"
    )]
    Replaced {
        /// The store's file.
        path: String,
    },
    /// A copy of a WHMCS has a copy of its store.
    #[error(
        "the store belongs to the WHMCS {of}, and this one is {now}: nothing is changed from here; run installation.php --moved if it is the same WHMCS in a new place, or installation.php --copy if it is a copy of it, a test for instance"
    )]
    OtherHome {
        /// Whose the store is.
        of: String,
        /// Who asks.
        now: String,
    },
    /// The address of the same WHMCS, or of a copy of its whole machine, is another one now.
    #[error(
        "WHMCS had the address {} and now has {}: nothing is suspended, deleted or overwritten from here until staff say that it is the same WHMCS, on the doctor's page of the addon or by installation.php --moved; if it is a copy, a test for instance, run installation.php --copy",
        .0.from, .0.to
    )]
    AddressChanged(AddressChange),
    /// Whoever is no copy must not begin as one.
    #[error("the store belongs to this very WHMCS, which is no copy of another one: nothing was changed")]
    NoCopy,
    /// SQLite's locks belong to the process that opened the file, and its child would believe to have them.
    #[error(
        "the store {path} was opened before this process was forked, and cannot be used on both sides: use the module after the fork only, or keep the store in a database"
    )]
    Forked {
        /// The store's file.
        path: String,
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
    /// Somebody else is at work there right now.
    #[error("{0} is being worked on at this moment: try again in a minute")]
    Busy(Work),
    /// The same, where it is known what is done to it.
    #[error("service {service} is being worked on at this moment ({action}, since {since}): try again in a minute")]
    Working {
        /// Which one.
        service: ServiceId,
        /// What.
        action: String,
        /// Since when.
        since: String,
    },
    /// Another worker has taken the service over: whatever this one knows is out of date.
    #[error("the work on {0} was taken over by another worker")]
    LeaseLost(Work),
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
        "the store {path} is damaged ({why}), and no VM was touched: check the disk of this machine, stop php-fpm and the cron, put the store's last backup in its place, delete {path}-wal and {path}-shm beside it, then start them again"
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
    /// The database says no.
    #[error("the store {at} failed: {why}")]
    Database {
        /// The store, without the login.
        at: String,
        /// The database's words.
        why: String,
    },
    /// The database is not there, or does not let us in.
    #[error("the store's database {at} cannot be used: {why}; see that it runs, and that user and password are right")]
    Unreachable {
        /// The store, without the login.
        at: String,
        /// The system's or the database's words.
        why: String,
    },
    /// Nobody can tell where the store should be.
    #[error("the store's location cannot be read: {why}")]
    Location {
        /// What is wrong, without the login.
        why: String,
    },
    /// The place that a store should be moved to is not free.
    #[error("the store {at} has services of its own: a store is only moved to a place without any")]
    NotEmpty {
        /// The store, without the login.
        at: String,
    },
    /// A store is used from which, or into which, a move is under way.
    #[error("a move into the store {at} was begun and is not finished: run move.php again until it says so")]
    Unfinished {
        /// The store, without the login.
        at: String,
    },
    /// Somebody works while the store should stand still.
    #[error("the store {at} is being worked on: stop WHMCS's cron and its web server, then run the move again")]
    InUse {
        /// The store, without the login.
        at: String,
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
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            Error::NotUsable { .. } => &problems::STORE_NOT_USABLE,
            Error::Replaced { .. } => &problems::STORE_REPLACED,
            Error::OtherHome { .. } => &problems::STORE_OTHER_HOME,
            Error::AddressChanged(_) => &problems::STORE_ADDRESS_CHANGED,
            Error::NoCopy => &problems::NO_COPY,
            Error::Forked { .. } => &problems::STORE_FORKED,
            Error::Newer { .. } => &problems::STORE_NEWER,
            Error::Backup { .. } => &problems::STORE_BACKUP,
            Error::Busy(_) | Error::Working { .. } => &problems::BUSY,
            Error::LeaseLost(_) => &problems::LEASE_LOST,
            Error::Unknown(_) => &problems::UNKNOWN_SERVICE,
            Error::NoAddress { .. } => &problems::NO_FREE_ADDRESS,
            Error::AddressTaken { .. } => &problems::ADDRESS_TAKEN,
            Error::NoVmid { .. } => &problems::NO_FREE_VMID,
            Error::Damaged { .. } => &problems::STORE_DAMAGED,
            Error::Full { .. } => &problems::STORE_FULL,
            Error::Database { .. } => &problems::STORE,
            Error::Unreachable { .. } => &problems::STORE_UNREACHABLE,
            Error::Location { .. } => &problems::STORE_LOCATION,
            Error::NotEmpty { .. } => &problems::STORE_NOT_EMPTY,
            Error::Unfinished { .. } => &problems::STORE_UNFINISHED,
            Error::InUse { .. } => &problems::STORE_IN_USE,
            Error::Corrupt { .. } => &problems::STORE_RECORD,
        }
    }
}

enum Backend {
    Sqlite(sqlite::File),
    Mariadb(mariadb::Server),
}

/// The store of one WHMCS installation.
pub struct Store {
    backend: Backend,
    /// For messages.
    at: String,
    owner: Owner,
    installation: String,
}

impl Store {
    /// Opens the store, makes it where it is missing, and brings its schema up to date.
    pub fn open(location: impl Into<Location>) -> Result<Store, Error> {
        let mut store = Store::of(&location.into())?;
        // as a write, so that a store that cannot be written is refused now
        store.installation = store.write(|sql| installation(sql, &store.at))?;
        Ok(store)
    }

    /// Takes the time to look through a file that was found damaged: for a command, which nobody waits for.
    pub fn look_at_marked(location: &Location) {
        if let Location::File(path) = location {
            sqlite::look_at_marked(path);
        }
    }

    /// The tables, whatever is in them.
    fn of(location: &Location) -> Result<Store, Error> {
        let backend = match location {
            Location::File(path) => Backend::Sqlite(sqlite::File::open(path)?),
            Location::Database(database) => Backend::Mariadb(mariadb::Server::open(database)?),
        };
        Ok(Store {
            backend,
            at: location.to_string(),
            owner: Owner::of_this_process(),
            installation: String::new(),
        })
    }

    /// Refuses a store that was replaced, or brought up to date by a newer version, since it was opened: a process may
    /// keep it open for days.
    pub fn must_be_current(&self) -> Result<(), Error> {
        match &self.backend {
            Backend::Sqlite(file) => file.must_be_current(),
            Backend::Mariadb(server) => server.must_be_current(),
        }
    }

    /// Whether several web servers may use it.
    fn is_shared(&self) -> bool {
        matches!(self.backend, Backend::Mariadb(_))
    }

    /// Looks through all of the store for damage; `false`: the time was over before the end. A database looks after
    /// itself.
    pub fn look_through(&self) -> Result<bool, Error> {
        match &self.backend {
            Backend::Sqlite(file) => file.look_through(),
            Backend::Mariadb(_) => Ok(true),
        }
    }

    /// The id of this installation: part of the marker that its guests carry.
    pub fn installation(&self) -> &str {
        &self.installation
    }

    /// Reads and writes nothing; `work` may be done more than once.
    fn read<T>(&self, work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>) -> Result<T, Error> {
        match &self.backend {
            Backend::Sqlite(file) => file.read(work),
            Backend::Mariadb(server) => server.read(work),
        }
    }

    /// One write transaction. An error of either kind rolls everything back. `work` may be done more than once, and
    /// must find what it has written the time before.
    fn write<T>(&self, work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>) -> Result<T, Error> {
        match &self.backend {
            Backend::Sqlite(file) => file.write(work),
            Backend::Mariadb(server) => server.write(work),
        }
    }

    /// [`Store::write`] for what may as well be left undone: it is not waited for long.
    fn write_soon<T>(&self, work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>) -> Result<T, Error> {
        match &self.backend {
            Backend::Sqlite(file) => file.write_within(limits::STORE_SOON, work),
            // who writes there locks rows, and those of looks are nobody else's
            Backend::Mariadb(server) => server.write(work),
        }
    }

    /// [`Store::write`] that overlaps no other one of these: for what looks at many rows before it writes one.
    fn write_in_turn<T>(&self, work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>) -> Result<T, Error> {
        match &self.backend {
            // every write waits for its turn there
            Backend::Sqlite(file) => file.write(work),
            Backend::Mariadb(server) => server.write_in_turn(work),
        }
    }
}

fn installation(sql: &mut dyn Sql, at: &str) -> Result<String, Abort> {
    if moving::is_under_way(sql)? {
        return Err(Error::Unfinished { at: at.to_owned() }.into());
    }
    if let Some(known) = sql.value("SELECT value FROM @meta WHERE `key` = 'installation'", &[])? {
        return Ok(known);
    }
    let fresh = random_id();
    let insert = "INSERT INTO @meta (`key`, value) VALUES ('installation', ?)";
    sql.execute(insert, values![&fresh])?;
    Ok(fresh)
}

/// A number that nothing else has, as a text.
fn random_id() -> String {
    let mut random = [0_u8; 8];
    // without randomness the process id, and a count, still tell most apart
    if getrandom::fill(&mut random).is_err() {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        random = (u64::from(std::process::id()) << 32 | u64::from(count)).to_be_bytes();
    }
    data_encoding::HEXLOWER.encode(&random)
}

#[cfg(test)]
mod tests;
