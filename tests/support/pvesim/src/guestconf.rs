//! Reading a guest: config, pending, status, list, features (golden *read endpoints*, *config*).

use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::options::Version;
use crate::props;
use crate::routes::Ctx;
use crate::state::{Conf, Vm};
use crate::text;
use crate::types::{Answer, Fail, Outcome, die};

/// Options that PVE's parser turns into numbers.
const NUMERIC: &str = " acpi autostart balloon ciupgrade cores cpuunits freeze kvm localtime migrate_speed numa onboot \
    protection reboot shares smp snaptime sockets tablet tdf template vcpus vmstate ";

/// A config value as JSON.
pub(crate) fn typed(key: &str, value: &str) -> Value {
    if key == "cipassword" {
        return json!("**********");
    }
    if NUMERIC.contains(&format!(" {key} "))
        && let Ok(n) = value.parse::<i64>()
    {
        return json!(n);
    }
    json!(value)
}

fn to_json(conf: &Conf) -> Map<String, Value> {
    conf.iter().map(|(k, v)| (k.clone(), typed(k, v))).collect()
}

impl Cluster {
    /// The VM on that node, or PVE's words for "not there".
    pub(crate) fn load(&self, ctx_node: &str, vmid: u32) -> Result<&Vm, Fail> {
        match self.vms.get(&vmid) {
            Some(vm) if vm.node == ctx_node => Ok(vm),
            _ => die(format!(
                "Configuration file 'nodes/{ctx_node}/qemu-server/{vmid}.conf' does not exist"
            )),
        }
    }

    /// The other wording, of `check_running` and friends.
    pub(crate) fn exists(&self, node: &str, vmid: u32) -> Result<&Vm, Fail> {
        self.load(node, vmid).map_err(|_| {
            Fail::Die(format!(
                "unable to find configuration file for VM {vmid} on node '{node}'"
            ))
        })
    }

    /// `VM is locked (x)`.
    pub(crate) fn check_lock(&self, vmid: u32) -> Result<(), Fail> {
        match self.vms.get(&vmid).and_then(Vm::lock) {
            Some(lock) => die(format!("VM is locked ({lock})")),
            None => Ok(()),
        }
    }
}

/// GET …/config
pub fn config(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let conf = match ctx.params.get("snapshot") {
        Some(name) => match vm.snapshots.get(name) {
            Some(s) => s.conf.clone(),
            None => return die(format!("snapshot '{name}' does not exist")),
        },
        None if ctx.params.flag("current") => vm.conf.clone(),
        None => vm.merged(),
    };
    let mut out = to_json(&conf);
    out.insert("digest".into(), json!(vm.digest()));
    Ok(Value::Object(out).into())
}

/// GET …/pending
pub fn pending(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let mut list = vec![];
    for (k, v) in &vm.conf {
        let value = if k == "vmgenid" {
            "00000000-0000-0000-0000-000000000000"
        } else {
            v
        };
        let mut item = json!({"key": k, "value": typed(k, value)});
        if let Some(p) = vm.pending.get(k) {
            item["pending"] = typed(k, p);
        }
        if vm.pending_delete.contains(k) {
            item["delete"] = json!(1);
        }
        list.push(item);
    }
    for (k, p) in vm.pending.iter().filter(|(k, _)| !vm.conf.contains_key(*k)) {
        list.push(json!({"key": k, "pending": typed(k, p)}));
    }
    list.push(json!({"key": "digest", "value": vm.digest()}));
    Ok(Value::Array(list).into())
}

