//! How what was begun ends: a success, a failure that is tried again, or one that somebody has to be told of.

use super::operations::why;
use super::{Engine, Job, Look, Outcome, due};
use crate::pipeline;
use crate::problems::Error;
use crate::pve;
use crate::service::outbox::Kind;
use crate::service::{Service, Task, Trouble};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use crate::words::problems;
use crate::words::status::Status;
use serde_json::Value;

/// In a service's history: Proxmox VE has accepted it, and its end is to come.
pub(super) const ASKED: &str = "asked";

/// Whether a service needs somebody: its trouble does not go away by trying, or has not for long.
pub fn needs_attention(service: &Service) -> bool {
    let body = &service.body;
    body.trouble.as_ref().is_some_and(|trouble| !trouble.retry) || body.attempts >= limits::ATTENTION_ATTEMPTS
}

/// One more failure, of `step` where the guest is being built. What fails for long is told however few tries that were.
fn fails(service: &mut Service, step: Option<Status>, now: UnixSeconds) {
    let body = &mut service.body;
    if body.attempts == 0 {
        (body.failing_since, body.failing_step) = (None, None);
    }
    let since = *body.failing_since.get_or_insert(now);
    let further = |known| step.filter(|step| pipeline::is_before(known, *step)).unwrap_or(known);
    body.failing_step = body.failing_step.map(further).or(step);
    body.attempts = body.attempts.saturating_add(1);
    if now - since >= limits::ATTENTION_SECONDS {
        body.attempts = body.attempts.max(limits::ATTENTION_ATTEMPTS);
    }
}

/// The customer of a guest that is being built hears once that it takes longer: staff have to see to it.
pub fn tell_delay(service: &mut Service) {
    if pipeline::is_building(service.status) && needs_attention(service) && !service.body.delay_told {
        service.body.delay_told = true;
        service.owe(Kind::MailDelayed, Value::Null);
    }
}

/// A step was really done: what has failed is mended, unless it comes after that step.
pub(super) fn succeeds(service: &mut Service, step: Status) {
    let body = &mut service.body;
    if let Some(trouble) = body.trouble.as_mut().filter(|trouble| trouble.lasting) {
        trouble.message = cause(&trouble.message).to_owned();
        body.attempts = 0;
        return;
    }
    if !body
        .failing_step
        .is_some_and(|failing| pipeline::is_before(step, failing))
    {
        body.trouble = None;
        body.attempts = 0;
        body.failing_since = None;
        body.failing_step = None;
    }
}

/// Whether a task's end is an answer to what the job is about.
pub(super) fn answers(job: &Job, task: &Task) -> bool {
    let same = task.by.is_empty() || task.by == job.doing();
    let settled = pipeline::row_from(job.lease.service.status).is_none();
    task.clone || job.sent || (same && !settled && !job.goal.is_forced())
}

/// A sentence without its numbers: what a log says of the same cause differs in bytes and seconds.
fn but_for_numbers(message: &str) -> impl Iterator<Item = char> + '_ {
    message.chars().filter(|c| !c.is_ascii_digit())
}

/// Between what was refused, and what has failed since.
const SEQUEL: &str = "; then: ";

fn with_sequel(message: &str, error: &Error) -> String {
    let (cause, error) = (cause(message), error.to_string());
    if cause.starts_with(&error) {
        return cause.to_owned();
    }
    format!("{cause}{SEQUEL}{error}")
}

fn cause(message: &str) -> &str {
    message.split(SEQUEL).next().unwrap_or_default()
}

/// What was refused is really done now, or made way for something else.
pub(super) fn forget_lasting(service: &mut Service) {
    service
        .body
        .trouble
        .take_if(|trouble| trouble.lasting && !trouble.of_beside);
}

