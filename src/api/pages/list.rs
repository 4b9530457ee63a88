//! What there is to choose from, for the settings of a product; and what certain guests are.

use super::applications::{self, ApplicationListed};
use super::console_ports::{self, ConsolePorts};
use super::storages::{StorageListed, storages};
use crate::api::core::Core;
use crate::api::health::NodeOnline;
use crate::api::request::{Number, PackageIn, ServerIn, Text, numbers};
use crate::api::statistics::without_statistics;
use crate::engine::node_could_start;
use crate::engine::{may_keep_backups, nobody_prunes, placement};
use crate::guest::{Config, PropertyString};
use crate::package::{ConfigOption, Package, config_options, misnamed};
use crate::pipeline;
use crate::problems::Error;
use crate::pve::{Client, NodeState, Resources, VmSeen};
use crate::service::Service;
use crate::words::ids::{Bridge, NodeName, ServerId, Vmid};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What can be asked for, and what it takes.
const LISTS: [&str; 5] = ["nodes", "templates", "storages", "bridges", "config_options"];

/// Asked for by number.
const GUESTS: &str = "guests";

/// Whether the firewall of the datacenter is on: without it no rule of a guest does anything.
const FIREWALL: &str = "firewall";

/// Which nodes let the ticket of one console into others: asked only where the package gives customers consoles.
const CONSOLES: &str = "consoles";

/// Which nodes a package fits, best first; an error says why none.
const NODES_THAT_FIT: &str = "nodes_that_fit";

/// Whether the nodes have the applications that are sold.
const APPLICATIONS: &str = "applications";

/// What is asked for by name, and never with the lists.
const ALONE: [&str; 5] = [GUESTS, NODES_THAT_FIT, FIREWALL, CONSOLES, APPLICATIONS];

/// Which lists.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ListIn {
    /// `nodes`, `templates`, `storages`, `bridges`, `config_options`, `guests`, `nodes_that_fit`, `firewall`, `consoles` or
    /// `applications`; missing: the first four.
    what: Text,
    /// The server entry; `config_options` asks nobody.
    server: ServerIn,
    /// What is sold, for `config_options`, `guests`, `nodes_that_fit`, `consoles` and `applications`.
    package: Option<PackageIn>,
    /// The names of a product's options, for `config_options`; of the applications that its shop sells besides, for
    /// `applications`.
    names: Vec<Text>,
    /// The numbers of the guests, for `guests`.
    vmids: Option<Vec<Number>>,
}

/// The lists that were asked for; every other one is missing.
#[derive(Debug, Default, Serialize)]
pub(in crate::api) struct ListOut {
    /// The nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    nodes: Option<Vec<NodeOnline>>,
    /// The templates.
    #[serde(skip_serializing_if = "Option::is_none")]
    templates: Option<Vec<TemplateListed>>,
    /// The storages: one row for each, wherever it is; to a package it is a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    storages: Option<Vec<StorageListed>>,
    /// The bridges of the nodes that are online.
    #[serde(skip_serializing_if = "Option::is_none")]
    bridges: Option<Vec<BridgeListed>>,
    /// The configurable options for a new option group, each with what the package has without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    config_options: Option<Vec<ConfigOption>>,
    /// Of the `names` those that only other modules know, or that are mistyped; beside `config_options`.
    #[serde(skip_serializing_if = "Option::is_none")]
    misnamed: Option<Vec<Misnamed>>,
    /// The guests of the numbers; one that is not there is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    guests: Option<Vec<GuestListed>>,
    /// The nodes that the package fits, best first: the choice that Create makes, without an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    nodes_that_fit: Option<Vec<NodeName>>,
    /// The firewall.
    #[serde(skip_serializing_if = "Option::is_none")]
    firewall: Option<FirewallListed>,
    /// The ports of consoles; missing also where the package gives customers no console.
    #[serde(skip_serializing_if = "Option::is_none")]
    consoles: Option<ConsolePorts>,
    /// The applications, those first that a node lacks; empty where none is sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    applications: Option<Vec<ApplicationListed>>,
}

