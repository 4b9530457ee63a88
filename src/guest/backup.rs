//! A backup of a guest, and by its note whose it is.
//!
//! What this module has made says so at the end of its note: `[pktpaigw-17/7/1f0c93ab]` is its name ([`Made::name`]: when it was
//! asked for, and by which operation), the service, and the installation of which that is: two may store theirs in one place. So a worker that died finds its own work again, and nothing that a
//! former owner of the VM's number has left is ever taken for the service's: that was asked for before.

use super::{Made, decimal, number};
use crate::words::ids::{NodeName, ServiceId, StorageId, UnixSeconds, Vmid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::ops::RangeInclusive;

/// A storage, and a node that reaches it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The node.
    pub node: NodeName,
    /// The storage.
    pub storage: StorageId,
}

/// Whose a backup is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupTag {
    /// Its name.
    pub name: String,
    /// The service that it was made for.
    pub service: ServiceId,
    /// The beginning of the installation's id; empty: made by a version that did not say it.
    #[serde(default)]
    pub installation: String,
}

/// So much of an installation's id is in a note.
const INSTALLATION_CHARS: usize = 8;

impl BackupTag {
    /// A note that ends with it.
    pub fn noted(&self, note: &str) -> String {
        let at = if self.installation.is_empty() { "" } else { "/" };
        let tag = format!("[{}/{}{at}{}]", self.name, self.service, self.installation);
        if note.is_empty() { tag } else { format!("{note} {tag}") }
    }

    /// What of an installation's id is in a note.
    pub fn installation(id: &str) -> String {
        id.chars().take(INSTALLATION_CHARS).collect()
    }

    /// Whether it is, or may be, of this installation.
    pub fn may_be_of(&self, installation: &str) -> bool {
        self.installation.is_empty() || self.installation == BackupTag::installation(installation)
    }

    /// A note without its tag, and the tag. Whatever looks like one before the end is only text.
    fn of(notes: &str) -> (String, Option<BackupTag>) {
        let whole = notes.trim();
        let parts = whole.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        let found = parts.and_then(|(note, tag)| {
            let (name, rest) = tag.split_once('/')?;
            let (service, installation) = rest.split_once('/').unwrap_or((rest, ""));
            let service = ServiceId(service.parse().ok()?);
            Made::asked(name)?;
            let is_id = installation.len() <= INSTALLATION_CHARS
                && installation.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let (name, installation) = (name.to_owned(), is_id.then(|| installation.to_owned())?);
            let tag = BackupTag {
                name,
                service,
                installation,
            };
            Some((note.trim_end().to_owned(), tag))
        });
        match found {
            Some((note, tag)) => (note, Some(tag)),
            None => (whole.to_owned(), None),
        }
    }
}

/// A backup of the guest on some storage, as Proxmox VE lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backup {
    /// Where it is.
    pub place: Place,
    /// The number of the guest that it was made of.
    pub vmid: Vmid,
    /// `local:backup/vzdump-qemu-101-….vma.zst`, `pbs:backup/vm/101/….Z`.
    pub volume: String,
    /// When it was begun, by the clock of its node.
    pub at: UnixSeconds,
    /// Its size in bytes. On a Proxmox Backup Server what is the same is stored once: there it is the guest's.
    pub size: Option<u64>,
    /// What it was called by who made it.
    pub note: String,
    /// Whose it is; none: somebody else has made it, and the provider keeps it.
    pub tag: Option<BackupTag>,
    /// Whether Proxmox VE refuses to delete it.
    pub protected: bool,
    /// What a Proxmox Backup Server found when it last verified it; none: it has not.
    pub verified: Option<bool>,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

