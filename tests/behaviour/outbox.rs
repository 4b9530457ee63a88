//! What WHMCS and customers have to hear of: at least once, whoever dies, by one at a time, and not for ever.

use crate::acts;
use crate::support::{DEATHS, World};
use proxmoxkvm::api;
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

/// How often it is looked for what is due: never at the very moment, which a database's clock does not hit.
const LOOK: f64 = 5.25;

/// How much waits to be told.
fn waiting(world: &World) -> Value {
    api::due(&world.core, &json!({})).unwrap()["outbox"].clone()
}

/// What a cron run hands over that has no orders to work on. Nobody delivers it.
fn handed_by_cron(core: &proxmoxkvm::api::core::Core) -> Vec<Value> {
    let reply = api::cron(core, &json!({"orders": [], "budget_s": 55})).unwrap();
    reply["outbox"].as_array().unwrap().clone()
}

fn acknowledge(world: &World, entry: &Value, error: Option<&str>) -> Value {
    let answer = json!({"id": entry["id"], "error": error});
    api::acknowledge(&world.core, &answer).unwrap()
}

fn pass(world: &World, seconds: f64) {
    world.clock.sleep_until(world.now() + seconds);
}

/// The cron makes a service ready, and can deliver nothing.
fn ready_without_delivery(world: &World) {
    while world.status(7) != "ready" {
        let reply = world.cron_without_delivery();
        for entry in reply["outbox"].as_array().unwrap() {
            acknowledge(world, entry, Some("the mail server is away"));
        }
        pass(world, 60.0);
    }
}

/// What staff are told.
fn attention(world: &World) -> Vec<Value> {
    let due = api::due(&world.core, &json!({})).unwrap();
    due["attention"].as_array().unwrap().clone()
}

#[test]
fn the_request_that_changes_a_service_hands_over_what_whmcs_should_show() {
    let world = World::new();
    let reply = world.create(7).unwrap();
    let [told] = reply["outbox"].as_array().unwrap().as_slice() else {
        panic!("{reply}")
    };
    assert_eq!(
        (&told["kind"], &told["service"]),
        (&json!("write_back"), &json!(7)),
        "{told}"
    );
    assert_eq!(told["domain"], "3-7.example.net");
    assert_eq!(told["username"], "admin");
    assert_eq!(told["dedicated_ip"], "192.0.2.10");
    assert_eq!(told["assigned_ips"], json!([]));
    // it is in good hands
    assert_eq!(waiting(&world), 0);
    assert_eq!(handed_by_cron(&world.core), Vec::<Value>::new());
    acknowledge(&world, told, None);
    pass(&world, limits::OUTBOX_TAKEN_SECONDS + 1.0);
    assert_eq!(waiting(&world), 0);
}

#[test]
fn what_a_dead_worker_had_taken_is_delivered_by_another() {
    let mut world = World::new();
    let reply = world.create(7).unwrap();
    let taken_at = world.now();
    world.restart();
    // it may live
    while waiting(&world) == 0 {
        pass(&world, LOOK);
    }
    let waited = world.now() - taken_at;
    assert!(
        (0.0..6.0).contains(&(waited - limits::OUTBOX_TAKEN_SECONDS)),
        "{waited}"
    );
    let again = handed_by_cron(&world.core);
    assert_eq!(again, reply["outbox"].as_array().unwrap().clone());
    // the first one was only slow: that it arrived counts
    acknowledge(&world, &reply["outbox"][0], None);
    pass(&world, limits::OUTBOX_TAKEN_SECONDS + 1.0);
    assert_eq!(waiting(&world), 0);
    acknowledge(&world, &again[0], None);
}

