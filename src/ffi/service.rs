//! One service: orders that change something, and what its pages show.

use super::{Verb, on_core, proxmoxkvm_core};
use crate::api;
use std::ffi::c_char;

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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::create)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::run_step)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::suspend)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::unsuspend)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::terminate)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::change_package)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::change_password)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::start)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::stop)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::reboot)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::reinstall)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::vm_remove)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::set_dns_records)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::attach)) }
}

/// Takes the service for that of the order, after WHMCS has moved it to another client: an order.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_confirm(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::confirm)) }
}

/// Frees number and addresses of a service that WHMCS does not have and whose VM is gone: `{"service": 7, "server": …}`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_forget(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::forget)) }
}

/// WHMCS has deleted a service: `{"service": 7}`. Nothing is done to its VM; staff are told.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_deleted(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::deleted)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::written_back)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::show)) }
}

/// What was done to a service, when, by whom, how long, with what result: `{"service": 7, "actor": "admin"}` → `entries`,
/// newest first, and `next`, which is `before` of the next page. A client sees the own acts and what the module did.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_activity(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::activity)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::set_reverse_name)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::usage)) }
}
