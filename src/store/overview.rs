//! Lists for the hoster's pages: services by what they are searched for, and who has which address.

use super::services::{ATTENTION, COLUMNS, service_of};
use super::sql::{Refusal, Sql, Value, values};
use super::{Error, Store, addresses};
use crate::address::Address;
use crate::model::{ServerId, ServiceId, UnixSeconds};
use crate::service::Service;
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
    /// Only those that [`News`](super::News) names as needing attention, for their guest or their records.
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
        self.read(|sql| Ok(read(sql, filter)?))
    }

    /// Every leased address, of every server entry: an address is leased once in the whole store.
    pub fn leased(&self) -> Result<Vec<Leased>, Error> {
        let select = "SELECT address, service, server, leased_at FROM @addresses";
        let rows = self.read(|sql| {
            Ok(sql.list(select, &[], |row| {
                let address: String = row.get(0)?;
                Ok(address.parse().ok().zip(Some((row.get(1)?, row.get(2)?, row.get(3)?))))
            })?)
        })?;
        let leased = |(ip, (service, server, since))| Leased {
            ip,
            service: ServiceId(service),
            server: ServerId(server),
            since,
        };
        Ok(rows.into_iter().flatten().map(leased).collect())
    }
}

fn read(sql: &mut dyn Sql, filter: &Filter) -> Result<Overview, Refusal> {
    let (condition, mut values) = condition(filter);
    let count = format!("SELECT COUNT(*) FROM @services WHERE {condition}");
    let total: Option<u64> = sql.value(&count, &values)?;
    values.extend([Value::from(filter.limit), Value::from(filter.offset)]);
    let page = format!("SELECT {COLUMNS} FROM @services WHERE {condition} ORDER BY id LIMIT ? OFFSET ?");
    let found = sql.list(&page, &values, service_of)?;
    let with_addresses = |row: Result<Service, Error>| match row {
        Ok(service) => {
            let addresses = addresses::of_service(sql, service.id)?;
            Ok(Ok((service, addresses)))
        }
        Err(unreadable) => Ok(Err(unreadable)),
    };
    let services = found.into_iter().map(with_addresses).collect::<Result<_, Refusal>>()?;
    Ok(Overview {
        services,
        total: total.unwrap_or_default(),
        counts: sql.list("SELECT status, COUNT(*) FROM @services GROUP BY status", &[], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?,
        nodes: sql.list(
            "SELECT node FROM @services WHERE node IS NOT NULL GROUP BY node ORDER BY node",
            &[],
            |row| row.get(0),
        )?,
    })
}

/// The WHERE of a filter, only of conditions that narrow: an index is taken where there is one.
fn condition(filter: &Filter) -> (String, Vec<Value>) {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let mut narrow = |condition: &str, wanted: &[Value]| {
        conditions.push(format!("({condition})"));
        values.extend_from_slice(wanted);
    };
    if !filter.status.is_empty() {
        narrow("status = ?", values![&filter.status]);
    }
    if let Some(server) = filter.server {
        narrow("server = ?", values![server.0]);
    }
    if !filter.node.is_empty() {
        narrow("node = ?", values![&filter.node]);
    }
    if filter.trouble {
        narrow("trouble IS NOT NULL", &[]);
    }
    if filter.attention {
        // each half by its index
        let either = format!(
            "id IN (SELECT id FROM @services WHERE {ATTENTION} = 1 UNION SELECT service FROM @dns WHERE attention = 1)"
        );
        narrow(&either, &[]);
    }
    let search = filter.search.trim().to_lowercase();
    if let Ok(number) = search.parse::<i64>() {
        narrow("id = ? OR vmid = ?", values![number, number]);
    } else if let Ok(ip) = search.parse::<IpAddr>() {
        let exact = "id IN (SELECT service FROM @addresses WHERE address = ?)";
        narrow(exact, values![ip.to_string()]);
    } else if !search.is_empty() {
        // instr, not LIKE: a name may hold an underscore
        let part = "instr(lower(name), ?) > 0 OR instr(lower(domain), ?) > 0
             OR id IN (SELECT service FROM @addresses WHERE instr(address, ?) > 0)";
        narrow(part, values![&search, &search, &search]);
    }
    (conditions.join(" AND "), values)
}
