//! A console: opened by the request that its browser looks at, turned by that request again and again, ended with it.

use super::console_shown::{Which, shown_at};
use super::console_socket;
use super::life::verb::parse;
use crate::api::core::Core;
use crate::api::request::{Flag, Number, OrderIn, Text, With};
use crate::console::door::Door;
use crate::console::entrance::Guest;
use crate::console::session::Watch;
use crate::console::{self, End, NoScreen, Opening, Screen, Session, Story, Turned, Way, places};
use crate::engine::{Order, must_be_of, must_be_on};
use crate::problems::{Error, NoConsole};
use crate::server::Login;
use crate::service::Service;
use crate::store::{Event, Operations, Requested, Store};
use crate::words::clock::Clock;
use crate::words::ids::{Actor, By, ServiceId, UnixSeconds, Vmid};
use crate::words::limits;
use crate::words::problems;
use crate::words::status::Status;
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A console that is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ConsoleIn {
    /// The folder of the sockets: of this user alone, made where it is missing.
    folder: Text,
    /// The name of its socket there: hexadecimal digits, of what only its browser knows.
    socket: Text,
    /// The host that the browser has asked.
    host: Text,
    /// SHA-256 of the browser's session, in hexadecimal digits.
    session: Text,
    /// So many consoles may be open on this web server; missing: [`limits::CONSOLES_AT_ONCE`].
    most: Number,
    /// `true` where the browser gets the picture by requests of its own.
    by_requests: Flag,
    /// `true` where the browser comes to a process that runs `console_serve`: it gets a grant, and no console is opened here.
    by_socket: Flag,
    /// `true` for the text of a serial port in the place of the screen.
    pub(in crate::api) text: Flag,
    /// `true` for the second VM in the place of the service's own.
    beside: Flag,
    /// `true` for somebody who may look and not type.
    pub(in crate::api) look_only: Flag,
    /// Who has asked, in a word of the caller's: `console_serve` says it again, with what is open.
    pub(in crate::api) opener: Text,
}

impl ConsoleIn {
    /// What is to be shown.
    pub(in crate::api) fn which(&self) -> Which {
        Which {
            text: self.text.0,
            beside: self.beside.0,
        }
    }

    /// The browser that may come in.
    pub(in crate::api) fn guest(&self) -> Guest {
        Guest {
            host: self.host.trim().to_owned(),
            session: self.session.trim().to_owned(),
        }
    }
}

/// An open console.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ConsoleOut {
    /// Its number in this process, for `proxmoxkvm_console_read` and `console_end`; missing where there is a grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    console: Option<u64>,
    /// What the browser brings to `console_serve`: for this browser, once, and within some seconds; missing where a console is
    /// opened here.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<String>,
}

/// A picture of a screen.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ScreenshotOut {
    /// PNG, in base64.
    png: String,
    /// Pixels; no more than 800.
    width: u32,
    /// Pixels.
    height: u32,
}

/// Which console is over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ConsoleEndIn {
    /// Its number.
    console: Number,
    /// Why, as a word of `end`; missing or another word: `left`. What has ended by itself keeps its own.
    why: Text,
}

/// What became of a console.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ConsoleEndOut {
    /// Why it is over: `closed`, `left`, `idle`, `too_long`, `suspended`, `gone`, `other_owner`, `not_allowed`, `unfit`; null: there
    /// was none of this number.
    end: Option<&'static str>,
    /// How long it was open (seconds).
    seconds: f64,
}

/// Opens the console of a service's guest: looks that it is the service's and runs, has Proxmox VE open its screen, and is let
/// in by it, all within this request. It changes nothing, so it takes no lease.
pub(in crate::api) fn console(core: &Core, request: With<ConsoleIn>) -> Result<ConsoleOut, Error> {
    let (id, order) = parse(&request.order)?;
    let asked = &request.more;
    let (service, _) = core.store.service(id)?;
    must_be_of(&service, order.asked.as_ref())?;
    must_be_on(&service, order.entry.id)?;
    if asked.by_socket.0 {
        let grant = Some(console_socket::grant(core, &order, &service, asked)?);
        return Ok(ConsoleOut { console: None, grant });
    }
    let (folder, socket) = place_of(asked)?;
    let most = asked
        .most
        .0
        .map_or(limits::CONSOLES_AT_ONCE, |most| most.try_into().unwrap_or(usize::MAX));
    let place = places::take(Path::new(folder), owner_of(id, &order), &socket, most).map_err(no_place)?;
    let begun = core.clock.now();
    let deadline = begun + limits::CONSOLE_OPEN_SECONDS;
    let (screen, vmid) = lit(core, &order, &service, asked.which(), deadline)?;
    let operation = note_opened(core, id, &order, "console", begun)?;
    let session = Session::open(Opening {
        screen,
        browser: Door::open(place.listener, asked.guest()),
        held: Some(place.held),
        may_act: !asked.look_only.0,
        way: if asked.by_requests.0 { Way::Takes } else { Way::Stream },
        clock: core.clock.clone(),
        watch: watch(core, &service, vmid),
    });
    let (store, clock, by) = (core.store.clone(), core.clock.clone(), order.by);
    let tell = move |story: Story| {
        // that the store has no time for it now keeps no console open
        let _ = store.add_line(id, operation, &ended(&story, by, clock.now()));
    };
    let console = Some(console::opened(session, core.clock.now(), tell));
    Ok(ConsoleOut { console, grant: None })
}

