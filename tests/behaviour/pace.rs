//! How often a client may ask for something, that nobody else waits for it, and that the history tells who asked.

use super::dns::Dns;
use super::support::{World, code};
use crate::acts;
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::output;
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::limits;
use pvesim::Guest;
use serde_json::{Value, json};

type Verb = fn(&Core, &Value) -> Result<Value, Error>;

const POWER: [Verb; 3] = [acts::stop, acts::start, acts::reboot];

fn by(world: &World, actor: &str) -> Value {
    let mut order = world.with_extra(7, "actor", json!(actor));
    (order["typed"], order["sure"]) = (world.service(7)["name"].clone(), json!("1"));
    order
}

/// What a client does who presses every button as fast as a script can.
fn hammer(world: &World, times: usize) -> Vec<String> {
    let press = |number: usize| code(POWER[number % POWER.len()](&world.core, &by(world, "client")));
    (0..times).map(press).collect()
}

/// `(seconds, sentence)` of a refusal.
fn refused(answer: Result<Value, Error>) -> (f64, String) {
    let error = answer.expect_err("too often");
    assert_eq!(error.code(), "too_often", "{error}");
    let reply = output::error_reply(&error);
    (reply["again_in_s"].as_f64().unwrap(), error.to_string())
}

#[test]
fn a_client_who_presses_without_end_is_told_when_to_press_again() {
    let world = World::new();
    world.ready(7);
    world.clock_forward(3600.0);
    world.sim().log.clear();
    let (begun, answers) = (world.now(), hammer(&world, 140));
    let let_in = answers.iter().filter(|answer| *answer != "too_often").count();
    let passed = world.now() - begun;
    assert!(passed < limits::CLIENT_CHANGES.1, "the presses took {passed} s");
    assert_eq!(let_in, limits::CLIENT_CHANGES.0, "{answers:?}");
    // a Stop ends a restart that is still waited for
    assert!(world.writes().len() <= 2 * let_in, "{:?}", world.writes());

    let asked = world.sim().log.len();
    let (wait, sentence) = refused(acts::reboot(&world.core, &by(&world, "client")));
    assert_eq!(world.sim().log.len(), asked, "Proxmox VE is asked nothing");
    assert!((1.0..=limits::CLIENT_CHANGES.1).contains(&wait), "{wait}");
    assert!(sentence.contains(&format!("in {wait} seconds")), "{sentence}");
    world.clock_forward(wait - 1.5);
    refused(acts::reboot(&world.core, &by(&world, "client")));
    world.clock_forward(1.5);
    assert_ne!(code(acts::reboot(&world.core, &by(&world, "client"))), "too_often");
}

