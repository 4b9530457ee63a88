//! The SSH keys of a client: kept for all services, chosen for one, and given to its guest when it is built, or at its next
//! start. What is no key is refused in words, and is nowhere afterwards.

use crate::acts;
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::ids::ServiceId;
use proxmoxkvm::words::ssh_key::SshKey;
use serde_json::{Value, json};

type Done = Result<Value, Error>;

pub const LAPTOP: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGRBNRe77vuVolYCnc3+lxH5H6cm3PHVEQt04cxerDPQ me@example.org";
pub const DESK: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA desk";

pub fn fingerprint(line: &str) -> String {
    SshKey::parse(line).unwrap().fingerprint
}

fn by(world: &World, more: Value) -> Value {
    let mut order = world.with_extra(7, "actor", json!("client"));
    (order["typed"], order["sure"]) = (world.service(7)["name"].clone(), json!("1"));
    order["by"] = json!({"id": 3});
    for (field, value) in more.as_object().unwrap() {
        order[field] = value.clone();
    }
    order
}

pub fn add(world: &World, line: &str) -> Done {
    acts::ssh_key_add(&world.core, &by(world, json!({"label": "", "key": line})))
}

pub fn choose(world: &World, keys: &[&str]) -> Done {
    let chosen = keys.iter().map(|line| fingerprint(line));
    let form: Vec<String> = std::iter::once("none".to_owned()).chain(chosen).collect();
    acts::ssh_keys_choose(&world.core, &by(world, json!({"ssh_keys": form})))
}

pub fn write(world: &World) -> Done {
    acts::ssh_keys_write(&world.core, &by(world, json!({})))
}

fn page(world: &World) -> Value {
    let mut asked = world.shown_to("client");
    asked["client_id"] = json!(3);
    api::ssh_keys(&world.core, &asked).unwrap()
}

/// The lines that cloud-init gives the guest, as it reads them.
pub fn given(world: &World) -> Vec<String> {
    let sim = world.sim();
    let seen = sim
        .vm(100)
        .and_then(|vm| vm.generations.last())
        .map(|made| made.values.clone());
    let keys = seen.unwrap_or_default().get("sshkeys").cloned().unwrap_or_default();
    let keys = percent_encoding::percent_decode_str(&keys)
        .decode_utf8_lossy()
        .into_owned();
    keys.lines().map(str::to_owned).collect()
}

fn ready() -> World {
    let mut world = World::new();
    world.option(24, "client_reinstall = on");
    world.ready(7);
    world.clock_forward(3600.0);
    world.cron_until_idle();
    world
}

fn rebuild(world: &World, keys: Value) -> Done {
    acts::reinstall(&world.core, &by(world, json!({"ssh_keys": keys})))
}

#[test]
fn a_guest_is_built_with_the_keys_that_are_chosen_and_keeps_them() {
    let mut world = ready();
    let host_keys = world.sim().vm(100).unwrap().generations.len();
    for line in [LAPTOP, DESK] {
        add(&world, line).unwrap();
    }
    let shown = page(&world);
    assert_eq!((&shown["most"], &shown["written"]), (&json!(20), &json!(true)));
    assert_eq!(
        shown["keys"][0],
        json!({"name": "me@example.org", "kind": "ssh-ed25519", "fingerprint": fingerprint(LAPTOP),
               "added_at": shown["keys"][0]["added_at"], "chosen": false})
    );
    choose(&world, &[LAPTOP]).unwrap();
    let shown = page(&world);
    assert_eq!(
        (&shown["keys"][0]["chosen"], &shown["written"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (given(&world), world.sim().vm(100).unwrap().generations.len()),
        (Vec::new(), host_keys),
        "a choice alone makes no new host keys"
    );
    // neither does a change of the package
    world.option(7, "2");
    api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.config(100, "sshkeys"), "");
    rebuild(&world, Value::Null).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (given(&world), world.status(7).as_str()),
        (vec![LAPTOP.to_owned()], "ready")
    );
    assert_eq!(page(&world)["written"], true);
    // another choice with the next one; staff's button has none
    world.clock_forward(3600.0);
    rebuild(&world, json!(["none", fingerprint(DESK), fingerprint(LAPTOP)])).unwrap();
    world.cron_until_idle();
    assert_eq!(given(&world).len(), 2);
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(given(&world).len(), 2);
    world.clock_forward(3600.0);
    rebuild(&world, json!(["none"])).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (given(&world), world.config(100, "sshkeys")),
        (Vec::new(), String::new())
    );
    assert!(world.sim().is_running(100));
    world.check_invariants();
}

