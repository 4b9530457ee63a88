//! Addresses and VMIDs: taken in one transaction, unique because an index says so.
//!
//! A lease takes the first free address, and must not try the thousands before it each time: `reached` says for each
//! address line that everything before an address was taken. It is a hint: whoever frees an address takes it back, and
//! a search that finds nothing begins anew without it ([`search`]). VMIDs are searched for in the same way, from each
//! first number.

use super::lease::Work;
use super::search::{self, Found};
use super::services::{self, Lease};
use super::sql::{Abort, Refusal, Sql, values};
use super::{Error, Store};
use crate::package::Package;
use crate::server::Pool;
use crate::server::address::Address;
use crate::service::Service;
use crate::words::ids::{ServerId, ServiceId, UnixSeconds, Vmid};
use crate::words::limits;
use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a service needs reserved before its clone is started.
#[derive(Debug)]
pub struct Reservation<'a> {
    /// How many addresses, on which bridge and VLAN.
    pub package: &'a Package,
    /// The lines of the server entry.
    pub pool: &'a Pool,
    /// Where the search for a VMID begins and ends.
    pub vmids: (Vmid, Vmid),
    /// Numbers that the cluster uses already.
    pub taken: &'a BTreeSet<Vmid>,
}

pub(super) fn of_service(sql: &mut dyn Sql, id: ServiceId) -> Result<Vec<Address>, Refusal> {
    let select = "SELECT body FROM @addresses WHERE service = ? ORDER BY position";
    let bodies: Vec<String> = sql.list(select, values![id.0], |row| row.get(0))?;
    Ok(bodies
        .iter()
        .filter_map(|body| serde_json::from_str(body).ok())
        .collect())
}

