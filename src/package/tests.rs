mod config_options;
mod form;
mod table;

use super::*;

fn package(options: &[(usize, &str)], config_options: &[(&str, &str)]) -> Result<Package, Error> {
    let mut texts = vec![String::new(); 24];
    texts[1] = "9000".to_owned();
    for (number, text) in options {
        texts[number - 1] = (*text).to_owned();
    }
    let config_options = config_options
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    Package::parse(&texts, &config_options)
}

fn vmid(number: u32) -> Vmid {
    Vmid::try_from(number).unwrap()
}

fn mbps(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn empty_options_have_the_defaults_of_the_table() {
    let defaults = Package::with_defaults(vmid(9000));
    assert_eq!(package(&[], &[]), Ok(defaults.clone()));
    assert_eq!(
        Package::parse(&["".to_owned(), " 9000 ".to_owned()], &BTreeMap::new()),
        Ok(defaults.clone())
    );
    assert_eq!(
        (defaults.cores, defaults.memory_mib, defaults.first_vmid),
        (1, 1024, Vmid::MIN)
    );
    assert_eq!(
        (defaults.ci_user.as_str(), defaults.name_rule.as_str()),
        ("root", "{client_id}-{service_id}")
    );
    assert_eq!(
        (defaults.ipv4_count, defaults.ipv6_count, defaults.backups),
        (1, 0, None)
    );
    let written = [
        (1, "Auto"),
        (3, " FULL "),
        (5, "100"),
        (6, "1"),
        (7, "1"),
        (8, "0"),
        (9, "0/0/0/0"),
        (10, "0"),
        (11, "0 / 0 / 0 / 0"),
        (13, "AUTO"),
        (15, "0"),
        (16, "As in template"),
        (17, "static"),
        (18, "Off"),
        (20, "root"),
        (21, "{client_id}-{service_id}"),
    ];
    assert_eq!(package(&written, &[]), Ok(defaults));
}

/// One value for each option.
const ALL_OPTIONS: &[(usize, &str)] = &[
    (1, "pve2 (64 GB free)"),
    (2, "9001|Debian 12"),
    (3, "full clone"),
    (4, "local-lvm"),
    (5, "5000"),
    (6, "4 cores"),
    (7, "2.5"),
    (8, "40"),
    (9, "100/50.5/500/0"),
    (10, "100 GB"),
    (11, "0/0/0/250"),
    (12, "slow|Slow disks"),
    (13, "vmbr1"),
    (14, "20"),
    (15, "12.50 MB/s"),
    (16, "VirtIO"),
    (17, "STATIC"),
    (18, "on with anti-spoofing"),
    (19, "IN SSH(ACCEPT)\r\n# more\r\n|OUT DROP"),
    (20, "debian"),
    (21, "vm-{service_id}"),
    (22, "VPS.Example.net."),
    (23, "pbs"),
    (24, "onboot = off"),
];

#[test]
fn every_option_is_read() {
    let limits = |read: &str, write: &str, read_iops, write_iops| DiskLimits {
        read_mbps: mbps(read),
        write_mbps: mbps(write),
        read_iops,
        write_iops,
    };
    let expected = Package {
        target_node: Some("pve2".parse().unwrap()),
        template: vmid(9001),
        clone_type: CloneType::Full,
        system_storage: Some("local-lvm".parse().unwrap()),
        first_vmid: vmid(5000),
        cores: 4,
        memory_mib: 2560,
        system_disk_gib: 40,
        system_limits: limits("100", "50.5", 500, 0),
        additional_disk_gib: 100,
        additional_limits: limits("0", "0", 0, 250),
        additional_storage: Some("slow".parse().unwrap()),
        bridge: Some("vmbr1".parse().unwrap()),
        vlan: Some(20),
        rate_mbps: mbps("12.5"),
        nic_model: Some(NicModel::Virtio),
        addressing: Addressing::Static,
        firewall: Firewall::AntiSpoofing,
        rules: crate::package::firewall_rules::parse("IN SSH(ACCEPT)\n|OUT DROP").unwrap(),
        ci_user: "debian".to_owned(),
        name_rule: "vm-{service_id}".to_owned(),
        main_domain: Some("vps.example.net".to_owned()),
        backup_storage: Some("pbs".parse().unwrap()),
        ipv4_count: 1,
        ipv6_count: 0,
        backups: None,
        snapshots: None,
        application: None,
        more: More {
            onboot: false,
            ..More::default()
        },
    };
    assert_eq!(package(ALL_OPTIONS, &[]), Ok(expected.clone()));
    let stored = serde_json::to_string(&expected).unwrap();
    assert_eq!(serde_json::from_str::<Package>(&stored).unwrap(), expected);
    assert_eq!(expected.domain("vm-7"), "vm-7.vps.example.net");
    assert_eq!(Package::with_defaults(vmid(100)).domain("vm-7"), "vm-7");
}

#[test]
fn an_older_stored_package_is_read_with_defaults_and_a_newer_one_without_what_is_new() {
    let read = serde_json::from_str::<Package>(r#"{"template":9000,"invented_later":1}"#).unwrap();
    assert_eq!(read, Package::with_defaults(vmid(9000)));
    assert!(serde_json::from_str::<Package>("{}").is_err());
    assert!(serde_json::from_str::<Package>(r#"{"template":9000,"bridge":"../x"}"#).is_err());
}

#[test]
fn words_are_known_in_any_case_and_as_key_or_label() {
    for (text, expected) in [
        ("linked", CloneType::Linked),
        ("Linked_Clone", CloneType::Linked),
        ("linked|Linked clone", CloneType::Linked),
    ] {
        assert_eq!(package(&[(3, text)], &[]).map(|p| p.clone_type), Ok(expected), "{text}");
    }
    for (text, expected) in [
        ("ON", Firewall::On),
        ("On with Anti-Spoofing", Firewall::AntiSpoofing),
        ("on_with_anti_spoofing", Firewall::AntiSpoofing),
        ("antispoofing", Firewall::AntiSpoofing),
        ("off", Firewall::Off),
    ] {
        assert_eq!(package(&[(18, text)], &[]).map(|p| p.firewall), Ok(expected), "{text}");
    }
    for (text, expected) in [
        ("as_in_template", None),
        ("E1000", Some(NicModel::E1000)),
        ("rtl8139", Some(NicModel::Rtl8139)),
        ("vmxnet3", Some(NicModel::Vmxnet3)),
    ] {
        assert_eq!(package(&[(16, text)], &[]).map(|p| p.nic_model), Ok(expected), "{text}");
        assert!(expected.is_none_or(|model| model.as_str().eq_ignore_ascii_case(text)));
    }
}

#[test]
fn memory_is_in_whole_mib() {
    let cases = [
        ("1", Some(1024)),
        ("0.5 GB", Some(512)),
        ("0.0625", Some(64)),
        ("4.0", Some(4096)),
        ("1.3", Some(1331)),
        ("0.016", Some(16)),
        ("16384", Some(16_777_216)),
        ("0.015", None),
        ("16385", None),
        ("0", None),
        ("512 MB", None),
        ("1,5", None),
        ("-1", None),
    ];
    for (text, mib) in cases {
        assert_eq!(package(&[(7, text)], &[]).ok().map(|p| p.memory_mib), mib, "{text}");
    }
}

/// Options, values that they cannot have, and why; `<limits>` and `<rate>` stand for the longer parts.
const BAD_OPTIONS: &[(usize, &str, &str)] = &[
    (1, "a b", "Target node: it is auto or the name of a node, not \"a b\""),
    (2, "", "OS template: it is missing: enter the VMID of a template"),
    (
        2,
        "Debian",
        "OS template: it is the VMID of a template from 100 to 999999999, \
             such as 9000 or Debian 12 (9000), not \"Debian\"",
    ),
    (3, "half", "Clone type: it is one of full, linked, not \"half\""),
    (4, "a b", "System disk storage: it is the id of a storage, not \"a b\""),
    (5, "99", "First VM ID: it is a VMID from 100 to 999999999, not \"99\""),
    (6, "0", "CPU cores: it is a whole number from 1 to 4096, not \"0\""),
    (6, "1.5", "CPU cores: it is a whole number from 1 to 4096, not \"1.5\""),
    (
        7,
        "x",
        "RAM: it is a number of GB from 0.016 to 16384, decimals allowed, not \"x\"",
    ),
    (
        8,
        "20.5",
        "System disk: it is a whole number of GB from 0 to 1048576, not \"20.5\"",
    ),
    (9, "100", "System disk limits: <limits>, not \"100\""),
    (9, "1/x/0/0", "System disk limits: write MB/s: <rate>, not \"x\""),
    (
        9,
        "1/1/0.5/0",
        "System disk limits: read IOPS: it is a whole number from 0 to 100000000, not \"0.5\"",
    ),
    (
        10,
        "-1",
        "Additional disk: it is a whole number of GB from 0 to 1048576, not \"-1\"",
    ),
    (11, "1/2/3", "Additional disk limits: <limits>, not \"1/2/3\""),
    (
        12,
        "/x",
        "Additional disk storage: it is the id of a storage, not \"/x\"",
    ),
    (13, "a/b", "Bridge: it is auto or the name of a bridge, not \"a/b\""),
    (
        14,
        "10",
        "VLAN: it works only together with a bridge: name the bridge or leave the VLAN empty",
    ),
    (
        14,
        "4095",
        "VLAN: it is a number (0 = untagged) from 0 to 4094, not \"4095\"",
    ),
    (15, "1.234", "Network rate: <rate>, not \"1.234\""),
    (
        16,
        "ne2k",
        "NIC model: it is one of as in template, virtio, e1000, rtl8139, vmxnet3, not \"ne2k\"",
    ),
    (17, "ppp", "Addressing: it is one of static, dhcp, not \"ppp\""),
    (
        18,
        "maybe",
        "Firewall: it is one of off, on, on with anti-spoofing, not \"maybe\"",
    ),
    (
        19,
        "IN ACCEPT\nIN",
        "Firewall rules: line 2: after IN comes ACCEPT, DROP, REJECT or a macro such as SSH(ACCEPT)",
    ),
    (
        20,
        "1x",
        "Cloud-init user: it is a user name: a letter, \
             then letters, digits, _, - and ., at most 32 in all, and no word that YAML reads as yes or no, not \"1x\"",
    ),
    (
        21,
        "{service}",
        "VM name: \"{service}\" is no macro, did you mean {service_id}?",
    ),
    (
        22,
        "a_b.example",
        "Main domain: it is a domain such as vps.example.net, not \"a_b.example\"",
    ),
    (23, "a b", "Backup storage: it is the id of a storage, not \"a b\""),
    (
        24,
        "boot=on",
        "More settings: line 1: \"boot\" is not known, did you mean onboot?",
    ),
];

#[test]
fn a_bad_option_is_named_with_what_is_allowed() {
    let limits =
        "it is four numbers, read MB/s / write MB/s / read IOPS / write IOPS, such as 100/50/500/500, 0 for no limit";
    let rate = "it is a number of MB/s from 0 to 1000000 with at most two decimals, or one of Mbit/s";
    for (number, text, sentence) in BAD_OPTIONS {
        let sentence = sentence.replace("<limits>", limits).replace("<rate>", rate);
        let why = package(&[(*number, text)], &[]).unwrap_err();
        assert_eq!(why.to_string(), format!("package option {sentence}"), "{number} {text}");
        assert_eq!(why.problem().code, "bad_option");
    }
    let long = package(&[(6, &"x".repeat(80))], &[]).unwrap_err().to_string();
    assert!(long.ends_with(&format!("not \"{}…\"", "x".repeat(60))), "{long}");
    let linked = package(&[(3, "linked"), (4, "local")], &[]).unwrap_err();
    assert_eq!(
        linked.to_string(),
        "package option System disk storage: a linked clone always lies on its template's storage: leave this empty or \
         choose the clone type full"
    );
}

#[test]
fn domains_are_checked() {
    for bad in [".", "a..b", "-a.net", "a b", "exämple.net", &"a.".repeat(100)] {
        assert!(package(&[(22, bad)], &[]).is_err(), "{bad}");
    }
    assert_eq!(
        package(&[(22, "lan")], &[]).map(|p| p.main_domain),
        Ok(Some("lan".to_owned()))
    );
}

#[test]
fn dhcp_leases_nothing_and_has_no_anti_spoofing() {
    let dhcp = package(
        &[(17, "DHCP"), (18, "on with anti-spoofing")],
        &[("ipv4", "3"), ("ipv6", "2")],
    )
    .unwrap();
    assert_eq!((dhcp.ipv4_count, dhcp.ipv6_count), (0, 0));
    assert_eq!(dhcp.effective_firewall(), Firewall::On);
    for (text, firewall) in [
        ("off", Firewall::Off),
        ("on", Firewall::On),
        ("antispoofing", Firewall::AntiSpoofing),
    ] {
        assert_eq!(
            package(&[(18, text)], &[]).map(|p| p.effective_firewall()),
            Ok(firewall)
        );
    }
    assert_eq!(
        package(&[(17, "dhcp"), (18, "off")], &[]).map(|p| p.effective_firewall()),
        Ok(Firewall::Off)
    );
}

#[test]
fn a_static_package_has_an_address() {
    let why = package(&[], &[("ipv4", "0")]).unwrap_err();
    assert_eq!(why, Error::NoAddresses);
    assert_eq!(why.problem().code, "no_addresses");
    assert_eq!(
        why.to_string(),
        "the package has neither an IPv4 nor an IPv6 address: sell at least one or choose the addressing dhcp"
    );
    assert_eq!(
        package(&[], &[("ipv4", "0"), ("ipv6", "1")]).map(|p| (p.ipv4_count, p.ipv6_count)),
        Ok((0, 1))
    );
}

#[test]
fn a_bridge_may_be_without_vlan_and_a_vlan_may_be_zero() {
    assert_eq!(package(&[(13, "vmbr0")], &[]).map(|p| p.vlan), Ok(None));
    assert_eq!(package(&[(13, "vmbr0"), (14, "0")], &[]).map(|p| p.vlan), Ok(Some(0)));
}

#[test]
fn limits_become_the_options_of_a_drive() {
    let limits = package(&[(9, "12.5/0/0/500")], &[]).unwrap().system_limits;
    let expected = [
        ("mbps_rd", Some("12.5".to_owned())),
        ("mbps_wr", None),
        ("iops_rd", None),
        ("iops_wr", Some("500".to_owned())),
    ];
    assert_eq!(limits.drive_options(), expected);
    assert!(!limits.is_none());
    assert!(DiskLimits::default().is_none());
}

#[test]
fn a_rule_that_makes_names_which_are_no_texts_is_refused_at_the_product() {
    let parsed = |rule: &str, domain: &str| {
        let mut options = vec![String::new(); 24];
        (options[1], options[20], options[21]) = ("9000".to_owned(), rule.to_owned(), domain.to_owned());
        Package::parse(&options, &BTreeMap::new())
            .map(|_| ())
            .map_err(|why| why.to_string())
    };
    for rule in [
        "{service_id}",
        "{unixtime}",
        "{client_id}{service_id}",
        "{random_digit_4}",
        "{year}{month}{day}",
    ] {
        let why = parsed(rule, "").expect_err(rule);
        assert!(
            why.starts_with("package option VM name: ") && why.contains("YAML"),
            "{why}"
        );
        assert_eq!(parsed(rule, "example.net"), Ok(()), "{rule}");
    }
    for rule in [
        "0{service_id}",
        "0x{service_id}",
        "{client_id}e{service_id}",
        "{year}-{month}-{day}",
        "0b{random_digit_4}",
        "{client_id}-{service_id}-{day}",
        "yes",
        "ON",
        "null",
        "{random_digit_1}e{random_digit_2}",
    ] {
        for domain in ["", "example.net"] {
            assert!(
                parsed(rule, domain).is_err_and(|why| why.contains("YAML")),
                "{rule} {domain}"
            );
        }
    }
    for rule in [
        "",
        "{client_id}-{service_id}",
        "vm{service_id}",
        "{random_letter_3}",
        "{year}{month}{day}-{service_id}",
    ] {
        assert_eq!(parsed(rule, ""), Ok(()), "{rule}");
    }
}
