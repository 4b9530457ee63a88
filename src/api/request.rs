//! What PHP asks: the JSON of requests, read and checked. Fields of a single verb are read where the verb is; what PHP gets is
//! in [`super::output`].

mod options;
mod run;
mod whose;

pub use options::{config_options_out, form_out, options_out};
pub use run::{CronIn, SampleIn, Unprepared};
pub use whose::{asked_of, home_of};

use crate::engine::Order;
use crate::package::Package;
use crate::problems::Error;
use crate::server::{Pool, Secret, ServerEntry, ServerFields};
use crate::service::identity::Asked;
use crate::words::ids::{Actor, By, ServerId, ServiceId, Vmid};
use crate::words::limits;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use whose::{AskedIn, ByIn};

/// A text, number or null, as WHMCS's database hands them out: read as text.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(from = "Value")]
struct Text(String);

impl From<Value> for Text {
    fn from(value: Value) -> Self {
        Text(match value {
            Value::String(text) => text,
            Value::Null | Value::Bool(false) => String::new(),
            Value::Bool(true) => "1".to_owned(),
            other => other.to_string(),
        })
    }
}

/// A number that may come as text; what is none is 0.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(from = "Text")]
struct Id(u64);

impl From<Text> for Id {
    fn from(text: Text) -> Self {
        Id(text.0.trim().parse::<u32>().unwrap_or_default().into())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServiceIn {
    id: Id,
    client_id: Id,
    domain: Text,
    password: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServerIn {
    id: Id,
    hostname: Text,
    ip: Text,
    port: Text,
    secure: bool,
    username: Text,
    password: Text,
    access_hash: Text,
    assigned_ips: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PackageIn {
    options: Vec<Text>,
    config_options: BTreeMap<String, Text>,
}

/// Service, server entry and package: what WHMCS knows of an order.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OrderIn {
    service: ServiceIn,
    server: ServerIn,
    package: PackageIn,
    order: Option<AskedIn>,
    actor: Actor,
    by: ByIn,
}

impl OrderIn {
    /// Which server entry it is on.
    pub fn server_id(&self) -> ServerId {
        ServerId(self.server.id.0)
    }

    /// Which service it is about.
    pub fn service_id(&self) -> Result<ServiceId, Error> {
        match self.service.id.0 {
            0 => Err(Error::NoService),
            id => Ok(ServiceId(id)),
        }
    }

    /// Parses and checks what the request brings.
    pub fn parse(&self) -> Result<Order, Error> {
        let password = Some(&self.service.password.0).filter(|password| !password.is_empty());
        Ok(Order {
            entry: Arc::new(self.server.parse()?),
            package: self.package.parse()?,
            client_id: self.service.client_id.0,
            domain: self.service.domain.0.trim().to_owned(),
            password: password.map(|password| Secret::from(password.as_str())),
            by: self.by.parse(self.actor),
            nonce: self.by.nonce(),
            asked: self.order.as_ref().map(AskedIn::parse),
        })
    }
}

impl PackageIn {
    fn texts(&self) -> Vec<String> {
        self.options.iter().map(|text| text.0.clone()).collect()
    }

    fn parse(&self) -> Result<Package, Error> {
        let configurable = self.config_options.iter();
        let configurable = configurable.map(|(name, value)| (name.clone(), value.0.clone()));
        Ok(Package::parse(&self.texts(), &configurable.collect())?)
    }
}

impl ServerIn {
    fn parse(&self) -> Result<ServerEntry, Error> {
        Ok(ServerEntry::parse(&ServerFields {
            id: ServerId(self.id.0),
            hostname: self.hostname.0.clone(),
            ip: self.ip.0.clone(),
            port: self.port.0.clone(),
            secure: self.secure,
            username: self.username.0.clone(),
            password: Secret::from(self.password.0.as_str()),
            access_hash: self.access_hash.0.clone(),
            assigned_ips: self.assigned_ips.0.clone(),
        })?)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServerOnly {
    server: ServerIn,
}

/// The server entry of a request that has nothing else.
pub fn server_of(request: &Value) -> Result<ServerEntry, Error> {
    parse::<ServerOnly>(request)?.server.parse()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PoolsOnly {
    servers: Vec<ServerIn>,
}

/// The address lines of every server entry that a request names; nothing else of them is looked at.
pub fn pools_of(request: &Value) -> Result<Vec<(ServerId, Pool)>, Error> {
    let entries = parse::<PoolsOnly>(request)?.servers;
    let pool = |entry: &ServerIn| (ServerId(entry.id.0), Pool::parse(&entry.assigned_ips.0));
    Ok(entries.iter().map(pool).collect())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PackageOnly {
    package: PackageIn,
}

/// The package of a request that has no order.
pub fn package_of(request: &Value) -> Result<Package, Error> {
    parse::<PackageOnly>(request)?.package.parse()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ByOnly {
    actor: Actor,
    by: ByIn,
}

/// Who asks, in a request that has no order.
pub fn by_of(request: &Value) -> Result<By, Error> {
    let by: ByOnly = parse(request)?;
    Ok(by.by.parse(by.actor))
}

/// What a repetition of a request has too.
pub fn nonce_of(request: &Value) -> Result<Option<String>, Error> {
    Ok(parse::<ByOnly>(request)?.by.nonce())
}

/// What WHMCS shows of a service.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct InWhmcs {
    id: Id,
    status: Text,
    domain: Text,
    dedicated_ip: Text,
    assigned_ips: Text,
    order: Option<AskedIn>,
}

impl InWhmcs {
    /// Whose order it is.
    pub fn asked(&self) -> Option<Asked> {
        self.order.as_ref().map(AskedIn::parse)
    }

    /// Which one.
    pub fn id(&self) -> u64 {
        self.id.0
    }

    /// WHMCS's own status: `Active`, `Suspended`, …
    pub fn status(&self) -> &str {
        self.status.0.trim()
    }

    /// The domain.
    pub fn domain(&self) -> &str {
        self.domain.0.trim()
    }

    /// The dedicated and the assigned addresses, as far as they are some.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        let lines = self.assigned_ips.0.lines().chain([self.dedicated_ip.0.as_str()]);
        lines.filter_map(|line| line.trim().parse().ok())
    }
}

/// A comparison of store, WHMCS and Proxmox VE.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CheckIn {
    /// The services that WHMCS has on the server entry.
    pub services: Vec<InWhmcs>,
    /// Whether to put right what can be put right without harm.
    pub repair: bool,
    /// Where a request before this one has stopped.
    pub from: CheckFrom,
}

/// How far a check has come: what its reply calls `next`, and the request that goes on calls `from`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckFrom {
    /// Nothing is compared yet.
    #[default]
    Start,
    /// The services before this one are.
    Service(ServiceId),
    /// All services are, and the guests below this number.
    Guest(Vmid),
}

/// Reads a request. The parser's words quote the value, which may be a secret: only what it wants is told.
pub fn parse<T: DeserializeOwned>(request: &Value) -> Result<T, Error> {
    T::deserialize(request).map_err(|error| {
        let text = error.to_string();
        let wanted = text
            .rsplit_once(", expected ")
            .map_or("something else", |(_, wanted)| wanted);
        Error::Request(format!("a field should be {wanted}"))
    })
}

/// A number of a request.
pub fn number(request: &Value, key: &str) -> Option<u64> {
    // what the database cannot hold is no number of ours
    crate::guest::number(&request[key]).filter(|number| i64::try_from(*number).is_ok())
}

/// A list of numbers of a request, each once; `None` where it has no such list.
pub fn numbers(request: &Value, key: &str) -> Option<BTreeSet<u64>> {
    let ids = request[key].as_array()?.iter().filter_map(crate::guest::number);
    Some(ids.filter(|number| i64::try_from(*number).is_ok()).collect())
}

/// How many rows a page may have.
pub fn limit(request: &Value) -> u32 {
    let most = u64::from(limits::LIST_ROWS);
    number(request, "limit").unwrap_or(most).min(most) as u32
}

/// The service of a request that names only that.
pub fn service_of(request: &Value) -> Result<ServiceId, Error> {
    number(request, "service")
        .filter(|id| *id > 0)
        .map(ServiceId)
        .ok_or(Error::NoService)
}
