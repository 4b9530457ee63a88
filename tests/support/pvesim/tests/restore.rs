//! Restores as PVE's sources have them: what a guest is at each moment of one, and what a failure leaves.

use pvesim::{Cluster, Fault, FaultKind, Firewall, Options, Reply, Request, StorageSpec};

const SECRET: &str = "11111111-2222-3333-4444-555555555555";
const T0: f64 = 1_800_000_000.0;
const ARCHIVE: &str = "local:backup/vzdump-qemu-101-2027_01_15-08_00_00.vma.zst";

struct Api(Cluster);

impl Api {
    /// VM 101, a backup of it, and what was done to it since.
    fn new(storage: &str) -> Api {
        let mut options = Options::default();
        options.storages.push(StorageSpec::dir("s", "/s"));
        options.storages.push(StorageSpec::pbs("pbs"));
        let mut c = Cluster::new(options, T0);
        c.add_vm(101, "web", "pve1", "s", 2 << 30);
        c.set_config(101, "smbios1", Some("uuid=00000000-0000-0000-0000-000000000001"));
        c.set_config(101, "description", Some("mine: 100%"));
        c.firewall.insert("101".into(), firewall("22"));
        c.add_backup(storage, 101, T0 as i64, false);
        c.firewall.insert("101".into(), firewall("80"));
        c.set_config(101, "smbios1", Some("uuid=00000000-0000-0000-0000-000000000002"));
        c.add_snapshot(101, "since");
        Api(c)
    }

    fn send(&mut self, method: &str, path: &str, params: &[(&str, &str)]) -> Reply {
        let request = Request::new(method, path).token("root@pam!sim", SECRET).form(params);
        let now = self.0.now();
        self.0.handle(&request, now)
    }

    fn asked(&mut self, archive: &str, more: &[(&str, &str)]) -> Reply {
        let mut params = vec![("vmid", "101"), ("archive", archive), ("force", "1")];
        params.extend(more);
        self.send("POST", "/nodes/pve1/qemu", &params)
    }

    fn begun(&mut self, archive: &str) -> String {
        let reply = self.asked(archive, &[("name", "again"), ("onboot", "0")]);
        assert_eq!(reply.status, 200, "{}", reply.reason);
        reply.upid()
    }

    fn ends(&mut self, upid: &str) -> String {
        self.0.finish(upid, 300.0).expect("the task ends")
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0.vm(101).and_then(|vm| vm.get(key))
    }

    fn images(&self) -> usize {
        let own = self
            .0
            .volumes
            .iter()
            .filter(|v| v.vmid == Some(101) && v.content == "images");
        own.count()
    }

    /// To the middle of the extract.
    fn half(&mut self) {
        let now = self.0.now();
        self.0.advance(now + 0.5);
    }
}

fn firewall(port: &str) -> Firewall {
    let rule = [("type", "in"), ("action", "ACCEPT"), ("dport", port)];
    Firewall {
        rules: vec![rule.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()],
        ..Firewall::default()
    }
}

#[test]
fn the_config_is_none_while_it_is_extracted_and_that_of_the_backup_afterwards() {
    let mut api = Api::new("local");
    let before = api.images();
    let upid = api.begun(ARCHIVE);
    assert_eq!(api.get("lock"), Some("create"), "within the request");
    assert!(api.get("scsi0").is_some());
    api.half();
    assert_eq!(api.get("memory"), Some("128"));
    for gone in ["lock", "scsi0", "smbios1", "description", "net0"] {
        assert_eq!(api.get(gone), None, "{gone}");
    }
    assert!(api.0.vm(101).unwrap().snapshots.is_empty());
    assert_eq!(api.0.firewall_of("101"), firewall("22"), "that of the backup");
    assert_eq!(api.ends(&upid), "OK");
    assert_eq!(api.get("smbios1"), Some("uuid=00000000-0000-0000-0000-000000000001"));
    assert_eq!(api.get("description"), Some("mine: 100%"));
    assert_eq!((api.get("name"), api.get("onboot")), (Some("again"), Some("0")));
    assert_eq!((api.get("lock"), api.images()), (None, before));
}

#[test]
fn a_disk_that_the_backup_does_not_have_is_unused_afterwards() {
    let mut api = Api::new("local");
    api.send("PUT", "/nodes/pve1/qemu/101/config", &[("scsi5", "s:1")]);
    let disk = api.get("scsi5").unwrap().split(',').next().unwrap().to_owned();
    let upid = api.begun(ARCHIVE);
    assert_eq!(api.ends(&upid), "OK");
    assert_eq!((api.get("scsi5"), api.get("unused0")), (None, Some(disk.as_str())));
}

