//! Everything that needs somebody, in one look at the store: Proxmox VE is not asked.

use super::building::slow;
use super::overview::{counted, page_of_services};
use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::problems::Error;
use crate::server::{Pool, Usage};
use crate::store::{DnsMemory, Filter};
use crate::words::ids::{ServerId, ServiceId};
use crate::words::limits;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Services whose guest or records need somebody (a page of them, with `limit` and `offset`), builds that take much longer
/// than usual (`slow`, the longest; `slow_total` of them), the causes that several services' records have in common, address
/// pools that are nearly empty, and servers that do not answer.
///
/// `servers` are the server entries with their address lines: `[{"id": 1, "assigned_ips": "…"}]`. `total` counts it all.
pub fn attention(core: &Core, request: &Value) -> Result<Value, Error> {
    let filter = Filter {
        attention: true,
        limit: request::limit(request),
        offset: request::number(request, "offset").unwrap_or_default(),
        ..Filter::default()
    };
    let (mut reply, found) = page_of_services(core, &filter)?;
    let zones = common(&core.store.dns_attention(limits::LIST_ROWS)?);
    let pools = nearly_empty(core, &request::pools_of(request)?)?;
    let silent = silent(core)?;
    let (slow, slow_total) = slow(core)?;
    reply["services_total"] = json!(found.total);
    reply["total"] = json!(found.total + (slow_total + zones.len() + pools.len() + silent.len()) as u64);
    reply["slow"] = json!(slow);
    reply["slow_total"] = json!(slow_total);
    reply["zones"] = json!(zones);
    reply["pools"] = json!(pools);
    reply["silent"] = json!(silent);
    Ok(output::reply(reply))
}

/// What keeps the records of more than one service: it is mended once.
fn common(memories: &[(ServiceId, DnsMemory)]) -> Vec<Value> {
    let mut causes: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for trouble in memories.iter().flat_map(|(_, memory)| &memory.troubles) {
        *causes.entry((&trouble.code, &trouble.message)).or_default() += 1;
    }
    let several = causes.into_iter().filter(|(_, services)| *services > 1);
    several
        .map(|((code, message), services)| json!({"code": code, "message": message, "services": services}))
        .collect()
}

/// The families of each server entry of which fewer addresses are free than should be.
fn nearly_empty(core: &Core, entries: &[(ServerId, Pool)]) -> Result<Vec<Value>, Error> {
    let (ids, pools): (Vec<ServerId>, Vec<Pool>) = entries.iter().cloned().unzip();
    let leased = core.store.leased_of(&pools)?;
    let mut low = Vec::new();
    for ((server, pool), leased) in ids.iter().zip(&pools).zip(&leased) {
        for (family, usage) in counted(pool, &pool.usage(leased)) {
            if is_low(&usage, pool.warn) {
                let (total, free) = (usage.total, usage.free);
                low.push(json!({"server": server, "family": family, "total": total, "free": free}));
            }
        }
    }
    Ok(low)
}

fn is_low(usage: &Usage, level: Option<u64>) -> bool {
    match level {
        Some(level) => usage.free < level,
        None => usage.total > 0 && usage.free * limits::POOL_SHARE < usage.total,
    }
}

/// Those that were tried several times: a node that is started again is silent for a minute.
fn silent(core: &Core) -> Result<Vec<Value>, Error> {
    let now = core.clock.now();
    let is_lasting = |until: f64, tries: u32| {
        tries >= limits::SILENT_TOLD && (now - limits::SILENT_FORGOTTEN..=now + limits::SILENT_LONGEST).contains(&until)
    };
    let found = core.store.silences()?.into_iter();
    let lasting = found.filter(|(_, silent)| is_lasting(silent.until, silent.tries));
    Ok(lasting
        .map(|(server, silent)| json!({"server": server, "tries": silent.tries}))
        .collect())
}
