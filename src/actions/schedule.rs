//! The customer's schedules, of snapshots and of backups, as a page sends them.

use super::how::Chosen;
use crate::problems::{BackupRefusal, Error, SnapshotRefusal};
use crate::service::choices::Choices;
use crate::words::schedule::{Schedule, Weekday};
use serde_json::Value;
use std::collections::BTreeSet;

/// No days: no schedule any more.
pub(super) fn of_snapshots(choices: &mut Choices, made: &Chosen<'_>) -> Result<(), Error> {
    choices.snapshots = chosen(made, made.package.snapshots, SnapshotRefusal::NotSold)?;
    Ok(())
}

/// The same of backups.
pub(super) fn of_backups(choices: &mut Choices, made: &Chosen<'_>) -> Result<(), Error> {
    choices.backups = chosen(made, made.package.backups, BackupRefusal::NotSold)?;
    Ok(())
}

fn chosen(made: &Chosen<'_>, sold: Option<u32>, not_sold: impl Into<Error>) -> Result<Option<Schedule>, Error> {
    let days = days(made.days).ok_or(SnapshotRefusal::Schedule)?;
    if days.is_empty() {
        return Ok(None);
    }
    if sold.unwrap_or_default() == 0 {
        return Err(not_sold.into());
    }
    let hour = match made.hour {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64(),
    };
    let hour = hour.and_then(|hour| u8::try_from(hour).ok());
    let hour = hour.ok_or(SnapshotRefusal::Schedule)?;
    let offset = made.utc_offset_s;
    let schedule = Schedule::new(days, hour, offset, made.service, made.now);
    Ok(Some(schedule.ok_or(SnapshotRefusal::Schedule)?))
}

fn days(asked: &Value) -> Option<BTreeSet<Weekday>> {
    let words: Vec<&str> = match asked {
        Value::Null => Vec::new(),
        Value::String(text) => text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect(),
        Value::Array(words) => words.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    words.into_iter().map(Weekday::named).collect()
}
