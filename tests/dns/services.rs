//! Services over several providers, of which some fail: nobody waits for another, nothing is lost or left behind.

use super::fake::{Fake, FakeClock, Mood, Zones};
use proxmoxkvm::dns::{
    Kind, Outcome, Provider, Record, Remembered, SyncJob, Wanted, Zone, ZoneConfig, ZoneId, open, sync_service, wanted,
};
use proxmoxkvm::words::clock::Clock;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

fn wants(name: &str, addresses: &[&str]) -> Vec<Wanted> {
    let addresses: Vec<_> = addresses.iter().map(|ip| ip.parse().unwrap()).collect();
    wanted(name, &addresses, &BTreeMap::new()).unwrap()
}

fn run(providers: &[Box<dyn Provider>], wanted: &[Wanted], remembered: &[Remembered], clock: &FakeClock) -> Outcome {
    let providers: Vec<&dyn Provider> = providers.iter().map(AsRef::as_ref).collect();
    let job = SyncJob {
        providers: &providers,
        wanted,
        remembered,
        deadline: clock.now() + 40.0,
        clock,
    };
    sync_service(&job, &mut |_| Ok(()))
}

fn shown(zones: &Zones) -> Vec<String> {
    let mut all: Vec<String> = zones.0.lock().unwrap().iter().map(ToString::to_string).collect();
    all.sort();
    all
}

#[test]
fn a_provider_that_hangs_refuses_or_lies_stops_nobody_else() {
    let clock = FakeClock::default();
    let (hangs, _) = Fake::holding(1, "example.com", Mood::Hangs);
    let (refuses, _) = Fake::holding(2, "example.com", Mood::Refuses);
    let (lies, _) = Fake::holding(3, "example.com", Mood::Lies);
    let (hangs_too, _) = Fake::holding(4, "2.0.192.in-addr.arpa", Mood::Hangs);
    let (well, zone) = Fake::holding(5, "example.com", Mood::Well);
    let providers = [hangs, refuses, lies, hangs_too, well];
    let wanted = wants("vm.example.com", &["192.0.2.1"]);
    let outcome = run(&providers, &wanted, &[], &clock);
    assert_eq!(shown(&zone), ["vm.example.com A 192.0.2.1"]);
    assert!(clock.now() <= 20.0, "10 s for each that hangs: {}", clock.now());
    let codes: Vec<_> = outcome
        .failures
        .iter()
        .map(|failure| (failure.zone.0, failure.problem.code, failure.problem.retry))
        .collect();
    assert_eq!(
        codes,
        [
            (1, "dns_no_answer", true),
            (2, "dns_refused", false),
            (4, "dns_no_answer", true)
        ]
    );
    assert!(
        outcome.remembered.iter().all(|known| known.zone.0 != 2),
        "what was refused was not written"
    );
    // the lie is found out by the next look: the record is still not there
    let again = run(&providers, &wanted, &outcome.remembered, &clock);
    assert_eq!(again.changed, 1);
    // many that hang share the time
    let hanging: Vec<_> = (0..30)
        .map(|id| Fake::holding(id, "example.com", Mood::Hangs).0)
        .collect();
    let begun = clock.now();
    run(&hanging, &wanted, &[], &clock);
    assert!(clock.now() - begun <= 40.001, "{}", clock.now() - begun);
}

/// Every request fails once, before or after it took effect: after another run all is right, and after the end
/// only what others had is left.
#[test]
fn whatever_request_fails_the_next_run_finishes_the_work() {
    let foreign = Record::seen("vm2.example.com", Kind::A, 300, "203.0.113.9");
    for number in 0..12 {
        for took_effect in [false, true] {
            let clock = FakeClock::default();
            let fails = Arc::new(Mutex::new(None));
            let records = Zones(Arc::new(Mutex::new(vec![foreign.clone()])));
            let fake = |id, zone: &str| -> Box<dyn Provider> {
                Box::new(Fake {
                    zone: Zone::parse(ZoneId(id), zone, 300, "").unwrap(),
                    records: records.clone(),
                    mood: Mood::Well,
                    fails: fails.clone(),
                })
            };
            let providers = [
                fake(1, "example.com"),
                fake(2, "2.0.192.in-addr.arpa"),
                fake(3, "2.ip6.arpa"),
            ];
            let first = wants("vm1.example.com", &["192.0.2.1", "2001:db8::1"]);
            let second = wants("vm2.example.com", &["192.0.2.2", "2001:db8::1"]);
            let what = format!("request {number}, took effect: {took_effect}");
            *fails.lock().unwrap() = Some((number, took_effect));
            let mut memory = run(&providers, &first, &[], &clock).remembered;
            memory = run(&providers, &second, &memory, &clock).remembered;
            let done = run(&providers, &second, &memory, &clock);
            assert!(done.done, "{what}: {:?}", done.failures);
            assert_eq!(run(&providers, &second, &done.remembered, &clock).changed, 0, "{what}");
            let names: Vec<String> = shown(&records)
                .iter()
                .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
                .collect();
            assert_eq!(names.len(), 5, "{what}: {names:?}");
            let end = run(&providers, &[], &done.remembered, &clock);
            assert_eq!((end.done, end.remembered.len()), (true, 0), "{what}");
            assert_eq!(shown(&records), [foreign.to_string()], "{what}");
        }
    }
}

