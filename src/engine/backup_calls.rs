//! The calls that make, mark, delete and restore backups.

use super::{Engine, Job};
use crate::guest::template_of_note;
use crate::pipeline::{self, Call};
use crate::problems::{BackupRefusal, Error};
use crate::pve::{self, BackupRequest, GuestPath};

impl Engine<'_> {
    /// Makes one of them; of what is none, nothing.
    pub(super) fn backup_call(&self, job: &mut Job, call: Call) -> Result<(), Error> {
        match call {
            Call::Restore { volume, nonce } => {
                self.look_before_destroying(job)?;
                self.restore(job, &volume, nonce)
            }
            // it may be all that is left: no node is the guest's any more
            Call::DeleteBackup(backup) => {
                let what = format!("{}{}", pipeline::DELETE_BACKUP, backup.volume);
                self.task_call(job, what, |client| client.delete_backup(&backup))
            }
            Call::MarkBackup {
                backup,
                notes,
                protected,
            } => {
                let what = format!("mark backup {}", backup.volume);
                job.look.forget_backups();
                let marked = self.task_call(job, what, |client| {
                    client.mark_backup(&backup, notes.as_deref(), protected).map(|()| None)
                });
                marked.map_err(|error| match error {
                    // for who may not Datastore.Allocate (pve-storage, PVE/Storage.pm, `get_max_protected_backups`)
                    Error::Pve(pve::Error::Refused { words, .. }) if words.contains("number of protected backups") => {
                        BackupRefusal::ProtectLimit(backup.place.storage.clone()).into()
                    }
                    other => other,
                })
            }
            Call::BackUp {
                tag,
                note,
                storage,
                stops,
                protected,
            } => {
                self.could_be_built_anew(job)?;
                let path = Self::guest_path(job)?;
                let what = format!("back up VM {} to {storage}", path.vmid);
                let notes = tag.noted(&template_of_note(&note));
                let asked = BackupRequest {
                    storage: &storage,
                    notes: &notes,
                    stops,
                    protected,
                };
                self.task_call(job, what, |client| client.back_up(&path, &asked))
            }
            _ => Ok(()),
        }
    }
}

/// Refuses a backup that would be without a disk that is sold: Proxmox VE makes it all the same, and it brings nothing back.
pub(super) fn has_all_disks(job: &Job, path: &GuestPath) -> Result<(), BackupRefusal> {
    let config = job.look.config();
    let sold = config
        .additional_disk()
        .filter(|_| job.order.package.additional_disk_gib > 0);
    let left_out = config
        .system_disk()
        .into_iter()
        .chain(sold)
        .find(|disk| !disk.is_backed_up());
    match left_out {
        Some(disk) => Err(BackupRefusal::LeftOut {
            vmid: path.vmid,
            slot: disk.slot,
        }),
        None => Ok(()),
    }
}
