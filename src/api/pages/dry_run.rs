//! What Create, Reinstall or Terminate would do, for staff, before the button is pressed.

use crate::actions::{Action, How, ssh_keys::must_let_in};
use crate::api::core::Core;
use crate::api::life::verb::parse;
use crate::api::request::{Text, With};
use crate::api::ssh_keys;
use crate::engine::{DryRun, Goal, Job, Order, must_be_of, must_be_on, would_have_password};
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::store::{self, Lease};
use crate::words::ids::{Actor, ServiceId, quoted};
use crate::words::problems::Class;
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A button whose plan can be told before it is pressed.
pub(in crate::api) struct Plan {
    /// What a request calls it.
    pub name: &'static str,
    /// Whether the addresses of the service are free again behind it.
    frees: bool,
    told: fn(&Core, Job, &DryRunIn) -> Result<DryRun, Error>,
}

/// WHMCS's buttons beside *Change Package*, whose plan is [told with the difference](super::change_preview).
pub(in crate::api) static PLANS: &[Plan] = &[
    Plan {
        name: "create",
        frees: false,
        told: create,
    },
    Plan {
        name: "reinstall",
        frees: false,
        told: reinstall,
    },
    Plan {
        name: "terminate",
        frees: true,
        told: terminate,
    },
];

/// What is about to be pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct DryRunIn {
    /// One of the catalogue's `plans`: `create`, `reinstall` or `terminate`.
    of: Text,
    /// The public SSH keys of the order, one a line, as *Create* is told them.
    ssh_key: Text,
}

/// What it would do. Of the numbers and addresses that it would reserve nothing is kept for it.
#[derive(Debug, Default, Serialize)]
pub(in crate::api) struct DryRunOut {
    /// What would be asked of Proxmox VE and the store, one after the other; null where it cannot be done.
    calls: Option<Vec<String>>,
    /// The number of the VM, or the one that it would have today.
    vmid: Option<u32>,
    /// The node of the VM, or the one that it would be on today.
    node: Option<String>,
    /// The addresses of the service, or those that it would have today; none where it gives them back.
    addresses: Vec<IpAddr>,
    /// The addresses that are free again behind it; null where it gives none back.
    frees: Option<Vec<IpAddr>>,
    /// The lock of Proxmox VE that it would wait for (`backup`), where nothing more can be said; null where it waits for none.
    waits: Option<String>,
    /// Why it cannot be done; null where it can.
    refusal: Option<WhyOut>,
}

/// Why it cannot be done.
#[derive(Debug, Serialize)]
struct WhyOut {
    /// The code.
    code: &'static str,
    /// In a sentence.
    message: String,
}

/// Looks at guest and template with the plans of the work itself, and changes nothing: not even the lease is taken.
pub(in crate::api) fn dry_run(core: &Core, request: With<DryRunIn>) -> Result<DryRunOut, Error> {
    let (id, order) = parse(&request.order)?;
    if order.by.actor == Actor::Client {
        return Err(Refusal::StaffOnly("dry_run").into());
    }
    match told(core, id, order, &request.more) {
        Ok((plan, dry)) => {
            let addresses = dry.addresses.iter().map(|address| address.ip).collect();
            let (frees, addresses) = if plan.frees {
                (Some(addresses), Vec::new())
            } else {
                (None, addresses)
            };
            Ok(DryRunOut {
                calls: Some(dry.calls.iter().map(|call| call.summary()).collect()),
                vmid: dry.vmid.map(|vmid| vmid.get()),
                node: dry.node.map(|node| node.to_string()),
                addresses,
                frees,
                ..DryRunOut::default()
            })
        }
        // what is queued is done once that has ended; a button that is pressed for it is refused
        Err(Error::Refused(Refusal::Locked { lock, .. })) if request.more.of.0 != "reinstall" => Ok(DryRunOut {
            waits: Some(lock),
            ..DryRunOut::default()
        }),
        Err(error) if matches!(error.problem().class, Class::Invalid | Class::Refused) => Ok(DryRunOut {
            refusal: Some(WhyOut {
                code: error.problem().code,
                message: error.to_string(),
            }),
            ..DryRunOut::default()
        }),
        Err(error) => Err(error),
    }
}

fn told(core: &Core, id: ServiceId, order: Order, asked: &DryRunIn) -> Result<(&'static Plan, DryRun), Error> {
    let plan = PLANS.iter().find(|plan| plan.name == asked.of.0);
    let now = core.clock.now();
    let lease = match core.store.glance(id, now) {
        Err(store::Error::Unknown(_)) if asked.of.0 == "create" => {
            Lease::of_nobody(Service::new(id, order.entry.id, now), Vec::new())
        }
        known => known?,
    };
    must_be_of(&lease.service, order.asked.as_ref())?;
    must_be_on(&lease.service, order.entry.id)?;
    let client = core.page_client(&order.entry)?;
    let job = Job::new(lease, order, client, Goal::Settle, now);
    let plan = plan.ok_or_else(|| Refusal::NoSuchAction(quoted(&asked.of.0)))?;
    Ok((plan, (plan.told)(core, job, asked)?))
}

fn create(core: &Core, mut job: Job, asked: &DryRunIn) -> Result<DryRun, Error> {
    let now = core.clock.now();
    let service = &mut job.lease.service;
    match service.status {
        Status::Terminate => return Err(Refusal::Terminating(service.id).into()),
        Status::Removed => *service = Service::new(service.id, job.order.entry.id, now),
        _ => {}
    }
    if service.status == Status::Creation && !service.body.choices.keys_chosen {
        let (client, package) = (job.order.client_id, &job.order.package);
        let keys = ssh_keys::of_order(core, client, &asked.ssh_key.0, package, None)?;
        service.body.choices.keys_chosen = !keys.is_empty();
        service.body.choices.ssh_keys = keys;
    }
    let status = service.status;
    core.engine().dry_run(&mut job, status)
}

fn reinstall(core: &Core, mut job: Job, _: &DryRunIn) -> Result<DryRun, Error> {
    let action = Action::named("reinstall").ok_or_else(|| Refusal::NoSuchAction("reinstall".to_owned()))?;
    let How::Queue(status) = action.how else {
        return Err(Refusal::NoSuchAction(action.name.to_owned()).into());
    };
    let has_password = would_have_password(&job.client, &job.order.package)?;
    must_let_in(has_password, &job.lease.service.body.choices.ssh_keys)?;
    core.engine().dry_queue(&mut job, action, status)
}

fn terminate(core: &Core, mut job: Job, _: &DryRunIn) -> Result<DryRun, Error> {
    let service = &mut job.lease.service;
    let status = if service.status == Status::Removed {
        Status::Removed
    } else {
        service.body.queued = None;
        Status::Terminate
    };
    core.engine().dry_run(&mut job, status)
}
