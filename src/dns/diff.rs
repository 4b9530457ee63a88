//! What must change: wanted, remembered and present, compared one set of records at a time.

use super::records::{Key, Kind, Record};
use std::collections::BTreeSet;
use std::fmt;

/// A set of records, from what was seen to what it shall be. The provider refuses it when it is no longer as seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Name and kind.
    pub key: Key,
    /// How long the set may be kept (seconds): a foreign record's time stays.
    pub ttl: u32,
    /// Its values as seen, in order.
    pub before: Vec<String>,
    /// Its values from now on, in order: foreign ones are among both.
    pub after: Vec<String>,
}

impl Change {
    /// What it puts.
    pub fn added(&self) -> impl Iterator<Item = &String> {
        self.after.iter().filter(|value| !self.before.contains(value))
    }

    /// What it removes.
    pub fn removed(&self) -> impl Iterator<Item = &String> {
        self.before.iter().filter(|value| !self.after.contains(value))
    }

    /// Whether the set still is as it was seen, and nothing has come that cannot be beside it.
    pub fn fits(&self, present: &[Record]) -> bool {
        let of_set = present.iter().filter(|record| record.key() == self.key);
        let values: BTreeSet<&String> = of_set.map(|record| &record.value).collect();
        let is_alias = |record: &Record| record.kind == Kind::Cname && record.name == self.key.name;
        values.into_iter().eq(&self.before) && (self.after.is_empty() || !present.iter().any(is_alias))
    }

    /// One of its records.
    pub fn record(&self, value: &str) -> Record {
        Record {
            name: self.key.name.clone(),
            kind: self.key.kind,
            ttl: self.ttl,
            value: value.to_owned(),
        }
    }
}

/// Somebody else's record, in the place of one that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What was not written.
    pub wanted: Record,
    /// CNAME or PTR.
    pub found: Record,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} was not written: there is {} {} already, which this module did not write; remove it there if it is \
             to be replaced",
            self.wanted, self.found.kind, self.found.value
        )
    }
}

/// What to do at one zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Sets that are not as they shall be.
    pub changes: Vec<Change>,
    /// What cannot be written.
    pub conflicts: Vec<Conflict>,
    /// What is there already as wanted, and ours.
    pub kept: Vec<Record>,
}

/// The sets that matter for what is wanted and remembered: only these are read.
pub fn keys(wanted: &[Record], remembered: &[Record]) -> BTreeSet<Key> {
    wanted.iter().chain(remembered).map(Record::key).collect()
}

/// Compares. `remembered`: what this module wrote for the service; `present`: what the zone has at these names.
pub fn plan(wanted: &[Record], remembered: &[Record], present: &[Record]) -> Plan {
    let mut plan = Plan::default();
    for key in keys(wanted, remembered) {
        one_set(&mut plan, key, wanted, remembered, present);
    }
    plan
}

fn one_set(plan: &mut Plan, key: Key, wanted: &[Record], remembered: &[Record], present: &[Record]) {
    let of_key = |records: &[Record]| -> BTreeSet<String> {
        let values = records.iter().filter(|record| record.key() == key);
        values.map(|record| record.value.clone()).collect()
    };
    let there = of_key(present);
    let mut wants = of_key(wanted);
    let foreign: BTreeSet<String> = there.difference(&of_key(remembered)).cloned().collect();
    let ttl_there = present
        .iter()
        .find(|record| record.key() == key)
        .map(|record| record.ttl);

    if let Some(found) = in_the_way(&key, &wants, &foreign, &there, present) {
        let lost = wanted.iter().filter(|record| record.key() == key);
        plan.conflicts.extend(lost.map(|record| Conflict {
            wanted: record.clone(),
            found: found.clone(),
        }));
        wants.clear();
    }
    let ttl_wanted = wanted
        .iter()
        .find(|record| record.key() == key)
        .map(|record| record.ttl);
    let ttl = match (foreign.is_empty(), ttl_there, ttl_wanted) {
        (false, Some(ttl), _) | (_, Some(ttl), None) => ttl,
        (_, _, Some(ttl)) => ttl,
        (_, None, None) => return, // nothing there, nothing wanted: forgotten
    };
    let change = Change {
        after: foreign.union(&wants).cloned().collect(),
        before: there.into_iter().collect(),
        key,
        ttl,
    };
    if change.before != change.after || (!wants.is_empty() && ttl_there != Some(ttl)) {
        plan.changes.push(change);
    } else {
        let ours = wants.difference(&foreign);
        plan.kept.extend(ours.map(|value| change.record(value)));
    }
}

/// The foreign record, if any, beside which what is wanted cannot be: a CNAME, or another PTR.
fn in_the_way(
    key: &Key,
    wants: &BTreeSet<String>,
    foreign: &BTreeSet<String>,
    there: &BTreeSet<String>,
    present: &[Record],
) -> Option<Record> {
    if wants.is_empty() {
        return None;
    }
    let mut here = present.iter().filter(|record| record.name == key.name);
    let alias = here.clone().find(|record| record.kind == Kind::Cname);
    if alias.is_some() || key.kind != Kind::Ptr || wants.is_subset(there) {
        return alias.cloned();
    }
    here.find(|record| record.kind == Kind::Ptr && foreign.contains(&record.value))
        .cloned()
}
