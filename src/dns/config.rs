//! A zone as the addon module keeps it: fields as JSON, the secret on its own.

use super::zones::{Zone, ZoneId};
use crate::server::{Secret, Trust};
use reqwest::Url;
use serde::Serialize;
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// How long records may be kept when the zone does not say (seconds).
const DEFAULT_TTL: u32 = 3600;
const DNS_PORT: u16 = 53;
const HESTIACP_PORT: u16 = 8083;
const CLOUDFLARE: &str = "https://api.cloudflare.com/client/v4";
/// What Cloudflare accepts (seconds).
const CLOUDFLARE_TTL: std::ops::RangeInclusive<u32> = 60..=86_400;

/// A provider, as a form offers it.
#[derive(Debug, Serialize)]
pub struct Offered {
    /// What the field `provider` calls it.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
}

/// A text of a zone, as a form has it beside the secret.
#[derive(Debug, Serialize)]
pub struct ZoneField {
    /// Its name.
    pub name: &'static str,
    /// The most characters of it that are kept.
    pub most: u16,
}

/// Every provider.
pub const PROVIDERS: &[Offered] = &[
    offered("powerdns", "PowerDNS"),
    offered("rfc2136", "RFC 2136 (BIND, Knot, PowerDNS)"),
    offered("cloudflare", "Cloudflare"),
    offered("hestiacp", "HestiaCP"),
];

/// The texts of a zone, whichever its provider is, in the order of a form.
pub const FIELDS: &[ZoneField] = &[
    field("provider", 20),
    field("zone", 255),
    field("endpoint", 255),
    field("key_name", 255),
    field("algorithm", 20),
    field("addresses", 100),
    field("server", 100),
    field("user", 100),
    field("ca", 255),
    field("fingerprint", 100),
];

/// How a TSIG key may sign; the first one is meant where none is named.
pub const ALGORITHMS: &[&str] = &["hmac-sha256", "hmac-sha384", "hmac-sha512"];

const fn offered(name: &'static str, label: &'static str) -> Offered {
    Offered { name, label }
}

const fn field(name: &'static str, most: u16) -> ZoneField {
    ZoneField { name, most }
}

/// Why a zone cannot be used as it is configured: one sentence, without a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct ConfigError {
    /// The field, as in the JSON.
    pub field: &'static str,
    /// What is wrong, and what to enter.
    pub why: String,
}

/// A configured zone.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneConfig {
    /// The zone.
    pub zone: Zone,
    /// Where and how it is written.
    pub target: Target,
    /// API key, token, secret key, or TSIG key in base64.
    pub secret: Secret,
}

/// The provider, with what it needs to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// `"powerdns"`
    PowerDns(PowerDnsSettings),
    /// `"rfc2136"`
    Rfc2136(Rfc2136Settings),
    /// `"cloudflare"`
    Cloudflare(Site),
    /// `"hestiacp"`
    HestiaCp(HestiaCpSettings),
}

/// An HTTP API.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Without a slash at the end.
    pub url: String,
    /// Whose certificates count.
    pub trust: Trust,
}

impl Site {
    /// Whether it is spoken to without TLS.
    pub fn is_plain(&self) -> bool {
        self.url.starts_with("http://")
    }
}

/// PowerDNS's HTTP API.
#[derive(Debug, Clone, PartialEq)]
pub struct PowerDnsSettings {
    /// Where it answers.
    pub site: Site,
    /// The server's id in the API, `localhost` everywhere so far.
    pub server: String,
}

/// A server that takes dynamic updates.
#[derive(Debug, Clone, PartialEq)]
pub struct Rfc2136Settings {
    /// The zone's primary. An address, because looking up a name cannot be given a time limit.
    pub address: SocketAddr,
    /// The name of the TSIG key.
    pub key_name: String,
    /// How it signs.
    pub algorithm: Algorithm,
}

/// HestiaCP's API.
#[derive(Debug, Clone, PartialEq)]
pub struct HestiaCpSettings {
    /// Where the panel answers.
    pub site: Site,
    /// The id of the access key; its secret is the zone's secret.
    pub access_key: String,
    /// The panel's user who owns the zone.
    pub user: String,
}

/// The signatures that are safe and that hickory makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// `hmac-sha256`, what tsig-keygen makes.
    Sha256,
    /// `hmac-sha384`
    Sha384,
    /// `hmac-sha512`
    Sha512,
}

