//! Tasks in virtual time: a queue of events, per-VM file locks with waiters, staged jobs.
//!
//! A task starts a moment after its request, takes the locks its job needs (waiting at most the job's time-out, then
//! `can't lock file … - got timeout`), and runs its stages. Nothing runs by itself: [`Cluster::settle`] plays all events up
//! to `now`. Origin: golden sections *tasks*, *concurrency*, *lock during clone*; `PVE::RESTEnvironment::fork_worker`,
//! `PVE::AbstractConfig::lock_config_full`.

use std::collections::{BTreeMap, VecDeque};

use crate::access::Who;
use crate::cluster::Cluster;
use crate::faults::FaultKind;
use crate::jobs::{Job, Next, PowerJob};
use crate::progress::Due;
use crate::types::Fail;

/// PVE's seconds between the answer and the worker's first action.
const FORK_S: f64 = 0.01;

/// A task (worker).
#[derive(Debug, Clone)]
pub struct Task {
    /// Its UPID.
    pub upid: String,
    /// Node.
    pub node: String,
    /// `qmclone`, …
    pub kind: String,
    /// The id field.
    pub id: String,
    /// User without token.
    pub user: String,
    /// Token name.
    pub token: Option<String>,
    /// Process id.
    pub pid: u32,
    /// Start in jiffies.
    pub pstart: u64,
    /// Unix time of the start.
    pub start: f64,
    /// Unix time of the end.
    pub end: Option<f64>,
    /// Exit status.
    pub exit: Option<String>,
    /// Log lines.
    pub log: Vec<String>,
    /// Lines to come, each with its time: earliest first.
    pub(crate) script: VecDeque<Due>,
    pub(crate) job: Job,
    pub(crate) fault: Option<FaultKind>,
    held: usize,
    waiting: bool,
    warnings: u32,
}

impl Task {
    /// Still running?
    pub fn is_running(&self) -> bool {
        self.exit.is_none()
    }

    /// Hidden by an `UnknownUpid` fault?
    pub(crate) fn is_hidden(&self) -> bool {
        self.fault == Some(FaultKind::UnknownUpid)
    }
}

/// One lock a job needs, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// VM whose config file is locked.
    pub vmid: u32,
    /// Several readers may hold it together (source of a clone).
    pub shared: bool,
    /// Seconds it waits.
    pub timeout: u32,
}

