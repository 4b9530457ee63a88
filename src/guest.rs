//! What PVE shows of a guest, typed: config, drives, NICs, power, lock, firewall.
//!
//! Everything here is read from answers of `GET …/qemu/{vmid}/config`, `…/status/current` and
//! `…/firewall/*`; nothing is ever assumed. A drive or NIC keeps every option it was read with, in
//! order, so that a write changes only what it means to change.

use crate::model::StorageId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

mod throttle;

/// The lock of a guest whose memory is on its disk: hibernated.
pub const HIBERNATED: &str = "suspended";

/// `local,size=32G,iops_rd=100`: a leading value and options, in the order they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyString(Vec<(Option<String>, String)>);

impl PropertyString {
    /// Splits at commas, and each part at its first `=`.
    pub fn parse(text: &str) -> Self {
        let part = |part: &str| match part.split_once('=') {
            Some((key, value)) => (Some(key.to_owned()), value.to_owned()),
            None => (None, part.to_owned()),
        };
        PropertyString(text.split(',').filter(|p| !p.is_empty()).map(part).collect())
    }

    /// The value of an option.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(k, _)| k.as_deref() == Some(key))
            .map(|(_, v)| v.as_str())
    }

    /// The part without a key: the volume of a drive.
    pub fn leading(&self) -> Option<&str> {
        self.0.iter().find(|(k, _)| k.is_none()).map(|(_, v)| v.as_str())
    }

    /// The keys of all parts that have one.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(key, _)| key.as_deref())
    }

    /// The first part, with its key: the model and MAC of a NIC.
    pub fn first(&self) -> Option<(Option<&str>, &str)> {
        self.0.first().map(|(k, v)| (k.as_deref(), v.as_str()))
    }

    /// Replaces the first part: a NIC of another model keeps its MAC and its options.
    pub fn set_first(&mut self, key: Option<&str>, value: &str) {
        let part = (key.map(str::to_owned), value.to_owned());
        match self.0.first_mut() {
            Some(first) => *first = part,
            None => self.0.push(part),
        }
    }

    /// Sets an option in its place, appends it, or (with `None`) takes it away.
    pub fn set(&mut self, key: &str, value: Option<&str>) {
        let place = self.0.iter().position(|(k, _)| k.as_deref() == Some(key));
        match (place, value) {
            (Some(i), Some(value)) => value.clone_into(&mut self.0[i].1),
            (Some(i), None) => {
                self.0.remove(i);
            }
            (None, Some(value)) => self.0.push((Some(key.to_owned()), value.to_owned())),
            (None, None) => {}
        }
    }
}

impl fmt::Display for PropertyString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (key, value)) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            match key {
                Some(key) => write!(f, "{comma}{key}={value}")?,
                None => write!(f, "{comma}{value}")?,
            }
        }
        Ok(())
    }
}

/// The buses a disk can hang on, in the order in which PVE itself looks for the first disk
/// (qemu-server, `valid_drive_names`), with the number of their slots.
const BUSES: [(&str, u8); 4] = [("ide", 4), ("scsi", 31), ("virtio", 16), ("sata", 6)];

/// A drive of the config: its slot (`scsi0`) and its property string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drive {
    /// The config key: `scsi0`, `virtio1`, `ide2`, …
    pub slot: String,
    /// Volume and options, as read.
    pub options: PropertyString,
}

impl Drive {
    /// The volume: `local:101/vm-101-disk-0.qcow2`.
    pub fn volume(&self) -> &str {
        self.options
            .leading()
            .or_else(|| self.options.get("file"))
            .unwrap_or_default()
    }

    /// The storage that holds the volume.
    pub fn storage(&self) -> Option<StorageId> {
        self.volume()
            .split_once(':')
            .and_then(|(storage, _)| storage.parse().ok())
    }

    /// The format of the volume where it is a file, by the end of its name.
    pub fn file_format(&self) -> Option<&'static str> {
        let ending = self.volume().rsplit_once('.')?.1;
        IMAGE_FORMATS.into_iter().find(|format| *format == ending)
    }

    /// Size in bytes; `None` where PVE did not (yet) say.
    pub fn size(&self) -> Option<u64> {
        self.options.get("size").and_then(parse_size)
    }

    /// By the end of the volume's name, as PVE itself tells (qemu-server, PVE/QemuServer/Drive.pm,
    /// `drive_is_cloudinit`): a storage, or the file of an ISO, may have the word in its name too.
    fn is_cloudinit(&self) -> bool {
        let volume = self.volume();
        let name = volume.rsplit([':', '/']).next().unwrap_or_default();
        let name = match name.strip_prefix("vm-").and_then(|rest| rest.split_once('-')) {
            Some((vmid, rest)) if vmid.bytes().all(|byte| byte.is_ascii_digit()) => rest,
            _ => name,
        };
        let format = name.strip_prefix("cloudinit").filter(|_| volume.contains([':', '/']));
        format.is_some_and(|format| {
            format.is_empty() || format.strip_prefix('.').is_some_and(|end| IMAGE_FORMATS.contains(&end))
        })
    }

    fn is_cdrom(&self) -> bool {
        self.options.get("media") == Some("cdrom") || matches!(self.volume(), "none" | "cdrom" | "")
    }
}

/// The endings of an image's file (qemu-server, PVE/QemuServer/Drive.pm, `$QEMU_FORMAT_RE`).
const IMAGE_FORMATS: [&str; 6] = ["raw", "qcow", "qcow2", "qed", "vmdk", "cloop"];

/// `32G`, `256M`, `4194304`: PVE's sizes in bytes.
pub fn parse_size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u64 = match text.get(digits.len()..)? {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1 << 40,
        _ => return None,
    };
    let number: f64 = digits.parse().ok().filter(|n: &f64| *n >= 0.0)?;
    Some((number * factor as f64) as u64)
}

