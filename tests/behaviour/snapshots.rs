//! Snapshots: taken, listed, rolled back to and deleted, on every kind of storage; what is refused, and by what.

use crate::acts;
use crate::crash::has_the_larger_package;
use crate::support::{World, cluster_options, code, guard};
use proxmoxkvm::api;
use proxmoxkvm::guest::Made;
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::clock::Clock;
use pvesim::{Fault, FaultKind, StorageSpec};
use serde_json::{Value, json};

type Done = Result<Value, Error>;

/// Three snapshots are sold, with these lines of More settings besides.
pub fn sold(world: &mut World, more: &str) {
    world.option(24, &format!("snapshots = 3\n{more}"));
}

pub fn take(world: &World, label: &str) -> Done {
    acts::snapshot_take(&world.core, &world.with_extra(7, "label", json!(label)))
}

pub fn asked(world: &World, name: &str) -> Value {
    let mut order = world.with_extra(7, "snapshot", json!(name));
    order["typed"] = world.service(7)["name"].clone();
    order["sure"] = json!("1");
    order
}

pub fn roll_back(world: &World, name: &str) -> Done {
    acts::snapshot_rollback(&world.core, &asked(world, name))
}

pub fn delete(world: &World, name: &str) -> Done {
    acts::snapshot_delete(&world.core, &asked(world, name))
}

/// The module's own, as Proxmox VE has them, by name.
pub fn own(world: &World) -> Vec<String> {
    let sim = world.sim();
    let names = sim.vm(100).map(|vm| vm.snapshots.keys().cloned().collect::<Vec<_>>());
    names
        .unwrap_or_default()
        .into_iter()
        .filter(|name| Made::of(name) != Made::Elsewhere)
        .collect()
}

/// In the order in which they were made.
pub fn named(world: &World, label: &str) -> String {
    let sim = world.sim();
    let snapshots = &sim.vm(100).unwrap().snapshots;
    let found = snapshots
        .iter()
        .find(|(_, one)| one.conf.get("description").is_some_and(|text| text == label));
    found
        .map(|(name, _)| name.clone())
        .unwrap_or_else(|| panic!("no {label}"))
}

/// As the page of somebody has them, the newest first.
pub fn listed(world: &World, actor: &str) -> Value {
    api::snapshots(&world.core, &world.shown_to(actor)).unwrap()
}

fn labels(page: &Value) -> Vec<&str> {
    let rows = page["snapshots"].as_array().unwrap().iter();
    rows.map(|one| one["label"].as_str().unwrap()).collect()
}

/// A world whose VMs are on a storage of this kind.
pub fn on(kind: &str, more: &str) -> World {
    let mut options = cluster_options();
    options.storages.push(StorageSpec::block("tank", kind, false));
    let mut world = World::with(options);
    world.option(4, "tank").option(12, "tank");
    sold(&mut world, more);
    world.ready(7);
    world
}

pub fn ready(more: &str) -> World {
    let mut world = World::new();
    sold(&mut world, more);
    world.ready(7);
    world
}

