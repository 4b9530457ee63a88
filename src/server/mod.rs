//! A server entry of WHMCS, read: where the nodes are, how to log in, whom to trust, which addresses may be leased.
//!
//! A mistake in the address lines never hides the other lines ([`Pool::bad`] lists it); a mistake anywhere else is an
//! error, because it would lead to a wrong machine or past a certificate.

mod access_hash;
pub mod address;
mod endpoint;
mod login;
mod pool;
mod secrets;

pub use endpoint::Endpoint;
pub use login::{Login, Secret};
pub use pool::{AddressLine, BadLine, Edit, Family, Part, Pool, Reserved, Usage, edited};
pub use secrets::Secrets;

use crate::words::ids::{ServerId, harmless};
use crate::words::limits;
use crate::words::problems::{self, Problem};
use access_hash::AccessHash;
use std::path::PathBuf;

/// The port of PVE's API when the entry names none.
pub const DEFAULT_PORT: u16 = 8006;

/// The fields of a server entry as WHMCS has them, nothing checked.
#[derive(Debug, Clone)]
pub struct ServerFields {
    /// The row of the entry.
    pub id: ServerId,
    /// *Hostname*.
    pub hostname: String,
    /// *IP Address*: used when there is no host name.
    pub ip: String,
    /// *Port*, as text; empty means [`DEFAULT_PORT`].
    pub port: String,
    /// *SSL* is ticked.
    pub secure: bool,
    /// *Username*: `user@realm` or `user@realm!tokenid`.
    pub username: String,
    /// *Password*: of the user, or the secret of the API token.
    pub password: Secret,
    /// *Access Hash*: `key=value` lines.
    pub access_hash: String,
    /// *Assigned IP Addresses*: one address line each.
    pub assigned_ips: String,
}

/// A server entry, checked: one cluster and its pool of addresses.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerEntry {
    /// The row in WHMCS.
    pub id: ServerId,
    /// Where the cluster answers, in the order in which to try; at least one.
    pub endpoints: Vec<Endpoint>,
    /// How to log in.
    pub login: Login,
    /// Which certificates are trusted.
    pub trust: Trust,
    /// What an admin should know wherever the server is shown; one sentence each.
    pub warnings: Vec<String>,
    /// The addresses for guests.
    pub pool: Pool,
    /// How long the page that asks has waited already (seconds): its looks share one limit.
    pub waited: f64,
}

/// Which certificate a node may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// One that the system's authorities signed, for the node's name.
    SystemRoots,
    /// One that the authorities of this PEM file signed, for the node's name.
    CaFile(PathBuf),
    /// The one with this SHA-256, whatever name it has.
    Fingerprint([u8; 32]),
    /// Any: the admin wrote `insecure=1`.
    Insecure,
}

impl Trust {
    /// Its word in replies.
    pub fn as_str(&self) -> &'static str {
        match self {
            Trust::SystemRoots => "system",
            Trust::CaFile(_) => "ca",
            Trust::Fingerprint(_) => "fingerprint",
            Trust::Insecure => "insecure",
        }
    }
}

/// Why a server entry cannot be used. The text is one sentence for an admin and never holds a secret: what was typed is
/// not repeated, because the secret may have been typed into the wrong field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// SSL is not ticked.
    #[error("switch on SSL: Proxmox VE speaks only HTTPS")]
    NotHttps,
    /// Neither host name nor address.
    #[error("the server entry has neither a host name nor an IP address: enter the name of a node")]
    NoHost,
    /// A host that is none.
    #[error("the host{} is no host name and no IP address: enter one such as pve1.example.net", harmless(" ", .0))]
    Host(String),
    /// A host behind a login, as in an address for browsers.
    #[error(
        "a host stands alone, without a login and an @ before it: the login belongs into the fields Username and Password"
    )]
    HostLogin,
    /// What has the form of an API token's secret, where a host belongs.
    #[error(
        "the host has the form of an API token's secret: enter the name of a node there, and the secret as the password"
    )]
    HostSecret,
    /// A port that is none.
    #[error("the port is a number from 1 to 65535, usually 8006{}", harmless(", not ", .0))]
    Port(String),
    /// No user.
    #[error("the user name is missing: enter an API token as user@realm!tokenid, or a user as user@realm")]
    NoUser,
    /// A user without realm.
    #[error(
        "the user name has no realm behind it: a user of the node's system has one as in root@pam, \
             a user of Proxmox VE as in whmcs@pve"
    )]
    NoRealm,
    /// A user name of another shape.
    #[error("that is no user name: write an API token as user@realm!tokenid, or a user as user@realm")]
    User,
    /// The secret of an API token behind its name, as the header of a request has it.
    #[error(
        "the user name goes on behind the API token's name: end it there, and enter the token's secret, what stands behind = or :, as the password"
    )]
    SecretInUser,
    /// An empty password field with an API token.
    #[error("the secret of the API token is missing: enter it as the password")]
    NoSecret,
    /// An empty password field with a user.
    #[error("the password is missing")]
    NoPassword,
    /// A secret that cannot be one.
    #[error("the secret of the API token holds characters that no secret has: copy it again")]
    Secret,
    /// The access hash.
    #[error("access hash, line {line}: {reason}")]
    AccessHash {
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong, without the value when it may be a secret.
        reason: String,
    },
}

