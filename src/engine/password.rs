//! The password of a guest that runs: by its agent at once, where the product wants that and the agent does it.

use super::{Engine, Job};
use crate::guest::Power;
use crate::package::GivenBy;
use crate::pipeline;
use crate::problems::Error;
use crate::pve::GuestPath;
use crate::words::ids::UnixSeconds;
use crate::words::password::must_suit;
use crate::words::ssh_key::KeyError;

/// A guest whose agent may be asked.
pub(super) struct Reached {
    /// Where it is.
    pub(super) path: GuestPath,
    /// Whom cloud-init has made in it.
    pub(super) user: String,
    /// When it was started.
    started: UnixSeconds,
}

impl Engine<'_> {
    /// Whether the guest has a password, and takes that of the order. Proxmox VE is asked only where Windows decides that.
    pub fn must_take(&self, job: &mut Job) -> Result<(), Error> {
        if job.order.package.more.ssh_key_required && !self.is_windows(job)? {
            return Err(KeyError::NoPassword.into());
        }
        let password = job.order.password.clone();
        password.map_or(Ok(()), |password| must_suit(password.expose(), || self.is_windows(job)))
    }

    /// Whether the guest's agent has set the password of the order. What it does not do, for whatever reason, cloud-init is
    /// told to: that is no failure, and an answer that was lost does no harm, for both set the same. Where cloud-init has
    /// one that the guest has not taken yet, it would undo this at the next start: `password_written` is false then.
    pub fn password_by_agent(&self, job: &mut Job) -> Result<bool, Error> {
        let Some(password) = job.order.password.clone() else {
            return Ok(false);
        };
        if job.order.package.more.password_by != GivenBy::Agent {
            return Ok(false);
        }
        let Some(Reached { path, user, started }) = self.with_agent(job)? else {
            return Ok(false);
        };
        job.changes();
        // whoever dies now may have given it
        self.save(job)?;
        if job.client.set_user_password(&path, &user, &password).is_err() {
            return Ok(false);
        }
        if let Some(guest) = job.service().body.guest.ours_mut() {
            // writing it there too would make cloud-init take the guest for a new one at its next start, unless it does anyway
            guest.password_written = guest.cipassword_at.is_none_or(|at| at < started);
            guest.cipassword_old = true;
        }
        job.note(self.clock.now(), "change_password", "ok");
        Ok(true)
    }

    /// The guest, if it is the service's, runs, is not locked, and Proxmox VE talks to an agent in it.
    pub(super) fn with_agent(&self, job: &mut Job) -> Result<Option<Reached>, Error> {
        let Some(config) = self.read_config(job)? else {
            return Ok(None);
        };
        if !config.has_agent() || config.lock().is_some() {
            return Ok(None);
        }
        let user = pipeline::user_of(&job.order.package, &config).to_owned();
        job.look.see(config);
        self.check_owner(job)?;
        let path = Self::guest_path(job)?;
        let current = job.client.current(&path)?;
        if current.power != Power::Running {
            return Ok(None);
        }
        let started = self.clock.now() - current.uptime.unwrap_or_default() as f64;
        Ok(Some(Reached { path, user, started }))
    }
}
