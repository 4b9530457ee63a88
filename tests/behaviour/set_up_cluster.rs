//! The set-up of a cluster: role, user and token by a login that is used once, and a template of an image of the net.

use crate::support::{World, cluster_options};
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use pvesim::{Fault, FaultKind, StorageSpec};
use serde_json::{Value, json};

const GIB: u64 = 1 << 30;
const ROOT: &str = "the root password";
const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const DEBIAN: &str = "https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2";

/// A world whose root password is known.
fn world() -> World {
    let mut options = cluster_options();
    options.root_password = ROOT.to_owned();
    let world = World::with(options);
    world.sim().publish(DEBIAN, 3 * GIB, SHA256);
    world
}

fn login(world: &World, more: Value) -> Result<Value, Error> {
    let mut server = world.server.clone();
    server["username"] = json!("root@pam");
    server["password"] = json!(ROOT);
    let mut request = json!({"server": server});
    for (key, value) in more.as_object().into_iter().flatten() {
        request[key] = value.clone();
    }
    api::set_up_login(&world.core, &request)
}

/// The server entry with the token of a reply.
fn entry(world: &World, made: &Value) -> Value {
    let mut server = world.server.clone();
    server["username"] = made["token"].clone();
    server["password"] = made["secret"].clone();
    server
}

