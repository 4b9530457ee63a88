//! What PHP asks: the JSON of requests, read and checked. Each is a type, of which `docs/json.md` is written; what only one verb
//! is asked with is where the verb is. What PHP gets is in [`super::output`].

mod run;
mod whose;

pub use run::{CronIn, Unprepared};
pub use whose::asked_of;

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
pub(in crate::api) use whose::{AskedIn, ByIn};

/// A text, number or null, as WHMCS's database hands them out: read as text.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(from = "Value")]
pub(in crate::api) struct Text(pub(in crate::api) String);

impl Text {
    /// Without what stands around it.
    pub(in crate::api) fn trim(&self) -> &str {
        self.0.trim()
    }
}

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
pub(in crate::api) struct Id(u64);

impl From<Text> for Id {
    fn from(text: Text) -> Self {
        Id(text.0.trim().parse::<u32>().unwrap_or_default().into())
    }
}

/// A number that may come as text; what the database cannot hold, or is none, is as if it were not there.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(from = "Value")]
pub(in crate::api) struct Number(pub(in crate::api) Option<u64>);

impl From<Value> for Number {
    fn from(value: Value) -> Self {
        Number(number_of(&value))
    }
}

/// `true`; whatever else it is means `false`.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(from = "Value")]
pub(in crate::api) struct Flag(pub(in crate::api) bool);

/// Whether a box of a form is ticked.
pub(in crate::api) fn is_set(tick: &Value) -> bool {
    tick == "1" || *tick == Value::Bool(true)
}

impl From<Value> for Flag {
    fn from(value: Value) -> Self {
        Flag(value == true)
    }
}

/// A service as WHMCS has it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ServiceIn {
    /// Its number: the row of `tblhosting`.
    id: Id,
    /// The client.
    client_id: Id,
    /// Name and main domain; empty where it has none yet.
    pub(in crate::api) domain: Text,
    /// The password, for cloud-init.
    password: Text,
}

/// A server entry of WHMCS: the row of `tblservers`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ServerIn {
    /// Its number.
    pub(in crate::api) id: Id,
    /// Host name; several are separated by commas.
    hostname: Text,
    /// Address, for an entry without a host name.
    ip: Text,
    /// Port; empty is Proxmox VE's own.
    port: Text,
    /// Whether *Secure* is ticked.
    secure: bool,
    /// The user, or the id of an API token.
    username: Text,
    /// The password, or the secret of the token.
    password: Text,
    /// *Access Hash*: settings, one a line.
    access_hash: Text,
    /// *Assigned IP Addresses*: the address lines.
    pub(in crate::api) assigned_ips: Text,
    /// How long the page that asks has waited already, in milliseconds: all its looks share one limit.
    waited_ms: Number,
}

/// A product's settings, with what the order of a service has chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct PackageIn {
    /// The 24 module settings, in their order.
    options: Vec<Text>,
    /// The configurable options of the order, by their names.
    config_options: BTreeMap<String, Text>,
}

/// Service, server entry and package: what WHMCS knows of an order.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OrderIn {
    /// The service.
    pub(in crate::api) service: ServiceIn,
    /// Its server entry.
    pub(in crate::api) server: ServerIn,
    /// What is sold.
    package: PackageIn,
    /// Whose order it is, where WHMCS says so.
    order: Option<AskedIn>,
    /// Who asks.
    actor: Actor,
    /// Which one of them.
    by: ByIn,
    /// How far WHMCS's clocks are ahead of UTC, seconds: by them customers schedule, and traffic belongs to a month; missing: not
    /// at all.
    utc_offset_s: Option<i32>,
    /// The key by which user data is sealed, 64 hexadecimal digits; empty: WHMCS has none, as nobody gave user data yet.
    pub(in crate::api) seal_key: Text,
    /// The `generation` of the service that `due` has told before this order was read: where somebody has worked at it since, the order
    /// is not used, and the service is due as before; missing: it is used anyhow. Of a cron run.
    pub(in crate::api) generation: Number,
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
            seal_key: Some(self.seal_key.trim())
                .filter(|key| !key.is_empty())
                .map(Secret::from),
            by: self.by.parse(self.actor),
            nonce: self.by.nonce(),
            asked: self.order.as_ref().map(AskedIn::parse),
            utc_offset_s: self.utc_offset_s.unwrap_or_default(),
        })
    }
}

/// The DNS zones that an order may have records in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ZonesIn {
    /// Each with the fields of its provider and its secret, as the addon's page *DNS* stores them; missing: nothing is said of zones.
    pub(in crate::api) zones: Option<Vec<Value>>,
}

/// A verb's own fields beside an order.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct With<T> {
    /// Service, server entry and package.
    #[serde(flatten)]
    pub(in crate::api) order: OrderIn,
    /// The verb's own.
    #[serde(flatten)]
    pub(in crate::api) more: T,
}

