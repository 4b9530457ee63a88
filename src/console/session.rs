//! One open console: bytes between a node and a browser, until something ends it.

use super::end::{End, Unfit};
use super::entrance::{Browser, Entrance, Watcher};
use super::places::Held;
use super::screen::Screen;
use super::talk::Talk;
use crate::process::{self, Wait};
use crate::pve::{Channel, Heard};
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use std::sync::Arc;
use std::time::Duration;

/// Whether the service may still have its console: asked now and then. `Some`: it may not, because of this.
pub type Watch = Box<dyn Fn() -> Option<End> + Send>;

/// How long a console was open, and what went through it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Story {
    /// Seconds.
    pub seconds: f64,
    /// Bytes to the browser.
    pub shown: u64,
    /// Bytes from it.
    pub typed: u64,
    /// Why it is over.
    pub end: End,
}

/// How a browser gets the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By the answer of the request that holds the console.
    Stream,
    /// By requests of its own: something on the way keeps an answer until it is complete.
    Takes,
    /// By a websocket.
    Socket,
}

/// What came of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// So many bytes for the browser; none: there is nothing at this moment.
    Bytes(usize),
    /// The browser gets the picture by requests of its own, and nothing by this one.
    Takes,
    /// It is over.
    Over,
}

/// How a console is opened.
pub struct Opening {
    /// What is shown; it has let us in.
    pub screen: Screen,
    /// Where its browser comes in.
    pub browser: Browser,
    /// Its place of the web server, where it needs one.
    pub held: Option<Held>,
    /// Whether it may type.
    pub may_act: bool,
    /// How it gets the picture.
    pub way: Way,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Whether the service may still have it.
    pub watch: Watch,
}

/// An open console.
pub struct Session {
    channel: Option<Channel>,
    entrance: Option<Box<dyn Entrance>>,
    _held: Option<Held>,
    way: Way,
    talk: Talk,
    clock: Arc<dyn Clock>,
    watch: Watch,
    /// For the browser.
    kept: Vec<u8>,
    /// What the node said before the browser was greeted.
    early: Vec<u8>,
    opened_at: UnixSeconds,
    acted_at: UnixSeconds,
    looked_at: UnixSeconds,
    taken_at: UnixSeconds,
    /// When the browser has come with anything.
    came_at: UnixSeconds,
    turned_at: UnixSeconds,
    /// When the node has said something, and when it was asked whether it is there.
    node_at: UnixSeconds,
    asked_at: UnixSeconds,
    /// What came from the browser in this second.
    second: (UnixSeconds, usize),
    /// Whether the node takes no more at this moment.
    is_full: bool,
    /// Whether the node may have said more than was read.
    has_more: bool,
    /// Whether anything has passed since it rested.
    has_passed: bool,
    shown: u64,
    typed: u64,
    end: Option<End>,
}

impl Session {
    /// A console that is open from now on.
    pub fn open(opening: Opening) -> Session {
        let now = opening.clock.now();
        let talk = Talk::new(opening.screen.shown, opening.may_act);
        Session {
            channel: Some(opening.screen.channel),
            entrance: Some(opening.browser.0),
            _held: opening.held,
            way: opening.way,
            clock: opening.clock,
            watch: opening.watch,
            kept: talk.first().to_vec(),
            talk,
            early: opening.screen.rest,
            opened_at: now,
            acted_at: now,
            looked_at: now,
            taken_at: now,
            came_at: now,
            turned_at: now,
            node_at: now,
            asked_at: now,
            second: (now, 0),
            is_full: false,
            has_more: false,
            has_passed: true,
            shown: 0,
            typed: 0,
            end: None,
        }
    }

