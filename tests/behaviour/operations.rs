//! Operations: who asked for what, and what came of it; and the activity log that they are.

use crate::acts;
use crate::crash::dies;
use crate::support::{DEATHS, World, code, guard};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::problems::Error;
use proxmoxkvm::store::{Operation, Reader};
use proxmoxkvm::words::ids::{Actor, ServiceId};
use proxmoxkvm::words::limits;
use serde_json::{Value, json};

type Verb = fn(&Core, &Value) -> Result<Value, Error>;

/// An action as a page asks for it, with the nonce of its form.
fn once(core: &Core, request: &Value, action: &str) -> Result<Value, Error> {
    let run = |core: &Core, request: &Value| api::act(action, core, request);
    Ok(api::once(core, request, action, run)?.value())
}

/// An order of somebody, from an address, in a request of its own.
fn asked_by(world: &World, actor: &str, id: u64, nonce: &str) -> Value {
    let mut order = world.order(7);
    (order["actor"], order["sure"]) = (json!(actor), json!("1"));
    order["by"] = json!({"id": id, "ip": "192.0.2.200", "nonce": nonce});
    order
}

fn operations(world: &World) -> Vec<Operation> {
    let mut all = world
        .core
        .store
        .operations(ServiceId(7), Reader::Staff, None, 1000)
        .unwrap();
    all.reverse();
    all
}

/// Action and state of each, oldest first.
pub fn states(world: &World) -> Vec<String> {
    let state = |one: &Operation| format!("{} {}", one.action, one.state.as_str());
    operations(world).iter().map(state).collect()
}

fn activity(world: &World, request: Value) -> Value {
    let mut whole = json!({"service": 7, "actor": "admin"});
    whole
        .as_object_mut()
        .unwrap()
        .extend(request.as_object().unwrap().clone());
    api::activity(&world.core, &whole).unwrap()
}

#[test]
fn an_order_is_one_operation_from_its_request_to_the_ready_guest() {
    let world = World::new();
    api::create(&world.core, &asked_by(&world, "whmcs", 0, "")).unwrap();
    let begun = operations(&world);
    assert_eq!(states(&world), ["create queued"]);
    assert!(begun[0].has_place && begun[0].ended_at.is_none());
    assert!(begun[0].upid.as_ref().unwrap().contains(":qmclone:"), "{begun:?}");
    world.cron_until_idle();
    let done = &operations(&world)[0];
    assert_eq!(
        (states(&world), done.has_place),
        (vec!["create done".to_owned()], false)
    );
    assert_eq!((done.by.actor, done.id), (Actor::Whmcs, begun[0].id));
    assert!(done.ended_at.unwrap() > done.started_at.unwrap());
    // and the lines of its steps are its own
    let lines = world.core.store.lines(ServiceId(7)).unwrap();
    assert!(
        lines.len() > 10
            && lines
                .iter()
                .filter(|(_, event)| event.what != "dns")
                .all(|(of, _)| *of == Some(done.id))
    );
}

#[test]
fn who_asked_is_kept_with_what_came_of_it() {
    let world = World::new();
    world.ready(7);
    acts::stop(&world.core, &asked_by(&world, "client", 3, "a1")).unwrap();
    assert_eq!(
        code(acts::stop(&world.core, &asked_by(&world, "admin", 2, "a2"))),
        "already_stopped"
    );
    let all = operations(&world);
    let [_, stopped, refused] = &all[..] else {
        panic!("{all:?}")
    };
    assert_eq!((stopped.action.as_str(), stopped.state.as_str()), ("stop", "done"));
    assert_eq!((stopped.by.actor, stopped.by.id), (Actor::Client, Some(3)));
    assert_eq!(stopped.by.ip, "192.0.2.200".parse().ok());
    assert_eq!(
        (refused.state.as_str(), refused.code.as_str()),
        ("failed", "already_stopped")
    );
    assert!(refused.result.contains("is stopped already"), "{refused:?}");
    // a step has its own name, and no secret of the request
    acts::start(&world.core, &asked_by(&world, "admin", 2, "a3")).unwrap();
    let mut step = asked_by(&world, "admin", 2, "a4");
    step["step"] = json!("set_network");
    acts::run_step(&world.core, &step).unwrap();
    let last = operations(&world).pop().unwrap();
    assert_eq!((last.action.as_str(), &last.arguments), ("set_network", &json!({})));
    let rows = world.home.rows("SELECT * FROM @operations");
    assert!(!format!("{rows:?}").contains(crate::support::PASSWORD));
}

