//! Whose order a service is: WHMCS gives a number out again, moves a service, or deletes it.

use crate::acts;
use crate::support::{World, code};
use proxmoxkvm::actions::ACTIONS;
use proxmoxkvm::api;
use proxmoxkvm::api::cron;
use proxmoxkvm::api::verbs::{Entry, VERBS, find};
use proxmoxkvm::words::ids::ServiceId;
use proxmoxkvm::words::limits;
use serde_json::{Value, json};

/// A run of the cron has read WHMCS, and then somebody buys more, while it is at work on others.
#[test]
fn what_whmcs_said_before_a_change_is_not_the_change() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(6, "3");
    api::change_package(&world.core, &world.order(7)).unwrap();
    let due = api::due(&world.core, &json!({})).unwrap();
    let mut read = world.order(7);
    read["generation"] = due["services"][0]["generation"].clone();
    assert!(read["generation"].is_u64(), "{due}");
    let run = |order: &Value| cron(&world.core, &json!({"orders": [order], "budget_s": 55})).unwrap();
    let world_now = |world: &World| (world.status(7), world.config(vmid, "cores"));
    let mut later = read.clone();
    later["package"]["options"][5] = json!("4");
    api::change_package(&world.core, &later).unwrap();
    run(&read);
    assert_eq!(
        world_now(&world),
        ("change_package".to_owned(), "2".to_owned()),
        "it is due as before"
    );
    // read once more, it is done
    let due = api::due(&world.core, &json!({})).unwrap();
    later["generation"] = due["services"][0]["generation"].clone();
    run(&later);
    assert_eq!(
        world_now(&world),
        ("ready".to_owned(), "4".to_owned()),
        "{}",
        world.service(7)
    );
    world.check_invariants();
}

/// What asks for nothing of one service.
const OF_NO_SERVICE: [&str; 11] = [
    "client_keys",
    "list",
    "accounts",
    "capacity",
    "overview",
    "attention",
    "pools",
    "pool_edit",
    "zone_services",
    "product_form",
    // of an operation in the history, for staff
    "task_log",
];
/// What says whose the service is from now on, and what is the client's and no service's.
const OTHERWISE: [&str; 4] = ["confirm", "attach", "ssh_key_add", "ssh_key_remove"];

/// What WHMCS may ask of a service that has a guest, by name: its own functions, every action of the table, every page.
fn of_a_service() -> Vec<(&'static str, Entry)> {
    let functions = [
        "create",
        "suspend",
        "unsuspend",
        "terminate",
        "change_package",
        "change_password",
    ];
    let reads = VERBS
        .iter()
        .filter(|verb| verb.entry == Entry::Read)
        .map(|verb| verb.name);
    let actions = ACTIONS.iter().map(|action| action.name);
    let mut all: Vec<(&str, Entry)> = functions.map(|name| (name, Entry::Function)).to_vec();
    all.extend(
        reads
            .filter(|name| !OF_NO_SERVICE.contains(name))
            .map(|name| (name, Entry::Read)),
    );
    all.extend(
        actions
            .filter(|name| !OTHERWISE.contains(name))
            .map(|name| (name, Entry::Act)),
    );
    all
}

fn ours() -> Value {
    json!({"client_id": 3, "order_id": 51, "order_number": "8437521096", "registered": "2026-11-22", "status": "Active"})
}

/// The same ids from a restored database: only the order's random number is another one.
fn theirs() -> Value {
    json!({"client_id": 3, "order_id": 51, "order_number": "1111111111", "registered": "2026-11-22", "status": "Active"})
}

fn made_for(order: Value) -> (World, u32) {
    let world = World::new();
    api::create(&world.core, &world.with_extra(7, "order", order)).unwrap();
    world.cron_until_idle();
    let vmid = world.vmid(7);
    assert_eq!(world.status(7), "ready");
    world.sim().log.clear();
    (world, vmid)
}

/// The code of the refusal, which says what to do.
fn code_of(world: &World, entry: Entry, name: &str, asked: &Value) -> String {
    match find(entry, name).unwrap().run(&world.core, asked) {
        // a plan tells its refusal in its place
        Ok(reply) => match reply.value()["refusal"]["code"].as_str() {
            Some(code) => code.to_owned(),
            None => format!("let in: {}", reply.value()),
        },
        Err(error) => {
            let is_told = !error.retry() && error.to_string().contains("Confirm owner");
            assert!(error.code() != "other_order" || is_told, "{error}");
            error.code().to_owned()
        }
    }
}

