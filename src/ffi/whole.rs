//! The installation as a whole: servers, lists, zones, the cron run.

use super::{Verb, on_core, proxmoxkvm_core};
use crate::api;
use crate::api::cron;
use crate::boundary::call;
use std::ffi::c_char;

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
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::test_connection)) }
}

/// What there is to choose from: `{"server": …, "what": "nodes"}`, also `templates`, `storages`, `bridges`; all
/// without `what`. `{"what": "config_options", "package": …}` lists the configurable options, `{"server": …, "what":
/// "guests", "vmids": [100]}` looks at guests. Changes nothing.
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
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::list)) }
}

/// Where store, WHMCS and Proxmox VE disagree: `{"server", "services": […], "repair": false}` → `findings`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_check(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::check)) }
}

/// Services that WHMCS has no row or no server entry of: `{"services": [7, 8], "servers": [1]}` → `orphans`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_orphans(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::orphans)) }
}

/// Says whose the store is, after its WHMCS was moved or copied: `{"home": …, "as": "moved"}`, or `"copy"`: then this is a
/// new installation, and nothing in the store is its own.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_installation(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::installation)) }
}

/// Looks through the whole store for damage, as the doctor asks: `{}` → `{"whole": true}`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_look_through(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::look_through)) }
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
    unsafe { call(request, len, reply, |_| Ok(api::steps())) }
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
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::overview)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::pools)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::due)) }
}

/// Advances services: `{"orders": […], "failed": […], "samples": [server, …], "budget_s": 50}`.
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(cron::cron)) }
}

/// Makes the DNS records of every service due, after a zone was added or changed → `services`, how many.
/// `{"forget_zone": 3}`: only of those with records in a zone that was deleted, and they are no longer the module's.
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
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::sync_dns_records)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::zone_services)) }
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
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::zone_test)) }
}

/// What the guests of a server have used, for billing: `{"server": …, "max_age_s": 3600, "month": "2026-11"}`.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_usage_update(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Changes(api::usage_update)) }
}

/// What this library knows: `{}` → `options` (name, place, kind, unit, default of each). Opens no store.
///
/// # Safety
/// `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_catalogue(request: *const c_char, len: usize, reply: *mut *mut c_char) -> i32 {
    // SAFETY: passed on as promised
    unsafe { call(request, len, reply, api::catalogue) }
}

/// The options of a product as a form: `{"package": {"options": […]}, "values": {"onboot": "off"}}` → `fields` (`key`,
/// `value`, `wrong`), `lines` that are no settings, `right`, and the `options` to store. Changes nothing.
///
/// # Safety
/// `core` is open, `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_product_form(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Verb::Looks(api::product_form)) }
}

/// Moves a store to another place, one bounded part a call: `{"from", "to"}`, both as `proxmoxkvm_open` knows them →
/// `done`, `table`, `copied`, `verified`, `of`. To be called until it is done, while nobody works with either store.
///
/// # Safety
/// `request` points to `len` bytes, `reply` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_move(request: *const c_char, len: usize, reply: *mut *mut c_char) -> i32 {
    // SAFETY: passed on as promised
    unsafe { call(request, len, reply, api::move_store) }
}
