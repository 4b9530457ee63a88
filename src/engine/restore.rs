//! A VM made again from a backup, in place of what it has: what can be told before anything is touched, the request, and
//! what is believed of what it leaves.
//!
//! Proxmox VE deletes the disks before it reads the backup, and leaves nothing when that breaks off. So whatever is known
//! beforehand refuses; the intent is written down with the word by which the guest that comes out of it is known; and a
//! guest without anything is the service's own only under that intent ([`Restoring`]).

use super::{Engine, Job, node_could_start};
use crate::guest::{Backup, Config, Drive};
use crate::package::Package;
use crate::pipeline::Blocked;
use crate::problems::{Error, Refusal, RestoreRefusal, SnapshotRefusal};
use crate::pve::{self, GuestPath, Resources, RestoreRequest};
use crate::service::guest_life::OurFirewall;
use crate::service::outbox::Kind;
use crate::service::restoring::{Left, Restoring};
use crate::service::wish::Wish;
use crate::service::{Queued, Service};
use crate::words::ids::{NodeName, StorageId, Vmid};
use crate::words::problems;
use crate::words::units::GIB;
use serde_json::Value;
use std::collections::BTreeMap;

/// Whether a restore has left the service's guest without disks.
pub(super) fn is_torn(service: &Service) -> bool {
    service.body.guest.restoring().is_some_and(|restoring| restoring.torn)
}

/// The restore is over, and the guest is there: nothing is believed of it any more but its proofs.
pub(super) fn is_over(service: &mut Service) {
    if let Some(guest) = service.body.guest.ours_mut() {
        guest.restoring.take_if(|restoring| !restoring.torn);
    }
}

/// The firewall file of a backup is the guest's as soon as the backup is read: an IP filter in it is this module's work, with
/// the addresses of then.
pub(super) fn brings_firewall(service: &mut Service) {
    if let Some(guest) = service.body.guest.ours_mut().filter(|guest| guest.restoring.is_some()) {
        guest.firewall = OurFirewall::Filtered;
    }
}

/// What a look has shown of a guest that is the service's own.
pub(super) fn learn(service: &mut Service, left: Option<Left>, uuid: Option<String>) {
    let Some(guest) = service.body.guest.ours_mut() else {
        return;
    };
    let Some((left, restoring)) = left.zip(guest.restoring.as_mut()) else {
        guest.uuid = guest.uuid.take().or(uuid);
        if let Some(restoring) = &mut guest.restoring {
            // whole, and its own: somebody has mended it in Proxmox VE
            restoring.torn = false;
        }
        return;
    };
    restoring.torn = left == Left::Nothing;
    if left == Left::Restored {
        // that of the backup, which may be older than the last reinstallation
        guest.uuid = uuid;
        let nonce = restoring.nonce.clone();
        if let Some(queued) = &mut service.body.queued {
            queued.is_restored(&nonce);
        }
    }
}

/// Whether the guest's node reaches the backup.
pub(super) fn must_be_within_reach(
    resources: &Resources,
    backup: &Backup,
    node: &NodeName,
) -> Result<(), RestoreRefusal> {
    let place = &backup.place;
    let is_it = |seen: &&pve::StorageSeen| seen.id == place.storage && seen.node == *node;
    let seen = resources.storages.iter().find(is_it);
    if seen.is_some_and(|seen| seen.shared || place.node == *node) {
        return Ok(());
    }
    Err(RestoreRefusal::Elsewhere {
        volume: backup.volume.clone(),
        storage: place.storage.clone(),
        node: node.clone(),
    })
}

/// Refuses what is known to be damaged.
pub(super) fn must_be_whole(backup: &Backup, node: &NodeName) -> Result<(), RestoreRefusal> {
    if backup.verified != Some(false) {
        return Ok(());
    }
    let (volume, node) = (backup.volume.clone(), node.clone());
    let words = "Proxmox Backup Server found it damaged when it last verified it".to_owned();
    Err(RestoreRefusal::Unreadable { volume, node, words })
}

