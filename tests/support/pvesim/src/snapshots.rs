//! What is asked of snapshots (golden *snapshots (stopped)*, *snapshots (running)*); how it is done is in [`crate::snapwork`].

use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::guestconf::{subdirs, typed};
use crate::jobs::Job;
use crate::routes::Ctx;
use crate::snapwork::{SnapJob, Verb};
use crate::types::{Answer, Outcome, die};

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
                s.conf.get("snaptime").map_or(json!(0), |t| typed("snaptime", t)),
            );
            m.insert("vmstate".into(), json!(i32::from(s.conf.contains_key("vmstate"))));
            for key in ["parent", "snapstate"] {
                if let Some(value) = s.conf.get(key) {
                    m.insert(key.into(), json!(value));
                }
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
    if j.name == "current" || j.name.eq_ignore_ascii_case("pending") {
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
    let j = job(ctx, Verb::Rollback, "start");
    if j.flag {
        // whoever may only roll back cannot switch the VM on by that
        c.demand(&ctx.who(), &format!("/vms/{}", ctx.vmid), "VM.PowerMgmt")?;
    }
    fork(c, ctx, "qmrollback", j)
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
