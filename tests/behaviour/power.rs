//! Power that does no harm: a shutdown forces nothing, and what may lose something is meant.

use crate::acts;
use crate::operations::states;
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::ids::Actor;
use pvesim::{Fault, FaultKind, Guest};
use serde_json::{Value, json};

type Verb = fn(&Core, &Value) -> Result<Value, Error>;

/// A request of somebody who means it.
fn by(world: &World, actor: &str) -> Value {
    let mut order = world.with_extra(7, "actor", json!(actor));
    (order["by"], order["sure"]) = (json!({"id": 3, "ip": "192.0.2.200"}), json!("1"));
    order
}

fn client(world: &World, verb: Verb) -> Result<Value, Error> {
    verb(&world.core, &by(world, "client"))
}

fn ready() -> (World, u32) {
    let world = World::new();
    let vmid = world.ready(7);
    world.clock_forward(3600.0);
    world.sim().log.clear();
    (world, vmid)
}

fn takes(world: &World, vmid: u32, shutdown_s: f64) {
    let guest = Guest {
        shutdown_s,
        ..Guest::default()
    };
    world.sim().set_guest(vmid, guest);
}

fn hangs(world: &World, vmid: u32) {
    let guest = Guest {
        ignores_shutdown: true,
        ..Guest::default()
    };
    world.sim().set_guest(vmid, guest);
}

/// The last operation.
fn last(world: &World) -> proxmoxkvm::store::Operation {
    let reader = proxmoxkvm::store::Reader::Staff;
    let id = proxmoxkvm::words::ids::ServiceId(7);
    world.core.store.operations(id, reader, None, 1).unwrap().remove(0)
}

/// What was asked of the guest: its word, and what with.
fn asked(world: &World) -> Vec<(String, Vec<(String, String)>)> {
    let sim = world.sim();
    let power = sim.log.iter().filter_map(|one| {
        let (_, word) = one.path.split_once("/status/")?;
        (one.method == "POST").then(|| (word.to_owned(), one.params.clone().into_iter().collect()))
    });
    power.collect()
}

fn run_for(world: &World, seconds: f64) {
    for _ in 0..(seconds / 60.0) as u32 {
        world.clock_forward(60.0);
        world.cron();
    }
}

#[test]
fn a_shutdown_is_asked_for_at_once_and_ends_with_the_vm_off() {
    let (world, vmid) = ready();
    takes(&world, vmid, 20.0);
    let begun = world.now();
    client(&world, acts::shutdown).unwrap();
    assert!(world.now() - begun < 2.0, "nobody waits for the guest");
    let timeout = vec![("timeout".to_owned(), "120".to_owned())];
    assert_eq!(
        asked(&world),
        [("shutdown".to_owned(), timeout)],
        "and it is not forced"
    );
    assert_eq!(states(&world).pop().unwrap(), "shutdown queued");
    assert_eq!(last(&world).arguments, json!({"within_s": 120}));
    run_for(&world, 120.0);
    assert!(!world.sim().is_running(vmid));
    assert_eq!(states(&world).pop().unwrap(), "shutdown done");
    assert_eq!(last(&world).by.actor, Actor::Client);
    client(&world, acts::start).unwrap();
    assert!(world.sim().is_running(vmid));
    world.check_invariants();
}

/// The customer's page before anybody has looked at the guest, with these lines of More settings.
fn first_paint(world: &World, more: &str) -> Value {
    let mut order = world.shown_to("client");
    order.as_object_mut().unwrap().remove("server");
    order["package"]["options"][23] = json!(more);
    api::show(&world.core, &order).unwrap()
}

fn hangs_on_page(world: &World, more: &str) -> bool {
    first_paint(world, more)["hangs"].as_bool().unwrap()
}

/// Which of the power's buttons a page has.
fn power_buttons(page: &Value) -> Vec<&str> {
    let actions = page["actions"].as_array().unwrap().iter();
    let offered = actions.filter(|one| one["group"] == "power" && one["allowed"] == true);
    offered.map(|one| one["name"].as_str().unwrap()).collect()
}

