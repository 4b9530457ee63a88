//! Node endpoints (golden *read endpoints*).

use serde_json::{Map, Value, json};

use crate::access::Who;
use crate::cluster::Cluster;
use crate::guestconf::memory_mib;
use crate::options::Version;
use crate::routes::Ctx;
use crate::types::{Fail, Outcome};

fn used_memory(c: &Cluster, node: &str) -> u64 {
    let guests = c.vms.values().filter(|v| v.node == node && v.run.is_some());
    1_600_000_000 + guests.map(|v| memory_mib(&v.conf) << 20).sum::<u64>()
}

/// One line of GET /nodes.
pub(crate) fn describe(c: &Cluster, name: &str) -> Map<String, Value> {
    let mut m = Map::new();
    m.insert("node".into(), json!(name));
    m.insert("id".into(), json!(format!("node/{name}")));
    m.insert("type".into(), json!("node"));
    m.insert("level".into(), json!(""));
    let Some(n) = c.nodes.get(name) else { return m };
    m.insert(
        "status".into(),
        json!(if n.down.is_some() { "offline" } else { "online" }),
    );
    if !c.fingerprint.is_empty() {
        m.insert("ssl_fingerprint".into(), json!(c.fingerprint));
    }
    if n.down.is_none() {
        m.insert("cpu".into(), json!(0.0296));
        m.insert("maxcpu".into(), json!(n.cpus));
        m.insert("mem".into(), json!(used_memory(c, name).min(n.memory)));
        m.insert("maxmem".into(), json!(n.memory));
        m.insert("disk".into(), json!(20_642_754_560_u64));
        m.insert("maxdisk".into(), json!(270_553_174_016_u64));
        m.insert("uptime".into(), json!((c.now - c.boot) as i64));
    }
    m
}

/// GET /nodes
pub fn nodes(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let list = c.nodes.keys().map(|n| {
        let mut entry = Value::Object(describe(c, n));
        if c.is_without_statistics(n) {
            crate::cluster_api::without_statistics(&mut entry);
        }
        let Value::Object(mut m) = entry else { return entry };
        if !c.may(&who, &format!("/nodes/{n}"), "Sys.Audit") {
            m.retain(|k, _| ["node", "id", "type", "level", "status", "ssl_fingerprint"].contains(&k.as_str()));
        }
        Value::Object(m)
    });
    Ok(Value::Array(list.collect()).into())
}

/// GET /nodes/N/status
pub fn status(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let name = ctx.uri("node");
    let Some(n) = c.nodes.get(name) else {
        return Ok(Value::Null.into());
    };
    let used = used_memory(c, name).min(n.memory);
    let free = n.memory - used;
    Ok(json!({
        "uptime": (c.now - c.boot) as i64, "cpu": 0, "wait": 0, "idle": 0, "loadavg": ["0.44", "0.35", "0.42"],
        "memory": {"total": n.memory, "used": used, "free": free, "available": free},
        "swap": {"total": 0, "used": 0, "free": 0},
        "rootfs": {"total": 270_553_174_016_u64, "used": 20_643_094_528_u64, "avail": 76_929_654_784_u64,
            "free": 249_910_079_488_u64},
        "cpuinfo": {"cpus": n.cpus, "cores": n.cpus, "sockets": 1, "model": "AMD EPYC", "mhz": "2596.132", "hvm": "1",
            "user_hz": 100, "flags": "fpu"},
        "ksm": {"shared": 0}, "boot-info": {"mode": "legacy-bios"}, "kversion": "Linux 6.17.2-1-pve",
        "current-kernel": {"sysname": "Linux", "release": "6.17.2-1-pve", "machine": "x86_64", "version": "#1 SMP"},
        "pveversion": format!("pve-manager/{}", c.version().release()),
    })
    .into())
}

