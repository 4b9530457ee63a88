//! Waiting is shared: one list of a node's running tasks serves everybody who waits on that node.
//!
//! However many guests are at work, a node is asked for its list at most once in [`limits::POLL_TICK`]. A task that
//! is in the list runs. One that is not has ended, or has not been entered yet: only its own status decides. A daemon that
//! is restarted leaves its tasks in the list until `pvestatd` clears it: hence the look now and then all the same.
//! (`/cluster/tasks` would not do: it comes from the cluster's broadcast, lags, and has 25 finished ones a node.)

use crate::words::ids::{NodeName, UnixSeconds, Upid};
use crate::words::limits;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The nodes on which this process waits for tasks.
#[derive(Default)]
pub(super) struct Watch(Mutex<HashMap<NodeName, Arc<Mutex<Waits>>>>);

/// The waits on one node. Its lock is held while the list is asked for, so that one request serves all.
#[derive(Default)]
struct Waits {
    tasks: HashMap<Upid, Wait>,
    /// When the list was asked for; what it said.
    listed_at: UnixSeconds,
    running: HashSet<Upid>,
}

/// Somebody's wait for a task.
struct Wait {
    since: UnixSeconds,
    asked_at: UnixSeconds,
    /// When the task's own status was asked for.
    confirmed_at: UnixSeconds,
}

/// What the list says of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// It is at work, or the list that will tell is not due yet.
    Running,
    /// Its own status has to be asked for.
    Ask,
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waits {
    /// Somebody asks for a task: since when, and whether its own status has to be asked for once more.
    fn note(&mut self, upid: &Upid, now: UnixSeconds) -> (UnixSeconds, bool) {
        self.tasks
            .retain(|_, wait| now - wait.asked_at < limits::POLL_FORGOTTEN);
        let wait = self.tasks.entry(upid.clone()).or_insert(Wait {
            since: now,
            asked_at: now,
            confirmed_at: now,
        });
        wait.asked_at = now;
        (wait.since, now - wait.confirmed_at >= limits::POLL_CONFIRM)
    }
}

impl Watch {
    /// What the node's list says of a task; `list` asks for it where the last one is old.
    ///
    /// Who waits alone on a node asks for the status at once: that is one request too, and says more.
    pub(super) fn hear<E>(
        &self,
        upid: &Upid,
        now: impl Fn() -> UnixSeconds,
        list: impl FnOnce() -> Result<HashSet<Upid>, E>,
    ) -> Result<Heard, E> {
        let waits = self.on(upid.node());
        let mut waits = guard(&waits);
        let asked_at = now();
        let (since, confirm) = waits.note(upid, asked_at);
        if waits.tasks.len() > 1 && !confirm {
            if asked_at - waits.listed_at >= limits::POLL_TICK {
                let listed = list();
                waits.listed_at = if listed.is_ok() { asked_at } else { now() };
                waits.running = HashSet::new();
                waits.running = listed?;
            }
            // a list from before the wait may be from before the task
            if waits.running.contains(upid) || waits.listed_at < since {
                return Ok(Heard::Running);
            }
        }
        if let Some(wait) = waits.tasks.get_mut(upid) {
            wait.confirmed_at = asked_at;
        }
        Ok(Heard::Ask)
    }

    /// Whether a clone's own log may tell that it runs: few others are waited for on its node, and its status was asked
    /// for not long ago.
    pub(super) fn is_foreseen(&self, upid: &Upid, now: UnixSeconds) -> bool {
        let waits = self.on(upid.node());
        let mut waits = guard(&waits);
        let (_, confirm) = waits.note(upid, now);
        !confirm && waits.tasks.len() <= limits::POLL_FORESEEN_CLONES
    }

    fn on(&self, node: &NodeName) -> Arc<Mutex<Waits>> {
        guard(&self.0).entry(node.clone()).or_default().clone()
    }

    /// A task has ended: nobody waits for it any more.
    pub(super) fn ended(&self, upid: &Upid) {
        let waits = guard(&self.0).get(upid.node()).cloned();
        if let Some(waits) = waits {
            guard(&waits).tasks.remove(upid);
        }
    }
}