fn deny(world: &World, asked: &Value, vmid: u32) {
    let guest = world.sim().vm(vmid).unwrap().render();
    let service = world.service(7);
    let mut let_in = Vec::new();
    for (name, entry) in of_a_service() {
        let mut order = world.with_extra(7, "order", asked.clone());
        order["service"] = if entry == Entry::Read {
            json!(7)
        } else {
            order["service"].clone()
        };
        order["address"] = service["addresses"][0].clone();
        order["name"] = json!("mail.example.net");
        order["timeframe"] = json!("hour");
        order["client_id"] = json!(3);
        order["of"] = json!("terminate");
        let mut said = code_of(world, entry, name, &order);
        if said == "bad_request" {
            // some pages are asked with all that WHMCS knows of a service
            order["service"] = world.order(7)["service"].clone();
            order["of"] = if name == "task_log" {
                json!(7)
            } else {
                order["of"].clone()
            };
            said = code_of(world, entry, name, &order);
        }
        if said != "other_order" {
            let_in.push(format!("{name}: {said}"));
        }
    }
    assert_eq!(let_in, Vec::<String>::new());
    for row in proxmoxkvm::pipeline::PIPELINE.iter().filter(|row| row.label.is_some()) {
        let mut order = world.with_extra(7, "order", asked.clone());
        order["step"] = json!(row.to.as_str());
        assert_eq!(code(acts::run_step(&world.core, &order)), "other_order", "{}", row.name);
    }
    // the cron of the wrong order too
    let orders = json!({"orders": [world.with_extra(7, "order", asked.clone())], "budget_s": 5, "workers": 1});
    let reply = cron(&world.core, &orders).unwrap();
    assert!(
        reply["attention"].to_string().contains("other_order"),
        "staff are told: {reply}"
    );
    assert_eq!(world.sim().vm(vmid).unwrap().render(), guest, "the guest is as it was");
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(world.service(7)["addresses"], service["addresses"]);
}

#[test]
fn a_number_that_is_given_out_again_shows_and_touches_nothing_of_the_former_customers() {
    let (world, vmid) = made_for(ours());
    let mut other_client = ours();
    other_client["client_id"] = json!(4);
    let mut other_order = ours();
    (other_order["order_id"], other_order["order_number"]) = (json!(52), json!(""));
    for asked in [theirs(), other_client, other_order] {
        deny(&world, &asked, vmid);
    }
    // the right one goes on, and staff need not look any more
    let order = world.with_extra(7, "order", ours());
    api::suspend(&world.core, &order).unwrap();
    assert_eq!(world.service(7)["error"], Value::Null);
    assert!(!world.sim().is_running(vmid));
}

#[test]
fn a_service_from_before_is_taken_by_its_own_order_and_not_by_a_younger_one() {
    let mut young = ours();
    young["registered"] = json!("2099-01-01");
    let mut pending = ours();
    pending["status"] = json!("Pending");
    // made by a version that wrote no identity down
    let world = World::new();
    let vmid = world.ready(7);
    world.sim().log.clear();
    for asked in [young, pending] {
        deny(&world, &asked, vmid);
    }
    let own = json!({"client_id": 3, "order_id": 51, "order_number": "8437521096", "registered": "2001-01-01", "status": "Active"});
    acts::stop(&world.core, &world.with_extra(7, "order", own)).unwrap();
    world.sim().log.clear();
    // from then on it is that order's
    deny(&world, &theirs(), vmid);
}

#[test]
fn staff_confirm_a_service_that_was_moved_to_another_client_by_button_or_attach() {
    let (world, vmid) = made_for(ours());
    let mut moved = ours();
    moved["client_id"] = json!(4);
    deny(&world, &moved, vmid);
    let order = world.with_extra(7, "order", moved.clone());
    acts::confirm(&world.core, &order).unwrap();
    assert_eq!(world.service(7)["error"], Value::Null);
    acts::stop(&world.core, &order).unwrap();
    world.sim().log.clear();
    deny(&world, &ours(), vmid);
    acts::attach(&world.core, &{
        let mut order = world.with_extra(7, "order", ours());
        order["vmid"] = json!(vmid);
        order
    })
    .unwrap();
    acts::start(&world.core, &world.with_extra(7, "order", ours())).unwrap();
    world.check_invariants();
}

#[test]
fn after_a_termination_the_number_is_free_for_a_new_order_without_the_former_history() {
    let (world, _) = made_for(ours());
    api::terminate(&world.core, &world.with_extra(7, "order", ours())).unwrap();
    world.cron_until_idle();
    // nothing of the former is shown, and there is nothing to terminate
    let page = json!({"service": 7, "order": theirs()});
    assert_eq!(code(api::show(&world.core, &page)), "unknown_service");
    api::terminate(&world.core, &world.with_extra(7, "order", theirs())).unwrap();
    api::create(&world.core, &world.with_extra(7, "order", theirs())).unwrap();
    world.cron_until_idle();
    let shown = api::show(&world.core, &page).unwrap();
    assert_eq!(shown["service"]["status"], "ready");
    let events = acts::history(&world.core, 7);
    let events = events.as_array().unwrap();
    assert!(events.iter().all(|event| event["what"] != "terminate"), "{events:?}");
    assert_eq!(
        code(api::show(&world.core, &json!({"service": 7, "order": ours()}))),
        "other_order"
    );
    world.check_invariants();
}

