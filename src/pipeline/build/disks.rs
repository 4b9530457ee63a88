//! The system disk and the additional one: made, grown, limited.

use crate::guest::{ConfigChange, Drive, PropertyString};
use crate::package::{Decimal, DiskLimits};
use crate::pipeline::call::{Blocked, Call, Plan, settled, write};
use crate::pipeline::view::View;
use crate::words::units::GIB;

/// `set_system_disk_size`: at least the package's size; 0 leaves the template's.
pub(crate) fn system_disk_size(view: &View<'_>) -> Plan {
    let disk = system_disk(view)?;
    grown("system disk", &disk, view.package.system_disk_gib)
}

/// `set_system_disk_bandwidth`: the four limits.
pub(crate) fn system_disk_bandwidth(view: &View<'_>) -> Plan {
    limited(view, system_disk(view)?, &view.package.system_limits)
}

/// `set_created_additional_disk`: made at its full size with its limits, beside the system disk.
pub(crate) fn additional_disk(view: &View<'_>) -> Plan {
    let package = view.package;
    let change = attached_again(view)?;
    if !change.is_empty() {
        return write(change);
    }
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

/// Disks that a rollback has taken off, as the snapshot is older than they are: each comes back with its data, where it was
/// or, where the disks of then are in its place, beside them. A new one instead would be empty, and the old one nobody's.
fn attached_again(view: &View<'_>) -> Result<ConfigChange, Blocked> {
    let mut change = ConfigChange::default();
    let mut config = view.config.clone();
    for (slot, options) in view.before.disks.into_iter().flatten() {
        let mut drive = Drive {
            slot: slot.clone(),
            options: PropertyString::parse(options),
        };
        let volume = drive.volume().to_owned();
        // a restore frees what a disk of the backup takes the place of, and lists all else as unused; but not where any storage of the
        // node does not answer (qemu-server, PVE/QemuServer.pm, `rescan`)
        let stays = config.is_unused(&volume) || config.get(slot).is_none();
        if !stays || config.disks().any(|disk| disk.volume() == volume) {
            continue;
        }
        // Proxmox VE reads it from the volume
        drive.options.set("size", None);
        let slot = match config.get(slot) {
            None => slot.clone(),
            Some(_) => config.free_slot(slot).ok_or(Blocked::NoSlot { beside: slot.clone() })?,
        };
        config.put(slot.clone(), drive.options.to_string());
        change.set(&slot, drive.options.to_string());
    }
    Ok(change)
}

/// The format of a new image beside another one. PVE makes a raw file unless told otherwise, and one raw file keeps the
/// whole guest from having snapshots (pve-storage, PVE/Storage/Plugin.pm, `volume_has_feature`). Where images are no files
/// nothing is chosen: Proxmox VE takes the format that leaves snapshots possible by itself, also qcow2 on LVM with
/// `snapshot-as-volume-chain` (PVE/Storage/LVMPlugin.pm, `get_formats`).
fn image_format(view: &View<'_>, beside: &Drive) -> Option<&'static str> {
    match (view.additional_in_file, beside.file_format()) {
        (Some(false), _) | (None, None) => None,
        (_, Some(format)) => Some(format),
        (Some(true), None) => Some("qcow2"),
    }
}

/// `set_additional_disk_size`: at least the package's size.
pub(crate) fn additional_disk_size(view: &View<'_>) -> Plan {
    match view.config.additional_disk() {
        Some(disk) => grown("additional disk", &disk, view.package.additional_disk_gib),
        None => settled(),
    }
}

/// `set_additional_disk_bandwidth`: the four limits, where the package has an additional disk.
pub(crate) fn additional_disk_bandwidth(view: &View<'_>) -> Plan {
    match view.config.additional_disk() {
        Some(disk) if view.package.additional_disk_gib > 0 => limited(view, disk, &view.package.additional_limits),
        _ => settled(),
    }
}

pub(super) fn system_disk(view: &View<'_>) -> Result<Drive, Blocked> {
    view.config.system_disk().ok_or(Blocked::NoDisk)
}

fn grown(which: &'static str, disk: &Drive, wanted_gib: u64) -> Plan {
    let has = disk.size().unwrap_or_default();
    if wanted_gib > 0 && disk.exceeds(wanted_gib) {
        return Err(Blocked::Shrink {
            which,
            has_gib: has.div_ceil(GIB),
            wanted_gib,
        });
    }
    if has >= wanted_gib * GIB {
        return settled();
    }
    Ok(vec![Call::Resize {
        slot: disk.slot.clone(),
        gib: wanted_gib,
    }])
}

fn limited(view: &View<'_>, mut disk: Drive, limits: &DiskLimits) -> Plan {
    let before = disk.options.clone();
    for (key, value) in limits.drive_options() {
        let number = |text: &str| text.parse::<Decimal>().unwrap_or_default();
        let seen = disk.options.get(key).map(number).unwrap_or_default();
        if seen != value.as_deref().map(number).unwrap_or_default() {
            disk.options.set(key, value.as_deref());
        }
    }
    if view.building && !disk.is_backed_up() {
        // that was meant for the template
        disk.options.set("backup", None);
    }
    disk.options.settle_throttle();
    let mut change = ConfigChange::default();
    if disk.options != before {
        change.set(&disk.slot, disk.options.to_string());
    }
    write(change)
}
