//! What the cron should look at next. Every statement reads an index: a test asks SQLite.

use super::{Error, Store};
use crate::model::{ServerId, ServiceId, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, params};

/// A service that the cron should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which one.
    pub service: ServiceId,
    /// Its server entry.
    pub server: ServerId,
}

pub(super) const NEXT_SERVER: &str =
    "SELECT server FROM services WHERE due_at IS NOT NULL AND server > ?1 ORDER BY server LIMIT 1";

// `+ 0`: SQLite looks into a bare parameter of LIMIT to plan, and would parse the statement anew at every use
pub(super) const OF_SERVER: &str = "SELECT id FROM services
     WHERE server = ?1 AND (json_extract(body, '$.cloned') IS NOT 1 AND json_extract(body, '$.slot.key') IS NULL) = ?2
     AND due_at <= ?3 ORDER BY due_at LIMIT ?4 + 0";

impl Store {
    /// The services whose time has come, longest waiting first, a fair share for each server and in it for guests
    /// that are begun and for those that are not: a thousand that wait for a clone slot must hide neither the clones
    /// whose end would free one, nor another server's three.
    pub fn due(&self, now: UnixSeconds, limit: u32) -> Result<Vec<Due>, Error> {
        let connection = self.lock();
        let groups = groups(&connection, now, limit).map_err(|source| self.sqlite(source))?;
        let longest = groups.iter().map(Vec::len).max().unwrap_or_default();
        let in_turn = (0..longest).flat_map(|turn| groups.iter().filter_map(move |group| group.get(turn)));
        Ok(in_turn.take(limit as usize).copied().collect())
    }
}

/// Per server two lists: begun, and not begun.
fn groups(connection: &Connection, now: UnixSeconds, limit: u32) -> rusqlite::Result<Vec<Vec<Due>>> {
    let mut next_server = connection.prepare_cached(NEXT_SERVER)?;
    let mut of_server = connection.prepare_cached(OF_SERVER)?;
    let mut groups = Vec::new();
    let mut last: i64 = -1;
    while let Some(server) = next_server.query_row([last], |row| row.get::<_, i64>(0)).optional()? {
        last = server;
        for not_begun in [false, true] {
            let due = of_server.query_map(params![server, not_begun, now, limit], |row| {
                Ok(Due {
                    service: ServiceId(row.get(0)?),
                    server: ServerId(u64::try_from(server).unwrap_or_default()),
                })
            })?;
            groups.push(due.collect::<rusqlite::Result<Vec<Due>>>()?);
        }
    }
    Ok(groups)
}
