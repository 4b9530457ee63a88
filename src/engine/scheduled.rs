//! What time asks of a finished service: a snapshot or a backup that its customer has scheduled, and the end of those that the product
//! keeps only for a while. The cron begins it; from there it is like what somebody has asked for.

use super::{BackupAsk, Engine, Job, SnapshotAsk};
use crate::actions::Action;
use crate::guest::Made;
use crate::package::Package;
use crate::pipeline;
use crate::problems::Error;
use crate::service::Service;
use crate::service::choices::Choices;
use crate::service::wish::Wish;
use crate::words::calendar::DAY;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use crate::words::schedule::Schedule;

/// What a customer schedules.
struct Timed {
    /// What history calls it.
    action: &'static str,
    /// When; all of them are [`Choices::schedules`].
    schedule: fn(&mut Choices) -> &mut Option<Schedule>,
    /// Whether the product has it for its customers.
    sold: fn(&Package) -> bool,
    /// What to write down as wished for.
    wish: fn(&Engine<'_>, &mut Job) -> Result<Wish, Error>,
}

impl Timed {
    fn tells(&self, job: &mut Job, what: impl FnOnce(&mut Schedule)) {
        if let Some(schedule) = (self.schedule)(&mut job.service().body.choices) {
            what(schedule);
        }
    }
}

const TIMED: &[Timed] = &[
    Timed {
        action: "snapshot_take",
        schedule: |choices| &mut choices.snapshots,
        sold: |package| {
            let more = &package.more;
            more.client_snapshots && more.snapshot_schedule && package.snapshots.unwrap_or_default() > 0
        },
        wish: |engine, job| engine.wish(job, SnapshotAsk::Take(Made::Scheduled, "")),
    },
    Timed {
        action: "backup_make",
        schedule: |choices| &mut choices.backups,
        sold: |package| {
            let more = &package.more;
            more.client_backups && more.backup_schedule && package.backups.unwrap_or_default() > 0
        },
        wish: |engine, job| engine.backup_wish(job, BackupAsk::Make(Made::Scheduled, "")),
    },
];

/// When time asks for something of a service; `None`: of what is not finished, or suspended, nothing.
pub(super) fn at(service: &Service, now: UnixSeconds) -> Option<UnixSeconds> {
    let rests = service.status == pipeline::finished() && !service.body.suspended && service.has_guest();
    let schedules = service.body.choices.schedules().filter(|_| rests);
    let scheduled = schedules.map(|schedule| schedule.next(service.id, now));
    let ends = service.body.snapshots_end_at.filter(|_| rests);
    scheduled.chain(ends).min_by(f64::total_cmp)
}

/// A snapshot of this name was made: where it ends, from now on there is one that does.
pub(super) fn one_more(service: &mut Service, name: &str, now: UnixSeconds) {
    if let Some(days) = Made::days(name) {
        let (ends, before) = (now + f64::from(days) * DAY, service.body.snapshots_end_at);
        service.body.snapshots_end_at = Some(before.map_or(ends, |before| before.min(ends)));
    }
}

/// What a schedule has begun was refused after all: where it was to make up for an earlier window, the day keeps its own.
pub(super) fn has_failed(service: &mut Service, wish: &Wish, now: UnixSeconds) {
    let id = service.id;
    let name = wish.new_name().filter(|name| Made::of(name) == Made::Scheduled);
    let timed = TIMED.iter().find(|timed| timed.action == wish.action());
    let schedule = timed.and_then(|timed| (timed.schedule)(&mut service.body.choices).as_mut());
    if let (Some(schedule), Some((asked_at, _))) = (schedule, name.and_then(Made::asked)) {
        schedule.has_failed(id, asked_at, now);
    }
}

impl Engine<'_> {
    /// Begins what time asks of a service that is settled; whether there was anything. What cannot be done now is tried
    /// again while its window lasts, and then left out, which history tells.
    pub fn begin_scheduled(&self, job: &mut Job, utc_offset_s: Option<i32>) -> bool {
        let now = self.clock.now();
        for timed in TIMED {
            if let Some(offset) = utc_offset_s {
                timed.tells(job, |schedule| {
                    schedule.hears(offset);
                });
            }
        }
        if at(&job.lease.service, now).is_none_or(|at| at > now) {
            return false;
        }
        let due = |at: Option<UnixSeconds>| at.is_some_and(|at| at <= now);
        if job.refusal.is_some() {
            // what this visit has begun was refused: not again at once, and not every ten minutes
            if due(job.lease.service.body.snapshots_end_at) {
                job.service().body.snapshots_end_at = Some(now + limits::SCHEDULE_REFUSED);
            }
            return false;
        }
        if due(job.lease.service.body.snapshots_end_at) && self.ends_one(job, now) {
            return true;
        }
        TIMED.iter().any(|timed| self.begins_one(job, timed, now))
    }

