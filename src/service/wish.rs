//! What is wanted of a guest's snapshots and backups, until it is done. Written down before anything is asked: whoever goes on after a
//! worker that died finds by the names what was done of it.

use crate::guest::{BackupTag, Place};
use crate::service::media::{MediaAct, MediaWish};
use crate::words::ids::StorageId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One wish. Names of snapshots are those of Proxmox VE, names of backups those in their notes.
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
        /// Whether it was seen whole.
        #[serde(default)]
        taken: bool,
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
        /// How far it has come.
        stage: HowFar,
    },
    /// One backup more.
    BackUp {
        /// Its name, and whose it is.
        tag: BackupTag,
        /// What it is called.
        note: String,
        /// Where it is stored.
        storage: StorageId,
        /// Whether a guest that runs is stopped for it.
        stops: bool,
        /// Those that make room for it, once it is there.
        #[serde(default)]
        instead_of: Vec<String>,
        /// Whether its task has ended well.
        done: bool,
    },
    /// One backup less.
    DeleteBackup {
        /// Its name.
        name: String,
        /// Where it was seen.
        #[serde(default)]
        place: Option<Place>,
        /// Whether its protection is taken off first: its time is over.
        #[serde(default)]
        released: bool,
    },
    /// The guest as it was when a backup of it was made: what is on its disks now is lost, and its snapshots.
    Restore {
        /// The name of the backup.
        backup: String,
        /// Its volume, as Proxmox VE names it.
        volume: String,
        /// The word in its description by which the guest is known that comes out of it.
        nonce: String,
        /// How often Proxmox VE has begun it.
        begun: u32,
        /// Whether that guest was seen.
        done: bool,
        /// What it needs of the storages, by their names (bytes).
        #[serde(default)]
        needs: BTreeMap<StorageId, u64>,
    },
    /// A second guest, as it was when a backup was made, beside the service's own.
    RestoreBeside {
        /// The name of the backup.
        backup: String,
        /// Its volume, as Proxmox VE names it.
        volume: String,
        /// The word in its description by which the second guest is known.
        nonce: String,
        /// How often Proxmox VE has begun it.
        begun: u32,
        /// What it needs of the storages, by their names (bytes).
        #[serde(default)]
        needs: BTreeMap<StorageId, u64>,
    },
    /// The second guest is deleted.
    DiscardBeside,
    /// The second guest takes the place of the service's own, which becomes the second one.
    Swap {
        /// The word by which that is known then.
        nonce: String,
        /// Whether the second guest ran when this was asked for: then it runs afterwards, too.
        ran: bool,
        /// Whether Proxmox VE has let its config be written.
        #[serde(default)]
        tried: bool,
    },
    /// A backup with another note, or protected, or so no more.
    MarkBackup {
        /// Its name.
        name: String,
        /// Where it was seen.
        #[serde(default)]
        place: Option<Place>,
        /// What it is called from now on; none: as before.
        note: Option<String>,
        /// Whether it is protected from now on; none: as before.
        protected: Option<bool>,
    },
    /// Other media, or another boot order.
    Media(MediaWish),
}

/// How far a rollback has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowFar {
    /// Nothing of the guest was touched.
    #[default]
    Waits,
    /// Proxmox VE has begun it: how much of it was done, nobody can tell.
    Begun,
    /// Its task has ended well.
    Done,
}

impl Wish {
    /// The action that asks for it.
    pub fn action(&self) -> &'static str {
        match self {
            Wish::Take { .. } => "snapshot_take",
            Wish::Delete { .. } => "snapshot_delete",
            Wish::RollBack { .. } => "snapshot_rollback",
            Wish::BackUp { .. } => "backup_make",
            Wish::DeleteBackup { .. } => "backup_delete",
            Wish::Restore { .. } => "backup_restore",
            Wish::Media(media) => media.act.action(),
            Wish::RestoreBeside { .. } => "backup_restore_beside",
            Wish::DiscardBeside => "beside_discard",
            Wish::Swap { .. } => "beside_swap",
            Wish::MarkBackup { protected, .. } => match protected {
                None => "backup_note",
                Some(true) => "backup_protect",
                Some(false) => "backup_unprotect",
            },
        }
    }

    /// The name of what is made by it.
    pub fn new_name(&self) -> Option<&str> {
        match self {
            Wish::Take { name, .. } => Some(name),
            Wish::BackUp { tag, .. } => Some(&tag.name),
            _ => None,
        }
    }

    /// Whether it has made what was asked for: what is left of it only makes room.
    pub fn has_made_it(&self) -> bool {
        matches!(self, Wish::Take { taken: true, .. } | Wish::BackUp { done: true, .. })
    }

    /// Whether the guest is stopped and changed for it. One that only makes or deletes a copy has touched nothing when it is
    /// refused: whoever asked is told, and nobody else has to do anything.
    pub fn changes_guest(&self) -> bool {
        matches!(self, Wish::RollBack { .. } | Wish::Restore { .. } | Wish::Swap { .. })
    }

    /// Whether its refusal is told to nobody but who asked: the guest is as it was. Whoever waits to be let out of rescue mode
    /// need not have asked.
    pub fn is_harmless(&self) -> bool {
        let leaves = matches!(self, Wish::Media(media) if media.act == MediaAct::Leave);
        !self.changes_guest() && !leaves
    }

    /// Whether it is about backups, and leaves the guest as it is.
    pub fn is_of_backups(&self) -> bool {
        matches!(
            self,
            Wish::BackUp { .. } | Wish::DeleteBackup { .. } | Wish::MarkBackup { .. }
        )
    }

    /// Whether it makes or deletes the second guest, and leaves the service's own as it is.
    pub fn is_of_beside(&self) -> bool {
        matches!(self, Wish::RestoreBeside { .. } | Wish::DiscardBeside)
    }

    /// What a restore that is under way needs of the storages (bytes), and whether Proxmox VE has begun it.
    pub fn needs(&self) -> Option<(&BTreeMap<StorageId, u64>, bool)> {
        match self {
            Wish::Restore {
                needs,
                begun,
                done: false,
                ..
            }
            | Wish::RestoreBeside { needs, begun, .. } => Some((needs, *begun > 0)),
            _ => None,
        }
    }

    /// Whether somebody waits for it, and hears at once that it cannot be. A guest that is to go is not in anybody's way.
    pub fn is_awaited(&self) -> bool {
        !matches!(self, Wish::DiscardBeside)
    }

    /// Where the backup was seen that is meant. None: it is about none that is there already.
    pub fn place_of_backup(&self) -> Option<&Place> {
        match self {
            Wish::DeleteBackup { place, .. } | Wish::MarkBackup { place, .. } => place.as_ref(),
            _ => None,
        }
    }

    /// A task of this kind has ended well.
    pub fn hears(&mut self, kind: &str) {
        match (kind, self) {
            ("qmrollback", Wish::RollBack { stage, .. }) => *stage = HowFar::Done,
            ("vzdump", Wish::BackUp { done, .. }) => *done = true,
            _ => {}
        }
    }
}
