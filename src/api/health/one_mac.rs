//! Where a second VM beside the service's own cannot be started, or not be made.

use super::privileges::Networks;
use crate::pve::{Client, NetworkSeen, ZoneSeen};
use crate::words::ids::{Bridge, NodeName};
use std::collections::{BTreeMap, BTreeSet};

/// A sentence for each bridge of the address lines that does not tell two VMs of one MAC apart.
pub(super) fn one_mac(
    client: &Client,
    networks: &Networks,
    seen: &BTreeMap<NodeName, Vec<NetworkSeen>>,
) -> BTreeSet<String> {
    let (mut zones, mut vnets) = (BTreeMap::new(), BTreeMap::new());
    if !networks.vnets.is_empty() {
        // what cannot be read warns of nothing
        zones = client.zones().unwrap_or_default();
        vnets = client.vnet_zones().unwrap_or_default();
    }
    let zone = |bridge: &Bridge| -> ZoneSeen {
        let zone = vnets.get(bridge).and_then(|zone| zones.get(zone));
        zone.copied().unwrap_or_default()
    };
    let mut all = BTreeSet::new();
    for bridge in networks.wanted.iter().map(|(bridge, _)| bridge) {
        let mut known = seen.values().flatten();
        let is_plain = known.any(|network| network.name == *bridge && network.learns_no_macs);
        if is_plain || zone(bridge).learns_no_macs {
            all.insert(format!(
                "{bridge} of the address lines learns no MACs (bridge-disable-mac-learning): a backup restored beside its VM is not \
                 started there, as the VM would hear nothing any more; it can be swapped in"
            ));
        }
        if zone(bridge).has_dhcp {
            all.insert(format!(
                "the zone of {bridge} of the address lines gives addresses by DHCP: no backup is restored beside its VM there, only \
                 over it"
            ));
        }
    }
    all
}
