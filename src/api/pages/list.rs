//! What there is to choose from, for the settings of a product; and what certain guests are.

use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::api::statistics::without_statistics;
use crate::engine::node_could_start;
use crate::engine::placement;
use crate::guest::{Config, PropertyString};
use crate::package::Package;
use crate::pipeline;
use crate::problems::Error;
use crate::pve::{Client, Meter, NodeState, Resources, VmSeen};
use crate::service::Service;
use crate::words::ids::{Bridge, NodeName, ServerId, Vmid};
use crate::words::limits;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// What can be asked for, and what it takes.
const LISTS: [&str; 5] = ["nodes", "templates", "storages", "bridges", "config_options"];

/// Asked for by number, and never with the lists.
const GUESTS: &str = "guests";

/// Whether the firewall of the datacenter is on: without it no rule of a guest does anything.
const FIREWALL: &str = "firewall";

/// Which nodes a package fits, best first; an error says why none.
const NODES_THAT_FIT: &str = "nodes_that_fit";

/// The lists of a cluster: all, or the one that `what` names. Changes nothing, stores nothing.
///
/// Nodes, templates and storages are one request, bridges one for each node that is online. `config_options` asks
/// nobody: it lists the configurable options, each with what the package of the request has without it, and of the
/// `names` that a product's options have those that only other modules know (`misnamed`). `guests`
/// takes `vmids` and looks at each of them, two requests a guest at most; one that is not there is left out. With a
/// `package` each guest's `refusal` says why no order for the package could be built of it, and `warnings` what its
/// clones keep that is better not sold; for that its node is asked for the files that it names.
///
/// `firewall` says whether the datacenter's is on, null where the login may not see it; and on which nodes the service is
/// `stopped` that carries out the rules.
///
/// `nodes_that_fit` is the choice that Create makes for the package of the request, without an address: what it
/// refuses, an order would be refused for.
pub fn list(core: &Core, request: &Value) -> Result<Value, Error> {
    let what = request["what"].as_str().unwrap_or_default();
    if what == "config_options" {
        return Ok(output::reply(request::config_options_out(request)?));
    }
    if !what.is_empty() && !LISTS.contains(&what) && ![GUESTS, NODES_THAT_FIT, FIREWALL].contains(&what) {
        return Err(Error::Request(format!(
            "what should be one of {}, {GUESTS}, {NODES_THAT_FIT}, {FIREWALL}",
            LISTS.join(", ")
        )));
    }
    let entry = request::server_of(request)?;
    // the settings page of a product waits for this
    let client = core.client(
        &entry,
        &Arc::new(Meter::default()),
        core.clock.now() + limits::PAGE_SECONDS,
    )?;
    if what == FIREWALL {
        return Ok(output::reply(json!({what: firewall(&client)?})));
    }
    let mut resources = client.resources()?;
    if what == GUESTS {
        return Ok(output::reply(json!({what: guests(&client, &resources, request)?})));
    }
    if what == NODES_THAT_FIT {
        let nodes = nodes_that_fit(&client, &mut resources, &request::package_of(request)?)?;
        return Ok(output::reply(json!({what: nodes})));
    }
    let mut lists = Map::new();
    for list in LISTS.iter().filter(|list| what.is_empty() || what == **list) {
        let rows = match *list {
            "nodes" => nodes(&resources),
            "templates" => templates(core, &client, &resources, entry.id)?,
            "storages" => storages(&resources),
            "bridges" => bridges(&client, &resources)?,
            _ => continue,
        };
        lists.insert((*list).to_owned(), Value::Array(rows));
    }
    Ok(output::reply(Value::Object(lists)))
}

/// The nodes are asked only where there are rules to carry out; one that does not answer is told elsewhere.
fn firewall(client: &Client) -> Result<Value, Error> {
    let datacenter = client.is_firewall_on()?;
    let mut stopped = Vec::new();
    if datacenter == Some(true) {
        let nodes = client.resources()?.nodes;
        for node in nodes.iter().filter(|node| node.is_in_service()) {
            if let Ok(Some(false)) = client.patient_with(node).is_firewall_running(&node.name) {
                stopped.push(node.name.clone());
            }
        }
    }
    Ok(json!({"datacenter": datacenter, "stopped": stopped}))
}

fn nodes(resources: &Resources) -> Vec<Value> {
    let mut nodes: Vec<_> = resources.nodes.iter().collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    let row = |node: &crate::pve::NodeSeen| json!({"name": node.name, "online": node.is_in_service()});
    nodes.into_iter().map(row).collect()
}

fn templates(core: &Core, client: &Client, resources: &Resources, server: ServerId) -> Result<Vec<Value>, Error> {
    let known = resources.vms.iter().filter(|vm| vm.template == Some(true) && vm.qemu);
    let mut templates: Vec<(Vmid, Option<String>, &NodeName)> =
        known.map(|vm| (vm.vmid, vm.name.clone(), &vm.node)).collect();
    // a node that does not answer now must not hide what the others have
    let brief = client.within(limits::NODE_ASKED_SECONDS);
    for vm in without_statistics(core, server, resources.vms.iter().filter(|vm| vm.template.is_none()))? {
        if let Ok(config) = brief.config(&vm.path())
            && config.is_template()
        {
            templates.push((vm.vmid, config.get("name").map(str::to_owned), &vm.node));
        }
    }
    templates.sort();
    let row = |(vmid, name, node)| json!({"vmid": vmid, "name": name, "node": node});
    Ok(templates.into_iter().map(row).collect())
}

