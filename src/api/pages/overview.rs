//! What the hoster's pages list: services, addresses, and whom a DNS zone concerns. From the store alone: Proxmox VE
//! is not asked.

use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::dns::ZoneConfig;
use crate::problems::Error;
use crate::server::{AddressLine, Pool, Reserved, Usage};
use crate::store::{Filter, Leased, Overview, Power, Sort};
use crate::words::ids::{ServerId, ServiceId};
use crate::words::limits;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A page of services: `status`, `server`, `node`, `search`, `trouble`, `attention`, `busy` narrow it, and `only`, numbers of
/// services; `sort` is `number`, `newest`, `name`, or `waiting` (only those that something was asked of, longest waiting
/// first); `limit`, `offset`.
///
/// By service: `doing` says what each does or waits for, `power` whether its guest ran when the cluster was last asked,
/// `dns_troubles` why the records of some are not as they should be, `undelivered` which mails, or what WHMCS should show,
/// did not arrive. `busy` counts all that something was asked of.
pub fn overview(core: &Core, request: &Value) -> Result<Value, Error> {
    let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
    let (mut reply, found) = page_of_services(
        core,
        &Filter {
            status: text("status"),
            server: request::number(request, "server").filter(|id| *id > 0).map(ServerId),
            node: text("node"),
            search: text("search"),
            trouble: request["trouble"] == true,
            attention: request["attention"] == true,
            busy: request["busy"] == true,
            only: request::numbers(request, "only"),
            sort: Sort::named(request["sort"].as_str().unwrap_or_default()),
            limit: request::limit(request),
            offset: request::number(request, "offset").unwrap_or_default(),
        },
    )?;
    reply["total"] = json!(found.total);
    reply["busy"] = json!(found.busy);
    reply["counts"] = json!(found.counts.into_iter().collect::<BTreeMap<String, u64>>());
    reply["nodes"] = json!(found.nodes);
    Ok(output::reply(reply))
}

/// The services that a filter finds, with what is known of each.
pub(super) fn page_of_services(core: &Core, filter: &Filter) -> Result<(Value, Overview), Error> {
    let found = core.store.overview(filter)?;
    let ids: Vec<u64> = found
        .services
        .iter()
        .flatten()
        .map(|(service, _)| service.id.0)
        .collect();
    let memories = core.store.dns_of(&ids)?;
    let mut undelivered: BTreeMap<ServiceId, Vec<Value>> = BTreeMap::new();
    for entry in core.store.failing_of(&ids)? {
        let troubles = undelivered.entry(entry.service).or_default();
        troubles.push(output::undelivered_out(&entry));
    }
    let unfinished = core.store.unfinished_of(&ids)?;
    let (mut dns_troubles, mut doing) = (Map::new(), Map::new());
    let mut services = Vec::new();
    for row in &found.services {
        services.push(match row {
            Ok((service, addresses)) => {
                let id = service.id.to_string();
                // an unreadable memory must not hide the services
                let troubles = memories.get(&service.id).map(|memory| &memory.troubles);
                if let Some(troubles) = troubles.filter(|troubles| !troubles.is_empty()) {
                    dns_troubles.insert(id.clone(), output::troubles_out(troubles));
                }
                doing.insert(id, output::doing_out(service, unfinished.get(&service.id)));
                output::service_out(service, addresses)
            }
            Err(unreadable) => output::unreadable_out(unreadable),
        });
    }
    let power = |(id, power): (ServiceId, Power)| (id.to_string(), json!({"runs": power.runs, "at": power.at}));
    let power: Map<String, Value> = core.store.powers(&ids)?.into_iter().map(power).collect();
    let reply = json!({
        "services": services, "doing": doing, "power": power, "dns_troubles": dns_troubles, "undelivered": undelivered,
    });
    Ok((reply, found))
}

/// How full a pool is, by family (4, 6), from the usage of its lines.
pub(super) fn counted(pool: &Pool, usage: &[Usage]) -> BTreeMap<u8, Usage> {
    let mut sums: BTreeMap<u8, Usage> = BTreeMap::new();
    for (line, usage) in pool.lines.iter().zip(usage) {
        sums.entry(family_of(line)).or_default().add(usage);
    }
    sums
}

