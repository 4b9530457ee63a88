//! DNS of a service: what there should be, what is there, and the few changes between.
//!
//! [`wanted`] says what a service should have: A, AAAA, and a PTR for every address. [`placed`] finds the zones
//! that this belongs into. A [`Provider`] reads the few sets of records concerned; [`plan`] compares them with
//! what is wanted and with what this module remembers to have written, and [`sync_service`] makes the
//! difference, one set at a time.
//!
//! # Invariants
//! * Only a record that is remembered, and still has the remembered value, is replaced or removed. Everything
//!   else at the same name stays: address sets are merged, a foreign PTR or CNAME is a conflict that is reported.
//! * What is about to be written is handed to the store before it is sent, so a crash leaves no orphan.
//! * A reverse name comes from the bytes of an address, never from its text.
//! * Names are compared in one form only: lower case, punycode, no dot at the end ([`name`]).
//! * One provider's failure ends that provider's turn only, and none takes more than its share of the time.
//! * Requests grow with what is synchronised, never with the zone, where the provider's API allows that.
//! * No secret is part of an error or printed. TLS is verified; plain HTTP goes to loopback unless written.
//!
//! # Map
//! [`records`], [`zones`], [`diff`](mod@diff) pure · [`config`] a zone as it is configured · [`provider`] the
//! trait · `http` one exchange · `tcp` one message · `powerdns`, `rfc2136` (with `update`, its messages), `cloudflare`,
//! `hestiacp` one provider each · [`sync`] one service · `pass` many · `lookup` where a name leads.

mod cloudflare;
pub mod config;
pub mod diff;
mod error;
mod hestiacp;
mod http;
mod lookup;
mod pass;
mod powerdns;
pub mod provider;
mod providers;
pub mod records;
mod rfc2136;
pub mod sync;
mod tcp;
mod update;
pub mod zones;

pub use config::{ConfigError, Target, ZoneConfig};
pub use diff::{Change, Conflict, Plan, plan};
pub use error::{Error, Refusal};
pub use lookup::{addresses_of, system_resolvers, values_of};
pub use pass::Pass;
pub use provider::{Budget, Provider};
pub use providers::{open, open_fields, open_typed};
pub use records::{Key, Kind, NameError, Record, Wanted, name, wanted};
pub use sync::{Failure, Outcome, Remembered, SyncJob, sync_service};
pub use zones::{Zone, ZoneId, placed, reverse_name};

use std::time::Duration;

/// Until a provider has answered one request.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Less time than this is not worth a request.
const SHORTEST_REQUEST: Duration = Duration::from_millis(50);
/// Pages of one list that are read at most.
const MOST_PAGES: u32 = 50;
/// Until a provider is asked again that said it is asked too often, unless it names a time (seconds).
const RATE_LIMIT_SECONDS: f64 = 60.0;
/// The longest time a provider may name for that (seconds).
const RATE_LIMIT_LONGEST: f64 = 3600.0;
