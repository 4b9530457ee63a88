//! The check compares each guest with what was sold, and what it says to do works to the end.

use super::support::{World, cluster_options};
use crate::acts;
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind, NodeSpec, Request, StorageSpec};
use serde_json::{Value, json};

/// What the check says of services as WHMCS should show them, and how many requests it took.
fn check_all(world: &World, services: &[u64]) -> (Vec<(String, String)>, usize) {
    let shown = |service: &u64| {
        let shown = world.service(*service);
        json!({"id": service, "status": "Active", "domain": shown["domain"],
            "dedicated_ip": shown["addresses"][0], "assigned_ips": ""})
    };
    let services: Vec<Value> = services.iter().map(shown).collect();
    let mut request = json!({"server": world.server, "services": services});
    let mut findings = Vec::new();
    for turn in 1..100 {
        let reply = api::check(&world.core, &request).unwrap();
        for row in reply["findings"].as_array().unwrap() {
            findings.push((
                row["code"].as_str().unwrap().to_owned(),
                row["message"].as_str().unwrap().to_owned(),
            ));
        }
        if reply["next"].is_null() {
            return (findings, turn);
        }
        request["from"] = reply["next"].clone();
    }
    panic!("the check comes to no end");
}

pub fn check(world: &World, service: u64) -> Vec<(String, String)> {
    check_all(world, &[service]).0
}

/// The one finding of a code, which says all of this.
fn told(world: &World, service: u64, code: &str, says: &[&str]) {
    let found = check(world, service);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, code, "{found:?}");
    for words in says {
        assert!(found[0].1.contains(words), "{words}: {found:?}");
    }
}

fn press_change_package(world: &World, service: u64) {
    api::change_package(&world.core, &world.order(service)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(service), "ready");
}

fn pve(world: &World, method: &str, path: &str, parameters: &str) {
    let mut request = Request::new(method, &format!("/api2/json{path}"))
        .header(
            "authorization",
            &format!(
                "PVEAPIToken={}={}",
                world.server["username"].as_str().unwrap(),
                world.server["password"].as_str().unwrap()
            ),
        )
        .header("content-type", "application/x-www-form-urlencoded");
    request.body = parameters.as_bytes().to_vec();
    let reply = world.sim().handle(&request, world.now());
    assert_eq!(
        reply.status,
        200,
        "{} {}",
        reply.reason,
        String::from_utf8_lossy(&reply.body)
    );
    world.clock_forward(60.0);
}

#[test]
fn a_rollback_that_gives_the_old_package_back_is_named_and_mended() {
    for larger_first in [true, false] {
        let mut world = World::new();
        let packages: [(&str, &str, &str, &str); 2] =
            [("4", "3", "400/80/1000/800", "50"), ("1", "1", "100/0/0/70", "5")];
        let (before, after) = if larger_first { (0, 1) } else { (1, 0) };
        let choose = |world: &mut World, index: usize| {
            let (cores, memory, limits, rate) = packages[index];
            world
                .option(6, cores)
                .option(7, memory)
                .option(9, limits)
                .option(15, rate);
        };
        choose(&mut world, before);
        let vmid = world.ready(7);
        pve(
            &world,
            "POST",
            &format!("/nodes/pve1/qemu/{vmid}/snapshot"),
            "snapname=before",
        );
        choose(&mut world, after);
        press_change_package(&world, 7);
        assert_eq!(check(&world, 7), []);
        let sold = ["cores", "memory", "scsi0", "net0"].map(|key| world.config(vmid, key));
        pve(
            &world,
            "POST",
            &format!("/nodes/pve1/qemu/{vmid}/snapshot/before/rollback"),
            "",
        );
        assert_ne!(
            ["cores", "memory", "scsi0", "net0"].map(|key| world.config(vmid, key)),
            sold
        );
        let (was, is) = (packages[before], packages[after]);
        let cores = format!("cores is {} instead of {}", was.0, is.0);
        let says = [
            cores.as_str(),
            "memory is",
            "mbps_rd of scsi0 is",
            "rate of net0 is",
            "press Change Package",
        ];
        told(&world, 7, "package", &says);
        press_change_package(&world, 7);
        assert_eq!(check(&world, 7), []);
        assert_eq!(
            ["cores", "memory", "scsi0", "net0"].map(|key| world.config(vmid, key)),
            sold
        );
        assert!(world.sim().is_running(vmid));
        world.check_invariants();
    }
}

