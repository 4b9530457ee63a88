//! What PVE shows of a guest, typed: config, drives, NICs, power, lock, firewall, snapshots, backups, and its use over time; what
//! is compared with that; the images that templates are made of; and [`seed`], the ISO that cloud-init reads in it.
//!
//! What is read comes from `GET …/qemu/{vmid}/config`, `…/status/current`, `…/firewall/*`, `…/snapshot` and `…/rrddata`, and
//! from `…/storage/{storage}/content`; nothing is ever assumed. A drive or NIC keeps every option it was read with, in order, so
//! that a write changes only what it means to change.

mod backup;
pub mod compare;
mod config;
mod drive;
mod firewall;
pub mod images;
mod number;
mod power;
mod property;
pub mod seed;
pub mod series;
mod snapshot;
mod throttle;
pub mod traffic;
pub mod verdict;

pub use backup::{Backup, BackupTag, Place, template_of_note};
pub use config::{Config, ConfigChange, HIBERNATED};
pub use drive::{Drive, SEED_PREFIX, is_seed, parse_size};
pub use firewall::{EXCEPT, FirewallSeen, are_same_rules, listed_rule};
pub use number::{decimal, number};
pub use power::{Current, Power};
pub use property::PropertyString;
pub use snapshot::{Made, Snapshot, children_first};
