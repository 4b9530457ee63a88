//! What a service is doing, or waiting for, and since when: the store's own words put into one.

use crate::engine::needs_attention;
use crate::pipeline;
use crate::service::Service;
use crate::store::Operation;
use crate::words::ids::UnixSeconds;
use serde::Serialize;

/// What a service does or waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Doing {
    /// Nothing: all that was asked for is done.
    Rests,
    /// It was terminated.
    Gone,
    /// It waits for somebody.
    Stuck,
    /// Proxmox VE works for it.
    Works,
    /// It waits until Proxmox VE has unlocked its guest.
    Locked,
    /// It waits for another task, which holds its guest's config.
    Held,
    /// It has failed, and is tried again.
    Retries,
    /// It waits for a clone slot.
    InLine,
    /// It waits for the cron.
    Queued,
}

/// What stands first is what staff have to know first.
fn doing(service: &Service, asked: Option<UnixSeconds>) -> (Doing, Option<UnixSeconds>) {
    let body = &service.body;
    let failing = || body.failing_since.or(body.trouble.as_ref().map(|trouble| trouble.at));
    let row = pipeline::row_from(service.status);
    if service.is_removed() && body.trouble.is_none() {
        (Doing::Gone, None)
    } else if needs_attention(service) || (body.trouble.is_some() && service.due_at.is_none()) {
        (Doing::Stuck, failing())
    } else if let Some(task) = &body.task {
        (Doing::Works, Some(task.sent_at))
    } else if body.locked_since.is_some() {
        (Doing::Locked, body.locked_since)
    } else if body.held_since.is_some() {
        (Doing::Held, body.held_since)
    } else if body.trouble.is_some() {
        (Doing::Retries, failing())
    } else if row.is_none() {
        (Doing::Rests, None)
    } else if row.is_some_and(|row| row.makes_guest) && body.guest.slot().is_none() {
        (Doing::InLine, asked)
    } else {
        (Doing::Queued, asked)
    }
}

/// What a service does, or waits for.
#[derive(Debug, Serialize)]
pub struct DoingOut {
    /// In one word.
    what: Doing,
    /// The step of it that is next, or under way; null where there is none.
    step: Option<String>,
    /// What it was asked for and is not done; null where that is nothing.
    action: Option<String>,
    /// Since when; null where it does nothing.
    since: Option<UnixSeconds>,
    /// When it is tried again; null where it is not.
    again_at: Option<UnixSeconds>,
}

impl DoingOut {
    /// That of a service. `operation`: what it was asked for last, and is not done.
    pub fn of(service: &Service, operation: Option<&Operation>) -> DoingOut {
        let (what, since) = doing(service, operation.map(|operation| operation.created_at));
        let next = || pipeline::row_from(service.status).map(|row| row.name.to_owned());
        let by = service.body.task.as_ref().map(|task| task.by.clone());
        DoingOut {
            what,
            step: by.filter(|by| !by.is_empty()).or_else(next),
            action: operation.map(|operation| operation.action.clone()),
            since,
            again_at: service.due_at.filter(|_| what == Doing::Retries),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::guest_life::Slot;
    use crate::service::{Task, Trouble};
    use crate::words::ids::{Actor, ServerId, ServiceId};
    use crate::words::limits;
    use crate::words::status::Status;

    fn service(status: Status) -> Service {
        let mut service = Service::new(ServiceId(7), ServerId(1), 0.0);
        service.status = status;
        service
    }

    fn told(service: &Service) -> (Doing, Option<UnixSeconds>) {
        doing(service, Some(5.0))
    }

    #[test]
    fn a_service_does_one_thing_and_what_needs_somebody_comes_first() {
        let mut one = service(Status::Clone);
        assert_eq!(told(&one), (Doing::Queued, Some(5.0)));
        one.body.held_since = Some(11.0);
        assert_eq!(told(&one), (Doing::Held, Some(11.0)));
        one.body.locked_since = Some(12.0);
        assert_eq!(told(&one), (Doing::Locked, Some(12.0)));
        one.body.task = Some(Task {
            what: "a clone".to_owned(),
            by: "clone".to_owned(),
            actor: Actor::Cron,
            clone: true,
            password: false,
            upid: None,
            sent_at: 13.0,
        });
        assert_eq!(told(&one), (Doing::Works, Some(13.0)));
        assert_eq!(DoingOut::of(&one, None).step.as_deref(), Some("clone"));
        let trouble = Trouble {
            retry: true,
            at: 14.0,
            ..Trouble::default()
        };
        one.body.trouble = Some(trouble.clone());
        assert_eq!(told(&one), (Doing::Works, Some(13.0)), "it is being tried");
        one.body.attempts = limits::ATTENTION_ATTEMPTS;
        assert_eq!(told(&one), (Doing::Stuck, Some(14.0)));

        let mut failing = service(Status::SetNetwork);
        failing.body.trouble = Some(trouble);
        failing.body.failing_since = Some(9.0);
        assert_eq!(told(&failing), (Doing::Retries, Some(9.0)));
        failing.due_at = None;
        assert_eq!(told(&failing), (Doing::Stuck, Some(9.0)), "nobody tries it");
    }

    #[test]
    fn who_waits_for_a_clone_slot_is_told_from_who_waits_for_the_cron() {
        let mut one = service(pipeline::clone_row().from);
        assert_eq!(told(&one).0, Doing::InLine);
        one.body.guest.asks(Slot {
            key: "1 pve1/local".to_owned(),
            since: 6.0,
        });
        assert_eq!(told(&one).0, Doing::Queued);
        assert_eq!(told(&service(Status::Ready)), (Doing::Rests, None));
        assert_eq!(told(&service(Status::Removed)), (Doing::Gone, None));
    }
}
