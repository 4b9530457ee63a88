//! A service's history: when, what, result, how long, by whom. Limited in size, for each who asks on its own.

use super::operations::Operations;
use super::sql::{Refusal, Row, Sql, values};
use super::{Error, Store};
use crate::words::ids::{Actor, ServiceId, UnixSeconds};
use crate::words::limits;
use serde::Serialize;
use std::collections::BTreeSet;

/// One line of history.
#[derive(Debug, Clone, PartialEq, Serialize)]
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

/// `operation`: whose lines they are, where they are one's.
pub(super) fn add(
    sql: &mut dyn Sql,
    service: ServiceId,
    operation: Option<u64>,
    events: &[Event],
) -> Result<(), Refusal> {
    if events.is_empty() {
        return Ok(());
    }
    let insert =
        "INSERT INTO @events (service, operation, at, actor, what, result, took_ms) VALUES (?, ?, ?, ?, ?, ?, ?)";
    for event in events {
        let actor = event.actor.as_str();
        let (what, result) = (&event.what, &event.result);
        let values = values![service.0, operation, event.at, actor, what, result, event.took_ms];
        sql.execute(insert, values)?;
    }
    let actors: BTreeSet<&str> = events.iter().map(|event| event.actor.as_str()).collect();
    actors
        .into_iter()
        .try_for_each(|actor| forget_oldest(sql, service, actor))
}

/// Everybody's own lines make room for the new ones.
fn forget_oldest(sql: &mut dyn Sql, service: ServiceId, actor: &str) -> Result<(), Refusal> {
    let newest_superfluous = "SELECT id FROM @events WHERE service = ? AND actor = ? ORDER BY id DESC LIMIT 1 OFFSET ?";
    let superfluous: Option<u64> =
        sql.value(newest_superfluous, values![service.0, actor, limits::EVENTS_PER_ACTOR])?;
    if let Some(last) = superfluous {
        sql.execute(
            "DELETE FROM @events WHERE service = ? AND actor = ? AND id <= ?",
            values![service.0, actor, last],
        )?;
    }
    Ok(())
}

/// A line, and whose it is.
fn event_of(row: &Row) -> Result<(Option<u64>, Event), Refusal> {
    let actor: String = row.get(1)?;
    let event = Event {
        at: row.get(0)?,
        actor: Actor::of(&actor),
        what: row.get(2)?,
        result: row.get(3)?,
        took_ms: row.get(4)?,
    };
    Ok((row.get(5)?, event))
}

impl Store {
    /// Writes down what was done beside every lease; the number under which lines of it may follow.
    pub fn note_done(&self, service: ServiceId, done: &Operations) -> Result<Option<u64>, Error> {
        self.write(|sql| Ok(done.write(sql, service)?))
    }

    /// Adds a line to what was done before.
    pub fn add_line(&self, service: ServiceId, operation: Option<u64>, line: &Event) -> Result<(), Error> {
        let lines = std::slice::from_ref(line);
        self.write(|sql| Ok(add(sql, service, operation, lines)?))
    }

    /// The history of a service, oldest first.
    pub fn events(&self, service: ServiceId) -> Result<Vec<Event>, Error> {
        let lines = self.lines(service)?;
        Ok(lines.into_iter().map(|(_, event)| event).collect())
    }

    /// The same, each with the number of the operation that it is a line of. Those from before there were operations, and
    /// those of DNS records, are nobody's.
    pub fn lines(&self, service: ServiceId) -> Result<Vec<(Option<u64>, Event)>, Error> {
        let select = "SELECT at, actor, what, result, took_ms, operation FROM @events WHERE service = ? ORDER BY id";
        self.read(|sql| Ok(sql.list(select, values![service.0], event_of)?))
    }
}
