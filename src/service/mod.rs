//! A service as the store keeps it: the local status and everything needed to go on after a crash.

use crate::guest::Place;
use crate::package::Package;
use crate::service::guest_life::GuestLife;
use crate::service::identity::{Asked, Identity};
use crate::service::{beside::Beside, beside::Former, build::Build, choices::Choices};
use crate::words::ids::{Actor, NodeName, ServerId, ServiceId, SnippetName, UnixSeconds, Upid, Vmid};
use crate::words::problems::{self, Problem};
use crate::words::status::Status;
use media::Media;
use missed::Missed;
use outbox::{Kind, Owed};
pub use queued::{BackupFirst, Queued};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

pub mod beside;
pub mod build;
pub mod by_hand;
pub mod choices;
mod clock;
mod drive_keys;
pub mod firewall;
pub mod guest_life;
pub mod identity;
mod marks;
pub mod media;
pub mod missed;
pub mod outbox;
pub mod pace;
mod queued;
pub mod reachability;
mod rescued;
pub mod restoring;
pub mod wish;

/// A change on its way: stored before it is sent, completed with its UPID the moment PVE gives one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// What was asked, in a few words.
    pub what: String,
    /// The step or verb that asked, by its name in the history: its end is no answer to anybody else's question.
    #[serde(default)]
    pub by: String,
    /// Who asked, for the line of the history that tells its end.
    #[serde(default)]
    pub actor: Actor,
    /// Whether it is the clone, whose end decides whether there is a guest at all.
    pub clone: bool,
    /// Whether it is a write that holds the cloud-init password.
    #[serde(default)]
    pub password: bool,
    /// PVE's id; `None` while the answer is outstanding, or when it never came.
    pub upid: Option<Upid>,
    /// When it was sent.
    pub sent_at: UnixSeconds,
}

/// Why a service does not go on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    /// Fine code.
    pub code: String,
    /// One sentence for an admin.
    pub message: String,
    /// Whether the cron tries again by itself; otherwise the service needs attention.
    pub retry: bool,
    /// Since when.
    pub at: UnixSeconds,
    /// Whether it stays until what was refused is asked for again: something else that ends well does not mend it.
    #[serde(default)]
    pub lasting: bool,
    /// Whether it is that the second guest is not deleted: that stays until it is, whatever else is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_beside: bool,
}

impl Trouble {
    /// A problem, in the words of this case.
    pub fn of(problem: &Problem, message: String, at: UnixSeconds) -> Trouble {
        Trouble {
            code: problem.code.to_owned(),
            message,
            retry: problem.retry,
            at,
            lasting: false,
            of_beside: false,
        }
    }

    /// Whether it is this one.
    pub fn is(&self, problem: &Problem) -> bool {
        self.code == problem.code
    }
}

