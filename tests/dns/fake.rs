//! A provider in memory that fails on demand, and a clock that only it moves.

use proxmoxkvm::dns::{Budget, Change, Error, Key, Provider, Record, Zone, ZoneId};
use proxmoxkvm::words::clock::Clock;
use std::sync::{Arc, Mutex};

/// Virtual time.
#[derive(Default)]
pub struct FakeClock(Mutex<f64>);

impl Clock for FakeClock {
    fn now(&self) -> f64 {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, seconds: f64) {
        *self.0.lock().unwrap() += seconds;
    }
}

/// How a provider misbehaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mood {
    Well,
    /// Takes all the time of every request.
    Hangs,
    /// Refuses every write.
    Refuses,
    /// Takes every write, and does none.
    Lies,
}

/// What it holds, shared with the test.
#[derive(Clone)]
pub struct Zones(pub Arc<Mutex<Vec<Record>>>);

/// A provider.
pub struct Fake {
    pub zone: Zone,
    pub records: Zones,
    pub mood: Mood,
    /// The request that fails, counted down; and whether it is done all the same.
    pub fails: Arc<Mutex<Option<(u32, bool)>>>,
}

impl Fake {
    pub fn holding(id: u64, zone: &str, mood: Mood) -> (Box<dyn Provider>, Zones) {
        let records = Zones(Arc::default());
        let fake = Fake {
            zone: Zone::parse(ZoneId(id), zone, 300, "").unwrap(),
            records: records.clone(),
            mood,
            fails: Arc::default(),
        };
        (Box::new(fake), records)
    }

    /// One request: in time or not, and whether its effect is lost.
    fn request(&self, budget: &Budget<'_>) -> Result<bool, Error> {
        let time = budget.request()?;
        let silent = || Error::NoAnswer {
            server: "the fake".to_owned(),
            what: "a request".to_owned(),
            why: "none within the time limit".to_owned(),
        };
        if self.mood == Mood::Hangs {
            budget.clock.sleep(time.as_secs_f64());
            return Err(silent());
        }
        let mut fails = self.fails.lock().unwrap();
        match fails.as_mut() {
            Some((0, done)) => {
                let done = *done;
                *fails = None;
                if done { Ok(true) } else { Err(silent()) }
            }
            Some((left, _)) => {
                *left -= 1;
                Ok(false)
            }
            None => Ok(false),
        }
    }
}

impl Provider for Fake {
    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn read(&self, keys: &[Key], budget: &Budget<'_>) -> Result<Vec<Record>, Error> {
        if self.request(budget)? {
            return Err(Error::OutOfTime);
        }
        let records = self.records.0.lock().unwrap();
        let asked = |record: &&Record| keys.iter().any(|key| key.name == record.name);
        Ok(records.iter().filter(asked).cloned().collect())
    }

    fn apply(&self, change: &Change, budget: &Budget<'_>) -> Result<(), Error> {
        let lost = self.request(budget)?;
        match self.mood {
            Mood::Refuses => {
                let (about, why) = (proxmoxkvm::dns::Refusal::Other, "no".to_owned());
                return Err(Error::Refused { about, why });
            }
            Mood::Lies => return Ok(()),
            Mood::Well | Mood::Hangs => {}
        }
        let mut records = self.records.0.lock().unwrap();
        records.retain(|record| record.key() != change.key);
        records.extend(change.after.iter().map(|value| change.record(value)));
        if lost {
            return Err(Error::NoAnswer {
                server: "the fake".to_owned(),
                what: "a write".to_owned(),
                why: "the connection was closed".to_owned(),
            });
        }
        Ok(())
    }

    fn test(&self, budget: &Budget<'_>) -> Result<(), Error> {
        self.request(budget).map(drop)
    }
}
