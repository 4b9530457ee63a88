//! What the guests of a server have used: for WHMCS's usage and metric billing.

use crate::api::core::Core;
use crate::api::output::UsedOut;
use crate::api::request::{ServerIn, Text};
use crate::guest::traffic::{CLUSTER_LATE_BY, Sample};
use crate::problems::Error;
use crate::pve::{Client, VmSeen};
use crate::server::ServerEntry;
use crate::service::Service;
use crate::store::Measured;
use crate::words::calendar;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use crate::words::units::GIB;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Of which server entry, and when.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct UsageIn {
    /// The server entry.
    server: ServerIn,
    /// The cluster is asked where the last look is older, seconds; missing: 0.
    max_age_s: Value,
    /// The month of the traffic: `2026-11`; missing: the one of now.
    month: Text,
    /// How far WHMCS's clocks are ahead of UTC, seconds: by them its months begin; missing: not at all.
    utc_offset_s: Option<i32>,
}

/// What a server's services have used.
#[derive(Debug, Serialize)]
pub(in crate::api) struct UsageOut {
    /// Each service that was ever looked at.
    services: Vec<UsedOut>,
    /// Why the cluster could not be asked now, in a sentence; null where it was not asked, or has answered.
    error: Option<String>,
}

/// Traffic, memory and disks of a server's services.
///
/// Costs one request where the last look is older than `max_age_s`, else none. A cluster that does not answer leaves
/// what is known, and a sentence in `error`. Traffic belongs to the month in which it was seen, by WHMCS's clocks.
pub(in crate::api) fn usage_update(core: &Core, request: UsageIn) -> Result<UsageOut, Error> {
    let entry = request.server.parse()?;
    let now = core.clock.now();
    let utc_offset_s = request.utc_offset_s.unwrap_or_default();
    let max_age = crate::guest::decimal(&request.max_age_s).unwrap_or_default();
    let known = core.store.sampled_at(entry.id)?;
    let mut error = None;
    if known.is_none_or(|at| now - at >= max_age || at > now + limits::CLOCK_SECONDS) {
        let client = core.client(&entry, &Arc::default(), now + limits::WEB_SECONDS)?;
        error = sample(core, &entry, &client, utc_offset_s)
            .err()
            .map(|error| error.to_string());
    }
    let month = Some(request.month.0.as_str()).filter(|month| is_month(month));
    let month = month.map_or_else(|| calendar::month(now, utc_offset_s), str::to_owned);
    let used = core.store.used(entry.id, &month)?;
    let services = used.into_iter().map(|used| UsedOut::of(used, &month)).collect();
    Ok(UsageOut { services, error })
}

fn is_month(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |index: usize| bytes[index].is_ascii_digit();
    bytes.len() == 7 && bytes[4] == b'-' && [0, 1, 2, 3, 5, 6].into_iter().all(digit)
}

/// One look at all guests of the cluster, and when the next one is due. `utc_offset_s`: how far WHMCS's clocks are ahead of UTC.
pub(crate) fn sample(core: &Core, entry: &ServerEntry, client: &Client, utc_offset_s: i32) -> Result<(), Error> {
    let now = core.clock.now();
    let looked = look(core, entry, client, now, utc_offset_s);
    let again = limits::SAMPLE_SECONDS - limits::SAMPLE_RETRY_SECONDS;
    core.store
        .set_sampled(entry.id, if looked.is_ok() { now } else { now - again })?;
    looked
}

/// Those that carry a service's number and name are its guests.
fn look(core: &Core, entry: &ServerEntry, client: &Client, now: UnixSeconds, utc_offset_s: i32) -> Result<(), Error> {
    let guests = client.guests()?;
    let guests: BTreeMap<_, &VmSeen> = guests.iter().filter(|vm| vm.qemu).map(|vm| (vm.vmid, vm)).collect();
    let mut samples = Vec::new();
    for service in core.store.with_guest(entry.id)? {
        let seen = service.vmid.and_then(|vmid| guests.get(&vmid));
        let is_its = |vm: &&&VmSeen| service.has_guest() && vm.name.is_some() && service.body.name == vm.name;
        let Some(vm) = seen.filter(is_its) else {
            continue;
        };
        follow(core, &service, vm, now);
        samples.extend(measured(&service, vm, now));
    }
    core.store.add_samples(&calendar::month(now, utc_offset_s), &samples)?;
    let oldest = now - limits::TRAFFIC_MONTHS * 31.0 * calendar::DAY;
    Ok(core
        .store
        .forget_traffic_before(&calendar::month(oldest, utc_offset_s))?)
}

/// `None`: its node sends no statistics. What is not known is not 0.
fn measured(service: &Service, vm: &VmSeen, now: UnixSeconds) -> Option<Measured> {
    let (bytes_in, bytes_out) = vm.traffic?;
    // PVE lists the system disk alone
    let additional = service
        .body
        .package
        .as_ref()
        .map_or(0, |package| package.additional_disk_gib);
    Some(Measured {
        service: service.id,
        since: service.body.guest.held_since(),
        sample: Sample {
            at: now,
            late_by: CLUSTER_LATE_BY,
            uptime: vm.uptime?,
            bytes_in,
            bytes_out,
        },
        memory: vm.memory?,
        disk: Some(vm.disk?.saturating_add(additional.saturating_mul(GIB))),
    })
}

/// A guest that somebody has moved is found by the next page, too. Whoever works on the service finds it himself.
fn follow(core: &Core, service: &Service, vm: &VmSeen, now: UnixSeconds) {
    let moved = service.body.node.as_ref() != Some(&vm.node) && service.body.task.is_none();
    if !moved {
        return;
    }
    if let Ok(mut lease) = core.store.lease(service.id, now) {
        if lease.service.body.task.is_none() && lease.service.vmid == Some(vm.vmid) {
            lease.service.body.node = Some(vm.node.clone());
        }
        // whether it is the service's own is asked before anything is done to it
        let _ = core.store.release(&mut lease, now, &[]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_one_form() {
        assert!(is_month("2026-11"));
        for none in ["", "2026-1", "2026/11", "2026-1x", "202611x", "２６-１"] {
            assert!(!is_month(none), "{none}");
        }
    }
}
