//! Advances one service: look, plan, call, confirm.
//!
//! The only module that makes a call to PVE that changes something, and the only one that moves a service
//! along the table. Every button, tick and cron run does just this, so repeating any of them is harmless.
//! [`Engine::advance`] goes as far as it can without waiting and then says what it waits for; who calls it
//! (one request, or a cron run with hundreds of services) decides how to spend that time.

mod calls;
mod look;
mod reserve;
mod task;

use crate::clock::Clock;
use crate::error::{Error, Refusal};
use crate::limits;
use crate::model::{Actor, UnixSeconds, Vmid};
use crate::package::Package;
use crate::plan::{Call, View};
use crate::pve::Client;
use crate::server::{Secret, ServerEntry};
use crate::service::{Service, Trouble};
use crate::status::Status;
use crate::steps::{self, Looks, Needs, Row};
use crate::store::{Event, Lease, Store};
use look::{Look, Seen};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// What a request brings for a service: WHMCS's view of it, parsed.
#[derive(Debug, Clone)]
pub struct Order {
    /// The package as it is now.
    pub package: Package,
    /// The server entry.
    pub entry: Arc<ServerEntry>,
    /// The WHMCS client, for the name rule.
    pub client_id: u64,
    /// The cloud-init password, if the request brought one.
    pub password: Option<Secret>,
    /// Who asks.
    pub actor: Actor,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Along the pipeline until this status is reached.
    Status(Status),
    /// One step, forced against the package as it is now; the status stays unless the step is next.
    Step(&'static str),
}

/// How far [`Engine::advance`] came.
#[derive(Debug)]
pub enum Outcome {
    /// The goal is reached.
    Settled,
    /// Not yet: there is something to wait for.
    Waiting {
        /// What, in a few words.
        on: String,
        /// When to come back.
        until: UnixSeconds,
    },
    /// It cannot go on now.
    Failed {
        /// Why.
        error: Error,
        /// When the cron should try again.
        retry_at: UnixSeconds,
    },
}

/// One service being advanced.
pub struct Job {
    /// The lease, with the service.
    pub lease: Lease,
    /// What the request brought.
    pub order: Order,
    /// The client of its server entry.
    pub client: Client,
    /// What to reach.
    pub goal: Goal,
    /// `set_ip → clone`, … as they happened.
    pub lines: Vec<String>,
    /// Whether a call that changes something was made.
    pub changed: bool,
    look: Look,
    queue: VecDeque<Call>,
    events: Vec<Event>,
    waiting_since: Option<UnixSeconds>,
    step_since: UnixSeconds,
    rounds: (Option<Status>, u32),
    task_failure: Option<Error>,
    taken: BTreeSet<Vmid>,
}

impl Job {
    /// A job for a lease that was just taken.
    pub fn new(lease: Lease, order: Order, client: Client, goal: Goal, now: UnixSeconds) -> Self {
        Job {
            lease,
            order,
            client,
            goal,
            lines: Vec::new(),
            changed: false,
            look: Look::default(),
            queue: VecDeque::new(),
            events: Vec::new(),
            waiting_since: None,
            step_since: now,
            rounds: (None, 0),
            task_failure: None,
            taken: BTreeSet::new(),
        }
    }

    fn service(&mut self) -> &mut Service {
        &mut self.lease.service
    }
}

/// The engine: a store and a clock. Clients come with the jobs.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    /// The store.
    pub store: &'a Store,
    /// The clock.
    pub clock: &'a dyn Clock,
}

/// What to do after one turn of the loop.
enum Turn {
    Again,
    Done(Outcome),
}

