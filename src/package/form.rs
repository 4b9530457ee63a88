//! The options of a product as fields of a form: read from the texts that WHMCS has, and written into them again.
//!
//! Only what somebody changed is written. In *More settings* unknown keys, comments and the order of lines stay as a
//! person wrote them, and what is put to its default loses its line.

use super::more::{self, Line};
use super::options::{MORE, check, fields, options};
use super::row::{Place, Row, nothing_said};
use super::{Error, text_of};
use serde::Serialize;
use std::collections::BTreeMap;

/// One option of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Which: the key of its row.
    pub key: &'static str,
    /// What was typed, or else what the product has; empty: nothing is said.
    pub value: String,
    /// Its meaning in the words of the table; none where it cannot be read.
    pub meant: Option<String>,
    /// Whether it means something else than what the product has.
    pub changed: bool,
    /// What is wrong with it: the end of a sentence that begins with the option's name.
    pub wrong: Option<String>,
}

/// All options of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// One for each option that has a place in the product and is used, group by group.
    pub fields: Vec<Field>,
    /// What is wrong with lines of *More settings* that no field stands for, in sentences. Such lines stay.
    pub lines: Vec<String>,
    /// The texts of the product with what was typed, by number.
    pub options: Vec<String>,
}

impl Form {
    /// Whether each value is one that the option may have, and goes together with the others.
    pub fn is_right(&self) -> bool {
        self.fields.iter().all(|field| field.wrong.is_none())
    }
}

/// The options of a product, with what was typed into a form: key → value, an empty one for the default.
pub fn form(stored: &[String], typed: &BTreeMap<String, String>) -> Form {
    let mut texts: Vec<String> = fields()
        .map(|(number, _)| stored.get(number - 1).cloned().unwrap_or_default())
        .collect();
    let mut lines = Lines::of(&texts[MORE - 1]);
    let mut found = Vec::new();
    for row in options() {
        let has = match row.place {
            Place::Field(number) if number != MORE => text_of(stored, number).to_owned(),
            Place::More => lines.value(row).unwrap_or_default(),
            _ => continue,
        };
        let typed = typed.get(row.key).map(|text| text.trim());
        let value = typed.unwrap_or(&has).to_owned();
        let wrong = match row.read_alone(&value) {
            Err(why) => Some(why),
            // the second of two lines is not read: which one is meant has to be said
            Ok(()) if typed.is_none() && lines.count(row) > 1 => Some("it is there twice".to_owned()),
            Ok(()) => None,
        };
        let meant = row.meant(&value);
        let changed = typed.is_some() && (meant != row.meant(&has) || lines.count(row) > 1);
        if changed && wrong.is_none() {
            match row.place {
                Place::Field(number) => value.clone_into(&mut texts[number - 1]),
                _ => lines.put(row, Some(value.as_str()).filter(|_| meant != Some(row.default()))),
            }
        }
        let field = Field {
            key: row.key,
            value,
            meant,
            changed,
            wrong,
        };
        found.push((row.group, field));
    }
    if lines.changed {
        texts[MORE - 1] = lines.text();
    }
    found.sort_by_key(|(group, _)| *group);
    let mut form = Form {
        fields: found.into_iter().map(|(_, field)| field).collect(),
        lines: lines.wrong(),
        options: texts,
    };
    form.check_together();
    form
}

impl Form {
    /// What no field alone can say, once each alone is right.
    fn check_together(&mut self) {
        if !self.is_right() {
            return;
        }
        let mut package = nothing_said();
        for (number, row) in fields().filter(|(number, _)| *number != MORE) {
            let text = text_of(&self.options, number);
            if !text.is_empty() && (row.read)(&mut package, text).is_err() {
                return;
            }
        }
        if let Err(Error::Option { option, sentence }) = check(&package) {
            let is_meant = |row: &&Row| row.name == option;
            let key = options().find(is_meant).map_or(option, |row| row.key);
            for field in self.fields.iter_mut().filter(|field| field.key == key) {
                field.wrong = Some(sentence.clone());
            }
        }
    }
}

/// The text of *More settings*, line by line, as somebody wrote it.
struct Lines {
    lines: Vec<String>,
    end: &'static str,
    changed: bool,
}

impl Lines {
    fn of(text: &str) -> Lines {
        Lines {
            lines: text.lines().map(str::to_owned).collect(),
            // as browsers send it, and WHMCS stores it
            end: if text.contains("\r\n") { "\r\n" } else { "\n" },
            changed: false,
        }
    }

    fn is_of(line: &str, row: &Row) -> bool {
        matches!(more::line(line), Ok(Some(line)) if line.row.key == row.key)
    }

    fn count(&self, row: &Row) -> usize {
        self.lines.iter().filter(|line| Lines::is_of(line, row)).count()
    }

    fn value(&self, row: &Row) -> Option<String> {
        self.lines.iter().find_map(|line| match more::line(line) {
            Ok(Some(Line { row: found, value })) if found.key == row.key => Some(value.to_owned()),
            _ => None,
        })
    }

    /// One line for an option, where its first one is or at the end; or none.
    fn put(&mut self, row: &Row, value: Option<&str>) {
        self.changed = true;
        let place = self.lines.iter().position(|line| Lines::is_of(line, row));
        self.lines.retain(|line| !Lines::is_of(line, row));
        if let Some(value) = value {
            let place = place.unwrap_or(self.lines.len());
            self.lines.insert(place, format!("{} = {value}", row.key));
        }
    }

    fn wrong(&self) -> Vec<String> {
        let lines = self.lines.iter().enumerate();
        let wrong = lines.filter_map(|(index, line)| Some((index, more::line(line).err()?)));
        wrong.map(|(index, why)| format!("line {}: {why}", index + 1)).collect()
    }

    fn text(&self) -> String {
        self.lines.join(self.end)
    }
}

impl Row {
    fn read_alone(&self, text: &str) -> Result<(), String> {
        if text.is_empty() {
            return Ok(());
        }
        (self.read)(&mut nothing_said(), text)
    }
}
