//! What an order of a new guest brings, and would be refused with: host name, password, SSH keys, user data, application.

use super::order_check::{OrderCheckIn, RefusalOut, refusal};
use crate::actions::ssh_keys::must_let_in;
use crate::api::core::Core;
use crate::api::ssh_keys;
use crate::engine::would_be_windows;
use crate::package::Package;
use crate::pipeline::Blocked;
use crate::problems::Error;
use crate::server::ServerEntry;
use crate::words::ids::ServiceId;
use crate::words::password::{BadPassword, must_suit};
use std::cell::OnceCell;

/// An order of a new guest.
pub(super) struct NewGuest<'a> {
    pub(super) core: &'a Core,
    pub(super) request: &'a OrderCheckIn,
    pub(super) entry: &'a ServerEntry,
    pub(super) package: &'a Package,
    pub(super) is_windows: OnceCell<bool>,
}

impl NewGuest<'_> {
    /// Why it could not be built as it is ordered.
    pub(super) fn refusals(&self) -> Vec<RefusalOut> {
        let user_data = self.package.user_data(&self.request.user_data.0);
        let all = [
            self.password().map_err(Error::from),
            self.keys(),
            user_data.map(drop).map_err(Error::from),
            self.application().map_err(Error::from),
        ];
        all.into_iter()
            .filter_map(|one| one.err().map(|error| refusal(&error)))
            .collect()
    }

    /// The domain that it would have, where its host name is the order's.
    pub(super) fn name(&self) -> Result<Option<String>, Error> {
        let asked = self.request.hostname.trim();
        if !self.package.more.order_hostname || asked.is_empty() {
            return Ok(None);
        }
        let label = self.core.engine().asked_name(ServiceId(0), asked, self.package)?;
        Ok(Some(self.package.domain(&label)))
    }

    fn password(&self) -> Result<(), BadPassword> {
        match self.request.password.0.as_str() {
            "" => Ok(()),
            password => must_suit(password, || Ok(self.is_windows())),
        }
    }

    /// What is typed are keys, and one is there where nobody would get in without.
    fn keys(&self) -> Result<(), Error> {
        let client = self.request.client_id.0.unwrap_or_default();
        let keys = ssh_keys::of_order(self.core, client, &self.request.ssh_key.0, self.package, None)?;
        let has_password = !self.package.more.ssh_key_required || (keys.is_empty() && self.is_windows());
        Ok(must_let_in(has_password, &keys)?)
    }

    fn application(&self) -> Result<(), Blocked> {
        match &self.package.application {
            Some(application) if self.is_windows() => Err(Blocked::NotOnWindows(application.clone())),
            _ => Ok(()),
        }
    }

    /// Whether it would have Windows. What cannot be found out now is no reason to refuse an order.
    fn is_windows(&self) -> bool {
        *self.is_windows.get_or_init(|| self.looked().unwrap_or(false))
    }

    /// Whoever visits the shop may ask as often as he likes: what was seen lately is enough.
    fn looked(&self) -> Result<bool, Error> {
        let (store, entry, template) = (&self.core.store, self.entry, self.package.template);
        let now = self.core.clock.now();
        if let Some(known) = store.facts(entry.id)?.is_windows(template, now) {
            return Ok(known);
        }
        let client = self.core.page_client(entry)?;
        let is_windows = would_be_windows(&client, self.package)?;
        let mut facts = store.facts(entry.id)?;
        facts.windows.insert(template, (now, is_windows));
        store.set_facts(entry.id, &facts)?;
        Ok(is_windows)
    }
}
