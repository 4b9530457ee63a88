//! What a cluster has left: its nodes and storages, and how many more services of each product fit.

use super::list::template_of;
use crate::api::core::Core;
use crate::api::output::Failed;
use crate::api::request::{Number, PackageIn, ServerIn};
use crate::engine::{Fits, fits, promised};
use crate::guest::Config;
use crate::package::Package;
use crate::problems::Error;
use crate::pve::{Client, NodeSeen, Resources, StorageSeen, VmSeen};
use crate::server::{AddressLine, Family, ServerEntry, Usage};
use crate::words::ids::{NodeName, ServiceId, StorageId};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Of which server entry, and for which products.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct CapacityIn {
    /// The server entry.
    server: ServerIn,
    /// The products that are sold on it.
    packages: Option<Vec<ProductIn>>,
    /// What WHMCS calls pending of any product: it has its place.
    pending: Option<Vec<PendingIn>>,
}

/// Orders of a product that may not be built yet.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PendingIn {
    /// The numbers of their services; those that the module builds already are not counted twice.
    services: Vec<Number>,
    /// What is sold.
    package: PackageIn,
}

/// A product.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProductIn {
    /// Its number, which comes back.
    id: Value,
    /// What is sold.
    package: PackageIn,
}

/// What a cluster has left.
#[derive(Debug, Serialize)]
pub(in crate::api) struct CapacityOut {
    /// Its nodes.
    nodes: Vec<NodeOut>,
    /// Its storages; one that all nodes share is one.
    storages: Vec<StorageOut>,
    /// How much more of each product fits, beside what is being built and what is pending.
    fits: Vec<FitsOut>,
}

/// A node.
#[derive(Debug, Serialize)]
struct NodeOut {
    /// Its name.
    name: NodeName,
    /// Whether it works.
    online: bool,
    /// Its processors; null where it does not say.
    cpus: Option<u64>,
    /// Memory in all, bytes; null where it does not say.
    memory: Option<u64>,
    /// Memory that is free, bytes; null where it does not say.
    memory_free: Option<u64>,
    /// Guests on it.
    guests: usize,
}

/// A storage.
#[derive(Debug, Serialize)]
struct StorageOut {
    /// Its name.
    id: StorageId,
    /// Its node; null where all nodes share it.
    node: Option<NodeName>,
    /// Whether it takes disks.
    images: bool,
    /// Whether it takes backups.
    backups: bool,
    /// Size, bytes; null where it does not say.
    total: Option<u64>,
    /// What is free of it, bytes; null where it does not say.
    free: Option<u64>,
}

/// How much more of a product fits.
#[derive(Debug, Serialize)]
struct FitsOut {
    /// The product's number.
    id: Value,
    /// What was reckoned; missing where that is not possible.
    #[serde(flatten)]
    counts: Option<Counts>,
    /// Why it could not be reckoned; null where it could.
    error: Option<Failed>,
}

/// So many more services.
#[derive(Debug, Serialize)]
struct Counts {
    /// By memory; null where nobody knows.
    memory: Option<u64>,
    /// By disk; null where nobody knows.
    disk: Option<u64>,
    /// By addresses; null where it needs none.
    addresses: Option<u64>,
    /// By all together; null where nobody knows.
    fits: Option<u64>,
    /// What Proxmox VE did not say: where it is not empty, the number is no fact.
    unknown: Vec<String>,
}

/// What a cluster has left: its nodes and storages, and how many more services of each product fit.
///
/// One request for the cluster and one for each template, in the time of a page. A clone on a thin storage counts with its full
/// size, as it will grow to it. What is being built, waits for that, or is pending, counts before Proxmox VE shows it.
pub(in crate::api) fn capacity(core: &Core, request: CapacityIn) -> Result<CapacityOut, Error> {
    let entry = request.server.parse()?;
    let client = core.page_client(&entry)?;
    let mut resources = client.resources()?;
    let leased = core
        .store
        .leased_of(std::slice::from_ref(&entry.pool))?
        .pop()
        .unwrap_or_default();
    let mut usage = entry.pool.usage(&leased);
    let products = request.packages.into_iter().flatten().take(limits::GUESTS_ASKED);
    let products: Vec<_> = products
        .map(|product| (product.id, sold(&client, &mut resources, &product.package)))
        .collect();
    let pending = request.pending.into_iter().flatten().take(limits::GUESTS_ASKED);
    // of a product that cannot be built nothing will be
    let pending: Vec<_> = pending
        .filter_map(|orders| Some((sold(&client, &mut resources, &orders.package).ok()?, orders.services)))
        .collect();
    let (nodes, storages) = (nodes_out(&resources), storages_out(&resources));
    // only now, as nothing more is filled in
    promised::to_services(&mut resources, core.engine().being_built(entry.id)?.iter(), |_| true);
    for ((package, template, config), services) in &pending {
        let count = unknown(core, services)?;
        (0..count).all(|_| promised::to_order(&mut resources, package, template, config));
        take_addresses(&entry, &mut usage, package, count);
    }
    let fits = |(id, sold): (Value, Result<Sold, Error>)| {
        let counts = sold.and_then(|(package, template, config)| {
            let fits = fits(&resources, &package, &template, &config)?;
            Ok(counts(fits, addresses(&entry, &usage, &package)))
        });
        let error = counts.as_ref().err().map(Failed::of);
        FitsOut {
            id,
            counts: counts.ok(),
            error,
        }
    };
    Ok(CapacityOut {
        nodes,
        storages,
        fits: products.into_iter().map(fits).collect(),
    })
}

