//! What is queued for a finished guest, and how far it has come.

use crate::service::choices::ChosenSystem;
use crate::service::wish::Wish;
use crate::words::ssh_key::NamedKey;
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What is queued for a guest, and what has been done to it for that so far: what a refusal takes back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Queued {
    /// The status from before.
    pub from: Option<Status>,
    /// Whether a guest that ran was stopped for it.
    pub stopped: bool,
    /// What the config had under the keys that were written for it. `None`: nothing.
    pub values: BTreeMap<String, Option<String>>,
    /// The addresses from before others were leased or given back.
    pub addresses: Option<Vec<IpAddr>>,
    /// The operating system that was chosen for the guest which takes the place of this one.
    pub system: Option<ChosenSystem>,
    /// The SSH keys that were chosen for it. None: those that the service has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_keys: Option<Vec<NamedKey>>,
    /// Whether it was refused: what was done for it is being taken back.
    pub refused: bool,
    /// What is wanted of the guest's snapshots.
    pub snapshots: Option<Wish>,
    /// Whether the guest was rolled back, and what is queued makes the package true again.
    pub rolled_back: bool,
}

impl Queued {
    /// Whether the guest is not as it was before.
    pub fn has_touched_guest(&self) -> bool {
        self.stopped || !self.values.is_empty()
    }

    /// Whether it is about snapshots: nobody has asked for another package, or for a guest made anew.
    pub fn is_of_snapshots(&self) -> bool {
        self.snapshots.is_some() || self.rolled_back
    }

    /// Whether it is one snapshot more.
    pub fn takes_snapshot(&self) -> bool {
        matches!(self.snapshots, Some(Wish::Take { .. }))
    }

    /// Whether a refusal of it leaves everything as it was, so that only whoever asked has to hear of it.
    pub fn is_harmless(&self) -> bool {
        self.snapshots.as_ref().is_some_and(|wish| !wish.changes_guest())
    }

    /// The task that rolls back has ended well.
    pub fn is_back(&mut self) {
        if let Some(Wish::RollBack { done, .. }) = &mut self.snapshots {
            *done = true;
        }
    }

    /// What is left of a rollback that is done: the package is made true again, and the guest runs if it ran.
    pub fn after_rollback(self) -> Queued {
        Queued {
            from: self.from,
            stopped: self.stopped,
            rolled_back: true,
            ..Queued::default()
        }
    }
}
