//! The marker of a guest that is attached.

use crate::guest::ConfigChange;
use crate::pipeline::call::{Blocked, Plan, settled, write};
use crate::pipeline::view::View;
use crate::service::Service;

/// The description names this service, and no other.
pub(crate) fn marked(view: &View<'_>) -> Plan {
    if view.config.is_template() {
        return Err(Blocked::Template);
    }
    let description = view.config.get("description").unwrap_or_default();
    let mut owners = description
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(Service::MARKER));
    match owners.next() {
        Some(owner) if owner == view.marker => settled(),
        Some(owner) => Err(Blocked::Owned(
            owner.trim_start_matches(Service::MARKER).trim().to_owned(),
        )),
        None => {
            let mut change = ConfigChange::default();
            let before = description.trim_end();
            let gap = if before.is_empty() { "" } else { "\n\n" };
            change.set("description", format!("{before}{gap}{}", view.marker));
            write(change)
        }
    }
}

/// Of the guest nothing is wanted.
pub(crate) fn nothing(_view: &View<'_>) -> Plan {
    settled()
}
