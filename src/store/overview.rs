//! Lists for the hoster's pages: services by what they are searched for, and who has which address.

use super::operations::{self, Operation};
use super::outbox;
use super::services::{self, ATTENTION, Shown};
use super::sql::{Refusal, Sql, Value, marks_of, values};
use super::{Error, Store};
use crate::words::ids::{ServerId, ServiceId, UnixSeconds};
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

/// In which order a page shows its services.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Lowest number first.
    #[default]
    Number,
    /// Highest number first.
    Newest,
    /// By name.
    Name,
    /// Only those that something was asked of and is not done, longest waiting first.
    Waiting,
}

impl Sort {
    /// Their words, the usual one first.
    pub const WORDS: [&str; 4] = ["number", "newest", "name", "waiting"];

    /// The order of a word of a request; any other word is the usual one.
    pub fn named(word: &str) -> Sort {
        let all = [Sort::Number, Sort::Newest, Sort::Name, Sort::Waiting];
        let at = Sort::WORDS.iter().position(|one| *one == word);
        at.map_or(Sort::Number, |at| all[at])
    }
}

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
    /// Only those that [`News`](super::News) names as needing attention, for their guest, their records or what
    /// was not delivered.
    pub attention: bool,
    /// Only those that something was asked of and is not done.
    pub busy: bool,
    /// Only these: WHMCS knows what they have in common.
    pub only: Option<BTreeSet<u64>>,
    /// In which order.
    pub sort: Sort,
    /// The most rows.
    pub limit: u32,
    /// Rows to leave out before the first.
    pub offset: u64,
}

/// A page of services, and what there is to choose from.
#[derive(Debug)]
pub struct Overview {
    /// In the order that was asked for.
    pub services: Vec<Shown>,
    /// How many the filter finds.
    pub total: u64,
    /// How many of all services have which status, by its name.
    pub counts: Vec<(String, u64)>,
    /// The nodes of all services.
    pub nodes: Vec<String>,
    /// Of how many services something was asked and is not done.
    pub busy: u64,
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
    /// The services that a filter finds.
    pub fn overview(&self, filter: &Filter) -> Result<Overview, Error> {
        self.read(|sql| Ok(read(sql, filter)?))
    }

    /// The unfinished operation of each of several services; one that changes its guest before any other.
    pub fn unfinished_of(&self, ids: &[u64]) -> Result<HashMap<ServiceId, Operation>, Error> {
        self.read(|sql| Ok(operations::unfinished_of(sql, ids)?))
    }

