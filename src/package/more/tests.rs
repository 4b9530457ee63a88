use super::super::SeedBy;
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
                firewall_policy_out=ACCEPT\ntraffic_gb = 1.5 TB\ntraffic_counts=larger\nclient_firewall=on\nclient_firewall_rules=7\nfirewall_rules_place=last\nonboot=off\norder_hostname=on\nclient_rdns = No\nrdns_forward_check=off\n\
                client_start=off\nclient_stop=off\nclient_force_off=off\nclient_reset=off\nclient_reboot=off\nclient_reinstall=on\nos_choices=9000:Debian 12\napplications=docker:Docker\nsnippet_storage=nfs\nclient_protect=off\nclient_graphs=off\nclient_console=off\nclient_reachability=off\npassword_by=agent, cloudinit\nclient_ssh_keys=off\nclient_user_data=on\nssh_keys_by=agent\nssh_key_required=on\nclient_snapshots=off\nsnapshot_schedule=off\nsnapshot_days=7\nsnapshot_ram=on\nsnapshot_floor=20\nclient_backups=off\nbackup_client_delete=off\nclient_restore=off\nbackup_schedule=off\nbackup_mode=stop\nbackup_gb=100\nbackup_show_foreign=on\nreinstall_backup=on\nbackup_slots_per_node=2\nmail_password=on\n\
                client_iso=on\niso_storage=isos\niso_show=public-*.iso\nrescue_iso=isos:iso/rescue.iso\nrescue_hours=12\nrescue_seed=seeds\nseed=own\nseed_storage=more\n\
                ready_when=agent_or_port\nready_port=3389\nready_minutes=30\n";
    let expected = More {
        shutdown_timeout_s: 30,
        live_change: true,
        ready_when: ReadyWhen::Either,
        ready_port: Some(3389),
        ready_minutes: 30,
        clone_slots_per_storage: 1,
        firewall_policy_in: Some(Policy::Drop),
        firewall_policy_out: Some(Policy::Accept),
        client_firewall: true,
        client_firewall_rules: 7,
        firewall_rules_place: FirewallRulesPlace::Last,
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
        client_user_data: true,
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
            seed: SeedBy::Own,
            seed_storage: Some("more".parse().unwrap()),
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

/// Whoever writes down what already holds changes nothing; an empty line of a setting whose default is empty too.
#[test]
fn what_a_setting_is_by_itself_may_stand_there() {
    for row in super::super::options::settings() {
        let text = format!("{} = {}", row.key, row.default());
        let read = parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read, More::default(), "{text}");
    }
}
