//! Leases: one worker's right to change one row.

use super::sql::{Abort, Sql, values};
use super::{Error, Owner};
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;

/// A table whose rows are leased, and the column that names the service.
pub(super) struct Leased {
    pub(super) table: &'static str,
    pub(super) key: &'static str,
}

/// Takes the lease of a row for a worker, and says its generation: whoever changes the row names it.
///
/// [`Error::Busy`] while another worker holds it and lives.
pub(super) fn take(
    sql: &mut dyn Sql,
    of: &Leased,
    id: ServiceId,
    (owner, worker): (&Owner, &str),
    now: UnixSeconds,
) -> Result<i64, Abort> {
    let Leased { table, key } = of;
    let moment = sql.moment(now);
    let select = format!(
        "SELECT lease_owner, lease_until > {0} AND lease_until <= {0} + ?, generation FROM {table} WHERE {key} = ?",
        moment.sql
    );
    let longest = limits::LEASE_SECONDS + limits::CLOCK_SECONDS;
    let row = sql.row(&select, values![moment.value, moment.value, longest, id.0])?;
    let row = row.ok_or(Error::Unknown(id))?;
    let holder: Option<String> = row.get(0)?;
    let generation: i64 = row.get(2)?;
    // this worker itself: the answer to its commit got lost
    let free = [worker, &owner.nobody()];
    let lives = |holder: String| !free.contains(&holder.as_str()) && !owner.knows_dead(&holder);
    if row.get(1)? && holder.is_some_and(lives) {
        return Err(Error::Busy(id).into());
    }
    let update = format!(
        "UPDATE {table} SET lease_owner = ?, lease_until = {} + ?, generation = generation + 1
         WHERE {key} = ? AND generation = ?",
        moment.sql
    );
    let moment = sql.moment(now);
    let values = values![worker, moment.value, limits::LEASE_SECONDS, id.0, generation];
    match sql.execute(&update, values)? {
        1 => Ok(generation + 1),
        // somebody was faster
        _ => Err(Error::Busy(id).into()),
    }
}
