//! What a template brings with it, key by key: what is the module's own is made right, the rest is said.

use crate::check_package::check;
use crate::support::{PASSWORD, World};
use proxmoxkvm::api;
use proxmoxkvm::guest::{Config, Drive, PropertyString};
use serde_json::json;
use std::collections::BTreeMap;

mod table;

/// A world whose template has these keys beside its own.
fn with_template(keys: &[(&str, &str)]) -> World {
    let world = World::new();
    let mut sim = world.sim();
    let template = sim.vm_mut(9000).unwrap();
    for (key, value) in keys {
        template.conf.insert((*key).to_owned(), (*value).to_owned());
    }
    drop(sim);
    world
}

#[test]
fn a_template_without_cable_and_with_trunks_makes_guests_with_a_network() {
    let nic = "virtio=BC:24:11:00:00:01,bridge=vmbr0,link_down=1,trunks=5;7-9,queues=2,mtu=1400";
    let world = with_template(&[("net0", nic)]);
    let vmid = world.ready(7);
    let made = world.config(vmid, "net0");
    assert!(!made.contains("link_down") && !made.contains("trunks"), "{made}");
    assert!(
        made.contains("queues=2") && made.contains("mtu=1400"),
        "the rest stays: {made}"
    );
    assert!(world.sim().is_running(vmid));
    world.check_invariants();
}

#[test]
fn nobody_gets_in_with_what_the_builder_of_the_template_left() {
    let world = with_template(&[
        ("sshkeys", "ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAI%20builder"),
        ("ipconfig1", "ip=198.51.100.9/24"),
        ("ipconfig31", "ip=dhcp"),
        ("cipassword", "the-builders"),
        ("citype", "nocloud"),
        ("ciupgrade", "0"),
    ]);
    let vmid = world.ready(7);
    for key in ["sshkeys", "ipconfig1", "ipconfig31"] {
        assert_eq!(world.config(vmid, key), "", "{key}");
    }
    assert_eq!(world.config(vmid, "citype"), "nocloud");
    assert_eq!(world.config(vmid, "ciupgrade"), "0");
    assert_eq!(world.sim().vm(vmid).unwrap().plain_password(), Some(PASSWORD));
    world.check_invariants();
}

#[test]
fn what_was_given_to_a_finished_guest_stays() {
    let mut world = with_template(&[]);
    let vmid = world.ready(7);
    let own = [
        ("sshkeys", "ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAI%20customer"),
        ("ipconfig1", "ip=dhcp"),
    ];
    for (key, value) in own {
        let mut sim = world.sim();
        sim.vm_mut(vmid).unwrap().conf.insert(key.to_owned(), value.to_owned());
    }
    let nic = world.config(vmid, "net0") + ",link_down=1";
    world.sim().vm_mut(vmid).unwrap().conf.insert("net0".to_owned(), nic);
    world.option(7, "2");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    assert_eq!(world.config(vmid, "memory"), "2048");
    for (key, value) in own {
        assert_eq!(world.config(vmid, key), value, "{key}");
    }
    assert!(
        world.config(vmid, "net0").contains("link_down=1"),
        "somebody pulled the cable"
    );
}

/// What PVE would not start, and the words that say why.
const UNSTARTABLE: [(&[(&str, &str)], &str); 7] = [
    (
        &[("numa", "1"), ("numa0", "cpus=0-1,memory=1024")],
        "numa0 add up to 1024 MB",
    ),
    (
        &[("numa", "1"), ("numa0", "cpus=0-3,memory=1536")],
        "numa0 names the processors 0-3",
    ),
    (&[("hotplug", "network,disk,memory")], "needs NUMA"),
    (
        &[("hotplug", "memory"), ("numa", "1"), ("numa0", "cpus=0-1,memory=1536")],
        "does not go with numa0",
    ),
    (&[("hugepages", "2")], "hugepages needs NUMA"),
    (&[("hugepages", "1024"), ("numa", "1")], "multiple of 1024 MB"),
    (
        &[("ide0", "local:iso/gone.iso,media=cdrom")],
        "local:iso/gone.iso in ide0",
    ),
];

#[test]
fn an_order_that_would_not_start_is_refused_before_the_clone() {
    for (keys, words) in UNSTARTABLE {
        let world = with_template(keys);
        let error = world.create(7).unwrap_err();
        assert!(error.to_string().contains(words), "{keys:?}: {error}");
        assert!(
            ["would_not_start", "file_missing"].contains(&error.code()),
            "{}",
            error.code()
        );
        world.cron_until_idle();
        assert_eq!(world.writes(), Vec::<String>::new(), "{keys:?}");
        // and the doctor has said so
        let package = world.order(7)["package"].clone();
        let request = json!({"server": world.server, "what": "guests", "vmids": [9000], "package": package});
        let said = api::list(&world.core, &request).unwrap()["guests"][0]["refusal"].clone();
        assert!(
            said.as_str().is_some_and(|said| said.contains(words)),
            "{keys:?}: {said}"
        );
    }
}

