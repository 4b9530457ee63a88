//! What is left of a guest: backups, the guest itself; and deleting it.

use super::Resources;
use super::client::{Client, Request, encode};
use super::cluster::StorageSeen;
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::{Backup, Place};
use crate::words::ids::{NodeName, StorageId, Upid, Vmid};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// What a backup is made with.
#[derive(Debug)]
pub struct BackupRequest<'a> {
    /// Where it is stored.
    pub storage: &'a StorageId,
    /// Its notes, as vzdump takes them.
    pub notes: &'a str,
    /// Whether a guest that runs is stopped for it.
    pub stops: bool,
}

impl Client {
    /// The backups of a guest's number made in a time (seconds), on every storage of a node that is not offline; or, of
    /// these, only on those where something of it can be (`places`).
    ///
    /// A storage that does not answer is an error: nobody can say that there is no backup on it.
    pub fn backups(
        &self,
        vmid: Vmid,
        resources: &Resources,
        made: &RangeInclusive<f64>,
        places: Option<&BTreeSet<Place>>,
    ) -> Result<Vec<Backup>, Error> {
        let mut backups: Vec<Backup> = Vec::new();
        let mut asked = Vec::new();
        let is_meant = |seen: &StorageSeen| {
            let is_one = |place: &Place| place.storage == seen.id && (seen.shared || place.node == seen.node);
            places.is_none_or(|places| places.iter().any(is_one))
        };
        let storages = resources
            .storages
            .iter()
            .filter(|seen| seen.takes_backups && is_meant(seen));
        for storage in storages.filter(|seen| resources.is_in_service(&seen.node)) {
            let key = (storage.id.clone(), (!storage.shared).then(|| storage.node.clone()));
            if asked.contains(&key) {
                continue;
            }
            asked.push(key);
            let place = Place {
                node: storage.node.clone(),
                storage: storage.id.clone(),
            };
            let path = format!("/nodes/{}/storage/{}/content", place.node, place.storage);
            let request = Request::new(Method::Get, path, Kind::Look)
                .with("content", "backup")
                .with("vmid", vmid.to_string());
            let data = self.request(&request)?;
            let listed = data.as_array().into_iter().flatten();
            let listed = listed.filter_map(|entry| Backup::from_json(entry, &place, vmid));
            backups.extend(listed.filter(|backup| made.contains(&backup.at)));
        }
        Ok(backups)
    }

    /// `GET /nodes/{node}/vzdump/defaults`: how many backups the storage keeps of a guest (`keep-last=3`); none: all.
    pub fn backup_retention(&self, node: &NodeName, storage: &StorageId) -> Result<Option<String>, Error> {
        let path = format!("/nodes/{node}/vzdump/defaults");
        let request = Request::new(Method::Get, path, Kind::Look).with("storage", storage.to_string());
        let data = self.request(&request)?;
        let retention = data["prune-backups"].as_str().unwrap_or_default();
        let settings = || retention.split(',').filter_map(|setting| setting.split_once('='));
        let keeps_all = settings().any(|setting| setting == ("keep-all", "1"));
        let keeps = settings().any(|(_, kept)| kept != "0");
        Ok((!keeps_all && keeps).then(|| retention.to_owned()))
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
            .with("notes-template", asked.notes);
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

    /// `DELETE /nodes/{node}/qemu/{vmid}`. Backups always stay.
    pub fn destroy(&self, guest: &GuestPath, purge: bool, unreferenced: bool) -> Result<Option<Upid>, Error> {
        let path = format!("/nodes/{}/qemu/{}", guest.node, guest.vmid);
        let request = Request::new(Method::Delete, path, Kind::Delete)
            .with("purge", u8::from(purge).to_string())
            .with("destroy-unreferenced-disks", u8::from(unreferenced).to_string());
        self.task(&request)
    }
}

fn volume_path(backup: &Backup) -> String {
    let Place { node, storage } = &backup.place;
    format!("/nodes/{node}/storage/{storage}/content/{}", encode(&backup.volume))
}
