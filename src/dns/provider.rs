//! The trait that all providers have in common, and the time they are given.

use super::diff::Change;
use super::error::Error;
use super::records::{Key, Record};
use super::zones::Zone;
use super::{REQUEST_TIMEOUT, SHORTEST_REQUEST};
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a provider may take altogether.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    /// The clock.
    pub clock: &'a dyn Clock,
    /// When the time is up.
    pub until: UnixSeconds,
}

impl Budget<'_> {
    /// The time that the next request has.
    pub fn request(&self) -> Result<Duration, Error> {
        let left = (self.until - self.clock.now()).clamp(0.0, REQUEST_TIMEOUT.as_secs_f64());
        let left = Duration::from_secs_f64(left);
        if left < SHORTEST_REQUEST {
            return Err(Error::OutOfTime);
        }
        Ok(left)
    }
}

/// A zone at a provider. Everything blocks, within the budget.
pub trait Provider: Send + Sync {
    /// The zone.
    fn zone(&self) -> &Zone;

    /// The records of these sets, and any CNAME at their names. Records of other names may be among them.
    fn read(&self, keys: &[Key], budget: &Budget<'_>) -> Result<Vec<Record>, Error>;

    /// Changes one set, as long as it still is as the change saw it: otherwise [`Error::Changed`], and none of its
    /// values was written. Repeating it is harmless.
    fn apply(&self, change: &Change, budget: &Budget<'_>) -> Result<(), Error>;

    /// Says exactly what is wrong, if anything is: place, login, zone, right to write. Changes nothing.
    fn test(&self, budget: &Budget<'_>) -> Result<(), Error>;
}

/// Reads what a provider tells name by name.
pub(super) fn read_names(
    keys: &[Key],
    records_of: impl Fn(&str) -> Result<Vec<Record>, Error>,
) -> Result<Vec<Record>, Error> {
    let names: BTreeSet<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    let mut all = Vec::new();
    for name in names {
        all.extend(records_of(name)?);
    }
    Ok(all)
}
