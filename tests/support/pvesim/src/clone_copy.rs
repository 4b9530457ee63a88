//! The copies of a clone: one volume after another in the order of their names, and the target's config written after each
//! (golden *clone*, *storage full*; `clone_vm` of `PVE::API2::Qemu`, `clone_disk` of `PVE::QemuServer`). A worker that is killed
//! leaves what it has written by then, and the volume that it was writing to.

use crate::clone::CloneJob;
use crate::cluster::Cluster;
use crate::jobs::Next;
use crate::progress::{self, Copy};
use crate::props::{self, Prop};
use crate::state::{Conf, Vm};
use crate::types::{Fail, die};

/// A linked clone of one volume.
const LINKED_S: f64 = 0.4;

/// What a clone's worker has in its memory.
#[derive(Debug, Clone, Default)]
pub struct Cloning {
    /// The config as it is written next.
    pub(crate) conf: Conf,
    /// The volumes that it has made, the last one perhaps in part.
    volumes: Vec<String>,
}

impl Cluster {
    /// Begins the next volume; where there is none any more, the clone ends.
    pub(crate) fn clone_next(&mut self, t: usize, j: &CloneJob) -> Result<Next, Fail> {
        let source = self.clone_source(j)?;
        let full = j.full.unwrap_or(!source.is_template());
        while let Some((key, d)) = self.clone_drive(j, &source) {
            if props::is_cloudinit(&d) {
                let new = self.clone_cloudinit(t, j, &key, &d);
                self.clone_written(j, &source, &key, &new);
                continue;
            }
            // TPM state is always copied
            if !full && key != "tpmstate0" {
                self.say_linked(t, j, &key, &d);
                self.clone_allocate(j, &d, false)?;
                return Ok(Next::Wait(LINKED_S));
            }
            for line in self.full_copy(j, &key, &d) {
                self.say(t, line);
            }
            let seconds = self.clone_seconds(j, &source, &d);
            let copy = Copy {
                key: &key,
                size: self.clone_size(j, &d),
                mirror: j.running && j.snapname.is_none(),
                from: self.now,
                seconds: seconds * self.opts.scale,
            };
            self.engine.tasks[t].script.extend(progress::lines(&copy, &source.pace));
            self.tell_due(t);
            self.clone_allocate(j, &d, true)?;
            return Ok(Next::Wait(seconds));
        }
        let Some(vm) = self.vms.get_mut(&j.newid) else {
            return Ok(Next::Done);
        };
        vm.cloning.conf.remove("lock");
        vm.conf = std::mem::take(&mut vm.cloning).conf;
        vm.temporary = false;
        if let Some(target) = &j.target {
            vm.node.clone_from(target);
        }
        if let Some(p) = j.pool.as_ref().and_then(|p| self.pools.get_mut(p)) {
            p.vms.insert(j.newid);
        }
        Ok(Next::Done)
    }

    /// The volume that was in work is there.
    pub(crate) fn clone_copied(&mut self, t: usize, j: &CloneJob) -> Result<Next, Fail> {
        let source = self.clone_source(j)?;
        let Some((key, d)) = self.clone_drive(j, &source) else {
            return Ok(Next::Done);
        };
        let full = j.full.unwrap_or(!source.is_template()) || key == "tpmstate0";
        let new = self.clone_disk(t, j, &d, full)?;
        self.clone_written(j, &source, &key, &new);
        self.clone_next(t, j)
    }

    /// The volumes to copy, in the order in which that is done.
    fn clone_drives(&self, j: &CloneJob, source: &Vm) -> Vec<(String, Prop)> {
        let conf = self.source_conf(j, source);
        let drives = conf.iter().filter(|(k, _)| props::is_drive(k));
        let drives = drives.map(|(k, v)| (k.clone(), props::parse_drive(v)));
        drives
            .filter(|(_, d)| !props::is_cdrom(d) || props::is_cloudinit(d))
            .collect()
    }

    /// The next of them.
    fn clone_drive(&self, j: &CloneJob, source: &Vm) -> Option<(String, Prop)> {
        let conf = &self.vms.get(&j.newid)?.cloning.conf;
        let mut drives = self.clone_drives(j, source).into_iter();
        drives.find(|(key, _)| !conf.contains_key(key))
    }

    fn clone_size(&self, j: &CloneJob, d: &Prop) -> u64 {
        self.find_volume(&j.node, &d.main).map_or(0, |i| self.volumes[i].size)
    }

    /// PVE's seconds for one disk: its share of what all of them take.
    fn clone_seconds(&self, j: &CloneJob, source: &Vm, d: &Prop) -> f64 {
        let drives = self.clone_drives(j, source);
        let disks = drives.iter().filter(|(_, d)| !props::is_cloudinit(d));
        let size: u64 = disks.map(|(_, d)| self.clone_size(j, d)).sum();
        let seconds = source.clone_seconds.unwrap_or(self.opts.clone_seconds);
        let limited = if j.bwlimit > 0 {
            size as f64 / (j.bwlimit as f64 * 1024.0)
        } else {
            0.0
        };
        seconds.max(limited) * (self.clone_size(j, d) as f64 / size.max(1) as f64)
    }

