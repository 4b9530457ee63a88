//! What a page shows of a service: the store, and beside it what PVE shows, in the time of one request.

use super::activity::{Before, EntryOut, entries};
use super::building::{BuildOut, Building};
use super::looked::{Looked, looked};
use super::losses::{LossesOut, losses};
use super::offers::Offers;
use super::traffic::{TrafficOut, traffic};
use crate::actions::Action;
use crate::api::applications::{ApplicationOut, applications_out};
use crate::api::core::Core;
use crate::api::dns;
use crate::api::output::{self, AddressOut, CompareOut, CurrentOut, DnsOut, Permissions, ServiceOut, SoldOut, State};
use crate::api::request::{Flag, Number, PackageIn, ServerIn, Text, Who};
use crate::api::systems::{SystemIn, SystemOut, systems_out};
use crate::engine::must_be_of;
use crate::guest::compare::compare;
use crate::guest::{Config, Current};
use crate::package::Package;
use crate::problems::{Error, Refusal};
use crate::pve;
use crate::pve::{Client, GuestPath};
use crate::server::ServerEntry;
use crate::server::address::Address;
use crate::service::Service;
use crate::service::identity::Asked;
use crate::store;
use crate::words::ids::{Actor, NodeName, Upid, Vmid};
use crate::words::status::Status;
use serde::{Deserialize, Serialize};

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
    /// How far the task is that works for it.
    percent: Option<f64>,
}

/// What is to be shown of a service.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ShowIn {
    /// Its number.
    service: Number,
    /// Its server entry; null: nobody looks at the guest.
    server: Option<ServerIn>,
    /// What is sold; null: it is the refresh of a client's page.
    package: Option<PackageIn>,
    /// So many operations of its log; missing: none.
    activity: Number,
    /// Where the page of the log begins.
    before: Option<Before>,
    /// Whether it wants what the guest has received and sent.
    traffic: Flag,
    /// How far WHMCS's clocks are ahead of UTC, seconds: by them its months begin; missing: not at all.
    utc_offset_s: Option<i32>,
    /// The operating systems that WHMCS sells with the service; missing: none are asked for.
    systems: Option<Vec<SystemIn>>,
    /// Whether it wants what would be lost if the guest were made anew.
    losses: Flag,
    /// WHMCS's own status of the service; missing: `Active`.
    whmcs_status: Option<Text>,
    /// Who asks.
    #[serde(flatten)]
    who: Who,
}

/// A service as a page shows it.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ShowOut {
    /// The service, from the store.
    service: ServiceOut,
    /// What it is to its customer, in one word.
    state: State,
    /// What can be asked of it.
    #[serde(flatten)]
    offers: Offers,
    /// What it has, as customers are shown it; null while no package was seen.
    sold: Option<Vec<SoldOut>>,
    /// How far its building is; null where nothing is being built.
    build: Option<BuildOut>,
    /// What is known of its DNS records.
    dns: DnsOut,
    /// Its addresses, with all that whoever sets them up by hand has to know.
    network: Vec<AddressOut>,
    /// What a look at the guest has found.
    #[serde(flatten)]
    live: LiveOut,
    /// Why the package of the request is none, in a sentence; missing where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    package_error: Option<String>,
    /// What the package lets customers see; missing without a package.
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Permissions>,
    /// The package beside the guest, option by option; missing without a package or a look.
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<Vec<CompareOut>>,
    /// The operating systems to choose from, null while no package was seen; missing where they were not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    systems: Option<Option<Vec<SystemOut>>>,
    /// The applications to choose from, empty where there are none; missing where the systems were not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    applications: Option<Vec<ApplicationOut>>,
    /// What goes with the guest if it is made anew, null where nobody can count it; missing where it was not asked for, or
    /// nobody has seen the guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    losses: Option<Option<LossesOut>>,
    /// The newest operations of its log; missing where they were not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<Vec<EntryOut>>,
    /// What it has received and sent; missing where that was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    traffic: Option<TrafficOut>,
}

