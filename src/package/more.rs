//! *More settings*: `key = value` lines for what is rarely set.

use super::options::settings;
use super::row::Row;
use super::{Application, GivenBy, Media, Package, System, nearest};
use crate::words::ids::{StorageId, quoted};
use crate::words::units::GB;
use serde::{Deserialize, Serialize};

/// The rarely set part of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct More {
    /// How long a guest may take to shut down before it is stopped (seconds).
    pub shutdown_timeout_s: u64,
    /// A change of the package is applied to the running guest as far as that is possible.
    pub live_change: bool,
    /// How many clones may run on one storage at the same time.
    pub clone_slots_per_storage: u32,
    /// What the guest's firewall does with incoming traffic that no rule matches; none = PVE's own, DROP.
    pub firewall_policy_in: Option<Policy>,
    /// Likewise for outgoing traffic.
    pub firewall_policy_out: Option<Policy>,
    /// The customer may have firewall rules of the guest.
    pub client_firewall: bool,
    /// How many.
    pub client_firewall_rules: u32,
    /// Where the provider's rules stand among those of the customer.
    pub firewall_rules_place: FirewallRulesPlace,
    /// The traffic of a month that is sold, in GB of 10^9 bytes; 0 = no limit.
    pub traffic_gb: u64,
    /// What of it counts.
    pub traffic_counts: TrafficCounts,
    /// The guest starts with its node.
    pub onboot: bool,
    /// The guest has the host name that the customer has asked for at the order.
    pub order_hostname: bool,
    /// The customer may set the reverse names of the addresses.
    pub client_rdns: bool,
    /// A reverse name must lead to the address before it is accepted.
    pub rdns_forward_check: bool,
    /// The customer may start the guest.
    pub client_start: bool,
    /// The customer may switch the guest off: shut it down, and force it off too unless `client_force_off` says no.
    pub client_stop: bool,
    /// The customer may force the guest off, as pulling the plug does.
    pub client_force_off: bool,
    /// The customer may reset the guest, as its button does.
    pub client_reset: bool,
    /// The customer may restart the guest.
    pub client_reboot: bool,
    /// The customer may have the guest made anew from its template.
    pub client_reinstall: bool,
    /// The operating systems that the customer may choose from where the order has no option for it.
    pub os_choices: Vec<System>,
    /// The applications that the customer may choose from when the guest is made anew.
    pub applications: Vec<Application>,
    /// Where the snippets of applications are; none = `local`.
    pub snippet_storage: Option<StorageId>,
    /// The customer may protect the guest against whatever destroys.
    pub client_protect: bool,
    /// The customer sees graphs of what the guest uses.
    pub client_graphs: bool,
    /// The customer may see the guest's screen, and type there.
    pub client_console: bool,
    /// Whether customers may ask why their VMs are not reached.
    pub client_reachability: bool,
    /// How a new password gets into a guest that runs.
    pub password_by: GivenBy,
    /// When a guest that was built counts as ready.
    pub ready_when: ReadyWhen,
    /// The TCP port that then is open; none = the one where people log in.
    pub ready_port: Option<u16>,
    /// How long that is waited for (minutes).
    pub ready_minutes: u32,
    /// The customer may have SSH keys, and give them to the guest.
    pub client_ssh_keys: bool,
    /// The customer may give cloud-init user data.
    pub client_user_data: bool,
    /// How other SSH keys get into a guest that runs.
    pub ssh_keys_by: GivenBy,
    /// The guest has no password: only who has one of the chosen SSH keys gets in.
    pub ssh_key_required: bool,
    /// The customer may take snapshots, roll back to them and delete them.
    pub client_snapshots: bool,
    /// The customer may have snapshots taken by a schedule.
    pub snapshot_schedule: bool,
    /// A snapshot is deleted after so many days; 0: never.
    pub snapshot_days: u32,
    /// A snapshot of a guest that runs holds its memory.
    pub snapshot_ram: bool,
    /// No snapshot is made where a storage of the guest's disks has less of its space free (percent).
    pub snapshot_floor: u32,
    /// The customer may make backups, note and protect them.
    pub client_backups: bool,
    /// The customer may delete them.
    pub backup_client_delete: bool,
    /// The customer may have the guest made again from one.
    pub client_restore: bool,
    /// The customer may have backups made by a schedule.
    pub backup_schedule: bool,
    /// How the guest is kept still while it is backed up.
    pub backup_mode: BackupMode,
    /// No backup is made where the service's have so much together, in GB of 10^9 bytes; 0 = no limit.
    pub backup_gb: u64,
    /// The customer sees also what others have made of the guest since the service began.
    pub backup_show_foreign: bool,
    /// A backup is made before the guest is made anew, and kept for three days.
    pub reinstall_backup: bool,
    /// So many scheduled backups may be made on a node at the same time.
    pub backup_slots_per_node: u32,
    /// ISOs and rescue mode.
    #[serde(flatten)]
    pub media: Media,
    /// The mail of a guest that is ready may tell its password.
    pub mail_password: bool,
}

