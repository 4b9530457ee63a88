//! The activity log of a service: what was done, when, by whom, how long it took, and what came of it.
//!
//! Its entries are operations, and in each the lines of history that were written for it. Lines of no operation, from
//! before there were any and of DNS records, are entries of their own.

use super::show::must_be_shown;
use crate::api::core::Core;
use crate::api::request::{Number, Who};
use crate::guest::Made;
use crate::problems::Error;
use crate::store::{Event, Operation, OperationState, Reader};
use crate::words::ids::{Actor, By, ServiceId, UnixSeconds};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::IpAddr;

/// Which part of the log.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ActivityIn {
    /// Of which service.
    service: Number,
    /// So many entries; missing: [`limits::ACTIVITY_ROWS`].
    limit: Number,
    /// What `next` was on the page before; missing on the first one.
    before: Option<Before>,
    /// Who asks.
    #[serde(flatten)]
    who: Who,
}

/// Where a page of the log begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct Before {
    /// The last operation of the page before.
    operation: Number,
    /// When that was asked for.
    at: Option<f64>,
}

/// A page of the log.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ActivityOut {
    /// The newest first.
    entries: Vec<EntryOut>,
    /// What `before` is on the next page; null on the last one.
    next: Option<NextOut>,
}

/// Where the next page of the log begins.
#[derive(Debug, Serialize)]
pub(in crate::api) struct NextOut {
    /// The last operation of this page.
    operation: u64,
    /// When that was asked for.
    at: UnixSeconds,
}

/// An operation of the log.
#[derive(Debug, Serialize)]
pub(in crate::api) struct EntryOut {
    /// Its number; null for a line of history that belongs to none.
    id: Option<u64>,
    /// What was asked for.
    action: String,
    /// Who asked.
    actor: Actor,
    /// How it stands.
    state: OperationState,
    /// The code of what went wrong; empty where nothing has.
    code: String,
    /// How far it has come, 0 to 100; null where nobody knows.
    progress: Option<u32>,
    /// When it was asked for.
    at: UnixSeconds,
    /// How long it took, seconds; null while it goes on.
    took_s: Option<f64>,
    /// The address that it was asked from, null where nobody knows; to customers only of their own, otherwise missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<Option<IpAddr>>,
    /// Which snapshot it was about; missing where that is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<AboutOut>,
    /// The fingerprints of the SSH keys that it was about; missing where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<String>,
    /// What only staff see.
    #[serde(flatten)]
    staff: Option<StaffOut>,
}

/// Which snapshot an operation was about.
#[derive(Debug, Serialize)]
struct AboutOut {
    /// What it is called; empty: it has no label, or nobody remembers.
    label: String,
    /// When it was asked for; null where it is the new one.
    at: Option<UnixSeconds>,
}

/// What of an operation only staff see.
#[derive(Debug, Serialize)]
struct StaffOut {
    /// What went wrong, in a sentence; empty where nothing has.
    message: String,
    /// The number of the client or of the member of staff who asked; null where nobody knows.
    actor_id: Option<u64>,
    /// The last task that it started; null where it started none.
    upid: Option<String>,
    /// What it was asked with, without secrets.
    arguments: Value,
    /// The lines of history that were written for it.
    lines: Vec<Event>,
}

/// A page of the activity log. Staff see everything. A client sees the own acts and what the module and WHMCS did, without the lines, the tasks and the
/// sentences for staff; of addresses only the own ones.
pub(in crate::api) fn activity(core: &Core, request: ActivityIn) -> Result<ActivityOut, Error> {
    let id = request.service.service()?;
    let (service, _) = core.store.service(id)?;
    must_be_shown(&service, request.who.asked().as_ref())?;
    let limit = request.limit.0.unwrap_or(limits::ACTIVITY_ROWS.into());
    let (entries, next) = entries(core, id, request.who.by(), request.before, limit)?;
    Ok(ActivityOut { entries, next })
}

