//! What this module has put into a guest's CD drives, and what they and the boot order were before.

use super::Service;
use super::drive_keys::is_drive;
pub use super::drive_keys::{BOOT, BOOTDISK, Keys, as_before, missing};
use crate::guest::{Config, ConfigChange, Drive, SEED_PREFIX};
use crate::service::wish::Wish;
use crate::words::ids::{NodeName, StorageId, UnixSeconds};
use serde::{Deserialize, Serialize};

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
    /// The one of them that the guest was last seen with, in place of Proxmox VE's own drive for cloud-init. None: with none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
    /// Which SSH keys the seeds of the guest tell. None: it was told none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys_told: Option<KeysTold>,
    /// The volumes that were in its drives for rescue modes, the latest last: a backup, or a snapshot, of such a time has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rescued: Vec<String>,
}

/// The SSH keys that the seeds of a guest tell it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysTold {
    /// What they are known by.
    pub of: String,
    /// How often they were others since it was built.
    pub turn: u32,
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
    /// The older `bootdisk` from before; none: the config had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_before: Option<String>,
    /// When it was written, in whole seconds: a guest that was started later has used it up.
    pub since: u64,
    /// When the cron looks whether it has, in whole seconds.
    pub look_at: u64,
}

impl BootsOnce {
    /// What the guest boots from as ever.
    pub fn back(&self) -> Keys {
        let disk = self.disk_before.clone().map(|disk| (BOOTDISK.to_owned(), Some(disk)));
        [(BOOT.to_owned(), self.before.clone())]
            .into_iter()
            .chain(disk)
            .collect()
    }
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
    /// What it tells the guest's own cloud-init, once it was uploaded to its end. None: it is of a rescue system, or may be half
    /// of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Made>,
}

/// What a seed tells the guest's own cloud-init.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// By what this is known, but for what is secret.
    pub of: String,
    /// Whether there is something in it that nobody is to find there for longer than the guest needs to read it.
    pub secret: bool,
    /// When it was made, in whole seconds.
    pub at: u64,
    /// When it is looked whether the guest has read what is secret, in whole seconds.
    #[serde(default)]
    pub look_at: u64,
}

impl SeedFile {
    /// What the name of each seed begins with: it is never shown among the ISOs.
    pub const PREFIX: &'static str = SEED_PREFIX;

    /// One that is not there yet, and is thought to be.
    pub fn foreseen(made: Made) -> Option<SeedFile> {
        Some(SeedFile {
            node: "node".parse().ok()?,
            storage: "storage".parse().ok()?,
            file: format!("{}foreseen.iso", Self::PREFIX),
            delete_at: 0,
            refused: 0,
            made: Some(made),
        })
    }

    /// As Proxmox VE names it.
    pub fn volume(&self) -> String {
        format!("{}:iso/{}", self.storage, self.file)
    }
}

impl Media {
    /// Nothing is known of any.
    pub const EMPTY: Media = Media {
        rescue: None,
        boots_once: None,
        seeds: Vec::new(),
        own: None,
        keys_told: None,
        rescued: Vec::new(),
    };

    /// The seeds that nothing needs; `wanted`: the one that is about to be used.
    pub fn unused<'a>(&'a self, wanted: Option<&'a SeedFile>) -> impl Iterator<Item = &'a SeedFile> {
        let in_use = self.rescue.as_ref().and_then(|rescue| rescue.seed.as_ref());
        let used = [in_use, wanted].map(|used| used.map(|used| &used.file));
        let is_used = move |seed: &SeedFile| {
            used.iter()
                .flatten()
                .chain(&self.own.as_ref())
                .any(|used| **used == seed.file)
        };
        self.seeds.iter().filter(move |seed| !is_used(seed))
    }

    /// When something is to be done about a seed: one that nothing needs is deleted, and a secret that was read is taken out.
    pub fn seeds_due_at(&self, wanted: Option<&SeedFile>) -> Option<UnixSeconds> {
        let deleted = self.unused(wanted).map(|seed| seed.delete_at).min();
        let looked = self.secret().map(|made| made.look_at);
        deleted.into_iter().chain(looked).min().map(|at| at as UnixSeconds)
    }

    /// What the seed in the guest's drive tells, where there is a secret in it.
    pub fn secret(&self) -> Option<&Made> {
        let own = self.seeds.iter().find(|seed| Some(&seed.file) == self.own.as_ref())?;
        own.made.as_ref().filter(|made| made.secret)
    }

    /// It is looked again then.
    pub fn looks_at_secret(&mut self, at: UnixSeconds) {
        let own = self.seeds.iter_mut().find(|seed| Some(&seed.file) == self.own.as_ref());
        if let Some(made) = own.and_then(|seed| seed.made.as_mut()) {
            made.look_at = at as u64;
        }
    }

    /// The drive from which the guest's own cloud-init is told by a seed of this module.
    pub fn own_drive(&self, config: &Config) -> Option<Drive> {
        let of_rescue = |drive: &Drive| {
            let mut others = self.seeds.iter().filter(|seed| seed.made.is_none());
            let was = self.rescued.iter().any(|volume| volume == drive.volume());
            was || others.any(|seed| seed.volume() == drive.volume())
        };
        config.seed_drives().find(|drive| !of_rescue(drive))
    }

