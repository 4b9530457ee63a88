//! What a shop asks before anybody pays: whether an order, or the upgrade of a service, could be carried out.

use super::show::{check_owner, guest_of, must_be_shown};
use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::guest::Config;
use crate::package::Package;
use crate::pipeline::{self, Blocked};
use crate::problems::Error;
use crate::server::address::Address;
use crate::server::{Family, ServerEntry};
use crate::service::Service;
use crate::words::ids::ServiceId;
use crate::words::problems;
use serde_json::{Value, json};
use std::net::IpAddr;

/// `{"package", "server", "hostname", "count", "beside"}` for an order of so many, with as many addresses (`{"4": 2}`)
/// in the same cart; `{"package", "server", "service"}` for the upgrade of a service → `refusals`, each with its code,
/// the numbers of its sentence, and the text for clients where the problem has one; `needs`, the addresses that it takes by family; and `name`,
/// the domain that it would have where the product takes the host name of the order.
///
/// What cannot be found out now is no refusal: the order may wait for it.
pub fn order_check(core: &Core, request: &Value) -> Result<Value, Error> {
    let package = match request::package_of(request) {
        Ok(package) => package,
        Err(error) => return Ok(out(vec![refusal(&error)], json!({}))),
    };
    let entry = request::server_of(request)?;
    let known = match request::number(request, "service") {
        Some(id) => Some(core.store.service(ServiceId(id))?),
        None => None,
    };
    let held = known.as_ref().map_or(&[][..], |(_, addresses)| addresses);
    let mut refusals = Vec::new();
    let mut needs = json!({});
    for (family, name) in [(Family::V4, "4"), (Family::V6, "6")] {
        let count = request::number(request, "count").unwrap_or(1).max(1);
        let needed = missing(&package, family, held).saturating_mul(count);
        if needed == 0 {
            continue;
        }
        needs[name] = json!(needed);
        let beside = request::number(&request["beside"], name).unwrap_or_default();
        let free = free(core, &entry, &package, family)?;
        if needed.saturating_add(beside) > free {
            let left = free.saturating_sub(beside);
            refusals.push(json!({"code": problems::NO_FREE_ADDRESS.code, "left": left}));
        }
    }
    let mut name = None;
    match &known {
        Some((service, _)) => {
            must_be_shown(service, request)?;
            refusals.extend(blocked(core, request, service, &package).map(|blocked| blocked_out(&blocked)));
        }
        None => {
            let asked = request["hostname"].as_str().unwrap_or_default().trim();
            if package.more.order_hostname && !asked.is_empty() {
                match core.engine().asked_name(ServiceId(0), asked, &package) {
                    Ok(label) => name = Some(package.domain(&label)),
                    Err(error) => refusals.push(refusal(&error)),
                }
            }
        }
    }
    let mut reply = out(refusals, needs);
    reply["name"] = json!(name);
    Ok(reply)
}

fn out(refusals: Vec<Value>, needs: Value) -> Value {
    output::reply(json!({"refusals": refusals, "needs": needs}))
}

fn refusal(error: &Error) -> Value {
    let problem = error.problem();
    json!({"code": problem.code, "client": problem.client, "message": error.to_string()})
}

/// How many addresses of a family are to be leased for the package.
fn missing(package: &Package, family: Family, held: &[Address]) -> u64 {
    let wanted = match family {
        Family::V4 => package.ipv4_count,
        Family::V6 => package.ipv6_count,
    };
    let held = held.iter().filter(|address| address.family() == family).count() as u64;
    u64::from(wanted).saturating_sub(held)
}

/// The free addresses of the lines that the package may have some of.
fn free(core: &Core, entry: &ServerEntry, package: &Package, family: Family) -> Result<u64, Error> {
    let bridge = package.bridge.as_ref();
    let suits = |line: &crate::server::AddressLine| {
        line.family() == family
            && bridge.is_none_or(|bridge| line.bridge == *bridge)
            && package.vlan.is_none_or(|vlan| line.vlan == vlan)
    };
    let leased: Vec<IpAddr> = core.store.leased_in(&entry.pool, entry.id)?;
    let usage = entry.pool.usage(&leased);
    let suiting = entry.pool.lines.iter().zip(usage).filter(|(line, _)| suits(line));
    Ok(suiting.map(|(_, usage)| usage.free).sum())
}

/// What keeps the guest that is there from having the package, by its config; by what it was sold with where that cannot
/// be read.
fn blocked(core: &Core, request: &Value, service: &Service, package: &Package) -> Option<Blocked> {
    match config(core, request, service) {
        Ok(Some(config)) => pipeline::refused_at_once(package, &config),
        Ok(None) => None,
        Err(_) => {
            let before = service.body.applied.as_ref().or(service.body.package.as_ref())?;
            let disks = [
                ("system disk", before.system_disk_gib, package.system_disk_gib),
                (
                    "additional disk",
                    before.additional_disk_gib,
                    package.additional_disk_gib,
                ),
            ];
            let smaller = disks.into_iter().find(|(_, has, wanted)| *wanted > 0 && wanted < has);
            smaller.map(|(which, has_gib, wanted_gib)| Blocked::Shrink {
                which,
                has_gib,
                wanted_gib,
            })
        }
    }
}

fn config(core: &Core, request: &Value, service: &Service) -> Result<Option<Config>, Error> {
    let Some((client, path)) = guest_of(core, request, service)? else {
        return Ok(None);
    };
    let config = client.config(&path)?;
    check_owner(core, service, &path, &config)?;
    Ok(Some(config))
}

fn blocked_out(blocked: &Blocked) -> Value {
    let mut out = json!({"code": blocked.problem().code, "message": blocked.to_string()});
    if let Blocked::Shrink {
        which,
        has_gib,
        wanted_gib,
    } = blocked
    {
        (out["which"], out["has"], out["wanted"]) = (json!(which), json!(has_gib), json!(wanted_gib));
    }
    out
}
