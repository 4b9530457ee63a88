//! What all verbs share: parse, lease, look where a button asks for it, run, give back, reply.

use crate::actions::{Action, How, Situation};
use crate::api::core::Core;
use crate::api::held;
use crate::api::request::OrderIn;
use crate::api::{ServiceReply, handing_over};
use crate::engine::{Ending, Goal, Job, Order, Outcome, due, must_be_of, must_be_on};
use crate::pipeline;
use crate::problems::{Error, Refusal};
use crate::pve::Meter;
use crate::service::pace::Pace;
use crate::service::{Queued, Service, Trouble};
use crate::store;
use crate::store::Requested;
use crate::words::ids::{Actor, ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::problems;
use crate::words::status::Status;
use serde_json::{Value, json};
use std::sync::Arc;

/// What is asked for, as operations are recorded.
pub(in crate::api) struct Recorded {
    name: &'static str,
    /// Without secrets.
    arguments: Value,
}

impl Recorded {
    pub(in crate::api) fn with(name: &'static str, arguments: Value) -> Self {
        Recorded { name, arguments }
    }
}

impl From<&'static str> for Recorded {
    fn from(name: &'static str) -> Self {
        Recorded::with(name, json!({}))
    }
}

/// A verb on its way: one service, leased.
pub(in crate::api) struct Verb<'a> {
    pub(in crate::api) core: &'a Core,
    pub(in crate::api) id: ServiceId,
    pub(in crate::api) job: Job,
    meter: Arc<Meter>,
}

/// An order of a request, parsed.
pub(in crate::api) fn parse(order: &OrderIn) -> Result<(ServiceId, Order), Error> {
    Ok((order.service_id()?, order.parse()?))
}

/// What is for staff alone, or forbidden to customers by a switch of More settings, is refused to a customer.
pub(in crate::api) fn permitted(action: &Action, order: &Order) -> Result<(), Error> {
    match (order.by.actor, &action.client) {
        (Actor::Client, None) => Err(Refusal::StaffOnly(action.name).into()),
        (Actor::Client, Some(client)) => Ok(client.granted(&order.package.more)?),
        _ => Ok(()),
    }
}

/// Refuses what a client asks for too often, before anything else is done for it. Nobody else is counted.
pub(in crate::api) fn paced(core: &Core, id: ServiceId, actor: Actor, pace: Pace) -> Result<(), Error> {
    if actor != Actor::Client {
        return Ok(());
    }
    let now = core.clock.now();
    match core.store.press(id, &pace, now)? {
        None => Ok(()),
        Some(wait) => {
            let service = id;
            let again_at = now + wait;
            Err(Refusal::TooOften {
                service,
                pace,
                wait,
                again_at,
            }
            .into())
        }
    }
}

impl<'a> Verb<'a> {
    /// Takes the lease of a service that belongs to the order's server entry, unless a client asks too often. Whatever
    /// happens after this, [`Verb::end`] gives it back.
    pub(in crate::api) fn begin(
        core: &'a Core,
        id: ServiceId,
        order: Order,
        action: impl Into<Recorded>,
    ) -> Result<Self, Error> {
        paced(core, id, order.by.actor, Pace::CHANGES)?;
        let deadline = core.clock.now() + limits::WEB_SECONDS;
        Verb::begin_until(core, id, order, deadline, Some(action.into()))
    }

    /// The same for a request that has begun before: whatever it asks of PVE ends by its deadline. Without an action it
    /// goes on with what is queued, or does something for somebody else's.
    pub(in crate::api) fn begin_until(
        core: &'a Core,
        id: ServiceId,
        order: Order,
        deadline: UnixSeconds,
        action: Option<Recorded>,
    ) -> Result<Self, Error> {
        let name = action.as_ref().map(|action| action.name);
        let verb = Verb::begin_anywhere(core, id, order, deadline, action)?.of_its_order()?;
        let job = &verb.job;
        if let Err(refusal) = must_be_on(&job.lease.service, job.order.entry.id) {
            return Err(verb.refuse(refusal.into()));
        }
        match name {
            Some(name) if held::may_destroy(name) => verb.of_the_same_whmcs(),
            _ => Ok(verb),
        }
    }

