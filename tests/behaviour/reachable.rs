//! Ready means reachable, where the product says so: the mail waits until the agent answers or a port is open, and no longer
//! than it is said.

use crate::support::World;
use proxmoxkvm::api;
use proxmoxkvm::engine::is_open;
use pvesim::Guest;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

/// Whose VMs have their ports on this machine.
fn world(more: &str) -> World {
    let mut world = World::new();
    world.option(24, more);
    world.sim().set_config(9000, "agent", Some("1"));
    let knock = |door: SocketAddr| {
        assert_eq!(door.ip().to_string(), "192.0.2.10");
        is_open(SocketAddr::from(([127, 0, 0, 1], door.port())))
    };
    World {
        core: world.core.with_knock(Box::new(knock)),
        ..world
    }
}

fn listens(port: u16) -> TcpListener {
    TcpListener::bind(("127.0.0.1", port)).unwrap()
}

fn build(world: &World) -> Value {
    api::show(&world.core, &json!({"service": 7})).unwrap()["build"].clone()
}

fn mail(world: &World) -> Value {
    let told = world.told.lock().unwrap();
    told.iter()
        .find(|entry| entry["kind"] == "mail_ready")
        .cloned()
        .unwrap_or_default()
}

#[test]
fn the_mail_waits_for_an_open_port() {
    let port = listens(0).local_addr().unwrap().port();
    let world = world(&format!("ready_when = port\nready_port = {port}"));
    let reply = world.create(7).unwrap();
    world.deliver(&reply);
    world.cron();
    assert_eq!(
        (world.status(7).as_str(), world.sim().is_running(100)),
        ("set_cloudinit", true)
    );
    let until = build(&world)["awaited_until"].as_f64().unwrap();
    assert!(until > world.now() + 600.0, "the page says so");
    assert_eq!(mail(&world), Value::Null);
    let _listener = listens(port);
    world.clock_forward(60.0);
    world.cron();
    assert_eq!(world.status(7), "ready");
    assert_eq!(mail(&world)["unanswered_minutes"], Value::Null);
    assert_eq!(mail(&world)["kind"], "mail_ready");
}

#[test]
fn nothing_is_waited_for_longer_than_was_said() {
    let port = listens(0).local_addr().unwrap().port();
    let world = world(&format!(
        "ready_when = agent-or-port\nready_port = {port}\nready_minutes = 3"
    ));
    let begun = world.now();
    world.ready(7);
    let took = world.now() - begun;
    assert!((180.0..600.0).contains(&took), "{took}");
    assert_eq!(mail(&world)["unanswered_minutes"], 3);
    let events = world.core.store.events(proxmoxkvm::words::ids::ServiceId(7)).unwrap();
    assert!(
        events
            .iter()
            .any(|event| event.result.contains("not answered within 3 minutes")),
        "{events:?}"
    );
}

#[test]
fn the_agent_answers_for_the_vm() {
    let world = world("ready_when = agent");
    let reply = world.create(7).unwrap();
    world.deliver(&reply);
    world.cron();
    assert_eq!(world.status(7), "set_cloudinit");
    world.sim().set_guest(
        100,
        Guest {
            agent: true,
            ..Guest::default()
        },
    );
    world.clock_forward(60.0);
    world.cron();
    assert_eq!(
        (world.status(7).as_str(), mail(&world)["kind"].as_str()),
        ("ready", Some("mail_ready"))
    );
}

#[test]
fn whoever_wants_no_answer_waits_for_none() {
    let world = world("");
    world.create(7).unwrap();
    world.cron();
    assert_eq!(world.status(7), "ready");
    let mut suspended = World::new();
    suspended.option(24, "ready_when = port");
    suspended.create(7).unwrap();
    api::suspend(&suspended.core, &suspended.order(7)).unwrap();
    suspended.cron();
    suspended.clock_forward(60.0);
    suspended.cron();
    assert_eq!(suspended.status(7), "ready", "what is off answers nobody");
}

#[test]
fn of_windows_the_port_is_that_of_its_remote_desktop_unless_another_one_is_named() {
    let knocked_at = |ostype: &str, more: &str| {
        let mut world = World::new();
        world.option(24, &format!("ready_when = port\n{more}"));
        world.sim().set_config(9000, "ostype", Some(ostype));
        let doors = Arc::new(Mutex::new(Vec::new()));
        let seen = doors.clone();
        let knock = move |door: SocketAddr| {
            seen.lock().unwrap().push(door.port());
            true
        };
        let world = World {
            core: world.core.with_knock(Box::new(knock)),
            ..world
        };
        world.ready(7);
        doors.lock().unwrap().clone()
    };
    assert_eq!(knocked_at("l26", ""), [22]);
    assert_eq!(knocked_at("win11", ""), [3389]);
    assert_eq!(knocked_at("win11", "ready_port = 22"), [22]);
}
