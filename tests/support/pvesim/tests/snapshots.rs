//! Snapshots as PVE's sources have them: what each storage can, what a killed worker leaves, what a rollback brings back.

use pvesim::{Cluster, Fault, FaultKind, Options, Reply, Request, StorageSpec};
use serde_json::{Value, json};

const SECRET: &str = "11111111-2222-3333-4444-555555555555";
const T0: f64 = 1_800_000_000.0;

struct Api(Cluster);

impl Api {
    /// VM 101 with one disk on a storage of this kind.
    fn on(kind: &str, chain: bool) -> Self {
        let mut options = Options::default();
        let mut storage = if kind == "dir" {
            StorageSpec::dir("s", "/s")
        } else {
            StorageSpec::block("s", kind, kind == "rbd")
        };
        storage.chain = chain;
        options.storages.push(storage);
        let mut c = Cluster::new(options, T0);
        c.add_vm(101, "web", "pve1", "s", 2 << 30);
        Api(c)
    }

    fn send(&mut self, method: &str, below: &str, params: &[(&str, &str)]) -> Reply {
        let path = format!("/nodes/pve1/qemu/101{below}");
        let request = Request::new(method, &path).token("root@pam!sim", SECRET).form(params);
        let now = self.0.now();
        self.0.handle(&request, now)
    }

    fn task(&mut self, method: &str, below: &str, params: &[(&str, &str)]) -> String {
        let reply = self.send(method, below, params);
        assert_eq!(reply.status, 200, "{method} {below}: {}", reply.reason);
        self.0.finish(&reply.upid(), 300.0).expect("the task ends")
    }

    fn take(&mut self, name: &str) -> String {
        self.task("POST", "/snapshot", &[("snapname", name)])
    }

    fn back(&mut self, name: &str) -> String {
        self.task("POST", &format!("/snapshot/{name}/rollback"), &[])
    }

    fn list(&mut self) -> Vec<(String, Value)> {
        let data = self.send("GET", "/snapshot", &[]).data();
        let entries = data.as_array().cloned().unwrap_or_default();
        let named = entries
            .into_iter()
            .map(|entry| (entry["name"].as_str().unwrap_or_default().to_owned(), entry));
        named.filter(|(name, _)| name != "current").collect()
    }

    fn config(&mut self, key: &str) -> Value {
        self.send("GET", "/config", &[]).data()[key].clone()
    }
}

#[test]
fn each_storage_has_its_snapshots_and_its_way_back() {
    let newest = "can't rollback, 's1' is not most recent snapshot";
    for (kind, chain, can, to_any) in [
        ("dir", false, true, true),
        ("dir", true, true, false),
        ("lvmthin", false, true, true),
        ("rbd", false, true, true),
        ("zfspool", false, true, false),
        ("lvm", false, false, false),
        ("lvm", true, true, false),
    ] {
        let what = format!("{kind}, chain: {chain}");
        let mut a = Api::on(kind, chain);
        assert_eq!(
            a.send("GET", "/feature?feature=snapshot", &[]).data()["hasFeature"],
            i32::from(can),
            "{what}"
        );
        if !can {
            assert_eq!(a.take("s1"), "snapshot feature is not available", "{what}");
            assert!(a.list().is_empty() && a.config("lock").is_null(), "{what}");
            continue;
        }
        assert_eq!((a.take("s1").as_str(), a.take("s2").as_str()), ("OK", "OK"), "{what}");
        a.0.set_power(101, true);
        let end = a.back("s1");
        if to_any {
            assert_eq!((end.as_str(), a.config("parent")), ("OK", json!("s1")), "{what}");
        } else {
            assert!(end.starts_with(newest), "{what}: {end}");
            assert!(a.0.is_running(101), "{what}: refused before it was stopped");
            assert_eq!(a.task("DELETE", "/snapshot/s2", &[]), "OK");
            assert_eq!(a.back("s1"), "OK", "{what}");
        }
        assert!(!a.0.is_running(101), "{what}: rolled back, and off");
    }
}

#[test]
fn one_raw_disk_in_a_directory_keeps_the_whole_vm_from_it() {
    let mut a = Api::on("dir", false);
    let reply = a.send("PUT", "/config", &[("scsi1", "s:1,format=raw")]);
    assert_eq!(reply.status, 200, "{}", reply.reason);
    assert_eq!(a.take("s1"), "snapshot feature is not available");
}

#[test]
fn a_rollback_brings_the_config_of_then_but_for_description_and_later_disks() {
    let mut a = Api::on("lvmthin", false);
    a.send(
        "PUT",
        "/config",
        &[("description", "then"), ("cores", "1"), ("vmgenid", "1")],
    );
    assert_eq!(
        a.task(
            "POST",
            "/snapshot",
            &[("snapname", "s1"), ("description", "before all")]
        ),
        "OK"
    );
    let (uuid, generation) = (a.config("smbios1"), a.config("vmgenid"));
    a.send(
        "PUT",
        "/config",
        &[("description", "now"), ("cores", "4"), ("scsi1", "s:1")],
    );
    assert_eq!(a.task("PUT", "/resize", &[("disk", "scsi0"), ("size", "+1G")]), "OK");
    assert_eq!(a.back("s1"), "OK");
    assert_eq!((a.config("cores"), a.config("description")), (json!(1), json!("now")));
    assert_eq!((a.config("smbios1"), a.config("scsi1")), (uuid, Value::Null));
    assert_ne!(a.config("vmgenid"), generation);
    let unused = a.config("unused0");
    assert!(
        unused
            .as_str()
            .is_some_and(|volume| volume.starts_with("s:vm-101-disk")),
        "{unused}"
    );
    assert!(a.config("scsi0").as_str().is_some_and(|disk| disk.contains("size=2G")));
    assert_eq!(
        a.send("GET", "/snapshot/s1/config", &[]).data()["description"],
        "before all"
    );
}

