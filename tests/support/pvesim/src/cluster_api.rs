//! Cluster-wide endpoints (golden *read endpoints*, *vmid validation*, *access control* for pools).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::guestconf::{brief, subdirs};
use crate::options::Version;
use crate::routes::Ctx;
use crate::state::Pool;
use crate::text::split_list;
use crate::types::{Answer, Fail, Outcome, die};

/// GET /
pub fn root(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(subdirs("version cluster nodes storage access pools", "subdir"))
}

/// GET /version and /nodes/N/version
pub fn version(c: &mut Cluster, _: &mut Ctx) -> Outcome {
    let v = match c.version() {
        Version::V8_4 => "8.4.21",
        Version::V9_1 => "9.1.8",
        Version::V9_2 => "9.2.11",
    };
    Ok(json!({"version": v, "release": c.version().release(), "repoid": "5ea5ea5ea5ea5ea5"}).into())
}

/// GET /cluster/status
pub fn status(c: &mut Cluster, _: &mut Ctx) -> Outcome {
    let mut list = vec![];
    let many = c.nodes.len() > 1;
    if many {
        list.push(
            json!({"type": "cluster", "id": "cluster", "name": "sim", "version": 2, "nodes": c.nodes.len(),
            "quorate": i32::from(!c.no_quorum)}),
        );
    }
    for (i, (name, n)) in c.nodes.iter().enumerate() {
        list.push(json!({"type": "node", "id": format!("node/{name}"), "name": name, "nodeid": if many { i + 1 } else { 0 },
            "ip": format!("10.77.0.{}", i + 1), "local": i32::from(i == 0), "online": i32::from(n.down.is_none()), "level": ""}));
    }
    Ok(Value::Array(list).into())
}

/// GET /cluster/resources; may lag behind as PVE's does (`Options::resources_lag_s`).
pub fn resources(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let lag = c.opts.resources_lag_s * c.opts.scale;
    let mut all = c.resource_list();
    if lag > 0.0 {
        let fresh = c.lagging.as_ref().is_none_or(|(at, _)| c.now - at >= lag);
        if fresh {
            c.lagging = Some((c.now, all.clone()));
        }
        let seen = c.lagging.as_ref().map(|(_, list)| list.as_slice()).unwrap_or_default();
        let seen: BTreeMap<&str, &Value> = seen
            .iter()
            .filter_map(|entry| Some((entry["id"].as_str()?, entry)))
            .collect();
        all.iter_mut().for_each(|entry| as_seen(entry, &seen));
    }
    let (who, kind) = (ctx.who(), ctx.params.get("type"));
    let mut out = vec![];
    for mut r in all {
        let t = r["type"].as_str().unwrap_or_default().to_owned();
        let group = match t.as_str() {
            "qemu" => "vm",
            "network" => "sdn",
            other => other,
        };
        if kind.is_some_and(|k| k != group) {
            continue;
        }
        let visible = match t.as_str() {
            "qemu" => c.may(&who, &format!("/vms/{}", r["vmid"]), "VM.Audit"),
            "network" | "sdn" => c.may(&who, "/sdn/zones/localnetwork", "SDN.Audit"),
            "storage" => {
                let id = r["storage"].as_str().unwrap_or_default().to_owned();
                c.may(&who, &format!("/storage/{id}"), "Datastore.Audit")
            }
            _ => true,
        };
        if t == "node"
            && !c.may(
                &who,
                &format!("/nodes/{}", r["node"].as_str().unwrap_or("")),
                "Sys.Audit",
            )
        {
            let hide = ["cpu", "disk", "maxcpu", "maxdisk", "maxmem", "mem", "uptime"];
            if let Some(m) = r.as_object_mut() {
                m.retain(|k, _| !hide.contains(&k.as_str()));
            }
        }
        let pool = r["pool"].as_str().map(|p| format!("/pool/{p}"));
        if let (Some(p), Some(m)) = (pool, r.as_object_mut())
            && !c.may(&who, &p, "Pool.Audit")
        {
            m.remove("pool");
        }
        if visible {
            out.push(r);
        }
    }
    Ok(Value::Array(out).into())
}

/// What of an entry comes from pvestatd's statistics (PVE/API2Tools.pm, `extract_*_stats`); all else is configuration.
const STATISTICS: &[&str] = &[
    "uptime",
    "name",
    "status",
    "template",
    "level",
    "cpu",
    "maxcpu",
    "mem",
    "maxmem",
    "memhost",
    "disk",
    "maxdisk",
    "netin",
    "netout",
    "diskread",
    "diskwrite",
];