#[test]
fn of_two_cron_runs_one_delivers() {
    let world = World::new();
    for service in 1..=20 {
        world.create(service).unwrap();
    }
    pass(&world, limits::OUTBOX_TAKEN_SECONDS + 1.0);
    let others: Vec<_> = (0..4).map(|_| world.other_process()).collect();
    let mut all: Vec<Value> = std::thread::scope(|scope| {
        let runs: Vec<_> = others.iter().map(|core| scope.spawn(|| handed_by_cron(core))).collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    });
    all.sort_by_key(|entry| entry["service"].as_u64());
    let services: Vec<u64> = all.iter().map(|entry| entry["service"].as_u64().unwrap()).collect();
    assert_eq!(services, (1..=20).collect::<Vec<_>>());
}

#[test]
fn nothing_is_lost_wherever_a_process_dies() {
    let mut deaths = 0;
    for death in DEATHS {
        for number in 1.. {
            let mut world = World::new();
            *world.mortality.death.lock().unwrap() = Some(death(number));
            let run = || {
                let reply = world.create(7).unwrap();
                world.deliver(&reply);
                world.cron_until_idle();
            };
            // a process that is killed unwinds, or finds that nothing is written any more
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
            if !world.mortality.is_dead() {
                break;
            }
            deaths += 1;
            world.restart();
            let _ = world.create(7);
            world.cron_until_idle();
            pass(&world, limits::OUTBOX_TAKEN_SECONDS + 1.0);
            world.cron();
            let told = world.told_of(7);
            for kind in ["write_back", "mail_ready"] {
                assert!(told.contains(&kind.to_owned()), "{:?}: {told:?}", death(number));
            }
            assert_eq!(waiting(&world), 0, "{:?}", death(number));
        }
    }
    assert!(deaths > 40, "{deaths}");
}

#[test]
fn a_mail_is_sent_once_the_guest_is_ready_and_not_while_it_is_suspended() {
    let mut world = World::new();
    world.deliver(&world.create(7).unwrap());
    let mut told: Vec<&str> = Vec::new();
    let mut now_told = |world: &World, more: &[&'static str], why: &str| {
        world.cron_until_idle();
        told.extend(more);
        let mails: Vec<String> = world
            .told_of(7)
            .into_iter()
            .filter(|kind| kind.starts_with("mail"))
            .collect();
        assert_eq!(mails, told, "{why}");
    };
    now_told(&world, &["mail_ready"], "created");
    world.option(7, "2");
    api::change_package(&world.core, &world.order(7)).unwrap();
    now_told(&world, &["mail_package"], "another package");
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    now_told(&world, &["mail_reinstalled"], "reinstalled");
    // it is owed to the very moment of the suspension, and told after it
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    ready_without_delivery(&world);
    // what WHMCS should show of it waits too
    assert_eq!(waiting(&world), 2);
    api::suspend(&world.core, &world.order(7)).unwrap();
    // of the suspension in its place
    assert_eq!(waiting(&world), 2);
    now_told(&world, &["mail_suspended"], "suspended");
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    now_told(&world, &["mail_reinstalled"], "no longer suspended");
    // what is gone is no longer told of
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    ready_without_delivery(&world);
    api::suspend(&world.core, &world.order(7)).unwrap();
    api::terminate(&world.core, &world.order(7)).unwrap();
    now_told(&world, &["mail_terminated"], "terminated");
    world.ready(7);
    now_told(&world, &["mail_ready"], "ordered anew");
}

#[test]
fn a_mail_tells_the_password_only_where_the_hoster_wants_it_and_holds_none() {
    let mut world = World::new();
    world.ready(7);
    world.option(24, "mail_password = on");
    world.ready(8);
    let told = world.told.lock().unwrap().clone();
    let of = |service: u64| {
        let mail = told
            .iter()
            .find(|entry| entry["service"] == service && entry["kind"] == "mail_ready");
        mail.unwrap()["with_password"].clone()
    };
    assert_eq!((of(7), of(8)), (json!(false), json!(true)));
    let reply = api::change_password(&world.core, &world.order(7)).unwrap();
    let [mail] = reply["outbox"].as_array().unwrap().as_slice() else {
        panic!("{reply}")
    };
    assert_eq!(
        (&mail["kind"], &mail["restart_needed"]),
        (&json!("mail_password"), &json!(true))
    );
    assert!(!json!(told).to_string().contains(crate::support::PASSWORD));
    assert!(!mail.to_string().contains(crate::support::PASSWORD));
}

