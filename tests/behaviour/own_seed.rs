//! A seed of the module's own in place of Proxmox VE's drive for cloud-init: what it tells, when it is another one, that no old
//! one is left, and what is refused.

use crate::acts;
use crate::rescue::seeds;
use crate::support::{World, code};
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

pub const MORE: &str = "seed = own\nseed_storage = local";

/// Two addresses of each family.
pub fn several(world: &mut World) {
    world.config_options = json!({"IPv4 Addresses": 2, "ipv6": 2});
}

/// One of them less.
pub fn fewer(world: &mut World) {
    world.config_options = json!({"IPv4 Addresses": 1, "ipv6": 2});
}

pub fn sold(world: &mut World) {
    world.option(24, MORE);
    several(world);
}

pub fn ready(more: &str) -> World {
    let mut world = World::new();
    sold(&mut world);
    world.option(24, &format!("{MORE}\n{more}"));
    world.ready(7);
    world
}

/// The documents of an image: they are JSON in it as they stand.
fn documents(image: &[u8]) -> [Value; 3] {
    let text = String::from_utf8_lossy(image).into_owned();
    ["{\"instance-id\"", "{\"hostname\"", "{\"version\""].map(|begin| {
        let Some(at) = text.find(begin) else {
            return Value::Null;
        };
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter();
        values.next().unwrap().unwrap()
    })
}

/// The seed in the VM's drive, which is the only one that there is, and all that it says.
fn told(world: &World) -> [Value; 3] {
    let seeds = seeds(world);
    assert_eq!(seeds.len(), 1, "{seeds:?}");
    assert_eq!(world.config(100, "ide2").split(',').next(), Some(seeds[0].as_str()));
    let image = world.sim().uploaded[&seeds[0]].clone();
    documents(&image)
}

/// What it was told at its first start.
fn first(world: &World) -> Value {
    let sim = world.sim();
    let told = sim.uploaded.values().map(|image| documents(image)[1].clone());
    told.into_iter().find(|user| !user["password"].is_null()).unwrap()
}

fn addresses(network: &Value) -> Vec<&str> {
    let list = network["ethernets"]["eth0"]["addresses"].as_array().unwrap();
    list.iter().filter_map(Value::as_str).collect()
}

pub fn is_told(world: &World) {
    let [meta, user, network] = told(world);
    let uuid = world.config(100, "smbios1").replace("uuid=", "");
    assert_eq!(meta["instance-id"], format!("pk-{uuid}"));
    assert_eq!(
        (&user["user"], &user["hostname"]),
        (&json!("admin"), &world.service(7)["name"])
    );
    let held = world.service(7)["addresses"].as_array().unwrap().len();
    assert_eq!(addresses(&network).len(), held, "{network}");
    assert!(world.sim().is_running(100) && world.sim().vm(100).unwrap().pending.is_empty());
}

fn has_hash(user: &Value) -> bool {
    user.to_string().contains("$6$rounds=5000$")
}

fn password(world: &World, password: &str) -> Value {
    let mut order = world.order(7);
    order["service"]["password"] = json!(password);
    api::change_password(&world.core, &order).unwrap()
}

#[test]
fn a_vm_is_told_every_address_who_may_come_in_and_no_password() {
    let world = ready("");
    is_told(&world);
    let [_, user, network] = told(&world);
    assert_eq!(
        addresses(&network),
        ["192.0.2.10/24", "192.0.2.11/24", "2001:db8::10/64", "2001:db8::11/64"]
    );
    let card = &network["ethernets"]["eth0"];
    assert_eq!(
        card["match"]["macaddress"],
        world.config(100, "net0").split_once('=').unwrap().1[..17].to_lowercase()
    );
    assert_eq!(
        (&card["gateway4"], &card["gateway6"]),
        (&json!("192.0.2.1"), &json!("fe80::1"))
    );
    assert_eq!(card["nameservers"]["search"], json!(["example.net"]));
    assert_eq!(
        (&user["password"], &user["bootcmd"]),
        (&Value::Null, &Value::Null),
        "once it was read"
    );
    let first = first(&world);
    assert!(
        first["password"].as_str().unwrap().starts_with("$6$rounds=5000$"),
        "its hash"
    );
    assert_eq!(
        (&first["package_upgrade"], &first["bootcmd"]),
        (&json!(true), &Value::Null)
    );
    let plain = world.order(7)["service"]["password"].as_str().unwrap().to_owned();
    let all = format!("{:?}", world.sim().uploaded);
    assert!(!all.contains(&plain), "never the password");
    let sim = world.sim();
    let vm = sim.vm(100).unwrap();
    assert!(!vm.conf.contains_key("cipassword"));
    let volumes = sim.volumes.iter().map(|volume| volume.volid());
    assert!(
        !volumes.into_iter().any(|volume| volume.contains("vm-100-cloudinit")),
        "its drive is gone"
    );
    drop(sim);
    world.check_invariants();
}