/// What is kept of a service beside the columns that the database itself must know.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Body {
    /// Whose order it is; none: nobody has written it down yet.
    pub identity: Option<Identity>,
    /// What the customer has chosen.
    pub choices: Choices,
    /// The template that its guest was cloned from. None: nobody has written it down.
    pub cloned_from: Option<Vmid>,
    /// The package as last seen.
    pub package: Option<Package>,
    /// The package that the guest was built, or last changed to its end, by.
    pub applied: Option<Package>,
    /// The node that holds the guest, or will.
    pub node: Option<NodeName>,
    /// The node that holds the template.
    pub template_node: Option<NodeName>,
    /// Where a clone writes the guest's system disk: `storage` where it is shared, else `node/storage`. None: nobody has
    /// seen yet where clones of its template land.
    pub place: Option<String>,
    /// Name of the guest, a DNS label.
    pub name: Option<String>,
    /// Name and main domain.
    pub domain: Option<String>,
    /// Its guest: none yet, being cloned, there, gone.
    #[serde(flatten)]
    pub guest: GuestLife,
    /// When the guest that is being built has come to which phase. None: nothing is being built.
    pub build: Option<Build>,
    /// The change on its way.
    pub task: Option<Task>,
    /// Whether the service is suspended: then nothing starts its guest.
    pub suspended: bool,
    /// What `onboot` is to be again after the suspension. `None`: nothing has written it since Suspend.
    pub onboot_before: Option<bool>,
    /// The MAC of the first NIC of a guest that was deleted, for the one that is built in its place.
    pub mac: Option<String>,
    /// Since when its guest is seen locked.
    pub locked_since: Option<UnixSeconds>,
    /// What is queued for its guest.
    pub queued: Option<Queued>,
    /// Since when tasks end because another one holds the guest's config.
    pub held_since: Option<UnixSeconds>,
    /// What keeps it from going on.
    pub trouble: Option<Trouble>,
    /// Whether the guest that is being built takes the place of one that the customer had.
    pub reinstalled: bool,
    /// What became of a terminated service: for the admin notes.
    pub note: Option<String>,
    /// Failures without success in between, for the back-off; from some number on staff are told.
    pub attempts: u32,
    /// Since when it fails without success in between.
    pub failing_since: Option<UnixSeconds>,
    /// While it is built: the furthest step that has failed. What succeeds before it mends nothing.
    pub failing_step: Option<Status>,
    /// The user that cloud-init has made in the guest. None: the package's, as far as is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Whether it has Windows, as far as was seen.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub windows: bool,
    /// Since when the guest that was built runs, and its first answer is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaited_since: Option<UnixSeconds>,
    /// For so many minutes it was waited for in vain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unanswered_minutes: Option<u32>,
    /// Whether the customer was told that building the guest takes longer.
    pub delay_told: bool,
    /// When the first of its snapshots is to be deleted, as the product keeps them only for a time. None: it was not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshots_end_at: Option<UnixSeconds>,
    /// The word of the last new password that came with one: the guest may have it, or is being built with it. None: none came with
    /// one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewal: Option<String>,
    /// When the first of the backups ends that were made before it was reinstalled. None: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups_end_at: Option<UnixSeconds>,
    /// Where its backups have been stored: what is there of it is listed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub backups_on: BTreeSet<Place>,
    /// The backups of its schedule that were not made since the last one that was. None: that one was the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups_missed: Option<Missed>,
    /// What the customer gives cloud-init, sealed. None: nothing, or its guest has read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_data: Option<String>,
    /// What was put into its guest's CD drives.
    #[serde(skip_serializing_if = "Media::is_empty")]
    pub media: Media,
    /// The second guest. None: it has no more than its own.
    pub beside: Option<Beside>,
    /// When that is deleted, unless it is swapped in before.
    pub beside_ends_at: Option<UnixSeconds>,
    /// What staff had put by hand into the firewall of the guest whose place another one takes. None: none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<by_hand::ByHand>,
    /// Numbers that it had before its guest was swapped, and of which it may still have backups.
    pub former: Vec<Former>,
    /// Counts the reasons to synchronise the DNS records: ready, other addresses, gone.
    pub dns_wanted: u64,
}

/// One service.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// The WHMCS service.
    pub id: ServiceId,
    /// The WHMCS server entry that its guest is on.
    pub server: ServerId,
    /// The local status.
    pub status: Status,
    /// The reserved VMID; unique among all services.
    pub vmid: Option<Vmid>,
    /// When the cron should look at it; `None`: nothing to do.
    pub due_at: Option<UnixSeconds>,
    /// When its row was made.
    pub created_at: UnixSeconds,
    /// Everything else.
    pub body: Body,
    /// What others hear of once the service is written down.
    pub owed: Vec<Owed>,
}

impl Service {
    /// A service that has just been ordered.
    pub fn new(id: ServiceId, server: ServerId, now: UnixSeconds) -> Self {
        Service {
            id,
            server,
            status: Status::Creation,
            vmid: None,
            due_at: Some(now),
            created_at: now,
            body: Body::default(),
            owed: Vec::new(),
        }
    }

    /// Somebody hears of this once the service is written down, with what its row does not say.
    pub fn owe(&mut self, kind: Kind, body: Value) {
        self.owed.retain(|owed| owed.kind != kind);
        self.owed.push(Owed { kind, body });
    }

