//! What guests have used: counters as last seen, and traffic by month.

use super::services::{COLUMNS, marks, numbers, service_of};
use super::sql::{Refusal, Row, Sql, values};
use super::{Error, Store};
use crate::guest::traffic::{Sample, passed};
use crate::service::{Body, Service};
use crate::words::ids::{ServerId, ServiceId, UnixSeconds};
use crate::words::limits;
use serde::Serialize;
use std::collections::HashMap;

pub(super) fn select_unsampled(servers: &str) -> String {
    format!(
        "SELECT value FROM ({servers}) AS servers
         WHERE value NOT IN (SELECT server FROM @sampled WHERE at > ? AND at <= ?) ORDER BY value"
    )
}

/// So many samples are one transaction: others wait for their turn meanwhile.
const AT_ONCE: usize = 500;

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
    /// So many of them count, of so many that are sold; none: no limit.
    pub counted: (u64, Option<u64>),
    /// Memory in use, and in all (bytes).
    pub memory: (u64, u64),
    /// Size of its disks (bytes).
    pub disk: u64,
    /// When it was looked at.
    pub at: UnixSeconds,
}

/// Whether a guest ran when it was last looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PowerSeen {
    /// Whether it did.
    pub runs: bool,
    /// When that was.
    pub at: UnixSeconds,
}

