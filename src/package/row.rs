//! One option of a package: where WHMCS keeps it, what it may be, how it is read and written.

use super::{Error, Package};
use crate::words::ids::Vmid;
use serde::Serialize;

/// Where WHMCS keeps an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A field of the product, by its number from 1. WHMCS stores nothing but the number: no field ever moves.
    Field(usize),
    /// A line `key = value` of the product's field *More settings*.
    More,
    /// Nowhere in the product: only an order chooses it.
    Order,
}

/// What a value is, so that pages know how to ask for it.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// On or off.
    Switch,
    /// A whole number, from the first to the second.
    Number(u64, u64),
    /// One of a few words.
    Choice(fn() -> Vec<&'static str>),
    /// A line of text.
    Text,
    /// Several lines of text.
    Lines,
    /// The lines `key = value` of the options at [`Place::More`].
    Settings,
    /// The name of a node.
    Node,
    /// The VMID of a template.
    Template,
    /// The id of a storage that takes disks; the word says which one it is when none is named.
    Storage(&'static str),
    /// The same of one that takes backups.
    BackupStorage(&'static str),
    /// The same of one that has snippets.
    SnippetStorage(&'static str),
    /// The name of a bridge.
    Bridge,
}

/// Which options stand together on a page, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Where guests are built, and of what.
    Build,
    /// Processors and memory.
    Machine,
    /// Disks.
    Disks,
    /// Network card and addresses.
    Network,
    /// The guest's firewall.
    Firewall,
    /// What cloud-init sets up in the guest, and names.
    System,
    /// How the guest is run.
    Running,
    /// What the customer may do and sees.
    Client,
    /// Backups and snapshots.
    Copies,
}

impl Group {
    /// The word that pages have a title for.
    pub const fn as_str(self) -> &'static str {
        match self {
            Group::Build => "build",
            Group::Machine => "machine",
            Group::Disks => "disks",
            Group::Network => "network",
            Group::Firewall => "firewall",
            Group::System => "system",
            Group::Running => "running",
            Group::Client => "client",
            Group::Copies => "copies",
        }
    }
}

/// How an option is called among the configurable options of an order, where one may be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ordered {
    /// The long name.
    pub name: &'static str,
    /// The short name; null where it has none.
    pub short: Option<&'static str>,
    /// The most that a new option of this name offers; 0 = it is a choice and no quantity.
    pub most: u32,
    /// What a shop offers of it, as an order writes it; none: every number up to the most.
    #[serde(skip)]
    pub steps: &'static [&'static str],
}

impl Ordered {
    /// Whether a name is meant; WHMCS may leave a label behind `|`.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let plain = plain(name);
        plain.eq_ignore_ascii_case(self.name) || self.short.is_some_and(|short| plain.eq_ignore_ascii_case(short))
    }
}

/// The key of a name in WHMCS, `RAM  (GB)|Memory`, with single blanks.
pub(super) fn plain(name: &str) -> String {
    let key = name.split('|').next().unwrap_or_default();
    key.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How a value is read, written and asked for.
pub(super) struct Value {
    pub(super) kind: Kind,
    pub(super) unit: &'static str,
    /// The error is the end of a sentence that begins with the option's name: `it is …`.
    pub(super) read: fn(&mut Package, &str) -> Result<(), String>,
    /// As `read` takes it.
    pub(super) write: fn(&Package) -> String,
}

/// An option: one row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its word, in requests, in texts of pages, and where its place is [`Place::More`] as it is written there.
    pub key: &'static str,
    /// Its English name, as errors call it.
    pub name: &'static str,
    /// Where WHMCS keeps it.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
    /// The unit of a bare number; empty where there is none.
    pub unit: &'static str,
    /// Which options it stands with.
    pub group: Group,
    /// Its name among configurable options.
    pub ordered: Option<Ordered>,
    /// WHMCS's short form of the product page shows it.
    pub simple: bool,
    /// The customer sees it among what the package has.
    pub resource: bool,
    /// What to do where neither the product nor the order says it.
    pub(super) required: Option<&'static str>,
    /// What it means, for the documentation.
    pub meaning: &'static str,
    pub(super) read: fn(&mut Package, &str) -> Result<(), String>,
    pub(super) write: fn(&Package) -> String,
}

