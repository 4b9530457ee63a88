//! Operations: every requested run of an action on a service, who asked for it, and what came of it.
//!
//! Lease and status stay the truth; a row here tells of them. It is written in the transactions that take the lease and
//! give it back, so it costs none of its own, and a crash leaves it as true as the service: what a process that died has
//! left `running` is judged by whoever takes the lease next, and that is the cron at the latest.
//!
//! One place for changes: an index lets one unfinished operation of a service hold it. What is allowed beside it (Suspend
//! while a change is queued) is recorded without the place.

use super::lease::Work;
use super::services::{marks, numbers};
use super::sql::{Abort, Refusal, Row, Sql, values};
use super::{Error, Store};
use crate::words::ids::{Actor, By, ServiceId, UnixSeconds};
use crate::words::limits;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// How an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationState {
    /// The cron does what is left of it.
    Queued,
    /// A worker is at it.
    Running,
    /// Done.
    Done,
    /// Refused, or given up.
    Failed,
    /// Another one took its place.
    Cancelled,
}

impl OperationState {
    const ALL: [OperationState; 5] = [
        OperationState::Queued,
        OperationState::Running,
        OperationState::Done,
        OperationState::Failed,
        OperationState::Cancelled,
    ];

    /// Its word in the store and on pages.
    pub fn as_str(self) -> &'static str {
        match self {
            OperationState::Queued => "queued",
            OperationState::Running => "running",
            OperationState::Done => "done",
            OperationState::Failed => "failed",
            OperationState::Cancelled => "cancelled",
        }
    }

    /// How one stands that has ended, for this reason unless well.
    pub fn after(why: Option<&(String, String)>) -> OperationState {
        why.map_or(OperationState::Done, |_| OperationState::Failed)
    }

    fn of(word: &str) -> OperationState {
        let known = OperationState::ALL.into_iter().find(|state| state.as_str() == word);
        // what cannot be read is nobody's work any more
        known.unwrap_or(OperationState::Failed)
    }
}

/// What is asked for: recorded the moment its worker has the lease.
#[derive(Debug, Clone)]
pub struct Requested {
    /// The verb.
    pub action: &'static str,
    /// What it was asked with, without secrets.
    pub arguments: Value,
    /// Who asks.
    pub by: By,
    /// What a repetition of the same request has too.
    pub nonce: Option<String>,
}

/// One requested run of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Its number in this store.
    pub id: u64,
    /// The verb.
    pub action: String,
    /// What it was asked with, without secrets.
    pub arguments: Value,
    /// Who asked.
    pub by: By,
    /// Tells it from every other one of its service.
    pub nonce: String,
    /// How it stands.
    pub state: OperationState,
    /// Whether it holds the service's one place for changes.
    pub has_place: bool,
    /// The last task that it started.
    pub upid: Option<String>,
    /// How far it has come, in percent.
    pub progress: Option<u32>,
    /// Fine code of what went wrong; empty where nothing has.
    pub code: String,
    /// That in a sentence.
    pub result: String,
    /// When it was asked for.
    pub created_at: UnixSeconds,
    /// When a worker began with it.
    pub started_at: Option<UnixSeconds>,
    /// When it ended.
    pub ended_at: Option<UnixSeconds>,
}

impl Operation {
    /// One whose worker has the lease already.
    fn begun(requested: &Requested, nonce: String, now: UnixSeconds) -> Self {
        Operation {
            id: 0,
            action: requested.action.to_owned(),
            arguments: requested.arguments.clone(),
            by: requested.by,
            nonce,
            state: OperationState::Running,
            has_place: false,
            upid: None,
            progress: None,
            code: String::new(),
            result: String::new(),
            created_at: now,
            started_at: Some(now),
            ended_at: None,
        }
    }

    /// It has ended; `why`, code and sentence, unless well.
    pub fn end(&mut self, state: OperationState, why: Option<(String, String)>, now: UnixSeconds) {
        (self.code, self.result) = why.unwrap_or_default();
        (self.state, self.has_place, self.ended_at) = (state, false, Some(now));
    }
}

/// The unfinished operations of a leased service; changes become true with the lease's next write.
#[derive(Debug, Default)]
pub struct Operations {
    own: Option<u64>,
    unfinished: Vec<Operation>,
    before: Vec<Operation>,
    /// What the module did by itself, and is only told of once it has ended.
    fresh: Option<Operation>,
}

