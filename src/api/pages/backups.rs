//! A guest's backups, for the pages of its customer and of staff.

use super::kept::KeptIn;
use super::looked::{Looked, looked};
use super::show::{check_owner, guest_of, must_be_given, must_be_shown};
use super::snapshots::ScheduleOut;
use crate::api::core::Core;
use crate::engine::{backup_ends_at, backups_of, is_counted, is_restorable, own_name};
use crate::guest::{Backup, Made, Power};
use crate::package::{BackupMode, Package};
use crate::problems::{Error, Refusal};
use crate::pve::{Client, GuestPath};
use crate::service::Service;
use crate::service::beside::Beside;
use crate::words::ids::{Actor, NodeName, StorageId, UnixSeconds, Vmid};
use crate::words::problems;
use crate::words::units::GB;
use serde::Serialize;

/// The backups of a guest.
#[derive(Debug, Serialize)]
pub(in crate::api) struct BackupsOut {
    /// The newest first: those of this service, and for staff those that somebody else has made of its guest; for customers too
    /// where the product shows them.
    backups: Vec<BackupOut>,
    /// How many the service has; what the provider keeps is not counted.
    have: usize,
    /// How many it may have.
    most: u32,
    /// How many of them are protected.
    protected: usize,
    /// How large they are together, bytes.
    bytes: u64,
    /// How large they may be together before no more is made, bytes; null: there is no such limit.
    most_bytes: Option<u64>,
    /// Whether a guest that runs is shut down for a backup.
    stops: bool,
    /// The second VM of the service, which was restored beside its own or swapped away; null: there is none.
    beside: Option<BesideOut>,
    /// What is scheduled; null where the product lets its customers schedule nothing.
    schedule: Option<ScheduleOut>,
    /// The scheduled backups that were not made since the last one that was; null: there are none.
    missed: Option<MissedOut>,
}

/// A second VM.
#[derive(Debug, Serialize)]
struct BesideOut {
    /// What it is: `asked` (being restored), `restored` (from the backup) or `former` (the service's own before the last swap).
    stage: &'static str,
    /// The name of the backup that it, or the one in its place, was made from.
    backup: String,
    /// When that backup was begun; null: it is there no more.
    backup_at: Option<UnixSeconds>,
    /// Whether it runs, cut off from every network; null: nobody knows.
    runs: Option<bool>,
    /// When it is deleted by itself; null while it is being restored.
    ends_at: Option<UnixSeconds>,
    /// Its number, for staff; missing for customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    vmid: Option<Vmid>,
}

/// Scheduled backups that were not made.
#[derive(Debug, Serialize)]
struct MissedOut {
    /// How many in a row.
    in_a_row: u32,
    /// When the last of them was given up.
    at: UnixSeconds,
    /// Why: the code of a problem.
    code: String,
    /// The name of that one's text for customers; null where it has none.
    client: Option<&'static str>,
}

/// A backup.
#[derive(Debug, Serialize)]
struct BackupOut {
    /// Its name, by which it is meant; null: the provider keeps it, and it is not touched.
    name: Option<String>,
    /// The name by which it is restored; null: it is not.
    restore: Option<String>,
    /// What it is called; for customers empty where the provider keeps it.
    note: String,
    /// When it was begun.
    at: UnixSeconds,
    /// Its size in bytes; null: its storage does not say.
    size: Option<u64>,
    /// Whether a schedule has made it.
    scheduled: bool,
    /// Whether it was made before the guest was made anew: it is not counted, and ends by itself.
    before_reinstall: bool,
    /// When it is deleted by itself; null: it stays.
    ends_at: Option<UnixSeconds>,
    /// Whether it cannot be deleted before its protection is taken off.
    protected: bool,
    /// Whether a Proxmox Backup Server found it whole when it last verified it; null: it has not, or it is on no such.
    verified: Option<bool>,
    /// Whether it is encrypted.
    encrypted: bool,
    /// Where it is, for staff; missing for customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceOut>,
}

/// Where a backup is.
#[derive(Debug, Serialize)]
struct PlaceOut {
    /// The node through which it was seen.
    node: NodeName,
    /// The storage.
    storage: StorageId,
    /// Its volume there.
    volume: String,
}

