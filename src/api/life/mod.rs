//! The verbs of a service's life: create, suspend, unsuspend, terminate, change package and password, attach; and whose
//! it is. Power, reinstall and remove are actions ([`super::act`]).

mod create;
pub(in crate::api) mod owner;
mod repeated;
pub(in crate::api) mod verb;

pub(in crate::api) use create::create;
pub(in crate::api) use owner::{confirm, deleted, forget, orphans};
pub use repeated::once;

use super::dns;
use crate::api::ServiceReply;
use crate::api::core::Core;
use crate::api::output::DeliveryOut;
use crate::api::renewal::{self, RenewalIn};
use crate::api::request::{Flag, Number, OrderIn, With, ZonesIn};
use crate::api::statistics::without_statistics;
use crate::engine::{Goal, Outcome};
use crate::pipeline;
use crate::pipeline::acts;
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::service::guest_life::Guest;
use crate::service::outbox::Kind;
use crate::service::pace::Pace;
use crate::store;
use crate::words::ids::ServiceId;
use crate::words::limits;
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;
use verb::{Recorded, Verb, paced, parse};

/// Stops the guest and keeps it stopped, whatever is queued for it. What a slow guest needs longer, the cron finishes.
pub(in crate::api) fn suspend(core: &Core, request: OrderIn) -> Result<ServiceReply, Error> {
    let mut verb = begin_living(core, &request, "suspend")?;
    // intent first: from now on nothing starts this guest
    if !verb.service().body.suspended {
        verb.service().body.suspended = true;
        verb.service().body.onboot_before = None;
        if verb.service().body.guest.is_there() {
            verb.service().owe(Kind::MailSuspended, Value::Null);
        }
        verb.make_due();
    }
    if pipeline::is_building(verb.service().status) {
        // its last step does not start it
        return verb.end(Ok(()));
    }
    let outcome = verb.run(Goal::Act(&acts::SUSPEND));
    verb.end_with(outcome, false, |_| Ok(()))
}

/// Restores `onboot` and starts the guest.
pub(in crate::api) fn unsuspend(core: &Core, request: OrderIn) -> Result<ServiceReply, Error> {
    let mut verb = begin_living(core, &request, "unsuspend")?;
    let was_suspended = std::mem::replace(&mut verb.service().body.suspended, false);
    let status = verb.service().status;
    if pipeline::is_building(status) || status == Status::Reinstall {
        // its last step starts it
        return verb.end(Ok(()));
    }
    if verb.service().is_brought_back() {
        // its addresses may be those of then: what is queued makes them true, and starts it
        if let (true, Some(queued)) = (was_suspended, &mut verb.service().body.queued) {
            queued.stopped = true;
        }
        verb.make_due();
        return verb.end(Ok(()));
    }
    let error = match verb.run(Goal::Act(&acts::UNSUSPEND)) {
        Outcome::Settled => {
            verb.service().body.onboot_before = None;
            return verb.end(Ok(()));
        }
        // the start was accepted
        Outcome::Waiting { until, .. } if verb.job.asked_for_power() => return verb.leave(until, Ok(()), false),
        Outcome::Waiting { on, .. } => Refusal::TaskRunning(on).into(),
        Outcome::Refused(error) | Outcome::Failed { error, .. } => error,
    };
    // as before: the next try finds the same
    verb.service().body.suspended = was_suspended;
    verb.end(Err(error))
}

/// What became of a service that was terminated.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(in crate::api) enum Terminated {
    /// Of one that this module knows.
    Known(Box<ServiceReply>),
    /// Of one that it does not.
    Unknown(Unknown),
}

/// A service that this module does not know: there is nothing to delete.
#[derive(Debug, Serialize)]
pub(in crate::api) struct Unknown {
    /// Empty.
    note: &'static str,
    /// Empty.
    outbox: Vec<DeliveryOut>,
}

