//! A guest's config, and changes of it.

use super::drive::{BUSES, Drive};
use super::property::PropertyString;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::BTreeMap;

const SSH: u16 = 22;
/// Where Windows is reached.
const REMOTE_DESKTOP: u16 = 3389;

/// The lock of a guest whose memory is on its disk: hibernated.
pub const HIBERNATED: &str = "suspended";

/// A guest's config: `GET /nodes/{node}/qemu/{vmid}/config`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config(BTreeMap<String, String>);

impl Config {
    /// Without any key.
    pub const EMPTY: Config = Config(BTreeMap::new());

    /// Reads an answer's `data`; numbers and texts are the same to PVE, `null` is absent.
    pub fn from_json(data: &Value) -> Self {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(yes) => Some(u8::from(*yes).to_string()),
            _ => None,
        };
        let entries = data.as_object().into_iter().flatten();
        Config(
            entries
                .filter_map(|(key, value)| Some((key.clone(), text(value)?)))
                .collect(),
        )
    }

    /// Reads a config as it stands in a file: `GET /nodes/{node}/vzdump/extractconfig`. Lines of comment are its description
    /// (percent-encoded); a section that follows is a snapshot's.
    pub fn from_file(text: &str) -> Self {
        let mut config = BTreeMap::new();
        let mut description = Vec::new();
        for line in text.lines().take_while(|line| !line.starts_with('[')) {
            if let Some(comment) = line.strip_prefix('#') {
                // what vzdump has added about the drives
                let is_hint = comment.starts_with("qmdump#") || comment.starts_with("vzdump#");
                description.extend((!is_hint).then(|| percent_decode_str(comment).decode_utf8_lossy()));
            } else if let Some((key, value)) = line.split_once(':') {
                config.insert(key.trim().to_owned(), value.trim().to_owned());
            }
        }
        if !description.is_empty() {
            config.insert("description".to_owned(), description.join("\n"));
        }
        Config(config)
    }

    /// Whether there is nothing of a guest in it: no drive, no uuid, no description. A restore that has failed leaves that.
    pub fn is_bare(&self) -> bool {
        let of_guest = ["description", "smbios1", "template"];
        of_guest.iter().all(|key| self.get(key).is_none()) && self.cloned_volumes().next().is_none()
    }

    /// Whether it is what a clone writes before its first volume is there: a comment, and the lock that somebody may have taken
    /// away since (qemu-server, PVE/API2/Qemu.pm, `clone_vm`).
    pub fn is_before_its_copy(&self) -> bool {
        let of_clone = |text: &str| text.trim() == "qmclone temporary file";
        let keys = ["description", "digest", "lock"];
        self.get("description").is_some_and(of_clone) && self.0.keys().all(|key| keys.contains(&key.as_str()))
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Notes a value that PVE has just confirmed.
    pub fn put(&mut self, key: String, value: String) {
        self.0.insert(key, value);
    }

    /// The value of a key as a number.
    pub fn number(&self, key: &str) -> Option<u64> {
        self.get(key).and_then(|text| text.parse().ok())
    }

    /// Whether Proxmox VE removes neither it nor a drive of it.
    pub fn is_protected(&self) -> bool {
        self.number("protection") == Some(1)
    }

    /// Guards a write against a change by somebody else in between.
    pub fn digest(&self) -> Option<&str> {
        self.get("digest")
    }

    /// The remote lock: `clone`, `backup`, `migrate`, …
    pub fn lock(&self) -> Option<&str> {
        self.get("lock").filter(|lock| !lock.is_empty())
    }

    /// The MAC of the first network card; none where its model stands alone.
    pub fn mac(&self) -> Option<String> {
        let nic = self.net0()?;
        nic.first().and_then(|(model, mac)| model.map(|_| mac.to_owned()))
    }

    /// Whether its system is Windows: win10, win11, w2k8, wxp. All others are of Linux or Solaris.
    pub fn is_windows(&self) -> bool {
        self.get("ostype").is_some_and(|kind| kind.starts_with('w'))
    }

    /// The TCP port where people log in, unless they say another one.
    pub fn login_port(&self) -> u16 {
        if self.is_windows() { REMOTE_DESKTOP } else { SSH }
    }

    /// Whether Proxmox VE talks to an agent in it.
    pub fn has_agent(&self) -> bool {
        let agent = PropertyString::parse(self.get("agent").unwrap_or_default());
        agent.leading().or_else(|| agent.get("enabled")) == Some("1")
    }

    /// Whether it sleeps on its disk, by `lock: suspended`. Every other lock forbids everything until its task has ended;
    /// this one forbids changes only, and the guest's next start ends it.
    pub fn is_hibernated(&self) -> bool {
        self.lock() == Some(HIBERNATED)
    }

    /// The SMBIOS uuid: new with every clone, kept for the guest's life.
    pub fn uuid(&self) -> Option<String> {
        PropertyString::parse(self.get("smbios1")?)
            .get("uuid")
            .map(str::to_owned)
    }

    /// As it is after a write.
    #[must_use]
    pub fn with(mut self, change: &ConfigChange) -> Config {
        self.0.retain(|key, _| !change.delete.contains(key));
        self.0.extend(change.set.clone());
        self
    }

    /// The same where Proxmox VE makes what the write asks for: a disk of a size, a drive for cloud-init.
    #[must_use]
    pub fn written(self, change: &ConfigChange) -> Config {
        let mut change = change.clone();
        for (key, value) in &mut change.set {
            if is_drive(key) {
                *value = made(value);
            }
        }
        self.with(&change)
    }

    /// As it is once a disk has grown.
    #[must_use]
    pub fn grown(mut self, slot: &str, gib: u64) -> Config {
        if let Some(drive) = self.0.get_mut(slot) {
            let mut options = PropertyString::parse(drive);
            options.set("size", Some(&format!("{gib}G")));
            *drive = options.to_string();
        }
        self
    }

    /// As it is once the guest was started: it does not sleep.
    #[must_use]
    pub fn awake(mut self) -> Config {
        self.0.retain(|key, value| key != "lock" || value != HIBERNATED);
        self
    }

    /// That of a clone, with another description, whose disks are where they are told to be.
    #[must_use]
    pub fn cloned(&self, description: &str, storage: Option<&str>) -> Config {
        let not_cloned = ["template", "lock", "parent", "digest"];
        let mut clone = self.clone();
        clone.0.retain(|key, _| !not_cloned.contains(&key.as_str()));
        clone.put("description".to_owned(), description.to_owned());
        for disk in self.disks() {
            let name = disk.volume().split_once(':').map(|(_, name)| name.to_owned());
            if let (Some(storage), Some(name)) = (storage, name) {
                let mut options = disk.options;
                options.set_first(None, &format!("{storage}:{name}"));
                clone.put(disk.slot, options.to_string());
            }
        }
        clone
    }

    /// The same without the drives that have a seed.
    #[must_use]
    pub fn without_seeds(self) -> Config {
        let delete = self.seed_drives().map(|drive| drive.slot).collect();
        self.with(&ConfigChange {
            delete,
            ..ConfigChange::default()
        })
    }

    /// Every key and value, for a page or a test.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn drives(&self) -> impl Iterator<Item = Drive> + '_ {
        let slots = BUSES
            .iter()
            .flat_map(|(bus, count)| (0..*count).map(move |i| format!("{bus}{i}")));
        slots.filter_map(|slot| self.drive(&slot))
    }

    /// Every drive whose volume PVE counts when it decides whether a clone may go to another node: disks, ISOs in CD-ROMs,
    /// the cloud-init drive, EFI disk and TPM state (qemu-server, PVE/API2/Qemu.pm, `$check_storage_access_clone`).
    pub fn cloned_volumes(&self) -> impl Iterator<Item = Drive> + '_ {
        let all = self.drives().chain(self.firmware());
        all.filter(|drive| !matches!(drive.volume(), "none" | "cdrom" | ""))
    }

    /// Where the firmware keeps what it knows: EFI disk and TPM state.
    fn firmware(&self) -> impl Iterator<Item = Drive> + '_ {
        ["efidisk0", "tpmstate0"].into_iter().filter_map(|slot| {
            let options = PropertyString::parse(self.get(slot)?);
            let slot = slot.to_owned();
            Some(Drive { slot, options })
        })
    }

    /// Every drive that a snapshot holds: all disks, and those of the firmware (qemu-server, PVE/QemuConfig.pm,
    /// `foreach_volume`).
    pub fn snapshot_volumes(&self) -> impl Iterator<Item = Drive> + '_ {
        self.disks().chain(self.firmware())
    }

    /// Every disk; CD-ROMs and cloud-init drives are none.
    pub fn disks(&self) -> impl Iterator<Item = Drive> + '_ {
        self.drives().filter(|drive| !drive.is_cdrom() && !drive.is_cloudinit())
    }

    /// The drive at a slot.
    pub fn drive(&self, slot: &str) -> Option<Drive> {
        self.get(slot).map(|text| Drive::parse(slot, text))
    }

    /// The drives of CDs, also those without one; those that tell cloud-init something are none.
    pub fn cd_drives(&self) -> impl Iterator<Item = Drive> + '_ {
        let cds = self.drives().filter(|drive| drive.is_cdrom());
        cds.filter(|drive| !drive.is_cloudinit() && !drive.is_seed())
    }

    /// The drives with a seed of this module.
    pub fn seed_drives(&self) -> impl Iterator<Item = Drive> + '_ {
        self.drives().filter(|drive| drive.is_cdrom() && drive.is_seed())
    }

    /// The drive at a slot, where it is one of CDs or of a seed.
    pub fn ejectable(&self, slot: &str) -> Option<Drive> {
        let drive = self.drive(slot)?;
        (drive.is_cdrom() && !drive.is_cloudinit()).then_some(drive)
    }

    /// The drive that carries the cloud-init settings into the guest.
    pub fn cloudinit_drive(&self) -> Option<Drive> {
        self.drives().find(Drive::is_cloudinit)
    }

    /// The first disk in boot order; without one (or where it names no disk) the first disk in PVE's own order.
    pub fn system_disk(&self) -> Option<Drive> {
        let boot = PropertyString::parse(self.get("boot").unwrap_or_default());
        let order = boot.get("order").unwrap_or_default();
        let named = order.split(';').chain(self.get("bootdisk"));
        let booted = named
            .filter_map(|slot| self.disks().find(|disk| disk.slot == slot))
            .next();
        booted.or_else(|| self.disks().next())
    }

    /// The first disk that is not the system disk.
    pub fn additional_disk(&self) -> Option<Drive> {
        let system = self.system_disk()?;
        self.disks().find(|disk| disk.slot != system.slot)
    }

    /// Whether a volume is the guest's, and on none of its slots (`unusedN`).
    pub fn is_unused(&self, volume: &str) -> bool {
        let mut unused = self.0.iter().filter(|(key, _)| key.starts_with("unused"));
        unused.any(|(_, value)| value == volume)
    }

    /// A slot that is free on the bus of `like` (`scsi0` → `scsi1`); `None` where the bus is full.
    pub fn free_slot(&self, like: &str) -> Option<String> {
        let (bus, count) = BUSES.iter().find(|(bus, _)| like.starts_with(bus))?;
        (0..*count)
            .map(|i| format!("{bus}{i}"))
            .find(|slot| self.get(slot).is_none())
    }

    /// Whether it is a template's.
    pub fn is_template(&self) -> bool {
        self.number("template") == Some(1)
    }

    /// The first network card.
    pub fn net0(&self) -> Option<PropertyString> {
        self.get("net0").map(PropertyString::parse)
    }
}

