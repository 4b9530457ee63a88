//! Restoring a backup: `create_vm` with `archive` of PVE/API2/Qemu.pm, `restore_vma_archive` and
//! `restore_proxmox_backup_archive` of PVE/QemuServer.pm (golden *backup/restore*).
//!
//! The config is locked within the request. The worker then replaces it by `memory: 128`, frees the old volumes, and only
//! then extracts: what breaks off after that leaves a guest without disks, marker and uuid, and without a lock. A worker
//! that is killed cleans up nothing.

use serde_json::json;

use crate::access::Who;
use crate::cluster::Cluster;
use crate::create::NO_OPTIONS;
use crate::faults::FaultKind;
use crate::jobs::{Job, Next};
use crate::props;
use crate::routes::Ctx;
use crate::state::{Conf, Vm, Volume};
use crate::tasks::lock_text;
use crate::text;
use crate::types::{Answer, Fail, Outcome, die};

/// A restore.
#[derive(Debug, Clone)]
pub struct RestoreJob {
    pub(crate) vmid: u32,
    node: String,
    archive: String,
    /// Options that are written over those of the backup.
    set: Conf,
    storage: Option<String>,
    unique: bool,
    start: bool,
    pool: Option<String>,
}

/// The stage in which the config's lock could not be had.
pub(crate) const NO_LOCK: u32 = 100;

/// So many seconds `remove_lock` waits for it once more.
const REMOVE_LOCK: u32 = 10;

/// POST /nodes/N/qemu with `archive`
pub fn restore(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (who, node) = (ctx.who(), ctx.node());
    let p = &mut ctx.params;
    let flag = |p: &mut crate::types::Params, key: &str| p.take(key).as_deref() == Some("1");
    let vmid = p.take("vmid").and_then(|v| v.parse().ok()).unwrap_or(0);
    let force = flag(p, "force");
    let job = RestoreJob {
        vmid,
        node: node.clone(),
        archive: p.take("archive").unwrap_or_default(),
        storage: p.take("storage"),
        unique: flag(p, "unique"),
        start: flag(p, "start"),
        pool: p.take("pool"),
        set: {
            for key in NO_OPTIONS {
                p.0.remove(*key);
            }
            p.scalars().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
        },
    };
    may_restore(c, &who, &job, force)?;
    if let Some(drive) = job.set.keys().find(|key| props::is_drive(key)) {
        return Err(Fail::param(drive, "option conflicts with option 'archive'"));
    }
    access(c, &who, Some(vmid), &job.archive)?;
    // of a backup server nobody looks before the worker does
    if !is_pbs(c, &job.archive) && c.find_volume(&node, &job.archive).is_none() {
        return die(format!("volume '{}' does not exist", job.archive));
    }
    for (key, value) in &job.set {
        crate::update::modify_permission(c, &who, vmid, key, value)?;
    }
    let waited = create_and_lock_config(c, &job, force)?;
    let upid = c.fork(&who, &node, "qmrestore", &vmid.to_string(), Job::Restore(Box::new(job)));
    Ok(Answer::from(json!(upid)).late(waited))
}

fn may_restore(c: &Cluster, who: &Who, j: &RestoreJob, force: bool) -> Result<(), Fail> {
    let path = format!("/vms/{}", j.vmid);
    if let Some(pool) = &j.pool
        && !c.pools.contains_key(pool)
    {
        return Err(Fail::Forbidden(format!("pool '{pool}' does not exist")));
    }
    if let Some(storage) = &j.storage {
        c.demand(who, &format!("/storage/{storage}"), "Datastore.AllocateSpace")?;
    }
    if j.start {
        c.demand(who, &path, "VM.PowerMgmt")?;
    }
    let is_there = c.vms.get(&j.vmid).is_some_and(|vm| vm.node == j.node);
    if c.may(who, &path, "VM.Allocate") || (force && is_there && c.may(who, &path, "VM.Backup")) {
        return Ok(());
    }
    Err(Fail::Forbidden(String::new()))
}

/// Whose archive it is, by its name.
fn owner(archive: &str) -> Option<u32> {
    let mut parts = archive.split(['-', '/', ':']);
    parts.find_map(|part| part.parse().ok().filter(|id| *id >= 100))
}

/// `check_volume_access` for a backup. `vmid`: the guest that it is to become.
fn access(c: &Cluster, who: &Who, vmid: Option<u32>, archive: &str) -> Result<(), Fail> {
    let storage = archive.split(':').next().unwrap_or_default();
    let Some(owner) = owner(archive).filter(|_| archive.contains(":backup/")) else {
        return die(format!(
            "unable to use volume {archive} - content type needs to be 'backup'"
        ));
    };
    let path = format!("/storage/{storage}");
    if c.may(who, &path, "Datastore.Allocate") || vmid == Some(owner) {
        return Ok(());
    }
    c.demand(who, &path, "Datastore.AllocateSpace")?;
    c.demand(who, &format!("/vms/{owner}"), "VM.Backup")
}