impl Backup {
    /// An entry of the list of a storage; none: it is no backup of that guest, or does not say when it was made.
    pub fn from_json(entry: &Value, place: &Place, vmid: Vmid) -> Option<Backup> {
        let owner = number(&entry["vmid"]);
        // a Proxmox Backup Server that two clusters share may have a container of the number
        let is_container = entry["subtype"].as_str().is_some_and(|kind| kind != "qemu");
        if is_container || owner.is_some_and(|owner| owner != u64::from(vmid.get())) {
            return None;
        }
        let (note, tag) = BackupTag::of(entry["notes"].as_str().unwrap_or_default());
        Some(Backup {
            place: place.clone(),
            vmid,
            volume: entry["volid"].as_str()?.to_owned(),
            at: decimal(&entry["ctime"])?,
            size: number(&entry["size"]),
            note,
            tag,
            protected: number(&entry["protected"]) == Some(1) || entry["protected"] == true,
            verified: entry["verification"]["state"].as_str().map(|state| state == "ok"),
            encrypted: entry["encrypted"].as_str().is_some_and(|key| !key.is_empty()),
        })
    }

    /// Its name, where this module has made it for a service, since then.
    pub fn name_for(&self, service: ServiceId, since: UnixSeconds) -> Option<&str> {
        let tag = self.tag.as_ref().filter(|tag| tag.service == service)?;
        let (asked, _) = Made::asked(&tag.name)?;
        // a name has whole seconds
        (asked >= since.floor()).then_some(tag.name.as_str())
    }

    /// Whether it can be of a guest that was a service's in this time (seconds). What this module has made says when that was
    /// asked for, by the clock that the time is of; all else is judged by its date, by so much more or less (seconds): of a file that
    /// is in the local time of the node that lists it.
    pub fn may_be_of(&self, service: ServiceId, held: &RangeInclusive<UnixSeconds>, slack: f64) -> bool {
        let Some(tag) = &self.tag else {
            return (held.start() - slack..=held.end() + slack).contains(&self.at);
        };
        // a name has whole seconds
        let asked = Made::asked(&tag.name).map(|(asked, _)| asked);
        tag.service == service && asked.is_some_and(|asked| asked >= held.start().floor() && asked <= *held.end())
    }

    /// The name by which one that somebody else has made is meant: it has none of its own, and its volume says to nobody
    /// but staff where it is.
    pub fn name_by_volume(&self) -> String {
        let digest = Sha256::digest(&self.volume);
        let words = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
        format!("kept-{}", words.collect::<String>())
    }

    /// Whether it has this name.
    pub fn is_named(&self, name: &str) -> bool {
        match &self.tag {
            Some(tag) => tag.name == name,
            None => self.name_by_volume() == name,
        }
    }

    /// How it came to be.
    pub fn made(&self) -> Made {
        self.tag.as_ref().map_or(Made::Elsewhere, |tag| Made::of(&tag.name))
    }
}