/// Fetches one picture of a guest's screen. Whoever has its console open keeps it.
pub(in crate::api) fn screenshot(core: &Core, request: OrderIn) -> Result<ScreenshotOut, Error> {
    let (id, order) = parse(&request)?;
    let (service, _) = core.store.service(id)?;
    must_be_of(&service, order.asked.as_ref())?;
    must_be_on(&service, order.entry.id)?;
    let begun = core.clock.now();
    let deadline = begun + limits::CONSOLE_OPEN_SECONDS;
    let (screen, vmid) = lit(core, &order, &service, Which::default(), deadline)?;
    let picture = console::picture(screen, core.clock.as_ref(), deadline);
    let picture = picture.map_err(|why| no_screen(vmid, why))?;
    crate::process::much_was_used();
    note_opened(core, id, &order, "screenshot", begun)?;
    Ok(ScreenshotOut {
        png: BASE64.encode(&picture.bytes),
        width: picture.width,
        height: picture.height,
    })
}

/// Ends a console, and tells how long it was.
pub(in crate::api) fn console_end(_: &Core, request: ConsoleEndIn) -> Result<ConsoleEndOut, Error> {
    let console = request.console.0;
    let console = console.ok_or_else(|| Error::Request("it names no console".to_owned()))?;
    let why = End::named(request.why.trim()).unwrap_or(End::Left);
    let story = console::end(console, why);
    Ok(ConsoleEndOut {
        end: story.map(|story| story.end.as_str()),
        seconds: story.map_or(0.0, |story| story.seconds),
    })
}

/// One turn of a console: the bytes for its browser.
pub(crate) fn turn(console: u64, into: &mut [u8], wait_ms: u32) -> Turned {
    let wait = Duration::from_millis(wait_ms.min(limits::CONSOLE_TURN_MS).into());
    console::turn(console, into, wait)
}

pub(in crate::api) fn owner_of(service: ServiceId, order: &Order) -> places::Owner {
    let client = order.asked.as_ref().map(|asked| asked.identity.client);
    places::Owner {
        service,
        client: client.filter(|_| order.by.actor == Actor::Client).unwrap_or_default(),
    }
}

/// Names of sockets are as long, so that no path is too long for one.
fn place_of(asked: &ConsoleIn) -> Result<(&str, String), Error> {
    let (folder, socket) = (asked.folder.trim(), asked.socket.trim());
    let is_name = socket.len() == 32 && socket.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !folder.starts_with('/') || !is_name {
        return Err(Error::Request("it names no place for a console".to_owned()));
    }
    Ok((folder, format!("{socket}.sock")))
}

fn no_place(why: places::None) -> NoConsole {
    match why {
        places::None::Full(most) => NoConsole::Full(most),
        places::None::OfService(most) => NoConsole::OfService(most),
        places::None::OfClient(most) => NoConsole::OfClient(most),
        places::None::Folder(why) => NoConsole::Folder(why),
    }
}

fn no_screen(vmid: Vmid, why: NoScreen) -> Error {
    match why {
        NoScreen::Pve(error) => error.into(),
        NoScreen::Dark => NoConsole::Dark(vmid).into(),
        NoScreen::Unfit(unfit) => {
            let why = unfit.to_string();
            NoConsole::Unfit { vmid, why }.into()
        }
    }
}

/// The screen of a service's guest, or its text, let in.
fn lit(
    core: &Core,
    order: &Order,
    service: &Service,
    which: Which,
    deadline: UnixSeconds,
) -> Result<(Screen, Vmid), Error> {
    let client = core.client(&order.entry, &Arc::default(), deadline)?;
    let (path, shown) = shown_at(core, &client, service, which)?;
    let vmid = path.vmid;
    let by_token = matches!(order.entry.login, Login::ApiToken { .. });
    match console::screen(&client, &path, shown, core.clock.as_ref(), deadline) {
        Ok(screen) => Ok((screen, vmid)),
        Err(NoScreen::Dark) if which.text && by_token => Err(NoConsole::OldTerminal(vmid).into()),
        Err(why) => Err(no_screen(vmid, why)),
    }
}

