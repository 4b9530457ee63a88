//! What the hoster's pages list: services, addresses, and whom a DNS zone concerns.

use crate::support::{START, World};
use proxmoxkvm::api;
use proxmoxkvm::service::{Body, Service, Trouble};
use proxmoxkvm::words::ids::{ServerId, ServiceId};
use proxmoxkvm::words::status::Status;
use serde_json::{Value, json};
use std::time::Instant;

fn overview(world: &World, request: &Value) -> Value {
    api::overview(&world.core, request).unwrap()
}

fn found(world: &World, request: &Value) -> Vec<u64> {
    let reply = overview(world, request);
    let services = reply["services"].as_array().unwrap();
    assert_eq!(reply["total"], services.len(), "one page holds them all");
    services.iter().map(|service| service["id"].as_u64().unwrap()).collect()
}

fn leases(world: &World, request: &Value) -> Vec<(String, u64, u64)> {
    let mut asked = request.clone();
    asked["server"] = world.server.clone();
    let reply = api::pools(&world.core, &asked).unwrap();
    let lease = |lease: &Value| {
        let number = |key: &str| lease[key].as_u64().unwrap();
        assert!(lease["since"].as_f64().unwrap() >= START);
        (
            lease["address"].as_str().unwrap().to_owned(),
            number("service"),
            number("line"),
        )
    };
    reply["leases"].as_array().unwrap().iter().map(lease).collect()
}

/// Services 7 and 8 are ready; 9 waits for a template that is not there, 10 for its clone.
fn world() -> World {
    let mut world = World::new();
    world.ready(7);
    world.ready(8);
    world.option(2, "9999").create(9).unwrap_err();
    world.option(2, "9000").create(10).unwrap();
    world
}

/// Pages are read from the nearer end; a filter that all pass leads another way.
#[test]
fn every_page_shows_its_part_whichever_way_it_is_read() {
    let world = world();
    let all = [7, 8, 9, 10];
    for limit in 1..=5 {
        for offset in 0..=5 {
            let page = |server: Value| -> Vec<u64> {
                let request = json!({"limit": limit, "offset": offset, "server": server});
                let reply = overview(&world, &request);
                assert_eq!(reply["total"], all.len(), "{request}");
                let services = reply["services"].as_array().unwrap();
                services.iter().map(|one| one["id"].as_u64().unwrap()).collect()
            };
            let part: Vec<u64> = all.into_iter().skip(offset).take(limit).collect();
            assert_eq!(page(Value::Null), part, "{limit} from {offset}");
            assert_eq!(page(json!(1)), part, "{limit} from {offset} of the entry");
        }
    }
}

#[test]
fn services_are_found_by_what_is_known_of_them() {
    let world = world();
    let seven = world.service(7);
    let text = |key: &str| seven[key].as_str().unwrap().to_owned();
    let address = seven["addresses"][0].as_str().unwrap();
    assert_eq!(found(&world, &json!({})), [7, 8, 9, 10]);
    assert_eq!(found(&world, &json!({"status": "ready"})), [7, 8]);
    assert_eq!(found(&world, &json!({"status": "nonsense"})), [] as [u64; 0]);
    assert_eq!(found(&world, &json!({"server": 1, "node": "pve1"})), [7, 8, 10]);
    assert_eq!(found(&world, &json!({"server": 2})), [] as [u64; 0]);
    assert_eq!(found(&world, &json!({"trouble": true})), [9]);
    assert_eq!(found(&world, &json!({"attention": true})), [9]);
    assert_eq!(found(&world, &json!({"search": "8"})), [8]);
    for search in [
        seven["vmid"].to_string(),
        text("name").to_uppercase(),
        text("domain"),
        format!(" {address} "),
    ] {
        assert_eq!(found(&world, &json!({"search": search})), [7], "{search}");
    }
    // what WHMCS knows that they have in common
    assert_eq!(found(&world, &json!({"only": [10, 7, 7, 99]})), [7, 10]);
    assert_eq!(
        found(&world, &json!({"only": [10, 7], "status": "ready", "server": 1})),
        [7]
    );
    assert_eq!(found(&world, &json!({"only": [9, 10], "search": "192.0.2."})), [10]);
    assert_eq!(
        found(
            &world,
            &json!({"only": [7, 10], "sort": "waiting", "search": "192.0.2."})
        ),
        [10]
    );
    assert_eq!(
        found(&world, &json!({"only": [7, 9], "trouble": true, "sort": "newest"})),
        [9]
    );
    assert_eq!(found(&world, &json!({"only": []})), [] as [u64; 0]);
    // a part of an address, and what would be a wildcard elsewhere
    assert_eq!(found(&world, &json!({"search": "192.0.2."})), [7, 8, 10]);
    for search in ["%", "_", "' OR 1=1 --"] {
        assert_eq!(found(&world, &json!({"search": search})), [] as [u64; 0], "{search}");
    }
    assert_eq!(
        found(
            &world,
            &json!({"search": "192.0.2.", "status": "ready", "node": "pve1"})
        ),
        [7, 8]
    );
}

