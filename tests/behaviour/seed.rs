//! The seed of a rescue system: an ISO that others read as it is meant. Who reads is Debian's isoinfo (genisoimage), libarchive
//! and cloud-init; without them (tests/setup/install.sh) there is nothing to ask.

use crate::cloud_init;
use proxmoxkvm::guest::seed::{File, Once, Seed, SeedNet, System, image};
use proxmoxkvm::server::address::Address;
use proxmoxkvm::words::ssh_key::{NamedKey, SshKey};
use serde_json::json;
use std::path::Path;
use std::process::Command;

fn address(ip: &str, prefix: u8, gateway: Option<&str>) -> Address {
    Address {
        ip: ip.parse().unwrap(),
        bridge: "vmbr0".parse().unwrap(),
        vlan: 0,
        prefix,
        gateway: gateway.map(|gateway| gateway.parse().unwrap()),
        dns: vec!["192.0.2.53".parse().unwrap(), "2001:db8::53".parse().unwrap()],
    }
}

fn key(end: &str, comment: &str) -> NamedKey {
    let line = format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA{end:A<42} {comment}");
    NamedKey::new("", SshKey::parse(&line).unwrap()).unwrap()
}

fn has(program: &str, argument: &str) -> bool {
    let found = Command::new(program).arg(argument).output().is_ok();
    if !found {
        eprintln!("{program} is not installed: nothing is asked of it");
    }
    found
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && errors.is_empty(), "{text}{errors}");
    text
}

/// An image in a file.
fn written(folder: &Path, bytes: &[u8]) -> std::path::PathBuf {
    let file = folder.join("seed.iso");
    std::fs::write(&file, bytes).unwrap();
    file
}

fn of_files(folder: &Path) -> std::path::PathBuf {
    let long = vec![b'x'; 5000];
    let files = [
        File {
            name: "user-data",
            bytes: &long,
        },
        File {
            name: "meta-data",
            bytes: b"{}",
        },
        File {
            name: "network-config",
            bytes: b"",
        },
    ];
    written(folder, &image("cidata", &files))
}

#[test]
fn isoinfo_reads_it_by_all_three_kinds_of_names() {
    if !has("isoinfo", "-version") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = of_files(folder.path());
    let isoinfo = |arguments: &[&str]| said(Command::new("isoinfo").arg("-i").arg(&file).args(arguments));
    let told = isoinfo(&["-d"]);
    for line in [
        "Volume id: cidata",
        "Joliet with UCS level 3 found",
        "Rock Ridge signatures version 1 found",
    ] {
        assert!(told.contains(line), "{line} of {told}");
    }
    let listed = |names: &[&str]| {
        let list = isoinfo(&[&["-f"], names].concat());
        let mut list: Vec<String> = list.lines().map(str::to_owned).collect();
        list.sort();
        list
    };
    let real = ["/meta-data", "/network-config", "/user-data"];
    assert_eq!(
        (listed(&["-R"]), listed(&["-J"])),
        (real.map(str::to_owned).to_vec(), real.map(str::to_owned).to_vec())
    );
    assert_eq!(listed(&[]), ["/META_DATA.;1", "/NETWORK_CONFIG.;1", "/USER_DATA.;1"]);
    assert_eq!(isoinfo(&["-R", "-x", "/user-data"]), "x".repeat(5000));
    assert_eq!(isoinfo(&["-J", "-x", "/meta-data"]), "{}");
    let modes = isoinfo(&["-R", "-l"]);
    assert!(modes.contains("-r--r--r--   1    0    0            5000"), "{modes}");
}

/// Unpacks an image with libarchive into the folder of a seed.
fn unpacked(folder: &Path, file: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    said(Command::new("bsdtar").arg("-xf").arg(file).arg("-C").arg(folder));
}

