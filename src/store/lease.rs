//! Leases: one worker's right to change one row. Every kind of row that workers share is leased by this, and by this alone.

use super::sql::{Abort, Sql, Value, values};
use super::{Error, Owner};
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;
use std::fmt;

/// What one worker at a time has the right to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A service, with its guest.
    Service(ServiceId),
    /// The DNS records of a service.
    Records(ServiceId),
}

impl Work {
    /// Its row: the table, the column that names it, and its number there. Each table has the columns `lease_owner`,
    /// `lease_until` and `generation`.
    fn row(self) -> (&'static str, &'static str, u64) {
        match self {
            Work::Service(id) => ("@services", "id", id.0),
            Work::Records(id) => ("@dns", "service", id.0),
        }
    }

    /// The service that it is about.
    pub fn service(self) -> ServiceId {
        match self {
            Work::Service(id) | Work::Records(id) => id,
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Work::Service(id) => write!(f, "service {id}"),
            Work::Records(id) => write!(f, "the DNS records of service {id}"),
        }
    }
}

/// What becomes of a lease with a change of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// It is renewed.
    Keep,
    /// It is given back: it has ended, but still has its owner, so that this may be done twice.
    GiveBack,
}

/// A lease that was taken. It ends by itself [`limits::LEASE_SECONDS`] after the last change under it.
#[derive(Debug)]
pub(super) struct Right {
    of: Work,
    worker: String,
    generation: i64,
}

impl Right {
    /// Takes the lease of a row for a worker. [`Error::Busy`] while another worker holds it and lives, and where another one had it
    /// since a generation was `seen`.
    pub(super) fn take(
        sql: &mut dyn Sql,
        of: Work,
        (owner, worker): (&Owner, &str),
        seen: Option<u64>,
        now: UnixSeconds,
    ) -> Result<Right, Abort> {
        let (table, key, id) = of.row();
        let moment = sql.moment(now);
        let select = format!(
            "SELECT lease_owner, lease_until > {0} AND lease_until <= {0} + ?, generation FROM {table} WHERE {key} = ?",
            moment.sql
        );
        let longest = limits::LEASE_SECONDS + limits::CLOCK_SECONDS;
        let row = sql.row(&select, values![moment.value, moment.value, longest, id])?;
        let row = row.ok_or(Error::Unknown(of.service()))?;
        let holder: Option<String> = row.get(0)?;
        let generation: i64 = row.get(2)?;
        // this worker itself: the answer to its commit got lost
        let free = [worker, &owner.nobody()];
        let is_own = holder.as_deref() == Some(worker);
        let lives = |holder: String| !free.contains(&holder.as_str()) && !owner.knows_dead(&holder);
        let is_changed = !is_own && seen.is_some_and(|seen| i64::try_from(seen) != Ok(generation));
        if is_changed || row.get(1)? && holder.is_some_and(lives) {
            return Err(Error::Busy(of).into());
        }
        let update = format!(
            "UPDATE {table} SET lease_owner = ?, lease_until = {} + ?, generation = generation + 1
             WHERE {key} = ? AND generation = ?",
            moment.sql
        );
        let moment = sql.moment(now);
        let values = values![worker, moment.value, limits::LEASE_SECONDS, id, generation];
        match sql.execute(&update, values)? {
            1 => Ok(Right {
                of,
                worker: worker.to_owned(),
                generation: generation + 1,
            }),
            // somebody was faster
            _ => Err(Error::Busy(of).into()),
        }
    }

    /// The generation that it has begun.
    pub(super) fn generation(&self) -> u64 {
        self.generation.max(0).unsigned_abs()
    }

    /// The right of somebody who only looks: whatever is written with it finds that another worker has the row.
    pub(super) fn of_nobody(of: Work) -> Right {
        Right {
            of,
            worker: String::new(),
            generation: -1,
        }
    }

    /// Changes columns of the row (`set`: `status = ?, `, with a comma behind each, or nothing), unless another worker has
    /// taken it over: [`Error::LeaseLost`].
    pub(super) fn change(
        &self,
        sql: &mut dyn Sql,
        now: UnixSeconds,
        then: Then,
        set: &str,
        values: &[Value],
    ) -> Result<(), Abort> {
        let (table, key, id) = self.of.row();
        let moment = sql.moment(now);
        let mut values = values.to_vec();
        let until = match then {
            Then::GiveBack => "0".to_owned(),
            Then::Keep => {
                values.extend_from_slice(values![moment.value, limits::LEASE_SECONDS]);
                format!("{} + ?", moment.sql)
            }
        };
        let update = format!(
            "UPDATE {table} SET {set}lease_until = {until} WHERE {key} = ? AND lease_owner = ? AND generation = ?"
        );
        values.extend_from_slice(values![id, self.worker.as_str(), self.generation]);
        match sql.execute(&update, &values)? {
            1 => Ok(()),
            _ => Err(Error::LeaseLost(self.of).into()),
        }
    }
}
