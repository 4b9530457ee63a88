//! Death at the store's commits, without a seam in the product: SQLite itself tells of each commit and takes a veto.
#![allow(unsafe_code)]

use crate::support::Mortality;
use rusqlite::ffi;
use std::cell::RefCell;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::{Arc, Once};

thread_local! {
    /// Whose commits the connections are that this thread opens now.
    static OPENS_FOR: RefCell<Option<Arc<Mortality>>> = const { RefCell::new(None) };
    /// What is said to every connection that this thread opens now.
    static FIRST_WORDS: RefCell<Option<CString>> = const { RefCell::new(None) };
}

/// Opens something whose connections hear some SQL first: that is how a disk is made small, or read-only.
pub fn with_first_words<T>(sql: &str, open: impl FnOnce() -> T) -> T {
    FIRST_WORDS.with(|words| *words.borrow_mut() = Some(CString::new(sql).unwrap()));
    let value = in_the_name_of(&Arc::default(), open);
    FIRST_WORDS.with(|words| *words.borrow_mut() = None);
    value
}

/// Opens something in the name of a process: every connection to SQLite that `open` makes dies with it.
pub fn in_the_name_of<T>(mortality: &Arc<Mortality>, open: impl FnOnce() -> T) -> T {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: `opened` has the signature that SQLite documents for it
        let status = unsafe { ffi::sqlite3_auto_extension(Some(opened)) };
        assert_eq!(status, ffi::SQLITE_OK);
    });
    OPENS_FOR.with(|process| *process.borrow_mut() = Some(mortality.clone()));
    let value = open();
    OPENS_FOR.with(|process| *process.borrow_mut() = None);
    value
}

unsafe extern "C" fn opened(
    connection: *mut ffi::sqlite3,
    _words: *mut *mut c_char,
    _api: *const ffi::sqlite3_api_routines,
) -> c_int {
    let process = OPENS_FOR.with(|process| process.borrow().clone());
    if let Some(process) = process {
        // given away for good: nobody knows how long the connection lives
        let process = Arc::into_raw(process);
        // SAFETY: the connection is open, and what the hook is given lives for ever
        unsafe { ffi::sqlite3_commit_hook(connection, Some(committing), process.cast_mut().cast()) };
    }
    let words = FIRST_WORDS.with(|words| words.borrow().clone());
    if let Some(words) = words {
        // SAFETY: the connection is open, and the text ends with a zero
        return unsafe { ffi::sqlite3_exec(connection, words.as_ptr(), None, null_mut(), null_mut()) };
    }
    ffi::SQLITE_OK
}

/// Called right before a commit becomes true; anything but 0 makes a rollback of it.
unsafe extern "C" fn committing(process: *mut c_void) -> c_int {
    // SAFETY: it is the `Mortality` that `opened` gave away
    let process = unsafe { &*process.cast::<Mortality>() };
    c_int::from(!process.commits())
}
