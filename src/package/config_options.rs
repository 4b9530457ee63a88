//! Configurable options: what the customer chose at the order. They win over the package, 0 included.
//!
//! Every row has one long name and may have a short one. Names of other modules and of the hoster are left alone; a
//! value that was not chosen (empty) is none.

use super::{Decimal, Error, Package, values};
use crate::words::ids::Vmid;
use std::collections::BTreeMap;

/// A configurable option: its value is one number, whatever its unit.
pub(super) struct Row {
    /// The long name.
    pub(super) name: &'static str,
    /// The short name.
    pub(super) short: Option<&'static str>,
    /// The most that a new option of this name offers.
    most: u32,
    read: fn(&str) -> Result<u64, String>,
    set: fn(&mut Package, u64),
    /// What the package has, as `read` takes it.
    get: fn(&Package) -> String,
}

const fn row(
    name: &'static str,
    most: u32,
    read: fn(&str) -> Result<u64, String>,
    set: fn(&mut Package, u64),
    get: fn(&Package) -> String,
) -> Row {
    Row {
        name,
        short: None,
        most,
        read,
        set,
        get,
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
    also(
        "CPU",
        row(
            "CPU Cores",
            64,
            values::cores,
            |p, n| p.cores = small(n),
            |p| p.cores.to_string(),
        ),
    ),
    also(
        "RAM",
        row(
            "RAM (GB)",
            256,
            values::memory_mib,
            |p, n| p.memory_mib = n,
            |p| values::gigabytes(p.memory_mib),
        ),
    ),
    row(
        "System Disk (GB)",
        2000,
        values::disk_gib,
        |p, n| p.system_disk_gib = n,
        |p| p.system_disk_gib.to_string(),
    ),
    row(
        "Additional Disk (GB)",
        2000,
        values::disk_gib,
        |p, n| p.additional_disk_gib = n,
        |p| p.additional_disk_gib.to_string(),
    ),
    row(
        "System Disk Read Bandwidth",
        2000,
        values::rate_hundredths,
        |p, n| p.system_limits.read_mbps = rate(n),
        |p| p.system_limits.read_mbps.to_string(),
    ),
    row(
        "System Disk Write Bandwidth",
        2000,
        values::rate_hundredths,
        |p, n| p.system_limits.write_mbps = rate(n),
        |p| p.system_limits.write_mbps.to_string(),
    ),
    row(
        "System Disk Read IOPS",
        100_000,
        values::iops,
        |p, n| p.system_limits.read_iops = n,
        |p| p.system_limits.read_iops.to_string(),
    ),
    row(
        "System Disk Write IOPS",
        100_000,
        values::iops,
        |p, n| p.system_limits.write_iops = n,
        |p| p.system_limits.write_iops.to_string(),
    ),
    row(
        "Additional Disk Read Bandwidth",
        2000,
        values::rate_hundredths,
        |p, n| p.additional_limits.read_mbps = rate(n),
        |p| p.additional_limits.read_mbps.to_string(),
    ),
    row(
        "Additional Disk Write Bandwidth",
        2000,
        values::rate_hundredths,
        |p, n| p.additional_limits.write_mbps = rate(n),
        |p| p.additional_limits.write_mbps.to_string(),
    ),
    row(
        "Additional Disk Read IOPS",
        100_000,
        values::iops,
        |p, n| p.additional_limits.read_iops = n,
        |p| p.additional_limits.read_iops.to_string(),
    ),
    row(
        "Additional Disk Write IOPS",
        100_000,
        values::iops,
        |p, n| p.additional_limits.write_iops = n,
        |p| p.additional_limits.write_iops.to_string(),
    ),
    row(
        "Network Bandwidth",
        1250,
        values::rate_hundredths,
        |p, n| p.rate_mbps = rate(n),
        |p| p.rate_mbps.to_string(),
    ),
    also(
        "ipv4",
        row(
            "IPv4 Addresses",
            16,
            values::addresses,
            |p, n| p.ipv4_count = small(n),
            |p| p.ipv4_count.to_string(),
        ),
    ),
    also(
        "ipv6",
        row(
            "IPv6 Addresses",
            16,
            values::addresses,
            |p, n| p.ipv6_count = small(n),
            |p| p.ipv6_count.to_string(),
        ),
    ),
    also(
        "OS",
        row(
            "Operating System",
            0,
            template,
            |p, n| p.template = vmid(n).unwrap_or(p.template),
            |p| p.template.to_string(),
        ),
    ),
    also(
        "B",
        row(
            "Backups",
            30,
            values::copies,
            |p, n| p.backups = Some(small(n)),
            |p| p.backups.unwrap_or_default().to_string(),
        ),
    ),
    also(
        "S",
        row(
            "Snapshots",
            30,
            values::copies,
            |p, n| p.snapshots = Some(small(n)),
            |p| p.snapshots.unwrap_or_default().to_string(),
        ),
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

/// A configurable option as a new option group has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigOption {
    /// The long name.
    pub name: &'static str,
    /// The short name.
    pub short: Option<&'static str>,
    /// What the package has without it, in the option's unit: chosen, it changes nothing.
    pub included: String,
    /// The most to offer at first; 0 = it is a choice and no quantity.
    pub most: u32,
}

/// Every configurable option, for a new option group of a package.
pub fn config_options(package: &Package) -> impl Iterator<Item = ConfigOption> {
    ROWS.iter().map(|row| ConfigOption {
        name: row.name,
        short: row.short,
        included: (row.get)(package),
        most: row.most,
    })
}
