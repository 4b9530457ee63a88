//! Backups as they are read: the config in one, and a guest made again from one.

use super::client::{Client, Request};
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::Config;
use crate::words::ids::{NodeName, Upid};
use std::collections::BTreeMap;

/// What a guest is restored with.
#[derive(Debug)]
pub struct RestoreRequest<'a> {
    /// The backup.
    pub volume: &'a str,
    /// Its name, whatever the backup says.
    pub name: Option<&'a str>,
    /// Its description, whatever the backup says.
    pub description: &'a str,
    /// Its first network card, whatever the backup says; none: that of the backup.
    pub net0: Option<&'a str>,
}

/// What a further guest is made from a backup with.
#[derive(Debug)]
pub struct RestoreAnew<'a> {
    /// The backup.
    pub volume: &'a str,
    /// Its name, whatever the backup says.
    pub name: Option<&'a str>,
    /// Its description, whatever the backup says.
    pub description: &'a str,
    /// Its network cards, cores and memory, by their keys, whatever the backup says.
    pub keys: &'a BTreeMap<String, String>,
    /// Whether it is not protected although the backup says so.
    pub unprotected: bool,
}

impl Client {
    /// `GET /nodes/{node}/vzdump/extractconfig`: the config in a backup.
    pub fn backup_config(&self, node: &NodeName, volume: &str) -> Result<Config, Error> {
        let path = format!("/nodes/{node}/vzdump/extractconfig");
        let request = Request::new(Method::Get, path, Kind::Look).with("volume", volume);
        let data = self.request(&request)?;
        Ok(Config::from_file(data.as_str().unwrap_or_default()))
    }

    /// `POST /nodes/{node}/qemu` with `archive` and `force=1`: what the guest has is deleted first. It is not started, also
    /// not with its node, before the package is true again.
    pub fn restore(&self, guest: &GuestPath, asked: &RestoreRequest<'_>) -> Result<Option<Upid>, Error> {
        let mut request = Request::new(Method::Post, format!("/nodes/{}/qemu", guest.node), Kind::Backup)
            .with("vmid", guest.vmid.to_string())
            .with("archive", asked.volume)
            .with("force", "1")
            .with("description", asked.description)
            .with("onboot", "0");
        if let Some(name) = asked.name {
            request = request.with("name", name);
        }
        if let Some(net0) = asked.net0 {
            request = request.with("net0", net0);
        }
        self.task(&request)
    }

    /// `POST /nodes/{node}/qemu` with `archive` and without `force`: nothing that there is is touched, and a number that is taken
    /// is refused. It is not started, also not with its node.
    pub fn restore_anew(&self, guest: &GuestPath, asked: &RestoreAnew<'_>) -> Result<Option<Upid>, Error> {
        let mut request = Request::new(Method::Post, format!("/nodes/{}/qemu", guest.node), Kind::Backup)
            .with("vmid", guest.vmid.to_string())
            .with("archive", asked.volume)
            .with("description", asked.description)
            .with("onboot", "0");
        if let Some(name) = asked.name {
            request = request.with("name", name);
        }
        if asked.unprotected {
            request = request.with("protection", "0");
        }
        for (key, value) in asked.keys {
            request = request.with(key, value);
        }
        self.task(&request)
    }
}
