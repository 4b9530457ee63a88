//! HestiaCP, through its API with an access key: <https://hestiacp.com/docs/server-administration/rest-api>.
//!
//! The panel lists a zone as a whole and knows records by number; a value is replaced by adding the new record
//! and deleting the old one. It does not tell how long records may be kept, so that is written, never compared.

use super::config::{HestiaCpSettings, ZoneConfig};
use super::diff::Change;
use super::error::{Error, Refusal};
use super::http::{Answer, Body, Http, Verb};
use super::provider::{Budget, Provider};
use super::records::{Key, Kind, Record, name};
use super::zones::Zone;
use crate::server::Secret;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The header that carries a command's return code.
const EXIT_CODE: &str = "hestia-exit-code";
/// Return codes of the panel's commands.
const INVALID: i64 = 2;
const NOT_THERE: i64 = 3;
const PASSWORD: i64 = 9;
const FORBIDDEN: i64 = 10;
const DISABLED: i64 = 11;
const BUSY: i64 = 14;
const RESTART: i64 = 20;
const API_DISABLED: i64 = 21;
/// The number of no record: deleting it shows whether the key may delete.
const NO_RECORD: &str = "999999999";

/// A zone at a HestiaCP.
pub(super) struct HestiaCp {
    zone: Zone,
    http: Http,
    access_key: String,
    secret_key: Secret,
    user: String,
}

#[derive(Deserialize)]
struct RecordSeen {
    #[serde(rename = "ID")]
    id: String,
    #[serde(rename = "RECORD")]
    record: String,
    #[serde(rename = "TYPE")]
    kind: String,
    #[serde(rename = "VALUE")]
    value: String,
    #[serde(rename = "SUSPENDED", default)]
    suspended: String,
}

/// A command that did not succeed: its code, and what it means.
struct Failed {
    code: Option<i64>,
    error: Error,
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

impl HestiaCp {
    /// A client for a zone.
    pub(super) fn open(config: &ZoneConfig, settings: &HestiaCpSettings) -> Result<Self, Error> {
        Ok(HestiaCp {
            zone: config.zone.clone(),
            http: Http::new("HestiaCP", &settings.site, &[], &config.secret)?,
            access_key: settings.access_key.clone(),
            secret_key: config.secret.clone(),
            user: settings.user.clone(),
        })
    }

    /// Runs a command of the panel; user and zone are its first arguments.
    fn command(&self, command: &str, arguments: &[&str], budget: &Budget<'_>) -> Result<Answer, Failed> {
        let names: Vec<String> = (3..).take(arguments.len()).map(|index| format!("arg{index}")).collect();
        let mut form = vec![
            ("access_key", self.access_key.as_str()),
            ("secret_key", self.secret_key.expose()),
            ("returncode", "no"),
            ("cmd", command),
            ("arg1", &self.user),
            ("arg2", &self.zone.name),
        ];
        form.extend(names.iter().map(String::as_str).zip(arguments.iter().copied()));
        let sent = self.http.send(command, Verb::Post, "/api/", &Body::Form(&form), budget);
        let answer = sent.map_err(|error| Failed { code: None, error })?;
        let code = answer
            .header(EXIT_CODE)
            .and_then(|code| code.trim().parse::<i64>().ok());
        // old panels answer "Error: …" with status 200
        let is_error = answer.body.starts_with(b"Error:");
        match (answer.status, code) {
            (200..=299, None | Some(0)) if !is_error => Ok(answer),
            (status, code) => {
                let words = match is_error || code.is_some() {
                    true => self.http.words(&String::from_utf8_lossy(&answer.body)),
                    false => self.http.no_words(&answer),
                };
                Err(Failed {
                    code,
                    error: self.refusal(command, status, code, &words),
                })
            }
        }
    }

