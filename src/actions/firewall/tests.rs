use super::*;

fn empty() -> FirewallList {
    FirewallList {
        policy_in: Policy::Drop,
        policy_out: Policy::Accept,
        rules: Vec::new(),
    }
}

fn typed() -> Typed<'static> {
    Typed {
        direction: "in",
        verdict: "ACCEPT",
        enabled: true,
        ..Typed::default()
    }
}

fn line(typed: &Typed<'_>) -> Result<String, Refusal> {
    Ok(changed(&empty(), OfFirewall::Rule, typed, 50)?.rules[0].to_string())
}

#[test]
fn each_word_that_a_form_offers_is_taken() {
    let one = changed(&empty(), OfFirewall::Rule, &typed(), 50).unwrap();
    let takes = |of, typed: &Typed<'_>| changed(&one, of, typed, 50).is_ok();
    for change in CHANGES {
        let rule = Some(1);
        assert!(
            takes(
                OfFirewall::Change,
                &Typed {
                    rule,
                    change,
                    ..typed()
                }
            ),
            "{change}"
        );
    }
    for template in TEMPLATES {
        let from = Some(IpAddr::from([192, 0, 2, 7]));
        assert!(
            takes(
                OfFirewall::Template,
                &Typed {
                    template,
                    from,
                    ..typed()
                }
            ),
            "{template}"
        );
    }
    for policy in POLICIES {
        let (policy_in, policy_out) = (*policy, *policy);
        assert!(
            takes(
                OfFirewall::Policy,
                &Typed {
                    policy_in,
                    policy_out,
                    ..typed()
                }
            ),
            "{policy}"
        );
    }
    for verdict in VERDICTS {
        for direction in DIRECTIONS {
            assert!(
                takes(
                    OfFirewall::Rule,
                    &Typed {
                        verdict,
                        direction,
                        ..typed()
                    }
                ),
                "{verdict} {direction}"
            );
        }
    }
}

#[test]
fn a_form_is_a_rule_in_the_words_of_proxmox_ve() {
    for (typed, wanted) in [
        (typed(), "IN ACCEPT"),
        (
            Typed {
                proto: "tcp",
                ports: " 22, 8000-8080 443",
                source: "192.0.2.7 198.51.100.9/24",
                comment: " office # two ",
                ..typed()
            },
            "IN ACCEPT -p tcp -dport 22,8000:8080,443 -source 192.0.2.7,198.51.100.0/24 # office # two",
        ),
        (
            Typed {
                direction: "out",
                verdict: "REJECT",
                macro_name: "smtp",
                dest: "2001:DB8::1/48",
                enabled: false,
                ..typed()
            },
            "|OUT SMTP(REJECT) -dest 2001:db8::/48",
        ),
        (
            Typed {
                proto: "ipv6-icmp",
                source: "::/0",
                ..typed()
            },
            "IN ACCEPT -p ipv6-icmp -source ::/0",
        ),
    ] {
        let rule = line(&typed).unwrap();
        assert_eq!(rule, wanted);
        // as it is stored, and read again
        assert_eq!(rule.parse::<Rule>().unwrap().to_string(), wanted);
    }
}

#[test]
fn what_no_rule_may_have_is_refused_by_what_is_wrong() {
    let many = (1..=21)
        .map(|last| format!("192.0.2.{last}"))
        .collect::<Vec<_>>()
        .join(",");
    let long = "2001:db8:1111:2222:3333:4444:5555:6666,".repeat(15);
    let ports = (1..=16).map(|port| port.to_string()).collect::<Vec<_>>().join(",");
    let comment = "x".repeat(81);
    let of = |code: &str| code.to_owned();
    for (typed, code) in [
        (
            Typed {
                direction: "forward",
                ..typed()
            },
            of("firewall_form"),
        ),
        (
            Typed {
                verdict: "LOG",
                ..typed()
            },
            of("firewall_form"),
        ),
        (
            Typed {
                macro_name: "SSH -i net0",
                ..typed()
            },
            of("firewall_form"),
        ),
        (
            Typed {
                macro_name: "SSH",
                proto: "tcp",
                ..typed()
            },
            of("firewall_form"),
        ),
        (
            Typed {
                proto: "all",
                ..typed()
            },
            of("firewall_form"),
        ),
        (Typed { ports: "22", ..typed() }, of("firewall_no_ports")),
        (
            Typed {
                macro_name: "SSH",
                ports: "22",
                ..typed()
            },
            of("firewall_no_ports"),
        ),
        (
            Typed {
                proto: "icmp",
                ports: "8",
                ..typed()
            },
            of("firewall_no_ports"),
        ),
        (
            Typed {
                proto: "tcp",
                ports: "0",
                ..typed()
            },
            of("firewall_ports"),
        ),
        (
            Typed {
                proto: "tcp",
                ports: "ssh",
                ..typed()
            },
            of("firewall_ports"),
        ),
        (
            Typed {
                proto: "tcp",
                ports: "65536",
                ..typed()
            },
            of("firewall_ports"),
        ),
        (
            Typed {
                proto: "tcp",
                ports: "90:80",
                ..typed()
            },
            of("firewall_ports"),
        ),
        (
            Typed {
                proto: "tcp",
                ports: &ports,
                ..typed()
            },
            of("firewall_ports"),
        ),
        (
            Typed {
                source: "+dc/blocklist",
                ..typed()
            },
            of("firewall_address"),
        ),
        (
            Typed {
                source: "dc/alias",
                ..typed()
            },
            of("firewall_address"),
        ),
        (
            Typed {
                source: "192.0.2.1-192.0.2.9",
                ..typed()
            },
            of("firewall_address"),
        ),
        (
            Typed {
                source: "192.0.2.1/33",
                ..typed()
            },
            of("firewall_address"),
        ),
        (
            Typed {
                dest: "example.org",
                ..typed()
            },
            of("firewall_address"),
        ),
        (
            Typed {
                source: "192.0.2.1,2001:db8::1",
                ..typed()
            },
            of("firewall_families"),
        ),
        (
            Typed {
                source: "192.0.2.1",
                dest: "2001:db8::1",
                ..typed()
            },
            of("firewall_families"),
        ),
        (
            Typed {
                source: "192.0.2.1",
                proto: "ipv6-icmp",
                ..typed()
            },
            of("firewall_families"),
        ),
        (
            Typed {
                source: &many,
                ..typed()
            },
            of("firewall_addresses"),
        ),
        (
            Typed {
                source: &long,
                ..typed()
            },
            of("firewall_addresses"),
        ),
        (
            Typed {
                comment: &comment,
                ..typed()
            },
            of("firewall_comment"),
        ),
        (
            Typed {
                comment: "a\nOUT ACCEPT",
                ..typed()
            },
            of("firewall_comment"),
        ),
    ] {
        assert_eq!(line(&typed).unwrap_err().problem().code, code, "{typed:?}");
    }
}

