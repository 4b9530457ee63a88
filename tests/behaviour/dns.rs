//! DNS of services through the verbs: written when ready, gone after the end, and never in anybody's way.

use super::crash::{dies, every_death, played_of};
use super::fake_dns::{Fake, Mood, Zones};
use super::support::{World, code, guard};
use crate::{acts, backups};
use proxmoxkvm::api;
use proxmoxkvm::dns::{Kind, Provider, Record, Zone, ZoneConfig};
use proxmoxkvm::words::ids::ServiceId;
use proxmoxkvm::words::status::Status;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

type Fails = Arc<Mutex<Option<(u32, bool)>>>;

/// Two zones, forward and reverse, with the records of both and the mood of their provider.
pub struct Dns {
    pub world: World,
    records: Zones,
    mood: Arc<Mutex<Mood>>,
    fails: Fails,
}

fn zone(id: u64, name: &str) -> Value {
    json!({"id": id, "provider": "powerdns", "zone": name, "endpoint": "https://ns1.example.net", "secret": "zone-key"})
}

impl Dns {
    pub fn new() -> Dns {
        let mut world = World::new();
        world.zones = json!([
            zone(1, "example.net"),
            zone(2, "2.0.192.in-addr.arpa"),
            zone(3, "8.b.d.0.1.0.0.2.ip6.arpa")
        ]);
        let mut dns = Dns {
            world,
            records: Zones(Arc::default()),
            mood: Arc::new(Mutex::new(Mood::Well)),
            fails: Arc::default(),
        };
        dns.install();
        dns
    }

    /// Providers in memory, in place of those over the network.
    pub fn install(&mut self) {
        let (records, mood, fails) = (self.records.clone(), self.mood.clone(), self.fails.clone());
        let open = move |fields: &Value, secret| {
            let zone: Zone = ZoneConfig::parse(fields, secret)?.zone;
            let fake = Fake {
                zone,
                records: records.clone(),
                mood: *mood.lock().unwrap(),
                fails: fails.clone(),
            };
            Ok(Box::new(fake) as Box<dyn Provider>)
        };
        let other = World::new().core;
        let core = std::mem::replace(&mut self.world.core, other);
        self.world.core = core.with_zones(Box::new(open));
    }

    pub fn behaves(&mut self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
        // providers are kept for the life of a process
        self.world.restart();
        self.install();
    }

    pub fn shown(&self) -> Vec<String> {
        let mut all: Vec<String> = self.records.0.lock().unwrap().iter().map(ToString::to_string).collect();
        all.sort();
        all
    }

    fn dns(&self, service: u64) -> Value {
        api::show(&self.world.core, &json!({"service": service})).unwrap()["dns"].clone()
    }

    fn attention(&self) -> Vec<(u64, String)> {
        let due = api::due(&self.world.core, &json!({})).unwrap();
        let row = |row: &Value| {
            (
                row["service"].as_u64().unwrap(),
                row["code"].as_str().unwrap().to_owned(),
            )
        };
        due["attention"].as_array().unwrap().iter().map(row).collect()
    }
}

fn ipv6(dns: &mut Dns) {
    dns.world.config_options = json!({"IPv6 Addresses": "1"});
}

const PTR6: &str = "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";