#[test]
fn what_fails_is_tried_ever_more_seldom_then_given_up_and_staff_say_when_again() {
    let world = World::new();
    let reply = world.create(7).unwrap();
    let mut entry = reply["outbox"][0].clone();
    let mut pauses = Vec::new();
    let mut given_up = Value::Null;
    for attempt in 1..=limits::OUTBOX_TRIES {
        assert_eq!(given_up, Value::Null, "{attempt}");
        given_up = acknowledge(&world, &entry, Some("WHMCS\tsays no"))["given_up"].clone();
        let failed_at = world.now();
        let told = attention(&world);
        let is_told = attempt >= limits::ATTENTION_ATTEMPTS;
        assert_eq!(told.len(), usize::from(is_told), "{attempt}: {told:?}");
        if attempt == limits::OUTBOX_TRIES {
            break;
        }
        while waiting(&world) == 0 {
            pass(&world, LOOK);
        }
        pauses.push(world.now() - failed_at);
        entry = handed_by_cron(&world.core)[0].clone();
    }
    assert!(pauses.is_sorted() && pauses[0] < 12.0, "{pauses:?}");
    let all: f64 = pauses.iter().sum();
    assert!((20.0..30.0).contains(&(all / 3600.0)), "about a day: {all}");
    let told = attention(&world);
    assert_eq!(told[0]["code"], "whmcs_not_told");
    assert_eq!(told[0]["retry"], false);
    let message = told[0]["message"].as_str().unwrap();
    assert_eq!(given_up, message);
    assert!(
        message.contains("(WHMCS says no)") && message.contains("Try again"),
        "{message}"
    );
    let asked = json!({"attention": true});
    let page = api::overview(&world.core, &asked).unwrap();
    assert_eq!(
        (&page["total"], &page["undelivered"]["7"][0]["message"]),
        (&json!(1), &json!(message))
    );
    // nobody tries by himself
    pass(&world, 30.0 * 86_400.0);
    assert_eq!(waiting(&world), 0);
    let again = api::deliver_again(&world.core, &json!({"service": 7})).unwrap();
    acknowledge(&world, &again["outbox"][0], Some("still not"));
    assert_eq!(attention(&world).len(), 1, "it is told until it arrives");
    let again = api::deliver_again(&world.core, &json!({"service": 7})).unwrap();
    acknowledge(&world, &again["outbox"][0], None);
    assert_eq!(attention(&world), Vec::<Value>::new());
    assert_eq!(api::overview(&world.core, &asked).unwrap()["total"], 0);
}

#[test]
fn who_dies_of_delivering_does_not_for_ever() {
    let world = World::new();
    world.create(7).unwrap();
    for _ in 1..limits::OUTBOX_TRIES {
        pass(&world, limits::OUTBOX_TAKEN_SECONDS + 1.0);
        assert_eq!(handed_by_cron(&world.core).len(), 1);
    }
    pass(&world, limits::OUTBOX_TAKEN_SECONDS + 1.0);
    assert_eq!(handed_by_cron(&world.core), Vec::<Value>::new());
    let told = attention(&world);
    assert!(
        told[0]["message"]
            .as_str()
            .unwrap()
            .contains("ended before it could say"),
        "{told:?}"
    );
}

