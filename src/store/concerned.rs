//! The services that a DNS zone concerns: from the indices alone, and never more than are counted.

use super::overview::{ADDRESSES, LIST};
use super::services::{marks, numbers};
use super::sql::{Refusal, Sql, values};
use super::{Error, Store};
use crate::dns::Zone;
use crate::words::ids::ServiceId;
use crate::words::limits;
use std::collections::HashSet;
use std::net::IpAddr;

/// So many addresses are looked at in one statement.
const PART: usize = 5000;
/// So many services are asked for one by one.
const AT_ONCE: usize = 500;

/// The services that have a name or an address in a zone.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Concerned {
    /// The first of them by number.
    pub services: Vec<ServiceId>,
    /// How many there are; [`limits::COUNTED`] where there may be more.
    pub total: usize,
}

impl Store {
    /// The services with a domain in a zone and an address for it, or with an address in a zone and a domain for that.
    pub fn concerned(&self, zone: &Zone) -> Result<Concerned, Error> {
        let ids = self.read(|sql| {
            Ok(match zone.is_reverse() {
                false => named_in(sql, zone)?,
                true => addressed_in(sql, zone)?,
            })
        })?;
        let first = ids.iter().take(limits::LIST_ROWS as usize);
        Ok(Concerned {
            services: first.map(|id| ServiceId(*id)).collect(),
            total: ids.len(),
        })
    }
}

/// Those with a domain that is the zone's own name or below it. The domain is the end of what is searched.
fn named_in(sql: &mut dyn Sql, zone: &Zone) -> Result<Vec<u64>, Refusal> {
    let names = zone.names();
    let ends: Vec<String> = (names.iter())
        .flat_map(|name| [format!(".{name}"), format!("\n{name}")])
        .collect();
    let conditions: Vec<String> = (ends.iter())
        .map(|end| format!("substr(search, -{}) = ?", end.chars().count()))
        .collect();
    let select = format!(
        "SELECT id FROM @services {} WHERE id > ? AND ({}) ORDER BY id LIMIT {PART}",
        sql.by_index(LIST),
        conditions.join(" OR ")
    );
    let mut found = Vec::new();
    let mut after = 0_u64;
    loop {
        let mut values = values![after].to_vec();
        values.extend(ends.iter().map(super::sql::Value::from));
        let named: Vec<u64> = sql.list(&select, &values, |row| row.get(0))?;
        found.extend(with_address(sql, &named)?);
        found.truncate(limits::COUNTED);
        match named.last() {
            Some(last) if named.len() == PART && found.len() < limits::COUNTED => after = *last,
            _ => return Ok(found),
        }
    }
}

/// Those of some services that are in a list of numbers too. Many are found among all from the first to the last: a
/// question for each, or a join, is what a database is slow with.
fn those_in(sql: &mut dyn Sql, ids: &[u64], column: &str, from: &str) -> Result<Vec<u64>, Refusal> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
        return Ok(Vec::new());
    };
    let (among, values) = if ids.len() <= AT_ONCE {
        (format!("IN ({})", marks(ids)), numbers(ids))
    } else {
        ("BETWEEN ? AND ?".to_owned(), values![*first, *last].to_vec())
    };
    let mut there = HashSet::new();
    sql.texts(column, &format!("{from} AND {column} {among}"), &values, |id| {
        there.extend(id.parse::<u64>());
    })?;
    Ok(ids.iter().copied().filter(|id| there.contains(id)).collect())
}

fn with_address(sql: &mut dyn Sql, ids: &[u64]) -> Result<Vec<u64>, Refusal> {
    let from = format!("FROM @addresses {} WHERE 1 = 1", sql.by_index(ADDRESSES));
    those_in(sql, ids, "service", &from)
}

/// Those with an address in the zone.
fn addressed_in(sql: &mut dyn Sql, zone: &Zone) -> Result<Vec<u64>, Refusal> {
    let by_index = sql.by_index(ADDRESSES);
    let (begin, end) = zone.address_texts();
    let select = format!(
        "SELECT service, address FROM @addresses {by_index} WHERE service > ? AND address > ? AND address < ?
         ORDER BY service LIMIT {PART}"
    );
    let mut found = Vec::new();
    let mut after = 0_u64;
    loop {
        let values = values![after, &begin, &end];
        let mut rows: Vec<(u64, String)> = sql.list(&select, values, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let is_last = rows.len() < PART;
        if !is_last && let Some(last) = rows.last().map(|(service, _)| *service) {
            // the others of its addresses may be in the next part; nobody has a part full of them
            rows.retain(|(service, _)| *service != last);
        }
        let holds = |address: &str| address.parse::<IpAddr>().is_ok_and(|ip| zone.holds(ip));
        let mut ids: Vec<u64> = (rows.iter())
            .filter(|(_, address)| holds(address))
            .map(|(service, _)| *service)
            .collect();
        ids.dedup();
        found.extend(with_domain(sql, &ids)?);
        found.truncate(limits::COUNTED);
        match rows.last() {
            Some((service, _)) if !is_last && found.len() < limits::COUNTED => after = *service,
            _ => return Ok(found),
        }
    }
}

fn with_domain(sql: &mut dyn Sql, ids: &[u64]) -> Result<Vec<u64>, Refusal> {
    let from = format!("FROM @services {} WHERE substr(search, -1) <> '\n'", sql.by_index(LIST));
    those_in(sql, ids, "id", &from)
}
