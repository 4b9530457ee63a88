//! Backups and backup jobs (golden *backup/restore*, *purge*).

use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
use crate::props;
use crate::routes::Ctx;
use crate::text;
use crate::types::{Answer, Fail, Outcome, die};

/// A backup in work.
#[derive(Debug, Clone)]
pub struct VzdumpJob {
    vmid: u32,
    node: String,
    storage: String,
    line: String,
    notes: Option<String>,
    protected: bool,
    bwlimit: u64,
}

/// POST /nodes/N/vzdump
pub fn vzdump(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let storage = ctx.params.get("storage").unwrap_or("local").to_owned();
    c.demand(&who, &format!("/storage/{storage}"), "Datastore.AllocateSpace")?;
    let Some(list) = ctx.params.get("vmid").map(str::to_owned) else {
        return Err(Fail::param("vmid", "property is missing"));
    };
    let vmid = text::split_list(&list)
        .first()
        .and_then(|v| v.parse().ok())
        .unwrap_or(0);
    let mut line = format!(
        "INFO: starting new backup job: vzdump {list} --node {}",
        ctx.uri("node")
    );
    for (k, v) in ctx.params.scalars().filter(|(k, _)| *k != "vmid") {
        let quoted = if v.contains('{') {
            format!("'{v}'")
        } else {
            v.to_owned()
        };
        line.push_str(&format!(" --{k} {quoted}"));
    }
    let job = VzdumpJob {
        vmid,
        node: ctx.node(),
        storage,
        line,
        notes: ctx.params.get("notes-template").map(str::to_owned),
        protected: ctx.params.flag("protected"),
        bwlimit: ctx
            .params
            .int("bwlimit")
            .and_then(|b| u64::try_from(b).ok())
            .unwrap_or(0),
    };
    let upid = c.fork(&who, ctx.uri("node"), "vzdump", &list, Job::Vzdump(Box::new(job)));
    Ok(Answer::from(json!(upid)))
}

impl Cluster {
    fn vzdump_failed(&mut self, t: usize, vmid: u32, why: &str) -> Result<Next, Fail> {
        let at = text::date_time(self.now as i64);
        self.say(t, format!("ERROR: Backup of VM {vmid} failed - {why}"));
        self.say(t, format!("INFO: Failed at {at}"));
        self.say(t, "INFO: Backup job finished with errors");
        self.say(t, "INFO: notified via target `mail-to-root`");
        die("job errors")
    }

    pub(crate) fn job_vzdump(&mut self, t: usize, j: &VzdumpJob, stage: u32) -> Result<Next, Fail> {
        if stage > 0 {
            return self.vzdump_end(t, j);
        }
        if let Err(f) = self.storage_on(&j.storage, &j.node) {
            let (s, why) = (&j.storage, f.task_text());
            self.say(t, "INFO: notified via target `mail-to-root`");
            return die(format!(
                "could not activate storage '{s}': {why}\ncould not get storage information for '{s}': {why}"
            ));
        }
        self.say(t, j.line.clone());
        let id = j.vmid;
        let Some(vm) = self.vms.get(&id).filter(|v| v.node == j.node) else {
            return self.vzdump_failed(t, id, &format!("unable to find VM '{id}'"));
        };
        let (running, lock) = (vm.run.is_some(), vm.lock().map(str::to_owned));
        let at = text::date_time(self.now as i64);
        let size: u64 = self
            .volumes
            .iter()
            .filter(|v| v.vmid == Some(id) && v.content == "images")
            .map(|v| v.size)
            .sum();
        self.say(t, format!("INFO: Starting Backup of VM {id} (qemu)"));
        self.say(t, format!("INFO: Backup started at {at}"));
        self.say(
            t,
            format!("INFO: status = {}", if running { "running" } else { "stopped" }),
        );
        if let Some(l) = lock {
            return self.vzdump_failed(t, id, &format!("VM is locked ({l})"));
        }
        self.set_lock(id, Some("backup"));
        let limited = if j.bwlimit > 0 {
            size as f64 / (j.bwlimit as f64 * 1024.0)
        } else {
            0.0
        };
        Ok(Next::Wait(limited.max(3.0)))
    }