#[test]
fn a_newer_one_takes_the_place_of_what_nobody_has_taken_and_waits_for_what_somebody_has() {
    let mut world = World::new();
    world.ready(7);
    world.cron();
    world.config_options = json!({"IPv4 Addresses": 2});
    let change = |world: &World| {
        api::change_package(&world.core, &world.order(7)).unwrap();
        ready_without_delivery(world);
    };
    change(&world);
    world.config_options = json!({"IPv4 Addresses": 3});
    change(&world);
    let handed = handed_by_cron(&world.core);
    let write_backs: Vec<&Value> = handed.iter().filter(|entry| entry["kind"] == "write_back").collect();
    assert_eq!(write_backs.len(), 1, "{handed:?}");
    assert_eq!(write_backs[0]["assigned_ips"], json!(["192.0.2.11", "192.0.2.12"]));
    // while somebody writes that down
    world.config_options = json!({"IPv4 Addresses": 4});
    change(&world);
    let others = handed_by_cron(&world.core);
    assert!(others.iter().all(|entry| entry["kind"] != "write_back"), "{others:?}");
    acknowledge(&world, write_backs[0], None);
    let last = handed_by_cron(&world.core);
    assert_eq!(
        last[0]["assigned_ips"],
        json!(["192.0.2.11", "192.0.2.12", "192.0.2.13"])
    );
}

/// A service whose new guest is to be told of, and what somebody has taken of that.
fn taken_mail() -> (World, Value) {
    let world = World::new();
    world.deliver(&world.create(7).unwrap());
    loop {
        let reply = world.cron_without_delivery();
        let taken = reply["outbox"].as_array().unwrap();
        if let Some(mail) = taken.iter().find(|entry| entry["kind"] == "mail_ready") {
            return (world, mail.clone());
        }
        world.deliver(&reply);
        pass(&world, 5.0);
    }
}

