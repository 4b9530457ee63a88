//! What is to be done next. Every statement reads an index: a test asks SQLite.

use super::sql::{Refusal, Sql, values};
use super::{DnsMemory, Entry, Error, Store, dns, left, outbox, services, traffic};
use crate::service::Service;
use crate::words::ids::{ServerId, ServiceId, UnixSeconds};
use crate::words::limits;

/// What is to be done, in one look at the store.
#[derive(Debug)]
pub struct Agenda {
    /// The services whose time has come, longest waiting first, a fair share for each server and in it for guests
    /// that are begun and for those that are not: a thousand that wait for a clone slot must hide neither the clones
    /// whose end would free one, nor another server's three.
    pub due: Vec<Due>,
    /// The services whose DNS records should be synchronised, longest waiting first.
    pub dns: Vec<ServiceId>,
    /// The servers with guests whose traffic was not read for a while.
    pub unsampled: Vec<ServerId>,
    /// The services of which an operation is running, or was when its worker died.
    pub running: Vec<ServiceId>,
    /// How much is to be told to somebody else, up to the limit.
    pub outbox: usize,
    /// What admins should know.
    pub news: News,
}

/// What admins should know.
#[derive(Debug)]
pub struct News {
    /// The services that no retry will mend, or none has mended so far.
    pub attention: Vec<Service>,
    /// The same of their DNS records.
    pub dns_attention: Vec<(ServiceId, DnsMemory)>,
    /// What did not reach somebody, time and again.
    pub undelivered: Vec<Entry>,
}

/// A service that the cron should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which one.
    pub service: ServiceId,
    /// Its server entry.
    pub server: ServerId,
    /// How many leases there were of it.
    pub generation: u64,
}

/// One statement for all servers: of each the services whose guests are begun and those whose are not, longest waiting
/// first. What is due later than anything is put off was written by a clock that was ahead; but what only time asks for may
/// be due in weeks. Each part of the union is one stretch of the index: what is not due yet costs nothing.
pub(super) fn select_due(by_index: &str, limit: u32) -> String {
    let stretch = |timed: u8, than: &str| {
        format!(
            "SELECT id, server, begun, due_at, generation FROM @services {by_index} WHERE timed = {timed} AND due_at {than} ?"
        )
    };
    let stretches = [stretch(0, "<="), stretch(0, ">"), stretch(1, "<="), stretch(1, ">")];
    format!(
        "SELECT id, server, generation FROM (
             SELECT id, server, begun, generation, ROW_NUMBER() OVER (PARTITION BY server, begun ORDER BY due_at, id) AS turn
             FROM ({}) AS stretches
         ) AS due ORDER BY turn, server, begun DESC LIMIT {limit}",
        stretches.join(" UNION ALL ")
    )
}

impl Store {
    /// What is to be done now: so many services at most, and the servers that nobody has looked at since a time.
    pub fn agenda(&self, now: UnixSeconds, sampled_since: UnixSeconds, limit: u32) -> Result<Agenda, Error> {
        self.read(|sql| {
            Ok(Agenda {
                due: due(sql, now, limit)?,
                dns: dns::due(sql, now, limit)?,
                running: left::running(sql)?,
                outbox: outbox::due(sql, now, limit)?.len(),
                unsampled: traffic::unsampled(sql, sampled_since, now)?,
                news: news(sql)?,
            })
        })
    }

    /// What admins should know.
    pub fn news(&self) -> Result<News, Error> {
        self.read(|sql| Ok(news(sql)?))
    }
}

fn news(sql: &mut dyn Sql) -> Result<News, Refusal> {
    let limit = limits::LIST_ROWS;
    Ok(News {
        attention: services::listed(sql, services::ATTENTION, limit)?,
        dns_attention: dns::attention(sql, limit)?,
        undelivered: outbox::failing(sql, limit)?,
    })
}

/// One of each server and kind, the next of each, and so on.
fn due(sql: &mut dyn Sql, now: UnixSeconds, limit: u32) -> Result<Vec<Due>, Refusal> {
    let select = select_due(&sql.by_index("services_due"), limit);
    let (retried, timed) = (now + limits::DUE_SECONDS, now + limits::TIMED_SECONDS);
    sql.list(&select, values![now, retried, now, timed], |row| {
        Ok(Due {
            service: ServiceId(row.get(0)?),
            server: ServerId(row.get(1)?),
            generation: row.get(2)?,
        })
    })
}
