//! A second guest that a service has for a while, beside its own: made from a backup, without a network, to be looked at and
//! swapped in; or, after a swap, the former one, which waits to be swapped back or deleted.
//!
//! Exactly one guest is the service's own, and has its addresses: that of [`Service::vmid`]. The other one is stopped or cut
//! off, whatever becomes of it. Both carry the service's marker, and often one SMBIOS uuid: which is which is told by
//! number, and by a word in the description that the store knows.

use super::Service;
use crate::guest::Config;
use crate::service::guest_life::{GuestLife, Held};
use crate::service::media::BootsOnce;
use crate::service::restoring::Restoring;
use crate::words::ids::{NodeName, UnixSeconds, Upid, Vmid};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the second guest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Its restore was asked for, and nobody has seen its end.
    Asked,
    /// It came out of a backup.
    Restored,
    /// It was the service's own before the last swap.
    Former,
}

impl Role {
    /// Its name for pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Asked => "asked",
            Role::Restored => "restored",
            Role::Former => "former",
        }
    }
}

/// The second guest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// What it is.
    pub stage: Role,
    /// Its number.
    pub vmid: Vmid,
    /// The node that holds it.
    pub node: NodeName,
    /// The word in its description.
    pub nonce: String,
    /// What is known of it, as of the service's own.
    pub life: GuestLife,
    /// The backup that it, or the one in its place, was made from.
    pub backup: String,
    /// Its network cards that were cut off for as long as it is no service's own.
    pub cut: BTreeSet<String>,
    /// The boot order that held for its next start when it was swapped away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boots_once: Option<BootsOnce>,
    /// When something was last asked of it, while the answer is outstanding or its task runs.
    pub asked_at: Option<UnixSeconds>,
    /// The task that was started for it.
    pub upid: Option<Upid>,
    /// Who asked for that, by its name in the history: its end is no answer to anybody else's question.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub asked_by: String,
    /// What is asked of it in vain. None: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_vain: Option<InVain>,
}

/// A change of the second guest that has failed, and was not seen done since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InVain {
    /// The kind of its task.
    pub kind: String,
    /// How often.
    pub times: u32,
    /// Since when.
    pub since: UnixSeconds,
}

/// How it was before a swap, until what was swapped in has the package of today: where that cannot be written, and it was
/// not connected, the one from before is the service's own again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BeforeSwap {
    /// The one that was swapped in, as it was known.
    pub other: Beside,
    /// When it was to be deleted.
    pub ends_at: Option<UnixSeconds>,
    /// What the config of the one from before had under the keys that were written. `None`: nothing.
    pub values: BTreeMap<String, Option<String>>,
    /// Whether that one ran.
    pub ran: bool,
}

/// A number that was the service's before a swap: backups of it are still its own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Former {
    /// The number.
    pub vmid: Vmid,
    /// When it was the service's.
    pub held: Held,
}

impl Beside {
    /// One of which nothing is asked.
    pub fn new(stage: Role, (vmid, node): (Vmid, NodeName), nonce: &str, life: GuestLife) -> Beside {
        Beside {
            stage,
            vmid,
            node,
            nonce: nonce.to_owned(),
            life,
            backup: String::new(),
            cut: BTreeSet::new(),
            boots_once: None,
            asked_at: None,
            upid: None,
            asked_by: String::new(),
            in_vain: None,
        }
    }

    /// A change of it has failed.
    pub fn fails(&mut self, kind: &str, now: UnixSeconds) {
        let known = self.in_vain.take().filter(|known| known.kind == kind);
        let (times, since) = known.map_or((0, now), |known| (known.times, known.since));
        self.in_vain = Some(InVain {
            kind: kind.to_owned(),
            times: times.saturating_add(1),
            since,
        });
    }

    /// It was seen: what was to be done to its power may be done.
    pub fn is_seen(&mut self, runs: bool) {
        let done: &[&str] = if runs { &["qmstart"] } else { &["qmstop", "qmshutdown"] };
        self.in_vain.take_if(|known| done.contains(&known.kind.as_str()));
    }

    /// Whether staff have to see to it: it has failed often, or for long, whatever else was done meanwhile.
    pub fn fails_for_long(&self, now: UnixSeconds) -> bool {
        self.in_vain.as_ref().is_some_and(|known| {
            known.times >= limits::ATTENTION_ATTEMPTS || now - known.since >= limits::ATTENTION_SECONDS
        })
    }

