//! What PHP gets: the JSON of every reply.

mod doing;
mod network;
mod outbox;
mod state;
mod trouble;

pub use doing::doing_out;
pub use network::{network_out, sold_out};
pub use outbox::{delivery_out, undelivered_out};
pub use state::State;
pub use trouble::{error_reply, trouble_out, troubles_out, unreadable_out};

use crate::actions::Action;
use crate::guest::Current;
use crate::guest::compare::Line;
use crate::guest::series::{Point, SERIES};
use crate::package::{More, option};
use crate::pipeline::{self, PIPELINE};
use crate::problems::Refusal;
use crate::server::address::Address;
use crate::service::Service;
use crate::store::{DnsMemory, Event, Used};
use crate::words::status::Status;
use serde_json::{Map, Value, json};
use trouble::error_of;

/// A service as the pages show it.
pub fn service_out(service: &Service, addresses: &[Address]) -> Value {
    let body = &service.body;
    let task = body
        .task
        .as_ref()
        .map(|task| json!({"upid": task.upid, "what": task.what, "since": task.sent_at}));
    json!({
        "id": service.id,
        "server_id": service.server,
        "status": service.status,
        "node": body.node,
        "vmid": service.vmid,
        "name": body.name,
        "domain": body.domain,
        "username": body.package.as_ref().map(|package| &package.ci_user),
        "addresses": addresses.iter().map(|address| address.ip.to_string()).collect::<Vec<_>>(),
        "suspended": body.suspended,
        "sold": body.package.as_ref().map(|package| json!({"ipv4": package.ipv4_count, "ipv6": package.ipv6_count})),
        "choices": body.choices,
        "progress": progress_out(service.status),
        "error": error_of(service),
        "task": task,
        "settled": service.due_at.is_none() && body.trouble.is_none(),
    })
}

/// Where a status stands on the way to `ready`: steps done of all, the next one and its button. Null on the way out.
fn progress_out(status: Status) -> Value {
    let total = PIPELINE.len();
    let on_the_way = PIPELINE.iter().position(|row| row.from == status);
    let row = on_the_way.map(|at| &PIPELINE[at]);
    // what is queued for a finished guest takes nothing back, but for its rebuilding
    let leads_to = pipeline::row_from(status).map(|row| row.to);
    let done = match (on_the_way, leads_to) {
        (Some(done), _) => done,
        (None, Some(Status::Ready)) => total,
        (None, Some(to)) if pipeline::is_building(to) => 0,
        (None, None) if status == Status::Ready => total,
        _ => return Value::Null,
    };
    json!({
        "done": done,
        "total": total,
        "next": PIPELINE.get(done).map(|row| row.to),
        "button": row.and_then(|row| row.label),
    })
}

/// What a guest does right now, as the pages show it.
pub fn current_out(current: &Current) -> Value {
    json!({
        "status": current.power.as_str(),
        "lock": current.lock,
        "cpus": current.cpus,
        "memory_mib": current.max_memory.map(|bytes| bytes >> 20),
        "uptime_s": current.uptime,
        "ha": current.ha_managed,
        "cpu": current.cpu,
        "memory": current.memory,
        "memory_max": current.max_memory,
    })
}

/// What is known of a service's DNS records.
pub fn dns_out(memory: &DnsMemory) -> Value {
    let records = memory.remembered.iter().map(|known| known.record.to_string());
    json!({
        "records": records.collect::<Vec<_>>(),
        "reverse": memory.reverse,
        "troubles": troubles_out(&memory.troubles),
        "synced_at": memory.synced_at,
    })
}

/// What a package and its guest differ in.
pub fn compare_out(line: &Line) -> Value {
    let unit = option(line.what).map(|row| row.unit);
    json!({"what": line.what, "unit": unit, "wanted": line.wanted, "actual": line.actual, "same": line.same})
}

/// An action as its row says.
pub fn action_row_out(action: &Action) -> Value {
    json!({
        "name": action.name,
        "label": action.label,
        "function": action.function,
        "group": action.group,
        "switch": action.client.map(|client| client.switch()),
        "inputs": action.inputs,
        "sure": action.sure,
    })
}

/// An action of a service: its row, and whether it is offered, or why not; and what is to be known before.
pub fn action_out(action: &Action, offered: &Result<(), Refusal>, warning: Option<Refusal>) -> Value {
    let why = offered.as_ref().err();
    let mut out = action_row_out(action);
    out["allowed"] = json!(why.is_none());
    out["why"] = json!(why.map(ToString::to_string));
    out["code"] = json!(why.map(|why| why.problem().code));
    out["client"] = json!(why.and_then(|why| why.problem().client));
    out["warning"] = json!(warning.map(|warning| warning.to_string()));
    out["quota"] = json!(
        action
            .quota
            .map(|quota| json!({"times": quota.times, "seconds": quota.seconds}))
    );
    out
}

/// What the product lets its customers see, beside the actions.
pub fn permissions_out(more: &More) -> Value {
    json!({"graphs": more.client_graphs})
}

/// A point of a graph.
pub fn point_out(point: &Point) -> Value {
    let values = SERIES.iter().zip(point.values);
    let mut out = json!({"at": point.at});
    values.for_each(|((name, _), value)| out[*name] = json!(value));
    out
}

/// What a service has used in a month.
pub fn used_out(used: &Used, month: &str) -> Value {
    json!({
        "service": used.service,
        "domain": used.domain,
        "month": month,
        "bytes_in": used.traffic.0,
        "bytes_out": used.traffic.1,
        "counted": used.counted.0,
        "quota_bytes": used.counted.1,
        "memory_bytes": used.memory.0,
        "memory_max_bytes": used.memory.1,
        "disk_max_bytes": used.disk,
        "at": used.at,
    })
}

/// A line of history.
pub fn event_out(event: &Event) -> Value {
    json!({"at": event.at, "actor": event.actor, "what": event.what, "result": event.result, "took_ms": event.took_ms})
}

/// A successful reply.
pub fn reply(fields: Value) -> Value {
    let mut reply = Map::from_iter([("ok".to_owned(), Value::Bool(true))]);
    if let Value::Object(fields) = fields {
        reply.extend(fields);
    }
    Value::Object(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_counted_along_the_table() {
        let total = PIPELINE.len();
        for (done, row) in PIPELINE.iter().enumerate() {
            let progress = progress_out(row.from);
            assert_eq!((&progress["done"], &progress["total"]), (&json!(done), &json!(total)));
            assert_eq!(
                (&progress["next"], &progress["button"]),
                (&json!(row.to), &json!(row.label))
            );
        }
        for status in [Status::Ready, Status::ChangePackage, Status::SetDnsRecords] {
            let progress = progress_out(status);
            assert_eq!(
                (&progress["done"], &progress["next"]),
                (&json!(total), &Value::Null),
                "{status}"
            );
        }
        assert_eq!(progress_out(Status::Reinstall)["done"], json!(0));
        assert_eq!(progress_out(Status::Terminate), Value::Null);
        assert_eq!(progress_out(Status::Removed), Value::Null);
    }
}
