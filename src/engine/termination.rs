//! A service that ends: which backups are its guest's to be deleted, and that a guest which cannot be deleted does not run on.

use super::backup_list::backups_seen;
use super::look::{Look, Seen};
use super::{Engine, Job};
use crate::guest::Backup;
use crate::pipeline::{self, Facts, acts};
use crate::problems::{BackupRefusal, Error};
use crate::pve::{self, Resources, Unlisted};

impl Engine<'_> {
    /// All backups of the service's guest. Two clusters may store those of the same number in one place: what this installation
    /// has not made is the guest's only if the config in it says so.
    pub(super) fn all_backups(&self, job: &mut Job, resources: &Resources) -> Result<Vec<Backup>, Error> {
        let seen = backups_seen(
            &job.client,
            (&job.lease.service, self.store.installation()),
            resources,
            None,
        )
        .map_err(unlisted)?;
        job.left_backups.clear();
        let mut own = Vec::new();
        for backup in seen {
            let says_so = backup.tag.as_ref().is_some_and(|tag| !tag.installation.is_empty());
            if says_so || self.is_in(job, &backup)? {
                own.push(backup);
            } else {
                job.left_backups.push(backup.volume);
            }
        }
        Ok(own)
    }

    /// Whether the config in a backup carries the service's marker. What cannot be read proves nothing.
    fn is_in(&self, job: &Job, backup: &Backup) -> Result<bool, Error> {
        match job.client.backup_config(&backup.place.node, &backup.volume) {
            Ok(config) => Ok(self.is_marked(job, &config)),
            Err(pve::Error::Refused { status: 403 | 500, .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Something of the service that ends could not be deleted: before that is told, its guest is switched off, and is not
    /// started with its node. Whether there is something to do for that.
    pub(super) fn switches_off(&self, job: &mut Job) -> bool {
        let row = pipeline::ending_row();
        let ends = job.row.is_some_and(|at_work| at_work.to == row.to);
        if !ends || job.kept_off || job.lease.service.body.task.is_some() {
            return false;
        }
        job.kept_off = true;
        job.look = Look::default();
        if !matches!(
            self.look_for(job, row, Facts::CONFIG.and(Facts::POWER)),
            Ok(Seen::Guest)
        ) {
            return false;
        }
        if job.look.config().is_protected() {
            return false;
        }
        let calls = self.plan(job, &acts::SUSPEND);
        job.queue = calls.unwrap_or_default().into();
        !job.queue.is_empty()
    }
}

/// A storage that says nothing is named, with what to do.
fn unlisted(unlisted: Unlisted) -> Error {
    match unlisted.error {
        pve::Error::Refused { status: 500, words, .. } => BackupRefusal::Unlisted {
            storage: unlisted.place.storage,
            node: unlisted.place.node,
            words,
        }
        .into(),
        error => error.into(),
    }
}

/// An error of a service that ends, in the words of this case.
pub(super) fn told(job: &Job, error: Error) -> Error {
    let ends = job.row.is_some_and(|row| row.to == pipeline::ending_row().to);
    match error {
        Error::Task { what, words } if ends => match what.strip_prefix(pipeline::DELETE_BACKUP) {
            Some(volume) => {
                let volume = volume.to_owned();
                BackupRefusal::Undeletable { volume, words }.into()
            }
            None => Error::Task { what, words },
        },
        error => error,
    }
}
