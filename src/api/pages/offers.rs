//! What can be asked of a service, as a page shows it: every action, whether it is offered, and how often it still may be.

use super::power::{BelievedOut, Told};
use crate::actions::{ACTIONS, Action, Situation};
use crate::api::core::Core;
use crate::api::offered::{known, offered};
use crate::api::output::{ActionOut, QuotaNow, QuotaOut};
use crate::guest::Current;
use crate::package::More;
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::service::pace::Pace;
use crate::store::Presses;
use crate::words::ids::{Actor, ServiceId, UnixSeconds};
use serde::Serialize;

/// What can be asked of a service.
#[derive(Debug, Serialize)]
pub(super) struct Offers {
    /// Every action that is for who asks, and whether it is offered.
    actions: Vec<ActionOut>,
    /// Whether it was to shut down and did not in the time that it had, and who asks may force it off.
    hangs: bool,
    /// What is believed of its power where nobody has looked: that is what a customer is offered actions by; missing where
    /// somebody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    believed: Option<BelievedOut>,
}

impl Offers {
    /// For who asks; `current`: what a look has found, where somebody has looked.
    pub(super) fn of(
        core: &Core,
        service: &Service,
        current: Option<&Current>,
        actor: Actor,
        more: Option<&More>,
        in_whmcs: Option<&str>,
    ) -> Result<Offers, Error> {
        let told = Told::of(core, service)?;
        let believed = told.believed.filter(|_| current.is_none());
        let seen = Situation {
            // staff may know better
            power: match current {
                Some(current) => Some(current.power.clone()),
                None if actor == Actor::Client => believed.map(BelievedOut::power),
                None => None,
            },
            paused: current.is_some_and(|current| current.paused),
            lock: current.and_then(|current| current.lock.clone()),
            ..known(core, service, actor)?
        };
        let presses = (actor == Actor::Client)
            .then(|| core.store.presses(service.id))
            .transpose()?;
        let presses = presses.as_ref().map(|presses| (presses, core.clock.now()));
        let actions = actions(service, &seen, more, in_whmcs, presses);
        let hangs = told.hangs && actions.iter().any(|one| one.row.name == "stop" && one.allowed);
        Ok(Offers {
            actions,
            hangs,
            believed,
        })
    }
}

/// Every action that is for the asking actor, and whether it is offered.
fn actions(
    service: &Service,
    situation: &Situation,
    more: Option<&More>,
    in_whmcs: Option<&str>,
    presses: Option<(&Presses, UnixSeconds)>,
) -> Vec<ActionOut> {
    let for_actor = ACTIONS.iter().filter(|action| action.is_for(situation.actor, more));
    let out = |action: &Action| {
        let mut offered = offered(action, service, situation, in_whmcs);
        let Some(quota) = presses.and_then(|(presses, now)| quota(action, presses, now)) else {
            return ActionOut::of(action, &offered, action.warning(situation));
        };
        if let (Some(wait), Ok(())) = (quota.wait, &offered) {
            offered = Err(quota.refusal(service.id, wait));
        }
        ActionOut {
            quota: Some(quota.out()),
            ..ActionOut::of(action, &offered, action.warning(situation))
        }
    };
    for_actor.map(out).collect()
}

/// How often a customer may still ask for an action.
struct Quota {
    pace: Pace,
    left: usize,
    wait: Option<f64>,
    now: UnixSeconds,
}

/// Of several that count for an action, the one of which the least is left.
fn quota(action: &Action, presses: &Presses, now: UnixSeconds) -> Option<Quota> {
    let of = |pace: Pace| {
        let known = presses.get(pace.name).map(Vec::as_slice).unwrap_or_default();
        Quota {
            pace,
            left: pace.left(known, now),
            wait: pace.wait(known, now),
            now,
        }
    };
    action.paces().map(of).min_by_key(|quota| quota.left)
}

impl Quota {
    fn refusal(&self, service: ServiceId, wait: f64) -> Refusal {
        Refusal::TooOften {
            service,
            pace: self.pace,
            wait,
            again_at: self.now + wait,
        }
    }

    fn out(&self) -> QuotaOut {
        let again_at = self.wait.map(|wait| self.now + wait);
        QuotaOut::of(
            &self.pace,
            Some(QuotaNow {
                left: self.left,
                again_at,
            }),
        )
    }
}
