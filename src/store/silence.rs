//! Which servers do not answer: what one process finds out, all others should know.

use super::sql::{Refusal, Row, Sql, values};
use super::{Error, Store};
use crate::pve::Silent;
use crate::words::ids::ServerId;

/// Two notes of the same moment; a database may round.
const SAME: f64 = 0.001;

impl Store {
    /// Every server entry of which something is noted.
    pub fn silences(&self) -> Result<Vec<(ServerId, Silent)>, Error> {
        let select = "SELECT server, silent_until, tries FROM @silent ORDER BY server";
        let row = |row: &Row| {
            let silent = Silent {
                until: row.get(1)?,
                tries: row.get(2)?,
            };
            Ok((ServerId(row.get(0)?), silent))
        };
        self.read(|sql| Ok(sql.list(select, &[], row)?))
    }

    /// What is noted of a server entry with these endpoints.
    pub fn silence(&self, server: ServerId, endpoints: &str) -> Result<Option<Silent>, Error> {
        self.read(|sql| Ok(noted(sql, server, endpoints)?))
    }

    /// Replaces what is noted, if it still is `before`. Whether it was.
    pub fn note_silence(
        &self,
        server: ServerId,
        endpoints: &str,
        before: Option<Silent>,
        after: Option<Silent>,
    ) -> Result<bool, Error> {
        self.write(|sql| {
            let found = noted(sql, server, endpoints)?;
            if is_same(found, after) {
                return Ok(true);
            }
            if !is_same(found, before) {
                return Ok(false);
            }
            match after {
                Some(after) => {
                    let replace = "REPLACE INTO @silent (server, endpoints, silent_until, tries) VALUES (?, ?, ?, ?)";
                    sql.execute(replace, values![server.0, endpoints, after.until, after.tries])?;
                }
                None => {
                    sql.execute("DELETE FROM @silent WHERE server = ?", values![server.0])?;
                }
            }
            Ok(true)
        })
    }
}

fn noted(sql: &mut dyn Sql, server: ServerId, endpoints: &str) -> Result<Option<Silent>, Refusal> {
    let select = "SELECT silent_until, tries FROM @silent WHERE server = ? AND endpoints = ?";
    let silent = |row: Row| {
        Ok(Silent {
            until: row.get(0)?,
            tries: row.get(1)?,
        })
    };
    sql.row(select, values![server.0, endpoints])?.map(silent).transpose()
}

fn is_same(one: Option<Silent>, other: Option<Silent>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.tries == other.tries && (one.until - other.until).abs() < SAME,
        (None, None) => true,
        _ => false,
    }
}
