//! Comes to a guest's screen: has Proxmox VE open it, and its VNC server let us in, within one request.

use super::rfb::Unfit;
use super::session::enter;
use crate::pve::{self, Channel, Client, GuestPath};
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;

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
    let display = client.open_display(guest).map_err(NoScreen::Pve)?;
    let mut channel = display.channel;
    match enter(&mut channel, display.password.expose(), clock, deadline) {
        Ok(rest) => Ok(Screen { channel, rest }),
        Err(Some(unfit)) => Err(NoScreen::Unfit(unfit)),
        Err(None) => Err(NoScreen::Dark),
    }
}