#[test]
fn every_edit_of_what_the_package_says_is_named_and_mended() {
    type Edit = fn(&World, u32);
    fn drive(world: &World, vmid: u32, key: &str, old: &str, new: &str) {
        let value = world.config(vmid, key);
        assert!(value.contains(old), "{key}: {value}");
        world.sim().set_config(vmid, key, Some(&value.replace(old, new)));
    }
    let edits: &[(&str, Edit)] = &[
        ("cores is 8 instead of 2", |w, id| {
            w.sim().set_config(id, "cores", Some("8"))
        }),
        ("sockets is 2 instead of 1", |w, id| {
            w.sim().set_config(id, "sockets", Some("2"))
        }),
        ("vcpus is 1 instead of unset", |w, id| {
            w.sim().set_config(id, "vcpus", Some("1"))
        }),
        ("memory is 8192 instead of 1536", |w, id| {
            w.sim().set_config(id, "memory", Some("8192"))
        }),
        ("balloon is 4096 instead of 1536", |w, id| {
            w.sim().set_config(id, "balloon", Some("4096"))
        }),
        ("size of scsi0 is 4G instead of 8G", |w, id| {
            drive(w, id, "scsi0", "size=8G", "size=4G");
            let volume = w.config(id, "scsi0").split(',').next().unwrap().to_owned();
            let mut sim = w.sim();
            sim.volumes.iter_mut().find(|one| one.volid() == volume).unwrap().size = 4 << 30;
        }),
        ("mbps_rd of scsi0 is 900 instead of 100", |w, id| {
            drive(w, id, "scsi0", "mbps_rd=100", "mbps_rd=900")
        }),
        ("iops_wr of scsi0 is unset instead of 800", |w, id| {
            drive(w, id, "scsi0", ",iops_wr=800", "")
        }),
        ("mbps_wr of scsi1 is 4 instead of 40.5", |w, id| {
            drive(w, id, "scsi1", "mbps_wr=40.5", "mbps_wr=4")
        }),
        ("scsi1 is unset instead of local:3", |w, id| {
            w.sim().set_config(id, "scsi1", None)
        }),
        ("rate of net0 is 125 instead of 12.5", |w, id| {
            drive(w, id, "net0", "rate=12.5", "rate=125")
        }),
        ("rate of net0 is unset instead of 12.5", |w, id| {
            drive(w, id, "net0", ",rate=12.5", "")
        }),
        ("tag of net0 is 20 instead of 10", |w, id| {
            drive(w, id, "net0", "tag=10", "tag=20")
        }),
        ("firewall of net0 is unset instead of 1", |w, id| {
            drive(w, id, "net0", ",firewall=1", "")
        }),
        ("ipconfig0 is ip=192.0.2.99/24 instead of ip=192.0.2.10/24", |w, id| {
            drive(w, id, "ipconfig0", "192.0.2.10", "192.0.2.99")
        }),
    ];
    for (words, edit) in edits {
        let world = World::new();
        let vmid = world.ready(7);
        edit(&world, vmid);
        told(&world, 7, "package", &[words, "press Change Package"]);
        press_change_package(&world, 7);
        assert_eq!(check(&world, 7), [], "{words}");
    }
}

#[test]
fn a_disk_that_is_larger_has_two_ways_out_and_both_work() {
    for disk in ["scsi0", "scsi1"] {
        for way in ["package", "reinstall"] {
            let mut world = World::new();
            let vmid = world.ready(7);
            pve(
                &world,
                "PUT",
                &format!("/nodes/pve1/qemu/{vmid}/resize"),
                &format!("disk={disk}&size=12G"),
            );
            told(
                &world,
                7,
                "package",
                &["has 12 GB", "at least that size", "**Reinstall"],
            );
            if way == "package" {
                let option = if disk == "scsi0" { 8 } else { 10 };
                world.option(option, "12");
                press_change_package(&world, 7);
            } else {
                acts::stop(&world.core, &world.order(7)).unwrap();
                acts::reinstall(&world.core, &world.order(7)).unwrap();
                world.cron_until_idle();
            }
            assert_eq!(check(&world, 7), [], "{disk} {way}");
        }
    }
}

