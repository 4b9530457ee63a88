//! One error for everything that anything can end with: the sentences. What else is said of each is its row in
//! [`crate::words::problems`].

mod backup;
mod beside;
mod console;
mod firewall;
mod media;
mod refusal;
mod restore;
mod sentences;
mod set_up;
mod snapshot;

pub use backup::BackupRefusal;
pub use beside::BesideRefusal;
pub use console::NoConsole;
pub use firewall::{ADDRESS_CHARS, COMMENT_CHARS, FirewallRefusal, MOST_ADDRESSES};
pub use media::MediaRefusal;
pub use refusal::Refusal;
pub use restore::RestoreRefusal;
pub use set_up::SetUp;
pub use snapshot::SnapshotRefusal;

use crate::dns;
use crate::package;
use crate::pipeline::{Blocked, NoPlace};
use crate::pve;
use crate::server;
use crate::store;
use crate::words::password::BadPassword;
use crate::words::problems::{self, Problem};
use crate::words::ssh_key::KeyError;
use crate::words::status::Status;
use crate::words::user_data::UserDataError;

/// Why something asked for was not done. Every text is one sentence for an admin, without a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request of PHP is none.
    #[error("the request of the PHP module cannot be read ({0}): install PHP files and library of the same version")]
    Request(String),
    /// A number that no service has.
    #[error("the number of the service is missing, or none: it is the ID that WHMCS shows on the page of the service")]
    NoService,
    /// An option of the package, or a configurable option.
    #[error(transparent)]
    Package(#[from] package::Error),
    /// The server entry.
    #[error(transparent)]
    Server(#[from] server::Error),
    /// The package does not fit the cluster.
    #[error(transparent)]
    Placement(#[from] NoPlace),
    /// The step cannot be done on this guest.
    #[error(transparent)]
    Blocked(#[from] Blocked),
    /// The state of the service or guest forbids it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A CD, or rescue mode.
    #[error(transparent)]
    Media(#[from] MediaRefusal),
    /// A snapshot that cannot be.
    #[error(transparent)]
    Snapshot(#[from] SnapshotRefusal),
    /// A text that is no SSH key for a guest.
    #[error(transparent)]
    SshKey(#[from] KeyError),
    /// A text that is no password for a guest.
    #[error(transparent)]
    Password(#[from] BadPassword),
    /// A text that is no user data for a guest.
    #[error(transparent)]
    UserData(#[from] UserDataError),
    /// A console that cannot be opened.
    #[error(transparent)]
    Console(#[from] NoConsole),
    /// A backup that cannot be.
    #[error(transparent)]
    Backup(#[from] BackupRefusal),
    /// A restore that cannot be, or has lost the VM.
    #[error(transparent)]
    Restore(#[from] RestoreRefusal),
    /// A firewall that is not changed.
    #[error(transparent)]
    Firewall(#[from] FirewallRefusal),
    /// A second VM that cannot be, or is in the way.
    #[error(transparent)]
    Beside(#[from] BesideRefusal),
    /// A step of the set-up.
    #[error(transparent)]
    SetUp(#[from] SetUp),
    /// PVE.
    #[error(transparent)]
    Pve(#[from] pve::Error),
    /// A task of PVE ended badly.
    #[error("Proxmox VE could not {what}: {words}{}", advice_on_task(words))]
    Task {
        /// What was asked.
        what: String,
        /// The task's own words.
        words: String,
    },
    /// PVE accepts a change that is still missing afterwards.
    #[error("step {step} does not settle: Proxmox VE accepts the change and the VM does not show it ({missing})")]
    Unsettled {
        /// The step.
        step: Status,
        /// What is still missing.
        missing: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A DNS zone as it is configured.
    #[error(transparent)]
    Zone(#[from] dns::ConfigError),
    /// DNS. No other operation ends with it.
    #[error("{sentence}")]
    Dns {
        /// What is wrong.
        problem: &'static Problem,
        /// The same with the zone, for people.
        sentence: String,
    },
    /// The same request was answered before, with this.
    #[error("this was asked for once already, and refused: {sentence}")]
    Before {
        /// What was wrong then.
        problem: &'static Problem,
        /// What was said of it.
        sentence: String,
    },
    /// A panic was caught at the boundary.
    #[error("internal error at {0}: please report it")]
    Internal(String),
}

impl Error {
    /// Its row: everything that is said of it beside the sentence.
    pub fn problem(&self) -> &'static Problem {
        match self {
            Error::Request(_) => &problems::BAD_REQUEST,
            Error::NoService => &problems::NO_SERVICE,
            Error::Package(error) => error.problem(),
            Error::Server(error) => error.problem(),
            Error::Placement(error) => error.problem(),
            Error::Blocked(error) => error.problem(),
            Error::Refused(error) => error.problem(),
            Error::Media(error) => error.problem(),
            Error::Snapshot(error) => error.problem(),
            Error::SshKey(error) => error.problem(),
            Error::Password(error) => error.problem(),
            Error::UserData(error) => error.problem(),
            Error::Console(error) => error.problem(),
            Error::Backup(error) => error.problem(),
            Error::Restore(error) => error.problem(),
            Error::Firewall(error) => error.problem(),
            Error::Beside(error) => error.problem(),
            Error::SetUp(error) => error.problem(),
            Error::Pve(error) => error.problem(),
            // PVE checks some privileges only in the task
            Error::Task { words, .. } if pve::words_forbid(words) => &problems::PVE_PERMISSION,
            Error::Task { .. } => &problems::TASK_FAILED,
            Error::Unsettled { .. } => &problems::UNSETTLED,
            Error::Store(error) => error.problem(),
            Error::Zone(_) => &problems::BAD_ZONE,
            Error::Dns { problem, .. } | Error::Before { problem, .. } => problem,
            Error::Internal(_) => &problems::INTERNAL,
        }
    }

    /// The stable name, for pages and monitoring.
    pub fn code(&self) -> &'static str {
        self.problem().code
    }

    /// Whether the cron's next tries may help without anybody's doing; else the service needs attention.
    pub fn retry(&self) -> bool {
        self.problem().retry
    }

    /// The number in its text for a client; `None`: that text has none.
    pub fn number(&self) -> Option<u64> {
        match self {
            Error::Snapshot(error) => error.number(),
            Error::SshKey(error) => error.number(),
            Error::UserData(error) => error.number(),
            Error::Console(error) => error.number(),
            Error::Backup(error) => error.number(),
            Error::Firewall(error) => error.number(),
            _ => None,
        }
    }

    /// After so many whole seconds the same may be asked again; `None`: nobody can tell.
    pub fn again_in(&self) -> Option<u32> {
        match self {
            Error::Refused(Refusal::TooOften { wait, .. }) => Some(wait.ceil() as u32),
            _ => None,
        }
    }
}

/// What the module then does.
fn once_unlocked(lock: &str) -> &'static str {
    match lock {
        "clone" => "what was half made is then deleted, and a VM that is being set up is cloned anew",
        "create" => "the module then tells whether the VM still has its disks, and goes on with what was asked for",
        "rollback" => "the module then makes the package true again, and starts the VM if it ran",
        _ => "the module then goes on with what was asked for",
    }
}

fn advice_on_task(words: &str) -> &'static str {
    if pve::words_forbid(words) { pve::advice(403) } else { "" }
}
