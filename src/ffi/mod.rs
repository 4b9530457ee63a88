//! The C ABI: the functions that PHP resolves by name. Each is a doc comment and three lines.
//!
//! WHMCS's own functions and the cron have functions of their own, so that the header says what the product does. All
//! else is an action (`proxmoxkvm_act`) or a page (`proxmoxkvm_read`); `proxmoxkvm_catalogue` lists what there is.
//!
//! Conventions, one sentence each:
//! * Every verb has the shape `(core, request, len, reply) -> status`; request and reply are JSON in UTF-8.
//! * `reply` is always set, on failure too, and belongs to the caller until `proxmoxkvm_reply_free`.
//! * The status is 0 for success; all others, and new ones to come, are failures (see `proxmoxkvm_status`).
//! * A core may be used from any thread. After a fork it makes itself anew in the child, but not on a file that the
//!   parent had open: SQLite's locks do not pass to a child, and its writes could be lost.
//! * A caller promises: `core` comes from `proxmoxkvm_open` and is not closed; `request` points to `len` readable bytes, or is
//!   null; `reply` is writable, or null.
//! * No function keeps a pointer to what it was given, starts anything at load time, or lets a panic out.
#![allow(unsafe_code)]
#![allow(
    clippy::missing_safety_doc,
    reason = "what a caller promises is the same for all, and said once: the pointers of the conventions above"
)]

mod boundary;

use crate::api;
use crate::api::core::Core;
use crate::api::output::Reply;
use crate::api::verbs::{self, Entry, Found};
use crate::console::Turned;
use crate::problems::Error;
use crate::store::{Home, Location};
use crate::words::problems::Class;
use boundary::{call, fill, free};
use serde_json::Value;
use std::ffi::c_char;

/// Moves only when an existing function changes its meaning; new functions leave it as it is.
pub const ABI_VERSION: u32 = 2;

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
    /// Answers a verb; what changes something, only in a store of the WHMCS that asks.
    fn ask(&self, verb: &Found, request: &Value) -> Result<Reply, Error> {
        let core = Core::shared(&self.store)?;
        if let (true, Some(home)) = (verb.changes(), &self.home) {
            core.store.must_be_home(home, core.clock.now())?;
        }
        verb.run(&core, request)
    }
}

/// Which verb a function asks for.
#[derive(Clone, Copy)]
enum Ask {
    /// That of its own name.
    For(&'static str),
    /// The one that the request names.
    Named(Entry, &'static str),
}

/// Runs a verb on a core.
///
/// # Safety
/// The promises of the module's conventions.
unsafe fn on_core(
    core: *const proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
    ask: Ask,
) -> i32 {
    // SAFETY: the caller passes what `proxmoxkvm_open` gave and has not closed it, or null
    let core = unsafe { core.as_ref() };
    let run = |request: &Value| {
        let core = core.ok_or_else(|| Error::Request("no core: proxmoxkvm_open comes first".to_owned()))?;
        let verb = match ask {
            Ask::For(name) => verbs::find(Entry::Function, name)?,
            Ask::Named(entry, key) => {
                let name = request[key].as_str();
                verbs::find(
                    entry,
                    name.ok_or_else(|| Error::Request(format!("it names nothing to {key}")))?,
                )?
            }
        };
        core.ask(&verb, request)
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
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_open(
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
    core: *mut *mut proxmoxkvm_core,
) -> i32 {
    let open = |request: &Value| {
        let (store, home, reply) = api::open(request)?;
        if !core.is_null() {
            // SAFETY: the caller promises a writable place
            unsafe { *core = Box::into_raw(Box::new(proxmoxkvm_core { store, home })) };
        }
        Ok(reply)
    };
    // SAFETY: passed on as promised
    unsafe { call(request, len, reply, open) }
}

/// Closes a core. Connections stay open for the next one of this process. Null is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_close(core: *mut proxmoxkvm_core) {
    if !core.is_null() {
        // SAFETY: made by `Box::into_raw` in `proxmoxkvm_open`
        drop(unsafe { Box::from_raw(core) });
    }
}

/// Frees a reply. Null is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_reply_free(reply: *mut c_char) {
    // SAFETY: passed on as promised
    unsafe { free(reply) }
}

/// Tests a server entry: `{"server": …}` → version, login, warnings, nodes, address lines.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_test_connection(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("test_connection")) }
}

/// Creates: an order → address, VMID and name reserved, clone started. The cron does the rest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_create(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("create")) }
}

/// Suspends: stops the guest and keeps it stopped. An order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_suspend(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("suspend")) }
}

/// Unsuspends: restores start at boot, starts the guest. An order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_unsuspend(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("unsuspend")) }
}

/// Terminates: backups, snapshots, guest; the addresses are free once it is gone. An order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_terminate(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("terminate")) }
}

/// Changes the package: queued for the cron after it was checked. An order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_change_package(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("change_package")) }
}

/// Gives the guest another password: at once by its agent where the product says so, else at its next start. An order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_change_password(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("change_password")) }
}

/// What services used: `{"server": …}` → traffic, memory and disk of each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_usage_update(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("usage_update")) }
}

/// What a cron run has to do: `{}` → `services`, `dns`, `outbox`, `usage_due`, `attention`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_due(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("due")) }
}

/// A cron run: `{"orders": […], "budget_s": 50}` → what became of each, and what WHMCS should write down.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_cron(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::For("cron")) }
}

/// Does what the request names as `do`: an action of a service (an order), or of the installation. The catalogue lists them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_act(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::Named(Entry::Act, "do")) }
}

/// Shows what the request names as `read`: a page's data. Changes nothing but what is due anyway: `firewall` takes back what
/// nobody has confirmed. The catalogue lists what there is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_read(
    core: *mut proxmoxkvm_core,
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
) -> i32 {
    // SAFETY: passed on as promised
    unsafe { on_core(core, request, len, reply, Ask::Named(Entry::Read, "read")) }
}

/// All that there is to ask: `{}` → `verbs`, each with the function that takes it and what it has to bring; `actions` of a
/// service; `options` of a package; `images` of templates; `statuses`. Needs no core.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_catalogue(request: *const c_char, len: usize, reply: *mut *mut c_char) -> i32 {
    // SAFETY: passed on as promised
    unsafe { call(request, len, reply, verbs::catalogue) }
}

/// What is to be seen of a console, for its browser. Waits for it, up to `wait_ms` milliseconds (5,000 at most); a signal
/// ends the wait. `console` is what `act` with `console` answered in this process.
///
/// Returns how many bytes it has put into `into`, 0 where there is nothing at this moment; -1: it is over, and `console_end`
/// says why; -2: the browser gets the picture by requests of its own, and nothing by this one. Until it is over, whoever has
/// opened it calls this again and again: what a browser sends is passed on meanwhile, and nobody else does that.
/// `into` points to `len` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_console_read(console: u64, into: *mut c_char, len: usize, wait_ms: u32) -> i32 {
    let turn = |into: &mut [u8]| match api::turn_console(console, into, wait_ms) {
        Turned::Bytes(size) => i32::try_from(size).unwrap_or(i32::MAX),
        Turned::Over => -1,
        Turned::Takes => -2,
    };
    // SAFETY: passed on as promised
    unsafe { fill(into, len, turn) }
}

/// One batch of moving a store: `{"from": …, "to": …}`, two stores as `proxmoxkvm_open` takes them → `done`, `copied`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxmoxkvm_move(request: *const c_char, len: usize, reply: *mut *mut c_char) -> i32 {
    // SAFETY: passed on as promised
    unsafe { call(request, len, reply, api::move_store) }
}