/// GET /nodes/N/firewall/options: what was set there.
pub fn firewall_options(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let has_nftables = c.nodes.get(ctx.uri("node")).is_some_and(|node| node.nftables.is_some());
    let digest = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
    Ok(match has_nftables {
        true => json!({"nftables": 1, "digest": digest}),
        false => json!({"digest": digest}),
    }
    .into())
}

/// GET /nodes/N/services/S/state
pub fn service(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let name = ctx.uri("service");
    let node = c.nodes.get(ctx.uri("node"));
    let stopped = node.is_some_and(|node| match name {
        "pve-firewall" => node.firewall_stopped,
        "proxmox-firewall" => node.nftables != Some(true),
        _ => false,
    });
    let (state, active) = if stopped {
        ("dead", "inactive")
    } else {
        ("running", "active")
    };
    Ok(json!({
        "name": name, "service": name, "desc": name, "state": state, "active-state": active, "unit-state": "enabled",
    })
    .into())
}

/// GET /nodes/N/apt/versions: what is installed is `OldVersion`, what could be is `Version` (`PVE::API2::APT`).
pub fn packages(c: &mut Cluster, _: &mut Ctx) -> Outcome {
    let (old, new) = match c.version() {
        Version::V8_4 => ("8.4.6", "8.4.10"),
        _ => ("9.1.6", "9.2.6"),
    };
    let qemu = if c.opts.port_hole { old } else { new };
    let manager = c.version().release();
    let row = |name: &str, installed: &str, newest: &str| {
        json!({
            "Package": name, "Title": name, "Description": name, "Origin": "Proxmox", "Section": "admin", "Arch": "amd64",
            "Priority": "optional", "OldVersion": installed, "Version": newest, "CurrentState": "Installed",
        })
    };
    Ok(json!([row("pve-manager", manager, manager), row("qemu-server", qemu, new)]).into())
}

/// GET /nodes/N/time
pub fn time(c: &mut Cluster, _: &mut Ctx) -> Outcome {
    let now = c.now as i64;
    Ok(json!({"time": now, "localtime": now, "timezone": "Etc/UTC"}).into())
}

/// GET /nodes/N/dns
pub fn dns(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(json!({"search": "lab.local", "dns1": "10.255.255.53"}).into())
}

/// GET /nodes/N/network
pub fn network(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let kind = ctx.params.get("type");
    if let Some(k) = kind.filter(|k| !["bridge", "any_bridge", "any_local_bridge", "include_sdn"].contains(k)) {
        let known = [
            "bond",
            "eth",
            "alias",
            "vlan",
            "fabric",
            "OVSBridge",
            "OVSBond",
            "OVSPort",
            "OVSIntPort",
            "vnet",
            "unknown",
        ];
        if !known.contains(&k) {
            return Err(Fail::param(
                "type",
                format!("value '{k}' does not have a value in the enumeration"),
            ));
        }
        return Ok(json!([]).into());
    }
    let Some(n) = c.nodes.get(ctx.uri("node")) else {
        return Ok(json!([]).into());
    };
    let who = ctx.who();
    let bridges = n.bridges.iter().enumerate();
    let list = bridges.filter(|(_, b)| c.sees_bridge(&who, "localnetwork", b)).map(|(i, b)| {
        let mut m = json!({"iface": b, "type": "bridge", "active": 1, "autostart": 1, "bridge_ports": "", "bridge_stp": "off",
            "bridge_fd": "0", "families": ["inet"], "method": "manual", "method6": "manual", "priority": i + 3});
        if n.vlan_aware.contains(b) {
            m["bridge_vlan_aware"] = json!(1);
        }
        if n.unlearning.contains(b) {
            m["bridge-disable-mac-learning"] = json!("1");
        }
        if i == 0 {
            m["method"] = json!("static");
            m["address"] = json!("10.77.0.1");
            m["netmask"] = json!("24");
            m["cidr"] = json!("10.77.0.1/24");
        }
        m
    });
    let any = matches!(kind, Some("any_bridge" | "include_sdn"));
    let vnets = c.vnets.iter().filter(|(v, zone)| any && c.sees_bridge(&who, zone, v));
    let vnets = vnets.map(|(v, _)| {
        let aware = u8::from(c.vlan_aware_vnets.contains(v));
        json!({"iface": v, "type": "vnet", "active": "1", "ipam": 0, "vlanaware": aware, "comments": null})
    });
    Ok(Value::Array(list.chain(vnets).collect()).into())
}

