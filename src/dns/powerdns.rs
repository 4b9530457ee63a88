//! PowerDNS, through its HTTP API v1: <https://doc.powerdns.com/authoritative/http-api/zone.html>.
//!
//! A set is replaced as a whole, so it is read again right before: what was changed meanwhile is not
//! overwritten, and records that are switched off stay in it (the zone's own answer leaves them out when it is
//! asked for one name, the search has them). PowerDNS itself has no precondition: between that look and the
//! write somebody else's change can still be lost.

use super::config::{PowerDnsSettings, ZoneConfig};
use super::diff::Change;
use super::error::{Error, Refusal};
use super::http::{Answer, Body, Http, Verb};
use super::provider::{Budget, Provider, read_names};
use super::records::{Key, Kind, Record};
use super::zones::Zone;
use crate::pve::encode;
use serde::Deserialize;
use serde_json::{Value, json};

/// Records that one search may find: those of one name, in whatever zones.
const MOST_FOUND: u32 = 1000;

/// A zone at a PowerDNS.
pub(super) struct PowerDns {
    zone: Zone,
    http: Http,
    /// Of the server.
    path: String,
    /// Of the zone, below it.
    zone_path: String,
}

/// What the API tells of a zone.
#[derive(Deserialize)]
struct ZoneSeen {
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    rrsets: Vec<RrsetSeen>,
}

#[derive(Deserialize)]
struct RrsetSeen {
    name: String,
    r#type: String,
    #[serde(default)]
    ttl: u32,
    #[serde(default)]
    records: Vec<RecordSeen>,
}

#[derive(Deserialize)]
struct RecordSeen {
    content: String,
    #[serde(default)]
    disabled: bool,
}

/// What the search tells of a record.
#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    name: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    disabled: bool,
}

impl PowerDns {
    /// A client for a zone.
    pub(super) fn open(config: &ZoneConfig, settings: &PowerDnsSettings) -> Result<Self, Error> {
        // the API's own way of writing an id: the name with its dot, a slash as =2F
        let id = format!("{}.", config.zone.name).replace('/', "=2F");
        Ok(PowerDns {
            http: Http::new(
                "PowerDNS",
                &settings.site,
                &[("x-api-key", config.secret.clone())],
                &config.secret,
            )?,
            path: format!("/api/v1/servers/{}", encode(&settings.server)),
            zone_path: format!("/zones/{id}"),
            zone: config.zone.clone(),
        })
    }

    fn send(&self, what: &str, verb: Verb, query: &str, body: &Body<'_>, budget: &Budget<'_>) -> Result<Answer, Error> {
        let path = format!("{}{}{query}", self.path, self.zone_path);
        let answer = self.http.send(what, verb, &path, body, budget)?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        Err(self.refusal(what, &answer))
    }

    fn refusal(&self, what: &str, answer: &Answer) -> Error {
        let server = &self.http.server;
        let body = answer.json().unwrap_or_default();
        let words = match body["error"].as_str() {
            Some(words) => self.http.words(words),
            None => self.http.no_words(answer),
        };
        // 422 is what older versions say of a zone that they do not have
        let missing = answer.status == 404 || words.contains("Could not find domain");
        let (about, why) = match answer.status {
            401 => (Refusal::Key, format!("{server} does not accept the API key")),
            403 => (
                Refusal::Rights,
                format!("{server} does not let this machine use its API ({words}): see webserver-allow-from"),
            ),
            _ if missing => (
                Refusal::ZoneMissing,
                format!("{server} does not have the zone {}", self.zone.name),
            ),
            status @ 500.. => {
                return self.http.unexpected(what, &format!("HTTP status {status} {words}"));
            }
            status => (
                Refusal::Other,
                format!("{server} refused {what}: {words} (HTTP status {status})"),
            ),
        };
        Error::Refused { about, why }
    }

