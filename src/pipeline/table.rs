//! THE TABLE. Which step leaves a status, what must hold first, what the step looks at, what it wants.
//!
//! The engine, the buttons, the cron and the pages read this one table. A new step is one row, one pure
//! function beside it (in [`super::build`], [`super::after`]) and one [`Status`].

use super::call::{Plan, View};
use super::{after, build};
use crate::words::status::Status;

/// What must hold of the guest before a step may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// No guest yet.
    NoGuest,
    /// A guest, running or not: `*` in the button's label.
    AnyPower,
    /// A stopped guest: `**` in the button's label.
    Stopped,
    /// Whatever is there, also nothing.
    Anything,
    /// A guest that carries no marker yet.
    Unmarked,
}

/// What a step has to see to plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Looks {
    /// Only what the store knows.
    AtStore,
    /// The guest's config.
    AtConfig,
    /// Config and power.
    AtPower,
    /// Config, power and firewall.
    AtFirewall,
    /// Config, power, snapshots and backups.
    AtRemains,
}

/// A row: the step that leads from one status to the next.
#[derive(Debug)]
pub struct Row {
    /// The status that the step leaves.
    pub from: Status,
    /// The status once nothing is missing any more; also the step's name.
    pub to: Status,
    /// Its name in the history: the status it leads to, or what a verb asked for.
    pub name: &'static str,
    /// The admin button, where the step has one.
    pub label: Option<&'static str>,
    /// What must hold first.
    pub needs: Needs,
    /// What it has to see.
    pub looks: Looks,
    /// What is missing: pure.
    pub plan: fn(&View<'_>) -> Plan,
}

macro_rules! row {
    ($from:ident => $to:ident, $label:expr, $needs:ident, $looks:ident, $plan:path) => {
        row!(Status::$to.as_str(), $from => $to, $label, $needs, $looks, $plan)
    };
    ($name:expr, $from:ident => $to:ident, $label:expr, $needs:ident, $looks:ident, $plan:path) => {
        Row {
            from: Status::$from,
            to: Status::$to,
            name: $name,
            label: $label,
            needs: Needs::$needs,
            looks: Looks::$looks,
            plan: $plan,
        }
    };
}

/// The pipeline, from the first status to `ready`.
#[rustfmt::skip]
pub static PIPELINE: &[Row] = &[
    row!(Creation                   => SetIp,                      Some("VMSetDedicatedIp ->"),                NoGuest,  AtStore,    build::addresses),
    row!(SetIp                      => Clone,                      Some("VMClone ->"),                         NoGuest,  AtStore,    build::clone),
    row!(Clone                      => SetCpuRam,                  Some("**Set CPU RAM ->"),                   Stopped,  AtConfig,   build::cpu_ram),
    row!(SetCpuRam                  => SetSystemDiskSize,          Some("*Set System Disk Size ->"),           AnyPower, AtConfig,   build::system_disk_size),
    row!(SetSystemDiskSize          => SetSystemDiskBandwidth,     Some("*Set System Disk Bandwidth ->"),      AnyPower, AtConfig,   build::system_disk_bandwidth),
    row!(SetSystemDiskBandwidth     => SetCreatedAdditionalDisk,   Some("*Set Created Additional Disk ->"),    AnyPower, AtConfig,   build::additional_disk),
    row!(SetCreatedAdditionalDisk   => SetAdditionalDiskSize,      Some("*Set Additional Disk Size ->"),       AnyPower, AtConfig,   build::additional_disk_size),
    row!(SetAdditionalDiskSize      => SetAdditionalDiskBandwidth, Some("*Set Additional Disk Bandwidth ->"),  AnyPower, AtConfig,   build::additional_disk_bandwidth),
    row!(SetAdditionalDiskBandwidth => SetNetwork,                 Some("*Set Network ->"),                    AnyPower, AtConfig,   build::network),
    row!(SetNetwork                 => SetFirewall,                Some("*Set Firewall ->"),                   AnyPower, AtFirewall, build::firewall),
    row!(SetFirewall                => SetCloudinit,               Some("**SetCloudinit"),                     Stopped,  AtConfig,   build::cloudinit),
    row!(SetCloudinit               => Ready,                      None,                                       AnyPower, AtPower,    build::started),
];

/// The rows that leave the side statuses and the end.
#[rustfmt::skip]
pub static SIDE: &[Row] = &[
    row!(Reinstall     => Creation, Some("**Reinstall"),     Anything, AtPower,    after::reinstalled),
    row!(ChangePackage => Ready,   None,                    AnyPower, AtFirewall, after::changed),
    row!(SetDnsRecords => Ready,   Some("Set DNS records"), Anything, AtStore,    after::dns_records),
    row!(Terminate     => Removed, None,                    Anything, AtRemains,  after::terminated),
];

/// What can be asked of a guest without a step: the status stays as it is.
#[rustfmt::skip]
pub mod acts {
    use super::super::after;
    use super::{Looks, Needs, Row, Status};

