//! Writing a guest's config: PUT (synchronous) and POST (task `qmconfig`).
//!
//! Origin: golden *config*, *power* (changes on a running VM), *config lock=…*, *cookie / root-only options*;
//! `PVE::API2::Qemu` (`update_vm_api`). Versions differ: 9.2 looks at existence, digest and lock before it waits for the
//! file lock, 9.1 after.

use crate::access::Who;
use crate::cluster::Cluster;
use crate::drives::{BootOrder, check_boot, check_drives, new_disk};
use crate::guestconf::memory_mib;
use crate::jobs::{Job, Next};
use crate::options::Version;
use crate::props;
use crate::routes::Ctx;
use crate::state::Conf;
use crate::tasks::Want;
use crate::text::{decode, split_list};
use crate::types::{Answer, Fail, Outcome, die};

/// A checked change of one VM's config.
#[derive(Debug, Clone)]
pub struct Update {
    pub(crate) vmid: u32,
    pub(crate) node: String,
    pub(crate) set: Conf,
    pub(crate) delete: Vec<String>,
    pub(crate) revert: Vec<String>,
    pub(crate) digest: Option<String>,
    pub(crate) skiplock: bool,
    pub(crate) force: bool,
    pub(crate) line: String,
}

/// PUT …/config
pub fn put(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let update = prepare(c, ctx)?;
    early(c, &update)?;
    let waited = c.wait_lock(update.vmid, 10.0)?;
    check(c, &update)?;
    c.apply_update(&update)?;
    Ok(Answer::null().late(waited))
}

/// POST …/config
pub fn post(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let delay: f64 = ctx
        .params
        .take("background_delay")
        .and_then(|d| d.parse().ok())
        .unwrap_or(0.0);
    let update = prepare(c, ctx)?;
    early(c, &update)?;
    let mut waited = 0.0;
    if c.version() < Version::V9_2 {
        waited = c.wait_lock(update.vmid, 10.0)?;
    }
    check(c, &update)?;
    let (who, node, id) = (ctx.who(), ctx.node(), ctx.vmid.to_string());
    let upid = c.fork(&who, &node, "qmconfig", &id, Job::Update(Box::new(update)));
    if delay > 0.0 {
        let before = c.now;
        let status = c.finish(&upid, delay * c.opts.scale);
        let took = if c.opts.scale > 0.0 {
            (c.now - before) / c.opts.scale
        } else {
            0.0
        };
        return match status.as_deref() {
            Some("OK") => Ok(Answer::null().late(took)),
            Some(text) => die(format!("failed to update VM {}: {text}", ctx.vmid)),
            None => Ok(Answer::from(serde_json::json!(upid)).late(delay)),
        };
    }
    Ok(Answer::from(serde_json::json!(upid)).late(waited))
}

fn early(c: &Cluster, u: &Update) -> Result<(), Fail> {
    if c.version() >= Version::V9_2 {
        check(c, u)
    } else {
        c.load(&u.node, u.vmid).map(|_| ())
    }
}

fn check(c: &Cluster, u: &Update) -> Result<(), Fail> {
    let vm = c.load(&u.node, u.vmid)?;
    if u.digest.as_ref().is_some_and(|d| !d.is_empty() && *d != vm.digest()) {
        return die("checksum mismatch (file change by other user?)");
    }
    if !u.skiplock {
        c.check_lock(u.vmid)?;
    }
    let memory = u
        .set
        .get("memory")
        .or_else(|| vm.pending.get("memory"))
        .or_else(|| vm.conf.get("memory"));
    let conf: Conf = memory
        .map(|m| Conf::from([("memory".into(), m.clone())]))
        .unwrap_or_default();
    let balloon = u.set.get("balloon").and_then(|b| b.parse::<u64>().ok());
    if balloon.is_some_and(|b| b > memory_mib(&conf)) {
        return die("balloon value too large (must be smaller than assigned memory)");
    }
    Ok(())
}

