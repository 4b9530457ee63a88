//! The simulator's own promises, in virtual time: locks, clones, faults, cloud-init, HA. No socket, no sleep.

use pvesim::{
    Cluster, Fault, FaultKind, Guest, NodeSpec, Options, Reply, Request, StorageSpec, Transport, UserSpec, Version,
};
use serde_json::json;

const SECRET: &str = "11111111-2222-3333-4444-555555555555";
const T0: f64 = 1_800_000_000.0;

struct Api {
    c: Cluster,
    now: f64,
}

impl Api {
    fn new(options: Options) -> Self {
        Self {
            c: Cluster::new(options, T0),
            now: T0 + 1.0,
        }
    }

    fn send(&mut self, method: &str, path: &str, params: &[(&str, &str)]) -> Reply {
        let request = Request::new(method, path).token("root@pam!sim", SECRET).form(params);
        let reply = self.c.handle(&request, self.now);
        self.now = self.c.now() + reply.delay_s;
        reply
    }

    fn pass(&mut self, seconds: f64) {
        self.now += seconds;
        self.c.advance(self.now);
    }

    fn task(&mut self, method: &str, path: &str, params: &[(&str, &str)]) -> String {
        let reply = self.send(method, path, params);
        assert_eq!(reply.status, 200, "{} {path}: {}", method, reply.reason);
        let exit = self.c.finish(&reply.upid(), 300.0).expect("the task ends");
        self.now = self.c.now();
        exit
    }

    fn clone(&mut self, id: &str) -> String {
        self.task(
            "POST",
            "/nodes/pve1/qemu/9000/clone",
            &[("newid", id), ("full", "1"), ("name", "web")],
        )
    }

    fn config(&mut self, id: u32) -> serde_json::Value {
        self.send("GET", &format!("/nodes/pve1/qemu/{id}/config"), &[]).data()
    }
}

#[test]
fn a_clone_goes_through_its_stages() {
    let mut a = Api::new(Options::default());
    let upid = a
        .send(
            "POST",
            "/nodes/pve1/qemu/9000/clone",
            &[("newid", "101"), ("full", "1"), ("name", "web")],
        )
        .upid();
    a.pass(0.02);
    let early = a.config(101);
    assert_eq!(early["lock"], "clone");
    assert!(early.get("name").is_none(), "only the two-line file: {early}");
    a.pass(0.5);
    let middle = a.config(101);
    assert_eq!((&middle["lock"], &middle["name"]), (&json!("clone"), &json!("web")));
    assert!(middle.get("ide2").is_some() && middle.get("scsi0").is_none());
    let template = a.config(9000);
    assert_ne!(middle["net0"], template["net0"]);
    assert_ne!(middle["smbios1"], template["smbios1"]);
    assert_eq!(a.c.finish(&upid, 60.0).as_deref(), Some("OK"));
    a.now = a.c.now();
    let done = a.config(101);
    assert!(done.get("lock").is_none());
    assert_eq!(done["scsi0"], "local:101/vm-101-disk-0.qcow2,size=2G");
}

#[test]
fn writes_to_a_clone_target_differ_between_versions() {
    for (version, text, late) in [
        (Version::V9_1, "can't lock file", 10.0),
        (Version::V9_2, "VM is locked (clone)", 0.0),
    ] {
        let mut a = Api::new(Options {
            version,
            clone_seconds: 60.0,
            ..Options::default()
        });
        a.send(
            "POST",
            "/nodes/pve1/qemu/9000/clone",
            &[("newid", "101"), ("full", "1")],
        );
        a.pass(1.0);
        let r = a.send("PUT", "/nodes/pve1/qemu/101/config", &[("cores", "2")]);
        assert_eq!(r.status, 500);
        assert!(r.reason.contains(text), "{}", r.reason);
        assert!((r.delay_s - late).abs() < 0.01, "{}", r.delay_s);
        assert_eq!(a.c.counters.writes_during_task, 1);
        assert_eq!(a.c.counters.refused_locked, 1);
    }
}

