//! The password of a guest that runs: by its agent at once, where the product wants that and the agent does it.

use super::{Engine, Job};
use crate::guest::{Config, Power};
use crate::package::{Package, PasswordBy};
use crate::problems::Error;

/// What users of Windows are called where the product does not say another name.
const OF_WINDOWS: &str = "Administrator";

/// Whose password it is: cloud-init's user, and in Windows, which has no `root`, its administrator.
fn user(config: &Config, package: &Package) -> String {
    // win10, win11, w2k8, wxp: all others are of Linux or Solaris
    let is_windows = config.get("ostype").is_some_and(|ostype| ostype.starts_with('w'));
    if is_windows && package.ci_user == "root" {
        OF_WINDOWS.to_owned()
    } else {
        package.ci_user.clone()
    }
}

impl Engine<'_> {
    /// Whether the guest's agent has set the password of the order. What it does not do, for whatever reason, cloud-init is
    /// told to: that is no failure, and an answer that was lost does no harm, for both set the same. Where cloud-init has
    /// one that the guest has not taken yet, it would undo this at the next start: `password_written` is false then.
    pub fn password_by_agent(&self, job: &mut Job) -> Result<bool, Error> {
        let Some(password) = job.order.password.clone() else {
            return Ok(false);
        };
        if job.order.package.more.password_by != PasswordBy::Agent {
            return Ok(false);
        }
        let Some(config) = self.read_config(job)? else {
            return Ok(false);
        };
        if !config.has_agent() || config.lock().is_some() {
            return Ok(false);
        }
        let user = user(&config, &job.order.package);
        job.look.see(config);
        self.check_owner(job)?;
        let path = Self::guest_path(job)?;
        let current = job.client.current(&path)?;
        if current.power != Power::Running {
            return Ok(false);
        }
        let started = self.clock.now() - current.uptime.unwrap_or_default() as f64;
        job.changes();
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_password_is_of_the_user_that_cloud_init_has_made() {
        let mut package = Package::with_defaults("100".parse().unwrap());
        let of = |ostype: &str, package: &Package| user(&Config::from_json(&json!({"ostype": ostype})), package);
        assert_eq!(of("l26", &package), "root");
        assert_eq!(of("win11", &package), "Administrator");
        package.ci_user = "admin".to_owned();
        assert_eq!(of("l26", &package), "admin");
        assert_eq!(of("win11", &package), "admin");
    }
}
