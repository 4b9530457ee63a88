//! The SSH keys of a guest that runs: at once by its agent where product, role and guest allow it, into a block of their own
//! that leaves every other key alone; else by cloud-init, and the answer says which it was.

use crate::acts;
use crate::ssh_keys::{LAPTOP, add, choose, write};
use crate::support::World;
use proxmoxkvm::api;
use pvesim::{Fault, FaultKind, Guest};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

const BLOCK: &str = include_str!("../../src/engine/authorized_keys.sh");
const OURS: &str = "ssh-ed25519 AAAAOURS me";
const THEIRS: &str = "# mine\nssh-rsa AAAATHEIRS you\n\n";

fn world(product: &str) -> World {
    let mut world = World::new();
    world.option(24, product);
    world.sim().set_config(9000, "agent", Some("1"));
    world.ready(7);
    world.clock_forward(60.0);
    guest(&world, |guest| guest.agent = true);
    add(&world, LAPTOP).unwrap();
    choose(&world, &[LAPTOP]).unwrap();
    world.sim().log.clear();
    world
}

fn guest(world: &World, is: fn(&mut Guest)) {
    is(&mut world.sim().vms.get_mut(&100).unwrap().guest);
}

fn written(world: &World) -> Value {
    let mut asked = world.shown_to("client");
    asked["client_id"] = json!(3);
    api::ssh_keys(&world.core, &asked).unwrap()["written"].clone()
}

#[test]
fn an_agent_gives_them_at_once_and_cloud_init_is_left_alone() {
    let world = world("ssh_keys_by = agent");
    assert_eq!(written(&world), false);
    assert_eq!(write(&world).unwrap()["by"], "agent");
    let runs = world.sim().agent_runs.clone();
    let [run] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!((run.command[0].as_str(), run.command[1].as_str()), ("/bin/sh", "-c"));
    assert_eq!((run.command[4].as_str(), run.command[5].as_str()), ("admin", BLOCK));
    assert_eq!(run.input, LAPTOP);
    assert!(
        !world.writes().iter().any(|write| write.ends_with("/config")),
        "{:?}",
        world.writes()
    );
    assert_eq!(written(&world), true);
    let history = acts::history(&world.core, 7).to_string();
    assert!(!history.contains("example.org"), "{history}");
    // another choice is none that it has, and no key at all is one that it can be given
    choose(&world, &[]).unwrap();
    assert_eq!(written(&world), false);
    assert_eq!(write(&world).unwrap()["by"], "agent");
    assert_eq!(world.sim().agent_runs[1].input, "");
    assert_eq!(written(&world), true);
}

#[test]
fn what_the_agent_does_not_do_cloud_init_does() {
    type Broken = (&'static str, fn(&World));
    let cases: [Broken; 9] = [
        ("absent", |world| guest(world, |guest| guest.agent = false)),
        ("hangs", |world| guest(world, |guest| guest.agent_hangs = true)),
        ("forbids", |world| guest(world, |guest| guest.agent_runs_nothing = true)),
        ("lies", |world| guest(world, |guest| guest.agent_exit = (0, false))),
        ("link", |world| guest(world, |guest| guest.agent_exit = (66, false))),
        ("late", |world| guest(world, |guest| guest.agent_run_s = 60.0)),
        ("denied", |world| {
            let kind = FaultKind::Status(403, "Permission check failed".into(), String::new());
            world.sim().add_fault(Fault::always("POST", "/agent/exec", kind));
        }),
        ("cut off", |world| {
            world
                .sim()
                .add_fault(Fault::once("POST", "/agent/exec", FaultKind::DropAfterEffect));
        }),
        ("off", |world| drop(acts::stop(&world.core, &world.order(7)).unwrap())),
    ];
    for (what, breaks) in cases {
        let world = world("ssh_keys_by = agent");
        breaks(&world);
        let begun = world.now();
        let reply = write(&world).unwrap();
        assert_eq!(reply["by"], Value::Null, "{what}");
        assert!(world.now() - begun < 20.0, "{what}: nobody waits for long");
        assert!(world.config(100, "sshkeys").contains("ssh"), "{what}");
        assert_eq!(written(&world), true, "{what}");
        let history = acts::history(&world.core, 7).to_string();
        let told = history.contains("not by the guest agent");
        assert_eq!(told, !["off"].contains(&what), "{what}: {history}");
    }
    let world = world("ssh_keys_by = cloudinit");
    write(&world).unwrap();
    assert!(world.sim().agent_runs.is_empty(), "the product does not want it");
}

#[test]
fn a_guest_that_came_back_from_a_backup_is_not_taken_to_have_them() {
    let world = world("ssh_keys_by = agent\nsnapshots = 2");
    crate::snapshots::take(&world, "before").unwrap();
    world.cron_until_idle();
    write(&world).unwrap();
    assert_eq!(written(&world), true);
    let name = crate::snapshots::own(&world)[0].clone();
    crate::snapshots::roll_back(&world, &name).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), written(&world)), ("ready", json!(false)));
}