    /// Whether a config is that of this guest.
    pub fn is_it(&self, config: &Config, is_marked: bool) -> bool {
        let description = config.get("description").unwrap_or_default();
        let is_same = |known: &str| config.uuid().as_deref() == Some(known);
        is_marked && Restoring::is_in(&self.nonce, description) && self.life.uuid().is_none_or(is_same)
    }
}

impl Service {
    /// The numbers whose backups can be the service's, and since when: its guest's first.
    pub fn numbers(&self) -> Vec<(Vmid, Held)> {
        let own = self.vmid.zip(self.body.guest.held());
        let beside = self.body.beside.as_ref();
        let beside = beside.and_then(|beside| Some((beside.vmid, beside.life.held()?)));
        let former = self.body.former.iter().map(|former| (former.vmid, former.held));
        own.into_iter().chain(beside).chain(former).collect()
    }

    /// Since when, and until when, a number is or was the service's: that may be twice.
    pub fn times_of(&self, vmid: Vmid) -> impl Iterator<Item = Held> {
        let numbers = self.numbers().into_iter();
        numbers.filter(move |(number, _)| *number == vmid).map(|(_, held)| held)
    }

    /// Whether it has a second guest that can be looked at and swapped in.
    pub fn has_beside(&self) -> bool {
        let beside = self.body.beside.as_ref();
        beside.is_some_and(|beside| beside.stage != Role::Asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::ids::{ServerId, ServiceId};
    use serde_json::json;

    fn beside() -> Beside {
        let life = json!({"cloned": true, "uuid": "u1", "guest_since": 50.0});
        let life = serde_json::from_value(life).unwrap();
        let place = ("105".parse().unwrap(), "pve1".parse().unwrap());
        Beside::new(Role::Restored, place, "one", life)
    }

    #[test]
    fn what_fails_for_long_is_told_until_it_is_seen_done() {
        let mut beside = beside();
        for at in 0..4 {
            beside.fails("qmstart", f64::from(at));
        }
        assert!(!beside.fails_for_long(4.0) && beside.fails_for_long(limits::ATTENTION_SECONDS));
        beside.is_seen(false);
        beside.fails("qmstart", 5.0);
        assert!(beside.fails_for_long(5.0), "the fifth time");
        beside.is_seen(true);
        assert!(!beside.fails_for_long(5.0));
        beside.fails("qmstop", 6.0);
        beside.fails("qmdestroy", 7.0);
        assert_eq!(beside.in_vain.map(|known| (known.times, known.since)), Some((1, 7.0)));
    }

    #[test]
    fn the_second_guest_is_known_by_marker_word_and_uuid() {
        let config = |uuid: &str, word: &str| {
            let description = format!("mine\nproxmoxkvm-restore: {word}");
            Config::from_json(&json!({"description": description, "smbios1": format!("uuid={uuid}")}))
        };
        assert!(beside().is_it(&config("u1", "one"), true));
        assert!(!beside().is_it(&config("u1", "one"), false), "no marker");
        assert!(!beside().is_it(&config("u1", "two"), true), "the service's own");
        assert!(!beside().is_it(&config("u2", "one"), true), "another guest");
    }

    #[test]
    fn backups_of_each_number_are_the_services_for_as_long_as_it_had_it() {
        let mut service = Service::new(ServiceId(7), ServerId(1), 0.0);
        service.vmid = "100".parse().ok();
        service.body.guest.is_found(70.0);
        service.body.beside = Some(beside());
        let held = Held {
            since: 10.0,
            until: Some(60.0),
        };
        let vmid = "101".parse().unwrap();
        service.body.former.push(Former { vmid, held });
        let kept: super::super::Body = serde_json::from_str(&serde_json::to_string(&service.body).unwrap()).unwrap();
        assert_eq!(kept, service.body);
        let since = |vmid: &str| service.times_of(vmid.parse().unwrap()).next().map(|held| held.since);
        assert_eq!(
            (since("100"), since("105"), since("101")),
            (Some(70.0), Some(50.0), Some(10.0))
        );
        assert_eq!(since("102"), None);
    }
}
