//! When to look at a clone again: its end is foreseen from what its log says of its progress.
//!
//! Pure: what was seen, and now, give the time of the next look. Proxmox VE prints a percentage whenever the copy of a
//! disk has got on by one (`qemu-img convert -p`), so what is seen is up to a step behind. From two looks follow the
//! fastest and the slowest that the copy can be, and from these the earliest and the latest that it can end, if it goes
//! on like that. Until the earliest there are few looks, each at half the time that is left: a copy that doubles its
//! speed is still met in time. From then on there is one each quarter of a second. Nothing is relied on: a copy that
//! stands still, goes back or leaps costs some looks more, and its end is seen a pause late at most.

use crate::pve::LogSeen;
use crate::words::ids::UnixSeconds;
use crate::words::limits;

/// The percentage is printed in steps: a copy may be so much further than it says.
const STEP: f64 = 1.25;
/// The time between two looks grows to this part of the clone's age.
const PART_OF_AGE: f64 = 0.4;
/// A log in which there was nothing so often will have nothing.
const EMPTY: u32 = 5;
/// So many looks are between the earliest and the latest end, if both are near.
const STEPS: f64 = 5.0;
/// What is left is waited for at once if it is less than this (seconds).
const SOON: f64 = 1.0;

/// A look at a copy.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    at: UnixSeconds,
    percent: f64,
}

/// When a copy will end.
#[derive(Debug, Clone, Copy, PartialEq)]
struct End {
    earliest: UnixSeconds,
    latest: UnixSeconds,
}

/// What was seen of a clone's progress.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// So many lines of its log have been read.
    lines: u32,
    /// So many disks had been begun.
    disks: u32,
    /// The looks at the disk that is copied now: the first one, and the last two that showed another percentage.
    first: Option<Point>,
    before: Option<Point>,
    last: Option<Point>,
    end: Option<End>,
    /// So often there was nothing in the log.
    empty: u32,
    /// The log says nothing, or cannot be read.
    blind: bool,
}

impl Progress {
    /// Nothing was seen yet. `full`: of a full clone; a linked one copies nothing, and prints nothing.
    pub(super) fn new(full: bool) -> Progress {
        Progress {
            blind: !full,
            ..Progress::default()
        }
    }

    /// From which line on its log should be read now; that tells its end too. `None`: its status is asked for.
    pub(super) fn reads_from(&self) -> Option<u32> {
        (!self.blind).then_some(self.lines)
    }

    /// The log could not be read: it is not asked for again.
    pub(super) fn is_blind(&mut self) {
        *self = Progress::new(false);
    }

    /// Takes in what the log says now. `false`: nothing at all, so that only its status tells whether it runs.
    pub(super) fn see(&mut self, seen: &LogSeen, now: UnixSeconds) -> bool {
        if seen.lines == 0 {
            self.empty += 1;
            self.blind = self.empty >= EMPTY;
            return false;
        }
        self.take_in(seen, now);
        if seen.end.is_some() {
            // the log says no more; its task may count as running for another moment
            self.is_blind();
        }
        true
    }

    fn take_in(&mut self, seen: &LogSeen, now: UnixSeconds) {
        self.lines = seen.lines;
        let other_disk = seen.disks_begun > 0 && self.disks > 0;
        self.disks += seen.disks_begun;
        let goes_back = self
            .last
            .zip(seen.percent)
            .is_some_and(|(last, now)| now < last.percent);
        if other_disk || goes_back {
            (self.first, self.before, self.last, self.end) = (None, None, None, None);
        }
        // no new line: it stands where it was
        let Some(percent) = seen.percent.or(self.last.map(|last| last.percent)) else {
            return;
        };
        let point = Point { at: now, percent };
        let first = *self.first.get_or_insert(point);
        match self.last {
            Some(last) if last.percent == percent => {}
            last => {
                self.before = last;
                self.last = Some(point);
            }
        }
        self.end = self
            .last
            .and_then(|last| end(first, self.before.unwrap_or(first), last, now));
    }

    /// When to look again at a clone of this age (seconds).
    pub(super) fn next(&self, now: UnixSeconds, age: f64) -> UnixSeconds {
        let longest = (age * PART_OF_AGE).clamp(limits::POLL_EARLY, limits::POLL_FORESEEN);
        let pause = match (self.end, self.last) {
            (None, None) if self.blind => limits::poll_after(age),
            (None, None) => limits::poll_after(age).max(limits::POLL_EARLY),
            // how fast it is shows the better, the longer it is looked at
            (None, Some(_)) => {
                let since = self.first.map_or(0.0, |first| now - first.at);
                since.clamp(limits::POLL_EARLY, longest)
            }
            (Some(end), _) => {
                let left = end.earliest - now;
                let step = ((end.latest - end.earliest) / STEPS).clamp(limits::POLL_FIRST, limits::POLL_EARLY);
                // the longer ago it should have ended, the less can be said of when it will
                let due = limits::poll_after(now - end.latest).max(step);
                let half = if left > SOON { left / 2.0 } else { left };
                half.min(longest).max(due)
            }
        };
        now + pause
    }
}

