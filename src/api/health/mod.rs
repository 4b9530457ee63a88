//! Whether all is well: the server entry, the login's privileges, and where store, WHMCS and Proxmox VE disagree.

mod check;
mod connection;
mod privileges;

pub use check::check;
pub use connection::test_connection;
