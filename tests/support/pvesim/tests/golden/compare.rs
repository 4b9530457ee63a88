//! Are two answers the same, as far as it matters?

use std::collections::BTreeSet;
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

/// Values that are never the same twice.
const VOLATILE: &str = " available rx-bytes rx-packets tx-bytes tx-packets ip-address kernel-release kernel-version pretty-name version-id current-kernel upid pid pstart starttime endtime cpu mem memhost uptime netin netout diskread diskwrite disk \
    ctime localtime vmgenid smbios1 used avail free total used_fraction time repoid ticket CSRFPreventionToken snaptime ssl_fingerprint \
    meta content maxdisk size notes data_time loadavg level rootfs memory_ cpuinfo kversion pveversion swap balloon ballooninfo \
    blockstat nics running-machine running-qemu proxmox-support tokenid lease value_ pending_ cert port expire ";

/// Keys that PVE sends and the simulator need not, and the other way round.
const OPTIONAL: &str = " kvm pressurecpusome pressurecpufull pressureiosome pressureiofull pressurememorysome \
    pressurememoryfull running-machine running-qemu proxmox-support blockstat nics diskread diskwrite balloon ballooninfo \
    freemem email prune-backups mkdir pid balloon_min shares wait swap pveversion kversion tokenid lock_ cgroup-mode ";

fn listed(list: &str, key: &str) -> bool {
    list.contains(&format!(" {key} "))
}

/// Texts without what differs from run to run: MACs, uuids, UPIDs, digests, dates, bytes.
pub fn normal(text: &str) -> String {
    static RULES: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    let rules = RULES.get_or_init(|| RULES_TEXT.iter().filter_map(|(p, w)| Some((Regex::new(p).ok()?, *w))).collect());
    let mut out = text.trim_end().to_owned();
    for (pattern, with) in rules {
        out = pattern.replace_all(&out, *with).into_owned();
    }
    out
}

const RULES_TEXT: [(&str, &str); 7] = [
        (r"UPID:[^ ,]*:", "UPID"),
        (r"(?i)BC:24:11(:[0-9a-f]{2}){3}", "MAC"),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
        (r"[0-9a-f]{40}", "DIGEST"),
        (r"\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d", "DATE"),
        (r"\$5\$[^ \n]*", "HASH"),
        (r"instance-id: .*", "INSTANCE"),
];

/// Why `got` is not `want`, if so.
pub fn values(path: &str, want: &Value, got: &Value) -> Option<String> {
    match (want, got) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = |m: &serde_json::Map<String, Value>| -> BTreeSet<String> {
                m.keys().filter(|k| !listed(OPTIONAL, k)).cloned().collect()
            };
            let (ka, kb) = (keys(a), keys(b));
            if ka != kb {
                let less: Vec<_> = ka.difference(&kb).collect();
                let more: Vec<_> = kb.difference(&ka).collect();
                return Some(format!("{path}: keys missing {less:?}, too many {more:?}"));
            }
            ka.iter().filter(|k| !listed(VOLATILE, k) && (*k != "digest" || path.starts_with("firewall"))).find_map(|k| values(&format!("{path}.{k}"), &a[k], &b[k]))
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                return Some(format!("{path}: {} items, got {}", a.len(), b.len()));
            }
            let (mut a, mut b) = (a.clone(), b.clone());
            for list in [&mut a, &mut b] {
                list.sort_by_key(sort_key);
            }
            a.iter().zip(&b).enumerate().find_map(|(i, (x, y))| values(&format!("{path}[{i}]"), x, y))
        }
        (Value::String(a), Value::String(b)) => {
            (normal(a) != normal(b)).then(|| format!("{path}: {:?} != {:?}", normal(a), normal(b)))
        }
        (Value::Number(a), Value::Number(b)) => (a.as_f64() != b.as_f64()).then(|| format!("{path}: {a} != {b}")),
        (a, b) => (a != b).then(|| format!("{path}: {a} != {b}")),
    }
}

fn sort_key(v: &Value) -> String {
    for k in ["vmid", "key", "volid", "name", "id", "storage", "cidr", "userid", "path", "n", "iface"] {
        if let Some(x) = v.get(k) {
            return format!("{k}{:>12}", normal(&x.to_string()));
        }
    }
    String::new()
}
