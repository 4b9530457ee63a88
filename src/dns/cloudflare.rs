//! Cloudflare, API v4: <https://developers.cloudflare.com/api/resources/dns/subresources/records/>.
//!
//! Records are found by name and changed by id, one request each; a value is replaced in place, so that proxying
//! and comments stay. The zone's id is looked up once.

use super::MOST_PAGES;
use super::config::{Site, ZoneConfig};
use super::diff::Change;
use super::error::{Error, Refusal};
use super::http::{Answer, Body, Http, Verb};
use super::provider::{Budget, Provider, read_names};
use super::records::{Key, Kind, Record};
use super::zones::Zone;
use crate::pve::encode;
use crate::server::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// Records on one page of a list.
const PAGE: u32 = 100;
/// The TTL that Cloudflare calls "automatic", which every proxied record has.
const AUTOMATIC_TTL: u32 = 1;
/// The id of no record: deleting it shows whether the token may delete.
const NO_RECORD: &str = "00000000000000000000000000000000";

/// Error codes: a token that is none, or not in force.
const BAD_TOKEN: &[i64] = &[1000, 1001, 6003, 6111, 9106, 9107, 9109];
/// A token that is good for something else.
const NO_RIGHT: &[i64] = &[10_000, 9103];
/// A zone id that leads nowhere.
const NO_ZONE: &[i64] = &[1049, 7000, 7003];
/// The record is not there (any more).
const NO_SUCH_RECORD: i64 = 81_044;
/// There is an identical record already.
const IDENTICAL: &[i64] = &[81_057, 81_058];

/// A zone at Cloudflare.
pub(super) struct Cloudflare {
    zone: Zone,
    http: Http,
    id: OnceLock<String>,
}

#[derive(Deserialize)]
struct Envelope {
    success: bool,
    #[serde(default)]
    errors: Vec<Fault>,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    result_info: Option<Pages>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct Pages {
    #[serde(default)]
    total_pages: u32,
}

#[derive(Deserialize)]
struct RecordSeen {
    id: String,
    name: String,
    r#type: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    ttl: u32,
}

impl Cloudflare {
    /// A client for a zone.
    pub(super) fn open(config: &ZoneConfig, site: &Site) -> Result<Self, Error> {
        let bearer = Secret::from(format!("Bearer {}", config.secret.expose()));
        Ok(Cloudflare {
            zone: config.zone.clone(),
            http: Http::new("Cloudflare", site, &[("authorization", bearer)], &config.secret)?,
            id: OnceLock::new(),
        })
    }

    fn send(
        &self,
        what: &str,
        verb: Verb,
        path: &str,
        body: &Body<'_>,
        budget: &Budget<'_>,
    ) -> Result<Envelope, Error> {
        let answer = self.http.send(what, verb, path, body, budget)?;
        let envelope: Option<Envelope> = serde_json::from_slice(&answer.body).ok();
        match envelope {
            Some(envelope) if envelope.success && answer.status < 300 => Ok(envelope),
            Some(envelope) if answer.status < 500 => Err(self.refusal(what, answer.status, &envelope.errors)),
            _ => Err(self.no_envelope(what, &answer)),
        }
    }

    fn no_envelope(&self, what: &str, answer: &Answer) -> Error {
        let why = format!("HTTP status {}, and not what the API answers", answer.status);
        self.http.unexpected(what, &why)
    }

    fn refusal(&self, what: &str, status: u16, faults: &[Fault]) -> Error {
        let (server, zone) = (&self.http.server, &self.zone.name);
        let is = |codes: &[i64]| faults.iter().any(|fault| codes.contains(&fault.code));
        let words: Vec<String> = faults
            .iter()
            .map(|fault| format!("{} ({})", fault.message, fault.code))
            .collect();
        let words = self.http.words(&words.join("; "));
        if is(IDENTICAL) || is(&[NO_SUCH_RECORD]) {
            return Error::Changed { what: what.to_owned() };
        }
        let (about, why) = if is(BAD_TOKEN) || status == 401 {
            (Refusal::Key, format!("{server} does not accept the token: {words}"))
        } else if is(NO_RIGHT) || status == 403 {
            let why = format!(
                "{server} refused {what}: {words}; the token is wrong, or does not have Zone:Read and DNS:Edit for {zone}"
            );
            (Refusal::Rights, why)
        } else if is(NO_ZONE) {
            (
                Refusal::ZoneMissing,
                format!("{server} does not have the zone {zone}: {words}"),
            )
        } else {
            (
                Refusal::Other,
                format!("{server} refused {what}: {words} (HTTP status {status})"),
            )
        };
        Error::Refused { about, why }
    }

    /// The path of the zone's records. Looked up once; a failure is tried again the next time.
    fn path(&self, budget: &Budget<'_>) -> Result<String, Error> {
        let id = match self.id.get() {
            Some(id) => id.clone(),
            None => self.look_up(budget)?,
        };
        Ok(format!("/zones/{id}/dns_records"))
    }