#[test]
fn before_anybody_has_looked_start_does_not_stand_beside_reboot() {
    let (world, vmid) = ready();
    let on = ["shutdown", "reboot", "stop", "reset"];
    let page = first_paint(&world, "");
    assert_eq!(
        (power_buttons(&page), &page["believed"]),
        (on.to_vec(), &json!({"runs": true, "at": null})),
        "it was built, and runs"
    );
    client(&world, acts::stop).unwrap();
    let page = first_paint(&world, "");
    assert_eq!(
        (power_buttons(&page), &page["believed"]["runs"]),
        (vec!["start"], &json!(false)),
        "what was done last"
    );
    client(&world, acts::start).unwrap();
    assert_eq!(power_buttons(&first_paint(&world, "")), on);
    // its system switches itself off, which only the next reading of the usage tells
    world.sim().set_power(vmid, false);
    world.clock_forward(3600.0);
    api::usage_update(&world.core, &json!({"server": world.server, "max_age_s": 0})).unwrap();
    let read_at = world.now();
    world.clock_forward(1200.0);
    world.sim().log.clear();
    let page = first_paint(&world, "");
    assert_eq!(power_buttons(&page), ["start"], "{}", page["believed"]);
    let at = page["believed"]["at"].as_f64().unwrap();
    assert!((at - read_at).abs() < 60.0, "it says how old that is: {at} {read_at}");
    assert_eq!(world.sim().log.len(), 0, "the page itself waits for nobody");
    // whoever looks sees
    world.sim().set_power(vmid, true);
    let page = api::show(&world.core, &world.shown_to("client")).unwrap();
    assert_eq!((power_buttons(&page), page.get("believed")), (on.to_vec(), None));
}

#[test]
fn a_guest_that_does_not_listen_is_left_running_and_can_be_forced_off() {
    let (world, vmid) = ready();
    hangs(&world, vmid);
    client(&world, acts::shutdown).unwrap();
    run_for(&world, 300.0);
    let outcome = last(&world);
    assert_eq!(
        (outcome.state.as_str(), outcome.code.as_str()),
        ("failed", "not_shut_down")
    );
    assert!(
        outcome.result.contains("was left running") && outcome.result.contains("force it off"),
        "{}",
        outcome.result
    );
    assert!(world.sim().is_running(vmid));
    assert_eq!(
        world.service(7)["error"],
        Value::Null,
        "it is no trouble of the hoster's"
    );
    assert_eq!(world.service(7)["task"], Value::Null);
    assert!(hangs_on_page(&world, ""), "the page offers to force it off");
    assert!(
        !hangs_on_page(&world, "client_force_off = off"),
        "and only where it may be"
    );
    client(&world, acts::stop).unwrap();
    assert!(!world.sim().is_running(vmid));
    assert!(!hangs_on_page(&world, ""));
    world.check_invariants();
}

#[test]
fn a_slow_guest_that_goes_off_later_is_off_and_can_be_started() {
    let (world, vmid) = ready();
    takes(&world, vmid, 200.0);
    client(&world, acts::shutdown).unwrap();
    run_for(&world, 180.0);
    assert_eq!(last(&world).code, "not_shut_down");
    run_for(&world, 60.0);
    assert!(!world.sim().is_running(vmid));
    client(&world, acts::start).unwrap();
    assert!(world.sim().is_running(vmid));
}

#[test]
fn a_shutdown_that_is_waited_for_can_be_forced_and_reset_and_nothing_else() {
    for (verb, runs) in [(acts::stop as Verb, false), (acts::reset, true)] {
        let (world, vmid) = ready();
        hangs(&world, vmid);
        client(&world, acts::shutdown).unwrap();
        world.clock_forward(10.0);
        for other in [acts::reboot as Verb, acts::shutdown] {
            assert_eq!(code(client(&world, other)), "task_running");
        }
        client(&world, verb).unwrap();
        run_for(&world, 180.0);
        assert_eq!(world.sim().is_running(vmid), runs, "and it stays so");
        assert_eq!(world.service(7)["error"], Value::Null);
        let unfinished = states(&world).iter().any(|state| state.ends_with("queued"));
        assert!(!unfinished, "{:?}", states(&world));
        world.check_invariants();
    }
}

