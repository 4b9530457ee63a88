//! The only reader of a clock: everything else takes the time as a parameter.

use crate::words::ids::UnixSeconds;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time, and waiting. The virtual clock of a simulation jumps where this one sleeps.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> UnixSeconds;
    /// Waits.
    fn sleep(&self, seconds: f64);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixSeconds {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |since| since.as_secs_f64())
    }

    fn sleep(&self, seconds: f64) {
        std::thread::sleep(Duration::from_secs_f64(seconds.clamp(0.0, 3600.0)));
    }
}