fn number(conf: &Conf, key: &str, default: u64) -> u64 {
    conf.get(key).and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Memory in MiB.
pub(crate) fn memory_mib(conf: &Conf) -> u64 {
    conf.get("memory")
        .map_or(512, |m| m.strip_prefix("current=").unwrap_or(m).parse().unwrap_or(512))
}

/// Virtual CPUs; `smp` is the sockets of old configs, and counts without the key of today.
pub(crate) fn cpus(conf: &Conf) -> u64 {
    number(conf, "sockets", number(conf, "smp", 1)) * number(conf, "cores", 1)
}

/// Disks in boot order; CD-ROMs and the cloud-init drive are none.
pub(crate) fn boot_disk(conf: &Conf) -> Option<String> {
    let is_disk =
        |name: &str| props::is_drive(name) && conf.get(name).is_some_and(|v| !props::is_cdrom(&props::parse_drive(v)));
    if let Some(order) = conf.get("boot") {
        let order = order.strip_prefix("order=").unwrap_or(order);
        return order.split(';').find(|d| is_disk(d)).map(str::to_owned);
    }
    if let Some(d) = conf.get("bootdisk") {
        return Some(d.clone());
    }
    ["ide", "scsi", "virtio", "sata"]
        .iter()
        .find_map(|b| (0..31).map(|i| format!("{b}{i}")).find(|n| is_disk(n)))
}

fn boot_size(conf: &Conf) -> u64 {
    boot_disk(conf)
        .and_then(|d| {
            conf.get(&d)
                .and_then(|v| props::parse_drive(v).get("size").and_then(text::parse_size))
        })
        .unwrap_or(0)
}

/// The fields that list and status share.
pub(crate) fn brief(c: &Cluster, vmid: u32, vm: &Vm, full: bool) -> Map<String, Value> {
    let mem = memory_mib(&vm.conf) << 20;
    let default_name = format!("VM {vmid}");
    let mut m = Map::new();
    let status = if vm.run.is_some() { "running" } else { "stopped" };
    let uptime = vm.run.as_ref().map_or(0, |r| (c.now - r.since).max(0.0) as i64);
    m.insert("vmid".into(), json!(vmid));
    m.insert("name".into(), json!(vm.get("name").unwrap_or(&default_name)));
    m.insert("status".into(), json!(status));
    m.insert(
        "cpus".into(),
        json!(cpus(&vm.conf).min(number(&vm.conf, "vcpus", u64::MAX))),
    );
    m.insert("maxmem".into(), json!(mem));
    m.insert("maxdisk".into(), json!(boot_size(&vm.conf)));
    for k in ["cpu", "disk", "memhost"] {
        m.insert(k.into(), json!(0));
    }
    let (received, sent) = vm.run.as_ref().map_or((0, 0), |r| r.traffic);
    m.insert("netin".into(), json!(received));
    m.insert("netout".into(), json!(sent));
    m.insert("mem".into(), json!(if vm.run.is_some() { mem / 5 } else { 0 }));
    m.insert("uptime".into(), json!(uptime));
    if c.version() == Version::V8_4 {
        m.remove("memhost");
    }
    if vm.get("serial0").is_some() {
        m.insert("serial".into(), json!(1));
    }
    if vm.is_template() {
        m.insert("template".into(), json!(1));
    }
    if let Some(l) = vm.lock() {
        m.insert("lock".into(), json!(l));
    }
    if let Some(t) = vm.get("tags") {
        m.insert("tags".into(), json!(t));
    }
    if let Some(run) = &vm.run {
        m.insert("pid".into(), json!(run.pid));
        for k in ["cpusome", "cpufull", "iosome", "iofull", "memorysome", "memoryfull"] {
            m.insert(format!("pressure{k}"), json!(0));
        }
        if full {
            m.insert("diskread".into(), json!(0));
            m.insert("diskwrite".into(), json!(0));
            m.insert("balloon".into(), json!(mem));
        }
    }
    m
}

/// GET /nodes/N/qemu
pub fn list(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (node, who, full) = (ctx.node(), ctx.who(), ctx.params.flag("full"));
    let visible = |id: &u32| c.may(&who, &format!("/vms/{id}"), "VM.Audit");
    let all: Vec<Value> = c
        .vms
        .iter()
        .filter(|(id, vm)| vm.node == node && visible(id))
        .map(|(id, vm)| {
            let mut m = brief(c, *id, vm, full);
            if full {
                m.insert("qmpstatus".into(), json!(qmp_status(vm)));
            }
            Value::Object(m)
        })
        .collect();
    Ok(Value::Array(all).into())
}

/// GET …/status/current
pub fn current(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let mut m = brief(c, ctx.vmid, vm, true);
    m.insert("qmpstatus".into(), json!(qmp_status(vm)));
    m.insert("clipboard".into(), Value::Null);
    if agent_enabled(&vm.conf) {
        m.insert("agent".into(), json!(1));
    }
    let ha = match c.ha.get(&ctx.vmid) {
        // what HA ignores it knows all the same (`get_service_status`)
        Some(r) if r.state == "ignored" => json!({"managed": 0}),
        Some(r) => json!({"managed": 1, "state": r.acted.then_some(&r.state)}),
        None => json!({"managed": 0}),
    };
    m.insert("ha".into(), ha);
    if vm.run.is_some() {
        running_details(&mut m, vm);
    }
    Ok(Value::Object(m).into())
}

fn qmp_status(vm: &Vm) -> &'static str {
    match &vm.run {
        Some(r) if r.paused => "paused",
        Some(_) => "running",
        None => "stopped",
    }
}

