//! How snapshots are made, deleted and rolled back to: `PVE::AbstractConfig::snapshot_*`, `PVE::QemuConfig::__snapshot_*`,
//! and what each kind of storage can (`volume_has_feature`, `volume_rollback_is_possible` of `PVE::Storage::*Plugin`).
//!
//! Each has three parts: what is checked and written down under the lock of the config file (with `lock` and `snapstate`),
//! the volumes, and what is written down at the end. A worker that is killed in the middle leaves the first part behind.

use std::collections::BTreeMap;

use crate::cluster::Cluster;
use crate::faults::FaultKind;
use crate::jobs::Next;
use crate::progress::{self, Copy};
use crate::props::{self, Prop};
use crate::state::{Conf, Snapshot};
use crate::text::format_size;
use crate::types::{Fail, die};

/// What to do with a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Create,
    Delete,
    Rollback,
}

/// Snapshot work.
#[derive(Debug, Clone)]
pub struct SnapJob {
    pub(crate) verb: Verb,
    pub(crate) vmid: u32,
    pub(crate) node: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// With RAM, by force, started afterwards.
    pub(crate) flag: bool,
}

/// The drives of a config that are copied: all but CD-ROMs.
fn drives(conf: &Conf) -> Vec<(String, Prop)> {
    let drives = conf.iter().filter(|(key, _)| props::is_drive(key));
    let drives = drives.map(|(key, value)| (key.clone(), props::parse_drive(value)));
    drives.filter(|(_, drive)| !props::is_cdrom(drive)).collect()
}

/// What a config gives to another one (`__snapshot_copy_config`).
fn copied(conf: &Conf) -> Conf {
    let skip = ["snapstate", "snaptime", "vmstate", "lock", "digest", "description"];
    let mut copy = conf.clone();
    copy.retain(|key, _| !skip.contains(&key.as_str()) && props::base(key) != "unused");
    copy
}

impl Cluster {
    /// Can this volume have snapshots?
    pub(crate) fn can_snapshot(&self, node: &str, volid: &str) -> bool {
        let Some((storage, _)) = volid.split_once(':') else {
            return false;
        };
        let kind = self.storages.get(storage).map_or("dir", |s| s.kind.as_str());
        match kind {
            "lvmthin" | "zfspool" | "zfs" | "rbd" | "btrfs" => true,
            "iscsi" | "iscsidirect" | "pbs" => false,
            // directories, and LVM as a chain of volumes: by the format of the volume
            _ => self
                .find_volume(node, volid)
                .is_some_and(|i| self.volumes[i].format == "qcow2"),
        }
    }

    /// Does its storage roll back only to the newest snapshot?
    fn only_to_the_newest(&self, volid: &str) -> bool {
        let storage = volid.split_once(':').and_then(|(id, _)| self.storages.get(id));
        storage.is_some_and(|s| s.chain || matches!(s.kind.as_str(), "zfspool" | "zfs" | "lvm"))
    }

    /// Adds a snapshot as if it had been made earlier.
    pub fn add_snapshot(&mut self, vmid: u32, name: &str) {
        let job = SnapJob {
            verb: Verb::Create,
            vmid,
            node: self.vms.get(&vmid).map(|vm| vm.node.clone()).unwrap_or_default(),
            name: name.into(),
            description: String::new(),
            flag: false,
        };
        self.note_snapshot(&job, None);
        self.commit_snapshot(&job);
    }

    pub(crate) fn job_snap(&mut self, t: usize, j: &SnapJob, stage: u32) -> Result<Next, Fail> {
        let broken = match &self.engine.tasks[t].fault {
            Some(FaultKind::VolumeError(text)) => Some(text.clone()),
            _ => None,
        };
        match (j.verb, stage) {
            // a creation has an `eval` around its volumes, the others have none
            (Verb::Delete | Verb::Rollback, 1..) if broken.is_some() => die(broken.unwrap_or_default()),
            (Verb::Create, 0) => self.prepare_snapshot(t, j),
            (Verb::Create, _) => {
                if let Err(fail) = broken.map_or_else(|| self.volumes_taken(t, j), die) {
                    self.say(t, "snapshot create failed: starting cleanup");
                    self.drop_snapshot(j);
                    return Err(fail);
                }
                self.commit_snapshot(j);
                Ok(Next::Done)
            }
            (Verb::Delete, 0) => self.prepare_deletion(t, j),
            (Verb::Delete, _) => {
                self.drop_snapshot(j);
                Ok(Next::Done)
            }
            (Verb::Rollback, 0) => self.prepare_rollback(t, j),
            (Verb::Rollback, _) => self.roll_back(t, j).map(|()| Next::Done),
        }
    }

