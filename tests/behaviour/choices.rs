//! What a customer chooses: it is saved once, on what is chosen now, and it holds up nobody but the customer.

use crate::acts;
use crate::operations::states;
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::problems::Error;
use serde_json::{Value, json};

type Verb = fn(&Core, &Value) -> Result<Value, Error>;

/// A request of somebody who means it.
fn by(world: &World, actor: &str) -> Value {
    let mut order = world.with_extra(7, "actor", json!(actor));
    (order["typed"], order["sure"]) = (world.service(7)["name"].clone(), json!("1"));
    order
}

fn version(world: &World) -> u64 {
    world.service(7)["choices"]["version"].as_u64().unwrap()
}

fn saves(world: &World, verb: Verb, actor: &str, version: Value) -> Result<Value, Error> {
    let mut order = by(world, actor);
    order["version"] = version;
    verb(&world.core, &order)
}

/// An action as the page of somebody has it.
fn on_page(world: &World, actor: &str, name: &str) -> Value {
    let order = world.order(7);
    let asked = json!({"service": 7, "package": order["package"], "actor": actor});
    let page = api::show(&world.core, &asked).unwrap();
    let actions = page["actions"].as_array().unwrap();
    let found = actions.iter().find(|action| action["name"] == name);
    found.cloned().unwrap_or_default()
}

fn protected() -> World {
    let mut world = World::new();
    world.option(24, "client_reinstall = on");
    world.ready(7);
    world.clock_forward(3600.0);
    acts::protect(&world.core, &by(&world, "client")).unwrap();
    world
}

#[test]
fn what_destroys_is_refused_to_a_customer_who_has_protected_the_vm() {
    let world = protected();
    let destroys: [(&str, Verb); 2] = [("stop", acts::stop), ("reinstall", acts::reinstall)];
    for (name, verb) in destroys {
        world.sim().log.clear();
        let error = verb(&world.core, &by(&world, "client")).unwrap_err();
        assert_eq!(
            (error.code(), error.problem().client),
            ("protected_by_client", Some("client_protected"))
        );
        assert!(error.to_string().contains("take the protection off first"), "{error}");
        assert_eq!(world.writes(), Vec::<String>::new(), "{name}");
        let shown = on_page(&world, "client", name);
        assert_eq!(
            (&shown["allowed"], &shown["code"]),
            (&json!(false), &json!("protected_by_client"))
        );
        let staff = on_page(&world, "admin", name);
        assert_eq!(&staff["code"], &Value::Null);
        assert!(
            staff["warning"].as_str().unwrap().contains("protected by its customer"),
            "{staff}"
        );
    }
    assert!(world.sim().is_running(world.vmid(7)));
    assert_eq!(on_page(&world, "admin", "start")["warning"], Value::Null);
    world.clock_forward(3600.0);
    acts::reboot(&world.core, &by(&world, "client")).unwrap();
    world.clock_forward(3600.0);
    world.cron_until_idle();
    acts::unprotect(&world.core, &by(&world, "client")).unwrap();
    acts::stop(&world.core, &by(&world, "client")).unwrap();
    acts::reinstall(&world.core, &by(&world, "client")).unwrap();
}

#[test]
fn nobody_but_the_customer_is_held_up() {
    for actor in ["admin", "whmcs", "cron"] {
        let world = protected();
        acts::stop(&world.core, &by(&world, actor)).unwrap();
        api::suspend(&world.core, &by(&world, actor)).unwrap();
        api::unsuspend(&world.core, &by(&world, actor)).unwrap();
        acts::stop(&world.core, &by(&world, actor)).unwrap();
        acts::reinstall(&world.core, &by(&world, actor)).unwrap();
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready");
        assert_eq!(
            world.service(7)["choices"]["protect"],
            true,
            "it is the service's, not the VM's"
        );
        assert_ne!(
            world.config(world.vmid(7), "protection"),
            "1",
            "Proxmox VE knows nothing of it"
        );
        api::terminate(&world.core, &by(&world, actor)).unwrap();
        assert_eq!(world.status(7), "removed");
    }
}

