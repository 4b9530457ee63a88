//! The process dies at every request and at every commit of the store, before and after its effect; another one goes on.
//!
//! A usual run dies at every third of them, each row at others; `make walks` (MOMENTS=1) at all.

use crate::acts;
use crate::backups;
use crate::beside;
use crate::by_hand;
use crate::firewall;
use crate::isos;
use crate::own_seed;
use crate::rebuild;
use crate::rescue;
use crate::restore;
use crate::snapshots;
use crate::ssh_keys;
use crate::support::{DEATHS, Death, World, guard};
use crate::user_data;
use proxmoxkvm::actions::{ACTIONS, Action, Situation};
use proxmoxkvm::api;
use proxmoxkvm::guest::Power;
use proxmoxkvm::service::beside::Role;
use proxmoxkvm::service::choices::Choices;
use proxmoxkvm::words::ids::{Actor, ServiceId, Vmid};
use proxmoxkvm::words::status::Status;
use pvesim::{Fault, FaultKind};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does something that the process may die of; answers whether it did.
pub fn dies(world: &World, work: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err() || world.mortality.is_dead()
}

/// Runs the whole life of an order, dying once; answers whether there was a moment to die at.
fn order_with(death: Death) -> bool {
    let mut world = World::new();
    // the store was opened before: its own commits are counted from here
    let death = death.plus(world.mortality.count(death));
    *guard(&world.mortality.death) = Some(death);
    if !dies(&world, || drop(world.create(7))) {
        // workers are threads: one that dies there takes its service's lease with it
        dies(&world, || drop(world.cron()));
    }
    let reached = world.mortality.count(death) >= death.number();
    world.restart();
    if world.core.store.service(proxmoxkvm::words::ids::ServiceId(7)).is_err() {
        world.create(7).unwrap();
    }
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{death:?}: {}", world.service(7));
    let guests: Vec<u32> = world.sim().vms.keys().copied().filter(|vmid| *vmid != 9000).collect();
    assert_eq!(guests, [world.vmid(7)], "{death:?}: one guest");
    assert_eq!(
        world.service(7)["addresses"].as_array().unwrap().len(),
        1,
        "{death:?}: one address"
    );
    let rules = world
        .writes()
        .iter()
        .filter(|write| write.ends_with("/firewall/rules"))
        .count();
    assert_eq!(rules, 3, "{death:?}: each rule was added once");
    let clones = world.writes().iter().filter(|write| write.ends_with("/clone")).count();
    assert_eq!(clones, 1, "{death:?}: cloned once");
    world.check_invariants();
    reached
}

/// So many requests or commits no operation makes: a failure that comes back at every number ends here.
const MOST_MOMENTS: u64 = 150;

/// A usual run plays every third moment, request or fault of a walk.
const USUALLY_APART: u64 = 3;

/// The moments at which something happens to an operation: MOMENTS says how far they are apart, if it is not as usual.
pub fn moments(usually: u64) -> impl Iterator<Item = u64> {
    (1..).step_by(moments_apart(usually) as usize)
}

fn moments_apart(usually: u64) -> u64 {
    let apart = std::env::var("MOMENTS").ok().and_then(|text| text.parse().ok());
    apart.unwrap_or(usually).max(1)
}

/// Of so many deaths or faults that a walk has, this many are played at least.
pub fn played_of(all: u64) -> u64 {
    all / moments_apart(USUALLY_APART)
}

/// Whether this one is played in the walk of what has this name: rows that look alike play different ones.
pub fn is_played(name: &str, number: u64) -> bool {
    (number + name.len() as u64).is_multiple_of(moments_apart(USUALLY_APART))
}

/// Dies in every way at every moment that is played, until there is none left; all is to be recovered. Answers how often it died.
pub fn every_death(name: &str, dies_at: impl Fn(Death) -> bool) -> u64 {
    let mut problems = Vec::new();
    let mut tried = 0;
    for (way, kind) in (0..).zip(DEATHS) {
        let recovers = |number: u64| {
            catch_unwind(AssertUnwindSafe(|| dies_at(kind(number)))).unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                problems.push(format!("{name} {:?}: {}", kind(number), text.unwrap_or_default()));
                number < MOST_MOMENTS
            })
        };
        let moments = (1..).filter(|number| is_played(name, number + way));
        tried += moments.map(recovers).take_while(|reached| *reached).count() as u64;
    }
    let list = problems.join("\n");
    assert!(
        problems.is_empty(),
        "{} of {tried} deaths were not recovered:\n{list}",
        problems.len()
    );
    println!("{name}: {tried} deaths, all recovered");
    tried
}