    /// What a worker leaves behind that is told to end: only a creation cleans up (`eval` around its volumes).
    pub(crate) fn interrupt_snap(&mut self, j: &SnapJob) -> String {
        if j.verb == Verb::Create {
            self.drop_snapshot(j);
        }
        "received interrupt".into()
    }

    fn prepare_snapshot(&mut self, t: usize, j: &SnapJob) -> Result<Next, Fail> {
        let vm = self.load(&j.node, j.vmid)?;
        if vm.is_template() {
            return die("you can't take a snapshot if it's a template");
        }
        self.check_lock(j.vmid)?;
        let vm = self.load(&j.node, j.vmid)?;
        if vm.snapshots.contains_key(&j.name) {
            return die(format!("snapshot name '{}' already used", j.name));
        }
        if drives(&vm.conf)
            .iter()
            .any(|(_, d)| !self.can_snapshot(&j.node, &d.main))
        {
            return die("snapshot feature is not available");
        }
        let ram = j.flag && vm.run.is_some();
        let state = if ram { Some(self.state_volume(j)?) } else { None };
        self.note_snapshot(j, state);
        self.put_lock(j.vmid, Some("snapshot"));
        self.let_go(t);
        Ok(Next::Wait(if ram { 2.0 } else { 0.3 }))
    }

    /// The volume for the memory: twice of it and 500 MiB, on a storage of the VM's disks (`find_vmstate_storage`).
    fn state_volume(&mut self, j: &SnapJob) -> Result<String, Fail> {
        let vm = self.load(&j.node, j.vmid)?;
        let memory: u64 = vm.get("memory").and_then(|mib| mib.parse().ok()).unwrap_or(512);
        let of_disks = drives(&vm.conf).into_iter().filter_map(|(_, drive)| {
            let id = drive.main.split(':').next()?.to_owned();
            let storage = self.storages.get(&id)?;
            // shared ones first, and of those files
            Some(((!storage.shared, !storage.is_dir()), id))
        });
        let chosen = vm.get("vmstatestorage").map(str::to_owned);
        let chosen = chosen.or_else(|| of_disks.min().map(|(_, id)| id));
        let storage = chosen.unwrap_or_else(|| "local".to_owned());
        let size = (memory * 2 + 500) << 20;
        let mut name = format!("vm-{}-state-{}", j.vmid, j.name);
        if self.storages.get(&storage).is_some_and(crate::state::Storage::is_dir) {
            name = format!("{}/{name}.raw", j.vmid);
        }
        if self.avail(&storage, &j.node) < memory << 20 {
            return die(format!("unable to create image: {}", self.no_space(&storage, &name)));
        }
        let volid = self.add_volume(&j.node, &storage, &name, j.vmid, size, "raw");
        if let Some(volume) = self.volumes.last_mut() {
            volume.used = memory << 20;
        }
        Ok(volid)
    }

    fn no_space(&self, storage: &str, name: &str) -> String {
        match self.storages.get(storage).map_or("dir", |s| s.kind.as_str()) {
            "lvm" | "lvmthin" => format!("lvcreate '{storage}/{name}' error: insufficient free space"),
            "zfspool" => "zfs error: out of space".to_owned(),
            "rbd" => "rbd error: No space left on device".to_owned(),
            _ => "qemu-img: No space left on device".to_owned(),
        }
    }

    /// The snapshot's section, as it stands while the volumes are copied.
    fn note_snapshot(&mut self, j: &SnapJob, state: Option<String>) {
        let (now, sizes) = (self.now as i64, self.sizes_of(j.vmid));
        let Some(vm) = self.vms.get_mut(&j.vmid) else { return };
        let mut conf = copied(&vm.conf);
        if let Some(volid) = state {
            conf.insert("vmstate".into(), volid);
            conf.insert("runningmachine".into(), "pc-i440fx-9.2+pve1".into());
            conf.insert("runningcpu".into(), "kvm64,enforce,+kvm_pv_eoi,+kvm_pv_unhalt".into());
        }
        conf.insert("snapstate".into(), "prepare".into());
        conf.insert("snaptime".into(), now.to_string());
        if !j.description.is_empty() {
            conf.insert("description".into(), j.description.clone());
        }
        let order = vm.snapshots.values().map(|s| s.order + 1).max().unwrap_or(0);
        let password = vm.password.clone();
        vm.snapshots.insert(
            j.name.clone(),
            Snapshot {
                conf,
                sizes,
                order,
                password,
            },
        );
    }

