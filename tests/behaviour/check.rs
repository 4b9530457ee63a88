//! Where store, WHMCS and Proxmox VE disagree: named in a sentence, repaired only where nothing can be lost.

use super::support::{World, code};
use crate::acts;
use proxmoxkvm::api;
use serde_json::{Value, json};

/// What WHMCS shows when all is well.
fn in_whmcs(world: &World, service: u64, status: &str) -> Value {
    let shown = world.service(service);
    let ip = shown["addresses"][0].as_str().unwrap_or_default().to_owned();
    json!({"id": service, "status": status, "domain": shown["domain"], "dedicated_ip": ip, "assigned_ips": ""})
}

fn check(world: &World, services: &[Value], repair: bool) -> Vec<(Value, String, bool)> {
    let request = json!({"server": world.server, "services": services, "repair": repair});
    let reply = api::check(&world.core, &request).unwrap();
    world.deliver(&reply);
    let row = |row: &Value| {
        assert!(row["message"].as_str().unwrap().len() > 30, "{row}");
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        (row["service"].clone(), text("code"), row["repaired"] == true)
    };
    reply["findings"].as_array().unwrap().iter().map(row).collect()
}

fn finding(service: u64, code: &str, repaired: bool) -> (Value, String, bool) {
    (json!(service), code.to_owned(), repaired)
}

#[test]
fn what_agrees_is_not_mentioned_and_costs_a_request_a_guest() {
    let world = World::new();
    world.ready(7);
    world.ready(8);
    world.sim().log.clear();
    assert_eq!(
        check(
            &world,
            &[in_whmcs(&world, 7, "Active"), in_whmcs(&world, 8, "Active")],
            true
        ),
        []
    );
    let mut asked: Vec<String> = world.sim().log.iter().map(|line| line.path.clone()).collect();
    asked.sort();
    // the template is the only other guest, and no candidate
    assert_eq!(
        asked,
        [
            "/cluster/resources",
            "/nodes/pve1/qemu/100/config",
            "/nodes/pve1/qemu/101/config",
            // what is left there of services that are no more: ISOs and backups
            "/nodes/pve1/storage/local/content",
            "/nodes/pve1/storage/local/content",
            "/nodes/pve1/storage/local2/content",
            "/nodes/pve1/storage/local2/content"
        ]
    );
}

#[test]
fn what_whmcs_shows_is_put_right_and_what_it_says_is_told() {
    let world = World::new();
    for service in 7..=11 {
        world.ready(service);
    }
    let mut wrong = in_whmcs(&world, 7, "Active");
    wrong["dedicated_ip"] = json!("192.0.2.99");
    let services = [
        wrong,
        in_whmcs(&world, 8, "Suspended"),
        in_whmcs(&world, 9, "Terminated"),
        in_whmcs(&world, 11, "Active"),
        json!({"id": 99, "status": "Active"}),
        json!({"id": 98, "status": "Terminated"}),
    ];
    let expected = |repaired| {
        vec![
            finding(7, "shown_wrong", repaired),
            finding(8, "not_suspended", false),
            finding(9, "still_there", false),
            finding(10, "whmcs_gone", false),
            finding(99, "unknown", false),
        ]
    };
    assert_eq!(check(&world, &services, false), expected(false));
    assert_eq!(
        api::due(&world.core, &json!({})).unwrap()["outbox"],
        json!(0),
        "only looked"
    );
    assert_eq!(check(&world, &services, true), expected(true));
    let told = world.told.lock().unwrap().last().cloned().unwrap();
    assert_eq!(
        (&told["kind"], &told["service"], &told["dedicated_ip"]),
        (&json!("write_back"), &json!(7), &json!("192.0.2.10"))
    );
    assert!(world.writes().iter().all(|write| !write.starts_with("DELETE")));
}

