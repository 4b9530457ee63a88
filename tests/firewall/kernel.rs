//! The same chains in a kernel: real packets over a bridge, in a network namespace that the test makes. Where the machine
//! does not let it (no root, no `iptables`, `ipset` or bridge filter in the kernel), it says so and asks nothing.

use super::chains;
use super::lists::{List, MAC, Rng};
use proxmoxkvm::guest::verdict::{NodeFilter, Packet, Protocol, State};
use proxmoxkvm::package::firewall_rules::Direction;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

fn python() -> Command {
    let mut command = Command::new("unshare");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/firewall/kernel.py");
    command.args(["--net", "/usr/bin/python3", script]);
    command
}

fn is_possible() -> bool {
    let why = match python().arg("--try").output() {
        Ok(tried) if tried.status.success() => return true,
        Ok(tried) => String::from_utf8_lossy(&tried.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    eprintln!("skipped, no kernel is asked: {why}");
    false
}

/// A table for `iptables-restore`.
fn table(list: &List, v6: bool) -> String {
    let lines = chains::filter(list, v6);
    let mut names: BTreeSet<&str> = lines.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    names.extend(["PVEFW-FWBR-IN", "PVEFW-FWBR-OUT"]);
    let heads: Vec<String> = names.iter().map(|name| format!(":{name} - [0:0]")).collect();
    format!(
        "*filter\n{}\n-A FORWARD -j PVEFW-FORWARD\n{}\nCOMMIT\n",
        heads.join("\n"),
        lines.join("\n")
    )
}

fn sets(list: &List) -> String {
    let mut text = String::new();
    for (v6, family) in [(false, "inet"), (true, "inet6")] {
        for (name, entries) in chains::sets(list, v6) {
            text +=
                &format!("create {name} hash:net family {family} hashsize 64 maxelem 64 bucketsize 12\nflush {name}\n");
            for (cidr, except) in entries {
                text += &format!("add {name} {cidr}{}\n", if except { " nomatch" } else { "" });
            }
        }
    }
    text
}

fn packet(packet: &Packet, flags: u8) -> Value {
    let what = match packet.what {
        Protocol::Tcp { source_port, port } => {
            json!({"what": "tcp", "source_port": source_port, "port": port, "flags": flags})
        }
        Protocol::Udp { source_port, port } => json!({"what": "udp", "source_port": source_port, "port": port}),
        Protocol::Icmp { kind, code } => json!({"what": "icmp", "kind": kind, "code": code}),
        Protocol::Other(number) => json!({"what": "other", "number": number}),
    };
    let mut sent = what.as_object().unwrap().clone();
    sent.insert("source".to_owned(), json!(packet.source.to_string()));
    sent.insert("dest".to_owned(), json!(packet.dest.to_string()));
    sent.insert("inward".to_owned(), json!(packet.direction == Direction::In));
    sent.insert("own_mac".to_owned(), json!(packet.own_mac));
    Value::Object(sent)
}

fn case(list: &List, packets: Vec<Value>) -> Value {
    json!({"v4": table(list, false), "v6": table(list, true), "sets": sets(list), "packets": packets})
}

/// For each case, which of its packets passed.
fn sent(cases: &[Value]) -> Vec<Vec<bool>> {
    let mut child = python()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let given = serde_json::to_vec(cases).unwrap();
    child.stdin.take().unwrap().write_all(&given).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

#[test]
fn the_kernel_lets_through_what_the_evaluator_says() {
    if !is_possible() {
        return;
    }
    let mut rng = Rng(2311);
    let lists: Vec<(List, Vec<Packet>)> = (0..250)
        .map(|_| {
            let list = List {
                is_filtered: true,
                ..List::random(&mut rng)
            };
            let packets = list.packets(&mut rng, 16);
            (list, packets)
        })
        .collect();
    let syn = 2;
    let cases: Vec<Value> = lists
        .iter()
        .map(|(list, packets)| case(list, packets.iter().map(|one| packet(one, syn)).collect()))
        .collect();
    let (mut passed, mut stopped) = (0, 0);
    for ((list, packets), found) in lists.iter().zip(sent(&cases)) {
        for (packet, found) in packets.iter().zip(found) {
            let answer = list.filter().verdict(packet);
            let told = format!("{packet:?}\n{answer:?}, the kernel let it through: {found}\n{list:?}");
            assert_eq!(answer.passes(), Some(found), "{told}");
            *(if found { &mut passed } else { &mut stopped }) += 1;
        }
    }
    assert!(passed > 700 && stopped > 700, "{passed} passed, {stopped} did not");
}

/// An answer passes where its question did, whatever the rules say of it; and what can belong to nothing does not.
#[test]
fn the_kernel_and_the_evaluator_know_connections_alike() {
    if !is_possible() {
        return;
    }
    let ask = Packet {
        direction: Direction::In,
        source: "198.51.100.7".parse().unwrap(),
        dest: "192.0.2.10".parse().unwrap(),
        what: Protocol::Tcp {
            source_port: 40001,
            port: 22,
        },
        state: State::New,
        own_mac: true,
    };
    let answer = Packet {
        direction: Direction::Out,
        source: ask.dest,
        dest: ask.source,
        what: Protocol::Tcp {
            source_port: 22,
            port: 40001,
        },
        state: State::Established,
        own_mac: true,
    };
    let (syn, syn_ack, syn_fin) = (2, 0x12, 3);
    let of = |action: &str| List {
        options: options(),
        rules: vec![json!({"pos": 0, "type": "in", "action": action, "enable": 1, "macro": "SSH"})],
        ip_filter: None,
        blacklist: Vec::new(),
        node: NodeFilter::default(),
        is_filtered: true,
        mac: MAC.to_owned(),
    };
    let (open, closed) = (of("ACCEPT"), of("DROP"));
    let impossible = Packet {
        what: Protocol::Tcp {
            source_port: 40002,
            port: 22,
        },
        state: State::Invalid,
        ..ask
    };
    let cases = [
        case(&closed, vec![packet(&ask, syn), packet(&answer, syn_ack)]),
        case(
            &open,
            vec![
                packet(&ask, syn),
                packet(&answer, syn_ack),
                packet(&impossible, syn_fin),
            ],
        ),
    ];
    let found = sent(&cases);
    let unasked = Packet {
        state: State::Invalid,
        ..answer
    };
    let said = |list: &List, packet: &Packet| list.filter().verdict(packet).passes().unwrap();
    assert_eq!(found[0], [said(&closed, &ask), said(&closed, &unasked)]);
    assert_eq!(
        found[1],
        [said(&open, &ask), said(&open, &answer), said(&open, &impossible)]
    );
    assert_eq!(found, [vec![false, false], vec![true, true, false]]);
}

fn options() -> Map<String, Value> {
    let options = json!({"enable": 1, "policy_in": "DROP", "policy_out": "DROP"});
    options.as_object().unwrap().clone()
}
