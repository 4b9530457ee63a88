//! Looking at the guest: is it there, is it ours, is it locked, what does it show.

use super::backup_list::{backups_seen, must_be_reached, places_of};
use super::{Engine, Job, restore};
use crate::guest::{Backup, Config, Current, FirewallSeen, HIBERNATED, Power, Snapshot};
use crate::pipeline::{self, BesideSeen, Facts, Needs, Row};
use crate::problems::{Error, Refusal};
use crate::pve;
use crate::pve::GuestPath;
use crate::service::guest_life::OurFirewall;
use crate::service::wish::{HowFar, Wish};
use crate::words::ids::{NodeName, UnixSeconds};
use crate::words::limits;
use std::collections::BTreeSet;

/// What has been seen of the guest since the last change to it.
#[derive(Debug, Default)]
pub(super) struct Look {
    config: Option<Config>,
    absent: bool,
    snapshots: Option<Vec<Snapshot>>,
    backups: Option<Vec<Backup>>,
    pub(super) current: Option<Current>,
    pub(super) beside: Option<BesideSeen>,
    pub(super) additional_in_file: Option<bool>,
    firewall: Option<FirewallSeen>,
}

static NO_CONFIG: Config = Config::EMPTY;
static NO_FIREWALL: FirewallSeen = FirewallSeen::EMPTY;

impl Look {
    pub(super) fn config(&self) -> &Config {
        self.config.as_ref().unwrap_or(&NO_CONFIG)
    }

    pub(super) fn firewall(&self) -> &FirewallSeen {
        self.firewall.as_ref().unwrap_or(&NO_FIREWALL)
    }

    pub(super) fn firewall_mut(&mut self) -> &mut FirewallSeen {
        self.firewall.get_or_insert_with(FirewallSeen::default)
    }

    /// No guest; its backups, which outlive it.
    pub(super) fn absent(backups: Option<Vec<Backup>>) -> Look {
        Look {
            absent: true,
            backups,
            ..Look::default()
        }
    }

    pub(super) fn exists(&self) -> bool {
        self.config.is_some() && !self.absent
    }

    pub(super) fn snapshots(&self) -> &[Snapshot] {
        self.snapshots.as_deref().unwrap_or_default()
    }

    pub(super) fn backups(&self) -> &[Backup] {
        self.backups.as_deref().unwrap_or_default()
    }

    pub(super) fn take_backups(&mut self) -> Option<Vec<Backup>> {
        self.backups.take()
    }

    pub(super) fn forget_backups(&mut self) {
        self.backups = None;
    }

    pub(super) fn forget_firewall(&mut self) {
        self.firewall = None;
    }

    pub(super) fn runs(&self) -> bool {
        self.current
            .as_ref()
            .is_some_and(|current| current.power == Power::Running)
    }

    /// A config that was read just now.
    pub(super) fn see(&mut self, config: Config) {
        self.config = Some(config);
    }

    /// A config write was made: what was read before is history. Power is not touched by it.
    pub(super) fn config_changed(&mut self) {
        self.config = None;
    }

    /// A task of ours has ended well: what it can have changed is history, all else was seen and still holds.
    pub(super) fn after_task(&mut self, kind: &str) {
        match kind {
            // a guest that has never been started
            "qmclone" => {
                *self = Look {
                    current: Some(Current::FRESH_CLONE),
                    ..Look::default()
                }
            }
            "qmconfig" | "resize" => self.config = None,
            "qmstart" => {
                self.current = None;
                // that took its lock away
                self.config = self.config.take().filter(|config| !config.is_hibernated());
            }
            _ => *self = Look::default(),
        }
    }
}

/// Whether a row need not wait for a lock. The firewall has none: whatever leaves the guest its config leaves it its firewall.
fn passes(row: &Row, lock: &str) -> bool {
    const LEAVE_CONFIG: [&str; 5] = ["backup", "snapshot", "snapshot-delete", "migrate", "suspending"];
    lock == HIBERNATED || row.passes_locks && LEAVE_CONFIG.contains(&lock)
}

