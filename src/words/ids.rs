//! Identifiers as types: a [`Vmid`] is not a [`ServiceId`], and a [`Upid`] is not any text.
//!
//! Each type checks its value once, where it enters; behind that gate nothing is checked again.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A value from outside that is not what its type allows. The text says what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

/// A value as an error shows it: in quotes, and not at any length.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    if text.chars().count() <= SHOWN {
        format!("{text:?}")
    } else {
        format!("{:?}", format!("{}…", text.chars().take(SHOWN).collect::<String>()))
    }
}

/// What stands before a value, and the value, where an error names a field that somebody may have put a secret into:
/// an empty text unless the value looks like a mistyped address or a short number.
pub(crate) fn harmless(before: &str, text: &str) -> String {
    let is_number = text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
    let is_address = text.len() <= 45
        && text.contains(['.', ':'])
        && text.bytes().all(|b| b.is_ascii_hexdigit() || b".:/%-".contains(&b))
        // an address has four digits at a time, and the secret of a token more
        && text.split(['.', ':', '/', '%', '-']).all(|group| group.len() <= 5);
    if is_number || is_address {
        format!("{before}{}", quoted(text))
    } else {
        String::new()
    }
}

/// Seconds since 1970, UTC. Time is always a parameter: only [`crate::words::clock`] reads a clock.
pub type UnixSeconds = f64;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_id!(
    /// A WHMCS service: the row of `tblhosting`.
    ServiceId(u64)
);
number_id!(
    /// A WHMCS server entry: the row of `tblservers`.
    ServerId(u64)
);

/// The number of a guest on its cluster, 100 to 999999999. Reused by PVE: never an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Vmid(u32);

impl Vmid {
    /// The lowest number that PVE gives to a guest.
    pub const MIN: Vmid = Vmid(100);
    /// The highest number that PVE gives to a guest.
    pub const MAX: Vmid = Vmid(999_999_999);

    /// The plain number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The number after this one, if there is one.
    pub fn next(self) -> Option<Vmid> {
        Vmid::try_from(self.0 + 1).ok()
    }
}

impl TryFrom<u32> for Vmid {
    type Error = Malformed;

    fn try_from(number: u32) -> Result<Self, Malformed> {
        if (100..=999_999_999).contains(&number) {
            Ok(Vmid(number))
        } else {
            Err(Malformed(format!(
                "a VMID is a number from 100 to 999999999, not {number}"
            )))
        }
    }
}

impl From<Vmid> for u32 {
    fn from(vmid: Vmid) -> u32 {
        vmid.0
    }
}

impl FromStr for Vmid {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        text.trim()
            .parse::<u32>()
            .map_err(|_| {
                Malformed(format!(
                    "a VMID is a number from 100 to 999999999, not {}",
                    quoted(text)
                ))
            })
            .and_then(Vmid::try_from)
    }
}

impl fmt::Display for Vmid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! name_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $extra:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as PVE writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Malformed;

            fn try_from(text: String) -> Result<Self, Malformed> {
                let fits = (1..=63).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || $extra.contains(&b))
                    && text.as_bytes()[0].is_ascii_alphanumeric();
                if fits {
                    Ok($name(text))
                } else {
                    Err(Malformed(format!(concat!("{} is no name of a ", $what), quoted(&text))))
                }
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                $name::try_from(text.trim().to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_id!(
    /// The name of a node of the cluster, as in `/nodes/{node}`.
    NodeName,
    "node",
    b"-"
);
name_id!(
    /// The id of a storage, as in `/storage`.
    StorageId,
    "storage",
    b"-_."
);
name_id!(
    /// The name of a bridge or SDN vnet on a node.
    Bridge,
    "bridge",
    b"-_."
);

name_id!(
    /// The name of a cloud-init snippet, without its ending: a file of a storage's folder `snippets`.
    SnippetName,
    "snippet",
    b"-_."
);

/// The id of a task: `UPID:node:pid:pstart:starttime:type:id:user:`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Upid {
    text: String,
    node: NodeName,
}

impl Upid {
    /// The text as PVE gave it; percent-encode it in paths.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The node that runs the task: the only one that knows its end.
    pub fn node(&self) -> &NodeName {
        &self.node
    }

    /// The kind of the task: `qmclone`, `qmstart`, `resize`, …
    pub fn kind(&self) -> &str {
        self.text.split(':').nth(5).unwrap_or_default()
    }
}

impl TryFrom<String> for Upid {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let bad = || Malformed("the node answered with a task id that is none".to_owned());
        let mut parts = text.split(':');
        if text.len() > 512 || parts.next() != Some("UPID") {
            return Err(bad());
        }
        let node: NodeName = parts.next().ok_or_else(bad)?.parse().map_err(|_| bad())?;
        let numbers_are_hex = (0..3).all(|_| {
            parts
                .next()
                .is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_hexdigit()))
        });
        let kind_is_there = parts.next().is_some_and(|kind| !kind.is_empty());
        if !numbers_are_hex || !kind_is_there || parts.count() < 2 {
            return Err(bad());
        }
        Ok(Upid { text, node })
    }
}

impl From<Upid> for String {
    fn from(upid: Upid) -> String {
        upid.text
    }
}

impl fmt::Display for Upid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Who asked for something: a line of a service's history says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// The module by itself: its cron.
    #[default]
    Cron,
    /// WHMCS by itself: an order, a payment, an overdue invoice.
    Whmcs,
    /// Staff, in the admin area.
    Admin,
    /// The customer, in the client area.
    Client,
}

impl Actor {
    const ALL: [Actor; 4] = [Actor::Cron, Actor::Whmcs, Actor::Admin, Actor::Client];

    /// Whom a word of the store means.
    pub fn of(word: &str) -> Actor {
        let known = Actor::ALL.into_iter().find(|actor| actor.as_str() == word);
        known.unwrap_or_default()
    }

    /// The word that the store and the pages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Actor::Cron => "cron",
            Actor::Whmcs => "whmcs",
            Actor::Admin => "admin",
            Actor::Client => "client",
        }
    }
}

/// Who asked for an operation, as far as WHMCS says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct By {
    /// Which kind.
    pub actor: Actor,
    /// WHMCS's number of the client or admin.
    pub id: Option<u64>,
    /// From where.
    pub ip: Option<IpAddr>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_upid_names_its_node_and_kind() {
        let upid = Upid::try_from("UPID:pve1:000000C7:00088044:6B030023:qmclone:9000:root@pam!lab:".to_owned());
        let upid = upid.map(|u| (u.node().to_string(), u.kind().to_owned()));
        assert_eq!(upid, Ok(("pve1".to_owned(), "qmclone".to_owned())));
    }

    #[test]
    fn text_that_is_no_upid_is_refused() {
        for text in [
            "",
            "UPID",
            "UPID:pve1:1:2:3",
            "UPID:pve1:x:2:3:qmclone:9000:root@pam:",
            "UPID:../x:1:2:3:a:b:c:",
        ] {
            assert!(Upid::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_vmid_has_bounds() {
        assert!("99".parse::<Vmid>().is_err());
        assert_eq!("100".parse::<Vmid>().map(Vmid::get), Ok(100));
        assert!("1000000000".parse::<Vmid>().is_err());
        assert_eq!(Vmid::MAX.next(), None);
    }

    #[test]
    fn names_that_would_leave_their_path_are_refused() {
        assert!("pve1".parse::<NodeName>().is_ok());
        for name in ["", "../x", "a/b", "-a", "a b", "a%2f"] {
            assert!(name.parse::<NodeName>().is_err(), "{name}");
        }
    }
}
