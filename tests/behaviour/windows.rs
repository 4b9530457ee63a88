//! Windows: its guests always have a password, which has to be one that Windows takes, and no application. Whoever asks for
//! something else is told before anything is touched, in the shop before anybody pays.

use crate::acts;
use crate::support::{PASSWORD, World, code};
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

const LINUX: u32 = 9000;
const WINDOWS: u32 = 9001;
/// Linux takes it, Windows does not.
const SMALL: &str = "only-small";

fn world(more: &str) -> World {
    let mut world = World::new();
    let lines = format!("client_reinstall = on\nos_choices = 9000:Debian; 9001:Windows\n{more}");
    world.option(24, &lines);
    world.sim().add_template(WINDOWS, "windows", "pve1", "local", 3 << 30);
    world.sim().set_config(WINDOWS, "ostype", Some("win11"));
    world
}

fn sells(mut world: World, template: u32) -> World {
    world.option(2, &template.to_string());
    world
}

/// WHMCS has this password for its services.
fn with_password(mut world: World, password: &str) -> World {
    password.clone_into(&mut world.password);
    world
}

fn rebuild(world: &World, more: &Value) -> Result<Value, Error> {
    world.clock_forward(3600.0);
    let mut order = world.with_extra(7, "actor", json!("client"));
    order["typed"] = world.service(7)["name"].clone();
    for (key, value) in more.as_object().unwrap() {
        order[key] = value.clone();
    }
    acts::reinstall(&world.core, &order)
}

fn has(world: &World, vmid: u32) -> Option<String> {
    world.sim().vm(vmid).unwrap().plain_password().map(str::to_owned)
}

/// The request is refused, nothing is written, and the VM runs on.
fn refused(world: &World, code: &str, ask: impl FnOnce() -> Result<Value, Error>) {
    let vmid = world.vmid(7);
    world.sim().log.clear();
    let error = ask().unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(!error.to_string().contains(SMALL), "{error}");
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.writes()), ("ready", Vec::new()));
    assert!(world.sim().is_running(vmid));
}

#[test]
fn a_password_that_windows_would_not_take_does_not_come_with_a_rebuild() {
    let mut world = with_password(world(""), SMALL);
    world.ready(7);
    assert_eq!(has(&world, 100).as_deref(), Some(SMALL), "Linux has it");
    for bad in [SMALL, "P\u{e4}ssword-1", "Ab-1", &"Ab-1".repeat(19)] {
        world = with_password(world, bad);
        refused(&world, "windows_password", || {
            rebuild(&world, &json!({"template": WINDOWS}))
        });
    }
    rebuild(&world, &json!({"template": LINUX})).unwrap();
    world.cron_until_idle();
    let world = with_password(world, "kmRW.5hTn");
    let asked = json!({"template": WINDOWS, "new_password": "1", "renewal": "aa"});
    rebuild(&world, &asked).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(has(&world, 100).as_deref(), Some("kmRW.5hTn"));
}

#[test]
fn an_order_of_linux_is_built_with_any_password_and_one_of_windows_waits_for_a_good_one() {
    let world = with_password(world(""), "\u{e4} 1");
    world.ready(8);
    assert_eq!(has(&world, 100).as_deref(), Some("\u{e4} 1"));
    let world = with_password(sells(world, WINDOWS), SMALL);
    world.sim().log.clear();
    let error = world.create(7).unwrap_err();
    assert_eq!((error.code(), world.writes()), ("windows_password", Vec::new()));
    assert_eq!(world.service(7)["vmid"], Value::Null, "nothing is reserved");
    // nor is it given one before it is there
    let change = api::change_password(&world.core, &world.order(7));
    assert_eq!(code(change), "bad_password");
    let world = with_password(world, PASSWORD);
    world.ready(7);
    assert_eq!(has(&world, 101).as_deref(), Some(PASSWORD));
}

#[test]
fn windows_has_a_password_also_where_linux_has_only_keys() {
    let world = sells(world("ssh_key_required = on\nmail_password = on"), WINDOWS);
    world.ready(7);
    assert_eq!(has(&world, 100).as_deref(), Some(PASSWORD));
    let allowed = |world: &World| {
        let mut request = world.shown_to("client");
        request["package"] = world.order(7)["package"].clone();
        api::show(&world.core, &request).unwrap()["permissions"]["password"].clone()
    };
    assert_eq!(allowed(&world), true);
    let told = |world: &World| {
        let told = world.told.lock().unwrap();
        told.iter()
            .rev()
            .find_map(|entry| entry.get("with_password").cloned())
            .unwrap()
    };
    assert_eq!(told(&world), true);
    let mut order = world.order(7);
    order["service"]["password"] = json!("kmRW.5hTn");
    let reply = api::change_password(&world.core, &order).unwrap();
    assert_eq!(
        (&reply["by"], &reply["service"]["new_host_keys"]),
        (&json!("cloudinit"), &json!(false))
    );
    let linux = json!({"template": LINUX});
    refused(&world, "ssh_key_missing", || rebuild(&world, &linux));
    // the product's own keys are those of a Linux guest
    let world = sells(world, LINUX);
    assert_eq!(code(world.create(8)), "ssh_key_missing");
}