/// The process dies at a write: what was stored before it is all that is known, and it is enough.
#[test]
fn a_crash_at_any_write_leaves_no_orphan() {
    let wanted = wants("vm.example.com", &["192.0.2.1", "2001:db8::1"]);
    for writes in 1..=4 {
        let clock = FakeClock::default();
        let (forward, a) = Fake::holding(1, "example.com", Mood::Well);
        let (reverse, b) = Fake::holding(2, "2.0.192.in-addr.arpa", Mood::Well);
        let providers = [forward, reverse];
        let mut stored = Vec::new();
        let mut count = 0;
        let job = SyncJob {
            providers: &providers.each_ref().map(AsRef::as_ref),
            wanted: &wanted,
            remembered: &[],
            deadline: 40.0,
            clock: &clock,
        };
        sync_service(&job, &mut |memory| {
            count += 1;
            if count > writes {
                return Err("the process is gone".to_owned());
            }
            stored = memory.to_vec();
            Ok(())
        });
        let end = run(&providers, &[], &stored, &clock);
        assert!(end.done && end.remembered.is_empty());
        assert_eq!((shown(&a), shown(&b)), (vec![], vec![]), "after {writes} writes");
    }
}

#[test]
fn what_cannot_be_stored_is_not_written() {
    let clock = FakeClock::default();
    let (provider, zone) = Fake::holding(1, "example.com", Mood::Well);
    let job = SyncJob {
        providers: &[provider.as_ref()],
        wanted: &wants("vm.example.com", &["192.0.2.1"]),
        remembered: &[],
        deadline: 40.0,
        clock: &clock,
    };
    let outcome = sync_service(&job, &mut |_| Err("disk full".to_owned()));
    assert_eq!(shown(&zone), [""; 0]);
    assert_eq!(
        (outcome.failures[0].problem.code, outcome.failures[0].problem.retry),
        ("dns_store", true)
    );
    assert!(outcome.failures[0].sentence.ends_with("disk full"));
}

#[test]
fn every_provider_of_the_longest_zone_is_written_and_two_services_share_a_name() {
    let clock = FakeClock::default();
    let (short, a) = Fake::holding(1, "example.com", Mood::Well);
    let (long, b) = Fake::holding(2, "vms.example.com", Mood::Well);
    let (long_too, c) = Fake::holding(3, "vms.example.com", Mood::Well);
    let providers = [short, long, long_too];
    let one = run(&providers, &wants("a.vms.example.com", &["192.0.2.1"]), &[], &clock);
    let two = run(&providers, &wants("a.vms.example.com", &["192.0.2.2"]), &[], &clock);
    let both = ["a.vms.example.com A 192.0.2.1", "a.vms.example.com A 192.0.2.2"];
    assert_eq!(
        (shown(&a), shown(&b), shown(&c)),
        (
            vec![],
            both.map(str::to_owned).to_vec(),
            both.map(str::to_owned).to_vec()
        )
    );
    run(&providers, &[], &one.remembered, &clock);
    assert_eq!(shown(&b), [both[1]], "the other service's stays");
    run(&providers, &[], &two.remembered, &clock);
    assert_eq!(shown(&b), [""; 0]);
}