    fn look_up(&self, budget: &Budget<'_>) -> Result<String, Error> {
        let what = format!("looking up the zone {}", self.zone.name);
        let path = format!("/zones?name={}", encode(&self.zone.name));
        let envelope = self.send(&what, Verb::Get, &path, &Body::Nothing, budget)?;
        let zones = envelope.result.as_array().map(Vec::as_slice).unwrap_or_default();
        let mine = zones.iter().find(|zone| zone["name"].as_str() == Some(&self.zone.name));
        let id = mine.and_then(|zone| zone["id"].as_str());
        let id = id.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric()));
        let id = id.ok_or_else(|| Error::Refused {
            about: Refusal::ZoneMissing,
            why: format!(
                "{} does not have the zone {}, or does not let the token see it (Zone:Read)",
                self.http.server, self.zone.name
            ),
        })?;
        Ok(self.id.get_or_init(|| id.to_owned()).clone())
    }

    /// All records at a name, page by page.
    fn list(&self, name: &str, budget: &Budget<'_>) -> Result<Vec<RecordSeen>, Error> {
        let what = format!("reading {name}");
        let path = self.path(budget)?;
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let query = format!("{path}?name.exact={}&per_page={PAGE}&page={page}", encode(name));
            let envelope = self.send(&what, Verb::Get, &query, &Body::Nothing, budget)?;
            let records = serde_json::from_value::<Vec<RecordSeen>>(envelope.result);
            all.extend(records.map_err(|_| self.http.unexpected(&what, "it is no list of records"))?);
            if envelope.result_info.is_none_or(|pages| page >= pages.total_pages) {
                all.retain(|record| record.name.trim_end_matches('.').eq_ignore_ascii_case(name));
                return Ok(all);
            }
        }
        Err(self.http.unexpected(&what, "the list has no end"))
    }

    fn record(&self, seen: &RecordSeen) -> Option<Record> {
        let kind = Kind::parse(&seen.r#type)?;
        // what is automatic stays automatic
        let ttl = if seen.ttl == AUTOMATIC_TTL {
            self.zone.ttl
        } else {
            seen.ttl
        };
        Some(Record::seen(&seen.name, kind, ttl, &seen.content))
    }

    /// One step of a change.
    fn step(&self, what: &str, verb: Verb, path: &str, body: Value, budget: &Budget<'_>) -> Result<(), Error> {
        let body = if body.is_null() {
            Body::Nothing
        } else {
            Body::Json(body)
        };
        match self.send(what, verb, path, &body, budget) {
            // somebody removed it meanwhile: that is what was wanted
            Err(Error::Changed { .. }) if matches!(verb, Verb::Delete) => Ok(()),
            other => other.map(drop),
        }
    }
}

impl Provider for Cloudflare {
    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn read(&self, keys: &[Key], budget: &Budget<'_>) -> Result<Vec<Record>, Error> {
        read_names(keys, |name| {
            let seen = self.list(name, budget)?;
            Ok(seen.iter().filter_map(|seen| self.record(seen)).collect())
        })
    }

    fn apply(&self, change: &Change, budget: &Budget<'_>) -> Result<(), Error> {
        let what = format!("writing {}", change.key);
        let path = self.path(budget)?;
        let seen = self.list(&change.key.name, budget)?;
        let mut set: Vec<(&RecordSeen, Record)> = seen
            .iter()
            .filter_map(|seen| Some((seen, self.record(seen)?)))
            .collect();
        let present: Vec<Record> = set.iter().map(|(_, record)| record.clone()).collect();
        set.retain(|(_, record)| record.key() == change.key);
        if !change.fits(&present) {
            let what = change.key.to_string();
            return Err(Error::Changed { what });
        }
        let of = |seen: &RecordSeen| format!("{path}/{}", encode(&seen.id));
        let stays = |record: &Record| change.after.contains(&record.value);
        // before the new value: if somebody has removed one of these meanwhile, it is not written
        for (seen, record) in &set {
            if stays(record) && record.ttl != change.ttl {
                self.step(&what, Verb::Patch, &of(seen), json!({"ttl": change.ttl}), budget)?;
            }
        }
        let mut gone = set.iter().filter(|(_, record)| !stays(record));
        for value in change.added() {
            if let Some((seen, _)) = gone.next() {
                let body = json!({"content": value, "ttl": change.ttl});
                self.step(&what, Verb::Patch, &of(seen), body, budget)?;
            } else {
                let kind = change.key.kind.as_str();
                let body = json!({"type": kind, "name": change.key.name, "content": value, "ttl": change.ttl, "proxied": false});
                self.step(&what, Verb::Post, &path, body, budget)?;
            }
        }
        for (seen, _) in gone {
            self.step(&what, Verb::Delete, &of(seen), Value::Null, budget)?;
        }
        Ok(())
    }

    fn test(&self, budget: &Budget<'_>) -> Result<(), Error> {
        self.list(&self.zone.name, budget)?;
        let path = format!("{}/{NO_RECORD}", self.path(budget)?);
        self.step("the right to change records", Verb::Delete, &path, Value::Null, budget)
    }
}
