//! The change on its way: wait for its end, read its end, or find out what became of it.

use super::ends::{answers, forget_lasting, succeeds};
use super::{Engine, Goal, Job, Look, Outcome, due};
use crate::actions::Action;
use crate::pipeline::{self, Row};
use crate::problems::{Error, Refusal};
use crate::pve;
use crate::pve::{GuestPath, LogEnd, TaskEnd};
use crate::service::Task;
use crate::service::guest_life::GuestLife;
use crate::words::ids::{NodeName, Upid, Vmid};
use crate::words::limits;

/// A task that a node does not list is given this long to appear (seconds).
pub(super) const APPEARS_WITHIN: f64 = 10.0;
/// A request without an answer is given this long to take effect before it is sent again (seconds).
pub(super) const TAKES_EFFECT_WITHIN: f64 = 3.0;

impl Engine<'_> {
    /// `Some`: there is something to wait for. `None`: no change is on its way.
    pub(super) fn await_task(&self, job: &mut Job) -> Result<Option<Outcome>, Error> {
        let Some(task) = job.lease.service.body.task.clone() else {
            return Ok(None);
        };
        let Some(upid) = &task.upid else {
            return self.unanswered(job, &task);
        };
        if (0.0..limits::POLL_FIRST).contains(&(self.clock.now() - task.sent_at)) {
            // no task ends that soon
            return Ok(Some(self.wait_for(job, &task)?));
        }
        let end = self.task_end(job, &task, upid);
        let end = self.unless_left(job, upid.node(), end)?;
        let end = end.unwrap_or_else(|| TaskEnd::Unknown("its node is down".to_owned()));
        match end {
            TaskEnd::Running => Ok(Some(self.wait_for(job, &task)?)),
            TaskEnd::NotListed if self.clock.now() - task.sent_at < APPEARS_WITHIN => {
                Ok(Some(self.wait_for(job, &task)?))
            }
            _ if self.ends_removal(job, &task)? => Ok(None),
            TaskEnd::Ok => {
                job.service().body.task = None;
                job.service().body.held_since = None;
                if task.clone {
                    self.clone_ended(job);
                }
                let now = self.clock.now();
                if let Some(queued) = &mut job.service().body.queued {
                    queued.gets_on(upid.kind(), now);
                }
                self.told_late(job, &task, None)?;
                job.look.after_task(upid.kind());
                if let Some((_, since)) = &mut job.asked {
                    // from now on the new power state may be expected to show
                    *since = self.clock.now();
                }
                Ok(None)
            }
            TaskEnd::Failed(words) => {
                if let Some(wait) = self.asks_again(job, &task, &words)? {
                    return Ok(Some(wait));
                }
                if !task.clone
                    && answers(job, &task)
                    && let Some(wait) = self.waits_for_lock(job, &words)?
                {
                    return Ok(Some(wait));
                }
                let words = with_cause(job, upid, words);
                self.task_failed(job, &task, words).map(|()| None)
            }
            TaskEnd::Unknown(_) | TaskEnd::NotListed => self.is_lost(job, &task).map(|()| None),
        }
    }

    /// How the task stands: what a clone's log says, as long as it says that it runs; else its status.
    fn task_end(&self, job: &mut Job, task: &Task, upid: &Upid) -> Result<TaskEnd, pve::Error> {
        let from = job.progress.reads_from().filter(|_| task.clone);
        if let Some(from) = from {
            match job.client.clone_log(upid, from) {
                Ok(Some(seen)) => {
                    let says = job.progress.see(&seen, self.clock.now());
                    match seen.end {
                        None if says => return Ok(TaskEnd::Running),
                        Some(LogEnd::Ok) => return Ok(TaskEnd::Ok),
                        // its status says why
                        None | Some(LogEnd::Failed) => {}
                    }
                }
                Ok(None) => {}
                // the status says why, or does without it
                Err(pve::Error::Refused { .. } | pve::Error::Unexpected { .. }) => job.progress.is_blind(),
                Err(error) => return Err(error),
            }
        }
        match job.client.task_end(upid) {
            // of a login that was replaced: only Sys.Audit on the node shows other people's tasks (PVE/API2/Tasks.pm). What may
            // only be so for a moment is asked again for as long as such tasks take
            Err(pve::Error::Refused { status: 403, .. })
                if self.clock.now() - task.sent_at >= limits::ATTENTION_SECONDS =>
            {
                Ok(TaskEnd::Unknown("another login began it".to_owned()))
            }
            end => end,
        }
    }

    /// A node's answer about its tasks. `None`: the node is down, its tasks with it, and the guest has gone on elsewhere.
    fn unless_left<T>(&self, job: &Job, node: &NodeName, answer: Result<T, pve::Error>) -> Result<Option<T>, Error> {
        match (answer, job.lease.service.vmid) {
            (Err(error @ pve::Error::NoAnswer { .. }), Some(vmid)) => {
                let left = job.client.find_vm(vmid)?.is_some_and(|vm| vm.node != *node);
                if left { Ok(None) } else { Err(error.into()) }
            }
            (Err(error), Some(vmid)) if error.says_no_node() => {
                // its tasks are gone with it
                let stays = job.client.find_vm(vmid)?.is_some_and(|vm| vm.node == *node);
                if stays { Err(error.into()) } else { Ok(None) }
            }
            (answer, _) => Ok(Some(answer?)),
        }
    }

    fn wait_for(&self, job: &mut Job, task: &Task) -> Result<Outcome, Error> {
        let now = self.clock.now();
        let since = *job.waiting_since.get_or_insert(now);
        self.tell_what_lasts(job, now)?;
        self.keep_alive(job)?;
        let waited = now - since;
        let until = if task.clone {
            // whoever sent it may have had another clock
            job.progress.next(now, waited.max(now - task.sent_at))
        } else if task.upid.as_ref().is_some_and(|upid| upid.kind() == "qmstart") {
            now + limits::poll_after(waited).max(limits::POLL_START - waited)
        } else {
            now + limits::poll_after(waited)
        };
        Ok(Outcome::Waiting {
            on: task.what.clone(),
            until,
            in_line: false,
        })
    }

    pub(super) fn forget_task(&self, job: &mut Job) {
        job.look = Look::default();
        job.queue.clear();
        job.service().drop_task();
    }

    fn task_failed(&self, job: &mut Job, task: &Task, words: String) -> Result<(), Error> {
        self.forget_task(job);
        let now = self.clock.now();
        let failure = failure(job, task, words);
        if task.clone {
            // a clone that fails cleans up after itself; VMID and address stay reserved for the next one
            let service = job.service();
            service.forget_guest(now);
            service.status = pipeline::before_clone(service.status).unwrap_or(service.status);
            return Err(failure);
        }
        // a failed task does not say that its effect is absent: the next look decides
        job.task_failure = self.told_late(job, task, Some(failure))?;
        Ok(())
    }

    /// The answer to a call never came, or this process's predecessor died before it could store it.
    fn unanswered(&self, job: &mut Job, task: &Task) -> Result<Option<Outcome>, Error> {
        if task.clone {
            return self.unanswered_clone(job, task);
        }
        let Ok(path) = Self::guest_path(job) else {
            // a backup that outlived its guest: the next look tells whether it is there
            self.forget_task(job);
            return Ok(None);
        };
        let active = self.unless_left(job, &path.node, job.client.active_tasks(&path.node, path.vmid))?;
        if let Some(active) = active.into_iter().flatten().max_by_key(|task| task.started) {
            let found = Task {
                upid: Some(active.upid),
                ..task.clone()
            };
            job.service().body.task = Some(found.clone());
            if let Some((queued, upid)) = job.service().body.queued.as_mut().zip(found.upid.as_ref()) {
                queued.begins(upid.kind());
            }
            self.save(job)?;
            return Ok(Some(self.wait_for(job, &found)?));
        }
        if self.ends_removal(job, task)? {
            return Ok(None);
        }
        self.is_lost(job, task).map(|()| None)
    }

    /// A guest that was to be deleted is gone, whatever its task says of itself, and who asked for that may not have lived
    /// to say so: whoever finds it does the service's own part, and only then what he came for. `false`: it is no removal,
    /// or its guest is there. That one was brought back meanwhile, and what deletes is asked for anew.
    fn ends_removal(&self, job: &mut Job, task: &Task) -> Result<bool, Error> {
        let Some(row) = removal(job, task) else {
            return Ok(false);
        };
        if self.read_config(job)?.is_some() {
            return Ok(false);
        }
        self.forget_task(job);
        job.service().body.held_since = None;
        let asked = job.lease.operations.own();
        if asked.is_some_and(|own| own.action == row.name) {
            // it is just this that is asked for: nothing is stored before all of it is
            return Ok(true);
        }
        let (id, from) = (job.lease.service.id, job.lease.service.status);
        job.lines.push(format!("service {id}: {from} → {}", row.to));
        self.entered(job, row)?;
        forget_lasting(job.service());
        succeeds(job.service(), row.to);
        if !matches!(job.goal, Goal::Cloned) {
            // a removed guest is not cloned again by itself
            job.is_left_to_who_asked();
            due::rests(job.service());
        }
        if goes_by_itself(job.goal) {
            job.goal = Goal::Rest;
        }
        self.told_late(job, task, None)?;
        Ok(true)
    }

    /// Nobody knows how it has ended, or whether it has begun: the guest will tell, but for what no look can confirm.
    fn is_lost(&self, job: &mut Job, task: &Task) -> Result<(), Error> {
        self.forget_task(job);
        let Some((_, once)) = Action::asked_once(&task.by) else {
            return Ok(());
        };
        let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
        let lost = Refusal::AnswerLost { vmid, says: once.says };
        job.task_failure = self.told_late(job, task, Some(lost.into()))?;
        Ok(())
    }

    fn unanswered_clone(&self, job: &mut Job, task: &Task) -> Result<Option<Outcome>, Error> {
        if self.clone_is_there(job)? {
            return Ok(None);
        }
        let now = self.clock.now();
        if now - task.sent_at < TAKES_EFFECT_WITHIN {
            return Ok(Some(Outcome::Waiting {
                on: task.what.clone(),
                until: now + 0.5,
                in_line: false,
            }));
        }
        // the number is reserved for us, so sending it again cannot make a second guest
        self.forget_task(job);
        Ok(None)
    }

    /// Whether a guest under our VMID is our clone. Takes it over if so; gives the VMID up if it is a stranger's.
    pub(super) fn clone_is_there(&self, job: &mut Job) -> Result<bool, Error> {
        let path = Self::guest_path(job)?;
        // until a clone to another node has ended, its config is where the template is
        let home = job.lease.service.template_home(&path.node);
        let mut config = None;
        for node in [&path.node, &home] {
            match job.client.config(&GuestPath {
                node: node.clone(),
                vmid: path.vmid,
            }) {
                Ok(found) => config = Some(found),
                Err(error) if error.says_gone(path.vmid) => continue,
                Err(error) => return Err(error.into()),
            }
            break;
        }
        let Some(config) = config else { return Ok(false) };
        // until its first disk is copied a clone's config holds nothing but the lock and a comment: whose it is cannot be
        // told, and may not show for hours (qemu-server, PVE/API2/Qemu.pm, clone_vm)
        let runs = config.lock() == Some("clone");
        let newborn = runs && config.get("memory").is_none() && config.uuid().is_none();
        if !newborn && !self.is_marked(job, &config) {
            self.give_up_vmid(job)?;
            return Ok(false);
        }
        let now = self.clock.now();
        let body = &mut job.service().body;
        let asked_at = body.task.take().map_or(now, |task| task.sent_at);
        if runs {
            body.guest.clones(asked_at, newborn);
        } else {
            body.guest.is_found(asked_at);
        }
        self.save(job)?;
        Ok(true)
    }

    /// The number is somebody else's: another one is reserved, with the addresses that the service has.
    pub(super) fn give_up_vmid(&self, job: &mut Job) -> Result<(), Error> {
        let now = self.clock.now();
        job.look = Look::default();
        let service = &mut job.lease.service;
        job.taken.extend(service.vmid.take());
        service.forget_guest(now);
        // what was before it under that number was not ours, or is gone with it
        service.body.guest = GuestLife::NoGuest;
        service.status = pipeline::before_reservation(service.status).unwrap_or(service.status);
        self.save(job)
    }
}

