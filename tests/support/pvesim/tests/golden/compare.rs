//! Are two answers the same, as far as it matters?

use std::collections::BTreeSet;
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

/// Values that are never the same twice: ids, times, load, what an agent tells.
const VOLATILE: &str = " upid pid pstart starttime endtime time localtime ctime snaptime uptime ticket CSRFPreventionToken \
    ssl_fingerprint repoid cpu mem memhost netin netout diskread diskwrite disk loadavg used avail free available \
    used_fraction rootfs cpuinfo kversion pveversion current-kernel wait vmgenid smbios1 nics blockstat \
    ballooninfo running-machine running-qemu proxmox-support rx-bytes rx-packets tx-bytes tx-packets ip-address \
    kernel-release kernel-version pretty-name version-id ";

/// Keys that PVE sends and the simulator need not, and the other way round: counters of QEMU, settings of this node.
const OPTIONAL: &str = " pressurecpusome pressurecpufull pressureiosome pressureiofull pressurememorysome \
    pressurememoryfull running-machine running-qemu proxmox-support blockstat nics diskread diskwrite ballooninfo freemem \
    email prune-backups mkdir pid wait pveversion kversion cgroup-mode shares balloon_min ";

fn listed(list: &str, key: &str) -> bool {
    list.contains(&format!(" {key} "))
}

/// Texts without what differs from run to run: MACs, uuids, UPIDs, digests, dates, bytes.
pub fn normal(text: &str) -> String {
    static RULES: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        RULES_TEXT
            .iter()
            .filter_map(|(p, w)| Some((Regex::new(p).ok()?, *w)))
            .collect()
    });
    let mut out = text.trim_end().to_owned();
    for (pattern, with) in rules {
        out = pattern.replace_all(&out, *with).into_owned();
    }
    out
}

const RULES_TEXT: [(&str, &str); 8] = [
    (r"creation-qemu=[^,]*,ctime=\d+", "META"),
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
            let backup = a.get("content").is_some_and(|c| c == "backup") || a.contains_key("protected");
            ka.iter()
                .filter(|k| {
                    !(listed(VOLATILE, k) || (backup && *k == "size"))
                        && (*k != "digest" || path.starts_with("firewall"))
                })
                .find_map(|k| values(&format!("{path}.{k}"), &a[k], &b[k]))
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                return Some(format!("{path}: {} items, got {}", a.len(), b.len()));
            }
            let (mut a, mut b) = (a.clone(), b.clone());
            for list in [&mut a, &mut b] {
                list.sort_by_key(sort_key);
            }
            a.iter()
                .zip(&b)
                .enumerate()
                .find_map(|(i, (x, y))| values(&format!("{path}[{i}]"), x, y))
        }
        (Value::String(a), Value::String(b)) if path.ends_with(".content") => {
            // a set in no particular order
            let set = |t: &str| t.split(',').map(str::to_owned).collect::<BTreeSet<_>>();
            (set(a) != set(b)).then(|| format!("{path}: {a} != {b}"))
        }
        (Value::String(a), Value::String(b)) => {
            (normal(a) != normal(b)).then(|| format!("{path}: {:?} != {:?}", normal(a), normal(b)))
        }
        (Value::Number(a), Value::Number(b)) => (a.as_f64() != b.as_f64()).then(|| format!("{path}: {a} != {b}")),
        (a, b) => (a != b).then(|| format!("{path}: {a} != {b}")),
    }
}

fn sort_key(v: &Value) -> String {
    for k in [
        "vmid", "key", "volid", "name", "id", "storage", "cidr", "userid", "roleid", "path", "n", "iface",
    ] {
        if let Some(x) = v.get(k) {
            return format!("{k}{:>12}", normal(&x.to_string()));
        }
    }
    String::new()
}
