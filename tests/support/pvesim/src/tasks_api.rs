//! Task endpoints (golden *tasks*, *task end states*).

use serde_json::{Map, Value, json};

use crate::access::Who;
use crate::cluster::Cluster;
use crate::guestconf::subdirs;
use crate::routes::Ctx;
use crate::tasks::Task;
use crate::types::{Answer, Fail, Outcome};

fn sees(c: &Cluster, who: &Who, t: &Task) -> bool {
    t.user == who.user || c.may(who, &format!("/nodes/{}", t.node), "Sys.Audit")
}

fn common(t: &Task) -> Map<String, Value> {
    let mut m = Map::new();
    m.insert("upid".into(), json!(t.upid));
    m.insert("node".into(), json!(t.node));
    m.insert("pid".into(), json!(t.pid));
    m.insert("pstart".into(), json!(t.pstart));
    m.insert("starttime".into(), json!(t.start as i64));
    m.insert("type".into(), json!(t.kind));
    m.insert("id".into(), json!(t.id));
    m.insert("user".into(), json!(t.user));
    if let Some(token) = &t.token {
        m.insert("tokenid".into(), json!(token));
    }
    m
}

/// One line of a list: running ones name the token in `user` (golden *lock during clone*: active tasks).
fn line(t: &Task, active: bool) -> Value {
    let mut m = common(t);
    match (&t.exit, t.end) {
        (Some(exit), Some(end)) => {
            m.insert("status".into(), json!(exit));
            m.insert("endtime".into(), json!(end as i64));
        }
        _ => {
            m.insert("status".into(), json!("RUNNING"));
        }
    }
    if active {
        let auth = t
            .token
            .as_ref()
            .map_or_else(|| t.user.clone(), |k| format!("{}!{k}", t.user));
        m.insert("user".into(), json!(auth));
        m.insert("saved".into(), json!("0"));
        m.remove("tokenid");
    }
    Value::Object(m)
}

fn class(exit: &str) -> &'static str {
    match exit {
        "OK" => "ok",
        "unexpected status" => "unknown",
        e if e.starts_with("WARNINGS:") => "warning",
        _ => "error",
    }
}

/// GET /nodes/N/tasks
pub fn list(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (who, node, p) = (ctx.who(), ctx.node(), &ctx.params);
    let source = p.get("source").unwrap_or("archive");
    let statuses: Vec<String> = crate::text::split_list(p.get("statusfilter").unwrap_or_default());
    let keep = |t: &&Task| {
        let state = t.exit.as_deref();
        t.node == node
            && !t.is_hidden()
            && sees(c, &who, t)
            && p.get("vmid").is_none_or(|v| t.id == v)
            && p.get("typefilter").is_none_or(|f| t.kind == f)
            && p.get("userfilter").is_none_or(|f| t.user.contains(f))
            && p.int("since").is_none_or(|s| t.start as i64 >= s)
            && p.int("until").is_none_or(|u| t.start as i64 <= u)
            && (!p.flag("errors") || state.is_some_and(|s| class(s) == "error" || class(s) == "unknown"))
            && (statuses.is_empty() || state.is_some_and(|s| statuses.iter().any(|w| w == class(s))))
    };
    let mut all: Vec<Value> = vec![];
    let newest = || c.tasks().iter().rev().filter(keep);
    if source != "archive" && p.get("vmid").is_none() && p.get("typefilter").is_none_or(|f| f == "vzdump") {
        // that of a job of several guests names none of them
        let here = |vmid: &&u32| c.vms.get(*vmid).is_some_and(|vm| vm.node == node);
        let job = |vmid: &u32| json!({"upid": format!("UPID:{node}:{vmid:08X}:00000001:00000001:vzdump::root@pam:"), "node": node, "type": "vzdump", "id": "", "user": "root@pam", "starttime": 1});
        all.extend(c.in_jobs.iter().filter(here).map(job));
    }
    if source != "archive" {
        all.extend(newest().filter(|t| t.is_running()).map(|t| line(t, true)));
    }
    if source != "active" {
        all.extend(newest().filter(|t| !t.is_running()).map(|t| line(t, false)));
    }
    let total = all.len();
    let start = p.int("start").unwrap_or(0).max(0) as usize;
    let limit = p.int("limit").unwrap_or(50).max(0) as usize;
    let page: Vec<Value> = all
        .into_iter()
        .skip(start)
        .take(if limit == 0 { usize::MAX } else { limit })
        .collect();
    let answer = Answer::from(Value::Array(page));
    // golden "tasks statusfilter=warning": no `total` beside an empty list
    Ok(if total == 0 { answer } else { answer.total(total) })
}

