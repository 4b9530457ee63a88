//! The cluster as a whole: what is where.

use super::client::{Client, Request};
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use super::zones::{NO_LEARNING, is_set};
use crate::guest::number;
use crate::words::ids::{Bridge, NodeName, StorageId, Vmid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the cluster says of a node (PVE/API2Tools.pm, `extract_node_stats`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeState {
    /// It takes part in the cluster, and its statistics come in.
    Online,
    /// It does not take part in the cluster.
    Offline,
    /// PVE says `unknown`: it may take part, and sends no statistics. Its pvestatd hangs (often on a storage) for more
    /// than five minutes; guests run there, and tasks are done.
    WithoutStatistics,
}

/// A node in `/cluster/resources`.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeSeen {
    /// Its name.
    pub name: NodeName,
    /// What the cluster says of it.
    pub state: NodeState,
    /// Memory that is not in use, bytes; `None` where PVE did not say.
    pub free_memory: Option<u64>,
    /// All its memory, bytes; `None` where PVE did not say.
    pub memory: Option<u64>,
    /// Its CPUs; PVE starts no guest that has more. `None` where PVE did not say.
    pub cpus: Option<u64>,
    /// Whether HA is moving its guests away (`hastate`): in maintenance, fenced, or gone.
    pub is_drained: bool,
}

impl NodeSeen {
    /// Whether there is any use in asking it.
    pub fn is_in_service(&self) -> bool {
        self.state != NodeState::Offline
    }
}

/// A storage on one node in `/cluster/resources`. Its status there is no reason to refuse it: it reads `unknown`
/// as long as the node has no statistics, also where the storage works.
#[derive(Debug, Clone, PartialEq)]
pub struct StorageSeen {
    /// Its id.
    pub id: StorageId,
    /// The node on which it was seen.
    pub node: NodeName,
    /// Whether every node sees the same volumes.
    pub shared: bool,
    /// Whether guests' disks may be on it.
    pub takes_images: bool,
    /// Whether backups may be on it.
    pub takes_backups: bool,
    /// Whether ISOs may be on it.
    pub takes_isos: bool,
    /// Whether snippets of cloud-init may be on it.
    pub has_snippets: bool,
    /// Whether a volume takes its whole size at once (LVM); all others grow as they are written.
    pub thick: bool,
    /// Whether images are files there, of any format (pve-storage: the plugins dir, nfs, cifs and glusterfs).
    pub keeps_files: bool,
    /// Whether a volume goes back to none but its newest snapshot (pve-storage, `volume_rollback_is_possible` of ZFS, and of
    /// LVM as a chain of volumes). Of files that are chains nobody without `Datastore.Allocate` is told.
    pub back_to_newest: bool,
    /// Free space, bytes; `None` where PVE did not say.
    pub free: Option<u64>,
    /// All its space, bytes; `None` where PVE did not say.
    pub total: Option<u64>,
}

impl StorageSeen {
    /// How much of it is free in percent, rounded down, once so many bytes more are taken; `None` where PVE did not say.
    pub fn percent_free_beside(&self, taken: u64) -> Option<u64> {
        let (free, total) = self.free.zip(self.total)?;
        let left = u128::from(free.saturating_sub(taken));
        u64::try_from((left * 100).checked_div(total.into())?).ok()
    }
}

/// A guest in `/cluster/resources`: enough to find it. Its state is read elsewhere; this lags by up to 10 s.
///
/// What is `Option` are statistics of its node (PVE/API2Tools.pm, `extract_vm_stats`): all of them are missing where the
/// node sends none, and of a guest that was made a moment ago. `None` is no answer, and never a "no".
#[derive(Debug, Clone, PartialEq)]
pub struct VmSeen {
    /// Its number; containers take numbers too.
    pub vmid: Vmid,
    /// The node that holds its config.
    pub node: NodeName,
    /// Whether it is a virtual machine (and no container).
    pub qemu: bool,
    /// Its name.
    pub name: Option<String>,
    /// Whether it is a template. One that was just converted may still be called none.
    pub template: Option<bool>,
    /// Size of its system disk, bytes.
    pub disk: Option<u64>,
    /// Seconds since it was started; 0 for one that does not run.
    pub uptime: Option<u64>,
    /// What it has received and sent since it was started, bytes.
    pub traffic: Option<(u64, u64)>,
    /// Memory in use, and memory in all, bytes.
    pub memory: Option<(u64, u64)>,
    /// Whether HA manages it (`hastate`), and starts it on another node where its own one fails.
    pub ha: bool,
}

impl VmSeen {
    /// Where its config is.
    pub fn path(&self) -> GuestPath {
        GuestPath {
            node: self.node.clone(),
            vmid: self.vmid,
        }
    }
}

/// A bridge of a node, or a vnet of the cluster that it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSeen {
    /// What a NIC's `bridge=` names.
    pub name: Bridge,
    /// Whether it is a vnet, which has its permissions in its zone.
    pub is_vnet: bool,
    /// Whether a NIC on it may have trunks: not on a Linux bridge that is not VLAN-aware (pve-common, PVE/Network.pm,
    /// `tap_plug`), nor on such a vnet.
    pub takes_trunks: bool,
    /// Whether a NIC on it may have a tag: not on a vnet that is not VLAN-aware (pve-network, SDN/Zones/Plugin.pm,
    /// `tap_plug`). Each Linux bridge takes tags.
    pub takes_tags: bool,
    /// Whether it learns no MACs (`bridge-disable-mac-learning`); of a vnet its zone says that.
    #[serde(default)]
    pub learns_no_macs: bool,
}