#[test]
fn a_disk_elsewhere_is_named_with_its_two_ways_out() {
    for way in ["moved back", "package"] {
        let mut options = cluster_options();
        options.storages.push(StorageSpec::dir("ssd", "/ssd"));
        let mut world = World::with(options);
        world.option(4, "local");
        let vmid = world.ready(7);
        let disk = world.config(vmid, "scsi0");
        world
            .sim()
            .set_config(vmid, "scsi0", Some(&disk.replace("local:", "ssd:")));
        told(
            &world,
            7,
            "package_storage",
            &["scsi0 is on ssd instead of local", "Move Storage"],
        );
        if way == "package" {
            world.option(4, "ssd");
            press_change_package(&world, 7);
        } else {
            world.sim().set_config(vmid, "scsi0", Some(&disk));
        }
        assert_eq!(check(&world, 7), [], "{way}");
    }
}

/// What somebody sold after the guest was built is no difference of the guest.
#[test]
fn the_package_that_was_applied_counts_with_its_configurable_options() {
    let mut world = World::new();
    world.config_options = json!({"CPU Cores": "4"});
    world.ready(7);
    assert_eq!(world.config(100, "cores"), "4");
    assert_eq!(check(&world, 7), []);
    world.option(7, "3");
    acts::stop(&world.core, &world.order(7)).unwrap();
    assert_eq!(
        check(&world, 7),
        [],
        "the product was edited, and nobody has pressed Change Package"
    );
    api::change_package(&world.core, &world.order(7)).unwrap();
    assert_eq!(check(&world, 7), [], "it is queued");
    world.cron_until_idle();
    assert_eq!(check(&world, 7), []);
    assert_eq!(world.config(100, "memory"), "3072");
}

#[test]
fn a_guest_that_cannot_be_read_is_told_and_a_node_only_once() {
    let mut options = cluster_options();
    options.nodes.push(NodeSpec::new("pve2"));
    let world = World::with(options);
    let services: Vec<u64> = (7..=26).collect();
    for service in &services {
        world.ready(*service);
    }
    let refused = FaultKind::Status(500, "got timeout".into(), String::new());
    world.sim().add_fault(Fault::once("GET", "/qemu/101/config$", refused));
    let (found, _) = check_all(&world, &services);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "unread");
    assert!(
        found[0].1.contains("VM 101 of service 8 on node pve1") && found[0].1.contains("got timeout"),
        "{found:?}"
    );
    assert_eq!(check_all(&world, &services).0, []);

    world.sim().set_node_down("pve1", Some("No route to host"));
    world.sim().log.clear();
    let (found, _) = check_all(&world, &services);
    assert_eq!(found.len(), 1, "{found:?}");
    // the template among them: the list does not say that it is one
    assert!(
        found[0].1.contains("11 more on node pve1") && found[0].1.contains("offline"),
        "{found:?}"
    );
    let log = world.sim().log.clone();
    let asked = log.iter().filter(|one| one.path.contains("/nodes/pve1/")).count();
    assert_eq!(asked, 0, "a node that is offline is not asked: {log:?}");
}

#[test]
fn a_node_that_does_not_answer_is_not_asked_for_each_of_its_guests() {
    let mut world = World::new();
    world.server["assigned_ips"] = json!("vmbr0|10|192.0.2.10-192.0.2.200|24|192.0.2.1|192.0.2.53");
    let services: Vec<u64> = (7..=46).collect();
    for service in &services {
        world.ready(*service);
    }
    world.sim().log.clear();
    let dead = FaultKind::Status(595, "No route to host".into(), String::new());
    world.sim().add_fault(Fault::always("GET", "/config$", dead));
    let (found, _) = check_all(&world, &services);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].1.contains("30 more on node pve1") && found[0].1.contains("595"),
        "{found:?}"
    );
    let asked = world
        .sim()
        .log
        .iter()
        .filter(|line| line.path.contains("/config"))
        .count();
    assert!(asked <= 32, "{asked}");
}

