//! What is queued for a guest and refused for good is taken back: the guest runs again as it was, the old status is the
//! status again, and staff are told. Nothing of it is done later without a click.

use super::look::Look;
use super::{Engine, Job, beside_ends, operations, restore, scheduled};
use crate::guest::{ConfigChange, Drive};
use crate::pipeline;
use crate::pipeline::{Call, Row, Undo, is_taken_back};
use crate::problems::{Error, MediaRefusal, Refusal, RestoreRefusal, SnapshotRefusal};
use crate::pve;
use crate::service::outbox::Kind;
use crate::service::wish::Wish;
use crate::service::{Queued, Service, Trouble};
use crate::words::limits;
use serde_json::Value;

/// What the taking back has to do next. `None`: nothing is being taken back.
pub(super) fn row_back(service: &Service) -> Option<&'static Row> {
    let queued = service.body.queued.as_ref().filter(|queued| queued.refused)?;
    if !is_taken_back(service.status) {
        return None;
    }
    pipeline::row_undoing(if queued.has_touched_guest() {
        Undo::Guest
    } else {
        Undo::Addresses
    })
}

/// Whether this is PVE's, or our own, no to what was asked. A look that is refused, a login that does not work, a node
/// that does not answer, and a lock say nothing about it: while a lock lasts nothing can be taken back either, and once it
/// is gone what was asked for is done.
pub(super) fn is_refusal(error: &Error) -> bool {
    match error {
        Error::Blocked(_) | Error::Unsettled { .. } => true,
        Error::Task { words, .. } => !pve::words_say_lock_timeout(words),
        Error::Pve(error) => error.refuses_change(),
        Error::Snapshot(SnapshotRefusal::Late | SnapshotRefusal::HalfBack) => true,
        Error::Backup(_) | Error::Beside(_) | Error::Media(MediaRefusal::OwnSeed { .. }) => true,
        Error::Restore(refusal) => !matches!(refusal, RestoreRefusal::Torn { .. }),
        Error::Refused(refusal) => is_gone(refusal),
        _ => false,
    }
}

/// Whether what is queued is wanted of the guest's snapshots or backups.
fn queued_wish(service: &Service) -> bool {
    (service.body.queued.as_ref()).is_some_and(|queued| queued.wish.is_some())
}

/// A lock that was left on the second guest keeps nobody from using the service's own.
fn keeps_second_locked(service: &Service, error: &Error) -> bool {
    let body = &service.body;
    let wish = body.queued.as_ref().and_then(|queued| queued.wish.as_ref());
    let second = body.beside.as_ref().filter(|_| wish.is_some_and(Wish::is_of_beside));
    let Error::Refused(Refusal::LeftLocked { vmid, .. } | Refusal::Locked { vmid, .. }) = error else {
        return false;
    };
    second.is_some_and(|second| second.vmid == *vmid)
}

/// Whether the guest is not known to be the service's own: none is made anew in the place of one that somebody attaches later.
fn is_of_another(error: &Error) -> bool {
    matches!(error, Error::Refused(Refusal::NotOurs { .. }))
}

fn is_gone(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NoGuest(_) | Refusal::Gone { .. })
}

