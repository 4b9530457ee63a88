//! The C ABI: the functions that PHP resolves by name. Each is a doc comment and three lines.
//!
//! Conventions, one sentence each:
//! * Every verb has the shape `(core, request, len, reply) -> status`; request and reply are JSON in UTF-8.
//! * `reply` is always set, on failure too, and belongs to the caller until `proxmoxkvm_reply_free`.
//! * The status is 0 for success; all others, and new ones to come, are failures (see `proxmoxkvm_status`).
//! * A core may be used from any thread. After a fork it makes itself anew in the child, but not on a file that the
//!   parent had open: SQLite's locks do not pass to a child, and its writes could be lost.
//! * No function keeps a pointer to what it was given, starts anything at load time, or lets a panic out.
#![allow(unsafe_code)]

mod service;
mod whole;

pub use service::*;
pub use whole::*;

use crate::api;
use crate::api::core::Core;
use crate::api::request;
use crate::boundary::{call, free};
use crate::problems::Error;
use crate::store::{Home, Location, Store};
use crate::words::problems::Class;
use serde_json::{Value, json};
use std::ffi::c_char;
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

// the table of problems says which of them a failure is
const _: () = {
    use proxmoxkvm_status as C;
    assert!(Class::Found as u32 == C::PROXMOXKVM_OK as u32);
    assert!(Class::Invalid as u32 == C::PROXMOXKVM_INVALID as u32);
    assert!(Class::Refused as u32 == C::PROXMOXKVM_REFUSED as u32);
    assert!(Class::Busy as u32 == C::PROXMOXKVM_BUSY as u32);
    assert!(Class::Pve as u32 == C::PROXMOXKVM_PVE as u32);
    assert!(Class::Unreachable as u32 == C::PROXMOXKVM_UNREACHABLE as u32);
    assert!(Class::Store as u32 == C::PROXMOXKVM_STORE as u32);
    assert!(Class::Internal as u32 == C::PROXMOXKVM_INTERNAL as u32);
    assert!(Class::Dns as u32 == C::PROXMOXKVM_DNS as u32);
};

/// A store and its connections, opened by `proxmoxkvm_open`.
#[allow(non_camel_case_types)]
pub struct proxmoxkvm_core {
    store: Location,
    /// Where the WHMCS is that opened it; none: it did not say.
    home: Option<Home>,
}

impl proxmoxkvm_core {
    /// The core, for what changes something only in a store of the WHMCS that asks.
    fn core_for(&self, verb: Verb) -> Result<Arc<Core>, Error> {
        let core = Core::shared(&self.store)?;
        if let (Verb::Changes(_), Some(home)) = (verb, &self.home) {
            core.store.must_be_home(home)?;
        }
        Ok(core)
    }
}

/// What a function of the ABI runs.
#[derive(Clone, Copy)]
enum Verb {
    /// It may change something.
    Changes(fn(&Core, &Value) -> Result<Value, Error>),
    /// It changes nothing, or says whose the store is.
    Looks(fn(&Core, &Value) -> Result<Value, Error>),
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
    verb: Verb,
) -> i32 {
    // SAFETY: the caller passes what `proxmoxkvm_open` gave and has not closed it, or null
    let core = unsafe { core.as_ref() };
    let run = |request: &Value| {
        let core = core.ok_or_else(|| Error::Request("no core: proxmoxkvm_open comes first".to_owned()))?;
        let made = core.core_for(verb)?;
        match verb {
            Verb::Changes(run) => api::once(&made, request, run),
            Verb::Looks(run) => run(&made, request),
        }
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

/// Opens a store: `{"store": "/absolute/path/store.db"}`, or `{"store": "mysql://user:password@host:port/database"}`
/// with `?prefix=`, `&socket=`, `&tls_ca=`, every part percent-encoded. Makes it where it is missing. With `"home"` (url, database, root,
/// machine, server of the WHMCS), what changes something is refused in a store of another one. With `"patient": true` a
/// store that was found damaged is looked through for as long as that takes. Sets `*core` on success.
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
        let store = Location::parse(request["store"].as_str().unwrap_or_default())?;
        if request["patient"] == true {
            Store::look_at_marked(&store);
        }
        let opened = Core::shared(&store)?;
        opened.store.must_be_current()?;
        let home = request::home_of(request);
        if !core.is_null() {
            // SAFETY: the caller promises a writable place
            unsafe { *core = Box::into_raw(Box::new(proxmoxkvm_core { store, home })) };
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
