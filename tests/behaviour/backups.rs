//! Backups: made, listed, noted, protected and deleted, on files and on a Proxmox Backup Server; what is refused, and by what.

use crate::acts;
use crate::support::{World, cluster_options, code};
use proxmoxkvm::api;
use proxmoxkvm::guest::{BackupTag, Made};
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::ids::ServiceId;
use pvesim::{Fault, FaultKind, StorageSpec};
use serde_json::{Value, json};

type Done = Result<Value, Error>;
type Act = fn(&proxmoxkvm::api::core::Core, &Value) -> Done;

/// Three backups are sold, on `local`, with these lines of More settings besides.
pub fn sold(world: &mut World, more: &str) {
    world.option(23, "local").option(24, &format!("backups = 3\n{more}"));
}

pub fn make(world: &World, note: &str) -> Done {
    acts::backup_make(&world.core, &world.with_extra(7, "note", json!(note)))
}

fn asked(world: &World, name: &str) -> Value {
    let mut order = world.with_extra(7, "backup", json!(name));
    order["sure"] = json!("1");
    order
}

pub fn delete(world: &World, name: &str) -> Done {
    acts::backup_delete(&world.core, &asked(world, name))
}

pub fn note(world: &World, name: &str, note: &str) -> Done {
    let mut order = asked(world, name);
    order["note"] = json!(note);
    acts::backup_note(&world.core, &order)
}

pub fn protect(world: &World, name: &str, protect: bool) -> Done {
    let act: Act = if protect {
        acts::backup_protect
    } else {
        acts::backup_unprotect
    };
    act(&world.core, &asked(world, name))
}

/// As the page of somebody has them, the newest first.
pub fn listed(world: &World, actor: &str) -> Value {
    api::backups(&world.core, &world.shown_to(actor)).unwrap()
}

fn rows(page: &Value) -> Vec<Value> {
    page["backups"].as_array().unwrap().clone()
}

fn notes(page: &Value) -> Vec<String> {
    rows(page)
        .iter()
        .map(|one| one["note"].as_str().unwrap().to_owned())
        .collect()
}

/// The names of the service's own, as Proxmox VE has them, the newest first.
pub fn own(world: &World) -> Vec<String> {
    let sim = world.sim();
    let noted = sim.volumes.iter().filter_map(|volume| {
        let (_, tag) = volume.notes.as_deref()?.rsplit_once('[')?;
        let (name, rest) = tag.strip_suffix(']')?.split_once('/')?;
        (rest == "7" || rest.starts_with("7/")).then(|| (volume.ctime, name.to_owned()))
    });
    let mut own: Vec<_> = noted.collect();
    own.sort();
    own.into_iter().rev().map(|(_, name)| name).collect()
}

/// So many backups of guest 100 are on the storages.
pub fn stored(world: &World) -> usize {
    let sim = world.sim();
    sim.volumes.iter().filter(|volume| volume.content == "backup").count()
}

/// Made and finished.
pub fn made(world: &World, note: &str) -> String {
    make(world, note).unwrap();
    world.cron_until_idle();
    world.clock_forward(60.0);
    own(world).remove(0)
}

pub fn ready(more: &str) -> World {
    let mut world = World::new();
    sold(&mut world, more);
    world.ready(7);
    world
}

/// A world that stores backups on a storage like this.
fn on(spec: StorageSpec) -> World {
    let mut options = cluster_options();
    let id = spec.id.clone();
    options.storages.push(spec);
    let mut world = World::with(options);
    sold(&mut world, "");
    world.option(23, &id);
    world.ready(7);
    world
}

