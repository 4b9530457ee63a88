//! Virtual machines on Proxmox VE, sold through WHMCS.
//!
//! A **service** (WHMCS) owns one **guest** (Proxmox VE). The store keeps, per service, its **local status**:
//! the last **step** known to be finished. The `static` tables of [`pipeline`] say which step leaves each
//! status. To **advance** a service the [`engine`] takes its **lease**, **looks** at the guest, and asks the
//! step's pure **plan** what is missing. Nothing missing: the next status is written. Something missing: one
//! **call**, its **UPID** stored, and another look. Every button, tick and cron run does only this.
//!
//! # States
//! From the tables of [`pipeline`]: each status, and the step that leaves it with the button that forces it.
//!
//! <!-- generated: states -->
//!
//! ```text
//! creation
//!   │  VMSetDedicatedIp ->                 no VM yet
//!   ▼
//! set_ip
//!   │  VMClone ->                          no VM yet
//!   ▼
//! clone
//!   │  **Set CPU RAM ->                    VM stopped
//!   ▼
//! set_cpu_ram
//!   │  *Set System Disk Size ->            VM running or stopped
//!   ▼
//! set_system_disk_size
//!   │  *Set System Disk Bandwidth ->       VM running or stopped
//!   ▼
//! set_system_disk_bandwidth
//!   │  *Set Created Additional Disk ->     VM running or stopped
//!   ▼
//! set_created_additional_disk
//!   │  *Set Additional Disk Size ->        VM running or stopped
//!   ▼
//! set_additional_disk_size
//!   │  *Set Additional Disk Bandwidth ->   VM running or stopped
//!   ▼
//! set_additional_disk_bandwidth
//!   │  *Set Network ->                     VM running or stopped
//!   ▼
//! set_network
//!   │  *Set Firewall ->                    VM running or stopped
//!   ▼
//! set_firewall
//!   │  **SetCloudinit                      VM stopped
//!   ▼
//! set_cloudinit
//!   │  (no button)                         VM running or stopped
//!   ▼
//! ready
//!
//! reinstall ──▶ creation      Reinstall                           with or without a VM
//! change_package ──▶ ready    Change Package                      VM running or stopped
//! firewall ──▶ ready          Firewall                            VM running or stopped
//! snapshot ──▶ ready          Snapshot                            VM running or stopped
//! rollback ──▶ change_package Rollback                            VM running or stopped
//! backup ──▶ ready            Backup                              VM running or stopped
//! restore ──▶ change_package  Restore                             VM running or stopped
//! media ──▶ ready             Media                               VM running or stopped
//! beside ──▶ ready            Restore beside                      with or without a VM
//! swap ──▶ change_package     Swap                                with or without a VM
//! set_dns_records ──▶ ready   Set DNS records                     with or without a VM
//! terminate ──▶ removed       Terminate                           with or without a VM
//! ready ──▶ set_ip            **VMRemove                          with or without a VM
//! ```
//!
//! <!-- end of states -->
//!
//! # Invariants
//! * A step is done when a look at the guest shows nothing left to change, never because a call was accepted.
//!   (One exception, said where it is: synchronous firewall writes count as seen once PVE answered them.)
//! * VMID and address are stored before the first call, an intent before every call, a UPID the moment it is known.
//! * Only [`engine`] makes a call to PVE that changes something: under the service's lease, but for the set-up of a cluster,
//!   which has no service. A console asks PVE for a port, which changes nothing.
//! * A guest is never touched that does not carry the service's marker and SMBIOS uuid; a VMID is no identity.
//! * A guest is gone only by PVE's exact words; any other error is an error.
//! * `unsafe` lives in [`ffi`] and `process` alone. No panic crosses to C. Nothing starts at load time.
//! * No secret of Proxmox VE, of a provider or of a customer is stored, logged, or part of an error.
//! * Time is a parameter ([`words::clock::Clock`]); every loop, list, text and wait has a limit (in
//!   [`words::limits`], or beside what it limits).
//!
//! # Map: the floors, from the ground up
//! Each floor uses only floors below it (a test reads the `use` lines).
//! * [`words`]: ids as types, the local status, schedules, SSH keys, time, limits, the table of
//!   problems.
//! * [`package`]: what the customer pays for · [`server`]: where and with what, addresses · [`guest`]: what PVE shows,
//!   compared, and measured, and the ISO from which its cloud-init takes who may come in · [`service`]: the stored row, its
//!   guest's life, whose it is, how often its client may ask.
//! * [`pipeline`]: THE TABLE of steps, and the pure plan of each. Up to here nothing asks the world.
//! * `process`: signals and memory of the process · [`pve`]: the client · [`console`]: the relay between a guest's screen
//!   and a browser · [`dns`]: wanted records and their providers · [`store`]: a file of SQLite, or tables in MariaDB or MySQL.
//! * [`problems`]: what anything can end with · [`actions`]: what can be asked of a service, by whom and when ·
//!   [`engine`]: look, plan, call, confirm.
//! * [`api`]: the verbs, in `life`, `pages`, `cron` and `health`; JSON of PHP · [`ffi`]: the C ABI, and the fence around it.
//!
//! # Words
//! service (WHMCS row) · guest (the VM) · node, vmid, upid, storage, volume, digest, lock, template (as PVE) ·
//! package (what is paid for) · local status, remote status, remote lock (as the specification) · step (a row) ·
//! plan (what a step finds missing) · call (one change asked of PVE) · look (reading the facts) · task (has a
//! UPID) · lease (right of one worker to advance one service) · address, pool · verb (what WHMCS asks) ·
//! request, reply (across the ABI) · action (a row of what can be asked of a service) · operation (one requested run
//! of a verb) · event (a line of a service's history, mostly of an operation) · outbox (what others must hear of at least
//! once), taken, acknowledged, given up.

pub mod actions;
pub mod api;
pub mod console;
pub mod dns;
pub mod engine;
pub mod ffi;
pub mod guest;
pub mod package;
pub mod pipeline;
pub mod problems;
mod process;
pub mod pve;
pub mod server;
pub mod service;
pub mod store;
pub mod words;