/// The addresses of several services, in one statement.
pub(super) fn of_services(sql: &mut dyn Sql, ids: &[u64]) -> Result<HashMap<ServiceId, Vec<Address>>, Refusal> {
    let mut found: HashMap<ServiceId, Vec<Address>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let select = format!(
        "SELECT service, body FROM @addresses WHERE service IN ({}) ORDER BY service, position",
        services::marks(ids)
    );
    let rows: Vec<(u64, String)> = sql.list(&select, &services::numbers(ids), |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (service, body) in rows {
        if let Ok(address) = serde_json::from_str(&body) {
            found.entry(ServiceId(service)).or_default().push(address);
        }
    }
    Ok(found)
}

impl Store {
    /// Leases the addresses that the service still needs and reserves a VMID if it has none: all or nothing.
    ///
    /// What the service holds already is kept and counted, so repeating this takes nothing more. Free addresses are
    /// looked for before anybody has to wait for this: what others have taken since is passed over, and where that is
    /// all that was found it is looked again.
    pub fn reserve(&self, lease: &mut Lease, wanted: &Reservation<'_>, now: UnixSeconds) -> Result<(), Error> {
        let id = lease.service.id;
        for _ in 0..limits::RESERVE_ATTEMPTS {
            let free = self.read(|sql| {
                let held = of_service(sql, id)?;
                search::free(sql, lease.service.server, wanted, &held)
            })?;
            let reserved = self.write_in_turn(|sql| {
                lease.renew(sql, now)?;
                reserve(sql, &lease.service, wanted, &free, now)
            })?;
            if let Some((addresses, vmid)) = reserved {
                lease.addresses = addresses;
                lease.service.vmid = Some(vmid);
                return Ok(());
            }
        }
        Err(Error::Busy(Work::Service(id)))
    }

    /// What [`Store::reserve`] would leave the service with if it were asked now. Nothing is taken.
    pub fn would_reserve(&self, lease: &Lease, wanted: &Reservation<'_>) -> Result<(Vec<Address>, Vmid), Error> {
        let service = &lease.service;
        self.read(|sql| {
            let mut addresses = lease.addresses.clone();
            let found = search::free(sql, service.server, wanted, &addresses)?;
            for of_family in found {
                let has = addresses.iter().filter(|address| address.family() == of_family.family);
                let missing = search::count(wanted.package, of_family.family).saturating_sub(has.count());
                let free = of_family.free.iter().take(missing);
                addresses.extend(free.map(|(ip, line)| Address::of_line(*ip, line)));
            }
            let vmid = match service.vmid {
                Some(vmid) => vmid,
                None => gap(sql, wanted)?.0,
            };
            Ok((addresses, vmid))
        })
    }

    /// The lowest number of a range that neither the cluster nor any service has. Nothing is reserved.
    pub fn free_vmid(&self, (first, last): (Vmid, Vmid), taken: &BTreeSet<Vmid>) -> Result<Vmid, Error> {
        let (first, last) = (first.get(), last.get());
        let found = self.read(|sql| Ok(first_gap(sql, first, last, taken)?))?;
        found.ok_or(Error::NoVmid { first, last })
    }

    /// The service that has a guest's number on a server.
    pub fn owner_of(&self, server: ServerId, vmid: Vmid) -> Result<Option<ServiceId>, Error> {
        let select = "SELECT id FROM @services WHERE guest_server = ? AND vmid = ?";
        let id: Option<u64> = self.read(|sql| Ok(sql.value(select, values![server.0, vmid.get()])?))?;
        Ok(id.map(ServiceId))
    }

    /// The service of any server entry whose guest has this number and SMBIOS uuid: several entries may lead to one cluster.
    pub fn owner_of_guest(&self, vmid: Vmid, uuid: &str) -> Result<Option<ServiceId>, Error> {
        let select = format!("SELECT {} FROM @services WHERE vmid = ?", services::COLUMNS);
        let rows = self.read(|sql| Ok(sql.list(&select, values![vmid.get()], services::service_of)?))?;
        let mut services = rows.into_iter().filter_map(Result::ok);
        let owner = services.find(|service| service.has_guest() && service.body.guest.uuid() == Some(uuid));
        Ok(owner.map(|service| service.id))
    }

    /// Leases addresses that a guest has already. One that another service holds is refused.
    pub fn adopt_addresses(&self, lease: &mut Lease, addresses: &[Address], now: UnixSeconds) -> Result<(), Error> {
        let service = &lease.service;
        let held = self.write(|sql| {
            lease.renew(sql, now)?;
            let mut held = of_service(sql, service.id)?;
            for address in addresses {
                if held.iter().any(|held| held.ip == address.ip) {
                    continue;
                }
                let ip = address.ip.to_string();
                let other: Option<u64> = sql.value(HOLDER, values![ip])?;
                if let Some(other) = other {
                    return Err(Error::AddressTaken {
                        address: address.ip,
                        other: ServiceId(other),
                    }
                    .into());
                }
                insert(sql, service, address, held.len(), now)?;
                held.push(address.clone());
            }
            Ok(held)
        })?;
        lease.addresses = held;
        Ok(())
    }

    /// Gives back the addresses of a service that are not among those to keep.
    pub fn keep_addresses(&self, lease: &mut Lease, keep: &[Address], now: UnixSeconds) -> Result<(), Error> {
        let surplus: Vec<Address> = lease
            .addresses
            .iter()
            .filter(|address| !keep.contains(address))
            .cloned()
            .collect();
        let id = lease.service.id;
        self.write(|sql| {
            lease.renew(sql, now)?;
            for address in &surplus {
                let delete = "DELETE FROM @addresses WHERE service = ? AND address = ?";
                sql.execute(delete, values![id.0, address.ip.to_string()])?;
                freed(sql, sortable(address.ip))?;
            }
            Ok(())
        })?;
        lease.addresses.retain(|address| keep.contains(address));
        Ok(())
    }

    /// Returns the addresses of a service to the pool. Only after PVE has confirmed that its guest is gone.
    pub fn free_addresses(&self, lease: &mut Lease, now: UnixSeconds) -> Result<(), Error> {
        let id = lease.service.id;
        self.write(|sql| {
            lease.renew(sql, now)?;
            for address in of_service(sql, id)? {
                freed(sql, sortable(address.ip))?;
            }
            sql.execute("DELETE FROM @addresses WHERE service = ?", values![id.0])?;
            Ok(())
        })?;
        lease.addresses.clear();
        Ok(())
    }
}

pub(super) const HOLDER: &str = "SELECT service FROM @addresses WHERE address = ?";

/// Takes what was found free; `None`: others were faster. Nothing was written then but the renewal of the lease.
fn reserve(
    sql: &mut dyn Sql,
    service: &Service,
    wanted: &Reservation<'_>,
    found: &[Found<'_>],
    now: UnixSeconds,
) -> Result<Option<(Vec<Address>, Vmid)>, Abort> {
    let mut addresses = of_service(sql, service.id)?;
    let mut taken = Vec::new();
    for of_family in found {
        let has = addresses.iter().filter(|address| address.family() == of_family.family);
        let missing = search::count(wanted.package, of_family.family).saturating_sub(has.count());
        let mut free = Vec::new();
        for (ip, line) in &of_family.free {
            if free.len() == missing {
                break;
            }
            if sql.row(HOLDER, values![ip.to_string()])?.is_none() {
                free.push(Address::of_line(*ip, line));
            }
        }
        if free.len() < missing {
            return Ok(None);
        }
        taken.append(&mut free);
    }
    for address in taken {
        insert(sql, service, &address, addresses.len(), now)?;
        addresses.push(address);
    }
    for hint in found.iter().flat_map(|found| &found.hints) {
        hint.keep(sql)?;
    }
    let vmid = match service.vmid {
        Some(vmid) => vmid,
        None => match vmid_of(sql, service.id)? {
            // the answer to this very transaction got lost
            Some(vmid) => vmid,
            None => free_vmid(sql, wanted)?,
        },
    };
    let update = "UPDATE @services SET vmid = ? WHERE id = ?";
    sql.execute(update, values![vmid.get(), service.id.0])?;
    Ok(Some((addresses, vmid)))
}

/// A place in a line of addresses or numbers, as bytes that sort as they do.
pub(super) type Place = [u8; 17];

fn place(kind: u8, bits: u128) -> Place {
    let mut bytes = [kind; 17];
    bytes[1..].copy_from_slice(&bits.to_be_bytes());
    bytes
}

fn bits(place: Place) -> u128 {
    place[1..]
        .iter()
        .fold(0, |bits: u128, byte| bits << 8 | u128::from(*byte))
}

pub(super) fn sortable(ip: IpAddr) -> Place {
    match ip {
        IpAddr::V4(v4) => place(4, u128::from(v4.to_bits())),
        IpAddr::V6(v6) => place(6, v6.to_bits()),
    }
}

pub(super) fn address_of(at: Place, like: IpAddr) -> Option<IpAddr> {
    match like {
        IpAddr::V4(_) => u32::try_from(bits(at))
            .ok()
            .map(|bits| Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(_) => Some(Ipv6Addr::from_bits(bits(at)).into()),
    }
}

fn of_number(number: u32) -> Place {
    place(0, u128::from(number))
}

/// Where the search in a line may begin; none: nobody knows.
pub(super) fn reached(sql: &mut dyn Sql, line: Place) -> Result<Option<Place>, Refusal> {
    sql.value("SELECT address FROM @reached WHERE line = ?", values![line])
}

pub(super) fn set_reached(sql: &mut dyn Sql, line: Place, at: Place) -> Result<(), Refusal> {
    let replace = "REPLACE INTO @reached (line, address) VALUES (?, ?)";
    sql.execute(replace, values![line, at]).map(drop)
}

fn freed(sql: &mut dyn Sql, at: Place) -> Result<(), Refusal> {
    let update = "UPDATE @reached SET address = ? WHERE line <= ? AND address > ?";
    sql.execute(update, values![at, at, at]).map(drop)
}

/// A service is about to give its number back, if it has one.
pub(super) fn vmid_freed(sql: &mut dyn Sql, id: ServiceId) -> Result<(), Refusal> {
    match vmid_of(sql, id)? {
        Some(vmid) => freed(sql, of_number(vmid.get())),
        None => Ok(()),
    }
}

fn vmid_of(sql: &mut dyn Sql, id: ServiceId) -> Result<Option<Vmid>, Refusal> {
    let vmid: Option<u32> = sql.value(
        "SELECT vmid FROM @services WHERE id = ? AND vmid IS NOT NULL",
        values![id.0],
    )?;
    Ok(vmid.and_then(|vmid| Vmid::try_from(vmid).ok()))
}

/// The lowest number that neither the cluster nor any service of this installation has; the next search begins there.
fn free_vmid(sql: &mut dyn Sql, wanted: &Reservation<'_>) -> Result<Vmid, Abort> {
    let (vmid, is_known) = gap(sql, wanted)?;
    if !is_known {
        set_reached(sql, of_number(wanted.vmids.0.get()), of_number(vmid.get()))?;
    }
    Ok(vmid)
}

/// The same, looked for; and whether the search is known to begin there.
fn gap(sql: &mut dyn Sql, wanted: &Reservation<'_>) -> Result<(Vmid, bool), Abort> {
    let (first, last) = wanted.vmids;
    let line = of_number(first.get());
    let hint = reached(sql, line)?.and_then(|at| u32::try_from(bits(at)).ok());
    for start in hint.into_iter().chain([first.get()]) {
        if let Some(vmid) = first_gap(sql, start, last.get(), wanted.taken)? {
            return Ok((vmid, hint == Some(vmid.get())));
        }
    }
    Err(Error::NoVmid {
        first: first.get(),
        last: last.get(),
    }
    .into())
}

/// Walks along our numbers, in order and page by page, until one is missing that the cluster does not have either.
fn first_gap(sql: &mut dyn Sql, start: u32, last: u32, taken: &BTreeSet<Vmid>) -> Result<Option<Vmid>, Refusal> {
    const PAGE: usize = 256;
    let select = format!("SELECT vmid FROM @services WHERE vmid >= ? ORDER BY vmid LIMIT {PAGE}");
    let free = |number: u32| Vmid::try_from(number).ok().filter(|vmid| !taken.contains(vmid));
    let mut candidate = start;
    loop {
        let ours: Vec<u32> = sql.list(&select, values![candidate], |row| row.get(0))?;
        for number in &ours {
            let before = (candidate..(*number).min(last.saturating_add(1))).find_map(free);
            if before.is_some() {
                return Ok(before);
            }
            candidate = candidate.max(number.saturating_add(1));
        }
        if ours.len() < PAGE || candidate > last {
            return Ok((candidate..=last).find_map(free));
        }
    }
}

fn insert(
    sql: &mut dyn Sql,
    service: &Service,
    address: &Address,
    position: usize,
    now: UnixSeconds,
) -> Result<(), Refusal> {
    let body = serde_json::to_string(address).unwrap_or_default();
    let insert =
        "INSERT INTO @addresses (address, service, server, position, body, leased_at) VALUES (?, ?, ?, ?, ?, ?)";
    let ip = address.ip.to_string();
    sql.execute(
        insert,
        values![ip, service.id.0, service.server.0, position, &body, now],
    )
    .map(drop)
}
