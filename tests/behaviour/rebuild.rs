//! A customer makes the VM anew with an operating system of choice: the one that was chosen, and nothing else of the VM is
//! another. What cannot be is refused before anything is touched.

use crate::acts;
use crate::applications;
use crate::firewall;
use crate::ssh_keys::{self, DESK, LAPTOP};
use crate::support::{PASSWORD, World, code, two_nodes};
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

/// As [`Choices`] are stored: what WHMCS sells with the service, which has Debian for 5.
fn sold() -> Value {
    let row = |choice: u64, value: &str, hidden: bool, price: &str, setup: &str| {
        json!({"option": 4, "choice": choice, "value": value, "label": format!("System/{choice}"), "hidden": hidden,
               "price": price, "setup": setup, "had": choice == 40})
    };
    json!([
        row(40, "9000", false, "5.00", "0.00"),
        row(41, "9001", false, "5.00", "0.00"),
        row(42, "9002", false, "5.01", "0.00"),
        row(43, "9003", false, "0.00", "10.00"),
        row(44, "9004", true, "0.00", "0.00"),
        row(45, "9005", false, "-1.00", "0.00"),
        row(46, "Debian", false, "0.00", "0.00"),
    ])
}

fn asks(world: &World, template: Value, sold: Value) -> Value {
    let mut order = world.with_extra(7, "actor", json!("client"));
    order["typed"] = world.service(7)["name"].clone();
    (order["template"], order["systems"]) = (template, sold);
    order
}

fn rebuild(world: &World, template: Value, sold: Value) -> Result<Value, Error> {
    acts::reinstall(&world.core, &asks(world, template, sold))
}

/// A service on a cluster with a second system, of a product that offers both.
pub fn world() -> World {
    let mut world = World::new();
    world.option(
        24,
        "client_reinstall = on\nos_choices = 9000:Debian 12; 9001:Ubuntu 24.04",
    );
    world.sim().add_template(9001, "ubuntu", "pve1", "local", 3 << 30);
    world.ready(7);
    world.clock_forward(3600.0);
    world.cron_until_idle();
    world
}

fn chosen(world: &World) -> Value {
    world.service(7)["choices"]["system"].clone()
}

/// The templates that were cloned, in their order.
pub fn cloned(world: &World) -> Vec<String> {
    let writes = world.writes();
    let of = |write: &String| Some(write.strip_suffix("/clone")?.rsplit('/').next()?.to_owned());
    writes.iter().filter_map(of).collect()
}

fn mac(world: &World) -> String {
    let card = world.config(world.vmid(7), "net0");
    card.split(',').next().unwrap_or_default().to_owned()
}

/// One that no clone comes to by itself.
const MAC: &str = "virtio=BC:24:11:00:00:07";

/// A VM with all that a rebuild leaves as it is: a MAC, an address, a firewall. Who leased an address now would get another one.
pub fn begun(world: &mut World) {
    let offers = "client_reinstall = on\nos_choices = 9000:Debian 12; 9001:Ubuntu 24.04\napplications = docker:Docker";
    firewall::sold(world, offers);
    applications::add(world, "pve1", "docker");
    world.ready(7);
    world.sim().add_template(9001, "ubuntu", "pve1", "local", 3 << 30);
    firewall::adds(world, "client", "22", "ACCEPT").unwrap();
    for key in [LAPTOP, DESK] {
        ssh_keys::add(world, key).unwrap();
    }
    ssh_keys::choose(world, &[LAPTOP]).unwrap();
    let card = world.config(100, "net0").replacen(&mac(world), MAC, 1);
    world.sim().set_config(100, "net0", Some(&card));
    let lines = world.server["assigned_ips"].as_str().unwrap_or_default();
    world.server["assigned_ips"] = json!(format!("vmbr0|10|192.0.2.2-192.0.2.9|24|192.0.2.1|192.0.2.53\n{lines}"));
}

/// By its customer, with another system, an application and another key.
pub fn with_everything(world: &World) -> Result<Value, Error> {
    let mut order = asks(world, json!("9001"), Value::Null);
    order["application"] = json!("docker");
    order["ssh_keys"] = json!(["none", ssh_keys::fingerprint(DESK)]);
    acts::reinstall(&world.core, &order)
}

