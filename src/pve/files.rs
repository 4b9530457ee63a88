//! Files that a guest's config names and that are no disks: ISOs and snippets.

use super::client::{Client, Request};
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::words::ids::{NodeName, StorageId, Vmid};
use serde_json::Value;

impl Client {
    /// `GET /nodes/{node}/storage/{storage}/content?content=iso|snippets`: whether the node has the file; `None`: nobody
    /// can say.
    ///
    /// A storage that may not be listed says nothing, and of snippets only one that the login may allocate
    /// (pve-storage, `check_volume_access`: they want `Datastore.Allocate`, where ISOs want no more than the list itself);
    /// one that PVE does not know has none, and what names no storage is nowhere.
    ///
    /// # Errors
    /// When PVE does not answer.
    pub fn has_file(&self, node: &NodeName, content: &'static str, volume: &str) -> Result<Option<bool>, Error> {
        let storage = volume.split_once(':').and_then(|(storage, _)| storage.parse().ok());
        let Some(storage) = storage else {
            return Ok(Some(false));
        };
        let list = match self.files(node, &storage, content) {
            Ok(list) => list,
            Err(Error::Refused { words, .. }) => return Ok(words.contains("does not exist").then_some(false)),
            Err(error) => return Err(error),
        };
        let Some(list) = list else { return Ok(None) };
        if list.iter().any(|file| file == volume) {
            return Ok(Some(true));
        }
        let is_seen = content != SNIPPETS || self.sees_snippets(&storage)?;
        Ok(is_seen.then_some(false))
    }

    /// `GET /nodes/{node}/storage/{storage}/content?content=images&vmid=…`: whether the storage has volumes of a guest's number,
    /// whoever that was. One that may not be listed says nothing.
    pub fn has_volumes(&self, node: &NodeName, storage: &StorageId, vmid: Vmid) -> Result<bool, Error> {
        let path = format!("/nodes/{node}/storage/{storage}/content");
        let request = Request::new(Method::Get, path, Kind::Look)
            .with("content", "images")
            .with("vmid", vmid.to_string());
        match self.request(&request) {
            Err(Error::Refused { .. }) => Ok(false),
            answer => Ok(answer?.as_array().is_some_and(|list| !list.is_empty())),
        }
    }

    /// The volumes of that list that the login may see.
    fn files(&self, node: &NodeName, storage: &StorageId, content: &'static str) -> Result<Option<Vec<String>>, Error> {
        let path = format!("/nodes/{node}/storage/{storage}/content");
        let request = Request::new(Method::Get, path, Kind::Look).with("content", content);
        let list = self.request(&request)?;
        let volume = |entry: &Value| entry["volid"].as_str().map(str::to_owned);
        Ok(list.as_array().map(|list| list.iter().filter_map(volume).collect()))
    }

    /// Whether the login is shown the snippets of a storage.
    fn sees_snippets(&self, storage: &StorageId) -> Result<bool, Error> {
        let held = self.privileges(&format!("/storage/{storage}"))?;
        Ok(held.contains(ALLOCATES))
    }
}

/// What Proxmox VE calls the folder of the files that `cicustom` and `hookscript` name.
pub const SNIPPETS: &str = "snippets";

/// What Proxmox VE wants of whoever is shown them.
const ALLOCATES: &str = "Datastore.Allocate";
