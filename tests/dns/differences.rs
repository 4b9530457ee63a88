//! What must change, in tables.

use proxmoxkvm::dns::{Change, Key, Kind, Record, plan};

/// `name kind ttl value`, separated by `;`.
fn records(text: &str) -> Vec<Record> {
    let one = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        Record::seen(
            words[0],
            Kind::parse(words[1]).unwrap(),
            words[2].parse().unwrap(),
            words[3],
        )
    };
    text.split(';')
        .filter(|line| !line.trim().is_empty())
        .map(one)
        .collect()
}

fn change(name: &str, kind: Kind, ttl: u32, before: &[&str], after: &[&str]) -> Change {
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    Change {
        key: Key {
            name: name.to_owned(),
            kind,
        },
        ttl,
        before: owned(before),
        after: owned(after),
    }
}

#[test]
fn only_what_is_remembered_and_unchanged_is_replaced_or_removed() {
    let a = |before: &[&str], after: &[&str]| vec![change("a.b", Kind::A, 60, before, after)];
    let ptr = |before: &[&str], after: &[&str]| vec![change("a.b", Kind::Ptr, 60, before, after)];
    for (what, wanted, remembered, present, changes) in [
        ("new", "a.b A 60 10.0.0.1", "", "", a(&[], &["10.0.0.1"])),
        (
            "there, ours",
            "a.b A 60 10.0.0.1",
            "a.b A 60 10.0.0.1",
            "a.b A 60 10.0.0.1",
            vec![],
        ),
        (
            "there, somebody's",
            "a.b A 60 10.0.0.1",
            "",
            "a.b A 60 10.0.0.1",
            vec![],
        ),
        (
            "there, somebody's, with another TTL",
            "a.b A 60 10.0.0.1",
            "",
            "a.b A 90 10.0.0.1",
            vec![],
        ),
        (
            "ours gone astray",
            "a.b A 60 10.0.0.1",
            "a.b A 60 10.0.0.1",
            "",
            a(&[], &["10.0.0.1"]),
        ),
        (
            "changed",
            "a.b A 60 10.0.0.2",
            "a.b A 60 10.0.0.1",
            "a.b A 60 10.0.0.1",
            a(&["10.0.0.1"], &["10.0.0.2"]),
        ),
        (
            "ended",
            "",
            "a.b A 60 10.0.0.1",
            "a.b A 60 10.0.0.1",
            a(&["10.0.0.1"], &[]),
        ),
        (
            "ended, taken over by somebody",
            "",
            "a.b A 60 10.0.0.1",
            "a.b A 60 10.9.9.9",
            vec![],
        ),
        ("ended, gone already", "", "a.b A 60 10.0.0.1", "", vec![]),
        ("nothing of ours", "", "", "a.b A 60 10.0.0.1", vec![]),
        (
            "a new TTL",
            "a.b A 60 10.0.0.1",
            "a.b A 60 10.0.0.1",
            "a.b A 90 10.0.0.1",
            a(&["10.0.0.1"], &["10.0.0.1"]),
        ),
        (
            "another kind at the name is not looked at",
            "a.b A 60 10.0.0.1",
            "",
            "a.b AAAA 60 2001:db8::9",
            a(&[], &["10.0.0.1"]),
        ),
        (
            "merged with somebody's",
            "a.b A 60 10.0.0.2",
            "a.b A 60 10.0.0.1",
            "a.b A 60 10.0.0.1; a.b A 60 10.9.9.9",
            a(&["10.0.0.1", "10.9.9.9"], &["10.0.0.2", "10.9.9.9"]),
        ),
        (
            "somebody's stays at the end",
            "",
            "a.b A 60 10.0.0.1",
            "a.b A 60 10.0.0.1; a.b A 60 10.9.9.9",
            a(&["10.0.0.1", "10.9.9.9"], &["10.9.9.9"]),
        ),
        (
            "our PTR replaced",
            "a.b PTR 60 x.y",
            "a.b PTR 60 o.y",
            "a.b PTR 60 o.y",
            ptr(&["o.y"], &["x.y"]),
        ),
        (
            "our PTR beside a later one",
            "a.b PTR 60 x.y",
            "a.b PTR 60 x.y",
            "a.b PTR 60 x.y; a.b PTR 60 f.y",
            vec![],
        ),
    ] {
        let plan = plan(&records(wanted), &records(remembered), &records(present));
        assert_eq!(plan.changes, changes, "{what}");
        assert_eq!(plan.conflicts, vec![], "{what}");
    }
}

#[test]
fn a_foreign_ttl_is_left_and_ours_goes_with_it() {
    let plan = plan(&records("a.b A 60 10.0.0.1"), &[], &records("a.b A 900 10.9.9.9"));
    assert_eq!(
        plan.changes,
        vec![change("a.b", Kind::A, 900, &["10.9.9.9"], &["10.0.0.1", "10.9.9.9"])]
    );
}

#[test]
fn somebodys_ptr_or_alias_is_a_conflict_and_stays() {
    let one = records("a.b PTR 60 x.y");
    let foreign = plan(&one, &[], &records("a.b PTR 60 f.y"));
    assert_eq!(foreign.changes, vec![]);
    assert_eq!(foreign.conflicts.len(), 1);
    let sentence = foreign.conflicts[0].to_string();
    assert!(
        sentence.starts_with("a.b PTR x.y was not written: there is PTR f.y already"),
        "{sentence}"
    );

    // ours beside it goes, because it is no longer wanted
    let both = plan(
        &one,
        &records("a.b PTR 60 o.y"),
        &records("a.b PTR 60 o.y; a.b PTR 60 f.y"),
    );
    assert_eq!(
        both.changes,
        vec![change("a.b", Kind::Ptr, 60, &["f.y", "o.y"], &["f.y"])]
    );
    assert_eq!(both.conflicts.len(), 1);

    let alias = plan(&records("a.b A 60 10.0.0.1"), &[], &records("a.b CNAME 60 c.d"));
    assert_eq!((alias.changes.len(), alias.conflicts.len()), (0, 1));
    assert_eq!(alias.conflicts[0].found.value, "c.d");
}

#[test]
fn what_is_kept_is_what_is_ours() {
    let wanted = records("a.b A 60 10.0.0.1; c.b A 60 10.0.0.2");
    let plan = plan(&wanted, &wanted[..1], &wanted);
    assert_eq!(plan.kept, wanted[..1], "the other one was there before");
}
