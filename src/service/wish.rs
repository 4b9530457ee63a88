//! What is wanted of a guest's snapshots, until it is done. Written down before anything is asked: whoever goes on after a
//! worker that died finds by the names what was done of it.

use serde::{Deserialize, Serialize};

/// One wish. Names are those of Proxmox VE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wish", rename_all = "snake_case")]
pub enum Wish {
    /// One more.
    Take {
        /// Its name: it says who wanted it.
        name: String,
        /// What it is called.
        label: String,
        /// With the memory of a guest that runs.
        ram: bool,
        /// The scheduled ones that make room for it, once it is there.
        instead_of: Vec<String>,
    },
    /// One less.
    Delete {
        /// Its name.
        name: String,
    },
    /// The guest as it was then.
    RollBack {
        /// To which one.
        name: String,
        /// Those that are deleted first, as the storage goes back to none but the newest.
        newer: Vec<String>,
        /// Whether its task has ended well.
        done: bool,
    },
}

impl Wish {
    /// The action that asks for it.
    pub fn action(&self) -> &'static str {
        match self {
            Wish::Take { .. } => "snapshot_take",
            Wish::Delete { .. } => "snapshot_delete",
            Wish::RollBack { .. } => "snapshot_rollback",
        }
    }

    /// Whether the guest is stopped and changed for it. One that only makes or deletes a snapshot has touched nothing when it
    /// is refused: whoever asked is told, and nobody else has to do anything.
    pub fn changes_guest(&self) -> bool {
        matches!(self, Wish::RollBack { .. })
    }
}
