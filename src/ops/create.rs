//! Create, and the buttons that force one step.

use super::verb::{Verb, parse};
use crate::buttons::Button;
use crate::core::Core;
use crate::engine::{Goal, Outcome};
use crate::error::{Error, Refusal};
use crate::service::Service;
use crate::status::Status;
use crate::steps::{self, PIPELINE};
use serde_json::Value;

/// Leases an address, reserves VMID and name, starts the clone. Everything else is the cron's work.
///
/// Repeating it is harmless: it goes on where the last one stopped. After a removal it begins anew.
pub fn create(core: &Core, request: &Value) -> Result<Value, Error> {
    let (_, id, order) = parse(request)?;
    let server = order.entry.id;
    let now = core.clock.now();
    core.store.begin(&Service::new(id, server, now), now)?;
    let mut verb = Verb::begin(core, id, order)?;
    let service = verb.service();
    match service.status {
        Status::Terminate => {
            let due = verb.due_before();
            return verb.end(due, Err(Refusal::Terminating(id).into()));
        }
        Status::Removed => {
            *service = Service {
                write_back: service.write_back,
                ..Service::new(id, server, now)
            };
        }
        // as long as nothing is cloned, the server entry may be changed
        _ if !service.body.cloned && service.body.task.is_none() => service.server = server,
        _ => {}
    }
    let outcome = verb.run(Goal::Cloned);
    let now = verb.now();
    // what may be on its way is looked into by the cron; else WHMCS has been told, and repeats when it is told to
    let under_way = verb.service().body.task.is_some();
    let due_before = verb.due_before();
    match outcome {
        Outcome::Settled => {
            let pending = steps::row_from(verb.service().status).is_some();
            verb.end(if pending { Some(now) } else { due_before }, Ok(()))
        }
        Outcome::Waiting { on, until } => verb.end(Some(until), Err(Refusal::TaskRunning(on).into())),
        Outcome::Failed { error, retry_at } => verb.end(under_way.then_some(retry_at), Err(error)),
    }
}

/// Forces one step against the package as it is now. If it is the next one, the status advances too.
pub fn run_step(core: &Core, request: &Value) -> Result<Value, Error> {
    let (order_in, id, order) = parse(request)?;
    let row = PIPELINE
        .iter()
        .find(|row| row.to.as_str() == order_in.step && row.label.is_some());
    let row = row.ok_or_else(|| Refusal::Other(format!("there is no step {:?}", order_in.step)))?;
    let mut verb = Verb::begin(core, id, order)?;
    let result = verb.guard(Button::Step(row)).and_then(|()| verb.reach(Goal::Step(row)));
    let pending = steps::row_from(verb.service().status).is_some();
    let due = verb.due_before().or_else(|| pending.then(|| verb.now()));
    verb.end(due, result)
}