#[test]
fn backups_are_made_listed_noted_protected_and_deleted_up_to_what_is_sold() {
    let specs = [StorageSpec::dir("vault", "/mnt/vault"), StorageSpec::pbs("pbs")];
    for spec in specs {
        let kind = spec.kind.clone();
        let world = on(spec);
        for note in ["one", "zwei {{guestname}} \\ <b>&</b> 🦀", ""] {
            made(&world, note);
        }
        assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
        let page = listed(&world, "client");
        assert_eq!(
            notes(&page),
            ["", "zwei { {guestname}} \\ <b>&</b> 🦀", "one"],
            "{kind}"
        );
        assert_eq!((&page["have"], &page["most"]), (&json!(3), &json!(3)));
        assert!(page["backups"][0].get("place").is_none(), "no storage for customers");
        assert_eq!(code(make(&world, "four")), "backup_quota");
        let names = own(&world);
        note(&world, &names[1], "two {{vmid}}").unwrap();
        assert_eq!(notes(&listed(&world, "admin"))[1], "two {{vmid}}");
        protect(&world, &names[1], true).unwrap();
        protect(&world, &names[2], true).unwrap();
        assert_eq!(code(protect(&world, &names[0], true)), "backup_protect_quota");
        assert_eq!(code(delete(&world, &names[1])), "backup_protected");
        protect(&world, &names[1], false).unwrap();
        delete(&world, &names[1]).unwrap();
        world.cron_until_idle();
        assert_eq!((own(&world).len(), stored(&world)), (2, 2));
        made(&world, "four");
        assert_eq!(notes(&listed(&world, "client")), ["four", "", "one"]);
        world.check_invariants();
        api::terminate(&world.core, &world.order(7)).unwrap();
        world.cron_until_idle();
        assert_eq!(
            stored(&world),
            0,
            "{kind}: what its customer has protected goes with the service"
        );
    }
}

#[test]
fn what_vzdump_is_asked_prunes_nothing_and_mails_nobody() {
    let world = ready("");
    world.sim().add_backup("local", 100, world.now() as i64 + 1, false);
    made(&world, "one");
    let sim = world.sim();
    let asked = sim.log.iter().find(|line| line.path.ends_with("/vzdump")).unwrap();
    let asked = format!("{asked:?}");
    for word in ["remove", "notification-mode", "legacy-sendmail", "zstd", "snapshot"] {
        assert!(asked.contains(word), "{word}: {asked}");
    }
    for word in ["prune-backups", "bwlimit", "ionice", "mailto"] {
        assert!(!asked.contains(word), "{word}: {asked}");
    }
    drop(sim);
    assert_eq!(stored(&world), 2);
}

#[test]
fn nothing_of_a_former_owner_of_the_number_or_of_somebody_else_is_shown_or_touched() {
    let mut world = World::new();
    sold(&mut world, "");
    let before = world.now();
    world.ready(7);
    let tag_of = |at: f64, service: u64, installation: &str| {
        let tag = BackupTag {
            name: Made::ByHand.name(at, 1),
            service: ServiceId(service),
            installation: installation.to_owned(),
        };
        (tag.name.clone(), tag.noted("old"))
    };
    let tag = |at: f64, service: u64| tag_of(at, service, "");
    let now = world.now();
    for (at, (name, notes)) in [
        // the former owner's, by this module, for the same number; dated by a node whose clock is ahead
        (now as i64 + 5, tag(before - 5.0, 7)),
        // another service's
        (now as i64 + 6, tag(now + 5.0, 8)),
        // that of another installation, which calls its service and its VM alike and stores in the same place
        (now as i64 + 8, tag_of(now + 6.0, 7, "00000000")),
        // the hoster's own
        (now as i64 + 7, ("nightly".to_owned(), "nightly".to_owned())),
    ] {
        let volume = world.sim().add_backup("local", 100, at, false);
        let mut sim = world.sim();
        let volume = sim.volumes.iter_mut().find(|one| one.volid() == volume).unwrap();
        volume.notes = Some(notes);
        drop(sim);
        for refused in [
            delete(&world, &name),
            note(&world, &name, "x"),
            protect(&world, &name, true),
        ] {
            assert_eq!(code(refused), "no_backup", "{name}");
        }
    }
    assert_eq!(rows(&listed(&world, "client")).len(), 0);
    let page = listed(&world, "admin");
    assert_eq!(notes(&page), ["nightly"], "what is another's is nobody's here");
    assert_eq!((&page["backups"][0]["name"], &page["have"]), (&Value::Null, &json!(0)));
    assert_eq!(stored(&world), 4);
    api::terminate(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), stored(&world)), ("removed", 3), "not theirs");
}

