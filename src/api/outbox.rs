//! What must reach somebody else at least once: who takes it, and what he says of it afterwards.

use crate::api::core::Core;
use crate::api::output::{self, DeliveryOut};
use crate::api::request::{Flag, Number};
use crate::problems::Error;
use crate::server::address::Address;
use crate::service::Service;
use crate::store::{Delivery, Entry};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What became of something that was taken.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct Acknowledged {
    /// The number of the delivery.
    id: Number,
    /// Why it has not arrived; missing where it has.
    error: Value,
    /// Whether it was not tried, for want of time.
    left: Flag,
}

/// What comes of it.
#[derive(Debug, Serialize)]
pub(in crate::api) struct AcknowledgedOut {
    /// A sentence, where it has failed too often and is not tried again until somebody says so; else null.
    given_up: Option<String>,
}

/// What was taken has arrived, or has not.
pub(in crate::api) fn acknowledge(core: &Core, request: Acknowledged) -> Result<AcknowledgedOut, Error> {
    let id = request.id.0;
    let id = id.ok_or_else(|| Error::Request("it does not say what arrived".to_owned()))?;
    if request.left.0 {
        core.store.leave(id, core.clock.now())?;
        return Ok(AcknowledgedOut { given_up: None });
    }
    let why = request.error.as_str().map(|why| match crate::pve::tidy(why) {
        why if why.is_empty() => "no reason was given".to_owned(),
        why => why,
    });
    let arrived = why.as_deref().map_or(Ok(()), Err);
    let given_up = core.store.acknowledge(id, arrived, core.clock.now())?;
    let given_up = given_up.map(|entry| output::undelivered(&entry).trouble.message);
    Ok(AcknowledgedOut { given_up })
}

/// Which service.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct OfService {
    /// Its number.
    pub(in crate::api) service: Number,
}

/// What is to be delivered.
#[derive(Debug, Serialize)]
pub(in crate::api) struct OutboxOut {
    /// What PHP delivers now, and acknowledges.
    outbox: Vec<DeliveryOut>,
}

/// What becomes of what did not arrive.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct AgainIn {
    /// Of which service.
    service: Number,
    /// Whether what was given up can never arrive, and is told to nobody any more.
    forget: Flag,
}

/// Staff have mended what kept something of a service from arriving: it is delivered at once.
pub(in crate::api) fn deliver_again(core: &Core, request: AgainIn) -> Result<OutboxOut, Error> {
    let service = request.service.service()?;
    if request.forget.0 {
        core.store.drop_given_up(service)?;
        return Ok(OutboxOut { outbox: Vec::new() });
    }
    let taken = core.store.take_again(service, core.clock.now())?;
    let outbox = deliveries_out(&taken);
    Ok(OutboxOut { outbox })
}

/// What is to be delivered now. Who asks has taken it, and delivers it.
pub(in crate::api) fn take_due(core: &Core) -> Result<Vec<DeliveryOut>, Error> {
    Ok(deliveries_out(&core.store.take_due(core.clock.now())?))
}

fn deliveries_out(taken: &[Delivery]) -> Vec<DeliveryOut> {
    let out = |one: &Delivery| DeliveryOut::of(&one.entry, &one.service, &one.addresses);
    taken.iter().map(out).collect()
}

/// The same of one service that is at hand.
pub(in crate::api) fn handed_out(handed: &[Entry], service: &Service, addresses: &[Address]) -> Vec<DeliveryOut> {
    let out = |entry: &Entry| DeliveryOut::of(entry, service, addresses);
    handed.iter().map(out).collect()
}
