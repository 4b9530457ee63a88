//! What is written down once what was wanted of the second guest is done, or refused.

use super::look::Look;
use super::{Engine, Job};
use crate::guest::Config;
use crate::pipeline;
use crate::service::Queued;
use crate::service::beside::{Beside, Former, Role};
use crate::service::outbox::Kind;
use crate::service::wish::Wish;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use serde_json::Value;
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
        let own = service
            .vmid
            .replace(other.vmid)
            .zip(service.body.node.replace(other.node));
        let life = std::mem::replace(&mut service.body.guest, other.life);
        // what was put into the CD drives of the one is not in those of the other; seeds are deleted all the same
        let boots_once = std::mem::replace(&mut service.body.media.boots_once, other.boots_once);
        service.body.media.rescue = None;
        let (nonce, ran) = match &queued.wish {
            Some(Wish::Swap { nonce, ran }) => (nonce.clone(), *ran),
            _ => (String::new(), false),
        };
        // as they were before they were cut off for this
        let was = |(key, card): (&String, &Option<String>)| {
            let card = card.as_deref().unwrap_or_default();
            pipeline::is_connected(key, card).then(|| key.clone())
        };
        let left = own.map(|(vmid, node)| Beside {
            stage: Role::Former,
            vmid,
            node,
            nonce,
            life,
            backup: other.backup,
            cut: queued.values.iter().filter_map(was).collect(),
            boots_once,
            asked_at: None,
            upid: None,
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
        if other.stage == Role::Restored {
            service.owe(Kind::MailRestored, Value::Null);
        }
        let body = &mut service.body;
        // its snapshots are others
        body.snapshots_end_at = Some(now);
        body.locked_since = None;
        job.look = Look::default();
    }
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
