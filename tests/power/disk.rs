//! SQLite's own file layer with a recorder before it: what is written, in which order, and what has been made durable.
//!
//! It takes the default's place in this process, so the store is recorded without a seam in the product.
#![allow(unsafe_code)]

use rusqlite::ffi;
use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::size_of;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// What happened to a file, named by the end of its path.
#[derive(Debug, Clone)]
pub enum Event {
    Write {
        file: String,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        size: usize,
    },
    /// All that was written to it before is on the disk.
    Sync {
        file: String,
    },
    Delete {
        file: String,
    },
}

/// The folder that is recorded, and what happened in it.
static RECORD: Mutex<Option<(String, Vec<Event>)>> = Mutex::new(None);

thread_local! {
    /// Called once when a checkpoint of this thread has read the head of the log, and before it acts by it.
    static AT_CHECKPOINT: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

fn record() -> MutexGuard<'static, Option<(String, Vec<Event>)>> {
    RECORD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Records what happens in a folder from now on.
pub fn begin(folder: &str) {
    install();
    *record() = Some((folder.to_owned(), Vec::new()));
}

/// How much has happened.
pub fn happened() -> usize {
    record().as_ref().map_or(0, |(_, events)| events.len())
}

/// Ends the recording.
pub fn end() -> Vec<Event> {
    record().take().map(|(_, events)| events).unwrap_or_default()
}

/// The next checkpoint of this thread stands still until this returns.
pub fn at_checkpoint(work: impl FnOnce() + 'static) {
    install();
    AT_CHECKPOINT.set(Some(Box::new(work)));
}

fn note(file: &str, event: impl FnOnce(String) -> Event) {
    if let Some((folder, events)) = record().as_mut()
        && let Some(name) = file.strip_prefix(folder.as_str())
    {
        events.push(event(name.trim_start_matches('/').to_owned()));
    }
}

/// A file as SQLite has it; behind it in memory is the one of the layer below.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    /// Its path, without the zero; null for a temporary one.
    name: *const c_char,
}

unsafe fn below(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: `open` is given so much memory
    unsafe { file.byte_add(size_of::<File>()) }
}

unsafe fn named(file: *mut ffi::sqlite3_file) -> String {
    // SAFETY: SQLite keeps the name for as long as the file is open
    unsafe {
        let name = (*file.cast::<File>()).name;
        if name.is_null() {
            String::new()
        } else {
            CStr::from_ptr(name).to_string_lossy().into_owned()
        }
    }
}

/// Calls a method of the file below.
macro_rules! pass {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let file = below($file);
        match (*(*file).pMethods).$method {
            Some(method) => method(file $(, $argument)*),
            None => ffi::SQLITE_ERROR,
        }
    }};
}

/// Methods that only pass on what they are given.
macro_rules! passing {
    ($($name:ident: $method:ident($($argument:ident: $kind:ty),*);)*) => {
        $(unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file $(, $argument: $kind)*) -> c_int {
            // SAFETY: SQLite calls it with a file that `open` has made
            unsafe { pass!(file, $method $(, $argument)*) }
        })*
    };
}

passing! {
    read: xRead(into: *mut c_void, amount: c_int, at: ffi::sqlite3_int64);
    file_size: xFileSize(size: *mut ffi::sqlite3_int64);
    lock: xLock(kind: c_int);
    unlock: xUnlock(kind: c_int);
    check_reserved_lock: xCheckReservedLock(is: *mut c_int);
    file_control: xFileControl(what: c_int, argument: *mut c_void);
    sector_size: xSectorSize();
    characteristics: xDeviceCharacteristics();
    shm_map: xShmMap(page: c_int, size: c_int, extend: c_int, at: *mut *mut c_void);
    shm_lock: xShmLock(first: c_int, number: c_int, flags: c_int);
    shm_unmap: xShmUnmap(delete: c_int);
    fetch: xFetch(from: ffi::sqlite3_int64, amount: c_int, at: *mut *mut c_void);
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: as all of them
    unsafe { pass!(file, xClose) }
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: as all of them
    unsafe {
        let file = below(file);
        if let Some(method) = (*(*file).pMethods).xShmBarrier {
            method(file);
        }
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    amount: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite gives so many bytes
    unsafe {
        let bytes = std::slice::from_raw_parts(from.cast::<u8>(), amount as usize).to_vec();
        let at_byte = at as usize;
        note(&named(file), |file| Event::Write {
            file,
            at: at_byte,
            bytes,
        });
        pass!(file, xWrite, from, amount, at)
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: as all of them
    unsafe {
        note(&named(file), |file| Event::Truncate {
            file,
            size: size as usize,
        });
        pass!(file, xTruncate, size)
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: as all of them
    unsafe {
        let answer = pass!(file, xSync, flags);
        note(&named(file), |file| Event::Sync { file });
        answer
    }
}

/// A checkpoint calls this between the head of the log and its work.
unsafe extern "C" fn unfetch(file: *mut ffi::sqlite3_file, from: ffi::sqlite3_int64, at: *mut c_void) -> c_int {
    if at.is_null()
        && let Some(work) = AT_CHECKPOINT.take()
    {
        work();
    }
    // SAFETY: as all of them
    unsafe { pass!(file, xUnfetch, from, at) }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    got: *mut c_int,
) -> c_int {
    // SAFETY: the layer below was found by `install`, and `file` has room for both
    unsafe {
        let real = (*vfs).pAppData.cast::<ffi::sqlite3_vfs>();
        let Some(open) = (*real).xOpen else {
            return ffi::SQLITE_ERROR;
        };
        (*file).pMethods = std::ptr::null();
        (*file.cast::<File>()).name = name;
        let answer = open(real, name, below(file), flags, got);
        if !(*below(file)).pMethods.is_null() {
            (*file).pMethods = &raw const METHODS;
        }
        answer
    }
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: as in `open`
    unsafe {
        note(&CStr::from_ptr(name).to_string_lossy(), |file| Event::Delete { file });
        let real = (*vfs).pAppData.cast::<ffi::sqlite3_vfs>();
        (*real)
            .xDelete
            .map_or(ffi::SQLITE_ERROR, |delete| delete(real, name, sync))
    }
}

fn install() {
    static ONCE: Once = Once::new();
    // SAFETY: the new layer is the old one but for its name, its size, and the two functions that know of it
    ONCE.call_once(|| unsafe {
        let real = ffi::sqlite3_vfs_find(std::ptr::null());
        assert!(!real.is_null());
        let mut vfs = *real;
        vfs.pNext = std::ptr::null_mut();
        vfs.zName = c"recorded".as_ptr();
        vfs.pAppData = real.cast();
        vfs.szOsFile += size_of::<File>() as c_int;
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        // for good: SQLite keeps it
        let status = ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 1);
        assert_eq!(status, ffi::SQLITE_OK);
    });
}
