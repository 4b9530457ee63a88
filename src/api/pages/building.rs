//! How far the building of a guest is, as its customer sees it: four phases, each with its time and the usual one.

use crate::api::core::Core;
use crate::engine::{answer_ends_at, needs_attention};
use crate::pipeline;
use crate::problems::Error;
use crate::service::Service;
use crate::service::build::{self, Build, Usual};
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::phase::Phase;
use crate::words::status::Status;
use serde::Serialize;
use std::collections::HashMap;

/// How far a building is.
#[derive(Debug, Serialize)]
pub(in crate::api) struct BuildOut {
    /// The phase that it is in.
    phase: Phase,
    /// Since when it is being built; null where nobody has seen it begin.
    since: Option<UnixSeconds>,
    /// How long it has taken so far, seconds; null where nobody has seen it begin.
    elapsed_s: Option<f64>,
    /// How long it takes as a rule, seconds; null where too few were built to say.
    usual_s: Option<f64>,
    /// Every phase, in their order.
    phases: Vec<PhaseOut>,
    /// Until when its first answer is waited for, where it runs and the product wants one; null where it is not waited for.
    awaited_until: Option<UnixSeconds>,
    /// How much of its disk the clone has copied, 0 to 100; null where nobody has seen.
    percent: Option<f64>,
    /// That it is in trouble, or takes much longer than it should; null where neither is so.
    late: Option<LateOut>,
}

/// A phase of a building.
#[derive(Debug, Serialize)]
struct PhaseOut {
    /// Which one.
    name: Phase,
    /// When it began; null where it is still to come, or was not seen.
    since: Option<UnixSeconds>,
    /// How long it took, or has taken so far, seconds; null where it is still to come, or was not seen.
    took_s: Option<f64>,
    /// How long it takes as a rule, seconds; null where too few were built to say.
    usual_s: Option<f64>,
}

/// Why a building is late.
#[derive(Debug, Serialize)]
struct LateOut {
    /// Since when.
    since: UnixSeconds,
    /// `trouble`, where somebody has to look, or `slow`.
    why: &'static str,
}

/// A build under way.
pub(super) struct Building {
    build: Build,
    phase: Phase,
    usual: Option<Usual>,
    late: Option<(UnixSeconds, &'static str)>,
    awaited_until: Option<UnixSeconds>,
    now: UnixSeconds,
}

impl Building {
    /// That of a service; `None` where nothing is being built.
    pub(super) fn of(core: &Core, service: &Service) -> Result<Option<Building>, Error> {
        let Some(phase) = pipeline::phase_of(service.status) else {
            return Ok(None);
        };
        let package = service.body.package.as_ref();
        let usual = match package.map(|package| build::kind(service, package)) {
            Some(kind) => Usual::of(&core.store.builds(&kind)?),
            None => None,
        };
        let build = service.body.build.clone().unwrap_or_default();
        let now = core.clock.now();
        let late = late(service, &build, usual.as_ref(), now);
        Ok(Some(Building {
            build,
            phase,
            usual,
            late,
            awaited_until: service
                .body
                .awaited_since
                .zip(package)
                .map(|(since, package)| answer_ends_at(since, package.more.ready_minutes)),
            now,
        }))
    }

    /// Whether it is in trouble, or takes much longer than usual.
    pub(super) fn is_late(&self) -> bool {
        self.late.is_some()
    }

    /// For a page. `percent`: how much of its disk the clone has copied.
    pub(super) fn out(&self, percent: Option<f64>) -> BuildOut {
        let since = self.build.since();
        let phases = Phase::ALL.into_iter().enumerate();
        BuildOut {
            phase: self.phase,
            since,
            elapsed_s: since.map(|since| (self.now - since).max(0.0)),
            usual_s: self.usual.map(|usual| usual.whole),
            phases: phases.map(|(index, phase)| self.phase_out(phase, index)).collect(),
            awaited_until: self.awaited_until,
            percent,
            late: self.late.map(|(since, why)| LateOut { since, why }),
        }
    }

