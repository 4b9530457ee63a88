//! What a step may ask for, and how it says that it cannot go on.
//!
//! Plans are pure: they get a [`View`](super::View) and name the [`Call`]s that are missing. They never send anything.

use crate::guest::{Backup, BackupTag, Config, ConfigChange, FirewallSeen, listed_rule};
use crate::package::firewall_rules::Rule;
use crate::words::ids::{SnippetName, StorageId};
use crate::words::problems::{self, Problem};
use crate::words::ssh_key::KeyError;

/// One change of the second guest of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BesideCall {
    /// Make it from a backup, under a number that nobody has.
    Restore {
        /// The backup.
        volume: String,
        /// The word in its description by which it is known.
        nonce: String,
    },
    /// Write its config.
    Write(ConfigChange),
    /// Start it.
    Start,
    /// Switch it off, as pulling the plug does.
    Stop,
    /// Ask it to shut down, and switch it off when it has not after so many seconds.
    Shutdown(u64),
    /// Delete it, with all that is its own.
    Destroy,
}

/// One change asked of the store or of PVE.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// Lease the package's addresses, reserve a VMID, a node and a name.
    Reserve,
    /// Start the clone of the template.
    Clone,
    /// Write config keys.
    Write(ConfigChange),
    /// Make a seed that tells cloud-init what is true now, and upload it.
    Seed(StorageId),
    /// Grow a disk to an absolute size in GiB.
    Resize {
        /// The drive's slot.
        slot: String,
        /// Its new size.
        gib: u64,
    },
    /// Write firewall options.
    FirewallOptions(ConfigChange),
    /// Make the IP set of the anti-spoofing filter.
    CreateIpFilter,
    /// Let the guest use an address.
    AddToIpFilter(String),
    /// No longer let the guest use an address.
    RemoveFromIpFilter(String),
    /// Take the IP set away, with all that is in it.
    DeleteIpFilter,
    /// Add a firewall rule on top of the others.
    AddRule(Rule),
    /// Make the firewall rule of a place this one.
    SetRule {
        /// Its place, from 0.
        at: usize,
        /// What it becomes.
        rule: Rule,
    },
    /// Move a firewall rule.
    MoveRule {
        /// Its place.
        from: usize,
        /// Before the rule of which place; behind all of them: their number.
        to: usize,
    },
    /// Delete the firewall rule of a place.
    DeleteRule {
        /// Its place.
        at: usize,
    },
    /// Start the guest.
    Start,
    /// Switch the guest off, as pulling the plug does.
    Stop,
    /// Ask the guest to shut down, and switch it off when it has not after so many seconds.
    Shutdown(u64),
    /// Take a snapshot.
    TakeSnapshot {
        /// Its name.
        name: String,
        /// What it is called.
        label: String,
        /// With the memory of a guest that runs.
        ram: bool,
    },
    /// Roll the guest back to a snapshot. It is stopped for that.
    RollBack(String),
    /// Delete a snapshot.
    DeleteSnapshot {
        /// Its name.
        name: String,
        /// Whether what a killed worker left of it goes too, though its volumes have no snapshot.
        force: bool,
    },
    /// Make a backup.
    BackUp {
        /// Its name, and whose it is.
        tag: BackupTag,
        /// What it is called.
        note: String,
        /// Where it is stored.
        storage: StorageId,
        /// Whether a guest that runs is stopped for it.
        stops: bool,
        /// Whether it is protected from its first moment on.
        protected: bool,
    },
    /// Write what a backup is called, and whether it is protected.
    MarkBackup {
        /// Which one.
        backup: Backup,
        /// Its note with its tag; none: as before.
        notes: Option<String>,
        /// Whether it is protected; none: as before.
        protected: Option<bool>,
    },
    /// Delete a backup.
    DeleteBackup(Backup),
    /// Make the guest again from a backup, in place of what it has.
    Restore {
        /// The backup.
        volume: String,
        /// The word in its description by which it is known then.
        nonce: String,
    },
    /// Delete the guest.
    Destroy {
        /// Also from backup jobs, replication and HA.
        purge: bool,
    },
    /// Change the second guest.
    Beside(BesideCall),
    /// Give back the addresses beyond the package's count.
    FreeSurplus,
}

