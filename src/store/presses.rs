//! When clients have asked for what they may ask for now and then only, over all processes.

use super::sql::{Refusal, Row, Sql, values};
use super::{Error, Store};
use crate::service::pace::Pace;
use crate::words::ids::{ServiceId, UnixSeconds};
use std::collections::BTreeMap;

/// The times at which a client has asked, by the name of what it has asked for.
pub type Presses = BTreeMap<String, Vec<UnixSeconds>>;

impl Store {
    /// When the client of a service has asked for what: by the names of [`Pace`].
    pub fn presses(&self, service: ServiceId) -> Result<Presses, Error> {
        let select = "SELECT what, times FROM @presses WHERE service = ?";
        let row = |row: &Row| {
            let times: String = row.get(1)?;
            Ok((row.get(0)?, serde_json::from_str(&times).unwrap_or_default()))
        };
        self.read(|sql| Ok(sql.list(select, values![service.0], row)?.into_iter().collect()))
    }

    /// Counts what the client of a service asks for, unless that is too soon. `Some`: it was, and in so many seconds it is
    /// not any more. Whoever asks without end takes no lease and writes nothing, so nobody waits for it.
    pub fn press(&self, service: ServiceId, pace: &Pace, now: UnixSeconds) -> Result<Option<f64>, Error> {
        let wait = self.read(|sql| Ok(pace.wait(&known(sql, service, pace)?, now)))?;
        if wait.is_some() {
            return Ok(wait);
        }
        self.write_in_turn(|sql| {
            let there: Option<u64> = sql.value("SELECT id FROM @services WHERE id = ?", values![service.0])?;
            there.ok_or(Error::Unknown(service))?;
            let mut times = pace.recent(&known(sql, service, pace)?, now);
            // somebody was faster
            let wait = pace.wait(&times, now);
            if wait.is_none() {
                times.push(now);
                let text = serde_json::to_string(&times).unwrap_or_default();
                let replace = "REPLACE INTO @presses (service, what, times) VALUES (?, ?, ?)";
                sql.execute(replace, values![service.0, pace.name, &text])?;
            }
            Ok(wait)
        })
    }
}

fn known(sql: &mut dyn Sql, service: ServiceId, pace: &Pace) -> Result<Vec<UnixSeconds>, Refusal> {
    let select = "SELECT times FROM @presses WHERE service = ? AND what = ?";
    let text: Option<String> = sql.value(select, values![service.0, pace.name])?;
    // what cannot be read was not written by us, and holds nobody up
    let times = text.and_then(|text| serde_json::from_str(&text).ok());
    Ok(times.unwrap_or_default())
}
