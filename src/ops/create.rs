//! Create, and the buttons that force one step.

use super::service_reply;
use crate::core::Core;
use crate::engine::{Goal, Job, Outcome};
use crate::error::{Error, Refusal};
use crate::model::UnixSeconds;
use crate::pve::Meter;
use crate::request::{self, OrderIn};
use crate::service::Service;
use crate::status::Status;
use serde_json::Value;
use std::sync::Arc;

/// A web request waits at most this long (seconds): proxies give up after 60.
const WEB_SECONDS: f64 = 40.0;

/// Leases an address, reserves VMID and name, starts the clone. Everything else is the cron's work.
///
/// Repeating it is harmless: it goes on where the last one stopped.
pub fn create(core: &Core, request: &Value) -> Result<Value, Error> {
    let order_in: OrderIn = request::parse(request.clone())?;
    let id = order_in.service_id()?;
    let order = order_in.parse()?;
    let now = core.clock.now();
    core.store.begin(&Service::new(id, order.entry.id, now), now)?;
    run(core, &order_in, Goal::Status(Status::Clone))
}

/// Forces one step against the package as it is now. If it is the next one, the status advances too.
pub fn run_step(core: &Core, request: &Value) -> Result<Value, Error> {
    let order_in: OrderIn = request::parse(request.clone())?;
    let step = crate::steps::PIPELINE
        .iter()
        .find(|row| row.to.as_str() == order_in.step && row.label.is_some());
    let step = step.ok_or_else(|| Refusal::Other(format!("there is no step {:?}", order_in.step)))?;
    run(core, &order_in, Goal::Step(step.to.as_str()))
}

fn run(core: &Core, order_in: &OrderIn, goal: Goal) -> Result<Value, Error> {
    let id = order_in.service_id()?;
    let order = order_in.parse()?;
    let meter = Arc::new(Meter::default());
    let client = core.client(&order.entry, &meter)?;
    let now = core.clock.now();
    let mut lease = core.store.lease(id, now)?;
    let prepared = prepare(&mut lease.service, order.entry.id, goal, now);
    let due_before = lease.service.due_at;
    let mut job = Job::new(lease, order, client, goal, now);
    if let Err(refusal) = prepared {
        core.engine().release(&mut job, due_before)?;
        return Err(refusal.into());
    }
    let outcome = core.engine().run(&mut job, now + WEB_SECONDS);
    let under_way = job.lease.service.body.task.is_some();
    let now = core.clock.now();
    let (due_at, error) = match (outcome, goal) {
        (Outcome::Settled, Goal::Status(_)) => (Some(now), None),
        (Outcome::Settled, Goal::Step(_)) => (due_after_step(&job, due_before, now), None),
        (Outcome::Waiting { on, until }, _) => (Some(until), Some(Refusal::TaskRunning(on).into())),
        // what may be on its way is looked into by the cron; else WHMCS has been told, and repeats when it is told to
        (Outcome::Failed { error, retry_at }, Goal::Status(_)) => (under_way.then_some(retry_at), Some(error)),
        (Outcome::Failed { error, .. }, Goal::Step(_)) => (due_before, Some(error)),
    };
    let changed = job.changed;
    core.engine().release(&mut job, due_at)?;
    match error {
        Some(error) => Err(error),
        None => service_reply(core, id, &meter, changed),
    }
}

/// A step in the middle of the pipeline leaves the rest to the cron, as before.
fn due_after_step(job: &Job, before: Option<UnixSeconds>, now: UnixSeconds) -> Option<UnixSeconds> {
    let pending = crate::steps::row_from(job.lease.service.status).is_some();
    if pending { before.or(Some(now)) } else { before }
}

/// A service that was removed is ordered again as a new one; the server entry may have been changed before the clone.
fn prepare(service: &mut Service, server: crate::model::ServerId, goal: Goal, now: UnixSeconds) -> Result<(), Refusal> {
    match (service.status, goal) {
        (Status::Terminate, _) => Err(Refusal::Other("the service is being terminated".to_owned())),
        (Status::Removed, Goal::Status(_)) => {
            let write_back = service.write_back;
            *service = Service {
                write_back,
                ..Service::new(service.id, server, now)
            };
            Ok(())
        }
        _ => {
            if !service.body.cloned && service.body.task.is_none() {
                service.server = server;
            }
            Ok(())
        }
    }
}
