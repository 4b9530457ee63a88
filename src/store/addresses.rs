//! Addresses and VMIDs: taken in one transaction, unique because an index says so.
//!
//! A lease takes the first free address, and must not try the thousands before it each time: `reached` says for each
//! address line that everything before an address was taken. It is a hint: whoever frees an address takes it back, and
//! a search that finds nothing begins anew without it.

use super::services::Lease;
use super::{Abort, Error, Store};
use crate::address::Address;
use crate::model::{ServerId, ServiceId, UnixSeconds, Vmid};
use crate::package::Package;
use crate::server::{AddressLine, Family, Pool};
use crate::service::Service;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeSet;
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

pub(super) fn of_service(connection: &Connection, id: ServiceId) -> rusqlite::Result<Vec<Address>> {
    let mut statement = connection.prepare_cached("SELECT body FROM addresses WHERE service = ?1 ORDER BY position")?;
    let rows = statement.query_map([id.0], |row| row.get::<_, String>(0))?;
    let bodies = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(bodies
        .iter()
        .filter_map(|body| serde_json::from_str(body).ok())
        .collect())
}

impl Store {
    /// Leases the addresses that the service still needs and reserves a VMID if it has none: all or nothing.
    ///
    /// What the service holds already is kept and counted, so repeating this takes nothing more.
    pub fn reserve(&self, lease: &mut Lease, wanted: &Reservation<'_>, now: UnixSeconds) -> Result<(), Error> {
        let service = &lease.service;
        let (addresses, vmid) = self.write(|transaction| {
            let mut addresses = of_service(transaction, service.id)?;
            for (family, count) in [
                (Family::V4, wanted.package.ipv4_count),
                (Family::V6, wanted.package.ipv6_count),
            ] {
                let has = addresses.iter().filter(|address| address.family() == family).count() as u32;
                for _ in has..count {
                    addresses.push(lease_one(transaction, lease, wanted, family, addresses.len(), now)?);
                }
            }
            let vmid = match service.vmid {
                Some(vmid) => vmid,
                None => free_vmid(transaction, wanted)?,
            };
            transaction.execute(
                "UPDATE services SET vmid = ?2 WHERE id = ?1",
                params![service.id.0, vmid.get()],
            )?;
            Ok((addresses, vmid))
        })?;
        lease.addresses = addresses;
        lease.service.vmid = Some(vmid);
        Ok(())
    }

    /// The service that has a guest's number on a server.
    pub fn owner_of(&self, server: ServerId, vmid: Vmid) -> Result<Option<ServiceId>, Error> {
        let connection = self.lock();
        let row = connection
            .prepare_cached("SELECT id FROM services WHERE server = ?1 AND vmid = ?2")
            .and_then(|mut statement| {
                statement
                    .query_row(params![server.0, vmid.get()], |row| row.get(0))
                    .optional()
            });
        row.map(|id: Option<u64>| id.map(ServiceId))
            .map_err(|source| self.sqlite(source))
    }

    /// Leases addresses that a guest has already. One that another service holds is refused.
    pub fn adopt_addresses(&self, lease: &mut Lease, addresses: &[Address], now: UnixSeconds) -> Result<(), Error> {
        let service = &lease.service;
        let held = self.write(|transaction| {
            let mut held = of_service(transaction, service.id)?;
            for address in addresses
                .iter()
                .filter(|address| lease.addresses.iter().all(|held| held.ip != address.ip))
            {
                let other: Option<u64> = transaction
                    .prepare_cached("SELECT service FROM addresses WHERE address = ?1")?
                    .query_row([address.ip.to_string()], |row| row.get(0))
                    .optional()?;
                if let Some(other) = other {
                    return Err(Error::AddressTaken {
                        address: address.ip,
                        other: ServiceId(other),
                    }
                    .into());
                }
                insert(transaction, service, address, held.len(), now)?;
                held.push(address.clone());
            }
            Ok(held)
        })?;
        lease.addresses = held;
        Ok(())
    }

    /// Gives back the addresses of a service that are not among those to keep.
    pub fn keep_addresses(&self, lease: &mut Lease, keep: &[Address]) -> Result<(), Error> {
        let surplus: Vec<Address> = lease
            .addresses
            .iter()
            .filter(|address| !keep.contains(address))
            .cloned()
            .collect();
        let id = lease.service.id;
        self.write(|transaction| {
            for address in &surplus {
                let parameters = params![id.0, address.ip.to_string()];
                transaction.execute("DELETE FROM addresses WHERE service = ?1 AND address = ?2", parameters)?;
                freed(transaction, address.ip)?;
            }
            Ok(())
        })?;
        lease.addresses.retain(|address| keep.contains(address));
        Ok(())
    }

    /// Returns the addresses of a service to the pool. Only after PVE has confirmed that its guest is gone.
    pub fn free_addresses(&self, lease: &mut Lease) -> Result<(), Error> {
        let id = lease.service.id;
        self.write(|transaction| {
            for address in of_service(transaction, id)? {
                freed(transaction, address.ip)?;
            }
            transaction.execute("DELETE FROM addresses WHERE service = ?1", [id.0])?;
            Ok(())
        })?;
        lease.addresses.clear();
        Ok(())
    }
}

