//! The keys of drives and of what is booted from, as they are to be, or were before.

use crate::guest::{Config, ConfigChange, Drive};
use std::collections::BTreeMap;

/// Keys of a config, and their values; none: without the key.
pub type Keys = BTreeMap<String, Option<String>>;

/// The key of the boot order.
pub const BOOT: &str = "boot";

/// The key of the disk that is booted from where no boot order names one; of old configs.
pub const BOOTDISK: &str = "bootdisk";

/// Whether a key of these is a drive.
pub(super) fn is_drive(key: &str) -> bool {
    key != BOOT && key != BOOTDISK
}

/// Keys from before, where what the boot order names may be gone: Proxmox VE refuses an order with a device that is not there.
pub fn as_before(before: &Keys, config: &Config) -> Keys {
    let mut keys = before.clone();
    let stays = |device: &str| match before.get(device) {
        Some(value) => value.is_some(),
        None => config.get(device).is_some(),
    };
    if let Some(boot) = keys.get_mut(BOOT)
        && let Some(order) = boot.as_deref().and_then(|boot| boot.strip_prefix("order="))
    {
        let there: Vec<&str> = order.split(';').filter(|device| stays(device)).collect();
        *boot = (!there.is_empty()).then(|| format!("order={}", there.join(";")));
    }
    keys
}

/// What is missing of these keys. Of a drive its volume counts, and that it is a CD: Proxmox VE adds the size.
pub fn missing(keys: &Keys, config: &Config) -> ConfigChange {
    let mut change = ConfigChange::default();
    for (key, wanted) in keys {
        let found = config.get(key);
        match wanted {
            Some(wanted) if is_drive(key) => {
                let is_there = config.drive(key).is_some_and(|drive| {
                    let told = Drive::parse(key, wanted);
                    drive.volume() == told.volume() && drive.is_cdrom() == told.is_cdrom()
                });
                if !is_there {
                    change.set(key, wanted);
                }
            }
            Some(wanted) if found != Some(wanted) => change.set(key, wanted),
            // what somebody has plugged in there since is his
            None if is_drive(key) && config.ejectable(key).is_none() => {}
            None => change.unset(config, key),
            _ => {}
        }
    }
    change
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn keys(of: &[(&str, Option<&str>)]) -> Keys {
        let owned = |(key, value): &(&str, Option<&str>)| ((*key).to_owned(), value.map(str::to_owned));
        of.iter().map(owned).collect()
    }

    #[test]
    fn what_is_missing_is_no_size_and_no_order_of_options() {
        let config = Config::from_json(&json!({
            "boot": "order=sata5;scsi0", "sata5": "local:iso/r.iso,media=cdrom,size=600M", "scsi0": "local:100/a.qcow2"
        }));
        let there = keys(&[
            ("boot", Some("order=sata5;scsi0")),
            ("sata5", Some("local:iso/r.iso,media=cdrom")),
            ("ide3", None),
        ]);
        assert!(missing(&there, &config).is_empty());
        let back = missing(&keys(&[("boot", Some("order=scsi0")), ("sata5", None)]), &config);
        assert_eq!((back.set.len(), back.delete), (1, vec!["sata5".to_owned()]));
        let ejected = missing(&keys(&[("sata5", Some("none,media=cdrom"))]), &config);
        assert_eq!(ejected.set.get("sata5").map(String::as_str), Some("none,media=cdrom"));
        let own_disk = missing(&keys(&[("scsi0", None)]), &config);
        assert!(own_disk.is_empty(), "no disk is ever taken away");
    }

    #[test]
    fn a_boot_order_from_before_names_nothing_that_is_gone() {
        let config = Config::from_json(&json!({"scsi0": "local:100/a.qcow2", "ide0": "x:iso/r.iso,media=cdrom"}));
        let before = keys(&[("boot", Some("order=scsi0;scsi1;ide0;net0")), ("ide0", None)]);
        assert_eq!(as_before(&before, &config)["boot"].as_deref(), Some("order=scsi0"));
        let none = keys(&[("boot", None)]);
        assert_eq!(as_before(&none, &config), none);
        let gone = keys(&[("boot", Some("order=scsi1"))]);
        assert_eq!(as_before(&gone, &config), none);
    }
}
