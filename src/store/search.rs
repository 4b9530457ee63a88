//! The search for free addresses: read only, so that nobody waits for it.
//!
//! What is leased is read a block of addresses at a time, never address by address: a full line of 65,536 costs three
//! statements. A block is a range of texts in the key of the table: all addresses that have all but their last octet
//! (of IPv6 the last group) in common begin with the same characters.

use super::addresses::{HOLDER, Place, Reservation, address_of, reached, set_reached, sortable};
use super::sql::{Abort, Refusal, Sql, values};
use super::{Error, Store};
use crate::package::Package;
use crate::server::address::Address;
use crate::server::{AddressLine, Family, Part, Pool};
use crate::words::ids::ServerId;
use crate::words::limits;
use std::cell::RefCell;
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What was found free of a family.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) family: Family,
    /// As many as the service needs, and a few more, in the order in which they are to be taken.
    pub(super) free: Vec<(IpAddr, &'a AddressLine)>,
    pub(super) hints: Vec<Hint>,
}

/// How far a search has come in a line.
#[derive(Debug)]
pub(super) struct Hint {
    line: Place,
    /// What was known of the line when the search came to it.
    known: Option<Place>,
    begin: IpAddr,
    reached: IpAddr,
}

impl Hint {
    /// Writes it down, unless somebody has come further meanwhile, or has freed an address.
    pub(super) fn keep(&self, sql: &mut dyn Sql) -> Result<(), Refusal> {
        if self.begin == self.reached || reached(sql, self.line)? != self.known {
            return Ok(());
        }
        set_reached(sql, self.line, sortable(self.reached))
    }
}

/// How many addresses of a family a package has.
pub(super) fn count(package: &Package, family: Family) -> usize {
    match family {
        Family::V4 => package.ipv4_count as usize,
        Family::V6 => package.ipv6_count as usize,
    }
}

/// The free addresses that a service needs beside those it has, or [`Error::NoAddress`].
pub(super) fn free<'a>(
    sql: &mut dyn Sql,
    server: ServerId,
    wanted: &Reservation<'a>,
    held: &[Address],
) -> Result<Vec<Found<'a>>, Abort> {
    let mut leases = Leases::default();
    let mut all = Vec::new();
    for family in [Family::V4, Family::V6] {
        let has = held.iter().filter(|address| address.family() == family).count();
        let needed = count(wanted.package, family).saturating_sub(has);
        if needed == 0 {
            continue;
        }
        let mut tried = 0;
        let mut enough = None;
        for by_hint in [true, false] {
            let (found, candidates) = search(sql, &mut leases, wanted, (family, needed), by_hint)?;
            tried = candidates;
            if found.free.len() >= needed {
                enough = Some(found);
                break;
            }
        }
        all.push(enough.ok_or_else(|| none_left(family, tried, server))?);
    }
    Ok(all)
}

fn none_left(family: Family, tried: u32, server: ServerId) -> Error {
    Error::NoAddress {
        family: if family == Family::V4 { "IPv4" } else { "IPv6" },
        free_of: match tried {
            0 => "no candidates, so none".to_owned(),
            tried => format!("all {tried} candidates"),
        },
        server,
    }
}

