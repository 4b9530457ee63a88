//! A service's history: when, what, result, how long, by whom. Limited in size.

use super::{Error, Store};
use crate::limits;
use crate::model::{Actor, ServiceId, UnixSeconds};
use rusqlite::{Transaction, params};

/// One line of history.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When it ended.
    pub at: UnixSeconds,
    /// Who asked for it.
    pub actor: Actor,
    /// A step, a verb, a call.
    pub what: String,
    /// `ok`, or a sentence.
    pub result: String,
    /// How long it took.
    pub took_ms: u64,
}

pub(super) fn add(transaction: &Transaction<'_>, service: ServiceId, events: &[Event]) -> rusqlite::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO events (service, at, actor, what, result, took_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for event in events {
        let took_ms = i64::try_from(event.took_ms).unwrap_or(i64::MAX);
        insert.execute(params![
            service.0,
            event.at,
            event.actor.as_str(),
            event.what,
            event.result,
            took_ms
        ])?;
    }
    transaction
        .prepare_cached(
            "DELETE FROM events WHERE service = ?1 AND id <=
             (SELECT id FROM events WHERE service = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![service.0, limits::EVENTS_PER_SERVICE])?;
    Ok(())
}

impl Store {
    /// The history of a service, oldest first.
    pub fn events(&self, service: ServiceId) -> Result<Vec<Event>, Error> {
        let connection = self.lock();
        let read = || {
            let mut statement = connection
                .prepare_cached("SELECT at, actor, what, result, took_ms FROM events WHERE service = ?1 ORDER BY id")?;
            let rows = statement.query_map([service.0], |row| {
                let actor = match row.get_ref(1)?.as_str()? {
                    "admin" => Actor::Admin,
                    "client" => Actor::Client,
                    _ => Actor::Cron,
                };
                let took_ms = u64::try_from(row.get::<_, i64>(4)?).unwrap_or_default();
                Ok(Event {
                    at: row.get(0)?,
                    actor,
                    what: row.get(2)?,
                    result: row.get(3)?,
                    took_ms,
                })
            })?;
            rows.collect::<rusqlite::Result<Vec<Event>>>()
        };
        read().map_err(|source| self.sqlite(source))
    }
}