impl Engine<'_> {
    /// Goes as far as possible without waiting. Never panics, never repeats what may have happened.
    pub fn advance(&self, job: &mut Job) -> Outcome {
        loop {
            match self.turn(job) {
                Ok(Turn::Again) => job.waiting_since = None,
                Ok(Turn::Done(outcome)) => return outcome,
                Err(error) => return self.failed(job, error),
            }
        }
    }

    /// Advances, waiting where there is something to wait for, until the goal, a failure or the deadline.
    pub fn run(&self, job: &mut Job, deadline: UnixSeconds) -> Outcome {
        loop {
            match self.advance(job) {
                Outcome::Waiting { until, .. } if until < deadline => self.clock.sleep(until - self.clock.now()),
                // an unclear answer is looked into at once: the caller wants to know
                Outcome::Failed {
                    error: Error::Pve(crate::pve::Error::NoAnswer { .. }),
                    retry_at,
                } if retry_at < deadline => {
                    self.clock.sleep(retry_at - self.clock.now());
                }
                outcome => return outcome,
            }
        }
    }

    /// Gives the lease back. `due_at`: when the cron should look at the service again.
    pub fn release(&self, job: &mut Job, due_at: Option<UnixSeconds>) -> Result<(), Error> {
        job.service().due_at = due_at;
        let events = std::mem::take(&mut job.events);
        Ok(self.store.release(&job.lease, self.clock.now(), &events)?)
    }

    fn turn(&self, job: &mut Job) -> Result<Turn, Error> {
        let Some((row, is_next)) = goal_row(job)? else {
            return Ok(Turn::Done(Outcome::Settled));
        };
        // a clone that PVE has accepted is all that Create waits for
        let accepted = job.lease.service.body.task.as_ref().is_some_and(|task| task.upid.is_some());
        if row.looks > Looks::AtStore || !accepted {
            if let Some(outcome) = self.await_task(job)? {
                return Ok(Turn::Done(outcome));
            }
        }
        if let Some(call) = job.queue.pop_front() {
            self.perform(job, call)?;
            return Ok(Turn::Again);
        }
        let calls = match self.missing(job, row)? {
            Missing::Calls(calls) => calls,
            Missing::Wait { on, until } => return Ok(Turn::Done(Outcome::Waiting { on, until })),
        };
        if calls.is_empty() {
            self.reached(job, row, is_next)?;
            return Ok(match job.goal {
                Goal::Status(_) => Turn::Again,
                Goal::Step(_) => Turn::Done(Outcome::Settled),
            });
        }
        if let Some(failure) = job.task_failure.take() {
            return Err(failure);
        }
        count_round(job, row, &calls)?;
        job.queue = self.with_calls_ahead(job, row, calls).into();
        Ok(Turn::Again)
    }

    /// What the row still misses, after the looks that it needs.
    fn missing(&self, job: &mut Job, row: &Row) -> Result<Missing, Error> {
        if row.looks == Looks::AtStore {
            if let (Needs::NoGuest, true, Goal::Step(_)) = (
                row.needs,
                job.lease.service.body.cloned && row.to == Status::Clone,
                job.goal,
            ) {
                let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
                return Err(Refusal::HasGuest {
                    service: job.lease.service.id,
                    vmid,
                }
                .into());
            }
            return self.plan(job, row).map(Missing::Calls);
        }
        match self.look(job, row)? {
            Seen::Guest => {}
            Seen::Locked { lock, until } => return self.locked(job, lock, until),
            Seen::Absent => return Err(self.guest_is_gone(job)),
        }
        if row.needs == Needs::Stopped && job.look.runs() {
            return match job.goal {
                Goal::Status(_) => Ok(Missing::Calls(vec![Call::Stop])),
                Goal::Step(_) => Err(Refusal::Running(job.lease.service.vmid.unwrap_or(Vmid::MIN)).into()),
            };
        }
        self.plan(job, row).map(Missing::Calls)
    }

    fn locked(&self, job: &Job, lock: String, until: UnixSeconds) -> Result<Missing, Error> {
        match job.goal {
            Goal::Status(_) => Ok(Missing::Wait {
                on: format!("lock {lock}"),
                until,
            }),
            Goal::Step(_) => {
                let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
                Err(Refusal::Locked { vmid, lock }.into())
            }
        }
    }

    fn plan(&self, job: &Job, row: &Row) -> Result<Vec<Call>, Error> {
        let service = &job.lease.service;
        let package = &job.order.package;
        let view = View {
            package,
            addresses: &job.lease.addresses,
            reserved: reserve::is_complete(&job.lease, package),
            cloned: service.body.cloned,
            config: job.look.config(),
            current: job.look.current.as_ref(),
            firewall: job.look.firewall(),
            password: job.order.password.as_ref(),
            password_written: service.body.password_written,
        };
        Ok((row.plan)(&view)?)
    }

    /// Config writes and resizes of the rows ahead go out with those of this row: fewer writes, fewer looks.
    /// Each row is still confirmed by the next look, and recorded, on its own.
    fn with_calls_ahead(&self, job: &Job, row: &Row, calls: Vec<Call>) -> Vec<Call> {
        if !calls.iter().all(Call::may_go_ahead) || matches!(job.goal, Goal::Step(_)) {
            return calls;
        }
        let ahead = steps::rows_onward(row)
            .iter()
            .skip(1)
            .filter(|row| row.looks <= Looks::AtPower);
        let calls_ahead = ahead.filter_map(|row| self.plan(job, row).ok()).flatten();
        let mut merged = crate::guest::ConfigChange::default();
        let mut resizes = Vec::new();
        for call in calls.into_iter().chain(calls_ahead) {
            match call {
                Call::Write(change) => merged.merge(change),
                Call::Resize { .. } => resizes.push(call),
                _ => {}
            }
        }
        let write = (!merged.is_empty()).then_some(Call::Write(merged));
        write.into_iter().chain(resizes).collect()
    }

    /// The row misses nothing: its status is true, and written down.
    fn reached(&self, job: &mut Job, row: &Row, is_next: bool) -> Result<(), Error> {
        let now = self.clock.now();
        let took_ms = ((now - job.step_since) * 1000.0).max(0.0) as u64;
        job.step_since = now;
        job.events.push(Event {
            at: now,
            actor: job.order.actor,
            what: row.to.to_string(),
            result: "ok".to_owned(),
            took_ms,
        });
        if is_next {
            job.lines
                .push(format!("service {}: {} → {}", job.lease.service.id, row.from, row.to));
            let service = job.service();
            service.status = row.to;
        }
        let package = job.order.package.clone();
        let body = &mut job.service().body;
        body.trouble = None;
        body.attempts = 0;
        body.package = Some(package);
        self.save(job)
    }

    fn save(&self, job: &mut Job) -> Result<(), Error> {
        let events = std::mem::take(&mut job.events);
        Ok(self.store.save(&job.lease, self.clock.now(), &events)?)
    }

    /// Records why the service does not go on, and when to try again.
    fn failed(&self, job: &mut Job, error: Error) -> Outcome {
        job.queue.clear();
        job.look = Look::default();
        let now = self.clock.now();
        let trouble = Trouble {
            code: error.code().to_owned(),
            message: error.to_string(),
            retry: error.retry(),
            at: now,
        };
        job.events.push(Event {
            at: now,
            actor: job.order.actor,
            what: job.lease.service.status.to_string(),
            result: trouble.message.clone(),
            took_ms: ((now - job.step_since) * 1000.0).max(0.0) as u64,
        });
        let body = &mut job.service().body;
        let retry_at = now
            + if error.retry() {
                limits::retry_after(body.attempts)
            } else {
                limits::retry_after(u32::MAX)
            };
        body.attempts = body.attempts.saturating_add(1);
        body.trouble = Some(trouble);
        // a lost lease, or a store that fails, must not hide the first error
        let _ = self.save(job);
        Outcome::Failed { error, retry_at }
    }

    /// A guest that was cloned is on no node: the clone failed, or somebody deleted it.
    fn guest_is_gone(&self, job: &mut Job) -> Error {
        let service = job.service();
        let id = service.id;
        let in_creation = steps::row_from(service.status).is_some();
        if in_creation && service.status != Status::Creation {
            service.forget_guest();
            service.status = Status::SetIp;
            let what = "finish the clone".to_owned();
            return Error::Task {
                what,
                words: "the VM is on no node of the cluster; the clone is started again".to_owned(),
            };
        }
        Refusal::NoGuest(id).into()
    }
}

