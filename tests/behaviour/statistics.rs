//! A node whose pvestatd hangs: `/cluster/resources` has no name, template, memory or size of what is on it, and says
//! `unknown`. Everything works there, so everything goes on, and what is missing is never taken for "no".

use super::support::{World, cluster_options, code};
use crate::acts;
use proxmoxkvm::api;
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind, NodeSpec, Options, StorageSpec};
use serde_json::{Value, json};

fn silent() -> World {
    let world = World::new();
    world.sim().set_statistics("pve1", false);
    world
}

fn list(world: &World, what: &str, more: Value) -> Value {
    let mut request = json!({"server": world.server, "what": what});
    for (key, value) in more.as_object().into_iter().flatten() {
        request[key] = value.clone();
    }
    api::list(&world.core, &request).unwrap()[what].clone()
}

#[test]
fn a_service_lives_its_whole_life_without_statistics() {
    let mut world = silent();
    let vmid = world.ready(7);
    for verb in [acts::stop, acts::start, acts::reboot, api::suspend, api::unsuspend] {
        verb(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
    }
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.config(vmid, "cores"), "4");
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.vmid(7)), ("ready", vmid));
    let backup = {
        let mut sim = world.sim();
        let now = sim.now() as i64;
        sim.add_backup("local", vmid, now, false)
    };
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert!(world.sim().vm(vmid).is_none());
    let kept = world.sim().volumes.iter().any(|volume| volume.volid() == backup);
    assert!(!kept, "a backup on a node without statistics is deleted like any other");
    world.check_invariants();
}

#[test]
fn what_is_no_template_and_what_is_too_small_is_told_as_ever() {
    for sent in [true, false] {
        let mut world = World::new();
        world.sim().set_statistics("pve1", sent);
        world.sim().add_vm(301, "plain", "pve1", "local", 2 << 30);
        world.option(2, "301");
        assert_eq!(code(world.create(7)), "not_a_template", "{sent}");
        world.option(2, "9000").option(8, "1");
        assert_eq!(code(world.create(8)), "disk_smaller_than_template", "{sent}");
        assert_eq!(world.writes(), [""; 0]);
    }
}

/// pvestatd tells of a template up to ten seconds after it was made.
#[test]
fn a_template_that_was_made_a_moment_ago_is_one() {
    for template in ["converted", "new"] {
        let mut options = cluster_options();
        options.resources_lag_s = 10.0;
        let mut world = World::with(options);
        if template == "converted" {
            world.sim().add_vm(9001, "fresh", "pve1", "local", 2 << 30);
        }
        list(&world, "templates", json!({}));
        match template {
            "converted" => world.sim().set_config(9001, "template", Some("1")),
            _ => world.sim().add_template(9001, "fresh", "pve1", "local", 2 << 30),
        }
        world.option(2, "9001");
        world.ready(7);
    }
}

#[test]
fn a_node_without_statistics_is_not_offline_and_not_preferred() {
    let mut world = World::with(Options {
        storages: vec![
            StorageSpec::dir("local", "/var/lib/vz"),
            StorageSpec::block("san", "rbd", true),
        ],
        template: None,
        ..Options::nodes(&["pve1", "pve2"])
    });
    world.sim().add_template(9000, "tmpl", "pve1", "san", 2 << 30);
    world.option(1, "pve2");
    world.sim().set_statistics("pve2", false);
    world.ready(7);
    assert_eq!(world.service(7)["node"], "pve2");
    let nodes = list(&world, "nodes", json!({}));
    assert_eq!(
        nodes,
        json!([{"name": "pve1", "online": true}, {"name": "pve2", "online": true}])
    );
}