#[test]
fn a_zone_that_cannot_be_used_or_is_gone_keeps_its_records_in_mind() {
    let clock = FakeClock::default();
    let (well, zone) = Fake::holding(1, "example.com", Mood::Well);
    let broken = json!({"id": 2, "provider": "powerdns", "zone": "vms.example.com", "endpoint": "https://127.0.0.1:1", "ca": "/no-such-file.pem"});
    let broken = open(&ZoneConfig::parse(&broken, "key".into()).unwrap());
    let providers = [well, broken];
    let outcome = run(&providers, &wants("a.vms.example.com", &["192.0.2.1"]), &[], &clock);
    assert_eq!(
        shown(&zone),
        [""; 0],
        "the longer zone is meant, also while it cannot be used"
    );
    assert_eq!(
        (outcome.failures[0].problem.code, outcome.failures[0].problem.retry),
        ("dns_config", false)
    );
    assert!(
        outcome.failures[0].sentence.contains("no-such-file.pem"),
        "{:?}",
        outcome.failures
    );

    let written = run(&providers, &wants("b.example.com", &["192.0.2.1"]), &[], &clock);
    let without = run(&providers[1..], &[], &written.remembered, &clock);
    assert_eq!(without.remembered, written.remembered);
    assert_eq!(without.failures[0].problem.code, "dns_zone_gone");
    assert!(
        without.failures[0]
            .sentence
            .contains("still holds b.example.com A 192.0.2.1"),
        "{:?}",
        without.failures
    );
    let back = run(&providers, &[], &without.remembered, &clock);
    assert!(back.done);
    assert_eq!(shown(&zone), [""; 0]);
}

/// Its row, and so its number, is the same: it only has another name.
#[test]
fn a_zone_that_was_renamed_keeps_the_records_of_its_old_name_in_mind() {
    let clock = FakeClock::default();
    let (old, zone) = Fake::holding(1, "example.com", Mood::Well);
    let (new, other) = Fake::holding(1, "example.org", Mood::Well);
    let (old, new) = ([old], [new]);
    let written = run(&old, &wants("vm.example.com", &["192.0.2.1"]), &[], &clock);
    let renamed = run(
        &new,
        &wants("vm.example.org", &["192.0.2.1"]),
        &written.remembered,
        &clock,
    );
    assert_eq!(shown(&other), ["vm.example.org A 192.0.2.1"], "the new name is written");
    assert_eq!(renamed.remembered.len(), 2);
    let [failure] = renamed.failures.as_slice() else {
        panic!("{:?}", renamed.failures);
    };
    assert_eq!((failure.problem.code, failure.problem.retry), ("dns_zone_gone", false));
    assert_eq!(
        failure.sentence,
        "the zone with number 1 is now example.org, and vm.example.com A 192.0.2.1 was written while it had another \
         name: give it that name again, and enter example.org as another zone"
    );
    // nothing is wanted any more: the one is removed, the other still told
    let ended = run(&new, &[], &renamed.remembered, &clock);
    assert_eq!(ended.remembered, written.remembered);
    assert_eq!(ended.failures, renamed.failures);
    assert_eq!(shown(&other), [""; 0]);
    let back = run(&old, &[], &ended.remembered, &clock);
    assert_eq!((back.done, back.remembered), (true, vec![]));
    assert_eq!(shown(&zone), [""; 0]);
}

#[test]
fn a_delegation_to_a_classless_zone_that_is_written_is_no_conflict() {
    let clock = FakeClock::default();
    let (parent, a) = Fake::holding(1, "2.0.192.in-addr.arpa", Mood::Well);
    let (child, b) = Fake::holding(2, "0/25.2.0.192.in-addr.arpa", Mood::Well);
    let alias = Record::seen(
        "7.2.0.192.in-addr.arpa",
        Kind::Cname,
        300,
        "7.0/25.2.0.192.in-addr.arpa.",
    );
    a.0.lock().unwrap().push(alias.clone());
    let wanted = wants("vm.example.com", &["192.0.2.7"]);
    let both = [parent, child];
    let outcome = run(&both, &wanted, &[], &clock);
    assert!(outcome.done, "{:?}", outcome.failures);
    assert_eq!(shown(&a), [alias.to_string()]);
    assert_eq!(shown(&b), ["7.0/25.2.0.192.in-addr.arpa PTR vm.example.com"]);
    // the same CNAME, with nobody to write what it leads to
    let alone = run(&both[..1], &wanted, &[], &clock);
    assert_eq!(alone.failures[0].problem.code, "dns_conflict");
}
