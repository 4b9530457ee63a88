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
    if !change.is_empty() {
        // nothing starts behind it: Proxmox VE writes the keys in any order, and makes each CD drive a part of the boot order from
        // before, which then takes the place of the one that was asked for (qemu-server, PVE/API2/Qemu.pm, `update_vm_api`)
        return write(change);
    }
    if wanted.stops && wanted.runs && !view.suspended {
        return running(view);
    }
    settled()
}
