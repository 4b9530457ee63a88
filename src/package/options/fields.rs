//! The options of the product, by their number: WHMCS stores nothing but the number, and has no place for a 25th. What is
//! new is a line of *More settings*.

use super::super::row::{Group, Kind, Row, Value};
use super::super::values::{self, or};
use super::super::{Addressing, CloneType, Firewall, NicModel, macros, more};
use crate::package::firewall_rules;

const CLONE_TYPES: &[(&[&str], CloneType)] = &[
    (&["full", "full clone"], CloneType::Full),
    (&["linked", "linked clone"], CloneType::Linked),
];
const NIC_MODELS: &[(&[&str], Option<NicModel>)] = &[
    (&["as in template", "template"], None),
    (&["virtio"], Some(NicModel::Virtio)),
    (&["e1000"], Some(NicModel::E1000)),
    (&["rtl8139"], Some(NicModel::Rtl8139)),
    (&["vmxnet3"], Some(NicModel::Vmxnet3)),
];
const ADDRESSINGS: &[(&[&str], Addressing)] = &[(&["static"], Addressing::Static), (&["dhcp"], Addressing::Dhcp)];
const FIREWALLS: &[(&[&str], Firewall)] = &[
    (&["off"], Firewall::Off),
    (&["on"], Firewall::On),
    (
        &["on with anti-spoofing", "anti-spoofing", "antispoofing"],
        Firewall::AntiSpoofing,
    ),
];
/// What shops sell of each: a slider of every gigabyte sells nothing.
const CORES: &[&str] = &["1", "2", "4", "6", "8", "12", "16", "24", "32", "48", "64"];
const MEMORY: &[&str] = &["1", "2", "4", "6", "8", "12", "16", "24", "32", "48", "64", "96", "128"];
const DISKS: &[&str] = &[
    "10", "20", "40", "60", "80", "120", "160", "240", "320", "480", "640", "960", "1280", "2000",
];
const RATES: &[&str] = &[
    "100 Mbit/s",
    "200 Mbit/s",
    "500 Mbit/s",
    "1 Gbit/s",
    "2 Gbit/s",
    "5 Gbit/s",
    "10 Gbit/s",
];
/// The number of *More settings*.
pub(in super::super) const MORE: usize = 24;

