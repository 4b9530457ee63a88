//! What memory and processors of a config QEMU can be started with: the rules of qemu-server, PVE/QemuServer/Memory.pm.

use crate::guest::{Config, PropertyString};
use crate::package::Package;
use crate::pipeline::call::Blocked;

/// What PVE gives a guest with memory hot-plug before the first pluggable module, MB (`$STATICMEM`).
pub(in crate::pipeline) const STATIC_MIB: u64 = 1024;
/// `$MAX_NUMA`
const NUMA_NODES: u64 = 8;

/// Whether PVE starts a guest of this config with the package's memory and cores: what `config` of qemu-server's
/// PVE/QemuServer/Memory.pm dies of. Found out before a clone, and before a guest is stopped for a change.
pub(super) fn startable(package: &Package, config: &Config) -> Result<(), Blocked> {
    let memory = package.memory_mib;
    let refuse = |why: String| Err(Blocked::NoStart(why));
    let numa = config.number("numa") == Some(1);
    let hotplug = hotplug_has(config, "memory");
    let nodes: Vec<(String, PropertyString)> = (0..NUMA_NODES)
        .map(|number| format!("numa{number}"))
        .filter_map(|key| Some((key.clone(), PropertyString::parse(config.get(&key)?))))
        .collect();
    if hotplug && !numa {
        return refuse("memory hot-plug needs NUMA: switch NUMA on, or take memory out of hotplug".to_owned());
    }
    if let (true, Some((key, _))) = (hotplug, nodes.first()) {
        return refuse(format!("memory hot-plug does not go with {key}: take one of them away"));
    }
    if hotplug && config.entries().any(|(key, _)| key.starts_with("virtiofs")) {
        return refuse("memory hot-plug does not go with virtiofs: take one of them away".to_owned());
    }
    let huge = config.get("hugepages");
    if hotplug {
        pluggable(memory, huge == Some("1024")).or_else(refuse)?;
    }
    if let Some(huge) = huge {
        let unit = huge.parse().unwrap_or(2);
        if !numa {
            return refuse("hugepages needs NUMA: switch NUMA on, or take hugepages away".to_owned());
        }
        if !memory.is_multiple_of(unit) {
            return refuse(format!(
                "hugepages={huge} wants a memory that is a multiple of {unit} MB, and the package has {memory} MB"
            ));
        }
    }
    if numa && !nodes.is_empty() {
        numa_fits(&nodes, memory, package.cores.into(), huge.is_some()).or_else(refuse)?;
    }
    Ok(())
}

/// The nodes of a guest's own topology have to add up to its memory, and to have no processor that it has not.
fn numa_fits(nodes: &[(String, PropertyString)], memory: u64, cores: u64, huge: bool) -> Result<(), String> {
    let mut total = 0.0;
    for (key, node) in nodes {
        let size: f64 = node.get("memory").and_then(|size| size.parse().ok()).unwrap_or(0.0);
        if size <= 0.0 {
            return Err(format!("{key} has no memory value: give it one, or take it away"));
        }
        total += size;
        let cpus = node.get("cpus").or_else(|| node.leading()).unwrap_or_default();
        let last = cpus.split([';', '-']).filter_map(|cpu| cpu.parse::<u64>().ok()).max();
        if last.is_none_or(|last| last >= cores) {
            return Err(format!(
                "{key} names the processors {cpus}, and the package has {cores} cores, counted from 0: take {key} away"
            ));
        }
        if node.get("hostnodes").is_some() && node.get("policy").is_none() {
            return Err(format!(
                "{key} has hostnodes without a policy: name one, or take {key} away"
            ));
        }
        if huge && node.get("hostnodes").is_none() {
            return Err(format!(
                "hugepages wants hostnodes in {key}: name them, or take {key} away"
            ));
        }
    }
    if total == memory as f64 {
        return Ok(());
    }
    let keys: Vec<&str> = nodes.iter().map(|(key, _)| key.as_str()).collect();
    Err(format!(
        "{} add up to {total} MB, and the package has {memory} MB: take them away, or sell only that memory",
        keys.join(" + ")
    ))
}

/// `foreach_dimm`: modules of 512 MB, 32 of each size, then of twice the size. The memory has to end with a module.
fn pluggable(memory: u64, huge: bool) -> Result<(), String> {
    if memory < STATIC_MIB {
        return Err(format!(
            "memory hot-plug needs at least {STATIC_MIB} MB, and the package has {memory} MB: take memory out of hotplug"
        ));
    }
    let sizes = (0..8).flat_map(|doubled| std::iter::repeat_n(if huge { 1024 } else { 512 } << doubled, 32));
    let mut current = STATIC_MIB;
    for size in sizes {
        if current >= memory {
            break;
        }
        current += size;
        if current > memory {
            return Err(format!(
                "memory hot-plug adds {size} MB at a time here, and the package's {memory} MB are in between: take memory out of hotplug"
            ));
        }
    }
    Ok(())
}

/// What can be plugged without the key, and as `1` (qemu-server, PVE/QemuServer.pm, `hotplug`).
const HOTPLUG: &str = "network,disk,usb";

/// `hotplug` as PVE reads it (`parse_hotplug_features`).
pub(in crate::pipeline) fn hotplug_has(config: &Config, feature: &str) -> bool {
    let features = config
        .get("hotplug")
        .filter(|features| *features != "1")
        .unwrap_or(HOTPLUG);
    features.split([',', ';', ' ', '\t', '\0']).any(|one| one == feature)
}
