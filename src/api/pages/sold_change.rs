//! What a change of package gives more of, and less.

use crate::package::{Package, options};
use serde::Serialize;

/// Something that a package has, and would have.
#[derive(Debug, PartialEq, Serialize)]
pub(in crate::api) struct SoldChangeOut {
    /// The key of its option.
    key: &'static str,
    /// Of what: rates are in Mbit/s, whatever they were entered in.
    unit: &'static str,
    /// How much now; 0: none.
    from: f64,
    /// How much then; 0: none.
    to: f64,
    /// Whether 0 is no limit, instead of none.
    unlimited: bool,
    /// Whether what is there stays, although no more of it is sold: a disk is never taken away.
    stays: bool,
}

/// What is without limit where none is named.
const LIMITS: [&str; 2] = ["network_rate", "traffic_gb"];

/// What differs. `disks`: the sizes that the guest's disks have, the system's first, GiB.
pub(super) fn sold_changes(before: Option<&Package>, after: &Package, disks: [Option<u64>; 2]) -> Vec<SoldChangeOut> {
    let Some(before) = before else { return Vec::new() };
    let resources = options().filter(|row| row.resource).filter_map(|row| {
        let ((from, unit), (to, _)) = row.sold(before).zip(row.sold(after))?;
        Some(change(row.key, unit, from, to, disks))
    });
    let counts = [
        ("ipv4_addresses", before.ipv4_count, after.ipv4_count),
        ("ipv6_addresses", before.ipv6_count, after.ipv6_count),
        (
            "snapshots",
            before.snapshots.unwrap_or_default(),
            after.snapshots.unwrap_or_default(),
        ),
        (
            "backups",
            before.backups.unwrap_or_default(),
            after.backups.unwrap_or_default(),
        ),
    ];
    let counts = counts.map(|(key, from, to)| change(key, "", from.into(), to.into(), disks));
    let differs = |change: &SoldChangeOut| change.stays || (change.from - change.to).abs() > f64::EPSILON;
    resources.chain(counts).filter(differs).collect()
}

fn change(key: &'static str, unit: &'static str, from: f64, to: f64, disks: [Option<u64>; 2]) -> SoldChangeOut {
    let has = |disk: Option<u64>| disk.map_or(from, |gib| gib as f64);
    let stays = key == "additional_disk" && to == 0.0 && from > 0.0;
    let (from, to) = match key {
        // 0: as it is
        "system_disk" if to == 0.0 => (from, from),
        "system_disk" if from == 0.0 => (has(disks[0]), to),
        _ if stays => (has(disks[1]), has(disks[1])),
        _ => (from, to),
    };
    SoldChangeOut {
        key,
        unit,
        from,
        to,
        unlimited: LIMITS.contains(&key),
        stays,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_limit_and_what_stays_is_told_apart_from_none() {
        let before = Package {
            additional_disk_gib: 100,
            system_disk_gib: 0,
            ..Package::with_defaults("100".parse().unwrap())
        };
        let mut after = Package {
            additional_disk_gib: 0,
            system_disk_gib: 40,
            ipv4_count: 2,
            ..before.clone()
        };
        after.more.traffic_gb = 1000;
        let told = |before: &Package, after: &Package| {
            let changes = sold_changes(Some(before), after, [Some(10), Some(120)]);
            let plain = |one: SoldChangeOut| (one.key, one.from as u64, one.to as u64, one.unlimited, one.stays);
            changes.into_iter().map(plain).collect::<Vec<_>>()
        };
        let expected = [
            ("system_disk", 10, 40, false, false),
            ("additional_disk", 120, 120, false, true),
            ("traffic_gb", 0, 1000, true, false),
            ("ipv4_addresses", 1, 2, false, false),
        ];
        assert_eq!(told(&before, &after), expected);
        let back = told(&after, &before);
        let of = |key: &str| back.iter().any(|one| one.0 == key);
        assert!(!of("system_disk"), "it stays as it is: {back:?}");
        assert_eq!(told(&before, &before), []);
    }
}
