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
use crate::server::{AddressLine, Family, ServerEntry, Usage};
use crate::service::Service;
use crate::words::ids::{Bridge, ServiceId};
use crate::words::problems;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::net::IpAddr;

/// `{"package", "server", "hostname", "count", "beside"}` for an order of so many; `beside` has what others in the same cart
/// need, as they were answered. `{"package", "server", "service"}` for the upgrade of a service → `refusals`, each with its
/// code, the numbers of its sentence, and the text for clients where the problem has one; `needs`, the addresses that it
/// takes and the lines that suit; and `name`, the domain that it would have where the product takes the host name of the
/// order.
///
/// What cannot be found out now is no refusal: the order may wait for it.
pub fn order_check(core: &Core, request: &Value) -> Result<Value, Error> {
    let package = match request::package_of(request) {
        Ok(package) => package,
        Err(error) => return Ok(out(vec![refusal(&error)], &[])),
    };
    let entry = request::server_of(request)?;
    let known = match request::number(request, "service") {
        Some(id) => Some(core.store.service(ServiceId(id))?),
        None => None,
    };
    let held = known.as_ref().map_or(&[][..], |(_, addresses)| addresses);
    let mut refusals = Vec::new();
    let mut needs = Vec::new();
    let beside: Vec<Need> = serde_json::from_value(request["beside"].clone()).unwrap_or_default();
    let count = request::number(request, "count").unwrap_or(1).max(1);
    let free = free(core, &entry)?;
    for family in [Family::V4, Family::V6] {
        let need = Need {
            family,
            addresses: missing(&package, family, held).saturating_mul(count),
            bridge: package.bridge.clone(),
            vlan: package.vlan,
        };
        if need.addresses == 0 {
            continue;
        }
        let left = need.left(&free, &beside);
        if need.addresses > left {
            refusals.push(json!({"code": problems::NO_FREE_ADDRESS.code, "left": left}));
        }
        needs.push(need);
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
    let mut reply = out(refusals, &needs);
    reply["name"] = json!(name);
    Ok(reply)
}

/// So many addresses of the lines with this bridge and VLAN; none: of whatever line.
#[derive(Debug, Serialize, Deserialize)]
struct Need {
    family: Family,
    addresses: u64,
    bridge: Option<Bridge>,
    vlan: Option<u16>,
}

impl Need {
    fn suits(&self, line: &AddressLine) -> bool {
        line.family() == self.family
            && self.bridge.as_ref().is_none_or(|bridge| line.bridge == *bridge)
            && self.vlan.is_none_or(|vlan| line.vlan == vlan)
    }

    /// What the lines that suit have left beside others, who take what they can from lines that do not.
    fn left(&self, free: &[(&AddressLine, u64)], beside: &[Need]) -> u64 {
        let sum = |of: &dyn Fn(&AddressLine) -> bool| -> u64 {
            let suiting = free.iter().filter(|(line, _)| of(line));
            suiting.map(|(_, free)| free).sum()
        };
        let taken = |other: &Need| {
            let is_shared = free.iter().any(|(line, _)| self.suits(line) && other.suits(line));
            let elsewhere = sum(&|line| other.suits(line) && !self.suits(line));
            other.addresses.saturating_sub(elsewhere) * u64::from(is_shared)
        };
        let taken = beside.iter().map(taken).fold(0, u64::saturating_add);
        sum(&|line| self.suits(line)).saturating_sub(taken)
    }
}

fn out(refusals: Vec<Value>, needs: &[Need]) -> Value {
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

/// The free addresses of each line.
fn free<'a>(core: &Core, entry: &'a ServerEntry) -> Result<Vec<(&'a AddressLine, u64)>, Error> {
    let leased: Vec<IpAddr> = core.store.leased_in(&entry.pool, entry.id)?;
    let usage = entry.pool.usage(&leased);
    let free = |(line, usage): (&'a AddressLine, Usage)| (line, usage.free);
    Ok(entry.pool.lines.iter().zip(usage).map(free).collect())
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
