//! What an admin sees while setting up: the lists to choose from, and what a login lacks.

use crate::support::{World, cluster_options, code};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind, NodeSpec, Options, Request, StorageSpec, Version};
use serde_json::{Value, json};

const LOGIN: &str = "shop@pve";

/// What the whole life of a service needs, and nothing more.
const RIGHTS: &[(&str, &str)] = &[
    (
        "/vms",
        "VM.Allocate VM.Audit VM.Clone VM.PowerMgmt VM.Config.CPU VM.Config.Memory VM.Config.Disk \
         VM.Config.Network VM.Config.Options VM.Config.Cloudinit",
    ),
    ("/nodes", "Sys.Audit"),
    ("/storage", "Datastore.AllocateSpace Datastore.Audit"),
    ("/sdn/zones/localnetwork/vmbr0", "SDN.Use"),
];

/// The shop's token instead of root's, with these rights.
fn limited(rights: &[(&str, &str)]) -> World {
    limited_in(cluster_options(), rights)
}

fn limited_in(options: Options, rights: &[(&str, &str)]) -> World {
    let mut world = World::with(options);
    world.sim().add_user(LOGIN, "password", "whmcs", "shop-secret");
    for (path, privileges) in rights {
        let privileges: Vec<&str> = privileges.split_whitespace().collect();
        world.sim().grant(LOGIN, path, &privileges);
    }
    world.server["username"] = json!(format!("{LOGIN}!whmcs"));
    world.server["password"] = json!("shop-secret");
    world
}