#[test]
fn windows_and_who_sells_nothing_of_it_have_the_drive_of_proxmox_ve() {
    let mut world = World::new();
    sold(&mut world);
    world.sim().set_config(9000, "ostype", Some("win11"));
    world.ready(7);
    assert!(world.config(100, "ide2").contains("cloudinit") && seeds(&world).is_empty());
    let world = World::new();
    world.ready(7);
    assert!(world.config(100, "ide2").contains("cloudinit") && seeds(&world).is_empty());
}

#[test]
fn a_product_says_where_seeds_go_and_sells_no_applications() {
    for more in [
        "seed = own",
        "seed = own\nseed_storage = local\napplications = docker:Docker",
        "seed = else",
    ] {
        let mut world = World::new();
        world.option(24, more);
        assert_eq!(code(world.create(7)), "bad_option", "{more}");
    }
}

#[test]
fn other_addresses_are_told_by_another_seed_to_the_same_instance() {
    let mut world = ready("");
    let [before, ..] = told(&world);
    let seed = seeds(&world);
    world.config_options = json!({"IPv4 Addresses": 3, "ipv6": 1});
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    is_told(&world);
    let [meta, user, network] = told(&world);
    assert_ne!(seeds(&world), seed, "a name of its own");
    assert_eq!(meta, before, "no new host keys");
    assert_eq!(
        addresses(&network),
        ["192.0.2.10/24", "192.0.2.11/24", "2001:db8::10/64", "192.0.2.12/24"]
    );
    assert_eq!(user["updates"]["network"]["when"], json!(["boot-new-instance", "boot"]));
    // what brings no other addresses brings no other seed
    let seed = seeds(&world);
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(seeds(&world), seed);
}

#[test]
fn a_new_password_and_other_keys_are_run_once_by_the_same_instance() {
    let world = ready("");
    let [before, ..] = told(&world);
    let reply = password(&world, "n3w-Pass#word");
    assert_eq!(
        (&reply["by"], &reply["restart_needed"]),
        (&json!("cloudinit"), &json!(true))
    );
    assert_eq!(reply["service"]["new_host_keys"], false, "what the page says");
    is_told(&world);
    let [meta, user, _] = told(&world);
    assert_eq!(meta, before);
    let run =
        |user: &Value| -> Vec<Vec<String>> { serde_json::from_value(user["bootcmd"].clone()).unwrap_or_default() };
    let password_run = run(&user).pop().unwrap();
    assert_eq!(password_run[..2], ["cloud-init-per", "once"]);
    assert_eq!(password_run[6], "admin");
    assert!(password_run[7].starts_with("$6$rounds=5000$"));
    assert_eq!(run(&user).len(), 1, "the keys are those that it was built with");
    assert!(user["password"].is_null());

    let key = format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA{:A<42} ada", "a");
    crate::ssh_keys::add(&world, &key).unwrap();
    crate::ssh_keys::choose(&world, &[&key]).unwrap();
    crate::ssh_keys::write(&world).unwrap();
    let [meta, user, _] = told(&world);
    assert_eq!(meta, before);
    let all = run(&user);
    assert_eq!(all.len(), 2, "a password that was not read yet is not lost: {all:?}");
    assert_eq!(all[0][2], "pk-keys-1");
    assert!(all[0].iter().any(|word| word.trim() == key));
    assert!(has_hash(&user));
}

#[test]
fn made_anew_it_is_a_new_instance_and_terminated_nothing_is_left() {
    let world = ready("client_reinstall = on");
    let [before, ..] = told(&world);
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    is_told(&world);
    assert_ne!(told(&world)[0], before);
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert_eq!(seeds(&world).len(), 1);
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    is_told(&world);
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!((seeds(&world), world.status(7)), (vec![], "removed".to_owned()));
}

