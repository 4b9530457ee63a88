//! The guests of which the cluster's list says nothing but where they are, as their node sends no statistics.

use crate::api::core::Core;
use crate::problems::{Error, Refusal};
use crate::pve::VmSeen;
use crate::words::ids::{ServerId, Vmid};
use crate::words::limits;
use std::collections::BTreeSet;

/// Those of the guests that are virtual machines and no service's: each has to be looked at, and more than
/// [`limits::GUESTS_ASKED`] of them are refused. Whoever needs none of them costs nothing.
pub(in crate::api) fn without_statistics<'a>(
    core: &Core,
    server: ServerId,
    guests: impl Iterator<Item = &'a VmSeen>,
) -> Result<Vec<&'a VmSeen>, Error> {
    let mut unknown: Vec<&VmSeen> = guests.filter(|vm| vm.qemu).collect();
    if unknown.is_empty() {
        return Ok(unknown);
    }
    let services = core.store.with_guest(server)?.into_iter();
    let known: BTreeSet<Vmid> = services
        .filter(|service| service.has_guest())
        .filter_map(|service| service.vmid)
        .collect();
    unknown.retain(|vm| !known.contains(&vm.vmid));
    match unknown.get(limits::GUESTS_ASKED) {
        None => Ok(unknown),
        Some(one) => Err(Refusal::NoStatistics {
            guests: unknown.len(),
            node: one.node.clone(),
        }
        .into()),
    }
}