/// An entry with the statistics that its node sent last; a guest that is newer than those has none.
fn as_seen(entry: &mut Value, seen: &BTreeMap<&str, &Value>) {
    let before = entry["id"].as_str().and_then(|id| seen.get(id));
    let Some(before) = before else {
        return without_statistics(entry);
    };
    for key in STATISTICS {
        match before.get(*key) {
            Some(value) => entry[*key] = value.clone(),
            None => drop(entry.as_object_mut().and_then(|entry| entry.remove(*key))),
        }
    }
}

/// An entry of which pmxcfs has no statistics.
pub(crate) fn without_statistics(entry: &mut Value) {
    let offline = entry["status"] == "offline";
    if let (true, Some(keys)) = (
        matches!(entry["type"].as_str(), Some("qemu" | "node" | "storage")),
        entry.as_object_mut(),
    ) {
        keys.retain(|key, _| !STATISTICS.contains(&key.as_str()));
        keys.insert("status".into(), json!(if offline { "offline" } else { "unknown" }));
    }
}

impl Cluster {
    fn resource_list(&self) -> Vec<Value> {
        let mut list = vec![];
        for (id, vm) in &self.vms {
            let mut m = brief(self, *id, vm, false);
            let cpus = m.remove("cpus").unwrap_or(json!(1));
            m.insert("maxcpu".into(), cpus);
            m.insert("id".into(), json!(format!("qemu/{id}")));
            m.insert("type".into(), json!("qemu"));
            m.insert("node".into(), json!(vm.node));
            m.insert("template".into(), json!(i32::from(vm.is_template())));
            for k in ["serial", "pid"] {
                m.remove(k);
            }
            m.retain(|k, _| !k.starts_with("pressure"));
            m.insert("diskread".into(), json!(0));
            m.insert("diskwrite".into(), json!(0));
            if let Some((pool, _)) = self.pools.iter().find(|(_, p)| p.vms.contains(id)) {
                m.insert("pool".into(), json!(pool));
            }
            if let Some(ha) = self.ha.get(id) {
                m.insert("hastate".into(), json!(ha.state));
            }
            list.push(Value::Object(m));
        }
        for name in self.nodes.keys() {
            let mut n = crate::nodes_api::describe(self, name);
            n.insert("cgroup-mode".into(), json!(2));
            if let Some(state) = &self.nodes[name].ha {
                n.insert("hastate".into(), json!(state));
            }
            n.remove("ssl_fingerprint");
            list.push(Value::Object(n));
        }
        for node in self.nodes.keys() {
            list.push(if self.version() == Version::V8_4 {
                json!({"id": format!("sdn/{node}/localnetwork"), "type": "sdn", "sdn": "localnetwork", "node": node,
                    "status": "ok"})
            } else {
                json!({"id": format!("network/{node}/zone/localnetwork"), "type": "network", "network": "localnetwork",
                    "network-type": "zone", "node": node, "status": "ok"})
            });
        }
        for (id, s) in &self.storages {
            for node in self.nodes.keys().filter(|n| s.nodes.is_empty() || s.nodes.contains(n)) {
                let online = self.nodes.get(node).is_some_and(|n| n.down.is_none()) && !s.disabled;
                list.push(
                    json!({"id": format!("storage/{node}/{id}"), "type": "storage", "storage": id, "node": node,
                    "plugintype": s.kind, "content": s.content.join(","), "shared": i32::from(s.shared),
                    "status": if online { "available" } else { "unknown" }, "disk": self.used(id, node),
                    "maxdisk": s.total}),
                );
            }
        }
        for entry in &mut list {
            if entry["node"]
                .as_str()
                .is_some_and(|node| self.is_without_statistics(node))
            {
                without_statistics(entry);
            }
        }
        list
    }
}

impl Cluster {
    /// A node that is down has sent none for five minutes either.
    pub(crate) fn is_without_statistics(&self, node: &str) -> bool {
        let node = self.nodes.get(node);
        node.is_some_and(|node| node.without_statistics || node.down.is_some())
    }
}

/// GET /cluster/nextid
pub fn nextid(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    if let Some(id) = ctx.params.get("vmid") {
        let n: u32 = id.parse().unwrap_or(0);
        if c.vms.contains_key(&n) {
            return Err(Fail::param("vmid", format!("VM {n} already exists")));
        }
        return Ok(json!(id).into());
    }
    let (lower, upper) = c.opts.next_id.unwrap_or((100, 1_000_000));
    match (lower..upper).find(|n| !c.vms.contains_key(n)) {
        Some(n) => Ok(json!(n.to_string()).into()),
        None => die(format!("unable to get any free VMID in range [{lower}, {}]", upper - 1)),
    }
}

