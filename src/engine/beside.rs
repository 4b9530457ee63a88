//! The second guest of a service: looked at, and asked for changes. Its tasks are its own, so the service's guest can be used
//! meanwhile. The pure side is [`crate::pipeline`]'s, what is known of it [`Beside`].

use super::task::{APPEARS_WITHIN, TAKES_EFFECT_WITHIN, with_cause};
use super::{Engine, Job};
use crate::guest::{Config, ConfigChange, HIBERNATED, Power};
use crate::pipeline::{self, BesideCall, BesideSeen};
use crate::problems::{BesideRefusal, Error, Refusal};
use crate::pve::{self, GuestPath, TaskEnd};
use crate::service::Service;
use crate::service::beside::{Beside, Role};
use crate::service::guest_life::{Guest, GuestLife, OurFirewall};
use crate::service::restoring::Restoring;
use crate::service::wish::Wish;
use crate::words::ids::{UnixSeconds, Upid};
use crate::words::limits;
use std::collections::BTreeSet;

/// Why nobody can say yet how the second guest stands, and until when.
pub(super) type Busy = Option<(String, UnixSeconds)>;

pub(super) fn path_of(beside: &Beside) -> GuestPath {
    GuestPath {
        node: beside.node.clone(),
        vmid: beside.vmid,
    }
}

/// Nothing is on its way to it any more.
fn is_answered(service: &mut Service) {
    if let Some(beside) = &mut service.body.beside {
        (beside.asked_at, beside.upid) = (None, None);
    }
}

/// A guest that came out of a backup has that one's firewall, whatever filter is in it.
fn restored_life(own: &GuestLife, now: UnixSeconds) -> GuestLife {
    let own = own.ours().cloned().unwrap_or_default();
    GuestLife::Ours(Guest {
        since: Some(now),
        uuid: None,
        firewall: OurFirewall::Filtered,
        restoring: None,
        ..own
    })
}

