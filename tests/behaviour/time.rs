//! Time is an invariant: whatever Proxmox VE does, a verb of the web ends within 45 s, a page within 6 s, a run of the
//! cron within its budget.

use crate::acts;
use crate::crash::{Operation, is_played, played_of, walked};
use crate::firewall;
use crate::outage::{KINDS, Kind};
use crate::support::{World, code};
use proxmoxkvm::actions::Action;
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::cron;
use proxmoxkvm::problems::Error;
use proxmoxkvm::store::Reader;
use proxmoxkvm::words::ids::ServiceId;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

type Verb = fn(&Core, &Value) -> Result<Value, Error>;
type Asked = fn(&World) -> Value;

pub const WEB: f64 = 45.0;
const PAGE: f64 = 6.0;
pub const CRON: f64 = 50.0;
const BY_HAND: f64 = 605.0;

fn order(world: &World) -> Value {
    world.order(7)
}

fn other_order(world: &World) -> Value {
    world.order(8)
}

fn step(world: &World) -> Value {
    world.with_extra(7, "step", json!("set_firewall"))
}

fn attached(world: &World) -> Value {
    world.with_extra(8, "vmid", json!(777))
}

fn page(world: &World) -> Value {
    let order = world.order(7);
    json!({"service": 7, "server": order["server"], "package": order["package"]})
}

fn refresh(world: &World) -> Value {
    json!({"service": 7, "server": world.server})
}

fn shown(world: &World) -> Value {
    world.shown_to("admin")
}

fn graphs(world: &World) -> Value {
    let order = world.order(7);
    json!({"service": 7, "server": order["server"], "package": order["package"], "timeframe": "hour"})
}

fn guests(world: &World) -> Value {
    json!({"server": world.server, "what": "guests", "vmids": [100, 101, 102]})
}

fn server(world: &World) -> Value {
    json!({"server": world.server, "max_age_s": 0})
}

fn in_whmcs(world: &World) -> Value {
    json!({"server": world.server, "services": [{"id": 7, "status": "Active"}, {"id": 9, "status": "Active"}]})
}

/// Every verb that asks something of Proxmox VE, and how long it may take (seconds).
const VERBS: &[(&str, Verb, Asked, f64)] = &[
    ("create", api::create, other_order, WEB),
    ("run_step", acts::run_step, step, WEB),
    ("suspend", api::suspend, order, WEB),
    ("unsuspend", api::unsuspend, order, WEB),
    ("terminate", api::terminate, order, WEB),
    (
        "terminate a service that is not known",
        api::terminate,
        unknown_order,
        WEB,
    ),
    ("change_package", api::change_package, order, WEB),
    ("change_password", api::change_password, order, WEB),
    ("start", acts::start, order, WEB),
    ("stop", acts::stop, order, WEB),
    ("reboot", acts::reboot, order, WEB),
    ("shutdown", acts::shutdown, order, WEB),
    ("reset", acts::reset, order, WEB),
    ("reinstall", acts::reinstall, order, WEB),
    ("vm_remove", acts::vm_remove, order, WEB),
    ("attach", acts::attach, attached, WEB),
    ("set_dns_records", acts::set_dns_records, order, WEB),
    ("test_connection", api::test_connection, server, WEB),
    ("usage_update", api::usage_update, server, WEB),
    ("show a page", api::show, page, PAGE),
    ("show a refresh", api::show, refresh, PAGE),
    ("usage", api::usage, graphs, PAGE),
    ("snapshots", api::snapshots, shown, PAGE),
    ("backups", api::backups, shown, PAGE),
    ("isos", api::isos, shown, PAGE),
    ("list", api::list, server, PAGE),
    ("list guests", api::list, guests, PAGE),
    ("check", api::check, in_whmcs, BY_HAND),
    ("cron", run, cron_order, CRON),
];

fn unknown_order(world: &World) -> Value {
    let mut order = world.order(9);
    order["service"]["domain"] = json!("3-7.example.net");
    order
}

fn run(core: &Core, request: &Value) -> Result<Value, Error> {
    cron(core, request)
}

fn cron_order(world: &World) -> Value {
    let sample = json!([world.server]);
    json!({"orders": [world.order(7), world.order(8)], "budget_s": CRON, "workers": 1, "samples": sample})
}

/// Verbs whose guest has to be off.
const STOPPED: [&str; 4] = ["start", "reinstall", "vm_remove", "unsuspend"];

fn world_of(endpoints: usize) -> World {
    let mut world = World::new();
    let more: Vec<String> = (2..=endpoints)
        .map(|number| format!("pve{number}.example.net:8006"))
        .collect();
    if !more.is_empty() {
        world.server["access_hash"] = json!(format!("endpoints={}\ninsecure=1", more.join(",")));
    }
    world.ready(7);
    world
}

