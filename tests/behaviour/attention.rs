//! What needs somebody, what each service is doing or waiting for, and in which order pages list them.

use crate::support::{START, World};
use proxmoxkvm::api;
use serde_json::{Value, json};

fn overview(world: &World, request: &Value) -> Value {
    api::overview(&world.core, request).unwrap()
}

fn ids(reply: &Value) -> Vec<u64> {
    let services = reply["services"].as_array().unwrap();
    services.iter().map(|service| service["id"].as_u64().unwrap()).collect()
}

fn attention(world: &World, servers: &Value) -> Value {
    api::attention(&world.core, &json!({"servers": servers})).unwrap()
}

/// Services 7 and 8 are ready, 11 waits for a template that is not there, 9 and 10 for their clones.
fn world() -> World {
    let mut world = World::new();
    world.ready(8);
    world.ready(7);
    world.option(2, "9999").create(11).unwrap_err();
    world.option(2, "9000").create(10).unwrap();
    world.clock_forward(1.0);
    world.create(9).unwrap();
    world
}

#[test]
fn services_are_listed_in_the_order_that_is_asked_for() {
    let world = world();
    for id in 7..=10 {
        let name = format!(
            "UPDATE @services SET body = json_set(body, '$.name', 'z{}') WHERE id = {id}",
            99 - id
        );
        world.home.tell(&name);
    }
    let orders = [
        ("number", vec![7, 8, 9, 10, 11]),
        ("newest", vec![11, 10, 9, 8, 7]),
        // 11 has no name yet
        ("name", vec![11, 10, 9, 8, 7]),
        ("waiting", vec![10, 9]),
    ];
    for (sort, all) in orders {
        for filter in [
            json!({}),
            json!({"server": 1}),
            json!({"search": "."}),
            json!({"status": "ready"}),
        ] {
            let mut request = filter.clone();
            request["sort"] = json!(sort);
            let found = ids(&overview(&world, &request));
            let expected: Vec<u64> = all
                .iter()
                .copied()
                .filter(|id| match &filter["status"] {
                    Value::Null if filter["search"].is_null() => true,
                    // the order without a template has neither domain nor address
                    Value::Null => *id != 11,
                    _ => *id < 9,
                })
                .collect();
            assert_eq!(found, expected, "{request}");
            for limit in 1..=3 {
                for offset in 0..=expected.len() {
                    request["limit"] = json!(limit);
                    request["offset"] = json!(offset);
                    let part: Vec<u64> = expected.iter().copied().skip(offset).take(limit).collect();
                    let page = overview(&world, &request);
                    assert_eq!(
                        (ids(&page), page["total"].as_u64().unwrap()),
                        (part, expected.len() as u64),
                        "{request}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_page_says_what_each_service_does_and_since_when() {
    let world = world();
    let page = overview(&world, &json!({}));
    // of 11 the order was refused: nothing is left to do but to mend it
    assert_eq!(page["busy"], 2);
    let doing = |page: &Value, id: u64| page["doing"][id.to_string()].clone();
    assert_eq!(
        doing(&page, 7),
        json!({"what": "rests", "step": null, "action": null, "since": null, "again_at": null})
    );
    let stuck = doing(&page, 11);
    assert_eq!(
        (&stuck["what"], stuck["since"].as_f64().is_some()),
        (&json!("stuck"), true)
    );
    let clone = doing(&page, 10);
    assert_eq!((&clone["what"], &clone["step"]), (&json!("works"), &json!("clone")));
    let since = clone["since"].as_f64().unwrap();
    assert!(since >= START && since <= world.now(), "{clone}");
    assert_eq!(ids(&overview(&world, &json!({"busy": true}))), [9, 10]);
    world.cron_until_idle();
    let page = overview(&world, &json!({}));
    assert_eq!(doing(&page, 10)["what"], "rests");
    assert_eq!(page["busy"], 0);
    assert_eq!(page["power"].get("11"), None, "it has no guest");
    world.clock_forward(4000.0);
    world.cron();
    let sampled = json!({"server": world.server, "max_age_s": 0});
    api::usage_update(&world.core, &sampled).unwrap();
    let page = overview(&world, &json!({}));
    assert_eq!(page["power"]["7"]["runs"], true);
    assert_eq!(page["power"].get("8").map(|power| &power["runs"]), Some(&json!(true)));
    api::act("stop", &world.core, &world.order(7)).unwrap();
    assert_eq!(
        overview(&world, &json!({}))["power"].get("7"),
        None,
        "it was changed since"
    );
    api::usage_update(&world.core, &sampled).unwrap();
    assert_eq!(
        overview(&world, &json!({}))["power"].get("7"),
        None,
        "the list may be older than the change"
    );
    world.clock_forward(4000.0);
    api::usage_update(&world.core, &sampled).unwrap();
    let power = overview(&world, &json!({}))["power"]["7"].clone();
    assert_eq!(power["runs"], false);
    assert!((world.now() - power["at"].as_f64().unwrap()).abs() < 1.0, "{power}");
}

#[test]
fn what_needs_somebody_is_counted_in_one_look() {
    let world = world();
    let before = world.sim().log.len();
    let none = attention(&world, &json!([]));
    assert_eq!(
        (ids(&none), &none["total"], &none["services_total"]),
        (vec![11], &json!(1), &json!(1))
    );
    assert_eq!(none["doing"]["11"]["what"], "stuck");

    let line = |first: &str, last: &str| format!("vmbr0|10|{first}-{last}|24|192.0.2.1|192.0.2.53");
    let entries = json!([
        // four of five are leased: one is a fifth, and enough
        {"id": 1, "assigned_ips": line("192.0.2.10", "192.0.2.14")},
        {"id": 2, "assigned_ips": line("192.0.2.10", "192.0.2.13")},
        {"id": 3, "assigned_ips": "nonsense"},
        {"id": 4, "assigned_ips": "vmbr0|0|2001:db8::10|64|2001:db8::1|2001:db8::53"},
    ]);
    let found = attention(&world, &entries);
    assert_eq!(
        found["pools"],
        json!([{"server": 2, "family": 4, "total": 4, "free": 0}])
    );
    assert_eq!(found["total"], 2);

    world.home.tell(
        "REPLACE INTO @dns (service, wanted, asked, attention, body) SELECT id, 1, 1, 1,
        '{\"troubles\": [{\"code\": \"dns_rights\", \"message\": \"no\", \"retry\": false, \"at\": 1.0}]}'
        FROM @services WHERE id IN (7, 8)",
    );
    let found = attention(&world, &entries);
    assert_eq!(ids(&found), [7, 8, 11]);
    assert_eq!(
        found["zones"],
        json!([{"code": "dns_rights", "message": "no", "services": 2}])
    );
    assert_eq!((&found["total"], &found["services_total"]), (&json!(5), &json!(3)));
    assert_eq!(world.sim().log.len(), before, "Proxmox VE was asked");
}

/// Twice as long as usual is told to staff; what fails is told for that, and once.
#[test]
fn a_build_that_takes_much_longer_than_usual_is_told() {
    let world = World::new();
    let clones_take = |seconds| world.sim().vms.get_mut(&9000).unwrap().clone_seconds = Some(seconds);
    clones_take(100.0);
    for service in 11..=13 {
        world.ready(service);
    }
    clones_take(3000.0);
    let began = world.now();
    world.create(7).unwrap();
    world.clock_forward(30.0);
    world.create(8).unwrap();
    let usual = attention_at(&world, began + 199.0, 0)["slow"].clone();
    assert_eq!(usual, json!([]));
    let found = attention_at(&world, began + 230.0, 1);
    let slow = &found["slow"][0];
    assert_eq!(
        (&slow["id"], &slow["status"], &found["services"]),
        (&json!(7), &json!("clone"), &json!([]))
    );
    assert!((100.0..115.0).contains(&slow["usual_s"].as_f64().unwrap()), "{slow}");
    assert!((229.0..233.0).contains(&slow["elapsed_s"].as_f64().unwrap()), "{slow}");
    let found = attention_at(&world, began + 300.0, 2);
    assert_eq!(
        (&found["slow"][0]["id"], &found["slow"][1]["id"]),
        (&json!(7), &json!(8))
    );
    world
        .home
        .tell("UPDATE @services SET body = json_set(body, '$.attempts', 5) WHERE id = 7");
    let found = attention_at(&world, began + 300.0, 2);
    assert_eq!((ids(&found), &found["slow_total"]), (vec![7], &json!(1)));
    world.cron_until_idle();
    assert_eq!(attention_at(&world, world.now(), 0)["slow"], json!([]));
}

#[test]
fn a_build_that_took_much_longer_than_usual_is_told_once_it_is_done() {
    let world = World::new();
    let clones_take = |seconds| world.sim().vms.get_mut(&9000).unwrap().clone_seconds = Some(seconds);
    clones_take(100.0);
    for service in 11..=14 {
        world.ready(service);
    }
    let since = world.now();
    let told = |since: f64| {
        let page = api::attention(&world.core, &json!({"limit": 0, "ran_since": since})).unwrap();
        page["slowly_built"].clone()
    };
    clones_take(150.0);
    world.ready(8);
    assert_eq!(told(since), json!([]), "that is about as usual");
    clones_take(900.0);
    world.ready(7);
    let slow = told(since)[0].clone();
    assert_eq!((told(0.0).as_array().unwrap().len(), &slow["id"]), (1, &json!(7)));
    assert!((890.0..950.0).contains(&slow["took_s"].as_f64().unwrap()), "{slow}");
    assert!((100.0..115.0).contains(&slow["usual_s"].as_f64().unwrap()), "{slow}");
    assert_eq!(told(world.now()), json!([]), "it was told yesterday");
    let without = api::attention(&world.core, &json!({"limit": 0})).unwrap();
    assert_eq!(without.get("slowly_built"), None);
}

/// At that time, when so much needs somebody.
fn attention_at(world: &World, at: f64, total: u64) -> Value {
    world.clock_forward((at - world.now()).max(0.0));
    let found = attention(world, &json!([]));
    assert_eq!(found["total"], total, "{found}");
    found
}

#[test]
fn a_server_that_stays_silent_needs_somebody() {
    let world = World::new();
    let told = |tries: u32, until: f64| {
        let rows =
            format!("REPLACE INTO @silent (server, endpoints, silent_until, tries) VALUES (1, 'x', {until}, {tries})");
        world.home.tell(&rows);
        attention(&world, &json!([]))["silent"].clone()
    };
    assert_eq!(told(1, world.now() + 10.0), json!([]), "it may only be starting again");
    assert_eq!(told(5, world.now() + 60.0), json!([{"server": 1, "tries": 5}]));
    assert_eq!(
        told(5, world.now() - 7200.0),
        json!([]),
        "nobody has tried it for hours"
    );
}

#[test]
fn what_ran_is_counted_since_the_moment_that_is_asked_for() {
    let world = World::new();
    let ran =
        |since: f64| api::attention(&world.core, &json!({"limit": 0, "ran_since": since})).unwrap()["ran"].clone();
    world.ready(7);
    let begun = world.now();
    world.clock_forward(60.0);
    api::act("stop", &world.core, &world.order(7)).unwrap();
    world.clock_forward(1.0);
    let _ = api::act("stop", &world.core, &world.order(7));
    assert_eq!(ran(begun), json!([{"action": "stop", "done": 1, "failed": 1}]));
    let all = ran(0.0);
    assert_eq!(all[1], json!({"action": "create", "done": 1, "failed": 0}), "{all}");
    let without = api::attention(&world.core, &json!({"limit": 0})).unwrap();
    assert_eq!(without.get("ran"), None);
}
