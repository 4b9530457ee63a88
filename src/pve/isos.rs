//! ISOs on a storage: listed; and seeds, uploaded and deleted.

use super::client::{Client, Request, encode};
use super::error::Error;
use super::meter::Kind;
use super::wire::{Body, Method};
use crate::service::media::SeedFile;
use crate::words::ids::{NodeName, StorageId, Upid};

/// An ISO on a storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IsoFile {
    /// As Proxmox VE names it: `local:iso/debian-12.iso`.
    pub volume: String,
    /// Its size in bytes.
    pub size: u64,
}

impl IsoFile {
    /// The name of the file.
    pub fn file(&self) -> &str {
        self.volume.rsplit('/').next().unwrap_or_default()
    }
}

/// Between the parts of an upload: no seed has such a line.
const BOUNDARY: &str = "--------------------------proxmoxkvm-seed-7c1f0a4e";

impl Client {
    /// `GET /nodes/{node}/storage/{storage}/content?content=iso`: the ISOs that the node has there.
    ///
    /// # Errors
    /// When PVE refuses, or does not answer.
    pub fn isos(&self, node: &NodeName, storage: &StorageId) -> Result<Vec<IsoFile>, Error> {
        let path = format!("/nodes/{node}/storage/{storage}/content");
        let request = Request::new(Method::Get, path, Kind::Look).with("content", "iso");
        let list = self.request(&request)?;
        let iso = |entry: &serde_json::Value| {
            Some(IsoFile {
                volume: entry["volid"].as_str()?.to_owned(),
                size: crate::guest::number(&entry["size"]).unwrap_or_default(),
            })
        };
        Ok(list.as_array().into_iter().flatten().filter_map(iso).collect())
    }

    /// `POST /nodes/{node}/storage/{storage}/upload` with `content=iso`: a file of that name is overwritten. Proxmox VE reads no
    /// form there, and wants the file last (pve-http-server, PVE/APIServer/AnyEvent.pm, `file_upload_multipart`).
    ///
    /// # Errors
    /// When PVE refuses, or does not answer.
    pub fn upload_iso(&self, seed: &SeedFile, image: &[u8]) -> Result<Option<Upid>, Error> {
        let path = format!("/nodes/{}/storage/{}/upload", seed.node, seed.storage);
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\niso\r\n--{BOUNDARY}\r\n\
             Content-Disposition: form-data; name=\"filename\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            seed.file
        );
        let end = format!("\r\n--{BOUNDARY}--\r\n");
        let file = Body {
            kind: format!("multipart/form-data; boundary={BOUNDARY}"),
            bytes: [head.as_bytes(), image, end.as_bytes()].concat(),
        };
        let request = Request::new(Method::Post, path, Kind::Config);
        self.task(&Request {
            file: Some(file),
            ..request
        })
    }

    /// `DELETE /nodes/{node}/storage/{storage}/content/{volume}`: one that is not there is deleted.
    ///
    /// # Errors
    /// When PVE refuses, or does not answer.
    pub fn delete_iso(&self, seed: &SeedFile) -> Result<Option<Upid>, Error> {
        let volume = encode(&seed.volume());
        let path = format!("/nodes/{}/storage/{}/content/{volume}", seed.node, seed.storage);
        self.task(&Request::new(Method::Delete, path, Kind::Delete))
    }
}
