//! What can be asked of a service beside WHMCS's own functions: the table, and what must hold before each.

pub mod firewall;
mod guard;
mod how;
mod input;
mod row;
mod schedule;
pub(crate) mod ssh_keys;
mod table;

pub use firewall::{OfFirewall, Typed};
pub use guard::{Condition, Situation};
pub use how::{Choose, Chosen, How, OfBackup, OfSnapshot, Once};
pub use input::{Input, Kind};
pub use row::{Action, Group, Permission, Sure, Switch};
pub use table::ACTIONS;