    fn vzdump_end(&mut self, t: usize, j: &VzdumpJob) -> Result<Next, Fail> {
        if self.vms.get(&j.vmid).is_some_and(|v| v.lock() == Some("backup")) {
            self.set_lock(j.vmid, None);
        }
        let start = self.engine.tasks[t].start as i64;
        let name = self
            .vms
            .get(&j.vmid)
            .and_then(|v| v.get("name"))
            .unwrap_or_default()
            .to_owned();
        if self.avail(&j.storage, &j.node) < 176_758_784 {
            return self.vzdump_failed(t, j.vmid, "vma_queue_write: write error - Broken pipe");
        }
        let volid = self.add_backup(&j.storage, j.vmid, start, j.protected);
        if let Some(i) = self.find_volume(&j.node, &volid) {
            self.volumes[i].notes = j.notes.as_ref().map(|n| n.replace("{{guestname}}", &name));
        }
        self.say(t, format!("INFO: Finished Backup of VM {} (00:00:03)", j.vmid));
        self.say(t, "INFO: Backup job finished successfully");
        self.say(t, "INFO: notified via target `mail-to-root`");
        Ok(Next::Done)
    }

    pub(crate) fn interrupt_vzdump(&mut self, j: &VzdumpJob) -> String {
        if self.vms.get(&j.vmid).is_some_and(|v| v.lock() == Some("backup")) {
            self.set_lock(j.vmid, None);
        }
        "interrupted by signal".into()
    }
}

/// GET …/vzdump/extractconfig
pub fn extract(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let volid = ctx.params.get("volume").unwrap_or_default();
    let Some(i) = c.find_volume(ctx.uri("node"), volid) else {
        return die(format!("volume '{volid}' does not exist"));
    };
    let Some(vm) = &c.volumes[i].backup_of else {
        return die("unable to extract config");
    };
    let mut out = String::new();
    for (k, v) in vm.conf.iter().filter(|(k, _)| *k != "lock" && *k != "parent") {
        out.push_str(&format!("{k}: {v}\n"));
    }
    out.push('\n');
    for (k, v) in vm.conf.iter().filter(|(k, _)| props::is_drive(k)) {
        let d = props::parse_drive(v);
        if !props::is_cdrom(&d) {
            let format = if d.main.ends_with(".qcow2") { "qcow2" } else { "raw" };
            out.push_str(&format!(
                "#qmdump#map:{k}:drive-{k}:{}:{format}:\n",
                d.main.split(':').next().unwrap_or("")
            ));
        }
    }
    Ok(json!(out).into())
}

/// GET /cluster/backup
pub fn jobs(c: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(Value::Array(c.backup_jobs.values().map(|j| Value::Object(j.clone())).collect()).into())
}

/// POST /cluster/backup
pub fn job_add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx
        .params
        .take("id")
        .unwrap_or_else(|| format!("backup-{:08x}", c.rng.next_u64() as u32));
    let mut job = Map::new();
    for (k, v) in ctx.params.scalars() {
        job.insert(
            k.into(),
            v.parse::<i64>()
                .ok()
                .filter(|_| k != "vmid")
                .map_or_else(|| json!(v), |n| json!(n)),
        );
    }
    job.insert("id".into(), json!(id));
    job.insert("type".into(), json!("vzdump"));
    c.backup_jobs.insert(id, job);
    Ok(Answer::null())
}

/// GET /cluster/backup/ID
pub fn job_get(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    match c.backup_jobs.get(ctx.uri("id")) {
        Some(j) => Ok(Value::Object(j.clone()).into()),
        None => Err(Fail::param("id", format!("No such job '{}'", ctx.uri("id")))),
    }
}

/// DELETE /cluster/backup/ID
pub fn job_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    c.backup_jobs.remove(ctx.uri("id"));
    Ok(Answer::null())
}
