//! A seed: a tiny ISO from which cloud-init takes what a system needs that nobody has installed, such as a rescue system.
//! Who may come in and which addresses it has, as documents of the datasource NoCloud, in an image of its own.
//!
//! Nothing here asks the world: the same order makes the same bytes.

mod crypt;
mod iso9660;
mod nocloud;
mod parts;

pub use crypt::{SALT, hash};
pub use iso9660::{File, image};
pub use nocloud::{Once, Seed, SeedNet, System, digest};
