//! Whether a snapshot can be taken, deleted or rolled back to: all that can be told before anything is touched.

use super::missing::Missing;
use super::{Engine, Job, due, node_could_start, restore};
use crate::guest::{Config, Made, Snapshot};
use crate::pipeline::{self, Row};
use crate::problems::{Error, Refusal, SnapshotRefusal};
use crate::pve::{GuestPath, StorageSeen};
use crate::service::Queued;
use crate::service::wish::{HowFar, Wish};
use crate::words::ids::{NodeName, StorageId};
use crate::words::limits;
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub enum SnapshotAsk<'a> {
    /// One more, called so.
    Take(Made, &'a str),
    /// The guest as it was when this one was made; and the newest of those that are lost by it, as whoever asks has seen it.
    RollBack(&'a str, &'a str),
    /// One less.
    Delete(&'a str),
}

/// What Proxmox VE says of a guest's snapshots.
pub struct SnapshotsSeen<'a> {
    /// All of them.
    pub all: &'a [Snapshot],
    /// Whether a storage of its disks goes back to none but the newest.
    pub back_to_newest: bool,
}

impl SnapshotsSeen<'_> {
    /// Those that would be lost by going back to one.
    ///
    /// # Errors
    /// One of them is not the service's own.
    pub fn lost_by(&self, target: &Snapshot) -> Result<Vec<&Snapshot>, SnapshotRefusal> {
        let newer = self
            .all
            .iter()
            .filter(|one| self.back_to_newest && one.is_after(target));
        let newer: Vec<&Snapshot> = newer.collect();
        match newer.iter().find(|one| !one.is_own()) {
            Some(foreign) => Err(SnapshotRefusal::Foreign(foreign.name.clone())),
            None => Ok(newer),
        }
    }
}

/// The storages of what a snapshot holds.
fn storages_of(config: &Config) -> BTreeSet<StorageId> {
    let volumes = config.snapshot_volumes();
    volumes.filter_map(|drive| drive.storage()).collect()
}

/// Where Proxmox VE keeps the memory of a guest (qemu-server, PVE/QemuConfig.pm, `find_vmstate_storage`): where its config says,
/// else with a volume of it, rather on a shared storage and there among files.
fn storage_of_memory(storages: &[StorageSeen], config: &Config, node: &NodeName) -> Option<StorageId> {
    if let Some(chosen) = config.get("vmstatestorage") {
        return chosen.parse().ok();
    }
    let all = storages_of(config);
    let seen = storages
        .iter()
        .filter(|seen| seen.node == *node && all.contains(&seen.id));
    let mut seen: Vec<&StorageSeen> = seen.collect();
    seen.sort_by(|one, other| one.id.cmp(&other.id));
    let best = |shared| {
        let mut of_kind = seen.iter().filter(|seen| seen.shared == shared);
        let first = of_kind.clone().next();
        of_kind
            .rfind(|seen| seen.keeps_files)
            .or(first)
            .map(|seen| seen.id.clone())
    };
    best(true).or_else(|| best(false))
}

/// How full the storages of a snapshot may be: the first that is too full, or of which that is not known. `memory`: so many
/// bytes are needed for it, on its storage.
pub fn has_space(
    storages: &[StorageSeen],
    config: &Config,
    path: &GuestPath,
    (floor, memory): (u32, u64),
) -> Result<(), SnapshotRefusal> {
    let of_memory = storage_of_memory(storages, config, &path.node).filter(|_| memory > 0);
    let mut all = storages_of(config);
    all.extend(of_memory.clone());
    for storage in all {
        let node = path.node.clone();
        let seen = storages.iter().find(|seen| seen.id == storage && seen.node == node);
        let takes_memory = of_memory.as_ref() == Some(&storage);
        let taken = if takes_memory { memory } else { 0 };
        let Some(free) = seen.and_then(|seen| seen.percent_free_beside(taken)) else {
            return Err(SnapshotRefusal::SpaceUnknown { storage, node });
        };
        if free < u64::from(floor) {
            return Err(SnapshotRefusal::Floor {
                storage,
                node,
                free,
                floor,
            });
        }
    }
    Ok(())
}

/// Whether a volume of the guest goes back to none but its newest snapshot.
pub fn goes_back_to_newest(storages: &[StorageSeen], config: &Config) -> bool {
    let all = storages_of(config);
    (storages.iter()).any(|seen| seen.back_to_newest && all.contains(&seen.id))
}

