//! THE TABLE of actions: everything that staff or a customer can ask of a service beside WHMCS's own functions.
//!
//! The verbs, both pages, WHMCS's buttons, the documentation and the tests read this one table. An action that a row of
//! the pipeline makes true is one row here, and its texts (`action_x`, `action_x_sure`, `action_x_done`); what others need says
//! `docs/architecture.md`.

use super::firewall::{ANYWAY, OfFirewall, POLICIES, RULE};
use super::guard::Condition::{
    HasBeside, HasGuest, HasNoBeside, HasWholeBeside, In, Living, MayBeStepped, MayHaveRecords, NotPaused, NotRunning,
    NotSuspended, Protected, ReadyOrLost, Rescued, Running, StoppedByStaff, StoppedOrGone, Unlocked, Unprotected,
};
use super::how::{How, OfBackup, OfSnapshot, Once};
use super::input::{BACKUP, Input, Kind, NOTE, input};
use super::row::{Action, Group, Sure, Switch};
use super::{firewall, schedule, ssh_keys};
use crate::pipeline::{PIPELINE, Row, acts};
use crate::problems::Error;
use crate::service::choices::Choices;
use crate::service::media::MediaAct;
use crate::service::pace::Pace;
use crate::words::limits;
use crate::words::status::Status;

/// What lets customers switch their VMs off at all.
const CLIENT_STOP: Switch = Switch("client_stop", |more| more.client_stop);

/// What lets customers have snapshots; how many, *Snapshots* says.
const CLIENT_SNAPSHOTS: Switch = Switch("client_snapshots", |more| more.client_snapshots);

/// What lets customers have backups; how many, *Backups* says.
const CLIENT_BACKUPS: Switch = Switch("client_backups", |more| more.client_backups);

/// Whatever it is, it leaves the VM as it is, and wants it free.
const fn backup(name: &'static str, of: OfBackup, to: &'static str) -> Action {
    let action = Action::new(name, Group::Backups, How::Backup(of)).client(to, &[CLIENT_BACKUPS]);
    action.when(&[Living, In(&[Status::Ready]), NotSuspended, HasGuest, Unlocked])
}

/// What is queued leaves the VM running: a backup that waits for its turn has begun nothing, and a second VM is another one.
const IN_USE: &[Status] = &[Status::Ready, Status::Backup, Status::Firewall, Status::Beside];

/// What lets customers restore.
const CLIENT_RESTORE: Switch = Switch("client_restore", |more| more.client_restore);

/// Done with the second VM, which was restored from a backup or swapped away.
const fn beside(name: &'static str, how: How, to: &'static str) -> Action {
    let action = Action::new(name, Group::Beside, how).client(to, &[CLIENT_BACKUPS, CLIENT_RESTORE]);
    action.when(&[Living, In(&[Status::Ready]), NotSuspended, HasWholeBeside])
}

/// What lets customers see their VMs' screens.
const CLIENT_CONSOLE: Switch = Switch("client_console", |more| more.client_console);

/// What the product has of a rescue system.
const RESCUE: Switch = Switch("rescue_iso", |more| more.media.rescue_iso.is_some());

const fn media(name: &'static str, act: MediaAct, to: &'static str, switches: &'static [Switch]) -> Action {
    Action::new(name, Group::Media, How::Media(act)).client(to, switches)
}

/// What lets customers insert ISOs.
const CLIENT_ISO: Switch = Switch("client_iso", |more| more.media.client_iso);

/// Whatever it is, the guest runs on.
const fn iso(name: &'static str, act: MediaAct, to: &'static str) -> Action {
    let action = media(name, act, to, &[CLIENT_ISO]);
    action.when(&[
        Living,
        In(&[Status::Ready]),
        NotSuspended,
        HasGuest,
        Unlocked,
        Rescued(false),
    ])
}

/// Which snapshot is meant.
const SNAPSHOT: Input = input("snapshot", Kind::Snapshot);

/// What lets customers have SSH keys.
const CLIENT_SSH_KEYS: Switch = Switch("client_ssh_keys", |more| more.client_ssh_keys);

/// Which SSH keys a guest is built with.
const SSH_KEYS: Input = input("ssh_keys", Kind::Fingerprints);

