//! The guests of a server that are services' own: for WHMCS's Server Sync.

use crate::api::core::Core;
use crate::api::request::OfServer;
use crate::problems::Error;
use crate::pve::VmSeen;
use crate::words::ids::{ServiceId, UnixSeconds, Vmid};
use crate::words::limits;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// The services of a server entry.
#[derive(Debug, Serialize)]
pub(in crate::api) struct AccountsOut {
    /// Those whose guest is in the cluster.
    accounts: Vec<AccountOut>,
}

/// A service with its guest.
#[derive(Debug, Serialize)]
struct AccountOut {
    /// Its number.
    service: ServiceId,
    /// The number of its guest.
    vmid: Option<Vmid>,
    /// The guest's name.
    name: Option<String>,
    /// Name and main domain; null where it has none.
    domain: Option<String>,
    /// Its first address; null where it has none.
    address: Option<IpAddr>,
    /// Since when it is a service.
    since: UnixSeconds,
    /// Whether it is suspended.
    suspended: bool,
}

/// Every service of the entry whose guest is in the cluster. One request.
///
/// A guest is told by its number and name, as usage is: nothing is done to it here, and whoever does something reads its marker.
pub(in crate::api) fn accounts(core: &Core, request: OfServer) -> Result<AccountsOut, Error> {
    let entry = request.server.parse()?;
    let client = core.client(&entry, &Arc::default(), core.clock.now() + limits::WEB_SECONDS)?;
    let guests = client.guests()?;
    let guests: BTreeMap<_, &VmSeen> = guests.iter().filter(|vm| vm.qemu).map(|vm| (vm.vmid, vm)).collect();
    let mut accounts = Vec::new();
    for service in core.store.with_guest(entry.id)? {
        let seen = service.vmid.and_then(|vmid| guests.get(&vmid));
        if !seen.is_some_and(|vm| service.has_guest() && vm.name.is_some() && vm.name == service.body.name) {
            continue;
        }
        let (_, addresses) = core.store.service(service.id)?;
        accounts.push(AccountOut {
            service: service.id,
            vmid: service.vmid,
            name: service.body.name,
            domain: service.body.domain,
            address: addresses.first().map(|address| address.ip),
            since: service.created_at,
            suspended: service.body.suspended,
        });
    }
    Ok(AccountsOut { accounts })
}
