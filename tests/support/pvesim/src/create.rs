//! Create, template, migrate (golden *create / disks*, *leftover firewall file 2*); with an archive it is a restore.

use serde_json::json;

use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
use crate::props;
use crate::routes::Ctx;
use crate::state::{Conf, Vm};
use crate::types::{Answer, Fail, Outcome, die};

/// A create.
#[derive(Debug, Clone)]
pub struct CreateJob {
    pub(crate) vmid: u32,
    node: String,
    set: Conf,
    start: bool,
    pool: Option<String>,
}

/// Parameters that are no options of the guest.
pub(crate) const NO_OPTIONS: &[&str] = &[
    "bwlimit",
    "live-restore",
    "import-working-storage",
    "ha-managed",
    "storage",
    "unique",
    "force",
];

/// POST /nodes/N/qemu
pub fn create(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    if ctx.params.get("archive").is_some() {
        return crate::restore::restore(c, ctx);
    }
    let (who, node) = (ctx.who(), ctx.node());
    let p = &mut ctx.params;
    let vmid = p.take("vmid").and_then(|v| v.parse().ok()).unwrap_or(0);
    let job = CreateJob {
        vmid,
        node: node.clone(),
        start: p.take("start").as_deref() == Some("1"),
        pool: p.take("pool"),
        set: {
            for k in NO_OPTIONS {
                p.0.remove(*k);
            }
            p.scalars().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
        },
    };
    if let Some(pool) = &job.pool {
        if !c.pools.contains_key(pool) {
            return Err(Fail::Forbidden(format!("pool '{pool}' does not exist")));
        }
    } else if !c.may(&who, &format!("/vms/{vmid}"), "VM.Allocate") {
        return Err(Fail::Forbidden(String::new()));
    }
    if let Some(vm) = c.vms.get(&vmid) {
        return die(format!(
            "unable to create VM {vmid} - VM {vmid} already exists on node '{}'",
            vm.node
        ));
    }
    for (key, value) in &job.set {
        crate::update::modify_permission(c, &who, vmid, key, value)?;
    }
    crate::drives::check_drives(c, &node, &who, &job.set, vmid)?;
    let upid = c.fork(&who, &node, "qmcreate", &vmid.to_string(), Job::Create(Box::new(job)));
    Ok(Answer::from(json!(upid)))
}

/// POST …/template
pub fn template(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (node, id) = (ctx.node(), ctx.vmid);
    c.load(&node, id)?;
    let waited = c.wait_lock(id, 10.0)?;
    let vm = c.load(&node, id)?;
    c.check_lock(id)?;
    if !vm.snapshots.is_empty() {
        return die("unable to create template, because VM contains snapshots");
    }
    if vm.is_template() {
        return die("you can't convert a template to a template");
    }
    if vm.run.is_some() {
        return die("you can't convert a VM to template if VM is running");
    }
    let upid = c.fork(&ctx.who(), &node, "qmtemplate", &id.to_string(), Job::Template(id));
    Ok(Answer::from(json!(upid)).late(waited))
}

/// POST …/migrate
pub fn migrate(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (node, id) = (ctx.node(), ctx.vmid);
    let target = ctx.params.get("target").unwrap_or_default().to_owned();
    if target == node {
        return Err(Fail::param("target", "target is local node."));
    }
    if !c.nodes.contains_key(&target) {
        return die(format!("no such cluster node '{target}'"));
    }
    let vm = c.load(&node, id)?;
    c.check_lock(id)?;
    if vm.run.is_some() && !ctx.params.flag("online") {
        return die("can't migrate running VM without --online");
    }
    let kind = if c.ha.contains_key(&id) {
        "hamigrate"
    } else {
        "qmigrate"
    };
    let upid = c.fork(&ctx.who(), &node, kind, &id.to_string(), Job::Migrate(id, target));
    Ok(Answer::from(json!(upid)))
}

impl Cluster {
    pub(crate) fn job_create(&mut self, t: usize, j: &CreateJob, stage: u32) -> Result<Next, Fail> {
        if stage == 0 {
            if let Some(vm) = self.vms.get(&j.vmid) {
                let (id, node) = (j.vmid, &vm.node);
                return die(format!(
                    "unable to create VM {id} - VM {id} already exists on node '{node}'"
                ));
            }
            self.vms.insert(j.vmid, Vm::new(&j.node, &[("lock", "create")]));
            return Ok(Next::Wait(self.import_seconds(&j.set)));
        }
        let mut conf = Conf::new();
        for (k, v) in &j.set {
            match self.created_option(t, j, k, v) {
                Ok(v) => {
                    conf.insert(k.clone(), v);
                }
                Err(f) => {
                    self.delete_guest(j.vmid);
                    return die(format!("unable to create VM {} - {}", j.vmid, f.task_text()));
                }
            }
        }
        if !conf.contains_key("boot") {
            conf.insert("boot".into(), default_boot(&conf));
        }
        conf.entry("smbios1".into())
            .or_insert_with(|| format!("uuid={}", self.rng.uuid()));
        conf.entry("vmgenid".into()).or_insert_with(|| self.rng.uuid());
        conf.insert("meta".into(), format!("creation-qemu=10.0.2,ctime={}", self.now as i64));
        let password = j.set.get("cipassword").cloned();
        self.vms.insert(
            j.vmid,
            Vm {
                node: j.node.clone(),
                conf,
                password,
                ..Vm::default()
            },
        );
        if let Some(p) = j.pool.as_ref().and_then(|p| self.pools.get_mut(p)) {
            p.vms.insert(j.vmid);
        }
        if j.start {
            self.say(t, "Execute autostart");
            self.generate(j.vmid, "start");
            self.power_on(j.vmid);
        }
        Ok(Next::Done)
    }

