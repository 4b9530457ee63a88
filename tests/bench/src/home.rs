//! Where a benchmark keeps its store: the one place that opens it.

use proxmoxkvm::store::Store;
use std::path::Path;
use tempfile::TempDir;

/// Which database holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
}

/// A place for a store, empty at first; all of it goes when this is dropped.
pub struct Home {
    /// As the library is told it.
    pub location: String,
    _folder: TempDir,
}

impl Home {
    /// On the disk, as at a hoster's.
    pub fn new(kind: Kind) -> Home {
        Home::within(kind, &std::env::temp_dir())
    }

    /// In memory where there is such a file system: the disk's fsync would hide what is measured.
    pub fn in_memory(kind: Kind) -> Home {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() {
            Home::within(kind, memory)
        } else {
            Home::new(kind)
        }
    }

    fn within(kind: Kind, parent: &Path) -> Home {
        let folder = tempfile::tempdir_in(parent).expect("a folder");
        let Kind::Sqlite = kind;
        Home {
            location: folder.path().join("store.db").display().to_string(),
            _folder: folder,
        }
    }

    /// Opens the store.
    pub fn open(&self) -> Store {
        Store::open(Path::new(&self.location)).expect("a store")
    }

    /// Runs statements in one transaction, past the library.
    pub fn execute(&self, statements: impl IntoIterator<Item = String>) {
        let mut connection = rusqlite::Connection::open(&self.location).expect("the store");
        let transaction = connection.transaction().expect("a transaction");
        for statement in statements {
            transaction.execute_batch(&statement).expect("a statement");
        }
        transaction.commit().expect("a commit");
    }
}