/// What the page of somebody has of an action's quota, and whether it is offered.
fn quota(world: &World, actor: &str, name: &str) -> (Value, Value) {
    let asked = json!({"service": 7, "actor": actor, "package": world.order(7)["package"]});
    let page = api::show(&world.core, &asked).unwrap();
    let found = page["actions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|action| action["name"] == name);
    let found = found.unwrap();
    (found["quota"].clone(), found["code"].clone())
}

#[test]
fn the_page_says_how_often_it_may_still_be_and_when_again() {
    let mut world = World::new();
    world.option(24, "client_reinstall = on");
    world.ready(7);
    world.clock_forward(3600.0);
    let (times, seconds) = limits::CLIENT_CHANGES;
    for pressed in 0..times {
        let expected = json!({"times": times, "seconds": seconds, "left": times - pressed, "again_at": null});
        assert_eq!(quota(&world, "client", "stop"), (expected, Value::Null), "{pressed}");
        let _ = acts::start(&world.core, &by(&world, "client"));
    }
    let (spent, code) = quota(&world, "client", "stop");
    assert_eq!((&spent["left"], &code), (&json!(0), &json!("too_often")));
    let again = spent["again_at"].as_f64().unwrap();
    assert!(again > world.now() && again <= world.now() + seconds, "{again}");
    let (_, sentence) = refused(acts::stop(&world.core, &by(&world, "client")));
    assert!(
        sentence.contains("6 times within 2 minutes") && sentence.ends_with(" UTC"),
        "{sentence}"
    );
    // its own, where that is less
    let own = quota(&world, "client", "set_reverse_name").0;
    assert_eq!(
        (&own["times"], &own["left"]),
        (&json!(limits::CLIENT_NAMES.0), &json!(limits::CLIENT_NAMES.0))
    );
    world.clock_forward(again - world.now());
    assert_eq!(quota(&world, "client", "stop").1, Value::Null);
    world.clock_forward(seconds);
    let reinstall = quota(&world, "client", "reinstall").0;
    assert_eq!(reinstall["times"], json!(limits::CLIENT_REINSTALLS.0));
    // staff are not counted
    assert_eq!(quota(&world, "admin", "stop"), (Value::Null, Value::Null));
}

#[test]
fn what_a_client_does_too_often_holds_up_nobody_else() {
    for verb in [
        api::suspend as Verb,
        api::unsuspend,
        api::change_package,
        acts::stop,
        api::terminate,
    ] {
        for actor in ["cron", "admin"] {
            let world = World::new();
            world.ready(7);
            hammer(&world, 40);
            // what the last press has asked for has ended
            world.clock_forward(10.0);
            refused(acts::start(&world.core, &by(&world, "client")));
            let answer = code(verb(&world.core, &by(&world, actor)));
            assert!(answer.starts_with("ok") || answer == "already_stopped", "{answer}");
            // nor is what they ask for counted
            for _ in 0..40 {
                assert_ne!(code(acts::start(&world.core, &by(&world, actor))), "too_often");
            }
        }
    }
}

#[test]
fn presses_are_counted_over_all_processes_and_each_service_has_its_own() {
    for mut world in [World::in_a_file(), World::in_a_database()] {
        world.ready(7);
        world.ready(8);
        let mut let_in = 0;
        for number in 0..40 {
            if number == 3 {
                // the next process, less than two minutes later
                world.restart();
            }
            let answer = code(POWER[number % 3](&world.core, &by(&world, "client")));
            let_in += usize::from(answer != "too_often");
        }
        assert_eq!(let_in, limits::CLIENT_CHANGES.0);
        let other = world.with_extra(8, "actor", json!("client"));
        assert_ne!(code(acts::stop(&world.core, &other)), "too_often");
    }
}

#[test]
fn a_client_changes_its_password_a_few_times_and_then_waits() {
    let world = World::new();
    world.ready(7);
    let set = || code(api::change_password(&world.core, &by(&world, "client")));
    let answers: Vec<String> = (0..40).map(|_| set()).collect();
    let let_in = answers.iter().filter(|answer| *answer != "too_often").count();
    assert_eq!(let_in, limits::CLIENT_PASSWORDS.0, "{answers:?}");
}

#[test]
fn a_client_reinstalls_a_few_times_an_hour_and_a_refusal_is_none() {
    let mut world = World::new();
    world.option(24, "client_reinstall = on");
    world.ready(7);
    let stop = || {
        world.cron_until_idle();
        let _ = acts::stop(&world.core, &by(&world, "admin"));
        world.clock_forward(limits::CLIENT_CHANGES.1);
    };
    for _ in 0..limits::CLIENT_REINSTALLS.0 {
        world.cron_until_idle();
        let mut other = by(&world, "client");
        other["template"] = json!("9001");
        assert_eq!(code(acts::reinstall(&world.core, &other)), "not_offered");
        stop();
        acts::reinstall(&world.core, &by(&world, "client")).unwrap();
    }
    stop();
    world.sim().log.clear();
    let (wait, _) = refused(acts::reinstall(&world.core, &by(&world, "client")));
    assert_eq!((world.writes(), world.status(7)), (vec![], "ready".to_owned()));
    acts::reinstall(&world.core, &by(&world, "admin")).expect("staff may");
    stop();
    world.clock_forward(wait);
    acts::reinstall(&world.core, &by(&world, "client")).unwrap();
}

fn name(world: &World, actor: &str, name: &str) -> Result<Value, Error> {
    let mut order = by(world, actor);
    (order["address"], order["name"]) = (json!("192.0.2.10"), json!(name));
    acts::set_reverse_name(&world.core, &order)
}

#[test]
fn a_client_writes_a_few_names_and_then_waits() {
    let mut dns = Dns::new();
    dns.world.option(24, "rdns_forward_check = off");
    dns.world.ready(7);
    let mut let_in = 0;
    for number in 0..60 {
        let before = dns.shown();
        let answer = name(&dns.world, "client", &format!("host{number}.example.org"));
        match answer {
            Ok(_) => let_in += 1,
            refusal => drop(refused(refusal)),
        }
        assert_eq!(dns.shown() != before, let_in == number + 1);
    }
    assert_eq!(let_in, limits::CLIENT_NAMES.0);
    let (wait, _) = refused(name(&dns.world, "client", "mail.example.org"));
    name(&dns.world, "admin", "staff.example.org").expect("staff may");
    dns.world.clock_forward(wait);
    name(&dns.world, "client", "mail.example.org").unwrap();
}

fn events(world: &World) -> Vec<Value> {
    acts::history(&world.core, 7).as_array().unwrap().clone()
}

fn count(world: &World, actor: &str, what: &str) -> usize {
    let of = |event: &&Value| event["actor"] == actor && event["what"] == what;
    events(world).iter().filter(of).count()
}

#[test]
fn whoever_sets_a_name_is_in_the_history() {
    for actor in ["client", "admin"] {
        let mut dns = Dns::new();
        dns.world.option(24, "rdns_forward_check = off");
        dns.world.ready(7);
        let by_cron = count(&dns.world, "cron", "dns");
        name(&dns.world, actor, "mail.example.org").unwrap();
        assert_eq!(
            count(&dns.world, actor, "set_reverse_name"),
            1,
            "{:?}",
            events(&dns.world)
        );
        assert_eq!(count(&dns.world, actor, "dns"), 1);
        assert_eq!(count(&dns.world, "cron", "dns"), by_cron);
    }
}

#[test]
fn whoever_has_asked_for_records_is_in_the_history_when_the_cron_writes_them() {
    let mut dns = Dns::new();
    dns.world.option(24, "rdns_forward_check = off");
    dns.world.ready(7);
    let by_cron = count(&dns.world, "cron", "dns");
    dns.behaves(super::fake_dns::Mood::Refuses);
    name(&dns.world, "client", "mail.example.org").unwrap();
    dns.behaves(super::fake_dns::Mood::Well);
    dns.world.clock_forward(3600.0);
    dns.world.cron();
    assert_eq!(count(&dns.world, "client", "dns"), 2, "{:?}", events(&dns.world));
    assert_eq!(count(&dns.world, "cron", "dns"), by_cron);
    // from then on it is the cron's again
    dns.world.option(22, "example.net");
    acts::set_dns_records(&dns.world.core, &by(&dns.world, "admin")).unwrap();
    name(&dns.world, "admin", "").unwrap();
    assert_eq!(count(&dns.world, "client", "dns"), 2);
}

#[test]
fn the_end_of_what_a_client_has_asked_for_is_told_as_the_clients() {
    let world = World::new();
    let vmid = world.ready(7);
    let hanging = Guest {
        ignores_shutdown: true,
        ..Guest::default()
    };
    world.sim().set_guest(vmid, hanging);
    acts::reboot(&world.core, &by(&world, "client")).unwrap();
    world.clock_forward(300.0);
    world.cron();
    assert_eq!(count(&world, "client", "reboot"), 2, "{:?}", events(&world));
    assert_eq!(count(&world, "cron", "reboot"), 0);
}

#[test]
fn a_client_washes_nobodys_lines_away() {
    let world = World::new();
    world.ready(7);
    let lines = |actor: &str| events(&world).iter().filter(|event| event["actor"] == actor).count();
    acts::stop(&world.core, &by(&world, "admin")).unwrap();
    acts::start(&world.core, &by(&world, "cron")).unwrap();
    let (staff, cron) = (lines("admin"), lines("cron"));
    assert!(staff > 0 && cron > 0);
    for _ in 0..150 {
        hammer(&world, 3);
        world.clock_forward(limits::CLIENT_CHANGES.1);
    }
    assert_eq!((lines("admin"), lines("cron")), (staff, cron));
    assert_eq!(lines("client"), limits::EVENTS_PER_ACTOR as usize);
}
