//! What is left of a guest: backups, the guest itself; and deleting it.

use super::Resources;
use super::client::{Client, Request, encode};
use super::cluster::StorageSeen;
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::{Backup, Place, number};
use crate::words::ids::{NodeName, StorageId, Upid, Vmid};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// So many nodes are asked for what is on a shared storage.
const NODES_ASKED: usize = 2;

/// A storage whose backups nobody can list.
#[derive(Debug)]
pub struct Unlisted {
    /// The storage, and the node that was asked.
    pub place: Place,
    /// Why.
    pub error: Error,
}

impl From<Unlisted> for Error {
    fn from(unlisted: Unlisted) -> Self {
        unlisted.error
    }
}

/// What a backup is made with.
#[derive(Debug)]
pub struct BackupRequest<'a> {
    /// Where it is stored.
    pub storage: &'a StorageId,
    /// Its notes, as vzdump takes them.
    pub notes: &'a str,
    /// Whether a guest that runs is stopped for it.
    pub stops: bool,
    /// Whether it is protected.
    pub protected: bool,
}

impl Client {
    /// The backups of a guest's number, on every storage of a node that is not offline; or, of these, only on those where
    /// something of it can be (`places`). A shared storage is asked through the node that is named, where it is there.
    ///
    /// A storage that does not answer is an error: nobody can say that there is no backup on it.
    pub fn backups(
        &self,
        vmid: Vmid,
        resources: &Resources,
        near: Option<&NodeName>,
        places: Option<&BTreeSet<Place>>,
    ) -> Result<Vec<Backup>, Unlisted> {
        let is_meant = |seen: &StorageSeen| {
            let is_one = |place: &Place| place.storage == seen.id && (seen.shared || place.node == seen.node);
            places.is_none_or(|places| places.iter().any(is_one))
        };
        let mut nodes_of: BTreeMap<(&StorageId, Option<&NodeName>), Vec<&NodeName>> = BTreeMap::new();
        for seen in resources
            .storages
            .iter()
            .filter(|seen| seen.takes_backups && is_meant(seen))
        {
            if resources.is_in_service(&seen.node) {
                let key = (&seen.id, (!seen.shared).then_some(&seen.node));
                nodes_of.entry(key).or_default().push(&seen.node);
            }
        }
        let mut backups = Vec::new();
        for ((storage, _), mut nodes) in nodes_of {
            nodes.sort_by_key(|node| Some(*node) != near);
            nodes.truncate(NODES_ASKED);
            backups.extend(self.listed_through(vmid, storage, &nodes)?);
        }
        Ok(backups)
    }

    /// `GET /nodes/{node}/storage/{storage}/content?content=backup&vmid=…`, of the first of the nodes that answers: the storage
    /// may hang on one of them.
    fn listed_through(&self, vmid: Vmid, storage: &StorageId, nodes: &[&NodeName]) -> Result<Vec<Backup>, Unlisted> {
        let mut listed = Ok(Vec::new());
        for node in nodes {
            let place = Place {
                node: (*node).clone(),
                storage: storage.clone(),
            };
            let path = format!("/nodes/{node}/storage/{storage}/content");
            let request = Request::new(Method::Get, path, Kind::Look)
                .with("content", "backup")
                .with("vmid", vmid.to_string());
            listed = match self.request(&request) {
                Ok(data) => {
                    let entries = data.as_array().into_iter().flatten();
                    Ok(entries
                        .filter_map(|entry| Backup::from_json(entry, &place, vmid))
                        .collect())
                }
                Err(error) => Err(Unlisted { place, error }),
            };
            if listed.is_ok() {
                break;
            }
        }
        listed
    }