    fn phase_out(&self, phase: Phase, index: usize) -> PhaseOut {
        let begun = self.build.begun(phase).filter(|_| phase <= self.phase);
        let next = Phase::ALL
            .into_iter()
            .skip(index + 1)
            .find_map(|next| self.build.begun(next));
        let until = if phase == self.phase { Some(self.now) } else { next };
        PhaseOut {
            name: phase,
            since: begun,
            took_s: begun.zip(until).map(|(begun, until)| (until - begun).max(0.0)),
            usual_s: self.usual.map(|usual| usual.phases[index]),
        }
    }
}

/// A build that takes much longer than usual.
#[derive(Debug, Serialize)]
pub(in crate::api) struct SlowOut {
    /// The service.
    id: ServiceId,
    /// Its local status.
    status: Status,
    /// Since when it is being built.
    since: UnixSeconds,
    /// How long that is, seconds.
    elapsed_s: f64,
    /// How long it takes as a rule, seconds.
    usual_s: f64,
}

/// The builds that take much longer than usual and that nothing else is told of, longest first: so many as are shown, and
/// how many there are.
pub(super) fn slow(core: &Core) -> Result<(Vec<SlowOut>, usize), Error> {
    let now = core.clock.now();
    let mut kinds: HashMap<String, Option<Usual>> = HashMap::new();
    let mut slow = Vec::new();
    for service in core.store.with_status(&pipeline::in_a_phase(), limits::LIST_ROWS)? {
        let begun = service.body.build.as_ref().and_then(Build::since);
        let (Some(since), Some(package)) = (begun, service.body.package.as_ref()) else {
            continue;
        };
        let kind = build::kind(&service, package);
        let usual = match kinds.get(&kind) {
            Some(known) => *known,
            None => *kinds
                .entry(kind.clone())
                .or_insert(Usual::of(&core.store.builds(&kind)?)),
        };
        if let Some(usual) = usual.filter(|usual| now >= usual.slow_at(since)) {
            slow.push(SlowOut {
                id: service.id,
                status: service.status,
                since,
                elapsed_s: now - since,
                usual_s: usual.whole,
            });
        }
    }
    slow.sort_by(|one, other| one.since.total_cmp(&other.since));
    let total = slow.len();
    slow.truncate(limits::SLOW_SHOWN);
    Ok((slow, total))
}

/// A build that has taken much longer than usual, and is done.
#[derive(Debug, Serialize)]
pub(in crate::api) struct SlowlyBuilt {
    /// The service.
    id: ServiceId,
    /// When it was done.
    at: UnixSeconds,
    /// How long it took, seconds.
    took_s: f64,
    /// How long it takes as a rule, seconds.
    usual_s: f64,
}

/// The builds that were done since then and took much longer than usual, the newest first.
pub(super) fn slowly_built(core: &Core, since: UnixSeconds) -> Result<Vec<SlowlyBuilt>, Error> {
    let mut kinds: HashMap<String, Option<Usual>> = HashMap::new();
    let mut slow = Vec::new();
    for (id, built) in core.store.built_since(since)? {
        if !kinds.contains_key(&built.kind) {
            let usual = Usual::of(&core.store.builds(&built.kind)?);
            kinds.insert(built.kind.clone(), usual);
        }
        let took_s: f64 = built.seconds.iter().sum();
        let usual = kinds.get(&built.kind).copied().flatten();
        slow.extend(
            usual
                .filter(|usual| took_s >= usual.slow_at(0.0))
                .map(|usual| SlowlyBuilt {
                    id,
                    at: built.at,
                    took_s,
                    usual_s: usual.whole,
                }),
        );
    }
    slow.truncate(limits::SLOW_SHOWN);
    Ok(slow)
}

/// Since when, and why: `trouble`, where somebody has to look, or `slow`.
fn late(
    service: &Service,
    build: &Build,
    usual: Option<&Usual>,
    now: UnixSeconds,
) -> Option<(UnixSeconds, &'static str)> {
    if needs_attention(service) {
        let told = service.body.trouble.as_ref().map(|trouble| trouble.at);
        let since = service.body.failing_since.or(told).or(build.since());
        return Some((since.unwrap_or(now), "trouble"));
    }
    let late_at = usual?.late_at(build.since()?);
    (now >= late_at).then_some((late_at, "slow"))
}
