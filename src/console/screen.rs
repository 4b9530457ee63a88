//! Comes to a guest's screen: has Proxmox VE open it, and its VNC server let us in, within one request.

use super::end::Unfit;
use super::enter::enter;
use super::picture::{Picture, Png};
use super::rfb;
use super::text;
use crate::process::{self, Wait};
use crate::pve::{self, Channel, Client, Display, GuestPath, Heard, Shown};
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;
use std::time::Duration;

/// A screen, or a text terminal, that has let us in.
pub struct Screen {
    /// Where it speaks.
    pub channel: Channel,
    /// What it has said since.
    pub rest: Vec<u8>,
    /// Which of the two.
    pub shown: Shown,
}

/// Why there is none.
#[derive(Debug)]
pub enum NoScreen {
    /// Proxmox VE said no, or nothing.
    Pve(pve::Error),
    /// The connection was closed: nothing draws a picture.
    Dark,
    /// What speaks there is no VNC server that we could speak with.
    Unfit(Unfit),
}

/// Opens the screen of a guest.
///
/// # Errors
/// [`NoScreen`]. A VNC server has one password, and who opens the same screen a moment later changes it: that is tried once
/// more, and so is a connection that was closed before it let us in.
pub fn screen(
    client: &Client,
    guest: &GuestPath,
    shown: Shown,
    clock: &dyn Clock,
    deadline: UnixSeconds,
) -> Result<Screen, NoScreen> {
    let once = || within(client.open_display(guest, shown), clock, deadline);
    match once() {
        Err(NoScreen::Unfit(Unfit::Password) | NoScreen::Dark) if clock.now() < deadline => once(),
        other => other,
    }
}

/// Has a screen's VNC server, or a text terminal, let us in.
///
/// # Errors
/// [`NoScreen`].
pub fn within(
    display: Result<Display, pve::Error>,
    clock: &dyn Clock,
    deadline: UnixSeconds,
) -> Result<Screen, NoScreen> {
    let display = display.map_err(NoScreen::Pve)?;
    let mut channel = display.channel;
    let (password, shown) = (display.password.expose(), display.shown);
    let entered = match shown {
        Shown::Screen => enter(&mut channel, rfb::Viewer::new(password), clock, deadline),
        Shown::Serial(_) => enter(&mut channel, text::Viewer::new(password), clock, deadline),
    };
    match entered {
        Ok(rest) => Ok(Screen { channel, rest, shown }),
        Err(Some(unfit)) => Err(NoScreen::Unfit(unfit)),
        Err(None) => Err(NoScreen::Dark),
    }
}

/// One picture of a screen that is open; then it is closed.
///
/// # Errors
/// [`NoScreen`]: it is no picture, or not there in time.
pub fn picture(screen: Screen, clock: &dyn Clock, deadline: UnixSeconds) -> Result<Png, NoScreen> {
    let Screen { mut channel, rest, .. } = screen;
    let mut picture = Picture::default();
    let mut say = Picture::first().to_vec();
    say.extend(picture.hear(&rest).map_err(NoScreen::Unfit)?);
    while !picture.is_whole() {
        if !say.is_empty() && !channel.send(&say) {
            return Err(NoScreen::Dark);
        }
        say.clear();
        let left = deadline - clock.now();
        match channel.receive() {
            Heard::Bytes(bytes) if left > 0.0 => say = picture.hear(&bytes).map_err(NoScreen::Unfit)?,
            Heard::Nothing if left > 0.0 => {
                let wait = Duration::from_secs_f64(left.min(1.0));
                process::wait_for(&[(channel.descriptor(), Wait::Read)], wait);
            }
            _ => return Err(NoScreen::Dark),
        }
    }
    channel.close();
    picture.png().map_err(|_| NoScreen::Unfit(Unfit::TooLong))
}
