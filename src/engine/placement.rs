//! Where a new guest goes: pure decisions over what `/cluster/resources` and a few other answers show.
//!
//! Everything that can be known before is checked here, before an address or a VMID is reserved.

use crate::guest::Config;
use crate::package::{CloneType, Package};
use crate::pipeline::NoPlace;
use crate::pve::{NodeSeen, Resources, StorageSeen, VmSeen};
use crate::words::ids::{NodeName, StorageId};
use crate::words::units::GIB;
use std::collections::BTreeMap;

/// Less than this is free on a full thin storage, bytes.
const AS_GOOD_AS_FULL: u64 = 64 << 20;

/// Where the guest is that the package names as its template; [`must_be_template`] says whether it is one.
pub fn template<'a>(resources: &'a Resources, package: &Package) -> Result<&'a VmSeen, NoPlace> {
    let vmid = package.template;
    let found = resources.vms.iter().find(|vm| vm.vmid == vmid && vm.qemu);
    found.ok_or(NoPlace::NoTemplate(vmid))
}

/// Refuses what is no template, or has a larger disk than the package. Where the list does not say yes, the config
/// decides: a list may be silent, or some seconds older than a conversion.
pub fn must_be_template(package: &Package, seen: &VmSeen, config: &Config) -> Result<(), NoPlace> {
    let template = package.template;
    if seen.template != Some(true) && !config.is_template() {
        return Err(NoPlace::NotATemplate(template));
    }
    let disk = config.system_disk();
    if package.system_disk_gib > 0 && disk.is_some_and(|disk| disk.exceeds(package.system_disk_gib)) {
        return Err(NoPlace::SmallerThanTemplate {
            template,
            template_gib: disk_bytes(config) as f64 / GIB as f64,
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
) -> Result<Vec<NodeName>, NoPlace> {
    let candidates: Vec<&NodeSeen> = match &package.target_node {
        Some(name) => {
            let node = resources.nodes.iter().find(|node| node.name == *name);
            let node = node.ok_or_else(|| NoPlace::NoSuchNode(name.clone()))?;
            if !node.is_in_service() {
                return Err(NoPlace::NodeOffline(name.clone()));
            }
            vec![node]
        }
        None => taking(resources)?,
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
        Err(first_reason.unwrap_or(NoPlace::NoNode))
    } else {
        Ok(fitting)
    }
}

/// The nodes that new guests may come to. Whoever empties one for its maintenance wants none there, and an empty one would be the
/// first choice.
fn taking(resources: &Resources) -> Result<Vec<&NodeSeen>, NoPlace> {
    let in_service = || resources.nodes.iter().filter(|node| node.is_in_service());
    let taking: Vec<&NodeSeen> = in_service().filter(|node| !node.is_drained).collect();
    match in_service().find(|node| node.is_drained) {
        Some(drained) if taking.is_empty() => Err(NoPlace::Drained(drained.name.clone())),
        _ => Ok(taking),
    }
}

fn fits(
    resources: &Resources,
    package: &Package,
    template: &VmSeen,
    template_config: &Config,
    node: &NodeName,
) -> Result<(), NoPlace> {
    if *node != template.node && !reachable_from_elsewhere(resources, package, template_config) {
        return Err(NoPlace::TemplateElsewhere {
            template: template.vmid,
            local: local_volumes(resources, template_config),
            home: template.node.clone(),
            node: node.clone(),
        });
    }
    let additional_bytes = package.additional_disk_gib * GIB;
    let [system, additional] = storages(package, template_config);
    let (system, additional) = (system.as_ref(), additional.as_ref());
    must_hold(resources, node, system, system_bytes(package, template_config))?;
    must_hold(resources, node, additional, additional_bytes)?;
    let full = package.clone_type == CloneType::Full;
    let system_needs = if full {
        system_bytes(package, template_config)
    } else {
        0
    };
    let mut needs: Vec<(&StorageId, &'static str, u64)> = Vec::new();
    needs.extend(system.map(|id| (id, "System disk storage", system_needs)));
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

fn system_bytes(package: &Package, template_config: &Config) -> u64 {
    (package.system_disk_gib * GIB).max(disk_bytes(template_config))
}

/// What a guest of the package will take of each storage once its disks are full: a linked or thin one grows to it.
pub fn needs(package: &Package, template_config: &Config) -> BTreeMap<StorageId, u64> {
    let system_bytes = system_bytes(package, template_config);
    needs_on(package, storages(package, template_config), system_bytes)
}

/// The same with the storages of system disk and additional disk, and the size of the former.
pub fn needs_on(package: &Package, storages: [Option<StorageId>; 2], system_bytes: u64) -> BTreeMap<StorageId, u64> {
    let sizes = [system_bytes, package.additional_disk_gib * GIB];
    let mut needs = BTreeMap::new();
    for (id, bytes) in storages.into_iter().zip(sizes) {
        if let Some(id) = id.filter(|_| bytes > 0) {
            *needs.entry(id).or_default() += bytes;
        }
    }
    needs
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
) -> Result<(), NoPlace> {
    let here = |storage: &&StorageSeen| storage.id == *id && storage.node == *node;
    let storage = resources.storages.iter().find(here);
    let storage = storage.ok_or_else(|| NoPlace::NoStorage {
        storage: id.clone(),
        node: node.clone(),
        option,
    })?;
    if !storage.takes_images {
        return Err(NoPlace::NotForImages {
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
        Some(free) if free < needed => Err(NoPlace::StorageFull {
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
) -> Result<(), NoPlace> {
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
fn large_enough<'a>(nodes: &[&'a NodeSeen], package: &Package) -> Result<Vec<&'a NodeSeen>, NoPlace> {
    let memory = package.memory_mib << 20;
    let roomy = nodes
        .iter()
        .filter(|node| node.memory.is_none_or(|total| memory <= total));
    let roomy: Vec<&NodeSeen> = roomy.copied().collect();
    let largest = nodes.iter().filter_map(|node| node.memory).max();
    if let (true, Some(largest)) = (roomy.is_empty(), largest) {
        return Err(NoPlace::TooMuchMemory {
            wanted_gib: memory as f64 / GIB as f64,
            largest_gib: largest as f64 / GIB as f64,
        });
    }
    let cores = u64::from(package.cores);
    let fitting = roomy.iter().filter(|node| node.cpus.is_none_or(|cpus| cores <= cpus));
    let fitting: Vec<&NodeSeen> = fitting.copied().collect();
    match (fitting.is_empty(), roomy.iter().filter_map(|node| node.cpus).max()) {
        (true, Some(most)) => Err(NoPlace::TooManyCores {
            wanted: package.cores,
            most,
        }),
        _ => Ok(fitting),
    }
}

/// A disk larger than all of its storage was meant in another unit. Where the storage is not known, the largest of the
/// node counts.
fn must_hold(resources: &Resources, node: &NodeName, id: Option<&StorageId>, bytes: u64) -> Result<(), NoPlace> {
    let here = resources.storages.iter().filter(|storage| storage.node == *node);
    let meant = here.filter(|storage| id.map_or(storage.takes_images, |id| storage.id == *id));
    let totals: Option<Vec<u64>> = meant.map(|storage| storage.total).collect();
    match totals.and_then(|totals| totals.into_iter().max()) {
        Some(largest) if largest < bytes => Err(NoPlace::TooLarge {
            wanted_gib: bytes as f64 / GIB as f64,
            largest_gib: largest as f64 / GIB as f64,
        }),
        _ => Ok(()),
    }
}