#[test]
fn what_breaks_off_leaves_neither_disks_nor_config_nor_lock() {
    let mut api = Api::new("local");
    let text = "vma extract: No space left on device".to_owned();
    api.0
        .add_fault(Fault::once("POST", "/qemu", FaultKind::VolumeError(text.clone())));
    let upid = api.begun(ARCHIVE);
    assert_eq!(api.ends(&upid), text);
    assert_eq!(
        (api.get("memory"), api.get("lock"), api.images()),
        (Some("128"), None, 0)
    );
    assert_eq!(api.0.vm(101).unwrap().conf.len(), 1);
    let upid = api.begun(ARCHIVE);
    assert_eq!(api.ends(&upid), "OK", "and may be tried again");
}

#[test]
fn a_killed_worker_leaves_its_volumes_or_its_lock() {
    let mut api = Api::new("local");
    let upid = api.begun(ARCHIVE);
    api.half();
    api.0.kill_task(&upid);
    assert_eq!((api.get("memory"), api.get("lock")), (Some("128"), None));
    assert!(api.images() > 0, "nobody has freed them");
    let mut api = Api::new("local");
    let upid = api.begun(ARCHIVE);
    api.0.kill_task(&upid);
    assert_eq!(api.get("lock"), Some("create"));
    assert!(api.get("scsi0").is_some());
    let reply = api.asked(ARCHIVE, &[]);
    assert_eq!(reply.reason, "unable to restore VM 101 - VM is locked (create)");
    let mut api = Api::new("pbs");
    let archive = api.0.volumes.iter().find(|v| v.content == "backup").unwrap().volid();
    let upid = api.begun(&archive);
    api.half();
    api.0.kill_task(&upid);
    assert_eq!((api.get("memory"), api.get("lock")), (Some("128"), Some("create")));
}

#[test]
fn whatever_is_refused_before_the_extract_leaves_the_guest_as_it_was() {
    let mut api = Api::new("local");
    let words = |api: &mut Api| {
        let before = api.0.vm(101).unwrap().conf.clone();
        let upid = api.begun(ARCHIVE);
        let words = api.ends(&upid);
        assert_eq!(api.0.vm(101).unwrap().conf, before, "{words}");
        words
    };
    api.0.set_power(101, true);
    assert_eq!(words(&mut api), "unable to restore VM 101 - vm is running");
    api.0.set_power(101, false);
    api.0.set_config(101, "protection", Some("1"));
    assert_eq!(words(&mut api), "unable to restore VM 101 - - protection mode enabled");
    api.0.set_config(101, "protection", None);
    api.0.storages.get_mut("s").unwrap().content = vec!["iso".into()];
    assert_eq!(words(&mut api), "Content type 'images' is not available on storage 's'");
    let upid = api.begun(ARCHIVE);
    api.0.volumes.retain(|v| v.content != "backup");
    assert!(
        api.ends(&upid).contains("exit code 1"),
        "deleted before the worker has read it"
    );
    assert_eq!(api.get("lock"), None);
    let reply = api.asked(ARCHIVE, &[]);
    assert_eq!(reply.reason, format!("volume '{ARCHIVE}' does not exist"));
    let reply = api.asked(ARCHIVE, &[("scsi0", "s:1")]);
    assert_eq!(reply.status, 400);
}

#[test]
fn what_is_encrypted_needs_its_key() {
    let mut api = Api::new("pbs");
    let volume = api.0.volumes.iter_mut().find(|v| v.content == "backup").unwrap();
    volume.encrypted = Some("aa:bb".into());
    let archive = volume.volid();
    let extract = "/nodes/pve1/vzdump/extractconfig";
    let reply = api.send("GET", extract, &[("volume", &archive)]);
    let text = reply.data().as_str().unwrap_or_default().to_owned();
    assert!(text.starts_with("#mine%3A 100%25\n"), "{text}");
    api.0.storages.get_mut("pbs").unwrap().has_key = false;
    let reply = api.send("GET", extract, &[("volume", &archive)]);
    assert!(reply.reason.contains("missing key"), "{}", reply.reason);
    let before = api.0.vm(101).unwrap().conf.clone();
    let upid = api.begun(&archive);
    assert!(api.ends(&upid).contains("missing key"));
    assert_eq!(api.0.vm(101).unwrap().conf, before);
}

#[test]
fn a_config_that_another_one_holds_is_waited_for_eleven_seconds() {
    for (held, lock) in [(20.0, Some("create")), (8.0, None)] {
        let mut api = Api::new("local");
        let upid = api.begun(ARCHIVE);
        api.0.hold_config(101, held);
        assert!(api.ends(&upid).contains("got timeout"));
        assert_eq!(api.get("lock"), lock, "held for {held} s");
    }
}
