//! Snapshots of a guest, under `/nodes/{node}/qemu/{vmid}/snapshot`.

use super::client::{Client, encode};
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::{Config, Snapshot, children_first, number};
use crate::words::ids::Upid;

impl Client {
    /// `GET …/snapshot`: children before parents (the entry `current` is no snapshot).
    pub fn snapshots(&self, guest: &GuestPath) -> Result<Vec<Snapshot>, Error> {
        let data = self.request(&guest.request(Method::Get, "/snapshot", Kind::Look))?;
        let listed = data.as_array().into_iter().flatten().filter_map(Snapshot::from_json);
        Ok(children_first(listed.collect()))
    }

    /// `GET …/snapshot/{name}/config`: the guest's config as it was then.
    pub fn snapshot_config(&self, guest: &GuestPath, name: &str) -> Result<Config, Error> {
        let below = format!("/snapshot/{}/config", encode(name));
        self.request(&guest.request(Method::Get, &below, Kind::Look))
            .map(|data| Config::from_json(&data))
    }

    /// `GET …/feature?feature=snapshot`: whether every disk of the guest is on a storage, and of a format, that can.
    pub fn can_snapshot(&self, guest: &GuestPath) -> Result<bool, Error> {
        let request = guest
            .request(Method::Get, "/feature", Kind::Look)
            .with("feature", "snapshot");
        Ok(number(&self.request(&request)?["hasFeature"]) == Some(1))
    }

    /// `POST …/snapshot`; `ram`: with the memory, where the guest runs.
    pub fn take_snapshot(&self, guest: &GuestPath, name: &str, label: &str, ram: bool) -> Result<Option<Upid>, Error> {
        let mut request = guest
            .request(Method::Post, "/snapshot", Kind::Snapshot)
            .with("snapname", name)
            .with("vmstate", u8::from(ram).to_string());
        if !label.is_empty() {
            request = request.with("description", label);
        }
        self.task(&request)
    }

    /// `POST …/snapshot/{name}/rollback`. Without memory in it the guest is stopped afterwards.
    pub fn rollback(&self, guest: &GuestPath, name: &str) -> Result<Option<Upid>, Error> {
        let below = format!("/snapshot/{}/rollback", encode(name));
        self.task(&guest.request(Method::Post, &below, Kind::Snapshot))
    }

    /// `DELETE …/snapshot/{name}`; with `force` it leaves the config though its volumes have none.
    pub fn delete_snapshot(&self, guest: &GuestPath, name: &str, force: bool) -> Result<Option<Upid>, Error> {
        let below = format!("/snapshot/{}", encode(name));
        let mut request = guest.request(Method::Delete, &below, Kind::Delete);
        if force {
            request = request.with("force", "1");
        }
        self.task(&request)
    }
}
