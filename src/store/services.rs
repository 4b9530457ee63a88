//! The rows of services, and the leases under which they change.

use super::addresses;
use super::dns;
use super::events::{self, Event};
use super::{Abort, Error, Store};
use crate::address::Address;
use crate::limits;
use crate::model::{ServerId, ServiceId, UnixSeconds, Vmid};
use crate::service::{Body, Service};
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// The right of one worker to advance one service, with the service as it was when the lease was taken.
///
/// Given back with [`Store::release`]; it ends by itself [`limits::LEASE_SECONDS`] after the last save.
#[derive(Debug)]
pub struct Lease {
    /// The service; changes become true with [`Store::save`].
    pub service: Service,
    /// Its addresses, in the order they were leased.
    pub addresses: Vec<Address>,
    worker: String,
    generation: i64,
}

/// What WHMCS has not confirmed to have written down.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteBack {
    /// The service as it is.
    pub service: Service,
    /// Its addresses.
    pub addresses: Vec<Address>,
}

impl Lease {
    /// The service and its events, unless another worker has taken the service over. `until`: none gives the lease back.
    pub(super) fn write(
        &self,
        transaction: &Transaction<'_>,
        now: UnixSeconds,
        until: Option<f64>,
        events: &[Event],
    ) -> Result<(), Abort> {
        let service = &self.service;
        let changed = transaction
            .prepare_cached(
                "UPDATE services SET server = ?4, status = ?5, vmid = ?6, due_at = ?7, write_back = ?8, body = ?9,
                 updated_at = ?10, lease_until = ?11, lease_owner = CASE WHEN ?11 > 0 THEN lease_owner END
                 WHERE id = ?1 AND lease_owner = ?2 AND generation = ?3",
            )?
            .execute(params![
                service.id.0,
                self.worker,
                self.generation,
                service.server.0,
                service.status.as_str(),
                service.vmid.map(Vmid::get),
                service.due_at,
                service.write_back,
                to_json(&service.body),
                now,
                until.unwrap_or_default(),
            ])?;
        if changed != 1 {
            return Err(Error::LeaseLost(service.id).into());
        }
        events::add(transaction, service.id, events)?;
        dns::want(transaction, service.id, service.body.dns_wanted, now)?;
        Ok(())
    }
}

pub(super) const COLUMNS: &str = "id, server, status, vmid, due_at, write_back, body";

/// As the index `services_attention` has it.
pub(super) const NEEDS_ATTENTION: &str =
    "json_extract(body, '$.trouble.retry') = 0 OR json_extract(body, '$.attempts') >= 5";

pub(super) fn unwritten() -> String {
    format!("SELECT {COLUMNS} FROM services WHERE write_back > written_back ORDER BY id LIMIT ?1 + 0")
}

pub(super) fn troubled() -> String {
    format!("SELECT {COLUMNS} FROM services WHERE {NEEDS_ATTENTION} ORDER BY id LIMIT ?1 + 0")
}

// nearly every service is ready: an index of that, or none at all, would read them all
pub(super) fn untold() -> String {
    format!(
        "SELECT {COLUMNS} FROM services INDEXED BY services_untold
         WHERE mailed < json_extract(body, '$.mail.number') AND status = 'ready'
         AND json_extract(body, '$.suspended') = 0 ORDER BY id LIMIT ?1 + 0"
    )
}

pub(super) fn service_of(row: &Row<'_>) -> rusqlite::Result<Result<Service, Error>> {
    let id = ServiceId(row.get(0)?);
    let status: String = row.get(2)?;
    let vmid: Option<u32> = row.get(3)?;
    let body: String = row.get(6)?;
    let corrupt = |why: String| Error::Corrupt { service: id, why };
    let read = || {
        Ok(Service {
            id,
            server: ServerId(row.get(1).map_err(|error| corrupt(error.to_string()))?),
            status: status
                .parse()
                .map_err(|error: crate::model::Malformed| corrupt(error.to_string()))?,
            vmid: vmid
                .map(Vmid::try_from)
                .transpose()
                .map_err(|error| corrupt(error.to_string()))?,
            due_at: row.get(4).map_err(|error| corrupt(error.to_string()))?,
            write_back: row.get(5).map_err(|error| corrupt(error.to_string()))?,
            body: serde_json::from_str::<Body>(&body).map_err(|error| corrupt(error.to_string()))?,
        })
    };
    Ok(read())
}