/// Everything that is checked before the lock.
fn prepare(c: &mut Cluster, ctx: &mut Ctx) -> Result<Update, Fail> {
    let who = ctx.who();
    let p = &mut ctx.params;
    let mut line = format!("update VM {}:", ctx.vmid);
    for (k, v) in p.scalars() {
        let v = if k == "cipassword" { "<hidden>" } else { v };
        line.push_str(&format!(" -{k} {v}"));
    }
    let skiplock = p.take("skiplock").as_deref() == Some("1");
    if skiplock && !who.is_root() {
        return Err(Fail::param("skiplock", "Only root may use this option."));
    }
    let digest = p.take("digest");
    let delete = split_list(&p.take("delete").unwrap_or_default());
    let revert = split_list(&p.take("revert").unwrap_or_default());
    let force = p.take("force").as_deref() == Some("1");
    p.0.remove("import-working-storage");
    let mut set: Conf = p.scalars().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    if let Some(v) = set.remove("cdrom") {
        set.insert("ide2".into(), v);
    }
    if let Some(keys) = set.get("sshkeys") {
        check_ssh_keys(&decode(keys))?;
    }
    if set.is_empty() && delete.is_empty() && revert.is_empty() {
        return die("no options specified");
    }
    let node = ctx.node();
    check_lists(&set, &delete, &revert)?;
    check_drives(c, &node, &who, &set, ctx.vmid)?;
    if let Some(h) = set.get("hookscript") {
        return Err(Fail::param("hookscript", format!("script '{h}' does not exist\n")));
    }
    for (k, v) in &mut set {
        if props::base(k) == "net"
            && let Ok(mut net) = props::parse_net(v)
        {
            bridge_access(c, &who, &net)?;
            if net.get("macaddr").is_none() {
                net.opts.insert("macaddr".into(), c.rng.mac());
            }
            *v = props::print_net(&net);
        } else if k == "vmgenid" && v == "1" {
            *v = c.rng.uuid();
        }
    }
    let now = |key: &String| c.vm(ctx.vmid).and_then(|vm| vm.get(key)).unwrap_or_default();
    let changed = delete.iter().map(|key| (key, now(key)));
    for (key, value) in changed.chain(set.iter().map(|(key, value)| (key, value.as_str()))) {
        modify_permission(c, &who, ctx.vmid, key, value)?;
    }
    Ok(Update {
        vmid: ctx.vmid,
        node,
        set,
        delete,
        revert,
        digest,
        skiplock,
        force,
        line,
    })
}

/// `check_bridge_access`: SDN.Use on the bridge, or on its VLAN.
pub(crate) fn bridge_access(c: &Cluster, who: &Who, net: &props::Prop) -> Result<(), Fail> {
    let Some(bridge) = net.get("bridge") else { return Ok(()) };
    let tag = net.get("tag").map(|t| format!("/{t}")).unwrap_or_default();
    let zone = c.vnets.get(bridge).map_or("localnetwork", String::as_str);
    c.demand(who, &format!("/sdn/zones/{zone}/{bridge}{tag}"), "SDN.Use")
}

/// `validate_ssh_public_keys` (pve-common, PVE/Tools.pm): `ssh-keygen -l` reads each line that is not blank.
fn check_ssh_keys(text: &str) -> Result<(), Fail> {
    let lines = text.split('\n').filter(|line| !line.trim().is_empty());
    if lines.into_iter().all(is_ssh_key) {
        Ok(())
    } else {
        die("SSH public key validation error")
    }
}

/// What `ssh-keygen -l` reads: a type, and a key that names the same type within, behind options or not.
fn is_ssh_key(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let blob = data_encoding::BASE64.decode(pair[1].as_bytes()).unwrap_or_default();
        let named = blob.get(4..).and_then(|rest| rest.get(..pair[0].len()));
        let is_named = named == Some(pair[0].as_bytes());
        is_named && blob[..4] == (pair[0].len() as u32).to_be_bytes() && blob.len() > pair[0].len() + 8
    })
}

