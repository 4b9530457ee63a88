//! THE TABLE. Which step leaves a status, what must hold first, what its plan sees, what it wants, and what goes with the
//! new status. Three parts: [`PIPELINE`] builds the guest, [`SIDE`] does what is queued, [`acts`] are done when asked for.
//!
//! Engine, buttons, cron, pages and documentation read this one table, through [`super::lookup`]. A new step is one row
//! here, one pure plan (in [`super::build`], [`super::after`]) and one [`Status`]: three files; with a button also a
//! row of the actions, and a function in PHP's `functions/steps.php`.

use super::facts::Facts;
use super::row::Effect::{
    Applied, BesideSettled, Built, EndSuspension, FirewallWritten, ForgetGuest, ForgetNode, FreeAddresses,
};
use super::row::Effect::{
    MailBuilt, MailChanged, MailRestored, MailTerminated, RolledBack, Swapped, TakeChosen, WantDns, WriteBack,
};
use super::row::Needs::{AnyPower, Anything, NoGuest, Stopped, Unmarked};
use super::row::{OfChange, Row, Undo};
use super::{after, build};
use crate::words::phase::Phase::{Configuring, Installing, Preparing, Starting};
use crate::words::status::Status;

const CONFIG: Facts = Facts::CONFIG;
const POWER: Facts = CONFIG.and(Facts::POWER);
const FIREWALL: Facts = CONFIG.and(Facts::FIREWALL);
const STORAGE: Facts = CONFIG.and(Facts::STORAGE);
const BEFORE: Facts = POWER.and(Facts::BEFORE);

/// The pipeline, from the first status to `ready`.
#[rustfmt::skip]
pub static PIPELINE: &[Row] = &[
    Row::builds(Preparing, Status::Creation, Status::SetIp, build::addresses)
        .button("VMSetDedicatedIp ->").needs(NoGuest, Facts::NONE),
    Row::builds(Preparing, Status::SetIp, Status::Clone, build::clone)
        .button("VMClone ->").needs(NoGuest, Facts::NONE).makes_guest(),
    Row::builds(Installing, Status::Clone, Status::SetCpuRam, build::cpu_ram)
        .button("**Set CPU RAM ->").needs(Stopped, POWER)
        .changes().refuses_at_once().restart_keys(&["cores", "sockets", "vcpus", "memory", "balloon"]),
    Row::builds(Configuring, Status::SetCpuRam, Status::SetSystemDiskSize, build::system_disk_size)
        .button("*Set System Disk Size ->").needs(AnyPower, CONFIG).changes().refuses_at_once(),
    Row::builds(Configuring, Status::SetSystemDiskSize, Status::SetSystemDiskBandwidth, build::system_disk_bandwidth)
        .button("*Set System Disk Bandwidth ->").needs(AnyPower, CONFIG).changes(),
    Row::builds(Configuring, Status::SetSystemDiskBandwidth, Status::SetCreatedAdditionalDisk, build::additional_disk)
        .button("*Set Created Additional Disk ->").needs(AnyPower, STORAGE.and(Facts::BEFORE)).changes().refuses_at_once(),
    Row::builds(Configuring, Status::SetCreatedAdditionalDisk, Status::SetAdditionalDiskSize, build::additional_disk_size)
        .button("*Set Additional Disk Size ->").needs(AnyPower, CONFIG).changes().refuses_at_once(),
    Row::builds(Configuring, Status::SetAdditionalDiskSize, Status::SetAdditionalDiskBandwidth, build::additional_disk_bandwidth)
        .button("*Set Additional Disk Bandwidth ->").needs(AnyPower, CONFIG).changes(),
    Row::builds(Configuring, Status::SetAdditionalDiskBandwidth, Status::SetNetwork, build::network)
        .button("*Set Network ->").needs(AnyPower, CONFIG).changes().refuses_at_once(),
    Row::builds(Configuring, Status::SetNetwork, Status::SetFirewall, build::firewall)
        .button("*Set Firewall ->").needs(AnyPower, FIREWALL).of_change(OfChange::Then(after::filtered_anew)),
    Row::builds(Configuring, Status::SetFirewall, Status::SetCloudinit, build::cloudinit)
        .button("**SetCloudinit").needs(Stopped, POWER)
        .of_change(OfChange::Together(after::readdressed)).restart_keys(&["ipconfig0", "nameserver"]),
    Row::builds(Starting, Status::SetCloudinit, Status::Ready, build::started)
        .needs(AnyPower, POWER).effects(&[Built, WantDns, MailBuilt, Applied]).waits_for_answer()
        .of_change(OfChange::Then(after::started_again)),
];

