//! The outbox: what must reach somebody else at least once. A row is written in the transaction of the change that causes
//! it, is taken by one worker at a time, and goes when that one says that it arrived. Who dies in between has taken it for
//! [`limits::OUTBOX_TAKEN_SECONDS`] only; what fails is tried again ever more seldom, and given up at last.
//!
//! Order: of one service and kind a row is not taken before the one that is older. A newer row takes the place of one that
//! nobody has taken: what is told is what is true when it is told, so the older one would say the same.

use super::services::{self, Lease, marks, numbers};
use super::sql::{Refusal, Row, Sql, Value, values};
use super::{Error, Store};
use crate::server::address::Address;
use crate::service::Service;
use crate::service::outbox::{Fits, Kind, Owed};
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;
use once_cell::sync::Lazy;
use std::collections::HashMap;

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number, which no other ever has.
    pub id: u64,
    /// Of which service.
    pub service: ServiceId,
    /// Who hears of what.
    pub kind: Kind,
    /// What the service's own row does not say.
    pub body: serde_json::Value,
    /// How often somebody has taken it.
    pub attempts: u32,
    /// Why it did not arrive the last time; empty while nothing has failed.
    pub error: String,
    /// Whether nobody tries any more.
    pub is_given_up: bool,
    /// When it was caused.
    pub created_at: UnixSeconds,
}

/// One that was taken, with the service as it is now.
#[derive(Debug)]
pub struct Delivery {
    /// What is to be told.
    pub entry: Entry,
    /// Of whom.
    pub service: Service,
    /// Its addresses.
    pub addresses: Vec<Address>,
}

/// Services of which something has failed so often that staff should know.
pub(super) fn select_failing_services() -> String {
    let from = limits::ATTENTION_ATTEMPTS;
    format!(
        "SELECT service AS id FROM @outbox WHERE attempts >= {from} AND state <> '{}'",
        state::HELD
    )
}

/// How a row stands.
mod state {
    /// It is taken when its time has come.
    pub(super) const WAITING: &str = "waiting";
    /// Somebody has taken it; its time is when he is thought to be dead.
    pub(super) const TAKEN: &str = "taken";
    /// It does not fit the life of its service yet: see [`super::Fits::Usable`].
    pub(super) const HELD: &str = "held";
    /// It has failed too often.
    pub(super) const GIVEN_UP: &str = "given_up";
}

const COLUMNS: &str = "id, service, kind, body, attempts, last_error, state, created";

/// A condition: its time has come, or is later than a clock that is right can have written. Of [`due_values`].
static IS_DUE: Lazy<String> = Lazy::new(|| {
    let pauses: Vec<String> = (1..=limits::OUTBOX_TRIES)
        .map(|attempts| format!("WHEN {attempts} THEN {}", limits::outbox_after(attempts)))
        .collect();
    format!(
        "(due <= ? OR due - CASE WHEN state = '{}' THEN {} ELSE CASE attempts WHEN 0 THEN 0 {} ELSE {} END END > ?)",
        state::TAKEN,
        limits::OUTBOX_TAKEN_SECONDS,
        pauses.join(" "),
        limits::OUTBOX_DUE_SECONDS,
    )
});

fn due_values(now: UnixSeconds) -> Vec<Value> {
    values![now, now + limits::CLOCK_SECONDS].to_vec()
}

pub(super) fn select_due(limit: u32) -> String {
    format!(
        "SELECT id FROM @outbox WHERE due > -1 AND {} ORDER BY due LIMIT {limit}",
        *IS_DUE
    )
}

/// Who has taken what is not thought to be left yet.
pub(super) fn select_takers(limit: u32) -> String {
    format!(
        "SELECT taken_by FROM @outbox WHERE due > ? AND due <= ? AND state = '{}' ORDER BY due LIMIT {limit}",
        state::TAKEN
    )
}

pub(super) fn select_failing(limit: u32) -> String {
    let from = limits::ATTENTION_ATTEMPTS;
    format!(
        "SELECT {COLUMNS} FROM @outbox WHERE attempts >= {from} AND state <> '{}' ORDER BY attempts LIMIT {limit}",
        state::HELD
    )
}

/// None: a row of another version, which is nobody's.
fn entry_of(row: &Row) -> Result<Option<Entry>, Refusal> {
    let (kind, body, state): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(6)?);
    let Some(kind) = Kind::of(&kind) else {
        return Ok(None);
    };
    Ok(Some(Entry {
        id: row.get(0)?,
        service: ServiceId(row.get(1)?),
        kind,
        body: serde_json::from_str(&body).unwrap_or_default(),
        attempts: row.get(4)?,
        error: row.get(5)?,
        is_given_up: state == state::GIVEN_UP,
        created_at: row.get(7)?,
    }))
}