#[test]
fn a_create_that_dies_at_any_request_or_commit_is_finished_by_the_cron() {
    let tried = every_death("create", order_with);
    assert!(tried > played_of(140), "only {tried} deaths");
}

/// A Create that failed is repeated, and dies: what it has begun is finished.
fn create_again_with(start: &World, death: Death) -> bool {
    let mut world = start.copy();
    let death = death.plus(world.mortality.count(death));
    *guard(&world.mortality.death) = Some(death);
    dies(&world, || drop(world.create(7)));
    let reached = world.mortality.count(death) >= death.number();
    world.restart();
    let begun = guests(&world) > 0;
    world.cron_until_idle();
    assert!(!begun || world.status(7) == "ready", "{death:?}: {}", world.service(7));
    world.check_invariants();
    reached
}

#[test]
fn a_create_that_failed_and_dies_when_it_is_repeated_leaves_no_guest_that_nobody_finishes() {
    let start = World::new();
    let refused = FaultKind::Status(500, "got timeout".into(), String::new());
    start.sim().add_fault(Fault::once("POST", "/clone", refused));
    start.create(7).unwrap_err();
    start.cron_until_idle();
    assert_eq!(
        (guests(&start), start.status(7).as_str()),
        (0, "creation"),
        "WHMCS was told"
    );
    let tried = every_death("create again", |death| create_again_with(&start, death));
    assert!(tried > played_of(10), "only {tried} deaths");
}

/// A verb, what it starts from, and how the world must look in the end.
pub struct Operation {
    pub name: &'static str,
    pub before: fn(&mut World),
    pub verb: fn(&World) -> Result<serde_json::Value, proxmoxkvm::problems::Error>,
    pub after: fn(&World),
}

/// Those that wait ten minutes for the guest in each life: the walk of deaths has them, those of faults and refusals would take
/// three times as long.
const LONG: &[&str] = &[
    "create with a seed of its own",
    "other addresses by a seed of its own",
    "rebuild with user data",
];

/// Those of the walks of faults and refusals. `OPERATION`: all with this in their name.
pub fn walked() -> impl Iterator<Item = &'static Operation> {
    let part = std::env::var("OPERATION").ok();
    OPERATIONS.iter().filter(move |operation| match &part {
        Some(part) => operation.name.contains(part),
        None => !LONG.contains(&operation.name),
    })
}

fn guests(world: &World) -> usize {
    world.sim().vms.values().filter(|vm| !vm.is_template()).count()
}

fn ready(world: &mut World) {
    world.ready(7);
}

fn stopped(world: &mut World) {
    world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
}

/// The VM of service 7 has what *Change Package* was asked for: 4 cores, 3 GB, a system disk of 9 GB.
pub fn has_the_larger_package(world: &World) {
    has_the_larger_package_of(world, 100);
}

/// The same under another number.
pub fn has_the_larger_package_of(world: &World, vmid: u32) {
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    let config = ["cores", "memory", "scsi0"].map(|key| world.config(vmid, key));
    assert_eq!((config[0].as_str(), config[1].as_str()), ("4", "3072"));
    assert!(config[2].contains("size=9G"), "{config:?}");
}