#[test]
fn the_log_of_a_clone_grows_with_it() {
    let mut a = Api::new(Options {
        clone_seconds: 20.0,
        ..Options::default()
    });
    let upid = a
        .send(
            "POST",
            "/nodes/pve1/qemu/9000/clone",
            &[("newid", "101"), ("full", "1")],
        )
        .upid();
    let log = |a: &mut Api, start: &str| {
        let path = format!("/nodes/pve1/tasks/{upid}/log?start={start}&limit=1000");
        let data = a.send("GET", &path, &[]).data();
        let lines = data.as_array().cloned().unwrap_or_default();
        let texts = lines.iter().filter_map(|line| line["t"].as_str().map(str::to_owned));
        texts.collect::<Vec<_>>()
    };
    a.pass(10.06);
    let half = log(&mut a, "0");
    assert!(
        half.last().is_some_and(|line| line.contains("GiB (49.")),
        "{:?}",
        half.last()
    );
    a.pass(0.01);
    assert_eq!(log(&mut a, &half.len().to_string()), [""; 0], "nothing new");
    a.pass(20.0);
    let rest = log(&mut a, &half.len().to_string());
    let end = "transferred 2.0 GiB of 2.0 GiB (100.00%)";
    assert_eq!(rest[rest.len() - 3..], [end, end, "TASK OK"]);
}

#[test]
fn a_write_waits_for_a_short_task() {
    let mut a = Api::new(Options::default());
    a.clone("101");
    a.send("POST", "/nodes/pve1/qemu/101/status/start", &[]);
    a.pass(0.1);
    let r = a.send("PUT", "/nodes/pve1/qemu/101/config", &[("description", "x")]);
    assert_eq!(r.status, 200);
    assert!(r.delay_s > 1.0 && r.delay_s < 2.0, "{}", r.delay_s);
}

#[test]
fn only_one_of_two_clones_onto_one_id_wins() {
    let mut a = Api::new(Options::default());
    let path = "/nodes/pve1/qemu/9000/clone";
    let now = a.now;
    let one = a.send("POST", path, &[("newid", "101"), ("full", "1")]).upid();
    a.now = now;
    let two = a.send("POST", path, &[("newid", "101"), ("full", "1")]).upid();
    let ends = [
        a.c.finish(&one, 60.0).unwrap_or_default(),
        a.c.finish(&two, 60.0).unwrap_or_default(),
    ];
    assert_eq!(ends.iter().filter(|e| *e == "OK").count(), 1, "{ends:?}");
    assert!(a.c.vm(101).is_some_and(|v| v.lock().is_none()));
}

#[test]
fn parallel_starts_give_one_ok() {
    let mut a = Api::new(Options::default());
    a.clone("101");
    let upids: Vec<String> = (0..3)
        .map(|_| a.send("POST", "/nodes/pve1/qemu/101/status/start", &[]).upid())
        .collect();
    let ends: Vec<String> = upids.iter().map(|u| a.c.finish(u, 60.0).unwrap_or_default()).collect();
    assert_eq!(ends.iter().filter(|e| *e == "OK").count(), 1);
    assert_eq!(ends.iter().filter(|e| e.contains("already running")).count(), 2);
}

#[test]
fn faults_happen_before_or_after_the_effect() {
    let mut a = Api::new(Options::default());
    a.c.add_fault(Fault::once("POST", "/clone$", FaultKind::DropBeforeEffect));
    let path = "/nodes/pve1/qemu/9000/clone";
    assert_eq!(
        a.send("POST", path, &[("newid", "101"), ("full", "1")]).transport,
        Transport::Closed
    );
    a.pass(5.0);
    assert!(a.c.vm(101).is_none());
    a.c.add_fault(Fault::once("POST", "/clone$", FaultKind::DropAfterEffect));
    assert_eq!(
        a.send("POST", path, &[("newid", "101"), ("full", "1")]).transport,
        Transport::Closed
    );
    a.pass(5.0);
    assert!(a.c.vm(101).is_some());
    a.c.add_fault(Fault::once("POST", "/clone$", FaultKind::TaskUnexpected));
    assert_eq!(a.clone("102"), "unexpected status");
    assert_eq!(a.c.vm(102).and_then(|v| v.lock()), Some("clone"));
    a.c.add_fault(Fault::nth(
        "GET",
        "/status/current",
        2,
        FaultKind::Status(596, "Connection timed out".into(), String::new()),
    ));
    assert_eq!(a.send("GET", "/nodes/pve1/qemu/101/status/current", &[]).status, 200);
    assert_eq!(a.send("GET", "/nodes/pve1/qemu/101/status/current", &[]).status, 596);
    a.c.add_fault(Fault::once("POST", "start", FaultKind::TaskWarnings(1)));
    assert_eq!(a.task("POST", "/nodes/pve1/qemu/101/status/start", &[]), "WARNINGS: 1");
    assert!(a.c.is_running(101));
}

