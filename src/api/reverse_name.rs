//! The name of an address, as its customer or staff choose it.

use super::dns::{AFTER_VERB_SECONDS, after_verb, dns_of};
use super::life::verb::parse;
use crate::api::core::Core;
use crate::api::output::DnsOut;
use crate::api::request::{Text, With, ZonesIn};
use crate::dns;
use crate::dns::Budget;
use crate::engine::{Order, must_be_of};
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::store::{Event, Requested};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::{IpAddr, SocketAddr};

/// Which name, of which address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ReverseIn {
    /// One of the service's own addresses.
    address: Text,
    /// Its name; empty: the service's domain again.
    name: Text,
    /// Resolvers to ask for the name, `address:port` each; missing: the system's.
    resolvers: Option<Vec<Text>>,
    /// The zones, of which the record is written at once.
    #[serde(flatten)]
    zones: ZonesIn,
}

/// What is known of the records then.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ReverseOut {
    /// What is known of the service's DNS records.
    dns: DnsOut,
}

/// Gives an address of the service a reverse name; an empty one is the service's domain again.
///
/// Only a name that leads to the address is accepted, unless the product says otherwise (More settings,
/// `rdns_forward_check`). The record is written at once; what fails is the cron's work.
pub(in crate::api) fn set_reverse_name(core: &Core, request: With<ReverseIn>) -> Result<ReverseOut, Error> {
    let (id, order) = parse(&request.order)?;
    let asked = &request.more;
    let (service, addresses) = core.store.service(id)?;
    must_be_of(&service, order.asked.as_ref())?;
    let ip: Option<IpAddr> = asked.address.trim().parse().ok();
    let ip = ip.filter(|ip| addresses.iter().any(|address| address.ip == *ip));
    let ip = ip.ok_or(Refusal::NotOwnAddress)?;
    let name = match asked.name.trim() {
        "" => None,
        typed => Some(dns::name(typed).map_err(|error| Refusal::BadReverseName(error.to_string()))?),
    };
    let begun = core.clock.now();
    if let Some(name) = &name {
        must_lead_to(core, asked, name, ip, &service, &order)?;
    }
    let now = core.clock.now();
    let mut lease = core.store.dns_lease(id, now)?;
    let set = name.clone();
    match name {
        Some(name) => lease.memory.reverse.insert(ip, name),
        None => lease.memory.reverse.remove(&ip),
    };
    lease.memory.asked_by = Some(order.by.actor);
    let event = Event {
        at: now,
        actor: order.by.actor,
        what: "set_reverse_name".to_owned(),
        result: "ok".to_owned(),
        took_ms: ((now - begun) * 1000.0) as u64,
    };
    let requested = Requested {
        action: "set_reverse_name",
        arguments: json!({"address": ip, "name": &set}),
        by: order.by,
        nonce: order.nonce,
    };
    lease.operations.note(&requested, begun, now, None);
    let attention = !lease.memory.troubles.is_empty();
    core.store.dns_release(&lease, now, Some(now), attention, &[event])?;
    let deadline = core.clock.now() + AFTER_VERB_SECONDS;
    after_verb(core, &asked.zones, id, deadline, order.by.actor);
    let dns = dns_of(core, id)?;
    Ok(ReverseOut { dns })
}

/// Refuses a name of which DNS does not say the address, unless the product wants no such check.
fn must_lead_to(
    core: &Core,
    asked: &ReverseIn,
    name: &str,
    ip: IpAddr,
    service: &Service,
    order: &Order,
) -> Result<(), Error> {
    if !order.package.more.rdns_forward_check || service.body.domain.as_deref() == Some(name) {
        return Ok(());
    }
    let given = asked.resolvers.iter().flatten();
    let given: Vec<SocketAddr> = given.filter_map(|one| one.0.parse().ok()).collect();
    let resolvers = if given.is_empty() {
        dns::system_resolvers()
    } else {
        given
    };
    let budget = Budget {
        clock: core.clock.as_ref(),
        until: core.clock.now() + AFTER_VERB_SECONDS,
    };
    let found = dns::addresses_of(name, ip.is_ipv4(), &resolvers, &budget).map_err(|error| Error::Dns {
        problem: error.problem(),
        sentence: error.to_string(),
    })?;
    if found.contains(&ip) {
        return Ok(());
    }
    let name = name.to_owned();
    let kind = if ip.is_ipv4() { "A" } else { "AAAA" };
    Err(Refusal::NotForward { name, ip, kind }.into())
}
