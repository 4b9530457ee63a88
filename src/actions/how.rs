//! How an action is done.

use super::firewall::OfFirewall;
use crate::package::Package;
use crate::pipeline::Row;
use crate::problems::Error;
use crate::service::choices::Choices;
use crate::service::media::MediaAct;
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::ssh_key::NamedKey;
use crate::words::status::Status;
use serde_json::Value;

/// What a choice is made from.
pub struct Chosen<'a> {
    /// Days of the week, as words from `mon` to `sun`: a list, or a text with commas.
    pub days: &'a Value,
    /// The hour at which a window begins.
    pub hour: &'a Value,
    /// How far WHMCS's clocks are ahead of UTC, in seconds.
    pub utc_offset_s: i32,
    /// Fingerprints of SSH keys: a list, or a text with commas.
    pub ssh_keys: &'a Value,
    /// The SSH keys of the client.
    pub known_keys: &'a [NamedKey],
    /// Whose choice it is.
    pub service: ServiceId,
    /// What is sold.
    pub package: &'a Package,
    /// Whether its guest has a password.
    pub has_password: bool,
    /// When it is made.
    pub now: UnixSeconds,
}

/// What an action makes of the customer's choices; what a request brings for that is checked here.
pub type Choose = fn(&mut Choices, &Chosen<'_>) -> Result<(), Error>;

/// How an action is done.
#[derive(Debug, Clone, Copy)]
pub enum How {
    /// The row is reached within this request.
    Reach(&'static Row),
    /// One step of the pipeline is forced. If it is the next one, the status advances too.
    Step(&'static Row),
    /// The guest is asked once: nothing in a look says that this has happened. Its task goes on without whoever asked.
    Once(Once),
    /// The status is set, and the pipeline makes it true: what has no time now, the cron does.
    Queue(Status),
    /// What is wanted of the snapshots is written down, and the pipeline makes it true.
    Snapshot(OfSnapshot),
    /// What is wanted of the backups is written down, and the pipeline makes it true.
    Backup(OfBackup),
    /// What is wanted of CD drives and the boot order is written down, and the pipeline makes it true.
    Media(MediaAct),
    /// A choice of the customer is written down, if it was made on what is chosen now: the store alone decides, and Proxmox
    /// VE is asked nothing.
    Choose(Choose),
    /// The customer's list of firewall rules is another one, and the pipeline makes it true.
    Firewall(OfFirewall),
    /// A verb of its own.
    Own,
}

/// What is wanted of a guest's snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfSnapshot {
    /// One more.
    Take,
    /// The guest as it was then.
    RollBack,
    /// One less.
    Delete,
}

/// What is wanted of a guest's backups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfBackup {
    /// One more.
    Make,
    /// One less.
    Delete,
    /// Another note.
    Note,
    /// Protected, or no more.
    Protect(bool),
    /// The guest as it was then.
    Restore,
    /// A second guest as it was then.
    RestoreBeside,
    /// The second guest in place of the service's own.
    Swap,
    /// No second guest any more.
    Discard,
}

/// What a guest is asked once.
#[derive(Debug, Clone, Copy)]
pub struct Once {
    /// Proxmox VE's word for it: `POST …/status/{word}`.
    pub word: &'static str,
    /// What is done, for sentences: `reboot`.
    pub says: &'static str,
    /// Whether the guest has the product's time for it (`shutdown_timeout`); it is not forced.
    pub timed: bool,
}