    /// Goes on only where nobody has to say first whether this WHMCS is a copy; then staff are told.
    fn of_the_same_whmcs(mut self) -> Result<Self, Error> {
        let Err(error) = held::must_be_the_same(self.core) else {
            return Ok(self);
        };
        let trouble = Trouble::of(error.problem(), error.to_string(), self.now());
        self.service().body.trouble.get_or_insert(trouble);
        Err(self.refuse(error.into()))
    }

    /// The same for whatever server entry and order: Attach finds the guest out.
    pub(in crate::api) fn begin_anywhere(
        core: &'a Core,
        id: ServiceId,
        order: Order,
        deadline: UnixSeconds,
        action: Option<Recorded>,
    ) -> Result<Self, Error> {
        let meter = Arc::new(Meter::default());
        let client = core.client(&order.entry, &meter, deadline)?;
        let now = core.clock.now();
        let requested = action.map(|action| Requested {
            action: action.name,
            arguments: action.arguments,
            by: order.by,
            nonce: order.nonce.clone(),
        });
        let lease = core.store.lease_for(id, requested.as_ref(), now)?;
        let mut job = Job::new(lease, order, client, Goal::Settle, now);
        job.turns_until = deadline - limits::TURN_SECONDS;
        Ok(Verb { core, id, job, meter })
    }

    /// Goes on only where the order is the service's, and gives the lease back where it is not: then staff are told.
    fn of_its_order(mut self) -> Result<Self, Error> {
        let asked = self.job.order.asked.clone();
        let (id, now) = (self.id, self.now());
        let service = self.service();
        let Err(refusal) = must_be_of(service, asked.as_ref()) else {
            let trouble = &mut service.body.trouble;
            trouble.take_if(|trouble| trouble.is(&problems::OTHER_ORDER));
            self.learn_order();
            return Ok(self);
        };
        if self.service().status == Status::Removed {
            // nothing of the former order is left: this one is as good as unknown
            return Err(self.refuse(store::Error::Unknown(id).into()));
        }
        let trouble = Trouble::of(&problems::OTHER_ORDER, refusal.to_string(), now);
        self.service().body.trouble = Some(trouble);
        Err(self.refuse(refusal.into()))
    }

    /// Gives the lease back as it was taken, because of this.
    pub(in crate::api) fn refuse(mut self, error: Error) -> Error {
        let why = Ending::Over(Some((error.code().to_owned(), error.to_string())));
        let released = self.core.engine().release(&mut self.job, why);
        released.err().unwrap_or(error)
    }

    /// From here on the service is this order's.
    pub(in crate::api) fn learn_order(&mut self) {
        if let Some(asked) = self.job.order.asked.clone() {
            self.service().learn_order(&asked);
        }
    }

    pub(in crate::api) fn service(&mut self) -> &mut Service {
        &mut self.job.lease.service
    }

    pub(in crate::api) fn now(&self) -> UnixSeconds {
        self.core.clock.now()
    }

    /// From here on the cron finishes what this request does not: saved together with the first call.
    pub(in crate::api) fn make_due(&mut self) {
        let now = self.now();
        due::begins(self.service(), now);
    }

    /// Queues something for the guest, asked for by a click: what was refused before is history.
    pub(in crate::api) fn queue(&mut self, status: Status) {
        let service = self.service();
        if status != Status::Firewall {
            service.firewall_makes_way();
        }
        let before = service.body.queued.take().unwrap_or_default();
        service.body.queued = Some(if service.status == status {
            Queued {
                refused: false,
                ..before
            }
        } else {
            before.replaced(service.status)
        });
        // what is beside it is another thing
        let is_beside = matches!(status, Status::Beside | Status::Swap);
        service.body.trouble.take_if(|trouble| is_beside || !trouble.of_beside);
        service.body.attempts = 0;
        service.status = status;
    }

    /// Looks at the guest, if the action has to do with it, and asks whether it may be done.
    pub(in crate::api) fn guard(&mut self, action: &Action) -> Result<(), Error> {
        let situation = match action.how {
            How::Choose(_) | How::Firewall(_) => Situation::of(&self.job.lease.service, self.job.order.by.actor),
            _ => self.core.engine().situation(&mut self.job, action)?,
        };
        Ok(action.allowed(&situation)?)
    }

