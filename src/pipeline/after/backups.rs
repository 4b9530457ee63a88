//! Backups as they are wished for, by the names in their notes.

use crate::guest::Backup;
use crate::pipeline::call::{Blocked, Call, Plan, settled};
use crate::pipeline::view::View;
use crate::service::wish::Wish;

/// Deletes a backup. One that was made for the service is its own to delete, also where its customer has protected it; what
/// the provider has protected stays his.
pub(super) fn delete_backup(backup: &Backup) -> Call {
    if backup.protected && backup.tag.is_some() {
        return Call::MarkBackup {
            backup: backup.clone(),
            notes: None,
            protected: Some(false),
        };
    }
    Call::DeleteBackup(backup.clone())
}

fn found<'a>(view: &View<'a>, name: &str) -> Option<&'a Backup> {
    view.backups.iter().find(|backup| backup.is_named(name))
}

/// What is missing until the backup is there that the guest is made anew after. It is protected: no one else's retention
/// takes it away.
pub(super) fn backed_up(view: &View<'_>) -> Plan {
    let Some(first) = view.backup_first.filter(|_| view.exists) else {
        return settled();
    };
    match found(view, &first.tag.name) {
        Some(backup) => Ok(marked(backup, None, Some(true)).into_iter().collect()),
        None if first.done => Err(Blocked::BackupUnmarked(first.storage.clone())),
        None => Ok(vec![Call::BackUp {
            tag: first.tag.clone(),
            note: String::new(),
            storage: first.storage.clone(),
            stops: first.stops,
            protected: true,
        }]),
    }
}

/// One more, one less, or one marked otherwise.
pub(crate) fn backups(view: &View<'_>) -> Plan {
    match view.wish {
        Some(Wish::BackUp {
            tag,
            note,
            storage,
            stops,
            instead_of,
            done,
        }) => match found(view, &tag.name) {
            // only now: what fails has lost nothing, and what was protected meanwhile stays
            Some(_) => {
                let old = instead_of.iter().filter_map(|name| found(view, name));
                let old = old.filter(|backup| !backup.protected);
                Ok(old.map(|backup| Call::DeleteBackup(backup.clone())).collect())
            }
            // made again it would only be one more that nobody finds
            None if *done => Err(Blocked::BackupUnmarked(storage.clone())),
            None => Ok(vec![Call::BackUp {
                tag: tag.clone(),
                note: note.clone(),
                storage: storage.clone(),
                stops: *stops,
                protected: false,
            }]),
        },
        Some(Wish::DeleteBackup { name, released, .. }) => {
            let delete = |backup: &Backup| match released {
                true => delete_backup(backup),
                false => Call::DeleteBackup(backup.clone()),
            };
            Ok(found(view, name).map(delete).into_iter().collect())
        }
        Some(Wish::MarkBackup {
            name, note, protected, ..
        }) => {
            let backup = found(view, name).ok_or(Blocked::BackupGone)?;
            Ok(marked(backup, note.as_deref(), *protected).into_iter().collect())
        }
        _ => settled(),
    }
}

fn marked(backup: &Backup, note: Option<&str>, protected: Option<bool>) -> Option<Call> {
    let note = note.filter(|note| *note != backup.note);
    let tag = backup.tag.as_ref();
    let notes = note.and_then(|note| tag.map(|tag| tag.noted(note)));
    let protected = protected.filter(|protected| *protected != backup.protected);
    (notes.is_some() || protected.is_some()).then(|| Call::MarkBackup {
        backup: backup.clone(),
        notes,
        protected,
    })
}
