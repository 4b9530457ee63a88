//! Destroying a guest (golden *delete*, *purge*, *create / disks*; `destroy_vm` of `PVE::API2::Qemu` and `PVE::QemuServer`).
//!
//! The firewall file goes with the VM even without `purge` (golden *firewall*: files after DELETE without purge); backups
//! always stay.

use serde_json::json;

use crate::cluster::Cluster;
use crate::faults::FaultKind;
use crate::jobs::{Job, Next};
use crate::props;
use crate::routes::Ctx;
use crate::types::{Answer, Fail, Outcome, die};

/// A destroy in work.
#[derive(Debug, Clone)]
pub struct DestroyJob {
    pub(crate) vmid: u32,
    node: String,
    purge: bool,
    unreferenced: bool,
    skiplock: bool,
}

/// DELETE /nodes/N/qemu/ID
pub fn destroy(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let skiplock = ctx.params.flag("skiplock");
    if skiplock && !ctx.who().is_root() {
        return Err(Fail::param("skiplock", "Only root may use this option."));
    }
    let job = DestroyJob {
        vmid: ctx.vmid,
        node: ctx.node(),
        purge: ctx.params.flag("purge"),
        unreferenced: ctx.params.flag("destroy-unreferenced-disks"),
        skiplock,
    };
    c.destroy_checks(&job)?;
    let upid = c.fork(
        &ctx.who(),
        ctx.uri("node"),
        "qmdestroy",
        &ctx.vmid.to_string(),
        Job::Destroy(Box::new(job)),
    );
    Ok(Answer::from(json!(upid)))
}

impl Cluster {
    fn destroy_checks(&self, j: &DestroyJob) -> Result<(), Fail> {
        let (vm, id) = (self.load(&j.node, j.vmid)?, j.vmid);
        if vm.get("protection") == Some("1") {
            return die(format!("can't remove VM {id} - protection mode enabled"));
        }
        if !j.purge {
            if self.ha.contains_key(&id) {
                return die(format!(
                    "unable to remove VM {id} - used in HA resources and purge parameter not set."
                ));
            }
            let mut jobs = self.replication.keys();
            if let Some(job) = jobs.find(|k| k.split('-').next() == Some(&id.to_string())) {
                return die(format!(
                    "There is a replication job '{job}' for guest '{id}' - Please remove that first."
                ));
            }
        }
        if vm.run.is_some() {
            return die(format!("VM {id} is running - destroy failed"));
        }
        Ok(())
    }

    pub(crate) fn job_destroy(&mut self, t: usize, j: &DestroyJob, stage: u32) -> Result<Next, Fail> {
        if stage == 0 {
            self.destroy_checks(j)?;
            let Some(vm) = self.vms.get(&j.vmid) else {
                return Ok(Next::Done);
            };
            if !j.skiplock && vm.lock() != Some("suspended") {
                self.check_lock(j.vmid)?;
            }
            let drives = vm
                .conf
                .iter()
                .filter(|(k, _)| props::is_drive(k))
                .map(|(_, v)| props::parse_drive(v).main);
            for volid in drives.collect::<Vec<_>>() {
                if vm.is_template() && self.is_base_in_use(&volid) {
                    return die(format!("base volume '{volid}' is still in use by linked cloned"));
                }
            }
            return Ok(Next::Wait(0.3));
        }
        self.free_disks(t, j)?;
        self.remove_guest(j.vmid);
        if j.purge {
            self.say(t, format!("purging VM {} from related configurations..", j.vmid));
            self.purge(t, j.vmid);
        }
        Ok(Next::Done)
    }

    /// `destroy_vm`: first what the config names, then what else has the guest's number. What breaks off there leaves the
    /// config, and no disks.
    fn free_disks(&mut self, t: usize, j: &DestroyJob) -> Result<(), Fail> {
        let Some(vm) = self.vms.get(&j.vmid) else { return Ok(()) };
        let of_configs = vm.conf.iter().chain(&vm.pending);
        let named = of_configs.filter(|(k, _)| props::is_drive(k) || props::base(k) == "unused");
        let named = named.map(|(_, v)| props::parse_drive(v).main);
        // of snapshots only the memory: a disk that no longer is in the config stays, as what nobody refers to
        let memory = vm.snapshots.values().map(|s| &s.conf).chain([&vm.conf]);
        let memory = memory.filter_map(|conf| conf.get("vmstate").cloned());
        for volid in named.chain(memory).collect::<Vec<_>>() {
            let is_own = |i: usize| self.volumes[i].vmid == Some(j.vmid) && self.volumes[i].content == "images";
            if !self.find_volume(&j.node, &volid).is_some_and(is_own) {
                continue;
            }
            let storage = volid.split(':').next().unwrap_or_default();
            match self.activated(storage, &j.node) {
                Ok(_) => drop(self.free(&j.node, &volid)),
                Err(why) => {
                    let why = why.task_text();
                    self.warn(t, &format!("Could not remove disk '{volid}', check manually: {why}"));
                }
            }
        }
        if let Some(FaultKind::VolumeError(text)) = &self.engine.tasks[t].fault {
            return die(text.clone());
        }
        if j.unreferenced {
            for volid in self.scan_images(&j.node, j.vmid)? {
                self.free(&j.node, &volid);
            }
        }
        Ok(())
    }

    /// Its config and its firewall file.
    fn remove_guest(&mut self, vmid: u32) {
        self.vms.remove(&vmid);
        self.firewall.remove(&vmid.to_string());
        for pool in self.pools.values_mut() {
            pool.vms.remove(&vmid);
        }
        let path = format!("/vms/{vmid}");
        self.access.acl.retain(|a| a.path != path);
    }

    fn purge(&mut self, t: usize, vmid: u32) {
        let id = vmid.to_string();
        self.replication.retain(|k, _| k.split('-').next() != Some(&id));
        for job in self.backup_jobs.values_mut() {
            if let Some(list) = job.get("vmid").and_then(|v| v.as_str()) {
                let left: Vec<&str> = list.split(',').filter(|v| *v != id).collect();
                let left = left.join(",");
                job.insert("vmid".into(), json!(left));
            }
        }
        self.backup_jobs
            .retain(|_, j| j.get("vmid").and_then(|v| v.as_str()) != Some(""));
        if self.ha.remove(&vmid).is_some() {
            self.say(t, format!("NOTE: removed VM {vmid} from HA resource configuration."));
        }
    }

    /// All that is of a guest's number.
    pub(crate) fn delete_guest(&mut self, vmid: u32) {
        self.volumes.retain(|v| v.vmid != Some(vmid) || v.content != "images");
        self.remove_guest(vmid);
    }

    /// Deletes a guest behind everybody's back.
    pub fn delete_vm(&mut self, vmid: u32) -> bool {
        let there = self.vms.contains_key(&vmid);
        self.delete_guest(vmid);
        self.ha.remove(&vmid);
        there
    }
}
