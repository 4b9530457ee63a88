//! An application is installed at the first start, by a snippet of the hoster: the guest has read it by the time it is
//! ready, and no later start needs the file. A node that has not got it gets no guest with it.

use crate::acts;
use crate::support::{START, World, cluster_options, code};
use proxmoxkvm::api;
use pvesim::{NodeSpec, Options, StorageSpec, UserSpec, Version};
use serde_json::{Value, json};

/// A snippet on a node.
pub fn add(world: &World, node: &str, name: &str) {
    let mut sim = world.sim();
    sim.add_iso(node, "local", "any.iso");
    let volume = sim.volumes.last_mut().unwrap();
    (volume.name, volume.content) = (format!("snippets/{name}.yaml"), "snippets".to_owned());
}

fn remove(world: &World) {
    world.sim().volumes.retain(|volume| volume.content != "snippets");
}

/// A product with an application, whose snippet is there.
fn world(more: &str) -> World {
    let mut world = World::new();
    world.option(24, more);
    add(&world, "pve1", "docker");
    add(&world, "pve1", "lamp");
    world
}

/// What the drive gave the guest at each of its starts.
pub fn given(world: &World, vmid: u32) -> Vec<String> {
    let sim = world.sim();
    let generations = &sim.vm(vmid).unwrap().generations;
    let value = |values: &std::collections::BTreeMap<String, String>| values.get("cicustom").cloned();
    let given = generations.iter().filter(|one| one.cause == "start");
    given.map(|one| value(&one.values).unwrap_or_default()).collect()
}

fn rebuild(world: &World, application: &str) -> Result<Value, proxmoxkvm::problems::Error> {
    let mut order = world.with_extra(7, "actor", json!("client"));
    order["typed"] = world.service(7)["name"].clone();
    order["application"] = json!(application);
    acts::reinstall(&world.core, &order)
}

#[test]
fn the_first_start_installs_it_and_no_other_start_needs_its_file() {
    let mut world = world("");
    world.config_options = json!({"Application": "docker|Docker"});
    let vmid = world.ready(7);
    assert_eq!(given(&world, vmid), ["vendor=local:snippets/docker.yaml"]);
    assert_eq!(world.config(vmid, "cicustom"), "");
    let ran = world.sim().vm(vmid).unwrap().run.is_some();
    assert!(ran && world.now() - START >= 120.0, "it had the time to read it");
    remove(&world);
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::start(&world.core, &world.order(7)).unwrap();
    assert_eq!(given(&world, vmid).last().map(String::as_str), Some(""));
    // and a change of package neither brings it back nor needs it
    world.config_options = json!({"Application": "lamp", "CPU Cores": "2"});
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.config(vmid, "cicustom")),
        ("ready", String::new())
    );
    world.check_invariants();
}

#[test]
fn a_drive_that_is_written_anew_as_the_vm_runs_has_been_read_by_then() {
    let world = world("application = docker");
    world
        .sim()
        .set_config(9000, "hotplug", Some("network,disk,usb,cloudinit"));
    let vmid = world.ready(7);
    let sim = world.sim();
    let generations = &sim.vm(vmid).unwrap().generations;
    let at = |cause: &str| generations.iter().find(|one| one.cause == cause).unwrap().at;
    assert!(at("hotplug") - at("start") >= 120.0);
}