    /// The seed that was made last for the guest's own cloud-init.
    pub fn made_last(&self) -> Option<(&SeedFile, &Made)> {
        let made = self.seeds.iter().rev();
        made.filter_map(|seed| Some((seed, seed.made.as_ref()?))).next()
    }

    /// A config as the guest is started with it: a seed that is not known to be there is another one first.
    pub fn as_started(&self, config: &Config) -> Config {
        let is_known = |drive: &Drive| {
            let mut made = self.seeds.iter().filter(|seed| seed.made.is_some());
            made.any(|seed| seed.volume() == drive.volume())
        };
        let unknown = self.own_drive(config).filter(|drive| !is_known(drive));
        let delete = unknown.into_iter().map(|drive| drive.slot).collect();
        config.clone().with(&ConfigChange {
            delete,
            ..ConfigChange::default()
        })
    }

    /// Whether a write puts a seed with a secret into a drive.
    pub fn tells_secret(&self, change: &ConfigChange) -> bool {
        let is_made = |seed: &&SeedFile| seed.made.as_ref().is_some_and(|made| made.secret);
        let mut secret = self.seeds.iter().filter(is_made).map(SeedFile::volume);
        secret.any(|volume| {
            change
                .set
                .values()
                .any(|value| Drive::parse("", value).volume() == volume)
        })
    }

    /// The password is another one: what was made with the one before, and is in no drive yet, tells nobody anything.
    pub fn forget_unwritten(&mut self) {
        let own = self.own.as_deref();
        let unwritten = self.seeds.iter_mut().filter(|seed| Some(seed.file.as_str()) != own);
        unwritten.for_each(|seed| seed.made = None);
    }

    /// What the guest has in its drive is not deleted.
    pub fn sees(&mut self, config: &Config) {
        let drive = self.own_drive(config);
        self.own = drive.and_then(|drive| Some(drive.volume().rsplit('/').next()?.to_owned()));
    }

    /// Whether the guest has a seed of this module in its drive, as was seen last.
    pub fn has_own_seed(&self) -> bool {
        self.own.is_some()
    }

    /// Whether nothing is known of any.
    pub fn is_empty(&self) -> bool {
        *self == Media::default()
    }

    /// The guest is gone. Its seeds are not.
    pub fn forget_guest(&mut self) {
        (self.rescue, self.boots_once) = (None, None);
        (self.own, self.keys_told) = (None, None);
    }

    /// When time asks for something of a guest that is there.
    pub fn due_at(&self) -> Option<UnixSeconds> {
        let ends = self.rescue.as_ref().map(|rescue| rescue.ends_at);
        let looks = self.boots_once.as_ref().map(|once| once.look_at);
        ends.into_iter().chain(looks).min().map(|at| at as UnixSeconds)
    }
}

impl Service {
    /// When the first of its seeds asks for something.
    pub fn seeds_due_at(&self) -> Option<UnixSeconds> {
        self.body.media.seeds_due_at(self.seed_wanted())
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
        let slots = self.before.keys().filter(|key| is_drive(key));
        slots.filter_map(|slot| config.drive(slot)).any(here)
    }

    /// What is to be written next of the config from before: what it boots from, and then the drives, by which it is known that it
    /// is not all there. A drive that is in no boot order leaves that as it is.
    pub fn back(&self, config: &Config) -> ConfigChange {
        if !self.is_in(config) {
            return ConfigChange::default();
        }
        let (drives, boot): (Keys, Keys) = as_before(&self.before, config)
            .into_iter()
            .partition(|(key, _)| is_drive(key));
        let boot = missing(&boot, config);
        if boot.is_empty() {
            missing(&drives, config)
        } else {
            boot
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
    pub boots_once: Option<Box<BootsOnce>>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_seed_is_known_by_its_name_and_one_of_a_rescue_is_not_the_guests_own() {
        use crate::guest::is_seed;
        assert!(is_seed("local:iso/pk-seed-7-1.iso") && !is_seed("local:iso/debian-pk-seed-.iso"));
        let config = Config::from_json(&json!({
            "ide2": "local:iso/pk-seed-7-1.iso,media=cdrom", "ide3": "local:iso/pk-seed-7-2.iso,media=cdrom"
        }));
        assert_eq!(config.cd_drives().count(), 0);
        let seed = |file: &str, made| SeedFile {
            node: "pve1".parse().unwrap(),
            storage: "local".parse().unwrap(),
            file: file.to_owned(),
            delete_at: 0,
            refused: 0,
            made,
        };
        let mut media = Media {
            seeds: vec![seed("pk-seed-7-1.iso", None)],
            ..Media::default()
        };
        media.sees(&config);
        assert_eq!(media.own.as_deref(), Some("pk-seed-7-2.iso"));
        assert_eq!(media.unused(None).count(), 1);
        media.seeds.clear();
        media.sees(&config);
        assert_eq!(
            media.own.as_deref(),
            Some("pk-seed-7-1.iso"),
            "also one that nobody remembers"
        );
    }
}
