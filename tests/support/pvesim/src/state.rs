//! The state of the simulated cluster: guests, volumes, jobs of others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::clone_copy::Cloning;
use crate::firewall::Firewall;
use crate::progress::Pace;
use crate::text::sha1_hex;

/// One section of a VM's config file.
pub type Conf = BTreeMap<String, String>;

/// A running QEMU.
#[derive(Debug, Clone)]
pub struct Run {
    /// Process id.
    pub pid: u32,
    /// Unix time of the start.
    pub since: f64,
    /// Paused (`suspend`)?
    pub paused: bool,
    /// How often it was reset since then.
    pub resets: u32,
    /// What its network cards have received and sent so far, bytes.
    pub traffic: (u64, u64),
}

/// A snapshot.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Config at that time (with `snaptime`, `parent`, `description`; `vmstate`: the volume with its memory; `snapstate`
    /// while it is made or deleted).
    pub conf: Conf,
    /// Sizes of the volumes at that time.
    pub sizes: BTreeMap<String, u64>,
    /// The how-manyth of this VM: `snaptime` counts in seconds.
    pub order: u64,
    pub(crate) password: Option<String>,
}

/// How the guest inside behaves.
#[derive(Debug, Clone, Copy)]
pub struct Guest {
    /// Does not react to ACPI shutdown.
    pub ignores_shutdown: bool,
    /// A guest agent answers.
    pub agent: bool,
    /// The address that its agent tells of its network card, beside that of the link.
    pub address: Option<&'static str>,
    /// Its agent answers a ping, and nothing else ever.
    pub agent_hangs: bool,
    /// Its agent refuses passwords, as the policy of a Windows does.
    pub agent_refuses: bool,
    /// Its agent runs no programs, as in guests of the RHEL family.
    pub agent_runs_nothing: bool,
    /// How a program ends that its agent runs; its agent says `done` then, or nothing.
    pub agent_exit: (i64, bool),
    /// Seconds that takes.
    pub agent_run_s: f64,
    /// Seconds it needs to shut down.
    pub shutdown_s: f64,
}

impl Default for Guest {
    fn default() -> Self {
        Self {
            ignores_shutdown: false,
            agent: false,
            address: None,
            agent_hangs: false,
            agent_refuses: false,
            agent_runs_nothing: false,
            agent_exit: (0, true),
            agent_run_s: 0.2,
            shutdown_s: 3.0,
        }
    }
}

/// A program that a guest's agent was told to run.
#[derive(Debug, Clone)]
pub struct AgentRun {
    /// In which guest.
    pub vmid: u32,
    /// When.
    pub at: f64,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// What it reads.
    pub input: String,
}

/// What the guest would be given by one generation of its cloud-init drive.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudInit {
    /// When it was written.
    pub at: f64,
    /// `start` or `regenerate`.
    pub cause: String,
    /// Config values (`ciuser`, `ipconfig0`, `nameserver`, `name`, …), the password masked.
    pub values: Conf,
    /// The plain password, for tests only; never in answers, logs or `/_sim`.
    pub password: Option<String>,
}

/// A virtual machine or template.
#[derive(Debug, Clone, Default)]
pub struct Vm {
    /// Its node.
    pub node: String,
    /// Main section.
    pub conf: Conf,
    /// `[PENDING]`
    pub pending: Conf,
    /// `delete:` of `[PENDING]`
    pub pending_delete: BTreeSet<String>,
    /// Cloud-init values in use where they differ from the config (`[special:cloudinit]`).
    pub cloudinit: BTreeMap<String, Option<String>>,
    /// Snapshots.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// Running process.
    pub run: Option<Run>,
    /// What `boot` was at each start of it, the first first.
    pub started_with: Vec<String>,
    /// Guest behaviour.
    pub guest: Guest,
    /// Cloud-init drives written so far.
    pub generations: Vec<CloudInit>,
    /// Seconds a full clone of this one takes.
    pub clone_seconds: Option<f64>,
    /// How its copy gets on, and what is said of it.
    pub pace: Pace,
    /// Only the two-line file of a clone's first moments.
    pub temporary: bool,
    /// What the worker of its clone will write.
    pub(crate) cloning: Cloning,
    /// Volumes that a restore is writing to, by drive.
    pub(crate) restoring: BTreeMap<String, String>,
    pub(crate) password: Option<String>,
}