impl Engine<'_> {
    /// Looks at the second guest, if there is one and it was not looked at yet. `Some`: something is on its way there.
    pub(super) fn look_beside(&self, job: &mut Job) -> Result<Busy, Error> {
        let Some(beside) = job.lease.service.body.beside.clone() else {
            return Ok(None);
        };
        if job.look.beside.is_some() {
            return Ok(None);
        }
        if let Some(busy) = self.beside_task(job, &beside)? {
            return Ok(Some(busy));
        }
        let Some(config) = self.beside_config(job, &beside)? else {
            job.look.beside = Some(BesideSeen::Absent);
            return Ok(None);
        };
        if let Some(lock) = config.lock().filter(|lock| *lock != HIBERNATED) {
            let lock = lock.to_owned();
            return self.beside_locked(job, lock).map(Some);
        }
        self.see_beside(job, config)?;
        Ok(None)
    }

    /// Whether a task of ours still runs there; an answer that never came is looked for.
    fn beside_task(&self, job: &mut Job, beside: &Beside) -> Result<Busy, Error> {
        let Some(asked_at) = beside.asked_at else {
            return Ok(None);
        };
        let now = self.clock.now();
        let wait = || Some((format!("VM {}", beside.vmid), now + limits::poll_after(now - asked_at)));
        let upid = match &beside.upid {
            Some(upid) => upid.clone(),
            None => match self.task_beside(job, beside)? {
                Some(upid) => upid,
                None if now - asked_at < TAKES_EFFECT_WITHIN => return Ok(wait()),
                None => {
                    is_answered(&mut job.lease.service);
                    return Ok(None);
                }
            },
        };
        let end = match job.client.task_end(&upid) {
            // its node is in the cluster no more, or the login was replaced that began it: the guest has to tell
            Err(error) if error.says_no_node() => TaskEnd::NotListed,
            Err(pve::Error::Refused { status: 403, .. }) if now - asked_at >= limits::ATTENTION_SECONDS => {
                TaskEnd::NotListed
            }
            end => end?,
        };
        match end {
            TaskEnd::Running => return Ok(wait()),
            TaskEnd::NotListed if now - asked_at < APPEARS_WITHIN => return Ok(wait()),
            TaskEnd::Failed(words) => self.beside_failed(job, &upid, words),
            TaskEnd::Ok | TaskEnd::Unknown(_) | TaskEnd::NotListed => {}
        }
        is_answered(&mut job.lease.service);
        Ok(None)
    }

    /// Of one that somebody else has asked for only the history tells.
    fn beside_failed(&self, job: &mut Job, upid: &Upid, words: String) {
        let (now, words) = (self.clock.now(), with_cause(job, upid, words));
        let Some(beside) = &mut job.lease.service.body.beside else {
            return;
        };
        beside.fails(upid.kind(), now);
        let (vmid, by) = (beside.vmid, beside.asked_by.clone());
        let failure = Error::Task {
            what: format!("change VM {vmid} ({})", upid.kind()),
            words,
        };
        if by.is_empty() || by == job.doing() {
            job.task_failure = Some(failure);
        } else {
            job.note(now, &by, &failure.to_string());
        }
    }

    /// The task of a request whose answer never came: under a number that is not known to be ours only a restore is.
    fn task_beside(&self, job: &mut Job, beside: &Beside) -> Result<Option<Upid>, Error> {
        let active = job.client.active_tasks(&beside.node, beside.vmid)?.into_iter();
        let is_ours = |kind: &str| beside.stage != Role::Asked || kind == "qmrestore";
        let found = active
            .filter(|task| is_ours(task.upid.kind()))
            .max_by_key(|task| task.started);
        let Some(upid) = found.map(|task| task.upid) else {
            return Ok(None);
        };
        self.beside_begins(job, upid.clone())?;
        Ok(Some(upid))
    }

    fn beside_begins(&self, job: &mut Job, upid: Upid) -> Result<(), Error> {
        let body = &mut job.service().body;
        // the deletion of the service's own is another thing
        if let Some(queued) = body.queued.as_mut().filter(|_| upid.kind() == "qmrestore") {
            queued.begins(upid.kind());
        }
        if let Some(beside) = &mut body.beside {
            beside.upid = Some(upid.clone());
        }
        job.upid = Some(upid);
        self.save(job)
    }

    /// Its config, on whatever node it is.
    fn beside_config(&self, job: &mut Job, beside: &Beside) -> Result<Option<Config>, Error> {
        let path = path_of(beside);
        let gone = match job.client.config(&path) {
            Err(error) if error.says_gone(path.vmid) || error.says_no_node() => error,
            answer => return Ok(Some(answer?)),
        };
        match job.client.find_vm(path.vmid)? {
            None => Ok(None),
            Some(vm) if vm.node == path.node => Err(gone.into()),
            Some(vm) => {
                let config = job.client.config(&vm.path())?;
                if let Some(beside) = &mut job.service().body.beside {
                    beside.node = vm.node;
                }
                Ok(Some(config))
            }
        }
    }

    /// A lock means: wait. Without a task at work its worker was killed.
    fn beside_locked(&self, job: &mut Job, lock: String) -> Result<(String, UnixSeconds), Error> {
        let Some(beside) = job.lease.service.body.beside.clone() else {
            return Ok((lock, self.clock.now()));
        };
        let path = path_of(&beside);
        let works = match lock.as_str() {
            "backup" => job.client.backups_running(&path.node)? > 0,
            _ => !job.client.active_tasks(&path.node, path.vmid)?.is_empty(),
        };
        if !works && job.client.config(&path)?.lock() == Some(&lock) {
            let failure = job.task_failure.take();
            let why = failure.map_or_else(String::new, |failure| format!("; it has failed: {failure}"));
            let (vmid, node) = (path.vmid, path.node);
            return Err(Refusal::LeftLocked { vmid, node, lock, why }.into());
        }
        let until = self.clock.now() + limits::LOCKED_RETRY_SECONDS;
        Ok((format!("lock {lock} of VM {}", path.vmid), until))
    }

    /// Whose it is: the service's by marker and word, or bare while a restore to this number was asked for. A stranger's is
    /// left alone: under a number that was only asked for another one is chosen, and else ours is gone.
    fn see_beside(&self, job: &mut Job, config: Config) -> Result<(), Error> {
        let installation = self.store.installation().to_owned();
        let Some(beside) = job.lease.service.body.beside.clone() else {
            return Ok(());
        };
        let service = &job.lease.service;
        let description = config.get("description").unwrap_or_default();
        let is_marked = service.is_marked(&installation, description);
        if beside.is_it(&config, is_marked) {
            let runs = job.client.current(&path_of(&beside))?.power != Power::Stopped;
            let uuid = config.uuid();
            if let Some(known) = &mut job.service().body.beside {
                known.is_seen(runs);
                if let Some(guest) = known.life.ours_mut() {
                    guest.uuid = guest.uuid.take().or(uuid);
                }
            }
            let former = beside.stage == Role::Former;
            job.look.beside = Some(BesideSeen::Whole { config, runs, former });
        } else if beside.stage == Role::Asked && config.is_bare() {
            job.look.beside = Some(BesideSeen::Bare);
        } else if beside.stage == Role::Asked {
            job.taken.insert(beside.vmid);
            job.service().body.beside = None;
            self.save(job)?;
        } else if is_marked
            || config
                .uuid()
                .as_deref()
                .is_some_and(|uuid| Some(uuid) == beside.life.uuid())
        {
            let why = "its description does not carry the service's marker and the word of the second VM";
            return Err(Refusal::NotOurs {
                vmid: beside.vmid,
                node: beside.node,
                service: service.id,
                why,
            }
            .into());
        } else {
            job.look.beside = Some(BesideSeen::Absent);
        }
        Ok(())
    }

    /// One change of the second guest.
    pub(super) fn beside_call(&self, job: &mut Job, call: BesideCall) -> Result<(), Error> {
        job.changes();
        if let BesideCall::Restore { volume, nonce } = &call {
            return self.restore_beside(job, volume, nonce);
        }
        if call == BesideCall::Destroy {
            // deleting is for ever: whose it is, is asked once more, right before
            job.look.beside = None;
            let seen = self
                .look_beside(job)?
                .is_none()
                .then(|| job.look.beside.clone())
                .flatten();
            if !matches!(seen, Some(BesideSeen::Whole { runs: false, .. } | BesideSeen::Bare)) {
                return Ok(());
            }
        }
        let Some(path) = job.lease.service.body.beside.as_ref().map(path_of) else {
            return Ok(());
        };
        if let BesideCall::Write(change) = call {
            return self.write_beside(job, &path, &change);
        }
        if let (BesideCall::Start, Some(BesideSeen::Whole { config, .. })) = (&call, &job.look.beside) {
            self.could_run_beside(job, &path.node, config)?;
        }
        self.ask_beside(job, (call.kind(), false), |client| match call {
            BesideCall::Start => client.power(&path, "start", &[]).map(Some),
            BesideCall::Stop => client.stop(&path, true).map(Some),
            BesideCall::Shutdown(seconds) => {
                let parameters = [("timeout", seconds.to_string()), ("forceStop", "1".to_owned())];
                client.power(&path, "shutdown", &parameters).map(Some)
            }
            BesideCall::Destroy => client.destroy(&path, true),
            BesideCall::Restore { .. } | BesideCall::Write(_) => Ok(None),
        })
    }

    /// Its config, written. For a swap that tells, before anything is stopped, whether it may be.
    fn write_beside(&self, job: &mut Job, path: &GuestPath, change: &ConfigChange) -> Result<(), Error> {
        let mut is_written = false;
        self.ask_beside(job, ("write", false), |client| {
            let answer = client.write_config(path, change, None, false);
            is_written = answer.is_ok();
            answer
        })?;
        let queued = job.service().body.queued.as_mut();
        if let (true, Some(Wish::Swap { tried, .. })) = (is_written, queued.and_then(|queued| queued.wish.as_mut())) {
            *tried = true;
            if let Some(beside) = &mut job.service().body.beside {
                beside.in_vain = None;
            }
            self.save(job)?;
        }
        Ok(())
    }

    /// Intent first, then the request, then what the answer means. `kind`: of the change. `was_asked`: whether the same was asked before, and nobody
    /// knows what became of that.
    fn ask_beside(
        &self,
        job: &mut Job,
        (kind, was_asked): (&str, bool),
        send: impl FnOnce(&pve::Client) -> Result<Option<Upid>, pve::Error>,
    ) -> Result<(), Error> {
        let (now, by) = (self.clock.now(), job.doing());
        if let Some(beside) = &mut job.service().body.beside {
            (beside.asked_at, beside.upid) = (Some(now), None);
            beside.asked_by = by.to_owned();
        }
        self.save(job)?;
        job.look.beside = None;
        let error = match send(&job.client) {
            Ok(Some(upid)) => return self.beside_begins(job, upid),
            Ok(None) => {
                is_answered(job.service());
                return Ok(());
            }
            Err(error) => error,
        };
        job.queue.clear();
        if let pve::Error::NoAnswer { .. } | pve::Error::Unexpected { .. } = error {
            // it may have happened: the intent stays, and is looked into before anything else
            return Err(error.into());
        }
        is_answered(job.service());
        let service = job.service();
        let asked = service.body.beside.take_if(|beside| beside.stage == Role::Asked);
        let Some(asked) = asked else {
            return Err(self.beside_refuses(job, kind, error));
        };
        if error.says_number_taken(asked.vmid) {
            if was_asked {
                // perhaps by an earlier request, whose answer never came: whose it is, a look says
                job.service().body.beside = Some(Beside {
                    asked_at: Some(now),
                    ..asked
                });
            } else {
                job.taken.insert(asked.vmid);
            }
            return self.save(job);
        }
        Err(error.into())
    }

    /// A change of it was refused; a lock says nothing about it.
    fn beside_refuses(&self, job: &mut Job, kind: &str, error: pve::Error) -> Error {
        let now = self.clock.now();
        let Some(beside) = &mut job.service().body.beside else {
            return error.into();
        };
        beside.fails(kind, now);
        if error.says_locked() {
            let (vmid, lock) = (beside.vmid, error.lock().to_owned());
            return Refusal::Locked { vmid, lock }.into();
        }
        error.into()
    }

    /// Asks for the second guest: under a number that nobody has, cut off from every network, and not started by its node.
    fn restore_beside(&self, job: &mut Job, volume: &str, nonce: &str) -> Result<(), Error> {
        let own = Self::guest_path(job)?;
        let mut resources = job.client.resources()?;
        let then = job.client.backup_config(&own.node, volume)?;
        // hours may have passed since it was asked for
        self.has_room_beside(job, &then, volume, &mut resources)?;
        let earlier = job.lease.service.body.beside.as_ref().map(|beside| beside.vmid);
        if earlier.is_some_and(|earlier| resources.vms.iter().any(|vm| vm.vmid == earlier)) {
            // what was asked before has come true after all: whose it is, a look says
            job.look.beside = None;
            return Ok(());
        }
        let vmid = self.vmid_beside(job, earlier, &resources)?;
        let service = &job.lease.service;
        let backup = match service.body.queued.as_ref().and_then(|queued| queued.wish.as_ref()) {
            Some(Wish::RestoreBeside { backup, .. }) => backup.clone(),
            _ => String::new(),
        };
        let mut keys = pipeline::sold_keys(&job.order.package, &then);
        keys.extend(pipeline::cut_off(&then).map(|(key, card)| (key.to_owned(), card.to_string())));
        let mut cut: BTreeSet<String> = then
            .entries()
            .filter(|(key, card)| pipeline::is_connected(key, card))
            .map(|(key, _)| key.to_owned())
            .collect();
        // the MAC and the network are those of today
        let today = job.look.config();
        if let Some((_, card)) = pipeline::cut_off(today).find(|(key, _)| *key == "net0") {
            keys.insert("net0".to_owned(), card.to_string());
            if today
                .get("net0")
                .is_some_and(|card| pipeline::is_connected("net0", card))
            {
                cut.insert("net0".to_owned());
            }
        }
        let description = Restoring::described(&service.description(self.store.installation()), nonce);
        let name = service.body.name.clone();
        let unprotected = then.number("protection") == Some(1);
        let life = restored_life(&service.body.guest, self.clock.now());
        let path = GuestPath {
            node: own.node.clone(),
            vmid,
        };
        let was_asked = earlier == Some(vmid);
        job.service().body.beside = Some(Beside {
            backup,
            cut,
            ..Beside::new(Role::Asked, (vmid, own.node), nonce, life)
        });
        self.ask_beside(job, ("qmrestore", was_asked), |client| {
            client.restore_anew(
                &path,
                &pve::RestoreAnew {
                    volume,
                    name: name.as_deref(),
                    description: &description,
                    keys: &keys,
                    unprotected,
                },
            )
        })
    }

    /// The second guest as it was just seen, and its config: it can be looked at and swapped in.
    pub(super) fn whole_beside(&self, job: &mut Job) -> Result<(Config, bool), Error> {
        if !job.lease.service.has_beside() {
            return Err(BesideRefusal::None.into());
        }
        if let Some((on, _)) = self.look_beside(job)? {
            return Err(Refusal::TaskRunning(on).into());
        }
        match &job.look.beside {
            Some(BesideSeen::Whole { config, runs, .. }) => Ok((config.clone(), *runs)),
            _ => Err(BesideRefusal::None.into()),
        }
    }
}