impl Store {
    /// Which of several services' guests ran when the usage of their server was last read, of those that were there. Whoever
    /// has changed something since, or a moment before, may have started or stopped it: of those it is not known.
    pub fn powers(&self, ids: &[u64]) -> Result<HashMap<ServiceId, PowerSeen>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let select = format!(
            "SELECT x.service, x.uptime_s, x.at FROM @samples x JOIN @services s ON s.id = x.service
             WHERE x.service IN ({}) AND x.at > s.updated_at + {}",
            marks(ids),
            limits::POWER_LATE
        );
        let power = |row: &Row| {
            let runs = row.get::<u64>(1)? > 0;
            Ok((ServiceId(row.get(0)?), PowerSeen { runs, at: row.get(2)? }))
        };
        let numbers = numbers(ids);
        self.read(|sql| Ok(sql.list(&select, &numbers, power)?.into_iter().collect()))
    }

    /// Adds what has passed since the samples before to a month. The same sample twice adds nothing.
    pub fn add_samples(&self, month: &str, samples: &[Measured]) -> Result<(), Error> {
        for some in samples.chunks(AT_ONCE) {
            self.write_in_turn(|sql| {
                for measured in some {
                    let before = before(sql, measured.service)?;
                    if let Some(bytes) = passed(before.as_ref(), &measured.sample, measured.since) {
                        add_traffic(sql, month, measured.service, bytes)?;
                        set_sample(sql, measured, before.is_some())?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Forgets the traffic of months before this one.
    pub fn forget_traffic_before(&self, month: &str) -> Result<(), Error> {
        self.write(|sql| {
            sql.execute("DELETE FROM @traffic WHERE month < ?", values![month])?;
            Ok(())
        })
    }

    /// What the services of a server have used, those whose guest was seen at least once, and that have not ended: their domains may
    /// be others' by now.
    pub fn used(&self, server: ServerId, month: &str) -> Result<Vec<Used>, Error> {
        let select = "SELECT s.id, s.domain, coalesce(t.bytes_in, 0), coalesce(t.bytes_out, 0),
                    x.memory, x.memory_max, x.disk, x.at, s.body
             FROM @services s JOIN @samples x ON x.service = s.id
             LEFT JOIN @traffic t ON t.service = s.id AND t.month = ?
             WHERE s.server = ? AND s.status <> 'removed' AND (s.trouble IS NULL OR s.trouble <> 'other_order') ORDER BY s.id";
        self.read(|sql| Ok(sql.list(select, values![month, server.0], used_of)?))
    }

    /// What a service has received and sent (bytes), by month, the newest first; a month without traffic is none.
    pub fn traffic(&self, service: ServiceId, months: u32) -> Result<Vec<(String, u64, u64)>, Error> {
        let select = format!(
            "SELECT month, bytes_in, bytes_out FROM @traffic WHERE service = ? ORDER BY month DESC LIMIT {months}"
        );
        let month = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        self.read(|sql| Ok(sql.list(&select, values![service.0], month)?))
    }

    /// The services of a server that have a VMID.
    pub fn with_guest(&self, server: ServerId) -> Result<Vec<Service>, Error> {
        let select = format!("SELECT {COLUMNS} FROM @services WHERE guest_server = ? ORDER BY vmid");
        let rows = self.read(|sql| Ok(sql.list(&select, values![server.0], service_of)?))?;
        // one unreadable record must not hide the others
        Ok(rows.into_iter().filter_map(Result::ok).collect())
    }

    /// When the guests of a server were looked at.
    pub fn sampled_at(&self, server: ServerId) -> Result<Option<UnixSeconds>, Error> {
        self.read(|sql| Ok(sql.value("SELECT at FROM @sampled WHERE server = ?", values![server.0])?))
    }

    /// Remembers when that was.
    pub fn set_sampled(&self, server: ServerId, at: UnixSeconds) -> Result<(), Error> {
        self.write(|sql| {
            let replace = "REPLACE INTO @sampled (server, at) VALUES (?, ?)";
            sql.execute(replace, values![server.0, at])?;
            Ok(())
        })
    }
}

/// The servers with guests that nobody has looked at since a time.
pub(super) fn unsampled(sql: &mut dyn Sql, since: UnixSeconds, now: UnixSeconds) -> Result<Vec<ServerId>, Refusal> {
    let select = select_unsampled(&sql.with_guests());
    let values = values![since, now + limits::CLOCK_SECONDS];
    sql.list(&select, values, |row| Ok(ServerId(row.get(0)?)))
}

fn used_of(row: &Row) -> Result<Used, Refusal> {
    let body: String = row.get(8)?;
    let traffic = (row.get(2)?, row.get(3)?);
    // of a service that cannot be read nothing is known to be sold
    let package = serde_json::from_str::<Body>(&body).unwrap_or_default().package;
    let more = package.map(|package| package.more).unwrap_or_default();
    Ok(Used {
        counted: (more.traffic_counts.of(traffic), more.traffic_bytes()),
        service: ServiceId(row.get(0)?),
        domain: row.get(1)?,
        traffic,
        memory: (row.get(4)?, row.get(5)?),
        disk: row.get(6)?,
        at: row.get(7)?,
    })
}

fn before(sql: &mut dyn Sql, service: ServiceId) -> Result<Option<Sample>, Refusal> {
    let select = "SELECT at, uptime_s, bytes_in, bytes_out FROM @samples WHERE service = ?";
    let sample = |row: Row| {
        Ok(Sample {
            at: row.get(0)?,
            late_by: crate::guest::traffic::CLUSTER_LATE_BY,
            uptime: row.get(1)?,
            bytes_in: row.get(2)?,
            bytes_out: row.get(3)?,
        })
    };
    sql.row(select, values![service.0])?.map(sample).transpose()
}

fn add_traffic(
    sql: &mut dyn Sql,
    month: &str,
    service: ServiceId,
    (bytes_in, bytes_out): (u64, u64),
) -> Result<(), Refusal> {
    if bytes_in == 0 && bytes_out == 0 {
        return Ok(());
    }
    let update = "UPDATE @traffic SET bytes_in = bytes_in + ?, bytes_out = bytes_out + ?
         WHERE service = ? AND month = ?";
    if sql.execute(update, values![bytes_in, bytes_out, service.0, month])? == 0 {
        let insert = "INSERT INTO @traffic (bytes_in, bytes_out, service, month) VALUES (?, ?, ?, ?)";
        sql.execute(insert, values![bytes_in, bytes_out, service.0, month])?;
    }
    Ok(())
}

fn set_sample(sql: &mut dyn Sql, measured: &Measured, is_known: bool) -> Result<(), Refusal> {
    let sample = &measured.sample;
    let values = values![
        sample.at,
        sample.uptime,
        sample.bytes_in,
        sample.bytes_out,
        measured.memory.0,
        measured.memory.1,
        measured.disk,
        measured.service.0,
    ];
    let statement = if is_known {
        "UPDATE @samples SET at = ?, uptime_s = ?, bytes_in = ?, bytes_out = ?, memory = ?, memory_max = ?,
         disk = coalesce(?, disk) WHERE service = ?"
    } else {
        "INSERT INTO @samples (at, uptime_s, bytes_in, bytes_out, memory, memory_max, disk, service)
         VALUES (?, ?, ?, ?, ?, ?, coalesce(?, 0), ?)"
    };
    sql.execute(statement, values).map(drop)
}
