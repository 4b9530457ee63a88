//! The verbs: what WHMCS asks, one function each, from a parsed request to a reply.

pub mod core;
pub mod cron;
mod dns;
mod health;
mod life;
mod moving;
mod pages;
pub mod request;
mod statistics;

pub(crate) use self::core::Core;
pub(crate) use cron::sample;
pub use cron::usage_update;
pub(crate) use dns::{Zones, sync_due};
pub use dns::{set_dns_records, set_reverse_name, sync_dns_records, zone_test};
pub use health::{check, test_connection};
pub use life::{
    attach, change_package, change_password, confirm, create, deleted, forget, once, orphans, reboot, reinstall,
    run_step, start, stop, suspend, terminate, unsuspend, vm_remove,
};
pub use moving::move_store;
pub use pages::{activity, catalogue, list, overview, pools, product_form, show, usage, zone_services};

use crate::pipeline::{Needs, PIPELINE};
use crate::problems::Error;
use crate::pve::Meter;
use crate::service::{Service, Trouble};
use crate::store::{DnsMemory, Due, News};
use crate::words::ids::ServiceId;
use crate::words::limits;
use crate::words::status::Status;
use serde_json::{Value, json};

/// The services whose time has come, and what WHMCS has still to write down.
pub fn due(core: &Core, request: &Value) -> Result<Value, Error> {
    let limit = request::number(request, "limit").map_or(limits::LIST_ROWS, |limit| limit.min(100_000) as u32);
    let now = core.clock.now();
    let agenda = core.store.agenda(now, now - limits::SAMPLE_SECONDS, limit)?;
    let service = |due: &Due| json!({"id": due.service, "server_id": due.server});
    let mut reply = json!({
        "services": agenda.due.iter().map(service).collect::<Vec<_>>(),
        "dns": agenda.dns.len(),
        "usage_due": agenda.unsampled,
    });
    news_out(&mut reply, &agenda.news);
    Ok(request::reply(reply))
}

/// Looks through the whole store for damage: `{}` → `{"whole": true}`, `false` where the time did not suffice.
pub fn look_through(core: &Core, _: &Value) -> Result<Value, Error> {
    core.store.must_be_current()?;
    Ok(request::reply(json!({"whole": core.store.look_through()?})))
}

/// Says whose the store is: `{"home": …, "as": "moved"}`, or `"copy"`.
pub fn installation(core: &Core, request: &Value) -> Result<Value, Error> {
    let home = request::home_of(request).ok_or_else(|| Error::Request("it does not say where WHMCS is".to_owned()))?;
    match request["as"].as_str() {
        Some("moved") => core.store.move_home(&home)?,
        Some("copy") => core.store.begin_as_copy(&home)?,
        _ => return Err(Error::Request("as should be moved or copy".to_owned())),
    }
    Ok(request::reply(json!({})))
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
    let row = |row: &crate::pipeline::Row| {
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
    let write_backs = core.store.write_backs(limits::LIST_ROWS)?;
    Ok(write_backs.iter().map(request::write_back_out).collect())
}

/// Adds to a reply what WHMCS should write down, what customers should be told, and which services need somebody: which,
/// in which status, why. Each again and again, until PHP has confirmed it or somebody has mended it.
pub(crate) fn news_out(reply: &mut Value, news: &News) {
    let of_guest = |service: &Service| {
        let trouble = service.body.trouble.as_ref()?;
        Some(reply_of(service.id, service.status, trouble))
    };
    let of_records = |(id, memory): &(ServiceId, DnsMemory)| {
        let trouble = memory.troubles.first()?;
        Some(reply_of(*id, Status::SetDnsRecords, trouble))
    };
    let attention = news.attention.iter().filter_map(of_guest);
    let attention = attention.chain(news.dns_attention.iter().filter_map(of_records));
    reply["write_backs"] = news.write_backs.iter().map(request::write_back_out).collect();
    reply["mails"] = news.mails.iter().filter_map(request::mail_out).collect();
    reply["attention"] = attention.collect();
}

fn reply_of(service: ServiceId, status: Status, trouble: &Trouble) -> Value {
    let mut reply = request::trouble_out(trouble, trouble.retry);
    reply["service"] = json!(service);
    reply["status"] = json!(status);
    reply
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
