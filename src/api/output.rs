//! What PHP gets: the JSON of replies. Each is a type, of which `docs/json.md` is written; what only one verb answers is where
//! the verb is.

mod action;
mod doing;
mod guest;
mod network;
mod option;
mod outbox;
mod service;
mod state;
mod trouble;

pub use action::{ActionOut, ActionRow, QuotaNow, QuotaOut};
pub use doing::DoingOut;
pub use guest::{CompareOut, CurrentOut, Permissions, PointOut, UsedOut};
pub use network::{AddressOut, DnsOut, SoldOut, network_out, sold_out};
pub use option::OptionRow;
pub use outbox::{DeliveryOut, dedicated, undelivered};
pub use service::ServiceOut;
pub use state::State;
pub use trouble::{AttentionOut, ErrorOut, Failed, TroubleOut, UnreadableOut, error_reply, troubles_out};

use crate::problems::Error;
use serde::Serialize;
use serde_json::{Map, Value};

/// A successful reply, from its type.
///
/// # Errors
/// A type that is no object of JSON: a mistake of this library.
pub fn reply_of(out: &impl Serialize) -> Result<Value, Error> {
    let fields = serde_json::to_value(out);
    fields.map(reply).map_err(|error| Error::Internal(error.to_string()))
}

/// A successful reply.
pub fn reply(fields: Value) -> Value {
    let mut reply = Map::from_iter([("ok".to_owned(), Value::Bool(true))]);
    if let Value::Object(fields) = fields {
        reply.extend(fields);
    }
    Value::Object(reply)
}
