//! What is wanted of a guest after its creation: power, change, removal, snapshots, backups, restore, media, marker.

mod backups;
mod beside;
mod change;
mod marker;
mod media;
mod plugged;
mod power;
mod removal;
mod restore;
mod snapshots;

pub(super) use super::build::running;
pub(super) use backups::backups;
pub(super) use beside::{beside, beside_running, beside_stopped, swapped};
pub use beside::{cut_off, is_connected, loses_nothing, sold_keys};
pub(super) use change::*;
pub(super) use marker::*;
pub(super) use media::media;
pub(super) use power::*;
pub(super) use removal::*;
pub(super) use restore::restored;
pub(super) use snapshots::{rolled_back, snapshots};