/// Whether what is in a backup is sold: a disk does not get smaller.
pub(super) fn must_be_sold(package: &Package, then: &Config, volume: &str) -> Result<(), RestoreRefusal> {
    let system = then.system_disk();
    if !system.as_ref().is_some_and(Drive::is_backed_up) {
        return Err(RestoreRefusal::NoDisk {
            volume: volume.to_owned(),
        });
    }
    let disks = [
        ("system disk", system, package.system_disk_gib),
        ("additional disk", then.additional_disk(), package.additional_disk_gib),
    ];
    for (which, disk, wanted_gib) in disks {
        if wanted_gib > 0
            && let Some(disk) = disk.filter(|disk| disk.exceeds(wanted_gib))
        {
            return Err(RestoreRefusal::Larger {
                volume: volume.to_owned(),
                which,
                has_gib: disk.size().unwrap_or_default().div_ceil(GIB),
                wanted_gib,
            });
        }
    }
    Ok(())
}

/// Whether the disks in a backup find their storages on the node, with space for them once those are deleted that they take
/// the place of. Of those only what takes its whole size at once is sure to free it: how much of another one is written nobody
/// says.
fn must_have_room(
    resources: &Resources,
    (now, then): (&Config, &Config),
    node: &NodeName,
    volume: &str,
) -> Result<BTreeMap<StorageId, u64>, RestoreRefusal> {
    let mut needs = BTreeMap::new();
    for (storage, Room { wanted, freed }) in wants(resources, (now, then), node, volume)? {
        needs.insert(storage.clone(), wanted.saturating_sub(freed));
        let free = free_on(resources, &storage, node)?.saturating_add(freed);
        if free < wanted {
            return Err(RestoreRefusal::Space {
                volume: volume.to_owned(),
                storage,
                node: node.clone(),
                wanted_gib: wanted.div_ceil(GIB),
                free_gib: free >> 30,
            });
        }
    }
    Ok(needs)
}

/// A config of then as the guest is started with it.
pub(super) fn brought_back(job: &Job, then: &Config) -> Config {
    let today = job.order.package.more.media.rescue_volume();
    let media = &job.lease.service.body.media;
    media.as_brought_back(then, today.map(|(_, volume)| volume))
}

/// What disks want of a storage (bytes).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Room {
    /// As large as they are.
    pub(super) wanted: u64,
    /// What those give back for certain that they take the place of.
    pub(super) freed: u64,
}

/// What is free on a storage (bytes).
pub(super) fn free_on(resources: &Resources, storage: &StorageId, node: &NodeName) -> Result<u64, RestoreRefusal> {
    let mut known = resources.storages.iter();
    let seen = known.find(|seen| seen.id == *storage && seen.node == *node);
    seen.and_then(|seen| seen.free)
        .ok_or_else(|| RestoreRefusal::SpaceUnknown {
            storage: storage.clone(),
            node: node.clone(),
        })
}

/// What the disks in a backup want of the storages on a node.
pub(super) fn wants(
    resources: &Resources,
    (now, then): (&Config, &Config),
    node: &NodeName,
    volume: &str,
) -> Result<BTreeMap<StorageId, Room>, RestoreRefusal> {
    let mut wanted: BTreeMap<StorageId, Room> = BTreeMap::new();
    for disk in then.disks().filter(Drive::is_backed_up) {
        let Some(storage) = disk.storage() else { continue };
        let old = now.disks().find(|old| old.slot == disk.slot);
        let freed = old.filter(|old| old.storage().as_ref() == Some(&storage));
        let mut known = resources.storages.iter();
        let seen = known.find(|seen| seen.id == storage && seen.node == *node && seen.takes_images);
        let is_thick = seen.is_some_and(|seen| seen.thick);
        if seen.is_none() {
            return Err(RestoreRefusal::DiskStorage {
                volume: volume.to_owned(),
                slot: disk.slot,
                storage,
                node: node.clone(),
            });
        }
        let sums = wanted.entry(storage).or_default();
        sums.wanted += disk.size().unwrap_or_default();
        if is_thick {
            sums.freed += freed.and_then(|old| old.size()).unwrap_or_default();
        }
    }
    Ok(wanted)
}

