//! After a refusal: a guest that ran runs as before, the old status is the status again, staff are told, and nothing of
//! what was refused is done later without a click.

use crate::acts;
use crate::support::{World, code};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

fn attention(world: &World) -> Vec<Value> {
    let due = api::due(&world.core, &json!({})).unwrap();
    due["attention"].as_array().unwrap().clone()
}

fn many_crons(world: &World) {
    for _ in 0..4 {
        world.cron_until_idle();
        world.clock_forward(1000.0);
    }
}

#[test]
fn a_reinstallation_that_was_refused_is_not_done_later_without_a_click() {
    type Way = (&'static str, fn(&World, bool));
    let ways: [Way; 2] = [
        ("protected", |world, on| {
            world.sim().set_config(100, "protection", on.then_some("1"));
        }),
        ("ha_managed", |world, on| {
            if on {
                world.sim().add_ha(100, "stopped");
            } else {
                world.sim().ha.remove(&100);
            }
        }),
    ];
    for (why, in_the_way) in ways {
        let world = World::new();
        let vmid = world.ready(7);
        acts::stop(&world.core, &world.order(7)).unwrap();
        in_the_way(&world, true);
        assert_eq!(code(acts::reinstall(&world.core, &world.order(7))), why);
        assert_eq!(world.status(7), "ready", "the old status: {why}");
        in_the_way(&world, false);
        world.sim().set_power(vmid, true);
        world.sim().log.clear();
        many_crons(&world);
        assert_eq!(world.writes(), Vec::<String>::new(), "nothing without a click: {why}");
        assert!(world.sim().is_running(vmid));
        assert_eq!(world.service(7)["settled"], true, "{}", world.service(7));
        // with a click it is done
        acts::stop(&world.core, &world.order(7)).unwrap();
        acts::reinstall(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready");
    }
}

/// A reinstallation whose deletion did not work for a moment; meanwhile somebody has started the VM.
pub fn a_reinstallation_that_waits() -> (World, u32) {
    let world = World::new();
    let vmid = world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    let busy = FaultKind::Status(500, "storage 'local' is not online".into(), String::new());
    world.sim().add_fault(Fault::once("DELETE", "/qemu/100", busy));
    acts::reinstall(&world.core, &world.order(7)).unwrap_err();
    assert_eq!(world.status(7), "reinstall", "the cron tries again");
    world.sim().set_power(vmid, true);
    (world, vmid)
}

/// Refused while it is under way: what was stopped for it runs again.
#[test]
fn a_reinstallation_whose_deletion_is_refused_starts_again_what_it_has_stopped() {
    let (world, vmid) = a_reinstallation_that_waits();
    let denied = FaultKind::Status(
        403,
        "Permission check failed (/vms/100, VM.Allocate)".into(),
        String::new(),
    );
    world.sim().add_fault(Fault::once("DELETE", "/qemu/100", denied));
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert!(world.sim().is_running(vmid), "it ran before");
    assert_eq!(attention(&world).len(), 1);
    many_crons(&world);
    assert!(world.sim().is_running(vmid));
    assert!(world.sim().vm(vmid).is_some());
}

fn refusals() -> Vec<(&'static str, &'static str, FaultKind)> {
    let status = |code: u16, words: &str| {
        let body = format!("{{\"data\":null,\"message\":\"{words}\\n\"}}");
        FaultKind::Status(code, words.to_owned(), body)
    };
    vec![
        (
            "PUT",
            "/config",
            status(403, "Permission check failed (/vms/100, VM.Config.CPU)"),
        ),
        ("PUT", "/config", status(400, "Parameter verification failed.")),
        ("PUT", "/config", status(500, "hotplug problem")),
        (
            "PUT",
            "/resize",
            FaultKind::TaskError("unable to grow: No space left on device".into()),
        ),
        (
            "POST",
            "/firewall/rules",
            status(403, "Permission check failed (/vms/100, VM.Config.Network)"),
        ),
        (
            "POST",
            "/status/shutdown",
            status(403, "Permission check failed (/vms/100, VM.PowerMgmt)"),
        ),
    ]
}

#[test]
fn a_change_of_package_that_is_refused_leaves_the_guest_running_as_it_was() {
    for (method, path, kind) in refusals() {
        let mut world = World::new();
        let vmid = world.ready(7);
        let before =
            ["cores", "memory", "net0", "ipconfig0", "cipassword", "onboot"].map(|key| world.config(vmid, key));
        let addresses = world.service(7)["addresses"].clone();
        world
            .option(6, "4")
            .option(7, "3")
            .option(8, "9")
            .option(15, "50")
            .option(19, "IN ACCEPT -p tcp -dport 8080");
        world.config_options = json!({"IPv4 Addresses": 2});
        let what = format!("{method} {path} {kind:?}");
        world.sim().add_fault(Fault::always(method, path, kind));
        api::change_package(&world.core, &world.order(7)).unwrap();
        many_crons(&world);
        assert!(world.sim().is_running(vmid), "{what}: {}", world.service(7));
        let after = ["cores", "memory", "net0", "ipconfig0", "cipassword", "onboot"].map(|key| world.config(vmid, key));
        assert_eq!(after, before, "{what}");
        assert_eq!(world.service(7)["addresses"], addresses, "{what}");
        assert_eq!(world.status(7), "ready", "{what}");
        let told = attention(&world);
        assert_eq!(told.len(), 1, "{what}: {told:?}");
        let told = told[0]["message"].to_string();
        assert!(told.contains("run Change Package again"), "{told}");
        assert_eq!(world.service(7)["error"]["retry"], false, "the cron does not try again");
        // nothing more is tried by itself
        world.sim().log.clear();
        many_crons(&world);
        assert_eq!(world.writes(), Vec::<String>::new(), "{what}");
        // no mail says that the package is another one
        let told = world.told_of(7);
        assert!(!told.contains(&"mail_package".to_owned()), "{told:?}");
        // what does not mend it does not hide it
        acts::stop(&world.core, &world.order(7)).unwrap_or_default();
        acts::start(&world.core, &world.order(7)).unwrap_or_default();
        assert_eq!(attention(&world).len(), 1, "{what}");
        // mended, and asked for again
        world.sim().faults.clear();
        api::change_package(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert_eq!(
            (world.status(7), world.config(vmid, "cores")),
            ("ready".to_owned(), "4".to_owned())
        );
        assert!(world.sim().is_running(vmid));
        assert_eq!(attention(&world), Vec::<Value>::new());
        assert_eq!(world.service(7)["addresses"].as_array().unwrap().len(), 2);
        world.check_invariants_but_for("400");
    }
}

#[test]
fn new_values_with_which_the_guest_does_not_start_are_taken_back() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(6, "4").option(7, "3");
    let words = "start failed: QEMU exited with code 1";
    world.sim().add_fault(Fault {
        times: 5,
        ..Fault::once("POST", "/status/start", FaultKind::TaskError(words.into()))
    });
    let before = ["cores", "memory"].map(|key| world.config(vmid, key));
    api::change_package(&world.core, &world.order(7)).unwrap();
    many_crons(&world);
    assert_eq!(["cores", "memory"].map(|key| world.config(vmid, key)), before);
    assert!(world.sim().is_running(vmid));
    assert_eq!(world.status(7), "ready");
    assert!(
        world.service(7)["error"].to_string().contains("QEMU exited"),
        "{}",
        world.service(7)
    );
}

/// While a change is tried again, a guest that ran may be started by staff.
#[test]
fn a_guest_may_be_started_while_its_change_is_queued() {
    let mut world = World::new();
    let vmid = world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.status(7), "change_package");
    acts::start(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().is_running(vmid));
    assert_eq!(world.status(7), "change_package", "the change is still to come");
    world.cron_until_idle();
    assert_eq!(world.config(vmid, "cores"), "4");
}

fn written_keys(world: &World) -> Vec<String> {
    let log = &world.sim().log;
    let writes = log
        .iter()
        .filter(|one| one.method != "GET" && one.path.ends_with("/config"));
    writes
        .flat_map(|one| one.params.iter())
        .flat_map(|(key, value)| match key.as_str() {
            "delete" => value.split(',').map(str::to_owned).collect(),
            key => vec![key.to_owned()],
        })
        .filter(|key| key != "digest")
        .collect()
}

#[test]
fn a_failed_start_does_not_reset_the_password_at_the_next_upgrade() {
    let mut world = World::new();
    world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    world
        .sim()
        .add_fault(Fault::once("POST", "/status/start", FaultKind::QuorumLost));
    acts::start(&world.core, &world.order(7)).unwrap_err();
    world
        .sim()
        .add_fault(Fault::once("POST", "/status/start", FaultKind::TaskError("no".into())));
    acts::start(&world.core, &world.order(7)).unwrap_err();
    world
        .sim()
        .add_fault(Fault::once("POST", "/status/start", FaultKind::UnknownUpid));
    let _ = acts::start(&world.core, &world.order(7));
    world.clock_forward(100.0);
    world.option(7, "3");
    // the forced step writes all of cloud-init's keys that differ
    let _ = acts::stop(&world.core, &world.order(7));
    world.sim().log.clear();
    acts::run_step(&world.core, &world.with_extra(7, "step", json!("set_cloudinit"))).unwrap();
    assert_eq!(written_keys(&world), Vec::<String>::new());
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(written_keys(&world), ["memory"]);
}

#[test]
fn a_write_of_the_password_that_failed_is_done_again() {
    let world = World::new();
    let vmid = world.ready(7);
    let mut order = world.order(7);
    order["service"]["password"] = json!("n3w-Pass#word");
    world.sim().add_fault(Fault::once(
        "",
        "/config",
        FaultKind::Status(500, "got timeout".into(), String::new()),
    ));
    world.sim().faults[0].method = "PUT".into();
    let failed = api::change_password(&world.core, &order).is_err();
    world.sim().faults.clear();
    if failed {
        api::change_password(&world.core, &order).unwrap();
    }
    assert_eq!(world.sim().vm(vmid).unwrap().plain_password(), Some("n3w-Pass#word"));
}

#[test]
fn a_change_of_package_writes_what_the_package_changes_and_nothing_else() {
    // an attached guest with a firewall, a user and a resolver of its own
    let mut world = World::new();
    world.sim().add_vm(300, "legacy", "pve1", "local", 8 << 30);
    for (key, value) in [
        ("ipconfig0", "gw=192.0.2.1,ip=192.0.2.20/24"),
        ("ciuser", "debian"),
        ("nameserver", "203.0.113.9"),
        ("onboot", "0"),
        ("net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=10"),
    ] {
        world.sim().set_config(300, key, Some(value));
    }
    world.sim().set_power(300, true);
    world
        .option(8, "0")
        .option(9, "0/0/0/0")
        .option(10, "0")
        .option(15, "0")
        .option(18, "off");
    acts::attach(&world.core, &world.with_extra(8, "vmid", json!(300))).unwrap();
    api::change_package(&world.core, &world.order(8)).unwrap();
    world.cron_until_idle();
    world.option(7, "3");
    world.sim().log.clear();
    api::change_package(&world.core, &world.order(8)).unwrap();
    world.cron_until_idle();
    assert_eq!(written_keys(&world), ["memory"]);
    let firewall = world
        .writes()
        .into_iter()
        .filter(|write| write.contains("/firewall"))
        .count();
    assert_eq!(firewall, 0);
    // the product's cloud-init user was edited: those who have a guest keep theirs
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(20, "admin").option(7, "3").option(22, "other.example.net");
    world.sim().log.clear();
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(written_keys(&world), ["memory"]);
    assert!(world.sim().is_running(vmid));
    // other addresses are cloud-init's business
    world.config_options = json!({"IPv4 Addresses": 2, "IPv6 Addresses": 0});
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.service(7)["addresses"].as_array().unwrap().len(), 2);
    world.check_invariants();
}

