//! One service being advanced: what the request brought, and what has been seen and done so far.

use super::firewall;
use super::look::Look;
use super::operations::{self, Why};
use super::progress::Progress;
use super::refusal::row_back;
use crate::package::{CloneType, Package};
use crate::pipeline;
use crate::pipeline::Call;
use crate::pipeline::{Row, acts};
use crate::problems::{Error, Refusal};
use crate::pve::Client;
use crate::server::{Secret, ServerEntry};
use crate::service::identity::Asked;
use crate::service::{Queued, Service};
use crate::store::{Event, Lease};
use crate::words::ids::{Actor, By, ServerId, SnippetName, UnixSeconds, Upid, Vmid};
use crate::words::status::Status;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// What a request brings for a service: WHMCS's view of it, parsed.
#[derive(Debug, Clone)]
pub struct Order {
    /// The package as it is now.
    pub package: Package,
    /// The server entry.
    pub entry: Arc<ServerEntry>,
    /// The WHMCS client, for the name rule.
    pub client_id: u64,
    /// The domain that WHMCS has for the service: at the order, the host name that was asked for.
    pub domain: String,
    /// The cloud-init password, if the request brought one.
    pub password: Option<Secret>,
    /// The key by which what a customer gives cloud-init is sealed, hexadecimal, if the request brought one.
    pub seal_key: Option<Secret>,
    /// Who asks.
    pub by: By,
    /// What a repetition of the same request has too.
    pub nonce: Option<String>,
    /// Whose order it is, as far as WHMCS says so.
    pub asked: Option<Asked>,
    /// How far WHMCS's clocks are ahead of UTC, in seconds.
    pub utc_offset_s: i32,
}

