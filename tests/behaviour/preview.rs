//! What a change of package would do, as the pages read it.

use crate::support::World;
use proxmoxkvm::api;
use serde_json::{Value, json};

fn preview(world: &World) -> Value {
    api::change_preview(&world.core, &world.order(7)).unwrap()
}

#[test]
fn a_customer_reads_what_is_sold_and_no_calls() {
    let mut world = World::new();
    world.option(8, "6");
    world.ready(7);
    assert_eq!(
        preview(&world),
        json!({"ok": true, "sold": [], "system": false, "calls": [], "changes": false, "restart": false, "starts": false,
               "waits": null, "usual_s": null, "refusal": null})
    );
    for (number, cores) in ["4", "2", "4", "2"].into_iter().enumerate() {
        assert_eq!(preview(&world)["usual_s"], Value::Null, "{number} are too few");
        world.option(6, cores);
        api::change_package(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
    }
    world.option(6, "8").option(8, "5");
    let asked = |world: &World| {
        let mut order = world.with_extra(7, "actor", json!("client"));
        order["by"] = json!({"id": 3});
        api::change_preview(&world.core, &order)
    };
    let shrunk = asked(&world).unwrap();
    assert_eq!(
        shrunk["refusal"],
        json!({"code": "disk_shrink", "message": null, "client": null, "which": "system disk", "has": 6, "wanted": 5})
    );
    world.option(8, "9");
    let grown = asked(&world).unwrap();
    assert_eq!(
        (&grown["calls"], &grown["restart"], &grown["refusal"]),
        (&Value::Null, &json!(true), &Value::Null)
    );
    let sold = |key: &str, unit: &str, from: f64, to: f64| json!({"key": key, "unit": unit, "from": from, "to": to, "unlimited": false, "stays": false});
    let sold = json!([sold("cpu_cores", "", 2.0, 8.0), sold("system_disk", "GB", 6.0, 9.0)]);
    assert_eq!(grown["sold"], sold);
    assert!(grown["usual_s"].as_f64() > Some(1.0), "{grown}");
    for _ in 0..20 {
        if let Err(error) = asked(&world) {
            assert_eq!(error.code(), "too_often");
            return;
        }
    }
    panic!("whoever asks without end is stopped");
}

#[test]
fn what_cannot_be_changed_now_is_said() {
    let world = World::new();
    world.create(7).unwrap();
    assert_eq!(preview(&world)["waits"], "build", "it is built by the new package");
    world.cron_until_idle();
    world.sim().set_lock(100, Some("backup"));
    let waits = preview(&world);
    assert_eq!(
        (&waits["waits"], &waits["refusal"]),
        (&json!("backup"), &Value::Null),
        "{waits}"
    );
    world.sim().set_lock(100, None);
    world
        .sim()
        .vm_mut(100)
        .unwrap()
        .conf
        .insert("description".to_owned(), "somebody else's".to_owned());
    assert!(
        preview(&world)["refusal"]["message"]
            .as_str()
            .unwrap()
            .contains("marker")
    );
}

/// The calls of a change, as it is told and as it is done.
fn changed(world: &World) -> (Value, Vec<String>) {
    let told = preview(world);
    world.sim().log.clear();
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    (told, world.writes())
}

#[test]
fn what_somebody_has_set_by_hand_is_taken_by_a_shutdown_and_never_by_pulling_the_plug() {
    let mut world = World::new();
    world.ready(7);
    world.clock_forward(60.0);
    world
        .sim()
        .vm_mut(100)
        .unwrap()
        .pending
        .insert("cores".to_owned(), "4".to_owned());
    world.option(6, "4");
    let (told, done) = changed(&world);
    assert_eq!(
        (&told["restart"], &told["calls"]),
        (&json!(true), &json!(["shut down", "start"])),
        "{told}"
    );
    assert!(done.iter().any(|one| one.ends_with("status/shutdown")), "{done:?}");
    assert!(!done.iter().any(|one| one.ends_with("status/stop")), "{done:?}");
    assert!(world.sim().is_running(100));
}

#[test]
fn what_cannot_be_plugged_is_there_after_the_change_with_a_restart_that_was_told() {
    for (key, value) in [("hotplug", "network,usb"), ("hotplug", "0")] {
        let mut world = World::new();
        world.option(10, "0").option(24, "live_change = on");
        world.ready(7);
        world.sim().set_config(100, key, Some(value));
        world.option(10, "3");
        let (told, done) = changed(&world);
        assert_eq!(told["restart"], true, "{told}");
        assert!(done.iter().any(|one| one.ends_with("status/shutdown")), "{done:?}");
        assert!(world.sim().vm(100).unwrap().pending.is_empty(), "{value}");
        assert!(!world.config(100, "scsi1").is_empty(), "{value}: it is there");
    }
}

#[test]
fn a_vm_that_is_off_is_started_and_one_that_runs_by_then_is_restarted() {
    let mut world = World::new();
    world.ready(7);
    world.sim().set_power(100, false);
    world.option(6, "4");
    let told = preview(&world);
    assert_eq!(
        (&told["starts"], &told["restart"]),
        (&json!(true), &json!(true)),
        "{told}"
    );
    assert_eq!(told["calls"], json!(["write cores", "start"]));
}
