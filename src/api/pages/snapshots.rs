//! A guest's snapshots, for the pages of its customer and of staff.

use super::kept::KeptIn;
use super::looked::{Looked, looked};
use super::show::{check_owner, guest_of, must_be_given, must_be_shown};
use crate::api::core::Core;
use crate::engine::{SnapshotsSeen, goes_back_to_newest, room_for_snapshot};
use crate::guest::{Made, Snapshot};
use crate::package::Package;
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::schedule::{Schedule, Weekday};
use serde::Serialize;
use std::collections::BTreeSet;

/// The snapshots of a guest.
#[derive(Debug, Serialize)]
pub(in crate::api) struct SnapshotsOut {
    /// All of them, the newest first: those of this service, and those that the provider keeps.
    snapshots: Vec<SnapshotOut>,
    /// How many the service has; what the provider keeps is not counted.
    have: usize,
    /// How many it may have.
    most: u32,
    /// Whether one has to be deleted before one more can be taken.
    full: bool,
    /// What a schedule took and is deleted once one more is there, the oldest first.
    makes_room: Vec<LostOut>,
    /// Whether the guest can have any; null where there is no guest.
    possible: Option<bool>,
    /// Whether the memory of a guest that runs is kept too.
    ram: bool,
    /// Whether the guest has more disks than the one of its system. One that is younger than a snapshot is no part of it: when
    /// that is rolled back to, the disk is taken off and attached again, with its data of today.
    more_disks: bool,
    /// After so many days a snapshot is deleted that is taken from now on; 0: never.
    days: u32,
    /// What is scheduled; null where the product lets its customers schedule nothing.
    schedule: Option<ScheduleOut>,
}

/// When snapshots are taken, or backups made.
#[derive(Debug, Serialize)]
pub(super) struct ScheduleOut {
    /// On which days of the week; none: never.
    days: BTreeSet<Weekday>,
    /// The hour at which the window of four hours begins, by WHMCS's clocks; null: nothing is scheduled.
    hour: Option<u8>,
    /// When the next one is taken at the earliest; null: never.
    next_at: Option<UnixSeconds>,
}

/// A snapshot.
#[derive(Debug, Serialize)]
struct SnapshotOut {
    /// Its name at Proxmox VE.
    name: String,
    /// What it is called.
    label: String,
    /// When it was made; null: Proxmox VE does not say.
    at: Option<UnixSeconds>,
    /// Whether it holds the memory.
    ram: bool,
    /// Whether it is of this service; else the provider keeps it, and it is not touched.
    own: bool,
    /// When it is deleted, as the product kept them only for a while when it was taken; null: it stays.
    ends_at: Option<UnixSeconds>,
    /// Whether a schedule has made it.
    scheduled: bool,
    /// Whether none is newer.
    newest: bool,
    /// Whether it was not finished: it can only be deleted.
    unfinished: bool,
    /// What is deleted first when it is rolled back to, the newest first.
    loses: Vec<LostOut>,
    /// Why it cannot be rolled back to: a code; null where it can.
    blocked: Option<&'static str>,
}

/// A snapshot that is lost by going back to an older one, or by one more.
#[derive(Debug, Serialize)]
struct LostOut {
    /// Its name at Proxmox VE.
    name: String,
    /// What it is called.
    label: String,
    /// When it was made; null: Proxmox VE does not say.
    at: Option<UnixSeconds>,
}

/// What a look has seen.
struct Shown {
    all: Vec<Snapshot>,
    back_to_newest: bool,
    possible: bool,
    more_disks: bool,
}

