//! Whether a backup can be made, deleted or marked: all that can be told before anything is touched.

use super::backup_calls::has_all_disks;
use super::backup_list::{backups_of, is_restorable, own_name};
use super::{Engine, Job, Outcome};
use crate::guest::{Backup, BackupTag, Current, Made, Place, Power};
use crate::package::BackupMode;
use crate::pipeline;
use crate::problems::{BackupRefusal, Error, Refusal};
use crate::pve::{Client, GuestPath, Resources, StorageSeen};
use crate::service::BackupFirst;
use crate::service::wish::Wish;
use crate::store::Store;
use crate::words::ids::{NodeName, ServerId, StorageId, UnixSeconds};
use crate::words::limits;
use crate::words::units::GB;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub enum BackupAsk<'a> {
    /// One more, called so.
    Make(Made, &'a str),
    /// One less.
    Delete(&'a str),
    /// Another note of one.
    Note(&'a str, &'a str),
    /// One that is protected, or no more.
    Protect(&'a str, bool),
    /// The guest as it was when this one was made.
    Restore(&'a str),
    /// A second guest as it was then.
    RestoreBeside(&'a str),
}

impl Engine<'_> {
    /// What to write down as wished for, of a guest that was just looked at ([`Engine::situation`]); or why it cannot be.
    pub fn backup_wish(&self, job: &mut Job, ask: BackupAsk<'_>) -> Result<Wish, Error> {
        let path = Self::guest_path(job)?;
        let resources = job.client.resources()?;
        let package = job.order.package.clone();
        let all = backups_of(
            &job.client,
            (&job.lease.service, self.store.installation()),
            &package,
            &resources,
        )?;
        let service = &job.lease.service;
        let own: Vec<&Backup> = all.iter().filter(|one| own_name(service, one).is_some()).collect();
        let whole = |one: &&Backup| is_restorable(service, one, &package, job.order.by.actor);
        let restorable: Vec<&Backup> = all.iter().filter(whole).collect();
        let counted: Vec<&Backup> = own.iter().copied().filter(|one| is_counted(one)).collect();
        match ask {
            BackupAsk::Make(made, note) => self.wish_to_make(job, &path, (&counted, resources), made, note),
            BackupAsk::Delete(name) => {
                let backup = named(&own, name)?;
                if backup.protected {
                    return Err(BackupRefusal::Protected.into());
                }
                Ok(Wish::DeleteBackup {
                    name: name.to_owned(),
                    place: Some(backup.place.clone()),
                    released: false,
                })
            }
            BackupAsk::Restore(name) => self.wish_to_restore(job, &path, (name, named(&restorable, name)?), resources),
            BackupAsk::RestoreBeside(name) => {
                self.wish_beside(job, &path, (name, named(&restorable, name)?), resources)
            }
            BackupAsk::Note(name, note) => {
                let place = named(&own, name)?.place.clone();
                Ok(Wish::MarkBackup {
                    name: name.to_owned(),
                    place: Some(place),
                    note: Some(checked(note)?.to_owned()),
                    protected: None,
                })
            }
            BackupAsk::Protect(name, protect) => {
                let backup = named(&own, name)?;
                if protect && !backup.protected && is_counted(backup) {
                    one_stays(&counted, package.backups.unwrap_or_default())?;
                }
                Ok(Wish::MarkBackup {
                    name: name.to_owned(),
                    place: Some(backup.place.clone()),
                    note: None,
                    protected: Some(protect),
                })
            }
        }
    }

    /// Whether it is a scheduled backup's turn on the guest's node: asked before anything else, as most that wait hear no. The
    /// store knows what others are about to begin, the node also what nobody here has asked for.
    pub(super) fn has_turn(&self, job: &mut Job) -> Result<(), Error> {
        let node = Self::guest_path(job)?.node;
        let slots = job.order.package.more.backup_slots_per_node;
        let now = self.clock.now();
        let is_free =
            self.store.has_backup_slot(&job.lease.service, slots, now)? && Self::has_time_for_backup(job, &node)?;
        is_free.then_some(()).ok_or(BackupRefusal::Busy(node).into())
    }

    /// Whether fewer backups run on a node than may at once.
    fn has_time_for_backup(job: &Job, node: &NodeName) -> Result<bool, Error> {
        let slots = job.order.package.more.backup_slots_per_node;
        Ok(job.client.backups_running(node)? < slots as usize)
    }

    /// What somebody has asked for waits here until its node has time for it, and not in a task there: meanwhile nothing keeps the
    /// VM from being started, stopped or suspended. `None`: its turn has come.
    pub(super) fn waits_for_turn(&self, job: &mut Job) -> Result<Option<Outcome>, Error> {
        let node = Self::guest_path(job)?.node;
        if Self::has_time_for_backup(job, &node)? {
            return Ok(None);
        }
        let now = self.clock.now();
        let since = job
            .lease
            .service
            .body
            .queued
            .as_ref()
            .and_then(|queued| queued.waits_since);
        if since.is_some_and(|since| now - since > limits::BACKUP_WAITS) {
            return Err(BackupRefusal::Busy(node).into());
        }
        job.rounds.clear();
        self.save(job)?;
        Ok(Some(Outcome::Waiting {
            on: format!("its turn: another backup is being made on node {node}"),
            until: now + limits::BACKUP_TURN,
            in_line: false,
        }))
    }

    fn wish_to_make(
        &self,
        job: &mut Job,
        path: &GuestPath,
        (own, mut resources): (&[&Backup], Resources),
        made: Made,
        note: &str,
    ) -> Result<Wish, Error> {
        let note = checked(note)?.to_owned();
        let package = &job.order.package;
        let most = package.backups.filter(|most| *most > 0).ok_or(BackupRefusal::NotSold)?;
        let instead_of = room(own, most, package.more.backup_gb, made)?;
        let stops = package.more.backup_mode == BackupMode::Stop;
        let (tag, storage) = self.new_backup(job, path, &mut resources, (made, stops))?;
        Ok(Wish::BackUp {
            tag,
            note,
            storage,
            stops,
            instead_of,
            done: false,
        })
    }

    /// The backup that is made before a guest is made anew, where the product wants one and there is a guest that somebody has had
    /// in use; or why it cannot be made. It stays for a while beside those that are sold, and is not counted among them.
    pub fn backup_first(&self, job: &mut Job) -> Result<Option<BackupFirst>, Error> {
        let service = &job.lease.service;
        let more = &job.order.package.more;
        let is_wanted = more.reinstall_backup && service.has_guest() && !pipeline::is_building(service.status);
        // of what a restore has left without disks there is nothing to keep
        if !is_wanted || !job.look.exists() || job.look.config().is_bare() {
            return Ok(None);
        }
        let stops = more.backup_mode == BackupMode::Stop;
        let path = Self::guest_path(job)?;
        let mut resources = job.client.resources()?;
        let (tag, storage) = self.new_backup(job, &path, &mut resources, (Made::BeforeReinstall, stops))?;
        Ok(Some(BackupFirst {
            tag,
            storage,
            stops,
            done: false,
        }))
    }

    /// One more, where its storage takes it: its name, and where it is stored.
    fn new_backup(
        &self,
        job: &mut Job,
        path: &GuestPath,
        resources: &mut Resources,
        (made, stops): (Made, bool),
    ) -> Result<(BackupTag, StorageId), Error> {
        if job.look.config().is_hibernated() {
            return Err(Refusal::Hibernated(path.vmid).into());
        }
        // vzdump stops no guest that HA keeps running (pve-manager, PVE/VZDump.pm, `exec_backup_task`)
        let is_kept = |current: &Current| current.ha_managed && current.power == Power::Running;
        if stops && job.look.current.as_ref().is_some_and(is_kept) {
            return Err(BackupRefusal::StopsHa(path.vmid).into());
        }
        has_all_disks(job, path)?;
        let storage = job
            .order
            .package
            .backup_storage
            .clone()
            .ok_or(BackupRefusal::NoStorage)?;
        job.client.fill_in(resources, Some(&path.node), &[&storage]);
        has_space(resources, &path.node, &storage)?;
        may_keep_backups(&job.client, resources, &path.node, &storage)?;
        let now = self.clock.now();
        if job.lease.service.body.guest.held().is_none()
            && let Some(guest) = job.service().body.guest.ours_mut()
        {
            // a store from before this was kept: without it nobody would ever see this backup
            guest.since = Some(now);
        }
        let operation = job.lease.operations.own().map_or(0, |own| own.id);
        let tag = BackupTag {
            name: made.name(now, operation),
            service: job.lease.service.id,
            installation: BackupTag::installation(self.store.installation()),
        };
        job.service().body.backups_on.insert(Place {
            node: path.node.clone(),
            storage: storage.clone(),
        });
        Ok((tag, storage))
    }
}

/// Whether it is one of those that are sold.
pub fn is_counted(backup: &Backup) -> bool {
    backup.made() != Made::BeforeReinstall
}

/// When a backup ends by itself, if ever.
pub fn backup_ends_at(backup: &Backup) -> Option<UnixSeconds> {
    let (asked, _) = Made::asked(&backup.tag.as_ref()?.name)?;
    (!is_counted(backup)).then_some(asked + limits::BACKUP_KEPT)
}

/// Whether the storage is there on a node, takes backups, and keeps them until somebody deletes them.
///
/// # Errors
/// Which of that is not so, and what Proxmox VE does not answer.
pub fn may_keep_backups(
    client: &Client,
    resources: &Resources,
    node: &NodeName,
    storage: &StorageId,
) -> Result<(), Error> {
    let (storage, node) = (storage.clone(), node.clone());
    let is_it = |seen: &StorageSeen| seen.id == storage && seen.node == node && seen.takes_backups;
    if !resources.storages.iter().any(is_it) {
        return Err(BackupRefusal::Storage { storage, node }.into());
    }
    match client.backup_retention(&node, &storage)? {
        Some(retention) => Err(BackupRefusal::Retention { storage, retention }.into()),
        None => Ok(()),
    }
}

/// Refuses a storage on which a job of the cluster deletes backups by a retention of its own: of all guests, of a pool, or of some
/// that are services'.
///
/// # Errors
/// Which job that is, and what Proxmox VE does not answer.
pub fn nobody_prunes(client: &Client, storage: &StorageId, (store, server): (&Store, ServerId)) -> Result<(), Error> {
    let is_ours = |vmid| store.owner_of(server, vmid).is_ok_and(|owner| owner.is_some());
    let jobs = client.pruning_jobs(storage, &is_ours)?;
    if jobs.is_empty() {
        return Ok(());
    }
    Err(BackupRefusal::Pruned {
        storage: storage.clone(),
        jobs: jobs.join(", "),
    }
    .into())
}

/// Whether the storage has space for one. What is not known, Proxmox VE finds out.
fn has_space(resources: &Resources, node: &NodeName, storage: &StorageId) -> Result<(), BackupRefusal> {
    let (storage, node) = (storage.clone(), node.clone());
    let here = |seen: &&StorageSeen| seen.id == storage && seen.node == node;
    let seen = resources.storages.iter().find(here);
    match seen.and_then(|seen| seen.percent_free_beside(0)) {
        Some(free) if free < limits::BACKUP_FLOOR => Err(BackupRefusal::Space { storage, node, free }),
        _ => Ok(()),
    }
}

fn checked(note: &str) -> Result<&str, BackupRefusal> {
    let note = note.trim();
    if note.chars().count() > limits::BACKUP_NOTE || note.contains(char::is_control) {
        return Err(BackupRefusal::Note);
    }
    Ok(note)
}

fn named<'a>(own: &[&'a Backup], name: &str) -> Result<&'a Backup, BackupRefusal> {
    let found = own.iter().find(|one| one.is_named(name));
    found.copied().ok_or(BackupRefusal::Unknown)
}

