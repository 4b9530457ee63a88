//! What workers that died have left: an operation that is `running`, and nobody is at it.

use super::OperationState;
use super::services::Lease;
use super::sql::{Refusal, Sql};
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::problems;

/// What workers are at, and what those that died have left.
pub(super) fn select_running(limit: u32) -> String {
    format!("SELECT DISTINCT service FROM @operations WHERE running = 1 ORDER BY service LIMIT {limit}")
}

impl Lease {
    /// Whether whoever had the lease before has died without a word.
    pub fn was_left(&mut self) -> bool {
        let mut all = self.operations.iter_mut();
        all.any(|(is_own, one)| !is_own && one.state == OperationState::Running)
    }

    /// Whoever had the lease before has died without a word: what was `running` then goes on where the service `is_left`
    /// with something to do, and has failed otherwise.
    pub fn judge_left(&mut self, is_left: bool, now: UnixSeconds) {
        for (is_own, operation) in self.operations.iter_mut() {
            if is_own || operation.state != OperationState::Running {
                continue;
            }
            if operation.has_place && is_left {
                operation.state = OperationState::Queued;
            } else {
                let why = "the process that did it has ended before it could say how it went: look at the VM";
                let why = Some((problems::PROCESS_DIED.code.to_owned(), why.to_owned()));
                operation.end(OperationState::Failed, why, now);
            }
        }
    }
}

/// The services of which an operation is running, or was when its worker died.
pub(super) fn running(sql: &mut dyn Sql) -> Result<Vec<ServiceId>, Refusal> {
    let select = select_running(limits::LIST_ROWS);
    sql.list(&select, &[], |row| Ok(ServiceId(row.get(0)?)))
}
