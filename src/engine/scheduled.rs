//! What time asks of a finished service: a snapshot that its customer has scheduled, and the end of those that the product
//! keeps only for a while. The cron begins it; from there it is like what somebody has asked for.

use super::{Engine, Job, SnapshotAsk};
use crate::actions::Action;
use crate::guest::Made;
use crate::package::Package;
use crate::pipeline;
use crate::problems::Error;
use crate::service::Service;
use crate::service::wish::Wish;
use crate::words::calendar::DAY;
use crate::words::ids::UnixSeconds;
use crate::words::limits;

/// What history calls it.
const TAKE: &str = "snapshot_take";

/// When time asks for something of a service; `None`: of what is not finished, or suspended, nothing.
pub(super) fn at(service: &Service, now: UnixSeconds) -> Option<UnixSeconds> {
    let rests = service.status == pipeline::finished() && !service.body.suspended && service.has_guest();
    let schedule = service.body.choices.snapshots.as_ref().filter(|_| rests);
    let scheduled = schedule.map(|schedule| schedule.next(service.id, now));
    let ends = service.body.snapshots_end_at.filter(|_| rests);
    scheduled.into_iter().chain(ends).min_by(f64::total_cmp)
}

/// A snapshot was made: from now on there is one that ends.
pub(super) fn one_more(service: &mut Service, package: &Package, now: UnixSeconds) {
    if let Some(ends) = ends_at(package, now) {
        let before = service.body.snapshots_end_at;
        service.body.snapshots_end_at = Some(before.map_or(ends, |before| before.min(ends)));
    }
}

/// When a snapshot of this age is deleted, if ever.
pub fn ends_at(package: &Package, made_at: UnixSeconds) -> Option<UnixSeconds> {
    let days = package.more.snapshot_days;
    (days > 0).then(|| made_at + f64::from(days) * DAY)
}

fn is_over_for_today(job: &mut Job, now: UnixSeconds) {
    if let Some(schedule) = &mut job.service().body.choices.snapshots {
        schedule.is_over(now);
    }
}

impl Engine<'_> {
    /// Begins what time asks of a service that is settled; whether there was anything. What cannot be done now is tried
    /// again while its window lasts, and then left out, which history tells.
    pub fn begin_scheduled(&self, job: &mut Job, utc_offset_s: Option<i32>) -> bool {
        let now = self.clock.now();
        if let (Some(schedule), Some(offset)) = (&mut job.service().body.choices.snapshots, utc_offset_s) {
            schedule.hears(offset);
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
        let id = job.lease.service.id;
        let schedule = job.lease.service.body.choices.snapshots.clone();
        if !due(schedule.as_ref().map(|schedule| schedule.next(id, now))) {
            return false;
        }
        let (asked, until) = (
            self.scheduled_wish(job),
            schedule.map(|schedule| schedule.until(id, now)),
        );
        match asked {
            Ok(Some(wish)) => {
                is_over_for_today(job, now);
                self.begin_wish(job, wish);
                return true;
            }
            // the product does not let its customers do this any more: nobody has to hear of it every day
            Ok(None) => is_over_for_today(job, now),
            Err(error) if error.retry() && until.is_some_and(|until| now < until) => {}
            Err(error) => {
                is_over_for_today(job, now);
                job.note(now, TAKE, &error.to_string());
            }
        }
        false
    }

    fn scheduled_wish(&self, job: &mut Job) -> Result<Option<Wish>, Error> {
        let more = &job.order.package.more;
        let Some(action) = Action::named(TAKE) else {
            return Ok(None);
        };
        if !(more.client_snapshots && more.snapshot_schedule) || job.order.package.snapshots.unwrap_or_default() == 0 {
            return Ok(None);
        }
        let seen = self.situation(job, action)?;
        action.allowed(&seen)?;
        self.wish(job, SnapshotAsk::Take(Made::Scheduled, "")).map(Some)
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
        let ends = own.filter_map(|one| Some((ends_at(&job.order.package, one.at?)?, one.name.clone())));
        let first = ends.min_by(|one, other| one.0.total_cmp(&other.0));
        job.service().body.snapshots_end_at = first.as_ref().map(|(at, _)| *at);
        Ok(first
            .filter(|(at, _)| *at <= now)
            .map(|(_, name)| Wish::Delete { name }))
    }
}
