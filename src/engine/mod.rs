//! Advances one service: look, plan, call, confirm.
//!
//! The only module that makes a call to PVE that changes something, and the only one that moves a service
//! along the table; what is asked for is queued by the verbs. Every button, tick and cron run does just this, so
//! repeating any of them is harmless.
//! [`Engine::advance`] goes as far as it can without waiting and then says what it waits for; who calls it
//! (one request, or a cron run with hundreds of services) decides how to spend that time.

mod acts;
mod applications;
mod attach;
mod backup_calls;
mod backup_list;
mod backups;
mod beside;
mod beside_ends;
mod beside_wishes;
mod by_hand;
mod calls;
mod capacity;
mod dry_run;
pub mod due;
mod ends;
mod firewall;
mod job;
mod keys_by_agent;
mod look;
mod media;
mod missing;
mod one_mac;
mod operations;
mod password;
pub mod placement;
mod progress;
pub mod promised;
mod reachable;
mod reached;
mod refusal;
mod rescue;
mod reserve;
mod restore;
mod scheduled;
mod seed;
pub mod set_up;
mod snapshots;
mod task;
mod termination;
mod user_data;
mod windows;

pub use applications::has_snippet;
pub use backup_list::{backups_of, is_restorable, own_name};
pub use backups::{BackupAsk, backup_ends_at, is_counted, may_keep_backups, nobody_prunes};
pub use capacity::{Fits, fits};
pub use dry_run::DryRun;
pub use ends::{needs_attention, tell_delay};
pub use job::{Goal, Job, Order, Outcome, is_kept_stopped, must_be_of, must_be_on};
pub use media::isos_shown;
pub use operations::{Ending, judge_left};
pub use reachable::{ends_at as answer_ends_at, is_open};
pub use reserve::{kept, node_could_start};
pub use snapshots::{SnapshotAsk, SnapshotsSeen, goes_back_to_newest, has_space, room_for_snapshot};
pub use windows::{would_be_windows, would_have_password};

use crate::guest::{ConfigChange, PropertyString};
use crate::pipeline::{Call, Row};
use crate::problems::{Error, Refusal};
use crate::store::Store;
use crate::words::clock::Clock;
use crate::words::ids::{UnixSeconds, Vmid};
use crate::words::limits;
use job::goal_row;
use look::Look;
use missing::Missing;
use std::net::SocketAddr;

/// The engine: a store and a clock. Clients come with the jobs.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    /// The store.
    pub store: &'a Store,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Whether a port is open.
    pub knock: &'a (dyn Fn(SocketAddr) -> bool + Sync),
}

/// What to do after one turn of the loop.
enum Turn {
    Again,
    Done(Outcome),
}

impl Engine<'_> {
    /// Goes as far as possible without waiting. Never panics, never repeats what may have happened.
    pub fn advance(&self, job: &mut Job) -> Outcome {
        let outcome = self.go_on(job);
        job.settled = matches!(outcome, Outcome::Settled);
        if job.settled {
            self.forget_secret(job);
            self.forget_user_data(job);
            self.clean_seeds(job);
        }
        outcome
    }

    fn go_on(&self, job: &mut Job) -> Outcome {
        loop {
            match self.turn(job) {
                Ok(Turn::Again) => job.waiting_since = None,
                Ok(Turn::Done(outcome)) => return job.refused.take().map_or(outcome, Outcome::Refused),
                Err(error) => {
                    seed::sees_loss(job, &error);
                    let error = self.of_restore(job, error);
                    let Err(error) = self.gives_firewall_up(job, error) else {
                        continue;
                    };
                    let error = termination::told(job, error);
                    if self.switches_off(job) {
                        continue;
                    }
                    if !self.is_refused(job, &error) {
                        return self.failed(job, error);
                    }
                    if let Err(error) = self.take_back(job, error) {
                        return self.failed(job, error);
                    }
                }
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

    /// Gives the lease back, and says when the cron comes back. `ending`: how what was asked for ends.
    pub fn release(&self, job: &mut Job, ending: Ending) -> Result<(), Error> {
        let now = self.clock.now();
        let before = job.due_before;
        let service = job.service();
        service.due_at = due::next(service, before, &ending, now);
        operations::settle(job, ending, now);
        reached::keep_time(job, now);
        let events = std::mem::take(&mut job.events);
        Ok(self.store.release(&mut job.lease, now, &events)?)
    }

    fn turn(&self, job: &mut Job) -> Result<Turn, Error> {
        let Some((row, is_next)) = goal_row(job)? else {
            // a restart that was asked for is waited for by the cron, for the pages' sake; who wants a guest waits until the
            // former one is gone
            let left = job.lease.service.body.task.as_ref().is_some_and(|task| match job.goal {
                Goal::Settle => true,
                Goal::Cloned => task::removal(job, task).is_some(),
                Goal::Step(_) | Goal::Act(_) | Goal::Rest => false,
            });
            if !left {
                return Ok(Turn::Done(Outcome::Settled));
            }
            // its end may have moved the status
            return Ok(self.await_task(job)?.map_or(Turn::Again, Turn::Done));
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
        if task.is_some_and(|task| !(row.facts.is_empty() || row.passes_locks) || task.upid.is_none()) {
            // its end may have moved the status: the row is found anew
            return Ok(self.await_task(job)?.map_or(Turn::Again, Turn::Done));
        }
        if let Some(call) = job.queue.pop_front() {
            return Ok(self.perform(job, call)?.map_or(Turn::Again, Turn::Done));
        }
        let calls = match self.missing_in_time(job, row, is_next)? {
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
            return self.misses_nothing(job, row, is_next);
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
        let calls = sized_anew(job, calls);
        job.queue = self.with_calls_ahead(job, row, calls)?.into();
        Ok(Turn::Again)
    }

    /// The row is reached, once the guest answers where it has to.
    fn misses_nothing(&self, job: &mut Job, row: &Row, is_next: bool) -> Result<Turn, Error> {
        if let Some(waits) = self.awaits_answer(job, row)? {
            return Ok(Turn::Done(waits));
        }
        self.reached(job, row, is_next)?;
        Ok(if job.goal.is_forced() {
            Turn::Done(Outcome::Settled)
        } else {
            Turn::Again
        })
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

    fn save(&self, job: &mut Job) -> Result<(), Error> {
        let events = std::mem::take(&mut job.events);
        job.alive_at = self.clock.now();
        reached::keep_time(job, job.alive_at);
        Ok(self.store.save(&mut job.lease, job.alive_at, &events)?)
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

/// A disk that was grown without effect has the size already, and only its line has another one: Proxmox VE then writes none
/// (qemu-server, PVE/API2/Qemu.pm, `resize_vm`). The line written anew, it reads the size of the volume.
fn sized_anew(job: &Job, calls: Vec<Call>) -> Vec<Call> {
    let is_second = job.rounds.iter().any(|(asked, rounds)| *asked == calls && *rounds == 2);
    if !is_second {
        return calls;
    }
    let anew = |call: Call| match &call {
        Call::Resize { slot, .. } => match job.look.config().get(slot) {
            Some(drive) => {
                let mut drive = PropertyString::parse(drive);
                drive.set("size", None);
                let mut change = ConfigChange::default();
                change.set(slot, drive.to_string());
                Call::Write(change)
            }
            None => call,
        },
        _ => call,
    };
    calls.into_iter().map(anew).collect()
}
