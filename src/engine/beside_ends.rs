//! What is written down once what was wanted of the second guest is done, or refused.

use super::look::Look;
use super::{Engine, Job};
use crate::guest::{Config, Power};
use crate::pipeline;
use crate::problems::Error;
use crate::service::beside::{BeforeSwap, Beside, Former, Role};
use crate::service::wish::Wish;
use crate::service::{Queued, Service, Trouble};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use std::collections::{BTreeMap, BTreeSet};

impl Engine<'_> {
    /// What is wanted of the second guest is done: it is there, or there is none any more.
    pub(super) fn beside_settled(&self, job: &mut Job) {
        let now = self.clock.now();
        let is_made = matches!(
            job.lease
                .service
                .body
                .queued
                .as_ref()
                .and_then(|queued| queued.wish.as_ref()),
            Some(Wish::RestoreBeside { .. })
        );
        let body = &mut job.service().body;
        if is_made {
            if let Some(beside) = &mut body.beside {
                beside.stage = Role::Restored;
            }
            body.beside_ends_at = Some(now + limits::BESIDE_KEPT);
            return;
        }
        let gone = body.beside.take().filter(|beside| beside.stage == Role::Former);
        body.former.extend(gone.and_then(|beside| former(&beside, now)));
        body.beside_ends_at = None;
        body.trouble.take_if(|trouble| trouble.of_beside);
        job.look.beside = None;
    }

    /// The restore was refused: of what it may have left nobody has anything, and the cron deletes it.
    pub(super) fn beside_refused(&self, job: &mut Job) {
        let now = self.clock.now();
        let body = &mut job.service().body;
        if body.queued.as_ref().is_some_and(Queued::swaps) {
            // nobody loses the guest that he wants back
            body.beside_ends_at = body.beside_ends_at.map(|at| at.max(now + limits::BESIDE_KEPT));
        }
        if body.beside.as_ref().is_some_and(|beside| beside.stage == Role::Asked) {
            body.beside_ends_at = Some(now + limits::SCHEDULE_AGAIN);
        }
    }

    /// Both guests are off, and the one that was the service's own is cut off: from now on the other one is that.
    pub(super) fn swapped(&self, job: &mut Job) {
        let now = self.clock.now();
        let config = job.look.config();
        let value = |key: &str| (key.to_owned(), config.get(key).map(str::to_owned));
        let mut kept: BTreeMap<String, Option<String>> = ["ipconfig0", "nameserver"].map(value).into();
        kept.insert("name".to_owned(), job.lease.service.body.name.clone());
        let stays = job.look.exists();
        let off = cut_by_hand(config, job.lease.service.body.queued.as_ref());
        let service = job.service();
        let Some(other) = service.body.beside.take() else {
            return;
        };
        let mut queued = service.body.queued.take().unwrap_or_default();
        queued.before_swap = Some(Box::new(BeforeSwap {
            other: other.clone(),
            ends_at: service.body.beside_ends_at,
            values: queued.values.clone(),
            ran: queued.stopped,
        }));
        let own = service
            .vmid
            .replace(other.vmid)
            .zip(service.body.node.replace(other.node));
        let life = std::mem::replace(&mut service.body.guest, other.life);
        // what was put into the CD drives of the one is not in those of the other; seeds are deleted all the same
        let boots_once = std::mem::replace(&mut service.body.media.boots_once, other.boots_once);
        service.body.media.rescue = None;
        let (nonce, ran) = match &queued.wish {
            Some(Wish::Swap { nonce, ran, .. }) => (nonce.clone(), *ran),
            _ => (String::new(), false),
        };
        // as they were before they were cut off for this
        let was = |(key, card): (&String, &Option<String>)| {
            let card = card.as_deref().unwrap_or_default();
            pipeline::is_connected(key, card).then(|| key.clone())
        };
        let left = own.map(|place| Beside {
            backup: other.backup,
            cut: queued.values.iter().filter_map(was).collect(),
            boots_once,
            ..Beside::new(Role::Former, place, &nonce, life)
        });
        // what somebody has cut off since stays so
        queued.connects = other.cut.difference(&off).cloned().collect();
        queued.stopped |= ran;
        queued.kept = stays.then_some(kept);
        let body = &mut service.body;
        body.queued = Some(queued);
        if stays {
            body.beside = left;
            body.beside_ends_at = Some(now + limits::BESIDE_KEPT);
        } else {
            body.former.extend(left.and_then(|left| former(&left, now)));
            body.beside_ends_at = None;
        }
        let body = &mut service.body;
        // its snapshots are others
        body.snapshots_end_at = Some(now);
        body.locked_since = None;
        job.look = Look::default();
    }

    /// What was swapped in can neither be given the package of today nor what it had: where it is off and cut off, the one
    /// from before is the service's own again, and is connected and started if it ran. Whether it is.
    pub(super) fn swaps_back(&self, job: &mut Job, queued: &mut Queued, error: &Error) -> Result<bool, Error> {
        let beside = job.lease.service.body.beside.as_ref();
        let stays = beside.is_some_and(|beside| beside.stage == Role::Former);
        let Some(before) = queued.before_swap.as_deref().filter(|_| stays).cloned() else {
            return Ok(false);
        };
        let is_off = match self.read_config(job)? {
            Some(config) => is_cut_off(&config) && job.client.current(&Self::guest_path(job)?)?.power == Power::Stopped,
            None => false,
        };
        let (service, now) = (job.service(), self.clock.now());
        let Some(former) = service.body.beside.take_if(|_| is_off) else {
            return Ok(false);
        };
        let body = &mut service.body;
        let (vmid, node) = (service.vmid.replace(former.vmid), body.node.replace(former.node));
        let life = std::mem::replace(&mut body.guest, former.life);
        let boots_once = std::mem::replace(&mut body.media.boots_once, former.boots_once);
        body.beside = vmid.zip(node).map(|(vmid, node)| Beside {
            vmid,
            node,
            life,
            boots_once,
            ..before.other
        });
        body.beside_ends_at = before.ends_at.map(|at| at.max(now + limits::BESIDE_KEPT));
        body.snapshots_end_at = Some(now);
        body.locked_since = None;
        body.attempts = 0;
        let told = body.trouble.take().map(|told| told.message).unwrap_or_default();
        let message = format!(
            "{told}; as what it had cannot be written either, the VM from before the swap is the service's again"
        );
        body.trouble = Some(Trouble {
            retry: false,
            lasting: true,
            ..Trouble::of(error.problem(), message.clone(), now)
        });
        service.owe_write_back();
        *queued = Queued {
            from: queued.from,
            refused: true,
            rolled_back: true,
            values: before.values,
            stopped: before.ran,
            ..Queued::default()
        };
        job.note(now, job.doing(), &message);
        job.look = Look::default();
        Ok(true)
    }
}

