//! The verbs: what WHMCS asks, one function each, from a parsed request to a reply.

mod check;
mod connection;
mod create;
mod dns;
mod life;
mod list;
mod metering;
mod moving;
mod overview;
mod privileges;
mod show;
mod usage;
mod verb;

pub use check::check;
pub use connection::test_connection;
pub use create::{create, run_step};
pub(crate) use dns::{Zones, sync_due};
pub use dns::{set_dns_records, set_reverse_name, sync_dns_records, zone_test};
pub use life::{
    attach, change_package, change_password, reboot, reinstall, start, stop, suspend, terminate, unsuspend, vm_remove,
};
pub use list::list;
pub use metering::usage_update;
pub use moving::move_store;
pub use overview::{overview, pools, zone_services};
pub use show::show;
pub use usage::usage;

use crate::core::Core;
use crate::error::Error;
use crate::limits;
use crate::model::ServiceId;
use crate::pve::Meter;
use crate::request;
use crate::service::{Service, Trouble};
use crate::status::Status;
use crate::steps::{Needs, PIPELINE};
use serde_json::{Value, json};

/// How many rows a list in a reply may have.
const LIST_LIMIT: u32 = 1000;

/// The services whose time has come, and what WHMCS has still to write down.
pub fn due(core: &Core, request: &Value) -> Result<Value, Error> {
    let limit = request::number(request, "limit").map_or(LIST_LIMIT, |limit| limit.min(100_000) as u32);
    let due = core.store.due(core.clock.now(), limit)?;
    let services: Vec<Value> = due
        .iter()
        .map(|due| json!({"id": due.service, "server_id": due.server}))
        .collect();
    let unsampled = core.store.unsampled(core.clock.now() - limits::SAMPLE_SECONDS)?;
    let dns = core.store.dns_due(core.clock.now(), limit)?.len();
    Ok(request::reply(
        json!({"services": services, "dns": dns, "usage_due": unsampled, "write_backs": write_backs(core)?, "mails": mails(core)?, "attention": attention(core)?}),
    ))
}

/// WHMCS has written down a service's domain, user and addresses.
pub fn written_back(core: &Core, request: &Value) -> Result<Value, Error> {
    let version = request::number(request, "version").unwrap_or_default();
    let service = request::service_of(request)?;
    core.store.written_back(service, version)?;
    if let Some(number) = request::number(request, "mail") {
        core.store.mailed(service, number)?;
    }
    Ok(request::reply(json!({})))
}

/// The step table, for buttons and pages.
pub fn steps() -> Value {
    let row = |row: &crate::steps::Row| {
        let needs = match row.needs {
            Needs::NoGuest => "no guest",
            Needs::AnyPower => "any",
            Needs::Stopped => "stopped",
            Needs::Anything | Needs::Unmarked => "anything",
        };
        json!({"name": row.to, "from": row.from, "label": row.label, "needs": needs})
    };
    request::reply(json!({"steps": PIPELINE.iter().map(row).collect::<Vec<_>>()}))
}

/// What every reply of a verb ends with.
pub(crate) fn write_backs(core: &Core) -> Result<Vec<Value>, Error> {
    Ok(core
        .store
        .write_backs(LIST_LIMIT)?
        .iter()
        .map(request::write_back_out)
        .collect())
}

/// What customers should be told, until PHP says that it has sent it.
pub(crate) fn mails(core: &Core) -> Result<Vec<Value>, Error> {
    Ok(core
        .store
        .mails(LIST_LIMIT)?
        .iter()
        .filter_map(request::mail_out)
        .collect())
}

/// The services that need somebody: which, in which status, why.
pub(crate) fn attention(core: &Core) -> Result<Vec<Value>, Error> {
    let services = core.store.need_attention(LIST_LIMIT)?;
    let with_trouble = services
        .iter()
        .filter_map(|service| Some((service, service.body.trouble.as_ref()?)));
    let row = |(service, trouble): (&Service, &Trouble)| reply_of(service.id, service.status, trouble);
    let mut rows: Vec<Value> = with_trouble.map(row).collect();
    rows.extend(dns::attention(core)?);
    Ok(rows)
}

fn reply_of(service: ServiceId, status: Status, trouble: &Trouble) -> Value {
    json!({"service": service, "status": status, "code": trouble.code, "message": trouble.message, "at": trouble.at})
}

pub(crate) fn service_reply(core: &Core, id: ServiceId, meter: &Meter, changed: bool) -> Result<Value, Error> {
    let (service, addresses) = core.store.service(id)?;
    Ok(request::reply(json!({
        "service": request::service_out(&service, &addresses),
        "changed": changed,
        "note": service.body.note,
        "write_backs": write_backs(core)?,
        "requests": meter.to_json(),
    })))
}