/// Whatever is done with the customer's firewall: it needs the guest, and neither its lock nor its power.
const fn firewall(name: &'static str, of: OfFirewall) -> Action {
    Action::new(name, Group::Firewall, How::Firewall(of))
        .client(
            "change the firewall",
            &[Switch("client_firewall", |more| more.client_firewall)],
        )
        .when(&[Living, In(&[Status::Ready, Status::Firewall]), NotSuspended, HasGuest])
        .quota(Pace::FIREWALL)
        .panel()
}

/// These tasks wait for a guest to shut down, and hold its lock for as long.
const WAIT_FOR_SHUTDOWN: &[&str] = &["qmshutdown", "qmreboot"];

/// What each action that chooses has among its inputs.
const CHOSEN: Input = input("version", Kind::Version);

fn protect(choices: &mut Choices, protect: bool) -> Result<(), Error> {
    choices.protect = protect;
    Ok(())
}

/// A step's button: its row says how it is called, and what it needs.
const fn step(to: Status, function: &'static str) -> Action {
    let row = row_to(to);
    let action = Action::new(row.name, Group::Steps, How::Step(row)).when(&[Living, MayBeStepped]);
    Action {
        label: row.label,
        function: Some(function),
        ..action
    }
}

const fn row_to(to: Status) -> &'static Row {
    let mut at = 0;
    while PIPELINE[at].to as u8 != to as u8 {
        // past the last one this is no program
        at += 1;
    }
    &PIPELINE[at]
}

