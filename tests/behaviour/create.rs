//! From order to ready: what comes out, what it costs, what a repetition does.

use crate::acts;
use crate::support::{PASSWORD, World, cluster_options};
use proxmoxkvm::api;
use proxmoxkvm::pipeline::PIPELINE;
use pvesim::Version;
use serde_json::{Value, json};

#[test]
fn an_order_becomes_a_running_guest_with_exactly_the_package() {
    let world = World::new();
    let created = world.create(7).unwrap();
    assert_eq!(
        created["service"]["status"], "clone",
        "Create returns when the clone runs"
    );
    assert_eq!(created["service"]["addresses"], json!(["192.0.2.10"]));
    let lines = world.cron_until_idle();
    let wanted: Vec<String> = PIPELINE
        .iter()
        .skip(2)
        .map(|row| format!("service 7: {} → {}", row.from, row.to))
        .collect();
    assert_eq!(lines, wanted, "every status, in order, in one cron run");

    let vmid = world.vmid(7);
    assert_eq!(vmid, 100);
    let expected = [
        ("name", "3-7"),
        ("cores", "2"),
        ("memory", "1536"),
        ("onboot", "1"),
        ("ciuser", "admin"),
        ("ipconfig0", "ip=192.0.2.10/24,gw=192.0.2.1"),
        ("nameserver", "192.0.2.53 198.51.100.53"),
        ("searchdomain", "example.net"),
    ];
    for (key, value) in expected {
        assert_eq!(world.config(vmid, key), value, "{key}");
    }
    let has = |key: &str, parts: &[&str]| {
        let text = world.config(vmid, key);
        for part in parts {
            assert!(text.split(',').any(|found| found == *part), "{key} has {part}: {text}");
        }
    };
    has(
        "scsi0",
        &["size=8G", "mbps_rd=100", "mbps_wr=80", "iops_rd=1000", "iops_wr=800"],
    );
    has("scsi1", &["size=3G", "mbps_rd=50", "mbps_wr=40.5", "iops_wr=400"]);
    assert!(!world.config(vmid, "scsi1").contains("iops_rd"));
    has("net0", &["bridge=vmbr0", "tag=10", "rate=12.5", "firewall=1"]);
    assert!(
        world
            .config(vmid, "description")
            .contains(&format!("proxmoxkvm-owner: {}/7", world.core.store.installation()))
    );

    let sim = world.sim();
    assert!(sim.is_running(vmid));
    let vm = sim.vm(vmid).unwrap();
    assert_eq!(vm.plain_password(), Some(PASSWORD));
    let seen_by_guest = vm.generations.last().expect("the start wrote the cloud-init drive");
    assert_eq!(seen_by_guest.password.as_deref(), Some(PASSWORD));
    drop(sim);
    world.check_invariants();
}

#[test]
fn a_package_without_anti_spoofing_leaves_no_filter_of_an_earlier_one() {
    // what becomes of option 17 or 18, in Change Package, or with the firewall off in between
    let cases: [&[(usize, &str)]; 3] = [&[(17, "dhcp")], &[(18, "on")], &[(18, "off"), (18, "on")]];
    for steps in cases {
        let mut world = World::new();
        let vmid = world.ready(7);
        assert!(world.sim().may_send_from(vmid, "192.0.2.10"));
        assert!(!world.sim().may_send_from(vmid, "192.0.2.11"), "anti-spoofing");
        for (position, value) in steps {
            world.option(*position, value);
            world.config_options = json!({"IPv4 Addresses": 2});
            api::change_package(&world.core, &world.order(7)).unwrap();
            world.cron();
            assert_eq!(world.status(7), "ready", "{}", world.service(7));
        }
        // the second address that was bought, or whatever DHCP gives
        assert!(world.sim().may_send_from(vmid, "192.0.2.11"), "{steps:?}");
        let firewall = world.sim().firewall_of(&vmid.to_string());
        assert_eq!(firewall.options["enable"], "1", "the rest of the firewall stays on");
        assert_eq!(firewall.rules.len(), 3);
        // and back again: the set is made anew, with the addresses of today
        world.option(17, "static").option(18, "on with anti-spoofing");
        api::change_package(&world.core, &world.order(7)).unwrap();
        world.cron();
        let addresses = world.service(7)["addresses"].as_array().unwrap().clone();
        assert_eq!(addresses.len(), 2);
        let may_send = |ip: &Value| world.sim().may_send_from(vmid, ip.as_str().unwrap());
        assert!(
            addresses.iter().all(may_send) && !may_send(&json!("192.0.2.40")),
            "{steps:?}"
        );
        world.check_invariants();
    }
}

