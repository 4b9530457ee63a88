//! What lives as long as the process: the store and the clients, made when first needed. After a fork the child makes
//! its own, unless the parent had a file open as its store.

use crate::dns;
use crate::dns::{ConfigError, Provider};
use crate::engine::{self, Engine};
use crate::problems::Error;
use crate::process;
use crate::pve::kept::Room;
use crate::pve::{Client, Https, Meter, Silences, Silent, Wire};
use crate::server::{Login, Secret, ServerEntry, Trust};
use crate::store;
use crate::store::{Location, Store};
use crate::words::clock::{Clock, SystemClock};
use crate::words::ids::{ServerId, UnixSeconds};
use crate::words::last_used::LastUsed;
use crate::words::limits;
use once_cell::sync::Lazy;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Makes the wire to a server entry: HTTPS, or a simulation.
pub type WireMaker = Box<dyn Fn(&ServerEntry) -> Result<Box<dyn Wire>, String> + Send + Sync>;

/// Opens a zone at its provider: over the network, or a simulation.
pub type ZoneOpener = Box<dyn Fn(&Value, Secret) -> Result<Box<dyn Provider>, ConfigError> + Send + Sync>;

/// Whether a port is open: asked from here, or in a simulation.
pub type Knock = Box<dyn Fn(SocketAddr) -> bool + Send + Sync>;

/// What DNS has of a name and a kind: asked of the system's resolvers, or of a simulation.
pub type Resolve = Box<dyn Fn(&str, dns::Kind) -> Result<Vec<String>, dns::Error> + Send + Sync>;

/// Store, clients and clock of one process.
pub struct Core {
    /// The store.
    pub store: Arc<Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    make_wire: WireMaker,
    knock: Knock,
    resolve: Resolve,
    clients: Mutex<LastUsed<[u8; 32], Client>>,
    open_zone: ZoneOpener,
    zones: Mutex<LastUsed<[u8; 32], Arc<dyn Provider>>>,
}

/// The cores of this process by store, each with the process that made it.
static CORES: Lazy<Mutex<Cores>> = Lazy::new(Mutex::default);

type Cores = HashMap<[u8; 32], (u32, Arc<Core>)>;

impl Core {
    /// The core of a store for this process. The second caller gets the first one's connections.
    pub fn shared(store: impl Into<Location>) -> Result<Arc<Core>, Error> {
        let store = store.into();
        let key = store.identity();
        let pid = std::process::id();
        let mut cores = CORES.lock().unwrap_or_else(PoisonError::into_inner);
        match (cores.get(&key), &store) {
            (Some((owner, core)), _) if *owner == pid => return Ok(core.clone()),
            (Some(_), Location::File(path)) => {
                let path = path.display().to_string();
                return Err(store::Error::Forked { path }.into());
            }
            _ => {}
        }
        let make_wire = Box::new(|entry: &ServerEntry| Ok(Box::new(Https::new(entry)?) as Box<dyn Wire>));
        let core = Arc::new(Core::new(Store::open(store)?, Arc::new(SystemClock), make_wire));
        if let Some((_, inherited)) = cores.insert(key, (pid, core.clone())) {
            // after a fork the parent's handles and threads must not be touched, not even to close them
            std::mem::forget(inherited);
        }
        Ok(core)
    }

    /// A core from its parts.
    pub fn new(store: Store, clock: Arc<dyn Clock>, make_wire: WireMaker) -> Self {
        Core {
            store: Arc::new(store),
            clock,
            make_wire,
            knock: Box::new(engine::is_open),
            resolve: Box::new(resolved),
            clients: Mutex::new(LastUsed::new(limits::ENTRIES_KEPT)),
            open_zone: Box::new(dns::open_fields),
            zones: Mutex::new(LastUsed::new(limits::ZONES_KEPT)),
        }
    }

    /// The same core with other providers of DNS zones.
    pub fn with_zones(self, open_zone: ZoneOpener) -> Self {
        Core { open_zone, ..self }
    }

    /// The same core with other ports.
    pub fn with_knock(self, knock: Knock) -> Self {
        Core { knock, ..self }
    }

    /// The same core with another DNS.
    pub fn with_resolver(self, resolve: Resolve) -> Self {
        Core { resolve, ..self }
    }

    /// Whether a port of a guest answers.
    pub(in crate::api) fn answers(&self, door: SocketAddr) -> bool {
        (self.knock)(door)
    }

    /// What DNS has of a name and a kind.
    pub(in crate::api) fn resolve(&self, name: &str, kind: dns::Kind) -> Result<Vec<String>, dns::Error> {
        (self.resolve)(name, kind)
    }

