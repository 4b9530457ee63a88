//! What pages show: a service, lists of them, a guest's load, what a cluster has left, pools, and what a shop asks.

mod accounts;
mod activity;
mod attention;
mod building;
mod capacity;
mod list;
mod looked;
mod losses;
mod offers;
mod options;
mod order_check;
mod overview;
mod pool_edit;
mod pools;
mod power;
mod show;
mod snapshots;
mod ssh_keys;
mod task_log;
mod traffic;
mod usage;

pub(in crate::api) use accounts::accounts;
pub(in crate::api) use activity::activity;
pub(in crate::api) use attention::attention;
pub(in crate::api) use capacity::capacity;
pub(in crate::api) use list::list;
pub(in crate::api) use options::product_form;
pub(in crate::api) use order_check::order_check;
pub(in crate::api) use overview::overview;
pub(in crate::api) use pool_edit::pool_edit;
pub(in crate::api) use pools::{pools, zone_services};
pub(in crate::api) use show::{check_owner, show};
pub(in crate::api) use snapshots::snapshots;
pub(in crate::api) use ssh_keys::ssh_keys;
pub(in crate::api) use task_log::task_log;
pub(in crate::api) use usage::usage;
