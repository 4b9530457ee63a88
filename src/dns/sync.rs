//! One service, at all its zones: read, compare, write. Repeating it is harmless; that is how it is resumed.

use super::diff::{Change, Conflict, keys, plan};
use super::error::Error;
use super::provider::{Budget, Provider};
use super::records::{Key, Record, Wanted};
use super::zones::{Zone, ZoneId, is_within, names_of, placed};
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;
use crate::words::problems::{self, Problem};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A record that this module wrote, or was about to write, for a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Remembered {
    /// The zone it is in.
    pub zone: ZoneId,
    /// The record.
    pub record: Record,
}

impl Remembered {
    /// Whether this zone holds it: one that has been given another name since is not where it was written.
    fn is_in(&self, zone: &Zone) -> bool {
        self.zone == zone.id && is_within(&self.record.name, &zone.name)
    }
}

/// What went wrong at one zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The zone.
    pub zone: ZoneId,
    /// Its name; empty for a zone that is no longer configured, or not by the name it had.
    pub zone_name: String,
    /// Its row.
    pub problem: &'static Problem,
    /// One sentence for an admin.
    pub sentence: String,
    /// Not before this many seconds have passed, when the provider says so.
    pub retry_after: Option<f64>,
}

/// How a synchronisation ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What is remembered from now on.
    pub remembered: Vec<Remembered>,
    /// Whether everything is as wanted.
    pub done: bool,
    /// How many sets were changed.
    pub changed: usize,
    /// Otherwise: why not.
    pub failures: Vec<Failure>,
}

/// What is to be synchronised.
#[derive(Clone, Copy)]
pub struct SyncJob<'a> {
    /// Every configured zone, so that the longest name is found.
    pub providers: &'a [&'a dyn Provider],
    /// What the service should have; nothing after its end.
    pub wanted: &'a [Wanted],
    /// What was written for it.
    pub remembered: &'a [Remembered],
    /// When the time is up.
    pub deadline: UnixSeconds,
    /// The clock.
    pub clock: &'a dyn Clock,
}

/// Makes the records of a service what they should be, as far as its providers allow within the time.
///
/// `keep` stores what is remembered: it is called before each write with what that write may leave behind. If it
/// fails, nothing more is written. Each zone has an equal share of the time that is left when its turn comes.
pub fn sync_service(job: &SyncJob<'_>, keep: &mut dyn FnMut(&[Remembered]) -> Result<(), String>) -> Outcome {
    let mut run = Run {
        job,
        keep,
        memory: job.remembered.iter().cloned().collect(),
        failures: Vec::new(),
        changed: 0,
    };
    let turns = run.turns();
    for (index, (provider, wanted)) in turns.iter().enumerate() {
        let now = job.clock.now();
        let turns_left = (turns.len() - index) as f64;
        let budget = Budget {
            clock: job.clock,
            until: now + (job.deadline - now) / turns_left,
        };
        if let Err(error) = run.turn(*provider, wanted, &budget) {
            run.fail(provider.zone(), &error);
        }
    }
    run.report_lost_zones();
    Outcome {
        done: run.failures.is_empty(),
        remembered: run.memory.into_iter().collect(),
        changed: run.changed,
        failures: run.failures,
    }
}

struct Run<'a, 'k> {
    job: &'a SyncJob<'a>,
    keep: &'k mut dyn FnMut(&[Remembered]) -> Result<(), String>,
    memory: BTreeSet<Remembered>,
    failures: Vec<Failure>,
    changed: usize,
}

type Turn<'a> = (&'a dyn Provider, Vec<Record>);

