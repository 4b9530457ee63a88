//! What a customer gives cloud-init beside what is ordered: checked before anything is touched, sealed until the guest has read
//! it, and in nobody's eyes.

use crate::own_seed::MORE;
use crate::rescue::seeds;
use crate::support::{World, code};
use crate::{acts, cloud_init};
use proxmoxkvm::api;
use proxmoxkvm::guest::seed::{Seed, SeedNet, System};
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::ids::ServiceId;
use proxmoxkvm::words::ssh_key::{NamedKey, SshKey};
use proxmoxkvm::words::user_data::UserData;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};
use std::process::Command;

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const OTHER_KEY: &str = "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const GIVEN: &str = "#cloud-config\npackages: [nginx]\nwrite_files:\n- {path: /root/token, content: hush-hush-4711}\n";
const SECRET: &str = "hush-hush-4711";
const OFFER: &str = "client_user_data = on\nclient_reinstall = on";

fn sold() -> World {
    let mut world = World::new();
    is_sold(&mut world);
    world
}

/// From now on the product takes it.
pub fn is_sold(world: &mut World) {
    world.option(24, &format!("{MORE}\n{OFFER}"));
    world.seal_key = KEY;
}

/// A rebuild with some, where none was begun yet.
pub fn rebuild_once(world: &World) -> Result<Value, Error> {
    if world.status(7) != "ready" || told(world).0 > 0 {
        return Ok(Value::Null);
    }
    rebuild(world, GIVEN)
}

/// The guest has been told, and nobody has it any more.
pub fn is_told_and_forgotten(world: &World) {
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(told(world).0 > 0, "told");
    assert!(
        !told(world).1 && !kept(world).contains("\"user_data\":"),
        "and forgotten"
    );
    assert!(!kept(world).contains(SECRET));
}

fn create(world: &World, given: &str) -> Result<Value, Error> {
    api::create(&world.core, &world.with_extra(7, "user_data", json!(given)))
}

fn rebuild(world: &World, given: &str) -> Result<Value, Error> {
    let mut asked = world.with_extra(7, "actor", json!("client"));
    (asked["typed"], asked["user_data"]) = (world.service(7)["name"].clone(), json!(given));
    acts::reinstall(&world.core, &asked)
}

/// What an image says, with what is in base64 in it.
fn read(image: &[u8]) -> String {
    let text = String::from_utf8_lossy(image).into_owned();
    let parts = text.split("Content-Transfer-Encoding: base64\n\n").skip(1).map(|part| {
        let lines: String = part.lines().take_while(|line| !line.is_empty()).collect();
        String::from_utf8(data_encoding::BASE64.decode(lines.as_bytes()).unwrap()).unwrap()
    });
    format!("{}{text}", parts.collect::<String>())
}

/// How many seeds have told it, and whether the one in the drive does.
fn told(world: &World) -> (usize, bool) {
    let now = seeds(world);
    let sim = world.sim();
    let has = |image: &Vec<u8>| read(image).contains(SECRET);
    let in_drive = now.iter().any(|seed| has(&sim.uploaded[seed]));
    (sim.uploaded.values().filter(|image| has(image)).count(), in_drive)
}

/// All that the store has of the service.
fn kept(world: &World) -> String {
    let (service, _) = world.core.store.service(ServiceId(7)).unwrap();
    serde_json::to_string(&service.body).unwrap()
}

#[test]
fn it_is_told_at_the_first_start_and_then_nobody_has_it_any_more() {
    let world = sold();
    let reply = create(&world, GIVEN).unwrap();
    world.deliver(&reply);
    assert!(
        kept(&world).contains("\"user_data\":") && !kept(&world).contains(SECRET),
        "sealed"
    );
    for _ in 0..5 {
        world.clock_forward(60.0);
        world.cron();
    }
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(told(&world), (1, true), "until the VM has read it");
    assert!(kept(&world).contains("\"user_data\":"));
    world.cron_until_idle();
    assert_eq!(told(&world), (1, false));
    assert!(!kept(&world).contains("\"user_data\":"), "nor does the store");
    let all = json!([
        reply,
        world.service(7),
        *world.told.lock().unwrap(),
        api::activity(&world.core, &world.shown_to("admin")).unwrap()
    ])
    .to_string();
    assert!(!all.contains(SECRET) && !all.contains(KEY), "{all}");
    world.check_invariants();
}

#[test]
fn a_rebuild_has_its_own_and_one_without_has_none() {
    let world = sold();
    create(&world, GIVEN).unwrap();
    world.cron_until_idle();
    for (given, seeds) in [("", 1), (GIVEN, 2), ("#!/bin/sh\nexit", 2)] {
        rebuild(&world, given).unwrap();
        assert!(!kept(&world).contains(SECRET));
        world.cron_until_idle();
        assert_eq!(
            (world.status(7).as_str(), told(&world)),
            ("ready", (seeds, false)),
            "{given}"
        );
        assert!(!kept(&world).contains("\"user_data\":"));
    }
    world.clock_forward(3600.0);
    // what was sealed for a rebuild that does not come about is nobody's
    let fault = FaultKind::Status(500, "no space".to_owned(), String::new());
    world.sim().add_fault(Fault::always("POST", "/clone$", fault));
    let _ = rebuild(&world, GIVEN);
    world.cron();
    assert!(!kept(&world).contains(SECRET));
    world.sim().faults.clear();
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "removed");
    assert!(!kept(&world).contains("\"user_data\":") && seeds(&world).is_empty());
}

