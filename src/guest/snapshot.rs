//! A snapshot of a guest, and by its name whose it is.
//!
//! A name of this module says when it was asked for, and by which operation: `pk` (by hand) or `ps` (by its schedule; of a
//! backup also `pr`, before a reinstallation), the time in seconds to the base of 36, a dash, the operation's number, and where
//! it is kept for so many days only, a dash and these. So a worker that died finds its own work again, and what was promised
//! for one snapshot outlives another setting.
//! Every other name is the provider's: never counted, never touched. So is one that only looks alike, such as `psql-1`: its
//! time is none.

use crate::guest::decimal;
use crate::words::calendar::DAY;
use crate::words::ids::UnixSeconds;
use serde_json::Value;

/// Times that a name can tell: from 2025, before there was this module, to 2100.
const TIMES: std::ops::Range<u64> = 1_735_689_600..4_102_444_800;
/// A snapshot is made within so many seconds of the time that its name tells.
const LATE_SECONDS: f64 = 2.0 * 86_400.0;

/// How a snapshot came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// Somebody asked this module for it.
    ByHand,
    /// Its schedule did: where there is no place for one more, the oldest of these goes.
    Scheduled,
    /// It is the backup from before the guest was made anew, which stays for a while beside all others.
    BeforeReinstall,
    /// Not by this module: the provider keeps it.
    Elsewhere,
}

/// A snapshot as Proxmox VE lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// What it was called by who made it.
    pub label: String,
    /// When it was made; none: its node did not say.
    pub at: Option<UnixSeconds>,
    /// Whether it holds the memory: a guest that is rolled back to it runs.
    pub ram: bool,
    /// The one that it came after.
    pub parent: Option<String>,
    /// What a worker was about to do with it that has not ended (`snapstate`): it cannot be rolled back to.
    pub unfinished: bool,
    /// Whether that was its creation: parts of it may never have been there.
    pub half_made: bool,
}

impl Made {
    /// Those that a name tells.
    const NAMED: [Made; 3] = [Made::ByHand, Made::Scheduled, Made::BeforeReinstall];

    const fn prefix(self) -> &'static str {
        match self {
            Made::ByHand => "pk",
            Made::Scheduled => "ps",
            Made::BeforeReinstall => "pr",
            Made::Elsewhere => "",
        }
    }

    /// The name of a snapshot that is asked for now, by this operation. The longest has 33 of the 40 characters.
    pub fn name(self, now: UnixSeconds, operation: u64) -> String {
        format!("{}{}-{operation}", self.prefix(), base36(now.max(0.0) as u64))
    }

    /// How the snapshot of a name came to be.
    pub fn of(name: &str) -> Made {
        let known = Made::NAMED.into_iter().find(|made| made.parts(name).is_some());
        known.unwrap_or(Made::Elsewhere)
    }

    /// The same of one that is kept for so many days only; 0: it stays.
    pub fn name_for(self, now: UnixSeconds, operation: u64, days: u32) -> String {
        let name = self.name(now, operation);
        if days == 0 { name } else { format!("{name}-{days}") }
    }

    /// For how many days the snapshot of a name is kept; none: it stays.
    pub fn days(name: &str) -> Option<u32> {
        let known = [Made::ByHand, Made::Scheduled].into_iter();
        known.filter_map(|made| made.parts(name)).find_map(|parts| parts.2)
    }

    /// When the snapshot of a name was asked for, and by which operation; none: not by this module.
    pub fn asked(name: &str) -> Option<(UnixSeconds, u64)> {
        let (at, operation, _) = Made::NAMED.into_iter().find_map(|made| made.parts(name))?;
        Some((u64::from_str_radix(at, 36).ok()? as f64, operation.parse().ok()?))
    }

    fn parts(self, name: &str) -> Option<(&str, &str, Option<u32>)> {
        let (at, rest) = name.strip_prefix(self.prefix())?.split_once('-')?;
        let (operation, days) = match rest.split_once('-') {
            Some((operation, days)) => (operation, Some(days)),
            None => (rest, None),
        };
        let time = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase();
        let number = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        let is_own = at.chars().all(time)
            && u64::from_str_radix(at, 36).is_ok_and(|at| TIMES.contains(&at))
            && number(operation, 20)
            && days.is_none_or(|days| number(days, 2));
        is_own.then(|| (at, operation, days.and_then(|days| days.parse().ok())))
    }
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    while number > 0 || digits.is_empty() {
        digits.extend(char::from_digit((number % 36) as u32, 36));
        number /= 36;
    }
    digits.iter().rev().collect()
}

