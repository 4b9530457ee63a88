//! What holds after a refusal that no retry mends: said once, for the walk over every change of every operation
//! (`lasting`) and for the simulation (`soak`).
//!
//! By then staff know of it in PVE's own words, what ran before runs, the config has no other value but what the
//! operation is about, and what the store says of the cron is true.

use crate::home::Home;
use proxmoxkvm::words::limits;
use pvesim::{Cluster, FaultKind};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::MutexGuard;

/// A cron runs this often (seconds):
pub const CRON_EVERY: f64 = 300.0;
/// after so many runs the longest pause between two tries is over.
pub const CRON_RUNS: u32 = 4;

/// A service as the store has it.
#[derive(Debug, Clone)]
pub struct Stored {
    pub status: String,
    pub vmid: Option<u32>,
    pub due_at: Option<f64>,
    /// Counts the leases: whoever tries takes one.
    pub generation: u64,
    /// Whether the cron's list of what needs somebody has it.
    pub attention: bool,
    pub suspended: bool,
    /// Whether it is looked at again although nothing is queued: its power now and then, a second guest when its time is over.
    watched: bool,
    pub failing_since: Option<f64>,
    pub trouble: Option<Told>,
    pub addresses: BTreeSet<String>,
    /// The template that was chosen instead of the order's.
    pub system: Option<u64>,
    /// The SSH keys that are chosen, as lines.
    pub ssh_keys: BTreeSet<String>,
    /// The word of its last new password, and whether a guest with it is still to be built.
    pub renewal: Option<(String, bool)>,
}

/// What staff read of it.
#[derive(Debug, Clone)]
pub struct Told {
    pub code: String,
    pub message: String,
    pub retry: bool,
    pub at: f64,
    pub lasting: bool,
}

/// Reads the store as anybody could, not through the product.
pub fn stored(home: &Home) -> BTreeMap<u64, Stored> {
    let number = |text: &Option<String>| text.as_ref().map(|text| text.parse::<u64>().unwrap());
    let mut services = BTreeMap::new();
    for row in home.rows("SELECT id, status, vmid, due_at, generation, attention, body FROM @services") {
        let [id, status, vmid, due_at, generation, attention, body] = row.as_slice() else {
            panic!("seven columns: {row:?}");
        };
        let body: Value = serde_json::from_str(body.as_deref().unwrap()).unwrap();
        let trouble = &body["trouble"];
        let told = trouble.as_object().map(|_| Told {
            code: trouble["code"].as_str().unwrap().to_owned(),
            message: trouble["message"].as_str().unwrap().to_owned(),
            retry: trouble["retry"] == true,
            at: trouble["at"].as_f64().unwrap(),
            lasting: trouble["lasting"] == true,
        });
        let stored = Stored {
            status: status.clone().unwrap(),
            vmid: number(vmid).map(|vmid| vmid as u32),
            due_at: due_at.as_ref().map(|text| text.parse().unwrap()),
            generation: number(generation).unwrap(),
            attention: number(attention) == Some(1),
            suspended: body["suspended"] == true,
            watched: body["suspended"] == true
                || !body["media"]["boots_once"].is_null()
                || !body["beside_ends_at"].is_null(),
            failing_since: body["failing_since"].as_f64(),
            trouble: told,
            addresses: BTreeSet::new(),
            system: body["choices"]["system"]["template"].as_u64(),
            ssh_keys: lines(&body["choices"]["ssh_keys"]),
            renewal: renewal(&body),
        };
        services.insert(number(id).unwrap(), stored);
    }
    for row in home.rows("SELECT address, service FROM @addresses") {
        let [Some(address), service] = row.as_slice() else {
            panic!("an address and its service: {row:?}");
        };
        let stored: &mut Stored = services
            .get_mut(&number(service).unwrap())
            .expect("an address belongs to a service");
        stored.addresses.insert(address.clone());
    }
    services
}

fn lines(keys: &Value) -> BTreeSet<String> {
    let line = |key: &Value| Some(key["line"].as_str()?.to_owned());
    keys.as_array().into_iter().flatten().filter_map(line).collect()
}

