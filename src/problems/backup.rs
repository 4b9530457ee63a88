//! Why nothing is done about a backup. What asks is looked at before anything is touched.

use crate::words::ids::{NodeName, StorageId, Vmid};
use crate::words::limits;
use crate::words::problems::{self, Problem};

/// One sentence each; nothing was changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BackupRefusal {
    /// The package has none.
    #[error("no backups are sold with this service: set backups in More settings, or sell the option Backups")]
    NotSold,
    /// The package does not say where they are stored.
    #[error("the product does not say where backups are stored: set Backup storage")]
    NoStorage,
    /// There is no place for one more.
    #[error("the service has {have} of {most} backups: delete one first")]
    Quota {
        /// How many it has.
        have: usize,
        /// How many it may have.
        most: u32,
    },
    /// All of them together are too large for one more.
    #[error(
        "the service's backups have {have_gb} GB together, and the product allows {most_gb} GB (backup_gb): delete one first"
    )]
    Size {
        /// Their size, GB of 10^9 bytes.
        have_gb: u64,
        /// What it may be.
        most_gb: u64,
    },
    /// The storage is not there, or keeps no backups.
    #[error(
        "storage {storage} takes no backups on node {node}: name another one in the option Backup storage, or give it the content Backup in Proxmox VE (Datacenter, Storage)"
    )]
    Storage {
        /// The storage.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
    },
    /// The storage deletes backups by itself.
    #[error(
        "storage {storage} keeps only some backups of a VM ({retention}): customers' backups would be deleted by it, and Proxmox VE refuses to make them; choose Keep all backups there in Proxmox VE (Datacenter, Storage, Backup Retention), and let no backup job with a retention of its own write there"
    )]
    Retention {
        /// The storage.
        storage: StorageId,
        /// What it keeps.
        retention: String,
    },
    /// Backup jobs of the hoster delete what is stored there.
    #[error(
        "the backup jobs {jobs} delete backups on storage {storage} by a retention of their own, whoever has made them: customers' would be lost; store customers' backups on a storage that no job with a retention writes to (on a Proxmox Backup Server a namespace of its own, without a prune job), or let those jobs keep all"
    )]
    Pruned {
        /// The storage.
        storage: StorageId,
        /// The jobs.
        jobs: String,
    },
    /// Nobody can see what is on the storage.
    #[error(
        "storage {storage} of node {node} cannot be looked at, as no node that has it is online: nothing was done; try again when it is back"
    )]
    Away {
        /// The storage.
        storage: StorageId,
        /// The node.
        node: NodeName,
    },
    /// The storage is too full.
    #[error(
        "storage {storage} on node {node} has {free} % of its space free, and a backup wants {} %: no backup was made",
        limits::BACKUP_FLOOR
    )]
    Space {
        /// The storage.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
        /// What is free, in percent.
        free: u64,
    },
    /// A disk is not in any backup.
    #[error(
        "disk {slot} of VM {vmid} is left out of backups (backup=0), so that a backup would be without what is on it: no backup was made; in Proxmox VE, under Hardware, tick Backup for that disk"
    )]
    LeftOut {
        /// The guest.
        vmid: Vmid,
        /// The disk.
        slot: String,
    },
    /// Nobody can say what a terminated guest has left on a storage.
    #[error(
        "what backups of the VM are on storage {storage} cannot be seen through node {node} ({words}), so that nobody knows what would be left there: bring the storage back, or, if it is gone for good, run pvesm set {storage} --disable 1 on a node"
    )]
    Unlisted {
        /// The storage.
        storage: StorageId,
        /// The node.
        node: NodeName,
        /// Proxmox VE's words.
        words: String,
    },
    /// A backup of a terminated guest stays.
    #[error(
        "backup {volume} cannot be deleted ({words}): take its protection off, give the login of its storage the right to prune (at a Proxmox Backup Server the role DatastorePowerUser), or delete it yourself"
    )]
    Undeletable {
        /// The backup.
        volume: String,
        /// Proxmox VE's words.
        words: String,
    },
    /// Others are made on the node; told when there is no more time to wait for its turn.
    #[error(
        "others were being made on node {0} for as long as it could wait, and one after the other is made there: no backup was made; let the node's own backup jobs run at another time, or have fewer schedules in one window"
    )]
    Busy(NodeName),
    /// It would stop a guest that HA keeps running.
    #[error(
        "VM {0} is kept running by HA, and Proxmox VE makes no backup of it that stops it: set backup_mode = snapshot in More settings, or remove the VM from HA"
    )]
    StopsHa(Vmid),
    /// Proxmox VE protects no more of a guest on the storage.
    #[error(
        "Proxmox VE protects no more backups of one VM on storage {0} for this login: raise max-protected-backups of the storage (pvesm set), or take the protection of another one off"
    )]
    ProtectLimit(StorageId),
    /// What it should be called.
    #[error(
        "a backup's note has at most {} characters on one line: nothing was done",
        limits::BACKUP_NOTE
    )]
    Note,
    /// None of the service's own has that name.
    #[error("the service has no such backup any more: load the page again")]
    Unknown,
    /// It is protected.
    #[error("this backup is protected: take its protection off first")]
    Protected,
    /// One has to stay that may be deleted.
    #[error(
        "{protected} of {most} backups are protected, and one has to stay that may be deleted for a new one: take the protection of another one off first"
    )]
    ProtectQuota {
        /// How many are protected.
        protected: usize,
        /// How many backups the service may have.
        most: u32,
    },
}

impl BackupRefusal {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            BackupRefusal::NotSold => &problems::BACKUPS_NOT_SOLD,
            BackupRefusal::NoStorage | BackupRefusal::Storage { .. } => &problems::BACKUP_STORAGE,
            BackupRefusal::Quota { .. } => &problems::BACKUP_QUOTA,
            BackupRefusal::Size { .. } => &problems::BACKUP_SIZE,
            BackupRefusal::Retention { .. } => &problems::BACKUP_RETENTION,
            BackupRefusal::Pruned { .. } => &problems::BACKUP_PRUNED,
            BackupRefusal::Away { .. } => &problems::BACKUP_AWAY,
            BackupRefusal::Space { .. } => &problems::BACKUP_SPACE,
            BackupRefusal::LeftOut { .. } => &problems::BACKUP_LEFT_OUT,
            BackupRefusal::Unlisted { .. } | BackupRefusal::Undeletable { .. } => &problems::BACKUPS_STAY,
            BackupRefusal::Busy(_) => &problems::BACKUP_BUSY,
            BackupRefusal::StopsHa(_) => &problems::BACKUP_HA,
            BackupRefusal::ProtectLimit(_) => &problems::BACKUP_PROTECT_LIMIT,
            BackupRefusal::Note => &problems::BACKUP_NOTE,
            BackupRefusal::Unknown => &problems::NO_BACKUP,
            BackupRefusal::Protected => &problems::BACKUP_PROTECTED,
            BackupRefusal::ProtectQuota { .. } => &problems::BACKUP_PROTECT_QUOTA,
        }
    }

    /// The number in its text for a client.
    pub(super) fn number(&self) -> Option<u64> {
        matches!(self, BackupRefusal::Note).then_some(limits::BACKUP_NOTE as u64)
    }
}