    /// A storage that is full in the middle of it.
    fn volumes_taken(&mut self, t: usize, j: &SnapJob) -> Result<(), Fail> {
        let Some(conf) = self
            .vms
            .get(&j.vmid)
            .and_then(|vm| vm.snapshots.get(&j.name))
            .map(|s| s.conf.clone())
        else {
            return die(format!("snapshot '{}' does not exist", j.name));
        };
        for (key, drive) in drives(&conf) {
            self.say(t, format!("snapshotting 'drive-{key}' ({})", drive.main));
            let storage = drive.main.split(':').next().unwrap_or_default().to_owned();
            if self.avail(&storage, &j.node) < (1 << 20) {
                return die(self.no_space(&storage, &format!("snap_vm-{}-{key}", j.vmid)));
            }
        }
        Ok(())
    }

    fn commit_snapshot(&mut self, j: &SnapJob) {
        self.put_lock(j.vmid, None);
        let Some(vm) = self.vms.get_mut(&j.vmid) else { return };
        if let Some(snap) = vm.snapshots.get_mut(&j.name) {
            snap.conf.remove("snapstate");
        }
        vm.conf.insert("parent".into(), j.name.clone());
    }

    fn sizes_of(&self, vmid: u32) -> BTreeMap<String, u64> {
        let own = self.volumes.iter().filter(|v| v.vmid == Some(vmid));
        own.map(|v| (v.volid(), v.size)).collect()
    }

    fn snapshot_of(&self, j: &SnapJob) -> Result<&Snapshot, Fail> {
        let vm = self.load(&j.node, j.vmid)?;
        match vm.snapshots.get(&j.name) {
            Some(snap) => Ok(snap),
            None => die(format!("snapshot '{}' does not exist", j.name)),
        }
    }

    fn prepare_deletion(&mut self, t: usize, j: &SnapJob) -> Result<Next, Fail> {
        self.snapshot_of(j)?;
        let vm = self.load(&j.node, j.vmid)?;
        self.check_lock(j.vmid)?;
        if vm.is_template() {
            return die("you can't delete a snapshot if vm is a template");
        }
        self.put_lock(j.vmid, Some("snapshot-delete"));
        if let Some(snap) = self.vms.get_mut(&j.vmid).and_then(|vm| vm.snapshots.get_mut(&j.name)) {
            snap.conf.insert("snapstate".into(), "delete".into());
        }
        self.let_go(t);
        Ok(Next::Wait(self.merge(t, j).unwrap_or(0.3)))
    }

    /// Of a guest that runs on a chain of volumes, each is copied into its neighbour: how long that takes.
    fn merge(&mut self, t: usize, j: &SnapJob) -> Option<f64> {
        let vm = self.vms.get(&j.vmid).filter(|vm| vm.run.is_some())?;
        let snap = &vm.snapshots.get(&j.name)?.conf;
        let kind = if snap.contains_key("parent") {
            "stream"
        } else {
            "commit"
        };
        let seconds = self.opts.clone_seconds;
        let (mut from, mut lines) = (self.now, Vec::new());
        for (key, drive) in drives(snap).into_iter().filter(|(_, drive)| self.is_chain(&drive.main)) {
            let copy = Copy {
                key: &key,
                size: self
                    .find_volume(&j.node, &drive.main)
                    .map_or(0, |at| self.volumes[at].size),
                mirror: true,
                from,
                seconds: seconds * self.opts.scale,
            };
            from += copy.seconds;
            lines.extend(progress::merged(kind, &copy));
        }
        let copied = (from - self.now) / self.opts.scale;
        self.engine.tasks[t].script.extend(lines);
        self.tell_due(t);
        (copied > 0.0).then_some(copied)
    }

    fn is_chain(&self, volid: &str) -> bool {
        let storage = volid.split_once(':').and_then(|(id, _)| self.storages.get(id));
        storage.is_some_and(|storage| storage.chain)
    }

