//! Everything that needs somebody, in one look at the store: Proxmox VE is not asked.

use super::building::{SlowOut, SlowlyBuilt, slow, slowly_built};
use super::overview::{ServicesPage, page_of_services};
use super::pools::counted;
use crate::api::core::Core;
use crate::api::request::{Number, ServerIn};
use crate::problems::Error;
use crate::pve::Silent;
use crate::server::{Pool, Usage};
use crate::store::{DnsMemory, Filter, Ran};
use crate::words::ids::{ServerId, ServiceId, UnixSeconds};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which part of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct AttentionIn {
    /// The most services.
    limit: Number,
    /// Services to leave out before the first.
    offset: Number,
    /// The server entries with their address lines; nothing else of them is looked at.
    servers: Vec<ServerIn>,
    /// What has ended since then is counted and judged too; missing: nothing is.
    ran_since: Option<UnixSeconds>,
}

/// Everything that needs somebody.
#[derive(Debug, Serialize)]
pub(in crate::api) struct AttentionPage {
    /// A page of the services whose guest or records do.
    #[serde(flatten)]
    page: ServicesPage,
    /// How many of them there are.
    services_total: u64,
    /// How much there is in all.
    total: u64,
    /// Builds that take much longer than usual and that nothing else is told of, the longest first.
    slow: Vec<SlowOut>,
    /// How many of them there are.
    slow_total: usize,
    /// Causes that several services' records have in common.
    zones: Vec<CommonOut>,
    /// Address pools that are nearly empty.
    pools: Vec<LowOut>,
    /// Servers that do not answer.
    silent: Vec<SilentOut>,
    /// How often what was asked for has ended, what ran most first; missing where it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    ran: Option<Vec<Ran>>,
    /// What was built since then and has taken much longer than usual, the newest first; missing where it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    slowly_built: Option<Vec<SlowlyBuilt>>,
}

/// What keeps the records of more than one service: it is mended once.
#[derive(Debug, Serialize)]
struct CommonOut {
    /// The code: a row of the table of problems.
    code: String,
    /// In a sentence for staff.
    message: String,
    /// Of how many services.
    services: u64,
}

/// A family of which fewer addresses are free than should be.
#[derive(Debug, Serialize)]
struct LowOut {
    /// The server entry.
    server: ServerId,
    /// 4 or 6.
    family: u8,
    /// Addresses that can be leased.
    total: u64,
    /// Those of them that nobody has.
    free: u64,
}

/// A server that does not answer.
#[derive(Debug, Serialize)]
struct SilentOut {
    /// The server entry.
    server: ServerId,
    /// How often it was tried.
    tries: u32,
}

/// Everything that needs somebody, in one look at the store.
pub(in crate::api) fn attention(core: &Core, request: AttentionIn) -> Result<AttentionPage, Error> {
    let filter = Filter {
        attention: true,
        limit: request.limit.limit(),
        offset: request.offset.0.unwrap_or_default(),
        ..Filter::default()
    };
    let (page, found) = page_of_services(core, &filter)?;
    let zones = common(core.store.dns_attention(limits::LIST_ROWS)?);
    let pools = nearly_empty(core, &request.servers)?;
    let silent = silent(core)?;
    let (slow, slow_total) = slow(core)?;
    let ran = request.ran_since.map(|since| core.store.ran(since)).transpose()?;
    let slowly_built = request.ran_since.map(|since| slowly_built(core, since)).transpose()?;
    Ok(AttentionPage {
        page,
        services_total: found.total,
        total: found.total + (slow_total + zones.len() + pools.len() + silent.len()) as u64,
        slow,
        slow_total,
        zones,
        pools,
        silent,
        ran,
        slowly_built,
    })
}

fn common(memories: Vec<(ServiceId, DnsMemory)>) -> Vec<CommonOut> {
    let mut causes: BTreeMap<(String, String), u64> = BTreeMap::new();
    for trouble in memories.into_iter().flat_map(|(_, memory)| memory.troubles) {
        *causes.entry((trouble.code, trouble.message)).or_default() += 1;
    }
    let several = causes.into_iter().filter(|(_, services)| *services > 1);
    let out = |((code, message), services)| CommonOut {
        code,
        message,
        services,
    };
    several.map(out).collect()
}

fn nearly_empty(core: &Core, entries: &[ServerIn]) -> Result<Vec<LowOut>, Error> {
    let pools: Vec<Pool> = entries.iter().map(ServerIn::pool).collect();
    let leased = core.store.leased_of(&pools)?;
    let mut low = Vec::new();
    for ((entry, pool), leased) in entries.iter().zip(&pools).zip(&leased) {
        for (family, usage) in counted(pool, &pool.usage(leased)) {
            if is_low(&usage, pool.warn) {
                let (server, total, free) = (entry.server_id(), usage.total, usage.free);
                low.push(LowOut {
                    server,
                    family,
                    total,
                    free,
                });
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
fn silent(core: &Core) -> Result<Vec<SilentOut>, Error> {
    let now = core.clock.now();
    let is_lasting = |until: f64, tries: u32| {
        tries >= limits::SILENT_TOLD && (now - limits::SILENT_FORGOTTEN..=now + limits::SILENT_LONGEST).contains(&until)
    };
    let found = core.store.silences()?.into_iter();
    let lasting = found.filter(|(_, silent)| is_lasting(silent.until, silent.tries));
    let out = |(server, silent): (ServerId, Silent)| SilentOut {
        server,
        tries: silent.tries,
    };
    Ok(lasting.map(out).collect())
}
