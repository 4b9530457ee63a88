//! What is seen of a guest: now, beside its package, and over time.

use crate::guest::Current;
use crate::guest::compare::Line;
use crate::guest::series::{Point, SERIES};
use crate::package::{Firewall, GivenBy, Package, option};
use crate::service::Service;
use crate::store::Used;
use crate::words::ids::{ServiceId, UnixSeconds};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a guest does right now, as the pages show it.
#[derive(Debug, Serialize)]
pub struct CurrentOut {
    /// The remote status: `running`, `stopped`, or another word of Proxmox VE.
    pub status: String,
    /// The remote lock; null where there is none.
    pub lock: Option<String>,
    /// Virtual processors; null where Proxmox VE does not say.
    pub cpus: Option<u64>,
    /// Memory in MiB; null where Proxmox VE does not say.
    pub memory_mib: Option<u64>,
    /// Seconds since it was started; null where Proxmox VE does not say.
    pub uptime_s: Option<u64>,
    /// Whether the HA manager starts and stops it.
    pub ha: bool,
    /// Share of its processors in use, 0 to 1; null where Proxmox VE does not say.
    pub cpu: Option<f64>,
    /// Memory in use, bytes; null where Proxmox VE does not say.
    pub memory: Option<u64>,
    /// Memory in all, bytes; null where Proxmox VE does not say.
    pub memory_max: Option<u64>,
}

impl CurrentOut {
    /// That of a look.
    pub fn of(current: &Current) -> CurrentOut {
        CurrentOut {
            status: current.power.as_str().to_owned(),
            lock: current.lock.clone(),
            cpus: current.cpus,
            memory_mib: current.max_memory.map(|bytes| bytes >> 20),
            uptime_s: current.uptime,
            ha: current.ha_managed,
            cpu: current.cpu,
            memory: current.memory,
            memory_max: current.max_memory,
        }
    }
}

/// What a package and its guest differ in, or have in common.
#[derive(Debug, Serialize)]
pub struct CompareOut {
    /// The option on both sides.
    #[serde(flatten)]
    pub line: Line,
    /// The unit of both values; null where the option has no row.
    pub unit: Option<&'static str>,
}

impl CompareOut {
    /// A line, with the unit of its option.
    pub fn of(line: Line) -> CompareOut {
        let unit = option(line.what).map(|row| row.unit);
        CompareOut { line, unit }
    }
}

/// What a product lets its customers see, beside the actions.
#[derive(Debug, Serialize)]
pub struct Permissions {
    /// The graphs of CPU, memory, disk and network.
    pub graphs: bool,
    /// The snapshots, where some are sold.
    pub snapshots: bool,
    /// The SSH keys.
    pub ssh_keys: bool,
    /// That SSH keys are given to a guest that runs at once, where its agent does that.
    pub ssh_keys_at_once: bool,
    /// The customer's firewall rules, where the product has a firewall.
    pub firewall: bool,
    /// User data for cloud-init, when the guest is made anew.
    pub user_data: bool,
    /// The password, where the guest has one.
    pub password: bool,
    /// The backups, where some are sold.
    pub backups: bool,
}

impl Permissions {
    /// Those of a product, for a service.
    pub fn of(package: &Package, service: &Service) -> Permissions {
        let is_sold = |most: Option<u32>| most.is_some_and(|most| most > 0);
        Permissions {
            graphs: package.more.client_graphs,
            snapshots: is_sold(package.snapshots) && package.more.client_snapshots,
            ssh_keys: package.more.client_ssh_keys,
            ssh_keys_at_once: package.more.ssh_keys_by == GivenBy::Agent,
            firewall: package.more.client_firewall && package.effective_firewall() != Firewall::Off,
            user_data: package.more.client_user_data,
            password: service.has_password(package),
            backups: is_sold(package.backups) && package.more.client_backups,
        }
    }
}

/// A point of a graph.
#[derive(Debug, Serialize)]
pub struct PointOut {
    /// When.
    pub at: UnixSeconds,
    /// Each measurement by its name; null where it was not measured: a gap, not a zero. `cpu` is the share of the guest's
    /// processors, 0 to 1; `memory` and `memory_max` are bytes; `disk_read`, `disk_write`, `net_in` and `net_out` bytes per second.
    #[serde(flatten)]
    pub values: BTreeMap<&'static str, Option<f64>>,
}

impl PointOut {
    /// That of a point.
    pub fn of(point: &Point) -> PointOut {
        let names = SERIES.iter().map(|(name, _)| *name);
        PointOut {
            at: point.at,
            values: names.zip(point.values).collect(),
        }
    }
}

/// What a service has used in a month.
#[derive(Debug, Serialize)]
pub struct UsedOut {
    /// Which one.
    pub service: ServiceId,
    /// Its domain; null while it has none.
    pub domain: Option<String>,
    /// The month (UTC): `2026-11`.
    pub month: String,
    /// Received, bytes.
    pub bytes_in: u64,
    /// Sent, bytes.
    pub bytes_out: u64,
    /// So many of both count against the quota, bytes.
    pub counted: u64,
    /// What is sold of them, bytes; null without a limit.
    pub quota_bytes: Option<u64>,
    /// Memory in use, bytes.
    pub memory_bytes: u64,
    /// Memory in all, bytes.
    pub memory_max_bytes: u64,
    /// Size of its disks, bytes.
    pub disk_max_bytes: u64,
    /// When it was looked at.
    pub at: UnixSeconds,
}

impl UsedOut {
    /// That of a month.
    pub fn of(used: Used, month: &str) -> UsedOut {
        UsedOut {
            service: used.service,
            domain: used.domain,
            month: month.to_owned(),
            bytes_in: used.traffic.0,
            bytes_out: used.traffic.1,
            counted: used.counted.0,
            quota_bytes: used.counted.1,
            memory_bytes: used.memory.0,
            memory_max_bytes: used.memory.1,
            disk_max_bytes: used.disk,
            at: used.at,
        }
    }
}
