//! ISOs: listed as the product shows them, inserted, booted from once and ejected; what is refused.

use crate::acts;
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use serde_json::{Value, json};

pub const MORE: &str =
    "client_iso = on\niso_storage = local\niso_show = public-*.iso, rescue.iso\nrescue_iso = local:iso/rescue.iso";
pub const SHOWN: &str = "client_iso = on\niso_storage = local\niso_show = public-*.iso";
pub const ISO: &str = "local:iso/public-debian-12.iso";

pub fn ready(world: &mut World) {
    world.option(24, MORE);
    for file in [
        "public-debian-12.iso",
        "public-alma-9.iso",
        "private.iso",
        "pk-seed-public-x.iso",
        "rescue.iso",
    ] {
        world.sim().add_iso("pve1", "local", file);
    }
    world.ready(7);
}

fn world() -> World {
    let mut world = World::new();
    ready(&mut world);
    world
}

pub fn insert(world: &World, action: &str, iso: &str) -> Result<Value, Error> {
    let mut order = world.with_extra(7, "iso", json!(iso));
    order["actor"] = json!("client");
    Ok(api::act(action, &world.core, &order)?.value())
}

fn page(world: &World) -> Value {
    api::isos(&world.core, &world.shown_to("client")).unwrap()
}

/// Whether it is in the drive that there is for it.
pub fn inserted(world: &World) -> bool {
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    page(world)["inserted"] == "public-debian-12.iso"
}

/// Stopped and started: once from the CD, and from then on from its disk.
pub fn boots_as_before_after_one_start(world: &World) {
    let boot = |world: &World| page(world)["boots_once"] == true;
    assert!(boot(world) && page(world)["pending"] == true, "from the next start on");
    let again = |world: &World| {
        acts::stop(&world.core, &world.order(7)).unwrap();
        acts::start(&world.core, &world.order(7)).unwrap();
    };
    again(world);
    assert!(
        world.config(100, "boot").starts_with("order=sata5;scsi0"),
        "once from the CD"
    );
    world.clock_forward(200.0);
    world.cron_until_idle();
    assert!(!boot(world) && page(world)["pending"] == true);
    again(world);
    assert!(
        world.config(100, "boot").starts_with("order=scsi0"),
        "{}",
        world.config(100, "boot")
    );
    assert!(inserted(world), "the CD stays");
}