#[test]
fn what_cannot_be_is_told_before_anything_is_asked() {
    let mut world = ready("");
    world.sim().log.clear();
    for wrong in ["x".repeat(81), "a\nb".to_owned(), "x".repeat(4096)] {
        assert_eq!(code(make(&world, &wrong)), "backup_note_wrong");
    }
    for name in ["", "nope", "pkx-1", "../100", "local:backup/vzdump-qemu-100-x.vma.zst"] {
        assert_eq!(code(delete(&world, name)), "no_backup", "{name}");
    }
    world.option(24, "");
    assert_eq!(code(make(&world, "")), "backups_not_sold");
    world.option(24, "backups = 3").option(23, "");
    assert_eq!(code(make(&world, "")), "backup_storage_wrong");
    world.option(23, "nowhere");
    assert_eq!(code(make(&world, "")), "backup_storage_wrong");
    world.option(23, "local");
    world.sim().storages.get_mut("local").unwrap().retention = Some("keep-last=3".to_owned());
    let refused = make(&world, "").unwrap_err();
    assert_eq!(refused.code(), "backup_retention");
    assert!(refused.to_string().contains("keep-last=3"), "{refused}");
    world.sim().storages.get_mut("local").unwrap().retention = Some("keep-all=1".to_owned());
    world.sim().fill_storage("local", 5 << 30);
    assert_eq!(code(make(&world, "")), "backup_space");
    let mut order = world.with_extra(7, "note", json!(""));
    order["actor"] = json!("client");
    world.option(24, "backups = 3\nclient_backups = off");
    let mut hidden = world.with_extra(7, "note", json!(""));
    hidden["actor"] = json!("client");
    assert_eq!(code(acts::backup_make(&world.core, &hidden)), "not_for_clients");
    assert_eq!(
        code(api::backups(&world.core, &world.shown_to("client"))),
        "not_for_clients"
    );
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
}

#[test]
fn a_quota_that_was_lowered_keeps_what_there_is_and_a_size_ends_it_too() {
    let mut world = ready("");
    for note in ["one", "two"] {
        made(&world, note);
    }
    world.option(24, "backups = 1\nbackup_client_delete = off");
    assert_eq!(code(make(&world, "")), "backup_quota");
    let name = own(&world).remove(0);
    let mut order = asked(&world, &name);
    order["actor"] = json!("client");
    assert_eq!(code(acts::backup_delete(&world.core, &order)), "not_for_clients");
    delete(&world, &name).unwrap();
    world.option(24, "backups = 3\nbackup_gb = 1");
    for volume in &mut world.sim().volumes {
        volume.size = if volume.content == "backup" {
            2_000_000_000
        } else {
            volume.size
        };
    }
    assert_eq!(code(make(&world, "")), "backup_size");
    assert_eq!((own(&world).len(), stored(&world)), (1, 1));
}

#[test]
fn a_guest_of_which_nobody_knows_since_when_has_the_backups_that_are_made_of_it() {
    let world = ready("");
    let mut lease = world.core.store.lease(ServiceId(7), world.now()).unwrap();
    lease.service.body.guest.ours_mut().unwrap().since = None;
    world.core.store.release(&mut lease, world.now(), &[]).unwrap();
    made(&world, "one");
    assert_eq!(listed(&world, "client")["have"], 1);
    assert_eq!(
        (world.status(7).as_str(), &world.service(7)["error"]),
        ("ready", &Value::Null)
    );
    for note in ["two", "three"] {
        made(&world, note);
    }
    assert_eq!(code(make(&world, "four")), "backup_quota");
}

#[test]
fn what_proxmox_would_refuse_is_told_in_its_own_words() {
    let mut world = ready("");
    let name = made(&world, "one");
    let words = "The number of protected backups per guest is limited to 5 on storage 'local'";
    let fault = FaultKind::Status(500, words.into(), String::new());
    world.sim().add_fault(Fault::always("PUT", "/content/", fault));
    let refused = protect(&world, &name, true).unwrap_err();
    assert_eq!(refused.code(), "backup_protect_limit", "{refused}");
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), &world.service(7)["error"]),
        ("ready", &Value::Null)
    );
    world.sim().faults.clear();
    // HA keeps it running: nothing may stop it
    world.sim().add_ha(100, "started");
    world.option(24, "backups = 3\nbackup_mode = stop");
    world.sim().log.clear();
    assert_eq!(code(make(&world, "two")), "backup_ha");
    assert_eq!(world.writes(), [""; 0]);
    world.option(24, "backups = 3");
    made(&world, "two");
    assert_eq!((own(&world).len(), world.sim().is_running(100)), (2, true));
}

