//! What a VM is bound to beside its service: replication, HA, a node that leaves the cluster, a volume that was grown by hand.

use crate::acts;
use crate::support::{World, code, two_nodes};
use proxmoxkvm::api;
use serde_json::{Map, Value};

#[test]
fn a_replicated_vm_is_not_stopped_for_a_reinstallation_that_cannot_be() {
    let world = World::new();
    world.ready(7);
    world.sim().replication.insert("100-0".to_owned(), Map::new());
    acts::stop(&world.core, &world.order(7)).unwrap();
    let refused = acts::reinstall(&world.core, &world.order(7)).unwrap_err();
    assert_eq!(refused.code(), "bound");
    assert!(refused.to_string().contains("100-0"), "{refused}");
    assert_eq!(world.status(7), "ready");
    // a customer's rebuild stops it itself
    let world = crate::rebuild::world();
    world.sim().replication.insert("100-0".to_owned(), Map::new());
    world.sim().log.clear();
    let mut order = world.with_extra(7, "actor", Value::from("client"));
    order["typed"] = world.service(7)["name"].clone();
    assert_eq!(code(acts::reinstall(&world.core, &order)), "bound");
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.writes()), ("ready", vec![]));
    assert!(world.sim().is_running(100));
}

#[test]
fn a_vm_that_ha_ignores_runs_again_at_once() {
    let world = crate::rebuild::world();
    world.sim().add_ha(100, "ignored");
    let mut order = world.with_extra(7, "actor", Value::from("client"));
    order["typed"] = world.service(7)["name"].clone();
    assert_eq!(code(acts::reinstall(&world.core, &order)), "bound");
    world.cron();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(world.sim().is_running(100));
    assert_eq!(world.service(7)["error"]["code"], "bound");
}

#[test]
fn a_vm_is_found_although_its_node_is_in_the_cluster_no_more() {
    let world = World::with(two_nodes());
    world.ready(7);
    world.sim().move_vm(100, "pve2");
    acts::stop(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.service(7)["node"], "pve2");
    world.sim().move_vm(100, "pve1");
    world.sim().nodes.remove("pve2");
    acts::start(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().is_running(100));
    assert_eq!(world.service(7)["node"], "pve1");
}

#[test]
fn a_task_and_a_vm_that_went_with_their_node_keep_no_service() {
    let world = World::with(two_nodes());
    world.ready(7);
    world.sim().move_vm(100, "pve2");
    acts::stop(&world.core, &world.order(7)).unwrap();
    world.sim().opts.scale = 200.0;
    let _ = acts::start(&world.core, &world.order(7));
    world.sim().delete_vm(100);
    world.sim().nodes.remove("pve2");
    world.clock_forward(60.0);
    let _ = api::terminate(&world.core, &world.order(7));
    world.cron_until_idle();
    assert_eq!(world.status(7), "removed", "{}", world.service(7));
    assert_eq!(world.service(7)["addresses"].as_array().unwrap().len(), 0);
}

/// Grown on its storage, or by a request whose answer came too late: its line still has the former size.
#[test]
fn a_disk_that_has_its_size_already_is_written_as_it_is() {
    let mut world = World::new();
    world.ready(7);
    let volume = world.config(100, "scsi0").split(',').next().unwrap().to_owned();
    for one in &mut world.sim().volumes {
        if one.volid() == volume {
            one.size = 12 << 30;
        }
    }
    world.option(8, "12");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(world.service(7)["error"], Value::Null);
    assert!(
        world.config(100, "scsi0").contains("size=12G"),
        "{}",
        world.config(100, "scsi0")
    );
    assert!(world.sim().is_running(100));
    world.check_invariants();
}
