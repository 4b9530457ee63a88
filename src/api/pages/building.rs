//! How far the building of a guest is, as its customer sees it: four phases, each with its time and the usual one.

use crate::api::core::Core;
use crate::engine::needs_attention;
use crate::pipeline;
use crate::problems::Error;
use crate::service::Service;
use crate::service::build::{self, Build, Usual};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use crate::words::phase::Phase;
use serde_json::{Value, json};
use std::collections::HashMap;

/// A build under way.
pub(super) struct Building {
    build: Build,
    phase: Phase,
    usual: Option<Usual>,
    late: Option<(UnixSeconds, &'static str)>,
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
            now,
        }))
    }

    /// Whether it is in trouble, or takes much longer than usual.
    pub(super) fn is_late(&self) -> bool {
        self.late.is_some()
    }

    /// For a page. `percent`: how much of its disk the clone has copied.
    pub(super) fn out(&self, percent: Option<f64>) -> Value {
        let since = self.build.since();
        json!({
            "phase": self.phase,
            "since": since,
            "elapsed_s": since.map(|since| (self.now - since).max(0.0)),
            "usual_s": self.usual.map(|usual| usual.whole),
            "phases": Phase::ALL.into_iter().zip(0..).map(|(phase, index)| self.phase_out(phase, index)).collect::<Vec<_>>(),
            "percent": percent,
            "late": self.late.map(|(since, why)| json!({"since": since, "why": why})),
        })
    }

    /// `took_s`: so far, where it is the one of now; null where it is still to come, or was not seen.
    fn phase_out(&self, phase: Phase, index: usize) -> Value {
        let begun = self.build.begun(phase).filter(|_| phase <= self.phase);
        let next = Phase::ALL
            .into_iter()
            .skip(index + 1)
            .find_map(|next| self.build.begun(next));
        let until = if phase == self.phase { Some(self.now) } else { next };
        json!({
            "name": phase,
            "since": begun,
            "took_s": begun.zip(until).map(|(begun, until)| (until - begun).max(0.0)),
            "usual_s": self.usual.map(|usual| usual.phases[index]),
        })
    }
}

/// The builds that take much longer than usual and that nothing else is told of, longest first: so many as are shown, and
/// how many there are.
pub(super) fn slow(core: &Core) -> Result<(Vec<Value>, usize), Error> {
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
            slow.push((since, usual.whole, service));
        }
    }
    slow.sort_by(|one, other| one.0.total_cmp(&other.0));
    let out = |(since, usual, service): &(UnixSeconds, f64, Service)| {
        json!({
            "id": service.id, "status": service.status, "since": since, "elapsed_s": now - since, "usual_s": usual,
        })
    };
    Ok((slow.iter().take(limits::SLOW_SHOWN).map(out).collect(), slow.len()))
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
