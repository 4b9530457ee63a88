//! The customer's firewall: the list is written rule by rule, whatever stands between, and what nobody confirms is taken back.

use crate::acts;
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::api::verbs::{Entry, find};
use proxmoxkvm::problems::Error;
use pvesim::{Fault, FaultKind, Rule};
use serde_json::{Value, json};

type Done = Result<Value, Error>;

/// The product lets its customers have a firewall.
pub fn sold(world: &mut World, more: &str) {
    world
        .option(18, "on")
        .option(24, &format!("client_firewall = on\n{more}"));
}

pub fn ready(more: &str) -> World {
    let mut world = World::new();
    sold(&mut world, more);
    world.ready(7);
    world
}

fn asked(world: &World, actor: &str, fields: Value) -> Value {
    let mut order = world.order(7);
    order["actor"] = json!(actor);
    order["by"] = json!({"id": 3, "ip": "198.51.100.7"});
    order["sure"] = json!("1");
    let fields = fields.as_object().unwrap().clone();
    order.as_object_mut().unwrap().extend(fields);
    order
}

pub fn adds(world: &World, actor: &str, ports: &str, verdict: &str) -> Done {
    let form = json!({"direction": "in", "verdict": verdict, "proto": "tcp", "ports": ports, "enabled": "1", "comment": ports});
    acts::firewall_rule(&world.core, &asked(world, actor, form))
}

pub fn changes(world: &World, actor: &str, rule: usize, change: &str) -> Done {
    let form = json!({"rule": rule, "change": change, "anyway": "1"});
    acts::firewall_change(&world.core, &asked(world, actor, form))
}

/// Once it is in force.
pub fn confirm(world: &World) -> Done {
    world.clock_forward(15.0);
    acts::firewall_confirm(&world.core, &asked(world, "client", json!({})))
}

pub fn only_me(world: &World) -> Done {
    acts::firewall_template(&world.core, &asked(world, "client", json!({"template": "only_me"})))
}

pub fn page(world: &World, actor: &str) -> Value {
    api::firewall(&world.core, &asked(world, actor, json!({}))).unwrap()
}

fn rules(world: &World) -> Vec<Rule> {
    world.sim().firewall_of(&world.vmid(7).to_string()).rules
}

/// The customer's rules as Proxmox VE has them: verdict and ports, `-` before one that is off.
pub fn own(world: &World) -> Vec<String> {
    let rules = rules(world);
    let own = rules
        .iter()
        .filter(|rule| rule.get("comment").is_some_and(|c| c.starts_with("[customer]")));
    own.map(|rule| {
        let on = if rule["enable"] == "1" { "" } else { "-" };
        let what = rule.get("dport").or(rule.get("macro")).or(rule.get("source"));
        format!("{on}{} {}", rule["action"], what.cloned().unwrap_or_default())
    })
    .collect()
}

fn options(world: &World, key: &str) -> String {
    let firewall = world.sim().firewall_of(&world.vmid(7).to_string());
    firewall.options.get(key).cloned().unwrap_or_default()
}

fn policy(world: &World, actor: &str, policies: (&str, &str)) -> Done {
    let form = json!({"policy_in": policies.0, "policy_out": policies.1});
    acts::firewall_policy(&world.core, &asked(world, actor, form))
}

#[test]
fn a_customer_has_a_list_below_the_providers_rules_and_staff_see_it_in_proxmox_ve() {
    let world = ready("");
    let provider = rules(&world).len();
    adds(&world, "client", "80,443", "ACCEPT").unwrap();
    adds(&world, "client", "22", "ACCEPT").unwrap();
    assert_eq!(world.status(7), "ready");
    assert_eq!(own(&world), ["ACCEPT 80,443", "ACCEPT 22"]);
    let all = rules(&world);
    assert!(
        all[..provider]
            .iter()
            .all(|rule| !rule.get("comment").is_some_and(|c| c.starts_with("[customer]")))
    );
    assert_eq!(all[provider]["comment"], "[customer] 80,443");
    // what only opens is confirmed by itself
    let seen = page(&world, "client");
    assert_eq!((&seen["waits_until"], &seen["writing"]), (&Value::Null, &json!(false)));
    assert_eq!(seen["rules"][1]["ports"], "22");
    assert_eq!(seen["policy_in"], "DROP");
    assert_eq!(seen["provider"].as_array().unwrap().len(), provider);
    assert_eq!(seen["others"], json!([]));
    changes(&world, "client", 2, "up").unwrap();
    confirm(&world).unwrap();
    assert_eq!(own(&world), ["ACCEPT 22", "ACCEPT 80,443"]);
    changes(&world, "client", 2, "copy").unwrap();
    assert_eq!(own(&world), ["ACCEPT 22", "ACCEPT 80,443", "ACCEPT 80,443"]);
    world.check_invariants();
}

