//! Property strings (`net0`, `scsi0`, `ipconfig0`, `memory`, …): parsing, checking, printing.
//!
//! Wording from golden section *config*; order when printing as `PVE::JSONSchema::print_property_string`: the bare value
//! first, then the keys sorted.

use std::collections::BTreeMap;

use crate::formats::{is_cidr4, is_cidr6, is_unicast_mac};

/// NIC models, in PVE's order.
pub const MODELS: [&str; 14] = [
    "e1000",
    "e1000-82540em",
    "e1000-82544gc",
    "e1000-82545em",
    "e1000e",
    "i82551",
    "i82557b",
    "i82559er",
    "ne2k_isa",
    "ne2k_pci",
    "pcnet",
    "rtl8139",
    "virtio",
    "vmxnet3",
];

const DRIVE_BOOL: &str = "backup detect_zeroes iothread replicate ro scsiblock shared snapshot ssd";
const DRIVE_INT: &str = "bps bps_rd bps_wr iops iops_max iops_rd iops_rd_max iops_wr iops_wr_max";
const DRIVE_INT1: &str = "bps_max_length bps_rd_max_length bps_wr_max_length iops_max_length iops_rd_max_length \
                          iops_wr_max_length";
const DRIVE_NUM: &str = "mbps mbps_max mbps_rd mbps_rd_max mbps_wr mbps_wr_max";
const DRIVE_TEXT: &str = "import-from product serial size vendor wwn model";
const DRIVE_ENUM: [(&str, &str); 7] = [
    ("aio", "native, threads, io_uring"),
    ("cache", "none, writethrough, writeback, unsafe, directsync"),
    ("discard", "ignore, on"),
    ("format", "raw, qcow, qed, qcow2, vmdk, cloop"),
    ("media", "cdrom, disk"),
    ("rerror", "ignore, report, stop"),
    ("werror", "enospc, ignore, report, stop"),
];

/// A parsed property string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prop {
    /// The bare value (volume of a drive, `model` of a NIC).
    pub main: String,
    /// Everything else.
    pub opts: BTreeMap<String, String>,
}

impl Prop {
    /// Splits `main,key=value,…` where `main_key` may name the bare value.
    pub fn parse(text: &str, main_key: &str) -> Result<Self, String> {
        let mut p = Self::default();
        let mut seen_main = false;
        for part in text.split(',').filter(|s| !s.is_empty()) {
            match part.split_once('=') {
                Some((k, v)) if k == main_key => {
                    p.main = v.to_owned();
                    seen_main = true;
                }
                Some((k, v)) => {
                    if p.opts.insert(k.to_owned(), v.to_owned()).is_some() {
                        return Err(format!("duplicate key in comma-separated list property: {k}"));
                    }
                }
                None if main_key.is_empty() => {
                    return Err("value without key, but schema does not define a default key".into());
                }
                None if seen_main => return Err(format!("duplicate key in comma-separated list property: {main_key}")),
                None => {
                    p.main = part.to_owned();
                    seen_main = true;
                }
            }
        }
        Ok(p)
    }

    /// Prints it again.
    pub fn print(&self) -> String {
        let mut out = self.main.clone();
        for (k, v) in &self.opts {
            if !out.is_empty() {
                out.push(',');
            }
            out.push_str(&format!("{k}={v}"));
        }
        out
    }

    /// An option's value.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.opts.get(key).map(String::as_str)
    }
}

/// A NIC: `main` is the model, `macaddr` among the options.
pub fn parse_net(text: &str) -> Result<Prop, String> {
    let mut p = Prop::parse(text, "model")?;
    for model in MODELS {
        if let Some(mac) = p.opts.remove(model) {
            p.main = model.to_owned();
            p.opts.insert("macaddr".into(), mac);
        }
    }
    Ok(p)
}

/// Prints a NIC as PVE does: `virtio=MAC,bridge=…`.
pub fn print_net(net: &Prop) -> String {
    let mut p = net.clone();
    if let Some(mac) = p.opts.remove("macaddr") {
        p.main = format!("{}={}", p.main, mac.to_uppercase());
    }
    p.print()
}

