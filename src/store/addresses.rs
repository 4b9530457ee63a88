//! Addresses and VMIDs: taken in one transaction, unique because an index says so.
//!
//! A lease takes the first free address, and must not try the thousands before it each time: `reached` says for each
//! address line that everything before an address was taken. It is a hint: whoever frees an address takes it back, and
//! a search that finds nothing begins anew without it. VMIDs are searched for in the same way, from each first number.

use super::services::{self, Lease};
use super::sql::{Abort, Refusal, Sql, values};
use super::{Error, Store};
use crate::address::Address;
use crate::model::{ServerId, ServiceId, UnixSeconds, Vmid};
use crate::package::Package;
use crate::server::{AddressLine, Family, Pool};
use crate::service::Service;
use std::cell::RefCell;
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
    /// What the service holds already is kept and counted, so repeating this takes nothing more.
    pub fn reserve(&self, lease: &mut Lease, wanted: &Reservation<'_>, now: UnixSeconds) -> Result<(), Error> {
        let service = &lease.service;
        let (addresses, vmid) = self.write_in_turn(|sql| {
            lease.renew(sql, now)?;
            let mut addresses = of_service(sql, service.id)?;
            for (family, count) in [
                (Family::V4, wanted.package.ipv4_count),
                (Family::V6, wanted.package.ipv6_count),
            ] {
                let has = addresses.iter().filter(|address| address.family() == family).count() as u32;
                for _ in has..count {
                    addresses.push(lease_one(sql, service, wanted, family, addresses.len(), now)?);
                }
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
            Ok((addresses, vmid))
        })?;
        lease.addresses = addresses;
        lease.service.vmid = Some(vmid);
        Ok(())
    }

    /// The service that has a guest's number on a server.
    pub fn owner_of(&self, server: ServerId, vmid: Vmid) -> Result<Option<ServiceId>, Error> {
        let select = "SELECT id FROM @services WHERE guest_server = ? AND vmid = ?";
        let id: Option<u64> = self.read(|sql| Ok(sql.value(select, values![server.0, vmid.get()])?))?;
        Ok(id.map(ServiceId))
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

const HOLDER: &str = "SELECT service FROM @addresses WHERE address = ?";

fn lease_one(
    sql: &mut dyn Sql,
    service: &Service,
    wanted: &Reservation<'_>,
    family: Family,
    position: usize,
    now: UnixSeconds,
) -> Result<Address, Abort> {
    let mut tried = 0;
    for by_hint in [true, false] {
        let (free, candidates) = first_free(sql, wanted, family, by_hint)?;
        if let Some(address) = free {
            insert(sql, service, &address, position, now)?;
            return Ok(address);
        }
        tried = candidates;
    }
    let family = if family == Family::V4 { "IPv4" } else { "IPv6" };
    let free_of = if tried == 0 {
        "no candidates, so none".to_owned()
    } else {
        format!("all {tried} candidates")
    };
    Err(Error::NoAddress {
        family,
        free_of,
        server: service.server,
    }
    .into())
}

/// The first free address of the lines that suit, and how many were looked at.
fn first_free(
    sql: &mut dyn Sql,
    wanted: &Reservation<'_>,
    family: Family,
    by_hint: bool,
) -> Result<(Option<Address>, u32), Refusal> {
    let package = wanted.package;
    // a line's hint is read when the search comes to the line: most end in the first one
    let sql = RefCell::new(sql);
    let start = |line: &AddressLine| {
        let hint = if by_hint {
            reached(&mut **sql.borrow_mut(), sortable(line.first))
        } else {
            Ok(None)
        };
        // who was refused here is refused the next statement too
        let hint = hint.ok().flatten().and_then(|at| address_of(at, line.first));
        hint.unwrap_or(line.first)
    };
    let candidates = wanted
        .pool
        .candidates_from(family, package.bridge.as_ref(), package.vlan, start);
    let mut passed: Vec<(&AddressLine, IpAddr, IpAddr)> = Vec::new();
    let mut free = None;
    let mut tried = 0;
    for (ip, line) in candidates {
        tried += 1;
        match passed.last_mut() {
            Some((last, _, reached)) if std::ptr::eq(*last, line) => *reached = ip,
            _ => passed.push((line, ip, ip)),
        }
        if sql.borrow_mut().row(HOLDER, values![ip.to_string()])?.is_none() {
            free = Some(Address::of_line(ip, line));
            break;
        }
    }
    for (line, begin, reached) in passed {
        if begin != reached {
            set_reached(&mut **sql.borrow_mut(), sortable(line.first), sortable(reached))?;
        }
    }
    Ok((free, tried))
}

/// A place in a line of addresses or numbers, as bytes that sort as they do.
type Place = [u8; 17];

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

fn sortable(ip: IpAddr) -> Place {
    match ip {
        IpAddr::V4(v4) => place(4, u128::from(v4.to_bits())),
        IpAddr::V6(v6) => place(6, v6.to_bits()),
    }
}

fn address_of(at: Place, like: IpAddr) -> Option<IpAddr> {
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
fn reached(sql: &mut dyn Sql, line: Place) -> Result<Option<Place>, Refusal> {
    sql.value("SELECT address FROM @reached WHERE line = ?", values![line])
}

fn set_reached(sql: &mut dyn Sql, line: Place, at: Place) -> Result<(), Refusal> {
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

/// The lowest number that neither the cluster nor any service of this installation has.
fn free_vmid(sql: &mut dyn Sql, wanted: &Reservation<'_>) -> Result<Vmid, Abort> {
    let (first, last) = wanted.vmids;
    let line = of_number(first.get());
    let hint = reached(sql, line)?.and_then(|at| u32::try_from(bits(at)).ok());
    for start in hint.into_iter().chain([first.get()]) {
        if let Some(vmid) = first_gap(sql, start, last.get(), wanted.taken)? {
            if hint != Some(vmid.get()) {
                set_reached(sql, line, of_number(vmid.get()))?;
            }
            return Ok(vmid);
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
