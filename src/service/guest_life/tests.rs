//! Each combination that a store may have, and how a guest goes from stage to stage.

use super::*;
use serde_json::{Value, json};

fn slot() -> Slot {
    Slot {
        key: "1 pve1/local".to_owned(),
        since: 50.0,
    }
}

const EARLIER: Held = Held {
    since: 10.0,
    until: Some(40.0),
};

fn guest(since: f64) -> Guest {
    Guest {
        since: Some(since),
        ..Guest::default()
    }
}

fn life(stored: &Value) -> GuestLife {
    serde_json::from_value(stored.clone()).unwrap()
}

#[test]
fn each_combination_that_an_older_version_wrote_is_one_stage() {
    let slotted = json!({"slot": {"key": "1 pve1/local", "since": 50.0}});
    let with = |keys: Value, more: Value| {
        let mut all = keys;
        let more = more.as_object().unwrap().clone();
        all.as_object_mut().unwrap().extend(more);
        all
    };
    let cloned = json!({"cloned": true});
    let (asked, cloning) = (
        slotted.clone(),
        with(slotted, json!({"cloned": true, "cloned_at": 50.0})),
    );
    let before = json!({"guest_since": 10.0, "guest_until": 40.0});
    let known = |guest: Guest| GuestLife::Ours(guest);
    let being_cloned = |newborn, earlier| GuestLife::Cloning {
        slot: slot(),
        newborn,
        earlier,
    };
    for (stored, stage) in [
        (json!({}), GuestLife::NoGuest),
        // a first clone that failed had no beginning
        (json!({"guest_until": 40.0}), GuestLife::NoGuest),
        // what is said of a guest that is not there
        (
            json!({"uuid": "u", "password_written": true, "firewall_touched": true}),
            GuestLife::NoGuest,
        ),
        (before.clone(), GuestLife::Gone(EARLIER)),
        (
            json!({"guest_since": 10.0}),
            GuestLife::Gone(Held {
                since: 10.0,
                until: None,
            }),
        ),
        (
            asked.clone(),
            GuestLife::Asked {
                slot: slot(),
                earlier: None,
            },
        ),
        (
            with(asked, before.clone()),
            GuestLife::Asked {
                slot: slot(),
                earlier: Some(EARLIER),
            },
        ),
        (cloning.clone(), being_cloned(false, None)),
        (
            with(cloning.clone(), json!({"newborn": true})),
            being_cloned(true, None),
        ),
        (
            with(cloning.clone(), before.clone()),
            being_cloned(false, Some(EARLIER)),
        ),
        // it was seen, whole and with both proofs, by a button; its slot was still to be given back
        (
            with(cloning, json!({"uuid": "u"})),
            known(Guest {
                uuid: Some("u".to_owned()),
                ..guest(50.0)
            }),
        ),
        // its end was seen, and no step has run yet
        (with(cloned.clone(), json!({"cloned_at": 50.0})), known(guest(50.0))),
        (
            with(with(cloned.clone(), json!({"cloned_at": 50.0})), before.clone()),
            known(guest(10.0)),
        ),
        // before it was kept when that was
        (cloned.clone(), known(Guest::default())),
        (
            with(cloned.clone(), json!({"guest_since": 10.0, "newborn": true})),
            known(guest(10.0)),
        ),
        (
            with(
                cloned.clone(),
                json!({"guest_since": 10.0, "uuid": "u", "password_written": true}),
            ),
            known(Guest {
                uuid: Some("u".to_owned()),
                password_written: true,
                ..guest(10.0)
            }),
        ),
        (
            with(cloned.clone(), json!({"firewall_touched": true})),
            known(Guest {
                firewall: OurFirewall::Begun,
                ..Guest::default()
            }),
        ),
        (
            with(cloned.clone(), json!({"firewall_touched": true, "ip_filtered": true})),
            known(Guest {
                firewall: OurFirewall::Filtered,
                ..Guest::default()
            }),
        ),
        // it should have a filter, and nothing was ever written
        (with(cloned, json!({"ip_filtered": true})), known(Guest::default())),
    ] {
        assert_eq!(life(&stored), stage, "{stored}");
    }
}

/// Every combination of the keys, be it one that was written or not.
#[test]
fn whatever_is_stored_reads_as_a_stage_that_is_stored_as_itself() {
    let keys = [
        ("slot", json!({"key": "", "since": 50.0})),
        ("uuid", json!("u")),
        ("cloned", json!(true)),
        ("cloned_at", json!(50.0)),
        ("password_written", json!(true)),
        ("firewall_touched", json!(true)),
        ("ip_filtered", json!(true)),
        ("guest_since", json!(10.0)),
        ("guest_until", json!(40.0)),
        ("newborn", json!(true)),
    ];
    for combination in 0..1_u32 << keys.len() {
        let has = |place: &usize| combination >> place & 1 == 1;
        let chosen = (0..keys.len()).filter(has).map(|place| keys[place].clone());
        let stored: Value = chosen.map(|(key, value)| (key.to_owned(), value)).collect();
        let read = life(&stored);
        assert_eq!(read.is_there(), stored["cloned"] == true, "{stored}");
        assert!(read.slot().is_none() || stored["slot"].is_object(), "{stored}");
        assert_eq!(life(&serde_json::to_value(&read).unwrap()), read, "{stored}");
        // nothing is held that was not held before, and nothing older
        let known = ["guest_since", "cloned_at", "slot"].map(|key| stored[key].is_null());
        assert!(read.held().is_none() || known.contains(&false), "{stored}");
        assert!(read.held().is_none_or(|held| held.since >= 10.0), "{stored}");
    }
}

#[test]
fn a_guest_goes_from_stage_to_stage() {
    let mut life = GuestLife::NoGuest;
    life.asks(slot());
    life.is_refused();
    assert_eq!(life, GuestLife::NoGuest);
    life.asks(slot());
    assert!(!life.is_there() && !life.ever_was());
    life.clones(50.0, true);
    assert!(life.is_there() && life.is_newborn() && life.held_since().is_none());
    assert_eq!(life.held().map(|held| held.since), Some(50.0), "as soon as it is there");
    let mut failed = life.clone();
    failed.forget(60.0);
    assert_eq!(failed, GuestLife::NoGuest);
    assert_eq!((life.ends(), life.ends()), (Some(50.0), None));
    assert_eq!(life, GuestLife::Ours(guest(50.0)));
    life.is_refused();
    life.forget(70.0);
    let gone = Held {
        since: 50.0,
        until: Some(70.0),
    };
    assert_eq!(life, GuestLife::Gone(gone));
    // its successor has its backups
    life.asks(Slot { since: 80.0, ..slot() });
    life.clones(80.0, false);
    assert_eq!(life.held(), Some(gone));
    let mut failed = life.clone();
    failed.forget(85.0);
    assert_eq!(failed, GuestLife::Gone(gone));
    life.ends();
    assert_eq!(life.held(), Some(Held { until: None, ..gone }));
}

#[test]
fn nothing_is_taken_for_granted_of_a_clone_that_was_found() {
    let mut life = GuestLife::Gone(EARLIER);
    life.asks(slot());
    life.is_found(50.0);
    let found = Guest {
        firewall: OurFirewall::Begun,
        ..guest(10.0)
    };
    assert_eq!(life, GuestLife::Ours(found));
}

#[test]
fn a_clone_that_was_asked_for_before_there_were_slots_counts_nowhere() {
    let mut life = GuestLife::NoGuest;
    life.clones(50.0, false);
    assert_eq!(
        life.slot().map(|slot| (slot.key.as_str(), slot.since)),
        Some(("", 50.0))
    );
}
