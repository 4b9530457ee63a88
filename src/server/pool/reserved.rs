//! What a server entry's text says of its pool beside the address lines: addresses that nobody gets, and when staff are
//! warned.
//!
//! `reserve 192.0.2.15 printer of the office`, `reserve 192.0.2.16-192.0.2.20`, `warn 10`. No bridge has a blank in its
//! name, so none of them can be taken for an address line.

use super::line::addresses;
use crate::words::limits;
use std::net::IpAddr;

/// Addresses that are kept back: they are never leased, and whoever has one keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// The number of the line, from 1.
    pub line: usize,
    /// The only or the first address.
    pub first: IpAddr,
    /// The last address.
    pub last: IpAddr,
    /// What for.
    pub note: String,
}

/// A line that is no address line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word {
    Reserve(Reserved),
    Warn(u64),
}

/// `None`: it is an address line, or should be one.
pub(super) fn word(number: usize, text: &str) -> Option<Result<Word, String>> {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    match word {
        "reserve" => Some(reserve(number, rest.trim()).map(Word::Reserve)),
        "warn" => Some(warn(rest.trim()).map(Word::Warn)),
        _ => None,
    }
}

fn reserve(number: usize, text: &str) -> Result<Reserved, String> {
    let (range, note) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (first, last) = addresses(range, limits::RESERVED_ADDRESSES)?;
    let note = note.trim();
    let most = limits::RESERVED_NOTE;
    if note.chars().count() > most {
        return Err(format!("the note of a reserved address has at most {most} characters"));
    }
    Ok(Reserved {
        line: number,
        first,
        last,
        note: note.to_owned(),
    })
}

fn warn(text: &str) -> Result<u64, String> {
    let level = text
        .parse::<u32>()
        .map_err(|_| "after warn stands a number of free addresses")?;
    Ok(level.into())
}
