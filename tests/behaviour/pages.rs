//! What pages show: package and guest side by side, buttons that are refused, graphs; and what they cost.

use crate::acts;
use crate::support::{World, cluster_options, code};
use proxmoxkvm::actions::ACTIONS;
use proxmoxkvm::api::{self, verbs};
use pvesim::{Fault, FaultKind, Options, Version};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

/// The admin's page: server entry and package in the request.
fn page(world: &World, service: u64) -> Value {
    let order = world.order(service);
    api::show(
        &world.core,
        &json!({"service": service, "server": order["server"], "package": order["package"]}),
    )
    .unwrap()
}

/// `what` → (wanted, actual) of the lines that differ.
fn differences(page: &Value) -> Vec<(String, Value, Value)> {
    let lines = page["compare"]
        .as_array()
        .unwrap_or_else(|| panic!("no comparison in {page}"));
    let differs = lines.iter().filter(|line| line["same"] == false);
    differs
        .map(|line| {
            (
                line["what"].as_str().unwrap().to_owned(),
                line["wanted"].clone(),
                line["actual"].clone(),
            )
        })
        .collect()
}

/// Why a button is refused; empty when it is offered.
fn why(page: &Value, label: &str) -> String {
    let buttons = page["actions"].as_array().unwrap();
    let button = buttons.iter().find(|button| button["label"] == label).unwrap();
    assert_eq!(button["allowed"], button["why"].is_null(), "{button}");
    button["why"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_guest_that_is_as_it_was_sold_differs_in_nothing() {
    let world = World::new();
    world.ready(7);
    let page = page(&world, 7);
    assert_eq!(differences(&page), []);
    let lines = page["compare"].as_array().unwrap();
    let of = |what: &str| lines.iter().find(|line| line["what"] == what).unwrap()["actual"].clone();
    let shown = [
        "cpu_cores",
        "ram",
        "system_disk",
        "system_disk_limits",
        "additional_disk",
        "additional_disk_limits",
    ]
    .map(of);
    assert_eq!(shown, ["2", "1.5", "8", "100/80/1000/800", "3", "50/40.5/0/400"]);
    assert_eq!(
        ["bridge", "vlan", "network_rate", "firewall"].map(of),
        ["vmbr0", "10", "12.5", "on"]
    );
}

#[test]
fn every_difference_between_package_and_guest_is_told() {
    let mut world = World::new();
    let vmid = world.ready(7);
    let disk = world.config(vmid, "scsi0");
    world.sim().set_config(
        vmid,
        "scsi0",
        Some(
            &disk
                .replace("size=8G", "size=8448M")
                .replace("mbps_rd=100", "mbps_rd=7"),
        ),
    );
    let nic = world.config(vmid, "net0");
    let nic = nic
        .replace("vmbr0", "vmbr1")
        .replace("tag=10", "tag=11")
        .replace("firewall=1", "firewall=0")
        .replace("rate=12.5", "rate=3");
    world.sim().set_config(vmid, "net0", Some(&nic));
    world
        .option(6, "4")
        .option(7, "2")
        .option(10, "5")
        .option(11, "0/0/0/0")
        .option(16, "e1000");
    let told = differences(&page(&world, 7));
    let told: Vec<String> = told
        .into_iter()
        .map(|(what, wanted, actual)| format!("{what} {wanted} {actual}"))
        .collect();
    assert_eq!(
        told,
        [
            r#"cpu_cores "4" "2""#,
            r#"ram "2" "1.5""#,
            r#"system_disk "8" "8.25""#,
            r#"system_disk_limits "100/80/1000/800" "7/80/1000/800""#,
            r#"additional_disk "5" "3""#,
            r#"additional_disk_limits "0/0/0/0" "50/40.5/0/400""#,
            r#"bridge "vmbr0" "vmbr1""#,
            r#"vlan "10" "11""#,
            r#"nic_model "e1000" "virtio""#,
            r#"network_rate "12.5" "3""#,
            r#"firewall "on" "off""#,
        ]
    );
}

#[test]
fn a_change_that_waits_for_a_restart_is_not_there_yet() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(6, "3");
    {
        let mut sim = world.sim();
        sim.vms
            .get_mut(&vmid)
            .unwrap()
            .pending
            .insert("cores".into(), "3".into());
    }
    assert_eq!(
        differences(&page(&world, 7)),
        [("cpu_cores".to_owned(), json!("3"), json!("2"))]
    );
    world.sim().set_power(vmid, false);
    assert_eq!(differences(&page(&world, 7)), [], "stopped: its next start has them");
}

#[test]
fn a_page_asks_everything_side_by_side() {
    let world = World::new();
    world.ready(7);
    world.sim().log.clear();
    // each request is answered only when the other one is on its way too
    let sent = world.mortality.requests.load(Ordering::SeqCst);
    world.mortality.meeting.expected.store(sent + 2, Ordering::SeqCst);
    let page = page(&world, 7);
    assert_eq!(page["live"]["status"], "running", "{page}");
    assert_eq!(world.sim().log.len(), 2);

    let graph = json!({"service": 7, "server": world.server, "timeframe": "hour"});
    world.mortality.meeting.expected.store(sent + 4, Ordering::SeqCst);
    assert!(api::usage(&world.core, &graph).is_ok());
    assert_eq!(world.sim().log.len(), 4);
}

#[test]
fn a_node_that_does_not_answer_keeps_no_page_waiting() {
    let world = World::new();
    world.ready(7);
    world
        .sim()
        .add_fault(Fault::always("GET", "/qemu/", FaultKind::Hang(6.0)));
    let began = world.now();
    let shown = api::show(&world.core, &json!({"service": 7, "server": world.server})).unwrap();
    assert!(world.now() - began < 5.5, "took {}", world.now() - began);
    assert!(shown["live_error"].as_str().unwrap().contains("no answer"), "{shown}");
    assert_eq!(shown["service"]["status"], "ready");
    assert_eq!(why(&shown, "Start"), "", "what nobody could look at is not taken away");
    assert_eq!(why(&shown, "Stop"), "");
    // the verbs behind the buttons have their own patience
    assert_eq!(
        code(acts::stop(&world.core, &world.order(7))).split(':').next(),
        Some("ok")
    );
}

#[test]
fn nothing_of_a_strangers_guest_is_shown() {
    let world = World::new();
    let vmid = world.ready(7);
    world
        .sim()
        .set_config(vmid, "description", Some("the accountants' server"));
    let shown = page(&world, 7);
    assert!(shown["live"].is_null() && shown["compare"].is_null(), "{shown}");
    assert!(shown["live_error"].as_str().unwrap().contains("marker"));
    let graph = json!({"service": 7, "server": world.server, "timeframe": "hour"});
    assert_eq!(code(api::usage(&world.core, &graph)), "not_ours");
}

#[test]
fn a_button_that_would_be_refused_says_why() {
    let world = World::new();
    let vmid = world.ready(7);
    let running = page(&world, 7);
    assert_eq!(running["actions"].as_array().unwrap().len(), ACTIONS.len());
    assert!(why(&running, "Start").contains("running already"));
    assert_eq!(why(&running, "Stop"), "");
    assert!(why(&running, "**Reinstall").contains("stop it first"));
    world.sim().set_power(vmid, false);
    let stopped = page(&world, 7);
    assert_eq!(why(&stopped, "Start"), "");
    assert!(why(&stopped, "Stop").contains("stopped already"));
    world.sim().set_config(vmid, "lock", Some("backup"));
    assert!(why(&page(&world, 7), "Start").contains("locked"));
    world.sim().set_config(vmid, "lock", None);
    api::suspend(&world.core, &world.order(7)).unwrap();
    let from_the_store = api::show(&world.core, &json!({"service": 7})).unwrap();
    assert!(why(&from_the_store, "Start").contains("suspended"));
    assert_eq!(why(&from_the_store, "Stop"), "");
}

#[test]
fn a_clone_on_its_way_shows_how_far_it_is() {
    let world = World::new();
    world.create(7).unwrap();
    world.clock_forward(2.0);
    let shown = page(&world, 7);
    assert!(shown["live_error"].is_null(), "{shown}");
    let percent = shown["service"]["task"]["percent"]
        .as_f64()
        .unwrap_or_else(|| panic!("{shown}"));
    assert!((0.0..=100.0).contains(&percent));
}

#[test]
fn a_restart_is_shown_until_it_has_ended() {
    let world = World::new();
    world.ready(7);
    acts::reboot(&world.core, &world.order(7)).unwrap();
    assert!(!page(&world, 7)["service"]["task"].is_null());
    world.cron_until_idle();
    assert!(page(&world, 7)["service"]["task"].is_null());
    assert_eq!(world.service(7)["settled"], true);
    world.sim().log.clear();
    world.cron();
    assert!(world.sim().log.is_empty(), "and costs nothing from then on");
}

#[test]
fn a_bad_package_leaves_the_page_as_it_is() {
    let mut world = World::new();
    world.ready(7);
    world.option(6, "many");
    let shown = page(&world, 7);
    assert!(
        shown["package_error"].as_str().unwrap().contains("CPU cores"),
        "{shown}"
    );
    assert_eq!(shown["live"]["status"], "running");
}

#[test]
fn customers_do_only_what_the_product_lets_them() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(
        24,
        "client_stop = off\nclient_reset = off\nclient_reboot = off\nclient_start = off\nclient_protect = off\nclient_graphs = off\nclient_snapshots = off\nclient_console = off\nclient_reachability = off\nclient_ssh_keys = off\nclient_backups = off",
    );
    let asked = |actor: &str| world.with_extra(7, "actor", json!(actor));
    let shown = api::show(&world.core, &{
        let mut asked = asked("client");
        asked["service"] = json!(7);
        asked
    });
    let shown = shown.unwrap();
    let names: Vec<&str> = (shown["actions"].as_array().unwrap().iter())
        .map(|action| action["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        (names, &shown["permissions"]),
        (
            vec!["set_reverse_name"],
            &json!({"graphs": false, "snapshots": false, "ssh_keys": false, "ssh_keys_at_once": false, "firewall": false, "user_data": false, "password": true, "backups": false})
        )
    );
    for verb in [acts::stop, acts::shutdown, acts::reboot, acts::start] {
        assert_eq!(code(verb(&world.core, &asked("client"))), "not_for_clients");
    }
    assert!(world.sim().is_running(vmid), "nothing was touched");
    acts::stop(&world.core, &asked("admin")).expect("staff may");
    let mut graph = asked("client");
    (graph["service"], graph["timeframe"]) = (json!(7), json!("hour"));
    assert_eq!(code(api::usage(&world.core, &graph)), "not_for_clients");
    graph["actor"] = json!("admin");
    api::usage(&world.core, &graph).unwrap();
}

#[test]
fn graphs_have_few_points_with_gaps_where_the_guest_did_not_run() {
    for version in [Version::V8_4, Version::V9_1] {
        let world = World::with(Options {
            version,
            ..cluster_options()
        });
        world.ready(7);
        world.clock_forward(1800.0);
        for (timeframe, least) in [("hour", 60), ("day", 70), ("week", 70), ("month", 70), ("year", 70)] {
            let asked = json!({"service": 7, "server": world.server, "timeframe": timeframe});
            let reply = api::usage(&world.core, &asked).unwrap();
            let points = reply["points"].as_array().unwrap();
            assert!((least..=200).contains(&points.len()), "{timeframe}: {}", points.len());
            let times: Vec<f64> = points.iter().map(|point| point["at"].as_f64().unwrap()).collect();
            assert!(times.is_sorted());
            assert!(points[0]["cpu"].is_null(), "it did not run then");
            if timeframe == "hour" {
                let last = points.last().unwrap();
                assert!(
                    last["cpu"].as_f64().unwrap() < 1.0 && last["net_in"].as_f64().unwrap() > 0.0,
                    "{last}"
                );
                assert_eq!(last["memory_max"], 1536.0 * 1024.0 * 1024.0);
            }
        }
        let asked = json!({"service": 7, "server": world.server, "timeframe": "decade"});
        assert_eq!(code(api::usage(&world.core, &asked)), "bad_request");
        assert_eq!(world.sim().counters.not_simulated, 0);
    }
}

#[test]
fn a_customer_is_offered_nothing_of_what_is_not_finished_or_not_active() {
    let world = World::new();
    world.create(7).unwrap();
    let shown = |world: &World, in_whmcs: &str| {
        let asked = json!({"service": 7, "actor": "client", "whmcs_status": in_whmcs});
        api::show(&world.core, &asked).unwrap()
    };
    let refused = |page: &Value, code: &str| {
        let actions = page["actions"].as_array().unwrap();
        assert!(
            !actions.is_empty() && actions.iter().all(|action| action["code"] == code),
            "{page}"
        );
    };
    let page = shown(&world, "Active");
    assert_eq!(page["state"], "building");
    refused(&page, "wrong_status");
    world.cron_until_idle();
    let page = shown(&world, "Active");
    assert_eq!(page["state"], "ready");
    assert!(
        page["actions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|action| action["allowed"] == true)
    );
    refused(&shown(&world, "Terminated"), "not_active");
    api::suspend(&world.core, &world.order(7)).unwrap();
    refused(&shown(&world, "Active"), "suspended");
}

#[test]
fn what_is_no_action_of_customers_is_refused_to_them() {
    let world = World::new();
    world.ready(7);
    let order = world.with_extra(7, "actor", json!("client"));
    for verb in verbs::VERBS
        .iter()
        .filter(|verb| matches!(verb.run, verbs::Run::Changes(_)))
    {
        let found = verbs::find(verb.entry, verb.name).unwrap();
        let refused = code(found.run(&world.core, &order).map(|reply| reply.value())) == "staff_only";
        // a page that takes back what nobody has confirmed is asked by customers too
        let is_theirs = ["change_password", "firewall"].contains(&verb.name);
        assert_eq!(refused, !is_theirs, "{}", verb.name);
    }
    assert_eq!(world.status(7), "ready");
}
