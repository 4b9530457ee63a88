//! Faults that a test puts in the way of requests.

use serde_json::json;

use crate::cluster::Cluster;
use crate::echo;
use crate::types::{Reply, Request, Transport};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultKind {
    /// The connection closes and nothing has happened.
    DropBeforeEffect,
    /// It happened, but the connection closes before the answer.
    DropAfterEffect,
    /// It happened, but a proxy on the way has waited too long: this status, and a page of its own.
    ProxyAfterEffect(u16),
    /// It happens, the answer comes so many seconds later (scaled).
    Hang(f64),
    /// This status, reason and body instead; nothing happens.
    Status(u16, String, String),
    /// This status, and words that quote the secrets of the request, spelled in this form; nothing happens.
    Echo(u16, String),
    /// The task that the request starts fails with this text, without its effect.
    TaskError(String),
    /// The same, with these lines in its log before.
    TaskErrorLog(Vec<String>, String),
    /// The task on a snapshot that the request starts fails at its volumes, with this text: what it has written down stays, but
    /// for a creation, which cleans up.
    VolumeError(String),
    /// The rollback that the request starts does all, and then QEMU does not load the memory: this text.
    StateError(String),
    /// The task that the request starts ends with `WARNINGS: n`, with its effect.
    TaskWarnings(u32),
    /// The task's worker dies half way: `unexpected status`, state left as it is.
    TaskUnexpected,
    /// The answer's UPID is never known to the node (`no such task`), the task runs all the same.
    UnknownUpid,
    /// 595 as from a node that is down.
    NodeDown(String),
    /// 500 `cluster not ready - no quorum?`
    QuorumLost,
    /// Connections are refused (closed at once by the server).
    RefuseConnection,
}

/// One fault: which requests, which of them, what.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Method, empty = any.
    pub method: String,
    /// Text that the path contains; `^` at the start and `$` at the end anchor it; empty = any.
    pub path: String,
    /// How many matching requests pass before it happens.
    pub skip: u32,
    /// How often it happens.
    pub times: u32,
    /// What happens.
    pub kind: FaultKind,
}

impl Fault {
    /// Happens once, at the first match.
    pub fn once(method: &str, path: &str, kind: FaultKind) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            skip: 0,
            times: 1,
            kind,
        }
    }

    /// Happens once, at the `n`-th match (1 = first).
    pub fn nth(method: &str, path: &str, n: u32, kind: FaultKind) -> Self {
        Self {
            skip: n.saturating_sub(1),
            ..Self::once(method, path, kind)
        }
    }

    /// Happens at every match.
    pub fn always(method: &str, path: &str, kind: FaultKind) -> Self {
        Self {
            times: u32::MAX,
            ..Self::once(method, path, kind)
        }
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        if !self.method.is_empty() && self.method != method {
            return false;
        }
        let p = self.path.as_str();
        let (p, start) = p.strip_prefix('^').map_or((p, false), |p| (p, true));
        let (p, end) = p.strip_suffix('$').map_or((p, false), |p| (p, true));
        match (start, end) {
            (true, true) => path == p,
            (true, false) => path.starts_with(p),
            (false, true) => path.ends_with(p),
            (false, false) => path.contains(p),
        }
    }
}

impl Cluster {
    /// Adds a fault.
    pub fn add_fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Does a `RefuseConnection` fault stand? (The server asks at every new connection.)
    pub fn refuses_connections(&mut self) -> bool {
        let hit = self
            .faults
            .iter_mut()
            .find(|f| f.kind == FaultKind::RefuseConnection && f.times > 0);
        if let Some(f) = hit {
            f.times = if f.times == u32::MAX { u32::MAX } else { f.times - 1 };
            return true;
        }
        false
    }

    pub(crate) fn take_fault(&mut self, method: &str, path: &str) -> Option<Fault> {
        if path.starts_with("/_sim") {
            return None;
        }
        for f in &mut self.faults {
            if f.times == 0 || f.kind == FaultKind::RefuseConnection || !f.matches(method, path) {
                continue;
            }
            if f.skip > 0 {
                f.skip -= 1;
                continue;
            }
            if f.times != u32::MAX {
                f.times -= 1;
            }
            return Some(f.clone());
        }
        None
    }

    pub(crate) fn fault_before(&mut self, fault: &Fault, path: &str, request: &Request) -> Option<Reply> {
        match &fault.kind {
            FaultKind::DropBeforeEffect => Some(closed()),
            FaultKind::Status(code, reason, body) => {
                let mut r = Reply::plain(*code, reason, body);
                if body.starts_with('{') {
                    r.headers
                        .push(("Content-Type".into(), "application/json;charset=UTF-8".into()));
                }
                Some(r)
            }
            FaultKind::Echo(status, form) => Some(echo::reply(request, *status, form)),
            FaultKind::NodeDown(node) => {
                let hit = node.is_empty() || path.contains(&format!("/nodes/{node}"));
                hit.then(|| Reply::empty(595, "No route to host"))
            }
            FaultKind::QuorumLost => {
                let text = "cluster not ready - no quorum?";
                Some(Reply::json(
                    500,
                    text,
                    &json!({"data": null, "message": format!("{text}\n")}),
                ))
            }
            FaultKind::TaskError(_)
            | FaultKind::TaskErrorLog(..)
            | FaultKind::VolumeError(_)
            | FaultKind::StateError(_)
            | FaultKind::TaskWarnings(_)
            | FaultKind::TaskUnexpected => {
                self.engine.fault = Some(fault.kind.clone());
                None
            }
            FaultKind::UnknownUpid => {
                self.engine.fault = Some(FaultKind::UnknownUpid);
                None
            }
            _ => None,
        }
    }

    pub(crate) fn fault_after(&mut self, fault: &Fault, reply: &mut Reply) {
        self.engine.fault = None;
        match &fault.kind {
            FaultKind::DropAfterEffect => *reply = closed(),
            FaultKind::ProxyAfterEffect(status) => {
                *reply = Reply::plain(*status, "Gateway Time-out", "<html><h1>Gateway Time-out</h1></html>");
            }
            FaultKind::Hang(s) => reply.delay_s += s,
            _ => {}
        }
    }
}

fn closed() -> Reply {
    Reply {
        transport: Transport::Closed,
        ..Reply::empty(0, "")
    }
}
