//! Slots: how many services write a clone to a place, or back up on a node, right now, over all processes.
//!
//! There is no list of slots that could leak: a slot is a field of its service's row, taken in the transaction that
//! writes the intent down, and the rows are counted. That of a backup is its status.

use super::lease::Then;
use super::services::Lease;
use super::sql::{Refusal, Sql, values};
use super::{Error, Event, Store};
use crate::service::Service;
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::status::Status;

pub(super) const TAKEN: &str =
    "SELECT COUNT(*) FROM @services WHERE slot_key = ? AND slot_since > ? AND slot_since <= ? AND id <> ?";

/// One that does not get on, which staff are told of, keeps no other from its turn.
pub(super) fn select_backing_up(by_index: &str) -> String {
    format!(
        "SELECT COUNT(*) FROM @services {by_index} WHERE status = '{}' AND server = ? AND node = ? AND troubled IS NULL
             AND updated_at > ? AND id <> ?",
        Status::Backup.as_str()
    )
}

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
        self.save_if(lease, now, events, |sql| match service.body.guest.slot() {
            Some(slot) => Ok(taken(sql, &slot.key, service.id, now)? < slots),
            None => Ok(true),
        })
    }

    /// Whether so few others back up on the node of a service's guest that it may begin too. The answer is old when it comes:
    /// [`Store::save_with_backup_slot`] decides.
    pub fn has_backup_slot(&self, service: &Service, slots: u32, now: UnixSeconds) -> Result<bool, Error> {
        self.read(|sql| Ok(backing_up(sql, service, now)? < slots))
    }

    /// [`Store::save`] of a service that begins a backup, unless `slots` others on its node do so already. `false`: nothing was
    /// written.
    pub fn save_with_backup_slot(
        &self,
        lease: &Lease,
        slots: u32,
        now: UnixSeconds,
        events: &[Event],
    ) -> Result<bool, Error> {
        self.save_if(lease, now, events, |sql| {
            Ok(backing_up(sql, &lease.service, now)? < slots)
        })
    }

    /// The save of a service that has a place, as it is looked in the same transaction; `false`: nothing was written.
    fn save_if(
        &self,
        lease: &Lease,
        now: UnixSeconds,
        events: &[Event],
        has_place: impl Fn(&mut dyn Sql) -> Result<bool, Refusal>,
    ) -> Result<bool, Error> {
        self.write_in_turn(|sql| {
            let has_place = has_place(sql)?;
            if has_place {
                lease.write(sql, now, Then::Keep, events)?;
            }
            Ok(has_place)
        })
    }
}

fn backing_up(sql: &mut dyn Sql, service: &Service, now: UnixSeconds) -> Result<u32, Refusal> {
    let Some(node) = &service.body.node else {
        return Ok(0);
    };
    let select = select_backing_up(&sql.by_index("services_status"));
    let since = now - limits::BACKUP_SLOT_SECONDS;
    let count: Option<u32> = sql.value(&select, values![service.server.0, node.as_str(), since, service.id.0])?;
    Ok(count.unwrap_or_default())
}

fn taken(sql: &mut dyn Sql, key: &str, but: ServiceId, now: UnixSeconds) -> Result<u32, Refusal> {
    let count: Option<u32> = sql.value(
        TAKEN,
        values![key, now - limits::SLOT_SECONDS, now + limits::CLOCK_SECONDS, but.0],
    )?;
    Ok(count.unwrap_or_default())
}