    /// `GET /nodes/{node}/storage/{storage}/content?content=backup`: all backups there, whoever's.
    ///
    /// # Errors
    /// When PVE refuses, or does not answer.
    pub fn backups_at(&self, place: &Place) -> Result<Vec<Backup>, Error> {
        let path = format!("/nodes/{}/storage/{}/content", place.node, place.storage);
        let request = Request::new(Method::Get, path, Kind::Look).with("content", "backup");
        let data = self.request(&request)?;
        let backup = |entry: &Value| {
            let vmid = u32::try_from(number(&entry["vmid"])?).ok()?.try_into().ok()?;
            Backup::from_json(entry, place, vmid)
        };
        Ok(data.as_array().into_iter().flatten().filter_map(backup).collect())
    }

    /// `GET /cluster/backup`: the jobs of the cluster that delete backups on a storage by a retention of their own, whoever has
    /// made them (pve-manager, PVE/VZDump.pm, `exec_backup_task`), as `backup-4f (keep-last=3)`. Jobs of chosen guests leave all others
    /// alone: `is_ours` says which of those count. None are known where the login may not see them.
    pub fn pruning_jobs(&self, storage: &StorageId, is_ours: &dyn Fn(Vmid) -> bool) -> Result<Vec<String>, Error> {
        let request = Request::new(Method::Get, "/cluster/backup".to_owned(), Kind::Look);
        let data = match self.request(&request) {
            Err(Error::Refused { status: 403, .. }) => return Ok(Vec::new()),
            answer => answer?,
        };
        let prunes = |job: &Value| {
            let is_on = number(&job["enabled"]) != Some(0) && number(&job["remove"]) != Some(0);
            let chosen = job["vmid"].as_str().unwrap_or_default().split(',');
            let mut chosen = chosen.filter_map(|vmid| vmid.trim().parse().ok());
            let is_of_ours = number(&job["all"]) == Some(1) || !job["pool"].is_null() || chosen.any(is_ours);
            let is_there = job["storage"].as_str() == Some(storage.as_str());
            let retention = retention_of(&job["prune-backups"]).filter(|_| is_on && is_of_ours && is_there)?;
            Some(format!("{} ({retention})", job["id"].as_str().unwrap_or("of a node")))
        };
        Ok(data.as_array().into_iter().flatten().filter_map(prunes).collect())
    }

    /// `GET /nodes/{node}/vzdump/defaults`: how many backups the storage keeps of a guest (`keep-last=3`); none: all.
    pub fn backup_retention(&self, node: &NodeName, storage: &StorageId) -> Result<Option<String>, Error> {
        let path = format!("/nodes/{node}/vzdump/defaults");
        let request = Request::new(Method::Get, path, Kind::Look).with("storage", storage.to_string());
        Ok(retention_of(&self.request(&request)?["prune-backups"]))
    }

    /// `POST /nodes/{node}/vzdump`. Nothing is pruned (`remove=0`: by default vzdump deletes what the storage's retention does
    /// not cover, also of the provider's own), and nobody gets a mail.
    pub fn back_up(&self, guest: &GuestPath, asked: &BackupRequest<'_>) -> Result<Option<Upid>, Error> {
        let path = format!("/nodes/{}/vzdump", guest.node);
        let request = Request::new(Method::Post, path, Kind::Backup)
            .with("vmid", guest.vmid.to_string())
            .with("storage", asked.storage.to_string())
            .with("mode", if asked.stops { "stop" } else { "snapshot" })
            .with("compress", "zstd")
            .with("remove", "0")
            .with("notes-template", asked.notes)
            .with("protected", u8::from(asked.protected).to_string());
        // without it root gets a mail of each; versions before 8.2 do not know it, and have no target by default
        let quiet = request.clone().with("notification-mode", "legacy-sendmail");
        match self.task(&quiet) {
            Err(Error::Refused { status: 400, words, .. }) if words.contains("notification-mode") => {
                self.task(&request)
            }
            answer => answer,
        }
    }

