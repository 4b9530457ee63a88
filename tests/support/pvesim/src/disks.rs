//! Resize, unlink, move (golden *resize (stopped)*, *power*, *create / disks*).

use serde_json::json;

use crate::access::Who;
use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
use crate::options::Version;
use crate::props;
use crate::routes::Ctx;
use crate::text::{format_size, parse_size, split_list};
use crate::types::{Answer, Fail, Outcome, die};
use crate::update::Update;

/// Beyond this `qemu-img` does not come to an end in its time.
const HUGE: u64 = 1 << 49;

/// A resize in work.
#[derive(Debug, Clone)]
pub struct ResizeJob {
    who: Who,
    pub(crate) vmid: u32,
    node: String,
    disk: String,
    size: String,
    digest: Option<String>,
    skiplock: bool,
}

/// A disk move in work.
#[derive(Debug, Clone)]
pub struct MoveJob {
    pub(crate) vmid: u32,
    node: String,
    disk: String,
    storage: String,
    format: Option<String>,
    delete: bool,
}

/// PUT …/resize
pub fn resize(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let skiplock = ctx.params.flag("skiplock");
    if skiplock && !ctx.who().is_root() {
        return Err(Fail::param("skiplock", "Only root may use this option."));
    }
    let own = |k: &str| ctx.params.get(k).unwrap_or_default().to_owned();
    let job = ResizeJob {
        who: ctx.who(),
        vmid: ctx.vmid,
        node: ctx.node(),
        disk: own("disk"),
        size: own("size"),
        digest: ctx.params.get("digest").map(str::to_owned),
        skiplock,
    };
    let upid = c.fork(
        &ctx.who(),
        ctx.uri("node"),
        "resize",
        &ctx.vmid.to_string(),
        Job::Resize(Box::new(job)),
    );
    Ok(Answer::from(json!(upid)))
}

/// PUT …/unlink
pub fn unlink(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let ids = split_list(ctx.params.get("idlist").unwrap_or_default());
    let update = Update {
        vmid: ctx.vmid,
        node: ctx.node(),
        set: Default::default(),
        delete: ids,
        revert: vec![],
        digest: None,
        skiplock: false,
        force: ctx.params.flag("force"),
        line: String::new(),
    };
    c.load(&update.node, ctx.vmid)?;
    if c.version() >= Version::V9_2 {
        c.check_lock(ctx.vmid)?;
    }
    let waited = c.wait_lock(ctx.vmid, 10.0)?;
    c.load(&update.node, ctx.vmid)?;
    c.check_lock(ctx.vmid)?;
    c.apply_update(&update)?;
    Ok(Answer::null().late(waited))
}

/// POST …/move_disk
pub fn move_disk(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let own = |k: &str| ctx.params.get(k).unwrap_or_default().to_owned();
    let job = MoveJob {
        vmid: ctx.vmid,
        node: ctx.node(),
        disk: own("disk"),
        storage: own("storage"),
        format: ctx.params.get("format").map(str::to_owned),
        delete: ctx.params.flag("delete"),
    };
    let waited = c.wait_lock(ctx.vmid, 10.0)?;
    let vm = c.load(&job.node, ctx.vmid)?;
    c.check_lock(ctx.vmid)?;
    if ctx.params.get("digest").is_some_and(|d| d != vm.digest()) {
        return die("checksum mismatch (file change by other user?)");
    }
    let Some(value) = vm.get(&job.disk) else {
        return die(format!("disk '{}' does not exist", job.disk));
    };
    let d = props::parse_drive(value);
    if props::is_cdrom(&d) && !props::is_cloudinit(&d) {
        return die("you can't move a cdrom");
    }
    let from = d.main.split(':').next().unwrap_or_default();
    if job.delete && vm.is_in_snapshot(&d.main) {
        return die("you can't move a disk with snapshots and delete the source");
    }
    let format = c
        .find_volume(&job.node, &d.main)
        .map_or("raw", |i| c.volumes[i].format.as_str());
    if from == job.storage && job.format.as_deref().is_none_or(|f| f == format) {
        return die("you can't move to the same storage with same format");
    }
    c.image_storage(&job.storage, &job.node)?;
    let upid = c.fork(
        &ctx.who(),
        ctx.uri("node"),
        "qmmove",
        &ctx.vmid.to_string(),
        Job::Move(Box::new(job)),
    );
    Ok(Answer::from(json!(upid)).late(waited))
}