impl Operations {
    /// Every unfinished one, with whether it is that of the worker who has the lease.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (bool, &mut Operation)> {
        let own = self.own;
        self.unfinished
            .iter_mut()
            .map(move |operation| (own == Some(operation.id), operation))
    }

    /// The one that the worker who has the lease was asked for.
    pub fn own(&self) -> Option<&Operation> {
        let own = self.own?;
        self.unfinished.iter().find(|operation| operation.id == own)
    }

    /// What the worker was asked for has ended; `why`, code and sentence, unless well.
    pub fn end_own(&mut self, why: Option<(String, String)>, now: UnixSeconds) {
        let state = OperationState::after(why.as_ref());
        let own = self.iter_mut().find(|(is_own, _)| *is_own);
        if let Some((_, own)) = own {
            own.end(state, why, now);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.unfinished.is_empty()
    }

    /// Notes what was done without being an operation before.
    pub fn note(&mut self, requested: &Requested, since: UnixSeconds, now: UnixSeconds, why: Option<(String, String)>) {
        let nonce = requested.nonce.clone().unwrap_or_else(fresh_nonce);
        let mut fresh = Operation::begun(requested, nonce, since);
        fresh.end(OperationState::after(why.as_ref()), why, now);
        self.fresh = Some(fresh);
    }

    /// Whose lines of history the next ones are.
    fn lines_of(&self) -> Option<u64> {
        let queued = || self.unfinished.iter().find(|operation| operation.has_place);
        self.own.or_else(|| Some(queued()?.id))
    }

    /// Writes down what has changed, and says whose lines the events are.
    pub(super) fn write(&self, sql: &mut dyn Sql, service: ServiceId) -> Result<Option<u64>, Refusal> {
        let changed = || {
            self.unfinished
                .iter()
                .filter(|operation| !self.before.contains(operation))
        };
        // the place is given back before it is taken
        let (free, taken): (Vec<_>, Vec<_>) = changed().partition(|operation| !operation.has_place);
        for operation in free.into_iter().chain(taken) {
            update(sql, service, operation)?;
        }
        let Some(fresh) = &self.fresh else {
            return Ok(self.lines_of());
        };
        let known = of_nonce(sql, service, &fresh.nonce)?;
        // the answer to the commit before got lost
        let id = match known {
            Some(known) => known.id,
            None => insert(sql, service, fresh)?,
        };
        forget_oldest(sql, service, fresh.by.actor)?;
        Ok(Some(id))
    }
}

const COLUMNS: &str = "id, action, arguments, actor, actor_id, ip, nonce, state, place, upid, progress, code, result,
     created_at, started_at, ended_at";

/// So many are unfinished, as a column of the services' rows.
pub(super) const UNFINISHED: &str =
    "(SELECT COUNT(*) FROM @operations AS o WHERE o.service = @services.id AND o.ended_at IS NULL)";

fn operation_of(row: &Row) -> Result<Operation, Refusal> {
    let (arguments, actor, state): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(7)?);
    let ip: Option<String> = row.get(5)?;
    let place: Option<u64> = row.get(8)?;
    Ok(Operation {
        id: row.get(0)?,
        action: row.get(1)?,
        arguments: serde_json::from_str(&arguments).unwrap_or_default(),
        by: By {
            actor: Actor::of(&actor),
            id: row.get(4)?,
            ip: ip.and_then(|ip| ip.parse().ok()),
        },
        nonce: row.get(6)?,
        state: OperationState::of(&state),
        has_place: place.is_some(),
        upid: row.get(9)?,
        progress: row.get(10)?,
        code: row.get(11)?,
        result: row.get(12)?,
        created_at: row.get(13)?,
        started_at: row.get(14)?,
        ended_at: row.get(15)?,
    })
}

fn of_nonce(sql: &mut dyn Sql, service: ServiceId, nonce: &str) -> Result<Option<Operation>, Refusal> {
    let select = format!("SELECT {COLUMNS} FROM @operations WHERE service = ? AND nonce = ?");
    let row = sql.row(&select, values![service.0, nonce])?;
    row.as_ref().map(operation_of).transpose()
}

pub(super) fn unfinished(sql: &mut dyn Sql, service: ServiceId) -> Result<Vec<Operation>, Refusal> {
    let select = format!("SELECT {COLUMNS} FROM @operations WHERE service = ? AND ended_at IS NULL ORDER BY id");
    sql.list(&select, values![service.0], operation_of)
}

pub(super) fn unfinished_of(sql: &mut dyn Sql, ids: &[u64]) -> Result<HashMap<ServiceId, Operation>, Refusal> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let select = format!(
        "SELECT {COLUMNS}, service FROM @operations WHERE service IN ({}) AND ended_at IS NULL
         ORDER BY service, place IS NOT NULL, id DESC",
        marks(ids)
    );
    let of = |row: &Row| Ok((ServiceId(row.get(16)?), operation_of(row)?));
    // of a service the last one stays
    Ok(sql.list(&select, &numbers(ids), of)?.into_iter().collect())
}

fn insert(sql: &mut dyn Sql, service: ServiceId, of: &Operation) -> Result<u64, Refusal> {
    let insert = "INSERT INTO @operations (service, action, arguments, actor, actor_id, ip, nonce, state, place, upid,
         progress, code, result, created_at, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let place = of.has_place.then_some(service.0);
    let values = values![
        service.0,
        &of.action,
        of.arguments.to_string(),
        of.by.actor.as_str(),
        of.by.id,
        of.by.ip.map(|ip| ip.to_string()),
        &of.nonce,
        of.state.as_str(),
        place,
        of.upid.as_deref(),
        of.progress,
        &of.code,
        &of.result,
        of.created_at,
        of.started_at,
        of.ended_at,
    ];
    sql.insert(insert, values)
}

