//! Changes of a server entry's address lines: what would come of one, and whether it may be stored. From the store alone.

use crate::api::core::Core;
use crate::api::request::ServerIn;
use crate::problems::{Error, Refusal};
use crate::server::{Edit, Pool, Usage, edited};
use crate::store::Leased;
use crate::words::ids::{ServerId, ServiceId};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::IpAddr;

/// What a form asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
enum EditIn {
    /// A line more.
    Add {
        /// The line, as it stands in the server entry.
        line: String,
    },
    /// Another line in the place of one.
    Replace {
        /// The number of that one, from 1.
        number: usize,
        /// The line.
        line: String,
    },
    /// A line less.
    Remove {
        /// Its number, from 1.
        number: usize,
    },
    /// Addresses that nobody gets from now on.
    Reserve {
        /// An address, or a range of them.
        addresses: String,
        /// What they are for.
        #[serde(default)]
        note: String,
    },
    /// Reserved addresses that may be leased again.
    Release {
        /// The number of their line, from 1.
        number: usize,
    },
    /// When staff are warned.
    Warn {
        /// At fewer free addresses than this; null: when less than a tenth is free.
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
            EditIn::Release { number } => Edit::Release(number),
            EditIn::Warn { level: Value::Null } => Edit::Warn(None),
            EditIn::Warn { level } => {
                let why =
                    || Refusal::BadPoolEdit("the level is a number of free addresses: type one, or nothing".to_owned());
                Edit::Warn(Some(level.as_u64().ok_or_else(why)?))
            }
        })
    }
}

/// Whose lines, and what becomes of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct PoolEditIn {
    /// The server entry.
    server: ServerIn,
    /// The change: [`EditIn`].
    edit: Value,
}

/// What would come of a change.
#[derive(Debug, Serialize)]
pub(in crate::api) struct PoolEditOut {
    /// The server entry's lines with the change, which PHP stores.
    text: String,
    /// The line that was changed or added; null where there is none any more.
    line: Option<PreviewOut>,
}

/// What a line gives.
#[derive(Debug, Serialize)]
struct PreviewOut {
    /// Its number, from 1.
    number: usize,
    /// The only or the first address.
    first: IpAddr,
    /// The last address.
    last: IpAddr,
    /// How full it is.
    #[serde(flatten)]
    usage: Usage,
    /// The first of those that have an address of it already.
    used: Vec<UserOut>,
    /// The zones that the names of its addresses need.
    reverse_zones: Vec<String>,
}

/// Who has an address already.
#[derive(Debug, Serialize)]
struct UserOut {
    /// The address.
    address: IpAddr,
    /// The service.
    service: ServiceId,
}

/// What would come of a change of a server entry's address lines. Changes nothing.
///
/// # Errors
/// A change that makes a line wrong, gives nothing, or takes the line away from an address that a service of this entry has.
pub(in crate::api) fn pool_edit(core: &Core, request: PoolEditIn) -> Result<PoolEditOut, Error> {
    let entry = request.server.parse()?;
    let edit: EditIn = serde_json::from_value(request.edit)
        .map_err(|error| Error::Request(format!("the edit cannot be read: {error}")))?;
    let (fresh, number) = edited(&request.server.assigned_ips.0, &edit.parse()?).map_err(Refusal::BadPoolEdit)?;
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
    Ok(PoolEditOut { text: fresh, line })
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
fn preview(core: &Core, pool: &Pool, place: usize) -> Result<PreviewOut, Error> {
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
    let user = |lease: &Leased| UserOut {
        address: lease.ip,
        service: lease.service,
    };
    Ok(PreviewOut {
        number: line.line,
        first: line.first,
        last: line.last,
        usage,
        used: core.store.leases(&used)?.iter().map(user).collect(),
        reverse_zones: line.reverse_zones(),
    })
}
