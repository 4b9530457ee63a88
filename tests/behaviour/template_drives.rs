//! Drives that a template, or a running guest, has beside what the package is about: limits of other kinds, names that
//! look like a cloud-init drive's, volumes that keep a template on its node.

use crate::support::{World, code};
use proxmoxkvm::api;
use pvesim::{NodeSpec, Options, StorageSpec, Version};
use serde_json::json;

/// Options that PVE keeps on a drive, as an engineer, another module or a script may have set them.
const THROTTLES: &[&str] = &[
    "mbps=100",
    "mbps=100,mbps_max=200,bps_max_length=5",
    "iops=500",
    "iops=500,iops_max=900",
    "mbps_rd=50,mbps_rd_max=100",
    "mbps_rd=50,mbps_rd_max=400,bps_rd_max_length=10",
    "mbps_wr=10,mbps_wr_max=20,bps_wr_max_length=9",
    "iops_rd=300,iops_rd_max=600,iops_rd_max_length=3",
    "iops_wr_max=600",
    "bps_rd=52428800",
    "bps=52428800",
];

const LIMITS: &[(&str, &[&str])] = &[
    (
        "100/80/1000/800",
        &["mbps_rd=100", "mbps_wr=80", "iops_rd=1000", "iops_wr=800"],
    ),
    ("0/40/0/0", &["mbps_wr=40"]),
    ("0/0/0/0", &[]),
];

/// The limits of a drive, without bursts that lie above them.
fn limits(drive: &str) -> Vec<String> {
    let is_limit = |part: &&str| {
        let key = part.split('=').next().unwrap_or_default();
        ["mbps", "iops", "bps"].iter().any(|kind| key.starts_with(kind)) && !key.contains("_max")
    };
    let mut found: Vec<String> = drive.split(',').filter(is_limit).map(str::to_owned).collect();
    found.sort();
    found
}

fn sorted(limits: &[&str]) -> Vec<String> {
    let mut sorted: Vec<String> = limits.iter().map(|limit| (*limit).to_owned()).collect();
    sorted.sort();
    sorted
}

fn with_throttle(world: &World, vmid: u32, slot: &str, throttle: &str) {
    let drive = format!("{},{throttle}", world.config(vmid, slot));
    world.sim().set_config(vmid, slot, Some(&drive));
}

#[test]
fn whatever_limits_a_template_has_the_guest_gets_those_of_the_package() {
    for throttle in THROTTLES {
        for (package, expected) in LIMITS {
            let mut world = World::new();
            world.option(9, package);
            with_throttle(&world, 9000, "scsi0", throttle);
            let vmid = world.ready(7);
            let drive = world.config(vmid, "scsi0");
            assert_eq!(limits(&drive), sorted(expected), "{throttle}, {package}: {drive}");
            assert!(world.sim().is_running(vmid));
        }
    }
}

#[test]
fn a_change_of_package_replaces_whatever_limits_a_running_guest_has() {
    for throttle in THROTTLES {
        for slot in ["scsi0", "scsi1"] {
            for (package, expected) in LIMITS {
                let mut world = World::new();
                let (system, additional) = (world.options[&9].clone(), world.options[&11].clone());
                world.option(9, "0/0/0/0");
                world.option(11, "0/0/0/0");
                let vmid = world.ready(7);
                with_throttle(&world, vmid, slot, throttle);
                world.option(9, if slot == "scsi0" { package } else { &system });
                world.option(11, if slot == "scsi1" { package } else { &additional });
                api::change_package(&world.core, &world.order(7)).unwrap();
                world.cron_until_idle();
                assert_eq!(world.status(7), "ready", "{throttle}, {package}: {}", world.service(7));
                let drive = world.config(vmid, slot);
                assert_eq!(limits(&drive), sorted(expected), "{throttle}, {package}: {drive}");
                assert!(world.sim().is_running(vmid), "{throttle}, {package}");
            }
        }
    }
}

#[test]
fn a_burst_above_the_limit_of_the_package_stays() {
    let world = World::new();
    with_throttle(&world, 9000, "scsi0", "mbps_rd=50,mbps_rd_max=400,bps_rd_max_length=10");
    let vmid = world.ready(7);
    let drive = world.config(vmid, "scsi0");
    for part in ["mbps_rd=100", "mbps_rd_max=400", "bps_rd_max_length=10"] {
        assert!(drive.split(',').any(|found| found == part), "{part}: {drive}");
    }
}

