//! TestConnection: version, login, certificate, endpoints, nodes, privileges, address lines.

use super::one_mac::one_mac;
use super::privileges::{self, Missing, Networks};
use super::retention::retentions;
use crate::api::core::Core;
use crate::api::request::{PackageIn, ServerIn};
use crate::package::{Media, Package};
use crate::problems::Error;
use crate::pve::{ClusterFacts, Counted, Meter, NetworkSeen, NodeSeen, NodeState, Resources};
use crate::server::{BadLine, Login};
use crate::words::ids::{Bridge, NodeName};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The longest name of a user or token that `POST /access/vncticket` takes (PVE::API2::AccessControl).
const AUTHID_CHARACTERS: usize = 64;

/// What a server entry leads to.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ConnectionOut {
    /// The version of Proxmox VE.
    version: String,
    /// Who is logged in.
    login: String,
    /// How its certificate is trusted.
    trust: &'static str,
    /// What works in spite of it, a sentence each.
    warnings: Vec<String>,
    /// The endpoints of the entry.
    endpoints: Vec<EndpointOut>,
    /// The nodes of the cluster.
    nodes: Vec<NodeOnline>,
    /// The privileges that the login lacks, by path; what nothing works without comes first.
    missing: Vec<Missing>,
    /// Which storages of the products, and which backup jobs, delete customers' backups by a retention, a sentence each.
    retentions: Vec<String>,
    /// The address lines.
    address_lines: AddressLines,
    /// What it has asked of Proxmox VE.
    requests: Counted,
}

/// An endpoint.
#[derive(Debug, Serialize)]
struct EndpointOut {
    /// Host and port.
    address: String,
    /// Why it does not answer, in a sentence; null where it does.
    error: Option<String>,
}

/// A node of a cluster.
#[derive(Debug, Serialize)]
pub(in crate::api) struct NodeOnline {
    /// Its name.
    name: NodeName,
    /// Whether it works.
    online: bool,
}

impl NodeOnline {
    /// That of a node.
    pub(in crate::api) fn of(node: &NodeSeen) -> NodeOnline {
        NodeOnline {
            name: node.name.clone(),
            online: node.is_in_service(),
        }
    }
}

/// The address lines of an entry.
#[derive(Debug, Serialize)]
struct AddressLines {
    /// How many can be used.
    ok: usize,
    /// Those that cannot.
    bad: Vec<BadLine>,
}

/// Which server entry, and what is sold on it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ConnectionIn {
    /// The server entry.
    server: ServerIn,
    /// The products that are sold on it; a configurable option that they have is there by its name, with an empty value. Null:
    /// nobody says, and the login is asked for what any product may want.
    packages: Option<Vec<PackageIn>>,
}

impl ConnectionIn {
    /// Whether a product has snapshots for its customers. One that cannot be read may.
    fn sells_snapshots(&self) -> bool {
        let sells = |package: &PackageIn| {
            let has_none = |package: Package| package.snapshots.unwrap_or_default() == 0;
            package.offers("snapshots") || !package.parse().is_ok_and(has_none)
        };
        self.packages.as_ref().is_none_or(|all| all.iter().any(sells))
    }

    /// Whether a product gives its customers consoles. One that cannot be read may.
    fn gives_consoles(&self) -> bool {
        let gives = |package: &PackageIn| package.parse().map_or(true, |package| package.more.client_console);
        self.packages.as_ref().is_none_or(|all| all.iter().any(gives))
    }

    /// What the products have of CDs.
    fn media(&self) -> Vec<Media> {
        let packages = self.packages.iter().flatten();
        packages
            .filter_map(|package| Some(package.parse().ok()?.more.media))
            .collect()
    }
}

