//! Clones: early checks, the two-line file, the config without its disk, the copy, the end (golden *clone*, *lock during
//! clone*, *concurrency*, *storage full*, *leftover firewall file*; `clone_vm` of `PVE::API2::Qemu`).

use serde_json::json;

use crate::access::Who;
use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
use crate::progress::{self, Copy};
use crate::props::{self, Prop};
use crate::routes::Ctx;
use crate::state::{Conf, Vm};
use crate::tasks::Want;
use crate::types::{Answer, Fail, Outcome, die};

/// PVE's seconds until the target's config stands in full.
const CONFIG_S: f64 = 0.05;
/// A linked clone.
const LINKED_S: f64 = 0.4;

/// A clone in work.
#[derive(Debug, Clone)]
pub struct CloneJob {
    pub(crate) who: Who,
    pub(crate) node: String,
    pub(crate) source: u32,
    pub(crate) newid: u32,
    pub(crate) full: Option<bool>,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) storage: Option<String>,
    pub(crate) format: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) pool: Option<String>,
    pub(crate) snapname: Option<String>,
    pub(crate) bwlimit: u64,
    pub(crate) running: bool,
}

impl CloneJob {
    pub(crate) fn locks(&self) -> Vec<Want> {
        let source = Want {
            vmid: self.source,
            shared: !self.running,
            timeout: 1,
        };
        vec![
            source,
            Want {
                vmid: self.newid,
                shared: false,
                timeout: 1,
            },
        ]
    }
}

/// POST …/clone
pub fn clone(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let p = &ctx.params;
    let own = |k: &str| p.get(k).map(str::to_owned);
    let node = ctx.node();
    let running = c.exists(&node, ctx.vmid)?.run.is_some();
    let job = CloneJob {
        who: ctx.who(),
        source: ctx.vmid,
        newid: p.int("newid").and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        full: p.get("full").map(|f| f == "1"),
        name: own("name"),
        description: own("description").filter(|d| !d.is_empty()),
        storage: own("storage"),
        format: own("format"),
        target: own("target").filter(|t| *t != node && t != "localhost"),
        pool: own("pool"),
        snapname: own("snapname"),
        bwlimit: p.int("bwlimit").and_then(|b| u64::try_from(b).ok()).unwrap_or(0),
        running,
        node,
    };
    c.clone_checks(&job)?;
    let (who, node) = (ctx.who(), ctx.node());
    let upid = c.fork(&who, &node, "qmclone", &ctx.vmid.to_string(), Job::Clone(Box::new(job)));
    Ok(Answer::from(json!(upid)))
}

impl Cluster {
    /// `$load_and_check`: before forking, and again in the worker.
    fn clone_checks(&self, j: &CloneJob) -> Result<(), Fail> {
        if let Some(pool) = &j.pool
            && !self.pools.contains_key(pool)
        {
            return Err(Fail::Forbidden(format!("pool '{pool}' does not exist")));
        }
        if let Some(target) = &j.target
            && !self.nodes.contains_key(target)
        {
            return die(format!("no such cluster node '{target}'"));
        }
        if let Some(storage) = &j.storage {
            let s = self.image_storage(storage, &j.node)?;
            if let Some(target) = &j.target {
                let shared = s.shared;
                self.storage_on(storage, target)?;
                if !shared {
                    return die(format!("can't clone to non-shared storage '{storage}'"));
                }
            }
        }
        let vm = self.load(&j.node, j.source)?;
        self.check_lock(j.source)?;
        if (vm.run.is_some()) != j.running {
            return die("unexpected state change");
        }
        if let Some(snap) = &j.snapname
            && !vm.snapshots.contains_key(snap)
        {
            return die(format!("snapshot '{snap}' does not exist"));
        }
        let full = j.full.unwrap_or(!vm.is_template());
        for (name, given) in [("storage", j.storage.is_some()), ("format", j.format.is_some())] {
            if given && !full {
                return die(format!("parameter '{name}' not allowed for linked clones"));
            }
        }
        let shared = self.clone_storages(j, vm)?;
        for (_, v) in self.source_conf(j, vm).iter().filter(|(k, _)| props::base(k) == "net") {
            if let Ok(net) = props::parse_net(v) {
                crate::update::bridge_access(self, &j.who, &net)?;
            }
        }
        if let Some(target) = &j.target
            && !shared
        {
            return die(format!("can't clone VM to node '{target}' (VM uses local storage)"));
        }
        if self.vms.contains_key(&j.newid) {
            return die(format!("unable to create VM {}: config file already exists", j.newid));
        }
        if !full {
            self.linked_possible(j, vm)?;
        }
        Ok(())
    }

