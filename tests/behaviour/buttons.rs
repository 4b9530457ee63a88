//! Every button in every situation: the table, and that the verbs keep to it.

use crate::acts;
use crate::backups;
use crate::isos;
use crate::snapshots;
use crate::support::{self, World};
use proxmoxkvm::actions::{ACTIONS, Action, How, Situation};
use proxmoxkvm::api;
use proxmoxkvm::guest::Power;
use proxmoxkvm::problems::Error;
use proxmoxkvm::service::choices::Choices;
use proxmoxkvm::words::ids::{Actor, ServiceId, Vmid};
use proxmoxkvm::words::status::Status;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Remote status, remote lock, suspended: in words, and as the situation.
fn situations(status: Status) -> Vec<(String, Situation)> {
    let mut all = Vec::new();
    let vmid = Vmid::try_from(100).ok();
    for (power_name, guest, power) in [
        ("running", vmid, Some(Power::Running)),
        ("stopped", vmid, Some(Power::Stopped)),
        ("unknown", vmid, Some(Power::Other("prelaunch".to_owned()))),
        ("no VM", None, None),
    ] {
        for lock in [None, Some("backup")]
            .into_iter()
            .filter(|lock| lock.is_none() || guest.is_some())
        {
            for suspended in [false, true] {
                let locked = lock.map_or(String::new(), |lock| format!("+{lock}"));
                let name = format!("{power_name}{locked}{}", if suspended { "+suspended" } else { "" });
                // a locked guest is not asked for its power
                let power = power.clone().filter(|_| lock.is_none());
                let lock = lock.map(str::to_owned);
                all.push((
                    name,
                    Situation {
                        service: ServiceId(7),
                        status,
                        guest,
                        gone: None,
                        power,
                        paused: false,
                        lock,
                        suspended,
                        left_records: false,
                        rescued: false,
                        lost: false,
                        beside: None,
                        choices: Choices::default(),
                        actor: Actor::Admin,
                    },
                ));
            }
        }
    }
    all
}

/// Every button of the table, and after them what has no label: all that is done to a guest.
pub fn buttons() -> impl Iterator<Item = &'static Action> {
    let unlabelled = |action: &&Action| action.label.is_none() && !matches!(action.how, How::Own);
    let labelled = ACTIONS.iter().filter(|action| action.label.is_some());
    labelled.chain(ACTIONS.iter().filter(unlabelled))
}

/// The label, or the name as a title.
pub fn title(action: &Action) -> String {
    let name = action.name[..1].to_uppercase() + &action.name[1..];
    action.label.map_or(name, str::to_owned)
}

fn outcome(button: &Action, situation: &Situation) -> String {
    button
        .allowed(situation)
        .map_or_else(|refusal| refusal.to_string(), |()| "allowed".to_owned())
}

/// The answers of a button in one status, each with the situations that get it.
fn answers(button: &Action, status: Status) -> String {
    let mut by_outcome: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, situation) in situations(status) {
        let answer = outcome(button, &situation).replace(&format!("it is {status}"), "it is <status>");
        by_outcome.entry(answer).or_default().push(name);
    }
    let everywhere = by_outcome.len() == 1;
    let mut text = String::new();
    for (outcome, names) in by_outcome {
        let when = if everywhere {
            "always".to_owned()
        } else {
            names.join(", ")
        };
        writeln!(text, "    {outcome}\n        {when}").unwrap();
    }
    text
}

fn table() -> String {
    let mut text = String::from(
        "Which button may be pressed when, for VM 100 of service 7.\n\
         Local statuses, then each answer with the situations that get it: remote status + lock + suspended.\n",
    );
    for button in buttons() {
        writeln!(text, "\n== {}", title(button)).unwrap();
        let mut groups: Vec<(Vec<&str>, String)> = Vec::new();
        for status in Status::ALL {
            let answers = answers(button, *status);
            match groups.iter_mut().find(|(_, same)| *same == answers) {
                Some((statuses, _)) => statuses.push(status.as_str()),
                None => groups.push((vec![status.as_str()], answers)),
            }
        }
        for (statuses, answers) in groups {
            write!(text, "  {}\n{answers}", statuses.join(", ")).unwrap();
        }
    }
    text
}

#[test]
fn the_table_of_all_buttons_is_as_documented() {
    support::is_golden("buttons.txt", &table());
}

#[test]
fn the_labels_are_exactly_those_of_the_specification() {
    let labels: Vec<&str> = ACTIONS.iter().filter_map(|action| action.label).collect();
    let specified = [
        "Start",
        "Stop",
        "**Reinstall",
        "VMSetDedicatedIp ->",
        "VMClone ->",
        "**Set CPU RAM ->",
        "*Set System Disk Size ->",
        "*Set System Disk Bandwidth ->",
        "*Set Created Additional Disk ->",
        "*Set Additional Disk Size ->",
        "*Set Additional Disk Bandwidth ->",
        "*Set Network ->",
        "*Set Firewall ->",
        "**SetCloudinit",
        "**VMRemove",
        "Set DNS records",
    ];
    assert_eq!(labels, specified);
}