#[test]
fn a_clone_writes_its_config_after_each_volume() {
    let mut a = Api::new(Options::default());
    let second = a.c.add_disk("pve1", "local", 9000, 8 << 30);
    a.c.set_config(9000, "virtio0", Some(&format!("{second},size=8G")));
    // the drive that is copied first, and takes time
    let first = a.c.add_disk("pve1", "local", 9000, 8 << 30);
    a.c.set_config(9000, "efidisk0", Some(&format!("{first},size=8G")));
    a.c.set_clone_seconds(9000, 300.0);
    let path = "/nodes/pve1/qemu/9000/clone";
    let upid = a
        .send("POST", path, &[("newid", "101"), ("full", "1"), ("name", "web")])
        .upid();
    a.pass(50.0);
    let config = a.config(101);
    assert_eq!(
        (&config["description"], &config["name"], &config["lock"]),
        (&json!(" qmclone temporary file"), &json!(null), &json!("clone"))
    );
    a.pass(100.0);
    let config = a.config(101);
    assert_eq!((&config["name"], &config["lock"]), (&json!("web"), &json!("clone")));
    assert!(config["efidisk0"].is_string() && config["ide2"].is_string(), "{config}");
    assert!(config["scsi0"].is_null() && config["virtio0"].is_null(), "{config}");
    a.pass(100.0);
    assert!(a.config(101)["scsi0"].is_string() && a.config(101)["virtio0"].is_null());
    assert!(a.c.kill_task(&upid));
    a.pass(1000.0);
    let config = a.config(101);
    assert!(config["lock"] == "clone" && config["virtio0"].is_null(), "{config}");
    // with the one that it was writing to
    let left = a.c.volumes.iter().filter(|one| one.vmid == Some(101));
    assert_eq!(left.count(), 4);
    // one that ends itself takes all of them away
    let upid = a.send("POST", path, &[("newid", "102"), ("full", "1")]).upid();
    a.pass(150.0);
    a.send("DELETE", &format!("/nodes/pve1/tasks/{upid}"), &[]);
    assert!(a.c.vm(102).is_none() && a.c.volumes.iter().all(|one| one.vmid != Some(102)));
}

#[test]
fn an_unknown_upid_hides_a_task_that_runs() {
    let mut a = Api::new(Options::default());
    a.clone("101");
    a.c.add_fault(Fault::once("POST", "start", FaultKind::UnknownUpid));
    let upid = a.send("POST", "/nodes/pve1/qemu/101/status/start", &[]).upid();
    let path = format!(
        "/nodes/pve1/tasks/{}/status",
        upid.replace(':', "%3A").replace('@', "%40").replace('!', "%21")
    );
    assert_eq!(a.send("GET", &path, &[]).value()["errors"]["upid"], "no such task");
    a.pass(3.0);
    assert!(a.c.is_running(101));
}

#[test]
fn the_guest_gets_what_was_set_before_its_start() {
    let mut a = Api::new(Options::default());
    a.clone("101");
    let path = "/nodes/pve1/qemu/101/config";
    let set = [
        ("ciuser", "root"),
        ("cipassword", "Secr3t!"),
        ("ipconfig0", "ip=192.0.2.10/24,gw=192.0.2.1"),
    ];
    assert_eq!(a.send("PUT", path, &set).status, 200);
    assert_eq!(a.config(101)["cipassword"], "**********");
    a.task("POST", "/nodes/pve1/qemu/101/status/start", &[]);
    let gen_ =
        a.c.vm(101)
            .and_then(|v| v.generations.last().cloned())
            .expect("a drive was written");
    assert_eq!(gen_.password.as_deref(), Some("Secr3t!"));
    assert_eq!(gen_.values["ipconfig0"], "ip=192.0.2.10/24,gw=192.0.2.1");
    let shown = format!(
        "{:?}{}",
        a.c.log,
        a.c.vm(101).map(|v| v.raw(101).to_string()).unwrap_or_default()
    );
    assert!(!shown.contains("Secr3t!"), "the password is nowhere to be read");
}