#[test]
fn a_force_off_that_is_refused_leaves_the_shutdown_that_is_under_way() {
    type Refuse = fn(&World, u32);
    let refusals: [(&str, Refuse); 3] = [
        ("protected_by_client", |world, _| {
            acts::protect(&world.core, &by(world, "admin")).unwrap();
        }),
        ("locked", |world, vmid| world.sim().set_lock(vmid, Some("backup"))),
        ("not_ours", |world, vmid| {
            world.sim().set_config(vmid, "description", None)
        }),
    ];
    for (refusal, refuse) in refusals {
        let (world, vmid) = ready();
        takes(&world, vmid, 40.0);
        client(&world, acts::shutdown).unwrap();
        world.clock_forward(10.0);
        refuse(&world, vmid);
        assert_eq!(code(client(&world, acts::stop)), refusal);
        world.sim().advance(world.now() + 60.0);
        assert!(
            !world.sim().is_running(vmid),
            "{refusal}: the shutdown has come to its end"
        );
    }
}

#[test]
fn what_may_lose_something_is_ticked() {
    let (world, vmid) = ready();
    for (name, verb) in [("stop", acts::stop as Verb), ("reset", acts::reset)] {
        for sure in [
            Value::Null,
            json!(""),
            json!("0"),
            json!(false),
            json!("yes"),
            json!([1]),
        ] {
            let mut order = by(&world, "client");
            order["sure"] = sure.clone();
            assert_eq!(code(verb(&world.core, &order)), "not_ticked", "{name} {sure}");
            world.clock_forward(60.0);
        }
        let mut page = by(&world, "admin");
        page["sure"] = json!("");
        assert_eq!(code(verb(&world.core, &page)), "not_ticked", "a page of staff asks too");
    }
    assert_eq!(asked(&world), []);
    // WHMCS's own button cannot ask
    acts::stop(&world.core, &world.with_extra(7, "actor", json!("admin"))).unwrap();
    assert!(!world.sim().is_running(vmid));
}

#[test]
fn each_has_a_switch_and_without_client_stop_nothing_switches_off() {
    let cases: [(&str, &[&str], &str); 4] = [
        ("client_stop = off", &["stop", "shutdown"], "client_stop"),
        ("client_force_off = off", &["stop"], "client_force_off"),
        (
            "client_stop = off\nclient_force_off = on",
            &["stop", "shutdown"],
            "client_stop",
        ),
        ("client_reset = off", &["reset"], "client_reset"),
    ];
    let verbs: [(&str, Verb); 4] = [
        ("stop", acts::stop),
        ("shutdown", acts::shutdown),
        ("reset", acts::reset),
        ("reboot", acts::reboot),
    ];
    for (more, forbidden, switch) in cases {
        let mut world = World::new();
        world.ready(7);
        world.option(24, more);
        let asked = json!({"service": 7, "package": world.order(7)["package"], "actor": "client"});
        let page = api::show(&world.core, &asked).unwrap();
        for (name, verb) in verbs {
            let is_there = page["actions"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["name"] == name);
            assert_eq!(is_there, !forbidden.contains(&name), "{more}: {name}");
            if !is_there {
                let error = client(&world, verb).unwrap_err();
                assert_eq!(error.code(), "not_for_clients");
                assert!(error.to_string().contains(&format!("set {switch} = on")), "{error}");
            }
        }
    }
}