/// What a look finds.
pub(super) enum Seen {
    /// The service's own guest, free to be changed.
    Guest,
    /// The guest under a remote lock.
    Locked { lock: String, until: UnixSeconds },
    /// On no node, by PVE's exact answer.
    Absent,
    /// The clone that was under our number is not ours: the service has given the number up.
    Stranger,
}

impl Engine<'_> {
    /// Where the service's guest should be.
    pub(super) fn guest_path(job: &Job) -> Result<GuestPath, Error> {
        let service = &job.lease.service;
        match (service.vmid, service.body.node.clone()) {
            (Some(vmid), Some(node)) => Ok(GuestPath { node, vmid }),
            _ => Err(Refusal::NoGuest(service.id).into()),
        }
    }

    /// Reads what the row names, and the rows whose writes go out with its own, and is not known yet.
    pub(super) fn look(&self, job: &mut Job, row: &Row) -> Result<Seen, Error> {
        let facts = if job.goal.is_forced() {
            row.facts
        } else {
            pipeline::facts_with_ahead(row)
        };
        self.look_for(job, row, facts)
    }

    /// Reads these facts, as far as they are not known yet.
    pub(super) fn look_for(&self, job: &mut Job, row: &Row, facts: Facts) -> Result<Seen, Error> {
        if job.look.config.is_none() {
            let there = match Self::guest_path(job) {
                // nothing was ever cloned: there is nothing to ask for
                Err(_) => None,
                Ok(_) if !job.lease.service.has_guest() && row.needs == Needs::Anything => None,
                Ok(_) => self.read_config(job)?,
            };
            match there {
                Some(config) => job.look.config = Some(config),
                None => {
                    self.look_at_remains(job, facts, false)?;
                    return Ok(Seen::Absent);
                }
            }
        }
        let locked = job.look.config().lock().filter(|lock| !passes(row, lock));
        if let Some(lock) = locked.map(str::to_owned) {
            return self.under_lock(job, lock);
        }
        if let Some(seen) = self.unmarked_clone(job)? {
            return Ok(seen);
        }
        job.service().body.locked_since = None;
        if row.needs != Needs::Unmarked {
            self.check_owner(job)?;
        }
        self.look_at_remains(job, facts, true)?;
        let path = Self::guest_path(job)?;
        if facts.contains(Facts::POWER) && job.look.current.is_none() {
            job.look.current = Some(job.client.current(&path)?);
        }
        if facts.contains(Facts::FIREWALL) && job.look.firewall.is_none() {
            let guest = job.lease.service.body.guest.ours();
            let is_firewalled = guest.is_some_and(|guest| guest.firewall != OurFirewall::Untouched);
            job.look.firewall = Some(if is_firewalled {
                job.client.firewall(&path)?
            } else {
                // a fresh clone: options are written whatever they are, and the set is made; but a rule that came
                // with the template must not be added again
                FirewallSeen {
                    rules: job.client.firewall_rules(&path)?,
                    ..FirewallSeen::default()
                }
            });
        }
        if facts.contains(Facts::STORAGE) && job.look.additional_in_file.is_none() {
            job.look.additional_in_file = Self::in_file(job, job.look.config(), &path.node)?;
        }
        Ok(Seen::Guest)
    }

    /// Whether the storage is one of files that an additional disk comes to which is missing, where the system disk does not
    /// show it.
    pub(super) fn in_file(job: &Job, config: &Config, node: &NodeName) -> Result<Option<bool>, Error> {
        let package = &job.order.package;
        let Some(storage) = package.additional_storage.clone() else {
            return Ok(None);
        };
        let is_missing = package.additional_disk_gib > 0 && config.additional_disk().is_none();
        let is_elsewhere = config
            .system_disk()
            .is_some_and(|disk| disk.storage().as_ref() != Some(&storage));
        if !(is_missing && is_elsewhere) {
            return Ok(None);
        }
        let storages = job.client.resources()?.storages;
        let mut here = storages.iter().filter(|seen| seen.id == storage && seen.node == *node);
        Ok(Some(here.any(|seen| seen.keeps_files)))
    }

    /// Snapshots and backups. Those of a guest that is not the service's are not read; backups outlive their guest, and
    /// what a later guest of the number has left is not ours.
    fn look_at_remains(&self, job: &mut Job, facts: Facts, guest_is_ours: bool) -> Result<(), Error> {
        let service = &job.lease.service;
        if service.numbers().is_empty() {
            return Ok(());
        }
        let queued = service.body.queued.as_ref();
        let is_first =
            facts.contains(Facts::BACKUP_FIRST) && queued.is_some_and(|queued| queued.backup_first.is_some());
        if (facts.contains(Facts::BACKUPS) || is_first) && job.look.backups.is_none() {
            let resources = job.client.resources()?;
            let wish = queued.and_then(|queued| queued.wish.as_ref());
            // what is wanted of one is looked for where it was seen; who terminates leaves nothing anywhere
            let places = match wish.map(Wish::place_of_backup) {
                Some(Some(place)) => {
                    must_be_reached(&resources, place)?;
                    Some(BTreeSet::from([place.clone()]))
                }
                Some(None) => Some(places_of(service, &job.order.package)),
                None if is_first => Some(places_of(service, &job.order.package)),
                None => None,
            };
            job.look.backups = Some(match places {
                Some(places) => backups_seen(
                    &job.client,
                    (service, self.store.installation()),
                    &resources,
                    Some(&places),
                )
                .map_err(pve::Error::from)?,
                None => self.all_backups(job, &resources)?,
            });
        }
        if facts.contains(Facts::SNAPSHOTS) && job.look.snapshots.is_none() && guest_is_ours {
            job.look.snapshots = Some(job.client.snapshots(&Self::guest_path(job)?)?);
        }
        Ok(())
    }

    /// The config, wherever the guest is now: it may have been moved to another node.
    pub(super) fn read_config(&self, job: &mut Job) -> Result<Option<Config>, Error> {
        let path = Self::guest_path(job)?;
        let error = match job.client.config(&path) {
            Ok(config) => return Ok(Some(config)),
            Err(error) => error,
        };
        // the node may be down instead: HA may have brought the guest to another one by now
        let gone = error.says_gone(path.vmid) || error.says_no_node();
        if !gone && !matches!(error, pve::Error::NoAnswer { .. }) {
            return Err(error.into());
        }
        let listed = job.client.find_vm(path.vmid)?;
        let Some(vm) = listed.filter(|vm| gone || vm.node != path.node) else {
            return if gone { Ok(None) } else { Err(error.into()) };
        };
        if vm.node == path.node {
            // a node hears of a move a moment late: gone is what both say
            return match job.client.config(&path) {
                Ok(config) => Ok(Some(config)),
                Err(error) if error.says_gone(path.vmid) => Err(Refusal::Disagreement {
                    vmid: path.vmid,
                    node: path.node,
                }
                .into()),
                Err(error) => Err(error.into()),
            };
        }
        let moved = GuestPath {
            node: vm.node.clone(),
            vmid: path.vmid,
        };
        let config = job.client.config(&moved)?;
        // a stranger under our number is not followed to its node
        if self.is_marked(job, &config)
            || job
                .lease
                .service
                .left_by_restore(self.store.installation(), &config)
                .is_some()
        {
            let id = job.lease.service.id;
            job.lines
                .push(format!("service {id}: VM {} is on node {} now", path.vmid, vm.node));
            job.service().body.node = Some(vm.node);
        }
        Ok(Some(config))
    }

    /// Whether a config carries the service's marker.
    pub(super) fn is_marked(&self, job: &Job, config: &Config) -> bool {
        let description = config.get("description").unwrap_or_default();
        job.lease.service.is_marked(self.store.installation(), description)
    }

    /// Both proofs: the marker in the description, and the SMBIOS uuid seen after the clone.
    pub(super) fn check_owner(&self, job: &mut Job) -> Result<(), Error> {
        let path = Self::guest_path(job)?;
        let config = job.look.config();
        let (service, installation) = (&job.lease.service, self.store.installation());
        let Some(why) = service.doubt(installation, config) else {
            let (left, uuid) = (service.left_by_restore(installation, config), config.uuid());
            if self.is_half_clone(job)? {
                return Ok(());
            }
            self.clone_ended(job);
            restore::learn(job.service(), left, uuid);
            return Ok(());
        };
        let service = job.lease.service.id;
        Err(Refusal::NotOurs {
            vmid: path.vmid,
            node: path.node,
            service,
            why,
        }
        .into())
    }

    /// A lock means: wait. That of a clone or of a snapshot without its task means that PVE's worker was killed, or has failed
    /// half way.
    fn under_lock(&self, job: &mut Job, lock: String) -> Result<Seen, Error> {
        job.look = Look::default();
        let now = self.clock.now();
        let since = *job.waiting_since.get_or_insert(now);
        let restores = lock == "create" && job.lease.service.body.guest.restoring().is_some();
        if restores || matches!(lock.as_str(), "snapshot" | "snapshot-delete" | "rollback" | "backup") {
            let path = Self::guest_path(job)?;
            // that of a job of several guests names none of them
            let works = match lock.as_str() {
                "backup" => job.client.backups_running(&path.node)? > 0,
                _ => !job.client.active_tasks(&path.node, path.vmid)?.is_empty(),
            };
            if !works && self.still_locked(job, &path, &lock)? {
                if let ("rollback", Some(queued)) = (lock.as_str(), &mut job.service().body.queued) {
                    queued.reaches(HowFar::Begun);
                }
                return Err(left_locked(job, path, lock));
            }
        }
        if let Some(failure) = job.task_failure.take() {
            // whatever it is tried after, its words are not lost
            job.note(now, job.doing(), &failure.to_string());
        }
        if lock != "clone" {
            let locked_since = *job.service().body.locked_since.get_or_insert(now);
            if now - locked_since > limits::LOCKED_SECONDS {
                let path = Self::guest_path(job)?;
                return Err(Refusal::LockedLong {
                    vmid: path.vmid,
                    node: path.node,
                    lock,
                    hours: (limits::LOCKED_SECONDS / 3600.0) as u32,
                }
                .into());
            }
            return Ok(Seen::Locked {
                lock,
                until: now + limits::LOCKED_RETRY_SECONDS,
            });
        }
        let waited = now - since;
        if waited > 1.0 {
            let path = Self::guest_path(job)?;
            if !self.is_being_cloned(job, &path)? && self.still_locked(job, &path, &lock)? {
                return Err(left_locked(job, path, lock));
            }
        }
        Ok(Seen::Locked {
            lock,
            until: now + limits::poll_after(waited),
        })
    }

    /// Whether its template is being cloned by anybody.
    pub(super) fn is_being_cloned(&self, job: &Job, path: &GuestPath) -> Result<bool, pve::Error> {
        let node = job.lease.service.template_home(&path.node);
        let tasks = job.client.active_tasks(&node, job.order.package.template)?;
        Ok(tasks.iter().any(|task| task.upid.kind() == "qmclone"))
    }

    fn still_locked(&self, job: &Job, path: &GuestPath, lock: &str) -> Result<bool, pve::Error> {
        match job.client.config(path) {
            Ok(config) => Ok(config.lock() == Some(lock)),
            Err(error) if error.says_gone(path.vmid) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// With what its task has said, where that was just seen.
fn left_locked(job: &mut Job, path: GuestPath, lock: String) -> Error {
    let failure = job.task_failure.take();
    let why = failure.map_or_else(String::new, |failure| format!("; it has failed: {failure}"));
    Refusal::LeftLocked {
        vmid: path.vmid,
        node: path.node,
        lock,
        why,
    }
    .into()
}