/// What a look at a guest has found.
#[derive(Debug, Default, Serialize)]
struct LiveOut {
    /// What the guest does right now; missing where nobody has looked, null where there is no guest to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<Option<CurrentOut>>,
    /// `true` where others look, and what they saw last is too old to be shown; missing otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    looked_at: Option<bool>,
    /// Why the guest could not be looked at, in a sentence; missing where it was, or nobody wanted to.
    #[serde(skip_serializing_if = "Option::is_none")]
    live_error: Option<String>,
}

/// A service and the actions of who asks, from the store; with a server entry, what the guest does right now too; with server
/// entry and package, how they differ.
///
/// The look asks everything side by side and ends within [`PAGE_SECONDS`](crate::words::limits::PAGE_SECONDS). When it fails, or shows a guest that
/// is not the service's, the page has the store and a sentence. Without a package it is the refresh of a client's page:
/// while others look, it shows what they saw last, and where that is too old `looked_at` says so.
pub(in crate::api) fn show(core: &Core, request: ShowIn) -> Result<ShowOut, Error> {
    let begun = core.clock.now();
    let id = request.service.service()?;
    let (service, addresses) = core.store.service(id)?;
    must_be_shown(&service, request.who.asked().as_ref())?;
    let package = request.package.as_ref().map(PackageIn::parse);
    let (shown, live) = see(core, &request, &service);
    let mut service_out = ServiceOut::of(&service, &addresses);
    if let Some(task) = &mut service_out.task {
        task.percent = shown.seen.percent;
    }
    let (by, sold) = (
        request.who.by(),
        package.as_ref().and_then(|package| package.as_ref().ok()),
    );
    let bought = sold.or(service.body.package.as_ref());
    let systems = request.systems.as_ref();
    let systems = systems.map(|sold| Some(systems_out(sold, &service, bought?)));
    let applications = systems.as_ref().map(|_| {
        let current = bought.and_then(|package| service.application_for(package));
        bought.map_or_else(Vec::new, |package| applications_out(package, current.as_ref()))
    });
    let losses = match (&request.server, &live.live) {
        // that nobody can count them keeps no page from being shown
        (Some(server), Some(Some(_))) if request.losses.0 => {
            let backup_first = bought.is_some_and(|package| package.more.reinstall_backup);
            Some(losses(core, server, &service, backup_first, begun).unwrap_or(None))
        }
        _ => None,
    };
    let activity = match request.activity.0 {
        Some(limit) => Some(entries(core, id, by, request.before, limit)?.0),
        None => None,
    };
    let utc_offset_s = request.utc_offset_s.unwrap_or_default();
    let traffic = match request.traffic.0 {
        true => Some(traffic(core, id, bought.map(|package| &package.more), utc_offset_s)?),
        false => None,
    };
    let in_whmcs = request.whmcs_status.as_ref().map(|status| status.0.as_str());
    let current = shown.seen.current.as_ref();
    let more = sold.map(|package| &package.more);
    let offers = Offers::of(core, &service, current, by.actor, more, in_whmcs)?;
    let build = Building::of(core, &service)?;
    let state = State::of(&service, in_whmcs);
    let is_late = state == State::Building && build.as_ref().is_some_and(Building::is_late);
    let dns = dns::dns_of(core, id)?;
    Ok(ShowOut {
        service: service_out,
        state: if is_late { State::Delayed } else { state },
        offers,
        sold: bought.map(output::sold_out),
        build: build.map(|build| build.out(shown.seen.percent)),
        network: output::network_out(&addresses, &dns.reverse),
        dns,
        live,
        package_error: package
            .as_ref()
            .and_then(|package| Some(package.as_ref().err()?.to_string())),
        permissions: sold.map(|package| Permissions::of(package, &service)),
        compare: sold.and_then(|package| compared(package, &addresses, &shown)),
        systems,
        applications,
        losses,
        activity,
        traffic,
    })
}