/// Every operation, for whoever puts something in its way.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "create",
        before: |_| {},
        verb: |world| world.create(7),
        after: |world| {
            assert_eq!(world.status(7), "ready", "{}", world.service(7));
            assert_eq!(
                (guests(world), world.service(7)["addresses"].as_array().unwrap().len()),
                (1, 1)
            );
            assert!(world.sim().is_running(world.vmid(7)));
            assert_eq!(world.sim().firewall[&world.vmid(7).to_string()].rules.len(), 3);
        },
    },
    Operation {
        name: "create with a seed of its own",
        before: own_seed::sold,
        verb: |world| world.create(7),
        after: |world| {
            assert_eq!(world.status(7), "ready", "{}", world.service(7));
            own_seed::is_told(world);
        },
    },
    Operation {
        name: "other addresses by a seed of its own",
        before: |world| {
            own_seed::sold(world);
            ready(world);
            own_seed::fewer(world);
        },
        verb: |world| api::change_package(&world.core, &world.order(7)),
        after: own_seed::is_told,
    },
    Operation {
        name: "waiting for the first answer",
        before: |world| {
            world.option(24, "ready_when = agent\nready_minutes = 1");
            world.sim().set_config(9000, "agent", Some("1"));
        },
        verb: |world| world.create(7),
        after: |world| {
            assert_eq!(world.status(7), "ready", "{}", world.service(7));
            let mails = world.told_of(7).into_iter().filter(|kind| kind == "mail_ready");
            assert!(mails.count() >= 1, "told");
        },
    },
    Operation {
        name: "suspend",
        before: ready,
        verb: |world| api::suspend(&world.core, &world.order(7)),
        after: |world| assert!(!world.sim().is_running(100) && world.config(100, "onboot") != "1"),
    },
    Operation {
        name: "unsuspend",
        before: |world| {
            ready(world);
            api::suspend(&world.core, &world.order(7)).unwrap();
        },
        verb: |world| api::unsuspend(&world.core, &world.order(7)),
        after: |world| assert!(world.sim().is_running(100) && world.config(100, "onboot") == "1"),
    },
    Operation {
        name: "terminate",
        before: |world| {
            ready(world);
            let at = world.now() as i64 + 5;
            world.sim().add_backup("local", 100, at as _, false);
            world.sim().add_snapshot(100, "before");
        },
        verb: |world| api::terminate(&world.core, &world.order(7)),
        after: |world| {
            assert_eq!(guests(world), 0);
            assert_eq!(world.service(7)["addresses"], serde_json::json!([]));
            let left = world
                .sim()
                .volumes
                .iter()
                .filter(|volume| format!("{volume:?}").contains("100"))
                .count();
            assert_eq!(left, 0, "no orphan volume");
        },
    },
    Operation {
        name: "change_package",
        before: |world| {
            ready(world);
            world.option(6, "4").option(7, "3").option(8, "9");
        },
        verb: |world| api::change_package(&world.core, &world.order(7)),
        after: |world| {
            has_the_larger_package(world);
            assert!(world.sim().is_running(100));
        },
    },
    Operation {
        name: "change_password",
        before: ready,
        verb: |world| {
            let mut order = world.order(7);
            order["service"]["password"] = serde_json::json!("n3w-Pass#word");
            api::change_password(&world.core, &order)
        },
        after: |world| assert_eq!(world.sim().vm(100).unwrap().plain_password(), Some("n3w-Pass#word")),
    },
    Operation {
        name: "stop and start",
        before: ready,
        verb: |world| {
            acts::stop(&world.core, &world.order(7))?;
            acts::start(&world.core, &world.order(7))
        },
        after: |world| {
            let _ = acts::start(&world.core, &world.order(7));
            assert!(world.sim().is_running(100));
        },
    },
    Operation {
        name: "reboot",
        before: ready,
        verb: |world| acts::reboot(&world.core, &world.order(7)),
        after: |world| {
            // the guest is started a second or two after the end of the task
            world.clock_forward(5.0);
            world.sim().advance(world.now());
            assert!(world.sim().is_running(100));
            assert_eq!((guests(world), world.status(7).as_str()), (1, "ready"));
            assert_eq!(world.service(7)["task"], serde_json::Value::Null, "its end was seen");
        },
    },
    Operation {
        name: "shutdown",
        before: ready,
        verb: |world| acts::shutdown(&world.core, &world.order(7)),
        after: |world| {
            assert!(!world.sim().is_running(100));
            assert_eq!((guests(world), world.status(7).as_str()), (1, "ready"));
            assert_eq!(world.service(7)["task"], serde_json::Value::Null, "its end was seen");
        },
    },
    Operation {
        name: "reset",
        before: ready,
        verb: |world| acts::reset(&world.core, &world.order(7)),
        after: |world| {
            assert!(world.sim().is_running(100));
            assert_eq!((guests(world), world.status(7).as_str()), (1, "ready"));
            assert_eq!(world.service(7)["task"], serde_json::Value::Null, "its end was seen");
        },
    },
    Operation {
        name: "reinstall",
        before: |world| {
            stopped(world);
            by_hand::blocks(world);
        },
        verb: |world| match world.status(7).as_str() {
            // the first one went far enough: the cron finishes it
            "ready" | "reinstall" => acts::reinstall(&world.core, &world.order(7)),
            _ => Ok(serde_json::Value::Null),
        },
        after: |world| {
            assert_eq!((guests(world), world.vmid(7)), (1, 100));
            assert_eq!(world.status(7), "ready");
            assert!(world.sim().is_running(100));
            by_hand::is_blocked(world);
        },
    },
    Operation {
        // the row's own death walk is that of the one above
        name: "reinstall_backup",
        before: |world| {
            crate::backups::sold(world, crate::backup_first::SAFE);
            ready(world);
        },
        verb: |world| match world.status(7).as_str() {
            "ready" if crate::backups::stored(world) == 0 => crate::backup_first::rebuild(world),
            _ => Ok(serde_json::Value::Null),
        },
        after: |world| {
            assert_eq!(
                (guests(world), world.vmid(7), world.status(7).as_str()),
                (1, 100, "ready")
            );
            assert!(world.sim().is_running(100));
            let rebuilt = rebuild::cloned(world).len() > 1;
            let kept = world
                .sim()
                .volumes
                .iter()
                .filter(|one| one.content == "backup" && one.protected)
                .count();
            assert_eq!(kept, 1, "whatever becomes of the rebuild ({rebuilt}), once");
        },
    },
    Operation {
        name: "rebuild",
        before: rebuild::begun,
        verb: |world| match (world.status(7).as_str(), &world.service(7)["choices"]["system"]) {
            ("ready", serde_json::Value::Null) => rebuild::with_everything(world),
            _ => Ok(serde_json::Value::Null),
        },
        after: rebuild::is_rebuilt,
    },
    Operation {
        name: "rebuild with user data",
        before: |world| {
            user_data::is_sold(world);
            ready(world);
        },
        verb: user_data::rebuild_once,
        after: |world| {
            assert_eq!((guests(world), world.vmid(7)), (1, 100));
            user_data::is_told_and_forgotten(world);
        },
    },
    Operation {
        name: "vm_remove",
        before: stopped,
        verb: |world| match world.status(7).as_str() {
            "set_ip" => Ok(serde_json::Value::Null),
            _ => acts::vm_remove(&world.core, &world.order(7)),
        },
        after: |world| assert_eq!((guests(world), world.status(7).as_str()), (0, "set_ip")),
    },
    Operation {
        name: "firewall_rule",
        before: |world| {
            firewall::sold(world, "");
            ready(world);
        },
        verb: |world| match firewall::page(world, "admin")["rules"].as_array().map(Vec::len) {
            Some(0) => firewall::adds(world, "admin", "22", "ACCEPT"),
            _ => Ok(serde_json::Value::Null),
        },
        after: |world| {
            assert_eq!(
                (firewall::own(world), world.status(7).as_str()),
                (vec!["ACCEPT 22".to_owned()], "ready")
            );
        },
    },
    // two rules become two others, and nobody confirms it
    Operation {
        name: "firewall_template",
        before: two_rules,
        verb: |world| firewall::only_me(world),
        after: |world| {
            // the last try may have been the one that went through
            world.clock_forward(100.0);
            world.cron_until_idle();
            assert_eq!(firewall::own(world), ["ACCEPT 22", "DROP 80"]);
            assert_eq!(world.status(7), "ready");
        },
    },
    // a change was written, whoever wrote it has died, and nobody has confirmed it: the cron dies as it takes it back
    Operation {
        name: "firewall_back",
        before: |world| {
            two_rules(world);
            firewall::only_me(world).unwrap();
            assert_eq!(firewall::own(world), ["ACCEPT 198.51.100.7"], "in force");
            world.restart();
            world.clock_forward(100.0);
        },
        verb: |_| Ok(serde_json::Value::Null),
        after: |world| {
            assert_eq!(firewall::own(world), ["ACCEPT 22", "DROP 80"]);
            assert_eq!(world.status(7), "ready");
        },
    },
    Operation {
        name: "snapshot_take",
        before: |world| {
            snapshots::sold(world, "");
            ready(world);
        },
        // the first one went far enough: the cron finishes it
        verb: |world| match snapshots::own(world).len() {
            0 => snapshots::take(world, "then"),
            _ => Ok(serde_json::Value::Null),
        },
        after: |world| {
            assert_eq!((snapshots::own(world).len(), world.status(7).as_str()), (1, "ready"));
            assert!(world.sim().is_running(100));
        },
    },
    Operation {
        name: "snapshot_delete",
        before: |world| {
            snapshots::sold(world, "");
            ready(world);
            snapshots::take(world, "then").unwrap();
        },
        verb: |world| match snapshots::own(world).first() {
            Some(name) => snapshots::delete(world, name),
            None => Ok(serde_json::Value::Null),
        },
        after: |world| {
            assert_eq!((snapshots::own(world).len(), world.status(7).as_str()), (0, "ready"));
            assert!(world.sim().is_running(100));
        },
    },
    Operation {
        name: "snapshot_rollback",
        before: snapshot_and_larger_package,
        verb: |world| snapshots::roll_back(world, &snapshots::own(world)[0]),
        after: |world| {
            has_the_larger_package(world);
            assert_eq!(world.config(100, "parent"), snapshots::own(world)[0]);
            assert!(world.sim().is_running(100));
        },
    },
    Operation {
        name: "ssh_keys_write",
        before: |world| {
            ready(world);
            ssh_keys::add(world, ssh_keys::LAPTOP).unwrap();
            ssh_keys::choose(world, &[ssh_keys::LAPTOP]).unwrap();
        },
        verb: ssh_keys::write,
        after: |world| {
            assert_eq!(
                (ssh_keys::given(world), world.status(7).as_str()),
                (vec![ssh_keys::LAPTOP.to_owned()], "ready")
            );
            assert!(world.sim().is_running(100));
        },
    },
    Operation {
        name: "backup_make",
        before: |world| {
            backups::sold(world, "");
            ready(world);
        },
        verb: |world| match backups::own(world).len() {
            0 => backups::make(world, "then"),
            _ => Ok(serde_json::Value::Null),
        },
        after: |world| {
            assert_eq!((backups::stored(world), backups::own(world).len()), (1, 1));
            assert_eq!((world.status(7).as_str(), world.sim().is_running(100)), ("ready", true));
        },
    },
    Operation {
        name: "backup_protect",
        before: one_backup,
        verb: |world| backups::protect(world, &backups::own(world)[0], true),
        after: |world| {
            assert_eq!(backups::listed(world, "client")["protected"], 1);
            assert_eq!((world.status(7).as_str(), backups::stored(world)), ("ready", 1));
        },
    },
    Operation {
        name: "backup_delete",
        before: one_backup,
        verb: |world| match backups::own(world).first() {
            Some(name) => backups::delete(world, name),
            None => Ok(serde_json::Value::Null),
        },
        after: |world| {
            assert_eq!((backups::stored(world), world.status(7).as_str()), (0, "ready"));
            assert!(world.sim().is_running(100));
        },
    },
    Operation {
        name: "backup_restore",
        before: restore::begun,
        // the first one went far enough: the cron finishes it
        verb: |world| match world.config(100, "tags").as_str() {
            "now" => restore::restore(world, &backups::own(world)[0]),
            // what was refused after it says which button
            _ if !world.service(7)["error"].is_null() => api::change_package(&world.core, &world.order(7)),
            _ => Ok(serde_json::Value::Null),
        },
        after: restore::is_restored,
    },
    Operation {
        name: "rescue_start",
        before: |world| {
            rescue::sold(world, rescue::MORE);
            ready(world);
        },
        verb: rescue::start,
        after: rescue::is_in,
    },
    Operation {
        name: "rescue_leave",
        before: |world| {
            rescue::sold(world, rescue::MORE);
            ready(world);
            rescue::start(world).unwrap();
            world.cron_until_idle();
        },
        verb: rescue::leave,
        after: rescue::is_out,
    },
    Operation {
        name: "iso_insert",
        before: isos::ready,
        verb: |world| isos::insert(world, "iso_insert", isos::ISO),
        after: |world| assert!(isos::inserted(world)),
    },
    Operation {
        name: "iso_boot",
        before: isos::ready,
        verb: |world| isos::insert(world, "iso_boot", isos::ISO),
        after: |world| {
            assert!(isos::inserted(world));
            isos::boots_as_before_after_one_start(world);
        },
    },
    Operation {
        name: "iso_eject",
        before: |world| {
            isos::ready(world);
            isos::insert(world, "iso_boot", isos::ISO).unwrap();
        },
        verb: |world| acts::iso_eject(&world.core, &world.order(7)),
        after: |world| {
            assert!(!isos::inserted(world));
            assert!(
                !world.config(100, "boot").contains("sata5;"),
                "{}",
                world.config(100, "boot")
            );
        },
    },
    Operation {
        name: "backup_restore_beside",
        before: restore::begun,
        verb: |world| match beside::stored(world).body.beside {
            Some(_) => Ok(serde_json::Value::Null),
            None => beside::beside(world),
        },
        after: beside::is_beside,
    },
    Operation {
        name: "beside_swap",
        before: beside::begun,
        verb: |world| match (world.vmid(7), beside::stored(world).body.beside) {
            (100, Some(other)) if other.stage == Role::Restored => beside::swap(world),
            _ if !world.service(7)["error"].is_null() => api::change_package(&world.core, &world.order(7)),
            _ => Ok(serde_json::Value::Null),
        },
        after: beside::is_swapped,
    },
    Operation {
        name: "undo of a swap",
        before: beside::swapped,
        verb: |world| match world.vmid(7) {
            101 => beside::swap(world),
            _ if !world.service(7)["error"].is_null() => api::change_package(&world.core, &world.order(7)),
            _ => Ok(serde_json::Value::Null),
        },
        after: beside::is_back,
    },
    Operation {
        name: "beside_discard",
        before: beside::begun,
        verb: |world| match beside::stored(world).body.beside {
            Some(_) => beside::discard(world),
            None => Ok(serde_json::Value::Null),
        },
        after: beside::is_alone,
    },
    Operation {
        name: "beside_start beside_stop",
        before: beside::begun,
        verb: |world| {
            acts::beside_start(&world.core, &beside::asked(world))?;
            acts::beside_stop(&world.core, &beside::asked(world))
        },
        after: beside::is_beside,
    },
    Operation {
        name: "the end of what is beside",
        before: |world| {
            beside::begun(world);
            world.clock_forward(25.0 * 3600.0);
        },
        verb: |world| Ok(world.cron()),
        after: beside::is_alone,
    },
    Operation {
        name: "attach",
        before: |world| {
            ready(world);
            world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
            world
                .sim()
                .set_config(300, "ipconfig0", Some("ip=192.0.2.20/24,gw=192.0.2.1"));
        },
        verb: |world| acts::attach(&world.core, &world.with_extra(8, "vmid", serde_json::json!(300))),
        after: |world| {
            assert_eq!((world.vmid(8), world.status(8)), (300, "ready".to_owned()));
            assert_eq!(world.service(8)["addresses"], serde_json::json!(["192.0.2.20"]));
        },
    },
];

