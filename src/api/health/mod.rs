//! Whether all is well: the server entry, the login's privileges, and where store, WHMCS and Proxmox VE disagree.

mod check;
mod connection;
mod privileges;

pub(in crate::api) use check::check;
pub(in crate::api) use connection::{NodeOnline, test_connection};
