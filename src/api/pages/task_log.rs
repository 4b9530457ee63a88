//! The log of a task that an operation has started, for staff who ask for it.

use crate::api::core::Core;
use crate::api::output;
use crate::api::request::{self, OrderIn};
use crate::problems::{Error, Refusal};
use crate::store::Reader;
use crate::words::ids::{Actor, ServiceId, Upid};
use crate::words::limits;
use serde_json::{Value, json};
use std::sync::Arc;

/// An order with `of`, the service, and `operation`, one of its activity log → `upid`, `telling`, the lines that tell why it
/// failed, and `lines`, the last ones of the log. From Proxmox VE, in the time of a page; no secret of the order is in it.
///
/// # Errors
/// An operation that has started no task, or a task whose log Proxmox VE does not have any more.
pub fn task_log(core: &Core, request: &Value) -> Result<Value, Error> {
    let order: OrderIn = request::parse(request)?;
    let order = order.parse()?;
    if order.by.actor == Actor::Client {
        return Err(Refusal::StaffOnly("task_log").into());
    }
    let service = request::number(request, "of").map(ServiceId).ok_or(Error::NoService)?;
    let id = request::number(request, "operation").unwrap_or_default();
    let before = Some(id.saturating_add(1));
    let found = core.store.operations(service, Reader::Staff, before, 1)?;
    let found = found.into_iter().find(|operation| operation.id == id);
    let upid = found
        .and_then(|operation| operation.upid)
        .and_then(|upid| Upid::try_from(upid).ok());
    let upid = upid.ok_or(Refusal::NoTask(service))?;
    let client = core.client(&order.entry, &Arc::default(), core.clock.now() + limits::PAGE_SECONDS)?;
    let client = client.keeping(order.password.as_ref());
    let (telling, lines) = client.task_told(&upid, limits::LOG_LINES_SHOWN)?;
    Ok(output::reply(
        json!({"upid": String::from(upid), "telling": telling, "lines": lines}),
    ))
}
