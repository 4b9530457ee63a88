//! Whether the storages that products keep customers' backups on keep them.

use crate::api::request::PackageIn;
use crate::engine::{may_keep_backups, nobody_prunes};
use crate::package::Package;
use crate::problems::{BackupRefusal, Error};
use crate::pve::{Client, Resources};
use crate::store::Store;
use crate::words::ids::{ServerId, StorageId};
use std::collections::BTreeSet;

/// A sentence for each storage that deletes customers' backups, and for each job that does. What cannot be asked, and
/// storages that are away, the doctor tells of the product.
pub(super) fn retentions(
    client: &Client,
    resources: &Resources,
    packages: &[PackageIn],
    known: (&Store, ServerId),
) -> Vec<String> {
    let storages: BTreeSet<StorageId> = packages.iter().filter_map(storage_of).collect();
    let lost = |told: Result<(), Error>| match told {
        Err(Error::Backup(refusal @ (BackupRefusal::Retention { .. } | BackupRefusal::Pruned { .. }))) => {
            Some(refusal.to_string())
        }
        _ => None,
    };
    let told = |storage: StorageId| {
        let mut seen = resources.storages.iter().filter(|seen| seen.id == storage);
        // all nodes have the storages of one config: what one says of it, all say
        let node = seen
            .find(|seen| resources.is_in_service(&seen.node))
            .map(|seen| &seen.node);
        let kept = node.and_then(|node| lost(may_keep_backups(client, resources, node, &storage)));
        kept.into_iter().chain(lost(nobody_prunes(client, &storage, known)))
    };
    storages.into_iter().flat_map(told).collect()
}

/// Where a product keeps backups that it sells, or makes before a guest is made anew.
fn storage_of(asked: &PackageIn) -> Option<StorageId> {
    let has_some = |package: &Package| {
        let is_sold = asked.offers("backups") || package.backups.unwrap_or_default() > 0;
        is_sold || package.more.reinstall_backup
    };
    asked.parse().ok().filter(has_some)?.backup_storage
}
