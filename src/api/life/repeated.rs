//! A repetition of a request, from a double click or a page that is sent again, is the same operation.

use crate::api::core::Core;
use crate::api::output::Reply;
use crate::api::request;
use crate::api::service_reply;
use crate::engine::must_be_of;
use crate::problems::{Error, Refusal};
use crate::pve::Meter;
use crate::store::{Operation, OperationState, Work};
use crate::words::ids::ServiceId;
use crate::words::problems;
use serde_json::Value;

/// Runs a verb, unless an operation of the request's nonce is there: then it is answered by that.
///
/// Between this look and the lease another process may begin with the same: the lease says so then.
/// A nonce belongs to what it was sent for, and to who sent it: for anything else it is refused.
pub fn once(
    core: &Core,
    request: &Value,
    name: &str,
    run: impl FnOnce(&Core, &Value) -> Result<Reply, Error>,
) -> Result<Reply, Error> {
    let known = match (request::nonce_of(request)?, service_named(request)) {
        (Some(nonce), Some(id)) => core.store.operation(id, &nonce)?.map(|known| (id, known)),
        _ => None,
    };
    match known {
        None => run(core, request),
        Some((_, known)) if known.action != name || !is_by(&known, request)? => Err(Refusal::OtherForm.into()),
        Some((id, known)) => answer(core, request, id, known),
    }
}

/// Whether the one who asks is the one who asked then.
fn is_by(known: &Operation, request: &Value) -> Result<bool, Error> {
    let by = request::by_of(request)?;
    Ok((known.by.actor, known.by.id) == (by.actor, by.id))
}

/// The service of an order, or of a request that names only that.
fn service_named(request: &Value) -> Option<ServiceId> {
    let id = request::number(&request["service"], "id").or_else(|| request::number(request, "service"));
    id.map(ServiceId)
}

fn answer(core: &Core, request: &Value, id: ServiceId, known: Operation) -> Result<Reply, Error> {
    let (service, _) = core.store.service(id)?;
    must_be_of(&service, request::asked_of(request)?.as_ref())?;
    match known.state {
        OperationState::Running => Err(crate::store::Error::Busy(Work::Service(id)).into()),
        OperationState::Failed => Err(Error::Before {
            // a code of another version is known by its sentence alone
            problem: problems::named(&known.code).unwrap_or(&problems::REPEATED),
            sentence: known.result,
        }),
        OperationState::Queued | OperationState::Done | OperationState::Cancelled => {
            Reply::of(&service_reply(core, id, &Meter::default(), false)?)
        }
    }
}
