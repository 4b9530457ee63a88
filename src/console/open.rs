//! The consoles that are open in this process: each belongs to a request of the web server, which turns it again and again
//! until it is over. What a request has left behind is found by the next one.

use super::end::End;
use super::session::{Session, Story, Turned};
use crate::words::ids::UnixSeconds;
use once_cell::sync::Lazy;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A console, and what is done with its story when it is over.
struct Open {
    process: u32,
    session: Arc<Mutex<Option<Session>>>,
    tell: Tell,
}

type Tell = Arc<dyn Fn(Story) + Send + Sync>;

#[derive(Default)]
struct All {
    last: u64,
    open: BTreeMap<u64, Open>,
}

static ALL: Lazy<Mutex<All>> = Lazy::new(Mutex::default);

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a console under a number of its own, and ends those that nobody turns any more.
pub fn opened(session: Session, now: UnixSeconds, tell: impl Fn(Story) + Send + Sync + 'static) -> u64 {
    let process = std::process::id();
    let mut all = guard(&ALL);
    let is_left = |open: &Open| open.process == process && is_left(open, now);
    let left: Vec<u64> = all
        .open
        .iter()
        .filter(|(_, open)| is_left(open))
        .map(|(id, _)| *id)
        .collect();
    all.last += 1;
    let id = all.last;
    let open = Open {
        process,
        session: Arc::new(Mutex::new(Some(session))),
        tell: Arc::new(tell),
    };
    all.open.insert(id, open);
    drop(all);
    for id in left {
        end(id, End::Left);
    }
    id
}

fn is_left(open: &Open, now: UnixSeconds) -> bool {
    let session = open.session.try_lock();
    session.is_ok_and(|session| session.as_ref().is_none_or(|session| session.is_left(now)))
}

/// Turns a console: the bytes for its browser. One that there is not is over.
pub fn turn(id: u64, into: &mut [u8], wait: Duration) -> Turned {
    let Some(session) = find(id) else {
        return Turned::Over;
    };
    let turned = guard(&session).as_mut().map(|session| session.turn(into, wait));
    turned.unwrap_or(Turned::Over)
}

fn find(id: u64) -> Option<Arc<Mutex<Option<Session>>>> {
    let process = std::process::id();
    let all = guard(&ALL);
    let open = all.open.get(&id).filter(|open| open.process == process)?;
    Some(open.session.clone())
}

/// Ends a console, because of this unless it has ended by itself. `None`: there is none of this number.
pub fn end(id: u64, why: End) -> Option<Story> {
    let session = find(id)?;
    let open = guard(&ALL).open.remove(&id)?;
    let story = guard(&session).take()?.close(why);
    (open.tell)(story);
    Some(story)
}