/// A note as vzdump takes it (`notes-template`): on one line, with backslashes doubled, and nothing that it calls a variable.
pub fn template_of_note(note: &str) -> String {
    let mut text = note.replace('\\', "\\\\");
    while text.contains("{{") {
        text = text.replace("{{", "{ {");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn place() -> Place {
        Place {
            node: "pve1".parse().unwrap(),
            storage: "local".parse().unwrap(),
        }
    }

    fn seen(entry: Value) -> Option<Backup> {
        Backup::from_json(&entry, &place(), Vmid::MIN)
    }

    fn noted(notes: &str) -> Backup {
        seen(json!({"volid": "local:backup/x", "ctime": 7, "notes": notes})).unwrap()
    }

    #[test]
    fn a_note_says_whose_its_backup_is() {
        let name = Made::ByHand.name(1_796_000_000.9, 17);
        let tag = BackupTag {
            name: name.clone(),
            service: ServiceId(7),
            installation: "1f0c93ab".to_owned(),
        };
        assert!(tag.may_be_of("1f0c93ab0000") && !tag.may_be_of("2f0c93ab0000"));
        let old = noted(&format!("x [{name}/7]")).tag.unwrap();
        assert!(
            old.installation.is_empty() && old.may_be_of("anybody"),
            "of a version before"
        );
        for note in [
            "",
            "before the update",
            "a [pktpaigw-1/9]",
            "[pktpaigw-1/9] ]",
            "<b>{{x}}</b> \\n",
        ] {
            let backup = noted(&tag.noted(note));
            assert_eq!((backup.note.as_str(), backup.tag.as_ref()), (note, Some(&tag)));
            assert_eq!(backup.name_for(ServiceId(7), 1_796_000_000.5), Some(name.as_str()));
            assert_eq!(backup.name_for(ServiceId(8), 0.0), None, "another service's");
            assert_eq!(backup.name_for(ServiceId(7), 1_796_000_001.0), None, "a former owner's");
        }
        for notes in [
            "",
            "nightly",
            "[pktpaigw-1]",
            "[pktpaigw-1/x]",
            "[pktpaigw-1/7/a/b]",
            "[pktpaigw-1/7/123456789]",
            "[nightly-1/7]",
            "[pktpaigw-1/7] more",
            "pktpaigw-1/7]",
        ] {
            let backup = noted(notes);
            assert_eq!((backup.note.as_str(), backup.tag.as_ref()), (notes, None), "{notes}");
            assert_eq!(backup.made(), Made::Elsewhere);
        }
    }

    #[test]
    fn whose_it_can_be_is_told_by_its_tag_and_without_one_by_its_date() {
        let held = 1_796_000_000.5..=1_796_001_000.0;
        let at = |ctime: f64, tag: Option<(f64, u64)>| {
            let notes = tag.map(|(asked, service)| {
                let name = Made::ByHand.name(asked, 1);
                let service = ServiceId(service);
                let installation = String::new();
                BackupTag {
                    name,
                    service,
                    installation,
                }
                .noted("x")
            });
            let seen = seen(json!({"volid": "local:backup/x", "ctime": ctime, "notes": notes})).unwrap();
            seen.may_be_of(ServiceId(7), &held, 60.0)
        };
        // listed by a node of another time zone
        assert!(at(1_795_992_800.0, Some((1_796_000_000.0, 7))));
        assert!(at(1_796_007_200.0, Some((1_796_000_900.0, 7))));
        assert!(!at(1_796_000_500.0, Some((1_795_999_999.0, 7))), "a former owner's");
        assert!(!at(1_796_000_500.0, Some((1_796_001_001.0, 7))), "a later owner's");
        assert!(!at(1_796_000_500.0, Some((1_796_000_500.0, 8))), "another service's");
        assert!(at(1_795_999_950.0, None) && !at(1_795_992_800.0, None));
    }

    #[test]
    fn an_entry_is_read_whatever_it_lacks() {
        assert_eq!(seen(json!({"volid": "local:backup/x"})), None);
        assert_eq!(
            seen(json!({"volid": "pbs:backup/ct/100/x", "ctime": 7, "subtype": "lxc"})),
            None
        );
        assert!(seen(json!({"volid": "pbs:backup/vm/100/x", "ctime": 7, "subtype": "qemu"})).is_some());
        assert_eq!(seen(json!({"ctime": 7})), None);
        assert_eq!(
            seen(json!({"volid": "x", "ctime": 7, "vmid": 101})),
            None,
            "another guest's"
        );
        let full = json!({"volid": "pbs:backup/vm/100/x", "ctime": "7", "vmid": 100, "size": 5, "protected": 1,
            "verification": {"state": "failed"}, "encrypted": "aa:bb"});
        let full = seen(full).unwrap();
        assert_eq!(
            (full.at, full.size, full.protected, full.verified, full.encrypted),
            (7.0, Some(5), true, Some(false), true)
        );
        let bare = noted("x");
        assert_eq!(
            (bare.size, bare.protected, bare.verified, bare.encrypted),
            (None, false, None, false)
        );
    }

    #[test]
    fn a_template_of_a_note_is_one_that_vzdump_takes() {
        assert_eq!(
            template_of_note("a\\nb {{node}} {x} {{{vmid}}"),
            "a\\\\nb { {node}} {x} { { {vmid}}"
        );
    }
}