/// Whether there is a place for one more; for one by a schedule the oldest makes it that is not protected. It is never more than
/// one: who buys less, or has mistyped a number, loses nothing overnight.
fn room(own: &[&Backup], most: u32, most_gb: u64, made: Made) -> Result<Vec<String>, BackupRefusal> {
    let have = own.len();
    let too_many = usize::from(have >= usize::try_from(most).unwrap_or(usize::MAX));
    // the newest stand first
    let free = own.iter().rev().filter(|one| !one.protected && made == Made::Scheduled);
    let instead_of: Vec<&&Backup> = free.take(too_many).collect();
    if instead_of.len() < too_many {
        return Err(BackupRefusal::Quota { have, most });
    }
    let bytes = |all: &[&Backup]| all.iter().filter_map(|one| one.size).sum::<u64>();
    let going: Vec<&Backup> = instead_of.iter().map(|one| **one).collect();
    let have_gb = bytes(own).saturating_sub(bytes(&going)) / GB;
    if most_gb > 0 && have_gb >= most_gb {
        return Err(BackupRefusal::Size { have_gb, most_gb });
    }
    let names = going.iter().filter_map(|one| one.tag.as_ref());
    Ok(names.map(|tag| tag.name.clone()).collect())
}

/// One more may be protected where another one stays that may be deleted.
fn one_stays(own: &[&Backup], most: u32) -> Result<(), BackupRefusal> {
    let protected = own.iter().filter(|one| one.protected).count();
    if protected + 1 >= usize::try_from(most).unwrap_or(usize::MAX) {
        return Err(BackupRefusal::ProtectQuota { protected, most });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::backup_list::must_be_reached;
    use super::*;
    use crate::pve::{NodeSeen, NodeState};
    use serde_json::json;

    fn one(size: u64, protected: bool) -> Backup {
        let place = Place {
            node: "pve1".parse().unwrap(),
            storage: "local".parse().unwrap(),
        };
        let entry = json!({"volid": "local:backup/x", "ctime": 1, "size": size, "protected": u8::from(protected)});
        Backup::from_json(&entry, &place, crate::words::ids::Vmid::MIN).unwrap()
    }

    #[test]
    fn a_quota_is_of_number_and_of_size() {
        let all = [one(3 * GB, false), one(2 * GB + 1, true)];
        let own: Vec<&Backup> = all.iter().collect();
        let by_hand = |most, most_gb| room(&own, most, most_gb, Made::ByHand);
        assert_eq!(by_hand(3, 0), Ok(vec![]));
        assert_eq!(by_hand(2, 0), Err(BackupRefusal::Quota { have: 2, most: 2 }));
        assert_eq!(by_hand(3, 6), Ok(vec![]));
        let too_large = BackupRefusal::Size { have_gb: 5, most_gb: 5 };
        assert_eq!(by_hand(3, 5), Err(too_large));
        let scheduled = |most| room(&own, most, 0, Made::Scheduled);
        assert!(scheduled(2).is_ok(), "the one that is not protected goes");
        assert_eq!(
            scheduled(1).map(|names| names.len()),
            scheduled(2).map(|names| names.len()),
            "one for one"
        );
        let protected = [one(GB, true), one(GB, true)];
        let own: Vec<&Backup> = protected.iter().collect();
        let full = BackupRefusal::Quota { have: 2, most: 1 };
        assert_eq!(room(&own, 1, 0, Made::Scheduled), Err(full));
        let own: Vec<&Backup> = all.iter().collect();
        assert_eq!((one_stays(&own, 3), one_stays(&own, 2).is_err()), (Ok(()), true));
        assert!(one_stays(&[], 1).is_err(), "the only one stays one that may be deleted");
    }

    #[test]
    fn a_storage_that_no_node_shows_says_nothing_of_its_backups() {
        let node = |name: &str, state| NodeSeen {
            name: name.parse().unwrap(),
            state,
            free_memory: None,
            memory: None,
            cpus: None,
            is_drained: false,
        };
        let storage = |node: &str, id: &str, shared| StorageSeen {
            id: id.parse().unwrap(),
            node: node.parse().unwrap(),
            shared,
            takes_images: false,
            takes_backups: true,
            takes_isos: false,
            has_snippets: false,
            thick: false,
            keeps_files: true,
            back_to_newest: false,
            free: None,
            total: None,
        };
        let resources = Resources {
            nodes: vec![node("pve1", NodeState::Offline), node("pve2", NodeState::Online)],
            storages: vec![
                storage("pve1", "local", false),
                storage("pve2", "local", false),
                storage("pve1", "nfs", true),
                storage("pve2", "nfs", true),
            ],
            vms: Vec::new(),
        };
        let reached = |node: &str, storage: &str| {
            let place = Place {
                node: node.parse().unwrap(),
                storage: storage.parse().unwrap(),
            };
            must_be_reached(&resources, &place).is_ok()
        };
        assert!(reached("pve2", "local") && reached("pve1", "nfs"));
        assert!(!reached("pve1", "local") && !reached("pve2", "gone"));
    }

    #[test]
    fn a_note_is_short_and_on_one_line() {
        assert_eq!(checked(" a {{b}} <c> \u{e9} "), Ok("a {{b}} <c> \u{e9}"));
        for wrong in ["x".repeat(81), "a\nb".to_owned(), "a\u{7}".to_owned(), "x".repeat(4096)] {
            assert_eq!(checked(&wrong), Err(BackupRefusal::Note));
        }
    }
}
