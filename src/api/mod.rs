//! The verbs: what WHMCS asks, one function each, from a parsed request to a reply.

mod act;
pub mod core;
pub mod cron;
mod dns;
mod health;
mod life;
mod moving;
mod offered;
mod outbox;
pub mod output;
mod pages;
pub mod request;
mod statistics;
mod systems;
pub mod verbs;

pub(crate) use self::core::Core;
pub use act::act;
pub(crate) use cron::sample;
pub use cron::usage_update;
pub(crate) use dns::{Zones, sync_due};
pub use dns::{set_dns_records, set_reverse_name, sync_dns_records, zone_test};
pub use health::{check, test_connection};
pub use life::{
    attach, change_package, change_password, confirm, create, deleted, forget, once, orphans, suspend, terminate,
    unsuspend,
};
pub use moving::move_store;
pub use outbox::{acknowledge, deliver_again};
pub(crate) use outbox::{handed_out, take_due};
pub use pages::{
    accounts, activity, attention, capacity, list, order_check, overview, pool_edit, pools, product_form, show,
    task_log, usage, zone_services,
};

use crate::engine;
use crate::problems::Error;
use crate::pve::Meter;
use crate::service::{Service, Trouble};
use crate::store::{DnsMemory, Due, Entry, News};
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::status::Status;
use serde_json::{Value, json};

/// The services whose time has come, and how much is to be told to somebody else.
pub fn due(core: &Core, request: &Value) -> Result<Value, Error> {
    let limit = request::number(request, "limit").map_or(limits::LIST_ROWS, |limit| limit.min(100_000) as u32);
    let now = core.clock.now();
    judge_left(core, now)?;
    let agenda = core.store.agenda(now, now - limits::SAMPLE_SECONDS, limit)?;
    let service = |due: &Due| json!({"id": due.service, "server_id": due.server});
    let mut reply = json!({
        "services": agenda.due.iter().map(service).collect::<Vec<_>>(),
        "dns": agenda.dns.len(),
        "outbox": agenda.outbox,
        "usage_due": agenda.unsampled,
    });
    news_out(&mut reply, &agenda.news);
    Ok(output::reply(reply))
}

/// What workers that died have left unfinished is told, or done: of a service that nobody asks for anything, too.
fn judge_left(core: &Core, now: UnixSeconds) -> Result<(), Error> {
    for id in core.store.running(limits::LIST_ROWS)? {
        // one that lives has the lease
        if let Ok(mut lease) = core.store.lease(id, now) {
            engine::judge_left(&mut lease, now);
            core.store.release(&mut lease, now, &[])?;
        }
    }
    Ok(())
}

/// Looks through the whole store for damage: `{}` → `{"whole": true}`, `false` where the time did not suffice.
pub fn look_through(core: &Core, _: &Value) -> Result<Value, Error> {
    core.store.must_be_current()?;
    Ok(output::reply(json!({"whole": core.store.look_through()?})))
}

/// Says whose the store is: `{"home": …, "as": "moved"}`, or `"copy"`.
pub fn installation(core: &Core, request: &Value) -> Result<Value, Error> {
    let home = request::home_of(request).ok_or_else(|| Error::Request("it does not say where WHMCS is".to_owned()))?;
    match request["as"].as_str() {
        Some("moved") => core.store.move_home(&home)?,
        Some("copy") => core.store.begin_as_copy(&home)?,
        _ => return Err(Error::Request("as should be moved or copy".to_owned())),
    }
    Ok(output::reply(json!({})))
}

/// Adds to a reply which services need somebody: which, in which status, why. Each again and again, until somebody has
/// mended it.
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
    let attention = attention.chain(news.undelivered.iter().map(output::undelivered_out));
    reply["attention"] = attention.collect();
}

fn reply_of(service: ServiceId, status: Status, trouble: &Trouble) -> Value {
    let mut reply = output::trouble_out(trouble, trouble.retry);
    reply["service"] = json!(service);
    reply["status"] = json!(status);
    reply
}

pub(crate) fn service_reply(core: &Core, id: ServiceId, meter: &Meter, changed: bool) -> Result<Value, Error> {
    handing_over(core, id, meter, changed, &[])
}

/// The same, with what PHP delivers of the service.
pub(crate) fn handing_over(
    core: &Core,
    id: ServiceId,
    meter: &Meter,
    changed: bool,
    handed: &[Entry],
) -> Result<Value, Error> {
    let (service, addresses) = core.store.service(id)?;
    Ok(output::reply(json!({
        "service": output::service_out(&service, &addresses),
        "changed": changed,
        "note": service.body.note,
        "outbox": handed_out(handed, &service, &addresses),
        "requests": meter.to_json(),
    })))
}
