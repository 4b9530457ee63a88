//! What a change of package would do is what it does: the same calls in the same order, and the same refusals.

use crate::support::{World, code};
use proxmoxkvm::api;
use serde_json::{Value, json};

/// Numbers that look random, and are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn of(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.of(texts.len() as u64) as usize]
    }
}

fn preview(world: &World) -> Value {
    api::change_preview(&world.core, &world.order(7)).unwrap()
}

/// What was asked of Proxmox VE, in the words of the preview. Of a rule only that it was one.
fn asked(world: &World) -> Vec<String> {
    let sim = world.sim();
    let writes = sim
        .log
        .iter()
        .filter(|one| one.method != "GET" && one.path.contains("/qemu/"));
    let said = writes.map(|one| {
        let end = one.path.split("/qemu/100/").nth(1).unwrap_or_default();
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
        match (one.method.as_str(), end) {
            (_, "config") => format!("write {}", set()),
            (_, "resize") => format!("grow {} to {} GB", of("disk"), of("size").trim_end_matches('G')),
            (_, "status/shutdown") => "shut down".to_owned(),
            (_, "status/start") => "start".to_owned(),
            ("PUT", "firewall/options") => "write firewall options".to_owned(),
            ("POST", "firewall/ipset") => "make the IP filter".to_owned(),
            ("POST", "firewall/ipset/ipfilter-net0") => format!("add {} to the IP filter", of("cidr")),
            ("DELETE", "firewall/ipset/ipfilter-net0") => "take the IP filter away".to_owned(),
            ("POST", "firewall/rules") => "add rule".to_owned(),
            (method, other) => format!("{method} {other}"),
        }
    });
    said.collect()
}

fn told(preview: &Value) -> Vec<String> {
    let calls = preview["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call.as_str().unwrap());
    let plain = |call: &str| if call.starts_with("add rule") { "add rule" } else { call }.to_owned();
    calls.map(plain).collect()
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
    world.option(18, dice.one_of(&["off", "on", "on with anti-spoofing"]));
    world.option(
        19,
        dice.one_of(&["", "IN ACCEPT -p tcp -dport 22", "IN ACCEPT -p tcp -dport 22\nIN DROP"]),
    );
    world.option(
        24,
        dice.one_of(&[
            "",
            "live_change = on",
            "live_change = on\nonboot = off",
            "firewall_policy_in = DROP",
        ]),
    );
}

#[test]
fn what_is_told_is_what_is_done_for_many_packages() {
    let mut dice = Dice(0x5eed_2026);
    let (mut refused, mut restarts, mut live) = (0, 0, 0);
    for _ in 0..5 {
        let mut world = World::new();
        throw(&mut world, &mut dice);
        world.option(8, "5");
        world.ready(7);
        for step in 0..12 {
            throw(&mut world, &mut dice);
            if dice.of(4) == 0 {
                let stopped = dice.of(2) == 0;
                world.sim().set_power(100, !stopped);
            }
            let runs = world.sim().is_running(100);
            world.clock_forward(60.0);
            let state = format!("step {step}: {:?}, runs: {runs}", world.options);
            world.sim().log.clear();
            let preview = preview(&world);
            assert_eq!(asked(&world), [] as [String; 0], "{state}: nothing is done");
            let changed = api::change_package(&world.core, &world.order(7));
            if preview["refusal"].is_null() {
                changed.unwrap();
                world.cron_until_idle();
                assert_eq!(world.status(7), "ready", "{state}");
                assert_eq!(told(&preview), asked(&world), "{state}");
                let stopped = asked(&world).contains(&"shut down".to_owned());
                assert_eq!(preview["restart"], stopped, "{state}");
                restarts += usize::from(stopped);
                live += usize::from(!stopped && runs && !told(&preview).is_empty());
            } else {
                assert_eq!(
                    preview["refusal"]["code"].as_str(),
                    Some(code(changed).as_str()),
                    "{state}"
                );
                assert_eq!(asked(&world), [] as [String; 0], "{state}");
                refused += 1;
            }
        }
    }
    assert!(
        refused > 3 && restarts > 5 && live > 0,
        "{refused} refused, {restarts} restarts, {live} live"
    );
}

#[test]
fn a_customer_reads_what_is_sold_and_no_calls() {
    let mut world = World::new();
    world.option(8, "6");
    world.ready(7);
    assert_eq!(
        preview(&world),
        json!({"ok": true, "sold": [], "calls": [], "restart": false, "usual_s": null, "refusal": null})
    );
    for (number, cores) in ["2", "4", "2"].into_iter().enumerate() {
        assert_eq!(preview(&world)["usual_s"], Value::Null, "{number} are too few");
        world.option(6, cores);
        api::change_package(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
    }
    world.option(6, "8").option(8, "5");
    let asked = |world: &World| {
        let mut order = world.with_extra(7, "actor", json!("client"));
        order["by"] = json!({"id": 3});
        api::change_preview(&world.core, &order)
    };
    let shrunk = asked(&world).unwrap();
    assert_eq!(
        shrunk["refusal"],
        json!({"code": "disk_shrink", "message": null, "client": null})
    );
    world.option(8, "9");
    let grown = asked(&world).unwrap();
    assert_eq!(
        (&grown["calls"], &grown["restart"], &grown["refusal"]),
        (&Value::Null, &json!(true), &Value::Null)
    );
    let sold = json!([{"key": "cpu_cores", "unit": "", "from": 2.0, "to": 8.0}, {"key": "system_disk", "unit": "GB", "from": 6.0, "to": 9.0}]);
    assert_eq!(grown["sold"], sold);
    assert!(grown["usual_s"].as_f64() > Some(1.0), "{grown}");
    for _ in 0..20 {
        if let Err(error) = asked(&world) {
            assert_eq!(error.code(), "too_often");
            return;
        }
    }
    panic!("whoever asks without end is stopped");
}

#[test]
fn what_cannot_be_changed_now_is_said() {
    let world = World::new();
    world.create(7).unwrap();
    assert_eq!(preview(&world)["refusal"]["code"], "wrong_status");
    world.cron_until_idle();
    world.sim().set_lock(100, Some("backup"));
    assert_eq!(preview(&world)["refusal"]["code"], "locked");
    world.sim().set_lock(100, None);
    world
        .sim()
        .vm_mut(100)
        .unwrap()
        .conf
        .insert("description".to_owned(), "somebody else's".to_owned());
    assert!(
        preview(&world)["refusal"]["message"]
            .as_str()
            .unwrap()
            .contains("marker")
    );
}