#[test]
fn nothing_takes_longer_than_it_may_whatever_the_other_side_does() {
    let mut worst: Vec<(f64, String)> = Vec::new();
    let mut met = 0;
    for endpoints in [1, 4] {
        let running = world_of(endpoints);
        let stopped = running.copy();
        acts::stop(&stopped.core, &stopped.order(7)).unwrap();
        for (name, verb, asked, limit) in VERBS {
            for kind in KINDS {
                for after in [0, 1, 2, 4, 9, 21] {
                    let world = if STOPPED.contains(name) {
                        stopped.copy()
                    } else {
                        running.copy()
                    };
                    if *name == "cron" {
                        world.create(8).unwrap();
                    }
                    // nobody has spoken to it for a while, as in a new process
                    world.clock_forward(600.0);
                    world.mortality.outages.begin("pve", kind, after);
                    let begun = world.now();
                    let ended = verb(&world.core, &asked(&world));
                    let took = world.now() - begun;
                    let case = format!("{name}, {kind:?} after {after} requests, {endpoints} endpoints: {took:.1} s");
                    assert!(took <= *limit, "{case}: {ended:?}");
                    met += world.mortality.outages.met();
                    worst.push((took / limit, case));
                }
            }
        }
    }
    worst.sort_by(|one, other| other.0.total_cmp(&one.0));
    println!(
        "{} cases, {met} requests met an outage, the slowest: {:?}",
        worst.len(),
        &worst[..5]
    );
    assert!(met > 1000, "the outages were met: {met}");
}

/// Every button of the table, as the walks of deaths and faults play it: each beginning of a silence, every third of them here.
#[test]
fn no_operation_takes_longer_than_a_button_may_whatever_the_other_side_does() {
    let asked = |operation: &'static Operation| {
        let mut ready = World::new();
        (operation.before)(&mut ready);
        ready.clock_forward(600.0);
        let (mut number, mut met) = (0, 0);
        for kind in KINDS {
            for after in [0, 1, 2, 4, 9, 21] {
                number += 1;
                if !is_played(operation.name, number) {
                    continue;
                }
                let world = ready.copy();
                world.mortality.outages.begin("pve", kind, after);
                let begun = world.now();
                let ended = (operation.verb)(&world).map(drop);
                let took = world.now() - begun;
                let case = format!("{}, {kind:?} after {after} requests: {took:.1} s", operation.name);
                // some press two buttons, and look at a page or two before
                let actions = operation.name.split(' ').filter(|word| Action::named(word).is_some());
                let limit = WEB * actions.count().max(1) as f64 + 2.0 * PAGE;
                assert!(took <= limit, "{case}: {ended:?}");
                met += world.mortality.outages.met();
            }
        }
        met
    };
    let operations: Vec<&'static Operation> = walked().collect();
    let met: u64 = std::thread::scope(|scope| {
        let halves = operations.chunks(operations.len().div_ceil(2));
        let handles: Vec<_> = halves
            .map(|half| scope.spawn(move || half.iter().copied().map(asked).sum::<u64>()))
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).sum()
    });
    println!("{met} requests met an outage");
    assert!(met > played_of(500), "the outages were met: {met}");
}

/// The visit of the page takes a change back that nobody has confirmed: as far as a page has time for it.
#[test]
fn the_page_of_the_firewall_waits_no_longer_than_any_other() {
    let ready = firewall::ready("");
    firewall::adds(&ready, "client", "22", "ACCEPT").unwrap();
    firewall::only_me(&ready).unwrap();
    ready.clock_forward(600.0);
    let mut met = 0;
    for kind in KINDS {
        for after in [0, 1, 2, 4, 6, 9, 12] {
            let world = ready.copy();
            world.mortality.outages.begin("pve", kind, after);
            let begun = world.now();
            assert!(firewall::page(&world, "client")["rules"].is_array());
            let took = world.now() - begun;
            assert!(took <= PAGE, "{kind:?} after {after} requests: {took:.1} s");
            met += world.mortality.outages.met();
        }
    }
    assert!(met > 0);
}

/// A tab is asked after the state of the guest, and both together wait no longer than a page may.
#[test]
fn the_looks_of_one_page_share_its_time() {
    let mut ready = World::new();
    ready.option(
        24,
        "snapshots = 3\nbackups = 3\nclient_iso = on\niso_storage = local\nclient_firewall = on",
    );
    ready.ready(7);
    ready.clock_forward(600.0);
    let of_service: Asked = |world| world.shown_to("client");
    let dry: Asked = |world| world.with_extra(7, "of", json!("terminate"));
    let ordered: Asked = |world| json!({"service": 7, "server": world.server, "package": world.order(7)["package"]});
    let listed: Asked = |world| json!({"server": world.server, "what": "firewall"});
    let task: Asked = |world| {
        let recorded = world
            .core
            .store
            .operations(ServiceId(7), Reader::Staff, None, 20)
            .unwrap();
        let with_task = recorded.iter().find(|one| one.upid.is_some()).unwrap().id;
        let mut order = world.with_extra(7, "operation", json!(with_task));
        order["of"] = json!(7);
        order
    };
    let asked: [(Verb, Asked); 12] = [
        (api::show, of_service),
        (api::usage, of_service),
        (api::snapshots, of_service),
        (api::backups, of_service),
        (api::isos, of_service),
        (api::firewall, of_service),
        (api::order_check, ordered),
        (api::dry_run, dry),
        (api::change_preview, order),
        (api::list, listed),
        (api::task_log, task),
        (api::capacity, |world| json!({"server": world.server})),
    ];
    let mut met = [0; 12];
    for (number, (verb, request)) in asked.into_iter().enumerate() {
        for kind in KINDS {
            let world = ready.copy();
            let mut asked = request(&world);
            asked["server"]["waited_ms"] = json!(4900);
            world.mortality.outages.begin("pve", kind, 0);
            let begun = world.now();
            let _ = verb(&world.core, &asked);
            let took = world.now() - begun;
            assert!(took <= PAGE - 4.9, "{number} {kind:?}: {took:.1} s");
            met[number] += world.mortality.outages.met();
        }
    }
    let asked_nothing = |times: &u64| *times == 0;
    assert!(!met[6..].iter().any(asked_nothing), "{met:?}");
}

