//! When the cron looks at a service again: decided here and nowhere else, by the service as a visit leaves it, and by how
//! the visit ends.
//!
//! What goes on, goes on when the outcome says. What is over leaves the cron what it had to do before, and the end of a
//! task that runs. Where nothing is left to do there is nothing to come back for, but to keep a suspended guest stopped.

use super::operations::Ending;
use super::{Job, Outcome, is_kept_stopped, scheduled};
use crate::pipeline;
use crate::problems::Error;
use crate::pve;
use crate::service::Service;
use crate::words::ids::UnixSeconds;
use crate::words::limits;

/// Whether there is anything to come back for: a row leaves the status, a task runs, or the guest is kept stopped.
pub(super) fn is_needed(service: &Service) -> bool {
    pipeline::row_from(service.status).is_some() || service.body.task.is_some() || is_kept_stopped(service)
}

/// When it is, after a visit that ends like this; `before`: when it would have been without. `None`: never, until somebody
/// asks for something.
pub(super) fn next(
    service: &Service,
    before: Option<UnixSeconds>,
    ending: &Ending,
    now: UnixSeconds,
) -> Option<UnixSeconds> {
    let its_task = || service.body.task.as_ref().map(|_| now);
    let at = match ending {
        Ending::GoesOn { at, .. } => Some(*at),
        Ending::Visit { again_at } => *again_at,
        Ending::Over(_) => before.or_else(its_task).filter(|_| is_needed(service)),
    };
    let at = at.or_else(|| is_kept_stopped(service).then_some(now + limits::SUSPENDED_SECONDS));
    // what could not be begun at its time is tried again a little later
    let of_time = scheduled::at(service, now).map(|at| at.max(now + limits::SCHEDULE_AGAIN));
    let seeds = service.seeds_due_at();
    let of_firewall = service.firewall_waits_until().map(|until| until.max(now));
    let others = of_time.into_iter().chain(seeds).chain(of_firewall);
    at.into_iter().chain(others).min_by(f64::total_cmp)
}

/// When what has failed like this is tried again, after so many failures before it. What no retry mends is tried now and
/// then all the same: somebody may have mended it.
pub(super) fn retry_at(error: &Error, failures: u32, now: UnixSeconds) -> UnixSeconds {
    match error {
        // asking a silent server costs nothing: as soon as it is tried again, this is too
        Error::Pve(pve::Error::Silent { until, .. }) => until.max(now + limits::SILENT_READ),
        error if error.retry() => now + limits::retry_after(failures),
        _ => now_and_then(now),
    }
}

fn now_and_then(now: UnixSeconds) -> UnixSeconds {
    now + limits::retry_after(u32::MAX)
}

impl Outcome {
    /// When the cron goes on. `None`: there is nothing left to go on with.
    pub fn goes_on_at(&self) -> Option<UnixSeconds> {
        match self {
            Outcome::Settled | Outcome::Refused(_) => None,
            Outcome::Waiting { until, .. } => Some(*until),
            Outcome::Failed { retry_at, .. } => Some(*retry_at),
        }
    }
}

impl Job {
    /// Whoever has asked asks again: the cron has nothing to do with it meanwhile, whatever it had before.
    pub fn is_left_to_who_asked(&mut self) {
        self.due_before = None;
    }

    /// From here the pipeline goes on by itself, if it has anywhere to go.
    pub fn goes_on_by_itself(&mut self, now: UnixSeconds) {
        self.due_before = Some(self.due_before.map_or(now, |before| before.min(now)));
    }
}

/// From now on the cron finishes what whoever is at work on the service does not live to finish.
pub fn begins(service: &mut Service, now: UnixSeconds) {
    service.due_at = Some(now);
}

/// Whoever has started a task does not see its end any more.
pub(super) fn sees_its_task(service: &mut Service, now: UnixSeconds) {
    let its_task = service.body.task.as_ref().map(|_| now);
    service.due_at = service.due_at.or(its_task);
}

/// Nobody can go on with it, or nothing of it is left.
pub fn rests(service: &mut Service) {
    service.due_at = None;
}

