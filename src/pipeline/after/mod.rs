//! What is wanted of a guest after its creation: power, change, removal, marker.

mod change;
mod marker;
mod power;
mod removal;

pub(in crate::pipeline) use change::OF_A_CHANGE;
pub(super) use change::{addresses_back, changed, taken_back};
pub(super) use marker::{dns_records, marked};
pub(super) use power::{password, running, stopped, suspended, unsuspended};
pub(super) use removal::{reinstalled, removed, terminated};