#[test]
fn records_come_with_ready_and_go_with_the_guest_and_others_stay() {
    let mut dns = Dns::new();
    ipv6(&mut dns);
    let foreign = Record::seen("3-7.example.net", Kind::A, 300, "203.0.113.9");
    dns.records.0.lock().unwrap().push(foreign.clone());
    dns.world.create(7).unwrap();
    assert_eq!(dns.shown(), [foreign.to_string()], "nothing before there is a guest");
    let reply = dns.world.cron();
    assert_eq!(dns.world.status(7), "ready");
    let all = [
        format!("{PTR6} PTR 3-7.example.net"),
        "10.2.0.192.in-addr.arpa PTR 3-7.example.net".to_owned(),
        "3-7.example.net A 192.0.2.10".to_owned(),
        "3-7.example.net A 203.0.113.9".to_owned(),
        "3-7.example.net AAAA 2001:db8::10".to_owned(),
    ];
    assert_eq!(dns.shown(), all, "{reply}");
    assert_eq!(dns.dns(7)["records"].as_array().unwrap().len(), 4);
    assert!(
        reply["lines"]
            .to_string()
            .contains("service 7: 4 sets of DNS records written")
    );
    assert_eq!(api::due(&dns.world.core, &json!({})).unwrap()["dns"], 0);

    // in the same request, not at the next cron run
    api::terminate(&dns.world.core, &dns.world.order(7)).unwrap();
    assert_eq!(dns.world.status(7), "removed");
    assert_eq!(dns.shown(), [foreign.to_string()]);
    assert_eq!(api::due(&dns.world.core, &json!({})).unwrap()["dns"], 0);
}

#[test]
fn another_address_has_its_name_at_once_and_a_returned_one_has_none() {
    let mut dns = Dns::new();
    dns.world.ready(7);
    dns.world.config_options = json!({"IPv4 Addresses": "2"});
    api::change_package(&dns.world.core, &dns.world.order(7)).unwrap();
    dns.world.cron_until_idle();
    let second = "11.2.0.192.in-addr.arpa PTR 3-7.example.net".to_owned();
    assert!(dns.shown().contains(&second), "{:?}", dns.shown());
    dns.world.config_options = json!({"IPv4 Addresses": "1"});
    api::change_package(&dns.world.core, &dns.world.order(7)).unwrap();
    dns.world.cron_until_idle();
    assert!(!dns.shown().contains(&second), "{:?}", dns.shown());
    assert_eq!(dns.shown().len(), 2);
}

/// Ready, and terminated, in the same virtual time as without DNS, but for the providers' own limit.
#[test]
fn a_provider_that_hangs_or_refuses_delays_nothing_and_needs_attention() {
    for mood in [Mood::Hangs, Mood::Refuses] {
        let plain = World::new();
        let begun = plain.now();
        plain.create(7).unwrap();
        plain.cron();
        let without = plain.now() - begun;
        assert_eq!(plain.status(7), "ready");

        let mut dns = Dns::new();
        dns.behaves(mood);
        let begun = dns.world.now();
        dns.world.create(7).unwrap();
        dns.world.cron();
        assert_eq!(dns.world.status(7), "ready", "{mood:?}");
        let events = acts::history(&dns.world.core, 7);
        let ready = events.as_array().unwrap().iter().find(|event| event["what"] == "ready");
        let ready = ready.unwrap()["at"].as_f64().unwrap() - begun;
        assert!(ready <= without + 0.5, "{mood:?}: {ready} against {without}");
        for _ in 0..12 {
            dns.world.clock_forward(900.0);
            dns.world.cron();
        }
        let expected = if mood == Mood::Hangs {
            "dns_no_answer"
        } else {
            "dns_refused"
        };
        assert_eq!(dns.attention(), [(7, expected.to_owned())]);
        assert_eq!(dns.world.status(7), "ready");
        let listed = api::overview(&dns.world.core, &json!({"attention": true})).unwrap();
        assert_eq!((&listed["total"], &listed["services"][0]["id"]), (&json!(1), &json!(7)));
        assert_eq!(listed["dns_troubles"]["7"][0]["code"], expected);

        let begun = dns.world.now();
        api::terminate(&dns.world.core, &dns.world.order(7)).unwrap();
        assert_eq!(dns.world.status(7), "removed");
        let plain_begun = plain.now();
        api::terminate(&plain.core, &plain.order(7)).unwrap();
        let without = plain.now() - plain_begun;
        let took = dns.world.now() - begun;
        assert!(took <= without + 10.5, "{mood:?}: {took} against {without}");

        // mended: the cron does what was left, and nobody is needed any more
        dns.behaves(Mood::Well);
        dns.world.clock_forward(900.0);
        dns.world.cron();
        assert_eq!((dns.shown(), dns.attention()), (vec![], vec![]), "{mood:?}");
    }
}

