use super::*;

#[test]
fn configurable_options_win_over_the_package() {
    let options = [
        (6, "4"),
        (7, "8"),
        (8, "40"),
        (9, "1/2/3/4"),
        (10, "50"),
        (11, "5/6/7/8"),
        (15, "100"),
    ];
    let chosen = [
        ("CPU Cores", "2"),
        (" ram  (gb)|Memory", "0.5 GB"),
        ("System Disk (GB)", "0"),
        ("Additional Disk (GB)", "0.0"),
        ("System Disk Read Bandwidth", "12.5 MB/s"),
        ("System Disk Write Bandwidth", "0"),
        ("System Disk Read IOPS", "10 iops"),
        ("System Disk Write IOPS", "20"),
        ("Additional Disk Read Bandwidth", "1"),
        ("Additional Disk Write Bandwidth", "2"),
        ("Additional Disk Read IOPS", "3"),
        ("Additional Disk Write IOPS", "4"),
        ("Network Bandwidth", "0"),
        ("IPv4 Addresses", "2"),
        ("IPv6 Addresses", "1"),
        ("Operating System", "9001|Debian 12"),
        ("Backups", "0"),
        ("Snapshots", "3"),
        ("Application", "docker|Docker"),
        ("Colour", "blue"),
    ];
    let limits = |read: &str, write: &str, read_iops, write_iops| DiskLimits {
        read_mbps: mbps(read),
        write_mbps: mbps(write),
        read_iops,
        write_iops,
    };
    let expected = Package {
        cores: 2,
        memory_mib: 512,
        system_limits: limits("12.5", "0", 10, 20),
        additional_limits: limits("1", "2", 3, 4),
        ipv4_count: 2,
        ipv6_count: 1,
        backups: None,
        snapshots: Some(3),
        application: "docker".parse().ok(),
        ..Package::with_defaults(vmid(9001))
    };
    assert_eq!(package(&options, &chosen), Ok(expected.clone()));
    assert_eq!(config_options(&expected).count(), 20);
}

#[test]
fn short_names_mean_the_same() {
    let short = [
        ("cpu", "2"),
        ("RAM", "2"),
        ("os", "9002"),
        ("B", "1"),
        ("s", "2"),
        ("ipv4", "0"),
        ("ipv6", "1"),
    ];
    let expected = Package {
        cores: 2,
        memory_mib: 2048,
        backups: Some(1),
        snapshots: Some(2),
        ipv4_count: 0,
        ipv6_count: 1,
        ..Package::with_defaults(vmid(9002))
    };
    assert_eq!(package(&[(2, "")], &short), Ok(expected));
    assert_eq!(
        package(&[], &[("RAM", "4"), ("RAM (GB)", "4.0")]).map(|p| p.memory_mib),
        Ok(4096)
    );
    assert_eq!(
        package(&[(6, "3")], &[("CPU", " "), ("CPU Cores", "")]).map(|p| p.cores),
        Ok(3)
    );
}

#[test]
fn templates_are_found_in_labels() {
    for text in [
        "9000",
        "9000|Debian 12",
        "9000 Debian 12",
        "9000 (Debian 12)",
        "Debian 12 (9000)",
        "12 (9000)",
    ] {
        assert_eq!(
            package(&[], &[("OS", text)]).map(|p| p.template),
            Ok(vmid(9000)),
            "{text}"
        );
    }
    for text in ["Debian", "9000 Ubuntu (2204)", "Debian (99)", "0"] {
        assert!(package(&[], &[("OS", text)]).is_err(), "{text}");
    }
}

#[test]
fn a_bad_configurable_option_is_named() {
    let cases = [
        (
            "CPU Cores",
            "0",
            "CPU Cores: it is a whole number from 1 to 4096, not \"0\"",
        ),
        ("cpu", "two", "cpu: it is a whole number from 1 to 4096, not \"two\""),
        (
            "RAM (GB)",
            "0",
            "RAM (GB): it is a number of GB from 0.016 to 16384, decimals allowed, not \"0\"",
        ),
        (
            "System Disk (GB)",
            "20 MB/s",
            "System Disk (GB): it is a whole number of GB from 0 to 1048576, not \"20 MB/s\"",
        ),
        (
            "IPv4 Addresses",
            "257",
            "IPv4 Addresses: it is a whole number from 0 to 256, not \"257\"",
        ),
        (
            "Backups",
            "-1",
            "Backups: it is a whole number from 0 to 1000, not \"-1\"",
        ),
        (
            "OS",
            "Debian",
            "OS: it is the VMID of a template from 100 to 999999999, such as 9000 or Debian 12 (9000), not \"Debian\"",
        ),
    ];
    for (name, text, sentence) in cases {
        let why = package(&[], &[(name, text)]).unwrap_err();
        assert_eq!(why.to_string(), format!("configurable option {sentence}"));
        assert_eq!(why.problem().code, "bad_configurable_option");
    }
    let why = package(&[], &[("RAM", "4"), ("RAM (GB)", "8")]).unwrap_err();
    assert_eq!(why.problem().code, "conflicting_configurable_options");
    assert_eq!(
        why.to_string(),
        "the configurable options RAM and RAM (GB) mean the same and have different values: keep one of them"
    );
}

#[test]
#[cfg_attr(miri, ignore = "every value of every option takes it hours")]
fn an_option_that_has_what_the_package_includes_changes_nothing() {
    let sold = [
        (6, "4"),
        (7, "1.3"),
        (8, "40"),
        (9, "1/2.25/3/4"),
        (10, "50"),
        (11, "5/6/7/8"),
        (15, "12.5"),
    ];
    let addressing = [(17, "dhcp")];
    for options in [&[][..], &sold, &addressing] {
        let plain = package(options, &[]).unwrap();
        let rows: Vec<ConfigOption> = config_options(&plain).collect();
        let chosen: Vec<(&str, &str)> = rows.iter().map(|row| (row.name, row.included.as_str())).collect();
        assert_eq!(package(options, &chosen), Ok(plain));
    }
}

#[test]
fn backups_and_snapshots_are_sold() {
    let plain = package(&[], &[]).unwrap();
    let offered: Vec<&str> = config_options(&plain).map(|option| option.name).collect();
    assert!(offered.contains(&"Snapshots"));
    assert!(offered.contains(&"Backups"));
    let sold = package(&[(23, "pbs")], &[("Backups", "2"), ("S", "1")]).unwrap();
    assert_eq!(sold.backup_storage, Some("pbs".parse().unwrap()));
    assert_eq!((sold.backups, sold.snapshots), (Some(2), Some(1)));
    assert_eq!(
        misnamed(["Backups", "s", "Backup space"].into_iter()),
        [("backup space".to_owned(), None)].into()
    );
}

#[test]
fn names_of_other_modules_are_found() {
    let names = [
        "Memory",
        "vCPU|Processors",
        "Disk  Space (GB)",
        "RAM|Memory",
        "CPU  Cores",
        "Managed support",
        "Diskette",
        "4 cores",
        "memory",
    ];
    let found: Vec<String> = misnamed(names.into_iter()).into_keys().collect();
    assert_eq!(found, ["4 cores", "disk space (gb)", "memory", "vcpu"]);
    let mistyped = misnamed(["CPU Coers", "Netwrok Bandwith|Speed", "Reverse something"].into_iter());
    let expected = [("cpu coers", "CPU Cores"), ("netwrok bandwith", "Network Bandwidth")];
    assert_eq!(
        mistyped,
        expected.map(|(name, meant)| (name.to_owned(), Some(meant))).into()
    );
}