/// It is what was chosen, and all else is as before.
pub fn is_rebuilt(world: &World) {
    let others = world.sim().vms.values().filter(|vm| !vm.is_template()).count();
    assert_eq!((others, world.vmid(7), world.status(7).as_str()), (1, 100, "ready"));
    assert!(world.sim().is_running(100));
    assert_eq!(chosen(world)["template"], 9001, "what was chosen");
    let cloned = cloned(world);
    assert_eq!(cloned.last().map(String::as_str), Some("9001"), "{cloned:?}");
    assert_eq!(world.service(7)["choices"]["application"]["name"], "docker");
    let given = applications::given(world, 100);
    assert_eq!(
        given.last().map(String::as_str),
        Some("vendor=local:snippets/docker.yaml")
    );
    assert_eq!(world.config(100, "cicustom"), "", "no later start needs it");
    assert_eq!(ssh_keys::given(world), [DESK]);
    assert_eq!(world.sim().vm(100).unwrap().plain_password(), Some(PASSWORD));
    assert_eq!(mac(world), MAC);
    assert_eq!(world.service(7)["addresses"], json!(["192.0.2.10"]));
    assert!(world.config(100, "ipconfig0").starts_with("ip=192.0.2.10/24,"));
    let all = world.sim().firewall_of("100").rules.len();
    assert_eq!((firewall::own(world), all), (vec!["ACCEPT 22".to_owned()], 4));
}

fn told_of_systems(world: &World) -> Vec<Value> {
    let told = world.told.lock().unwrap();
    let systems = told.iter().map(|entry| entry["system"].clone());
    systems.filter(|system| !system.is_null()).collect()
}

#[test]
fn a_customer_makes_a_running_vm_anew_with_another_system_and_nothing_else_changes() {
    let mut world = world();
    let vmid = world.vmid(7);
    let before = (mac(&world), world.service(7)["addresses"].clone());
    world.sim().log.clear();
    rebuild(&world, json!("9001"), Value::Null).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.vmid(7)),
        ("ready", vmid),
        "{}",
        world.service(7)
    );
    assert_eq!(cloned(&world), ["9001"]);
    assert!(world.sim().is_running(vmid));
    assert_eq!((mac(&world), world.service(7)["addresses"].clone()), before);
    assert_eq!(told_of_systems(&world), [] as [Value; 0], "WHMCS has no option for it");
    // it stays the service's, whoever asks next and whatever the product's own template is by then
    world.option(2, "9002");
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(cloned(&world), ["9001", "9001"]);
    world.check_invariants();
}

