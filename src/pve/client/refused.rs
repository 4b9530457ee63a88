//! A login that is refused again and again: an expired token, a password that was changed. Proxmox VE answers each such request
//! three seconds late and writes it into its log (pve-http-server, AnyEvent.pm), so this process asks only once in a while.

use super::{Client, guard, read_answer};
use crate::pve::error::Error;
use crate::pve::wire::Answer;
use crate::words::ids::UnixSeconds;

/// So often in a row: once may be a node whose clock, or whose cluster file system, is behind.
const MOST: u32 = 3;
/// Then nothing is sent for so long (seconds).
const PAUSE: f64 = 60.0;
/// One of all who wait tries; the others for so long do not (seconds).
const TRIAL: f64 = 10.0;

/// Logins that were refused since one was not.
#[derive(Default)]
pub(super) struct Refusals {
    count: u32,
    words: String,
    until: UnixSeconds,
}

impl Client {
    /// Nothing is sent with a login that was refused a moment ago.
    pub(super) fn must_not_be_refused(&self) -> Result<(), Error> {
        let (now, mut refusals) = (self.now(), guard(&self.shared.refusals));
        if refusals.count < MOST {
            return Ok(());
        }
        // what ends later than can be true was written by a clock that was wrong
        if refusals.until > now && refusals.until <= now + PAUSE {
            let words = format!(
                "{} ({MOST} times and more, so nothing was sent now: it is tried again within a minute, and by Test Connection at once)",
                refusals.words
            );
            let what = "the login".to_owned();
            return Err(Error::Refused {
                what,
                status: 401,
                words,
            });
        }
        refusals.until = now + TRIAL;
        Ok(())
    }

    /// Whether the login was refused shows in each answer.
    pub(super) fn see_login(&self, answer: &Answer) {
        let mut refusals = guard(&self.shared.refusals);
        if answer.status != 401 {
            if refusals.count > 0 {
                *refusals = Refusals::default();
            }
            return;
        }
        if let Err(Error::Refused { words, .. }) = read_answer("the login", answer.clone(), |text| self.masked(text)) {
            refusals.words = words;
        }
        refusals.count = refusals.count.saturating_add(1);
        refusals.until = self.now() + PAUSE;
    }

    /// Somebody wants to know how it is now.
    pub(super) fn forget_refusals(&self) {
        *guard(&self.shared.refusals) = Refusals::default();
    }
}