#[test]
fn a_running_guest_takes_them_at_its_next_start_and_nothing_stops_it() {
    let world = ready();
    add(&world, LAPTOP).unwrap();
    choose(&world, &[LAPTOP]).unwrap();
    world.sim().log.clear();
    write(&world).unwrap();
    assert_eq!(given(&world), [LAPTOP], "its own restart is enough");
    assert!(world.sim().is_running(100));
    let writes = world.writes();
    assert!(
        writes
            .iter()
            .all(|write| write.ends_with("/config") || write.ends_with("/cloudinit")),
        "{writes:?}"
    );
    world.sim().log.clear();
    write(&world).unwrap();
    let again = world.writes();
    assert!(
        !again.iter().any(|write| write.ends_with("/config")),
        "nothing is missing: {again:?}"
    );
    choose(&world, &[]).unwrap();
    write(&world).unwrap();
    assert_eq!(given(&world), [] as [String; 0]);
    let asked = json!({"service": 7, "actor": "client", "by": {"id": 3}, "activity": 9});
    let log = api::show(&world.core, &asked).unwrap()["activity"].to_string();
    assert!(
        log.contains(&fingerprint(LAPTOP)) && !log.contains("example.org"),
        "{log}"
    );
    let told = acts::history(&world.core, 7).to_string();
    assert!(!told.contains("example.org") && !told.contains("AAAAC3"), "{told}");
}

#[test]
fn keys_belong_to_a_client_and_are_counted() {
    let world = ready();
    let numbered = |number: u8| {
        let key = [&[0, 0, 0, 11][..], b"ssh-ed25519", &[0, 0, 0, 32], &[number; 32]].concat();
        format!("ssh-ed25519 {}", data_encoding::BASE64.encode(&key))
    };
    for number in 1..=20 {
        add(&world, &numbered(number)).unwrap();
        world.clock_forward(600.0);
    }
    assert_eq!(code(add(&world, &numbered(21))), "ssh_keys_full");
    // one that is there is called anew
    let named = by(&world, json!({"label": "desk", "key": numbered(1)}));
    acts::ssh_key_add(&world.core, &named).unwrap();
    assert_eq!(
        (
            &page(&world)["keys"][0]["name"],
            page(&world)["keys"].as_array().unwrap().len()
        ),
        (&json!("desk"), 20)
    );
    let mut other = world.shown_to("client");
    other["client_id"] = json!(4);
    assert_eq!(api::ssh_keys(&world.core, &other).unwrap()["keys"], json!([]));
    let mut theirs = by(&world, json!({"fingerprint": fingerprint(&numbered(1))}));
    theirs["service"]["client_id"] = json!(4);
    assert_eq!(code(acts::ssh_key_remove(&world.core, &theirs)), "no_ssh_key");
    let mut theirs = by(&world, json!({"ssh_keys": [fingerprint(&numbered(1))]}));
    theirs["service"]["client_id"] = json!(4);
    assert_eq!(code(acts::ssh_keys_choose(&world.core, &theirs)), "no_ssh_key");
    theirs["service"]["client_id"] = json!(0);
    assert_eq!(code(acts::ssh_key_add(&world.core, &theirs)), "bad_request");
    // what is removed is chosen no more for this service
    choose(&world, &[&numbered(1), &numbered(2)]).unwrap();
    world.clock_forward(3600.0);
    let removed = by(&world, json!({"fingerprint": fingerprint(&numbered(1))}));
    acts::ssh_key_remove(&world.core, &removed).unwrap();
    assert_eq!(code(acts::ssh_key_remove(&world.core, &removed)), "no_ssh_key");
    let chosen = &world.service(7)["choices"]["ssh_keys"];
    assert_eq!(chosen.as_array().unwrap().len(), 1, "{chosen}");
    assert_eq!(chosen[0], fingerprint(&numbered(2)));
}

