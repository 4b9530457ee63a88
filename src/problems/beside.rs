//! Why a service has no second VM, or has one in the way.

use crate::words::ids::{NodeName, StorageId, Vmid};
use crate::words::problems::{self, Problem};

/// One sentence each; nothing was changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BesideRefusal {
    /// There is one already.
    #[error("the service has VM {0} beside its own already: delete that one first")]
    There(Vmid),
    /// There is none, or it is not whole.
    #[error("the service has no restored VM beside its own: restore a backup beside it first")]
    None,
    /// A storage would be full before all is restored.
    #[error(
        "the disks in backup {volume} want {wanted_gib} GB on storage {storage} of node {node} beside those of the VM, and {free_gib} GB are free there: free some space, or restore over the VM; nothing was changed"
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
}

impl BesideRefusal {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            BesideRefusal::There(_) => &problems::BESIDE_THERE,
            BesideRefusal::None => &problems::NO_BESIDE,
            BesideRefusal::Space { .. } => &problems::BESIDE_SPACE,
        }
    }
}
