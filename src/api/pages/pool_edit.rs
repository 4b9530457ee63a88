//! Changes of a server entry's address lines: what would come of one, and whether it may be stored. From the store alone.

use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::problems::{Error, Refusal};
use crate::server::{Edit, Pool, edited};
use crate::store::Leased;
use crate::words::ids::ServerId;
use crate::words::limits;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::IpAddr;

/// What a form asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
enum EditIn {
    Add {
        line: String,
    },
    Replace {
        number: usize,
        line: String,
    },
    Remove {
        number: usize,
    },
    Reserve {
        addresses: String,
        #[serde(default)]
        note: String,
    },
    Release {
        address: IpAddr,
    },
    Warn {
        level: Value,
    },
}

impl EditIn {
    fn parse(self) -> Result<Edit, Refusal> {
        Ok(match self {
            EditIn::Add { line } => Edit::Add(line),
            EditIn::Replace { number, line } => Edit::Replace(number, line),
            EditIn::Remove { number } => Edit::Remove(number),
            EditIn::Reserve { addresses, note } => Edit::Reserve(addresses, note),
            EditIn::Release { address } => Edit::Release(address),
            EditIn::Warn { level: Value::Null } => Edit::Warn(None),
            EditIn::Warn { level } => {
                let why =
                    || Refusal::BadPoolEdit("the level is a number of free addresses: type one, or nothing".to_owned());
                Edit::Warn(Some(level.as_u64().ok_or_else(why)?))
            }
        })
    }
}

/// `{"server": …, "edit": {"do": "add", "line": "vmbr0|10|…"}}` → `text`, the server entry's lines with the change, which PHP
/// stores; and of the changed line how many addresses it gives, the first and the last, who has which of them already, and
/// the reverse zones that its names need. `do` is `add`, `replace`, `remove`, `reserve`, `release` or `warn`.
///
/// # Errors
/// A change that makes a line wrong, gives nothing, or takes the line away from an address that a service of this entry has.
pub fn pool_edit(core: &Core, request: &Value) -> Result<Value, Error> {
    let entry = request::server_of(request)?;
    let edit: EditIn = serde_json::from_value(request["edit"].clone())
        .map_err(|error| Error::Request(format!("the edit cannot be read: {error}")))?;
    let text = request["server"]["assigned_ips"].as_str().unwrap_or_default();
    let (fresh, number) = edited(text, &edit.parse()?).map_err(Refusal::BadPoolEdit)?;
    let after = Pool::parse(&fresh);
    if let Some(bad) = after.bad.iter().find(|bad| Some(bad.line) == number) {
        return Err(Refusal::BadPoolEdit(bad.reason.clone()).into());
    }
    let cut_off = cut_off(core, entry.id, &entry.pool, &after)?;
    if let Some(first) = cut_off.first() {
        return Err(Refusal::PoolInUse {
            address: first.ip,
            service: first.service,
            others: cut_off.len() - 1,
        }
        .into());
    }
    let line = number.and_then(|number| after.lines.iter().position(|line| line.line == number));
    let line = line.map(|place| preview(core, &after, place)).transpose()?;
    Ok(output::reply(json!({"text": fresh, "line": line})))
}

/// What services of this entry have of the pool before, and no line would hold any more.
fn cut_off(core: &Core, server: ServerId, before: &Pool, after: &Pool) -> Result<Vec<Leased>, Error> {
    let leased = core
        .store
        .leased_of(std::slice::from_ref(before))?
        .pop()
        .unwrap_or_default();
    let lost: Vec<IpAddr> = leased.into_iter().filter(|ip| after.line_of(*ip).is_none()).collect();
    let leases = lost
        .chunks(limits::LIST_ROWS as usize)
        .map(|some| core.store.leases(some));
    let leases: Vec<Vec<Leased>> = leases.collect::<Result<_, _>>()?;
    Ok(leases
        .into_iter()
        .flatten()
        .filter(|lease| lease.server == server)
        .collect())
}

/// What a line of the pool gives.
fn preview(core: &Core, pool: &Pool, place: usize) -> Result<Value, Error> {
    let leased = core
        .store
        .leased_of(std::slice::from_ref(pool))?
        .pop()
        .unwrap_or_default();
    let line = &pool.lines[place];
    let usage = pool.usage(&leased)[place];
    if usage.total == 0 && usage.leased == 0 {
        let why = "other lines have all of its addresses, or they are reserved".to_owned();
        return Err(Refusal::BadPoolEdit(why).into());
    }
    let of_line = |ip: &&IpAddr| pool.line_of(**ip).is_some_and(|owner| owner.line == line.line);
    let used: Vec<IpAddr> = leased
        .iter()
        .filter(of_line)
        .take(limits::USED_SHOWN)
        .copied()
        .collect();
    let used: Vec<Value> = core
        .store
        .leases(&used)?
        .iter()
        .map(|lease| json!({"address": lease.ip, "service": lease.service}))
        .collect();
    Ok(json!({
        "number": line.line, "first": line.first, "last": line.last, "total": usage.total, "free": usage.free,
        "leased": usage.leased, "used": used, "reverse_zones": line.reverse_zones(),
    }))
}