/// A drive: `main` is the volume.
pub fn parse_drive(text: &str) -> Prop {
    let mut p = Prop::parse(text, "file").unwrap_or_default();
    if let Some(v) = p.opts.remove("volume") {
        p.main = v;
    }
    p
}

/// Is this a drive's name (`scsi0`, …)?
pub fn is_drive(name: &str) -> bool {
    matches!(base(name), "scsi" | "virtio" | "ide" | "sata") && name != base(name)
        || name == "efidisk0"
        || name == "tpmstate0"
}

/// Name without its index.
pub fn base(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// CD-ROM (cloud-init drives included)?
pub fn is_cdrom(drive: &Prop) -> bool {
    drive.get("media") == Some("cdrom")
}

/// Cloud-init drive? (`drive_is_cloudinit`: `[:/](vm-\d+-)?cloudinit(\.format)?$`)
pub fn is_cloudinit(drive: &Prop) -> bool {
    let Some(at) = drive.main.rfind([':', '/']) else {
        return false;
    };
    let name = &drive.main[at + 1..];
    let own = name.strip_prefix("vm-").and_then(|n| n.split_once('-'));
    let name = own
        .filter(|(n, _)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        .map_or(name, |(_, rest)| rest);
    let formats = ["raw", "qcow", "qed", "qcow2", "vmdk", "cloop"];
    match name.strip_prefix("cloudinit") {
        Some("") => true,
        Some(end) => end.strip_prefix('.').is_some_and(|format| formats.contains(&format)),
        None => false,
    }
}

/// Perl's truth of an option.
fn is_true(drive: &Prop, key: &str) -> bool {
    drive.get(key).is_some_and(|v| !v.is_empty() && v != "0")
}

/// Which option needs which other one (`parse_drive`; `miops` is PVE's own slip, so that bursts of iops are not checked).
const REQUIRES: [(&str, &str); 9] = [
    ("mbps_max", "mbps"),
    ("mbps_rd_max", "mbps_rd"),
    ("mbps_wr_max", "mbps_wr"),
    ("bps_max_length", "mbps_max"),
    ("bps_rd_max_length", "mbps_rd_max"),
    ("bps_wr_max_length", "mbps_wr_max"),
    ("iops_max_length", "iops_max"),
    ("iops_rd_max_length", "iops_rd_max"),
    ("iops_wr_max_length", "iops_wr_max"),
];

/// Does `parse_drive` (PVE/QemuServer/Drive.pm) take these options together?
pub(crate) fn drive_options_agree(key: &str, drive: &Prop) -> bool {
    let mut d = drive.clone();
    for total in ["bps", "bps_rd", "bps_wr"] {
        if d.opts.remove(total).is_some() && d.opts.insert(format!("m{total}"), "0.000".into()).is_some() {
            return false;
        }
    }
    let lacks = |(option, needed): &(&str, &str)| is_true(&d, option) && !is_true(&d, needed);
    let both = |total: &str, one: &str| is_true(&d, total) && is_true(&d, one);
    let cd = is_cdrom(&d) && (d.get("snapshot").is_some() || d.get("format").is_some() || base(key) == "virtio");
    !(REQUIRES.iter().any(lacks)
        || both("mbps", "mbps_rd")
        || both("mbps", "mbps_wr")
        || both("iops", "iops_rd")
        || both("iops", "iops_wr")
        || cd)
}

/// Why QEMU does not take a drive's limits (QEMU, util/throttle.c, `throttle_is_valid`).
pub(crate) fn throttle_fault(drive: &Prop) -> Option<&'static str> {
    let number = |key: &str| drive.get(key).and_then(|v| v.parse::<f64>().ok()).unwrap_or(0.0);
    for base in ["mbps", "mbps_rd", "mbps_wr", "iops", "iops_rd", "iops_wr"] {
        let (most, length) = (
            format!("{base}_max"),
            format!("{}_max_length", base.trim_start_matches('m')),
        );
        let (base, most, length) = (number(base), number(&most), number(&length));
        if length > 1.0 && most == 0.0 {
            return Some("burst length set without burst rate");
        }
        if most > 0.0 && base == 0.0 {
            return Some("bps_max/iops_max require corresponding bps/iops values");
        }
        if most > 0.0 && most < base {
            return Some("bps_max/iops_max cannot be lower than bps/iops");
        }
    }
    None
}

type Errors = Vec<(String, String)>;

/// Checks an option's property string; `Ok` for names that are none.
pub fn check(name: &str, value: &str) -> Result<(), String> {
    let errors = match base(name) {
        "net" if name != "net" => check_net(value)?,
        "ipconfig" if name != "ipconfig" => check_ipconfig(name, value)?,
        "scsi" | "virtio" | "ide" | "sata" if name != base(name) => check_drive(value)?,
        "memory" => check_memory(value)?,
        "agent" => check_agent(value)?,
        _ => return Ok(()),
    };
    if errors.is_empty() {
        return Ok(());
    }
    let lines: String = errors.iter().map(|(k, e)| format!("{name}.{k}: {e}\n")).collect();
    Err(format!("format error\n{}", lines.strip_suffix('\n').unwrap_or(&lines)))
}

fn one(errors: &mut Errors, key: &str, result: Result<(), String>) {
    if let Err(e) = result {
        errors.push((key.to_owned(), e));
    }
}

fn boolean(v: &str) -> Result<(), String> {
    let ok = ["0", "1", "on", "off", "yes", "no", "true", "false"].contains(&v.to_ascii_lowercase().as_str());
    if ok {
        Ok(())
    } else {
        Err(format!("type check ('boolean') failed - got '{v}'"))
    }
}

fn integer(v: &str, min: Option<i64>, max: Option<i64>) -> Result<(), String> {
    let Ok(n) = v.parse::<i64>() else {
        return Err(format!("type check ('integer') failed - got '{v}'"));
    };
    limits(n as f64, min.map(|m| m as f64), max.map(|m| m as f64))
}

fn number(v: &str, min: Option<f64>) -> Result<(), String> {
    let ok = v.bytes().all(|b| b.is_ascii_digit() || b".-+eE".contains(&b));
    match v.parse::<f64>() {
        Ok(n) if ok => limits(n, min, None),
        _ => Err(format!("type check ('number') failed - got '{v}'")),
    }
}

fn limits(n: f64, min: Option<f64>, max: Option<f64>) -> Result<(), String> {
    match (min, max) {
        (Some(m), _) if n < m => Err(format!("value must have a minimum value of {m}")),
        (_, Some(m)) if n > m => Err(format!("value must have a maximum value of {m}")),
        _ => Ok(()),
    }
}

fn among(v: &str, list: &str) -> Result<(), String> {
    if list.split(", ").any(|e| e == v) {
        Ok(())
    } else {
        Err(format!("value '{v}' does not have a value in the enumeration '{list}'"))
    }
}

fn unknown() -> Result<(), String> {
    Err("property is not defined in schema and the schema does not allow additional properties".into())
}

fn check_net(value: &str) -> Result<Errors, String> {
    let p = parse_net(value)?;
    let mut e = Errors::new();
    if p.main.is_empty() {
        one(
            &mut e,
            "model",
            Err("property is missing and it is not optional".into()),
        );
    } else {
        one(&mut e, "model", among(&p.main, &MODELS.join(", ")));
    }
    for (k, v) in &p.opts {
        let r = match k.as_str() {
            "macaddr" if is_unicast_mac(v) => Ok(()),
            "macaddr" => Err("invalid format - value does not look like a valid unicast MAC address\n".into()),
            "bridge" if v.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) && !v.is_empty() => Ok(()),
            "bridge" => Err(format!("invalid format - invalid bridge id '{v}'\n")),
            "firewall" | "link_down" => boolean(v),
            "mtu" => integer(v, Some(1), Some(65520)),
            "queues" => integer(v, Some(0), Some(64)),
            "rate" => number(v, Some(0.0)),
            "tag" => integer(v, Some(1), Some(4094)),
            "trunks" => Ok(()),
            _ => unknown(),
        };
        one(&mut e, k, r);
    }
    Ok(e)
}