/// Whether a guest can be left where it is: nothing of it is connected, and nobody starts it.
fn is_cut_off(config: &Config) -> bool {
    let mut entries = config.entries();
    config.number("onboot") != Some(1) && !entries.any(|(key, card)| pipeline::is_connected(key, card))
}

/// The second guest is not deleted: staff hear of it until it is.
pub(super) fn stays(service: &mut Service, error: &Error, now: UnixSeconds) {
    let body = &mut service.body;
    body.attempts = 0;
    if let Some(at) = body.beside_ends_at.as_mut().filter(|at| **at <= now) {
        *at = now + limits::BESIDE_AGAIN;
    }
    let is_told = |trouble: &Trouble| trouble.lasting && !trouble.of_beside;
    let Some(beside) = body
        .beside
        .as_ref()
        .filter(|_| !body.trouble.as_ref().is_some_and(is_told))
    else {
        return;
    };
    let vmid = beside.vmid;
    let message =
        format!("{error}; VM {vmid}, beside the service's own, is still there: delete it when this is mended");
    body.trouble = Some(Trouble {
        retry: false,
        lasting: true,
        of_beside: true,
        ..Trouble::of(error.problem(), message, now)
    });
}

/// The network cards of a guest that somebody else has cut off, and not the swap.
fn cut_by_hand(config: &Config, queued: Option<&Queued>) -> BTreeSet<String> {
    let was_connected = |key: &str| {
        let noted = queued.and_then(|queued| queued.values.get(key)?.as_deref());
        noted.is_some_and(|card| pipeline::is_connected(key, card))
    };
    let cards = config.entries().filter(|(key, _)| key.starts_with("net"));
    let off = cards.filter(|(key, card)| !pipeline::is_connected(key, card) && !was_connected(key));
    off.map(|(key, _)| key.to_owned()).collect()
}

/// The number of a guest that is gone.
fn former(gone: &Beside, now: UnixSeconds) -> Option<Former> {
    let mut held = gone.life.held()?;
    held.until = held.until.or(Some(now));
    Some(Former { vmid: gone.vmid, held })
}
