//! Configurable options: what the customer chose at the order. They win over the package, 0 included.
//!
//! Every option that can be ordered has one long name and may have a short one. Names of other modules and of the hoster
//! are left alone; a value that was not chosen (empty) is none.

use super::nearest::mistyped;
use super::options::{OF_A_MACHINE, options};
use super::row::{Ordered, Row, plain};
use super::{Error, Package};
use serde::Serialize;
use std::collections::BTreeMap;

/// What was chosen, ready to be put over a package: the option, the name in WHMCS, the value.
pub(super) struct Chosen<'a>(Vec<(&'static Row, &'a str, &'a str)>);

/// All options that can be ordered.
fn ordered() -> impl Iterator<Item = (&'static Row, Ordered)> {
    options().filter_map(|row| Some((row, row.ordered?)))
}

impl<'a> Chosen<'a> {
    /// Reads all options that are known.
    pub(super) fn parse(options: &'a BTreeMap<String, String>) -> Result<Chosen<'a>, Error> {
        let mut chosen = Vec::new();
        for (row, ordered) in ordered() {
            let mut found: Option<(&str, &str)> = None;
            for (name, text) in options.iter().map(|(name, text)| (name.as_str(), text.trim())) {
                if text.is_empty() || !ordered.is_named(name) {
                    continue;
                }
                row.read_ordered(&mut super::row::nothing_said(), name, text)?;
                if let Some((other, before)) = found
                    && row.meant(before) != row.meant(text)
                {
                    return Err(Error::Conflict {
                        one: other.trim().to_owned(),
                        other: name.trim().to_owned(),
                    });
                }
                found = Some((name, text));
            }
            chosen.extend(found.map(|(name, text)| (row, name, text)));
        }
        Ok(Chosen(chosen))
    }

    /// Whether an option was chosen.
    pub(super) fn has(&self, row: &Row) -> bool {
        self.0.iter().any(|(chosen, ..)| chosen.key == row.key)
    }

    /// Puts what was chosen over the package.
    pub(super) fn apply(&self, package: &mut Package) -> Result<(), Error> {
        self.0
            .iter()
            .try_for_each(|(row, name, text)| row.read_ordered(package, name, text))
    }
}

impl Row {
    fn read_ordered(&self, package: &mut Package, name: &str, text: &str) -> Result<(), Error> {
        (self.read)(package, text).map_err(|sentence| Error::ConfigOption {
            option: name.trim().to_owned(),
            sentence,
        })
    }
}

/// Whether one of these names is that of an option that can be ordered.
pub fn offers<'a>(mut names: impl Iterator<Item = &'a str>, key: &str) -> bool {
    names.any(|name| ordered().any(|(row, ordered)| row.key == key && ordered.is_named(name)))
}

/// A configurable option as a new option group has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfigOption {
    /// The word of the option.
    pub key: &'static str,
    /// The long name.
    pub name: &'static str,
    /// The short name; null where it has none.
    pub short: Option<&'static str>,
    /// What the package has without it, in the option's unit: chosen, it changes nothing.
    pub included: String,
    /// The most to offer at first; 0 = it is a choice and no quantity.
    pub most: u32,
    /// What to offer at first: what is included, and the steps above it; empty: every number up to the most.
    pub steps: Vec<Step>,
}

/// A value that a shop offers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// As an order writes it.
    pub value: String,
    /// How much that is, in the unit in which it is sold.
    pub number: f64,
    /// That unit.
    pub unit: &'static str,
}

fn steps(row: &Row, ordered: &Ordered, package: &Package) -> Vec<Step> {
    let Some((included, unit)) = row.sold(package).filter(|_| !ordered.steps.is_empty()) else {
        return Vec::new();
    };
    let step = |value: &&str| {
        let mut other = package.clone();
        (row.read)(&mut other, value).ok()?;
        let (number, unit) = row.sold(&other).filter(|(number, _)| *number > included)?;
        let value = (*value).to_owned();
        Some(Step { value, number, unit })
    };
    let first = Step {
        value: (row.write)(package),
        number: included,
        unit,
    };
    std::iter::once(first)
        .chain(ordered.steps.iter().filter_map(step))
        .collect()
}

/// Every configurable option that is for sale, for a new option group of a package.
pub fn config_options(package: &Package) -> impl Iterator<Item = ConfigOption> {
    ordered().map(|(row, ordered)| ConfigOption {
        key: row.key,
        name: ordered.name,
        short: ordered.short,
        included: (row.write)(package),
        most: ordered.most,
        steps: steps(row, &ordered, package),
    })
}

/// Names of configurable options that mean nothing here, and speak of what a machine has, as other modules name them, or
/// are mistyped: in lower case, each once, with the name that is meant where that is known.
pub fn misnamed<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, Option<&'static str>> {
    let unknown = names.filter(|name| !ordered().any(|(_, ordered)| ordered.is_named(name)));
    let plain = unknown.map(|name| plain(name).to_ascii_lowercase());
    let of_ours = |name: String| {
        let meant = mistyped(&name, ordered().map(|(_, ordered)| ordered.name));
        let is_of_a_machine = OF_A_MACHINE.iter().any(|word| has_word(&name, word));
        (meant.is_some() || is_of_a_machine).then_some((name, meant))
    };
    plain.filter_map(of_ours).collect()
}

/// Whether a text has a word in it that is no part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
    let bytes = text.as_bytes();
    text.match_indices(word).any(|(at, _)| {
        !is_letter(at.checked_sub(1).and_then(|at| bytes.get(at))) && !is_letter(bytes.get(at + word.len()))
    })
}