#[test]
fn who_may_not_see_snippets_is_not_told_that_they_are_missing() {
    let privileges = "VM.Allocate VM.Audit VM.Clone VM.PowerMgmt VM.Config.CPU VM.Config.Memory VM.Config.Disk \
        VM.Config.Network VM.Config.Options VM.Config.Cloudinit Datastore.Audit Datastore.AllocateSpace SDN.Use Sys.Audit";
    let user = UserSpec {
        id: "whmcs@pve".to_owned(),
        password: "unused".to_owned(),
        token: Some(("t".to_owned(), "22222222-3333-4444-5555-666666666666".to_owned())),
        acl: vec![(
            "/".to_owned(),
            privileges.split_whitespace().map(str::to_owned).collect(),
        )],
    };
    let mut world = World::with(Options {
        users: vec![user],
        ..cluster_options()
    });
    world.server["username"] = json!("whmcs@pve!t");
    world.server["password"] = json!("22222222-3333-4444-5555-666666666666");
    world.option(24, "application = docker");
    let unseen = |world: &World| {
        let mut request = world.order(7);
        request["what"] = json!("applications");
        api::list(&world.core, &request).unwrap()["applications"][0]["unseen"].clone()
    };
    assert_eq!(unseen(&world), json!(["pve1"]));
    add(&world, "pve1", "docker");
    assert_eq!(unseen(&world), json!(["pve1"]));
    // a template's own script likewise
    add(&world, "pve1", "script");
    world
        .sim()
        .set_config(9000, "hookscript", Some("local:snippets/script.yaml"));
    let vmid = world.ready(7);
    assert_eq!(given(&world, vmid), ["vendor=local:snippets/docker.yaml"]);
}

#[test]
fn what_is_started_twice_while_it_is_built_is_told_twice() {
    let world = world("application = docker");
    world.create(7).unwrap();
    while !world.sim().is_running(100) {
        world.cron();
        world.clock_forward(5.0);
    }
    assert_eq!(world.status(7), "set_cloudinit", "it is waited for");
    // somebody pulls the plug before it has read anything
    world.sim().vm_mut(100).unwrap().run = None;
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    assert_eq!(given(&world, 100), ["vendor=local:snippets/docker.yaml"; 2]);
    assert_eq!(world.config(100, "cicustom"), "");
}

#[test]
fn one_that_is_suspended_before_its_first_start_is_not_held_up_by_a_file() {
    let world = world("application = docker");
    world.create(7).unwrap();
    api::suspend(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.config(100, "cicustom")),
        ("ready", String::new())
    );
    remove(&world);
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().is_running(100));
}

#[test]
fn a_node_without_the_snippet_gets_no_such_vm() {
    let mut options = Options {
        nodes: vec![NodeSpec::new("pve1"), NodeSpec::new("pve2")],
        template: None,
        ..cluster_options()
    };
    options.storages.push(StorageSpec::block("ceph", "rbd", true));
    let mut world = World::with(options);
    world.sim().add_template(9000, "debian", "pve1", "ceph", 2 << 30);
    world.option(1, "auto");
    world.option(24, "application = docker");
    let before = world.writes();
    assert_eq!(code(world.create(7)), "no_application");
    assert_eq!(world.writes(), before, "nothing was asked for");
    for node in ["pve1", "pve2"] {
        world.option(1, node);
        assert_eq!(code(world.create(7)), "no_application");
        let only = if node == "pve1" { "pve2" } else { "pve1" };
        add(&world, only, "docker");
        assert_eq!(code(world.create(7)), "no_application", "{only} alone has it");
        remove(&world);
    }
    world.option(1, "auto");
    add(&world, "pve1", "docker");
    world.ready(7);
    assert_eq!(world.service(7)["node"], "pve1");
}