#[test]
fn a_page_says_how_much_there_is() {
    let world = world();
    let page = overview(&world, &json!({"limit": 1, "offset": 1}));
    assert_eq!(page["services"].as_array().unwrap().len(), 1);
    assert_eq!(page["services"][0], world.service(8));
    assert_eq!(page["total"], 4);
    assert_eq!(page["nodes"], json!(["pve1"]));
    let counts = page["counts"].as_object().unwrap();
    assert_eq!(counts["ready"], 2);
    assert_eq!(counts.values().map(|count| count.as_u64().unwrap()).sum::<u64>(), 4);
    let beyond = overview(&world, &json!({"limit": 50, "offset": i64::MAX}));
    assert_eq!((&beyond["services"], &beyond["total"]), (&json!([]), &json!(4)));
    assert_eq!(overview(&world, &json!({"status": "ready", "limit": 0}))["total"], 2);
    // a page of one status, from either end
    for (offset, id) in [(0, 7), (1, 8)] {
        let page = overview(&world, &json!({"status": "ready", "limit": 1, "offset": offset}));
        assert_eq!(
            (&page["services"], &page["total"]),
            (&json!([world.service(id)]), &json!(2))
        );
    }
}

#[test]
fn an_unreadable_record_is_shown_as_one() {
    let world = world();
    world.home.tell("UPDATE @services SET status = 'nonsense' WHERE id = 8");
    let page = overview(&world, &json!({}));
    assert_eq!(page["services"][1]["id"], 8);
    assert_eq!(page["services"][1]["error"]["code"], "store_record");
    assert_eq!(page["services"][2]["id"], 9);
}

#[test]
fn pools_tell_who_has_what() {
    let mut world = world();
    let pools = api::pools(&world.core, &json!({"server": world.server})).unwrap();
    let expected = json!([
        {"line": 1, "bridge": "vmbr0", "vlan": 10, "family": 4, "first": "192.0.2.10", "last": "192.0.2.40",
         "prefix": 24, "gateway": "192.0.2.1", "dns": ["192.0.2.53", "198.51.100.53"],
         "reverse_zones": ["2.0.192.in-addr.arpa"], "total": 31, "leased": 3, "free": 28},
        {"line": 2, "bridge": "vmbr0", "vlan": 10, "family": 6, "first": "2001:db8::10", "last": "2001:db8::40",
         "prefix": 64, "gateway": "fe80::1", "dns": ["2001:db8::53"],
         "reverse_zones": ["0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"], "total": 49, "leased": 0, "free": 49},
    ]);
    assert_eq!(pools["lines"], expected);
    assert_eq!(
        (&pools["bad"], &pools["stray"], &pools["leases_total"]),
        (&json!([]), &json!(0), &json!(3))
    );
    let sums = json!({"4": {"total": 31, "leased": 3, "free": 28}, "6": {"total": 49, "leased": 0, "free": 49}});
    let part = json!({"server": world.server, "lines_offset": 1, "lines_limit": 1});
    let part = api::pools(&world.core, &part).unwrap();
    assert_eq!((&part["sums"], &part["lines_total"]), (&sums, &json!(2)));
    assert_eq!(part["lines"], json!([expected[1]]));
    let of = |service: u64, line| {
        let address = world.service(service)["addresses"][0].as_str().unwrap().to_owned();
        (address, service, line)
    };
    let expected = [of(7, 1), of(8, 1), of(10, 1)];
    assert_eq!(leases(&world, &json!({})), expected);
    assert_eq!(leases(&world, &json!({"limit": 1, "offset": 1})), expected[1..2]);
    assert_eq!(leases(&world, &json!({"line": 2})), []);

    // the first of them is on no line any more; the entry of another cluster has the rest
    let strays = [of(7, 0)];
    world.server["assigned_ips"] = json!("nonsense\nvmbr0|10|192.0.2.11-192.0.2.12|24|192.0.2.1|192.0.2.53");
    assert_eq!(leases(&world, &json!({"line": 0})), strays);
    let pools = api::pools(&world.core, &json!({"server": world.server})).unwrap();
    assert_eq!(pools["stray"], 1);
    assert_eq!(pools["lines"][0]["free"], 0);
    assert_eq!(pools["bad"][0]["line"], 1);
    assert!(pools["bad"][0]["reason"].as_str().unwrap().len() > 10);
    world.server["id"] = json!(2);
    let pools = api::pools(&world.core, &json!({"server": world.server})).unwrap();
    assert_eq!((&pools["stray"], &pools["lines"][0]["leased"]), (&json!(0), &json!(2)));
}

#[test]
fn lists_ask_nobody() {
    let world = world();
    let before = world.sim().log.len();
    overview(&world, &json!({}));
    leases(&world, &json!({}));
    api::zone_services(&world.core, &json!({"zone": {"zone": "example.net"}})).unwrap();
    assert_eq!(world.sim().log.len(), before);
}

