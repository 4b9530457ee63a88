//! Looks for the pages of clients, which any of them can call for as often, and as often at once, as he likes.

use crate::api::core::Core;
use crate::problems::Error;
use crate::service::Service;
use crate::service::identity::Asked;
use crate::store::MayLook;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a page has of PVE.
pub(in crate::api) enum Looked<T, S> {
    /// It has looked.
    Now(T),
    /// Others look. What was seen a moment ago, if it was.
    Later(Option<S>),
}

/// Looks at a service for a page, unless somebody does so at this moment for the same page, or its client has as many
/// pages that do so as a client may. Nobody waits for the others: that would hold a worker of the web server too.
///
/// A store that cannot be written is no reason to see nothing.
pub(in crate::api) fn looked<T, S: Serialize + DeserializeOwned>(
    core: &Core,
    service: &Service,
    page: &str,
    asked: Option<&Asked>,
    look: impl FnOnce() -> Result<T, Error>,
    kept: impl FnOnce(&T) -> Option<&S>,
) -> Result<Looked<T, S>, Error> {
    let known = service.body.identity.as_ref().map(|identity| identity.client);
    let asked = asked.map(|asked| asked.identity.client);
    let client = known
        .filter(|client| *client != 0)
        .or(asked)
        .filter(|client| *client != 0);
    let begun = match core.store.begin_look(service.id, page, client, core.clock.now()) {
        Ok(MayLook::Now(begun)) => Some(begun),
        Ok(MayLook::Later(seen)) => {
            let seen = seen.and_then(|seen| serde_json::from_str(&seen).ok());
            return Ok(Looked::Later(seen));
        }
        Err(_) => None,
    };
    let found = look();
    if let Some(begun) = begun {
        let seen = found.as_ref().ok().and_then(kept);
        let seen = seen.and_then(|seen| serde_json::to_string(seen).ok());
        // not ended, it ends by itself
        let _ = core.store.end_look(&begun, seen.as_deref(), core.clock.now());
    }
    found.map(Looked::Now)
}
