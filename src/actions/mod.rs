//! What can be asked of a service beside WHMCS's own functions: the table, and what must hold before each.

mod guard;
mod table;

pub use guard::{Condition, Situation};
pub use table::{ACTIONS, Action, Choose, Group, How, Input, Kind, Once, Permission, Sure, Switch};
