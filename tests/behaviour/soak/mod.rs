//! Deterministic simulation: random orders of many services, random faults, several processes at once, in virtual time.
//!
//! A seed decides everything, so a failure is repeated by its seed: `make soak SEED=…`. `make soak SEEDS=200` is the long
//! run; with `STORE=mariadb` its stores are in a database. After every tick the invariants are checked; in the end,
//! without faults, all has to be as it was ordered.

mod anew;
mod backups;
mod checks;
mod process;
mod refusals;
mod schedule;
mod snapshots;
mod world;

use crate::home::Home;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use world::World;

/// Seeds of a run that nobody asked for more.
const SEEDS: u64 = 24;
const TICKS: u32 = 30;

fn wanted(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Plays a seed where this run has its stores. Answers its trace, and what went wrong.
fn play(seed: u64, ticks: u32) -> (Vec<String>, Option<String>) {
    play_in(World::new(seed, Home::new()), ticks)
}

fn play_in(mut world: World, ticks: u32) -> (Vec<String>, Option<String>) {
    let wrong = wrong(|| {
        for _ in 0..ticks {
            world.tick();
        }
        world.settle();
    });
    (world.trace(), wrong)
}

/// What went wrong in it.
fn wrong(played: impl FnOnce()) -> Option<String> {
    let played = catch_unwind(AssertUnwindSafe(played));
    played.err().map(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default()
    })
}

/// Plays so many, side by side. Answers how many lines all their traces have, and which of them failed; `whole`: of what
/// fails the whole trace is printed.
fn each(
    first: u64,
    count: u64,
    play: impl Fn(u64) -> (Vec<String>, Option<String>) + Sync,
    whole: bool,
) -> (u64, Vec<u64>) {
    let (next, lines) = (AtomicU64::new(first), AtomicU64::new(0));
    let failures = Mutex::new(Vec::new());
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::SeqCst);
            if seed >= first + count {
                return;
            }
            let (trace, wrong) = play(seed);
            lines.fetch_add(trace.len() as u64, Ordering::SeqCst);
            if let Some(wrong) = wrong {
                let shown = if whole { trace.len() } else { 12 };
                let end = trace[trace.len().saturating_sub(shown)..].join("\n    ");
                println!("seed {seed}: {wrong}\n    {end}");
                crate::support::guard(&failures).push(seed);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    (lines.into_inner(), failures.into_inner().unwrap())
}

#[test]
fn a_seed_repeats_exactly() {
    let (first, wrong) = play(1, 12);
    assert_eq!(wrong, None, "seed 1");
    assert!(first.len() > 300, "something happens: {}", first.len());
    let (second, _) = play(1, 12);
    assert_eq!(first, second);
}

/// Deaths at commits are in it too. The tables are there before anybody may die: making them takes each store another
/// number of commits, and only after that the n-th commit can be the same one in both.
#[test]
fn both_stores_see_the_same_happen() {
    for seed in 1..=2 {
        let of = |home: Home| {
            home.open().unwrap();
            play_in(World::new(seed, home), 6)
        };
        let (file, wrong) = of(Home::in_a_file());
        assert_eq!(wrong, None, "seed {seed} in a file");
        let (database, wrong) = of(Home::in_a_database(&Arc::default()));
        assert_eq!(wrong, None, "seed {seed} in a database");
        let differs = file.iter().zip(&database).position(|(one, other)| one != other);
        if let Some(at) = differs {
            let before = at.saturating_sub(12);
            panic!(
                "seed {seed}:\n    {}\nbut\n    {}",
                file[before..=at].join("\n    "),
                database[before..=at].join("\n    ")
            );
        }
        assert_eq!(file.len(), database.len(), "seed {seed}");
    }
}

#[test]
fn whatever_happens_nothing_is_lost() {
    let only = wanted("SOAK_SEED");
    let first = only.or(wanted("SOAK_FIRST")).unwrap_or(1);
    let seeds = if only.is_some() {
        1
    } else {
        wanted("SOAK_SEEDS").unwrap_or(SEEDS)
    };
    let ticks = wanted("SOAK_TICKS").map_or(TICKS, |ticks| ticks as u32);
    let lasting = AtomicU64::new(0);
    let counted = |seed| {
        let (trace, wrong) = play(seed, ticks);
        let refusals = trace.iter().filter(|line| line.contains(refusals::FOR_LONG)).count();
        lasting.fetch_add(refusals as u64, Ordering::SeqCst);
        (trace, wrong)
    };
    let (steps, failures) = each(first, seeds, counted, only.is_some());
    println!(
        "{seeds} seeds from {first} of {ticks} ticks each: {steps} steps, {} refusals that lasted, {} failures",
        lasting.load(Ordering::SeqCst),
        failures.len()
    );
    assert!(
        failures.is_empty(),
        "these seeds failed (make soak SEED=…): {failures:?}"
    );
    let enough = if seeds < SEEDS { 0 } else { seeds / 2 };
    assert!(lasting.into_inner() >= enough, "refusals that last are in it");
}