#[test]
fn what_may_cut_off_is_live_at_once_and_taken_back_where_nobody_confirms_it() {
    let world = ready("");
    adds(&world, "client", "22", "ACCEPT").unwrap();
    let begun = world.now();
    changes(&world, "client", 1, "off").unwrap();
    assert_eq!(own(&world), ["-ACCEPT 22"], "live at once");
    let until = page(&world, "client")["waits_until"].as_f64().unwrap();
    assert!((begun + 89.0..begun + 95.0).contains(&until));
    // nothing else is begun meanwhile, but for what is about power
    assert_eq!(
        code(acts::snapshot_take(&world.core, &asked(&world, "client", json!({})))),
        "wrong_status"
    );
    acts::reboot(&world.core, &asked(&world, "client", json!({}))).unwrap();
    let reached = find(Entry::Act, "reachability").unwrap();
    let reached = reached
        .run(&world.core, &asked(&world, "client", json!({})))
        .unwrap()
        .value();
    let says = |of: &Value| of["says"] == "service_changing";
    assert!(
        !reached["findings"].as_array().unwrap().iter().any(says),
        "it is as ready as before"
    );
    world.clock_forward(until - world.now() - 1.0);
    world.cron();
    assert_eq!(own(&world), ["-ACCEPT 22"], "not before its time");
    world.clock_forward(1.0);
    world.cron();
    assert_eq!(
        (own(&world), world.status(7).as_str()),
        (vec!["ACCEPT 22".to_owned()], "ready")
    );
    assert_eq!(code(confirm(&world)), "firewall_confirmed", "it is too late");
    // confirmed, it stays
    changes(&world, "client", 1, "off").unwrap();
    confirm(&world).unwrap();
    world.clock_forward(600.0);
    world.cron_until_idle();
    assert_eq!(own(&world), ["-ACCEPT 22"]);
    world.check_invariants();
}

#[test]
fn the_visit_of_any_page_takes_back_what_is_over_and_staff_need_confirm_nothing() {
    let world = ready("");
    policy(&world, "client", ("DROP", "DROP")).unwrap();
    assert_eq!(options(&world, "policy_out"), "DROP");
    assert!(page(&world, "client")["waits_s"].as_f64().unwrap() > 80.0);
    world.clock_forward(91.0);
    let seen = page(&world, "client");
    assert_eq!(
        (&seen["waits_until"], &seen["policy_out"]),
        (&Value::Null, &json!("ACCEPT"))
    );
    assert_eq!(options(&world, "policy_out"), "ACCEPT");
    policy(&world, "admin", ("DROP", "DROP")).unwrap();
    assert_eq!(page(&world, "admin")["waits_until"], Value::Null);
    world.clock_forward(600.0);
    world.cron_until_idle();
    assert_eq!(options(&world, "policy_out"), "DROP");
    // by the button, at once
    adds(&world, "client", "25", "DROP").unwrap();
    assert_eq!(own(&world), ["DROP 25"]);
    acts::firewall_back(&world.core, &asked(&world, "client", json!({}))).unwrap();
    assert_eq!(own(&world), [""; 0]);
    let again = acts::firewall_back(&world.core, &asked(&world, "client", json!({})));
    assert_eq!(code(again), "firewall_confirmed");
}

