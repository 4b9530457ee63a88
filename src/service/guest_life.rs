//! The life of a service's guest, as the service knows it: none yet, asked for, being cloned, there, gone.
//!
//! Each stage has what can be known in it, and nothing else: a guest that is not there has no uuid, and only one that is
//! being cloned may turn out to be a stranger's. Whether the guest really is there, a look says.
//!
//! ```text
//! NoGuest ──asks──▶ Asked ──clones──▶ Cloning ──ends──▶ Ours
//! or Gone ◀─refused─┘ └─────────is found────────────────▲ │
//!    ◀──────────────────────────forget────────────────────┘
//! ```
//!
//! In the store it is a few keys of the service's body (`cloned`, `slot`, `uuid`, …), as it was before it had a type: a
//! store of any version is read, and the computed columns of the tables are made from these keys.

use crate::service::restoring::Restoring;
use crate::words::ids::UnixSeconds;
use serde::{Deserialize, Serialize};

/// A clone's right to write to a place: held from before the clone is asked for until its end has been seen.
///
/// It is a part of the row, so it outlives its process, and whoever advances the service next gives it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// The server entry and its place: what the limit counts.
    pub key: String,
    /// Since when: the moment before the clone was asked for.
    pub since: UnixSeconds,
}

/// The time in which a guest's number was this service's: backups from then are its own, and no others are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Older backups of the number are somebody else's.
    pub since: UnixSeconds,
    /// When a guest was last known to be there; younger backups are somebody else's too. `None`: it may be there still.
    pub until: Option<UnixSeconds>,
}

impl Held {
    /// Both moments.
    pub(super) fn moments(&mut self) -> impl Iterator<Item = &mut UnixSeconds> {
        let Held { since, until } = self;
        [Some(since), until.as_mut()].into_iter().flatten()
    }
}

/// How far this module has written the guest's firewall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum OurFirewall {
    /// Not at all: what is there came with the template.
    #[default]
    Untouched,
    /// It has begun to: from then on nothing about it is taken for granted.
    Begun,
    /// With the IP filter of a package with anti-spoofing, which the guest has, or may have.
    Filtered,
}

/// What is known of a guest that is there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Guest {
    /// Since when its number is the service's. `None`: a store from before this was kept does not say.
    pub since: Option<UnixSeconds>,
    /// Its SMBIOS uuid, once it has been seen.
    pub uuid: Option<String>,
    /// Whether it carries the cloud-init password of the service.
    pub password_written: bool,
    /// Whether its agent was given that password, and cloud-init still has the one before.
    pub cipassword_old: bool,
    /// When cloud-init was last given one, by a write: a guest that was started before it takes it at its next start.
    pub cipassword_at: Option<UnixSeconds>,
    /// The fingerprints of the SSH keys that its agent was given last; none: it was given none.
    pub agent_keys: Option<Vec<String>>,
    /// Its firewall.
    pub firewall: OurFirewall,
    /// A restore that was asked for, and has not come to its end.
    pub restoring: Option<Restoring>,
}

/// Where the guest of a service stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub enum GuestLife {
    /// There is none, and never was one under its number.
    #[default]
    NoGuest,
    /// A clone is about to be asked for, or was and the answer never came.
    Asked {
        /// Its right to write.
        slot: Slot,
        /// Guests before it.
        earlier: Option<Held>,
    },
    /// Proxmox VE has accepted the clone, and nobody has seen its end.
    Cloning {
        /// Its right to write.
        slot: Slot,
        /// Whether it was seen before it carried anybody's marker: whose it is shows at its end.
        newborn: bool,
        /// Guests before it.
        earlier: Option<Held>,
    },
    /// There is one.
    Ours(Guest),
    /// There was one.
    Gone(Held),
}

impl GuestLife {
    /// Whether there is a guest, as far as is known: a clone that was accepted counts.
    pub fn is_there(&self) -> bool {
        matches!(self, GuestLife::Cloning { .. } | GuestLife::Ours(_))
    }

    /// Whether there is one, or was one that may have left something behind.
    pub fn ever_was(&self) -> bool {
        self.is_there() || self.held_since().is_some()
    }

