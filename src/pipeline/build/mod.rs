//! What each step wants of a guest: one pure function a row of [`crate::pipeline::PIPELINE`].
//!
//! Each function compares the package with what was seen and names what is missing. Asked again after the
//! change has been made, it names nothing: that is how a step knows that it is done.

mod cloudinit;
mod cpu;
mod disks;
mod firewall;
mod network;
mod reserve;
mod started;

pub(super) use cloudinit::cloudinit;
pub(super) use cloudinit::cloudinit_addresses;
pub(super) use cpu::cpu_ram;
pub(super) use disks::{
    additional_disk, additional_disk_bandwidth, additional_disk_size, system_disk_bandwidth, system_disk_size,
};
pub(super) use firewall::firewall;
pub(super) use firewall::ip_filter;
pub(super) use network::network;
pub(super) use reserve::{addresses, clone};
pub(super) use started::started;

use crate::pipeline::call::{Plan, View};

/// What the package says of cores, memory and disks, in the order of the steps.
pub(super) const HARDWARE: [fn(&View<'_>) -> Plan; 6] = [
    cpu_ram,
    system_disk_size,
    system_disk_bandwidth,
    additional_disk,
    additional_disk_size,
    additional_disk_bandwidth,
];
