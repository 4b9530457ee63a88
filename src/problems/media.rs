//! Why nothing is done about a CD, or about rescue mode. What asks is looked at before anything is touched.

use crate::words::ids::{NodeName, ServiceId, StorageId, Vmid};
use crate::words::problems::{self, Problem};

/// One sentence each; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaRefusal {
    /// The product has no rescue system.
    #[error("the product has no rescue system: set rescue_iso in More settings to an ISO, as storage:iso/file.iso")]
    NoRescue,
    /// The guest runs from the rescue system.
    #[error("the VM of service {0} is in rescue mode: leave that first")]
    InRescue(ServiceId),
    /// It does not.
    #[error("the VM of service {0} is not in rescue mode: there is nothing to leave")]
    NotInRescue(ServiceId),
    /// The file of the rescue system is not there.
    #[error(
        "node {node} has no {volume}: upload it there, or to a storage that all nodes share, or correct rescue_iso in More settings"
    )]
    RescueGone {
        /// As the product names it.
        volume: String,
        /// The guest's node.
        node: NodeName,
    },
    /// An ISO that the product does not show, or that is not there.
    #[error("there is no such ISO among those that the product shows on the node of VM {0}: load the page again")]
    NotShown(Vmid),
    /// No drive for a CD, and no place for one.
    #[error(
        "VM {0} has no drive for a CD, and no free slot for one (sata0 to sata5, ide0 to ide3): take a drive off it in Proxmox VE"
    )]
    NoSlot(Vmid),
    /// Nothing to eject.
    #[error("VM {0} has no CD in a drive")]
    Empty(Vmid),
    /// Nobody could come into the rescue system.
    #[error(
        "the seed of the rescue system could not be uploaded to storage {storage} on node {node} ({words}): the storage must take ISO images, and the login needs Datastore.AllocateTemplate on it"
    )]
    Seed {
        /// The storage.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
        /// Proxmox VE's own.
        words: String,
    },
    /// The guest cannot be told what it has to know.
    #[error(
        "the seed that tells cloud-init its settings could not be uploaded to storage {storage} on node {node} ({words}): the storage must take ISO images and have room, and the login needs Datastore.AllocateTemplate on it"
    )]
    OwnSeed {
        /// The storage.
        storage: StorageId,
        /// The guest's node.
        node: NodeName,
        /// Proxmox VE's own.
        words: String,
    },
    /// Nothing needs it, and it stays.
    #[error(
        "the seed {file}, which nothing needs any more, cannot be deleted on storage {storage} of node {node} ({words}): the login needs Datastore.Allocate on that storage; it is tried again, or delete it there (ISO Images)"
    )]
    SeedStays {
        /// The storage.
        storage: StorageId,
        /// A node that has it.
        node: NodeName,
        /// Its name there.
        file: String,
        /// Proxmox VE's own.
        words: String,
    },
}

impl MediaRefusal {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            MediaRefusal::NoRescue => &problems::RESCUE_NOT_SOLD,
            MediaRefusal::InRescue(_) => &problems::IN_RESCUE,
            MediaRefusal::NotInRescue(_) => &problems::NOT_IN_RESCUE,
            MediaRefusal::RescueGone { .. } => &problems::RESCUE_GONE,
            MediaRefusal::NotShown(_) => &problems::ISO_NOT_SHOWN,
            MediaRefusal::NoSlot(_) => &problems::NO_CD_SLOT,
            MediaRefusal::Empty(_) => &problems::NO_CD,
            MediaRefusal::OwnSeed { .. } => &problems::NO_SEED,
            MediaRefusal::Seed { .. } | MediaRefusal::SeedStays { .. } => &problems::RESCUE_SEED,
        }
    }
}
