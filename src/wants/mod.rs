//! What each step wants of a guest: one pure function a row of [`crate::steps::PIPELINE`].
//!
//! Each function compares the package with what was seen and names what is missing. Asked again after the
//! change has been made, it names nothing: that is how a step knows that it is done.

use crate::address::first_of;
use crate::guest::{Config, ConfigChange, Drive, Power, PropertyString};
use crate::package::{Addressing, Decimal, DiskLimits, Firewall};
use crate::plan::{Blocked, Call, Plan, View, settled, unwant, want, write};
use crate::server::Family;

const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;

/// What the package says of cores, memory and disks, in the order of the steps.
const HARDWARE: [fn(&View<'_>) -> Plan; 6] = [
    cpu_ram,
    system_disk_size,
    system_disk_bandwidth,
    additional_disk,
    additional_disk_size,
    additional_disk_bandwidth,
];

/// `set_ip`: addresses, VMID, node and name are reserved, in one transaction.
pub fn addresses(view: &View<'_>) -> Plan {
    Ok(if view.reserved { Vec::new() } else { vec![Call::Reserve] })
}

/// `clone`: the clone runs, or has ended well.
pub fn clone(view: &View<'_>) -> Plan {
    Ok(if view.cloned { Vec::new() } else { vec![Call::Clone] })
}

/// `set_cpu_ram`: cores and memory. Sockets and vcpus of the template would multiply or cap the cores.
pub fn cpu_ram(view: &View<'_>) -> Plan {
    template::startable(view.package, view.config)?;
    let mut change = ConfigChange::default();
    want(&mut change, view.config, "cores", &view.package.cores.to_string());
    if view.config.number("sockets").is_some_and(|sockets| sockets != 1) {
        change.set("sockets", "1");
    }
    unwant(&mut change, view.config, "vcpus");
    // the sockets of old configs
    unwant(&mut change, view.config, "smp");
    if view.building {
        // started, but held before its first instruction
        unwant(&mut change, view.config, "freeze");
    }
    if view.building && view.config.number("protection") == Some(1) {
        // a clone inherits its template's protection, which was never meant for it
        change.delete.push("protection".to_owned());
    }
    want(&mut change, view.config, "memory", &view.package.memory_mib.to_string());
    // PVE does not start a guest whose balloon target is above its memory
    if view
        .config
        .number("balloon")
        .is_some_and(|balloon| balloon > view.package.memory_mib)
    {
        change.set("balloon", view.package.memory_mib.to_string());
    }
    write(change)
}

/// `set_system_disk_size`: at least the package's size; 0 leaves the template's.
pub fn system_disk_size(view: &View<'_>) -> Plan {
    let disk = system_disk(view)?;
    grown("system disk", &disk, view.package.system_disk_gib)
}

/// `set_system_disk_bandwidth`: the four limits.
pub fn system_disk_bandwidth(view: &View<'_>) -> Plan {
    limited(system_disk(view)?, &view.package.system_limits)
}

/// `set_created_additional_disk`: made at its full size with its limits, beside the system disk.
pub fn additional_disk(view: &View<'_>) -> Plan {
    let package = view.package;
    if package.additional_disk_gib == 0 || view.config.additional_disk().is_some() {
        return settled();
    }
    let beside = system_disk(view)?;
    let slot = view.config.free_slot(&beside.slot).ok_or(Blocked::NoSlot {
        beside: beside.slot.clone(),
    })?;
    let storage = package
        .additional_storage
        .clone()
        .or_else(|| beside.storage())
        .ok_or(Blocked::NoDisk)?;
    let mut drive = PropertyString::parse(&format!("{storage}:{}", package.additional_disk_gib));
    drive.set("format", image_format(view, &beside));
    for (key, value) in package.additional_limits.drive_options() {
        drive.set(key, value.as_deref());
    }
    let mut change = ConfigChange::default();
    change.set(&slot, drive.to_string());
    write(change)
}

/// The format of a new image beside another one. PVE makes a raw file unless told otherwise, and one raw file keeps the
/// whole guest from having snapshots (pve-storage, PVE/Storage/Plugin.pm, `volume_has_feature`). Where images are no files
/// there is nothing to choose.
fn image_format(view: &View<'_>, beside: &Drive) -> Option<&'static str> {
    match (view.additional_in_file, beside.file_format()) {
        (Some(false), _) | (None, None) => None,
        (_, Some(format)) => Some(format),
        (Some(true), None) => Some("qcow2"),
    }
}

/// `set_additional_disk_size`: at least the package's size.
pub fn additional_disk_size(view: &View<'_>) -> Plan {
    match view.config.additional_disk() {
        Some(disk) => grown("additional disk", &disk, view.package.additional_disk_gib),
        None => settled(),
    }
}

/// `set_additional_disk_bandwidth`: the four limits, where the package has an additional disk.
pub fn additional_disk_bandwidth(view: &View<'_>) -> Plan {
    match view.config.additional_disk() {
        Some(disk) if view.package.additional_disk_gib > 0 => limited(disk, &view.package.additional_limits),
        _ => settled(),
    }
}

/// `set_network`: bridge, VLAN, model and rate of the first NIC. Its MAC and all else stay, but for what keeps a new
/// guest off its network.
pub fn network(view: &View<'_>) -> Plan {
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
    let filtered = package.effective_firewall() != Firewall::Off;
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

/// `set_firewall`: options, anti-spoofing and rules. Removes no old rule, adds none twice.
///
/// Without anti-spoofing no IP filter of this module stays: it would drop what comes from the addresses of today. One
/// that came with the template, or by hand, is a hoster's own, and stays.
pub fn firewall(view: &View<'_>) -> Plan {
    let package = view.package;
    let mode = package.effective_firewall();
    if mode == Firewall::Off {
        // the NIC's own switch, set with the network, is off: nothing is filtered
        return settled();
    }
    let seen = view.firewall;
    let mut options = ConfigChange::default();
    want(&mut options, &seen.options, "enable", "1");
    for (key, policy) in [
        ("policy_in", package.more.firewall_policy_in),
        ("policy_out", package.more.firewall_policy_out),
    ] {
        if let Some(policy) = policy {
            want(&mut options, &seen.options, key, policy.as_str());
        }
    }
    if package.addressing == Addressing::Dhcp {
        want(&mut options, &seen.options, "dhcp", "1");
    }
    let mut calls = Vec::new();
    if mode == Firewall::AntiSpoofing {
        want(&mut options, &seen.options, "macfilter", "1");
        want(&mut options, &seen.options, "ipfilter", "1");
        calls.extend(ip_filter(view));
    } else if view.ip_filtered && seen.options.number("ipfilter") == Some(1) {
        options.set("ipfilter", "0");
    }
    // PVE puts each new rule on top: sent last to first, they end in the package's order
    let missing = package
        .rules
        .iter()
        .filter(|rule| !seen.rules.iter().any(|listed| rule.same_as(listed)));
    calls.extend(missing.rev().cloned().map(Call::AddRule));
    if !options.is_empty() {
        // switched on last: a rule that should let the customer in is there by then
        calls.push(Call::FirewallOptions(options));
    }
    if mode == Firewall::On && view.ip_filtered && seen.ipfilter.is_some() {
        // the set alone makes PVE filter (PVE::Firewall, generate_tap_rules_direction); without it, but with the option
        // still on, every IPv4 packet would be dropped
        calls.push(Call::DeleteIpFilter);
    }
    Ok(calls)
}

/// The addresses that the guest may use, and no others.
fn ip_filter(view: &View<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    let seen = view.firewall.ipfilter.as_deref();
    if seen.is_none() {
        calls.push(Call::CreateIpFilter);
    }
    let listed = |ip: &str| {
        seen.unwrap_or_default()
            .iter()
            .any(|entry| entry.split('/').next() == Some(ip))
    };
    let wanted: Vec<String> = view.addresses.iter().map(|address| address.ip.to_string()).collect();
    calls.extend(wanted.iter().filter(|ip| !listed(ip)).cloned().map(Call::AddToIpFilter));
    let stale = seen
        .unwrap_or_default()
        .iter()
        .filter(|entry| !wanted.iter().any(|ip| entry.split('/').next() == Some(ip)));
    calls.extend(stale.cloned().map(Call::RemoveFromIpFilter));
    calls
}

/// `set_cloudinit`: user, password, addresses, resolver, search domain; a drive that carries them.
pub fn cloudinit(view: &View<'_>) -> Plan {
    let package = view.package;
    let mut change = ConfigChange::default();
    if view.config.cloudinit_drive().is_none() {
        let storage = system_disk(view)?.storage().ok_or(Blocked::NoDisk)?;
        let slot = view.config.free_slot("ide").ok_or(Blocked::NoSlot {
            beside: "ide".to_owned(),
        })?;
        change.set(&slot, format!("{storage}:cloudinit"));
    }
    want(&mut change, view.config, "ciuser", &package.ci_user);
    match view.password {
        Some(password) if !view.password_written => change.set("cipassword", password.expose()),
        None if view.building && !view.password_written => unwant(&mut change, view.config, "cipassword"),
        _ => {}
    }
    if view.building {
        of_the_builder(&mut change, view.config);
    }
    cloudinit_addresses(view, &mut change);
    if let Some(domain) = &package.main_domain {
        want(&mut change, view.config, "searchdomain", domain);
    }
    write(change)
}

/// Takes away what a clone has of its template's cloud-init settings: whoever built the template would get into every
/// guest with his key, and one address would be every customer's.
fn of_the_builder(change: &mut ConfigChange, config: &Config) {
    let addresses = config.entries().map(|(key, _)| key);
    let further = addresses.filter(|key| key.starts_with("ipconfig") && *key != "ipconfig0");
    change.delete.extend(
        further
            .chain(config.get("sshkeys").map(|_| "sshkeys"))
            .map(str::to_owned),
    );
}

/// Cloud-init's addresses and resolvers.
fn cloudinit_addresses(view: &View<'_>, change: &mut ConfigChange) {
    want(change, view.config, "ipconfig0", &ip_config(view));
    let resolvers = resolvers(view);
    if !resolvers.is_empty() {
        want(change, view.config, "nameserver", &resolvers);
    }
}

fn ip_config(view: &View<'_>) -> String {
    if view.package.addressing == Addressing::Dhcp {
        return "ip=dhcp".to_owned();
    }
    let mut parts = Vec::new();
    for (family, ip, gw) in [(Family::V4, "ip", "gw"), (Family::V6, "ip6", "gw6")] {
        let Some(address) = first_of(view.addresses, family) else {
            continue;
        };
        parts.push(format!("{ip}={}/{}", address.ip, address.prefix));
        parts.extend(address.gateway.map(|gateway| format!("{gw}={gateway}")));
    }
    parts.join(",")
}

fn resolvers(view: &View<'_>) -> String {
    let mut resolvers = Vec::new();
    for address in view.addresses {
        for resolver in &address.dns {
            if !resolvers.contains(&resolver.to_string()) {
                resolvers.push(resolver.to_string());
            }
        }
    }
    resolvers.join(" ")
}

/// `ready`: started, and running with what the package says.
pub fn started(view: &View<'_>) -> Plan {
    if view.hibernated && !view.suspended {
        return running(view);
    }
    let mut change = ConfigChange::default();
    let onboot = u64::from(view.package.more.onboot && !view.suspended);
    if view.config.number("onboot").unwrap_or_default() != onboot {
        change.set("onboot", onboot.to_string());
    }
    let mut calls = write(change)?;
    match view.current {
        Some(current) if current.power == Power::Running => {
            // started behind our back before it was configured: cores and memory still wait for a restart. What counts
            // is the config: a package that was changed since is Change Package's work
            let same = |runs: Option<u64>, key, unit| {
                let configured = view.config.number(key).map(|number| number * unit);
                runs.zip(configured).is_none_or(|(runs, configured)| runs == configured)
            };
            let cpus = same(current.cpus, "cores", 1);
            let memory = same(current.max_memory, "memory", MIB);
            if !(cpus && memory) {
                calls.push(Call::Stop);
            }
        }
        _ if view.suspended => {}
        _ => calls.push(Call::Start),
    }
    Ok(calls)
}

fn system_disk(view: &View<'_>) -> Result<Drive, Blocked> {
    view.config.system_disk().ok_or(Blocked::NoDisk)
}

fn grown(which: &'static str, disk: &Drive, wanted_gib: u64) -> Plan {
    let has = disk.size().unwrap_or_default();
    if wanted_gib == 0 || has == wanted_gib * GIB {
        return settled();
    }
    if has > wanted_gib * GIB {
        return Err(Blocked::Shrink {
            which,
            has_gib: has.div_ceil(GIB),
            wanted_gib,
        });
    }
    Ok(vec![Call::Resize {
        slot: disk.slot.clone(),
        gib: wanted_gib,
    }])
}

fn limited(mut disk: Drive, limits: &DiskLimits) -> Plan {
    let before = disk.options.clone();
    for (key, value) in limits.drive_options() {
        let number = |text: &str| text.parse::<Decimal>().unwrap_or_default();
        let seen = disk.options.get(key).map(number).unwrap_or_default();
        if seen != value.as_deref().map(number).unwrap_or_default() {
            disk.options.set(key, value.as_deref());
        }
    }
    disk.options.settle_throttle();
    let mut change = ConfigChange::default();
    if disk.options != before {
        change.set(&disk.slot, disk.options.to_string());
    }
    write(change)
}

mod differences;
mod life;
mod template;

pub use differences::{Differences, differences};
pub use template::{NeededFile, buildable, needed_files, trunked, warnings};

pub use life::{
    addresses_back, changed, dns_records, marked, password, reinstalled, removed, running, stopped, suspended,
    taken_back, terminated, unsuspended,
};