/// A VM with two rules of its customer, in force.
fn two_rules(world: &mut World) {
    firewall::sold(world, "");
    ready(world);
    firewall::adds(world, "client", "22", "ACCEPT").unwrap();
    firewall::adds(world, "client", "80", "DROP").unwrap();
    firewall::confirm(world).unwrap();
}

fn one_backup(world: &mut World) {
    backups::sold(world, "");
    ready(world);
    backups::made(world, "then");
}

/// A snapshot of service 7, and since then a larger package.
fn snapshot_and_larger_package(world: &mut World) {
    snapshots::sold(world, "");
    ready(world);
    snapshots::take(world, "then").unwrap();
    world.option(6, "4").option(7, "3").option(8, "9");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
}

/// Runs one operation, dying once; then repeats it and lets the cron finish. Answers whether it got so far.
fn operation_with(operation: &Operation, start: &World, death: Death) -> bool {
    let repeated = |world: &World| drop((operation.verb)(world));
    repeated_with(operation, start, death, repeated)
}

fn repeated_with(operation: &Operation, start: &World, death: Death, repeated: impl Fn(&World)) -> bool {
    let mut world = start.copy();
    let death = death.plus(world.mortality.count(death));
    *guard(&world.mortality.death) = Some(death);
    if !dies(&world, || drop((operation.verb)(&world))) {
        dies(&world, || drop(world.cron()));
    }
    let reached = world.mortality.count(death) >= death.number();
    world.restart();
    // WHMCS's staff repeats what was interrupted; the cron finishes what takes longer
    for _ in 0..4 {
        repeated(&world);
        world.cron_until_idle();
        world.clock_forward(30.0);
    }
    (operation.after)(&world);
    world.check_invariants();
    reached
}

