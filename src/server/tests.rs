use super::*;

fn fields() -> ServerFields {
    ServerFields {
        id: ServerId(1),
        hostname: "pve1.example.net".to_owned(),
        ip: "192.0.2.9".to_owned(),
        port: "8006".to_owned(),
        secure: true,
        username: "root@pam!whmcs".to_owned(),
        password: "secret".into(),
        access_hash: String::new(),
        assigned_ips: String::new(),
    }
}

fn urls(fields: &ServerFields) -> Vec<String> {
    ServerEntry::parse(fields)
        .unwrap()
        .endpoints
        .iter()
        .map(Endpoint::url)
        .collect()
}

#[test]
fn an_entry_is_read() {
    let assigned_ips = "vmbr0|0|192.0.2.10|24|192.0.2.1|9.9.9.9\nnonsense".to_owned();
    let entry = ServerEntry::parse(&ServerFields {
        assigned_ips,
        ..fields()
    })
    .unwrap();
    assert_eq!(entry.id, ServerId(1));
    assert_eq!(entry.login.name(), "root@pam!whmcs");
    assert_eq!(entry.trust, Trust::SystemRoots);
    assert_eq!(entry.warnings, [] as [String; 0]);
    assert_eq!((entry.pool.lines.len(), entry.pool.bad.len()), (1, 1));
}

#[test]
fn the_endpoints_are_tried_in_order() {
    assert_eq!(urls(&fields()), ["https://pve1.example.net:8006"]);
    assert_eq!(
        urls(&ServerFields {
            hostname: " ".to_owned(),
            port: String::new(),
            ..fields()
        }),
        ["https://192.0.2.9:8006"]
    );
    let access_hash = "endpoints=pve2:8007,pve1.example.net,pve3".to_owned();
    let port = "443".to_owned();
    assert_eq!(
        urls(&ServerFields {
            access_hash,
            port,
            ..fields()
        }),
        ["https://pve1.example.net:443", "https://pve2:8007", "https://pve3:443"]
    );
}

#[test]
fn a_port_in_the_host_name_wins_and_warns() {
    let hostname = "https://pve1:443/".to_owned();
    let entry = ServerEntry::parse(&ServerFields {
        hostname: hostname.clone(),
        ..fields()
    })
    .unwrap();
    assert_eq!(entry.endpoints[0].url(), "https://pve1:443");
    assert_eq!(
        entry.warnings,
        ["the host name names the port 443 and the port field 8006: 443 is used"]
    );
    let entry = ServerEntry::parse(&ServerFields {
        hostname,
        port: "443".to_owned(),
        ..fields()
    })
    .unwrap();
    assert_eq!(entry.warnings, [] as [String; 0]);
}

