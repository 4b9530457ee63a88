//! What must reach somebody else at least once: who takes it, and what he says of it afterwards.

use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::problems::Error;
use crate::server::address::Address;
use crate::service::Service;
use crate::store::{Delivery, Entry};
use serde_json::{Value, json};

/// What was taken has arrived: `{"id": 5}`, or has not: `{"id": 5, "error": "why"}`, or was not tried for want of time:
/// `{"id": 5, "left": true}`. → `given_up`: a sentence, where it has failed too often and is not tried again until somebody
/// says so.
pub fn acknowledge(core: &Core, request: &Value) -> Result<Value, Error> {
    let id = request::number(request, "id").ok_or_else(|| Error::Request("it does not say what arrived".to_owned()))?;
    if request["left"] == true {
        core.store.leave(id, core.clock.now())?;
        return Ok(output::reply(json!({"given_up": null})));
    }
    let why = request["error"].as_str().map(|why| match crate::pve::tidy(why) {
        why if why.is_empty() => "no reason was given".to_owned(),
        why => why,
    });
    let arrived = why.as_deref().map_or(Ok(()), Err);
    let given_up = core.store.acknowledge(id, arrived, core.clock.now())?;
    let given_up = given_up
        .as_ref()
        .map(|entry| output::undelivered_out(entry)["message"].take());
    Ok(output::reply(json!({"given_up": given_up})))
}

/// Staff have mended what kept something of a service from arriving: `{"service": 7}` → `outbox`, to be delivered at once. With
/// `"forget": true` it is the other way round: what was given up can never arrive, and is told to nobody any more.
pub fn deliver_again(core: &Core, request: &Value) -> Result<Value, Error> {
    let service = request::service_of(request)?;
    if request["forget"] == true {
        core.store.drop_given_up(service)?;
        return Ok(output::reply(json!({"outbox": []})));
    }
    let taken = core.store.take_again(service, core.clock.now())?;
    Ok(output::reply(json!({"outbox": deliveries_out(&taken)})))
}

/// What is to be delivered now. Who asks has taken it, and delivers it.
pub(crate) fn take_due(core: &Core) -> Result<Value, Error> {
    Ok(deliveries_out(&core.store.take_due(core.clock.now())?))
}

fn deliveries_out(taken: &[Delivery]) -> Value {
    let out = |one: &Delivery| output::delivery_out(&one.entry, &one.service, &one.addresses);
    taken.iter().map(out).collect()
}

/// The same of one service that is at hand.
pub(crate) fn handed_out(handed: &[Entry], service: &Service, addresses: &[Address]) -> Value {
    let out = |entry: &Entry| output::delivery_out(entry, service, addresses);
    handed.iter().map(out).collect()
}