#[test]
fn what_is_no_key_is_refused_and_is_nowhere_afterwards() {
    let world = ready();
    let secret = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW";
    let private = format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{secret}\n-----END OPENSSH PRIVATE KEY-----");
    for (pasted, why) in [
        (private.clone(), "ssh_key_private"),
        (secret.to_owned(), "ssh_key_private"),
        (format!("{LAPTOP}\n{DESK}"), "ssh_key_lines"),
        (format!("{LAPTOP}\r{DESK}"), "ssh_key_lines"),
        (format!("command=\"id\" {LAPTOP}"), "ssh_key_options"),
        ("ssh-dss AAAAB3NzaC1kc3MAAAABBw==".to_owned(), "ssh_key_weak"),
        ("A".repeat(64 << 10), "ssh_key_wrong"),
        (String::new(), "ssh_key_wrong"),
    ] {
        let error = add(&world, &pasted).unwrap_err();
        assert_eq!(error.code(), why);
        assert!(
            !error.to_string().contains("AAAA") && !error.to_string().contains(secret),
            "{error}"
        );
        assert!(error.problem().client.is_some());
    }
    // pasted where a fingerprint belongs
    let wrong = by(&world, json!({"ssh_keys": [private]}));
    assert_eq!(code(acts::ssh_keys_choose(&world.core, &wrong)), "no_ssh_key");
    let all = world
        .core
        .store
        .operations(ServiceId(7), proxmoxkvm::store::Reader::Staff, None, 100)
        .unwrap();
    let told = format!("{all:?}{}", acts::history(&world.core, 7));
    assert!(!told.contains(secret), "{told}");
    assert_eq!(page(&world)["keys"], json!([]));
    assert_eq!(
        rebuild(&world, json!(["SHA256:other"])).unwrap_err().code(),
        "no_ssh_key"
    );
    assert_eq!(
        world
            .writes()
            .iter()
            .filter(|write| write.ends_with("/status/stop"))
            .count(),
        0
    );
}

#[test]
fn a_product_without_keys_lets_its_customers_have_none() {
    let mut world = ready();
    world.option(24, "client_ssh_keys = off\nclient_reinstall = on");
    assert_eq!(code(add(&world, LAPTOP)), "not_for_clients");
    assert_eq!(code(write(&world)), "not_for_clients");
    let mut asked = world.shown_to("client");
    asked["client_id"] = json!(3);
    assert_eq!(code(api::ssh_keys(&world.core, &asked)), "not_for_clients");
}

#[test]
fn a_rebuild_that_is_refused_leaves_the_choice_as_it_was() {
    let world = ready();
    add(&world, LAPTOP).unwrap();
    world
        .sim()
        .vm_mut(100)
        .unwrap()
        .conf
        .insert("description".to_owned(), "somebody else's".to_owned());
    rebuild(&world, json!([fingerprint(LAPTOP)])).unwrap_err();
    assert_eq!(world.service(7)["choices"]["ssh_keys"], Value::Null);
}

/// A product whose VMs have no password.
fn without_passwords() -> World {
    let mut world = World::new();
    world.option(
        24,
        "client_reinstall = on\nssh_key_required = on\nmail_password = on\npassword_by = agent",
    );
    world
}

fn order_with(world: &World, service: u64, keys: &str) -> Done {
    api::create(&world.core, &world.with_extra(service, "ssh_key", json!(keys)))
}

#[test]
fn a_guest_without_a_password_is_built_with_the_keys_of_its_order() {
    let world = without_passwords();
    let error = order_with(&world, 7, " \n").unwrap_err();
    assert_eq!((error.code(), world.writes()), ("ssh_key_missing", Vec::new()));
    let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU";
    assert_eq!(code(order_with(&world, 7, private)), "ssh_key_private");
    world.cron_until_idle();
    assert_eq!(
        (world.writes(), world.sim().vms.len()),
        (Vec::new(), 1),
        "the template alone"
    );
    order_with(&world, 7, &format!("{LAPTOP}\r\n\r\n{DESK}\r\n{LAPTOP}")).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready", "{}", world.service(7));
    assert_eq!(given(&world), [LAPTOP, DESK]);
    let sim = world.sim();
    assert!(sim.log.iter().all(|one| !one.params.contains_key("cipassword")));
    assert_eq!(sim.vm(100).unwrap().plain_password(), None);
    drop(sim);
    assert_eq!(
        page(&world)["keys"].as_array().unwrap().len(),
        2,
        "they are the client's from now on"
    );
    let told = world.told.lock().unwrap();
    assert!(told.iter().any(|entry| entry["with_password"] == false), "{told:?}");
    assert!(!told.iter().any(|entry| entry["with_password"] == true), "{told:?}");
    drop(told);
    assert_eq!(code(api::change_password(&world.core, &world.order(7))), "no_password");
    assert_eq!(code(choose(&world, &[])), "ssh_key_missing");
    world.clock_forward(3600.0);
    assert_eq!(code(rebuild(&world, json!(["none"]))), "ssh_key_missing");
    assert!(world.sim().is_running(100));
    let mut asked = by(&world, json!({"new_password": "1"}));
    asked["service"]["password"] = json!("kmRW.5hTn.Qw8b.xdPf7");
    let reply = acts::reinstall(&world.core, &asked).unwrap();
    assert_eq!(reply["by"], Value::Null, "there is none to be new");
    world.cron_until_idle();
    assert_eq!(given(&world).len(), 2);
    assert_eq!(world.sim().vm(100).unwrap().plain_password(), None);
    // the next order has the list's, where none is typed
    order_with(&world, 8, "").unwrap();
    world.cron_until_idle();
    assert_eq!(world.service(8)["choices"]["ssh_keys"].as_array().unwrap().len(), 2);
    assert_eq!(world.status(8), "ready");
    world.check_invariants();
}

