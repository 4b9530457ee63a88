//! The values of options, package's and configurable ones alike. Every error is the end of a sentence that begins
//! with the option's name.

use super::DiskLimits;
use super::Policy;
use super::decimal::{Decimal, scaled};
use super::macros::check_label;
use super::rate::rate_hundredths;
use super::yaml;
use crate::words::ids::quoted;
use crate::words::ids::{Malformed, Vmid};
use std::str::FromStr;

/// The most CPU cores of a guest.
pub(super) const MAX_CORES: u64 = 4096;
/// The memory of a guest, in MiB: the least that PVE takes, and 16 TB.
const MEMORY_MIB: std::ops::RangeInclusive<u128> = 16..=16_777_216;
/// The largest disk, in GB: 1 PB.
pub(super) const MAX_DISK: u64 = 1_048_576;
/// The highest limit of operations per second.
pub(super) const MAX_IOPS: u64 = 100_000_000;
/// The most addresses of one family.
pub(super) const MAX_ADDRESSES: u64 = 256;
/// The most backups or snapshots.
pub(super) const MAX_COPIES: u64 = 1000;
/// The most traffic of a month, in GB.
pub(super) const MAX_TRAFFIC: u64 = 100_000_000;
/// The highest VLAN tag.
pub(super) const MAX_VLAN: u64 = 4094;

const CORES: &[&str] = &["cores", "core", "vcpus", "vcpu", "cpus", "cpu"];
const GIGABYTES: &[&str] = &["gib", "gb", "g"];
const OPERATIONS: &[&str] = &["iops"];

/// The text without a unit behind it.
fn without_unit(text: &str, units: &[&str]) -> String {
    let lower = text.trim().to_ascii_lowercase();
    units
        .iter()
        .find_map(|unit| lower.strip_suffix(unit))
        .unwrap_or(&lower)
        .trim_end()
        .to_owned()
}

fn whole(text: &str, units: &[&str], least: u64, most: u64, what: &str) -> Result<u64, String> {
    scaled(&without_unit(text, units), 0)
        .filter(|n| (least..=most).contains(n))
        .ok_or_else(|| format!("it is {what} from {least} to {most}, not {}", quoted(text)))
}

/// A number that is known to fit.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// MB/s, or another unit of a rate.
pub(super) fn rate(text: &str) -> Result<Decimal, String> {
    rate_hundredths(text).map(Decimal::from_hundredths)
}

/// On or off.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "yes" | "true" | "1" => Ok(true),
        "off" | "no" | "false" | "0" => Ok(false),
        _ => Err(format!("it is on or off, not {}", quoted(text))),
    }
}

/// As [`switch`] reads it.
pub(super) fn switched(on: &bool) -> String {
    if *on { "on" } else { "off" }.to_owned()
}

/// A plain whole number of a unit.
pub(super) fn number<T: TryFrom<u64>>(text: &str, unit: &str, least: u64, most: u64) -> Result<T, String> {
    let number = text.parse().ok().filter(|n| (least..=most).contains(n));
    number.and_then(|n| T::try_from(n).ok()).ok_or_else(|| {
        let of = if unit.is_empty() { "" } else { " of " };
        format!("it is a number{of}{unit} from {least} to {most}, not {}", quoted(text))
    })
}

/// What a firewall does with traffic that no rule matches.
pub(super) fn policy(text: &str, choices: &'static [(&[&str], Option<Policy>)]) -> Result<Option<Policy>, String> {
    choice(text, choices).map_err(|_| {
        let words = words(choices).join(", ");
        let (first, last) = words.rsplit_once(", ").unwrap_or_default();
        format!("it is {first} or {last}, not {}", quoted(text))
    })
}

/// CPU cores.
pub(super) fn cores(text: &str) -> Result<u32, String> {
    whole(text, CORES, 1, MAX_CORES, "a whole number").map(small)
}

/// GB with decimals, as the nearest whole MiB.
pub(super) fn memory_mib(text: &str) -> Result<u64, String> {
    scaled(&without_unit(text, GIGABYTES), 6)
        .map(|millionths| (u128::from(millionths) * 1024 + 500_000) / 1_000_000)
        .filter(|mib| MEMORY_MIB.contains(mib))
        .and_then(|mib| u64::try_from(mib).ok())
        .ok_or_else(|| {
            format!(
                "it is a number of GB from 0.016 to 16384, decimals allowed, not {}",
                quoted(text)
            )
        })
}

