//! The screen of a guest: `POST …/vncproxy`, then `GET …/vncwebsocket` at the same endpoint.
//!
//! Proxmox VE opens a port of the node that is asked, for ten seconds and one connection. The ticket for it, its number and
//! the password of the VNC server go no further than to who speaks with that server.

use super::channel::Channel;
use super::client::Client;
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::number;
use crate::server::{Endpoint, Secret};

/// Until qemu-server 9.1.7 and 8.4.7 the first bytes of the ticket are the password: VNC uses eight.
const PASSWORD_BYTES: usize = 8;

/// A screen: where its VNC server speaks, and what that asks for.
pub struct Display {
    /// Bytes of RFB both ways.
    pub channel: Channel,
    /// The password of the VNC server.
    pub password: Secret,
}

impl Client {
    /// Opens the screen of a guest.
    pub fn open_display(&self, guest: &GuestPath) -> Result<Display, Error> {
        let mut unreached = Vec::new();
        for endpoint in self.nearest(&guest.node) {
            match self.open_display_at(&endpoint, guest) {
                // nothing was asked there
                Err(Error::NeverSent { why }) => unreached.push(why),
                other => return other,
            }
        }
        Err(Error::NeverSent {
            why: unreached.join("; "),
        })
    }

    fn open_display_at(&self, endpoint: &Endpoint, guest: &GuestPath) -> Result<Display, Error> {
        let ask = guest
            .request(Method::Post, "/vncproxy", Kind::Console)
            .with("websocket", "1")
            // without effect since qemu-server 9.1.7, and before the only way to a password that is none
            .with("generate-password", "1");
        let answer = self.request_at(endpoint, &ask)?;
        let ticket = answer["ticket"].as_str().unwrap_or_default();
        let port = number(&answer["port"]).filter(|port| *port != 0);
        let (Some(port), false) = (port, ticket.is_empty()) else {
            return Err(Error::Unexpected {
                what: ask.path,
                why: "it holds no port and no ticket".to_owned(),
            });
        };
        let first: String = ticket.chars().take(PASSWORD_BYTES).collect();
        let password = answer["password"].as_str().unwrap_or(&first);
        let kept = self.clone().keeping(Some(&Secret::from(ticket)));
        let open = guest
            .request(Method::Get, "/vncwebsocket", Kind::Console)
            .with("port", port.to_string())
            .with("vncticket", ticket);
        Ok(Display {
            channel: kept.channel_at(endpoint, &open)?,
            password: Secret::from(password),
        })
    }
}