    /// The engine over this core.
    pub fn engine(&self) -> Engine<'_> {
        Engine {
            store: &self.store,
            clock: self.clock.as_ref(),
            knock: self.knock.as_ref(),
        }
    }

    /// The client of a server entry for one call: counted by a meter, and done by a deadline. Its login is kept as long as
    /// there are not too many, its connections are kept by the wire.
    pub fn client(&self, entry: &ServerEntry, meter: &Arc<Meter>, deadline: UnixSeconds) -> Result<Client, Error> {
        let key = identity(entry);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.for_call(meter.clone(), deadline));
        }
        let client = self.make_client(entry)?;
        let _ = clients.keep(key, client.clone());
        Ok(client.for_call(meter.clone(), deadline))
    }

    /// The same for what a page shows: it waits no longer than the page may.
    pub fn page_client(&self, entry: &ServerEntry) -> Result<Client, Error> {
        self.client(entry, &Arc::default(), self.clock.now() + entry.page_seconds())
    }

    /// The same for a login that is used once: nothing of it is kept.
    pub fn client_once(&self, entry: &ServerEntry, meter: &Arc<Meter>, deadline: UnixSeconds) -> Result<Client, Error> {
        Ok(self.make_client(entry)?.for_call(meter.clone(), deadline))
    }

    fn make_client(&self, entry: &ServerEntry) -> Result<Client, Error> {
        let wire = (self.make_wire)(entry).map_err(|why| crate::pve::Error::NotTrusted { why })?;
        let silences = Box::new(self.silences(entry));
        Ok(Client::new(entry, wire, self.clock.clone(), silences))
    }

    fn silences(&self, entry: &ServerEntry) -> InStore {
        let endpoints: Vec<String> = entry.endpoints.iter().map(ToString::to_string).collect();
        InStore {
            store: self.store.clone(),
            server: entry.id,
            endpoints: endpoints.join(" "),
        }
    }

    /// The provider of a zone, from its fields with their `secret`. Kept as long as there are not too many.
    pub fn zone(&self, fields: &Value) -> Result<Arc<dyn Provider>, ConfigError> {
        let key: [u8; 32] = Sha256::digest(fields.to_string()).into();
        let mut zones = self.zones.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(provider) = zones.get(&key) {
            return Ok(provider.clone());
        }
        let secret = Secret::from(fields["secret"].as_str().unwrap_or_default());
        let provider: Arc<dyn Provider> = (self.open_zone)(fields, secret)?.into();
        let _ = zones.keep(key, provider.clone());
        Ok(provider)
    }

    /// The end of a call: the memory of a long list goes back to the system. Every call of the C ABI ends with this.
    pub fn end_of_call() {
        process::give_memory_back();
    }

    /// Does two things side by side: what both ask of PVE costs the time of the slower one.
    pub fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
        std::thread::scope(|scope| {
            let other = process::with_signals_blocked(|| scope.spawn(other));
            let one = one();
            let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (one, other)
        })
    }

    /// Runs work in threads with every signal blocked in them: PHP's signals belong to PHP's own thread. That one
    /// keeps them while it waits, so that a SIGTERM, or PHP's own time limit, ends a cron run at once.
    pub fn in_threads<T: Send>(count: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
        let _room = Room::of(count);
        std::thread::scope(|scope| {
            let spawn_all = || (0..count).map(|_| scope.spawn(&work)).collect::<Vec<_>>();
            let handles = process::with_signals_blocked(spawn_all);
            handles.into_iter().filter_map(|handle| handle.join().ok()).collect()
        })
    }
}

/// By the system's resolvers, as long as a page waits for anything.
fn resolved(name: &str, kind: dns::Kind) -> Result<Vec<String>, dns::Error> {
    let clock = SystemClock;
    let budget = dns::Budget {
        clock: &clock,
        until: clock.now() + limits::PAGE_SECONDS,
    };
    dns::values_of(name, kind, &dns::system_resolvers(), &budget)
}

/// The silence of a server entry, as the store has it. With other endpoints it is another server.
struct InStore {
    store: Arc<Store>,
    server: ServerId,
    endpoints: String,
}

impl Silences for InStore {
    fn noted(&self) -> Option<Silent> {
        self.store.silence(self.server, &self.endpoints).ok().flatten()
    }

    fn note(&self, before: Option<Silent>, after: Option<Silent>) -> bool {
        let noted = self.store.note_silence(self.server, &self.endpoints, before, after);
        // without the store each process finds it out for itself
        noted.unwrap_or(true)
    }
}

/// Two entries with the same identity may share connections and login. The hash holds no readable secret.
fn identity(entry: &ServerEntry) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    entry.endpoints.iter().for_each(|endpoint| add(&endpoint.to_string()));
    match &entry.trust {
        Trust::SystemRoots => add("system"),
        Trust::CaFile(path) => add(&format!("ca {}", path.display())),
        Trust::Fingerprint(bytes) => add(&format!("fingerprint {bytes:?}")),
        Trust::Insecure => add("insecure"),
    }
    match &entry.login {
        Login::ApiToken { secret, .. } => add(secret.expose()),
        Login::Password { password, .. } => add(password.expose()),
    }
    add(&entry.login.name());
    hash.finalize().into()
}