/// The guest is gone, its records are not: whoever looks after that has the service in the list, and a button.
#[test]
fn what_a_guest_left_behind_is_removed_by_the_button() {
    let mut dns = Dns::new();
    dns.world.ready(7);
    dns.behaves(Mood::Refuses);
    api::terminate(&dns.world.core, &dns.world.order(7)).unwrap();
    assert_eq!((dns.world.status(7).as_str(), dns.shown().len()), ("removed", 2));
    assert_eq!(dns.attention(), [(7, "dns_refused".to_owned())]);
    let refused = acts::set_dns_records(&dns.world.core, &dns.world.order(7)).unwrap_err();
    assert_eq!(refused.code(), "dns_refused");
    dns.behaves(Mood::Well);
    let reply = acts::set_dns_records(&dns.world.core, &dns.world.order(7)).unwrap();
    assert_eq!(reply["service"]["status"], "removed");
    assert_eq!((dns.shown(), dns.attention()), (vec![], vec![]));
    // with nothing left behind there is nothing to press for
    let done = acts::set_dns_records(&dns.world.core, &dns.world.order(7)).unwrap_err();
    assert_eq!(done.code(), "no_guest");
}

/// A hundred services at a provider that does not answer: it is waited for once, the other zones get theirs.
#[test]
fn a_silent_provider_is_waited_for_once_a_run() {
    let mut dns = Dns::new();
    for service in 1..=10 {
        dns.world.ready(service);
    }
    api::sync_dns_records(&dns.world.core, &json!({})).unwrap();
    assert_eq!(api::due(&dns.world.core, &json!({})).unwrap()["dns"], 10);
    dns.behaves(Mood::Hangs);
    let begun = dns.world.now();
    dns.world.cron();
    let took = dns.world.now() - begun;
    assert!(took < 35.0, "three zones, 10 s each, for all services together: {took}");
    assert_eq!(
        api::due(&dns.world.core, &json!({})).unwrap()["dns"],
        0,
        "all were tried"
    );
}

#[test]
fn the_button_synchronises_at_once_and_tells_what_is_wrong() {
    let mut dns = Dns::new();
    dns.world.ready(7);
    dns.records.0.lock().unwrap().clear();
    let reply = acts::set_dns_records(&dns.world.core, &dns.world.order(7)).unwrap();
    assert_eq!(dns.shown().len(), 2, "what somebody deleted is back");
    assert_eq!(reply["dns"]["troubles"], json!([]));
    assert_eq!(dns.world.status(7), "ready");

    dns.behaves(Mood::Refuses);
    dns.records.0.lock().unwrap().clear();
    let error = acts::set_dns_records(&dns.world.core, &dns.world.order(7)).unwrap_err();
    assert_eq!(error.code(), "dns_refused");
    assert_eq!(error.to_string(), "DNS zone example.net: no");
    assert_eq!(dns.world.status(7), "ready", "the service itself is well");

    // a PHP side that knows nothing of zones: queued, and the cron brings it back
    dns.world.zones = Value::Null;
    acts::set_dns_records(&dns.world.core, &dns.world.order(7)).unwrap();
    assert_eq!(dns.world.status(7), "set_dns_records");
    dns.world.cron();
    assert_eq!(dns.world.status(7), "ready");
}

#[test]
fn a_suspended_service_whose_records_are_set_is_still_kept_stopped() {
    let dns = Dns::new();
    let vmid = dns.world.ready(7);
    api::suspend(&dns.world.core, &dns.world.order(7)).unwrap();
    acts::set_dns_records(&dns.world.core, &dns.world.order(7)).unwrap();
    dns.world.sim().set_power(vmid, true);
    dns.world.clock_forward(400.0);
    dns.world.cron();
    assert!(!dns.world.sim().is_running(vmid), "started behind our back");
}