#[test]
fn every_operation_that_dies_at_any_request_or_commit_is_finished_by_a_repetition() {
    let tried_with = |operation: &Operation| {
        let mut start = World::new();
        (operation.before)(&mut start);
        every_death(operation.name, |death| operation_with(operation, &start, death))
    };
    // those alone that have this in their name
    let alone = std::env::var("OPERATION").ok();
    let is_wanted = |operation: &&Operation| alone.as_ref().is_none_or(|part| operation.name.contains(part));
    // the first one is the test above
    let tried: u64 = std::thread::scope(|scope| {
        let handles: Vec<_> = OPERATIONS[1..]
            .iter()
            .filter(is_wanted)
            .map(|operation| scope.spawn(move || tried_with(operation)))
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).sum()
    });
    assert!(alone.is_some() || tried > played_of(250), "only {tried} deaths");
}

/// Proxmox VE's own worker is killed half way and leaves its lock, which staff take away; and the process dies, at any moment
/// before that, of it and after it.
#[test]
fn every_operation_on_snapshots_whose_worker_is_killed_is_finished_whatever_else_dies() {
    let killed = [
        ("snapshot_take", "POST", "/snapshot$"),
        ("snapshot_delete", "DELETE", "/snapshot/"),
        ("snapshot_rollback", "POST", "/rollback$"),
    ];
    let tried_with = |(name, method, path): (&str, &str, &str)| {
        let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
        let mut start = World::new();
        (operation.before)(&mut start);
        start
            .sim()
            .add_fault(Fault::once(method, path, FaultKind::TaskUnexpected));
        let repeated = |world: &World| {
            if world.config(100, "lock").is_empty() {
                let _ = (operation.verb)(world);
            } else {
                // the cron comes back for it a quarter of an hour later
                world.clock_forward(901.0);
                world.sim().set_config(100, "lock", None);
            }
        };
        every_death(&format!("{name}, its worker killed"), |death| {
            repeated_with(operation, &start, death, repeated)
        })
    };
    let tried: u64 = std::thread::scope(|scope| {
        let handles = killed.map(|kind| scope.spawn(move || tried_with(kind)));
        handles.into_iter().map(|handle| handle.join().unwrap()).sum()
    });
    assert!(tried > played_of(60), "only {tried} deaths");
}

