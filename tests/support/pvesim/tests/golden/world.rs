//! The recording's world: one node with two CPUs and no KVM, a template of 256 MiB, and what was done by hand on the node
//! between the requests.

use pvesim::{Cluster, Fault, FaultKind, Firewall, Guest, NodeSpec, Options, Version};

/// Secret of every token.
pub const SECRET: &str = "00000000-0000-0000-0000-000000000000";

/// A cluster as the recording found it.
pub fn cluster(version: Version) -> Cluster {
    let mut node = NodeSpec::new("pve1");
    node.bridges = vec!["vmbr0".into()];
    let options = Options {
        version,
        nodes: vec![node],
        token: ("lab".into(), SECRET.into()),
        template: None,
        schema: std::env::var_os("PVESIM_GOLDEN_NO_SCHEMA").is_none(),
        clone_seconds: 0.5,
        ..Options::default()
    };
    let mut c = Cluster::new(options, 1_795_357_460.0);
    template(&mut c);
    if version == Version::V8_4 {
        // QEMU did not start in that recording's environment
        let kind = FaultKind::TaskError("start failed: QEMU exited with code 1".into());
        c.add_fault(Fault::always("POST", "/150/status/start", kind));
    }
    if version == Version::V9_2 {
        // left over from the recording before, on the same node
        let rule = [("type", "in"), ("action", "ACCEPT"), ("enable", "0")];
        let rule = rule.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        c.firewall.insert(
            "9999".into(),
            Firewall {
                rules: vec![rule],
                ..Firewall::default()
            },
        );
    }
    c.set_kvm("pve1", false);
    c.add_user("prov@pve", "limited-password", "lab", SECRET);
    let privs = "VM.Allocate VM.Clone VM.Config.Disk VM.Config.CPU VM.Config.Memory VM.Config.Network VM.Config.HWType \
        VM.Config.Options VM.Config.Cloudinit VM.Config.CDROM VM.PowerMgmt VM.Audit VM.Snapshot VM.Snapshot.Rollback \
        VM.Backup VM.Console VM.GuestAgent.Audit VM.GuestAgent.Unrestricted Datastore.AllocateSpace Datastore.Audit SDN.Use \
        Sys.Audit Pool.Audit";
    let list: Vec<&str> = privs.split_whitespace().collect();
    c.define_role("Provisioner", &list);
    c.give_role("prov@pve", "/", "Provisioner");
    c
}

fn template(c: &mut Cluster) {
    c.add_template(9000, "tmpl", "pve1", "local", 256 << 20);
    c.set_config(9000, "vga", Some("serial0"));
    c.set_config(9000, "kvm", Some("0"));
    c.set_config(9000, "memory", Some("256"));
    c.set_config(9000, "meta", Some("creation-qemu=10.0.13,ctime=1795357450"));
    c.set_guest(
        9000,
        Guest {
            agent: true,
            ..Guest::default()
        },
    );
}

fn fresh(c: &mut Cluster, id: u32, name: &str) {
    c.delete_vm(id);
    c.add_vm(id, name, "pve1", "local", 256 << 20);
    c.set_config(id, "vga", Some("serial0"));
    c.set_config(id, "kvm", Some("0"));
    c.set_config(id, "memory", Some("256"));
    let disk = c.vm(id).and_then(|v| v.conf.get("ide2").cloned()).unwrap_or_default();
    c.set_config(id, "ide2", Some(&format!("{disk},size=4M")));
    c.set_config(id, "meta", Some("creation-qemu=10.0.13,ctime=1795357450"));
    c.set_guest(
        id,
        Guest {
            agent: true,
            ..Guest::default()
        },
    );
}

fn keep(c: &mut Cluster, ids: &[u32]) {
    let all: Vec<u32> = c
        .vms
        .keys()
        .copied()
        .filter(|id| *id != 9000 && !ids.contains(id))
        .collect();
    for id in all {
        c.delete_vm(id);
    }
}

/// Brings the world to where a section starts.
pub fn enter(c: &mut Cluster, section: &str) {
    let lock = section.strip_prefix("config lock=").and_then(|s| s.split(' ').next());
    match section {
        "auth" => {
            fresh(c, 101, "c1");
            c.set_power(101, true);
        }
        "clone" | "" | "lock during clone (real, slow copy)" | "concurrency" => keep(c, &[]),
        "power" => {
            keep(c, &[]);
            fresh(c, 101, "p101");
            fresh(c, 102, "p102");
        }
        "power: shutdown timeouts (no agent, guest without OS)" => {
            c.set_guest(
                102,
                Guest {
                    ignores_shutdown: true,
                    ..Guest::default()
                },
            );
        }
        "firewall" => {
            keep(c, &[]);
            fresh(c, 101, "f101");
        }
        "snapshots (stopped)" => {
            keep(c, &[]);
            fresh(c, 101, "s101");
        }
        "access control" => {
            // the pool is filled while the lists still show the section before
            fresh(c, 101, "s101");
            c.set_power(101, true);
            fresh(c, 102, "acl102");
        }
        "http level" => {
            keep(c, &[]);
            fresh(c, 102, "acl102");
        }
        "provisioner: non-root user with a limited role, full flow" => {
            keep(c, &[]);
            fresh(c, 102, "acl102");
        }
        "task end states" => {
            keep(c, &[]);
            fresh(c, 101, "t101");
        }
        "task end states 2" => {
            c.delete_vm(103);
        }
        "leftover firewall file" | "leftover firewall file 2" => {
            c.delete_vm(105);
            c.delete_vm(106);
        }
        _ => {}
    }
    if let Some(lock) = lock {
        keep(c, &[101]);
        if c.vm(101).is_none() {
            fresh(c, 101, "c101");
        }
        relock(c, lock);
    }
}

/// `qm set --lock`, which refuses what is no lock.
pub fn relock(c: &mut Cluster, lock: &str) {
    c.set_lock(101, (lock != "disk").then_some(lock));
}

/// Seconds that passed before one request, where it matters.
pub fn pause(version: Version, section: &str, name: &str) -> f64 {
    match (section, name) {
        ("backup/restore", "status") if version == Version::V9_2 => 3.0,
        ("power", "agent ping") => 5.0,
        (_, "vncproxy" | "shutdown" | "prov: status cpus after reboot" | "prov: agent net") => 5.0,
        (_, "rollback vmstate (autostart)") => 1.0,
        _ => 0.0,
    }
}

/// What was done by hand right before one request.
pub fn before(c: &mut Cluster, section: &str, name: &str, nth: usize) {
    match (section, name) {
        (s, "stop") if s.starts_with("config lock=") && nth == 2 => {
            relock(c, s.trim_start_matches("config lock=").split(' ').next().unwrap_or(""));
        }
        ("access control", "restricted token: own status") => {
            c.set_power(101, false);
            c.set_config(101, "name", Some("acl101"));
        }
        ("firewall", "rules of recreated vm (same vmid)") => fresh(c, 101, "f101"),
        ("console", "vga std") => fresh(c, 120, "con120"),
        ("backend down", "clone with missing base image") => c.volumes.retain(|v| !v.name.contains("base-9000")),
        ("backend down", "storage disable") => {
            c.delete_vm(9000);
            template(c);
        }
        ("storage full", "storage status") => {
            if let Some(s) = c.storages.get_mut("small") {
                s.total = 83_886_080;
                s.used = 0;
            }
        }
        ("task end states 2", "net1 without bridge + mtu") => c.set_power(101, false),
        _ => {}
    }
}