    /// The user that cloud-init has made, or will make.
    pub fn username(&self) -> Option<&str> {
        let sold = self.body.package.as_ref().map(|package| package.ci_user.as_str());
        self.body.user.as_deref().or(sold)
    }

    /// Whether its guest has a password: without one are those of a product that wants keys, but for Windows.
    pub fn has_password(&self, package: &Package) -> bool {
        !package.more.ssh_key_required || self.body.windows
    }

    /// Whether its guest makes its SSH host keys anew where cloud-init is told of another password or other SSH keys, which makes it a
    /// new one for cloud-init. A seed of this module says that it is the same; and cloud-init makes none in Windows.
    pub fn makes_host_keys(&self) -> bool {
        !self.body.windows && !self.body.media.has_own_seed()
    }

    /// WHMCS hears of domain, user name and addresses.
    pub fn owe_write_back(&mut self) {
        self.owe(Kind::WriteBack, Value::Null);
    }

    /// What the order makes of the customer's choice of an operating system: the template that counts. A choice that counts no
    /// more is forgotten.
    pub fn system_of(&mut self, ordered: &Package) -> Vmid {
        let body = &mut self.body;
        body.choices.system.take_if(|system| !system.holds(ordered));
        let queued = body.queued.as_ref().and_then(|queued| queued.system.as_ref());
        let chosen = queued.or(body.choices.system.as_ref());
        chosen.map_or(ordered.template, |system| system.template)
    }

    /// What the order makes of the customer's choice of an application: the one that counts. A choice that counts no more is
    /// forgotten.
    pub fn application_of(&mut self, ordered: &Package) -> Option<SnippetName> {
        let chosen = &mut self.body.choices.application;
        chosen.take_if(|application| !application.holds(ordered));
        self.application_for(ordered)
    }

    /// The same, and nothing is forgotten.
    pub fn application_for(&self, ordered: &Package) -> Option<SnippetName> {
        let body = &self.body;
        let queued = body.queued.as_ref().and_then(|queued| queued.application.as_ref());
        let chosen = body.choices.application.as_ref();
        let chosen = queued.or(chosen.filter(|application| application.holds(ordered)));
        chosen.map_or_else(|| ordered.application.clone(), |application| application.name.clone())
    }

    /// Whether its customer may use the guest.
    pub fn is_usable(&self) -> bool {
        matches!(self.status, Status::Ready | Status::Beside) && !self.body.suspended
    }

    /// Whether nothing but time asks for anything of it: the next run of a schedule, or an end of something. That may be in
    /// weeks, while whatever else is due is due soon.
    pub fn only_time_asks(&self) -> bool {
        let body = &self.body;
        let ends = body.snapshots_end_at.or(body.backups_end_at).or(body.beside_ends_at);
        let of_media = body.media.due_at().or(self.seeds_due_at());
        let of_time = body.choices.schedules().next().is_some() || ends.or(of_media).is_some();
        // staff hear of it, and nobody tries anything before its time
        let is_told = |trouble: &Trouble| trouble.lasting || trouble.is(&problems::BACKUPS_MISSED);
        self.status == Status::Ready && self.is_usable() && body.trouble.as_ref().is_none_or(is_told) && of_time
    }

    /// The change on its way has failed, or nobody knows what became of it.
    pub fn drop_task(&mut self) {
        let task = self.body.task.take();
        if let (Some(guest), Some(task)) = (self.body.guest.ours_mut(), task) {
            // whether it carries the password can no longer be told if this write held it: it is written again
            guest.password_written &= !task.password;
        }
    }

    /// Whether a restore has left its guest without disks, and failed, or what was to make it anew since: its customer may
    /// restore another backup, or have the guest made anew.
    pub fn is_lost(&self) -> bool {
        let is_torn = self.body.guest.restoring().is_some_and(|restoring| restoring.torn);
        is_torn && matches!(self.status, Status::Restore | Status::Reinstall) && self.body.trouble.is_some()
    }

