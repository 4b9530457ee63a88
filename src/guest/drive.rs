//! Drives: their slots, volumes and sizes.

use super::property::PropertyString;
use crate::words::ids::StorageId;
use crate::words::units::GIB;

/// The buses a disk can hang on, in the order in which PVE itself looks for the first disk
/// (qemu-server, `valid_drive_names`), with the number of their slots.
pub(super) const BUSES: [(&str, u8); 4] = [("ide", 4), ("scsi", 31), ("virtio", 16), ("sata", 6)];

/// What a volume may be larger than it was asked to be: storages round up, to extents of LVM or by what DRBD keeps beside it.
const ROUNDED_UP: u64 = 64 << 20;

/// A drive of the config: its slot (`scsi0`) and its property string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drive {
    /// The config key: `scsi0`, `virtio1`, `ide2`, …
    pub slot: String,
    /// Volume and options, as read.
    pub options: PropertyString,
}

impl Drive {
    /// A drive as a config writes it.
    pub fn parse(slot: &str, text: &str) -> Drive {
        Drive {
            slot: slot.to_owned(),
            options: PropertyString::parse(text),
        }
    }

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

    /// Whether backups of the guest have it (qemu-server, PVE/VZDump/QemuServer.pm, `prepare`).
    pub fn is_backed_up(&self) -> bool {
        !matches!(self.options.get("backup"), Some("0" | "no" | "off" | "false"))
    }

    /// Size in bytes; `None` where PVE did not (yet) say.
    pub fn size(&self) -> Option<u64> {
        self.options.get("size").and_then(parse_size)
    }

    /// Whether it is larger than so many GiB, by more than what storages round sizes up by (LINSTOR, LVM's extents).
    pub fn exceeds(&self, gib: u64) -> bool {
        self.size().unwrap_or_default() > gib * GIB + ROUNDED_UP
    }

    /// By the end of the volume's name, as PVE itself tells (qemu-server, PVE/QemuServer/Drive.pm,
    /// `drive_is_cloudinit`): a storage, or the file of an ISO, may have the word in its name too.
    pub fn is_cloudinit(&self) -> bool {
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

    /// Whether what is in it is a seed of this module by its name, whoever's.
    pub fn is_seed(&self) -> bool {
        is_seed(self.volume())
    }

    /// Whether it is a drive of CDs, also without one.
    pub fn is_cdrom(&self) -> bool {
        self.options.get("media") == Some("cdrom") || matches!(self.volume(), "none" | "cdrom" | "")
    }
}

/// What the name of each seed begins with.
pub const SEED_PREFIX: &str = "pk-seed-";

/// Whether a volume is a seed of this module by its name, whoever's.
pub fn is_seed(volume: &str) -> bool {
    let name = volume.rsplit('/').next().unwrap_or_default();
    name.starts_with(SEED_PREFIX)
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
