//! Snapshots (golden *snapshots (stopped)*, *snapshots (running)*).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::guestconf::{subdirs, typed};
use crate::jobs::{Job, Next};
use crate::props;
use crate::routes::Ctx;
use crate::state::Snapshot;
use crate::text::format_size;
use crate::types::{Answer, Fail, Outcome, die};

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
    verb: Verb,
    pub(crate) vmid: u32,
    node: String,
    name: String,
    description: String,
    flag: bool,
}

fn job(ctx: &Ctx, verb: Verb, flag: &str) -> SnapJob {
    let name = ctx.uri.get("snapname").cloned();
    SnapJob {
        verb,
        vmid: ctx.vmid,
        node: ctx.node(),
        name: name.unwrap_or_else(|| ctx.params.get("snapname").unwrap_or_default().to_owned()),
        description: ctx.params.get("description").unwrap_or_default().to_owned(),
        flag: ctx.params.flag(flag),
    }
}

fn fork(c: &mut Cluster, ctx: &Ctx, kind: &str, job: SnapJob) -> Outcome {
    let upid = c.fork(
        &ctx.who(),
        ctx.uri("node"),
        kind,
        &ctx.vmid.to_string(),
        Job::Snap(Box::new(job)),
    );
    Ok(Answer::from(json!(upid)))
}

/// GET …/snapshot
pub fn list(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let mut list: Vec<Value> = vm
        .snapshots
        .iter()
        .map(|(name, s)| {
            let mut m = Map::new();
            m.insert("name".into(), json!(name));
            m.insert(
                "description".into(),
                json!(s.conf.get("description").map_or("", String::as_str)),
            );
            m.insert(
                "snaptime".into(),
                s.conf.get("snaptime").map_or(Value::Null, |t| typed("snaptime", t)),
            );
            m.insert("vmstate".into(), json!(i32::from(s.vmstate)));
            if let Some(p) = s.conf.get("parent") {
                m.insert("parent".into(), json!(p));
            }
            Value::Object(m)
        })
        .collect();
    let mut now = json!({"name": "current", "description": "You are here!", "digest": vm.digest(),
        "running": i32::from(vm.run.is_some())});
    if let Some(p) = vm.get("parent") {
        now["parent"] = json!(p);
    }
    list.push(now);
    Ok(Value::Array(list).into())
}

/// POST …/snapshot
pub fn create(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let j = job(ctx, Verb::Create, "vmstate");
    if j.name == "current" || j.name == "pending" {
        return die(format!("unable to use snapshot name '{}' (reserved name)", j.name));
    }
    c.load(ctx.uri("node"), ctx.vmid)?;
    fork(c, ctx, "qmsnapshot", j)
}

/// GET …/snapshot/NAME
pub fn index(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(subdirs("rollback config", "cmd"))
}

/// DELETE …/snapshot/NAME
pub fn delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    fork(c, ctx, "qmdelsnapshot", job(ctx, Verb::Delete, "force"))
}

/// POST …/rollback
pub fn rollback(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    fork(c, ctx, "qmrollback", job(ctx, Verb::Rollback, "start"))
}

/// GET …/snapshot/NAME/config
pub fn config(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let name = ctx.uri("snapname");
    let Some(s) = vm.snapshots.get(name) else {
        return die(format!("snapshot '{name}' does not exist"));
    };
    let map: Map<String, Value> = s.conf.iter().map(|(k, v)| (k.clone(), typed(k, v))).collect();
    Ok(Value::Object(map).into())
}

/// PUT …/snapshot/NAME/config
pub fn set_config(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (node, name) = (ctx.node(), ctx.uri("snapname").to_owned());
    c.load(&node, ctx.vmid)?;
    let waited = c.wait_lock(ctx.vmid, 10.0)?;
    c.check_lock(ctx.vmid)?;
    let Some(s) = c.vms.get_mut(&ctx.vmid).and_then(|v| v.snapshots.get_mut(&name)) else {
        return die(format!("snapshot '{name}' does not exist"));
    };
    if let Some(d) = ctx.params.get("description") {
        s.conf.insert("description".into(), d.to_owned());
    }
    Ok(Answer::null().late(waited))
}

impl Cluster {
    /// Can this volume have snapshots?
    pub(crate) fn can_snapshot(&self, node: &str, volid: &str) -> bool {
        let Some((storage, _)) = volid.split_once(':') else {
            return false;
        };
        let kind = self.storages.get(storage).map_or("dir", |s| s.kind.as_str());
        match kind {
            "lvmthin" | "zfspool" | "rbd" | "btrfs" => true,
            "lvm" => false,
            _ => self
                .find_volume(node, volid)
                .is_some_and(|i| self.volumes[i].format == "qcow2"),
        }
    }

    /// Adds a snapshot as if it had been made earlier.
    pub fn add_snapshot(&mut self, vmid: u32, name: &str) {
        let job = SnapJob {
            verb: Verb::Create,
            vmid,
            node: String::new(),
            name: name.into(),
            description: String::new(),
            flag: false,
        };
        self.take_snapshot(&job);
    }