impl ZoneConfig {
    /// Reads `{id, provider, zone, ttl, addresses, endpoint, …}`. Fields that a provider does not know are ignored.
    ///
    /// `powerdns`: endpoint, server, plain_http, ca, fingerprint. `rfc2136`: endpoint (an address), key_name,
    /// algorithm. `cloudflare`: endpoint (usually left out). `hestiacp`: endpoint, key_name (the access key's id),
    /// user, ca, fingerprint.
    pub fn parse(fields: &Value, secret: Secret) -> Result<ZoneConfig, ConfigError> {
        let zone = ZoneConfig::zone(fields)?;
        let ttl = zone.ttl;
        let secret = Secret::from(secret.expose().trim());
        if secret.expose().is_empty() || !secret.expose().bytes().all(|b| b.is_ascii_graphic()) {
            return Err(fail(
                "secret",
                "the key is missing, or holds characters that no key has: copy it again",
            ));
        }
        let target = match text(fields, "provider") {
            "powerdns" => Target::PowerDns(PowerDnsSettings {
                site: site(fields, None, None, flag(fields, "plain_http"))?,
                server: match text(fields, "server") {
                    "" => "localhost".to_owned(),
                    _ => word(fields, "server", "enter the server's id in the API, usually localhost")?,
                },
            }),
            "rfc2136" => Target::Rfc2136(nameserver(fields)?),
            "cloudflare" if !CLOUDFLARE_TTL.contains(&ttl) => {
                return Err(fail("ttl", "Cloudflare takes 60 to 86400 seconds"));
            }
            "cloudflare" => Target::Cloudflare(site(fields, Some(CLOUDFLARE), None, false)?),
            "hestiacp" => Target::HestiaCp(HestiaCpSettings {
                site: site(fields, None, Some(HESTIACP_PORT), false)?,
                access_key: word(
                    fields,
                    "key_name",
                    "enter the id of the access key, without its secret key",
                )?,
                user: word(
                    fields,
                    "user",
                    "enter the panel's user who owns the zone, without a password",
                )?,
            }),
            _ => {
                let names: Vec<&str> = PROVIDERS.iter().map(|offered| offered.name).collect();
                return Err(fail("provider", &format!("it is one of {}", names.join(", "))));
            }
        };
        Ok(ZoneConfig { zone, target, secret })
    }

    /// Which zone it is, and for how long its records may be kept.
    pub(super) fn zone(fields: &Value) -> Result<Zone, ConfigError> {
        let id = number(fields, "id")?.ok_or_else(|| fail("id", "it is missing"))?;
        let ttl = number(fields, "ttl")?.map_or(Ok(DEFAULT_TTL), u32::try_from);
        let ttl = ttl.ok().filter(|ttl| (1..=604_800).contains(ttl));
        let ttl = ttl.ok_or_else(|| fail("ttl", "it is a number of seconds from 1 to 604800"))?;
        named(fields, ZoneId(id), ttl)
    }

    /// The zone that fields name which have nothing else: for what asks no provider.
    pub fn named(fields: &Value) -> Result<Zone, ConfigError> {
        named(fields, ZoneId(0), DEFAULT_TTL)
    }
}

fn named(fields: &Value, id: ZoneId, ttl: u32) -> Result<Zone, ConfigError> {
    let zone = Zone::parse(id, text(fields, "zone"), ttl, text(fields, "addresses"));
    zone.map_err(|why| fail("zone", &why))
}

fn fail(field: &'static str, why: &str) -> ConfigError {
    ConfigError {
        field,
        why: why.to_owned(),
    }
}

fn text<'f>(fields: &'f Value, field: &str) -> &'f str {
    fields[field].as_str().unwrap_or_default().trim()
}

/// A name, which sentences may show: what is behind a `:` or `=`, or in quotes, is a secret more often than not.
fn word(fields: &Value, field: &'static str, why: &str) -> Result<String, ConfigError> {
    let typed = text(fields, field);
    let is_plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    if typed.is_empty() || !typed.chars().all(is_plain) {
        return Err(fail(field, why));
    }
    Ok(typed.to_owned())
}

/// PHP's forms have numbers as text.
fn number(fields: &Value, field: &'static str) -> Result<Option<u64>, ConfigError> {
    match &fields[field] {
        Value::Null => Ok(None),
        Value::String(typed) if typed.trim().is_empty() => Ok(None),
        Value::String(typed) => typed
            .trim()
            .parse()
            .map(Some)
            .map_err(|_| fail(field, "it is no number")),
        other => other.as_u64().map(Some).ok_or_else(|| fail(field, "it is no number")),
    }
}