/// Every action, in the order in which pages show a group.
#[rustfmt::skip]
pub static ACTIONS: &[Action] = &[
    Action::new("start", Group::Power, How::Reach(&acts::START))
        .button("Start", "Start")
        .client("start the VM", &[Switch("client_start", |more| more.client_start)])
        // a change that is queued stops the guest itself
        .when(&[Living, In(&[Status::Ready, Status::ChangePackage, Status::Backup, Status::Firewall, Status::Beside]), NotSuspended, Unlocked, NotRunning]),
    Action::new("shutdown", Group::Power, How::Once(Once { word: "shutdown", says: "shut down", timed: true }))
        .client("shut the VM down", &[CLIENT_STOP])
        .when(&[Living, In(IN_USE), Unlocked, Running, NotPaused])
        .sure(Sure::Asked),
    Action::new("reboot", Group::Power, How::Once(Once { word: "reboot", says: "reboot", timed: true }))
        .client("restart the VM", &[Switch("client_reboot", |more| more.client_reboot)])
        .when(&[Living, In(IN_USE), NotSuspended, Unlocked, Running, NotPaused])
        .sure(Sure::Asked),
    Action::new("stop", Group::Power, How::Reach(&acts::STOP))
        .button("Stop", "Stop")
        .client("force the VM off", &[CLIENT_STOP, Switch("client_force_off", |more| more.client_force_off)])
        .when(&[Living, Unprotected, HasGuest, Unlocked, Running])
        .sure(Sure::Ticked)
        .overrules(WAIT_FOR_SHUTDOWN),
    Action::new("reset", Group::Power, How::Once(Once { word: "reset", says: "reset", timed: false }))
        .client("reset the VM", &[Switch("client_reset", |more| more.client_reset)])
        .when(&[Living, In(IN_USE), NotSuspended, Unlocked, Running])
        .sure(Sure::Ticked)
        .overrules(WAIT_FOR_SHUTDOWN),
    Action::new("reinstall", Group::Rebuild, How::Queue(Status::Reinstall))
        .button("**Reinstall", "Reinstall")
        .when(&[Living, Unprotected, NotSuspended, Unlocked, StoppedByStaff])
        .with(&[input("template", Kind::System), input("application", Kind::Application), SSH_KEYS, input("user_data", Kind::UserData), input("new_password", Kind::Tick)])
        .systems()
        .client("reinstall the VM", &[Switch("client_reinstall", |more| more.client_reinstall)])
        .quota(Pace::REINSTALLS)
        .sure(Sure::Typed),
    step(Status::SetIp, "VMSetDedicatedIp"),
    step(Status::Clone, "VMClone"),
    step(Status::SetCpuRam, "SetCpuRam"),
    step(Status::SetSystemDiskSize, "SetSystemDiskSize"),
    step(Status::SetSystemDiskBandwidth, "SetSystemDiskBandwidth"),
    step(Status::SetCreatedAdditionalDisk, "SetCreatedAdditionalDisk"),
    step(Status::SetAdditionalDiskSize, "SetAdditionalDiskSize"),
    step(Status::SetAdditionalDiskBandwidth, "SetAdditionalDiskBandwidth"),
    step(Status::SetNetwork, "SetNetwork"),
    step(Status::SetFirewall, "SetFirewall"),
    step(Status::SetCloudinit, "SetCloudinit"),
    Action::new("vm_remove", Group::Rebuild, How::Reach(&acts::REMOVE))
        .button("**VMRemove", "VMRemove")
        .when(&[Living, Unlocked, StoppedOrGone, HasNoBeside])
        .sure(Sure::Typed),
    Action::new("protect", Group::Protection, How::Choose(|choices, _| protect(choices, true)))
        .client("protect the VM", &[Switch("client_protect", |more| more.client_protect)])
        .when(&[Living, Protected(false)])
        .with(&[CHOSEN]),
    Action::new("unprotect", Group::Protection, How::Choose(|choices, _| protect(choices, false)))
        .client("protect the VM", &[Switch("client_protect", |more| more.client_protect)])
        .when(&[Living, Protected(true)])
        .with(&[CHOSEN])
        .sure(Sure::Asked),
    Action::new("snapshot_take", Group::Snapshots, How::Snapshot(OfSnapshot::Take))
        .client("take snapshots", &[CLIENT_SNAPSHOTS])
        .when(&[Living, In(&[Status::Ready]), NotSuspended, HasGuest, Unlocked, Rescued(false)])
        .with(&[input("label", Kind::Label).at_most(limits::SNAPSHOT_LABEL)])
        .quota(Pace::SNAPSHOTS),
    Action::new("snapshot_rollback", Group::Snapshots, How::Snapshot(OfSnapshot::RollBack))
        .client("roll back to snapshots", &[CLIENT_SNAPSHOTS])
        .when(&[Living, Unprotected, In(&[Status::Ready]), NotSuspended, HasGuest, Unlocked])
        .with(&[SNAPSHOT, input("loses", Kind::Lost)])
        .quota(Pace::SNAPSHOTS)
        .sure(Sure::Typed)
        .panel(),
    Action::new("snapshot_delete", Group::Snapshots, How::Snapshot(OfSnapshot::Delete))
        .client("delete snapshots", &[CLIENT_SNAPSHOTS])
        .when(&[Living, In(&[Status::Ready]), NotSuspended, HasGuest, Unlocked])
        .with(&[SNAPSHOT])
        .sure(Sure::Ticked)
        .panel(),
    Action::new("snapshot_schedule", Group::Snapshots, How::Choose(schedule::of_snapshots))
        .client("schedule snapshots", &[CLIENT_SNAPSHOTS, Switch("snapshot_schedule", |more| more.snapshot_schedule)])
        .when(&[Living, NotSuspended])
        .with(&[input("days", Kind::Days), input("hour", Kind::Hour), CHOSEN]),
    Action::new("ssh_key_add", Group::SshKeys, How::Own)
        .client("have SSH keys", &[CLIENT_SSH_KEYS])
        .with(&[input("label", Kind::Label).at_most(limits::SSH_KEY_NAME), input("key", Kind::PublicKey)])
        .quota(Pace::SSH_KEYS),
    Action::new("ssh_key_remove", Group::SshKeys, How::Own)
        .client("have SSH keys", &[CLIENT_SSH_KEYS])
        .with(&[input("fingerprint", Kind::Fingerprint)])
        .quota(Pace::SSH_KEYS)
        .sure(Sure::Asked)
        .panel(),
    Action::new("ssh_keys_choose", Group::SshKeys, How::Choose(ssh_keys::chosen))
        .client("choose SSH keys", &[CLIENT_SSH_KEYS])
        .when(&[Living, NotSuspended])
        .with(&[SSH_KEYS, CHOSEN])
        .panel(),
    Action::new("ssh_keys_write", Group::SshKeys, How::Reach(&acts::SSH_KEYS))
        .client("give the VM SSH keys", &[CLIENT_SSH_KEYS])
        .when(&[Living, In(&[Status::Ready]), NotSuspended, HasGuest, Unlocked])
        .quota(Pace::PASSWORDS)
        .sure(Sure::Ticked),
    Action::new("console", Group::Console, How::Own)
        .client("open the console", &[CLIENT_CONSOLE])
        .when(&[Living, NotSuspended, HasGuest])
        .quota(Pace::CONSOLES)
        .panel(),
    backup("backup_make", OfBackup::Make, "make backups")
        .when(&[Living, In(&[Status::Ready]), NotSuspended, HasGuest, Unlocked, Rescued(false)])
        .with(&[NOTE])
        .quota(Pace::BACKUPS),
    backup("backup_note", OfBackup::Note, "note backups").with(&[BACKUP, NOTE]).panel(),
    backup("backup_protect", OfBackup::Protect(true), "protect backups").with(&[BACKUP]).panel(),
    backup("backup_unprotect", OfBackup::Protect(false), "protect backups").with(&[BACKUP]).panel(),
    Action::new("backup_schedule", Group::Backups, How::Choose(schedule::of_backups))
        .client("schedule backups", &[CLIENT_BACKUPS, Switch("backup_schedule", |more| more.backup_schedule)])
        .when(&[Living, NotSuspended])
        .with(&[input("days", Kind::Days), input("hour", Kind::Hour), CHOSEN]),
    backup("backup_delete", OfBackup::Delete, "delete backups")
        .client("delete backups", &[CLIENT_BACKUPS, Switch("backup_client_delete", |more| more.backup_client_delete)])
        .with(&[BACKUP])
        .sure(Sure::Ticked)
        .panel(),
    backup("backup_restore", OfBackup::Restore, "restore backups")
        .client("restore backups", &[CLIENT_BACKUPS, CLIENT_RESTORE])
        // what has lost its disks, and whatever was to be done about that, makes way for another backup
        .when(&[Living, Unprotected, ReadyOrLost, NotSuspended, HasGuest, Unlocked])
        .with(&[BACKUP])
        .quota(Pace::RESTORES)
        .sure(Sure::Typed)
        .panel(),
    iso("iso_insert", MediaAct::Insert, "insert ISOs").with(&[input("iso", Kind::Iso)]).panel(),
    iso("iso_boot", MediaAct::BootOnce, "boot from ISOs").with(&[input("iso", Kind::Iso)]).panel(),
    iso("iso_eject", MediaAct::Eject, "eject ISOs"),
    media("rescue_start", MediaAct::Rescue, "start the rescue system", &[RESCUE])
        .when(&[Living, In(&[Status::Ready]), NotSuspended, HasGuest, Unlocked, Rescued(false)])
        .quota(Pace::RESCUES)
        .sure(Sure::Ticked),
    media("rescue_leave", MediaAct::Leave, "leave rescue mode", &[RESCUE])
        .when(&[Living, In(&[Status::Ready]), NotSuspended, HasGuest, Unlocked, Rescued(true)])
        .quota(Pace::RESCUES)
        .sure(Sure::Asked),
    firewall("firewall_rule", OfFirewall::Rule).with(firewall::FORM),
    firewall("firewall_change", OfFirewall::Change).with(&[RULE, input("change", Kind::Word).of(firewall::CHANGES), firewall::TO, ANYWAY, CHOSEN]),
    firewall("firewall_policy", OfFirewall::Policy)
        .with(&[input("policy_in", Kind::Word).of(POLICIES), input("policy_out", Kind::Word).of(POLICIES), ANYWAY, CHOSEN]),
    firewall("firewall_template", OfFirewall::Template)
        .with(&[input("template", Kind::Word).of(firewall::TEMPLATES), ANYWAY, CHOSEN])
        .sure(Sure::Ticked),
    firewall("firewall_confirm", OfFirewall::Confirm).with(&[CHOSEN]),
    firewall("firewall_back", OfFirewall::Back),
    backup("backup_restore_beside", OfBackup::RestoreBeside, "restore backups")
        .client("restore backups", &[CLIENT_BACKUPS, CLIENT_RESTORE])
        .when(&[Living, In(&[Status::Ready]), NotSuspended, HasGuest, Unlocked, HasNoBeside])
        .with(&[BACKUP])
        .quota(Pace::RESTORES)
        .sure(Sure::Asked)
        .panel(),
    beside("beside_start", How::Reach(&acts::BESIDE_START), "start the restored VM"),
    beside("beside_stop", How::Reach(&acts::BESIDE_STOP), "stop the restored VM").sure(Sure::Asked),
    beside("beside_swap", How::Backup(OfBackup::Swap), "swap the VM with the restored one")
        .when(&[Living, Unprotected, In(&[Status::Ready]), NotSuspended, Unlocked, Rescued(false), HasWholeBeside])
        .sure(Sure::Ticked),
    beside("beside_discard", How::Backup(OfBackup::Discard), "delete the restored VM")
        .when(&[Living, In(&[Status::Ready]), HasBeside])
        .sure(Sure::Typed),
    Action::new("screenshot", Group::Console, How::Own)
        .client("see the screen", &[CLIENT_CONSOLE])
        .when(&[Living, NotSuspended, HasGuest])
        .quota(Pace::SCREENSHOTS)
        .panel(),
    Action::new("reachability", Group::Reachability, How::Own)
        .client("ask why the VM is not reached", &[Switch("client_reachability", |more| more.client_reachability)])
        .when(&[Living])
        .with(&[input("port", Kind::Port), input("from", Kind::AnyAddress)])
        .quota(Pace::REACHES)
        .panel(),
    Action::new("set_dns_records", Group::Names, How::Own)
        .button("Set DNS records", "SetDnsRecords")
        .when(&[MayHaveRecords])
        .zones()
        .panel(),
    Action::new("set_reverse_name", Group::Names, How::Own)
        .client("set reverse names", &[Switch("client_rdns", |more| more.client_rdns)])
        .when(&[Living])
        .with(&[input("address", Kind::Address), input("name", Kind::HostName)])
        .quota(Pace::NAMES)
        .zones(),
    // what a test adds, to see that one row is enough
    #[cfg(feature = "dummy-action")]
    Action::new("wave", Group::Power, How::Reach(&acts::START))
        .client("wave", &[Switch("client_start", |more| more.client_start)])
        .when(&[Living, In(&[Status::Ready]), NotSuspended, Unlocked, NotRunning])
        .sure(Sure::Asked),
    Action::new("attach", Group::Identity, How::Own)
        .when(&[])
        .with(&[input("vmid", Kind::Vmid)])
        .panel(),
    Action::new("confirm", Group::Identity, How::Own)
        .when(&[])
        .panel(),
];

