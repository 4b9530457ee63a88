//! What the cron should look at next. Every statement reads an index: a test asks SQLite.

use super::sql::{Refusal, Sql, values};
use super::{Error, Store};
use crate::model::{ServerId, ServiceId, UnixSeconds};

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
    /// The services whose time has come, longest waiting first, a fair share for each server and in it for guests
    /// that are begun and for those that are not: a thousand that wait for a clone slot must hide neither the clones
    /// whose end would free one, nor another server's three.
    pub fn due(&self, now: UnixSeconds, limit: u32) -> Result<Vec<Due>, Error> {
        let groups = self.read(|sql| Ok(groups(sql, now, limit)?))?;
        let longest = groups.iter().map(Vec::len).max().unwrap_or_default();
        let in_turn = (0..longest).flat_map(|turn| groups.iter().filter_map(move |group| group.get(turn)));
        Ok(in_turn.take(limit as usize).copied().collect())
    }
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
