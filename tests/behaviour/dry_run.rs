//! What would be done is what is done: the same calls in the same order, and the same refusals. For random pairs of package
//! and VM, and for the life of random packages; `make pairs` does it for many more.

use crate::acts;
use crate::applications;
use crate::backups;
use crate::snapshots;
use crate::support::{self, World, code};
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use pvesim::Logged;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers that look random, and are the same each time (xorshift).
pub struct Dice(pub u64);

impl Dice {
    pub fn of(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    pub fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.of(texts.len() as u64) as usize]
    }
}

/// What was asked of Proxmox VE, in the words of a dry run. Of a rule only that it was one.
fn asked(world: &World) -> Vec<String> {
    let sim = world.sim();
    sim.log.iter().filter_map(said).collect()
}

fn said(one: &Logged) -> Option<String> {
    let of = |key: &str| one.params.get(key).cloned().unwrap_or_default();
    let set = || {
        let keys = one
            .params
            .keys()
            .filter(|key| !["digest", "delete", "background_delay"].contains(&key.as_str()));
        let deleted = of("delete");
        let deleted = deleted.split(',').filter(|key| !key.is_empty()).map(str::to_owned);
        keys.cloned().chain(deleted).collect::<Vec<_>>().join(", ")
    };
    let end = one.path.split("/nodes/pve1/").nth(1).filter(|_| one.method != "GET")?;
    let end = end.strip_prefix("qemu/100").unwrap_or(end);
    Some(match (one.method.as_str(), end.trim_start_matches('/')) {
        (_, "config") => format!("write {}", set()),
        (_, "resize") => format!("grow {} to {} GB", of("disk"), of("size").trim_end_matches('G')),
        (_, "status/shutdown") => "shut down".to_owned(),
        (_, "status/start") => "start".to_owned(),
        (_, "status/stop") => "stop".to_owned(),
        ("POST", "qemu/9000/clone") => "start the clone".to_owned(),
        ("DELETE", "") => "delete the VM".to_owned(),
        ("PUT", "firewall/options") => "write firewall options".to_owned(),
        ("POST", "firewall/ipset") => "make the IP filter".to_owned(),
        ("POST", "firewall/ipset/ipfilter-net0") => format!("add {} to the IP filter", of("cidr")),
        ("DELETE", "firewall/ipset/ipfilter-net0") => "take the IP filter away".to_owned(),
        ("POST", "firewall/rules") => "add rule".to_owned(),
        ("DELETE", end) if end.starts_with("firewall/ipset/") => {
            let address = end.rsplit('/').next().unwrap_or_default();
            format!("take {} out of the IP filter", address.replace("%3A", ":"))
        }
        ("DELETE", end) if end.starts_with("snapshot/") => format!("delete {}", end.replace('/', " ")),
        ("DELETE", end) if end.contains("/content/") => {
            let volume = end.rsplit("/content/").next().unwrap_or_default();
            format!("delete backup {}", volume.replace("%3A", ":").replace("%2F", "/"))
        }
        (method, other) => format!("{method} {other}"),
    })
}

/// What a dry run tells, but for what only the store hears of.
fn told(dry: &Value) -> Vec<String> {
    let of_the_store = ["reserve address and VMID", "give back surplus addresses"];
    let calls = dry["calls"].as_array().unwrap().iter();
    let calls = calls
        .map(|call| call.as_str().unwrap())
        .filter(|call| !of_the_store.contains(call));
    let plain = |call: &str| if call.starts_with("add rule") { "add rule" } else { call }.to_owned();
    calls.map(plain).collect()
}

pub fn dry(world: &World, of: &str) -> Value {
    api::dry_run(&world.core, &world.with_extra(7, "of", json!(of))).unwrap()
}

fn preview(world: &World) -> Value {
    api::change_preview(&world.core, &world.order(7)).unwrap()
}