/// The first free addresses of the lines that suit, and how many were looked at.
fn search<'a>(
    sql: &mut dyn Sql,
    leases: &mut Leases,
    wanted: &Reservation<'a>,
    (family, needed): (Family, usize),
    by_hint: bool,
) -> Result<(Found<'a>, u32), Refusal> {
    let package = wanted.package;
    // a line's hint is read when the search comes to the line: most end in the first one
    let sql = RefCell::new(sql);
    let known = RefCell::new(None);
    let start = |line: &AddressLine| {
        // who is refused here is refused the next statement too
        let hint = match by_hint && line.first != line.last {
            true => reached(&mut **sql.borrow_mut(), sortable(line.first)).ok().flatten(),
            false => None,
        };
        *known.borrow_mut() = hint;
        hint.and_then(|at| address_of(at, line.first)).unwrap_or(line.first)
    };
    let candidates = (wanted.pool).candidates_from(family, package.bridge.as_ref(), package.vlan, start);
    let mut found = Found {
        family,
        free: Vec::new(),
        hints: Vec::new(),
    };
    let mut tried = 0;
    for (ip, line) in candidates {
        tried += 1;
        let is_spare = found.free.len() >= needed;
        if is_spare && (found.free.len() >= needed + limits::SPARE_ADDRESSES || !leases.knows(ip)) {
            break;
        }
        if !is_spare {
            let place = sortable(line.first);
            match found.hints.last_mut() {
                Some(hint) if hint.line == place => hint.reached = ip,
                _ => found.hints.push(Hint {
                    line: place,
                    known: known.borrow_mut().take(),
                    begin: ip,
                    reached: ip,
                }),
            }
        }
        if !leases.has(&mut **sql.borrow_mut(), ip)? {
            found.free.push((ip, line));
        }
    }
    if !by_hint {
        // what is known of the lines was not asked for
        found.hints.clear();
    }
    Ok((found, tried))
}

/// The leased addresses, as far as they were asked for.
#[derive(Default)]
struct Leases {
    /// The blocks that were read, by family and the bits that they have in common.
    read: HashSet<Block>,
    leased: HashSet<IpAddr>,
    /// Every leased address was read.
    all: bool,
}

/// The family, how many bits are left out at the end, and the others.
type Block = (Family, u32, u128);

/// All addresses that share all but so many bits with one; and the characters that they begin with.
fn block(ip: IpAddr, bits: u32) -> (Block, String) {
    let text = match ip {
        IpAddr::V4(ip) if bits == 16 => ip.to_string().split_inclusive('.').take(2).collect(),
        IpAddr::V4(ip) => ip.to_string().split_inclusive('.').take(3).collect(),
        // the last group of an address can be a zero that is not written: not so that of its neighbour
        IpAddr::V6(ip) => {
            let neighbour = Ipv6Addr::from_bits(ip.to_bits() | 1).to_string();
            let end = neighbour.rfind(':').map_or(0, |colon| colon + 1);
            neighbour[..end].to_owned()
        }
    };
    (key(ip, bits), text)
}

fn key(ip: IpAddr, bits: u32) -> Block {
    match ip {
        IpAddr::V4(ip) => (Family::V4, bits, u128::from(ip.to_bits() >> bits)),
        IpAddr::V6(ip) => (Family::V6, bits, ip.to_bits() >> bits),
    }
}

/// A small block and a large one of a family.
fn sizes(ip: IpAddr) -> [u32; 2] {
    if ip.is_ipv4() { [8, 16] } else { [16, 16] }
}

impl Leases {
    /// Whether it is known of an address if it is leased, without asking.
    fn knows(&self, ip: IpAddr) -> bool {
        self.all || (!is_written_otherwise(ip) && sizes(ip).iter().any(|bits| self.read.contains(&key(ip, *bits))))
    }

    /// Whether an address is leased. The first one of a block asks for the whole block, the first one after a few small
    /// blocks for a large one, and after many blocks all is read: whatever the lines look like, these are few statements.
    fn has(&mut self, sql: &mut dyn Sql, ip: IpAddr) -> Result<bool, Refusal> {
        if self.knows(ip) {
            return Ok(self.leased.contains(&ip));
        }
        if is_written_otherwise(ip) && self.read.len() < limits::ADDRESS_BLOCKS {
            if self.read.insert(key(ip, 0)) && sql.row(HOLDER, values![ip.to_string()])?.is_some() {
                self.leased.insert(ip);
            }
            return Ok(self.leased.contains(&ip));
        }
        let [small, large] = sizes(ip);
        let siblings = self.read.iter().filter(|(_, bits, _)| *bits == small).count();
        let (block, begin) = block(ip, if siblings < 2 { small } else { large });
        self.read_block(sql, block, &begin)?;
        Ok(self.leased.contains(&ip))
    }

