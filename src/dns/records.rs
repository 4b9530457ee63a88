//! Names and records in their one normal form, and what a service wants.

use crate::words::ids::quoted;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The kinds of record that this module reads. It writes all of them but CNAME.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    #[serde(rename = "AAAA")]
    Aaaa,
    /// A name of an address.
    #[serde(rename = "PTR")]
    Ptr,
    /// Another name: read only, because nothing else can stand beside it.
    #[serde(rename = "CNAME")]
    Cname,
}

impl Kind {
    /// As in a zone file.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::A => "A",
            Kind::Aaaa => "AAAA",
            Kind::Ptr => "PTR",
            Kind::Cname => "CNAME",
        }
    }

    /// From a zone file; `None` for every kind that does not matter here.
    pub fn parse(text: &str) -> Option<Kind> {
        [Kind::A, Kind::Aaaa, Kind::Ptr, Kind::Cname]
            .into_iter()
            .find(|kind| text.eq_ignore_ascii_case(kind.as_str()))
    }

    /// The normal form of a value as a provider shows it. What cannot be read is kept as it is: it is foreign.
    pub fn value(self, text: &str) -> String {
        let text = text.trim();
        match self {
            Kind::A => text
                .parse()
                .map_or_else(|_| text.to_owned(), |ip: Ipv4Addr| ip.to_string()),
            Kind::Aaaa => text
                .parse()
                .map_or_else(|_| text.to_owned(), |ip: Ipv6Addr| ip.to_string()),
            Kind::Ptr | Kind::Cname => lenient(text),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a set of records is found by: all its records have one name and one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The whole name, in normal form.
    pub name: String,
    /// The kind.
    pub kind: Kind,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.kind)
    }
}

/// One record, in normal form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Record {
    /// The whole name: lower case, punycode, no dot at the end.
    pub name: String,
    /// A, AAAA, PTR or CNAME.
    pub kind: Kind,
    /// How long it may be kept (seconds).
    pub ttl: u32,
    /// An address as text, or a name like `name`.
    pub value: String,
}

impl Record {
    /// A record as a provider shows it, brought into normal form.
    pub fn seen(name: &str, kind: Kind, ttl: u32, value: &str) -> Record {
        Record {
            name: lenient(name),
            kind,
            ttl,
            value: kind.value(value),
        }
    }

    /// The set it belongs to.
    pub fn key(&self) -> Key {
        Key {
            name: self.name.clone(),
            kind: self.kind,
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.kind, self.value)
    }
}

/// Something that is no name for a machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is no host name: {why}", quoted(.typed))]
pub struct NameError {
    /// What was typed.
    pub typed: String,
    /// One clause.
    pub why: &'static str,
}

/// The one form of a name: lower case, punycode, no dot at the end.
///
/// A host name has at least two labels of letters, digits, hyphens and underscores.
pub fn name(typed: &str) -> Result<String, NameError> {
    let fail = |why| NameError {
        typed: typed.to_owned(),
        why,
    };
    let ascii = idna::domain_to_ascii(typed.trim())
        .map_err(|_| fail("it holds characters that no name has, or broken punycode"))?;
    let bare = ascii.strip_suffix('.').unwrap_or(&ascii);
    let is_label = |label: &str| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    if bare.is_empty() {
        return Err(fail("it is empty"));
    }
    if bare.split('.').any(|label| label.is_empty() || label.len() > 63) || bare.len() > 253 {
        return Err(fail("each part has 1 to 63 characters, the whole at most 253"));
    }
    if !bare.split('.').all(is_label) {
        return Err(fail(
            "a part has letters, digits and hyphens, and no hyphen at its ends",
        ));
    }
    if !bare.contains('.') {
        return Err(fail("it has no domain, such as host.example.com"));
    }
    if bare
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(fail("its last part is a number, as in an address"));
    }
    Ok(bare.to_owned())
}

/// Names as others wrote them: compared, never written.
fn lenient(text: &str) -> String {
    let text = text.trim();
    text.strip_suffix('.').unwrap_or(text).to_lowercase()
}

/// One thing that a service should have, before it is known which zone holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// The name leads to the address.
    Forward {
        /// The name of the service.
        name: String,
        /// Its address.
        ip: IpAddr,
    },
    /// The address leads to the name.
    Reverse {
        /// The address.
        ip: IpAddr,
        /// Its name.
        name: String,
    },
}

/// What a service should have: A for its first IPv4, AAAA for its first IPv6, and a PTR for every address:
/// the name given for it, otherwise the domain.
///
/// A service without domain (an empty text) has no forward records and only the PTRs that are given. A name
/// that is none is an error, so that a slip of the pen removes nothing.
pub fn wanted(domain: &str, addresses: &[IpAddr], ptr: &BTreeMap<IpAddr, String>) -> Result<Vec<Wanted>, NameError> {
    let domain = match domain.trim() {
        "" => None,
        typed => Some(name(typed)?),
    };
    let mut all = Vec::new();
    if let Some(domain) = &domain {
        let first = |v4: bool| addresses.iter().find(move |ip| ip.is_ipv4() == v4);
        for ip in [first(true), first(false)].into_iter().flatten() {
            all.push(Wanted::Forward {
                name: domain.clone(),
                ip: *ip,
            });
        }
    }
    for ip in addresses {
        let given = match ptr.get(ip).map(|typed| typed.trim()).filter(|typed| !typed.is_empty()) {
            Some(typed) => Some(name(typed)?),
            None => domain.clone(),
        };
        if let Some(name) = given {
            all.push(Wanted::Reverse { ip: *ip, name });
        }
    }
    Ok(all)
}
