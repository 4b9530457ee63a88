//! The trait that all providers have in common, and the time they are given.

use super::config::{ConfigError, ZoneConfig};
use super::diff::Change;
use super::error::Error;
use super::records::{Key, Record};
use super::zones::Zone;
use super::{REQUEST_TIMEOUT, SHORTEST_REQUEST};
use crate::server::Secret;
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;
use serde_json::Value;
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

/// A provider for a configured zone. Never fails: what cannot work (a CA file that is not there) says so when it
/// is used, so that the zone keeps its place among the others.
pub fn open(config: &ZoneConfig) -> Box<dyn Provider> {
    config.target.open(config).unwrap_or_else(|error| {
        Box::new(Unusable {
            zone: config.zone.clone(),
            error,
        })
    })
}

/// The same for fields that may be wrong: as long as they name a zone, it keeps its place among the others, and says
/// what is wrong when it is used.
pub fn open_fields(fields: &Value, secret: Secret) -> Result<Box<dyn Provider>, ConfigError> {
    let error = match ZoneConfig::parse(fields, secret) {
        Ok(config) => return Ok(open(&config)),
        Err(error) => error,
    };
    match ZoneConfig::zone(fields) {
        Ok(zone) => Ok(Box::new(Unusable {
            zone,
            error: Error::Config { why: error.to_string() },
        })),
        Err(_) => Err(error),
    }
}

/// A provider for fields with their `secret`, as somebody has just typed them: whatever is wrong is an error.
pub fn open_typed(fields: &Value) -> Result<Box<dyn Provider>, ConfigError> {
    let secret = Secret::from(fields["secret"].as_str().unwrap_or_default());
    ZoneConfig::parse(fields, secret).map(|config| open(&config))
}

/// A zone whose provider could not be set up.
struct Unusable {
    zone: Zone,
    error: Error,
}

impl Provider for Unusable {
    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn read(&self, _: &[Key], _: &Budget<'_>) -> Result<Vec<Record>, Error> {
        Err(self.error.clone())
    }

    fn apply(&self, _: &Change, _: &Budget<'_>) -> Result<(), Error> {
        Err(self.error.clone())
    }

    fn test(&self, _: &Budget<'_>) -> Result<(), Error> {
        Err(self.error.clone())
    }
}
