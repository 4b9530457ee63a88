//! Lists for the hoster's pages: services by what they are searched for, and who has which address.

use super::services::{COLUMNS, service_of};
use super::{Error, Store, addresses};
use crate::address::Address;
use crate::model::{ServerId, ServiceId, UnixSeconds};
use crate::service::Service;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::net::IpAddr;

/// Which services a page shows. What is empty or `None` narrows nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// The local status.
    pub status: String,
    /// The server entry.
    pub server: Option<ServerId>,
    /// The node.
    pub node: String,
    /// A service or VMID, an address, or a part of a name, a domain or an address.
    pub search: String,
    /// Only those with an error.
    pub trouble: bool,
    /// Only those that [`Store::need_attention`] or [`Store::dns_attention`] names.
    pub attention: bool,
    /// The most rows.
    pub limit: u32,
    /// Rows to leave out before the first.
    pub offset: u64,
}

/// A page of services, and what there is to choose from.
#[derive(Debug)]
pub struct Overview {
    /// By number; a row that cannot be read says so and hides no other.
    pub services: Vec<Result<(Service, Vec<Address>), Error>>,
    /// How many the filter finds.
    pub total: u64,
    /// How many of all services have which status, by its name.
    pub counts: Vec<(String, u64)>,
    /// The nodes of all services.
    pub nodes: Vec<String>,
}

/// Who has an address.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leased {
    /// The address.
    pub ip: IpAddr,
    /// The service.
    pub service: ServiceId,
    /// Its server entry when the address was leased.
    pub server: ServerId,
    /// Since when.
    pub since: UnixSeconds,
}

impl Store {
    /// The services that a filter finds, lowest number first.
    pub fn overview(&self, filter: &Filter) -> Result<Overview, Error> {
        let connection = self.lock();
        read(&connection, filter).map_err(|source| self.sqlite(source))
    }

    /// Every leased address, of every server entry: an address is leased once in the whole store.
    pub fn leased(&self) -> Result<Vec<Leased>, Error> {
        let connection = self.lock();
        let read = || {
            connection
                .prepare_cached("SELECT address, service, server, leased_at FROM addresses")?
                .query_map([], |row| {
                    let address: String = row.get(0)?;
                    Ok(address.parse().ok().zip(Some((row.get(1)?, row.get(2)?, row.get(3)?))))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        let rows = read().map_err(|source| self.sqlite(source))?;
        let leased = |(ip, (service, server, since))| Leased {
            ip,
            service: ServiceId(service),
            server: ServerId(server),
            since,
        };
        Ok(rows.into_iter().flatten().map(leased).collect())
    }
}

fn read(connection: &Connection, filter: &Filter) -> rusqlite::Result<Overview> {
    let (condition, mut values) = condition(filter);
    let total = connection
        .prepare_cached(&format!("SELECT count(*) FROM services WHERE {condition}"))?
        .query_row(params_from_iter(&values), |row| row.get(0))?;
    values.push(Value::from(filter.limit));
    values.push(Value::from(i64::try_from(filter.offset).unwrap_or(i64::MAX)));
    let found = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM services WHERE {condition} ORDER BY id LIMIT ? OFFSET ?"
        ))?
        .query_map(params_from_iter(&values), service_of)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let services = found
        .into_iter()
        .map(|row| match row {
            Ok(service) => {
                let addresses = addresses::of_service(connection, service.id)?;
                Ok(Ok((service, addresses)))
            }
            Err(unreadable) => Ok(Err(unreadable)),
        })
        .collect::<rusqlite::Result<_>>()?;
    Ok(Overview {
        services,
        total,
        counts: list(
            connection,
            "SELECT status, count(*) FROM services GROUP BY status",
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?,
        nodes: list(
            connection,
            "SELECT json_extract(body, '$.node') AS node FROM services
             WHERE json_extract(body, '$.node') IS NOT NULL GROUP BY json_extract(body, '$.node') ORDER BY node",
            |row| row.get(0),
        )?,
    })
}

fn list<T>(
    connection: &Connection,
    sql: &str,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare_cached(sql)?.query_map([], read)?.collect()
}

/// The WHERE of a filter, only of conditions that narrow: SQLite then takes an index where there is one.
fn condition(filter: &Filter) -> (String, Vec<Value>) {
    let mut conditions = vec!["1".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let mut narrow = |condition: &str, wanted: Vec<Value>| {
        conditions.push(format!("({condition})"));
        values.extend(wanted);
    };
    if !filter.status.is_empty() {
        narrow("status = ?", vec![filter.status.clone().into()]);
    }
    if let Some(server) = filter.server {
        narrow("server = ?", vec![i64::try_from(server.0).unwrap_or(-1).into()]);
    }
    if !filter.node.is_empty() {
        narrow("json_extract(body, '$.node') = ?", vec![filter.node.clone().into()]);
    }
    if filter.trouble {
        narrow("json_extract(body, '$.trouble.code') IS NOT NULL", Vec::new());
    }
    if filter.attention {
        // each half by its index
        let either = format!(
            "id IN (SELECT id FROM services WHERE {} UNION SELECT service FROM dns WHERE attention = 1)",
            super::services::NEEDS_ATTENTION
        );
        narrow(&either, Vec::new());
    }
    let search = filter.search.trim().to_lowercase();
    if let Ok(number) = search.parse::<i64>() {
        narrow("id = ? OR vmid = ?", vec![number.into(), number.into()]);
    } else if let Ok(ip) = search.parse::<IpAddr>() {
        let exact = "id IN (SELECT service FROM addresses WHERE address = ?)";
        narrow(exact, vec![ip.to_string().into()]);
    } else if !search.is_empty() {
        // instr, not LIKE: a name may hold an underscore
        let part = "instr(lower(json_extract(body, '$.name')), ?) OR instr(lower(json_extract(body, '$.domain')), ?)
             OR id IN (SELECT service FROM addresses WHERE instr(address, ?))";
        narrow(part, vec![search.clone().into(), search.clone().into(), search.into()]);
    }
    (conditions.join(" AND "), values)
}
