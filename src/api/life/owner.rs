//! Whose a service is, when it is not clear: confirmed by staff, forgotten when its guest is gone, deleted in WHMCS.

use super::verb::{Verb, parse};
use crate::api::core::Core;
use crate::api::outbox::OfService;
use crate::api::request::{AskedIn, ByIn, Number, OrderIn, ServerIn, numbers};
use crate::api::{ServiceReply, service_reply};
use crate::engine::due;
use crate::problems::{Error, Refusal};
use crate::pve::{Client, GuestPath, Meter};
use crate::server::address::Address;
use crate::service::{Service, Trouble};
use crate::store::{Event, Lease, OperationState, Requested};
use crate::words::ids::{Actor, NodeName, ServerId, ServiceId, UnixSeconds, Vmid};
use crate::words::limits;
use crate::words::problems;
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::IpAddr;
use std::sync::Arc;

/// Staff say that WHMCS has moved this service to another client or order, with its VM: from now on it is theirs.
pub(in crate::api) fn confirm(core: &Core, request: OrderIn) -> Result<ServiceReply, Error> {
    let (id, order) = parse(&request)?;
    if order.asked.is_none() {
        return Err(Error::Request("it names no order to confirm".to_owned()));
    }
    let mut verb = Verb::begin_anywhere(
        core,
        id,
        order,
        core.clock.now() + limits::WEB_SECONDS,
        Some("confirm".into()),
    )?;
    confirmed(&mut verb);
    verb.end(Ok(()))
}

/// From here on the service is whose WHMCS says, and WHMCS is told anew what it has.
pub(in crate::api) fn confirmed(verb: &mut Verb<'_>) {
    let client = |service: &Service| service.body.identity.as_ref().map_or(0, |identity| identity.client);
    let before = client(verb.service());
    verb.learn_order();
    let service = verb.service();
    if before != 0 && before != client(service) {
        // the keys of who had it let nobody into the guests of who has it now
        let body = &mut service.body;
        body.choices.keys_chosen |= !body.choices.ssh_keys.is_empty();
        body.choices.ssh_keys.clear();
        if let Some(queued) = &mut body.queued {
            (queued.ssh_keys, queued.user_data) = (None, None);
        }
        body.user_data = None;
    }
    let is_settled = |trouble: &Trouble| trouble.is(&problems::OTHER_ORDER) || trouble.is(&problems::WHMCS_GONE);
    if service.body.trouble.as_ref().is_some_and(is_settled) {
        service.body.trouble = None;
        service.owe_write_back();
    }
}

/// A service that nobody has any more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ForgetIn {
    /// Its number.
    service: Number,
    /// Its server entry; null where that was deleted: then nobody can look.
    server: Option<ServerIn>,
    /// Whose order it is in WHMCS; null where WHMCS has no such service.
    order: Option<AskedIn>,
    /// Which member of staff asks.
    by: ByIn,
}

/// Forgets a service whose guest is gone: number and addresses are free again.
///
/// Refused while WHMCS has the service for the order it was made for, and while its guest is there.
pub(in crate::api) fn forget(core: &Core, request: ForgetIn) -> Result<ServiceReply, Error> {
    let id = request.service.service()?;
    let asked = request.order.as_ref().map(AskedIn::parse);
    let now = core.clock.now();
    let (known, _) = core.store.service(id)?;
    if known.status == Status::Removed {
        return service_reply(core, id, &Meter::default(), false);
    }
    if asked.is_some_and(|asked| known.stranger(&asked).is_none()) {
        return Err(Refusal::StillInWhmcs(id).into());
    }
    if let Some(server) = &request.server {
        let entry = server.parse()?;
        if entry.id != known.server {
            let refusal = Refusal::OtherServer {
                service: id,
                server: known.server,
                asked: entry.id,
            };
            return Err(refusal.into());
        }
        must_be_gone(
            core,
            &known,
            &core.client(&entry, &Arc::default(), core.clock.now() + limits::WEB_SECONDS)?,
        )?;
    }
    let requested = Requested {
        action: "forget",
        arguments: json!({}),
        by: request.by.parse(Actor::Admin),
        nonce: None,
    };
    let mut lease = core.store.lease_for(id, Some(&requested), now)?;
    let forgotten = forget_leased(core, &mut lease);
    let why = forgotten
        .as_ref()
        .err()
        .map(|error: &Error| (error.code().to_owned(), error.to_string()));
    for (is_own, operation) in lease.operations.iter_mut().filter(|_| why.is_none()) {
        if !is_own {
            let why = (
                problems::REPLACED.code.to_owned(),
                "the service was forgotten".to_owned(),
            );
            operation.end(OperationState::Cancelled, Some(why), now);
        }
    }
    lease.operations.end_own(why, now);
    let event = Event {
        at: now,
        actor: Actor::Admin,
        what: "forget".to_owned(),
        result: "ok".to_owned(),
        took_ms: 0,
    };
    let events: &[Event] = if forgotten.is_ok() { &[event] } else { &[] };
    core.store.release(&mut lease, now, events)?;
    forgotten?;
    service_reply(core, id, &Meter::default(), true)
}

