//! The product's verbs against a real name server: from an order to the end, as `dig` sees it.

use super::lifecycle::ZONES;
use super::servers::Server;
use super::support::{World, cluster_options, code};
use crate::acts;
use proxmoxkvm::api;
use proxmoxkvm::words::clock::{Clock, SystemClock};
use serde_json::{Value, json};

const NONE: [&str; 0] = [];

/// Order, ready, another address, a reverse name of the client's, terminate.
pub fn of_a_service(server: &dyn Server) {
    // signatures carry the time: the virtual clock begins now
    let mut world = World::beginning(SystemClock.now(), cluster_options());
    let zone = |(index, name): (usize, &&str)| {
        let (mut fields, secret) = server.config(index as u64 + 1, name);
        fields["secret"] = json!(secret);
        fields
    };
    world.zones = ZONES.iter().enumerate().map(zone).collect();
    world.option(22, "example.com");
    world.config_options = json!({"IPv6 Addresses": "1"});
    world.create(7).unwrap();
    assert_eq!(server.dig(&["3-7.example.com", "A"]), NONE, "not before it is ready");
    let reply = world.cron();
    assert_eq!(world.status(7), "ready");
    assert_eq!(server.dig(&["3-7.example.com", "A"]), ["192.0.2.10"], "{reply}");
    assert_eq!(server.dig(&["3-7.example.com", "AAAA"]), ["2001:db8::10"]);
    assert_eq!(server.dig(&["-x", "192.0.2.10"]), ["3-7.example.com."]);
    assert_eq!(server.dig(&["-x", "2001:db8::10"]), ["3-7.example.com."]);

    server.foreign("example.com", "mail.example.com", "A", "192.0.2.10");
    server.foreign("example.com", "shop.example.com", "A", "192.0.2.99");
    let name = |name: &str| -> Value {
        let mut order = world.with_extra(7, "actor", json!("client"));
        order["address"] = json!("192.0.2.10");
        order["name"] = json!(name);
        order["resolvers"] = json!([format!("127.0.0.1:{}", server.port())]);
        order
    };
    for wrong in ["shop.example.com", "nobody.example.com"] {
        assert_eq!(
            code(acts::set_reverse_name(&world.core, &name(wrong))),
            "rdns_forward",
            "{wrong}"
        );
        assert_eq!(server.dig(&["-x", "192.0.2.10"]), ["3-7.example.com."]);
    }
    acts::set_reverse_name(&world.core, &name("mail.example.com")).unwrap();
    assert_eq!(server.dig(&["-x", "192.0.2.10"]), ["mail.example.com."]);

    api::terminate(&world.core, &world.order(7)).unwrap();
    for gone in [
        &["3-7.example.com", "A"],
        &["3-7.example.com", "AAAA"],
        &["-x", "192.0.2.10"],
        &["-x", "2001:db8::10"],
    ] {
        assert_eq!(server.dig(gone), NONE, "{gone:?}");
    }
    assert_eq!(
        server.dig(&["mail.example.com", "A"]),
        ["192.0.2.10"],
        "somebody else's"
    );
}
