//! What is known of a guest that a restore may have taken to pieces.
//!
//! Proxmox VE replaces the config of a guest by `memory: 128` before it reads a backup, frees its disks, and leaves it so
//! when the backup breaks off (qemu-server, PVE/QemuServer.pm, `restore_vma_archive`): marker and uuid are gone. That such a
//! guest is the service's own is believed only because this was written down before the restore was asked for.

use crate::guest::Config;
use serde::{Deserialize, Serialize};

/// A restore that was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restoring {
    /// The word in its description by which the guest is known that comes out of it.
    pub nonce: String,
    /// Its first network card from before, with its MAC.
    pub net0: Option<String>,
    /// Its description from before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the guest was seen without disks and marker.
    #[serde(default)]
    pub torn: bool,
    /// Why it was given up, as it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a config says of a restore that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Neither disks nor marker nor uuid.
    Nothing,
    /// The guest that comes out of it.
    Restored,
}

impl Restoring {
    /// Before the word.
    const LINE: &'static str = "proxmoxkvm-restore:";

    /// A description with the word, in place of one from an earlier restore.
    pub fn described(description: &str, nonce: &str) -> String {
        let kept = description.lines().filter(|line| !line.trim().starts_with(Self::LINE));
        let kept = kept.collect::<Vec<_>>().join("\n");
        format!("{}\n{} {nonce}", kept.trim_end(), Self::LINE)
    }

    /// Whether a description has the word.
    pub fn is_in(nonce: &str, description: &str) -> bool {
        let words = description
            .lines()
            .filter_map(|line| line.trim().strip_prefix(Self::LINE));
        !nonce.is_empty() && words.map(str::trim).any(|word| word == nonce)
    }

    /// What a config says of it; none: it is the guest from before, or a stranger's. `is_marked`: whether it has the service's
    /// marker.
    pub fn left(&self, config: &Config, is_marked: bool) -> Option<Left> {
        let description = config.get("description").unwrap_or_default();
        if is_marked && Self::is_in(&self.nonce, description) {
            return Some(Left::Restored);
        }
        config.is_bare().then_some(Left::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_description_keeps_all_but_the_word_of_an_earlier_restore() {
        let once = Restoring::described("mine\n\nproxmoxkvm-owner: x/7\n", "one");
        assert_eq!(once, "mine\n\nproxmoxkvm-owner: x/7\nproxmoxkvm-restore: one");
        let twice = Restoring::described(&once, "two");
        assert!(
            Restoring::is_in("two", &twice) && !Restoring::is_in("one", &twice),
            "{twice}"
        );
        assert!(!Restoring::is_in("", "proxmoxkvm-restore: "));
        assert!(!Restoring::is_in("on", &once));
    }

    #[test]
    fn only_a_config_without_anything_of_a_guest_is_what_a_restore_leaves() {
        let restoring = Restoring {
            nonce: "one".to_owned(),
            ..Restoring::default()
        };
        let left = |config: serde_json::Value, is_marked| restoring.left(&Config::from_json(&config), is_marked);
        assert_eq!(
            left(json!({"memory": "128", "digest": "x"}), false),
            Some(Left::Nothing)
        );
        assert_eq!(left(json!({"memory": "128", "onboot": 0}), false), Some(Left::Nothing));
        for (key, value) in [
            ("description", "somebody's"),
            ("smbios1", "uuid=1"),
            ("scsi0", "local:100/vm-100-disk-0.qcow2"),
            ("ide2", "local:100/vm-100-cloudinit.qcow2,media=cdrom"),
            ("template", "1"),
        ] {
            assert_eq!(left(json!({"memory": "128", key: value}), false), None, "{key}");
        }
        let word = json!({"description": "proxmoxkvm-restore: one", "smbios1": "uuid=1"});
        assert_eq!(left(word.clone(), true), Some(Left::Restored));
        assert_eq!(left(word, false), None, "another service's");
    }
}