/// The backups of a guest. Costs three requests, and one more for each further storage that some were stored on. A customer
/// whose product has no backups sees none.
pub(in crate::api) fn backups(core: &Core, request: KeptIn) -> Result<BackupsOut, Error> {
    let id = request.service.service()?;
    let package = request.package.parse()?;
    let actor = request.who.by().actor;
    must_be_given("backup_make", &request.who, &package)?;
    let (service, _) = core.store.service(id)?;
    must_be_shown(&service, request.who.asked().as_ref())?;
    let now = core.clock.now();
    let Some((client, path)) = guest_of(core, &request.server.parse()?, &service)? else {
        return Ok(out(&service, &package, (&[], None), (actor, now)));
    };
    let look = || {
        let (config, resources) = Core::both(|| client.config(&path), || client.resources());
        match config {
            // the second VM can still take its place
            Err(error) if error.says_gone(path.vmid) && service.has_beside() => {}
            config => check_owner(core, &service, &path, &config?)?,
        }
        let all = backups_of(&client, (&service, core.store.installation()), &package, &resources?)?;
        Ok((all, runs_beside(&client, &service)))
    };
    // a list takes its storage a while: who has two tabs open is shown what the other one has seen
    match looked(
        core,
        &service,
        "backups",
        request.who.asked().as_ref(),
        look,
        |seen: &(Vec<Backup>, Option<bool>)| Some(seen),
    )? {
        Looked::Now((all, runs)) | Looked::Later(Some((all, runs))) => {
            Ok(out(&service, &package, (&all, runs), (actor, now)))
        }
        Looked::Later(None) => Err(Refusal::LookedAt.into()),
    }
}

/// Whether the second VM runs. That nobody knows it keeps no page from being shown.
fn runs_beside(client: &Client, service: &Service) -> Option<bool> {
    let beside = service.body.beside.as_ref().filter(|_| service.has_beside())?;
    let path = GuestPath {
        node: beside.node.clone(),
        vmid: beside.vmid,
    };
    Some(client.current(&path).ok()?.power != Power::Stopped)
}

fn beside_out(service: &Service, beside: &Beside, all: &[Backup], runs: Option<bool>, actor: Actor) -> BesideOut {
    let backup = all.iter().find(|one| one.is_named(&beside.backup));
    BesideOut {
        stage: beside.stage.as_str(),
        backup: beside.backup.clone(),
        backup_at: backup.map(|one| one.at),
        runs,
        ends_at: service.body.beside_ends_at,
        vmid: (actor != Actor::Client).then_some(beside.vmid),
    }
}

fn out(
    service: &Service,
    package: &Package,
    (all, runs): (&[Backup], Option<bool>),
    (actor, now): (Actor, UnixSeconds),
) -> BackupsOut {
    let schedule = service.body.choices.backups.as_ref();
    let is_own = |one: &&Backup| own_name(service, one).is_some();
    let own = || all.iter().filter(is_own).filter(|one| is_counted(one));
    let gb = package.more.backup_gb;
    let is_shown = |one: &Backup| is_restorable(service, one, package, actor);
    let seen = all.iter().filter(|one| actor != Actor::Client || is_shown(one));
    BackupsOut {
        backups: seen.map(|one| row_out(service, one, actor, is_shown(one))).collect(),
        have: own().count(),
        most: package.backups.unwrap_or_default(),
        protected: own().filter(|one| one.protected).count(),
        bytes: own().filter_map(|one| one.size).sum(),
        most_bytes: (gb > 0).then(|| gb.saturating_mul(GB)),
        stops: package.more.backup_mode == BackupMode::Stop,
        beside: (service.body.beside.as_ref()).map(|beside| beside_out(service, beside, all, runs, actor)),
        schedule: package
            .more
            .backup_schedule
            .then(|| ScheduleOut::of(schedule, service.id, now)),
        missed: service.body.backups_missed.as_ref().map(|missed| MissedOut {
            in_a_row: missed.in_a_row,
            at: missed.at,
            code: missed.code.clone(),
            client: problems::named(&missed.code).and_then(|problem| problem.client),
        }),
    }
}

fn row_out(service: &Service, one: &Backup, actor: Actor, is_restored: bool) -> BackupOut {
    let name = own_name(service, one);
    BackupOut {
        name: name.map(str::to_owned),
        restore: is_restored.then(|| name.map_or_else(|| one.name_by_volume(), str::to_owned)),
        note: match (name, actor) {
            // a hoster's notes are for the hoster
            (None, Actor::Client) => String::new(),
            _ => one.note.clone(),
        },
        at: one.at,
        size: one.size,
        scheduled: name.is_some() && one.made() == Made::Scheduled,
        before_reinstall: name.is_some() && !is_counted(one),
        ends_at: name.and_then(|_| backup_ends_at(one)),
        protected: one.protected,
        verified: one.verified,
        encrypted: one.encrypted,
        place: (actor != Actor::Client).then(|| PlaceOut {
            node: one.place.node.clone(),
            storage: one.place.storage.clone(),
            volume: one.volume.clone(),
        }),
    }
}
