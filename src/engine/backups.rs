//! Whether a backup can be made, deleted or marked: all that can be told before anything is touched.

use super::look::made_while;
use super::{Engine, Job};
use crate::guest::{Backup, BackupTag, Made, Place};
use crate::package::{BackupMode, Package};
use crate::problems::{BackupRefusal, Error};
use crate::pve::{self, Client, GuestPath, Resources, StorageSeen};
use crate::service::Service;
use crate::service::wish::Wish;
use crate::words::ids::{NodeName, StorageId};
use crate::words::limits;

/// What is sold as a GB, in bytes.
const GB: u64 = 1_000_000_000;

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
}

/// The backups of a service's guest, the newest first: its own, and what somebody else has made while the guest's number was
/// the service's. Looked for where its own have been stored, and where the package stores them.
pub fn backups_of(
    client: &Client,
    service: &Service,
    package: &Package,
    resources: &Resources,
) -> Result<Vec<Backup>, pve::Error> {
    let (Some(vmid), Some(held)) = (service.vmid, service.body.guest.held()) else {
        return Ok(Vec::new());
    };
    let mut places = service.body.backups_on.clone();
    let now_on = service.body.node.clone().zip(package.backup_storage.clone());
    places.extend(now_on.map(|(node, storage)| Place { node, storage }));
    let mut backups = client.backups(vmid, resources, &made_while(held), Some(&places))?;
    backups.sort_by(|one, other| other.at.total_cmp(&one.at));
    Ok(backups)
}

/// The name of a backup that is the service's own; none: the provider keeps it.
pub fn own_name<'a>(service: &Service, backup: &'a Backup) -> Option<&'a str> {
    backup.name_for(service.id, service.body.guest.held()?.since)
}

impl Engine<'_> {
    /// What to write down as wished for, of a guest that was just looked at ([`Engine::situation`]); or why it cannot be.
    pub fn backup_wish(&self, job: &mut Job, ask: BackupAsk<'_>) -> Result<Wish, Error> {
        let path = Self::guest_path(job)?;
        let resources = job.client.resources()?;
        let package = job.order.package.clone();
        let all = backups_of(&job.client, &job.lease.service, &package, &resources)?;
        let service = &job.lease.service;
        let own: Vec<&Backup> = all.iter().filter(|one| own_name(service, one).is_some()).collect();
        match ask {
            BackupAsk::Make(made, note) => self.wish_to_make(job, &path, (&own, resources), made, note),
            BackupAsk::Delete(name) => {
                let backup = named(&own, name)?;
                if backup.protected {
                    return Err(BackupRefusal::Protected.into());
                }
                Ok(Wish::DeleteBackup { name: name.to_owned() })
            }
            BackupAsk::Note(name, note) => {
                named(&own, name)?;
                Ok(Wish::MarkBackup {
                    name: name.to_owned(),
                    note: Some(checked(note)?.to_owned()),
                    protected: None,
                })
            }
            BackupAsk::Protect(name, protect) => {
                let backup = named(&own, name)?;
                if protect && !backup.protected {
                    one_stays(&own, package.backups.unwrap_or_default())?;
                }
                Ok(Wish::MarkBackup {
                    name: name.to_owned(),
                    note: None,
                    protected: Some(protect),
                })
            }
        }
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
        let storage = package.backup_storage.clone().ok_or(BackupRefusal::NoStorage)?;
        let instead_of = room(own, most, package.more.backup_gb, made)?;
        job.client.fill_in(&mut resources, Some(&path.node), &[&storage]);
        has_space(&resources, &path.node, &storage)?;
        may_keep_backups(&job.client, &resources, &path.node, &storage)?;
        if made == Made::Scheduled && job.client.is_backing_up(&path.node)? {
            return Err(BackupRefusal::Busy(path.node.clone()).into());
        }
        let stops = package.more.backup_mode == BackupMode::Stop;
        let operation = job.lease.operations.own().map_or(0, |own| own.id);
        let tag = BackupTag {
            name: made.name(self.clock.now(), operation),
            service: job.lease.service.id,
        };
        job.service().body.backups_on.insert(Place {
            node: path.node.clone(),
            storage: storage.clone(),
        });
        Ok(Wish::BackUp {
            tag,
            note,
            storage,
            stops,
            instead_of,
            done: false,
        })
    }
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

/// Whether the storage has space for one. What is not known, Proxmox VE finds out.
fn has_space(resources: &Resources, node: &NodeName, storage: &StorageId) -> Result<(), BackupRefusal> {
    let (storage, node) = (storage.clone(), node.clone());
    let here = |seen: &&StorageSeen| seen.id == storage && seen.node == node;
    let seen = resources.storages.iter().find(here);
    let space = seen.and_then(|seen| seen.free.zip(seen.total));
    let space = space.filter(|(_, total)| *total > 0);
    let percent = |(free, total)| u64::try_from(u128::from(free) * 100 / u128::from(total)).unwrap_or_default();
    match space.map(percent) {
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

/// Whether there is a place for one more; for one by a schedule those make it that are not protected, the oldest first.
fn room(own: &[&Backup], most: u32, most_gb: u64, made: Made) -> Result<Vec<String>, BackupRefusal> {
    let have = own.len();
    let too_many = (have + 1).saturating_sub(usize::try_from(most).unwrap_or(usize::MAX));
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
    use super::*;
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
        assert_eq!(scheduled(1), Err(BackupRefusal::Quota { have: 2, most: 1 }));
        assert_eq!((one_stays(&own, 3), one_stays(&own, 2).is_err()), (Ok(()), true));
        assert!(one_stays(&[], 1).is_err(), "the only one stays one that may be deleted");
    }

    #[test]
    fn a_note_is_short_and_on_one_line() {
        assert_eq!(checked(" a {{b}} <c> \u{e9} "), Ok("a {{b}} <c> \u{e9}"));
        for wrong in ["x".repeat(81), "a\nb".to_owned(), "a\u{7}".to_owned(), "x".repeat(4096)] {
            assert_eq!(checked(&wrong), Err(BackupRefusal::Note));
        }
    }
}
