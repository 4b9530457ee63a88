//! What a server rarely changes, as it was seen last.

use super::sql::values;
use super::{Error, Store};
use crate::pve::ClusterFacts;
use crate::words::ids::ServerId;

impl Store {
    /// What is known of a server, however old.
    pub fn facts(&self, server: ServerId) -> Result<ClusterFacts, Error> {
        let body = self.read(|sql| {
            let body: Option<String> = sql.value("SELECT body FROM @facts WHERE server = ?", values![server.0])?;
            Ok(body)
        })?;
        Ok(body
            .and_then(|body| serde_json::from_str(&body).ok())
            .unwrap_or_default())
    }

    /// Keeps what was seen of a server.
    pub fn set_facts(&self, server: ServerId, facts: &ClusterFacts) -> Result<(), Error> {
        let body = serde_json::to_string(facts).unwrap_or_default();
        self.write(|sql| {
            let replace = "REPLACE INTO @facts (server, body, seen_at) VALUES (?, ?, ?)";
            sql.execute(replace, values![server.0, &body, facts.seen_at])?;
            Ok(())
        })
    }
}
