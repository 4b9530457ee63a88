//! The words that every floor uses: ids, status, phases, schedules, SSH keys, passwords, user data, time, units, limits, problems.

pub mod calendar;
pub mod clock;
pub mod ids;
pub(crate) mod last_used;
pub mod limits;
pub mod password;
pub mod phase;
pub mod problems;
pub mod schedule;
pub mod ssh_key;
pub mod status;
pub mod units;
pub mod user_data;