    /// `PUT /nodes/{node}/storage/{storage}/content/{volume}`.
    pub fn mark_backup(&self, backup: &Backup, notes: Option<&str>, protected: Option<bool>) -> Result<(), Error> {
        let mut request = Request::new(Method::Put, volume_path(backup), Kind::Backup);
        if let Some(notes) = notes {
            request = request.with("notes", notes);
        }
        if let Some(protected) = protected {
            request = request.with("protected", u8::from(protected).to_string());
        }
        self.request(&request).map(|_| ())
    }

    /// `DELETE /nodes/{node}/storage/{storage}/content/{volume}`.
    pub fn delete_backup(&self, backup: &Backup) -> Result<Option<Upid>, Error> {
        self.task(&Request::new(Method::Delete, volume_path(backup), Kind::Delete))
    }

    /// `GET /nodes/{node}/replication`: a job that replicates the guest, and so keeps it from being deleted without its backup jobs.
    /// None is known where Proxmox VE does not say.
    pub fn replication_job(&self, guest: &GuestPath) -> Result<Option<String>, Error> {
        let path = format!("/nodes/{}/replication", guest.node);
        let request = Request::new(Method::Get, path, Kind::Look).with("guest", guest.vmid.to_string());
        let data = match self.request(&request) {
            // what is in the way is then said by the deletion itself
            Err(Error::Refused { .. }) => return Ok(None),
            answer => answer?,
        };
        let is_its = |job: &&Value| number(&job["guest"]) == Some(u64::from(guest.vmid.get()));
        let job = data.as_array().into_iter().flatten().find(is_its);
        Ok(job.and_then(|job| job["id"].as_str()).map(str::to_owned))
    }

    /// `DELETE /nodes/{node}/qemu/{vmid}`, with the disks that its config names. Backups always stay.
    ///
    /// Volumes of its number that no config names stay, too. Asked to look for them, Proxmox VE activates every storage of the node after the
    /// disks are gone, and fails at one that does not answer (qemu-server, PVE/QemuServer.pm, `destroy_vm`); and on a storage that two clusters
    /// share they may be another guest's.
    pub fn destroy(&self, guest: &GuestPath, purge: bool) -> Result<Option<Upid>, Error> {
        let path = format!("/nodes/{}/qemu/{}", guest.node, guest.vmid);
        let request = Request::new(Method::Delete, path, Kind::Delete)
            .with("purge", u8::from(purge).to_string())
            .with("destroy-unreferenced-disks", "0");
        self.task(&request)
    }
}

/// A retention, as `keep-last=3,keep-daily=7` or as an object; none: everything is kept.
fn retention_of(said: &Value) -> Option<String> {
    let retention = match said {
        Value::Object(keeps) => {
            let one = |(key, kept): (&String, &Value)| Some(format!("{key}={}", number(kept)?));
            keeps.iter().filter_map(one).collect::<Vec<_>>().join(",")
        }
        said => said.as_str().unwrap_or_default().to_owned(),
    };
    let settings = || retention.split(',').filter_map(|setting| setting.split_once('='));
    let keeps_all = settings().any(|setting| setting == ("keep-all", "1"));
    let keeps = settings().any(|(_, kept)| kept != "0");
    (!keeps_all && keeps).then_some(retention)
}

fn volume_path(backup: &Backup) -> String {
    let Place { node, storage } = &backup.place;
    format!("/nodes/{node}/storage/{storage}/content/{}", encode(&backup.volume))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_retention_is_what_keeps_not_everything() {
        let of = |said: Value| retention_of(&said);
        for all in [
            json!(null),
            json!(""),
            json!("keep-all=1"),
            json!({"keep-all": 1}),
            json!("keep-last=0"),
            json!({}),
        ] {
            assert_eq!(of(all.clone()), None, "{all}");
        }
        assert_eq!(of(json!("keep-last=3")).as_deref(), Some("keep-last=3"));
        assert_eq!(of(json!({"keep-daily": "7"})).as_deref(), Some("keep-daily=7"));
    }
}
