//! The snippets of applications: on every node where a guest with one may be, or Proxmox VE would not start it.

use crate::package::Package;
use crate::pipeline::NoPlace;
use crate::problems::Error;
use crate::pve::{self, Client, SNIPPETS};
use crate::words::ids::{NodeName, SnippetName};

/// Whether a node has the snippet of an application; `None`: nobody can say.
pub fn has_snippet(
    client: &Client,
    package: &Package,
    name: &SnippetName,
    node: &NodeName,
) -> Result<Option<bool>, pve::Error> {
    client.has_file(node, SNIPPETS, &package.snippet(name))
}

/// Refuses a node that has not got the application of the package. Where nobody can say, it may.
pub(super) fn must_have_application(client: &Client, package: &Package, node: &NodeName) -> Result<(), Error> {
    let Some(name) = &package.application else {
        return Ok(());
    };
    if has_snippet(client, package, name, node)? != Some(false) {
        return Ok(());
    }
    Err(NoPlace::NoApplication {
        application: name.clone(),
        volume: package.snippet(name),
        node: node.clone(),
    }
    .into())
}