fn check_lists(set: &Conf, delete: &[String], revert: &[String]) -> Result<(), Fail> {
    let known = crate::schema::Specs::from_line(crate::routes::VM_OPTIONS);
    if let Some(key) = revert.iter().find(|k| known.find(k).is_none()) {
        return Err(Fail::param("revert", format!("unknown option '{key}'")));
    }
    for key in delete {
        if set.contains_key(key) {
            let text = format!("you can't use '-{key}' and -delete {key}' at the same time");
            return Err(Fail::param("delete", text));
        }
        if known.find(key).is_none() {
            return Err(Fail::param("delete", format!("unknown option '{key}'")));
        }
    }
    Ok(())
}

/// `$check_vm_modify_config_perm`, and `$check_drive_perms` for drives.
pub(crate) fn modify_permission(c: &Cluster, who: &Who, vmid: u32, key: &str, value: &str) -> Result<(), Fail> {
    if who.is_root() {
        return Ok(());
    }
    let path = format!("/vms/{vmid}");
    let privs = match props::base(key) {
        "cores" | "sockets" | "cpu" | "cpulimit" | "cpuunits" | "vcpus" | "affinity" | "numa" => "VM.Config.CPU",
        "memory" | "balloon" | "shares" => "VM.Config.Memory",
        "net" => "VM.Config.Network",
        "ciuser" | "cipassword" | "citype" | "cicustom" | "ciupgrade" | "sshkeys" | "nameserver" | "searchdomain"
        | "ipconfig" => "VM.Config.Cloudinit|VM.Config.Network",
        "scsi" | "virtio" | "sata" | "ide" if value.contains("cloudinit") => {
            c.demand(who, &path, "VM.Config.Cloudinit")?;
            "VM.Config.CDROM"
        }
        "ide" | "sata" | "scsi" if value.contains("media=cdrom") => "VM.Config.CDROM",
        "scsi" | "virtio" | "sata" | "ide" | "unused" | "efidisk" | "tpmstate" | "boot" | "bootdisk" => {
            "VM.Config.Disk"
        }
        "acpi" | "kvm" | "machine" | "scsihw" | "vga" | "serial" | "usb" | "tablet" | "rng" | "audio" | "watchdog"
        | "hotplug" | "hostpci" | "vmgenid" | "smbios" => "VM.Config.HWType",
        "lock" | "args" | "parallel" | "ivshmem" => return die(format!("only root can set '{key}' config")),
        _ => "VM.Config.Options",
    };
    c.demand(who, &path, privs)
}

impl Update {
    pub(crate) fn locks(&self) -> Vec<Want> {
        vec![Want::config(self.vmid)]
    }
}

impl Cluster {
    pub(crate) fn job_update(&mut self, t: usize, u: &Update, stage: u32) -> Result<Next, Fail> {
        if stage == 0 {
            check(self, u)?;
            self.say(t, u.line.clone());
            let allocates = u
                .set
                .values()
                .any(|v| v.split(',').next().is_some_and(|d| new_disk(d).is_some()));
            return Ok(Next::Wait(if allocates { 0.2 } else { 0.05 }));
        }
        // in a task the digest has been looked at already
        self.apply_update(&Update {
            digest: None,
            ..u.clone()
        })?;
        Ok(Next::Done)
    }

    /// Carries a change out: into `[PENDING]`, then to the config or, on a running VM, as far as hot plug goes.
    pub(crate) fn apply_update(&mut self, u: &Update) -> Result<(), Fail> {
        let (set, delete) = self.resolve_reverts(u);
        let Some(vm) = self.vms.get(&u.vmid) else { return Ok(()) };
        // of the config without `[PENDING]`, and read once for the whole write
        let mut order = BootOrder::of(&vm.conf);
        self.pend_deletions(u, &delete, &mut order)?;
        // `keys %$param`: in no order, and another one each time
        for (key, value) in self.hashed.shuffled(set.iter().collect()) {
            let Some(vm) = self.vms.get(&u.vmid) else { return Ok(()) };
            if vm.pending.get(key) == Some(value) {
                continue;
            }
            if key == "boot" {
                check_boot(value, vm, &set, &delete)?;
            }
            self.pend_one(u, key, value, &mut order)?;
        }
        self.cleanup_pending(u.vmid);
        self.apply_pending(u.vmid, u.force, &set, &delete)
    }

