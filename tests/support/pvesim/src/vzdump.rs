//! Backups and backup jobs (golden *backup/restore*, *purge*).

use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
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
    /// Whether a guest may have only so many protected backups (`get_max_protected_backups`).
    limited: bool,
    bwlimit: u64,
    /// Whether backups that the retention does not cover are deleted afterwards.
    remove: bool,
    /// Whether the guest is stopped for it.
    stops: bool,
    /// Whether its end is told to a target of notifications.
    notifies: bool,
}

/// A guest's protected backups on a storage that says nothing of it, for whoever has no Datastore.Allocate there
/// (pve-storage, PVE/Storage.pm).
pub(crate) const MAX_PROTECTED: usize = 5;

pub(crate) fn too_many_protected(storage: &str) -> String {
    format!("The number of protected backups per guest is limited to {MAX_PROTECTED} on storage '{storage}'")
}

/// So long a backup waits for the others on its node, in seconds (`lockwait`).
const LOCKWAIT: f64 = 180.0 * 60.0;

/// `$verify_notes_template` of PVE/VZDump.pm.
fn verify_notes(template: &str) -> Result<(), Fail> {
    let wrong = |why: &str| Err(Fail::param("notes-template", why));
    if template.contains('\n') {
        return wrong("contains a line feed");
    }
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        if c == '\\' && !matches!(chars.next(), Some('n' | '\\') | None) {
            return wrong("found unknown: escape sequence");
        }
    }
    let variables = template.split("{{").skip(1).filter_map(|rest| rest.split_once("}}"));
    for (name, _) in variables {
        let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || "{}".contains(c));
        if is_name && !matches!(name, "cluster" | "guestname" | "node" | "vmid") {
            return wrong("found unknown: variable");
        }
    }
    Ok(())
}

/// POST /nodes/N/vzdump
pub fn vzdump(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let storage = ctx.params.get("storage").unwrap_or("local").to_owned();
    c.demand(&who, &format!("/storage/{storage}"), "Datastore.AllocateSpace")?;
    let Some(list) = ctx.params.get("vmid").map(str::to_owned) else {
        return Err(Fail::param("vmid", "property is missing"));
    };
    let notes = ctx.params.get("notes-template").map(str::to_owned);
    if notes.as_ref().is_some_and(|notes| notes.chars().count() > 1024) {
        return Err(Fail::param("notes-template", "value may only be 1024 characters long"));
    }
    notes.as_deref().map_or(Ok(()), verify_notes)?;
    let vmid = text::split_list(&list)
        .first()
        .and_then(|v| v.parse().ok())
        .unwrap_or(0);
    if c.vms.get(&vmid).is_some_and(|vm| vm.node != ctx.node()) {
        // silent exit if specified VMs run on other nodes
        return Ok(Answer::from(json!("OK")));
    }
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
        storage: storage.clone(),
        line,
        notes,
        protected: ctx.params.flag("protected"),
        limited: !c.may(&who, &format!("/storage/{storage}"), "Datastore.Allocate"),
        bwlimit: ctx
            .params
            .int("bwlimit")
            .and_then(|b| u64::try_from(b).ok())
            .unwrap_or(0),
        remove: ctx.params.get("remove") != Some("0"),
        stops: ctx.params.get("mode") == Some("stop"),
        notifies: ctx.params.get("notification-mode") != Some("legacy-sendmail"),
    };
    let upid = c.fork(&who, ctx.uri("node"), "vzdump", &list, Job::Vzdump(Box::new(job)));
    Ok(Answer::from(json!(upid)))
}

impl Cluster {
    fn vzdump_tells(&mut self, t: usize, j: &VzdumpJob) {
        if j.notifies {
            self.say(t, "INFO: notified via target `mail-to-root`");
        }
    }

    fn vzdump_failed(&mut self, t: usize, j: &VzdumpJob, why: &str) -> Result<Next, Fail> {
        let at = text::date_time(self.now as i64);
        self.say(t, format!("ERROR: Backup of VM {} failed - {why}", j.vmid));
        self.say(t, format!("INFO: Failed at {at}"));
        self.say(t, "INFO: Backup job finished with errors");
        self.vzdump_tells(t, j);
        die("job errors")
    }