impl BesideCall {
    /// What Proxmox VE calls its task; what is done at once has none.
    pub fn kind(&self) -> &'static str {
        match self {
            BesideCall::Restore { .. } => "qmrestore",
            BesideCall::Write(_) => "write",
            BesideCall::Start => "qmstart",
            BesideCall::Stop => "qmstop",
            BesideCall::Shutdown(_) => "qmshutdown",
            BesideCall::Destroy => "qmdestroy",
        }
    }

    /// A few words for the history.
    pub fn summary(&self) -> &'static str {
        match self {
            BesideCall::Restore { .. } => "restore a VM",
            BesideCall::Write(_) => "write the config of the VM",
            BesideCall::Start => "start the VM",
            BesideCall::Stop => "stop the VM",
            BesideCall::Shutdown(_) => "shut down the VM",
            BesideCall::Destroy => "delete the VM",
        }
    }
}

impl Call {
    /// A few words for the history; never a secret.
    pub fn summary(&self) -> String {
        match self {
            Call::Reserve => "reserve address and VMID".to_owned(),
            Call::Clone => "start the clone".to_owned(),
            Call::Write(change) => {
                let keys = change.set.keys().chain(&change.delete);
                format!("write {}", keys.cloned().collect::<Vec<_>>().join(", "))
            }
            Call::Seed(_) => "upload a seed for cloud-init".to_owned(),
            Call::Resize { slot, gib } => format!("grow {slot} to {gib} GB"),
            Call::FirewallOptions(_) => "write firewall options".to_owned(),
            Call::CreateIpFilter => "make the IP filter".to_owned(),
            Call::AddToIpFilter(address) => format!("add {address} to the IP filter"),
            Call::RemoveFromIpFilter(address) => format!("take {address} out of the IP filter"),
            Call::DeleteIpFilter => "take the IP filter away".to_owned(),
            Call::AddRule(rule) => format!("add rule {rule}"),
            Call::SetRule { at, rule } => format!("make rule {at} {rule}"),
            Call::MoveRule { from, to } => format!("move rule {from} before {to}"),
            Call::DeleteRule { at } => format!("delete rule {at}"),
            Call::Start => "start".to_owned(),
            Call::Stop => "stop".to_owned(),
            Call::Shutdown(_) => "shut down".to_owned(),
            Call::TakeSnapshot { name, .. } => format!("take snapshot {name}"),
            Call::RollBack(name) => format!("roll back to snapshot {name}"),
            Call::DeleteSnapshot { name, .. } => format!("delete snapshot {name}"),
            Call::BackUp { tag, storage, .. } => format!("make backup {} on {storage}", tag.name),
            Call::MarkBackup { backup, .. } => format!("mark backup {}", backup.volume),
            Call::DeleteBackup(backup) => format!("{DELETE_BACKUP}{}", backup.volume),
            Call::Restore { volume, .. } => format!("restore backup {volume}"),
            Call::Destroy { .. } => "delete the VM".to_owned(),
            Call::Beside(call) => format!("{} beside", call.summary()),
            Call::FreeSurplus => "give back surplus addresses".to_owned(),
        }
    }

    /// Whether it changes the remote status; HA and the guest itself may take their time with that.
    pub fn is_power(&self) -> bool {
        matches!(self, Call::Start | Call::Stop | Call::Shutdown(_))
    }

    /// Whether Proxmox VE does it to a guest that is hibernated: `vm_start` and `destroy_vm` let that lock pass, what
    /// changes config, disks or snapshots does not (PVE/QemuServer.pm, PVE/API2/Qemu.pm).
    pub fn wakes(&self) -> bool {
        !matches!(
            self,
            Call::Write(_)
                | Call::Resize { .. }
                | Call::TakeSnapshot { .. }
                | Call::RollBack(_)
                | Call::DeleteSnapshot { .. }
                | Call::BackUp { .. }
                | Call::Restore { .. }
        )
    }