#[test]
fn a_paused_guest_is_not_asked_what_it_would_hear_days_later() {
    let (world, vmid) = ready();
    world.sim().vms.get_mut(&vmid).unwrap().run.as_mut().unwrap().paused = true;
    for verb in [acts::shutdown as Verb, acts::reboot] {
        let error = client(&world, verb).unwrap_err();
        assert_eq!(
            (error.code(), error.problem().client),
            ("paused", Some("client_paused"))
        );
    }
    assert_eq!(asked(&world), []);
    let shown = api::show(&world.core, &world.shown_to("client")).unwrap();
    let shown = shown["actions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "shutdown")
        .unwrap()
        .clone();
    assert_eq!((&shown["allowed"], &shown["code"]), (&json!(false), &json!("paused")));
    client(&world, acts::stop).unwrap();
    assert!(!world.sim().is_running(vmid));
}

#[test]
fn what_qm_cleanup_keeps_from_beginning_the_cron_asks_again() {
    for (verb, name, runs) in [
        (acts::shutdown as Verb, "shutdown", false),
        (acts::reset, "reset", true),
    ] {
        let (world, vmid) = ready();
        world.sim().hold_config(vmid, 30.0);
        client(&world, verb).unwrap();
        run_for(&world, 180.0);
        assert_eq!(asked(&world).len(), 2, "{:?}", asked(&world));
        assert_eq!(states(&world).pop().unwrap(), format!("{name} done"));
        assert_eq!(last(&world).by.actor, Actor::Client);
        assert_eq!(world.sim().is_running(vmid), runs);
        assert_eq!(
            (&world.service(7)["error"], &world.service(7)["task"]),
            (&Value::Null, &Value::Null)
        );
    }
}

#[test]
fn what_could_not_begin_for_long_is_told_and_not_asked_for_ever() {
    let (world, vmid) = ready();
    world.sim().hold_config(vmid, 3600.0);
    client(&world, acts::shutdown).unwrap();
    run_for(&world, 600.0);
    let outcome = last(&world);
    assert_eq!(outcome.state.as_str(), "failed", "{outcome:?}");
    assert!(outcome.result.contains("can't lock file"), "{outcome:?}");
    assert!(asked(&world).len() < 12, "{:?}", asked(&world));
    run_for(&world, 3600.0);
    assert!(world.sim().is_running(vmid), "nothing of it is done an hour later");
}

#[test]
fn whoever_comes_with_another_wish_does_not_ask_again_what_could_not_begin() {
    let (world, vmid) = ready();
    world.sim().hold_config(vmid, 30.0);
    client(&world, acts::shutdown).unwrap();
    world.clock_forward(40.0);
    client(&world, acts::reboot).unwrap();
    run_for(&world, 180.0);
    let words: Vec<String> = asked(&world).into_iter().map(|(word, _)| word).collect();
    assert_eq!(words, ["shutdown", "reboot"]);
    assert!(world.sim().is_running(vmid));
}

#[test]
fn a_lost_answer_is_told_as_what_it_is() {
    for (verb, word) in [
        (acts::shutdown as Verb, "shutdown"),
        (acts::reset, "reset"),
        (acts::reboot, "reboot"),
    ] {
        let (world, vmid) = ready();
        let lost = Fault::once("POST", &format!("/status/{word}"), FaultKind::DropBeforeEffect);
        world.sim().add_fault(lost);
        client(&world, verb).unwrap_err();
        run_for(&world, 120.0);
        let outcome = last(&world);
        assert_eq!(
            (outcome.state.as_str(), outcome.code.as_str()),
            ("failed", "answer_lost"),
            "{word}"
        );
        assert!(world.sim().is_running(vmid));
        assert_eq!(world.service(7)["error"], Value::Null);
        // one that was heard is seen to its end
        let lost = Fault::once("POST", &format!("/status/{word}"), FaultKind::DropAfterEffect);
        world.sim().add_fault(lost);
        takes(&world, vmid, 60.0);
        client(&world, verb).unwrap_err();
        world.clock_forward(0.05);
        world.cron();
        run_for(&world, 180.0);
        world.sim().advance(world.now());
        assert_eq!(world.sim().is_running(vmid), word != "shutdown", "{word}");
    }
}

#[test]
fn a_guest_of_ha_is_shut_down_by_its_manager() {
    let (world, vmid) = ready();
    world.sim().add_ha(vmid, "started");
    client(&world, acts::shutdown).unwrap();
    let timeout = vec![("timeout".to_owned(), "120".to_owned())];
    assert_eq!(asked(&world), [("shutdown".to_owned(), timeout)]);
    run_for(&world, 120.0);
    assert!(!world.sim().is_running(vmid));
    assert_eq!(states(&world).pop().unwrap(), "shutdown done");
    client(&world, acts::start).unwrap();
    assert!(world.sim().is_running(vmid));
    client(&world, acts::stop).unwrap();
    assert!(!world.sim().is_running(vmid));
}

#[test]
fn a_reset_minds_the_lock_of_a_backup_and_a_guest_that_is_off() {
    let (world, vmid) = ready();
    world.sim().set_lock(vmid, Some("backup"));
    for verb in [acts::reset as Verb, acts::shutdown, acts::stop] {
        assert_eq!(code(client(&world, verb)), "locked");
    }
    world.sim().set_lock(vmid, None);
    world.clock_forward(600.0);
    world.sim().set_power(vmid, false);
    for verb in [acts::reset as Verb, acts::shutdown, acts::stop] {
        assert_eq!(code(client(&world, verb)), "already_stopped");
    }
    assert_eq!(asked(&world), []);
}
