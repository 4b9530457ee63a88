//! What a start asks of memory and NUMA (`config` of PVE/QemuServer/Memory.pm), in PVE's words.

use crate::guestconf::{cpus, memory_mib};
use crate::props::Prop;
use crate::state::Conf;

/// `$STATICMEM`, MB.
const STATIC: u64 = 1024;

fn on(conf: &Conf, key: &str) -> bool {
    conf.get(key).map(String::as_str) == Some("1")
}

fn memory_hotplug(conf: &Conf) -> bool {
    let features = conf.get("hotplug").map_or("network,disk,usb", String::as_str);
    features.split([',', ';', ' ']).any(|f| f == "memory")
}

/// Dies of what PVE dies of; what begins with `kvm:` is QEMU's own.
pub(crate) fn memory_rules(conf: &Conf) -> Result<(), String> {
    let memory = memory_mib(conf);
    let (numa, huge) = (on(conf, "numa"), conf.get("hugepages").map(String::as_str));
    let nodes: Vec<(u32, Prop)> = (0..8)
        .filter_map(|i| Some((i, Prop::parse(conf.get(&format!("numa{i}"))?, "cpus").ok()?)))
        .collect();
    let virtiofs = conf.keys().any(|k| k.starts_with("virtiofs"));
    let mut fixed = memory;
    if memory_hotplug(conf) {
        if !numa {
            return Err("NUMA needs to be enabled for memory hotplug".into());
        }
        if !nodes.is_empty() {
            return Err("cannot enable memory hotplugging with custom NUMA topology".into());
        }
        fixed = STATIC;
        if memory < fixed {
            return Err(format!("minimum memory must be {fixed}MB"));
        }
        if virtiofs {
            return Err("Memory hotplug does not work in combination with virtio-fs.".into());
        }
    }
    if huge.is_some() && !numa {
        return Err("numa needs to be enabled to use hugepages".into());
    }
    huge_pages(huge, fixed)?;
    if numa && !nodes.is_empty() {
        topology(&nodes, fixed, cpus(conf), huge.is_some())?;
    }
    if memory_hotplug(conf) {
        modules(memory, huge == Some("1024"))?;
    }
    Ok(())
}

fn huge_pages(huge: Option<&str>, size: u64) -> Result<(), String> {
    match huge {
        None => Ok(()),
        Some(_) if size & 1 == 1 => Err(format!(
            "memory size '{size}' is not a positive even integer; cannot use for hugepages"
        )),
        Some(unit) if !size.is_multiple_of(unit.parse::<u64>().unwrap_or(2)) => Err(format!(
            "Memory size {size} is not a multiple of the requested hugepages size {unit}"
        )),
        Some(_) => Ok(()),
    }
}

fn topology(nodes: &[(u32, Prop)], fixed: u64, vcpus: u64, huge: bool) -> Result<(), String> {
    let mut total = 0.0;
    for (i, node) in nodes {
        let size: f64 = node.get("memory").and_then(|m| m.parse().ok()).unwrap_or(0.0);
        if size == 0.0 {
            return Err(format!("missing NUMA node{i} memory value"));
        }
        total += size;
        for cpu in node.main.split([';', '-']).filter_map(|c| c.parse::<u64>().ok()) {
            if cpu >= vcpus {
                return Err(format!(
                    "kvm: CPU index ({cpu}) should be smaller than maxcpus ({vcpus})"
                ));
            }
        }
        match (node.get("hostnodes"), node.get("policy")) {
            (Some(host), None) => return Err(format!("you need to define a policy for hostnode {host}")),
            (None, _) if huge => return Err("numa hostnodes need to be defined to use hugepages".into()),
            _ => {}
        }
    }
    if total != fixed as f64 {
        return Err("total memory for NUMA nodes must be equal to vm static memory".into());
    }
    Ok(())
}

/// `foreach_dimm`
fn modules(memory: u64, huge: bool) -> Result<(), String> {
    let (mut now, mut size) = (STATIC, if huge { 1024 } else { 512 });
    for i in 0.. {
        if now >= memory {
            break;
        }
        if i > 0 && i % 32 == 0 {
            size *= 2;
        }
        now += size;
        if now > memory {
            return Err(format!(
                "memory size ({memory}) must be aligned to {size} for hotplugging"
            ));
        }
    }
    Ok(())
}