    /// Whether it changes the firewall rule of a place: which rule that is, has to be seen right before.
    pub fn is_of_rule(&self) -> bool {
        matches!(
            self,
            Call::SetRule { .. } | Call::MoveRule { .. } | Call::DeleteRule { .. }
        )
    }

    /// Config writes and resizes of later steps may go out together with those of an earlier one.
    pub fn may_go_ahead(&self) -> bool {
        matches!(self, Call::Write(_) | Call::Resize { .. })
    }
}

/// So begins what a task is called that deletes a backup.
pub const DELETE_BACKUP: &str = "delete backup ";

/// A step cannot be done as things are: one sentence for an admin, and no retry until something changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// The guest has no disk at all.
    #[error("the VM has no disk: check the template")]
    NoDisk,
    /// Disks only grow.
    #[error("the {which} has {has_gib} GB and the package says {wanted_gib} GB: a disk cannot be made smaller")]
    Shrink {
        /// `system disk` or `additional disk`.
        which: &'static str,
        /// Its size on PVE, GiB (rounded up).
        has_gib: u64,
        /// The package's size, GiB.
        wanted_gib: u64,
    },
    /// No slot is left on the bus of the system disk.
    #[error("the VM has no free slot for an additional disk beside {beside}")]
    NoSlot {
        /// The system disk's slot.
        beside: String,
    },
    /// The snapshot to roll back to is there no more.
    #[error("the snapshot is there no more: nothing was rolled back")]
    SnapshotGone,
    /// One that was not there when the rollback was asked for is newer.
    #[error("snapshot {0} is newer than this rollback was asked for, and would be lost: nothing was rolled back")]
    SnapshotNewer(String),
    /// The backup is there no more.
    #[error("the backup is there no more: nothing was done")]
    BackupGone,
    /// Its task has ended well, and nothing carries its name.
    #[error(
        "Proxmox VE says that the backup was made, but none on storage {0} carries its name in its notes: look there (Backups) for one of this time, and see in the log of the task why the notes could not be written"
    )]
    BackupUnmarked(StorageId),
    /// A restore has failed as often as it is tried, and the guest has no disks.
    #[error("the VM could not be restored, and has no disks any more: restore another backup, or press Reinstall")]
    RestoreTorn,
    /// A restore has ended without effect.
    #[error("Proxmox VE has begun to restore the VM and has ended that without doing it; its disks were not touched")]
    RestoreNotDone,
    /// The second guest is there no more, or not whole.
    #[error("the restored VM beside this one is there no more: nothing was swapped")]
    BesideGone,
    /// The guest has a disk that would be lost with it.
    #[error(
        "disk {0} of the VM is not in the other one, and would be deleted with this one: restore over the VM, which keeps that disk, or take the disk off in Proxmox VE"
    )]
    BesideLoses(String),
    /// PVE's own protection against deletion is set.
    #[error(
        "the VM is in protection mode: switch that off in Proxmox VE (Options, Protection) if it is really to be deleted"
    )]
    Protected,
    /// HA manages the guest: deleted without it, PVE would take it out of the backup jobs too.
    #[error(
        "the VM is managed by HA, and Proxmox VE deletes it only together with its place in HA and in the backup jobs: take it out of HA (Datacenter, HA) first, and add it again afterwards"
    )]
    HaManaged,
    /// It is replicated: deleted with that, it would leave its backup jobs too.
    #[error(
        "the VM has the replication job {0}, and Proxmox VE does not delete it before that is removed: remove the job (Datacenter, Replication) first, and add it again afterwards"
    )]
    Replicated(String),
    /// Another service's marker.
    #[error("the VM belongs to another service ({0}): it cannot be attached")]
    Owned(String),
    /// A template.
    #[error("this VM is a template: it cannot be attached")]
    Template,
    /// PVE would not start the guest with the package: why, and what to do.
    #[error("Proxmox VE would not start the VM: {0}")]
    NoStart(String),
    /// The bridge is neither in the package nor with a leased address.
    #[error("no bridge is known for the VM's first network card: name one in the package (option Bridge)")]
    NoBridge,
    /// What reads the snippets of applications is Linux.
    #[error(
        "the application {0} is not installed in a VM with Windows: choose none (option Application, or with the rebuild), or another operating system"
    )]
    NotOnWindows(SnippetName),
    /// It would let nobody in.
    #[error(transparent)]
    SshKey(#[from] KeyError),
}

