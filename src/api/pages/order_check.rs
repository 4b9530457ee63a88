//! What a shop asks before anybody pays: whether an order, or the upgrade of a service, could be carried out.

use super::looked::{Looked, looked};
use super::order_new::NewGuest;
use super::show::must_be_shown;
use super::shrunk::ShrunkOut;
use crate::api::core::Core;
use crate::api::request::{Number, PackageIn, ServerIn, Text, Who};
use crate::engine::{Goal, Job, Order, must_be_on};
use crate::package::Package;
use crate::pipeline::Blocked;
use crate::problems::{Error, Refusal};
use crate::server::address::Address;
use crate::server::{AddressLine, Family, ServerEntry, Usage};
use crate::service::Service;
use crate::service::identity::Asked;
use crate::store::Lease;
use crate::words::ids::{Bridge, By, ServiceId};
use crate::words::problems;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cell::OnceCell;
use std::net::IpAddr;
use std::sync::Arc;

/// An order, or the upgrade of a service.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct OrderCheckIn {
    /// What shall be sold.
    package: PackageIn,
    /// The server entry that it would be on.
    server: ServerIn,
    /// The service of an upgrade; missing for an order.
    service: Number,
    /// The host name that was typed; empty where none was.
    pub(super) hostname: Text,
    /// The password that was typed; empty: none was.
    pub(super) password: Text,
    /// The public SSH keys that were typed, one a line; empty: none were.
    pub(super) ssh_key: Text,
    /// What was typed for cloud-init (user data); empty: nothing was.
    pub(super) user_data: Text,
    /// The client who orders; missing: nobody is logged in yet.
    pub(super) client_id: Number,
    /// So many are ordered; missing: 1.
    count: Number,
    /// What others in the same cart need, as they were answered: a list of [`Need`].
    beside: Value,
    /// Who asks.
    #[serde(flatten)]
    who: Who,
}

/// Whether it could be carried out.
#[derive(Debug, Default, Serialize)]
pub(in crate::api) struct OrderCheckOut {
    /// Why not; empty where it could.
    refusals: Vec<RefusalOut>,
    /// The addresses that it takes.
    needs: Vec<Need>,
    /// The domain that it would have where the product takes the host name of the order, else null; missing where the package
    /// is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Option<String>>,
}

/// Why an order could not be carried out.
#[derive(Debug, Default, Serialize)]
pub(super) struct RefusalOut {
    /// The code: a row of the table of problems.
    code: &'static str,
    /// The name of its text for customers, null where it has none; missing where the numbers below say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<Option<&'static str>>,
    /// The number in that text; missing where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<u64>,
    /// In a sentence for staff; missing where addresses are.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// So many addresses are left; missing where it is not about addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<u64>,
    /// The disk that would be smaller.
    #[serde(flatten)]
    shrunk: ShrunkOut,
}

/// Whether an order, or the upgrade of a service, could be carried out. What cannot be found out now is no refusal: the order
/// may wait for it.
pub(in crate::api) fn order_check(core: &Core, request: OrderCheckIn) -> Result<OrderCheckOut, Error> {
    let package = match request.package.parse() {
        Ok(package) => package,
        Err(error) => {
            return Ok(OrderCheckOut {
                refusals: vec![refusal(&error)],
                ..OrderCheckOut::default()
            });
        }
    };
    let entry = request.server.parse()?;
    let known = match request.service.0 {
        Some(id) => Some(core.store.glance(ServiceId(id), core.clock.now())?),
        None => None,
    };
    let held = known.as_ref().map_or(&[][..], |known| &known.addresses);
    let mut refusals = Vec::new();
    let mut needs = Vec::new();
    let beside: Vec<Need> = Vec::deserialize(&request.beside).unwrap_or_default();
    let count = request.count.0.unwrap_or(1).max(1);
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
            refusals.push(RefusalOut {
                code: problems::NO_FREE_ADDRESS.code,
                left: Some(left),
                ..RefusalOut::default()
            });
        }
        needs.push(need);
    }
    let mut name = None;
    match known {
        Some(lease) => {
            must_be_shown(&lease.service, request.who.asked().as_ref())?;
            refusals.extend(promised(&lease.service, &package).map(|blocked| refusal(&blocked.into())));
            refusals.extend(blocked(core, &request, entry, lease, package));
        }
        None => {
            let guest = NewGuest {
                core,
                request: &request,
                entry: &entry,
                package: &package,
                is_windows: OnceCell::new(),
            };
            refusals.extend(guest.refusals());
            match guest.name() {
                Ok(asked) => name = asked,
                Err(error) => refusals.push(refusal(&error)),
            }
        }
    }
    Ok(OrderCheckOut {
        refusals,
        needs,
        name: Some(name),
    })
}