/// A package that can be built, its template and the template's config.
type Sold = (Package, VmSeen, Config);

fn sold(client: &Client, resources: &mut Resources, package: &PackageIn) -> Result<Sold, Error> {
    let package = package.parse()?;
    let (template, config) = template_of(client, resources, &package)?;
    Ok((package, template, config))
}

/// How many of these services have nothing reserved yet.
fn unknown(core: &Core, services: &[Number]) -> Result<u64, Error> {
    let mut count = 0;
    for id in services.iter().filter_map(|id| id.0) {
        let known = match core.store.service(ServiceId(id)) {
            Ok((service, _)) => !service.is_removed() && service.vmid.is_some(),
            Err(crate::store::Error::Unknown(_)) => false,
            Err(error) => return Err(error.into()),
        };
        count += u64::from(!known);
    }
    Ok(count)
}

/// So many more services of a package take their addresses from the lines that suit it.
fn take_addresses(entry: &ServerEntry, usage: &mut [Usage], package: &Package, count: u64) {
    for (family, each) in [(Family::V4, package.ipv4_count), (Family::V6, package.ipv6_count)] {
        let mut wanted = count * u64::from(each);
        let lines = entry.pool.lines.iter().zip(usage.iter_mut());
        for (_, usage) in lines.filter(|(line, _)| line.family() == family && suits(line, package)) {
            let taken = usage.free.min(wanted);
            (usage.free, wanted) = (usage.free - taken, wanted - taken);
        }
    }
}

fn suits(line: &AddressLine, package: &Package) -> bool {
    line.suits(package.bridge.as_ref(), package.vlan)
}

/// How many services the free addresses of the lines that suit the package are enough for; none: it needs no address.
fn addresses(entry: &ServerEntry, usage: &[Usage], package: &Package) -> Option<u64> {
    let lines = entry.pool.lines.iter().zip(usage);
    let lines: Vec<_> = lines.filter(|(line, _)| suits(line, package)).collect();
    let free = |family: Family| -> u64 {
        let of_family = lines.iter().filter(|(line, _)| line.family() == family);
        of_family.map(|(_, usage)| usage.free).sum()
    };
    let wanted = [(Family::V4, package.ipv4_count), (Family::V6, package.ipv6_count)];
    let needed = wanted.into_iter().filter(|(_, count)| *count > 0);
    needed.map(|(family, count)| free(family) / u64::from(count)).min()
}

fn counts(fits: Fits, addresses: Option<u64>) -> Counts {
    Counts {
        memory: fits.memory,
        disk: fits.disk,
        addresses,
        fits: fits.together.into_iter().chain(addresses).min(),
        unknown: fits.unknown,
    }
}

fn nodes_out(resources: &Resources) -> Vec<NodeOut> {
    let mut nodes: Vec<_> = resources.nodes.iter().collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    let row = |node: &NodeSeen| NodeOut {
        name: node.name.clone(),
        online: node.is_in_service(),
        cpus: node.cpus,
        memory: node.memory,
        memory_free: node.free_memory,
        guests: resources.vms.iter().filter(|vm| vm.node == node.name).count(),
    };
    nodes.into_iter().map(row).collect()
}

fn storages_out(resources: &Resources) -> Vec<StorageOut> {
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
    let row = |storage: &StorageSeen| StorageOut {
        id: storage.id.clone(),
        node: (!storage.shared).then(|| storage.node.clone()),
        images: storage.takes_images,
        backups: storage.takes_backups,
        total: storage.total,
        free: storage.free,
    };
    storages.into_iter().map(row).collect()
}