fn throw(world: &mut World, dice: &mut Dice) {
    if dice.of(3) == 0 {
        world.option(6, dice.one_of(&["1", "2", "4"]));
        world.option(7, dice.one_of(&["1", "2"]));
    }
    world.option(8, dice.one_of(&["0", "5", "5", "6", "8", "12"]));
    world.option(9, dice.one_of(&["0/0/0/0", "100/0/0/0", "0/50/1000/0"]));
    world.option(10, dice.one_of(&["0", "0", "3", "4"]));
    world.option(11, dice.one_of(&["0/0/0/0", "0/0/500/500"]));
    world.option(15, dice.one_of(&["0", "12.5", "125"]));
    let (v4, v6) = (
        dice.one_of(&["1", "1", "1", "2", "3"]),
        dice.one_of(&["1", "0", "0", "2"]),
    );
    world.config_options = json!({"IPv4 Addresses": v4, "ipv6": v6});
    world.option(18, dice.one_of(&["off", "on", "on with anti-spoofing"]));
    world.option(
        19,
        dice.one_of(&["", "IN ACCEPT -p tcp -dport 22", "IN ACCEPT -p tcp -dport 22\nIN DROP"]),
    );
    let more = dice.one_of(&[
        "",
        "live_change = on",
        "live_change = on\nonboot = off",
        "firewall_policy_in = DROP",
    ]);
    world.option(24, &format!("snapshots = 3\nbackups = 3\n{more}"));
}

/// What somebody has done to the VM by hand, or the customer.
fn tamper(world: &mut World, dice: &mut Dice) {
    if dice.of(4) == 0 {
        let stopped = dice.of(2) == 0;
        world.sim().set_power(100, !stopped);
    }
    if dice.of(3) == 0 {
        let (key, value) = match dice.of(8) {
            0 => ("balloon", Some("4096")),
            1 => ("sockets", Some("2")),
            2 => ("onboot", Some("0")),
            3 => ("vcpus", Some("1")),
            4 => ("ipconfig0", Some("ip=192.0.2.99/24")),
            5 => ("protection", Some("1")),
            6 => ("nameserver", None),
            _ => ("searchdomain", Some("example.org")),
        };
        world.sim().set_config(100, key, value);
    }
}

fn is_refused(dry: &Value, done: Result<Value, Error>, world: &World, state: &str) {
    assert_eq!(dry["refusal"]["code"].as_str(), Some(code(done).as_str()), "{state}");
    assert_eq!(asked(world), [] as [String; 0], "{state}: nothing is done");
}

/// So many pairs as a run of all tests has time for, or as `make pairs` asks for.
fn pairs(usual: u64) -> u64 {
    let asked = std::env::var("PAIRS").ok().and_then(|pairs| pairs.parse().ok());
    asked.unwrap_or(usual)
}

/// How many changes one VM goes through.
const OF_A_VM: u64 = 12;

/// How its changes went.
#[derive(Default)]
struct Tally {
    refused: u64,
    restarts: u64,
    live: u64,
    leased: u64,
}

/// The VM of a number, and what becomes of it: nothing of it depends on other numbers.
fn changes_as_told(number: u64, steps: u64) -> Tally {
    let mut dice = Dice(0x5eed_2026 ^ (number << 32));
    let mut tally = Tally::default();
    let mut world = World::new();
    throw(&mut world, &mut dice);
    world.option(8, "5");
    world.ready(7);
    for step in 0..steps {
        throw(&mut world, &mut dice);
        tamper(&mut world, &mut dice);
        let runs = world.sim().is_running(100);
        world.clock_forward(60.0);
        let state = format!("VM {number}, change {step}: {:?}, runs: {runs}", world.options);
        world.sim().log.clear();
        let preview = preview(&world);
        assert_eq!(asked(&world), [] as [String; 0], "{state}: nothing is done");
        let changed = api::change_package(&world.core, &world.order(7));
        if !preview["refusal"].is_null() {
            is_refused(&preview, changed, &world, &state);
            tally.refused += 1;
            continue;
        }
        changed.unwrap();
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready", "{state}");
        assert_eq!(told(&preview), asked(&world), "{state}");
        let stopped = asked(&world).contains(&"shut down".to_owned());
        // one that is off may run by then
        assert!(preview["restart"] == stopped || !runs, "{state}: {preview}");
        tally.restarts += u64::from(stopped);
        tally.live += u64::from(!stopped && runs && !told(&preview).is_empty());
        tally.leased += u64::from(preview["calls"][0] == "reserve address and VMID");
    }
    tally
}

