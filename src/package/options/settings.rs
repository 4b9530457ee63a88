//! The lines of *More settings*: what is rarely set, and all that has no field of its own in the product.

use super::super::row::{Group, Kind, Row};
use super::super::values;
use super::super::{
    BackupMode, FirewallRulesPlace as Place, GivenBy, Policy, ReadyWhen, TrafficCounts, applications, systems,
};

const POLICIES: &[(&[&str], Option<Policy>)] = &[
    (&["ACCEPT"], Some(Policy::Accept)),
    (&["DROP"], Some(Policy::Drop)),
    (&["REJECT"], Some(Policy::Reject)),
];

const TRAFFIC_COUNTS: &[(&[&str], TrafficCounts)] = &[
    (&["both"], TrafficCounts::Both),
    (&["in"], TrafficCounts::In),
    (&["out"], TrafficCounts::Out),
    (&["larger"], TrafficCounts::Larger),
];

const BACKUP_MODES: &[(&[&str], BackupMode)] = &[(&["snapshot"], BackupMode::Snapshot), (&["stop"], BackupMode::Stop)];

const GIVEN_BY: &[(&[&str], GivenBy)] = &[
    (&["cloudinit"], GivenBy::CloudInit),
    (&["agent", "agent,cloudinit", "agent, cloudinit"], GivenBy::Agent),
];

const PLACES: &[(&[&str], Place)] = &[(&["first"], Place::First), (&["last"], Place::Last)];

const READY_WHEN: &[(&[&str], ReadyWhen)] = &[
    (&["started"], ReadyWhen::Started),
    (&["agent"], ReadyWhen::Agent),
    (&["port"], ReadyWhen::Port),
    (&["agent-or-port"], ReadyWhen::Either),
];

macro_rules! policy {
    ($($field:ident).+) => {
        value!(
            $($field).+,
            Kind::Choice(|| values::words(POLICIES)),
            "",
            |text| values::policy(text, POLICIES),
            |policy| values::word(policy, POLICIES)
        )
    };
}

