//! How long the building of a guest takes: this one so far, and others of its kind before.

use crate::package::{CloneType, Package};
use crate::service::Service;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use crate::words::phase::Phase;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many seconds in each phase, in their order.
pub type Seconds = [f64; Phase::ALL.len()];

/// When a guest that is being built has come to which phase.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Build {
    begun: BTreeMap<Phase, UnixSeconds>,
}

impl Build {
    /// It is in this phase now. Where it has fallen back, the later ones come again.
    pub fn enter(&mut self, phase: Phase, now: UnixSeconds) {
        self.begun.retain(|begun, _| *begun <= phase);
        self.begun.entry(phase).or_insert(now);
    }

    /// Since when it is being built, as far as it was seen.
    pub fn since(&self) -> Option<UnixSeconds> {
        self.begun.values().copied().reduce(f64::min)
    }

    /// When a phase began.
    pub fn begun(&self, phase: Phase) -> Option<UnixSeconds> {
        self.begun.get(&phase).copied()
    }

    /// So long it was in each phase; `None` where not all of it was seen.
    pub fn seconds(&self, ended: UnixSeconds) -> Option<Seconds> {
        self.begun(Phase::Preparing)?;
        let ended = ended.max(self.begun(Phase::Starting)?);
        let mut from = ended;
        let mut seconds = Seconds::default();
        for (phase, took) in Phase::ALL.into_iter().zip(&mut seconds).rev() {
            // one that nobody saw took no time
            let begun = self.begun(phase).unwrap_or(from).min(from);
            (*took, from) = (from - begun, begun);
        }
        Some(seconds)
    }

    /// Every moment that is kept.
    pub(super) fn moments(&mut self) -> impl Iterator<Item = &mut UnixSeconds> {
        self.begun.values_mut()
    }
}

/// What takes about as long to build: guests of one template on one server entry, cloned in one way.
pub fn kind(service: &Service, package: &Package) -> String {
    let clone = match package.clone_type {
        CloneType::Full => "full",
        CloneType::Linked => "linked",
    };
    format!("{} {} {clone}", service.server, package.template)
}

/// How long builds of a kind usually take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// Each phase.
    pub phases: Seconds,
    /// All of it.
    pub whole: f64,
}

impl Usual {
    /// The middle of what was seen; `None` where that is too little to speak of a rule.
    pub fn of(seen: &[Seconds]) -> Option<Usual> {
        if seen.len() < limits::USUAL_OF_LEAST {
            return None;
        }
        Some(Usual {
            phases: std::array::from_fn(|phase| median(seen.iter().map(|build| build[phase]))),
            whole: median(seen.iter().map(|build| build.iter().sum())),
        })
    }

    /// When a build that began then is late.
    pub fn late_at(&self, since: UnixSeconds) -> UnixSeconds {
        self.at(since, limits::LATE_TIMES)
    }

    /// When staff should look at a build that began then.
    pub fn slow_at(&self, since: UnixSeconds) -> UnixSeconds {
        self.at(since, limits::SLOW_TIMES)
    }

    fn at(&self, since: UnixSeconds, times: f64) -> UnixSeconds {
        since + (times * self.whole).max(limits::LATE_LEAST)
    }
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phase_ends_where_the_next_begins() {
        let mut build = Build::default();
        for (phase, at) in Phase::ALL.into_iter().zip([100.0, 103.0, 190.0, 200.0]) {
            assert_eq!(build.seconds(at), None);
            build.enter(phase, at);
            build.enter(phase, at + 1.0);
            assert_eq!((build.since(), build.begun(phase)), (Some(100.0), Some(at)));
        }
        assert_eq!(build.seconds(206.0), Some([3.0, 87.0, 10.0, 6.0]));
        assert_eq!(
            build.seconds(0.0),
            Some([3.0, 87.0, 10.0, 0.0]),
            "a clock that was set back"
        );
    }

    #[test]
    fn a_build_that_falls_back_has_its_later_phases_again() {
        let mut build = Build::default();
        build.enter(Phase::Preparing, 100.0);
        build.enter(Phase::Installing, 103.0);
        build.enter(Phase::Preparing, 150.0);
        assert_eq!(build.begun(Phase::Installing), None);
        assert_eq!(build.begun(Phase::Preparing), Some(100.0));
        build.enter(Phase::Installing, 160.0);
        build.enter(Phase::Starting, 200.0);
        assert_eq!(
            build.seconds(210.0),
            Some([60.0, 40.0, 0.0, 10.0]),
            "one that nobody saw took no time"
        );
        let mut late = Build::default();
        late.enter(Phase::Starting, 200.0);
        assert_eq!(late.seconds(210.0), None, "nobody saw its beginning");
    }

    #[test]
    fn usual_is_the_middle_of_enough() {
        let seen = [[1.0, 60.0, 5.0, 9.0], [2.0, 70.0, 5.0, 9.0], [900.0, 50.0, 6.0, 3.0]];
        assert_eq!(Usual::of(&seen[..2]), None);
        let usual = Usual::of(&seen).unwrap();
        assert_eq!(usual.phases, [2.0, 60.0, 5.0, 9.0]);
        assert_eq!(usual.whole, 86.0);
        let four = [seen[0], seen[1], seen[2], [3.0, 61.0, 5.0, 9.0]];
        assert_eq!(Usual::of(&four).unwrap().phases, [2.5, 60.5, 5.0, 9.0]);
        assert_eq!(usual.late_at(1000.0), 1000.0 + 3.0 * 86.0);
        assert_eq!(usual.slow_at(1000.0), 1000.0 + 2.0 * 86.0);
        let quick = Usual::of(&[[1.0; 4]; 3]).unwrap();
        assert_eq!(quick.late_at(0.0), 120.0, "what is quick is not late at once");
    }
}
