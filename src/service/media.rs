//! What this module has put into a guest's CD drives, and what they and the boot order were before.

use super::Service;
use crate::guest::{Config, ConfigChange, Drive};
use crate::service::wish::Wish;
use crate::words::ids::{NodeName, StorageId, UnixSeconds};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keys of a config, and their values; none: without the key.
pub type Keys = BTreeMap<String, Option<String>>;

/// The media of a service's guest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Media {
    /// The rescue system that it was started from. None: it is not in rescue mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescue: Option<Rescue>,
    /// A boot order that holds for one start. None: the guest boots as ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boots_once: Option<BootsOnce>,
    /// Seeds that were uploaded, or may have been, and are not known to be deleted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<SeedFile>,
}

/// Rescue mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescue {
    /// When it was asked for, in whole seconds.
    pub since: u64,
    /// When it is left without a click, in whole seconds.
    pub ends_at: u64,
    /// What the config had under each key that was written for it.
    pub before: Keys,
    /// Whether the guest ran.
    pub ran: bool,
    /// The volumes that are in the guest's drives for it.
    pub volumes: Vec<String>,
    /// The one of them that is its seed. None: the rescue system is told nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<SeedFile>,
}

/// A boot order that holds for one start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootsOnce {
    /// The slot that it begins with.
    pub slot: String,
    /// The boot order from before; none: the config had none.
    pub before: Option<String>,
    /// When it was written, in whole seconds: a guest that was started later has used it up.
    pub since: u64,
    /// When the cron looks whether it has, in whole seconds.
    pub look_at: u64,
}

/// A seed on a storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedFile {
    /// A node that has the storage.
    pub node: NodeName,
    /// The storage.
    pub storage: StorageId,
    /// Its name there.
    pub file: String,
    /// When it is to be deleted, in whole seconds, where nothing needs it.
    pub delete_at: u64,
    /// How often that was refused.
    #[serde(default)]
    pub refused: u32,
}

impl SeedFile {
    /// What the name of each seed begins with: it is never shown among the ISOs.
    pub const PREFIX: &'static str = "pk-seed-";

    /// As Proxmox VE names it.
    pub fn volume(&self) -> String {
        format!("{}:iso/{}", self.storage, self.file)
    }
}

/// Whether a volume is a seed by its name.
pub fn is_seed(volume: &str) -> bool {
    let name = volume.rsplit('/').next().unwrap_or_default();
    name.starts_with(SeedFile::PREFIX)
}

impl Media {
    /// The seeds that nothing needs; `wanted`: the one that is about to be used.
    pub fn unused<'a>(&'a self, wanted: Option<&'a SeedFile>) -> impl Iterator<Item = &'a SeedFile> {
        let in_use = self.rescue.as_ref().and_then(|rescue| rescue.seed.as_ref());
        let is_used = move |seed: &SeedFile| [in_use, wanted].iter().flatten().any(|used| used.file == seed.file);
        self.seeds.iter().filter(move |seed| !is_used(seed))
    }

    /// Whether nothing is known of any.
    pub fn is_empty(&self) -> bool {
        *self == Media::default()
    }

    /// The guest is gone. Its seeds are not.
    pub fn forget_guest(&mut self) {
        (self.rescue, self.boots_once) = (None, None);
    }

    /// When time asks for something of a guest that is there.
    pub fn due_at(&self) -> Option<UnixSeconds> {
        let ends = self.rescue.as_ref().map(|rescue| rescue.ends_at);
        let looks = self.boots_once.as_ref().map(|once| once.look_at);
        ends.into_iter().chain(looks).min().map(|at| at as UnixSeconds)
    }
}

impl Service {
    /// When the first seed is to be deleted that nothing needs.
    pub fn seeds_due_at(&self) -> Option<UnixSeconds> {
        let unused = self.body.media.unused(self.seed_wanted());
        unused.map(|seed| seed.delete_at).min().map(|at| at as UnixSeconds)
    }

    /// The seed that is about to be used.
    pub fn seed_wanted(&self) -> Option<&SeedFile> {
        match self.body.queued.as_ref()?.wish.as_ref()? {
            Wish::Media(media) => media.rescue.as_ref()?.seed.as_ref(),
            _ => None,
        }
    }
}

