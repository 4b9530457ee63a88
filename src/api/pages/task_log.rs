//! The log of a task that an operation has started, for staff who ask for it.

use crate::api::core::Core;
use crate::api::request::{Number, With};
use crate::problems::{Error, Refusal};
use crate::store::Reader;
use crate::words::ids::{Actor, ServiceId, Upid};
use crate::words::limits;
use serde::{Deserialize, Serialize};

/// Whose log.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct TaskLogIn {
    /// The service.
    of: Number,
    /// An operation of its activity log.
    operation: Number,
}

/// The log of a task.
#[derive(Debug, Serialize)]
pub(in crate::api) struct TaskLogOut {
    /// The task's id.
    upid: String,
    /// The lines that tell why it failed.
    telling: Vec<String>,
    /// The last lines.
    lines: Vec<String>,
}

/// The log of a task, from Proxmox VE, in the time of a page; no secret of the order is in it.
///
/// # Errors
/// An operation that has started no task, or a task whose log Proxmox VE does not have any more.
pub(in crate::api) fn task_log(core: &Core, request: With<TaskLogIn>) -> Result<TaskLogOut, Error> {
    let order = request.order.parse()?;
    if order.by.actor == Actor::Client {
        return Err(Refusal::StaffOnly("task_log").into());
    }
    let service = request.more.of.0.map(ServiceId).ok_or(Error::NoService)?;
    let id = request.more.operation.0.unwrap_or_default();
    let before = Some(id.saturating_add(1));
    let found = core.store.operations(service, Reader::Staff, before, 1)?;
    let found = found.into_iter().find(|operation| operation.id == id);
    let upid = found
        .and_then(|operation| operation.upid)
        .and_then(|upid| Upid::try_from(upid).ok());
    let upid = upid.ok_or(Refusal::NoTask(service))?;
    let client = core.page_client(&order.entry)?;
    let client = client.keeping(order.password.as_ref());
    let (telling, lines) = client.task_told(&upid, limits::LOG_LINES_SHOWN)?;
    let upid = String::from(upid);
    Ok(TaskLogOut { upid, telling, lines })
}
