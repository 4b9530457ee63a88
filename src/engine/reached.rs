//! A step misses nothing any more: what is written down with its status.

use super::ends::{self, ASKED, succeeds};
use super::look::Look;
use super::{Engine, Job, media, restore, scheduled};
use crate::package::Firewall;
use crate::pipeline::{self, Effect, Facts, Row};
use crate::problems::Error;
use crate::service::build;
use crate::service::guest_life::OurFirewall;
use crate::service::outbox::Kind;
use crate::service::wish::Wish;
use crate::service::{Queued, Service};
use crate::store::{Built, Lease};
use crate::words::ids::UnixSeconds;
use serde_json::Value;

impl Engine<'_> {
    /// The row misses nothing: its status is true, and written down.
    pub(super) fn reached(&self, job: &mut Job, row: &Row, is_next: bool) -> Result<(), Error> {
        job.task_failure = None;
        job.rounds.clear();
        if let Some(undo) = row.undoes {
            return self.came_back(job, row, undo);
        }
        // a clone that was only asked for is no success yet: its end is told when it is seen
        let asked = row.makes_guest && job.lease.service.body.guest.slot().is_some();
        if asked {
            if job.lease.service.body.attempts == 0 {
                job.note(self.clock.now(), row.name, ASKED);
            }
        } else if !row.keeps_stopped || job.changed {
            // that a suspended guest is stopped, as it was at the last look, is no news
            job.note(self.clock.now(), row.name, "ok");
        }
        if job.look.exists() {
            media::see(&mut job.lease.service, job.look.config());
        }
        let from = job.lease.service.status;
        // a snapshot says nothing about what was refused before
        let queued = job.lease.service.body.queued.as_ref();
        let leaves_trouble = queued.is_some_and(|queued| queued.is_harmless() || queued.half_back);
        if queued.is_some_and(|queued| queued.half_back && !queued.rolled_back) {
            // the trouble is the rollback's, and not that of the change which was asked for after it
            job.told.push((row.from.as_str().to_owned(), None));
        }
        if is_next {
            job.lines
                .push(format!("service {}: {from} → {}", job.lease.service.id, row.to));
            self.entered(job, row)?;
        }
        let package = job.order.package.clone();
        job.stopped_first |= row.keeps_stopped;
        let queued = !is_next && pipeline::row_from(job.lease.service.status).is_some();
        if is_next && row.concerns_guest() && !leaves_trouble {
            ends::forget_lasting(job.service());
        }
        // what keeps a queued step from being done is still in its way after another act
        if !queued && !asked {
            succeeds(job.service(), row.to);
        }
        let body = &mut job.service().body;
        let firewall = package.effective_firewall();
        if let Some(guest) = body
            .guest
            .ours_mut()
            .filter(|guest| guest.firewall != OurFirewall::Untouched)
            && row.facts.contains(Facts::FIREWALL)
            && firewall != Firewall::Off
        {
            guest.firewall = if firewall == Firewall::AntiSpoofing {
                OurFirewall::Filtered
            } else {
                OurFirewall::Begun
            };
        }
        body.package = Some(package);
        self.save(job)
    }

    /// The row's status is the service's, with all that goes with it.
    pub(super) fn entered(&self, job: &mut Job, row: &Row) -> Result<(), Error> {
        for effect in row.effects {
            self.takes_effect(job, *effect)?;
        }
        let queued = job.lease.service.body.queued.as_ref();
        if let Some(Wish::Take { name, .. }) = queued.and_then(|queued| queued.wish.clone()) {
            scheduled::one_more(&mut job.lease.service, &name, self.clock.now());
        }
        let goes_on = row.effects.contains(&Effect::RolledBack);
        let queued = job.service().body.queued.take();
        let own = queued.as_ref().filter(|_| row.from == job.lease.service.status);
        if own.is_some_and(Queued::makes_backup) {
            job.service().misses_no_backup();
        }
        if let Some(queued) = own {
            media::is_done(job.service(), queued);
        }
        let status = own.and_then(|queued| job.wish_ends(queued));
        job.service().body.queued = queued.filter(|_| goes_on).map(Queued::after_rollback);
        job.service().status = status.unwrap_or(row.to);
        job.service().has_all_by_hand();
        Ok(())
    }

    fn takes_effect(&self, job: &mut Job, effect: Effect) -> Result<(), Error> {
        let now = self.clock.now();
        match effect {
            Effect::ForgetGuest => {
                job.service().forget_guest(now);
                job.look = Look::default();
            }
            Effect::ForgetNode => job.service().body.node = None,
            Effect::TakeChosen => take_chosen(job),
            Effect::Built => {
                job.service().body.awaited_since = None;
                job.became_ready = true;
                job.service().body.delay_told = false;
            }
            Effect::Applied => {
                note_user(job);
                job.service().body.applied = Some(job.order.package.clone());
            }
            Effect::BesideSettled => self.beside_settled(job),
            Effect::Swapped => {
                self.keep_by_hand(job)?;
                self.swapped(job);
            }
            Effect::MailBuilt => tell_built(job.service()),
            Effect::MailRestored => {
                let queued = job.lease.service.body.queued.as_ref();
                if queued.is_some_and(|queued| !queued.has_begun()) && job.refused.is_none() {
                    job.service().owe(Kind::MailRestored, Value::Null);
                }
            }
            Effect::RolledBack => {
                restore::brings_firewall(job.service());
                restore::is_over(job.service());
                if let Some(guest) = job.service().body.guest.ours_mut() {
                    // its disks are those of then
                    guest.agent_keys = None;
                }
                let body = &mut job.service().body;
                // a change that was asked for meanwhile is one of the package from before
                body.applied
                    .take_if(|_| !body.queued.as_ref().is_some_and(|queued| queued.package_follows));
            }
            Effect::MailChanged => {
                tell_changed(job.service());
            }
            Effect::MailTerminated => {
                // where nothing was ever built, nobody has lost anything
                if job.service().body.guest.ever_was() {
                    job.service().owe(Kind::MailTerminated, Value::Null);
                }
            }
            Effect::FreeAddresses => {
                let note = epitaph(&job.lease, &job.left_backups, now);
                self.store.free_addresses(&mut job.lease, now)?;
                let service = job.service();
                service.body.note = Some(note);
                (service.vmid, service.body.user_data) = (None, None);
                (service.body.beside, service.body.beside_ends_at) = (None, None);
                service.body.former.clear();
                service.body.by_hand = None;
            }
            Effect::WriteBack => job.service().owe_write_back(),
            Effect::WantDns => job.service().body.dns_wanted += 1,
            Effect::FirewallWritten => job.service().firewall_is_written(now),
            Effect::EndSuspension => job.service().body.suspended = false,
        }
        Ok(())
    }
}