/// What whoever asks may see, and what `before` is on the next page.
pub(super) fn entries(
    core: &Core,
    id: ServiceId,
    by: By,
    before: Option<Before>,
    limit: u64,
) -> Result<(Vec<EntryOut>, Option<NextOut>), Error> {
    let reader = match by.actor {
        Actor::Client => Reader::Client(by.id.unwrap_or_default()),
        Actor::Admin | Actor::Whmcs | Actor::Cron => Reader::Staff,
    };
    let before = before.unwrap_or_default();
    let limit = limit.clamp(1, limits::ACTIVITY_MOST.into()) as u32;
    let mut operations = core.store.operations(id, reader, before.operation.0, limit + 1)?;
    let is_last = operations.len() <= limit as usize;
    operations.truncate(limit as usize);
    let next = operations.last().filter(|_| !is_last).map(|oldest| NextOut {
        operation: oldest.id,
        at: oldest.created_at,
    });
    let since = next.as_ref().map_or(f64::NEG_INFINITY, |oldest| oldest.at);
    let until = before.at.unwrap_or(f64::INFINITY);
    let made_by: Vec<u64> = operations.iter().filter_map(|one| Some(meant(one)?.1)).collect();
    let labels = core.store.labels(id, &made_by)?;
    let entries = match reader {
        Reader::Client(_) => operations.into_iter().map(|one| for_client(one, &labels)).collect(),
        Reader::Staff => for_staff(operations, core.store.lines(id)?, since..until, &labels),
    };
    Ok((entries, next))
}

/// When the snapshot was asked for that an operation means, and by which one.
fn meant(operation: &Operation) -> Option<(UnixSeconds, u64)> {
    Made::asked(operation.arguments["snapshot"].as_str()?)
}

fn about(operation: &Operation, labels: &HashMap<u64, String>) -> Option<AboutOut> {
    if let Some((at, made_by)) = meant(operation) {
        return Some(AboutOut {
            label: labels.get(&made_by).cloned().unwrap_or_default(),
            at: Some(at),
        });
    }
    let label = operation.arguments["label"].as_str().filter(|label| !label.is_empty());
    label.map(|label| AboutOut {
        label: label.to_owned(),
        at: None,
    })
}

fn for_staff(
    operations: Vec<Operation>,
    lines: Vec<(Option<u64>, Event)>,
    between: std::ops::Range<UnixSeconds>,
    labels: &HashMap<u64, String>,
) -> Vec<EntryOut> {
    let mut of: HashMap<u64, Vec<Event>> = HashMap::new();
    let mut entries = Vec::new();
    for (operation, event) in lines {
        match operation {
            Some(operation) => of.entry(operation).or_default().push(event),
            None if between.contains(&event.at) => entries.push((event.at, line_alone(event))),
            None => {}
        }
    }
    for operation in operations {
        let staff = StaffOut {
            message: operation.result.clone(),
            actor_id: operation.by.id,
            upid: operation.upid.clone(),
            arguments: operation.arguments.clone(),
            lines: of.remove(&operation.id).unwrap_or_default(),
        };
        let entry = EntryOut {
            ip: Some(operation.by.ip),
            staff: Some(staff),
            ..out(operation, labels)
        };
        entries.push((entry.at, entry));
    }
    entries.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// What a client may see of an operation.
fn for_client(operation: Operation, labels: &HashMap<u64, String>) -> EntryOut {
    let ip = (operation.by.actor == Actor::Client).then_some(operation.by.ip);
    EntryOut {
        ip,
        ..out(operation, labels)
    }
}

fn out(operation: Operation, labels: &HashMap<u64, String>) -> EntryOut {
    let snapshot = about(&operation, labels);
    let keys = keys(&operation.arguments);
    let took = operation.ended_at.map(|ended| (ended - operation.created_at).max(0.0));
    EntryOut {
        id: Some(operation.id),
        action: operation.action,
        actor: operation.by.actor,
        state: operation.state,
        code: operation.code,
        progress: operation.progress,
        at: operation.created_at,
        took_s: took,
        ip: None,
        snapshot,
        keys,
        staff: None,
    }
}

fn keys(arguments: &Value) -> Vec<String> {
    let several = arguments["ssh_keys"].as_array().into_iter().flatten();
    let keys = several.chain([&arguments["fingerprint"]]).filter_map(Value::as_str);
    keys.map(str::to_owned).collect()
}

/// A line of no operation, in the form of one.
fn line_alone(event: Event) -> EntryOut {
    let is_well = ["ok", "asked"].contains(&event.result.as_str());
    let took = event.took_ms as f64 / 1000.0;
    EntryOut {
        id: None,
        action: event.what,
        actor: event.actor,
        state: if is_well {
            OperationState::Done
        } else {
            OperationState::Failed
        },
        code: String::new(),
        progress: None,
        at: event.at - took,
        took_s: Some(took),
        ip: Some(None),
        snapshot: None,
        keys: Vec::new(),
        staff: Some(StaffOut {
            message: if is_well { String::new() } else { event.result },
            actor_id: None,
            upid: None,
            arguments: json!({}),
            lines: Vec::new(),
        }),
    }
}
