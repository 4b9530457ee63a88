//! Addresses with their names, and what was sold, in the units in which it is sold.

use super::trouble::{TroubleOut, troubles_out};
use crate::package::{Package, options};
use crate::server::Family;
use crate::server::address::Address;
use crate::store::DnsMemory;
use crate::words::ids::UnixSeconds;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// An address with all that whoever sets it up by hand has to know.
#[derive(Debug, Serialize)]
pub struct AddressOut {
    /// The address.
    pub address: IpAddr,
    /// 4 or 6.
    pub family: u8,
    /// Prefix length of its network.
    pub prefix: u8,
    /// The gateway; null in a network without a way out.
    pub gateway: Option<IpAddr>,
    /// Resolvers.
    pub dns: Vec<IpAddr>,
    /// The name that was chosen for it; null where it is the domain.
    pub reverse: Option<String>,
}

/// The addresses of a service. `reverse`: the names that were chosen.
pub fn network_out(addresses: &[Address], reverse: &BTreeMap<IpAddr, String>) -> Vec<AddressOut> {
    let out = |address: &Address| AddressOut {
        address: address.ip,
        family: match address.family() {
            Family::V4 => 4,
            Family::V6 => 6,
        },
        prefix: address.prefix,
        gateway: address.gateway,
        dns: address.dns.clone(),
        reverse: reverse.get(&address.ip).cloned(),
    };
    addresses.iter().map(out).collect()
}

/// What is known of a service's DNS records.
#[derive(Debug, Serialize)]
pub struct DnsOut {
    /// What this module wrote, a line for each record.
    pub records: Vec<String>,
    /// Names that were chosen for addresses in place of the domain, by address.
    pub reverse: BTreeMap<IpAddr, String>,
    /// Why not everything is as it should be; empty where it is.
    pub troubles: Vec<TroubleOut>,
    /// When everything was last found, or made, as it should be; null where it never was.
    pub synced_at: Option<UnixSeconds>,
}

impl DnsOut {
    /// That of a memory.
    pub fn of(memory: DnsMemory) -> DnsOut {
        let records = memory.remembered.iter().map(|known| known.record.to_string());
        DnsOut {
            records: records.collect(),
            reverse: memory.reverse,
            troubles: troubles_out(&memory.troubles),
            synced_at: memory.synced_at,
        }
    }
}

/// Something that a package has.
#[derive(Debug, Serialize)]
pub struct SoldOut {
    /// The key of its option.
    pub key: &'static str,
    /// How much.
    pub number: f64,
    /// Of what: rates are in Mbit/s, whatever they were entered in.
    pub unit: &'static str,
}

/// What a package has that customers are shown, in the order of the options. What it has not, or has without a limit, is
/// left out.
pub fn sold_out(package: &Package) -> Vec<SoldOut> {
    let shown = options().filter(|row| row.resource);
    let sold = shown.filter_map(|row| {
        let (number, unit) = row.sold(package).filter(|(number, _)| *number > 0.0)?;
        let key = row.key;
        Some(SoldOut { key, number, unit })
    });
    sold.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_rate_is_told_as_it_was_sold() {
        for (text, expected) in [
            ("100 Mbit/s", 100.0),
            ("25 Mbit/s", 25.0),
            ("33 Mbit/s", 33.0),
            ("155 Mbit/s", 155.0),
            ("2.5 Gbit/s", 2500.0),
            ("12.5", 100.0),
            ("512 kbit/s", 0.48),
        ] {
            let mut options = vec![String::new(); 24];
            (options[1], options[14]) = ("9000".to_owned(), text.to_owned());
            let package = Package::parse(&options, &BTreeMap::new()).unwrap();
            let sold = sold_out(&package);
            let rate = sold.iter().find(|one| one.key == "network_rate").unwrap();
            assert_eq!((rate.number, rate.unit), (expected, "Mbit/s"), "{text}");
        }
    }
}