#[test]
fn an_order_whose_template_is_locked_by_its_backup_waits_and_says_for_what() {
    let world = World::new();
    world.sim().set_lock(9000, Some("backup"));
    world.create(7).unwrap();
    let error = world.service(7)["error"].clone();
    let text = error["message"].to_string();
    assert!(text.contains("template 9000") && text.contains("(backup)"), "{text}");
    assert_eq!(error["retry"], true, "it is due");
    world.cron_until_idle();
    world.clock_forward(1000.0);
    world.sim().set_lock(9000, None);
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
}

#[test]
fn what_is_not_due_is_not_said_to_be_tried_again() {
    let world = World::new();
    world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    world
        .sim()
        .add_fault(Fault::once("POST", "/status/start", FaultKind::QuorumLost));
    acts::start(&world.core, &world.order(7)).unwrap_err();
    let error = world.service(7)["error"].clone();
    assert_eq!(error["retry"], false, "{error}");
    assert_eq!(attention(&world), Vec::<Value>::new(), "who pressed it was told");
}

#[test]
fn a_guest_that_was_deleted_by_hand_is_named_with_the_remedy() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.sim().delete_vm(vmid);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    let of_cron = world.service(7)["error"]["message"].to_string();
    let of_button = acts::start(&world.core, &world.order(7)).unwrap_err().to_string();
    let of_stop = acts::stop(&world.core, &world.order(7)).unwrap_err().to_string();
    for text in [of_cron, of_button, of_stop] {
        for part in ["VM 100", "service 7", "pve1", "VMRemove", "VMClone"] {
            assert!(text.contains(part), "{text}");
        }
    }
    // as the sentence says
    acts::vm_remove(&world.core, &world.order(7)).unwrap();
    acts::run_step(&world.core, &world.with_extra(7, "step", json!("clone"))).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.config(vmid, "cores").as_str()),
        ("ready", "4")
    );
    let nowhere = acts::attach(&world.core, &world.with_extra(8, "vmid", json!(555))).unwrap_err();
    assert!(nowhere.to_string().contains("VM 555"), "{nowhere}");
}