fn running_details(m: &mut Map<String, Value>, vm: &Vm) {
    let mem = m["maxmem"].clone();
    m.insert("ballooninfo".into(), json!({"actual": mem, "max_mem": mem}));
    m.insert("running-machine".into(), json!("pc-i440fx-10.0+pve1"));
    m.insert("running-qemu".into(), json!("10.0.2"));
    m.insert("proxmox-support".into(), json!({}));
    let nets = vm.conf.keys().filter(|k| props::base(k) == "net");
    let nics: Map<String, Value> = nets
        .map(|k| {
            (
                format!("tap{}i{}", m["vmid"], &k[3..]),
                json!({"netin": 0, "netout": 0}),
            )
        })
        .collect();
    m.insert("nics".into(), Value::Object(nics));
    m.insert("blockstat".into(), json!({}));
}

/// `agent: 1`?
pub(crate) fn agent_enabled(conf: &Conf) -> bool {
    conf.get("agent")
        .is_some_and(|a| a.starts_with('1') || a.starts_with("enabled=1"))
}

/// GET …/{vmid}
pub fn index(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    let names = "config cloudinit pending status unlink vncproxy termproxy migrate resize move rrd rrddata monitor agent \
                 snapshot spiceproxy sendkey firewall mtunnel remote_migrate";
    Ok(subdirs(names, "subdir"))
}

/// GET …/status
pub fn status_index(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(subdirs("current start stop reset shutdown suspend reboot", "subdir"))
}

/// A list of names as PVE's index methods give it.
pub(crate) fn subdirs(names: &str, key: &str) -> Answer {
    Value::Array(names.split_whitespace().map(|n| json!({key: n})).collect()).into()
}

/// GET …/feature
pub fn feature(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let want = ctx.params.get("feature").unwrap_or_default();
    let conf = match ctx.params.get("snapname") {
        Some(name) => match vm.snapshots.get(name) {
            Some(s) => &s.conf,
            None => return die(format!("snapshot '{name}' does not exist")),
        },
        None => &vm.conf,
    };
    let has = conf.iter().filter(|(k, _)| props::is_drive(k)).all(|(_, v)| {
        let d = props::parse_drive(v);
        props::is_cdrom(&d)
            || match want {
                "clone" => d.main.contains("base-") && !d.main.contains("/vm-"),
                "snapshot" => c.can_snapshot(&vm.node, &d.main),
                _ => true,
            }
    });
    Ok(json!({"hasFeature": i32::from(has), "nodes": [vm.node]}).into())
}
