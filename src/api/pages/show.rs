//! What a page shows of a service: the store, and beside it what PVE shows, in the time of one request.

use super::activity::entries;
use super::building::Building;
use super::looked::{Looked, looked};
use super::traffic::traffic;
use crate::actions::{ACTIONS, Action, Situation};
use crate::api::core::Core;
use crate::api::dns;
use crate::api::offered::{known, offered};
use crate::api::output::{self, State};
use crate::api::request;
use crate::api::systems::systems_out;
use crate::engine::must_be_of;
use crate::guest::compare::compare;
use crate::guest::{Config, Current};
use crate::package::{More, Package};
use crate::problems::{Error, Refusal};
use crate::pve;
use crate::pve::{Client, GuestPath};
use crate::server::address::Address;
use crate::service::Service;
use crate::service::pace::Pace;
use crate::store;
use crate::store::Presses;
use crate::words::ids::{Actor, NodeName, ServiceId, UnixSeconds, Upid, Vmid};
use crate::words::limits;
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// What one look found out for a page.
#[derive(Default)]
struct Shown {
    seen: Seen,
    config: Option<Config>,
}

/// What other pages of the same service may show for a moment.
#[derive(Default, Serialize, Deserialize)]
struct Seen {
    current: Option<Current>,
    /// How much of its disk a clone has copied.
    percent: Option<f64>,
}

/// A service and the actions of who asks, from the store; with `activity` in the request, so many operations of its log,
/// and with `traffic` what it has received and sent; with a server entry, what the guest does right now too; with server entry and package, how they differ. With `systems`, what
/// WHMCS sells, the operating systems to choose from; with `losses`, how many disks and snapshots would be lost.
///
/// The look asks everything side by side and ends within [`limits::PAGE_SECONDS`]. When it fails, or shows a guest that
/// is not the service's, the page has the store and a sentence. Without a package it is the refresh of a client's page:
/// while others look, it shows what they saw last, and where that is too old `looked_at` says so.
pub fn show(core: &Core, request: &Value) -> Result<Value, Error> {
    let id = request::service_of(request)?;
    let (service, addresses) = core.store.service(id)?;
    must_be_shown(&service, request)?;
    let package = (!request["package"].is_null()).then(|| request::package_of(request));
    let mut reply = json!({"service": output::service_out(&service, &addresses)});
    let mut shown = Shown::default();
    if !request["server"].is_null() {
        let found = match package {
            Some(_) => look(core, request, &service, true).map(Some),
            None => refresh(core, request, &service),
        };
        match found {
            Ok(Some(found)) => {
                reply["live"] = found.seen.current.as_ref().map_or(Value::Null, output::current_out);
                shown = found;
            }
            Ok(None) => reply["looked_at"] = Value::Bool(true),
            Err(error) => reply["live_error"] = Value::String(error.to_string()),
        }
    }
    if let (Some(percent), Value::Object(task)) = (shown.seen.percent, &mut reply["service"]["task"]) {
        task.insert("percent".to_owned(), json!(percent));
    }
    match &package {
        Some(Ok(package)) => add_package(&mut reply, package, &addresses, &shown),
        Some(Err(error)) => reply["package_error"] = Value::String(error.to_string()),
        None => {}
    }
    if !request["systems"].is_null() {
        let package = package.as_ref().and_then(|package| package.as_ref().ok());
        let package = package.or(service.body.package.as_ref());
        reply["systems"] = package.map_or(Value::Null, |package| systems_out(request, &service, package));
    }
    if request["losses"] == true && reply["live"].is_object() {
        // that nobody can count them keeps no page from being shown
        reply["losses"] = losses(core, request, &service).unwrap_or(Value::Null);
    }
    if let Some(limit) = request::number(request, "activity") {
        reply["activity"] = json!(entries(core, id, request, limit)?.0);
    }
    let actor = request::by_of(request)?.actor;
    let sold = package.as_ref().and_then(|package| package.as_ref().ok());
    let bought = sold.or(service.body.package.as_ref());
    if request["traffic"] == true {
        reply["traffic"] = traffic(core, id, bought.map(|package| &package.more))?;
    }
    let in_whmcs = request["whmcs_status"].as_str();
    let current = shown.seen.current.as_ref();
    let presses = (actor == Actor::Client).then(|| core.store.presses(id)).transpose()?;
    let presses = presses.as_ref().map(|presses| (presses, core.clock.now()));
    let more = sold.map(|package| &package.more);
    reply["actions"] = actions(core, &service, current, actor, more, in_whmcs, presses)?.into();
    reply["sold"] = bought.map_or(Value::Null, output::sold_out);
    let build = Building::of(core, &service)?;
    let state = State::of(&service, in_whmcs);
    let is_late = state == State::Building && build.as_ref().is_some_and(Building::is_late);
    reply["state"] = json!(if is_late { State::Delayed } else { state });
    reply["build"] = build.map_or(Value::Null, |build| build.out(shown.seen.percent));
    reply = dns::with_dns(core, reply, id)?;
    reply["network"] = output::network_out(&addresses, &reply["dns"]["reverse"]);
    Ok(output::reply(reply))
}

