//! What only an order chooses, by a configurable option.

use super::super::row::{Group, Row};

/// What shops sell of a disk's speed.
const MEGABYTES: &[&str] = &["50", "100", "200", "500", "1000", "2000"];
const OPERATIONS: &[&str] = &["500", "1000", "2000", "5000", "10000", "20000", "50000"];

/// Every option that the product has no place for.
pub(super) const ROWS: &[Row] = &[
    Row::order(
        "system_disk_read_bandwidth",
        "System Disk Read Bandwidth",
        2000,
        Group::Disks,
        rate!(system_limits.read_mbps),
        "0: no limit",
    )
    .steps(MEGABYTES),
    Row::order(
        "system_disk_write_bandwidth",
        "System Disk Write Bandwidth",
        2000,
        Group::Disks,
        rate!(system_limits.write_mbps),
        "0: no limit",
    )
    .steps(MEGABYTES),
    Row::order(
        "system_disk_read_iops",
        "System Disk Read IOPS",
        100_000,
        Group::Disks,
        iops!(system_limits.read_iops),
        "0: no limit",
    )
    .steps(OPERATIONS),
    Row::order(
        "system_disk_write_iops",
        "System Disk Write IOPS",
        100_000,
        Group::Disks,
        iops!(system_limits.write_iops),
        "0: no limit",
    )
    .steps(OPERATIONS),
    Row::order(
        "additional_disk_read_bandwidth",
        "Additional Disk Read Bandwidth",
        2000,
        Group::Disks,
        rate!(additional_limits.read_mbps),
        "0: no limit",
    )
    .steps(MEGABYTES),
    Row::order(
        "additional_disk_write_bandwidth",
        "Additional Disk Write Bandwidth",
        2000,
        Group::Disks,
        rate!(additional_limits.write_mbps),
        "0: no limit",
    )
    .steps(MEGABYTES),
    Row::order(
        "additional_disk_read_iops",
        "Additional Disk Read IOPS",
        100_000,
        Group::Disks,
        iops!(additional_limits.read_iops),
        "0: no limit",
    )
    .steps(OPERATIONS),
    Row::order(
        "additional_disk_write_iops",
        "Additional Disk Write IOPS",
        100_000,
        Group::Disks,
        iops!(additional_limits.write_iops),
        "0: no limit",
    )
    .steps(OPERATIONS),
    Row::order(
        "ipv4_addresses",
        "IPv4 Addresses",
        16,
        Group::Network,
        addresses!(ipv4_count),
        "leased IPv4 addresses; none with DHCP",
    )
    .short("ipv4"),
    Row::order(
        "ipv6_addresses",
        "IPv6 Addresses",
        16,
        Group::Network,
        addresses!(ipv6_count),
        "leased IPv6 addresses; none with DHCP",
    )
    .short("ipv6"),
];
