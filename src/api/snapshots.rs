//! What is asked of a guest's snapshots: one more, one less, or the guest as it was then.

use super::ServiceReply;
use super::life::verb::Verb;
use super::request::{self, Text};
use crate::actions::{Action, How, OfSnapshot};
use crate::engine::{Goal, SnapshotAsk};
use crate::guest::Made;
use crate::problems::Error;
use crate::service::wish::Wish;
use crate::words::limits;
use serde::Deserialize;
use serde_json::{Value, json};

/// What a form of snapshots sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SnapshotIn {
    /// What the new one is called.
    label: Text,
    /// The name of the one that is meant.
    snapshot: Text,
    /// The newest one that is lost besides, as the page has told.
    loses: Text,
}

/// What is to be written down as wished for; none: the action is no wish.
pub(super) fn wish(verb: &mut Verb<'_>, action: &Action, request: &Value) -> Result<Option<Wish>, Error> {
    let How::Snapshot(what) = action.how else {
        return Ok(None);
    };
    let asked: SnapshotIn = request::parse(request)?;
    let ask = match what {
        OfSnapshot::Take => SnapshotAsk::Take(Made::ByHand, &asked.label.0),
        OfSnapshot::RollBack => SnapshotAsk::RollBack(&asked.snapshot.0, &asked.loses.0),
        OfSnapshot::Delete => SnapshotAsk::Delete(&asked.snapshot.0),
    };
    let engine = verb.core.engine();
    engine.wish(&mut verb.job, ask).map(Some)
}

/// What history tells of it: which snapshot is meant, or how the new one is called.
pub(super) fn arguments(what: OfSnapshot, request: &Value) -> Value {
    let asked: SnapshotIn = request::parse(request).unwrap_or_default();
    let (key, text) = match what {
        OfSnapshot::Take => ("label", asked.label),
        OfSnapshot::RollBack | OfSnapshot::Delete => ("snapshot", asked.snapshot),
    };
    // it may be anything: what is too long is refused, and told all the same
    let plain = text.0.trim().chars().filter(|c| !c.is_control());
    json!({ key: plain.take(limits::SNAPSHOT_LABEL).collect::<String>() })
}

/// Written down, and done as far as this request has time; the cron goes on from there.
pub(super) fn begin(mut verb: Verb<'_>, wish: Wish) -> Result<ServiceReply, Error> {
    let engine = verb.core.engine();
    engine.begin_wish(&mut verb.job, wish);
    let outcome = verb.run(Goal::Settle);
    verb.end_with(outcome, true, |_| Ok(()))
}