/// Each request of the check ends after a minute, wherever it is, and the next one goes on.
#[test]
fn a_check_of_very_many_goes_on_where_its_time_was_over() {
    let mut world = World::new();
    world.server["assigned_ips"] = json!("vmbr0|10|192.0.2.10-192.0.2.200|24|192.0.2.1|192.0.2.53");
    let services: Vec<u64> = (7..=46).collect();
    for service in &services {
        world.ready(*service);
    }
    for service in [7, 30, 46] {
        world.sim().set_config(world.vmid(service), "cores", Some("8"));
    }
    world.sim().opts.latency_s = 2.0;
    let (found, turns) = check_all(&world, &services);
    let of: Vec<&str> = found.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(of, ["package"; 3], "{found:?}");
    assert_eq!(turns, 2);
}

/// Two server entries may lead to one cluster, each with its own address lines.
#[test]
fn the_guests_of_another_entry_of_the_same_cluster_are_not_forgotten() {
    let mut world = World::new();
    world.ready(7);
    world.server["id"] = json!(2);
    let vmid = world.ready(8);
    let (second, first) = (check_all(&world, &[8]).0, {
        world.server["id"] = json!(1);
        check_all(&world, &[7]).0
    });
    assert_eq!((first, second), (vec![], vec![]));
    // a second guest with the marker of a service that has another one is told
    let copy = world.sim().vm(vmid).unwrap().clone();
    world.sim().vms.insert(500, copy);
    let found = check_all(&world, &[7]).0;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "forgotten");
    // a row that cannot be read hides nothing
    world
        .home
        .tell("UPDATE @services SET body = '[]', status = 'nonsense' WHERE id = 8");
    assert_eq!(check_all(&world, &[7]).0.len(), 2);
}

#[test]
fn nothing_is_found_at_what_was_made_just_now_whatever_was_sold() {
    let packages: [&[(usize, &str)]; 16] = [
        &[(3, "linked")],
        &[(3, "linked"), (10, "0")],
        &[(4, "local2"), (12, "local2")],
        &[(4, "local2"), (12, "local")],
        &[(12, "local2"), (10, "5"), (11, "")],
        &[(8, "0"), (9, ""), (10, "0"), (11, "")],
        &[(6, "1"), (7, "0.5")],
        &[(9, "0/0/1000/0"), (11, "0.5/0/0/1")],
        &[(13, "vmbr0"), (14, "0")],
        &[(13, "vmbr0"), (14, "4094"), (15, "0")],
        &[(15, "0.01"), (16, "e1000")],
        &[(15, "10240"), (16, "vmxnet3"), (18, "on"), (19, "")],
        &[(16, "virtio"), (18, "off"), (19, "")],
        &[(17, "dhcp"), (18, "on")],
        &[(17, "dhcp"), (18, "off"), (19, "")],
        &[(20, "root"), (22, "")],
    ];
    for package in packages {
        let mut world = World::new();
        for (option, value) in package {
            world.option(*option, value);
            if *option == 14 {
                let lines = world.server["assigned_ips"].as_str().unwrap();
                world.server["assigned_ips"] = json!(lines.replace("|10|", &format!("|{value}|")));
            }
        }
        world.ready(7);
        assert_eq!(check(&world, 7), [], "{package:?}");
        // stopped, suspended and made anew it is as it was sold, too
        api::suspend(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        let found = check(&world, 7);
        assert!(
            found.iter().all(|(code, _)| code == "still_suspended"),
            "{package:?}: {found:?}"
        );
        api::unsuspend(&world.core, &world.order(7)).unwrap();
        acts::stop(&world.core, &world.order(7)).unwrap();
        acts::reinstall(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert_eq!(check(&world, 7), [], "{package:?}");
    }
}