    fn drop_snapshot(&mut self, j: &SnapJob) {
        self.put_lock(j.vmid, None);
        let Some(vm) = self.vms.get_mut(&j.vmid) else { return };
        let Some(gone) = vm.snapshots.remove(&j.name) else {
            return;
        };
        let parent = gone.conf.get("parent").cloned();
        let others = vm.snapshots.values_mut().map(|s| &mut s.conf);
        for conf in others.chain([&mut vm.conf]) {
            if conf.get("parent") == Some(&j.name) {
                match &parent {
                    Some(p) => conf.insert("parent".into(), p.clone()),
                    None => conf.remove("parent"),
                };
            }
        }
        if let Some(volid) = gone.conf.get("vmstate") {
            self.free(&j.node, volid);
        }
    }

    /// Its volumes first, then its state, then the VM's lock; and only then the VM is stopped.
    fn prepare_rollback(&mut self, t: usize, j: &SnapJob) -> Result<Next, Fail> {
        let vm = self.load(&j.node, j.vmid)?;
        if vm.is_template() {
            return die("you can't rollback if vm is a template");
        }
        let snap = self.snapshot_of(j)?;
        for (_, drive) in drives(&snap.conf) {
            let holds = |other: &Snapshot| drives(&other.conf).iter().any(|(_, d)| d.main == drive.main);
            let later = vm
                .snapshots
                .values()
                .any(|other| other.order > snap.order && holds(other));
            if self.only_to_the_newest(&drive.main) && later {
                return die(format!(
                    "can't rollback, '{}' is not most recent snapshot on '{}'",
                    j.name, drive.main
                ));
            }
        }
        if let Some(state) = snap.conf.get("snapstate") {
            return die(format!(
                "unable to rollback to incomplete snapshot (snapstate = {state})"
            ));
        }
        self.check_lock(j.vmid)?;
        self.power_off(j.vmid);
        self.put_lock(j.vmid, Some("rollback"));
        self.let_go(t);
        Ok(Next::Wait(0.4))
    }

    /// The whole config of then, but for description and unused volumes; what has come since is unused.
    fn roll_back(&mut self, t: usize, j: &SnapJob) -> Result<(), Fail> {
        let uuid = self.rng.uuid();
        let snap = self.snapshot_of(j)?.clone();
        let vm = self.load(&j.node, j.vmid)?;
        if vm.get("lock") != Some("rollback") {
            return die("got wrong lock");
        }
        let mut conf = copied(&snap.conf);
        let kept = |key: &str| key == "description" || props::base(key) == "unused";
        conf.extend(
            vm.conf
                .iter()
                .filter(|(key, _)| kept(key))
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        let then = drives(&snap.conf);
        for (_, drive) in drives(&vm.conf) {
            if !then.iter().any(|(_, other)| other.main == drive.main) {
                if conf
                    .iter()
                    .any(|(key, value)| props::base(key) == "unused" && *value == drive.main)
                {
                    continue;
                }
                let Some(free) = (0..256).find(|n| !conf.contains_key(&format!("unused{n}"))) else {
                    return die("Too many unused volumes - please delete them first.");
                };
                conf.insert(format!("unused{free}"), drive.main);
            }
        }
        conf.insert("parent".into(), j.name.clone());
        for internal in ["runningmachine", "runningcpu"] {
            conf.remove(internal);
        }
        if conf.contains_key("vmgenid") {
            conf.insert("vmgenid".into(), uuid);
        }
        for (volid, size) in &snap.sizes {
            for v in self.volumes.iter_mut().filter(|v| v.volid() == *volid) {
                v.size = *size;
            }
        }
        for (_, value) in conf.iter_mut().filter(|(key, _)| props::is_drive(key)) {
            let mut drive = props::parse_drive(value);
            if let Some(size) = snap.sizes.get(&drive.main).filter(|_| drive.get("size").is_some()) {
                drive.opts.insert("size".into(), format_size(*size));
                *value = drive.print();
            }
        }
        if let Some(vm) = self.vms.get_mut(&j.vmid) {
            vm.pending.clear();
            vm.pending_delete.clear();
            vm.cloudinit.clear();
            vm.password = snap.password;
            vm.conf = conf;
        }
        if let (true, Some(FaultKind::StateError(text))) =
            (snap.conf.contains_key("vmstate"), self.engine.tasks[t].fault.clone())
        {
            // its config is written by then, and the lock is gone
            return die(text);
        }
        if snap.conf.contains_key("vmstate") || j.flag {
            self.say(t, "generating cloud-init ISO");
            self.generate(j.vmid, "start");
            self.power_on(j.vmid);
        }
        Ok(())
    }
}