#[test]
fn rules_are_moved_switched_copied_and_deleted_by_their_number() {
    let mut list = empty();
    list.rules = ["IN DROP", "IN REJECT", "OUT DROP"]
        .map(|line| line.parse().unwrap())
        .to_vec();
    let after = |rule: usize, change| {
        let typed = Typed {
            rule: Some(rule),
            change,
            ..Typed::default()
        };
        let list = changed(&list, OfFirewall::Change, &typed, 4)?;
        Ok(list.rules.iter().map(Rule::to_string).collect::<Vec<_>>().join("; "))
    };
    for (rule, change, wanted) in [
        (1, "up", "IN DROP; IN REJECT; OUT DROP"),
        (2, "up", "IN REJECT; IN DROP; OUT DROP"),
        (2, "down", "IN DROP; OUT DROP; IN REJECT"),
        (3, "down", "IN DROP; IN REJECT; OUT DROP"),
        (3, "off", "IN DROP; IN REJECT; |OUT DROP"),
        (1, "on", "IN DROP; IN REJECT; OUT DROP"),
        (1, "copy", "IN DROP; IN DROP; IN REJECT; OUT DROP"),
        (2, "delete", "IN DROP; OUT DROP"),
    ] {
        assert_eq!(after(rule, change).as_deref(), Ok(wanted), "{rule} {change}");
    }
    for rule in [0, 4, usize::MAX] {
        assert_eq!(after(rule, "up"), Err(Refusal::Unknown));
    }
    let dragged = |rule: usize, to: usize| {
        let typed = Typed {
            rule: Some(rule),
            change: "up",
            to: Some(to),
            ..Typed::default()
        };
        let list = changed(&list, OfFirewall::Change, &typed, 4)?;
        Ok(list.rules.iter().map(Rule::to_string).collect::<Vec<_>>().join("; "))
    };
    assert_eq!(dragged(1, 3).as_deref(), Ok("IN REJECT; OUT DROP; IN DROP"));
    assert_eq!(dragged(3, 1).as_deref(), Ok("OUT DROP; IN DROP; IN REJECT"));
    for to in [0, 4, usize::MAX] {
        assert_eq!(dragged(1, to), Err(Refusal::Unknown));
    }
    assert_eq!(after(1, "sideways"), Err(Refusal::Form));
    let copied = Typed {
        rule: Some(1),
        change: "copy",
        ..Typed::default()
    };
    assert_eq!(
        changed(&list, OfFirewall::Change, &copied, 3),
        Err(Refusal::Full { most: 3 })
    );
    let off = Typed {
        change: "off",
        ..copied
    };
    assert!(
        changed(&list, OfFirewall::Change, &off, 1).is_ok(),
        "more than are sold by now can be edited"
    );
}

#[test]
fn a_template_takes_the_place_of_all_rules() {
    let of = |template, from: Option<&str>| {
        let from = from.map(|from| from.parse().unwrap());
        let typed = Typed {
            template,
            from,
            ..Typed::default()
        };
        let list = changed(&empty(), OfFirewall::Template, &typed, 50)?;
        Ok(list.rules.iter().map(Rule::to_string).collect::<Vec<_>>().join("; "))
    };
    assert_eq!(
        of("web", None).as_deref(),
        Ok("IN HTTP(ACCEPT); IN HTTPS(ACCEPT); IN SSH(ACCEPT); IN Ping(ACCEPT)")
    );
    assert_eq!(
        of("only_me", Some("::ffff:192.0.2.7")).as_deref(),
        Ok("IN ACCEPT -source 192.0.2.7")
    );
    assert_eq!(of("only_me", None), Err(Refusal::NoAddress));
    assert_eq!(of("all", None), Err(Refusal::Form));
}