    fn refusal(&self, command: &str, status: u16, code: Option<i64>, words: &str) -> Error {
        let server = &self.http.server;
        let words = words.trim_start_matches("Error:").trim_start();
        let refused = |about, why| Error::Refused { about, why };
        match (code, status) {
            (Some(NOT_THERE), _) => {
                let why = format!(
                    "{server} does not have the zone {} of the user {}: {words}",
                    self.zone.name, self.user
                );
                refused(Refusal::ZoneMissing, why)
            }
            (Some(PASSWORD), _) | (None, 401) => refused(
                Refusal::Key,
                format!("{server} does not accept the access key {}: {words}", self.access_key),
            ),
            (Some(FORBIDDEN), _) | (None, 403) => {
                let why = format!(
                    "{server} does not let the access key {} use {command}: {words}",
                    self.access_key
                );
                refused(Refusal::Rights, why)
            }
            (Some(DISABLED | API_DISABLED), _) => refused(
                Refusal::Rights,
                format!("{server} has its API, or its name server, switched off: {words}"),
            ),
            (Some(code @ (BUSY | RESTART)), _) => self.http.unexpected(command, &format!("return code {code} {words}")),
            (None, 404) => self.http.unexpected(
                command,
                "there is no /api/: check the address and whether the API is on",
            ),
            (None, status @ 500..) => self.http.unexpected(command, &format!("HTTP status {status}")),
            (code, status) => {
                let code = code.map_or_else(|| format!("HTTP status {status}"), |code| format!("return code {code}"));
                refused(Refusal::Other, format!("{server} refused {command}: {words} ({code})"))
            }
        }
    }

    /// All records of the zone with their numbers, those that are suspended left out.
    fn list(&self, budget: &Budget<'_>) -> Result<Vec<(String, Record)>, Error> {
        let answer = self.command("v-list-dns-records", &["json"], budget)?;
        let listed: Result<BTreeMap<String, RecordSeen>, _> = serde_json::from_slice(&answer.body);
        let listed = listed.map_err(|_| self.http.unexpected("v-list-dns-records", "it is no list of records"))?;
        let live = listed.into_values().filter(|seen| seen.suspended != "yes");
        let known = live.filter_map(|seen| {
            let kind = Kind::parse(&seen.kind)?;
            let name = self.whole_name(&seen.record);
            Some((seen.id, Record::seen(&name, kind, self.zone.ttl, &seen.value)))
        });
        Ok(known.collect())
    }

    /// The panel shows names relative to the zone, `@` for itself, and in the letters of their language.
    fn whole_name(&self, record: &str) -> String {
        let zone = &self.zone.name;
        let whole = match record {
            "" | "@" => zone.clone(),
            absolute if absolute.ends_with('.') => absolute.to_owned(),
            relative => format!("{relative}.{zone}"),
        };
        name(&whole).unwrap_or(whole)
    }

    fn relative_name<'n>(&self, whole: &'n str) -> &'n str {
        whole
            .strip_suffix(&self.zone.name)
            .map_or("@", |rest| match rest.trim_end_matches('.') {
                "" => "@",
                relative => relative,
            })
    }
}

impl Provider for HestiaCp {
    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn read(&self, _: &[Key], budget: &Budget<'_>) -> Result<Vec<Record>, Error> {
        Ok(self.list(budget)?.into_iter().map(|(_, record)| record).collect())
    }

    fn apply(&self, change: &Change, budget: &Budget<'_>) -> Result<(), Error> {
        let listed = self.list(budget)?;
        let present: Vec<Record> = listed.iter().map(|(_, record)| record.clone()).collect();
        if !change.fits(&present) {
            let what = change.key.to_string();
            return Err(Error::Changed { what });
        }
        let (owner, kind) = (self.relative_name(&change.key.name), change.key.kind.as_str());
        let ttl = change.ttl.to_string();
        for value in change.added() {
            // priority and number are the panel's to choose; the name server is told at once
            let arguments = [owner, kind, value, "", "", "yes", &ttl];
            self.command("v-add-dns-record", &arguments, budget)?;
        }
        let of_set = listed.iter().filter(|(_, record)| record.key() == change.key);
        for (id, _) in of_set.filter(|(_, record)| !change.after.contains(&record.value)) {
            match self.command("v-delete-dns-record", &[id, "yes"], budget) {
                // somebody removed it meanwhile: that is what was wanted
                Err(failed) if failed.code == Some(NOT_THERE) => {}
                other => drop(other?),
            }
        }
        Ok(())
    }

    fn test(&self, budget: &Budget<'_>) -> Result<(), Error> {
        self.list(budget)?;
        // each of these is refused for what it asks, and before that if the key may not ask at all
        let probes: [(&str, &[&str], i64); 2] = [
            ("v-add-dns-record", &["@", "NOTYPE", "0"], INVALID),
            ("v-delete-dns-record", &[NO_RECORD], NOT_THERE),
        ];
        for (command, arguments, expected) in probes {
            match self.command(command, arguments, budget) {
                Err(failed) if failed.code == Some(expected) => {}
                Err(failed) => return Err(failed.error),
                Ok(_) => return Err(self.http.unexpected(command, "it accepts what makes no sense")),
            }
        }
        Ok(())
    }
}