/// Every key that there is.
pub(super) const ROWS: &[Row] = &[
    Row::more(
        "clone_slots_per_storage",
        Group::Build,
        number!(more.clone_slots_per_storage, "", 1, 20),
        "how many clones write to one storage at a time; further orders get their address at once and wait in line",
    ),
    Row::more(
        "firewall_policy_in",
        Group::Firewall,
        policy!(more.firewall_policy_in),
        "what the guest's firewall does with incoming traffic that no rule matches; without it Proxmox VE drops that, but for anti-spoofing without any rule, which lets it in",
    ),
    Row::more(
        "firewall_policy_out",
        Group::Firewall,
        policy!(more.firewall_policy_out),
        "what the guest's firewall does with outgoing traffic that no rule matches; without it Proxmox VE lets that out",
    ),
    Row::more(
        "firewall_rules_place",
        Group::Firewall,
        choice!(more.firewall_rules_place, PLACES),
        "where *Firewall rules* stand among the rules of the customer: `first`: before them, so that the customer cannot undo \
         them; `last`: behind them, for what the customer says nothing about",
    ),
    Row::more(
        "client_firewall",
        Group::Client,
        switch!(more.client_firewall),
        "the customer may have firewall rules and policies of the VM; *Firewall* has to be on",
    ),
    Row::more(
        "client_firewall_rules",
        Group::Client,
        number!(more.client_firewall_rules, "", 1, 50),
        "how many firewall rules a customer may have",
    ),
    Row::more(
        "traffic_gb",
        Group::Network,
        value!(
            more.traffic_gb,
            Kind::Number(0, values::MAX_TRAFFIC),
            "GB",
            values::traffic_gb,
            ToString::to_string
        ),
        "the traffic of a month that is sold, in GB of 1,000,000,000 bytes; 0: it is not limited. Pages and WHMCS's usage \
         show it; what is above it is neither cut off nor billed by this",
    )
    .resource()
    .ordered("Traffic (GB)", 100_000)
    .steps(&["1000", "2000", "5000", "10000", "20000", "50000"])
    .short("Traffic"),
    Row::more(
        "traffic_counts",
        Group::Network,
        choice!(more.traffic_counts, TRAFFIC_COUNTS),
        "what of it counts: received and sent together, one of them, or the larger of the two",
    ),
    Row::more(
        "order_hostname",
        Group::System,
        switch!(more.order_hostname),
        "the VM gets the host name that the customer has asked for at the order, one word before the main domain, if no \
         other VM has it; without one, *VM name* names it",
    ),
    Row::more(
        "onboot",
        Group::Running,
        switch!(more.onboot),
        "the VM starts with its node",
    ),
    Row::more(
        "shutdown_timeout",
        Group::Running,
        number!(more.shutdown_timeout_s, "seconds", 10, 3600),
        "how long a VM may take to shut down before it is stopped",
    ),
    Row::more(
        "live_change",
        Group::Running,
        switch!(more.live_change),
        "what needs no restart of a change of the package is applied while the VM runs",
    ),
    Row::more(
        "ready_when",
        Group::Running,
        choice!(more.ready_when, READY_WHEN),
        "when a new VM counts as ready, and its mail leaves: once it is started, its guest agent answers, *ready_port* is open, or \
         either ([more](actions.md#when-a-new-vm-is-ready))",
    ),
    Row::more(
        "ready_port",
        Group::Running,
        value!(
            more.ready_port,
            Kind::Number(1, 65535),
            "",
            |text| values::number(text, "", 1, 65535).map(Some),
            |port| values::or(port, "")
        ),
        "the TCP port that is open once a VM is ready; empty: 22 (SSH), for Windows 3389 (Remote Desktop)",
    ),
    Row::more(
        "ready_minutes",
        Group::Running,
        number!(more.ready_minutes, "minutes", 1, 120),
        "how long that is waited for; then the VM counts as ready all the same, and mail and history say that it has not answered",
    ),
    Row::more(
        "client_start",
        Group::Client,
        switch!(more.client_start),
        "the customer may start the VM",
    ),
    Row::more(
        "client_stop",
        Group::Client,
        switch!(more.client_stop),
        "the customer may shut the VM down, and force it off too unless `client_force_off` is off",
    ),
    Row::more(
        "client_force_off",
        Group::Client,
        switch!(more.client_force_off),
        "the customer may force the VM off, as pulling the plug does; only together with `client_stop`",
    ),
    Row::more(
        "client_reset",
        Group::Client,
        switch!(more.client_reset),
        "the customer may reset the VM, as the button of a machine does",
    ),
    Row::more(
        "client_reboot",
        Group::Client,
        switch!(more.client_reboot),
        "the customer may restart the VM",
    ),
    Row::more(
        "client_reinstall",
        Group::Client,
        switch!(more.client_reinstall),
        "the customer may have the VM made anew from its template: all its disks are lost",
    ),
    Row::more(
        "os_choices",
        Group::Client,
        value!(more.os_choices, Kind::Text, "", systems::read, |systems: &Vec<_>| systems::write(systems)),
        "the operating systems that the customer may choose from when the VM is made anew: VMIDs of templates with their \
         names, `9000:Debian 12; 9001:Ubuntu 24.04`; an order with the option *Operating System* has that one's instead",
    ),
    Row::more(
        "application",
        Group::System,
        value!(application, Kind::Text, "", applications::read_one, applications::write_one),
        "what is installed at the first start of a new VM: the name of a cloud-init snippet of yours, `docker` for \
         `docker.yaml`; [how](applications.md)",
    )
    .ordered("Application", 0),
    Row::more(
        "applications",
        Group::Client,
        value!(
            more.applications,
            Kind::Text,
            "",
            applications::read,
            |list: &Vec<_>| applications::write(list)
        ),
        "the applications that the customer may choose from when the VM is made anew, with what customers read: \
         `docker:Docker; lamp:LAMP stack`; what the order has can be chosen besides",
    ),
    Row::more(
        "snippet_storage",
        Group::System,
        value!(
            more.snippet_storage,
            Kind::SnippetStorage("as_local"),
            "",
            |text| values::name(text, "the id of a storage").map(Some),
            |storage| values::or(storage, "")
        ),
        "the storage with the snippets of the applications (content *Snippets*), the same on every node of the product; \
         empty: `local`",
    ),
    Row::more(
        "client_protect",
        Group::Client,
        switch!(more.client_protect),
        "the customer may protect the VM: what destroys is refused to the customer until the protection is taken off",
    ),
    Row::more(
        "client_graphs",
        Group::Client,
        switch!(more.client_graphs),
        "the customer sees graphs of what the VM uses",
    ),
    Row::more(
        "client_console",
        Group::Client,
        switch!(more.client_console),
        "the customer may see the VM's screen in the browser, and type there",
    ),
    Row::more(
        "client_reachability",
        Group::Client,
        switch!(more.client_reachability),
        "the customer may ask why the VM is not reached: what is between, and what the firewall says to the customer's address",
    ),
    Row::more(
        "client_rdns",
        Group::Client,
        switch!(more.client_rdns),
        "the customer may set the reverse names of the addresses, where a reverse zone is entered",
    ),
    Row::more(
        "rdns_forward_check",
        Group::Client,
        switch!(more.rdns_forward_check),
        "a reverse name must lead to the address before it is accepted",
    ),
    Row::more(
        "password_by",
        Group::Client,
        choice!(more.password_by, GIVEN_BY),
        "how a new password gets into a VM that runs: at its next start, with new SSH host keys, or at once by the guest agent \
         ([more](operate.md#mails))",
    ),
    Row::more(
        "client_ssh_keys",
        Group::Client,
        switch!(more.client_ssh_keys),
        "the customer may have SSH keys, choose those that a VM is built with, and give them to one at its next start",
    ),
    Row::more(
        "client_user_data",
        Group::Client,
        switch!(more.client_user_data),
        "the customer may give cloud-init user data when a VM is made anew, and at the order where the product has the custom field \
         *User data*; only with `seed = own`, and not for Windows ([more](templates.md#user-data-of-customers))",
    ),
    Row::more(
        "ssh_keys_by",
        Group::Client,
        choice!(more.ssh_keys_by, GIVEN_BY),
        "how other SSH keys get into a VM that runs: at its next start, with new SSH host keys, or at once by the guest agent \
         ([more](actions.md#ssh-keys))",
    ),
    Row::more(
        "ssh_key_required",
        Group::Client,
        switch!(more.ssh_key_required),
        "a VM has no password, and is built with the SSH keys that are chosen: an order without a key is refused in the shop \
         where the product has the custom field *SSH key*, and not built",
    ),
    Row::more(
        "snapshots",
        Group::Copies,
        copies!(snapshots),
        "how many snapshots the customer may have",
    )
    .ordered("Snapshots", 30)
    .short("S"),
    Row::more(
        "client_snapshots",
        Group::Copies,
        switch!(more.client_snapshots),
        "the customer may take snapshots, as many as *Snapshots* says, roll back to them and delete them",
    ),
    Row::more(
        "snapshot_schedule",
        Group::Copies,
        switch!(more.snapshot_schedule),
        "the customer may have snapshots taken on days of the week; where there is no place for one more, the oldest of *these* goes",
    ),
    Row::more(
        "snapshot_days",
        Group::Copies,
        number!(more.snapshot_days, "days", 0, 30),
        "after how many days a snapshot is deleted; 0: it stays. It counts for those that are taken from then on",
    ),
    Row::more(
        "snapshot_ram",
        Group::Copies,
        switch!(more.snapshot_ram),
        "a snapshot of a VM that runs holds its memory too: it takes longer, and twice the memory of space",
    ),
    Row::more(
        "snapshot_floor",
        Group::Copies,
        number!(more.snapshot_floor, "%", 0, 90),
        "no snapshot is taken while a storage of the VM's disks has less of its space free; 0: it is not looked at",
    ),
    Row::more(
        "backups",
        Group::Copies,
        copies!(backups),
        "how many backups the customer may have; they are stored on *Backup storage*",
    )
    .ordered("Backups", 30)
    .short("B"),
    Row::more(
        "client_backups",
        Group::Copies,
        switch!(more.client_backups),
        "the customer may make backups, as many as *Backups* says, and note and protect them",
    ),
    Row::more(
        "backup_client_delete",
        Group::Copies,
        switch!(more.backup_client_delete),
        "the customer may delete backups",
    ),
    Row::more(
        "client_restore",
        Group::Copies,
        switch!(more.client_restore),
        "the customer may have the VM made again from a backup: what is on its disks then is lost, and its snapshots",
    ),
    Row::more(
        "backup_schedule",
        Group::Copies,
        switch!(more.backup_schedule),
        "the customer may have backups made on days of the week; where there is no place for one more, the oldest that is not protected goes",
    ),
    Row::more(
        "backup_mode",
        Group::Copies,
        choice!(more.backup_mode, BACKUP_MODES),
        "`snapshot`: a VM that runs is backed up as it runs; `stop`: it is shut down for it and started again",
    ),
    Row::more(
        "backup_gb",
        Group::Copies,
        number!(more.backup_gb, "GB", 0, 1_000_000),
        "no backup is made where those of the service have so much together; 0: no limit. On a Proxmox Backup Server a \
         backup counts with the size of its VM",
    ),
    Row::more(
        "backup_show_foreign",
        Group::Copies,
        switch!(more.backup_show_foreign),
        "the customer sees on the tab *Backups* also those that your own jobs have made of the VM on *Backup storage* since the \
         service began, as kept by the provider, and can neither note, protect nor delete them",
    ),
    Row::more(
        "reinstall_backup",
        Group::Copies,
        switch!(more.reinstall_backup),
        "before a VM is reinstalled a protected backup is made on *Backup storage*; it is kept for 72 hours beside those that are \
         sold, and without it nothing is deleted",
    ),
    Row::more(
        "backup_slots_per_node",
        Group::Copies,
        number!(more.backup_slots_per_node, "", 1, 20),
        "how many scheduled backups are begun on a node at a time, over all services and web servers; further ones wait in \
         their window. Proxmox VE makes one after the other on a node: with 2 the next one waits there already",
    ),
    Row::more(
        "mail_password",
        Group::Client,
        switch!(more.mail_password),
        "the mail of a VM that is ready tells the password",
    ),
];