impl Want {
    /// The ordinary lock: exclusive, 10 s.
    pub fn config(vmid: u32) -> Self {
        Self {
            vmid,
            shared: false,
            timeout: 10,
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Lock {
    holders: Vec<usize>,
    shared: bool,
    waiters: VecDeque<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Begin(usize),
    Step(usize, u32),
    LockTimeout(usize, u32),
    Ha(u32),
    Boot(u32),
    /// The guest shuts down by itself, if it is still this process and was not reset.
    Off(u32, (u32, u32)),
    /// `qm cleanup` is done.
    Released(u32),
}

/// A holder of a lock that is no task.
const CLEANUP: usize = usize::MAX;

/// Tasks, locks, events.
#[derive(Debug, Clone, Default)]
pub struct Engine {
    /// All tasks, oldest first.
    pub tasks: Vec<Task>,
    locks: BTreeMap<u32, Lock>,
    events: BTreeMap<(i64, u64), Event>,
    seq: u64,
    pub(crate) fault: Option<FaultKind>,
}

impl Engine {
    /// Does a task hold this VM's lock?
    pub fn is_locked(&self, vmid: u32) -> bool {
        self.locks.get(&vmid).is_some_and(|l| !l.holders.is_empty())
    }

    /// Does a task hold this VM's lock that whoever writes may know of? What HA's manager does, and
    /// `qm cleanup`, nobody is told.
    pub fn is_locked_but_by(&self, vmid: u32, manager: Option<&str>) -> bool {
        let known = |t: &usize| self.tasks.get(*t).is_some_and(|t| Some(t.upid.as_str()) != manager);
        self.locks.get(&vmid).is_some_and(|l| l.holders.iter().any(known))
    }

    /// A task by UPID.
    pub fn find(&self, upid: &str) -> Option<usize> {
        self.tasks.iter().position(|t| t.upid == upid)
    }

    fn at(&mut self, time: f64, event: Event) {
        self.seq += 1;
        self.events.insert(((time * 1e6) as i64, self.seq), event);
    }
}

impl Cluster {
    /// Plays everything that happens until `now`.
    pub(crate) fn settle(&mut self, now: f64) {
        let limit = (now * 1e6) as i64;
        while let Some((&key, _)) = self.engine.events.first_key_value() {
            if key.0 > limit {
                break;
            }
            let event = self.engine.events.remove(&key);
            self.now = self.now.max(key.0 as f64 / 1e6);
            match event {
                Some(Event::Begin(t)) => self.begin(t),
                Some(Event::Step(t, stage)) => self.run_stage(t, stage),
                Some(Event::LockTimeout(t, want)) => self.lock_timeout(t, want),
                Some(Event::Ha(vmid)) => self.ha_acts(vmid),
                Some(Event::Boot(vmid)) => self.boots(vmid),
                Some(Event::Off(vmid, since)) => self.goes_off(vmid, since),
                Some(Event::Released(vmid)) => self.released(vmid),
                None => {}
            }
        }
        self.now = self.now.max(now);
    }

    /// Time of the next event: a test in virtual time may jump there.
    pub fn next_event(&self) -> Option<f64> {
        self.engine
            .events
            .first_key_value()
            .map(|(k, _)| k.0 as f64 / 1e6 + 1e-6)
    }

    /// Runs a task to its end (or `limit` seconds) in virtual time; its exit status.
    pub fn finish(&mut self, upid: &str, limit: f64) -> Option<String> {
        let end = self.now + limit;
        loop {
            let t = self.engine.find(upid)?;
            if self.engine.tasks[t].exit.is_some() {
                return self.engine.tasks[t].exit.clone();
            }
            let next = self.next_event().filter(|n| *n <= end)?;
            self.settle(next);
        }
    }

    /// All tasks, oldest first.
    pub fn tasks(&self) -> &[Task] {
        &self.engine.tasks
    }

    /// Starts a worker; its UPID.
    pub(crate) fn fork(&mut self, who: &Who, node: &str, kind: &str, id: &str, job: Job) -> String {
        let n = self.engine.tasks.len() as u32;
        let pid = 0x600 + n * 7;
        let pstart = ((self.now - self.boot) * 100.0) as u64 + 400_000 + u64::from(n);
        let upid = format!(
            "UPID:{node}:{pid:08X}:{pstart:08X}:{:08X}:{kind}:{id}:{}:",
            self.now as i64,
            who.auth()
        );
        let fault = self.engine.fault.take();
        self.engine.tasks.push(Task {
            upid: upid.clone(),
            node: node.to_owned(),
            kind: kind.to_owned(),
            id: id.to_owned(),
            user: who.user.clone(),
            token: who.token.clone(),
            pid,
            pstart,
            start: self.now,
            end: None,
            exit: None,
            log: vec![],
            script: VecDeque::new(),
            job,
            fault,
            held: 0,
            waiting: false,
            warnings: 0,
        });
        let at = self.now + FORK_S * self.opts.scale;
        self.engine.at(at, Event::Begin(n as usize));
        upid
    }

    /// Appends to a task's log.
    pub(crate) fn say(&mut self, t: usize, line: impl Into<String>) {
        self.engine.tasks[t].log.push(line.into());
    }

    /// Brings a task's log up to now.
    pub(crate) fn tell_due(&mut self, t: usize) {
        // events come a little before their time: they are kept in microseconds
        let now = self.now + 1e-5;
        let task = &mut self.engine.tasks[t];
        let due = task.script.iter().take_while(|(at, _)| *at <= now).count();
        task.log.extend(task.script.drain(..due).map(|(_, line)| line));
    }

    /// A warning in a task's log: it ends with `WARNINGS: n`.
    pub(crate) fn warn(&mut self, t: usize, line: &str) {
        self.say(t, format!("WARN: {line}"));
        self.engine.tasks[t].warnings += 1;
    }

    fn begin(&mut self, t: usize) {
        if self.engine.tasks[t].exit.is_some() {
            return;
        }
        let failure = match self.engine.tasks[t].fault.clone() {
            Some(FaultKind::TaskError(text)) => Some((vec![], text)),
            Some(FaultKind::TaskErrorLog(lines, text)) => Some((lines, text)),
            _ => None,
        };
        if let Some((lines, text)) = failure {
            lines.into_iter().for_each(|line| self.say(t, line));
            if let Job::Restore(job) = self.engine.tasks[t].job.clone() {
                // its lock was written within the request
                self.interrupt_restore(t, &job);
            }
            return self.end(t, Err(text));
        }
        self.overrule(t);
        let wants = self.engine.tasks[t].job.locks();
        while self.engine.tasks[t].held < wants.len() {
            let index = self.engine.tasks[t].held;
            let want = wants[index];
            let lock = self.engine.locks.entry(want.vmid).or_default();
            let free = lock.holders.is_empty() || (lock.shared && want.shared);
            if free && (self.engine.tasks[t].waiting || lock.waiters.is_empty()) {
                lock.holders.push(t);
                lock.shared = want.shared;
                lock.waiters.retain(|w| *w != t);
                self.engine.tasks[t].held += 1;
                if std::mem::take(&mut self.engine.tasks[t].waiting) {
                    self.say(t, " OK");
                }
                continue;
            }
            if !self.engine.tasks[t].waiting {
                lock.waiters.push_back(t);
                self.engine.tasks[t].waiting = true;
                self.say(t, "trying to acquire lock...");
                let at = self.now + f64::from(want.timeout) * self.opts.scale;
                self.engine.at(at, Event::LockTimeout(t, index as u32));
            }
            return;
        }
        self.run_stage(t, 0);
    }

    /// `stop` with `overrule-shutdown`: ends the VM's shutdown tasks first.
    fn overrule(&mut self, t: usize) {
        let Job::Power(PowerJob {
            overrule: true, vmid, ..
        }) = self.engine.tasks[t].job
        else {
            return;
        };
        let victims: Vec<usize> = (0..self.engine.tasks.len())
            .filter(|i| {
                let o = &self.engine.tasks[*i];
                o.is_running() && o.kind == "qmshutdown" && o.id == vmid.to_string()
            })
            .collect();
        if !victims.is_empty() {
            let list: Vec<String> = victims.iter().map(|i| self.engine.tasks[*i].upid.clone()).collect();
            self.say(t, format!("overruled qmshutdown tasks: {}", list.join(", ")));
        }
        for v in victims {
            self.abort(v);
        }
    }

    fn lock_timeout(&mut self, t: usize, index: u32) {
        let task = &self.engine.tasks[t];
        if task.exit.is_some() || !task.waiting || task.held != index as usize {
            return;
        }
        let vmid = task.job.locks()[index as usize].vmid;
        if let Job::Restore(_) = task.job {
            // it takes its own lock out of the config first
            if let Some(lock) = self.engine.locks.get_mut(&vmid) {
                lock.waiters.retain(|waiter| *waiter != t);
            }
            return self.run_stage(t, crate::restore::NO_LOCK);
        }
        self.end(t, Err(lock_text(vmid)));
    }

    fn run_stage(&mut self, t: usize, stage: u32) {
        if self.engine.tasks[t].exit.is_some() {
            return;
        }
        self.tell_due(t);
        let late = match self.engine.tasks[t].job {
            Job::Clone(_) | Job::Restore(_) => 2,
            _ => 1,
        };
        if stage >= late && self.engine.tasks[t].fault == Some(FaultKind::TaskUnexpected) {
            return self.kill(t);
        }
        let job = self.engine.tasks[t].job.clone();
        match self.run_job(t, &job, stage) {
            Ok(Next::Wait(seconds)) => {
                let at = self.now + seconds.max(0.0) * self.opts.scale;
                self.engine.at(at, Event::Step(t, stage + 1));
            }
            Ok(Next::Stage(next, seconds)) => {
                let at = self.now + seconds.max(0.0) * self.opts.scale;
                self.engine.at(at, Event::Step(t, next));
            }
            Ok(Next::Done) => self.end(t, Ok(())),
            Err(fail) => {
                let text = fail.task_text();
                self.count_text(&text);
                self.end(t, Err(text));
            }
        }
    }

    pub(crate) fn end(&mut self, t: usize, result: Result<(), String>) {
        let warnings = match &self.engine.tasks[t].fault {
            Some(FaultKind::TaskWarnings(n)) => *n,
            _ => self.engine.tasks[t].warnings,
        };
        let (status, line) = match result {
            Ok(()) if warnings > 0 => (format!("WARNINGS: {warnings}"), format!("TASK WARNINGS: {warnings}")),
            Ok(()) => ("OK".to_owned(), "TASK OK".to_owned()),
            Err(text) => {
                let flat = text.trim_end().replace('\n', " ");
                (flat.clone(), format!("TASK ERROR: {flat}"))
            }
        };
        self.tell_due(t);
        self.say(t, line);
        self.close(t, status);
    }

    /// The worker is gone without a word: `unexpected status`.
    fn kill(&mut self, t: usize) {
        self.tell_due(t);
        self.close(t, "unexpected status".into());
    }

    fn close(&mut self, t: usize, status: String) {
        let task = &mut self.engine.tasks[t];
        task.script.clear();
        task.exit = Some(status);
        task.end = Some(self.now);
        self.let_go(t);
        self.engine.tasks[t].held = 0;
    }

    /// The config file is free again, also for whoever waits for it: of a task that goes on, a `lock` in the config keeps
    /// the others away from the VM.
    pub(crate) fn let_go(&mut self, t: usize) {
        let task = &self.engine.tasks[t];
        let (held, wants) = (task.held, task.job.locks());
        let mut woken = vec![];
        for (i, want) in wants.iter().enumerate() {
            if let Some(lock) = self.engine.locks.get_mut(&want.vmid) {
                if i < held {
                    lock.holders.retain(|h| *h != t);
                }
                lock.waiters.retain(|w| *w != t);
                if lock.holders.is_empty() || lock.shared {
                    woken.extend(lock.waiters.iter().copied());
                }
            }
        }
        for w in woken {
            self.begin(w);
        }
    }

    /// DELETE of a task: what its job does on an interrupt.
    pub(crate) fn abort(&mut self, t: usize) {
        if self.engine.tasks[t].exit.is_some() {
            return;
        }
        let job = self.engine.tasks[t].job.clone();
        let text = if self.engine.tasks[t].held < job.locks().len() {
            "received interrupt".to_owned()
        } else {
            self.interrupt_job(t, &job)
        };
        self.end(t, Err(text));
    }

    /// Kills a worker as the OOM killer would: `unexpected status`, locks in the config stay.
    pub fn kill_task(&mut self, upid: &str) -> bool {
        match self.engine.find(upid) {
            Some(t) if self.engine.tasks[t].is_running() => {
                self.kill(t);
                true
            }
            _ => false,
        }
    }

    /// A synchronous request takes the VM's lock: waits (virtually) for its holder, at most `timeout` seconds.
    /// Returns PVE's seconds of waiting.
    pub(crate) fn wait_lock(&mut self, vmid: u32, timeout: f64) -> Result<f64, Fail> {
        if !self.engine.is_locked(vmid) {
            return Ok(0.0);
        }
        let start = self.now;
        let limit = start + timeout * self.opts.scale;
        let mut ahead = self.clone();
        ahead.log.clear();
        while let Some(next) = ahead.next_event().filter(|n| *n <= limit) {
            ahead.settle(next);
            if !ahead.engine.is_locked(vmid) {
                self.settle(next);
                return Ok(if self.opts.scale > 0.0 {
                    (next - start) / self.opts.scale
                } else {
                    0.0
                });
            }
        }
        Err(Fail::Late(lock_text(vmid), timeout))
    }

    /// QEMU comes back after a reboot.
    pub(crate) fn schedule_boot(&mut self, vmid: u32, seconds: f64) {
        let at = self.now + seconds * self.opts.scale;
        self.engine.at(at, Event::Boot(vmid));
    }

    /// A guest that was asked to shut down still does so, later than anybody waits for it.
    pub(crate) fn schedule_off(&mut self, vmid: u32, since: (u32, u32), seconds: f64) {
        let at = self.now + seconds * self.opts.scale;
        self.engine.at(at, Event::Off(vmid, since));
    }

    /// `qm cleanup` holds the config lock, as after a stop that was followed at once by a start: it waits up to 30 s for
    /// the new process to end (PVE/CLI/qm.pm). It is no task, and nobody is told.
    pub fn hold_config(&mut self, vmid: u32, seconds: f64) {
        self.engine.locks.entry(vmid).or_default().holders.push(CLEANUP);
        let at = self.now + seconds * self.opts.scale;
        self.engine.at(at, Event::Released(vmid));
    }

    fn released(&mut self, vmid: u32) {
        let Some(lock) = self.engine.locks.get_mut(&vmid) else {
            return;
        };
        lock.holders.retain(|holder| *holder != CLEANUP);
        let waiters: Vec<usize> = lock.waiters.iter().copied().collect();
        for waiter in waiters {
            self.begin(waiter);
        }
    }

    /// The HA manager decides at every tenth second, the node acts five seconds later.
    pub(crate) fn schedule_ha(&mut self, vmid: u32) {
        if self.ha.contains_key(&vmid) {
            let seconds = 15.0 - self.now.rem_euclid(10.0);
            self.engine.at(self.now + seconds * self.opts.scale, Event::Ha(vmid));
        }
    }
}

/// The text of a lock time-out.
pub fn lock_text(vmid: u32) -> String {
    format!("can't lock file '/var/lock/qemu-server/lock-{vmid}.conf' - got timeout")
}