    /// The lock of the node: one backup at a time. `Some`: it is waited for.
    fn vzdump_waits(&mut self, t: usize, j: &VzdumpJob, stage: u32) -> Option<Result<Next, Fail>> {
        let holder = self.vzdump_locks.get(&j.node).copied();
        if holder.is_some_and(|holder| holder != t && self.engine.tasks[holder].is_running()) {
            if stage == 0 {
                self.say(t, "INFO: trying to get global lock - waiting...");
            } else if self.now - self.engine.tasks[t].start > LOCKWAIT * self.opts.scale {
                self.say(t, "ERROR: can't acquire lock '/var/run/vzdump.lock' - got timeout");
                return Some(die("can't acquire lock '/var/run/vzdump.lock' - got timeout"));
            }
            return Some(Ok(Next::Stage(1, 1.0)));
        }
        if stage == 1 {
            self.say(t, "INFO: got global lock");
        }
        self.vzdump_locks.insert(j.node.clone(), t);
        None
    }

    pub(crate) fn job_vzdump(&mut self, t: usize, j: &VzdumpJob, stage: u32) -> Result<Next, Fail> {
        if stage > 1 {
            return self.vzdump_end(t, j);
        }
        let s = &j.storage;
        match self.activated(s, &j.node) {
            Err(f) => {
                let why = f.task_text();
                self.vzdump_tells(t, j);
                return die(format!(
                    "could not activate storage '{s}': {why}\ncould not get storage information for '{s}': {why}"
                ));
            }
            Ok(storage) if !storage.content.iter().any(|c| c == "backup") => {
                self.vzdump_tells(t, j);
                return die(format!(
                    "could not get storage information for '{s}': can't use storage '{s}' for backups - wrong content type"
                ));
            }
            Ok(_) => {}
        }
        if let Some(waits) = self.vzdump_waits(t, j, stage) {
            return waits;
        }
        self.say(t, j.line.clone());
        let id = j.vmid;
        let Some(vm) = self.vms.get(&id).filter(|v| v.node == j.node) else {
            return self.vzdump_failed(t, j, &format!("unable to find VM '{id}'"));
        };
        let (managed, limit) = (
            j.stops && self.ha.get(&id).is_some_and(|ha| ha.state == "started"),
            self.storages
                .get(&j.storage)
                .map_or(0, crate::state::Storage::backup_limit),
        );
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
        if managed {
            let why = "Cannot execute a backup with stop mode on a HA managed and enabled Service. Use snapshot mode or disable the Service.";
            return self.vzdump_failed(t, j, why);
        }
        let have = self.unprotected(&j.storage, &j.node, id).len() as u64;
        if limit > 0 && !j.remove && have >= limit {
            let why = format!(
                "There is a max backup limit of {limit} enforced by the target storage or the vzdump parameters. Either increase the limit or delete old backups."
            );
            return self.vzdump_failed(t, j, &why);
        }
        if j.protected && j.limited && self.protected(&j.storage, &j.node, id) >= MAX_PROTECTED {
            let why = too_many_protected(&j.storage);
            return self.vzdump_failed(t, j, &why);
        }
        if let Some(l) = lock {
            return self.vzdump_failed(t, j, &format!("VM is locked ({l})"));
        }
        self.put_lock(id, Some("backup"));
        let limited = if j.bwlimit > 0 {
            size as f64 / (j.bwlimit as f64 * 1024.0)
        } else {
            0.0
        };
        let seconds = limited.max(self.opts.backup_seconds);
        let lines = crate::progress::backed_up(size, self.now, seconds, self.opts.scale);
        self.engine.tasks[t].script.extend(lines);
        self.tell_due(t);
        Ok(Next::Stage(2, seconds))
    }

