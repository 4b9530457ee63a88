//! From `[PENDING]` to the config: all of it on a stopped VM, what can be hot plugged on a running one.
//!
//! Origin: golden *power* (memory, cores, disks, cloud-init while running); `vmconfig_hotplug_pending` and
//! `vmconfig_apply_pending` of `PVE::QemuServer`.

use std::collections::BTreeMap;

use crate::cluster::Cluster;
use crate::guestconf::boot_disk;
use crate::props;
use crate::state::{Conf, Vm};
use crate::types::Fail;

/// Applied at once whether the VM runs or not (`$fast_plug_option`).
const FAST: &str = " description hookscript lock migrate_downtime migrate_speed name onboot protection shares startup tags \
    vmstatestorage ciuser citype cicustom ciupgrade nameserver searchdomain sshkeys cipassword ";

/// `parse_hotplug_features`; without the key as with `1`.
fn hotplug_has(vm: &Vm, feature: &str) -> bool {
    let features = vm
        .get("hotplug")
        .filter(|text| *text != "1")
        .unwrap_or("network,disk,usb");
    features.split([',', ';', ' ', '\t', '\0']).any(|one| one == feature)
}

fn is_fast(key: &str) -> bool {
    FAST.contains(&format!(" {key} ")) || props::base(key) == "ipconfig"
}