    /// Runs towards a goal, as long as a web request may take.
    pub(in crate::api) fn run(&mut self, goal: Goal) -> Outcome {
        self.job.goal = goal;
        self.core.engine().run(&mut self.job)
    }

    /// Runs towards a goal that must be reached within this request.
    pub(in crate::api) fn reach(&mut self, goal: Goal) -> Result<(), Error> {
        match self.run(goal) {
            Outcome::Settled => Ok(()),
            Outcome::Waiting { on, in_line: true, .. } => Err(Refusal::InLine(on).into()),
            Outcome::Waiting { on, .. } if self.job.changed => {
                let what = self.job.doing();
                let service = &self.job.lease.service;
                let is_next = matches!(goal, Goal::Step(_)) && pipeline::row_from(service.status).is_some();
                // HA's own time, say, shows in no task of ours, and the cron does not wait for it
                let by_cron = service.body.task.is_some() || is_next;
                let refusal = if by_cron {
                    Refusal::UnderWay { what, on }
                } else {
                    Refusal::Accepted { what, on }
                };
                Err(refusal.into())
            }
            Outcome::Waiting { on, .. } => Err(Refusal::TaskRunning(on).into()),
            Outcome::Refused(error) | Outcome::Failed { error, .. } => Err(error),
        }
    }

    /// It is over: gives the lease back, and answers with the service as it is now.
    pub(in crate::api) fn end(self, result: Result<(), Error>) -> Result<ServiceReply, Error> {
        let over = Ending::of(&result);
        self.give_back(result, over)
    }

    /// The same where the cron finishes what was asked for, from then on. `instead`: in place of what was queued before.
    pub(in crate::api) fn leave(
        self,
        at: UnixSeconds,
        result: Result<(), Error>,
        instead: bool,
    ) -> Result<ServiceReply, Error> {
        self.give_back(result, Ending::GoesOn { at, instead })
    }

    /// Over, unless the cron goes on with it. `waiting`: what is said where it only waits for something.
    pub(in crate::api) fn end_with(
        self,
        outcome: Outcome,
        instead: bool,
        waiting: impl FnOnce(String) -> Result<(), Error>,
    ) -> Result<ServiceReply, Error> {
        let refused = matches!(outcome, Outcome::Refused(_));
        // what a refused one has begun is taken back, as long as that takes
        let is_taken_back = refused && pipeline::row_from(self.job.lease.service.status).is_some();
        let goes_on_at = outcome.goes_on_at().or_else(|| is_taken_back.then(|| self.now()));
        let result = match outcome {
            Outcome::Settled => Ok(()),
            Outcome::Waiting { on, .. } => waiting(on),
            Outcome::Refused(error) | Outcome::Failed { error, .. } => Err(error),
        };
        match goes_on_at {
            Some(at) => self.leave(at, result, instead),
            None => self.end(result),
        }
    }

    /// Over, unless a task that it has started still runs: the cron sees its end.
    pub(in crate::api) fn end_or_leave(self, result: Result<(), Error>) -> Result<ServiceReply, Error> {
        let runs = self.job.changed && self.job.lease.service.body.task.is_some();
        if runs {
            let at = self.job.due_before.unwrap_or(self.now());
            self.leave(at, result, false)
        } else {
            self.end(result)
        }
    }

    /// The same where nothing was asked for but to go on.
    pub(in crate::api) fn end_visit(self, again_at: Option<UnixSeconds>) -> Result<ServiceReply, Error> {
        self.give_back(Ok(()), Ending::Visit { again_at })
    }

    fn give_back(mut self, result: Result<(), Error>, ending: Ending) -> Result<ServiceReply, Error> {
        let changed = self.job.changed;
        // a reply that nobody gets, or reads, hands nothing over
        if result.is_ok() && !matches!(ending, Ending::Visit { .. }) {
            self.job.lease.hand_over();
        }
        let released = self.core.engine().release(&mut self.job, ending);
        result?;
        released?;
        handing_over(self.core, self.id, &self.meter, changed, &self.job.lease.handed)
    }
}
