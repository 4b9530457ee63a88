//! Why a console is not opened. Nothing was changed.

use crate::words::ids::Vmid;
use crate::words::problems::{self, Problem};

/// One sentence each.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoConsole {
    /// As many as this web server may have are open.
    #[error(
        "{0} consoles are open on this web server, and it may have no more: close one, or allow more (PROXMOXKVM_CONSOLES)"
    )]
    Full(usize),
    /// As many as the service may have are.
    #[error("{0} consoles of this service are open already: close one of them first")]
    OfService(usize),
    /// As many as the client may have are.
    #[error("{0} consoles of this client are open already: close one of them first")]
    OfClient(usize),
    /// The folder of the sockets.
    #[error(
        "the folder of the consoles cannot be used ({0}): see to it that PHP's temporary folder (sys_temp_dir) can be written and its path is short"
    )]
    Folder(String),
    /// The guest does not run.
    #[error("VM {0} is off, so there is nothing to be seen: start it first")]
    Off(Vmid),
    /// The guest has no screen.
    #[error("VM {0} has no screen (vga: none): give it one in Proxmox VE (Hardware, Display), stop it and start it")]
    NoDisplay(Vmid),
    /// The guest has no serial port.
    #[error(
        "VM {0} has no serial port, which a text terminal needs: add one in Proxmox VE (Hardware, Add, Serial Port), stop it and start it"
    )]
    NoSerial(Vmid),
    /// `termproxy` of before qemu-server 9.1.7 takes no API token.
    #[error(
        "Proxmox VE did not let the text terminal of VM {0} in: with an API token that needs qemu-server 9.1.7 or newer on its node, and a token whose name (user@realm!name) has no more than 64 characters; the screen needs neither"
    )]
    OldTerminal(Vmid),
    /// Proxmox VE has opened a screen, and closed it before anything was seen.
    #[error("Proxmox VE closed the screen of VM {0} before anything was to be seen: try again in a moment")]
    Dark(Vmid),
    /// What speaks there is no VNC server that we could speak with.
    #[error("the screen of VM {vmid} cannot be shown: {why}")]
    Unfit {
        /// The guest.
        vmid: Vmid,
        /// What it does.
        why: String,
    },
}

impl NoConsole {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            NoConsole::Full(_) => &problems::CONSOLES_FULL,
            NoConsole::OfService(_) | NoConsole::OfClient(_) => &problems::CONSOLES_OPEN,
            NoConsole::Folder(_) => &problems::CONSOLE_FOLDER,
            NoConsole::Off(_) => &problems::CONSOLE_OFF,
            NoConsole::NoDisplay(_) => &problems::CONSOLE_NO_DISPLAY,
            NoConsole::NoSerial(_) => &problems::CONSOLE_NO_SERIAL,
            NoConsole::OldTerminal(_) => &problems::CONSOLE_OLD_TERMINAL,
            NoConsole::Dark(_) => &problems::CONSOLE_DARK,
            NoConsole::Unfit { .. } => &problems::CONSOLE_UNFIT,
        }
    }

    /// The number in its text for a client.
    pub(super) fn number(&self) -> Option<u64> {
        match self {
            NoConsole::OfService(open) | NoConsole::OfClient(open) => Some(*open as u64),
            _ => None,
        }
    }
}
