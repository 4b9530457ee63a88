//! What is done to a cluster before there is any service on it.

mod login;
mod privileges;
mod template;

pub use login::{Login, ROLES, Role, make_login};
pub use privileges::{NEEDED, Needed};
pub use template::{Progress, Stage, Wanted, build_template};
