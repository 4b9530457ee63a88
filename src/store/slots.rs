//! Clone slots: how many services write a clone to a place right now, over all processes.
//!
//! There is no list of slots that could leak: a slot is a field of its service's row, taken in the transaction that
//! writes the clone's intent down, and the rows are counted.

use super::lease::Then;
use super::services::Lease;
use super::sql::{Refusal, Sql, values};
use super::{Error, Event, Store};
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;

pub(super) const TAKEN: &str =
    "SELECT COUNT(*) FROM @services WHERE slot_key = ? AND slot_since > ? AND slot_since <= ? AND id <> ?";

impl Store {
    /// Whether a place has a clone slot left for a service. The answer is old when it comes:
    /// [`Store::save_with_slot`] decides.
    pub fn has_slot(&self, key: &str, slots: u32, of: ServiceId, now: UnixSeconds) -> Result<bool, Error> {
        self.read(|sql| Ok(taken(sql, key, of, now)? < slots))
    }

    /// [`Store::save`] of a service that has its slot entered, unless its place has `slots` others already. `false`:
    /// nothing was written.
    pub fn save_with_slot(&self, lease: &Lease, slots: u32, now: UnixSeconds, events: &[Event]) -> Result<bool, Error> {
        let service = &lease.service;
        self.write_in_turn(|sql| {
            if let Some(slot) = service.body.guest.slot()
                && taken(sql, &slot.key, service.id, now)? >= slots
            {
                return Ok(false);
            }
            lease.write(sql, now, Then::Keep, events)?;
            Ok(true)
        })
    }
}

fn taken(sql: &mut dyn Sql, key: &str, but: ServiceId, now: UnixSeconds) -> Result<u32, Refusal> {
    let count: Option<u32> = sql.value(
        TAKEN,
        values![key, now - limits::SLOT_SECONDS, now + limits::CLOCK_SECONDS, but.0],
    )?;
    Ok(count.unwrap_or_default())
}
