//! Names of hosts, looked up in a thread each that nobody waits for.
//!
//! `getaddrinfo` has no time limit. In a thread of a runtime, as reqwest would ask it, a lookup that hangs would keep
//! that runtime, and whoever ends it, for as long as it takes; and its thread would stay for ten seconds after each.

use crate::process;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::future::Future;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

/// The system's resolver.
pub(super) struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = Lookup::default();
        let answer = lookup.clone();
        let ask = move || {
            let found = (name.as_str(), 0).to_socket_addrs();
            answer.found(found.map(|addresses| Box::new(addresses) as Addrs));
        };
        // signals are blocked in the thread that asks, and so in this one
        match thread::Builder::new().name("proxmoxkvm-name".to_owned()).spawn(ask) {
            Ok(_) => {}
            Err(error) => lookup.found(Err(error)),
        }
        Box::pin(lookup)
    }
}

/// The addresses of a host, looked up in a thread of its own; an error where that takes longer.
pub(super) fn addresses(host: &str, port: u16, within: Duration) -> io::Result<Vec<SocketAddr>> {
    let (found, answer) = mpsc::channel();
    let host = host.to_owned();
    let ask = move || {
        let addresses = (host.as_str(), port).to_socket_addrs();
        // whoever has asked may be gone
        let _ = found.send(addresses.map(Iterator::collect));
    };
    let thread = thread::Builder::new().name("proxmoxkvm-name".to_owned());
    process::with_signals_blocked(|| thread.spawn(ask))?;
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    answer.recv_timeout(within).map_err(late)?
}

/// A lookup that is under way.
#[derive(Clone, Default)]
struct Lookup(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    found: Option<io::Result<Addrs>>,
    waker: Option<Waker>,
}

impl Lookup {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn found(&self, found: io::Result<Addrs>) {
        let mut state = self.state();
        state.found = Some(found);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Future for Lookup {
    type Output = Result<Addrs, Box<dyn std::error::Error + Send + Sync>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.state();
        match state.found.take() {
            Some(found) => Poll::Ready(found.map_err(Into::into)),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
