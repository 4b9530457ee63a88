//! What each step wants of a guest: one pure function a row of [`crate::pipeline::PIPELINE`]; and the customer's firewall, which
//! a row of [`crate::pipeline::SIDE`] writes anew.
//!
//! Each function compares the package with what was seen and names what is missing. Asked again after the
//! change has been made, it names nothing: that is how a step knows that it is done.

mod application;
mod cloudinit;
mod cpu;
mod disks;
mod firewall;
mod network;
mod reserve;
mod seed;
mod startable;
mod started;

// each plan is told to the table as it is: a new one in a file that is there needs no line here
pub use application::has_application;
pub(super) use cloudinit::*;
pub use cloudinit::{holds_ssh_keys, user_of};
pub(super) use cpu::*;
pub(super) use disks::*;
pub(super) use firewall::*;
pub(super) use network::*;
pub(super) use reserve::*;
pub(super) use seed::{has_own_seed, own_seed, own_seed_anew};
pub use seed::{keys_told, seed_has_password, seed_image, what_is_told};
pub(super) use startable::{STATIC_MIB, hotplug_has};
pub(super) use started::*;