impl<'a> Run<'a, '_> {
    /// The zones that have something to do with the service, each with what is wanted there.
    fn turns(&self) -> Vec<Turn<'a>> {
        let zones = || self.job.providers.iter().map(|provider| provider.zone());
        let mut wanted: BTreeMap<ZoneId, Vec<Record>> = BTreeMap::new();
        for one in self.job.wanted {
            for (zone, record) in placed(zones(), one) {
                wanted.entry(zone.id).or_default().push(record);
            }
        }
        let mut turns = Vec::new();
        for provider in self.job.providers {
            let zone = provider.zone();
            let here = wanted.remove(&zone.id).unwrap_or_default();
            if !here.is_empty() || self.memory.iter().any(|known| known.is_in(zone)) {
                turns.push((*provider, here));
            }
        }
        turns
    }

    fn turn(&mut self, provider: &dyn Provider, wanted: &[Record], budget: &Budget<'_>) -> Result<(), Error> {
        let zone = provider.zone();
        let known: Vec<Record> = self
            .memory
            .iter()
            .filter(|k| k.is_in(zone))
            .map(|k| k.record.clone())
            .collect();
        let keys: Vec<Key> = keys(wanted, &known).into_iter().collect();
        let present = provider.read(&keys, budget)?;
        let plan = plan(wanted, &known, &present);
        // what the plan does not name is gone, or was taken over by somebody else: no longer ours
        let stays = |record: &Record| {
            let of_set = |change: &Change| change.key == record.key() && change.before.contains(&record.value);
            plan.kept.iter().any(|kept| same(kept, record)) || plan.changes.iter().any(of_set)
        };
        self.memory.retain(|k| !k.is_in(zone) || stays(&k.record));
        for conflict in &plan.conflicts {
            self.conflict(zone, conflict);
        }
        for change in &plan.changes {
            match self.write(provider, change, budget) {
                Ok(()) => self.changed += 1,
                Err(error) if error.ends_turn() => return Err(error),
                Err(error) => self.fail(zone, &error),
            }
        }
        Ok(())
    }

    /// Remembers what the change may leave, makes it, and remembers what it left.
    fn write(&mut self, provider: &dyn Provider, change: &Change, budget: &Budget<'_>) -> Result<(), Error> {
        let zone = provider.zone().id;
        for value in change.added() {
            let record = change.record(value);
            self.memory.insert(Remembered { zone, record });
        }
        self.store()?;
        let result = provider.apply(change, budget);
        match &result {
            Ok(()) => self.keep_of_set(zone, change, |record| change.after.contains(&record.value)),
            Err(Error::Changed { .. }) => {
                self.keep_of_set(zone, change, |record| change.before.contains(&record.value));
            }
            // of several steps one was refused: what is there of it was written by us, the rest was not
            Err(Error::Refused { .. }) => {
                if let Ok(present) = provider.read(std::slice::from_ref(&change.key), budget) {
                    self.keep_of_set(zone, change, |record| present.iter().any(|there| same(there, record)));
                }
            }
            // an earlier step of it may have happened, or all of it: the next look tells
            Err(_) => {}
        }
        result
    }

    /// Forgets what is remembered of a set, but for some of its records.
    fn keep_of_set(&mut self, zone: ZoneId, change: &Change, keep: impl Fn(&Record) -> bool) {
        let is_of_set = |k: &Remembered| k.zone == zone && k.record.key() == change.key;
        self.memory.retain(|k| !is_of_set(k) || keep(&k.record));
    }

    fn store(&mut self) -> Result<(), Error> {
        let memory: Vec<Remembered> = self.memory.iter().cloned().collect();
        (self.keep)(&memory).map_err(|why| Error::Store { why })
    }

    /// A CNAME to a name that is written in a classless zone is that zone's delegation: all is well.
    fn conflict(&mut self, zone: &Zone, conflict: &Conflict) {
        let zones: Vec<&Zone> = self.job.providers.iter().map(|provider| provider.zone()).collect();
        if names_of(&zones, self.job.wanted).contains(&conflict.found.value) {
            return;
        }
        self.failures.push(Failure {
            zone: zone.id,
            zone_name: zone.name.clone(),
            problem: &problems::DNS_CONFLICT,
            sentence: conflict.to_string(),
            retry_after: None,
        });
    }

    fn fail(&mut self, zone: &Zone, error: &Error) {
        let retry_after = match error {
            Error::RateLimited { retry_after, .. } => Some(*retry_after),
            _ => None,
        };
        self.failures.push(Failure {
            zone: zone.id,
            zone_name: zone.name.clone(),
            problem: error.problem(),
            sentence: error.to_string(),
            retry_after,
        });
    }

    /// What was written into zones that are no longer configured, or have another name now, can be neither checked nor
    /// removed.
    fn report_lost_zones(&mut self) {
        let zones: Vec<&Zone> = self.job.providers.iter().map(|provider| provider.zone()).collect();
        let mut lost: BTreeMap<ZoneId, Vec<String>> = BTreeMap::new();
        for known in &self.memory {
            if !zones.iter().any(|zone| known.is_in(zone)) {
                lost.entry(known.zone).or_default().push(known.record.to_string());
            }
        }
        for (id, records) in lost {
            let records = records.join(", ");
            let sentence = match zones.iter().find(|zone| zone.id == id) {
                Some(zone) => format!(
                    "the zone with number {} is now {}, and {records} was written while it had another name: give it \
                     that name again, and enter {} as another zone",
                    id.0, zone.name, zone.name
                ),
                None => format!(
                    "the zone with number {} is no longer configured and still holds {records}: configure it again, or \
                     remove the records by hand",
                    id.0
                ),
            };
            self.failures.push(Failure {
                zone: id,
                zone_name: String::new(),
                problem: &problems::DNS_ZONE_GONE,
                sentence,
                retry_after: None,
            });
        }
    }
}

/// One name, kind and value; how long it may be kept does not matter.
fn same(one: &Record, other: &Record) -> bool {
    one.key() == other.key() && one.value == other.value
}