/// Whoever asks for another order sees nothing of this one's guest, nor of what was terminated.
pub(in crate::api) fn must_be_shown(service: &Service, request: &Value) -> Result<(), Error> {
    let asked = request::asked_of(request)?;
    match must_be_of(service, asked.as_ref()) {
        Err(_) if service.status == Status::Removed => Err(store::Error::Unknown(service.id).into()),
        shown => Ok(shown?),
    }
}

fn add_package(reply: &mut Value, package: &Package, addresses: &[Address], shown: &Shown) {
    reply["permissions"] = output::permissions_out(&package.more);
    if let (Some(config), Some(current)) = (&shown.config, &shown.seen.current) {
        let lines = compare(package, addresses.first(), config, current);
        reply["compare"] = lines.iter().map(output::compare_out).collect();
    }
}

/// Every action that is for the asking actor, and whether it is offered.
fn actions(
    core: &Core,
    service: &Service,
    current: Option<&Current>,
    actor: Actor,
    more: Option<&More>,
    in_whmcs: Option<&str>,
    presses: Option<(&Presses, UnixSeconds)>,
) -> Result<Vec<Value>, Error> {
    let situation = Situation {
        power: current.map(|current| current.power.clone()),
        paused: current.is_some_and(|current| current.paused),
        lock: current.and_then(|current| current.lock.clone()),
        ..known(core, service, actor)?
    };
    let for_actor = ACTIONS.iter().filter(|action| action.is_for(actor, more));
    let out = |action: &Action| {
        let mut offered = offered(action, service, &situation, in_whmcs);
        let Some(quota) = presses.and_then(|(presses, now)| quota(action, presses, now)) else {
            return output::action_out(action, &offered, action.warning(&situation));
        };
        if let (Some(wait), Ok(())) = (quota.wait, &offered) {
            offered = Err(quota.refusal(service.id, wait));
        }
        let mut out = output::action_out(action, &offered, action.warning(&situation));
        out["quota"] = quota.out();
        out
    };
    Ok(for_actor.map(out).collect())
}

/// How often a customer may still ask for an action.
struct Quota {
    pace: Pace,
    left: usize,
    wait: Option<f64>,
    now: UnixSeconds,
}

/// Of several that count for an action, the one of which the least is left.
fn quota(action: &Action, presses: &Presses, now: UnixSeconds) -> Option<Quota> {
    let of = |pace: Pace| {
        let known = presses.get(pace.name).map(Vec::as_slice).unwrap_or_default();
        Quota {
            pace,
            left: pace.left(known, now),
            wait: pace.wait(known, now),
            now,
        }
    };
    action.paces().map(of).min_by_key(|quota| quota.left)
}

impl Quota {
    fn refusal(&self, service: ServiceId, wait: f64) -> Refusal {
        Refusal::TooOften {
            service,
            pace: self.pace,
            wait,
            again_at: self.now + wait,
        }
    }

    fn out(&self) -> Value {
        let again_at = self.wait.map(|wait| self.now + wait);
        json!({"times": self.pace.times, "seconds": self.pace.seconds, "left": self.left, "again_at": again_at})
    }
}

/// What goes with the guest if it is made anew.
fn losses(core: &Core, request: &Value, service: &Service) -> Result<Value, Error> {
    let Some((client, path)) = guest_of(core, request, service)? else {
        return Ok(Value::Null);
    };
    let (config, snapshots) = Core::both(|| client.config(&path), || client.snapshots(&path));
    let config = config?;
    check_owner(core, service, &path, &config)?;
    Ok(json!({"disks": config.disks().count(), "snapshots": snapshots?.len()}))
}