/// What a verb says, and how long it took (seconds).
fn timed(world: &World, core: &Core, verb: Verb, request: &Value) -> (String, f64) {
    let begun = world.now();
    let said = code(verb(core, request));
    (said, world.now() - begun)
}

#[test]
fn a_silent_server_is_met_once_and_all_processes_know() {
    let world = world_of(1);
    world.clock_forward(600.0);
    world.mortality.outages.begin("pve", Kind::Silent, 0);
    let (said, took) = timed(&world, &world.core, api::suspend, &world.order(7));
    assert_eq!(said, "pve_silent");
    assert!(took < 15.0, "{took}");
    // the next ones of an overdue run, and a page of another process
    let other = world.other_process();
    world.mortality.outages.met();
    for core in [&world.core, &other] {
        let (said, took) = timed(&world, core, acts::stop, &world.order(7));
        assert_eq!((said.as_str(), took), ("pve_silent", 0.0));
    }
    let shown = api::show(&other, &refresh(&world)).unwrap();
    let why = shown["live_error"].as_str().unwrap();
    assert!(why.contains("pve1.example.net:8006 does not answer"), "{why}");
    assert_eq!(world.mortality.outages.met(), 0, "nothing was sent");
    // what was to be done is not forgotten, and the cron does it soon after the end
    world.mortality.outages.end();
    world.clock_forward(60.0);
    world.cron_until_idle();
    let vmid = world.vmid(7);
    assert!(!world.sim().is_running(vmid));
    assert_eq!(world.service(7)["error"], Value::Null);
    world.check_invariants();
}

#[test]
fn one_of_all_processes_tries_a_silent_server_again() {
    let world = world_of(1);
    world.clock_forward(600.0);
    world.mortality.outages.begin("pve", Kind::Silent, 0);
    timed(&world, &world.core, acts::stop, &world.order(7));
    let other = world.other_process();
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let begun = world.now();
        // somebody looks every second, in two processes
        while world.mortality.outages.met() == 0 || pauses.is_empty() && world.now() == begun {
            world.clock_forward(1.0);
            timed(&world, &world.core, acts::stop, &world.order(7));
            let (_, took) = timed(&world, &other, acts::stop, &world.order(7));
            assert_eq!(took, 0.0, "the other one has just tried");
        }
        pauses.push((world.now() - begun).round());
    }
    assert!(
        pauses.last().is_some_and(|pause| (60.0..=65.0).contains(pause)),
        "{pauses:?}"
    );
    // Test Connection does not wait for that, and ends it for all
    assert_eq!(
        timed(&world, &other, api::test_connection, &server(&world)).0,
        "pve_no_answer"
    );
    world.mortality.outages.end();
    assert_eq!(timed(&world, &other, acts::stop, &world.order(7)).0, "pve_silent");
    api::test_connection(&other, &server(&world)).unwrap();
    world.clock_forward(1.0);
    acts::stop(&world.core, &world.order(7)).unwrap();
}

#[test]
fn a_server_that_is_only_slow_is_not_called_silent() {
    let world = world_of(1);
    world.clock_forward(600.0);
    // one request of many takes long: its node has trouble, the server has none
    world
        .sim()
        .add_fault(Fault::always("GET", "/status/current", FaultKind::Hang(12.0)));
    let (said, took) = timed(&world, &world.core, acts::stop, &world.order(7));
    assert!(said.starts_with("ok"), "{said}");
    assert!(took < WEB, "{took}");
    let (said, _) = timed(&world, &world.other_process(), api::usage, &graphs(&world));
    assert!(said.starts_with("ok"), "nobody calls it silent: {said}");
}

#[test]
fn a_page_that_waited_in_vain_leaves_no_second_one_waiting() {
    for kind in [Kind::Silent, Kind::NoConnection] {
        let world = world_of(1);
        world.clock_forward(600.0);
        world.mortality.outages.begin("pve", kind, 0);
        let (_, first) = timed(&world, &world.core, api::show, &page(&world));
        let (_, second) = timed(&world, &world.other_process(), api::show, &page(&world));
        assert!(first <= PAGE && second == 0.0, "{kind:?}: {first}, {second}");
    }
}