impl Blocked {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            Blocked::NoDisk => &problems::NO_DISK,
            Blocked::Shrink { .. } => &problems::DISK_SHRINK,
            Blocked::NoSlot { .. } => &problems::NO_DISK_SLOT,
            Blocked::NoBridge => &problems::NO_BRIDGE,
            Blocked::NotOnWindows(_) => &problems::NOT_ON_WINDOWS,
            Blocked::SshKey(error) => error.problem(),
            Blocked::NoStart(_) => &problems::WOULD_NOT_START,
            Blocked::SnapshotGone => &problems::NO_SNAPSHOT,
            Blocked::SnapshotNewer(_) => &problems::SNAPSHOT_NEWER,
            Blocked::BackupGone => &problems::NO_BACKUP,
            Blocked::BackupUnmarked(_) => &problems::BACKUP_UNMARKED,
            Blocked::RestoreTorn => &problems::RESTORE_TORN,
            Blocked::RestoreNotDone => &problems::RESTORE_NOT_DONE,
            Blocked::BesideGone => &problems::NO_BESIDE,
            Blocked::BesideLoses(_) => &problems::BESIDE_LOSES,
            Blocked::Protected => &problems::PROTECTED,
            Blocked::HaManaged => &problems::HA_MANAGED,
            Blocked::Replicated(_) => &problems::BOUND,
            Blocked::Owned(_) => &problems::OWNED,
            Blocked::Template => &problems::IS_TEMPLATE,
        }
    }
}

impl FirewallSeen {
    /// A synchronous firewall write that PVE has answered with success counts as seen.
    pub fn note(&mut self, call: Call) {
        match call {
            Call::FirewallOptions(change) => change
                .set
                .into_iter()
                .for_each(|(key, value)| self.options.put(key, value)),
            Call::CreateIpFilter => self.ipfilter = Some(Vec::new()),
            Call::AddToIpFilter(address) => self.ipfilter.get_or_insert_default().push(address),
            Call::RemoveFromIpFilter(address) => {
                self.ipfilter.get_or_insert_default().retain(|entry| *entry != address)
            }
            Call::DeleteIpFilter => self.ipfilter = None,
            Call::AddRule(rule) => self.rules.insert(0, listed_rule(&rule)),
            Call::SetRule { at, rule } => {
                if let Some(place) = self.rules.get_mut(at) {
                    *place = listed_rule(&rule);
                }
            }
            Call::MoveRule { from, to } if from < self.rules.len() => {
                let rule = self.rules.remove(from);
                let to = if to > from { to - 1 } else { to };
                self.rules.insert(to.min(self.rules.len()), rule);
            }
            Call::DeleteRule { at } if at < self.rules.len() => drop(self.rules.remove(at)),
            _ => {}
        }
    }
}

/// What a plan says: the calls that are missing (none: the step is done), or why it cannot be done.
pub type Plan = Result<Vec<Call>, Blocked>;

/// Nothing is missing.
pub fn settled() -> Plan {
    Ok(Vec::new())
}

/// The call that writes a change, if there is anything to write.
pub fn write(change: ConfigChange) -> Plan {
    Ok(if change.is_empty() {
        Vec::new()
    } else {
        vec![Call::Write(change)]
    })
}

/// Sets a key if the config has another value, or none.
pub fn want(change: &mut ConfigChange, config: &Config, key: &str, value: &str) {
    if config.get(key) != Some(value) {
        change.set(key, value);
    }
}

/// Takes a key away if the config has it.
pub fn unwant(change: &mut ConfigChange, config: &Config, key: &str) {
    change.unset(config, key);
}
