//! The steps of a service: the table, what a step may see and ask, and what each wants.
//!
//! Pure: the same view gets the same plan. A new step is a row in [`PIPELINE`], its plan, and its [`Status`].
//!
//! [`Status`]: crate::words::status::Status

mod after;
mod build;
mod call;
mod differences;
mod no_place;
mod table;
mod template;

pub use call::{Backup, Before, Blocked, Call, Plan, Remains, View, settled, unwant, want, write};
pub use differences::{Differences, differences};
pub use no_place::NoPlace;
pub use table::{
    Looks, Needs, PIPELINE, Row, SIDE, acts, is_before, is_building, is_past, is_queued, row_from, row_to, rows_onward,
};
pub use template::{NeededFile, buildable, needed_files, trunked, warnings};