fn check_drive(value: &str) -> Result<Errors, String> {
    let p = Prop::parse(value, "file")?;
    let mut e = Errors::new();
    if p.main.is_empty() && !p.opts.contains_key("volume") {
        one(&mut e, "file", Err("property is missing and it is not optional".into()));
    } else if !p.main.is_empty() && !volume_like(&p.main) {
        one(
            &mut e,
            "file",
            Err(format!("invalid format - unable to parse volume ID '{}'\n\n", p.main)),
        );
    }
    for (k, v) in &p.opts {
        let has = |list: &str| list.split_whitespace().any(|w| w == k);
        let r = if let Some((_, list)) = DRIVE_ENUM.iter().find(|(n, _)| n == k) {
            among(v, list)
        } else if has(DRIVE_BOOL) {
            boolean(v)
        } else if has(DRIVE_INT) {
            integer(v, None, None)
        } else if has(DRIVE_INT1) {
            integer(v, Some(1), None)
        } else if k == "queues" {
            integer(v, Some(2), None)
        } else if has(DRIVE_NUM) {
            number(v, None)
        } else if k == "size" && crate::text::parse_size(v).is_none() {
            Err(format!(
                "invalid format - value does not look like a valid disk size: {v}\n"
            ))
        } else if has(DRIVE_TEXT) || k == "volume" {
            Ok(())
        } else {
            unknown()
        };
        one(&mut e, k, r);
    }
    Ok(e)
}

