//! What verbs ask of the engine beside advancing: a look for the buttons, and acts that no look can confirm.

use super::ends::ASKED;
use super::task::removal;
use super::{Engine, Job, Outcome};
use crate::actions::{Action, Once, Situation};
use crate::engine::placement;
use crate::guest::{HIBERNATED, Power};
use crate::pipeline::{self, PIPELINE};
use crate::problems::{Error, Refusal};
use crate::pve::TaskEnd;
use crate::service::Task;
use crate::service::restoring::Left;
use crate::words::limits;
use crate::words::status::Status;

impl Engine<'_> {
    /// Looks at the guest for an action: is it there and ours, is it locked, does it run. A task that the action overrules
    /// is ended first.
    pub fn situation(&self, job: &mut Job, action: &Action) -> Result<Situation, Error> {
        self.end_overruled(job, action)?;
        self.finish_task(job)?;
        self.seen(job)
    }

    pub(super) fn seen(&self, job: &mut Job) -> Result<Situation, Error> {
        let mut situation = Situation::of(&job.lease.service, job.order.by.actor);
        if situation.guest.is_none() {
            return Ok(situation);
        }
        let Some(config) = self.read_config(job)? else {
            situation.gone = situation.guest.take().zip(job.lease.service.body.node.clone());
            return Ok(situation);
        };
        situation.lock = config.lock().map(str::to_owned);
        job.look.see(config);
        if situation.lock.as_deref().is_none_or(|lock| lock == HIBERNATED) {
            self.check_owner(job)?;
            // somebody may have mended it in Proxmox VE
            situation.lost = job.lease.service.is_lost();
            let path = Self::guest_path(job)?;
            let current = job.client.current(&path)?;
            situation.power = Some(current.power.clone());
            situation.paused = current.paused;
            job.look.current = Some(current);
        }
        Ok(situation)
    }

    /// A task of ours from before: a button does not wait for a long one.
    fn finish_task(&self, job: &mut Job) -> Result<(), Error> {
        match self.await_task(job)? {
            Some(Outcome::Waiting { on, .. }) => Err(Refusal::TaskRunning(on).into()),
            _ => {
                // how an earlier question ended is no answer to this one
                job.task_failure = None;
                Ok(())
            }
        }
    }

    /// Whoever asks for something of a service is answered as it is once the end of a removal is told. A cluster that does
    /// not say keeps nobody from asking.
    pub fn see_removal(&self, job: &mut Job) {
        let task = job.lease.service.body.task.as_ref();
        if task.is_some_and(|task| removal(job, task).is_some()) {
            let _ = self.finish_task(job);
        }
    }

    /// A restart or shutdown that waits for a guest that hangs does not keep whoever switches it off waiting.
    fn end_overruled(&self, job: &mut Job, action: &Action) -> Result<(), Error> {
        let Some(task) = job.lease.service.body.task.clone() else {
            return Ok(());
        };
        let Some(upid) = task.upid.filter(|upid| action.overrules.contains(&upid.kind())) else {
            return Ok(());
        };
        if job.client.task_end(&upid)? != TaskEnd::Running {
            return Ok(());
        }
        // whoever is refused has ended nothing
        action.allowed(&self.seen(job)?)?;
        job.client.end_task(&upid)?;
        let patience = self.clock.now() + limits::TASK_ENDS_SECONDS;
        while job.client.task_end(&upid)? == TaskEnd::Running && self.clock.now() < patience {
            self.clock.sleep(limits::POLL_TICK);
        }
        let now = self.clock.now();
        job.note_since(task.sent_at, now, &task.by, "ended, as the VM was to be switched off");
        job.service().body.task = None;
        self.save(job)
    }

    /// Refuses a package that the guest cannot have, as with a smaller disk, before anything is touched.
    pub fn must_fit(&self, job: &mut Job) -> Result<(), Error> {
        if !job.lease.service.has_guest() {
            return Ok(());
        }
        let Some(config) = self.read_config(job)? else {
            return Ok(());
        };
        // a clone that is not finished has no disk yet, and for a while no marker: its steps will refuse
        if config.lock() == Some("clone") {
            return Ok(());
        }
        // nor has one that is being restored: the package is made true once it is
        let left = job.lease.service.left_by_restore(self.store.installation(), &config);
        if left == Some(Left::Nothing) {
            return Ok(());
        }
        job.look.see(config);
        self.check_owner(job)?;
        for row in PIPELINE.iter().filter(|row| row.refuses_at_once) {
            self.plan(job, row)?;
        }
        self.must_fit_its_node(job)
    }

    /// Refuses more than the guest's node or storage has at all. What does not grow needs no look at the cluster.
    fn must_fit_its_node(&self, job: &Job) -> Result<(), Error> {
        let (package, before) = (&job.order.package, job.lease.service.body.package.as_ref());
        let grows = before.is_none_or(|before| {
            package.cores > before.cores
                || package.memory_mib > before.memory_mib
                || package.system_disk_gib > before.system_disk_gib
                || package.additional_disk_gib > before.additional_disk_gib
        });
        if !grows {
            return Ok(());
        }
        let mut resources = job.client.resources()?;
        let node = Self::guest_path(job)?.node;
        let system = job.look.config().system_disk().and_then(|disk| disk.storage());
        let additional = package.additional_storage.as_ref();
        let storages: Vec<_> = system.as_ref().into_iter().chain(additional).collect();
        job.client.fill_in(&mut resources, Some(&node), &storages);
        Ok(placement::must_fit(
            &resources,
            package,
            &node,
            system.as_ref(),
            additional,
        )?)
    }

    /// Refuses what the row that leaves a status would refuse of the guest as it was just seen.
    pub fn must_be_possible(&self, job: &Job, status: Status) -> Result<(), Error> {
        pipeline::row_from(status).map_or(Ok(()), |row| self.plan(job, row).map(drop))
    }

    /// Gives the addresses of a service back that WHMCS calls terminated, if its guest is gone or never was.
    pub fn reclaim(&self, job: &mut Job) -> Result<bool, Error> {
        self.finish_task(job)?;
        let is_gone = !job.lease.service.has_guest() || self.read_config(job)?.is_none();
        // what is beside it, Terminate deletes
        let gone = is_gone && job.lease.service.body.beside.is_none();
        if gone {
            self.entered(job, pipeline::ending_row())?;
            job.acted = Some("reclaim");
            job.settled = true;
            job.note(
                self.clock.now(),
                "reclaim",
                "terminated in WHMCS, and the VM is gone: the addresses are free",
            );
        }
        Ok(gone)
    }

    /// Asks a guest something that no look can confirm. It is not waited for: the task's end is seen by whoever comes next.
    pub fn ask(&self, job: &mut Job, name: &'static str, once: Once) -> Result<(), Error> {
        let path = Self::guest_path(job)?;
        job.changes();
        // its counters end with its process
        self.sample(job);
        job.verb = Some(name);
        let timeout = [("timeout", job.order.package.more.shutdown_timeout_s.to_string())];
        let parameters = if once.timed { &timeout[..] } else { &[] };
        let sent = self.task_call(job, format!("{} VM {}", once.says, path.vmid), |client| {
            client.power(&path, once.word, parameters).map(Some)
        });
        let result = sent
            .as_ref()
            .err()
            .map_or_else(|| ASKED.to_owned(), ToString::to_string);
        job.note(self.clock.now(), job.doing(), &result);
        sent
    }

    /// What a guest was to be asked once, and was not, as another task held its lock, the cron asks it again: `qm cleanup`
    /// holds it for half a minute after a stop that is followed by a start. Whoever comes with another wish does not.
    pub(super) fn asks_again(&self, job: &mut Job, task: &Task, words: &str) -> Result<Option<Outcome>, Error> {
        let Some((action, once)) = Action::asked_once(&task.by) else {
            return Ok(None);
        };
        if job.lease.operations.own().is_some() || !self.is_held(job, words) {
            return Ok(None);
        }
        self.forget_task(job);
        let situation = self.situation(job, action)?;
        if let Err(refusal) = action.allowed(&situation) {
            self.told_late(job, task, Some(refusal.into()))?;
            return Ok(None);
        }
        let asked = self.ask(job, action.name, once);
        // it is still the wish of whoever had it, and no answer to what this visit is about
        (job.sent, job.verb) = (false, None);
        asked?;
        let now = self.clock.now();
        if let Some(again) = &mut job.service().body.task {
            again.actor = task.actor;
        }
        Ok(Some(Outcome::Waiting {
            on: task.what.clone(),
            until: now + limits::HELD_RETRY_SECONDS,
            in_line: false,
        }))
    }

    /// Writes a running guest's cloud-init drive anew, for its own reboot: Proxmox VE writes it at each start that it makes.
    /// Says whether the guest runs.
    pub fn renew_cloudinit_drive(&self, job: &mut Job) -> Result<bool, Error> {
        let path = Self::guest_path(job)?;
        if job.client.current(&path)?.power != Power::Running {
            return Ok(false);
        }
        if job.lease.service.body.media.own.is_none() {
            job.client.regenerate_cloudinit(&path)?;
        }
        Ok(true)
    }
}
