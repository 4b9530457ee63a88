//! How many more guests of a package fit: pure, over what one look at the cluster shows.

use super::placement;
use crate::guest::Config;
use crate::package::Package;
use crate::pipeline::NoPlace;
use crate::pve::{NodeSeen, Resources, VmSeen};
use crate::words::ids::{NodeName, StorageId};
use std::collections::BTreeMap;

/// How many fit, each limit by itself and together. What is `None` limits nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fits {
    /// By the free memory of the nodes.
    pub memory: Option<u64>,
    /// By the room of the storages.
    pub disk: Option<u64>,
    /// Both, node by node.
    pub together: Option<u64>,
    /// What PVE did not say: without it the numbers are no facts.
    pub unknown: Vec<String>,
}

/// How many guests of the package the nodes could still hold, of those that a Create would choose from.
///
/// # Errors
/// Those of a Create: a package that fits nowhere.
pub fn fits(
    resources: &Resources,
    package: &Package,
    template: &VmSeen,
    template_config: &Config,
) -> Result<Fits, NoPlace> {
    let nodes = match placement::nodes(resources, package, template, template_config) {
        // an honest none: everything is there but the room
        Err(NoPlace::StorageFull { .. }) => Vec::new(),
        nodes => nodes?,
    };
    let needs = placement::needs(package, template_config);
    let mut room = Room {
        resources,
        unknown: Vec::new(),
    };
    let shared = room.shared(&needs);
    let (mut memory, mut disk, mut together) = (0_u64, Some(0_u64), 0_u64);
    for name in &nodes {
        let of_memory = room.memory(name, package.memory_mib << 20);
        let of_disk = room.local(name, &needs);
        memory = memory.saturating_add(of_memory);
        disk = disk.zip(of_disk).map(|(sum, more)| sum.saturating_add(more));
        together = together.saturating_add(of_disk.map_or(of_memory, |disk| disk.min(of_memory)));
    }
    let least = |one: Option<u64>, other: Option<u64>| one.into_iter().chain(other).min();
    Ok(Fits {
        memory: Some(memory),
        disk: if nodes.is_empty() { Some(0) } else { least(disk, shared) },
        together: least(Some(together), shared),
        unknown: room.unknown,
    })
}

struct Room<'a> {
    resources: &'a Resources,
    unknown: Vec<String>,
}