    /// Passes on what there is, and waits for so long where there is nothing: the bytes for the browser.
    pub fn turn(&mut self, into: &mut [u8], wait: Duration) -> Turned {
        self.turned_at = self.clock.now();
        for has_waited in [false, true] {
            self.pass_on();
            if self.way == Way::Stream && !self.kept.is_empty() {
                let size = self.kept.len().min(into.len());
                into[..size].copy_from_slice(&self.kept[..size]);
                self.kept.drain(..size);
                self.shown += size as u64;
                return Turned::Bytes(size);
            }
            if self.end.is_some() {
                return Turned::Over;
            }
            if !has_waited {
                self.wait(wait);
            }
        }
        match self.way {
            Way::Stream => Turned::Bytes(0),
            Way::Takes | Way::Socket => Turned::Takes,
        }
    }

    /// It is over now, whatever it was at.
    pub fn close(mut self, why: End) -> Story {
        let now = self.clock.now();
        let end = *self.end.get_or_insert(why);
        if let Some(channel) = self.channel.take() {
            channel.close();
        }
        if let Some(entrance) = self.entrance.take() {
            entrance.close(end);
        }
        Story {
            seconds: (now - self.opened_at).max(0.0),
            shown: self.shown,
            typed: self.typed,
            end,
        }
    }

    /// Whether whoever has opened it does not turn it any more.
    pub fn is_left(&self, now: UnixSeconds) -> bool {
        now - self.turned_at > limits::CONSOLE_LEFT_SECONDS
    }

    fn over(&mut self, why: End) {
        self.end.get_or_insert(why);
    }

    /// So much waits for the browser. There may be hundreds of websockets, and one request for the picture brings all that waits.
    fn most_kept(&self) -> usize {
        match self.way {
            Way::Stream | Way::Takes => limits::CONSOLE_KEPT_BYTES,
            Way::Socket => limits::CONSOLE_SENT_BYTES,
        }
    }

    fn wait(&mut self, time: Duration) {
        let is_kept = self.kept.len() >= self.most_kept();
        if self.has_more && !is_kept {
            return;
        }
        let mut watcher = Watcher::new();
        if let Some(channel) = &self.channel {
            match (self.is_full, is_kept) {
                // what is there, and is not taken, would end every wait at once
                (true, true) => watcher.push((channel.descriptor(), Wait::Write)),
                (true, false) => watcher.push((channel.descriptor(), Wait::Either)),
                (false, false) => watcher.push((channel.descriptor(), Wait::Read)),
                (false, true) => {}
            }
        }
        let is_heard = !self.is_full && self.second.1 < limits::CONSOLE_KEYS_PER_SECOND;
        if let Some(entrance) = &self.entrance {
            if is_heard {
                entrance.descriptors(&mut watcher);
            }
            watcher.extend(entrance.stuck().map(|fd| (fd, Wait::Write)));
        }
        if !process::wait_for(&watcher, time) {
            self.rest();
        }
    }

    /// Nothing is to do, perhaps for hours: what was needed to pass on a picture is let go.
    fn rest(&mut self) {
        if self.kept.is_empty() {
            self.kept = Vec::new();
        }
        if let Some(channel) = &mut self.channel {
            channel.rest();
        }
        if let Some(entrance) = &mut self.entrance {
            entrance.rest();
        }
        if std::mem::take(&mut self.has_passed) {
            process::much_was_used();
        }
    }

    fn pass_on(&mut self) {
        let now = self.clock.now();
        self.look_around(now);
        if self.end.is_some() {
            return;
        }
        self.hear_browser(now);
        self.hear_node(now);
        self.ask_node(now);
        if self.way != Way::Stream
            && let Some(entrance) = &mut self.entrance
        {
            let before = self.kept.len();
            self.kept = entrance.give(std::mem::take(&mut self.kept), now);
            self.shown += (before - self.kept.len()) as u64;
        }
    }

    fn look_around(&mut self, now: UnixSeconds) {
        if now - self.looked_at >= limits::CONSOLE_LOOK_SECONDS {
            self.looked_at = now;
            if let Some(why) = (self.watch)() {
                self.over(why);
            }
        }
        if now - self.opened_at >= limits::CONSOLE_LONGEST_SECONDS {
            self.over(End::TooLong);
        }
        if now - self.acted_at >= limits::CONSOLE_IDLE_SECONDS {
            self.over(End::Idle);
        }
        // Whoever shuts the lid of his computer closes no connection, and what is written to him is kept on the way for long.
        let (since, patience) = match self.way {
            Way::Stream => (self.came_at, limits::CONSOLE_HERE_SECONDS),
            Way::Takes => (self.taken_at, limits::CONSOLE_TAKEN_SECONDS),
            // asked itself
            Way::Socket => return,
        };
        if now - since >= patience {
            self.over(End::Left);
        }
    }