/// A name of a configurable option that means nothing here.
#[derive(Debug, Serialize)]
struct Misnamed {
    /// The name, in lower case.
    name: String,
    /// The name that is meant; null where nobody knows.
    meant: Option<&'static str>,
}

/// A template to choose.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct TemplateListed {
    /// Its number.
    vmid: Vmid,
    /// Its name; null where it has none.
    name: Option<String>,
    /// The node that holds it.
    node: NodeName,
}

/// A bridge to choose.
#[derive(Debug, Serialize)]
struct BridgeListed {
    /// Its name.
    name: Bridge,
    /// The nodes that have it.
    nodes: BTreeSet<NodeName>,
}

/// A guest.
#[derive(Debug, Serialize)]
struct GuestListed {
    /// Why no order for the package could be built of it, in a sentence; null where one could, or without a package.
    refusal: Option<String>,
    /// What its clones keep that is better not sold, a sentence each; null without a package.
    warnings: Option<Vec<String>>,
    /// Its number.
    vmid: Vmid,
    /// Its node.
    node: NodeName,
    /// Its name; null where it has none.
    name: Option<String>,
    /// Whether it is a template.
    template: bool,
    /// Whether it has a cloud-init drive.
    cloudinit_drive: bool,
    /// Whether its guest agent is switched on.
    agent: bool,
    /// All addresses that cloud-init gives it.
    addresses: Vec<IpAddr>,
    /// Whose it says it is, `installation/service`, if any installation's; else null.
    marker: Option<String>,
}

/// Whether the datacenter's firewall is on.
#[derive(Debug, Serialize)]
struct FirewallListed {
    /// Whether it is: without it no rule of a guest does anything; null where the login may not see it.
    datacenter: Option<bool>,
    /// The nodes on which the service is stopped that carries out the rules.
    stopped: Vec<NodeName>,
}

/// The lists of a cluster: all, or the one that `what` names. Changes nothing, stores nothing.
///
/// Nodes, templates and storages are one request, bridges one for each node that is online. `guests` looks at each of them,
/// two requests a guest at most; with a package its node is asked for the files that it names.
pub(in crate::api) fn list(core: &Core, request: ListIn) -> Result<ListOut, Error> {
    let what = request.what.0.as_str();
    let package = || match &request.package {
        Some(package) => package.parse(),
        None => PackageIn::default().parse(),
    };
    if what == "config_options" {
        return Ok(options_of(&package()?, &request.names));
    }
    if !what.is_empty() && !LISTS.contains(&what) && !ALONE.contains(&what) {
        return Err(Error::Request(format!(
            "what should be one of {}, {}",
            LISTS.join(", "),
            ALONE.join(", ")
        )));
    }
    let mut lists = ListOut::default();
    if what == CONSOLES && !package()?.more.client_console {
        return Ok(lists);
    }
    let entry = request.server.parse()?;
    // the settings page of a product waits for this
    let client = core.page_client(&entry)?;
    if what == FIREWALL {
        lists.firewall = Some(firewall(&client)?);
        return Ok(lists);
    }
    if what == CONSOLES {
        lists.consoles = Some(console_ports::asked(&client)?);
        return Ok(lists);
    }
    let mut resources = client.resources()?;
    if what == APPLICATIONS {
        let names = request.names.iter().map(|name| name.0.as_str());
        lists.applications = Some(applications::listed(&client, &resources, &package()?, names));
        return Ok(lists);
    }
    let is_asked = |list: &str| what.is_empty() || what == list;
    if what == GUESTS {
        lists.guests = Some(guests(&client, &resources, &request)?);
    } else if what == NODES_THAT_FIT {
        lists.nodes_that_fit = Some(nodes_that_fit(core, entry.id, (&client, &mut resources), &package()?)?);
    }
    lists.nodes = is_asked("nodes").then(|| nodes(&resources));
    if is_asked("templates") {
        lists.templates = Some(templates(core, &client, &resources, entry.id)?);
    }
    lists.storages = is_asked("storages").then(|| storages(&resources));
    if is_asked("bridges") {
        lists.bridges = Some(bridges(&client, &resources)?);
    }
    Ok(lists)
}