#[test]
fn the_shop_refuses_what_is_no_key_and_an_order_that_nobody_gets_into() {
    let mut world = without_passwords();
    let check = |world: &World, client: u64, keys: &str| {
        let order = world.order(7);
        let asked =
            json!({"package": order["package"], "server": order["server"], "ssh_key": keys, "client_id": client});
        let reply = api::order_check(&world.core, &asked).unwrap();
        let first = reply["refusals"][0].clone();
        (
            first["code"].as_str().unwrap_or("fine").to_owned(),
            first["client"].clone(),
        )
    };
    let missing = ("ssh_key_missing".to_owned(), json!("client_ssh_key_missing"));
    assert_eq!(check(&world, 3, ""), missing);
    assert_eq!(check(&world, 0, ""), missing);
    assert_eq!(check(&world, 3, LAPTOP).0, "fine");
    assert_eq!(check(&world, 3, &format!("{LAPTOP}\nssh-dss AAAA")).0, "ssh_key_weak");
    assert_eq!(check(&world, 3, "-----BEGIN RSA PRIVATE KEY-----").0, "ssh_key_private");
    assert_eq!(page_of_nobody(&world), json!([]), "a check keeps nothing");
    world.option(24, "");
    assert_eq!(check(&world, 3, "").0, "fine");
    assert_eq!(check(&world, 3, "hello").0, "ssh_key_wrong");
    let numbered = |number: u8| {
        let key = [&[0, 0, 0, 11][..], b"ssh-ed25519", &[0, 0, 0, 32], &[number; 32]].concat();
        format!("ssh-ed25519 {}\n", data_encoding::BASE64.encode(&key))
    };
    let twenty = (1..=20).map(numbered).collect::<String>();
    assert_eq!(
        check(&world, 3, &format!("{twenty}{twenty}")).0,
        "fine",
        "a repeated line is no key more"
    );
    assert_eq!(
        check(&world, 3, &format!("{twenty}{}", numbered(21))).0,
        "ssh_keys_full"
    );
}

fn page_of_nobody(world: &World) -> Value {
    world
        .core
        .store
        .ssh_keys(3)
        .unwrap()
        .iter()
        .map(|key| json!(key.named.name))
        .collect()
}

#[test]
fn a_rebuild_may_come_with_a_new_password() {
    let world = ready();
    let new = "kmRW.5hTn.Qw8b.xdPf7";
    let mut asked = by(&world, json!({"new_password": "1"}));
    asked["service"]["password"] = json!(new);
    let reply = acts::reinstall(&world.core, &asked).unwrap();
    assert_eq!(reply["by"], "build");
    world.cron_until_idle();
    world.clock_forward(3600.0);
    let reply = rebuild(&world, Value::Null).unwrap();
    assert_eq!(reply["by"], Value::Null);
    world.cron_until_idle();
    assert!(!acts::history(&world.core, 7).to_string().contains(new));
}