#[test]
fn what_fits_no_node_or_storage_is_refused_before_anything_is_done() {
    let cases: [(usize, &str, &str); 4] = [
        (6, "64", "fits_no_node"),
        (7, "4096", "fits_no_node"),
        (8, "900000", "fits_no_node"),
        (10, "900000", "fits_no_node"),
    ];
    for (option, value, expected) in cases {
        let mut world = silent();
        world.ready(7);
        world.sim().log.clear();
        world.option(option, value);
        assert_eq!(code(world.create(8)), expected, "create with option {option} = {value}");
        let change = code(api::change_package(&world.core, &world.order(7)));
        assert_eq!(change, expected, "change to option {option} = {value}");
        world.cron_until_idle();
        assert_eq!(world.writes(), [""; 0], "option {option}");
        assert!(world.sim().is_running(world.vmid(7)));
    }
    let mut options = cluster_options();
    options.storages.push(StorageSpec {
        total: 4 << 30,
        ..StorageSpec::block("small", "lvm", false)
    });
    let mut world = World::with(options);
    world.sim().set_statistics("pve1", false);
    world.option(4, "small").option(8, "3");
    world.sim().fill_storage("small", 1 << 30);
    assert_eq!(code(world.create(7)), "storage_full");
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn there_is_as_much_to_choose_from_as_ever() {
    let mut seen = Vec::new();
    for sent in [true, false] {
        let world = World::new();
        world.sim().add_vm(300, "plain", "pve1", "local", 2 << 30);
        world.sim().add_template(9001, "windows", "pve1", "local", 2 << 30);
        world.sim().set_statistics("pve1", sent);
        let package = world.order(7)["package"].clone();
        let lists = ["nodes", "templates", "storages", "bridges"].map(|what| list(&world, what, json!({})));
        let guests = list(&world, "guests", json!({"vmids": [300, 9000], "package": package}));
        let fitting = list(&world, "nodes_that_fit", json!({"package": package}));
        seen.push((lists, guests, fitting));
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn test_connection_says_which_node_sends_none_and_finds_the_same() {
    let mut seen = Vec::new();
    for sent in [true, false] {
        let world = World::new();
        world.sim().set_statistics("pve1", sent);
        let mut reply = api::test_connection(&world.core, &json!({"server": world.server})).unwrap();
        let warnings = reply["warnings"].take();
        let told = warnings.to_string().contains("pve1 sends no statistics");
        assert_eq!(told, !sent, "{warnings}");
        reply["requests"].take();
        seen.push(reply);
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn a_guest_is_attached_under_its_own_name() {
    let world = silent();
    world.sim().add_vm(300, "legacy", "pve1", "local", 8 << 30);
    acts::attach(&world.core, &world.with_extra(8, "vmid", json!(300))).unwrap();
    let service = world.service(8);
    assert_eq!(
        (service["name"].as_str(), service["domain"].as_str()),
        (Some("legacy"), Some("legacy.example.net"))
    );
    let page = json!({"service": 8, "server": world.server});
    assert_eq!(api::show(&world.core, &page).unwrap()["live_error"], Value::Null);
}

#[test]
fn a_guest_that_an_older_store_has_forgotten_is_not_overlooked() {
    let world = World::new();
    world.ready(7);
    {
        let mut sim = world.sim();
        let forgotten = sim.vm(100).unwrap().clone();
        sim.vms.insert(500, forgotten);
        let marker = sim.vm(100).unwrap().get("description").unwrap().replace("/7", "/9");
        sim.set_config(500, "description", Some(&marker));
    }
    let mut order = world.order(9);
    order["service"]["domain"] = json!("3-7.example.net");
    for sent in [true, false] {
        world.sim().set_statistics("pve1", sent);
        assert_eq!(code(api::terminate(&world.core, &order)), "forgotten", "{sent}");
    }
    // another order, whose guest is nowhere: what cannot be told is not told as gone
    order["service"]["domain"] = json!("3-10.example.net");
    order["service"]["id"] = json!(10);
    assert!(code(api::terminate(&world.core, &order)).starts_with("ok"));
    for stranger in 1000..1100 {
        world.sim().add_vm(stranger, "somebodys", "pve1", "local", 2 << 30);
    }
    let answer = api::terminate(&world.core, &order).unwrap_err();
    assert_eq!((answer.code(), answer.retry()), ("no_statistics", true), "{answer}");
    world.sim().set_statistics("pve1", true);
    assert!(code(api::terminate(&world.core, &order)).starts_with("ok"));
}

#[test]
fn without_statistics_nothing_is_measured_and_nothing_is_counted_twice() {
    let world = World::new();
    let vmid = world.ready(7);
    let ask = json!({"server": world.server, "max_age_s": 0});
    let used = |bytes: u64, sent: bool| {
        world.clock_forward(400.0);
        {
            let mut sim = world.sim();
            sim.set_statistics("pve1", sent);
            sim.vms.get_mut(&vmid).unwrap().run.as_mut().unwrap().traffic = (bytes, 0);
        }
        let reply = api::usage_update(&world.core, &ask).unwrap();
        assert_eq!(reply["error"], Value::Null);
        reply["services"][0].clone()
    };
    let first = used(1 << 30, true);
    let meanwhile = used(2 << 30, false);
    assert_eq!(meanwhile, first, "the last that is known");
    let last = used(3 << 30, true);
    let grown = last["bytes_in"].as_u64().unwrap() - first["bytes_in"].as_u64().unwrap();
    assert_eq!(grown, 2 << 30);
}

#[test]
fn the_check_finds_without_statistics_what_it_finds_with_them() {
    let mut seen = Vec::new();
    for sent in [true, false] {
        let mut options = cluster_options();
        options.nodes.push(NodeSpec::new("pve2"));
        let world = World::with(options);
        for service in 7..=9 {
            world.ready(service);
        }
        {
            let mut sim = world.sim();
            sim.set_config(101, "name", Some("other"));
            sim.set_config(102, "description", Some("somebody else's"));
            sim.set_config(102, "name", Some("strange"));
            let ours = sim.vm(100).unwrap().clone();
            sim.vms.insert(5000, ours);
            for node in ["pve1", "pve2"] {
                sim.set_statistics(node, sent);
            }
        }
        let shown = |service: u64| {
            let shown = world.service(service);
            json!({"id": service, "status": "Active", "domain": shown["domain"],
                "dedicated_ip": shown["addresses"][0], "assigned_ips": ""})
        };
        let request = json!({"server": world.server, "services": [shown(7), shown(8), shown(9)]});
        let reply = api::check(&world.core, &request).unwrap();
        seen.push((reply["findings"].clone(), reply["next"].clone()));
    }
    let codes: Vec<&str> = seen[0]
        .0
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["renamed", "not_ours", "forgotten"]);
    assert_eq!(seen[0], seen[1]);
}

/// Whatever keeps its pvestatd may keep its answers too: a storage that hangs, or more.
#[test]
fn a_node_that_does_not_answer_either_keeps_nobody_from_the_others() {
    for hangs in ["/nodes/pve2/storage/", "/nodes/pve2/"] {
        let world = World::with(Options::nodes(&["pve1", "pve2", "pve3"]));
        for node in ["pve2", "pve3"] {
            world.sim().set_statistics(node, false);
        }
        world
            .sim()
            .add_fault(Fault::always("GET", hangs, FaultKind::Hang(60.0)));
        let before = world.now();
        world.create(7).unwrap();
        let took = world.now() - before;
        assert!(took < 15.0, "{hangs}: {took} s");
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready");
    }
}

#[test]
fn what_there_is_to_choose_from_is_there_while_a_node_hangs() {
    let world = World::with(Options {
        template: None,
        ..Options::nodes(&["pve1", "pve2", "pve0"])
    });
    world.sim().add_template(9000, "tmpl", "pve1", "local", 2 << 30);
    for node in ["pve2", "pve0"] {
        world.sim().set_statistics(node, false);
        world
            .sim()
            .add_fault(Fault::always("GET", &format!("/nodes/{node}/"), FaultKind::Hang(60.0)));
    }
    for vmid in 200..200 + limits::PATHS_ASKED as u32 / 2 {
        world.sim().add_vm(vmid, "somebodys", "pve0", "local", 2 << 30);
    }
    let lists = api::list(&world.core, &json!({"server": world.server})).unwrap();
    for what in ["nodes", "templates", "storages", "bridges"] {
        assert_ne!(lists[what], json!([]), "{what}");
    }
    let tested = api::test_connection(&world.core, &json!({"server": world.server})).unwrap();
    assert_eq!(tested["missing"], json!([]), "{tested}");
}

#[test]
fn the_privileges_on_a_template_are_looked_up_however_many_guests_have_no_statistics() {
    let world = World::with(Options::nodes(&["pve1", "pve2"]));
    for vmid in 200..202 + limits::PATHS_ASKED as u32 {
        world.sim().add_vm(vmid, "somebodys", "pve2", "local", 2 << 30);
    }
    world.sim().set_statistics("pve2", false);
    api::test_connection(&world.core, &json!({"server": world.server})).unwrap();
    let sim = world.sim();
    let mut paths = sim.log.iter().filter_map(|entry| entry.params.get("path"));
    assert!(paths.any(|path| path == "/vms/9000"));
}

/// WHMCS's Server Sync ends the billing of whatever is missing in this list.
#[test]
fn no_service_is_missing_in_server_sync() {
    let world = World::new();
    world.ready(7);
    world.ready(8);
    let accounts = || {
        let reply = api::accounts(&world.core, &json!({"server": world.server})).unwrap();
        let ids = reply["accounts"].as_array().unwrap().iter();
        ids.map(|account| account["service"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    world.sim().set_statistics("pve1", false);
    assert_eq!(accounts(), [7, 8]);
    world.sim().set_statistics("pve1", true);
    // somebody has renamed one, and a stranger has the number of the other
    let (renamed, stranger) = (world.vmid(7), world.vmid(8));
    world.sim().set_config(renamed, "name", Some("the-accountants-server"));
    assert_eq!(accounts(), [7, 8]);
    world.sim().delete_vm(stranger);
    world.sim().add_vm(stranger, "stranger", "pve1", "local", 2 << 30);
    assert_eq!(accounts(), [7]);
}

#[test]
fn what_waits_to_be_built_is_not_missing_in_server_sync() {
    let mut world = World::new();
    world.option(24, "clone_slots_per_storage = 1");
    for id in 1..=3 {
        world.create(id).unwrap();
    }
    let accounts = |world: &World| {
        let reply = api::accounts(&world.core, &json!({"server": world.server})).unwrap();
        reply["accounts"].as_array().unwrap().len()
    };
    assert_eq!((world.status(3).as_str(), accounts(&world)), ("set_ip", 3));
    world.cron_until_idle();
    acts::stop(&world.core, &world.order(1)).unwrap();
    acts::reinstall(&world.core, &world.order(1)).unwrap();
    while world.status(1) != "ready" {
        assert_eq!(accounts(&world), 3, "{}", world.status(1));
        world.clock_forward(5.0);
        world.cron();
    }
    api::terminate(&world.core, &world.order(1)).unwrap();
    world.cron_until_idle();
    assert_eq!(accounts(&world), 2);
}
