//! What is not in the chains: what cannot be seen from here, what is off, and which rule decides.

use super::lists::MAC;
use proxmoxkvm::guest::verdict::{Answer, By, Filter, Line, Nic, Outcome, Packet, Protocol, State};
use proxmoxkvm::guest::{Config, FirewallSeen, listed_rule};
use proxmoxkvm::package::firewall_rules::{Direction, parse};
use serde_json::{Value, json};

fn seen(rules: &[Value]) -> FirewallSeen {
    FirewallSeen {
        options: Config::from_json(&json!({"enable": 1})),
        rules: rules.to_vec(),
        ipfilter: None,
    }
}

fn nic() -> Nic {
    let config = Config::from_json(&json!({"net0": format!("virtio={MAC},bridge=vmbr0,firewall=1")}));
    Nic::of(&config, "net0").unwrap()
}

fn ssh(source: &str) -> Packet {
    let source: std::net::IpAddr = source.parse().unwrap();
    let dest = if source.is_ipv6() {
        "2001:db8:f::10"
    } else {
        "192.0.2.10"
    };
    Packet {
        direction: Direction::In,
        source,
        dest: dest.parse().unwrap(),
        what: Protocol::Tcp {
            source_port: 50000,
            port: 22,
        },
        state: State::New,
        own_mac: true,
    }
}

fn answer(rules: &[Value], packet: &Packet) -> (Outcome, By) {
    let Answer { outcome, by } = Filter::of(&seen(rules), nic(), Some(true)).verdict(packet);
    (outcome, by)
}

#[test]
fn the_rule_that_decides_is_named_by_its_place() {
    let rules = [
        json!({"pos": 0, "type": "in", "action": "ACCEPT", "enable": 0, "macro": "SSH"}),
        json!({"pos": 1, "type": "out", "action": "ACCEPT", "enable": 1}),
        json!({"pos": 2, "type": "in", "action": "DROP", "enable": 1, "macro": "SSH", "source": "198.51.100.0/24"}),
        json!({"pos": 3, "type": "in", "action": "ACCEPT", "enable": 1, "proto": "tcp", "dport": "20:25"}),
    ];
    assert_eq!(answer(&rules, &ssh("198.51.100.7")), (Outcome::Drop, By::Rule(2)));
    assert_eq!(answer(&rules, &ssh("203.0.113.9")), (Outcome::Accept, By::Rule(3)));
    assert_eq!(answer(&rules, &ssh("2001:db8::1")), (Outcome::Accept, By::Rule(3)));
    assert_eq!(answer(&rules[..3], &ssh("2001:db8::1")), (Outcome::Drop, By::Policy));
}

/// A rule about a set, an alias or a group is not guessed, and hides nothing where it cannot change the answer.
#[test]
fn what_is_not_seen_is_said_and_only_where_it_matters() {
    let accept = json!({"pos": 1, "type": "in", "action": "ACCEPT", "enable": 1, "macro": "SSH"});
    for unseen in ["+dc/office", "+guest/office", "office", "dc/office", "guest/office"] {
        let drop = json!({"pos": 0, "type": "in", "action": "DROP", "enable": 1, "source": unseen});
        let reject = json!({"pos": 1, "type": "in", "action": "REJECT", "enable": 1, "macro": "SSH"});
        let unknown = (Outcome::Unknown, By::Rule(0));
        assert_eq!(answer(&[drop.clone(), accept.clone()], &ssh("192.0.2.1")), unknown);
        // stopped either way
        let stopped = answer(&[drop.clone(), reject], &ssh("192.0.2.1"));
        assert_eq!(stopped, (Outcome::Reject, By::Rule(1)));
        // switched off, of another NIC, of another protocol: it is not asked
        for (key, value) in [("enable", json!(0)), ("iface", json!("net1")), ("proto", json!("udp"))] {
            let mut other = drop.clone();
            other[key] = value;
            let passed = answer(&[other, accept.clone()], &ssh("192.0.2.1"));
            assert_eq!(passed, (Outcome::Accept, By::Rule(1)), "{key}");
        }
    }
    let group = json!({"pos": 0, "type": "group", "action": "web", "enable": 1});
    let decided = answer(&[accept.clone(), group.clone()], &ssh("192.0.2.1"));
    assert_eq!(decided, (Outcome::Accept, By::Rule(1)));
    for rules in [vec![group.clone()], vec![group, accept]] {
        let unknown = (Outcome::Unknown, By::Rule(0));
        assert_eq!(answer(&rules, &ssh("192.0.2.1")), unknown);
    }
    let named =
        json!({"pos": 0, "type": "in", "action": "ACCEPT", "enable": 1, "proto": "tcp", "dport": "nobody-knows"});
    assert_eq!(answer(&[named], &ssh("192.0.2.1")), (Outcome::Unknown, By::Rule(0)));
}

