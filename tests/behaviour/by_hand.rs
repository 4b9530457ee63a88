//! What staff have put into a VM's firewall by hand (for an abuse ticket, say): no customer lifts it by a restore, a swap or a
//! rebuild, since the guest that takes the place of this one has it before it has its network.

use crate::acts;
use crate::backups;
use crate::beside;
use crate::firewall;
use crate::restore;
use crate::support::{World, code};
use proxmoxkvm::problems::Error;
use pvesim::{Fault, FaultKind, Rule};
use serde_json::{Value, json};

fn rule(fields: &[(&str, &str)]) -> Rule {
    let fields = fields.iter().chain(&[("enable", "1")]);
    fields
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// The block, from the top: who may get in after all, and nobody else.
fn block() -> Vec<Rule> {
    let abuse = ("comment", "abuse ticket 17");
    vec![
        rule(&[("type", "in"), ("action", "ACCEPT"), ("source", "198.51.100.7"), abuse]),
        rule(&[("type", "in"), ("action", "DROP"), abuse]),
        rule(&[("type", "out"), ("action", "DROP"), ("proto", "tcp"), ("dport", "25")]),
    ]
}

/// Staff put it on top, and drop what goes out.
pub fn blocks(world: &World) {
    let vmid = world.vmid(7).to_string();
    let mut sim = world.sim();
    let firewall = sim.firewall.entry(vmid).or_default();
    firewall.rules.splice(0..0, block());
    firewall.options.insert("policy_out".to_owned(), "DROP".to_owned());
}

/// A VM has it all, on top and in its order; and nothing waits any more.
pub fn is_blocked(world: &World) {
    let vmid = world.vmid(7).to_string();
    let firewall = world.sim().firewall_of(&vmid);
    assert_eq!(firewall.rules[..3], block(), "{vmid}: {:?}", firewall.rules);
    assert_eq!(firewall.options["policy_out"], "DROP", "{vmid}");
    assert_eq!(beside::stored(world).body.by_hand, None);
}

/// It was there before the VM was started.
fn was_blocked_at_its_start(world: &World) {
    is_blocked(world);
    let (sim, vmid) = (world.sim(), world.vmid(7));
    let path = format!("/qemu/{vmid}/");
    let last = |word: &str, method: &str| {
        let is_it = |one: &pvesim::Logged| one.method == method && one.path.contains(&path) && one.path.ends_with(word);
        sim.log.iter().rposition(is_it).unwrap()
    };
    let (ruled, started) = (last("/firewall/rules", "POST"), last("/status/start", "POST"));
    assert!(ruled < started && last("/firewall/options", "PUT") < started);
}

fn by_client(world: &World, more: Value) -> Value {
    let mut order = world.order(7);
    order["actor"] = json!("client");
    order["sure"] = json!("1");
    order["typed"] = world.service(7)["name"].clone();
    order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    order
}

type Ask = fn(&World) -> Result<Value, Error>;

fn restores(world: &World) -> Result<Value, Error> {
    let name = json!({"backup": backups::own(world)[0]});
    acts::backup_restore(&world.core, &by_client(world, name))
}

fn swaps(world: &World) -> Result<Value, Error> {
    acts::beside_swap(&world.core, &by_client(world, json!({})))
}

fn rebuilds(world: &World) -> Result<Value, Error> {
    acts::reinstall(&world.core, &by_client(world, json!({})))
}

/// A VM with a backup from before it was blocked, beside which that is restored, where that is wanted.
fn ready(with_beside: bool) -> World {
    let mut world = World::new();
    if with_beside {
        beside::begun(&mut world);
    } else {
        restore::begun(&mut world);
    }
    // two minutes later, by a product that lets its customers do everything
    world.option(24, "backups = 3\nclient_reinstall = on");
    world.clock_forward(120.0);
    world.cron_until_idle();
    world.sim().log.clear();
    world
}

const WAYS: [(bool, Ask); 3] = [(false, restores), (true, swaps), (false, rebuilds)];

#[test]
fn no_customer_lifts_it_by_a_restore_a_swap_or_a_rebuild() {
    for (way, (with_beside, ask)) in WAYS.into_iter().enumerate() {
        let world = ready(with_beside);
        is_blocked(&world);
        ask(&world).unwrap_or_else(|refused| panic!("{way}: {refused}"));
        world.cron_until_idle();
        assert_eq!(
            (world.status(7).as_str(), world.service(7)["error"].clone()),
            ("ready", Value::Null),
            "{way}"
        );
        was_blocked_at_its_start(&world);
        world.check_invariants();
    }
}

#[test]
fn an_undo_has_what_was_put_there_since_and_nothing_twice() {
    let world = ready(true);
    swaps(&world).unwrap();
    world.cron_until_idle();
    let newer = rule(&[("type", "in"), ("action", "REJECT"), ("comment", "abuse ticket 18")]);
    world
        .sim()
        .firewall
        .get_mut("101")
        .unwrap()
        .rules
        .insert(0, newer.clone());
    swaps(&world).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.vmid(7)), ("ready", 100));
    let rules = world.sim().firewall_of("100").rules;
    assert_eq!((&rules[0], &rules[1..4]), (&newer, &block()[..]));
    let count = rules.len();
    for _ in 0..2 {
        swaps(&world).unwrap();
        world.cron_until_idle();
    }
    assert_eq!(world.sim().firewall_of("100").rules.len(), count);
}