#[test]
fn what_did_not_arrive_is_told_only_where_it_is_still_true() {
    type After = fn(&World, &Value);
    let afters: [After; 2] = [
        |world, mail| {
            acknowledge(world, mail, Some("the mail server is away"));
            pass(world, 60.0);
        },
        // whoever had it has died
        |world, _| pass(world, limits::OUTBOX_TAKEN_SECONDS + 1.0),
    ];
    for after in afters {
        let (world, mail) = taken_mail();
        api::suspend(&world.core, &world.order(7)).unwrap();
        after(&world, &mail);
        world.cron();
        assert!(!world.told_of(7).contains(&"mail_ready".to_owned()), "it is suspended");
        api::unsuspend(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert!(world.told_of(7).contains(&"mail_ready".to_owned()));

        let (world, mail) = taken_mail();
        api::terminate(&world.core, &world.order(7)).unwrap();
        after(&world, &mail);
        world.cron_until_idle();
        assert!(!world.told_of(7).contains(&"mail_ready".to_owned()), "it is gone");
        assert_eq!(waiting(&world), 0);
    }
}

#[test]
fn who_has_taken_too_long_says_nothing_of_the_try_of_whoever_took_it_over() {
    let world = World::new();
    let reply = world.create(7).unwrap();
    let [entry] = reply["outbox"].as_array().unwrap().as_slice() else {
        panic!("{reply}")
    };
    world
        .home
        .tell("UPDATE @outbox SET taken_by = 'elsewhere|1|1|1', attempts = 2");
    acknowledge(&world, entry, Some("the mail server is away"));
    api::acknowledge(&world.core, &json!({"id": entry["id"], "left": true})).unwrap();
    pass(&world, 60.0);
    assert_eq!(waiting(&world), 0, "somebody else is at it");
    // once is enough
    acknowledge(&world, entry, None);
    pass(&world, limits::OUTBOX_TAKEN_SECONDS + 1.0);
    assert_eq!(waiting(&world), 0);
}

#[test]
fn what_can_never_arrive_is_forgotten_when_staff_say_so() {
    let world = World::new();
    world.create(7).unwrap();
    let state = |state: &str| {
        let set = format!(
            "UPDATE @outbox SET attempts = {}, state = '{state}', due = NULL",
            limits::OUTBOX_TRIES
        );
        world.home.tell(&set);
    };
    let needs = || {
        let page = api::overview(&world.core, &json!({"attention": true})).unwrap();
        (attention(&world).len(), page["total"].clone())
    };
    state("held");
    assert_eq!(needs(), (0, json!(0)), "nobody can do anything about it now");
    let forget = json!({"service": 7, "forget": true});
    api::deliver_again(&world.core, &forget).unwrap();
    state("given_up");
    assert_eq!(needs(), (1, json!(1)), "only what was given up is forgotten");
    let reply = api::deliver_again(&world.core, &forget).unwrap();
    assert_eq!(reply["outbox"], json!([]));
    assert_eq!(needs(), (0, json!(0)));
    let again = api::deliver_again(&world.core, &json!({"service": 7})).unwrap();
    assert_eq!(again["outbox"], json!([]));
}

#[test]
fn what_nobody_had_time_for_is_told_by_the_next_and_was_no_try() {
    let world = World::new();
    let reply = world.create(7).unwrap();
    let mut entry = reply["outbox"][0].clone();
    for _ in 0..2 * limits::OUTBOX_TRIES {
        let answer = json!({"id": entry["id"], "left": true});
        api::acknowledge(&world.core, &answer).unwrap();
        assert_eq!(waiting(&world), 1);
        entry = handed_by_cron(&world.core)[0].clone();
    }
    assert_eq!(attention(&world), Vec::<Value>::new());
    acknowledge(&world, &entry, None);
    assert_eq!(waiting(&world), 0);
}

#[test]
fn an_answer_that_names_nothing_is_refused_and_one_to_what_is_not_there_is_harmless() {
    let world = World::new();
    let error = api::acknowledge(&world.core, &json!({"error": "?"})).unwrap_err();
    assert_eq!(error.code(), "bad_request");
    for error in [None, Some("no")] {
        assert_eq!(acknowledge(&world, &json!({"id": 99}), error)["given_up"], Value::Null);
    }
}

#[test]
fn a_customer_hears_once_that_the_set_up_takes_longer_and_then_that_it_is_ready() {
    let world = World::new();
    world.sim().add_fault(Fault::always(
        "POST",
        "/clone",
        FaultKind::TaskError("no space left".to_owned()),
    ));
    let _ = world.create(7);
    for _ in 0..30 {
        world.cron();
        pass(&world, 300.0);
    }
    let mails = |world: &World| -> Vec<String> {
        let told = world.told_of(7).into_iter();
        told.filter(|kind| kind.starts_with("mail")).collect()
    };
    assert_eq!(mails(&world), ["mail_delayed"]);
    world.sim().faults.clear();
    world.cron_until_idle();
    assert_eq!(mails(&world), ["mail_delayed", "mail_ready"]);
}

#[test]
fn a_customer_hears_that_a_change_was_refused_and_nothing_of_what_is_over() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(6, "4");
    let refused = FaultKind::Status(400, "Parameter verification failed.".to_owned(), String::new());
    world
        .sim()
        .add_fault(Fault::always("PUT", &format!("/qemu/{vmid}/config"), refused.clone()));
    world
        .sim()
        .add_fault(Fault::always("POST", &format!("/qemu/{vmid}/config"), refused));
    api::change_package(&world.core, &world.order(7)).unwrap();
    for _ in 0..10 {
        world.cron();
        pass(&world, 300.0);
    }
    let told = world.told.lock().unwrap().clone();
    let failed = told.iter().find(|entry| entry["kind"] == "mail_failed");
    assert_eq!(failed.unwrap()["action"], "change_package", "{told:?}");
    assert_eq!(failed.unwrap()["addresses"], json!(["192.0.2.10"]));
    // suspended and paid before the mail could leave
    world.sim().faults.clear();
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert_eq!(waiting(&world), 1);
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    assert_eq!(waiting(&world), 0);
}
