//! How much a cluster has left, which guests are services', whether its firewall is on, and what its nodes do with consoles.

use crate::support::{World, cluster_options, code};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind, Options, StorageSpec, UserSpec};
use serde_json::{Value, json};

/// Two products: that of the world, and one whose template is not there.
fn capacity(world: &World) -> Value {
    let mut other = world.order(1)["package"].clone();
    other["options"][1] = json!("9999");
    let packages = json!([{"id": 5, "package": world.order(1)["package"]}, {"id": 6, "package": other}]);
    api::capacity(&world.core, &json!({"server": world.server, "packages": packages})).unwrap()
}

#[test]
fn the_scarcest_of_memory_disk_and_addresses_decides() {
    let mut world = World::new();
    world.ready(7);
    let reply = capacity(&world);
    let fits = &reply["fits"][0];
    assert_eq!(
        (&fits["id"], &fits["unknown"], &fits["error"]),
        (&json!(5), &json!([]), &Value::Null)
    );
    let number = |key: &str| fits[key].as_u64().unwrap();
    let least = number("memory").min(number("disk")).min(number("addresses"));
    assert!(number("fits") <= least && number("fits") > 0, "{fits}");
    assert_eq!(number("addresses"), 30, "one of 31 is leased");
    let other = &reply["fits"][1];
    assert_eq!(
        (&other["error"]["code"], &other["fits"]),
        (&json!("no_template"), &Value::Null)
    );
    assert!(
        reply["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|node| node["name"] == "pve1" && node["guests"].as_u64() > Some(0))
    );
    assert!(
        reply["storages"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["id"] == "local" && one["images"] == true)
    );

    world.server["assigned_ips"] = json!("vmbr0|10|192.0.2.10-192.0.2.12|24|192.0.2.1|192.0.2.53\nreserve 192.0.2.12");
    let few = capacity(&world);
    assert_eq!(
        (&few["fits"][0]["addresses"], &few["fits"][0]["fits"]),
        (&json!(1), &json!(1))
    );
    world.sim().fill_storage("local", 0);
    assert_eq!(capacity(&world)["fits"][0]["fits"], 0);
}

#[test]
fn a_cluster_that_does_not_answer_has_no_number() {
    let world = World::new();
    world.sim().add_fault(Fault::always(
        "GET",
        "/cluster/resources",
        FaultKind::Status(500, "no".into(), String::new()),
    ));
    let asked = api::capacity(&world.core, &json!({"server": world.server, "packages": []}));
    assert!(asked.is_err());
}

#[test]
fn accounts_are_services_whose_guests_are_there() {
    let world = World::new();
    let accounts =
        |world: &World| api::accounts(&world.core, &json!({"server": world.server})).unwrap()["accounts"].clone();
    assert_eq!(accounts(&world), json!([]));
    world.ready(7);
    world.ready(8);
    api::suspend(&world.core, &world.order(8)).unwrap();
    let found = accounts(&world);
    let of = |index: usize, key: &str| found[index][key].clone();
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_eq!(
        (of(0, "service"), of(0, "suspended"), of(1, "suspended")),
        (json!(7), json!(false), json!(true))
    );
    assert_eq!(of(0, "address"), world.service(7)["addresses"][0]);
    assert_eq!(of(0, "domain"), world.service(7)["domain"]);
    // somebody has deleted it
    let vmid = world.vmid(7);
    world.sim().delete_vm(vmid);
    assert_eq!(accounts(&world).as_array().unwrap().len(), 1);
}

#[test]
fn the_switch_of_the_datacenters_firewall_is_told() {
    let world = World::new();
    let asked =
        || api::list(&world.core, &json!({"server": world.server, "what": "firewall"})).unwrap()["firewall"].clone();
    let before = asked()["datacenter"].clone();
    assert!(before.is_boolean(), "{before}");
    let switched = |on: &str| {
        let mut sim = world.sim();
        let options = &mut sim.firewall.entry("cluster".to_owned()).or_default().options;
        options.insert("enable".to_owned(), on.to_owned());
        drop(sim);
        asked()
    };
    world.sim().nodes.get_mut("pve1").unwrap().firewall_stopped = true;
    assert_eq!(switched("0"), json!({"datacenter": false, "stopped": []}));
    assert_eq!(switched("1"), json!({"datacenter": true, "stopped": ["pve1"]}));
    world.sim().nodes.get_mut("pve1").unwrap().firewall_stopped = false;
    assert_eq!(asked(), json!({"datacenter": true, "stopped": []}));
    world.sim().add_fault(Fault::always(
        "GET",
        "/cluster/firewall/options",
        FaultKind::Status(403, "Permission check failed".into(), String::new()),
    ));
    assert_eq!(asked(), json!({"datacenter": null, "stopped": []}), "nobody can tell");
}

/// `authid` of `POST /access/vncticket` has 64 characters at most.
#[test]
fn a_token_whose_name_is_too_long_for_text_terminals_is_told_where_customers_have_consoles() {
    let secret = "0a1b2c3d-1111-4222-8333-944445555666";
    for (size, is_long) in [(64, false), (65, true)] {
        let name = "t".repeat(size - "whmcs@pve!".len());
        let user = UserSpec {
            id: "whmcs@pve".to_owned(),
            password: String::new(),
            token: Some((name.clone(), secret.to_owned())),
            acl: vec![("/".to_owned(), vec!["VM.Console".to_owned(), "Sys.Audit".to_owned()])],
        };
        let mut world = World::with(Options {
            users: vec![user],
            ..cluster_options()
        });
        world.server["username"] = json!(format!("whmcs@pve!{name}"));
        world.server["password"] = json!(secret);
        let is_told = |world: &World, packages: Value| {
            let request = json!({"server": world.server, "packages": packages});
            let warnings = api::test_connection(&world.core, &request).unwrap()["warnings"].to_string();
            warnings.contains("no text terminal")
        };
        assert_eq!(is_told(&world, Value::Null), is_long, "{size}");
        assert_eq!(is_told(&world, json!([world.order(1)["package"]])), is_long, "{size}");
        world.option(24, "client_console = off");
        assert!(!is_told(&world, json!([world.order(1)["package"]])));
    }
}

#[test]
fn the_nodes_that_let_one_console_into_others_are_told_where_customers_have_consoles() {
    for (port_hole, open) in [
        (false, json!([])),
        (true, json!([{"node": "pve1", "version": "9.1.6"}])),
    ] {
        let mut world = World::with(Options {
            port_hole,
            ..cluster_options()
        });
        let asked = |world: &World| {
            let package = world.order(1)["package"].clone();
            let request = json!({"server": world.server, "what": "consoles", "package": package});
            api::list(&world.core, &request).unwrap()
        };
        assert_eq!(asked(&world)["consoles"], json!({"open": open, "unseen": []}));
        for status in [403, 595, 500] {
            let fault = FaultKind::Status(
                status,
                "Permission check failed (/nodes/pve1, Sys.Audit)".into(),
                String::new(),
            );
            world.sim().add_fault(Fault::always("GET", "/apt/versions", fault));
            assert_eq!(
                asked(&world)["consoles"],
                json!({"open": [], "unseen": ["pve1"]}),
                "{status}"
            );
            world.sim().faults.clear();
        }
        world.option(24, "client_console = off");
        let before = world.sim().log.len();
        assert_eq!(asked(&world), json!({"ok": true}));
        assert_eq!(world.sim().log.len(), before, "nobody is asked");
    }
}

#[test]
fn a_template_without_a_screen_is_told_where_customers_have_consoles() {
    let mut world = World::new();
    let warned = |world: &World, vga: Option<&str>| {
        world.sim().set_config(9000, "vga", vga);
        let package = world.order(1)["package"].clone();
        let request = json!({"server": world.server, "what": "guests", "vmids": [9000], "package": package});
        api::list(&world.core, &request).unwrap()["guests"][0]["warnings"].clone()
    };
    for vga in ["serial0", "type=serial1,memory=16"] {
        assert_eq!(
            warned(&world, Some(vga)),
            json!([
                "vga: in place of a screen the console shows a text terminal: no boot loader, no Ctrl-Alt-Del. On its node: qm \
                 set 9000 --vga std"
            ])
        );
    }
    assert!(warned(&world, Some("none")).to_string().contains("has no screen"));
    for vga in [None, Some("std"), Some("virtio,memory=64")] {
        assert_eq!(warned(&world, vga), json!([]), "{vga:?}");
    }
    world.option(24, "client_console = off");
    assert_eq!(warned(&world, Some("serial0")), json!([]));
}

#[test]
fn a_node_that_is_emptied_for_its_maintenance_gets_no_new_vm() {
    let mut world = World::new();
    let nodes: Vec<String> = world.sim().nodes.keys().cloned().collect();
    for state in ["maintenance", "fence", "gone"] {
        world.sim().set_node_ha(&nodes[0], Some(state));
        let error = world.create(7).unwrap_err();
        assert_eq!(error.code(), "node_offline");
        assert!(error.to_string().contains("is in maintenance or fenced"), "{error}");
        assert_eq!(world.writes(), [""; 0]);
    }
    for state in ["online", "unknown"] {
        world.sim().set_node_ha(&nodes[0], Some(state));
        assert_eq!(capacity(&world)["fits"][0]["error"], Value::Null, "{state}");
    }
    // whoever names a node wants that one
    world.sim().set_node_ha(&nodes[0], Some("maintenance"));
    world.option(1, &nodes[0]);
    world.ready(7);
}

/// What is sold is not sold again while Proxmox VE does not show it yet.
#[test]
fn what_is_being_built_or_pending_has_its_place_already() {
    let mut world = World::new();
    world.option(24, "clone_slots_per_storage = 1").option(8, "40");
    let asked = |world: &World, pending: Value| {
        let package = world.order(1)["package"].clone();
        let pending = json!([{"services": pending, "package": package}]);
        let request = json!({"server": world.server, "packages": [{"id": 5, "package": package}], "pending": pending});
        let fits = api::capacity(&world.core, &request).unwrap()["fits"][0].clone();
        ["memory", "disk", "addresses"].map(|limit| fits[limit].as_u64().unwrap_or_else(|| panic!("{fits}")))
    };
    let before = asked(&world, json!([]));
    let less = |taken: u64| before.map(|fit| fit - taken);
    assert_eq!(asked(&world, json!([1, 2, 3])), less(3), "pending");
    for id in 1..=3 {
        world.create(id).unwrap();
    }
    let [memory, disk, addresses] = asked(&world, json!([]));
    assert_eq!([memory, addresses], [less(3)[0], less(3)[2]], "one is cloned, two wait");
    assert!((less(3)[1]..=less(2)[1]).contains(&disk), "{disk} {before:?}");
    let twice = asked(&world, json!([1, 2, 3, 4]));
    assert_eq!(
        twice,
        [memory - 1, disk - 1, addresses - 1],
        "what is built already is counted once"
    );
}

/// Twenty orders of one minute see the same free memory.
#[test]
fn a_burst_of_orders_does_not_come_to_one_node() {
    let mut world = World::with(Options {
        storages: vec![
            StorageSpec::dir("local", "/var/lib/vz"),
            StorageSpec::block("san", "rbd", true),
        ],
        template: None,
        ..Options::nodes(&["pve1", "pve2"])
    });
    world.sim().add_template(9000, "tmpl", "pve1", "san", 2 << 30);
    world.option(24, "clone_slots_per_storage = 1");
    for id in 1..=6 {
        world.create(id).unwrap();
    }
    let on = |node: &str| (1..=6).filter(|id| world.service(*id)["node"] == node).count();
    assert_eq!((on("pve1"), on("pve2")), (3, 3));
}

/// On a storage that takes the whole size of a disk at once, what waits to be cloned has its room.
#[test]
fn what_waits_for_its_clone_has_its_room_on_a_thick_storage() {
    let mut options = cluster_options();
    options.storages.push(StorageSpec {
        total: 100 << 30,
        ..StorageSpec::block("lvm", "lvm", false)
    });
    let mut world = World::with(options);
    world.option(24, "clone_slots_per_storage = 1");
    world.option(4, "lvm").option(8, "8").option(10, "0");
    world.sim().fill_storage("lvm", 24 << 30);
    for id in 1..=3 {
        world.create(id).unwrap();
    }
    // one is cloned, and two wait
    world.option(8, "9");
    assert_eq!(code(world.create(4)), "storage_full");
    world.option(8, "8");
    world.cron_until_idle();
    assert!((1..=3).all(|id| world.status(id) == "ready"));
}
