//! Being let in by a screen's VNC server, or by a text terminal.

use super::end::Unfit;
use crate::process::{self, Wait};
use crate::pve::{Channel, Heard};
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;
use std::time::Duration;

/// The relay as whoever comes to a screen.
pub trait Enters {
    /// Hears what is said there, and answers; without anything heard: what is said first.
    ///
    /// # Errors
    /// What the relay cannot go on with.
    fn hear(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Unfit>;
    /// Whether it was let in.
    fn is_in(&self) -> bool;
    /// What was said there beyond the yes.
    fn into_rest(self) -> Vec<u8>;
}

/// Is let in; what is said beyond that.
///
/// # Errors
/// `None`: it closed, or did not answer in time.
pub(super) fn enter(
    channel: &mut Channel,
    mut viewer: impl Enters,
    clock: &dyn Clock,
    deadline: UnixSeconds,
) -> Result<Vec<u8>, Option<Unfit>> {
    let mut heard = Vec::new();
    while !viewer.is_in() {
        let say = viewer.hear(&std::mem::take(&mut heard)).map_err(Some)?;
        if !say.is_empty() && !channel.send(&say) {
            return Err(None);
        }
        if viewer.is_in() {
            break;
        }
        // whoever says nothing for ever, and whoever pings for ever
        let left = deadline - clock.now();
        if left <= 0.0 {
            return Err(None);
        }
        match channel.receive() {
            Heard::Bytes(bytes) => heard = bytes,
            Heard::Closed => return Err(None),
            Heard::Nothing => {
                let wait = Duration::from_secs_f64(left.min(1.0));
                process::wait_for(&[(channel.descriptor(), Wait::Read)], wait);
            }
        }
    }
    Ok(viewer.into_rest())
}
