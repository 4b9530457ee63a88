//! One guest: clone, config, power and firewall under `/nodes/{node}/qemu/{vmid}`. Snapshots, firewall rules, agent, screen,
//! use, restore and removal have files of their own.

use super::client::{Client, Request, encode};
use super::error::{Error, NO_IP_SET, OVERRULE};
use super::meter::Kind;
use super::wire::Method;
use crate::guest::{Config, ConfigChange, Current, EXCEPT, FirewallSeen, number};
use crate::words::ids::{NodeName, StorageId, Upid, Vmid};
use serde_json::Value;

/// The IP set that PVE's `ipfilter` reads for the first network card.
pub const IP_FILTER: &str = "ipfilter-net0";

/// Where a guest is: the node in the path is the one that acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestPath {
    /// The node that holds the config.
    pub node: NodeName,
    /// The guest's number.
    pub vmid: Vmid,
}

impl GuestPath {
    pub(super) fn request(&self, method: Method, below: &str, kind: Kind) -> Request {
        Request::new(method, format!("/nodes/{}/qemu/{}{below}", self.node, self.vmid), kind)
    }
}

/// `POST /nodes/{node}/qemu/{template}/clone`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneRequest {
    /// The template and its node.
    pub template: GuestPath,
    /// The VMID of the new guest.
    pub vmid: Vmid,
    /// Its name.
    pub name: String,
    /// Its description, with the ownership marker: there from the clone's first moment.
    pub description: String,
    /// A full copy, or linked to the template.
    pub full: bool,
    /// Another node than the template's.
    pub target: Option<NodeName>,
    /// Another storage than the template's (full clones only).
    pub storage: Option<StorageId>,
}

impl Client {
    /// Starts a clone.
    pub fn clone_guest(&self, clone: &CloneRequest) -> Result<Upid, Error> {
        let mut request = clone
            .template
            .request(Method::Post, "/clone", Kind::Clone)
            .with("newid", clone.vmid.to_string())
            .with("name", &clone.name)
            .with("description", &clone.description)
            // PVE's default depends on the source being a template
            .with("full", if clone.full { "1" } else { "0" });
        if let Some(target) = &clone.target {
            request = request.with("target", target.as_str());
        }
        if let Some(storage) = &clone.storage {
            request = request.with("storage", storage.as_str());
        }
        self.task(&request)?.ok_or_else(|| missing_upid(&request))
    }

    /// `GET …/config`: the config with pending changes applied.
    pub fn config(&self, guest: &GuestPath) -> Result<Config, Error> {
        self.request(&guest.request(Method::Get, "/config", Kind::Look))
            .map(|data| Config::from_json(&data))
    }

    /// `GET …/config?current=1`: the config without pending changes.
    pub fn config_now(&self, guest: &GuestPath) -> Result<Config, Error> {
        self.request(&guest.request(Method::Get, "/config", Kind::Look).with("current", "1"))
            .map(|data| Config::from_json(&data))
    }

    /// `GET …/status/current`: what the guest does right now.
    pub fn current(&self, guest: &GuestPath) -> Result<Current, Error> {
        self.request(&guest.request(Method::Get, "/status/current", Kind::Look))
            .map(|data| Current::from_json(&data))
    }

    /// Writes config keys, guarded by the digest of the look they come from. `PUT` answers when it is done; what
    /// allocates volumes, or changes a running guest, may take longer than a request: that is a task (`POST`).
    pub fn write_config(
        &self,
        guest: &GuestPath,
        change: &ConfigChange,
        digest: Option<&str>,
        as_task: bool,
    ) -> Result<Option<Upid>, Error> {
        let method = if as_task { Method::Post } else { Method::Put };
        let mut request = guest.request(method, "/config", Kind::Config);
        for (key, value) in &change.set {
            request = request.with(key, value);
        }
        if !change.delete.is_empty() {
            request = request.with("delete", change.delete.join(","));
        }
        if let Some(digest) = digest {
            request = request.with("digest", digest);
        }
        self.task(&request)
    }

    /// `PUT …/resize` to an absolute size. Older versions answer when it is done, newer ones with a task.
    pub fn resize(&self, guest: &GuestPath, slot: &str, gib: u64) -> Result<Option<Upid>, Error> {
        let request = guest
            .request(Method::Put, "/resize", Kind::Resize)
            .with("disk", slot)
            .with("size", format!("{gib}G"));
        self.task(&request)
    }

    /// `PUT …/cloudinit`: writes the cloud-init drive of a running guest anew.
    pub fn regenerate_cloudinit(&self, guest: &GuestPath) -> Result<(), Error> {
        self.request(&guest.request(Method::Put, "/cloudinit", Kind::Config))
            .map(drop)
    }

