//! What is remembered of each service's DNS records, and the leases under which they are synchronised.
//!
//! A row of its own, so that a slow DNS provider never holds the lease of a service. The row becomes due in the
//! transaction that gives the cause: a synchronisation cannot be forgotten by a crash.

use super::events::{self, Event};
use super::{Error, Store};
use crate::dns::{Remembered, ZoneId};
use crate::limits;
use crate::model::{ServiceId, UnixSeconds};
use crate::service::Trouble;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

// `+ 0`: see `due`
pub(super) const DUE: &str = "SELECT service FROM dns WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2 + 0";
pub(super) const ATTENTION: &str = "SELECT service, body FROM dns WHERE attention = 1 ORDER BY service LIMIT ?1 + 0";

/// What is kept of a service's records.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DnsMemory {
    /// What this module wrote, or was about to write.
    pub remembered: Vec<Remembered>,
    /// Names that were chosen for addresses in place of the service's domain.
    pub reverse: BTreeMap<IpAddr, String>,
    /// Why not everything is as it should be.
    pub troubles: Vec<Trouble>,
    /// Failures in a row, for the back-off.
    pub attempts: u32,
    /// When everything was last found, or made, as it should be.
    pub synced_at: Option<UnixSeconds>,
}

/// The right to synchronise the records of one service. Given back with [`Store::dns_release`].
#[derive(Debug)]
pub struct DnsLease {
    /// The service.
    pub service: ServiceId,
    /// What is remembered; changes become true with [`Store::dns_keep`].
    pub memory: DnsMemory,
    asked: i64,
    worker: String,
    generation: i64,
}

/// Makes the records due if the service has a reason that is not known yet.
pub(super) fn want(
    transaction: &Transaction<'_>,
    id: ServiceId,
    wanted: u64,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    if wanted == 0 {
        return Ok(());
    }
    transaction
        .prepare_cached(
            "INSERT INTO dns (service, wanted, asked, due_at, body) VALUES (?1, ?2, 1, ?3, '{}')
             ON CONFLICT (service) DO UPDATE SET wanted = excluded.wanted, asked = asked + 1, due_at = excluded.due_at
             WHERE excluded.wanted > dns.wanted",
        )?
        .execute(params![id.0, wanted, now])?;
    Ok(())
}

impl Store {
    /// What is remembered of a service's records; nothing for a service that never had any.
    pub fn dns(&self, id: ServiceId) -> Result<DnsMemory, Error> {
        let connection = self.lock();
        let body: Option<String> = connection
            .prepare_cached("SELECT body FROM dns WHERE service = ?1")
            .and_then(|mut statement| statement.query_row([id.0], |row| row.get(0)).optional())
            .map_err(|source| self.sqlite(source))?;
        body.map_or_else(|| Ok(DnsMemory::default()), |body| memory_of(id, &body))
    }

    /// The services whose records should be synchronised, longest waiting first.
    pub fn dns_due(&self, now: UnixSeconds, limit: u32) -> Result<Vec<ServiceId>, Error> {
        self.dns_ids(DUE, params![now, limit])
    }

