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

impl Store {
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
