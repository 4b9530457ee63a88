//! How a browser's bytes come to its console, and the picture back.

use super::end::End;
use crate::process::Wait;
use crate::words::ids::UnixSeconds;
use std::os::fd::RawFd;

/// What can be waited for.
pub(crate) type Watcher = Vec<(RawFd, Wait)>;

/// Which browser may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The host that the console was asked for at.
    pub host: String,
    /// SHA-256 of the browser's session cookie, in hexadecimal digits.
    pub session: String,
}

/// What has come.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// What was typed.
    pub keys: Vec<u8>,
    /// What it cost, in bytes, keys and all else.
    pub cost: usize,
    /// Whether the browser was there with anything at all.
    pub came: bool,
    /// Whether somebody waits for the picture.
    pub taker: bool,
    /// Whether the page is closed.
    pub leaves: bool,
    /// Whether what came is none of the ways in which a browser speaks.
    pub unfit: bool,
}

/// A way in.
pub(crate) trait Entrance: Send {
    /// What can be waited for: that something comes.
    fn descriptors(&self, watcher: &mut Watcher);

    /// And that something can be given again.
    fn stuck(&self) -> Option<RawFd>;

    /// What has come, without waiting. `may_take`: whether the picture goes by requests, or may do so yet.
    fn look(&mut self, now: UnixSeconds, may_take: bool) -> Brought;

    /// Gives what is to be seen, as far as somebody takes it; what is left of it.
    fn give(&mut self, bytes: Vec<u8>, now: UnixSeconds) -> Vec<u8>;

    /// Nothing is to do at this moment.
    fn rest(&mut self) {}

    /// It is over, and whoever is there is told so.
    fn close(self: Box<Self>, why: End);
}

/// The way in of one console's browser.
pub struct Browser(pub(crate) Box<dyn Entrance>);

impl Browser {
    /// By an entrance.
    pub(super) fn by(entrance: impl Entrance + 'static) -> Browser {
        Browser(Box::new(entrance))
    }

    /// What has come, without waiting.
    pub fn look(&mut self, now: UnixSeconds) -> Brought {
        self.0.look(now, false)
    }

    /// Nothing is to do at this moment.
    pub fn rest(&mut self) {
        self.0.rest();
    }
}

/// In the same time wherever they differ. What is empty is like nothing.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let differ = one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    !other.is_empty() && one.len() == other.len() && differ == 0
}
