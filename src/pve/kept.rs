//! The HTTP clients of this process: few, however many servers there are.
//!
//! Each client of reqwest has a thread and three descriptors of its own, beside its connections. A hoster has hundreds of
//! server entries, and WHMCS's own connections need descriptors too: so only the clients that were used last are kept,
//! and whoever sends something asks for his again. A cron run is with many servers at once, and has [`Room`] for that.

use super::names::Names;
use super::tls::{self, Rejected};
use crate::process;
use crate::server::Trust;
use crate::words::last_used::LastUsed;
use crate::words::limits;
use once_cell::sync::Lazy;
use reqwest::blocking::Client;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a client connects to, and whom it trusts there. What one entry trusts is no other's: two share connections only
/// where both are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// All that is connected to.
    pub(crate) at: String,
    /// Which certificates count.
    pub(crate) trust: Trust,
    /// Without TLS.
    pub(crate) is_plain: bool,
}

/// A client, and what it has seen.
pub(crate) struct Kept {
    pub(crate) client: Client,
    /// The last certificate that was turned down.
    pub(crate) rejected: Rejected,
}

/// The clients that were used last, and the process that made them.
struct All {
    process: u32,
    /// How many more are kept at this moment than otherwise.
    room: usize,
    clients: LastUsed<Place, Arc<Kept>>,
}

static ALL: Lazy<Mutex<All>> = Lazy::new(|| {
    Mutex::new(All {
        process: std::process::id(),
        room: 0,
        clients: LastUsed::new(limits::HTTP_CLIENTS),
    })
});

fn all() -> MutexGuard<'static, All> {
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if all.process != process {
        // after a fork the parent's threads are not here, and must not be waited for
        let inherited = std::mem::replace(&mut all.clients, LastUsed::new(limits::HTTP_CLIENTS));
        std::mem::forget(inherited);
        (all.process, all.room) = (process, 0);
    }
    all
}

/// For workers who are with a server each: as many more clients are kept, as long as this lives.
pub(crate) struct Room(usize);

impl Room {
    /// For so many of them.
    pub(crate) fn of(workers: usize) -> Room {
        let mut all = all();
        all.room += workers;
        // nothing has to make room for more room
        let _ = all.hold_all();
        Room(workers)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut all = all();
        all.room = all.room.saturating_sub(self.0);
        let too_many = all.hold_all();
        drop(all);
        drop(too_many);
    }
}

impl All {
    fn hold_all(&mut self) -> Vec<(Place, Arc<Kept>)> {
        self.clients.hold(limits::HTTP_CLIENTS + self.room)
    }
}

impl Place {
    /// The client for this place, for one exchange; a sentence where there cannot be one.
    pub(crate) fn client(&self) -> Result<Arc<Kept>, String> {
        if let Some(kept) = all().clients.get(self) {
            return Ok(kept);
        }
        // certificates may have to be read: nobody else waits for that
        let made = Arc::new(self.make()?);
        let mut all = all();
        if let Some(kept) = all.clients.get(self) {
            return Ok(kept);
        }
        let too_many = all.clients.keep(self.clone(), made.clone());
        // its thread is waited for without the lock; while somebody uses it, it stays
        drop(all);
        drop(too_many);
        Ok(made)
    }

    /// Starts reqwest's one thread, with all signals blocked in it: PHP's timers and php-fpm's signals belong to PHP's own
    /// thread.
    fn make(&self) -> Result<Kept, String> {
        let rejected = Rejected::default();
        // without TLS no certificate is ever looked at, and a machine without root certificates will do
        let nobody = Trust::Fingerprint([0; 32]);
        let trust = if self.is_plain { &nobody } else { &self.trust };
        let tls = tls::client_config(trust, rejected.clone())?;
        let builder = Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(!self.is_plain)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(Names))
            .connect_timeout(limits::CONNECT_TIMEOUT)
            .pool_idle_timeout(limits::IDLE_CONNECTION)
            .tcp_nodelay(true)
            .user_agent(concat!("proxmoxkvm/", env!("CARGO_PKG_VERSION")));
        let client = process::with_signals_blocked(|| builder.build())
            .map_err(|error| format!("the HTTP client could not be started: {error}"))?;
        Ok(Kept { client, rejected })
    }
}
