//! Comes to a guest's screen: has Proxmox VE open it, and its VNC server let us in, within one request.

use super::picture::{Picture, Png};
use super::rfb::Unfit;
use super::session::enter;
use crate::process::{self, Wait};
use crate::pve::{self, Channel, Client, Display, GuestPath, Heard};
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;
use std::time::Duration;

/// A screen whose VNC server has let us in.
pub struct Screen {
    /// Where it speaks.
    pub channel: Channel,
    /// What it has said since.
    pub rest: Vec<u8>,
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
    clock: &dyn Clock,
    deadline: UnixSeconds,
) -> Result<Screen, NoScreen> {
    match once(client, guest, clock, deadline) {
        Err(NoScreen::Unfit(Unfit::Password) | NoScreen::Dark) if clock.now() < deadline => {
            once(client, guest, clock, deadline)
        }
        other => other,
    }
}

fn once(client: &Client, guest: &GuestPath, clock: &dyn Clock, deadline: UnixSeconds) -> Result<Screen, NoScreen> {
    within(client.open_display(guest), clock, deadline)
}

/// Has a screen's VNC server let us in.
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
    match enter(&mut channel, display.password.expose(), clock, deadline) {
        Ok(rest) => Ok(Screen { channel, rest }),
        Err(Some(unfit)) => Err(NoScreen::Unfit(unfit)),
        Err(None) => Err(NoScreen::Dark),
    }
}

/// One picture of a screen that is open; then it is closed.
///
/// # Errors
/// [`NoScreen`]: it is no picture, or not there in time.
pub fn picture(screen: Screen, clock: &dyn Clock, deadline: UnixSeconds) -> Result<Png, NoScreen> {
    let Screen { mut channel, rest } = screen;
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
            Heard::Bytes(bytes) => say = picture.hear(&bytes).map_err(NoScreen::Unfit)?,
            Heard::Nothing if left > 0.0 => {
                let wait = Duration::from_secs_f64(left.min(1.0));
                process::wait_for(&[(channel.descriptor(), Wait::Read)], wait);
            }
            Heard::Nothing | Heard::Closed => return Err(NoScreen::Dark),
        }
    }
    channel.close();
    picture.png().map_err(|_| NoScreen::Unfit(Unfit::TooLong))
}