impl Engine<'_> {
    /// The same of a guest that was just looked at, beside what others have asked for.
    fn may_begin(
        &self,
        job: &Job,
        path: &GuestPath,
        then: &Config,
        volume: &str,
        resources: &mut Resources,
    ) -> Result<BTreeMap<StorageId, u64>, Error> {
        let of_disks: Vec<StorageId> = then.disks().filter_map(|disk| disk.storage()).collect();
        let of_disks: Vec<&StorageId> = of_disks.iter().collect();
        job.client.fill_in(resources, Some(&path.node), &of_disks);
        self.promise_restores(job, resources)?;
        Ok(must_have_room(
            resources,
            (job.look.config(), then),
            &path.node,
            volume,
        )?)
    }

    /// What to write down as wished for, of a guest that was just looked at; or why it cannot be, as far as anybody can tell
    /// before the guest is touched.
    pub(super) fn wish_to_restore(
        &self,
        job: &Job,
        path: &GuestPath,
        (name, backup): (&str, &Backup),
        mut resources: Resources,
    ) -> Result<Wish, Error> {
        let queued = job.lease.service.body.queued.as_ref();
        let config = job.look.config();
        if config.is_hibernated() {
            return Err(Refusal::Hibernated(path.vmid).into());
        }
        if config.is_protected() {
            return Err(Blocked::Protected.into());
        }
        must_be_within_reach(&resources, backup, &path.node)?;
        must_be_whole(backup, &path.node)?;
        let then = self.config_in(job, backup, path)?;
        must_be_sold(&job.order.package, &then, &backup.volume)?;
        self.must_keep_by_hand(job)?;
        let needs = self.may_begin(job, path, &then, &backup.volume, &mut resources)?;
        if job.look.runs() || queued.is_some_and(|queued| queued.stopped) {
            let whose = format!("backup {} of VM {}", backup.volume, path.vmid);
            node_could_start(&job.client, &whose, &path.node, &brought_back(job, &then), false)?;
        }
        let operation = job.lease.operations.own().map_or(0, |own| own.id);
        Ok(Wish::Restore {
            backup: name.to_owned(),
            volume: backup.volume.clone(),
            nonce: crate::guest::Made::ByHand.name(self.clock.now(), operation),
            begun: 0,
            done: false,
            needs,
        })
    }

    /// The config in a backup, which has to be one of the service's own guest.
    pub(super) fn config_in(&self, job: &Job, backup: &Backup, path: &GuestPath) -> Result<Config, Error> {
        let (volume, node) = (backup.volume.clone(), path.node.clone());
        let config = match job.client.backup_config(&path.node, &backup.volume) {
            Ok(config) => config,
            Err(pve::Error::Refused { status: 500, words, .. }) => {
                let has_no_key = backup.encrypted && words.contains("key");
                return Err(if has_no_key {
                    RestoreRefusal::Encrypted { volume, node, words }.into()
                } else {
                    RestoreRefusal::Unreadable { volume, node, words }.into()
                });
            }
            Err(error) => return Err(error.into()),
        };
        let description = config.get("description").unwrap_or_default();
        let marker = job.lease.service.marker(self.store.installation());
        let mut owners = description.lines().filter_map(|line| {
            let owner = line.trim().strip_prefix(Service::MARKER)?;
            (line.trim() != marker).then(|| owner.trim().to_owned())
        });
        match owners.next() {
            Some(owner) => Err(RestoreRefusal::Foreign { volume, owner }.into()),
            // of what somebody else has made only the config says whose it is
            None if backup.tag.is_none() && !self.is_marked(job, &config) => {
                Err(RestoreRefusal::Unmarked { volume }.into())
            }
            None => Ok(config),
        }
    }

    /// Asks for the restore of a guest that was looked at right before.
    pub(super) fn restore(&self, job: &mut Job, volume: &str, nonce: String) -> Result<(), Error> {
        let path = Self::guest_path(job)?;
        if !job.look.exists() {
            // under its number Proxmox VE would make another one
            let service = job.lease.service.id;
            let (vmid, node) = (path.vmid, path.node);
            return Err(Refusal::Gone { service, vmid, node }.into());
        }
        if !job.look.config().is_bare() {
            // as long as there is something to lose; hours may have passed since it was asked for
            let then = job.client.backup_config(&path.node, volume)?;
            self.may_begin(job, &path, &then, volume, &mut job.client.resources()?)?;
        }
        self.keep_by_hand(job)?;
        let (service, config) = (&job.lease.service, job.look.config());
        let earlier = service.body.guest.restoring().cloned().unwrap_or_default();
        let today = config
            .get("description")
            .filter(|text| service.is_marked(self.store.installation(), text));
        let restoring = Restoring {
            net0: config.get("net0").map(str::to_owned).or(earlier.net0),
            description: today.map(str::to_owned).or(earlier.description),
            nonce,
            torn: earlier.torn,
            why: earlier.why,
        };
        let standard = service.description(self.store.installation());
        let kept = restoring.description.as_deref();
        let description = Restoring::described(kept.unwrap_or(&standard), &restoring.nonce);
        let (name, net0) = (service.body.name.clone(), restoring.net0.clone());
        if let Some(guest) = job.service().body.guest.ours_mut() {
            guest.restoring = Some(restoring);
        }
        let what = format!("restore backup {volume} to VM {}", path.vmid);
        self.task_call(job, what, |client| {
            client.restore(
                &path,
                &RestoreRequest {
                    volume,
                    name: name.as_deref(),
                    description: &description,
                    net0: net0.as_deref(),
                },
            )
        })
    }

    /// An error of a restore, in the words of this case: what its task has said is not lost, and whoever waits for it is told
    /// when it is given up.
    pub(super) fn of_restore(&self, job: &mut Job, error: Error) -> Error {
        let restores = job
            .lease
            .service
            .body
            .queued
            .as_ref()
            .is_some_and(Queued::is_of_restore);
        match error {
            Error::Snapshot(SnapshotRefusal::Late) if restores => RestoreRefusal::Late.into(),
            Error::Blocked(Blocked::RestoreNotDone) => job.task_failure.take().unwrap_or(error),
            Error::Blocked(Blocked::RestoreTorn) => self.gives_up(job),
            error => error,
        }
    }

    /// Whoever waits for it is told once; after that it is said as it was said at first.
    fn gives_up(&self, job: &mut Job) -> Error {
        let failure = job.task_failure.take().map(|failure| failure.to_string());
        let service = &job.lease.service;
        let (vmid, node) = (service.vmid.unwrap_or(Vmid::MIN), service.body.node.clone());
        let Some(node) = node else {
            return Refusal::NoGuest(service.id).into();
        };
        let told = service.body.trouble.as_ref();
        let is_told = told.is_some_and(|told| told.is(&problems::RESTORE_TORN));
        let words = if is_told {
            service
                .body
                .guest
                .restoring()
                .and_then(|restoring| restoring.why.clone())
        } else {
            failure.or_else(|| told.map(|told| told.message.clone()))
        };
        let words = words.unwrap_or_else(|| "its task has not said why".to_owned());
        if let Some(restoring) = job
            .service()
            .body
            .guest
            .ours_mut()
            .and_then(|guest| guest.restoring.as_mut())
        {
            restoring.why = Some(words.clone());
        }
        let error: Error = RestoreRefusal::Torn { vmid, node, words }.into();
        if !is_told {
            let why = super::operations::why(&error);
            job.told.push(("backup_restore".to_owned(), Some(why)));
            job.service().owe(Kind::MailRestoreFailed, Value::Null);
        }
        error
    }
}
