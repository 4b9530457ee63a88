//! Advances one service: look, plan, call, confirm.
//!
//! The only module that makes a call to PVE that changes something, and the only one that moves a service
//! along the table. Every button, tick and cron run does just this, so repeating any of them is harmless.
//! [`Engine::advance`] goes as far as it can without waiting and then says what it waits for; who calls it
//! (one request, or a cron run with hundreds of services) decides how to spend that time.

mod acts;
mod calls;
mod ends;
mod job;
mod look;
pub mod placement;
mod progress;
mod reached;
mod refusal;
mod reserve;
mod task;

pub use ends::needs_attention;
pub use job::{Goal, Job, Order, Outcome, is_kept_stopped, must_be_of, must_be_on};
pub use reserve::{kept, node_could_start};

use crate::pipeline;
use crate::pipeline::{Before, Call, View};
use crate::pipeline::{Looks, Needs, Row};
use crate::problems::{Error, Refusal};
use crate::store::Store;
use crate::words::clock::Clock;
use crate::words::ids::{UnixSeconds, Vmid};
use crate::words::limits;
use crate::words::status::Status;
use job::goal_row;
use look::{Look, Seen};

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
                Ok(Turn::Done(outcome)) => return job.refused.take().map_or(outcome, Outcome::Refused),
                Err(error) if self.is_refused(job, &error) => {
                    if let Err(error) = self.take_back(job, error) {
                        return self.failed(job, error);
                    }
                }
                Err(error) => return self.failed(job, error),
            }
        }
    }

    /// Advances, waiting where there is something to wait for, until the goal, a failure or the job's last turn.
    pub fn run(&self, job: &mut Job) -> Outcome {
        let deadline = job.turns_until;
        loop {
            match self.advance(job) {
                Outcome::Waiting {
                    until, in_line: false, ..
                } if until < deadline => self.clock.sleep(until - self.clock.now()),
                // an unclear answer is looked into at once: the caller wants to know
                Outcome::Failed {
                    error: Error::Pve(crate::pve::Error::NoAnswer { .. }) | Error::Refused(Refusal::Disagreement { .. }),
                    retry_at,
                } if retry_at < deadline => {
                    self.clock.sleep(retry_at - self.clock.now());
                }
                outcome => return outcome,
            }
        }
    }

    /// Gives the lease back. `due_at`: when the cron should go on with the service; `None`: nothing is left to do.
    ///
    /// Even then a service that is kept stopped is looked at again, whoever had the lease and whatever for.
    pub fn release(&self, job: &mut Job, due_at: Option<UnixSeconds>) -> Result<(), Error> {
        let now = self.clock.now();
        let service = job.service();
        let kept_stopped = is_kept_stopped(service);
        service.due_at = due_at.or_else(|| kept_stopped.then_some(now + limits::SUSPENDED_SECONDS));
        let events = std::mem::take(&mut job.events);
        Ok(self.store.release(&job.lease, now, &events)?)
    }

    fn turn(&self, job: &mut Job) -> Result<Turn, Error> {
        let Some((row, is_next)) = goal_row(job)? else {
            // a restart that was asked for is waited for by the cron, for the pages' sake; a deletion is seen to its end
            let left = job.lease.service.body.task.is_some() && matches!(job.goal, Goal::Settle);
            let waiting = if left { self.await_task(job)? } else { None };
            let again = matches!(job.goal, Goal::Act(_)).then_some(Turn::Again);
            let turn = waiting.map(Turn::Done).or(again);
            return Ok(turn.unwrap_or(Turn::Done(Outcome::Settled)));
        };
        job.row = Some(row);
        let now = self.clock.now();
        if now >= job.turns_until {
            return Ok(Turn::Done(Outcome::Waiting {
                on: "the next cron run: the time of this one is over".to_owned(),
                until: now,
                in_line: false,
            }));
        }
        // a clone that PVE has accepted is all that Create waits for
        let task = job.lease.service.body.task.as_ref();
        if task.is_some_and(|task| row.looks > Looks::AtStore || task.upid.is_none()) {
            // its end may have moved the status: the row is found anew
            return Ok(self.await_task(job)?.map_or(Turn::Again, Turn::Done));
        }
        if let Some(call) = job.queue.pop_front() {
            return Ok(self.perform(job, call)?.map_or(Turn::Again, Turn::Done));
        }
        let calls = match self.missing(job, row)? {
            Missing::Calls(calls) => calls,
            Missing::Nothing => return Ok(Turn::Again),
            Missing::Wait { on, until } => {
                return Ok(Turn::Done(Outcome::Waiting {
                    on,
                    until,
                    in_line: false,
                }));
            }
        };
        let asleep = job.look.config().is_hibernated();
        if asleep && !calls.iter().all(Call::wakes) {
            return Err(Refusal::Hibernated(job.lease.service.vmid.unwrap_or(Vmid::MIN)).into());
        }
        if calls.is_empty() {
            self.reached(job, row, is_next)?;
            return Ok(if job.goal.is_forced() {
                Turn::Done(Outcome::Settled)
            } else {
                Turn::Again
            });
        }
        if let Some(failure) = job.task_failure.take() {
            return Err(failure);
        }
        if let Some(until) = self.still_taking_effect(job, &calls) {
            return Ok(Turn::Done(Outcome::Waiting {
                on: "the VM's new state".to_owned(),
                until,
                in_line: false,
            }));
        }
        count_round(job, row, &calls)?;
        job.queue = self.with_calls_ahead(job, row, calls).into();
        Ok(Turn::Again)
    }

    /// What the row still misses, after the looks that it needs.
    fn missing(&self, job: &mut Job, row: &Row) -> Result<Missing, Error> {
        if row.looks == Looks::AtStore {
            if matches!(job.goal, Goal::Step(_))
                && row.to == Status::Clone
                && job.lease.service.body.cloned
                && !job.changed
            {
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
            Seen::Guest => {
                // without a lock there is no clone any more, however it was heard of
                self.clone_ended(job);
                note_onboot(job);
            }
            Seen::Absent if row.needs == Needs::Anything => job.look = Look::absent(job.look.take_remains()),
            Seen::Absent => return Err(self.guest_is_gone(job)),
            Seen::Locked { lock, .. } if job.goal.is_forced() => {
                let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
                return Err(Refusal::Locked { vmid, lock }.into());
            }
            Seen::Locked { lock, until } => {
                return Ok(Missing::Wait {
                    on: format!("lock {lock}"),
                    until,
                });
            }
            // the row is found anew
            Seen::Stranger => return Ok(Missing::Nothing),
        }
        if row.needs == Needs::Stopped && job.look.runs() {
            if job.goal.is_forced() {
                return Err(Refusal::Running(job.lease.service.vmid.unwrap_or(Vmid::MIN)).into());
            }
            return Ok(Missing::Calls(vec![Call::Stop]));
        }
        self.plan_or_clone_anew(job, row)
    }

    fn plan(&self, job: &Job, row: &Row) -> Result<Vec<Call>, Error> {
        let service = &job.lease.service;
        let package = &job.order.package;
        let kept = reserve::kept(&job.lease.addresses, package);
        let marker = service.marker(self.store.installation());
        let queued = service.body.queued.as_ref();
        let before = queued.and_then(|queued| queued.addresses.as_ref());
        let addresses_before: Option<Vec<_>> = before.map(|before| {
            let known = job.lease.addresses.iter();
            known.filter(|known| before.contains(&known.ip)).cloned().collect()
        });
        let is_change = row.from == Status::ChangePackage;
        let view = View {
            package,
            addresses: &kept,
            surplus: kept.len() < job.lease.addresses.len(),
            reserved: reserve::is_complete(&job.lease, package),
            cloned: service.body.cloned,
            building: pipeline::is_building(service.status),
            suspended: service.body.suspended,
            onboot_before: service.body.onboot_before,
            mac: service.body.mac.as_deref(),
            marker: &marker,
            exists: job.look.exists(),
            hibernated: job.look.config().is_hibernated(),
            remains: job.look.remains(),
            config: job.look.config(),
            current: job.look.current.as_ref(),
            firewall: job.look.firewall(),
            additional_in_file: job.look.additional_in_file,
            ip_filtered: service.body.ip_filtered,
            before: Before {
                package: service.body.applied.as_ref().filter(|_| is_change),
                addresses: addresses_before.as_deref(),
                values: queued.map(|queued| &queued.values),
                ran: queued.is_some_and(|queued| queued.stopped),
            },
            password: job.order.password.as_ref(),
            password_written: service.body.password_written,
        };
        Ok((row.plan)(&view)?)
    }

    /// A change of power that was just made may show late: a second or two, and longer where HA does it.
    fn still_taking_effect(&self, job: &mut Job, calls: &[Call]) -> Option<UnixSeconds> {
        let power = calls.iter().find(|call| call.is_power())?;
        let (_, at) = job.asked.as_ref().filter(|(asked, _)| asked == power)?;
        let ha = job.look.current.as_ref().is_some_and(|current| current.ha_managed);
        let (patience, pause) = if ha {
            (limits::HA_SECONDS, limits::HA_POLL)
        } else {
            (limits::POWER_SECONDS, limits::POWER_POLL)
        };
        let now = self.clock.now();
        let waited = now - at;
        if waited >= patience {
            return None;
        }
        job.look = Look::default();
        Some(now + limits::poll_after(waited).max(pause))
    }

    /// Config writes and resizes of the rows ahead go out with those of this row: fewer writes, fewer looks.
    /// Each row is still confirmed by the next look, and recorded, on its own.
    fn with_calls_ahead(&self, job: &Job, row: &Row, calls: Vec<Call>) -> Vec<Call> {
        let in_pipeline = pipeline::row_to(row.to).is_some_and(|own| std::ptr::eq(own, row));
        if !calls.iter().all(Call::may_go_ahead) || job.goal.is_forced() || !in_pipeline {
            return calls;
        }
        let ahead = pipeline::rows_onward(row)
            .iter()
            .skip(1)
            .filter(|row| row.looks != Looks::AtFirewall);
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

    fn save(&self, job: &mut Job) -> Result<(), Error> {
        let events = std::mem::take(&mut job.events);
        job.alive_at = self.clock.now();
        Ok(self.store.save(&job.lease, job.alive_at, &events)?)
    }

    /// Keeps the lease of a job that waits. Most looks need not write: a lease lasts for many of them.
    fn keep_alive(&self, job: &mut Job) -> Result<(), Error> {
        let now = self.clock.now();
        if now - job.alive_at > limits::LEASE_SECONDS / 3.0 {
            job.alive_at = now;
            self.store.renew(&job.lease, now)?;
        }
        Ok(())
    }

    /// A guest that was cloned is on no node: the clone failed, or somebody deleted it.
    fn guest_is_gone(&self, job: &mut Job) -> Error {
        let now = self.clock.now();
        let service = job.service();
        let id = service.id;
        // one that was finished, and is gone although it should be changed, was somebody's to delete
        if pipeline::is_building(service.status) && service.status != Status::Creation {
            service.forget_guest(now);
            service.status = Status::SetIp;
            let what = "finish the clone".to_owned();
            return Error::Task {
                what,
                words: "the VM is on no node of the cluster; the clone is started again".to_owned(),
            };
        }
        match (service.vmid, service.body.node.clone()) {
            (Some(vmid), Some(node)) => Refusal::Gone {
                service: id,
                vmid,
                node,
            }
            .into(),
            _ => Refusal::NoGuest(id).into(),
        }
    }
}

enum Missing {
    Calls(Vec<Call>),
    Wait {
        on: String,
        until: UnixSeconds,
    },
    /// The status was put back: another row is next.
    Nothing,
}

/// What `onboot` is to be again after the suspension, noted before anything writes it: what the guest has; while it is
/// built, what the package says.
fn note_onboot(job: &mut Job) {
    let service = &job.lease.service;
    if !service.body.suspended {
        return;
    }
    let before = if pipeline::is_building(service.status) {
        job.order.package.more.onboot
    } else {
        let has_it = job.look.config().number("onboot") == Some(1);
        service.body.onboot_before.unwrap_or(has_it)
    };
    job.service().body.onboot_before = Some(before);
}

/// A step that asks for the same again and again, without effect, is stuck, not slow.
fn count_round(job: &mut Job, row: &Row, calls: &[Call]) -> Result<(), Error> {
    let known = job.rounds.iter().position(|(asked, _)| asked == calls);
    let known = known.unwrap_or_else(|| {
        job.rounds.push((calls.to_vec(), 0));
        job.rounds.len() - 1
    });
    job.rounds[known].1 += 1;
    let most = limits::SAME_STEP_ROUNDS;
    if job.rounds[known].1 <= most && job.rounds.len() <= most as usize * 4 {
        return Ok(());
    }
    job.rounds.clear();
    let missing = calls.iter().map(Call::summary).collect::<Vec<_>>().join("; ");
    Err(Error::Unsettled { step: row.to, missing })
}
