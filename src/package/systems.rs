//! The operating systems that a product lets its customers choose from: `9000:Debian 12; 9001:Ubuntu 24.04`.

use super::labelled::{self, Listed};
use crate::words::ids::Vmid;
use serde::{Deserialize, Serialize};

/// How the list is written.
const LISTED: Listed = Listed {
    form: "it is a list of VMIDs of templates with their names, such as 9000:Debian 12; 9001:Ubuntu 24.04",
    one: "template ",
    many: "templates",
    most: 100,
    bare: false,
};

/// An operating system: a template, and what customers read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// The template.
    pub template: Vmid,
    /// Its name, as customers read it.
    pub label: String,
}

/// The words in a label that tell a family, and the family, which pages have a picture of. The first that is found counts.
const FAMILIES: &[(&str, &str)] = &[
    ("debian", "debian"),
    ("ubuntu", "ubuntu"),
    ("alma", "almalinux"),
    ("rocky", "rocky"),
    ("centos", "centos"),
    ("fedora", "fedora"),
    ("red hat", "redhat"),
    ("rhel", "redhat"),
    ("oracle", "oracle"),
    ("suse", "suse"),
    ("alpine", "alpine"),
    ("arch", "arch"),
    ("freebsd", "freebsd"),
    ("openbsd", "openbsd"),
    ("windows", "windows"),
];

/// The family of a label, which pages have a picture of; `other` where it names none.
pub fn family(label: &str) -> &'static str {
    let label = label.to_ascii_lowercase();
    let found = FAMILIES.iter().find(|(word, _)| label.contains(word));
    found.map_or("other", |(_, family)| family)
}

/// With which others it stands: what is before the first `/` or ` - `, or else before the first number.
pub fn group(label: &str) -> &str {
    let separated = label.split_once('/').or_else(|| label.split_once(" - "));
    if let Some((group, _)) = separated {
        return group.trim();
    }
    let number = label
        .match_indices(' ')
        .find(|(at, _)| label[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    number.map_or(label, |(at, _)| &label[..at]).trim()
}

/// What is read of a label once its group stands above it.
pub fn name(label: &str) -> &str {
    let separated = label.split_once('/').or_else(|| label.split_once(" - "));
    separated.map_or(label, |(_, name)| name).trim()
}

/// Reads the list. The error is the end of a sentence that begins with the option's name.
pub(super) fn read(text: &str) -> Result<Vec<System>, String> {
    let all = labelled::read(text, &LISTED, |key| key.parse::<Vmid>().ok())?;
    let one = |(template, label)| System { template, label };
    Ok(all.into_iter().map(one).collect())
}

/// As [`read`] takes it.
pub(super) fn write(systems: &[System]) -> String {
    labelled::write(systems.iter().map(|system| (system.template, system.label.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_and_written() {
        let systems = read(" 9000 : Debian 12;9001:Ubuntu 24.04: LTS; ").unwrap();
        assert_eq!(write(&systems), "9000:Debian 12; 9001:Ubuntu 24.04: LTS");
        assert_eq!(read(&write(&systems)), Ok(systems));
        assert_eq!(read(""), Ok(Vec::new()));
    }

    #[test]
    fn a_bad_list_says_why() {
        for bad in ["Debian 12", "9000", "9000:", "99:Debian", "9000:\u{7}", "9000=Debian"] {
            let why = read(bad).unwrap_err();
            assert!(
                why.starts_with("it is a list of VMIDs") && why.contains("not \""),
                "{bad}: {why}"
            );
        }
        assert!(read(&format!("9000:{}", "x".repeat(61))).is_err());
        assert_eq!(read("9000:A; 9000:B"), Err("it names template 9000 twice".to_owned()));
        let many: String = (100..=200).map(|vmid| format!("{vmid}:x;")).collect();
        assert_eq!(read(&many), Err("it names more than 100 templates".to_owned()));
    }

    #[test]
    fn systems_stand_in_groups_and_are_known_by_their_names() {
        let of = |label| (group(label), name(label), family(label));
        assert_eq!(of("Debian/12"), ("Debian", "12", "debian"));
        assert_eq!(of("Windows - Server 2022"), ("Windows", "Server 2022", "windows"));
        assert_eq!(of("Ubuntu 24.04 LTS"), ("Ubuntu", "Ubuntu 24.04 LTS", "ubuntu"));
        assert_eq!(of("Rocky Linux 9"), ("Rocky Linux", "Rocky Linux 9", "rocky"));
        assert_eq!(of("OPNsense"), ("OPNsense", "OPNsense", "other"));
        assert_eq!(of("Größe 3"), ("Größe", "Größe 3", "other"));
    }
}
