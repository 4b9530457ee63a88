//! Bad input: one clear sentence, and nothing left behind that a repetition would not use again.

use crate::support::{World, cluster_options, two_nodes};
use pvesim::{Fault, FaultKind, NodeSpec, Options};
use serde_json::{Value, json};

/// What is wrong, how it comes about, the code, and words that the sentence must have.
struct Case {
    what: &'static str,
    spoil: fn(&mut World),
    code: &'static str,
    says: &'static [&'static str],
}

const fn case(what: &'static str, spoil: fn(&mut World), code: &'static str, says: &'static [&'static str]) -> Case {
    Case {
        what,
        spoil,
        code,
        says,
    }
}

fn option(world: &mut World, position: usize, value: &str) {
    world.option(position, value);
}

fn server(world: &mut World, key: &str, value: Value) {
    world.server[key] = value;
}

const CASES: &[Case] = &[
    case(
        "unknown template",
        |w| option(w, 2, "4711"),
        "no_template",
        &["4711", "OS template"],
    ),
    case(
        "a VM that is no template",
        |w| {
            w.sim().add_vm(500, "vm", "pve1", "local", 1 << 30);
            option(w, 2, "500");
        },
        "not_a_template",
        &["500"],
    ),
    case(
        "memory in MB where GB are meant",
        |w| w.config_options = json!({"RAM": "4096"}),
        "fits_no_node",
        &["4096 GB of memory fit no node (largest: ", "the unit is GB"],
    ),
    case(
        "more cores than a node has",
        |w| option(w, 6, "9"),
        "fits_no_node",
        &["9 CPU cores fit no node (most: 8)"],
    ),
    case(
        "a system disk in MB where GB are meant",
        |w| option(w, 8, "40960"),
        "fits_no_node",
        &["40960 GB", "the unit is GB"],
    ),
    case(
        "an additional disk in MB where GB are meant",
        |w| {
            option(w, 10, "40960");
            option(w, 12, "local");
        },
        "fits_no_node",
        &["40960 GB", "the unit is GB"],
    ),
    case(
        "no address line",
        |w| server(w, "assigned_ips", json!("")),
        "no_free_address",
        &["IPv4", "address lines"],
    ),
    case(
        "all lines malformed",
        |w| server(w, "assigned_ips", json!("vmbr0|10|192.0.2.999|24|192.0.2.1|192.0.2.53")),
        "no_free_address",
        &["IPv4"],
    ),
    case(
        "no address on the package's bridge",
        |w| option(w, 13, "vmbr1"),
        "no_free_address",
        &["IPv4"],
    ),
    case(
        "disk smaller than the template's",
        |w| option(w, 8, "1"),
        "disk_smaller_than_template",
        &["1 GB", "2.0 GB"],
    ),
    case(
        "name that makes no DNS label",
        |w| option(w, 21, "vm_{service_id}"),
        "bad_option",
        &["VM name", "'_'"],
    ),
    case(
        "unknown macro",
        |w| option(w, 21, "vm-{serviceid}"),
        "bad_option",
        &["VM name"],
    ),
    case(
        "unknown extra setting",
        |w| option(w, 24, "shutdown_timout = 10"),
        "bad_option",
        &["shutdown_timeout"],
    ),
    case(
        "cores that are no number",
        |w| option(w, 6, "two"),
        "bad_option",
        &["CPU cores"],
    ),
    case(
        "configurable option that is no number",
        |w| w.config_options = json!({"RAM (GB)": "much"}),
        "bad_configurable_option",
        &["RAM (GB)"],
    ),
    case(
        "firewall rule that is none",
        |w| option(w, 19, "IN ALLOW"),
        "bad_option",
        &["Firewall rules"],
    ),
    case("unknown node", |w| option(w, 1, "pve9"), "no_such_node", &["pve9"]),
    case("unknown storage", |w| option(w, 4, "nvme"), "no_storage", &["nvme"]),
    case(
        "unknown bridge",
        |w| server(w, "assigned_ips", json!("vmbr7|0|192.0.2.10|24|192.0.2.1|192.0.2.53")),
        "bridge_missing",
        &["vmbr7", "pve1", "or the login may not see it", "SDN.Use"],
    ),
    case(
        "storage full",
        |w| {
            w.sim().fill_storage("local2", 0);
            option(w, 4, "local2");
        },
        "storage_full",
        &["local2"],
    ),
    case(
        "VMID range exhausted",
        |w| option(w, 5, "999999999"),
        "no_free_vmid",
        &["999999999"],
    ),
    case(
        "wrong token",
        |w| server(w, "password", json!("wrong")),
        "pve_login",
        &["refused"],
    ),
    case(
        "user without realm",
        |w| server(w, "username", json!("root")),
        "server_user",
        &["root@pam"],
    ),
    case(
        "no SSL",
        |w| server(w, "secure", json!(false)),
        "server_not_https",
        &["SSL"],
    ),
    case(
        "unknown access hash key",
        |w| server(w, "access_hash", json!("fingerprnt=AA")),
        "server_access_hash",
        &["fingerprint"],
    ),
    case(
        "privileges missing",
        |w| {
            w.sim().add_user("audit@pve", "", "t", "secret-of-the-auditor");
            w.sim().grant(
                "audit@pve",
                "/",
                &["VM.Audit", "Datastore.Audit", "Sys.Audit", "SDN.Audit"],
            );
            server(w, "username", json!("audit@pve!t"));
            server(w, "password", json!("secret-of-the-auditor"));
        },
        "pve_permission",
        &["Permission check failed", "VM.Clone"],
    ),
    case(
        "node down",
        |w| {
            w.sim()
                .add_fault(Fault::always("POST", "/clone", FaultKind::NodeDown("pve1".into())));
        },
        "pve_no_answer",
        &["595"],
    ),
];