fn forget_leased(core: &Core, lease: &mut Lease) -> Result<(), Error> {
    let now = core.clock.now();
    core.store.free_addresses(lease, now)?;
    let service = &mut lease.service;
    service.status = Status::Removed;
    due::rests(service);
    service.vmid = None;
    (service.body.beside, service.body.beside_ends_at) = (None, None);
    service.body.former.clear();
    service.forget_guest(now);
    service.body.suspended = false;
    service.body.trouble = None;
    service.body.attempts = 0;
    // its records go too; WHMCS, where it has such a service for somebody else, is told nothing
    service.body.dns_wanted += 1;
    Ok(())
}

/// A guest that is still there would be nobody's, and its addresses somebody else's.
fn must_be_gone(core: &Core, service: &Service, client: &Client) -> Result<(), Error> {
    let own = service
        .vmid
        .filter(|_| service.has_guest() || service.body.task.is_some());
    let beside = service.body.beside.as_ref();
    let own = own.map(|vmid| (vmid, service.body.node.clone()));
    let both = own
        .into_iter()
        .chain(beside.map(|beside| (beside.vmid, Some(beside.node.clone()))));
    both.into_iter()
        .try_for_each(|(vmid, node)| must_be_gone_from(core, service, client, (vmid, node)))
}

fn must_be_gone_from(
    core: &Core,
    service: &Service,
    client: &Client,
    (vmid, known): (Vmid, Option<NodeName>),
) -> Result<(), Error> {
    let seen = client.guests()?.into_iter().find(|vm| vm.vmid == vmid);
    let Some(node) = seen.map(|vm| vm.node).or(known) else {
        return Ok(());
    };
    let path = GuestPath {
        node: node.clone(),
        vmid,
    };
    match client.config(&path) {
        Err(error) if error.says_gone(vmid) => Ok(()),
        Err(error) => Err(error.into()),
        Ok(config) => {
            let description = config.get("description").unwrap_or_default();
            let uuid = config.uuid();
            if service.may_be(core.store.installation(), description, uuid.as_deref()) {
                let service = service.id;
                return Err(Refusal::StillThere { vmid, node, service }.into());
            }
            // the number was given to a stranger meanwhile: the service's own guest is gone
            Ok(())
        }
    }
}

/// Whether something is nobody's now.
#[derive(Debug, Serialize)]
pub(in crate::api) struct DeletedOut {
    /// Whether the service has left something behind, of which staff are told.
    orphaned: bool,
}

/// WHMCS has deleted a service. What it leaves behind is nobody's, and staff are told.
pub(in crate::api) fn deleted(core: &Core, request: OfService) -> Result<DeletedOut, Error> {
    let id = request.service.service()?;
    let told = match core.store.service(id) {
        Err(crate::store::Error::Unknown(_)) => false,
        Err(error) => return Err(error.into()),
        Ok((service, addresses)) => orphaned(core, &service, &addresses, Orphan::Deleted)?,
    };
    Ok(DeletedOut { orphaned: told })
}

/// What WHMCS has.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct OrphansIn {
    /// The numbers of its services.
    services: Option<Vec<Number>>,
    /// The numbers of its server entries.
    servers: Option<Vec<Number>>,
}

/// What WHMCS has not.
#[derive(Debug, Serialize)]
pub(in crate::api) struct OrphansOut {
    /// The services that are nobody's.
    orphans: Vec<OrphanOut>,
}

/// A service that is nobody's.
#[derive(Debug, Serialize)]
struct OrphanOut {
    /// Its number.
    service: ServiceId,
    /// Its server entry.
    server: ServerId,
    /// What it still has and what to do, in a sentence for staff.
    message: String,
}