fn renewal(body: &Value) -> Option<(String, bool)> {
    let queued = body["queued"]["renewal"].as_str();
    let word = queued.or(body["renewal"].as_str())?;
    Some((word.to_owned(), queued.is_some()))
}

impl Stored {
    pub fn code(&self) -> Option<&str> {
        self.trouble.as_ref().map(|told| told.code.as_str())
    }

    /// Whether pages say that the cron tries again.
    fn is_promised(&self) -> bool {
        self.due_at.is_some() && self.trouble.as_ref().is_some_and(|told| told.retry)
    }

    /// Whether something is queued. That a suspended guest, or one that is to boot from a CD once, is looked at every few minutes is
    /// nothing queued, nor is the end of what is beside.
    fn goes_on(&self) -> bool {
        let rests = ["creation", "set_ip", "ready", "removed"].contains(&self.status.as_str());
        self.due_at.is_some() && !(self.watched && rests)
    }
}

/// Of which services it is said that the cron tries again, and how often somebody has tried until now.
pub fn promised(stored: &BTreeMap<u64, Stored>) -> BTreeMap<u64, u64> {
    let promised = stored.iter().filter(|(_, stored)| stored.is_promised());
    promised.map(|(id, stored)| (*id, stored.generation)).collect()
}

/// Those of them that no cron run since then has tried.
pub fn broken(promised: &BTreeMap<u64, u64>, stored: &BTreeMap<u64, Stored>) -> Vec<u64> {
    let untried = |id: &&u64| {
        stored
            .get(id)
            .is_some_and(|stored| stored.is_promised() && stored.generation == promised[id])
    };
    promised.keys().filter(untried).copied().collect()
}

/// What has failed for ten minutes is on the list of what needs somebody, once it was tried again after them.
pub fn are_told_in_time(stored: &BTreeMap<u64, Stored>, skew: f64) -> Result<(), String> {
    for (id, stored) in stored {
        let (Some(told), Some(since)) = (&stored.trouble, stored.failing_since) else {
            continue;
        };
        if told.at - since >= limits::ATTENTION_SECONDS + skew && !stored.attention {
            return Err(format!(
                "service {id} fails for long, and staff do not know: {stored:?}"
            ));
        }
    }
    Ok(())
}

/// Guests as they were: whether they ran, and their configs.
#[derive(Clone)]
pub struct Guests(BTreeMap<u32, (bool, BTreeMap<String, String>)>);

pub fn guests(cluster: &Cluster) -> Guests {
    let vms = cluster.vms.iter().filter(|(_, vm)| !vm.is_template());
    let seen = |vmid: u32, vm: &pvesim::Vm| (cluster.is_running(vmid), vm.conf.clone().into_iter().collect());
    Guests(vms.map(|(vmid, vm)| (*vmid, seen(*vmid, vm))).collect())
}

impl Guests {
    /// Only this one.
    pub fn of(self, vmid: u32) -> Guests {
        Guests(self.0.into_iter().filter(|(one, _)| *one == vmid).collect())
    }
}

/// The config keys that an operation is about. `None`: it makes or destroys the whole guest.
fn about(operation: &str) -> Option<&'static [&'static str]> {
    match operation {
        "suspend" | "unsuspend" => Some(&["onboot"]),
        // a disk that has grown stays so
        "change_package" => Some(&["scsi0"]),
        "change_password" => Some(&["cipassword"]),
        "attach" => Some(&["description"]),
        "snapshot_take" | "snapshot_delete" => Some(&["parent"]),
        "backup_make" | "backup_protect" | "backup_delete" => Some(&[]),
        "firewall_rule" | "firewall_template" | "firewall_back" => Some(&[]),
        "iso_insert" | "iso_boot" | "iso_eject" => Some(&[]),
        "rescue_start" | "rescue_leave" => Some(&["boot", "ide3", "sata5"]),
        "ssh_keys_write" => Some(&["sshkeys"]),
        // the disks of then are back, and with them sizes that the package of today is to change
        "snapshot_rollback" => Some(&["cores", "memory", "scsi0", "vmgenid", "parent"]),
        // the service's own stays as it is
        "backup_restore_beside" | "beside_start beside_stop" => Some(&[]),
        "beside_discard" | "the end of what is beside" => Some(&["all of 101"]),
        "stop and start" | "stop" | "start" | "shutdown" | "reboot" | "reset" => Some(&[]),
        _ => None,
    }
}