/// The end that follows from the looks, each up to a step behind the truth; `last` is the one that showed the percentage
/// of now. `None`: they say nothing yet.
fn end(first: Point, before: Point, last: Point, now: UnixSeconds) -> Option<End> {
    let left = 100.0 - last.percent;
    let ends_now = End {
        earliest: last.at,
        latest: last.at,
    };
    let fastest = |from: Point| (last.percent - from.percent + STEP) / (now - from.at);
    let slowest = (last.percent - first.percent - STEP) / (last.at - first.at);
    if left <= 0.0 {
        return Some(ends_now);
    }
    if last.at <= first.at || slowest <= 0.0 {
        return (left <= STEP).then_some(ends_now);
    }
    let recently = if now > before.at { fastest(before) } else { 0.0 };
    Some(End {
        earliest: now + (left - STEP).max(0.0) / fastest(first).max(recently),
        latest: last.at + left / slowest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pve::LogEnd;

    /// A clone: when it prints what, and when it ends.
    struct Clone {
        lines: Vec<(f64, Line)>,
        seconds: f64,
    }

    #[derive(Clone, Copy)]
    enum Line {
        Disk,
        Percent(f64),
        Other,
    }

    type Shape = &'static [(f64, f64)];
    const EVEN: Shape = &[(0.0, 0.0), (1.0, 100.0)];

    /// Disks one after the other, each with its part of the time and its way through it.
    fn clone(seconds: f64, disks: &[(f64, Shape)]) -> Clone {
        let mut lines = Vec::new();
        let mut from = 0.0;
        for (part, shape) in disks {
            lines.push((from, Line::Disk));
            lines.push((from, Line::Other));
            let at = |share: f64| from + part * share * seconds;
            let mut last = f64::NEG_INFINITY;
            let ticks = if cfg!(miri) { 500 } else { 20_000 };
            for tick in 0..=ticks {
                let share = f64::from(tick) / f64::from(ticks);
                let pair = shape.windows(2).find(|pair| share <= pair[1].0);
                let percent = pair.map_or(100.0, |pair| {
                    let ((start, low), (end, high)) = (pair[0], pair[1]);
                    low + (high - low) * (share - start) / (end - start).max(1e-9)
                });
                if (percent - last).abs() > 1.0 || share == 1.0 {
                    last = percent;
                    lines.push((at(share), Line::Percent(percent)));
                }
            }
            from += part * seconds;
        }
        Clone { lines, seconds }
    }

    fn quiet(seconds: f64) -> Clone {
        let lines = vec![(0.0, Line::Disk)];
        Clone { lines, seconds }
    }

    impl Clone {
        fn read(&self, from: u32, now: f64) -> LogSeen {
            let new = self.lines.iter().skip(from as usize).take_while(|(at, _)| *at <= now);
            let mut seen = LogSeen {
                lines: from,
                end: (now >= self.seconds).then_some(LogEnd::Ok),
                ..LogSeen::default()
            };
            for (_, line) in new {
                seen.lines += 1;
                match line {
                    Line::Disk => {
                        seen.disks_begun += 1;
                        seen.percent = None;
                    }
                    Line::Percent(percent) => seen.percent = Some(*percent),
                    Line::Other => {}
                }
            }
            seen
        }

        /// How many requests it costs to see its end, if somebody waits for it from `begun` on, and how late it is seen.
        fn waited_for(&self, begun: f64) -> (u32, f64) {
            let mut progress = Progress::new(true);
            let (mut now, mut requests, mut confirmed) = (begun.max(0.05), 0, begun);
            loop {
                requests += 1;
                assert!(requests < 20_000, "it ends after {} s", self.seconds);
                let mut ask = now - confirmed >= limits::POLL_CONFIRM;
                match progress.reads_from() {
                    Some(from) => {
                        let seen = self.read(from, now);
                        ask |= !progress.see(&seen, now);
                        ask |= seen.end.is_some();
                        requests += u32::from(ask && seen.end.is_none());
                    }
                    None => ask = true,
                }
                if ask {
                    confirmed = now;
                }
                if ask && now >= self.seconds {
                    return (requests, now - self.seconds);
                }
                let next = progress.next(now, now);
                assert!(next - now > limits::POLL_FIRST - 1e-6, "{} s", next - now);
                assert!(next - now < limits::POLL_FORESEEN + 1e-6, "{} s", next - now);
                now = next;
            }
        }
    }

    const LENGTHS: [f64; 10] = [0.4, 1.0, 2.0, 5.0, 10.0, 23.0, 60.0, 300.0, 1800.0, 7200.0];

    /// Each way through a clone, at lengths around each of the above; and whoever comes when it is half done.
    fn each(disks: &[(f64, Shape)], mut check: impl FnMut(f64, u32, f64)) {
        let nudges = if cfg!(miri) { 1 } else { 12 };
        for length in LENGTHS {
            for nudge in 0..nudges {
                let seconds = length * (1.0 + f64::from(nudge) * 0.0113);
                let clone = clone(seconds, disks);
                for begun in [0.0, 0.6 * seconds] {
                    let (requests, late) = clone.waited_for(begun);
                    check(seconds, requests, late);
                }
            }
        }
    }

    #[test]
    fn the_end_of_an_even_copy_is_met_with_few_looks() {
        for disks in [
            &[(1.0, EVEN)][..],
            &[(0.99, EVEN), (0.01, EVEN)],
            &[(0.01, EVEN), (0.99, EVEN)],
            &[(0.5, EVEN), (0.5, EVEN)],
            &[(0.2, EVEN), (0.3, EVEN), (0.5, EVEN)],
        ] {
            each(disks, |seconds, requests, late| {
                let most = if seconds < 26.1 { 40.0 } else { 40.0 + seconds / 3.0 };
                assert!(f64::from(requests) <= most, "{requests} requests for {seconds} s");
                assert!(late <= limits::POLL_EARLY + 0.001, "{late} s late after {seconds} s");
            });
        }
    }

    #[test]
    fn a_copy_that_changes_its_speed_costs_little_more() {
        let shapes: [Shape; 5] = [
            // as fast as the node's memory, then as its disks
            &[(0.0, 0.0), (0.2, 60.0), (1.0, 100.0)],
            &[(0.0, 0.0), (0.8, 60.0), (1.0, 100.0)],
            &[(0.0, 0.0), (0.3, 30.0), (0.5, 30.0), (1.0, 100.0)],
            &[(0.0, 0.0), (0.5, 80.0), (0.5, 20.0), (1.0, 100.0)],
            &[(0.0, 0.0), (0.4, 10.0), (0.4, 70.0), (1.0, 100.0)],
        ];
        for shape in shapes {
            each(&[(1.0, shape)], |seconds, requests, late| {
                let most = if seconds < 26.1 { 42.0 } else { 42.0 + seconds / 2.5 };
                assert!(
                    f64::from(requests) <= most,
                    "{requests} requests for {seconds} s: {shape:?}"
                );
                let most = (seconds * 0.1).clamp(0.3, 1.5);
                assert!(late <= most, "{late} s late after {seconds} s: {shape:?}");
            });
        }
    }

    #[test]
    fn whatever_a_log_says_no_pause_is_long_and_few_are_short() {
        let shapes: [Shape; 6] = [
            &[(0.0, 0.0), (0.1, 50.0), (0.9, 50.0), (1.0, 100.0)],
            &[(0.0, 0.0), (0.3, 99.0), (1.0, 99.0)],
            &[(0.0, 0.0), (0.3, 100.0), (1.0, 100.0)],
            &[(0.0, 0.0), (1.0, 10.0)],
            &[(0.0, 100.0), (1.0, 0.0)],
            &[
                (0.0, 0.0),
                (0.2, 90.0),
                (0.2, 0.0),
                (0.4, 90.0),
                (0.4, 0.0),
                (0.6, 90.0),
                (0.6, 0.0),
                (1.0, 20.0),
            ],
        ];
        for shape in shapes {
            each(&[(1.0, shape)], |seconds, requests, late| {
                let without = quiet(seconds).waited_for(0.0).0;
                let most = 2.0 * f64::from(without) + 10.0;
                assert!(
                    f64::from(requests) <= most,
                    "{requests} requests for {seconds} s: {shape:?}"
                );
                let most = (seconds * PART_OF_AGE).clamp(0.3, limits::POLL_FORESEEN);
                assert!(late <= most, "{late} s late after {seconds} s: {shape:?}");
            });
        }
    }

    #[test]
    fn without_percentages_the_time_that_has_passed_says_when_to_look() {
        for seconds in LENGTHS {
            let (requests, late) = quiet(seconds).waited_for(0.0);
            assert!(
                late <= limits::POLL_EARLY.max(seconds / 50.0).min(2.01),
                "{late} s late after {seconds} s"
            );
            assert!(
                f64::from(requests) <= 16.0 + 4.0 * seconds,
                "{requests} requests for {seconds} s"
            );
        }
    }

    #[test]
    fn a_log_that_cannot_be_read_is_not_asked_for_again() {
        let mut progress = Progress::new(true);
        assert_eq!(progress.reads_from(), Some(0));
        progress.is_blind();
        assert_eq!(progress.reads_from(), None);
        assert_eq!(Progress::new(false).reads_from(), None, "a linked clone prints nothing");
        let mut progress = Progress::new(true);
        let seen = LogSeen {
            lines: 9,
            percent: Some(40.0),
            end: Some(LogEnd::Failed),
            ..LogSeen::default()
        };
        assert!(progress.see(&seen, 1.0));
        assert_eq!(progress.reads_from(), None, "it has ended, and its status says how");
        let mut progress = Progress::new(true);
        for _ in 0..EMPTY {
            assert_eq!(progress.reads_from(), Some(0));
            assert!(!progress.see(&LogSeen::default(), 1.0));
        }
        assert_eq!(progress.reads_from(), None);
        assert!(progress.next(100.0, 100.0) < 102.0);
        // the clock of whoever sent it was ahead
        assert!((100.04..100.3).contains(&Progress::new(true).next(100.0, -50.0)));
    }
}
