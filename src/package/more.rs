//! *More settings*: `key = value` lines for what is rarely set.

use super::options::settings;
use super::row::Row;
use super::{Application, GivenBy, Media, Package, System, nearest};
use crate::words::ids::{StorageId, quoted};
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
    /// What the guest's firewall does with incoming traffic that no rule matches; none = as the node has it.
    pub firewall_policy_in: Option<Policy>,
    /// Likewise for outgoing traffic.
    pub firewall_policy_out: Option<Policy>,
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
    /// The TCP port that then is open.
    pub ready_port: u16,
    /// How long that is waited for (minutes).
    pub ready_minutes: u32,
    /// The customer may have SSH keys, and give them to the guest.
    pub client_ssh_keys: bool,
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
            ready_port: 22,
            ready_minutes: 15,
            client_ssh_keys: true,
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
        (self.traffic_gb > 0).then(|| self.traffic_gb.saturating_mul(1_000_000_000))
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
    pub fn as_str(self) -> &'static str {
        match self {
            Policy::Accept => "ACCEPT",
            Policy::Drop => "DROP",
            Policy::Reject => "REJECT",
        }
    }
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
        (row.read)(package, value).map_err(|why| at(why.replacen("it", row.key, 1)))?;
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
mod tests {
    use super::super::row::nothing_said;
    use super::*;

    fn parse(text: &str) -> Result<More, String> {
        let mut package = nothing_said();
        read(&mut package, text).map(|()| package.more)
    }

    #[test]
    fn every_setting_is_taken_over() {
        assert_eq!(parse(" \n# nothing\n"), Ok(More::default()));
        let text = "shutdown_timeout = 30\r\nLive_Change=on\nclone_slots_per_storage=1\nfirewall_policy_in = drop\n\
                    firewall_policy_out=ACCEPT\ntraffic_gb = 1.5 TB\ntraffic_counts=larger\nonboot=off\norder_hostname=on\nclient_rdns = No\nrdns_forward_check=off\n\
                    client_start=off\nclient_stop=off\nclient_force_off=off\nclient_reset=off\nclient_reboot=off\nclient_reinstall=on\nos_choices=9000:Debian 12\napplications=docker:Docker\nsnippet_storage=nfs\nclient_protect=off\nclient_graphs=off\nclient_console=off\nclient_reachability=off\npassword_by=agent, cloudinit\nclient_ssh_keys=off\nssh_keys_by=agent\nssh_key_required=on\nclient_snapshots=off\nsnapshot_schedule=off\nsnapshot_days=7\nsnapshot_ram=on\nsnapshot_floor=20\nclient_backups=off\nbackup_client_delete=off\nclient_restore=off\nbackup_schedule=off\nbackup_mode=stop\nbackup_gb=100\nbackup_show_foreign=on\nreinstall_backup=on\nbackup_slots_per_node=2\nmail_password=on\n\
                    client_iso=on\niso_storage=isos\niso_show=public-*.iso\nrescue_iso=isos:iso/rescue.iso\nrescue_hours=12\nrescue_seed=seeds\n\
                    ready_when=agent_or_port\nready_port=3389\nready_minutes=30\n";
        let expected = More {
            shutdown_timeout_s: 30,
            live_change: true,
            ready_when: ReadyWhen::Either,
            ready_port: 3389,
            ready_minutes: 30,
            clone_slots_per_storage: 1,
            firewall_policy_in: Some(Policy::Drop),
            firewall_policy_out: Some(Policy::Accept),
            traffic_gb: 1500,
            traffic_counts: TrafficCounts::Larger,
            onboot: false,
            order_hostname: true,
            client_rdns: false,
            rdns_forward_check: false,
            client_start: false,
            client_stop: false,
            client_force_off: false,
            client_reset: false,
            client_reboot: false,
            client_reinstall: true,
            os_choices: vec![System {
                template: "9000".parse().unwrap(),
                label: "Debian 12".to_owned(),
            }],
            applications: vec![Application {
                name: "docker".parse().unwrap(),
                label: "Docker".to_owned(),
            }],
            snippet_storage: "nfs".parse().ok(),
            client_protect: false,
            client_graphs: false,
            client_console: false,
            client_reachability: false,
            password_by: GivenBy::Agent,
            client_ssh_keys: false,
            ssh_keys_by: GivenBy::Agent,
            ssh_key_required: true,
            client_snapshots: false,
            snapshot_schedule: false,
            snapshot_days: 7,
            snapshot_ram: true,
            snapshot_floor: 20,
            client_backups: false,
            backup_client_delete: false,
            client_restore: false,
            backup_schedule: false,
            backup_mode: BackupMode::Stop,
            backup_gb: 100,
            backup_show_foreign: true,
            reinstall_backup: true,
            backup_slots_per_node: 2,
            media: Media {
                client_iso: true,
                iso_storage: Some("isos".parse().unwrap()),
                iso_show: vec!["public-*.iso".to_owned()],
                rescue_iso: Some("isos:iso/rescue.iso".to_owned()),
                rescue_hours: 12,
                rescue_seed: Some("seeds".parse().unwrap()),
            },
            mail_password: true,
        };
        assert_eq!(parse(text), Ok(expected.clone()));
        let stored = serde_json::to_value(&expected).unwrap();
        assert_eq!(stored["firewall_policy_in"], "DROP");
        assert_eq!(serde_json::from_value::<More>(stored).unwrap(), expected);
        assert_eq!(serde_json::from_str::<More>("{}").unwrap(), More::default());
    }