impl Row {
    const fn new(key: &'static str, name: &'static str, place: Place, group: Group, value: Value) -> Row {
        Row {
            key,
            name,
            place,
            kind: value.kind,
            unit: value.unit,
            group,
            ordered: None,
            simple: false,
            resource: false,
            required: None,
            meaning: "",
            read: value.read,
            write: value.write,
        }
    }

    /// A field of WHMCS's product page.
    pub(super) const fn field(
        number: usize,
        key: &'static str,
        name: &'static str,
        group: Group,
        value: Value,
        meaning: &'static str,
    ) -> Row {
        Row {
            meaning,
            ..Row::new(key, name, Place::Field(number), group, value)
        }
    }

    /// A line of *More settings*.
    pub(super) const fn more(key: &'static str, group: Group, value: Value, meaning: &'static str) -> Row {
        Row {
            meaning,
            ..Row::new(key, key, Place::More, group, value)
        }
    }

    /// An option that only an order chooses.
    pub(super) const fn order(
        key: &'static str,
        name: &'static str,
        most: u32,
        group: Group,
        value: Value,
        meaning: &'static str,
    ) -> Row {
        Row {
            meaning,
            ..Row::new(key, name, Place::Order, group, value).ordered(name, most)
        }
    }

    pub(super) const fn ordered(self, name: &'static str, most: u32) -> Row {
        let ordered = Some(Ordered {
            name,
            short: None,
            most,
            steps: &[],
        });
        Row { ordered, ..self }
    }

    pub(super) const fn steps(self, steps: &'static [&'static str]) -> Row {
        let ordered = match self.ordered {
            None => None,
            Some(ordered) => Some(Ordered { steps, ..ordered }),
        };
        Row { ordered, ..self }
    }

    pub(super) const fn short(self, short: &'static str) -> Row {
        let ordered = match self.ordered {
            None => None,
            Some(ordered) => Some(Ordered {
                short: Some(short),
                ..ordered
            }),
        };
        Row { ordered, ..self }
    }

    pub(super) const fn simple(self) -> Row {
        Row { simple: true, ..self }
    }

    pub(super) const fn resource(self) -> Row {
        Row { resource: true, ..self }
    }

    pub(super) const fn required(self, what_to_do: &'static str) -> Row {
        Row {
            required: Some(what_to_do),
            ..self
        }
    }

    /// What an empty option means, as it is written; empty where there is no such text.
    pub fn default(&self) -> String {
        match self.required {
            Some(_) => String::new(),
            None => (self.write)(&nothing_said()),
        }
    }

    /// What a package has of it, as the option is written.
    pub fn text(&self, package: &Package) -> String {
        (self.write)(package)
    }

    /// The words of a choice.
    pub fn choices(&self) -> Vec<&'static str> {
        match self.kind {
            Kind::Choice(words) => words(),
            _ => Vec::new(),
        }
    }

    /// What it may be, where its kind says that; else an empty text.
    pub fn allowed(&self) -> String {
        match self.kind {
            Kind::Switch => "on or off".to_owned(),
            Kind::Number(least, most) => format!("{least} to {most}"),
            Kind::Choice(words) => words().join(", "),
            _ => String::new(),
        }
    }

    /// The error of a wrong value in a product.
    pub(super) fn wrong(&self, sentence: String) -> Error {
        let option = self.name;
        Error::Option { option, sentence }
    }

    /// A text as it is written again: two texts of one meaning are the same. None where it cannot be read.
    pub(super) fn meant(&self, text: &str) -> Option<String> {
        let mut package = nothing_said();
        if text.trim().is_empty() {
            return Some(self.default());
        }
        (self.read)(&mut package, text.trim()).ok()?;
        Some((self.write)(&package))
    }
}

/// A package where nothing is said; its template means nothing.
pub(super) fn nothing_said() -> Package {
    Package::with_defaults(Vmid::MIN)
}
