//! How the operations of a service stand as its lease is given back.

use super::{Job, due};
use crate::pipeline;
use crate::pipeline::PIPELINE;
use crate::problems::Error;
use crate::service::{Service, Trouble};
use crate::store::{Lease, Operation, OperationState, Requested};
use crate::words::ids::UnixSeconds;
use crate::words::problems;
use crate::words::status::Status;
use serde_json::Value;

/// Why an operation failed: fine code and sentence.
pub(super) type Why = (String, String);

/// How a visit to a service ends.
#[derive(Debug, Clone)]
pub enum Ending {
    /// What was asked for is over: done, or refused for this reason.
    Over(Option<(String, String)>),
    /// The cron finishes it.
    GoesOn {
        /// From when on.
        at: UnixSeconds,
        /// Whether in place of what was queued before.
        instead: bool,
    },
    /// Nobody has asked for anything: the cron goes on with what is queued.
    Visit {
        /// When it does that again.
        again_at: Option<UnixSeconds>,
    },
}

impl Ending {
    /// What a verb's result says of its operation.
    pub fn of(result: &Result<(), Error>) -> Self {
        Ending::Over(result.as_ref().err().map(why))
    }
}

pub(super) fn why(error: &Error) -> Why {
    (error.code().to_owned(), error.to_string())
}

/// Whether somebody will look at the service again for what was asked for.
fn waits(service: &Service) -> bool {
    service.due_at.is_some() && due::is_needed(service)
}

/// What a worker that died has left `running` is the cron's from now on where that finishes it; else it has failed.
pub fn judge_left(lease: &mut Lease, now: UnixSeconds) {
    if !lease.was_left() {
        return;
    }
    due::sees_its_task(&mut lease.service, now);
    let service = &lease.service;
    let asks = pipeline::row_from(service.status).is_some() || service.body.task.is_some();
    let is_left = service.due_at.is_some() && asks;
    lease.judge_left(is_left, now);
}

/// How far a guest that is being built has come, in percent.
fn progress(status: Status) -> Option<u32> {
    let place = PIPELINE.iter().position(|row| row.from == status)?;
    u32::try_from(place * 100 / PIPELINE.len()).ok()
}

/// Writes the operations of a job's service down as they stand now; they become true with the lease's last write.
pub(super) fn settle(job: &mut Job, ending: Ending, now: UnixSeconds) {
    let told = std::mem::take(&mut job.told);
    let upid = job.upid.take().map(String::from);
    for (by, why) in told {
        end_told(job, &by, why, now);
    }
    let action = job.lease.operations.own().map(|own| own.action.clone());
    match (ending, action) {
        (Ending::Visit { .. }, _) => visited(job, upid, now),
        // recorded nothing, so nothing is owed
        (_, None) => {}
        (Ending::Over(why), Some(action)) => {
            let goes_on = waits(&job.lease.service);
            for (is_own, operation) in job.lease.operations.iter_mut() {
                match is_own {
                    true => {
                        operation.upid = upid.clone().or(operation.upid.take());
                        operation.end(OperationState::after(why.as_ref()), why.clone(), now);
                    }
                    false if goes_on || operation.ended_at.is_some() => {}
                    false => replace(operation, &action, now),
                }
            }
        }
        (Ending::GoesOn { instead, .. }, Some(action)) => goes_on(job, &action, instead, upid, now),
    }
}

/// The end of a task that somebody had asked for before.
fn end_told(job: &mut Job, by: &str, why: Option<Why>, now: UnixSeconds) {
    for (is_own, operation) in job.lease.operations.iter_mut() {
        if !is_own && operation.action == by {
            operation.end(OperationState::after(why.as_ref()), why.clone(), now);
        }
    }
}

/// Another one has done it, or made way for something else.
fn replace(operation: &mut Operation, by: &str, now: UnixSeconds) {
    match by {
        "create" => operation.end(OperationState::Done, None, now),
        by => {
            let why = (
                problems::REPLACED.code.to_owned(),
                format!("{by} was asked for instead"),
            );
            operation.end(OperationState::Cancelled, Some(why), now);
        }
    }
}

fn goes_on(job: &mut Job, action: &str, instead: bool, upid: Option<String>, now: UnixSeconds) {
    let progress = progress(job.lease.service.status);
    let mut is_free = true;
    for (is_own, operation) in job.lease.operations.iter_mut() {
        if is_own {
            continue;
        }
        if instead && operation.has_place {
            let why = (
                problems::REPLACED.code.to_owned(),
                format!("{action} was asked for instead"),
            );
            operation.end(OperationState::Cancelled, Some(why), now);
        }
        is_free &= !operation.has_place;
    }
    for (is_own, operation) in job.lease.operations.iter_mut() {
        if is_own {
            operation.state = OperationState::Queued;
            operation.has_place |= is_free;
            operation.progress = progress.or(operation.progress);
            operation.upid = upid.clone().or(operation.upid.take());
        }
    }
}

/// What a visit of the cron leaves of what was queued; where nothing was, what it has changed is the module's own act.
fn visited(job: &mut Job, upid: Option<String>, now: UnixSeconds) {
    let service = &job.lease.service;
    let trouble = service.body.trouble.clone();
    let (settled, goes_on) = (job.settled, waits(service));
    let progress = progress(service.status);
    let refusal = job.refusal.take();
    if job.lease.operations.is_empty() {
        if let Some(action) = job.acted.filter(|_| settled) {
            note(job, action, refusal, now);
        }
        return;
    }
    for (_, operation) in job.lease.operations.iter_mut() {
        if operation.ended_at.is_some() {
            continue;
        }
        if operation.has_place {
            operation.upid = upid.clone().or(operation.upid.take());
        }
        let told = |trouble: &Trouble| (trouble.code.clone(), trouble.message.clone());
        let why = match (settled, goes_on) {
            (false, true) => {
                operation.progress = progress.or(operation.progress);
                continue;
            }
            (false, false) => trouble.as_ref().map(told),
            // what was taken back, in this run or one before, says why until it is asked for again
            (true, _) => {
                let was_taken_back = matches!(
                    operation.action.as_str(),
                    "change_package" | "reinstall" | "snapshot_rollback" | "backup_restore" | "beside_swap"
                );
                let lasting = trouble.as_ref().filter(|trouble| trouble.lasting && was_taken_back);
                refusal.clone().or_else(|| lasting.map(told))
            }
        };
        operation.end(OperationState::after(why.as_ref()), why, now);
    }
}

fn note(job: &mut Job, action: &'static str, why: Option<Why>, now: UnixSeconds) {
    let requested = Requested {
        action,
        arguments: Value::Null,
        by: job.order.by,
        nonce: None,
    };
    let since = job.begun_at;
    job.lease.operations.note(&requested, since, now, why);
}