#[test]
fn a_zone_concerns_the_services_with_a_name_or_an_address_in_it() {
    let world = world();
    let concerned = |zone: &str, addresses: &str| {
        let request = json!({"zone": {"zone": zone, "addresses": addresses}});
        let reply = api::zone_services(&world.core, &request).unwrap();
        assert_eq!(reply["total"], reply["services"].as_array().unwrap().len());
        reply["services"].clone()
    };
    let first = world.service(7)["addresses"][0].as_str().unwrap().to_owned();
    assert_eq!(concerned("Example.NET.", ""), json!([7, 8, 10]));
    assert_eq!(concerned("ample.net", ""), json!([]));
    assert_eq!(concerned("2.0.192.in-addr.arpa", ""), json!([7, 8, 10]));
    assert_eq!(concerned("8.b.d.0.1.0.0.2.ip6.arpa", ""), json!([]));
    assert_eq!(concerned("part.example.org", &format!("{first}-{first}")), json!([7]));
    let bad = api::zone_services(&world.core, &json!({"zone": {"zone": "a b"}})).unwrap_err();
    assert_eq!(bad.code(), "bad_zone", "{bad}");
}

/// A store of 10,000 services: what each list costs is printed, not judged.
#[test]
fn ten_thousand_services() {
    let world = World::in_a_file();
    fill(&world.home.file(), 10_000);
    let measured = |what: &str, ask: &dyn Fn() -> Value| {
        let started = Instant::now();
        let reply = ask();
        println!("10,000 services: {what}: {:?}", started.elapsed());
        reply
    };
    let reply = measured("first page", &|| overview(&world, &json!({"limit": 50})));
    assert_eq!(
        (reply["total"].clone(), reply["services"].as_array().unwrap().len()),
        (json!(10_000), 50)
    );
    let reply = measured("last page", &|| overview(&world, &json!({"limit": 50, "offset": 9950})));
    assert_eq!(reply["services"][49]["id"], 10_000);
    let reply = measured("search", &|| {
        overview(&world, &json!({"search": "vm777.", "limit": 50}))
    });
    assert_eq!(reply["total"], 1);
    let reply = measured("only errors", &|| {
        overview(&world, &json!({"trouble": true, "limit": 50}))
    });
    assert_eq!(reply["total"], 100);
    let reply = measured("needs attention", &|| {
        overview(&world, &json!({"attention": true, "limit": 50}))
    });
    assert_eq!(reply["total"], 100);
    let even: Vec<u64> = (1..=10_000).filter(|id| id % 2 == 0).collect();
    let reply = measured("of a product", &|| {
        overview(&world, &json!({"only": even, "limit": 50}))
    });
    assert_eq!(
        (&reply["total"], &reply["services"][49]["id"]),
        (&json!(5000), &json!(100))
    );
    let reply = measured("pools", &|| {
        api::pools(&world.core, &json!({"server": world.server, "limit": 50})).unwrap()
    });
    assert_eq!(reply["stray"], 10_000 - 31);
    let zone = json!({"zone": {"zone": "example.net"}});
    let reply = measured("zone", &|| api::zone_services(&world.core, &zone).unwrap());
    assert_eq!(reply["total"], 10_000);
}

/// Writes rows as the store has them.
fn fill(path: &std::path::Path, services: u64) {
    let mut store = rusqlite::Connection::open(path).unwrap();
    let rows = store.transaction().unwrap();
    for id in 1..=services {
        let trouble = (id % 100 == 0).then(|| Trouble {
            code: "storage_full".to_owned(),
            message: "no room".to_owned(),
            retry: false,
            at: START,
            ..Trouble::default()
        });
        let body = Body {
            node: format!("pve{}", id % 5).parse().ok(),
            name: Some(format!("vm{id}")),
            domain: Some(format!("vm{id}.example.net")),
            trouble,
            ..Body::default()
        };
        let service = Service::new(ServiceId(id), ServerId(1), START);
        let body = serde_json::to_string(&body).unwrap();
        let (vmid, ready) = (100 + id, Status::Ready.as_str());
        rows.execute(
            "INSERT INTO services (id, server, status, vmid, body, created_at, updated_at) VALUES (?1, 1, ?2, ?3, ?4, 0, 0)",
            rusqlite::params![service.id.0 as i64, ready, vmid as i64, body],
        )
        .unwrap();
        let ip = std::net::Ipv4Addr::from_bits(0xC000_0200 + 9 + id as u32);
        let body = json!({"ip": ip, "prefix": 24, "gateway": null, "dns": [], "bridge": "vmbr0", "vlan": 0});
        rows.execute(
            "INSERT INTO addresses (address, service, server, position, body, leased_at) VALUES (?1, ?2, 1, 0, ?3, 0)",
            rusqlite::params![ip.to_string(), service.id.0 as i64, body.to_string()],
        )
        .unwrap();
    }
    rows.commit().unwrap();
}