/// The rows that leave the side statuses and the end.
#[rustfmt::skip]
pub static SIDE: &[Row] = &[
    Row::queued("Reinstall", Status::Reinstall, Status::Creation, after::reinstalled)
        .button("**Reinstall").needs(Anything, POWER.and(Facts::BACKUP_FIRST)).effects(&[ForgetGuest, ForgetNode, TakeChosen]).deletes_guest().taken_back()
        .phase(Preparing),
    Row::queued("Change Package", Status::ChangePackage, Status::Ready, |view| after::changed(view, PIPELINE))
        .needs(AnyPower, BEFORE.and(FIREWALL).and(STORAGE)).effects(&[MailChanged, Applied])
        .starts_again().taken_back(),
    Row::queued("Firewall", Status::Firewall, Status::Ready, build::customers_firewall)
        .named("firewall").needs(AnyPower, FIREWALL).effects(&[FirewallWritten]).passes_locks(),
    Row::queued("Snapshot", Status::Snapshot, Status::Ready, after::snapshots)
        .named("snapshot").needs(AnyPower, POWER.and(Facts::SNAPSHOTS)).taken_back(),
    Row::queued("Rollback", Status::Rollback, Status::ChangePackage, after::rolled_back)
        .named("rollback").needs(AnyPower, POWER.and(Facts::SNAPSHOTS)).effects(&[RolledBack]).starts_again().taken_back(),
    Row::queued("Backup", Status::Backup, Status::Ready, after::backups)
        .named("backup").needs(AnyPower, POWER.and(Facts::BACKUPS)).taken_back(),
    Row::queued("Restore", Status::Restore, Status::ChangePackage, after::restored)
        .named("restore").needs(AnyPower, POWER).effects(&[MailRestored, RolledBack]).starts_again().taken_back(),
    Row::queued("Media", Status::Media, Status::Ready, after::media)
        .named("media").needs(AnyPower, POWER).starts_again().taken_back(),
    Row::queued("Restore beside", Status::Beside, Status::Ready, after::beside)
        .named("beside").needs(Anything, CONFIG.and(Facts::BESIDE)).effects(&[BesideSettled]).taken_back(),
    Row::queued("Swap", Status::Swap, Status::ChangePackage, after::swapped)
        .named("swap").needs(Anything, POWER.and(Facts::BESIDE)).effects(&[Swapped, RolledBack, WriteBack]).starts_again().taken_back(),
    Row::queued("Set DNS records", Status::SetDnsRecords, Status::Ready, after::nothing)
        .button("Set DNS records").needs(Anything, Facts::NONE),
    Row::ends("Terminate", Status::Terminate, Status::Removed, after::terminated)
        .needs(Anything, POWER.and(Facts::SNAPSHOTS).and(Facts::BACKUPS).and(Facts::BESIDE))
        .effects(&[MailTerminated, FreeAddresses, WriteBack, WantDns, ForgetGuest, EndSuspension]).deletes_guest(),
];

/// What can be asked of a guest without a step.
#[rustfmt::skip]
pub mod acts {
    use super::*;

    /// Stopped, and kept stopped.
    pub static SUSPEND: Row = Row::act("suspend", after::suspended).needs(Anything, POWER.and(Facts::BESIDE)).keeps_stopped();
    /// `onboot` as before, and started.
    pub static UNSUSPEND: Row = Row::act("unsuspend", after::unsuspended).needs(AnyPower, POWER);
    /// Running.
    pub static START: Row = Row::act("start", after::running).button("Start").needs(AnyPower, POWER);
    /// Stopped.
    pub static STOP: Row = Row::act("stop", after::stopped).button("Stop").needs(AnyPower, POWER);
    /// The second guest, running.
    pub static BESIDE_START: Row = Row::act("beside_start", after::beside_running).needs(Anything, CONFIG.and(Facts::BESIDE));
    /// The second guest, stopped.
    pub static BESIDE_STOP: Row = Row::act("beside_stop", after::beside_stopped).needs(Anything, CONFIG.and(Facts::BESIDE));
    /// With the service's password. Power decides how the config is written.
    pub static PASSWORD: Row = Row::act("change_password", after::password).needs(AnyPower, POWER).renews_cloudinit();
    /// With the SSH keys that are chosen.
    pub static SSH_KEYS: Row = Row::act("ssh_keys_write", after::ssh_keys).needs(AnyPower, POWER).renews_cloudinit().keys_by_agent();
    /// Gone, but for backups and volumes that its config does not name.
    pub static REMOVE: Row = Row::act("vm_remove", after::removed).moves(Status::Ready, Status::SetIp)
        .button("**VMRemove").needs(Anything, POWER).effects(&[ForgetGuest]).deletes_guest();
    /// As before what was refused: with the old values, and running if it ran.
    pub static TAKE_BACK: Row = Row::act("take back", after::taken_back)
        .needs(AnyPower, BEFORE.and(FIREWALL)).undoes(Undo::Guest);
    /// Let out with the old addresses, and no others.
    pub static ADDRESSES_BACK: Row = Row::act("take addresses back", after::addresses_back)
        .needs(AnyPower, BEFORE.and(FIREWALL)).undoes(Undo::Addresses);
    /// With the service's marker.
    pub static ATTACH: Row = Row::act("attach", after::marked).needs(Unmarked, CONFIG);

    /// All of them.
    pub static ALL: &[&Row] = &[
        &SUSPEND, &UNSUSPEND, &START, &STOP, &BESIDE_START, &BESIDE_STOP, &PASSWORD, &SSH_KEYS, &REMOVE, &TAKE_BACK, &ADDRESSES_BACK, &ATTACH,
    ];
}
