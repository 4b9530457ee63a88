//! What a store in a file has to survive beside a process that dies: the power that fails in the middle of a write, and
//! several processes that have the file open for life.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

mod disk;
mod power;
mod wal;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test at a time: what is recorded is the process's.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// In memory where there is some: what happens to a real disk is made up.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}
