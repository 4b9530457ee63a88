//! Moves a store to another place: from a file into a database, or back.
//!
//! There is one operation: a part of a table is read at both places, and what differs is written at the new one. A pass
//! over all tables that finds no difference is the proof that the copy is complete; until there was one, nobody but the
//! move may open the new store. A move that was killed begins a new pass, which only reads what is there already. The old
//! store is never written.

use super::sql::{Refusal, Row, Sql, Value, values};
use super::tables::{TABLES, Table};
use super::{Error, Location, Store};
use crate::words::ids::UnixSeconds;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// So many rows are compared at once.
const PART: usize = 500;

/// How far a move has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Whether a whole pass has found no difference: the new store may be used.
    pub done: bool,
    /// The table that comes next.
    pub table: &'static str,
    /// Rows that were written at the new place.
    pub copied: u64,
    /// Rows that this pass has found to be the same at both places, or made so.
    #[serde(rename = "verified")]
    pub compared: u64,
    /// Rows at the old place.
    pub of: u64,
}

/// Where a pass is: a row of the new store's `meta`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Pass {
    /// The process that makes it: another one begins anew, because the old store may have changed meanwhile.
    by: String,
    table: usize,
    /// The last key that was compared.
    after: Option<Vec<Value>>,
    differences: u64,
    compared: u64,
    copied: u64,
    of: u64,
}

/// Moves a part of a store, and says how far the move has come. To be called until it is done; nobody may work with
/// either store meanwhile.
///
/// [`Error::NotEmpty`]: the new place has services of its own. [`Error::InUse`]: somebody works with the old store.
pub fn move_part(from: &Location, to: &Location, now: UnixSeconds) -> Result<Moved, Error> {
    if from.identity() == to.identity() {
        return Err(Error::NotEmpty { at: to.to_string() });
    }
    let old = Store::open(from)?;
    let new = Store::of(to)?;
    let pass = begin(&old, &new, now)?;
    let Some(table) = TABLES.get(pass.table) else {
        return end(&old, &new, pass, now);
    };
    let theirs = old.read(|sql| Ok(part(sql, table, pass.after.as_deref(), None)?))?;
    let last = theirs.last().filter(|_| theirs.len() == PART);
    let last = last.map(|row| row[..table.keys].to_vec());
    let next = new.write(|sql| {
        let differences = adjust(sql, table, &theirs, pass.after.as_deref(), last.as_deref())?;
        let next = Pass {
            by: pass.by.clone(),
            table: pass.table + usize::from(last.is_none()),
            after: last.clone(),
            differences: pass.differences + differences,
            compared: pass.compared + theirs.len() as u64,
            copied: pass.copied + differences,
            of: pass.of,
        };
        keep(sql, &next)?;
        Ok(next)
    })?;
    Ok(moved(&next, false))
}

fn moved(pass: &Pass, done: bool) -> Moved {
    Moved {
        done,
        table: TABLES.get(pass.table).map_or("", |table| table.name),
        copied: pass.copied,
        compared: pass.compared,
        of: pass.of,
    }
}

/// Whether a move into this store is not finished.
pub(super) fn is_under_way(sql: &mut dyn Sql) -> Result<bool, Refusal> {
    Ok(known_pass(sql)?.is_some())
}

fn known_pass(sql: &mut dyn Sql) -> Result<Option<String>, Refusal> {
    sql.value("SELECT value FROM @meta WHERE `key` = 'moving'", &[])
}

fn keep(sql: &mut dyn Sql, pass: &Pass) -> Result<(), Refusal> {
    let text = serde_json::to_string(pass).unwrap_or_default();
    let replace = "REPLACE INTO @meta (`key`, value) VALUES ('moving', ?)";
    sql.execute(replace, values![text]).map(drop)
}

/// The pass of this process, or a new one.
fn begin(old: &Store, new: &Store, now: UnixSeconds) -> Result<Pass, Error> {
    let by = new.owner.to_string();
    let (known, is_empty) = new.read(|sql| Ok((known_pass(sql)?, count(sql)? == 0)))?;
    if known.is_none() && !is_empty {
        // killed after the last part, before it could say so
        return if is_copy(old, new)? {
            finished(old, by)
        } else {
            Err(Error::NotEmpty { at: new.at.clone() })
        };
    }
    let known = known.and_then(|text| serde_json::from_str::<Pass>(&text).ok());
    let known = known.unwrap_or_default();
    if known.by == by {
        return Ok(known);
    }
    fresh(old, new, by, known.copied, now)
}

