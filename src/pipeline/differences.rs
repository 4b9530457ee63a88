//! How a finished guest differs from its package: what a change to that same package would write, and what would keep it
//! from being done. Somebody has rolled the guest back, or edited it by hand.

use super::call::{Blocked, Call};
use super::lookup::changing;
use super::view::{Before, View};
use crate::guest::{Config, Drive, FirewallSeen, PropertyString};
use crate::package::{CloneType, Package};
use crate::server::address::Address;
use crate::words::ids::StorageId;

/// So many characters of a value that somebody has written are told.
const VALUE_CHARS: usize = 60;

/// What [`differences`] finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// What Change Package writes, as `cores is 4 instead of 2`.
    pub written: Vec<String>,
    /// What keeps Change Package from being done.
    pub blocked: Vec<Blocked>,
    /// Disks on another storage than the package names, as `scsi0 is on ssd instead of san`: no change moves a disk.
    pub elsewhere: Vec<String>,
}

impl Differences {
    /// What works to the end: Change Package alone, or what has to come before it.
    pub fn remedy(&self) -> &'static str {
        let is = |kind: fn(&Blocked) -> bool| self.blocked.iter().any(kind);
        if is(|why| matches!(why, Blocked::NoDisk)) {
            "restore it from a backup under this number, or press **Reinstall on its page, which makes it anew"
        } else if is(|why| matches!(why, Blocked::Shrink { .. })) {
            "give the service a disk of at least that size (product or configurable option) and press Change Package on its \
             page, or press **Reinstall there, which deletes all that is on the VM"
        } else if self.blocked.is_empty() {
            "press Change Package on its page"
        } else {
            "change that in Proxmox VE, then press Change Package on its page"
        }
    }
}

/// Compares a finished guest with the package that it was built, or last changed to its end, by. `addresses`: as many of
/// the service's as the package has.
pub fn differences(package: &Package, addresses: &[Address], config: &Config) -> Differences {
    let firewall = FirewallSeen::default();
    let view = View {
        addresses,
        building: false,
        before: Before {
            package: Some(package),
            ..Before::default()
        },
        password_written: true,
        ..View::of_config(package, config, &firewall)
    };
    let mut found = Differences::default();
    for plan in changing() {
        match plan(&view) {
            Ok(calls) => found.written.extend(calls.iter().flat_map(|call| words(call, config))),
            Err(blocked) if found.blocked.contains(&blocked) => {}
            Err(blocked) => found.blocked.push(blocked),
        }
    }
    found.elsewhere = elsewhere(package, config);
    found
}

fn words(call: &Call, config: &Config) -> Vec<String> {
    let change = match call {
        Call::Write(change) => change,
        Call::Resize { slot, gib } => {
            let size = config.disks().find(|disk| disk.slot == *slot);
            let size = size.and_then(|disk| disk.options.get("size").map(str::to_owned));
            return vec![differs(
                &format!("size of {slot}"),
                size.as_deref(),
                Some(&format!("{gib}G")),
            )];
        }
        call => return vec![call.summary()],
    };
    let set = change.set.iter().map(|(key, value)| (key, Some(value.as_str())));
    let deleted = change.delete.iter().map(|key| (key, None));
    set.chain(deleted)
        .flat_map(|(key, wanted)| match (config.get(key), wanted) {
            (Some(is), Some(wanted)) if is.contains('=') || wanted.contains('=') => options_differ(key, is, wanted),
            (is, wanted) if is.or(default_of(key)) == wanted => Vec::new(),
            (is, wanted) => vec![differs(key, is, wanted)],
        })
        .collect()
}

/// What a key without a value means to Proxmox VE.
fn default_of(key: &str) -> Option<&'static str> {
    match key {
        "cores" => Some("1"),
        "memory" => Some("512"),
        _ => None,
    }
}

fn options_differ(key: &str, is: &str, wanted: &str) -> Vec<String> {
    let (is, wanted) = (PropertyString::parse(is), PropertyString::parse(wanted));
    let mut lines = Vec::new();
    if is.first() != wanted.first() {
        let first = |of: &PropertyString| {
            of.first()
                .map(|(name, value)| name.map_or_else(|| value.to_owned(), |name| format!("{name}={value}")))
        };
        lines.push(differs(key, first(&is).as_deref(), first(&wanted).as_deref()));
    }
    let names: std::collections::BTreeSet<&str> = is.keys().chain(wanted.keys()).collect();
    let first = is.first().and_then(|(name, _)| name);
    for name in names.into_iter().filter(|name| Some(*name) != first) {
        if is.get(name) != wanted.get(name) && wanted.first().and_then(|(name, _)| name) != Some(name) {
            lines.push(differs(&format!("{name} of {key}"), is.get(name), wanted.get(name)));
        }
    }
    lines
}

fn differs(what: &str, is: Option<&str>, wanted: Option<&str>) -> String {
    let told = |value: Option<&str>| match value {
        None => "unset".to_owned(),
        Some(value) => value.chars().take(VALUE_CHARS).filter(|c| !c.is_control()).collect(),
    };
    format!("{what} is {} instead of {}", told(is), told(wanted))
}

/// Where the package names storages: a linked clone is where its template is.
fn elsewhere(package: &Package, config: &Config) -> Vec<String> {
    let full = package.clone_type == CloneType::Full;
    let system = package.system_storage.as_ref().filter(|_| full);
    let additional = package.additional_storage.as_ref();
    let additional = additional.filter(|_| package.additional_disk_gib > 0);
    let other = |disk: Option<Drive>, wanted: Option<&StorageId>| {
        let (disk, wanted) = (disk?, wanted?);
        let is = disk.storage().filter(|is| is != wanted)?;
        Some(format!("{} is on {is} instead of {wanted}", disk.slot))
    };
    [
        other(config.system_disk(), system),
        other(config.additional_disk(), additional),
    ]
    .into_iter()
    .flatten()
    .collect()
}