#[test]
fn nothing_is_concluded_from_a_request_without_zones_and_a_lost_zone_is_told() {
    let mut dns = Dns::new();
    dns.world.ready(7);
    let zones = std::mem::take(&mut dns.world.zones);
    api::sync_dns_records(&dns.world.core, &json!({})).unwrap();
    dns.world.cron();
    assert_eq!(dns.dns(7)["records"].as_array().unwrap().len(), 2);
    assert_eq!(api::due(&dns.world.core, &json!({})).unwrap()["dns"], 1, "still due");
    // every zone was deleted in the addon
    dns.world.zones = json!([]);
    dns.world.cron();
    assert_eq!(dns.attention(), [(7, "dns_zone_gone".to_owned())]);
    dns.world.zones = zones;
    dns.world.clock_forward(900.0);
    dns.world.cron();
    assert_eq!(dns.attention(), []);
}

/// Somebody deletes a zone on purpose: its records stay at the provider, and nobody is told of them for ever.
#[test]
fn a_zone_that_was_deleted_is_forgotten_and_the_others_are_not() {
    let mut dns = Dns::new();
    dns.world.ready(7);
    dns.world.ready(8);
    let before = dns.shown();
    let mut zones = dns.world.zones.clone();
    zones.as_array_mut().unwrap().remove(0);
    dns.world.zones = zones;
    let reply = api::sync_dns_records(&dns.world.core, &json!({"forget_zone": 1})).unwrap();
    assert_eq!(reply["services"], 2);
    dns.world.cron();
    assert_eq!((dns.shown(), dns.attention()), (before, vec![]));
    assert_eq!(
        dns.dns(7)["records"],
        json!(["10.2.0.192.in-addr.arpa PTR 3-7.example.net"])
    );
    api::terminate(&dns.world.core, &dns.world.order(7)).unwrap();
    let left: Vec<String> = dns.shown().into_iter().filter(|line| line.contains("3-7.")).collect();
    assert_eq!(left, ["3-7.example.net A 192.0.2.10"]);
    assert_eq!(dns.attention(), []);
}

/// A zone that is added while something is done to a finished VM has its records too.
#[test]
fn what_is_under_way_has_its_records_in_a_new_zone() {
    let mut dns = Dns::new();
    backups::sold(&mut dns.world, "");
    dns.world.ready(7);
    backups::slowly(&dns.world);
    backups::make(&dns.world, "one").unwrap();
    assert_eq!(dns.world.status(7), "backup", "{}", dns.world.service(7));
    let reply = api::sync_dns_records(&dns.world.core, &json!({})).unwrap();
    assert_eq!(reply["services"], 1);
}

/// An installation without zones: what nothing is remembered of is settled by the first run, and not due again.
#[test]
fn without_zones_nothing_stays_due() {
    let mut world = World::new();
    world.zones = json!([]);
    world.ready(7);
    assert_eq!(api::due(&world.core, &json!({})).unwrap()["dns"], 0);
    api::sync_dns_records(&world.core, &json!({})).unwrap();
    assert_eq!(api::due(&world.core, &json!({})).unwrap()["dns"], 1);
    // nothing else is due: a run without orders
    let none = json!({"orders": [], "zones": []});
    proxmoxkvm::api::cron(&world.core, &none).unwrap();
    world.clock_forward(100_000.0);
    let due = api::due(&world.core, &json!({})).unwrap();
    assert_eq!((&due["dns"], &due["attention"]), (&json!(0), &json!([])));
}

