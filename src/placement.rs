//! Where a new guest goes: pure decisions over what `/cluster/resources` and a few other answers show.
//!
//! Everything that can be known before is checked here, before an address or a VMID is reserved.

use crate::guest::Config;
use crate::model::{Bridge, NodeName, StorageId, Vmid};
use crate::package::{CloneType, Package};
use crate::plan::Blocked;
use crate::pve::{NodeSeen, Resources, StorageSeen, VmSeen};

/// The package cannot be placed on this cluster as it is: one sentence for an admin.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
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

impl Error {
    /// The fine code that replies carry.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NoTemplate(_) => "no_template",
            Error::NotATemplate(_) => "not_a_template",
            Error::Unfit { why, .. } => why.code(),
            Error::FileMissing { .. } => "file_missing",
            Error::Trunks { .. } => "would_not_start",
            Error::SmallerThanTemplate { .. } => "disk_smaller_than_template",
            Error::NoSuchNode(_) => "no_such_node",
            Error::NodeOffline(_) => "node_offline",
            Error::TemplateElsewhere { .. } => "template_elsewhere",
            Error::NoStorage { .. } => "no_storage",
            Error::NotForImages { .. } => "storage_without_images",
            Error::StorageFull { .. } => "storage_full",
            Error::TooMuchMemory { .. } | Error::TooManyCores { .. } | Error::TooLarge { .. } => "fits_no_node",
            Error::NoNode => "no_node",
            Error::NoBridge { .. } => "bridge_missing",
        }
    }

    /// Whether trying again later may help without anybody's doing.
    pub fn retry(&self) -> bool {
        matches!(self, Error::NodeOffline(_) | Error::NoNode)
    }
}

const GIB: u64 = 1 << 30;
/// Less than this is free on a full thin storage, bytes.
const AS_GOOD_AS_FULL: u64 = 64 << 20;

/// Where the guest is that the package names as its template; [`must_be_template`] says whether it is one.
pub fn template<'a>(resources: &'a Resources, package: &Package) -> Result<&'a VmSeen, Error> {
    let vmid = package.template;
    let found = resources.vms.iter().find(|vm| vm.vmid == vmid && vm.qemu);
    found.ok_or(Error::NoTemplate(vmid))
}

/// Refuses what is no template, or has a larger disk than the package. Where the list does not say yes, the config
/// decides: a list may be silent, or some seconds older than a conversion.
pub fn must_be_template(package: &Package, seen: &VmSeen, config: &Config) -> Result<(), Error> {
    let template = package.template;
    if seen.template != Some(true) && !config.is_template() {
        return Err(Error::NotATemplate(template));
    }
    let disk = disk_bytes(config);
    if package.system_disk_gib > 0 && package.system_disk_gib * GIB < disk {
        return Err(Error::SmallerThanTemplate {
            template,
            template_gib: disk as f64 / GIB as f64,
            package_gib: package.system_disk_gib,
        });
    }
    Ok(())
}

fn disk_bytes(template: &Config) -> u64 {
    template.system_disk().and_then(|disk| disk.size()).unwrap_or_default()
}

/// The storages that system disk and additional disk come to, as far as they are named.
pub fn storages(package: &Package, template: &Config) -> [Option<StorageId>; 2] {
    let own = || template.system_disk().and_then(|disk| disk.storage());
    let system = package.system_storage.clone().or_else(own);
    let additional = package.additional_storage.clone().or_else(|| system.clone());
    [system, additional]
}

/// The nodes that can hold the guest, best first: those that reach the template and have the storages and the room.
pub fn nodes(
    resources: &Resources,
    package: &Package,
    template: &VmSeen,
    template_config: &Config,
) -> Result<Vec<NodeName>, Error> {
    let candidates: Vec<&NodeSeen> = match &package.target_node {
        Some(name) => {
            let node = resources.nodes.iter().find(|node| node.name == *name);
            let node = node.ok_or_else(|| Error::NoSuchNode(name.clone()))?;
            if !node.is_in_service() {
                return Err(Error::NodeOffline(name.clone()));
            }
            vec![node]
        }
        None => resources.nodes.iter().filter(|node| node.is_in_service()).collect(),
    };
    let mut candidates = large_enough(&candidates, package)?;
    candidates.sort_by(|a, b| b.free_memory.cmp(&a.free_memory).then_with(|| a.name.cmp(&b.name)));
    let mut fitting = Vec::new();
    let mut first_reason = None;
    for node in candidates {
        match fits(resources, package, template, template_config, &node.name) {
            Ok(()) => fitting.push(node.name.clone()),
            // the template's own node has the most telling reason
            Err(reason) if node.name == template.node => first_reason = Some(reason),
            Err(reason) => first_reason = first_reason.or(Some(reason)),
        }
    }
    if fitting.is_empty() {
        Err(first_reason.unwrap_or(Error::NoNode))
    } else {
        Ok(fitting)
    }
}