impl Room<'_> {
    fn seen(&mut self, what: String, free: Option<u64>) -> u64 {
        if free.is_none() && !self.unknown.contains(&what) {
            self.unknown.push(what);
        }
        free.unwrap_or_default()
    }

    fn memory(&mut self, name: &NodeName, bytes: u64) -> u64 {
        let node = self.resources.nodes.iter().find(|node| node.name == *name);
        let free = node.and_then(|node: &NodeSeen| node.free_memory);
        self.seen(format!("the free memory of node {name}"), free) / bytes.max(1)
    }

    /// By the storages that all nodes share; none: there is no such limit.
    fn shared(&mut self, needs: &BTreeMap<StorageId, u64>) -> Option<u64> {
        let mut least = None;
        for (id, bytes) in needs {
            let of_id = |seen: &&crate::pve::StorageSeen| seen.id == *id && seen.shared;
            // each node tells it for itself, and one that sends no statistics tells nothing
            let all: Vec<Option<u64>> = self
                .resources
                .storages
                .iter()
                .filter(of_id)
                .map(|seen| seen.free)
                .collect();
            if !all.is_empty() {
                let free = all.into_iter().flatten().min();
                let fit = self.seen(format!("the free space of storage {id}"), free) / bytes;
                least = Some(least.map_or(fit, |least: u64| least.min(fit)));
            }
        }
        least
    }

    /// By the storages of a node alone; none: there is no such limit.
    fn local(&mut self, name: &NodeName, needs: &BTreeMap<StorageId, u64>) -> Option<u64> {
        let mut least = None;
        for (id, bytes) in needs {
            let here = |seen: &&crate::pve::StorageSeen| seen.id == *id && seen.node == *name && !seen.shared;
            if let Some(storage) = self.resources.storages.iter().find(here) {
                let fit = self.seen(format!("the free space of storage {id} on node {name}"), storage.free) / bytes;
                least = Some(least.map_or(fit, |least: u64| least.min(fit)));
            }
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pve::{NodeState, StorageSeen};
    use crate::words::units::GIB;

    fn node(name: &str, free: Option<u64>) -> NodeSeen {
        NodeSeen {
            name: name.parse().unwrap(),
            state: NodeState::Online,
            free_memory: free.map(|gib| gib * GIB),
            memory: Some(64 * GIB),
            cpus: Some(32),
            is_drained: false,
        }
    }

    fn storage(id: &str, node: &str, shared: bool, free: Option<u64>) -> StorageSeen {
        StorageSeen {
            id: id.parse().unwrap(),
            node: node.parse().unwrap(),
            shared,
            takes_images: true,
            takes_backups: false,
            takes_isos: false,
            has_snippets: false,
            thick: true,
            keeps_files: false,
            back_to_newest: false,
            free: free.map(|gib| gib * GIB),
            total: Some(1000 * GIB),
        }
    }

    fn package() -> Package {
        Package {
            memory_mib: 2048,
            system_disk_gib: 10,
            ..Package::with_defaults(9000.try_into().unwrap())
        }
    }

    fn asked(resources: &Resources, package: &Package, disk: &str) -> Result<Fits, NoPlace> {
        let template = VmSeen {
            vmid: 9000.try_into().unwrap(),
            node: "pve1".parse().unwrap(),
            qemu: true,
            name: None,
            template: Some(true),
            disk: None,
            uptime: None,
            traffic: None,
            memory: None,
            ha: false,
        };
        let config = serde_json::json!({"template": 1, "boot": "order=scsi0", "scsi0": format!("{disk}:base-9000-disk-0,size=2G")});
        fits(resources, package, &template, &Config::from_json(&config))
    }

    fn cluster() -> Resources {
        Resources {
            nodes: vec![node("pve1", Some(9)), node("pve2", Some(40))],
            storages: vec![
                storage("local", "pve1", false, Some(25)),
                storage("local", "pve2", false, Some(500)),
                storage("ceph", "pve1", true, Some(71)),
                storage("ceph", "pve2", true, Some(71)),
            ],
            vms: Vec::new(),
        }
    }

    #[test]
    fn the_scarcest_counts_node_by_node() {
        // the template is on pve1 alone: four by memory, two by disk
        let local = asked(&cluster(), &package(), "local").unwrap();
        let expected = Fits {
            memory: Some(4),
            disk: Some(2),
            together: Some(2),
            unknown: Vec::new(),
        };
        assert_eq!(local, expected);
        // four and twenty by memory, seven by the storage that both share
        let shared = asked(&cluster(), &package(), "ceph").unwrap();
        assert_eq!(
            (shared.memory, shared.disk, shared.together),
            (Some(24), Some(7), Some(7))
        );
        let small = Package {
            system_disk_gib: 2,
            ..package()
        };
        assert_eq!(asked(&cluster(), &small, "ceph").unwrap().together, Some(24));
        let with_second = Package {
            additional_disk_gib: 10,
            ..package()
        };
        assert_eq!(
            asked(&cluster(), &with_second, "ceph").unwrap().disk,
            Some(3),
            "both disks on one storage"
        );
    }

    #[test]
    fn what_pve_does_not_say_is_named_and_counts_for_nothing() {
        let mut silent = cluster();
        silent.nodes[1].free_memory = None;
        let fits = asked(&silent, &package(), "ceph").unwrap();
        assert_eq!(
            (fits.memory, fits.unknown),
            (Some(4), vec!["the free memory of node pve2".to_owned()])
        );
        let mut silent = cluster();
        silent.storages[2].free = None;
        assert_eq!(
            asked(&silent, &package(), "ceph").unwrap().unknown,
            [""; 0],
            "pve2 says it"
        );
        silent.storages[3].free = None;
        let fits = asked(&silent, &package(), "ceph").unwrap();
        assert_eq!((fits.together, fits.unknown.len()), (Some(0), 1));
    }

    #[test]
    fn a_full_storage_is_a_fact_and_a_wrong_package_is_none() {
        let mut full = cluster();
        full.storages
            .iter_mut()
            .for_each(|storage| storage.free = Some(5 * GIB));
        let fits = asked(&full, &package(), "ceph").unwrap();
        assert_eq!((fits.together, fits.disk, fits.unknown.len()), (Some(0), Some(0), 0));
        let huge = Package {
            memory_mib: 1 << 20,
            ..package()
        };
        assert!(matches!(
            asked(&cluster(), &huge, "ceph"),
            Err(NoPlace::TooMuchMemory { .. })
        ));
    }
}