#[test]
fn memory_stays_pending_on_a_running_guest() {
    let mut a = Api::new(Options::default());
    a.clone("101");
    a.task("POST", "/nodes/pve1/qemu/101/status/start", &[]);
    a.send(
        "PUT",
        "/nodes/pve1/qemu/101/config",
        &[("memory", "1024"), ("scsi1", "local:32")],
    );
    assert_eq!(a.config(101)["memory"], "1024");
    assert_eq!(a.config(101)["scsi1"], "local:101/vm-101-disk-1.raw,size=32G");
    let running = a.send("GET", "/nodes/pve1/qemu/101/config", &[("current", "1")]).data();
    assert_eq!(running["memory"], "512");
    let status = a.send("GET", "/nodes/pve1/qemu/101/status/current", &[]).data();
    assert_eq!(status["maxmem"], 512 << 20);
    a.task("POST", "/nodes/pve1/qemu/101/status/stop", &[]);
    a.task("POST", "/nodes/pve1/qemu/101/status/start", &[]);
    assert_eq!(
        a.send("GET", "/nodes/pve1/qemu/101/status/current", &[]).data()["maxmem"],
        1024 << 20
    );
}

#[test]
fn ha_guests_follow_later() {
    let mut a = Api::new(Options::default());
    a.clone("101");
    a.c.add_ha(101, "stopped");
    let reply = a.send("POST", "/nodes/pve1/qemu/101/status/start", &[]);
    assert!(reply.upid().contains(":hastart:101:"));
    assert_eq!(a.c.finish(&reply.upid(), 60.0).as_deref(), Some("OK"));
    assert!(!a.c.is_running(101));
    a.now = a.c.now();
    a.pass(20.0);
    assert!(a.c.is_running(101));
    let kinds = |a: &Api| a.c.tasks().iter().map(|task| task.kind.clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&a).last().map(String::as_str), Some("qmstart"));
    a.task("POST", "/nodes/pve1/qemu/101/status/stop", &[]);
    a.pass(20.0);
    assert!(!a.c.is_running(101));
    assert_eq!(
        kinds(&a)[kinds(&a).len() - 2..],
        ["hastop", "qmstop"],
        "a stop, no shutdown"
    );
    // who starts it without HA's knowledge finds it stopped again
    a.c.set_power(101, true);
    a.pass(20.0);
    assert!(!a.c.is_running(101));
}

#[test]
fn a_shutdown_nobody_hears_times_out() {
    let mut a = Api::new(Options::default());
    a.clone("101");
    a.c.set_guest(
        101,
        Guest {
            ignores_shutdown: true,
            ..Guest::default()
        },
    );
    a.task("POST", "/nodes/pve1/qemu/101/status/start", &[]);
    let path = "/nodes/pve1/qemu/101/status/shutdown";
    assert_eq!(
        a.task("POST", path, &[("timeout", "5")]),
        "VM quit/powerdown failed - got timeout"
    );
    assert!(a.c.is_running(101));
    assert_eq!(a.task("POST", path, &[("timeout", "5"), ("forceStop", "1")]), "OK");
    assert!(!a.c.is_running(101));
}