impl Rescue {
    /// Whether the config has anything of it.
    pub fn is_in(&self, config: &Config) -> bool {
        let here = |drive: Drive| self.volumes.iter().any(|volume| drive.volume() == volume);
        let slots = self.before.keys().filter(|key| *key != BOOT);
        slots.filter_map(|slot| config.drive(slot)).any(here)
    }

    /// What is missing of the config from before.
    pub fn back(&self, config: &Config) -> ConfigChange {
        if self.is_in(config) {
            missing(&as_before(&self.before, config), config)
        } else {
            ConfigChange::default()
        }
    }
}

/// What is wanted of CD drives and the boot order, until it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaWish {
    /// What it is for.
    pub act: MediaAct,
    /// The keys of the config as they are to be.
    pub keys: Keys,
    /// Whether a guest that runs is shut down for it.
    pub stops: bool,
    /// Whether it runs afterwards.
    pub runs: bool,
    /// The rescue mode that it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rescue: Option<Rescue>,
    /// The boot order that it makes hold for one start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boots_once: Option<BootsOnce>,
}

/// What something is done to CD drives for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaAct {
    /// Another ISO.
    Insert,
    /// The same, and the next start is from it.
    BootOnce,
    /// The next start is as before again.
    BootBack,
    /// No ISO.
    Eject,
    /// Started from the rescue system.
    Rescue,
    /// As before that.
    Leave,
}

impl MediaAct {
    /// The action that asks for it.
    pub fn action(self) -> &'static str {
        match self {
            MediaAct::Insert => "iso_insert",
            MediaAct::BootOnce | MediaAct::BootBack => "iso_boot",
            MediaAct::Eject => "iso_eject",
            MediaAct::Rescue => "rescue_start",
            MediaAct::Leave => "rescue_leave",
        }
    }
}

/// The key of the boot order.
pub const BOOT: &str = "boot";

/// Keys from before, where what the boot order names may be gone: Proxmox VE refuses an order with a device that is not there.
pub fn as_before(before: &Keys, config: &Config) -> Keys {
    let mut keys = before.clone();
    let stays = |device: &str| match before.get(device) {
        Some(value) => value.is_some(),
        None => config.get(device).is_some(),
    };
    if let Some(Some(boot)) = keys.get_mut(BOOT)
        && let Some(order) = boot.strip_prefix("order=")
    {
        let there: Vec<&str> = order.split(';').filter(|device| stays(device)).collect();
        *boot = format!("order={}", there.join(";"));
    }
    keys
}

/// What is missing of these keys. Of a drive its volume counts, and that it is a CD: Proxmox VE adds the size.
pub fn missing(keys: &Keys, config: &Config) -> ConfigChange {
    let mut change = ConfigChange::default();
    for (key, wanted) in keys {
        let found = config.get(key);
        match wanted {
            Some(wanted) if key != BOOT => {
                let is_there = config.drive(key).is_some_and(|drive| {
                    let told = Drive::parse(key, wanted);
                    drive.volume() == told.volume() && drive.is_cdrom() == told.is_cdrom()
                });
                if !is_there {
                    change.set(key, wanted);
                }
            }
            Some(wanted) if found != Some(wanted) => change.set(key, wanted),
            None if found.is_some() => change.delete.push(key.clone()),
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
    }

    #[test]
    fn a_boot_order_from_before_names_nothing_that_is_gone() {
        let config = Config::from_json(&json!({"scsi0": "local:100/a.qcow2", "ide0": "x:iso/r.iso,media=cdrom"}));
        let before = keys(&[("boot", Some("order=scsi0;scsi1;ide0;net0")), ("ide0", None)]);
        assert_eq!(as_before(&before, &config)["boot"].as_deref(), Some("order=scsi0"));
        let none = keys(&[("boot", None)]);
        assert_eq!(as_before(&none, &config), none);
    }

    #[test]
    fn a_seed_is_known_by_its_name() {
        assert!(is_seed("local:iso/pk-seed-7-1.iso") && !is_seed("local:iso/debian-pk-seed-.iso"));
    }
}