impl NetworkSeen {
    /// Whether it is this one, and Proxmox VE starts no guest with a tag on it.
    pub fn refuses_tags_on(&self, bridge: &Bridge) -> bool {
        self.name == *bridge && !self.takes_tags
    }
}

/// `GET /cluster/resources`: one answer that serves every question of a placement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resources {
    /// The nodes.
    pub nodes: Vec<NodeSeen>,
    /// The storages, once for each node.
    pub storages: Vec<StorageSeen>,
    /// The guests that the login may see.
    pub vms: Vec<VmSeen>,
}

impl Resources {
    /// Whether there is any use in asking a node.
    pub fn is_in_service(&self, name: &NodeName) -> bool {
        self.nodes.iter().any(|node| node.name == *name && node.is_in_service())
    }

    /// What clones to a storage share: the storage itself, or its part on one node.
    pub fn place(&self, node: &NodeName, storage: &StorageId) -> String {
        let shared = self.storages.iter().any(|seen| seen.id == *storage && seen.shared);
        if shared {
            storage.to_string()
        } else {
            format!("{node}/{storage}")
        }
    }

    /// Takes from what is free, of a node and of the storages that it uses, what a guest will need there; `disks`: which storages
    /// that holds for.
    pub fn promise(
        &mut self,
        node: &NodeName,
        memory: u64,
        needs: &BTreeMap<StorageId, u64>,
        disks: impl Fn(&StorageSeen) -> bool,
    ) {
        for seen in self.nodes.iter_mut().filter(|seen| seen.name == *node) {
            seen.free_memory = seen.free_memory.map(|free| free.saturating_sub(memory));
        }
        let used = |seen: &&mut StorageSeen| (seen.shared || seen.node == *node) && disks(seen);
        for seen in self.storages.iter_mut().filter(used) {
            let bytes = needs.get(&seen.id).copied().unwrap_or_default();
            seen.free = seen.free.map(|free| free.saturating_sub(bytes));
        }
    }

    fn add(&mut self, entry: &Value) {
        match entry["type"].as_str() {
            Some("node") => self.nodes.extend(node(entry)),
            Some("storage") => self.storages.extend(storage(entry)),
            Some("qemu" | "lxc") => self.vms.extend(vm(entry)),
            _ => {}
        }
    }
}