impl Vm {
    /// A VM with this config.
    pub fn new(node: &str, pairs: &[(&str, &str)]) -> Self {
        let conf = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Self {
            node: node.to_owned(),
            conf,
            ..Self::default()
        }
    }

    /// Config value.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.conf.get(key).map(String::as_str)
    }

    /// Is a snapshot of this volume there?
    pub(crate) fn is_in_snapshot(&self, volid: &str) -> bool {
        let drives = |s: &Snapshot| {
            s.conf
                .values()
                .any(|value| crate::props::parse_drive(value).main == volid)
        };
        self.snapshots.values().any(drives)
    }

    /// Template?
    pub fn is_template(&self) -> bool {
        self.get("template") == Some("1")
    }

    /// Lock in the config.
    pub fn lock(&self) -> Option<&str> {
        self.get("lock")
    }

    /// Plain cloud-init password: for assertions in tests.
    pub fn plain_password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The config as PVE would write it to the file; its SHA-1 is the digest.
    pub fn render(&self) -> String {
        if self.temporary {
            return "# qmclone temporary file\nlock: clone\n".to_owned();
        }
        let mut out = String::new();
        section(&mut out, &self.conf);
        if !self.pending.is_empty() || !self.pending_delete.is_empty() {
            out.push_str("\n[PENDING]\n");
            if !self.pending_delete.is_empty() {
                let list: Vec<_> = self.pending_delete.iter().cloned().collect();
                out.push_str(&format!("delete: {}\n", list.join(",")));
            }
            section(&mut out, &self.pending);
        }
        if !self.cloudinit.is_empty() {
            out.push_str("\n[special:cloudinit]\n");
            for (k, v) in &self.cloudinit {
                out.push_str(&format!("{k}: {}\n", v.as_deref().unwrap_or("")));
            }
        }
        for (name, s) in &self.snapshots {
            out.push_str(&format!("\n[{name}]\n"));
            section(&mut out, &s.conf);
        }
        out
    }

    /// The config's digest.
    pub fn digest(&self) -> String {
        sha1_hex(&self.render())
    }

    /// Main section with the pending changes applied.
    pub fn merged(&self) -> Conf {
        let mut c = self.conf.clone();
        for k in &self.pending_delete {
            c.remove(k);
        }
        c.extend(self.pending.clone());
        c
    }

    /// The raw state for `/_sim/vm/ID`: everything but passwords.
    pub fn raw(&self, id: u32) -> Value {
        let gens: Vec<Value> = self
            .generations
            .iter()
            .map(|g| json!({"at": g.at, "cause": g.cause, "values": g.values, "has_password": g.password.is_some()}))
            .collect();
        let mut conf = self.conf.clone();
        if let Some(p) = conf.get_mut("cipassword") {
            *p = "**********".into();
        }
        json!({
            "vmid": id, "node": self.node, "running": self.run.is_some(), "config": conf, "pending": self.pending,
            "lock": self.lock(), "snapshots": self.snapshots.keys().collect::<Vec<_>>(), "digest": self.digest(),
            "cloudinit": gens,
        })
    }
}

fn section(out: &mut String, conf: &Conf) {
    if let Some(d) = conf.get("description") {
        for line in d.lines() {
            out.push_str(&format!("#{line}\n"));
        }
    }
    for (k, v) in conf.iter().filter(|(k, _)| *k != "description") {
        out.push_str(&format!("{k}: {v}\n"));
    }
}

/// A volume on a storage.
#[derive(Debug, Clone)]
pub struct Volume {
    /// Storage id.
    pub storage: String,
    /// Node, `None` on shared storages.
    pub node: Option<String>,
    /// Name after the colon.
    pub name: String,
    /// Owner.
    pub vmid: Option<u32>,
    /// Bytes (virtual size).
    pub size: u64,
    /// Bytes used.
    pub used: u64,
    /// `qcow2`, `raw`, `vma.zst`, …
    pub format: String,
    /// `images`, `backup`, `iso`
    pub content: String,
    /// Unix time.
    pub ctime: i64,
    /// Base volume of a linked clone.
    pub parent: Option<String>,
    /// Notes of a backup.
    pub notes: Option<String>,
    /// Protected backup.
    pub protected: bool,
    /// What a Proxmox Backup Server said of it when it last verified it: `ok`, `failed`.
    pub verified: Option<String>,
    /// Config inside a backup.
    pub backup_of: Option<Box<Vm>>,
    /// Firewall file inside a backup.
    pub firewall_of: Option<Firewall>,
    /// Fingerprint of the key that a backup is encrypted with.
    pub encrypted: Option<String>,
    /// A backup that breaks off while it is read: what the task says then.
    pub broken: Option<String>,
    /// Checksum of a file that was downloaded.
    pub checksum: Option<String>,
}