/// One look at a time, and few for each client; none: others look, and what they saw last is too old to be shown.
fn refresh(core: &Core, request: &Value, service: &Service) -> Result<Option<Shown>, Error> {
    if !service.has_guest() {
        return Ok(Some(Shown::default()));
    }
    let look = || look(core, request, service, false);
    Ok(
        match looked(core, service, "now", request, look, |shown| Some(&shown.seen))? {
            Looked::Now(shown) => Some(shown),
            Looked::Later(seen) => seen.map(|seen| Shown { seen, config: None }),
        },
    )
}

fn look(core: &Core, request: &Value, service: &Service, with_config: bool) -> Result<Shown, Error> {
    let Some((client, path)) = guest_of(core, request, service)? else {
        return Ok(Shown::default());
    };
    let task = service.body.task.as_ref();
    let cloning = task.filter(|task| task.clone);
    let upid = cloning.and_then(|task| task.upid.as_ref());
    let percent = || upid.map_or(Ok(None), |upid| percent(&client, upid));
    if !with_config {
        let seen = match cloning {
            // a guest that is being copied does nothing yet
            Some(_) => Seen {
                current: None,
                percent: percent()?,
            },
            None => Seen {
                current: Some(client.current(&path)?),
                percent: None,
            },
        };
        check_name(service, &path, seen.current.as_ref())?;
        return Ok(Shown { seen, config: None });
    }
    let ((current, config), percent) = Core::both(
        || Core::both(|| client.current(&path), || client.config(&path)),
        percent,
    );
    let mut shown = Shown::default();
    shown.seen.percent = percent.ok().flatten();
    let found = unless_cloning(service, path.vmid, config)?.zip(unless_cloning(service, path.vmid, current)?);
    if let Some((config, current)) = found {
        let ours = check_owner(core, service, &path, &config).and_then(|()| check_name(service, &path, Some(&current)));
        match ours {
            Ok(()) => (shown.config, shown.seen.current) = (Some(config), Some(current)),
            // a clone's config is written in its last moment: until then there is nothing to tell it by
            Err(_) if cloning.is_some() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(shown)
}

/// What a clone's log says. A log that cannot be read says nothing.
fn percent(client: &Client, upid: &Upid) -> Result<Option<f64>, Error> {
    match client.task_percent(upid) {
        Err(pve::Error::Refused { .. } | pve::Error::Unexpected { .. }) => Ok(None),
        percent => Ok(percent?),
    }
}

/// The service's guest and a client for it that does not keep a page waiting; none where nothing is cloned yet.
pub(in crate::api) fn guest_of(
    core: &Core,
    request: &Value,
    service: &Service,
) -> Result<Option<(Client, GuestPath)>, Error> {
    let (Some(vmid), Some(node), true) = (service.vmid, service.body.node.clone(), service.has_guest()) else {
        return Ok(None);
    };
    let deadline = core.clock.now() + limits::PAGE_SECONDS;
    let client = core.client(&request::server_of(request)?, &Arc::default(), deadline)?;
    Ok(Some((client, GuestPath { node, vmid })))
}

/// While the clone runs, its config may be on another node, or nowhere.
fn unless_cloning<T>(service: &Service, vmid: Vmid, answer: Result<T, pve::Error>) -> Result<Option<T>, Error> {
    let cloning = service.body.task.as_ref().is_some_and(|task| task.clone);
    match answer {
        Err(error) if cloning && error.says_gone(vmid) => Ok(None),
        other => Ok(Some(other?)),
    }
}

fn check_name(service: &Service, path: &GuestPath, current: Option<&Current>) -> Result<(), Error> {
    match current {
        Some(current) if current.name != service.body.name => Err(not_ours(service, path, "its name is another one")),
        _ => Ok(()),
    }
}

/// Both proofs, as the engine asks for them before it changes anything.
pub(in crate::api) fn check_owner(
    core: &Core,
    service: &Service,
    path: &GuestPath,
    config: &Config,
) -> Result<(), Error> {
    let description = config.get("description").unwrap_or_default();
    let doubt = service.doubt(core.store.installation(), description, config.uuid().as_deref());
    doubt.map_or(Ok(()), |why| Err(not_ours(service, path, why)))
}

fn not_ours(service: &Service, path: &GuestPath, why: &'static str) -> Error {
    let node: NodeName = path.node.clone();
    Refusal::NotOurs {
        vmid: path.vmid,
        node,
        service: service.id,
        why,
    }
    .into()
}
