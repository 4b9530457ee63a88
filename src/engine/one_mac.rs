//! Two VMs with one MAC, of which the second is cut off: where Proxmox VE does not tell them apart all the same.
//!
//! On a bridge that learns no MACs it enters that of each card when a VM starts, whether the card is connected or not
//! (qemu-server, PVE/QemuServer.pm, `vm_start_nolock`; pve-common, PVE/Network.pm, `add_bridge_fdb`): from then on the VM that
//! runs hears nothing, until it is started anew. In a zone with DHCP the deletion of one VM gives away the address of the
//! other (qemu-server, PVE/QemuServer.pm, `destroy_vm`; pve-network, SDN/Subnets.pm, `del_ips_from_mac`).

use super::{Engine, Job};
use crate::guest::Config;
use crate::pipeline;
use crate::problems::{BesideRefusal, Error};
use crate::words::ids::{Bridge, NodeName};
use std::collections::{BTreeMap, BTreeSet};

/// A bridge or a vnet that a VM has a card on.
struct Seen {
    bridge: Bridge,
    /// Whether it learns MACs. `None`: the login does not see it.
    learns: Option<bool>,
    has_dhcp: bool,
}

impl Engine<'_> {
    /// Refuses to start the second guest where that would cut off the service's own.
    pub(super) fn could_run_beside(&self, job: &Job, node: &NodeName, config: &Config) -> Result<(), Error> {
        for Seen { bridge, learns, .. } in seen(job, node, config)? {
            let node = node.clone();
            match learns {
                Some(true) => {}
                Some(false) => return Err(BesideRefusal::LearnsNoMacs { bridge, node }.into()),
                None => return Err(BesideRefusal::BridgeUnseen { bridge, node }.into()),
            }
        }
        Ok(())
    }

    /// Refuses a second guest whose end would give away the address of the service's own.
    pub(super) fn could_end_beside(&self, job: &Job, node: &NodeName, config: &Config) -> Result<(), Error> {
        let mut all = seen(job, node, config)?.into_iter();
        match all.find(|seen| seen.has_dhcp) {
            Some(Seen { bridge, .. }) => Err(BesideRefusal::Dhcp(bridge).into()),
            None => Ok(()),
        }
    }
}

fn seen(job: &Job, node: &NodeName, config: &Config) -> Result<Vec<Seen>, Error> {
    let cards = pipeline::cut_off(config);
    let bridges: BTreeSet<Bridge> = cards.filter_map(|(_, card)| card.get("bridge")?.parse().ok()).collect();
    let networks = job.client.networks(node)?;
    let of = |bridge: &Bridge| networks.iter().find(|network| network.name == *bridge);
    let (mut zones, mut vnets) = (BTreeMap::new(), BTreeMap::new());
    if bridges
        .iter()
        .any(|bridge| of(bridge).is_some_and(|network| network.is_vnet))
    {
        (zones, vnets) = (job.client.zones()?, job.client.vnet_zones()?);
    }
    let all = bridges.into_iter().map(|bridge| {
        let zone = vnets.get(&bridge).and_then(|zone| zones.get(zone));
        let learns = match of(&bridge) {
            Some(network) if network.is_vnet => zone.map(|zone| !zone.learns_no_macs),
            network => network.map(|network| !network.learns_no_macs),
        };
        Seen {
            learns,
            has_dhcp: zone.is_some_and(|zone| zone.has_dhcp),
            bridge,
        }
    });
    Ok(all.collect())
}