fn is_pbs(c: &Cluster, archive: &str) -> bool {
    let storage = archive.split(':').next().unwrap_or_default();
    c.storages.get(storage).is_some_and(|s| s.kind == "pbs")
}

/// Within the request: the lock of the file is waited for, and the lock of the config written. A guest that is new has no
/// more than that.
fn create_and_lock_config(c: &mut Cluster, j: &RestoreJob, force: bool) -> Result<f64, Fail> {
    let id = j.vmid;
    let so = |fail: Fail| match fail {
        Fail::Late(text, seconds) => Fail::Late(format!("unable to restore VM {id} - {text}"), seconds),
        other => Fail::Die(format!("unable to restore VM {id} - {}", other.task_text())),
    };
    let waited = c.wait_lock(id, 5.0).map_err(so)?;
    match c.vms.get(&id) {
        Some(vm) if !force => {
            let node = &vm.node;
            return die(format!(
                "unable to restore VM {id} - VM {id} already exists on node '{node}'"
            ));
        }
        Some(vm) if vm.node != j.node => {
            return die(format!(
                "unable to restore VM {id} - unable to create config of VM {id} - File exists"
            ));
        }
        Some(_) => {
            c.check_lock(id).map_err(so)?;
            c.put_lock(id, Some("create"));
        }
        None => {
            c.vms.insert(id, Vm::new(&j.node, &[("lock", "create")]));
        }
    }
    Ok(waited)
}

/// What the config of a backup does not keep.
fn is_left_out(key: &str) -> bool {
    matches!(key, "lock" | "parent" | "description") || props::base(key) == "unused"
}

/// The drives with data in a backup; with the cloud-init drive, which is only made anew.
fn drives(conf: &Conf) -> Vec<(String, props::Prop)> {
    let drives = conf.iter().filter(|(key, _)| props::is_drive(key));
    let drives = drives.map(|(key, value)| (key.clone(), props::parse_drive(value)));
    drives
        .filter(|(_, drive)| !props::is_cdrom(drive) || props::is_cloudinit(drive))
        .filter(|(_, drive)| drive.get("backup") != Some("0"))
        .collect()
}