/// Connects, logs in, and says what is missing. What a create asks first is remembered on the way.
///
/// An error only where nothing can be said. `missing` lists privileges by path: with a `for` they are needed for that
/// alone, without one by every service. A warning is a sentence about what works in spite of it.
pub(in crate::api) fn test_connection(core: &Core, request: ConnectionIn) -> Result<ConnectionOut, Error> {
    let entry = request.server.parse()?;
    let meter = Arc::new(Meter::default());
    let client = core.client(&entry, &meter, core.clock.now() + limits::WEB_SECONDS)?;
    client.ask_anew();
    let version = client.version()?;
    let endpoints = client.each_endpoint()?;
    let resources = client.resources()?;
    let mut facts = ClusterFacts {
        next_id: client.next_id_range()?,
        networks: BTreeMap::new(),
        seen_at: core.clock.now(),
        ..ClusterFacts::default()
    };
    let mut networks = Networks {
        wanted: (entry.pool.lines.iter())
            .map(|line| (line.bridge.clone(), line.vlan))
            .collect(),
        vnets: BTreeSet::new(),
    };
    for node in resources.nodes.iter().filter(|node| node.is_in_service()) {
        // a node whose daemon is down must not hide the others
        if let Ok(seen) = client.patient_with(node).networks(&node.name) {
            let vnets = seen.iter().filter(|network| network.is_vnet);
            networks.vnets.extend(vnets.map(|network| network.name.clone()));
            facts.networks.insert(node.name.clone(), seen);
        }
    }
    core.store.set_facts(entry.id, &facts)?;
    let missing = privileges::missing(
        &client,
        &resources,
        &networks,
        request.sells_snapshots(),
        &request.media(),
    )?;
    let mut warnings = entry.warnings.clone();
    warnings.extend(without_statistics(&resources));
    let blind: BTreeSet<&str> = missing.iter().map(|row| row.path.as_str()).collect();
    warnings.extend(absent_bridges(&networks, &facts.networks, &blind));
    warnings.extend(refused_tags(&networks, &facts.networks));
    warnings.extend(one_mac(&client, &networks, &facts.networks));
    warnings.extend(without_text_terminals(&entry.login, &request));
    let endpoints = endpoints.iter().map(|(endpoint, answer)| EndpointOut {
        address: endpoint.to_string(),
        error: answer.as_ref().err().map(ToString::to_string),
    });
    Ok(ConnectionOut {
        version,
        login: entry.login.name(),
        trust: entry.trust.as_str(),
        warnings,
        endpoints: endpoints.collect(),
        nodes: resources.nodes.iter().map(NodeOnline::of).collect(),
        missing,
        retentions: retentions(
            &client,
            &resources,
            request.packages.as_deref().unwrap_or_default(),
            (&core.store, entry.id),
        ),
        address_lines: AddressLines {
            ok: entry.pool.lines.len(),
            bad: entry.pool.bad.clone(),
        },
        requests: meter.counted(),
    })
}

/// A sentence for each node that sends no statistics.
fn without_statistics(resources: &Resources) -> impl Iterator<Item = String> + '_ {
    let nodes = resources.nodes.iter();
    let without = nodes.filter(|node| node.state == NodeState::WithoutStatistics);
    without.map(|node| {
        format!(
            "node {} sends no statistics: see that pvestatd works there (often a storage hangs). Orders go on meanwhile; usage \
             and traffic stand still",
            node.name
        )
    })
}

/// A sentence where Proxmox VE refuses the login's name at text terminals: `authid` of `POST /access/vncticket`, which
/// `termproxy` asks.
fn without_text_terminals(login: &Login, request: &ConnectionIn) -> Option<String> {
    let name = login.name();
    let is_long = matches!(login, Login::ApiToken { .. }) && name.chars().count() > AUTHID_CHARACTERS;
    (is_long && request.gives_consoles()).then(|| {
        format!(
            "the token's name {name} has more than {} characters, and Proxmox VE opens no text terminal for it: make a token \
             with a shorter name, and give it the same roles",
            AUTHID_CHARACTERS
        )
    })
}

/// A sentence for each bridge of the address lines that no node has; where the login may not see it, it is missing
/// for that reason already.
fn absent_bridges(
    networks: &Networks,
    seen: &BTreeMap<NodeName, Vec<NetworkSeen>>,
    blind: &BTreeSet<&str>,
) -> BTreeSet<String> {
    let is_blind = |bridge: &Bridge| {
        let part = format!("/{bridge}");
        let is_path_of = |path: &&str| path.ends_with(&part) || path.contains(&format!("{part}/"));
        blind.iter().any(is_path_of)
    };
    let has = |bridge: &Bridge| seen.is_empty() || seen.values().flatten().any(|network| network.name == *bridge);
    let bridges = networks.wanted.iter().map(|(bridge, _)| bridge);
    bridges
        .filter(|bridge| !has(bridge) && !is_blind(bridge))
        .map(|bridge| format!("no node that answered has the bridge {bridge} of the address lines"))
        .collect()
}

/// A sentence for each VLAN of the address lines that is wanted of a vnet that takes none.
fn refused_tags(networks: &Networks, seen: &BTreeMap<NodeName, Vec<NetworkSeen>>) -> BTreeSet<String> {
    let takes_none = |bridge: &Bridge| {
        let mut all = seen.values().flatten();
        all.any(|network| network.refuses_tags_on(bridge))
    };
    let tagged = networks.wanted.iter().filter(|(_, vlan)| *vlan > 0);
    tagged
        .filter(|(bridge, _)| takes_none(bridge))
        .map(|(bridge, vlan)| {
            format!(
                "the address lines want the VLAN {vlan} on {bridge}, a vnet that is not VLAN-aware: Proxmox VE would start no VM \
                 there; write VLAN 0 into the lines, or make the vnet VLAN-aware"
            )
        })
        .collect()
}
