//! Why a service has no second VM, or has one in the way.

use crate::words::ids::{Bridge, NodeName, StorageId, Vmid};
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
    /// At its start the service's own would be cut off.
    #[error(
        "{bridge} on node {node} learns no MACs (bridge-disable-mac-learning), and both VMs have one: with the second one started, the first would hear nothing any more until it is started anew; swap the two, which starts one of them alone and can be undone; nothing was started"
    )]
    LearnsNoMacs {
        /// The bridge or vnet.
        bridge: Bridge,
        /// The node of the second guest.
        node: NodeName,
    },
    /// Whether it would is not seen.
    #[error(
        "the login does not see whether {bridge} on node {node} learns MACs, and both VMs have one: give it SDN.Audit on the zone (/sdn/zones/…), or swap the two, which starts one of them alone; nothing was started"
    )]
    BridgeUnseen {
        /// The bridge or vnet.
        bridge: Bridge,
        /// The node of the second guest.
        node: NodeName,
    },
    /// At its end the address of the service's own would be given away.
    #[error(
        "the zone of {0} gives addresses by DHCP, each to a MAC, and Proxmox VE gives the VM's address away when a second one with its MAC is deleted: restore over the VM; nothing was changed"
    )]
    Dhcp(Bridge),
}

impl BesideRefusal {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            BesideRefusal::There(_) => &problems::BESIDE_THERE,
            BesideRefusal::None => &problems::NO_BESIDE,
            BesideRefusal::Space { .. } => &problems::BESIDE_SPACE,
            BesideRefusal::LearnsNoMacs { .. } | BesideRefusal::BridgeUnseen { .. } => &problems::BESIDE_BRIDGE,
            BesideRefusal::Dhcp(_) => &problems::BESIDE_DHCP,
        }
    }
}
