//! Configurable options: what the customer chose at the order. They win over the package, 0 included.
//!
//! Every row has one long name and may have a short one. Names of other modules and of the hoster are left alone; a
//! value that was not chosen (empty) is none.

use super::{Decimal, Error, Package, values};
use crate::model::Vmid;
use std::collections::BTreeMap;

/// A configurable option: its value is one number, whatever its unit.
pub(super) struct Row {
    /// The long name.
    pub(super) name: &'static str,
    /// The short name.
    pub(super) short: Option<&'static str>,
    read: fn(&str) -> Result<u64, String>,
    set: fn(&mut Package, u64),
}

const fn row(name: &'static str, read: fn(&str) -> Result<u64, String>, set: fn(&mut Package, u64)) -> Row {
    Row {
        name,
        short: None,
        read,
        set,
    }
}

const fn also(short: &'static str, row: Row) -> Row {
    Row {
        short: Some(short),
        ..row
    }
}

/// All configurable options that there are.
pub(super) const ROWS: &[Row] = &[
    also("CPU", row("CPU Cores", values::cores, |p, n| p.cores = small(n))),
    also("RAM", row("RAM (GB)", values::memory_mib, |p, n| p.memory_mib = n)),
    row("System Disk (GB)", values::disk_gib, |p, n| p.system_disk_gib = n),
    row("Additional Disk (GB)", values::disk_gib, |p, n| {
        p.additional_disk_gib = n
    }),
    row("System Disk Read Bandwidth", values::rate_hundredths, |p, n| {
        p.system_limits.read_mbps = rate(n)
    }),
    row("System Disk Write Bandwidth", values::rate_hundredths, |p, n| {
        p.system_limits.write_mbps = rate(n)
    }),
    row("System Disk Read IOPS", values::iops, |p, n| {
        p.system_limits.read_iops = n
    }),
    row("System Disk Write IOPS", values::iops, |p, n| {
        p.system_limits.write_iops = n
    }),
    row("Additional Disk Read Bandwidth", values::rate_hundredths, |p, n| {
        p.additional_limits.read_mbps = rate(n)
    }),
    row("Additional Disk Write Bandwidth", values::rate_hundredths, |p, n| {
        p.additional_limits.write_mbps = rate(n)
    }),
    row("Additional Disk Read IOPS", values::iops, |p, n| {
        p.additional_limits.read_iops = n
    }),
    row("Additional Disk Write IOPS", values::iops, |p, n| {
        p.additional_limits.write_iops = n
    }),
    row("Network Bandwidth", values::rate_hundredths, |p, n| {
        p.rate_mbps = rate(n)
    }),
    also(
        "ipv4",
        row("IPv4 Addresses", values::addresses, |p, n| p.ipv4_count = small(n)),
    ),
    also(
        "ipv6",
        row("IPv6 Addresses", values::addresses, |p, n| p.ipv6_count = small(n)),
    ),
    also(
        "OS",
        row("Operating System", template, |p, n| {
            p.template = vmid(n).unwrap_or(p.template)
        }),
    ),
    also("B", row("Backups", values::copies, |p, n| p.backups = Some(small(n)))),
    also(
        "S",
        row("Snapshots", values::copies, |p, n| p.snapshots = Some(small(n))),
    ),
];

/// The numbers of the rows are checked when they are read and fit.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn rate(hundredths: u64) -> Decimal {
    Decimal::from_hundredths(hundredths)
}

fn template(text: &str) -> Result<u64, String> {
    values::template(text).map(|vmid| vmid.get().into())
}

fn vmid(number: u64) -> Option<Vmid> {
    Vmid::try_from(u32::try_from(number).ok()?).ok()
}

/// What was chosen, ready to be put over a package.
pub(super) struct Chosen(Vec<(&'static Row, u64)>);

impl Chosen {
    /// Reads all options that are known.
    pub(super) fn parse(options: &BTreeMap<String, String>) -> Result<Chosen, Error> {
        let mut chosen = Vec::new();
        for row in ROWS {
            let mut found: Option<(&str, u64)> = None;
            for (name, text) in options
                .iter()
                .filter(|(name, text)| row.is_named(name) && !text.trim().is_empty())
            {
                let number = (row.read)(text.trim()).map_err(|sentence| Error::ConfigOption {
                    option: name.trim().to_owned(),
                    sentence,
                })?;
                if let Some((other, before)) = found
                    && before != number
                {
                    return Err(Error::Conflict {
                        one: other.trim().to_owned(),
                        other: name.trim().to_owned(),
                    });
                }
                found = Some((name, number));
            }
            chosen.extend(found.map(|(_, number)| (row, number)));
        }
        Ok(Chosen(chosen))
    }

    /// The template, if one was chosen.
    pub(super) fn template(&self) -> Option<Vmid> {
        self.0
            .iter()
            .find(|(row, _)| row.short == Some("OS"))
            .and_then(|(_, number)| vmid(*number))
    }

    /// Puts what was chosen over the package.
    pub(super) fn apply(&self, package: &mut Package) {
        for (row, number) in &self.0 {
            (row.set)(package, *number);
        }
    }
}

impl Row {
    /// Whether a name is meant; WHMCS may leave a label behind `|`.
    fn is_named(&self, name: &str) -> bool {
        let key = name.split('|').next().unwrap_or_default();
        let plain = key.split_whitespace().collect::<Vec<_>>().join(" ");
        plain.eq_ignore_ascii_case(self.name) || self.short.is_some_and(|short| plain.eq_ignore_ascii_case(short))
    }
}

/// The long and the short name of every configurable option, for the documentation.
pub fn config_option_names() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    ROWS.iter().map(|row| (row.name, row.short))
}