/// `PVE::Tools::encode_text`: as a description stands in a file.
fn encoded(line: &str) -> String {
    let safe = |b: u8| (0x20..=0x7e).contains(&b) && b != b':' && b != b'%';
    line.bytes()
        .map(|b| {
            if safe(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// GET …/vzdump/extractconfig
pub fn extract(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (who, volid) = (ctx.who(), ctx.params.get("volume").unwrap_or_default());
    access(c, &who, None, volid)?;
    let owner = owner(volid).unwrap_or_default();
    c.demand(&who, &format!("/vms/{owner}"), "VM.Backup")?;
    let Some(i) = c.find_volume(ctx.uri("node"), volid) else {
        return die(format!("volume '{volid}' does not exist"));
    };
    if let Some(why) = c.unreadable(&c.volumes[i]) {
        return die(why);
    }
    let Some(vm) = &c.volumes[i].backup_of else {
        return die("unable to extract config");
    };
    let mut out = String::new();
    for line in vm.get("description").unwrap_or_default().lines() {
        out.push_str(&format!("#{}\n", encoded(line)));
    }
    for (k, v) in vm.conf.iter().filter(|(k, _)| !is_left_out(k)) {
        out.push_str(&format!("{k}: {v}\n"));
    }
    out.push('\n');
    for (k, d) in drives(&vm.conf).iter().filter(|(_, d)| !props::is_cdrom(d)) {
        let format = if d.main.ends_with(".qcow2") { "qcow2" } else { "raw" };
        out.push_str(&format!(
            "#qmdump#map:{k}:drive-{k}:{}:{format}:\n",
            d.main.split(':').next().unwrap_or("")
        ));
    }
    Ok(json!(out).into())
}

impl Cluster {
    /// Why not even the config of a backup can be read.
    fn unreadable(&self, volume: &Volume) -> Option<String> {
        let key = volume.encrypted.as_ref()?;
        let has_key = self.storages.get(&volume.storage).is_some_and(|s| s.has_key);
        (!has_key)
            .then(|| format!("proxmox-backup-client failed: Error: missing key - manifest was created with key {key}"))
    }

    pub(crate) fn job_restore(&mut self, t: usize, j: &RestoreJob, stage: u32) -> Result<Next, Fail> {
        if stage >= NO_LOCK {
            return self.without_lock(t, j, stage);
        }
        let done = match stage {
            0 => self.restore_begins(t, j),
            1 => self.old_goes(t, j),
            _ => self.restored(t, j).map(|()| Next::Done),
        };
        if done.is_err() {
            self.restore_failed(t, j);
        }
        done
    }

    /// Another one holds the file: the worker gives up, and takes its lock out of the config if it can.
    fn without_lock(&mut self, t: usize, j: &RestoreJob, stage: u32) -> Result<Next, Fail> {
        if !self.engine.is_locked(j.vmid) {
            self.restore_failed(t, j);
        } else if stage < NO_LOCK + REMOVE_LOCK {
            return Ok(Next::Stage(stage + 1, 1.0));
        }
        die(lock_text(j.vmid))
    }

    /// What a worker does that fails, or is told to end: its volumes are freed, the config stays as it is by then.
    fn restore_failed(&mut self, t: usize, j: &RestoreJob) {
        let Some(vm) = self.vms.get_mut(&j.vmid) else { return };
        let volumes = std::mem::take(&mut vm.restoring);
        if vm.lock() == Some("create") {
            vm.conf.remove("lock");
        }
        for volid in volumes.into_values() {
            self.free(&j.node, &volid);
            self.say(t, format!("temporary volume '{volid}' successfully removed"));
        }
        self.say(
            t,
            format!(
                "error before or during data restore, some or all disks were not completely restored. VM {} state is NOT cleaned up.",
                j.vmid
            ),
        );
    }

    pub(crate) fn interrupt_restore(&mut self, t: usize, j: &RestoreJob) -> String {
        self.restore_failed(t, j);
        "interrupted by signal".into()
    }

    fn restore_begins(&mut self, t: usize, j: &RestoreJob) -> Result<Next, Fail> {
        let id = j.vmid;
        let vm = self.load(&j.node, id)?;
        if vm.get("protection") == Some("1") {
            return die(format!("unable to restore VM {id} - - protection mode enabled"));
        }
        if vm.run.is_some() {
            return die(format!("unable to restore VM {id} - vm is running"));
        }
        if !is_pbs(self, &j.archive) {
            let path = self.volume_path(&j.archive);
            self.say(
                t,
                format!("restore vma archive: zstd -q -d -c {path} | vma extract -v -r /var/tmp/vzdumptmp.fifo - /var/tmp/vzdumptmp"),
            );
        }
        Ok(Next::Wait(0.2))
    }

    fn saved(&self, j: &RestoreJob) -> Result<Volume, Fail> {
        let volume = self.find_volume(&j.node, &j.archive).map(|i| self.volumes[i].clone());
        let Some(volume) = volume.filter(|volume| volume.backup_of.is_some()) else {
            return die("command 'set -o pipefail && zstd -q -d -c … | vma extract …' failed: exit code 1");
        };
        match self.unreadable(&volume) {
            Some(why) => die(why),
            None => Ok(volume),
        }
    }

    /// The archive's head was read: its firewall file is the guest's from now on, the config is none any more, the old
    /// volumes go, and new ones are made.
    fn old_goes(&mut self, t: usize, j: &RestoreJob) -> Result<Next, Fail> {
        let volume = self.saved(j)?;
        let saved = volume.backup_of.clone().unwrap_or_default();
        if let Some(firewall) = volume.firewall_of {
            self.firewall.insert(j.vmid.to_string(), firewall);
        }
        let drives = drives(&saved.conf);
        let storage_of = |drive: &props::Prop| {
            let own = drive.main.split(':').next().unwrap_or_default();
            j.storage.clone().unwrap_or_else(|| own.to_owned())
        };
        for (_, drive) in &drives {
            let storage = storage_of(drive);
            if !self
                .storage_on(&storage, &j.node)?
                .content
                .iter()
                .any(|c| c == "images")
            {
                return die(format!("Content type 'images' is not available on storage '{storage}'"));
            }
        }
        self.temporary_config(j, &drives);
        for (key, drive) in &drives {
            let volid = self.restored_volume(j, &storage_of(drive), drive)?;
            self.say(t, format!("new volume ID is '{volid}'"));
            if let Some(vm) = self.vms.get_mut(&j.vmid) {
                vm.restoring.insert(key.clone(), volid);
            }
        }
        let (seconds, scale) = (self.opts.clone_seconds, self.opts.scale);
        let lines = crate::progress::read_back(volume.size, self.now, seconds, scale);
        self.engine.tasks[t].script.extend(lines);
        self.tell_due(t);
        Ok(Next::Wait(seconds))
    }

    /// `memory: 128`, and `restore_cleanup_oldconf`: only what is restored is freed. A drive that the backup does not have
    /// keeps its volume, without its snapshots.
    fn temporary_config(&mut self, j: &RestoreJob, drives: &[(String, props::Prop)]) {
        let pbs = is_pbs(self, &j.archive);
        let Some(vm) = self.vms.get_mut(&j.vmid) else { return };
        let old = std::mem::take(&mut vm.conf);
        let snapshots = std::mem::take(&mut vm.snapshots);
        vm.pending.clear();
        vm.pending_delete.clear();
        vm.cloudinit.clear();
        vm.password = None;
        vm.conf.insert("memory".into(), "128".into());
        if pbs {
            vm.conf.insert("lock".into(), "create".into());
        }
        for (key, _) in drives {
            if let Some(value) = old.get(key) {
                self.free(&j.node, &props::parse_drive(value).main);
            }
        }
        for snapshot in snapshots.values() {
            if let Some(volid) = snapshot.conf.get("vmstate") {
                self.free(&j.node, volid);
            }
        }
    }

    fn restored_volume(&mut self, j: &RestoreJob, storage: &str, drive: &props::Prop) -> Result<String, Fail> {
        let format = if drive.main.ends_with(".qcow2") { "qcow2" } else { "raw" };
        let size = drive.get("size").and_then(text::parse_size).unwrap_or(4 << 20);
        if !props::is_cloudinit(drive) {
            return self.allocate(&j.node, storage, j.vmid, size, Some(format));
        }
        let format = self.image_format(storage, Some(format));
        let name = self.new_name(storage, j.vmid, &format, true);
        Ok(self.add_volume(&j.node, storage, &name, j.vmid, size, &format))
    }

    fn restored(&mut self, t: usize, j: &RestoreJob) -> Result<(), Fail> {
        let volume = self.saved(j)?;
        if let Some(FaultKind::VolumeError(text)) = &self.engine.tasks[t].fault {
            return die(text.clone());
        }
        if let Some(text) = volume.broken {
            return die(text);
        }
        let saved = volume.backup_of.clone().unwrap_or_default();
        let volumes = match self.vms.get_mut(&j.vmid) {
            Some(vm) => std::mem::take(&mut vm.restoring),
            None => return Ok(()),
        };
        let mut conf = saved.conf.clone();
        let description = conf.get("description").cloned();
        conf.retain(|key, _| !is_left_out(key));
        // a drive that is in no backup is one no more: its line becomes a comment (`restore_update_config_line`)
        let left_out = |value: &String| props::parse_drive(value).get("backup") == Some("0");
        let lines: Vec<String> = conf
            .iter()
            .filter(|(key, value)| props::is_drive(key) && left_out(value))
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        conf.retain(|key, value| !props::is_drive(key) || !left_out(value));
        let description: Vec<String> = description.into_iter().chain(lines).collect();
        if !description.is_empty() {
            conf.insert("description".into(), description.join("\n"));
        }
        for (key, volid) in volumes {
            let mut drive = conf
                .get(&key)
                .map(|value| props::parse_drive(value))
                .unwrap_or_default();
            drive.main = volid;
            conf.insert(key, drive.print());
        }
        if conf.contains_key("vmgenid") {
            conf.insert("vmgenid".into(), self.rng.uuid());
        }
        if j.unique {
            self.make_unique(&mut conf);
        }
        conf.extend(j.set.clone());
        self.note_unused(j, &mut conf);
        if let Some(vm) = self.vms.get_mut(&j.vmid) {
            (vm.conf, vm.password, vm.guest) = (conf, saved.password.clone(), saved.guest);
        }
        if let Some(pool) = j.pool.as_ref().and_then(|pool| self.pools.get_mut(pool)) {
            pool.vms.insert(j.vmid);
        }
        if j.start {
            self.say(t, "Execute autostart");
            // a task of its own, a moment later
            self.schedule_boot(j.vmid, 1.5);
        }
        Ok(())
    }

    /// `rescan`: what is the guest's by its name, and in no drive of it.
    fn note_unused(&self, j: &RestoreJob, conf: &mut Conf) {
        let named: Vec<String> = conf.values().map(|value| props::parse_drive(value).main).collect();
        // a storage that does not answer ends it, and nobody hears of that
        let own = self.scan_images(&j.node, j.vmid).unwrap_or_default();
        let own = own.into_iter().filter(|volid| !named.contains(volid));
        for (n, volid) in own.enumerate() {
            conf.insert(format!("unused{n}"), volid);
        }
    }

    fn make_unique(&mut self, conf: &mut Conf) {
        let nets: Vec<String> = conf.keys().filter(|k| props::base(k) == "net").cloned().collect();
        for k in nets {
            if let Some(mut net) = conf.get(&k).and_then(|v| props::parse_net(v).ok()) {
                net.opts.insert("macaddr".into(), self.rng.mac());
                conf.insert(k, props::print_net(&net));
            }
        }
        conf.insert("smbios1".into(), format!("uuid={}", self.rng.uuid()));
    }
}
