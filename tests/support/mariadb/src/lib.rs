//! # mariadb: real database servers for tests
//!
//! Nothing here plays a database: each test meets the MariaDB that a hoster runs (Debian's package `mariadb-server`), with
//! the durability that a hoster has, private to the test's process and gone with it.
//!
//! * [`Server`]: one MariaDB on a unix socket and on a loopback port. [`Server::shared`] is one for all tests of a binary,
//!   where each takes a [`Database`] of its own (less than a millisecond); [`Server::start`] is one that a test may stop.
//!   With `DATABASE_SERVER=mysql://root:password@host:port` in the environment the shared one is that server instead: so
//!   the same tests run on a MySQL that is there already.
//! * [`Galera`]: two MariaDB as a cluster. Each node can be isolated from the other, as a network partition does.
//! * [`Cutter`]: a proxy in front of a server that knows commits when it sees them, and loses a connection right before
//!   or right after one, for a moment or for good. How a process, a network or a database dies.
//!
//! What a process leaves behind must be nothing, however it ends: each server is the child of a shell that reads from the
//! test's process. When that pipe ends, the shell kills the server by its number and removes the folder.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod cutter;
mod galera;
mod keeper;
mod server;

pub use cutter::{Cutter, Fate, Moment, Then};
pub use galera::{Galera, Node};
pub use server::{Database, Server};

use std::net::TcpListener;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is asked again and again until it is so; says what was waited for when that takes more than three minutes.
pub fn wait_until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(180);
    while !so() {
        assert!(Instant::now() < deadline, "waited three minutes for: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Ports of loopback that were free just now. The servers here cannot be given port 0: who takes such a port tries
/// again with another when somebody else was quicker.
fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    let listeners = [(); COUNT].map(|()| TcpListener::bind(("127.0.0.1", 0)).expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("it listens").port())
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