/// Dies at each request to the providers, before or after its effect: the next run finishes the work.
#[test]
fn a_death_at_any_request_is_made_good() {
    for number in 0..8 {
        for took_effect in [false, true] {
            let dns = Dns::new();
            *dns.fails.lock().unwrap() = Some((number, took_effect));
            dns.world.ready(7);
            dns.world.clock_forward(900.0);
            dns.world.cron();
            let what = format!("request {number}, took effect: {took_effect}");
            assert_eq!(dns.shown().len(), 2, "{what}: {:?}", dns.shown());
            api::terminate(&dns.world.core, &dns.world.order(7)).unwrap();
            dns.world.clock_forward(900.0);
            dns.world.cron();
            assert_eq!(dns.shown(), [""; 0], "{what}");
        }
    }
}

#[test]
fn a_client_names_own_addresses_only() {
    let mut dns = Dns::new();
    dns.world.option(24, "rdns_forward_check = off");
    dns.world.ready(7);
    dns.world.ready(8);
    let ask = |dns: &Dns, service: u64, address: &str, name: &str| {
        let mut order = dns.world.order(service);
        order["actor"] = json!("client");
        order["address"] = json!(address);
        order["name"] = json!(name);
        acts::set_reverse_name(&dns.world.core, &order)
    };
    let reply = ask(&dns, 7, "192.0.2.10", "Mail.Example.ORG.").unwrap();
    assert_eq!(reply["dns"]["reverse"], json!({"192.0.2.10": "mail.example.org"}));
    let ptr = |dns: &Dns| dns.shown().into_iter().find(|line| line.starts_with("10.2.")).unwrap();
    assert_eq!(ptr(&dns), "10.2.0.192.in-addr.arpa PTR mail.example.org", "at once");
    // synchronised again, it stays
    acts::set_dns_records(&dns.world.core, &dns.world.order(7)).unwrap();
    assert_eq!(ptr(&dns), "10.2.0.192.in-addr.arpa PTR mail.example.org");

    assert_eq!(
        code(ask(&dns, 7, "192.0.2.11", "mail.example.org")),
        "not_own_address",
        "service 8's"
    );
    for name in [
        "localhost",
        "not a name",
        "a..b",
        "-x.example.org",
        "<script>.example.org",
    ] {
        let before = dns.shown();
        assert_eq!(code(ask(&dns, 7, "192.0.2.10", name)), "rdns_bad_name", "{name}");
        assert_eq!(dns.shown(), before);
    }
    ask(&dns, 7, "192.0.2.10", "").unwrap();
    assert_eq!(ptr(&dns), "10.2.0.192.in-addr.arpa PTR 3-7.example.net");

    dns.world.option(24, "rdns_forward_check = off\nclient_rdns = off");
    assert_eq!(code(ask(&dns, 7, "192.0.2.10", "mail.example.org")), "not_for_clients");
}

#[test]
fn a_name_that_leads_elsewhere_is_not_accepted_and_the_domain_needs_no_proof() {
    let dns = Dns::new();
    dns.world.ready(7);
    let mut order = dns.world.order(7);
    order["address"] = json!("192.0.2.10");
    // nobody listens there: without an answer there is no proof
    order["resolvers"] = json!(["127.0.0.1:1"]);
    order["name"] = json!("mail.example.org");
    assert_eq!(code(acts::set_reverse_name(&dns.world.core, &order)), "dns_unreachable");
    order["name"] = json!("3-7.example.net");
    acts::set_reverse_name(&dns.world.core, &order).unwrap();
}

#[test]
fn a_test_of_a_zone_says_what_is_wrong_with_the_form() {
    let world = World::new();
    let mut typed = zone(0, "example.net");
    typed["provider"] = json!("bind");
    let error = api::zone_test(&world.core, &json!({"zone": typed})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "provider: it is one of powerdns, rfc2136, cloudflare, hestiacp"
    );
    let error = api::zone_test(&world.core, &json!({})).unwrap_err();
    assert_eq!(error.code(), "bad_zone");
    // a zone that cannot be used does not take the others down
    let mut dns = Dns::new();
    let mut zones = dns.world.zones.clone();
    zones[1]["endpoint"] = json!("ftp://nowhere");
    zones.as_array_mut().unwrap().push(json!({"zone": 7}));
    dns.world.zones = zones;
    dns.world.ready(7);
    assert_eq!(dns.shown(), ["3-7.example.net A 192.0.2.10"]);
}

