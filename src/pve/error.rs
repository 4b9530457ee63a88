//! How a request to PVE can end badly: never sent (for four reasons), no clear answer, refused in the node's own words,
//! or an answer that is none.

use crate::words::ids::{UnixSeconds, Vmid};
use crate::words::limits::WORDS_CHARS;
use crate::words::problems::{self, Problem};

/// The end of a request that did not succeed.
///
/// The class decides what may happen next: what was never sent may be repeated; after no answer the
/// guest is looked at before anything else; a refusal is final until something changes.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// No endpoint could be connected to: nothing was sent, repeating is safe.
    #[error("no node of the server entry could be reached: {why}")]
    NeverSent {
        /// One clause for each endpoint tried.
        why: String,
    },
    /// The server entry is known not to answer: nothing was sent, repeating is safe.
    #[error(
        "{endpoints} does not answer, so nothing was sent now: it is tried again within a minute, and by Test Connection at once"
    )]
    Silent {
        /// Its endpoints.
        endpoints: String,
        /// When it is asked again.
        until: UnixSeconds,
    },
    /// The time of whoever asks is over: nothing was sent.
    #[error("{what} was not asked: Proxmox VE answers too slowly for the time that was left")]
    OutOfTime {
        /// Method and path.
        what: String,
    },
    /// The certificate is not one that the server entry trusts: nothing was sent.
    #[error("{why}")]
    NotTrusted {
        /// What was presented and what to do.
        why: String,
    },
    /// Sent, but the answer is missing (time-out, closed connection, 595, 596, 599): it may have happened.
    #[error("{what} got no clear answer ({why}): nothing is repeated before the VM was looked at")]
    NoAnswer {
        /// Method and path.
        what: String,
        /// Status line or the connection's end.
        why: String,
    },
    /// The node said no, in its own words.
    #[error("Proxmox VE refused {what}: {words}{}", advice(*status))]
    Refused {
        /// Method and path.
        what: String,
        /// HTTP status.
        status: u16,
        /// Reason phrase or `message`, with the texts of `errors`.
        words: String,
    },
    /// An answer that is none: no JSON, a missing field, far too long.
    #[error("the answer to {what} could not be understood: {why}")]
    Unexpected {
        /// Method and path.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

/// PVE's exact texts for a missing guest; in these and the others `#` is a number.
const GONE: [&str; 2] = [
    "/qemu-server/#.conf' does not exist",
    "unable to find configuration file for VM # on node",
];
const VMID_TAKEN: &str = "unable to create VM #: config file already exists";
const CHANGED: [&str; 2] = [
    "checksum mismatch (file change by other user?)",
    "detected modified configuration - file changed by other user?",
];
const LOCKED: &str = "VM is locked (";
const LOCK_TIMEOUT: &str = "can't lock file";
const NOT_SHUT_DOWN: &str = "VM quit/powerdown failed";
const FORBIDDEN: &str = "Permission check failed";
const EXISTS: &str = "already exists";
/// A node that is not in the cluster any more (pve-cluster, PVE/Cluster.pm, `remote_node_ip`, `check_node_exists`).
const NO_NODE: [&str; 2] = ["hostname lookup '", "no such cluster node '"];
/// Without `purge` a guest is not deleted that HA knows in any way, or that is replicated (qemu-server, PVE/API2/Qemu.pm).
const BOUND: [&str; 2] = [
    "used in HA resources and purge parameter not set",
    "There is a replication job '",
];
const FILE_EXISTS: &str = "File exists";
const NOT_RESTORED: &str = "unable to restore VM #";
/// A task that the node does not list.
pub(super) const NO_TASK: &str = "no such task";
/// A guest's firewall has no such set.
pub(super) const NO_IP_SET: &str = "no such IPSet";
/// The parameter that an older PVE does not know.
pub(super) const OVERRULE: &str = "overrule-shutdown";

/// The words of a node that decide what happens next. A password that is a part of them masks none.
pub(super) const UNDERSTOOD: [&str; 19] = [
    GONE[0],
    GONE[1],
    VMID_TAKEN,
    CHANGED[0],
    CHANGED[1],
    LOCKED,
    LOCK_TIMEOUT,
    NOT_SHUT_DOWN,
    FORBIDDEN,
    EXISTS,
    NO_NODE[0],
    NO_NODE[1],
    BOUND[0],
    BOUND[1],
    FILE_EXISTS,
    NOT_RESTORED,
    NO_TASK,
    NO_IP_SET,
    OVERRULE,
];

fn of(text: &str, vmid: Vmid) -> String {
    text.replace('#', &vmid.to_string())
}

/// What to do about a refusal that is about the login.
pub fn advice(status: u16) -> &'static str {
    match status {
        401 => "; check user name and password, or token and secret, in the server entry",
        403 => "; give the login's role what is missing: Test Connection lists it",
        _ => "",
    }
}

