//! The word of a new password: by it whoever has made the password can tell later whether a guest has it, whatever became of the
//! request that brought it.

use super::request::Text;
use crate::problems::Error;
use crate::service::Service;
use serde::Deserialize;

/// What comes with a new password.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct RenewalIn {
    /// The word by which who asks knows the password, hexadecimal, at most 64 characters: the service shows it (`renewal`) from the
    /// moment at which the guest may have it. Empty: there is none.
    pub(in crate::api) renewal: Text,
}

/// The word, if it can be one. It is shown, so it must not be a password itself.
pub(in crate::api) fn word(text: &str) -> Option<String> {
    let is_word = (1..=64).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_hexdigit());
    is_word.then(|| text.to_owned())
}

/// The words that a service had.
pub(in crate::api) struct Words {
    own: Option<String>,
    queued: Option<String>,
}

/// The guest may have the password of this word from now on, and so has one that takes its place.
pub(in crate::api) fn begins(service: &mut Service, word: Option<String>) -> Words {
    let queued = service.body.queued.as_mut();
    let before = Words {
        own: service.body.renewal.clone(),
        queued: queued.as_ref().and_then(|queued| queued.renewal.clone()),
    };
    if let Some(word) = word {
        if let Some(queued) = queued {
            queued.renewal = None;
        }
        service.body.renewal = Some(word);
    }
    before
}

/// What was refused has changed no password, unless nobody can say.
pub(in crate::api) fn refused(service: &mut Service, before: Words, error: &Error) {
    if error.problem().is_open() {
        return;
    }
    service.body.renewal = before.own;
    if let Some(queued) = &mut service.body.queued {
        queued.renewal = before.queued;
    }
}