/// Every number up to the last one, by all processors of the machine; a long run says now and then how far it is.
fn each_number<T: Send>(count: u64, of: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let (next, found) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::SeqCst);
            if number >= count {
                return;
            }
            let one = of(number);
            support::guard(&found).push(one);
            if number % 50 == 49 {
                println!("{} of {count}", number + 1);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // one that fails fails the test, once the others are done
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    found.into_inner().unwrap()
}

#[test]
fn a_change_does_what_was_told_for_random_pairs_of_package_and_vm() {
    let (pairs, sum) = (pairs(96), |of: fn(&Tally) -> u64, all: &[Tally]| {
        all.iter().map(of).sum::<u64>()
    });
    let all = each_number(pairs.div_ceil(OF_A_VM), |number| {
        changes_as_told(number, OF_A_VM.min(pairs - number * OF_A_VM))
    });
    let (refused, restarts) = (sum(|one| one.refused, &all), sum(|one| one.restarts, &all));
    let (live, leased) = (sum(|one| one.live, &all), sum(|one| one.leased, &all));
    assert!(
        refused > 3 && restarts > 5 && live > 0 && leased > 3,
        "{refused} refused, {restarts} restarts, {live} live, {leased} with more addresses"
    );
}

/// From its order to its end, with what lies between thrown: what each button would do is told before it is pressed.
fn lives_as_told(dice: &mut Dice) {
    let mut world = World::new();
    throw(&mut world, dice);
    world.option(8, "5").option(23, "local");
    if dice.of(3) == 0 {
        applications::add(&world, "pve1", "docker");
        world.config_options["Application"] = json!("docker");
    }
    let told_first = dry(&world, "create");
    assert_eq!(asked(&world), [] as [String; 0], "nothing is done");
    assert_eq!(
        api::show(&world.core, &json!({"service": 7})).map_err(|error| error.code()),
        Err("unknown_service")
    );
    world.ready(7);
    let state = format!("{:?}", world.options);
    assert_eq!(told(&told_first), asked(&world), "create, {state}");
    let service = world.service(7);
    assert_eq!(told_first["vmid"], service["vmid"], "{state}");
    assert_eq!(told_first["node"], service["node"], "{state}");
    let leased = |address: &Value| address.as_str().unwrap().to_owned();
    let addresses = service["addresses"]
        .as_array()
        .unwrap()
        .iter()
        .map(leased)
        .collect::<Vec<_>>();
    assert_eq!(told_first["addresses"], json!(addresses), "{state}");
    world.clock_forward(4000.0);
    tamper(&mut world, dice);
    world.sim().log.clear();
    let again = dry(&world, "reinstall");
    let done = acts::reinstall(&world.core, &world.order(7));
    if again["refusal"].is_null() {
        done.unwrap();
        world.cron_until_idle();
        assert_eq!(told(&again), asked(&world), "reinstall, {state}");
        assert_eq!(again["vmid"], world.service(7)["vmid"], "{state}");
    } else {
        is_refused(&again, done, &world, &state);
    }
    world.clock_forward(4000.0);
    for _ in 0..dice.of(3) {
        let _ = snapshots::take(&world, "before");
        world.cron_until_idle();
        let _ = backups::make(&world, "once");
        world.cron_until_idle();
    }
    world.sim().log.clear();
    let end = dry(&world, "terminate");
    assert_eq!(asked(&world), [] as [String; 0], "{state}: nothing is done");
    let done = api::terminate(&world.core, &world.order(7));
    if end["refusal"].is_null() {
        drop(done);
        world.cron_until_idle();
        assert_eq!(world.status(7), "removed", "{state}");
        assert_eq!(told(&end), asked(&world), "terminate, {state}");
    } else {
        is_refused(&end, done, &world, &state);
    }
}

#[test]
fn a_life_goes_as_was_told_for_random_packages() {
    each_number((pairs(96) / OF_A_VM).max(1), |number| {
        lives_as_told(&mut Dice(0x0011_fe26 ^ (number << 32)));
    });
}

type Makes = fn(&mut World);

