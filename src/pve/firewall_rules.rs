//! The rules of a guest's firewall, one at a time, under `/nodes/{node}/qemu/{vmid}/firewall/rules`.
//!
//! Proxmox VE has no write for a whole list. A place counts from 0, and says nothing about which rule stands there by now: so
//! what changes one brings the digest of the list in which it was seen.

use super::client::Client;
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::package::firewall_rules::Rule;
use serde_json::Value;
use std::collections::BTreeSet;

impl Client {
    /// `GET …/firewall/rules`, as listed.
    ///
    /// The firewall endpoints do not check that the guest exists: look at the guest first.
    pub fn firewall_rules(&self, guest: &GuestPath) -> Result<Vec<Value>, Error> {
        let rules = self.request(&guest.request(Method::Get, "/firewall/rules", Kind::Look))?;
        Ok(rules.as_array().cloned().unwrap_or_default())
    }

    /// The names of the IP sets and aliases that the guest has of its own, in small letters (`GET …/firewall/ipset`,
    /// `GET …/firewall/aliases`).
    pub fn firewall_names(&self, guest: &GuestPath) -> Result<BTreeSet<String>, Error> {
        let mut names = BTreeSet::new();
        for below in ["/firewall/ipset", "/firewall/aliases"] {
            let listed = self.request(&guest.request(Method::Get, below, Kind::Look))?;
            let listed = listed.as_array().into_iter().flatten();
            names.extend(listed.filter_map(|one| Some(one["name"].as_str()?.to_ascii_lowercase())));
        }
        Ok(names)
    }

    /// Adds a rule. PVE puts every new rule on top, whatever `pos` says (golden pair *rule add pos*), and does not look at a
    /// digest.
    pub fn add_rule(&self, guest: &GuestPath, rule: &Rule) -> Result<(), Error> {
        let mut request = guest.request(Method::Post, "/firewall/rules", Kind::Rule);
        for (key, value) in rule.params() {
            request = request.with(key, value);
        }
        self.request(&request).map(drop)
    }

    /// `PUT …/firewall/rules/{pos}`: another rule in its place.
    pub fn set_rule(&self, guest: &GuestPath, at: usize, rule: &Rule, digest: &str) -> Result<(), Error> {
        let below = format!("/firewall/rules/{at}");
        let mut request = guest.request(Method::Put, &below, Kind::Rule).with("digest", digest);
        for (key, value) in rule.params_instead() {
            request = request.with(key, value);
        }
        self.request(&request).map(drop)
    }

    /// `PUT …/firewall/rules/{pos}` with `moveto`: before the rule that has that place now, or behind all of them.
    pub fn move_rule(&self, guest: &GuestPath, from: usize, to: usize, digest: &str) -> Result<(), Error> {
        let below = format!("/firewall/rules/{from}");
        let request = guest.request(Method::Put, &below, Kind::Rule).with("digest", digest);
        self.request(&request.with("moveto", to.to_string())).map(drop)
    }

    /// `DELETE …/firewall/rules/{pos}`.
    pub fn delete_rule(&self, guest: &GuestPath, at: usize, digest: &str) -> Result<(), Error> {
        let below = format!("/firewall/rules/{at}");
        let request = guest.request(Method::Delete, &below, Kind::Rule).with("digest", digest);
        self.request(&request).map(drop)
    }
}
