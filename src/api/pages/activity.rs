//! The activity log of a service: what was done, when, by whom, how long it took, and what came of it.
//!
//! Its entries are operations, and in each the lines of history that were written for it. Lines of no operation, from
//! before there were any and of DNS records, are entries of their own.

use super::show::must_be_shown;
use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::problems::Error;
use crate::store::{Event, Operation, OperationState, Reader};
use crate::words::ids::{Actor, ServiceId, UnixSeconds};
use crate::words::limits;
use serde_json::{Value, json};
use std::collections::HashMap;

/// `{"service": 7, "actor": "admin", "limit": 50, "before": …}` → `entries`, newest first, and `next`: what `before` is on
/// the next page, null on the last one.
///
/// Staff see everything. A client (`"actor": "client", "by": {"id": 3}`) sees the own acts and what the module and WHMCS
/// did, without the lines, the tasks and the sentences for staff; of addresses only the own ones.
pub fn activity(core: &Core, request: &Value) -> Result<Value, Error> {
    let id = request::service_of(request)?;
    let (service, _) = core.store.service(id)?;
    must_be_shown(&service, request)?;
    let limit = request::number(request, "limit").unwrap_or(limits::ACTIVITY_ROWS.into());
    let (entries, next) = entries(core, id, request, limit)?;
    Ok(output::reply(json!({"entries": entries, "next": next})))
}

/// What whoever asks may see, and what `before` is on the next page.
pub(super) fn entries(
    core: &Core,
    id: ServiceId,
    request: &Value,
    limit: u64,
) -> Result<(Vec<Value>, Option<Value>), Error> {
    let by = request::by_of(request)?;
    let reader = match by.actor {
        Actor::Client => Reader::Client(by.id.unwrap_or_default()),
        Actor::Admin | Actor::Whmcs | Actor::Cron => Reader::Staff,
    };
    let limit = limit.clamp(1, limits::ACTIVITY_MOST.into()) as u32;
    let before = request::number(&request["before"], "operation");
    let mut operations = core.store.operations(id, reader, before, limit + 1)?;
    let is_last = operations.len() <= limit as usize;
    operations.truncate(limit as usize);
    let oldest = operations.last().filter(|_| !is_last);
    let next = oldest.map(|oldest| json!({"operation": oldest.id, "at": oldest.created_at}));
    let since = oldest.map_or(f64::NEG_INFINITY, |oldest| oldest.created_at);
    let until = request["before"]["at"].as_f64().unwrap_or(f64::INFINITY);
    let entries = match reader {
        Reader::Client(_) => operations.iter().map(for_client).collect(),
        Reader::Staff => for_staff(&operations, core.store.lines(id)?, since..until),
    };
    Ok((entries, next))
}

fn for_staff(
    operations: &[Operation],
    lines: Vec<(Option<u64>, Event)>,
    between: std::ops::Range<UnixSeconds>,
) -> Vec<Value> {
    let mut of: HashMap<u64, Vec<Value>> = HashMap::new();
    let mut entries = Vec::new();
    for (operation, event) in lines {
        match operation {
            Some(operation) => of.entry(operation).or_default().push(output::event_out(&event)),
            None if between.contains(&event.at) => entries.push((event.at, line_alone(&event))),
            None => {}
        }
    }
    for operation in operations {
        let mut entry = out(operation);
        entry["message"] = json!(operation.result);
        entry["ip"] = json!(operation.by.ip);
        entry["actor_id"] = json!(operation.by.id);
        entry["upid"] = json!(operation.upid);
        entry["arguments"] = operation.arguments.clone();
        entry["lines"] = json!(of.remove(&operation.id).unwrap_or_default());
        entries.push((operation.created_at, entry));
    }
    entries.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// What a client may see of an operation.
fn for_client(operation: &Operation) -> Value {
    let mut entry = out(operation);
    if operation.by.actor == Actor::Client {
        entry["ip"] = json!(operation.by.ip);
    }
    entry
}

fn out(operation: &Operation) -> Value {
    let took = operation.ended_at.map(|ended| (ended - operation.created_at).max(0.0));
    json!({
        "id": operation.id,
        "action": operation.action,
        "actor": operation.by.actor,
        "state": operation.state,
        "code": operation.code,
        "progress": operation.progress,
        "at": operation.created_at,
        "took_s": took,
    })
}

/// A line of no operation, in the form of one.
fn line_alone(event: &Event) -> Value {
    let is_well = ["ok", "asked"].contains(&event.result.as_str());
    let state = if is_well {
        OperationState::Done
    } else {
        OperationState::Failed
    };
    let took = event.took_ms as f64 / 1000.0;
    json!({
        "id": null,
        "action": event.what,
        "actor": event.actor,
        "state": state,
        "code": "",
        "message": if is_well { "" } else { &event.result },
        "progress": null,
        "at": event.at - took,
        "took_s": took,
        "ip": null,
        "actor_id": null,
        "upid": null,
        "arguments": {},
        "lines": [],
    })
}
