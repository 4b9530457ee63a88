//! What a cluster has left: its nodes and storages, and how many more services of each product fit.

use super::list::template_of;
use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::engine::{Fits, fits};
use crate::package::Package;
use crate::problems::Error;
use crate::pve::{Client, Resources, StorageSeen};
use crate::server::{Family, ServerEntry, Usage};
use crate::words::limits;
use serde_json::{Value, json};
use std::sync::Arc;

/// `{"server", "packages": [{"id": 5, "package": …}]}` → `nodes` and `storages` of the cluster with what is free, and for each
/// product in `fits` how many more of it fit by memory, disk and addresses, and all together (`fits`). `unknown` names what
/// Proxmox VE did not say: where it is not empty, or there is an `error`, the number is no fact.
///
/// One request for the cluster and one for each template, in the time of a page. A clone on a thin storage counts with its full
/// size, as it will grow to it.
pub fn capacity(core: &Core, request: &Value) -> Result<Value, Error> {
    let entry = request::server_of(request)?;
    let client = core.client(&entry, &Arc::default(), core.clock.now() + limits::PAGE_SECONDS)?;
    let mut resources = client.resources()?;
    let leased = core
        .store
        .leased_of(std::slice::from_ref(&entry.pool))?
        .pop()
        .unwrap_or_default();
    let usage = entry.pool.usage(&leased);
    let mut all = Vec::new();
    for product in request["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .take(limits::GUESTS_ASKED)
    {
        let fits = request::package_of(product).and_then(|package| {
            let fits = one(&client, &mut resources, &package)?;
            Ok(fits_out(&fits, addresses(&entry, &usage, &package)))
        });
        let mut row = fits.unwrap_or_else(|error| json!({"error": output::error_reply(&error)}));
        row["id"] = product["id"].clone();
        all.push(row);
    }
    Ok(output::reply(json!({
        "nodes": nodes_out(&resources), "storages": storages_out(&resources), "fits": all,
    })))
}

fn one(client: &Client, resources: &mut Resources, package: &Package) -> Result<Fits, Error> {
    let (template, config) = template_of(client, resources, package)?;
    Ok(fits(resources, package, &template, &config)?)
}

/// How many services the free addresses of the lines that suit the package are enough for; none: it needs no address.
fn addresses(entry: &ServerEntry, usage: &[Usage], package: &Package) -> Option<u64> {
    let suits = |bridge, vlan| {
        package.bridge.as_ref().is_none_or(|wanted| wanted == bridge)
            && package.vlan.is_none_or(|wanted| wanted == vlan)
    };
    let lines = entry.pool.lines.iter().zip(usage);
    let lines: Vec<_> = lines.filter(|(line, _)| suits(&line.bridge, line.vlan)).collect();
    let free = |family: Family| -> u64 {
        let of_family = lines.iter().filter(|(line, _)| line.family() == family);
        of_family.map(|(_, usage)| usage.free).sum()
    };
    let wanted = [(Family::V4, package.ipv4_count), (Family::V6, package.ipv6_count)];
    let needed = wanted.into_iter().filter(|(_, count)| *count > 0);
    needed.map(|(family, count)| free(family) / u64::from(count)).min()
}

fn fits_out(fits: &Fits, addresses: Option<u64>) -> Value {
    let all = fits.together.into_iter().chain(addresses).min();
    json!({
        "memory": fits.memory, "disk": fits.disk, "addresses": addresses, "fits": all, "unknown": fits.unknown,
        "error": null,
    })
}

fn nodes_out(resources: &Resources) -> Vec<Value> {
    let mut nodes: Vec<_> = resources.nodes.iter().collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    let row = |node: &crate::pve::NodeSeen| {
        let guests = resources.vms.iter().filter(|vm| vm.node == node.name).count();
        json!({
            "name": node.name, "online": node.is_in_service(), "cpus": node.cpus, "memory": node.memory,
            "memory_free": node.free_memory, "guests": guests,
        })
    };
    nodes.into_iter().map(row).collect()
}

/// A storage that all nodes share is one.
fn storages_out(resources: &Resources) -> Vec<Value> {
    let mut storages: Vec<&StorageSeen> = Vec::new();
    for storage in &resources.storages {
        let known = storages
            .iter()
            .any(|known| known.shared && storage.shared && known.id == storage.id);
        if !known {
            storages.push(storage);
        }
    }
    storages.sort_by(|a, b| (&a.id, &a.node).cmp(&(&b.id, &b.node)));
    let row = |storage: &StorageSeen| {
        json!({
            "id": storage.id, "node": (!storage.shared).then_some(&storage.node), "images": storage.takes_images,
            "backups": storage.takes_backups, "total": storage.total, "free": storage.free,
        })
    };
    storages.into_iter().map(row).collect()
}
