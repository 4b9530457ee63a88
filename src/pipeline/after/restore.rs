//! The guest made again from a backup.

use super::super::build::runs;
use crate::pipeline::call::{Blocked, Call, Plan, settled};
use crate::pipeline::view::View;
use crate::service::restoring::Restoring;
use crate::service::wish::Wish;
use crate::words::limits;

/// As it was when the backup was made. Proxmox VE deletes what there is first: where it then failed, the same is asked once
/// more, and not for ever. A guest that is whole although a restore was begun was not touched by it: whoever has it may have
/// worked on since, and is asked again.
pub(crate) fn restored(view: &View<'_>) -> Plan {
    let Some(Wish::Restore {
        volume,
        nonce,
        begun,
        done,
        ..
    }) = view.wish
    else {
        return settled();
    };
    let description = view.config.get("description").unwrap_or_default();
    if *done || Restoring::is_in(nonce, description) {
        return settled();
    }
    match (view.config.is_bare(), *begun) {
        (true, begun) if begun >= limits::RESTORES => return Err(Blocked::RestoreTorn),
        (false, 1..) => return Err(Blocked::RestoreNotDone),
        _ => {}
    }
    if view.config.is_protected() {
        return Err(Blocked::Protected);
    }
    if runs(view) {
        return Ok(vec![Call::Shutdown(view.package.more.shutdown_timeout_s)]);
    }
    Ok(vec![Call::Restore {
        volume: volume.clone(),
        nonce: nonce.clone(),
    }])
}
