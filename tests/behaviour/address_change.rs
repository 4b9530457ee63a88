//! WHMCS has another address: it has moved, or it is a copy of the whole machine with its store, which differs in nothing else.
//! Until staff have said which, nothing is destroyed, and whoever has moved loses nothing.

use crate::acts;
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::store::Home;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

const HELD: &str = "store_address_changed";

fn home(url: &str) -> Home {
    Home {
        url: url.to_owned(),
        database: "localhost/whmcs".to_owned(),
        root: "/var/www".to_owned(),
        machine: "a".to_owned(),
        server: "one".to_owned(),
        ..Home::default()
    }
}

/// What each request of this WHMCS that may change something begins with.
fn seen_at(world: &World, url: &str) {
    world.core.store.must_be_home(&home(url), world.now()).unwrap();
}

fn says(world: &World, what: &str) -> Value {
    let request = json!({"home": home("new.example.com"), "as": what});
    api::installation(&world.core, &request).unwrap()["address_change"].clone()
}

fn attention(world: &World) -> usize {
    let due = api::due(&world.core, &json!({})).unwrap();
    due["attention"].as_array().unwrap().len()
}

fn many_crons(world: &World) {
    for _ in 0..3 {
        world.cron_until_idle();
        world.clock_forward(1000.0);
    }
}

#[test]
fn after_a_new_address_nothing_is_destroyed_until_staff_say_that_it_is_the_same_whmcs() {
    let mut world = World::new();
    let vmid = world.ready(7);
    seen_at(&world, "old.example.com");
    assert_eq!(says(&world, ""), Value::Null);
    seen_at(&world, "new.example.com");
    let change = says(&world, "");
    assert_eq!(
        (&change["from"], &change["to"]),
        (&json!("old.example.com"), &json!("new.example.com"))
    );
    world.sim().log.clear();
    for (name, verb) in [
        ("suspend", api::suspend as fn(&_, &_) -> _),
        ("terminate", api::terminate),
        ("reinstall", acts::reinstall),
        ("vm_remove", acts::vm_remove),
    ] {
        assert_eq!(code(verb(&world.core, &world.order(7))), HELD, "{name}");
        many_crons(&world);
        assert_eq!(world.writes(), Vec::<String>::new(), "{name}");
    }
    assert!(world.sim().is_running(vmid));
    assert_eq!((world.status(7).as_str(), attention(&world)), ("ready", 1));
    let message = world.service(7)["error"]["message"].clone();
    assert!(message.as_str().unwrap().contains("--copy"), "{message}");
    // whoever has moved goes on
    world.create(8).unwrap();
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::start(&world.core, &world.order(7)).unwrap();
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(8).as_str(), world.config(vmid, "cores").as_str()),
        ("ready", "4")
    );
    // and says so once
    assert_eq!(code(api::suspend(&world.core, &world.order(7))), HELD);
    assert_eq!(says(&world, "moved"), Value::Null);
    assert_eq!((attention(&world), &world.service(7)["error"]), (0, &Value::Null));
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(vmid));
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert!(world.sim().vm(vmid).is_none());
    world.check_invariants();
}

#[test]
fn the_cron_of_a_copy_neither_stops_nor_makes_anew_what_the_original_has() {
    let world = World::new();
    let (suspended, queued) = (world.ready(7), world.ready(8));
    seen_at(&world, "old.example.com");
    api::suspend(&world.core, &world.order(7)).unwrap();
    acts::stop(&world.core, &world.order(8)).unwrap();
    let fails = FaultKind::Status(500, "got timeout".to_owned(), String::new());
    world.sim().add_fault(Fault::once("DELETE", "/qemu/101$", fails));
    let _ = acts::reinstall(&world.core, &world.order(8));
    assert_eq!(world.status(8), "reinstall");
    // what was copied: the original goes on, and lets the client in again who has paid
    seen_at(&world, "new.example.com");
    world.sim().set_power(suspended, true);
    world.sim().set_power(queued, true);
    world.sim().log.clear();
    many_crons(&world);
    assert_eq!(world.writes(), Vec::<String>::new());
    assert!(world.sim().is_running(suspended) && world.sim().is_running(queued));
    assert_eq!(world.status(8), "reinstall");
    assert_eq!(world.service(8)["error"]["code"], HELD);
    assert_eq!(attention(&world), 1, "not each that is suspended");
    // it was no copy
    says(&world, "moved");
    many_crons(&world);
    assert_eq!(
        (world.status(8).as_str(), attention(&world)),
        ("ready", 0),
        "{}",
        world.service(8)
    );
    assert!(!world.sim().is_running(suspended));
    assert!(world.writes().iter().any(|write| write.ends_with("/clone")));
}

#[test]
fn the_old_address_ends_the_question_and_a_copy_forgets_all() {
    let world = World::new();
    let vmid = world.ready(7);
    seen_at(&world, "old.example.com");
    seen_at(&world, "new.example.com");
    assert_eq!(code(api::suspend(&world.core, &world.order(7))), HELD);
    seen_at(&world, "old.example.com");
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.service(7)["error"], Value::Null);
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    seen_at(&world, "new.example.com");
    world.sim().log.clear();
    assert_eq!(says(&world, "copy"), Value::Null);
    assert_eq!(code(api::show(&world.core, &json!({"service": 7}))), "unknown_service");
    assert!(world.sim().is_running(vmid) && world.writes().is_empty());
}