fn entries(sql: &mut dyn Sql, select: &str, values: &[Value]) -> Result<Vec<Entry>, Refusal> {
    Ok(sql.list(select, values, entry_of)?.into_iter().flatten().collect())
}

/// What is due at once is so by this (seconds): the moment is not the same to the last millisecond for everybody.
const AT_ONCE: f64 = 1.0;

/// Puts in what a change of a service makes others hear of. May be done twice.
pub(super) fn put(sql: &mut dyn Sql, service: ServiceId, owed: &[Owed], now: UnixSeconds) -> Result<(), Refusal> {
    if owed.is_empty() {
        return Ok(());
    }
    let now = sql.time(now)?;
    for Owed { kind, body } in owed {
        let older = "DELETE FROM @outbox WHERE service = ? AND kind = ? AND state <> ?";
        sql.execute(older, values![service.0, kind.as_str(), state::TAKEN])?;
        let insert = "INSERT INTO @outbox (service, kind, body, created, due, attempts, state, last_error)
             VALUES (?, ?, ?, ?, ?, 0, ?, '')";
        let row = values![
            service.0,
            kind.as_str(),
            body.to_string(),
            now,
            now - AT_ONCE,
            state::WAITING
        ];
        sql.execute(insert, row)?;
    }
    Ok(())
}

/// What does not fit the life of its service any more is dropped, or held back until it does.
pub(super) fn follow(sql: &mut dyn Sql, service: &Service, now: UnixSeconds) -> Result<(), Refusal> {
    let now = sql.time(now)?;
    follow_at(sql, service, now)
}

fn follow_at(sql: &mut dyn Sql, service: &Service, now: UnixSeconds) -> Result<(), Refusal> {
    let id = service.id.0;
    let rows = |of: &[Fits]| format!("service = ? AND {}", of_kinds(|kind| of.contains(&kind.fits())));
    let drop = |of: &[Fits]| format!("DELETE FROM @outbox WHERE {} AND state <> ?", rows(of));
    if service.is_removed() {
        let of_living = [Fits::Living, Fits::Usable, Fits::Unusable];
        sql.execute(&drop(&of_living), values![id, state::TAKEN])?;
    } else if service.is_usable() {
        sql.execute(&drop(&[Fits::Unusable]), values![id, state::TAKEN])?;
        let go_on = format!(
            "UPDATE @outbox SET state = ?, due = ? WHERE {} AND state = ?",
            rows(&[Fits::Usable])
        );
        sql.execute(&go_on, values![state::WAITING, now - AT_ONCE, id, state::HELD])?;
    } else {
        let hold = format!(
            "UPDATE @outbox SET state = ?, due = NULL WHERE {} AND state = ?",
            rows(&[Fits::Usable])
        );
        sql.execute(&hold, values![state::HELD, id, state::WAITING])?;
    }
    Ok(())
}

pub(super) fn due(sql: &mut dyn Sql, now: UnixSeconds, limit: u32) -> Result<Vec<u64>, Refusal> {
    let now = sql.time(now)?;
    sql.list(&select_due(limit), &due_values(now), |row| row.get(0))
}

fn takers(sql: &mut dyn Sql, now: UnixSeconds) -> Result<Vec<String>, Refusal> {
    let now = sql.time(now)?;
    let until = now + limits::OUTBOX_TAKEN_SECONDS;
    sql.list(&select_takers(limits::LIST_ROWS), values![now, until], |row| row.get(0))
}

/// What has failed so often that staff should know.
pub(super) fn failing(sql: &mut dyn Sql, limit: u32) -> Result<Vec<Entry>, Refusal> {
    entries(sql, &select_failing(limit), &[])
}

/// Somebody who takes some of the rows, so that nobody else does while he is at it. It lasts longer than one try of his
/// transaction: where the answer to the commit got lost, he finds what he has taken.
pub(super) struct Taker {
    by: String,
    ids: Vec<u64>,
}

impl Taker {
    pub(super) fn new(by: String) -> Self {
        Taker { by, ids: Vec::new() }
    }

