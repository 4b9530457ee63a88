//! Whether the server is there: what is noted of its silence, and how that is found out.

use super::{Client, Request, guard};
use crate::pve::error::Error;
use crate::pve::meter::Kind;
use crate::pve::silent::Silent;
use crate::pve::wire::{Exchange, Method};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use std::sync::atomic::Ordering;

type Headers = [(&'static str, String)];

impl Client {
    /// Nobody asks a server that is noted as silent. When its time is over, one of all processes tries.
    pub(super) fn must_not_be_silent(&self, headers: &Headers) -> Result<(), Error> {
        let now = self.now();
        let Some(silent) = self.noted(now) else { return Ok(()) };
        if silent.holds(now) {
            return Err(self.is_silent(silent));
        }
        let trial = Silent {
            until: now + 2.0 * limits::PROBE_UNKNOWN_SECONDS,
            ..silent
        };
        if !self.note(Some(silent), Some(trial)) {
            return Err(self.is_silent(trial));
        }
        let index = self.shared.preferred.load(Ordering::Relaxed);
        let count = self.shared.endpoints.len();
        if (0..count).any(|offset| self.probe((index + offset) % count, headers, count)) {
            return Ok(());
        }
        let longer = Silent::again(Some(trial), self.now());
        self.note(Some(trial), Some(longer));
        Err(self.is_silent(longer))
    }

    /// Whether a server that left a request without an answer answers the smallest one; if not, that is noted. `late`:
    /// the endpoint that took the request; without one no connection came about.
    pub(super) fn is_there(&self, late: Option<usize>, headers: &Headers) -> bool {
        if self.deadline - self.now() < limits::SILENT_AFTER && late.is_some() {
            // there is no time left to find it out
            return false;
        }
        if late.is_some_and(|index| self.probe(index, headers, 1)) {
            return true;
        }
        let before = self.noted(self.now());
        self.note(before, Some(Silent::again(before, self.now())));
        false
    }

    /// Asks one of so many endpoints for its version. Any answer will do, also that the login is wrong.
    fn probe(&self, index: usize, headers: &Headers, endpoints: usize) -> bool {
        let limit = if headers.is_empty() {
            limits::PROBE_UNKNOWN_SECONDS
        } else {
            limits::PROBE_SECONDS
        };
        let request = Request::new(Method::Get, "/version".to_owned(), Kind::Cluster);
        let Ok(timeout) = self.at_most(limit / endpoints as f64, &request) else {
            return false;
        };
        let exchange = Exchange {
            method: request.method,
            target: request.path.clone(),
            body: None,
            headers: headers.to_vec(),
            timeout,
        };
        let answers = self
            .send(&self.shared.endpoints[index], &exchange, request.kind)
            .is_ok();
        if answers {
            self.shared.preferred.store(index, Ordering::Relaxed);
            self.is_heard();
        }
        answers
    }

    /// Whether the server answered a moment ago.
    pub(super) fn was_heard(&self) -> bool {
        let ago = self.now() - *guard(&self.shared.heard_at);
        (0.0..limits::HEARD_SECONDS).contains(&ago)
    }

    /// Whether the server is there, as far as this process has asked.
    pub(crate) fn answers(&self) -> bool {
        let now = self.now();
        self.was_heard() && self.noted(now).is_none_or(|silent| !silent.holds(now))
    }

    /// It has answered: it is not silent, whatever is noted.
    pub(super) fn is_heard(&self) {
        *guard(&self.shared.heard_at) = self.now();
        let noted = guard(&self.shared.noted).1;
        if noted.is_some() {
            self.note(noted, None);
        }
    }

    fn noted(&self, now: UnixSeconds) -> Option<Silent> {
        let mut noted = guard(&self.shared.noted);
        if !(0.0..limits::SILENT_READ).contains(&(now - noted.0)) {
            *noted = (now, self.shared.silences.noted());
        }
        noted.1
    }

    fn note(&self, before: Option<Silent>, after: Option<Silent>) -> bool {
        let is_first = self.shared.silences.note(before, after);
        // somebody else's note is read before the next request
        let read_at = if is_first { self.now() } else { f64::NEG_INFINITY };
        *guard(&self.shared.noted) = (read_at, after);
        is_first
    }

    fn is_silent(&self, silent: Silent) -> Error {
        let endpoints: Vec<String> = self.shared.endpoints.iter().map(ToString::to_string).collect();
        Error::Silent {
            endpoints: endpoints.join(", "),
            until: silent.until,
        }
    }

    /// Forgets that the server is silent, or refuses the login: somebody wants to know how it is now.
    pub fn ask_anew(&self) {
        self.forget_refusals();
        let noted = self.noted(self.now());
        if noted.is_some() {
            self.note(noted, None);
        }
    }
}
