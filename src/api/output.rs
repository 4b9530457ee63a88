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
use serde_json::Value;
use std::fmt::Display;

/// A successful reply, as the text of its JSON. A tree of it first would be most of what a page's reads cost.
#[derive(Debug)]
pub struct Reply(String);

impl Reply {
    /// That of a type.
    ///
    /// # Errors
    /// A type that is no object of JSON: a mistake of this library.
    pub fn of(out: &impl Serialize) -> Result<Reply, Error> {
        let mut text = br#"{"ok":true"#.to_vec();
        let first = text.len();
        let wrong = |error: &dyn Display| Error::Internal(error.to_string());
        serde_json::to_writer(&mut text, out).map_err(|error| wrong(&error))?;
        match text.get(first..) {
            Some(b"{}") => drop(text.remove(first)),
            Some([b'{', ..]) => text[first] = b',',
            _ => return Err(wrong(&"a reply is no object")),
        }
        String::from_utf8(text).map(Reply).map_err(|error| wrong(&error))
    }

    /// The text.
    pub fn into_text(self) -> String {
        self.0
    }

    /// The same to look into.
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}