pub(in crate::api) fn note_opened(
    core: &Core,
    id: ServiceId,
    order: &Order,
    action: &'static str,
    begun: UnixSeconds,
) -> Result<Option<u64>, Error> {
    let requested = Requested {
        action,
        arguments: json!({}),
        by: order.by,
        nonce: None,
    };
    let mut done = Operations::default();
    done.note(&requested, begun, core.clock.now(), None);
    Ok(core.store.note_done(id, &done)?)
}

pub(in crate::api) fn ended(story: &Story, by: By, now: UnixSeconds) -> Event {
    Event {
        at: now,
        actor: by.actor,
        what: "console_end".to_owned(),
        result: format!(
            "{}, {} bytes shown, {} bytes typed",
            story.end.as_str(),
            story.shown,
            story.typed
        ),
        took_ms: (story.seconds * 1000.0) as u64,
    }
}

/// Whether the service may still have its console.
fn watch(core: &Core, opened: &Service, vmid: Vmid) -> Watch {
    let client = opened.body.identity.as_ref().map(|identity| identity.client);
    watch_of(core.store.clone(), core.clock.clone(), opened.id, Some(vmid), client)
}

/// Whether a service that had this guest and this client may still have its console, as it is asked now and then. A store that
/// does not answer is asked again in a moment, and not for long: nobody may have what is perhaps not his any more.
pub(in crate::api) fn watch_of(
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    id: ServiceId,
    vmid: Option<Vmid>,
    client: Option<u64>,
) -> Watch {
    let answered_at = Cell::new(clock.now());
    Box::new(move || {
        let now = clock.now();
        let Ok(over) = stands(&store, id, vmid, client) else {
            let is_blind = now - answered_at.get() >= limits::CONSOLE_BLIND_SECONDS;
            return is_blind.then_some(End::Closed);
        };
        answered_at.set(now);
        over
    })
}

/// Whether it may have it now; `Some`: not, because of this.
///
/// # Errors
/// The store cannot say it.
pub(in crate::api) fn stands(
    store: &Store,
    id: ServiceId,
    vmid: Option<Vmid>,
    client: Option<u64>,
) -> Result<Option<End>, crate::store::Error> {
    match store.service(id) {
        Ok((now, _)) => Ok(over(&now, vmid, client)),
        Err(crate::store::Error::Unknown(_)) => Ok(Some(End::Gone)),
        Err(error) => Err(error),
    }
}

pub(in crate::api) fn over(now: &Service, vmid: Option<Vmid>, client: Option<u64>) -> Option<End> {
    let trouble = now.body.trouble.as_ref();
    let owner = now.body.identity.as_ref().map(|identity| identity.client);
    let is_other = client.is_some() && owner != client;
    let is_leaving = matches!(now.status, Status::Swap | Status::Terminate | Status::Removed);
    let own_is_leaving = matches!(now.status, Status::Reinstall | Status::Rollback | Status::Restore);
    let is_own = now.vmid == vmid && now.has_guest() && !own_is_leaving;
    let is_beside = vmid.is_some() && now.has_beside() && now.body.beside.as_ref().map(|beside| beside.vmid) == vmid;
    if is_leaving || !(is_own || is_beside) {
        return Some(End::Gone);
    }
    if is_other || trouble.is_some_and(|trouble| trouble.is(&problems::OTHER_ORDER)) {
        return Some(End::OtherOwner);
    }
    now.body.suspended.then_some(End::Suspended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::identity::Identity;
    use crate::words::ids::ServerId;

    #[test]
    fn a_console_is_over_with_whatever_takes_its_guest_or_gives_it_to_another() {
        let vmid: Option<Vmid> = "100".parse().ok();
        let mut service = Service::new(ServiceId(7), ServerId(1), 0.0);
        service.vmid = vmid;
        service.body.identity = Some(Identity {
            client: 3,
            ..Identity::default()
        });
        assert_eq!(over(&service, vmid, Some(3)), Some(End::Gone), "there is no guest");
        service.body.guest.is_found(0.0);
        for status in Status::ALL.iter().copied() {
            service.status = status;
            let is_over = matches!(
                status,
                Status::Reinstall
                    | Status::Rollback
                    | Status::Restore
                    | Status::Swap
                    | Status::Terminate
                    | Status::Removed
            );
            assert_eq!(over(&service, vmid, Some(3)), is_over.then_some(End::Gone), "{status}");
        }
        service.status = Status::Ready;
        assert_eq!(over(&service, None, Some(3)), Some(End::Gone), "it is another guest");
        assert_eq!(over(&service, vmid, Some(4)), Some(End::OtherOwner));
        assert_eq!(over(&service, vmid, None), None, "nobody knew whose it was");
        service.body.suspended = true;
        assert_eq!(over(&service, vmid, Some(3)), Some(End::Suspended));
    }
}
