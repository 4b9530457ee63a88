//! Whether all is well: the server entry, the login's privileges, where store, WHMCS and Proxmox VE
//! disagree; and the set-up of a cluster: login and templates.

mod build_template;
mod check;
mod connection;
mod one_mac;
mod privileges;
mod retention;
mod set_up_login;

pub(in crate::api) use build_template::build_template;
pub(in crate::api) use check::check;
pub(in crate::api) use connection::{NodeOnline, test_connection};
pub(in crate::api) use set_up_login::set_up_login;