impl Cluster {
    pub(crate) fn job_resize(&mut self, t: usize, j: &ResizeJob, stage: u32) -> Result<Next, Fail> {
        let vm = self.load(&j.node, j.vmid)?;
        if stage == 0 {
            if j.digest.as_ref().is_some_and(|d| *d != vm.digest()) {
                return die("checksum mismatch (file change by other user?)");
            }
            if !j.skiplock {
                self.check_lock(j.vmid)?;
            }
        }
        let Some(value) = vm.get(&j.disk) else {
            return die(format!("disk '{}' does not exist", j.disk));
        };
        let (mut d, running) = (props::parse_drive(value), vm.run.is_some());
        if d.main.is_empty() {
            return die(format!("disk '{}' has no associated volume", j.disk));
        }
        if props::is_cdrom(&d) {
            return die("you can't resize a cdrom");
        }
        let storage = d.main.split(':').next().unwrap_or_default().to_owned();
        self.demand(&j.who, &format!("/storage/{storage}"), "Datastore.AllocateSpace")?;
        let Some(i) = self.find_volume(&j.node, &d.main) else {
            return die(format!("Could not determine current size of volume '{}'", d.main));
        };
        let old = self.volumes[i].size;
        let (plus, text) = j.size.strip_prefix('+').map_or((false, j.size.as_str()), |s| (true, s));
        let new = parse_size(text).unwrap_or(0) + if plus { old } else { 0 };
        if new < old {
            return die("shrinking disks is not supported");
        }
        if new == old {
            return Ok(Next::Done);
        }
        if stage == 0 {
            return self.resize_time(t, &d.main, i, new);
        }
        if new > HUGE {
            return die(self.resize_failure(&d.main, i, new, "got timeout"));
        }
        self.volumes[i].size = new;
        d.opts.insert("size".into(), format_size(new));
        if let Some(vm) = self.vms.get_mut(&j.vmid) {
            vm.conf.insert(j.disk.clone(), d.print());
        }
        if !running {
            self.say(t, "Image resized.");
        }
        Ok(Next::Done)
    }

    /// How long it takes, and what fails at once: base images, no space.
    fn resize_time(&mut self, t: usize, volid: &str, i: usize, new: u64) -> Result<Next, Fail> {
        let v = self.volumes[i].clone();
        let node = v.node.clone().unwrap_or_default();
        if v.name.contains("/base-") && !v.name.contains("/vm-") {
            let path = self.volume_path(volid);
            self.say(
                t,
                format!("qemu-img: Could not open '{path}': Could not open '{path}': Operation not permitted"),
            );
            return die(self.resize_failure(volid, i, new, "exit code 1"));
        }
        let thick = self.storages.get(&v.storage).is_some_and(|s| s.kind == "lvm");
        let free = self.avail(&v.storage, &node);
        if (thick && free < new - v.size) || free < (1 << 20) {
            return die(self.resize_failure(volid, i, new, "exit code 1"));
        }
        // golden "resize huge": the tool runs into its 10 s
        Ok(Next::Wait(if new > HUGE { 10.0 } else { 0.1 }))
    }

    fn resize_failure(&self, volid: &str, i: usize, new: u64, why: &str) -> String {
        let v = &self.volumes[i];
        let path = self.volume_path(volid);
        format!(
            "command '/usr/bin/qemu-img resize '--preallocation=metadata' -f {} {path} {new}' failed: {why}",
            v.format
        )
    }

    pub(crate) fn job_move(&mut self, t: usize, j: &MoveJob, stage: u32) -> Result<Next, Fail> {
        let vm = self.load(&j.node, j.vmid)?;
        let Some(value) = vm.get(&j.disk) else {
            return die(format!("disk '{}' does not exist", j.disk));
        };
        let mut d = props::parse_drive(value);
        let Some(source) = self.find_volume(&j.node, &d.main).map(|i| self.volumes[i].clone()) else {
            return die(format!("storage migration failed: volume '{}' does not exist", d.main));
        };
        if stage == 0 {
            let (from, to) = (&source.storage, &j.storage);
            self.say(
                t,
                format!(
                    "copying volume '{}' from current storage '{from}' to target storage '{to}'",
                    d.main
                ),
            );
            self.say(t, format!("create full clone of drive {} ({})", j.disk, d.main));
            return Ok(Next::Wait(self.opts.clone_seconds));
        }
        if self.avail(&j.storage, &j.node) < source.used {
            return die("storage migration failed: copy failed: No space left on device");
        }
        let format = self.image_format(&j.storage, Some(j.format.as_deref().unwrap_or(&source.format)));
        let name = self.new_name(&j.storage, j.vmid, &format, props::is_cloudinit(&d));
        let old = std::mem::take(&mut d.main);
        d.main = self.add_volume(&j.node, &j.storage, &name, j.vmid, source.size, &format);
        let new = d.main.clone();
        self.say_formatting(t, &new, source.size, &format, None);
        self.say(t, format!("allocated target volume '{new}'"));
        if j.delete {
            self.say(t, format!("removing source volume '{old}' after successful copy"));
            self.free(&j.node, &old);
        }
        if let Some(vm) = self.vms.get_mut(&j.vmid) {
            vm.conf.insert(j.disk.clone(), d.print());
            if !j.delete {
                let n = (0..256)
                    .find(|n| !vm.conf.contains_key(&format!("unused{n}")))
                    .unwrap_or(0);
                vm.conf.insert(format!("unused{n}"), old);
            }
        }
        Ok(Next::Done)
    }
}
