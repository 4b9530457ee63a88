//! The first network card.

use crate::guest::{ConfigChange, PropertyString};
use crate::package::{Decimal, Firewall};
use crate::pipeline::call::{Blocked, Plan, write};
use crate::pipeline::view::View;

/// `set_network`: bridge, VLAN, model and rate of the first NIC. Its MAC and all else stay, but for what keeps a new
/// guest off its network.
pub(crate) fn network(view: &View<'_>) -> Plan {
    let package = view.package;
    let old = view.config.net0();
    let mut nic = old.clone().unwrap_or_else(|| PropertyString::parse("virtio"));
    let first = nic
        .first()
        .map(|(model, mac)| (model.map(str::to_owned), mac.to_owned()));
    if let (Some(model), Some((old_model, mac))) = (package.nic_model, first) {
        // `virtio=MAC` as read, or `virtio` alone where PVE shall make a MAC
        match old_model {
            Some(_) => nic.set_first(Some(model.as_str()), &mac),
            None => nic.set_first(None, model.as_str()),
        }
    }
    if let (Some(mac), Some((model, _))) = (view.mac, nic.first()) {
        // a reinstalled guest keeps its MAC; `virtio` alone is a model without one
        let model = model.map_or_else(|| nic.leading().unwrap_or("virtio").to_owned(), str::to_owned);
        nic.set_first(Some(&model), mac);
    }
    let leased = view.addresses.first();
    let bridge = package.bridge.as_ref().or(leased.map(|address| &address.bridge));
    match (bridge, nic.get("bridge")) {
        (Some(bridge), _) => nic.set("bridge", Some(bridge.as_str())),
        (None, Some(_)) => {}
        (None, None) => return Err(Blocked::NoBridge),
    }
    let vlan = package.vlan.or(leased.map(|address| address.vlan));
    if let Some(vlan) = vlan {
        nic.set("tag", (vlan > 0).then(|| vlan.to_string()).as_deref());
    }
    let same_rate = nic
        .get("rate")
        .and_then(|rate| rate.parse::<Decimal>().ok())
        .unwrap_or_default()
        == package.rate_mbps;
    if !same_rate {
        nic.set("rate", package.rate_mbps.to_pve_text().as_deref());
    }
    let by_hand = view.by_hand.is_some_and(|by_hand| by_hand.on);
    let filtered = by_hand || package.effective_firewall() != Firewall::Off;
    // a change of package takes away what came with the package, and no firewall of the guest's owner
    let ours = view
        .before
        .package
        .is_none_or(|before| before.effective_firewall() != Firewall::Off);
    if filtered != (nic.get("firewall") == Some("1")) && (filtered || ours) {
        nic.set("firewall", filtered.then_some("1"));
    }
    if view.building {
        // what a template was built with: a card without a cable, VLANs of other networks (on a bridge that is not
        // VLAN-aware they keep PVE from starting the guest)
        nic.set("link_down", None);
        nic.set("trunks", None);
    }
    let mut change = ConfigChange::default();
    if old.as_ref() != Some(&nic) {
        change.set("net0", nic.to_string());
    }
    write(change)
}