impl PackageIn {
    /// The texts of the module settings.
    pub(in crate::api) fn texts(&self) -> Vec<String> {
        self.options.iter().map(|text| text.0.clone()).collect()
    }

    /// Whether it has this configurable option, chosen or not.
    pub(in crate::api) fn offers(&self, key: &str) -> bool {
        crate::package::offers(self.config_options.keys().map(String::as_str), key)
    }

    /// Parses and checks it.
    pub(in crate::api) fn parse(&self) -> Result<Package, Error> {
        let configurable = self.config_options.iter();
        let configurable = configurable.map(|(name, value)| (name.clone(), value.0.clone()));
        Ok(Package::parse(&self.texts(), &configurable.collect())?)
    }
}

impl ServerIn {
    /// Which one it is.
    pub(in crate::api) fn server_id(&self) -> ServerId {
        ServerId(self.id.0)
    }

    /// Its address lines; nothing else is looked at.
    pub(in crate::api) fn pool(&self) -> Pool {
        Pool::parse(&self.assigned_ips.0)
    }

    /// Parses and checks it.
    pub(in crate::api) fn parse(&self) -> Result<ServerEntry, Error> {
        let entry = ServerEntry::parse(&ServerFields {
            id: ServerId(self.id.0),
            hostname: self.hostname.0.clone(),
            ip: self.ip.0.clone(),
            port: self.port.0.clone(),
            secure: self.secure,
            username: self.username.0.clone(),
            password: Secret::from(self.password.0.as_str()),
            access_hash: self.access_hash.0.clone(),
            assigned_ips: self.assigned_ips.0.clone(),
        })?;
        let waited = self.waited_ms.0.unwrap_or_default() as f64 / 1000.0;
        Ok(ServerEntry { waited, ..entry })
    }
}

/// Which server entry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct OfServer {
    /// It.
    pub(in crate::api) server: ServerIn,
}

/// The server entry of a request that has nothing else.
pub fn server_of(request: &Value) -> Result<ServerEntry, Error> {
    parse::<OfServer>(request)?.server.parse()
}

/// Who asks for a page, and whose order it is about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct Who {
    /// Whose order it is, where WHMCS says so.
    order: Option<AskedIn>,
    /// Who asks.
    actor: Actor,
    /// Which one of them.
    by: ByIn,
}

impl Who {
    pub(in crate::api) fn asked(&self) -> Option<Asked> {
        self.order.as_ref().map(AskedIn::parse)
    }

    pub(in crate::api) fn by(&self) -> By {
        self.by.parse(self.actor)
    }
}

/// Who asks, in a request that has no order.
pub fn by_of(request: &Value) -> Result<By, Error> {
    Ok(parse::<Who>(request)?.by())
}

/// What a repetition of a request has too.
pub fn nonce_of(request: &Value) -> Result<Option<String>, Error> {
    Ok(parse::<Who>(request)?.by.nonce())
}

/// What WHMCS shows of a service.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceInWhmcs {
    /// Its number.
    id: Id,
    /// WHMCS's own status: `Active`, `Suspended`, …
    status: Text,
    /// The domain.
    domain: Text,
    /// The dedicated address.
    dedicated_ip: Text,
    /// The assigned addresses, one a line.
    assigned_ips: Text,
    /// Whose order it is, where WHMCS says so.
    order: Option<AskedIn>,
}

impl ServiceInWhmcs {
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
    /// The server entry.
    pub(in crate::api) server: ServerIn,
    /// The services that WHMCS has on the server entry.
    pub services: Vec<ServiceInWhmcs>,
    /// The numbers of all services of WHMCS, whichever entry or module they have; missing: only those of the entry are there.
    pub(in crate::api) all: Option<Vec<Number>>,
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
    number_of(&request[key])
}

/// A number that may come as text.
pub(in crate::api) fn number_of(value: &Value) -> Option<u64> {
    // what the database cannot hold is no number of ours
    crate::guest::number(value).filter(|number| i64::try_from(*number).is_ok())
}

impl Number {
    /// The service of this number.
    pub(in crate::api) fn service(self) -> Result<ServiceId, Error> {
        self.0.filter(|id| *id > 0).map(ServiceId).ok_or(Error::NoService)
    }

    /// How many rows a page may have.
    pub(in crate::api) fn limit(self) -> u32 {
        let most = u64::from(limits::LIST_ROWS);
        self.0.unwrap_or(most).min(most) as u32
    }
}

/// A list of numbers, each once; `None` where there is no list.
pub(in crate::api) fn numbers(list: Option<&[Number]>) -> Option<BTreeSet<u64>> {
    Some(list?.iter().filter_map(|number| number.0).collect())
}