/// How far to go.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// Until the clone runs: what Create waits for.
    Cloned,
    /// Until no row leaves the status any more.
    Settle,
    /// One step, forced against the package as it is now; the status stays unless the step is next.
    Step(&'static Row),
    /// What a verb wants of the guest beside the steps.
    Act(&'static Row),
    /// Nothing more: what was found done has left nothing to go on with.
    Rest,
}

impl Goal {
    /// A request waits for it: what is in the way is refused at once, not waited for.
    pub(super) fn is_forced(self) -> bool {
        matches!(self, Goal::Step(_) | Goal::Act(_))
    }
}

/// How far [`super::Engine::advance`] came.
#[derive(Debug)]
pub enum Outcome {
    /// The goal is reached.
    Settled,
    /// Not yet: there is something to wait for.
    Waiting {
        /// What, in a few words.
        on: String,
        /// When to come back.
        until: UnixSeconds,
        /// It is a clone slot: others are in line for it, and the cron has the line.
        in_line: bool,
    },
    /// What was queued is refused for good: the guest and the status are as before, and nothing is left to do.
    Refused(Error),
    /// It cannot go on now.
    Failed {
        /// Why.
        error: Error,
        /// When the cron should try again.
        retry_at: UnixSeconds,
    },
}

/// Whether the cron has to keep the service's guest stopped: it is suspended, and no step leaves its status.
pub fn is_kept_stopped(service: &Service) -> bool {
    service.body.suspended && pipeline::row_from(service.status).is_none()
}

/// Refuses an order that is not the service's: WHMCS has given its number out again, or another client has it now.
pub fn must_be_of(service: &Service, asked: Option<&Asked>) -> Result<(), Refusal> {
    let whose = asked.and_then(|asked| Some((service.stranger(asked)?, asked)));
    match whose {
        None => Ok(()),
        Some((made_for, asked)) => Err(Refusal::OtherOrder {
            service: service.id,
            asked: asked.identity.to_string(),
            made_for,
        }),
    }
}

/// Refuses a server entry that is not the one with the service's guest: another cluster would truthfully say that it
/// has none.
pub fn must_be_on(service: &Service, entry: ServerId) -> Result<(), Refusal> {
    // what a guest has left behind is there too
    let may_have_guest = service.body.guest.ever_was() || service.body.task.is_some();
    if entry == service.server || !may_have_guest || service.is_removed() {
        return Ok(());
    }
    Err(Refusal::OtherServer {
        service: service.id,
        server: service.server,
        asked: entry,
    })
}

/// One service being advanced.
pub struct Job {
    /// The lease, with the service.
    pub lease: Lease,
    /// What the request brought.
    pub order: Order,
    /// The template that WHMCS names, whatever the customer has chosen since.
    pub ordered_template: Vmid,
    /// The application that WHMCS names, likewise.
    pub ordered_application: Option<SnippetName>,
    /// The client of its server entry.
    pub client: Client,
    /// What to reach.
    pub goal: Goal,
    /// `set_ip → clone`, … as they happened.
    pub lines: Vec<String>,
    /// When it would be due if nothing came of this.
    pub due_before: Option<UnixSeconds>,
    /// No turn is begun after this time: whoever waits has to be answered.
    pub turns_until: UnixSeconds,
    /// Whether a call that changes something was made.
    pub changed: bool,
    /// Whether the guest was built to its end in this job: time for the mail.
    pub became_ready: bool,
    /// Whether a suspended service's guest was seen stopped: what is queued for it may go on.
    pub(super) stopped_first: bool,
    /// A verb that has no row.
    pub(super) verb: Option<&'static str>,
    /// Whether the task that runs was sent by this job.
    pub(super) sent: bool,
    /// The row that it works on.
    pub(super) row: Option<&'static Row>,
    pub(super) look: Look,
    pub(super) queue: VecDeque<Call>,
    /// How its clone gets on.
    pub(super) progress: Progress,
    pub(super) events: Vec<Event>,
    pub(super) waiting_since: Option<UnixSeconds>,
    pub(super) step_since: UnixSeconds,
    /// What the row at work has asked for, and how often each.
    pub(super) rounds: Vec<(Vec<Call>, u32)>,
    pub(super) task_failure: Option<Error>,
    /// Backups of its number that were left, as nothing proves that they are of its guest.
    pub(super) left_backups: Vec<String>,
    /// Whether its guest was switched off, as it cannot be deleted.
    pub(super) kept_off: bool,
    /// Why something queued was refused for good, until that is told.
    pub(super) refused: Option<Error>,
    pub(super) asked: Option<(Call, UnixSeconds)>,
    pub(super) taken: BTreeSet<Vmid>,
    pub(super) alive_at: UnixSeconds,
    pub(super) begun_at: UnixSeconds,
    /// Whether its goal was reached.
    pub(super) settled: bool,
    /// What the first change in it was for.
    pub(super) acted: Option<&'static str>,
    /// The last task that it has started.
    pub(super) upid: Option<Upid>,
    /// How a task has ended that somebody had asked for before: by its name.
    pub(super) told: Vec<(String, Option<Why>)>,
    /// Why what was queued is not done after all.
    pub(super) refusal: Option<Why>,
}

impl Job {
    /// A job for a lease that was just taken.
    pub fn new(mut lease: Lease, mut order: Order, client: Client, goal: Goal, now: UnixSeconds) -> Self {
        operations::judge_left(&mut lease, now);
        firewall::times_out(&mut lease.service, now);
        let ordered_template = order.package.template;
        order.package.template = lease.service.system_of(&order.package);
        let application = lease.service.application_of(&order.package);
        let ordered_application = std::mem::replace(&mut order.package.application, application);
        let progress = Progress::new(order.package.clone_type == CloneType::Full);
        Job {
            due_before: lease.service.due_at,
            lease,
            client: client.keeping(order.password.as_ref()),
            order,
            ordered_template,
            ordered_application,
            goal,
            lines: Vec::new(),
            turns_until: f64::INFINITY,
            changed: false,
            became_ready: false,
            stopped_first: false,
            verb: None,
            sent: false,
            row: None,
            look: Look::default(),
            queue: VecDeque::new(),
            progress,
            events: Vec::new(),
            waiting_since: None,
            step_since: now,
            rounds: Vec::new(),
            task_failure: None,
            left_backups: Vec::new(),
            kept_off: false,
            refused: None,
            asked: None,
            taken: BTreeSet::new(),
            alive_at: now,
            begun_at: now,
            settled: false,
            acted: None,
            upid: None,
            told: Vec::new(),
            refusal: None,
        }
    }

    /// What it was asked for is recorded as failed, although its own part went well.
    pub fn fails_by(&mut self, error: &Error) {
        self.refusal = Some(operations::why(error));
    }

    /// A call that changes something is about to be made.
    pub(super) fn changes(&mut self) {
        self.changed = true;
        let action = match self.lease.service.status {
            status if pipeline::is_building(status) && !self.goal.is_forced() => "create",
            _ => self.doing(),
        };
        self.acted.get_or_insert(action);
    }

    /// Whether PVE was asked for another power state.
    pub fn asked_for_power(&self) -> bool {
        self.asked.is_some()
    }

    /// Adds a line to the service's history.
    pub(super) fn note(&mut self, now: UnixSeconds, what: &str, result: &str) {
        self.note_since(self.step_since, now, what, result);
    }

    /// The same for what began at another time than the step.
    pub(super) fn note_since(&mut self, since: UnixSeconds, now: UnixSeconds, what: &str, result: &str) {
        self.note_of(self.order.by.actor, since, now, what, result);
    }

    /// The same for what somebody else has asked for.
    pub(super) fn note_of(&mut self, actor: Actor, since: UnixSeconds, now: UnixSeconds, what: &str, result: &str) {
        let took_ms = ((now - since) * 1000.0).max(0.0) as u64;
        self.step_since = now;
        let event = Event {
            at: now,
            actor,
            what: what.to_owned(),
            result: result.to_owned(),
            took_ms,
        };
        self.events.push(event);
    }

    /// What it is about, for the history: a verb, a forced step, or the step that is next.
    pub fn doing(&self) -> &'static str {
        match self.goal {
            _ if self.verb.is_some() => self.verb.unwrap_or_default(),
            Goal::Act(row) | Goal::Step(row) => row.name,
            Goal::Cloned | Goal::Settle | Goal::Rest => {
                let status = self.lease.service.status;
                pipeline::row_from(status).map_or(status.as_str(), |row| row.name)
            }
        }
    }

    /// A wish about snapshots or backups is done, or refused, and Change Package was asked for meanwhile: whoever had the wish is told
    /// how it has ended, and the status is the one that the other is queued under.
    pub(super) fn wish_ends(&mut self, queued: &Queued) -> Option<Status> {
        let wish = queued.wish.as_ref().filter(|_| queued.package_follows)?;
        self.told.push((wish.action().to_owned(), self.refusal.take()));
        Some(pipeline::change_row().from)
    }

    pub(super) fn service(&mut self) -> &mut Service {
        &mut self.lease.service
    }
}

/// The row to work on, and whether reaching it moves the status. `None`: the goal is reached.
pub(super) fn goal_row(job: &Job) -> Result<Option<(&'static Row, bool)>, Error> {
    let status = job.lease.service.status;
    match job.goal {
        Goal::Rest => Ok(None),
        Goal::Cloned if pipeline::is_cloned(status) => Ok(None),
        // what is queued for a finished guest may fail for a while, and the guest is stopped all the same
        Goal::Settle if pipeline::is_queued(status) && job.lease.service.body.suspended && !job.stopped_first => {
            Ok(Some((&acts::SUSPEND, false)))
        }
        Goal::Cloned | Goal::Settle => {
            let back = row_back(&job.lease.service).map(|row| (row, false));
            Ok(back.or_else(|| pipeline::row_from(status).map(|row| (row, true))))
        }
        Goal::Act(row) => Ok(Some((row, row.from != row.to))),
        Goal::Step(row) if pipeline::is_past(status, row) => Ok(Some((row, false))),
        Goal::Step(row) if status == row.from => Ok(Some((row, true))),
        Goal::Step(row) => Err(Refusal::Status {
            wanted: row.from,
            found: status,
        }
        .into()),
    }
}
