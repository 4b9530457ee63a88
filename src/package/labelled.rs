//! Lists of what customers choose from, each with what they read of it: `9000:Debian 12; 9001:Ubuntu 24.04`.

use crate::words::ids::quoted;
use std::fmt::Display;

/// The most characters of a label.
const LABEL_CHARS: usize = 60;

/// What is in a list, in words of its errors: the ends of sentences that begin with the option's name.
pub(super) struct Listed {
    /// How a list is written: `it is a list of …, such as …`.
    pub(super) form: &'static str,
    /// What stands before the key of one: `template `.
    pub(super) one: &'static str,
    /// What several are.
    pub(super) many: &'static str,
    /// The most of them.
    pub(super) most: usize,
    /// Whether a key alone is its own label.
    pub(super) bare: bool,
}

/// Reads a list; `key` reads what stands before the first `:`.
pub(super) fn read<K: Display + PartialEq>(
    text: &str,
    listed: &Listed,
    key: impl Fn(&str) -> Option<K>,
) -> Result<Vec<(K, String)>, String> {
    let mut all: Vec<(K, String)> = Vec::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, label) = part
            .split_once(':')
            .unwrap_or((part, if listed.bare { part } else { "" }));
        let label = label.trim();
        let is_readable = (1..=LABEL_CHARS).contains(&label.chars().count()) && !label.chars().any(char::is_control);
        let name = key(name.trim()).filter(|_| is_readable);
        let name = name.ok_or_else(|| format!("{}, not {}", listed.form, quoted(part)))?;
        if all.iter().any(|(known, _)| *known == name) {
            return Err(format!("it names {}{name} twice", listed.one));
        }
        all.push((name, label.to_owned()));
    }
    if all.len() > listed.most {
        return Err(format!("it names more than {} {}", listed.most, listed.many));
    }
    Ok(all)
}

/// As [`read`] takes it.
pub(super) fn write<'a, K: Display>(all: impl Iterator<Item = (K, &'a str)>) -> String {
    all.map(|(key, label)| format!("{key}:{label}"))
        .collect::<Vec<_>>()
        .join("; ")
}