/// A lock says nothing about what is asked, and lets nobody take anything back: it is waited for, and told. That holds for a
/// guest that is off and stays off too, and whether the call hears of the lock or its task does.
#[test]
fn a_change_of_package_that_a_lock_holds_up_is_done_once_the_lock_is_gone() {
    let held = "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout";
    let kinds = [
        FaultKind::Status(500, held.into(), format!("{{\"data\":null,\"message\":\"{held}\\n\"}}")),
        FaultKind::TaskError(held.into()),
    ];
    for kind in kinds {
        for suspended in [false, true] {
            let mut world = World::new();
            let vmid = world.ready(7);
            if suspended {
                api::suspend(&world.core, &world.order(7)).unwrap();
            }
            world.option(6, "3").option(8, "12");
            world.sim().add_fault(Fault::always("PUT", "/resize$", kind.clone()));
            api::change_package(&world.core, &world.order(7)).unwrap();
            many_crons(&world);
            let service = world.service(7);
            let why = format!("suspended: {suspended}, {kind:?}: {service}");
            assert_eq!(service["status"], "change_package", "{why}");
            assert_eq!(
                (&service["error"]["retry"], &service["error"]["attention"]),
                (&json!(true), &json!(true)),
                "{why}"
            );
            assert!(service["error"]["message"].to_string().contains("lock"), "{why}");
            world.sim().faults.clear();
            many_crons(&world);
            assert_eq!(world.status(7), "ready", "{}", world.service(7));
            assert_eq!(world.service(7)["error"], Value::Null, "{}", world.service(7));
            assert_eq!(world.config(vmid, "cores"), "3");
            assert!(world.config(vmid, "scsi0").contains("size=12G"));
            assert_eq!(world.sim().is_running(vmid), !suspended);
            world.check_invariants();
        }
    }
}

