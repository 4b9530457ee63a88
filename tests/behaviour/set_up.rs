//! What a customer sees of a set-up: its phase, how long it takes and usually takes, how far the clone is, and when it is
//! late; and of a service that is there: addresses, traffic, and what was sold.

use crate::acts;
use crate::support::{START, World};
use proxmoxkvm::api;
use proxmoxkvm::words::limits;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

/// The refresh of a client's page.
fn refresh(world: &World, service: u64) -> Value {
    let request = json!({
        "service": service, "server": world.server, "actor": "client", "whmcs_status": "Active",
        "order": {"client_id": 3, "order_id": service, "status": "Active"},
    });
    api::show(&world.core, &request).unwrap()
}

/// A phase of the build that is shown.
fn phase<'a>(shown: &'a Value, name: &str) -> &'a Value {
    let phases = shown["build"]["phases"].as_array().unwrap_or_else(|| panic!("{shown}"));
    phases.iter().find(|phase| phase["name"] == name).unwrap()
}

fn slow_clones(world: &World, seconds: f64) {
    world.sim().vms.get_mut(&9000).unwrap().clone_seconds = Some(seconds);
}

#[test]
fn a_build_shows_its_phase_and_how_far_the_clone_is() {
    let world = World::new();
    slow_clones(&world, 100.0);
    world.create(7).unwrap();
    world.clock_forward(40.0);
    world.sim().log.clear();
    let shown = refresh(&world, 7);
    assert_eq!(world.sim().log.len(), 1, "one question, as for a guest that is there");
    assert_eq!(
        (&shown["state"], &shown["build"]["phase"]),
        (&json!("building"), &json!("installing"))
    );
    let percent = shown["build"]["percent"].as_f64().unwrap_or_else(|| panic!("{shown}"));
    assert!((30.0..=42.0).contains(&percent), "{percent}");
    let installing = phase(&shown, "installing");
    assert!(
        (39.0..42.0).contains(&installing["took_s"].as_f64().unwrap()),
        "{installing}"
    );
    assert!(phase(&shown, "preparing")["took_s"].as_f64().unwrap() < 3.0);
    for to_come in ["configuring", "starting"] {
        assert_eq!(phase(&shown, to_come)["took_s"], Value::Null);
    }
    assert_eq!(shown["build"]["since"].as_f64().unwrap().floor(), START);
    assert_eq!(shown["build"]["usual_s"], Value::Null, "nobody knows yet");
    world.cron_until_idle();
    let ready = refresh(&world, 7);
    assert_eq!((&ready["state"], &ready["build"]), (&json!("ready"), &Value::Null));
}

#[test]
fn usual_is_what_three_others_of_the_kind_took() {
    let mut world = World::new();
    slow_clones(&world, 60.0);
    for service in 1..=3 {
        world.create(service + 10).unwrap();
        let shown = refresh(&world, service + 10);
        assert_eq!(shown["build"]["usual_s"], Value::Null, "{service} is too few");
        world.cron_until_idle();
    }
    world.create(7).unwrap();
    let shown = refresh(&world, 7);
    let usual = phase(&shown, "installing")["usual_s"].as_f64().unwrap();
    assert!((60.0..180.0).contains(&usual), "{shown}");
    assert!(shown["build"]["usual_s"].as_f64().unwrap() > usual);
    // another way of cloning is another kind
    world.option(3, "linked").option(4, "");
    world.create(8).unwrap();
    assert_eq!(refresh(&world, 8)["build"]["usual_s"], Value::Null);
}

#[test]
fn what_takes_much_longer_than_usual_is_late() {
    let world = World::new();
    slow_clones(&world, 60.0);
    for service in 11..=13 {
        world.ready(service);
    }
    slow_clones(&world, 3000.0);
    world.create(7).unwrap();
    let began = refresh(&world, 7)["build"]["since"].as_f64().unwrap();
    let usual = refresh(&world, 7)["build"]["usual_s"].as_f64().unwrap();
    let late_at = began + limits::LATE_TIMES * usual;
    world.clock_forward(late_at - world.now() - 1.0);
    let shown = refresh(&world, 7);
    assert_eq!(
        (&shown["state"], &shown["build"]["late"]),
        (&json!("building"), &Value::Null)
    );
    world.clock_forward(2.0);
    let shown = refresh(&world, 7);
    assert_eq!(shown["state"], "delayed");
    let late = &shown["build"]["late"];
    assert_eq!(late["why"], "slow");
    assert!((late["since"].as_f64().unwrap() - late_at).abs() < 0.001, "{late}");
    world.cron_until_idle();
    let last = refresh(&world, 7);
    assert_eq!(last["state"], "ready", "{last}");
}