#[test]
fn rights_are_checked_before_existence() {
    let user = UserSpec {
        id: "cust@pve".into(),
        password: "p".into(),
        token: Some(("t".into(), "s".into())),
        acl: vec![("/vms/101".into(), vec!["VM.Audit".into()])],
    };
    let mut a = Api::new(Options {
        users: vec![user],
        ..Options::default()
    });
    let ask = |a: &mut Api, id: u32| {
        let path = format!("/nodes/pve1/qemu/{id}/status/current");
        a.c.handle(&Request::new("GET", &path).token("cust@pve!t", "s"), a.now)
    };
    let r = ask(&mut a, 102);
    assert_eq!(
        (r.status, r.reason.as_str()),
        (403, "Permission check failed (/vms/102, VM.Audit)")
    );
    assert_eq!(ask(&mut a, 101).status, 500);
    a.clone("101");
    assert_eq!(ask(&mut a, 101).status, 200);
}

#[test]
fn block_storages_name_and_share_differently() {
    let mut options = Options::nodes(&["pve1", "pve2"]);
    options.storages.push(StorageSpec::block("thin", "lvmthin", false));
    options.storages.push(StorageSpec::block("ceph", "rbd", true));
    options.nodes.push(NodeSpec::new("pve3"));
    let mut a = Api::new(options);
    let path = "/nodes/pve1/qemu/9000/clone";
    assert_eq!(
        a.task("POST", path, &[("newid", "101"), ("full", "1"), ("storage", "thin")]),
        "OK"
    );
    assert_eq!(a.config(101)["scsi0"], "thin:vm-101-disk-0,size=2G");
    let r = a.send(
        "POST",
        path,
        &[("newid", "102"), ("full", "1"), ("target", "pve2"), ("storage", "thin")],
    );
    assert_eq!(r.reason, "can't clone to non-shared storage 'thin'");
    let r = a.send(
        "POST",
        path,
        &[("newid", "102"), ("full", "1"), ("target", "pve2"), ("storage", "ceph")],
    );
    assert_eq!(r.reason, "can't clone VM to node 'pve2' (VM uses local storage)");
    a.c.add_template(9001, "shared", "pve1", "ceph", 2 << 30);
    assert_eq!(
        a.task(
            "POST",
            "/nodes/pve1/qemu/9001/clone",
            &[("newid", "102"), ("target", "pve2"), ("full", "0")]
        ),
        "OK"
    );
    assert_eq!(a.c.vm(102).map(|v| v.node.as_str()), Some("pve2"));
    let r = a.send("DELETE", "/nodes/pve1/qemu/9001", &[]);
    assert!(
        a.c.finish(&r.upid(), 60.0)
            .is_some_and(|e| e.contains("still in use by linked clone"))
    );
}

#[test]
fn a_disk_is_detached_then_freed() {
    let mut a = Api::new(Options::default());
    a.clone("101");
    let path = "/nodes/pve1/qemu/101/config";
    a.send("PUT", path, &[("scsi1", "local:4")]);
    a.send("PUT", path, &[("delete", "scsi1")]);
    assert_eq!(a.config(101)["unused0"], "local:101/vm-101-disk-1.raw");
    assert!(a.c.find_volume("pve1", "local:101/vm-101-disk-1.raw").is_some());
    a.send("PUT", path, &[("delete", "unused0")]);
    assert!(a.c.find_volume("pve1", "local:101/vm-101-disk-1.raw").is_none());
}

#[test]
fn a_full_storage_fails_the_clone_and_cleans_up() {
    let mut a = Api::new(Options::default());
    a.c.fill_storage("local2", 50 << 20);
    let path = "/nodes/pve1/qemu/9000/clone";
    let exit = a.task("POST", path, &[("newid", "101"), ("full", "1"), ("storage", "local2")]);
    assert!(exit.starts_with("clone failed: copy failed:"), "{exit}");
    assert!(a.c.vm(101).is_none());
    assert!(!a.c.volumes.iter().any(|v| v.vmid == Some(101)));
}

#[test]
fn time_can_be_scaled() {
    let mut a = Api::new(Options::default().scale(0.01));
    let r = a.c.handle(&Request::new("GET", "/version"), a.now);
    assert_eq!(r.status, 401);
    assert!((r.delay_s - 0.03).abs() < 1e-9);
    let upid = a
        .send(
            "POST",
            "/nodes/pve1/qemu/9000/clone",
            &[("newid", "101"), ("full", "1")],
        )
        .upid();
    assert_eq!(a.c.finish(&upid, 0.1).as_deref(), Some("OK"));
}