fn update(sql: &mut dyn Sql, service: ServiceId, of: &Operation) -> Result<(), Refusal> {
    let update =
        "UPDATE @operations SET state = ?, place = ?, upid = ?, progress = ?, code = ?, result = ?, ended_at = ?
         WHERE id = ?";
    let place = of.has_place.then_some(service.0);
    let values = values![
        of.state.as_str(),
        place,
        of.upid.as_deref(),
        of.progress,
        &of.code,
        &of.result,
        of.ended_at,
        of.id,
    ];
    sql.execute(update, values)?;
    if of.ended_at.is_some() {
        forget_oldest(sql, service, of.by.actor)?;
    }
    Ok(())
}

/// Everybody's own make room for the new ones.
fn forget_oldest(sql: &mut dyn Sql, service: ServiceId, actor: Actor) -> Result<(), Refusal> {
    let newest_superfluous =
        "SELECT id FROM @operations WHERE service = ? AND actor = ? ORDER BY id DESC LIMIT 1 OFFSET ?";
    let values = values![service.0, actor.as_str(), limits::EVENTS_PER_ACTOR];
    let superfluous: Option<u64> = sql.value(newest_superfluous, values)?;
    if let Some(last) = superfluous {
        let delete = "DELETE FROM @operations WHERE service = ? AND actor = ? AND id <= ? AND ended_at IS NOT NULL";
        sql.execute(delete, values![service.0, actor.as_str(), last])?;
    }
    Ok(())
}

/// Records what the lease of this transaction was taken for, beside what is unfinished already. `again`: an earlier try
/// of the transaction may have recorded it.
pub(super) fn begin(
    sql: &mut dyn Sql,
    service: ServiceId,
    requested: Option<(&Requested, &str)>,
    unfinished: Vec<Operation>,
    now: UnixSeconds,
) -> Result<Operations, Refusal> {
    let mut all = Operations {
        before: unfinished.clone(),
        unfinished,
        ..Operations::default()
    };
    let Some((requested, nonce)) = requested else {
        return Ok(all);
    };
    let known = all.unfinished.iter().find(|known| known.nonce == nonce);
    all.own = Some(match known {
        Some(known) => known.id,
        None => {
            let mut own = Operation::begun(requested, nonce.to_owned(), now);
            own.has_place = !all.unfinished.iter().any(|other| other.has_place);
            own.id = insert(sql, service, &own)?;
            all.before.push(own.clone());
            all.unfinished.push(own.clone());
            own.id
        }
    });
    Ok(all)
}

/// Refuses what another worker has recorded under this nonce.
pub(super) fn must_be_new(sql: &mut dyn Sql, service: ServiceId, nonce: &str) -> Result<(), Abort> {
    match of_nonce(sql, service, nonce)? {
        Some(_) => Err(Error::Busy(Work::Service(service)).into()),
        None => Ok(()),
    }
}

/// What tells an operation from every other one where nobody said.
pub(super) fn fresh_nonce() -> String {
    super::random_id()
}

/// Who reads an activity log, and so what of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// All of it.
    Staff,
    /// The own acts of this client, and what the module did by itself.
    Client(u64),
}

impl Store {
    /// The operation that a request of this nonce was before.
    pub fn operation(&self, service: ServiceId, nonce: &str) -> Result<Option<Operation>, Error> {
        self.read(|sql| Ok(of_nonce(sql, service, nonce)?))
    }

    /// What a worker is at with a service, and since when.
    pub(super) fn at_work(&self, service: ServiceId) -> Result<Option<Operation>, Error> {
        let all = self.read(|sql| Ok(unfinished(sql, service)?))?;
        Ok(all.into_iter().find(|one| one.state == OperationState::Running))
    }

    /// The operations of a service as somebody may see them, newest first, and those before one of them.
    pub fn operations(
        &self,
        service: ServiceId,
        reader: Reader,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Operation>, Error> {
        let (whose, client) = match reader {
            Reader::Staff => ("", 0),
            Reader::Client(id) => ("AND actor <> 'admin' AND (actor <> 'client' OR actor_id = ?)", id),
        };
        let select = format!(
            "SELECT {COLUMNS} FROM @operations WHERE service = ? AND id < ? {whose} ORDER BY id DESC LIMIT {limit}"
        );
        let before = before.unwrap_or(i64::MAX as u64);
        let all = values![service.0, before, client];
        let values = match reader {
            Reader::Staff => &all[..2],
            Reader::Client(_) => &all[..],
        };
        self.read(|sql| Ok(sql.list(&select, values, operation_of)?))
    }
}
