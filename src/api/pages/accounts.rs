//! The guests of a server that are services' own: for WHMCS's Server Sync.

use crate::api::core::Core;
use crate::api::output::dedicated;
use crate::api::request::OfServer;
use crate::pipeline;
use crate::problems::Error;
use crate::pve::{Client, VmSeen};
use crate::service::Service;
use crate::words::ids::{ServiceId, UnixSeconds, Vmid};
use crate::words::limits;
use crate::words::status::Status;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// The services of a server entry.
#[derive(Debug, Serialize)]
pub(in crate::api) struct AccountsOut {
    /// Those that are on the server, as far as anybody knows.
    accounts: Vec<AccountOut>,
}

/// A service that is on the server.
#[derive(Debug, Serialize)]
struct AccountOut {
    /// Its number.
    service: ServiceId,
    /// The number of its guest; null where none is reserved yet.
    vmid: Option<Vmid>,
    /// The guest's name; null where it has none yet.
    name: Option<String>,
    /// Name and main domain; null where it has none.
    domain: Option<String>,
    /// Its first IPv4 address, or the first of all, as WHMCS's *Dedicated IP*; null where it has none.
    address: Option<IpAddr>,
    /// Since when it is a service.
    since: UnixSeconds,
    /// Whether it is suspended.
    suspended: bool,
}

/// Every service of the entry that is on the server. WHMCS ends the billing of those that are not: a service is left out only
/// where Proxmox VE says that its guest is not there. What waits to be built, is built, reinstalled or restored is there.
///
/// One request, and one more for each guest that has another name than its service.
pub(in crate::api) fn accounts(core: &Core, request: OfServer) -> Result<AccountsOut, Error> {
    let entry = request.server.parse()?;
    let client = core.client(&entry, &Arc::default(), core.clock.now() + limits::WEB_SECONDS)?;
    let guests = client.guests()?;
    let guests: BTreeMap<_, &VmSeen> = guests.iter().filter(|vm| vm.qemu).map(|vm| (vm.vmid, vm)).collect();
    let mut accounts = Vec::new();
    for service in core.store.living_of(entry.id)? {
        let seen = service.vmid.and_then(|vmid| guests.get(&vmid).copied());
        if !is_there(core, &client, &service, seen) {
            continue;
        }
        let (_, addresses) = core.store.service(service.id)?;
        accounts.push(AccountOut {
            service: service.id,
            vmid: service.vmid,
            name: service.body.name,
            domain: service.body.domain,
            address: dedicated(&addresses).map(|index| addresses[index].ip),
            since: service.created_at,
            suspended: service.body.suspended,
        });
    }
    Ok(AccountsOut { accounts })
}

fn is_there(core: &Core, client: &Client, service: &Service, seen: Option<&VmSeen>) -> bool {
    let restores = service.body.guest.restoring().is_some();
    if !service.has_guest() || restores || pipeline::is_building(service.status) {
        // it is not there yet, or comes back
        return service.status != Status::Terminate;
    }
    let Some(vm) = seen else { return service.has_beside() };
    // a node without statistics tells no names
    if vm.name.is_none() || vm.name == service.body.name {
        return true;
    }
    // a stranger has the number, or somebody has renamed the guest
    match client.config(&vm.path()) {
        Ok(config) => {
            let description = config.get("description").unwrap_or_default();
            service.may_be(core.store.installation(), description, config.uuid().as_deref())
        }
        Err(error) => !error.says_gone(vm.vmid),
    }
}
