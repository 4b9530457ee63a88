//! Addresses and what was sold, in the units in which they are sold.

use crate::package::{Package, options};
use crate::server::Family;
use crate::server::address::Address;
use serde_json::{Value, json};

/// The addresses with all that whoever sets them up by hand has to know. `reverse`: address → name.
pub fn network_out(addresses: &[Address], reverse: &Value) -> Value {
    let out = |address: &Address| {
        json!({
            "address": address.ip,
            "family": match address.family() { Family::V4 => 4, Family::V6 => 6 },
            "prefix": address.prefix,
            "gateway": address.gateway,
            "dns": address.dns,
            "reverse": reverse[address.ip.to_string()],
        })
    };
    addresses.iter().map(out).collect()
}

/// What a package has that customers are shown, in the order of the options: key, number and unit. What it has not, or
/// has without a limit, is left out. Rates are in Mbit/s, whatever they were entered in.
pub fn sold_out(package: &Package) -> Value {
    let shown = options().filter(|row| row.resource);
    let sold = shown.filter_map(|row| {
        let (number, unit) = row.sold(package).filter(|(number, _)| *number > 0.0)?;
        Some(json!({"key": row.key, "number": number, "unit": unit}))
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
            let rate = sold.as_array().unwrap().iter().find(|one| one["key"] == "network_rate");
            assert_eq!(rate.unwrap()["number"], expected, "{text}");
            assert_eq!(rate.unwrap()["unit"], "Mbit/s");
        }
    }
}