/// The nodes are asked only where there are rules to carry out; one that does not answer is told elsewhere.
fn firewall(client: &Client) -> Result<FirewallListed, Error> {
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
    Ok(FirewallListed { datacenter, stopped })
}

/// Asks nobody.
fn options_of(package: &Package, names: &[Text]) -> ListOut {
    let misnamed = misnamed(names.iter().map(|name| name.0.as_str())).into_iter();
    ListOut {
        config_options: Some(config_options(package).collect()),
        misnamed: Some(misnamed.map(|(name, meant)| Misnamed { name, meant }).collect()),
        ..ListOut::default()
    }
}

fn nodes(resources: &Resources) -> Vec<NodeOnline> {
    let mut nodes: Vec<_> = resources.nodes.iter().collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    nodes.into_iter().map(NodeOnline::of).collect()
}

fn templates(
    core: &Core,
    client: &Client,
    resources: &Resources,
    server: ServerId,
) -> Result<Vec<TemplateListed>, Error> {
    let known = resources.vms.iter().filter(|vm| vm.template == Some(true) && vm.qemu);
    let row = |vm: &VmSeen, name: Option<&str>| TemplateListed {
        vmid: vm.vmid,
        name: name.map(str::to_owned),
        node: vm.node.clone(),
    };
    let mut templates: Vec<TemplateListed> = known.map(|vm| row(vm, vm.name.as_deref())).collect();
    // a node that does not answer now must not hide what the others have
    let brief = client.within(limits::NODE_ASKED_SECONDS);
    for vm in without_statistics(core, server, resources.vms.iter().filter(|vm| vm.template.is_none()))? {
        if let Ok(config) = brief.config(&vm.path())
            && config.is_template()
        {
            templates.push(row(vm, config.get("name")));
        }
    }
    templates.sort();
    Ok(templates)
}

/// An error only when no node answers.
fn bridges(client: &Client, resources: &Resources) -> Result<Vec<BridgeListed>, Error> {
    let mut found: BTreeMap<Bridge, BTreeSet<NodeName>> = BTreeMap::new();
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
                    found.entry(network.name).or_default().insert(node.name.clone());
                }
            }
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if !answered => Err(error.into()),
        _ => {
            let row = |(name, nodes)| BridgeListed { name, nodes };
            Ok(found.into_iter().map(row).collect())
        }
    }
}

fn nodes_that_fit(
    core: &Core,
    server: ServerId,
    (client, resources): (&Client, &mut Resources),
    package: &Package,
) -> Result<Vec<NodeName>, Error> {
    let (template, config) = template_of(client, resources, package)?;
    let nodes = placement::nodes(resources, package, &template, &config)?;
    if let Some(storage) = &package.backup_storage {
        // all nodes have the storages of one config: what the first says of it, all say
        for node in nodes.iter().take(1) {
            may_keep_backups(client, resources, node, storage)?;
        }
        nobody_prunes(client, storage, (&core.store, server))?;
    }
    Ok(nodes)
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

fn guests(client: &Client, resources: &Resources, request: &ListIn) -> Result<Vec<GuestListed>, Error> {
    let package = request.package.as_ref().map(PackageIn::parse).transpose()?;
    let wanted = numbers(request.vmids.as_deref()).unwrap_or_default();
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

fn guest_row(client: &Client, vm: &VmSeen, package: Option<&Package>) -> Result<GuestListed, Error> {
    let config = client.config(&vm.path())?;
    let refusal = match package {
        Some(package) => refusal(client, vm, package, &config)?,
        None => None,
    };
    Ok(GuestListed {
        refusal,
        warnings: package.map(|package| pipeline::warnings(package, vm.vmid, &config)),
        vmid: vm.vmid,
        node: vm.node.clone(),
        name: vm.name.as_deref().or(config.get("name")).map(str::to_owned),
        template: config.is_template(),
        cloudinit_drive: config.cloudinit_drive().is_some(),
        agent: config.get("agent").is_some_and(is_agent_on),
        addresses: addresses(&config),
        marker: marker(&config).map(str::to_owned),
    })
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