/// Proxmox VE writes a key into YAML as it is: whatever its comment is, the guest reads a list of plain words.
#[test]
fn no_comment_of_a_key_keeps_a_guest_from_reading_its_keys() {
    let blob = LAPTOP.rsplit_once(' ').unwrap().0;
    for comment in [
        "Anna: laptop",
        "ends:",
        "a\tb",
        "x\u{2028}password: y",
        "\u{fffe}",
        "# no",
        "- {a}",
        "\"quoted\"",
    ] {
        let world = ready();
        let line = format!("{blob} {comment}");
        add(&world, &line).unwrap();
        choose(&world, &[&line]).unwrap();
        write(&world).unwrap();
        let given = given(&world);
        assert_eq!(given.len(), 1, "{comment:?}: {given:?}");
        let rest = given[0].strip_prefix(blob).unwrap();
        assert!(
            rest.chars().all(|c| c.is_ascii_alphanumeric() || " @._+-".contains(c)),
            "{comment:?}: {given:?}"
        );
        assert_eq!(page(&world)["written"], true, "{comment:?}: {}", page(&world));
    }
}

#[test]
fn a_service_that_was_moved_lets_in_nobody_of_before() {
    let world = ready();
    add(&world, LAPTOP).unwrap();
    choose(&world, &[LAPTOP]).unwrap();
    rebuild(&world, json!(null)).unwrap();
    world.cron_until_idle();
    assert_eq!(given(&world), [LAPTOP]);
    let mut moved = world.order(7);
    moved["order"] = json!({"client_id": 3, "order_id": 1});
    acts::confirm(&world.core, &moved).unwrap();
    assert_eq!(world.service(7)["choices"]["ssh_keys"].as_array().unwrap().len(), 1);
    moved["order"] = json!({"client_id": 4, "order_id": 1});
    moved["service"]["client_id"] = json!(4);
    acts::confirm(&world.core, &moved).unwrap();
    assert_eq!(world.service(7)["choices"]["ssh_keys"], Value::Null);
    acts::stop(&world.core, &moved).unwrap();
    acts::reinstall(&world.core, &moved).unwrap();
    world.cron_until_idle();
    assert_eq!(given(&world), [] as [&str; 0]);
}

#[test]
fn a_key_that_was_taken_away_does_not_come_back_with_a_new_password_or_address() {
    for with in ["password", "address"] {
        let mut world = ready();
        add(&world, LAPTOP).unwrap();
        choose(&world, &[LAPTOP]).unwrap();
        write(&world).unwrap();
        assert_eq!(given(&world), [LAPTOP]);
        choose(&world, &[]).unwrap();
        world.clock_forward(3600.0);
        if with == "password" {
            let mut order = world.order(7);
            order["service"]["password"] = json!("Another.1-Password");
            api::change_password(&world.core, &order).unwrap();
        } else {
            world.config_options = json!({"IPv6 Addresses": "1"});
            api::change_package(&world.core, &world.order(7)).unwrap();
        }
        world.cron_until_idle();
        assert_eq!(given(&world), [] as [&str; 0], "{with}");
    }
}

#[test]
fn the_last_key_of_a_guest_without_password_stays() {
    let world = without_passwords();
    order_with(&world, 7, LAPTOP).unwrap();
    world.cron_until_idle();
    let remove = by(&world, json!({"fingerprint": fingerprint(LAPTOP)}));
    let refused = acts::ssh_key_remove(&world.core, &remove).unwrap_err();
    assert_eq!(refused.code(), "ssh_key_missing", "{refused}");
    assert_eq!(page(&world)["keys"].as_array().unwrap().len(), 1);
}

#[test]
fn a_client_that_whmcs_deletes_leaves_no_keys() {
    let world = ready();
    add(&world, LAPTOP).unwrap();
    choose(&world, &[LAPTOP]).unwrap();
    write(&world).unwrap();
    let stored = |world: &World| world.core.store.ssh_keys(3).unwrap().len();
    assert_eq!(stored(&world), 1);
    for nobody in [json!({}), json!({"client_id": 0})] {
        api::client_deleted(&world.core, &nobody).unwrap_err();
    }
    let others = api::client_deleted(&world.core, &json!({"client_id": 4})).unwrap();
    assert_eq!((&others["keys"], stored(&world)), (&json!(0), 1));
    let own = api::client_deleted(&world.core, &json!({"client_id": 3})).unwrap();
    assert_eq!((&own["keys"], stored(&world)), (&json!(1), 0));
    assert_eq!(given(&world), [LAPTOP], "what the VM has it keeps");
}
