//! Proxmox VE: the wire, the one request function, and one small function for each endpoint used.
//!
//! Invariant: nothing here decides anything about a service. What to call, and what an answer means for a service, is
//! the engine's business; this module only says what was asked and what came back.

mod access;
mod agent;
mod channel;
mod client;
mod cluster;
mod console;
mod endpoints;
mod error;
mod facts;
mod files;
mod firewall_rules;
mod frames;
mod isos;
pub(crate) mod kept;
mod log;
mod meter;
mod names;
mod remains;
mod restore;
mod silent;
mod snapshots;
mod socket;
mod statistics;
mod stream;
mod tasks;
mod templates;
pub(crate) mod tls;
mod usage;
mod watch;
mod wire;
mod zones;

pub use access::Grant;
pub use agent::AgentRun;
pub use channel::{Channel, Heard};
pub use client::{Asked, Client, Request, encode};
pub use cluster::{NetworkSeen, NodeSeen, NodeState, Resources, StorageSeen, VmSeen};
pub use console::{Display, Shown, Waiting, has_port_hole};
pub use endpoints::{CloneRequest, GuestPath, IP_FILTER};
pub use error::{Error, advice, tidy, words_forbid, words_say_lock_timeout, words_say_locked, words_say_not_shut_down};
pub use facts::ClusterFacts;
pub use files::SNIPPETS;
pub(crate) use frames::Frames;
pub use isos::IsoFile;
pub use log::{LogEnd, LogSeen, prints_progress};
pub use meter::{Counted, Kind, Meter};
pub use remains::{BackupRequest, Unlisted};
pub use restore::{RestoreAnew, RestoreRequest};
pub use silent::{Silences, Silent};
pub use socket::Socket;
pub use tasks::{ActiveTask, TaskEnd};
pub use templates::StorageOnNode;
pub use wire::{Answer, Body, Exchange, Https, Method, Silence, Wire};
pub use zones::ZoneSeen;