/// What the table of actions has beside the operations above: done to a finished service, and dying once.
fn action_with(action: &Action, start: &World, death: Death) -> bool {
    let mut world = start.copy();
    let mut order = world.order(7);
    order["address"] = world.service(7)["addresses"][0].clone();
    order["name"] = serde_json::json!("");
    let act = |world: &World| api::act(action.name, &world.core, &order);
    let death = death.plus(world.mortality.count(death));
    *guard(&world.mortality.death) = Some(death);
    if !dies(&world, || drop(act(&world))) {
        dies(&world, || drop(world.cron()));
    }
    let reached = world.mortality.count(death) >= death.number();
    world.restart();
    for _ in 0..3 {
        let _ = act(&world);
        world.cron_until_idle();
        world.clock_forward(30.0);
    }
    assert_eq!((guests(&world), world.status(7).as_str()), (1, "ready"), "{death:?}");
    world.check_invariants();
    reached
}

/// The actions of the table that no operation is named after.
pub fn others() -> impl Iterator<Item = &'static Action> {
    let named = |action: &Action| {
        OPERATIONS
            .iter()
            .any(|one| one.name.split(' ').any(|word| word == action.name))
    };
    ACTIONS.iter().filter(move |action| !named(action))
}

#[test]
fn every_other_action_of_the_table_that_dies_at_any_moment_leaves_a_finished_service() {
    let tried_with = |action: &'static Action| {
        let mut start = World::new();
        if action.allowed(&running()).is_ok() {
            ready(&mut start);
        } else {
            stopped(&mut start);
        }
        every_death(action.name, |death| action_with(action, &start, death))
    };
    let tried: Vec<(&str, u64)> = std::thread::scope(|scope| {
        let handles: Vec<_> = others()
            .map(|action| scope.spawn(move || (action.name, tried_with(action))))
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    println!("deaths: {tried:?}");
    assert!(
        tried.iter().map(|(_, deaths)| deaths).sum::<u64>() > played_of(60),
        "{tried:?}"
    );
}

/// A finished guest that runs.
fn running() -> Situation {
    Situation {
        service: ServiceId(7),
        status: Status::Ready,
        guest: Vmid::try_from(100).ok(),
        gone: None,
        power: Some(Power::Running),
        paused: false,
        lock: None,
        suspended: false,
        left_records: false,
        rescued: false,
        lost: false,
        beside: None,
        choices: Choices::default(),
        actor: Actor::Admin,
    }
}
