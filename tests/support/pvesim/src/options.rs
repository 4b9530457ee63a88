//! How a simulated cluster is built.

/// Which Proxmox VE is imitated; they differ in few places (9.2 fails writes to a clone's target at once).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 8.4.21
    V8_4,
    /// 9.1.8
    V9_1,
    /// 9.2
    V9_2,
}

impl Version {
    /// `9.1`
    pub fn release(self) -> &'static str {
        match self {
            Self::V8_4 => "8.4",
            Self::V9_1 => "9.1",
            Self::V9_2 => "9.2",
        }
    }

    /// Parses `8.4`, `9.1`, `9.2`.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::V8_4, Self::V9_1, Self::V9_2]
            .into_iter()
            .find(|v| v.release() == text)
    }
}

/// One node of the cluster.
#[derive(Debug, Clone)]
pub struct NodeSpec {
    /// Name.
    pub name: String,
    /// Memory in bytes.
    pub memory: u64,
    /// CPUs: more vcpus than this do not start.
    pub cpus: u32,
    /// Bridges.
    pub bridges: Vec<String>,
}

impl NodeSpec {
    /// A node with 24 GiB, 2 CPUs (as the recorded one), vmbr0 and vmbr1.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            memory: 25_276_502_016,
            cpus: 2,
            bridges: vec!["vmbr0".into(), "vmbr1".into()],
        }
    }
}

/// One storage.
#[derive(Debug, Clone)]
pub struct StorageSpec {
    /// Storage id.
    pub id: String,
    /// `dir`, `nfs`, `lvm`, `lvmthin`, `zfspool`, `rbd`, …
    pub kind: String,
    /// Same content on all nodes?
    pub shared: bool,
    /// `images,backup,…`
    pub content: String,
    /// Bytes per node.
    pub total: u64,
    /// Bytes used by others, per node.
    pub used: u64,
    /// Path of a directory storage.
    pub path: String,
    /// Only on these nodes (empty: all).
    pub nodes: Vec<String>,
    /// Disabled?
    pub disabled: bool,
    /// `snapshot-as-volume-chain`: a snapshot is a volume of its own, behind the one that is written to.
    pub chain: bool,
    /// `prune-backups`, such as `keep-last=3`.
    pub retention: Option<String>,
}

impl StorageSpec {
    /// A directory storage of 252 GiB.
    pub fn dir(id: &str, path: &str) -> Self {
        Self {
            id: id.into(),
            kind: "dir".into(),
            shared: false,
            content: "images,rootdir,vztmpl,iso,backup,snippets,import".into(),
            total: 270_553_174_016,
            used: 20_643_098_624,
            path: path.into(),
            nodes: vec![],
            disabled: false,
            chain: false,
            retention: None,
        }
    }

    /// A Proxmox Backup Server: nothing but backups, the same from every node.
    pub fn pbs(id: &str) -> Self {
        Self {
            kind: "pbs".into(),
            shared: true,
            content: "backup".into(),
            ..Self::dir(id, "")
        }
    }

    /// A block storage (`lvmthin`, `zfspool`, `rbd`, `lvm`).
    pub fn block(id: &str, kind: &str, shared: bool) -> Self {
        Self {
            kind: kind.into(),
            shared,
            content: "images,rootdir".into(),
            ..Self::dir(id, "")
        }
    }
}

/// A user besides root@pam.
#[derive(Debug, Clone)]
pub struct UserSpec {
    /// `name@realm`
    pub id: String,
    /// Password for tickets.
    pub password: String,
    /// Token name and secret (privsep off).
    pub token: Option<(String, String)>,
    /// ACL: path and privileges, propagating.
    pub acl: Vec<(String, Vec<String>)>,
}

/// Everything about the simulated cluster. `Default` is one node with a template.
#[derive(Debug, Clone)]
pub struct Options {
    /// Version.
    pub version: Version,
    /// Nodes.
    pub nodes: Vec<NodeSpec>,
    /// Storages.
    pub storages: Vec<StorageSpec>,
    /// Factor for every duration of PVE: 1.0 is real time, 0.01 a hundred times faster.
    pub scale: f64,
    /// Extra seconds for every request (not scaled).
    pub latency_s: f64,
    /// Seconds a backup takes (scaled).
    pub backup_seconds: f64,
    /// Seconds a full clone takes (scaled), unless the template says otherwise.
    pub clone_seconds: f64,
    /// Root's API token: id after the `!`, secret.
    pub token: (String, String),
    /// Password of root@pam.
    pub root_password: String,
    /// Further users.
    pub users: Vec<UserSpec>,
    /// How far `/cluster/resources` lags behind, in seconds (scaled).
    pub resources_lag_s: f64,
    /// `next-id` of the datacenter options: lower and upper (exclusive upper as in PVE).
    pub next_id: Option<(u32, u32)>,
    /// Create template 9000?
    pub template: Option<u32>,
    /// Seed for MACs and uuids.
    pub seed: u64,
    /// Port to listen on, 0 = any free one.
    pub port: u16,
    /// Use the API schema when it is found.
    pub schema: bool,
    /// Consoles as before qemu-server 9.1.7 and 8.4.7: a ticket opens any port, and begins with no password.
    pub port_hole: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: Version::V9_1,
            nodes: vec![NodeSpec::new("pve1")],
            storages: vec![
                StorageSpec::dir("local", "/var/lib/vz"),
                StorageSpec::dir("local2", "/var/lib/vz2"),
            ],
            scale: 1.0,
            latency_s: 0.0,
            backup_seconds: 3.0,
            clone_seconds: 2.0,
            token: ("sim".into(), "11111111-2222-3333-4444-555555555555".into()),
            root_password: "root-password".into(),
            users: vec![],
            resources_lag_s: 0.0,
            next_id: None,
            template: Some(9000),
            seed: 1,
            port: 0,
            schema: true,
            port_hole: false,
        }
    }
}

impl Options {
    /// A cluster of these nodes.
    pub fn nodes(names: &[&str]) -> Self {
        Self {
            nodes: names.iter().map(|n| NodeSpec::new(n)).collect(),
            ..Self::default()
        }
    }

    /// Sets the time scale.
    #[must_use]
    pub fn scale(mut self, scale: f64) -> Self {
        self.scale = scale;
        self
    }

    /// `root@pam!sim`
    pub fn token_id(&self) -> String {
        format!("root@pam!{}", self.token.0)
    }
}
