//! Which nodes let the ticket of one console into the ports of others, for the doctor.

use crate::problems::Error;
use crate::pve::{Client, has_port_hole};
use crate::words::ids::NodeName;
use serde::Serialize;

/// The ports of consoles on the nodes.
#[derive(Debug, Serialize)]
pub(super) struct ConsolePorts {
    /// The nodes where a ticket for one port opens every other: qemu-server before 9.1.7, of Proxmox VE 8 before 8.4.7.
    open: Vec<OpenPorts>,
    /// The nodes that could not be looked at: the login may not see it (Sys.Audit), or they do not answer.
    unseen: Vec<NodeName>,
}

/// A node with open ports.
#[derive(Debug, Serialize)]
struct OpenPorts {
    /// The node.
    node: NodeName,
    /// The version of its qemu-server.
    version: String,
}

/// One request for each node. Those that are offline are told elsewhere.
pub(super) fn asked(client: &Client) -> Result<ConsolePorts, Error> {
    let mut ports = ConsolePorts {
        open: Vec::new(),
        unseen: Vec::new(),
    };
    let nodes = client.resources()?.nodes;
    for node in nodes.into_iter().filter(|node| node.is_in_service()) {
        let version = client.patient_with(&node).qemu_server(&node.name).ok().flatten();
        let has_hole = version.as_deref().and_then(has_port_hole);
        match (version, has_hole) {
            (Some(version), Some(true)) => ports.open.push(OpenPorts {
                node: node.name,
                version,
            }),
            (Some(_), Some(false)) => {}
            _ => ports.unseen.push(node.name),
        }
    }
    Ok(ports)
}