/// A pass that has nothing left to do but to say so.
fn finished(old: &Store, by: String) -> Result<Pass, Error> {
    let of = old.read(|sql| Ok(count(sql)?))?;
    Ok(Pass {
        by,
        table: TABLES.len(),
        compared: of,
        of,
        ..Pass::default()
    })
}

/// Whether the new store is the old one, row by row.
fn is_copy(old: &Store, new: &Store) -> Result<bool, Error> {
    let installation = "SELECT value FROM @meta WHERE `key` = 'installation'";
    let known: Option<String> = new.read(|sql| Ok(sql.value(installation, &[])?))?;
    if known.as_deref() != Some(old.installation()) {
        return Ok(false);
    }
    for table in TABLES {
        let mut after: Option<Vec<Value>> = None;
        loop {
            let [theirs, ours] =
                [old, new].map(|store| store.read(|sql| Ok(part(sql, table, after.as_deref(), None)?)));
            let (theirs, ours) = (theirs?, ours?);
            if theirs != ours {
                return Ok(false);
            }
            match theirs.last() {
                Some(last) => after = Some(last[..table.keys].to_vec()),
                None => break,
            }
        }
    }
    Ok(true)
}

fn fresh(old: &Store, new: &Store, by: String, copied: u64, now: UnixSeconds) -> Result<Pass, Error> {
    must_stand_still(old, now)?;
    let pass = Pass {
        by,
        copied,
        of: old.read(|sql| Ok(count(sql)?))?,
        ..Pass::default()
    };
    new.write(|sql| Ok(keep(sql, &pass)?))?;
    Ok(pass)
}

/// After the last table: done, or once more.
fn end(old: &Store, new: &Store, pass: Pass, now: UnixSeconds) -> Result<Moved, Error> {
    if pass.differences > 0 {
        return fresh(old, new, pass.by, pass.copied, now).map(|again| moved(&again, false));
    }
    must_stand_still(old, now)?;
    new.write(|sql| {
        // the guests carry this id: it goes with the services
        let replace = "REPLACE INTO @meta (`key`, value) VALUES ('installation', ?)";
        sql.execute(replace, values![old.installation()])?;
        sql.execute("DELETE FROM @meta WHERE `key` = 'moving'", &[])?;
        Ok(())
    })?;
    Ok(moved(&pass, true))
}

/// Nobody has a lease: what is read now is what was written last.
fn must_stand_still(store: &Store, now: UnixSeconds) -> Result<(), Error> {
    store.read(|sql| {
        for table in ["@services", "@dns"] {
            let moment = sql.moment(now);
            let select = format!("SELECT lease_owner FROM {table} WHERE lease_until > {}", moment.sql);
            let holders: Vec<Option<String>> = sql.list(&select, values![moment.value], |row| row.get(0))?;
            if holders.iter().flatten().any(|holder| !store.owner.knows_dead(holder)) {
                return Err(Error::InUse { at: store.at.clone() }.into());
            }
        }
        Ok(())
    })
}

fn count(sql: &mut dyn Sql) -> Result<u64, Refusal> {
    let mut all = 0;
    for table in TABLES {
        let rows: Option<u64> = sql.value(&format!("SELECT COUNT(*) FROM @{}", table.name), &[])?;
        all += rows.unwrap_or_default();
    }
    Ok(all)
}

/// Up to a part's rows, in the order of their keys, after one key and up to another.
fn part(
    sql: &mut dyn Sql,
    table: &Table,
    after: Option<&[Value]>,
    until: Option<&[Value]>,
) -> Result<Vec<Vec<Value>>, Refusal> {
    let keys = table.columns[..table.keys].join(", ");
    let marks = vec!["?"; table.keys].join(", ");
    let bounds = [("> ", after), ("<= ", until)];
    let given = || bounds.iter().filter_map(|(than, key)| Some((than, (*key)?)));
    let conditions: Vec<String> = given().map(|(than, _)| format!("({keys}) {than}({marks})")).collect();
    let values: Vec<Value> = given().flat_map(|(_, key)| key.to_vec()).collect();
    let select = format!(
        "SELECT {} FROM @{}{}{} ORDER BY {keys}{}",
        table.columns.join(", "),
        table.name,
        if conditions.is_empty() { "" } else { " WHERE " },
        conditions.join(" AND "),
        if until.is_some() {
            String::new()
        } else {
            format!(" LIMIT {PART}")
        },
    );
    let rows = sql.rows(&select, &values)?;
    Ok(rows
        .into_iter()
        .map(|Row(values)| values.into_iter().map(comparable).collect())
        .collect())
}