    /// Rights on the storages; are all of them shared?
    fn clone_storages(&self, j: &CloneJob, vm: &Vm) -> Result<bool, Fail> {
        let mut shared = true;
        for (_, v) in self.source_conf(j, vm).iter().filter(|(k, _)| props::is_drive(k)) {
            let d = props::parse_drive(v);
            if d.main.is_empty() || d.main == "none" {
                continue;
            }
            if d.main == "cdrom" {
                self.demand(&j.who, "/", "Sys.Console")?;
                continue;
            }
            let Some((own, _)) = d.main.split_once(':') else {
                return die(format!("unable to parse volume ID '{}'", d.main));
            };
            shared &= self.storages.get(own).is_some_and(|s| s.shared);
            if !props::is_cdrom(&d) {
                let sid = j.storage.as_deref().unwrap_or(own);
                self.demand(&j.who, &format!("/storage/{sid}"), "Datastore.AllocateSpace")?;
            }
        }
        Ok(shared)
    }

    fn linked_possible(&self, j: &CloneJob, vm: &Vm) -> Result<(), Fail> {
        for (k, v) in self.source_conf(j, vm).iter().filter(|(k, _)| props::is_drive(k)) {
            let d = props::parse_drive(v);
            let base = d.main.rsplit([':', '/']).next().is_some_and(|n| n.starts_with("base-"));
            let lvm = d
                .main
                .split_once(':')
                .and_then(|(s, _)| self.storages.get(s))
                .is_some_and(|s| s.kind == "lvm");
            if !props::is_cdrom(&d) && (!base || lvm) {
                return die(format!("Linked clone feature is not supported for '{}' ({k})", d.main));
            }
        }
        Ok(())
    }

    fn source_conf(&self, j: &CloneJob, vm: &Vm) -> Conf {
        match &j.snapname {
            Some(s) => vm.snapshots.get(s).map(|s| s.conf.clone()).unwrap_or_default(),
            None => vm.conf.clone(),
        }
    }

    pub(crate) fn job_clone(&mut self, t: usize, j: &CloneJob, stage: u32) -> Result<Next, Fail> {
        match stage {
            0 => {
                self.clone_checks(j)?;
                self.say(t, format!("creating a clone of VM {} with ID {}", j.source, j.newid));
                // the comment of the two-line file reads back as a description
                let mut vm = Vm::new(
                    &j.node,
                    &[("lock", "clone"), ("description", " qmclone temporary file")],
                );
                vm.temporary = true;
                self.vms.insert(j.newid, vm);
                self.copy_firewall(j.source, j.newid);
                Ok(Next::Wait(CONFIG_S))
            }
            1 => self.clone_config(t, j).map_err(|f| self.clone_failed(j, &f)),
            _ => {
                self.clone_finish(t, j).map_err(|f| self.clone_failed(j, &f))?;
                Ok(Next::Done)
            }
        }
    }

    /// The target's config with everything but the disks.
    fn clone_config(&mut self, t: usize, j: &CloneJob) -> Result<Next, Fail> {
        let Some(source) = self.vms.get(&j.source).cloned() else {
            return die(format!(
                "unable to find configuration file for VM {} on node '{}'",
                j.source, j.node
            ));
        };
        let old = self.source_conf(j, &source);
        for (_, v) in old.iter().filter(|(k, _)| props::is_drive(k)) {
            let d = props::parse_drive(v);
            if !props::is_cdrom(&d) && self.find_volume(&j.node, &d.main).is_none() {
                return die(format!("volume '{}' does not exist", d.main));
            }
        }
        let mut conf = self.clone_options(j, &old);
        conf.insert("lock".into(), "clone".into());
        let full = j.full.unwrap_or(!source.is_template());
        let mut disks = vec![];
        for (k, v) in old.iter().filter(|(k, _)| props::is_drive(k)) {
            let d = props::parse_drive(v);
            if props::is_cloudinit(&d) {
                let volume = self.clone_cloudinit(t, j, k, &d);
                conf.insert(k.clone(), volume.print());
            } else if props::is_cdrom(&d) {
                conf.insert(k.clone(), v.clone());
            } else {
                disks.push((k.clone(), d));
            }
        }
        let mut vm = Vm {
            node: j.node.clone(),
            conf,
            guest: source.guest,
            ..Vm::default()
        };
        vm.password.clone_from(&source.password);
        self.vms.insert(j.newid, vm);
        if !full {
            for (k, d) in &disks {
                self.say_linked(t, j, k, d);
            }
            return Ok(Next::Wait(LINKED_S));
        }
        let size_of = |c: &Self, d: &Prop| c.find_volume(&j.node, &d.main).map_or(0, |i| c.volumes[i].size);
        let size: u64 = disks.iter().map(|(_, d)| size_of(self, d)).sum();
        let seconds = source.clone_seconds.unwrap_or(self.opts.clone_seconds);
        let limited = if j.bwlimit > 0 {
            size as f64 / (j.bwlimit as f64 * 1024.0)
        } else {
            0.0
        };
        let seconds = seconds.max(limited);
        let mut from = self.now;
        for (number, (k, d)) in disks.iter().enumerate() {
            let own = size_of(self, d);
            let share = own as f64 / size.max(1) as f64;
            let copy = Copy {
                key: k,
                size: own,
                mirror: j.running && j.snapname.is_none(),
                from,
                seconds: seconds * share * self.opts.scale,
            };
            from += copy.seconds;
            let head = self
                .full_copy(j, number, k, d)
                .into_iter()
                .map(|line| (copy.from, line));
            let lines = progress::lines(&copy, &source.pace);
            self.engine.tasks[t].script.extend(head.chain(lines));
        }
        self.tell_due(t);
        Ok(Next::Wait(seconds))
    }