impl Engine<'_> {
    /// From now on this is wanted of the snapshots or backups, until it is done or refused; the cron finishes what this visit does not.
    /// What keeps the service from something else is still in its way.
    pub fn begin_wish(&self, job: &mut Job, wish: Wish) {
        let now = self.clock.now();
        let service = job.service();
        let status = pipeline::status_of_wish(&wish);
        // what a restore has lost is restored once more, also in place of a rebuild: what was before the first one still was
        let lost = service.is_lost().then(|| service.body.queued.take()).flatten();
        let lost = lost.map(Queued::restored_instead);
        let from = lost.as_ref().map_or(Some(service.status), |lost| lost.from);
        if lost.is_some() {
            service.body.trouble = None;
            service.body.reinstalled = false;
        }
        service.status = status;
        service.body.attempts = 0;
        service.body.queued = Some(Queued {
            from,
            wish: Some(wish),
            waits_since: Some(now),
            ..lost.unwrap_or_default()
        });
        due::begins(service, now);
    }

    /// What the row still misses; what is wanted of snapshots and could not be gone on with for too long is refused.
    pub(super) fn missing_in_time(&self, job: &mut Job, row: &Row, is_next: bool) -> Result<Missing, Error> {
        let missing = self.missing(job, row)?;
        see_taken(job);
        let is_left = match &missing {
            Missing::Calls(calls) => !calls.is_empty(),
            Missing::Wait { .. } => true,
            Missing::Nothing => false,
        };
        let now = self.clock.now();
        let queued = job.lease.service.body.queued.as_ref().filter(|_| is_next && is_left);
        let is_unknown = job.task_failure.is_none() && matches!(missing, Missing::Calls(_));
        match queued {
            Some(queued) if queued.is_half_back() && is_unknown => Err(SnapshotRefusal::HalfBack.into()),
            // nothing is left that somebody could have worked on
            Some(queued) if queued.is_stale(now) && !restore::is_torn(&job.lease.service) => {
                Err(SnapshotRefusal::Late.into())
            }
            _ => Ok(missing),
        }
    }

    /// What to write down as wished for, of a guest that was just looked at ([`Engine::situation`]); or why it cannot be.
    /// The schedule asks the same way as a person does.
    pub fn wish(&self, job: &mut Job, ask: SnapshotAsk<'_>) -> Result<Wish, Error> {
        let path = Self::guest_path(job)?;
        if job.look.config().is_hibernated() {
            return Err(Refusal::Hibernated(path.vmid).into());
        }
        let all = job.client.snapshots(&path)?;
        match ask {
            SnapshotAsk::Take(made, label) => self.wish_to_take(job, &path, &all, made, label),
            SnapshotAsk::Delete(name) => {
                let name = own(&all, name)?.name.clone();
                Ok(Wish::Delete { name })
            }
            SnapshotAsk::RollBack(name, lost) => {
                let target = own(&all, name)?;
                if target.unfinished {
                    return Err(SnapshotRefusal::Unfinished.into());
                }
                let storages = job.client.resources()?.storages;
                let seen_now = SnapshotsSeen {
                    all: &all,
                    back_to_newest: goes_back_to_newest(&storages, job.look.config()),
                };
                let newer: Vec<String> = seen_now.lost_by(target)?.iter().map(|one| one.name.clone()).collect();
                // children stand before their parents
                if newer.first().is_some_and(|newest| newest != lost) {
                    return Err(SnapshotRefusal::Newer(newer).into());
                }
                self.could_start_then(job, name)?;
                Ok(Wish::RollBack {
                    name: target.name.clone(),
                    newer,
                    stage: HowFar::Waits,
                })
            }
        }
    }

    /// Refuses to go back to a snapshot with which a guest that runs would not start again: its own config says so.
    pub(super) fn could_start_then(&self, job: &Job, snapshot: &str) -> Result<(), Error> {
        if !job.look.runs() {
            return Ok(());
        }
        let path = Self::guest_path(job)?;
        // a seed of then is made again
        let then = job.client.snapshot_config(&path, snapshot)?.without_seeds();
        let whose = format!("snapshot {snapshot} of VM {}", path.vmid);
        node_could_start(&job.client, &whose, &path.node, &then, false)
    }

    fn wish_to_take(
        &self,
        job: &mut Job,
        path: &GuestPath,
        all: &[Snapshot],
        made: Made,
        label: &str,
    ) -> Result<Wish, Error> {
        let label = label.trim();
        if label.chars().count() > limits::SNAPSHOT_LABEL || label.contains(char::is_control) {
            return Err(SnapshotRefusal::Label.into());
        }
        let package = &job.order.package;
        let most = package
            .snapshots
            .filter(|most| *most > 0)
            .ok_or(SnapshotRefusal::NotSold)?;
        let instead_of = room_for_snapshot(all, most)?;
        if !job.client.can_snapshot(path)? {
            let vmid = path.vmid;
            let disks = disks_without(job.look.config());
            return Err(SnapshotRefusal::Impossible { vmid, disks }.into());
        }
        let ram = package.more.snapshot_ram && job.look.runs();
        let floor = package.more.snapshot_floor;
        if floor > 0 {
            let mut resources = job.client.resources()?;
            let config = job.look.config();
            let mut all = storages_of(config);
            if ram {
                all.extend(storage_of_memory(&resources.storages, config, &path.node));
            }
            let all: Vec<_> = all.iter().collect();
            job.client.fill_in(&mut resources, Some(&path.node), &all);
            let memory = config.number("memory").unwrap_or(package.memory_mib);
            let extra = if ram {
                (memory << 21) + limits::SNAPSHOT_STATE
            } else {
                0
            };
            has_space(&resources.storages, config, path, (floor, extra))?;
        }
        let operation = job.lease.operations.own().map_or(0, |own| own.id);
        Ok(Wish::Take {
            name: made.name_for(self.clock.now(), operation, package.more.snapshot_days),
            label: label.to_owned(),
            ram,
            instead_of,
            taken: false,
        })
    }
}