/// What was chosen for the guest that takes the place of this one is the service's from now on.
fn take_chosen(job: &mut Job) {
    let Some(queued) = job.service().body.queued.as_mut() else {
        return;
    };
    let (system, application) = (queued.system.take(), queued.application.take());
    let (keys, word) = (queued.ssh_keys.take(), queued.renewal.take());
    let user_data = queued.user_data.take();
    if let Some(system) = system {
        if system.in_whmcs.is_some() {
            job.service().owe_write_back();
        }
        job.service().body.choices.system = Some(system);
    }
    let body = &mut job.service().body;
    if let Some(keys) = keys {
        body.choices.ssh_keys = keys;
        body.choices.keys_chosen = true;
    }
    body.choices.application = application.or(body.choices.application.take());
    body.renewal = word.or(body.renewal.take());
    // what the guest before this one was told is nothing of this one's
    body.user_data = user_data;
}

/// Whether it has Windows; and whom cloud-init has made, which need not be whom the package names: WHMCS shows it.
fn note_user(job: &mut Job) {
    let config = job.look.config();
    let (user, windows) = (config.get("ciuser").map(str::to_owned), config.is_windows());
    job.service().body.windows = windows;
    let Some(user) = user else {
        return;
    };
    let service = job.service();
    let is_known = service.username() == Some(user.as_str());
    service.body.user = Some(user);
    if !is_known {
        service.owe_write_back();
    }
}

/// Its customer hears of another package, or that what was swapped in is there. After a rollback nobody has another package.
fn tell_changed(service: &mut Service) {
    let queued = service.body.queued.as_ref();
    let is_change = !queued.is_some_and(|queued| queued.rolled_back);
    if queued.is_some_and(Queued::brings_backup) {
        service.owe(Kind::MailRestored, Value::Null);
    }
    if is_change {
        service.owe(Kind::MailPackage, Value::Null);
    }
}

/// Its customer hears that it is ready, and where it has not answered for as long as that was waited for, this too.
fn tell_built(service: &mut Service) {
    let kind = if std::mem::take(&mut service.body.reinstalled) {
        Kind::MailReinstalled
    } else {
        Kind::MailReady
    };
    let unanswered = service.body.unanswered_minutes.take();
    let told = unanswered.map(|minutes| Value::from_iter([("unanswered_minutes", minutes)]));
    service.owe(kind, told.unwrap_or_default());
}

/// Writes down since when the guest is in its phase; and how long all took, once it is built.
pub(super) fn keep_time(job: &mut Job, now: UnixSeconds) {
    let service = &mut job.lease.service;
    if let Some(phase) = pipeline::phase_of(service.status) {
        service.body.build.get_or_insert_default().enter(phase, now);
        return;
    }
    let build = service.body.build.take();
    let finished = build.filter(|_| service.status == pipeline::finished());
    if let Some(seconds) = finished.and_then(|build| build.seconds(now)) {
        let kind = build::kind(service, &job.order.package);
        job.lease.built = Some(Built { kind, at: now, seconds });
    }
}

/// What is left of a service for its admin notes: date, VMID, node, addresses.
fn epitaph(lease: &Lease, left: &[String], now: UnixSeconds) -> String {
    let service = &lease.service;
    let addresses: Vec<String> = lease.addresses.iter().map(|address| address.ip.to_string()).collect();
    let vmid = service.vmid.filter(|_| service.body.guest.held_since().is_some());
    let guest = match (vmid, &service.body.node) {
        (Some(vmid), Some(node)) => format!("VM {vmid} on node {node}"),
        _ => "no VM".to_owned(),
    };
    let addresses = if addresses.is_empty() {
        "none".to_owned()
    } else {
        addresses.join(", ")
    };
    let left = match left {
        [] => String::new(),
        left => format!(
            "; left, as nothing in them proves that they are of this VM: {}",
            left.join(", ")
        ),
    };
    format!(
        "{} terminated: {guest}; addresses: {addresses}{left}",
        crate::words::calendar::date(now)
    )
}
