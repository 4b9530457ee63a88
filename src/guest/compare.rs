//! The package beside the guest as it is: what an admin sees on the page of a service.

use crate::guest::{Config, Current, Drive, Power, PropertyString};
use crate::package::{Decimal, DiskLimits, Firewall, Package, gigabytes, option};
use crate::server::address::Address;
use crate::words::units::GIB;
use serde::Serialize;

/// An option, as the package wants it and as the guest has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Which: the key of its row in the table of options, which has its unit too.
    pub what: &'static str,
    /// What the package wants; none: whatever there is.
    pub wanted: Option<String>,
    /// What there is; none: PVE does not say.
    pub actual: Option<String>,
    /// Whether they agree.
    pub same: bool,
}

impl Line {
    fn new(what: &'static str, wanted: Option<String>, actual: Option<String>) -> Line {
        let same = wanted.is_none() || wanted == actual;
        Line {
            what,
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
    let sold = |key| option(key).map(|row| row.text(package));
    let mut lines = vec![
        Line::new("cpu_cores", sold("cpu_cores"), cores(config, current)),
        Line::new("ram", sold("ram"), memory(config, current)),
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
        let mib = memory.get("current").or(memory.leading())?;
        Some(mib.parse().map_or_else(|_| mib.to_owned(), gigabytes))
    };
    let running = current.max_memory.filter(|_| current.power == Power::Running);
    running.map(|bytes| gigabytes(bytes >> 20)).or_else(of_config)
}

fn disks(package: &Package, config: &Config) -> Vec<Line> {
    let system = config.system_disk();
    let additional = config.additional_disk();
    let sold = |key| option(key).map(|row| row.text(package));
    let mut lines = vec![
        Line::new(
            "system_disk",
            sold("system_disk").filter(|_| package.system_disk_gib > 0),
            system.as_ref().and_then(size),
        ),
        Line::new(
            "system_disk_limits",
            sold("system_disk_limits"),
            system.as_ref().map(limits_of),
        ),
    ];
    if package.additional_disk_gib > 0 || additional.is_some() {
        let has = additional.as_ref().map_or(Some("0".to_owned()), size);
        lines.push(Line::new("additional_disk", sold("additional_disk"), has));
        lines.push(Line::new(
            "additional_disk_limits",
            sold("additional_disk_limits").filter(|_| package.additional_disk_gib > 0),
            additional.as_ref().map(limits_of),
        ));
    }
    lines
}

fn size(disk: &Drive) -> Option<String> {
    // two decimals, without zeros that say nothing
    disk.size()
        .map(|bytes| ((bytes as f64 / GIB as f64 * 100.0).round() / 100.0).to_string())
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
    let option_of = |key: &str| nic.as_ref().and_then(|nic| nic.get(key)).map(str::to_owned);
    let bridge = package.bridge.as_ref().or(leased.map(|address| &address.bridge));
    let vlan = package.vlan.or(leased.map(|address| address.vlan));
    // `virtio=MAC`, or `virtio` alone
    let model = nic
        .as_ref()
        .and_then(|nic| nic.first())
        .map(|(model, value)| model.unwrap_or(value).to_owned());
    let rate = option_of("rate").unwrap_or_else(|| "0".to_owned());
    let rate = rate.parse::<Decimal>().map_or(rate, |rate| rate.to_string());
    let switch = |on: bool| Some(if on { "on" } else { "off" }.to_owned());
    let there = |value: Option<String>| value.filter(|_| nic.is_some());
    vec![
        Line::new("bridge", bridge.map(ToString::to_string), option_of("bridge")),
        Line::new(
            "vlan",
            vlan.map(|vlan| vlan.to_string()),
            there(option_of("tag").or(Some("0".to_owned()))),
        ),
        Line::new(
            "nic_model",
            option("nic_model")
                .map(|row| row.text(package))
                .filter(|_| package.nic_model.is_some()),
            model,
        ),
        Line::new(
            "network_rate",
            option("network_rate").map(|row| row.text(package)),
            there(Some(rate)),
        ),
        Line::new(
            "firewall",
            switch(package.effective_firewall() != Firewall::Off),
            there(switch(option_of("firewall").as_deref() == Some("1"))),
        ),
    ]
}
