//! Volumes: names by storage type, allocation, space (golden *create / disks*, *storage full*; `PVE::Storage::*Plugin`).

use crate::cluster::Cluster;
use crate::options::{NodeSpec, StorageSpec};
use crate::state::{Node, Storage, Volume};
use crate::types::{Fail, die};

impl Cluster {
    /// Adds a node.
    pub fn add_node(&mut self, spec: &NodeSpec) {
        let node = Node {
            memory: spec.memory,
            cpus: spec.cpus,
            bridges: spec.bridges.iter().cloned().collect(),
            vlan_aware: Default::default(),
            unlearning: Default::default(),
            kvm: true,
            down: None,
            without_statistics: false,
            ha: None,
            firewall_stopped: false,
            nftables: None,
        };
        self.nodes.insert(spec.name.clone(), node);
    }

    /// Adds a storage.
    pub fn add_storage(&mut self, spec: &StorageSpec) {
        let s = Storage {
            kind: spec.kind.clone(),
            shared: spec.shared,
            content: spec.content.split(',').map(str::to_owned).collect(),
            total: spec.total,
            used: spec.used,
            path: spec.path.clone(),
            nodes: spec.nodes.clone(),
            disabled: spec.disabled,
            offline: false,
            chain: spec.chain,
            retention: spec.retention.clone(),
            has_key: true,
        };
        self.storages.insert(spec.id.clone(), s);
    }

    /// Index of a volume as seen from a node.
    pub fn find_volume(&self, node: &str, volid: &str) -> Option<usize> {
        let (storage, name) = volid.split_once(':')?;
        self.volumes
            .iter()
            .position(|v| v.storage == storage && v.name == name && v.node.as_deref().is_none_or(|n| n == node))
    }

    /// `storage 'x' does not exist` / `is disabled` / `is not available on node`.
    pub(crate) fn storage_on(&self, id: &str, node: &str) -> Result<&Storage, Fail> {
        let Some(s) = self.storages.get(id) else {
            return die(format!("storage '{id}' does not exist"));
        };
        if s.disabled {
            return die(format!("storage '{id}' is disabled"));
        }
        if !s.nodes.is_empty() && !s.nodes.iter().any(|n| n == node) {
            return die(format!("storage '{id}' is not available on node '{node}'"));
        }
        Ok(s)
    }

    /// `activate_storage`: what is enabled on the node, and answers.
    pub(crate) fn activated(&self, id: &str, node: &str) -> Result<&Storage, Fail> {
        let s = self.storage_on(id, node)?;
        if s.offline {
            return die(format!("storage '{id}' is not online"));
        }
        Ok(s)
    }

    /// `vdisk_list` of a guest's number: it activates every storage of images that is enabled on the node, whatever the guest has
    /// there, and dies at the first that does not answer.
    pub(crate) fn scan_images(&self, node: &str, vmid: u32) -> Result<Vec<String>, Fail> {
        let is_scanned = |id: &str| {
            let s = self.storage_on(id, node).ok();
            s.is_some_and(|s| s.content.iter().any(|c| c == "images"))
        };
        for id in self.storages.keys().filter(|id| is_scanned(id)) {
            self.activated(id, node)?;
        }
        let found = self.volumes.iter().filter(|v| {
            let is_here = v.node.as_deref().is_none_or(|n| n == node);
            v.vmid == Some(vmid) && v.content == "images" && is_here && is_scanned(&v.storage)
        });
        Ok(found.map(crate::state::Volume::volid).collect())
    }

    /// A storage that takes images.
    pub(crate) fn image_storage(&self, id: &str, node: &str) -> Result<&Storage, Fail> {
        let s = self.storage_on(id, node)?;
        if !s.content.iter().any(|c| c == "images") {
            return Err(Fail::param(
                "storage",
                format!("storage '{id}' does not support vm images"),
            ));
        }
        Ok(s)
    }

    /// Bytes used on a storage, seen from a node.
    pub fn used(&self, id: &str, node: &str) -> u64 {
        let base = self.storages.get(id).map_or(0, |s| s.used);
        let own: u64 = self
            .volumes
            .iter()
            .filter(|v| v.storage == id && v.node.as_deref().is_none_or(|n| n == node))
            .map(|v| v.used)
            .sum();
        base + own
    }

    /// Free bytes.
    pub fn avail(&self, id: &str, node: &str) -> u64 {
        self.storages
            .get(id)
            .map_or(0, |s| s.total.saturating_sub(self.used(id, node)))
    }

    /// Fills a storage so that only `left` bytes are free on every node.
    pub fn fill_storage(&mut self, id: &str, left: u64) {
        let most = self.nodes.keys().map(|n| self.used(id, n)).max().unwrap_or(0);
        if let Some(s) = self.storages.get_mut(id) {
            let own = most - s.used;
            s.used = s.total.saturating_sub(left + own);
        }
    }

    /// Path of a volume on disk, for messages.
    pub(crate) fn volume_path(&self, volid: &str) -> String {
        let (storage, name) = volid.split_once(':').unwrap_or(("", volid));
        let Some(s) = self.storages.get(storage) else {
            return volid.to_owned();
        };
        if !s.is_dir() {
            return format!("/dev/{storage}/{}", name.rsplit('/').next().unwrap_or(name));
        }
        if let Some(file) = name.strip_prefix("backup/") {
            return format!("{}/dump/{file}", s.path);
        }
        if let Some(file) = name.strip_prefix("iso/") {
            return format!("{}/template/iso/{file}", s.path);
        }
        if name.starts_with("import/") {
            return format!("{}/{name}", s.path);
        }
        let tail: Vec<&str> = name.rsplitn(3, '/').take(2).collect();
        format!("{}/images/{}/{}", s.path, tail.get(1).unwrap_or(&""), tail[0])
    }