impl Engine<'_> {
    /// Records why the service does not go on, and when to try again.
    pub(super) fn failed(&self, job: &mut Job, error: Error) -> Outcome {
        job.queue.clear();
        job.look = Look::default();
        let now = self.clock.now();
        let building = pipeline::is_building(job.lease.service.status);
        let step = job.row.filter(|_| building).map(|row| row.to);
        let told = job.lease.service.body.trouble.as_ref();
        let lasting = told.filter(|told| told.lasting);
        // what was refused is the cause of what comes after it
        let message = lasting.map_or_else(|| error.to_string(), |told| with_sequel(&told.message, &error));
        let mut trouble = Trouble {
            retry: error.retry() && lasting.is_none(),
            lasting: lasting.is_some(),
            of_beside: lasting.is_some_and(|told| told.of_beside),
            ..Trouble::of(error.problem(), message, now)
        };
        let told = job.lease.service.body.trouble.as_ref();
        // what was said at first may say more, as how a task has ended
        if let Some(told) = told.filter(|told| told.message.starts_with(&trouble.message)) {
            trouble.message = told.message.clone();
        }
        let is_told = told.is_some_and(|told| !told.retry);
        let known = told.is_some_and(|told| but_for_numbers(&told.message).eq(but_for_numbers(&trouble.message)));
        if !known {
            // told once, not at every retry: the history has a limit
            job.note(now, job.doing(), &trouble.message);
        }
        let service = job.service();
        let retry_at = due::retry_at(&error, service.body.attempts, now);
        if error.retry() {
            fails(service, step, now);
            if is_told {
                // what staff have on their list leaves it when something ends well, not when something else fails
                service.body.attempts = service.body.attempts.max(limits::ATTENTION_ATTEMPTS);
            }
        } else {
            // told at once; and once somebody has acted, it is not what was tried before that it waits for
            service.body.attempts = 0;
            service.body.failing_step = step;
        }
        service.body.trouble = Some(trouble);
        if (service.body.beside.as_ref()).is_some_and(|beside| beside.fails_for_long(now)) {
            service.body.attempts = service.body.attempts.max(limits::ATTENTION_ATTEMPTS);
        }
        tell_delay(service);
        // a lost lease, or a store that fails, must not hide the first error
        let _ = self.save(job);
        Outcome::Failed { error, retry_at }
    }

    /// The clone has ended well.
    pub(super) fn clone_ended(&self, job: &mut Job) {
        if let Some(asked_at) = job.service().body.guest.ends() {
            let row = pipeline::clone_row();
            job.note_since(asked_at, self.clock.now(), row.name, "ok");
            succeeds(job.service(), row.to);
        }
    }

    /// The end of a task that somebody else has asked for, which answers nothing that is asked now: it is told in the
    /// history, and to staff where nothing else will tell. Gives back a failure that is an answer.
    pub(super) fn told_late(&self, job: &mut Job, task: &Task, failure: Option<Error>) -> Result<Option<Error>, Error> {
        if answers(job, task) {
            return Ok(failure);
        }
        job.told.push((task.by.clone(), failure.as_ref().map(why)));
        let settled = pipeline::row_from(job.lease.service.status).is_none();
        let now = self.clock.now();
        let by = if task.by.is_empty() { &task.what } else { &task.by };
        let result = failure.as_ref().map_or_else(|| "ok".to_owned(), ToString::to_string);
        job.note_of(task.actor, task.sent_at, now, by, &result);
        let service = job.service();
        // whoever has asked is told, and nobody else can do anything about it
        let is_theirs =
            |failure: &Error| [&problems::NOT_SHUT_DOWN, &problems::ANSWER_LOST].contains(&failure.problem());
        if failure.as_ref().is_some_and(is_theirs) {
        } else if let (Some(failure), true) = (&failure, settled) {
            service.body.trouble = Some(Trouble {
                // nobody tries it again
                retry: false,
                ..Trouble::of(failure.problem(), result.clone(), now)
            });
        } else if settled {
            succeeds(service, service.status);
        }
        if failure.is_some() {
            let id = service.id;
            job.lines.push(format!("service {id}: {by}: {result}"));
        }
        self.save(job)?;
        Ok(None)
    }

    /// What has failed before and is now waited for again may last: staff are told all the same.
    pub(super) fn tell_what_lasts(&self, job: &mut Job, now: UnixSeconds) -> Result<(), Error> {
        let body = &mut job.service().body;
        let lasts = |since| now - since >= limits::ATTENTION_SECONDS;
        if body.attempts > 0 && body.attempts < limits::ATTENTION_ATTEMPTS && body.failing_since.is_some_and(lasts) {
            body.attempts = limits::ATTENTION_ATTEMPTS;
            tell_delay(job.service());
            self.save(job)?;
        }
        Ok(())
    }

    /// Whether a task has failed as somebody else holds the guest's lock, and not for too long.
    pub(super) fn is_held(&self, job: &mut Job, words: &str) -> bool {
        let now = self.clock.now();
        let body = &mut job.service().body;
        let since = *body.held_since.get_or_insert(now);
        let held = pve::words_say_lock_timeout(words) && now - since <= limits::HELD_SECONDS;
        if !held {
            body.held_since = None;
        }
        held
    }

    /// Somebody else holds the guest's lock for longer than a task could wait: that passes (`qm cleanup` holds it for half a
    /// minute after a quick stop and start), and says nothing about what was asked. `None`: it has lasted too long.
    pub(super) fn waits_for_lock(&self, job: &mut Job, words: &str) -> Result<Option<Outcome>, Error> {
        let now = self.clock.now();
        if !self.is_held(job, words) {
            return Ok(None);
        }
        self.forget_task(job);
        job.asked = None;
        if let Some(queued) = &mut job.service().body.queued {
            // where it was the end of a rollback, a lock in the config says so
            queued.was_held_up();
        }
        // it was not done, so it was not without effect
        job.rounds.clear();
        self.save(job)?;
        Ok(Some(Outcome::Waiting {
            on: "the VM's lock, which another task holds".to_owned(),
            until: now + limits::HELD_RETRY_SECONDS,
            in_line: false,
        }))
    }
}
