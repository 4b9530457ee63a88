//! What is queued for a finished guest, and how far it has come.

use crate::guest::{BackupTag, Made};
use crate::service::beside::{BeforeSwap, Role};
use crate::service::choices::{ChosenApplication, ChosenSystem};
use crate::service::wish::{HowFar, Wish};
use crate::words::ids::{StorageId, UnixSeconds};
use crate::words::limits;
use crate::words::ssh_key::NamedKey;
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
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
    /// The application that was chosen for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<ChosenApplication>,
    /// The SSH keys that were chosen for it. None: those that the service has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_keys: Option<Vec<NamedKey>>,
    /// What the customer gives cloud-init of the guest that takes the place of this one, sealed. None: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_data: Option<String>,
    /// The word of the new password that came with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewal: Option<String>,
    /// Whether it was refused: what was done for it is being taken back.
    pub refused: bool,
    /// What is wanted of the guest's snapshots and backups.
    #[serde(alias = "snapshots")]
    pub wish: Option<Wish>,
    /// Whether the guest was rolled back or restored, and what is queued makes the package true again.
    pub rolled_back: bool,
    /// Whether that rollback has failed on its way: that the package is true says nothing about the guest's disks.
    pub half_back: bool,
    /// What cloud-init gave the guest before it was rolled back, and gives it again after that: the addresses of then may be
    /// somebody else's by now. `None`: it was not rolled back.
    pub kept: Option<BTreeMap<String, Option<String>>>,
    /// The disks that the guest had before it was rolled back, by their slots. One that the snapshot does not know is taken
    /// off by Proxmox VE (`unusedN`), and attached again after that: nobody loses what was on it.
    pub disks: BTreeMap<String, String>,
    /// The network cards of the guest that were cut off while it was not the service's own, and are connected again.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub connects: BTreeSet<String>,
    /// How it was before a swap, where what is queued gives what was swapped in the package of today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_swap: Option<Box<BeforeSwap>>,
    /// The backup that is made before a guest is made anew. None: none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_first: Option<BackupFirst>,
    /// Whether Proxmox VE has begun to delete the guest: its disks go first, so there is no way back.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deletion_begun: bool,
    /// Since when the wish, or that backup, waits for its next part. `None`: there is none.
    pub waits_since: Option<UnixSeconds>,
    /// Whether Change Package was asked for meanwhile: it is next, whatever becomes of the wish.
    pub package_follows: bool,
}

/// A backup that something else waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupFirst {
    /// Its name, and whose it is.
    pub tag: BackupTag,
    /// Where it is stored.
    pub storage: StorageId,
    /// Whether a guest that runs is stopped for it.
    pub stops: bool,
    /// Whether its task has ended well.
    pub done: bool,
}

impl Queued {
    /// Whether nothing of what is queued is begun before a backup is there.
    pub fn waits_for_backup(&self) -> bool {
        self.backup_first.as_ref().is_some_and(|first| !first.done)
    }

    /// From now on what was done is taken back. Of a wish nothing was: unless the guest had come back before, what is there is
    /// that of today.
    pub fn is_refused(&mut self) {
        self.refused = true;
        if self.wish.is_some() && self.from != Some(Status::ChangePackage) {
            self.kept = None;
        }
    }

    /// Whether the guest is not as it was before.
    pub fn has_touched_guest(&self) -> bool {
        // what came back with a backup or a snapshot is put right before the taking back is over
        self.stopped || !self.values.is_empty() || self.refused && self.kept.is_some()
    }

    /// Whether what leads away from this status is about snapshots or backups: nobody has asked for another package, or for a
    /// guest made anew.
    pub fn is_of_copies(&self, status: Status) -> bool {
        self.wish.is_some() || self.ends_rollback(status)
    }

    /// Whether what leads away from this status makes the package true again after a rollback.
    pub fn ends_rollback(&self, status: Status) -> bool {
        self.rolled_back && status == Status::ChangePackage
    }

    /// Change Package is asked for besides. Whether something else is done first, and stays asked for.
    pub fn package_is_wanted(&mut self) -> bool {
        self.package_follows = self.wish.is_some();
        // the package is made true anyway; from now on that is a change
        self.rolled_back = false;
        self.package_follows
    }

    /// What stays of it where something else is asked for in its place: what was done to the guest, and to which status a
    /// refusal of that leads back. A wish ends.
    pub fn replaced(self, status: Status) -> Queued {
        let from = match &self.wish {
            Some(_) if self.package_follows || self.has_begun() => Some(Status::ChangePackage),
            Some(_) => self.from,
            None => Some(status),
        };
        let is_half_back = self.has_begun() && !self.package_follows;
        Queued {
            from,
            rolled_back: self.rolled_back || is_half_back,
            wish: None,
            backup_first: None,
            waits_since: None,
            package_follows: false,
            refused: false,
            ..self
        }
    }

    /// What stays of it where a guest without disks is restored in its place: what was done to the guest. Nothing that was
    /// chosen for one made anew.
    pub fn restored_instead(self) -> Queued {
        Queued {
            from: self.from,
            stopped: self.stopped,
            values: self.values,
            addresses: self.addresses,
            kept: self.kept,
            disks: self.disks,
            connects: self.connects,
            package_follows: self.package_follows,
            ..Queued::default()
        }
    }