impl Volume {
    /// `local:101/vm-101-disk-0.qcow2`
    pub fn volid(&self) -> String {
        format!("{}:{}", self.storage, self.name)
    }
}

/// An HA resource.
#[derive(Debug, Clone)]
pub struct HaResource {
    /// Wanted state: `started`, `stopped`, …
    pub state: String,
    /// Has the manager taken it up? Until then its state reads `null`.
    pub acted: bool,
    /// How long a guest that is to stop has for it (seconds; 0: none at all).
    pub stop_timeout: u32,
    /// The task by which the node brings the guest into its wanted state.
    pub worker: Option<String>,
    /// Other settings.
    pub more: Map<String, Value>,
}

/// A resource pool.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// Comment.
    pub comment: Option<String>,
    /// Members.
    pub vms: BTreeSet<u32>,
    /// Storages.
    pub storages: BTreeSet<String>,
}

/// A node's state.
#[derive(Debug, Clone)]
pub struct Node {
    /// Memory in bytes.
    pub memory: u64,
    /// CPUs.
    pub cpus: u32,
    /// Bridges.
    pub bridges: BTreeSet<String>,
    /// Those of them that are VLAN-aware.
    pub vlan_aware: BTreeSet<String>,
    /// Those of them that learn no MACs (`bridge-disable-mac-learning`).
    pub unlearning: BTreeSet<String>,
    /// Hardware virtualisation there?
    pub kvm: bool,
    /// Reason of the 595 while it is down.
    pub down: Option<String>,
    /// Its pvestatd hangs, and has for more than the five minutes that pmxcfs keeps statistics.
    pub without_statistics: bool,
    /// What the HA manager says of it.
    pub ha: Option<String>,
    /// Its pve-firewall was stopped.
    pub firewall_stopped: bool,
    /// Whether it has `nftables`, so that proxmox-firewall does the work; inside: whether that runs.
    pub nftables: Option<bool>,
}

/// A storage's state.
#[derive(Debug, Clone)]
pub struct Storage {
    /// Plugin type.
    pub kind: String,
    /// Shared?
    pub shared: bool,
    /// Content types.
    pub content: Vec<String>,
    /// Bytes.
    pub total: u64,
    /// Bytes used besides our volumes.
    pub used: u64,
    /// Path of a directory storage.
    pub path: String,
    /// Only on these nodes (empty: all).
    pub nodes: Vec<String>,
    /// Disabled?
    pub disabled: bool,
    /// Enabled, and what is behind it does not answer?
    pub offline: bool,
    /// `snapshot-as-volume-chain`?
    pub chain: bool,
    /// `prune-backups`
    pub retention: Option<String>,
    /// Does the node have the key of what is encrypted there?
    pub has_key: bool,
}

impl Storage {
    /// So many unprotected backups of a guest its retention keeps; 0: it has none (`exec_backup_task`).
    pub fn backup_limit(&self) -> u64 {
        let keeps = self.retention.as_deref().unwrap_or_default().split(',');
        let pairs = keeps.filter_map(|keep| keep.split_once('='));
        let mut limit = 0;
        for (key, value) in pairs {
            if key == "keep-all" && value == "1" {
                return 0;
            }
            limit += value.parse::<u64>().unwrap_or_default();
        }
        limit
    }

    /// Storage with image files in directories?
    pub fn is_dir(&self) -> bool {
        matches!(self.kind.as_str(), "dir" | "nfs" | "cifs" | "btrfs" | "cephfs")
    }
}

/// What the product should never cause; tests assert zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Answers and tasks that failed with `VM is locked` or a lock time-out.
    pub refused_locked: u32,
    /// Clones onto an id that exists.
    pub clone_onto_existing: u32,
    /// Writes sent to a VM while one of its tasks was running.
    pub writes_during_task: u32,
    /// Answers 400 because of unknown or invalid parameters.
    pub bad_parameters: u32,
    /// Paths the simulator does not know.
    pub not_simulated: u32,
}