    /// How many protected backups of a guest a storage has.
    pub(crate) fn protected(&self, storage: &str, node: &str, vmid: u32) -> usize {
        let is_one = |v: &&crate::state::Volume| {
            v.storage == storage
                && v.vmid == Some(vmid)
                && v.content == "backup"
                && v.protected
                && v.node.as_deref().is_none_or(|n| n == node)
        };
        self.volumes.iter().filter(is_one).count()
    }

    /// Indexes of a guest's backups that are not protected, the oldest first.
    fn unprotected(&self, storage: &str, node: &str, vmid: u32) -> Vec<String> {
        let own = self.volumes.iter().filter(|v| {
            v.storage == storage
                && v.content == "backup"
                && v.vmid == Some(vmid)
                && !v.protected
                && v.node.as_deref().is_none_or(|n| n == node)
        });
        let mut own: Vec<_> = own.map(|v| (v.ctime, v.volid())).collect();
        own.sort();
        own.into_iter().map(|(_, volid)| volid).collect()
    }

    fn vzdump_end(&mut self, t: usize, j: &VzdumpJob) -> Result<Next, Fail> {
        if self.vms.get(&j.vmid).is_some_and(|v| v.lock() == Some("backup")) {
            self.put_lock(j.vmid, None);
        }
        // the lock of the node may have been waited for
        let start = (self.now - self.opts.backup_seconds * self.opts.scale) as i64;
        let name = self
            .vms
            .get(&j.vmid)
            .and_then(|v| v.get("name"))
            .unwrap_or_default()
            .to_owned();
        if self.avail(&j.storage, &j.node) < 176_758_784 {
            return self.vzdump_failed(t, j, "vma_queue_write: write error - Broken pipe");
        }
        let volid = self.add_backup(&j.storage, j.vmid, start, j.protected);
        if let Some(i) = self.find_volume(&j.node, &volid) {
            let (vmid, node) = (j.vmid.to_string(), j.node.as_str());
            let unescaped = |n: &String| n.replace("\\\\", "\u{0}").replace("\\n", "\n").replace('\u{0}', "\\");
            self.volumes[i].notes = j.notes.as_ref().map(|n| {
                let known = [
                    ("{{guestname}}", name.as_str()),
                    ("{{vmid}}", &vmid),
                    ("{{node}}", node),
                ];
                let named = known.iter().fold(unescaped(n), |n, (var, value)| n.replace(var, value));
                named.replace("{{cluster}}", "standalone node")
            });
        }
        let limit = self
            .storages
            .get(&j.storage)
            .map_or(0, crate::state::Storage::backup_limit);
        if j.remove && limit > 0 {
            let own = self.unprotected(&j.storage, &j.node, j.vmid);
            let too_many = own.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
            for volid in own.into_iter().take(too_many) {
                self.free(&j.node, &volid);
            }
        }
        self.say(t, format!("INFO: Finished Backup of VM {} (00:00:03)", j.vmid));
        self.say(t, "INFO: Backup job finished successfully");
        self.vzdump_tells(t, j);
        Ok(Next::Done)
    }

    pub(crate) fn interrupt_vzdump(&mut self, j: &VzdumpJob) -> String {
        if self.vms.get(&j.vmid).is_some_and(|v| v.lock() == Some("backup")) {
            self.put_lock(j.vmid, None);
        }
        "interrupted by signal".into()
    }
}

/// GET …/vzdump/defaults
pub fn defaults(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let storage = ctx.params.get("storage").unwrap_or("local").to_owned();
    c.demand(
        &who,
        &format!("/storage/{storage}"),
        "Datastore.Audit|Datastore.AllocateSpace",
    )?;
    let Some(s) = c.storages.get(&storage) else {
        return die(format!("storage '{storage}' does not exist"));
    };
    if !s.content.iter().any(|c| c == "backup") {
        return die(format!(
            "can't use storage '{storage}' for backups - wrong content type"
        ));
    }
    let retention = s.retention.as_deref().unwrap_or("keep-all=1");
    Ok(json!({"storage": storage, "prune-backups": retention}).into())
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