fn node(entry: &Value) -> Option<NodeSeen> {
    let memory = number(&entry["maxmem"]).filter(|total| *total > 0);
    Some(NodeSeen {
        name: entry["node"].as_str()?.parse().ok()?,
        state: match entry["status"].as_str() {
            Some("online") => NodeState::Online,
            Some("offline") => NodeState::Offline,
            _ => NodeState::WithoutStatistics,
        },
        free_memory: memory
            .zip(number(&entry["mem"]))
            .map(|(total, used)| total.saturating_sub(used)),
        memory,
        cpus: number(&entry["maxcpu"]).filter(|cpus| *cpus > 0),
        is_drained: matches!(entry["hastate"].as_str(), Some("maintenance" | "fence" | "gone")),
    })
}

fn storage(entry: &Value) -> Option<StorageSeen> {
    let content = entry["content"].as_str().unwrap_or_default();
    let holds = |kind: &str| content.split(',').any(|word| word == kind);
    let total = number(&entry["maxdisk"]).filter(|total| *total > 0);
    Some(StorageSeen {
        id: entry["storage"].as_str()?.parse().ok()?,
        node: entry["node"].as_str()?.parse().ok()?,
        shared: number(&entry["shared"]) == Some(1),
        takes_images: content.is_empty() || holds("images"),
        takes_backups: holds("backup"),
        takes_isos: holds("iso"),
        has_snippets: holds("snippets"),
        thick: entry["plugintype"].as_str() == Some("lvm"),
        keeps_files: matches!(entry["plugintype"].as_str(), Some("dir" | "nfs" | "cifs" | "glusterfs")),
        back_to_newest: matches!(entry["plugintype"].as_str(), Some("zfspool" | "zfs" | "lvm")),
        free: total
            .zip(number(&entry["disk"]))
            .map(|(total, used)| total.saturating_sub(used)),
        total,
    })
}

fn vm(entry: &Value) -> Option<VmSeen> {
    let pair = |one: &str, other: &str| number(&entry[one]).zip(number(&entry[other]));
    Some(VmSeen {
        vmid: u32::try_from(number(&entry["vmid"])?).ok()?.try_into().ok()?,
        node: entry["node"].as_str()?.parse().ok()?,
        qemu: entry["type"].as_str() == Some("qemu"),
        name: entry["name"].as_str().map(str::to_owned),
        template: number(&entry["template"]).map(|template| template == 1),
        disk: number(&entry["maxdisk"]),
        uptime: number(&entry["uptime"]),
        traffic: pair("netin", "netout"),
        memory: pair("mem", "maxmem"),
        ha: entry["hastate"]
            .as_str()
            .is_some_and(|state| !matches!(state, "ignored" | "disabled")),
    })
}