/// One row for each storage, wherever it is: to a package it is a name.
fn storages(resources: &Resources) -> Vec<Value> {
    let mut nodes: BTreeMap<_, BTreeSet<&NodeName>> = BTreeMap::new();
    for storage in &resources.storages {
        let kind = (&storage.id, storage.takes_images, storage.takes_backups, storage.shared);
        nodes.entry(kind).or_default().insert(&storage.node);
    }
    let row = |((id, images, backups, shared), nodes)| json!({"id": id, "images": images, "backups": backups, "shared": shared, "nodes": nodes});
    nodes.into_iter().map(row).collect()
}

/// An error only when no node answers.
fn bridges(client: &Client, resources: &Resources) -> Result<Vec<Value>, Error> {
    let mut found: BTreeMap<Bridge, BTreeSet<&NodeName>> = BTreeMap::new();
    let mut answered = false;
    let mut failure = None;
    let mut nodes: Vec<_> = resources.nodes.iter().filter(|node| node.is_in_service()).collect();
    // those that may not answer come last
    nodes.sort_by_key(|node| node.state != NodeState::Online);
    for node in nodes {
        match client.patient_with(node).networks(&node.name) {
            Ok(networks) => {
                answered = true;
                for network in networks {
                    found.entry(network.name).or_default().insert(&node.name);
                }
            }
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if !answered => Err(error.into()),
        _ => {
            let row = |(name, nodes)| json!({"name": name, "nodes": nodes});
            Ok(found.into_iter().map(row).collect())
        }
    }
}

fn nodes_that_fit(client: &Client, resources: &mut Resources, package: &Package) -> Result<Vec<NodeName>, Error> {
    let (template, config) = template_of(client, resources, package)?;
    Ok(placement::nodes(resources, package, &template, &config)?)
}

/// The template of a package, with its config; and in the list of the cluster what a place for its clone is chosen by.
///
/// # Errors
/// That there is none, that it is no template, and what Proxmox VE does not answer.
pub(super) fn template_of(
    client: &Client,
    resources: &mut Resources,
    package: &Package,
) -> Result<(VmSeen, Config), Error> {
    let template = placement::template(resources, package)?.clone();
    let config = client.config(&template.path())?;
    placement::must_be_template(package, &template, &config)?;
    let storages = placement::storages(package, &config);
    let storages: Vec<_> = storages.iter().flatten().collect();
    client.fill_in(resources, package.target_node.as_ref(), &storages);
    Ok((template, config))
}

fn guests(client: &Client, resources: &Resources, request: &Value) -> Result<Vec<Value>, Error> {
    let package = match request["package"] {
        Value::Null => None,
        _ => Some(request::package_of(request)?),
    };
    let wanted = request::numbers(request, "vmids").unwrap_or_default();
    if wanted.len() > limits::GUESTS_ASKED {
        return Err(Error::Request(format!(
            "vmids names more than {} guests",
            limits::GUESTS_ASKED
        )));
    }
    let found = resources
        .vms
        .iter()
        .filter(|vm| vm.qemu && wanted.contains(&u64::from(vm.vmid.get())));
    found.map(|vm| guest_row(client, vm, package.as_ref())).collect()
}

fn guest_row(client: &Client, vm: &VmSeen, package: Option<&Package>) -> Result<Value, Error> {
    let config = client.config(&vm.path())?;
    let refusal = match package {
        Some(package) => refusal(client, vm, package, &config)?,
        None => None,
    };
    Ok(json!({
        "refusal": refusal,
        "warnings": package.map(|_| pipeline::warnings(&config)),
        "vmid": vm.vmid,
        "node": vm.node,
        "name": vm.name.as_deref().or(config.get("name")),
        "template": config.is_template(),
        "cloudinit_drive": config.cloudinit_drive().is_some(),
        "agent": config.get("agent").is_some_and(is_agent_on),
        "addresses": addresses(&config),
        "marker": marker(&config),
    }))
}

/// Why no order for the package could be built of the guest: what the engine itself asks before a clone.
fn refusal(client: &Client, vm: &VmSeen, package: &Package, config: &Config) -> Result<Option<String>, Error> {
    if let Err(why) = pipeline::buildable(package, config) {
        return Ok(Some(why.to_string()));
    }
    match node_could_start(client, &format!("template {}", vm.vmid), &vm.node, config, true) {
        Err(error @ Error::Placement(_)) => Ok(Some(error.to_string())),
        other => other.map(|()| None),
    }
}

/// `1`, `enabled=1,type=virtio`, …
fn is_agent_on(setting: &str) -> bool {
    let setting = PropertyString::parse(setting);
    let enabled = setting.get("enabled").or_else(|| setting.leading());
    enabled.is_some_and(|enabled| ["1", "on", "yes", "true"].contains(&enabled))
}

/// All that cloud-init gives to any of its cards.
fn addresses(config: &Config) -> Vec<IpAddr> {
    let cards = config.entries().filter(|(key, _)| key.starts_with("ipconfig"));
    cards
        .map(|(_, card)| PropertyString::parse(card))
        .flat_map(|card| ["ip", "ip6"].map(|key| card.get(key).and_then(|ip| ip.split('/').next()?.parse().ok())))
        .flatten()
        .collect()
}

/// Whose guest it says it is, `<installation>/<service>`, if any installation's.
fn marker(config: &Config) -> Option<&str> {
    let description = config.get("description").unwrap_or_default();
    let owner = description
        .lines()
        .find_map(|line| line.trim().strip_prefix(Service::MARKER));
    owner.map(str::trim)
}
