//! The screen of a guest, `POST …/vncproxy`, or the text of its serial port, `POST …/termproxy`; then `GET …/vncwebsocket` at the
//! same endpoint.
//!
//! Proxmox VE opens a port of the node that is asked, for ten seconds and one connection. The ticket for it, its number and
//! the password of the VNC server go no further than to who speaks with that server.

use super::channel::Channel;
use super::client::{Client, Request};
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::number;
use crate::server::{Endpoint, Secret};
use crate::words::ids::NodeName;
use serde::{Deserialize, Serialize};

/// Until qemu-server 9.1.7 and 8.4.7 the first bytes of the ticket are the password: VNC uses eight.
const PASSWORD_BYTES: usize = 8;

/// Since these, a ticket for one port of a node opens no other (qemu-server, April 2026): of Proxmox VE 8, and of 9.
const PORTS_CLOSED: [[u32; 3]; 2] = [[8, 4, 7], [9, 1, 7]];

/// What of a guest is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Its screen, by RFB.
    Screen,
    /// The text of a serial port, of this number. With an API token since qemu-server 9.1.7: `termproxy` before that takes the
    /// token's name for that of a user.
    Serial(u8),
}

/// A screen that Proxmox VE waits at: for ten seconds, and one connection.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The endpoint that was asked: the port is open on that node alone.
    pub endpoint: Endpoint,
    /// The port.
    pub port: u64,
    /// What opens it.
    pub ticket: Secret,
    /// What is asked for behind it: the password of the VNC server; of a text terminal, user and ticket.
    pub password: Secret,
    /// What is shown there.
    pub shown: Shown,
}

/// A screen: where its VNC server speaks, and what that asks for.
pub struct Display {
    /// Bytes both ways.
    pub channel: Channel,
    /// What is asked for there.
    pub password: Secret,
    /// What is shown there.
    pub shown: Shown,
}

/// Whether a ticket for one console's port opens every other of its node; `None`: it is no version.
pub fn has_port_hole(qemu_server: &str) -> Option<bool> {
    let mut numbers = qemu_server
        .split(['.', '-', '~', '+'])
        .map_while(|part| part.parse().ok());
    let version: [u32; 3] = [numbers.next()?, numbers.next()?, numbers.next().unwrap_or_default()];
    let [of_8, of_9] = PORTS_CLOSED;
    Some(version < if version[0] < of_9[0] { of_8 } else { of_9 })
}

impl Client {
    /// The version of a node's qemu-server: `OldVersion` of `GET /nodes/{node}/apt/versions`, which needs Sys.Audit there.
    /// `None`: the login may not see it, or it is not listed.
    pub fn qemu_server(&self, node: &NodeName) -> Result<Option<String>, Error> {
        let path = format!("/nodes/{node}/apt/versions");
        let mut found = None;
        let listed = self.entries(&Request::new(Method::Get, path, Kind::Cluster), |entry| {
            if entry["Package"] == "qemu-server" {
                found = entry["OldVersion"].as_str().map(str::to_owned);
            }
        });
        match listed {
            Err(Error::Refused { status: 403, .. }) => Ok(None),
            listed => listed.map(|_| found),
        }
    }

    /// Opens the screen of a guest.
    pub fn open_display(&self, guest: &GuestPath, shown: Shown) -> Result<Display, Error> {
        self.enter_display(guest, &self.ask_display(guest, shown)?)
    }

    /// Has Proxmox VE open a port for the screen of a guest.
    pub fn ask_display(&self, guest: &GuestPath, shown: Shown) -> Result<Waiting, Error> {
        let mut unreached = Vec::new();
        for endpoint in self.nearest(&guest.node) {
            match self.ask_display_at(&endpoint, guest, shown) {
                // nothing was asked there
                Err(Error::NeverSent { why }) => unreached.push(why),
                other => return other,
            }
        }
        Err(Error::NeverSent {
            why: unreached.join("; "),
        })
    }

    fn ask_display_at(&self, endpoint: &Endpoint, guest: &GuestPath, shown: Shown) -> Result<Waiting, Error> {
        let ask = match shown {
            Shown::Screen => guest
                .request(Method::Post, "/vncproxy", Kind::Console)
                .with("websocket", "1")
                // without effect since qemu-server 9.1.7, and before the only way to a password that is none
                .with("generate-password", "1"),
            Shown::Serial(port) => guest
                .request(Method::Post, "/termproxy", Kind::Console)
                .with("serial", format!("serial{port}")),
        };
        let answer = self.request_at(endpoint, &ask)?;
        let ticket = answer["ticket"].as_str().unwrap_or_default();
        let port = number(&answer["port"]).filter(|port| *port != 0);
        let (Some(port), false) = (port, ticket.is_empty()) else {
            return Err(Error::Unexpected {
                what: ask.path,
                why: "it holds no port and no ticket".to_owned(),
            });
        };
        let text = |key: &str| answer[key].as_str().map(str::to_owned);
        let password = match shown {
            Shown::Screen => text("password").unwrap_or_else(|| ticket.chars().take(PASSWORD_BYTES).collect()),
            Shown::Serial(_) => format!("{}:{ticket}", text("user").unwrap_or_default()),
        };
        Ok(Waiting {
            endpoint: endpoint.clone(),
            port,
            ticket: Secret::from(ticket),
            password: Secret::from(password),
            shown,
        })
    }

    /// Comes to a screen that waits.
    pub fn enter_display(&self, guest: &GuestPath, waiting: &Waiting) -> Result<Display, Error> {
        let kept = self.clone().keeping(Some(&waiting.ticket));
        let open = guest
            .request(Method::Get, "/vncwebsocket", Kind::Console)
            .with("port", waiting.port.to_string())
            .with("vncticket", waiting.ticket.expose());
        Ok(Display {
            channel: kept.channel_at(&waiting.endpoint, &open)?,
            password: waiting.password.clone(),
            shown: waiting.shown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_says_whether_a_ticket_opens_other_ports() {
        for (version, has) in [
            ("7.4-3", Some(true)),
            ("8.4.6", Some(true)),
            ("8.4.7", Some(false)),
            ("8.4.10", Some(false)),
            ("9.0.30", Some(true)),
            ("9.1.6", Some(true)),
            ("9.1.7~1", Some(false)),
            ("9.2", Some(false)),
            ("10.0.0", Some(false)),
            ("", None),
            ("new", None),
        ] {
            assert_eq!(has_port_hole(version), has, "{version}");
        }
    }
}