    /// Who has some addresses.
    pub fn leases(&self, ips: &[IpAddr]) -> Result<Vec<Leased>, Error> {
        if ips.is_empty() {
            return Ok(Vec::new());
        }
        let marks = vec!["?"; ips.len()].join(", ");
        let select = format!("SELECT address, service, server, leased_at FROM @addresses WHERE address IN ({marks})");
        let values: Vec<Value> = ips.iter().map(|ip| Value::from(ip.to_string())).collect();
        let rows = self.read(|sql| {
            Ok(sql.list(&select, &values, |row| {
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
        let mut leases: Vec<Leased> = rows.into_iter().flatten().map(leased).collect();
        leases.sort_unstable_by_key(|lease| lease.ip);
        Ok(leases)
    }
}

/// All that the tables of services are narrowed by stands in this index, by number.
pub(super) const LIST: &str = "services_list";
/// The same by server entry, and in it by number.
pub(super) const ENTRY: &str = "services_entry";
/// The same by name.
pub(super) const NAMED: &str = "services_named";
/// The services of a status stand in this index, by number.
const STATUS: &str = "services_status";
/// What was asked and is not done stands in this index, by service.
const PLACE: &str = "operations_place";
/// Every address stands in this index, by service.
pub(super) const ADDRESSES: &str = "addresses_service";

pub(super) const STATUSES: &str = "SELECT status, COUNT(*) FROM @services GROUP BY status";

fn read(sql: &mut dyn Sql, filter: &Filter) -> Result<Overview, Refusal> {
    let counts: Vec<(String, u64)> = sql.list(STATUSES, &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let is_in_order = match filter.sort {
        Sort::Number | Sort::Newest => true,
        Sort::Name => filter.status.is_empty(),
        Sort::Waiting => false,
    };
    let (ids, total) = if is_in_order && *filter == filter.of_a_status() {
        let is_meant = |status: &str| filter.status.is_empty() || status == filter.status;
        let meant = counts.iter().filter(|(status, _)| is_meant(status));
        let all = meant.map(|(_, count)| count).sum();
        (page_of_all(sql, filter, all)?, all)
    } else {
        page_of_some(sql, filter)?
    };
    let mut nodes: Vec<String> = sql.list(&sql.each("node"), &[], |row| row.get(0))?;
    nodes.sort_unstable();
    let place = sql.by_index(PLACE);
    let busy: Option<u64> = sql.value(
        &format!("SELECT COUNT(*) FROM @operations {place} WHERE place > -1"),
        &[],
    )?;
    Ok(Overview {
        services: in_order(services::several(sql, &ids)?, &ids),
        total,
        counts,
        nodes,
        busy: busy.unwrap_or_default(),
    })
}

/// What was read by number, as the page lists it.
fn in_order(mut services: Vec<Shown>, ids: &[u64]) -> Vec<Shown> {
    let places: HashMap<u64, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let place = |shown: &Shown| match shown {
        Ok((service, _)) => places.get(&service.id.0).copied(),
        Err(Error::Corrupt { service, .. }) => places.get(&service.0).copied(),
        Err(_) => None,
    };
    services.sort_by_key(place);
    services
}

/// A page of all services, or of those with a status, counted from the nearer end: the last one costs no more than the
/// first.
fn page_of_all(sql: &mut dyn Sql, filter: &Filter, all: u64) -> Result<Vec<u64>, Refusal> {
    let rows = all.saturating_sub(filter.offset).min(u64::from(filter.limit));
    let after = all.saturating_sub(filter.offset).saturating_sub(rows);
    let backwards = after < filter.offset;
    let skipped = if backwards { after } else { filter.offset };
    let is_down = backwards != (filter.sort == Sort::Newest);
    let way = if is_down { "DESC" } else { "ASC" };
    let mut values = Vec::new();
    let (index, meant) = if !filter.status.is_empty() {
        values.push(Value::from(&filter.status));
        (STATUS, "WHERE status = ?")
    } else if filter.sort == Sort::Name {
        (NAMED, "")
    } else {
        (LIST, "")
    };
    values.extend_from_slice(values![rows, skipped]);
    let order = match filter.sort {
        Sort::Name => format!("search {way}, id {way}"),
        Sort::Number | Sort::Newest | Sort::Waiting => format!("id {way}"),
    };
    let list = sql.by_index(index);
    let page = format!("SELECT id FROM @services {list} {meant} ORDER BY {order} LIMIT ? OFFSET ?");
    let mut ids: Vec<u64> = sql.list(&page, &values, |row| row.get(0))?;
    if backwards {
        ids.reverse();
    }
    Ok(ids)
}

/// A page of the services that a filter narrows, and how many there are.
fn page_of_some(sql: &mut dyn Sql, filter: &Filter) -> Result<(Vec<u64>, u64), Refusal> {
    let Narrowed { from, mut values } = narrowed(sql, filter);
    let number_of_values = values.len();
    values.extend([Value::from(filter.limit), Value::from(filter.offset)]);
    let order = match filter.sort {
        Sort::Number => "s.id",
        Sort::Newest => "s.id DESC",
        Sort::Name => "s.search, s.id",
        Sort::Waiting => "a0.since, s.id",
    };
    let page = format!("SELECT s.id {from} ORDER BY {order} LIMIT ? OFFSET ?");
    let ids: Vec<u64> = sql.list(&page, &values, |row| row.get(0))?;
    let shown = ids.len() as u64;
    if shown < u64::from(filter.limit) && (shown > 0 || filter.offset == 0) {
        return Ok((ids, filter.offset + shown));
    }
    let count = format!("SELECT COUNT(*) {from}");
    let total: Option<u64> = sql.value(&count, &values[..number_of_values])?;
    Ok((ids, total.unwrap_or_default()))
}

/// The FROM and WHERE of a filter over `s`, and their values.
struct Narrowed {
    from: String,
    values: Vec<Value>,
}

impl Filter {
    /// The same page of all services that have its status.
    fn of_a_status(&self) -> Filter {
        Filter {
            status: self.status.clone(),
            sort: self.sort,
            limit: self.limit,
            offset: self.offset,
            ..Filter::default()
        }
    }

    /// What is searched for, in small letters.
    fn searched(&self) -> String {
        self.search.trim().to_lowercase()
    }
}

/// Whether it may be a part of an address: nothing else is looked for among them.
fn may_be_of_address(search: &str) -> bool {
    search
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || b".:".contains(&byte))
}

/// The services that are found by a number, an address or a part of one: a statement and its values. `None` where only a
/// name can be meant.
fn found_by(sql: &dyn Sql, search: &str) -> Option<(String, Vec<Value>)> {
    if let Ok(number) = search.parse::<i64>() {
        let ids = "SELECT id FROM @services WHERE id = ? UNION SELECT id FROM @services WHERE vmid = ?";
        return Some((ids.to_owned(), values![number, number].to_vec()));
    }
    if let Ok(ip) = search.parse::<IpAddr>() {
        let ids = "SELECT service AS id FROM @addresses WHERE address = ?";
        return Some((ids.to_owned(), values![ip.to_string()].to_vec()));
    }
    if search.is_empty() || !may_be_of_address(search) {
        return None;
    }
    let (all, addresses) = (sql.by_index(LIST), sql.by_index(ADDRESSES));
    // instr, not LIKE: a name may hold an underscore
    let ids = format!(
        "SELECT id FROM @services {all} WHERE instr(search, ?) > 0
         UNION SELECT service AS id FROM @addresses {addresses} WHERE instr(address, ?) > 0"
    );
    Some((ids, values![search, search].to_vec()))
}

/// Whatever is asked for, no more is read than the index of all services once, and that of all addresses where a part
/// of one is searched for. Where few can be meant, these are found first.
fn narrowed(sql: &dyn Sql, filter: &Filter) -> Narrowed {
    let mut among: Vec<String> = Vec::new();
    let mut conditions = vec!["1 = 1"];
    let (mut values, mut narrowing) = (Vec::new(), Vec::new());
    let search = filter.searched();
    if filter.busy || filter.sort == Sort::Waiting {
        // the first one: the order of the page is by it
        let place = sql.by_index(PLACE);
        among.push(format!(
            "SELECT place AS id, created_at AS since FROM @operations {place} WHERE place > -1"
        ));
    }
    if let Some(only) = &filter.only {
        if let Some((marked, marks)) = sql.is_marked().zip(marks_of(only)) {
            conditions.push(marked);
            narrowing.push(Value::from(marks));
        } else {
            among.push(sql.numbers().to_owned());
            values.push(Value::from(serde_json::to_string(only).unwrap_or_default()));
        }
    }
    if let Some((ids, of)) = found_by(sql, &search) {
        among.push(ids);
        values.extend(of);
    } else if !search.is_empty() {
        conditions.push("instr(s.search, ?) > 0");
        narrowing.push(Value::from(&search));
    }
    if filter.attention {
        // each part by its index
        among.push(format!(
            "SELECT id FROM @services WHERE {ATTENTION} = 1 UNION SELECT service AS id FROM @dns WHERE attention = 1
             UNION {}",
            outbox::select_failing_services()
        ));
    }
    if !filter.status.is_empty() {
        conditions.push("s.status = ?");
        narrowing.push(Value::from(&filter.status));
    }
    if let Some(server) = filter.server {
        conditions.push("s.server = ?");
        narrowing.push(Value::from(server.0));
    }
    if !filter.node.is_empty() {
        conditions.push("s.node = ?");
        narrowing.push(Value::from(&filter.node));
    }
    if filter.trouble {
        conditions.push("s.troubled = 1");
    }
    let list = sql.by_index(match filter.sort {
        _ if filter.server.is_some() => ENTRY,
        Sort::Name if among.is_empty() => NAMED,
        Sort::Number | Sort::Newest | Sort::Name | Sort::Waiting => LIST,
    });
    let joins: String = (among.iter().enumerate())
        .map(|(number, ids)| format!(" JOIN ({ids}) a{number} ON a{number}.id = s.id"))
        .collect();
    values.append(&mut narrowing);
    Narrowed {
        from: format!("FROM @services s {list}{joins} WHERE {}", conditions.join(" AND ")),
        values,
    }
}