fn debian(world: &World, server: &Value, more: Value) -> Result<Value, Error> {
    let mut request = json!({
        "server": server, "image": "debian-12", "node": "pve1",
        "checksums": format!("{SHA256}  debian-12-genericcloud-amd64.qcow2\n"),
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        request[key] = value.clone();
    }
    api::build_template(&world.core, &request)
}

/// Asks again and again, as the page does, until it is done or refused. How the stages followed.
fn build(world: &World, server: &Value) -> Result<(Vec<String>, u64), Error> {
    let mut stages: Vec<String> = Vec::new();
    let mut task = Value::Null;
    let mut vmid = Value::Null;
    for _ in 0..200 {
        let reply = debian(world, server, json!({"task": task, "vmid": vmid}))?;
        let stage = reply["stage"].as_str().unwrap().to_owned();
        (task, vmid) = (reply["task"].clone(), reply["vmid"].clone());
        if stages.last() != Some(&stage) {
            stages.push(stage.clone());
        }
        if stage == "done" {
            return Ok((stages, vmid.as_u64().unwrap()));
        }
        world.clock_forward(1.0);
    }
    panic!("it is never done: {stages:?}");
}

#[test]
fn a_login_that_is_used_once_makes_one_that_can_do_everything() {
    let world = world();
    let made = login(&world, json!({})).unwrap();
    assert_eq!(made["token"], "whmcs@pve!whmcs");
    let server = entry(&world, &made);
    let tested = api::test_connection(&world.core, &json!({"server": server})).unwrap();
    assert_eq!(tested["missing"], json!([]), "{tested}");
    // and a service is built with it
    let mut world = world;
    world.server = server;
    world.ready(7);
}

#[test]
fn what_is_there_already_is_left_as_it_is() {
    let world = world();
    world.sim().define_role("WHMCS", &["VM.Audit", "Sys.Console"]);
    let first = login(&world, json!({})).unwrap();
    let again = login(&world, json!({})).unwrap();
    assert_eq!(again["did"], json!(["token whmcs2"]), "the rest is there");
    assert_ne!(first["secret"], again["secret"]);
    for made in [first, again] {
        let server = entry(&world, &made);
        let tested = api::test_connection(&world.core, &json!({"server": server})).unwrap();
        assert_eq!(tested["missing"], json!([]), "both tokens work");
    }
    let roles = world.sim().role("WHMCS");
    assert!(
        roles.contains(&"Sys.Console".to_owned()),
        "nothing is taken away: {roles:?}"
    );
}

#[test]
fn it_may_end_anywhere_and_be_repeated() {
    let requests = {
        let world = world();
        login(&world, json!({})).unwrap();
        world.sim().log.len()
    };
    let kinds = [FaultKind::DropBeforeEffect, FaultKind::DropAfterEffect];
    for (at, kind) in (1..=requests as u32).flat_map(|at| kinds.iter().map(move |kind| (at, kind.clone()))) {
        let world = world();
        world.sim().add_fault(Fault::nth("", "", at, kind));
        let _ = login(&world, json!({}));
        world.sim().faults.clear();
        let made = login(&world, json!({})).unwrap_or_else(|error| panic!("after request {at}: {error}"));
        let server = entry(&world, &made);
        let tested = api::test_connection(&world.core, &json!({"server": server})).unwrap();
        assert_eq!(tested["missing"], json!([]), "after request {at}");
    }
}

#[test]
fn only_the_roles_that_are_wanted_are_given() {
    let world = world();
    let made = login(&world, json!({"roles": ["WHMCSMore"], "user": "shop@pve"})).unwrap();
    assert_eq!(made["token"], "shop@pve!whmcs");
    let refused = debian(&world, &entry(&world, &made), json!({})).unwrap_err();
    assert_eq!(refused.code(), "pve_permission", "{refused}");
}

#[test]
fn a_user_that_cannot_log_in_is_told_before_the_login_that_works_is_given_up() {
    let world = world();
    login(&world, json!({})).unwrap();
    world.sim().disable_user("whmcs@pve");
    let refused = login(&world, json!({})).unwrap_err();
    assert_eq!(refused.code(), "set_up_user", "{refused}");
    assert!(refused.to_string().contains("enable it"), "{refused}");
}

#[test]
fn a_template_needs_no_line_of_addresses() {
    let world = world();
    let mut server = world.server.clone();
    server["assigned_ips"] = json!("");
    assert_eq!(build(&world, &server).unwrap().0.last().unwrap(), "done");
    let sim = world.sim();
    let made = sim.vms.values().filter(|vm| vm.is_template());
    assert!(
        made.filter_map(|vm| vm.get("net0"))
            .any(|net0| net0.contains("bridge=vmbr0"))
    );
}

#[test]
fn a_user_that_can_be_none_is_refused_before_anything_is_asked() {
    let world = world();
    world.sim().log.clear();
    for user in [
        "",
        "whmcs",
        "@pve",
        "whmcs@",
        "a b@pve",
        "../x@pve",
        "whmcs@pve!token",
        &format!("{}@pve", "x".repeat(80)),
    ] {
        let refused = login(&world, json!({"user": user})).unwrap_err();
        assert_eq!(refused.code(), "set_up_user", "{user}: {refused}");
    }
    assert_eq!(world.sim().log.len(), 0);
}

#[test]
fn the_password_of_root_is_in_no_reply_and_no_error() {
    let world = world();
    let made = login(&world, json!({})).unwrap();
    assert!(!made.to_string().contains(ROOT));
    world.sim().add_fault(Fault::always(
        "POST",
        "/access/users",
        FaultKind::Status(500, format!("create user failed: {ROOT}"), String::new()),
    ));
    let refused = login(&world, json!({"user": "other@pve"})).unwrap_err();
    assert!(!refused.to_string().contains(ROOT), "{refused}");
}

#[test]
fn an_image_becomes_a_template_from_which_a_service_is_built() {
    let mut world = world();
    world.sim().vms.remove(&9000);
    let made = login(&world, json!({})).unwrap();
    let server = entry(&world, &made);
    let (stages, vmid) = build(&world, &server).unwrap();
    assert_eq!(stages, ["downloading", "importing", "converting", "done"]);
    assert_eq!(vmid, 9000);
    {
        let sim = world.sim();
        let template = &sim.vms[&9000];
        assert!(template.is_template());
        assert_eq!(template.get("serial0"), Some("socket"));
        assert_eq!(template.get("vga"), None, "it has a screen, for the console");
        assert!(
            template.get("scsi0").unwrap().contains("size=3G"),
            "{:?}",
            template.get("scsi0")
        );
        assert!(template.get("ide2").unwrap().contains("cloudinit"));
    }
    world.server = server;
    world.ready(7);
    assert_eq!(world.sim().vms.values().filter(|vm| vm.is_template()).count(), 1);
}

#[test]
fn another_page_goes_on_where_the_first_was_closed() {
    let world = world();
    let server = world.server.clone();
    // 9000 is somebody else's template: the next number is taken, and found again without being told
    let mut vmids = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let reply = debian(&world, &server, json!({})).unwrap();
        vmids.insert(reply["vmid"].as_u64().unwrap());
        if reply["stage"] == "done" {
            break;
        }
        // nobody waits for the task of before
        world.clock_forward(30.0);
    }
    assert_eq!(vmids.into_iter().collect::<Vec<_>>(), [9001]);
    let again = debian(&world, &server, json!({})).unwrap();
    assert_eq!((&again["stage"], &again["vmid"]), (&json!("done"), &json!(9001)));
    let templates = world.sim().vms.values().filter(|vm| vm.is_template()).count();
    assert_eq!(templates, 2, "none was made twice");
}

