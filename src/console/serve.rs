//! A process of its own for consoles: each is a websocket that a web server leads here, and a thread. It needs no worker of
//! php-fpm, so there may be many.
//!
//! Who may come in is not decided here: a [`Doorkeeper`] opens the grant that a browser brings.

use super::end::End;
use super::entrance::is_same;
use super::listen::{Listener, Stream};
use super::places::{self, Owner};
use super::screen::Screen;
use super::session::{Opening, Session, Story, Turned, Watch, Way};
use super::upgrade::{self, Knock};
use super::websocket::Websocket;
use crate::process::{self, Wait};
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use crate::words::problems;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// So often it is looked whether all is over.
const LOOKS: Duration = Duration::from_millis(500);
/// So many may be at the door, beside those that are in.
const AT_THE_DOOR: usize = 64;

/// What a browser hears where this process does not come to its node: it may come to it by a web server that does.
pub const UNREACHED: &str = "unreached";

/// A console that somebody may have.
pub struct Granted {
    /// What no other grant has: who has come in by it has used it.
    pub mark: String,
    /// It is good until then.
    pub until: UnixSeconds,
    /// Whose it is.
    pub owner: Owner,
    /// Who has asked for it, in a word of whoever starts the server.
    pub opener: String,
    /// The host that it was asked for at.
    pub host: String,
    /// SHA-256 of the session of its browser, in hexadecimal digits.
    pub session: String,
    /// Whether it may type.
    pub may_act: bool,
    /// Comes to the screen; `Err`: the word for why there is none, of [`End::as_str`] or [`UNREACHED`].
    pub enter: Enter,
}

/// The way to a screen.
pub type Enter = Box<dyn FnOnce() -> Result<Entered, &'static str> + Send>;

/// A screen that is open.
pub struct Entered {
    /// The screen.
    pub screen: Screen,
    /// Whether the service may still have it.
    pub watch: Watch,
    /// Hears the console's story when it is over.
    pub tell: Box<dyn FnOnce(Story) + Send>,
}

/// Opens a grant; `None`: it is none, or is not good any more.
pub type Doorkeeper = Box<dyn Fn(&str) -> Option<Granted> + Send + Sync>;

struct Seat {
    owner: Owner,
    opener: String,
    over: Option<End>,
    watch: Option<Arc<Mutex<Watch>>>,
}

#[derive(Default)]
struct Seats {
    last: u64,
    taken: BTreeMap<u64, Seat>,
}

struct Shared {
    seats: Mutex<Seats>,
    threads: AtomicUsize,
    most: usize,
    is_over: AtomicBool,
    clock: Arc<dyn Clock>,
    keeper: Doorkeeper,
    /// Grants that somebody came in by, as long as they are good.
    used: Mutex<BTreeMap<String, UnixSeconds>>,
    /// When it was last looked whether they may still be in.
    looked_at: Mutex<UnixSeconds>,
}

/// Listens until it is dropped; then all its consoles end.
pub struct Server {
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens at `unix:/path` or at `127.0.0.1:port`, for so many consoles.
    ///
    /// # Errors
    /// The address cannot be listened at.
    pub fn start(address: &str, most: usize, clock: Arc<dyn Clock>, keeper: Doorkeeper) -> io::Result<Server> {
        let listener = Listener::at(address)?;
        let shared = Arc::new(Shared {
            seats: Mutex::default(),
            threads: AtomicUsize::new(0),
            most,
            is_over: AtomicBool::new(false),
            keeper,
            used: Mutex::default(),
            looked_at: Mutex::new(clock.now()),
            clock,
        });
        let for_all = shared.clone();
        let listening = process::with_signals_blocked(|| {
            thread::Builder::new()
                .stack_size(limits::CONSOLE_STACK_BYTES)
                .spawn(move || listen(&for_all, &listener))
        })?;
        Ok(Server {
            shared,
            listening: Some(listening),
        })
    }

    /// Whose consoles are open, and who has asked for them.
    pub fn open(&self) -> Vec<(Owner, String)> {
        let seats = self.shared.seats();
        let seats = seats.taken.values();
        seats.map(|seat| (seat.owner, seat.opener.clone())).collect()
    }

    /// Looks whether all that are in may still be, one after the other: hundreds of threads that asked a database which stands
    /// would each open a connection to it. To be called now and then; without it all are ended.
    pub fn look(&self) {
        let now = self.shared.clock.now();
        if now - *guard(&self.shared.looked_at) < limits::CONSOLE_LOOK_SECONDS {
            return;
        }
        let seats = |seats: &Seats| {
            let watched = |(number, seat): (&u64, &Seat)| Some((*number, seat.watch.clone()?));
            seats.taken.iter().filter_map(watched).collect::<Vec<_>>()
        };
        let watched = seats(&self.shared.seats());
        for (number, watch) in watched {
            let why = (guard(&watch))();
            if let (Some(why), Some(seat)) = (why, self.shared.seats().taken.get_mut(&number)) {
                seat.over.get_or_insert(why);
            }
        }
        *guard(&self.shared.looked_at) = self.shared.clock.now();
    }

