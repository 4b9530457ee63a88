//! What the hoster's pages list of services. From the store alone: Proxmox VE is not asked.

use crate::api::core::Core;
use crate::api::output::{self, AttentionOut, DoingOut, ServiceOut, TroubleOut, UnreadableOut};
use crate::api::request::{Flag, Number, Text, numbers};
use crate::problems::Error;
use crate::store::{Filter, Overview, PowerSeen, Sort};
use crate::words::ids::{ServerId, ServiceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which services. What is missing narrows nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct OverviewIn {
    /// The local status.
    status: Text,
    /// The server entry.
    server: Number,
    /// The node.
    node: Text,
    /// A service or VMID, an address, or a part of a name, a domain or an address.
    search: Text,
    /// Only those with an error.
    trouble: Flag,
    /// Only those that need somebody.
    attention: Flag,
    /// Only those that something was asked of and is not done.
    busy: Flag,
    /// Only those of these numbers.
    only: Option<Vec<Number>>,
    /// `number`, `newest`, `name`, or `waiting`: only those that something was asked of, longest waiting first.
    sort: Text,
    /// The most rows.
    limit: Number,
    /// Rows to leave out before the first.
    offset: Number,
}

/// A page of services, and what there is to choose from.
#[derive(Debug, Serialize)]
pub(in crate::api) struct OverviewOut {
    /// The page.
    #[serde(flatten)]
    page: ServicesPage,
    /// How many services the filter finds.
    total: u64,
    /// Of how many services something was asked and is not done.
    busy: u64,
    /// How many of all services have which local status.
    counts: BTreeMap<String, u64>,
    /// The nodes of all services.
    nodes: Vec<String>,
    /// The orders that can be asked for, the usual one first.
    sorts: [&'static str; 4],
}

/// Services in the order that was asked for, with what is known of each, by its number.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ServicesPage {
    /// The services.
    services: Vec<Listed>,
    /// What each does or waits for.
    doing: BTreeMap<ServiceId, DoingOut>,
    /// Whether the guest ran when the cluster was last asked; one that nobody has seen is missing.
    power: BTreeMap<ServiceId, PowerSeen>,
    /// Why records are not as they should be; a service whose are is missing.
    dns_troubles: BTreeMap<ServiceId, Vec<TroubleOut>>,
    /// What did not reach somebody, time and again; a service of which all has is missing.
    undelivered: BTreeMap<ServiceId, Vec<AttentionOut>>,
}

/// A service, or that it cannot be read.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Listed {
    /// The service.
    Known(Box<ServiceOut>),
    /// In the place of one whose record cannot be read.
    Unreadable(UnreadableOut),
}

/// A page of services, from the store.
pub(in crate::api) fn overview(core: &Core, request: OverviewIn) -> Result<OverviewOut, Error> {
    let filter = Filter {
        status: request.status.0,
        server: request.server.0.filter(|id| *id > 0).map(ServerId),
        node: request.node.0,
        search: request.search.0,
        trouble: request.trouble.0,
        attention: request.attention.0,
        busy: request.busy.0,
        only: numbers(request.only.as_deref()),
        sort: Sort::named(&request.sort.0),
        limit: request.limit.limit(),
        offset: request.offset.0.unwrap_or_default(),
    };
    let (page, found) = page_of_services(core, &filter)?;
    Ok(OverviewOut {
        page,
        total: found.total,
        busy: found.busy,
        counts: found.counts.into_iter().collect(),
        nodes: found.nodes,
        sorts: Sort::WORDS,
    })
}

/// The services that a filter finds, with what is known of each.
pub(super) fn page_of_services(core: &Core, filter: &Filter) -> Result<(ServicesPage, Overview), Error> {
    let found = core.store.overview(filter)?;
    let ids: Vec<u64> = found
        .services
        .iter()
        .flatten()
        .map(|(service, _)| service.id.0)
        .collect();
    let memories = core.store.dns_of(&ids)?;
    let mut page = ServicesPage {
        services: Vec::new(),
        doing: BTreeMap::new(),
        power: BTreeMap::new(),
        dns_troubles: BTreeMap::new(),
        undelivered: BTreeMap::new(),
    };
    for entry in core.store.failing_of(&ids)? {
        let troubles = page.undelivered.entry(entry.service).or_default();
        troubles.push(output::undelivered(&entry));
    }
    let unfinished = core.store.unfinished_of(&ids)?;
    for row in &found.services {
        page.services.push(match row {
            Ok((service, addresses)) => {
                let id = service.id;
                // an unreadable memory must not hide the services
                let troubles = memories.get(&id).map(|memory| &memory.troubles);
                if let Some(troubles) = troubles.filter(|troubles| !troubles.is_empty()) {
                    page.dns_troubles.insert(id, output::troubles_out(troubles));
                }
                page.doing.insert(id, DoingOut::of(service, unfinished.get(&id)));
                Listed::Known(Box::new(ServiceOut::of(service, addresses)))
            }
            Err(unreadable) => Listed::Unreadable(UnreadableOut::of(unreadable)),
        });
    }
    page.power = core.store.powers(&ids)?.into_iter().collect();
    Ok((page, found))
}
