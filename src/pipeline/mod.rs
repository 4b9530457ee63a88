//! The steps of a service: the table, what a step may see and ask, and what each wants.
//!
//! Pure: the same view gets the same plan.

mod after;
mod build;
mod call;
mod differences;
mod drawing;
mod dry_run;
mod facts;
mod lookup;
mod no_place;
mod row;
mod table;
mod template;
mod view;

pub use after::{cut_off, is_connected, loses_nothing, sold_keys};
pub use build::{has_application, holds_ssh_keys, user_of};
pub use build::{keys_told, seed_has_password, seed_image, what_is_told};
pub use call::{BesideCall, Blocked, Call, DELETE_BACKUP, Plan, settled, unwant, want, write};
pub use differences::{Differences, differences};
pub use drawing::drawing;
pub use dry_run::{Foreseen, dry_run, facts_of_dry_run};
pub use facts::Facts;
pub use lookup::{
    act_named, all_finished, anew_row, before_clone, before_reservation, building, change_row, changing, clone_row,
    ending_row, facts_with_ahead, finished, firewall_row, in_a_phase, is_before, is_building, is_cloned, is_finished,
    is_past, is_queued, is_taken_back, phase_of, restoring, row_from, row_to, row_undoing, rows_ahead, status_of_wish,
    tell_anew, verb_of, with_calls_ahead,
};
pub use no_place::NoPlace;
pub use row::{Effect, Kind, Needs, OfChange, PlanOf, Row, Undo};
pub use table::{PIPELINE, SIDE, acts};
pub use template::{NeededFile, buildable, needed_files, trunked, warnings};
pub use view::{Before, BesideSeen, View};