    /// The sets at a name. Versions before 4.6 send the whole zone, which is read all the same.
    fn rrsets(&self, name: &str, budget: &Budget<'_>) -> Result<ZoneSeen, Error> {
        let what = format!("reading {name}");
        let query = format!("?rrset_name={}", encode(&format!("{name}.")));
        let answer = self.send(&what, Verb::Get, &query, &Body::Nothing, budget)?;
        let seen: Option<ZoneSeen> = serde_json::from_slice(&answer.body).ok();
        let mine = seen.filter(|seen| seen.name.trim_end_matches('.').eq_ignore_ascii_case(&self.zone.name));
        let mut seen = mine.ok_or_else(|| self.http.unexpected(&what, "it is not the zone as the API has it"))?;
        seen.rrsets
            .retain(|set| set.name.trim_end_matches('.').eq_ignore_ascii_case(name));
        Ok(seen)
    }

    /// The records of a set that are switched off. A backend that cannot search has none to show.
    fn switched_off(&self, key: &Key, budget: &Budget<'_>) -> Result<Vec<String>, Error> {
        let query = format!(
            "/search-data?q={}&object_type=record&max={MOST_FOUND}",
            encode(&key.name)
        );
        let what = format!("searching {}", key.name);
        let answer = self.http.send(
            &what,
            Verb::Get,
            &format!("{}{query}", self.path),
            &Body::Nothing,
            budget,
        )?;
        let found: Vec<Found> = match answer.status {
            200 => serde_json::from_slice(&answer.body).map_err(|_| self.http.unexpected(&what, "it is no list"))?,
            _ => Vec::new(),
        };
        let same = |text: &str, wanted: &str| text.trim_end_matches('.').eq_ignore_ascii_case(wanted);
        let of_set = found.into_iter().filter(|found| {
            found.disabled
                && Kind::parse(&found.r#type) == Some(key.kind)
                && same(&found.name, &key.name)
                && same(&found.zone, &self.zone.name)
        });
        Ok(of_set.map(|found| found.content).collect())
    }
}

fn records(sets: &[RrsetSeen]) -> Vec<Record> {
    let mut all = Vec::new();
    for set in sets {
        let Some(kind) = Kind::parse(&set.r#type) else { continue };
        let live = set.records.iter().filter(|record| !record.disabled);
        all.extend(live.map(|record| Record::seen(&set.name, kind, set.ttl, &record.content)));
    }
    all
}

/// A value as the API wants it: names end in a dot.
fn content(kind: Kind, value: &str) -> String {
    match kind {
        Kind::A | Kind::Aaaa => value.to_owned(),
        Kind::Ptr | Kind::Cname => format!("{value}."),
    }
}

/// The one set of a PATCH: what it shall be, and what is switched off in it.
fn patch(change: &Change, off: &[String]) -> Value {
    let kind = change.key.kind;
    let live = change
        .after
        .iter()
        .map(|value| json!({"content": content(kind, value), "disabled": false}));
    let off = off.iter().map(|content| json!({"content": content, "disabled": true}));
    let records: Vec<Value> = live.chain(off).collect();
    json!({"rrsets": [{
        "name": format!("{}.", change.key.name),
        "type": kind.as_str(),
        "ttl": change.ttl,
        "changetype": if records.is_empty() { "DELETE" } else { "REPLACE" },
        "records": records,
    }]})
}

impl Provider for PowerDns {
    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn read(&self, keys: &[Key], budget: &Budget<'_>) -> Result<Vec<Record>, Error> {
        read_names(keys, |name| Ok(records(&self.rrsets(name, budget)?.rrsets)))
    }

    fn apply(&self, change: &Change, budget: &Budget<'_>) -> Result<(), Error> {
        let now = records(&self.rrsets(&change.key.name, budget)?.rrsets);
        if !change.fits(&now) {
            let what = change.key.to_string();
            return Err(Error::Changed { what });
        }
        let what = format!("writing {}", change.key);
        let body = Body::Json(patch(change, &self.switched_off(&change.key, budget)?));
        self.send(&what, Verb::Patch, "", &body, budget).map(drop)
    }

    fn test(&self, budget: &Budget<'_>) -> Result<(), Error> {
        let seen = self.rrsets(&self.zone.name, budget)?;
        // Slave, Secondary, Consumer take their records from elsewhere
        if ["Slave", "Secondary", "Consumer"].contains(&seen.kind.as_str()) {
            let why = format!(
                "{} has the zone {} as {}: its records are written at its primary",
                self.http.server, self.zone.name, seen.kind
            );
            let about = Refusal::Rights;
            return Err(Error::Refused { about, why });
        }
        Ok(())
    }
}