    /// Whether its guest is, or may be, that of a backup or a snapshot, with the addresses of then: only what is queued starts it.
    pub fn is_brought_back(&self) -> bool {
        let is_torn = self.body.guest.restoring().is_some_and(|restoring| restoring.torn);
        is_torn
            || self.status == Status::Swap
            || (self.body.queued.as_ref()).is_some_and(|queued| queued.kept.is_some())
    }

    /// Whose it is, where that is not whoever asks: see [`identity::stranger`].
    pub fn stranger(&self, asked: &Asked) -> Option<String> {
        // WHMCS may call a service pending for as long as it is built
        let is_built = self.has_guest() && self.status == Status::Ready;
        let built = is_built.then(|| self.body.domain.as_deref().unwrap_or_default());
        identity::stranger(self.body.identity.as_ref(), asked, self.created_at, built)
    }

    /// From now on it is of the order that asks.
    pub fn learn_order(&mut self, asked: &Asked) {
        self.body.identity.get_or_insert_default().learn(&asked.identity);
    }

    /// Whether it has a guest, as far as is known.
    pub fn has_guest(&self) -> bool {
        self.body.guest.is_there()
    }

    /// Whether it was terminated: nothing of it is left but its row.
    pub fn is_removed(&self) -> bool {
        self.status == Status::Removed
    }

    /// The node that makes the clone: the template's, or the guest's own where that is not known.
    pub fn template_home(&self, own: &NodeName) -> NodeName {
        self.body.template_node.as_ref().unwrap_or(own).clone()
    }

    /// Forgets the guest: after a failed clone, or before a new one. VMID and addresses stay reserved.
    pub fn forget_guest(&mut self, now: UnixSeconds) {
        self.body.media.forget_guest();
        self.body.guest.forget(now);
        self.body.locked_since = None;
        (self.body.awaited_since, self.body.unanswered_minutes) = (None, None);
        self.body.user = None;
        self.body.windows = false;
        self.body.template_node = None;
        self.body.task = None;
    }

    /// What the limit of clones counts: a place of a server entry.
    pub fn slot_key(&self) -> String {
        let place = self.body.place.as_deref().unwrap_or_default();
        format!("{} {place}", self.server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guest_life::{Guest, OurFirewall};
    use serde_json::{Value, json};

    /// As the version before the type wrote it.
    fn stored() -> Value {
        json!({
            "identity": null, "package": null, "applied": null, "node": "pve1", "template_node": "pve1",
            "place": "pve1/local", "slot": null, "name": "3-7", "domain": "3-7.example.net",
            "uuid": "0b6b4dc2-1a57-4f2d-9b83-7b2a4dca81b5", "cloned": true, "cloned_at": null, "password_written": true,
            "firewall_touched": true, "ip_filtered": true, "task": null, "suspended": false, "onboot_before": null,
            "mac": null, "guest_since": 1795359845.5, "guest_until": null, "newborn": false, "locked_since": null,
            "queued": null, "held_since": null, "trouble": null, "reinstalled": false, "mail": null, "note": null,
            "attempts": 0, "failing_since": null, "failing_step": null, "dns_wanted": 2,
        })
    }

    #[test]
    fn a_body_is_kept_as_it_was_before_the_guest_had_a_type() {
        let body: Body = serde_json::from_value(stored()).unwrap();
        let guest = Guest {
            since: Some(1_795_359_845.5),
            uuid: Some("0b6b4dc2-1a57-4f2d-9b83-7b2a4dca81b5".to_owned()),
            password_written: true,
            cipassword_old: false,
            cipassword_at: None,
            agent_keys: None,
            firewall: OurFirewall::Filtered,
            restoring: None,
        };
        assert_eq!(body.guest, GuestLife::Ours(guest));
        let written = serde_json::to_value(&body).unwrap();
        for (key, value) in stored().as_object().unwrap() {
            assert_eq!(&written[key], value, "{key}");
        }
    }

    #[test]
    fn a_body_of_an_empty_row_is_one_of_a_new_service() {
        assert_eq!(serde_json::from_str::<Body>("{}").unwrap(), Body::default());
        assert!(serde_json::from_str::<Body>(r#"{"cloned": "perhaps"}"#).is_err());
    }
}