impl Store {
    /// The service and its addresses as they are now, without a lease.
    pub fn service(&self, id: ServiceId) -> Result<(Service, Vec<Address>), Error> {
        let connection = self.lock();
        let sql = format!("SELECT {COLUMNS} FROM services WHERE id = ?1");
        let row = connection
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.query_row([id.0], service_of).optional())
            .map_err(|source| self.sqlite(source))?;
        let service = row.ok_or(Error::Unknown(id))??;
        let addresses = addresses::of_service(&connection, id).map_err(|source| self.sqlite(source))?;
        Ok((service, addresses))
    }

    /// Makes the row of a service that was just ordered; one that is there stays as it is.
    pub fn begin(&self, service: &Service, now: UnixSeconds) -> Result<(), Error> {
        let body = to_json(&service.body);
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR IGNORE INTO services (id, server, status, due_at, body, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
                params![
                    service.id.0,
                    service.server.0,
                    service.status.as_str(),
                    service.due_at,
                    body,
                    now
                ],
            )?;
            Ok(())
        })
    }

    /// Takes the lease of a service. [`Error::Busy`] while another worker holds it and lives.
    pub fn lease(&self, id: ServiceId, now: UnixSeconds) -> Result<Lease, Error> {
        let worker = self.owner.worker();
        let generation: i64 = self.write(|transaction| {
            let held: Option<(Option<String>, f64)> = transaction
                .prepare_cached("SELECT lease_owner, lease_until FROM services WHERE id = ?1")?
                .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let (holder, until) = held.ok_or(Error::Unknown(id))?;
            let alive = holder.is_some_and(|holder| until > now && !self.owner.knows_dead(&holder));
            if alive {
                return Err(Error::Busy(id).into());
            }
            let generation = transaction
                .prepare_cached(
                    "UPDATE services SET lease_owner = ?2, lease_until = ?3, generation = generation + 1
                     WHERE id = ?1 RETURNING generation",
                )?
                .query_row(params![id.0, worker, now + limits::LEASE_SECONDS], |row| row.get(0))?;
            Ok(generation)
        })?;
        let (service, addresses) = self.service(id)?;
        Ok(Lease {
            service,
            addresses,
            worker,
            generation,
        })
    }

    /// Writes the service down and renews the lease, with the events that led there, in one transaction.
    pub fn save(&self, lease: &Lease, now: UnixSeconds, events: &[Event]) -> Result<(), Error> {
        self.save_until(lease, now, Some(now + limits::LEASE_SECONDS), events)
    }

    /// The last save of a lease: gives it back.
    pub fn release(&self, lease: &Lease, now: UnixSeconds, events: &[Event]) -> Result<(), Error> {
        self.save_until(lease, now, None, events)
    }

    fn save_until(&self, lease: &Lease, now: UnixSeconds, until: Option<f64>, events: &[Event]) -> Result<(), Error> {
        self.write(|transaction| lease.write(transaction, now, until, events))
    }

    /// Keeps the lease alive while nothing changes.
    pub fn renew(&self, lease: &Lease, now: UnixSeconds) -> Result<(), Error> {
        self.write(|transaction| {
            let changed = transaction
                .prepare_cached(
                    "UPDATE services SET lease_until = ?4 WHERE id = ?1 AND lease_owner = ?2 AND generation = ?3",
                )?
                .execute(params![
                    lease.service.id.0,
                    lease.worker,
                    lease.generation,
                    now + limits::LEASE_SECONDS
                ])?;
            if changed == 1 {
                Ok(())
            } else {
                Err(Error::LeaseLost(lease.service.id).into())
            }
        })
    }

    /// What WHMCS has not confirmed yet.
    pub fn write_backs(&self, limit: u32) -> Result<Vec<WriteBack>, Error> {
        let connection = self.lock();
        let read = || {
            connection
                .prepare_cached(&unwritten())?
                .query_map([limit], service_of)?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        let services = read().map_err(|source| self.sqlite(source))?;
        let with_addresses = |service: Service| {
            let addresses = addresses::of_service(&connection, service.id).map_err(|source| self.sqlite(source))?;
            Ok(WriteBack { service, addresses })
        };
        // one unreadable record must not hide the others
        services
            .into_iter()
            .filter_map(Result::ok)
            .map(with_addresses)
            .collect()
    }

    /// The services whose customer should be told something now, and has not been: the guest is ready, and may be used.
    pub fn mails(&self, limit: u32) -> Result<Vec<Service>, Error> {
        let connection = self.lock();
        let read = || {
            connection
                .prepare_cached(&untold())?
                .query_map([limit], service_of)?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        let services = read().map_err(|source| self.sqlite(source))?;
        Ok(services.into_iter().filter_map(Result::ok).collect())
    }

    /// WHMCS has sent a mail.
    pub fn mailed(&self, service: ServiceId, number: u64) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE services SET mailed = MAX(mailed, MIN(?2, coalesce(json_extract(body, '$.mail.number'), 0)))
                 WHERE id = ?1",
                params![service.0, number],
            )?;
            Ok(())
        })
    }

    /// The services that no retry will mend, or none has mended so far.
    pub fn need_attention(&self, limit: u32) -> Result<Vec<Service>, Error> {
        let connection = self.lock();
        let read = || {
            connection
                .prepare_cached(&troubled())?
                .query_map([limit], service_of)?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        let services = read().map_err(|source| self.sqlite(source))?;
        Ok(services.into_iter().filter_map(Result::ok).collect())
    }

    /// WHMCS has written a version down.
    pub fn written_back(&self, service: ServiceId, version: u64) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE services SET written_back = MAX(written_back, MIN(?2, write_back)) WHERE id = ?1",
                params![service.0, version],
            )?;
            Ok(())
        })
    }
}

fn to_json(body: &Body) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