    fn read_block(&mut self, sql: &mut dyn Sql, block: Block, begin: &str) -> Result<(), Refusal> {
        let leased = &mut self.leased;
        let add = |address: &str| leased.extend(address.parse::<IpAddr>());
        if self.read.len() >= limits::ADDRESS_BLOCKS {
            self.all = true;
            return sql.texts("address", "FROM @addresses", &[], add);
        }
        self.read.insert(block);
        let mut end = begin.to_owned();
        // the character after the point is the slash, that after the colon the semicolon
        let last = end.pop().map_or('\0', |last| char::from(last as u8 + 1));
        end.push(last);
        let part = "FROM @addresses WHERE address > ? AND address < ?";
        sql.texts("address", part, values![begin, end], add)
    }
}

/// An address of IPv6 whose last group is zero: where the text leaves zeros out depends on it.
fn is_written_otherwise(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.segments()[7] == 0)
}

impl Store {
    /// The leased addresses of each of several pools, in order. However many pools there are, these are few statements.
    pub fn leased_of(&self, pools: &[Pool]) -> Result<Vec<Vec<IpAddr>>, Error> {
        self.read(|sql| {
            let mut leases = Leases::default();
            for (first, last) in pools.iter().flat_map(Pool::parts) {
                for ip in firsts_of_blocks(first, last) {
                    leases.has(sql, ip)?;
                }
            }
            let mut all: Vec<IpAddr> = leases.leased.into_iter().collect();
            all.sort_unstable();
            let of_part = |(first, last): Part| {
                let begin = all.partition_point(|ip| *ip < first);
                let end = all.partition_point(|ip| *ip <= last);
                all.get(begin..end).unwrap_or_default()
            };
            Ok(pools
                .iter()
                .map(|pool| pool.parts().flat_map(of_part).copied().collect())
                .collect())
        })
    }

    /// The leased addresses of a pool and those that a server entry has leased, in order.
    pub fn leased_in(&self, pool: &Pool, server: ServerId) -> Result<Vec<IpAddr>, Error> {
        self.read(|sql| {
            let mut leases = Leases::default();
            for (first, last) in pool.parts() {
                for ip in firsts_of_blocks(first, last) {
                    leases.has(sql, ip)?;
                }
            }
            let of_pool = leases.leased.into_iter().filter(|ip| pool.line_of(*ip).is_some());
            let mut all: Vec<IpAddr> = of_pool.collect();
            let of_server = "FROM @addresses WHERE server = ?";
            sql.texts("address", of_server, values![server.0], |stray| {
                all.extend(stray.parse::<IpAddr>());
            })?;
            all.sort_unstable();
            all.dedup();
            Ok(all)
        })
    }
}

/// An address of each small block that a part meets, and those that are asked for one by one.
fn firsts_of_blocks(first: IpAddr, last: IpAddr) -> Vec<IpAddr> {
    match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            let (first, last) = (first.to_bits(), last.to_bits());
            let block = |block: u32| IpAddr::from(Ipv4Addr::from_bits((block << 8).max(first)));
            (first >> 8..=last >> 8).map(block).collect()
        }
        (IpAddr::V6(first), IpAddr::V6(last)) => {
            let (first, last) = (first.to_bits(), last.to_bits());
            let block = |block: u128| {
                let zero = block << 16;
                let inner = zero.max(first).max(zero + 1);
                let zero = (zero >= first).then_some(zero);
                zero.into_iter().chain((inner <= last).then_some(inner))
            };
            let ips = (first >> 16..=last >> 16).flat_map(block);
            ips.map(|bits| IpAddr::from(Ipv6Addr::from_bits(bits))).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