/// Changes to keys of a config, sent as one write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigChange {
    /// Keys and their new values.
    pub set: BTreeMap<String, String>,
    /// Keys to take away.
    pub delete: Vec<String>,
}

impl ConfigChange {
    /// Sets a key.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.set.insert(key.to_owned(), value.into());
    }

    /// Takes a key away if the config has it. Of a guest in protection mode Proxmox VE removes no drive, and changes any
    /// (qemu-server, PVE/API2/Qemu.pm, `update_vm_api`): a drive of CDs stays there, empty.
    pub fn unset(&mut self, config: &Config, key: &str) {
        match config.ejectable(key).filter(|_| config.is_protected()) {
            Some(drive) if drive.volume() == "none" => {}
            Some(_) => self.set(key, "none,media=cdrom"),
            None if config.get(key).is_some() => self.delete.push(key.to_owned()),
            None => {}
        }
    }

    /// Whether it writes or deletes a key.
    pub fn touches(&self, key: &str) -> bool {
        self.set.contains_key(key) || self.delete.iter().any(|deleted| deleted == key)
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.delete.is_empty()
    }

    /// Takes in the change of another step; of one key the later step's value holds.
    pub fn merge(&mut self, other: ConfigChange) {
        self.set.extend(other.set);
        for key in other.delete {
            if !self.delete.contains(&key) {
                self.delete.push(key);
            }
        }
    }

    /// Whether the write makes PVE allocate a volume: then it is sent as a task.
    pub fn allocates(&self) -> bool {
        self.set.iter().any(|(key, value)| {
            let is_drive = is_drive(key);
            let options = PropertyString::parse(value);
            let volume = options.leading().and_then(|volume| volume.split_once(':'));
            is_drive && volume.is_some_and(|(_, name)| name == "cloudinit" || name.parse::<f64>().is_ok())
        })
    }
}