impl Cluster {
    /// `check_sdn_bridge`: a privilege on the bridge, or on one of its VLANs.
    fn sees_bridge(&self, who: &Who, zone: &str, bridge: &str) -> bool {
        let path = format!("/sdn/zones/{zone}/{bridge}");
        let vlans = self
            .access
            .acl
            .iter()
            .filter(|a| a.path.starts_with(&format!("{path}/")));
        let mut paths = vlans.map(|a| a.path.clone()).chain([path.clone()]);
        paths.any(|p| self.may(who, &p, "SDN.Audit|SDN.Use"))
    }
}

/// Endpoints whose list is always empty here.
pub fn empty(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(json!([]).into())
}

/// How many points a guest's statistics have (PVE::RRD, `create_rrd_data`): release 9 keeps finer ones.
fn points(c: &Cluster, frame: &str) -> i64 {
    match frame {
        _ if c.version() == Version::V8_4 => 70,
        "hour" => 60,
        "week" => 336,
        _ => 1440,
    }
}

fn step(frame: &str) -> i64 {
    match frame {
        "hour" => 60,
        "day" => 60,
        "week" => 1800,
        "month" => 1800,
        "year" => 21600,
        _ => 604_800,
    }
}

/// GET …/qemu/ID/rrddata: values where the VM ran.
pub fn vm_rrd(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (id, now) = (ctx.vmid, c.now as i64);
    let Some(vm) = c.vms.get(&id) else {
        return crate::types::die(format!(
            "RRD error: rrdcached@unix:/var/run/rrdcached.sock: rrd_fetch_r failed: opening \
             '/var/lib/rrdcached/db/pve-vm-9.0/{id}': No such file or directory"
        ));
    };
    let frame = ctx.params.get("timeframe").unwrap_or("hour");
    let (step, count) = (step(frame), points(c, frame));
    let (mem, cpus) = (memory_mib(&vm.conf) << 20, crate::guestconf::cpus(&vm.conf));
    let points = (0..count).rev().map(|i| {
        let t = (now / step - i) * step;
        let on = vm.run.as_ref().is_some_and(|r| t as f64 >= r.since);
        let mut m = json!({"time": t, "maxcpu": cpus, "maxmem": mem, "maxdisk": 2_147_483_648_u64, "disk": 0});
        if on {
            let wave = ((t / step) % 20) as f64 / 20.0;
            m["cpu"] = json!(0.02 + 0.3 * wave);
            m["mem"] = json!(mem as f64 * (0.3 + 0.1 * wave));
            m["netin"] = json!(1000.0 + 50_000.0 * wave);
            m["netout"] = json!(2000.0 + 20_000.0 * wave);
            m["diskread"] = json!(100.0 * wave);
            m["diskwrite"] = json!(4000.0 * wave);
        }
        m
    });
    Ok(Value::Array(points.collect()).into())
}

/// GET /nodes/N/rrddata
pub fn node_rrd(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (now, name) = (c.now as i64, ctx.uri("node"));
    let step = step(ctx.params.get("timeframe").unwrap_or("hour"));
    let (total, used) = (c.nodes.get(name).map_or(0, |n| n.memory), used_memory(c, name));
    let points = (0..70).rev().map(|i| {
        json!({"time": (now / step - i) * step, "cpu": 0.1, "iowait": 0.01, "loadavg": 0.4, "memtotal": total, "memused": used,
            "netin": 0, "netout": 0, "roottotal": 270_553_174_016_u64, "rootused": 20_643_094_528_u64, "maxcpu": 2})
    });
    Ok(Value::Array(points.collect()).into())
}
