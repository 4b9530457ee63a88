//! Why a package has no place on a cluster: one sentence for an admin.

use super::call::Blocked;
use crate::words::ids::{Bridge, NodeName, SnippetName, StorageId, Vmid};
use crate::words::problems::{self, Problem};

/// The package cannot be placed on this cluster as it is: one sentence for an admin.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoPlace {
    /// No such template.
    #[error(
        "the template {0} does not exist on this cluster, or the login may not see it: check option OS template and the login's VM.Audit and VM.Clone"
    )]
    NoTemplate(Vmid),
    /// A guest, but no template.
    #[error("VM {0} is no template: convert it to a template, or name another one in option OS template")]
    NotATemplate(Vmid),
    /// What a step would say of a clone of the template, known before there is one.
    #[error("the template {template} does not fit the package: {why}")]
    Unfit {
        /// The template.
        template: Vmid,
        /// Why a clone of it could not be finished.
        why: Blocked,
    },
    /// A file that each start needs is gone.
    #[error(
        "{whose} names {volume} in {key}, which node {node} does not have, so Proxmox VE would not start the VM: take it out there, or bring the file back"
    )]
    FileMissing {
        /// `template 9000`, `VM 100`
        whose: String,
        /// The key that names it.
        key: String,
        /// The volume.
        volume: String,
        /// Where the VM is, or would be.
        node: NodeName,
    },
    /// The snippet of the application is not on the node.
    #[error(
        "the application {application} needs {volume}, which node {node} does not have, so Proxmox VE would not start the VM: copy the file there, or sell another application"
    )]
    NoApplication {
        /// Its name.
        application: SnippetName,
        /// Its snippet.
        volume: String,
        /// Where the VM would be.
        node: NodeName,
    },
    /// A NIC with trunks on a bridge that knows no VLANs.
    #[error(
        "{whose} has trunks in {key}, and its bridge {bridge} is not VLAN-aware on node {node}, so Proxmox VE would not start the VM: take the trunks out there, or make the bridge VLAN-aware"
    )]
    Trunks {
        /// `template 9000`, `VM 100`
        whose: String,
        /// The NIC.
        key: String,
        /// Its bridge.
        bridge: Bridge,
        /// Where the VM is, or would be.
        node: NodeName,
    },
    /// A NIC with a VLAN on a vnet that knows none.
    #[error(
        "the vnet {bridge} is not VLAN-aware on node {node}, so Proxmox VE would start no VM with the VLAN {vlan} on it: write VLAN 0 into the address lines, or make the vnet VLAN-aware"
    )]
    NoTags {
        /// The vnet.
        bridge: Bridge,
        /// The tag of the address line, or of the package.
        vlan: u16,
        /// Where the VM would be.
        node: NodeName,
    },
    /// The package asks for a smaller disk than the template's.
    #[error(
        "the system disk of the package ({package_gib} GB) is smaller than that of template {template} ({template_gib:.1} GB): a disk cannot be made smaller"
    )]
    SmallerThanTemplate {
        /// The template.
        template: Vmid,
        /// Its system disk, GiB.
        template_gib: f64,
        /// The package's, GiB.
        package_gib: u64,
    },
    /// The node of the package is not in the cluster.
    #[error("the node {0} of option Target node does not exist in this cluster")]
    NoSuchNode(NodeName),
    /// The node is there but not in service.
    #[error("the node {0} is offline: start it, or choose another one in option Target node")]
    NodeOffline(NodeName),
    /// HA takes the guests away from every node that is in service.
    #[error(
        "no node takes new VMs: {0} is in maintenance or fenced (HA), and no other one is there: end that (ha-manager crm-command node-maintenance disable {0}), or name a node in option Target node"
    )]
    Drained(NodeName),
    /// The template's disks cannot be reached from the node of the package.
    #[error(
        "the template {template} is on local storage of node {home}{} and cannot be cloned to node {node}: choose node {home}, or put the template (and option System disk storage) on shared storage", named(.local)
    )]
    TemplateElsewhere {
        /// The template.
        template: Vmid,
        /// The drives with a volume on local storage, an ISO too, as far as they are known.
        local: Vec<String>,
        /// Its node.
        home: NodeName,
        /// The package's node.
        node: NodeName,
    },
    /// The storage is unknown on the node.
    #[error("the storage {storage} does not exist on node {node}: check option {option}")]
    NoStorage {
        /// The storage.
        storage: StorageId,
        /// The node.
        node: NodeName,
        /// The package option that names it.
        option: &'static str,
    },
    /// The storage may not hold disks.
    #[error(
        "the storage {storage} does not hold disk images: allow the content Disk image, or name another storage in option {option}"
    )]
    NotForImages {
        /// The storage.
        storage: StorageId,
        /// The package option that names it.
        option: &'static str,
    },
    /// Not enough room.
    #[error("the storage {storage} on node {node} has {free_gib:.1} GB free and the VM needs {needed_gib:.1} GB")]
    StorageFull {
        /// The storage.
        storage: StorageId,
        /// The node.
        node: NodeName,
        /// Free, GiB.
        free_gib: f64,
        /// Needed, GiB.
        needed_gib: f64,
    },
    /// More memory than the largest node has: most often GB and MB were mistaken.
    #[error("{wanted_gib} GB of memory fit no node (largest: {largest_gib:.0} GB); the unit is GB")]
    TooMuchMemory {
        /// The package's, GiB.
        wanted_gib: f64,
        /// The most that a node in question has, GiB.
        largest_gib: f64,
    },
    /// PVE starts no guest with more cores than its node has.
    #[error("{wanted} CPU cores fit no node (most: {most})")]
    TooManyCores {
        /// The package's.
        wanted: u32,
        /// The most that a node in question has.
        most: u64,
    },
    /// A disk that is larger than all of its storage.
    #[error(
        "a disk of {wanted_gib:.0} GB fits on no storage in question (largest: {largest_gib:.0} GB in all); the unit is GB"
    )]
    TooLarge {
        /// The disk, GiB.
        wanted_gib: f64,
        /// The storage, GiB.
        largest_gib: f64,
    },
    /// No node is in service.
    #[error("no node of the cluster that can hold this package is online")]
    NoNode,
    /// The bridge is unknown on every node that could hold the guest.
    #[error(
        "the bridge {bridge} does not exist on node {node}, or the login may not see it (SDN.Use on /sdn/zones/localnetwork/{bridge}, or on the zone of a vnet): check the address lines of the server entry, option Bridge, and Test Connection"
    )]
    NoBridge {
        /// The bridge.
        bridge: Bridge,
        /// The node.
        node: NodeName,
    },
}

