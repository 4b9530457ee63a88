//! Where a benchmark keeps its store: the one place that opens it.

use mariadb::{Database, Server};
use mysql::TxOpts;
use mysql::prelude::Queryable;
use proxmoxkvm::store::{Location, Store};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Which database holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    MariaDb,
}

impl Kind {
    /// Whether this machine has it.
    pub fn is_here(self) -> bool {
        let installer = || {
            let mut command = Command::new("mariadb-install-db");
            command.arg("--help").stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok()
        };
        self == Kind::Sqlite || installer()
    }
}

/// A place for a store, empty at first; all of it goes when this is dropped.
pub struct Home {
    /// As the library is told it.
    pub location: String,
    kept: Kept,
}

enum Kept {
    File(TempDir),
    Tables(Database),
}

impl Home {
    /// A file on the disk, as at a hoster's; or tables of a MariaDB of our own.
    pub fn new(kind: Kind) -> Home {
        Home::within(kind, &std::env::temp_dir())
    }

    /// In memory where there is such a file system, as that MariaDB: the disk's fsync would hide what is measured.
    pub fn in_memory(kind: Kind) -> Home {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() {
            Home::within(kind, memory)
        } else {
            Home::new(kind)
        }
    }

    fn within(kind: Kind, parent: &Path) -> Home {
        if kind == Kind::MariaDb {
            let database = Server::shared().database();
            let location = format!("{}?prefix={PREFIX}", database.url());
            let kept = Kept::Tables(database);
            return Home { location, kept };
        }
        let folder = tempfile::tempdir_in(parent).expect("a folder");
        let location = folder.path().join(FILE).display().to_string();
        let kept = Kept::File(folder);
        Home { location, kept }
    }

    /// Opens the store.
    pub fn open(&self) -> Store {
        let location = Location::parse(&self.location).expect("a location");
        Store::open(location).expect("a store")
    }

    /// Runs statements in one transaction, past the library. `@` stands before the name of a table.
    pub fn execute(&self, statements: impl IntoIterator<Item = String>) {
        match &self.kept {
            Kept::File(folder) => {
                let path = folder.path().join(FILE);
                let mut connection = rusqlite::Connection::open(path).expect("the store");
                let transaction = connection.transaction().expect("a transaction");
                for statement in statements {
                    let statement = statement.replace('@', "");
                    transaction.execute_batch(&statement).expect("a statement");
                }
                transaction.commit().expect("a commit");
            }
            Kept::Tables(database) => {
                let mut connection = database.root();
                let mut transaction = connection.start_transaction(TxOpts::default()).expect("a transaction");
                for statement in statements {
                    let statement = statement.replace('@', PREFIX);
                    transaction.query_drop(statement).expect("a statement");
                }
                transaction.commit().expect("a commit");
            }
        }
    }
}

const FILE: &str = "store.db";
/// What the names of the tables begin with.
const PREFIX: &str = "bench_";
