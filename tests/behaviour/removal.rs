//! *VMRemove* has a part that is done when its task has ended: the status follows, the guest is forgotten. Whoever pressed
//! it may not live until then; whoever comes next does it, whatever he came for.

use crate::acts;
use crate::crash::{dies, every_death};
use crate::support::{World, code, guard};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::problems::Error;
use pvesim::{Fault, FaultKind};
use serde_json::{Value, json};

type Verb = fn(&Core, &Value) -> Result<Value, Error>;

fn stopped() -> World {
    let world = World::new();
    world.ready(7);
    acts::stop(&world.core, &world.order(7)).unwrap();
    world
}

/// The guest is there and the service finished, or it is gone and the service before its clone. Nobody comes back by
/// himself to either.
fn is_one_or_the_other(world: &World, why: &str) {
    let there = world.sim().vm(100).is_some();
    let service = world.service(7);
    let status = if there { "ready" } else { "set_ip" };
    assert_eq!(service["status"], status, "{why}: {service}");
    assert_eq!(service["task"], Value::Null, "{why}: {service}");
    assert_eq!(service["error"], Value::Null, "{why}: {service}");
    world.check_invariants();
}

fn dies_and_the_cron_comes(start: &World) {
    let tried = every_death("vm_remove and the cron", |death| {
        let mut world = start.copy();
        let death = death.plus(world.mortality.count(death));
        *guard(&world.mortality.death) = Some(death);
        if !dies(&world, || drop(acts::vm_remove(&world.core, &world.order(7)))) {
            dies(&world, || drop(world.cron()));
        }
        let reached = world.mortality.count(death) >= death.number();
        world.restart();
        for _ in 0..3 {
            world.cron();
            world.clock_forward(400.0);
        }
        is_one_or_the_other(&world, &format!("{death:?}"));
        reached
    });
    assert!(tried > 5, "only {tried} deaths");
}

#[test]
fn vm_remove_that_dies_at_any_moment_is_finished_by_the_next_run_of_the_cron() {
    dies_and_the_cron_comes(&stopped());
}

/// Its node was set up anew, say: only the guest tells.
#[test]
fn vm_remove_that_dies_is_finished_although_its_task_is_on_no_list() {
    let start = stopped();
    let unlisted = Fault::once("DELETE", "/qemu/100", FaultKind::UnknownUpid);
    start.sim().add_fault(unlisted);
    dies_and_the_cron_comes(&start);
}

/// What is asked for instead of the cron's run, and how that is answered once the guest is gone.
const OTHERS: [(&str, Verb, &str); 9] = [
    ("start", acts::start, "wrong_status"),
    ("stop", acts::stop, "no_guest"),
    ("change_package", api::change_package, "ok"),
    ("reboot", acts::reboot, "wrong_status"),
    ("change_password", api::change_password, "ok"),
    ("unsuspend", api::unsuspend, "ok"),
    ("suspend", api::suspend, "ok"),
    ("set_network", set_network, "wrong_status"),
    ("vm_remove", acts::vm_remove, "ok"),
];

fn set_network(core: &Core, order: &Value) -> Result<Value, Error> {
    let mut order = order.clone();
    order["step"] = json!("set_network");
    acts::run_step(core, &order)
}

#[test]
fn whoever_finds_that_vm_remove_has_ended_does_its_part_and_is_answered_then() {
    // as long as the task runs, its page gives up: nobody else has looked
    let start = stopped();
    start.sim().opts.scale = 200.0;
    assert_eq!(code(acts::vm_remove(&start.core, &start.order(7))), "under_way");
    start.clock_forward(3600.0);
    assert!(start.sim().vm(100).is_none());
    for (name, verb, answer) in OTHERS {
        let world = start.copy();
        let answered = verb(&world.core, &world.order(7));
        let answered = answered.map_or_else(|error| error.code().to_owned(), |_| "ok".to_owned());
        assert_eq!(answered, answer, "{name}");
        is_one_or_the_other(&world, name);
        for _ in 0..3 {
            world.cron();
            world.clock_forward(400.0);
        }
        assert!(
            world.sim().vm(100).is_none(),
            "{name}: it is not cloned again by itself"
        );
        is_one_or_the_other(&world, name);
        let ended = acts::history(&world.core, 7).to_string();
        assert!(ended.contains("vm_remove"), "{name}: {ended}");
    }
}

#[test]
fn create_after_vm_remove_has_ended_makes_a_new_guest() {
    let world = stopped();
    world.sim().opts.scale = 200.0;
    assert_eq!(code(acts::vm_remove(&world.core, &world.order(7))), "under_way");
    world.clock_forward(3600.0);
    world.sim().opts.scale = 1.0;
    world.create(7).unwrap();
    world.cron_until_idle();
    assert!(world.sim().vm(100).is_some());
    is_one_or_the_other(&world, "create");
}

/// A change that is queued meanwhile is for a guest that there will not be: it is built with the new package.
#[test]
fn a_change_of_package_beside_vm_remove_leaves_no_service_without_its_guest() {
    let mut world = stopped();
    world.sim().opts.scale = 200.0;
    assert_eq!(code(acts::vm_remove(&world.core, &world.order(7))), "under_way");
    world.option(6, "3");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.clock_forward(3600.0);
    world.sim().opts.scale = 1.0;
    for _ in 0..3 {
        world.cron();
        world.clock_forward(400.0);
    }
    is_one_or_the_other(&world, "change_package");
    world.create(7).unwrap();
    world.cron_until_idle();
    assert_eq!(world.config(100, "cores"), "3");
}