#[test]
fn what_is_wrong_is_refused_before_anything_is_touched() {
    let long = format!("#!/bin/sh\n{}", "x".repeat(70_000));
    let wrong = [
        ("packages: [hush-hush-4711]", "user_data_kind"),
        ("#cloud-config\na: [hush-hush-4711", "user_data_yaml"),
        ("#cloud-config\n- hush-hush-4711", "user_data_no_keys"),
        (long.as_str(), "user_data_long"),
    ];
    let mut world = sold();
    for (given, why) in wrong {
        let error = create(&world, given).unwrap_err();
        assert_eq!(error.code(), why);
        assert!(!error.to_string().contains(SECRET), "{error}");
        assert_eq!(order_check(&world, given)["refusals"][0]["code"], why);
    }
    assert!(world.sim().vm(100).is_none() && world.service(7)["addresses"] == json!([]));
    assert_eq!(order_check(&world, GIVEN)["refusals"], json!([]));
    world.ready(7);
    let before = (world.config(100, "smbios1"), kept(&world));
    for (given, why) in wrong {
        assert_eq!(code(rebuild(&world, given)), why);
    }
    // an upgrade of the module whose PHP is older brings no key
    world.seal_key = "";
    assert_eq!(code(rebuild(&world, GIVEN)), "bad_request");
    world.seal_key = KEY;
    world.option(24, &format!("{MORE}\nclient_reinstall = on"));
    assert_eq!(code(rebuild(&world, GIVEN)), "user_data_not_sold");
    assert_eq!(order_check(&world, GIVEN)["refusals"][0]["code"], "user_data_not_sold");
    world.option(24, OFFER);
    assert_eq!(code(rebuild(&world, "")), "bad_option", "it needs seed = own");
    assert!(world.sim().is_running(100));
    assert_eq!((world.config(100, "smbios1"), kept(&world)), before);
}

fn order_check(world: &World, given: &str) -> Value {
    let order = world.order(7);
    let asked = json!({"package": order["package"], "server": order["server"], "user_data": given});
    api::order_check(&world.core, &asked).unwrap()
}

#[test]
fn with_another_key_staff_give_it_again_or_go_on_without() {
    for again in [true, false] {
        let mut world = sold();
        create(&world, GIVEN).unwrap();
        world.seal_key = OTHER_KEY;
        world.cron_until_idle();
        let error = world.service(7)["error"].clone();
        assert_eq!(
            (&error["code"], told(&world)),
            (&json!("user_data_sealed"), (0, false)),
            "{error}"
        );
        if again {
            create(&world, GIVEN).unwrap();
        } else {
            acts::reinstall(&world.core, &world.order(7)).unwrap();
        }
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready", "{}", world.service(7));
        assert_eq!(told(&world), (usize::from(again), false));
        assert!(!kept(&world).contains("\"user_data\":"));
    }
}

#[test]
fn cloud_init_merges_it_and_the_order_decides() {
    if !cloud_init::is_there() {
        return;
    }
    let key = crate::ssh_keys::LAPTOP;
    let keys = [NamedKey::new("", SshKey::parse(key).unwrap()).unwrap()];
    let taken = |given: &str| {
        let given = UserData::parse(given).unwrap();
        let seed = Seed {
            instance: "pk-1",
            name: "3-7",
            domain: Some("example.net"),
            user: "admin",
            ssh_keys: &keys,
            password: Some("$6$x$y"),
            user_data: given.as_ref(),
            net: Some(SeedNet {
                mac: "bc:24:11:00:00:07",
                addresses: &[],
            }),
            system: System::New { upgrades: true },
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seed.iso");
        std::fs::write(&file, seed.image()).unwrap();
        let into = folder.path().join("seed/nocloud");
        std::fs::create_dir_all(&into).unwrap();
        let unpacked = Command::new("bsdtar")
            .arg("-xf")
            .arg(&file)
            .arg("-C")
            .arg(&into)
            .status();
        assert!(unpacked.unwrap().success());
        cloud_init::taken(&json!({"seed": folder.path()}))
    };
    let alone = taken("");
    let plain = taken("#cloud-config\npackages: [nginx]\npackage_upgrade: false\nlocale: \"Sch\u{f6}n\"");
    let mut expected = alone["config"].clone();
    (expected["packages"], expected["package_upgrade"]) = (json!(["nginx"]), json!(false));
    expected["locale"] = json!("Sch\u{f6}n");
    assert_eq!(plain["config"], expected);
    let own = taken(
        "#cloud-config\nhostname: mine\nfqdn: a.b\nuser: eve\npassword: x\nssh_authorized_keys: [mine]\nusers: [{name: bob}]\n\
         bootcmd: [echo]\nupdates: {network: {when: [never]}}\nmerge_how: dict(no_replace)",
    );
    for key in ["hostname", "fqdn", "user", "password", "updates", "manage_etc_hosts"] {
        assert_eq!(own["config"][key], alone["config"][key], "{key}");
    }
    assert_eq!(own["keys"], json!(["mine", key]));
    assert_eq!(own["user"], "admin");
    let users = own["users"].as_object().unwrap();
    assert!(
        users.len() == 2 && users.contains_key("admin") && users.contains_key("bob"),
        "{users:?}"
    );
    let script = taken("#!/bin/sh\r\necho \u{201e}hallo\u{201c}\r\n");
    assert_eq!(
        (&script["config"], &script["scripts"]),
        (&alone["config"], &json!(["#!/bin/sh\necho \u{201e}hallo\u{201c}\n"]))
    );
    let parts = taken(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/cloud-config\n\nuser: eve\nlocale: C\n\
         --b\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n--b--\n",
    );
    assert_eq!(
        (&parts["user"], &parts["config"]["locale"], &parts["scripts"][0]),
        (&json!("admin"), &json!("C"), &json!("#!/bin/sh"))
    );
}
