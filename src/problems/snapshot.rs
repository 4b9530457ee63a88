//! Why nothing is done about a snapshot. What asks is looked at before anything is touched.

use crate::words::ids::{NodeName, StorageId, Vmid};
use crate::words::limits;
use crate::words::problems::{self, Problem};

/// One sentence each; nothing was changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SnapshotRefusal {
    /// The package has none.
    #[error("no snapshots are sold with this service: set snapshots in More settings, or sell the option Snapshots")]
    NotSold,
    /// There is no place for one more.
    #[error("the service has {have} of {most} snapshots: delete one first")]
    Quota {
        /// How many it has.
        have: usize,
        /// How many it may have.
        most: u32,
    },
    /// A disk is on a storage, or of a format, that has no snapshots.
    #[error(
        "VM {vmid} can have no snapshots, because of {disks}: move that disk in Proxmox VE to a storage that can (on files: in the format qcow2), and try again"
    )]
    Impossible {
        /// The guest.
        vmid: Vmid,
        /// The disks that keep it from that, as far as they are known.
        disks: String,
    },
    /// A storage is too full.
    #[error(
        "storage {storage} on node {node} has {free} % of its space free, and the product wants {floor} % (snapshot_floor): no snapshot was taken"
    )]
    Floor {
        /// The storage.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
        /// What is free, in percent.
        free: u64,
        /// What should be.
        floor: u32,
    },
    /// Proxmox VE does not say how full a storage is.
    #[error("how much space is free on storage {storage} of node {node} is not known at this moment: try again later")]
    SpaceUnknown {
        /// The storage.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
    },
    /// What it should be called.
    #[error(
        "a snapshot's name has at most {} characters on one line: nothing was done",
        limits::SNAPSHOT_LABEL
    )]
    Label,
    /// A schedule that is none.
    #[error("choose days of the week, and a window that begins at 0, 4, 8, 12, 16 or 20 o'clock: nothing was saved")]
    Schedule,
    /// None of the service's own has that name.
    #[error("the VM has no such snapshot of this service any more: load the page again")]
    Unknown,
    /// A killed worker has left it.
    #[error("this snapshot was not finished, and cannot be rolled back to: delete it")]
    Unfinished,
    /// It could not be gone on with for too long.
    #[error(
        "what was wanted of this VM's snapshots could not be gone on with for {} minutes, and is not done any more: ask for it again if it is still wanted",
        limits::SNAPSHOT_WAITS / 60.0
    )]
    Late,
    /// A rollback that was begun, and of whose end nobody knows.
    #[error("Proxmox VE has begun a rollback of this VM, and has not ended it, or how it has ended is not known")]
    HalfBack,
    /// The storage goes back to none but the newest, and what would be lost was not said yes to.
    #[error("its storage goes back only to the newest snapshot: {} would be deleted first, and that was not confirmed", .0.join(", "))]
    Newer(Vec<String>),
    /// One of those is the provider's.
    #[error(
        "its storage goes back only to the newest snapshot, and {0} is newer and not this service's: delete that one in Proxmox VE first, if nobody needs it"
    )]
    Foreign(String),
}

impl SnapshotRefusal {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            SnapshotRefusal::NotSold => &problems::SNAPSHOTS_NOT_SOLD,
            SnapshotRefusal::Quota { .. } => &problems::SNAPSHOT_QUOTA,
            SnapshotRefusal::Impossible { .. } => &problems::SNAPSHOT_IMPOSSIBLE,
            SnapshotRefusal::Floor { .. } | SnapshotRefusal::SpaceUnknown { .. } => &problems::SNAPSHOT_SPACE,
            SnapshotRefusal::Label => &problems::SNAPSHOT_LABEL,
            SnapshotRefusal::Schedule => &problems::SNAPSHOT_SCHEDULE,
            SnapshotRefusal::Unknown => &problems::NO_SNAPSHOT,
            SnapshotRefusal::Unfinished => &problems::SNAPSHOT_UNFINISHED,
            SnapshotRefusal::HalfBack => &problems::SNAPSHOT_HALF_BACK,
            SnapshotRefusal::Late => &problems::SNAPSHOT_LATE,
            SnapshotRefusal::Newer(_) => &problems::SNAPSHOT_NEWER,
            SnapshotRefusal::Foreign(_) => &problems::SNAPSHOT_FOREIGN,
        }
    }

    /// The number in its text for a client.
    pub(super) fn number(&self) -> Option<u64> {
        matches!(self, SnapshotRefusal::Label).then_some(limits::SNAPSHOT_LABEL as u64)
    }
}