impl Error {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            Error::NeverSent { .. } => &problems::PVE_UNREACHABLE,
            Error::Silent { .. } => &problems::PVE_SILENT,
            Error::OutOfTime { .. } => &problems::PVE_NO_TIME,
            Error::NotTrusted { .. } => &problems::PVE_NOT_TRUSTED,
            Error::NoAnswer { .. } => &problems::PVE_NO_ANSWER,
            Error::Refused { status: 401, .. } => &problems::PVE_LOGIN,
            Error::Refused { status: 403, .. } => &problems::PVE_PERMISSION,
            // what it was asked for, it will never do
            Error::Refused { status: 400 | 501, .. } => &problems::PVE_REJECTED,
            Error::Refused { status: 500, words, .. } if BOUND.iter().any(|text| words.contains(text)) => {
                &problems::BOUND
            }
            Error::Refused { .. } => &problems::PVE_REFUSED,
            Error::Unexpected { .. } => &problems::PVE_UNEXPECTED,
        }
    }

    /// A node's no to something that would have changed something.
    pub fn refuses_change(&self) -> bool {
        matches!(self, Error::Refused { what, status, .. } if !what.starts_with("GET ") && *status != 401)
    }

    fn words(&self) -> Option<&str> {
        match self {
            Error::Refused { status: 500, words, .. } => Some(words),
            _ => None,
        }
    }

    /// PVE's exact way of saying that a guest does not exist **on the node that was asked**. Any other
    /// error is not that: a guest is never taken for gone because a request failed.
    pub fn says_gone(&self, vmid: Vmid) -> bool {
        self.words().is_some_and(|words| words_say_gone(words, vmid))
    }

    /// There is no such storage, and so nothing on it.
    pub fn says_no_storage(&self) -> bool {
        let says = |words: &str| words.contains("storage '") && words.contains("does not exist");
        self.words().is_some_and(says)
    }

    /// The storage is none of the node that was asked.
    pub fn says_storage_is_elsewhere(&self) -> bool {
        let says = |words: &str| words.contains("storage '") && words.contains("is not available on node '");
        self.words().is_some_and(says)
    }

    /// The node that was asked is in the cluster no more: what it had is elsewhere, or gone with it.
    pub fn says_no_node(&self) -> bool {
        let words = self.words().unwrap_or_default();
        NO_NODE.iter().any(|text| words.contains(text))
    }

    /// The VMID of a clone is taken: by a guest, or by a clone that runs at this moment.
    pub fn says_vmid_taken(&self, vmid: Vmid) -> bool {
        let taken = of(VMID_TAKEN, vmid);
        self.words().is_some_and(|words| words.contains(&taken))
    }

    /// The number of a guest that is to come out of a backup is taken (qemu-server, PVE/API2/Qemu.pm, `create_vm`).
    pub fn says_number_taken(&self, vmid: Vmid) -> bool {
        let refused = of(NOT_RESTORED, vmid);
        let is_taken =
            // whoever makes it holds its config
            |words: &str| words.contains(&refused) && [EXISTS, FILE_EXISTS, LOCK_TIMEOUT].iter().any(|text| words.contains(text));
        self.words().is_some_and(is_taken)
    }

    /// Somebody else changed the guest between our look and our write: look again.
    pub fn says_changed_meanwhile(&self) -> bool {
        self.words()
            .is_some_and(|words| CHANGED.iter().any(|text| words.contains(text)))
    }

    /// The guest is locked, or another task holds its lock: wait, look again.
    pub fn says_locked(&self) -> bool {
        self.words().is_some_and(words_say_locked)
    }

    /// The lock that it names, or else the task that holds the config.
    pub fn lock(&self) -> &str {
        let named = self.words().and_then(|words| words.split_once("VM is locked ("));
        let named = named.and_then(|(_, rest)| rest.split_once(')'));
        named.map_or("another task", |(lock, _)| lock)
    }

    /// A 400 that says the thing to be made is there already: as good as done.
    pub fn says_exists(&self) -> bool {
        matches!(self, Error::Refused { status: 400, words, .. } if words.contains(EXISTS))
    }
}

fn words_say_gone(words: &str, vmid: Vmid) -> bool {
    GONE.iter().any(|text| words.contains(&of(text, vmid)))
}

/// The texts of a guest that is locked.
pub fn words_say_locked(words: &str) -> bool {
    words.contains(LOCKED) || words_say_lock_timeout(words)
}

/// The text of a guest whose config somebody else held for as long as the request, or the task, could wait: another
/// request, another task, or `qm cleanup` after a quick stop and start, which holds it for half a minute
/// (qemu-server, PVE/CLI/qm.pm).
pub fn words_say_lock_timeout(words: &str) -> bool {
    words.contains(LOCK_TIMEOUT)
}

/// The text of a task whose guest has not shut down in time, or did not listen: nothing was forced, and it still runs
/// (qemu-server, PVE/QemuServer.pm, _do_vm_stop).
pub fn words_say_not_shut_down(words: &str) -> bool {
    words.starts_with(NOT_SHUT_DOWN)
}

/// A task's words that are a refusal of the login: PVE checks some privileges only in the task.
pub fn words_forbid(words: &str) -> bool {
    words.contains(FORBIDDEN)
}

/// A node's words on one line and of bounded length.
pub fn tidy(words: &str) -> String {
    cut(words, WORDS_CHARS)
}

/// A text on one line, and of so many characters at most.
pub(super) fn cut(text: &str, chars: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(chars) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
