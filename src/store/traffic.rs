//! What guests have used: counters as last seen, and traffic by month.

use super::{Error, Store};
use crate::model::{ServerId, ServiceId, UnixSeconds};
use crate::service::Service;
use crate::traffic::{Sample, passed};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

pub(super) const NEXT_WITH_GUESTS: &str =
    "SELECT server FROM services WHERE vmid IS NOT NULL AND server > ?1 ORDER BY server LIMIT 1";
pub(super) const SAMPLED: &str = "SELECT 1 FROM sampled WHERE server = ?1 AND at > ?2";

/// What was seen of a guest.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Whose guest.
    pub service: ServiceId,
    /// Since when it is the service's.
    pub since: Option<UnixSeconds>,
    /// Its network counters.
    pub sample: Sample,
    /// Memory in use, and in all (bytes).
    pub memory: (u64, u64),
    /// Size of its disks (bytes); none: as before.
    pub disk: Option<u64>,
}

/// What a service has used.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// Which one.
    pub service: ServiceId,
    /// Its domain.
    pub domain: Option<String>,
    /// Received and sent in the month that was asked for (bytes).
    pub traffic: (u64, u64),
    /// Memory in use, and in all (bytes).
    pub memory: (u64, u64),
    /// Size of its disks (bytes).
    pub disk: u64,
    /// When it was looked at.
    pub at: UnixSeconds,
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

impl Store {
    /// Adds what has passed since the samples before to a month, in one transaction. The same sample twice adds nothing.
    pub fn add_samples(&self, month: &str, samples: &[Measured]) -> Result<(), Error> {
        self.write(|transaction| {
            for measured in samples {
                let before = before(transaction, measured.service)?;
                if let Some(bytes) = passed(before.as_ref(), &measured.sample, measured.since) {
                    add(transaction, month, measured, bytes)?;
                }
            }
            Ok(())
        })
    }

    /// Forgets the traffic of months before this one.
    pub fn forget_traffic_before(&self, month: &str) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM traffic WHERE month < ?1", [month])?;
            Ok(())
        })
    }

    /// What the services of a server have used, those whose guest was seen at least once.
    pub fn used(&self, server: ServerId, month: &str) -> Result<Vec<Used>, Error> {
        let connection = self.lock();
        let read = || {
            connection
                .prepare_cached(
                    "SELECT s.id, json_extract(s.body, '$.domain'), coalesce(t.bytes_in, 0), coalesce(t.bytes_out, 0),
                            x.memory, x.memory_max, x.disk, x.at
                     FROM services s JOIN samples x ON x.service = s.id
                     LEFT JOIN traffic t ON t.service = s.id AND t.month = ?2
                     WHERE s.server = ?1 ORDER BY s.id",
                )?
                .query_map(params![server.0, month], |row| {
                    Ok(Used {
                        service: ServiceId(row.get(0)?),
                        domain: row.get(1)?,
                        traffic: (unsigned(row.get(2)?), unsigned(row.get(3)?)),
                        memory: (unsigned(row.get(4)?), unsigned(row.get(5)?)),
                        disk: unsigned(row.get(6)?),
                        at: row.get(7)?,
                    })
                })?
                .collect::<rusqlite::Result<Vec<Used>>>()
        };
        read().map_err(|source| self.sqlite(source))
    }

    /// The services of a server that have a VMID.
    pub fn with_guest(&self, server: ServerId) -> Result<Vec<Service>, Error> {
        let ids: Vec<u64> = {
            let connection = self.lock();
            let read = || {
                connection
                    .prepare_cached("SELECT id FROM services WHERE server = ?1 AND vmid IS NOT NULL ORDER BY vmid")?
                    .query_map([server.0], |row| row.get(0))?
                    .collect::<rusqlite::Result<Vec<u64>>>()
            };
            read().map_err(|source| self.sqlite(source))?
        };
        // one unreadable record must not hide the others
        Ok(ids
            .into_iter()
            .filter_map(|id| Some(self.service(ServiceId(id)).ok()?.0))
            .collect())
    }

    /// When the guests of a server were looked at.
    pub fn sampled_at(&self, server: ServerId) -> Result<Option<UnixSeconds>, Error> {
        let connection = self.lock();
        connection
            .prepare_cached("SELECT at FROM sampled WHERE server = ?1")
            .and_then(|mut statement| statement.query_row([server.0], |row| row.get(0)).optional())
            .map_err(|source| self.sqlite(source))
    }

    /// Remembers when that was.
    pub fn set_sampled(&self, server: ServerId, at: UnixSeconds) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO sampled (server, at) VALUES (?1, ?2) ON CONFLICT (server) DO UPDATE SET at = excluded.at",
                params![server.0, at],
            )?;
            Ok(())
        })
    }

    /// The servers with guests that nobody has looked at since a time.
    pub fn unsampled(&self, since: UnixSeconds) -> Result<Vec<ServerId>, Error> {
        let connection = self.lock();
        unsampled(&connection, since).map_err(|source| self.sqlite(source))
    }
}

/// From server to server in the index: a `DISTINCT` would read every service.
fn unsampled(connection: &Connection, since: UnixSeconds) -> rusqlite::Result<Vec<ServerId>> {
    let mut next = connection.prepare_cached(NEXT_WITH_GUESTS)?;
    let mut sampled = connection.prepare_cached(SAMPLED)?;
    let mut servers = Vec::new();
    let mut last: i64 = -1;
    while let Some(server) = next.query_row([last], |row| row.get::<_, i64>(0)).optional()? {
        last = server;
        if !sampled.exists(params![server, since])? {
            servers.push(ServerId(unsigned(server)));
        }
    }
    Ok(servers)
}

fn before(transaction: &Transaction<'_>, service: ServiceId) -> rusqlite::Result<Option<Sample>> {
    transaction
        .prepare_cached("SELECT at, uptime_s, bytes_in, bytes_out FROM samples WHERE service = ?1")?
        .query_row([service.0], |row| {
            Ok(Sample {
                at: row.get(0)?,
                late_by: crate::traffic::CLUSTER_LATE_BY,
                uptime: unsigned(row.get(1)?),
                bytes_in: unsigned(row.get(2)?),
                bytes_out: unsigned(row.get(3)?),
            })
        })
        .optional()
}

fn add(
    transaction: &Transaction<'_>,
    month: &str,
    measured: &Measured,
    (bytes_in, bytes_out): (u64, u64),
) -> rusqlite::Result<()> {
    if bytes_in > 0 || bytes_out > 0 {
        transaction
            .prepare_cached(
                "INSERT INTO traffic (service, month, bytes_in, bytes_out) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (service, month) DO UPDATE SET
                 bytes_in = bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out",
            )?
            .execute(params![measured.service.0, month, signed(bytes_in), signed(bytes_out)])?;
    }
    let sample = &measured.sample;
    transaction
        .prepare_cached(
            "INSERT INTO samples (service, at, uptime_s, bytes_in, bytes_out, memory, memory_max, disk)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(?8, 0))
             ON CONFLICT (service) DO UPDATE SET at = ?2, uptime_s = ?3, bytes_in = ?4, bytes_out = ?5, memory = ?6,
             memory_max = ?7, disk = coalesce(?8, disk)",
        )?
        .execute(params![
            measured.service.0,
            sample.at,
            signed(sample.uptime),
            signed(sample.bytes_in),
            signed(sample.bytes_out),
            signed(measured.memory.0),
            signed(measured.memory.1),
            measured.disk.map(signed),
        ])?;
    Ok(())
}
