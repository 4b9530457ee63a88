//! `/_sim/…`: the log, raw state and a few changes behind the product's back, over HTTP, for clients that are no Rust test.
//!
//! | request | does |
//! | --- | --- |
//! | `GET /_sim/requests` | the request log |
//! | `GET /_sim/counters` | what should never happen |
//! | `GET /_sim/vm/ID` | raw state (no password) |
//! | `GET /_sim/tasks` | all tasks |
//! | `GET /_sim/firewall/ID` | the firewall file |
//! | `POST /_sim/clear` | empties log and counters |
//! | `POST /_sim/power` `{vmid, on}` | switches at once |
//! | `POST /_sim/delete` `{vmid}` | removes a VM |
//! | `POST /_sim/lock` `{vmid, lock}` | sets or (null) removes the lock |
//! | `POST /_sim/config` `{vmid, key, value}` | changes a value |
//! | `POST /_sim/move` `{vmid, node}` | moves a VM |
//! | `POST /_sim/guest` `{vmid, ignores_shutdown, agent}` | guest behaviour |
//! | `POST /_sim/fill` `{storage, left}` | fills a storage |
//! | `POST /_sim/pace` `{backup_seconds}` | how long a backup takes from now on |
//! | `POST /_sim/node` `{node, down}` | node down (text) or up (null) |
//! | `POST /_sim/ha` `{vmid, state}`, `/_sim/backup` `{storage, vmid}`, `/_sim/snapshot` `{vmid, name}` | adds one |
//! | `POST /_sim/fault` `{method, path, skip, times, kind, …}` | adds a fault; `/_sim/faults/clear` removes all |

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::faults::{Fault, FaultKind};
use crate::state::Guest;
use crate::types::{Reply, Request};

fn ok(data: Value) -> Reply {
    Reply::json(200, "OK", &json!({ "data": data }))
}

fn bad(text: &str) -> Reply {
    Reply::json(400, text, &json!({"data": null, "message": text}))
}

