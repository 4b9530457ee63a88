//! Tasks: how they end, and which ones run on a guest.

use super::client::{Client, Request, encode};
use super::error::{Error, NO_TASK, tidy};
use super::meter::Kind;
use super::watch::Heard;
use super::wire::Method;
use crate::guest::number;
use crate::words::ids::{NodeName, Upid, Vmid};
use crate::words::limits;
use serde_json::Value;
use std::collections::HashSet;

/// How PVE begins what it says of a task whose log has no end: the first three come from `PVE::Tools` of 8.x, the fourth
/// from `PVE::UPID` of later versions, the last from both.
const LOST_LOG: [&str; 5] = [
    "unable to open file - ",
    "unable to read tail (got ",
    "unable to extract last line",
    "unable to get last line from task log - ",
    "unexpected status",
];

/// What PVE says of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskEnd {
    /// Still at work.
    Running,
    /// Done; `WARNINGS: n` is success with warnings.
    Ok,
    /// Ended with an error, in the task's own words. The effect may be there all the same.
    Failed(String),
    /// Nobody knows (worker died, node rebooted): the guest has to tell.
    Unknown(String),
    /// The node has no such task: normal for a moment right after it was started.
    NotListed,
}

/// A task in a node's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveTask {
    /// Its id.
    pub upid: Upid,
    /// When it was started (seconds since 1970, the node's clock).
    pub started: u64,
}

impl TaskEnd {
    fn of(data: &Value, masked: impl Fn(&str) -> String) -> TaskEnd {
        if data["status"].as_str() != Some("stopped") {
            return TaskEnd::Running;
        }
        match data["exitstatus"].as_str().map(str::trim) {
            Some("OK") => TaskEnd::Ok,
            Some(text) if text.starts_with("WARNINGS") => TaskEnd::Ok,
            Some(text) if LOST_LOG.iter().any(|lost| text.starts_with(lost)) => TaskEnd::Unknown(tidy(&masked(text))),
            Some(text) => TaskEnd::Failed(tidy(&masked(text))),
            None => TaskEnd::Unknown("it ended without a result".to_owned()),
        }
    }
}

impl Client {
    /// How a task stands. Whoever else waits on its node shares the requests.
    pub fn task_end(&self, upid: &Upid) -> Result<TaskEnd, Error> {
        let list = || self.running_tasks(upid.node());
        if self.watch().hear(upid, || self.now(), list)? == Heard::Running {
            return Ok(TaskEnd::Running);
        }
        let end = self.task_status(upid)?;
        if end != TaskEnd::Running {
            self.watch().ended(upid);
        }
        Ok(end)
    }

    /// Every running task of a node that the login may see: `GET /nodes/{node}/tasks?source=active`.
    fn running_tasks(&self, node: &NodeName) -> Result<HashSet<Upid>, Error> {
        let request = Request::new(Method::Get, format!("/nodes/{node}/tasks"), Kind::Poll)
            .with("source", "active")
            // PVE stops at 50 of its own accord
            .with("limit", limits::LISTED_TASKS.to_string());
        let data = self.request(&request)?;
        // one that has ended may be listed until it is archived
        let running = |entry: &&Value| entry["endtime"].is_null();
        let upid = |entry: &Value| Upid::try_from(entry["upid"].as_str()?.to_owned()).ok();
        let entries = data.as_array().into_iter().flatten().filter(running);
        Ok(entries.filter_map(upid).collect())
    }

    /// `GET /nodes/{node}/tasks/{upid}/status`, asked on the node that the UPID names.
    fn task_status(&self, upid: &Upid) -> Result<TaskEnd, Error> {
        let path = format!("/nodes/{}/tasks/{}/status", upid.node(), encode(upid.as_str()));
        match self.request(&Request::new(Method::Get, path, Kind::Poll)) {
            Ok(data) => Ok(TaskEnd::of(&data, |text| self.masked(text))),
            Err(Error::Refused { status: 400, words, .. }) if words.contains(NO_TASK) => Ok(TaskEnd::NotListed),
            Err(error) => Err(error),
        }
    }

    /// Ends a task of this login: `DELETE /nodes/{node}/tasks/{upid}`. Proxmox VE gives its worker 5 s to end by itself.
    pub fn end_task(&self, upid: &Upid) -> Result<(), Error> {
        let path = format!("/nodes/{}/tasks/{}", upid.node(), encode(upid.as_str()));
        self.request(&Request::new(Method::Delete, path, Kind::Power)).map(drop)
    }

    /// How many tasks on a node make backups, or wait for their turn: `GET /nodes/{node}/tasks?source=active&typefilter=vzdump`.
    pub fn backups_running(&self, node: &NodeName) -> Result<usize, Error> {
        let request = Request::new(Method::Get, format!("/nodes/{node}/tasks"), Kind::Poll)
            .with("source", "active")
            .with("typefilter", "vzdump");
        Ok(self.request(&request)?.as_array().map_or(0, Vec::len))
    }

    /// The tasks that change a guest at this moment: `GET /nodes/{node}/tasks?source=active&vmid=…`.
    pub fn active_tasks(&self, node: &NodeName, vmid: Vmid) -> Result<Vec<ActiveTask>, Error> {
        let request = Request::new(Method::Get, format!("/nodes/{node}/tasks"), Kind::Poll)
            .with("source", "active")
            .with("vmid", vmid.to_string());
        let data = self.request(&request)?;
        let task = |entry: &Value| {
            let upid = Upid::try_from(entry["upid"].as_str()?.to_owned()).ok()?;
            (!is_console(upid.kind())).then(|| ActiveTask {
                upid,
                started: number(&entry["starttime"]).unwrap_or_default(),
            })
        };
        Ok(data.as_array().into_iter().flatten().filter_map(task).collect())
    }
}

/// Somebody looks at the guest's screen, perhaps for days.
fn is_console(kind: &str) -> bool {
    matches!(kind, "vncproxy" | "spiceproxy" | "termproxy")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_open_console_changes_no_guest() {
        assert!(
            ["vncproxy", "spiceproxy", "termproxy"]
                .iter()
                .all(|kind| is_console(kind))
        );
        assert!(!["qmclone", "vzdump", "qmstart"].iter().any(|kind| is_console(kind)));
    }

    #[test]
    fn an_end_is_read_as_pve_means_it() {
        let of = |data: Value| TaskEnd::of(&data, str::to_owned);
        let end = |exit: &str| of(json!({"status": "stopped", "exitstatus": exit}));
        assert_eq!(end("OK"), TaskEnd::Ok);
        assert_eq!(end("WARNINGS: 2"), TaskEnd::Ok);
        for lost in [
            "unexpected status",
            "unable to read tail (got 0 bytes)",
            "unable to open file - No such file or directory",
            "unable to extract last line",
            "unable to get last line from task log - can't open '/var/log/pve/tasks/A/UPID' - No such file or directory",
        ] {
            assert!(matches!(end(lost), TaskEnd::Unknown(_)), "{lost}");
        }
        assert_eq!(
            end("VM 101 already running"),
            TaskEnd::Failed("VM 101 already running".to_owned())
        );
        assert_eq!(of(json!({"status": "running"})), TaskEnd::Running);
        assert_eq!(of(json!({})), TaskEnd::Running);
        assert!(matches!(of(json!({"status": "stopped"})), TaskEnd::Unknown(_)));
    }
}