    #[test]
    fn what_counts_of_traffic() {
        use TrafficCounts::{Both, In, Larger, Out};
        assert_eq!([Both, In, Out, Larger].map(|counts| counts.of((3, 5))), [8, 3, 5, 5]);
        assert_eq!(parse("traffic_gb=0").unwrap().traffic_bytes(), None);
        assert_eq!(parse("traffic_gb=2 GB").unwrap().traffic_bytes(), Some(2_000_000_000));
    }

    #[test]
    fn a_bad_line_says_why() {
        let cases = [
            ("onboot", "line 1: \"onboot\" is not of the form key = value"),
            (
                "\nshutdown = 3",
                "line 2: \"shutdown\" is not known, did you mean shutdown_timeout?",
            ),
            (
                "policy_in=DROP",
                "line 1: \"policy_in\" is not known, did you mean firewall_policy_in?",
            ),
            ("rdns=on", "line 1: \"rdns\" is not known, did you mean client_rdns?"),
            ("onboot=on\nONBOOT=on", "line 2: onboot is there twice"),
            ("onboot=maybe", "line 1: onboot is on or off, not \"maybe\""),
            ("live_change=", "line 1: live_change is on or off, not \"\""),
            ("client_rdns=2", "line 1: client_rdns is on or off, not \"2\""),
            (
                "shutdown_timeout=9",
                "line 1: shutdown_timeout is a number of seconds from 10 to 3600, not \"9\"",
            ),
            (
                "shutdown_timeout=3601",
                "line 1: shutdown_timeout is a number of seconds from 10 to 3600, not \"3601\"",
            ),
            (
                "clone_slots_per_storage=0",
                "line 1: clone_slots_per_storage is a number from 1 to 20, not \"0\"",
            ),
            (
                "clone_slots_per_storage=21",
                "line 1: clone_slots_per_storage is a number from 1 to 20, not \"21\"",
            ),
            (
                "traffic_gb=1.5",
                "line 1: traffic_gb is a whole number of GB from 0 to 100000000, or one of TB, not \"1.5\"",
            ),
            (
                "firewall_policy_in=ALLOW",
                "line 1: firewall_policy_in is ACCEPT, DROP or REJECT, not \"ALLOW\"",
            ),
            (
                "firewall_policy_out=-",
                "line 1: firewall_policy_out is ACCEPT, DROP or REJECT, not \"-\"",
            ),
        ];
        for (text, why) in cases {
            assert_eq!(parse(text), Err(why.to_owned()), "{text}");
        }
    }
}
