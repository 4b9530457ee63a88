//! What is left of a guest: backups, the guest itself; and deleting it.

use super::Resources;
use super::client::{Client, Request, encode};
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::number;
use crate::pipeline::Backup;
use crate::words::ids::{Upid, Vmid};
use serde_json::Value;
use std::ops::RangeInclusive;

impl Client {
    /// The backups of a guest's number made in a time (seconds), on every storage of a node that is not offline.
    ///
    /// A storage that does not answer is an error: nobody can say that there is no backup on it.
    pub fn backups(&self, vmid: Vmid, resources: &Resources, made: &RangeInclusive<f64>) -> Result<Vec<Backup>, Error> {
        let mut backups: Vec<Backup> = Vec::new();
        let mut asked = Vec::new();
        for storage in resources
            .storages
            .iter()
            .filter(|storage| storage.takes_backups && resources.is_in_service(&storage.node))
        {
            let key = (storage.id.clone(), (!storage.shared).then(|| storage.node.clone()));
            if asked.contains(&key) {
                continue;
            }
            asked.push(key);
            let path = format!("/nodes/{}/storage/{}/content", storage.node, storage.id);
            let request = Request::new(Method::Get, path, Kind::Look)
                .with("content", "backup")
                .with("vmid", vmid.to_string());
            let data = self.request(&request)?;
            let is_ours = |entry: &&Value| number(&entry["ctime"]).is_some_and(|at| made.contains(&(at as f64)));
            let volumes = data.as_array().into_iter().flatten().filter(is_ours);
            backups.extend(volumes.filter_map(|entry| {
                let volume = entry["volid"].as_str()?.to_owned();
                Some(Backup {
                    node: storage.node.clone(),
                    storage: storage.id.clone(),
                    volume,
                })
            }));
        }
        Ok(backups)
    }

    /// `DELETE /nodes/{node}/storage/{storage}/content/{volume}`.
    pub fn delete_backup(&self, backup: &Backup) -> Result<Option<Upid>, Error> {
        let path = format!(
            "/nodes/{}/storage/{}/content/{}",
            backup.node,
            backup.storage,
            encode(&backup.volume)
        );
        self.task(&Request::new(Method::Delete, path, Kind::Delete))
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