/// MiB as GB with decimals, as the options of memory are written.
pub fn gigabytes(mib: u64) -> String {
    let millionths = (u128::from(mib) * 1_000_000 + 512) / 1024;
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The size of a disk in GB, 0 included.
pub(super) fn disk_gib(text: &str) -> Result<u64, String> {
    whole(text, GIGABYTES, 0, MAX_DISK, "a whole number of GB")
}

/// The traffic of a month in GB, or in TB; 0 = no limit.
pub(super) fn traffic_gb(text: &str) -> Result<u64, String> {
    let lower = text.trim().to_ascii_lowercase();
    let (number, times) = match lower.strip_suffix("tb") {
        Some(number) => (number, 1000),
        None => (lower.as_str(), 1),
    };
    let number = scaled(&without_unit(number, GIGABYTES), 3).map(|thousandths| thousandths.saturating_mul(times));
    number
        .filter(|thousandths| thousandths % 1000 == 0)
        .map(|thousandths| thousandths / 1000)
        .filter(|gb| *gb <= MAX_TRAFFIC)
        .ok_or_else(|| {
            format!(
                "it is a whole number of GB from 0 to {MAX_TRAFFIC}, or one of TB, not {}",
                quoted(text)
            )
        })
}

/// Operations per second; 0 = no limit.
pub(super) fn iops(text: &str) -> Result<u64, String> {
    whole(text, OPERATIONS, 0, MAX_IOPS, "a whole number")
}

/// A number of addresses.
pub(super) fn addresses(text: &str) -> Result<u32, String> {
    whole(text, &[], 0, MAX_ADDRESSES, "a whole number").map(small)
}

/// A number of backups or snapshots.
pub(super) fn copies(text: &str) -> Result<u32, String> {
    whole(text, &[], 0, MAX_COPIES, "a whole number").map(small)
}

/// A VLAN.
pub(super) fn vlan(text: &str) -> Result<u16, String> {
    let number = whole(text, &[], 0, MAX_VLAN, "a number (0 = untagged)")?;
    u16::try_from(number).map_err(|why| why.to_string())
}

/// `read MB/s / write MB/s / read IOPS / write IOPS`.
pub(super) fn limits(text: &str) -> Result<DiskLimits, String> {
    let fields: Vec<&str> = fields_of(text);
    let &[read, write, read_ops, write_ops] = fields.as_slice() else {
        return Err(format!(
            "it is four numbers, read MB/s / write MB/s / read IOPS / write IOPS, such as \
             100/50/500/500, 0 for no limit, \
             not {}",
            quoted(text)
        ));
    };
    let rate = |name: &str, text: &str| rate(text).map_err(|why| format!("{name} MB/s: {why}"));
    let operations = |name: &str, text: &str| iops(text).map_err(|why| format!("{name} IOPS: {why}"));
    Ok(DiskLimits {
        read_mbps: rate("read", read)?,
        write_mbps: rate("write", write)?,
        read_iops: operations("read", read_ops)?,
        write_iops: operations("write", write_ops)?,
    })
}

/// As [`limits`] reads them.
pub(super) fn limits_text(limits: &DiskLimits) -> String {
    format!(
        "{}/{}/{}/{}",
        limits.read_mbps, limits.write_mbps, limits.read_iops, limits.write_iops
    )
}

/// What stands between slashes, but those of units: `MB/s`.
fn fields_of(text: &str) -> Vec<&str> {
    let is_unit = |at: usize| {
        let before = text[..at].trim_end().ends_with(|c: char| c.is_ascii_alphabetic());
        let behind = text[at + 1..].trim_start();
        before && behind.starts_with(['s', 'S'])
    };
    let (mut fields, mut from) = (Vec::new(), 0);
    for (at, _) in text.match_indices('/').filter(|(at, _)| !is_unit(*at)) {
        fields.push(text[from..at].trim());
        from = at + 1;
    }
    fields.push(text[from..].trim());
    fields
}

/// What stands before a label: `key|label`, `key (label)`.
fn key(text: &str) -> &str {
    let key = text.split('|').next().unwrap_or_default();
    key.split(" (").next().unwrap_or_default().trim()
}

/// A name that PVE gives, of a kind of thing.
pub(super) fn name<T: FromStr<Err = Malformed>>(text: &str, what: &str) -> Result<T, String> {
    key(text)
        .parse()
        .map_err(|_| format!("it is {what}, not {}", quoted(text)))
}

/// A name, or none for `auto`.
pub(super) fn name_or_auto<T: FromStr<Err = Malformed>>(text: &str, what: &str) -> Result<Option<T>, String> {
    if key(text).eq_ignore_ascii_case("auto") {
        Ok(None)
    } else {
        name(text, what).map(Some)
    }
}

/// A VMID.
pub(super) fn vmid(text: &str) -> Result<Vmid, String> {
    key(text)
        .parse()
        .map_err(|_| format!("it is a VMID from 100 to 999999999, not {}", quoted(text)))
}

/// The VMID of a template, as `9000`, `9000|Debian 12`, `9000 Debian 12` or `Debian 12 (9000)`.
pub fn template(text: &str) -> Result<Vmid, String> {
    let before_label = text.split('|').next().unwrap_or_default().trim();
    let leading = before_label
        .split_whitespace()
        .next()
        .and_then(|word| word.parse::<Vmid>().ok());
    let in_brackets = before_label.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    let trailing = in_brackets.and_then(|(_, inner)| inner.parse::<Vmid>().ok());
    match (leading, trailing) {
        (Some(a), Some(b)) if a != b => None,
        (leading, trailing) => leading.or(trailing),
    }
    .ok_or_else(|| {
        format!(
            "it is the VMID of a template from 100 to 999999999, such as 9000 or Debian 12 (9000), not {}",
            quoted(text)
        )
    })
}

/// One of a few words, in any case, with `-` and `_` as blanks.
pub(super) fn choice<T: Copy>(text: &str, choices: &'static [(&[&str], T)]) -> Result<T, String> {
    let key = text
        .split('|')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
        .replace(['-', '_'], " ");
    let plain = key.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = choices.iter().find(|(words, _)| {
        words
            .iter()
            .any(|word| word.replace('-', " ").eq_ignore_ascii_case(&plain))
    });
    found
        .map(|(_, value)| *value)
        .ok_or_else(|| format!("it is one of {}, not {}", words(choices).join(", "), quoted(text)))
}

/// The words that [`choice`] reads, one for each value.
pub(super) fn words<T>(choices: &'static [(&[&str], T)]) -> Vec<&'static str> {
    choices.iter().filter_map(|(words, _)| words.first().copied()).collect()
}

/// The word of a value; empty where it has none.
pub(super) fn word<T: PartialEq>(value: &T, choices: &[(&[&str], T)]) -> String {
    let found = choices.iter().find(|(_, choice)| choice == value);
    found
        .and_then(|(words, _)| words.first())
        .map_or_else(String::new, |word| (*word).to_owned())
}

/// The text of a value, or of none.
pub(super) fn or<T: ToString>(value: &Option<T>, none: &str) -> String {
    value.as_ref().map_or_else(|| none.to_owned(), T::to_string)
}

/// One value a line.
pub(super) fn lines<T: ToString>(values: &[T]) -> String {
    values.iter().map(T::to_string).collect::<Vec<_>>().join("\n")
}

/// A user name that Linux takes. Upper case is allowed: templates of Windows have an `Administrator`.
pub(super) fn user(text: &str) -> Result<String, String> {
    let fits = text.len() <= 32
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
        // PVE writes it into YAML as it is
        && yaml::is_text(&text.to_ascii_lowercase(), false);
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "it is a user name: a letter, then letters, digits, _, - and ., at most 32 in all, and no word that YAML reads as yes or no, not {}",
            quoted(text)
        ))
    }
}

/// A domain in lower case without a dot at its end, short enough for a name before it.
pub(super) fn domain(text: &str) -> Result<String, String> {
    let lower = text.to_ascii_lowercase();
    let domain = lower.strip_suffix('.').unwrap_or(&lower);
    // 253 characters are the whole name, and 63 of them and a dot the guest's part
    if domain.len() <= 189 && domain.split('.').all(|label| check_label(label).is_ok()) {
        Ok(domain.to_owned())
    } else {
        Err(format!("it is a domain such as vps.example.net, not {}", quoted(text)))
    }
}