fn flag(fields: &Value, field: &str) -> bool {
    matches!(&fields[field], Value::Bool(true))
        || ["1", "on", "yes"].contains(&text(fields, field))
        || fields[field] == 1
}

fn site(fields: &Value, default: Option<&str>, port: Option<u16>, plain: bool) -> Result<Site, ConfigError> {
    let typed = Some(text(fields, "endpoint"))
        .filter(|typed| !typed.is_empty())
        .or(default);
    let typed = typed.ok_or_else(|| {
        fail(
            "endpoint",
            "enter the address of the API, such as https://ns1.example.net:8081",
        )
    })?;
    let whole = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("https://{typed}")
    };
    let bad = |why: &str| fail("endpoint", &format!("it is no address of an API: {why}"));
    let mut url = Url::parse(&whole).map_err(|error| bad(&error.to_string()))?;
    let host = url.host_str().ok_or_else(|| bad("it has no host"))?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(bad("leave out user, password and everything behind ? or #"));
    }
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let is_loopback = host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if is_loopback || plain => {}
        "http" => return Err(bad("the key would cross the network in the clear; use https")),
        _ => return Err(bad("it begins with https://")),
    }
    if let (Some(port), None, false) = (port, url.port(), whole.contains(":443")) {
        url.set_port(Some(port)).map_err(|()| bad("it can have no port"))?;
    }
    Ok(Site {
        url: url.as_str().trim_end_matches('/').to_owned(),
        trust: trust(fields)?,
    })
}

fn trust(fields: &Value) -> Result<Trust, ConfigError> {
    match (text(fields, "fingerprint"), text(fields, "ca")) {
        ("", "") => Ok(Trust::SystemRoots),
        ("", path) if path.starts_with('/') => Ok(Trust::CaFile(PathBuf::from(path))),
        ("", _) => Err(fail(
            "ca",
            "it is the whole path of a PEM file, such as /etc/ssl/ca.pem",
        )),
        (typed, _) => {
            let digits = typed.replace(':', "").to_lowercase();
            let bytes = data_encoding::HEXLOWER.decode(digits.as_bytes()).ok();
            let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            let bytes = bytes.ok_or_else(|| fail("fingerprint", "a SHA-256 fingerprint has 64 hexadecimal digits"))?;
            Ok(Trust::Fingerprint(bytes))
        }
    }
}

fn nameserver(fields: &Value) -> Result<Rfc2136Settings, ConfigError> {
    let typed = text(fields, "endpoint");
    let bare = typed
        .trim_matches(['[', ']'])
        .parse::<IpAddr>()
        .map(|ip| SocketAddr::new(ip, DNS_PORT));
    let address = bare.or_else(|_| typed.parse::<SocketAddr>());
    let address = address.map_err(|_| {
        fail(
            "endpoint",
            "enter the IP address of the zone's primary name server, such as 192.0.2.53 or [2001:db8::53]:5353",
        )
    })?;
    let algorithm = match text(fields, "algorithm").trim_end_matches('.').to_lowercase().as_str() {
        "" | "hmac-sha256" => Algorithm::Sha256,
        "hmac-sha384" => Algorithm::Sha384,
        "hmac-sha512" => Algorithm::Sha512,
        _ => {
            return Err(fail(
                "algorithm",
                "it is hmac-sha256, hmac-sha384 or hmac-sha512: make a new key with tsig-keygen",
            ));
        }
    };
    Ok(Rfc2136Settings {
        address,
        key_name: word(
            fields,
            "key_name",
            "enter the name of the TSIG key alone, without its secret",
        )?,
        algorithm,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What a form offers is read, and what is no provider is named with those that are.
    #[test]
    fn every_provider_that_is_offered_is_read() {
        for offered in PROVIDERS {
            let fields = json!({"id": 1, "zone": "example.net", "provider": offered.name});
            let error = ZoneConfig::parse(&fields, Secret::from("key")).err();
            assert!(error.is_none_or(|error| error.field != "provider"), "{}", offered.name);
        }
        let fields = json!({"id": 1, "zone": "example.net", "provider": "bind"});
        let error = ZoneConfig::parse(&fields, Secret::from("key")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "provider: it is one of powerdns, rfc2136, cloudflare, hestiacp"
        );
    }
}
