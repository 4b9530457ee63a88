//! An address of a service, with what the guest and its bridge need to know about it.

use crate::server::{AddressLine, Family};
use crate::words::ids::Bridge;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// One address, taken from a line of a server's *Assigned IP Addresses*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The address itself; its text form is the key under which it is unique.
    pub ip: IpAddr,
    /// The bridge on which it works.
    pub bridge: Bridge,
    /// The VLAN, 0 = untagged.
    pub vlan: u16,
    /// Prefix length of its network.
    pub prefix: u8,
    /// The way out, if there is one.
    pub gateway: Option<IpAddr>,
    /// Resolvers, one or two.
    pub dns: Vec<IpAddr>,
}

impl Address {
    /// An address of a line.
    pub fn of_line(ip: IpAddr, line: &AddressLine) -> Self {
        Address {
            ip,
            bridge: line.bridge.clone(),
            vlan: line.vlan,
            prefix: line.prefix,
            gateway: line.gateway,
            dns: line.dns.clone(),
        }
    }

    /// Whether another address is in its network, or on the link of it whatever the network.
    pub fn reaches(&self, other: IpAddr) -> bool {
        match (self.ip, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix.min(32))).unwrap_or(0);
                u32::from(own) & mask == u32::from(other) & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.prefix.min(128)))
                    .unwrap_or(0);
                other.is_unicast_link_local() || u128::from(own) & mask == u128::from(other) & mask
            }
            _ => false,
        }
    }

    /// IPv4 or IPv6.
    pub fn family(&self) -> Family {
        Family::of(self.ip)
    }
}

/// The resolvers of these addresses, each once.
pub fn resolvers(addresses: &[Address]) -> Vec<IpAddr> {
    let mut resolvers = Vec::new();
    for resolver in addresses.iter().flat_map(|address| &address.dns) {
        if !resolvers.contains(resolver) {
            resolvers.push(*resolver);
        }
    }
    resolvers
}

/// The first address of a family: the one that Proxmox VE's own drive for cloud-init gives to the guest.
pub fn first_of(addresses: &[Address], family: Family) -> Option<&Address> {
    addresses.iter().find(|address| address.family() == family)
}