/// A guest's config: `GET /nodes/{node}/qemu/{vmid}/config`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config(BTreeMap<String, String>);

impl Config {
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

    /// Guards a write against a change by somebody else in between.
    pub fn digest(&self) -> Option<&str> {
        self.get("digest")
    }

    /// The remote lock: `clone`, `backup`, `migrate`, …
    pub fn lock(&self) -> Option<&str> {
        self.get("lock").filter(|lock| !lock.is_empty())
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

    /// Every key and value, for a page or a test.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn drives(&self) -> impl Iterator<Item = Drive> + '_ {
        let slots = BUSES
            .iter()
            .flat_map(|(bus, count)| (0..*count).map(move |i| format!("{bus}{i}")));
        slots.filter_map(|slot| {
            let options = PropertyString::parse(self.get(&slot)?);
            Some(Drive { slot, options })
        })
    }

    /// Every drive whose volume PVE counts when it decides whether a clone may go to another node: disks, ISOs in CD-ROMs,
    /// the cloud-init drive, EFI disk and TPM state (qemu-server, PVE/API2/Qemu.pm, `$check_storage_access_clone`).
    pub fn cloned_volumes(&self) -> impl Iterator<Item = Drive> + '_ {
        let state = ["efidisk0", "tpmstate0"].into_iter().filter_map(|slot| {
            let options = PropertyString::parse(self.get(slot)?);
            let slot = slot.to_owned();
            Some(Drive { slot, options })
        });
        let all = self.drives().chain(state);
        all.filter(|drive| !matches!(drive.volume(), "none" | "cdrom" | ""))
    }

    /// Every disk; CD-ROMs and cloud-init drives are none.
    pub fn disks(&self) -> impl Iterator<Item = Drive> + '_ {
        self.drives().filter(|drive| !drive.is_cdrom() && !drive.is_cloudinit())
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

/// The remote status, from `GET …/status/current`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Power {
    /// QEMU runs (a paused guest counts: it holds its memory).
    Running,
    /// No QEMU.
    Stopped,
    /// Text this module does not know: kept, and treated as "not known".
    Other(String),
}

impl Power {
    /// The word PVE uses.
    pub fn as_str(&self) -> &str {
        match self {
            Power::Running => "running",
            Power::Stopped => "stopped",
            Power::Other(text) => text,
        }
    }
}

/// What `status/current` tells beyond the config: what the guest runs with right now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Current {
    /// The remote status.
    pub power: Power,
    /// Virtual processors of the running guest; pending changes are not in it.
    pub cpus: Option<u64>,
    /// Memory of the running guest in bytes; pending changes are not in it.
    pub max_memory: Option<u64>,
    /// Whether the HA manager starts and stops this guest.
    pub ha_managed: bool,
    /// The remote lock.
    pub lock: Option<String>,
    /// The guest's name.
    pub name: Option<String>,
    /// Seconds since it was started.
    pub uptime: Option<u64>,
    /// Share of its processors in use, 0 to 1.
    pub cpu: Option<f64>,
    /// Memory in use, bytes.
    pub memory: Option<u64>,
    /// What the guest has received and sent since its network cards were plugged in: bytes; 0 at every start.
    pub traffic: Option<(u64, u64)>,
}

impl Current {
    /// What is known of a guest whose clone has just ended well: it has never been started.
    pub const FRESH_CLONE: Current = Current {
        power: Power::Stopped,
        cpus: None,
        max_memory: None,
        ha_managed: false,
        lock: None,
        name: None,
        uptime: None,
        cpu: None,
        memory: None,
        traffic: None,
    };

    /// Reads an answer's `data`, tolerant of texts for numbers and of missing fields.
    pub fn from_json(data: &Value) -> Self {
        let power = match data["status"].as_str().unwrap_or("unknown") {
            "running" => Power::Running,
            "stopped" => Power::Stopped,
            other => Power::Other(other.to_owned()),
        };
        Current {
            power,
            cpus: number(&data["cpus"]),
            max_memory: number(&data["maxmem"]),
            ha_managed: number(&data["ha"]["managed"]) == Some(1),
            lock: data["lock"].as_str().filter(|lock| !lock.is_empty()).map(str::to_owned),
            name: data["name"].as_str().map(str::to_owned),
            uptime: number(&data["uptime"]),
            cpu: decimal(&data["cpu"]),
            memory: number(&data["mem"]),
            traffic: number(&data["netin"]).zip(number(&data["netout"])),
        }
    }
}

/// A number that may come as text, as PVE likes it.
pub fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(n) => n.as_u64().or_else(|| n.as_f64().map(|f| f as u64)),
        Value::String(text) => text.parse().ok(),
        Value::Bool(yes) => Some(u64::from(*yes)),
        _ => None,
    }
}

/// A measured value that may come as text; what is negative or no number at all is none.
pub fn decimal(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(n) => n.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite() && *number >= 0.0)
}

/// The guest's firewall as listed under `…/firewall`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FirewallSeen {
    /// `GET …/firewall/options`.
    pub options: Config,
    /// `GET …/firewall/rules`, as listed.
    pub rules: Vec<Value>,
    /// `GET …/firewall/ipset/ipfilter-net0`: `None` where there is no such set.
    pub ipfilter: Option<Vec<String>>,
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
            let is_drive = BUSES.iter().any(|(bus, _)| key.starts_with(bus));
            let options = PropertyString::parse(value);
            let volume = options.leading().and_then(|volume| volume.split_once(':'));
            is_drive && volume.is_some_and(|(_, name)| name == "cloudinit" || name.parse::<f64>().is_ok())
        })
    }
}
