//! What staff have put by hand into the firewall of a guest that is about to go away: nobody lifts an abuse block by a restore, a
//! swap or a reinstallation.

use super::calls::is_unfinished;
use super::{Engine, Job};
use crate::problems::{Error, FirewallRefusal};
use crate::pve::GuestPath;
use crate::service::by_hand::Today;
use crate::words::ids::Actor;
use std::collections::BTreeSet;

impl Engine<'_> {
    /// It is noted, and written down with the intent. What was noted before counts where the guest may not have it: its file may
    /// be that of a backup by now, or gone, or not written to its end.
    pub(super) fn keep_by_hand(&self, job: &mut Job) -> Result<(), Error> {
        let body = &job.lease.service.body;
        let queued = body.queued.as_ref();
        let begun = queued.is_some_and(|queued| queued.has_begun() || queued.deletion_begun);
        let has_all = !begun && !job.look.config().is_bare() && !is_unfinished(&job.lease.service);
        if body.by_hand.is_some() && !has_all {
            return Ok(());
        }
        let by_hand = if job.look.exists() {
            Some(self.of_today(job, |today| today.by_hand())?)
        } else {
            None
        };
        job.service().body.by_hand = by_hand;
        Ok(())
    }

    /// Refuses a customer what would lose a rule that keeps something out. Staff know what they have written.
    pub fn must_keep_by_hand(&self, job: &Job) -> Result<(), Error> {
        let is_customer = job.order.by.actor == Actor::Client;
        if !is_customer || !job.look.exists() || job.look.config().is_bare() {
            return Ok(());
        }
        let vmid = Self::guest_path(job)?.vmid;
        match self.of_today(job, |today| today.lost())? {
            Some(rule) => Err(FirewallRefusal::ByHand { rule, vmid }.into()),
            None => Ok(()),
        }
    }

    fn of_today<R>(&self, job: &Job, say: impl FnOnce(&Today<'_>) -> R) -> Result<R, Error> {
        let path: GuestPath = Self::guest_path(job)?;
        let (seen, body) = (job.client.firewall(&path)?, &job.lease.service.body);
        let nic = job.look.config().net0();
        let mut today = Today {
            seen: &seen,
            filters: nic.is_some_and(|nic| nic.get("firewall") == Some("1")),
            packages: body.applied.iter().chain([&job.order.package]).collect(),
            list: job.lease.service.firewall_list(),
            names: BTreeSet::new(),
        };
        if today.names_something() {
            today.names = job.client.firewall_names(&path)?;
        }
        Ok(say(&today))
    }
}