#[test]
fn libarchive_unpacks_it() {
    if !has("bsdtar", "--version") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = of_files(folder.path());
    for options in ["iso9660:joliet", "iso9660:!joliet"] {
        let into = folder.path().join(options.replace([':', '!'], "-"));
        std::fs::create_dir_all(&into).unwrap();
        said(
            Command::new("bsdtar")
                .args(["--options", options, "-xf"])
                .arg(&file)
                .arg("-C")
                .arg(&into),
        );
        assert_eq!(
            std::fs::read(into.join("user-data")).unwrap(),
            vec![b'x'; 5000],
            "{options}"
        );
        assert_eq!(std::fs::read(into.join("meta-data")).unwrap(), b"{}", "{options}");
        assert_eq!(std::fs::read(into.join("network-config")).unwrap(), b"", "{options}");
    }
}

#[test]
fn cloud_init_takes_from_it_who_may_come_in_and_every_address() {
    if !cloud_init::is_there() || !has("bsdtar", "--version") {
        return;
    }
    let keys = [key("a", "ada@example.net"), key("b", "it's: {odd} #")];
    let addresses = [
        address("192.0.2.10", 24, Some("192.0.2.1")),
        address("192.0.2.11", 24, Some("192.0.2.1")),
        address("2001:db8::10", 64, Some("fe80::1")),
        address("198.51.100.7", 32, None),
    ];
    let net = SeedNet {
        mac: "BC:24:11:00:00:07",
        addresses: &addresses,
    };
    let hash = "$6$rounds=5000$................$abc";
    let taken = |seed: &Seed<'_>| {
        let folder = tempfile::tempdir().unwrap();
        let file = written(folder.path(), &seed.image());
        let inside = folder.path().join("seed/nocloud");
        unpacked(&inside, &file);
        cloud_init::is_valid(&std::fs::read_to_string(inside.join("user-data")).unwrap());
        cloud_init::taken(&json!({"seed": folder.path()}))
    };
    let with_keys = Seed {
        instance: "rescue-7-1",
        name: "3-7",
        ssh_keys: &keys,
        password: None,
        user_data: None,
        net: Some(net),
        domain: None,
        user: "root",
        system: System::Rescue,
    };
    let made = taken(&with_keys);
    assert_eq!(
        (&made["instance"], &made["hostname"], &made["user"]),
        (&json!("rescue-7-1"), &json!("3-7"), &json!("root"))
    );
    assert_eq!(made["keys"].as_array().map(Vec::len), Some(2));
    assert!(made["password"].is_null());
    assert_eq!(made["macs"], json!(["bc:24:11:00:00:07"]));
    assert_eq!(
        made["addresses"],
        json!(["192.0.2.10/24", "192.0.2.11/24", "2001:db8::10/64", "198.51.100.7/32"])
    );
    assert_eq!(
        made["gateways"],
        json!(["192.0.2.1", null, "fe80::1", null]),
        "one way out of each family"
    );
    assert_eq!(made["resolvers"], json!(["192.0.2.53", "2001:db8::53"]));

    let with_password = Seed {
        ssh_keys: &[],
        password: Some(hash),
        ..with_keys
    };
    let made = taken(&with_password);
    assert_eq!((&made["password"], &made["keys"]), (&json!(hash), &json!([])));

    let once = [Once {
        name: "pk-password-1",
        command: vec![
            "sh",
            "-c",
            "printf '%s:%s\\n' \"$0\" \"$1\" | chpasswd -e",
            "admin",
            hash,
        ],
    }];
    for system in [System::New { upgrades: true }, System::Known { once: &once }] {
        let of_guest = Seed {
            user: "admin",
            domain: Some("example.net"),
            system,
            ..with_keys.clone()
        };
        let made = taken(&of_guest);
        assert_eq!(
            (&made["user"], &made["fqdn"]),
            (&json!("admin"), &json!("3-7.example.net"))
        );
        assert_eq!(made["addresses"].as_array().map(Vec::len), Some(4));
        assert_eq!(made["search"], json!(["example.net"]));
    }
    // one whose way out is outside of its network
    let lonely = [address("203.0.113.7", 32, Some("192.0.2.1"))];
    let made = taken(&Seed {
        net: Some(SeedNet {
            addresses: &lonely,
            ..net
        }),
        ..with_keys.clone()
    });
    assert_eq!(
        (&made["routes"], &made["gateways"]),
        (&json!(["0.0.0.0/0 via 192.0.2.1"]), &json!([null]))
    );
}
