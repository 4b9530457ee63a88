//! Clone slots: how many services write a clone to a place right now, over all processes.
//!
//! There is no list of slots that could leak: a slot is a field of its service's row, taken in the transaction that
//! writes the clone's intent down, and the rows are counted.

use super::services::Lease;
use super::{Error, Event, Store};
use crate::limits;
use crate::model::{ServiceId, UnixSeconds};
use rusqlite::{Connection, params};

pub(super) const TAKEN: &str = "SELECT COUNT(*) FROM services
     WHERE json_extract(body, '$.slot.key') = ?1 AND json_extract(body, '$.slot.since') > ?2 AND id != ?3";

impl Store {
    /// Whether a place has a clone slot left for a service. The answer is old when it comes:
    /// [`Store::save_with_slot`] decides.
    pub fn has_slot(&self, key: &str, slots: u32, of: ServiceId, now: UnixSeconds) -> Result<bool, Error> {
        let connection = self.lock();
        let taken = taken(&connection, key, of, now).map_err(|source| self.sqlite(source))?;
        Ok(taken < slots)
    }

    /// [`Store::save`] of a service that has its slot entered, unless its place has `slots` others already. `false`:
    /// nothing was written.
    pub fn save_with_slot(&self, lease: &Lease, slots: u32, now: UnixSeconds, events: &[Event]) -> Result<bool, Error> {
        let service = &lease.service;
        self.write(|transaction| {
            if let Some(slot) = &service.body.slot
                && taken(transaction, &slot.key, service.id, now)? >= slots
            {
                return Ok(false);
            }
            lease.write(transaction, now, Some(now + limits::LEASE_SECONDS), events)?;
            Ok(true)
        })
    }
}

fn taken(connection: &Connection, key: &str, but: ServiceId, now: UnixSeconds) -> rusqlite::Result<u32> {
    connection
        .prepare_cached(TAKEN)?
        .query_row(params![key, now - limits::SLOT_SECONDS, but.0], |row| row.get(0))
}
