//! How long guests took to build: one row for each service and kind, the last time that it was built.

use super::sql::{Refusal, Row, Sql, values};
use super::{Error, Store};
use crate::service::build::Seconds;
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;

/// A build that has come to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// What takes about as long.
    pub kind: String,
    /// When it ended.
    pub at: UnixSeconds,
    /// How long each phase took.
    pub seconds: Seconds,
}

/// Once more in the next write of the same lease, it is the same row.
pub(super) fn add(sql: &mut dyn Sql, service: ServiceId, built: &Built) -> Result<(), Refusal> {
    let seconds = serde_json::to_string(&built.seconds).unwrap_or_default();
    let replace = "REPLACE INTO @builds (kind, service, at, seconds) VALUES (?, ?, ?, ?)";
    sql.execute(replace, values![&built.kind, service.0, built.at, &seconds])?;
    Ok(())
}

/// So many of the newest operations are looked at for changes of package.
const NEWEST_OPERATIONS: u64 = 5000;

impl Store {
    /// How long the last changes of package took for which Proxmox VE had something to do, from the click to the end, in the
    /// middle (seconds). None: too few were made to tell.
    pub fn usual_change_s(&self) -> Result<Option<f64>, Error> {
        let select = format!(
            "SELECT ended_at - created_at FROM @operations
             WHERE id > (SELECT COALESCE(MAX(id), 0) FROM @operations) - ? AND action = 'change_package' AND state = 'done'
                 AND upid IS NOT NULL
             ORDER BY id DESC LIMIT {}",
            limits::USUAL_OF_LAST
        );
        let took = |row: &Row| row.get::<f64>(0);
        let mut took = self.read(|sql| Ok(sql.list(&select, values![NEWEST_OPERATIONS], took)?))?;
        took.sort_by(f64::total_cmp);
        let is_enough = took.len() >= limits::USUAL_OF_LEAST;
        Ok(took.get(took.len() / 2).copied().filter(|_| is_enough))
    }

    /// The builds that have come to their end since then, the newest first.
    pub fn built_since(&self, since: UnixSeconds) -> Result<Vec<(ServiceId, Built)>, Error> {
        let select = format!(
            "SELECT service, kind, at, seconds FROM @builds WHERE at > ? ORDER BY at DESC LIMIT {}",
            limits::LIST_ROWS
        );
        let built = |row: &Row| {
            let seconds: String = row.get(3)?;
            let (kind, at) = (row.get(1)?, row.get(2)?);
            let built = serde_json::from_str(&seconds)
                .ok()
                .map(|seconds| Built { kind, at, seconds });
            Ok((ServiceId(row.get(0)?), built))
        };
        let rows = self.read(|sql| Ok(sql.list(&select, values![since], built)?))?;
        Ok(rows.into_iter().filter_map(|(id, built)| Some((id, built?))).collect())
    }

    /// How long each phase of the last builds of a kind took.
    pub fn builds(&self, kind: &str) -> Result<Vec<Seconds>, Error> {
        let select = format!(
            "SELECT seconds FROM @builds WHERE kind = ? ORDER BY at DESC LIMIT {}",
            limits::USUAL_OF_LAST
        );
        let text = |row: &Row| row.get::<String>(0);
        let texts = self.read(|sql| Ok(sql.list(&select, values![kind], text)?))?;
        // what cannot be read was not written by us, and is no reason to show no page
        Ok(texts
            .iter()
            .filter_map(|text| serde_json::from_str(text).ok())
            .collect())
    }
}