/// ` (ide0: local:iso/debian.iso)`: the drives that are in the way.
fn named(local: &[String]) -> String {
    if local.is_empty() {
        return String::new();
    }
    format!(" ({})", local.join(", "))
}

impl NoPlace {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            NoPlace::NoTemplate(_) => &problems::NO_TEMPLATE,
            NoPlace::NotATemplate(_) => &problems::NOT_A_TEMPLATE,
            NoPlace::Unfit { why, .. } => why.problem(),
            NoPlace::FileMissing { .. } => &problems::FILE_MISSING,
            NoPlace::NoApplication { .. } => &problems::NO_APPLICATION,
            NoPlace::Trunks { .. } | NoPlace::NoTags { .. } => &problems::WOULD_NOT_START,
            NoPlace::SmallerThanTemplate { .. } => &problems::DISK_SMALLER,
            NoPlace::NoSuchNode(_) => &problems::NO_SUCH_NODE,
            NoPlace::NodeOffline(_) | NoPlace::Drained(_) => &problems::NODE_OFFLINE,
            NoPlace::TemplateElsewhere { .. } => &problems::TEMPLATE_ELSEWHERE,
            NoPlace::NoStorage { .. } => &problems::NO_STORAGE,
            NoPlace::NotForImages { .. } => &problems::NOT_FOR_IMAGES,
            NoPlace::StorageFull { .. } => &problems::STORAGE_FULL,
            NoPlace::TooMuchMemory { .. } | NoPlace::TooManyCores { .. } | NoPlace::TooLarge { .. } => {
                &problems::FITS_NO_NODE
            }
            NoPlace::NoNode => &problems::NO_NODE,
            NoPlace::NoBridge { .. } => &problems::BRIDGE_MISSING,
        }
    }
}