#[test]
fn a_request_that_is_sent_twice_is_one_operation() {
    let world = World::new();
    world.ready(7);
    // as a form makes it, with the name of its action
    let stop = asked_by(&world, "client", 3, "5f2bset_reverse_name0");
    once(&world.core, &stop, "stop").unwrap();
    world.sim().log.clear();
    let again = once(&world.core, &stop, "stop").unwrap();
    assert_eq!((&again["ok"], &again["changed"]), (&json!(true), &json!(false)));
    assert!(world.sim().log.is_empty(), "nothing is asked of Proxmox VE");
    assert_eq!(states(&world), ["create done", "stop done"]);
    // it is that of the one who sent it, and of nothing else
    let of_another = asked_by(&world, "client", 4, "5f2bset_reverse_name0");
    assert_eq!(code(once(&world.core, &of_another, "stop")), "repeated");
    assert_eq!(code(once(&world.core, &stop, "start")), "repeated");
    assert!(!world.sim().is_running(world.vmid(7)));
    // a refusal stays one
    let refused = asked_by(&world, "client", 3, "5f2c");
    assert_eq!(code(once(&world.core, &refused, "stop")), "already_stopped");
    world.sim().set_power(world.vmid(7), true);
    let again = once(&world.core, &refused, "stop").unwrap_err();
    assert_eq!(again.code(), "already_stopped", "what it ended with then");
    assert!(
        again.to_string().starts_with("this was asked for once already"),
        "{again}"
    );
    // whoever comes between the look and the lease
    assert_eq!(code(acts::stop(&world.core, &refused)), "busy");
    // and what is no nonce is none, and no reason to refuse
    let odd = asked_by(&world, "client", 3, "' OR 1=1");
    for expected in ["ok", "already_stopped"] {
        assert!(code(once(&world.core, &odd, "stop")).starts_with(expected));
    }
}

#[test]
fn two_web_servers_with_one_click_make_one_operation() {
    let world = World::new();
    world.ready(7);
    let other = world.other_process();
    let order = asked_by(&world, "admin", 2, "5f2b");
    let results: Vec<_> = std::thread::scope(|scope| {
        let press = |core| once(core, &order, "reinstall").map(drop);
        let [one, two] = [&world.core, &other].map(|core| scope.spawn(move || press(core)));
        [one, two].map(|handle| handle.join().unwrap()).into()
    });
    assert_eq!(operations(&world).len(), 2, "{results:?}: {:?}", states(&world));
}

#[test]
fn a_queued_change_is_unfinished_until_the_cron_has_done_it_and_another_takes_its_place() {
    let mut world = World::new();
    world.ready(7);
    world.option(6, "4").option(24, "live_change = on");
    api::change_package(&world.core, &asked_by(&world, "whmcs", 0, "")).unwrap();
    assert_eq!(states(&world)[1..], ["change_package queued"]);
    // beside it, not in its place
    api::suspend(&world.core, &asked_by(&world, "admin", 2, "")).unwrap();
    api::unsuspend(&world.core, &asked_by(&world, "admin", 2, "")).unwrap();
    assert_eq!(
        states(&world)[1..],
        ["change_package queued", "suspend done", "unsuspend done"]
    );
    api::change_package(&world.core, &asked_by(&world, "admin", 2, "")).unwrap();
    assert_eq!(states(&world)[1], "change_package cancelled");
    assert_eq!(states(&world)[4], "change_package queued");
    world.cron_until_idle();
    assert_eq!(states(&world)[4], "change_package done");
    api::change_package(&world.core, &asked_by(&world, "whmcs", 0, "")).unwrap();
    api::terminate(&world.core, &asked_by(&world, "whmcs", 0, "")).unwrap();
    assert_eq!(states(&world)[5..], ["change_package cancelled", "terminate done"]);
    assert!(operations(&world).iter().all(|one| !one.has_place));
}

#[test]
fn what_the_cron_refuses_for_good_has_failed() {
    let mut world = World::new();
    world.ready(7);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    // the product got a smaller disk after it was queued
    world.option(8, "3");
    world.cron_until_idle();
    let last = operations(&world).pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.state.as_str()),
        ("change_package", "failed")
    );
    assert!(last.result.contains("run Change Package again"), "{last:?}");
}

#[test]
fn the_end_of_a_task_that_outlasts_its_request_ends_its_operation() {
    let world = World::new();
    let vmid = world.ready(7);
    let hangs = pvesim::Guest {
        ignores_shutdown: true,
        ..pvesim::Guest::default()
    };
    world.sim().set_guest(vmid, hangs);
    acts::reboot(&world.core, &asked_by(&world, "client", 3, "")).unwrap();
    assert_eq!(states(&world)[1], "reboot queued");
    for _ in 0..10 {
        world.clock_forward(60.0);
        world.cron();
    }
    let reboot = &operations(&world)[1];
    assert!(
        reboot.ended_at.is_some() && reboot.upid.as_ref().unwrap().contains(":qmreboot:"),
        "{reboot:?}"
    );
    assert_eq!(reboot.state.as_str(), "failed", "{reboot:?}");
}

