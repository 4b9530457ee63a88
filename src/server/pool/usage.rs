//! How full each line is: counted, not walked, because ten thousand lines may have 65,536 addresses each.

use super::{AddressLine, Part, Pool, from_bits, host_mask, to_bits};
use serde::Serialize;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// How full a line is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Addresses that the line gives [`Pool::candidates`].
    pub total: u64,
    /// Addresses of the line that services have.
    pub leased: u64,
    /// Candidates that nobody has.
    pub free: u64,
}

impl Usage {
    /// Adds that of another line.
    pub fn add(&mut self, other: &Usage) {
        self.total += other.total;
        self.leased += other.leased;
        self.free += other.free;
    }
}

impl Pool {
    /// The usage of each line, in their order, by the leased addresses in order. An address counts for the first line
    /// that holds it.
    pub fn usage(&self, leased: &[IpAddr]) -> Vec<Usage> {
        let gateways: BTreeSet<IpAddr> = self.gateways().into_keys().collect();
        let usage = |index| self.usage_of(index, &gateways, leased);
        (0..self.lines.len()).map(usage).collect()
    }

    fn usage_of(&self, index: usize, gateways: &BTreeSet<IpAddr>, leased: &[IpAddr]) -> Usage {
        let (line, own) = (&self.lines[index], &self.own[index]);
        let mut holes: BTreeSet<IpAddr> = gateways.range(line.first..=line.last).copied().collect();
        holes.extend(self.kept_back.range(line.first..=line.last));
        holes.extend(
            line.ends_of_network()
                .into_iter()
                .filter(|ip| line.unusable(*ip).is_some()),
        );
        if line.first != line.last {
            holes.extend(&line.dns);
        }
        holes.retain(|ip| self.owner(*ip) == Some(index));
        let length: u64 = own.iter().map(|(first, last)| span(*first, *last)).sum();
        let total = length - holes.len() as u64;
        let of_part = |(first, last): &Part| {
            let begin = leased.partition_point(|ip| ip < first);
            leased.partition_point(|ip| ip <= last).saturating_sub(begin) as u64
        };
        let all: u64 = own.iter().map(of_part).sum();
        let in_holes = holes.iter().filter(|ip| leased.binary_search(ip).is_ok()).count() as u64;
        Usage {
            total,
            leased: all,
            free: total - (all - in_holes),
        }
    }
}

impl AddressLine {
    fn ends_of_network(&self) -> [IpAddr; 2] {
        let mask = host_mask(self.family().bits() - self.prefix);
        let first = to_bits(self.first);
        [first & !mask, first | mask].map(|bits| from_bits(self.family(), bits))
    }
}

/// How many addresses a part has: at most [`super::MAX_RANGE`].
fn span(first: IpAddr, last: IpAddr) -> u64 {
    u64::try_from(to_bits(last).saturating_sub(to_bits(first))).unwrap_or(u64::MAX - 1) + 1
}