/// GET /cluster/tasks
pub fn cluster(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let newest = c
        .tasks()
        .iter()
        .rev()
        .filter(|t| !t.is_hidden() && sees(c, &who, t))
        .take(25);
    let all = newest.map(|t| {
        let mut l = line(t, t.is_running());
        if let Some(m) = l.as_object_mut() {
            m.remove("pid");
            m.remove("pstart");
            m.insert("saved".into(), if t.is_running() { json!("0") } else { json!("1") });
        }
        l
    });
    Ok(Value::Array(all.collect()).into())
}

fn check_upid(upid: &str) -> Result<(), Fail> {
    let parts: Vec<&str> = upid.split(':').collect();
    let hex = |s: &str| s.len() >= 8 && s.bytes().all(|b| b.is_ascii_hexdigit());
    let ok = parts.len() == 9 && parts[0] == "UPID" && parts[2..5].iter().all(|s| hex(s)) && !parts[5].is_empty();
    if ok {
        Ok(())
    } else {
        Err(Fail::param("upid", "unable to parse worker upid"))
    }
}

fn find(c: &Cluster, ctx: &Ctx) -> Result<usize, Fail> {
    let upid = ctx.uri("upid");
    check_upid(upid)?;
    let on_node = upid.split(':').nth(1) == Some(ctx.uri("node"));
    match c.engine.find(upid).filter(|t| on_node && !c.tasks()[*t].is_hidden()) {
        Some(t) if sees(c, &ctx.who(), &c.tasks()[t]) => Ok(t),
        Some(_) => Err(Fail::Forbidden(format!("/nodes/{}, Sys.Audit", ctx.uri("node")))),
        None => Err(Fail::param("upid", "no such task")),
    }
}

/// GET …/tasks/UPID
pub fn index(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(subdirs("log status", "name"))
}

/// GET …/tasks/UPID/status
pub fn status(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let t = &c.tasks()[find(c, ctx)?];
    let mut m = common(t);
    m.insert(
        "status".into(),
        json!(if t.is_running() { "running" } else { "stopped" }),
    );
    if let Some(exit) = &t.exit {
        m.insert("exitstatus".into(), json!(exit));
    }
    Ok(Value::Object(m).into())
}

/// GET …/tasks/UPID/log
pub fn log(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    check_upid(ctx.uri("upid"))?;
    let lines: Vec<String> = match find(c, ctx) {
        Ok(t) => {
            c.tell_due(t);
            c.tasks()[t].log.clone()
        }
        Err(f @ Fail::Forbidden(_)) => return Err(f),
        Err(_) => {
            let none = json!([{"n": 1, "t": "unable to open file - No such file or directory"}]);
            return Ok(Answer::from(none).total(1));
        }
    };
    let start = ctx.params.int("start").unwrap_or(0).max(0) as usize;
    let limit = ctx.params.int("limit").unwrap_or(50).max(0) as usize;
    let limit = if limit == 0 { usize::MAX } else { limit };
    let page = lines.iter().enumerate().skip(start).take(limit);
    let page: Vec<Value> = page.map(|(i, l)| json!({"n": i + 1, "t": l})).collect();
    Ok(Answer::from(Value::Array(page)).total(lines.len()))
}

/// DELETE …/tasks/UPID
pub fn stop(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (who, node) = (ctx.who(), ctx.node());
    check_upid(ctx.uri("upid"))?;
    let Some(t) = c.engine.find(ctx.uri("upid")) else {
        return Ok(Answer::null());
    };
    let task = &c.tasks()[t];
    if task.user != who.user {
        c.demand(&who, &format!("/nodes/{node}"), "Sys.Modify")?;
    }
    if !task.is_running() {
        return Ok(Answer::null());
    }
    let late = if task.kind == "qmclone" { 2.0 } else { 1.0 };
    c.abort(t);
    Ok(Answer::null().late(late))
}
