//! What a server rarely changes, and is not asked for at every request.

use super::cluster::NetworkSeen;
use crate::words::ids::{NodeName, UnixSeconds, Vmid};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a server rarely changes; bridges and next-id range are asked again after [`limits::FACTS_SECONDS`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClusterFacts {
    /// The range for new VMIDs from the datacenter options (`next-id`), if one is set.
    pub next_id: Option<(Vmid, Vmid)>,
    /// The bridges and vnets of each node asked so far.
    pub networks: BTreeMap<NodeName, Vec<NetworkSeen>>,
    /// When these two were asked for.
    pub seen_at: UnixSeconds,
    /// Which templates have Windows and which have not, and when each was looked at.
    pub windows: BTreeMap<Vmid, (UnixSeconds, bool)>,
}

fn is_fresh(seen_at: UnixSeconds, now: UnixSeconds) -> bool {
    (-limits::CLOCK_SECONDS..limits::FACTS_SECONDS).contains(&(now - seen_at))
}

impl ClusterFacts {
    /// Whether they need not be asked for again.
    pub fn is_fresh(&self, now: UnixSeconds) -> bool {
        is_fresh(self.seen_at, now)
    }

    /// Whether a template has Windows, where somebody has looked lately.
    pub fn is_windows(&self, template: Vmid, now: UnixSeconds) -> Option<bool> {
        let (at, is_windows) = self.windows.get(&template)?;
        is_fresh(*at, now).then_some(*is_windows)
    }
}