#[test]
fn a_restore_that_breaks_off_twice_and_another_one_lift_nothing() {
    let world = ready(false);
    let broken = FaultKind::VolumeError("No space left on device".to_owned());
    world.sim().add_fault(Fault {
        times: 2,
        ..Fault::once("POST", "/qemu$", broken)
    });
    let _ = restores(&world);
    world.cron_until_idle();
    assert_eq!(world.service(7)["error"]["code"], "restore_torn");
    // the file of now is that of the backup
    assert_ne!(world.sim().firewall_of("100").rules[..3], block());
    restores(&world).unwrap();
    world.cron_until_idle();
    restore::is_restored(&world);
    was_blocked_at_its_start(&world);
}

#[test]
fn what_names_something_of_the_vm_itself_is_lifted_by_staff_alone() {
    for (way, (with_beside, ask)) in WAYS.into_iter().enumerate() {
        let world = ready(with_beside);
        {
            let mut sim = world.sim();
            let firewall = sim.firewall.get_mut("100").unwrap();
            firewall
                .aliases
                .insert("bad".to_owned(), ("192.0.2.66/32".to_owned(), None));
            let drops = rule(&[("type", "in"), ("action", "DROP"), ("source", "bad")]);
            firewall.rules.insert(0, drops);
        }
        let refused = ask(&world).unwrap_err();
        assert_eq!(refused.code(), "firewall_by_hand", "{way}: {refused}");
        assert!(
            refused
                .to_string()
                .contains("rule IN DROP bad in the firewall of VM 100"),
            "{refused}"
        );
        assert!(world.writes().is_empty(), "{way}: {:?}", world.writes());
        assert!(world.sim().is_running(100), "{way}");
        assert_eq!(world.status(7), "ready", "{way}");
    }
}

#[test]
fn a_block_of_a_product_without_a_firewall_stays_in_force() {
    for (with_beside, ask) in WAYS {
        let mut world = ready(with_beside);
        world.option(18, "off").option(19, "");
        api_change(&world);
        let card = format!("{},firewall=1", world.config(100, "net0").replace(",firewall=1", ""));
        world.sim().set_config(100, "net0", Some(&card));
        world
            .sim()
            .firewall
            .get_mut("100")
            .unwrap()
            .options
            .insert("enable".to_owned(), "1".to_owned());
        ask(&world).unwrap();
        world.cron_until_idle();
        assert_eq!(
            (world.status(7).as_str(), world.service(7)["error"].clone()),
            ("ready", Value::Null)
        );
        is_blocked(&world);
        let vmid = world.vmid(7);
        assert!(world.config(vmid, "net0").contains("firewall=1"));
        assert_eq!(world.sim().firewall_of(&vmid.to_string()).options["enable"], "1");
    }
}

fn api_change(world: &World) {
    proxmoxkvm::api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
}

#[test]
fn where_the_customer_has_a_list_its_policies_are_the_lists_and_rules_by_hand_stand_above_it() {
    let mut world = ready(false);
    firewall::sold(&mut world, "backups = 3\nclient_reinstall = on");
    firewall::adds(&world, "client", "22", "ACCEPT").unwrap();
    world.cron_until_idle();
    rebuilds(&world).unwrap();
    world.cron_until_idle();
    let rules = world.sim().firewall_of("100").rules;
    assert_eq!(rules[..3], block());
    assert_eq!(firewall::own(&world), ["ACCEPT 22"]);
    assert_eq!(code(swaps(&world)), "no_beside");
}
