//! What a request says of the order and the WHMCS behind it.

use super::{Id, Text, parse};
use crate::problems::Error;
use crate::service::identity::{Asked, Identity};
use crate::words::ids::{Actor, By};
use crate::words::limits;
use serde::Deserialize;
use serde_json::Value;

/// What WHMCS says of the order behind a service.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(in crate::api) struct AskedIn {
    /// The client.
    client_id: Id,
    /// The order.
    order_id: Id,
    /// Its number, as the client sees it.
    order_number: Text,
    /// The day on which the service was ordered: `2026-11-30`.
    registered: Text,
    /// WHMCS's own status of the service.
    status: Text,
    /// The domain that WHMCS shows.
    domain: Text,
}

impl AskedIn {
    pub(in crate::api) fn parse(&self) -> Asked {
        // a day that WHMCS does not know is 0000-00-00
        let day = self.registered.0.get(..10).filter(|day| !day.starts_with("0000"));
        Asked {
            identity: Identity {
                client: self.client_id.0,
                order: self.order_id.0,
                number: self.order_number.0.trim().to_owned(),
                registered: day.unwrap_or_default().to_owned(),
            },
            status: self.status.0.trim().to_owned(),
            domain: self.domain.0.trim().to_owned(),
        }
    }
}

/// Whose order a request is about, where WHMCS says so.
pub fn asked_of(request: &Value) -> Result<Option<Asked>, Error> {
    Ok(parse::<AskedOnly>(request)?.order.as_ref().map(AskedIn::parse))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AskedOnly {
    order: Option<AskedIn>,
}

/// Who the `actor` of a request is.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ByIn {
    /// The number of the client or of the member of staff.
    id: Id,
    /// The address that the request came from.
    ip: Text,
    /// What a repetition of the request has too: letters, digits and `_`. What was done under it is not done again.
    nonce: Text,
}

impl ByIn {
    pub(in crate::api) fn parse(&self, actor: Actor) -> By {
        By {
            actor,
            id: Some(self.id.0).filter(|id| *id > 0),
            ip: self.ip.0.trim().parse().ok(),
        }
    }

    /// What a repetition has too. What cannot be one is none: it must not stand in the way of an order.
    pub(super) fn nonce(&self) -> Option<String> {
        let nonce = self.nonce.0.trim();
        // names of actions are part of those of forms, and have underscores
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_one = (1..=limits::NONCE_CHARS).contains(&nonce.len()) && nonce.bytes().all(is_word);
        is_one.then(|| nonce.to_owned())
    }
}