#[test]
fn a_build_in_trouble_is_late_since_its_first_failure() {
    let world = World::new();
    let full = FaultKind::TaskError("storage 'local' is full".into());
    world.sim().add_fault(Fault::always("POST", "/clone", full));
    let began = world.now();
    world.create(7).unwrap();
    world.cron_until_idle();
    let shown = refresh(&world, 7);
    assert_eq!(shown["state"], "delayed", "{shown}");
    assert_eq!(shown["build"]["phase"], "preparing");
    assert_eq!(shown["build"]["late"]["why"], "trouble");
    let since = shown["build"]["late"]["since"].as_f64().unwrap();
    assert!((began..began + 10.0).contains(&since), "{since} - {began}");
}

#[test]
fn a_reinstallation_is_a_set_up_of_its_own() {
    let world = World::new();
    world.ready(7);
    world.clock_forward(86_400.0);
    acts::stop(&world.core, &world.order(7)).unwrap();
    let asked = world.now();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    let shown = refresh(&world, 7);
    assert_eq!(
        (&shown["state"], &shown["build"]["phase"]),
        (&json!("building"), &json!("installing"))
    );
    let since = shown["build"]["since"].as_f64().unwrap();
    assert!((asked..asked + 10.0).contains(&since));
    world.cron_until_idle();
    assert_eq!(refresh(&world, 7)["build"], Value::Null);
}

#[test]
fn an_address_comes_with_all_that_is_set_up_by_hand() {
    let mut world = World::new();
    world.config_options = json!({"IPv6 Addresses": "1"});
    world.ready(7);
    assert_eq!(
        refresh(&world, 7)["network"],
        json!([
            {"address": "192.0.2.10", "family": 4, "prefix": 24, "gateway": "192.0.2.1",
             "dns": ["192.0.2.53", "198.51.100.53"], "reverse": null},
            {"address": "2001:db8::10", "family": 6, "prefix": 64, "gateway": "fe80::1",
             "dns": ["2001:db8::53"], "reverse": null},
        ])
    );
}

#[test]
fn what_was_sold_is_told_in_the_units_of_shops() {
    let mut world = World::new();
    world.ready(7);
    let sold = refresh(&world, 7)["sold"].clone();
    let told: Vec<String> = (sold.as_array().unwrap().iter())
        .map(|one| {
            format!(
                "{} {} {}",
                one["key"].as_str().unwrap(),
                one["number"],
                one["unit"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "cpu_cores 2.0 ",
            "ram 1.5 GB",
            "system_disk 8.0 GB",
            "additional_disk 3.0 GB",
            "network_rate 100.0 Mbit/s"
        ]
    );
    // what the order has chosen wins over the product; what there is none of is not told
    world.config_options = json!({"CPU": "4", "Additional Disk (GB)": "0", "Traffic (GB)": "2 TB"});
    let asked = json!({"service": 7, "package": world.order(7)["package"]});
    let sold = api::show(&world.core, &asked).unwrap()["sold"].clone();
    let of = |key: &str| {
        let sold = sold.as_array().unwrap().iter().find(|one| one["key"] == key);
        sold.map_or(Value::Null, |one| one["number"].clone())
    };
    assert_eq!(
        ["cpu_cores", "additional_disk", "traffic_gb"].map(of),
        [json!(4.0), Value::Null, json!(2000.0)]
    );
}

#[test]
fn traffic_is_told_by_month_for_a_year() {
    let mut world = World::new();
    world.option(24, "traffic_gb = 2 TB\ntraffic_counts = out");
    let vmid = world.ready(7);
    let asked = json!({"service": 7, "traffic": true});
    let traffic = || api::show(&world.core, &asked).unwrap()["traffic"].clone();
    let nothing = json!({"month": "2026-11", "months": [], "counts": "out", "quota_bytes": 2_000_000_000_000_u64});
    assert_eq!(traffic(), nothing);
    let update = |world: &World| {
        let update = json!({"server": world.server, "max_age_s": 0});
        api::usage_update(&world.core, &update).unwrap()["services"][0].clone()
    };
    for _ in 0..14 {
        world.sim().add_traffic(vmid, 1000, 2000);
        update(&world);
        world.clock_forward(31.0 * 86_400.0);
    }
    let told = traffic();
    let months = told["months"].as_array().unwrap();
    assert_eq!(months.len(), 12);
    let newest = json!({"month": "2027-12", "bytes_in": 1000, "bytes_out": 2000, "counted": 2000});
    assert_eq!(months[0], newest);
    let names: Vec<&str> = months.iter().map(|month| month["month"].as_str().unwrap()).collect();
    assert!(names.is_sorted_by(|one, other| one > other), "{names:?}");
    assert_eq!(
        api::show(&world.core, &json!({"service": 7})).unwrap()["traffic"],
        Value::Null
    );
    // WHMCS's own page of usage has the same numbers
    world.sim().add_traffic(vmid, 10, 20);
    let used = update(&world);
    assert_eq!(
        (&used["counted"], &used["quota_bytes"]),
        (&json!(20), &json!(2_000_000_000_000_u64))
    );
}
