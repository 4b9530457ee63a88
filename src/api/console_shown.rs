//! Which guest's screen is asked for, and where it is now.

use super::pages::check_owner;
use crate::api::core::Core;
use crate::guest::{Config, Power};
use crate::problems::{BesideRefusal, Error, NoConsole, Refusal};
use crate::pve::{self, Client, GuestPath, Shown};
use crate::service::Service;

/// Which guest of a service is shown, and how.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::api) struct Which {
    /// The text of a serial port.
    pub(super) text: bool,
    /// The second guest.
    pub(super) beside: bool,
}

/// Where the guest is now, once it is seen to be the service's, to run, and to have a screen; with `text`, a serial port.
pub(in crate::api) fn shown_at(
    core: &Core,
    client: &Client,
    service: &Service,
    which: Which,
) -> Result<(GuestPath, Shown), Error> {
    let mut path = if which.beside {
        beside_of(service)?
    } else {
        own_of(service)?
    };
    let vmid = path.vmid;
    // what its QEMU runs with: a display that is only to come is none yet
    let config = match client.config_now(&path) {
        Err(error) if error.says_gone(vmid) || error.says_no_node() => moved(client, &mut path, error)?,
        other => other?,
    };
    match service.body.beside.as_ref().filter(|_| which.beside) {
        None => check_owner(core, service, &path, &config)?,
        Some(second) => {
            let description = config.get("description").unwrap_or_default();
            let is_marked = service.is_marked(core.store.installation(), description);
            if !second.is_it(&config, is_marked) {
                return Err(BesideRefusal::None.into());
            }
        }
    }
    if client.current(&path)?.power != Power::Running {
        return Err(NoConsole::Off(vmid).into());
    }
    if which.text {
        let port = serial_of(&config).ok_or(NoConsole::NoSerial(vmid))?;
        return Ok((path, Shown::Serial(port)));
    }
    let has_none = config
        .get("vga")
        .is_some_and(|vga| vga.split(',').any(|part| part == "none" || part == "type=none"));
    if has_none {
        return Err(NoConsole::NoDisplay(vmid).into());
    }
    Ok((path, Shown::Screen))
}

/// The serial port that is the guest's display, or else its first one that Proxmox VE listens at.
fn serial_of(config: &Config) -> Option<u8> {
    let is_socket = |port: &u8| config.get(&format!("serial{port}")) == Some("socket");
    let vga = config.get("vga").and_then(|vga| vga.split(',').next());
    let display = vga.and_then(|vga| vga.trim_start_matches("type=").strip_prefix("serial")?.parse().ok());
    display.filter(is_socket).or_else(|| (0..4).find(is_socket))
}

fn own_of(service: &Service) -> Result<GuestPath, Error> {
    match (service.vmid, service.body.node.clone(), service.has_guest()) {
        (Some(vmid), Some(node), true) => Ok(GuestPath { node, vmid }),
        _ => Err(Refusal::NoGuest(service.id).into()),
    }
}

fn beside_of(service: &Service) -> Result<GuestPath, Error> {
    let beside = service.body.beside.as_ref().filter(|_| service.has_beside());
    let beside = beside.ok_or(BesideRefusal::None)?;
    Ok(GuestPath {
        node: beside.node.clone(),
        vmid: beside.vmid,
    })
}

/// The guest may be on another node than the store remembers.
fn moved(client: &Client, path: &mut GuestPath, error: pve::Error) -> Result<Config, Error> {
    let Some(vm) = client.find_vm(path.vmid)?.filter(|vm| vm.node != path.node) else {
        return Err(error.into());
    };
    path.node = vm.node;
    Ok(client.config_now(path)?)
}
