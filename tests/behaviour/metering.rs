//! Metric billing: traffic by month, right across restart and move; memory and disks.

use crate::acts;
use crate::support::{World, cluster_options, two_nodes};
use proxmoxkvm::api;
use proxmoxkvm::api::cron;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

const HOUR: f64 = 3600.0;

fn update(world: &World, max_age_s: f64) -> Value {
    api::usage_update(&world.core, &json!({"server": world.server, "max_age_s": max_age_s})).unwrap()
}

/// An hour later, what a service has received and sent this month.
fn traffic(world: &World, service: u64) -> (u64, u64) {
    world.clock_forward(HOUR);
    of(&update(world, 0.0), service)
}

fn of(reply: &Value, service: u64) -> (u64, u64) {
    let services = reply["services"].as_array().unwrap();
    let used = services
        .iter()
        .find(|used| used["service"] == service)
        .unwrap_or_else(|| panic!("{reply}"));
    (used["bytes_in"].as_u64().unwrap(), used["bytes_out"].as_u64().unwrap())
}

#[test]
fn traffic_adds_up_across_restart_stop_and_move() {
    let world = World::with(two_nodes());
    let vmid = world.ready(7);
    world.sim().add_traffic(vmid, 1000, 2000);
    assert_eq!(traffic(&world, 7), (1000, 2000), "from its first start on");
    world.sim().add_traffic(vmid, 500, 1);
    assert_eq!(traffic(&world, 7), (1500, 2001));
    assert_eq!(traffic(&world, 7), (1500, 2001), "nothing is counted twice");

    world.sim().set_power(vmid, false);
    assert_eq!(traffic(&world, 7), (1500, 2001));
    world.sim().set_power(vmid, true);
    world.sim().add_traffic(vmid, 70, 70);
    assert_eq!(traffic(&world, 7), (1570, 2071), "a new process begins at 0");

    // what ran between the last look and a stop of ours is kept
    world.sim().add_traffic(vmid, 30, 30);
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::start(&world.core, &world.order(7)).unwrap();
    world.sim().add_traffic(vmid, 5000, 5000);
    assert_eq!(traffic(&world, 7), (6600, 7101));
    world.sim().add_traffic(vmid, 400, 400);
    acts::reboot(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    world.clock_forward(30.0);
    world.sim().add_traffic(vmid, 6, 6);
    assert_eq!(traffic(&world, 7), (7006, 7507));

    let other = if world.service(7)["node"] == "pve1" {
        "pve2"
    } else {
        "pve1"
    };
    world.clock_forward(HOUR);
    world.sim().move_vm(vmid, other);
    world.sim().add_traffic(vmid, 1, 2);
    assert_eq!(traffic(&world, 7), (7007, 7509));
    assert_eq!(world.service(7)["node"], *other, "the next page finds it there");
    world.check_invariants();
}

#[test]
fn values_that_may_be_old_do_not_count_again() {
    let world = World::new();
    let vmid = world.ready(7);
    world.sim().add_traffic(vmid, 1_000_000, 0);
    assert_eq!(traffic(&world, 7), (1_000_000, 0));
    world.clock_forward(HOUR);
    world.sim().add_traffic(vmid, 1, 0);
    acts::stop(&world.core, &world.order(7)).unwrap();
    // the cluster still shows the process that is gone
    world.sim().set_power(vmid, true);
    {
        let mut sim = world.sim();
        let now = sim.now();
        let run = sim.vms.get_mut(&vmid).unwrap().run.as_mut().unwrap();
        (run.since, run.traffic) = (now - HOUR, (1_000_000, 0));
    }
    world.clock_forward(20.0);
    assert_eq!(of(&update(&world, 0.0), 7), (1_000_001, 0));
}

#[test]
fn a_look_an_hour_is_enough() {
    let world = World::new();
    world.ready(7);
    assert_eq!(api::due(&world.core, &json!({})).unwrap()["usage_due"], json!([1]));
    world.sim().log.clear();
    update(&world, HOUR);
    update(&world, HOUR);
    let log: Vec<String> = world.sim().log.iter().map(|logged| logged.path.clone()).collect();
    assert_eq!(log.len(), 1, "{log:?}");
    assert_eq!(api::due(&world.core, &json!({})).unwrap()["usage_due"], json!([]));
    world.clock_forward(HOUR + 1.0);
    assert_eq!(api::due(&world.core, &json!({})).unwrap()["usage_due"], json!([1]));
}

#[test]
fn a_month_keeps_what_it_had() {
    let world = World::new();
    let vmid = world.ready(7);
    world.sim().add_traffic(vmid, 800, 8);
    assert_eq!(traffic(&world, 7), (800, 8));
    world.clock_forward(10.0 * 86_400.0);
    world.sim().add_traffic(vmid, 3, 3);
    let december = update(&world, 0.0);
    assert_eq!(december["services"][0]["month"], "2026-12");
    assert_eq!(of(&december, 7), (3, 3));
    let november = json!({"server": world.server, "max_age_s": 60, "month": "2026-11"});
    assert_eq!(of(&api::usage_update(&world.core, &november).unwrap(), 7), (800, 8));
}

#[test]
fn only_a_services_own_guest_counts() {
    let world = World::new();
    let vmid = world.ready(7);
    world.ready(8);
    world.sim().add_traffic(vmid, 1000, 1000);
    world.sim().set_config(vmid, "name", Some("the-accountants-server"));
    world.clock_forward(HOUR);
    let reply = update(&world, 0.0);
    let known: Vec<&Value> = reply["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|used| &used["service"])
        .collect();
    assert_eq!(known, [&json!(8)]);
}

#[test]
fn what_a_service_has_is_told_in_bytes() {
    let world = World::new();
    world.ready(7);
    let used = update(&world, 0.0)["services"][0].clone();
    let gib = 1_u64 << 30;
    assert_eq!(used["disk_max_bytes"], (8 + 3) * gib, "system disk and additional disk");
    assert_eq!(used["memory_max_bytes"], 3 * gib / 2);
    assert!(used["memory_bytes"].as_u64().unwrap() > 0);
    assert_eq!(used["domain"], world.service(7)["domain"]);
}

#[test]
fn a_silent_cluster_leaves_what_is_known() {
    let world = World::with(cluster_options());
    let vmid = world.ready(7);
    world.sim().add_traffic(vmid, 10, 10);
    assert_eq!(traffic(&world, 7), (10, 10));
    world
        .sim()
        .add_fault(Fault::always("GET", "/cluster/resources", FaultKind::QuorumLost));
    world.clock_forward(HOUR + 1.0);
    let reply = update(&world, HOUR);
    assert_eq!(of(&reply, 7), (10, 10));
    assert!(!reply["error"].as_str().unwrap().is_empty());
    assert_eq!(
        api::due(&world.core, &json!({})).unwrap()["usage_due"],
        json!([]),
        "not every minute"
    );
    world.clock_forward(301.0);
    assert_eq!(api::due(&world.core, &json!({})).unwrap()["usage_due"], json!([1]));
}

/// WHMCS asks for its own month, and puts down under it what it is told.
#[test]
fn a_month_begins_and_ends_by_the_clocks_of_whmcs() {
    for ahead in [8.0 * HOUR, -5.0 * HOUR] {
        let world = World::new();
        let vmid = world.ready(7);
        let asked = || {
            let request = json!({"server": world.server, "max_age_s": 0, "utc_offset_s": ahead as i64});
            let used = api::usage_update(&world.core, &request).unwrap()["services"][0].clone();
            (
                used["month"].as_str().unwrap().to_owned(),
                used["bytes_in"].as_u64().unwrap(),
            )
        };
        asked();
        // half an hour into WHMCS's December; by UTC it began hours ago, or has not
        let december = 1_796_083_200.0 - ahead;
        world.clock_forward(december + HOUR / 2.0 - world.now());
        world.sim().add_traffic(vmid, 1000, 0);
        assert_eq!(asked(), ("2026-12".to_owned(), 1000), "{ahead}");
        // what the cron sees, and what is seen before a stop
        world.clock_forward(HOUR);
        world.sim().add_traffic(vmid, 200, 0);
        let samples = json!({"samples": [world.server], "utc_offset_s": ahead as i64});
        cron(&world.core, &samples).unwrap();
        world.clock_forward(HOUR);
        world.sim().add_traffic(vmid, 30, 0);
        acts::stop(&world.core, &world.with_extra(7, "utc_offset_s", json!(ahead as i64))).unwrap();
        assert_eq!(asked(), ("2026-12".to_owned(), 1230), "{ahead}");
        let page = json!({"service": 7, "traffic": true, "utc_offset_s": ahead as i64});
        let traffic = api::show(&world.core, &page).unwrap()["traffic"].clone();
        assert_eq!(
            (
                &traffic["month"],
                &traffic["months"][0]["month"],
                &traffic["months"][0]["bytes_in"]
            ),
            (&json!("2026-12"), &json!("2026-12"), &json!(1230)),
            "the customer's page says the same"
        );
    }
}

/// The host name may be another service's by now.
#[test]
fn a_service_that_has_ended_uses_nothing() {
    let world = World::new();
    world.ready(7);
    assert_eq!(update(&world, 0.0)["services"].as_array().unwrap().len(), 1);
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(update(&world, 0.0)["services"], json!([]));
}