/// Whether the guest is meant to run no more.
fn is_to_stop(operation: &str) -> bool {
    [
        "suspend",
        "stop and start",
        "stop",
        "shutdown",
        "terminate",
        "vm_remove",
        "reinstall",
        "reinstall_backup",
        "rebuild",
    ]
    .contains(&operation)
}

/// Where an operation is refused.
pub trait Scene {
    /// So many cron runs pass, and whatever else happens meanwhile.
    fn pass(&mut self, cron_runs: u32);
    fn stored(&self) -> BTreeMap<u64, Stored>;
    fn cluster(&self) -> MutexGuard<'_, Cluster>;
    /// Whether the operation has come to its good end.
    fn holds(&self) -> bool;
}

/// One operation that is refused.
pub struct Refused {
    pub operation: &'static str,
    /// What PVE says.
    pub kind: FaultKind,
    /// The request that it refuses.
    pub path: String,
    /// The guests from before.
    pub before: Guests,
    /// The services that it is about.
    pub services: Vec<u64>,
    /// Their guests from before.
    pub own: Vec<u32>,
}

impl Refused {
    /// What is wrong after such requests were refused for half an hour, and after that is over.
    pub fn wrong(&self, scene: &mut impl Scene, answered_well: bool) -> Option<String> {
        scene.pass(CRON_RUNS);
        let promised = promised(&scene.stored());
        scene.pass(CRON_RUNS);
        if answered_well && scene.holds() {
            // by another way
            return None;
        }
        let known = scene.stored();
        let untried = broken(&promised, &known);
        if !untried.is_empty() {
            return Some(format!("the cron should try {untried:?} again, and does not"));
        }
        if let Some(untold) = self.untold(&known, answered_well) {
            return Some(untold);
        }
        let is_over = self.is_said_to_be_over(&known);
        let off = self.off(scene);
        let written = self.written(&scene.cluster());
        if !off.is_empty() && !self.is_waited_for() {
            return Some(format!("{off:?} ran and are off"));
        }
        let waits = self.is_waited_for() && !(off.is_empty() && written.is_empty());
        if is_over || waits {
            scene.cluster().faults.clear();
            scene.pass(CRON_RUNS);
            let still_off = self.off(scene);
            if !still_off.is_empty() {
                return Some(format!("{still_off:?} ran, and are off once it is over"));
            }
            let later = self.written(&scene.cluster());
            if is_over && !later.is_empty() {
                return Some(format!(
                    "{later:?} were written after it was said that nothing more is done"
                ));
            }
        }
        // what waits has begun, and all of it is done once it can be: a guest that was off has nothing else to show for it
        if waits && scene.holds() {
            return None;
        }
        (!written.is_empty()).then(|| format!("{written:?} were written"))
    }

    /// Whether it passes by itself, and the guest is started then at the latest: nothing starts while PVE refuses a start,
    /// and a lock lets nobody write or start.
    fn is_waited_for(&self) -> bool {
        self.path.contains("/status/start") || format!("{:?}", self.kind).contains("lock")
    }

    /// Whether what is restored is without the rules of today, which may block it for a reason: it stays off, and staff hear of it
    /// (`restore::where_its_firewall_cannot_be_put_right_the_vm_stays_stopped_and_staff_hear_of_it`).
    fn is_kept_off(&self) -> bool {
        self.operation == "backup_restore" && self.path.contains("/firewall/rules")
    }

    /// The guests that ran before and are off, though the operation does not mean it. A service whose guest ran has one that
    /// runs, whichever of two it is.
    fn off(&self, scene: &impl Scene) -> Vec<u32> {
        let stored = scene.stored();
        let cluster = scene.cluster();
        let mut own = self.services.iter().filter_map(|id| stored.get(id)?.vmid);
        let runs_another = own.any(|vmid| !self.own.contains(&vmid) && cluster.is_running(vmid));
        let ran = self.before.0.iter().filter(|(_, (ran, _))| *ran).map(|(vmid, _)| *vmid);
        ran.filter(|vmid| !is_to_stop(self.operation) && !self.is_kept_off() && !cluster.is_running(*vmid))
            .filter(|vmid| !(runs_another && self.own.contains(vmid)))
            .collect()
    }

