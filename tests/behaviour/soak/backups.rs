//! Scheduled backups of a whole cluster in simulated time: many services on many nodes, each with a backup a day in the same
//! window. `make soak SERVICES=10000 NODES=20` is the long run.

use super::wanted;
use crate::support::{World, cluster_options};
use crate::{acts, backups};
use proxmoxkvm::api;
use proxmoxkvm::words::ids::ServiceId;
use pvesim::NodeSpec;
use serde_json::json;
use std::collections::BTreeMap;

/// Of a run that nobody asked for more.
const SERVICES: u64 = 24;
const NODES: u64 = 4;
/// How long one takes, seconds.
const TAKES: f64 = 90.0;
/// What one may cost, all its waiting for a turn with it: requests, but for those that follow its task.
const REQUESTS: usize = 30;

/// One service that was ordered, and so many like it, spread over the nodes; each wants a backup a day from four on.
fn world(services: u64, nodes: u64) -> World {
    let mut options = cluster_options();
    options.nodes = (1..=nodes).map(|node| NodeSpec::new(&format!("pve{node}"))).collect();
    options.backup_seconds = TAKES;
    let mut world = World::with(options);
    backups::sold(&mut world, "");
    let first = world.ready(1);
    let installation = world.core.store.installation().to_owned();
    let (one, _) = world.core.store.service(ServiceId(1)).unwrap();
    let guest = world.sim().vms[&first].clone();
    for id in 2..=services {
        let (node, vmid) = (format!("pve{}", 1 + id % nodes), 10_000 + id as u32);
        let mut service = one.clone();
        service.id = ServiceId(id);
        world.core.store.begin(&service, world.now()).unwrap();
        let mut lease = world.core.store.lease(ServiceId(id), world.now()).unwrap();
        lease.service.vmid = vmid.try_into().ok();
        lease.service.body.node = node.parse().ok();
        let description = lease.service.description(&installation);
        world.core.store.release(&mut lease, world.now(), &[]).unwrap();
        let mut guest = guest.clone();
        guest.node = node;
        guest.conf.insert("description".to_owned(), description);
        world.sim().vms.insert(vmid, guest);
    }
    for id in 1..=services {
        let mut order = world.with_extra(id, "days", json!("mon,tue,wed,thu,fri,sat,sun"));
        order["hour"] = json!(4);
        acts::backup_schedule(&world.core, &order).unwrap();
    }
    world
}

/// How many backups of each service there are.
fn made(world: &World) -> BTreeMap<u64, usize> {
    let sim = world.sim();
    let noted = sim.volumes.iter().filter_map(|volume| volume.notes.as_deref());
    let mut made = BTreeMap::new();
    for notes in noted {
        let service = notes.split('/').nth(1).unwrap();
        *made.entry(service.parse().unwrap()).or_default() += 1;
    }
    made
}

#[test]
fn a_day_of_scheduled_backups_is_one_each_and_no_node_has_more_than_it_may() {
    let services = wanted("SOAK_SERVICES").unwrap_or(SERVICES);
    let nodes = wanted("SOAK_NODES").unwrap_or(NODES);
    let world = world(services, nodes);
    world.sim().log.clear();
    let begun = world.now();
    let (mut most, mut asked, mut followed) = (0, 0, 0);
    // a day from now on, with a cron each minute
    while world.now() < begun + 86_400.0 {
        world.cron();
        let mut sim = world.sim();
        for request in sim.log.drain(..) {
            match request.path.contains("/tasks/") {
                true => followed += 1,
                false => asked += 1,
            }
        }
        let running = sim
            .tasks()
            .iter()
            .filter(|task| task.kind == "vzdump" && task.is_running());
        let mut by_node: BTreeMap<&str, usize> = BTreeMap::new();
        running.for_each(|task| *by_node.entry(&task.node).or_default() += 1);
        most = most.max(by_node.into_values().max().unwrap_or_default());
        drop(sim);
        world.clock_forward(60.0);
    }
    let made = made(&world);
    let missed = |id: &u64| {
        world
            .core
            .store
            .service(ServiceId(*id))
            .unwrap()
            .0
            .body
            .backups_missed
            .is_some()
    };
    let missed: Vec<u64> = (1..=services).filter(missed).collect();
    println!(
        "{services} services on {nodes} nodes: {} made, {} told why not, {most} at most on a node; each {} requests, and {} \
         to follow its task",
        made.len(),
        missed.len(),
        asked / made.len().max(1),
        followed / made.len().max(1)
    );
    assert_eq!(most, 1, "never two on a node");
    assert!(made.values().all(|count| *count == 1), "none has two: {made:?}");
    let done = |id: &u64| made.contains_key(id) || missed.contains(id);
    let forgotten: Vec<u64> = (1..=services).filter(|id| !done(id)).collect();
    assert_eq!(forgotten, [0; 0], "each was made, or told why not");
    assert!(asked <= REQUESTS * services as usize, "{asked} requests");
    // a day on which nothing is due any more asks for nothing
    let due = api::due(&world.core, &json!({})).unwrap();
    assert_eq!(due["services"], json!([]));
}