fn is_drive(key: &str) -> bool {
    BUSES.iter().any(|(bus, _)| key.starts_with(bus))
}

/// A drive whose volume is to be made, as it is then.
fn made(value: &str) -> String {
    let mut options = PropertyString::parse(value);
    let asked = options.leading().and_then(|volume| volume.split_once(':'));
    let Some((storage, name)) = asked.map(|(storage, name)| (storage.to_owned(), name.to_owned())) else {
        return value.to_owned();
    };
    if name == "cloudinit" {
        options.set_first(None, &format!("{storage}:vm-0-cloudinit"));
        options.set("media", Some("cdrom"));
    } else if name.parse::<f64>().is_ok() {
        options.set_first(None, &format!("{storage}:vm-0-disk"));
        options.set("format", None);
        options.set("size", Some(&format!("{name}G")));
    }
    options.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_of_a_file_is_that_of_the_api() {
        let text = "#Notiz%3A 100%25 %C3%A9 %zz%\n#proxmoxkvm-owner%3A x/7\nboot: order=scsi0\nscsi0: local:101/vm-101-disk-0.qcow2,size=256M\n\
                    smbios1: uuid=b1b9\n\n#qmdump#map:scsi0:drive-scsi0:local:qcow2:\n[snap]\nboot: other\n";
        let config = Config::from_file(text);
        let description = "Notiz: 100% \u{e9} %zz%\nproxmoxkvm-owner: x/7";
        assert_eq!(config.get("description"), Some(description));
        assert_eq!(config.system_disk().and_then(|disk| disk.size()), Some(256 << 20));
        assert_eq!(config.uuid().as_deref(), Some("b1b9"));
        assert_eq!(config.get("boot"), Some("order=scsi0"));
        assert!(!config.is_bare() && Config::from_file("memory: 128\n").is_bare());
        for broken in ["", "\n\n", "no colon", "#", "[x]", ": ", "\u{0}"] {
            assert!(Config::from_file(broken).is_bare() || broken == "#", "{broken:?}");
        }
    }
}