#[test]
fn a_newer_image_becomes_a_template_beside_the_older_one() {
    let world = world();
    let server = world.server.clone();
    build(&world, &server).unwrap();
    let newer = SHA256.replace('9', "8");
    world.sim().publish(DEBIAN, 4 * GIB, &newer);
    let checksums = format!("{newer}  debian-12-genericcloud-amd64.qcow2\n");
    let reply = debian(&world, &server, json!({"checksums": checksums})).unwrap();
    assert_eq!((&reply["stage"], &reply["vmid"]), (&json!("downloading"), &json!(9002)));
}

#[test]
fn an_image_that_is_another_one_is_not_taken() {
    let world = world();
    world.sim().publish(DEBIAN, 3 * GIB, &SHA256.replace('9', "7"));
    let refused = build(&world, &world.server.clone()).unwrap_err();
    assert_eq!(refused.code(), "task_failed");
    assert!(refused.to_string().contains("checksum mismatch"), "{refused}");
    assert!(world.sim().volumes.iter().all(|volume| volume.content != "import"));
}

#[test]
fn without_its_makers_checksum_nothing_is_downloaded() {
    let world = world();
    world.sim().log.clear();
    for checksums in ["", "<html>502 Bad Gateway</html>", &format!("{SHA256}  another.qcow2")] {
        let refused = debian(&world, &world.server, json!({"checksums": checksums})).unwrap_err();
        assert_eq!(refused.code(), "template_image", "{refused}");
        assert!(refused.to_string().contains("https://cloud.debian.org/"), "{refused}");
    }
    assert_eq!(world.sim().log.len(), 0);
}

#[test]
fn an_own_image_is_checked_before_a_node_is_asked_for_it() {
    let world = world();
    world.sim().log.clear();
    let own = |url: &str, checksum: &str, name: &str| {
        let more = json!({"image": null, "url": url, "checksum": checksum, "name": name});
        debian(&world, &world.server, more)
    };
    let good = "https://example.net/own.qcow2";
    for (url, checksum, name) in [
        ("", SHA256, "own"),
        ("http://example.net/own.qcow2", SHA256, "own"),
        ("file:///etc/shadow", SHA256, "own"),
        ("https://example.net/", SHA256, "own"),
        ("https://example.net/a b.qcow2", SHA256, "own"),
        (good, "", "own"),
        (good, "d41d8cd98f00b204e9800998ecf8427e", "own"),
        (good, SHA256, ""),
        (good, SHA256, "own template"),
        (good, SHA256, "9own"),
        (good, SHA256, "own-"),
    ] {
        let refused = own(url, checksum, name).unwrap_err();
        assert_eq!(refused.code(), "template_image", "{url} {checksum} {name}: {refused}");
    }
    assert_eq!(world.sim().log.len(), 0);
    world.sim().publish(good, GIB, SHA256);
    assert_eq!(own(good, SHA256, "own").unwrap()["stage"], "downloading");
}

#[test]
fn a_guest_that_has_the_number_is_left_alone() {
    let world = world();
    let before = world.sim().vms[&9000].conf.clone();
    let refused = debian(&world, &world.server, json!({"vmid": 9000})).unwrap_err();
    assert_eq!(refused.code(), "template_place", "{refused}");
    assert_eq!(world.sim().vms[&9000].conf, before);
}

#[test]
fn a_cluster_that_cannot_take_images_is_told_so() {
    let world = world();
    for storage in world.sim().storages.values_mut() {
        storage.content.retain(|content| content != "import");
    }
    let refused = debian(&world, &world.server, json!({})).unwrap_err();
    assert_eq!(refused.code(), "template_place");
    assert!(refused.to_string().contains("Import"), "{refused}");
    let refused = debian(&world, &world.server, json!({"node": "nowhere"})).unwrap_err();
    assert_eq!(refused.code(), "template_place", "{refused}");
}

#[test]
fn the_disk_goes_where_it_is_wanted() {
    let world = world();
    world.sim().add_storage(&StorageSpec::dir("fast", "/fast"));
    let server = world.server.clone();
    let mut reply = Value::Null;
    for _ in 0..60 {
        let more = json!({"storage": "fast", "task": reply["task"], "bridge": "vmbr0"});
        reply = debian(&world, &server, more).unwrap();
        world.clock_forward(5.0);
        if reply["stage"] == "done" {
            break;
        }
    }
    let vmid = reply["vmid"].as_u64().unwrap() as u32;
    let disk = world.sim().vms[&vmid].get("scsi0").unwrap().to_owned();
    assert!(disk.starts_with("fast:"), "{disk}");
    let nowhere = json!({"storage": "nowhere", "vmid": 9500});
    let refused = debian(&world, &server, nowhere).unwrap_err();
    assert_eq!(refused.code(), "template_place", "{refused}");
}