#[test]
fn a_backup_that_fails_says_why_and_leaves_the_vm_as_it_was() {
    let world = ready("");
    world.sim().fill_storage("local", 20 << 30);
    world.sim().add_fault(Fault::once(
        "POST",
        "/vzdump$",
        FaultKind::TaskErrorLog(
            vec!["ERROR: Backup of VM 100 failed - vma_queue_write: write error - Broken pipe".into()],
            "job errors".into(),
        ),
    ));
    let refused = make(&world, "one").unwrap_err();
    assert!(refused.to_string().contains("Broken pipe"), "{refused}");
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
    assert_eq!((stored(&world), &world.service(7)["error"]), (0, &Value::Null));
    made(&world, "two");
    assert_eq!(own(&world).len(), 1);
}

/// Backups take ten minutes from now on: requests do not see their end.
pub fn slowly(world: &World) {
    world.sim().opts.backup_seconds = 600.0;
}

/// Time passes with nobody at work, so that the next one finds what is done.
pub fn passes(world: &World, seconds: f64) {
    world.clock_forward(seconds);
    let now = world.now();
    world.sim().advance(now);
}

#[test]
fn a_backup_whose_notes_could_not_be_written_is_not_made_twice() {
    let world = ready("");
    slowly(&world);
    make(&world, "one").unwrap();
    assert_eq!((world.status(7).as_str(), stored(&world)), ("backup", 0));
    passes(&world, 601.0);
    for volume in &mut world.sim().volumes {
        volume.notes = None;
    }
    world.cron_until_idle();
    assert_eq!(
        (world.status(7).as_str(), stored(&world), own(&world).len()),
        ("ready", 1, 0)
    );
    let vzdumps = world.writes().iter().filter(|write| write.ends_with("/vzdump")).count();
    assert_eq!(vzdumps, 1);
    let history = acts::history(&world.core, 7).to_string();
    assert!(history.contains("none on storage local carries its name"), "{history}");
}

#[test]
fn a_worker_of_proxmox_that_is_killed_leaves_a_lock_that_is_waited_for() {
    let world = ready("");
    world
        .sim()
        .add_fault(Fault::once("POST", "/vzdump$", FaultKind::TaskUnexpected));
    let _ = make(&world, "one");
    world.cron();
    assert_eq!(world.config(100, "lock"), "backup");
    let error = &world.service(7)["error"];
    assert_eq!(
        (&error["code"], &error["attention"]),
        (&json!("left_locked"), &json!(true))
    );
    assert!(error["message"].as_str().unwrap().contains("qm unlock 100"), "{error}");
    assert!(world.sim().is_running(100));
    world.sim().set_config(100, "lock", None);
    for _ in 0..4 {
        passes(&world, 600.0);
        world.cron_until_idle();
    }
    assert_eq!((world.status(7).as_str(), stored(&world) < 2), ("ready", true));
    made(&world, "two");
    world.check_invariants();
}

#[test]
fn two_at_once_wait_for_each_other_and_suspend_waits_for_its_end() {
    let world = ready("");
    world.ready(8);
    slowly(&world);
    make(&world, "one").unwrap();
    let other = world.with_extra(8, "note", json!("eight"));
    acts::backup_make(&world.core, &other).unwrap();
    assert_eq!(code(acts::reboot(&world.core, &world.order(7))), "task_running");
    let _ = api::suspend(&world.core, &world.order(7));
    world.cron_until_idle();
    for _ in 0..9 {
        passes(&world, 300.0);
        world.cron_until_idle();
    }
    let sim = world.sim();
    let begun = sim.volumes.iter().filter(|volume| volume.content == "backup");
    let begun: Vec<_> = begun.map(|volume| volume.ctime).collect();
    assert!(begun.len() == 2 && begun[0].abs_diff(begun[1]) >= 599, "{begun:?}");
    drop(sim);
    assert!(!world.sim().is_running(100), "suspended");
    assert!(world.sim().is_running(world.vmid(8)));
    let name = own(&world).remove(0);
    for refused in [make(&world, ""), delete(&world, &name), protect(&world, &name, true)] {
        assert_eq!(code(refused), "suspended", "its list is there, and nothing else");
    }
    assert_eq!(rows(&listed(&world, "client")).len(), 1);
    world.check_invariants();
}