    /// `POST …/status/{action}`: `start`, `stop`, `shutdown`, `reboot`, `reset`.
    pub fn power(&self, guest: &GuestPath, action: &str, parameters: &[(&str, String)]) -> Result<Upid, Error> {
        let mut request = guest.request(Method::Post, &format!("/status/{action}"), Kind::Power);
        for (key, value) in parameters {
            request = request.with(key, value);
        }
        self.task(&request)?.ok_or_else(|| missing_upid(&request))
    }

    /// `POST …/status/stop`. With `overrule` a shutdown of this login that hangs does not keep it waiting: Proxmox VE knows
    /// that since qemu-server 8.1.2, and not for guests of HA. Where it is refused, the stop is sent without.
    pub fn stop(&self, guest: &GuestPath, overrule: bool) -> Result<Upid, Error> {
        let parameters = [(OVERRULE, "1".to_owned())];
        let parameters = if overrule { &parameters[..] } else { &[] };
        match self.power(guest, "stop", parameters) {
            Err(Error::Refused { status: 400, words, .. }) if overrule && words.contains(OVERRULE) => {
                self.power(guest, "stop", &[])
            }
            answer => answer,
        }
    }

    /// Options, rules and the IP filter: three requests, as PVE has no one answer for them.
    ///
    /// The firewall endpoints do not check that the guest exists: look at the guest first.
    pub fn firewall(&self, guest: &GuestPath) -> Result<FirewallSeen, Error> {
        let options = self.request(&guest.request(Method::Get, "/firewall/options", Kind::Look))?;
        let set = guest.request(Method::Get, &format!("/firewall/ipset/{IP_FILTER}"), Kind::Look);
        let ipfilter = match self.request(&set) {
            Ok(entries) => {
                let cidr = |entry: &Value| {
                    let except = (number(&entry["nomatch"]) == Some(1)).then_some(EXCEPT);
                    Some(except.into_iter().chain(entry["cidr"].as_str()?.chars()).collect())
                };
                Some(entries.as_array().into_iter().flatten().filter_map(cidr).collect())
            }
            Err(Error::Refused { status: 500, words, .. }) if words.contains(NO_IP_SET) => None,
            Err(error) => return Err(error),
        };
        Ok(FirewallSeen {
            options: Config::from_json(&options),
            rules: self.firewall_rules(guest)?,
            ipfilter,
        })
    }

    /// `PUT …/firewall/options`.
    pub fn set_firewall_options(&self, guest: &GuestPath, change: &ConfigChange) -> Result<(), Error> {
        let mut request = guest.request(Method::Put, "/firewall/options", Kind::Firewall);
        for (key, value) in &change.set {
            request = request.with(key, value);
        }
        self.request(&request).map(drop)
    }

    /// Makes the IP filter's set; `false`: there is one already.
    pub fn create_ipfilter(&self, guest: &GuestPath) -> Result<bool, Error> {
        let request = guest
            .request(Method::Post, "/firewall/ipset", Kind::Firewall)
            .with("name", IP_FILTER);
        match self.request(&request) {
            Ok(_) => Ok(true),
            Err(error) if error.says_exists() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Adds an address to the IP filter; there already is as good as added.
    pub fn add_to_ipfilter(&self, guest: &GuestPath, address: &str) -> Result<(), Error> {
        let below = format!("/firewall/ipset/{IP_FILTER}");
        let request = guest
            .request(Method::Post, &below, Kind::Firewall)
            .with("cidr", address);
        match self.request(&request) {
            Ok(_) => Ok(()),
            Err(error) if error.says_exists() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes an address out of the IP filter; PVE answers 200 also when it was not in it.
    pub fn remove_from_ipfilter(&self, guest: &GuestPath, address: &str) -> Result<(), Error> {
        let entry = address.trim_start_matches(EXCEPT);
        let below = format!("/firewall/ipset/{IP_FILTER}/{}", encode(entry));
        self.request(&guest.request(Method::Delete, &below, Kind::Firewall))
            .map(drop)
    }

    /// Takes the IP filter's set away with all that is in it: without `force` PVE refuses one that is not empty.
    pub fn delete_ipfilter(&self, guest: &GuestPath) -> Result<(), Error> {
        let below = format!("/firewall/ipset/{IP_FILTER}");
        let request = guest.request(Method::Delete, &below, Kind::Firewall).with("force", "1");
        self.request(&request).map(drop)
    }

    /// A request whose answer is a UPID, or null where PVE has done it at once.
    pub(super) fn task(&self, request: &Request) -> Result<Option<Upid>, Error> {
        match self.request(request)? {
            Value::String(text) => Upid::try_from(text).map(Some).map_err(|bad| Error::Unexpected {
                what: request.path.clone(),
                why: bad.to_string(),
            }),
            _ => Ok(None),
        }
    }
}

pub(super) fn missing_upid(request: &Request) -> Error {
    Error::Unexpected {
        what: request.path.clone(),
        why: "it holds no task id".to_owned(),
    }
}
