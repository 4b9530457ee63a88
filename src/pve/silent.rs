//! Servers that do not answer: one request finds it out, and all processes know (a circuit breaker).
//!
//! A server is silent when it left a request without an answer and then the smallest of all requests too: one slow
//! request is not silence. From then on nothing is sent to it for a while. When that is over, one of all processes tries,
//! and the others wait for what it finds. Any answer ends it.

use crate::words::ids::UnixSeconds;
use crate::words::limits;

/// The silence of a server entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Silent {
    /// Nothing is sent before that.
    pub until: UnixSeconds,
    /// How often in a row it was tried.
    pub tries: u32,
}

impl Silent {
    /// It was tried once more, and did not answer.
    pub(super) fn again(before: Option<Silent>, now: UnixSeconds) -> Silent {
        let tries = before.map_or(0, |silent| silent.tries).saturating_add(1);
        let doubled = limits::SILENT_FIRST * f64::from(2_u32.saturating_pow((tries - 1).min(10)));
        Silent {
            until: now + doubled.min(limits::SILENT_LONGEST),
            tries,
        }
    }

    /// Whether nothing should be sent now. What ends later than can be true was written by a clock that was wrong.
    pub(super) fn holds(&self, now: UnixSeconds) -> bool {
        (now..now + limits::SILENT_LONGEST + 1.0).contains(&self.until) && self.until > now
    }
}

/// Where processes tell each other which servers are silent. A place that fails is one that knows nothing.
pub trait Silences: Send + Sync {
    /// What is noted of the server.
    fn noted(&self) -> Option<Silent>;
    /// Replaces what is noted, if it still is `before`. Whether it was.
    fn note(&self, before: Option<Silent>, after: Option<Silent>) -> bool;
}

/// Nobody to tell.
impl Silences for () {
    fn noted(&self) -> Option<Silent> {
        None
    }

    fn note(&self, _before: Option<Silent>, _after: Option<Silent>) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_a_minute() {
        let mut silent = None;
        let mut pauses = Vec::new();
        for _ in 0..5 {
            let next = Silent::again(silent, 1000.0);
            pauses.push(next.until - 1000.0);
            silent = Some(next);
        }
        assert_eq!(pauses, [10.0, 20.0, 40.0, 60.0, 60.0]);
        let last = Silent {
            until: 1.0,
            tries: u32::MAX,
        };
        assert_eq!(Silent::again(Some(last), 0.0).tries, u32::MAX);
    }

    #[test]
    fn a_note_of_a_clock_that_was_ahead_holds_nobody() {
        let silent = |until: f64| Silent { until, tries: 1 };
        assert!(silent(1010.0).holds(1000.0));
        for over in [1000.0, 10.0, 1000.0 + 3600.0, f64::NAN, f64::INFINITY] {
            assert!(!silent(over).holds(1000.0), "{over}");
        }
    }
}
