//! What `/cluster/resources` lacks of a node that sends no statistics, asked of the node itself.
//!
//! pvestatd hangs when a storage does; the node's own answers come from elsewhere. A node whose statistics come in costs
//! no request.

use super::client::{Client, Request};
use super::cluster::{NodeSeen, NodeState, Resources};
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::number;
use crate::words::ids::{NodeName, StorageId};
use crate::words::limits;

impl Client {
    /// Fills in memory, processors and storages of the nodes in question that send no statistics, of the first
    /// [`limits::NODES_ASKED`]. What a node does not say either (the login may not ask, or the storage hangs) stays unknown:
    /// whatever keeps its statistics may keep its answers too, and nobody waits long for either.
    pub fn fill_in(&self, resources: &mut Resources, only: Option<&NodeName>, storages: &[&StorageId]) {
        let all = self.within(limits::NODES_ASKED_SECONDS);
        let in_question = resources
            .nodes
            .iter_mut()
            .filter(|node| node.state == NodeState::WithoutStatistics && only.is_none_or(|only| node.name == *only));
        for node in in_question.take(limits::NODES_ASKED) {
            let client = all.within(limits::NODE_ASKED_SECONDS);
            if let Ok(status) = client.get(format!("/nodes/{}/status", node.name)) {
                node.memory = node.memory.or(number(&status["memory"]["total"]));
                let used = number(&status["memory"]["used"]);
                let free = node.memory.zip(used).map(|(total, used)| total.saturating_sub(used));
                node.free_memory = node.free_memory.or(free);
                node.cpus = node.cpus.or(number(&status["cpuinfo"]["cpus"]));
            }
            let here = resources
                .storages
                .iter_mut()
                .filter(|storage| storage.node == node.name);
            for storage in here.filter(|storage| storage.total.is_none() && storages.contains(&&storage.id)) {
                let Ok(status) = client.get(format!("/nodes/{}/storage/{}/status", node.name, storage.id)) else {
                    continue;
                };
                // one that is not active says 0
                storage.total = number(&status["total"]).filter(|total| *total > 0);
                storage.free = storage.total.and(number(&status["avail"]));
            }
        }
    }

    /// For what may fail without harm: a node that sends no statistics has [`limits::NODE_ASKED_SECONDS`], as it may not
    /// answer at all.
    pub fn patient_with(&self, node: &NodeSeen) -> Client {
        match node.state {
            NodeState::WithoutStatistics => self.within(limits::NODE_ASKED_SECONDS),
            NodeState::Online | NodeState::Offline => self.clone(),
        }
    }

    fn get(&self, path: String) -> Result<serde_json::Value, Error> {
        self.request(&Request::new(Method::Get, path, Kind::Cluster))
    }
}