    /// The keys that have other values than before and are not what the operation is about.
    fn written(&self, cluster: &Cluster) -> Vec<String> {
        let Some(keys) = about(self.operation) else {
            return Vec::new();
        };
        let after = guests(cluster);
        let mut written = BTreeSet::new();
        for (vmid, (_, config)) in &self.before.0 {
            let Some((_, now)) = after.0.get(vmid) else {
                written.insert(format!("all of {vmid}"));
                continue;
            };
            let others = config.keys().chain(now.keys());
            let others = others.filter(|key| config.get(*key) != now.get(*key));
            written.extend(others.cloned());
        }
        written.retain(|one| !keys.contains(&one.as_str()));
        written.into_iter().collect()
    }

    /// What is wrong with what staff know after five attempts and ten minutes. Who pressed the button of what is not tried
    /// again was told by the answer.
    fn untold(&self, stored: &BTreeMap<u64, Stored>, answered_well: bool) -> Option<String> {
        let concerned = || self.services.iter().filter_map(|id| stored.get(id));
        if !answered_well && !concerned().any(Stored::goes_on) {
            return None;
        }
        let attention: Vec<&Told> = concerned()
            .filter(|stored| stored.attention)
            .filter_map(|stored| stored.trouble.as_ref())
            .collect();
        if attention.is_empty() {
            return Some("staff do not know".to_owned());
        }
        let words = telling(&self.kind, &self.path);
        let told = attention.iter().any(|told| told.message.contains(&words));
        (!told).then(|| format!("staff are not told {words:?}: {attention:?}"))
    }

    /// Whether staff were told that nothing happens until somebody asks for it again.
    fn is_said_to_be_over(&self, stored: &BTreeMap<u64, Stored>) -> bool {
        let over = |stored: &Stored| stored.trouble.as_ref().is_some_and(|told| told.lasting);
        self.services.iter().filter_map(|id| stored.get(id)).any(over)
    }
}

/// What of a refusal says what is wrong.
fn telling(kind: &FaultKind, path: &str) -> String {
    let is_guest = !path.contains("pk-seed");
    match kind {
        // that of a guest has a sentence of ours
        FaultKind::Status(_, reason, _) if is_guest && reason.contains("can't lock") => {
            "is locked by Proxmox VE".to_owned()
        }
        FaultKind::Status(_, reason, _) | FaultKind::TaskError(reason) => reason.clone(),
        FaultKind::TaskErrorLog(log, _) => log.last().cloned().unwrap_or_default(),
        other => panic!("{other:?} is no refusal"),
    }
}

/// An answer of this status, with PVE's words in its body too.
pub fn status(code: u16, reason: &str) -> FaultKind {
    let body = format!("{{\"data\":null,\"message\":\"{reason}\\n\"}}");
    FaultKind::Status(code, reason.to_owned(), body)
}

/// What lasts.
pub fn refusals() -> Vec<(&'static str, FaultKind)> {
    let log = [
        "create full clone of drive scsi0 (local:9000/base-9000-disk-0.qcow2)",
        "qemu-img: error while writing at byte 0: Input/output error",
    ];
    vec![
        ("403", status(403, "Permission check failed (/vms/100, VM.Config.CPU)")),
        ("400", status(400, "Parameter verification failed.")),
        (
            "config lock",
            status(
                500,
                "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout",
            ),
        ),
        ("storage full", status(500, "no space left on device")),
        (
            "TASK ERROR: storage full",
            FaultKind::TaskError("unable to create image: No space left on device".into()),
        ),
        (
            "TASK ERROR: its cause in the log",
            FaultKind::TaskErrorLog(log.map(str::to_owned).to_vec(), "copy failed: exit code 1".into()),
        ),
    ]
}
