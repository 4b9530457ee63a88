//! What a config that was not made by this module (a template's, an attached guest's) means for the steps.

use super::build::{STATIC_MIB, hotplug_has};
use super::call::Blocked;
use super::table::PIPELINE;
use super::view::View;
use crate::guest::{Config, FirewallSeen, PropertyString};
use crate::package::Package;
use crate::words::ids::{Bridge, Vmid};

/// Whether a guest cloned from this config can be brought to the package: each step is asked before there is a clone.
///
/// # Errors
/// What the first step would say that cannot be done.
pub fn buildable(package: &Package, template: &Config) -> Result<(), Blocked> {
    if let Some(application) = package.application.as_ref().filter(|_| template.is_windows()) {
        return Err(Blocked::NotOnWindows(application.clone()));
    }
    let firewall = FirewallSeen::default();
    let view = View::of_config(package, template, &firewall);
    let brings_bridge = package.ipv4_count + package.ipv6_count > 0;
    for row in PIPELINE {
        match (row.plan)(&view) {
            // it may come with an address that nobody has leased yet
            Err(Blocked::NoBridge) if brings_bridge => {}
            // no template brings the keys of an order
            Err(Blocked::SshKey(_)) => {}
            planned => drop(planned?),
        }
    }
    Ok(())
}

/// A file that each start of a guest needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededFile {
    /// The key that names it.
    pub key: String,
    /// Its volume: `local:iso/debian.iso`.
    pub volume: String,
    /// Where PVE lists it: `iso` or `snippets`.
    pub content: &'static str,
}

/// The files that PVE does not start a guest without: ISOs in its CD-ROMs, its hook script, its own cloud-init snippets
/// (qemu-server, `config_to_command`, `PVE::GuestHelpers::exec_hookscript`, `read_cloudinit_snippets_file`).
pub fn needed_files(config: &Config) -> Vec<NeededFile> {
    let mut files = Vec::new();
    for (key, value) in config.entries() {
        let value = PropertyString::parse(value);
        let file = value.leading().or_else(|| value.get("file")).unwrap_or_default();
        let snippets = ["user", "network", "meta", "vendor"]
            .into_iter()
            .filter_map(|kind| value.get(kind));
        let (volumes, content): (Vec<&str>, _) = match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "cicustom" => (snippets.collect(), "snippets"),
            "hookscript" => (vec![file], "snippets"),
            "ide" | "sata" | "scsi" if value.get("media") == Some("cdrom") && file.contains(":iso/") => {
                (vec![file], "iso")
            }
            _ => continue,
        };
        files.extend(volumes.into_iter().map(|volume| NeededFile {
            key: key.to_owned(),
            volume: volume.to_owned(),
            content,
        }));
    }
    files
}

/// The NICs with trunks, and their bridges. A new guest's first NIC has none: the network step takes them away.
pub fn trunked(config: &Config, building: bool) -> Vec<(String, Bridge)> {
    let nics = config
        .entries()
        .filter(|(key, _)| key.starts_with("net") && !(building && *key == "net0"));
    let trunked = nics.filter_map(|(key, nic)| {
        let nic = PropertyString::parse(nic);
        nic.get("trunks")?;
        Some((key.to_owned(), nic.get("bridge")?.parse().ok()?))
    });
    trunked.collect()
}

/// A sentence for each key of a template that its guests keep, and that is better not sold: for the doctor. What the
/// steps make right is not among them.
pub fn warnings(package: &Package, vmid: Vmid, template: &Config) -> Vec<String> {
    let warned = |key: &str, value: &str| match key {
        "vga" if package.more.client_console => dark(vmid, value),
        "nameserver" | "searchdomain" | "net0" => {
            of_its_network(package, vmid, (key, value)).or_else(|| warning(template, key, value))
        }
        _ => warning(template, key, value),
    };
    template
        .entries()
        .filter_map(|(key, value)| Some(format!("{key}: {}", warned(key, value)?)))
        .collect()
}

/// What a guest keeps of its builder's network where neither the package nor a leased address says something else.
fn of_its_network(package: &Package, vmid: Vmid, (key, value): (&str, &str)) -> Option<String> {
    let leases_none = package.ipv4_count + package.ipv6_count == 0;
    let sentence = match key {
        "nameserver" if leases_none => {
            format!(
                "without leased addresses each VM asks this resolver. On its node: qm set {vmid} --delete nameserver"
            )
        }
        "searchdomain" if package.main_domain.is_none() => {
            format!(
                "without a main domain each VM has this search domain. On its node: qm set {vmid} --delete searchdomain"
            )
        }
        "net0" if leases_none && package.vlan.is_none() => {
            let tag = PropertyString::parse(value).get("tag")?.to_owned();
            format!(
                "without a VLAN in the package each VM is in VLAN {tag}: say in the product which one it is to be, 0 for none"
            )
        }
        _ => return None,
    };
    Some(sentence)
}

/// What a console shows of a guest without a screen.
fn dark(vmid: Vmid, vga: &str) -> Option<String> {
    let vga = PropertyString::parse(vga);
    let kind = vga.get("type").or(vga.leading()).unwrap_or_default();
    let shows = match kind {
        "none" => "a VM has no screen, so its console shows nothing",
        _ if kind.starts_with("serial") => {
            "in place of a screen the console shows a text terminal: no boot loader, no Ctrl-Alt-Del"
        }
        _ => return None,
    };
    Some(format!("{shows}. On its node: qm set {vmid} --vga std"))
}