    pub(crate) fn job_snap(&mut self, t: usize, j: &SnapJob, stage: u32) -> Result<Next, Fail> {
        if stage == 0 {
            self.snap_checks(t, j)?;
            let (lock, seconds) = match j.verb {
                Verb::Create => ("snapshot", 0.3),
                Verb::Delete => ("snapshot-delete", 0.3),
                Verb::Rollback => ("rollback", 0.4),
            };
            self.set_lock(j.vmid, Some(lock));
            return Ok(Next::Wait(seconds));
        }
        self.set_lock(j.vmid, None);
        match j.verb {
            Verb::Create => self.take_snapshot(j),
            Verb::Delete => self.drop_snapshot(j),
            Verb::Rollback => self.roll_back(t, j),
        }
        Ok(Next::Done)
    }

    fn snap_checks(&mut self, t: usize, j: &SnapJob) -> Result<(), Fail> {
        let vm = self.load(&j.node, j.vmid)?;
        let exists = vm.snapshots.contains_key(&j.name);
        let drives: Vec<_> = vm.conf.iter().filter(|(k, _)| props::is_drive(k)).collect();
        let drives: Vec<_> = drives
            .iter()
            .map(|(k, v)| ((*k).clone(), props::parse_drive(v)))
            .collect();
        if j.verb == Verb::Create {
            self.check_lock(j.vmid)?;
            if exists {
                return die(format!("snapshot name '{}' already used", j.name));
            }
            for (k, d) in drives.iter().filter(|(_, d)| !props::is_cdrom(d)) {
                if !self.can_snapshot(&j.node, &d.main) {
                    return die("snapshot feature is not available");
                }
                self.say(t, format!("snapshotting 'drive-{k}' ({})", d.main));
            }
            return Ok(());
        }
        if !exists {
            return die(format!("snapshot '{}' does not exist", j.name));
        }
        self.check_lock(j.vmid)
    }

    fn take_snapshot(&mut self, j: &SnapJob) {
        let now = self.now as i64;
        let sizes = self.sizes_of(j.vmid);
        let Some(vm) = self.vms.get_mut(&j.vmid) else { return };
        let mut conf = vm.conf.clone();
        conf.retain(|k, _| k != "lock" && k != "description");
        conf.insert("snaptime".into(), now.to_string());
        if !j.description.is_empty() {
            conf.insert("description".into(), j.description.clone());
        }
        let vmstate = j.flag && vm.run.is_some();
        vm.snapshots.insert(j.name.clone(), Snapshot { conf, vmstate, sizes });
        vm.conf.insert("parent".into(), j.name.clone());
    }

    fn sizes_of(&self, vmid: u32) -> BTreeMap<String, u64> {
        self.volumes
            .iter()
            .filter(|v| v.vmid == Some(vmid))
            .map(|v| (v.volid(), v.size))
            .collect()
    }

    fn drop_snapshot(&mut self, j: &SnapJob) {
        let Some(vm) = self.vms.get_mut(&j.vmid) else { return };
        let Some(gone) = vm.snapshots.remove(&j.name) else {
            return;
        };
        let parent = gone.conf.get("parent").cloned();
        let confs = vm
            .snapshots
            .values_mut()
            .map(|s| &mut s.conf)
            .chain(std::iter::once(&mut vm.conf));
        for conf in confs {
            if conf.get("parent") == Some(&j.name) {
                match &parent {
                    Some(p) => conf.insert("parent".into(), p.clone()),
                    None => conf.remove("parent"),
                };
            }
        }
    }

    fn roll_back(&mut self, t: usize, j: &SnapJob) {
        let uuid = self.rng.uuid();
        let Some(vm) = self.vms.get_mut(&j.vmid) else { return };
        let Some(snap) = vm.snapshots.get(&j.name).cloned() else {
            return;
        };
        let mut conf = snap.conf.clone();
        conf.retain(|k, _| k != "snaptime" && k != "description" && k != "parent");
        if let Some(d) = vm.conf.get("description") {
            conf.insert("description".into(), d.clone());
        }
        conf.insert("parent".into(), j.name.clone());
        if conf.contains_key("vmgenid") {
            conf.insert("vmgenid".into(), uuid);
        }
        vm.pending.clear();
        vm.run = None;
        for (volid, size) in &snap.sizes {
            for v in self.volumes.iter_mut().filter(|v| v.volid() == *volid) {
                v.size = *size;
            }
        }
        for (k, v) in conf.iter_mut().filter(|(k, _)| props::is_drive(k)) {
            let mut d = props::parse_drive(v);
            if let Some(size) = snap.sizes.get(&d.main).filter(|_| d.get("size").is_some()) {
                d.opts.insert("size".into(), format_size(*size));
                *v = d.print();
            }
            let _ = k;
        }
        if let Some(vm) = self.vms.get_mut(&j.vmid) {
            vm.conf = conf;
        }
        if snap.vmstate || j.flag {
            self.say(t, "generating cloud-init ISO");
            self.generate(j.vmid, "start");
            self.power_on(j.vmid);
        }
    }
}
