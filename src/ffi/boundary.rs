//! The fence between C and Rust: pointers in, owned JSON out, no panic across, no signal in our threads.
#![allow(unsafe_code)]

#[cfg(panic = "abort")]
compile_error!("build with panic = \"unwind\": a panic must be caught at the C boundary, not end PHP's process");

use crate::api::output::{self, Reply};
use crate::problems::Error;
use crate::process::give_memory_back;
use crate::words::limits;
use serde_json::Value;
use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Where the last panic of this thread happened. The message stays out: it may quote a value.
    static PANICKED_AT: RefCell<String> = const { RefCell::new(String::new()) };
}

fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map_or_else(String::new, ToString::to_string);
            PANICKED_AT.with_borrow_mut(|at| *at = place);
        }));
    });
}

/// Runs a verb on the bytes of a request and puts its reply where the caller wants it.
///
/// # Safety
/// `request` must point to `len` readable bytes or be null; `reply` must be writable or null.
pub(crate) unsafe fn call(
    request: *const c_char,
    len: usize,
    reply: *mut *mut c_char,
    verb: impl FnOnce(&Value) -> Result<Reply, Error>,
) -> i32 {
    install_hook();
    // SAFETY: the caller promises `len` readable bytes, and nothing changes them during the call
    let bytes = if request.is_null() {
        &[][..]
    } else {
        unsafe { std::slice::from_raw_parts(request.cast::<u8>(), len) }
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| parse(bytes).and_then(|request| verb(&request))));
    let outcome = outcome.unwrap_or_else(|_| Err(Error::Internal(PANICKED_AT.with_borrow(Clone::clone))));
    let (status, text) = match outcome {
        Ok(reply) => (0, reply.into_text()),
        Err(error) => (error.problem().class as i32, output::error_reply(&error).to_string()),
    };
    // JSON has no NUL byte in it, so the text is always a C string
    let text = CString::new(text).unwrap_or_default();
    if !reply.is_null() {
        // SAFETY: the caller promises a writable place
        unsafe { *reply = text.into_raw() };
    }
    give_memory_back();
    status
}

fn parse(bytes: &[u8]) -> Result<Value, Error> {
    if bytes.len() > limits::REQUEST_BYTES {
        return Err(Error::Request("it is longer than 16 MiB".to_owned()));
    }
    if bytes.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    // the parser's own words may quote the request, and that holds secrets: only the place is told
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Request(format!("no JSON at line {}, column {}", error.line(), error.column())))
}

/// Has bytes put where the caller wants them; -1 where that cannot be, or a panic was caught.
///
/// # Safety
/// `into` must point to `len` writable bytes or be null.
pub(crate) unsafe fn fill(into: *mut c_char, len: usize, with: impl FnOnce(&mut [u8]) -> i32) -> i32 {
    install_hook();
    if into.is_null() {
        return -1;
    }
    // no number of bytes is beyond what can be returned
    let len = len.min(i32::MAX as usize);
    // SAFETY: the caller promises `len` writable bytes, and nobody else uses them during the call
    let into = unsafe { std::slice::from_raw_parts_mut(into.cast::<u8>(), len) };
    catch_unwind(AssertUnwindSafe(|| with(into))).unwrap_or(-1)
}

/// Frees a reply.
///
/// # Safety
/// `reply` must be null or come from [`call`], and be freed once.
pub(crate) unsafe fn free(reply: *mut c_char) {
    if !reply.is_null() {
        // SAFETY: made by `CString::into_raw` in `call`, given back once
        drop(unsafe { CString::from_raw(reply) });
    }
}