#[test]
fn a_vm_that_is_deleted_by_hand_during_its_backup_is_told() {
    let world = ready("");
    slowly(&world);
    make(&world, "one").unwrap();
    world.sim().vms.remove(&100);
    for _ in 0..6 {
        world.cron();
        world.clock_forward(600.0);
    }
    let history = acts::history(&world.core, 7).to_string();
    assert!(history.contains("is on no node of the cluster any more"), "{history}");
    assert_eq!(world.status(7), "ready");
}

#[test]
fn a_version_that_does_not_know_the_mode_of_notifications_is_asked_without() {
    let world = ready("");
    let words = r#"{"errors":{"notification-mode":"property is not defined in schema and the schema does not allow additional properties"},"data":null}"#;
    let unknown = FaultKind::Status(400, "Parameter verification failed.".into(), words.into());
    world.sim().add_fault(Fault::once("POST", "/vzdump$", unknown));
    made(&world, "one");
    assert_eq!(own(&world).len(), 1);
}

#[test]
fn what_waits_for_its_turn_keeps_nobody_from_the_vm_and_is_given_up_after_hours() {
    let world = ready("");
    world.ready(8);
    slowly(&world);
    acts::backup_make(&world.core, &world.with_extra(8, "note", json!("eight"))).unwrap();
    make(&world, "one").unwrap();
    assert_eq!(
        (world.status(7).as_str(), world.config(100, "lock").as_str()),
        ("backup", "")
    );
    acts::stop(&world.core, &asked(&world, "")).unwrap();
    assert!(!world.sim().is_running(100));
    acts::start(&world.core, &world.order(7)).unwrap();
    api::suspend(&world.core, &world.order(7)).unwrap();
    assert!(!world.sim().is_running(100), "at once");
    api::unsuspend(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.status(7), "backup");
    // the hoster's own job has the node for the rest of the day
    world.sim().opts.backup_seconds = 86_400.0;
    passes(&world, 700.0);
    world.cron();
    assert_eq!(
        (world.status(7).as_str(), own(&world).len()),
        ("backup", 0),
        "its own turn now"
    );
}

#[test]
fn what_the_hosters_jobs_made_since_the_service_began_is_shown_where_the_product_says_so() {
    let mut world = ready("");
    let began = world.now() as i64;
    world.clock_forward(3600.0);
    for at in [began + 60, began - 86_400, began - 3_600] {
        let volume = world.sim().add_backup("local", 100, at, false);
        let mut sim = world.sim();
        let volume = sim.volumes.iter_mut().find(|one| one.volid() == volume).unwrap();
        volume.notes = Some("pve1 nightly".to_owned());
    }
    made(&world, "one");
    assert_eq!(rows(&listed(&world, "client")).len(), 1, "off at first");
    world.option(24, "backups = 3\nbackup_show_foreign = on");
    let page = listed(&world, "client");
    assert_eq!(
        (notes(&page), &page["have"]),
        (vec!["one".to_owned(), String::new()], &json!(1))
    );
    let kept = &rows(&page)[1];
    assert_eq!((&kept["name"], kept["place"].is_null()), (&Value::Null, true));
    assert_eq!(notes(&listed(&world, "admin")), ["one", "pve1 nightly"]);
    let by = kept["restore"].as_str().unwrap();
    for name in ["", by] {
        for refused in [
            delete(&world, name),
            note(&world, name, "mine"),
            protect(&world, name, true),
        ] {
            assert_eq!(code(refused), "no_backup");
        }
    }
}
