//! Numbers of a package as a shop tells them.

use super::Package;
use super::row::{Group, Row};

impl Row {
    /// How much a package has of it, in the unit in which it is sold: rates of the network are in Mbit/s, whatever they were
    /// entered in. `None`: it is no number.
    pub fn sold(&self, package: &Package) -> Option<(f64, &'static str)> {
        let number: f64 = self.text(package).parse().ok()?;
        Some(match (self.group, self.unit) {
            (Group::Network, "MB/s") => (megabits(number), "Mbit/s"),
            (_, unit) => (number, unit),
        })
    }
}

/// As it was sold: what is kept is hundredths of a MB/s, and 25 Mbit/s are 3.125.
fn megabits(megabytes: f64) -> f64 {
    let tenths = (megabytes * 80.0).round() / 10.0;
    if tenths < 1.0 {
        (megabytes * 800.0).round() / 100.0
    } else {
        tenths
    }
}