fn warning(template: &Config, key: &str, value: &str) -> Option<String> {
    let base = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let sentence = match (base, value) {
        ("cicustom", _) => "these snippets take the place of what the module gives to cloud-init (user, password, addresses): the VMs may be without it".to_owned(),
        ("net", _) if key != "net0" => "only the first network card is the module's: this one stays in each VM as it is, without address, rate or filter of the package".to_owned(),
        ("net", nic) if nic.contains("trunks=") || nic.contains("link_down=1") => "trunks and link_down are taken away in each new VM".to_owned(),
        ("cpulimit", limit) if limit.parse().is_ok_and(|limit: f64| limit > 0.0) => {
            format!("each VM gets the time of {limit} processors at most, whatever cores its package has")
        }
        ("affinity", _) => "every VM runs on these processors of its node alone, and shares them with all the others".to_owned(),
        ("numa", _) if key != "numa" => "a VM starts only with a package that has exactly the memory and the processors that are named here".to_owned(),
        ("hotplug", _) if hotplug_has(template, "memory") => {
            format!("with memory hot-plug a VM starts only with NUMA, at least {STATIC_MIB} MB, and a memory that its modules add up to")
        }
        ("hugepages", _) => "a VM starts only with NUMA, a memory that is a multiple of a page, and as many free pages on its node".to_owned(),
        ("args", _) => "each VM gets these arguments of QEMU, and no other settings are made to fit them".to_owned(),
        ("hookscript", _) => "each VM starts only where this script is, and does what it does".to_owned(),
        ("hostpci" | "usb", device) if !device.contains("spice") => "a device of the node can be in one running VM only, and keeps the VM on its node".to_owned(),
        ("serial", device) if device != "socket" => "a device of the node can be in one running VM only, and keeps the VM on its node".to_owned(),
        ("parallel", _) => "a device of the node can be in one running VM only, and keeps the VM on its node".to_owned(),
        ("virtiofs", _) => "every customer's VM sees the same folder of the node".to_owned(),
        ("ivshmem", _) => "all VMs of a node share this memory".to_owned(),
        ("amd-sev" | "intel-tdx" | "arch", _) => "a VM starts only on a node whose processors can do that".to_owned(),
        ("kvm", "0") => "the VMs are emulated, and very slow".to_owned(),
        ("acpi", "0") => "a VM does not hear a shutdown: it is switched off when the time for that is over".to_owned(),
        ("reboot", "0") => "a VM that restarts itself stays off".to_owned(),
        ("startdate", _) => "each VM begins with this date".to_owned(),
        ("boot", _) if boots_no_disk(template) => "no disk is in the boot order: a VM may not find its system".to_owned(),
        ("ide" | "sata" | "scsi" | "virtio", drive) => return drive_warning(template, key, drive),
        _ => return None,
    };
    Some(sentence)
}

fn boots_no_disk(template: &Config) -> bool {
    let boot = PropertyString::parse(template.get("boot").unwrap_or_default());
    let Some(order) = boot.get("order") else { return false };
    !order
        .split(';')
        .any(|slot| template.disks().any(|disk| disk.slot == slot))
}

fn drive_warning(template: &Config, slot: &str, drive: &str) -> Option<String> {
    let system = template.system_disk()?.slot;
    let mut others = template.disks().filter(|disk| disk.slot != system);
    let first_other = others.next();
    if let Some(further) = others.find(|disk| disk.slot == slot) {
        return Some(format!(
            "the module has two disks in a VM, and leaves {} as it is",
            further.slot
        ));
    }
    if first_other.is_some_and(|disk| disk.slot == slot) {
        return Some("this disk is each VM's additional disk; a package without one leaves it as it is".to_owned());
    }
    let options = PropertyString::parse(drive);
    if slot == system && options.get("snapshot") == Some("1") {
        return Some("with snapshot=1 a VM forgets all that it wrote when it is switched off".to_owned());
    }
    if slot == system && template.system_disk().is_some_and(|disk| !disk.is_backed_up()) {
        return Some("backup=0 is taken away in each new VM: its backups have this disk".to_owned());
    }
    if slot == system && options.get("ro") == Some("1") {
        return Some("the system disk cannot be written".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Addressing;
    use serde_json::json;

    #[test]
    fn what_a_builder_left_of_a_network_is_told_where_every_guest_keeps_it() {
        let vmid = "9000".parse().unwrap();
        let template = Config::from_json(&json!({
            "nameserver": "203.0.113.53", "searchdomain": "builder.example", "net0": "virtio,bridge=vmbr0,tag=77"
        }));
        let mut package = Package::with_defaults(vmid);
        package.addressing = Addressing::Dhcp;
        (package.ipv4_count, package.ipv6_count) = (0, 0);
        let told = |package: &Package| -> Vec<String> {
            let told = warnings(package, vmid, &template).into_iter();
            told.map(|line| line.split(':').next().unwrap_or_default().to_owned())
                .collect()
        };
        assert_eq!(told(&package), ["nameserver", "net0", "searchdomain"]);
        package.vlan = Some(0);
        package.main_domain = Some("example.net".to_owned());
        assert_eq!(told(&package), ["nameserver"]);
        package.ipv4_count = 1;
        assert_eq!(told(&package), [""; 0]);
    }
}
