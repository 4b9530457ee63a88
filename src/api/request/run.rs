//! What a request says of a cron run.

use super::{OrderIn, ServerIn};
use crate::problems::Error;
use crate::server::ServerEntry;
use crate::words::ids::ServerId;
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
    pub samples: Vec<SampleIn>,
    /// Time budget, seconds.
    pub budget_s: Option<f64>,
    /// Workers.
    pub workers: Option<usize>,
}

/// A service that PHP could not prepare: its server entry or product is gone.
#[derive(Debug, Deserialize)]
pub struct Unprepared {
    /// Which one.
    pub id: u64,
    /// Why, in a sentence.
    pub message: String,
}

/// A server entry whose guests' usage is due.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct SampleIn(ServerIn);

impl SampleIn {
    /// Which one it is.
    pub fn server_id(&self) -> ServerId {
        ServerId(self.0.id.0)
    }

    /// Parses and checks it.
    pub fn parse(&self) -> Result<ServerEntry, Error> {
        self.0.parse()
    }
}