/// Proxmox VE answers each of them three seconds late, and its log has a line of each.
#[test]
fn a_login_that_is_refused_again_and_again_is_tried_once_in_a_while() {
    let world = World::new();
    world.ready(7);
    let expired = FaultKind::Status(401, "authentication failure".into(), String::new());
    for method in ["GET", "POST", "PUT"] {
        world.sim().add_fault(Fault::always(method, "", expired.clone()));
    }
    world.sim().log.clear();
    let reboot = || acts::reboot(&world.core, &world.order(7)).unwrap_err();
    let said: Vec<String> = (0..20).map(|_| reboot().to_string()).collect();
    assert_eq!(world.sim().log.len(), 3, "{said:?}");
    assert!(
        said[2].contains("GET") && said[3].contains("nothing was sent now"),
        "{said:?}"
    );
    assert!(
        said[3].contains("authentication failure") && said[3].contains("token and secret"),
        "{said:?}"
    );
    assert_eq!(code(Err(reboot())), "pve_login");
    world.clock_forward(61.0);
    for _ in 0..20 {
        reboot();
    }
    assert_eq!(world.sim().log.len(), 4, "one tries it, and the others wait");
    assert!(api::test_connection(&world.core, &json!({"server": world.server})).is_err());
    assert!(world.sim().log.len() > 4, "whoever wants to know asks at once");
    world.clock_forward(61.0);
    world.sim().faults.clear();
    acts::reboot(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
}
