//! Which backups are a service's, and where they are looked for.

use crate::guest::{Backup, Place};
use crate::package::Package;
use crate::problems::BackupRefusal;
use crate::pve::{self, Client, Resources, StorageSeen};
use crate::service::Service;
use crate::words::ids::Actor;
use std::collections::BTreeSet;

/// A node's clock may be behind ours by so much when it dates a backup (seconds).
const CLOCK_SLACK: f64 = 60.0;

/// The backups of a service's guest, under whatever number it was made: its own, and what somebody else has made while the number
/// was the service's.
pub(super) fn backups_seen(
    client: &Client,
    (service, installation): (&Service, &str),
    resources: &Resources,
    places: Option<&BTreeSet<Place>>,
) -> Result<Vec<Backup>, pve::Unlisted> {
    let mut all: Vec<Backup> = Vec::new();
    for (vmid, held) in service.numbers() {
        let held = held.since..=held.until.unwrap_or(f64::INFINITY);
        let mut backups = client.backups(vmid, resources, service.body.node.as_ref(), places)?;
        backups.retain(|backup| backup.may_be_of(service.id, &held, CLOCK_SLACK));
        // another one's service of the same number, in a place that both store in
        backups.retain(|backup| backup.tag.as_ref().is_none_or(|tag| tag.may_be_of(installation)));
        // a number may have been the service's twice
        backups.retain(|backup| !all.contains(backup));
        all.extend(backups);
    }
    Ok(all)
}

/// The backups of a service's guest, the newest first: its own, and what somebody else has made while the guest's number was
/// the service's. Looked for where its own have been stored, and where the package stores them.
pub fn backups_of(
    client: &Client,
    (service, installation): (&Service, &str),
    package: &Package,
    resources: &Resources,
) -> Result<Vec<Backup>, pve::Error> {
    let places = places_of(service, package);
    let mut backups = backups_seen(client, (service, installation), resources, Some(&places))?;
    backups.sort_by(|one, other| other.at.total_cmp(&one.at));
    Ok(backups)
}

/// Where a service's backups can be: where they have been stored, and where the package stores them now.
pub(super) fn places_of(service: &Service, package: &Package) -> BTreeSet<Place> {
    let mut places = service.body.backups_on.clone();
    let now_on = service.body.node.clone().zip(package.backup_storage.clone());
    places.extend(now_on.map(|(node, storage)| Place { node, storage }));
    places
}

/// Refuses to look for a backup where nobody can see it: that it is not listed would say nothing.
pub(super) fn must_be_reached(resources: &Resources, place: &Place) -> Result<(), BackupRefusal> {
    let Place { node, storage } = place.clone();
    let is_it = |seen: &StorageSeen| {
        seen.id == storage && (seen.shared || seen.node == node) && resources.is_in_service(&seen.node)
    };
    let is_reached = resources.storages.iter().any(is_it);
    is_reached.then_some(()).ok_or(BackupRefusal::Away { storage, node })
}

/// The name of a backup that is the service's own; none: the provider keeps it.
pub fn own_name<'a>(service: &Service, backup: &'a Backup) -> Option<&'a str> {
    let mut times = service.times_of(backup.vmid);
    times.find_map(|held| backup.name_for(service.id, held.since))
}

/// Whether it can be restored by somebody: the service's own by everybody, and what the provider's jobs have made while its
/// number was the service's by staff, and by customers where the product shows them. No slack: a moment too early it is somebody
/// else's.
pub fn is_restorable(service: &Service, backup: &Backup, package: &Package, actor: Actor) -> bool {
    let is_kept_for = || actor != Actor::Client || package.more.backup_show_foreign;
    let is_of_then = || service.times_of(backup.vmid).any(|held| backup.at >= held.since);
    own_name(service, backup).is_some() || (backup.tag.is_none() && is_kept_for() && is_of_then())
}