#[test]
fn choices_end_with_the_service() {
    let world = protected();
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.create(7).unwrap();
    assert_eq!(world.service(7)["choices"], json!({"version": 0, "protect": false}));
}

#[test]
fn a_save_names_what_it_was_made_on() {
    let world = protected();
    let read = version(&world);
    // somebody else was faster
    saves(&world, acts::unprotect, "admin", json!(read.to_string())).unwrap();
    saves(&world, acts::protect, "admin", json!(read + 1)).unwrap();
    for stale in [
        json!(read),
        json!(read + 9),
        json!(""),
        json!("x"),
        json!(-1),
        json!({}),
    ] {
        let error = saves(&world, acts::unprotect, "client", stale.clone()).unwrap_err();
        assert_eq!(error.code(), "chosen_meanwhile", "{stale}: {error}");
        assert_eq!(
            world.service(7)["choices"],
            json!({"version": read + 2, "protect": true})
        );
        world.clock_forward(600.0);
    }
    assert_eq!(
        code(saves(&world, acts::protect, "client", json!(read + 2))),
        "chosen_already"
    );
    saves(&world, acts::unprotect, "client", json!(read + 2)).unwrap();
    assert_eq!(version(&world), read + 3);
    let last = states(&world).pop().unwrap();
    assert_eq!(last, "unprotect done");
}

#[test]
fn of_two_saves_on_the_same_version_one_is_made() {
    for world in [World::in_a_file(), World::in_a_database()] {
        world.ready(7);
        let other = world.other_process();
        let mut order = by(&world, "admin");
        order["version"] = json!(version(&world));
        let results = std::thread::scope(|scope| {
            let save = |core| acts::protect(core, &order).map(drop);
            let [one, two] = [&world.core, &other].map(|core| scope.spawn(move || save(core)));
            [one, two].map(|handle| handle.join().unwrap())
        });
        let saved = results.iter().filter(|result| result.is_ok()).count();
        assert_eq!((saved, version(&world)), (1, 1), "{results:?}");
    }
}

#[test]
fn a_choice_asks_nothing_of_proxmox_ve_and_changes_nothing_that_is_under_way() {
    let mut world = World::new();
    world.ready(7);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.sim().set_node_down("pve1", Some("No route to host"));
    world.sim().log.clear();
    let due = world
        .core
        .store
        .service(proxmoxkvm::words::ids::ServiceId(7))
        .unwrap()
        .0
        .due_at;
    acts::protect(&world.core, &by(&world, "admin")).unwrap();
    assert!(world.sim().log.is_empty());
    let after = world
        .core
        .store
        .service(proxmoxkvm::words::ids::ServiceId(7))
        .unwrap()
        .0;
    assert_eq!((after.due_at, world.status(7).as_str()), (due, "change_package"));
    world.sim().set_node_down("pve1", None);
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.config(100, "cores").as_str()),
        ("ready", "4")
    );
}

#[test]
fn what_the_product_does_not_give_is_not_there() {
    let mut world = World::new();
    world.option(24, "client_protect = off");
    world.ready(7);
    for (name, verb) in [("protect", acts::protect as Verb), ("unprotect", acts::unprotect)] {
        assert_eq!(on_page(&world, "client", name), Value::Null);
        assert_eq!(code(verb(&world.core, &by(&world, "client"))), "not_for_clients");
    }
    acts::protect(&world.core, &by(&world, "admin")).unwrap();
    let shown = on_page(&world, "admin", "unprotect");
    assert_eq!((&shown["allowed"], &shown["sure"]), (&json!(true), &json!("asked")));
    let inputs: Vec<&Value> = shown["inputs"].as_array().unwrap().iter().collect();
    assert!(
        matches!(inputs[..], [input] if input["name"] == "version"),
        "{inputs:?}"
    );
}
