//! What time asks of a finished service: a snapshot or a backup that its customer has scheduled, and the end of those that the product
//! keeps only for a while. The cron begins it; from there it is like what somebody has asked for.

use super::backup_list::must_be_reached;
use super::{BackupAsk, Engine, Job, SnapshotAsk, backup_ends_at, backups_of, media, own_name};
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

/// What is asked for a service whose guest is there.
type Asks<T> = fn(&Engine<'_>, &mut Job) -> Result<T, Error>;

/// What a customer schedules.
struct Timed {
    /// What history calls it.
    action: &'static str,
    /// When; all of them are [`Choices::schedules`].
    schedule: fn(&mut Choices) -> &mut Option<Schedule>,
    /// Whether the product has it for its customers.
    sold: fn(&Package) -> bool,
    /// Whether it is its turn; where it is, the store gives it its place.
    turn: Option<Asks<()>>,
    /// It was not done.
    misses: fn(&mut Service, &Error, UnixSeconds),
    /// What to write down as wished for.
    wish: Asks<Wish>,
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
        turn: None,
        misses: |_, _, _| {},
        wish: |engine, job| engine.wish(job, SnapshotAsk::Take(Made::Scheduled, "")),
    },
    Timed {
        action: "backup_make",
        schedule: |choices| &mut choices.backups,
        sold: |package| {
            let more = &package.more;
            more.client_backups && more.backup_schedule && package.backups.unwrap_or_default() > 0
        },
        turn: Some(|engine, job| engine.has_turn(job)),
        misses: |service, error, now| service.misses_backup(error.problem(), &error.to_string(), now),
        wish: |engine, job| engine.backup_wish(job, BackupAsk::Make(Made::Scheduled, "")),
    },
];

/// What is deleted when its time is over.
struct Ends {
    /// What history calls it.
    action: &'static str,
    /// When the first of them ends.
    at: fn(&mut Service) -> &mut Option<UnixSeconds>,
    /// The first of them, and what to write down as wished for.
    first: Asks<Option<(UnixSeconds, Wish)>>,
}

const ENDING: &[Ends] = &[
    Ends {
        action: "snapshot_delete",
        at: |service| &mut service.body.snapshots_end_at,
        first: |engine, job| engine.first_snapshot(job),
    },
    Ends {
        action: "backup_delete",
        at: |service| &mut service.body.backups_end_at,
        first: |engine, job| engine.first_backup(job),
    },
    Ends {
        action: "beside_discard",
        at: |service| &mut service.body.beside_ends_at,
        first: |_, job| {
            let body = &job.lease.service.body;
            let ends = body.beside_ends_at.filter(|_| body.beside.is_some());
            Ok(ends.map(|at| (at, Wish::DiscardBeside)))
        },
    },
];