#[test]
fn the_strictest_trust_wins() {
    let print = format!("fingerprint={}\n", "ab".repeat(32));
    let off =
        "insecure=1: certificates are not checked, anybody on the way can read the login; set fingerprint= or ca=";
    let moot = "insecure=1 has no effect: the certificate is checked by fingerprint= or ca=";
    let both = "both fingerprint= and ca= are set: the fingerprint alone decides";
    let one = "every node has a certificate of its own and the fingerprint fits only one: set ca= to a copy of the \
               cluster's pve-root-ca.pem so that the other endpoints work too";
    let cases: [(String, Trust, &[&str]); 8] = [
        (String::new(), Trust::SystemRoots, &[]),
        ("insecure=0".to_owned(), Trust::SystemRoots, &[]),
        ("insecure=1".to_owned(), Trust::Insecure, &[off]),
        ("ca=/a.pem".to_owned(), Trust::CaFile("/a.pem".into()), &[]),
        (
            "ca=/a.pem\ninsecure=1".to_owned(),
            Trust::CaFile("/a.pem".into()),
            &[moot],
        ),
        (print.clone(), Trust::Fingerprint([0xab; 32]), &[]),
        (
            format!("{print}ca=/a.pem\ninsecure=1"),
            Trust::Fingerprint([0xab; 32]),
            &[both, moot],
        ),
        (format!("{print}endpoints=pve2"), Trust::Fingerprint([0xab; 32]), &[one]),
    ];
    for (access_hash, trust, warnings) in cases {
        let entry = ServerEntry::parse(&ServerFields {
            access_hash: access_hash.clone(),
            ..fields()
        })
        .unwrap();
        assert_eq!(
            (entry.trust, &*entry.warnings),
            (trust, &*warnings.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
        );
    }
}

#[test]
fn an_entry_that_cannot_be_used_says_why() {
    let text = str::to_owned;
    let cases = [
        (
            ServerFields {
                secure: false,
                ..fields()
            },
            "server_not_https",
            "switch on SSL: Proxmox VE speaks only HTTPS",
        ),
        (
            ServerFields {
                hostname: text(""),
                ip: text(" "),
                ..fields()
            },
            "server_host",
            "the server entry has neither a host name nor an IP address: enter the name of a node",
        ),
        (
            ServerFields {
                hostname: text("a b"),
                ..fields()
            },
            "server_host",
            "the host is no host name and no IP address: enter one such as pve1.example.net",
        ),
        (
            ServerFields {
                port: text("0"),
                ..fields()
            },
            "server_port",
            "the port is a number from 1 to 65535, usually 8006, not \"0\"",
        ),
        (
            ServerFields {
                username: text("root"),
                ..fields()
            },
            "server_user",
            "the user name has no realm behind it: a user of the node's system has one as in root@pam, \
             a user of Proxmox VE as in whmcs@pve",
        ),
        (
            ServerFields {
                password: "".into(),
                ..fields()
            },
            "server_secret",
            "the secret of the API token is missing: enter it as the password",
        ),
        (
            ServerFields {
                access_hash: text("\ncert=1"),
                ..fields()
            },
            "server_access_hash",
            "access hash, line 2: its key is not known, did you mean ca=?",
        ),
    ];
    for (fields, code, sentence) in cases {
        let why = ServerEntry::parse(&fields).unwrap_err();
        assert_eq!((why.problem().code, why.to_string().as_str()), (code, sentence));
    }
}

#[test]
fn a_secret_in_a_field_of_the_entry_is_not_repeated() {
    const SECRET: &str = "8dcb7d3a-5f2e-4c1b-9a76-hunter2";
    let with = |change: fn(&mut ServerFields, String), text: &str| {
        let mut fields = fields();
        change(&mut fields, text.replace("<secret>", SECRET));
        fields
    };
    let username: fn(&mut ServerFields, String) = |fields, text| fields.username = text;
    let hostname: fn(&mut ServerFields, String) = |fields, text| fields.hostname = text;
    let port: fn(&mut ServerFields, String) = |fields, text| fields.port = text;
    let hash: fn(&mut ServerFields, String) = |fields, text| fields.access_hash = text;
    for (change, text) in [
        (username, "root@pam!whmcs=<secret>"),
        (username, "root@pam!whmcs:<secret>"),
        (username, "PVEAPIToken=root@pam!whmcs=<secret>"),
        (username, "root@pam:<secret>"),
        (username, "root:<secret>@pam"),
        (username, "<secret>"),
        (username, "root@pam!whmcs <secret>"),
        (hostname, "https://root:<secret>@pve1.example.net:8006/"),
        (hostname, "root@pam!whmcs=<secret>@pve1"),
        (hostname, "https://pve1:<secret>/"),
        (hostname, "pve1 <secret>"),
        (hostname, "<secret>=/+"),
        (port, "<secret>"),
        (hash, "<secret>"),
        (hash, "<secret>="),
        (hash, "fingerprint=<secret>"),
        (hash, "ca=<secret>"),
        (hash, "insecure=<secret>"),
        (hash, "endpoints=pve2,root:<secret>@pve3"),
        (hash, "endpoints=pve2,<secret>="),
    ] {
        let why = ServerEntry::parse(&with(change, text)).expect_err(text).to_string();
        assert!(
            !why.to_lowercase().contains("8dcb7d3a") && !why.contains("hunter2"),
            "{text}: {why}"
        );
    }
    for line in [
        "<secret>",
        "<secret>=|0|192.0.2.1|24||9.9.9.9",
        "v|<secret>|192.0.2.1|24||9.9.9.9",
        "v|0|<secret>|24||9.9.9.9",
        "v|0|192.0.2.1|<secret>||9.9.9.9",
        "v|0|192.0.2.1|24|<secret>|9.9.9.9",
        "v|0|192.0.2.1|24||<secret>",
    ] {
        let pool = Pool::parse(&line.replace("<secret>", SECRET));
        let why = &pool.bad[0].reason;
        assert!(!why.contains("8dcb7d3a") && !why.contains("hunter2"), "{line}: {why}");
    }
}
