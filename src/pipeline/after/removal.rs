//! Removed, reinstalled, terminated.

use super::backups::{backed_up, delete_backup};
use super::beside::beside_deleted;
use super::power::stopped;
use crate::pipeline::build::runs;
use crate::pipeline::call::{Blocked, Call, Plan, settled};
use crate::pipeline::view::View;

/// Gone, with the disks that its config names; backups, and volumes that no config names, stay. The button asks for a stopped guest.
pub(crate) fn removed(view: &View<'_>) -> Plan {
    out_of_ha(view)?;
    gone(view, false)
}

/// Gone with disks and snapshots; backups stay, and one more is there where the product wants it. The pipeline then clones again
/// under the same number.
pub(crate) fn reinstalled(view: &View<'_>) -> Plan {
    out_of_ha(view)?;
    let first = backed_up(view)?;
    if !first.is_empty() {
        return Ok(first);
    }
    let mut calls = stopped(view)?;
    if calls.is_empty() {
        calls = gone(view, false)?;
    }
    Ok(calls)
}

/// Without `purge` PVE refuses to delete a guest that HA manages; with it, the guest leaves its backup jobs as well.
pub(super) fn out_of_ha(view: &View<'_>) -> Result<(), Blocked> {
    match view.current {
        Some(current) if view.exists && current.ha_managed => Err(Blocked::HaManaged),
        _ => Ok(()),
    }
}

fn gone(view: &View<'_>, purge: bool) -> Plan {
    if !view.exists {
        return settled();
    }
    if view.config.is_protected() {
        return Err(Blocked::Protected);
    }
    Ok(vec![Call::Destroy { purge }])
}

/// Nothing is left: the second guest, backups and snapshots first, then the guest, in the order of the specification.
pub(crate) fn terminated(view: &View<'_>) -> Plan {
    if view.exists && view.config.is_protected() {
        return Err(Blocked::Protected);
    }
    let beside = beside_deleted(view)?;
    if !beside.is_empty() {
        return Ok(beside);
    }
    let backups = view.backups.iter().map(delete_backup);
    // of one that is hibernated they go with it
    let snapshots = view.snapshots.iter().filter(|_| !view.hibernated);
    let snapshots = snapshots.map(|snapshot| Call::DeleteSnapshot {
        name: snapshot.name.clone(),
        // its volumes go with the guest
        force: snapshot.unfinished,
    });
    let deletions: Vec<Call> = backups.chain(snapshots).collect();
    if !deletions.is_empty() {
        // they may take long: the guest is looked at again before it is touched
        return Ok(deletions);
    }
    if runs(view) {
        return stopped(view);
    }
    gone(view, true)
}