/// Deletes backups, snapshots and the guest, confirms that it is gone, and only then gives the addresses back.
///
/// A service that this module does not know has nothing to delete, unless a guest of the name that WHMCS shows carries
/// its marker: then the store is older than the guest.
pub(in crate::api) fn terminate(core: &Core, request: With<ZonesIn>) -> Result<Terminated, Error> {
    let (id, order) = parse(&request.order)?;
    let by = order.by.actor;
    let deadline = core.clock.now() + limits::WEB_SECONDS;
    let mut verb = match Verb::begin_until(core, id, order, deadline, Some("terminate".into())) {
        Err(Error::Store(store::Error::Unknown(_))) => {
            must_be_nowhere(core, &request.order, id)?;
            return Ok(Terminated::Unknown(Unknown {
                note: "",
                outbox: Vec::new(),
            }));
        }
        other => other?,
    };
    if verb.service().status != Status::Removed {
        verb.service().status = Status::Terminate;
        verb.service().body.queued = None;
        verb.make_due();
        verb.service().body.note = None;
    }
    let outcome = verb.run(Goal::Settle);
    let reply = verb.end_with(outcome, true, |on| {
        let what = "Terminate";
        Err(Refusal::UnderWay { what, on }.into())
    })?;
    dns::after_verb(core, &request.more, id, deadline, by);
    Ok(Terminated::Known(Box::new(reply)))
}

/// Refuses where a guest of the service's name carries its marker. Costs one request if WHMCS shows a name.
fn must_be_nowhere(core: &Core, order: &OrderIn, service: ServiceId) -> Result<(), Error> {
    let name = order.service.domain.0.split('.').next().unwrap_or_default();
    if name.is_empty() {
        return Ok(());
    }
    let deadline = core.clock.now() + limits::WEB_SECONDS;
    let entry = order.server.parse()?;
    let client = core.client(&entry, &Arc::default(), deadline)?;
    let guests = client.guests()?;
    let namesakes = guests.iter().filter(|vm| vm.qemu && vm.name.as_deref() == Some(name));
    // one whose name nobody knows may be the one
    let nameless = without_statistics(core, entry.id, guests.iter().filter(|vm| vm.name.is_none()))?;
    for vm in namesakes.chain(nameless) {
        let (vmid, node) = (vm.vmid, vm.node.clone());
        let config = match client.config(&vm.path()) {
            Err(error) if error.says_gone(vmid) => continue,
            answer => answer?,
        };
        let description = config.get("description").unwrap_or_default();
        if Service::owner_in(core.store.installation(), description) == Some(service) {
            return Err(Refusal::Forgotten { vmid, node, service }.into());
        }
    }
    Ok(())
}

/// Queues the change for the cron, after checking that it can be done: a smaller disk is refused here.
pub(in crate::api) fn change_package(core: &Core, request: OrderIn) -> Result<ServiceReply, Error> {
    let mut verb = begin_living(core, &request, "change_package")?;
    let now = verb.now();
    let was_pending = pending(verb.service());
    let status = verb.service().status;
    if let Err(error) = core.engine().must_fit(&mut verb.job) {
        return verb.end(Err(error));
    }
    if !was_pending || status == Status::SetDnsRecords {
        verb.queue(Status::ChangePackage);
    } else if pipeline::is_building(status) && pipeline::is_cloned(status) {
        // a guest that is still being built is built by the new package: no step after the clone counts as done
        verb.service().status = pipeline::clone_row().to;
    } else if let Some(queued) = &mut verb.service().body.queued
        && queued.package_is_wanted()
    {
        // whoever had that wish still has it
        return verb.leave(now, Ok(()), false);
    }
    // a removed guest is not cloned again by itself
    let rests = was_pending && verb.job.due_before.is_none();
    if rests {
        return verb.end(Ok(()));
    }
    if verb.service().status == Status::ChangePackage {
        return verb.leave(now, Ok(()), true);
    }
    // it is built by the new package
    verb.job.goes_on_by_itself(now);
    verb.end(Ok(()))
}

