//! Whether an action is there for who asks: one answer for the pages that show it, and for whoever does it.

use super::core::Core;
use super::output::State;
use crate::actions::{Action, Situation};
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::words::ids::Actor;
use crate::words::status::Status;

/// What the store knows of a service, for who asks.
pub(super) fn known(core: &Core, service: &Service, actor: Actor) -> Result<Situation, Error> {
    let left_records = service.is_removed() && !core.store.dns(service.id)?.remembered.is_empty();
    Ok(Situation {
        left_records,
        ..Situation::of(service, actor)
    })
}

/// Whether an action is there for who asks, as pages show it and as it is done: where nobody has looked at the guest, the
/// store alone decides. To a customer nothing is offered of a service that is not finished, or not active in WHMCS.
pub(super) fn offered(
    action: &Action,
    service: &Service,
    now: &Situation,
    in_whmcs: Option<&str>,
) -> Result<(), Refusal> {
    let of_customer = (now.actor == Actor::Client).then(|| not_for_customers(service, in_whmcs));
    of_customer.flatten().map_or_else(|| action.offered(now), Err)
}

/// Why nothing is for a customer at this moment, and so none of it offered: of a service that is not finished, or not active
/// in WHMCS.
pub(super) fn not_for_customers(service: &Service, in_whmcs: Option<&str>) -> Option<Refusal> {
    let inactive = in_whmcs.is_some_and(|status| status != "Active");
    match State::of(service, in_whmcs) {
        _ if inactive => Some(Refusal::NotActive(service.id)),
        State::Ready | State::Lost => None,
        State::Suspended => Some(Refusal::Suspended(service.id)),
        _ if !service.has_guest() => Some(Refusal::NoGuest(service.id)),
        _ => Some(Refusal::Status {
            wanted: Status::Ready,
            found: service.status,
        }),
    }
}
