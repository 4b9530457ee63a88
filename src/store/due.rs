//! What is to be done next. Every statement reads an index: a test asks SQLite.

use super::sql::{Refusal, Sql, values};
use super::{DnsMemory, Error, Store, WriteBack, dns, services, traffic};
use crate::limits;
use crate::model::{ServerId, ServiceId, UnixSeconds};
use crate::service::Service;

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
    /// What people should know.
    pub news: News,
}

/// What WHMCS, its customers and its admins should know.
#[derive(Debug)]
pub struct News {
    /// What WHMCS has not confirmed yet.
    pub write_backs: Vec<WriteBack>,
    /// The services whose customer should be told something now, and has not been: the guest is ready, and may be used.
    pub mails: Vec<Service>,
    /// The services that no retry will mend, or none has mended so far.
    pub attention: Vec<Service>,
    /// The same of their DNS records.
    pub dns_attention: Vec<(ServiceId, DnsMemory)>,
}

/// A service that the cron should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which one.
    pub service: ServiceId,
    /// Its server entry.
    pub server: ServerId,
}

// none of a server that has nothing due: the index does not know them
pub(super) const NEXT_SERVER: &str =
    "SELECT due_server FROM @services WHERE due_server > ? ORDER BY due_server LIMIT 1";

pub(super) fn of_server(limit: u32) -> String {
    format!("SELECT id FROM @services WHERE due_server = ? AND begun = ? AND due_at <= ? ORDER BY due_at LIMIT {limit}")
}

impl Store {
    /// What is to be done now: so many services at most, and the servers that nobody has looked at since a time.
    pub fn agenda(&self, now: UnixSeconds, sampled_since: UnixSeconds, limit: u32) -> Result<Agenda, Error> {
        self.read(|sql| {
            Ok(Agenda {
                due: in_turn(&groups(sql, now, limit)?, limit),
                dns: dns::due(sql, now, limit)?,
                unsampled: traffic::unsampled(sql, sampled_since)?,
                news: news(sql)?,
            })
        })
    }

    /// What people should know.
    pub fn news(&self) -> Result<News, Error> {
        self.read(|sql| Ok(news(sql)?))
    }
}

fn news(sql: &mut dyn Sql) -> Result<News, Refusal> {
    let limit = limits::LIST_ROWS;
    Ok(News {
        write_backs: services::write_backs(sql, limit)?,
        mails: services::listed(sql, services::UNTOLD, limit)?,
        attention: services::listed(sql, services::ATTENTION, limit)?,
        dns_attention: dns::attention(sql, limit)?,
    })
}

/// One of each group, the next of each, and so on.
fn in_turn(groups: &[Vec<Due>], limit: u32) -> Vec<Due> {
    let longest = groups.iter().map(Vec::len).max().unwrap_or_default();
    let in_turn = (0..longest).flat_map(|turn| groups.iter().filter_map(move |group| group.get(turn)));
    in_turn.take(limit as usize).copied().collect()
}

/// Per server two lists: begun, and not begun.
fn groups(sql: &mut dyn Sql, now: UnixSeconds, limit: u32) -> Result<Vec<Vec<Due>>, Refusal> {
    let of_server = of_server(limit);
    let mut groups = Vec::new();
    let mut last: i64 = -1;
    while let Some(server) = sql.value(NEXT_SERVER, values![last])? {
        last = server;
        for begun in [true, false] {
            let due = sql.list(&of_server, values![server, begun, now], |row| {
                Ok(Due {
                    service: ServiceId(row.get(0)?),
                    server: ServerId(u64::try_from(server).unwrap_or_default()),
                })
            })?;
            groups.push(due);
        }
    }
    Ok(groups)
}