/// Gives the guest a new password, and answers how (`by`). A running guest takes cloud-init's at its next start.
pub(in crate::api) fn change_password(core: &Core, request: With<RenewalIn>) -> Result<ServiceReply, Error> {
    let mut verb = begin_living(core, &request.order, "change_password")?;
    let actor = verb.job.order.by.actor;
    if let Err(error) = paced(core, verb.id, actor, Pace::PASSWORDS) {
        return Err(verb.refuse(error));
    }
    if let Err(error) = core.engine().must_take(&mut verb.job) {
        return Err(verb.refuse(error));
    }
    if let Some(guest) = verb.service().body.guest.ours_mut() {
        guest.password_written = false;
    }
    verb.service().body.media.forget_unwritten();
    let before = renewal::begins(verb.service(), renewal::word(&request.more.renewal.0));
    if !verb.service().has_guest() {
        // there is no guest yet: it is built with the new password
        return set_by("build", false, verb.end(Ok(())));
    }
    match core.engine().password_by_agent(&mut verb.job) {
        Ok(false) => {}
        Ok(true) => {
            let is_set = |guest: &mut Guest| guest.password_written;
            if !verb.service().body.guest.ours_mut().is_some_and(is_set) {
                // it is set already: what fails here is no failure of that
                let _ = verb.reach(Goal::Act(&acts::PASSWORD));
                let _ = core.engine().renew_cloudinit_drive(&mut verb.job);
            }
            verb.service().owe(Kind::MailPassword, json!({"restart_needed": false}));
            return set_by("agent", false, verb.end(Ok(())));
        }
        Err(error) => {
            renewal::refused(verb.service(), before, &error);
            return verb.end(Err(error));
        }
    }
    let mut running = false;
    let result = verb.reach(Goal::Act(&acts::PASSWORD));
    match &result {
        Ok(()) => {
            // the guest has it from its next start on, whatever becomes of the drive that it has now
            running = core.engine().renew_cloudinit_drive(&mut verb.job).unwrap_or(true);
            let body = json!({"restart_needed": running});
            verb.service().owe(Kind::MailPassword, body);
        }
        Err(error) => renewal::refused(verb.service(), before, error),
    }
    set_by("cloudinit", running, verb.end(result))
}

fn set_by(by: &'static str, restart_needed: bool, reply: Result<ServiceReply, Error>) -> Result<ServiceReply, Error> {
    Ok(ServiceReply {
        by: Some(by),
        restart_needed: Some(restart_needed),
        ..reply?
    })
}

/// Which guest, and what is known of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct AttachIn {
    /// The number of the VM.
    vmid: Number,
    /// Whether it counts as suspended from then on; nothing is stopped now.
    suspended: Flag,
    /// The addresses that it has besides those that cloud-init gives it.
    addresses: Option<Vec<Value>>,
}

/// Binds a service to an existing guest that no other service has, and marks it.
pub(in crate::api) fn attach(core: &Core, request: With<AttachIn>) -> Result<ServiceReply, Error> {
    let (id, order) = parse(&request.order)?;
    let asked = &request.more;
    let vmid = asked.vmid.0.and_then(|vmid| u32::try_from(vmid).ok()?.try_into().ok());
    let vmid = vmid.ok_or_else(|| Error::from(Refusal::AttachVmid))?;
    let more = addresses(asked.addresses.as_deref().unwrap_or_default())?;
    let server = order.entry.id;
    let now = core.clock.now();
    let deadline = now + limits::WEB_SECONDS;
    core.client(&order.entry, &Arc::default(), deadline)?;
    core.store.begin(
        &Service {
            due_at: None,
            ..Service::new(id, server, now)
        },
        now,
    )?;
    let action = Recorded::with("attach", json!({"vmid": vmid}));
    let mut verb = Verb::begin_anywhere(core, id, order, deadline, Some(action))?;
    let result = core.engine().attach(&mut verb.job, vmid, &more);
    if result.is_ok() {
        // staff say whose it is
        owner::confirmed(&mut verb);
    }
    if result.is_ok() && asked.suspended.0 && !verb.service().body.suspended {
        verb.service().body.suspended = true;
        verb.service().body.onboot_before = None;
    }
    if result.is_ok() {
        // what the cron was about to do with a guest that had lost its marker
        verb.job.goes_on_by_itself(now);
    }
    verb.end(result)
}

fn addresses(texts: &[Value]) -> Result<Vec<IpAddr>, Error> {
    let address = |text: &Value| {
        let parsed = text.as_str().and_then(|text| text.parse().ok());
        parsed.ok_or_else(|| Refusal::AttachAddress(text.to_string()).into())
    };
    texts.iter().map(address).collect()
}

fn pending(service: &Service) -> bool {
    pipeline::row_from(service.status).is_some()
}

/// Begins a verb on a service that is neither terminated nor about to be.
fn begin_living<'a>(core: &'a Core, order: &OrderIn, action: &'static str) -> Result<Verb<'a>, Error> {
    let (id, order) = parse(order)?;
    let mut verb = Verb::begin(core, id, order, action)?;
    core.engine().see_removal(&mut verb.job);
    let refusal = match verb.service().status {
        Status::Terminate => Refusal::Terminating(id),
        Status::Removed => Refusal::NoGuest(id),
        _ => return Ok(verb),
    };
    Err(verb.refuse(refusal.into()))
}
