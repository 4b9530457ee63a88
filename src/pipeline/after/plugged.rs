//! What of a change Proxmox VE leaves for the next start of a guest that runs, whatever the key.

use crate::guest::{Config, ConfigChange, PropertyString};
use crate::pipeline::build::hotplug_has;

/// Whether some of it is only pending while the guest runs, and reads as if it were there (qemu-server, PVE/QemuServer.pm,
/// `vmconfig_update_disk` and `vmconfig_update_net`): a disk that is new, where its bus or the guest cannot plug one; a network
/// card of another model or MAC, where the guest cannot.
pub(super) fn waits_for_start(change: &ConfigChange, config: &Config) -> bool {
    change.set.iter().any(|(key, value)| {
        let kind = key.trim_end_matches(|c: char| c.is_ascii_digit());
        match kind {
            "ide" | "sata" => config.get(key).is_none(),
            "scsi" | "virtio" => config.get(key).is_none() && !hotplug_has(config, "disk"),
            "net" => is_other_card(config.get(key), value) && !hotplug_has(config, "network"),
            _ => false,
        }
    })
}

fn is_other_card(before: Option<&str>, after: &str) -> bool {
    let Some(before) = before else { return true };
    let (before, after) = (PropertyString::parse(before), PropertyString::parse(after));
    let plugged = |nic: &PropertyString| ["queues", "mtu"].map(|key| nic.get(key).map(str::to_owned));
    before.first() != after.first()
        || plugged(&before) != plugged(&after)
        || before.get("bridge").is_none() != after.get("bridge").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_plugged_waits_for_the_next_start() {
        let plain =
            json!({"scsi0": "local:1,size=5G", "sata0": "local:2,size=5G", "net0": "virtio=AA:BB,bridge=vmbr0,rate=1"});
        let asks = |hotplug: Option<&str>, key: &str, value: &str| {
            let mut config = Config::from_json(&plain);
            if let Some(hotplug) = hotplug {
                config.put("hotplug".to_owned(), hotplug.to_owned());
            }
            let mut change = ConfigChange::default();
            change.set(key, value);
            waits_for_start(&change, &config)
        };
        assert!(!asks(None, "scsi1", "local:3"));
        assert!(!asks(Some("1"), "scsi1", "local:3"));
        assert!(asks(Some("network,usb"), "scsi1", "local:3"));
        assert!(asks(Some("0"), "virtio1", "local:3"));
        assert!(asks(None, "sata1", "local:3"));
        assert!(asks(None, "ide3", "local:3"));
        assert!(
            !asks(Some("0"), "sata0", "local:2,size=5G,mbps_rd=5"),
            "a limit is set as it runs"
        );
        assert!(!asks(Some("0"), "net0", "virtio=AA:BB,bridge=vmbr1,rate=9,tag=5"));
        assert!(asks(Some("disk"), "net0", "e1000=AA:BB,bridge=vmbr0,rate=1"));
        assert!(!asks(None, "net0", "e1000=AA:BB,bridge=vmbr0,rate=1"));
        assert!(!asks(Some("0"), "onboot", "1"));
    }
}