#[test]
fn memory_hot_plug_takes_what_its_modules_add_up_to() {
    let keys = [("hotplug", "network,disk,memory"), ("numa", "1")];
    for (memory, fits) in [("0.5", false), ("1", true), ("1.5", true), ("1.75", false), ("2", true)] {
        let mut world = with_template(&keys);
        world.option(7, memory);
        if fits {
            let vmid = world.ready(7);
            assert!(world.sim().is_running(vmid), "{memory} GB");
        } else {
            assert_eq!(crate::support::code(world.create(7)), "would_not_start", "{memory} GB");
        }
    }
}

#[test]
fn a_change_that_would_not_start_leaves_the_guest_running() {
    for (keys, words) in UNSTARTABLE {
        let mut world = World::new();
        let vmid = world.ready(7);
        for (key, value) in keys {
            world.sim().set_config(vmid, key, Some(value));
        }
        let before = world.sim().vm(vmid).unwrap().conf.clone();
        world.option(6, "3").option(7, "1.25");
        if words.contains("1024 MB") || words.contains("processors") {
            // what does not fit the package of today does not fit this one
            world.option(6, "2").option(7, "1.5").option(8, "9");
        }
        let refused = api::change_package(&world.core, &world.order(7));
        world.cron_until_idle();
        // what its config says is told at once; what is only found on the way, by the cron
        let told_at_once = refused.map_or_else(|error| error.to_string(), |_| String::new());
        let said = world.service(7).to_string() + &told_at_once;
        assert!(world.sim().is_running(vmid), "{keys:?}: {said}");
        assert_eq!(world.sim().vm(vmid).unwrap().conf, before, "{keys:?}");
        assert!(said.contains("would not start the VM"), "{keys:?}: {said}");
    }
}

#[test]
fn a_suspended_guest_that_would_not_start_again_is_stopped_whatever_is_queued() {
    let mut world = World::new();
    let vmid = world.ready(7);
    api::suspend(&world.core, &world.order(7)).unwrap();
    world.option(6, "3");
    api::change_package(&world.core, &world.order(7)).unwrap();
    // somebody starts it, and then the image is deleted
    world.sim().set_power(vmid, true);
    world
        .sim()
        .set_config(vmid, "ide0", Some("local:iso/gone.iso,media=cdrom"));
    world.clock_forward(1000.0);
    world.cron_until_idle();
    assert!(!world.sim().is_running(vmid));
}

#[test]
fn what_crowds_every_vm_onto_the_same_processors_is_told() {
    let world = with_template(&[("affinity", "0-1")]);
    let package = world.order(7)["package"].clone();
    let request = json!({"server": world.server, "what": "guests", "vmids": [9000], "package": package});
    let said = api::list(&world.core, &request).unwrap()["guests"][0]["warnings"].clone();
    assert!(
        said[0].as_str().is_some_and(|said| said.starts_with("affinity: ")),
        "{said}"
    );
}

/// What became of one walk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum End {
    Ready,
    Refused,
    Warned,
}

/// Gives a guest a key, as its hoster does with `qm set`; a disk and a file are there first.
fn put(world: &World, vmid: u32, key: &str, value: &str) {
    let mut sim = world.sim();
    let key = if key == "cdrom" { "ide2" } else { key };
    let mut value = match value.strip_prefix("+,") {
        Some(more) => {
            let mut present = PropertyString::parse(sim.vm(vmid).unwrap().get(key).unwrap_or_default());
            for (option, setting) in more.split(',').filter_map(|part| part.split_once('=')) {
                present.set(option, Some(setting));
            }
            present.to_string()
        }
        None => value.to_owned(),
    };
    let image = sim
        .volumes
        .iter()
        .find(|volume| volume.content == "images" && volume.vmid == Some(9000));
    let mut volume = image.unwrap().clone();
    if let Some(disk) = value.strip_prefix("disk:") {
        let (gib, options) = disk.split_once(',').unwrap_or((disk, ""));
        volume.name = format!("{vmid}/vm-{vmid}-disk-{key}.qcow2");
        volume.vmid = Some(vmid);
        volume.size = gib.parse::<u64>().unwrap() << 30;
        let comma = if options.is_empty() { "" } else { "," };
        value = format!("{},size={gib}G{comma}{options}", volume.volid());
        sim.volumes.push(volume.clone());
    }
    for (content, name) in [("iso", "iso/there.iso"), ("snippets", "snippets/there.yml")] {
        volume.content = content.to_owned();
        volume.name = name.to_owned();
        volume.vmid = None;
        sim.volumes.push(volume.clone());
    }
    sim.set_config(vmid, key, Some(&value));
}