    fn begins_one(&self, job: &mut Job, timed: &Timed, now: UnixSeconds) -> bool {
        let id = job.lease.service.id;
        let schedule = (timed.schedule)(&mut job.service().body.choices).clone();
        let Some(schedule) = schedule.filter(|schedule| schedule.next(id, now) <= now) else {
            return false;
        };
        let until = schedule.until(id, now);
        match self.scheduled_wish(job, timed) {
            Ok(Some(wish)) => {
                timed.tells(job, |schedule| schedule.is_over(id, now));
                self.begin_wish(job, wish);
                return true;
            }
            // the product does not let its customers do this any more: nobody has to hear of it every day
            Ok(None) => timed.tells(job, |schedule| schedule.is_over(id, now)),
            Err(error) if error.retry() && now < until => {}
            Err(error) => {
                timed.tells(job, |schedule| {
                    let was_due_at = schedule.next(id, now);
                    schedule.has_failed(id, was_due_at, now);
                });
                job.note(now, timed.action, &error.to_string());
            }
        }
        false
    }

    fn scheduled_wish(&self, job: &mut Job, timed: &Timed) -> Result<Option<Wish>, Error> {
        let Some(action) = Action::named(timed.action).filter(|_| (timed.sold)(&job.order.package)) else {
            return Ok(None);
        };
        let seen = self.situation(job, action)?;
        action.allowed(&seen)?;
        (timed.wish)(self, job).map(Some)
    }

    /// Deletes the first of those whose time is over; none: when that of the next one is.
    fn ends_one(&self, job: &mut Job, now: UnixSeconds) -> bool {
        match self.first_to_end(job, now) {
            Ok(Some(wish)) => {
                self.begin_wish(job, wish);
                true
            }
            Ok(None) => false,
            Err(error) => {
                // nothing was begun, and nobody waits for it: the cron's own log says so, and not the history
                job.service().body.snapshots_end_at = Some(now + limits::SCHEDULE_AGAIN);
                job.lines.push(format!("service {}: {error}", job.lease.service.id));
                false
            }
        }
    }

    fn first_to_end(&self, job: &mut Job, now: UnixSeconds) -> Result<Option<Wish>, Error> {
        let Some(action) = Action::named("snapshot_delete") else {
            return Ok(None);
        };
        let seen = self.situation(job, action)?;
        action.allowed(&seen)?;
        let all = job.client.snapshots(&Self::guest_path(job)?)?;
        let own = all.iter().filter(|one| one.is_own());
        let ends = own.filter_map(|one| Some((one.ends_at()?, one.name.clone())));
        let first = ends.min_by(|one, other| one.0.total_cmp(&other.0));
        job.service().body.snapshots_end_at = first.as_ref().map(|(at, _)| *at);
        Ok(first
            .filter(|(at, _)| *at <= now)
            .map(|(_, name)| Wish::Delete { name }))
    }
}