#[test]
fn a_guest_that_moved_vanished_or_is_a_strangers_is_named() {
    let mut options = super::support::cluster_options();
    options.nodes.push(pvesim::NodeSpec::new("pve2"));
    let world = World::with(options);
    for service in 7..=9 {
        world.ready(service);
    }
    let vmids: Vec<u32> = (7..=9).map(|service| world.vmid(service)).collect();
    {
        let mut sim = world.sim();
        sim.vms.get_mut(&vmids[0]).unwrap().node = "pve2".to_owned();
        sim.vms.remove(&vmids[1]);
        let stranger = sim.vms.get_mut(&vmids[2]).unwrap();
        stranger
            .conf
            .insert("description".to_owned(), "somebody else's".to_owned());
        stranger.conf.insert("name".to_owned(), "other".to_owned());
    }
    let all: Vec<Value> = (7..=9).map(|service| in_whmcs(&world, service, "Active")).collect();
    world.sim().log.clear();
    let found = check(&world, &all, true);
    assert_eq!(
        found,
        [
            finding(7, "moved", true),
            finding(8, "vm_missing", false),
            finding(9, "not_ours", false)
        ]
    );
    assert_eq!(world.service(7)["node"], "pve2");
    assert_eq!(world.writes(), [""; 0], "Proxmox VE is only read");
    assert_eq!(world.service(8)["vmid"], vmids[1], "nothing is given up");
}

/// The store is from before service 8: its guest is found by the marker, and Attach takes it.
#[test]
fn a_restored_store_hears_of_the_guests_that_it_has_forgotten() {
    let mut world = World::new();
    world.ready(7);
    let older = world.copy();
    world.ready(8);
    let vmid = world.vmid(8);
    // the older store, and the cluster as it is today
    let sim = world.sim().clone();
    *older.cluster.lock().unwrap() = sim;
    older.clock_forward(world.now() - older.now());
    world = older;
    let forgotten = json!({"id": 8, "status": "Active", "dedicated_ip": "192.0.2.11", "domain": "3-8.example.net"});
    let services = [in_whmcs(&world, 7, "Active"), forgotten];

    // nobody calls it terminated while its guest is there
    let mut order = world.order(8);
    order["service"]["domain"] = json!("3-8.example.net");
    assert_eq!(code(api::terminate(&world.core, &order)), "forgotten");
    order["service"]["domain"] = json!("3-9.example.net");
    assert!(code(api::terminate(&world.core, &order)).starts_with("ok"));

    assert_eq!(
        check(&world, &services, true),
        [finding(8, "unknown", true), finding(8, "forgotten", false)]
    );
    // its address is nobody else's any more
    world.ready(9);
    assert_eq!(world.service(9)["addresses"][0], "192.0.2.12");
    assert_eq!(world.status(8), "creation");
    let attach = world.with_extra(8, "vmid", json!(vmid));
    acts::attach(&world.core, &attach).unwrap();
    let services: Vec<Value> = (7..=9).map(|service| in_whmcs(&world, service, "Active")).collect();
    assert_eq!(check(&world, &services, true), []);
}

#[test]
fn however_many_strangers_there_are_a_forgotten_guest_behind_them_is_found() {
    let world = World::new();
    let vmid = world.ready(7);
    {
        let mut sim = world.sim();
        for stranger in 1000..1600 {
            sim.add_vm(stranger, "somebodys", "pve1", "local", 2 << 30);
        }
        let ours = sim.vm(vmid).unwrap().clone();
        sim.vms.insert(5000, ours);
    }
    let mut request = json!({"server": world.server, "services": [in_whmcs(&world, 7, "Active")], "repair": false});
    let mut codes = Vec::new();
    for _ in 0..5 {
        let reply = api::check(&world.core, &request).unwrap();
        codes.extend(
            reply["findings"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["code"].clone()),
        );
        if reply["next"].is_null() {
            break;
        }
        request["from"] = reply["next"].clone();
    }
    assert_eq!(codes, ["forgotten"]);
}

/// WHMCS has it on another server entry, or with a product of another module: its customer pays for it.
#[test]
fn what_whmcs_has_elsewhere_is_not_called_deleted() {
    let world = World::new();
    world.ready(7);
    for (all, code) in [
        (json!([7]), "other_server"),
        (json!([8]), "whmcs_gone"),
        (Value::Null, "whmcs_gone"),
    ] {
        let request = json!({"server": world.server, "services": [], "all": all});
        let reply = api::check(&world.core, &request).unwrap();
        let found = &reply["findings"][0];
        assert_eq!((&found["code"], &found["service"]), (&json!(code), &json!(7)));
        let says_delete = found["message"].as_str().unwrap().contains("delete the VM");
        assert_eq!(says_delete, code == "whmcs_gone", "{found}");
    }
}
