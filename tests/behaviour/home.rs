//! Where a test's store is: in a file of SQLite or, with `STORE=mariadb` in the environment, in a database of a real
//! MariaDB. A test that takes a [`Home`] is the same on both; `make mariadb` runs them all on MariaDB.
//!
//! What only a file can suffer is tested in `store_file` and `store_damage`, what only a server can in `store_server`.

use crate::commits;
use crate::support::{Mortality, guard};
use mariadb::{Cutter, Database, Fate, Moment, Server, Then};
use mysql::prelude::Queryable;
use proxmoxkvm::store::{Error, Location, Store};
use rusqlite::OpenFlags;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What the names of the tables in a database begin with.
pub const PREFIX: &str = "mod_proxmoxkvm_store_";

/// The place of one store.
pub enum Home {
    /// In this folder, made by SQLite.
    File(tempfile::TempDir),
    /// In a database, which is reached through a proxy: there a process dies at its commits.
    Database(Cutter, Database),
}

/// Whether this run of the tests has its stores on MariaDB.
pub fn on_mariadb() -> bool {
    match std::env::var("STORE").as_deref() {
        Err(_) | Ok("" | "sqlite") => false,
        Ok("mariadb") => true,
        Ok(other) => panic!("STORE is sqlite or mariadb, not {other}"),
    }
}

/// A folder for a store; in memory where there is one, as what is tested is not the disk.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

impl Home {
    /// A new one where this run has its stores, for processes that live for ever.
    pub fn new() -> Home {
        Home::of(&Arc::default())
    }

    /// A new one, for processes that may die.
    pub fn of(mortality: &Arc<Mortality>) -> Home {
        if on_mariadb() {
            Home::in_a_database(mortality)
        } else {
            Home::in_a_file()
        }
    }

    /// A file, wherever the others have theirs.
    pub fn in_a_file() -> Home {
        Home::File(folder())
    }

    /// A database, wherever the others have theirs.
    pub fn in_a_database(mortality: &Arc<Mortality>) -> Home {
        Home::in_database(Server::shared().database(), mortality)
    }

    fn in_database(database: Database, mortality: &Arc<Mortality>) -> Home {
        Home::Database(in_front_of(&database, mortality), database)
    }

    /// What the product is told: a path, or a URL.
    pub fn location(&self) -> String {
        match self {
            Home::File(_) => self.file().to_str().unwrap().to_owned(),
            Home::Database(cutter, database) => database.url_at(cutter.address()),
        }
    }

    /// The file of SQLite.
    pub fn file(&self) -> PathBuf {
        match self {
            Home::File(folder) => folder.path().join("store/store.db"),
            Home::Database(..) => panic!("a test of a file begins with Home::in_a_file"),
        }
    }

    /// A connection to it in the name of a process.
    pub fn open_for(&self, mortality: &Arc<Mortality>) -> Result<Store, Error> {
        match self {
            Home::File(_) => commits::in_the_name_of(mortality, || self.open()),
            Home::Database(cutter, _) => {
                // whoever was dead has been buried
                cutter.accept();
                self.open()
            }
        }
    }

    /// A connection to it in the name of one process among several that live on: it dies alone. In a database it has a
    /// proxy of its own, which must be kept as long as the connection.
    pub fn open_beside_others(&self, mortality: &Arc<Mortality>) -> (Result<Store, Error>, Option<Cutter>) {
        let Home::Database(_, database) = self else {
            return (self.open_for(mortality), None);
        };
        let cutter = in_front_of(database, mortality);
        let store = Location::parse(&database.url_at(cutter.address())).and_then(|location| Store::open(&location));
        (store, Some(cutter))
    }

    /// A connection to it, as a process of its own has.
    pub fn open(&self) -> Result<Store, Error> {
        Store::open(&Location::parse(&self.location())?)
    }

    /// Another one that is like this one up to now, and goes its own way from here.
    pub fn copy(&self, mortality: &Arc<Mortality>) -> Home {
        let Home::Database(_, database) = self else {
            let copy = Home::in_a_file();
            let there = copy.file().parent().unwrap().to_owned();
            std::fs::create_dir(&there).unwrap();
            for file in std::fs::read_dir(self.file().parent().unwrap()).unwrap() {
                let file = file.unwrap();
                // the index of the log belongs to those who have the file open
                if !file.file_name().to_string_lossy().ends_with("-shm") {
                    std::fs::copy(file.path(), there.join(file.file_name())).unwrap();
                }
            }
            return copy;
        };
        Home::in_database(database.copy(), mortality)
    }

    /// Reads rows as anybody could, not through the product: each value as a text, `None` for NULL. No rows while nobody
    /// has made the tables.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        match self {
            Home::File(_) => self.rows_of_file(&sql.replace('@', "")),
            Home::Database(_, database) => {
                let found: mysql::Result<Vec<mysql::Row>> = database.root().query(sql.replace('@', PREFIX));
                match found {
                    Ok(rows) => rows
                        .into_iter()
                        .map(|row| row.unwrap().into_iter().map(mysql::from_value).collect())
                        .collect(),
                    Err(mysql::Error::MySqlError(error)) if error.code == 1146 => Vec::new(),
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    fn rows_of_file(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let Ok(connection) = rusqlite::Connection::open_with_flags(self.file(), OpenFlags::SQLITE_OPEN_READ_WRITE)
        else {
            return Vec::new();
        };
        let Ok(mut select) = connection.prepare(sql) else {
            return Vec::new();
        };
        let columns = select.column_count();
        let mut found = select.query([]).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = found.next().unwrap() {
            rows.push((0..columns).map(|column| text(row.get_ref(column).unwrap())).collect());
        }
        rows
    }

    /// Runs some SQL behind the product's back; `@` stands before the name of a table, as in the product.
    pub fn tell(&self, sql: &str) {
        match self {
            Home::File(_) => {
                let other = rusqlite::Connection::open(self.file()).unwrap();
                other.execute_batch(&sql.replace('@', "")).unwrap();
            }
            Home::Database(_, database) => database.root().query_drop(sql.replace('@', PREFIX)).unwrap(),
        }
    }
}

/// A proxy at which a process dies at its commits.
fn in_front_of(database: &Database, mortality: &Arc<Mortality>) -> Cutter {
    let mortality = mortality.clone();
    let judge = move |moment: &Moment<'_>| mortality.asks(moment.commit.is_some());
    Cutter::new(database.server().address(), judge)
}

/// What a column of a file holds, as a database would write it.
fn text(value: rusqlite::types::ValueRef<'_>) -> Option<String> {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8(bytes.to_vec()).unwrap()),
    }
}

impl Mortality {
    /// A question to the database that is about to be sent: the fate of its connection. Whoever is dead commits nothing
    /// any more; what it reads harms nobody.
    fn asks(&self, commit: bool) -> Fate {
        if !commit {
            return Fate::Pass;
        }
        if !self.commits() {
            return Fate::Before(Then::Bury);
        }
        if self.is_dead() {
            return Fate::After(Then::Bury);
        }
        let number = self.commits.load(Ordering::SeqCst);
        let blip = *guard(&self.blip);
        blip.filter(|(at, _)| *at == number)
            .map_or(Fate::Pass, |(_, fate)| fate)
    }
}