#[test]
fn a_backup_and_a_snapshot_come_back_with_a_seed_that_is_there() {
    let mut world = ready("snapshots = 2");
    crate::backups::sold(&mut world, &format!("{MORE}\nsnapshots = 2"));
    crate::backups::made(&world, "then");
    crate::snapshots::take(&world, "one").unwrap();
    world.cron_until_idle();
    let name = crate::snapshots::named(&world, "one");
    world.config_options = json!({"IPv4 Addresses": 3, "ipv6": 2});
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    is_told(&world);
    crate::snapshots::roll_back(&world, &name).unwrap();
    world.cron_until_idle();
    is_told(&world);
    let backup = crate::backups::own(&world)[0].clone();
    crate::restore::restore(&world, &backup).unwrap();
    world.cron_until_idle();
    is_told(&world);
    world.check_invariants();
}

#[test]
fn into_rescue_mode_and_out_of_it_its_own_seed_stays() {
    let mut world = ready("");
    world.option(24, &format!("{MORE}\n{}", crate::rescue::MORE));
    world.sim().add_iso("pve1", "local", "rescue.iso");
    let before = crate::rescue::drives(&world);
    crate::rescue::start(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(seeds(&world).len(), 2);
    crate::rescue::leave(&world).unwrap();
    world.cron_until_idle();
    assert_eq!(crate::rescue::drives(&world), before);
    is_told(&world);
}

#[test]
fn it_is_no_cd_of_the_customers() {
    let mut world = ready("");
    let isos = "client_iso = on\niso_storage = local\niso_show = *";
    world.option(24, &format!("{MORE}\n{isos}"));
    world.sim().add_iso("pve1", "local", "debian.iso");
    let own = seeds(&world)[0].clone();
    let insert = |iso: &str| crate::isos::insert(&world, "iso_insert", iso);
    assert_eq!(code(insert(&own)), "iso_not_shown");
    assert_eq!(code(acts::iso_eject(&world.core, &world.order(7))), "no_cd");
    insert("local:iso/debian.iso").unwrap();
    world.cron_until_idle();
    assert!(world.config(100, "ide2").contains("pk-seed-"));
    let sim = world.sim();
    let vm = sim.vm(100).unwrap();
    let waiting = format!("{:?} {:?}", vm.conf, vm.pending);
    assert!(waiting.contains("local:iso/debian.iso"), "{waiting}");
}

fn refusals() -> [FaultKind; 2] {
    [
        FaultKind::TaskError("import failed: cp: No space left on device".to_owned()),
        FaultKind::Status(
            403,
            "Permission check failed (/storage/local)".to_owned(),
            String::new(),
        ),
    ]
}

#[test]
fn what_is_refused_is_said_and_the_vm_runs_as_it_ran() {
    for kind in refusals() {
        let mut world = ready("");
        let before = (crate::rescue::drives(&world), told(&world));
        world.sim().add_fault(Fault::always("POST", "/upload$", kind));
        world.config_options = json!({"IPv4 Addresses": 3, "ipv6": 2});
        let _ = api::change_package(&world.core, &world.order(7));
        for _ in 0..30 {
            assert!(world.sim().is_running(100), "never stopped for it");
            world.clock_forward(3600.0);
            world.cron_until_idle();
        }
        assert_eq!(world.status(7), "ready", "{}", world.service(7));
        let error = world.service(7)["error"].clone();
        assert_eq!(error["code"], "no_seed", "{error}");
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("storage local on node pve1"),
            "{error}"
        );
        assert_eq!((crate::rescue::drives(&world), told(&world)), before);
        assert_eq!(world.service(7)["addresses"].as_array().unwrap().len(), 4, "as before");
        assert_eq!(seeds(&world).len(), 1);
    }
}

#[test]
fn a_vm_that_is_built_waits_for_room() {
    for kind in refusals() {
        let mut world = World::new();
        sold(&mut world);
        world.sim().add_fault(Fault::always("POST", "/upload$", kind));
        let _ = world.create(7);
        world.cron_until_idle();
        assert_eq!(world.service(7)["error"]["code"], "no_seed", "{}", world.service(7));
        world.sim().faults.clear();
        world.clock_forward(7200.0);
        world.cron_until_idle();
        assert_eq!(world.status(7), "ready");
        is_told(&world);
    }
}