#[test]
fn a_filter_that_was_attached_with_its_guest_stays() {
    let mut world = World::new();
    world.option(18, "on");
    world.sim().add_vm(300, "legacy", "pve1", "local", 8 << 30);
    let (user, secret) = (
        world.server["username"].as_str().unwrap().to_owned(),
        world.server["password"].as_str().unwrap().to_owned(),
    );
    for (below, key, value) in [
        ("", "name", "ipfilter-net0"),
        ("/ipfilter-net0", "cidr", "198.51.100.7"),
    ] {
        let request = pvesim::Request::new("POST", &format!("/nodes/pve1/qemu/300/firewall/ipset{below}"));
        let request = request.token(&user, &secret).form(&[(key, value)]);
        assert_eq!(world.sim().handle(&request, world.now()).status, 200);
    }
    acts::attach(&world.core, &world.with_extra(7, "vmid", json!(300))).unwrap();
    acts::run_step(&world.core, &world.with_extra(7, "step", json!("set_network"))).unwrap();
    acts::run_step(&world.core, &world.with_extra(7, "step", json!("set_firewall"))).unwrap();
    assert!(world.sim().may_send_from(300, "198.51.100.7"));
    assert!(!world.sim().may_send_from(300, "192.0.2.10"), "somebody wanted it so");
}

#[test]
fn what_the_firewall_allows_is_what_the_package_says() {
    let world = World::new();
    let vmid = world.ready(7);
    let get = |below: &str| {
        let (id, secret) = (
            world.server["username"].as_str().unwrap(),
            world.server["password"].as_str().unwrap(),
        );
        let request =
            pvesim::Request::new("GET", &format!("/nodes/pve1/qemu/{vmid}/firewall/{below}")).token(id, secret);
        world.sim().handle(&request, world.now()).data()
    };
    let options = get("options");
    for key in ["enable", "macfilter", "ipfilter"] {
        assert_eq!(proxmoxkvm::guest::number(&options[key]), Some(1), "{key}: {options}");
    }
    let addresses: Vec<Value> = get("ipset/ipfilter-net0")
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["cidr"].clone())
        .collect();
    assert_eq!(addresses, [json!("192.0.2.10")]);
    let rules = get("rules");
    let rules = rules.as_array().unwrap();
    assert!(
        rules.iter().all(|rule| rule["enable"] == json!(1)),
        "rules are switched on"
    );
    let short = |rule: &Value| {
        format!(
            "{}{}{}",
            rule["action"].as_str().unwrap(),
            rule["dport"].as_str().unwrap_or(""),
            rule["macro"].as_str().unwrap_or("")
        )
    };
    assert_eq!(
        rules.iter().map(short).collect::<Vec<_>>(),
        ["ACCEPT22", "ACCEPTPing", "REJECT25"],
        "in the package's order"
    );
}

#[test]
fn a_create_costs_thirteen_requests_its_rules_and_polls() {
    let world = World::new();
    api::test_connection(&world.core, &json!({"server": world.server})).unwrap();
    let created = world.create(7).unwrap();
    let cron = world.cron();
    assert_eq!(world.status(7), "ready");
    let of = |key: &str| created["requests"][key].as_u64().unwrap() + cron["requests"][key].as_u64().unwrap();
    assert_eq!(of("rules"), 3);
    let fixed = of("total") - of("polls") - of("rules");
    assert!(
        fixed <= 13,
        "{fixed} requests: {} {}",
        created["requests"],
        cron["requests"]
    );
}

#[test]
fn a_create_without_anti_spoofing_costs_no_more_on_a_server_never_asked_before() {
    let mut world = World::new();
    world.option(18, "on");
    let created = world.create(7).unwrap();
    let cron = world.cron();
    assert_eq!(world.status(7), "ready");
    let of = |key: &str| created["requests"][key].as_u64().unwrap() + cron["requests"][key].as_u64().unwrap();
    assert!(
        of("total") - of("polls") - of("rules") <= 13,
        "{} {}",
        created["requests"],
        cron["requests"]
    );
}

#[test]
fn it_takes_little_longer_than_the_tasks_themselves() {
    let world = World::new();
    let start = world.now();
    world.create(7).unwrap();
    world.cron();
    assert_eq!(world.status(7), "ready");
    let took = world.now() - start;
    let tasks: f64 = world
        .sim()
        .tasks()
        .iter()
        .map(|task| task.end.unwrap_or(task.start) - task.start)
        .sum();
    assert!(tasks > 3.0, "the tasks took {tasks} s");
    assert!(took <= 1.2 * tasks + 0.5, "{took} s for tasks of {tasks} s");
}

