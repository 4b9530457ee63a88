//! The cron run: every service that is due, in parallel, one lease each, within a time budget.
//!
//! A worker never waits for one service while another could go on: what waits goes back into the [`line`] with
//! the time at which to look again. One bad record, one bad service, and one server that does not answer, never stop the
//! others. What guests have used is asked in the same run, by the same workers: its answers end with the budget too.
//!
//! # Clone slots
//! PVE takes only so many parallel clones to one storage before lock time-outs begin. A clone therefore needs a slot
//! of its place (the storage, or its part on one node), of which the package allows
//! [`clone_slots_per_storage`](crate::package::More::clone_slots_per_storage). The slot is a field of the service's row,
//! entered by the same transaction that writes the clone's intent down and counts the others: over all workers and
//! processes there are never more, and a process that dies leaves nothing behind but a row that is due. Whoever finds
//! no slot has its address, VMID and name, gives its lease back, and stands in its place's line; only the head of
//! a line asks the store again, which costs one indexed read. What has not been begun when the time is over has not
//! been touched, and is due as before.

mod line;
mod metering;

pub(crate) use metering::sample;
pub(in crate::api) use metering::usage_update;

use crate::api;
use crate::api::core::Core;
use crate::api::held;
use crate::api::output::{AttentionOut, DeliveryOut, ServiceOut};
use crate::api::request::{CronIn, OrderIn, ServerIn};
use crate::api::{Zones, attention_out, sync_due, take_due};
use crate::engine::{Ending, Goal, Job, Order, Outcome, due, is_kept_stopped, must_be_of, must_be_on, tell_delay};
use crate::pipeline::{self, acts};
use crate::problems::Error;
use crate::pve::{Counted, Meter};
use crate::service::{Service, Trouble};
use crate::words::ids::{ServerId, ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::problems::{self, Problem};
use line::{Line, Next};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What is kept of a run's time for the DNS records (seconds).
const DNS_SECONDS: f64 = 12.0;

/// What came of a run.
#[derive(Default)]
struct Summary {
    lines: Vec<String>,
    touched: BTreeSet<ServiceId>,
    ready: Vec<ServiceId>,
}

/// What became of a cron run.
#[derive(Debug, Serialize)]
pub(in crate::api) struct CronOut {
    /// The services that it had to do with, as they are now.
    services: Vec<ServiceOut>,
    /// Those that have become ready.
    ready: Vec<ServiceId>,
    /// What PHP delivers now, and acknowledges.
    outbox: Vec<DeliveryOut>,
    /// What it has asked of Proxmox VE.
    requests: Counted,
    /// What needs somebody: each again and again, until somebody has mended it.
    attention: Vec<AttentionOut>,
    /// What happened, a sentence each, and then what needs somebody.
    lines: Vec<String>,
}

/// Advances everything that the request brings, until it is settled or the budget ends.
pub(in crate::api) fn cron(core: &Core, request: CronIn) -> Result<CronOut, Error> {
    let meter = Arc::new(Meter::default());
    let summary = Mutex::new(Summary::default());
    let budget = request.budget_s.unwrap_or(limits::CRON_SECONDS).clamp(1.0, 3600.0);
    let end = core.clock.now() + budget;
    let zones = Zones::of(core, &request.zones);
    // DNS has what the guests leave of the time, and never nothing
    let for_dns = if zones.as_ref().is_some_and(|zones| zones.any) {
        DNS_SECONDS.min(budget / 4.0)
    } else {
        0.0
    };
    let answers_until = end - for_dns;
    let deadline = answers_until - limits::TURN_SECONDS.min(budget / 4.0);
    for unprepared in &request.failed {
        not_prepared(
            core,
            &summary,
            ServiceId(unprepared.id),
            &problems::NOT_PREPARED,
            &unprepared.message,
        );
    }
    let mut orders = request.orders;
    for order in &mut orders {
        order.seal_key.clone_from(&request.seal_key);
    }
    let mut line = Line::new(orders, request.samples);
    let workers = request.workers.unwrap_or(limits::WORKERS).clamp(1, 64).min(line.len());
    line.shared_by(workers);
    let run = Run {
        core,
        line: Mutex::new(line),
        moved: Condvar::new(),
        summary,
        meter,
        deadline,
        answers_until,
        utc_offset_s: request.utc_offset_s,
        is_held: core.store.address_change()?.is_some(),
    };
    if workers > 0 {
        Core::in_threads(workers, || run.work());
    }
    if let Some(zones) = zones {
        // what was done for the guests is told, whatever becomes of their records
        let lines = sync_due(core, &zones, end).unwrap_or_else(|error| vec![format!("DNS: {error}")]);
        guard(&run.summary).lines.extend(lines);
    }
    let summary = run.summary.into_inner().unwrap_or_else(PoisonError::into_inner);
    reply(core, summary, &run.meter)
}

fn reply(core: &Core, summary: Summary, meter: &Meter) -> Result<CronOut, Error> {
    let mut services = Vec::new();
    for id in &summary.touched {
        let (service, addresses) = core.store.service(*id)?;
        services.push(ServiceOut::of(&service, &addresses));
    }
    let mut lines = summary.lines;
    let outbox = take_due(core)?;
    let attention = attention_out(&core.store.news()?);
    let line = |row: &AttentionOut| {
        let (service, status, message) = (row.service, row.status, &row.trouble.message);
        format!("needs attention: service {service} ({status}): {message}")
    };
    lines.extend(attention.iter().map(line));
    Ok(CronOut {
        services,
        ready: summary.ready,
        outbox,
        requests: meter.counted(),
        attention,
        lines,
    })
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A suspended service that is settled is kept stopped; every other one goes on where it is.
fn goal(service: &Service) -> Goal {
    if is_kept_stopped(service) {
        Goal::Act(&acts::SUSPEND)
    } else {
        Goal::Settle
    }
}

/// One run, shared by its workers.
struct Run<'a> {
    core: &'a Core,
    line: Mutex<Line>,
    /// A worker is done with something.
    moved: Condvar,
    summary: Mutex<Summary>,
    meter: Arc<Meter>,
    /// Nothing is begun after this.
    deadline: UnixSeconds,
    /// Whatever PVE was asked is over by then.
    answers_until: UnixSeconds,
    /// How far WHMCS's clocks are ahead of UTC.
    utc_offset_s: Option<i32>,
    /// Whether nothing is destroyed until staff have said that WHMCS is no copy.
    is_held: bool,
}

impl Run<'_> {
    fn work(&self) {
        loop {
            let now = self.core.clock.now();
            if now >= self.deadline {
                return self.give_back();
            }
            let mut line = guard(&self.line);
            match line.next(now) {
                Next::GoOn(job) => {
                    drop(line);
                    let mut visit = self.visit(job.order.entry.id);
                    visit.answers = Some(self.go_on(job, None));
                }
                Next::Begin { order, head } => {
                    drop(line);
                    let mut visit = self.visit(order.server_id());
                    visit.answers = self.begin(*order, head);
                }
                Next::Sample(sample) => {
                    drop(line);
                    let mut visit = self.visit(sample.server_id());
                    visit.is_sample = true;
                    visit.answers = self.sample(&sample);
                }
                Next::Wait { until, .. } if until > self.deadline => {
                    drop(line);
                    return self.give_back();
                }
                Next::Wait { until, alone } => {
                    drop(line);
                    let nap = if alone { f64::INFINITY } else { limits::NAP_SECONDS };
                    self.core.clock.sleep((until - now).min(nap));
                }
                // by the time that is the deadline, too
                Next::Blocked => drop(self.moved.wait_timeout(line, limits::BLOCKED_LOOK)),
                Next::Nothing => return,
            }
        }
    }

    fn visit(&self, server: ServerId) -> Visit<'_> {
        Visit {
            run: self,
            server,
            answers: None,
            is_sample: false,
        }
    }

    /// What is under way goes on in the next run.
    fn give_back(&self) {
        loop {
            // taken under the lock, given back outside of it
            let begun = guard(&self.line).take_begun();
            match begun {
                Some((job, at)) => {
                    self.finish(job, Some(at));
                }
                None => return,
            }
        }
    }

    /// What the guests of a server have used.
    fn sample(&self, sample: &ServerIn) -> Option<bool> {
        let server = sample.server_id();
        let look = || {
            let entry = sample.parse()?;
            let client = self.core.client(&entry, &self.meter, self.answers_until)?;
            Ok((
                api::sample(self.core, &entry, &client, self.utc_offset_s.unwrap_or_default()),
                client.answers(),
            ))
        };
        let (sampled, answers) = match look() {
            Ok((sampled, answers)) => (sampled, Some(answers)),
            Err(error) => (Err(error), None),
        };
        if let Err(error) = sampled {
            guard(&self.summary)
                .lines
                .push(format!("usage on server {server}: {error}"));
        }
        answers
    }

    /// Whether its server answers, as far as it was asked.
    fn begin(&self, order_in: OrderIn, head: bool) -> Option<bool> {
        let id = order_in.service_id().ok()?;
        match self.prepare(&order_in, id, head) {
            Ok(Begun::Leased(job)) => return Some(self.go_on(job, Some((order_in, head)))),
            Ok(Begun::NoSlot(place)) => {
                let now = self.core.clock.now();
                guard(&self.line).park(&place, order_in, head, now);
            }
            Ok(Begun::Held) => held::waits(self.core, id),
            // another cron run, or a page, is at work on it
            Err(error) if error.code() == "busy" => {}
            Err(Error::Store(error)) => guard(&self.summary).lines.push(format!("service {id}: {error}")),
            Err(error) => not_prepared(self.core, &self.summary, id, error.problem(), &error.to_string()),
        }
        None
    }

    fn prepare(&self, order_in: &OrderIn, id: ServiceId, head: bool) -> Result<Begun, Error> {
        let order: Order = order_in.parse()?;
        let client = self.core.client(&order.entry, &self.meter, self.answers_until)?;
        let now = self.core.clock.now();
        // without a slot there is nothing to do: that is found out without a lease
        let (service, _) = self.core.store.service(id)?;
        must_be_on(&service, order.entry.id)?;
        must_be_of(&service, order.asked.as_ref())?;
        if self.is_held && held::would_destroy(&service) {
            return Ok(Begun::Held);
        }
        if waits_for_clone(&service) {
            let place = service.slot_key();
            let slots = order.package.more.clone_slots_per_storage;
            let known_full = !head && guard(&self.line).is_full(&place);
            if known_full || !self.core.store.has_slot(&place, slots, id, now)? {
                return Ok(Begun::NoSlot(place));
            }
        }
        // what WHMCS has said before somebody else changed something may be true no more
        let mut lease = self.core.store.lease_unchanged(id, order_in.generation.0, now)?;
        if let Some(asked) = &order.asked {
            lease.service.learn_order(asked);
        }
        let mut job = Job::new(lease, order, client, Goal::Settle, now);
        job.goal = goal(&job.lease.service);
        job.turns_until = self.deadline;
        Ok(Begun::Leased(Box::new(job)))
    }

    /// `begun_as`: the order, where this is its beginning. Whether the server answers.
    fn go_on(&self, job: Box<Job>, begun_as: Option<(OrderIn, bool)>) -> bool {
        let client = job.client.clone();
        self.turn(job, begun_as);
        client.answers()
    }

    fn turn(&self, mut job: Box<Job>, begun_as: Option<(OrderIn, bool)>) {
        let waited = waits_for_clone(&job.lease.service);
        let outcome = self.core.engine().advance(&mut job);
        guard(&self.summary).lines.append(&mut job.lines);
        match (outcome, begun_as) {
            // suspended while it was built or changed: what Suspend had to leave is done now
            (Outcome::Settled, _) if matches!(job.goal, Goal::Settle) && is_kept_stopped(&job.lease.service) => {
                job.goal = goal(&job.lease.service);
                self.turn(job, None);
            }
            (Outcome::Settled, _) if self.core.engine().begin_scheduled(&mut job, self.utc_offset_s) => {
                job.goal = goal(&job.lease.service);
                self.turn(job, None);
            }
            (Outcome::Settled, _) => {
                self.finish(job, None);
            }
            (
                Outcome::Waiting {
                    until, in_line: true, ..
                },
                begun_as,
            ) => {
                let place = job.lease.service.slot_key();
                let again_at = job.due_before.unwrap_or(until);
                let generation = job.lease.generation();
                if self.finish(job, Some(again_at))
                    && let Some((mut order_in, head)) = begun_as
                {
                    order_in.generation.0 = order_in.generation.0.map(|_| generation);
                    guard(&self.line).park(&place, order_in, head, until);
                }
            }
            (Outcome::Waiting { until, .. }, _) => {
                let mut line = guard(&self.line);
                if waited {
                    line.had_slot(&job.lease.service.slot_key());
                }
                line.put_back(job, until);
            }
            (Outcome::Refused(error), _) => {
                self.tell(&job, &error);
                self.turn(job, None);
            }
            (Outcome::Failed { error, retry_at }, _) => self.failed(job, &error, retry_at),
        }
    }

    fn tell(&self, job: &Job, error: &Error) {
        let service = &job.lease.service;
        let line = format!("service {}: {}: {error}", service.id, service.status);
        guard(&self.summary).lines.push(line);
    }

    fn failed(&self, job: Box<Job>, error: &Error, retry_at: UnixSeconds) {
        self.tell(&job, error);
        let soon = retry_at < self.deadline.min(self.core.clock.now() + limits::LEASE_SECONDS / 2.0);
        if error.retry() && soon {
            guard(&self.line).put_back(job, retry_at);
        } else {
            self.finish(job, Some(retry_at));
        }
    }

    /// Gives a service back, with the time at which the next run should look at it. Whether that could be written.
    fn finish(&self, mut job: Box<Job>, again_at: Option<UnixSeconds>) -> bool {
        let id = job.lease.service.id;
        let released = self.core.engine().release(&mut job, Ending::Visit { again_at });
        let mut summary = guard(&self.summary);
        if let Err(error) = &released {
            summary.lines.push(format!("service {id}: {error}"));
        } else if job.became_ready {
            summary.ready.push(id);
        }
        summary.touched.insert(id);
        released.is_ok()
    }
}

