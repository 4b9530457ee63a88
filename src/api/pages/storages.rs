//! The storages of a cluster, to choose from.

use crate::pve::{Resources, StorageSeen};
use crate::words::ids::{NodeName, StorageId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A storage to choose.
#[derive(Debug, Serialize)]
pub(super) struct StorageListed {
    /// Its name.
    id: StorageId,
    /// Whether it takes disks.
    images: bool,
    /// Whether it takes backups.
    backups: bool,
    /// Whether it has snippets.
    snippets: bool,
    /// Whether every node sees the same volumes.
    shared: bool,
    /// The nodes that have it.
    nodes: BTreeSet<NodeName>,
}

/// One row for each.
pub(super) fn storages(resources: &Resources) -> Vec<StorageListed> {
    let mut nodes: BTreeMap<_, BTreeSet<NodeName>> = BTreeMap::new();
    let kind = |seen: &StorageSeen| (seen.takes_images, seen.takes_backups, seen.has_snippets, seen.shared);
    for storage in &resources.storages {
        let on = nodes.entry((&storage.id, kind(storage))).or_default();
        on.insert(storage.node.clone());
    }
    let row = |((id, (images, backups, snippets, shared)), nodes): ((&StorageId, _), _)| StorageListed {
        id: id.clone(),
        images,
        backups,
        snippets,
        shared,
        nodes,
    };
    nodes.into_iter().map(row).collect()
}
