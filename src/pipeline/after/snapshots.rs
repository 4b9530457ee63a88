//! Snapshots as they are wished for, by the names that the wish says; and the guest as it was then.

use crate::guest::Snapshot;
use crate::pipeline::call::{Blocked, Call, Plan, settled};
use crate::pipeline::view::View;
use crate::service::wish::{HowFar, Wish};

/// Deletes a snapshot; by force only one that was never whole. Forced, Proxmox VE takes one out of the config whose volumes it
/// could not delete, and nobody finds those again.
fn delete_snapshot(snapshot: &Snapshot) -> Call {
    Call::DeleteSnapshot {
        name: snapshot.name.clone(),
        force: snapshot.half_made,
    }
}

fn found<'a>(view: &View<'a>, name: &str) -> Option<&'a Snapshot> {
    view.snapshots.iter().find(|snapshot| snapshot.name == name)
}

/// Those of these names that are there, children before parents.
fn deletions(view: &View<'_>, names: &[String]) -> Vec<Call> {
    let wanted = view.snapshots.iter().filter(|snapshot| names.contains(&snapshot.name));
    wanted.map(delete_snapshot).collect()
}

/// One more, and only then those that make room for it: what fails has lost nothing. Or one less.
pub(crate) fn snapshots(view: &View<'_>) -> Plan {
    match view.wish {
        Some(Wish::Take {
            name,
            label,
            ram,
            instead_of,
            ..
        }) => match found(view, name) {
            None => Ok(vec![Call::TakeSnapshot {
                name: name.clone(),
                label: label.clone(),
                ram: *ram,
            }]),
            // a worker of Proxmox VE was killed: what it left is none
            Some(left) if left.unfinished => Ok(vec![delete_snapshot(left)]),
            Some(_) => Ok(deletions(view, instead_of)),
        },
        Some(Wish::Delete { name }) => Ok(found(view, name).map(delete_snapshot).into_iter().collect()),
        _ => settled(),
    }
}

/// As it was then: where the storage goes back to none but the newest, those first that are newer. That the guest's parent
/// is the one to go back to says nothing, as it may be so before: done is what its task has ended well.
pub(crate) fn rolled_back(view: &View<'_>) -> Plan {
    let Some(Wish::RollBack { name, newer, stage }) = view.wish else {
        return settled();
    };
    if *stage == HowFar::Done {
        return settled();
    }
    let target = found(view, name).ok_or(Blocked::SnapshotGone)?;
    // each is looked at before the first is deleted: with one in the way none is
    let in_the_way = |one: &&Snapshot| !newer.is_empty() && one.is_after(target) && !newer.contains(&one.name);
    if let Some(one) = view.snapshots.iter().find(in_the_way) {
        return Err(Blocked::SnapshotNewer(one.name.clone()));
    }
    let mut calls = deletions(view, newer);
    if calls.is_empty() {
        calls.push(Call::RollBack(name.clone()));
    }
    Ok(calls)
}
