//! Replays the pairs recorded from genuine Proxmox VE, section by section, in virtual time, and counts what agrees.
//!
//! `PVESIM_GOLDEN=1` prints every pair that differs, `PVESIM_GOLDEN=<section>` those of one section. Without the recorded
//! data the test says so and passes. The floors only ever go up.

mod compare;
mod replay;
mod world;

use std::collections::BTreeMap;

use pvesim::{Version, read_data};
use replay::{Replay, Verdict};

#[derive(Default, Clone, Copy)]
struct Count {
    matched: usize,
    different: usize,
    uncovered: usize,
}

fn replay(version: Version) -> Option<(Count, BTreeMap<String, Count>)> {
    let data = read_data(&format!("pve-golden-{}.json", version.release()))?;
    let show = std::env::var("PVESIM_GOLDEN").unwrap_or_default();
    let mut replay = Replay::new(version);
    let mut order: Vec<String> = vec![];
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for entry in data["entries"].as_array()? {
        let mut entry = entry.clone();
        // the recording of 8.4 has the bodies as text
        let body = entry["body"].as_str().and_then(|b| serde_json::from_str(b).ok());
        if let Some(json) = body.filter(|b: &serde_json::Value| b.is_object() && entry["json"].is_null()) {
            entry["json"] = json;
        }
        let entry = &entry;
        let section = entry["section"].as_str().unwrap_or_default().to_owned();
        let verdict = replay.play(entry);
        if !counts.contains_key(&section) {
            order.push(section.clone());
        }
        let count = counts.entry(section.clone()).or_default();
        match verdict {
            Verdict::Matched => count.matched += 1,
            Verdict::Uncovered => count.uncovered += 1,
            Verdict::Different(why) => {
                count.different += 1;
                if show == "1" || (!show.is_empty() && section == show) {
                    println!("DIFF [{section}] {}: {why}", entry["name"].as_str().unwrap_or_default());
                }
            }
        }
    }
    let mut sum = Count::default();
    println!(
        "{:<62} {:>7} {:>9} {:>11}",
        format!("golden {}", version.release()),
        "matched",
        "different",
        "not covered"
    );
    for section in order {
        let c = counts[&section];
        println!("{section:<62} {:>7} {:>9} {:>11}", c.matched, c.different, c.uncovered);
        sum.matched += c.matched;
        sum.different += c.different;
        sum.uncovered += c.uncovered;
    }
    println!(
        "{:<62} {:>7} {:>9} {:>11}",
        "all", sum.matched, sum.different, sum.uncovered
    );
    Some((sum, counts))
}

fn check(version: Version, floor: usize, complete: &[&str]) {
    let Some((sum, counts)) = replay(version) else {
        println!(
            "no recorded data (see PVESIM_DATA): golden pairs of {} not replayed",
            version.release()
        );
        return;
    };
    assert!(sum.matched >= floor, "{} pairs match, {floor} did before", sum.matched);
    for section in complete {
        // not every recording has every section
        let different = counts.get(*section).map_or(0, |c| c.different);
        assert_eq!(different, 0, "section '{section}' matched completely before");
    }
}

/// Sections without any difference.
const COMPLETE: &[&str] = &[
    "auth",
    "routing",
    "read endpoints",
    "missing VM",
    "vmid validation",
    "clone",
    "config lock=clone (set with qm set --lock)",
    "config lock=backup (set with qm set --lock)",
    "config lock=snapshot (set with qm set --lock)",
    "config lock=migrate (set with qm set --lock)",
    "config lock=create (set with qm set --lock)",
    "config lock=suspended (set with qm set --lock)",
    "config lock=rollback (set with qm set --lock)",
    "config lock=snapshot-delete (set with qm set --lock)",
    "config lock=disk (set with qm set --lock)",
    "config lock=suspending (set with qm set --lock)",
    "tasks",
    "config",
    "resize (stopped)",
    "power",
    "power: shutdown timeouts (no agent, guest without OS)",
    "power: start errors",
    "delete",
    "firewall",
    "snapshots (stopped)",
    "snapshots (running)",
    "backup/restore",
    "create / disks",
    "purge",
    "provisioner: non-root user with a limited role, full flow",
    "task end states",
    "storage full",
    "leftover firewall file",
    "cookie / root-only options",
    "task end states 2",
    "leftover firewall file 2",
];

#[test]
fn golden_8_4() {
    check(Version::V8_4, 40, &[]);
}

#[test]
fn golden_9_1() {
    check(Version::V9_1, 1365, COMPLETE);
}

#[test]
fn golden_9_2() {
    check(Version::V9_2, 1347, COMPLETE);
}
