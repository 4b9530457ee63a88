//! What is sold already and Proxmox VE does not show yet: the memory and the disks of guests that are still being built.

use super::{Engine, Job, placement};
use crate::guest::Config;
use crate::package::Package;
use crate::pipeline;
use crate::problems::Error;
use crate::pve::{Resources, StorageSeen, VmSeen};
use crate::service::Service;
use crate::service::wish::Wish;
use crate::words::ids::{ServerId, StorageId};
use std::collections::BTreeMap;

impl Engine<'_> {
    /// The services of a server entry that are being built, or wait for it.
    pub fn being_built(&self, server: ServerId) -> Result<Vec<Service>, Error> {
        Ok(self.store.of_entry(server, &pipeline::building())?)
    }
}

/// Takes from what is free what these services will need; `disks`: of which storages.
pub fn to_services<'a>(
    resources: &mut Resources,
    services: impl Iterator<Item = &'a Service>,
    disks: impl Fn(&StorageSeen) -> bool,
) {
    for service in services {
        let body = &service.body;
        if let (Some(node), Some(package)) = (&body.node, &body.package) {
            // Proxmox VE counts the disks of a guest that is there
            let needs = Some(service)
                .filter(|service| !service.has_guest())
                .map(|_| needs(service, package));
            resources.promise(node, package.memory_mib << 20, &needs.unwrap_or_default(), &disks);
        }
    }
}

impl Engine<'_> {
    /// Takes from what is free what restores of other services will still need that were asked for before this one's. One that is
    /// being done has all of its space where volumes take it at once; else nobody says how much of it is written.
    pub(super) fn promise_restores(&self, job: &Job, resources: &mut Resources) -> Result<(), Error> {
        let own = &job.lease.service;
        let since = |service: &Service| {
            let queued = service.body.queued.as_ref();
            queued.and_then(|queued| queued.waits_since).unwrap_or(f64::INFINITY)
        };
        let place = (since(own), own.id.0);
        for other in self.store.of_entry(own.server, &pipeline::restoring())? {
            let queued = other.body.queued.as_ref();
            let wish = queued.and_then(|queued| queued.wish.as_ref());
            let needs = wish.and_then(Wish::needs).zip(other.body.node.as_ref());
            let is_before = other.id != own.id && (since(&other), other.id.0) < place;
            if let (true, Some(((needs, begun), node))) = (is_before, needs) {
                resources.promise(node, 0, needs, |seen| !(begun && seen.thick));
            }
        }
        Ok(())
    }
}

/// Takes from what is free what one more guest of a package will need, on the node that it would come to. `false`: it fits nowhere,
/// and takes nothing.
pub fn to_order(resources: &mut Resources, package: &Package, template: &VmSeen, config: &Config) -> bool {
    let nodes = placement::nodes(resources, package, template, config).unwrap_or_default();
    if let Some(node) = nodes.first() {
        resources.promise(
            node,
            package.memory_mib << 20,
            &placement::needs(package, config),
            |_| true,
        );
    }
    !nodes.is_empty()
}

/// As [`placement::needs`], without the template: where its clone goes was written down with the reservation.
fn needs(service: &Service, package: &Package) -> BTreeMap<StorageId, u64> {
    let place = service.body.place.as_deref();
    let system: Option<StorageId> = place.and_then(|place| place.rsplit('/').next()?.parse().ok());
    let additional = package.additional_storage.clone().or_else(|| system.clone());
    placement::needs_on(package, [system, additional], package.system_disk_gib << 30)
}