#[test]
fn whoever_would_cut_himself_off_is_told_before_anything_is_saved() {
    let mut world = World::new();
    // the provider's own rules let nobody in
    world.option(19, "");
    sold(&mut world, "");
    world.ready(7);
    let cluster = |on: &str| {
        let mut sim = world.sim();
        let cluster = &mut sim.firewall.entry("cluster".to_owned()).or_default().options;
        cluster.insert("enable".to_owned(), on.to_owned());
    };
    cluster("1");
    let mine = |fields: Value| {
        let mut form = json!({"direction": "in", "verdict": "ACCEPT", "proto": "tcp", "ports": "22", "enabled": "1"});
        form.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        acts::firewall_rule(&world.core, &asked(&world, "client", form))
    };
    mine(json!({})).unwrap();
    // from the address that asks, 198.51.100.7, SSH passes: not so with each of these
    let before = own(&world);
    for off in [
        json!({"rule": 1, "enabled": ""}),
        json!({"rule": 1, "source": "192.0.2.0/24"}),
        json!({"rule": 1, "verdict": "DROP"}),
    ] {
        let refused = mine(off.clone()).unwrap_err();
        assert_eq!(refused.code(), "firewall_cuts_off", "{off}");
        assert!(refused.to_string().contains("198.51.100.7"), "{refused}");
    }
    assert_eq!(
        (own(&world), page(&world, "client")["waits_until"].clone()),
        (before, Value::Null)
    );
    let deleted = json!({"rule": 1, "change": "delete"});
    assert_eq!(
        code(acts::firewall_change(
            &world.core,
            &asked(&world, "client", deleted.clone())
        )),
        "firewall_cuts_off"
    );
    // what lets the address in is saved, and what is meant
    mine(json!({"rule": 1, "source": "198.51.100.0/24"})).unwrap();
    mine(json!({"rule": 1, "enabled": "", "anyway": "1"})).unwrap();
    acts::firewall_back(&world.core, &asked(&world, "client", json!({}))).unwrap();
    // a firewall that is off cuts nobody off
    cluster("0");
    acts::firewall_change(&world.core, &asked(&world, "client", deleted)).unwrap();
}

/// pve-firewall looks every ten seconds: until then whoever tries it tries the rules from before.
#[test]
fn what_is_not_in_force_yet_is_kept_by_nobody() {
    let world = ready("");
    adds(&world, "client", "22", "ACCEPT").unwrap();
    changes(&world, "client", 1, "off").unwrap();
    let early = || acts::firewall_confirm(&world.core, &asked(&world, "client", json!({})));
    assert_eq!(code(early()), "firewall_not_written");
    world.clock_forward(13.0);
    assert_eq!(code(early()), "firewall_not_written");
    world.clock_forward(2.0);
    early().unwrap();
    assert_eq!(own(&world), ["-ACCEPT 22"]);
}

#[test]
fn a_policy_that_refuses_stays_one() {
    let world = ready("");
    let vmid = world.vmid(7).to_string();
    let refuses = ("policy_in".to_owned(), "REJECT".to_owned());
    world.sim().firewall.get_mut(&vmid).unwrap().options.extend([refuses]);
    assert_eq!(page(&world, "client")["policy_in"], "REJECT");
    adds(&world, "client", "22", "ACCEPT").unwrap();
    assert_eq!(options(&world, "policy_in"), "REJECT", "by the first rule");
    policy(&world, "client", ("REJECT", "REJECT")).unwrap();
    assert_eq!(options(&world, "policy_out"), "REJECT");
}

#[test]
fn another_tab_that_has_read_an_older_list_overwrites_nothing() {
    let world = ready("");
    let read = page(&world, "client")["version"].clone();
    adds(&world, "client", "22", "ACCEPT").unwrap();
    let form = json!({"rule": 1, "change": "delete", "version": read});
    assert_eq!(
        code(acts::firewall_change(&world.core, &asked(&world, "client", form))),
        "chosen_meanwhile"
    );
    assert_eq!(own(&world), ["ACCEPT 22"]);
    changes(&world, "client", 1, "off").unwrap();
    let form = json!({"version": read});
    world.clock_forward(15.0);
    let confirmed = acts::firewall_confirm(&world.core, &asked(&world, "client", form));
    assert_eq!(
        code(confirmed),
        "chosen_meanwhile",
        "what is confirmed is what the page shows"
    );
}