    /// Whether it is one backup more.
    pub fn makes_backup(&self) -> bool {
        matches!(self.wish, Some(Wish::BackUp { .. }))
    }

    /// Whether it is one that a schedule asks for.
    pub fn is_of_schedule(&self) -> bool {
        matches!(&self.wish, Some(Wish::BackUp { tag, .. }) if Made::of(&tag.name) == Made::Scheduled)
    }

    /// Whether a refusal of it leaves everything as it was, so that only whoever asked has to hear of it.
    pub fn is_harmless(&self) -> bool {
        self.wish.as_ref().is_some_and(Wish::is_harmless)
    }

    /// A task of the wish has ended well.
    pub fn gets_on(&mut self, kind: &str, now: UnixSeconds) {
        if let Some(wish) = &mut self.wish {
            wish.hears(kind);
        }
        if let Some(first) = self.backup_first.as_mut().filter(|_| kind == "vzdump") {
            first.done = true;
        }
        self.waits_since = self.waits_since.map(|_| now);
    }

    /// A task of what is queued is under way.
    pub fn begins(&mut self, kind: &str) {
        self.deletion_begun |= kind == "qmdestroy";
        match (kind, &mut self.wish) {
            ("qmrollback", Some(Wish::RollBack { stage, .. })) => *stage = HowFar::Begun,
            ("qmrestore", Some(Wish::Restore { begun, .. } | Wish::RestoreBeside { begun, .. })) => *begun += 1,
            _ => {}
        }
    }

    /// Its task could not begin, as another one held the guest.
    pub fn was_held_up(&mut self) {
        match &mut self.wish {
            Some(Wish::RollBack { stage, .. }) => *stage = HowFar::Waits,
            Some(Wish::Restore { begun, .. }) => *begun = begun.saturating_sub(1),
            _ => {}
        }
    }

    /// The guest was seen that comes out of a restore of this word.
    pub fn is_restored(&mut self, word: &str) {
        if let Some(Wish::Restore { nonce, done, .. }) = &mut self.wish {
            *done |= nonce == word;
        }
    }

    /// Whether what came out of a backup was swapped in.
    pub fn brings_backup(&self) -> bool {
        let before = self.before_swap.as_ref();
        before.is_some_and(|before| before.other.stage == Role::Restored)
    }

    /// Whether the second guest is to take the place of this one.
    pub fn swaps(&self) -> bool {
        matches!(self.wish, Some(Wish::Swap { .. }))
    }

    /// Whether a restore is wanted that is not done.
    pub fn restores(&self) -> bool {
        matches!(&self.wish, Some(Wish::Restore { done: false, .. }))
    }

    /// Whether it is about a restore, over the guest or beside it.
    pub fn is_of_restore(&self) -> bool {
        let beside = matches!(self.wish, Some(Wish::RestoreBeside { .. } | Wish::Swap { .. }));
        beside || self.restores()
    }

    /// Whether Proxmox VE has begun to change the guest for what is wanted, and nobody has seen that this was done.
    pub fn has_begun(&self) -> bool {
        let restore = matches!(
            &self.wish,
            Some(Wish::Restore {
                begun: 1..,
                done: false,
                ..
            })
        );
        restore || self.is_half_back()
    }

    /// The rollback that is wanted has come so far.
    pub fn reaches(&mut self, reached: HowFar) {
        if let Some(Wish::RollBack { stage, .. }) = &mut self.wish {
            *stage = reached;
        }
    }

    /// Whether Proxmox VE has begun the rollback that is wanted, and nobody knows of its end: it is not begun again, as the
    /// guest may have been worked on since.
    pub fn is_half_back(&self) -> bool {
        matches!(
            &self.wish,
            Some(Wish::RollBack {
                stage: HowFar::Begun,
                ..
            })
        )
    }

    /// Whether the wish has waited so long that it is not to be done any more: meanwhile whoever had it works on. What was
    /// done of it, and a deletion, which loses nothing by it, has no such time.
    pub fn is_stale(&self, now: UnixSeconds) -> bool {
        let waits = match &self.wish {
            Some(
                Wish::Take { .. }
                | Wish::RollBack {
                    stage: HowFar::Waits, ..
                }
                | Wish::Restore {
                    begun: 0, done: false, ..
                }
                | Wish::RestoreBeside { begun: 0, .. },
            ) => !self.refused,
            Some(Wish::Swap { .. }) => !self.refused && !self.stopped && self.values.is_empty(),
            _ => false,
        };
        waits && (self.waits_since).is_some_and(|since| now - since > limits::SNAPSHOT_WAITS)
    }

    /// What is left of a rollback or a restore that is done, or may be: the package is made true again, and the guest runs if it ran.
    pub fn after_rollback(self) -> Queued {
        Queued {
            from: self.from,
            stopped: self.stopped,
            // where Change Package was asked for, it is just that
            rolled_back: !self.package_follows,
            half_back: self.has_begun(),
            kept: self.kept,
            connects: self.connects,
            before_swap: self.before_swap,
            disks: self.disks,
            ..Queued::default()
        }
    }
}