/// Runs the script that the agent runs, for a user whose home is a folder; its exit code.
fn run(home: &Path, keys: &str, shell: &str) -> i32 {
    let mut script = Command::new(shell)
        .args(["-c", BLOCK])
        .env("HOME", home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // one that refuses reads nothing
    drop(script.stdin.take().unwrap().write_all(keys.as_bytes()));
    let ended = script.wait_with_output().unwrap();
    let code = ended.status.code().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stdout).trim() == "done", code == 0);
    code
}

fn keys(home: &Path) -> String {
    fs::read_to_string(home.join(".ssh/authorized_keys")).unwrap()
}

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".ssh")).unwrap();
    home
}

#[test]
fn the_script_writes_its_own_block_and_no_other_line() {
    for shell in ["sh", "bash"] {
        let home = home();
        let home = home.path();
        fs::write(
            home.join(".ssh/authorized_keys"),
            format!("{THEIRS}no newline at its end"),
        )
        .unwrap();
        assert_eq!(run(home, OURS, shell), 0);
        let first = keys(home);
        assert!(
            first.starts_with(&format!("{THEIRS}no newline at its end\n# BEGIN")),
            "{first}"
        );
        assert!(first.contains(&format!("\n{OURS}\n# END")), "{first}");
        assert_eq!(run(home, OURS, shell), 0);
        assert_eq!(keys(home), first, "twice is as once");
        let two = format!(
            "{OURS}\nssh-ed25519 AAAAMORE $(touch {}/evil) `id` \\n 'x' %s",
            home.display()
        );
        assert_eq!(run(home, &two, shell), 0);
        assert!(keys(home).contains(&two) && keys(home).matches("# BEGIN").count() == 1);
        assert!(!home.join("evil").exists());
        // what was written below it stays where it was, in its order
        fs::write(home.join(".ssh/authorized_keys"), format!("{first}last")).unwrap();
        assert_eq!(run(home, "", shell), 0);
        assert_eq!(keys(home), format!("{THEIRS}no newline at its end\nlast\n"));
        let mode = fs::metadata(home.join(".ssh/authorized_keys"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(
            fs::read_dir(home.join(".ssh")).unwrap().count(),
            1,
            "nothing is left behind"
        );
    }
}

#[test]
fn a_block_that_has_lost_its_end_keeps_what_follows_it() {
    let home = home();
    let home = home.path();
    run(home, OURS, "sh");
    let broken = keys(home).replace("# END keys of the control panel\n", "") + "ssh-rsa AAAATHEIRS you\n";
    fs::write(home.join(".ssh/authorized_keys"), &broken).unwrap();
    for _ in 0..2 {
        assert_eq!(run(home, OURS, "sh"), 0);
        let now = keys(home);
        assert!(now.starts_with(&broken), "{now}");
        assert_eq!(now.matches("# END").count(), 1, "{now}");
    }
    assert_eq!(run(home, "", "sh"), 0);
    assert_eq!(keys(home), broken);
}

#[test]
fn a_home_without_keys_gets_them_and_links_are_left_to_whoever_made_them() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    assert_eq!(run(home, "", "sh"), 0);
    assert!(!home.join(".ssh").exists(), "nothing to give is nothing to make");
    assert_eq!(run(home, OURS, "sh"), 0);
    let mode = fs::metadata(home.join(".ssh")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("managed");
    fs::write(&target, THEIRS).unwrap();
    fs::remove_file(home.join(".ssh/authorized_keys")).unwrap();
    symlink(&target, home.join(".ssh/authorized_keys")).unwrap();
    assert_eq!(run(home, OURS, "sh"), 66);
    assert_eq!(fs::read_to_string(&target).unwrap(), THEIRS);
    fs::remove_dir_all(home.join(".ssh")).unwrap();
    symlink(elsewhere.path(), home.join(".ssh")).unwrap();
    assert_eq!(run(home, OURS, "sh"), 66);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
}

#[test]
fn a_shop_is_told_the_clients_own_keys_where_the_product_has_keys() {
    let mut world = world("");
    let ask = |world: &World| {
        let asked = json!({"client_id": 3, "package": world.order(7)["package"]});
        api::client_keys(&world.core, &asked).unwrap()["keys"].clone()
    };
    let own = json!([{"name": "me@example.org", "kind": "ssh-ed25519", "line": LAPTOP}]);
    assert_eq!(ask(&world), own);
    world.option(24, "client_ssh_keys = off");
    assert_eq!(ask(&world), json!([]));
}
