//! The options of a package, as the catalogue lists them.

use crate::package::{Kind, Ordered, Place, Row};
use serde::Serialize;

/// An option of a package.
#[derive(Debug, Serialize)]
pub struct OptionRow {
    /// Its word, in requests and in texts of pages.
    key: &'static str,
    /// Its English name, as errors call it.
    name: &'static str,
    /// The number of the module setting that it is; null where it is none.
    field: Option<usize>,
    /// Whether it is a line of *More settings*.
    more: bool,
    /// What it is: `switch`, `number`, `choice`, `text`, `lines`, `settings`, `node`, `template`, `storage`, `backup_storage`, `snippet_storage` or `bridge`.
    kind: &'static str,
    /// The words to choose from; empty where it is no choice.
    choices: Vec<&'static str>,
    /// The least number; null where it is none.
    least: Option<u64>,
    /// The greatest number; null where it is none.
    most: Option<u64>,
    /// Which storage it is where none is named; null where it is no storage.
    without: Option<&'static str>,
    /// The unit of a bare number; empty where there is none.
    unit: &'static str,
    /// What it is where nothing is said; empty: nothing.
    default: String,
    /// Which options it stands with.
    group: &'static str,
    /// Whether WHMCS's short form of the product page shows it.
    simple: bool,
    /// Whether the customer sees it among what the package has.
    resource: bool,
    /// Its name among configurable options; null where none may be sold.
    ordered: Option<Ordered>,
}

impl OptionRow {
    /// That of the table.
    pub fn of(row: &Row) -> OptionRow {
        let (kind, least, most) = match row.kind {
            Kind::Switch => ("switch", None, None),
            Kind::Number(least, most) => ("number", Some(least), Some(most)),
            Kind::Choice(_) => ("choice", None, None),
            Kind::Text => ("text", None, None),
            Kind::Lines => ("lines", None, None),
            Kind::Settings => ("settings", None, None),
            Kind::Node => ("node", None, None),
            Kind::Template => ("template", None, None),
            Kind::Storage(_) => ("storage", None, None),
            Kind::BackupStorage(_) => ("backup_storage", None, None),
            Kind::SnippetStorage(_) => ("snippet_storage", None, None),
            Kind::Bridge => ("bridge", None, None),
        };
        OptionRow {
            key: row.key,
            name: row.name,
            field: match row.place {
                Place::Field(number) => Some(number),
                Place::More | Place::Order => None,
            },
            more: row.place == Place::More,
            kind,
            choices: row.choices(),
            least,
            most,
            without: match row.kind {
                Kind::Storage(without) | Kind::BackupStorage(without) | Kind::SnippetStorage(without) => Some(without),
                _ => None,
            },
            unit: row.unit,
            default: row.default(),
            group: row.group.as_str(),
            simple: row.simple,
            resource: row.resource,
            ordered: row.ordered,
        }
    }
}