/// How full the address lines of a server entry are, and who has which address.
///
/// With `line` only the leases of that line; 0: those of this server entry that no line holds any more. `lines_limit`
/// and `lines_offset` show a part of the lines, `number` one of them; `sums` are of all, by family (4, 6). `reserved` has the
/// addresses that nobody gets, with who has one all the same; `warn` is the number of free addresses that staff are warned at.
pub fn pools(core: &Core, request: &Value) -> Result<Value, Error> {
    let entry = request::server_of(request)?;
    let pool = &entry.pool;
    let here = core.store.leased_in(pool, entry.id)?;
    let line_of = |ip: &IpAddr| pool.line_of(*ip).map_or(0, |line| line.line as u64);
    let stray = here.iter().filter(|ip| line_of(ip) == 0).count();
    let wanted = request::number(request, "line");
    let listed = here.iter().filter(|ip| wanted.is_none_or(|line| line == line_of(ip)));
    let listed: Vec<IpAddr> = listed.copied().collect();
    let offset = request::number(request, "offset").map_or(0, |offset| offset as usize);
    let shown: Vec<IpAddr> = listed
        .iter()
        .skip(offset)
        .take(request::limit(request) as usize)
        .copied()
        .collect();
    let lease =
        |one: &Leased| json!({"address": one.ip, "service": one.service, "since": one.since, "line": line_of(&one.ip)});
    let leases: Vec<Value> = core.store.leases(&shown)?.iter().map(lease).collect();
    let usage = pool.usage(&here);
    let sums = counted(pool, &usage);
    let number = |key: &str, otherwise| request::number(request, key).map_or(otherwise, |number| number as usize);
    let only = request::number(request, "number");
    let lines: Vec<Value> = (pool.lines.iter().zip(&usage))
        .filter(|(line, _)| only.is_none_or(|number| number == line.line as u64))
        .skip(number("lines_offset", 0))
        .take(number("lines_limit", usize::MAX))
        .map(|(line, usage)| {
            json!({
                "line": line.line, "bridge": line.bridge, "vlan": line.vlan, "family": family_of(line),
                "first": line.first, "last": line.last, "prefix": line.prefix, "gateway": line.gateway, "dns": line.dns,
                "reverse_zones": line.reverse_zones(),
                "total": usage.total, "leased": usage.leased, "free": usage.free,
            })
        })
        .collect();
    let sum = |(family, usage): (u8, Usage)| {
        let sum = json!({"total": usage.total, "leased": usage.leased, "free": usage.free});
        (family.to_string(), sum)
    };
    let sums: Map<String, Value> = sums.into_iter().map(sum).collect();
    let bad: Vec<Value> = pool
        .bad
        .iter()
        .map(|bad| json!({"line": bad.line, "reason": bad.reason}))
        .collect();
    Ok(output::reply(json!({
        "lines": lines, "lines_total": pool.lines.len(), "sums": sums, "bad": bad, "leases": leases,
        "leases_total": listed.len(), "stray": stray, "warn": pool.warn, "reserved": reserved(core, pool, &here)?,
    })))
}

/// Addresses that nobody gets, and which of them a service has.
fn reserved(core: &Core, pool: &Pool, leased: &[IpAddr]) -> Result<Vec<Value>, Error> {
    let held = |ip: &&IpAddr| pool.reserved.iter().any(|kept| kept.first <= **ip && **ip <= kept.last);
    let held: Vec<IpAddr> = leased.iter().filter(held).take(limits::USED_SHOWN).copied().collect();
    let held = core.store.leases(&held)?;
    let row = |kept: &Reserved| {
        let theirs = held
            .iter()
            .filter(|lease| kept.first <= lease.ip && lease.ip <= kept.last);
        let services: Vec<Value> = theirs.map(|lease| json!(lease.service)).collect();
        json!({"first": kept.first, "last": kept.last, "note": kept.note, "services": services})
    };
    Ok(pool.reserved.iter().map(row).collect())
}

fn family_of(line: &AddressLine) -> u8 {
    if line.first.is_ipv4() { 4 } else { 6 }
}

/// The services that have a name or an address in a zone: `{"zone": {"zone", "addresses"}}`. With `more` there may be
/// more than `total` says.
pub fn zone_services(core: &Core, request: &Value) -> Result<Value, Error> {
    let zone = ZoneConfig::named(&request["zone"])?;
    let concerned = core.store.concerned(&zone)?;
    Ok(output::reply(json!({
        "services": concerned.services, "total": concerned.total, "more": concerned.total >= limits::COUNTED,
    })))
}