/// One VM of each kind, as a row of the grid.
const STATES: [(&str, Makes); 7] = [
    ("runs", |_| {}),
    ("is off", |world| world.sim().set_power(100, false)),
    ("is hibernated", |world| {
        world.sim().set_power(100, false);
        world.sim().set_lock(100, Some("suspended"));
    }),
    ("is locked", |world| world.sim().set_lock(100, Some("backup"))),
    ("is protected in Proxmox VE", |world| {
        world.sim().set_config(100, "protection", Some("1"));
    }),
    ("is gone", |world| {
        world.sim().vms.remove(&100);
    }),
    ("is suspended", |world| {
        api::suspend(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
    }),
];

/// What is sold then: options of the package by their places.
const PACKAGES: [(&str, &[(usize, &str)]); 8] = [
    ("the same", &[]),
    ("more cores", &[(6, "4")]),
    ("faster", &[(15, "125")]),
    ("faster, live", &[(15, "125"), (24, "live_change = on")]),
    ("a larger disk", &[(8, "9")]),
    ("a smaller disk", &[(8, "7")]),
    ("one more address", &[(0, "2")]),
    ("no filter", &[(18, "on")]),
];

fn lines(dry: &Value) -> String {
    match dry["refusal"]["message"].as_str() {
        Some(why) => format!("      refused: {why}\n"),
        None if dry["waits"].is_string() => format!("      waits: {}\n", dry["waits"].as_str().unwrap()),
        None => {
            let calls = dry["calls"].as_array().unwrap();
            let line = |call: &Value| format!("      {}\n", call.as_str().unwrap());
            match calls.len() {
                0 => "      nothing\n".to_owned(),
                _ => calls.iter().map(line).collect(),
            }
        }
    }
}

fn grid() -> String {
    let mut text = String::from("What staff read before they press a button, for service 7 and VM 100.\n");
    let before = World::new();
    text += &format!(
        "\n== Create\n    before it is created\n{}",
        lines(&dry(&before, "create"))
    );
    before.ready(7);
    before.clock_forward(4000.0);
    for (state, make) in STATES {
        let mut world = before.copy();
        make(&mut world);
        text += &format!("\n== The VM {state}\n");
        for of in ["create", "reinstall", "terminate"] {
            text += &format!("    {of}\n{}", lines(&dry(&world, of)));
        }
        for (package, sold) in PACKAGES {
            let mut world = world.copy();
            for (place, value) in sold {
                match place {
                    0 => world.config_options = json!({"IPv4 Addresses": value}),
                    place => drop(world.options.insert(*place, (*value).to_owned())),
                }
            }
            text += &format!("    change package: {package}\n{}", lines(&preview(&world)));
        }
    }
    text
}

#[test]
fn the_plans_of_a_grid_of_packages_and_vms_read_as_they_did() {
    support::is_golden("plans.txt", &grid());
}

#[test]
fn a_dry_run_is_for_staff_and_of_a_button_that_there_is() {
    let world = World::new();
    world.ready(7);
    let mut order = world.with_extra(7, "of", json!("create"));
    order["actor"] = json!("client");
    assert_eq!(code(api::dry_run(&world.core, &order)), "staff_only");
    assert_eq!(dry(&world, "explode")["refusal"]["code"], "no_action");
    let catalogue = api::verbs::catalogue(&json!({"of": ["plans"]})).unwrap().value();
    let plans: Vec<&str> = catalogue["plans"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(Value::as_str)
        .collect();
    assert_eq!(plans, ["create", "reinstall", "terminate"]);
    for of in plans {
        let dry = dry(&world, of);
        assert_ne!(dry["refusal"]["code"], "no_action", "{of}");
        let given_back = dry["frees"].as_array();
        assert_eq!(given_back.is_some(), of == "terminate", "{of}: {dry}");
        assert!(
            given_back.is_none_or(|list| !list.is_empty() && dry["addresses"] == json!([])),
            "{dry}"
        );
    }
    let mut other = world.with_extra(8, "of", json!("terminate"));
    other["service"]["id"] = json!(8);
    assert_eq!(
        api::dry_run(&world.core, &other).unwrap()["refusal"]["code"],
        "unknown_service"
    );
}