/// The template of the order is on no list: a page offers it all the same, and it is what is built.
#[test]
fn the_system_of_the_order_can_be_had_again() {
    let mut world = world();
    world.option(24, "client_reinstall = on\nos_choices = 9001:Ubuntu 24.04");
    for (back, asked) in [json!("ordered"), json!("9000")].into_iter().enumerate() {
        world.sim().log.clear();
        for template in [json!("9001"), asked] {
            world.clock_forward(3600.0);
            rebuild(&world, template, Value::Null).unwrap();
            world.cron_until_idle();
            assert_eq!(world.status(7), "ready", "{back}: {}", world.service(7));
        }
        assert_eq!(cloned(&world), ["9001", "9000"], "{back}");
        // nothing stands for it: whoever changes the order's template changes this one
        acts::stop(&world.core, &world.order(7)).unwrap();
        acts::reinstall(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert_eq!((cloned(&world)[2].as_str(), chosen(&world)), ("9000", Value::Null));
    }
    world.check_invariants();
}

#[test]
fn what_was_chosen_is_what_whmcs_shows_from_then_on() {
    let mut world = world();
    world.option(24, "client_reinstall = on");
    world.config_options = json!({"Operating System": "9000|Debian 12"});
    world.sim().log.clear();
    world.deliver(&rebuild(&world, json!("9001"), sold()).unwrap());
    // until WHMCS is told, what was chosen counts
    world.cron_until_idle();
    assert_eq!(cloned(&world), ["9001"]);
    let told = told_of_systems(&world);
    assert_eq!(
        told.first(),
        Some(&json!({"option": 4, "before": 40, "choice": 41})),
        "{told:?}"
    );
    assert_eq!(chosen(&world)["template"], 9001);
    // once WHMCS says so itself, the order alone counts: also when staff choose the former one again
    for named in ["9001|Ubuntu", "9000|Debian 12"] {
        world.config_options = json!({"Operating System": named});
        acts::stop(&world.core, &world.order(7)).unwrap();
        acts::reinstall(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert_eq!(chosen(&world), Value::Null);
    }
    assert_eq!(cloned(&world), ["9001", "9001", "9000"]);
}

#[test]
fn what_is_not_offered_or_cannot_be_is_refused_and_the_vm_runs_on() {
    let mut world = world();
    let vmid = world.vmid(7);
    // too large for the package, and one that is no template
    world.sim().add_template(9006, "windows", "pve1", "local", 40 << 30);
    world.sim().add_vm(9007, "machine", "pve1", "local", 2 << 30);
    world.option(24, "client_reinstall = on\nos_choices = 9000:A; 9006:B; 9007:C; 9008:D");
    let cases = [
        (json!("9001"), Value::Null, "not_offered"),
        (json!("9001; DROP"), Value::Null, "not_offered"),
        (json!("-1"), Value::Null, "not_offered"),
        (json!({"a": 1}), Value::Null, "not_offered"),
        (json!("x".repeat(70_000)), Value::Null, "not_offered"),
        (json!("9006"), Value::Null, "disk_smaller_than_template"),
        (json!("9007"), Value::Null, "not_a_template"),
        (json!("9008"), Value::Null, "no_template"),
        (json!("9002"), sold(), "dearer"),
        (json!("9003"), sold(), "dearer"),
        (json!("9005"), sold(), "dearer"),
        (json!("9004"), sold(), "not_offered"),
        (json!("9006"), sold(), "not_offered"),
    ];
    for (template, sold, why) in cases {
        world.sim().log.clear();
        world.clock_forward(1200.0);
        let error = rebuild(&world, template.clone(), sold).unwrap_err();
        assert_eq!(error.code(), why, "{template}: {error}");
        assert!(error.to_string().len() < 400, "{error}");
        assert_eq!(world.writes(), [] as [&str; 0], "{template}");
        assert!(world.sim().is_running(vmid));
        assert_eq!((world.status(7).as_str(), chosen(&world)), ("ready", Value::Null));
    }
    // who pays nobody knows what is given nothing that costs
    for unknown in [json!("-1.00"), Value::Null, json!("-5.00"), json!("x")] {
        let mut sold = sold();
        sold[0]["price"] = unknown.clone();
        let error = rebuild(&world, json!("9002"), sold).unwrap_err();
        assert_eq!(error.code(), "dearer", "{unknown}: {error}");
    }
    let dearer = rebuild(&world, json!("9002"), sold()).unwrap_err();
    assert_eq!(dearer.problem().client, Some("client_dearer"));
    assert!(dearer.to_string().starts_with("System/42 costs more"), "{dearer}");
}

/// On another node's own storage: a VM of that node is no clone of it, so it is built there, or not at all.
#[test]
fn a_system_of_another_node_is_built_there_or_refused_before_the_vm_is_touched() {
    let world = |node: &str| {
        let mut world = World::with(two_nodes());
        world.option(1, node).option(
            24,
            "client_reinstall = on\nos_choices = 9000:Debian 12; 9001:Ubuntu 24.04",
        );
        world.sim().add_template(9001, "ubuntu", "pve2", "local", 3 << 30);
        world.ready(7);
        assert_eq!(world.service(7)["node"], "pve1", "where its first template is");
        world.clock_forward(3600.0);
        world.cron_until_idle();
        world.sim().log.clear();
        world
    };
    let bound = world("pve1");
    let error = rebuild(&bound, json!("9001"), Value::Null).unwrap_err();
    assert_eq!(error.code(), "template_elsewhere", "{error}");
    assert!(error.to_string().contains("pve2"), "{error}");
    bound.cron_until_idle();
    assert_eq!(bound.writes(), [] as [&str; 0]);
    assert!(bound.sim().is_running(bound.vmid(7)));
    assert_eq!((bound.status(7).as_str(), chosen(&bound)), ("ready", Value::Null));

    let free = world("auto");
    let before = (free.vmid(7), mac(&free), free.service(7)["addresses"].clone());
    rebuild(&free, json!("9001"), Value::Null).unwrap();
    free.cron_until_idle();
    assert_eq!(free.status(7), "ready", "{}", free.service(7));
    let (node, runs) = {
        let sim = free.sim();
        (sim.vm(before.0).unwrap().node.clone(), sim.is_running(before.0))
    };
    assert_eq!(
        (node.as_str(), runs, &free.service(7)["node"]),
        ("pve2", true, &json!("pve2"))
    );
    assert_eq!(cloned(&free), ["9001"]);
    assert_eq!((free.vmid(7), mac(&free), free.service(7)["addresses"].clone()), before);
    free.check_invariants();
}

/// What was begun in the place of the VM has a MAC of its own until its network is made.
#[test]
fn a_second_rebuild_before_the_first_is_finished_leaves_the_mac() {
    let world = world();
    let before = (mac(&world), world.service(7)["addresses"].clone());
    let refused = FaultKind::Status(500, "hotplug problem".into(), String::new());
    for method in ["PUT", "POST"] {
        world.sim().add_fault(Fault::always(method, "/config", refused.clone()));
    }
    rebuild(&world, json!("9001"), Value::Null).unwrap();
    world.clock_forward(60.0);
    world.cron();
    assert_eq!(world.status(7), "clone", "{}", world.service(7));
    assert_ne!(mac(&world), before.0);
    world.sim().faults.clear();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(cloned(&world).len(), 3);
    assert_eq!((mac(&world), world.service(7)["addresses"].clone()), before);
    world.check_invariants();
}

#[test]
fn a_refusal_in_the_middle_takes_the_choice_back_too() {
    let world = world();
    let vmid = world.vmid(7);
    let refused = FaultKind::Status(
        403,
        "Permission check failed (/vms/100, VM.Allocate)".into(),
        String::new(),
    );
    world
        .sim()
        .add_fault(Fault::always("DELETE", &format!("/qemu/{vmid}"), refused));
    assert_eq!(code(rebuild(&world, json!("9001"), Value::Null)), "pve_permission");
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), chosen(&world)),
        ("ready", Value::Null),
        "{}",
        world.service(7)
    );
    assert!(world.sim().is_running(vmid), "it runs again");
    world.sim().faults.clear();
    world.sim().log.clear();
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(cloned(&world), ["9000"], "nothing of what was refused is done later");
}