/// A cluster of one node whose storages have these names beside `local`.
fn with_storages(names: &[&str]) -> World {
    let mut node = NodeSpec::new("pve1");
    node.cpus = 8;
    let mut storages = vec![StorageSpec::dir("local", "/var/lib/vz")];
    storages.extend(names.iter().map(|name| StorageSpec::block(name, "lvmthin", false)));
    World::with(Options {
        nodes: vec![node],
        storages,
        template: None,
        ..Options::default()
    })
}

#[test]
fn a_storage_with_cloudinit_in_its_name_holds_disks_as_any_other() {
    for name in ["cloudinit-ssd", "ssd-cloudinit", "cloudinit"] {
        let world = with_storages(&[name]);
        world.sim().add_template(9000, "tmpl", "pve1", name, 2 << 30);
        let vmid = world.ready(7);
        let sizes = ["scsi0", "scsi1"].map(|slot| world.config(vmid, slot).contains("size="));
        assert_eq!(sizes, [true, true], "{name}");
        assert!(world.config(vmid, "scsi0").contains("mbps_rd=100"), "{name}");
    }
}

#[test]
fn an_iso_with_cloudinit_in_its_name_is_no_cloudinit_drive() {
    for iso in ["debian-12-cloudinit.iso", "cloudinit.iso", "vm-9000-cloudinit.iso"] {
        let world = World::new();
        world.sim().set_config(9000, "ide2", None);
        world.sim().add_iso("pve1", "local", iso);
        world
            .sim()
            .set_config(9000, "ide0", Some(&format!("local:iso/{iso},media=cdrom")));
        let vmid = world.ready(7);
        let seen = world
            .sim()
            .vm(vmid)
            .unwrap()
            .generations
            .last()
            .map(|drive| drive.values.clone());
        let user = seen.and_then(|values| values.get("ciuser").cloned());
        assert_eq!(user.as_deref(), Some("admin"), "{iso}");
        assert_eq!(world.config(vmid, "ide0"), format!("local:iso/{iso},media=cdrom"));
    }
}

/// Two nodes with shared storage, the second with more free memory; the template is on the first.
fn two_nodes() -> World {
    let mut shared = StorageSpec::block("ceph", "rbd", true);
    shared.content = "images".to_owned();
    let mut nodes = vec![NodeSpec::new("pve1"), NodeSpec::new("pve2")];
    nodes.iter_mut().for_each(|node| node.cpus = 8);
    nodes[1].memory *= 2;
    let world = World::with(Options {
        version: Version::V9_1,
        nodes,
        storages: vec![StorageSpec::dir("local", "/var/lib/vz"), shared],
        template: None,
        ..Options::default()
    });
    world.sim().add_template(9000, "tmpl", "pve1", "ceph", 2 << 30);
    world
}

/// What keeps a template on its node, and how the refusal names it.
fn local_volumes(world: &World) -> Vec<(&'static str, String)> {
    world.sim().add_iso("pve1", "local", "debian.iso");
    let efi = world.sim().add_disk("pve1", "local", 9000, 4 << 20);
    vec![
        ("ide0", "local:iso/debian.iso,media=cdrom".to_owned()),
        ("efidisk0", format!("{efi},efitype=4m,size=4M")),
        ("tpmstate0", format!("{efi},version=v2.0,size=4M")),
    ]
}

#[test]
fn a_template_whose_every_volume_is_shared_goes_to_the_node_with_the_most_memory() {
    let world = two_nodes();
    world.sim().set_config(9000, "ide0", Some("none,media=cdrom"));
    world.ready(7);
    assert_eq!(world.service(7)["node"], "pve2");
}

#[test]
fn every_volume_that_pve_counts_keeps_a_template_on_its_node() {
    for number in 0..3 {
        let world = two_nodes();
        let (slot, drive) = local_volumes(&world).remove(number);
        world.sim().set_config(9000, slot, Some(&drive));
        world.ready(7);
        assert_eq!(world.service(7)["node"], "pve1", "{slot}");
    }
}

