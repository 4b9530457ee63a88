//! One line of time for the workers of a cron run: it passes only while all of them sleep.
//!
//! Whoever reads the clock takes part, until its thread ends; but for the thread that made the clock, which waits for the
//! others. So what workers do side by side costs the time of the slowest, as with a real clock, and nothing else. A worker
//! that waits for what a sleeping one holds is told by the system: it is at work on nothing.

use crate::support::guard;
use proxmoxkvm::words::clock::Clock;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

struct State {
    now: f64,
    /// Nobody's time passes before so many threads have come.
    expected: usize,
    came: usize,
    /// Grows with everything that a thread does here.
    acts: u64,
    /// Where the system says what a thread does.
    here: BTreeMap<u64, PathBuf>,
    /// Until when each sleeps.
    asleep: BTreeMap<u64, f64>,
}

impl State {
    /// Those that do not sleep.
    fn awake(&self) -> Vec<PathBuf> {
        let awake = self.here.iter().filter(|(thread, _)| !self.asleep.contains_key(thread));
        awake.map(|(_, place)| place.clone()).collect()
    }
}

/// Whether a thread is at work on nothing, and no file either.
fn waits(place: &Path) -> bool {
    let stat = std::fs::read_to_string(place.join("stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_none_or(|(_, state)| state.starts_with('S'))
}

/// What the threads share.
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    home: ThreadId,
}

#[derive(Clone)]
pub struct CommonTime(Arc<Shared>);

/// Takes part as long as its thread lives.
struct Here(Arc<Shared>, u64);

impl Drop for Here {
    fn drop(&mut self) {
        guard(&self.0.state).here.remove(&self.1);
        self.0.changed.notify_all();
    }
}

thread_local! {
    static HERE: RefCell<Option<Here>> = const { RefCell::new(None) };
}

impl CommonTime {
    pub fn new(now: f64) -> CommonTime {
        let state = State {
            now,
            expected: 0,
            came: 0,
            acts: 0,
            here: BTreeMap::new(),
            asleep: BTreeMap::new(),
        };
        CommonTime(Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
            home: thread::current().id(),
        }))
    }

    /// So many threads come now, and begin at the same time.
    pub fn expect(&self, threads: usize) {
        let mut state = guard(&self.0.state);
        (state.expected, state.came) = (threads, 0);
    }

    /// The number under which this thread takes part.
    fn come(&self) -> Option<u64> {
        if thread::current().id() == self.0.home {
            return None;
        }
        HERE.with_borrow_mut(|here| {
            if let Some(Here(_, number)) = here {
                return Some(*number);
            }
            let place = std::fs::read_link("/proc/thread-self").unwrap();
            let mut state = guard(&self.0.state);
            state.came += 1;
            state.acts += 1;
            let number = state.acts;
            state.here.insert(number, Path::new("/proc").join(place));
            *here = Some(Here(self.0.clone(), number));
            self.0.changed.notify_all();
            Some(number)
        })
    }
}

impl Clock for CommonTime {
    fn now(&self) -> f64 {
        self.come();
        let mut state = guard(&self.0.state);
        state.acts += 1;
        state.now
    }

    fn sleep(&self, seconds: f64) {
        let number = self.come();
        let mut state = guard(&self.0.state);
        let until = state.now + seconds.max(0.0);
        let Some(number) = number else {
            state.now = until;
            return;
        };
        state.acts += 1;
        state.asleep.insert(number, until);
        let mut is_still = false;
        loop {
            let awake = state.awake();
            if state.came >= state.expected && (awake.is_empty() || is_still) {
                let earliest = state.asleep.values().copied().min_by(f64::total_cmp);
                state.now = earliest.map_or(state.now, |earliest| earliest.max(state.now));
                self.0.changed.notify_all();
            }
            if state.now >= until {
                state.acts += 1;
                state.asleep.remove(&number);
                return;
            }
            let acts = state.acts;
            let waited = self.0.changed.wait_timeout(state, Duration::from_millis(5));
            let (woken, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            // looked at without the lock: who waits for it is at work
            drop(woken);
            is_still = timeout.timed_out() && awake.iter().all(|place| waits(place));
            state = guard(&self.0.state);
            is_still &= state.acts == acts;
        }
    }
}