fn lease_one(
    transaction: &Transaction<'_>,
    lease: &Lease,
    wanted: &Reservation<'_>,
    family: Family,
    position: usize,
    now: UnixSeconds,
) -> Result<Address, Abort> {
    let mut tried = 0_u32;
    for by_hint in [true, false] {
        let start = |line: &AddressLine| {
            let hint = if by_hint { reached(transaction, line) } else { None };
            hint.unwrap_or(line.first)
        };
        let package = wanted.package;
        let candidates = wanted
            .pool
            .candidates_from(family, package.bridge.as_ref(), package.vlan, start);
        let mut is_taken = transaction.prepare_cached("SELECT 1 FROM addresses WHERE address = ?1")?;
        let mut passed: Vec<(&AddressLine, IpAddr)> = Vec::new();
        let mut free = None;
        tried = 0;
        for (ip, line) in candidates {
            tried += 1;
            match passed.last_mut() {
                Some((last, reached)) if std::ptr::eq(*last, line) => *reached = ip,
                _ => passed.push((line, ip)),
            }
            if !is_taken.exists([ip.to_string()])? {
                free = Some(Address::of_line(ip, line));
                break;
            }
        }
        for (line, ip) in passed {
            set_reached(transaction, line, ip)?;
        }
        if let Some(address) = free {
            insert(transaction, &lease.service, &address, position, now)?;
            return Ok(address);
        }
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
        server: lease.service.server,
    }
    .into())
}

/// An address as bytes that sort as addresses do.
fn sortable(ip: IpAddr) -> [u8; 17] {
    let (family, bits) = match ip {
        IpAddr::V4(v4) => (4, u128::from(v4.to_bits())),
        IpAddr::V6(v6) => (6, v6.to_bits()),
    };
    let mut bytes = [family; 17];
    bytes[1..].copy_from_slice(&bits.to_be_bytes());
    bytes
}

/// Where the search in a line may begin; none: nobody knows.
fn reached(connection: &Connection, line: &AddressLine) -> Option<IpAddr> {
    let bytes: [u8; 17] = connection
        .prepare_cached("SELECT address FROM reached WHERE line = ?1")
        .and_then(|mut statement| statement.query_row([sortable(line.first)], |row| row.get(0)))
        .ok()?;
    let bits = bytes[1..]
        .iter()
        .fold(0, |bits: u128, byte| bits << 8 | u128::from(*byte));
    match line.first {
        IpAddr::V4(_) => u32::try_from(bits).ok().map(|bits| Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(_) => Some(Ipv6Addr::from_bits(bits).into()),
    }
}

fn set_reached(connection: &Connection, line: &AddressLine, ip: IpAddr) -> rusqlite::Result<()> {
    if ip == line.first {
        return Ok(());
    }
    let sql = "INSERT INTO reached (line, address) VALUES (?1, ?2)
         ON CONFLICT (line) DO UPDATE SET address = excluded.address WHERE address != excluded.address";
    let parameters = params![sortable(line.first), sortable(ip)];
    connection.prepare_cached(sql)?.execute(parameters).map(drop)
}

fn freed(connection: &Connection, ip: IpAddr) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE reached SET address = ?1 WHERE line <= ?1 AND address > ?1")?
        .execute([sortable(ip)])
        .map(drop)
}

/// The lowest number that neither the cluster nor any service of this installation has.
fn free_vmid(transaction: &Transaction<'_>, wanted: &Reservation<'_>) -> Result<Vmid, Abort> {
    let (first, last) = wanted.vmids;
    // in order, so one walk along the index finds the first gap
    let mut ours = transaction.prepare_cached("SELECT vmid FROM services WHERE vmid >= ?1 ORDER BY vmid")?;
    let mut ours = ours.query([first.get()])?;
    let mut next_ours: Option<u32> = ours.next()?.map(|row| row.get(0)).transpose()?;
    let mut candidate = Some(first);
    while let Some(vmid) = candidate.filter(|vmid| *vmid <= last) {
        while next_ours.is_some_and(|ours| ours < vmid.get()) {
            next_ours = ours.next()?.map(|row| row.get(0)).transpose()?;
        }
        if next_ours != Some(vmid.get()) && !wanted.taken.contains(&vmid) {
            return Ok(vmid);
        }
        candidate = vmid.next();
    }
    Err(Error::NoVmid {
        first: first.get(),
        last: last.get(),
    }
    .into())
}

fn insert(
    transaction: &Transaction<'_>,
    service: &Service,
    address: &Address,
    position: usize,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let body = serde_json::to_string(address).unwrap_or_default();
    transaction
        .prepare_cached(
            "INSERT INTO addresses (address, service, server, position, body, leased_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![address.ip.to_string(), service.id.0, service.server.0, position, body, now])?;
    Ok(())
}
