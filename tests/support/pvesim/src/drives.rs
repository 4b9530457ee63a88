//! Drives in a config write: what may be asked, what is stored, what happens to the boot order (golden *config*).

use crate::access::Who;
use crate::cluster::Cluster;
use crate::props;
use crate::state::{Conf, Vm};
use crate::types::{Fail, die};

/// New and named volumes of the drives: storage, existence (golden *config*).
pub(crate) fn check_drives(c: &Cluster, node: &str, who: &Who, set: &Conf, vmid: u32) -> Result<(), Fail> {
    for (key, value) in set.iter().filter(|(k, _)| props::is_drive(k)) {
        let d = props::parse_drive(value);
        if !props::drive_options_agree(key, &d) {
            return Err(Fail::param(key, "unable to parse drive options"));
        }
        if d.main == "none" || d.main == "cdrom" {
            continue;
        }
        crate::images::check_source(c, node, who, key, &d)?;
        if d.main.starts_with('/') {
            return die("Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.");
        }
        let Some((storage, name)) = d.main.split_once(':') else {
            continue;
        };
        let fresh = name == "cloudinit" || name.parse::<f64>().is_ok();
        c.storage_on(storage, node)?;
        if fresh {
            c.demand(who, &format!("/storage/{storage}"), "Datastore.AllocateSpace")?;
            c.image_storage(storage, node)?;
            let other = c.vms.get(&vmid).and_then(|vm| {
                let mut drives = vm.conf.iter().filter(|(k, _)| props::is_drive(k) && *k != key);
                drives
                    .find(|(_, v)| props::is_cloudinit(&props::parse_drive(v)))
                    .map(|(k, _)| k.clone())
            });
            if name == "cloudinit"
                && let Some(at) = other
            {
                return die(format!("{key} - cloud-init drive is already attached at '{at}'"));
            }
        } else if c.find_volume(node, &d.main).is_none() {
            return die(format!("volume '{}' does not exist", d.main));
        }
    }
    Ok(())
}

impl Cluster {
    /// Turns `STORAGE:32`, `STORAGE:cloudinit` or an existing volume into the drive string that is stored.
    pub(crate) fn make_drive(&mut self, node: &str, vmid: u32, key: &str, value: &str) -> Result<String, Fail> {
        let mut d = props::parse_drive(value);
        let Some((storage, name)) = d
            .main
            .clone()
            .split_once(':')
            .map(|(s, n)| (s.to_owned(), n.to_owned()))
        else {
            return Ok(d.print());
        };
        if name == "cloudinit" {
            let wanted = d.get("format").unwrap_or("qcow2").to_owned();
            let format = self.image_format(&storage, Some(&wanted));
            let volume = self.new_name(&storage, vmid, &format, true);
            d.main = self.add_volume(node, &storage, &volume, vmid, 4 << 20, &format);
            d.opts.insert("media".into(), "cdrom".into());
            d.opts.insert("size".into(), "4M".into());
        } else if self.import_disk(node, vmid, &mut d)? {
            // its size is the image's
        } else if let Some(gib) = new_disk(&d.main) {
            let format = d.opts.remove("format");
            let bytes = (gib * f64::from(1 << 30)) as u64;
            d.main = self.allocate(node, &storage, vmid, bytes, format.as_deref())?;
            d.opts.insert("size".into(), crate::text::format_size(bytes));
        } else if let Some(i) = self.find_volume(node, &d.main) {
            d.opts
                .insert("size".into(), crate::text::format_size(self.volumes[i].size));
            self.forget_unused(vmid, &d.main);
        } else {
            return die(format!("volume '{}' does not exist", d.main));
        }
        let _ = key;
        Ok(d.print())
    }

    /// A volume that is attached again is no longer `unusedN`.
    fn forget_unused(&mut self, vmid: u32, volid: &str) {
        if let Some(vm) = self.vms.get_mut(&vmid) {
            vm.conf.retain(|k, v| props::base(k) != "unused" || v != volid);
        }
    }
}

/// `STORAGE:32` → 32 (GiB).
pub(crate) fn new_disk(volume: &str) -> Option<f64> {
    let (_, size) = volume.split_once(':')?;
    let plain = size.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if plain { size.parse().ok() } else { None }
}

/// `@bootorder` of `update_vm_api`: what the config names before the write. Each drive that leaves it, and each CD drive that is
/// written and not in it, makes it the boot order that is pending, whatever was pending until then.
pub(crate) struct BootOrder(Vec<String>);

impl BootOrder {
    pub(crate) fn of(conf: &Conf) -> Self {
        let order = conf.get("boot").and_then(|boot| boot.strip_prefix("order="));
        let devices = order.unwrap_or_default().split(';').filter(|device| !device.is_empty());
        Self(devices.map(str::to_owned).collect())
    }

    pub(crate) fn loses(&mut self, vm: &mut Vm, key: &str) {
        if self.0.iter().any(|device| device == key) {
            self.0.retain(|device| device != key);
            vm.pending.insert("boot".into(), self.print());
        }
    }

    /// Without an order (the legacy one) all CDs are bootable anyway.
    pub(crate) fn gains_cd(&mut self, vm: &mut Vm, key: &str, asked: &str) {
        let drive = props::parse_drive(asked);
        let is_cd = props::is_cdrom(&drive) && !props::is_cloudinit(&drive);
        if is_cd && !self.0.is_empty() && !self.0.iter().any(|device| device == key) {
            self.0.push(key.to_owned());
            vm.pending.insert("boot".into(), self.print());
        }
    }

    fn print(&self) -> String {
        if self.0.is_empty() {
            " ".into()
        } else {
            format!("order={}", self.0.join(";"))
        }
    }
}

pub(crate) fn check_boot(order: &str, vm: &Vm, set: &Conf, delete: &[String]) -> Result<(), Fail> {
    let Some(list) = order.strip_prefix("order=") else {
        return Ok(());
    };
    for dev in list.split(';').filter(|d| !d.is_empty()) {
        let exists = [&vm.conf, &vm.pending, set].iter().any(|keys| keys.contains_key(dev));
        if !exists || delete.iter().any(|d| d == dev) {
            return die(format!("invalid bootorder: device '{dev}' does not exist'"));
        }
    }
    Ok(())
}