pub fn press(world: &World, button: &Action) -> Result<Value, Error> {
    let mut order = world.order(7);
    order["snapshot"] = json!(snapshots::own(world).first());
    order["backup"] = json!(backups::own(world).first());
    order["iso"] = json!("local:iso/rescue.iso");
    for (field, value) in [
        ("direction", "in"),
        ("verdict", "ACCEPT"),
        ("policy_in", "DROP"),
        ("policy_out", "ACCEPT"),
    ] {
        order[field] = json!(value);
    }
    if button.name == "firewall_template" {
        order["template"] = json!("web");
    }
    Ok(api::act(button.name, &world.core, &order)?.value())
}

#[test]
fn the_verbs_keep_to_the_table_on_a_ready_service() {
    // these want a list of rules first
    let of_list = ["firewall_change", "firewall_confirm", "firewall_back"];
    for button in buttons().filter(|button| !of_list.contains(&button.name)) {
        for running in [true, false] {
            for lock in [None, Some("backup")] {
                for suspended in [false, true] {
                    let mut world = World::new();
                    world.option(23, "local");
                    snapshots::sold(&mut world, &format!("backups = 3\n{}", isos::MORE));
                    world.sim().add_iso("pve1", "local", "rescue.iso");
                    let vmid = world.ready(7);
                    world
                        .sim()
                        .set_config(vmid, "sata5", Some("local:iso/rescue.iso,media=cdrom"));
                    snapshots::take(&world, "one").unwrap();
                    backups::make(&world, "one").unwrap();
                    if suspended {
                        api::suspend(&world.core, &world.order(7)).unwrap();
                    }
                    world.sim().set_power(vmid, running);
                    world.sim().set_lock(vmid, lock);
                    world.sim().log.clear();
                    let situation = Situation {
                        service: ServiceId(7),
                        status: Status::Ready,
                        guest: Vmid::try_from(vmid).ok(),
                        gone: None,
                        power: Some(if running { Power::Running } else { Power::Stopped }),
                        paused: false,
                        lock: lock.map(str::to_owned),
                        suspended,
                        left_records: false,
                        rescued: false,
                        lost: false,
                        beside: None,
                        choices: Choices::default(),
                        actor: Actor::Admin,
                    };
                    let name = format!(
                        "{} running={running} lock={lock:?} suspended={suspended}",
                        title(button)
                    );
                    match (button.allowed(&situation), press(&world, button)) {
                        (Ok(()), result) => assert!(result.is_ok(), "{name}: {result:?}"),
                        (Err(refusal), Err(error)) => {
                            assert_eq!(error.to_string(), refusal.to_string(), "{name}");
                            assert_eq!(
                                world.writes(),
                                Vec::<String>::new(),
                                "{name}: a refused button changes nothing"
                            );
                        }
                        (Err(refusal), Ok(reply)) => panic!("{name}: {refusal}, but it did: {reply}"),
                    }
                }
            }
        }
    }
}

#[test]
fn what_no_page_offers_a_customer_is_not_done_for_him() {
    let mut world = World::new();
    world.option(24, "client_reinstall = on\nlive_change = on");
    world.create(7).unwrap();
    let order = |world: &World| {
        let mut order = world.with_extra(7, "actor", json!("client"));
        order["typed"] = order["service"]["domain"].clone();
        order["sure"] = json!("1");
        order
    };
    let shown = json!({"service": 7, "actor": "client"});
    let offered = |world: &World| {
        let shown = api::show(&world.core, &shown).unwrap();
        shown["actions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["allowed"] == true)
    };
    let refused = |world: &World| {
        assert!(!offered(world));
        for press in [acts::stop, acts::start, acts::reinstall] {
            assert_eq!(press(&world.core, &order(world)).unwrap_err().code(), "wrong_status");
        }
    };
    refused(&world);
    world.cron_until_idle();
    let status = world.status(7);
    assert_eq!(status, "ready");
    world.option(6, "4");
    api::change_package(&world.core, &world.order(7)).unwrap();
    assert_eq!(world.status(7), "change_package");
    refused(&world);
    world.cron_until_idle();
    world.clock_forward(200.0);
    acts::stop(&world.core, &order(&world)).unwrap();
}

#[test]
fn a_step_too_early_is_refused_with_both_statuses() {
    let world = World::new();
    world.create(7).unwrap();
    world.clock_forward(5.0);
    let error = acts::run_step(&world.core, &world.with_extra(7, "step", json!("set_network"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the local status should be set_additional_disk_bandwidth, it is clone"
    );
    let order = world.with_extra(8, "step", json!("set_ip"));
    assert_eq!(
        acts::run_step(&world.core, &order).unwrap_err().code(),
        "unknown_service"
    );
}