    fn take(
        &mut self,
        sql: &mut dyn Sql,
        condition: &str,
        of: &[Value],
        now: UnixSeconds,
    ) -> Result<Vec<Entry>, Refusal> {
        let is_next = "NOT EXISTS (SELECT 1 FROM @outbox AS older WHERE older.service = o.service
             AND older.kind = o.kind AND older.id < o.id AND older.due IS NOT NULL)";
        let select = format!(
            "SELECT id, attempts FROM @outbox AS o WHERE {condition} AND {is_next} ORDER BY id LIMIT {}",
            limits::LIST_ROWS
        );
        let found: Vec<(u64, u32)> = sql.list(&select, of, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let update = "UPDATE @outbox SET state = ?, attempts = attempts + 1, due = ?, taken_by = ?
             WHERE id = ? AND attempts = ?";
        let until = now + limits::OUTBOX_TAKEN_SECONDS;
        for (id, attempts) in found {
            let row = values![state::TAKEN, until, &self.by, id, attempts];
            // somebody else was faster where it is not there any more as it was seen
            if sql.execute(update, row)? == 1 {
                self.ids.push(id);
            }
        }
        if self.ids.is_empty() {
            return Ok(Vec::new());
        }
        let select = format!(
            "SELECT {COLUMNS} FROM @outbox WHERE id IN ({}) AND state = ? AND taken_by = ? ORDER BY id",
            marks(&self.ids)
        );
        let mut values = numbers(&self.ids);
        values.extend_from_slice(values![state::TAKEN, &self.by]);
        entries(sql, &select, &values)
    }

    /// Takes what the request that has changed a service delivers itself.
    pub(super) fn take_at_once(
        &mut self,
        sql: &mut dyn Sql,
        service: ServiceId,
        now: UnixSeconds,
    ) -> Result<Vec<Entry>, Refusal> {
        let condition = format!(
            "service = ? AND state = ? AND due <= ? AND {}",
            of_kinds(Kind::is_at_once)
        );
        let now = sql.time(now)?;
        self.take(sql, &condition, values![service.0, state::WAITING, now], now)
    }
}

/// A condition for rows of some kinds.
fn of_kinds(of: impl Fn(Kind) -> bool) -> String {
    let kinds = Kind::ALL.iter().copied().filter(|kind| of(*kind));
    let names: Vec<&str> = kinds.map(Kind::as_str).collect();
    format!("kind IN ('{}')", names.join("', '"))
}

/// Whoever takes a row and never says a word may die of it: that ends too.
fn give_up_silent(sql: &mut dyn Sql, now: UnixSeconds) -> Result<(), Refusal> {
    let update = format!(
        "UPDATE @outbox SET state = ?, due = NULL,
         last_error = CASE WHEN last_error = '' THEN ? ELSE last_error END
         WHERE attempts >= ? AND {}",
        *IS_DUE
    );
    let silent = "whoever delivered it ended before it could say how it went";
    let mut values = values![state::GIVEN_UP, silent, limits::OUTBOX_TRIES].to_vec();
    values.extend(due_values(now));
    sql.execute(&update, &values).map(drop)
}

impl Store {
    /// Takes what is to be told now, with the services as they are. What belongs to a service that cannot be read is
    /// taken, and nobody gets it: it ends in being given up.
    pub fn take_due(&self, now: UnixSeconds) -> Result<Vec<Delivery>, Error> {
        let (due, mut dead) = self.read(|sql| Ok((due(sql, now, 1)?, takers(sql, now)?)))?;
        dead.retain(|worker| self.owner.knows_dead(worker));
        if due.is_empty() && dead.is_empty() {
            return Ok(Vec::new());
        }
        let mut taker = Taker::new(self.owner.worker());
        self.write(|sql| {
            let now = sql.time(now)?;
            for worker in &dead {
                // nobody waits for whom this machine knows to be gone
                let left = "UPDATE @outbox SET due = ? WHERE taken_by = ? AND state = ? AND due > ?";
                sql.execute(left, values![now, worker, state::TAKEN, now])?;
            }
            give_up_silent(sql, now)?;
            let taken = taker.take(sql, &IS_DUE, &due_values(now), now)?;
            Ok(with_services(sql, taken, now)?)
        })
    }

    /// Takes what is to be told of one service, whether its time has come or not: somebody has mended the cause. Staff are
    /// told of it until it arrives.
    pub fn take_again(&self, service: ServiceId, now: UnixSeconds) -> Result<Vec<Delivery>, Error> {
        let mut taker = Taker::new(self.owner.worker());
        self.write(|sql| {
            let now = sql.time(now)?;
            let anew =
                "UPDATE @outbox SET attempts = CASE WHEN attempts > ? THEN ? ELSE attempts END, due = ?, state = ?
                 WHERE service = ? AND state IN (?, ?)";
            let (waiting, given_up) = (state::WAITING, state::GIVEN_UP);
            let (most, id) = (limits::ATTENTION_ATTEMPTS, service.0);
            sql.execute(anew, values![most, most, now, waiting, id, waiting, given_up])?;
            let taken = taker.take(sql, "service = ? AND state = ?", values![service.0, waiting], now)?;
            Ok(with_services(sql, taken, now)?)
        })
    }