/// GET /cluster/options
pub fn options(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    if !c.may(&ctx.who(), "/", "Sys.Audit") {
        return Ok(json!({"allowed-tags": []}).into());
    }
    let mut m = json!({"mac_prefix": "BC:24:11", "description": "", "allowed-tags": []});
    if let Some((lower, upper)) = c.opts.next_id {
        m["next-id"] = json!({"lower": lower.to_string(), "upper": upper.to_string()});
    }
    Ok(m.into())
}

/// GET /cluster/sdn/vnets
pub fn vnets(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let list = c
        .vnets
        .iter()
        .filter(|(vnet, zone)| c.may(&who, &format!("/sdn/zones/{zone}/{vnet}"), "SDN.Audit|SDN.Allocate"))
        .map(|(vnet, zone)| json!({"vnet": vnet, "zone": zone, "type": "vnet", "digest": "0"}));
    Ok(Value::Array(list.collect()).into())
}

/// GET /cluster/sdn/zones
pub fn zones(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let names: BTreeSet<&String> = c.vnets.values().collect();
    let seen = names
        .into_iter()
        .filter(|zone| c.may(&who, &format!("/sdn/zones/{zone}"), "SDN.Audit|SDN.Allocate"));
    let list = seen.map(|zone| {
        let mut entry = json!({"zone": zone, "type": "simple", "ipam": "pve", "digest": "0"});
        for (key, value) in c.zones.get(zone).into_iter().flatten() {
            entry[key] = json!(value);
        }
        entry
    });
    Ok(Value::Array(list.collect()).into())
}

fn members(c: &Cluster, pool: &Pool) -> Value {
    let all = c.resource_list();
    let own = |r: &Value| {
        r["vmid"].as_u64().is_some_and(|id| pool.vms.contains(&(id as u32)))
            || r["storage"].as_str().is_some_and(|s| pool.storages.contains(s))
    };
    let list = all.into_iter().filter(own).map(|mut r| {
        if let Some(m) = r.as_object_mut() {
            m.remove("pool");
        }
        r
    });
    Value::Array(list.collect())
}

/// GET /pools
pub fn pools(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let wanted = ctx.params.get("poolid");
    let list = c.pools.iter().filter(|(id, _)| wanted.is_none_or(|w| w == *id));
    let list = list.filter(|(id, _)| c.may(&who, &format!("/pool/{id}"), "Pool.Audit"));
    let list = list.map(|(id, p)| {
        let mut m = json!({"poolid": id});
        if let Some(text) = &p.comment {
            m["comment"] = json!(text);
        }
        if wanted.is_some() {
            m["members"] = members(c, p);
        }
        m
    });
    Ok(Value::Array(list.collect()).into())
}

/// GET /pools/ID
pub fn pool_get(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.uri("poolid");
    let Some(p) = c.pools.get(id) else {
        return die(format!("pool '{id}' does not exist"));
    };
    let mut m = Map::new();
    m.insert("poolid".into(), json!(id));
    m.insert("members".into(), members(c, p));
    if let Some(text) = &p.comment {
        m.insert("comment".into(), json!(text));
    }
    Ok(Value::Object(m).into())
}

/// POST /pools
pub fn pool_add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.params.get("poolid").unwrap_or_default();
    if c.pools.contains_key(id) {
        return die(format!("create pool failed: pool '{id}' already exists"));
    }
    let comment = ctx.params.get("comment").map(str::to_owned);
    c.pools.insert(
        id.to_owned(),
        Pool {
            comment,
            ..Pool::default()
        },
    );
    Ok(Answer::null())
}

/// PUT /pools
pub fn pool_set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.params.get("poolid").unwrap_or_default();
    let Some(p) = c.pools.get_mut(id) else {
        return die(format!("update pools failed: pool '{id}' does not exist"));
    };
    for v in split_list(ctx.params.get("vms").unwrap_or_default())
        .iter()
        .filter_map(|v| v.parse().ok())
    {
        if ctx.params.flag("delete") {
            p.vms.remove(&v);
        } else {
            p.vms.insert(v);
        }
    }
    if let Some(text) = ctx.params.get("comment") {
        p.comment = Some(text.to_owned());
    }
    Ok(Answer::null())
}

/// DELETE /pools/ID
pub fn pool_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.uri("poolid");
    match c.pools.get(id) {
        None => die(format!("delete pool failed: pool '{id}' does not exist")),
        Some(p) => match p.vms.first() {
            Some(v) => die(format!(
                "delete pool failed: pool '{id}' is not empty (contains VM {v})"
            )),
            None => {
                c.pools.remove(id);
                Ok(Answer::null())
            }
        },
    }
}
