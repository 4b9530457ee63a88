//! What is remembered of each service's DNS records, and the leases under which they are synchronised.
//!
//! A row of its own, so that a slow DNS provider never holds the lease of a service. The row becomes due in the
//! transaction that gives the cause: a synchronisation cannot be forgotten by a crash.

use super::events::{self, Event};
use super::lease::{Right, Then, Work};
use super::operations::Operations;
use super::services::{marks, numbers};
use super::sql::{Refusal, Sql, values};
use super::{Error, Store};
use crate::dns::{Remembered, ZoneId};
use crate::service::Trouble;
use crate::words::ids::{Actor, ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

pub(super) fn select_due(limit: u32) -> String {
    format!("SELECT service FROM @dns WHERE due_at > -1 AND (due_at <= ? OR due_at > ?) ORDER BY due_at LIMIT {limit}")
}

pub(super) fn select_attention(limit: u32) -> String {
    format!("SELECT service, body FROM @dns WHERE attention = 1 ORDER BY service LIMIT {limit}")
}

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
    /// Who has asked for what is not written yet; none: the module itself.
    pub asked_by: Option<Actor>,
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
    /// What was done under it, where somebody has asked for it.
    pub operations: Operations,
    asked: i64,
    right: Right,
}

/// Makes the records due if the service has a reason that is not known yet.
pub(super) fn want(sql: &mut dyn Sql, id: ServiceId, wanted: u64, now: UnixSeconds) -> Result<(), Refusal> {
    if wanted == 0 {
        return Ok(());
    }
    let known: Option<u64> = sql.value("SELECT wanted FROM @dns WHERE service = ?", values![id.0])?;
    match known {
        None => {
            let insert = "INSERT INTO @dns (service, wanted, asked, due_at, body) VALUES (?, ?, 1, ?, '{}')";
            sql.execute(insert, values![id.0, wanted, now])?;
        }
        Some(known) if known < wanted => {
            let update = "UPDATE @dns SET wanted = ?, asked = asked + 1, due_at = ? WHERE service = ?";
            sql.execute(update, values![wanted, now, id.0])?;
        }
        Some(_) => {}
    }
    Ok(())
}

pub(super) fn due(sql: &mut dyn Sql, now: UnixSeconds, limit: u32) -> Result<Vec<ServiceId>, Refusal> {
    sql.list(&select_due(limit), values![now, now + limits::DNS_DUE_SECONDS], |row| {
        Ok(ServiceId(row.get(0)?))
    })
}

/// The services whose records are not as they should be, and that no retry has mended so far.
pub(super) fn attention(sql: &mut dyn Sql, limit: u32) -> Result<Vec<(ServiceId, DnsMemory)>, Refusal> {
    let rows = bodies(sql, &select_attention(limit))?;
    // one unreadable record must not hide the others
    let readable = |(id, body): (ServiceId, String)| Some((id, memory_of(id, &body).ok()?));
    Ok(rows.into_iter().filter_map(readable).collect())
}

fn bodies(sql: &mut dyn Sql, select: &str) -> Result<Vec<(ServiceId, String)>, Refusal> {
    sql.list(select, &[], |row| Ok((ServiceId(row.get(0)?), row.get(1)?)))
}

impl Store {
    /// The services whose records need somebody, so many at most.
    pub fn dns_attention(&self, limit: u32) -> Result<Vec<(ServiceId, DnsMemory)>, Error> {
        self.read(|sql| Ok(attention(sql, limit)?))
    }

    /// What is remembered of a service's records; nothing for a service that never had any.
    pub fn dns(&self, id: ServiceId) -> Result<DnsMemory, Error> {
        let body = self.read(|sql| Ok(body(sql, id)?))?;
        body.map_or_else(|| Ok(DnsMemory::default()), |body| memory_of(id, &body))
    }