    /// Ends the consoles that are these.
    pub fn end(&self, which: impl Fn(&Owner, &str) -> bool, why: End) {
        let mut seats = self.shared.seats();
        for seat in seats.taken.values_mut().filter(|seat| which(&seat.owner, &seat.opener)) {
            seat.over.get_or_insert(why);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        self.listening.take().map(JoinHandle::join);
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn seats(&self) -> MutexGuard<'_, Seats> {
        guard(&self.seats)
    }

    fn is_watched(&self, seat: u64, watch: Watch) {
        if let Some(seat) = self.seats().taken.get_mut(&seat) {
            seat.watch = Some(Arc::new(Mutex::new(watch)));
        }
    }

    /// Whether nobody has come in by it; from now on somebody has.
    fn is_first(&self, granted: &Granted) -> bool {
        let now = self.clock.now();
        let mut used = guard(&self.used);
        used.retain(|_, until| now <= *until);
        used.insert(granted.mark.clone(), granted.until).is_none()
    }

    /// A seat for one more console.
    fn sit(&self, owner: Owner, opener: String) -> Result<u64, places::None> {
        let mut seats = self.seats();
        let open: Vec<Owner> = seats.taken.values().map(|seat| seat.owner).collect();
        owner.may_have_one_more(&open, self.most)?;
        seats.last += 1;
        let number = seats.last;
        let seat = Seat {
            owner,
            opener,
            over: None,
            watch: None,
        };
        seats.taken.insert(number, seat);
        Ok(number)
    }

    fn over(&self, seat: u64) -> Option<End> {
        let is_blind = self.clock.now() - *guard(&self.looked_at) >= limits::CONSOLE_BLIND_SECONDS;
        let closes = (is_blind || self.is_over.load(Ordering::Relaxed)).then_some(End::Closed);
        closes.or_else(|| self.seats().taken.get(&seat)?.over)
    }
}

/// Given back when it is dropped, also where a thread panics.
struct Sitting(Arc<Shared>, u64);

impl Drop for Sitting {
    fn drop(&mut self) {
        self.0.seats().taken.remove(&self.1);
    }
}

struct Thread(Arc<Shared>);

impl Drop for Thread {
    fn drop(&mut self) {
        self.0.threads.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A console that is open.
struct Console {
    session: Session,
    seat: Sitting,
    tell: Box<dyn FnOnce(Story) + Send>,
}

fn listen(shared: &Arc<Shared>, listener: &Listener) {
    while !shared.is_over.load(Ordering::Relaxed) {
        let Some(mut stream) = listener.accept() else {
            process::wait_for(&[(listener.descriptor(), Wait::Read)], LOOKS);
            continue;
        };
        let threads = shared.threads.fetch_add(1, Ordering::Relaxed);
        let here = Thread(shared.clone());
        if threads >= shared.most + AT_THE_DOOR {
            upgrade::refuse(&mut stream, 503);
            continue;
        }
        apart(move || {
            if let Some(console) = meet(&here.0, stream) {
                // what a stack has once used stays with its thread, and TLS goes deep
                apart(move || turn(console, here));
            }
        });
    }
}

/// Where there are no more threads the browser is left, and comes again.
fn apart(work: impl FnOnce() + Send + 'static) {
    let _ = thread::Builder::new()
        .stack_size(limits::CONSOLE_STACK_BYTES)
        .spawn(work);
}

fn meet(shared: &Arc<Shared>, mut stream: Stream) -> Option<Console> {
    let clock = shared.clock.as_ref();
    let Some((request, early)) = upgrade::read(&mut stream, clock) else {
        upgrade::refuse(&mut stream, 400);
        return None;
    };
    let granted = upgrade::judge(&request).and_then(|(knock, response)| {
        let granted = (shared.keeper)(&knock.sealed).filter(|granted| is_his(granted, &knock));
        let granted = granted.filter(|granted| shared.is_first(granted));
        granted.map(|granted| (granted, response)).ok_or(403)
    });
    match granted {
        Ok((granted, response)) if upgrade::welcome(&mut stream, &response) => {
            open(shared, Websocket::of(stream, early, clock.now()), granted)
        }
        Ok(_) => None,
        Err(status) => {
            upgrade::refuse(&mut stream, status);
            None
        }
    }
}

fn is_his(granted: &Granted, knock: &Knock) -> bool {
    let is_session = |session: &String| is_same(session, &granted.session);
    upgrade::is_host(&knock.host, &granted.host) && knock.sessions.iter().any(is_session)
}

fn open(shared: &Arc<Shared>, socket: Websocket, granted: Granted) -> Option<Console> {
    let seat = match shared.sit(granted.owner, granted.opener) {
        Ok(number) => Sitting(shared.clone(), number),
        Err(why) => {
            socket.end(&told(&why));
            return None;
        }
    };
    let entered = match (granted.enter)() {
        Ok(entered) => entered,
        Err(why) => {
            socket.end(why);
            return None;
        }
    };
    let browser = socket.browser().ok()?;
    shared.is_watched(seat.1, entered.watch);
    let session = Session::open(Opening {
        screen: entered.screen,
        browser,
        held: None,
        may_act: granted.may_act,
        way: Way::Socket,
        clock: shared.clock.clone(),
        // the process looks after all of them
        watch: Box::new(|| None),
    });
    let tell = entered.tell;
    Some(Console { session, seat, tell })
}

/// What a browser is told that gets no seat: the code of the problem, and the number in its sentence.
fn told(why: &places::None) -> String {
    match why {
        places::None::OfService(most) | places::None::OfClient(most) => {
            format!("{} {most}", problems::CONSOLES_OPEN.code)
        }
        places::None::Full(_) | places::None::Folder(_) => problems::CONSOLES_FULL.code.to_owned(),
    }
}

fn turn(console: Console, here: Thread) {
    let Console {
        mut session,
        seat,
        tell,
    } = console;
    let why = loop {
        if let Some(why) = here.0.over(seat.1) {
            break why;
        }
        if session.turn(&mut [], LOOKS) == Turned::Over {
            break End::Left;
        }
    };
    tell(session.close(why));
}
