//! What a change of package would do, before anybody pays for it or presses the button.

use crate::api::core::Core;
use crate::api::life::verb::{paced, parse};
use crate::api::output::sold_out;
use crate::api::request::OrderIn;
use crate::engine::{Goal, Job, must_be_of, must_be_on};
use crate::package::Package;
use crate::problems::Error;
use crate::service::pace::Pace;
use crate::words::ids::Actor;
use crate::words::limits;
use crate::words::problems::Class;
use serde::Serialize;
use std::sync::Arc;

/// What a change to the package of the request would do to the guest.
#[derive(Debug, Default, Serialize)]
pub(in crate::api) struct ChangePreviewOut {
    /// What customers are shown of the package, as far as it differs.
    sold: Vec<SoldChangeOut>,
    /// What would be asked of Proxmox VE, one after the other; null for customers, and where it cannot be done.
    calls: Option<Vec<String>>,
    /// Whether a guest that runs is stopped for it, and started again.
    restart: bool,
    /// How long the last changes of all services took, from the click to the end, in the middle, seconds; null where too few were
    /// made.
    usual_s: Option<f64>,
    /// Why it cannot be done; null where it can.
    refusal: Option<ChangeWhyOut>,
}

/// Something that a package has, and would have.
#[derive(Debug, Serialize)]
struct SoldChangeOut {
    /// The key of its option.
    key: &'static str,
    /// Of what: rates are in Mbit/s, whatever they were entered in.
    unit: &'static str,
    /// How much now; 0: none, or no limit.
    from: f64,
    /// How much then; 0: none, or no limit.
    to: f64,
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
    let before = lease
        .service
        .body
        .applied
        .clone()
        .or(lease.service.body.package.clone());
    let sold = sold_changes(before.as_ref(), &order.package);
    let client = core.client(&order.entry, &Arc::default(), now + limits::PAGE_SECONDS)?;
    let mut job = Job::new(lease, order, client, Goal::Rest, now);
    let out = ChangePreviewOut {
        sold,
        usual_s: core.store.usual_change_s()?,
        ..ChangePreviewOut::default()
    };
    match core.engine().preview(&mut job) {
        Ok(preview) => Ok(ChangePreviewOut {
            calls: (actor != Actor::Client).then(|| preview.calls.iter().map(|call| call.summary()).collect()),
            restart: preview.restarts,
            ..out
        }),
        Err(error) if matches!(error.problem().class, Class::Invalid | Class::Refused) => Ok(ChangePreviewOut {
            refusal: Some(ChangeWhyOut {
                code: error.problem().code,
                message: (actor != Actor::Client).then(|| error.to_string()),
                client: error.problem().client,
            }),
            ..out
        }),
        Err(error) => Err(error),
    }
}

fn sold_changes(before: Option<&Package>, after: &Package) -> Vec<SoldChangeOut> {
    let before = before.map(sold_out).unwrap_or_default();
    let after = sold_out(after);
    let mut changes: Vec<SoldChangeOut> = Vec::new();
    for one in before.iter().chain(&after) {
        let number = |of: &[crate::api::output::SoldOut]| {
            of.iter()
                .find(|sold| sold.key == one.key)
                .map_or(0.0, |sold| sold.number)
        };
        let (from, to) = (number(&before), number(&after));
        let is_told = changes.iter().any(|change| change.key == one.key);
        if (from - to).abs() > f64::EPSILON && !is_told {
            changes.push(SoldChangeOut {
                key: one.key,
                unit: one.unit,
                from,
                to,
            });
        }
    }
    changes
}