/// The act that deletes the guest, where its status is still to come: the guest is meant to be there.
pub(super) fn removal(job: &Job, task: &Task) -> Option<&'static Row> {
    let asked = pipeline::act_named(&task.by)?;
    (asked.deletes_guest && pipeline::is_cloned(job.lease.service.status)).then_some(asked)
}

/// Whether nobody waits for the goal: it is what the cron does by itself.
fn goes_by_itself(goal: Goal) -> bool {
    match goal {
        Goal::Settle => true,
        Goal::Act(row) => row.keeps_stopped,
        Goal::Cloned | Goal::Step(_) | Goal::Rest => false,
    }
}

/// Why a task has failed. A guest that does not shut down is no fault of Proxmox VE.
fn failure(job: &Job, task: &Task, words: String) -> Error {
    let is_shutdown = task.upid.as_ref().is_some_and(|upid| upid.kind() == "qmshutdown");
    if is_shutdown && pve::words_say_not_shut_down(&words) {
        let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
        return Refusal::NotShutDown { vmid }.into();
    }
    Error::Task {
        what: task.what.clone(),
        words,
    }
}

/// A failed task's words, and what the end of its log says of the cause. No secret is in them, wherever PVE has it from.
pub(super) fn with_cause(job: &Job, upid: &Upid, words: String) -> String {
    let text = job.client.with_cause(upid, words);
    match &job.order.password {
        // a shorter one would be found in every other word
        Some(password) if password.expose().len() > 3 => text.replace(password.expose(), "***"),
        _ => text,
    }
}
