//! The reverse zones that the names of a line's addresses need.

use super::{AddressLine, to_bits};
use crate::words::limits;
use std::net::IpAddr;

impl AddressLine {
    /// Their names, at the octets (of IPv6 the nibbles) that the network's prefix ends in or before the next end: of a /22
    /// four zones. Parts of a /24 are in the zone of that /24, or in a classless one of their own (RFC 2317).
    pub fn reverse_zones(&self) -> Vec<String> {
        let (bits, of_a_label, most, end) = match self.first {
            IpAddr::V4(_) => (32, 8, 3, "in-addr.arpa"),
            IpAddr::V6(_) => (128, 4, 31, "ip6.arpa"),
        };
        let labels = u32::from(self.prefix).div_ceil(of_a_label).clamp(1, most);
        let rest = bits - labels * of_a_label;
        let mask = (1_u128 << of_a_label) - 1;
        let name = |network: u128| {
            let labels = (0..labels).map(|label| network >> (label * of_a_label) & mask);
            let text = |label: u128| match self.first {
                IpAddr::V4(_) => format!("{label}."),
                IpAddr::V6(_) => format!("{label:x}."),
            };
            labels.map(text).collect::<String>() + end
        };
        let networks = to_bits(self.first) >> rest..=to_bits(self.last) >> rest;
        networks.take(limits::REVERSE_ZONES_SHOWN).map(name).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::server::Pool;

    fn zones(line: &str) -> Vec<String> {
        Pool::parse(line).lines[0].reverse_zones()
    }

    #[test]
    fn a_network_has_the_zones_that_its_prefix_ends_in() {
        let of = |range: &str, prefix: u8, gateway: &str| zones(&format!("v|0|{range}|{prefix}|{gateway}|9.9.9.9"));
        assert_eq!(of("192.0.2.10-192.0.2.20", 24, "192.0.2.1"), ["2.0.192.in-addr.arpa"]);
        assert_eq!(of("192.0.2.10", 28, "192.0.2.1"), ["2.0.192.in-addr.arpa"]);
        assert_eq!(
            of("10.1.4.9-10.1.6.9", 22, "10.1.4.1"),
            ["4.1.10.in-addr.arpa", "5.1.10.in-addr.arpa", "6.1.10.in-addr.arpa"]
        );
        assert_eq!(of("10.1.4.9", 16, "10.1.0.1"), ["1.10.in-addr.arpa"]);
        assert_eq!(
            of("2001:db8::10-2001:db8::40", 64, "2001:db8::1"),
            ["0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"]
        );
        assert_eq!(
            of("2001:db8::10", 62, "2001:db8::1"),
            ["0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"]
        );
    }
}