impl Default for More {
    fn default() -> Self {
        More {
            shutdown_timeout_s: 120,
            live_change: false,
            clone_slots_per_storage: 3,
            firewall_policy_in: None,
            firewall_policy_out: None,
            client_firewall: false,
            client_firewall_rules: 50,
            firewall_rules_place: FirewallRulesPlace::First,
            traffic_gb: 0,
            traffic_counts: TrafficCounts::Both,
            onboot: true,
            order_hostname: false,
            client_rdns: true,
            rdns_forward_check: true,
            client_start: true,
            client_stop: true,
            client_force_off: true,
            client_reset: true,
            client_reboot: true,
            client_reinstall: false,
            os_choices: Vec::new(),
            applications: Vec::new(),
            snippet_storage: None,
            client_protect: true,
            client_graphs: true,
            client_console: true,
            client_reachability: true,
            password_by: GivenBy::CloudInit,
            ready_when: ReadyWhen::Started,
            ready_port: None,
            ready_minutes: 15,
            client_ssh_keys: true,
            client_user_data: false,
            ssh_keys_by: GivenBy::CloudInit,
            ssh_key_required: false,
            client_snapshots: true,
            snapshot_schedule: true,
            snapshot_days: 0,
            snapshot_ram: false,
            snapshot_floor: 10,
            client_backups: true,
            backup_client_delete: true,
            client_restore: true,
            backup_schedule: true,
            backup_mode: BackupMode::Snapshot,
            backup_gb: 0,
            backup_show_foreign: false,
            reinstall_backup: false,
            backup_slots_per_node: 1,
            media: Media::default(),
            mail_password: false,
        }
    }
}

/// When a guest that was built counts as ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadyWhen {
    /// Once it is started.
    #[default]
    Started,
    /// Once its agent answers.
    Agent,
    /// Once a TCP port of its first address is open.
    Port,
    /// Once either is so.
    Either,
}

/// How a guest that runs is kept still while it is backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackupMode {
    /// It runs on: what it writes meanwhile is not in the backup.
    #[default]
    Snapshot,
    /// It is shut down and started again: nothing is half written.
    Stop,
}

/// What of the traffic counts against what is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrafficCounts {
    /// Received and sent together.
    #[default]
    Both,
    /// Received.
    In,
    /// Sent.
    Out,
    /// The larger of the two.
    Larger,
}

impl TrafficCounts {
    /// So many bytes count, of those received and sent.
    pub fn of(self, (bytes_in, bytes_out): (u64, u64)) -> u64 {
        match self {
            TrafficCounts::Both => bytes_in.saturating_add(bytes_out),
            TrafficCounts::In => bytes_in,
            TrafficCounts::Out => bytes_out,
            TrafficCounts::Larger => bytes_in.max(bytes_out),
        }
    }
}

impl More {
    /// The bytes of a month that are sold; none = no limit.
    pub fn traffic_bytes(&self) -> Option<u64> {
        (self.traffic_gb > 0).then(|| self.traffic_gb.saturating_mul(GB))
    }
}

/// What a firewall does with traffic that no rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Policy {
    /// Let through.
    Accept,
    /// Thrown away without an answer.
    Drop,
    /// Refused with an answer.
    Reject,
}

impl Policy {
    /// The word that PVE uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Policy::Accept => "ACCEPT",
            Policy::Drop => "DROP",
            Policy::Reject => "REJECT",
        }
    }
}

/// Where the provider's rules stand among those of the customer: what a packet meets first decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirewallRulesPlace {
    /// Before them: the customer cannot undo them.
    First,
    /// Behind them: they say what the customer says nothing about.
    Last,
}

/// A line `key = value` of the text, by its number from 1.
pub(super) struct Line<'a> {
    pub(super) row: &'static Row,
    pub(super) value: &'a str,
}

/// What a line says: nothing (it is empty or begins with `#`), a value, or why it is no line of settings.
pub(super) fn line(text: &str) -> Result<Option<Line<'_>>, String> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| format!("{} is not of the form key = value", quoted(text)))?;
    let key = key.trim();
    let row = settings()
        .find(|row| row.key.eq_ignore_ascii_case(key))
        .ok_or_else(|| {
            let near = nearest(key, settings().map(|row| row.key));
            format!("{} is not known, did you mean {near}?", quoted(key))
        })?;
    let value = value.trim();
    Ok(Some(Line { row, value }))
}

/// Reads the lines into a package. The error is one sentence.
pub(super) fn read(package: &mut Package, text: &str) -> Result<(), String> {
    let mut seen = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let at = |why: String| format!("line {}: {why}", index + 1);
        let Some(Line { row, value }) = line(text).map_err(at)? else {
            continue;
        };
        // nothing, where nothing is what holds by itself
        if !value.is_empty() || !row.default().is_empty() {
            (row.read)(package, value).map_err(|why| at(why.replacen("it", row.key, 1)))?;
        }
        if seen.contains(&row.key) {
            return Err(at(format!("{} is there twice", row.key)));
        }
        seen.push(row.key);
    }
    Ok(())
}

/// The lines of what is not at its default.
pub(super) fn write(package: &Package) -> String {
    let said = settings().filter(|row| (row.write)(package) != row.default());
    let lines = said.map(|row| format!("{} = {}\n", row.key, (row.write)(package)));
    lines.collect()
}

#[cfg(test)]
mod tests;