#[test]
fn a_node_that_a_local_volume_keeps_the_template_from_is_refused_and_the_volume_named() {
    for number in 0..3 {
        let mut world = two_nodes();
        let (slot, drive) = local_volumes(&world).remove(number);
        world.sim().set_config(9000, slot, Some(&drive));
        world.option(1, "pve2");
        let refused = world.create(7).unwrap_err();
        assert!(refused.to_string().contains(slot), "{refused}");
        assert_eq!(code(world.create(7)), "template_elsewhere");
        let asked = json!({"what": "nodes_that_fit", "server": world.server, "package": world.order(7)["package"]});
        let fits = api::list(&world.core, &asked).unwrap_err();
        assert_eq!(
            fits.to_string(),
            refused.to_string(),
            "the doctor says it before anybody orders"
        );
        assert!(world.writes().is_empty());
    }
}

#[test]
fn an_additional_disk_has_the_format_that_leaves_snapshots_possible() {
    let storages = || {
        vec![
            StorageSpec::dir("local", "/var/lib/vz"),
            StorageSpec::dir("files", "/mnt/files"),
            StorageSpec::block("thin", "lvmthin", false),
            StorageSpec {
                chain: true,
                ..StorageSpec::block("chain", "lvm", false)
            },
        ]
    };
    // where the template is, where the additional disk goes, how that disk's volume ends
    for (template, additional, ending) in [
        ("local", "", ".qcow2"),
        ("local", "files", ".qcow2"),
        ("thin", "files", ".qcow2"),
        ("thin", "", "vm-100-disk-1"),
        ("local", "thin", "vm-100-disk-0"),
        // without a word Proxmox VE takes the storage's own format there
        ("local", "chain", "vm-100-disk-0.qcow2"),
        ("chain", "", "vm-100-disk-1.qcow2"),
        ("chain", "local", ".qcow2"),
    ] {
        let mut node = NodeSpec::new("pve1");
        node.cpus = 8;
        let mut world = World::with(Options {
            nodes: vec![node],
            storages: storages(),
            template: None,
            ..Options::default()
        });
        world.sim().add_template(9000, "tmpl", "pve1", template, 2 << 30);
        world.option(12, additional);
        let vmid = world.ready(7);
        let drive = world.config(vmid, "scsi1");
        let volume = drive.split(',').next().unwrap();
        assert!(volume.ends_with(ending), "{template}, {additional}: {drive}");
    }
}

#[test]
fn a_guest_whose_template_is_raw_gets_no_other_format_beside_it() {
    let world = World::new();
    let raw = world.sim().add_disk("pve1", "local", 9000, 2 << 30);
    world.sim().set_config(9000, "scsi0", Some(&format!("{raw},size=2G")));
    let vmid = world.ready(7);
    assert!(
        world.config(vmid, "scsi1").contains(".raw"),
        "{}",
        world.config(vmid, "scsi1")
    );
}

/// LINSTOR makes 10 GiB of it `10489980K`, and PVE writes down what it finds.
#[test]
fn a_storage_that_rounds_sizes_up_keeps_no_order_and_no_change_from_its_end() {
    let mut world = World::new();
    let vmid = world.ready(7);
    let disk = world.config(vmid, "scsi0");
    let (before, size) = disk.rsplit_once("size=").unwrap();
    let gib: u64 = size.trim_end_matches('G').parse().unwrap();
    let rounded = format!("{before}size={}K", (gib << 20) + 4220);
    world.sim().set_config(vmid, "scsi0", Some(&rounded));
    world.option(6, "3");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), world.config(vmid, "cores").as_str()),
        ("ready", "3")
    );
    assert_eq!(world.config(vmid, "scsi0"), rounded, "no disk was touched");
    // what is more than that is a disk that would get smaller
    world
        .sim()
        .set_config(vmid, "scsi0", Some(&format!("{before}size={}G", gib + 1)));
    assert_eq!(
        crate::support::code(api::change_package(&world.core, &world.order(7))),
        "disk_shrink"
    );
    // nor is it one at a template
    let template = world.config(9000, "scsi0");
    let (before, _) = template.rsplit_once("size=").unwrap();
    world
        .sim()
        .set_config(9000, "scsi0", Some(&format!("{before}size={}K", (gib << 20) + 4220)));
    assert!(world.create(8).is_ok());
}