#[test]
fn the_page_shows_what_can_be_had_and_what_would_be_lost() {
    let world = world();
    let order = world.order(7);
    let asked = json!({"service": 7, "package": order["package"], "actor": "client", "systems": sold()});
    let page = api::show(&world.core, &asked).unwrap();
    let shown = page["systems"].as_array().unwrap();
    let of = |row: &Value| {
        (
            row["template"].as_u64().unwrap(),
            row["current"] == true && row["ordered"] == true,
            row["dearer"] == true,
        )
    };
    assert_eq!(
        shown.iter().map(of).collect::<Vec<_>>(),
        [
            (9000, true, false),
            (9001, false, false),
            (9002, false, true),
            (9003, false, true),
            (9005, false, true)
        ]
    );
    assert_eq!(
        (&shown[0]["group"], &shown[0]["name"]),
        (&json!("System"), &json!("40"))
    );
    let asked = json!({"service": 7, "package": order["package"], "actor": "client", "systems": []});
    let page = api::show(&world.core, &asked).unwrap();
    let labels: Vec<&str> = (page["systems"].as_array().unwrap().iter())
        .map(|row| row["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["Debian 12", "Ubuntu 24.04"]);
    // an upgrade was paid for meanwhile: what was ordered is not what is there
    let mut package = order["package"].clone();
    package["config_options"] = json!({"Operating System": "9001"});
    let asked = json!({"service": 7, "package": package, "actor": "client", "systems": []});
    let page = api::show(&world.core, &asked).unwrap();
    let states = page["systems"].as_array().unwrap().iter();
    let states: Vec<_> = states
        .map(|row| (row["current"] == true, row["ordered"] == true))
        .collect();
    assert_eq!(states, [(true, false), (false, true)]);
    let asked = json!({"service": 7, "server": order["server"], "actor": "client", "losses": true});
    let page = api::show(&world.core, &asked).unwrap();
    assert_eq!(
        page["losses"],
        json!({"disks": 2, "snapshots": 0, "backup_first": false})
    );
}

/// What is made anew waits for its turn; meanwhile somebody deletes the template, or the node goes where none can start.
#[test]
fn what_cannot_be_built_any_more_is_seen_before_the_old_vm_is_gone() {
    type Change = fn(&World);
    let cases: [(&str, Change); 2] = [
        ("no_template", |world| {
            world.sim().delete_vm(9001);
        }),
        ("storage_without_images", |world| {
            let mut sim = world.sim();
            sim.storages.get_mut("local").unwrap().content = vec!["iso".to_owned()];
        }),
    ];
    for (why, change) in cases {
        let world = world();
        let vmid = world.vmid(7);
        let uuid = world.config(vmid, "smbios1");
        let away = FaultKind::DropBeforeEffect;
        world.sim().add_fault(Fault::always("POST", "/status/", away));
        let _ = rebuild(&world, json!("9001"), Value::Null);
        assert_eq!(world.status(7), "reinstall", "{why}: it waits");
        world.sim().faults.clear();
        change(&world);
        world.sim().log.clear();
        world.clock_forward(60.0);
        world.cron_until_idle();
        world.clock_forward(4.0 * 3600.0);
        world.cron_until_idle();
        let deleted = world.writes().iter().any(|write| write.starts_with("DELETE"));
        assert!(!deleted, "{why}: {:?}", world.writes());
        assert_eq!(world.config(vmid, "smbios1"), uuid, "{why}");
        assert!(
            world.sim().is_running(vmid),
            "{why}: it was not even stopped, or runs again"
        );
        assert_eq!(
            (world.status(7).as_str(), chosen(&world)),
            ("ready", Value::Null),
            "{why}"
        );
        assert_eq!(world.service(7)["error"]["code"], why, "{}", world.service(7));
    }
}

#[test]
fn what_costs_less_is_marked_and_is_what_whmcs_has_from_then_on() {
    let mut world = world();
    world.option(24, "client_reinstall = on");
    world.config_options = json!({"Operating System": "9000|Debian 12"});
    let mut sold = sold();
    sold[1]["price"] = json!("2.50");
    let asked = json!({"service": 7, "package": world.order(7)["package"], "actor": "client", "systems": sold});
    let page = api::show(&world.core, &asked).unwrap();
    let cheaper: Vec<u64> = (page["systems"].as_array().unwrap().iter())
        .filter(|row| row["cheaper"] == true)
        .map(|row| row["template"].as_u64().unwrap())
        .collect();
    assert_eq!(cheaper, [9001], "{page}");
    world.deliver(&rebuild(&world, json!("9001"), sold).unwrap());
    world.cron_until_idle();
    let told = told_of_systems(&world);
    assert_eq!(told.first(), Some(&json!({"option": 4, "before": 40, "choice": 41})));
}

#[test]
fn who_brings_a_new_password_can_tell_what_has_become_of_it() {
    let world = world();
    let renewal = |world: &World| {
        let shown = api::show(&world.core, &json!({"service": 7})).unwrap();
        shown["service"]["renewal"].clone()
    };
    let with = |word: &str| {
        let mut order = asks(&world, json!("9001"), Value::Null);
        order["new_password"] = json!("1");
        order["renewal"] = json!(word);
        order
    };
    let vmid = world.vmid(7);
    let refused = FaultKind::Status(403, "Permission check failed".into(), String::new());
    world
        .sim()
        .add_fault(Fault::always("DELETE", &format!("/qemu/{vmid}"), refused));
    acts::reinstall(&world.core, &with("aa11")).unwrap_err();
    world.cron_until_idle();
    assert_eq!(
        (renewal(&world), world.status(7).as_str()),
        (Value::Null, "ready"),
        "the VM keeps its own"
    );
    world.sim().faults.clear();
    world.clock_forward(3600.0);
    world
        .sim()
        .add_fault(Fault::always("POST", "/status/", FaultKind::DropBeforeEffect));
    let _ = acts::reinstall(&world.core, &with("bb22"));
    assert_eq!(renewal(&world), json!({"word": "bb22", "built": false}), "it waits");
    world.sim().faults.clear();
    world.cron_until_idle();
    assert_eq!(
        (renewal(&world), world.status(7).as_str()),
        (json!({"word": "bb22", "built": true}), "ready")
    );
    // one without, which is refused, changes nothing about that
    world.clock_forward(3600.0);
    let _ = rebuild(&world, json!("9999"), Value::Null);
    rebuild(&world, json!("9000"), Value::Null).unwrap();
    world.cron_until_idle();
    assert_eq!(renewal(&world), json!({"word": "bb22", "built": true}));
    // what is no word is none
    world.clock_forward(3600.0);
    acts::reinstall(&world.core, &with("<b>")).unwrap();
    world.cron_until_idle();
    assert_eq!(renewal(&world)["word"], "bb22");
}