    /// Whether it is being cloned, as far as was seen.
    pub fn is_cloning(&self) -> bool {
        matches!(self, GuestLife::Cloning { .. })
    }

    /// What is known of a guest that is there, and no clone any more.
    pub fn ours(&self) -> Option<&Guest> {
        match self {
            GuestLife::Ours(guest) => Some(guest),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn ours_mut(&mut self) -> Option<&mut Guest> {
        match self {
            GuestLife::Ours(guest) => Some(guest),
            _ => None,
        }
    }

    /// The SMBIOS uuid of the guest that is there, once it has been seen.
    pub fn uuid(&self) -> Option<&str> {
        self.ours()?.uuid.as_deref()
    }

    /// The restore of it that was asked for, and has not come to its end.
    pub fn restoring(&self) -> Option<&Restoring> {
        self.ours()?.restoring.as_ref()
    }

    /// The right to write of a clone whose end nobody has seen.
    pub fn slot(&self) -> Option<&Slot> {
        match self {
            GuestLife::Asked { slot, .. } | GuestLife::Cloning { slot, .. } => Some(slot),
            _ => None,
        }
    }

    /// Whether its end tells whose it is.
    pub fn is_newborn(&self) -> bool {
        matches!(self, GuestLife::Cloning { newborn: true, .. })
    }

    /// The time from which backups of its number are the service's.
    pub fn held(&self) -> Option<Held> {
        let open = |since| Held { since, until: None };
        match self {
            GuestLife::NoGuest => None,
            GuestLife::Asked { earlier, .. } => *earlier,
            GuestLife::Cloning { slot, earlier, .. } => earlier.or(Some(open(slot.since))),
            GuestLife::Ours(guest) => guest.since.map(open),
            GuestLife::Gone(held) => Some(*held),
        }
    }

    /// The same, but for a guest that is only being cloned.
    fn earlier(&self) -> Option<Held> {
        match self {
            GuestLife::Cloning { earlier, .. } => *earlier,
            _ => self.held(),
        }
    }

    /// Since when the number is the service's, where a finished clone was seen under it.
    pub fn held_since(&self) -> Option<UnixSeconds> {
        self.earlier().map(|held| held.since)
    }

    /// A clone is about to be asked for.
    pub fn asks(&mut self, slot: Slot) {
        let earlier = self.held();
        *self = GuestLife::Asked { slot, earlier };
    }

    /// It was not asked for after all, or refused.
    pub fn is_refused(&mut self) {
        if let GuestLife::Asked { earlier, .. } = self {
            *self = GuestLife::without(*earlier);
        }
    }

    /// The clone that was asked for then is under way.
    pub fn clones(&mut self, asked_at: UnixSeconds, newborn: bool) {
        // one that was asked for before there were slots counts nowhere
        let uncounted = || Slot {
            key: String::new(),
            since: asked_at,
        };
        *self = GuestLife::Cloning {
            slot: self.slot().cloned().unwrap_or_else(uncounted),
            newborn,
            earlier: self.earlier(),
        };
    }

    /// The clone has ended well. Gives back when it was asked for; `None`: it was no clone any more.
    pub fn ends(&mut self) -> Option<UnixSeconds> {
        let GuestLife::Cloning { slot, .. } = self else {
            return None;
        };
        let asked_at = slot.since;
        *self = GuestLife::Ours(Guest {
            since: self.held().map(|held| held.since),
            ..Guest::default()
        });
        Some(asked_at)
    }

    /// The clone that was asked for then was found when it had ended: nothing is taken for granted of what was done to it.
    pub fn is_found(&mut self, asked_at: UnixSeconds) {
        *self = GuestLife::Ours(Guest {
            since: Some(self.held_since().unwrap_or(asked_at)),
            firewall: OurFirewall::Begun,
            ..Guest::default()
        });
    }

    /// There is none any more: after a failed clone, or before a new one.
    pub fn forget(&mut self, now: UnixSeconds) {
        // nobody has backed up what never was finished
        let held = self.earlier().map(|held| Held {
            until: held.until.or(Some(now)),
            ..held
        });
        *self = GuestLife::without(held);
    }

    fn without(earlier: Option<Held>) -> Self {
        earlier.map_or(GuestLife::NoGuest, GuestLife::Gone)
    }

    /// Every moment in it.
    pub(super) fn moments(&mut self) -> impl Iterator<Item = &mut UnixSeconds> {
        let (slot, held, ours) = match self {
            GuestLife::NoGuest => (None, None, None),
            GuestLife::Asked { slot, earlier } | GuestLife::Cloning { slot, earlier, .. } => {
                (Some(&mut slot.since), earlier.as_mut(), None)
            }
            GuestLife::Ours(guest) => (None, None, Some([guest.since.as_mut(), guest.cipassword_at.as_mut()])),
            GuestLife::Gone(held) => (None, Some(held), None),
        };
        let held = held.into_iter().flat_map(Held::moments);
        let ours = ours.into_iter().flatten().flatten();
        slot.into_iter().chain(held).chain(ours)
    }
}

/// As it is kept: what each key means, version 0.1.0 knows too.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    /// The clone slot, while one is held.
    slot: Option<Slot>,
    uuid: Option<String>,
    /// Whether PVE has accepted the clone of the guest.
    cloned: bool,
    /// When that was asked for, while it runs.
    cloned_at: Option<UnixSeconds>,
    password_written: bool,
    cipassword_old: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cipassword_at: Option<UnixSeconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_keys: Option<Vec<String>>,
    firewall_touched: bool,
    ip_filtered: bool,
    guest_since: Option<UnixSeconds>,
    guest_until: Option<UnixSeconds>,
    newborn: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    restoring: Option<Restoring>,
}

impl From<GuestLife> for Stored {
    fn from(life: GuestLife) -> Self {
        let cloned = life.is_there();
        let earlier = |held: Option<Held>| Stored {
            cloned,
            guest_since: held.map(|held| held.since),
            guest_until: held.and_then(|held| held.until),
            ..Stored::default()
        };
        match life {
            GuestLife::NoGuest => earlier(None),
            GuestLife::Gone(held) => earlier(Some(held)),
            GuestLife::Asked { slot, earlier: held } => Stored {
                slot: Some(slot),
                ..earlier(held)
            },
            GuestLife::Cloning {
                slot,
                newborn,
                earlier: held,
            } => Stored {
                cloned_at: Some(slot.since),
                slot: Some(slot),
                newborn,
                ..earlier(held)
            },
            GuestLife::Ours(guest) => Stored {
                cloned,
                guest_since: guest.since,
                uuid: guest.uuid,
                password_written: guest.password_written,
                cipassword_old: guest.cipassword_old,
                cipassword_at: guest.cipassword_at,
                agent_keys: guest.agent_keys,
                firewall_touched: guest.firewall >= OurFirewall::Begun,
                ip_filtered: guest.firewall >= OurFirewall::Filtered,
                restoring: guest.restoring,
                ..Stored::default()
            },
        }
    }
}

impl From<Stored> for GuestLife {
    /// Older versions could write more than there is: what says more about the guest is believed.
    fn from(stored: Stored) -> Self {
        // an end without a beginning says nothing
        let earlier = stored.guest_since.map(|since| Held {
            since,
            until: stored.guest_until,
        });
        // what is known of a guest was seen of it once it was whole
        let is_known = stored.uuid.is_some() || stored.password_written || stored.firewall_touched;
        match (stored.cloned, stored.slot) {
            (false, None) => GuestLife::without(earlier),
            (false, Some(slot)) => GuestLife::Asked { slot, earlier },
            (true, Some(slot)) if !is_known => GuestLife::Cloning {
                slot,
                newborn: stored.newborn,
                earlier,
            },
            (true, _) => GuestLife::Ours(Guest {
                since: stored.guest_since.or(stored.cloned_at),
                uuid: stored.uuid,
                password_written: stored.password_written,
                cipassword_old: stored.cipassword_old,
                cipassword_at: stored.cipassword_at,
                agent_keys: stored.agent_keys,
                firewall: match (stored.firewall_touched, stored.ip_filtered) {
                    (false, _) => OurFirewall::Untouched,
                    (true, false) => OurFirewall::Begun,
                    (true, true) => OurFirewall::Filtered,
                },
                restoring: stored.restoring,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
