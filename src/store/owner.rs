//! Who holds a lease, and whether that worker can still be alive.

use std::fs;
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

/// Boot and process-id namespace: within one, a process id means one process.
fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid")
        .map(|link| link.display().to_string())
        .unwrap_or_default();
    format!("{}/{namespace}", boot.trim())
}

/// When a process was started, in clock ticks since boot; `None`: there is no such process.
fn started(pid: &str) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // field 22, counted after the command's name, which may itself hold blanks and brackets
    let after_name = stat.rsplit_once(')')?.1;
    let mut fields = after_name.split_whitespace();
    let state = fields.next()?;
    (state != "Z").then(|| fields.nth(18).unwrap_or_default().to_owned())
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
        Owner(format!("{}|{pid}|{}", machine(), started(&pid).unwrap_or_default()))
    }

    /// A worker within this process.
    pub(super) fn worker(&self) -> String {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        format!("{}|{}", self.0, NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether a worker is known to be dead: same machine, and its process is gone or is another one.
    pub(super) fn knows_dead(&self, worker: &str) -> bool {
        let parts: Vec<&str> = worker.split('|').collect();
        match (parts.as_slice(), self.0.split('|').next()) {
            ([machine, pid, start, ..], Some(ours)) if *machine == ours && !machine.starts_with('/') => {
                started(pid).as_deref() != Some(*start)
            }
            _ => false,
        }
    }
}