/// Answers a control request.
pub fn handle(c: &mut Cluster, request: &Request) -> Reply {
    let path = request
        .path
        .split('?')
        .next()
        .unwrap_or_default()
        .trim_start_matches("/_sim")
        .trim_matches('/');
    if request.method == "GET" {
        return get(c, path);
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
    post(c, path, &body)
}

fn get(c: &Cluster, path: &str) -> Reply {
    match path.split_once('/').unwrap_or((path, "")) {
        ("requests", _) => {
            let list = c.log.iter().map(|l| {
                json!({"method": l.method, "path": l.path, "params": l.params, "status": l.status, "reason": l.reason,
                    "at": l.at, "connection": l.connection})
            });
            ok(Value::Array(list.collect()))
        }
        ("counters", _) => {
            let k = c.counters;
            ok(
                json!({"refused_locked": k.refused_locked, "clone_onto_existing": k.clone_onto_existing,
                "writes_during_task": k.writes_during_task, "bad_parameters": k.bad_parameters,
                "not_simulated": k.not_simulated, "schema_checked": c.schema_checked()}),
            )
        }
        ("tasks", _) => {
            let list = c
                .tasks()
                .iter()
                .map(|t| json!({"upid": t.upid, "exit": t.exit, "log": t.log}));
            ok(Value::Array(list.collect()))
        }
        ("vms", _) => ok(json!(c.vms.keys().collect::<Vec<_>>())),
        ("vm", id) => match id.parse().ok().and_then(|id| c.vm(id).map(|v| v.raw(id))) {
            Some(raw) => ok(raw),
            None => Reply::json(404, "no such VM", &json!({"data": null})),
        },
        ("screen", id) => {
            let screen = c.screen(id.parse().unwrap_or_default());
            ok(
                json!({"keys": screen.keys, "typed": screen.typed, "pointer": screen.pointer, "consoles": c.open_consoles()}),
            )
        }
        ("handed-out", _) => {
            let list = c.handed_out().iter();
            ok(list
                .map(
                    |h| json!({"vmid": h.vmid, "port": h.port.to_string(), "ticket": h.ticket, "password": h.password}),
                )
                .collect())
        }
        ("firewall", id) => {
            let fw = c.firewall_of(id);
            let sets = fw
                .sets
                .iter()
                .map(|(n, s)| (n.clone(), json!(s.entries.iter().map(|e| &e.cidr).collect::<Vec<_>>())));
            ok(json!({"options": fw.options, "rules": fw.rules, "ipsets": Value::Object(sets.collect())}))
        }
        _ => Reply::json(404, "unknown", &json!({"data": null})),
    }
}

fn post(c: &mut Cluster, path: &str, body: &Value) -> Reply {
    let id = body["vmid"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    let text = |k: &str| body[k].as_str().unwrap_or_default().to_owned();
    match path {
        "clear" => {
            c.log.clear();
            c.counters = Default::default();
        }
        "power" => c.set_power(id, body["on"].as_bool().unwrap_or(false) || body["on"] == 1),
        "delete" => return ok(json!(c.delete_vm(id))),
        "lock" => c.set_lock(id, body["lock"].as_str()),
        "config" => c.set_config(id, &text("key"), body["value"].as_str()),
        "port-hole" => c.opts.port_hole = body["open"] == true,
        "qemu" => c.show_qemu(id, &text("vnc"), &text("qmp")),
        "move" => c.move_vm(id, &text("node")),
        "guest" => c.set_guest(
            id,
            Guest {
                ignores_shutdown: body["ignores_shutdown"] == true,
                agent: body["agent"] == true,
                address: None,
                agent_hangs: body["agent_hangs"] == true,
                agent_refuses: body["agent_refuses"] == true,
                agent_runs_nothing: body["agent_runs_nothing"] == true,
                agent_exit: (0, true),
                agent_run_s: 0.2,
                shutdown_s: body["shutdown_s"].as_f64().unwrap_or(3.0),
            },
        ),
        "fill" => c.fill_storage(&text("storage"), body["left"].as_u64().unwrap_or(0)),
        "pace" => c.opts.backup_seconds = body["backup_seconds"].as_f64().unwrap_or(c.opts.backup_seconds),
        "node" => c.set_node_down(&text("node"), body["down"].as_str()),
        "statistics" => c.set_statistics(&text("node"), body["sent"] != false),
        "ha" => c.add_ha(id, &text("state")),
        "snapshot" => c.add_snapshot(id, &text("name")),
        "publish" => c.publish(
            &text("url"),
            body["size"].as_u64().unwrap_or(1 << 30),
            &text("checksum"),
        ),
        "iso" => return ok(json!(c.add_iso(&text("node"), &text("storage"), &text("file")))),
        "backup" => {
            let at = body["at"].as_i64().unwrap_or(c.now() as i64);
            return ok(json!(c.add_backup(&text("storage"), id, at, body["protected"] == true)));
        }
        "quorum" => c.no_quorum = body["lost"] == true,
        "faults/clear" => c.faults.clear(),
        "fault" => match fault(body) {
            Some(f) => c.add_fault(f),
            None => return bad("unknown kind of fault"),
        },
        _ => return bad("unknown control request"),
    }
    ok(Value::Null)
}

fn fault(body: &Value) -> Option<Fault> {
    let text = |k: &str| body[k].as_str().unwrap_or_default().to_owned();
    let number = |k: &str, default: u32| body[k].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(default);
    let kind = match body["kind"].as_str()? {
        "drop_before" => FaultKind::DropBeforeEffect,
        "drop_after" => FaultKind::DropAfterEffect,
        "hang" => FaultKind::Hang(body["seconds"].as_f64().unwrap_or(10.0)),
        "status" => FaultKind::Status(number("status", 500) as u16, text("reason"), text("body")),
        "echo" => FaultKind::Echo(number("status", 500) as u16, text("form")),
        "task_error" => FaultKind::TaskError(text("text")),
        "task_warnings" => FaultKind::TaskWarnings(number("n", 1)),
        "task_unexpected" => FaultKind::TaskUnexpected,
        "unknown_upid" => FaultKind::UnknownUpid,
        "node_down" => FaultKind::NodeDown(text("node")),
        "quorum_lost" => FaultKind::QuorumLost,
        "refuse" => FaultKind::RefuseConnection,
        _ => return None,
    };
    Some(Fault {
        method: text("method"),
        path: text("path"),
        skip: number("skip", 0),
        times: number("times", 1),
        kind,
    })
}
