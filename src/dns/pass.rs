//! Many services, one after another, at the same providers: who did not answer once is not waited for again.

use super::diff::Change;
use super::error::Error;
use super::provider::{Budget, Provider};
use super::records::{Key, Record};
use super::zones::{Zone, ZoneId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The zones of one pass.
#[derive(Default)]
pub struct Pass {
    providers: Vec<Arc<dyn Provider>>,
    silent: Mutex<BTreeMap<ZoneId, Error>>,
}

/// A provider within a pass.
pub struct Turn<'p> {
    provider: &'p dyn Provider,
    silent: &'p Mutex<BTreeMap<ZoneId, Error>>,
}

impl Pass {
    /// A pass over these zones.
    pub fn over(providers: Vec<Arc<dyn Provider>>) -> Pass {
        Pass {
            providers,
            silent: Mutex::default(),
        }
    }

    /// The providers, for [`super::SyncJob`].
    pub fn turns(&self) -> Vec<Turn<'_>> {
        let turn = |provider| Turn {
            provider,
            silent: &self.silent,
        };
        self.providers.iter().map(AsRef::as_ref).map(turn).collect()
    }
}

impl Turn<'_> {
    fn once<T>(&self, ask: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let id = self.provider.zone().id;
        let silent = || self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = silent().get(&id) {
            return Err(error.clone());
        }
        let answer = ask();
        if let Err(error @ (Error::NeverSent { .. } | Error::NoAnswer { .. } | Error::RateLimited { .. })) = &answer {
            silent().insert(id, error.clone());
        }
        answer
    }
}

impl Provider for Turn<'_> {
    fn zone(&self) -> &Zone {
        self.provider.zone()
    }

    fn read(&self, keys: &[Key], budget: &Budget<'_>) -> Result<Vec<Record>, Error> {
        self.once(|| self.provider.read(keys, budget))
    }

    fn apply(&self, change: &Change, budget: &Budget<'_>) -> Result<(), Error> {
        self.once(|| self.provider.apply(change, budget))
    }

    fn test(&self, budget: &Budget<'_>) -> Result<(), Error> {
        self.provider.test(budget)
    }
}