/// Fields 1 to 24.
pub(super) const ROWS: &[Row] = &[
    Row::field(
        1,
        "target_node",
        "Target node",
        Group::Build,
        value!(
            target_node,
            Kind::Node,
            "",
            |text| values::name_or_auto(text, "auto or the name of a node"),
            |node| or(node, "auto")
        ),
        "the name of a node, or `auto`: the one with the most free memory among the nodes that can hold the VM",
    )
    .simple(),
    Row::field(
        2,
        "os_template",
        "OS template",
        Group::Build,
        value!(template, Kind::Template, "", values::template, ToString::to_string),
        "VMID of the template that is cloned",
    )
    .simple()
    .ordered("Operating System", 0)
    .short("OS")
    .required("enter the VMID of a template"),
    Row::field(
        3,
        "clone_type",
        "Clone type",
        Group::Build,
        choice!(clone_type, CLONE_TYPES),
        "a full clone copies all data; a linked one stores only differences, needs a storage that can do that, and the \
         template must stay",
    ),
    Row::field(
        4,
        "system_disk_storage",
        "System disk storage",
        Group::Disks,
        storage!(system_storage, "as_template"),
        "where a full clone lies; empty: where the template lies",
    )
    .simple(),
    Row::field(
        5,
        "first_vm_id",
        "First VM ID",
        Group::Build,
        value!(first_vmid, Kind::Text, "", values::vmid, ToString::to_string),
        "the lowest VMID, 100 to 999999999; the datacenter's next-id range is honoured too",
    ),
    Row::field(
        6,
        "cpu_cores",
        "CPU cores",
        Group::Machine,
        value!(
            cores,
            Kind::Number(1, values::MAX_CORES),
            "",
            values::cores,
            ToString::to_string
        ),
        "number of processor cores",
    )
    .simple()
    .resource()
    .ordered("CPU Cores", 64)
    .steps(CORES)
    .short("CPU"),
    Row::field(
        7,
        "ram",
        "RAM",
        Group::Machine,
        value!(memory_mib, Kind::Text, "GB", values::memory_mib, |mib: &u64| {
            values::gigabytes(*mib)
        }),
        "memory, 0.016 to 16384, decimals allowed",
    )
    .simple()
    .resource()
    .ordered("RAM (GB)", 256)
    .steps(MEMORY)
    .short("RAM"),
    Row::field(
        8,
        "system_disk",
        "System disk",
        Group::Disks,
        disk!(system_disk_gib),
        "size of the system disk; 0: as in the template; disks only grow",
    )
    .simple()
    .resource()
    .ordered("System Disk (GB)", 2000)
    .steps(DISKS),
    Row::field(
        9,
        "system_disk_limits",
        "System disk limits",
        Group::Disks,
        limits!(system_limits),
        "read MB/s / write MB/s / read IOPS / write IOPS, 0: none; a rate may have its unit, as *Network rate*",
    ),
    Row::field(
        10,
        "additional_disk",
        "Additional disk",
        Group::Disks,
        disk!(additional_disk_gib),
        "size of a second disk; 0: none",
    )
    .simple()
    .resource()
    .ordered("Additional Disk (GB)", 2000)
    .steps(DISKS),
    Row::field(
        11,
        "additional_disk_limits",
        "Additional disk limits",
        Group::Disks,
        limits!(additional_limits),
        "as *System disk limits*",
    ),
    Row::field(
        12,
        "additional_disk_storage",
        "Additional disk storage",
        Group::Disks,
        storage!(additional_storage, "as_system_disk"),
        "where the second disk lies; empty: where the system disk lies",
    )
    .simple(),
    Row::field(
        13,
        "bridge",
        "Bridge",
        Group::Network,
        value!(
            bridge,
            Kind::Bridge,
            "",
            |text| values::name_or_auto(text, "auto or the name of a bridge"),
            |bridge| or(bridge, "auto")
        ),
        "`auto`: from the leased address; a name: only address lines with this bridge and VLAN",
    )
    .simple(),
    Row::field(
        14,
        "vlan",
        "VLAN",
        Group::Network,
        value!(
            vlan,
            Kind::Number(0, values::MAX_VLAN),
            "",
            |text| values::vlan(text).map(Some),
            |vlan| or(vlan, "")
        ),
        "the tag that goes with the bridge; 0: untagged; empty: that of the leased address",
    )
    .simple(),
    Row::field(
        15,
        "network_rate",
        "Network rate",
        Group::Network,
        rate!(rate_mbps),
        "MB/s, or with a unit: `100 Mbit/s` (12.5 MB/s), `1 Gbit/s`, `12.5 MB/s`; 0: unlimited",
    )
    .simple()
    .resource()
    .ordered("Network Bandwidth", 1250)
    .steps(RATES),
    Row::field(
        16,
        "nic_model",
        "NIC model",
        Group::Network,
        choice!(nic_model, NIC_MODELS),
        "model of the network card",
    ),
    Row::field(
        17,
        "addressing",
        "Addressing",
        Group::Network,
        choice!(addressing, ADDRESSINGS),
        "`dhcp`: no address is leased, and there is no anti-spoofing",
    ),
    Row::field(
        18,
        "firewall",
        "Firewall",
        Group::Firewall,
        choice!(firewall, FIREWALLS),
        "anti-spoofing lets the VM send from its own addresses only",
    )
    .simple(),
    Row::field(
        19,
        "firewall_rules",
        "Firewall rules",
        Group::Firewall,
        value!(
            rules,
            Kind::Lines,
            "",
            |text| firewall_rules::parse(text).map_err(|why| why.to_string()),
            values::lines
        ),
        "one a line, in Proxmox VE's own syntax: `IN ACCEPT -p tcp -dport 22`",
    ),
    Row::field(
        20,
        "cloud_init_user",
        "Cloud-init user",
        Group::System,
        value!(ci_user, Kind::Text, "", values::user, String::clone),
        "name of the user that cloud-init sets up",
    )
    .simple(),
    Row::field(
        21,
        "vm_name",
        "VM name",
        Group::System,
        value!(
            name_rule,
            Kind::Text,
            "",
            |text: &str| macros::check_rule(text).map(|()| text.to_owned()),
            String::clone
        ),
        "macros `{client_id} {service_id} {random_digit_N} {random_letter_N} {unixtime} {year} {month} {day} {hour} \
         {minute} {second}`; names that cloud-init's YAML reads as a number, a date or a truth value (`{service_id}` \
         without main domain, `0x…`, `yes`) are refused",
    ),
    Row::field(
        22,
        "main_domain",
        "Main domain",
        Group::System,
        value!(
            main_domain,
            Kind::Text,
            "",
            |text| values::domain(text).map(Some),
            |domain| or(domain, "")
        ),
        "suffix of the service's domain, and the guest's search domain",
    )
    .simple(),
    Row::field(
        23,
        "backup_storage",
        "Backup storage",
        Group::Copies,
        storage!(backup_storage, BackupStorage("as_nowhere")),
        "where backups are stored",
    )
    .simple(),
    Row::field(
        MORE,
        "more_settings",
        "More settings",
        Group::Running,
        Value {
            kind: Kind::Settings,
            unit: "",
            read: more::read,
            write: more::write,
        },
        "`key = value` lines; the addon's page *Products* has a form for them",
    ),
];