/// What the package says and the guest has not; empty: it is what was paid for. What cloud-init gives is the work of the
/// creation: a change of package leaves it alone.
fn amiss(world: &World, vmid: u32, wanted: (u64, u64, u64, u64), is_new: bool) -> String {
    let (cores, memory, system_gib, additional_gib) = wanted;
    let sim = world.sim();
    let conf = &sim.vm(vmid).unwrap().conf;
    let config = Config::from_json(&json!(conf));
    let mut amiss = Vec::new();
    let mut check = |what: &str, right: bool| {
        if !right {
            amiss.push(what.to_owned());
        }
    };
    check("cores", config.number("cores") == Some(cores));
    let one = |key: &str| config.number(key).is_none_or(|number| number == 1);
    check(
        "sockets",
        one("sockets") && config.get("vcpus").is_none() && config.get("smp").is_none(),
    );
    check("memory", config.number("memory") == Some(memory));
    check(
        "balloon",
        config.number("balloon").is_none_or(|balloon| balloon <= memory),
    );
    let disk = |disk: Option<Drive>, gib: u64, limits: &[(&str, &str)]| {
        disk.is_some_and(|disk| {
            disk.size() == Some(gib << 30) && limits.iter().all(|(key, value)| disk.options.get(key) == Some(value))
        })
    };
    let system = [
        ("mbps_rd", "100"),
        ("mbps_wr", "80"),
        ("iops_rd", "1000"),
        ("iops_wr", "800"),
    ];
    check("system disk", disk(config.system_disk(), system_gib, &system));
    let additional = [("mbps_rd", "50"), ("mbps_wr", "40.5"), ("iops_wr", "400")];
    check(
        "additional disk",
        disk(config.additional_disk(), additional_gib, &additional),
    );
    let nic = config.net0().unwrap_or_else(|| PropertyString::parse(""));
    for (key, value) in [("bridge", "vmbr0"), ("tag", "10"), ("rate", "12.5"), ("firewall", "1")] {
        check(key, nic.get(key) == Some(value));
    }
    if is_new {
        check("ciuser", config.get("ciuser") == Some("admin"));
        check(
            "ipconfig0",
            config.get("ipconfig0") == Some("ip=192.0.2.10/24,gw=192.0.2.1"),
        );
        check("cloud-init drive", config.cloudinit_drive().is_some());
    }
    check("password", sim.vm(vmid).unwrap().plain_password() == Some(PASSWORD));
    check("runs", sim.is_running(vmid));
    amiss.join(", ")
}

/// An order from a template with these keys. What is in no way that an order may end is an error.
fn walk_create(keys: &[(&str, &str)]) -> Result<End, String> {
    let world = World::new();
    for (key, value) in keys {
        put(&world, 9000, key, value);
    }
    let refused = world.create(7).err();
    world.cron_until_idle();
    if keys[0].0 == "lock" {
        // the order waits for the lock's end, and goes on by itself
        world.sim().set_config(9000, "lock", None);
        world.clock_forward(3600.0);
        world.create(7).map_err(|error| error.to_string())?;
        world.cron_until_idle();
    } else if let Some(error) = refused {
        let begun = world.sim().vms.len() > 1 || !world.writes().is_empty();
        return if begun {
            Err(format!("begun, then: {error}; {}", world.service(7)))
        } else {
            Ok(End::Refused)
        };
    }
    if world.status(7) != "ready" {
        return Err(format!("never ready: {}", world.service(7)["error"]));
    }
    let vmid = world.vmid(7);
    let amiss = amiss(&world, vmid, (2, 1536, 8, 3), true);
    let held = world.sim().vm(vmid).unwrap().run.as_ref().is_some_and(|run| run.paused);
    if !amiss.is_empty() || held {
        return Err(format!("ready without: {amiss}{}", if held { " held" } else { "" }));
    }
    let package = world.order(7)["package"].clone();
    let request = json!({"server": world.server, "what": "guests", "vmids": [9000], "package": package});
    let said = api::list(&world.core, &request).unwrap()["guests"][0].clone();
    if !said["refusal"].is_null() {
        return Err(format!(
            "ready, and the doctor says that it cannot be: {}",
            said["refusal"]
        ));
    }
    let found = check(&world, 7);
    if !found.is_empty() {
        return Err(format!("the check finds what was made just now: {found:?}"));
    }
    let warned = said["warnings"].as_array().is_some_and(|said| !said.is_empty());
    Ok(if warned { End::Warned } else { End::Ready })
}

