//! A look at what would be done, by the plans that do it.

use super::look::Seen;
use super::{Engine, Job};
use crate::pipeline::{self, Preview};
use crate::problems::{Error, Refusal};
use crate::words::ids::Vmid;

impl Engine<'_> {
    /// What a change of package would do. What refuses it refuses this.
    ///
    /// # Errors
    /// What the change would be refused with.
    pub fn preview(&self, job: &mut Job) -> Result<Preview, Error> {
        let status = job.lease.service.status;
        if !pipeline::is_finished(status) {
            return Err(Refusal::Status {
                wanted: pipeline::finished(),
                found: status,
            }
            .into());
        }
        self.must_fit(job)?;
        let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
        let row = pipeline::change_row();
        match self.look(job, row)? {
            Seen::Guest => self.with_view(job, row.facts, |view| pipeline::preview(view).map_err(Error::from)),
            Seen::Locked { lock, .. } => Err(Refusal::Locked { vmid, lock }.into()),
            Seen::Absent | Seen::Stranger => Err(Refusal::NoGuest(job.lease.service.id).into()),
        }
    }
}