#[test]
fn what_whmcs_has_deleted_is_told_until_all_of_it_is_given_back() {
    let (world, vmid) = made_for(ours());
    let forget = json!({"service": 7, "server": world.server});
    let attention = |world: &World| api::overview(&world.core, &json!({"attention": true})).unwrap()["total"].clone();
    assert_eq!(attention(&world), 0);
    assert_eq!(
        api::deleted(&world.core, &json!({"service": 7})).unwrap()["orphaned"],
        true
    );
    assert_eq!(
        api::deleted(&world.core, &json!({"service": 99})).unwrap()["orphaned"],
        false
    );
    assert_eq!(attention(&world), 1);
    let orphans = |services: Value| api::orphans(&world.core, &json!({"services": services, "servers": [1]})).unwrap();
    world.clock_forward(limits::NEW_TO_WHMCS_SECONDS);
    let found = orphans(json!([]))["orphans"].clone();
    assert!(found[0]["message"].as_str().unwrap().contains("--forget=7"), "{found}");
    // WHMCS was restored, and has it again
    assert_eq!(orphans(json!([7]))["orphans"], json!([]));
    assert_eq!(attention(&world), 0);
    let mut known = forget.clone();
    known["order"] = ours();
    assert_eq!(code(api::forget(&world.core, &known)), "still_in_whmcs");
    // its guest is still there
    orphans(json!([]));
    assert_eq!(code(api::forget(&world.core, &forget)), "still_there");
    // also where somebody has edited one of the two proofs: its addresses are in use
    for (key, value) in [
        ("description", "notes of a colleague"),
        ("smbios1", "uuid=00000000-1111-2222-3333-444444444444"),
    ] {
        let before = world.config(vmid, key);
        world.sim().set_config(vmid, key, Some(value));
        assert_eq!(code(api::forget(&world.core, &forget)), "still_there", "{key}");
        world.sim().set_config(vmid, key, Some(&before));
    }
    assert_eq!(world.writes(), Vec::<String>::new());
    world.sim().delete_vm(vmid);
    api::forget(&world.core, &forget).unwrap();
    assert_eq!(attention(&world), 0);
    assert_eq!(world.service(7)["addresses"], json!([]));
    assert_eq!(orphans(json!([]))["orphans"], json!([]));
    world.check_invariants();
}

#[test]
fn a_service_on_a_deleted_server_entry_is_told_and_can_be_forgotten_unseen() {
    let (world, _) = made_for(ours());
    world.clock_forward(limits::NEW_TO_WHMCS_SECONDS);
    let reply = api::orphans(&world.core, &json!({"services": [7], "servers": [2]})).unwrap();
    assert!(reply["orphans"].to_string().contains("no longer in WHMCS"), "{reply}");
    api::forget(&world.core, &json!({"service": 7})).unwrap();
    assert_eq!(world.service(7)["addresses"], json!([]));
    assert_eq!(
        code(api::orphans(&world.core, &json!({"services": [7]}))),
        "bad_request"
    );
}

/// WHMCS's list was read before the order was made, or while somebody works on another service.
#[test]
fn what_is_ordered_while_whmcs_is_looked_through_is_not_called_deleted() {
    let (world, _) = made_for(ours());
    world.clock_forward(limits::NEW_TO_WHMCS_SECONDS);
    world.create(8).unwrap();
    let orphans = || api::orphans(&world.core, &json!({"services": [], "servers": [1]})).unwrap()["orphans"].clone();
    let mut lease = world.core.store.lease(ServiceId(7), world.now()).unwrap();
    assert_eq!(
        orphans().as_array().unwrap().len(),
        1,
        "the busy one is told, and ends nothing"
    );
    assert_eq!(world.service(7)["error"], Value::Null);
    world.core.store.release(&mut lease, world.now(), &[]).unwrap();
    assert_eq!(orphans()[0]["service"], 7);
    assert_eq!(world.service(7)["error"]["code"], "whmcs_gone");
    world.cron_until_idle();
    assert_eq!(world.status(8), "ready");
    world.clock_forward(limits::NEW_TO_WHMCS_SECONDS);
    assert_eq!(orphans().as_array().unwrap().len(), 2);
    world.check_invariants();
}