    fn clone_options(&mut self, j: &CloneJob, old: &Conf) -> Conf {
        let skip = " parent snaptime vmstate snapstate runningcpu runningmachine template lock ";
        let mut conf = Conf::new();
        for (k, v) in old {
            if skip.contains(&format!(" {k} ")) || props::base(k) == "unused" || props::is_drive(k) {
                continue;
            }
            let mut value = v.clone();
            if props::base(k) == "net"
                && let Ok(mut net) = props::parse_net(v)
            {
                net.opts.insert("macaddr".into(), self.rng.mac());
                value = props::print_net(&net);
            } else if k == "vmgenid" {
                value = self.rng.uuid();
            }
            conf.insert(k.clone(), value);
        }
        let mut smbios = Prop::parse(old.get("smbios1").map_or("", String::as_str), "").unwrap_or_default();
        smbios.opts.insert("uuid".into(), self.rng.uuid());
        conf.insert("smbios1".into(), smbios.print());
        let default = format!(
            "Copy-of-VM-{}",
            old.get("name").cloned().unwrap_or_else(|| j.source.to_string())
        );
        conf.insert("name".into(), j.name.clone().unwrap_or(default));
        if let Some(d) = &j.description {
            conf.insert("description".into(), d.clone());
        }
        conf
    }

    fn clone_cloudinit(&mut self, t: usize, j: &CloneJob, key: &str, d: &Prop) -> Prop {
        let from = d.main.split(':').next().unwrap_or("").to_owned();
        let storage = j.storage.clone().unwrap_or(from);
        let wanted = j.format.clone().unwrap_or_else(|| "qcow2".into());
        let format = self.image_format(&storage, Some(&wanted));
        self.say(t, format!("create full clone of drive {key} ({})", d.main));
        let name = self.new_name(&storage, j.newid, &format, true);
        let volid = self.add_volume(&j.node, &storage, &name, j.newid, 4 << 20, &format);
        self.say_formatting(t, &volid, 4 << 20, &format, None);
        self.say(t, format!("allocated target volume '{volid}'"));
        let mut new = d.clone();
        new.main = volid;
        new.opts.insert("size".into(), "4M".into());
        new
    }

    pub(crate) fn clone_target(&self, j: &CloneJob, storage: &str, format: &str) -> (String, String) {
        let storage = j.storage.clone().unwrap_or_else(|| storage.to_owned());
        let format = self.image_format(&storage, Some(j.format.as_deref().unwrap_or(format)));
        (storage, format)
    }

    /// The copy is complete: disks into the config, lock away.
    fn clone_finish(&mut self, t: usize, j: &CloneJob) -> Result<(), Fail> {
        let Some(source) = self.vms.get(&j.source).cloned() else {
            return die(format!(
                "unable to find configuration file for VM {} on node '{}'",
                j.source, j.node
            ));
        };
        let old = self.source_conf(j, &source);
        let full = j.full.unwrap_or(!source.is_template());
        for (k, v) in old.iter().filter(|(k, _)| props::is_drive(k)) {
            let d = props::parse_drive(v);
            if !props::is_cdrom(&d) {
                let new = self.clone_disk(t, j, &d, full)?;
                if let Some(vm) = self.vms.get_mut(&j.newid) {
                    vm.conf.insert(k.clone(), new);
                }
            }
        }
        if let Some(vm) = self.vms.get_mut(&j.newid) {
            vm.conf.remove("lock");
            if let Some(target) = &j.target {
                vm.node.clone_from(target);
            }
        }
        if let Some(p) = j.pool.as_ref().and_then(|p| self.pools.get_mut(p)) {
            p.vms.insert(j.newid);
        }
        Ok(())
    }