/// So many addresses of the lines with this bridge and VLAN; none: of whatever line.
#[derive(Debug, Serialize, Deserialize)]
struct Need {
    /// Which family.
    family: Family,
    /// So many.
    addresses: u64,
    /// The bridge of the lines that suit; null: any.
    bridge: Option<Bridge>,
    /// Their VLAN; null: any.
    vlan: Option<u16>,
}

impl Need {
    fn suits(&self, line: &AddressLine) -> bool {
        line.family() == self.family && line.suits(self.bridge.as_ref(), self.vlan)
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

pub(super) fn refusal(error: &Error) -> RefusalOut {
    let problem = error.problem();
    RefusalOut {
        code: problem.code,
        client: Some(problem.client),
        n: error.number(),
        message: Some(error.to_string()),
        ..RefusalOut::default()
    }
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

/// What keeps the guest that is there from having the package: what the change itself is refused with. By what it was sold with
/// where that cannot be found out now; then what the cluster has not is no refusal.
fn blocked(
    core: &Core,
    request: &OrderCheckIn,
    entry: ServerEntry,
    lease: Lease,
    package: Package,
) -> Option<RefusalOut> {
    let (service, sold) = (lease.service.clone(), package.clone());
    let asked = request.who.asked();
    let look = || Ok(must_fit(core, entry, lease, package, asked.clone()));
    let found = match looked(core, &service, "change", asked.as_ref(), look, |_| None::<&()>) {
        Ok(Looked::Now(found)) => found,
        Ok(Looked::Later(_)) => Err(Refusal::LookedAt.into()),
        Err(error) => Err(error),
    };
    match found {
        Ok(()) => None,
        Err(Error::Blocked(blocked)) => Some(blocked_out(&blocked)),
        Err(error @ Error::Placement(_)) => Some(refusal(&error)),
        Err(_) => smaller(&service, &sold).map(|blocked| blocked_out(&blocked)),
    }
}

/// An application that is bought for a guest with Windows: no rebuild installs it there.
fn promised(service: &Service, package: &Package) -> Option<Blocked> {
    let body = &service.body;
    let before = body.applied.as_ref().or(body.package.as_ref())?;
    let stays = body.windows && body.cloned_from == Some(package.template);
    let bought = package
        .application
        .as_ref()
        .filter(|_| before.application != package.application);
    bought.filter(|_| stays).cloned().map(Blocked::NotOnWindows)
}

fn must_fit(
    core: &Core,
    entry: ServerEntry,
    lease: Lease,
    package: Package,
    asked: Option<Asked>,
) -> Result<(), Error> {
    let now = core.clock.now();
    must_be_on(&lease.service, entry.id)?;
    let client = core.page_client(&entry)?;
    let order = Order {
        package,
        entry: Arc::new(entry),
        client_id: 0,
        domain: String::new(),
        password: None,
        seal_key: None,
        by: By::default(),
        nonce: None,
        asked,
        utc_offset_s: 0,
    };
    let mut job = Job::new(lease, order, client, Goal::Rest, now);
    core.engine().must_fit(&mut job)
}

fn smaller(service: &Service, package: &Package) -> Option<Blocked> {
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

fn blocked_out(blocked: &Blocked) -> RefusalOut {
    RefusalOut {
        code: blocked.problem().code,
        message: Some(blocked.to_string()),
        shrunk: ShrunkOut::of(blocked),
        ..RefusalOut::default()
    }
}
