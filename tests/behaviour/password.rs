//! A new password: at once by the guest's agent where product, role and guest allow it, else by cloud-init, and the answer
//! says which it was.

use crate::acts;
use crate::crash::dies;
use crate::support::{DEATHS, PASSWORD, World, cluster_options, code, guard};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind, Version};
use serde_json::{Value, json};

const NEW: &str = "kmRW.5hTn.Qw8b.xdPf7";

fn world(product: &str) -> World {
    on(World::new(), product)
}

fn on(mut world: World, product: &str) -> World {
    world.option(24, product);
    let vmid = world.ready(7);
    world.sim().vms.get_mut(&vmid).unwrap().guest.agent = true;
    world.clock_forward(60.0);
    world.sim().log.clear();
    world
}

fn change(world: &World, password: &str) -> Value {
    let mut order = world.order(7);
    order["service"]["password"] = json!(password);
    api::change_password(&world.core, &order).unwrap()
}

fn set_in_guest(world: &World) -> Option<(String, String)> {
    world.sim().agent_passwords.get(&world.vmid(7)).cloned()
}

fn wrote_config(world: &World) -> bool {
    world.writes().iter().any(|write| write.ends_with("/config"))
}

#[test]
fn an_agent_sets_it_at_once_and_cloud_init_is_left_alone() {
    for version in [Version::V8_4, Version::V9_2] {
        let mut options = cluster_options();
        options.version = version;
        let mut world = on(World::with(options), "password_by = agent");
        let reply = change(&world, PASSWORD);
        assert_eq!(
            (&reply["by"], &reply["restart_needed"]),
            (&json!("agent"), &json!(false)),
            "{version:?}"
        );
        assert_eq!(set_in_guest(&world), Some(("admin".to_owned(), PASSWORD.to_owned())));
        assert!(
            !wrote_config(&world),
            "it would be a new instance for cloud-init: {:?}",
            world.writes()
        );
        // what makes it one anyway carries the new password along
        world.sim().log.clear();
        world.config_options = json!({"IPv6 Addresses": "1"});
        api::change_package(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        let written = |key: &str| {
            world
                .sim()
                .log
                .iter()
                .filter(|one| one.params.contains_key(key))
                .count()
        };
        assert_eq!(
            (written("ipconfig0"), written("cipassword")),
            (1, 1),
            "{}",
            world.service(7)
        );
    }
}

/// The instance-id of cloud-init's drive is another since the first one: at its next start the guest would go back to it.
#[test]
fn the_last_password_wins_where_cloud_init_still_has_an_earlier_one() {
    let world = world("password_by = agent");
    let vmid = world.vmid(7);
    world.sim().vms.get_mut(&vmid).unwrap().guest.agent_hangs = true;
    assert_eq!(change(&world, PASSWORD)["by"], "cloudinit");
    world.sim().vms.get_mut(&vmid).unwrap().guest.agent_hangs = false;
    world.clock_forward(1200.0);
    world.sim().log.clear();
    let earlier = world.config(vmid, "cipassword");
    let reply = change(&world, NEW);
    assert_eq!(
        (&reply["by"], &reply["restart_needed"]),
        (&json!("agent"), &json!(false))
    );
    assert_eq!(set_in_guest(&world).unwrap().1, NEW);
    assert!(world.writes().iter().any(|write| write.ends_with("/cloudinit")));
    assert_ne!(world.config(vmid, "cipassword"), earlier);
    // once it has been started with that, the agent alone is enough
    acts::stop(&world.core, &world.order(7)).unwrap();
    world.clock_forward(1200.0);
    acts::start(&world.core, &world.order(7)).unwrap();
    world.clock_forward(1200.0);
    world.sim().log.clear();
    assert_eq!(change(&world, PASSWORD)["by"], "agent");
    assert!(!wrote_config(&world), "{:?}", world.writes());
}

/// Proxmox VE writes the drive at each start anyway.
#[test]
fn a_drive_that_cannot_be_written_now_is_no_failure_of_the_password() {
    let world = world("password_by = cloudinit");
    for kind in [
        FaultKind::Status(500, "got timeout".into(), String::new()),
        FaultKind::DropBeforeEffect,
    ] {
        world.clock_forward(1200.0);
        world.sim().add_fault(Fault::always("PUT", "/cloudinit", kind));
        let reply = change(&world, NEW);
        assert_eq!(
            (&reply["by"], &reply["restart_needed"]),
            (&json!("cloudinit"), &json!(true))
        );
    }
}

#[test]
fn what_the_agent_does_not_do_cloud_init_does_and_the_answer_says_so() {
    type Broken = (&'static str, fn(&World));
    let cases: [Broken; 6] = [
        ("absent", |world| {
            world.sim().vms.get_mut(&100).unwrap().guest.agent = false
        }),
        ("hangs", |world| {
            world.sim().vms.get_mut(&100).unwrap().guest.agent_hangs = true
        }),
        ("refuses", |world| {
            world.sim().vms.get_mut(&100).unwrap().guest.agent_refuses = true
        }),
        ("denied", |world| {
            let kind = FaultKind::Status(403, "Permission check failed".into(), String::new());
            world
                .sim()
                .add_fault(Fault::always("POST", "/agent/set-user-password", kind));
        }),
        ("cut off", |world| {
            world.sim().add_fault(Fault::once(
                "POST",
                "/agent/set-user-password",
                FaultKind::DropAfterEffect,
            ));
        }),
        ("off", |world| drop(acts::stop(&world.core, &world.order(7)).unwrap())),
    ];
    for (what, breaks) in cases {
        let world = world("password_by = agent");
        breaks(&world);
        let reply = change(&world, NEW);
        assert_eq!(
            (&reply["by"], &reply["restart_needed"]),
            (&json!("cloudinit"), &json!(what != "off")),
            "{what}"
        );
        assert!(wrote_config(&world), "{what}");
        let told = format!("{reply}{}", acts::history(&world.core, 7));
        assert!(!told.contains(NEW), "{what}: {told}");
    }
    let world = world("password_by = cloudinit");
    let reply = change(&world, NEW);
    assert_eq!(
        (&reply["by"], &reply["service"]["new_host_keys"]),
        (&json!("cloudinit"), &json!(true))
    );
    assert_eq!(set_in_guest(&world), None, "the product does not want it");
}

#[test]
fn a_password_that_the_guest_would_not_take_is_refused_and_nothing_is_written() {
    let refused = |world: &World, password: &str| {
        let mut order = world.order(7);
        order["service"]["password"] = json!(password);
        world.sim().log.clear();
        let error = api::change_password(&world.core, &order).unwrap_err();
        assert_eq!(error.code(), "bad_password", "{password:?}");
        assert!(!error.to_string().contains(password) || password.len() < 2, "{error}");
        assert_eq!(world.writes(), Vec::<String>::new(), "{password:?}");
        assert_eq!(set_in_guest(world), None);
    };
    let world = world("password_by = agent");
    for password in [
        "1",
        &"x9".repeat(150),
        "P\u{e4}ssword-1",
        "with a space",
        "tab\tulator1",
    ] {
        refused(&world, password);
    }
    assert_eq!(change(&world, "only-small")["by"], "agent", "Linux takes it");
    let world = self::world("password_by = agent");
    world.sim().set_config(world.vmid(7), "ostype", Some("win11"));
    refused(&world, "only-small");
    assert_eq!(
        change(&world, PASSWORD)["by"],
        "agent",
        "what WHMCS makes has three kinds"
    );
}

/// Whoever has made the password asks by its word what has become of it, and dies whenever it likes.
#[test]
fn a_word_tells_whether_the_guest_may_have_it() {
    let given = |world: &World, word: &str| {
        let mut order = world.order(7);
        (order["service"]["password"], order["renewal"]) = (json!(NEW), json!(word));
        world.clock_forward(1200.0);
        api::change_password(&world.core, &order)
    };
    let renewal = |world: &World| world.service(7)["renewal"].clone();
    for product in ["password_by = agent", "password_by = cloudinit"] {
        let world = world(product);
        assert_eq!(renewal(&world), Value::Null);
        given(&world, "aa11").unwrap();
        assert_eq!(renewal(&world), json!({"word": "aa11", "built": true}), "{product}");
        // WHMCS's own form has none, and what is no word is none
        change(&world, PASSWORD);
        given(&world, NEW).unwrap();
        assert_eq!(renewal(&world)["word"], "aa11", "{product}");
        let denied = FaultKind::Status(403, "Permission check failed".into(), String::new());
        for path in ["/config", "/agent/set-user-password"] {
            world.sim().add_fault(Fault::always("POST", path, denied.clone()));
            world.sim().add_fault(Fault::always("PUT", path, denied.clone()));
        }
        assert_eq!(code(given(&world, "bb22")), "pve_permission", "{product}");
        assert_eq!(renewal(&world)["word"], "aa11", "{product}: refused");
    }
}

/// Where it dies, or hears nothing any more.
#[test]
fn whatever_becomes_of_the_request_the_word_is_told_of_what_the_guest_may_have() {
    for product in ["password_by = agent", "password_by = cloudinit"] {
        let start = world(product);
        let mut seen = std::collections::BTreeSet::new();
        let mut told = |world: &World, what: &str| {
            let has = set_in_guest(world).is_some() || world.sim().vm(100).unwrap().plain_password() == Some(NEW);
            let is_told = world.service(7)["renewal"]["word"] == "aa11";
            assert!(is_told || !has, "{product}, {what}: the guest has it, and nobody knows");
            seen.insert((is_told, has));
        };
        let give = |world: &World| {
            let mut order = world.order(7);
            (order["service"]["password"], order["renewal"]) = (json!(NEW), json!("aa11"));
            api::change_password(&world.core, &order)
        };
        for kind in DEATHS {
            for number in 1.. {
                let mut world = start.copy();
                let death = kind(number).plus(world.mortality.count(kind(number)));
                *guard(&world.mortality.death) = Some(death);
                dies(&world, || drop(give(&world)));
                let reached = world.mortality.count(death) >= death.number();
                world.restart();
                told(&world, &format!("{death:?}"));
                if !reached {
                    break;
                }
            }
        }
        for skip in 0..10 {
            let world = start.copy();
            let lost = Fault::always("", "/qemu/100/", FaultKind::DropAfterEffect);
            world.sim().add_fault(Fault { skip, ..lost });
            let _ = give(&world);
            world.sim().faults.clear();
            told(&world, &format!("no answer after {skip}"));
        }
        assert!(
            seen.contains(&(false, false)) && seen.contains(&(true, true)),
            "{seen:?}"
        );
    }
}
