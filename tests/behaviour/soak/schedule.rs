//! One line of time for several processes: exactly one of them moves, all others wait for their moment.
//!
//! A process waits at every request and at every sleep. Whose moment comes first goes on, and time jumps there. So a run
//! depends on nothing but its seed, although every process has threads of its own.

use crate::support::guard;
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};

/// So often no tick lets a process wait: one that waits for ever is found here.
const MOST_TURNS: u32 = 50_000;

struct Line {
    now: f64,
    /// When each waiting process goes on.
    waiting: BTreeMap<u32, f64>,
    moves: Option<u32>,
}

pub struct Schedule {
    line: Mutex<Line>,
    turn: Condvar,
}

/// A process of a tick: its number, when it begins (seconds from now), and what it does.
pub type Begun<'a> = (u32, f64, Box<dyn FnOnce() + Send + 'a>);

impl Schedule {
    pub fn new(now: f64) -> Schedule {
        let line = Line {
            now,
            waiting: BTreeMap::new(),
            moves: None,
        };
        Schedule {
            line: Mutex::new(line),
            turn: Condvar::new(),
        }
    }

    pub fn now(&self) -> f64 {
        guard(&self.line).now
    }

    /// Lets time pass while no process moves.
    pub fn pass(&self, seconds: f64) {
        guard(&self.line).now += seconds;
    }

    /// A process waits for so many seconds, while others move.
    pub fn wait(&self, process: u32, seconds: f64) {
        let mut line = guard(&self.line);
        let until = line.now + seconds.max(0.0);
        line.waiting.insert(process, until);
        line.moves = None;
        self.turn.notify_all();
        while line.moves != Some(process) {
            line = self.turn.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Runs processes to their ends.
    pub fn run(&self, processes: Vec<Begun<'_>>) {
        std::thread::scope(|scope| {
            for (process, after, work) in processes {
                let mut line = guard(&self.line);
                let begins = line.now + after;
                line.waiting.insert(process, begins);
                scope.spawn(move || {
                    let mut line = guard(&self.line);
                    while line.moves != Some(process) {
                        line = self.turn.wait(line).unwrap_or_else(PoisonError::into_inner);
                    }
                    drop(line);
                    work();
                    guard(&self.line).moves = None;
                    self.turn.notify_all();
                });
            }
            for turns in 0.. {
                assert!(turns < MOST_TURNS, "a process waits for ever");
                let mut line = guard(&self.line);
                let earliest = line.waiting.iter().min_by(|a, b| a.1.total_cmp(b.1).then(a.0.cmp(b.0)));
                let Some((process, until)) = earliest.map(|(process, until)| (*process, *until)) else {
                    return;
                };
                line.now = line.now.max(until);
                line.waiting.remove(&process);
                line.moves = Some(process);
                self.turn.notify_all();
                while line.moves.is_some() {
                    line = self.turn.wait(line).unwrap_or_else(PoisonError::into_inner);
                }
            }
        });
    }
}