#[test]
fn the_hash_stays_until_the_vm_has_read_it_and_no_longer() {
    let mut world = World::new();
    sold(&mut world);
    world.create(7).unwrap();
    for _ in 0..5 {
        world.clock_forward(60.0);
        world.cron();
    }
    assert_eq!(world.status(7), "ready");
    let [before, user, network] = told(&world);
    assert!(has_hash(&user), "{user}");
    world.cron_until_idle();
    let [meta, user, after] = told(&world);
    assert!(!has_hash(&user), "{user}");
    assert_eq!((meta, after), (before, network), "and all else is told as ever");

    // that of a new password waits for the next start, however long that takes
    password(&world, "n3w-Pass#word");
    for _ in 0..3 {
        world.clock_forward(4000.0);
        world.cron();
        assert!(has_hash(&told(&world)[1]));
    }
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::start(&world.core, &world.order(7)).unwrap();
    world.clock_forward(4000.0);
    // its storage is full: the VM keeps what it has, and nobody needs to do anything
    let full = refusals().into_iter().next().unwrap();
    world.sim().add_fault(Fault::once("POST", "/upload$", full));
    world.cron();
    assert!(has_hash(&told(&world)[1]));
    assert_eq!(world.service(7)["error"], Value::Null);
    world.clock_forward(8000.0);
    world.cron_until_idle();
    assert!(!has_hash(&told(&world)[1]));
    is_told(&world);
}

#[test]
fn a_seed_that_somebody_has_deleted_is_made_again_for_the_next_start() {
    let mut world = ready("");
    let [before, ..] = told(&world);
    let delete = |world: &World| {
        let seed = seeds(world)[0].clone();
        world.sim().volumes.retain(|volume| volume.volid() != seed);
    };
    delete(&world);
    acts::stop(&world.core, &world.order(7)).unwrap();
    assert_eq!(code(acts::start(&world.core, &world.order(7))), "task_failed");
    acts::start(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    is_told(&world);
    assert_eq!(told(&world)[0], before);

    // what stops a VM looks first whether it would start again
    delete(&world);
    world.option(6, "4");
    let _ = api::change_package(&world.core, &world.order(7));
    assert!(world.sim().is_running(100), "not stopped for it");
    for _ in 0..3 {
        world.clock_forward(3600.0);
        world.cron_until_idle();
    }
    let _ = api::change_package(&world.core, &world.order(7));
    world.cron_until_idle();
    assert_eq!(
        (world.status(7), world.config(100, "cores")),
        ("ready".to_owned(), "4".to_owned())
    );
    is_told(&world);
}

fn in_drive(world: &World, vmid: u32) -> String {
    let drive = world.config(vmid, "ide2");
    drive.split(',').next().unwrap_or_default().to_owned()
}

#[test]
fn the_seed_of_a_second_vm_is_there_for_as_long_as_that_is() {
    for swaps in [false, true] {
        let mut world = ready("");
        crate::backups::sold(&mut world, MORE);
        crate::backups::made(&world, "then");
        let then = seeds(&world).remove(0);
        crate::beside::beside(&world).unwrap();
        world.cron_until_idle();
        assert_eq!(in_drive(&world, 101), then);
        world.config_options = json!({"IPv4 Addresses": 3, "ipv6": 2});
        api::change_package(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert_ne!(in_drive(&world, 100), then);
        assert!(seeds(&world).contains(&then) && seeds(&world).len() == 2, "of both");
        for own in if swaps { &[101, 100][..] } else { &[] } {
            crate::beside::swap(&world).unwrap();
            world.cron_until_idle();
            assert_eq!(
                (world.vmid(7), world.sim().is_running(*own)),
                (*own, true),
                "{}",
                world.service(7)
            );
            let there = seeds(&world);
            assert!(
                [100, 101].iter().all(|vmid| there.contains(&in_drive(&world, *vmid))),
                "{there:?}"
            );
        }
        crate::beside::discard(&world).unwrap();
        world.cron_until_idle();
        world.clock_forward(25_000.0);
        world.cron_until_idle();
        assert_eq!(seeds(&world), [in_drive(&world, world.vmid(7))]);
        world.check_invariants();
    }
}

#[test]
fn a_second_vm_whose_seed_somebody_has_deleted_says_so_and_has_one_again_once_it_is_swapped_in() {
    let mut world = ready("");
    crate::backups::sold(&mut world, MORE);
    crate::backups::made(&world, "then");
    crate::beside::beside(&world).unwrap();
    world.cron_until_idle();
    let then = in_drive(&world, 101);
    world.sim().volumes.retain(|volume| volume.volid() != then);
    let error = acts::beside_start(&world.core, &world.order(7)).unwrap_err();
    assert!(
        error.to_string().contains(&format!("volume '{then}' does not exist")),
        "{error}"
    );
    assert_eq!(
        (world.status(7), world.sim().is_running(100)),
        ("ready".to_owned(), true)
    );
    crate::beside::swap(&world).unwrap();
    world.cron_until_idle();
    assert_eq!((world.vmid(7), world.sim().is_running(101)), (101, true));
    assert_eq!(world.service(7)["error"], Value::Null);
    assert!(seeds(&world).contains(&in_drive(&world, 101)));
}