/// A text is a text, whichever database it comes from.
fn comparable(value: Value) -> Value {
    match value {
        Value::Bytes(bytes) => String::from_utf8(bytes).map_or_else(|not| Value::Bytes(not.into_bytes()), Value::Text),
        other => other,
    }
}

/// Makes the rows of a part as they are at the old place, and says how many were not.
fn adjust(
    sql: &mut dyn Sql,
    table: &Table,
    theirs: &[Vec<Value>],
    after: Option<&[Value]>,
    last: Option<&[Value]>,
) -> Result<u64, Refusal> {
    let key = |row: &[Value]| format!("{:?}", &row[..table.keys]);
    let ours = rest(sql, table, after, last)?;
    let mut ours: HashMap<String, Vec<Value>> = ours.into_iter().map(|row| (key(&row), row)).collect();
    let mut differences = 0;
    for row in theirs {
        let known = ours.remove(&key(row));
        if known.as_ref() == Some(row) {
            continue;
        }
        differences += 1;
        give_way(sql, table, row)?;
        write(sql, table, row, known.is_some())?;
    }
    let condition = format!("{} = ?", table.columns[..table.keys].join(" = ? AND "));
    for surplus in ours.values() {
        differences += 1;
        let delete = format!("DELETE FROM @{} WHERE {condition}", table.name);
        sql.execute(&delete, &surplus[..table.keys])?;
    }
    Ok(differences)
}

/// Takes a number from the row that still has it at the new place: since an earlier run it has changed hands.
fn give_way(sql: &mut dyn Sql, table: &Table, row: &[Value]) -> Result<(), Refusal> {
    let value = |name: &str| Some(row[table.columns.iter().position(|column| *column == name)?].clone());
    if let (Some(place), Some(id)) = (value("place"), value("id")) {
        let update = "UPDATE @operations SET place = NULL WHERE place = ? AND id <> ?";
        sql.execute(update, &[place, id])?;
    }
    if let (Some(server), Some(vmid), Some(id)) = (value("server"), value("vmid"), value("id")) {
        let update = "UPDATE @services SET vmid = NULL WHERE guest_server = ? AND vmid = ? AND id <> ?";
        sql.execute(update, &[server, vmid, id])?;
    }
    Ok(())
}

/// The rows of the new place up to the last key of a part; up to the end, if the part is the last one.
fn rest(
    sql: &mut dyn Sql,
    table: &Table,
    after: Option<&[Value]>,
    last: Option<&[Value]>,
) -> Result<Vec<Vec<Value>>, Refusal> {
    if last.is_some() {
        return part(sql, table, after, last);
    }
    let mut rows = part(sql, table, after, None)?;
    loop {
        let found = rows.len();
        let Some(end) = rows.last().map(|row| row[..table.keys].to_vec()) else {
            return Ok(rows);
        };
        rows.extend(part(sql, table, Some(&end), None)?);
        if rows.len() == found {
            return Ok(rows);
        }
    }
}

fn write(sql: &mut dyn Sql, table: &Table, row: &[Value], is_known: bool) -> Result<(), Refusal> {
    let (keys, others) = table.columns.split_at(table.keys);
    let (key, rest) = row.split_at(table.keys);
    // the key last, as both statements want it
    let values: Vec<Value> = rest.iter().chain(key).cloned().collect();
    let statement = if is_known {
        let (set, of) = (others.join(" = ?, "), keys.join(" = ? AND "));
        format!("UPDATE @{} SET {set} = ? WHERE {of} = ?", table.name)
    } else {
        let columns = [others, keys].concat().join(", ");
        let marks = vec!["?"; row.len()].join(", ");
        format!("INSERT INTO @{} ({columns}) VALUES ({marks})", table.name)
    };
    sql.execute(&statement, &values).map(drop)
}
