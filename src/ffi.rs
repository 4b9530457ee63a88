//! The C ABI: the functions that PHP resolves by name. Each is a doc comment and three lines.
//!
//! Conventions, one sentence each:
//! * Every verb has the shape `(core, request, len, reply) -> status`; request and reply are JSON in UTF-8.
//! * `reply` is always set, on failure too, and belongs to the caller until `proxmoxkvm_reply_free`.
//! * The status is 0 for success; all others, and new ones to come, are failures (see `proxmoxkvm_status`).
//! * A core may be used from any thread, and after a fork: it makes itself anew in the child.
//! * No function keeps a pointer to what it was given, starts anything at load time, or lets a panic out.
#![allow(unsafe_code)]

use crate::boundary::{call, free};
use crate::core::Core;
use crate::error::Error;
use crate::{cron, ops, request};
use serde_json::{Value, json};
use std::ffi::c_char;
use std::path::PathBuf;
use std::sync::Arc;

/// Moves only when an existing function changes its meaning; new functions leave it as it is.
pub const ABI_VERSION: u32 = 1;

/// What a function returns. Append only.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum proxmoxkvm_status {
    /// Done.
    PROXMOXKVM_OK = 0,
    /// The request, an option, or the server entry is wrong.
    PROXMOXKVM_INVALID = 1,
    /// The state of the service or the VM forbids it; nothing was changed.
    PROXMOXKVM_REFUSED = 2,
    /// Somebody else works on this service at this moment.
    PROXMOXKVM_BUSY = 3,
    /// Proxmox VE said no.
    PROXMOXKVM_PVE = 4,
    /// Proxmox VE could not be reached, or did not answer.
    PROXMOXKVM_UNREACHABLE = 5,
    /// The store failed.
    PROXMOXKVM_STORE = 6,
    /// An internal error was caught.
    PROXMOXKVM_INTERNAL = 7,
    /// A DNS provider said no, or did not answer.
    PROXMOXKVM_DNS = 8,
}

/// A store and its connections, opened by `proxmoxkvm_open`.
#[allow(non_camel_case_types)]
pub struct proxmoxkvm_core {
    path: PathBuf,
}

impl proxmoxkvm_core {
    fn core(&self) -> Result<Arc<Core>, Error> {
        Core::shared(&self.path)
    }
}

/// Runs a verb on a core.
///
/// # Safety
/// As the exported functions: a core from `proxmoxkvm_open`, `len` readable bytes, a writable reply.
unsafe fn on_core(
    core: *const proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
    verb: fn(&Core, &Value) -> Result<Value, Error>,
) -> i32 {
    // SAFETY: the caller passes what `proxmoxkvm_open` gave and has not closed it, or null
    let core = unsafe { core.as_ref() };
    let run = |request: &Value| {
        let core = core.ok_or_else(|| Error::Request("no core: proxmoxkvm_open comes first".to_owned()))?;
        verb(&*core.core()?, request)
    };
    // SAFETY: passed on as promised
    unsafe { call(request, len, reply, run) }
}

/// The number that PHP compares before it uses anything else.
#[unsafe(no_mangle)]
pub extern "C" fn proxmoxkvm_abi_version() -> u32 {
    ABI_VERSION
}

/// The version of the library: static text, never freed.
#[unsafe(no_mangle)]
pub extern "C" fn proxmoxkvm_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Opens a store: `{"store": "/absolute/path/store.db"}`. Makes it where it is missing. Sets `*core` on success.
///
/// # Safety
/// `request` points to `len` bytes; `reply` and `core` are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_open(
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
    core: *mut *mut proxmoxkvm_core,
) -> i32 {
    let open = |request: &Value| {
        let path = request["store"]
            .as_str()
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        let path = path.ok_or_else(|| Error::Request("store should be an absolute path".to_owned()))?;
        let opened = Core::shared(&path)?;
        if !core.is_null() {
            // SAFETY: the caller promises a writable place
            unsafe { *core = Box::into_raw(Box::new(proxmoxkvm_core { path })) };
        }
        Ok(request::reply(json!({"installation": opened.store.installation()})))
    };
    // SAFETY: passed on as promised
    unsafe { call(request, len, reply, open) }
}

