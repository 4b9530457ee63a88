//! What is asked of a guest's snapshots and backups: one more, one less, another note; or the guest as it was then.

use super::ServiceReply;
use super::life::verb::Verb;
use super::request::{self, Text};
use crate::actions::{Action, How, OfBackup, OfSnapshot};
use crate::engine::{BackupAsk, Goal, SnapshotAsk};
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

/// What a form of backups sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BackupIn {
    /// What it is called.
    note: Text,
    /// The name of the one that is meant.
    backup: Text,
}

/// What a form of CDs sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MediaIn {
    /// The ISO that is meant, as Proxmox VE names it.
    iso: Text,
}

/// What is to be written down as wished for; none: the action is no wish.
pub(super) fn wish(verb: &mut Verb<'_>, action: &Action, request: &Value) -> Result<Option<Wish>, Error> {
    let engine = verb.core.engine();
    match action.how {
        How::Snapshot(what) => {
            let asked: SnapshotIn = request::parse(request)?;
            let ask = match what {
                OfSnapshot::Take => SnapshotAsk::Take(Made::ByHand, &asked.label.0),
                OfSnapshot::RollBack => SnapshotAsk::RollBack(&asked.snapshot.0, &asked.loses.0),
                OfSnapshot::Delete => SnapshotAsk::Delete(&asked.snapshot.0),
            };
            engine.wish(&mut verb.job, ask).map(Some)
        }
        How::Media(act) => {
            let asked: MediaIn = request::parse(request)?;
            engine.media_wish(&verb.job, act, &asked.iso.0).map(Some)
        }
        How::Backup(what) => {
            let asked: BackupIn = request::parse(request)?;
            let (name, note) = (&asked.backup.0, &asked.note.0);
            let ask = match what {
                OfBackup::Make => BackupAsk::Make(Made::ByHand, note),
                OfBackup::Delete => BackupAsk::Delete(name),
                OfBackup::Restore => BackupAsk::Restore(name),
                OfBackup::RestoreBeside => BackupAsk::RestoreBeside(name),
                OfBackup::Swap => return engine.wish_to_swap(&mut verb.job).map(Some),
                OfBackup::Discard => return engine.wish_to_discard(&verb.job).map(Some),
                OfBackup::Note => BackupAsk::Note(name, note),
                OfBackup::Protect(protect) => BackupAsk::Protect(name, protect),
            };
            engine.backup_wish(&mut verb.job, ask).map(Some)
        }
        _ => Ok(None),
    }
}

/// What history tells of it: which snapshot is meant, or how the new one is called.
pub(super) fn arguments_of_snapshot(what: OfSnapshot, request: &Value) -> Value {
    let asked: SnapshotIn = request::parse(request).unwrap_or_default();
    match what {
        OfSnapshot::Take => json!({ "label": told(&asked.label) }),
        OfSnapshot::RollBack | OfSnapshot::Delete => json!({ "snapshot": told(&asked.snapshot) }),
    }
}

/// The same of a backup.
pub(super) fn arguments_of_backup(what: OfBackup, request: &Value) -> Value {
    let asked: BackupIn = request::parse(request).unwrap_or_default();
    match what {
        OfBackup::Make => json!({ "note": told(&asked.note) }),
        OfBackup::Swap | OfBackup::Discard => json!({}),
        OfBackup::Delete | OfBackup::Restore | OfBackup::RestoreBeside | OfBackup::Note | OfBackup::Protect(_) => {
            json!({ "backup": told(&asked.backup) })
        }
    }
}

/// It may be anything: what is too long is refused, and told all the same.
fn told(text: &Text) -> String {
    let plain = text.0.trim().chars().filter(|c| !c.is_control());
    plain.take(limits::BACKUP_NOTE).collect()
}

/// Written down, and done as far as this request has time; the cron goes on from there.
pub(super) fn begin(mut verb: Verb<'_>, wish: Wish) -> Result<ServiceReply, Error> {
    let engine = verb.core.engine();
    let password = match &wish {
        Wish::Media(media) => engine.upload_seed(&mut verb.job, media),
        _ => Ok(None),
    };
    let password = match password {
        Ok(password) => password,
        Err(error) => return verb.end_or_leave(Err(error)),
    };
    engine.begin_wish(&mut verb.job, wish);
    let outcome = verb.run(Goal::Settle);
    Ok(ServiceReply {
        rescue_password: password.map(|password| password.expose().to_owned()),
        ..verb.end_with(outcome, true, |_| Ok(()))?
    })
}
