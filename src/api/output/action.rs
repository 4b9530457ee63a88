//! The actions, as the catalogue lists them and as a page offers them.

use crate::actions::{Action, Group, Input, Sure};
use crate::problems::Refusal;
use crate::service::pace::Pace;
use crate::words::ids::UnixSeconds;
use serde::Serialize;

/// An action as its row says.
#[derive(Debug, Serialize)]
pub struct ActionRow {
    /// Its name: what a request calls `do`.
    pub name: &'static str,
    /// The admin's button; null where WHMCS's page has none.
    pub label: Option<&'static str>,
    /// The end of the name of WHMCS's function behind that button; null where there is none.
    pub function: Option<&'static str>,
    /// Where pages put it.
    pub group: Group,
    /// The setting of a product that gives it to customers; null where it is for staff alone.
    pub switch: Option<&'static str>,
    /// What is typed or chosen beside it.
    pub inputs: &'static [Input],
    /// Whether the page asks once more.
    pub sure: Sure,
    /// Whether staff's page has a panel of its own for it, which draws its form beside what it is about.
    pub panel: bool,
}

impl ActionRow {
    /// That of an action.
    pub fn of(action: &Action) -> ActionRow {
        ActionRow {
            name: action.name,
            label: action.label,
            function: action.function,
            group: action.group,
            switch: action.client.map(|client| client.switch()),
            inputs: action.inputs,
            sure: action.sure,
            panel: action.panel,
        }
    }
}

/// An action of a service, and whether it is offered to who asks.
#[derive(Debug, Serialize)]
pub struct ActionOut {
    /// Its row.
    #[serde(flatten)]
    pub row: ActionRow,
    /// Whether it may be done now.
    pub allowed: bool,
    /// Why not, in a sentence; null where it may be done.
    pub why: Option<String>,
    /// That as a code; null where it may be done.
    pub code: Option<&'static str>,
    /// The text that a customer reads of it; null where it may be done, or the problem has none.
    pub client: Option<&'static str>,
    /// What is to be known before it is done; null where that is nothing.
    pub warning: Option<String>,
    /// How often a customer may ask for it; null where nobody counts.
    pub quota: Option<QuotaOut>,
}

/// How often a customer may ask for something.
#[derive(Debug, Serialize)]
pub struct QuotaOut {
    /// So many times …
    pub times: usize,
    /// … in so many seconds.
    pub seconds: f64,
    /// What is left of it, where a customer asks.
    #[serde(flatten)]
    pub now: Option<QuotaNow>,
}

/// What is left of a quota.
#[derive(Debug, Serialize)]
pub struct QuotaNow {
    /// So many times are left.
    pub left: usize,
    /// When there is one more; null while some are left.
    pub again_at: Option<UnixSeconds>,
}

impl QuotaOut {
    /// That of a pace; `now` where somebody was counted.
    pub fn of(pace: &Pace, now: Option<QuotaNow>) -> QuotaOut {
        QuotaOut {
            times: pace.times,
            seconds: pace.seconds,
            now,
        }
    }
}

impl ActionOut {
    /// An action with whether it is offered, or why not, and what is to be known before.
    pub fn of(action: &Action, offered: &Result<(), Refusal>, warning: Option<Refusal>) -> ActionOut {
        let why = offered.as_ref().err();
        ActionOut {
            row: ActionRow::of(action),
            allowed: why.is_none(),
            why: why.map(ToString::to_string),
            code: why.map(|why| why.problem().code),
            client: why.and_then(|why| why.problem().client),
            warning: warning.map(|warning| warning.to_string()),
            quota: action.quota.map(|quota| QuotaOut::of(&quota, None)),
        }
    }
}
