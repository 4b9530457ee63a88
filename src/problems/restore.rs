//! Why a VM is not made again from a backup, or was lost by it.

use crate::words::ids::{NodeName, StorageId, Vmid};
use crate::words::limits;
use crate::words::problems::{self, Problem};

/// One sentence each. But for the last, nothing was changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RestoreRefusal {
    /// Its config cannot be read, as the key is missing.
    #[error(
        "backup {volume} is encrypted, and node {node} has no key for it ({words}): give the storage its key again in Proxmox VE (Datacenter, Storage, Encryption); nothing was changed"
    )]
    Encrypted {
        /// The backup.
        volume: String,
        /// The guest's node.
        node: NodeName,
        /// What Proxmox VE says.
        words: String,
    },
    /// Its config cannot be read.
    #[error("Proxmox VE cannot read backup {volume} on node {node} ({words}): nothing was changed")]
    Unreadable {
        /// The backup.
        volume: String,
        /// The guest's node.
        node: NodeName,
        /// What Proxmox VE says.
        words: String,
    },
    /// It was made of another service's VM.
    #[error("backup {volume} is one of another service's VM ({owner}): nothing was changed")]
    Foreign {
        /// The backup.
        volume: String,
        /// Whose marker is in it.
        owner: String,
    },
    /// Somebody else has made it, and nothing in it says of which VM.
    #[error("backup {volume} does not say that it is one of this service's VM: nothing was changed")]
    Unmarked {
        /// The backup.
        volume: String,
    },
    /// No disk is in it.
    #[error("backup {volume} is without the system disk of the VM: nothing was changed")]
    NoDisk {
        /// The backup.
        volume: String,
    },
    /// It is on a storage that the guest's node does not reach.
    #[error(
        "backup {volume} is on storage {storage}, which node {node} of the VM does not reach: move the VM back, or the backup to a storage that both nodes have; nothing was changed"
    )]
    Elsewhere {
        /// The backup.
        volume: String,
        /// Its storage.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
    },
    /// A storage of its disks is not there.
    #[error(
        "disk {slot} of backup {volume} was on storage {storage}, which takes no disks on node {node} now: give it the content Disk image there in Proxmox VE (Datacenter, Storage); nothing was changed"
    )]
    DiskStorage {
        /// The backup.
        volume: String,
        /// The disk.
        slot: String,
        /// The storage that it was on.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
    },
    /// A disk is larger than what is sold.
    #[error(
        "the {which} in backup {volume} has {has_gib} GB and the package says {wanted_gib} GB, and a disk cannot be made smaller: sell the larger one first; nothing was changed"
    )]
    Larger {
        /// The backup.
        volume: String,
        /// `system disk` or `additional disk`.
        which: &'static str,
        /// Its size in the backup, GiB (rounded up).
        has_gib: u64,
        /// The package's size, GiB.
        wanted_gib: u64,
    },
    /// A storage would be full before all is restored.
    #[error(
        "the disks in backup {volume} want {wanted_gib} GB on storage {storage} of node {node}, and {free_gib} GB are free there once the VM's own are deleted: nothing was changed"
    )]
    Space {
        /// The backup.
        volume: String,
        /// The storage.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
        /// What they want, GiB (rounded up).
        wanted_gib: u64,
        /// What is free, GiB (rounded down).
        free_gib: u64,
    },
    /// It could not be gone on with for too long.
    #[error(
        "the restore of this VM could not be gone on with for {} minutes, and is not done any more: ask for it again if it is still wanted",
        limits::SNAPSHOT_WAITS / 60.0
    )]
    Late,
    /// Proxmox VE does not say how full a storage is.
    #[error("how much space is free on storage {storage} of node {node} is not known at this moment: try again later")]
    SpaceUnknown {
        /// The storage.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
    },
    /// The disks are gone.
    #[error(
        "VM {vmid} on node {node} could not be restored, twice, and has no disks any more, as Proxmox VE deletes them first ({words}): restore another backup, or this one again, from the list of its backups, or press Reinstall"
    )]
    Torn {
        /// The guest.
        vmid: Vmid,
        /// Its node.
        node: NodeName,
        /// What Proxmox VE said.
        words: String,
    },
}

impl RestoreRefusal {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            RestoreRefusal::Encrypted { .. } => &problems::BACKUP_ENCRYPTED,
            RestoreRefusal::Unreadable { .. } | RestoreRefusal::NoDisk { .. } => &problems::BACKUP_UNREADABLE,
            RestoreRefusal::Foreign { .. } | RestoreRefusal::Unmarked { .. } => &problems::BACKUP_FOREIGN,
            RestoreRefusal::Elsewhere { .. } | RestoreRefusal::DiskStorage { .. } => &problems::BACKUP_ELSEWHERE,
            RestoreRefusal::Larger { .. } => &problems::BACKUP_LARGER,
            RestoreRefusal::Space { .. } | RestoreRefusal::SpaceUnknown { .. } => &problems::RESTORE_SPACE,
            RestoreRefusal::Late => &problems::RESTORE_LATE,
            RestoreRefusal::Torn { .. } => &problems::RESTORE_TORN,
        }
    }
}