fn volume_like(v: &str) -> bool {
    v == "none"
        || v == "cdrom"
        || v.starts_with('/')
        || v.split_once(':').is_some_and(|(s, n)| !s.is_empty() && !n.is_empty())
}

fn check_ipconfig(name: &str, value: &str) -> Result<Errors, String> {
    let p = Prop::parse(value, "")?;
    let mut e = Errors::new();
    for (k, v) in &p.opts {
        let r = match k.as_str() {
            "ip" if v == "dhcp" || is_cidr4(v) => Ok(()),
            "ip" => Err("invalid format - value does not look like a valid ipv4 network configuration\n".into()),
            "ip6" if v == "dhcp" || v == "auto" || is_cidr6(v) => Ok(()),
            "ip6" => Err("invalid format - value does not look like a valid ipv6 network configuration\n".into()),
            "gw" if v.parse::<std::net::Ipv4Addr>().is_ok() => Ok(()),
            "gw" => Err("invalid format - value does not look like a valid ipv4 address\n".into()),
            "gw6" if v.parse::<std::net::Ipv6Addr>().is_ok() => Ok(()),
            "gw6" => Err("invalid format - value does not look like a valid ipv6 address\n".into()),
            _ => unknown(),
        };
        one(&mut e, k, r);
    }
    for (gw, ip) in [("gw", "ip"), ("gw6", "ip6")] {
        if p.opts.contains_key(gw) && !p.opts.contains_key(ip) {
            one(&mut e, ip, Err(format!("missing property required by '{name}.{gw}'")));
        }
    }
    Ok(e)
}

fn check_memory(value: &str) -> Result<Errors, String> {
    let p = Prop::parse(value, "current")?;
    let mut e = Errors::new();
    one(&mut e, "current", integer(&p.main, Some(16), None));
    for k in p.opts.keys() {
        one(&mut e, k, unknown());
    }
    Ok(e)
}

fn check_agent(value: &str) -> Result<Errors, String> {
    let p = Prop::parse(value, "enabled")?;
    let mut e = Errors::new();
    one(&mut e, "enabled", boolean(&p.main));
    for (k, v) in &p.opts {
        let r = match k.as_str() {
            "freeze-fs" | "freeze-fs-on-backup" | "guest-fsfreeze" | "fstrim_cloned_disks" => boolean(v),
            "type" => among(v, "virtio, isa"),
            _ => unknown(),
        };
        one(&mut e, k, r);
    }
    Ok(e)
}
