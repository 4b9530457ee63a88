//! An action that one row of the table adds is everywhere: in the catalogue, on the pages of staff and of customers, with
//! guard, permission and refusal, in the documentation, and in the walk of deaths. That PHP draws and asks for an action which
//! only the library knows: `tests/php/unit/DummyActionTest.php`.

use crate::crash;
use crate::docs;
use crate::support::{World, code};
use proxmoxkvm::api::{self, verbs};
use serde_json::{Value, json};

fn wave(world: &World, actor: &str) -> Result<Value, proxmoxkvm::problems::Error> {
    let order = world.with_extra(7, "actor", json!(actor));
    Ok(api::act("wave", &world.core, &order)?.value())
}

/// The action as the page of somebody has it; null: it is not there.
fn on_page(world: &World, actor: &str) -> Value {
    let order = world.order(7);
    let asked = json!({"service": 7, "server": order["server"], "package": order["package"], "actor": actor});
    let page = api::show(&world.core, &asked).unwrap();
    let actions = page["actions"].as_array().unwrap();
    actions
        .iter()
        .find(|action| action["name"] == "wave")
        .cloned()
        .unwrap_or_default()
}

#[test]
fn one_row_is_enough() {
    let mut world = World::new();
    let vmid = world.ready(7);
    let catalogue = verbs::catalogue(&json!({})).unwrap().value();
    for part in ["verbs", "actions"] {
        let rows = catalogue[part].as_array().unwrap();
        assert!(rows.iter().any(|row| row["name"] == "wave"), "{part}");
    }
    assert!(crash::others().any(|action| action.name == "wave"));
    assert!(docs::actions().contains("| `wave` |  | `client_start` | `ready` | stopped | yes |"));
    for actor in ["admin", "client"] {
        let refused = on_page(&world, actor);
        assert_eq!(
            (&refused["allowed"], &refused["code"]),
            (&json!(false), &json!("already_running"))
        );
        assert!(
            refused["why"].as_str().is_some_and(|why| why.contains("100")),
            "{refused}"
        );
        assert_eq!(refused["client"], "client_running");
        assert_eq!(code(wave(&world, actor)), "already_running");
        world.sim().set_power(vmid, false);
        assert_eq!(on_page(&world, actor)["allowed"], true);
        wave(&world, actor).unwrap();
        assert!(world.sim().is_running(vmid));
    }
    world.option(24, "client_start = off");
    assert_eq!(on_page(&world, "client"), Value::Null, "the product does not give it");
    assert_eq!(code(wave(&world, "client")), "not_for_clients");
    assert_ne!(on_page(&world, "admin"), Value::Null);
}