/// What a change of package may write. `ipconfig0`: the service's own address comes back, where somebody has put in another.
const PACKAGE_KEYS: [&str; 13] = [
    "cores",
    "memory",
    "sockets",
    "vcpus",
    "smp",
    "balloon",
    "scsi0",
    "scsi1",
    "net0",
    "ipconfig0",
    "onboot",
    "boot",
    "digest",
];

/// A change of package for a guest that was given these keys since it was made.
fn walk_change(keys: &[(&str, &str)]) -> Result<End, String> {
    let mut world = World::new();
    let vmid = world.ready(7);
    for (key, value) in keys {
        put(&world, vmid, key, value);
    }
    let before = world.sim().vm(vmid).unwrap().conf.clone();
    world.option(6, "3").option(7, "2").option(8, "9").option(10, "4");
    let refused = api::change_package(&world.core, &world.order(7)).err();
    if keys[0].0 == "lock" {
        world.cron();
        if !world.sim().is_running(vmid) {
            return Err("stopped under a lock".to_owned());
        }
        world.sim().set_config(vmid, "lock", None);
        world.clock_forward(3600.0);
    }
    world.cron_until_idle();
    let after = world.sim().vm(vmid).unwrap().conf.clone();
    let service = world.service(7);
    // what was refused for good is taken back: the status is the old one, and the reason is shown
    let is_refused = refused.is_some() && keys[0].0 != "lock" || !service["error"].is_null();
    if world.status(7) != "ready" || is_refused {
        let said = refused.map_or_else(|| service["error"].to_string(), |error| error.to_string());
        return match world.sim().is_running(vmid) {
            false => Err(format!("off after: {said}")),
            true if after != before => Err(format!("written, then: {said}")),
            true if said.len() < 10 => Err(format!("no sentence: {service}")),
            true => Ok(End::Refused),
        };
    }
    let amiss = amiss(&world, vmid, (3, 2048, 9, 4), false);
    if !amiss.is_empty() {
        return Err(format!("ready without: {amiss}"));
    }
    let strange = before.iter().find(|(key, value)| {
        !PACKAGE_KEYS.contains(&key.as_str()) && *key != "lock" && after.get(*key) != Some(*value) && !is_disk(value)
    });
    let found = check(&world, 7);
    // one that was given another name is told, too
    if found.iter().any(|(code, _)| code != "renamed") {
        return Err(format!("the check finds what was changed just now: {found:?}"));
    }
    match strange {
        Some((key, value)) => Err(format!("wrote {key}: {value} -> {:?}", after.get(key))),
        None => Ok(End::Ready),
    }
}

fn is_disk(value: &str) -> bool {
    value.contains("size=") && !value.contains("media=cdrom")
}

/// One half of the walk: how many end in which way; none may end in a fourth.
fn walk(what: &str, walker: impl Fn(&[(&str, &str)]) -> Result<End, String>, left_out: &[&str]) {
    let rows = table::KEYS.iter().filter(|(key, _)| !left_out.contains(key));
    let single: Vec<Vec<(&str, &str)>> = rows
        .flat_map(|(key, values)| values.iter().map(move |value| vec![(*key, *value)]))
        .collect();
    let together = table::TOGETHER.iter().map(|keys| keys.to_vec());
    let mut ends: BTreeMap<End, u32> = BTreeMap::new();
    let mut broken = Vec::new();
    let mut all = 0;
    for keys in single.into_iter().chain(together) {
        all += 1;
        match walker(&keys) {
            Ok(end) => {
                println!("{what} {keys:?}: {end:?}");
                *ends.entry(end).or_default() += 1;
            }
            Err(why) => broken.push(format!("{keys:?}: {why}")),
        }
    }
    let keys = table::KEYS.len() - left_out.len();
    println!(
        "{what}: {keys} keys, {all} walks: {ends:?}, {} in another way",
        broken.len()
    );
    assert!(broken.is_empty(), "{what}:\n{}", broken.join("\n"));
}

#[test]
fn every_key_of_a_template_ends_in_a_way_that_is_told_when_it_is_ordered() {
    walk("create", walk_create, &[]);
}

/// `template` is no key of a guest: PVE makes none of one that runs.
#[test]
fn every_key_of_a_guest_ends_in_a_way_that_is_told_when_its_package_changes() {
    walk("change", walk_change, &["template"]);
}
