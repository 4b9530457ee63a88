//! High availability and replication (golden *purge*): managed guests are started and stopped by the manager, later.

use serde_json::{Map, Value, json};

use crate::access::Who;
use crate::cluster::Cluster;
use crate::jobs::{HaWish, Job, Next, Power, PowerJob};
use crate::routes::Ctx;
use crate::state::HaResource;
use crate::text::sha1_hex;
use crate::types::{Answer, Fail, Outcome, die};

fn vmid(sid: &str) -> u32 {
    sid.strip_prefix("vm:").unwrap_or(sid).parse().unwrap_or(0)
}

fn describe(id: u32, r: &HaResource) -> Value {
    let mut m = r.more.clone();
    m.insert("sid".into(), json!(format!("vm:{id}")));
    m.insert("type".into(), json!("vm"));
    m.insert("state".into(), json!(r.state));
    m.insert(
        "digest".into(),
        json!(sha1_hex(&format!("vm: {id}\n\tstate {}\n", r.state))),
    );
    Value::Object(m)
}

/// GET /cluster/ha/resources
pub fn list(c: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(Value::Array(c.ha.iter().map(|(id, r)| describe(*id, r)).collect()).into())
}

/// GET /cluster/ha/resources/SID
pub fn get(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = vmid(ctx.uri("sid"));
    match c.ha.get(&id) {
        Some(r) => Ok(describe(id, r).into()),
        None => die(format!("no such resource '{}'", ctx.uri("sid"))),
    }
}

/// POST /cluster/ha/resources
pub fn add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = vmid(ctx.params.get("sid").unwrap_or_default());
    if c.ha.contains_key(&id) {
        return die(format!("resource ID 'vm:{id}' already defined"));
    }
    if !c.vms.contains_key(&id) {
        return Err(Fail::param("sid", format!("No such VM with ID {id}")));
    }
    let state = ctx.params.get("state").unwrap_or("started").to_owned();
    let state = if state == "enabled" { "started".into() } else { state };
    c.ha.insert(id, HaResource::new(&state));
    c.schedule_ha(id);
    Ok(Answer::null())
}

/// PUT /cluster/ha/resources/SID
pub fn set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = vmid(ctx.uri("sid"));
    let Some(r) = c.ha.get_mut(&id) else {
        return die(format!("no such resource '{}'", ctx.uri("sid")));
    };
    if let Some(s) = ctx.params.get("state") {
        r.state = s.to_owned();
        r.stop_timeout = 60;
    }
    c.schedule_ha(id);
    Ok(Answer::null())
}

/// DELETE /cluster/ha/resources/SID
pub fn delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    match c.ha.remove(&vmid(ctx.uri("sid"))) {
        Some(_) => Ok(Answer::null()),
        None => die(format!("cannot delete service '{}', not HA managed!", ctx.uri("sid"))),
    }
}

/// GET /cluster/replication
pub fn replication(c: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(Value::Array(c.replication.values().map(|j| Value::Object(j.clone())).collect()).into())
}

/// GET /nodes/N/replication: what the caller may see, of this guest or of all.
pub fn replication_on(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (who, wanted) = (ctx.who(), ctx.params.get("guest").map(str::to_owned));
    let guest = |id: &String| id.split('-').next().unwrap_or_default().to_owned();
    let seen = c.replication.iter().filter(|(id, _)| {
        wanted.as_ref().is_none_or(|wanted| *wanted == guest(id))
            && c.may(&who, &format!("/vms/{}", guest(id)), "VM.Audit")
    });
    Ok(Value::Array(
        seen.map(|(id, job)| {
            let mut job = job.clone();
            job.insert("guest".into(), json!(guest(id).parse::<u32>().ok()));
            job.insert("id".into(), json!(id));
            Value::Object(job)
        })
        .collect(),
    )
    .into())
}

impl Cluster {
    /// Makes a guest HA managed.
    pub fn add_ha(&mut self, vmid: u32, state: &str) {
        self.ha.insert(
            vmid,
            HaResource {
                acted: true,
                ..HaResource::new(state)
            },
        );
        self.schedule_ha(vmid);
    }

    /// `hastart` / `hastop`: hands the wish to the manager and ends.
    pub(crate) fn job_ha(&mut self, t: usize, vmid: u32, wish: HaWish, stage: u32) -> Result<Next, Fail> {
        let (verb, state) = match wish {
            HaWish::Start => ("start", "started"),
            HaWish::Stop(_) => ("stop", "stopped"),
        };
        if stage == 0 {
            self.say(t, format!("Requesting HA {verb} for VM {vmid}"));
            return Ok(Next::Wait(0.3));
        }
        if let Some(r) = self.ha.get_mut(&vmid) {
            r.state = state.to_owned();
            if let HaWish::Stop(timeout) = wish {
                r.stop_timeout = timeout;
            }
        }
        self.schedule_ha(vmid);
        Ok(Next::Done)
    }

    /// The local resource manager brings a guest into its wanted state, one task after the other until it is so
    /// (`PVE::HA::LRM`, `PVE::HA::Resources::PVEVM`).
    pub(crate) fn ha_acts(&mut self, vmid: u32) {
        let (Some(r), Some(vm)) = (self.ha.get_mut(&vmid), self.vms.get(&vmid)) else {
            return;
        };
        r.acted = true;
        let (kind, action) = match (r.state.as_str(), vm.run.is_some()) {
            ("started", false) => ("qmstart", Power::Start),
            ("stopped", true) if r.stop_timeout == 0 => ("qmstop", Power::Stop),
            ("stopped", true) => ("qmshutdown", Power::Shutdown),
            _ => return,
        };
        let (node, timeout, worker) = (vm.node.clone(), r.stop_timeout, r.worker.take());
        let works = |upid: &String| self.tasks().iter().any(|t| t.upid == *upid && t.is_running());
        let upid = worker.filter(works).unwrap_or_else(|| {
            let root = Who {
                user: "root@pam".into(),
                token: None,
            };
            let job = PowerJob {
                action,
                vmid,
                skiplock: false,
                timeout: Some(timeout),
                force: true,
                overrule: false,
            };
            self.fork(&root, &node, kind, &vmid.to_string(), Job::Power(job))
        });
        if let Some(r) = self.ha.get_mut(&vmid) {
            r.worker = Some(upid);
        }
        self.schedule_ha(vmid);
    }
}

impl HaResource {
    fn new(state: &str) -> Self {
        Self {
            state: state.to_owned(),
            acted: false,
            stop_timeout: 60,
            worker: None,
            more: Map::new(),
        }
    }
}
