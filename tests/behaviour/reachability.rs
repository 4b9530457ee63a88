//! *Why can't I reach my server?*: each fault on the way, and the sentence that it must say.

use crate::acts;
use crate::support::World;
use proxmoxkvm::api::verbs::{Entry, find};
use proxmoxkvm::dns::{Error, Kind};
use proxmoxkvm::problems;
use pvesim::{Entry as SetEntry, IpSet};
use pvesim::{Fault, FaultKind, Guest};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ADDRESS: &str = "192.0.2.10";
const VISITOR: &str = "198.51.100.7";

/// The service's guest, that runs, with everything on the way in order.
struct Lab {
    world: World,
    vmid: u32,
    /// What the customer asks with.
    asked: Value,
}

/// What DNS has, by name and kind.
type Records = BTreeMap<(String, &'static str), Vec<String>>;

impl Lab {
    fn new() -> Lab {
        Lab::of(World::new())
    }

    fn of(mut world: World) -> Lab {
        world.option(24, "traffic_gb = 100");
        let vmid = world.ready(7);
        {
            let mut sim = world.sim();
            let cluster = sim.firewall.entry("cluster".to_owned()).or_default();
            cluster.options.insert("enable".to_owned(), "1".to_owned());
            sim.set_config(vmid, "agent", Some("1"));
            sim.set_guest(vmid, agent(Some(ADDRESS)));
        }
        world.clock_forward(60.0);
        let mut lab = Lab {
            world,
            vmid,
            asked: json!({"by": {"id": 3, "ip": VISITOR}}),
        };
        lab.knocks(false);
        lab.names(&[
            ("3-7.example.net", "A", ADDRESS),
            ("10.2.0.192.in-addr.arpa", "PTR", "3-7.example.net"),
        ]);
        lab
    }

    fn core(&mut self, with: impl FnOnce(proxmoxkvm::api::core::Core) -> proxmoxkvm::api::core::Core) {
        let other = World::new().core;
        let core = std::mem::replace(&mut self.world.core, other);
        self.world.core = with(core);
    }

    fn knocks(&mut self, answers: bool) {
        self.core(|core| core.with_knock(Box::new(move |_| answers)));
    }

    fn names(&mut self, records: &[(&str, &'static str, &str)]) {
        let mut known = Records::new();
        for (name, kind, value) in records {
            known
                .entry(((*name).to_owned(), kind))
                .or_default()
                .push((*value).to_owned());
        }
        self.core(|core| {
            core.with_resolver(Box::new(move |name, kind| {
                let kind = match kind {
                    Kind::A => "A",
                    Kind::Aaaa => "AAAA",
                    _ => "PTR",
                };
                Ok(known.get(&(name.to_owned(), kind)).cloned().unwrap_or_default())
            }))
        });
    }

    fn config(&mut self, key: &str, value: Option<&str>) {
        let vmid = self.vmid;
        self.world.sim().set_config(vmid, key, value);
    }

    /// The NIC with other options.
    fn nic(&mut self, change: impl Fn(&str) -> String) {
        let vmid = self.vmid;
        let now = self.world.config(vmid, "net0");
        self.config("net0", Some(&change(&now)));
    }

    fn rules(&mut self, rules: &[&[(&str, &str)]]) {
        let key = self.vmid.to_string();
        let mut sim = self.world.sim();
        let rules = rules.iter().map(|rule| {
            let fields = rule.iter().chain(&[("enable", "1")]);
            fields
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect()
        });
        sim.firewall.get_mut(&key).unwrap().rules = rules.collect();
    }

    fn set(&mut self, of: &str, name: &str, entries: &[&str]) {
        let entry = |cidr: &&str| SetEntry {
            cidr: (*cidr).to_owned(),
            comment: None,
            nomatch: false,
        };
        let set = IpSet {
            comment: None,
            entries: entries.iter().map(entry).collect(),
        };
        let mut sim = self.world.sim();
        sim.firewall
            .entry(of.to_owned())
            .or_default()
            .sets
            .insert(name.to_owned(), set);
    }

    fn refuses(&mut self, path: &str) {
        let words = "Permission check failed".to_owned();
        let fault = Fault::always("GET", path, FaultKind::Status(403, words, "{\"data\":null}".to_owned()));
        self.world.sim().faults.push(fault);
    }

    fn as_who(&self, actor: &str) -> Result<Value, problems::Error> {
        let mut order = self.world.order(7);
        order["actor"] = json!(actor);
        for (key, value) in self.asked.as_object().unwrap() {
            order[key] = value.clone();
        }
        find(Entry::Act, "reachability")
            .unwrap()
            .run(&self.world.core, &order)
            .map(|reply| reply.value())
    }

    fn answer(&self) -> Value {
        self.as_who("admin").unwrap()
    }

    fn says(&self) -> String {
        sentence(&self.answer()["sentence"])
    }
}

fn agent(address: Option<&'static str>) -> Guest {
    Guest {
        agent: true,
        address,
        ..Guest::default()
    }
}

/// The English texts of the page.
fn texts() -> BTreeMap<String, String> {
    let file = "php/modules/servers/proxmoxkvm/lang/english/client/reachability.php";
    let php = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let line = |line: &str| {
        let (key, text) = line.trim().strip_prefix('\'')?.split_once("' => '")?;
        Some((key.to_owned(), text.strip_suffix("',")?.replace("\\'", "'")))
    };
    php.lines().filter_map(line).collect()
}

/// What a page shows of a finding: every text that there is, and every value in its place.
fn sentence(finding: &Value) -> String {
    let key = format!("client_reach_{}", finding["says"].as_str().unwrap());
    let mut text = texts()
        .get(&key)
        .unwrap_or_else(|| panic!("there is no text {key}"))
        .clone();
    for (name, value) in finding["values"].as_object().unwrap() {
        text = text.replace(&format!("{{{name}}}"), value.as_str().unwrap());
    }
    assert!(!text.contains('{'), "{text}");
    text
}

const INSIDE: &str = "Nothing outside your virtual machine is in the way: most likely no program in it listens on port 22, \
                      or its own firewall does not let you in. Look at its screen.";

type Row = (&'static str, fn(&mut Lab), &'static str);

/// A fault, and what must be said of it.
const FAULTS: &[Row] = &[
    ("none", |_| {}, INSIDE),
    (
        "the port answers",
        |lab| lab.knocks(true),
        "Your virtual machine answers on port 22 to our own check: what keeps you out lies between you and our network, or it lets in other addresses only.",
    ),
    (
        "another port",
        |lab| lab.asked["port"] = json!("8443"),
        "The firewall does not let 198.51.100.7 in to port 8443: no rule allows it.",
    ),
    (
        "off",
        |lab| {
            let vmid = lab.vmid;
            lab.world.sim().set_power(vmid, false)
        },
        "Your virtual machine is switched off: start it.",
    ),
    (
        "paused",
        |lab| {
            let vmid = lab.vmid;
            lab.world.sim().vms.get_mut(&vmid).unwrap().run.as_mut().unwrap().paused = true
        },
        "Your virtual machine is paused, so it answers nobody: reset it, or ask our support.",
    ),
    (
        "hibernated",
        |lab| {
            let vmid = lab.vmid;
            lab.world.sim().set_power(vmid, false);
            lab.config("lock", Some("suspended"));
        },
        "Your virtual machine is hibernated: start it, and it goes on where it was.",
    ),
    (
        "locked by a rollback",
        |lab| lab.config("lock", Some("rollback")),
        "Work is being done on your virtual machine (rollback): wait until that is finished.",
    ),
    ("locked by a backup", |lab| lab.config("lock", Some("backup")), INSIDE),
    (
        "suspended",
        |lab| {
            let order = lab.world.order(7);
            proxmoxkvm::api::suspend(&lab.world.core, &order).unwrap();
        },
        "Your service is suspended, so its virtual machine is off.",
    ),
    (
        "its node is down",
        |lab| lab.world.sim().nodes.get_mut("pve1").unwrap().down = Some("No route to host".to_owned()),
        "The machine on which your virtual machine runs is down: please ask our support.",
    ),
    (
        "no node answers",
        |lab| {
            lab.world
                .sim()
                .faults
                .push(Fault::always("GET", "/cluster/resources", FaultKind::DropBeforeEffect))
        },
        "Your virtual machine cannot be looked at just now, so nothing is known of it: please try again in a few minutes.",
    ),
    (
        "Proxmox VE refuses everything",
        |lab| lab.refuses("/config"),
        "Your virtual machine cannot be looked at just now, so nothing is known of it: please try again in a few minutes.",
    ),
    (
        "somebody else's VM",
        |lab| lab.config("description", Some("mine")),
        "Your virtual machine cannot be looked at just now, so nothing is known of it: please try again in a few minutes.",
    ),
    (
        "the VM is gone",
        |lab| {
            let vmid = lab.vmid;
            lab.world.sim().vms.remove(&vmid);
        },
        "There is no virtual machine for this service: please ask our support.",
    ),
    (
        "no network card",
        |lab| lab.config("net0", None),
        "Your virtual machine has no network card: please ask our support.",
    ),
    (
        "the cable is out",
        |lab| lab.nic(|now| format!("{now},link_down=1")),
        "The network cable of your virtual machine is unplugged: please ask our support.",
    ),
    (
        "another bridge",
        |lab| lab.nic(|now| now.replace("bridge=vmbr0", "bridge=vmbr7")),
        "The network to which your virtual machine is connected is not there: please ask our support.",
    ),
    (
        "no bridge",
        |lab| lab.nic(|now| now.replace(",bridge=vmbr0", "")),
        "Your virtual machine is connected to no network: please ask our support.",
    ),
    (
        "a rule drops",
        |lab| {
            lab.rules(&[
                &[("type", "in"), ("action", "DROP"), ("source", "198.51.100.0/24")],
                &[("type", "in"), ("action", "ACCEPT"), ("macro", "SSH")],
            ])
        },
        "The firewall does not let 198.51.100.7 in to port 22, because of rule 0: IN DROP -source 198.51.100.0/24",
    ),
    (
        "a rule rejects",
        |lab| lab.rules(&[&[("type", "in"), ("action", "REJECT"), ("macro", "SSH")]]),
        "The firewall does not let 198.51.100.7 in to port 22, because of rule 0: IN SSH(REJECT)",
    ),
    (
        "no rule allows",
        |lab| lab.rules(&[]),
        "The firewall does not let 198.51.100.7 in to port 22: no rule allows it.",
    ),
    (
        "a group decides",
        |lab| lab.rules(&[&[("type", "group"), ("action", "web")]]),
        "Whether the firewall lets 198.51.100.7 in to port 22 is not known, because of rule 0, which names a group or a list that cannot be seen: GROUP web",
    ),
    (
        "a set decides",
        |lab| {
            lab.set("cluster", "office", &["203.0.113.0/24"]);
            lab.rules(&[&[("type", "in"), ("action", "ACCEPT"), ("source", "+dc/office")]]);
        },
        "Whether the firewall lets 198.51.100.7 in to port 22 is not known, because of rule 0, which names a group or a list that cannot be seen: IN ACCEPT -source +dc/office",
    ),
    (
        "on the blacklist",
        |lab| lab.set("cluster", "blacklist", &["198.51.100.0/24"]),
        "The address 198.51.100.7 is blocked in our whole network: please ask our support.",
    ),
    (
        "the datacenter's firewall is not seen",
        |lab| {
            lab.rules(&[]);
            lab.refuses("/cluster/firewall/options")
        },
        "Whether the firewall lets 198.51.100.7 in to port 22 could not be read.",
    ),
    (
        "the blacklist is not seen",
        |lab| lab.refuses("/cluster/firewall/ipset/blacklist"),
        "Whether the firewall lets 198.51.100.7 in to port 22 could not be read.",
    ),
    (
        "the guest's firewall is not seen",
        |lab| lab.refuses("/firewall/rules"),
        "Whether the firewall lets 198.51.100.7 in to port 22 could not be read.",
    ),
    (
        "the datacenter's firewall is off",
        |lab| {
            lab.rules(&[]);
            lab.world.sim().firewall.get_mut("cluster").unwrap().options.clear();
        },
        INSIDE,
    ),
    (
        "nobody applies the rules",
        |lab| lab.world.sim().nodes.get_mut("pve1").unwrap().firewall_stopped = true,
        "Whether the firewall lets 198.51.100.7 in to port 22 is not known: its rules are not being applied. Please ask our support.",
    ),
    (
        "nobody applies the rules of nftables",
        |lab| lab.world.sim().nodes.get_mut("pve1").unwrap().nftables = Some(false),
        "Whether the firewall lets 198.51.100.7 in to port 22 is not known: its rules are not being applied. Please ask our support.",
    ),
    (
        "proxmox-firewall applies them",
        |lab| lab.world.sim().nodes.get_mut("pve1").unwrap().nftables = Some(true),
        INSIDE,
    ),
    (
        "on the blacklist, which proxmox-firewall does not have",
        |lab| {
            lab.set("cluster", "blacklist", &["198.51.100.0/24"]);
            lab.world.sim().nodes.get_mut("pve1").unwrap().nftables = Some(true);
        },
        INSIDE,
    ),
    (
        "UDP",
        |lab| lab.asked["port"] = json!("53/udp"),
        "The firewall does not let 198.51.100.7 in to port 53/udp: no rule allows it.",
    ),
    (
        "the IP filter lacks the address",
        |lab| {
            let of = lab.vmid.to_string();
            lab.set(&of, "ipfilter-net0", &["192.0.2.99"])
        },
        "The IP filter of your virtual machine does not have 192.0.2.10, so nobody reaches it there: please ask our support.",
    ),
    (
        "another address is set",
        |lab| {
            let vmid = lab.vmid;
            lab.world.sim().set_guest(vmid, agent(Some("192.0.2.77")))
        },
        "Your virtual machine has not set 192.0.2.10; it has 192.0.2.77: correct its network settings from the console.",
    ),
    (
        "no address is set",
        |lab| {
            let vmid = lab.vmid;
            lab.world.sim().set_guest(vmid, agent(None))
        },
        "Your virtual machine has set no address at all, where it should have 192.0.2.10: correct its network settings from the console.",
    ),
    (
        "the name leads elsewhere",
        |lab| lab.names(&[("3-7.example.net", "A", "203.0.113.5")]),
        "The name 3-7.example.net leads to 203.0.113.5, and not to 192.0.2.10: use the address, or correct its DNS record.",
    ),
];

#[test]
fn each_fault_says_its_sentence_and_nothing_is_changed() {
    for (name, fault, expected) in FAULTS {
        let mut lab = Lab::new();
        fault(&mut lab);
        let (before, writes) = (lab.world.service(7), lab.world.writes().len());
        assert_eq!(lab.says(), *expected, "{name}: {:#}", lab.answer());
        assert_eq!(lab.world.writes().len(), writes, "{name}");
        assert_eq!(lab.world.service(7), before, "{name}");
        for finding in lab.answer()["findings"].as_array().unwrap() {
            sentence(finding);
        }
    }
}

fn finding(answer: &Value, says: &str) -> Option<Value> {
    let all = answer["findings"].as_array().unwrap();
    all.iter().find(|one| one["says"] == says).cloned()
}

/// What is worth to be known, and keeps nobody out.
#[test]
fn what_is_not_in_the_way_is_told_beside_it() {
    let mut lab = Lab::new();
    lab.nic(|now| now.replace("rate=12.5", "rate=1.25"));
    lab.names(&[]);
    let vmid = lab.vmid;
    lab.world.sim().add_traffic(vmid, 90_000_000_000, 20_000_000_000);
    proxmoxkvm::api::usage_update(&lab.world.core, &json!({"server": lab.world.server})).unwrap();
    let answer = lab.answer();
    assert_eq!(sentence(&answer["sentence"]), INSIDE);
    for (says, text) in [
        ("rate_slowed", "Its network is slowed down to 10 Mbit/s."),
        (
            "traffic_over",
            "The traffic of this month is used up: 110 GB of 100 GB.",
        ),
        (
            "name_nowhere",
            "The name 3-7.example.net leads nowhere: use the address 192.0.2.10.",
        ),
        (
            "reverse_none",
            "The address 192.0.2.10 has no reverse name; some mail servers refuse it for that.",
        ),
        ("knock_no", "Port 22 does not answer to our own check either."),
    ] {
        let found = finding(&answer, says).unwrap_or_else(|| panic!("{says}: {answer:#}"));
        assert_eq!(
            (sentence(&found).as_str(), &found["health"]),
            (text, &json!("note")),
            "{says}"
        );
    }
}

/// What people try first says nothing about a port, and is judged by the same rules.
#[test]
fn whether_a_ping_passes_is_told_beside_it() {
    let mut lab = Lab::new();
    lab.rules(&[&[("type", "in"), ("action", "ACCEPT"), ("macro", "SSH")]]);
    let answer = lab.answer();
    assert_eq!(sentence(&answer["sentence"]), INSIDE);
    let stops = finding(&answer, "ping_stops").unwrap();
    assert_eq!(stops["health"], "note");
    assert_eq!(
        sentence(&stops),
        "The firewall in front of it lets no ping from 198.51.100.7 in: that a ping is not answered says nothing about port 22."
    );
    lab.rules(&[&[("type", "in"), ("action", "ACCEPT"), ("macro", "Ping")]]);
    let answer = lab.answer();
    assert_eq!(answer["sentence"]["says"], "firewall_policy");
    assert_eq!(finding(&answer, "ping_passes").unwrap()["health"], "good");
    // nobody knocks for UDP, of which no answer says nothing
    lab.asked["port"] = json!("22/UDP");
    let answer = lab.answer();
    assert_eq!((&answer["port"], &answer["udp"]), (&json!(22), &json!(true)));
    assert!(finding(&answer, "knock_no").is_none());
}

/// A bridge that the login may not use is left out by Proxmox VE: it is not told as gone.
#[test]
fn a_bridge_that_cannot_be_seen_is_not_called_gone() {
    let mut lab = Lab::new();
    lab.nic(|now| now.replace("bridge=vmbr0", "bridge=vmbr7"));
    lab.refuses("/access/permissions");
    let answer = lab.answer();
    let unread = finding(&answer, "bridge_unread").unwrap();
    assert!(unread["why"].as_str().unwrap().contains("SDN.Use"), "{unread}");
    assert_eq!(sentence(&answer["sentence"]), INSIDE);
}

/// Who could not be asked is not taken for in order.
#[test]
fn what_cannot_be_read_is_said_so() {
    let mut lab = Lab::new();
    lab.refuses("/agent/network-get-interfaces");
    lab.refuses("/network");
    lab.core(|core| core.with_resolver(Box::new(|_, _| Err(Error::NoResolver))));
    let answer = lab.answer();
    for says in ["agent_forbidden", "bridge_unread", "name_unread", "reverse_unread"] {
        assert_eq!(finding(&answer, says).unwrap()["health"], "unknown", "{says}");
    }
    assert!(
        finding(&answer, "agent_forbidden").unwrap()["why"]
            .as_str()
            .unwrap()
            .contains("VM.GuestAgent.Audit")
    );
    let client = lab.as_who("client").unwrap();
    assert_eq!(
        finding(&client, "agent_forbidden").unwrap().get("why"),
        None,
        "reasons are for staff"
    );
    // and without an agent
    lab.config("agent", None);
    assert!(finding(&lab.answer(), "agent_none").is_some());
    lab.config("agent", Some("1"));
    lab.world.sim().faults.clear();
    let vmid = lab.vmid;
    lab.world.sim().set_guest(vmid, Guest::default());
    assert!(finding(&lab.answer(), "agent_silent").is_some());
}

#[test]
fn the_way_is_that_of_the_visitor() {
    let mut world = World::new();
    world.config_options = json!({"IPv6 Addresses": "1"});
    let mut lab = Lab::of(world);
    lab.asked["from"] = json!("2001:db8:1::7");
    let answer = lab.answer();
    assert_eq!(
        (&answer["from"], &answer["address"]),
        (&json!("2001:db8:1::7"), &json!("2001:db8::10"))
    );
    assert_eq!(
        answer["sentence"]["says"], "agent_other",
        "the agent tells of IPv4 alone: {answer:#}"
    );
    assert!(finding(&answer, "firewall_rule_passes").is_some());
    // to one that has no address of that kind
    let mut lab = Lab::new();
    lab.asked["from"] = json!("2001:db8:1::7");
    assert!(finding(&lab.answer(), "firewall_family").is_some());
    lab.asked = json!({});
    assert!(finding(&lab.answer(), "firewall_nobody").is_some());
    lab.config("ostype", Some("win11"));
    assert_eq!(lab.answer()["port"], 3389);
    for (field, value) in [
        ("port", "0"),
        ("port", "70000"),
        ("port", "ssh"),
        ("port", "22/icmp"),
        ("from", "office"),
        ("from", "1.2.3.4/8"),
    ] {
        lab.asked = json!({field: value});
        assert_eq!(lab.as_who("client").unwrap_err().code(), "bad_request", "{value}");
    }
}

#[test]
fn before_there_is_a_guest_it_is_not_finished() {
    let mut world = World::new();
    world.create(7).unwrap();
    let lab = Lab {
        vmid: 100,
        world,
        asked: json!({}),
    };
    assert_eq!(lab.says(), "Your virtual machine is not finished yet.");
    world = lab.world;
    world.option(24, "client_reachability = off");
    let lab = Lab {
        vmid: 100,
        world,
        asked: json!({}),
    };
    assert_eq!(lab.as_who("client").unwrap_err().code(), "not_for_clients");
    assert!(lab.as_who("admin").is_ok());
}

#[test]
fn a_customer_is_paced_and_sees_the_own_service_alone() {
    let mut lab = Lab::new();
    for _ in 0..6 {
        lab.as_who("client").unwrap();
    }
    assert_eq!(lab.as_who("client").unwrap_err().code(), "too_often");
    assert!(lab.as_who("admin").is_ok(), "staff are not counted");
    lab.world.clock_forward(600.0);
    assert_eq!(lab.as_who("client").unwrap()["screen"], true);
    // the service learns whose it is by its first order that says so
    let order = lab.world.with_extra(7, "order", json!({"client_id": 3, "order_id": 1}));
    acts::confirm(&lab.world.core, &order).unwrap();
    lab.world.clock_forward(600.0);
    lab.asked["order"] = json!({"client_id": 4, "order_id": 2});
    assert_eq!(lab.as_who("client").unwrap_err().code(), "other_order");
}