    /// The next free `vm-ID-disk-N` name of a storage, or the cloud-init name.
    pub(crate) fn new_name(&self, storage: &str, vmid: u32, format: &str, cloudinit: bool) -> String {
        let dir = self.storages.get(storage).is_none_or(Storage::is_dir);
        let stem = |tail: &str| {
            if dir {
                format!("{vmid}/vm-{vmid}-{tail}.{format}")
            } else if format == "qcow2" {
                format!("vm-{vmid}-{tail}.qcow2")
            } else {
                format!("vm-{vmid}-{tail}")
            }
        };
        if cloudinit {
            return stem("cloudinit");
        }
        let taken = |n: u32| {
            let mark = format!("-{vmid}-disk-{n}");
            self.volumes.iter().any(|v| {
                v.storage == storage
                    && v.name
                        .split_once(&mark)
                        .is_some_and(|(_, t)| !t.starts_with(|c: char| c.is_ascii_digit()))
            })
        };
        let n = (0..1000).find(|n| !taken(*n)).unwrap_or(1000);
        stem(&format!("disk-{n}"))
    }

    /// Format a new image gets: the one that is wanted, else the storage's own (`get_formats` of `PVE::Storage::LVMPlugin` and of
    /// `PVE::Storage::Plugin`).
    pub(crate) fn image_format(&self, storage: &str, wanted: Option<&str>) -> String {
        let storage = self.storages.get(storage);
        let is_dir = storage.is_none_or(Storage::is_dir);
        let is_chain = storage.is_some_and(|s| s.chain);
        let own = if is_chain && !is_dir { "qcow2" } else { "raw" };
        match wanted {
            Some(wanted) if is_dir || is_chain => wanted.to_owned(),
            _ => own.to_owned(),
        }
    }

    /// Adds a volume; returns its volid.
    pub(crate) fn add_volume(
        &mut self,
        node: &str,
        storage: &str,
        name: &str,
        vmid: u32,
        size: u64,
        format: &str,
    ) -> String {
        let shared = self.storages.get(storage).is_some_and(|s| s.shared);
        let v = Volume {
            storage: storage.to_owned(),
            node: (!shared).then(|| node.to_owned()),
            name: name.to_owned(),
            vmid: Some(vmid),
            size,
            used: size.min(1 << 20),
            format: format.to_owned(),
            content: "images".into(),
            ctime: self.now as i64,
            parent: None,
            notes: None,
            protected: false,
            verified: None,
            backup_of: None,
            firewall_of: None,
            encrypted: None,
            broken: None,
            checksum: None,
        };
        let id = v.volid();
        self.volumes.push(v);
        id
    }

    /// Allocates a disk: checks storage and space.
    pub(crate) fn allocate(
        &mut self,
        node: &str,
        storage: &str,
        vmid: u32,
        size: u64,
        format: Option<&str>,
    ) -> Result<String, Fail> {
        let s = self.image_storage(storage, node)?;
        let (thick, kind) = (s.kind == "lvm", s.kind.clone());
        self.activated(storage, node)?;
        let free = self.avail(storage, node);
        if (thick && free < size) || free < (1 << 20) {
            let text = match kind.as_str() {
                "lvm" | "lvmthin" => format!("lvcreate '{storage}/vm-{vmid}-disk-0' error: insufficient free space"),
                "zfspool" => format!("zfs error: cannot create '{storage}/vm-{vmid}-disk-0': out of space"),
                _ => "unable to create image: qemu-img: No space left on device".to_owned(),
            };
            return die(text);
        }
        let format = self.image_format(storage, format);
        let name = self.new_name(storage, vmid, &format, false);
        let id = self.add_volume(node, storage, &name, vmid, size, &format);
        if thick && let Some(v) = self.volumes.last_mut() {
            v.used = size;
        }
        Ok(id)
    }

    /// Frees a volume if it is there.
    pub(crate) fn free(&mut self, node: &str, volid: &str) -> bool {
        match self.find_volume(node, volid) {
            Some(i) => {
                self.volumes.remove(i);
                true
            }
            None => false,
        }
    }

    /// A linked clone that uses this base, if any.
    pub(crate) fn is_base_in_use(&self, volid: &str) -> bool {
        self.volumes.iter().any(|v| v.parent.as_deref() == Some(volid))
    }

    /// Adds a finished backup of a VM, as if made earlier; its volid.
    pub fn add_backup(&mut self, storage: &str, vmid: u32, at: i64, protected: bool) -> String {
        let vm = self.vms.get(&vmid).cloned();
        let node = vm.as_ref().map_or_else(
            || self.nodes.keys().next().cloned().unwrap_or_default(),
            |v| v.node.clone(),
        );
        let pbs = self.storages.get(storage).is_some_and(|s| s.kind == "pbs");
        let (name, format) = if pbs {
            let time = crate::text::date_time(at).replace(' ', "T");
            (format!("backup/vm/{vmid}/{time}Z"), "pbs-vm")
        } else {
            let time = crate::text::backup_time(at);
            (format!("backup/vzdump-qemu-{vmid}-{time}.vma.zst"), "vma.zst")
        };
        let id = self.add_volume(&node, storage, &name, vmid, 176_756_038, format);
        let firewall = self.firewall.get(&vmid.to_string()).cloned();
        if let Some(v) = self.volumes.last_mut() {
            v.content = "backup".into();
            v.ctime = at;
            v.protected = protected;
            v.used = 176_758_784;
            v.backup_of = vm.map(Box::new);
            v.firewall_of = firewall;
        }
        id
    }
}
