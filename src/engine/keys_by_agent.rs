//! The SSH keys of a guest that runs: by its agent at once, where the product wants that and the agent does it.

use super::{Engine, Job};
use crate::package::GivenBy;
use crate::problems::Error;
use crate::pve::{AgentRun, Client, GuestPath};
use crate::words::ssh_key;

/// Runs the second argument as the user of the first: the agent is root, and root follows links of users.
pub(super) const AS_USER: &str = r#"set -eu
home=$(eval "echo ~$1")
case $home in /*) ;; *) exit 65 ;; esac
[ -d "$home" ] || exit 65
export HOME="$home" PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ "$(id -u "$1")" = "$(id -u)" ]; then exec /bin/sh -c "$2"; fi
if command -v runuser >/dev/null 2>&1; then exec runuser -u "$1" -- /bin/sh -c "$2"; fi
exec su -s /bin/sh "$1" -c "$2"
"#;

/// What is run as that user.
pub(super) const BLOCK: &str = include_str!("authorized_keys.sh");

/// What the script says at its end. An agent that says less has not done it, whatever its exit code.
const DONE: &str = "done";

/// What Proxmox VE takes as the input of a program in a guest (qemu-server, `API2/Qemu/Agent.pm`).
const MOST_INPUT: usize = 64 * 1024;

/// No page waits longer for it (seconds), and it is looked at so often.
const MOST_SECONDS: f64 = 6.0;
const POLL: f64 = 0.5;

impl Engine<'_> {
    /// Whether the guest's agent has written the keys that are chosen into a block of their own in its user's
    /// `authorized_keys`. What it does not do, for whatever reason, cloud-init is told to: that is no failure, and an answer that
    /// was lost does no harm, for both give the same.
    pub fn ssh_keys_by_agent(&self, job: &mut Job) -> Result<bool, Error> {
        if job.order.package.more.ssh_keys_by != GivenBy::Agent {
            return Ok(false);
        }
        let keys = ssh_key::lines(&job.lease.service.body.choices.ssh_keys);
        let Some(reached) = self.with_agent(job)?.filter(|_| keys.len() <= MOST_INPUT) else {
            return Ok(false);
        };
        job.changes();
        let command = ["/bin/sh", "-c", AS_USER, "keys", &reached.user, BLOCK];
        match self.ran(&job.client, &reached.path, &command, &keys) {
            Ok(run) if run.code == Some(0) && run.said.trim() == DONE => {}
            failed => {
                let why = failed.map_or_else(|error| error.to_string(), |run| run.why());
                let result = format!("not by the guest agent, so by cloud-init: {why}");
                job.note(self.clock.now(), "ssh_keys_write", &result);
                return Ok(false);
            }
        }
        let chosen = job.lease.service.body.choices.ssh_keys.iter();
        let given = chosen.map(|named| named.key.fingerprint.clone()).collect();
        if let Some(guest) = job.service().body.guest.ours_mut() {
            guest.agent_keys = Some(given);
        }
        job.note(self.clock.now(), "ssh_keys_write", "ok");
        Ok(true)
    }

    /// Waits for a program in a guest, but not for long.
    fn ran(
        &self,
        client: &Client,
        path: &GuestPath,
        command: &[&str],
        input: &str,
    ) -> Result<AgentRun, crate::pve::Error> {
        let pid = client.agent_exec(path, command, input)?;
        let until = self.clock.now() + MOST_SECONDS;
        loop {
            let run = client.agent_exec_status(path, pid)?;
            if run.has_ended || self.clock.now() >= until {
                return Ok(run);
            }
            self.clock.sleep(POLL);
        }
    }
}