#[test]
fn repeating_create_and_every_step_on_a_ready_guest_writes_nothing() {
    let world = World::new();
    let vmid = world.ready(7);
    world.sim().log.clear();
    world.create(7).unwrap();
    for row in PIPELINE.iter().filter(|row| row.label.is_some()) {
        let order = world.with_extra(7, "step", json!(row.to));
        let result = acts::run_step(&world.core, &order);
        let expected_refusal = match row.to.as_str() {
            "clone" => Some("has_guest"),
            "set_cpu_ram" | "set_cloudinit" => Some("running"),
            _ => None,
        };
        match expected_refusal {
            Some(code) => assert_eq!(result.unwrap_err().code(), code, "{}", row.to),
            None => assert_eq!(result.unwrap()["changed"], json!(false), "{}", row.to),
        }
    }
    world.sim().set_power(vmid, false);
    for step in ["set_cpu_ram", "set_cloudinit"] {
        assert_eq!(
            acts::run_step(&world.core, &world.with_extra(7, "step", json!(step))).unwrap()["changed"],
            json!(false)
        );
    }
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(world.status(7), "ready");
}

#[test]
fn a_step_forces_the_package_as_it_is_now() {
    let mut world = World::new();
    let vmid = world.ready(7);
    world.option(9, "20/20/0/0").option(15, "5");
    let run = |step: &str| acts::run_step(&world.core, &world.with_extra(7, "step", json!(step))).unwrap();
    assert_eq!(run("set_system_disk_bandwidth")["changed"], json!(true));
    assert_eq!(run("set_network")["changed"], json!(true));
    let disk = world.config(vmid, "scsi0");
    assert!(
        disk.contains("mbps_rd=20") && !disk.contains("iops_rd") && disk.contains("size=8G"),
        "{disk}"
    );
    assert!(world.config(vmid, "net0").contains("rate=5"));
    assert_eq!(world.status(7), "ready", "the VM is past it: the status stays");
}

#[test]
fn the_steps_can_be_pressed_one_by_one_through_the_whole_creation() {
    let world = World::new();
    world.create(7).unwrap();
    world.clock_forward(5.0);
    for row in PIPELINE.iter().skip(2).filter(|row| row.label.is_some()) {
        let reply = acts::run_step(&world.core, &world.with_extra(7, "step", json!(row.to))).unwrap();
        assert_eq!(reply["service"]["status"], json!(row.to));
    }
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    world.check_invariants();
}

#[test]
fn the_older_and_the_newer_version_work_too() {
    for version in [Version::V8_4, Version::V9_2] {
        let world = World::with(pvesim::Options {
            version,
            ..cluster_options()
        });
        world.ready(7);
        world.check_invariants();
    }
}

#[test]
fn many_orders_share_one_cron_run() {
    let world = World::new();
    for service in 1..=12 {
        world.create(service).unwrap();
    }
    world.cron_until_idle();
    let mut vmids: Vec<u32> = (1..=12).map(|service| world.vmid(service)).collect();
    vmids.sort_unstable();
    vmids.dedup();
    assert_eq!(vmids.len(), 12);
    assert!((1..=12).all(|service| world.status(service) == "ready"));
    world.check_invariants();
}

#[test]
fn both_families_and_further_addresses_are_leased_and_configured() {
    let mut world = World::new();
    world.config_options = json!({"IPv4 Addresses": "2", "ipv6": 1});
    let vmid = world.ready(7);
    assert_eq!(
        world.service(7)["addresses"],
        json!(["192.0.2.10", "192.0.2.11", "2001:db8::10"])
    );
    let expected = "ip=192.0.2.10/24,gw=192.0.2.1,ip6=2001:db8::10/64,gw6=fe80::1";
    assert_eq!(world.config(vmid, "ipconfig0"), expected);
}

#[test]
fn dhcp_leases_nothing_and_filters_no_address() {
    let mut world = World::new();
    world.option(17, "dhcp").option(13, "vmbr0").option(14, "0");
    let vmid = world.ready(7);
    assert_eq!(world.service(7)["addresses"], json!([]));
    assert_eq!(world.config(vmid, "ipconfig0"), "ip=dhcp");
    assert!(!world.config(vmid, "net0").contains("tag="));
}

#[test]
fn a_template_without_a_cloud_init_drive_gets_one() {
    let world = World::new();
    world.sim().set_config(9000, "ide2", None);
    let vmid = world.ready(7);
    let drive = ["ide0", "ide1", "ide2", "ide3"]
        .map(|slot| world.config(vmid, slot))
        .join(" ");
    assert!(drive.contains("cloudinit"), "{drive}");
}