/// Closes a core. Connections stay open for the next one of this process. Null is fine.
///
/// # Safety
/// `core` is null or comes from `proxmoxkvm_open`, and is closed once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_close(core: *mut proxmoxkvm_core) {
    if !core.is_null() {
        // SAFETY: made by `Box::into_raw` in `proxmoxkvm_open`
        drop(unsafe { Box::from_raw(core) });
    }
}

/// Frees a reply. Null is fine.
///
/// # Safety
/// `reply` is null or comes from one of these functions, and is freed once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_reply_free(reply: *mut c_char) {
    // SAFETY: passed on as promised
    unsafe { free(reply) }
}

/// Tests a server entry: `{"server": …}` → version, login, warnings, nodes, address lines.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_test_connection(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::test_connection) }
}

/// Creates: an order → address, VMID and name reserved, clone started. The cron does the rest.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_create(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::create) }
}

/// Forces a step: an order with `"step"` → the step done against the package as it is now.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_run_step(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::run_step) }
}

/// Suspends: stops the guest and keeps it stopped. An order.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_suspend(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::suspend) }
}

/// Unsuspends: restores start at boot, starts the guest. An order.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_unsuspend(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::unsuspend) }
}

/// Terminates: backups, snapshots and guest deleted, gone confirmed, addresses free. An order → `note`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_terminate(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::terminate) }
}

/// Changes the package: refuses a smaller disk at once, the rest is the cron's work. An order.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_change_package(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::change_package) }
}

/// Changes the cloud-init password. An order → `restart_needed`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_change_password(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::change_password) }
}

/// Starts the guest. An order.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_start(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::start) }
}

/// Switches the guest off. An order.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_stop(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::stop) }
}

/// Restarts the guest. An order.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_reboot(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::reboot) }
}

/// Reinstalls: keeps VMID, MAC, addresses and backups. An order.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_reinstall(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::reinstall) }
}

/// Deletes the guest; backups and unused disks stay. An order.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_vm_remove(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::vm_remove) }
}

/// Synchronises the DNS records of a service: an order with `"zones"` → `dns`; without zones it is only queued.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_set_dns_records(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::set_dns_records) }
}

/// Binds the service to an existing guest: an order with `"vmid"`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_attach(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::attach) }
}

/// The services that the cron should bring, and the write-backs that are not confirmed: `{"limit": 1000}`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_due(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::due) }
}

/// Advances services: `{"orders": […], "failed": […], "budget_s": 50, "workers": 8}`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_cron(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, cron::cron) }
}

/// Confirms a write-back: `{"service": 7, "version": 3}`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_written_back(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::written_back) }
}

/// A service, its history and its buttons: `{"service": 7}`; with `"server": …` also what the guest does right now, with
/// `"package": …` what customers may do; with both, what package and guest differ in and how far a task is.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_show(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::show) }
}

/// Gives an address its reverse name: an order with `"address"`, `"name"` and `"zones"` → `dns`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_set_reverse_name(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::set_reverse_name) }
}

/// Makes the DNS records of every service due, after a zone was added or changed → `services`, how many.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_sync_dns_records(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::sync_dns_records) }
}

/// Tests a DNS zone as it is typed: `{"zone": {…, "secret": "…"}}`. Changes nothing.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_zone_test(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::zone_test) }
}

/// What there is to choose from: `{"server": …, "what": "nodes"}`, also `templates`, `storages`, `bridges`; all
/// without `what`. `{"what": "config_options", "package": …}` lists the configurable options. Changes nothing.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_list(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::list) }
}

/// The step table: name, button, what it needs. Needs no core, so that pages can be drawn without a store.
///
/// # Safety
/// `core` is open or null, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_steps(
    _core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { call(request, len, reply, |_| Ok(ops::steps())) }
}

/// A page of services, from the store: `{"search": "web", "limit": 50, "offset": 0}` → services, total, counts, nodes.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_overview(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::overview) }
}

/// The address lines of a server entry and who has which address, from the store: `{"server": …}`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_pools(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::pools) }
}

/// The services that have a name or an address in a DNS zone: `{"zone": {"zone": "example.net"}}`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_zone_services(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::zone_services) }
}

/// What a guest used: `{"service": 7, "server": …, "timeframe": "hour|day|week|month|year"}` → at most 200 points.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_usage(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, ops::usage) }
}