#[test]
fn a_file_that_is_gone_once_it_was_chosen_is_said_and_its_return_mends_it() {
    let world = world("application = docker");
    world.create(7).unwrap();
    remove(&world);
    world.cron();
    world.clock_forward(120.0);
    world.cron();
    let history = acts::history(&world.core, 7).to_string();
    assert!(
        history.contains("volume 'local:snippets/docker.yaml' does not exist"),
        "{history}"
    );
    assert!(!world.sim().is_running(100));
    add(&world, "pve1", "docker");
    world.clock_forward(7200.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
}

#[test]
fn a_customer_chooses_another_one_or_none_at_a_rebuild() {
    let offers = "client_reinstall = on\napplication = docker\napplications = lamp:LAMP stack; gone:Gone";
    let world = world(offers);
    let vmid = world.ready(7);
    let shown = || {
        let mut request = world.shown_to("client");
        (request["systems"], request["package"]) = (json!([]), world.order(7)["package"].clone());
        let shown = api::show(&world.core, &request).unwrap()["applications"].clone();
        let row = |row: &Value| format!("{} {} {}", row["name"], row["ordered"], row["current"]);
        shown.as_array().unwrap().iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(
        shown(),
        ["\"docker\" true true", "\"lamp\" false false", "\"gone\" false false"]
    );
    for (asked, why) in [
        ("wireguard", "no_such_application"),
        ("local:snippets/lamp.yaml", "no_such_application"),
        ("../lamp", "no_such_application"),
        ("gone", "no_application"),
    ] {
        let before = world.writes();
        assert_eq!(code(rebuild(&world, asked)), why, "{asked}");
        assert_eq!(world.writes(), before);
        assert!(world.sim().is_running(vmid));
    }
    for (asked, told) in [
        ("lamp", "vendor=local:snippets/lamp.yaml"),
        ("", "vendor=local:snippets/lamp.yaml"),
        ("none", ""),
        ("docker", "vendor=local:snippets/docker.yaml"),
    ] {
        world.clock_forward(7200.0);
        rebuild(&world, asked).unwrap();
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready");
        assert_eq!(given(&world, vmid), [told], "{asked}");
        assert_eq!(world.config(vmid, "cicustom"), "");
    }
}

#[test]
fn what_was_chosen_counts_until_the_order_says_something_else() {
    let mut world = world("client_reinstall = on\napplications = docker:Docker; lamp:LAMP");
    let vmid = world.ready(7);
    world.clock_forward(7200.0);
    rebuild(&world, "lamp").unwrap();
    world.cron_until_idle();
    let again = |world: &World| {
        acts::stop(&world.core, &world.order(7)).unwrap();
        acts::reinstall(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        given(world, vmid)
    };
    assert_eq!(again(&world), ["vendor=local:snippets/lamp.yaml"]);
    world.config_options = json!({"Application": "docker"});
    assert_eq!(again(&world), ["vendor=local:snippets/docker.yaml"]);
    world.config_options = json!({});
    assert_eq!(again(&world), [""]);
}

#[test]
fn the_doctor_says_where_a_snippet_is_missing() {
    let options = Options {
        nodes: vec![NodeSpec::new("pve1"), NodeSpec::new("pve2")],
        version: Version::V9_1,
        ..cluster_options()
    };
    let mut world = World::with(options);
    world.option(1, "auto");
    world.option(24, "application = docker\napplications = lamp:LAMP");
    for (node, name) in [("pve1", "docker"), ("pve2", "docker"), ("pve1", "lamp")] {
        add(&world, node, name);
    }
    let listed = |world: &World| {
        let mut request = world.order(7);
        (request["what"], request["names"]) = (json!("applications"), json!(["panel", "none", "../x"]));
        api::list(&world.core, &request).unwrap()["applications"].clone()
    };
    let row = |name: &str, missing: Value| json!({"name": name, "volume": format!("local:snippets/{name}.yaml"), "given": false, "missing": missing, "unseen": []});
    assert_eq!(
        listed(&world),
        json!([
            row("lamp", json!(["pve2"])),
            row("panel", json!(["pve1", "pve2"])),
            row("docker", json!([])),
        ])
    );
    world.option(1, "pve1");
    assert_eq!(listed(&world)[0], row("panel", json!(["pve1"])));
    // what is sold, and had for nothing at a rebuild
    let given = |world: &World| {
        let listed = listed(world);
        let rows = listed.as_array().unwrap().iter();
        rows.filter(|row| row["given"] == true)
            .map(|row| row["name"].clone())
            .collect::<Vec<_>>()
    };
    world.option(24, "applications = lamp:LAMP; panel:Panel");
    assert_eq!(given(&world), [] as [Value; 0], "customers choose nothing");
    world.option(24, "client_reinstall = on\napplications = lamp:LAMP; panel:Panel");
    assert_eq!(given(&world), ["panel"]);
}
