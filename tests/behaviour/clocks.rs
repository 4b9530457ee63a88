//! A clock that was ahead for a while: what it wrote holds nobody up for as long as it was ahead.

use crate::acts;
use crate::firewall;
use crate::home::Home;
use crate::refused::status;
use crate::support::{World, code};
use proxmoxkvm::api;
use pvesim::Fault;
use serde_json::json;

const YEARS: f64 = 10.0 * 365.0 * 86_400.0;

#[test]
fn what_a_clock_that_was_ahead_wrote_counts_as_over() {
    let world = World::in_a_file();
    world.ready(7);
    let connection = rusqlite::Connection::open(world.home.file()).unwrap();
    let ahead = world.core.clock.now() + YEARS;
    let write = |sql: &str| assert!(connection.execute(sql, [ahead]).unwrap() > 0, "{sql}");
    // a lease of a machine that nobody can ask
    write("UPDATE services SET lease_owner = 'elsewhere|1|1|1', lease_until = ?1");
    api::suspend(&world.core, &world.order(7)).unwrap();
    // a time to go on
    write("UPDATE services SET due_at = ?1");
    let due = || api::due(&world.core, &json!({})).unwrap();
    assert_eq!(due()["services"][0]["id"], 7);
    world.cron();
    // what its client has asked for
    let often = "'[' || rtrim(replace(hex(zeroblob(99)), '00', ?1 || ','), ',') || ']'";
    write(&format!(
        "REPLACE INTO presses (service, what, times) VALUES (7, 'changes', {often})"
    ));
    let client = world.with_extra(7, "actor", json!("client"));
    assert_ne!(code(acts::start(&world.core, &client)), "too_often");
    // the traffic, and the records
    write("REPLACE INTO sampled (server, at) VALUES (1, ?1)");
    assert_eq!(due()["usage_due"], json!([1]));
    write("REPLACE INTO dns (service, wanted, asked, due_at, body) VALUES (7, 9, 9, ?1, '{}')");
    assert_eq!(due()["dns"], 1);
}

#[test]
fn what_others_hear_of_waits_for_no_clock_that_was_set_back() {
    let world = World::new();
    world.create(7).unwrap();
    let ahead = world.now() + 3600.0;
    world.home.tell(&format!(
        "UPDATE @outbox SET created = {ahead:e}, due = {ahead:e}, state = 'waiting', attempts = 0"
    ));
    let outbox = || api::due(&world.core, &json!({})).unwrap()["outbox"].clone();
    assert_eq!(outbox(), 1, "nobody has tried it yet");
    // somebody has taken it, or has failed for the first time
    for state in ["taken", "waiting"] {
        world.home.tell(&format!(
            "UPDATE @outbox SET due = {ahead:e}, state = '{state}', attempts = 1"
        ));
        assert_eq!(outbox(), 1, "{state}");
        let handed = api::cron(&world.core, &json!({"orders": [], "budget_s": 55})).unwrap();
        assert_eq!(handed["outbox"][0]["kind"], "write_back", "{state}");
    }
}

/// Writes a moment that is to come into the body of the service.
fn write_body(world: &World, key: &str, moment: f64) {
    let number = match &world.home {
        Home::File(_) => format!("{moment}"),
        Home::Database(..) => format!("{moment:e}"),
    };
    let set = format!("UPDATE @services SET body = JSON_SET(body, '$.{key}', {number})");
    world.home.tell(&set);
}

fn attention(world: &World) -> bool {
    let due = api::due(&world.core, &json!({})).unwrap();
    !due["attention"].as_array().unwrap().is_empty()
}

#[test]
fn a_lock_that_a_clock_ahead_has_seen_is_told_when_it_lasts() {
    let mut world = World::new();
    world.ready(7);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.sim().set_lock(100, Some("migrate"));
    world.cron();
    write_body(&world, "locked_since", world.now() + YEARS);
    world.cron_until_idle();
    assert!(!attention(&world), "{}", world.service(7));
    world.clock_forward(13.0 * 3600.0);
    world.cron();
    assert!(attention(&world), "{}", world.service(7));
}

#[test]
fn what_a_clock_ahead_has_seen_fail_is_told_when_it_lasts() {
    let mut world = World::new();
    world.ready(7);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    let fault = Fault::always("", "/qemu/100/config$", status(500, "got timeout"));
    world.sim().add_fault(fault);
    world.cron();
    write_body(&world, "failing_since", world.now() + YEARS);
    write_body(&world, "attempts", 1.0);
    world.home.tell("UPDATE @services SET due_at = 1");
    world.cron();
    world.clock_forward(660.0);
    write_body(&world, "attempts", 1.0);
    world.cron();
    assert!(attention(&world), "{}", world.service(7));
}

/// An hour is more than a try is ever put off: a clock that was set back by that much has held it up.
#[test]
fn what_was_put_off_by_a_clock_that_was_set_back_is_tried_at_once() {
    let world = World::new();
    world.ready(7);
    let due_in = |seconds: f64| {
        let at = world.now() + seconds;
        world.home.tell(&format!("UPDATE @services SET due_at = {at}"));
        let due = api::due(&world.core, &json!({})).unwrap();
        due["services"].as_array().unwrap().len()
    };
    assert_eq!(due_in(900.0), 0, "the longest pause between two tries");
    assert_eq!(due_in(3600.0), 1);
}

/// The change that locks its customer out is taken back, however far ahead the clock was that wrote when.
#[test]
fn a_change_of_the_firewall_that_a_clock_ahead_has_made_is_taken_back() {
    for ahead in [3600.0, YEARS] {
        let world = firewall::ready("");
        firewall::adds(&world, "client", "22", "ACCEPT").unwrap();
        let before = firewall::own(&world);
        firewall::only_me(&world).unwrap();
        assert_ne!(firewall::own(&world), before);
        write_body(&world, "choices.firewall_trial.until", world.now() + ahead);
        world
            .home
            .tell(&format!("UPDATE @services SET due_at = {:e}", world.now() + ahead));
        world.cron();
        world.cron();
        assert_eq!(firewall::own(&world), before, "{ahead}");
    }
}