#[test]
fn what_the_cron_does_by_itself_is_its_own_act() {
    let world = World::new();
    let vmid = world.ready(7);
    api::suspend(&world.core, &world.order(7)).unwrap();
    // somebody starts it behind our back
    world.sim().set_power(vmid, true);
    world.clock_forward(400.0);
    let due = api::due(&world.core, &json!({})).unwrap();
    assert_eq!(due["services"][0]["id"], 7);
    let mut order = world.order(7);
    order["actor"] = json!("cron");
    api::cron(&world.core, &json!({"orders": [order], "budget_s": 55, "workers": 1})).unwrap();
    let last = operations(&world).pop().unwrap();
    assert_eq!((last.action.as_str(), last.state.as_str()), ("suspend", "done"));
    assert_eq!(last.by.actor, Actor::Cron);
    assert_eq!(operations(&world).len(), 3);
    // nothing to do is no act
    world.clock_forward(400.0);
    world.cron();
    assert_eq!(operations(&world).len(), 3);
}

/// A verb whose process dies at each of its requests and commits leaves no operation that stays unfinished.
#[test]
fn a_process_that_dies_leaves_no_operation_unfinished() {
    let verbs: [(&str, Verb); 5] = [
        ("stop", acts::stop),
        ("reboot", acts::reboot),
        ("reinstall", acts::reinstall),
        ("terminate", api::terminate),
        ("suspend", api::suspend),
    ];
    let before = World::new();
    before.ready(7);
    for (action, verb) in verbs {
        let start = before.copy();
        if action == "reinstall" {
            acts::stop(&start.core, &start.order(7)).unwrap();
        }
        for death in DEATHS {
            for number in 1..40 {
                let mut world = start.copy();
                let death = death(number).plus(world.mortality.count(death(0)));
                *guard(&world.mortality.death) = Some(death);
                let order = asked_by(&world, "client", 3, "");
                let died = dies(&world, || drop(verb(&world.core, &order)));
                world.restart();
                // nobody presses anything
                world.clock_forward(limits::LEASE_SECONDS + 1.0);
                world.cron_until_idle();
                let left: Vec<_> = operations(&world)
                    .into_iter()
                    .filter(|one| one.ended_at.is_none())
                    .collect();
                assert!(left.is_empty(), "{action} {death:?}: {left:?}");
                if !died {
                    break;
                }
            }
        }
    }
}

#[test]
fn while_a_worker_is_at_it_the_others_are_told_what_it_does_and_since_when() {
    let world = World::new();
    world.ready(7);
    let order = asked_by(&world, "admin", 2, "");
    let requested = proxmoxkvm::store::Requested {
        action: "reinstall",
        arguments: json!({}),
        by: Default::default(),
        nonce: None,
    };
    let other = world.other_process();
    let mut lease = other
        .store
        .lease_for(ServiceId(7), Some(&requested), world.now())
        .unwrap();
    let error = acts::stop(&world.core, &order).unwrap_err();
    assert_eq!(error.code(), "busy");
    assert!(error.to_string().contains("(reinstall, since 20"), "{error}");
    other.store.release(&mut lease, world.now(), &[]).unwrap();
}

#[test]
fn staff_see_all_and_a_client_the_own_acts_and_what_the_module_did() {
    let world = World::new();
    world.ready(7);
    acts::stop(&world.core, &asked_by(&world, "client", 3, "")).unwrap();
    acts::start(&world.core, &asked_by(&world, "admin", 2, "")).unwrap();
    let _ = acts::start(&world.core, &asked_by(&world, "client", 3, ""));
    // a former owner
    let _ = acts::start(&world.core, &asked_by(&world, "client", 4, ""));
    world
        .home
        .tell("UPDATE @operations SET actor = 'whmcs' WHERE action = 'create'");
    let staff = activity(&world, json!({}));
    let entries = staff["entries"].as_array().unwrap();
    let actions: Vec<_> = entries
        .iter()
        .filter(|one| one["id"] != Value::Null)
        .map(|one| &one["action"])
        .collect();
    assert_eq!(actions, ["start", "start", "start", "stop", "create"]);
    let stop = &entries[entries.len() - 2];
    assert_eq!(
        (&stop["actor"], &stop["actor_id"], &stop["ip"]),
        (&json!("client"), &json!(3), &json!("192.0.2.200"))
    );
    assert!(
        stop["took_s"].as_f64().unwrap() >= 0.0 && stop["lines"][0]["what"] == "stop",
        "{stop}"
    );
    let client = activity(&world, json!({"actor": "client", "by": {"id": 3}}));
    let entries = client["entries"].as_array().unwrap();
    let seen: Vec<_> = entries
        .iter()
        .map(|one| [&one["action"], &one["state"], &one["code"]])
        .collect();
    assert_eq!(
        seen,
        [
            ["start", "failed", "already_running"],
            ["stop", "done", ""],
            ["create", "done", ""]
        ]
    );
    assert!(
        entries
            .iter()
            .all(|one| one["lines"].is_null() && one["message"].is_null() && one["actor_id"].is_null())
    );
    let nobody = activity(&world, json!({"actor": "client"}));
    assert_eq!(nobody["entries"].as_array().unwrap().len(), 1, "of the module alone");
}

