//! ISOs and rescue mode, as a product has them: part of *More settings*.

use crate::words::ids::{StorageId, quoted};
use serde::{Deserialize, Serialize};

/// What a product says of CD drives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Media {
    /// The customer may insert and eject ISOs.
    pub client_iso: bool,
    /// The storage that they are on.
    pub iso_storage: Option<StorageId>,
    /// Which of them are shown, by their names with `*` for anything; none: no one is.
    pub iso_show: Vec<String>,
    /// The ISO of the rescue system, `storage:iso/file`; none: there is no rescue mode.
    pub rescue_iso: Option<String>,
    /// So many hours it is left after.
    pub rescue_hours: u32,
    /// The storage for the seeds of rescue systems; none: a rescue system is told nothing.
    pub rescue_seed: Option<StorageId>,
    /// By what cloud-init is told in the guest itself.
    pub seed: SeedBy,
    /// The storage for the seeds of guests.
    pub seed_storage: Option<StorageId>,
}

/// By what cloud-init is told in a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeedBy {
    /// By the drive that Proxmox VE makes.
    #[default]
    Pve,
    /// By a seed of this module.
    Own,
}

impl Default for Media {
    fn default() -> Self {
        Media {
            client_iso: false,
            iso_storage: None,
            iso_show: Vec::new(),
            rescue_iso: None,
            rescue_hours: 24,
            rescue_seed: None,
            seed: SeedBy::Pve,
            seed_storage: None,
        }
    }
}

impl Media {
    /// Whether an ISO of this file name is shown.
    pub fn shows(&self, file: &str) -> bool {
        self.iso_show.iter().any(|pattern| matches(pattern, file))
    }

    /// The volume of the rescue system with its storage.
    pub fn rescue_volume(&self) -> Option<(StorageId, &str)> {
        let volume = self.rescue_iso.as_deref()?;
        let (storage, _) = volume.split_once(':')?;
        Some((storage.parse().ok()?, volume))
    }
}

/// Whether a text is as a pattern says, `*` for anything; the case of letters does not count.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = &parts[..] else {
        return pattern == text;
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Reads the volume of an ISO.
pub(super) fn volume(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let file = text.split_once(":iso/");
    let is_one = file.is_some_and(|(storage, file)| {
        let ends = [".iso", ".img"]
            .iter()
            .any(|end| file.to_ascii_lowercase().ends_with(end));
        storage.parse::<StorageId>().is_ok() && ends && is_file(file)
    });
    if is_one {
        return Ok(Some(text.to_owned()));
    }
    Err(format!("it is an ISO as storage:iso/file.iso, not {}", quoted(text)))
}

/// What could be taken for something else in a config is no file name.
pub(super) fn is_file(file: &str) -> bool {
    !file.is_empty() && file.chars().all(|c| c.is_alphanumeric() || "._-+ ()@".contains(c))
}

/// Reads patterns with commas between them.
pub(super) fn patterns(text: &str) -> Result<Vec<String>, String> {
    let patterns: Vec<String> = text.split(',').map(|part| part.trim().to_owned()).collect();
    let patterns: Vec<String> = patterns.into_iter().filter(|part| !part.is_empty()).collect();
    match patterns.iter().find(|pattern| !is_file(&pattern.replace('*', "x"))) {
        Some(wrong) => Err(format!("it is file names with * for anything, not {}", quoted(wrong))),
        None => Ok(patterns),
    }
}

/// As [`patterns`] reads them.
pub(super) fn listed(patterns: &[String]) -> String {
    patterns.join(", ")
}

/// Reads a storage, or none.
pub(super) fn storage(text: &str) -> Result<Option<StorageId>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    super::values::name(text, "the id of a storage").map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_anything_where_it_has_a_star() {
        for (pattern, text, is) in [
            ("public-*.iso", "public-debian-12.iso", true),
            ("public-*.iso", "Public-Debian.ISO", true),
            ("public-*.iso", "private.iso", false),
            ("public-*.iso", "public-.iso.bak", false),
            ("*", "anything", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
            ("a*a", "a", false),
            ("debian.iso", "debian.iso", true),
            ("debian.iso", "debianxiso", false),
        ] {
            assert_eq!(matches(pattern, text), is, "{pattern} {text}");
        }
        assert!(!Media::default().shows("debian.iso"), "nothing is shown by itself");
    }

    #[test]
    fn what_is_no_iso_is_refused() {
        assert_eq!(
            volume("local:iso/rescue 1.iso"),
            Ok(Some("local:iso/rescue 1.iso".to_owned()))
        );
        assert_eq!(volume(""), Ok(None));
        for wrong in [
            "rescue.iso",
            "local:iso/",
            "local:iso/a,media=disk.iso",
            "local:iso/../x.iso",
            "local:iso/x.qcow2",
            ":iso/a.iso",
        ] {
            assert!(volume(wrong).is_err(), "{wrong}");
        }
        assert!(patterns("a*.iso, b;c").is_err());
        assert_eq!(
            patterns("a*.iso , b.iso"),
            Ok(vec!["a*.iso".to_owned(), "b.iso".to_owned()])
        );
    }
}
