//! Making one call: intent first, then the request, then what the answer means.

use super::progress::Progress;
use super::reserve::node_could_start;
use super::{Engine, Job, Look, Outcome};
use crate::guest::ConfigChange;
use crate::guest::traffic::Sample;
use crate::package::CloneType;
use crate::pipeline::{self, Call, Row};
use crate::problems::{Error, Refusal};
use crate::pve;
use crate::pve::{CloneRequest, GuestPath};
use crate::service::guest_life::Slot;
use crate::service::{Service, Task};
use crate::store::Measured;
use crate::words::calendar;
use crate::words::ids::{Upid, Vmid};

/// Whether its guest was never built to its end, also where something else is asked of it by now.
pub(super) fn is_unfinished(service: &Service) -> bool {
    let before = service.body.queued.as_ref().and_then(|queued| queued.from);
    pipeline::is_building(before.unwrap_or(service.status))
}

impl Engine<'_> {
    /// Makes a call. What it changes is seen by the next look; only a synchronous firewall write, which has
    /// no task and no lock, counts as seen when PVE has answered it with success.
    ///
    /// `Some`: it could not be made now.
    pub(super) fn perform(&self, job: &mut Job, call: Call) -> Result<Option<Outcome>, Error> {
        self.note_before(job, &call);
        match call {
            Call::Reserve => self.reserve(job)?,
            Call::FreeSurplus => self.free_surplus(job)?,
            Call::Clone => return self.start_clone(job),
            Call::Seed(storage) => self.make_seed(job, &storage)?,
            Call::BackUp { .. } => {
                if let Some(wait) = self.waits_for_turn(job)? {
                    return Ok(Some(wait));
                }
                self.change(job, call)?;
            }
            Call::Beside(call) => self.beside_call(job, call)?,
            call => self.change(job, call)?,
        }
        Ok(None)
    }

    /// A call that changes a guest that is there.
    fn change(&self, job: &mut Job, call: Call) -> Result<(), Error> {
        match call {
            Call::Destroy { .. } => {
                self.could_be_built_anew(job)?;
                self.look_before_destroying(job)?;
            }
            Call::RollBack(ref name) => self.look_before_rolling_back(job, name)?,
            Call::Stop | Call::Shutdown(_) if job.look.runs() => {
                self.could_be_built_anew(job)?;
                if job.row.is_some_and(|row| row.starts_again) {
                    // a guest that would not start again is not stopped
                    let path = Self::guest_path(job)?;
                    let whose = format!("VM {}", path.vmid);
                    let config = job.lease.service.body.media.as_started(job.look.config());
                    node_could_start(&job.client, &whose, &path.node, &config, false)?;
                }
                self.sample(job);
            }
            _ => {}
        }
        job.changes();
        if call.is_power() {
            job.asked = Some((call.clone(), self.clock.now()));
        }
        if let Call::DeleteBackup(_) | Call::MarkBackup { .. } | Call::BackUp { .. } | Call::Restore { .. } = call {
            return self.backup_call(job, call);
        }
        let path = Self::guest_path(job)?;
        match call {
            Call::Write(change) => self.write_config(job, &path, &change),
            Call::Resize { slot, gib } => {
                let what = format!("grow {slot} of VM {} to {gib} GB", path.vmid);
                self.task_call(job, what, |client| client.resize(&path, &slot, gib))
            }
            Call::Start => self.task_call(job, format!("start VM {}", path.vmid), |client| {
                client.power(&path, "start", &[]).map(Some)
            }),
            Call::Stop => {
                let ha = job.look.current.as_ref().is_some_and(|current| current.ha_managed);
                self.task_call(job, format!("stop VM {}", path.vmid), |client| {
                    client.stop(&path, !ha).map(Some)
                })
            }
            Call::Shutdown(seconds) => {
                let parameters = [("timeout", seconds.to_string()), ("forceStop", "1".to_owned())];
                self.task_call(job, format!("shut down VM {}", path.vmid), |client| {
                    client.power(&path, "shutdown", &parameters).map(Some)
                })
            }
            Call::TakeSnapshot { name, label, ram } => {
                let what = format!("take snapshot {name} of VM {}", path.vmid);
                self.task_call(job, what, |client| client.take_snapshot(&path, &name, &label, ram))
            }
            Call::RollBack(name) => {
                let what = format!("roll VM {} back to snapshot {name}", path.vmid);
                self.task_call(job, what, |client| client.rollback(&path, &name))
            }
            Call::DeleteSnapshot { name, force } => {
                let what = format!("delete snapshot {name} of VM {}", path.vmid);
                self.task_call(job, what, |client| client.delete_snapshot(&path, &name, force))
            }
            Call::Destroy { purge } => {
                let what = format!("delete VM {}", path.vmid);
                self.task_call(job, what, |client| client.destroy(&path, purge))
            }
            call => self.firewall_call(job, &path, call),
        }
    }

    /// A guest's counters end with its process: what they show is kept first. Only the last seconds are lost.
    pub(super) fn sample(&self, job: &Job) {
        let current = job.look.current.as_ref();
        let Some((current, (bytes_in, bytes_out))) = current.and_then(|current| current.traffic.map(|t| (current, t)))
        else {
            return;
        };
        let now = self.clock.now();
        let sample = Sample {
            at: now,
            late_by: 0.0,
            uptime: current.uptime.unwrap_or_default(),
            bytes_in,
            bytes_out,
        };
        let measured = Measured {
            service: job.lease.service.id,
            since: job.lease.service.body.guest.held_since(),
            sample,
            memory: (
                current.memory.unwrap_or_default(),
                current.max_memory.unwrap_or_default(),
            ),
            disk: None,
        };
        // no guest keeps running because its traffic cannot be written down
        let _ = self
            .store
            .add_samples(&calendar::month(now, job.order.utc_offset_s), &[measured]);
    }

    /// Deleting is for ever: whose guest it is, is asked once more, right before.
    pub(super) fn look_before_destroying(&self, job: &mut Job) -> Result<(), Error> {
        job.look.config_changed();
        if let Some(config) = self.read_config(job)? {
            // its first NIC's MAC outlives it: a reinstallation gives it back
            let mac = config.mac();
            job.look.see(config);
            self.check_owner(job)?;
            let unfinished = is_unfinished(&job.lease.service);
            let body = &mut job.service().body;
            body.mac = match body.mac.take() {
                // what was built in its place has not got it yet, but one of its own
                before if unfinished => before.or(mac),
                // one that a restore has taken to pieces has none
                before => mac.or(before.filter(|_| body.guest.restoring().is_some())),
            };
            if job.row.is_some_and(Row::builds_anew) {
                self.keep_by_hand(job)?;
            }
        }
        Ok(())
    }

    /// It would start again afterwards, and the seed of then is there.
    fn look_before_rolling_back(&self, job: &mut Job, snapshot: &str) -> Result<(), Error> {
        self.could_start_then(job, snapshot)?;
        self.remake_seed_of(job, snapshot)?;
        if job.look.runs() {
            self.sample(job);
        }
        Ok(())
    }

    fn free_surplus(&self, job: &mut Job) -> Result<(), Error> {
        let kept = super::reserve::kept(&job.lease.addresses, &job.order.package);
        self.store.keep_addresses(&mut job.lease, &kept, self.clock.now())?;
        pipeline::tell_anew(job.service());
        self.save(job)
    }

    fn write_config(&self, job: &mut Job, path: &GuestPath, change: &ConfigChange) -> Result<(), Error> {
        let keys = change
            .set
            .keys()
            .chain(&change.delete)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let digest = job.look.config().digest().map(str::to_owned);
        let as_task = change.allocates() || job.look.current.is_none() || job.look.runs();
        // true unless this very write fails; then it is taken back
        let media = &job.lease.service.body.media;
        let password = change.set.contains_key("cipassword") || media.tells_secret(change);
        if let Some(guest) = job.service().body.guest.ours_mut() {
            guest.password_written |= password;
            guest.cipassword_old &= !password;
            if password {
                guest.cipassword_at = Some(self.clock.now());
            }
        }
        let what = format!("write {keys} of VM {}", path.vmid);
        self.intend(job, what, password)?;
        let sent = job.client.write_config(path, change, digest.as_deref(), as_task);
        self.sent(job, sent)
    }

    /// A call that PVE runs as a task, or does at once.
    pub(super) fn task_call(
        &self,
        job: &mut Job,
        what: String,
        send: impl FnOnce(&pve::Client) -> Result<Option<Upid>, pve::Error>,
    ) -> Result<(), Error> {
        self.intend(job, what, false)?;
        let sent = send(&job.client);
        self.sent(job, sent)
    }

    /// What PVE has answered to a call.
    fn sent(&self, job: &mut Job, answer: Result<Option<Upid>, pve::Error>) -> Result<(), Error> {
        match answer {
            Ok(Some(upid)) => self.under_way(job, upid),
            Ok(None) => {
                job.service().body.task = None;
                job.look.config_changed();
                Ok(())
            }
            Err(error) => self.call_failed(job, error),
        }
    }

    /// Written down before it is sent: a successor knows that something may be on its way.
    ///
    /// `password`: whether it is a write that holds the cloud-init password.
    fn intend(&self, job: &mut Job, what: String, password: bool) -> Result<(), Error> {
        let sent_at = self.clock.now();
        let (by, actor) = (job.doing().to_owned(), job.order.by.actor);
        job.sent = true;
        job.service().body.task = Some(Task {
            what,
            by,
            actor,
            clone: false,
            password,
            upid: None,
            sent_at,
        });
        self.save(job)
    }

    /// The same for a clone, together with its slot; `false`: there is none, and nothing was written down.
    fn intend_clone(&self, job: &mut Job, what: String) -> Result<bool, Error> {
        let sent_at = self.clock.now();
        let slots = job.order.package.more.clone_slots_per_storage;
        let template = job.order.package.template;
        let (by, actor) = (job.doing().to_owned(), job.order.by.actor);
        job.sent = true;
        job.progress = Progress::new(job.order.package.clone_type == CloneType::Full);
        let service = job.service();
        let key = service.slot_key();
        service.body.cloned_from = Some(template);
        service.body.guest.asks(Slot { key, since: sent_at });
        service.body.task = Some(Task {
            what,
            by,
            actor,
            clone: true,
            password: false,
            upid: None,
            sent_at,
        });
        let taken = self.store.save_with_slot(&job.lease, slots, sent_at, &job.events)?;
        if taken {
            job.events.clear();
            job.alive_at = sent_at;
        } else {
            let body = &mut job.service().body;
            body.guest.is_refused();
            body.task = None;
        }
        Ok(taken)
    }

    /// The UPID, stored the moment it is known.
    fn under_way(&self, job: &mut Job, upid: Upid) -> Result<(), Error> {
        job.upid = Some(upid.clone());
        if let Some(queued) = &mut job.service().body.queued {
            queued.begins(upid.kind());
        }
        if let Some(task) = &mut job.service().body.task {
            task.upid = Some(upid);
        }
        self.save(job)
    }

    pub(super) fn call_failed(&self, job: &mut Job, error: pve::Error) -> Result<(), Error> {
        job.queue.clear();
        job.look = Look::default();
        if let pve::Error::NoAnswer { .. } | pve::Error::Unexpected { .. } = error {
            // it may have happened: the intent stays, and is looked into before anything else
            return Err(error.into());
        }
        job.service().drop_task();
        job.service().body.guest.is_refused();
        if error.says_changed_meanwhile() {
            return Ok(());
        }
        if error.says_locked() {
            let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
            return Err(Refusal::Locked {
                vmid,
                lock: "another task".to_owned(),
            }
            .into());
        }
        Err(error.into())
    }

    fn start_clone(&self, job: &mut Job) -> Result<Option<Outcome>, Error> {
        let path = Self::guest_path(job)?;
        let home = self.template_home(job)?;
        let service = &job.lease.service;
        let package = &job.order.package;
        let full = package.clone_type == CloneType::Full;
        let request = CloneRequest {
            template: GuestPath {
                node: home.clone(),
                vmid: package.template,
            },
            vmid: path.vmid,
            name: service.body.name.clone().unwrap_or_default(),
            description: service.description(self.store.installation()),
            full,
            target: (home != path.node).then(|| path.node.clone()),
            storage: package.system_storage.clone().filter(|_| full),
        };
        let what = format!("clone template {} to VM {}", package.template, path.vmid);
        if !self.intend_clone(job, what)? {
            let place = job.lease.service.body.place.as_deref().unwrap_or("its storage");
            return Ok(Some(Outcome::Waiting {
                on: format!("a clone slot on {place}"),
                until: self.clock.now(),
                in_line: true,
            }));
        }
        job.changes();
        let started = match job.client.clone_guest(&request) {
            Ok(upid) => {
                let body = &mut job.service().body;
                let asked_at = body.task.as_ref().map_or(self.clock.now(), |task| task.sent_at);
                body.guest.clones(asked_at, false);
                self.under_way(job, upid)
            }
            Err(error) if error.says_vmid_taken(path.vmid) => self.vmid_taken(job),
            // the template is, not the guest, which is not there yet
            Err(error) if error.says_locked() => {
                let template = job.order.package.template;
                let lock = error.lock().to_owned();
                job.service().drop_task();
                job.service().body.guest.is_refused();
                Err(Refusal::TemplateLocked { template, lock }.into())
            }
            Err(error) => {
                if let pve::Error::Refused { .. } = error {
                    // template or node may be others by the next try: its place is chosen anew
                    self.entered(job, pipeline::anew_row())?;
                }
                self.call_failed(job, error)
            }
        };
        started.map(|()| None)
    }

    /// The VMID is taken: by our own clone, whose answer was lost, or by a guest that we may not see.
    fn vmid_taken(&self, job: &mut Job) -> Result<(), Error> {
        match self.clone_is_there(job) {
            Ok(true) => Ok(()),
            // a stranger's: given up already
            Ok(false) if job.lease.service.vmid.is_none() => Ok(()),
            Ok(false) => self.give_up_vmid(job),
            // PVE says 403 before it says whether a guest exists: a guest that we may not see is not ours
            Err(Error::Pve(pve::Error::Refused { status: 403, .. })) => self.give_up_vmid(job),
            Err(error) => Err(error),
        }
    }
}
