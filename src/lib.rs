//! Virtual machines on Proxmox VE, sold through WHMCS.
//!
//! A **service** (WHMCS) owns one **guest** (Proxmox VE). The store keeps, per service, its **local status**:
//! the last **step** known to be finished. One `const` table ([`steps::PIPELINE`]) says which step leaves each
//! status. To **advance** a service the [`engine`] takes its **lease**, **looks** at the guest, and asks the
//! step's pure **plan** what is missing. Nothing missing: the next status is written. Something missing: one
//! **call**, its **UPID** stored, and another look. Every button, tick and cron run does only this.
//!
//! # Invariants
//! * A step is done when a look at the guest shows nothing left to change, never because a call was accepted.
//!   (One exception, said where it is: synchronous firewall writes count as seen once PVE answered them.)
//! * VMID and address are stored before the first call, an intent before every call, a UPID the moment it is known.
//! * Only [`engine`] makes a call to PVE that changes something, and only under the service's lease.
//! * A guest is never touched that does not carry the service's marker and SMBIOS uuid; a VMID is no identity.
//! * A guest is gone only by PVE's exact words; any other error is an error.
//! * `unsafe` lives in [`ffi`] and `boundary` alone. No panic crosses to C. Nothing starts at load time.
//! * No secret is stored, logged, or part of an error.
//! * Time is a parameter ([`clock::Clock`]); every loop, list, text and wait has a limit ([`limits`]).
//!
//! # Map, in reading order
//! [`model`] ids as types · [`status`] the local status · [`limits`] · [`rules`], [`package`] what is paid for ·
//! [`server`], [`address`] where and with what · [`guest`] what PVE shows · [`compare`], [`usage`] what pages show of
//! it, [`traffic`] what is billed of it · [`plan`] what a step may see and ask · [`wants`] what each step wants ·
//! [`steps`] THE TABLE · [`service`] the stored row, [`identity`] whose it is, [`pace`] how often its client may ask · [`pve`] the client · [`placement`] where a guest goes ·
//! [`store`] a file of SQLite, or tables in MariaDB or MySQL · [`engine`] look, plan, call, confirm · [`ops`],
//! [`cron`] the verbs · [`dns`] wanted records and four providers · [`request`] JSON of PHP · [`core`] what lives as
//! long as the process · [`ffi`] the C ABI.
//!
//! # Words
//! service (WHMCS row) · guest (the VM) · node, vmid, upid, storage, volume, digest, lock, template (as PVE) ·
//! package (what is paid for) · local status, remote status, remote lock (as the specification) · step (a row) ·
//! plan (what a step finds missing) · call (one change asked of PVE) · look (reading the facts) · task (has a
//! UPID) · lease (right of one worker to advance one service) · address, pool · verb (what WHMCS asks) ·
//! request, reply (across the ABI) · event (a line of a service's history).

pub mod address;
mod boundary;
pub mod buttons;
pub mod calendar;
pub mod clock;
pub mod compare;
pub mod core;
pub mod cron;
pub mod dns;
pub mod engine;
pub mod error;
pub mod ffi;
pub mod guest;
pub mod identity;
mod last_used;
pub mod limits;
pub mod model;
pub mod ops;
pub mod pace;
pub mod package;
pub mod placement;
pub mod plan;
pub mod pve;
pub mod request;
pub mod rules;
pub mod server;
pub mod service;
pub mod status;
pub mod steps;
pub mod store;
pub mod traffic;
pub mod usage;
pub mod wants;