impl Error {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            Error::NotHttps => &problems::SERVER_NOT_HTTPS,
            Error::NoHost | Error::Host(_) | Error::HostLogin | Error::HostSecret => &problems::SERVER_HOST,
            Error::Port(_) => &problems::SERVER_PORT,
            Error::NoUser | Error::NoRealm | Error::User | Error::SecretInUser => &problems::SERVER_USER,
            Error::NoSecret | Error::NoPassword | Error::Secret => &problems::SERVER_SECRET,
            Error::AccessHash { .. } => &problems::SERVER_ACCESS_HASH,
        }
    }
}

impl ServerEntry {
    /// Reads a server entry.
    pub fn parse(fields: &ServerFields) -> Result<ServerEntry, Error> {
        if !fields.secure {
            return Err(Error::NotHttps);
        }
        let hash = AccessHash::parse(&fields.access_hash)?;
        let mut warnings = Vec::new();
        let port = match fields.port.trim() {
            "" => DEFAULT_PORT,
            typed => endpoint::port(typed)?,
        };
        let mut endpoints = vec![first_endpoint(fields, port, &mut warnings)?];
        for endpoint in hash.endpoints.iter().map(|e| e.at(port)) {
            if !endpoints.contains(&endpoint) {
                endpoints.push(endpoint);
            }
        }
        let login = Login::parse(&fields.username, &fields.password)?;
        let trust = trust(&hash, endpoints.len(), &mut warnings);
        Ok(ServerEntry {
            id: fields.id,
            endpoints,
            login,
            trust,
            warnings,
            pool: Pool::parse(&fields.assigned_ips),
            waited: 0.0,
        })
    }

    /// How long the page that asks may still wait for Proxmox VE, seconds.
    pub fn page_seconds(&self) -> f64 {
        (limits::PAGE_SECONDS - self.waited.max(0.0)).max(limits::PAGE_LEAST_SECONDS)
    }
}

fn first_endpoint(fields: &ServerFields, port: u16, warnings: &mut Vec<String>) -> Result<Endpoint, Error> {
    let text = [&fields.hostname, &fields.ip]
        .into_iter()
        .map(|t| t.trim())
        .find(|t| !t.is_empty());
    let host = endpoint::HostPort::parse(text.ok_or(Error::NoHost)?)?;
    if let Some(other) = host.port.filter(|p| *p != port) {
        warnings.push(format!(
            "the host name names the port {other} and the port field {port}: {other} is used"
        ));
    }
    Ok(host.at(port))
}

/// The strictest trust that is configured: a left-over line must never weaken another one.
fn trust(hash: &AccessHash, endpoints: usize, warnings: &mut Vec<String>) -> Trust {
    let trust = match (hash.fingerprint, &hash.ca) {
        (Some(fingerprint), ca) => {
            if ca.is_some() {
                warnings.push("both fingerprint= and ca= are set: the fingerprint alone decides".to_owned());
            }
            if endpoints > 1 {
                warnings.push(
                    "every node has a certificate of its own and the fingerprint fits only one: \
                     set ca= to a copy of the \
                     cluster's pve-root-ca.pem so that the other endpoints work too"
                        .to_owned(),
                );
            }
            Trust::Fingerprint(fingerprint)
        }
        (None, Some(path)) => Trust::CaFile(path.clone()),
        (None, None) if hash.insecure => Trust::Insecure,
        (None, None) => Trust::SystemRoots,
    };
    match (&trust, hash.insecure) {
        (Trust::Insecure, _) => warnings.push(
            "insecure=1: certificates are not checked, anybody on the way can read the login; set fingerprint= or ca="
                .to_owned(),
        ),
        (_, true) => {
            warnings.push("insecure=1 has no effect: the certificate is checked by fingerprint= or ca=".to_owned())
        }
        (_, false) => {}
    }
    trust
}

#[cfg(test)]
mod tests;
