//! # pvesim: a Proxmox VE API simulator with state
//!
//! The core is sans-IO: [`Cluster::handle`] takes a [`Request`] and the caller's clock and gives a [`Reply`]. Tasks, locks
//! and delays live in virtual time, so a test can play ten seconds of waiting in no time. [`Sim`] puts an HTTPS server
//! around it for clients that need a socket.
//!
//! Behaviour follows pairs recorded from genuine Proxmox VE ("golden", named by section in the module docs) and, where
//! those are silent, PVE's public sources. `tests/golden.rs` replays the recordings.
//!
//! Order of reading: `types`, `options`, `state`, `cluster` (one request), `routes` (the table), `tasks` (time), `jobs`,
//! then a file per subject.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod access;
mod access_api;
mod agent;
mod clone;
mod clone_copy;
mod clone_log;
mod cloudinit;
mod cluster;
mod cluster_api;
mod console;
mod control;
mod create;
mod destroy;
mod disks;
mod drives;
mod echo;
mod faults;
mod firewall;
mod formats;
mod fwrules;
mod fwsets;
mod guestconf;
mod ha;
mod http;
mod images;
mod jobs;
mod keyboard;
mod nodes_api;
mod numa;
mod options;
mod pending;
mod power;
mod progress;
mod props;
mod qemu;
mod restore;
mod rfb;
mod routes;
mod schema;
mod screens;
mod sim;
mod snapshots;
mod snapwork;
mod state;
mod storage_api;
mod tasks;
mod tasks_api;
mod terminal;
mod text;
mod tls;
mod types;
mod update;
mod upload;
mod volumes;
mod vzdump;
mod websocket;
mod world;

pub use access::Who;
pub use cluster::{Cluster, Logged};
pub use console::{HandedOut, Screen};
pub use faults::{Fault, FaultKind};
pub use firewall::{Entry, Firewall, IpSet, Rule};
pub use images::WebImage;
pub use options::{NodeSpec, Options, StorageSpec, UserSpec, Version};
pub use progress::Pace;
pub use props::{Prop, parse_drive, parse_net};
pub use schema::{data_dir, read_data};
pub use sim::{Endpoint, Sim};
pub use state::{CloudInit, Counters, Guest, HaResource, Node, Pool, Run, Snapshot, Storage, Vm, Volume};
pub use tasks::Task;
pub use types::{Reply, Request, Transport};
