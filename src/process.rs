//! The process that we are a guest in: other processes, its signals, its memory.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this process has used much memory for a moment since it gave some back.
static MUCH_USED: AtomicBool = AtomicBool::new(false);

/// Says that the memory of this call should not stay with the process.
pub(crate) fn much_was_used() {
    MUCH_USED.store(true, Ordering::Relaxed);
}

/// Gives back to the system what a call has used, where [`much_was_used`]: a worker of php-fpm lives for days, and the
/// allocator would keep the memory of the largest list for the next one.
pub(crate) fn give_memory_back() {
    if MUCH_USED.swap(false, Ordering::Relaxed) {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        // SAFETY: it only looks at memory that nobody has
        unsafe {
            libc::malloc_trim(0);
        }
    }
}

/// Whether there is a process of this number, be it one that we may neither see nor signal.
pub(crate) fn is_process(pid: libc::pid_t) -> bool {
    // SAFETY: signal 0 is sent to nobody; it only asks
    let asked = unsafe { libc::kill(pid, 0) };
    asked == 0 || std::io::Error::last_os_error().raw_os_error() != Some(libc::ESRCH)
}

/// What a wait is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Something can be read.
    Read,
    /// Something can be written again.
    Write,
    /// Either of them.
    Either,
}

/// Waits until one of these descriptors has something to do, for this time at most; whether one has. A signal ends it too: PHP
/// looks then.
pub(crate) fn wait_for(what: &[(std::os::fd::RawFd, Wait)], time: std::time::Duration) -> bool {
    let events = |wait: &Wait| match wait {
        Wait::Read => libc::POLLIN,
        Wait::Write => libc::POLLOUT,
        Wait::Either => libc::POLLIN | libc::POLLOUT,
    };
    let mut all: Vec<libc::pollfd> = (what.iter())
        .map(|(fd, wait)| libc::pollfd {
            fd: *fd,
            events: events(wait),
            revents: 0,
        })
        .collect();
    let time = libc::c_int::try_from(time.as_millis()).unwrap_or(libc::c_int::MAX);
    // SAFETY: the list has as many entries as is said, and lives during the call
    let found = unsafe { libc::poll(all.as_mut_ptr(), all.len() as libc::nfds_t, time) };
    found > 0
}

/// The user that this process is, as files have it.
pub(crate) fn user() -> u32 {
    // SAFETY: it only asks
    unsafe { libc::geteuid() }
}

/// The signal mask of this thread, put back when this is dropped: also when a panic passes.
struct SignalMask(libc::sigset_t);

impl Drop for SignalMask {
    fn drop(&mut self) {
        // SAFETY: the mask was filled by the kernel, and only this thread's is set
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

/// Runs work with every signal blocked, so that threads which it starts never receive one.
pub(crate) fn with_signals_blocked<T>(work: impl FnOnce() -> T) -> T {
    // SAFETY: plain data, filled before it is used; both calls only touch this thread's mask
    let _before = unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut before);
        SignalMask(before)
    };
    work()
}
