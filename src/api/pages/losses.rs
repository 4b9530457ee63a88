//! What a customer loses whose guest is made anew.

use super::show::{check_owner, guest_of};
use crate::api::core::Core;
use crate::api::request::ServerIn;
use crate::problems::Error;
use crate::service::Service;
use crate::words::ids::UnixSeconds;
use serde::Serialize;

/// What goes with a guest if it is made anew.
#[derive(Debug, Serialize)]
pub(in crate::api) struct LossesOut {
    /// So many disks.
    disks: usize,
    /// So many snapshots.
    snapshots: usize,
    /// Whether a backup is made first, without which nothing goes.
    backup_first: bool,
}

/// What goes with the guest if it is made anew; for a page that was asked for at `begun`.
pub(super) fn losses(
    core: &Core,
    server: &ServerIn,
    service: &Service,
    backup_first: bool,
    begun: UnixSeconds,
) -> Result<Option<LossesOut>, Error> {
    let mut entry = server.parse()?;
    entry.waited += core.clock.now() - begun;
    let Some((client, path)) = guest_of(core, &entry, service)? else {
        return Ok(None);
    };
    let (config, snapshots) = Core::both(|| client.config(&path), || client.snapshots(&path));
    let config = config?;
    check_owner(core, service, &path, &config)?;
    Ok(Some(LossesOut {
        disks: config.disks().count(),
        snapshots: snapshots?.len(),
        backup_first,
    }))
}
