//! Create.

use super::verb::{Verb, parse};
use crate::api::ServiceReply;
use crate::api::core::Core;
use crate::api::request::{Number, Text, With};
use crate::api::ssh_keys;
use crate::engine::{Goal, Outcome};
use crate::pipeline;
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::store;
use crate::words::ids::{By, ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::status::Status;
use serde::Deserialize;
use std::sync::Arc;

/// So many terminated services are looked at when no address is left.
const MOST_RECLAIMED: usize = 50;

/// Where addresses may still be.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct CreateIn {
    /// The services of the server entry that WHMCS calls terminated: those that still hold addresses give them back where
    /// none is free.
    terminated: Option<Vec<Number>>,
    /// The public SSH keys of the order, one a line; empty: those that were chosen, or where the product gives no password, those of
    /// the client's list.
    ssh_key: Text,
    /// What the customer gives cloud-init beside what is ordered (user data); empty: nothing. A VM that was built before takes
    /// nothing of it.
    user_data: Text,
}

/// Leases an address, reserves VMID and name, starts the clone. Everything else is the cron's work.
///
/// Repeating it is harmless: it goes on where the last one stopped. After a removal it begins anew.
pub(in crate::api) fn create(core: &Core, request: With<CreateIn>) -> Result<ServiceReply, Error> {
    let (id, order) = parse(&request.order)?;
    let server = order.entry.id;
    let now = core.clock.now();
    let mut new = Service::new(id, server, now);
    if let Some(asked) = &order.asked {
        new.learn_order(asked);
        core.store.forget_former(id, asked)?;
    }
    let deadline = now + limits::WEB_SECONDS;
    // an entry that cannot be used begins nothing: its row would be this process's for a while
    core.client(&order.entry, &Arc::default(), deadline)?;
    core.store.begin(&new, now)?;
    let mut verb = Verb::begin_until(core, id, order, deadline, Some("create".into()))?;
    let service = verb.service();
    match service.status {
        Status::Terminate => {
            return verb.end(Err(Refusal::Terminating(id).into()));
        }
        Status::Removed => *service = after(service, new),
        // as long as nothing is cloned, the server entry may be changed
        _ if !service.has_guest() && service.body.task.is_none() => service.server = server,
        _ => {}
    }
    if let Err(error) = with_what_was_given(core, &mut verb, &request.more) {
        verb.job.is_left_to_who_asked();
        return verb.end(Err(error));
    }
    // what is begun, and was the cron's work before this request, stays so whatever becomes of this request
    let was_begun = verb.job.due_before.is_some() && verb.service().vmid.is_some();
    if pipeline::row_from(verb.service().status).is_some() {
        verb.make_due();
    }
    let mut outcome = verb.run(Goal::Cloned);
    if let Outcome::Failed {
        error: Error::Store(store::Error::NoAddress { .. }),
        ..
    } = &outcome
        && reclaim(core, &request, id, deadline)
    {
        outcome = verb.run(Goal::Cloned);
    }
    let now = verb.now();
    // what may be on its way is looked into by the cron; else WHMCS has been told, and repeats when it is told to
    let under_way = verb.service().body.task.is_some();
    match outcome {
        Outcome::Settled => {
            let pending = pipeline::row_from(verb.service().status).is_some();
            if pending {
                verb.leave(now, Ok(()), true)
            } else {
                verb.end(Ok(()))
            }
        }
        // it is in line, and what it needs is reserved
        Outcome::Waiting { in_line: true, .. } => verb.leave(now, Ok(()), true),
        Outcome::Waiting { on, until, .. } => verb.leave(until, Err(Refusal::TaskRunning(on).into()), true),
        // it only has to wait, and what it needs is reserved
        Outcome::Failed {
            error: Error::Refused(Refusal::TemplateLocked { .. }),
            retry_at,
        } => verb.leave(retry_at, Ok(()), true),
        Outcome::Refused(error) => verb.end(Err(error)),
        Outcome::Failed { error, retry_at } if under_way || was_begun => verb.leave(retry_at, Err(error), true),
        Outcome::Failed { error, .. } => {
            verb.job.is_left_to_who_asked();
            verb.end(Err(error))
        }
    }
}

/// What the customer has given with the order is the service's.
fn with_what_was_given(core: &Core, verb: &mut Verb<'_>, given: &CreateIn) -> Result<(), Error> {
    // what is refused leaves nothing of the other
    let user_data = core.engine().sealed_user_data(&verb.job, &given.user_data.0)?;
    with_ordered_keys(core, verb, &given.ssh_key.0)?;
    with_user_data(verb, user_data);
    Ok(())
}

/// The SSH keys of an order are the service's first choice.
fn with_ordered_keys(core: &Core, verb: &mut Verb<'_>, typed: &str) -> Result<(), Error> {
    let is_new = verb.service().status == Status::Creation && !verb.service().body.choices.keys_chosen;
    if is_new {
        let now = verb.now();
        let order = &verb.job.order;
        let keys = ssh_keys::of_order(core, order.client_id, typed, &order.package, Some(now))?;
        let choices = &mut verb.service().body.choices;
        choices.keys_chosen = !keys.is_empty();
        choices.ssh_keys = keys;
    }
    Ok(())
}

/// What the customer gives cloud-init is kept until the guest has read it.
fn with_user_data(verb: &mut Verb<'_>, sealed: Option<String>) {
    if sealed.is_some() && pipeline::is_building(verb.service().status) {
        let body = &mut verb.service().body;
        body.user_data = sealed;
        body.media.forget_unwritten();
    }
}

/// A new service under the number of one that was terminated.
fn after(former: &Service, mut new: Service) -> Service {
    // its number goes on: the records have answered to the ones before
    new.body.dns_wanted = former.body.dns_wanted;
    new
}

/// Services that WHMCS calls terminated and that still hold addresses here: those of them whose VM is gone give them back.
fn reclaim(core: &Core, request: &With<CreateIn>, but: ServiceId, deadline: UnixSeconds) -> bool {
    let named = request.more.terminated.iter().flatten().filter_map(|number| number.0);
    let named = named.map(ServiceId);
    let mut reclaimed = false;
    for id in named.filter(|id| *id != but).take(MOST_RECLAIMED) {
        let Ok((_, mut order)) = parse(&request.order) else {
            return false;
        };
        // it is not the order of this one, nor what its client has asked for
        order.asked = None;
        order.by = By {
            actor: order.by.actor,
            ..By::default()
        };
        if core.clock.now() >= deadline - limits::TURN_SECONDS {
            return reclaimed;
        }
        let Ok(mut verb) = Verb::begin_until(core, id, order.clone(), deadline, None) else {
            continue;
        };
        let holds = !verb.job.lease.addresses.is_empty() && verb.service().server == order.entry.id;
        let gone = holds && core.engine().reclaim(&mut verb.job).unwrap_or(false);
        let again_at = verb.job.due_before.filter(|_| !gone);
        reclaimed |= verb.end_visit(again_at).is_ok() && gone;
    }
    reclaimed
}
