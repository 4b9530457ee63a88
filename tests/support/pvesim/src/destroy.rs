//! Destroying a guest (golden *delete*, *purge*, *create / disks*; `destroy_vm` of `PVE::API2::Qemu` and `PVE::QemuServer`).
//!
//! The firewall file goes with the VM even without `purge` (golden *firewall*: files after DELETE without purge); backups
//! always stay.

use serde_json::json;

use crate::cluster::Cluster;
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
            if self
                .replication
                .keys()
                .any(|k| k.split('-').next() == Some(&id.to_string()))
            {
                return die(format!("There is already a job for guest '{id}' to target"));
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
        self.remove_guest(j.vmid, j.unreferenced);
        if j.purge {
            self.say(t, format!("purging VM {} from related configurations..", j.vmid));
            self.purge(t, j.vmid);
        }
        Ok(Next::Done)
    }

    /// Config, its volumes, its firewall file.
    pub(crate) fn remove_guest(&mut self, vmid: u32, unreferenced: bool) {
        let Some(vm) = self.vms.remove(&vmid) else { return };
        let mut volumes: Vec<String> = vec![];
        for (k, v) in &vm.conf {
            if props::is_drive(k) || props::base(k) == "unused" {
                volumes.push(props::parse_drive(v).main);
            }
        }
        // of snapshots only the memory: a disk that no longer is in the config stays, as what nobody refers to
        volumes.extend(vm.snapshots.values().filter_map(|s| s.conf.get("vmstate").cloned()));
        self.volumes.retain(|v| {
            let own = v.vmid == Some(vmid) && v.content == "images";
            !(own && (unreferenced || volumes.contains(&v.volid())))
        });
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

    /// Deletes a guest behind everybody's back.
    pub fn delete_vm(&mut self, vmid: u32) -> bool {
        let there = self.vms.contains_key(&vmid);
        self.remove_guest(vmid, true);
        self.ha.remove(&vmid);
        there
    }
}