    /// What is remembered of the records of several services, of those that have some and whose memory can be read.
    pub fn dns_of(&self, ids: &[u64]) -> Result<HashMap<ServiceId, DnsMemory>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let select = format!("SELECT service, body FROM @dns WHERE service IN ({})", marks(ids));
        let numbers = numbers(ids);
        let rows = self.read(|sql| {
            Ok(sql.list(&select, &numbers, |row| {
                let body: String = row.get(1)?;
                Ok((ServiceId(row.get(0)?), body))
            })?)
        })?;
        let readable = |(id, body): (ServiceId, String)| Some((id, memory_of(id, &body).ok()?));
        Ok(rows.into_iter().filter_map(readable).collect())
    }

    /// The services whose records should be synchronised, longest waiting first.
    pub fn dns_due(&self, now: UnixSeconds, limit: u32) -> Result<Vec<ServiceId>, Error> {
        self.read(|sql| Ok(due(sql, now, limit)?))
    }

    /// Makes the records of every service due that is in one of these statuses: after a zone was added, or changed. Says how
    /// many.
    pub fn dns_want_all(&self, statuses: &[Status], now: UnixSeconds) -> Result<usize, Error> {
        let names: Vec<String> = statuses.iter().map(|status| format!("'{status}'")).collect();
        let with_records = format!("SELECT id FROM @services WHERE status IN ({})", names.join(", "));
        let update = format!("UPDATE @dns SET asked = asked + 1, due_at = ? WHERE service IN ({with_records})");
        let insert = format!(
            "INSERT INTO @dns (service, wanted, asked, due_at, body)
             SELECT id, 0, 1, ?, '{{}}' FROM ({with_records}) AS theirs WHERE id NOT IN (SELECT service FROM @dns)"
        );
        self.write(|sql| {
            let known = sql.execute(&update, values![now])?;
            let new = sql.execute(&insert, values![now])?;
            Ok((known + new) as usize)
        })
    }

    /// The services of which records in a zone are remembered. Reads every row: an admin asks it, when a zone goes.
    pub fn dns_of_zone(&self, zone: ZoneId) -> Result<Vec<ServiceId>, Error> {
        let rows = self.read(|sql| Ok(bodies(sql, "SELECT service, body FROM @dns ORDER BY service")?))?;
        let has_some = |(id, body): &(ServiceId, String)| {
            let memory = memory_of(*id, body).unwrap_or_default();
            memory.remembered.iter().any(|remembered| remembered.zone == zone)
        };
        Ok(rows.into_iter().filter(has_some).map(|(id, _)| id).collect())
    }

    /// Takes the right to synchronise a service's records. [`Error::Busy`] while another worker holds it and lives.
    pub fn dns_lease(&self, id: ServiceId, now: UnixSeconds) -> Result<DnsLease, Error> {
        let worker = self.owner.worker();
        let (right, asked, body) = self.write(|sql| {
            if body(sql, id)?.is_none() {
                let insert = "INSERT INTO @dns (service, wanted, asked, body) VALUES (?, 0, 0, '{}')";
                sql.execute(insert, values![id.0])?;
            }
            let right = Right::take(sql, Work::Records(id), (&self.owner, &worker), None, now)?;
            let row = sql.row("SELECT asked, body FROM @dns WHERE service = ?", values![id.0])?;
            let row = row.ok_or(Error::Unknown(id))?;
            let body: String = row.get(1)?;
            Ok((right, row.get(0)?, body))
        })?;
        Ok(DnsLease {
            service: id,
            memory: memory_of(id, &body)?,
            operations: Operations::default(),
            asked,
            right,
        })
    }

    /// Writes down what is remembered, and renews the lease.
    pub fn dns_keep(&self, lease: &DnsLease, now: UnixSeconds) -> Result<(), Error> {
        let body = to_json(&lease.memory);
        self.write(|sql| lease.right.change(sql, now, Then::Keep, "body = ?, ", values![&body]))
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
        let set = "body = ?, due_at = CASE WHEN asked = ? THEN ? ELSE ? END, attention = ?, ";
        self.write(|sql| {
            let values = values![&body, lease.asked, due_at, now, attention];
            lease.right.change(sql, now, Then::GiveBack, set, values)?;
            let lines_of = lease.operations.write(sql, lease.service)?;
            Ok(events::add(sql, lease.service, lines_of, events)?)
        })
    }
}

fn body(sql: &mut dyn Sql, id: ServiceId) -> Result<Option<String>, Refusal> {
    sql.value("SELECT body FROM @dns WHERE service = ?", values![id.0])
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