/// When time asks for something of a service; `None`: of what is not finished, or suspended, nothing.
pub(super) fn at(service: &Service, now: UnixSeconds) -> Option<UnixSeconds> {
    let rests = service.status == pipeline::finished() && !service.body.suspended && service.has_guest();
    let schedules = service.body.choices.schedules().filter(|_| rests);
    let scheduled = schedules.map(|schedule| schedule.next(service.id, now));
    let body = &service.body;
    let ends = body
        .snapshots_end_at
        .iter()
        .chain(&body.backups_end_at)
        .copied()
        .chain(body.media.due_at())
        .filter(|_| rests);
    // a suspension keeps what it stops, and nothing for ever
    let beside = body.beside_ends_at.filter(|_| service.status == pipeline::finished());
    scheduled.chain(ends).chain(beside).min_by(f64::total_cmp)
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
        // a name has whole seconds
        schedule.has_failed(id, asked_at + 1.0, now);
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
        let firewall_waits = job.lease.service.firewall_waits_until().is_some();
        if firewall_waits || at(&job.lease.service, now).is_none_or(|at| at > now) {
            return false;
        }
        let due = |at: Option<UnixSeconds>| at.is_some_and(|at| at <= now);
        if job.refusal.is_some() {
            // what this visit has begun was refused: not again at once, and not every ten minutes
            for ends in ENDING {
                let at = (ends.at)(job.service());
                *at = at.map(|at| if at <= now { now + limits::SCHEDULE_REFUSED } else { at });
            }
            media::put_off(job.service(), now + limits::SCHEDULE_REFUSED);
            return false;
        }
        if self.begins_media(job, now) {
            return true;
        }
        for ends in ENDING {
            if due(*(ends.at)(job.service())) && self.ends_one(job, ends, now) {
                return true;
            }
        }
        TIMED.iter().any(|timed| self.begins_one(job, timed, now))
    }

    fn begins_one(&self, job: &mut Job, timed: &Timed, now: UnixSeconds) -> bool {
        let id = job.lease.service.id;
        let schedule = (timed.schedule)(&mut job.service().body.choices).as_mut();
        let Some(schedule) = schedule.filter(|schedule| schedule.next(id, now) <= now) else {
            return false;
        };
        let until = schedule.tries(id, now);
        match self.scheduled_wish(job, timed) {
            // where somebody was faster the cron comes again
            Ok(Some(wish)) => return self.begin_in_turn(job, timed, wish, now),
            // the product does not let its customers do this any more: nobody has to hear of it every day
            Ok(None) => timed.tells(job, |schedule| schedule.is_over(id, now)),
            Err(error) if error.retry() && now < until => {}
            Err(error) => {
                timed.tells(job, |schedule| {
                    let was_due_at = schedule.next(id, now);
                    schedule.has_failed(id, was_due_at, now);
                });
                job.note(now, timed.action, &error.to_string());
                (timed.misses)(job.service(), &error, now);
            }
        }
        false
    }

    /// Begins it, where what has turns still has its turn as it is written down. Whether it was begun.
    fn begin_in_turn(&self, job: &mut Job, timed: &Timed, wish: Wish, now: UnixSeconds) -> bool {
        let before = timed.turn.map(|_| job.lease.service.clone());
        let id = job.lease.service.id;
        timed.tells(job, |schedule| schedule.is_over(id, now));
        self.begin_wish(job, wish);
        let Some(before) = before else {
            return true;
        };
        let slots = job.order.package.more.backup_slots_per_node;
        let saved = self.store.save_with_backup_slot(&job.lease, slots, now, &job.events);
        if matches!(saved, Ok(true)) {
            job.events.clear();
            job.alive_at = now;
            return true;
        }
        if let Err(error) = saved {
            job.lines.push(format!("service {}: {error}", before.id));
        }
        job.lease.service = before;
        false
    }

    fn scheduled_wish(&self, job: &mut Job, timed: &Timed) -> Result<Option<Wish>, Error> {
        let Some(action) = Action::named(timed.action).filter(|_| (timed.sold)(&job.order.package)) else {
            return Ok(None);
        };
        if let Some(has_turn) = timed.turn {
            has_turn(self, job)?;
        }
        let seen = self.situation(job, action)?;
        action.allowed(&seen)?;
        (timed.wish)(self, job).map(Some)
    }

    /// Deletes the first of those whose time is over; none: when that of the next one is.
    fn ends_one(&self, job: &mut Job, ends: &Ends, now: UnixSeconds) -> bool {
        let wish = self.first_to_end(job, ends, now);
        self.begins_or_waits(job, wish, |service| {
            *(ends.at)(service) = Some(now + limits::SCHEDULE_AGAIN);
        })
    }

    /// Begins what time asks for; whether there was anything. What cannot be begun is put off: nobody waits for it, so the cron's own
    /// log says so, and not the history.
    pub(super) fn begins_or_waits(
        &self,
        job: &mut Job,
        wish: Result<Option<Wish>, Error>,
        put_off: impl FnOnce(&mut Service),
    ) -> bool {
        match wish {
            Ok(Some(wish)) => {
                self.begin_wish(job, wish);
                true
            }
            Ok(None) => false,
            Err(error) => {
                put_off(job.service());
                job.lines.push(format!("service {}: {error}", job.lease.service.id));
                false
            }
        }
    }

    fn first_to_end(&self, job: &mut Job, ends: &Ends, now: UnixSeconds) -> Result<Option<Wish>, Error> {
        let Some(action) = Action::named(ends.action) else {
            return Ok(None);
        };
        let seen = self.situation(job, action)?;
        action.allowed(&seen)?;
        let first = (ends.first)(self, job)?;
        *(ends.at)(job.service()) = first.as_ref().map(|(at, _)| *at);
        Ok(first.filter(|(at, _)| *at <= now).map(|(_, wish)| wish))
    }

    fn first_snapshot(&self, job: &mut Job) -> Result<Option<(UnixSeconds, Wish)>, Error> {
        let all = job.client.snapshots(&Self::guest_path(job)?)?;
        let own = all.iter().filter(|one| one.is_own());
        let ends = own.filter_map(|one| Some((one.ends_at()?, one)));
        let first = ends.min_by(|one, other| one.0.total_cmp(&other.0));
        Ok(first.map(|(at, one)| (at, Wish::Delete { name: one.name.clone() })))
    }

    /// Of what nobody can see at this moment nobody can say that it is gone.
    fn first_backup(&self, job: &mut Job) -> Result<Option<(UnixSeconds, Wish)>, Error> {
        let resources = job.client.resources()?;
        let service = &job.lease.service;
        let all = backups_of(
            &job.client,
            (service, self.store.installation()),
            &job.order.package,
            &resources,
        )?;
        let ends = all.iter().filter_map(|one| {
            let name = own_name(service, one)?.to_owned();
            Some((backup_ends_at(one)?, name, one.place.clone()))
        });
        let first = ends.min_by(|one, other| one.0.total_cmp(&other.0));
        if first.is_none() {
            let hidden = service
                .body
                .backups_on
                .iter()
                .map(|place| must_be_reached(&resources, place));
            hidden.collect::<Result<(), _>>()?;
        }
        Ok(first.map(|(at, name, place)| {
            let wish = Wish::DeleteBackup {
                name,
                place: Some(place),
                released: true,
            };
            (at, wish)
        }))
    }
}
