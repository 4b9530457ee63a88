//! What the shop asks before anybody pays: addresses, host name, and what an upgrade cannot do. And the host name of an
//! order on its way to the VM.

use crate::support::{World, code};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

fn check(world: &World, more: &Value) -> Value {
    let order = world.order(7);
    let mut request = json!({"package": order["package"], "server": order["server"]});
    for (key, value) in more.as_object().unwrap() {
        request[key] = value.clone();
    }
    api::order_check(&world.core, &request).unwrap()
}

fn codes(reply: &Value) -> Vec<&str> {
    let refusals = reply["refusals"].as_array().unwrap();
    refusals
        .iter()
        .map(|refusal| refusal["code"].as_str().unwrap())
        .collect()
}

#[test]
fn more_addresses_than_are_free_are_refused() {
    let mut world = World::new();
    world.server["assigned_ips"] = json!(
        "vmbr0|10|192.0.2.10-192.0.2.13|24|192.0.2.1|192.0.2.53\nvmbr1|0|198.51.100.10-198.51.100.90|24|198.51.100.1|192.0.2.53"
    );
    world.option(13, "vmbr0").option(14, "10");
    world.ready(7);
    let fits = check(&world, &json!({"count": 3}));
    let need = json!([{"family": "v4", "addresses": 3, "bridge": "vmbr0", "vlan": 10}]);
    assert_eq!((codes(&fits), &fits["needs"]), (vec![], &need));
    let beside = check(&world, &json!({"count": 2}))["needs"].clone();
    let reply = check(&world, &json!({"count": 2, "beside": beside}));
    assert_eq!(codes(&reply), ["no_free_address"]);
    assert_eq!(reply["refusals"][0]["left"], 1);
    // what the service has is its own
    world.config_options = json!({"IPv4 Addresses": "4"});
    assert_eq!(codes(&check(&world, &json!({"service": 7}))), Vec::<&str>::new());
    world.config_options = json!({"IPv4 Addresses": "5"});
    assert_eq!(codes(&check(&world, &json!({"service": 7}))), ["no_free_address"]);
}

#[test]
fn products_of_one_cart_take_addresses_from_each_other_only_where_they_share_lines() {
    let mut world = World::new();
    world.server["assigned_ips"] = json!(
        "vmbr0|10|192.0.2.10-192.0.2.12|24|192.0.2.1|192.0.2.53\nvmbr1|0|198.51.100.10-198.51.100.11|24|198.51.100.1|192.0.2.53"
    );
    let products = [("vmbr0", "10"), ("vmbr1", "0"), ("auto", "")];
    // what two take, one after the other: as many as there are, whose lines they are
    for (first, taken, second, left) in [
        (0, 3, 1, 2),
        (1, 2, 0, 3),
        (0, 3, 2, 2),
        (0, 1, 2, 4),
        (2, 2, 0, 3),
        (2, 4, 0, 1),
        (2, 4, 1, 1),
        (2, 5, 1, 0),
        (2, 3, 2, 2),
    ] {
        let mut asked = |place: usize, more: Value| {
            let (bridge, vlan) = products[place];
            world.option(13, bridge).option(14, vlan);
            check(&world, &more)
        };
        let needs = asked(first, json!({"count": taken}));
        assert_eq!(codes(&needs), Vec::<&str>::new());
        let beside = needs["needs"].clone();
        let case = format!("{taken} of {first}, then {second}");
        if left > 0 {
            let fits = asked(second, json!({"count": left, "beside": beside}));
            assert_eq!(codes(&fits), Vec::<&str>::new(), "{case}");
        }
        let more = asked(second, json!({"count": left + 1, "beside": beside}));
        assert_eq!(more["refusals"][0]["left"], left, "{case}");
    }
}

#[test]
fn a_smaller_disk_is_refused_by_what_the_guest_has() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(8, "6");
    let refused = |reply: &Value| {
        let refusal = &reply["refusals"][0];
        (
            refusal["code"].clone(),
            refusal["which"].clone(),
            refusal["has"].clone(),
            refusal["wanted"].clone(),
        )
    };
    let smaller = |has: u64, wanted: u64| (json!("disk_shrink"), json!("system disk"), json!(has), json!(wanted));
    assert_eq!(refused(&check(&world, &json!({"service": 7}))), smaller(8, 6));
    // somebody has grown it
    let disk = world.config(vmid, "scsi0").replace("size=8G", "size=20G");
    world.sim().set_config(vmid, "scsi0", Some(&disk));
    world.option(8, "10");
    assert_eq!(refused(&check(&world, &json!({"service": 7}))), smaller(20, 10));
    // by what was sold, where nobody answers
    world
        .sim()
        .add_fault(Fault::always("GET", "/qemu/", FaultKind::Hang(6.0)));
    assert_eq!(codes(&check(&world, &json!({"service": 7}))), Vec::<&str>::new());
    world.option(8, "6");
    assert_eq!(refused(&check(&world, &json!({"service": 7}))), smaller(8, 6));
    world.option(8, "8").option(10, "2");
    let reply = check(&world, &json!({"service": 7}));
    assert_eq!(reply["refusals"][0]["which"], "additional disk");
}

#[test]
fn a_package_that_cannot_be_built_is_refused() {
    let mut world = World::new();
    world.config_options = json!({"IPv4 Addresses": "0"});
    assert_eq!(codes(&check(&world, &json!({}))), ["no_addresses"]);
}

#[test]
fn the_host_name_of_the_order_is_the_vms() {
    let mut world = World::new();
    world.option(24, "order_hostname = on");
    let ordered = |service: u64, name: &str| {
        let mut order = world.order(service);
        order["service"]["domain"] = json!(name);
        api::create(&world.core, &order)
    };
    ordered(7, "Web1").unwrap();
    world.cron_until_idle();
    let service = world.service(7);
    assert_eq!(
        (&service["name"], &service["domain"]),
        (&json!("web1"), &json!("web1.example.net"))
    );
    assert_eq!(world.config(world.vmid(7), "name"), "web1");
    assert_eq!(code(ordered(8, "web1.example.net")), "host_name_taken");
    assert_eq!(code(ordered(9, "www")), "host_name");
    ordered(10, "").unwrap();
    assert_eq!(world.service(10)["name"], "3-10", "by the rule");
    // the shop says the same before
    assert_eq!(check(&world, &json!({"hostname": "WEB2"}))["name"], "web2.example.net");
    for (name, code) in [
        ("web1", "host_name_taken"),
        ("a.b", "host_name"),
        ("evil.com", "host_name"),
    ] {
        let reply = check(&world, &json!({"hostname": name}));
        assert_eq!((codes(&reply), &reply["name"]), (vec![code], &Value::Null), "{name}");
    }
}

#[test]
fn without_the_setting_a_host_name_is_nobodys_business() {
    let world = World::new();
    let reply = check(&world, &json!({"hostname": "a b"}));
    assert_eq!((codes(&reply), &reply["name"]), (vec![], &Value::Null));
    let mut order = world.order(7);
    order["service"]["domain"] = json!("a b");
    api::create(&world.core, &order).unwrap();
    assert_eq!(world.service(7)["name"], "3-7");
}
