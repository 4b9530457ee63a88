//! The addresses of a server entry, and whom a DNS zone concerns. From the store alone: Proxmox VE is not asked.

use crate::api::core::Core;
use crate::api::dns::ZoneIn;
use crate::api::request::{Number, ServerIn};
use crate::dns::ZoneConfig;
use crate::problems::Error;
use crate::server::{AddressLine, BadLine, Pool, Reserved, Usage};
use crate::store::Leased;
use crate::words::ids::{Bridge, ServiceId, UnixSeconds};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Which of a server entry's addresses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct PoolsIn {
    /// The server entry.
    server: ServerIn,
    /// Only the leases of this line; 0: those of this server entry that no line holds any more. Missing: all.
    line: Number,
    /// The most leases.
    limit: Number,
    /// Leases to leave out before the first.
    offset: Number,
    /// Only the line of this number.
    number: Number,
    /// The most lines.
    lines_limit: Number,
    /// Lines to leave out before the first.
    lines_offset: Number,
}

/// How full the address lines of a server entry are, and who has which address.
#[derive(Debug, Serialize)]
pub(in crate::api) struct PoolsOut {
    /// The lines that can be used.
    lines: Vec<LineOut>,
    /// How many there are.
    lines_total: usize,
    /// How full all lines are, by family (`4`, `6`).
    sums: BTreeMap<u8, Usage>,
    /// The lines that cannot be used.
    bad: Vec<BadLine>,
    /// Who has which address.
    leases: Vec<LeaseOut>,
    /// How many leases there are.
    leases_total: usize,
    /// How many addresses of this server entry no line holds any more.
    stray: usize,
    /// Staff are warned when fewer addresses of a family are free; null: when less than a tenth is.
    warn: Option<u64>,
    /// Addresses that nobody gets.
    reserved: Vec<ReservedOut>,
}

/// An address line.
#[derive(Debug, Serialize)]
struct LineOut {
    /// Its number, from 1.
    line: usize,
    /// The bridge of the network.
    bridge: Bridge,
    /// The VLAN; 0 = untagged.
    vlan: u16,
    /// 4 or 6.
    family: u8,
    /// The only or the first address.
    first: IpAddr,
    /// The last address.
    last: IpAddr,
    /// Prefix length of the network.
    prefix: u8,
    /// The gateway; null in a network without a way out.
    gateway: Option<IpAddr>,
    /// Resolvers.
    dns: Vec<IpAddr>,
    /// The zones that the names of its addresses are in.
    reverse_zones: Vec<String>,
    /// How full it is.
    #[serde(flatten)]
    usage: Usage,
}

/// Who has an address.
#[derive(Debug, Serialize)]
struct LeaseOut {
    /// The address.
    address: IpAddr,
    /// The service.
    service: ServiceId,
    /// Since when.
    since: UnixSeconds,
    /// The number of the line that holds it; 0: none does.
    line: u64,
}

/// Addresses that nobody gets.
#[derive(Debug, Serialize)]
struct ReservedOut {
    /// The number of their line, from 1.
    line: usize,
    /// The only or the first one.
    first: IpAddr,
    /// The last one.
    last: IpAddr,
    /// What they are for.
    note: String,
    /// The services that have one all the same.
    services: Vec<ServiceId>,
}

/// How full a pool is, by family (4, 6), from the usage of its lines.
pub(super) fn counted(pool: &Pool, usage: &[Usage]) -> BTreeMap<u8, Usage> {
    let mut sums: BTreeMap<u8, Usage> = BTreeMap::new();
    for (line, usage) in pool.lines.iter().zip(usage) {
        sums.entry(family_of(line)).or_default().add(usage);
    }
    sums
}

/// How full the address lines of a server entry are, and who has which address.
pub(in crate::api) fn pools(core: &Core, request: PoolsIn) -> Result<PoolsOut, Error> {
    let entry = request.server.parse()?;
    let pool = &entry.pool;
    let here = core.store.leased_in(pool, entry.id)?;
    let line_of = |ip: &IpAddr| pool.line_of(*ip).map_or(0, |line| line.line as u64);
    let stray = here.iter().filter(|ip| line_of(ip) == 0).count();
    let wanted = request.line.0;
    let listed = here.iter().filter(|ip| wanted.is_none_or(|line| line == line_of(ip)));
    let listed: Vec<IpAddr> = listed.copied().collect();
    let number = |number: Number, otherwise| number.0.map_or(otherwise, |number| number as usize);
    let shown: Vec<IpAddr> = listed
        .iter()
        .skip(number(request.offset, 0))
        .take(request.limit.limit() as usize)
        .copied()
        .collect();
    let lease = |one: &Leased| LeaseOut {
        address: one.ip,
        service: one.service,
        since: one.since,
        line: line_of(&one.ip),
    };
    let usage = pool.usage(&here);
    let lines = (pool.lines.iter().zip(&usage))
        .filter(|(line, _)| request.number.0.is_none_or(|number| number == line.line as u64))
        .skip(number(request.lines_offset, 0))
        .take(number(request.lines_limit, usize::MAX))
        .map(|(line, usage)| line_out(line, *usage));
    Ok(PoolsOut {
        lines: lines.collect(),
        lines_total: pool.lines.len(),
        sums: counted(pool, &usage),
        bad: pool.bad.clone(),
        leases: core.store.leases(&shown)?.iter().map(lease).collect(),
        leases_total: listed.len(),
        stray,
        warn: pool.warn,
        reserved: reserved(core, pool, &here)?,
    })
}

fn line_out(line: &AddressLine, usage: Usage) -> LineOut {
    LineOut {
        line: line.line,
        bridge: line.bridge.clone(),
        vlan: line.vlan,
        family: family_of(line),
        first: line.first,
        last: line.last,
        prefix: line.prefix,
        gateway: line.gateway,
        dns: line.dns.clone(),
        reverse_zones: line.reverse_zones(),
        usage,
    }
}

/// Addresses that nobody gets, and which of them a service has.
fn reserved(core: &Core, pool: &Pool, leased: &[IpAddr]) -> Result<Vec<ReservedOut>, Error> {
    let held = |ip: &&IpAddr| pool.reserved.iter().any(|kept| kept.first <= **ip && **ip <= kept.last);
    let held: Vec<IpAddr> = leased.iter().filter(held).take(limits::USED_SHOWN).copied().collect();
    let held = core.store.leases(&held)?;
    let row = |kept: &Reserved| {
        let theirs = held
            .iter()
            .filter(|lease| kept.first <= lease.ip && lease.ip <= kept.last);
        ReservedOut {
            line: kept.line,
            first: kept.first,
            last: kept.last,
            note: kept.note.clone(),
            services: theirs.map(|lease| lease.service).collect(),
        }
    };
    Ok(pool.reserved.iter().map(row).collect())
}

fn family_of(line: &AddressLine) -> u8 {
    if line.first.is_ipv4() { 4 } else { 6 }
}

/// The services that a DNS zone concerns.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ConcernedOut {
    /// The first of them by number.
    services: Vec<ServiceId>,
    /// How many there are.
    total: usize,
    /// Whether there may be more than `total` says.
    more: bool,
}

/// The services that have a name or an address in a zone.
pub(in crate::api) fn zone_services(core: &Core, request: ZoneIn) -> Result<ConcernedOut, Error> {
    let zone = ZoneConfig::named(&request.zone)?;
    let concerned = core.store.concerned(&zone)?;
    Ok(ConcernedOut {
        services: concerned.services,
        total: concerned.total,
        more: concerned.total >= limits::COUNTED,
    })
}
