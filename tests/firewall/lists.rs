//! Random lists of rules, and packets that may hit them.

use proxmoxkvm::guest::Config;
use proxmoxkvm::guest::verdict::{Filter, Line, Nic, NodeFilter, Packet, Protocol, State};
use proxmoxkvm::package::firewall_rules::Direction;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// Numbers that look random, and are the same each time (splitmix64).
pub struct Rng(pub u64);

impl Rng {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}

pub const MAC: &str = "BC:24:11:07:00:A5";
/// What `MAC` gives to the link.
pub const LINK_LOCAL: &str = "fe80::be24:11ff:fe07:a5";

/// A guest's firewall, and what is above it.
#[derive(Debug, Clone)]
pub struct List {
    pub options: Map<String, Value>,
    /// As `GET …/firewall/rules` lists them.
    pub rules: Vec<Value>,
    /// The set `ipfilter-net0`: entries, and whether each is an exception.
    pub ip_filter: Option<Vec<(String, bool)>>,
    pub blacklist: Vec<String>,
    pub node: NodeFilter,
    pub is_filtered: bool,
    pub mac: String,
}

const GUEST: [&str; 2] = ["192.0.2.10", "2001:db8:f::10"];
/// From these something comes in; to the others it goes out. So no packet answers another one.
const CLIENTS: [&[&str]; 2] = [
    &["198.51.100.7", "198.51.100.130", "10.1.2.3"],
    &["2001:db8:1::7", "2001:db8:1:8000::130", "fd00::3"],
];
const SERVERS: [&[&str]; 2] = [
    &["203.0.113.5", "203.0.113.200", "10.9.9.9"],
    &["2001:db8:2::5", "2001:db8:2:8000::200", "fd99::9"],
];
const NAMED: [&str; 16] = [
    "198.51.100.7",
    "198.51.100.0/25",
    "198.51.100.5-198.51.100.20",
    "10.0.0.0/8,203.0.113.5",
    "203.0.113.128/25",
    "192.0.2.10",
    "192.0.2.0/28",
    "0.0.0.0/0",
    "2001:db8:1::7",
    "2001:db8:1::/49",
    "2001:db8:2::1-2001:db8:2::ff",
    "fd00::/8,2001:db8:2::5",
    "2001:db8:f::/64",
    "fe80::/10",
    // what PVE takes for wrong
    "10.0.0.5/8",
    "10.0.0.1,fd00::1",
];
const MACROS: [&str; 14] = [
    "SSH",
    "ssh",
    "Web",
    "DNS",
    "Ping",
    "Trcrt",
    "SMB",
    "GRE",
    "NeighborDiscovery",
    "DHCPv6",
    "IPsec",
    "SixXS",
    "Mail",
    "Nope",
];
const PORTS: [&str; 9] = [
    "22",
    "80,443",
    "20:25",
    "1:1023,3389",
    "ssh",
    "53",
    "445",
    "43",
    "0:65535",
];
const MESSAGES: [&str; 6] = [
    "echo-request",
    "echo-reply",
    "time-exceeded",
    "port-unreachable",
    "neighbor-solicitation",
    "any",
];

impl List {
    pub fn random(rng: &mut Rng) -> List {
        let mut options = Map::new();
        if rng.percent(95) {
            options.insert("enable".to_owned(), json!(1));
        }
        for key in ["dhcp", "ndp", "radv", "macfilter"] {
            if rng.percent(40) {
                options.insert(key.to_owned(), json!(rng.below(2)));
            }
        }
        if rng.percent(15) {
            options.insert("ipfilter".to_owned(), json!(rng.below(2)));
        }
        for key in ["policy_in", "policy_out"] {
            if rng.percent(60) {
                options.insert(key.to_owned(), json!(rng.one(&["ACCEPT", "DROP", "REJECT"])));
            }
        }
        let count = rng.below(9);
        List {
            options,
            rules: (0..count).map(|pos| rule(rng, pos)).collect(),
            ip_filter: rng.percent(20).then(|| set(rng)),
            blacklist: if rng.percent(15) {
                vec!["198.51.100.128/25".to_owned()]
            } else {
                Vec::new()
            },
            node: NodeFilter {
                smurfs: rng.percent(80),
                tcp_flags: rng.percent(30),
                allows_invalid: rng.percent(10),
            },
            is_filtered: rng.percent(97),
            mac: MAC.to_owned(),
        }
    }

    /// What the evaluator gets.
    pub fn filter(&self) -> Filter {
        let rules = self.rules.iter().enumerate();
        Filter {
            datacenter: Some(true),
            blacklist: self.blacklist.iter().map(|cidr| (cidr.clone(), false)).collect(),
            node: self.node,
            nic: Nic {
                key: "net0".to_owned(),
                mac: Some(self.mac.clone()),
                is_filtered: self.is_filtered,
            },
            options: Config::from_json(&Value::Object(self.options.clone())),
            rules: rules.map(|(place, entry)| Line::listed(entry, place)).collect(),
            ip_filter: self.ip_filter.clone(),
        }
    }

