//! Clones: early checks, the two-line file, the config that the target is to get (golden *clone*, *lock during clone*,
//! *concurrency*, *leftover firewall file*; `clone_vm` of `PVE::API2::Qemu`). The copies: [`crate::clone_copy`].

use serde_json::json;

use crate::access::Who;
use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
use crate::props::{self, Prop};
use crate::routes::Ctx;
use crate::state::{Conf, Vm};
use crate::tasks::Want;
use crate::types::{Answer, Fail, Outcome, die};

/// PVE's seconds until the target's config stands in full.
const CONFIG_S: f64 = 0.05;

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

    pub(crate) fn source_conf(&self, j: &CloneJob, vm: &Vm) -> Conf {
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
            _ => self.clone_copied(t, j).map_err(|f| self.clone_failed(j, &f)),
        }
    }

    /// What the target's config is to say, but for its volumes: the worker keeps it in memory until the first of them is there.
    fn clone_config(&mut self, t: usize, j: &CloneJob) -> Result<Next, Fail> {
        let source = self.clone_source(j)?;
        let old = self.source_conf(j, &source);
        let mut conf = self.clone_options(j, &old);
        conf.insert("lock".into(), "clone".into());
        for (k, v) in old.iter().filter(|(k, _)| props::is_drive(k)) {
            let d = props::parse_drive(v);
            if props::is_cdrom(&d) && !props::is_cloudinit(&d) {
                conf.insert(k.clone(), v.clone());
            } else if !props::is_cloudinit(&d) && self.find_volume(&j.node, &d.main).is_none() {
                return die(format!("volume '{}' does not exist", d.main));
            }
        }
        if let Some(vm) = self.vms.get_mut(&j.newid) {
            vm.cloning.conf = conf;
        }
        self.clone_next(t, j)
    }

    pub(crate) fn clone_source(&self, j: &CloneJob) -> Result<Vm, Fail> {
        let (id, node) = (j.source, &j.node);
        let source = self.vms.get(&id).cloned();
        source.ok_or_else(|| {
            Fail::Die(format!(
                "unable to find configuration file for VM {id} on node '{node}'"
            ))
        })
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
}