#[test]
fn where_the_firewall_is_off_everything_passes_and_it_says_where() {
    let mut filter = Filter::of(&seen(&[]), nic(), Some(true));
    let says = |filter: &Filter| {
        let answer = filter.verdict(&ssh("192.0.2.1"));
        (answer.passes(), answer.by)
    };
    assert_eq!(says(&filter), (Some(false), By::Policy));
    filter.datacenter = None;
    assert_eq!(says(&filter), (None, By::DatacenterUnread));
    filter.datacenter = Some(false);
    assert_eq!(says(&filter), (Some(true), By::DatacenterOff));
    filter.datacenter = None;
    filter.options = Config::EMPTY;
    assert_eq!(says(&filter), (Some(true), By::GuestOff));
    filter.nic.is_filtered = false;
    assert_eq!(says(&filter), (Some(true), By::NicOff));
}

#[test]
fn an_ip_filter_lets_out_its_addresses_and_that_of_the_link() {
    let mut firewall = seen(&[]);
    firewall.ipfilter = Some(vec!["192.0.2.10".to_owned(), "2001:db8:f::/64".to_owned()]);
    let filter = Filter::of(&firewall, nic(), Some(true));
    for (source, dest, passes) in [
        ("192.0.2.10", "203.0.113.1", true),
        ("192.0.2.11", "203.0.113.1", false),
        ("2001:db8:f::77", "2001:db8:2::1", true),
        ("2001:db8:e::77", "2001:db8:2::1", false),
        (super::lists::LINK_LOCAL, "2001:db8:2::1", true),
        ("fe80::1", "2001:db8:2::1", false),
    ] {
        let packet = Packet {
            direction: Direction::Out,
            source: source.parse().unwrap(),
            dest: dest.parse().unwrap(),
            ..ssh("192.0.2.1")
        };
        let answer = filter.verdict(&packet);
        assert_eq!(answer.passes(), Some(passes), "{source}: {answer:?}");
        assert_eq!(answer.by == By::IpFilter, !passes, "{source}");
    }
}

/// A rule that is to be written is read as PVE will list it.
#[test]
fn a_rule_that_is_to_be_written_counts_as_the_listed_one() {
    let text =
        "|IN SSH(ACCEPT)\nIN SSH(DROP) -source 198.51.100.0/24\nIN ACCEPT -p tcp -dport 22,80\nGROUP web -i net1\n";
    let rules = parse(text).unwrap();
    let mut filter = Filter::of(&seen(&[]), nic(), Some(true));
    filter.rules = rules
        .iter()
        .enumerate()
        .map(|(place, rule)| Line::listed(&listed_rule(rule), place))
        .collect();
    assert_eq!(filter.verdict(&ssh("198.51.100.7")).by, By::Rule(1));
    assert_eq!(filter.verdict(&ssh("203.0.113.7")).by, By::Rule(2));
}

/// Whatever a listing holds, there is an answer.
#[test]
fn a_listing_may_hold_anything() {
    let odd = [
        json!(null),
        json!([]),
        json!({}),
        json!({"pos": -1, "type": "in", "action": "ACCEPT", "enable": 1, "macro": 7, "dport": [], "source": ""}),
        json!({"pos": 0, "type": "in", "action": "ACCEPT", "enable": "1", "proto": "tcp", "dport": ",:,99999:,-"}),
        json!({"pos": 0, "type": "in", "action": "ACCEPT", "enable": 1, "source": "1.2.3.4/99,x/y,-,::/129"}),
        json!({"pos": 0, "type": "in", "action": "ACCEPT", "enable": 1, "source": "9.9.9.9-1.1.1.1"}),
        json!({"pos": 0, "type": "in", "action": "ACCEPT", "enable": 1, "errors": {"source": "no such alias"}}),
        json!({"pos": 0, "type": "forward", "action": "ACCEPT", "enable": 1}),
        json!({"pos": 0, "type": "in", "action": "web", "enable": 1}),
    ];
    for rule in odd {
        let found = answer(std::slice::from_ref(&rule), &ssh("192.0.2.1"));
        // what cannot be a port may be one to PVE
        let is_unknown = rule["proto"] == "tcp";
        let expected = if is_unknown {
            (Outcome::Unknown, By::Rule(0))
        } else {
            (Outcome::Drop, By::Policy)
        };
        assert_eq!(found, expected, "{rule}");
    }
}