#[test]
fn no_application_is_promised_on_windows() {
    let world = world("application = docker");
    crate::applications::add(&world, "pve1", "docker");
    world.ready(7);
    let with = |application: &str| json!({"template": WINDOWS, "application": application});
    refused(&world, "not_on_windows", || rebuild(&world, &with("")));
    refused(&world, "not_on_windows", || rebuild(&world, &with("docker")));
    rebuild(&world, &with("none")).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.config(100, "ostype").as_str()),
        ("ready", "win11")
    );
    assert!(world.config(100, "cicustom").is_empty());
    let world = sells(world, WINDOWS);
    assert_eq!(code(world.create(8)), "not_on_windows");
}

/// None is sold for a VM that has Windows, where no rebuild would install it.
#[test]
fn no_upgrade_promises_an_application_on_windows() {
    for (template, refusals) in [(WINDOWS, vec!["not_on_windows"]), (LINUX, vec![])] {
        let mut world = sells(world(""), template);
        world.ready(7);
        world.config_options = json!({"Application": "docker"});
        let order = world.order(7);
        let request = json!({"service": 7, "package": order["package"], "server": order["server"]});
        let reply = api::order_check(&world.core, &request).unwrap();
        let codes = reply["refusals"].as_array().unwrap().iter();
        assert_eq!(codes.map(|one| one["code"].clone()).collect::<Vec<_>>(), refusals);
        let texts = reply["refusals"].as_array().unwrap().iter();
        assert!(texts.into_iter().all(|one| one["client"] == "client_not_on_windows"));
    }
}

#[test]
fn the_shop_says_so_before_anybody_pays_and_looks_at_a_template_once() {
    let asked = |world: &World, more: &Value| {
        let order = world.order(7);
        let mut request = json!({"package": order["package"], "server": order["server"]});
        for (key, value) in more.as_object().unwrap() {
            request[key] = value.clone();
        }
        let reply = api::order_check(&world.core, &request).unwrap();
        let refusals = reply["refusals"].as_array().unwrap();
        refusals
            .iter()
            .map(|one| one["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let none: Vec<String> = Vec::new();
    let looks = |world: &World| {
        world
            .sim()
            .log
            .iter()
            .filter(|one| one.path.ends_with("/9001/config"))
            .count()
    };
    let world = world("");
    for (password, codes) in [
        ("", vec![]),
        (PASSWORD, vec![]),
        (SMALL, vec![]),
        ("Ab-1", vec!["bad_password"]),
        ("with a space", vec!["bad_password"]),
    ] {
        assert_eq!(asked(&world, &json!({"password": password})), codes, "{password}");
    }
    let world = sells(world, WINDOWS);
    world.sim().log.clear();
    assert_eq!(asked(&world, &json!({"password": PASSWORD})), none);
    assert_eq!(looks(&world), 0, "nobody has to know");
    // what nobody can find out keeps nobody from ordering
    world
        .sim()
        .add_fault(Fault::always("GET", "/cluster/resources", FaultKind::DropBeforeEffect));
    assert_eq!(asked(&world, &json!({"password": SMALL})), none);
    world.sim().faults.clear();
    world.clock_forward(600.0);
    for _ in 0..3 {
        assert_eq!(asked(&world, &json!({"password": SMALL})), ["bad_password"]);
    }
    assert_eq!(looks(&world), 1);
    world.clock_forward(3600.0);
    world.sim().set_config(WINDOWS, "ostype", Some("l26"));
    assert_eq!(
        asked(&world, &json!({"password": SMALL})),
        none,
        "it is another one now"
    );

    let mut world = sells(self::world("ssh_key_required = on\napplication = docker"), WINDOWS);
    assert_eq!(
        asked(&world, &json!({"client_id": 3})),
        ["not_on_windows"],
        "no key is wanted"
    );
    world.option(2, "9000");
    assert_eq!(asked(&world, &json!({"client_id": 3})), ["ssh_key_missing"]);
}