    fn created_option(&mut self, t: usize, j: &CreateJob, key: &str, value: &str) -> Result<String, Fail> {
        if props::is_drive(key) {
            let fresh = crate::drives::new_disk(&props::parse_drive(value).main).is_some();
            let stored = self.make_drive(&j.node, j.vmid, key, value)?;
            if fresh {
                self.say(t, format!("{key}: successfully created disk '{stored}'"));
            }
            return Ok(stored);
        }
        if props::base(key) == "net"
            && let Ok(mut net) = props::parse_net(value)
        {
            if net.get("macaddr").is_none() {
                net.opts.insert("macaddr".into(), self.rng.mac());
            }
            return Ok(props::print_net(&net));
        }
        if key == "cipassword" {
            return Ok(crate::cloudinit::hash(value, "simsalt1"));
        }
        Ok(value.to_owned())
    }

    pub(crate) fn job_template(&mut self, vmid: u32, stage: u32) -> Result<Next, Fail> {
        if stage == 0 {
            self.check_lock(vmid)?;
            return Ok(Next::Wait(0.3));
        }
        let Some(vm) = self.vms.get_mut(&vmid) else {
            return Ok(Next::Done);
        };
        vm.conf.insert("template".into(), "1".into());
        let node = vm.node.clone();
        let drives: Vec<(String, props::Prop)> = vm
            .conf
            .iter()
            .filter(|(k, _)| props::is_drive(k))
            .map(|(k, v)| (k.clone(), props::parse_drive(v)))
            .filter(|(_, d)| !props::is_cdrom(d))
            .collect();
        for (key, mut d) in drives {
            let Some(i) = self.find_volume(&node, &d.main) else {
                continue;
            };
            let name = self.volumes[i]
                .name
                .replace(&format!("vm-{vmid}-"), &format!("base-{vmid}-"));
            self.volumes[i].name = name;
            d.main = self.volumes[i].volid();
            if let Some(vm) = self.vms.get_mut(&vmid) {
                vm.conf.insert(key, d.print());
            }
        }
        Ok(Next::Done)
    }

    pub(crate) fn job_migrate(&mut self, t: usize, vmid: u32, target: &str, stage: u32) -> Result<Next, Fail> {
        if stage == 0 {
            self.check_lock(vmid)?;
            self.put_lock(vmid, Some("migrate"));
            self.say(t, format!("starting migration of VM {vmid} to node '{target}'"));
            return Ok(Next::Wait(3.0));
        }
        self.put_lock(vmid, None);
        if self.nodes.get(target).is_none_or(|n| n.down.is_some()) {
            return die("migration aborted");
        }
        self.move_vm(vmid, target);
        self.say(t, "migration finished successfully (duration 00:00:03)");
        Ok(Next::Done)
    }

    /// Moves a guest and its volumes to another node at once.
    pub fn move_vm(&mut self, vmid: u32, target: &str) {
        let Some(vm) = self.vms.get_mut(&vmid) else { return };
        let old = std::mem::replace(&mut vm.node, target.to_owned());
        if let Some(run) = &mut vm.run {
            // a new process on the new node
            (run.since, run.traffic) = (self.now, (0, 0));
        }
        for v in &mut self.volumes {
            if v.vmid == Some(vmid) && v.content == "images" && v.node.as_deref() == Some(old.as_str()) {
                v.node = Some(target.to_owned());
            }
        }
    }
}

fn default_boot(conf: &Conf) -> String {
    let disks = conf
        .iter()
        .filter(|(k, v)| props::is_drive(k) && !props::is_cdrom(&props::parse_drive(v)));
    let cds = conf
        .iter()
        .filter(|(k, v)| props::is_drive(k) && props::is_cdrom(&props::parse_drive(v)));
    let cds = cds.filter(|(_, v)| !props::is_cloudinit(&props::parse_drive(v)));
    let nets = conf.keys().filter(|k| props::base(k) == "net");
    let mut order: Vec<&str> = disks.map(|(k, _)| k.as_str()).take(1).collect();
    order.extend(cds.map(|(k, _)| k.as_str()).take(1));
    order.extend(nets.map(String::as_str).take(1));
    if order.is_empty() {
        " ".into()
    } else {
        format!("order={}", order.join(";"))
    }
}