/// Services that WHMCS has no row of, or no server entry. Each is remembered as trouble of the service, so that it is listed
/// until it is mended; what WHMCS has again is forgotten. What was ordered a moment ago may have come after the list was made,
/// and is left alone; what somebody works on, the next look sees.
pub(in crate::api) fn orphans(core: &Core, request: OrphansIn) -> Result<OrphansOut, Error> {
    let (services, servers) = (
        numbers(request.services.as_deref()),
        numbers(request.servers.as_deref()),
    );
    let (Some(services), Some(servers)) = (services, servers) else {
        return Err(Error::Request("it does not say what WHMCS has".to_owned()));
    };
    let mut found = Vec::new();
    for (id, server, is_told) in core.store.living()? {
        let orphan = match (services.contains(&id.0), servers.contains(&server.0)) {
            (false, _) => Orphan::Deleted,
            (true, false) => Orphan::NoServer,
            (true, true) if is_told => {
                welcome_back(core, id)?;
                continue;
            }
            (true, true) => continue,
        };
        let (service, addresses) = core.store.service(id)?;
        if !is_told && service.created_at + limits::NEW_TO_WHMCS_SECONDS > core.clock.now() {
            continue;
        }
        if orphaned(core, &service, &addresses, orphan)? {
            let sentence = sentence(&service, &addresses, orphan);
            found.push(OrphanOut {
                service: id,
                server,
                message: sentence,
            });
        }
    }
    Ok(OrphansOut { orphans: found })
}

/// Why a service is nobody's.
#[derive(Clone, Copy)]
enum Orphan {
    Deleted,
    NoServer,
}

/// What is said of a service that WHMCS has deleted.
pub(in crate::api) fn deleted_sentence(service: &Service, ips: &[IpAddr]) -> String {
    let (id, holds) = (service.id, holding(service, ips));
    format!(
        "service {id} is no longer in WHMCS and still has {holds}: WHMCS does not terminate what is deleted; delete the VM \
         in Proxmox VE if it is not wanted, then give all of it back with check.php --forget={id} or the button Forget"
    )
}

fn sentence(service: &Service, addresses: &[Address], orphan: Orphan) -> String {
    let ips: Vec<IpAddr> = addresses.iter().map(|address| address.ip).collect();
    let (id, server) = (service.id, service.server);
    match orphan {
        Orphan::Deleted => deleted_sentence(service, &ips),
        Orphan::NoServer => format!(
            "service {id} has {} on server entry {server}, which is no longer in WHMCS: choose the server of this cluster in \
             the service's settings and bind its VM with Attach, or, once the VM is deleted, remove the service in WHMCS \
             and give all of it back with check.php --forget={id} or the button Forget",
            holding(service, &ips)
        ),
    }
}

/// What a service still has.
pub(in crate::api) fn holding(service: &Service, ips: &[IpAddr]) -> String {
    let own = service.vmid.filter(|_| service.has_guest());
    let beside = service.body.beside.as_ref().map(|beside| beside.vmid);
    let vms = own.into_iter().chain(beside).map(|vmid| format!("VM {vmid}"));
    let all: Vec<String> = vms.chain(ips.iter().map(IpAddr::to_string)).collect();
    if all.is_empty() {
        "a record".to_owned()
    } else {
        all.join(" and ")
    }
}

/// Remembers it as the service's trouble, once. `false`: nothing is left of the service.
fn orphaned(core: &Core, service: &Service, addresses: &[Address], orphan: Orphan) -> Result<bool, Error> {
    if service.status == Status::Removed && addresses.is_empty() {
        return Ok(false);
    }
    let message = sentence(service, addresses, orphan);
    let told = service
        .body
        .trouble
        .as_ref()
        .is_some_and(|trouble| trouble.message == message);
    if told {
        return Ok(true);
    }
    let now = core.clock.now();
    let Some(mut lease) = idle(core, service.id, now)? else {
        return Ok(true);
    };
    lease.service.body.trouble = Some(Trouble::of(&problems::WHMCS_GONE, message, now));
    // nobody can prepare an order for it any more
    due::rests(&mut lease.service);
    core.store.release(&mut lease, now, &[])?;
    Ok(true)
}

/// The lease of a service. `None`: somebody works on it.
fn idle(core: &Core, id: ServiceId, now: UnixSeconds) -> Result<Option<Lease>, Error> {
    match core.store.lease(id, now) {
        Err(crate::store::Error::Busy(_)) => Ok(None),
        lease => Ok(Some(lease?)),
    }
}

/// WHMCS has it again: after a restore, say.
fn welcome_back(core: &Core, id: ServiceId) -> Result<(), Error> {
    let now = core.clock.now();
    let Some(mut lease) = idle(core, id, now)? else {
        return Ok(());
    };
    if lease
        .service
        .body
        .trouble
        .as_ref()
        .is_some_and(|trouble| trouble.is(&problems::WHMCS_GONE))
    {
        lease.service.body.trouble = None;
        due::resumes(&mut lease.service, now);
    }
    Ok(core.store.release(&mut lease, now, &[])?)
}