#[test]
fn rules_by_hand_stay_where_they_are_and_are_shown() {
    let world = ready("");
    for ports in ["1", "2", "3"] {
        adds(&world, "client", ports, "ACCEPT").unwrap();
    }
    let vmid = world.vmid(7).to_string();
    let by_hand = |comment: &str| -> Rule {
        [
            ("type", "in"),
            ("action", "DROP"),
            ("enable", "1"),
            ("comment", comment),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
    };
    let between = rules(&world).len() - 1;
    let of = |index: usize, rule: Rule| world.sim().firewall.get_mut(&vmid).unwrap().rules.insert(index, rule);
    of(between, by_hand("abuse ticket 17"));
    of(0, by_hand("on top"));
    let seen = page(&world, "admin");
    assert_eq!(seen["others"][1]["line"], "IN DROP # abuse ticket 17");
    let seen = page(&world, "client");
    assert_eq!(seen["others"][1]["line"], "IN DROP", "what staff note is for staff");
    for (rule, change) in [(1, "copy"), (3, "delete"), (1, "down")] {
        changes(&world, "client", rule, change).unwrap();
    }
    confirm(&world).unwrap();
    assert_eq!(own(&world), ["ACCEPT 1", "ACCEPT 1", "ACCEPT 3"]);
    let all = rules(&world);
    let hand: Vec<usize> = (0..all.len()).filter(|at| all[*at]["action"] == "DROP").collect();
    assert_eq!((hand.len(), hand[0]), (2, 0));
    assert_eq!(all.len() - hand[1], 2, "above the customer's last rule as before");
}

#[test]
fn the_list_comes_back_after_a_rebuild_and_a_restore_and_counts_among_another_packages_rules() {
    let mut world = World::new();
    world.option(23, "local");
    sold(&mut world, "client_reinstall = on\nbackups = 2");
    world.ready(7);
    adds(&world, "client", "22", "ACCEPT").unwrap();
    let make = asked(&world, "client", json!({"note": ""}));
    acts::backup_make(&world.core, &make).unwrap();
    world.cron_until_idle();
    // since then: one rule more, one less
    adds(&world, "client", "80", "ACCEPT").unwrap();
    changes(&world, "client", 1, "delete").unwrap();
    confirm(&world).unwrap();
    let seen = api::backups(&world.core, &world.shown_to("client")).unwrap();
    let restore = json!({"backup": seen["backups"][0]["name"], "typed": world.service(7)["name"]});
    acts::backup_restore(&world.core, &asked(&world, "client", restore)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(own(&world), ["ACCEPT 80"], "no rule of then");
    // a trial ends with what is made anew
    changes(&world, "client", 1, "off").unwrap();
    world.clock_forward(3600.0);
    let typed = json!({"typed": world.service(7)["name"], "do": "reinstall"});
    acts::reinstall(&world.core, &asked(&world, "admin", json!({}))).unwrap_err();
    acts::stop(&world.core, &asked(&world, "admin", json!({}))).unwrap();
    acts::reinstall(&world.core, &asked(&world, "admin", typed)).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), own(&world)),
        ("ready", vec!["ACCEPT 80".to_owned()])
    );
    let provider = rules(&world).len() - 1;
    sold(&mut world, "firewall_rules_place = last");
    let mut order = world.order(7);
    order["package"]["options"][18] = json!("IN DROP -p udp -dport 53");
    api::change_package(&world.core, &order).unwrap();
    let due = api::cron(&world.core, &json!({"orders": [order], "budget_s": 55, "workers": 1}));
    due.unwrap();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    let all = rules(&world);
    assert_eq!(all[0]["dport"], "80", "the customer's are first: {all:?}");
    assert_eq!(all.len(), provider + 2, "no old rule of the provider is taken away");
}

#[test]
fn somebody_who_changes_the_rules_meanwhile_is_seen_and_nothing_is_done_to_the_wrong_rule() {
    let world = ready("");
    for ports in ["1", "2", "3", "4"] {
        adds(&world, "client", ports, "ACCEPT").unwrap();
    }
    let changed = "detected modified configuration - file changed by other user? Try again.";
    let fault = FaultKind::Status(500, changed.into(), String::new());
    world.sim().add_fault(Fault::once("PUT", "/firewall/rules/", fault));
    changes(&world, "client", 1, "down").unwrap();
    assert_eq!(own(&world), ["ACCEPT 2", "ACCEPT 1", "ACCEPT 3", "ACCEPT 4"]);
    confirm(&world).unwrap();
    let fault = FaultKind::Status(500, changed.into(), String::new());
    world.sim().add_fault(Fault::once("DELETE", "/firewall/rules/", fault));
    changes(&world, "client", 2, "delete").unwrap();
    assert_eq!(own(&world), ["ACCEPT 2", "ACCEPT 3", "ACCEPT 4"]);
}