/// A snapshot that is wanted, and is there as it was just looked, was taken: whatever becomes of those that make room for it.
fn see_taken(job: &mut Job) {
    let queued = job.lease.service.body.queued.as_mut();
    if let Some(Wish::Take { name, taken, .. }) = queued.and_then(|queued| queued.wish.as_mut()) {
        let mut seen = job.look.snapshots().iter();
        *taken |= seen.any(|one| one.name == *name && !one.unfinished);
    }
}

fn own<'a>(all: &'a [Snapshot], name: &str) -> Result<&'a Snapshot, SnapshotRefusal> {
    let found = all.iter().find(|one| one.name == name && one.is_own());
    found.ok_or(SnapshotRefusal::Unknown)
}

/// The scheduled ones that go for one more, the oldest first. What somebody took by hand never does.
///
/// # Errors
/// There are not enough of them: one has to be deleted first.
pub fn room_for_snapshot(all: &[Snapshot], most: u32) -> Result<Vec<String>, SnapshotRefusal> {
    let have = all.iter().filter(|one| one.is_own()).count();
    let most_of_them = usize::try_from(most).unwrap_or(usize::MAX);
    let too_many = (have + 1).saturating_sub(most_of_them);
    let mut scheduled: Vec<&Snapshot> = all.iter().filter(|one| one.made() == Made::Scheduled).collect();
    if scheduled.len() < too_many {
        return Err(SnapshotRefusal::Quota { have, most });
    }
    scheduled.sort_by(|one, other| one.at.unwrap_or_default().total_cmp(&other.at.unwrap_or_default()));
    Ok(scheduled.iter().take(too_many).map(|one| one.name.clone()).collect())
}

/// What of a config keeps it from snapshots, as far as that shows.
fn disks_without(config: &Config) -> String {
    let raw = config
        .snapshot_volumes()
        .filter(|disk| disk.file_format().is_some_and(|format| format != "qcow2"));
    let named: Vec<String> = raw.map(|disk| format!("{} ({})", disk.slot, disk.volume())).collect();
    if named.is_empty() {
        let all = (config.snapshot_volumes()).map(|disk| format!("{} ({})", disk.slot, disk.volume()));
        return all.collect::<Vec<_>>().join(", ");
    }
    named.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(name: &str, at: u64) -> Snapshot {
        Snapshot::from_json(&json!({"name": name, "snaptime": 1_796_000_000 + at})).unwrap()
    }

    #[test]
    fn the_oldest_scheduled_one_makes_room_and_never_one_taken_by_hand() {
        let all = [
            one("pktpaigw-1", 1),
            one("pstpaigw-2", 3),
            one("pstpaigw-3", 2),
            one("nightly", 0),
        ];
        assert_eq!(room_for_snapshot(&all, 4), Ok(vec![]));
        assert_eq!(room_for_snapshot(&all, 3), Ok(vec!["pstpaigw-3".to_owned()]));
        assert_eq!(
            room_for_snapshot(&all, 2),
            Ok(vec!["pstpaigw-3".to_owned(), "pstpaigw-2".to_owned()])
        );
        assert_eq!(
            room_for_snapshot(&all, 1),
            Err(SnapshotRefusal::Quota { have: 3, most: 1 })
        );
        assert_eq!(
            room_for_snapshot(&all[..1], 1),
            Err(SnapshotRefusal::Quota { have: 1, most: 1 })
        );
    }

    #[test]
    fn what_is_newer_is_lost_only_where_the_storage_has_no_other_way() {
        let all = [one("pktpaigw-1", 1), one("pktpaigw-2", 2), one("nightly", 3)];
        let seen = |all, back_to_newest| SnapshotsSeen { all, back_to_newest };
        assert_eq!(seen(&all[..], false).lost_by(&all[0]), Ok(vec![]));
        assert_eq!(seen(&all[..2], true).lost_by(&all[0]), Ok(vec![&all[1]]));
        assert_eq!(
            seen(&all[..], true).lost_by(&all[0]),
            Err(SnapshotRefusal::Foreign("nightly".into()))
        );
    }
}
