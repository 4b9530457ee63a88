//! The store moves to another place.

use crate::api::output;
use crate::problems::Error;
use crate::store;
use crate::store::Location;
use crate::words::clock::{Clock, SystemClock};
use serde_json::{Value, json};

/// One bounded part of a move: `{"from", "to"}`, both as `proxmoxkvm_open` knows them. To be called until `done`.
pub fn move_store(request: &Value) -> Result<Value, Error> {
    let place = |name: &str| Location::parse(request[name].as_str().unwrap_or_default());
    let moved = store::move_part(&place("from")?, &place("to")?, SystemClock.now())?;
    Ok(output::reply(json!({
        "done": moved.done,
        "table": moved.table,
        "copied": moved.copied,
        "verified": moved.compared,
        "of": moved.of,
    })))
}
