//! Consoles by websocket: a web request asks Proxmox VE for the screen, and gives its browser a sealed grant; a process of its
//! own, of whichever web server, takes it back and is the relay. A grant is good once: that process remembers those it let in by,
//! and Proxmox VE lets one connection in at a port.

use super::console::{ConsoleIn, ended, note_opened, owner_of, stands, watch_of};
use super::console_shown::shown_at;
use crate::api::core::Core;
use crate::api::request::{Flag, Number, ServerIn, Text};
use crate::console::entrance::Guest;
use crate::console::places::Owner;
use crate::console::serve::{Entered, Granted, Server, UNREACHED};
use crate::console::{End, NoScreen, Unfit, within};
use crate::engine::Order;
use crate::problems::{Error, NoConsole};
use crate::process;
use crate::pve::{Client, GuestPath, Shown, Waiting};
use crate::server::{Login, Secret};
use crate::service::Service;
use crate::store::Store;
use crate::store::seal;
use crate::words::clock::Clock;
use crate::words::ids::{Actor, By, NodeName, ServiceId, UnixSeconds, Vmid};
use crate::words::{limits, problems};
use once_cell::sync::Lazy;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a sealed grant holds.
#[derive(Serialize, Deserialize)]
struct Grant {
    until: UnixSeconds,
    host: String,
    session: String,
    service: ServiceId,
    client: u64,
    actor: Actor,
    operation: Option<u64>,
    may_act: bool,
    /// Whose the service was.
    identity: Option<u64>,
    /// Who has asked, in a word of the caller's.
    #[serde(default)]
    opener: String,
    server: u64,
    node: NodeName,
    vmid: Vmid,
    endpoint: String,
    port: u64,
    ticket: String,
    password: String,
    shown: Shown,
    /// Whether the login is an API token, which an old `termproxy` does not take.
    #[serde(default)]
    by_token: bool,
}

/// Has Proxmox VE open the screen of a service's guest for somebody, and seals the way to it.
pub(super) fn grant(core: &Core, order: &Order, service: &Service, asked: &ConsoleIn) -> Result<String, Error> {
    let begun = core.clock.now();
    let client = core.client(&order.entry, &Arc::default(), begun + limits::CONSOLE_OPEN_SECONDS)?;
    let (path, shown) = shown_at(core, &client, service, asked.which())?;
    let waiting = client.ask_display(&path, shown)?;
    let operation = note_opened(core, service.id, order, "console", begun)?;
    let Guest { host, session } = asked.guest();
    let grant = Grant {
        until: core.clock.now() + limits::CONSOLE_GRANT_SECONDS,
        host,
        session,
        service: service.id,
        client: owner_of(service.id, order).client,
        actor: order.by.actor,
        operation,
        may_act: !asked.look_only.0,
        identity: service.body.identity.as_ref().map(|identity| identity.client),
        opener: asked.opener.trim().to_owned(),
        server: order.entry.id.0,
        vmid: path.vmid,
        node: path.node,
        endpoint: waiting.endpoint.to_string(),
        port: waiting.port,
        ticket: waiting.ticket.expose().to_owned(),
        password: waiting.password.expose().to_owned(),
        shown,
        by_token: matches!(order.entry.login, Login::ApiToken { .. }),
    };
    let text = serde_json::to_vec(&grant).unwrap_or_default();
    let sealed = seal::seal(&core.store.console_key()?, seal::CONSOLE, &text);
    sealed.ok_or_else(|| {
        let why = "it could not be sealed: this machine has no randomness".to_owned();
        NoConsole::Unfit { vmid: grant.vmid, why }.into()
    })
}

/// What serves consoles by websocket.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ConsoleServeIn {
    /// Where a web server leads websockets: `unix:/path`, or a port of this machine alone, `127.0.0.1:8765`.
    listen: Text,
    /// The server entries, for consoles that are opened from now on; missing: those of the call before.
    servers: Option<Vec<ServerIn>>,
    /// So long the call takes, at most 10 seconds; a signal ends it sooner.
    seconds: Number,
    /// So many consoles there may be; missing: [`limits::CONSOLE_SOCKETS`]. The first call says it.
    most: Number,
    /// Consoles that whoever has them open may not have any more.
    not_theirs: Vec<NotTheirs>,
    /// `true`: nobody is let in from now on, and all consoles end.
    stop: Flag,
}

/// A console that was somebody's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NotTheirs {
    /// The service.
    service: Number,
    /// The client who has its console open; missing: staff.
    client: Number,
    /// Who has asked for it, as `open` says it; missing: whoever has.
    opener: Option<Text>,
    /// Why, as a word of `end` of `console_end`; missing or another word: `other_owner`.
    why: Text,
}

/// What is open.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ConsoleServeOut {
    /// The consoles.
    open: Vec<ServedOut>,
}

/// A console that is open.
#[derive(Debug, Serialize)]
struct ServedOut {
    /// The service.
    service: ServiceId,
    /// The client who looks; null: staff.
    client: Option<u64>,
    /// `opener` of the request for it.
    opener: String,
}

type Clients = Arc<Mutex<BTreeMap<u64, Client>>>;

struct Running {
    server: Server,
    clients: Clients,
}