/// With a server entry somebody looks; what keeps the look from being done keeps no page from being shown.
fn see(core: &Core, request: &ShowIn, service: &Service) -> (Shown, LiveOut) {
    let (mut shown, mut live) = (Shown::default(), LiveOut::default());
    let Some(server) = &request.server else {
        return (shown, live);
    };
    let found = match request.package {
        Some(_) => look(core, server, service, true).map(Some),
        None => refresh(core, server, &request.who, service),
    };
    match found {
        Ok(Some(found)) => {
            live.live = Some(found.seen.current.as_ref().map(CurrentOut::of));
            shown = found;
        }
        Ok(None) => live.looked_at = Some(true),
        Err(error) => live.live_error = Some(error.to_string()),
    }
    (shown, live)
}

/// Whoever asks for another order sees nothing of this one's guest, nor of what was terminated.
pub(in crate::api) fn must_be_shown(service: &Service, asked: Option<&Asked>) -> Result<(), Error> {
    match must_be_of(service, asked) {
        Err(_) if service.status == Status::Removed => Err(store::Error::Unknown(service.id).into()),
        shown => Ok(shown?),
    }
}

/// A customer sees nothing of what the product gives its customers no action for.
pub(super) fn must_be_given(action: &str, who: &Who, package: &Package) -> Result<(), Error> {
    if who.by().actor != Actor::Client {
        return Ok(());
    }
    let permission = Action::named(action).and_then(|action| action.client);
    permission.map_or(Ok(()), |permission| Ok(permission.granted(&package.more)?))
}

/// None: nobody has looked.
fn compared(package: &Package, addresses: &[Address], shown: &Shown) -> Option<Vec<CompareOut>> {
    let (config, current) = (shown.config.as_ref()?, shown.seen.current.as_ref()?);
    let lines = compare(package, addresses.first(), config, current);
    Some(lines.into_iter().map(CompareOut::of).collect())
}

/// One look at a time, and few for each client; none: others look, and what they saw last is too old to be shown.
fn refresh(core: &Core, server: &ServerIn, who: &Who, service: &Service) -> Result<Option<Shown>, Error> {
    if !service.has_guest() {
        return Ok(Some(Shown::default()));
    }
    let look = || look(core, server, service, false);
    Ok(
        match looked(core, service, "now", who.asked().as_ref(), look, |shown| {
            Some(&shown.seen)
        })? {
            Looked::Now(shown) => Some(shown),
            Looked::Later(seen) => seen.map(|seen| Shown { seen, config: None }),
        },
    )
}

fn look(core: &Core, server: &ServerIn, service: &Service, with_config: bool) -> Result<Shown, Error> {
    let Some((client, path)) = guest_of(core, &server.parse()?, service)? else {
        return Ok(Shown::default());
    };
    let task = service.body.task.as_ref();
    let cloning = task.filter(|task| task.clone);
    let upid = task
        .and_then(|task| task.upid.as_ref())
        .filter(|upid| pve::prints_progress(upid));
    let percent = || upid.map_or(Ok(None), |upid| percent(&client, upid));
    if !with_config {
        // a guest that is being copied does nothing yet
        let current = || cloning.map_or_else(|| client.current(&path).map(Some), |_| Ok(None));
        let (current, percent) = match upid {
            Some(_) => Core::both(current, percent),
            None => (current(), Ok(None)),
        };
        let (current, percent) = (current?, percent?);
        let seen = Seen { current, percent };
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

/// What a task's log says. A log that cannot be read says nothing.
fn percent(client: &Client, upid: &Upid) -> Result<Option<f64>, Error> {
    match client.task_percent(upid) {
        Err(pve::Error::Refused { .. } | pve::Error::Unexpected { .. }) => Ok(None),
        percent => Ok(percent?),
    }
}

/// The service's guest and a client for it that does not keep a page waiting; none where nothing is cloned yet.
pub(in crate::api) fn guest_of(
    core: &Core,
    entry: &ServerEntry,
    service: &Service,
) -> Result<Option<(Client, GuestPath)>, Error> {
    let (Some(vmid), Some(node), true) = (service.vmid, service.body.node.clone(), service.has_guest()) else {
        return Ok(None);
    };
    let client = core.page_client(entry)?;
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
        // until a restore is done, its guest has no name
        Some(_) if service.body.guest.restoring().is_some() => Ok(()),
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
    let doubt = service.doubt(core.store.installation(), config);
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