impl Action {
    /// The row of a name.
    pub fn named(name: &str) -> Option<&'static Action> {
        ACTIONS.iter().find(|action| action.name == name)
    }

    /// The row of a name, where it is something that a guest is asked once.
    pub fn asked_once(name: &str) -> Option<(&'static Action, Once)> {
        let action = Action::named(name)?;
        match action.how {
            How::Once(once) => Some((action, once)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the form brings along is not typed into a bare field: the panel with the list has the form.
    #[test]
    fn what_is_chosen_from_a_list_has_a_panel() {
        let listed = [
            Kind::Snapshot,
            Kind::Backup,
            Kind::Iso,
            Kind::Lost,
            Kind::Fingerprint,
            Kind::Rule,
        ];
        for action in ACTIONS {
            let chosen = listed.iter().any(|kind| action.takes(*kind));
            assert!(action.panel || !chosen, "{}", action.name);
        }
    }

    #[test]
    fn an_action_is_called_as_its_row_of_the_pipeline() {
        for action in ACTIONS {
            let row = match action.how {
                How::Reach(row) => Some(row),
                _ => action.step(),
            };
            let label = row.and_then(|row| row.label);
            assert!(label.is_none() || label == action.label, "{}", action.name);
        }
        let steps = PIPELINE.iter().filter(|row| row.label.is_some()).count();
        let forced = ACTIONS.iter().filter(|action| action.step().is_some()).count();
        assert_eq!(steps, forced, "each step with a button is an action");
    }
}
