//! Address lines changed from the page: what comes of it, and that nobody loses the address that he has.

use crate::support::World;
use proxmoxkvm::api;
use serde_json::{Value, json};

fn ask(world: &World, edit: Value) -> Result<Value, proxmoxkvm::problems::Error> {
    api::pool_edit(&world.core, &json!({"server": world.server, "edit": edit}))
}

/// Stores what comes of it, as PHP does.
fn change(world: &mut World, edit: Value) -> Value {
    let reply = ask(world, edit).unwrap();
    world.server["assigned_ips"] = reply["text"].clone();
    reply["line"].clone()
}

fn refused(world: &World, edit: Value) -> (String, String) {
    let error = ask(world, edit).unwrap_err();
    (error.code().to_owned(), error.to_string())
}

#[test]
fn a_new_line_says_what_it_gives_before_it_is_stored() {
    let mut world = World::new();
    world.ready(7);
    let before = world.sim().log.len();
    let line = "vmbr0|10|192.0.2.60-192.0.2.70|24|192.0.2.1|192.0.2.53";
    let preview = change(&mut world, json!({"do": "add", "line": line}));
    assert_eq!(
        preview,
        json!({"number": 3, "first": "192.0.2.60", "last": "192.0.2.70", "total": 11, "free": 11, "leased": 0, "used": [],
            "reverse_zones": ["2.0.192.in-addr.arpa"]})
    );
    // the same line once more has nothing of its own
    let (code, why) = refused(&world, json!({"do": "add", "line": line}));
    assert_eq!(code, "bad_address_line");
    assert!(why.contains("other lines have all"), "{why}");
    let (_, why) = refused(
        &world,
        json!({"do": "add", "line": "vmbr0|10|192.0.2.60|24|192.0.2.1|192.0.2.53"}),
    );
    assert!(why.contains("already on line 3"), "{why}");
    let (code, _) = refused(&world, json!({"do": "fly"}));
    assert_eq!(code, "bad_request");
    assert_eq!(world.sim().log.len(), before, "Proxmox VE was asked");
}

#[test]
fn an_address_that_a_service_has_keeps_its_line() {
    let mut world = World::new();
    world.ready(7);
    world.ready(8);
    let leased: Vec<String> = [7, 8]
        .map(|id| world.service(id)["addresses"][0].as_str().unwrap().to_owned())
        .into();
    assert_eq!(leased, ["192.0.2.10", "192.0.2.11"]);
    let line = |range: &str| format!("vmbr0|10|{range}|24|192.0.2.1|192.0.2.53");
    for edit in [
        json!({"do": "remove", "number": 1}),
        json!({"do": "replace", "number": 1, "line": line("192.0.2.20-192.0.2.30")}),
    ] {
        let (code, why) = refused(&world, edit);
        assert_eq!(code, "addresses_in_use");
        assert!(why.contains("192.0.2.10 is leased to service 7, and 1 more"), "{why}");
    }
    let (_, why) = refused(
        &world,
        json!({"do": "replace", "number": 1, "line": line("192.0.2.10-192.0.2.10")}),
    );
    assert!(why.contains("192.0.2.11 is leased to service 8:"), "{why}");
    let preview = change(
        &mut world,
        json!({"do": "replace", "number": 1, "line": line("192.0.2.9-192.0.2.12")}),
    );
    assert_eq!((&preview["total"], &preview["free"]), (&json!(4), &json!(2)));
    let used = json!([{"address": "192.0.2.10", "service": 7}, {"address": "192.0.2.11", "service": 8}]);
    assert_eq!(preview["used"], used);
    // what another entry's services have is not this one's to keep
    world.server["id"] = json!(2);
    ask(&world, json!({"do": "remove", "number": 1})).unwrap();
    world.server["id"] = json!(1);
    api::terminate(&world.core, &world.order(8)).unwrap();
    change(
        &mut world,
        json!({"do": "replace", "number": 1, "line": line("192.0.2.10-192.0.2.10")}),
    );
}

#[test]
fn a_reserved_address_is_leased_to_nobody_and_its_holder_keeps_it() {
    let mut world = World::new();
    world.ready(7);
    change(
        &mut world,
        json!({"do": "reserve", "addresses": "192.0.2.10-192.0.2.11", "note": "router"}),
    );
    world.ready(8);
    assert_eq!(world.service(8)["addresses"][0], "192.0.2.12");
    assert_eq!(world.service(7)["addresses"][0], "192.0.2.10");
    let pools = api::pools(&world.core, &json!({"server": world.server, "number": 1})).unwrap();
    assert_eq!(
        pools["reserved"],
        json!([{"line": 3, "first": "192.0.2.10", "last": "192.0.2.11", "note": "router", "services": [7]}])
    );
    assert_eq!(pools["lines"].as_array().unwrap().len(), 1);
    assert_eq!(pools["lines"][0]["gateway"], "192.0.2.1");
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.ready(9);
    assert_eq!(world.service(9)["addresses"][0], "192.0.2.13", "it stays reserved");
    change(&mut world, json!({"do": "release", "number": 3}));
    let mut released: Vec<u64> = Vec::new();
    for id in 20..60 {
        if world.create(id).is_ok() {
            released.extend(
                (world.service(id)["addresses"][0] == "192.0.2.10"
                    || world.service(id)["addresses"][0] == "192.0.2.11")
                    .then_some(id),
            );
        }
    }
    assert_eq!(released.len(), 2, "both can be leased again");
}

#[test]
fn the_level_of_the_warning_is_the_hosters() {
    let mut world = World::new();
    world.ready(7);
    let low = |world: &World| {
        let entries = json!([{"id": 1, "assigned_ips": world.server["assigned_ips"]}]);
        api::attention(&world.core, &json!({"servers": entries})).unwrap()["pools"].clone()
    };
    assert_eq!(low(&world), json!([]));
    change(&mut world, json!({"do": "warn", "level": 31}));
    assert_eq!(
        low(&world),
        json!([{"server": 1, "family": 4, "total": 31, "free": 30}])
    );
    change(&mut world, json!({"do": "warn", "level": 30}));
    assert_eq!(low(&world), json!([]));
    let (code, why) = refused(&world, json!({"do": "warn", "level": "soon"}));
    assert_eq!(
        (code.as_str(), why.contains("a number of free addresses")),
        ("bad_address_line", true)
    );
    change(&mut world, json!({"do": "warn", "level": null}));
    assert!(!world.server["assigned_ips"].as_str().unwrap().contains("warn"));
}

/// Reservations may overlap: each has its own line.
#[test]
fn the_release_of_one_reservation_leaves_another_of_the_same_address() {
    let mut world = World::new();
    for (addresses, note) in [("192.0.2.15", "printer"), ("192.0.2.10-192.0.2.20", "office")] {
        change(
            &mut world,
            json!({"do": "reserve", "addresses": addresses, "note": note}),
        );
    }
    let reserved = |world: &World| {
        let pools = api::pools(&world.core, &json!({"server": world.server, "number": 1})).unwrap();
        pools["reserved"].as_array().unwrap().clone()
    };
    let printer = reserved(&world)[0].clone();
    change(&mut world, json!({"do": "release", "number": printer["line"]}));
    let left = reserved(&world);
    assert_eq!((left.len(), &left[0]["note"]), (1, &json!("office")));
}