fn without(unwanted: &str) -> Vec<(&'static str, String)> {
    RIGHTS
        .iter()
        .map(|(path, privileges)| {
            let left = privileges.split_whitespace().filter(|privilege| *privilege != unwanted);
            (*path, left.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

fn test(world: &World) -> Value {
    api::test_connection(&world.core, &json!({"server": world.server})).unwrap()
}

/// `path: privileges (for)`, one each.
fn missing(world: &World) -> Vec<String> {
    let row = |row: &Value| {
        let privileges: Vec<&str> = row["privileges"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p.as_str().unwrap())
            .collect();
        let path = row["path"].as_str().unwrap();
        let purpose = row["for"].as_str().map(|purpose| format!(" ({purpose})"));
        format!("{path}: {}{}", privileges.join(" "), purpose.unwrap_or_default())
    };
    test(world)["missing"].as_array().unwrap().iter().map(row).collect()
}

/// What nothing works without.
fn required(world: &World) -> Vec<String> {
    missing(world).into_iter().filter(|row| !row.ends_with(')')).collect()
}

fn list(world: &World, what: &str) -> Value {
    api::list(&world.core, &json!({"server": world.server, "what": what})).unwrap()
}

#[test]
fn root_lacks_nothing() {
    for version in [Version::V8_4, Version::V9_1, Version::V9_2] {
        let world = World::with(Options {
            version,
            ..cluster_options()
        });
        assert_eq!(missing(&world), Vec::<String>::new(), "{version:?}");
    }
}

#[test]
fn the_rights_that_are_asked_for_are_enough_for_a_whole_life() {
    for version in [Version::V8_4, Version::V9_2] {
        let world = limited_in(
            Options {
                version,
                ..cluster_options()
            },
            RIGHTS,
        );
        assert_eq!(
            missing(&world),
            [
                "/vms: VM.Backup (backups)",
                "/vms: VM.Config.CDROM (cloudinit_drive)",
                "/vms: VM.Console (console)",
                "/: Sys.Audit (next_id)",
                "/vms: VM.Snapshot (snapshots)",
            ],
            "what not every hoster sells is told as such"
        );
        world.ready(7);
        api::suspend(&world.core, &world.order(7)).unwrap();
        api::unsuspend(&world.core, &world.order(7)).unwrap();
        api::terminate(&world.core, &world.order(7)).unwrap();
        assert_eq!(world.sim().vms.len(), 1, "the template alone is left");
    }
}

/// A seed is deleted with a right that nothing else needs.
#[test]
fn seeds_want_rights_on_their_storage_only_where_a_product_has_a_rescue_system() {
    let world = limited(RIGHTS);
    let wants = |more: &str| {
        let mut package = world.order(7)["package"].clone();
        package["options"][23] = json!(more);
        let request = json!({"server": world.server, "packages": [package]});
        let reply = api::test_connection(&world.core, &request).unwrap();
        let rows = reply["missing"].as_array().unwrap().clone();
        rows.into_iter().filter(|row| row["for"] == "media").collect::<Vec<_>>()
    };
    let seeds = json!({"path": "/storage/local", "privileges": ["Datastore.AllocateTemplate", "Datastore.Allocate"], "for": "media"});
    let drives = json!({"path": "/vms", "privileges": ["VM.Config.CDROM"], "for": "media"});
    assert_eq!(wants(""), Vec::<Value>::new());
    assert_eq!(
        wants("rescue_seed = local"),
        Vec::<Value>::new(),
        "without a rescue system there are no seeds"
    );
    assert_eq!(
        wants("client_iso = on\niso_storage = local"),
        std::slice::from_ref(&drives)
    );
    assert_eq!(
        wants("rescue_iso = local:iso/r.iso\nrescue_seed = local"),
        [seeds, drives]
    );
}

/// What not every hoster sells is asked for where somebody sells it.
#[test]
fn snapshots_want_a_right_only_where_a_product_has_them() {
    let world = limited(RIGHTS);
    let wants = |packages: Value| {
        let request = json!({"server": world.server, "packages": packages});
        let reply = api::test_connection(&world.core, &request).unwrap();
        reply["missing"].to_string().contains("VM.Snapshot")
    };
    let package = |more: &str, options: Value| {
        let mut package = world.order(7)["package"].clone();
        package["options"][23] = json!(more);
        package["config_options"] = options;
        package
    };
    let none = || package("backups = 2", json!({"Cores": "", "Another module's": ""}));
    assert!(!wants(json!([])) && !wants(json!([none()])));
    assert!(wants(json!([none(), package("snapshots = 1", json!({}))])));
    for name in ["Snapshots", "S"] {
        assert!(wants(json!([package("", json!({name: ""}))])), "{name} can be ordered");
    }
    assert!(
        wants(json!([package("snapshots = many", json!({}))])),
        "nobody can tell"
    );
    assert!(wants(Value::Null), "nobody says");
}

#[test]
fn each_of_these_rights_is_needed_and_named_with_its_path() {
    let places = [
        ("/vms", "/vms"),
        ("/nodes", "/nodes/pve1"),
        ("/storage", "/storage/local"),
        ("/sdn/zones/localnetwork/vmbr0", "/sdn/zones/localnetwork/vmbr0"),
    ];
    for (granted, privileges) in RIGHTS {
        for privilege in privileges.split_whitespace() {
            let rights = without(privilege);
            let rights: Vec<(&str, &str)> = rights.iter().map(|(path, text)| (*path, text.as_str())).collect();
            let world = limited(&rights);
            let (_, place) = places.iter().find(|(path, _)| path == granted).unwrap();
            let rows = required(&world);
            let named = |row: &String| row.contains(privilege) && row.starts_with(place.rsplit_once('/').unwrap().0);
            assert!(rows.iter().any(named), "{privilege}: {rows:?}");
            // placement is blind without the first two; the other is for a guest that runs
            if !["Sys.Audit", "Datastore.Audit", "VM.Config.Cloudinit"].contains(&privilege) {
                let _ = world.create(7);
                world.cron();
                assert_ne!(stored_status(&world), "ready", "nobody needs {privilege}");
            }
        }
    }
}

fn stored_status(world: &World) -> String {
    let shown = api::show(&world.core, &json!({"service": 7}));
    shown.map_or_else(
        |error| error.code().to_owned(),
        |shown| shown["service"]["status"].as_str().unwrap().to_owned(),
    )
}

#[test]
fn a_right_that_does_not_propagate_is_none() {
    let world = limited(&RIGHTS[1..]);
    let privileges: Vec<&str> = RIGHTS[0].1.split_whitespace().collect();
    world.sim().grant_here(LOGIN, "/vms", &privileges);
    let rows = required(&world);
    assert!(
        rows.iter().any(|row| row.starts_with("/vms: VM.Allocate VM.Audit")),
        "{rows:?}"
    );
}

#[test]
fn a_deeper_entry_replaces_what_came_from_above() {
    let world = limited(&[
        ("/", "Sys.Audit SDN.Use Datastore.AllocateSpace Datastore.Audit"),
        RIGHTS[0],
    ]);
    assert_eq!(required(&world), Vec::<String>::new());
    world.sim().grant(LOGIN, "/sdn", &["SDN.Audit"]);
    world.sim().grant(LOGIN, "/nodes/pve1", &["Sys.Console"]);
    assert_eq!(
        required(&world),
        [
            "/nodes/pve1: Sys.Audit",
            "/sdn/zones/localnetwork/vmbr0: SDN.Use",
            "/sdn/zones/localnetwork/vmbr0/10: SDN.Use",
        ]
    );
}

#[test]
fn a_token_with_privilege_separation_has_only_what_it_was_given_itself() {
    let mut world = limited(RIGHTS);
    let secret = {
        let mut sim = world.sim();
        let (id, secret) = (sim.opts.token_id(), sim.opts.token.1.clone());
        let request = Request::new("POST", &format!("/api2/json/access/users/{LOGIN}/token/apart"));
        let reply = sim.handle(&request.token(&id, &secret).form(&[("privsep", "1")]), world.now());
        reply.data()["value"].as_str().unwrap().to_owned()
    };
    world.server["username"] = json!(format!("{LOGIN}!apart"));
    world.server["password"] = json!(secret);
    let rows = required(&world);
    for row in [
        "/nodes/pve1: Sys.Audit",
        "/storage: Datastore.Audit Datastore.AllocateSpace",
    ] {
        assert!(rows.contains(&row.to_owned()), "{row}: {rows:?}");
    }
    for (path, privileges) in RIGHTS {
        let privileges: Vec<&str> = privileges.split_whitespace().collect();
        world.sim().grant(&format!("{LOGIN}!apart"), path, &privileges);
    }
    assert_eq!(required(&world), Vec::<String>::new());
}

#[test]
fn the_vlan_counts() {
    let mut rights = RIGHTS.to_vec();
    rights[3] = ("/sdn/zones/localnetwork/vmbr0/20", "SDN.Use");
    let world = limited(&rights);
    assert_eq!(
        required(&world),
        [
            "/sdn/zones/localnetwork/vmbr0: SDN.Use",
            "/sdn/zones/localnetwork/vmbr0/10: SDN.Use",
        ],
        "the template is on the bridge, the address lines on VLAN 10"
    );
    assert_eq!(list(&world, "bridges")["bridges"][0]["name"], "vmbr0");
}

#[test]
fn a_vnet_has_its_rights_in_its_zone() {
    let lines = "customers|0|192.0.2.10|24|192.0.2.1|192.0.2.53";
    let seen_as = |rights: &str| {
        let mut world = limited(RIGHTS);
        world.server["assigned_ips"] = json!(lines);
        world.sim().vnets.insert("customers".to_owned(), "dmz".to_owned());
        if !rights.is_empty() {
            let rights: Vec<&str> = rights.split_whitespace().collect();
            world.sim().grant(LOGIN, "/sdn/zones/dmz", &rights);
        }
        required(&world)
    };
    assert_eq!(seen_as("SDN.Use SDN.Audit"), Vec::<String>::new());
    assert_eq!(seen_as("SDN.Audit"), ["/sdn/zones/dmz/customers: SDN.Use"]);
    // the login may use it and may not know its zone: nothing can be said against it
    assert_eq!(seen_as("SDN.Use"), Vec::<String>::new());
    assert_eq!(seen_as(""), ["/sdn/zones/localnetwork/customers: SDN.Use"]);
}

/// pve-network, SDN/Zones/Plugin.pm, `tap_plug`: the config is taken, and QEMU dies at each start.
#[test]
fn a_vlan_on_a_vnet_that_knows_none_is_refused_before_anything_is_reserved() {
    let on = |vlan: u16, aware: bool| {
        let mut world = World::new();
        world.server["assigned_ips"] = json!(format!("customers|{vlan}|192.0.2.10|24|192.0.2.1|192.0.2.53"));
        world.sim().vnets.insert("customers".to_owned(), "dmz".to_owned());
        if aware {
            world.sim().vlan_aware_vnets.insert("customers".to_owned());
        }
        world
    };
    for (vlan, aware) in [(0, false), (0, true), (5, true)] {
        on(vlan, aware).ready(7);
    }
    let world = on(5, false);
    assert_eq!(code(world.create(7)), "would_not_start");
    assert!(world.service(7)["vmid"].is_null(), "{}", world.service(7));
    assert!(!world.sim().vms.contains_key(&100));
    let told = api::test_connection(&world.core, &json!({"server": world.server})).unwrap();
    let told = told["warnings"].to_string();
    assert!(
        told.contains("want the VLAN 5 on customers, a vnet that is not VLAN-aware"),
        "{told}"
    );
    // another node's line of the same entry serves
    let mut world = on(5, false);
    world.server["assigned_ips"] =
        json!("customers|5|192.0.2.10|24|192.0.2.1|192.0.2.53\nvmbr0|5|192.0.2.20|24|192.0.2.1|192.0.2.53");
    world.ready(7);
    assert_eq!(world.service(7)["addresses"], json!(["192.0.2.20"]));
}

#[test]
fn one_storage_and_one_template_have_to_work() {
    let mut rights = RIGHTS.to_vec();
    rights.push(("/storage/local2", "Datastore.Audit"));
    rights.push(("/vms/9001", "VM.Audit"));
    let world = limited(&rights);
    world.sim().add_template(9001, "staff", "pve1", "local", 1 << 31);
    let rows = missing(&world);
    assert_eq!(required(&world), Vec::<String>::new());
    for row in [
        "/storage/local2: Datastore.AllocateSpace (storage)",
        "/vms/9001: VM.Clone (template)",
        "/storage/local2: Datastore.AllocateSpace (backups)",
    ] {
        assert!(rows.contains(&row.to_owned()), "{row}: {rows:?}");
    }
    let mut rights = rights.clone();
    rights[2] = ("/storage/local", "Datastore.Audit");
    rights[0] = ("/vms", "VM.Audit");
    let twice = missing(&limited(&rights));
    let named = twice
        .iter()
        .filter(|row| row.starts_with("/storage/local: Datastore.AllocateSpace"));
    assert_eq!(named.count(), 1, "{twice:?}");
    let rows = required(&limited(&rights));
    for row in [
        "/storage/local: Datastore.AllocateSpace",
        "/storage/local2: Datastore.AllocateSpace",
        "/vms/9000: VM.Clone",
    ] {
        assert!(rows.contains(&row.to_owned()), "{row}: {rows:?}");
    }
}

#[test]
fn the_test_tells_nodes_trust_and_absent_bridges() {
    let mut world = World::with(Options::nodes(&["pve1", "pve2"]));
    world.sim().set_node_down("pve2", Some("No route to host"));
    let lines = "vmbr0|10|192.0.2.10|24|192.0.2.1|192.0.2.53\nvmbr7|0|192.0.2.11|24|192.0.2.1|192.0.2.53\nvmbr0";
    world.server["assigned_ips"] = json!(lines);
    let reply = test(&world);
    assert_eq!(reply["version"], "9.1.8");
    assert_eq!(reply["trust"], "insecure");
    assert_eq!(
        reply["nodes"],
        json!([{"name": "pve1", "online": true}, {"name": "pve2", "online": false}])
    );
    assert_eq!(
        reply["endpoints"],
        json!([{"address": "pve1.example.net:8006", "error": null}])
    );
    assert_eq!(reply["address_lines"]["ok"], 2);
    assert_eq!(reply["address_lines"]["bad"][0]["line"], 3);
    assert_eq!(
        reply["warnings"][1],
        "no node that answered has the bridge vmbr7 of the address lines"
    );
}

#[test]
fn everything_to_choose_from_is_listed() {
    let mut only_there = NodeSpec::new("pve2");
    only_there.bridges = vec!["vmbr0".into(), "vmbr9".into()];
    let world = World::with(Options {
        nodes: vec![only_there, NodeSpec::new("pve1")],
        storages: vec![
            StorageSpec::dir("local", "/var/lib/vz"),
            StorageSpec {
                content: "backup".into(),
                ..StorageSpec::block("pbs", "pbs", true)
            },
            StorageSpec {
                nodes: vec!["pve2".into()],
                ..StorageSpec::block("ssd", "lvmthin", false)
            },
        ],
        ..Options::default()
    });
    world.sim().add_vm(100, "no-template", "pve1", "local", 1 << 31);
    world.sim().add_template(9001, "windows", "pve2", "local", 1 << 31);
    let all = list(&world, "");
    assert_eq!(
        all["nodes"],
        json!([{"name": "pve1", "online": true}, {"name": "pve2", "online": true}])
    );
    assert_eq!(
        all["templates"][1],
        json!({"vmid": 9001, "name": "windows", "node": "pve2"})
    );
    assert_eq!(all["templates"].as_array().unwrap().len(), 2);
    assert_eq!(
        all["storages"],
        json!([
            {"id": "local", "images": true, "backups": true, "snippets": true, "shared": false, "nodes": ["pve1", "pve2"]},
            {"id": "pbs", "images": false, "backups": true, "snippets": false, "shared": true, "nodes": ["pve1", "pve2"]},
            {"id": "ssd", "images": true, "backups": false, "snippets": false, "shared": false, "nodes": ["pve2"]},
        ])
    );
    assert_eq!(
        all["bridges"],
        json!([
            {"name": "vmbr0", "nodes": ["pve1", "pve2"]},
            {"name": "vmbr1", "nodes": ["pve1"]},
            {"name": "vmbr9", "nodes": ["pve2"]},
        ])
    );
    assert!(world.writes().is_empty());
}

#[test]
fn only_what_is_asked_for_is_asked_of_pve() {
    let world = World::with(Options::nodes(&["pve1", "pve2"]));
    for (what, paths) in [
        ("nodes", &["/cluster/resources"][..]),
        ("templates", &["/cluster/resources"]),
        ("storages", &["/cluster/resources"]),
        (
            "bridges",
            &["/cluster/resources", "/nodes/pve1/network", "/nodes/pve2/network"],
        ),
        ("config_options", &[]),
    ] {
        world.sim().log.clear();
        let reply = api::list(
            &world.core,
            &json!({"server": world.server, "what": what, "package": world.order(7)["package"]}),
        );
        assert!(reply.unwrap()[what].is_array(), "{what}");
        let asked: Vec<String> = world.sim().log.iter().map(|logged| logged.path.clone()).collect();
        assert_eq!(asked, paths, "{what}");
    }
    let other = api::list(&world.core, &json!({"server": world.server, "what": "users"}));
    assert_eq!(code(other), "bad_request");
}

#[test]
fn a_node_that_does_not_answer_hides_no_bridge_of_the_others() {
    let world = World::with(Options::nodes(&["pve1", "pve2"]));
    let refuse = |node: &str| {
        let kind = FaultKind::Status(500, "no such thing".to_owned(), String::new());
        world
            .sim()
            .add_fault(Fault::once("GET", &format!("/nodes/{node}/network"), kind));
    };
    refuse("pve1");
    assert_eq!(
        list(&world, "bridges")["bridges"][0],
        json!({"name": "vmbr0", "nodes": ["pve2"]})
    );
    refuse("pve1");
    refuse("pve2");
    let neither = api::list(&world.core, &json!({"server": world.server, "what": "bridges"}));
    assert_eq!(code(neither), "pve_refused");
}

#[test]
fn the_settings_page_of_a_product_is_kept_waiting_by_nobody() {
    let world = World::new();
    world
        .sim()
        .add_fault(Fault::always("GET", "/cluster/resources", FaultKind::Hang(60.0)));
    let began = world.now();
    let silent = api::list(&world.core, &json!({"server": world.server, "what": "nodes"}));
    assert_eq!(code(silent), "pve_no_answer");
    assert!(world.now() - began < 5.5, "took {}", world.now() - began);
}

#[test]
fn configurable_options_are_listed_with_what_the_package_includes() {
    let mut world = World::new();
    let ask = |world: &World| {
        api::list(
            &world.core,
            &json!({"what": "config_options", "package": world.order(7)["package"]}),
        )
    };
    let options = ask(&world).unwrap()["config_options"].clone();
    let names: Vec<&str> = options
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 20, "{names:?}");
    let option = |name: &str| options[names.iter().position(|known| *known == name).unwrap()].clone();
    let processors = option("CPU Cores");
    assert_eq!(
        (&processors["key"], &processors["short"], &processors["included"]),
        (&json!("cpu_cores"), &json!("CPU"), &json!("2"))
    );
    // what is included, and what shops sell above it, in the units of shops
    let steps = |name: &str| {
        let steps = option(name)["steps"].clone();
        let told = |step: &Value| {
            format!(
                "{}: {} {}",
                step["value"].as_str().unwrap(),
                step["number"],
                step["unit"].as_str().unwrap()
            )
        };
        steps.as_array().unwrap().iter().take(3).map(told).collect::<Vec<_>>()
    };
    assert_eq!(steps("CPU Cores"), ["2: 2.0 ", "4: 4.0 ", "6: 6.0 "]);
    assert_eq!(steps("RAM (GB)"), ["1.5: 1.5 GB", "2: 2.0 GB", "4: 4.0 GB"]);
    assert_eq!(
        steps("Network Bandwidth"),
        [
            "12.5: 100.0 Mbit/s",
            "200 Mbit/s: 200.0 Mbit/s",
            "500 Mbit/s: 500.0 Mbit/s"
        ]
    );
    assert_eq!(steps("System Disk Read IOPS").len(), 3);
    assert_eq!(steps("IPv4 Addresses"), Vec::<String>::new(), "each one is sold");
    assert_eq!(option("RAM (GB)")["included"], "1.5");
    assert_eq!(option("Network Bandwidth")["included"], "12.5");
    let system = option("Operating System");
    assert_eq!(
        (&system["included"], &system["most"], &system["steps"]),
        (&json!("9000"), &json!(0), &json!([]))
    );
    assert_eq!(option("Backups")["included"], "0");
    assert_eq!(option("Snapshots")["included"], "0");
    let named =
        json!({"what": "config_options", "package": world.order(7)["package"], "names": ["Memory", "B", "Blue"]});
    assert_eq!(
        api::list(&world.core, &named).unwrap()["misnamed"],
        json!([{"name": "memory", "meant": null}])
    );
    world.option(6, "many");
    assert_eq!(code(ask(&world)), "bad_option");
}

#[test]
fn guests_are_looked_at_by_number() {
    let world = World::new();
    world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
    world.sim().set_config(300, "agent", Some("enabled=1,type=virtio"));
    world.sim().set_config(300, "ide2", None);
    let cards = "ip=192.0.2.20/24,gw=192.0.2.1,ip6=2001:db8::20/64";
    world.sim().set_config(300, "ipconfig0", Some(cards));
    world.ready(7);
    let own = world.service(7)["vmid"].clone();
    let ask = |vmids: Value| {
        let request = json!({"server": world.server, "what": "guests", "vmids": vmids});
        api::list(&world.core, &request).map(|reply| reply["guests"].clone())
    };
    let guests = ask(json!([300, own, 9000, 999_999_998])).unwrap();
    let row = |vmid: &Value| {
        let rows = guests.as_array().unwrap();
        rows.iter().find(|row| row["vmid"] == *vmid).unwrap().clone()
    };
    assert_eq!(guests.as_array().unwrap().len(), 3, "one is not there: {guests}");
    let legacy = row(&json!(300));
    assert_eq!(legacy["addresses"], json!(["192.0.2.20", "2001:db8::20"]));
    assert_eq!((&legacy["agent"], &legacy["marker"]), (&json!(true), &Value::Null));
    assert_eq!(
        (&legacy["template"], &legacy["cloudinit_drive"]),
        (&json!(false), &json!(false))
    );
    let template = row(&json!(9000));
    assert_eq!(
        (&template["template"], &template["cloudinit_drive"]),
        (&json!(true), &json!(true))
    );
    let ours = row(&own);
    assert!(ours["marker"].as_str().unwrap().ends_with("/7"), "{ours}");
    let many: Vec<u32> = (100..200).collect();
    assert!(ask(json!(many)).unwrap_err().to_string().contains("more than 50"));
}

#[test]
fn the_form_of_a_product_says_what_to_store() {
    let mut world = World::new();
    world.option(24, "# nights\nonboot = on\nboots = 1");
    let ask = |values: Value| {
        let request = json!({"package": world.order(7)["package"], "values": values});
        api::product_form(&world.core, &request)
    };
    let seen = ask(json!({})).unwrap();
    assert_eq!(seen["options"], world.order(7)["package"]["options"]);
    assert_eq!(
        seen["lines"],
        json!(["line 3: \"boots\" is not known, did you mean onboot?"])
    );
    let field = |form: &Value, key: &str| {
        let fields = form["fields"].as_array().unwrap();
        fields.iter().find(|field| field["key"] == key).unwrap().clone()
    };
    assert_eq!(
        field(&seen, "onboot"),
        json!({"key": "onboot", "value": "on", "meant": "on", "changed": false, "wrong": null})
    );
    let put = ask(json!({"onboot": "off", "shutdown_timeout": 60, "ram": "4"})).unwrap();
    assert_eq!(put["right"], true);
    assert_eq!(
        put["options"][23],
        "# nights\nonboot = off\nboots = 1\nshutdown_timeout = 60"
    );
    assert_eq!(put["options"][6], "4");
    let wrong = ask(json!({"shutdown_timeout": "1"})).unwrap();
    assert_eq!(wrong["right"], false);
    let said = "it is a number of seconds from 10 to 3600, not \"1\"";
    assert_eq!(field(&wrong, "shutdown_timeout")["wrong"], said);
    assert_eq!(wrong["options"], seen["options"]);
    let unknown = ask(json!({"boots": "1"})).unwrap_err();
    assert!(
        unknown.to_string().contains("there is no option \"boots\""),
        "{unknown}"
    );
}

/// PHP's tests work with a library of their own, which answers this text.
#[test]
fn the_catalogue_of_options_is_the_one_that_phps_tests_know() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/php/support/catalogue.json");
    let fresh = format!("{:#}\n", api::verbs::catalogue(&json!({})).unwrap().value());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &fresh).unwrap();
    }
    let known = std::fs::read_to_string(path).unwrap_or_default();
    assert!(known == fresh, "run `make docs` and commit what it writes");
}
