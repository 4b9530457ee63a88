//! A store is opened, and moved to another place: what is asked before there is a core.

use crate::api::core::Core;
use crate::api::output::Reply;
use crate::api::request::{self, Flag, Text};
use crate::problems::Error;
use crate::store::{self, Home, Location, Store};
use crate::words::clock::{Clock, SystemClock};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which store.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OpenIn {
    /// A path, or `mysql://user:password@host:port/database` with `?prefix=`, `&socket=`, `&tls_ca=`, every part
    /// percent-encoded.
    store: Text,
    /// Where the WHMCS is that asks: what changes something is refused in a store of another one.
    home: Option<Home>,
    /// Whether a store that was found damaged is looked through for as long as that takes.
    patient: Flag,
}

/// A store that is open.
#[derive(Debug, Serialize)]
struct OpenOut {
    /// Its id: what the markers of its guests begin with.
    installation: String,
}

/// Opens a store: its place and the WHMCS that it is asked for, and the reply.
///
/// # Errors
/// A store that cannot be opened, or is of a newer version.
pub fn open(request: &Value) -> Result<(Location, Option<Home>, Reply), Error> {
    let request: OpenIn = request::parse(request)?;
    let place = Location::parse(&request.store.0)?;
    if request.patient.0 {
        Store::look_at_marked(&place);
    }
    let opened = Core::shared(&place)?;
    opened.store.must_be_current()?;
    let installation = opened.store.installation().to_owned();
    let reply = Reply::of(&OpenOut { installation })?;
    Ok((place, request.home, reply))
}

/// From where to where.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MoveIn {
    /// The store that is, as `proxmoxkvm_open` takes it.
    from: Text,
    /// The store that shall be.
    to: Text,
}

/// One bounded part of a move. To be called until `done`.
///
/// # Errors
/// A place that cannot be used, and what does not let itself be copied.
pub fn move_store(request: &Value) -> Result<Reply, Error> {
    let MoveIn { from, to } = request::parse(request)?;
    let moved = store::move_part(&Location::parse(&from.0)?, &Location::parse(&to.0)?, SystemClock.now())?;
    Reply::of(&moved)
}
