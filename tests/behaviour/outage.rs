//! Endpoints that do not answer, or late, in virtual time: as the real client sees them over sockets.

use crate::support::{VirtualClock, guard};
use proxmoxkvm::pve::{Exchange, Silence};
use proxmoxkvm::words::limits;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// How an endpoint does not answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Nobody listens.
    Refused,
    /// The first packet is dropped, or TLS is accepted and never spoken.
    NoConnection,
    /// The request is taken, and no answer comes, or drop by drop without an end.
    Silent,
    /// Every answer comes, just before the time limit.
    Slow,
}

pub const KINDS: [Kind; 4] = [Kind::Refused, Kind::NoConnection, Kind::Silent, Kind::Slow];

/// The outages of a world: by server entry's host name, from which request on.
#[derive(Default)]
pub struct Outages {
    of: Mutex<BTreeMap<String, (Kind, u64)>>,
    /// Requests that met one.
    met: Mutex<u64>,
}

impl Outages {
    /// The endpoints whose address begins so fail, after so many more requests to them.
    pub fn begin(&self, endpoint: &str, kind: Kind, after: u64) {
        guard(&self.of).insert(endpoint.to_owned(), (kind, after));
    }

    pub fn end(&self) {
        guard(&self.of).clear();
    }

    /// How many requests met an outage since the last call.
    pub fn met(&self) -> u64 {
        std::mem::take(&mut *guard(&self.met))
    }

    /// The end of an exchange that meets one. `Ok`: it is answered, perhaps late.
    pub fn meet(&self, endpoint: &str, exchange: &Exchange, clock: &VirtualClock) -> Result<(), Silence> {
        let kind = {
            let mut of = guard(&self.of);
            let Some((_, (kind, after))) = of.iter_mut().find(|(begin, _)| endpoint.starts_with(begin.as_str())) else {
                return Ok(());
            };
            if *after > 0 {
                *after -= 1;
                return Ok(());
            }
            *kind
        };
        *guard(&self.met) += 1;
        let limit = exchange.timeout.as_secs_f64();
        let connect = limits::CONNECT_TIMEOUT.as_secs_f64();
        let begun = clock.read_last();
        match kind {
            Kind::Refused => return Err(Silence::NeverSent(format!("{endpoint}: connection refused"))),
            Kind::NoConnection if connect < limit => {
                clock.sleep_until(begun + connect);
                return Err(Silence::NeverSent(format!("{endpoint}: no connection within 5 s")));
            }
            Kind::NoConnection | Kind::Silent => {
                clock.sleep_until(begun + limit);
                return Err(Silence::Late);
            }
            Kind::Slow => clock.sleep_until(begun + 0.95 * limit),
        }
        Ok(())
    }
}