#[test]
fn old_history_stays_in_sight_and_pages_follow_each_other() {
    let world = World::new();
    world.ready(7);
    world.home.tell("UPDATE @events SET operation = NULL");
    for number in 0..5 {
        world.clock_forward(60.0);
        let verb: Verb = if number % 2 == 0 { acts::stop } else { acts::start };
        verb(&world.core, &asked_by(&world, "admin", 2, "")).unwrap();
    }
    let whole = activity(&world, json!({}));
    assert_eq!(whole["next"], Value::Null);
    let mut paged = Vec::new();
    let mut before = Value::Null;
    loop {
        let page = activity(&world, json!({"limit": 2, "before": before}));
        paged.extend(page["entries"].as_array().unwrap().clone());
        before = page["next"].clone();
        if before.is_null() {
            break;
        }
    }
    assert_eq!(whole["entries"], json!(paged));
    let old = paged.iter().filter(|one| one["id"].is_null()).count();
    assert!(old > 10, "{old}");
}

#[test]
fn history_has_an_end_for_each_who_asks() {
    let world = World::new();
    world.ready(7);
    let first = operations(&world)[0].id;
    for _ in 0..limits::EVENTS_PER_ACTOR + 5 {
        let _ = acts::start(&world.core, &asked_by(&world, "whmcs", 0, ""));
    }
    let all = operations(&world);
    assert_eq!(all.len() as u32, limits::EVENTS_PER_ACTOR + 1);
    assert_eq!(
        all[0].id, first,
        "what an admin asked for is washed away by nobody else's"
    );
}

#[test]
fn what_a_dead_worker_has_left_is_told_by_the_next_run_of_the_cron() {
    let world = World::new();
    world.ready(7);
    let requested = proxmoxkvm::store::Requested {
        action: "stop",
        arguments: json!({}),
        by: Default::default(),
        nonce: None,
    };
    let lease = world.core.store.lease_for(ServiceId(7), Some(&requested), world.now());
    drop(lease.unwrap());
    world.cron();
    assert_eq!(states(&world)[1..], ["stop running"], "as far as anybody can tell");
    world.clock_forward(limits::LEASE_SECONDS + 1.0);
    world.cron();
    assert_eq!(states(&world)[1..], ["stop failed"]);
    assert_eq!(operations(&world)[1].code, "process_died");
    assert!(world.sim().is_running(world.vmid(7)), "nothing was done");
}

#[test]
fn what_a_dead_worker_has_left_is_judged_by_whoever_comes_next() {
    let world = World::new();
    let requested = |action| proxmoxkvm::store::Requested {
        action,
        arguments: json!({}),
        by: Default::default(),
        nonce: None,
    };
    // the status still asks for it: it goes on
    let new = proxmoxkvm::service::Service::new(ServiceId(7), proxmoxkvm::words::ids::ServerId(1), world.now());
    world.core.store.begin(&new, world.now()).unwrap();
    let dead = |action| {
        drop(
            world
                .core
                .store
                .lease_for(ServiceId(7), Some(&requested(action)), world.now()),
        )
    };
    dead("create");
    assert_eq!(states(&world), ["create running"]);
    world.clock_forward(100.0);
    world.cron_until_idle();
    assert_eq!(states(&world), ["create done"]);
    // nothing is left of it but that it was begun
    dead("stop");
    world.clock_forward(100.0);
    assert_eq!(code(acts::start(&world.core, &world.order(7))), "already_running");
    assert_eq!(states(&world)[1..], ["stop failed", "start failed"]);
    assert_eq!(operations(&world)[1].code, "process_died");
}