fn fits(
    resources: &Resources,
    package: &Package,
    template: &VmSeen,
    template_config: &Config,
    node: &NodeName,
) -> Result<(), Error> {
    if *node != template.node && !reachable_from_elsewhere(resources, package, template_config) {
        return Err(Error::TemplateElsewhere {
            template: template.vmid,
            local: local_volumes(resources, template_config),
            home: template.node.clone(),
            node: node.clone(),
        });
    }
    let system_bytes = (package.system_disk_gib * GIB).max(disk_bytes(template_config));
    let additional_bytes = package.additional_disk_gib * GIB;
    let full = package.clone_type == CloneType::Full;
    let [system, additional] = storages(package, template_config);
    let (system, additional) = (system.as_ref(), additional.as_ref());
    must_hold(resources, node, system, system_bytes)?;
    must_hold(resources, node, additional, additional_bytes)?;
    let mut needs: Vec<(&StorageId, &'static str, u64)> = Vec::new();
    needs.extend(system.map(|id| (id, "System disk storage", if full { system_bytes } else { 0 })));
    if additional_bytes > 0 {
        match (additional, needs.first_mut()) {
            (Some(id), Some(first)) if first.0 == id => first.2 += additional_bytes,
            (Some(id), _) => needs.push((id, "Additional disk storage", additional_bytes)),
            (None, _) => {}
        }
    }
    needs
        .into_iter()
        .try_for_each(|(id, option, bytes)| has_room(resources, node, id, option, bytes))
}

/// PVE clones to another node only between shared storages.
fn reachable_from_elsewhere(resources: &Resources, package: &Package, template_config: &Config) -> bool {
    let target_is_shared = package
        .system_storage
        .as_ref()
        .is_none_or(|id| is_shared(resources, id));
    target_is_shared && local_volumes(resources, template_config).is_empty()
}

/// The drives of the template that keep it on its node.
fn local_volumes(resources: &Resources, template_config: &Config) -> Vec<String> {
    let drives = template_config.cloned_volumes();
    let local = drives.filter(|drive| !drive.storage().is_some_and(|id| is_shared(resources, &id)));
    local
        .map(|drive| format!("{}: {}", drive.slot, drive.volume()))
        .collect()
}

fn is_shared(resources: &Resources, id: &StorageId) -> bool {
    resources
        .storages
        .iter()
        .any(|storage| storage.id == *id && storage.shared)
}

fn has_room(
    resources: &Resources,
    node: &NodeName,
    id: &StorageId,
    option: &'static str,
    bytes: u64,
) -> Result<(), Error> {
    let here = |storage: &&StorageSeen| storage.id == *id && storage.node == *node;
    let storage = resources.storages.iter().find(here);
    let storage = storage.ok_or_else(|| Error::NoStorage {
        storage: id.clone(),
        node: node.clone(),
        option,
    })?;
    if !storage.takes_images {
        return Err(Error::NotForImages {
            storage: id.clone(),
            option,
        });
    }
    // a thin storage may promise more than it has: there only a full one is refused
    let needed = if storage.thick {
        bytes
    } else {
        bytes.min(AS_GOOD_AS_FULL)
    };
    match storage.free {
        Some(free) if free < needed => Err(Error::StorageFull {
            storage: id.clone(),
            node: node.clone(),
            free_gib: free as f64 / GIB as f64,
            needed_gib: bytes as f64 / GIB as f64,
        }),
        _ => Ok(()),
    }
}

/// Refuses a change to what fits no machine, before the guest is shut down for it. `system` and `additional` are the
/// storages of its disks.
pub fn must_fit(
    resources: &Resources,
    package: &Package,
    node: &NodeName,
    system: Option<&StorageId>,
    additional: Option<&StorageId>,
) -> Result<(), Error> {
    let home: Vec<&NodeSeen> = resources.nodes.iter().filter(|seen| seen.name == *node).collect();
    large_enough(&home, package)?;
    must_hold(resources, node, system, package.system_disk_gib * GIB)?;
    must_hold(
        resources,
        node,
        additional.or(system),
        package.additional_disk_gib * GIB,
    )
}

/// Those of the nodes that have the memory and the CPUs of the package at all. One of which PVE does not say is taken.
fn large_enough<'a>(nodes: &[&'a NodeSeen], package: &Package) -> Result<Vec<&'a NodeSeen>, Error> {
    let memory = package.memory_mib << 20;
    let roomy = nodes
        .iter()
        .filter(|node| node.memory.is_none_or(|total| memory <= total));
    let roomy: Vec<&NodeSeen> = roomy.copied().collect();
    let largest = nodes.iter().filter_map(|node| node.memory).max();
    if let (true, Some(largest)) = (roomy.is_empty(), largest) {
        return Err(Error::TooMuchMemory {
            wanted_gib: memory as f64 / GIB as f64,
            largest_gib: largest as f64 / GIB as f64,
        });
    }
    let cores = u64::from(package.cores);
    let fitting = roomy.iter().filter(|node| node.cpus.is_none_or(|cpus| cores <= cpus));
    let fitting: Vec<&NodeSeen> = fitting.copied().collect();
    match (fitting.is_empty(), roomy.iter().filter_map(|node| node.cpus).max()) {
        (true, Some(most)) => Err(Error::TooManyCores {
            wanted: package.cores,
            most,
        }),
        _ => Ok(fitting),
    }
}

/// A disk larger than all of its storage was meant in another unit. Where the storage is not known, the largest of the
/// node counts.
fn must_hold(resources: &Resources, node: &NodeName, id: Option<&StorageId>, bytes: u64) -> Result<(), Error> {
    let here = resources.storages.iter().filter(|storage| storage.node == *node);
    let meant = here.filter(|storage| id.map_or(storage.takes_images, |id| storage.id == *id));
    let totals: Option<Vec<u64>> = meant.map(|storage| storage.total).collect();
    match totals.and_then(|totals| totals.into_iter().max()) {
        Some(largest) if largest < bytes => Err(Error::TooLarge {
            wanted_gib: bytes as f64 / GIB as f64,
            largest_gib: largest as f64 / GIB as f64,
        }),
        _ => Ok(()),
    }
}
