//! What makes a template of an image of the net.

use super::client::{Client, Request};
use super::endpoints::{GuestPath, missing_upid};
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::images::Source;
use crate::guest::number;
use crate::words::ids::{Bridge, NodeName, StorageId, Upid};
use serde_json::Value;

/// A storage as one of its nodes has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageOnNode {
    /// Its id.
    pub id: StorageId,
    /// Free space, bytes.
    pub free: u64,
}

impl Client {
    /// `GET /nodes/{node}/storage?content=`: the enabled storages of a node that take such content; the one with the most
    /// space comes first.
    pub fn storages_for(&self, node: &NodeName, content: &str) -> Result<Vec<StorageOnNode>, Error> {
        let request = Request::new(Method::Get, format!("/nodes/{node}/storage"), Kind::Template)
            .with("content", content)
            .with("enabled", "1");
        let data = self.request(&request)?;
        let storage = |entry: &Value| {
            let id = entry["storage"].as_str()?.parse().ok()?;
            let free = number(&entry["avail"]).unwrap_or_default();
            (number(&entry["active"]) != Some(0)).then_some(StorageOnNode { id, free })
        };
        let mut storages: Vec<_> = data.as_array().into_iter().flatten().filter_map(storage).collect();
        storages.sort_by_key(|storage| std::cmp::Reverse(storage.free));
        Ok(storages)
    }

    /// `GET /nodes/{node}/storage/{storage}/content?content=import`: the volume id of a file, if it is there whole.
    pub fn import_volume(&self, node: &NodeName, storage: &StorageId, file: &str) -> Result<Option<String>, Error> {
        let path = format!("/nodes/{node}/storage/{storage}/content");
        let request = Request::new(Method::Get, path, Kind::Template).with("content", "import");
        let data = self.request(&request)?;
        let mut volumes = data.as_array().into_iter().flatten();
        let found = volumes.find_map(|entry| {
            let volume = entry["volid"].as_str()?;
            (volume.rsplit('/').next() == Some(file)).then(|| volume.to_owned())
        });
        Ok(found)
    }

    /// `POST /nodes/{node}/storage/{storage}/download-url`: the node fetches the image itself and checks it. A file that is
    /// there and right is left as it is (PVE::Tools, `download_file_from_url`).
    pub fn download(&self, node: &NodeName, storage: &StorageId, source: &Source) -> Result<Upid, Error> {
        let path = format!("/nodes/{node}/storage/{storage}/download-url");
        let request = Request::new(Method::Post, path, Kind::Template)
            .with("content", "import")
            .with("filename", source.file())
            .with("url", &source.url)
            .with("checksum", source.checksum.digits())
            .with("checksum-algorithm", source.checksum.algorithm());
        self.task(&request)?.ok_or_else(|| missing_upid(&request))
    }

    /// `POST /nodes/{node}/qemu` with `import-from`: a VM with the image as its disk, a cloud-init drive, and both a screen and
    /// a serial console.
    pub fn create_from(
        &self,
        guest: &GuestPath,
        source: &Source,
        image: &str,
        storage: &StorageId,
        bridge: &Bridge,
    ) -> Result<Upid, Error> {
        let request = Request::new(Method::Post, format!("/nodes/{}/qemu", guest.node), Kind::Template)
            .with("vmid", guest.vmid.to_string())
            .with("name", &source.name)
            .with("description", source.description())
            .with("ostype", "l26")
            .with("cpu", source.cpu)
            .with("cores", "1")
            .with("memory", "1024")
            .with("scsihw", "virtio-scsi-single")
            .with("scsi0", format!("{storage}:0,import-from={image},discard=on"))
            .with("ide2", format!("{storage}:cloudinit"))
            .with("boot", "order=scsi0")
            .with("net0", format!("virtio,bridge={bridge}"))
            .with("serial0", "socket");
        self.task(&request)?.ok_or_else(|| missing_upid(&request))
    }

    /// `POST …/template`: from now on it is cloned, and never started. Old versions answer when it is done.
    pub fn make_template(&self, guest: &GuestPath) -> Result<Option<Upid>, Error> {
        self.task(&guest.request(Method::Post, "/template", Kind::Template))
    }
}
