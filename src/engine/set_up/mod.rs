//! What is done to a cluster before there is any service on it.

mod login;
mod template;

pub use login::{Login, ROLES, Role, make_login};
pub use template::{Progress, Stage, Wanted, build_template};