/// What listens in this process, by its address.
static RUNNING: Lazy<Mutex<BTreeMap<String, Running>>> = Lazy::new(Mutex::default);

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves consoles to browsers that bring a grant of `console`, for so many seconds: to be called again and again by a process
/// that does nothing else. They go on between the calls.
pub(in crate::api) fn console_serve(core: &Core, request: ConsoleServeIn) -> Result<ConsoleServeOut, Error> {
    let listen = request.listen.trim();
    if request.stop.0 {
        let stopped = guard(&RUNNING).remove(listen);
        drop(stopped);
        return Ok(ConsoleServeOut { open: Vec::new() });
    }
    // this process goes on for weeks: a store that was replaced under it, or is newer, is not asked any more
    core.store.must_be_current()?;
    start(core, listen, request.most.0)?;
    if let Some(running) = guard(&RUNNING).get(listen) {
        if let Some(servers) = &request.servers {
            *guard(&running.clients) = clients(core, servers);
        }
        for gone in &request.not_theirs {
            let is_his = |owner: &Owner, opener: &str| {
                let is_opener = gone.opener.as_ref().is_none_or(|gone| gone.trim() == opener);
                let client = gone.client.0.unwrap_or_default();
                is_opener && Some(owner.service.0) == gone.service.0 && owner.client == client
            };
            let why = End::named(gone.why.trim()).unwrap_or(End::OtherOwner);
            running.server.end(is_his, why);
        }
        running.server.look();
    }
    let seconds = request.seconds.0.unwrap_or_default().min(10);
    process::wait_for(&[], Duration::from_secs(seconds));
    let open = guard(&RUNNING).get(listen).map(|running| running.server.open());
    let row = |(owner, opener): (Owner, String)| ServedOut {
        service: owner.service,
        client: Some(owner.client).filter(|client| *client != 0),
        opener,
    };
    Ok(ConsoleServeOut {
        open: open.into_iter().flatten().map(row).collect(),
    })
}

fn start(core: &Core, listen: &str, most: Option<u64>) -> Result<(), Error> {
    let mut all = guard(&RUNNING);
    if all.contains_key(listen) {
        return Ok(());
    }
    let clients = Clients::default();
    let most = most.map_or(limits::CONSOLE_SOCKETS, |most| most.try_into().unwrap_or(usize::MAX));
    let key = core.store.console_key()?;
    let (store, clock, known) = (core.store.clone(), core.clock.clone(), clients.clone());
    let keeper = Box::new(move |sealed: &str| {
        let grant: Grant = serde_json::from_slice(&seal::open(&key, seal::CONSOLE, sealed)?).ok()?;
        let client = guard(&known).get(&grant.server)?.clone();
        (clock.now() <= grant.until).then(|| granted(grant, sealed, client, store.clone(), clock.clone()))
    });
    let server = Server::start(listen, most, core.clock.clone(), keeper);
    let server =
        server.map_err(|error| Error::Request(format!("consoles cannot be served at \"{listen}\": {error}")))?;
    all.insert(listen.to_owned(), Running { server, clients });
    Ok(())
}

/// An entry that cannot be used keeps nobody from the others.
fn clients(core: &Core, servers: &[ServerIn]) -> BTreeMap<u64, Client> {
    let client = |server: &ServerIn| {
        let entry = server.parse().ok()?;
        let client = core.client(&entry, &Arc::default(), core.clock.now()).ok()?;
        Some((entry.id.0, client))
    };
    servers.iter().filter_map(client).collect()
}

fn granted(grant: Grant, sealed: &str, client: Client, store: Arc<Store>, clock: Arc<dyn Clock>) -> Granted {
    let Grant {
        service, client: who, ..
    } = grant;
    Granted {
        mark: seal::mark(sealed).to_owned(),
        until: grant.until,
        owner: Owner { service, client: who },
        opener: grant.opener.clone(),
        host: grant.host.clone(),
        session: grant.session.clone(),
        may_act: grant.may_act,
        enter: Box::new(move || enter(grant, &client, store, clock)),
    }
}

/// Comes to the screen that waits, unless the service has lost its console in between.
fn enter(grant: Grant, client: &Client, store: Arc<Store>, clock: Arc<dyn Clock>) -> Result<Entered, &'static str> {
    let (id, vmid, identity) = (grant.service, Some(grant.vmid), grant.identity);
    // whoever cannot be seen to have it does not get it
    if let Some(why) = stands(&store, id, vmid, identity).unwrap_or(Some(End::Closed)) {
        return Err(why.as_str());
    }
    let watch = watch_of(store.clone(), clock.clone(), id, vmid, identity);
    let deadline = clock.now() + limits::CONSOLE_OPEN_SECONDS;
    let client = client.for_call(Arc::default(), deadline);
    let path = GuestPath {
        node: grant.node,
        vmid: grant.vmid,
    };
    // nothing is connected to that the entry does not name
    let endpoint = client.endpoint(&grant.endpoint).ok_or(UNREACHED)?;
    let waiting = Waiting {
        endpoint,
        port: grant.port,
        ticket: Secret::from(grant.ticket.as_str()),
        password: Secret::from(grant.password.as_str()),
        shown: grant.shown,
    };
    let screen = within(client.enter_display(&path, &waiting), clock.as_ref(), deadline);
    let screen = screen.map_err(|why| match why {
        NoScreen::Pve(_) => UNREACHED,
        NoScreen::Dark if grant.by_token && grant.shown != Shown::Screen => problems::CONSOLE_OLD_TERMINAL.code,
        // somebody else has opened the same screen in this moment, or nothing draws a picture yet
        NoScreen::Dark | NoScreen::Unfit(Unfit::Password) => problems::CONSOLE_DARK.code,
        NoScreen::Unfit(_) => End::Unfit.as_str(),
    })?;
    let by = By {
        actor: grant.actor,
        ..By::default()
    };
    let tell = move |story| {
        // that the store has no time for it now keeps no console open
        let _ = store.add_line(grant.service, grant.operation, &ended(&story, by, clock.now()));
    };
    Ok(Entered {
        screen,
        watch,
        tell: Box::new(tell),
    })
}