    /// Stopped, and kept stopped.
    pub static SUSPEND: Row = row!("suspend", Ready => Ready, None, Anything, AtPower, after::suspended);
    /// `onboot` as before, and started.
    pub static UNSUSPEND: Row = row!("unsuspend", Ready => Ready, None, AnyPower, AtPower, after::unsuspended);
    /// Running.
    pub static START: Row = row!("start", Ready => Ready, Some("Start"), AnyPower, AtPower, after::running);
    /// Stopped.
    pub static STOP: Row = row!("stop", Ready => Ready, Some("Stop"), AnyPower, AtPower, after::stopped);
    /// With the service's password.
    pub static PASSWORD: Row = row!("change_password", Ready => Ready, None, AnyPower, AtPower, after::password);
    /// Gone, but for backups and unused disks.
    pub static REMOVE: Row = row!("vm_remove", Ready => SetIp, Some("**VMRemove"), Anything, AtPower, after::removed);
    /// As before what was refused: with the old values, and running if it ran.
    pub static TAKE_BACK: Row = row!("take back", Ready => Ready, None, AnyPower, AtPower, after::taken_back);
    /// Let out with the old addresses, and no others.
    pub static ADDRESSES_BACK: Row = row!("take addresses back", Ready => Ready, None, AnyPower, AtFirewall, after::addresses_back);
    /// With the service's marker.
    pub static ATTACH: Row = row!("attach", Ready => Ready, None, Unmarked, AtConfig, after::marked);
}

/// The row that leaves a status; `None` where there is nothing to do.
pub fn row_from(status: Status) -> Option<&'static Row> {
    PIPELINE.iter().chain(SIDE).find(|row| row.from == status)
}

/// The row that leads to a status: the step of that name.
pub fn row_to(status: Status) -> Option<&'static Row> {
    PIPELINE.iter().find(|row| row.to == status)
}

/// The row and those after it.
pub fn rows_onward(row: &Row) -> &'static [Row] {
    let place = PIPELINE
        .iter()
        .position(|other| other.to == row.to)
        .unwrap_or(PIPELINE.len());
    &PIPELINE[place..]
}

/// Whether the step to one status comes before the step to another, as a guest is built.
pub fn is_before(one: Status, other: Status) -> bool {
    let place = |wanted: Status| PIPELINE.iter().position(|row| row.to == wanted);
    place(one) < place(other)
}

/// Whether the guest of a service of this status is still being built.
pub fn is_building(status: Status) -> bool {
    PIPELINE.iter().any(|row| row.from == status)
}

/// Whether something is queued for a guest that was finished before.
pub fn is_queued(status: Status) -> bool {
    matches!(
        status,
        Status::ChangePackage | Status::SetDnsRecords | Status::Reinstall
    )
}

/// Whether a service of this status has the step behind it: then its button forces the step again.
pub fn is_past(status: Status, row: &Row) -> bool {
    let place = |wanted: Status| PIPELINE.iter().position(|row| row.to == wanted);
    match status {
        Status::Ready | Status::SetDnsRecords | Status::ChangePackage => true,
        status => place(status) >= place(row.to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_begins_where_the_one_before_ends() {
        for pair in PIPELINE.windows(2) {
            assert_eq!(pair[0].to, pair[1].from);
        }
        assert_eq!(PIPELINE[0].from, Status::Creation);
        assert_eq!(PIPELINE.last().map(|row| row.to), Some(Status::Ready));
    }

    #[test]
    fn the_stars_of_a_label_say_what_the_row_needs() {
        for row in PIPELINE {
            let Some(label) = row.label else { continue };
            let needs = match label {
                label if label.starts_with("**") => Needs::Stopped,
                label if label.starts_with('*') => Needs::AnyPower,
                _ => Needs::NoGuest,
            };
            assert_eq!(row.needs, needs, "{label}");
        }
    }

    #[test]
    fn only_steps_after_the_clone_look_at_the_guest() {
        for row in PIPELINE {
            assert_eq!(row.looks == Looks::AtStore, row.needs == Needs::NoGuest, "{}", row.to);
        }
    }
}