    /// What was taken has arrived, or has not: why. Says what has failed too often, so that nobody tries any more. Who has
    /// taken so long that somebody else took it over says nothing of that one's try.
    pub fn acknowledge(&self, id: u64, arrived: Result<(), &str>, now: UnixSeconds) -> Result<Option<Entry>, Error> {
        self.write(|sql| {
            let Err(why) = arrived else {
                sql.execute("DELETE FROM @outbox WHERE id = ?", values![id])?;
                return Ok(None);
            };
            let is_ours = self.has_taken(sql, id)?;
            let select = format!("SELECT {COLUMNS} FROM @outbox WHERE id = ? AND state = ?");
            let entry = entries(sql, &select, values![id, state::TAKEN])?.pop();
            let Some(entry) = entry.filter(|_| is_ours) else {
                return Ok(None);
            };
            let attempts = entry.attempts;
            let is_over = attempts >= limits::OUTBOX_TRIES;
            let now = sql.time(now)?;
            let (state, due) = if is_over {
                (state::GIVEN_UP, None)
            } else {
                (state::WAITING, Some(now + limits::outbox_after(attempts)))
            };
            let update = "UPDATE @outbox SET state = ?, due = ?, last_error = ? WHERE id = ? AND attempts = ?";
            sql.execute(update, values![state, due, why, id, attempts])?;
            Ok(is_over.then(|| Entry {
                error: why.to_owned(),
                is_given_up: true,
                ..entry
            }))
        })
    }

    /// What was given up of a service is told to nobody any more, and staff are not told of it either.
    pub fn drop_given_up(&self, service: ServiceId) -> Result<(), Error> {
        let delete = "DELETE FROM @outbox WHERE service = ? AND state = ?";
        self.write(|sql| {
            sql.execute(delete, values![service.0, state::GIVEN_UP])?;
            Ok(())
        })
    }

    /// Whoever has taken it had no time for it.
    pub fn leave(&self, id: u64, now: UnixSeconds) -> Result<(), Error> {
        self.write(|sql| {
            if self.has_taken(sql, id)? {
                let now = sql.time(now)?;
                give_back(sql, id, now)?;
            }
            Ok(())
        })
    }

    fn has_taken(&self, sql: &mut dyn Sql, id: u64) -> Result<bool, Refusal> {
        let taker: Option<String> =
            sql.value("SELECT COALESCE(taken_by, '') FROM @outbox WHERE id = ?", values![id])?;
        Ok(taker.is_some_and(|taker| self.owner.has(&taker)))
    }

    /// What of some services has failed so often that staff should know.
    pub fn failing_of(&self, ids: &[u64]) -> Result<Vec<Entry>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (from, ids_marks) = (limits::ATTENTION_ATTEMPTS, marks(ids));
        let select = format!(
            "SELECT {COLUMNS} FROM @outbox WHERE service IN ({ids_marks}) AND attempts >= {from} AND state <> '{}' ORDER BY id",
            state::HELD
        );
        self.read(|sql| Ok(entries(sql, &select, &numbers(ids))?))
    }
}

/// What was taken, each with its service. What came to fit no more while somebody had it is dropped or held back now.
fn with_services(sql: &mut dyn Sql, taken: Vec<Entry>, now: UnixSeconds) -> Result<Vec<Delivery>, Refusal> {
    let ids: Vec<u64> = taken.iter().map(|entry| entry.service.0).collect();
    let services: HashMap<ServiceId, (Service, Vec<Address>)> = services::several(sql, &ids)?
        .into_iter()
        .flatten()
        .map(|shown| (shown.0.id, shown))
        .collect();
    let mut deliveries = Vec::new();
    for entry in taken {
        let Some((service, addresses)) = services.get(&entry.service).cloned() else {
            continue;
        };
        if entry.kind.fits().is_met_by(&service) {
            deliveries.push(Delivery {
                entry,
                service,
                addresses,
            });
        } else {
            give_back(sql, entry.id, now)?;
            follow_at(sql, &service, now)?;
        }
    }
    Ok(deliveries)
}

/// What was taken and not tried waits for the next one.
fn give_back(sql: &mut dyn Sql, id: u64, now: UnixSeconds) -> Result<(), Refusal> {
    let update = "UPDATE @outbox SET state = ?, due = ?, attempts = attempts - 1 WHERE id = ? AND state = ?";
    sql.execute(update, values![state::WAITING, now - AT_ONCE, id, state::TAKEN])
        .map(drop)
}

impl Lease {
    /// The reply of whoever has this lease hands over what the service's change makes others hear of: with
    /// [`Store::release`] it is in `handed`.
    pub fn hand_over(&mut self) {
        self.hands_over = true;
    }
}