/// The snapshots of a guest, and what is lost by going back to each. Costs the time of one request: all that is asked is
/// asked side by side. A customer whose product has no snapshots sees none.
pub(in crate::api) fn snapshots(core: &Core, request: KeptIn) -> Result<SnapshotsOut, Error> {
    let id = request.service.service()?;
    let package = request.package.parse()?;
    must_be_given("snapshot_take", &request.who, &package)?;
    let (service, _) = core.store.service(id)?;
    must_be_shown(&service, request.who.asked().as_ref())?;
    let now = core.clock.now();
    let Some((client, path)) = guest_of(core, &request.server.parse()?, &service)? else {
        return Ok(out(&service, &package, None, now));
    };
    let look = || {
        let (listed, (config, (resources, possible))) = Core::both(
            || client.snapshots(&path),
            || {
                Core::both(
                    || client.config(&path),
                    || Core::both(|| client.resources(), || client.can_snapshot(&path)),
                )
            },
        );
        let config = config?;
        check_owner(core, &service, &path, &config)?;
        Ok(Shown {
            all: listed?,
            back_to_newest: goes_back_to_newest(&resources?.storages, &config),
            possible: possible?,
            more_disks: config.additional_disk().is_some(),
        })
    };
    match looked(core, &service, "snapshots", request.who.asked().as_ref(), look, |_| {
        None::<&()>
    })? {
        Looked::Now(shown) => Ok(out(&service, &package, Some(shown), now)),
        Looked::Later(_) => Err(Refusal::LookedAt.into()),
    }
}

fn out(service: &Service, package: &Package, shown: Option<Shown>, now: UnixSeconds) -> SnapshotsOut {
    let possible = shown.as_ref().map(|shown| shown.possible);
    let back_to_newest = shown.as_ref().is_some_and(|shown| shown.back_to_newest);
    let more_disks = shown.as_ref().is_some_and(|shown| shown.more_disks);
    let mut all = shown.map(|shown| shown.all).unwrap_or_default();
    // children stand before their parents, also of one second
    all.sort_by(|one, other| other.at.unwrap_or_default().total_cmp(&one.at.unwrap_or_default()));
    let seen = SnapshotsSeen {
        all: &all,
        back_to_newest,
    };
    let most = package.snapshots.unwrap_or_default();
    let room = room_for_snapshot(&all, most);
    let goes = room.as_deref().unwrap_or_default().iter();
    let named = goes.filter_map(|name| all.iter().find(|one| one.name == *name));
    let rows = all.iter().enumerate().map(|(at, one)| row_out(&seen, one, at == 0));
    SnapshotsOut {
        snapshots: rows.collect(),
        have: all.iter().filter(|one| one.is_own()).count(),
        most,
        full: room.is_err(),
        makes_room: named.map(lost_out).collect(),
        possible,
        ram: package.more.snapshot_ram,
        more_disks,
        days: package.more.snapshot_days,
        schedule: package
            .more
            .snapshot_schedule
            .then(|| ScheduleOut::of(service.body.choices.snapshots.as_ref(), service.id, now)),
    }
}

impl ScheduleOut {
    pub(super) fn of(schedule: Option<&Schedule>, of: ServiceId, now: UnixSeconds) -> ScheduleOut {
        ScheduleOut {
            days: schedule.map(|schedule| schedule.days.clone()).unwrap_or_default(),
            hour: schedule.map(|schedule| schedule.hour),
            next_at: schedule.map(|schedule| schedule.next(of, now)),
        }
    }
}

fn lost_out(lost: &Snapshot) -> LostOut {
    LostOut {
        name: lost.name.clone(),
        label: lost.label.clone(),
        at: lost.at,
    }
}

fn row_out(seen: &SnapshotsSeen<'_>, one: &Snapshot, newest: bool) -> SnapshotOut {
    let lost = seen.lost_by(one);
    let blocked = lost.as_ref().err().map(|refusal| refusal.problem().code);
    SnapshotOut {
        name: one.name.clone(),
        label: one.label.clone(),
        at: one.at,
        ram: one.ram,
        own: one.is_own(),
        ends_at: one.ends_at(),
        scheduled: one.made() == Made::Scheduled,
        newest,
        unfinished: one.unfinished,
        loses: lost.unwrap_or_default().into_iter().map(lost_out).collect(),
        blocked,
    }
}