#[test]
fn what_proxmox_ve_refuses_is_taken_back_and_the_former_list_stays() {
    let world = ready("");
    adds(&world, "client", "22", "ACCEPT").unwrap();
    let no = FaultKind::Status(400, "Parameter verification failed.".into(), String::new());
    world.sim().add_fault(Fault::once("PUT", "/firewall/rules/", no));
    let form =
        json!({"rule": 1, "direction": "in", "verdict": "ACCEPT", "proto": "tcp", "ports": "2222", "enabled": "1"});
    acts::firewall_rule(&world.core, &asked(&world, "client", form)).unwrap_err();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), own(&world)),
        ("ready", vec!["ACCEPT 22".to_owned()])
    );
    let seen = page(&world, "client");
    assert_eq!(
        (&seen["rules"][0]["ports"], &seen["waits_until"]),
        (&json!("22"), &Value::Null)
    );
    assert!(world.service(7)["error"].is_null(), "{}", world.service(7));
}

#[test]
fn a_lock_that_leaves_the_config_keeps_nobody_from_the_firewall() {
    let world = ready("");
    adds(&world, "client", "22", "ACCEPT").unwrap();
    changes(&world, "client", 1, "off").unwrap();
    world.sim().set_config(100, "lock", Some("backup"));
    world.clock_forward(91.0);
    world.cron();
    assert_eq!(own(&world), ["ACCEPT 22"], "taken back although a backup runs");
    adds(&world, "client", "80", "ACCEPT").unwrap();
    assert_eq!(own(&world), ["ACCEPT 22", "ACCEPT 80"]);
}

#[test]
fn staff_are_told_why_rules_have_no_effect_and_customers_only_that() {
    let mut world = ready("");
    let on = |world: &World, on: &str| {
        let mut sim = world.sim();
        let cluster = &mut sim.firewall.entry("cluster".to_owned()).or_default().options;
        cluster.insert("enable".to_owned(), on.to_owned());
    };
    let why = |world: &World| {
        let (staff, client) = (page(world, "admin"), page(world, "client"));
        assert_eq!((&client["why_not"], &client["works"]), (&Value::Null, &staff["works"]));
        (staff["works"].clone(), staff["why_not"].clone())
    };
    on(&world, "1");
    assert_eq!(why(&world), (json!(true), Value::Null));
    on(&world, "0");
    assert_eq!(why(&world), (json!(false), json!("datacenter")));
    on(&world, "1");
    let nic = world.config(100, "net0");
    world
        .sim()
        .set_config(100, "net0", Some(&nic.replace("firewall=1", "firewall=0")));
    assert_eq!(why(&world), (json!(false), json!("nic")));
    world.sim().set_config(100, "net0", Some(&nic));
    world.option(18, "off");
    assert_eq!(why(&world), (json!(false), json!("product")));
    assert_eq!(code(adds(&world, "client", "22", "ACCEPT")), "firewall_not_sold");
    world.option(24, "");
    assert_eq!(code(adds(&world, "client", "22", "ACCEPT")), "not_for_clients");
    assert_eq!(
        code(api::firewall(&world.core, &asked(&world, "client", json!({})))),
        "not_for_clients"
    );
}

#[test]
fn a_thousand_rules_by_hand_and_a_full_list_are_no_trouble() {
    let world = ready("client_firewall_rules = 3");
    let vmid = world.vmid(7).to_string();
    let rule: Rule = [("type", "in"), ("action", "DROP"), ("enable", "0")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    world
        .sim()
        .firewall
        .get_mut(&vmid)
        .unwrap()
        .rules
        .extend(vec![rule; 1000]);
    // of a list without rules that drops already, this only opens
    only_me(&world).unwrap();
    assert_eq!(own(&world), ["ACCEPT 198.51.100.7"]);
    adds(&world, "client", "1", "ACCEPT").unwrap();
    adds(&world, "client", "2", "ACCEPT").unwrap();
    let full = adds(&world, "client", "3", "ACCEPT").unwrap_err();
    assert_eq!((full.code(), full.number()), ("firewall_full", Some(3)));
    let last = rules(&world).pop().unwrap();
    assert_eq!(last["comment"], "[customer] 2", "below a thousand");
}