impl Client {
    /// `GET /version`: the release, as `9.1.8`.
    pub fn version(&self) -> Result<String, Error> {
        let data = self.request(&Request::new(Method::Get, "/version".to_owned(), Kind::Cluster))?;
        data["version"]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| Error::Unexpected {
                what: "GET /version".to_owned(),
                why: "it holds no version: is this a Proxmox VE?".to_owned(),
            })
    }

    /// `GET /access/permissions?path=`: the privileges that the login has on a path, which need not exist.
    ///
    /// PVE works out itself what reaches the path: groups, pools, propagation, `NoAccess`, privilege separation. Its
    /// values only say whether a privilege reaches further down.
    pub fn privileges(&self, path: &str) -> Result<BTreeSet<String>, Error> {
        let request = Request::new(Method::Get, "/access/permissions".to_owned(), Kind::Cluster).with("path", path);
        let data = self.request(&request)?;
        let held = data[path].as_object();
        Ok(held.into_iter().flat_map(|held| held.keys().cloned()).collect())
    }

    /// `GET /cluster/sdn/vnets`: the zone of each vnet that the login may audit; none before PVE had them.
    pub fn vnet_zones(&self) -> Result<BTreeMap<Bridge, String>, Error> {
        let request = Request::new(Method::Get, "/cluster/sdn/vnets".to_owned(), Kind::Cluster);
        let data = match self.request(&request) {
            Err(Error::Refused { .. }) => return Ok(BTreeMap::new()),
            answer => answer?,
        };
        let zone = |entry: &Value| {
            Some((
                entry["vnet"].as_str()?.parse().ok()?,
                entry["zone"].as_str()?.to_owned(),
            ))
        };
        Ok(data.as_array().into_iter().flatten().filter_map(zone).collect())
    }

    /// Whether the firewall of the datacenter is on: `enable` of `GET /cluster/firewall/options`, which needs Sys.Audit on `/`.
    /// While it is off pve-firewall makes no rules for guests (pve-firewall, PVE/Firewall.pm, `compile`); a node's own switch
    /// is about the node itself. `None`: the login may not see it.
    pub fn is_firewall_on(&self) -> Result<Option<bool>, Error> {
        let request = Request::new(Method::Get, "/cluster/firewall/options".to_owned(), Kind::Cluster);
        match self.request(&request) {
            Err(Error::Refused { status: 403, .. }) => Ok(None),
            answer => Ok(Some(number(&answer?["enable"]).unwrap_or_default() > 0)),
        }
    }

    /// The datacenter's set `blacklist`, of which nothing comes to a guest: entries, and whether each is an exception
    /// (`GET /cluster/firewall/ipset/blacklist`, which needs Sys.Audit on `/`). No such set: none. `None`: the login may not
    /// see it.
    pub fn blacklist(&self) -> Result<Option<Vec<(String, bool)>>, Error> {
        let path = "/cluster/firewall/ipset/blacklist".to_owned();
        let entries = match self.request(&Request::new(Method::Get, path, Kind::Cluster)) {
            Err(Error::Refused { status: 403, .. }) => return Ok(None),
            Err(Error::Refused { status: 500, words, .. }) if words.contains("no such IPSet") => {
                return Ok(Some(Vec::new()));
            }
            answer => answer?,
        };
        let entry = |entry: &Value| Some((entry["cidr"].as_str()?.to_owned(), number(&entry["nomatch"]) == Some(1)));
        Ok(Some(
            entries.as_array().into_iter().flatten().filter_map(entry).collect(),
        ))
    }

    /// Whether what carries out the rules of a node's guests runs there: pve-firewall, and where the node has `nftables` (`GET
    /// /nodes/{node}/firewall/options`) proxmox-firewall in its place; `state` of `GET /nodes/{node}/services/{service}/state`.
    /// Both need Sys.Audit there. `None`: the login may not see it.
    pub fn is_firewall_running(&self, node: &NodeName) -> Result<Option<bool>, Error> {
        Ok(self.firewall_service(node)?.1)
    }

    /// The same, and whether that is proxmox-firewall.
    pub fn firewall_service(&self, node: &NodeName) -> Result<(bool, Option<bool>), Error> {
        let asked = |below: &str| {
            let path = format!("/nodes/{node}/{below}");
            match self.request(&Request::new(Method::Get, path, Kind::Cluster)) {
                Err(Error::Refused { status: 403, .. }) => Ok(Value::Null),
                answer => answer,
            }
        };
        let nftables = number(&asked("firewall/options")?["nftables"]) == Some(1);
        let service = if nftables { "proxmox-firewall" } else { "pve-firewall" };
        let state = asked(&format!("services/{service}/state"))?;
        Ok((nftables, state["state"].as_str().map(|state| state == "running")))
    }

    /// `GET /cluster/resources`.
    pub fn resources(&self) -> Result<Resources, Error> {
        let request = Request::new(Method::Get, "/cluster/resources".to_owned(), Kind::Cluster);
        let mut resources = Resources::default();
        self.entries(&request, |entry| resources.add(entry))?;
        Ok(resources)
    }

    /// Every guest that the login may see: `GET /cluster/resources?type=vm`. What a guest has used may be 5 minutes old
    /// (pmxcfs drops older values).
    pub fn guests(&self) -> Result<Vec<VmSeen>, Error> {
        let request = Request::new(Method::Get, "/cluster/resources".to_owned(), Kind::Look).with("type", "vm");
        let mut resources = Resources::default();
        self.entries(&request, |entry| resources.add(entry))?;
        Ok(resources.vms)
    }

    /// Where a guest is now. `None`: no node has it, or the login may not see it.
    pub fn find_vm(&self, vmid: Vmid) -> Result<Option<VmSeen>, Error> {
        Ok(self.guests()?.into_iter().find(|vm| vm.vmid == vmid))
    }

    /// The `next-id` range of `GET /cluster/options`; without Sys.Audit PVE leaves it out.
    pub fn next_id_range(&self) -> Result<Option<(Vmid, Vmid)>, Error> {
        let data = self.request(&Request::new(Method::Get, "/cluster/options".to_owned(), Kind::Cluster))?;
        let range = &data["next-id"];
        if range.is_null() {
            return Ok(None);
        }
        // PVE gives an object, or (older) the property string `lower=…,upper=…`
        let text = crate::guest::PropertyString::parse(range.as_str().unwrap_or_default());
        let bound = |key: &str| {
            let number = number(&range[key]).or_else(|| text.get(key)?.parse().ok())?;
            Vmid::try_from(u32::try_from(number).ok()?).ok()
        };
        // PVE itself never gives the upper bound away (PVE/API2/Cluster.pm, nextid): the range is half-open
        let last = bound("upper").and_then(|upper| Vmid::try_from(upper.get() - 1).ok());
        Ok(Some((bound("lower").unwrap_or(Vmid::MIN), last.unwrap_or(Vmid::MAX))))
    }

    /// `GET /cluster/nextid`: the lowest free number of PVE's range, also past guests that the login may not see.
    pub fn next_id(&self) -> Result<Option<Vmid>, Error> {
        let data = self.request(&Request::new(Method::Get, "/cluster/nextid".to_owned(), Kind::Cluster))?;
        Ok(number(&data).and_then(|id| Vmid::try_from(u32::try_from(id).ok()?).ok()))
    }

    /// The bridges and vnets of a node that the login may use or audit: `GET /nodes/{node}/network?type=any_bridge`.
    pub fn networks(&self, node: &NodeName) -> Result<Vec<NetworkSeen>, Error> {
        let request =
            Request::new(Method::Get, format!("/nodes/{node}/network"), Kind::Cluster).with("type", "any_bridge");
        let data = self.request(&request)?;
        let network = |entry: &Value| {
            let kind = entry["type"].as_str();
            // `vlanaware` is always there, 0 or 1; a release that did not say it is no reason to refuse
            let takes_tags = kind != Some("vnet") || number(&entry["vlanaware"]) != Some(0);
            Some(NetworkSeen {
                name: entry["iface"].as_str().or(entry["vnet"].as_str())?.parse().ok()?,
                is_vnet: kind == Some("vnet"),
                takes_trunks: takes_tags && (kind != Some("bridge") || number(&entry["bridge_vlan_aware"]) == Some(1)),
                takes_tags,
                learns_no_macs: is_set(&entry[NO_LEARNING]),
            })
        };
        Ok(data.as_array().into_iter().flatten().filter_map(network).collect())
    }

    /// Their names.
    pub fn bridges(&self, node: &NodeName) -> Result<Vec<Bridge>, Error> {
        let networks = self.networks(node)?;
        Ok(networks.into_iter().map(|network| network.name).collect())
    }
}
