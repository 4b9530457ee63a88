//! The log of a task, for staff who ask for it.

use crate::support::World;
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

/// Of the newest operation of service 7 that has started a task: what its log says.
fn asked(world: &World, actor: &str) -> Result<Value, proxmoxkvm::problems::Error> {
    let activity = api::activity(&world.core, &json!({"service": 7, "actor": "admin"})).unwrap();
    let entries = activity["entries"].as_array().unwrap();
    let with_task = entries.iter().find(|entry| !entry["upid"].is_null()).unwrap();
    let mut request = world.with_extra(7, "actor", json!(actor));
    request["of"] = json!(7);
    request["operation"] = with_task["id"].clone();
    request["service"]["password"] = json!("s3cret-Pass");
    api::task_log(&world.core, &request)
}

fn failing_start(world: &World, lines: &[&str]) {
    let log = lines.iter().map(|line| (*line).to_owned()).collect();
    let fault = FaultKind::TaskErrorLog(log, "start failed: QEMU exited with code 1".into());
    world.sim().add_fault(Fault::always("POST", "/status/start", fault));
    api::act("stop", &world.core, &world.order(7)).unwrap();
    api::act("start", &world.core, &world.order(7)).unwrap_err();
}

#[test]
fn what_tells_most_comes_first_and_no_secret_is_in_it() {
    let world = World::new();
    world.ready(7);
    failing_start(
        &world,
        &[
            "generating cloud-init ISO",
            "no physical interface on bridge 'vmbr0', password s3cret-Pass",
        ],
    );
    let log = asked(&world, "admin").unwrap();
    assert!(log["upid"].as_str().unwrap().contains(":qmstart:100:"), "{log}");
    let telling = log["telling"].as_array().unwrap();
    assert!(
        telling[0].as_str().unwrap().starts_with("no physical interface"),
        "{log}"
    );
    assert!(!telling.iter().any(|line| line == "generating cloud-init ISO"), "{log}");
    let lines = log["lines"].as_array().unwrap();
    assert_eq!(lines[0], "generating cloud-init ISO");
    assert!(lines.len() >= 3, "{log}");
    assert!(!log.to_string().contains("s3cret-Pass"), "{log}");
    assert_eq!(asked(&world, "client").unwrap_err().code(), "staff_only");
}

#[test]
fn an_operation_without_a_task_has_no_log() {
    let world = World::new();
    world.ready(7);
    for operation in [json!(0), json!(99_999), json!(null), json!("x"), json!(-1)] {
        let mut request = world.with_extra(7, "operation", operation.clone());
        request["of"] = json!(7);
        assert_eq!(
            api::task_log(&world.core, &request).unwrap_err().code(),
            "no_task",
            "{operation}"
        );
    }
}
