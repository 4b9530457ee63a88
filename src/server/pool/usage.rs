//! How full each line is: counted, not walked, because ten thousand lines may have 65,536 addresses each.

use super::{AddressLine, Pool, from_bits, host_mask, to_bits};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// How full a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Addresses that the line gives [`Pool::candidates`].
    pub total: u64,
    /// Addresses of the line that services have.
    pub leased: u64,
    /// Candidates that nobody has.
    pub free: u64,
}

impl Pool {
    /// The usage of each line, in their order. An address counts for the first line that holds it.
    pub fn usage(&self, leased: &BTreeSet<IpAddr>) -> Vec<Usage> {
        let gateways: BTreeSet<IpAddr> = self.gateways().into_keys().collect();
        let usage = |index| self.usage_of(index, &gateways, leased);
        (0..self.lines.len()).map(usage).collect()
    }

    fn usage_of(&self, index: usize, gateways: &BTreeSet<IpAddr>, leased: &BTreeSet<IpAddr>) -> Usage {
        let line = &self.lines[index];
        let earlier = self.overlapping(index);
        let is_own = |ip: &IpAddr| line.contains(*ip) && !earlier.iter().any(|e| e.contains(*ip));
        let mut holes: BTreeSet<IpAddr> = gateways.range(line.first..=line.last).copied().collect();
        holes.extend(
            line.ends_of_network()
                .into_iter()
                .filter(|ip| line.unusable(*ip).is_some()),
        );
        if line.first != line.last {
            holes.extend(&line.dns);
        }
        let own = length(line) - covered(line, &earlier);
        let total = own - holes.iter().filter(|ip| is_own(ip)).count() as u64;
        let leased: Vec<&IpAddr> = leased.range(line.first..=line.last).filter(|ip| is_own(ip)).collect();
        let taken = leased.iter().filter(|ip| !holes.contains(ip)).count() as u64;
        Usage {
            total,
            leased: leased.len() as u64,
            free: total - taken,
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

fn length(line: &AddressLine) -> u64 {
    span(to_bits(line.first), to_bits(line.last))
}

fn span(first: u128, last: u128) -> u64 {
    // at most MAX_RANGE
    u64::try_from(last.saturating_sub(first)).unwrap_or(u64::MAX - 1) + 1
}

/// How much of a line the earlier ones have, each address once.
fn covered(line: &AddressLine, earlier: &[&AddressLine]) -> u64 {
    let mut parts: Vec<(u128, u128)> = earlier
        .iter()
        .map(|e| (to_bits(e.first.max(line.first)), to_bits(e.last.min(line.last))))
        .collect();
    parts.sort_unstable();
    let mut from = to_bits(line.first);
    let mut sum = 0;
    for (first, last) in parts {
        if last >= from {
            sum += span(first.max(from), last);
            from = last.saturating_add(1);
        }
    }
    sum
}