    /// The services whose records are not as they should be, and that no retry has mended so far.
    pub fn dns_attention(&self, limit: u32) -> Result<Vec<(ServiceId, DnsMemory)>, Error> {
        let connection = self.lock();
        let read = || {
            connection
                .prepare_cached(ATTENTION)?
                .query_map([limit], |row| Ok((ServiceId(row.get(0)?), row.get::<_, String>(1)?)))?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        let rows = read().map_err(|source| self.sqlite(source))?;
        // one unreadable record must not hide the others
        let readable = |(id, body): (ServiceId, String)| Some((id, memory_of(id, &body).ok()?));
        Ok(rows.into_iter().filter_map(readable).collect())
    }

    /// Makes the records of every service due: after a zone was added, or changed. Says how many.
    pub fn dns_want_all(&self, now: UnixSeconds) -> Result<usize, Error> {
        self.write(|transaction| {
            Ok(transaction.execute(
                "INSERT INTO dns (service, wanted, asked, due_at, body)
                 SELECT id, 0, 1, ?1, '{}' FROM services WHERE status IN ('ready', 'change_package', 'set_dns_records')
                 ON CONFLICT (service) DO UPDATE SET asked = asked + 1, due_at = excluded.due_at",
                [now],
            )?)
        })
    }

    /// The services of which records in a zone are remembered.
    pub fn dns_of_zone(&self, zone: ZoneId) -> Result<Vec<ServiceId>, Error> {
        self.dns_ids(
            "SELECT service FROM dns WHERE EXISTS
             (SELECT 1 FROM json_each(body, '$.remembered') WHERE json_extract(value, '$.zone') = ?1)",
            params![i64::try_from(zone.0).unwrap_or(-1)],
        )
    }

    /// Takes the right to synchronise a service's records. [`Error::Busy`] while another worker holds it and lives.
    pub fn dns_lease(&self, id: ServiceId, now: UnixSeconds) -> Result<DnsLease, Error> {
        let worker = self.owner.worker();
        let row = self.write(|transaction| {
            transaction.execute(
                "INSERT OR IGNORE INTO dns (service, wanted, asked, body) VALUES (?1, 0, 0, '{}')",
                [id.0],
            )?;
            let (holder, until): (Option<String>, f64) = transaction
                .prepare_cached("SELECT lease_owner, lease_until FROM dns WHERE service = ?1")?
                .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if holder.is_some_and(|holder| until > now && !self.owner.knows_dead(&holder)) {
                return Err(Error::Busy(id).into());
            }
            let row: (i64, i64, String) = transaction
                .prepare_cached(
                    "UPDATE dns SET lease_owner = ?2, lease_until = ?3, generation = generation + 1
                     WHERE service = ?1 RETURNING asked, generation, body",
                )?
                .query_row(params![id.0, worker, now + limits::LEASE_SECONDS], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?;
            Ok(row)
        })?;
        let (asked, generation, body) = row;
        Ok(DnsLease {
            service: id,
            memory: memory_of(id, &body)?,
            asked,
            worker,
            generation,
        })
    }

    /// Writes down what is remembered, and renews the lease.
    pub fn dns_keep(&self, lease: &DnsLease, now: UnixSeconds) -> Result<(), Error> {
        let body = to_json(&lease.memory);
        self.dns_update(
            lease,
            "UPDATE dns SET body = ?4, lease_until = ?5 WHERE service = ?1 AND lease_owner = ?2 AND generation = ?3",
            params![
                lease.service.0,
                lease.worker,
                lease.generation,
                body,
                now + limits::LEASE_SECONDS
            ],
            &[],
        )
    }

    /// Gives the right back. `due_at`: when to try again; at once if there is a new reason meanwhile.
    pub fn dns_release(
        &self,
        lease: &DnsLease,
        now: UnixSeconds,
        due_at: Option<UnixSeconds>,
        attention: bool,
        events: &[Event],
    ) -> Result<(), Error> {
        let body = to_json(&lease.memory);
        self.dns_update(
            lease,
            "UPDATE dns SET body = ?4, due_at = CASE WHEN asked = ?5 THEN ?6 ELSE ?7 END, attention = ?8,
             lease_owner = NULL, lease_until = 0 WHERE service = ?1 AND lease_owner = ?2 AND generation = ?3",
            params![
                lease.service.0,
                lease.worker,
                lease.generation,
                body,
                lease.asked,
                due_at,
                now,
                attention
            ],
            events,
        )
    }

    fn dns_update(
        &self,
        lease: &DnsLease,
        sql: &str,
        values: &[&dyn rusqlite::ToSql],
        news: &[Event],
    ) -> Result<(), Error> {
        self.write(|transaction| match transaction.prepare_cached(sql)?.execute(values)? {
            1 => Ok(events::add(transaction, lease.service, news)?),
            _ => Err(Error::LeaseLost(lease.service).into()),
        })
    }

    fn dns_ids(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<ServiceId>, Error> {
        let connection = self.lock();
        let read = || {
            connection
                .prepare_cached(sql)?
                .query_map(values, |row| row.get(0).map(ServiceId))?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|source| self.sqlite(source))
    }
}

fn memory_of(service: ServiceId, body: &str) -> Result<DnsMemory, Error> {
    serde_json::from_str(body).map_err(|error| Error::Corrupt {
        service,
        why: error.to_string(),
    })
}

fn to_json(memory: &DnsMemory) -> String {
    serde_json::to_string(memory).unwrap_or_default()
}