    fn resolve_reverts(&self, u: &Update) -> (Conf, Vec<String>) {
        let (mut set, mut delete) = (u.set.clone(), u.delete.clone());
        if let Some(vm) = self.vms.get(&u.vmid) {
            for key in &u.revert {
                match vm.conf.get(key) {
                    Some(v) => {
                        set.insert(key.clone(), v.clone());
                    }
                    None => delete.push(key.clone()),
                }
            }
        }
        (set, delete)
    }

    fn pend_deletions(&mut self, u: &Update, delete: &[String], order: &mut BootOrder) -> Result<(), Fail> {
        for key in delete {
            let Some(vm) = self.vms.get_mut(&u.vmid) else {
                return Ok(());
            };
            let was_pending = vm.pending.remove(key).is_some();
            if !was_pending && !vm.conf.contains_key(key) {
                continue;
            }
            order.loses(vm, key);
            let protected = vm.get("protection") == Some("1");
            if props::base(key) == "unused" {
                let volid = vm.conf.get(key).cloned().unwrap_or_default();
                let volid = props::parse_drive(&volid).main;
                if protected {
                    return die(format!("can't remove unused disk '{volid}' - protection mode enabled"));
                }
                if vm.is_in_snapshot(&volid) {
                    return die(format!(
                        "unable to delete '{volid}' - volume is still in use (snapshot?)"
                    ));
                }
                vm.conf.remove(key);
                let used = vm.conf.values().any(|v| props::parse_drive(v).main == volid);
                if !used {
                    self.free(&u.node, &volid);
                }
            } else if props::is_drive(key) && protected {
                return die(format!("can't remove drive '{key}' - protection mode enabled"));
            } else {
                if key == "cipassword" {
                    vm.password = None;
                }
                vm.pending_delete.insert(key.clone());
            }
        }
        Ok(())
    }

    fn pend_one(&mut self, u: &Update, key: &str, asked: &str, order: &mut BootOrder) -> Result<(), Fail> {
        let mut value = asked.to_owned();
        if props::is_drive(key) {
            value = self.make_drive(&u.node, u.vmid, key, &value)?;
        }
        let salt = format!("{:08x}", self.rng.next_u64() as u32);
        let running = self.vms.get(&u.vmid).is_some_and(|v| v.run.is_some());
        let Some(vm) = self.vms.get_mut(&u.vmid) else {
            return Ok(());
        };
        vm.pending_delete.remove(key);
        match key {
            "cipassword" => {
                if running {
                    let old = vm.conf.get(key).cloned();
                    vm.cloudinit.entry(key.into()).or_insert(old);
                }
                let plain = value.starts_with('$').then(|| value.clone());
                vm.conf.insert(
                    key.into(),
                    plain.unwrap_or_else(|| crate::cloudinit::hash(&value, &salt)),
                );
                vm.password = Some(value);
            }
            _ => {
                if key == "cpuunits" {
                    let n: i64 = value.parse().unwrap_or(100);
                    value = n.clamp(1, 10000).to_string();
                }
                vm.pending.insert(key.into(), value);
                if props::is_drive(key) {
                    order.gains_cd(vm, key, asked);
                }
                if key == "boot" && asked.starts_with("order=") && vm.conf.contains_key("bootdisk") {
                    vm.pending_delete.insert("bootdisk".into());
                }
            }
        }
        Ok(())
    }

    fn cleanup_pending(&mut self, vmid: u32) {
        if let Some(vm) = self.vms.get_mut(&vmid) {
            let conf = &vm.conf;
            vm.pending.retain(|k, v| conf.get(k) != Some(v));
            vm.pending_delete.retain(|k| conf.contains_key(k));
        }
    }
}