    fn hear_browser(&mut self, now: UnixSeconds) {
        if now - self.second.0 >= 1.0 {
            self.second = (now, 0);
        }
        let Some(channel) = &mut self.channel else { return };
        match channel.send_rest() {
            Some(is_sent) => self.is_full = !is_sent,
            None => return self.over(End::Closed),
        }
        let Some(entrance) = self.entrance.as_mut().filter(|_| !self.is_full) else {
            return;
        };
        if self.second.1 >= limits::CONSOLE_KEYS_PER_SECOND {
            return;
        }
        let may_take = self.way == Way::Takes || !self.talk.has_heard();
        let brought = entrance.look(now, may_take);
        self.second.1 += brought.cost;
        self.typed += brought.keys.len() as u64;
        if brought.came {
            self.came_at = now;
        }
        if brought.taker {
            self.taken_at = now;
            self.is_taken();
        }
        if brought.leaves || brought.unfit {
            return self.over(if brought.unfit { End::Unfit } else { End::Left });
        }
        if !brought.keys.is_empty() && self.hear_keys(&brought.keys, now).is_err() {
            self.over(End::Unfit);
        }
    }

    /// A browser that asks for the picture has got nothing of the answer of the request that holds the console: something on
    /// the way keeps that until it is complete. It begins anew.
    fn is_taken(&mut self) {
        if self.way == Way::Stream {
            self.way = Way::Takes;
            self.kept = self.talk.first().to_vec();
        }
    }

    fn hear_keys(&mut self, keys: &[u8], now: UnixSeconds) -> Result<(), Unfit> {
        let said = self.talk.hear(keys)?;
        self.kept.extend(said.back);
        if self.talk.is_in() {
            self.kept.append(&mut self.early);
        }
        if said.acted {
            self.acted_at = now;
        }
        let Some(channel) = &mut self.channel else {
            return Ok(());
        };
        if !said.on.is_empty() && !channel.send(&said.on) {
            self.over(End::Closed);
        }
        Ok(())
    }

    /// A node that has lost its power closes nothing, and a screen on which nothing happens is quiet for hours.
    fn ask_node(&mut self, now: UnixSeconds) {
        if now - self.asked_at < limits::CONSOLE_PING_SECONDS {
            return;
        }
        if self.node_at < self.asked_at {
            return self.over(End::Closed);
        }
        // before it was asked: what is heard from here on is the answer
        let is_quiet = now - self.node_at >= limits::CONSOLE_PING_SECONDS;
        if let Some(channel) = self.channel.as_mut().filter(|_| is_quiet) {
            self.asked_at = now;
            channel.ask();
        }
    }

    fn hear_node(&mut self, now: UnixSeconds) {
        let most = self.most_kept();
        let Some(channel) = &mut self.channel else { return };
        channel.allow(most);
        self.has_more = true;
        while self.kept.len() < most {
            let heard = channel.receive();
            if matches!(heard, Heard::Bytes(_)) {
                self.has_passed = true;
                self.node_at = now;
            }
            match heard {
                // a server says nothing before it is told that a viewer is there
                Heard::Bytes(bytes) if !self.talk.is_in() => {
                    self.early.extend(bytes);
                    if self.early.len() > limits::CONSOLE_KEPT_BYTES {
                        return self.over(End::Unfit);
                    }
                }
                Heard::Bytes(bytes) => self.kept.extend(bytes),
                Heard::Nothing => {
                    self.has_more = channel.may_have_more();
                    return;
                }
                Heard::Closed => return self.over(End::Closed),
            }
        }
    }
}
