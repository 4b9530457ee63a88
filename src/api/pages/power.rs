//! What is believed of a guest's power where nobody has looked at it yet, and whether it hangs.

use crate::actions::{Action, Group};
use crate::api::core::Core;
use crate::guest::Power;
use crate::problems::Error;
use crate::service::Service;
use crate::store::{Operation, OperationState, Reader};
use crate::words::ids::UnixSeconds;
use crate::words::problems;
use serde::Serialize;

/// So many of the last operations tell what was last done to the power.
const RECENT: u32 = 20;

/// What is believed of a guest's power.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct BelievedOut {
    /// Whether it runs.
    runs: bool,
    /// When somebody has seen that; null where nobody has since the last change: it is what that change was to bring.
    at: Option<UnixSeconds>,
}

/// What the store tells of a guest's power.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// None: there is no guest.
    pub(super) believed: Option<BelievedOut>,
    /// Whether the last that was asked was to shut down, and it did not in the time that it had.
    pub(super) hangs: bool,
}

impl BelievedOut {
    pub(super) fn power(self) -> Power {
        if self.runs { Power::Running } else { Power::Stopped }
    }
}

impl Told {
    /// Of a service's guest.
    pub(super) fn of(core: &Core, service: &Service) -> Result<Told, Error> {
        if !service.has_guest() {
            return Ok(Told::default());
        }
        let id = service.id;
        let recent = core.store.operations(id, Reader::Staff, None, RECENT)?;
        let last = recent.iter().find(|one| is_of_power(one) && one.ended_at.is_some());
        let hangs = last.is_some_and(|last| last.code == problems::NOT_SHUT_DOWN.code);
        let seen = core.store.powers(&[id.0])?.remove(&id);
        let believed = match seen {
            Some(seen) => BelievedOut {
                runs: seen.runs,
                at: Some(seen.at),
            },
            None => BelievedOut {
                runs: !is_off_by(&recent),
                at: None,
            },
        };
        Ok(Told {
            believed: Some(believed),
            hangs,
        })
    }
}

fn is_of_power(one: &Operation) -> bool {
    Action::named(&one.action).is_some_and(|action| action.group == Group::Power)
}

/// A guest that is finished runs, unless the last that was done to its power has switched it off.
fn is_off_by(recent: &[Operation]) -> bool {
    let done = |one: &&Operation| one.state == OperationState::Done && (is_of_power(one) || brings_up(&one.action));
    let last = recent.iter().find(done);
    last.is_some_and(|last| ["shutdown", "stop"].contains(&last.action.as_str()))
}

/// What ends with a guest that runs, beside the buttons of the power.
fn brings_up(action: &str) -> bool {
    ["create", "unsuspend", "reinstall"].contains(&action)
}