#[test]
fn what_the_product_shows_is_listed_and_nothing_else() {
    let mut world = world();
    let names = |page: &Value| {
        let groups = page["groups"].as_array().unwrap().clone();
        let name = |group: &Value| group["name"].as_str().unwrap().to_owned();
        let files = |group: &Value| {
            group["isos"]
                .as_array()
                .unwrap()
                .iter()
                .map(|iso| iso["file"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        groups
            .iter()
            .map(|group| (name(group), files(group)))
            .collect::<Vec<_>>()
    };
    let found = names(&page(&world));
    let of = |name: &str, files: &[&str]| {
        (
            name.to_owned(),
            files.iter().map(|file| (*file).to_owned()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        found,
        [
            of("public", &["public-alma-9.iso", "public-debian-12.iso"]),
            of("rescue.iso", &["rescue.iso"])
        ]
    );
    world.option(24, "client_iso = on\niso_storage = local");
    assert_eq!(names(&page(&world)), [], "nothing is shown by itself");
    world.option(24, "");
    assert_eq!(
        code(api::isos(&world.core, &world.shown_to("client"))),
        "not_for_clients"
    );
    assert_eq!(code(insert(&world, "iso_insert", ISO)), "not_for_clients");
}

#[test]
fn a_cd_is_inserted_booted_from_once_and_ejected() {
    let world = world();
    let before = crate::rescue::drives(&world);
    insert(&world, "iso_insert", ISO).unwrap();
    assert!(inserted(&world) && world.sim().is_running(100));
    assert_eq!(page(&world)["pending"], true, "a new drive waits for the next start");
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::start(&world.core, &world.order(7)).unwrap();
    assert_eq!(page(&world)["pending"], false);
    // from now on there is a drive: another CD is there at once
    insert(&world, "iso_insert", "local:iso/public-alma-9.iso").unwrap();
    assert_eq!(
        (&page(&world)["pending"], &page(&world)["inserted"]),
        (&json!(false), &json!("public-alma-9.iso"))
    );
    insert(&world, "iso_boot", ISO).unwrap();
    boots_as_before_after_one_start(&world);
    acts::iso_eject(&world.core, &world.order(7)).unwrap();
    assert!(page(&world)["inserted"].is_null());
    assert!(world.config(100, "sata5").starts_with("none,media=cdrom"));
    assert_eq!(code(acts::iso_eject(&world.core, &world.order(7))), "no_cd");
    let disks = |all: &[(String, String)]| {
        all.iter()
            .filter(|(key, _)| key.starts_with("scsi") || key == "ide2")
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        disks(&crate::rescue::drives(&world)),
        disks(&before),
        "cloud-init's drive and the disks are as before"
    );
    world.check_invariants();
}

#[test]
fn an_iso_that_is_not_shown_is_refused_whatever_it_is_called() {
    let world = world();
    let before = crate::rescue::drives(&world);
    for forged in [
        "local:iso/private.iso",
        "local:iso/pk-seed-public-x.iso",
        "local:iso/public-none.iso",
        "local:100/vm-100-disk-0.qcow2",
        "/etc/passwd",
        "",
        "none",
        "local:iso/public-debian-12.iso,media=disk",
        "other:iso/public-debian-12.iso",
        "local:cloudinit",
    ] {
        world.clock_forward(60.0);
        assert_eq!(code(insert(&world, "iso_insert", forged)), "iso_not_shown", "{forged}");
        assert_eq!(code(insert(&world, "iso_boot", forged)), "iso_not_shown", "{forged}");
    }
    assert_eq!(crate::rescue::drives(&world), before);
    // on another node it is not there
    world
        .sim()
        .volumes
        .retain(|volume| !volume.volid().contains("public-debian"));
    world.sim().add_iso("pve2", "local", "public-debian-12.iso");
    assert_eq!(code(insert(&world, "iso_insert", ISO)), "iso_not_shown");
}

#[test]
fn of_two_drives_the_first_is_used_and_without_any_place_it_is_refused() {
    let world = world();
    world.sim().set_config(100, "ide0", Some("none,media=cdrom"));
    world.sim().set_config(100, "sata0", Some("none,media=cdrom"));
    insert(&world, "iso_insert", ISO).unwrap();
    assert!(world.config(100, "ide0").starts_with(ISO));

    let world = self::world();
    for slot in [
        "ide0", "ide1", "ide3", "sata0", "sata1", "sata2", "sata3", "sata4", "sata5",
    ] {
        world
            .sim()
            .set_config(100, slot, Some("local:100/vm-100-disk-0.qcow2,size=1G"));
    }
    let before = crate::rescue::drives(&world);
    assert_eq!(code(insert(&world, "iso_insert", ISO)), "no_cd_slot");
    assert_eq!(crate::rescue::drives(&world), before);
}

#[test]
fn a_cd_that_is_in_at_once_waits_for_nothing_although_proxmox_ve_appends_its_drive_to_the_order() {
    let world = world();
    // as templates are that were made by hand
    world.sim().set_config(100, "ide0", Some("none,media=cdrom"));
    world.sim().set_config(100, "boot", Some("order=scsi0"));
    insert(&world, "iso_insert", ISO).unwrap();
    assert!(world.config(100, "ide0").starts_with(ISO) && world.sim().vm(100).unwrap().pending.contains_key("boot"));
    assert_eq!((&page(&world)["pending"], inserted(&world)), (&json!(false), true));
    // the next start is from it: that waits
    insert(&world, "iso_boot", ISO).unwrap();
    assert_eq!(page(&world)["pending"], true);
    acts::stop(&world.core, &world.order(7)).unwrap();
    let vm = world.sim().vm(100).unwrap().clone();
    assert!(
        vm.pending.is_empty() && vm.conf["boot"].starts_with("order=ide0;scsi0"),
        "a stop makes it true"
    );
    assert_eq!(page(&world)["pending"], false);
}

#[test]
fn an_iso_that_is_deleted_while_it_is_in_the_drive_is_ejected_and_the_vm_starts_again() {
    let world = world();
    let order = world.config(100, "boot");
    insert(&world, "iso_boot", ISO).unwrap();
    acts::stop(&world.core, &world.order(7)).unwrap();
    let is_it = |volume: &str| volume.contains("public-debian");
    world.sim().volumes.retain(|volume| !is_it(&volume.volid()));
    let error = acts::start(&world.core, &world.order(7)).unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
    assert_eq!(
        page(&world)["inserted"],
        "public-debian-12.iso",
        "it can be seen, and ejected"
    );
    acts::iso_eject(&world.core, &world.order(7)).unwrap();
    acts::start(&world.core, &world.order(7)).unwrap();
    assert!(world.sim().is_running(100) && world.config(100, "boot").starts_with(&order));
    assert!(page(&world)["inserted"].is_null() && page(&world)["boots_once"] == false);
    world.check_invariants();
}