/// A worker is with a server; its place there is free again, however that ends.
struct Visit<'a> {
    run: &'a Run<'a>,
    server: ServerId,
    answers: Option<bool>,
    is_sample: bool,
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        guard(&self.run.line).done(self.server, self.answers, self.is_sample);
        self.run.moved.notify_all();
    }
}

/// What became of an order that was begun.
enum Begun {
    Leased(Box<Job>),
    NoSlot(String),
    Held,
}

/// Whether the next thing that a service does is to start its clone.
fn waits_for_clone(service: &Service) -> bool {
    service.status == pipeline::clone_row().from
        && service.body.place.is_some()
        && !service.has_guest()
        && service.body.task.is_none()
}

/// A service whose server entry, product or settings are unusable: recorded on the service, and tried again later.
fn not_prepared(core: &Core, summary: &Mutex<Summary>, id: ServiceId, problem: &Problem, message: &str) {
    let now = core.clock.now();
    let message = crate::pve::tidy(message);
    guard(summary).lines.push(format!("service {id}: {message}"));
    if let Ok(mut lease) = core.store.lease(id, now) {
        lease.service.body.trouble = Some(Trouble {
            retry: false,
            ..Trouble::of(problem, message, now)
        });
        due::is_not_prepared(&mut lease.service, now);
        tell_delay(&mut lease.service);
        if core.store.release(&mut lease, now, &[]).is_ok() {
            guard(summary).touched.insert(id);
        }
    }
}