#[test]
fn snapshots_are_taken_listed_and_deleted_up_to_what_is_sold() {
    let world = ready("");
    world.sim().add_snapshot(100, "nightly");
    for label in ["one", "zwei <b>&</b> 🦀", ""] {
        world.clock_forward(10.0);
        take(&world, label).unwrap();
    }
    assert_eq!(world.status(7), "ready");
    assert!(world.sim().is_running(100));
    let page = listed(&world, "client");
    assert_eq!(labels(&page), ["", "zwei <b>&</b> 🦀", "one", ""]);
    assert_eq!(
        (&page["have"], &page["most"], &page["possible"]),
        (&json!(3), &json!(3), &json!(true))
    );
    let own: Vec<_> = page["snapshots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["own"] == true)
        .collect();
    assert_eq!(own, [true, true, true, false]);
    assert_eq!(
        (&page["snapshots"][0]["newest"], &page["snapshots"][1]["newest"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(code(take(&world, "four")), "snapshot_quota");
    delete(&world, &named(&world, "one")).unwrap();
    assert_eq!(
        code(delete(&world, "nightly")),
        "no_snapshot",
        "the provider's is not touched"
    );
    take(&world, "four").unwrap();
    assert_eq!(labels(&listed(&world, "admin")), ["four", "", "zwei <b>&</b> 🦀", ""]);
    world.check_invariants();
}

#[test]
fn what_a_label_may_not_be_and_what_is_not_sold_is_refused_before_anything_is_asked() {
    let mut world = ready("");
    world.sim().log.clear();
    for label in ["x".repeat(61), "a\nb".to_owned(), "a\u{7}".to_owned()] {
        assert_eq!(code(take(&world, &label)), "snapshot_label", "{label:?}");
    }
    for name in ["", "nope", "pkx-1", "current", "../100", "a b"] {
        assert_eq!(code(roll_back(&world, name)), "no_snapshot", "{name}");
        assert_eq!(code(delete(&world, name)), "no_snapshot", "{name}");
    }
    world.option(24, "");
    assert_eq!(code(take(&world, "one")), "snapshots_not_sold");
    world.option(24, "snapshots = 3\nclient_snapshots = off");
    let mut order = world.with_extra(7, "label", json!("one"));
    order["actor"] = json!("client");
    assert_eq!(code(acts::snapshot_take(&world.core, &order)), "not_for_clients");
    assert_eq!(
        code(api::snapshots(&world.core, &world.shown_to("client"))),
        "not_for_clients"
    );
    assert_eq!(world.writes(), [""; 0]);
    assert!(world.sim().is_running(100));
}

#[test]
fn a_rollback_across_a_larger_package_ends_with_the_package_of_today() {
    for (ran, ram) in [(true, false), (false, false), (true, true)] {
        let mut world = ready(if ram { "snapshot_ram = on" } else { "" });
        take(&world, "then").unwrap();
        world.option(6, "4").option(7, "3").option(8, "9").option(15, "25");
        world.option(9, "200/160/2000/1600");
        api::change_package(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        has_the_larger_package(&world);
        let (net, disk) = (world.config(100, "net0"), world.config(100, "scsi0"));
        assert!(disk.contains("mbps_rd=200") && disk.contains("iops_wr=1600"), "{disk}");
        if !ran {
            acts::stop(&world.core, &world.order(7)).unwrap();
        }
        guard(&world.told).clear();
        roll_back(&world, &named(&world, "then")).unwrap();
        world.cron_until_idle();
        has_the_larger_package(&world);
        assert_eq!(
            (world.config(100, "net0"), world.config(100, "scsi0")),
            (net, disk),
            "rate and limits"
        );
        assert_eq!(world.sim().is_running(100), ran, "ram: {ram}");
        assert_eq!(world.config(100, "parent"), named(&world, "then"));
        assert_eq!(world.told_of(7), [""; 0], "nobody has another package");
        assert_eq!(world.service(7)["error"], Value::Null);
        world.check_invariants();
    }
}

#[test]
fn a_storage_that_goes_back_only_to_the_newest_loses_what_was_confirmed_and_no_more() {
    let world = on("zfspool", "");
    for label in ["one", "two", "three"] {
        world.clock_forward(10.0);
        take(&world, label).unwrap();
    }
    let (one, three) = (named(&world, "one"), named(&world, "three"));
    let page = listed(&world, "client");
    let lost: Vec<_> = page["snapshots"][2]["loses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lost| &lost["label"])
        .collect();
    assert_eq!(lost, ["three", "two"]);
    world.sim().log.clear();
    assert_eq!(code(roll_back(&world, &one)), "snapshot_newer");
    assert_eq!((world.writes().len(), own(&world).len()), (0, 3));
    let mut order = asked(&world, &one);
    order["loses"] = json!(three);
    acts::snapshot_rollback(&world.core, &order).unwrap();
    world.cron_until_idle();
    assert_eq!((own(&world), world.sim().is_running(100)), (vec![one.clone()], true));
    world.clock_forward(10.0);
    world.sim().add_snapshot(100, "nightly");
    assert_eq!(listed(&world, "client")["snapshots"][1]["blocked"], "snapshot_foreign");
    assert_eq!(code(roll_back(&world, &one)), "snapshot_foreign");
    assert!(world.sim().is_running(100));
    world.check_invariants();
}

#[test]
fn any_of_them_is_gone_back_to_where_the_storage_can() {
    for kind in ["lvmthin", "rbd"] {
        let world = on(kind, "");
        for label in ["one", "two"] {
            world.clock_forward(10.0);
            take(&world, label).unwrap();
        }
        roll_back(&world, &named(&world, "one")).unwrap();
        world.cron_until_idle();
        assert_eq!(
            (own(&world).len(), world.config(100, "parent")),
            (2, named(&world, "one")),
            "{kind}"
        );
    }
}

#[test]
fn a_storage_that_cannot_and_one_that_is_too_full_are_told_before_anything_is_touched() {
    let world = on("lvm", "");
    world.sim().log.clear();
    let refused = take(&world, "one").unwrap_err();
    assert_eq!(refused.code(), "snapshot_impossible");
    assert!(refused.to_string().contains("scsi0"), "{refused}");
    assert_eq!(listed(&world, "client")["possible"], false);
    assert_eq!(world.writes(), [""; 0]);
    let world = on("lvmthin", "");
    world.sim().fill_storage("tank", 20 << 30);
    let refused = take(&world, "one").unwrap_err();
    assert_eq!(refused.code(), "snapshot_space");
    assert!(refused.to_string().contains("7 %"), "{refused}");
    let world = on("lvmthin", "snapshot_floor = 0");
    world.sim().fill_storage("tank", 0);
    assert_eq!(code(take(&world, "one")), "task_failed", "it is not looked at");
    assert_eq!((world.status(7).as_str(), own(&world).len()), ("ready", 0));
    assert!(world.sim().is_running(100));
}

/// Older services have such a disk: it keeps all the others of the VM from snapshots too.
#[test]
fn a_raw_file_is_named_with_what_staff_can_do() {
    let world = ready("");
    let raw = |text: &str| text.replace(".qcow2", ".raw");
    let disk = raw(&world.config(100, "scsi1"));
    for volume in &mut world.sim().volumes {
        if disk.starts_with(&raw(&volume.volid())) {
            (volume.name, volume.format) = (raw(&volume.name), "raw".to_owned());
        }
    }
    world.sim().set_config(100, "scsi1", Some(&disk));
    world.sim().log.clear();
    let refused = take(&world, "one").unwrap_err();
    assert_eq!(refused.code(), "snapshot_impossible");
    let said = refused.to_string();
    assert!(said.contains("scsi1 (") && said.contains(".raw)"), "{said}");
    assert!(!said.contains("scsi0") && said.contains("qcow2"), "{said}");
    assert_eq!(listed(&world, "client")["possible"], false);
    assert_eq!((world.writes(), world.sim().is_running(100)), (vec![], true));
}

/// It does so after a stop that is followed by a start.
#[test]
fn what_qm_cleanup_holds_up_is_done_once_that_is_over() {
    let world = ready("");
    let held = |act: &dyn Fn(&str)| {
        let name = own(&world).first().cloned().unwrap_or_default();
        world.sim().hold_config(100, 30.0);
        act(&name);
        for _ in 0..4 {
            world.cron_until_idle();
            world.clock_forward(60.0);
        }
        assert_eq!(world.status(7), "ready", "{}", world.service(7));
        assert_eq!(world.service(7)["error"], Value::Null);
        assert!(world.sim().is_running(100));
        own(&world).len()
    };
    assert_eq!(held(&|_| drop(take(&world, "one"))), 1);
    assert_eq!(held(&|name| drop(roll_back(&world, name))), 1);
    assert_eq!(world.config(100, "parent"), own(&world)[0]);
    assert_eq!(held(&|name| drop(delete(&world, name))), 0);
    world.check_invariants();
}

#[test]
fn the_oldest_scheduled_one_makes_room() {
    let world = ready("");
    // what only looks like one is the provider's
    world.sim().add_snapshot(100, "psql-1");
    for operation in [901, 902] {
        world.clock_forward(10.0);
        let name = Made::Scheduled.name(world.clock.now(), operation);
        world.sim().add_snapshot(100, &name);
    }
    let goes = |world: &World| {
        let page = listed(world, "client");
        let named = page["makes_room"].as_array().unwrap().iter();
        let named: Vec<String> = named.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        (page["full"] == true, named)
    };
    assert_eq!(goes(&world), (false, vec![]));
    for label in ["one", "two", "three"] {
        world.clock_forward(10.0);
        let (before, (full, told)) = (own(&world), goes(&world));
        take(&world, label).unwrap();
        let now = own(&world);
        let gone: Vec<String> = before.into_iter().filter(|name| !now.contains(name)).collect();
        assert_eq!((full, told), (false, gone), "{label}: what goes is told before");
    }
    assert_eq!(labels(&listed(&world, "client")), ["three", "two", "one", ""]);
    assert_eq!(goes(&world), (true, vec![]));
    assert_eq!(code(take(&world, "four")), "snapshot_quota");
    assert!(world.sim().vms[&100].snapshots.contains_key("psql-1"));
}

/// Who buys less loses nothing by that: only what a schedule took goes, as one more is taken.
#[test]
fn fewer_are_sold_than_there_are() {
    let mut world = ready("");
    for label in ["one", "two"] {
        world.clock_forward(10.0);
        take(&world, label).unwrap();
    }
    world.clock_forward(10.0);
    let scheduled = Made::Scheduled.name(world.clock.now(), 903);
    world.sim().add_snapshot(100, &scheduled);
    let all = own(&world);
    world.option(24, "snapshots = 2");
    world.cron_until_idle();
    let page = listed(&world, "client");
    assert_eq!(
        (&page["have"], &page["most"], &page["full"]),
        (&json!(3), &json!(2), &json!(true))
    );
    assert_eq!(code(take(&world, "three")), "snapshot_quota");
    assert_eq!(own(&world), all, "nothing is gone");
    roll_back(&world, &named(&world, "one")).unwrap();
    world.cron_until_idle();
    assert_eq!((own(&world), world.status(7).as_str()), (all, "ready"));
    delete(&world, &named(&world, "one")).unwrap();
    assert_eq!(listed(&world, "client")["makes_room"][0]["name"], scheduled);
    take(&world, "three").unwrap();
    assert_eq!(labels(&listed(&world, "client")), ["three", "two"]);
    assert!(world.sim().is_running(100));
    world.check_invariants();
}

#[test]
fn a_protected_or_suspended_service_is_not_rolled_back_for_its_customer() {
    let world = ready("");
    take(&world, "one").unwrap();
    let name = named(&world, "one");
    acts::protect(&world.core, &world.order(7)).unwrap();
    let mut order = asked(&world, &name);
    order["actor"] = json!("client");
    assert_eq!(
        code(acts::snapshot_rollback(&world.core, &order)),
        "protected_by_client"
    );
    acts::unprotect(&world.core, &world.order(7)).unwrap();
    order["typed"] = json!("");
    assert_eq!(code(acts::snapshot_rollback(&world.core, &order)), "not_meant");
    api::suspend(&world.core, &world.order(7)).unwrap();
    for act in [acts::snapshot_take, acts::snapshot_rollback, acts::snapshot_delete] {
        assert_eq!(code(act(&world.core, &asked(&world, &name))), "suspended");
    }
    assert_eq!(labels(&listed(&world, "client")), ["one"], "its list is still there");
}

#[test]
fn what_a_killed_worker_left_can_only_be_deleted() {
    let world = ready("");
    world
        .sim()
        .add_fault(Fault::once("POST", "/snapshot$", FaultKind::TaskUnexpected));
    let _ = take(&world, "one");
    world.clock_forward(7200.0);
    world.sim().set_config(100, "lock", None);
    world.cron_until_idle();
    // nobody wants it any more
    let name = own(&world)[0].clone();
    assert_eq!(listed(&world, "client")["snapshots"][0]["unfinished"], true);
    assert_eq!(code(roll_back(&world, &name)), "snapshot_unfinished");
    delete(&world, &name).unwrap();
    assert_eq!(own(&world).len(), 0);
}

#[test]
fn a_rollback_that_proxmox_refuses_leaves_the_vm_running_as_it_was() {
    let world = ready("");
    take(&world, "one").unwrap();
    let before = world.sim().vm(100).unwrap().conf.clone();
    let words = "can't rollback, 'x' is not most recent snapshot on 'vm-100-disk-0.qcow2'";
    world
        .sim()
        .add_fault(Fault::once("POST", "/rollback$", FaultKind::TaskError(words.into())));
    let refused = roll_back(&world, &named(&world, "one")).unwrap_err();
    assert!(refused.to_string().contains("not most recent"), "{refused}");
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    let now = world.sim().vm(100).unwrap().conf.clone();
    assert_eq!((now, world.sim().is_running(100)), (before, true));
}

#[test]
fn a_vm_that_does_not_start_after_its_rollback_is_still_to_be_brought_up() {
    let world = ready("");
    take(&world, "one").unwrap();
    world.sim().add_fault(Fault::always(
        "POST",
        "/status/start$",
        FaultKind::TaskError("no".into()),
    ));
    let _ = roll_back(&world, &named(&world, "one"));
    for _ in 0..6 {
        world.cron();
        world.clock_forward(300.0);
    }
    assert!(world.service(7)["error"].is_object(), "{}", world.service(7));
    assert!(!world.sim().is_running(100));
    world.sim().faults.clear();
    for _ in 0..6 {
        world.cron();
        world.clock_forward(300.0);
    }
    assert!(world.sim().is_running(100), "{}", world.service(7));
    assert_eq!(world.status(7), "ready");
}

#[test]
fn history_names_the_snapshot_by_its_label_or_its_time() {
    let world = ready("");
    take(&world, "<b>before</b> update").unwrap();
    world.clock_forward(60.0);
    let name = named(&world, "<b>before</b> update");
    roll_back(&world, &name).unwrap();
    world.cron_until_idle();
    delete(&world, &name).unwrap();
    let psa = Made::Scheduled.name(world.now(), 0);
    world.sim().add_snapshot(100, &psa);
    delete(&world, &psa).unwrap();
    let _ = delete(&world, "nope");
    for actor in ["admin", "client"] {
        let log = api::activity(
            &world.core,
            &json!({"service": 7, "actor": actor, "by": {"id": 3}, "limit": 50}),
        )
        .unwrap();
        let entries = log["entries"].as_array().unwrap().iter();
        let about = |action: &'static str| {
            let own = entries.clone().filter(|one| one["action"] == action);
            own.map(|one| one["snapshot"].clone()).collect::<Vec<_>>()
        };
        if actor == "client" {
            // staff have asked: a customer sees none of it
            assert!(about("snapshot_delete").is_empty());
            continue;
        }
        let at = Made::asked(&name).unwrap().0;
        let it = json!({"label": "<b>before</b> update", "at": at});
        assert_eq!(
            about("snapshot_take"),
            [json!({"label": "<b>before</b> update", "at": null})]
        );
        assert_eq!(about("snapshot_rollback"), std::slice::from_ref(&it));
        let unlabelled = json!({"label": "", "at": Made::asked(&psa).unwrap().0});
        assert_eq!(about("snapshot_delete"), [Value::Null, unlabelled, it]);
    }
}

#[test]
fn how_far_the_deletion_is_shows_where_its_log_says_it() {
    let mut options = cluster_options();
    options.clone_seconds = 120.0;
    options.storages.push(StorageSpec {
        chain: true,
        ..StorageSpec::dir("chained", "/mnt/chained")
    });
    let mut world = World::with(options);
    world.option(4, "chained").option(12, "chained");
    sold(&mut world, "");
    world.ready(7);
    take(&world, "one").unwrap();
    delete(&world, &named(&world, "one")).unwrap();
    let page = api::show(&world.core, &world.shown_to("client")).unwrap();
    let percent = page["service"]["task"]["percent"].as_f64();
    assert!(
        percent.is_some_and(|percent| percent > 0.0 && percent < 100.0),
        "{}",
        page["service"]
    );
    assert_eq!(page["live"]["status"], "running");
    world.cron_until_idle();
    assert_eq!(own(&world), [""; 0]);
}

#[test]
fn a_double_click_is_one_snapshot_and_another_services_is_none_of_its_own() {
    let world = ready("");
    let mut order = world.with_extra(7, "label", json!("one"));
    order["by"] = json!({"nonce": "twice"});
    for _ in 0..2 {
        let found = proxmoxkvm::api::verbs::find(proxmoxkvm::api::verbs::Entry::Act, "snapshot_take").unwrap();
        let _ = found.run(&world.core, &order);
    }
    assert_eq!(own(&world).len(), 1);
    // the name of another service's snapshot is none here
    let vmid = world.ready(8);
    let others = Made::ByHand.name(world.now(), 901);
    world.sim().add_snapshot(vmid, &others);
    world.sim().log.clear();
    assert_eq!(code(roll_back(&world, &others)), "no_snapshot");
    assert_eq!(code(delete(&world, &others)), "no_snapshot");
    assert_eq!(world.writes(), [""; 0]);
}

/// One press in a page that somebody else has made old: what was named is gone, or was named twice.
#[test]
fn what_was_just_deleted_is_said_to_be_gone_and_two_may_be_called_alike() {
    let world = ready("");
    for _ in 0..2 {
        world.clock_forward(10.0);
        take(&world, "same").unwrap();
    }
    assert_eq!(
        (own(&world).len(), labels(&listed(&world, "client"))),
        (2, vec!["same", "same"])
    );
    let name = own(&world)[0].clone();
    delete(&world, &name).unwrap();
    world.sim().log.clear();
    assert_eq!(code(roll_back(&world, &name)), "no_snapshot");
    assert_eq!(code(delete(&world, &name)), "no_snapshot");
    assert_eq!((world.writes(), own(&world).len()), (vec![], 1));
    assert!(world.sim().is_running(100));
}

/// What a VM has on a slot: the volume alone.
fn volume(world: &World, slot: &str) -> String {
    let drive = world.config(100, slot);
    drive.split(',').next().unwrap_or_default().to_owned()
}

#[test]
fn a_disk_that_is_younger_than_the_snapshot_keeps_its_data() {
    let mut world = World::new();
    sold(&mut world, "");
    world.option(10, "0").ready(7);
    take(&world, "then").unwrap();
    assert_eq!(listed(&world, "client")["more_disks"], false);
    world.option(10, "3").option(11, "100/0/0/0");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    let (sold, drive) = (volume(&world, "scsi1"), world.config(100, "scsi1"));
    assert!(sold.contains("vm-100-disk"), "{drive}");
    assert_eq!(listed(&world, "client")["more_disks"], true);
    // staff have added one besides, and there is one that nobody uses
    let other = sold.replace("disk-1", "disk-7");
    let mut sim = world.sim();
    for number in ["7", "9"] {
        let name = sold
            .split_once(':')
            .unwrap()
            .1
            .replace("disk-1", &format!("disk-{number}"));
        let like = sim.volumes.iter().find(|one| one.volid() == sold).unwrap().clone();
        sim.volumes.push(pvesim::Volume { name, ..like });
    }
    drop(sim);
    world.sim().set_config(100, "scsi5", Some(&format!("{other},size=3G")));
    world
        .sim()
        .set_config(100, "unused0", Some(&sold.replace("disk-1", "disk-9")));
    let volumes = world.sim().volumes.len();
    for _ in 0..2 {
        world.clock_forward(600.0);
        roll_back(&world, &named(&world, "then")).unwrap();
        world.cron_until_idle();
        assert_eq!(
            (volume(&world, "scsi1"), volume(&world, "scsi5")),
            (sold.clone(), other.clone())
        );
        assert_eq!(world.config(100, "scsi1"), drive, "with its size and its limits");
        assert_eq!(volume(&world, "unused0"), sold.replace("disk-1", "disk-9"));
        assert_eq!(world.config(100, "unused1"), "");
        assert_eq!(
            world.sim().volumes.len(),
            volumes,
            "none is made that nobody has bought"
        );
        assert!(world.sim().is_running(100));
        assert_eq!(
            (world.status(7).as_str(), &world.service(7)["error"]),
            ("ready", &Value::Null)
        );
    }
    world.check_invariants();
}

#[test]
fn what_was_taken_is_there_though_the_one_that_makes_room_cannot_be_deleted() {
    let world = ready("");
    for operation in [901, 902, 903] {
        world.clock_forward(10.0);
        let name = Made::Scheduled.name(world.clock.now(), operation);
        world.sim().add_snapshot(100, &name);
    }
    world.clock_forward(10.0);
    let words = "storage 'local' is not online";
    world
        .sim()
        .add_fault(Fault::once("DELETE", "/snapshot/", FaultKind::TaskError(words.into())));
    take(&world, "one").unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), own(&world).len()), ("ready", 4));
    assert_eq!(world.service(7)["error"], Value::Null);
    let log = api::activity(&world.core, &json!({"service": 7, "actor": "admin", "limit": 20})).unwrap();
    let entry = log["entries"].as_array().unwrap().iter();
    let taken = entry
        .clone()
        .find(|one| one["action"] == "snapshot_take" && !one["state"].is_null());
    assert_eq!(taken.unwrap()["state"], "done", "{log}");
    assert!(log.to_string().contains(words), "staff read what is left to do: {log}");
    // the next one makes room for both
    world.clock_forward(10.0);
    take(&world, "two").unwrap();
    world.cron_until_idle();
    assert_eq!((own(&world).len(), labels(&listed(&world, "client")).len()), (3, 3));
}

#[test]
fn firmware_and_memory_count_where_they_are_stored() {
    let mut options = cluster_options();
    for (id, kind) in [("tank", "zfspool"), ("thin", "lvmthin")] {
        options.storages.push(StorageSpec::block(id, kind, false));
    }
    let mut world = World::with(options);
    sold(&mut world, "snapshot_ram = on");
    world.ready(7);
    let mut sim = world.sim();
    for (id, name) in [("tank", "vm-100-disk-5"), ("thin", "vm-100-disk-6")] {
        let like = sim.volumes.iter().find(|one| one.vmid == Some(100)).unwrap().clone();
        let (storage, name) = (id.to_owned(), name.to_owned());
        let node = Some("pve1".to_owned());
        let format = "raw".to_owned();
        sim.volumes.push(pvesim::Volume {
            storage,
            node,
            name,
            format,
            ..like
        });
    }
    drop(sim);
    world
        .sim()
        .set_config(100, "efidisk0", Some("thin:vm-100-disk-6,efitype=4m,size=4M"));
    world
        .sim()
        .set_config(100, "tpmstate0", Some("tank:vm-100-disk-5,version=v2.0,size=4M"));
    for label in ["one", "two"] {
        world.clock_forward(10.0);
        take(&world, label).unwrap();
    }
    let page = listed(&world, "client");
    assert_eq!(
        page["snapshots"][1]["loses"][0]["label"], "two",
        "that of the TPM is on ZFS: {page}"
    );
    delete(&world, &named(&world, "two")).unwrap();
    world.sim().fill_storage("thin", 1 << 20);
    let refused = take(&world, "three").unwrap_err();
    assert!(
        refused.to_string().contains("storage thin"),
        "the EFI disk's: {refused}"
    );
    // a gigabyte of memory takes two and a half
    let total = world.sim().storages["thin"].total;
    world.sim().fill_storage("thin", total / 9);
    world.sim().set_config(100, "vmstatestorage", Some("thin"));
    world.sim().set_config(100, "memory", Some(&(total >> 21).to_string()));
    assert!(world.sim().is_running(100));
    let refused = take(&world, "three").unwrap_err();
    assert!(
        refused.to_string().contains("storage thin") && refused.to_string().contains(" 0 %"),
        "{refused}"
    );
    world.sim().set_config(100, "vmstatestorage", None);
    world.sim().set_config(100, "memory", Some("1024"));
    take(&world, "three").unwrap();
}
