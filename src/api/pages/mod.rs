//! What pages show: a service, lists of them, a guest's load.

mod accounts;
mod activity;
mod attention;
mod building;
mod capacity;
mod list;
mod looked;
mod options;
mod order_check;
mod overview;
mod pool_edit;
mod show;
mod task_log;
mod traffic;
mod usage;

pub use accounts::accounts;
pub use activity::activity;
pub use attention::attention;
pub use capacity::capacity;
pub use list::list;
pub use options::product_form;
pub use order_check::order_check;
pub use overview::{overview, pools, zone_services};
pub use pool_edit::pool_edit;
pub use show::show;
pub use task_log::task_log;
pub use usage::usage;