#[test]
fn memory_is_a_volume_and_the_vm_runs_after_the_rollback() {
    let mut a = Api::on("dir", false);
    a.0.set_power(101, true);
    assert_eq!(
        a.task("POST", "/snapshot", &[("snapname", "s1"), ("vmstate", "1")]),
        "OK"
    );
    assert_eq!(a.list()[0].1["vmstate"], 1);
    let state = "s:101/vm-101-state-s1.raw";
    assert_eq!(a.send("GET", "/snapshot/s1/config", &[]).data()["vmstate"], state);
    let there = |a: &Api| a.0.volumes.iter().any(|volume| volume.volid() == state);
    assert!(there(&a));
    assert_eq!(a.back("s1"), "OK");
    assert!(a.0.is_running(101));
    assert_eq!(a.task("DELETE", "/snapshot/s1", &[]), "OK");
    assert!(!there(&a));
}

#[test]
fn what_a_killed_worker_leaves_is_refused_until_it_is_unlocked_and_deleted() {
    let mut a = Api::on("lvmthin", false);
    let upid = a.send("POST", "/snapshot", &[("snapname", "s1")]).upid();
    let now = a.0.now();
    a.0.advance(now + 0.2);
    assert!(a.0.kill_task(&upid));
    assert_eq!((a.config("lock"), a.config("parent")), (json!("snapshot"), Value::Null));
    assert_eq!(a.list()[0].1["snapstate"], "prepare");
    for (method, below) in [
        ("POST", "/snapshot/s1/rollback"),
        ("DELETE", "/snapshot/s1?force=1"),
        ("POST", "/status/start"),
    ] {
        let end = a.task(method, below, &[]);
        let state = "unable to rollback to incomplete snapshot (snapstate = prepare)";
        assert!(end == "VM is locked (snapshot)" || end == state, "{below}: {end}");
    }
    assert_eq!(
        a.send("PUT", "/config", &[("cores", "2")]).reason,
        "VM is locked (snapshot)"
    );
    a.0.set_lock(101, None);
    assert_eq!(a.task("DELETE", "/snapshot/s1", &[]), "OK");
    assert!(a.list().is_empty());
}

#[test]
fn a_storage_that_is_full_leaves_no_snapshot_behind() {
    let mut a = Api::on("lvmthin", false);
    a.0.fill_storage("s", 0);
    let end = a.take("s1");
    assert!(end.contains("insufficient free space"), "{end}");
    assert!(a.list().is_empty() && a.config("lock").is_null());
    let mut a = Api::on("lvmthin", false);
    a.0.set_power(101, true);
    a.0.fill_storage("s", 100 << 20);
    let end = a.task("POST", "/snapshot", &[("snapname", "s1"), ("vmstate", "1")]);
    assert!(end.contains("insufficient free space"), "{end}");
    assert!(a.list().is_empty() && a.config("lock").is_null());
}

#[test]
fn names_are_checked_and_what_a_snapshot_holds_stays() {
    let mut a = Api::on("lvmthin", false);
    for (name, status) in [
        ("a", 400),
        ("1abc", 400),
        ("a.b", 400),
        ("current", 500),
        ("Pending", 500),
        ("s1", 200),
    ] {
        assert_eq!(
            a.send("POST", "/snapshot", &[("snapname", name)]).status,
            status,
            "{name}"
        );
    }
    let now = a.0.now();
    a.0.advance(now + 5.0);
    assert_eq!(a.take("s1"), "snapshot name 's1' already used");
    assert_eq!(a.back("nope"), "snapshot 'nope' does not exist");
    assert_eq!(
        a.task("DELETE", "/snapshot/nope", &[]),
        "snapshot 'nope' does not exist"
    );
    a.send("PUT", "/config", &[("delete", "scsi0")]);
    let reply = a.send("PUT", "/config", &[("delete", "unused0")]);
    assert!(
        reply.reason.contains("volume is still in use (snapshot?)"),
        "{}",
        reply.reason
    );
    let reply = a.send("POST", "/template", &[]);
    assert!(reply.reason.contains("VM contains snapshots"), "{}", reply.reason);
}

#[test]
fn a_destroyed_vm_takes_its_memory_volumes_and_the_disks_of_its_config() {
    let mut a = Api::on("lvmthin", false);
    a.0.set_power(101, true);
    assert_eq!(
        a.task("POST", "/snapshot", &[("snapname", "s1"), ("vmstate", "1")]),
        "OK"
    );
    a.0.set_power(101, false);
    assert_eq!(a.task("DELETE", "", &[]), "OK");
    assert!(a.0.volumes.iter().all(|volume| volume.vmid != Some(101)));
}

#[test]
fn a_worker_that_never_begins_changes_nothing() {
    let mut a = Api::on("lvmthin", false);
    a.0.add_fault(Fault::once("POST", "/snapshot$", FaultKind::TaskError("no".into())));
    assert_eq!(a.take("s1"), "no");
    assert!(a.list().is_empty() && a.config("lock").is_null());
}
