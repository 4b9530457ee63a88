//! Whether the nodes of a product have the snippets of its applications, for the doctor: a VM whose snippet is gone does not
//! start.

use crate::engine::has_snippet;
use crate::package::Package;
use crate::package::applications::NONE;
use crate::pve::{Client, Resources};
use crate::words::ids::{NodeName, SnippetName};
use crate::words::limits;
use serde::Serialize;
use std::collections::BTreeSet;

/// An application, and where it is missing.
#[derive(Debug, Serialize)]
pub(super) struct ApplicationListed {
    /// Its name.
    name: SnippetName,
    /// Its snippet, as Proxmox VE names it.
    volume: String,
    /// Whether it is sold, and had for nothing at a rebuild.
    given: bool,
    /// The nodes that have not got it: no VM with it is built there.
    missing: Vec<NodeName>,
    /// The nodes of which nobody can say: the login may not see the snippets of the storage (`Datastore.Allocate`), or they do
    /// not answer.
    unseen: Vec<NodeName>,
}

/// One request for each application and node that is not known to be off. `sold`: those that the shop sells besides; what is no
/// name is none.
pub(super) fn listed<'a>(
    client: &Client,
    resources: &Resources,
    package: &Package,
    sold: impl Iterator<Item = &'a str>,
) -> Vec<ApplicationListed> {
    let sold = sold
        .filter(|name| *name != NONE)
        .filter_map(|name| name.parse::<SnippetName>().ok());
    let sold: BTreeSet<SnippetName> = sold.collect();
    let names: BTreeSet<SnippetName> = package.known_applications().chain(&sold).cloned().collect();
    let is_chosen_from = |name: &SnippetName| {
        let mut listed = package.more.applications.iter();
        package.more.client_reinstall && listed.any(|one| one.name == *name)
    };
    let is_meant = |node: &NodeName| package.target_node.as_ref().is_none_or(|target| target == node);
    let nodes = resources
        .nodes
        .iter()
        .filter(|node| node.is_in_service() && is_meant(&node.name));
    let nodes: Vec<_> = nodes.take(limits::PATHS_ASKED).collect();
    let look = |name: SnippetName| {
        let mut row = ApplicationListed {
            volume: package.snippet(&name),
            given: sold.contains(&name) && is_chosen_from(&name),
            missing: Vec::new(),
            unseen: Vec::new(),
            name,
        };
        for node in &nodes {
            match has_snippet(&client.patient_with(node), package, &row.name, &node.name) {
                Ok(Some(true)) => {}
                Ok(Some(false)) => row.missing.push(node.name.clone()),
                _ => row.unseen.push(node.name.clone()),
            }
        }
        row
    };
    let mut rows: Vec<ApplicationListed> = names.into_iter().map(look).collect();
    rows.sort_by_key(|row| row.missing.is_empty());
    rows
}
