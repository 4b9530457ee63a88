//! The cron run: every service that is due, in parallel, one lease each, within a time budget.
//!
//! A worker never waits for one service while another could go on: what waits goes back into the queue with
//! the time at which to look again. One bad record, and one bad service, never stop the others.

use crate::core::Core;
use crate::engine::{Goal, Job, Order, Outcome};
use crate::error::Error;
use crate::limits;
use crate::model::{ServiceId, UnixSeconds};
use crate::ops::{Zones, attention, mails, sync_due, write_backs};
use crate::pve::Meter;
use crate::request::{self, CronIn, OrderIn};
use crate::service::{Service, Trouble};
use crate::steps::{self, acts};
use serde_json::{Value, json};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is kept of a run's time for the DNS records (seconds).
const DNS_SECONDS: f64 = 12.0;

/// A service in the queue: the earliest comes first.
struct Item {
    at: UnixSeconds,
    job: Box<Job>,
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at
            .total_cmp(&other.at)
            .then_with(|| self.job.lease.service.id.cmp(&other.job.lease.service.id))
    }
}

/// What came of a run.
#[derive(Default)]
struct Summary {
    lines: Vec<String>,
    touched: Vec<ServiceId>,
    ready: Vec<ServiceId>,
}

/// Advances everything that the request brings, until it is settled or the budget ends.
pub fn cron(core: &Core, request: &Value) -> Result<Value, Error> {
    let cron_in: CronIn = request::parse(request.clone())?;
    let meter = Arc::new(Meter::default());
    let summary = Mutex::new(Summary::default());
    let queue = Mutex::new(BinaryHeap::new());
    let budget = cron_in.budget_s.unwrap_or(limits::CRON_SECONDS).clamp(1.0, 3600.0);
    let end = core.clock.now() + budget;
    let zones = Zones::of(core, request);
    // DNS has what the guests leave of the time, and never nothing
    let for_dns = if zones.as_ref().is_some_and(|zones| zones.any) {
        DNS_SECONDS.min(budget / 4.0)
    } else {
        0.0
    };
    let deadline = end - for_dns;
    for unprepared in &cron_in.failed {
        not_prepared(
            core,
            &summary,
            ServiceId(unprepared.id),
            "not_prepared",
            &unprepared.message,
        );
    }
    for order_in in &cron_in.orders {
        let Ok(id) = order_in.service_id() else { continue };
        match prepare(core, order_in, id, &meter) {
            Ok(job) => guard(&queue).push(Reverse(Item {
                at: core.clock.now(),
                job: Box::new(job),
            })),
            // another cron run, or a page, is at work on it
            Err(error) if error.code() == "busy" => {}
            Err(Error::Store(error)) => guard(&summary).lines.push(format!("service {id}: {error}")),
            Err(error) => not_prepared(core, &summary, id, error.code(), &error.to_string()),
        }
    }
    let workers = cron_in
        .workers
        .unwrap_or(limits::WORKERS)
        .clamp(1, 64)
        .min(guard(&queue).len());
    if workers > 0 {
        Core::in_threads(workers, || work(core, &queue, &summary, deadline));
    }
    if let Some(zones) = zones {
        let lines = sync_due(core, &zones, end)?;
        guard(&summary).lines.extend(lines);
    }
    reply(
        core,
        summary.into_inner().unwrap_or_else(PoisonError::into_inner),
        &meter,
    )
}

fn reply(core: &Core, summary: Summary, meter: &Meter) -> Result<Value, Error> {
    let mut services = Vec::new();
    for id in &summary.touched {
        let (service, addresses) = core.store.service(*id)?;
        services.push(request::service_out(&service, &addresses));
    }
    let attention = attention(core)?;
    let mut lines = summary.lines;
    let line = |row: &Value| {
        format!(
            "needs attention: service {} ({}): {}",
            row["service"],
            text(&row["status"]),
            text(&row["message"])
        )
    };
    lines.extend(attention.iter().map(line));
    Ok(request::reply(json!({
        "lines": lines,
        "attention": attention,
        "services": services,
        "ready": summary.ready,
        "mails": mails(core)?,
        "write_backs": write_backs(core)?,
        "requests": meter.to_json(),
    })))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn prepare(core: &Core, order_in: &OrderIn, id: ServiceId, meter: &Arc<Meter>) -> Result<Job, Error> {
    let order: Order = order_in.parse()?;
    let client = core.client(&order.entry, meter)?;
    let now = core.clock.now();
    let lease = core.store.lease(id, now)?;
    let goal = goal(&lease.service);
    Ok(Job::new(lease, order, client, goal, now))
}

/// A suspended service that is settled is kept stopped; every other one goes on where it is.
fn goal(service: &Service) -> Goal {
    if service.body.suspended && steps::row_from(service.status).is_none() {
        Goal::Act(&acts::SUSPEND)
    } else {
        Goal::Settle
    }
}

fn work(core: &Core, queue: &Mutex<BinaryHeap<Reverse<Item>>>, summary: &Mutex<Summary>, deadline: UnixSeconds) {
    loop {
        let Some(Reverse(Item { at, mut job })) = guard(queue).pop() else {
            return;
        };
        // the earliest of all: whoever waits, waits for this one
        let now = core.clock.now();
        if at > deadline || now > deadline {
            finish(core, summary, job, Some(at));
            continue;
        }
        if at > now {
            core.clock.sleep(at - now);
        }
        let outcome = core.engine().advance(&mut job);
        guard(summary).lines.append(&mut job.lines);
        match outcome {
            Outcome::Settled => {
                let again = job
                    .lease
                    .service
                    .body
                    .suspended
                    .then(|| core.clock.now() + limits::SUSPENDED_SECONDS);
                finish(core, summary, job, again);
            }
            Outcome::Waiting { until, .. } => guard(queue).push(Reverse(Item { at: until, job })),
            Outcome::Failed { error, retry_at } => {
                let id = job.lease.service.id;
                guard(summary)
                    .lines
                    .push(format!("service {id}: {}: {error}", job.lease.service.status));
                if error.retry() && retry_at < deadline {
                    guard(queue).push(Reverse(Item { at: retry_at, job }));
                } else {
                    finish(core, summary, job, Some(retry_at));
                }
            }
        }
    }
}

/// Gives a service back, with the time at which the next run should look at it.
fn finish(core: &Core, summary: &Mutex<Summary>, mut job: Box<Job>, due_at: Option<UnixSeconds>) {
    let id = job.lease.service.id;
    let released = core.engine().release(&mut job, due_at);
    let mut summary = guard(summary);
    if let Err(error) = released {
        summary.lines.push(format!("service {id}: {error}"));
    } else if job.became_ready {
        summary.ready.push(id);
    }
    summary.touched.push(id);
}

/// A service whose server entry, product or settings are unusable: recorded on the service, and tried again later.
fn not_prepared(core: &Core, summary: &Mutex<Summary>, id: ServiceId, code: &str, message: &str) {
    let now = core.clock.now();
    let message = crate::pve::tidy(message);
    guard(summary).lines.push(format!("service {id}: {message}"));
    if let Ok(mut lease) = core.store.lease(id, now) {
        let trouble = Trouble {
            code: code.to_owned(),
            message,
            retry: false,
            at: now,
        };
        lease.service.body.trouble = Some(trouble);
        lease.service.due_at = Some(now + limits::retry_after(u32::MAX));
        if core.store.release(&lease, now, &[]).is_ok() {
            guard(summary).touched.push(id);
        }
    }
}
