//! What a plan may see: all that is known, or only the facts that its row names.

use super::facts::Facts;
use crate::guest::{Backup, Config, Current, FirewallSeen, Snapshot};
use crate::package::Package;
use crate::server::Secret;
use crate::server::address::Address;
use crate::service::BackupFirst;
use crate::service::by_hand::ByHand;
use crate::service::firewall::FirewallList;
use crate::service::media::{Media, Rescue};
use crate::service::wish::Wish;
use crate::words::ssh_key::NamedKey;
use std::collections::{BTreeMap, BTreeSet};

static NO_CONFIG: Config = Config::EMPTY;
static NO_MEDIA: Media = Media::EMPTY;
static NO_FIREWALL: FirewallSeen = FirewallSeen::EMPTY;

/// What was seen of the second guest of a service.
#[derive(Debug, Clone, PartialEq)]
pub enum BesideSeen {
    /// It is on no node.
    Absent,
    /// A restore has left nothing of it but its number.
    Bare,
    /// It is there, and the service's.
    Whole {
        /// Its config.
        config: Config,
        /// Whether it is not switched off.
        runs: bool,
        /// Whether it was the service's own before the last swap.
        former: bool,
    },
}

/// Everything a step may see.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What the customer pays for, as it is now.
    pub package: &'a Package,
    /// The addresses of the service, as many as the package has.
    pub addresses: &'a [Address],
    /// Whether the service holds more addresses than the package has.
    pub surplus: bool,
    /// Whether addresses, a VMID and a name are reserved.
    pub reserved: bool,
    /// Whether a clone for this service has been accepted by PVE and runs, or has ended well.
    pub cloned: bool,
    /// Whether the guest is being built: nobody but this module has had it in hands yet.
    pub building: bool,
    /// Whether the service is suspended: then nothing starts its guest.
    pub suspended: bool,
    /// What `onboot` is to be again after the suspension; `None`: it was not touched.
    pub onboot_before: Option<bool>,
    /// The MAC that a reinstalled guest keeps.
    pub mac: Option<&'a str>,
    /// The line of the description that names the owner.
    pub marker: &'a str,
    /// Whether there is a guest at all.
    pub exists: bool,
    /// Whether it sleeps on its disk (`lock: suspended`): Proxmox VE lets it be started and deleted, not changed.
    pub hibernated: bool,
    /// Its snapshots, children before parents, if the row sees them.
    pub snapshots: &'a [Snapshot],
    /// What is wanted of its snapshots and backups.
    pub wish: Option<&'a Wish>,
    /// The rescue mode that the guest is in.
    pub rescue: Option<&'a Rescue>,
    /// What is known of its CD drives, and of its seeds.
    pub media: &'a Media,
    /// Its backups, if the row sees them.
    pub backups: &'a [Backup],
    /// The backup that is made before the guest is made anew, if the row sees it.
    pub backup_first: Option<&'a BackupFirst>,
    /// The second guest, if there is one and the row sees it.
    pub beside: Option<&'a BesideSeen>,
    /// The guest's config, if the row sees it; else an empty one.
    pub config: &'a Config,
    /// What the guest does right now, if the row sees it.
    pub current: Option<&'a Current>,
    /// The guest's firewall, if the row sees it; else an empty one.
    pub firewall: &'a FirewallSeen,
    /// Whether images are files on the storage of an additional disk that is missing, if the row sees it. `None` also
    /// where it was not asked for, as the system disk is on the same storage and shows it.
    pub additional_in_file: Option<bool>,
    /// Whether the guest's IP filter is this module's work, and not a hoster's own.
    pub ip_filtered: bool,
    /// What was before the change that is queued, if the row sees it.
    pub before: Before<'a>,
    /// The cloud-init password; only its presence can be seen on PVE.
    pub password: Option<&'a Secret>,
    /// Whether the guest already carries this password (PVE shows it masked).
    pub password_written: bool,
    /// Whether cloud-init has the password from before, and the guest's agent this one.
    pub cipassword_old: bool,
    /// The SSH keys that are chosen.
    pub ssh_keys: &'a [NamedKey],
    /// Whether they were ever chosen.
    pub ssh_keys_chosen: bool,
    /// The customer's part of the firewall. None: there is none.
    pub firewall_list: Option<&'a FirewallList>,
    /// What staff had put by hand into the firewall of the guest whose place this one takes.
    pub by_hand: Option<&'a ByHand>,
}

impl<'a> View<'a> {
    /// A guest of which only the config is known, as it is while it is built: whether a plan goes with that config.
    pub(crate) fn of_config(package: &'a Package, config: &'a Config, firewall: &'a FirewallSeen) -> Self {
        View {
            package,
            addresses: &[],
            surplus: false,
            reserved: true,
            cloned: true,
            building: true,
            suspended: false,
            onboot_before: None,
            mac: None,
            marker: "",
            exists: true,
            hibernated: false,
            snapshots: &[],
            wish: None,
            rescue: None,
            media: &NO_MEDIA,
            backups: &[],
            backup_first: None,
            beside: None,
            config,
            current: None,
            firewall,
            additional_in_file: None,
            ip_filtered: false,
            before: Before::default(),
            password: None,
            password_written: false,
            cipassword_old: false,
            ssh_keys: &[],
            ssh_keys_chosen: false,
            firewall_list: None,
            by_hand: None,
        }
    }