fn spoiled(case: &Case) -> World {
    let mut world = World::with(cluster_options());
    // the highest number is taken, for the case of the exhausted range
    world.sim().add_vm(999_999_999, "last", "pve1", "local", 1 << 30);
    (case.spoil)(&mut world);
    world
}

#[test]
fn each_is_one_sentence_that_says_what_to_do() {
    for case in CASES {
        let world = spoiled(case);
        let error = world.create(7).expect_err(case.what);
        assert_eq!(error.code(), case.code, "{}: {error}", case.what);
        let text = error.to_string();
        for words in case.says {
            assert!(text.contains(words), "{}: {text:?} says {words:?}", case.what);
        }
        assert!(
            !text.contains('\n') && text.len() < 500 && !text.contains("::"),
            "{}: {text:?}",
            case.what
        );
        let secret = world.server["password"].as_str().unwrap();
        assert!(!text.contains(secret), "{}: the secret is in {text:?}", case.what);
    }
}

#[test]
fn once_mended_the_same_service_becomes_ready_and_nothing_is_left_over() {
    for case in CASES {
        let mut world = spoiled(case);
        let before = World::new();
        world.create(7).expect_err(case.what);
        world.cron_until_idle();
        world.server = before.server.clone();
        world.options = before.options.clone();
        world.config_options = json!({});
        world.sim().faults.clear();
        world.clock_forward(3700.0);
        world.create(7).unwrap_or_else(|error| panic!("{}: {error}", case.what));
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready", "{}: {}", case.what, world.service(7));
        let held = world.service(7)["addresses"].as_array().unwrap().len();
        assert_eq!(held, 1, "{}: one address, not one for each try", case.what);
        let ours = world
            .sim()
            .vms
            .keys()
            .filter(|vmid| ![500, 9000, 999_999_999].contains(*vmid))
            .count();
        assert_eq!(ours, 1, "{}: one guest", case.what);
        // a service after it gets the next address: none was lost
        world.ready(8);
        assert_eq!(world.service(8)["addresses"], json!(["192.0.2.11"]), "{}", case.what);
        world.check_invariants();
    }
}

#[test]
fn a_template_on_another_nodes_local_storage_is_said_so() {
    let mut world = World::with(two_nodes());
    world.option(1, "pve2");
    let error = world.create(7).unwrap_err();
    assert_eq!(error.code(), "template_elsewhere", "{error}");
    world.option(1, "auto");
    world.ready(7);
    assert_eq!(world.service(7)["node"], "pve1", "auto takes the node that can hold it");
}

#[test]
fn auto_takes_the_node_with_most_free_memory_that_reaches_the_template() {
    let mut nodes = vec![NodeSpec::new("pve1"), NodeSpec::new("pve2"), NodeSpec::new("pve3")];
    nodes.iter_mut().for_each(|node| node.cpus = 8);
    nodes[1].memory *= 4;
    nodes[2].memory *= 16;
    let mut options = Options {
        nodes,
        ..Options::default()
    };
    options.storages.push(pvesim::StorageSpec::block("ceph", "rbd", true));
    let mut world = World::with(options);
    world.sim().add_template(9100, "shared", "pve1", "ceph", 2 << 30);
    world.sim().set_node_down("pve3", Some("No route to host"));
    world.option(2, "9100");
    let vmid = world.ready(7);
    assert_eq!(world.service(7)["node"], "pve2");
    assert_eq!(world.sim().vm(vmid).unwrap().node, "pve2");
    world.check_invariants();
}

#[test]
fn the_next_id_range_of_the_datacenter_is_honoured() {
    let world = World::with(Options {
        next_id: Some((700, 702)),
        ..cluster_options()
    });
    assert_eq!(world.ready(1), 700);
    assert_eq!(world.ready(2), 701);
    assert_eq!(world.create(3).unwrap_err().code(), "no_free_vmid");
}

#[test]
fn guests_that_the_login_may_not_see_are_passed_over() {
    let mut world = World::with(cluster_options());
    {
        let mut sim = world.sim();
        for vmid in 100..105 {
            sim.add_vm(vmid, "hidden", "pve1", "local", 1 << 30);
        }
        let all = [
            "VM.Allocate",
            "VM.Clone",
            "VM.Audit",
            "VM.PowerMgmt",
            "VM.Config.Disk",
            "VM.Config.CPU",
            "VM.Config.Memory",
            "VM.Config.Network",
            "VM.Config.Options",
            "VM.Config.Cloudinit",
            "VM.Config.HWType",
            "VM.Config.CDROM",
        ];
        sim.add_user("whmcs@pve", "", "t", "secret-of-the-token");
        let blind: Vec<&str> = all
            .iter()
            .copied()
            .filter(|privilege| *privilege != "VM.Audit")
            .collect();
        sim.grant("whmcs@pve", "/vms", &blind);
        sim.grant("whmcs@pve", "/vms/9000", &all);
        for vmid in 105..108 {
            sim.grant("whmcs@pve", &format!("/vms/{vmid}"), &all);
        }
        sim.grant("whmcs@pve", "/storage", &["Datastore.AllocateSpace", "Datastore.Audit"]);
        sim.grant("whmcs@pve", "/nodes", &["Sys.Audit"]);
        sim.grant("whmcs@pve", "/sdn", &["SDN.Use", "SDN.Audit"]);
    }
    world.server["username"] = json!("whmcs@pve!t");
    world.server["password"] = json!("secret-of-the-token");
    let vmid = world.ready(7);
    assert_eq!(vmid, 105);
}
