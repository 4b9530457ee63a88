//! What a request says of a cron run.

use super::{OrderIn, ServerIn, Text, ZonesIn};
use serde::Deserialize;

/// A cron run.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CronIn {
    /// The services that are due, each with all that WHMCS knows of it.
    pub orders: Vec<OrderIn>,
    /// The services that are due and could not be prepared.
    pub failed: Vec<Unprepared>,
    /// The server entries whose guests' usage is due.
    pub(in crate::api) samples: Vec<ServerIn>,
    /// Time budget, seconds.
    pub budget_s: Option<f64>,
    /// Workers.
    pub workers: Option<usize>,
    /// The zones of DNS, whose records are due too.
    #[serde(flatten)]
    pub(in crate::api) zones: ZonesIn,
    /// The key by which user data is sealed, for all of the orders.
    pub(in crate::api) seal_key: Text,
    /// How far WHMCS's clocks are ahead of UTC, seconds: customers schedule by them, and months of traffic begin by them.
    pub utc_offset_s: Option<i32>,
}

/// A service that PHP could not prepare: its server entry or product is gone.
#[derive(Debug, Deserialize)]
pub struct Unprepared {
    /// Which one.
    pub id: u64,
    /// Why, in a sentence.
    pub message: String,
}