    /// The same without what is not among these facts, as if nobody had looked.
    pub fn only(self, facts: Facts) -> Self {
        let sees = |fact| facts.contains(fact);
        let has_config = sees(Facts::CONFIG);
        View {
            exists: self.exists && has_config,
            hibernated: self.hibernated && has_config,
            config: if has_config { self.config } else { &NO_CONFIG },
            current: self.current.filter(|_| sees(Facts::POWER)),
            firewall: if sees(Facts::FIREWALL) {
                self.firewall
            } else {
                &NO_FIREWALL
            },
            additional_in_file: self.additional_in_file.filter(|_| sees(Facts::STORAGE)),
            snapshots: if sees(Facts::SNAPSHOTS) { self.snapshots } else { &[] },
            backups: if sees(Facts::BACKUPS) || sees(Facts::BACKUP_FIRST) {
                self.backups
            } else {
                &[]
            },
            beside: self.beside.filter(|_| sees(Facts::BESIDE)),
            backup_first: self.backup_first.filter(|_| sees(Facts::BACKUP_FIRST)),
            before: if sees(Facts::BEFORE) {
                self.before
            } else {
                Before::default()
            },
            ..self
        }
    }
}

/// What was before a change that is queued, as far as it has come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Before<'a> {
    /// The package that the guest has; `None`: nobody knows.
    pub package: Option<&'a Package>,
    /// The addresses, where they are others by now.
    pub addresses: Option<&'a [Address]>,
    /// What the config had under the keys that were written. `None`: nothing.
    pub values: Option<&'a BTreeMap<String, Option<String>>>,
    /// Whether the guest ran and was stopped.
    pub ran: bool,
    /// What cloud-init gave it before it was rolled back. `None`: it was not.
    pub kept: Option<&'a BTreeMap<String, Option<String>>>,
    /// Its network cards that are connected again: they were cut off while it was no service's own.
    pub connects: Option<&'a BTreeSet<String>>,
    /// The disks that it had before it was rolled back, by their slots. `None`: it was not.
    pub disks: Option<&'a BTreeMap<String, String>>,
    /// Whether it was off, and is left so: it was rolled back, and nothing else was asked for.
    pub stays_off: bool,
}

impl Before<'_> {
    /// Whether the guest is that of a backup or a snapshot, with what it had then.
    pub fn comes_back(&self) -> bool {
        self.kept.is_some() || self.connects.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::Place;

    #[test]
    fn a_plan_sees_the_facts_of_its_row_and_no_others() {
        let package = Package::with_defaults("100".parse().unwrap());
        let config = Config::from_json(&serde_json::json!({"lock": "suspended"}));
        let firewall = FirewallSeen {
            ipfilter: Some(Vec::new()),
            ..FirewallSeen::default()
        };
        let place = Place {
            node: "pve1".parse().unwrap(),
            storage: "local".parse().unwrap(),
        };
        let backup = serde_json::json!({"volid": "local:backup/1", "ctime": 1});
        let backup = Backup::from_json(&backup, &place, crate::words::ids::Vmid::MIN).unwrap();
        let (backups, snapshots) = (
            [backup],
            [Snapshot::from_json(&serde_json::json!({"name": "s1"})).unwrap()],
        );
        let all = View {
            hibernated: true,
            snapshots: &snapshots,
            backups: &backups,
            current: Some(&Current::FRESH_CLONE),
            additional_in_file: Some(true),
            before: Before {
                ran: true,
                ..Before::default()
            },
            ..View::of_config(&package, &config, &firewall)
        };
        let seen = |view: View<'_>| {
            let config = (view.config.lock().is_some(), view.exists, view.hibernated);
            assert!(config.0 == config.1 && config.1 == config.2);
            [
                (Facts::CONFIG, config.0),
                (Facts::POWER, view.current.is_some()),
                (Facts::FIREWALL, view.firewall.ipfilter.is_some()),
                (Facts::STORAGE, view.additional_in_file.is_some()),
                (Facts::SNAPSHOTS, !view.snapshots.is_empty()),
                (Facts::BACKUPS, !view.backups.is_empty()),
                (Facts::BEFORE, view.before.ran),
            ]
        };
        for facts in seen(all).map(|(fact, _)| fact).into_iter().chain([Facts::NONE]) {
            for (fact, is_seen) in seen(all.only(facts)) {
                assert_eq!(is_seen, fact == facts, "{fact:?} of {facts:?}");
            }
        }
    }
}
