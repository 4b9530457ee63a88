//! The guests of a server that are services' own: for WHMCS's Server Sync.

use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::problems::Error;
use crate::pve::VmSeen;
use crate::words::limits;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// `{"server"}` → `accounts`: every service of the entry whose guest is in the cluster, with its number, name, domain and first
/// address, since when it is a service, and whether it is suspended. One request.
///
/// A guest is told by its number and name, as usage is: nothing is done to it here, and whoever does something reads its marker.
pub fn accounts(core: &Core, request: &Value) -> Result<Value, Error> {
    let entry = request::server_of(request)?;
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
        accounts.push(json!({
            "service": service.id, "vmid": service.vmid, "name": service.body.name, "domain": service.body.domain,
            "address": addresses.first().map(|address| address.ip), "since": service.created_at,
            "suspended": service.body.suspended,
        }));
    }
    Ok(output::reply(json!({"accounts": accounts})))
}
