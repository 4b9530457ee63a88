//! Which provider a configured zone has.

use super::config::{ConfigError, Target, ZoneConfig};
use super::diff::Change;
use super::error::Error;
use super::provider::{Budget, Provider};
use super::records::{Key, Record};
use super::zones::Zone;
use super::{cloudflare, hestiacp, powerdns, rfc2136};
use crate::server::Secret;
use serde_json::Value;

/// A provider for a configured zone. Never fails: what cannot work (a CA file that is not there) says so when it
/// is used, so that the zone keeps its place among the others.
pub fn open(config: &ZoneConfig) -> Box<dyn Provider> {
    opened(config).unwrap_or_else(|error| {
        Box::new(Unusable {
            zone: config.zone.clone(),
            error,
        })
    })
}

fn opened(config: &ZoneConfig) -> Result<Box<dyn Provider>, Error> {
    Ok(match &config.target {
        Target::PowerDns(settings) => Box::new(powerdns::PowerDns::open(config, settings)?),
        Target::Rfc2136(settings) => Box::new(rfc2136::Rfc2136::open(config, settings)?),
        Target::Cloudflare(settings) => Box::new(cloudflare::Cloudflare::open(config, settings)?),
        Target::HestiaCp(settings) => Box::new(hestiacp::HestiaCp::open(config, settings)?),
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
