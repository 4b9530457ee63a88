//! CDs inserted, ejected and booted from; rescue mode.

use crate::pipeline::build::{running, runs};
use crate::pipeline::call::{Call, Plan, settled, write};
use crate::pipeline::view::View;
use crate::service::media::missing;
use crate::service::wish::Wish;

/// The drives and the boot order as they are wanted. What only a start makes true is written while the guest is stopped: one
/// that runs with it was started from it.
pub(crate) fn media(view: &View<'_>) -> Plan {
    let Some(Wish::Media(wanted)) = view.wish else {
        return settled();
    };
    let change = missing(&wanted.keys, view.config);
    if !change.is_empty() && wanted.stops && runs(view) {
        return Ok(vec![Call::Shutdown(view.package.more.shutdown_timeout_s)]);
    }
    let mut calls = write(change)?;
    if wanted.stops && wanted.runs && !view.suspended {
        calls.extend(running(view)?);
    }
    Ok(calls)
}
