//! What a change of package would do, before anybody pays for it or presses the button.

use super::looked::{Looked, looked};
use super::shrunk::ShrunkOut;
use super::sold_change::{SoldChangeOut, sold_changes};
use crate::api::core::Core;
use crate::api::life::verb::{paced, parse};
use crate::api::request::OrderIn;
use crate::engine::{DryRun, Goal, Job, must_be_of, must_be_on};
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::service::pace::Pace;
use crate::words::ids::Actor;
use crate::words::problems::Class;
use crate::words::status::Status;
use serde::Serialize;

/// What a change to the package of the request would do to the guest.
#[derive(Debug, Default, Serialize)]
pub(in crate::api) struct ChangePreviewOut {
    /// What was sold and would be, as far as it differs.
    sold: Vec<SoldChangeOut>,
    /// Whether another operating system is ordered: it comes with the next rebuild, and not by this.
    system: bool,
    /// What would be asked of Proxmox VE, one after the other; null for customers, and where it cannot be done.
    calls: Option<Vec<String>>,
    /// Whether anything of the guest is changed.
    changes: bool,
    /// Whether a guest that runs, now or by then, is stopped for it and started again.
    restart: bool,
    /// Whether the guest is off now, and is started by it.
    starts: bool,
    /// What it waits for, where nothing more can be said: `build`: the guest is being built, or made anew, and will be so by the
    /// new package; else the lock of Proxmox VE that keeps it (`backup`); null where it waits for nothing.
    waits: Option<String>,
    /// How long the last changes of all services took, from the click to the end, in the middle, seconds; null where too few were
    /// made, or nothing is to do.
    usual_s: Option<f64>,
    /// Why it cannot be done; null where it can.
    refusal: Option<ChangeWhyOut>,
}

/// Why it cannot be done.
#[derive(Debug, Serialize)]
struct ChangeWhyOut {
    /// The code.
    code: &'static str,
    /// In a sentence for staff; null for customers.
    message: Option<String>,
    /// The name of its text for customers; null where it has none.
    client: Option<&'static str>,
    /// The number that its text says; missing where it says none.
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<u64>,
    /// The disk that would be smaller.
    #[serde(flatten)]
    shrunk: ShrunkOut,
}

impl ChangeWhyOut {
    fn of(error: &Error, is_staff: bool) -> ChangeWhyOut {
        let shrunk = match error {
            Error::Blocked(blocked) => ShrunkOut::of(blocked),
            _ => ShrunkOut::default(),
        };
        ChangeWhyOut {
            code: error.problem().code,
            message: is_staff.then(|| error.to_string()),
            client: error.problem().client,
            n: error.number(),
            shrunk,
        }
    }
}

/// What *Change Package* would do with the package of the request. Looks at the guest with the plans of the change itself, and
/// changes nothing: not even the lease is taken.
pub(in crate::api) fn change_preview(core: &Core, request: OrderIn) -> Result<ChangePreviewOut, Error> {
    let (id, order) = parse(&request)?;
    let actor = order.by.actor;
    paced(core, id, actor, Pace::PREVIEWS)?;
    let now = core.clock.now();
    let lease = core.store.glance(id, now)?;
    must_be_of(&lease.service, order.asked.as_ref())?;
    must_be_on(&lease.service, order.entry.id)?;
    let body = &lease.service.body;
    let before = body.applied.clone().or(body.package.clone());
    let (package, asked, service) = (order.package.clone(), order.asked.clone(), lease.service.clone());
    let client = core.page_client(&order.entry)?;
    let mut job = Job::new(lease, order, client, Goal::Rest, now);
    let is_staff = actor != Actor::Client;
    let mut look = || Ok(lives(&service).and_then(|()| core.engine().dry_change(&mut job)));
    let dry = if is_staff {
        look()?
    } else {
        match looked(core, &service, "change", asked.as_ref(), look, |_| None::<&()>)? {
            Looked::Now(dry) => dry,
            Looked::Later(_) => return Err(Refusal::LookedAt.into()),
        }
    };
    let disks = dry.as_ref().map(|dry| dry.disks_gib).unwrap_or_default();
    let out = ChangePreviewOut {
        sold: sold_changes(before.as_ref(), &package, disks),
        system: before.is_some_and(|before| before.template != package.template),
        ..ChangePreviewOut::default()
    };
    match dry {
        Ok(dry) => told(core, out, &dry, is_staff),
        Err(error) if matches!(error.problem().class, Class::Invalid | Class::Refused) => Ok(ChangePreviewOut {
            refusal: Some(ChangeWhyOut::of(&error, is_staff)),
            ..out
        }),
        Err(error) => Err(error),
    }
}

fn lives(service: &Service) -> Result<(), Error> {
    match service.status {
        Status::Terminate => Err(Refusal::Terminating(service.id).into()),
        Status::Removed => Err(Refusal::NoGuest(service.id).into()),
        _ => Ok(()),
    }
}

fn told(core: &Core, out: ChangePreviewOut, dry: &DryRun, is_staff: bool) -> Result<ChangePreviewOut, Error> {
    let is_known = dry.waits.is_none();
    let has_work = !dry.calls.is_empty() || !is_known;
    Ok(ChangePreviewOut {
        calls: (is_staff && is_known).then(|| dry.calls.iter().map(|call| call.summary()).collect()),
        changes: has_work,
        restart: dry.restarts,
        starts: dry.starts,
        waits: dry.waits.clone(),
        usual_s: if has_work { core.store.usual_change_s()? } else { None },
        ..out
    })
}