    fn clone_disk(&mut self, t: usize, j: &CloneJob, d: &Prop, full: bool) -> Result<String, Fail> {
        let Some(source) = self.find_volume(&j.node, &d.main).map(|i| self.volumes[i].clone()) else {
            return die(format!("volume '{}' does not exist", d.main));
        };
        let (storage, format) = self.clone_target(j, &source.storage, &source.format);
        let mut name = self.new_name(&storage, j.newid, &format, false);
        let limit = if j.bwlimit > 0 {
            format!(" -r {}K", j.bwlimit)
        } else {
            String::new()
        };
        if full && self.avail(&storage, &j.node) < source.used {
            let to = self.volume_path(&format!("{storage}:{name}"));
            let from = self.volume_path(&d.main);
            self.say(t, "qemu-img: error while writing: No space left on device");
            return die(format!(
                "copy failed: command '/usr/bin/qemu-img convert -p -n{limit} -f {} -O {format} {from} zeroinit:{to}' \
                 failed: exit code 1",
                source.format
            ));
        }
        let kind = self
            .storages
            .get(&storage)
            .map_or("dir", |s| s.kind.as_str())
            .to_owned();
        if !full && kind != "lvmthin" {
            name = format!("{}/{name}", source.name);
        }
        let mut new = d.clone();
        new.main = self.add_volume(&j.node, &storage, &name, j.newid, source.size, &format);
        if let Some(v) = self.volumes.last_mut() {
            v.used = if full { source.used } else { 1 << 20 };
            v.parent = (!full).then(|| d.main.clone());
        }
        new.opts.insert("size".into(), crate::text::format_size(source.size));
        Ok(new.print())
    }

    /// Cleans up after a failed clone, as PVE does; the text of the failure.
    fn clone_failed(&mut self, j: &CloneJob, fail: &Fail) -> Fail {
        let conf = self.vms.get(&j.newid).map(|v| v.conf.clone()).unwrap_or_default();
        let made = conf
            .iter()
            .filter(|(k, _)| props::is_drive(k))
            .map(|(_, v)| props::parse_drive(v).main);
        for volid in made.collect::<Vec<_>>() {
            if self
                .find_volume(&j.node, &volid)
                .is_some_and(|i| self.volumes[i].vmid == Some(j.newid))
            {
                self.free(&j.node, &volid);
            }
        }
        self.firewall.remove(&j.newid.to_string());
        self.vms.remove(&j.newid);
        Fail::Die(format!("clone failed: {}", fail.task_text()))
    }

    pub(crate) fn interrupt_clone(&mut self, j: &CloneJob, stage: u32) -> String {
        let text = match (stage, self.vms.get(&j.source).cloned()) {
            (1, Some(source)) => self.interrupted_copy(j, &source),
            _ => "interrupted by signal".to_owned(),
        };
        self.clone_failed(j, &Fail::Die(text)).task_text()
    }

    fn interrupted_copy(&self, j: &CloneJob, source: &Vm) -> String {
        let conf = self.source_conf(j, source);
        let disk = conf
            .iter()
            .filter(|(k, _)| props::is_drive(k))
            .map(|(_, v)| props::parse_drive(v));
        let Some(d) = disk.into_iter().find(|d| !props::is_cdrom(d)) else {
            return "interrupted by signal".into();
        };
        let format = self
            .find_volume(&j.node, &d.main)
            .map_or("raw".into(), |i| self.volumes[i].format.clone());
        let (storage, to) = self.clone_target(j, d.main.split(':').next().unwrap_or(""), &format);
        let target = self.volume_path(&format!("{storage}:{}", self.new_name(&storage, j.newid, &to, false)));
        let limit = if j.bwlimit > 0 {
            format!(" -r {}K", j.bwlimit)
        } else {
            String::new()
        };
        format!(
            "copy failed: command '/usr/bin/qemu-img convert -p -n{limit} -f {format} -O {to} {} zeroinit:{target}' failed: \
             interrupted by signal",
            self.volume_path(&d.main)
        )
    }
}