    pub fn packets(&self, rng: &mut Rng, count: usize) -> Vec<Packet> {
        (0..count).map(|_| packet(rng)).collect()
    }
}

fn set(rng: &mut Rng) -> Vec<(String, bool)> {
    let mut entries = vec![("192.0.2.10".to_owned(), false)];
    if rng.percent(50) {
        entries.push(("2001:db8:f::/64".to_owned(), false));
    }
    if rng.percent(20) {
        entries.push(("192.0.2.0/24".to_owned(), false));
        entries.push(("192.0.2.8/29".to_owned(), true));
    }
    entries
}

fn rule(rng: &mut Rng, pos: usize) -> Value {
    let mut rule = Map::new();
    let mut set = |key: &str, value: Value| rule.insert(key.to_owned(), value);
    set("pos", json!(pos));
    set("type", json!(if rng.percent(65) { "in" } else { "out" }));
    set("action", json!(rng.one(&["ACCEPT", "DROP", "REJECT"])));
    set("enable", json!(i32::from(rng.percent(90))));
    if rng.percent(20) {
        set("iface", json!(rng.one(&["net0", "net0", "net1"])));
    }
    if rng.percent(30) {
        set("macro", json!(rng.one(&MACROS)));
        if rng.percent(15) {
            set("proto", json!(rng.one(&["tcp", "udp", "icmp"])));
        }
        if rng.percent(8) {
            set("dport", json!("22"));
        }
    } else if rng.percent(85) {
        let protos = ["tcp", "tcp", "udp", "icmp", "icmpv6", "ipv6-icmp", "gre", "6", "sctp"];
        let proto = rng.one(&protos);
        set("proto", json!(proto));
        let is_icmp = proto.contains("icmp");
        if is_icmp && rng.percent(60) {
            let key = if rng.percent(70) { "icmp-type" } else { "dport" };
            set(key, json!(rng.one(&MESSAGES)));
        } else if rng.percent(70) {
            let port = rng.one(&PORTS);
            // a name that /etc/services has for TCP alone makes iptables refuse the whole table of another protocol
            let is_name = port == "ssh" && proto != "tcp";
            set("dport", json!(if is_name { "22" } else { port }));
        }
        if rng.percent(12) {
            set("sport", json!(rng.one(&["1024:65535", "53", "67,68", "137"])));
        }
    }
    for key in ["source", "dest"] {
        if rng.percent(25) {
            set(key, json!(rng.one(&NAMED)));
        }
    }
    Value::Object(rule)
}

fn packet(rng: &mut Rng) -> Packet {
    let family = rng.below(2);
    let inward = rng.percent(60);
    let (far, near): (&str, &str) = if inward {
        (rng.one(CLIENTS[family]), GUEST[family])
    } else if rng.percent(15) {
        (rng.one(SERVERS[family]), ["192.0.2.99", LINK_LOCAL][family])
    } else {
        (rng.one(SERVERS[family]), GUEST[family])
    };
    let (far, near): (IpAddr, IpAddr) = (far.parse().unwrap(), near.parse().unwrap());
    let (source, dest) = if inward { (far, near) } else { (near, far) };
    Packet {
        direction: if inward { Direction::In } else { Direction::Out },
        source,
        dest,
        what: what(rng, family, inward),
        state: State::New,
        own_mac: rng.percent(93),
    }
}

/// What begins a connection: the kernel takes answers, and messages about errors, for those of one that there is.
fn what(rng: &mut Rng, family: usize, inward: bool) -> Protocol {
    let ports = [
        22, 25, 43, 53, 80, 135, 139, 443, 445, 1900, 3389, 33440, 40000, 67, 68, 500, 546, 547,
    ];
    let port = ports[rng.below(ports.len())];
    let source_ports = [40001, 53, 137, 500, 1023];
    let source_port = source_ports[rng.below(source_ports.len())];
    match rng.below(12) {
        0..5 => Protocol::Tcp { source_port, port },
        5..8 => Protocol::Udp { source_port, port },
        8 => {
            let (client, server) = [(68, 67), (546, 547)][family];
            let (source_port, port) = if inward { (server, client) } else { (client, server) };
            Protocol::Udp { source_port, port }
        }
        9 => Protocol::Other(47),
        _ if family == 0 => Protocol::Icmp { kind: 8, code: 0 },
        _ => Protocol::Icmp {
            kind: [128, 133, 134, 135, 136][rng.below(5)],
            code: 0,
        },
    }
}