enum Missing {
    Calls(Vec<Call>),
    Wait { on: String, until: UnixSeconds },
}

/// The row to work on, and whether it is the next one of the pipeline. `None`: the goal is reached.
fn goal_row(job: &Job) -> Result<Option<(&'static Row, bool)>, Error> {
    let status = job.lease.service.status;
    match job.goal {
        Goal::Status(goal) if steps::row_to(goal).is_some_and(|row| steps::is_past(status, row)) => Ok(None),
        Goal::Status(_) => Ok(steps::row_from(status).map(|row| (row, true))),
        Goal::Step(step) => {
            let row = step.parse().ok().and_then(steps::row_to);
            let row = row.ok_or_else(|| Refusal::Other(format!("there is no step {step}")))?;
            if steps::is_past(status, row) {
                return Ok(Some((row, false)));
            }
            if status == row.from {
                return Ok(Some((row, true)));
            }
            Err(Refusal::Status {
                wanted: row.from,
                found: status,
            }
            .into())
        }
    }
}

/// A step that asks for the same again and again is stuck, not slow.
fn count_round(job: &mut Job, row: &Row, calls: &[Call]) -> Result<(), Error> {
    let (last, count) = job.rounds;
    let count = if last == Some(row.to) { count + 1 } else { 1 };
    job.rounds = (Some(row.to), count);
    if count <= limits::SAME_STEP_ROUNDS {
        return Ok(());
    }
    job.rounds = (None, 0);
    let missing = calls.iter().map(Call::summary).collect::<Vec<_>>().join("; ");
    Err(Error::Unsettled { step: row.to, missing })
}