impl Cluster {
    pub(crate) fn apply_pending(&mut self, vmid: u32, force: bool, set: &Conf, delete: &[String]) -> Result<(), Fail> {
        let Some(vm) = self.vms.get(&vmid) else { return Ok(()) };
        if vm.run.is_none() {
            self.apply_all(vmid, force);
            return Ok(());
        }
        let mut errors = BTreeMap::new();
        for key in vm.pending_delete.clone() {
            if !is_fast(&key) && !delete.contains(&key) {
                continue;
            }
            match self.unplug(vmid, &key, force) {
                Ok(true) => self.commit_delete(vmid, &key, force),
                Ok(false) => {}
                Err(text) => {
                    errors.insert(key, format!("hotplug problem - {text}\n"));
                }
            }
        }
        let pending = self.vms.get(&vmid).map(|v| v.pending.clone()).unwrap_or_default();
        for (key, value) in pending {
            let asked = set.contains_key(&key);
            if is_fast(&key) || (asked && self.pluggable(vmid, &key, &value)) {
                self.commit(vmid, &key, &value, true);
            }
        }
        let Some(vm) = self.vms.get(&vmid) else { return Ok(()) };
        if hotplug_has(vm, "cloudinit") && !vm.cloudinit.is_empty() {
            // `vmconfig_update_cloudinit_drive`: the guest finds another medium in the drive at once
            self.cannot_generate(vmid)?;
            self.generate(vmid, "hotplug");
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Fail::Params(errors))
        }
    }

    /// Everything pending becomes the config (stopped VM, or right before a start).
    pub(crate) fn apply_all(&mut self, vmid: u32, force: bool) {
        let Some(vm) = self.vms.get(&vmid) else { return };
        for key in vm.pending_delete.clone() {
            self.commit_delete(vmid, &key, force);
        }
        let pending = self.vms.get(&vmid).map(|v| v.pending.clone()).unwrap_or_default();
        for (key, value) in pending {
            self.commit(vmid, &key, &value, false);
        }
        if let Some(vm) = self.vms.get_mut(&vmid) {
            vm.cloudinit.clear();
        }
    }

    fn unplug(&self, vmid: u32, key: &str, _force: bool) -> Result<bool, String> {
        let Some(vm) = self.vms.get(&vmid) else {
            return Ok(false);
        };
        if is_fast(key) || matches!(key, "cpuunits" | "cpulimit" | "balloon") {
            return Ok(true);
        }
        match props::base(key) {
            "net" => Ok(true),
            "scsi" | "virtio" if boot_disk(&vm.conf).as_deref() == Some(key) => {
                Err(format!("can't unplug bootdisk '{key}'"))
            }
            "scsi" | "virtio" => Ok(true),
            _ => Ok(false),
        }
    }

    fn pluggable(&self, vmid: u32, key: &str, value: &str) -> bool {
        let Some(vm) = self.vms.get(&vmid) else { return false };
        match props::base(key) {
            "net" if key != "net" => {
                // `vmconfig_update_net`: another card is unplugged and plugged, all else is changed as it runs
                let parse = |text: &str| props::parse_net(text).ok();
                let (old, new) = (vm.get(key).and_then(parse), parse(value));
                let card = |net: &props::Prop| {
                    let more = ["macaddr", "queues", "mtu"].map(|one| net.get(one).map(str::to_owned));
                    (net.main.clone(), more)
                };
                let same = old.zip(new).is_some_and(|(old, new)| {
                    card(&old) == card(&new) && old.get("bridge").is_some() == new.get("bridge").is_some()
                });
                same || hotplug_has(vm, "network")
            }
            "cpulimit" | "cpuunits" | "balloon" => true,
            "agent" => false,
            "ide" | "sata" => {
                // no hot plug, but a CD may be changed and limits set
                let (old, new) = (vm.get(key).map(props::parse_drive), props::parse_drive(value));
                old.is_some_and(|o| o.main == new.main || props::is_cdrom(&o))
            }
            "scsi" | "virtio" => {
                // `vmconfig_update_disk`: limits of a disk that is there are set as it runs
                let (old, new) = (vm.get(key).map(props::parse_drive), props::parse_drive(value));
                old.is_some_and(|old| old.main == new.main) || hotplug_has(vm, "disk")
            }
            _ => false,
        }
    }

    fn commit(&mut self, vmid: u32, key: &str, value: &str, running: bool) {
        let Some(vm) = self.vms.get_mut(&vmid) else { return };
        vm.pending.remove(key);
        let old = vm.conf.insert(key.to_owned(), value.to_owned());
        if running && crate::cloudinit::is_key(key) && old.as_deref() != Some(value) {
            record(vm, key, old.clone(), Some(value));
        }
        if props::is_drive(key)
            && let Some(old) = old
        {
            let old = props::parse_drive(&old);
            if old.main != props::parse_drive(value).main {
                self.detach(vmid, &old.main, props::is_cloudinit(&old));
            }
        }
    }

    fn commit_delete(&mut self, vmid: u32, key: &str, force: bool) {
        let Some(vm) = self.vms.get_mut(&vmid) else { return };
        vm.pending_delete.remove(key);
        let old = vm.conf.remove(key);
        if vm.run.is_some() && crate::cloudinit::is_key(key) {
            record(vm, key, old.clone(), None);
        }
        if props::is_drive(key)
            && let Some(old) = old
        {
            let d = props::parse_drive(&old);
            self.detach(vmid, &d.main, force || props::is_cloudinit(&d));
        }
    }

    /// A volume leaves its drive: freed, or kept as `unusedN` when this VM owns it.
    fn detach(&mut self, vmid: u32, volid: &str, free: bool) {
        let Some(node) = self.vms.get(&vmid).map(|v| v.node.clone()) else {
            return;
        };
        let Some(i) = self.find_volume(&node, volid) else {
            return;
        };
        if self.volumes[i].vmid != Some(vmid) || self.volumes[i].content != "images" {
            return;
        }
        if free {
            self.free(&node, volid);
        } else if let Some(vm) = self.vms.get_mut(&vmid)
            && !vm.conf.values().any(|v| props::parse_drive(v).main == volid)
        {
            let n = (0..256)
                .find(|n| !vm.conf.contains_key(&format!("unused{n}")))
                .unwrap_or(0);
            vm.conf.insert(format!("unused{n}"), volid.to_owned());
        }
    }
}

/// Remembers the value the guest's drive still has (`$cloudinit_record_changed`).
fn record(vm: &mut Vm, key: &str, old: Option<String>, new: Option<&str>) {
    match vm.cloudinit.get(key) {
        Some(recorded) if recorded.as_deref() == new => {
            vm.cloudinit.remove(key);
        }
        Some(_) => {}
        None => {
            vm.cloudinit.insert(key.to_owned(), old);
        }
    }
}
