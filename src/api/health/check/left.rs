//! What services that are no more have left: backups, and seeds among the ISOs. It is named and never deleted here: a storage that
//! was away when a service ended, or a store that was restored, says nothing of whether somebody still wants it.

use super::Check;
use crate::guest::{Backup, Place, SEED_PREFIX};
use crate::problems::Error;
use crate::pve::{self, Resources, StorageSeen};
use crate::service::Service;
use crate::service::media::SeedFile;
use crate::store;
use crate::words::ids::{NodeName, ServiceId};
use crate::words::problems;
use crate::words::status::Status;
use crate::words::units::GB;
use std::collections::BTreeMap;

/// In so many backups it is looked whose they are: each is a request, and there may be very many of other clusters.
const LOOKS: usize = 30;
/// So many files of a service are named one by one.
const NAMED: usize = 10;

/// What is left of each service, in words.
type Left = BTreeMap<ServiceId, Vec<String>>;

impl Check<'_> {
    /// What is left of services that are no more; `until`: when there is no time for more.
    pub(super) fn left(&mut self, resources: &Resources, until: f64) -> Result<(), Error> {
        for (id, files) in self.left_seeds(resources)? {
            let sentence = format!(
                "service {id} is no more, and of its seeds are left {}: delete them in Proxmox VE (the storage, ISO Images) where no VM has them \
                 in a drive; they hold host names and keys, and may hold the hash of a password",
                named(&files)
            );
            self.found(Some(id), &problems::SEEDS_LEFT, sentence, None)?;
        }
        for (id, backups) in self.left_backups(resources, until)? {
            let sentence = format!(
                "service {id} is no more, and of its backups are left {}: delete them in Proxmox VE (the storage, Backups) when nobody \
                 wants them any more",
                named(&backups)
            );
            self.found(Some(id), &problems::BACKUPS_LEFT, sentence, None)?;
        }
        Ok(())
    }

    /// Seeds by their names, which say installation and service.
    fn left_seeds(&mut self, resources: &Resources) -> Result<Left, Error> {
        let prefix = format!("{SEED_PREFIX}{}-", self.core.store.installation());
        let mut left = Left::new();
        for place in places(resources, |seen| seen.takes_isos) {
            let Some(isos) = self.listed(&place, |check| check.client.isos(&place.node, &place.storage))? else {
                continue;
            };
            for iso in isos {
                let rest = iso.file().strip_prefix(&prefix).and_then(|rest| rest.split_once('-'));
                let Some(id) = rest.and_then(|(id, _)| id.parse().ok()).map(ServiceId) else {
                    continue;
                };
                if self.is_no_more(id, iso.file())? {
                    let file = format!("{} on node {}", iso.volume, place.node);
                    left.entry(id).or_default().push(file);
                }
            }
        }
        Ok(left)
    }

    /// Backups by the marker in the config that is in them: their notes have no installation, and another WHMCS has the same numbers.
    fn left_backups(&mut self, resources: &Resources, until: f64) -> Result<Left, Error> {
        let mut found: Vec<Backup> = Vec::new();
        for place in places(resources, |seen| seen.takes_backups) {
            let listed = self.listed(&place, |check| check.client.backups_at(&place))?;
            found.extend(listed.unwrap_or_default());
        }
        let has_guest = |backup: &Backup| resources.vms.iter().any(|vm| vm.vmid == backup.vmid);
        let mut candidates = Vec::new();
        for backup in found {
            let may_be = match &backup.tag {
                Some(tag) => self.is_no_more(tag.service, "")?,
                None => !has_guest(&backup),
            };
            if may_be {
                candidates.push(backup);
            }
        }
        // those of this module first, as they were to go
        candidates.sort_by_key(|backup| (backup.tag.is_none(), backup.volume.clone()));
        let mut left = Left::new();
        for backup in candidates.iter().take(LOOKS) {
            if self.core.clock.now() >= until {
                break;
            }
            // what cannot be read proves nothing
            let Ok(config) = self.client.backup_config(&backup.place.node, &backup.volume) else {
                continue;
            };
            let description = config.get("description").unwrap_or_default();
            let owner = Service::owner_in(self.core.store.installation(), description);
            let Some(id) = owner else { continue };
            if self.is_no_more(id, "")? {
                left.entry(id).or_default().push(told(backup));
            }
        }
        Ok(left)
    }

    /// Whether a service has ended, or nobody knows it. A seed that the cron is about to delete is not left.
    fn is_no_more(&self, id: ServiceId, seed: &str) -> Result<bool, Error> {
        match self.core.store.service(id) {
            // a store that was restored knows less than WHMCS
            Err(store::Error::Unknown(_)) => Ok(!self.all.is_empty() && !self.all.contains(&id.0)),
            Err(store::Error::Corrupt { .. }) => Ok(false),
            known => {
                let (service, _) = known?;
                let goes = |known: &SeedFile| known.file == seed && known.refused == 0;
                let goes = service.body.media.seeds.iter().any(goes);
                Ok(service.status == Status::Removed && !goes)
            }
        }
    }

    /// What a storage has; none where nobody can say, which is told unless the login may not see it.
    fn listed<T>(&mut self, place: &Place, list: impl Fn(&Self) -> Result<T, pve::Error>) -> Result<Option<T>, Error> {
        match list(self) {
            Ok(list) => Ok(Some(list)),
            Err(pve::Error::Refused { status: 403, .. }) => Ok(None),
            Err(error) => {
                let sentence = format!(
                    "storage {} on node {} could not be listed, so nobody knows what services that are no more have left there: {error}; run \
                     the check again when that has passed",
                    place.storage, place.node
                );
                self.found(None, &problems::UNREAD, sentence, None)?;
                Ok(None)
            }
        }
    }
}

/// Each storage of a kind once, by the first node that is there; one that is no shared one by each of its nodes.
fn places(resources: &Resources, is_meant: impl Fn(&StorageSeen) -> bool) -> Vec<Place> {
    let mut nodes: BTreeMap<_, &NodeName> = BTreeMap::new();
    let seen = resources.storages.iter().filter(|seen| is_meant(seen));
    for seen in seen.filter(|seen| resources.is_in_service(&seen.node)) {
        let key = (&seen.id, (!seen.shared).then_some(&seen.node));
        nodes.entry(key).or_insert(&seen.node);
    }
    let place = |((storage, _), node): ((&_, _), &NodeName)| Place {
        node: node.clone(),
        storage: Clone::clone(storage),
    };
    nodes.into_iter().map(place).collect()
}

fn told(backup: &Backup) -> String {
    let size = backup.size.map(|size| format!(", {:.1} GB", size as f64 / GB as f64));
    let protected = if backup.protected { ", protected" } else { "" };
    format!(
        "{} (node {}{}{protected})",
        backup.volume,
        backup.place.node,
        size.unwrap_or_default()
    )
}

fn named(all: &[String]) -> String {
    let mut named: Vec<String> = all.iter().take(NAMED).cloned().collect();
    if all.len() > NAMED {
        named.push(format!("{} more", all.len() - NAMED));
    }
    named.join(", ")
}