impl Engine<'_> {
    /// A call is about to change a guest for what is queued: what it was before is written down with the intent.
    pub(super) fn note_before(&self, job: &mut Job, call: &Call) {
        if job.goal.is_forced() || !is_taken_back(job.lease.service.status) {
            return;
        }
        let runs = job.look.runs();
        let addresses = || job.lease.addresses.iter().map(|address| address.ip).collect();
        let mut queued = job.lease.service.body.queued.clone().unwrap_or_default();
        if let (Call::RollBack(_) | Call::Restore { .. }, None) = (call, &queued.kept) {
            let value = |key: &str| (key.to_owned(), job.look.config().get(key).map(str::to_owned));
            queued.kept = Some(["ipconfig0", "nameserver"].map(value).into());
            // the system disk is what the backup's takes the place of, whatever its slot: it does not come back beside that
            let replaced = match call {
                Call::Restore { .. } => job.look.config().system_disk().map(|disk| disk.slot),
                _ => None,
            };
            let disks = job.look.config().disks();
            let disks = disks.filter(|disk| replaced.as_ref() != Some(&disk.slot));
            queued.disks = disks.map(|disk| (disk.slot, disk.options.to_string())).collect();
        }
        match call {
            _ if queued.refused => return,
            Call::Stop | Call::Shutdown(_) | Call::RollBack(_) | Call::Restore { .. } => queued.stopped |= runs,
            // what is queued hears of its task
            Call::Destroy { .. } => {}
            Call::Write(change) => note_values(&mut queued, change, job),
            Call::Reserve | Call::FreeSurplus => queued.addresses = queued.addresses.or_else(|| Some(addresses())),
            _ => return,
        }
        job.service().body.queued = Some(queued);
    }

    /// Whether what is queued is refused for good by this: at once, or after so many tries or minutes of the same.
    pub(super) fn is_refused(&self, job: &Job, error: &Error) -> bool {
        let body = &job.lease.service.body;
        // what is on its way may still come true, and to a guest without disks there is no way back
        let is_deleted = body.queued.as_ref().is_some_and(|queued| queued.deletion_begun);
        let is_open = body.task.is_some() || is_deleted || restore::is_torn(&job.lease.service);
        // that of a rollback was just asked: the guest would not start again; nor would one that is to be made anew be built
        let service = &job.lease.service;
        let builds_anew = pipeline::row_from(service.status).is_some_and(Row::builds_anew);
        let is_of_placement = queued_wish(service) || builds_anew;
        let is_no = is_refusal(error)
            || (matches!(error, Error::Placement(_)) && is_of_placement)
            || (builds_anew && is_of_another(error))
            || keeps_second_locked(service, error);
        if job.goal.is_forced() || is_open || !is_taken_back(job.lease.service.status) || !is_no {
            return false;
        }
        let since = body
            .failing_since
            .filter(|_| body.attempts > 0)
            .unwrap_or(f64::INFINITY);
        // whoever waits for a snapshot or a backup hears at once that there is none
        let waits_for_backup = body.queued.as_ref().is_some_and(Queued::waits_for_backup);
        let wish = body.queued.as_ref().and_then(|queued| queued.wish.as_ref());
        let is_waited_for = wish.is_some_and(Wish::is_awaited) || waits_for_backup;
        let patience_is_over = is_waited_for
            || body.attempts + 1 >= limits::ATTENTION_ATTEMPTS
            || self.clock.now() - since >= limits::ATTENTION_SECONDS;
        !error.retry() || patience_is_over
    }

    /// From now on what was done is taken back.
    pub(super) fn take_back(&self, job: &mut Job, error: Error) -> Result<(), Error> {
        let now = self.clock.now();
        job.queue.clear();
        job.look = Look::default();
        job.rounds.clear();
        let mut queued = job.lease.service.body.queued.clone().unwrap_or_default();
        if queued.refused {
            let gone = matches!(&error, Error::Refused(refusal) if is_gone(refusal));
            if self.swaps_back(job, &mut queued, &error).unwrap_or_default() {
                return self.go_back(job, queued);
            }
            if queued.values.is_empty() && !gone {
                return Err(error);
            }
            // the old values cannot be written: the guest is started as it is, as long as that takes
            job.note(now, job.doing(), &error.to_string());
            queued.values.clear();
            if gone {
                (queued.stopped, queued.addresses, queued.kept) = (false, None, None);
            }
        } else {
            let row = pipeline::row_from(job.lease.service.status);
            let has_made_it = queued.wish.as_ref().is_some_and(Wish::has_made_it);
            if let (true, Some(row)) = (has_made_it, row) {
                // whoever asked has it; what was to make room for it goes before the next one
                let told = format!("done, but what was to make room for it is still there: {error}");
                job.note(now, job.doing(), &told);
                self.entered(job, row)?;
                return self.save(job);
            }
            self.note_refusal(job, &error);
            if let Some(wish) = &queued.wish {
                scheduled::has_failed(job.service(), wish, now);
            }
            self.beside_refused(job);
            job.refused = Some(error);
            if let (true, Some(row)) = (queued.has_begun(), row) {
                // whatever of it was done: the package is made true, and the guest runs if it ran
                self.entered(job, row)?;
                return self.save(job);
            }
            queued.is_refused();
        }
        self.go_back(job, queued)
    }

    /// Why it was refused, and that it is not tried again.
    fn note_refusal(&self, job: &mut Job, error: &Error) {
        let now = self.clock.now();
        let body = &job.lease.service.body;
        if body.queued.as_ref().is_some_and(Queued::is_harmless) {
            let is_of_schedule = body.queued.as_ref().is_some_and(Queued::is_of_schedule);
            let wish = body.queued.as_ref().and_then(|queued| queued.wish.as_ref());
            let is_left = wish.is_some_and(|wish| !wish.is_awaited());
            job.note(now, job.doing(), &error.to_string());
            job.refusal = Some(operations::why(error));
            if is_left {
                beside_ends::stays(job.service(), error, now);
            }
            if is_of_schedule {
                job.service().misses_backup(error.problem(), &error.to_string(), now);
            }
            return;
        }
        let verb = pipeline::verb_of(job.lease.service.status).unwrap_or("it");
        let queued = body.queued.as_ref();
        let message = if queued.is_some_and(|queued| queued.has_begun() && queued.restores()) {
            format!(
                "{error}; its disks were not touched, but its firewall may be that of the backup: the package is made true again, and the VM is started if it ran; run {verb} again if it is still wanted"
            )
        } else if queued.is_some_and(Queued::is_half_back) {
            format!(
                "{error}; it may have been done all the same: the package is made true again, and the VM is started if it ran; look whether its disks are whole, and run {verb} again if it is still wanted"
            )
        } else {
            format!("{error}; run {verb} again when this is mended")
        };
        job.note(now, job.doing(), &message);
        job.refusal = Some((error.code().to_owned(), message.clone()));
        let body = &mut job.service().body;
        body.attempts = 0;
        body.trouble = Some(Trouble {
            retry: false,
            lasting: true,
            ..Trouble::of(error.problem(), message, now)
        });
    }

    /// One part of the taking back is done.
    pub(super) fn came_back(&self, job: &mut Job, row: &Row, undo: Undo) -> Result<(), Error> {
        let now = self.clock.now();
        let mut queued = job.service().body.queued.take().unwrap_or_default();
        job.note(now, row.name, "ok");
        if undo == Undo::Guest {
            (queued.stopped, queued.kept) = (false, None);
            queued.values.clear();
        } else if let Some(before) = queued.addresses.take() {
            let mut kept = job.lease.addresses.clone();
            kept.retain(|known| before.contains(&known.ip));
            if kept.len() < job.lease.addresses.len() {
                self.store.keep_addresses(&mut job.lease, &kept, now)?;
                pipeline::tell_anew(job.service());
            }
        }
        self.go_back(job, queued)
    }

    /// The old status is the status again once nothing is left to take back.
    fn go_back(&self, job: &mut Job, queued: Queued) -> Result<(), Error> {
        if queued.has_touched_guest() || queued.addresses.is_some() {
            job.service().body.queued = Some(queued);
        } else {
            restore::is_over(job.service());
            if queued.brings_backup() {
                job.service().owe(Kind::MailRestored, Value::Null);
            }
            let status = queued.from.unwrap_or_else(pipeline::finished);
            let status = job.wish_ends(&queued).unwrap_or(status);
            let service = job.service();
            // of snapshots and backups their customer reads on the page
            if queued.refused && !queued.is_of_copies(service.status) {
                let action = Value::from_iter([("action", service.status.as_str())]);
                service.owe(Kind::MailFailed, action);
            }
            // what is left of a rollback is still to be done
            service.body.queued = queued.ends_rollback(status).then(|| Queued {
                from: None,
                ..queued.after_rollback()
            });
            service.body.reinstalled &= pipeline::is_building(status);
            let (id, from) = (service.id, std::mem::replace(&mut service.status, status));
            service.has_all_by_hand();
            job.lines.push(format!("service {id}: {from} → {status}"));
        }
        self.save(job)
    }
}

/// What the config has under the keys of a change, where an earlier write has not noted it. A password is never shown.
fn note_values(queued: &mut Queued, change: &ConfigChange, job: &Job) {
    let is_gone = |key: &str| {
        // a seed that a backup or a snapshot has brought back from then is none to go back to
        let drive = job.look.config().drive(key).filter(Drive::is_seed);
        let known = &job.lease.service.body.media.seeds;
        drive.is_some_and(|drive| known.iter().all(|seed| seed.volume() != drive.volume()))
    };
    for key in change
        .set
        .keys()
        .chain(&change.delete)
        .filter(|key| *key != "cipassword" && !is_gone(key))
    {
        let value = job.look.config().get(key).map(str::to_owned);
        queued.values.entry(key.clone()).or_insert(value);
    }
}
