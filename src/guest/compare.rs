//! The package beside the guest as it is: what an admin sees on the page of a service.

use crate::guest::{Config, Current, Drive, Power, PropertyString};
use crate::package::{Decimal, DiskLimits, Firewall, Package};
use crate::server::address::Address;

const GIB: f64 = 1_073_741_824.0;

/// One thing, as the package wants it and as the guest has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which: a word that pages have a text for.
    pub what: &'static str,
    /// The unit of both values; empty where there is none.
    pub unit: &'static str,
    /// What the package wants; none: whatever there is.
    pub wanted: Option<String>,
    /// What there is; none: PVE does not say.
    pub actual: Option<String>,
    /// Whether they agree.
    pub same: bool,
}

impl Line {
    fn new(what: &'static str, unit: &'static str, wanted: Option<String>, actual: Option<String>) -> Line {
        let same = wanted.is_none() || wanted == actual;
        Line {
            what,
            unit,
            wanted,
            actual,
            same,
        }
    }
}

/// Everything that a package decides about and that one look at the guest shows.
///
/// Processors and memory are those that a running guest has now: a change may wait for its restart.
pub fn compare(package: &Package, leased: Option<&Address>, config: &Config, current: &Current) -> Vec<Line> {
    let mut lines = vec![
        Line::new("cores", "", Some(package.cores.to_string()), cores(config, current)),
        Line::new(
            "memory",
            "MiB",
            Some(package.memory_mib.to_string()),
            memory(config, current),
        ),
    ];
    lines.extend(disks(package, config));
    lines.extend(network(package, leased, config));
    lines
}

fn cores(config: &Config, current: &Current) -> Option<String> {
    let of_config = || {
        let number = |key| config.number(key).unwrap_or(1);
        config.number("vcpus").unwrap_or(number("sockets") * number("cores"))
    };
    let running = current.cpus.filter(|_| current.power == Power::Running);
    Some(running.unwrap_or_else(of_config).to_string())
}

fn memory(config: &Config, current: &Current) -> Option<String> {
    let of_config = || {
        let memory = PropertyString::parse(config.get("memory")?);
        Some(memory.get("current").or(memory.leading())?.to_owned())
    };
    let running = current.max_memory.filter(|_| current.power == Power::Running);
    running.map(|bytes| (bytes >> 20).to_string()).or_else(of_config)
}

fn disks(package: &Package, config: &Config) -> Vec<Line> {
    let system = config.system_disk();
    let additional = config.additional_disk();
    let sized = |gib: u64| (gib > 0).then(|| gib.to_string());
    let mut lines = vec![
        Line::new(
            "system_disk",
            "GiB",
            sized(package.system_disk_gib),
            system.as_ref().and_then(size),
        ),
        Line::new(
            "system_disk_limits",
            "MB/s, IOPS",
            Some(limits(&package.system_limits)),
            system.as_ref().map(limits_of),
        ),
    ];
    if package.additional_disk_gib > 0 || additional.is_some() {
        let has = additional.as_ref().map_or(Some("0".to_owned()), size);
        let wanted = Some(package.additional_disk_gib.to_string());
        lines.push(Line::new("additional_disk", "GiB", wanted, has));
        lines.push(Line::new(
            "additional_disk_limits",
            "MB/s, IOPS",
            (package.additional_disk_gib > 0).then(|| limits(&package.additional_limits)),
            additional.as_ref().map(limits_of),
        ));
    }
    lines
}

fn size(disk: &Drive) -> Option<String> {
    // two decimals, without zeros that say nothing
    disk.size()
        .map(|bytes| ((bytes as f64 / GIB * 100.0).round() / 100.0).to_string())
}

/// As the package writes them: read MB/s / write MB/s / read IOPS / write IOPS.
fn limits(limits: &DiskLimits) -> String {
    format!(
        "{}/{}/{}/{}",
        limits.read_mbps, limits.write_mbps, limits.read_iops, limits.write_iops
    )
}

fn limits_of(disk: &Drive) -> String {
    // PVE's text where it is no number that a package could say
    let values = DiskLimits::default().drive_options().map(|(key, _)| {
        let text = disk.options.get(key).unwrap_or("0");
        text.parse::<Decimal>()
            .map_or_else(|_| text.to_owned(), |rate| rate.to_string())
    });
    values.join("/")
}

fn network(package: &Package, leased: Option<&Address>, config: &Config) -> Vec<Line> {
    let nic = config.net0();
    let option = |key: &str| nic.as_ref().and_then(|nic| nic.get(key)).map(str::to_owned);
    let bridge = package.bridge.as_ref().or(leased.map(|address| &address.bridge));
    let vlan = package.vlan.or(leased.map(|address| address.vlan));
    // `virtio=MAC`, or `virtio` alone
    let model = nic
        .as_ref()
        .and_then(|nic| nic.first())
        .map(|(model, value)| model.unwrap_or(value).to_owned());
    let rate = option("rate").unwrap_or_else(|| "0".to_owned());
    let rate = rate.parse::<Decimal>().map_or(rate, |rate| rate.to_string());
    let switch = |on: bool| Some(if on { "on" } else { "off" }.to_owned());
    let there = |value: Option<String>| value.filter(|_| nic.is_some());
    vec![
        Line::new("bridge", "", bridge.map(ToString::to_string), option("bridge")),
        Line::new(
            "vlan",
            "",
            vlan.map(|vlan| vlan.to_string()),
            there(option("tag").or(Some("0".to_owned()))),
        ),
        Line::new(
            "nic_model",
            "",
            package.nic_model.map(|model| model.as_str().to_owned()),
            model,
        ),
        Line::new(
            "nic_rate",
            "MB/s",
            Some(package.rate_mbps.to_string()),
            there(Some(rate)),
        ),
        Line::new(
            "firewall",
            "",
            switch(package.effective_firewall() != Firewall::Off),
            there(switch(option("firewall").as_deref() == Some("1"))),
        ),
    ]
}
