//! The cloud-init of a Debian package reads what Proxmox VE writes onto the drive: valid by its schema, and with user, keys and
//! addresses as chosen. Without the package (tests/setup/install.sh) there is nothing to ask.

use crate::acts;
use crate::ssh_keys;
use crate::support::World;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// An Ed25519 key of this end, with a comment.
fn key(end: &str, comment: &str) -> String {
    format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA{end:A<42} {comment}")
        .trim_end()
        .to_owned()
}

/// What a comment may do to YAML.
const COMMENTS: [&str; 12] = [
    "ada@example.net",
    "",
    "# no comment",
    "key: value",
    "- item",
    "\"quoted\"",
    "it's",
    "{a: [b]}",
    "*alias &anchor !tag",
    "%percent | pipe > fold",
    "@at `tick`",
    "Schl\u{fc}ssel \u{1f511}",
];

pub(crate) fn is_there() -> bool {
    let found = Command::new("cloud-init")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        eprintln!("cloud-init is not installed: nothing is asked of it");
    }
    found
}

/// Refused by its schema, or what it makes of it.
fn read(world: &World) -> Value {
    let (user, network) = world.sim().drive_data(100).unwrap();
    is_valid(&user);
    taken(&json!({"user": user, "network": network}))
}

/// Refused by its schema.
pub(crate) fn is_valid(user: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("user-data");
    std::fs::write(&file, user).unwrap();
    let schema = Command::new("cloud-init")
        .args(["schema", "--config-file"])
        .arg(&file)
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&schema.stdout),
        String::from_utf8_lossy(&schema.stderr)
    );
    assert!(schema.status.success() && said.contains("Valid"), "{said}\n{user}");
}

/// What it makes of what it is given.
pub(crate) fn taken(given: &Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/cloud_init.py");
    let mut python = Command::new("/usr/bin/python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = python.stdin.take().unwrap();
    stdin.write_all(given.to_string().as_bytes()).unwrap();
    drop(stdin);
    let made = python.wait_with_output().unwrap();
    assert!(
        made.status.success(),
        "{}\n{given}",
        String::from_utf8_lossy(&made.stderr)
    );
    serde_json::from_slice(&made.stdout).unwrap()
}

#[test]
fn the_snippets_of_the_docs_are_valid_and_leave_users_and_network_alone() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/applications.md")).unwrap();
    let snippets: Vec<&str> = page
        .split("```yaml\n")
        .skip(1)
        .filter_map(|part| part.split("```").next())
        .collect();
    assert_eq!(snippets.len(), 3);
    for snippet in snippets {
        assert!(snippet.starts_with("#cloud-config\n"));
        for of_the_order in ["user", "password", "chpasswd", "ssh_", "hostname", "network"] {
            let is_key = |line: &str| line.starts_with(of_the_order);
            assert!(!snippet.lines().any(is_key), "{of_the_order}: {snippet}");
        }
        if is_there() {
            is_valid(snippet);
        }
    }
}

#[test]
fn users_and_addresses_are_as_ordered() {
    if !is_there() {
        return;
    }
    for user in ["root", "admin", "debian"] {
        let mut world = World::new();
        world.option(20, user);
        world.config_options = json!({"IPv4 Addresses": 1, "ipv6": 1});
        world.ready(7);
        let made = read(&world);
        assert_eq!(made["user"], user);
        let name = world.service(7)["name"].clone();
        assert_eq!(made["hostname"], name);
        assert_eq!(made["fqdn"], format!("{}.example.net", name.as_str().unwrap()));
        assert_eq!(made["addresses"], json!(["192.0.2.10/24", "2001:db8::10/64"]));
        assert_eq!(made["gateways"], json!(["192.0.2.1", "fe80::1"]));
        assert_eq!(
            made["resolvers"],
            json!(["192.0.2.53", "198.51.100.53", "2001:db8::53"])
        );
        assert_eq!(made["search"], json!(["example.net"]));
        assert!(made["password"].as_str().unwrap().starts_with("$5$"), "a hash");
        assert_eq!(made["keys"], json!([]));
    }
}

#[test]
fn keys_are_those_that_were_chosen_whatever_their_comments() {
    if !is_there() {
        return;
    }
    let mut world = World::new();
    world.option(24, "client_reinstall = on");
    world.ready(7);
    let keys: Vec<String> = COMMENTS
        .iter()
        .zip('a'..)
        .map(|(comment, end)| key(&end.to_string(), comment))
        .collect();
    for key in &keys {
        world.clock_forward(3600.0);
        ssh_keys::add(&world, key).unwrap();
    }
    let chosen: Vec<&str> = keys.iter().map(String::as_str).collect();
    ssh_keys::choose(&world, &chosen).unwrap();
    world.clock_forward(4000.0);
    acts::stop(&world.core, &world.order(7)).unwrap();
    acts::reinstall(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    let made = read(&world);
    let made = made["keys"].as_array().unwrap();
    assert_eq!(made.len(), keys.len());
    for (made, key) in made.iter().zip(&keys) {
        let made = made.as_str().unwrap_or_else(|| panic!("{made} is no text, of {key}"));
        let body = |key: &str| key.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(body(made), body(key), "{made}");
    }
}

#[test]
fn of_windows_the_administrator_is_told_and_has_the_password() {
    let mut world = World::new();
    world.option(20, "root");
    world.sim().set_config(9000, "ostype", Some("win11"));
    world.ready(7);
    assert_eq!(world.config(100, "ciuser"), "Administrator");
    assert_eq!(world.service(7)["username"], "Administrator");
    let told = world.told.lock().unwrap();
    let last = told.iter().rev().find(|entry| entry["kind"] == "write_back").unwrap();
    assert_eq!(last["username"], "Administrator", "WHMCS shows it");
}

#[test]
fn the_user_is_the_guests_own_since_it_was_built() {
    let mut world = World::new();
    world.ready(7);
    world.option(20, "other").option(6, "4");
    proxmoxkvm::api::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(
        (world.config(100, "ciuser"), world.service(7)["username"].clone()),
        ("admin".to_owned(), json!("admin"))
    );
}