    fn clone_written(&mut self, j: &CloneJob, source: &Vm, key: &str, new: &Prop) {
        if let Some(vm) = self.vms.get_mut(&j.newid) {
            vm.cloning.conf.insert(key.to_owned(), new.print());
            vm.conf.clone_from(&vm.cloning.conf);
            vm.temporary = false;
            vm.guest = source.guest;
            vm.password.clone_from(&source.password);
        }
    }

    fn clone_cloudinit(&mut self, t: usize, j: &CloneJob, key: &str, d: &Prop) -> Prop {
        let from = d.main.split(':').next().unwrap_or("").to_owned();
        let storage = j.storage.clone().unwrap_or(from);
        let wanted = j.format.clone().unwrap_or_else(|| "qcow2".into());
        let format = self.image_format(&storage, Some(&wanted));
        self.say(t, format!("create full clone of drive {key} ({})", d.main));
        let name = self.new_name(&storage, j.newid, &format, true);
        let volid = self.add_volume(&j.node, &storage, &name, j.newid, 4 << 20, &format);
        self.clone_made(j, &volid);
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

    fn clone_made(&mut self, j: &CloneJob, volid: &str) {
        if let Some(vm) = self.vms.get_mut(&j.newid) {
            vm.cloning.volumes.push(volid.to_owned());
        }
    }

    /// The volume that the copy goes to.
    fn clone_allocate(&mut self, j: &CloneJob, d: &Prop, full: bool) -> Result<(), Fail> {
        let Some(source) = self.find_volume(&j.node, &d.main).map(|i| self.volumes[i].clone()) else {
            return die(format!("volume '{}' does not exist", d.main));
        };
        let (storage, format) = self.clone_target(j, &source.storage, &source.format);
        let mut name = self.new_name(&storage, j.newid, &format, false);
        let kind = self.storages.get(&storage).map_or("dir", |s| s.kind.as_str());
        if !full && kind != "lvmthin" {
            name = format!("{}/{name}", source.name);
        }
        let volid = self.add_volume(&j.node, &storage, &name, j.newid, source.size, &format);
        if let Some(v) = self.volumes.last_mut().filter(|_| !full) {
            v.parent = Some(d.main.clone());
        }
        self.clone_made(j, &volid);
        Ok(())
    }

    /// The copy is complete, if it fits.
    fn clone_disk(&mut self, t: usize, j: &CloneJob, d: &Prop, full: bool) -> Result<Prop, Fail> {
        let Some(source) = self.find_volume(&j.node, &d.main).map(|i| self.volumes[i].clone()) else {
            return die(format!("volume '{}' does not exist", d.main));
        };
        let made = self.vms.get(&j.newid).and_then(|vm| vm.cloning.volumes.last().cloned());
        let volid = made.unwrap_or_default();
        let Some(at) = self.find_volume(&j.node, &volid) else {
            return die(format!("volume '{volid}' does not exist"));
        };
        let storage = self.volumes[at].storage.clone();
        if full && self.avail(&storage, &j.node) + self.volumes[at].used < source.used {
            self.say(t, "qemu-img: error while writing: No space left on device");
            let text = self.copy_failed(j, &source.format, &d.main, &volid, "exit code 1");
            return die(text);
        }
        if full {
            self.volumes[at].used = source.used;
        }
        let mut new = d.clone();
        new.main = volid;
        new.opts.insert("size".into(), crate::text::format_size(source.size));
        Ok(new)
    }

    fn copy_failed(&self, j: &CloneJob, format: &str, from: &str, to: &str, why: &str) -> String {
        let limit = if j.bwlimit > 0 {
            format!(" -r {}K", j.bwlimit)
        } else {
            String::new()
        };
        let to_format = self.find_volume(&j.node, to).map(|i| self.volumes[i].format.as_str());
        format!(
            "copy failed: command '/usr/bin/qemu-img convert -p -n{limit} -f {format} -O {} {} zeroinit:{}' failed: {why}",
            to_format.unwrap_or("raw"),
            self.volume_path(from),
            self.volume_path(to)
        )
    }

    /// Cleans up after a failed clone, as PVE does; the text of the failure.
    pub(crate) fn clone_failed(&mut self, j: &CloneJob, fail: &Fail) -> Fail {
        let made = self
            .vms
            .get_mut(&j.newid)
            .map(|vm| std::mem::take(&mut vm.cloning).volumes);
        for volid in made.unwrap_or_default() {
            self.free(&j.node, &volid);
        }
        self.firewall.remove(&j.newid.to_string());
        self.vms.remove(&j.newid);
        Fail::Die(format!("clone failed: {}", fail.task_text()))
    }

    pub(crate) fn interrupt_clone(&mut self, j: &CloneJob) -> String {
        let text = self.interrupted_copy(j);
        let text = text.unwrap_or_else(|| "interrupted by signal".to_owned());
        self.clone_failed(j, &Fail::Die(text)).task_text()
    }

    fn interrupted_copy(&self, j: &CloneJob) -> Option<String> {
        let to = self.vms.get(&j.newid)?.cloning.volumes.last()?.clone();
        let (_, d) = self.clone_drive(j, self.vms.get(&j.source)?)?;
        let format = self
            .find_volume(&j.node, &d.main)
            .map(|i| self.volumes[i].format.clone())?;
        Some(self.copy_failed(j, &format, &d.main, &to, "interrupted by signal"))
    }
}