/// The store's promise: a reason that comes while the records are being written is not forgotten.
#[test]
fn what_changes_meanwhile_is_due_again() {
    let dns = Dns::new();
    dns.world.ready(7);
    let store = &dns.world.core.store;
    let now = dns.world.now();
    let lease = store.dns_lease(ServiceId(7), now).unwrap();
    assert!(store.dns_lease(ServiceId(7), now).is_err(), "one at a time");
    store.dns_want_all(&[Status::Ready], now).unwrap();
    store.dns_release(&lease, now, None, false, &[]).unwrap();
    assert_eq!(store.dns_due(now, 10).unwrap(), [ServiceId(7)]);
    let lost = store.dns_lease(ServiceId(7), now).unwrap();
    let next = store.dns_lease(ServiceId(7), now + 100.0).unwrap();
    assert_eq!(store.dns_keep(&lost, now).unwrap_err().problem().code, "lease_lost");
    store.dns_release(&next, now, None, false, &[]).unwrap();
    assert_eq!(store.dns_due(now, 10).unwrap(), []);
}

/// An operation on records: what is asked, and what is there in the end.
type Asked = (&'static str, fn(&Dns) -> bool, fn(&Dns) -> Vec<String>);

/// Dies at every commit of the store, and every request to Proxmox VE, of what changes records.
#[test]
fn a_death_at_any_commit_leaves_no_record_behind_and_forgets_none() {
    let named = |dns: &Dns| {
        let mut order = dns.world.order(7);
        order["address"] = json!("192.0.2.10");
        order["name"] = json!("mail.example.org");
        acts::set_reverse_name(&dns.world.core, &order).is_ok()
    };
    let operations: [Asked; 3] = [
        (
            "set_dns_records",
            |dns| acts::set_dns_records(&dns.world.core, &dns.world.order(7)).is_ok(),
            |_| {
                vec![
                    "10.2.0.192.in-addr.arpa PTR 3-7.example.net".to_owned(),
                    "3-7.example.net A 192.0.2.10".to_owned(),
                ]
            },
        ),
        (
            "terminate",
            |dns| api::terminate(&dns.world.core, &dns.world.order(7)).is_ok(),
            |_| Vec::new(),
        ),
        ("set_reverse_name", named, |dns| {
            // a client whose request died asks again
            let chosen = dns.dns(7)["reverse"]["192.0.2.10"]
                .as_str()
                .unwrap_or("3-7.example.net")
                .to_owned();
            vec![
                format!("10.2.0.192.in-addr.arpa PTR {chosen}"),
                "3-7.example.net A 192.0.2.10".to_owned(),
            ]
        }),
    ];
    for (name, ask, expected) in operations {
        let tried = every_death(name, |death| {
            let mut dns = Dns::new();
            dns.world.option(24, "rdns_forward_check = off");
            dns.world.ready(7);
            if name == "set_dns_records" {
                // somebody has deleted them: that is why the button is pressed
                dns.records.0.lock().unwrap().clear();
            }
            let death = death.plus(dns.world.mortality.count(death));
            *guard(&dns.world.mortality.death) = Some(death);
            let reached = dies(&dns.world, || {
                ask(&dns);
            });
            dns.world.restart();
            dns.install();
            for _ in 0..2 {
                dns.world.clock_forward(900.0);
                dns.world.cron();
            }
            if dns.shown() != expected(&dns) {
                // it died before the wish was written down, and nobody was told that it is done: it is asked for again
                assert!(ask(&dns));
            }
            assert_eq!(dns.shown(), expected(&dns), "{death:?}");
            assert_eq!(dns.attention(), [], "{death:?}");
            reached
        });
        assert!(tried > played_of(4), "{name}: only {tried} deaths");
    }
}
