//! Who holds a lease, and whether that worker can still be alive.

use crate::process;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// A worker: machine, process, and a number within the process.
///
/// A worker that was killed on this machine is recognised by its process being gone, so that the next
/// cron run need not wait for its lease to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner(String);

/// Effective user id of this process.
pub(super) fn user() -> u32 {
    fs::metadata("/proc/self")
        .map(|meta| std::os::unix::fs::MetadataExt::uid(&meta))
        .unwrap_or_default()
}

/// What root has made is given to the owner of its folder; what another user makes is that user's.
pub(super) fn give(made: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let Some(folder) = made.parent().filter(|_| user() == 0) else {
        return Ok(());
    };
    let owner = fs::metadata(folder)?;
    chown(made, Some(owner.uid()), Some(owner.gid()))
}

/// Boot and process-id namespace: within one, a process id means one process.
fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid")
        .map(|link| link.display().to_string())
        .unwrap_or_default();
    format!("{}/{namespace}", boot.trim())
}

/// A process's state, and when it was started in clock ticks since boot; `None`: it cannot be seen.
fn seen(pid: &str) -> Option<(String, String)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // fields 3 and 22, counted after the command's name, which may itself hold blanks and brackets
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.to_owned();
    Some((state, fields.nth(18)?.to_owned()))
}

/// Whether a process has ended, or is another one by now. A hardened machine (`hidepid`, `ProtectProc`) hides the
/// processes of others, even a php-fpm worker from a cron of its own user: one that cannot be seen may live.
fn is_gone(pid: &str, start: &str) -> bool {
    match seen(pid) {
        Some((state, started)) => state == "Z" || started != start,
        None => pid.parse().is_ok_and(|pid| !process::is_process(pid)),
    }
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Owner {
    /// This process.
    pub fn of_this_process() -> Self {
        let pid = std::process::id().to_string();
        Owner(format!(
            "{}|{pid}|{}",
            machine(),
            seen(&pid).map(|(_, started)| started).unwrap_or_default()
        ))
    }

    /// A worker within this process.
    pub(super) fn worker(&self) -> String {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        format!("{}|{}", self.0, NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether a worker is one of this process.
    pub(super) fn has(&self, worker: &str) -> bool {
        worker.rsplit_once('|').is_some_and(|(process, _)| process == self.0)
    }

    /// What a row is leased to that any worker of this process may take.
    pub(super) fn nobody(&self) -> String {
        format!("{}|0", self.0)
    }

    /// Whether a worker is known to be dead: same machine, and its process is gone or is another one.
    pub(super) fn knows_dead(&self, worker: &str) -> bool {
        let parts: Vec<&str> = worker.split('|').collect();
        match (parts.as_slice(), self.0.split('|').next()) {
            ([machine, pid, start, ..], Some(ours)) if *machine == ours && !machine.starts_with('/') => {
                is_gone(pid, start)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_worker_is_dead_when_its_process_is_gone_or_another_one() {
        let us = Owner::of_this_process();
        let [machine, pid, start]: [&str; 3] = us.0.split('|').collect::<Vec<_>>().try_into().unwrap();
        assert!(!us.knows_dead(&us.worker()));
        assert!(
            us.knows_dead(&format!("{machine}|{pid}|{start}0|1")),
            "the number is another's now"
        );
        let mut child = Command::new("true").spawn().unwrap();
        let gone = child.id();
        child.wait().unwrap();
        assert!(us.knows_dead(&format!("{machine}|{gone}|{start}|1")));
        assert!(
            !us.knows_dead(&format!("elsewhere|{gone}|{start}|1")),
            "another machine's"
        );
    }
}
