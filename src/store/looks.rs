//! Which pages ask PVE at this moment, over all processes: one for each page of a service, and a few for each client.
//!
//! Every look holds a worker of the web server for as long as PVE takes. A place is a row, held by conditional updates
//! as leases are, and over by itself when its process died.

use super::lease::Work;
use super::sql::{Abort, Sql, values};
use super::{Error, Store};
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;

/// What is over for so long is deleted (seconds).
const KEPT_SECONDS: f64 = 60.0;

/// Whether a page may ask.
#[derive(Debug)]
pub enum MayLook {
    /// It may, and says [`Store::end_look`] then.
    Now(Look),
    /// Others are at it. What was seen last, if that was a moment ago and nobody has worked on the service since.
    Later(Option<String>),
}

/// The right to look.
#[derive(Debug)]
pub struct Look {
    /// Where: that of its page first.
    places: Vec<String>,
    holder: String,
    /// When it began, as leases are measured.
    at: UnixSeconds,
    /// The service's generation then; none while somebody worked on it.
    generation: Option<i64>,
}

impl Store {
    /// Begins a look at a service for a page (`now`, `hour`, …) of a client; without one only the page counts.
    pub fn begin_look(
        &self,
        service: ServiceId,
        page: &str,
        client: Option<u64>,
        now: UnixSeconds,
    ) -> Result<MayLook, Error> {
        let (page, holder) = (format!("service {service} {page}"), self.owner.worker());
        let began = self.write_soon(|sql| {
            forget(sql, now)?;
            if !hold(sql, &page, &holder, now)? {
                return Err(Error::Busy(Work::Service(service)).into());
            }
            let mut held = vec![page.clone()];
            if let Some(client) = client {
                let places = (0..limits::LOOKS_PER_CLIENT).map(|place| format!("client {client} {place}"));
                // where none is free, the page is given back too
                held.push(first_free(sql, places, &holder, now)?.ok_or(Error::Busy(Work::Service(service)))?);
            }
            let (at, generation) = beginning(sql, service, now)?;
            Ok(Look {
                places: held,
                holder: holder.clone(),
                at,
                generation,
            })
        });
        match began {
            Ok(look) => Ok(MayLook::Now(look)),
            Err(Error::Busy(_)) => Ok(MayLook::Later(self.read(|sql| seen(sql, service, &page, now))?)),
            Err(error) => Err(error),
        }
    }

    /// The look is over, and has shown this. What was seen while somebody worked on the service is kept for nobody.
    pub fn end_look(&self, look: &Look, seen: Option<&str>, now: UnixSeconds) -> Result<(), Error> {
        let seen = seen.filter(|_| look.generation.is_some());
        self.write_soon(|sql| {
            let holder = look.holder.as_str();
            // well in the past: the moment is not the same to the last millisecond for everybody
            let moment = sql.moment(now - limits::LOOK_SECONDS);
            let end = format!(
                "UPDATE @looks SET held_until = {}, seen = ?, seen_at = ?, generation = ? WHERE place = ? AND holder = ?",
                moment.sql
            );
            for place in &look.places {
                let values = values![moment.value, seen, look.at, look.generation, place, holder];
                sql.execute(&end, values)?;
            }
            Ok(())
        })
    }
}

fn forget(sql: &mut dyn Sql, now: UnixSeconds) -> Result<(), Abort> {
    let moment = sql.moment(now - KEPT_SECONDS);
    let delete = format!("DELETE FROM @looks WHERE held_until < {}", moment.sql);
    sql.execute(&delete, values![moment.value])?;
    Ok(())
}

/// Takes a place, unless somebody has it. What ends later than can be true was written by a clock that was wrong.
fn hold(sql: &mut dyn Sql, place: &str, holder: &str, now: UnixSeconds) -> Result<bool, Abort> {
    let moment = sql.moment(now);
    let until = moment.value + limits::LOOK_SECONDS;
    let update = format!(
        "UPDATE @looks SET holder = ?, held_until = {0}
         WHERE place = ? AND (holder = ? OR held_until <= {0} OR held_until > {0} + ?)",
        moment.sql
    );
    let longest = limits::LOOK_SECONDS + limits::CLOCK_SECONDS;
    let values = values![holder, until, place, holder, moment.value, moment.value, longest];
    if sql.execute(&update, values)? == 1 {
        return Ok(true);
    }
    let known: Option<i64> = sql.value("SELECT 1 FROM @looks WHERE place = ?", values![place])?;
    if known.is_some() {
        return Ok(false);
    }
    // somebody else may be as fast: the place is his then
    let insert = format!(
        "INSERT INTO @looks (place, holder, held_until) VALUES (?, ?, {})",
        moment.sql
    );
    sql.execute(&insert, values![place, holder, until])?;
    Ok(true)
}

fn first_free(
    sql: &mut dyn Sql,
    places: impl Iterator<Item = String>,
    holder: &str,
    now: UnixSeconds,
) -> Result<Option<String>, Abort> {
    for place in places {
        if hold(sql, &place, holder, now)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// The moment, and the service's generation unless somebody works on it.
fn beginning(sql: &mut dyn Sql, service: ServiceId, now: UnixSeconds) -> Result<(UnixSeconds, Option<i64>), Abort> {
    let moment = sql.moment(now);
    let select = format!(
        "SELECT {0}, CASE WHEN lease_until <= {0} THEN generation END FROM @services WHERE id = ?",
        moment.sql
    );
    let row = sql.row(&select, values![moment.value, moment.value, service.0])?;
    let row = row.ok_or(Error::Unknown(service))?;
    Ok((row.get(0)?, row.get(1)?))
}

fn seen(sql: &mut dyn Sql, service: ServiceId, page: &str, now: UnixSeconds) -> Result<Option<String>, Abort> {
    let moment = sql.moment(now);
    let select = format!(
        "SELECT l.seen FROM @looks l JOIN @services s ON s.id = ? AND s.generation = l.generation
         WHERE l.place = ? AND l.seen_at BETWEEN {0} - ? AND {0} AND s.lease_until <= {0}",
        moment.sql
    );
    let values = values![
        service.0,
        page,
        moment.value,
        limits::SEEN_SECONDS,
        moment.value,
        moment.value,
    ];
    let seen: Option<Option<String>> = sql.value(&select, values)?;
    Ok(seen.flatten())
}