impl Snapshot {
    /// An entry of the list; none for `current`, which is the guest as it is now.
    pub fn from_json(entry: &Value) -> Option<Snapshot> {
        let text = |key: &str| entry[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let name = text("name").filter(|name| name != "current")?;
        Some(Snapshot {
            name,
            label: text("description").unwrap_or_default().trim_end().to_owned(),
            at: decimal(&entry["snaptime"]).filter(|at| *at > 0.0),
            ram: decimal(&entry["vmstate"]) == Some(1.0),
            parent: text("parent"),
            unfinished: text("snapstate").is_some(),
            half_made: entry["snapstate"] == "prepare",
        })
    }

    /// How it came to be.
    pub fn made(&self) -> Made {
        match (self.at, Made::asked(&self.name)) {
            (Some(at), Some((asked, _))) if (at - asked).abs() > LATE_SECONDS => Made::Elsewhere,
            _ => match Made::of(&self.name) {
                // that is a backup's name
                Made::BeforeReinstall => Made::Elsewhere,
                made => made,
            },
        }
    }

    /// Whether this module made it for the service's customer.
    pub fn is_own(&self) -> bool {
        self.made() != Made::Elsewhere
    }

    /// When it is deleted, as the product kept them only for a while when it was made; none: it stays.
    pub fn ends_at(&self) -> Option<UnixSeconds> {
        let days = Made::days(&self.name).filter(|_| self.is_own())?;
        Some(self.at? + f64::from(days) * DAY)
    }

    /// Whether it was made after another one.
    pub fn is_after(&self, other: &Snapshot) -> bool {
        // several of one second follow each other by their names, and by who came after whom
        let key = |one: &Snapshot| one.at.unwrap_or_default();
        match key(self).total_cmp(&key(other)) {
            std::cmp::Ordering::Equal => self.parent.as_ref() == Some(&other.name),
            order => order.is_gt(),
        }
    }
}

/// Children before parents: as Proxmox VE lists them they are in any order.
pub fn children_first(mut left: Vec<Snapshot>) -> Vec<Snapshot> {
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_parent = |one: &Snapshot| left.iter().any(|other| other.parent.as_ref() == Some(&one.name));
        // a circle, which Proxmox VE does not make, is taken apart anywhere
        let leaf = left.iter().position(|one| !is_parent(one)).unwrap_or_default();
        ordered.push(left.remove(leaf));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_says_how_its_snapshot_came_to_be() {
        assert_eq!(Made::ByHand.name(1_796_000_000.9, 17), "pktpaigw-17");
        assert_eq!(Made::ByHand.name_for(1_796_000_000.9, 17, 7), "pktpaigw-17-7");
        for (made, days) in [(Made::ByHand, 0), (Made::Scheduled, 30), (Made::BeforeReinstall, 0)] {
            let name = made.name_for(4.1e9, u64::MAX, days);
            assert_eq!(Made::of(&name), made, "{name}");
            assert_eq!(Made::asked(&name), Some((4.1e9, u64::MAX)), "{name}");
            assert_eq!(Made::days(&name), (days > 0).then_some(days), "{name}");
            assert!(name.len() <= 40, "{name}");
        }
        for name in [
            "",
            "pk",
            "pk-1",
            "pktpaigw",
            "pktpaigw-",
            "pktpaigw-1a",
            "PKtpaigw-1",
            "pkTpaigw-1",
            "nightly",
            "pk tpaigw-1",
            "zpktpaigw-1",
            "pktpaigw-1-",
            "pktpaigw-1-100",
            "pktpaigw-1-2a",
            "pktpaigw-1-2-3",
            "psql-1",
            "ps4-1",
            "pkg-2",
            "pkbackup-1",
            "pkgupdate-2",
            "pk3w5e11264sgsg-1",
        ] {
            assert_eq!((Made::of(name), Made::asked(name)), (Made::Elsewhere, None), "{name}");
        }
        assert_eq!(
            (base36(0), base36(35), base36(36)),
            ("0".into(), "z".into(), "10".into())
        );
    }

    #[test]
    fn an_entry_is_read_whatever_it_lacks() {
        assert_eq!(Snapshot::from_json(&json!({"name": "current", "running": 1})), None);
        assert_eq!(Snapshot::from_json(&json!({"description": "x"})), None);
        let entry = |at: f64| {
            let entry = json!({"name": "pktpaigw-2", "description": "a\n", "snaptime": at, "vmstate": 1});
            Snapshot::from_json(&entry).unwrap()
        };
        let seen = entry(1_796_000_100.0);
        assert_eq!(
            (seen.label.as_str(), seen.at, seen.ram, seen.is_own()),
            ("a", Some(1_796_000_100.0), true, true)
        );
        assert!(!entry(1_797_000_000.0).is_own(), "a word that happens to be a time");
        let of_backup = json!({"name": "prtpaigw-2", "snaptime": 1_796_000_000});
        assert!(!Snapshot::from_json(&of_backup).unwrap().is_own());
        let broken = Snapshot::from_json(&json!({"name": "s", "snaptime": "x", "snapstate": "delete"})).unwrap();
        assert!(broken.at.is_none() && broken.unfinished && !broken.is_own());
    }

    #[test]
    fn children_come_before_their_parents_and_circles_end() {
        let of =
            |name: &str, parent: Option<&str>| Snapshot::from_json(&json!({"name": name, "parent": parent})).unwrap();
        let names =
            |list: Vec<Snapshot>| -> Vec<String> { children_first(list).into_iter().map(|one| one.name).collect() };
        assert_eq!(
            names(vec![of("a", None), of("b", Some("a")), of("c", Some("b"))]),
            ["c", "b", "a"]
        );
        assert_eq!(names(vec![of("a", Some("b")), of("b", Some("a"))]).len(), 2);
        assert!(of("b", Some("a")).is_after(&of("a", None)) && !of("a", None).is_after(&of("b", Some("a"))));
    }
}
