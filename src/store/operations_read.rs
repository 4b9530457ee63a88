//! What is read of many operations at once: how often each kind has ended, and what snapshots are called.

use super::operations::OperationState;
use super::services::{marks, numbers};
use super::sql::{Row, values};
use super::{Error, Store};
use crate::words::ids::{ServiceId, UnixSeconds};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// How often one kind of operation has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ran {
    /// What was asked for.
    pub action: String,
    /// How often it was done.
    pub done: u64,
    /// How often it could not be done.
    pub failed: u64,
}

impl Store {
    /// How the snapshots are called that these operations of a service have made, those that are still known.
    pub fn labels(&self, service: ServiceId, operations: &[u64]) -> Result<HashMap<u64, String>, Error> {
        if operations.is_empty() {
            return Ok(HashMap::new());
        }
        let select = format!(
            "SELECT id, arguments FROM @operations WHERE id IN ({}) AND service = ?",
            marks(operations)
        );
        let of = |row: &Row| {
            let arguments: String = row.get(1)?;
            let arguments: Value = serde_json::from_str(&arguments).unwrap_or_default();
            Ok((row.get(0)?, arguments["label"].as_str().unwrap_or_default().to_owned()))
        };
        let mut values = numbers(operations);
        values.extend_from_slice(values![service.0]);
        self.read(|sql| Ok(sql.list(&select, &values, of)?.into_iter().collect()))
    }

    /// How often each kind of operation has ended since then: what ran most first. Of a service that does much the oldest are
    /// not remembered.
    pub fn ran(&self, since: UnixSeconds) -> Result<Vec<Ran>, Error> {
        let select = "SELECT action, COUNT(CASE WHEN state = ? THEN 1 END), COUNT(CASE WHEN state = ? THEN 1 END)
             FROM @operations WHERE ended_at > ? GROUP BY action ORDER BY COUNT(*) DESC, action";
        let (done, failed) = (OperationState::Done, OperationState::Failed);
        let of = |row: &Row| {
            Ok(Ran {
                action: row.get(0)?,
                done: row.get(1)?,
                failed: row.get(2)?,
            })
        };
        self.read(|sql| Ok(sql.list(select, values![done.as_str(), failed.as_str(), since], of)?))
    }
}