/// It can be gone on with again. Where there is nothing to go on with, this one visit finds out when time asks for something:
/// its schedules, the end of its backups, a suspended guest that has to stay stopped.
pub fn resumes(service: &mut Service, now: UnixSeconds) {
    if !service.is_removed() {
        service.due_at = Some(now);
    }
}

/// Its order cannot be read as it is: that may be mended any time.
pub fn is_not_prepared(service: &mut Service, now: UnixSeconds) {
    service.due_at = Some(now_and_then(now));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Task;
    use crate::words::ids::{Actor, ServerId, ServiceId};
    use crate::words::status::Status;

    const NOW: UnixSeconds = 1000.0;

    fn service(status: Status) -> Service {
        let mut service = Service::new(ServiceId(7), ServerId(1), 0.0);
        service.status = status;
        service
    }

    fn with_task(mut service: Service) -> Service {
        service.body.task = Some(Task {
            what: "start VM 100".to_owned(),
            by: "start".to_owned(),
            actor: Actor::Client,
            clone: false,
            password: false,
            upid: None,
            sent_at: NOW,
        });
        service
    }

    fn suspended(mut service: Service) -> Service {
        service.body.suspended = true;
        service
    }

    #[test]
    fn what_is_over_leaves_the_cron_what_it_had_to_do_before() {
        let over = Ending::Over(None);
        let ready = || service(Status::Ready);
        let rested = || service(Status::SetIp);
        for (service, before, due) in [
            // nothing is left to do, whenever it was to be looked at
            (ready(), None, None),
            (ready(), Some(1300.0), None),
            (service(Status::Removed), Some(900.0), None),
            // a removed guest is not cloned again by itself
            (rested(), None, None),
            (rested(), Some(1300.0), Some(1300.0)),
            (service(Status::ChangePackage), Some(900.0), Some(900.0)),
            // somebody sees how the task ends
            (with_task(ready()), None, Some(NOW)),
            (with_task(ready()), Some(1300.0), Some(1300.0)),
            (with_task(rested()), None, Some(NOW)),
            // and that a suspended guest stays stopped
            (suspended(ready()), None, Some(NOW + limits::SUSPENDED_SECONDS)),
            (suspended(ready()), Some(1010.0), Some(1010.0)),
            (suspended(rested()), None, None),
        ] {
            assert_eq!(next(&service, before, &over, NOW), due, "{service:?} {before:?}");
        }
    }

    #[test]
    fn what_goes_on_goes_on_when_the_outcome_says() {
        let goes_on = Ending::GoesOn {
            at: 1002.0,
            instead: true,
        };
        let visit = |again_at| Ending::Visit { again_at };
        for (ending, due) in [
            (goes_on, Some(1002.0)),
            (visit(Some(1005.0)), Some(1005.0)),
            (visit(None), None),
        ] {
            let changing = service(Status::ChangePackage);
            assert_eq!(next(&changing, Some(900.0), &ending, NOW), due, "{ending:?}");
        }
        let kept = suspended(service(Status::Ready));
        let again = Some(NOW + limits::SUSPENDED_SECONDS);
        assert_eq!(next(&kept, Some(900.0), &visit(None), NOW), again);
    }

    #[test]
    fn what_a_retry_may_mend_is_tried_sooner_than_what_it_may_not() {
        let silent = |until| {
            Error::Pve(pve::Error::Silent {
                endpoints: "pve1:8006".to_owned(),
                until,
            })
        };
        let task = || Error::Task {
            what: "start VM 100".to_owned(),
            words: "no".to_owned(),
        };
        let rejected = Error::Request("no service".to_owned());
        assert!(task().retry() && !rejected.retry());
        assert_eq!(retry_at(&task(), 0, NOW), NOW + limits::retry_after(0));
        assert!(retry_at(&task(), 3, NOW) > retry_at(&task(), 0, NOW));
        assert_eq!(retry_at(&rejected, 0, NOW), NOW + limits::retry_after(u32::MAX));
        assert_eq!(
            retry_at(&silent(1030.0), 3, NOW),
            1030.0,
            "as soon as its server is tried again"
        );
        assert_eq!(retry_at(&silent(0.0), 0, NOW), NOW + limits::SILENT_READ);
    }
}
